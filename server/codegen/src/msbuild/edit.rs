//! Edits of project files. What is not changed stays byte for byte: comments, layout, line ends.

use super::document::{Document, Element, escaped};
use std::ops::Range;
use std::path::{Component, Path};
use text::TextEdit;

/// How a file is laid out.
struct Layout<'t> {
    text: &'t str,
    eol: &'static str,
    unit: String,
}

impl<'t> Layout<'t> {
    fn of(document: &Document<'t>) -> Self {
        let text = document.text;
        let eol = text::LineEnding::of(text).as_str();
        // One level as the parts of the project are indented, else as what is inside of them.
        let mut out = Self { text, eol, unit: String::new() };
        let own = |at: usize| out.indent_of(document.elements[at].start.start).filter(|i| !i.is_empty());
        let outer = document.children(0).find_map(own);
        let inner = document.children(0).flat_map(|g| document.children(g)).find_map(own);
        out.unit = outer.or(inner).unwrap_or("  ").to_owned();
        out
    }

    /// The white space before `at`, when nothing else stands before it on its line.
    fn indent_of(&self, at: usize) -> Option<&'t str> {
        let before = self.text.get(..at)?;
        let line = before.rfind('\n').map_or(0, |i| i + 1);
        let white = before[line..].trim_start_matches('\u{feff}');
        white.chars().all(|c| matches!(c, ' ' | '\t')).then_some(white)
    }

    /// The bytes of a whole line when the range is all that stands on it, else the range with the blanks before it.
    fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let before = &self.text[..range.start];
        let line = before.rfind('\n').map_or(0, |i| i + 1);
        let alone = before[line..].chars().all(|c| matches!(c, ' ' | '\t'));
        let after = &self.text[range.end..];
        let rest = after.find('\n').map_or(after, |i| &after[..=i]);
        if alone && rest.trim().is_empty() {
            return line..range.end + rest.len();
        }
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        range.start - blanks..range.end
    }
}

/// The edit that gives the property `name` a value: where it stands without a condition, else as the last one of the first group without a
/// condition, else in a group of its own. `None` when it is set, but only under conditions.
pub fn set_property(document: &Document<'_>, name: &str, value: &str) -> Option<TextEdit> {
    if let Some(at) = document.property(name) {
        let property = document.element(at);
        if document.is_conditional(at) {
            return None;
        }
        return Some(match property.content() {
            Some(content) => TextEdit::replace(content, escaped(value)),
            None => TextEdit::replace(property.range(), format!("<{name}>{}</{name}>", escaped(value))),
        });
    }
    let written = format!("<{name}>{}</{name}>", escaped(value));
    let labelled = |g: &usize| document.element(*g).attribute("Label").is_none();
    match document.groups("PropertyGroup").find(labelled).or_else(|| document.groups("PropertyGroup").next()) {
        Some(group) => Some(append_child(document, group, &written)),
        None => append_group(document, "PropertyGroup", &written, true),
    }
}

/// The edit that takes an element away, with its line, and with its group when nothing else is in it.
pub fn remove_element(document: &Document<'_>, at: usize) -> TextEdit {
    let layout = Layout::of(document);
    let element = document.element(at);
    let group = element.parent.filter(|group| {
        let parent = document.element(*group);
        let content = parent.content().unwrap_or_default();
        let others = document.children(*group).any(|child| child != at);
        let comments = document.text.get(content).is_some_and(|inside| inside.contains("<!--"));
        parent.is("ItemGroup") && !others && !comments && parent.parent == Some(0)
    });
    let range = group.map_or_else(|| element.range(), |group| document.element(group).range());
    let mut range = layout.whole_lines(range);
    if group.is_some() {
        // The blank line before the group goes with it.
        let before = &document.text[..range.start];
        let blank = before.trim_end_matches([' ', '\t']);
        for end in ["\n\r\n", "\n\n"] {
            if blank.ends_with(end) {
                range.start = blank.len() - (end.len() - 1);
                break;
            }
        }
    }
    TextEdit::delete(range)
}

/// The edit that gives an attribute another value.
pub fn set_attribute(element: &Element, name: &str, value: &str) -> Option<TextEdit> {
    Some(TextEdit::replace(element.attribute(name)?.value_range.clone(), escaped(value)))
}

