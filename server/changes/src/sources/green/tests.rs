use super::*;
use crate::Past;
use crate::sources::testing::NoCache;

struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }
    fn root(&self) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap().join("w");
        std::fs::create_dir_all(&root).unwrap();
        root
    }
    fn state(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("state")
    }
    fn green(&self) -> Green {
        let state = self.state();
        Green::new(move |_| Some(state.clone()))
    }
    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    fn open(&self) -> Index {
        Index::open(Arc::new(NoCache::default()), vec![self.root()])
    }
    fn difference(&self, index: &Index) -> Vec<(String, Option<String>)> {
        let files = self.green().texts(index).files.into_iter();
        let name = |p: PathBuf| p.strip_prefix(self.root()).unwrap().to_str().unwrap().replace('\\', "/");
        files.map(|(p, text)| (name(p), text.map(|t| t.to_string()))).collect()
    }
}

fn some(path: &str, text: &str) -> (String, Option<String>) {
    (path.to_owned(), Some(text.to_owned()))
}

fn none(path: &str) -> (String, Option<String>) {
    (path.to_owned(), None)
}

#[test]
fn what_differs_from_the_last_green_build() {
    let tree = Tree::new(&[
        ("a.cs", "class A { void M(int x) { int y = x; } }\n"),
        ("b.cs", "class B { }\n"),
        ("c.ts", "export function f() { return 1; }\n"),
        ("p.csproj", "<Project />"),
        ("obj/project.assets.json", "{\"version\": 3}"),
        ("package.json", "{}"),
        ("yarn.lock", "# 1\n"),
    ]);
    let green = tree.green();
    let index = tree.open();
    assert_eq!(green.stamp(&index), None);
    assert!(green.texts(&index).files.is_empty());
    let first = green.record(&index)();
    assert_eq!((first.files, first.read), (7, 7));
    let stamp = green.stamp(&index);
    assert!(stamp.is_some());
    assert_eq!(tree.difference(&tree.open()), []);

    tree.write("a.cs", "class A { void N(int x) { int y = x; } }\n");
    tree.write("d.cs", "class D { }\n");
    tree.write("obj/project.assets.json", "{\"version\": 4}");
    tree.write("yarn.lock", "# 2\n");
    std::fs::remove_file(tree.root().join("c.ts")).unwrap();
    let mut index = tree.open();
    let expected = [
        some("a.cs", "class A { void M(int x) { } }\n"),
        some("c.ts", "export function f() { }\n"),
        none("d.cs"),
        some("obj/project.assets.json", "{\"version\": 3}"),
        some("yarn.lock", "# 1\n"),
    ];
    assert_eq!(tree.difference(&index), expected);
    let past = Past::open(&index, green.name(), green.texts(&index));
    let members = |index: &Index| index.outline(&tree.root().join("a.cs")).unwrap().declarations[1].name.to_string();
    assert_eq!((members(&past.index), members(&index)), ("M".into(), "N".into()));
    // What is typed and not saved.
    index.set_text(&tree.root().join("b.cs"), Some("class B2 { }\n".into()));
    assert!(tree.difference(&index).contains(&some("b.cs", "class B { }\n")));
    // The next green build is the new past.
    index.set_text(&tree.root().join("b.cs"), None);
    let second = green.record(&index)();
    assert_eq!((second.files, second.read), (7, 4));
    assert_ne!(green.stamp(&index), stamp);
    assert_eq!(tree.difference(&tree.open()), []);
    tree.write("b.cs", "class B3 { }\n");
    assert_eq!(tree.difference(&tree.open()), [some("b.cs", "class B { }\n")]);
}

#[test]
fn many_files_are_written_in_part() {
    let tree = Tree::new(&[]);
    for i in 0..300 {
        tree.write(&format!("f{i:03}.cs"), &format!("class C{i} {{ void M() {{ }} }}\n"));
    }
    let green = tree.green();
    assert_eq!(green.record(&tree.open())().read, 300);
    tree.write("f100.cs", "class Other { }\n");
    tree.write("f100a.cs", "class New { }\n");
    let again = green.record(&tree.open())();
    assert_eq!((again.files, again.read), (301, 2));
    for i in [0, 50, 99, 100, 101, 299] {
        tree.write(&format!("f{i:03}.cs"), "class X { }\n");
    }
    let differ = tree.difference(&tree.open());
    assert_eq!(differ.len(), 6);
    assert_eq!(differ[3], some("f100.cs", "class Other { }\n"));
    assert_eq!(differ[5], some("f299.cs", "class C299 { void M() { } }\n"));
}

#[test]
fn what_is_damaged_or_of_another_root_is_not_read() {
    let tree = Tree::new(&[("a.cs", "class A { }\n"), ("b.ts", "export const b = 1;\n")]);
    tree.green().record(&tree.open())();
    let file = tree.state().join(NAME);
    let bytes = std::fs::read(&file).unwrap();
    tree.write("a.cs", "class A2 { }\n");
    let index = tree.open();
    assert_eq!(tree.difference(&index), [some("a.cs", "class A { }\n")]);
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 0x55;
        assert!(parse(&broken, &tree.root()).is_err(), "{at}");
        assert!(parse(&bytes[..at], &tree.root()).is_err(), "{at}");
    }
    assert!(parse(&bytes, Path::new("/elsewhere")).is_err());
    // Right by its checksum, and made by someone else.
    let mut stored = parse(&bytes, &tree.root()).unwrap();
    stored.blocks[0].files[0].path = "../../etc/passwd".into();
    stored.blocks[0].files[0].length = u32::MAX;
    let body = postcard::to_stdvec(&stored).unwrap();
    let mut made = MAGIC.to_vec();
    made.extend(checksum(&body).to_le_bytes());
    made.extend(body);
    std::fs::write(&file, made).unwrap();
    assert!(tree.difference(&index).iter().all(|(path, text)| !path.contains("..") && text.is_none()));
    // It is written anew.
    tree.write("a.cs", "class A3 { }\n");
    std::fs::write(&file, "garbage").unwrap();
    assert_eq!(tree.green().record(&tree.open())().read, 2);
    assert_eq!(tree.difference(&tree.open()), []);
}
