//! # Generate enum member
//!
//! A member of an enum is used that does not exist.
//!
//! ```csharp before
//! //@ error CS0117: 'Color' does not contain a definition for 'Blue'
//! class C
//! {
//!     Color M() => Color.$0Blue;
//! }
//!
//! enum Color
//! {
//!     Red = 1,
//!     Green = 2
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     Color M() => Color.Blue;
//! }
//!
//! enum Color
//! {
//!     Red = 1,
//!     Green = 2,
//!     Blue = 3
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the name may be misspelt, and the value is a guess from the other members.

use super::support::declarations;
use codegen::csharp::members::{declaring_file, type_node};
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::{Node, NodeExt, child_of_kind, line_indent};
use text::{LineEnding, TextEdit};

pub(crate) const CODES: &[&str] = &["CS0117"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    generate(ctx).into_iter().collect()
}

fn generate<'a>(ctx: &RuleContext<'a>) -> Option<Fix> {
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    let name = token.text_in(ctx.text());
    let access = token.parent()?;
    let receiver = access.field("expression").or_else(|| access.field("qualifier"))?;
    if access.parent().is_some_and(|p| {
        p.kind() == "invocation_expression" && p.field("function").is_some_and(|f| f.id() == access.id())
    }) {
        return None;
    }
    let csharp = ctx.index.csharp();
    let written: String = receiver.text_in(ctx.text()).chars().filter(|c| !c.is_whitespace()).collect();
    let model = ctx.csharp();
    let ty = csharp
        .resolve(written.trim_start_matches("global::"), ctx.path(), receiver.start_byte())
        .or_else(|| model.type_of(receiver).and_then(|t| model.resolve(&t)))
        .filter(|t| t.declaration.kind == DeclarationKind::Enum)?;
    let (target_file, at) = declaring_file(ctx, ctx.diagnostic.range.start, &ty)?;
    let source = target_file.source();
    let text: &str = source.parsed.text();
    let eol = LineEnding::of(text).as_str();
    let node = type_node(source, at)?;
    let body = node.field("body")?;
    let members: Vec<Node<'_>> = body.named().into_iter().filter(|n| n.kind() == "enum_member_declaration").collect();
    let own = line_indent(text, node.start_byte());
    let value = next_value(&members, text, underlying(node, text))?.map(|v| format!(" = {v}")).unwrap_or_default();
    let edit = match members.last() {
        None => {
            let inner = body.start_byte() + 1..body.end_byte().saturating_sub(1).max(body.start_byte() + 1);
            let indent = format!("{own}{}", if own.starts_with('\t') { "\t" } else { "    " });
            if text[inner.clone()].trim().is_empty() {
                TextEdit::replace(inner, format!("{eol}{indent}{name}{eol}{own}"))
            } else {
                TextEdit::insert(inner.start, format!("{eol}{indent}{name}"))
            }
        }
        Some(last) => {
            let comma = last.next_sibling().filter(|s| s.kind() == ",");
            let starts = text[..last.start_byte()].rfind('\n').map_or(0, |i| i + 1);
            let own_line = text[starts..last.start_byte()].trim().is_empty();
            let gap = if own_line { format!("{eol}{}", line_indent(text, last.start_byte())) } else { " ".to_owned() };
            match comma {
                Some(comma) => TextEdit::insert(comma.end_byte(), format!("{gap}{name}{value},")),
                None => TextEdit::insert(last.end_byte(), format!(",{gap}{name}{value}")),
            }
        }
    };
    let fix = ctx.fix(format!("Generate enum member '{name}'"), Applicability::Unsafe);
    // Explicit values are consecutive: one member at a time.
    let fix = fix
        .declares(declarations::key(&ty, if value.is_empty() { name } else { "" }))
        .in_bulk(declarations::member(ctx, &ty, name));
    Some(fix.edit_in(source, edit).build())
}

/// The least and the greatest value of an integral type.
fn bounds(ty: &str) -> Option<(i128, i128)> {
    Some(match ty.trim_start_matches("System.") {
        "sbyte" | "SByte" => (i128::from(i8::MIN), i128::from(i8::MAX)),
        "short" | "Int16" => (i128::from(i16::MIN), i128::from(i16::MAX)),
        "int" | "Int32" => (i128::from(i32::MIN), i128::from(i32::MAX)),
        "long" | "Int64" => (i128::from(i64::MIN), i128::from(i64::MAX)),
        "byte" | "Byte" => (0, i128::from(u8::MAX)),
        "ushort" | "UInt16" => (0, i128::from(u16::MAX)),
        "uint" | "UInt32" => (0, i128::from(u32::MAX)),
        "ulong" | "UInt64" => (0, i128::from(u64::MAX)),
        _ => return None,
    })
}

