//! Repositories made with git itself, which the tests skip without. Nothing of this machine's configuration counts there.

use super::*;
use crate::Past;
use crate::sources::testing::NoCache;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// `None` where there is no git, which is counted.
    fn new(test: &str) -> Option<Self> {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        if !::tests::git(&repository.root(), &["init", "-q", "-b", "main"]) {
            ::tests::skip(test, "there is no git");
            return None;
        }
        Some(repository)
    }
    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }
    fn git(&self, arguments: &[&str]) {
        assert!(::tests::git(&self.root(), arguments), "{arguments:?}");
    }
    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "c"]);
    }
    fn open(&self, below: &str) -> Index {
        let root = self.root().join(below);
        Index::open(Arc::new(NoCache::default()), vec![root])
    }
    /// What differs, by path below the repository's folder.
    fn difference(&self, source: &Git, index: &Index) -> Vec<(String, Option<String>)> {
        let root = self.root();
        let files = source.texts(index).files.into_iter();
        let name = |p: PathBuf| p.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        files.map(|(p, text)| (name(p), text.map(|t| t.to_string()))).collect()
    }
    fn head(&self) -> Vec<(String, Option<String>)> {
        self.difference(&Git::head(), &self.open(""))
    }
}

fn some(path: &str, text: &str) -> (String, Option<String>) {
    (path.to_owned(), Some(text.to_owned()))
}

fn none(path: &str) -> (String, Option<String>) {
    (path.to_owned(), None)
}

const ORDER: &str =
    "namespace Shop;\npublic class Order\n{\n    public int Number { get; set; }\n    public void Submit() { }\n}\n";

#[test]
fn what_was_changed_added_and_deleted_since_the_commit() {
    let Some(git) = Repository::new("what_was_changed_added_and_deleted_since_the_commit") else { return };
    for (path, text) in [
        ("a.cs", "class A { }\n"),
        ("b.cs", "class B { }\n"),
        ("src/Order.cs", ORDER),
        ("note.md", "n"),
        ("yarn.lock", "# 1\n"),
        ("package.json", "{}"),
    ] {
        git.write(path, text);
    }
    git.write(".gitignore", "out/\n");
    git.commit();
    assert_eq!(git.head(), []);
    git.write("a.cs", "class A2 { }\n");
    git.write("note.md", "m");
    git.write("new.ts", "export const x = 1;\n");
    git.write("out/o.cs", "class O { }\n");
    git.write("yarn.lock", "# 2\n");
    git.write("src/Sale.cs", ORDER.replace("Order", "Sale"));
    std::fs::remove_file(git.root().join("src/Order.cs")).unwrap();
    let expected = [
        some("a.cs", "class A { }\n"),
        none("new.ts"),
        some("src/Order.cs", ORDER),
        none("src/Sale.cs"),
        some("yarn.lock", "# 1\n"),
    ];
    assert_eq!(git.head(), expected);
    // What is staged is as new as what is not.
    git.git(&["add", "-A"]);
    assert_eq!(git.head(), expected);

    let index = git.open("");
    let source = Git::head();
    let texts = source.texts(&index);
    let (then, now) = (git.root().join("src/Order.cs"), git.root().join("src/Sale.cs"));
    assert_eq!(texts.renamed, [(then.clone(), now.clone())]);
    let past = Past::open(&index, source.name(), texts);
    assert_eq!(past.index.text(&then).as_deref(), Some(ORDER));
    assert_eq!(past.index.text(&now), None);
    assert!(!past.index.contains(&now) && past.index.contains(&then));
    assert_eq!(past.renamed, [(then, now)]);
    let name = |path: &str| past.index.outline(&git.root().join(path)).unwrap().declarations[0].name.to_string();
    assert_eq!((name("a.cs"), name("b.cs")), ("A".into(), "B".into()));
}

#[test]
fn the_stamp_is_the_commit() {
    let Some(git) = Repository::new("the_stamp_is_the_commit") else { return };
    git.write("a.cs", "class A { }\n");
    let source = Git::head();
    assert_eq!(source.stamp(&git.open("")), None, "nothing was committed");
    git.commit();
    let index = git.open("");
    let (first, since) = (source.stamp(&index).unwrap(), Git::since("HEAD~1").stamp(&index));
    assert_eq!(source.stamp(&index), Some(first));
    git.write("a.cs", "class A2 { }\n");
    git.commit();
    let second = source.stamp(&index).unwrap();
    assert_ne!(first, second);
    assert_ne!(since, Git::since("HEAD~1").stamp(&index));
    git.git(&["pack-refs", "--all"]);
    assert!(source.stamp(&index).is_some());
    // A folder of which nothing is tracked has no past.
    git.write("sub/.gitignore", "*\n");
    git.write("sub/b.cs", "class B { }\n");
    let index = git.open("sub");
    assert!(source.stamp(&index).is_some());
    assert!(source.texts(&index).files.is_empty());
    assert_eq!(source.stamp(&index), None);
}

