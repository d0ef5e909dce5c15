//! The whole index: what is recomputed after a change, and the warm start.

use crate::{
    Declaration, DeclarationId, DeclarationKind, DeclarationRanges, FileChange, ForkLanguage, Index, LanguageIndex,
    LanguageWorkspace, LocatedOutline, MemorySystem, OsSystem, Outline, Stamp, System, WorkspaceInputs,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syntax::LanguageFamily;

/// Files in memory; counts reads.
pub(crate) struct Counting {
    files: MemorySystem,
    reads: AtomicUsize,
}

impl Counting {
    pub(crate) fn new(files: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        let files = MemorySystem::new(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
        Self { files, reads: AtomicUsize::new(0) }
    }
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

impl System for Counting {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.files.read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.files.walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.list(folder)
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        None
    }
    fn write_cache(&self, _: &Path, _: &[u8]) {}
}

/// Each module of a fan re-exports the three of the next level.
#[test]
fn a_fan_of_re_exports_costs_each_module_once() {
    let reads = |levels: usize| {
        let text = |level: usize| match level < levels {
            true => ["a", "b", "c"].map(|n| format!("export * from './{}{n}';\n", level + 1)).concat(),
            false => "export const leaf = 1;\n".to_owned(),
        };
        let mut files = vec![(PathBuf::from("/index.ts"), text(0))];
        for level in 1..=levels {
            files.extend(["a", "b", "c"].map(|n| (format!("/{level}{n}.ts").into(), text(level))));
        }
        let system = Arc::new(Counting::new(files));
        let index = Index::open(system.clone(), vec!["/".into()]);
        let exports = index.typescript().exports_of(Path::new("/index.ts"));
        assert_eq!(exports.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["leaf"]);
        assert!(index.typescript().exports_named("leaf").len() <= 256);
        system.reads()
    };
    // Once, when the index is opened.
    assert_eq!((reads(4), reads(16)), (1 + 3 * 4, 1 + 3 * 16));
}

fn files() -> Vec<(String, String)> {
    let file = |i: usize| {
        let text =
            format!("namespace N{} {{ public class C{i} {{ public int M(int a) {{ return a + {i}; }} }} }}", i % 3);
        (format!("/src/f{i:03}.cs"), text)
    };
    (0..40).map(file).collect()
}

fn index() -> Index {
    let files = files();
    Index::in_memory(files.iter().map(|(p, t)| (p.as_str(), t.as_str())))
}

#[test]
fn an_edit_in_a_body_costs_one_outline_and_no_table() {
    let mut index = index();
    assert_eq!(index.csharp().types_named("C7").len(), 1);
    let (outlines, files, tables) = index.executed();
    assert_eq!((outlines, files, tables), (0, 40, 1));

    let path = Path::new("/src/f007.cs");
    let edited = index.text(path).unwrap().replace("return a", "var b = a; return b");
    index.set_text(path, Some(edited.into()));
    assert_eq!(index.csharp().types_named("C7").len(), 1);
    assert_eq!(index.executed(), (outlines + 1, files, tables));

    // A new member: the file's symbols are computed again and are equal.
    let edited = index.text(path).unwrap().replace("public int M", "public int Z; public int M");
    index.set_text(path, Some(edited.into()));
    let ty = index.csharp().types_named("C7").remove(0);
    assert_eq!(index.csharp().members(&ty).len(), 2);
    assert_eq!(index.executed(), (outlines + 2, files + 1, tables));

    // A new type: the table is computed again, from this file's new symbols and the old ones of the others.
    let edited = format!("{} class Fresh {{ }}", index.text(path).unwrap());
    index.set_text(path, Some(edited.into()));
    assert_eq!(index.csharp().types_named("Fresh").len(), 1);
    assert_eq!(index.executed(), (outlines + 3, files + 2, tables + 1));

    // The same text again changes nothing.
    let same = index.text(path);
    index.set_text(path, same);
    assert_eq!(index.csharp().types_named("Fresh").len(), 1);
    assert_eq!(index.executed(), (outlines + 3, files + 2, tables + 1));
}

#[test]
fn a_query_is_computed_once_a_revision() {
    let text = "using N1; namespace N0 { class D<T> : C7 { C7 a; T b; } } namespace N1 { class C7 { } }";
    let mut index = Index::in_memory([("/d.cs", text)]);
    let path = Path::new("/d.cs");
    let ask = |index: &Index| {
        let cs = index.csharp();
        let ty = cs.types_named("D").remove(0);
        let here = cs.resolve("C7", path, text.find("C7 a").unwrap()).map(|t| t.full_name());
        let id = DeclarationId { path: path.into(), index: 0 };
        assert!(cs.resolve_at("T", &id).is_none(), "a type parameter");
        let base = cs.bases(&ty)[0].1.as_ref().map(|t| t.full_name());
        (here, cs.resolve_at("C7", &id).map(|t| t.full_name()), base, cs.all_members(&ty, "").len())
    };
    let first = ask(&index);
    let expected = || Some("N1.C7".to_owned());
    assert_eq!((&first.0, &first.1, &first.2), (&expected(), &expected(), &expected()));
    let computed = index.csharp().computed();
    assert!(computed > 0);
    assert_eq!(ask(&index), first);
    assert_eq!(index.csharp().computed(), computed);

    // A change drops all answers.
    index.set_text(path, Some(text.replace("class C7", "class C8").into()));
    assert_eq!(index.csharp().computed(), 0);
    let later = ask(&index);
    assert_eq!((later.0, later.1, later.2), (None, None, None));
}

#[test]
fn words_are_read_once_a_change() {
    let mut index = index();
    let holders = |index: &Index, word: &str| index.files_with_word(word, syntax::Language::CSHARP).len();
    let counts =
        |index: &Index, word: &str| index.word_counts(word, syntax::Language::CSHARP).map(|(_, n)| n).sum::<usize>();
    assert_eq!((holders(&index, "C7"), holders(&index, "C"), holders(&index, "return")), (1, 0, 40));
    assert_eq!((counts(&index, "C7"), counts(&index, "a"), counts(&index, "eturn")), (1, 80, 0));
    // The words were read when the index was opened.
    assert_eq!(index.words_read(), 0);
    index.set_text(Path::new("/src/f001.cs"), Some("class Other { } // C7 C7".into()));
    assert_eq!((holders(&index, "C7"), holders(&index, "C1"), counts(&index, "C7")), (2, 0, 3));
    assert_eq!(index.words_read(), 1);
    assert!(index.files_with_word("C7", syntax::Language::TSX).is_empty());
}

#[test]
fn an_edited_document_is_parsed_from_the_previous_tree() {
    let mut index = index();
    let path = Path::new("/src/f003.cs");
    assert!(index.source(path).is_some());
    for (i, old, new) in [(1, "return", "/* é */ return"), (2, "é", "ü"), (3, "a +", "a * a +")] {
        let text: Arc<str> = index.text(path).unwrap().replace(old, new).into();
        index.set_text(path, Some(text.clone()));
        let source = index.source(path).unwrap();
        assert_eq!((source.parsed.text(), index.reparsed()), (&text, i));
        let fresh = syntax::Parsed::new(syntax::Language::CSHARP, text);
        assert_eq!(source.parsed.root().to_sexp(), fresh.root().to_sexp());
    }
    // A text with errors is parsed from scratch, and so is the next one.
    for text in ["class C { int M( { } }", "class C { int M() { } }"] {
        index.set_text(path, Some(text.into()));
        assert!(index.source(path).is_some());
        assert_eq!(index.reparsed(), 3);
    }
}

#[test]
fn a_byte_order_mark_is_not_a_change() {
    let files = [(PathBuf::from("/a.cs"), "\u{feff}class A { }".as_bytes().to_vec())];
    let mut index = Index::open(Arc::new(crate::MemorySystem::new(files)), vec![PathBuf::from("/")]);
    let path = Path::new("/a.cs");
    assert_eq!(&**index.source(path).unwrap().parsed.text(), "class A { }");
    index.set_text(path, None);
    index.refresh(path);
    assert_eq!(index.revision(), 0);
}

#[test]
fn a_document_that_is_closed_unchanged_is_not_read_again() {
    let mut index = index();
    let path = Path::new("/src/f007.cs");
    assert_eq!(index.csharp().types_named("C7").len(), 1);
    index.set_text(path, Some("class Other { }".into()));
    assert_eq!(index.csharp().types_named("C7").len(), 0);
    assert_eq!(index.files_with_word("C7", syntax::Language::CSHARP).len(), 0);
    let (outlines, files, tables) = index.executed();
    let parsed = index.parsed();
    index.set_text(path, None);
    assert_eq!(index.csharp().types_named("C7").len(), 1);
    assert_eq!(index.files_with_word("C7", syntax::Language::CSHARP).len(), 1);
    // No file is parsed or read again.
    assert_eq!((index.executed(), index.words_read(), index.parsed()), ((outlines, files + 1, tables + 1), 1, parsed));
}

#[test]
fn trees_parsed_ahead_are_not_parsed_again() {
    let mut index = index();
    let [a, b] = ["/src/f001.cs", "/src/f002.cs"].map(Path::new);
    let ahead = index.parse_ahead([a, b, Path::new("/src/none.cs")].map(Path::to_path_buf));
    std::thread::spawn(ahead).join().unwrap();
    assert_eq!(index.parsed(), 2);
    assert!(index.source(a).is_some() && index.source(b).is_some());
    assert_eq!(index.parsed(), 2);
    // A text that came in between is another state of the file.
    let ahead = index.parse_ahead([a.to_path_buf()]);
    index.set_text(a, Some("class New { }".into()));
    ahead();
    assert_eq!(&**index.source(a).unwrap().parsed.text(), "class New { }");
}

#[test]
fn usings_are_counted_again_where_they_changed() {
    let mut index = Index::in_memory([("/a.cs", "using A; class C { int x; }"), ("/b.cs", "using A; using B;")]);
    let count = |index: &Index, name: &str| index.csharp().using_counts().get(name).copied();
    assert_eq!((count(&index, "A"), count(&index, "B")), (Some(2), Some(1)));
    let before = index.csharp().using_counts();
    index.set_text(Path::new("/a.cs"), Some("using A; class C { int x, y; }".into()));
    assert!(Arc::ptr_eq(&before, &index.csharp().using_counts()));
    index.set_text(Path::new("/a.cs"), Some("using B; class C { int x, y; }".into()));
    assert_eq!((count(&index, "A"), count(&index, "B")), (Some(1), Some(2)));
}

#[test]
fn an_unchanged_file_on_disk_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("w");
    std::fs::create_dir_all(&root).unwrap();
    let path = root.join("a.cs");
    std::fs::write(&path, "class A { }").unwrap();
    let disk = Disk { cache: folder.path().join("cache"), reads: AtomicUsize::new(0) };
    let mut index = Index::open(Arc::new(disk), vec![root]);
    let ask = |index: &Index, name: &str| index.csharp().types_named(name).len();
    assert_eq!(ask(&index, "A"), 1);
    let before = index.executed();
    index.set_text(&path, None);
    index.refresh(&path);
    assert_eq!((ask(&index, "A"), index.executed()), (1, before));
    // The tree of the state in between must not be kept.
    std::fs::write(&path, "class B { }").unwrap();
    assert_eq!(&**index.source(&path).unwrap().parsed.text(), "class B { }");
    std::fs::write(&path, "class A { }").unwrap();
    index.refresh(&path);
    assert_eq!(&**index.source(&path).unwrap().parsed.text(), "class A { }");
    std::fs::write(&path, "class B { }").unwrap();
    index.refresh(&path);
    assert_eq!((ask(&index, "A"), ask(&index, "B")), (0, 1));
}

#[test]
fn files_come_and_go() {
    let mut index = index();
    let path = Path::new("/src/new.cs");
    assert!(!index.contains(path));
    index.set_text(path, Some("class New { }".into()));
    assert!(index.contains(path));
    assert_eq!(index.csharp().types_named("New").len(), 1);
    index.set_text(path, None);
    assert!(!index.contains(path), "it never was on disk");
    assert!(index.csharp().types_named("New").is_empty());
    index.set_text(path, Some("class New { }".into()));
    assert_eq!(index.csharp().types_named("New").len(), 1);
}

#[test]
fn only_files_of_the_workspace_are_added() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("w");
    std::fs::create_dir_all(root.join("obj")).unwrap();
    std::fs::create_dir_all(root.join("node_modules/x")).unwrap();
    let disk = Disk { cache: folder.path().join("cache"), reads: AtomicUsize::new(0) };
    let mut index = Index::open(Arc::new(disk), vec![root.clone()]);
    for (path, counts) in [("a.cs", true), ("obj/g.cs", false), ("node_modules/x/i.ts", false), ("../out.cs", false)] {
        let path = root.join(path);
        std::fs::write(&path, "class Found { }").unwrap();
        index.refresh(&path);
        assert_eq!(index.contains(&path), counts, "{}", path.display());
    }
    assert_eq!(index.csharp().types_named("Found").len(), 1);
    std::fs::remove_file(root.join("a.cs")).unwrap();
    index.refresh(&root.join("a.cs"));
    assert!(index.csharp().types_named("Found").is_empty());
}

