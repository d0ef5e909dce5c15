//! # Generate field, property, local or parameter
//!
//! A name is used as a value but is not declared. Its type is inferred from the use.
//!
//! ```csharp before
//! //@ error CS0103: The name 'count' does not exist in the current context
//! class C
//! {
//!     int M()
//!     {
//!         $0count = 1;
//!         return count;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private int count;
//!
//!     int M()
//!     {
//!         count = 1;
//!         return count;
//!     }
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0103: The name 'Count' does not exist in the current context
//! class C
//! {
//!     void M()
//!     {
//!         int a = $0Count;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int Count { get; private set; }
//!
//!     void M()
//!     {
//!         int a = Count;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the name may be misspelt, or its declaration renamed. In bulk nothing is declared for a value that is only read: nothing would
//! ever assign it.

use super::support::declarations;
use super::support::named::name_token;
use super::support::receiver::receiver_type;
use super::support::values::{operand_type, tested_type};
use codegen::csharp::members::{Added, add_member, declaring_file, has_pointer, imported, type_node};
use codegen::csharp::style::prefers_var;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::TypeOrigin;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::completion_names::locals;
use semantics::csharp::site::Site;
use semantics::csharp::target::is_interface;
use semantics::csharp::target::{
    Access, is_conditional, is_unsafe, out_of_scope_type_parameters, without_type_parameters,
};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0103", "CS1061", "CS0117", "CS0118"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    generate(ctx).unwrap_or_default()
}

/// How the value is used.
struct Use<'a> {
    token: Node<'a>,
    /// The expression: the name, or the member access.
    expression: Node<'a>,
    receiver: Option<Node<'a>>,
    /// Whether it is assigned.
    written: bool,
    passed: Passed,
    ty: Type,
    /// Whether the type is inferred from the use; else it is `object`.
    certain: bool,
}

/// How the value is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Passed {
    Value,
    Ref,
    Out,
    In,
    /// `return ref x`
    RefReturn,
}