#[test]
fn another_revision_and_the_merge_base() {
    let Some(git) = Repository::new("another_revision_and_the_merge_base") else { return };
    git.write("a.cs", "class A1 { }\n");
    git.write("b.cs", "class B1 { }\n");
    git.commit();
    git.git(&["tag", "-a", "-m", "t", "v1"]);
    git.git(&["checkout", "-q", "-b", "work"]);
    git.write("a.cs", "class A2 { }\n");
    git.commit();
    git.git(&["checkout", "-q", "main"]);
    git.write("b.cs", "class B2 { }\n");
    git.commit();
    git.git(&["checkout", "-q", "work"]);
    git.git(&["gc", "-q"]);
    let index = git.open("");
    let of = |source: Git| git.difference(&source, &index);
    assert_eq!(of(Git::head()), []);
    assert_eq!(of(Git::since("v1")), [some("a.cs", "class A1 { }\n")]);
    assert_eq!(of(Git::since("main")), [some("a.cs", "class A1 { }\n"), some("b.cs", "class B2 { }\n")]);
    assert_eq!(of(Git::merge_base("main")), [some("a.cs", "class A1 { }\n")]);
    assert_eq!(of(Git::since("nothing")), []);
    assert_eq!(Git::merge_base("main").name(), "main");
    assert_eq!(Git::merge_base("main").problem(&index), None);
    assert!(Git::since("nothing").problem(&index).is_some_and(|p| p.starts_with("there is no commit nothing")));
}

#[test]
fn line_endings_are_those_of_the_file_now() {
    let Some(git) = Repository::new("line_endings_are_those_of_the_file_now") else { return };
    git.git(&["config", "core.autocrlf", "true"]);
    git.write("a.cs", "class A\r\n{\r\n}\r\n");
    git.write("b.cs", "class B\r\n{\r\n}\r\n");
    git.commit();
    git.git(&["config", "core.autocrlf", "false"]);
    // As another tool's checkout leaves them: no list of files tells anything.
    std::fs::remove_file(git.root().join(".git/index")).unwrap();
    assert_eq!(git.head(), []);
    git.write("b.cs", "class B2\r\n{\r\n}\r\n");
    assert_eq!(git.head(), [some("b.cs", "class B\r\n{\r\n}\r\n")]);
    git.write("b.cs", "class B2\n{\n}\n");
    assert_eq!(git.head(), [some("b.cs", "class B\n{\n}\n")]);
}

#[test]
fn open_documents_differ_by_their_text() {
    let Some(git) = Repository::new("open_documents_differ_by_their_text") else { return };
    git.write("a.cs", "class A { }\n");
    git.write("b.cs", "class B { }\n");
    git.commit();
    git.write("b.cs", "class B2 { }\n");
    let mut index = git.open("");
    let at = |name: &str| git.root().join(name);
    index.set_text(&at("a.cs"), Some("class A2 { }\n".into()));
    index.set_text(&at("b.cs"), Some("class B { }\n".into()));
    assert_eq!(git.difference(&Git::head(), &index), [some("a.cs", "class A { }\n")]);
    let past = Past::open(&index, String::new(), Git::head().texts(&index));
    let name = |name: &str| past.index.outline(&at(name)).unwrap().declarations[0].name.to_string();
    assert_eq!((name("a.cs"), name("b.cs")), ("A".into(), "B".into()));
}

#[test]
fn a_part_of_a_repository_and_a_linked_work_tree() {
    let Some(git) = Repository::new("a_part_of_a_repository_and_a_linked_work_tree") else { return };
    git.write("part/a.cs", "class A { }\n");
    git.write("other/b.cs", "class B { }\n");
    git.commit();
    git.git(&["worktree", "add", "-q", "tree", "-b", "second"]);
    git.write("part/a.cs", "class A2 { }\n");
    git.write("other/b.cs", "class B2 { }\n");
    git.write("tree/part/a.cs", "class A3 { }\n");
    assert_eq!(git.difference(&Git::head(), &git.open("part")), [some("part/a.cs", "class A { }\n")]);
    let linked = git.open("tree");
    assert_eq!(git.difference(&Git::head(), &linked), [some("tree/part/a.cs", "class A { }\n")]);
    let stamp = Git::head().stamp(&linked).unwrap();
    git.commit();
    assert_eq!(Git::head().stamp(&linked), Some(stamp));
    // A work tree within the workspace is another repository's.
    git.write("part/a.cs", "class A4 { }\n");
    assert_eq!(git.head(), [some("part/a.cs", "class A2 { }\n")]);
    // One that the repository does not know is not followed.
    let stranger = tempfile::tempdir().unwrap();
    std::fs::copy(git.root().join("tree/.git"), stranger.path().join(".git")).unwrap();
    std::fs::write(stranger.path().join("x.cs"), "class X { }").unwrap();
    let index = Index::open(Arc::new(NoCache::default()), vec![stranger.path().canonicalize().unwrap()]);
    assert_eq!(Git::head().stamp(&index), None);
}

