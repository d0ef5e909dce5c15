//! Default values of parameters as C# text.

use crate::image::{Cursor, Image, TYPE_DEF_OR_REF, table};
use crate::signature::{Segments, Shape};
use crate::visibility::{enclosing_types, is_visible};
use rustc_hash::FxHashMap;

/// Names of enum values of a set of assemblies.
#[derive(Default)]
pub struct Enums {
    members: FxHashMap<String, Vec<(i64, String)>>,
}

impl Enums {
    /// Adds the public enums of an assembly.
    pub(crate) fn add(&mut self, image: &Image<'_>) {
        let enclosing = enclosing_types(image);
        let mut constants: FxHashMap<u32, u32> = FxHashMap::default();
        for row in 1..=image.rows(table::CONSTANT) {
            let (on, field) = image.coded(table::CONSTANT, row, 1, &[table::FIELD, table::PARAM, table::PROPERTY]);
            if on == table::FIELD {
                constants.insert(field, row);
            }
        }
        // Ranges may overlap in a hostile file: each field counts once.
        let mut budget = image.rows(table::FIELD) as usize;
        for row in 1..=image.rows(table::TYPE_DEF) {
            let extends = image.coded(table::TYPE_DEF, row, 3, TYPE_DEF_OR_REF);
            let is_enum = matches!(extends.0, table::TYPE_DEF | table::TYPE_REF)
                && image.string(extends.0, extends.1, 1) == "Enum"
                && image.string(extends.0, extends.1, 2) == "System";
            if !is_enum || !is_visible(image, &enclosing, row) {
                continue;
            }
            let Some(name) = Segments::of(image, &enclosing, table::TYPE_DEF, row).and_then(|s| s.text(&[])) else {
                continue;
            };
            let mut members = Vec::new();
            for field in image.children(table::TYPE_DEF, row, 4, table::FIELD).take(budget) {
                budget -= 1;
                let value = constants.get(&field).and_then(|c| integer(image, *c));
                members.extend(value.map(|v| (v, image.string(table::FIELD, field, 1).to_owned())));
            }
            self.members.insert(name, members);
        }
    }

    fn text(&self, enum_type: &str, value: i64) -> Option<String> {
        let (_, name) = self.members.get(enum_type)?.iter().find(|m| m.0 == value)?;
        Some(format!("{enum_type}.{name}"))
    }
}

fn integer(image: &Image<'_>, constant: u32) -> Option<i64> {
    let mut value = Cursor::new(image.blob(table::CONSTANT, constant, 2));
    Some(match image.cell(table::CONSTANT, constant, 0) & 0xFF {
        0x04 => i64::from(i8::from_le_bytes(value.bytes()?)),
        0x02 | 0x05 => i64::from(value.byte()?),
        0x06 => i64::from(i16::from_le_bytes(value.bytes()?)),
        0x03 | 0x07 => i64::from(u16::from_le_bytes(value.bytes()?)),
        0x08 => i64::from(i32::from_le_bytes(value.bytes()?)),
        0x09 => i64::from(u32::from_le_bytes(value.bytes()?)),
        0x0A => i64::from_le_bytes(value.bytes()?),
        0x0B => u64::from_le_bytes(value.bytes()?) as i64,
        _ => return None,
    })
}

/// The default value of an optional parameter of type `type_text`. `default` when metadata does not contain it or C# has no
/// literal for it.
pub fn default_text(
    image: &Image<'_>,
    constant: Option<u32>,
    decimal: Option<&[u8]>,
    type_text: &str,
    shape: Shape,
    enums: &Enums,
) -> String {
    let known = match constant {
        Some(constant) => constant_text(image, constant, type_text, shape, enums),
        None => decimal.and_then(decimal_text),
    };
    known.unwrap_or_else(|| "default".into())
}

fn constant_text(image: &Image<'_>, constant: u32, type_text: &str, shape: Shape, enums: &Enums) -> Option<String> {
    let mut value = Cursor::new(image.blob(table::CONSTANT, constant, 2));
    let kind = image.cell(table::CONSTANT, constant, 0) & 0xFF;
    let enum_type =
        if shape.named_value { Some(type_text) } else { type_text.strip_suffix('?').filter(|t| t.contains('.')) };
    if let (0x04..=0x0B, Some(enum_type)) = (kind, enum_type) {
        let number = integer(image, constant)?;
        return match enums.text(enum_type, number) {
            Some(text) => Some(text),
            None if number == 0 => None,
            None if number < 0 => Some(format!("({enum_type})({number})")),
            None => Some(format!("({enum_type}){number}")),
        };
    }
    Some(match kind {
        0x02 => if value.byte()? != 0 { "true" } else { "false" }.into(),
        0x03 => format!("'{}'", escaped(&[u16::from_le_bytes(value.bytes()?)], '\'')),
        0x0B => u64::from_le_bytes(value.bytes()?).to_string(),
        0x04..=0x0A => integer(image, constant)?.to_string(),
        0x0C => {
            let number = f32::from_le_bytes(value.bytes()?);
            match special(f64::from(number), "float") {
                Some(text) => text,
                None => format!("{number}f"),
            }
        }
        0x0D => {
            let number = f64::from_le_bytes(value.bytes()?);
            match special(number, "double") {
                Some(text) => text,
                None if number.abs() >= 1e15 => format!("{number:e}"),
                None => number.to_string(),
            }
        }
        0x0E => {
            let bytes = image.blob(table::CONSTANT, constant, 2);
            if bytes.len() > 1024 {
                return None;
            }
            let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
            format!("\"{}\"", escaped(&units, '"'))
        }
        // The default of a struct or of a type parameter is stored as null, too.
        0x12 if shape.not_null => return None,
        0x12 => "null".into(),
        _ => return None,
    })
}

fn special(number: f64, ty: &str) -> Option<String> {
    let name = if number.is_nan() {
        "NaN"
    } else if number == f64::INFINITY {
        "PositiveInfinity"
    } else if number == f64::NEG_INFINITY {
        "NegativeInfinity"
    } else {
        return None;
    };
    Some(format!("{ty}.{name}"))
}

fn escaped(units: &[u16], quote: char) -> String {
    let mut text = String::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok('\\') => text.push_str("\\\\"),
            Ok('\n') => text.push_str("\\n"),
            Ok('\r') => text.push_str("\\r"),
            Ok('\t') => text.push_str("\\t"),
            Ok('\0') => text.push_str("\\0"),
            Ok(c) if c == quote => {
                text.push('\\');
                text.push(c);
            }
            Ok(c) if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            Ok(c) => text.push(c),
            Err(lone) => text.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
        }
    }
    text
}

/// `DecimalConstantAttribute(byte scale, byte sign, uint high, uint middle, uint low)`.
fn decimal_text(value: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(value);
    let (scale, sign) = (usize::from(cursor.byte()?), cursor.byte()?);
    let mut word = || cursor.bytes().map(u32::from_le_bytes).map(u128::from);
    let (high, middle, low) = (word()?, word()?, word()?);
    let mut digits = (high << 64 | middle << 32 | low).to_string();
    if (1..=28).contains(&scale) {
        if digits.len() <= scale {
            digits = "0".repeat(scale + 1 - digits.len()) + &digits;
        }
        digits.insert(digits.len() - scale, '.');
    }
    Some(format!("{}{digits}m", if sign != 0 { "-" } else { "" }))
}
