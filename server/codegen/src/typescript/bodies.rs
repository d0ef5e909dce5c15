//! Inserts new members in the bodies of classes, interfaces and type literals.

use crate::FileLayout;
use semantics::Semantics;
use syntax::{Node, NodeExt, line_indent};
use text::TextEdit;

/// Kinds of nodes that may have an `override` modifier.
pub const OVERRIDABLE: &[&str] = &[
    "required_parameter",
    "optional_parameter",
    "method_definition",
    "public_field_definition",
    "method_signature",
    "abstract_method_signature",
];

/// Layout of one file.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    /// Text of the file.
    pub text: &'a str,
    /// Its line ending.
    pub eol: &'static str,
    /// One level of indentation.
    pub unit: String,
}

impl<'a> Layout<'a> {
    /// The layout of the diagnostic's file.
    pub fn of(ctx: &Semantics<'a>) -> Self {
        Self { text: ctx.text(), eol: ctx.eol(), unit: ctx.indent_unit() }
    }

    fn same_line(&self, a: usize, b: usize) -> bool {
        !self.text.get(a.min(b)..a.max(b)).unwrap_or_default().contains(['\n', '\r'])
    }

    /// Indentation of the members of `body`: that of the existing members if it is uniform, otherwise one level more than the line where the body
    /// starts.
    pub fn member_indent(&self, body: Node<'_>) -> String {
        let mut found: Option<&str> = None;
        let mut previous = body.start_byte();
        for member in body.named() {
            if self.same_line(previous, member.start_byte()) {
                found = None;
                break;
            }
            let indent = line_indent(self.text, member.start_byte());
            if found.is_some_and(|f| f != indent) {
                found = None;
                break;
            }
            found = Some(indent);
            previous = member.end_byte();
        }
        match found {
            Some(indent) => indent.to_owned(),
            None => format!("{}{}", line_indent(self.text, body.start_byte()), self.unit),
        }
    }

    /// `member` (lines without indentation) with the indentation `indent` and the file's line endings.
    pub fn indented(&self, member: &str, indent: &str) -> String {
        let lines: Vec<String> =
            member.split('\n').map(|l| if l.is_empty() { String::new() } else { format!("{indent}{l}") }).collect();
        lines.join(self.eol)
    }

    /// Inserts members at the start of a body.
    pub fn at_start(&self, body: Node<'_>, members: &[String]) -> Option<Vec<TextEdit>> {
        let children = body.all_children();
        let open = children.first().filter(|c| c.kind() == "{")?;
        let close = children.last().filter(|c| c.kind() == "}" && !c.is_missing())?;
        let indent = self.member_indent(body);
        let mut new = String::new();
        for member in members {
            new.push_str(self.eol);
            new.push_str(&self.indented(member, &indent));
        }
        let outer = line_indent(self.text, body.start_byte());
        let (from, to) = (open.end_byte(), close.start_byte());
        if !self.same_line(from, to) {
            return Some(vec![TextEdit::insert(from, new)]);
        }
        let inside = self.text.get(from..to)?;
        if inside.trim().is_empty() {
            new.push_str(self.eol);
            new.push_str(outer);
            return Some(vec![TextEdit::replace(from..to, new)]);
        }
        let end = from + inside.trim_end().len();
        Some(vec![TextEdit::insert(from, new), TextEdit::replace(end..to, format!("{}{outer}", self.eol))])
    }

    /// Inserts members after an existing one.
    pub fn after(&self, body: Node<'_>, member: Node<'_>, members: &[String]) -> Option<Vec<TextEdit>> {
        let close = body.all_children().last().copied().filter(|c| c.kind() == "}" && !c.is_missing())?;
        let mut end = member.end_byte();
        if let Some(mark) = member.next_sibling().filter(|n| n.is(&[";", ","])) {
            end = mark.end_byte();
        }
        let indent = self.member_indent(body);
        let mut new = String::new();
        for member in members {
            new.push_str(self.eol);
            new.push_str(&self.indented(member, &indent));
        }
        let rest = self.text.get(end..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        if line.trim().is_empty() || line.trim_start().starts_with("//") {
            return Some(vec![TextEdit::insert(end + line.trim_end().len(), new)]);
        }
        let blanks = line.len() - line.trim_start().len();
        let next = if self.same_line(end, close.start_byte()) && end + blanks == close.start_byte() {
            line_indent(self.text, body.start_byte())
        } else {
            indent.as_str()
        };
        Some(vec![TextEdit::replace(end..end + blanks, format!("{new}{}{next}", self.eol))])
    }
}