#[test]
fn many_threads_may_query_at_once() {
    let mut index = index();
    for i in 0..40 {
        let path = PathBuf::from(format!("/src/f{i:03}.cs"));
        let text = index.text(&path).unwrap().replace("class C", "class D");
        index.set_text(&path, Some(text.into()));
    }
    let index = &index;
    let found: usize = std::thread::scope(|scope| {
        let ask = move |i: usize| {
            (0..40).filter(|k| index.csharp().types_named(&format!("D{}", (i + k) % 40)).len() == 1).count()
        };
        let threads: Vec<_> = (0..8).map(|i| scope.spawn(move || ask(i))).collect();
        threads.into_iter().map(|t| t.join().unwrap()).sum()
    });
    assert_eq!(found, 8 * 40);
    assert_eq!(index.executed().0, 40);
}

#[test]
fn ranges_follow_the_text() {
    let mut index = index();
    let path = Path::new("/src/f001.cs");
    let id = DeclarationId { path: path.into(), index: 1 };
    let before = index.ranges(&id).unwrap();
    let moved = format!("// a comment\n{}", index.text(path).unwrap());
    index.set_text(path, Some(moved.into()));
    let after = index.ranges(&id).unwrap();
    assert_eq!(after.name.start, before.name.start + 13);
    assert_eq!(after.name.of(&index.text(path).unwrap()), "M");
}

