//! # A value of the wrong type
//!
//! A value is used where another type is expected: a literal of the wrong kind, a number without its suffix, a missing explicit
//! conversion, a sequence instead of a list, or a function whose declared return type no longer fits.
//!
//! ```csharp before
//! //@ error CS0266: Cannot implicitly convert type 'double' to 'int'. An explicit conversion exists (are you missing a cast?)
//! class C
//! {
//!     int M(double d)
//!     {
//!         int n = $0d + 1$0;
//!         return n;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(double d)
//!     {
//!         int n = (int)(d + 1);
//!         return n;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0029: Cannot implicitly convert type 'string' to 'int'
//! class C
//! {
//!     int n = $0"5"$0;
//!     public int N => n;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int n = 5;
//!     public int N => n;
//! }
//! ```
//! ```csharp before
//! //@ error CS0664: Literal of type double cannot be implicitly converted to type 'decimal'; use an 'M' suffix to create a literal of this type
//! class C
//! {
//!     public decimal Price = $01.5$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public decimal Price = 1.5M;
//! }
//! ```
//!
//! ## Fix safety
//! Literals are `Safe` where their text is also a literal of the expected type (`"5"` for `int`, `'a'` for `string`, a missing suffix), and
//! wherever else in the file these types do not fit a literal is what is wrong, too.
//! Casts, calls and changed declarations are `Unsafe`: they can lose precision, throw, or affect other code.

use super::support::disputed::is_disputed;
use super::support::values::is_value;
use codegen::csharp::asynchrony::task_result;
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::DeclarationKind;
use semantics::csharp::results::all_convertible;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{FUNCTIONS, function_of, has_modifier, outermost_at, parameters, written_type};
use syntax::{Node, NodeExt, leaf_at};

pub(crate) const CODES: &[&str] = &["CS0266", "CS0029", "CS1503", "CS0664", "CS0019", "CS0030", "CS1012"];

