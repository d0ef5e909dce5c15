//! Compiler options in `tsconfig.json`: read and set without changes to comments, order or layout.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use text::TextEdit;

fn found<'o, 't>(object: &'o Object<'t>, name: &str) -> Option<&'o ObjectProp<'t>> {
    object.properties.iter().find(|p| p.name.as_str() == name)
}

/// The edits that set the compiler options `wanted` (name, value as JSON) in the configuration `text`; `None` when it cannot be parsed.
pub fn set_options(text: &str, unit: &str, eol: &str, wanted: &[(&str, &str)]) -> Option<Vec<TextEdit>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    let Value::Object(root) = parsed.value? else { return None };
    let Some(options) = found(&root, "compilerOptions") else {
        let lines: Vec<String> = wanted.iter().map(|(n, v)| format!("{unit}{unit}\"{n}\": {v}")).collect();
        let block = format!("\"compilerOptions\": {{{eol}{}{eol}{unit}}}", lines.join(&format!(",{eol}")));
        return Some(vec![first(text, root.start(), root.properties.is_empty(), unit, "", eol, &[block])]);
    };
    let Value::Object(own) = &options.value else { return None };
    let open = own.start();
    let mut edits = Vec::new();
    let mut missing = Vec::new();
    for (name, value) in wanted {
        match found(own, name) {
            Some(property) => {
                let range = property.value.range();
                edits.push(TextEdit::replace(range.start..range.end, *value));
            }
            None => missing.push(format!("\"{name}\": {value}")),
        }
    }
    if !missing.is_empty() {
        let indent = syntax::line_indent(text, open).to_owned();
        let inner = match own.properties.first() {
            Some(p) if text.get(open..p.start())?.contains('\n') => syntax::line_indent(text, p.start()).to_owned(),
            _ => format!("{indent}{unit}"),
        };
        edits.push(first(text, open, own.properties.is_empty(), &inner, &indent, eol, &missing));
    }
    Some(edits)
}

/// Inserts properties at the start of the object that begins at `open`.
fn first(text: &str, open: usize, empty: bool, inner: &str, outer: &str, eol: &str, all: &[String]) -> TextEdit {
    let list = all.iter().map(|p| format!("{eol}{inner}{p}")).collect::<Vec<_>>().join(",");
    let rest = text.get(open + 1..).unwrap_or_default();
    let closes_here = empty && rest.trim_start_matches([' ', '\t']).starts_with('}');
    let tail = match (empty, closes_here) {
        (false, _) => ",".to_owned(),
        (true, true) => format!("{eol}{outer}"),
        (true, false) => String::new(),
    };
    TextEdit::insert(open + 1, format!("{list}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    #[test]
    fn options_are_added_and_changed_where_they_belong() {
        let set = |text: &str| {
            let edits = set_options(text, "  ", "\n", &[("target", "\"es2017\"")])?;
            TextEdits::new(edits).ok()?.apply(text).ok()
        };
        for (before, after) in [
            ("{\n}\n", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}\n"),
            ("{ \"files\": [] }", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }, \"files\": [] }"),
            ("{\n  \"compilerOptions\": {}\n}", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}"),
            (
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es5\", /* } */\n    \"x\": [1, {}],\n  },\n}",
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es2017\", /* } */\n    \"x\": [1, {}],\n  },\n}",
            ),
            (
                "{\n\t\"compilerOptions\": {\n\t\t\"x\": true\n\t}\n}",
                "{\n\t\"compilerOptions\": {\n\t\t\"target\": \"es2017\",\n\t\t\"x\": true\n\t}\n}",
            ),
        ] {
            assert_eq!(set(before).as_deref(), Some(after));
        }
        for junk in ["", "[]", "{ \"a\" }", "{ \"compilerOptions\": 1 }", "{ \"a\": \"", "{ \"a\": [ }", "{ \"a\": @ }"]
        {
            assert_eq!(set(junk), None, "{junk}");
        }
    }
}
