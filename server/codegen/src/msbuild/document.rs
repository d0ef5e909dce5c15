//! A project file as elements with their places in the text.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// Elements of a document that are read.
const MOST_ELEMENTS: usize = 20_000;
/// Elements within elements.
const DEEPEST: usize = 256;

/// An attribute of a start tag.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value, references replaced.
    pub value: String,
    /// The bytes between the quotation marks.
    pub value_range: Range<usize>,
    /// The bytes of name and value, with the white space before them.
    pub range: Range<usize>,
}

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// The element that it is in.
    pub parent: Option<usize>,
    /// The start tag, `<` and `>` included.
    pub start: Range<usize>,
    /// The end tag; `None` when the start tag is closed by `/>`.
    pub end: Option<Range<usize>>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Its text, references replaced, white space around it left out; that of children not included.
    pub text: String,
}

impl Element {
    /// Its bytes.
    pub fn range(&self) -> Range<usize> {
        self.start.start..self.end.as_ref().map_or(self.start.end, |end| end.end)
    }

    /// The bytes between its tags.
    pub fn content(&self) -> Option<Range<usize>> {
        Some(self.start.end..self.end.as_ref()?.start)
    }

    /// The attribute of this name; case does not count, as in MSBuild.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    /// The value of an attribute.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|a| a.value.as_str())
    }

    /// Whether it has this name; case does not count.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A well-formed document. Comments and everything else between the elements are only part of the text.
#[derive(Clone, Debug)]
pub struct Document<'t> {
    /// The text.
    pub text: &'t str,
    /// The elements, in order of their start tags; the first one is the root.
    pub elements: Vec<Element>,
}

impl<'t> Document<'t> {
    /// Reads a document; `None` when it is not well-formed, has no root, or is too large.
    pub fn parse(text: &'t str) -> Option<Self> {
        // `quick-xml` does not count the byte order mark.
        let mark = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut reader = Reader::from_str(&text[mark..]);
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut comments = 0;
        loop {
            let before = mark + reader.buffer_position() as usize;
            let event = reader.read_event().ok()?;
            let after = mark + reader.buffer_position() as usize;
            match event {
                Event::Start(_) | Event::Empty(_) if elements.len() >= MOST_ELEMENTS || open.len() >= DEEPEST => {
                    return None;
                }
                Event::Start(start) => {
                    // One root.
                    if open.is_empty() && !elements.is_empty() {
                        return None;
                    }
                    elements.push(element(text, &start, before..after, open.last().copied())?);
                    open.push(elements.len() - 1);
                }
                Event::Empty(start) => {
                    if open.is_empty() && !elements.is_empty() {
                        return None;
                    }
                    elements.push(element(text, &start, before..after, open.last().copied())?);
                }
                Event::End(_) => elements.get_mut(open.pop()?)?.end = Some(before..after),
                Event::Text(t) => {
                    let piece = t.decode().ok()?;
                    match open.last() {
                        Some(at) => elements[*at].text.push_str(&piece),
                        None if piece.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
                        None => return None,
                    }
                }
                Event::CData(t) => {
                    let piece = t.decode().ok()?;
                    elements[*open.last()?].text.push_str(&piece);
                }
                Event::GeneralRef(r) => {
                    let name = r.decode().ok()?;
                    let value = reference(&name)?;
                    elements[*open.last()?].text.push(value);
                }
                Event::Comment(c) => {
                    comments += 1;
                    // XML 1.0, 2.5: no two hyphens in a comment.
                    let inner = c.decode().ok()?;
                    if comments > MOST_ELEMENTS || inner.contains("--") || inner.ends_with('-') {
                        return None;
                    }
                }
                Event::Eof if open.is_empty() && !elements.is_empty() => break,
                Event::Eof => return None,
                _ => {}
            }
        }
        for element in &mut elements {
            element.text = element.text.trim().to_owned();
        }
        Some(Self { text, elements })
    }

    /// The root.
    pub fn root(&self) -> &Element {
        &self.elements[0]
    }

    /// The element with this number.
    pub fn element(&self, at: usize) -> &Element {
        &self.elements[at]
    }

