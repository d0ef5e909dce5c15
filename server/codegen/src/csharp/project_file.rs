//! Project files: where a reference is written.

use std::path::{Component, Path};
use text::TextEdit;

/// `to` as the project file `from` writes it: relative, with the separators of its other references.
pub fn include_of(text: &str, from: &Path, to: &Path) -> Option<String> {
    let folder: Vec<Component<'_>> = from.parent()?.components().collect();
    let target: Vec<Component<'_>> = to.components().collect();
    let common = folder.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let up = folder.get(common..)?.iter().map(|_| Some(".."));
    let down = target.get(common..)?.iter().map(|c| c.as_os_str().to_str());
    let parts: Option<Vec<&str>> = up.chain(down).collect();
    let slashes =
        references(text).any(|(start, end)| text[start..end].contains('/') && text[start..end].contains("../"));
    Some(parts?.join(if slashes { "/" } else { "\\" }))
}

/// Comments of the file, as ranges.
fn comments(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("<!--").map(|i| at + i) {
        let end = text[start..].find("-->").map_or(text.len(), |i| start + i + 3);
        out.push((start, end));
        at = end;
    }
    out
}

/// `<ProjectReference …>` elements outside of comments and of groups with conditions: the range of each start tag.
fn references(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let comments = comments(text);
    let in_comment = move |at: usize| comments.iter().any(|(start, end)| *start <= at && at < *end);
    text.match_indices("<ProjectReference").filter_map(move |(start, _)| {
        let end = start + text[start..].find('>')? + 1;
        let group = text[..start].rfind("<ItemGroup")?;
        let closed = text[group..start].contains("</ItemGroup>");
        let conditional = text[group..].split('>').next()?.contains("Condition");
        (!in_comment(start) && !closed && !conditional).then_some((start, end))
    })
}

/// The edit that adds a reference to the project `include`; `None` when the file has no place for it.
pub fn add_reference(text: &str, include: &str, eol: &str) -> Option<TextEdit> {
    let written = format!("<ProjectReference Include=\"{}\" />", include.replace('&', "&amp;"));
    let indent_of = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let white = text[line..at].len() - text[line..at].trim_start().len();
        &text[line..line + white]
    };
    if let Some((start, tag)) = references(text).last() {
        let end = match text[..tag].ends_with("/>") {
            true => tag,
            false => tag + text[tag..].find("</ProjectReference>")? + "</ProjectReference>".len(),
        };
        return Some(TextEdit::insert(end, format!("{eol}{}{written}", indent_of(start))));
    }
    let close = text.rfind("</Project>")?;
    // One level as the groups of the file are indented.
    let group = ["<ItemGroup", "<PropertyGroup"].iter().filter_map(|g| text.find(g)).min();
    let unit = group.map(indent_of).filter(|unit| !unit.is_empty()).unwrap_or("  ");
    let block = format!("{unit}<ItemGroup>{eol}{unit}{unit}{written}{eol}{unit}</ItemGroup>{eol}");
    let above = text[..close].trim_end_matches([' ', '\t']);
    let blank = above.trim_end_matches(['\r', '\n']);
    // The groups of the SDK's templates have blank lines between them.
    let spaced = text.contains(&format!("</PropertyGroup>{eol}{eol}"));
    let breaks = above[blank.len()..].matches('\n').count();
    let before = match (spaced, breaks) {
        (_, 0) => eol.to_owned(),
        (true, 1) => eol.to_owned(),
        _ => String::new(),
    };
    let after = if spaced { eol } else { "" };
    Some(TextEdit::insert(close, format!("{before}{block}{after}")))
}

