//! The part of MSBuild that a C# project's properties and items need: properties in order, imports by path,
//! simple conditions. What cannot be evaluated (property functions, registry) is left out.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Imports within imports.
const DEEPEST_IMPORT: usize = 16;
/// Elements of a project that are read, and members of its lists.
pub(crate) const MOST_ELEMENTS: usize = 100_000;
/// Files whose existence a project's conditions ask for.
const MOST_PROBES: usize = 10_000;
/// Bytes that all expansions of a project may write: properties that refer to each other grow without bound.
const MOST_EXPANDED: usize = 16 << 20;

/// Reads project files; `None` when there is none.
pub(crate) type Read<'a> = dyn Fn(&Path) -> Option<Arc<str>> + 'a;

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
    /// The file that contains it.
    pub(crate) file: Arc<Path>,
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
    /// The file that set a property last; those that are given from outside have none.
    origins: FxHashMap<String, Arc<Path>>,
    /// The file that is being evaluated.
    current: Option<Arc<Path>>,
    pub(crate) items: Vec<Item>,
    /// SDKs named by the project.
    pub(crate) sdks: Vec<String>,
    /// Some file that is imported was not read: it is outside the workspace, or its path is not known.
    pub(crate) left_out: bool,
    /// The files that were evaluated: MSBuild leaves out a second import, too (MSB4011).
    imported: FxHashSet<PathBuf>,
    depth: usize,
    elements: usize,
    expanded: Cell<usize>,
    probes: Cell<usize>,
}

impl Evaluation {
    /// A property's value; empty when not set.
    pub(crate) fn property(&self, name: &str) -> &str {
        self.properties.get(&name.to_ascii_lowercase()).map_or("", |v| v)
    }

    /// The file that set a property; `None` when none did.
    pub(crate) fn origin(&self, name: &str) -> Option<&Arc<Path>> {
        self.origins.get(&name.to_ascii_lowercase())
    }