fn generate<'a>(ctx: &RuleContext<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = name_token(ctx)?;
    let name = token.text_in(text);
    if matches!(name, "var" | "nameof" | "await" | "_" | "value" | "field") || token.parent()?.kind() == "generic_name"
    {
        return None;
    }
    // Another repair has declared it since the build.
    if ctx.code() == "CS0103" && locals(ctx, token).iter().any(|n| n.name == name) {
        return None;
    }
    let used = usage(ctx, token)?;
    let enclosing = ancestors(token).find(|n| n.is(TYPE_DECLARATIONS))?;
    let csharp = ctx.index.csharp();
    let site = Site::at(token, text);
    let here_type = csharp.enclosing_type(ctx.path(), enclosing.field("name")?.start_byte())?;
    let model = ctx.csharp();
    let initializer =
        used.receiver.is_none() && used.expression.parent().is_some_and(|p| in_object_initializer(p, used.expression));
    let (target, is_static) = if initializer {
        let owner = ancestors(token).find(|n| n.kind() == "initializer_expression").and_then(|n| n.parent())?;
        // `new T { X = … }`, or nested: `P = { X = … }`.
        let owner = if owner.kind() == "assignment_expression" { owner.field("left")? } else { owner };
        (model.resolve(model.type_of(owner)?.strip())?, false)
    } else {
        match used.receiver {
            None => (here_type.clone(), site.is_static),
            Some(receiver) => receiver_type(ctx, &model, receiver)?,
        }
    };
    if !matches!(target.origin, TypeOrigin::Source(_)) || target.declaration.kind == DeclarationKind::Enum {
        return None;
    }
    let (target_file, at) = declaring_file(ctx, ctx.diagnostic.range.start, &target)?;
    let source = target_file.source();
    let node = type_node(source, at)?;
    let here = target_file.is_current() && node.byte_range().contains(&token.start_byte());

    // Type parameters of methods are not in scope outside of them.
    let mut foreign = out_of_scope_type_parameters(token, text, Some((node, source.parsed.text())));
    foreign.extend(site.method_parameters.iter().map(|(name, _)| name.clone()));
    let outside = without_type_parameters(&used.ty, &foreign);

    let offset = node.field("body").map_or(node.end_byte(), |b| (b.start_byte() + 1).min(b.end_byte()));
    let mut namespaces = Vec::new();
    let ty = imported(ctx, source, &outside, if here { token.start_byte() } else { offset }, &mut namespaces);
    let bare = name.trim_start_matches('@');
    let escaped = if syntax::csharp::naming::camel_case(name).starts_with('@') { name } else { bare };
    let beside = if here { neighbouring_member(ctx, used.expression) } else { None };
    let beside = beside.as_ref().map(|(n, before)| (n.as_str(), *before));
    let near = here.then(|| token.start_byte());
    let unsafe_word = if has_pointer(&outside) && !is_unsafe(node, source.parsed.text()) { "unsafe " } else { "" };
    let is_static = is_static || target.declaration.modifiers.contains(Modifiers::STATIC);
    let static_word = if is_static { "static " } else { "" };
    // What is only read would always be the default value. A value of unknown type is a guess, and so is the origin of the name.
    let bulk = match used.receiver {
        _ if !used.certain || !used.written => Bulk::Manual,
        None if !initializer && declarations::is_known(ctx, token, bare) => Bulk::Manual,
        _ => declarations::member(ctx, &target, bare),
    };
    let key = declarations::key(&target, bare);
    let add = |title: String, added: Added, line: String| -> Option<Fix> {
        let edit = add_member(source, node, added, &[line], near, beside)?;
        let mut fix = ctx.fix(title, Applicability::Unsafe).declares(key.clone()).in_bulk(bulk);
        for n in &namespaces {
            let request = ImportRequest::Using { namespace: n.clone() };
            fix = fix.import_in(target_file.source(), request);
        }
        Some(fix.edit_in(target_file.source(), edit).build())
    };
    let mut fields = Vec::new();
    let mut properties = Vec::new();
    if is_interface(&target) {
        if is_static {
            return None;
        }
        properties.extend(add(
            format!("Generate property '{bare}'"),
            Added::Property,
            format!("{ty} {escaped} {{ get; set; }}"),
        ));
        if !used.written {
            properties.extend(add(
                format!("Generate read-only property '{bare}'"),
                Added::Property,
                format!("{ty} {escaped} {{ get; }}"),
            ));
        }
        return Some(properties);
    }
    let constant = is_constant_place(used.expression);
    let in_constructor = here
        && ancestors(token)
            .find(|n| n.parent().is_some_and(|p| p.kind() == "declaration_list"))
            .is_some_and(|m| m.kind() == "constructor_declaration")
        && !ancestors(token)
            .any(|n| n.is(&["lambda_expression", "anonymous_method_expression", "local_function_statement"]));
    // Protected members cannot be accessed through a value of the base class.
    let access = match () {
        () if here => Access::Private,
        () if is_static && csharp.is_derived_from(&here_type, &target) => Access::Protected,
        () => Access::Internal,
    };
    let word = access.word();
    if constant {
        let line = format!("{word} const {ty} {escaped};");
        return Some(
            add(format!("Generate constant '{bare}'"), Added::Field { readonly: false }, line).into_iter().collect(),
        );
    }
    if used.passed != Passed::RefReturn {
        let line = format!("{word} {static_word}{unsafe_word}{ty} {escaped};");
        fields.extend(add(format!("Generate field '{bare}'"), Added::Field { readonly: false }, line));
        if !used.written || in_constructor {
            let line = format!("{word} {static_word}readonly {unsafe_word}{ty} {escaped};");
            fields.extend(add(format!("Generate read-only field '{bare}'"), Added::Field { readonly: true }, line));
        }
    }
    let widest = Access::widest(&csharp, &model, &target, &outside);
    let public = widest.word();
    let by_ref = match used.passed {
        Passed::RefReturn | Passed::Ref => Some("ref"),
        Passed::In => Some("ref readonly"),
        Passed::Value | Passed::Out => None,
    };
    if let Some(by_ref) = by_ref {
        let line = format!(
            "{public} {static_word}{unsafe_word}{by_ref} {ty} {escaped} => throw new NotImplementedException();"
        );
        let fix = add(format!("Generate property '{bare}'"), Added::Property, line);
        properties.extend(fix);
    } else if used.passed == Passed::Value {
        let setter = if access < widest { format!("{word} set;") } else { "set;".to_owned() };
        if in_constructor && used.written {
            let line = format!("{public} {static_word}{unsafe_word}{ty} {escaped} {{ get; }}");
            properties.extend(add(format!("Generate read-only property '{bare}'"), Added::Property, line));
        }
        let line = format!("{public} {static_word}{unsafe_word}{ty} {escaped} {{ get; {setter} }}");
        properties.extend(add(format!("Generate property '{bare}'"), Added::Property, line));
    }
    let mut out = Vec::new();
    let upper = bare.starts_with(char::is_uppercase);
    if upper {
        out.extend(properties);
        out.extend(fields);
    } else {
        out.extend(fields);
        out.extend(properties);
    }
    if used.receiver.is_none() && !initializer && used.passed != Passed::RefReturn {
        out.extend(local(ctx, &model, &used, bare));
        out.extend(parameter(ctx, &model, &used, bare));
    }
    Some(out)
}

