use super::*;
use crate::capture::{Edited, Seen};
use crate::library::Question;
use crate::provider::tree_of;

/// A file in which a method got another name and an argument.
pub(super) fn lesson(path: &str, old: &str, new: &str, argument: &str) -> Lesson {
    let text = |call: String| format!("class C\n{{\n    void M()\n    {{\n        {call};\n    }}\n}}\n");
    let before = text(format!("api.{old}({argument})"));
    let after = text(format!("api.{new}({argument}, null)"));
    let (then, now) = (tree_of(Path::new("a.cs"), &before).unwrap(), tree_of(Path::new("a.cs"), &after).unwrap());
    let start = before.find(old).unwrap();
    let gone = [Seen { code: "CS1061".into(), start, arguments: vec!["Api".into(), old.into()] }];
    let edited =
        Edited { path: Path::new(path), before: &then, after: &now, diagnostics_before: &gone, diagnostics_after: &[] };
    Lesson::of(Source::Trees, &edited).unwrap()
}

fn suggested(library: &Library, path: &str) -> usize {
    let text = "class D\n{\n    void N()\n    {\n        api.Old(7);\n    }\n}\n";
    let tree = tree_of(Path::new("a.cs"), text).unwrap();
    let arguments = ["Api".to_owned(), "Old".to_owned()];
    let question = Question {
        tree: &tree,
        path: Path::new(path),
        start: text.find("Old").unwrap(),
        code: "CS1061",
        arguments: &arguments,
        now: 100,
    };
    library.suggestions(&question).len()
}

use crate::library::Library;

fn ids(library: &Library) -> Vec<u64> {
    library.patterns().iter().map(|k| k.pattern.id()).collect()
}

#[test]
fn what_was_learned_is_known_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.learn(&[lesson("a.cs", "Old", "New", "1"), lesson("b.cs", "Old", "New", "2")], 50).unwrap(), 2);
    assert_eq!(store.learn(&[lesson("a.cs", "Old", "New", "1")], 60).unwrap(), 0);
    let derived = store.library().unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    let kept = store.library().unwrap();
    assert_eq!(derived.patterns(), kept.patterns());
    assert_eq!(
        (kept.patterns()[0].stats.examples, kept.patterns()[0].stats.files, kept.patterns()[0].stats.last),
        (2, 2, 60)
    );
    assert_eq!(suggested(&kept, "x.cs"), 1);
    let counts = store.counts().unwrap();
    assert_eq!((counts.examples, counts.files), (2, 2));
    assert_eq!(store.examples(Some(ids(&kept)[0])).unwrap().len(), 2);
}

#[test]
fn a_store_of_one_table_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    let example = lesson("a.cs", "Old", "New", "1").examples.remove(0);
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch(
        "CREATE TABLE example (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL)",
    )
    .unwrap();
    sql.execute("INSERT INTO example (body, seen) VALUES (?1, 40)", [serde_json::to_string(&example).unwrap()])
        .unwrap();
    drop(sql);
    let store = Store::open(&path).unwrap();
    let kept = store.examples(None).unwrap();
    assert_eq!((kept.len(), kept[0].seen, &kept[0].example), (1, 40, &example));
    assert_eq!(suggested(&store.library().unwrap(), "x.cs"), 1);
}

#[test]
fn what_cannot_be_read_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    std::fs::write(&path, "this is a file of somebody else, long enough to be looked at as a database or not").unwrap();
    let says = |path: &Path| Store::open(path).err().unwrap().to_string();
    assert!(says(&path).contains("is not a store of patterns"), "{}", says(&path));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is"));

    let other = dir.path().join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    let bytes = std::fs::read(&other).unwrap();
    assert!(says(&other).contains("is not a store of patterns"));
    assert_eq!(std::fs::read(&other).unwrap(), bytes);

    let newer = dir.path().join("newer.sqlite");
    drop(Store::open(&newer).unwrap());
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(says(&newer).contains("newer buildfix (format 99"), "{}", says(&newer));

    assert!(says(dir.path()).contains("is not a file"));
}