const NUMBERS: &[&str] = &[
    "int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double", "decimal", "char", "nint",
    "nuint",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    if ctx.code() == "CS0664" {
        let literal = token.enclosing(&["real_literal", "integer_literal"])?;
        let suffix = ctx.diagnostic.arguments.iter().find(|a| matches!(a.as_str(), "M" | "F" | "D" | "m" | "f"))?;
        let end = literal.text_in(text).trim_end_matches(['d', 'D']).len() + literal.start_byte();
        let title = format!("Add suffix '{suffix}'");
        let fix = ctx.fix(title, Applicability::Safe).replace(end..literal.end_byte(), suffix.as_str());
        return Some(vec![fix.preferred().build()]);
    }
    if ctx.code() == "CS1012" {
        let literal = text.get(ctx.diagnostic.range.start..)?;
        let inner = literal.strip_prefix('\'')?;
        let mut escaped = false;
        let close = inner.char_indices().find_map(|(i, c)| {
            let ends = !escaped && matches!(c, '\'' | '"') || c == '\n';
            escaped = c == '\\' && !escaped;
            ends.then_some(i)
        })?;
        let body = inner.get(..close).filter(|_| inner[close..].starts_with('\''))?;
        let range = ctx.diagnostic.range.start..ctx.diagnostic.range.start + close + 2;
        let fix = ctx.fix("Convert to string literal", Applicability::Unsafe).replace(range, format!("\"{body}\""));
        return Some(vec![fix.preferred().build()]);
    }
    if ctx.code() == "CS0019" {
        return comparison(ctx, token);
    }
    let arguments = &ctx.diagnostic.arguments;
    let skip = usize::from(ctx.code() == "CS1503" && arguments.len() > 2);
    let (from, to) = (arguments.get(skip)?, arguments.get(skip + 1)?);
    let value = outermost_at(token, is_value)?;
    if ctx.code() == "CS0030" {
        return None;
    }
    if let Some(replacement) = literal(value.text_in(text), to) {
        let fix =
            ctx.fix(format!("Change to {replacement}"), literal_safety(ctx)).replace(value.byte_range(), replacement);
        return Some(vec![fix.preferred().build()]);
    }
    let mut out = Vec::new();
    // A task is awaited, not converted. In a function that will become `async`, the value is returned without a task.
    if task_result(from).is_some() || task_result(to).is_some() && is_result_of_async_function(ctx, value) {
        return None;
    }
    let model = ctx.csharp();
    let wanted = Type::parse(to);
    let written = wanted.as_ref().map(|t| model.minimal(t, value.start_byte()));
    // A log is read again after its repairs.
    let cast = value.field("type").filter(|_| value.kind() == "cast_expression").map(|t| t.text_in(text));
    if cast.is_some() && cast == written.as_deref() {
        return None;
    }
    if let (Some("string"), true) = (written.as_deref(), value.kind().ends_with("_literal"))
        && matches!(value.kind(), "integer_literal" | "real_literal")
    {
        let quoted = format!("\"{}\"", value.text_in(text));
        out.push(
            ctx.fix(format!("Change to {quoted}"), Applicability::Unsafe)
                .replace(value.byte_range(), quoted)
                .preferred()
                .build(),
        );
    }
    let explicit = ctx.code() == "CS0266"
        || ctx.code() == "CS1503" && (numeric(from) && numeric(to) || downcast(&model, from, to));
    if let Some(fix) = to_collection(ctx, value, from, to) {
        out.push(fix);
    }
    if let Some(ty) = written.as_ref().filter(|t| explicit && Type::parse(t).is_some()) {
        if value.kind() == "null_literal" || value.kind() == "default_expression" {
            return None;
        }
        let source = value.text_in(text);
        let cast = match needs_parentheses(value) {
            true => format!("({ty})({source})"),
            false => format!("({ty}){source}"),
        };
        let mut fix = ctx.fix("Add explicit cast", Applicability::Unsafe);
        // Existing parentheses are reused.
        fix = fix.replace(value.byte_range(), cast);
        out.push(if out.is_empty() { fix.preferred() } else { fix }.build());
    }
    if let Some(result) = to_string_call(value, from, to, text) {
        out.push(ctx.fix("Call 'ToString()'", Applicability::Unsafe).replace(value.byte_range(), result).build());
    }
    if matches!(ctx.code().as_str(), "CS0029" | "CS0266") {
        if let Some(fix) = yield_return(ctx, &model, value, to) {
            out.insert(0, fix);
        }
        out.extend(change_declaration(ctx, &model, value, from));
        out.extend(task_from_result(ctx, value, from, to));
    }
    // The argument of an attribute is a constant; few casts are.
    let constant = value.enclosing(&["attribute"]).is_some();
    if constant || is_disputed(ctx, value, from, to) || is_beside_wrong_literal(ctx, value) {
        out = out.into_iter().map(|fix| fix.in_bulk(Bulk::Manual)).collect();
    }
    Some(out)
}

/// Whether another argument of the same call is a literal of the wrong kind: it is what keeps the right overload from being chosen.
fn is_beside_wrong_literal(ctx: &RuleContext<'_>, value: Node<'_>) -> bool {
    let Some(list) = value.parent().and_then(|argument| argument.parent()) else { return false };
    let repaired = ctx.diagnostics.repaired_in(ctx.path()).iter();
    ctx.code() == "CS1503"
        && repaired.filter(|(code, _)| code == ctx.code()).any(|(_, at)| list.range().contains_range(*at))
        || ctx.code() == "CS1503"
            && ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
                d.code == "CS1503"
                    && d.range.start != ctx.diagnostic.range.start
                    && list.byte_range().contains(&d.range.start)
                    && leaf_at(ctx.root(), d.range.start)
                        .and_then(|leaf| outermost_at(leaf, is_value))
                        .zip(d.arguments.last())
                        .is_some_and(|(other, to)| literal(other.text_in(ctx.text()), to).is_some())
            })
}

/// Whether `value` is returned by a function that is `async` by now, or that awaits without being `async`.
fn is_result_of_async_function(ctx: &RuleContext<'_>, value: Node<'_>) -> bool {
    value.parent().is_some_and(|p| p.is(&["return_statement", "arrow_expression_clause"]))
        && function_of(value).is_some_and(|function| {
            has_modifier(function, ctx.text(), "async")
                || ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
                    matches!(d.code.as_str(), "CS4032" | "CS4033" | "CS4034")
                        && function.byte_range().contains(&d.range.start)
                })
        })
}