/// The edit that takes an attribute away.
pub fn remove_attribute(element: &Element, name: &str) -> Option<TextEdit> {
    Some(TextEdit::delete(element.attribute(name)?.range.clone()))
}

/// The edit that adds an item: beside its kind, in order where these are in order, else in a group of its own. `attributes` are written as
/// they are given, `Include` first.
pub fn add_item(document: &Document<'_>, kind: &str, attributes: &[(&str, &str)]) -> Option<TextEdit> {
    let include = attributes.first().map_or("", |(_, value)| *value);
    let listed: String = attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
    let written = format!("<{kind}{listed} />");
    let layout = Layout::of(document);
    let beside: Vec<usize> = document
        .items(kind)
        .filter(|i| !document.is_conditional(*i) && document.element(*i).attribute("Include").is_some())
        .collect();
    if let Some(last) = beside.last() {
        let group = document.element(*last).parent;
        let here: Vec<&Element> = beside.iter().map(|i| document.element(*i)).filter(|e| e.parent == group).collect();
        let names: Vec<String> =
            here.iter().map(|e| e.value("Include").unwrap_or_default().to_ascii_lowercase()).collect();
        let sorted = names.len() > 1 && names.is_sorted();
        let next = names.iter().position(|n| sorted && *n > include.to_ascii_lowercase());
        let own_line = |e: &Element| layout.indent_of(e.start.start);
        if let Some(next) = next.map(|i| here[i])
            && let Some(indent) = own_line(next)
        {
            return Some(TextEdit::insert(next.start.start, format!("{written}{}{indent}", layout.eol)));
        }
        let last = here.last()?;
        let before = own_line(last).map_or_else(String::new, |indent| format!("{}{indent}", layout.eol));
        return Some(TextEdit::insert(last.range().end, format!("{before}{written}")));
    }
    append_group(document, "ItemGroup", &written, false)
}

/// Adds a child at the end of a group.
fn append_child(document: &Document<'_>, group: usize, written: &str) -> TextEdit {
    let layout = Layout::of(document);
    let element = document.element(group);
    let indent = layout.indent_of(element.start.start).unwrap_or_default();
    let deeper = format!("{indent}{}", layout.unit);
    let Some(content) = element.content() else {
        // `<PropertyGroup />`
        let open = document.text[element.start.clone()].trim_end_matches('>').trim_end_matches('/').trim_end();
        let whole = format!("{open}>{0}{deeper}{written}{0}{indent}</{1}>", layout.eol, element.name);
        return TextEdit::replace(element.range(), whole);
    };
    match document.children(group).last() {
        Some(last) => {
            let last = document.element(last);
            let before = layout.indent_of(last.start.start);
            let before = before.map_or_else(String::new, |indent| format!("{}{indent}", layout.eol));
            TextEdit::insert(last.range().end, format!("{before}{written}"))
        }
        None => {
            let inside = document.text[content.clone()].trim_end_matches([' ', '\t', '\r', '\n']);
            let rest = content.start + inside.len()..content.end;
            TextEdit::replace(rest, format!("{0}{deeper}{written}{0}{indent}", layout.eol))
        }
    }
}

