//! The diagnostics of a build, for questions about one file, one code or one place that cost no walk over all of them.

use crate::printed_names::names_of;
use diagnostics::{Code, SourceDiagnostic};
use semantics::csharp::printed;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use text::TextRange;

/// Tells sets with different contents apart, for what is kept about one. Equal sets may have different ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetId(u64);

impl Default for SetId {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl SetId {
    /// Whether both are of one set or of copies of it.
    pub(crate) fn is(self, other: Self) -> bool {
        self.0 == other.0
    }
}

/// It is no part of what a set holds.
impl PartialEq for SetId {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for SetId {}

/// Something that is found out about what it stands beside: no part of what that holds.
#[derive(Clone, Debug)]
struct Lazy<T>(OnceLock<T>);

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> PartialEq for Lazy<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Lazy<T> {}

/// The diagnostics of one file, in order of position.
#[derive(PartialEq, Eq, Debug, Default)]
struct OfFile {
    list: Vec<SourceDiagnostic>,
    facts: Lazy<FileFacts>,
    groups: Lazy<Groups>,
    by_code: Lazy<HashMap<Code, Vec<u32>>>,
}

/// Places of each code and arguments of one file.
pub(crate) type Groups = HashMap<Code, Vec<Group>>;

/// What the diagnostics of one file say together.
#[derive(Debug, Default)]
pub(crate) struct FileFacts {
    /// Where the scanner or parser reports an error, in order.
    pub(crate) syntax: Vec<usize>,
    /// Whether one of them leaves the tree in doubt.
    pub(crate) breaks_tree: bool,
    /// Names that a type lacks of its bases, with the codes that say so.
    pub(crate) base_names: HashMap<String, BTreeSet<Code>>,
}

/// Diagnostics of one file with the same code and names.
#[derive(Debug)]
pub(crate) struct Group {
    /// The names in their message.
    pub(crate) names: Vec<String>,
    /// Where they are, in order.
    pub(crate) starts: Vec<usize>,
}

impl FileFacts {
    /// `kind` says of a code whether it is one of the syntax, leaves the tree in doubt, or is about a base.
    pub(crate) fn of(list: &[SourceDiagnostic], kind: impl Fn(&str) -> (bool, bool, bool)) -> Self {
        let mut facts = Self::default();
        let mut kinds: HashMap<&Code, (bool, bool, bool)> = HashMap::new();
        for d in list {
            let (syntax, breaks, base) = *kinds.entry(&d.code).or_insert_with(|| kind(d.code.as_str()));
            if syntax {
                facts.syntax.push(d.range.start);
            }
            facts.breaks_tree |= breaks;
            if base {
                for name in names_of(d) {
                    facts.base_names.entry(name.to_owned()).or_default().insert(d.code.clone());
                }
            }
        }
        facts
    }
}

fn groups_of(list: &[SourceDiagnostic]) -> Groups {
    let mut groups = Groups::new();
    let mut group_of: HashMap<(&Code, &[String]), usize> = HashMap::new();
    for d in list {
        let of_code = groups.entry(d.code.clone()).or_default();
        let group = *group_of.entry((&d.code, &d.arguments)).or_insert_with(|| {
            let names = names_of(d).map(str::to_owned).collect();
            of_code.push(Group { names, starts: Vec::new() });
            of_code.len() - 1
        });
        of_code[group].starts.push(d.range.start);
    }
    groups
}

/// Where fixes wrote something in one file, by the code that they repair.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Repaired {
    list: Vec<(Code, TextRange)>,
    by_code: Lazy<HashMap<Code, Spans>>,
}

/// Ranges in order of their starts, to see whether one touches a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans {
    starts: Vec<usize>,
    /// The end of each.
    own_ends: Vec<usize>,
    /// The greatest end of this range and those before it.
    ends: Vec<usize>,
}