/// Whether the function or property implements an interface member, so that its type is fixed.
fn implements_interface_member(ctx: &RuleContext<'_>, member: Node<'_>) -> bool {
    let Some(name) = member.field("name").filter(|_| member.kind() != "local_function_statement") else { return false };
    let csharp = ctx.index.csharp();
    let count = parameters(member).len();
    csharp.enclosing_type(ctx.path(), name.start_byte()).is_some_and(|own| {
        csharp.all_members(&own, "").iter().any(|m| {
            m.owner.declaration.kind == DeclarationKind::Interface
                && m.owner.origin != own.origin
                && m.declaration.name == name.text_in(ctx.text())
                && m.declaration.parameters.len() == count
        })
    })
}

fn numeric(ty: &str) -> bool {
    NUMBERS.contains(&ty.trim_end_matches('?'))
}

fn downcast(model: &SemanticModel<'_>, from: &str, to: &str) -> bool {
    let (Some(from), Some(to)) = (Type::parse(from), Type::parse(to)) else { return false };
    // A conversion that a type defines goes one way only.
    let is_value = |ty: &Type| model.is_value_type(ty.strip());
    model.resolve(&from).is_some()
        && model.resolve(&to).is_some()
        && model.converts(&to, &from)
        && (!is_value(&from) || is_value(&to) && numeric(&from.full_name()) && numeric(&to.full_name()))
}

fn needs_parentheses(value: Node<'_>) -> bool {
    !value.is(&[
        "identifier",
        "this",
        "base",
        "parenthesized_expression",
        "member_access_expression",
        "invocation_expression",
        "element_access_expression",
        "object_creation_expression",
        "implicit_object_creation_expression",
        "cast_expression",
        "integer_literal",
        "real_literal",
        "string_literal",
        "character_literal",
        "boolean_literal",
        "conditional_access_expression",
        "tuple_expression",
        "interpolated_string_expression",
        "await_expression",
        "postfix_unary_expression",
        "typeof_expression",
        "default_expression",
    ])
}

/// The literal as a literal of type `to`; `None` when its text is not one.
fn literal(source: &str, to: &str) -> Option<String> {
    let to = to.trim_end_matches('?');
    if let Some(inner) = source.strip_prefix('"').and_then(|s| s.strip_suffix('"')).filter(|s| !s.contains('"')) {
        let number = inner.strip_prefix('-').unwrap_or(inner);
        let digits = !number.is_empty() && number.len() < 19 && number.bytes().all(|b| b.is_ascii_digit());
        let fits = match to {
            "int" => inner.parse::<i32>().is_ok(),
            "long" => inner.parse::<i64>().is_ok(),
            "short" => inner.parse::<i16>().is_ok(),
            "byte" => inner.parse::<u8>().is_ok(),
            "sbyte" => inner.parse::<i8>().is_ok(),
            "uint" => inner.parse::<u32>().is_ok(),
            "ulong" => inner.parse::<u64>().is_ok(),
            "ushort" => inner.parse::<u16>().is_ok(),
            "double" | "float" | "decimal" => true,
            _ => false,
        };
        let canonical = number == "0" || !number.starts_with('0');
        if digits && fits && canonical {
            return Some(inner.to_owned());
        }
        let real = number
            .split_once('.')
            .is_some_and(|(a, b)| [a, b].iter().all(|p| !p.is_empty() && p.bytes().all(|c| c.is_ascii_digit())));
        match to {
            "double" if real => return Some(inner.to_owned()),
            "float" if real => return Some(format!("{inner}f")),
            "decimal" if real => return Some(format!("{inner}m")),
            "bool" if matches!(inner, "true" | "false") => return Some(inner.to_owned()),
            "char" if inner != "'" && (inner.chars().count() == 1 || inner.len() == 2 && inner.starts_with('\\')) => {
                return Some(format!("'{inner}'"));
            }
            _ => {}
        }
    }
    if let Some(inner) = source.strip_prefix('\'').and_then(|s| s.strip_suffix('\''))
        && matches!(to, "string" | "object" | "System.String")
        && inner != "\""
        && inner != "\\'"
    {
        return Some(format!("\"{inner}\""));
    }
    None
}

