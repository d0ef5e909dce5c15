//! The part of MSBuild that a C# project's properties and items need: properties in order, imports by path,
//! simple conditions. What cannot be evaluated (property functions, registry) is left out.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::FxHashMap;
use std::path::{Component, Path, PathBuf};

/// Imports within imports.
const DEEPEST_IMPORT: usize = 16;
/// Elements of one file that are read.
const MOST_ELEMENTS: usize = 100_000;

/// Reads project files; `None` when there is none.
pub(crate) type Read<'a> = dyn Fn(&Path) -> Option<String> + 'a;

/// One item: `<Using Include="System" Static="true" />`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Element name, lower case.
    pub(crate) kind: String,
    /// `Include` or `Update`, properties expanded; empty for a `Remove`.
    pub(crate) include: String,
    /// `Remove`, properties expanded.
    pub(crate) remove: String,
    /// Other attributes and child elements, by lower-case name.
    pub(crate) metadata: Vec<(String, String)>,
    /// Folder of the file that contains it.
    pub(crate) folder: PathBuf,
}

impl Item {
    pub(crate) fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Properties and items after evaluation.
#[derive(Default, Debug)]
pub(crate) struct Evaluation {
    properties: FxHashMap<String, String>,
    pub(crate) items: Vec<Item>,
    /// SDKs named by the project.
    pub(crate) sdks: Vec<String>,
    /// Some file that is imported was not read: it is outside the workspace, or its path is not known.
    pub(crate) left_out: bool,
    depth: usize,
    elements: usize,
}

impl Evaluation {
    /// A property's value; empty when not set.
    pub(crate) fn property(&self, name: &str) -> &str {
        self.properties.get(&name.to_ascii_lowercase()).map_or("", |v| v)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.properties.insert(name.to_ascii_lowercase(), value.to_string());
    }

    /// Values of all items of a kind, with lists split and `Remove` applied.
    pub(crate) fn values(&self, kind: &str) -> Vec<(&str, &Item)> {
        let mut out: Vec<(&str, &Item)> = Vec::new();
        for item in self.items.iter().filter(|i| i.kind == kind) {
            for removed in list(&item.remove) {
                out.retain(|(v, _)| !v.eq_ignore_ascii_case(removed));
            }
            out.extend(list(&item.include).map(|v| (v, item)));
        }
        out
    }

    /// Evaluates a project file into this.
    pub(crate) fn file(&mut self, path: &Path, read: &Read<'_>) {
        if self.depth >= DEEPEST_IMPORT {
            return;
        }
        let Some(text) = read(path) else {
            self.left_out = true;
            return;
        };
        let folder = path.parent().unwrap_or(path).to_path_buf();
        let before = self.property("MSBuildThisFileDirectory").to_string();
        self.depth += 1;
        self.set("MSBuildThisFileDirectory", &format!("{}/", folder.display()));
        self.elements(&text, &folder, read);
        self.set("MSBuildThisFileDirectory", &before);
        self.depth -= 1;
    }

    fn elements(&mut self, text: &str, folder: &Path, read: &Read<'_>) {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().check_end_names = false;
        // Open elements: name, whether their condition (and those of their parents) is true.
        let mut open: Vec<(String, bool)> = Vec::new();
        let mut value = String::new();
        let mut item: Option<Item> = None;
        loop {
            self.elements += 1;
            if self.elements > MOST_ELEMENTS {
                return;
            }
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(_) => return,
            };
            match event {
                Event::Start(start) => {
                    let holds = self.start(&start, &open, folder, read, &mut item);
                    open.push((name_of(&start), holds));
                    value.clear();
                }
                Event::Empty(start) => {
                    let holds = self.start(&start, &open, folder, read, &mut item);
                    open.push((name_of(&start), holds));
                    self.end(&mut open, "", &mut item);
                }
                Event::Text(t) => value.push_str(&t.decode().unwrap_or_default()),
                Event::GeneralRef(r) => {
                    value.push_str(match &r[..] {
                        b"lt" => "<",
                        b"gt" => ">",
                        b"amp" => "&",
                        b"quot" => "\"",
                        b"apos" => "'",
                        _ => "",
                    });
                }
                Event::End(_) => {
                    self.end(&mut open, &value, &mut item);
                    value.clear();
                }
                Event::Eof => return,
                _ => {}
            }
        }
    }