impl Spans {
    fn of(mut ranges: Vec<TextRange>) -> Self {
        ranges.sort_unstable();
        let mut most = 0;
        let ends = ranges.iter().map(|r| {
            most = most.max(r.end);
            most
        });
        Self {
            ends: ends.collect(),
            own_ends: ranges.iter().map(|r| r.end).collect(),
            starts: ranges.iter().map(|r| r.start).collect(),
        }
    }
    /// Whether one of them lies within `range`.
    pub(crate) fn any_within(&self, range: TextRange) -> bool {
        let from = self.starts.partition_point(|start| *start < range.start);
        let to = self.starts.partition_point(|start| *start <= range.end);
        self.own_ends.get(from..to).unwrap_or_default().iter().any(|end| *end <= range.end)
    }
    /// Whether one of them touches `range`.
    pub(crate) fn touch(&self, range: TextRange) -> bool {
        let before = self.starts.partition_point(|start| *start <= range.end);
        before.checked_sub(1).is_some_and(|last| self.ends[last] >= range.start)
    }
}

impl Repaired {
    fn by_code(&self) -> &HashMap<Code, Spans> {
        self.by_code.0.get_or_init(|| {
            let mut ranges: HashMap<Code, Vec<TextRange>> = HashMap::new();
            for (code, range) in &self.list {
                ranges.entry(code.clone()).or_default().push(*range);
            }
            ranges.into_iter().map(|(code, ranges)| (code, Spans::of(ranges))).collect()
        })
    }
}

/// Diagnostics that were handed out to be looked at: who takes a list is taken to walk over all of it. Counted in debug builds only.
static LOOKED_AT: AtomicU64 = AtomicU64::new(0);

/// How many diagnostics this process looked at in sets, in debug builds: what a plan costs, to be compared with the size of the build.
pub fn diagnostics_looked_at() -> u64 {
    LOOKED_AT.load(Ordering::Relaxed)
}

fn count(diagnostics: usize) {
    if cfg!(debug_assertions) {
        LOOKED_AT.fetch_add(diagnostics as u64, Ordering::Relaxed);
    }
}

fn counted(d: &SourceDiagnostic) -> &SourceDiagnostic {
    count(1);
    d
}

fn looked_at(list: &[SourceDiagnostic]) -> &[SourceDiagnostic] {
    count(list.len());
    list
}

/// The diagnostics of all files by code and by name. Each has a number: its place in the list of all.
#[derive(Debug, Default)]
struct Everywhere {
    /// The files, each with the number of its first diagnostic.
    files: Vec<(u32, Arc<OfFile>)>,
    by_code: HashMap<Code, Vec<u32>>,
    /// Hashes of names with numbers, in order.
    by_name: Vec<(u64, u32)>,
}

fn hash_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

impl Everywhere {
    fn of<'f>(files: impl Iterator<Item = &'f Arc<OfFile>>) -> Self {
        let mut out = Self::default();
        let mut number = 0u32;
        for of_file in files {
            out.files.push((number, of_file.clone()));
            for d in &of_file.list {
                match out.by_code.get_mut(&d.code) {
                    Some(known) => known.push(number),
                    None => drop(out.by_code.insert(d.code.clone(), vec![number])),
                }
                for argument in d.arguments.iter() {
                    let names = [argument.as_str(), printed::generic_name(argument), printed::simple_name(argument)];
                    out.by_name.extend(names.map(|name| (hash_of(name), number)));
                }
                number = number.saturating_add(1);
            }
        }
        out.by_name.sort_unstable();
        out.by_name.dedup();
        out
    }

    fn numbered(&self, number: u32) -> &SourceDiagnostic {
        let file = self.files.partition_point(|(first, _)| *first <= number) - 1;
        let (first, of_file) = &self.files[file];
        &of_file.list[(number - first) as usize]
    }

    /// Those that may name `name`.
    fn named(&self, name: &str) -> &[(u64, u32)] {
        let hash = hash_of(name);
        let from = self.by_name.partition_point(|(h, _)| *h < hash);
        let to = from + self.by_name[from..].partition_point(|(h, _)| *h == hash);
        &self.by_name[from..to]
    }
}

fn names(d: &SourceDiagnostic, name: &str) -> bool {
    d.arguments.iter().any(|a| a == name || printed::generic_name(a) == name || printed::simple_name(a) == name)
}

/// All diagnostics of a build that were placed in files, by file and position. Cheap to copy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DiagnosticSet {
    by_file: BTreeMap<Arc<Path>, Arc<OfFile>>,
    unparsed: BTreeSet<PathBuf>,
    resolved: BTreeMap<Arc<Path>, Vec<Code>>,
    repaired: BTreeMap<PathBuf, Repaired>,
    id: SetId,
    everywhere: Arc<Lazy<Everywhere>>,
}