/// Adds a group with one element in it: properties before all else, items after the last items, else at the end.
fn append_group(document: &Document<'_>, kind: &str, written: &str, first: bool) -> Option<TextEdit> {
    let layout = Layout::of(document);
    let (eol, unit) = (layout.eol, &layout.unit);
    let root = document.root();
    let block = format!("<{kind}>{eol}{unit}{unit}{written}{eol}{unit}</{kind}>");
    let Some(content) = root.content() else {
        // `<Project Sdk="…" />`
        let open = document.text[root.start.clone()].trim_end_matches('>').trim_end_matches('/').trim_end();
        let whole = format!("{open}>{eol}{unit}{block}{eol}</{}>", root.name);
        return Some(TextEdit::replace(root.range(), whole));
    };
    let parts: Vec<usize> = document.children(0).collect();
    let last_of = |name: &str| parts.iter().rev().copied().find(|p| document.element(*p).is(name));
    // The groups of the SDK's templates have blank lines between them.
    let spaced = {
        let gap = |pair: &[usize]| {
            let between = document.element(pair[0]).range().end..document.element(pair[1]).start.start;
            document.text[between].matches('\n').count() > 1
        };
        let after_root = parts.first().map(|p| &document.text[root.start.end..document.element(*p).start.start]);
        match parts.len() {
            0 => false,
            1 => after_root.is_some_and(|gap| gap.matches('\n').count() > 1),
            _ => parts.windows(2).any(gap),
        }
    };
    let gap = if spaced { eol.repeat(2) } else { eol.to_owned() };
    let anchor =
        if first { None } else { last_of("ItemGroup").or_else(|| last_of("PropertyGroup")).or(parts.last().copied()) };
    if let Some(anchor) = anchor {
        return Some(TextEdit::insert(document.element(anchor).range().end, format!("{gap}{unit}{block}")));
    }
    match parts.first() {
        Some(_) => {
            Some(TextEdit::insert(root.start.end, format!("{eol}{}{unit}{block}", if spaced { eol } else { "" })))
        }
        None => {
            // Comments may stand in it.
            let inside = document.text[content.clone()].trim_end_matches([' ', '\t', '\r', '\n']);
            let rest = content.start + inside.len()..content.end;
            Some(TextEdit::replace(rest, format!("{eol}{unit}{block}{eol}")))
        }
    }
}