    /// Starts an element; returns whether its condition is true.
    fn start(
        &mut self,
        start: &BytesStart<'_>,
        open: &[(String, bool)],
        folder: &Path,
        read: &Read<'_>,
        item: &mut Option<Item>,
    ) -> bool {
        let attributes: Vec<(String, String)> = start
            .attributes()
            .flatten()
            .map(|a| {
                let name = String::from_utf8_lossy(a.key.local_name().as_ref()).to_ascii_lowercase();
                (name, a.unescape_value().map(|v| v.into_owned()).unwrap_or_default())
            })
            .collect();
        let attribute = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let name = name_of(start);
        let outer = open.last().is_none_or(|(_, holds)| *holds);
        let holds = outer && attribute("condition").is_none_or(|c| condition(&self.expand(c), folder, read));
        if !holds {
            return false;
        }
        let parent = open.last().map(|(n, _)| n.as_str());
        match (name.as_str(), parent) {
            ("project", None) => self.sdks.extend(attribute("sdk").into_iter().flat_map(list).map(sdk_name)),
            ("sdk", Some("project")) => self.sdks.extend(attribute("name").map(sdk_name)),
            ("import", _) => {
                let project = attribute("project").map(|p| self.expand(p)).unwrap_or_default();
                if let Some(sdk) = attribute("sdk") {
                    self.sdks.push(sdk_name(sdk));
                } else if !project.is_empty() && !project.contains("$(") {
                    self.file(&join(folder, &project), read);
                } else {
                    self.left_out = true;
                }
            }
            (kind, Some("itemgroup")) => {
                let expanded = |n| attribute(n).map(|v| self.expand(v)).unwrap_or_default();
                let include = if attribute("include").is_some() { expanded("include") } else { String::new() };
                let rest = attributes.iter().filter(|(n, _)| !matches!(n.as_str(), "include" | "remove" | "condition"));
                *item = Some(Item {
                    kind: kind.to_string(),
                    include,
                    remove: expanded("remove"),
                    metadata: rest.map(|(n, v)| (n.clone(), self.expand(v))).collect(),
                    folder: folder.to_path_buf(),
                });
            }
            _ => {}
        }
        true
    }

    /// Ends an element with this text.
    fn end(&mut self, open: &mut Vec<(String, bool)>, value: &str, item: &mut Option<Item>) {
        let Some((name, holds)) = open.pop() else { return };
        if !holds {
            return;
        }
        match open.last().map(|(n, _)| n.as_str()) {
            Some("propertygroup") => {
                let value = self.expand(value.trim());
                self.properties.insert(name, value);
            }
            Some("itemgroup") => self.items.extend(item.take()),
            _ => {
                if let Some(item) = item {
                    let value = self.expand(value.trim());
                    item.metadata.push((name, value));
                }
            }
        }
    }

    /// `text` with `$(Property)` replaced; property functions stay as they are.
    fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("$(") {
            out.push_str(&rest[..at]);
            let inner = &rest[at + 2..];
            match inner.find(')') {
                Some(end) if inner[..end].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) => {
                    out.push_str(self.property(&inner[..end]));
                    rest = &inner[end + 1..];
                }
                _ => {
                    out.push_str("$(");
                    rest = inner;
                }
            }
            // Values that refer to themselves must not grow without bound.
            if out.len() > 1 << 20 {
                return out;
            }
        }
        out.push_str(rest);
        out
    }
}

fn name_of(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).to_ascii_lowercase()
}

fn sdk_name(text: &str) -> String {
    text.split('/').next().unwrap_or(text).trim().to_string()
}

/// The members of a `;` list.
pub(crate) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|v| !v.is_empty())
}

/// `path` (with either slash) as seen from `folder`, `..` resolved by name.
pub(crate) fn join(folder: &Path, path: &str) -> PathBuf {
    let path = path.replace('\\', "/");
    let mut out = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// Whether a condition is true, after expansion of properties. What cannot be evaluated is false.
fn condition(text: &str, folder: &Path, read: &Read<'_>) -> bool {
    Conditions { rest: text, folder, read, depth: 0 }.whole().unwrap_or(false)
}

struct Conditions<'a> {
    rest: &'a str,
    folder: &'a Path,
    read: &'a Read<'a>,
    depth: usize,
}