#[test]
fn submodules_and_what_is_not_checked_out_are_left_alone() {
    let Some(git) = Repository::new("submodules_and_what_is_not_checked_out_are_left_alone") else { return };
    let Some(library) = Repository::new("submodules_and_what_is_not_checked_out_are_left_alone") else { return };
    library.write("l.cs", "class L { }\n");
    library.commit();
    git.write("a/a.cs", "class A { }\n");
    git.write("b/b.cs", "class B { }\n");
    git.commit();
    git.git(&["submodule", "--quiet", "add", library.root().to_str().unwrap(), "lib"]);
    git.commit();
    git.write("lib/l.cs", "class L2 { }\n");
    assert_eq!(git.head(), []);
    // The submodule itself.
    assert_eq!(git.difference(&Git::head(), &git.open("lib")), [some("lib/l.cs", "class L { }\n")]);
    for index in ["--no-sparse-index", "--sparse-index"] {
        git.git(&["sparse-checkout", "set", "--cone", index, "a"]);
        assert!(!git.root().join("b/b.cs").exists());
        assert_eq!(git.head(), [], "{index}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_of_a_strangers_repository_is_run_waited_for_or_followed() {
    use std::os::unix::fs::symlink;
    let Some(git) = Repository::new("nothing_of_a_strangers_repository_is_run_waited_for_or_followed") else { return };
    git.write("a.cs", "class A { }\n");
    symlink("/etc/passwd", git.root().join("l.cs")).unwrap();
    git.write(".gitattributes", "*.cs filter=evil text\n");
    git.commit();
    let mark = git.root().join("ran");
    let evil = format!("touch {}", mark.display());
    for key in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "diff.external",
    ] {
        git.git(&["config", key, &evil]);
    }
    let config = std::fs::read_to_string(git.root().join(".git/config")).unwrap();
    git.write(
        ".git/config",
        format!("{config}[include]\n\tpath = /dev/zero\n[gitoxide \"objects\"]\n\tallocLimit = 0\n"),
    );
    std::fs::remove_file(git.root().join(".git/index")).unwrap();
    git.write("a.cs", "class A2 { }\n");
    std::fs::remove_file(git.root().join("l.cs")).unwrap();
    assert_eq!(git.head(), [some("a.cs", "class A { }\n")]);
    assert!(!mark.exists());

    // Pipes, devices and links where git has files.
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    for name in [
        "HEAD",
        "config",
        "packed-refs",
        "index",
        "refs/heads/main",
        "refs/heads/pipe",
        "objects/info/alternates",
        "objects/pack/pack-1.idx",
        "objects/aa/0000000000000000000000000000000000000000",
        "shallow",
    ] {
        let path = git.root().join(".git").join(name);
        let kept = std::fs::read(&path).ok();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        for kind in ["pipe", "link"] {
            let _ = std::fs::remove_file(&path);
            if kind == "pipe" {
                pipe(&path)
            } else {
                symlink("/dev/zero", &path).unwrap()
            }
            assert_eq!(git.head(), [], "{name} is a {kind}");
        }
        std::fs::remove_file(&path).unwrap();
        if let Some(kept) = kept {
            std::fs::write(&path, kept).unwrap();
        }
    }
    assert_eq!(git.head().len(), 1);
    // Objects elsewhere: as `git clone --shared` leaves them.
    let shared =
        git.root().parent().unwrap().join(format!("{}-shared", git.root().file_name().unwrap().to_str().unwrap()));
    std::fs::rename(git.root().join(".git/objects"), &shared).unwrap();
    git.write(".git/objects/info/alternates", format!("{}\n", shared.display()));
    assert_eq!(git.head(), [some("a.cs", "class A { }\n")]);
    std::fs::write(shared.join("info/alternates"), format!("{}\n", git.root().join(".git/objects").display())).unwrap();
    assert_eq!(git.head(), [], "they refer to each other");
    std::fs::remove_dir_all(shared).unwrap();
}

#[test]
fn folders_that_hold_each_other_by_the_million_are_given_up() {
    let Some(git) = Repository::new("folders_that_hold_each_other_by_the_million_are_given_up") else { return };
    git.write("a.cs", "class A { }\n");
    git.commit();
    // Ten folders of ten folders of …
    let write = |kind, data: &[u8]| {
        use std::io::Write;
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, kind, data).unwrap();
        let name = id.to_string();
        let path = git.root().join(".git/objects").join(&name[..2]).join(&name[2..]);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut packed =
            flate2::write::ZlibEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
        packed.write_all(format!("{kind} {}\0", data.len()).as_bytes()).unwrap();
        packed.write_all(data).unwrap();
        packed.finish().unwrap();
        id
    };
    let blob = write(gix::objs::Kind::Blob, b"class X { }");
    let mut tree = Vec::new();
    for depth in 0..12 {
        let (mode, below) = if depth == 0 { ("100644", blob) } else { ("40000", write(gix::objs::Kind::Tree, &tree)) };
        tree.clear();
        for i in 0..10 {
            tree.extend(format!("{mode} f{i}.cs\0").as_bytes());
            tree.extend(below.as_slice());
        }
    }
    let tree = write(gix::objs::Kind::Tree, &tree);
    let commit = write(
        gix::objs::Kind::Commit,
        format!("tree {tree}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nc\n").as_bytes(),
    );
    git.write(".git/refs/heads/main", format!("{commit}\n"));
    assert_eq!(git.head(), []);
}
