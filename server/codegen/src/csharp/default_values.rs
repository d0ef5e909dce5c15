//! Default values of parameters, written for another place than their declaration. Constants are written as Roslyn writes them.

use index::{DeclarationId, DeclarationKind, Index, Modifiers, Parameter};
use semantics::csharp::values::is_reference;
use semantics::csharp::{Member, Place, SemanticModel, Type};
use syntax::csharp::initializer;
use syntax::{NodeExt, leaf_at};

/// The longest chain of constants that is followed.
const MAX_STEPS: usize = 8;

/// The default value of `parameter` of `member`, at a place where its type `ty` is written `spelled`.
pub fn default_value_at(
    index: &Index,
    model: &SemanticModel<'_>,
    member: &Member,
    parameter: &Parameter,
    ty: &Type,
    spelled: &str,
) -> String {
    let written = parameter.default.as_str();
    let Place::Declaration(id) = &member.place else { return written.to_owned() };
    let inner = match ty {
        Type::Nullable(inner) => inner,
        ty => ty,
    };
    let spelled = if matches!(ty, Type::Nullable(_)) { spelled.trim_end_matches('?') } else { spelled };
    let mut text = written.to_owned();
    let mut at = id.clone();
    for _ in 0..MAX_STEPS {
        if is_default(&text) {
            return default_of(model, ty, inner, &text, spelled);
        }
        if let Some(members) = enum_members(model, inner, &text) {
            return members.iter().map(|m| format!("{spelled}.{m}")).collect::<Vec<_>>().join(" | ");
        }
        if let Some(number) = number_text(&text, inner) {
            return number;
        }
        match constant(index, &text, &at) {
            Some((value, place)) => (text, at) = (value, place),
            None => break,
        }
    }
    // A literal has the same meaning everywhere.
    let literal = text.starts_with(['"', '\'', '@', '-']) || text.starts_with(|c: char| c.is_ascii_digit());
    if literal || matches!(text.as_str(), "true" | "false" | "null") { text } else { written.to_owned() }
}

fn is_default(text: &str) -> bool {
    text == "default" || text.starts_with("default(") || text.starts_with("new") && text.ends_with("()")
}

fn default_of(model: &SemanticModel<'_>, ty: &Type, inner: &Type, text: &str, spelled: &str) -> String {
    let reference = is_reference(inner, model);
    let nullable = matches!(ty, Type::Nullable(_));
    match () {
        () if nullable && model.is_value_type(inner) || reference == Some(true) => "null".to_owned(),
        () if nullable => "default".to_owned(),
        () if ty.is("bool") => "false".to_owned(),
        () if ty.is("char") => "'\\0'".to_owned(),
        () if range(ty).is_some() || ["float", "double", "decimal"].iter().any(|t| ty.is(t)) => "0".to_owned(),
        () if text == "default" => "default".to_owned(),
        () => format!("default({spelled})"),
    }
}

/// The members of the enum `ty` that `text` combines with `|`.
fn enum_members(model: &SemanticModel<'_>, ty: &Type, text: &str) -> Option<Vec<String>> {
    model.resolve(ty).filter(|t| t.declaration.kind == DeclarationKind::Enum)?;
    let names: Vec<String> = text
        .split('|')
        .map(|part| part.trim().rsplit_once('.').map(|(_, name)| name.trim().to_owned()))
        .collect::<Option<_>>()?;
    let members = model.own_members(ty);
    let known = |name: &String| members.iter().any(|m| m.declaration.name == name.as_str());
    names.iter().all(known).then_some(names)
}

/// The initializer of the constant field that `text` names, and where it is declared.
fn constant(index: &Index, text: &str, at: &DeclarationId) -> Option<(String, DeclarationId)> {
    let csharp = index.csharp();
    let (owner, name) = text.rsplit_once('.')?;
    let owner = csharp.resolve_at(owner.trim(), at)?;
    let members = csharp.members(&owner);
    let field = members.iter().find(|m| m.declaration.name == name.trim())?;
    let id = field.id.clone().filter(|_| field.declaration.modifiers.contains(Modifiers::CONST))?;
    let source = index.source(&id.path)?;
    let name = leaf_at(source.parsed.root(), index.ranges(&id)?.name.start)?;
    let value = initializer(name.enclosing(&["variable_declarator"])?)?;
    Some((value.text_in(source.parsed.text()).to_owned(), id))
}