    /// The children of an element, by number.
    pub fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        (of + 1..self.elements.len()).filter(move |i| self.elements[*i].parent == Some(of))
    }

    /// The groups of this name that are direct parts of the project and have no condition.
    pub fn groups<'d>(&'d self, name: &'d str) -> impl Iterator<Item = usize> + 'd {
        self.children(0)
            .filter(move |i| self.elements[*i].is(name) && self.elements[*i].attribute("Condition").is_none())
    }

    /// Items of a kind, in all groups of the project, conditional ones too; not those in targets.
    pub fn items<'d>(&'d self, kind: &'d str) -> impl Iterator<Item = usize> + 'd {
        (0..self.elements.len()).filter(move |i| {
            let item = &self.elements[*i];
            item.is(kind)
                && item.parent.is_some_and(|group| self.elements[group].is("ItemGroup") && self.is_in_project(group))
        })
    }

    /// Whether a group is a direct part of the project, or of a `Choose` in it.
    fn is_in_project(&self, group: usize) -> bool {
        let mut at = self.elements[group].parent;
        while let Some(parent) = at.filter(|p| *p != 0) {
            if !["Choose", "When", "Otherwise"].iter().any(|n| self.elements[parent].is(n)) {
                return false;
            }
            at = self.elements[parent].parent;
        }
        at == Some(0)
    }

    /// Whether the element or one that it is in has a condition.
    pub fn is_conditional(&self, at: usize) -> bool {
        let mut next = Some(at);
        while let Some(i) = next {
            let element = &self.elements[i];
            if element.attribute("Condition").is_some() || element.is("When") || element.is("Otherwise") {
                return true;
            }
            next = element.parent;
        }
        false
    }

    /// A property: the last element of this name in a property group of the project.
    pub fn property(&self, name: &str) -> Option<usize> {
        (0..self.elements.len()).rev().find(|i| {
            let property = &self.elements[*i];
            property.is(name)
                && property.parent.is_some_and(|g| self.elements[g].is("PropertyGroup") && self.is_in_project(g))
        })
    }
}

/// The character of a reference: the five names of XML, and numbers.
fn reference(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

fn element(text: &str, start: &BytesStart<'_>, range: Range<usize>, parent: Option<usize>) -> Option<Element> {
    let name = std::str::from_utf8(start.name().into_inner()).ok()?.to_owned();
    if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    // `quick-xml` gives no places of attributes: each follows the one before it.
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut at = range.start + 1 + name.len();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = std::str::from_utf8(attribute.key.into_inner()).ok()?.to_owned();
        let raw = std::str::from_utf8(&attribute.value).ok()?.to_owned();
        if raw.contains('<') {
            return None;
        }
        let value = attribute.unescape_value().ok()?.into_owned();
        let begin = at;
        let name_at = begin + text.get(begin..range.end)?.find(key.as_str())?;
        let quote = name_at + key.len() + text.get(name_at + key.len()..range.end)?.find(['"', '\''])?;
        let value_range = quote + 1..quote + 1 + raw.len();
        at = value_range.end + 1;
        attributes.push(Attribute { name: key, value, value_range, range: begin..at });
    }
    Some(Element { name, parent, start: range, end: None, attributes, text: String::new() })
}

/// `text` as it is written in an attribute or an element.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_texts_have_places() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\r\n<Project Sdk='A'>\r\n  <!-- <X/> -->\r\n  <PropertyGroup>\r\n    <A  Condition = \"'$(B)' &lt; '1'\">x &amp; y</A>\r\n  </PropertyGroup>\r\n  <ItemGroup><I Include=\"é\" /></ItemGroup>\r\n</Project>\r\n";
        let document = Document::parse(text).unwrap();
        let names: Vec<&str> = document.elements.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["Project", "PropertyGroup", "A", "ItemGroup", "I"]);
        let a = &document.elements[document.property("a").unwrap()];
        assert_eq!((a.text.as_str(), a.value("condition").unwrap()), ("x & y", "'$(B)' < '1'"));
        assert_eq!(&text[a.content().unwrap()], "x &amp; y");
        assert_eq!(&text[a.attributes[0].range.clone()], "  Condition = \"'$(B)' &lt; '1'\"");
        let item = &document.elements[document.items("i").next().unwrap()];
        assert_eq!(&text[item.attributes[0].value_range.clone()], "é");
        assert_eq!(&text[item.range()], "<I Include=\"é\" />");
        assert!(document.is_conditional(2) && !document.is_conditional(4));
    }

    #[test]
    fn what_is_not_well_formed_is_not_read() {
        for text in [
            "",
            "x",
            "<",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a>&</a>",
            "<a>&nope;</a>",
            "<a b=\"1\" b=\"2\"/>",
            "<a b=\"<\"/>",
            "<a b=1/>",
            "<a><!-- -- --></a>",
            "<<<<<<< x\n<a/>",
        ] {
            assert!(Document::parse(text).is_none(), "{text}");
        }
        assert!(Document::parse(&"<a>".repeat(100_000)).is_none());
    }
}