fn in_object_initializer(parent: Node<'_>, node: Node<'_>) -> bool {
    parent.kind() == "assignment_expression"
        && parent.field("left").is_some_and(|l| l.id() == node.id())
        && parent.parent().is_some_and(|p| {
            p.kind() == "initializer_expression"
                && p.parent().is_some_and(|c| {
                    matches!(
                        c.kind(),
                        "object_creation_expression" | "implicit_object_creation_expression" | "assignment_expression"
                    )
                })
        })
}

fn usage<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Use<'a>> {
    let model = ctx.csharp();
    let parent = token.parent()?;
    let (expression, receiver) = match parent.kind() {
        "member_access_expression" if parent.field("name").is_some_and(|n| n.id() == token.id()) => {
            (parent, parent.field("expression"))
        }
        "member_binding_expression" => {
            let access = parent.parent().filter(|p| p.kind() == "conditional_access_expression")?;
            (access, access.field("condition"))
        }
        "attribute"
        | "qualified_name"
        | "base_list"
        | "type_argument_list"
        | "using_directive"
        | "namespace_declaration" => return None,
        _ => (token, None),
    };
    let outer = expression.parent()?;
    let is = |field: &str| outer.field(field).is_some_and(|f| f.id() == expression.id());
    match outer.kind() {
        "invocation_expression" if is("function") => return None,
        "object_creation_expression" if is("type") => return None,
        _ if is("type") => return None,
        _ => {}
    }
    let has = |n: Node<'a>, kinds: &[&str]| n.all_children().iter().any(|c| c.is(kinds));
    let assigned = outer.kind() == "assignment_expression" && is("left");
    let passed = match outer.kind() {
        "ref_expression" => Passed::RefReturn,
        "argument" if has(outer, &["ref"]) => Passed::Ref,
        "argument" if has(outer, &["out"]) => Passed::Out,
        "argument" if has(outer, &["in"]) => Passed::In,
        _ => Passed::Value,
    };
    let is_incremented =
        matches!(outer.kind(), "prefix_unary_expression" | "postfix_unary_expression") && has(outer, &["++", "--"]);
    // Elsewhere, a name that resolves to a type is intended as a type.
    if ctx.code() == "CS0118" && !assigned && outer.kind() != "argument" {
        return None;
    }
    let ty = if assigned {
        outer
            .field("right")
            .and_then(|r| semantics::csharp::arguments::argument_type(&model, r, ctx.text()))
            .or_else(|| model.expected_type(expression))
            .or_else(|| operand_type(&model, outer.field("right")?, ctx.text()))
    } else if is_incremented {
        Some(Type::named("int"))
    } else {
        tested_type(&model, expression).or_else(|| model.expected_type(expression))
    };
    let ty = ty.filter(|t| !t.is("void"));
    // `a?.b` is `int?` when `b` is `int`.
    let ty = ty.map(|t| if is_conditional(expression) && model.is_value_type(t.strip()) { t.not_null() } else { t });
    let certain = ty.is_some();
    let ty = ty.unwrap_or_else(|| Type::named("object"));
    let written = assigned || is_incremented || matches!(passed, Passed::Ref | Passed::Out);
    Some(Use { token, expression, receiver, written, passed, ty, certain })
}