impl<'a> Conditions<'a> {
    fn whole(&mut self) -> Option<bool> {
        let value = self.or()?;
        self.rest.trim().is_empty().then_some(value)
    }
    fn or(&mut self) -> Option<bool> {
        let mut value = self.and()?;
        while self.word("or") {
            value |= self.and()?;
        }
        Some(value)
    }
    fn and(&mut self) -> Option<bool> {
        let mut value = self.term()?;
        while self.word("and") {
            value &= self.term()?;
        }
        Some(value)
    }
    fn term(&mut self) -> Option<bool> {
        self.depth += 1;
        if self.depth > 64 {
            return None;
        }
        if self.word("!") {
            return Some(!self.term()?);
        }
        if self.word("(") {
            let value = self.or()?;
            return self.word(")").then_some(value);
        }
        if self.word("exists") {
            let path = self.word("(").then(|| self.operand()).flatten()?;
            let there = (self.read)(&join(self.folder, path)).is_some();
            return self.word(")").then_some(there);
        }
        let left = self.operand()?;
        let equal = if self.word("==") {
            true
        } else if self.word("!=") {
            false
        } else {
            return Some(left.eq_ignore_ascii_case("true"));
        };
        let right = self.operand()?;
        // A property function left unexpanded has no known value.
        (!left.contains("$(") && !right.contains("$(")).then(|| left.eq_ignore_ascii_case(right) == equal)
    }
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.get(..word.len()) {
            Some(start) if start.eq_ignore_ascii_case(word) => {
                self.rest = &rest[word.len()..];
                true
            }
            _ => false,
        }
    }
    fn operand(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('\'') {
            let mut end = quoted.find('\'')?;
            // `'$([MSBuild]::F('x'))'` contains quotes.
            while quoted[..end].matches('(').count() > quoted[..end].matches(')').count() {
                end += 1 + quoted[end + 1..].find('\'')?;
            }
            self.rest = &quoted[end + 1..];
            return Some(quoted[..end].trim());
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(rest.len());
        self.rest = &rest[end..];
        (end > 0).then(|| &rest[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        condition(text, Path::new("/p"), &|p| (p == Path::new("/p/a.props")).then(String::new))
    }

    #[test]
    fn conditions() {
        for yes in [
            "'net8.0' == 'NET8.0'",
            " '' == '' and ('a' != 'b' or 'x' == 'y') ",
            "!('a' == 'b')",
            "Exists('a.props')",
            "!Exists('b.props')",
            "true",
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in
            ["'a' == 'b'", "$([MSBuild]::IsOSPlatform('Windows'))", "'$([MSBuild]::X('a'))' == 'b'", "(", "'a' ==", ""]
        {
            assert!(!holds(no), "{no}");
        }
        assert!(!holds(&"(".repeat(100_000)));
    }

    #[test]
    fn properties_items_and_imports() {
        let files = [
            (
                "/p/a.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web/1.0\"><Import Project=\"x\\b.props\"/><PropertyGroup><A>1</A><B>$(A)$(C)</B>\
                <D Condition=\"'$(B)' == '12'\">yes</D></PropertyGroup><ItemGroup><Using Include=\"S;T\"/><Using Remove=\"S\"/>\
                <Using Include=\"U\"><Alias>u</Alias></Using></ItemGroup>\
                <ItemGroup Condition=\"'$(A)' == '2'\"><Using Include=\"No\"/></ItemGroup></Project>",
            ),
            (
                "/p/x/b.props",
                "\u{feff}<Project><PropertyGroup><C>2</C><Where>$(MSBuildThisFileDirectory)</Where></PropertyGroup></Project>",
            ),
        ];
        let mut evaluation = Evaluation::default();
        evaluation.file(Path::new("/p/a.csproj"), &|p| {
            files.iter().find(|(f, _)| Path::new(f) == p).map(|(_, t)| t.to_string())
        });
        assert_eq!(evaluation.property("b"), "12");
        assert_eq!(evaluation.property("D"), "yes");
        assert_eq!(evaluation.property("Where"), "/p/x/");
        assert_eq!(evaluation.sdks, ["Microsoft.NET.Sdk.Web"]);
        let usings = evaluation.values("using");
        assert_eq!(usings.iter().map(|(v, _)| *v).collect::<Vec<_>>(), ["T", "U"]);
        assert_eq!(usings[1].1.metadata("alias"), Some("u"));
    }

    #[test]
    fn invalid_files_are_bounded() {
        for text in [
            "",
            "<",
            "<Project",
            "<a></b>",
            "<Project><PropertyGroup><A>&nope;$(</A>",
            "<Project><Import Project=\"a\"/></Project>",
        ] {
            let mut evaluation = Evaluation::default();
            evaluation.file(Path::new("/a"), &|_| Some(text.to_string()));
        }
    }
}
