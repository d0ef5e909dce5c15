//! # Namespace import used as a function
//!
//! `import * as f` imports the module namespace, which cannot be called. The function is the default export.
//!
//! ```typescript before
//! //@ error TS2349: This expression is not callable.
//! //@ options: --esModuleInterop
//! import * as run from './run';
//! $0run$0();
//! //- /run.ts
//! export default function run() {}
//! ```
//! ```typescript after
//! import run from './run';
//! run();
//! //- /run.ts
//! export default function run() {}
//! ```
//!
//! ## Fix safety
//! `Safe` when the module has a default export and the namespace is only called or used as a value; `Unsafe` when its members are used
//! too, or when the default export is not known.

use super::support::spelling::uses_of_import;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::unquoted;
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2349", "TS2351", "TS2345", "TS2604", "TS2497"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    // TS2497 is reported at the module, the others at the use.
    let imported = || {
        let import = token.enclosing(&["import_statement"]).filter(|_| *ctx.code() == "TS2497")?;
        let namespace = child_of_kind(child_of_kind(import, "import_clause")?, "namespace_import")?;
        namespace.named().first().copied()
    };
    let Some(name) = (if token.kind() == "identifier" { Some(token) } else { imported() }) else { return Vec::new() };
    let name = name.text_in(text);
    for import in ctx.root().named().into_iter().filter(|n| n.kind() == "import_statement") {
        let namespace = child_of_kind(import, "import_clause").and_then(|c| child_of_kind(c, "namespace_import"));
        let (Some(namespace), Some(source)) = (namespace, import.field("source")) else { continue };
        if namespace.named().first().is_none_or(|n| n.text_in(text) != name) {
            continue;
        }
        let module = unquoted(source.text_in(text));
        let exports = ctx.index.typescript().exports_of_specifier(ctx.path(), module);
        // What is assigned as a whole is the default import where `esModuleInterop` says so; where that is only the new default of the
        // compiler, the import gives another object than it did.
        let interop =
            || ctx.index.typescript().project(ctx.path()).options.get("esmoduleinterop").is_some_and(|v| v == true);
        let whole = exports.iter().any(|e| e.name == "=");
        let has_default = exports.iter().any(|e| e.name == "default") || whole && interop();
        let members = uses_of_import(ctx.root(), text, name).is_none_or(|uses| {
            uses.iter().any(|u| {
                u.parent().is_some_and(|p| {
                    p.is(&["member_expression", "nested_type_identifier", "nested_identifier", "subscript_expression"])
                })
            })
        });
        let applicability = if has_default && !members { Applicability::Safe } else { Applicability::Unsafe };
        let title = format!("Replace import with 'import {name} from \"{module}\";'.");
        return vec![ctx.fix(title, applicability).replace(namespace.byte_range(), name).preferred().build()];
    }
    Vec::new()
}