#[test]
fn a_damaged_store_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    let mut store = Store::open(&path).unwrap();
    let lessons: Vec<Lesson> = (0..60).map(|i| lesson(&format!("a{i}.cs"), "Old", "New", &i.to_string())).collect();
    store.learn(&lessons, 50).unwrap();
    store.run(|sql| sql.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    let found = Store::open(&path).and_then(|s| s.library());
    let says = found.err().unwrap().to_string();
    assert!(says.contains("damaged") && says.contains("move it away"), "{says}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn two_stores_are_one_whichever_is_read_first() {
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str, lessons: &[Lesson], now| {
        let path = dir.path().join(name);
        let mut store = Store::open(&path).unwrap();
        store.learn(lessons, now).unwrap();
        let id = lessons[0].examples[0].pattern.id();
        store.note(&[Event { pattern: id, what: What::Proved, path: "a.cs".into(), run: "r".into() }], now).unwrap();
        path
    };
    let shared = lesson("a.cs", "Old", "New", "1");
    let a = make("a", &[shared.clone(), lesson("b.cs", "Old", "Newer", "x.y")], 50);
    let b = make("b", &[shared, lesson("c.cs", "Get", "Fetch", "2")], 60);
    let (a2, b2) = (dir.path().join("a2"), dir.path().join("b2"));
    Store::open(&a).unwrap().run(|s| s.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
    Store::open(&b).unwrap().run(|s| s.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
    std::fs::copy(&a, &a2).unwrap();
    std::fs::copy(&b, &b2).unwrap();
    let mut one = Store::open(&a).unwrap();
    assert_eq!(one.merge(&b).unwrap(), Merged { examples: 1, events: 1 });
    assert_eq!(one.merge(&b).unwrap(), Merged::default());
    assert_eq!(one.merge(&a).unwrap(), Merged::default());
    let mut other = Store::open(&b2).unwrap();
    other.merge(&a2).unwrap();
    let (one, other) = (one.library().unwrap(), other.library().unwrap());
    assert_eq!(one.patterns(), other.patterns());
    assert_eq!(one.patterns().iter().map(|k| k.stats.proved).max(), Some(2));
}

#[test]
fn what_a_person_takes_back_twice_in_a_file_does_not_come_back_there() {
    let mut store = Store::in_memory().unwrap();
    store
        .learn(
            &[lesson("a.cs", "Old", "New", "1"), lesson("b.cs", "Old", "New", "2"), lesson("c.cs", "Old", "New", "3")],
            50,
        )
        .unwrap();
    let library = store.library().unwrap();
    let id = ids(&library)[0];
    let applied = |run: &str| Event { pattern: id, what: What::Applied, path: "x.cs".into(), run: run.into() };
    // Two places of one run are one decision.
    store.note(&[applied("r1"), applied("r1"), applied("r2")], 51).unwrap();
    assert_eq!(store.note_undone("r1", &["x.cs".to_owned()], 52).unwrap(), 2);
    assert_eq!(store.counts().unwrap().vetoes, 0);
    assert_eq!(store.note_undone("r2", &["y.cs".to_owned()], 52).unwrap(), 0);
    store.note_undone("r2", &["x.cs".to_owned()], 53).unwrap();
    assert_eq!(store.counts().unwrap().vetoes, 1);
    // It is believed again, but not there.
    let proved: Vec<Event> =
        (0..40).map(|_| Event { pattern: id, what: What::Proved, path: "z.cs".into(), run: "r3".into() }).collect();
    store.note(&proved, 54).unwrap();
    let library = store.library().unwrap();
    assert_eq!(library.patterns()[0].stats.undone, 2);
    assert_eq!((suggested(&library, "x.cs"), suggested(&library, "y.cs")), (0, 1));
}

#[test]
fn what_is_forgotten_comes_back_when_it_is_learned_again() {
    let mut store = Store::in_memory().unwrap();
    let lessons = [lesson("a.cs", "Old", "New", "1"), lesson("c.cs", "Get", "Fetch", "2")];
    store.learn(&lessons, 50).unwrap();
    let id = lessons[0].examples[0].pattern.id();
    assert_eq!(store.forget(id, 55).unwrap(), 1);
    let library = store.library().unwrap();
    assert_eq!(suggested(&library, "x.cs"), 0);
    assert!(library.pattern(id).is_none() && !library.patterns().is_empty());
    store.learn(&lessons[..1], 60).unwrap();
    assert_eq!(suggested(&store.library().unwrap(), "x.cs"), 1);
}

#[test]
fn examples_are_derived_again_after_a_grammar_changed() {
    let mut store = Store::in_memory().unwrap();
    let lesson = lesson("a.cs", "Old", "New", "1");
    store.learn(std::slice::from_ref(&lesson), 50).unwrap();
    let id = lesson.examples[0].pattern.id();
    store.note(&[Event { pattern: 7, what: What::Proved, path: "a.cs".into(), run: String::new() }], 50).unwrap();
    // As another grammar would have read it.
    let mut old = lesson.examples[0].clone();
    old.pattern.before = crate::Template::Token { kind: "other".into(), text: "other".into(), space: false };
    store
        .run(|sql| {
            sql.execute(
                "UPDATE example SET grammar = 'csharp 0.1 0', pattern = 7, body = ?1",
                [serde_json::to_vec(&old).unwrap()],
            )
        })
        .unwrap();
    let library = store.library().unwrap();
    assert_eq!(ids(&library), [id]);
    assert_eq!((library.patterns()[0].stats.proved, suggested(&library, "x.cs")), (1, 1));
    assert_eq!(store.run(lessons::derive_again).unwrap(), 0);
    // What has no file stays as it is.
    store.run(|sql| sql.execute_batch("UPDATE example SET grammar = 'csharp 0.1 0', edit = NULL; UPDATE fact SET value = 'x' WHERE name = 'derived'")).unwrap();
    assert_eq!(ids(&store.library().unwrap()), [id]);
}

#[test]
fn several_write_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                for i in 0..10 {
                    store.learn(&[lesson(&format!("{thread}-{i}.cs"), "Old", "New", "1")], 50).unwrap();
                    store
                        .note(&[Event { pattern: 1, what: What::Applied, path: "a.cs".into(), run: String::new() }], 50)
                        .unwrap();
                    store.library().unwrap();
                }
            });
        }
    });
    let counts = Store::open(&path).unwrap().counts().unwrap();
    assert_eq!((counts.examples, counts.events), (40, 40));
}