/// The edit that gives the property `name` a value: where it stands, or as the last one of the first group without a condition; `None` when
/// the file has no such place.
pub fn set_property(text: &str, name: &str, value: &str, eol: &str) -> Option<TextEdit> {
    let comments = comments(text);
    let in_comment = |at: usize| comments.iter().any(|(start, end)| *start <= at && at < *end);
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    if let Some((at, _)) = text.match_indices(&open).find(|(at, _)| !in_comment(*at)) {
        let start = at + open.len();
        let end = start + text[start..].find(&close)?;
        return Some(TextEdit::replace(start..end, value));
    }
    let (group, _) = text.match_indices("<PropertyGroup>").find(|(at, _)| !in_comment(*at))?;
    let end = group + text[group..].find("</PropertyGroup>")?;
    let written = text[group..end].trim_end();
    let last = written.rfind('\n').map_or("", |i| &written[i + 1..]);
    let indent = match last.trim_start() {
        "" | "<PropertyGroup>" => "    ",
        rest => &last[..last.len() - rest.len()],
    };
    Some(TextEdit::insert(group + written.len(), format!("{eol}{indent}{open}{value}{close}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    fn added(text: &str) -> String {
        let edit = add_reference(text, "..\\B\\B.csproj", "\n").unwrap();
        TextEdits::new(vec![edit]).unwrap().apply(text).unwrap()
    }

    #[test]
    fn beside_its_neighbours() {
        assert_eq!(
            added(
                "<Project>\n  <ItemGroup>\n    <ProjectReference Include=\"..\\A\\A.csproj\" />\n  </ItemGroup>\n</Project>\n"
            ),
            "<Project>\n  <ItemGroup>\n    <ProjectReference Include=\"..\\A\\A.csproj\" />\n    <ProjectReference Include=\"..\\B\\B.csproj\" />\n  </ItemGroup>\n</Project>\n"
        );
    }

    #[test]
    fn in_a_group_of_its_own() {
        let before = "<Project>\n\n\t<PropertyGroup>\n\t</PropertyGroup>\n\n\t<ItemGroup Condition=\"$(X)\">\n\t\t<ProjectReference Include=\"a\" />\n\t</ItemGroup>\n\n</Project>\n";
        assert_eq!(
            added(before),
            before.replace(
                "\n\n</Project>",
                "\n\n\t<ItemGroup>\n\t\t<ProjectReference Include=\"..\\B\\B.csproj\" />\n\t</ItemGroup>\n\n</Project>"
            )
        );
        assert_eq!(
            added("<Project>\n  <!-- <ProjectReference Include=\"x\" /> -->\n</Project>"),
            "<Project>\n  <!-- <ProjectReference Include=\"x\" /> -->\n  <ItemGroup>\n    <ProjectReference Include=\"..\\B\\B.csproj\" />\n  </ItemGroup>\n</Project>"
        );
        assert_eq!(add_reference("", "x", "\n"), None);
    }

    #[test]
    fn paths_are_relative_with_the_separators_of_the_file() {
        let of = |text: &str| include_of(text, Path::new("/w/t/T/T.csproj"), Path::new("/w/s/A/A.csproj")).unwrap();
        assert_eq!(of(""), "..\\..\\s\\A\\A.csproj");
        let with = "<Project><ItemGroup><ProjectReference Include=\"../B/B.csproj\"/></ItemGroup></Project>";
        assert_eq!(of(with), "../../s/A/A.csproj");
    }

    #[test]
    fn a_property_is_set_where_it_stands_or_last() {
        let set = |text: &str| {
            let edit = set_property(text, "ImplicitUsings", "enable", "\n")?;
            TextEdits::new(vec![edit]).unwrap().apply(text).ok()
        };
        let group = |inside: &str| format!("<Project>\n  <PropertyGroup>\n{inside}  </PropertyGroup>\n</Project>\n");
        let (other, on) = ("    <Nullable>enable</Nullable>\n", "    <ImplicitUsings>enable</ImplicitUsings>\n");
        assert_eq!(set(&group(other)), Some(group(&format!("{other}{on}"))));
        assert_eq!(set(&group("")), Some(group(on)));
        assert_eq!(set(&group(&on.replace("enable<", "disable<"))), Some(group(on)));
        assert_eq!(set("<Project>\n  <PropertyGroup Condition=\"$(X)\">\n  </PropertyGroup>\n</Project>\n"), None);
    }
}
