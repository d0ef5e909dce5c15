//! A member of a type, and where its texts mean what they mean.

use super::Type;
use index::csharp::CsType;
use index::{Declaration, DeclarationId};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// Where a type text was written: names in it mean what they mean there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In metadata: fully qualified.
    Library,
    /// At a byte offset of a source file.
    Source(Arc<Path>, usize),
    /// At the name of a declaration: its own type parameters are in scope, its members are not.
    Declaration(DeclarationId),
}

/// A member with what its texts mean.
#[derive(Clone, Debug)]
pub struct Member {
    /// The declaration.
    pub declaration: Arc<Declaration>,
    /// The type that declares it; `None` for local functions.
    pub owner: Option<Arc<CsType>>,
    /// Where its texts were written.
    pub place: Place,
    /// Type arguments of the declaring type.
    pub bindings: Vec<(SmolStr, Type)>,
    /// Type parameters of the declaring type that are structs: only their `T?` is `Nullable<T>`.
    pub structs: Vec<String>,
    /// Receiver of an extension method that is called like an instance method.
    pub receiver: Option<Type>,
    /// How far away it is declared: 0 in the type itself.
    pub distance: usize,
}

impl Member {
    /// The same member with type parameters of its own called otherwise. They hide those of the declaring type, also
    /// where they keep their names.
    pub fn renamed(&self, names: impl IntoIterator<Item = (String, String)>) -> Self {
        let own = names.into_iter().map(|(from, to)| (from.into(), Type::named(&to)));
        Self { bindings: own.chain(self.bindings.iter().cloned()).collect(), ..self.clone() }
    }
}