#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.sqlite");
    let mut store = Store::open(&path).unwrap();
    store.learn(&[lesson("a.cs", "Old", "New", "1")], 50).unwrap();
    drop(store);
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let is_root = std::fs::write(dir.path().join("probe"), "").is_ok();
    if !is_root {
        let mut store = Store::open(&path).unwrap();
        assert_eq!(suggested(&store.library().unwrap(), "x.cs"), 1);
        let says = store.learn(&[lesson("b.cs", "Old", "New", "1")], 50).err().unwrap().to_string();
        assert!(says.contains("cannot be written"), "{says}");
    }
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_did_not_parse_teaches_nothing() {
    let text = |end: &str| {
        format!(
            "class C\n{{\n    void M(Api api)\n    {{\n        int a = api.Count{end}\n        api.Send(a);\n    }}\n}}\n"
        )
    };
    let (before, after) = (text(""), text(";").replace("Send", "Post"));
    let (then, now) = (tree_of(Path::new("a.cs"), &before).unwrap(), tree_of(Path::new("a.cs"), &after).unwrap());
    let seen =
        |code: &str, at: &str| Seen { code: code.into(), start: before.find(at).unwrap(), arguments: Vec::new() };
    let gone = [seen("CS1002", "Count"), seen("CS1061", "Send")];
    let edited = Edited {
        path: Path::new("a.cs"),
        before: &then,
        after: &now,
        diagnostics_before: &gone,
        diagnostics_after: &[],
    };
    let found = Lesson::of(Source::Editor, &edited).map(|l| l.examples).unwrap_or_default();
    assert!(found.iter().all(|e| e.before == "Send" && e.after == "Post"), "{found:#?}");
}

#[test]
fn what_was_seen_at_several_places_keeps_its_number() {
    // A pattern without a name of its own, at different depths.
    let lesson = |path: &str, before: &str, after: &str, at: &str| {
        let text = |body: &str| format!("class C\n{{\n    {body}\n}}\n");
        let (before, after) = (text(before), text(after));
        let (then, now) = (tree_of(Path::new("a.cs"), &before).unwrap(), tree_of(Path::new("a.cs"), &after).unwrap());
        let gone = [Seen { code: "CS8618".into(), start: before.find(at).unwrap(), arguments: Vec::new() }];
        let edited = Edited {
            path: Path::new(path),
            before: &then,
            after: &now,
            diagnostics_before: &gone,
            diagnostics_after: &[],
        };
        Lesson::of(Source::Trees, &edited).unwrap()
    };
    let mut store = Store::in_memory().unwrap();
    store
        .learn(
            &[lesson("a.cs", "string a;", "string? a;", "string"), lesson("b.cs", "string b;", "string? b;", "b;")],
            50,
        )
        .unwrap();
    for known in store.library().unwrap().patterns().iter().filter(|k| k.members == 1) {
        let examples = store.examples(Some(known.pattern.id())).unwrap();
        assert_eq!(examples.len() as u32, known.stats.examples, "{known:#?}");
    }
}