/// The member that the previous or next statement uses in the same way, and whether the new one comes before it.
fn neighbouring_member(ctx: &RuleContext<'_>, expression: Node<'_>) -> Option<(String, bool)> {
    let text = ctx.text();
    let statement = ancestors(expression).find(|n| n.kind() == "expression_statement")?;
    let assignment = statement.named().into_iter().next().filter(|a| a.kind() == "assignment_expression")?;
    if assignment.field("left").is_none_or(|l| l.id() != expression.id()) {
        return None;
    }
    let name = |s: Node<'_>| -> Option<String> {
        let assignment = s.named().into_iter().next().filter(|a| a.kind() == "assignment_expression")?;
        let left = assignment.field("left")?;
        match left.kind() {
            "identifier" => Some(left.text_in(text).to_owned()),
            "member_access_expression"
                if left.field("expression").is_some_and(|e| matches!(e.kind(), "this" | "this_expression")) =>
            {
                left.field("name").map(|n| n.text_in(text).to_owned())
            }
            _ => None,
        }
    };
    let previous = statement.prev_named_sibling().filter(|s| s.kind() == "expression_statement").and_then(name);
    let next = statement.next_named_sibling().filter(|s| s.kind() == "expression_statement").and_then(name);
    previous.map(|n| (n, false)).or(next.map(|n| (n, true)))
}

/// Whether a constant is required: in attribute arguments, `case` labels, default values and constants.
fn is_constant_place(expression: Node<'_>) -> bool {
    for n in ancestors(expression).skip(1) {
        match n.kind() {
            "attribute_argument" | "constant_pattern" | "case_switch_label" | "enum_member_declaration" => return true,
            "parameter" => return true,
            "field_declaration" | "local_declaration_statement" => {
                return n.all_children().iter().any(|c| c.kind() == "const")
                    || n.named()
                        .iter()
                        .any(|c| c.kind() == "modifier" && c.child(0).is_some_and(|m| m.kind() == "const"));
            }
            "block" | "lambda_expression" | "declaration_list" => return false,
            _ => {}
        }
    }
    false
}

/// A local variable before the statement, or the assignment turned into a declaration.
fn local(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, used: &Use<'_>, name: &str) -> Option<Fix> {
    let text = ctx.text();
    let statement = ancestors(used.expression).find(|n| {
        n.kind().ends_with("_statement")
            && n.parent().is_some_and(|p| {
                matches!(p.kind(), "block" | "switch_section" | "global_statement") || p.kind().starts_with("preproc_")
            })
    })?;
    if matches!(statement.kind(), "local_function_statement") {
        return None;
    }
    let ty = model.minimal(&used.ty, used.token.start_byte());
    let fix = ctx.fix(format!("Generate local '{name}'"), Applicability::Unsafe).in_bulk(Bulk::Manual);
    let assignment = used.expression.parent().filter(|p| p.kind() == "assignment_expression");
    if let Some(assignment) = assignment
        && assignment.parent().is_some_and(|p| p.id() == statement.id())
        && assignment.field("operator").is_none_or(|o| o.text_in(text) == "=")
    {
        let uses_var = assignment.field("right").is_some_and(|value| prefers_var(ctx, &used.ty, value));
        let ty = if uses_var && !used.ty.is("object") { "var" } else { ty.as_str() };
        return Some(fix.insert(used.token.start_byte(), format!("{ty} ")).build());
    }
    let value =
        if used.passed == Passed::Out { String::new() } else { format!(" = {}", default_value(model, &used.ty, &ty)) };
    let indent = line_indent(text, statement.start_byte());
    let at = statement.start_byte();
    let line_start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let eol = ctx.eol();
    let edit = if text[line_start..at].trim().is_empty() {
        TextEdit::insert(line_start, format!("{indent}{ty} {name}{value};{eol}"))
    } else {
        TextEdit::insert(at, format!("{ty} {name}{value}; "))
    };
    Some(fix.edit(edit).build())
}

