//! # A compiler option that there is not
//!
//! The name is misspelt.
//!
//! ```typescript before
//! //@ error TS5025: Unknown compiler option 'strictNullCheck'. Did you mean 'strictNullChecks'?
//! //@ compiler: 7
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     $0"strictNullCheck"$0: true,
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "strictNullChecks": true,
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the option was not in effect until now.

use super::support::config::Documents;
use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS5025"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let (Some(old), Some(new)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let mut documents = Documents::new(ctx.index);
    let Some(editor) = documents.edit(ctx.path()) else { return Vec::new() };
    let path = editor.path_at(ctx.diagnostic.range.start);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some((name, parents)) = path.split_last() else { return Vec::new() };
    // What is written already under the right name is not written twice.
    let right: Vec<&str> = parents.iter().copied().chain([new]).collect();
    if *name != old || editor.find(&right).is_some() || !editor.rename(&path, new) {
        return Vec::new();
    }
    documents
        .fix(format!("Change spelling to '{new}'"), Applicability::Unsafe)
        .map(Fix::preferred)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn nothing_is_written_twice() {
        check_no_fix(
            rule_of(module_path!()),
            "TS5025",
            "Unknown compiler option 'strct'. Did you mean 'strict'?",
            "//- /tsconfig.json\n{ \"compilerOptions\": { $0\"strct\": true, \"strict\": false } }\n",
        );
    }
}
