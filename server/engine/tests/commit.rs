//! Commits of a plan: every kind of change, undo, and files that changed since the plan.

mod workspace;

use engine::{CommitError, FileKind, PlannedFile, RunState, UndoError};
use std::path::PathBuf;
use workspace::{Workspace, line, plan, unsafe_options};

fn planned(path: PathBuf, kind: FileKind, before: &str, after: &str) -> PlannedFile {
    PlannedFile { path, kind, before: before.into(), after: after.into(), edits: 1 }
}

fn every_kind(w: &Workspace) -> Vec<PlannedFile> {
    vec![
        planned(w.path("Edit.cs"), FileKind::Edit, "class E {}\n", "class E2 {}\n"),
        planned(w.path("Gone.cs"), FileKind::Delete, "class G {}\n", ""),
        planned(w.path("new/deep/New.cs"), FileKind::Create, "", "class N {}\n"),
        planned(w.path("To.cs"), FileKind::Rename { from: w.path("From.cs") }, "class F {}\n", "class T {}\n"),
    ]
}

fn sources() -> Workspace {
    Workspace::new(&[("Edit.cs", "class E {}\n"), ("Gone.cs", "class G {}\n"), ("From.cs", "class F {}\n")])
}

#[test]
fn files_are_created_renamed_deleted_and_come_back() {
    let w = sources();
    let (session, store, before) = (w.session(), w.store(), w.snapshot());
    let run = store.commit(session.guard(), &every_kind(&w), "a test").expect("nothing is in the way");
    assert_eq!(
        (w.read("Edit.cs"), w.read("To.cs"), w.read("new/deep/New.cs")),
        ("class E2 {}\n".into(), "class T {}\n".into(), "class N {}\n".into())
    );
    assert!(!w.path("Gone.cs").exists() && !w.path("From.cs").exists());
    assert_eq!(run.state, RunState::Done);
    store.undo(Some(&run.id), false).expect("nothing changed since");
    assert_eq!(w.snapshot(), before, "created folders are removed too");
    assert!(matches!(store.undo(Some(&run.id), false), Err(UndoError::NotApplied(..))));
}

#[test]
fn nothing_is_written_when_one_of_the_files_changed_since_the_plan() {
    // In turn: an edited, deleted or renamed file was changed; a file exists where one is to be created, or at the target of a rename.
    for (name, text) in [
        ("Edit.cs", "class Mine {}\n"),
        ("Gone.cs", "class Mine {}\n"),
        ("From.cs", "class Mine {}\n"),
        ("new/deep/New.cs", "class Mine {}\n"),
        ("To.cs", "class Mine {}\n"),
    ] {
        let w = sources();
        let (session, store) = (w.session(), w.store());
        let files = every_kind(&w);
        w.write(name, text);
        let before = w.snapshot();
        match store.commit(session.guard(), &files, "a test") {
            Err(CommitError::Changed(paths)) => assert_eq!(paths, [w.path(name)]),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(w.snapshot(), before, "{name}");
        assert!(store.runs().iter().all(|r| r.state != RunState::Done));
    }
}

#[test]
fn a_file_that_is_gone_or_saved_in_between_is_refused_by_name() {
    let text = "class C\n{\n    int a = 1\n}\n";
    let w = Workspace::new(&[("A.cs", text), ("B.cs", text)]);
    let mut session = w.session();
    let log = line("A.cs", 3, 14, "CS1002", "; expected") + &line("B.cs", 3, 14, "CS1002", "; expected");
    let plan = plan(&mut session, &log, &unsafe_options());
    assert_eq!(plan.files.len(), 2);
    let store = w.store();
    w.write("B.cs", "class C { }\n");
    let error = store.commit(session.guard(), &plan.files, "a test").expect_err("it changed");
    assert!(error.to_string().contains("B.cs") && error.to_string().contains("run again"), "{error}");
    assert_eq!((w.read("A.cs").as_str(), w.read("B.cs").as_str()), (text, "class C { }\n"));
    std::fs::remove_file(w.path("B.cs")).expect("it is ours");
    let error = store.commit(session.guard(), &plan.files, "a test").expect_err("it is gone");
    assert!(error.to_string().contains("B.cs"), "{error}");
    assert_eq!(w.read("A.cs"), text);
    // With the planned contents restored, the plan can be committed.
    w.write("B.cs", text);
    store.commit(session.guard(), &plan.files, "a test").expect("all is as planned");
    assert_eq!(w.read("B.cs"), text.replace("= 1", "= 1;"));
}

#[test]
fn both_sides_of_a_rename_are_undone_or_none() {
    let w = sources();
    let (session, store) = (w.session(), w.store());
    let run = store.commit(session.guard(), &every_kind(&w), "a test").expect("nothing is in the way");
    w.write("To.cs", "class Mine {}\n");
    assert!(matches!(store.undo(Some(&run.id), false), Err(UndoError::Changed(_))));
    let undone = store.undo(Some(&run.id), true).expect("some can be undone");
    assert_eq!(undone.left, [w.path("From.cs"), w.path("To.cs")]);
    assert!(!w.path("From.cs").exists() && w.read("To.cs") == "class Mine {}\n");
    assert_eq!((w.read("Edit.cs").as_str(), w.read("Gone.cs").as_str()), ("class E {}\n", "class G {}\n"));
    assert!(!w.path("new").exists());
    w.write("To.cs", "class T {}\n");
    let rest = store.undo(None, false).expect("the rest can be undone now");
    assert_eq!((rest.run.files.len(), rest.left.len()), (2, 0));
    assert_eq!(w.read("From.cs"), "class F {}\n");
}

#[test]
fn nobody_else_writes_while_a_session_is_open() {
    let w = sources();
    let (session, store) = (w.session(), w.store());
    let held = store.begin().expect("nobody has the lock");
    let other = std::thread::scope(|s| s.spawn(|| w.store().recover()).join().expect("no panic"));
    assert!(other.expect("nothing is to be recovered").is_empty());
    held.commit(session.guard(), &every_kind(&w), "a test").expect("it has the lock");
}