impl DiagnosticSet {
    /// Sorts `diagnostics` by file, position and code.
    pub fn new(diagnostics: impl IntoIterator<Item = SourceDiagnostic>) -> Self {
        let mut by_file: BTreeMap<Arc<Path>, Vec<SourceDiagnostic>> = BTreeMap::new();
        for d in diagnostics {
            by_file.entry(d.path.clone()).or_default().push(d);
        }
        let sorted = |(path, list)| (path, Arc::new(OfFile::new(list)));
        Self { by_file: by_file.into_iter().map(sorted).collect(), ..Self::default() }
    }
    /// What tells it apart from sets with other contents.
    pub(crate) fn id(&self) -> SetId {
        self.id
    }
    /// Takes note that the contents are others now.
    fn changed(&mut self) {
        self.id = SetId::default();
        self.everywhere = Arc::default();
    }
    /// Whether the set has a diagnostic with the same code at the same place.
    pub fn contains(&self, d: &SourceDiagnostic) -> bool {
        self.at(&d.path, d.range.start).iter().any(|o| o.code == d.code)
    }
    /// Replaces the diagnostics of one file.
    pub fn replace(&mut self, path: &Path, list: Vec<SourceDiagnostic>) {
        self.changed();
        if list.is_empty() {
            self.by_file.remove(path);
            return;
        }
        self.by_file.insert(path.into(), Arc::new(OfFile::new(list)));
    }
    /// Marks files that the compiler could not parse in this build, even if they have been repaired since. What it reported about their
    /// names and types is unreliable until the next build.
    pub fn with_unparsed(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.unparsed.extend(files);
        self
    }
    /// Adds diagnostics of the same build that have been repaired since. Other diagnostics of these files may be outdated.
    pub fn with_resolved<'d>(mut self, diagnostics: impl IntoIterator<Item = &'d SourceDiagnostic>) -> Self {
        self.add_resolved(diagnostics);
        self
    }
    /// [`Self::with_resolved`] in place.
    pub fn add_resolved<'d>(&mut self, diagnostics: impl IntoIterator<Item = &'d SourceDiagnostic>) {
        self.changed();
        for d in diagnostics {
            let codes = self.resolved.entry(d.path.clone()).or_default();
            if !codes.contains(&d.code) {
                codes.push(d.code.clone());
            }
        }
    }
    /// Adds where fixes of the same build wrote something, in the texts as they are now, and for which code.
    pub fn with_repaired<'p>(mut self, fixes: impl IntoIterator<Item = (&'p Path, Code, TextRange)>) -> Self {
        let mut by_file: BTreeMap<&Path, Vec<(Code, TextRange)>> = BTreeMap::new();
        for (path, code, range) in fixes {
            by_file.entry(path).or_default().push((code, range));
        }
        for (path, list) in by_file {
            let all = self.repaired_in(path).iter().cloned().chain(list).collect();
            self.set_repaired(path, all);
        }
        self
    }
    /// Replaces what [`Self::repaired_in`] gives for one file.
    pub fn set_repaired(&mut self, path: &Path, list: Vec<(Code, TextRange)>) {
        self.changed();
        self.repaired.insert(path.to_path_buf(), Repaired { list, by_code: Lazy::default() });
    }
    /// Where fixes of the same build wrote something in the file, and for which code.
    pub fn repaired_in(&self, path: &Path) -> &[(Code, TextRange)] {
        self.repaired.get(path).map_or(&[], |repaired| &repaired.list)
    }
    /// The codes for which fixes of the same build wrote something in the file, with the places.
    pub(crate) fn repaired_spans(&self, path: &Path) -> impl Iterator<Item = (&Code, &Spans)> {
        self.repaired.get(path).into_iter().flat_map(Repaired::by_code)
    }
    /// Codes of the diagnostics that have been repaired in the file since the build, each once.
    pub fn resolved_in(&self, path: &Path) -> &[Code] {
        self.resolved.get(path).map_or(&[], Vec::as_slice)
    }
    /// Whether the compiler could not parse the file.
    pub fn is_unparsed(&self, path: &Path) -> bool {
        self.unparsed.contains(path)
    }
    /// The diagnostics of one file, in order of position.
    pub fn in_file(&self, path: &Path) -> &[SourceDiagnostic] {
        looked_at(self.list(path))
    }
    fn list(&self, path: &Path) -> &[SourceDiagnostic] {
        self.by_file.get(path).map_or(&[], |of_file| &of_file.list)
    }
    /// Those that start in `range`.
    pub fn in_range(&self, path: &Path, range: TextRange) -> &[SourceDiagnostic] {
        let list = self.list(path);
        let from = list.partition_point(|d| d.range.start < range.start);
        let to = list.partition_point(|d| d.range.start < range.end);
        looked_at(list.get(from..to).unwrap_or_default())
    }
    /// Those that start at `offset`.
    pub fn at(&self, path: &Path, offset: usize) -> &[SourceDiagnostic] {
        self.in_range(path, TextRange::new(offset, offset + 1))
    }
    fn everywhere(&self) -> &Everywhere {
        self.everywhere.0.get_or_init(|| Everywhere::of(self.by_file.values()))
    }
    /// Those of one code, in order of file and position.
    pub fn of_code(&self, code: &str) -> impl Iterator<Item = &SourceDiagnostic> {
        let all = self.everywhere();
        let found = all.by_code.get(&Code::new(code)).map_or(&[][..], Vec::as_slice);
        found.iter().map(|number| counted(all.numbered(*number)))
    }
    /// Those of which an argument of the message is `name`, or a printed type or member with this name; in order of file and position.
    pub fn naming<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s SourceDiagnostic> {
        let all = self.everywhere();
        let found = all.named(name).iter().map(|(_, number)| counted(all.numbered(*number)));
        found.filter(move |d| names(d, name))
    }
    /// Those of [`Self::naming`] in one file.
    pub fn naming_in<'s>(&'s self, path: &Path, name: &'s str) -> impl Iterator<Item = &'s SourceDiagnostic> {
        let all = self.everywhere();
        let file = all.files.partition_point(|(_, of_file)| of_file.list.first().is_some_and(|d| *d.path < *path));
        let (from, to) = match all.files.get(file).filter(|(_, f)| f.list.first().is_some_and(|d| *d.path == *path)) {
            Some((first, of_file)) => (*first, first.saturating_add(of_file.list.len() as u32)),
            None => (0, 0),
        };
        let named = all.named(name);
        let named = &named[named.partition_point(|(_, number)| *number < from)..];
        let named = &named[..named.partition_point(|(_, number)| *number < to)];
        named.iter().map(|(_, number)| counted(all.numbered(*number))).filter(move |d| names(d, name))
    }
    /// Those of one file with one of these codes; code by code.
    pub fn with_codes<'s>(&'s self, path: &Path, codes: &'s [&'s str]) -> impl Iterator<Item = &'s SourceDiagnostic> {
        let of_file = self.by_file.get(path);
        let by_code = of_file.map(|of_file| of_file.by_code());
        let found = codes.iter().filter_map(move |code| Some((of_file?, by_code?.get(&Code::new(code))?)));
        found.flat_map(|(of_file, found)| found.iter().map(|i| counted(&of_file.list[*i as usize])))
    }
    /// The codes of the diagnostics of one file, each once, in no order.
    pub fn codes_in(&self, path: &Path) -> impl Iterator<Item = &Code> {
        self.by_file.get(path).into_iter().flat_map(|of_file| of_file.by_code().keys())
    }
    /// The places of each code and arguments of one file.
    pub(crate) fn groups(&self, path: &Path) -> Option<&Groups> {
        let of_file = self.by_file.get(path)?;
        Some(of_file.groups.0.get_or_init(|| groups_of(&of_file.list)))
    }
    /// What the diagnostics of one file say together, found once; `None` when it has none.
    pub(crate) fn facts_or(
        &self,
        path: &Path,
        find: impl FnOnce(&[SourceDiagnostic]) -> FileFacts,
    ) -> Option<&FileFacts> {
        let of_file = self.by_file.get(path)?;
        Some(of_file.facts.0.get_or_init(|| find(&of_file.list)))
    }
    /// All diagnostics, in order of file and position.
    pub fn iter(&self) -> impl Iterator<Item = &SourceDiagnostic> {
        self.by_file.values().flat_map(|of_file| looked_at(&of_file.list).iter())
    }
    /// The files that have diagnostics.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.by_file.keys().map(|path| &**path)
    }
    /// The number of diagnostics of one file.
    pub fn count_in(&self, path: &Path) -> usize {
        self.list(path).len()
    }
    /// The number of diagnostics.
    pub fn len(&self) -> usize {
        self.by_file.values().map(|of_file| of_file.list.len()).sum()
    }
    /// Whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }
}