/// The operating system with a cache folder of its own; counts reads of sources.
struct Disk {
    cache: PathBuf,
    reads: AtomicUsize,
}

impl System for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.extension().is_some_and(|e| e == "cs") {
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
        OsSystem::default().read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        OsSystem::default().walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        OsSystem::default().real_path(path)
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        OsSystem::default().stamp(path)
    }
    fn list(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        Some(self.cache.clone())
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        OsSystem::default().write_cache(path, bytes);
    }
}

#[test]
fn a_warm_start_reads_only_changed_files_and_a_damaged_cache_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("w");
    std::fs::create_dir_all(&root).unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(1000);
    for (path, text) in files() {
        let path = root.join(Path::new(&path).file_name().unwrap());
        std::fs::write(&path, text).unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    }
    let cache = folder.path().join("cache");
    let open = || {
        let disk = Arc::new(Disk { cache: cache.clone(), reads: AtomicUsize::new(0) });
        let index = Index::open(disk.clone(), vec![root.clone()]);
        let types = index.csharp().types_in_namespace("N1").len();
        // Words come from the cache as well.
        assert_eq!(index.files_with_word("C7", syntax::Language::CSHARP).len(), 1);
        drop(index);
        (types, disk.reads.load(Ordering::Relaxed))
    };
    assert_eq!(open(), (13, 40));
    assert_eq!(open(), (13, 0));

    // One file is changed, one is deleted.
    std::fs::write(root.join("f001.cs"), "namespace N1 { class X { } class Y { } }").unwrap();
    std::fs::remove_file(root.join("f004.cs")).unwrap();
    assert_eq!(open(), (13, 1));

    // A damaged cache is ignored: all files are read again.
    let file = std::fs::read_dir(&cache).unwrap().flatten().next().unwrap().path();
    let good = std::fs::read(&file).unwrap();
    for broken in [Vec::new(), good[..good.len() / 2].to_vec(), b"something else".to_vec(), {
        let mut flipped = good.clone();
        flipped[good.len() / 3] ^= 0x10;
        flipped
    }] {
        std::fs::write(&file, broken).unwrap();
        assert_eq!(open(), (13, 39));
    }
    // Only whole files are left behind.
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1);
}

