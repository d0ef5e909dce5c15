//! # Property of `window` is not declared
//!
//! `Window` lacks a property that the sources, or a script beside them, set. It is declared for all files.
//!
//! ```typescript before
//! //@ error TS2339: Property 'buildId' does not exist on type 'Window & typeof globalThis'.
//! //@ fix: Declare 'buildId' of 'Window'
//! export function mark(id: number) {
//!     window.$0buildId$0 = id;
//! }
//! ```
//! ```typescript after
//! export function mark(id: number) {
//!     window.buildId = id;
//! }
//!
//! declare global {
//!     interface Window {
//!         buildId: number;
//!     }
//! }
//! ```
//!
//! The declaration goes to the `Window` that the project, or else the file, already extends.
//!
//! ## Fix safety
//! `Unsafe` when the file sets the property, whose type is that of the value. `DisplayOnly` otherwise: nobody may set it.

use super::ts2304_missing_function::at_end;
use super::ts2339_missing_member::property_type;
use codegen::typescript::bodies::Layout;
use codegen::typescript::stubs::Stubs;
use codegen::typescript::usage::{Speller, call_shape};
use fix::{Applicability, Fix, RuleContext};
use index::Source;
use semantics::Semantics;
use std::sync::Arc;
use syntax::typescript::{descendants, occurrences};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2339"];

/// `interface Window` of a tree, where it is the global one.
fn window_of(source: &Source) -> Option<Node<'_>> {
    let text = source.parsed.text();
    let module = is_module(source.parsed.root());
    descendants(source.parsed.root(), &["interface_declaration"]).into_iter().find(|i| {
        let global =
            i.enclosing(&["ambient_declaration"]).is_some_and(|a| a.text_in(text).starts_with("declare global"));
        i.field("name").is_some_and(|n| n.text_in(text) == "Window")
            && (global || !module && i.enclosing(&["module"]).is_none())
    })
}

/// Whether a file is a module: it imports or exports.
fn is_module(root: Node<'_>) -> bool {
    root.named().iter().any(|s| s.is(&["import_statement", "export_statement", "import_alias"]))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "property_identifier")?;
    let access = token.parent().filter(|p| p.kind() == "member_expression" && p.field("property") == Some(token))?;
    let name = token.text_in(text);
    let script = ctx.path().extension().is_some_and(|e| e == "js" || e == "jsx" || e == "mjs" || e == "cjs");
    if ctx.argument(0)? != name || ctx.argument(1)? != "Window & typeof globalThis" || script {
        return None;
    }
    let model = ctx.typescript();
    let stubs = Stubs::new(ctx, ctx.root());
    let object = access.field("object")?.text_in(text);
    let accesses = occurrences(ctx.root(), text, name).into_iter().filter_map(|n| n.parent());
    let written = accesses
        .filter(|a| a.field("object").is_some_and(|o| o.text_in(text) == object))
        .find(|a| a.parent().is_some_and(|p| p.kind() == "assignment_expression" && p.field("left") == Some(*a)));
    let own = ctx.index.files_with_word("Window", ctx.source.parsed.language());
    let declared = own.iter().filter(|f| !f.to_string_lossy().contains("node_modules"));
    let declared = declared.filter_map(|f| ctx.index.source(f)).find(|s| window_of(s).is_some());
    let target: Arc<Source> = match declared {
        Some(source) => source,
        None => ctx.index.source(ctx.path())?,
    };
    let speller = Speller::new(ctx, &stubs, &target.path);
    let call = access.parent().filter(|c| c.kind() == "call_expression" && c.field("function") == Some(access));
    let ty = match (written, call) {
        (Some(written), _) => property_type(&model, written, &speller)?,
        (None, Some(call)) => {
            let shape = call_shape(ctx, &model, call, None, &speller)?;
            format!("{}{} => {}", shape.generics, shape.parameters, shape.returns.unwrap_or_else(|| "void".to_owned()))
        }
        (None, None) => property_type(&model, access, &speller)?,
    };
    let safety = match written.is_some() && ty != "any" {
        true => Applicability::Unsafe,
        false => Applicability::DisplayOnly,
    };
    let here = target.path.as_ref() == ctx.path();
    let layout = Layout::of(&Semantics::new(ctx.index, &target));
    let member = format!("{name}: {ty};");
    let edits = match window_of(&target) {
        Some(window) => {
            let body = window.field("body")?;
            match body.named().last() {
                Some(last) => layout.after(body, *last, &[member])?,
                None => layout.at_start(body, &[member])?,
            }
        }
        None => {
            let unit = &layout.unit;
            let new = match is_module(ctx.root()) {
                true => format!("declare global {{\n{unit}interface Window {{\n{unit}{unit}{member}\n{unit}}}\n}}"),
                false => format!("interface Window {{\n{unit}{member}\n}}"),
            };
            vec![at_end(&layout, &new)]
        }
    };
    let fix = ctx.fix(format!("Declare '{name}' of 'Window'"), safety);
    let fix = fix.declares(format!("declare:{}:Window", target.path.display()));
    let fix = edits.into_iter().fold(fix, |f, e| if here { f.edit(e) } else { f.edit_in(&target, e) });
    Some(stubs.imports().into_iter().filter(|_| here).fold(fix, |f, i| f.import(i)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    const MESSAGE: &str = "Property 'a' does not exist on type 'Window & typeof globalThis'.";

    #[test]
    fn the_project_s_own_declaration_is_extended() {
        let global = |more: &str| {
            format!(
                "//- /global.d.ts\nexport {{}};\ndeclare global {{\n  interface Window {{\n    b: string;\n{more}  }}\n}}\n"
            )
        };
        check_fix(
            rule_of(module_path!()),
            "TS2339",
            MESSAGE,
            &format!("{}//- /main.ts\nexport const n = window.$0a(1);\n", global("")),
            &global("    a: (arg0: number) => void;\n"),
        );
    }

    #[test]
    fn a_script_declares_it_at_its_top() {
        check_fix(
            rule_of(module_path!()),
            "TS2339",
            MESSAGE,
            "window.$0a = 'x';\n",
            "window.a = 'x';\n\ninterface Window {\n    a: string;\n}\n",
        );
    }
}
