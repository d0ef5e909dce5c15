//! # No conversion between two types
//!
//! A type of the project can define a conversion: an operator is generated in it.
//!
//! ```csharp before
//! //@ error CS0030: Cannot convert type 'int' to 'Money'
//! using System;
//! class C
//! {
//!     Money M() => $0(Money)5$0;
//! }
//!
//! class Money
//! {
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     Money M() => (Money)5;
//! }
//!
//! class Money
//! {
//!     public static explicit operator Money(int v)
//!     {
//!         throw new NotImplementedException();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the operator is not implemented yet, and often the value is what is wrong.

use codegen::csharp::members::{Added, add_member, declaring_file, imported, type_node};
use codegen::editorconfig::property;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::DeclarationKind;
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::Type;
use syntax::NodeExt;
use syntax::csharp::{is_statement, outermost_at};

pub(crate) const CODES: &[&str] = &["CS0029", "CS0030"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

/// Whether the type can declare the operator.
fn can_declare_operator(ty: &CsType) -> bool {
    use DeclarationKind::{Class, Record, RecordStruct, Struct};
    matches!(ty.declaration.kind, Class | Struct | Record | RecordStruct) && matches!(ty.origin, TypeOrigin::Source(_))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let token = ctx.token()?;
    let explicit = ctx.code() == "CS0030";
    let (from, to) = (ctx.argument(0)?, ctx.argument(1)?);
    let model = ctx.csharp();
    let csharp = ctx.index.csharp();
    let at = token.start_byte();
    // The types of the nodes are more precise than those in the message, which are not qualified.
    let (from, to) = if explicit {
        let cast = token.enclosing(&["cast_expression"]).filter(|c| c.start_byte() == at)?;
        (model.type_of(cast.field("value")?), model.written_type(cast.field("type")?))
    } else {
        let value = outermost_at(token, |n| {
            n.is_named()
                && !is_statement(n)
                && !n.is(&["argument", "arrow_expression_clause", "switch_expression_arm", "expression_element"])
        })?;
        (model.type_of(value).or_else(|| Type::parse(from)), model.expected_type(value).or_else(|| Type::parse(to)))
    };
    let (from, to) = (from?, to?);
    let found = |ty: &Type| model.resolve(ty);
    let (source_type, target_type) = (found(&from)?, found(&to)?);
    // No user-defined conversion from or to an interface, to `object`, or between a class and its base.
    let special = |t: &CsType| t.declaration.kind == DeclarationKind::Interface || t.full_name() == "System.Object";
    let related =
        csharp.is_derived_from(&source_type, &target_type) || csharp.is_derived_from(&target_type, &source_type);
    if from == to || special(&source_type) || special(&target_type) || related {
        return None;
    }
    let declaring_type = if can_declare_operator(&target_type) {
        &target_type
    } else {
        Some(&source_type).filter(|t| can_declare_operator(t))?
    };
    let static_class = declaring_type.declaration.modifiers.contains(index::Modifiers::STATIC);
    if static_class || declaring_type.arity() > 0 {
        return None;
    }
    let (target_file, name) = declaring_file(ctx, ctx.diagnostic.range.start, declaring_type)?;
    let source = target_file.source();
    let node = type_node(source, name)?;
    let offset = node.field("body")?.start_byte() + 1;
    let mut namespaces = vec!["System".to_owned()];
    let mut spell = |ty: &Type| imported(ctx, source, ty, offset, &mut namespaces);
    let word = if explicit { "explicit" } else { "implicit" };
    let head = format!("public static {word} operator {}({} v)", spell(&to), spell(&from));
    let expression = property(ctx, "csharp_style_expression_bodied_operators")
        .is_some_and(|v| v == "true" || v == "when_on_single_line");
    let lines = match expression {
        true => vec![format!("{head} => throw new NotImplementedException();")],
        false => vec![head, "{".to_owned(), "\u{1}throw new NotImplementedException();".to_owned(), "}".to_owned()],
    };
    let near = (target_file.is_current() && node.byte_range().contains(&at)).then_some(at);
    let edit = add_member(source, node, Added::Method, &lines, near, None)?;
    let title = format!("Generate {word} conversion operator in '{}'", declaring_type.declaration.name);
    let fix = ctx.fix(title, Applicability::Unsafe).isolated("generate").in_bulk(Bulk::Manual);
    let fix = namespaces.into_iter().fold(fix, |fix, namespace| {
        let request = ImportRequest::Using { namespace };
        fix.import_in(target_file.source(), request)
    });
    Some(fix.edit_in(target_file.source(), edit).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn the_other_type_is_from_a_library() {
        check_fix(
            rule_of(module_path!()),
            "CS0029",
            "Cannot implicitly convert type 'Digit' to 'double'",
            "using System;\n\nclass Digit\n{\n    public double val;\n}\n\nclass C\n{\n    void M(Digit d)\n    {\n        double num = $0d;\n    }\n}\n",
            "using System;\n\nclass Digit\n{\n    public double val;\n\n    public static implicit operator double(Digit v)\n    {\n        throw new NotImplementedException();\n    }\n}\n\nclass C\n{\n    void M(Digit d)\n    {\n        double num = d;\n    }\n}\n",
        );
    }

    #[test]
    fn not_between_a_class_and_its_base() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0029",
            "Cannot implicitly convert type 'string' to 'int'",
            "class C { int n = $0\"\"; }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0030",
            "Cannot convert type 'I' to 'C'",
            "interface I { } struct C { C M(I i) => $0(C)i; }",
        );
    }
}
