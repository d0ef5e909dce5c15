//! # Operator without its counterpart
//!
//! Some operators come in pairs: `==` and `!=`, `<` and `>`, `<=` and `>=`, `true` and `false`.
//!
//! ```csharp before
//! //@ error CS0216: The operator 'Money.operator ==(Money, Money)' requires a matching operator '!=' to also be defined
//! struct Money
//! {
//!     public decimal Amount;
//!     public static bool operator $0==$0(Money a, Money b) => a.Amount == b.Amount;
//!     public override bool Equals(object o) => o is Money m && m == this;
//!     public override int GetHashCode() => Amount.GetHashCode();
//! }
//! ```
//! ```csharp after
//! struct Money
//! {
//!     public decimal Amount;
//!     public static bool operator ==(Money a, Money b) => a.Amount == b.Amount;
//!
//!     public static bool operator !=(Money a, Money b) => !(a == b);
//!     public override bool Equals(object o) => o is Money m && m == this;
//!     public override int GetHashCode() => Amount.GetHashCode();
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for `==` and `!=`: one is the negation of the other. `Unsafe` for the others, whose operands are exchanged.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{parameters, written_type};
use syntax::{NodeExt, line_indent};

pub(crate) const CODES: &[&str] = &["CS0216"];

const PAIRS: &[(&str, &str)] = &[("==", "!="), ("<", ">"), ("<=", ">="), ("true", "false")];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let declaration = ctx.token()?.enclosing(&["operator_declaration"])?;
    let operator = declaration.field("operator")?;
    let written = operator.text_in(text);
    let other = PAIRS.iter().find_map(|(a, b)| match written {
        w if w == *a => Some(*b),
        w if w == *b => Some(*a),
        _ => None,
    })?;
    let all = parameters(declaration);
    let names: Vec<&str> = all.iter().filter_map(|p| Some(p.field("name")?.text_in(text))).collect();
    let types: Vec<&str> = all.iter().filter_map(|p| Some(p.field("type")?.text_in(text))).collect();
    let boolean = written_type(declaration).is_some_and(|t| t.text_in(text) == "bool");
    let value = match (names.as_slice(), written) {
        ([a, b], "==" | "!=") if boolean => format!("!({a} {written} {b})"),
        // `a > b` is `b < a`, where both are of one type.
        ([a, b], "<" | ">" | "<=" | ">=") if types.first() == types.get(1) => format!("{b} {written} {a}"),
        ([a], "true") => format!("{a} ? false : true"),
        ([a], "false") => format!("{a} ? false : true"),
        _ => return None,
    };
    let head = format!(
        "{}{other}{}",
        &text[declaration.start_byte()..operator.start_byte()],
        &text[operator.end_byte()..declaration.field("parameters")?.end_byte()]
    );
    let (eol, indent) = (ctx.eol(), line_indent(text, declaration.start_byte()));
    let body = declaration.field("body")?;
    let own_line = text[..declaration.start_byte()].ends_with(indent);
    let rest = match body.kind() == "block" && text[body.byte_range()].contains('\n') {
        true => {
            let gap = &text[declaration.field("parameters")?.end_byte()..body.start_byte()];
            let inner = format!("{indent}{}", ctx.indent_unit());
            format!("{gap}{{{eol}{inner}return {value};{eol}{indent}}}")
        }
        false if body.kind() == "block" => format!(" {{ return {value}; }}"),
        false => format!(" => {value};"),
    };
    let gap = if own_line && text.contains('\n') { format!("{eol}{eol}{indent}") } else { " ".to_owned() };
    let safe = if matches!(written, "==" | "!=") { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Generate {other} operator"), safe);
    Some(fix.insert(declaration.end_byte(), format!("{gap}{head}{rest}")).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "The operator 'C.operator <(C, C)' requires a matching operator '>' to also be defined";

    #[test]
    fn pairs() {
        let rule = rule_of(module_path!());
        let file = |members: &str| format!("class C<T> {{ {members} }}");
        for (given, made) in [
            (
                "public static bool operator $0>=(C<T> a, C<T> b) => true;",
                "public static bool operator <=(C<T> a, C<T> b) => b >= a;",
            ),
            (
                "public static bool operator $0true(C<T> c) { return true; }",
                "public static bool operator false(C<T> c) { return c ? false : true; }",
            ),
        ] {
            let after = format!("{} {made}", given.replace("$0", ""));
            check_fix(rule, "CS0216", MESSAGE, &file(given), &file(&after));
            check_fix_all(rule, "CS0216", MESSAGE, &[], &file(given), None);
        }
        let before = "class C\n{\n    /// <summary>x</summary>\n    [A]\n    public static bool operator $0!=(C a, C b)\n    {\n        return true;\n    }\n}\n";
        let made =
            "\n\n    [A]\n    public static bool operator ==(C a, C b)\n    {\n        return !(a != b);\n    }\n}\n";
        let after = before.replace("$0", "");
        let after = format!("{}{made}", after.strip_suffix("\n}\n").unwrap());
        check_fix_all(rule, "CS0216", MESSAGE, &[], before, Some(&after));
        check_no_fix(rule, "CS0216", MESSAGE, &file("public static bool operator $0<(C<T> a, int b) => true;"));
        check_no_fix(rule, "CS0216", MESSAGE, &file("public static C<T> operator $0==(C<T> a, int b) => a;"));
    }
}