/// A language of lists: every line declares a name. It is parsed with the grammar of TypeScript.
struct Lists;

const LISTS: LanguageFamily = LanguageFamily::new("lists");

#[derive(Default)]
struct ListsWorkspace {
    changes: Vec<(PathBuf, bool)>,
}

impl LanguageIndex for Lists {
    fn outline(&self, parsed: &syntax::Parsed) -> LocatedOutline {
        let mut outline = Outline::empty(parsed.language());
        let mut ranges = Vec::new();
        for line in parsed.text().lines() {
            let start = line.as_ptr() as usize - parsed.text().as_ptr() as usize;
            let range = text::TextRange::new(start, start + line.len());
            outline.declarations.push(Declaration::named(line, DeclarationKind::Variable));
            ranges.push(DeclarationRanges { full: range, name: range, body: None });
        }
        LocatedOutline { outline, ranges, namespaces: Vec::new() }
    }
    fn is_generated(&self, relative: &Path) -> bool {
        relative.starts_with("generated")
    }
    fn is_project_file(&self, name: &str) -> bool {
        name == "lists.project"
    }
    fn open(&self, _: &mut WorkspaceInputs<'_>) -> Box<dyn LanguageWorkspace> {
        Box::new(ListsWorkspace::default())
    }
}

impl LanguageWorkspace for ListsWorkspace {
    fn changed(&mut self, change: &FileChange<'_>, _: &mut WorkspaceInputs<'_>) {
        self.changes.push((change.path.to_path_buf(), change.listed));
    }
    fn fork(&self) -> ForkLanguage {
        Box::new(|_| Box::new(Self::default()))
    }
}