/// The bounds of the values of an enum.
fn underlying(node: Node<'_>, text: &str) -> (i128, i128) {
    let base = child_of_kind(node, "base_list").and_then(|b| b.named().into_iter().next());
    base.and_then(|b| bounds(b.text_in(text))).unwrap_or((i128::from(i32::MIN), i128::from(i32::MAX)))
}

/// The next value in the style of the others; `Some(None)` when they have no explicit values, `None` when there is no value left that none of
/// them has.
fn next_value(members: &[Node<'_>], text: &str, (least, most): (i128, i128)) -> Option<Option<String>> {
    let value_of = |n: &Node<'_>| n.field("value").map(|v| v.text_in(text).trim().to_owned());
    let Some(last) = members.last() else { return Some(None) };
    let name_of = |n: &Node<'_>| n.field("name").map(|m| m.text_in(text).to_owned());
    // The values of the members, as far as they can be evaluated.
    let mut numbers: Vec<(String, i128)> = Vec::new();
    for member in members {
        let number = match value_of(member) {
            Some(v) => numbers.iter().find(|(n, _)| *n == v).map(|(_, x)| *x).or_else(|| evaluate(&v)),
            None => Some(numbers.last().map_or(0, |(_, x)| x + 1)),
        };
        let (Some(name), Some(mut number)) = (name_of(member), number) else { return Some(None) };
        // All bits of a signed type: a negative number.
        if least < 0 && number > most && number <= most - least {
            number -= most - least + 1;
        }
        numbers.push((name, number));
    }
    let greatest = numbers.iter().map(|(_, x)| *x).max()?;
    let is_free = |value: i128| !numbers.iter().any(|(_, x)| *x == value);
    let last_number = numbers.last()?.1;
    let following = || (last_number < most && is_free(last_number + 1)).then_some(None);
    let Some(written) = value_of(last) else { return following() };
    let prefixed = written.starts_with('0') && written.contains(['x', 'X', 'b', 'B']);
    if last_number < 0 && prefixed {
        return following();
    }
    let shift = written.split_once("<<").filter(|(one, _)| one.trim() == "1");
    if let Some((_, bits)) = shift
        && members.iter().filter_map(value_of).all(|v| v.starts_with("1 <<") || v.starts_with("1<<") || v == "0")
    {
        let bits: u32 = bits.trim().parse().ok()?;
        // `1` is an `int`, whose last bit is its sign.
        let next = bits.checked_add(1).filter(|n| *n < 31 && 1i128 << n <= most && is_free(1i128 << n))?;
        return Some(Some(format!("1 << {next}")));
    }
    let explicit: Vec<String> = members.iter().filter_map(value_of).collect();
    let next = if explicit.len() == members.len() && numbers.len() > 2 && powers(&numbers) {
        greatest.checked_mul(2)?
    } else {
        let next = if explicit.iter().all(|v| evaluate(v).is_some()) {
            last_number.max(if last_number < 0 { last_number } else { greatest_below(greatest, last_number) })
        } else {
            greatest
        };
        next.checked_add(1)?
    };
    // After the greatest value, the first that is free.
    let next = match next <= most && is_free(next) {
        true => next,
        false => (0..=most.min(1 << 16)).find(|v| is_free(*v))?,
    };
    let literal = written.chars().all(|c| c.is_alphanumeric() || c == '_');
    Some(Some(match written.to_ascii_lowercase().get(..2) {
        Some("0x") if literal => format!("0x{next:X}"),
        Some("0b") if literal => format!("0b{next:b}"),
        _ => next.to_string(),
    }))
}

fn greatest_below(greatest: i128, last: i128) -> i128 {
    // Ignore a mask of all ones (`All = 0xFFFF…`).
    if greatest > i128::from(i64::MAX) { last } else { greatest }
}

fn powers(numbers: &[(String, i128)]) -> bool {
    let ones: Vec<i128> = numbers.iter().map(|(_, x)| *x).filter(|x| *x > 0).collect();
    ones.len() > 1 && ones.iter().all(|x| x.count_ones() == 1) && ones.windows(2).all(|w| w[1] == w[0] * 2)
}

/// Evaluates a constant integer expression.
fn evaluate(value: &str) -> Option<i128> {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let mut rest = plain.as_str();
    let number = binary(&mut rest, 0, 0)?;
    rest.is_empty().then_some(number)
}

/// Operators by precedence, lowest first.
const OPERATORS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "%"]];