/// A binary operator with a literal of the wrong kind on one side.
fn comparison(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let binary = outermost_at(token, |n| n.kind() == "binary_expression")?;
    let (left, right) = (binary.field("left")?, binary.field("right")?);
    let (from_left, from_right) = (ctx.argument(1)?, ctx.argument(2)?);
    let sides = [(left, from_right), (right, from_left)];
    let (side, new) = sides.into_iter().find_map(|(side, to)| Some((side, literal(side.text_in(text), to)?)))?;
    let fix = ctx.fix(format!("Change to {new}"), literal_safety(ctx)).replace(side.byte_range(), new);
    Some(vec![fix.preferred().build()])
}

/// The two types that do not fit, in order of their names.
fn mismatch(d: &SourceDiagnostic) -> Option<[&str; 2]> {
    let skip = match d.code.as_str() {
        "CS0029" | "CS0266" => 0,
        "CS0019" => 1,
        "CS1503" => d.arguments.len().checked_sub(2)?,
        _ => return None,
    };
    let mut types = [d.argument(skip)?, d.argument(skip + 1)?];
    types.sort_unstable();
    Some(types)
}

/// Where the same types do not fit in other places of the file either, the declaration may be what is wrong: certain only if a literal is
/// what is wrong everywhere.
fn literal_safety(ctx: &RuleContext<'_>) -> Applicability {
    let text = ctx.text();
    let pair = mismatch(ctx.diagnostic);
    let is_literal = |d: &SourceDiagnostic| {
        let Some(leaf) = leaf_at(ctx.root(), d.range.start) else { return false };
        let fits = |node: Node<'_>, to: &str| literal(node.text_in(text), to).is_some();
        match outermost_at(leaf, |n| n.kind() == "binary_expression").filter(|_| d.code == "CS0019") {
            Some(binary) => {
                let sides = [(binary.field("left"), d.argument(2)), (binary.field("right"), d.argument(1))];
                sides.into_iter().any(|(side, to)| side.zip(to).is_some_and(|(side, to)| fits(side, to)))
            }
            None => outermost_at(leaf, is_value).zip(d.arguments.last()).is_some_and(|(value, to)| fits(value, to)),
        }
    };
    let mut others = ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| mismatch(d) == pair);
    if others.all(is_literal) { Applicability::Safe } else { Applicability::Unsafe }
}

/// `ToList()` or `ToArray()` where a sequence is used as a collection of the same elements.
fn to_collection(ctx: &RuleContext<'_>, value: Node<'_>, from: &str, to: &str) -> Option<Fix> {
    let text = ctx.text();
    let (from, to) = (Type::parse(from)?, Type::parse(to)?);
    let sequence = |ty: &Type| match ty {
        Type::Array(element, 1) => Some((**element).clone()),
        _ => [
            "System.Collections.Generic.IEnumerable",
            "System.Collections.Generic.List",
            "System.Collections.Generic.IList",
            "System.Collections.Generic.ICollection",
            "System.Collections.Generic.IReadOnlyList",
            "System.Collections.Generic.IReadOnlyCollection",
            "System.Collections.Generic.HashSet",
            "System.Linq.IOrderedEnumerable",
            "System.Linq.IQueryable",
        ]
        .iter()
        .find_map(|name| ty.arguments_of(name).and_then(|a| a.first().cloned())),
    };
    let element = sequence(&from)?;
    let call = match &to {
        Type::Array(of, 1) if **of == element => "ToArray",
        _ if to.arguments_of("System.Collections.Generic.List") == Some(&[element.clone()][..]) => "ToList",
        _ if to.arguments_of("System.Collections.Generic.IList") == Some(&[element.clone()][..]) => "ToList",
        _ if to.arguments_of("System.Collections.Generic.IReadOnlyList") == Some(&[element.clone()][..]) => "ToList",
        _ if to.arguments_of("System.Collections.Generic.HashSet") == Some(&[element][..]) => "ToHashSet",
        _ => return None,
    };
    let source = value.text_in(text);
    let low_precedence = needs_parentheses(value) || value.is(&["cast_expression", "await_expression"]);
    let new = if low_precedence { format!("({source}).{call}()") } else { format!("{source}.{call}()") };
    let fix = ctx.fix(format!("Call '{call}()'"), Applicability::Unsafe).replace(value.byte_range(), new);
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), value.start_byte());
    let fix = match scope.iter().any(|n| n == "System.Linq") {
        true => fix,
        false => fix.import(ImportRequest::Using { namespace: "System.Linq".to_owned() }),
    };
    Some(fix.preferred().build())
}