#[test]
fn a_language_is_added_by_registering_it() {
    let language = syntax::register(syntax::LanguageDefinition {
        name: "lists",
        family: LISTS,
        extensions: &["list"],
        grammar: || syntax::Language::TYPESCRIPT.grammar(),
        grammar_version: "1",
        line_breaks: text::LineBreaks::Lsp,
        queries: syntax::Queries::NONE,
        preprocessor: None,
    });
    crate::register(LISTS, &Lists);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("w");
    let path = root.join("a.list");
    for (name, text) in [("a.list", "one\ntwo\n"), ("generated/b.list", "one"), ("lists.project", ""), ("c.cs", "one")]
    {
        std::fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        std::fs::write(root.join(name), text).unwrap();
    }
    let disk = || Arc::new(Disk { cache: folder.path().join("cache"), reads: AtomicUsize::new(0) });
    for _cold_and_warm in 0..2 {
        let mut index = Index::open(disk(), vec![root.clone()]);
        let names: Vec<_> =
            index.files().map(|p| p.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.list", "c.cs", "lists.project"]);
        let outline = index.outline(&path).unwrap();
        assert_eq!((outline.language, outline.declarations.len()), (language, 2));
        let two = DeclarationId { path: path.as_path().into(), index: 1 };
        assert_eq!(index.ranges(&two).unwrap().name, text::TextRange::new(4, 7));
        assert_eq!(index.files_with_word("one", language).to_vec(), [Arc::from(path.as_path())]);
        index.prepare();
        index.set_text(&path, Some("\nthree".into()));
        assert_eq!(index.outline(&path).unwrap().declarations[1].name, "three");
        let workspace: &ListsWorkspace = index.language(LISTS).unwrap();
        assert_eq!(workspace.changes, [(path.clone(), false)]);
    }
}

#[test]
fn a_fork_answers_as_the_index_did_and_neither_sees_the_other_change() {
    let mut index = index();
    let path = Path::new("/src/f007.cs");
    let edited = index.text(path).unwrap().replace("class C7", "class Edited");
    index.set_text(path, Some(edited.into()));
    index.source(path).unwrap();
    let fork = index.fork();
    // Changes after the fork was taken, before it is opened.
    index.set_text(Path::new("/src/f008.cs"), Some("class Later { }".into()));
    let system = index.system().clone();
    let mut fork = std::thread::spawn(move || fork.open(system)).join().unwrap();
    let has = |index: &Index, name: &str| index.csharp().types_named(name).len();
    assert_eq!((has(&fork, "Edited"), has(&fork, "C8"), has(&fork, "Later")), (1, 1, 0));
    assert_eq!((has(&index, "Edited"), has(&index, "C8"), has(&index, "Later")), (1, 0, 1));
    // Nothing is read again: what is known is known there, the trees included. The edited file's outline was not asked for before.
    assert_eq!((fork.executed().0, fork.parsed(), fork.reparsed(), fork.words_read()), (1, 0, 0, 0));
    assert_eq!(fork.revision() + 1, index.revision());
    fork.set_text(Path::new("/src/f001.cs"), Some("class Planned { }".into()));
    assert_eq!((has(&fork, "Planned"), has(&index, "Planned")), (1, 0));
    assert!(index.text(Path::new("/src/f001.cs")).unwrap().contains("C1"));
    // The reader of a fork holds up no writer of the index.
    index.set_text(path, None);
    assert_eq!((has(&fork, "Edited"), has(&index, "Edited")), (1, 0));
}

#[test]
fn a_fork_of_a_system_with_other_files_answers_from_them() {
    let project =
        "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><RootNamespace>X</RootNamespace></PropertyGroup></Project>";
    let now = [
        ("/a.cs", "class A { }"),
        ("/b.cs", "class B { }"),
        ("/c.ts", "export class C { }"),
        ("/p.csproj", "<Project />"),
    ];
    let then =
        [("/a.cs", "class A1 { }"), ("/d.cs", "class D { }"), ("/c.ts", "export class C1 { }"), ("/p.csproj", project)];
    let files = |files: &[(&str, &str)]| -> Arc<dyn System> {
        Arc::new(MemorySystem::new(files.iter().map(|(p, t)| (PathBuf::from(p), t.as_bytes().to_vec()))))
    };
    let mut index = Index::open(files(&now), vec![PathBuf::from("/")]);
    index.set_text(Path::new("/a.cs"), Some("class Typed { }".into()));
    let paths = ["/a.cs", "/b.cs", "/c.ts", "/d.cs", "/p.csproj", "/obj/project.assets.json"].map(PathBuf::from);
    let fork = index.fork().open_with(files(&then), &paths);
    let has = |name: &str| fork.csharp().types_named(name).len();
    assert_eq!(["A1", "D", "A", "B", "Typed"].map(has), [1, 1, 0, 0, 0]);
    assert_eq!(fork.outline(Path::new("/c.ts")).unwrap().declarations[0].name, "C1");
    assert_eq!(fork.text(Path::new("/p.csproj")).as_deref(), Some(project));
    assert!(!fork.contains(Path::new("/b.cs")) && fork.overlaid().next().is_none());
    assert_eq!(fork.files().count(), 4);
    assert_eq!(index.csharp().types_named("Typed").len(), 1);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    /// The ranges of an outline are within any text.
    #[test]
    fn outlines_of_random_text_have_valid_ranges(tokens in proptest::collection::vec(proptest::sample::select(&[
        "class ", "struct ", "record ", "namespace ", "enum ", "interface ", "using ", "A", "B<T>", "{", "}", "(", ")", ";", ":", ",",
        "public ", "static ", "int ", "where T : ", "=> ", "= ", "this", "[", "]", "#if X\n", "#else\n", "#endif\n", "// c\n", "\"", "é",
        "event ", "delegate ", "operator +", "~", "get", "partial ", "global ", "new ", "\n", ".", "?",
    ][..]), 0..60)) {
        let text = tokens.concat();
        let parsed = syntax::Parsed::new(syntax::Language::CSHARP, text.as_str());
        let located = crate::csharp::outline::located_outline(&parsed);
        assert_eq!(located.ranges.len(), located.outline.declarations.len());
        for (i, (declaration, ranges)) in located.outline.declarations.iter().zip(&located.ranges).enumerate() {
            assert!(declaration.parent.is_none_or(|p| (p as usize) < i));
            for range in [Some(ranges.full), Some(ranges.name), ranges.body].into_iter().flatten() {
                assert!(text.get(range.start..range.end).is_some(), "{range:?} of {text:?}");
            }
            assert!(ranges.full.contains_range(ranges.name));
        }
    }

    /// Queries about random text end.
    #[test]
    fn queries_about_random_text_do_not_panic(text in ".{0,80}", name in "[A-Z.<>,:?\\[\\]]{0,12}") {
        let index = Index::in_memory([("/a.cs", text.as_str()), ("/b.cs", "class A : B<A>.C { class B<T> : A { } }")]);
        for (file, offset) in [("/a.cs", 3), ("/b.cs", 30)] {
            index.csharp().resolve(&name, Path::new(file), offset);
        }
        for ty in index.csharp().types_named("B") {
            index.csharp().all_members(&ty, &name);
        }
    }
}
