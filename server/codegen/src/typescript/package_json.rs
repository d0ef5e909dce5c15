//! Dependencies in `package.json`: added without changes to order or layout.

use crate::json::{JsonEditor, Where, quoted};
use text::TextEdit;

/// The edits that add a dependency to the field (`dependencies`, `devDependencies`): in order where the others are in order. `None` when it is there,
/// or the text cannot be parsed.
pub fn add_dependency(text: &str, field: &str, name: &str, version: &str) -> Option<Vec<TextEdit>> {
    const FIELDS: &[&str] = &["optionalDependencies", "peerDependencies", "devDependencies", "dependencies"];
    let mut editor = JsonEditor::new(text)?;
    if editor.find(&[field, name]).is_some() {
        return None;
    }
    if editor.find(&[field]).is_none() && !editor.set(&[field], "{}", Where::After(FIELDS)) {
        return None;
    }
    let names = editor.names(&[field]);
    let next = names.iter().find(|n| names.is_sorted() && n.as_str() > name);
    let next: Vec<&str> = next.map(String::as_str).into_iter().collect();
    editor.set(&[field, name], &quoted(version), Where::Before(&next)).then(|| editor.edits())
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    #[test]
    fn dependencies_are_added_in_order() {
        let add = |text: &str, field: &str| {
            TextEdits::new(add_dependency(text, field, "b", "^1.0.0")?).ok()?.apply(text).ok()
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