fn binary(rest: &mut &str, level: usize, depth: usize) -> Option<i128> {
    let Some(operators) = OPERATORS.get(level) else { return unary(rest, depth) };
    let mut left = binary(rest, level + 1, depth)?;
    while let Some(operator) = operators.iter().find(|o| rest.starts_with(**o)) {
        *rest = &rest[operator.len()..];
        let right = binary(rest, level + 1, depth)?;
        left = match *operator {
            "|" => left | right,
            "^" => left ^ right,
            "&" => left & right,
            "<<" => left.checked_shl(u32::try_from(right).ok()?)?,
            ">>" => left.checked_shr(u32::try_from(right).ok()?)?,
            "+" => left.checked_add(right)?,
            "-" => left.checked_sub(right)?,
            "*" => left.checked_mul(right)?,
            "/" => left.checked_div(right)?,
            _ => left.checked_rem(right)?,
        };
    }
    Some(left)
}

fn unary(rest: &mut &str, depth: usize) -> Option<i128> {
    let text = *rest;
    if depth > 16 {
        return None;
    }
    let mut after = |mark: char| {
        let inner = text.strip_prefix(mark)?;
        *rest = inner;
        Some(())
    };
    if after('-').is_some() {
        return unary(rest, depth + 1)?.checked_neg();
    }
    if after('~').is_some() {
        return unary(rest, depth + 1).map(|x| !x);
    }
    if after('(').is_some() {
        let inner = binary(rest, 0, depth + 1)?;
        *rest = rest.strip_prefix(')')?;
        return Some(inner);
    }
    let length = text.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(text.len());
    let (word, tail) = text.split_at(length);
    *rest = tail;
    if let Some((ty, bound)) = word.split_once('.') {
        let (least, most) = bounds(ty)?;
        return match bound {
            "MinValue" => Some(least),
            "MaxValue" => Some(most),
            _ => None,
        };
    }
    let lower = word.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..)?, 16),
        Some("0b") => (lower.get(2..)?, 2),
        _ => (lower.as_str(), 10),
    };
    i128::from_str_radix(digits.trim_end_matches(['u', 'l']), radix).ok()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn flags_and_trailing_commas() {
        check_fix(
            rule_of(module_path!()),
            "CS0117",
            "'E' does not contain a definition for 'D'",
            "class C { E M() => E.$0D; }\nenum E\n{\n    A = 1 << 0,\n    B = 1 << 1,\n}\n",
            "class C { E M() => E.D; }\nenum E\n{\n    A = 1 << 0,\n    B = 1 << 1,\n    D = 1 << 2,\n}\n",
        );
    }

    #[test]
    fn values_are_computed() {
        for (ty, last, next) in [
            ("int", "(0x10 + 2 * 3) % 20 | 8", "11"),
            ("byte", "0b10", "0b11"),
            ("byte", "~-3 << 1", "5"),
            ("ulong", "ulong.MaxValue", "0"),
        ] {
            let text = |mark: &str, more: &str| {
                format!("class C {{ E M() => E.{mark}B; }}\nenum E : {ty}\n{{\n    A = {last}{more}\n}}\n")
            };
            check_fix(
                rule_of(module_path!()),
                "CS0117",
                "'E' does not contain a definition for 'B'",
                &text("$0", ""),
                &text("", &format!(",\n    B = {next}")),
            );
        }
    }

    #[test]
    fn values_stay_within_the_type_and_are_new() {
        let text = |mark: &str, ty: &str, members: &str| {
            format!("class C {{ E M() => E.{mark}N; }}\nenum E : {ty} {{ {members} }}\n")
        };
        let rule = rule_of(module_path!());
        let message = "'E' does not contain a definition for 'N'";
        for (ty, members, next) in [
            ("byte", "A = 1, B = 255", "N = 0"),
            ("byte", "A = 0, B = 1, D = 255", "N = 2"),
            ("System.SByte", "A = 126, B = 127", "N = 0"),
            ("byte", "A = 32, B = 64, D = 128", "N = 0"),
            ("int", "A = 5, B = 4", "N = 6"),
        ] {
            let after = text("", ty, &format!("{members}, {next}"));
            check_fix(rule, "CS0117", message, &text("$0", ty, members), &after);
        }
        for (ty, members) in [("byte", "A = 1 << 6, B = 1 << 7"), ("uint", "A = 1 << 30"), ("byte", "A = 254, B")] {
            check_no_fix(rule, "CS0117", message, &text("$0", ty, members));
        }
    }

    #[test]
    fn nothing_for_a_library() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0117",
            "'DayOfWeek' does not contain a definition for 'Someday'",
            "using System; class C { DayOfWeek M() => DayOfWeek.$0Someday; }",
        );
    }
}