fn default_value(model: &SemanticModel<'_>, ty: &Type, written: &str) -> String {
    const NUMBERS: &[&str] =
        &["int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double", "decimal"];
    match ty {
        Type::Nullable(_) | Type::Array(..) | Type::Pointer(_) => return "null".to_owned(),
        Type::Tuple(_) => return "default".to_owned(),
        Type::Named { .. } => {}
    }
    if NUMBERS.iter().any(|n| ty.is(n)) {
        return "0".to_owned();
    }
    if ty.is("bool") {
        return "false".to_owned();
    }
    if ty.is("char") {
        return "'\\0'".to_owned();
    }
    if ty.is("string") || ty.is("object") || ty.is("dynamic") {
        return "null".to_owned();
    }
    match model.resolve(ty).map(|t| t.declaration.kind) {
        Some(
            DeclarationKind::Class | DeclarationKind::Interface | DeclarationKind::Delegate | DeclarationKind::Record,
        ) => "null".to_owned(),
        _ => format!("default({written})"),
    }
}

/// A new last parameter of the method around the use.
fn parameter(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, used: &Use<'_>, name: &str) -> Option<Fix> {
    let text = ctx.text();
    let method = ancestors(used.expression)
        .find(|n| n.is(&["method_declaration", "constructor_declaration", "local_function_statement"]))?;
    let list = method.field("parameters").filter(|p| p.kind() == "parameter_list")?;
    // The signature of an override is fixed.
    let fixed = method
        .all_children()
        .iter()
        .any(|c| c.kind() == "modifier" && matches!(c.text_in(text), "override" | "partial"));
    if fixed || list.byte_range().contains(&used.token.start_byte()) {
        return None;
    }
    let close = list.end_byte().checked_sub(1).filter(|c| text.as_bytes().get(*c) == Some(&b')'))?;
    let parameters: Vec<Node<'_>> = list.named().into_iter().filter(|p| p.kind() == "parameter").collect();
    // Before optional parameters.
    let required = parameters.iter().rposition(|p| {
        !p.all_children().iter().any(|c| c.kind() == "=")
            && !p.all_children().iter().any(|c| c.text_in(text) == "params")
    });
    let ty = model.minimal(&used.ty, used.token.start_byte());
    let fix = ctx.fix(format!("Generate parameter '{name}'"), Applicability::Unsafe).in_bulk(Bulk::Manual);
    Some(match (required, parameters.first()) {
        (Some(i), _) => fix.insert(parameters[i].end_byte(), format!(", {ty} {name}")).build(),
        (None, Some(first)) => fix.insert(first.start_byte(), format!("{ty} {name}, ")).build(),
        (None, None) => fix.insert(close, format!("{ty} {name}")).build(),
    })
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::name_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    #[test]
    fn next_to_the_field_that_the_neighbouring_statement_sets() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("_b"),
            "Generate field '_b'",
            "class C\n{\n    private int _a;\n    private int _c;\n\n    C()\n    {\n        _a = 1;\n        $0_b = \"\";\n        _c = 2;\n    }\n}\n",
            "class C\n{\n    private int _a;\n    private string _b;\n    private int _c;\n\n    C()\n    {\n        _a = 1;\n        _b = \"\";\n        _c = 2;\n    }\n}\n",
        );
    }

    #[test]
    fn a_local_and_a_parameter() {
        let before = "class C\n{\n    void M(bool b)\n    {\n        int a = $0n + 1;\n    }\n}\n";
        check_fix_titled(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("n"),
            "Generate local 'n'",
            before,
            "class C\n{\n    void M(bool b)\n    {\n        int n = 0;\n        int a = n + 1;\n    }\n}\n",
        );
        check_fix_titled(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("n"),
            "Generate parameter 'n'",
            before,
            "class C\n{\n    void M(bool b, int n)\n    {\n        int a = n + 1;\n    }\n}\n",
        );
    }

    fn generated(title: &str, code: &str, message: &str, before: &str, after: &str) {
        check_fix_titled(rule_of(module_path!()), code, message, title, before, after);
    }

    #[test]
    fn the_accessibility_of_a_property_follows_its_type() {
        for (ty, property) in [
            ("protected class T { }", "protected T P { get; private set; }"),
            ("internal class T { }", "internal T P { get; private set; }"),
            ("public class T { }", "public T P { get; private set; }"),
            ("class T { }", "private T P { get; set; }"),
        ] {
            let class = |head: &str, use_: &str| {
                format!("public class C\n{{\n{head}    object M(T t) => t = {use_};\n    {ty}\n}}\n")
            };
            let (before, after) = (class("", "$0P"), class(&format!("    {property}\n\n"), "P"));
            generated("Generate property 'P'", "CS0103", &name_not_found("P"), &before, &after);
        }
    }

    #[test]
    fn protected_members_are_not_accessible_through_the_base_class() {
        generated(
            "Generate field 'a'",
            "CS1061",
            "'B' does not contain a definition for 'a' and no accessible extension method 'a' accepting a first argument of type 'B' could be found (are you missing a using directive or an assembly reference?)",
            "class C : B\n{\n    void M(B b) => b.$0a = 1;\n}\nclass B\n{\n}\n",
            "class C : B\n{\n    void M(B b) => b.a = 1;\n}\nclass B\n{\n    internal int a;\n}\n",
        );
    }

    #[test]
    fn by_reference() {
        let class = |head: &str, word: &str, use_: &str| {
            format!("using System;\nclass C\n{{\n{head}    void M({word} int i) => M({word} {use_});\n}}\n")
        };
        for (word, result) in [("ref", "ref"), ("in", "ref readonly")] {
            let property = format!("    public {result} int P => throw new NotImplementedException();\n\n");
            let (before, after) = (class("", word, "$0P"), class(&property, word, "P"));
            generated("Generate property 'P'", "CS0103", &name_not_found("P"), &before, &after);
        }
        // Only a variable can be an `out` argument.
        let (before, after) = (class("", "out", "$0P"), class("    private int P;\n\n", "out", "P"));
        generated("Generate field 'P'", "CS0103", &name_not_found("P"), &before, &after);
    }

    #[test]
    fn conditional_access_does_not_make_the_member_nullable() {
        generated(
            "Generate field 'a'",
            "CS1061",
            "'C' does not contain a definition for 'a' and no accessible extension method 'a' accepting a first argument of type 'C' could be found (are you missing a using directive or an assembly reference?)",
            "class C\n{\n    int? M(C c) => c?$0.a;\n}\n",
            "class C\n{\n    private int a;\n\n    int? M(C c) => c?.a;\n}\n",
        );
    }

    #[test]
    fn hidden_lines_are_left_alone() {
        generated(
            "Generate field 'a'",
            "CS0103",
            &name_not_found("a"),
            "class C\n{\n#line hidden\n    void N()\n    {\n    }\n#line default\n    int M()\n    {\n        return $0a;\n    }\n}\n",
            "class C\n{\n#line hidden\n    void N()\n    {\n    }\n#line default\n    int M()\n    {\n        return a;\n    }\n\n    private int a;\n}\n",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS1061",
            "'C' does not contain a definition for 'a' and no accessible extension method 'a' accepting a first argument of type 'C' could be found (are you missing a using directive or an assembly reference?)",
            "class C\n{\n    void M() => this.$0a = 1;\n#line hidden\n}\n",
        );
    }

    #[test]
    fn nothing_for_a_call() {
        check_no_fix(rule_of(module_path!()), "CS0103", &name_not_found("n"), "class C { void M() { $0n(); } }");
    }

    #[test]
    fn the_type_of_an_operand() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0103",
            "The name 'sum' does not exist in the current context",
            "Generate field 'sum'",
            "class C\n{\n    void M()\n    {\n        $0sum = unknown + 1;\n    }\n}",
            "class C\n{\n    private int sum;\n\n    void M()\n    {\n        sum = unknown + 1;\n    }\n}",
        );
    }
}