/// The least and the greatest value of an integral type.
fn range(ty: &Type) -> Option<(i128, i128)> {
    const RANGES: [(&str, i128, i128); 8] = [
        ("sbyte", i8::MIN as i128, i8::MAX as i128),
        ("byte", 0, u8::MAX as i128),
        ("short", i16::MIN as i128, i16::MAX as i128),
        ("ushort", 0, u16::MAX as i128),
        ("int", i32::MIN as i128, i32::MAX as i128),
        ("uint", 0, u32::MAX as i128),
        ("long", i64::MIN as i128, i64::MAX as i128),
        ("ulong", 0, u64::MAX as i128),
    ];
    RANGES.iter().find(|(name, ..)| ty.is(name)).map(|(_, low, high)| (*low, *high))
}

/// A number as Roslyn writes a constant of this type.
fn number_text(text: &str, ty: &Type) -> Option<String> {
    if let Some((low, high)) = range(ty) {
        let value = match text.rsplit_once('.') {
            Some((owner, end)) => {
                let (low, high) =
                    range(&Type::named(owner)).or_else(|| range(&Type::named(&format!("System.{owner}"))))?;
                match end {
                    "MinValue" => low,
                    "MaxValue" => high,
                    _ => return None,
                }
            }
            None => integer(text)?,
        };
        return Some(match value {
            value if value == low && low != 0 => format!("{ty}.MinValue"),
            value if value == high => format!("{ty}.MaxValue"),
            value => value.to_string(),
        });
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let digits = digits.replace('_', "");
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || digits.starts_with("0x")
        || digits.starts_with("0b")
    {
        return None;
    }
    let number = digits.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    match () {
        () if ty.is("float") => {
            let shown = shortest(&format!("{:e}", number.parse::<f32>().ok()?), 7)?;
            let suffix = if sign.is_empty() && shown.bytes().all(|b| b.is_ascii_digit()) { "" } else { "F" };
            Some(format!("{sign}{shown}{suffix}"))
        }
        () if ty.is("double") => {
            Some(format!("{sign}{}", shortest(&format!("{:e}", number.parse::<f64>().ok()?), 15)?))
        }
        () if ty.is("decimal") => {
            let shown = plain(number)?;
            let small = !shown.contains('.') && shown.parse::<i64>().is_ok();
            Some(format!("{sign}{shown}{}", if small { "" } else { "M" }))
        }
        () => None,
    }
}

fn integer(text: &str) -> Option<i128> {
    if let Some(rest) = text.strip_prefix('-') {
        return integer(rest.trim_start()).map(|n| -n);
    }
    let digits = text.replace('_', "").to_ascii_lowercase();
    let digits = digits.trim_end_matches(['u', 'l']);
    match (digits.strip_prefix("0x"), digits.strip_prefix("0b")) {
        (Some(hex), _) => i128::from_str_radix(hex, 16).ok(),
        (_, Some(binary)) => i128::from_str_radix(binary, 2).ok(),
        _ => digits.parse().ok(),
    }
}

/// A number of the form `d.ddde±x` as .NET formats it: with a two-digit exponent from `precision` digits on.
fn shortest(scientific: &str, precision: i32) -> Option<String> {
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..precision).contains(&exponent) {
        return plain(&format!("{mantissa}E{exponent}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{mantissa}E{sign}{:02}", exponent.abs()))
}

/// A number with all its digits and without an exponent.
fn plain(number: &str) -> Option<String> {
    let lower = number.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 400)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let scale = fraction.len() as i32 - exponent;
    let shown = if scale <= 0 {
        format!("{digits}{}", "0".repeat(scale.unsigned_abs() as usize))
    } else {
        let padded = format!("{digits:0>width$}", width = scale as usize + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale as usize);
        format!("{whole}.{fraction}")
    };
    let trimmed = shown.trim_start_matches('0');
    Some(if trimmed.is_empty() || trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_constants_of_their_type() {
        for (text, ty, shown) in [
            ("0x10", "int", "16"),
            ("-2147483648", "int", "int.MinValue"),
            ("Byte.MaxValue", "byte", "byte.MaxValue"),
            ("ushort.MinValue", "ushort", "0"),
            ("1_000", "long", "1000"),
            ("1e10f", "float", "1E+10F"),
            ("1", "float", "1"),
            ("0.00001f", "float", "1E-05F"),
            ("-2.5", "double", "-2.5"),
            ("2e-3m", "decimal", "0.002M"),
            ("1E3m", "decimal", "1000"),
        ] {
            assert_eq!(number_text(text, &Type::named(ty)).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(number_text("Limit", &Type::named("int")), None);
    }
}