fn to_string_call(value: Node<'_>, from: &str, to: &str, text: &str) -> Option<String> {
    let simple = numeric(from) || from == "bool" || from.starts_with("System.") && !from.contains('<');
    if to.trim_end_matches('?') != "string" || !simple || from.ends_with('?') || value.kind().ends_with("_literal") {
        return None;
    }
    let source = value.text_in(text);
    let low_precedence = needs_parentheses(value) || value.is(&["cast_expression", "await_expression"]);
    Some(if low_precedence { format!("({source}).ToString()") } else { format!("{source}.ToString()") })
}

/// `yield return` in a function that returns a sequence of such values.
fn yield_return(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, value: Node<'_>, to: &str) -> Option<Fix> {
    let statement = value.parent().filter(|p| p.kind() == "return_statement")?;
    let function = function_of(value)?;
    if !function.is(&["method_declaration", "local_function_statement", "accessor_declaration"]) {
        return None;
    }
    let wanted = Type::parse(to)?;
    let name = wanted.full_name();
    let element = match name.as_str() {
        "System.Collections.IEnumerable" | "System.Collections.IEnumerator" => Type::named("object"),
        "System.Collections.Generic.IEnumerable" | "System.Collections.Generic.IEnumerator" => {
            wanted.arguments().first()?.clone()
        }
        _ => return None,
    };
    let from = model.type_of(value)?;
    if !model.converts(&from, &element) {
        return None;
    }
    let fix =
        ctx.fix("Replace return with yield return", Applicability::Unsafe).insert(statement.start_byte(), "yield ");
    Some(fix.preferred().build())
}

/// Changes the declaration that expects the other type: a return type, a local variable, a private field.
fn change_declaration(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, value: Node<'_>, from: &str) -> Option<Fix> {
    let text = ctx.text();
    let parent = value.parent()?;
    let (declared, title) = match parent.kind() {
        "return_statement" | "arrow_expression_clause" => {
            let function = value.enclosing(FUNCTIONS).or_else(|| value.enclosing(&["property_declaration"]))?;
            let fixed = ["override", "async", "partial"].iter().any(|m| has_modifier(function, text, m));
            if !function.is(&["method_declaration", "local_function_statement", "property_declaration"]) || fixed {
                return None;
            }
            (written_type(function)?, "Change return type to")
        }
        "variable_declarator" => {
            let declaration = parent.parent()?;
            if declaration.named().len() > 2 {
                return None;
            }
            (declaration.field("type")?, "Change type to")
        }
        _ => return None,
    };
    let ty = Type::parse(from)?;
    // Another repair has made the types compatible.
    let wanted = ctx.argument(1).and_then(Type::parse)?;
    if model.converts(&ty, &wanted) {
        return None;
    }
    let result = declared.parent().filter(|p| p.is(&["method_declaration", "property_declaration"]));
    // An implementation has the type of the interface member, unless its own return values already have the new type.
    let bulk = match result {
        Some(member)
            if implements_interface_member(ctx, member) && all_convertible(model, member, text, &ty) != Some(true) =>
        {
            Bulk::Manual
        }
        Some(member)
            if has_modifier(member, text, "virtual") && all_convertible(model, member, text, &ty) != Some(true) =>
        {
            Bulk::Manual
        }
        _ => Bulk::Repair,
    };
    let written = model.minimal(&ty, declared.start_byte());
    if written.starts_with('<')
        || written.contains("method group")
        || declared.kind() == "implicit_type"
        || written == "void"
    {
        return None;
    }
    let fix = ctx.fix(format!("{title} '{written}'"), Applicability::Unsafe).in_bulk(bulk);
    Some(fix.replace(declared.byte_range(), written).build())
}