impl OfFile {
    /// Places in the list by code.
    fn by_code(&self) -> &HashMap<Code, Vec<u32>> {
        self.by_code.0.get_or_init(|| {
            let mut by_code: HashMap<Code, Vec<u32>> = HashMap::new();
            for (d, i) in self.list.iter().zip(0u32..) {
                match by_code.get_mut(&d.code) {
                    Some(known) => known.push(i),
                    None => drop(by_code.insert(d.code.clone(), vec![i])),
                }
            }
            by_code
        })
    }
    fn new(mut list: Vec<SourceDiagnostic>) -> Self {
        list.sort_by(|a, b| (a.range, &a.code, &a.message).cmp(&(b.range, &b.code, &b.message)));
        Self { list, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Severity;
    use text::ContentHash;

    fn diagnostic(path: &str, code: &str, start: usize, names: &[&str]) -> SourceDiagnostic {
        SourceDiagnostic {
            path: Path::new(path).into(),
            range: TextRange::empty(start),
            text_hash: ContentHash::of(b""),
            code: Code::new(code),
            severity: Severity::Error,
            message: "".into(),
            arguments: names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>().into(),
            trust: Default::default(),
        }
    }

    #[test]
    fn questions_about_a_place_a_code_and_a_file() {
        let all = [("/b.cs", "CS0103", 4), ("/a.cs", "CS1002", 9), ("/a.cs", "CS0103", 3), ("/a.cs", "CS0103", 30)];
        let mut set = DiagnosticSet::new(all.map(|(path, code, at)| diagnostic(path, code, at, &["x"])));
        let a = Path::new("/a.cs");
        let starts = |list: &[SourceDiagnostic]| list.iter().map(|d| d.range.start).collect::<Vec<_>>();
        assert_eq!(starts(set.in_file(a)), [3, 9, 30]);
        assert_eq!(starts(set.in_range(a, TextRange::new(3, 30))), [3, 9]);
        assert_eq!((starts(set.at(a, 9)), starts(set.at(a, 10))), (vec![9], vec![]));
        let of_code = |set: &DiagnosticSet, code| set.of_code(code).map(|d| d.range.start).collect::<Vec<_>>();
        assert_eq!(of_code(&set, "CS0103"), [3, 30, 4]);
        let facts = crate::language::facts(&set, a).unwrap();
        assert_eq!((facts.syntax.as_slice(), facts.breaks_tree), (&[9][..], true));
        assert_eq!(set.groups(a).unwrap()[&Code::new("CS0103")][0].starts, [3, 30]);
        let of = |list: &mut dyn Iterator<Item = &SourceDiagnostic>| list.map(|d| d.range.start).collect::<Vec<_>>();
        assert_eq!(of(&mut set.with_codes(a, &["CS1002", "CS0103", "CS9999"])), [9, 3, 30]);
        assert_eq!(of(&mut set.naming("x")), [3, 9, 30, 4]);
        assert_eq!(of(&mut set.naming_in(Path::new("/b.cs"), "x")), [4]);
        assert_eq!(of(&mut set.naming_in(Path::new("/c.cs"), "x").chain(set.naming("y"))), Vec::<usize>::new());
        set.replace(a, Vec::new());
        assert_eq!(of_code(&set, "CS0103"), [4]);
        assert!(crate::language::facts(&set, a).is_none() && set.in_range(a, TextRange::new(0, 99)).is_empty());
    }

    #[test]
    fn spans_are_touched_at_their_edges() {
        let spans = Spans::of(vec![TextRange::new(20, 22), TextRange::new(3, 12), TextRange::new(5, 6)]);
        let touched: Vec<usize> = (0..30).filter(|at| spans.touch(TextRange::empty(*at))).collect();
        assert_eq!(touched, (3..=12).chain(20..=22).collect::<Vec<_>>());
        assert!(!Spans::default().touch(TextRange::new(0, 9)));
        assert!(spans.any_within(TextRange::new(5, 7)) && spans.any_within(TextRange::new(20, 22)));
        assert!(!spans.any_within(TextRange::new(4, 5)) && !spans.any_within(TextRange::new(6, 21)));
    }
}
