//! The table of languages that the index can read.

use crate::language::{LanguageIndex, Languages};
use crate::{csharp, typescript};
use std::sync::{PoisonError, RwLock};
use syntax::LanguageFamily;

static REGISTERED: RwLock<Vec<(LanguageFamily, &'static dyn LanguageIndex)>> = RwLock::new(Vec::new());

/// The languages that are always there.
fn built_in() -> [(LanguageFamily, &'static dyn LanguageIndex); 2] {
    [(LanguageFamily::CSHARP, &csharp::CSharpIndex), (LanguageFamily::TYPESCRIPT, &typescript::TypeScriptIndex)]
}

/// Lets indexes that are opened from now on read the languages of `family`. A family that is known keeps what it has.
pub fn register(family: LanguageFamily, language: &'static dyn LanguageIndex) {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if !built_in().iter().chain(registered.iter()).any(|(known, _)| *known == family) {
        registered.push((family, language));
    }
}

/// The languages there are now.
pub(crate) fn languages() -> Languages {
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    Languages::new(built_in().into_iter().chain(registered.iter().copied()).collect())
}
