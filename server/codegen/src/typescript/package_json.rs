//! Dependencies in `package.json`: added without changes to order or layout.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use text::TextEdit;

fn found<'o, 't>(object: &'o Object<'t>, name: &str) -> Option<&'o ObjectProp<'t>> {
    object.properties.iter().find(|p| p.name.as_str() == name)
}

/// The edit that adds a dependency to the field (`dependencies`, `devDependencies`): in order where the others are in order. `None` when it is there, or
/// the text cannot be parsed.
pub fn add_dependency(text: &str, field: &str, name: &str, version: &str) -> Option<TextEdit> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    let Value::Object(root) = parsed.value? else { return None };
    let eol = text::LineEnding::of(text).as_str();
    let line = format!("{}: {}", quoted(name), quoted(version));
    let outer = root.properties.first().map_or("  ", |p| syntax::line_indent(text, p.start()));
    let outer = if outer.is_empty() { "  " } else { outer };
    let Some(list) = found(&root, field) else {
        // After the other dependencies, else at the end.
        let block = format!("{}: {{{eol}{outer}{outer}{line}{eol}{outer}}}", quoted(field));
        let last = root.properties.iter().rev().find(|p| p.name.as_str().ends_with("ependencies"));
        let last = last.or(root.properties.last());
        return Some(match last {
            Some(last) => TextEdit::insert(last.end(), format!(",{eol}{outer}{block}")),
            None => TextEdit::insert(root.start() + 1, format!("{eol}{outer}{block}{eol}")),
        });
    };
    let Value::Object(list) = &list.value else { return None };
    if found(list, name).is_some() {
        return None;
    }
    let names: Vec<&str> = list.properties.iter().map(|p| p.name.as_str()).collect();
    let next = names.iter().position(|n| names.is_sorted() && *n > name).map(|i| &list.properties[i]);
    if let Some(next) = next {
        let on_line = text.get(..next.start())?.trim_end_matches([' ', '\t']).ends_with('\n');
        let gap = if on_line { format!("{eol}{}", syntax::line_indent(text, next.start())) } else { " ".to_owned() };
        return Some(TextEdit::insert(next.start(), format!("{line},{gap}")));
    }
    Some(match list.properties.last() {
        Some(last) => {
            let on_line = text.get(..last.start())?.trim_end_matches([' ', '\t']).ends_with('\n');
            let gap =
                if on_line { format!("{eol}{}", syntax::line_indent(text, last.start())) } else { " ".to_owned() };
            TextEdit::insert(last.end(), format!(",{gap}{line}"))
        }
        None => TextEdit::replace(list.start()..list.end(), format!("{{{eol}{outer}{outer}{line}{eol}{outer}}}")),
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    #[test]
    fn dependencies_are_added_in_order() {
        let add = |text: &str, field: &str| {
            let edit = add_dependency(text, field, "b", "^1.0.0")?;
            TextEdits::new(vec![edit]).ok()?.apply(text).ok()
        };
        let file = |inside: &str| format!("{{\n  \"name\": \"x\",\n  \"dependencies\": {{{inside}}}\n}}\n");
        assert_eq!(
            add(&file("\n    \"a\": \"1\",\n    \"c\": \"1\"\n  "), "dependencies"),
            Some(file("\n    \"a\": \"1\",\n    \"b\": \"^1.0.0\",\n    \"c\": \"1\"\n  "))
        );
        assert_eq!(
            add(&file("\n    \"a\": \"1\"\n  "), "dependencies"),
            Some(file("\n    \"a\": \"1\",\n    \"b\": \"^1.0.0\"\n  "))
        );
        assert_eq!(add(&file(""), "dependencies"), Some(file("\n    \"b\": \"^1.0.0\"\n  ")));
        assert_eq!(
            add(&file(""), "devDependencies"),
            Some("{\n  \"name\": \"x\",\n  \"dependencies\": {},\n  \"devDependencies\": {\n    \"b\": \"^1.0.0\"\n  }\n}\n".into())
        );
        assert_eq!(add(&file("\"b\": \"1\""), "dependencies"), None);
        assert_eq!(add("{ \"a\": ", "dependencies"), None);
    }
}
