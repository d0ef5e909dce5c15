//! # Type in a decorated signature
//!
//! With `isolatedModules` and `emitDecoratorMetadata` the compiler must know from this file alone whether an imported name is a type.
//!
//! ```typescript before
//! //@ error TS1272: A type referenced in a decorated signature must be imported with 'import type' or a namespace import when 'isolatedModules' and 'emitDecoratorMetadata' are enabled.
//! //@ options: --isolatedModules --experimentalDecorators --emitDecoratorMetadata --strict
//! import { Shape } from "./shape";
//! declare const column: PropertyDecorator;
//! export class Row {
//!     @column
//!     shape!: $0Shape$0;
//! }
//! //- /shape.ts
//! export interface Shape { size: number }
//! ```
//! ```typescript after
//! import type { Shape } from "./shape";
//! declare const column: PropertyDecorator;
//! export class Row {
//!     @column
//!     shape!: Shape;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: both fixes change the type metadata that the decorator receives.

use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::typescript::{descendants, is_declaration_name, occurrences};
use syntax::typescript::{is_identifier, unquoted};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1272"];

/// The local name of an import specifier.
fn local<'t>(specifier: Node<'t>) -> Option<Node<'t>> {
    specifier.field("alias").or(specifier.field("name"))
}

/// Whether everything that the statement imports is an interface or a type alias.
fn only_types(ctx: &RuleContext<'_>, module: &str, specifiers: &[Node<'_>]) -> bool {
    let typescript = ctx.index.typescript();
    let exports = typescript.exports_of_specifier(ctx.path(), module);
    specifiers.iter().all(|specifier| {
        let name = specifier.field("name").map_or("", |n| n.text_in(ctx.text()));
        let export = exports.iter().find(|e| e.name == name);
        let declaration = export.and_then(|e| typescript.declaration(e.declaration.as_ref()?));
        declaration.is_some_and(|d| matches!(d.kind, DeclarationKind::Interface | DeclarationKind::TypeAlias))
    })
}

/// Converts to `import * as module` and qualifies the imported names with the namespace.
fn as_namespace(ctx: &RuleContext<'_>, list: Node<'_>, module: &str, specifiers: &[Node<'_>]) -> Option<Fix> {
    let text = ctx.text();
    let last = module.rsplit('/').next()?.split('.').next()?;
    let name = last.replace(|c: char| !c.is_alphanumeric(), "_");
    let taken = |n: &str| !occurrences(ctx.root(), text, n).is_empty();
    if !is_identifier(&name) || taken(&name) {
        return None;
    }
    let mut fix = ctx.fix("Convert named imports to namespace import", Applicability::Unsafe);
    fix = fix.replace(list.range(), format!("* as {name}"));
    for specifier in specifiers {
        let (imported, local) = (specifier.field("name")?, local(*specifier)?);
        for use_ in occurrences(ctx.root(), text, local.text_in(text)) {
            if specifier.byte_range().contains(&use_.start_byte()) || syntax::typescript::is_member_name(use_) {
                continue;
            }
            if is_declaration_name(use_) || !use_.is(&["identifier", "type_identifier"]) {
                return None;
            }
            fix = fix.replace(use_.range(), format!("{name}.{}", imported.text_in(text)));
        }
    }
    Some(fix.build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(name) = ctx.token().map(|t| t.text_in(text)) else { return Vec::new() };
    let imports = ctx.root().named().into_iter().filter(|n| n.kind() == "import_statement");
    let found = imports.filter(|n| child_of_kind(*n, "type").is_none()).find_map(|statement| {
        let specifiers = descendants(statement, &["import_specifier"]);
        let named = specifiers.iter().any(|s| local(*s).is_some_and(|n| n.text_in(text) == name));
        named.then_some((statement, specifiers))
    });
    let Some((statement, specifiers)) = found else { return Vec::new() };
    let Some(clause) = child_of_kind(statement, "import_clause").filter(|c| c.named().len() == 1) else {
        return Vec::new();
    };
    let (Some(list), Some(source)) = (child_of_kind(clause, "named_imports"), statement.field("source")) else {
        return Vec::new();
    };
    let module = unquoted(source.text_in(text));
    let mut out = Vec::new();
    if only_types(ctx, module, &specifiers) {
        let fix = ctx.fix("Use 'import type'", Applicability::Unsafe).insert(clause.start_byte(), "type ");
        out.push(fix.preferred().build());
    }
    out.extend(as_namespace(ctx, list, module, &specifiers));
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn imports_with_values_become_a_namespace_import() {
        check_fix(
            rule_of(module_path!()),
            "TS1272",
            "A type referenced in a decorated signature must be imported with 'import type' or a namespace import when 'isolatedModules' and 'emitDecoratorMetadata' are enabled.",
            "import { T, v } from './a-b';\nclass C { @d p: $0T = v; }\n//- /a-b.ts\nexport type T = number;\nexport const v = 1;\n",
            "import * as a_b from './a-b';\nclass C { @d p: a_b.T = a_b.v; }\n//- /a-b.ts\nexport type T = number;\nexport const v = 1;\n",
        );
    }
}