/// `to` as the project file `from` writes it: relative, with the separators of its other references.
pub fn include_of(document: &Document<'_>, from: &Path, to: &Path) -> Option<String> {
    let folder: Vec<Component<'_>> = from.parent()?.components().collect();
    let target: Vec<Component<'_>> = to.components().collect();
    let common = folder.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let up = folder.get(common..)?.iter().map(|_| Some(".."));
    let down = target.get(common..)?.iter().map(|c| c.as_os_str().to_str());
    let parts: Option<Vec<&str>> = up.chain(down).collect();
    let includes = document.items("ProjectReference").filter_map(|i| document.element(i).value("Include"));
    let slashes = includes.fold(0i32, |n, i| n + i32::from(i.contains('/')) - i32::from(i.contains('\\')));
    Some(parts?.join(if slashes > 0 { "/" } else { "\\" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    fn edited(text: &str, edit: impl FnOnce(&Document<'_>) -> Option<TextEdit>) -> Option<String> {
        let edit = edit(&Document::parse(text)?)?;
        let after = TextEdits::new(vec![edit]).ok()?.apply(text).ok()?;
        assert!(Document::parse(&after).is_some(), "{after}");
        Some(after)
    }

    fn add(text: &str, include: &str) -> String {
        edited(text, |d| add_item(d, "R", &[("Include", include)])).unwrap()
    }

    #[test]
    fn items_stand_beside_their_kind() {
        let file = |items: &[&str]| {
            let items: String = items.iter().map(|i| format!("    <R Include=\"{i}\" />\r\n")).collect();
            format!(
                "<Project>\r\n  <!-- <R Include=\"0\" /> -->\r\n  <ItemGroup>\r\n{items}  </ItemGroup>\r\n</Project>\r\n"
            )
        };
        assert_eq!(add(&file(&["b"]), "a"), file(&["b", "a"]));
        assert_eq!(add(&file(&["a", "c"]), "b"), file(&["a", "b", "c"]));
        assert_eq!(add(&file(&["c", "a"]), "b"), file(&["c", "a", "b"]));
        assert_eq!(
            add("<Project><ItemGroup><R Include=\"a\"><P>x</P></R></ItemGroup></Project>", "b & c"),
            "<Project><ItemGroup><R Include=\"a\"><P>x</P></R><R Include=\"b &amp; c\" /></ItemGroup></Project>"
        );
    }

    #[test]
    fn a_group_of_its_own() {
        let before = "<Project>\n\n\t<PropertyGroup>\n\t</PropertyGroup>\n\n\t<ItemGroup Condition=\"$(X)\">\n\t\t<R Include=\"a\" />\n\t</ItemGroup>\n\n</Project>\n";
        assert_eq!(
            add(before, "b"),
            before
                .replace("\n\n</Project>", "\n\n\t<ItemGroup>\n\t\t<R Include=\"b\" />\n\t</ItemGroup>\n\n</Project>")
        );
        assert_eq!(
            add("<Project Sdk=\"S\">\n  <PropertyGroup>\n    <A>1</A>\n  </PropertyGroup>\n</Project>", "b"),
            "<Project Sdk=\"S\">\n  <PropertyGroup>\n    <A>1</A>\n  </PropertyGroup>\n  <ItemGroup>\n    <R Include=\"b\" />\n  </ItemGroup>\n</Project>"
        );
        assert_eq!(
            add("<Project Sdk=\"S\" />", "b"),
            "<Project Sdk=\"S\">\n  <ItemGroup>\n    <R Include=\"b\" />\n  </ItemGroup>\n</Project>"
        );
        assert_eq!(
            add("<Project>\n  <!-- c -->\n</Project>", "b"),
            "<Project>\n  <!-- c -->\n  <ItemGroup>\n    <R Include=\"b\" />\n  </ItemGroup>\n</Project>"
        );
        let target = "<Project>\n  <Target Name=\"T\">\n    <ItemGroup>\n      <R Include=\"a\" />\n    </ItemGroup>\n  </Target>\n</Project>";
        assert!(
            add(target, "b").ends_with("</Target>\n  <ItemGroup>\n    <R Include=\"b\" />\n  </ItemGroup>\n</Project>")
        );
    }

    #[test]
    fn a_property_is_set_where_it_stands_or_last() {
        let set = |text: &str| edited(text, |d| set_property(d, "ImplicitUsings", "enable"));
        let group = |inside: &str| format!("<Project>\n  <PropertyGroup>\n{inside}  </PropertyGroup>\n</Project>\n");
        let (other, on) = ("    <Nullable>enable</Nullable>\n", "    <ImplicitUsings>enable</ImplicitUsings>\n");
        assert_eq!(set(&group(other)), Some(group(&format!("{other}{on}"))));
        assert_eq!(set(&group("")), Some(group(on)));
        assert_eq!(set(&group(&on.replace("enable<", "disable<"))), Some(group(on)));
        assert_eq!(set(&group("    <ImplicitUsings />\n")), Some(group(on)));
        let conditional =
            "<Project>\n  <PropertyGroup Condition=\"$(X)\">\n    <A>1</A>\n  </PropertyGroup>\n</Project>\n";
        let own = format!("<Project>\n{}", &group(on)[10..].replace("</Project>\n", "")) + &conditional[10..];
        assert_eq!(set(conditional), Some(own));
        assert_eq!(set(&conditional.replace("<A>1</A>", "<ImplicitUsings>disable</ImplicitUsings>")), None);
    }

    #[test]
    fn paths_are_relative_with_the_separators_of_the_file() {
        let of = |text: &str| {
            let document = Document::parse(text).unwrap();
            include_of(&document, Path::new("/w/t/T/T.csproj"), Path::new("/w/s/A/A.csproj")).unwrap()
        };
        assert_eq!(of("<Project/>"), "..\\..\\s\\A\\A.csproj");
        let with = "<Project><ItemGroup><ProjectReference Include=\"../B/B.csproj\"/></ItemGroup></Project>";
        assert_eq!(of(with), "../../s/A/A.csproj");
    }

    #[test]
    fn an_element_goes_with_its_line_and_its_empty_group() {
        let remove = |text: &str, kind: &str| edited(text, |d| Some(remove_element(d, d.items(kind).next()?)));
        let file = "<Project>\n\n  <PropertyGroup>\n  </PropertyGroup>\n\n  <ItemGroup>\n    <A Include=\"x\" />\n    <B Include=\"y\">\n    </B>\n  </ItemGroup>\n\n</Project>\n";
        let without_a = file.replace("    <A Include=\"x\" />\n", "");
        assert_eq!(remove(file, "a").as_deref(), Some(&*without_a));
        assert_eq!(
            remove(&without_a, "b").as_deref(),
            Some("<Project>\n\n  <PropertyGroup>\n  </PropertyGroup>\n\n</Project>\n")
        );
    }
}