/// `Task.FromResult(x)` in a function that returns a task and is not `async`.
fn task_from_result(ctx: &RuleContext<'_>, value: Node<'_>, from: &str, to: &str) -> Option<Fix> {
    let text = ctx.text();
    let result = task_result(to).filter(|r| !r.is_empty())?;
    let function = function_of(value)?;
    if has_modifier(function, text, "async") || to.contains("ValueTask") {
        return None;
    }
    let task = codegen::csharp::asynchrony::task_name(ctx, value.start_byte());
    let argument = if from == result {
        String::new()
    } else {
        let model = ctx.csharp();
        format!("<{}>", model.minimal(&Type::parse(result)?, value.start_byte()))
    };
    let fix = ctx.fix("Wrap in 'Task.FromResult'", Applicability::Unsafe);
    Some(
        fix.replace(value.byte_range(), format!("{task}.FromResult{argument}({})", value.text_in(text)))
            .preferred()
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use super::literal;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn a_literal_is_not_certain_where_the_declaration_may_be_wrong() {
        let rule = rule_of(module_path!());
        let message = "Operator '==' cannot be applied to operands of type 'string' and 'char'";
        let before = "class C { string c; bool M(char d) { c = d; return $0c == 'x'; } }";
        let after = before.replace("$0c == 'x'", "c == \"x\"");
        check_fix_all(rule, "CS0019", message, &[], before, Some(&after));
        let other = [("CS0029", "Cannot implicitly convert type 'char' to 'string'")];
        check_fix_all(rule, "CS0019", message, &other, before, None);
        let of_other_types = [("CS0029", "Cannot implicitly convert type 'bool' to 'string'")];
        check_fix_all(rule, "CS0019", message, &of_other_types, before, Some(&after));
    }

    #[test]
    fn literals_of_other_kinds() {
        assert_eq!(literal("\"5\"", "int"), Some("5".to_owned()));
        assert_eq!(literal("\"300\"", "byte"), None);
        assert_eq!(literal("\"a\"", "char"), Some("'a'".to_owned()));
        assert_eq!(literal("'a'", "string"), Some("\"a\"".to_owned()));
        assert_eq!(literal("\"x\"", "int"), None);
        assert_eq!(literal("\"1.5\"", "decimal"), Some("1.5m".to_owned()));
    }

    #[test]
    fn sequences_are_converted_to_lists() {
        check_fix(
            rule_of(module_path!()),
            "CS0266",
            "Cannot implicitly convert type 'System.Collections.Generic.IEnumerable<int>' to 'System.Collections.Generic.List<int>'. An explicit conversion exists (are you missing a cast?)",
            "using System.Collections.Generic; using System.Linq; class C { List<int> M(IEnumerable<int> x) { return $0x; } }",
            "using System.Collections.Generic; using System.Linq; class C { List<int> M(IEnumerable<int> x) { return x.ToList(); } }",
        );
    }

    #[test]
    fn the_return_type_is_changed() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0029",
            "Cannot implicitly convert type 'string' to 'int'",
            "Change return type to 'string'",
            "class C { int M() => $0\"\"; }",
            "class C { string M() => \"\"; }",
        );
    }

    #[test]
    fn the_value_returned_by_an_async_function_is_not_a_task() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0266",
            "Cannot implicitly convert type 'object' to 'System.Threading.Tasks.Task<string>'. An explicit conversion exists (are you missing a cast?)",
            "using System.Threading.Tasks; class C { async Task<string> M(object o) { await Task.Yield(); return $0o; } }",
        );
    }

    #[test]
    fn nothing_where_the_cast_stands() {
        let message =
            "Cannot implicitly convert type 'object' to 'int'. An explicit conversion exists (are you missing a cast?)";
        check_no_fix(rule_of(module_path!()), "CS0266", message, "class C { int M(object o) { return $0(int)o; } }");
    }
}