    /// The files that were evaluated, in no order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.imported.iter().map(PathBuf::as_path)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.properties.insert(name.to_ascii_lowercase(), value.to_string());
    }

    /// Values of all items of a kind, with lists split and `Remove` applied.
    pub(crate) fn values(&self, kind: &str) -> Vec<(&str, &Item)> {
        let items = || self.items.iter().enumerate().filter(|(_, i)| i.kind == kind);
        // Which item removed a value last.
        let removed: FxHashMap<String, usize> =
            items().flat_map(|(at, i)| list(&i.remove).map(move |v| (v.to_ascii_lowercase(), at))).collect();
        let stays = |value: &str, at: usize| {
            removed.is_empty() || removed.get(&value.to_ascii_lowercase()).is_none_or(|removed| *removed <= at)
        };
        let included = items().flat_map(|(at, i)| list(&i.include).map(move |v| (v, i, at)));
        included.take(MOST_ELEMENTS).filter(|(v, _, at)| stays(v, *at)).map(|(v, item, _)| (v, item)).collect()
    }

    /// Evaluates a project file into this.
    pub(crate) fn file(&mut self, path: &Path, read: &Read<'_>) {
        if self.depth >= DEEPEST_IMPORT || !self.imported.insert(path.to_owned()) {
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
        let outer = self.current.replace(path.into());
        self.elements(&text, &folder, read);
        self.current = outer;
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

    /// Whether there is a project file; what is asked too often is not there.
    fn exists(&self, path: &Path, read: &Read<'_>) -> bool {
        self.probes.set(self.probes.get() + 1);
        self.probes.get() <= MOST_PROBES && read(path).is_some()
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
        // Looking for attributes of one name compares each with all others.
        let attributes: Vec<(String, String)> = start
            .attributes()
            .with_checks(false)
            .flatten()
            .map(|a| {
                let name = String::from_utf8_lossy(a.key.local_name().as_ref()).to_ascii_lowercase();
                (name, a.unescape_value().map(|v| v.into_owned()).unwrap_or_default())
            })
            .collect();
        let attribute = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let name = name_of(start);
        let outer = open.last().is_none_or(|(_, holds)| *holds);
        let holds = outer
            && attribute("condition").is_none_or(|c| condition(&self.expand(c), folder, &|p| self.exists(p, read)));
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
                    file: self.current.clone().unwrap_or_else(|| folder.into()),
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
                if let Some(file) = &self.current {
                    self.origins.insert(name.clone(), file.clone());
                }
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
            let end = inner.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
            match end.filter(|end| inner[*end..].starts_with(')')) {
                Some(end) => {
                    let value = self.property(&inner[..end]);
                    self.expanded.set(self.expanded.get().saturating_add(value.len()));
                    if self.expanded.get() > MOST_EXPANDED {
                        return String::new();
                    }
                    out.push_str(value);
                    rest = &inner[end + 1..];
                }
                None => {
                    out.push_str("$(");
                    rest = inner;
                }
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
fn condition(text: &str, folder: &Path, exists: &dyn Fn(&Path) -> bool) -> bool {
    Conditions { rest: text, folder, exists, depth: 0 }.whole().unwrap_or(false)
}

struct Conditions<'a> {
    rest: &'a str,
    folder: &'a Path,
    exists: &'a dyn Fn(&Path) -> bool,
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
            let there = (self.exists)(&join(self.folder, path));
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
            // `'$([MSBuild]::F('x'))'` contains quotes.
            let mut open = 0i64;
            let closes = |c: char| {
                open += i64::from(c == '(') - i64::from(c == ')');
                c == '\'' && open <= 0
            };
            let end = quoted.find(closes)?;
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
        condition(text, Path::new("/p"), &|p| p == Path::new("/p/a.props"))
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
            files.iter().find(|(f, _)| Path::new(f) == p).map(|(_, t)| Arc::from(*t))
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
    fn what_is_removed_may_come_again() {
        let text = "<Project><ItemGroup><P Include=\"a;b;c\"/><P Remove=\"B;c\"/><P Include=\"c\" Remove=\"a\"/></ItemGroup></Project>";
        let mut evaluation = Evaluation::default();
        evaluation.file(Path::new("/a"), &|_| Some(text.into()));
        assert_eq!(evaluation.values("p").iter().map(|(v, _)| *v).collect::<Vec<_>>(), ["c"]);
    }

    /// Each file of a fan of imports imports the three of the next level, twice.
    #[test]
    fn a_fan_of_imports_costs_each_file_once() {
        let reads = |levels: usize| {
            let reads = Cell::new(0);
            let mut evaluation = Evaluation::default();
            evaluation.file(Path::new("/0a"), &|path| {
                reads.set(reads.get() + 1);
                let level: usize = path.to_str()?.trim_matches(['/', 'a', 'b', 'c']).parse().ok()?;
                let next = |name| format!("<Import Project=\"{}{name}\"/>", level + 1);
                let imports = if level < levels { ["a", "b", "c"].map(next).concat().repeat(2) } else { String::new() };
                Some(format!("<Project>{imports}</Project>").into())
            });
            reads.get()
        };
        assert_eq!((reads(3), reads(12)), (1 + 3 * 3, 1 + 3 * 12));
    }

    /// What a project may cost does not depend on how it is nested: n and 4n.
    #[test]
    fn expansions_are_bounded() {
        let doubled: String = (0..50_000).map(|i| format!("<P{i}>$(A)$(A)</P{i}><A>$(A)$(A)</A>")).collect();
        let mut evaluation = Evaluation::default();
        let text = format!("<Project><PropertyGroup><A>xxxxxxxx</A>{doubled}</PropertyGroup></Project>");
        evaluation.file(Path::new("/a"), &|_| Some(text.as_str().into()));
        let kept: usize = evaluation.properties.values().map(String::len).sum();
        assert!(kept <= MOST_EXPANDED, "{kept}");
        // Neither does the work: none of these ends, were it done again for each part of the text.
        for text in ["$(".repeat(1 << 20), "$(".repeat(1 << 20) + ")", format!("'{}'", "(''".repeat(1 << 20))] {
            let attributes: String = (0..100_000).map(|i| format!(" a{i}='x'")).collect();
            let text = text.replace('\'', "&apos;");
            let text = format!(
                "<Project><A Condition='{text}'{attributes}/><ItemGroup><B Include='{text}'/></ItemGroup></Project>"
            );
            Evaluation::default().file(Path::new("/a"), &|_| Some(text.as_str().into()));
        }
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
            evaluation.file(Path::new("/a"), &|_| Some(text.into()));
        }
    }
}
