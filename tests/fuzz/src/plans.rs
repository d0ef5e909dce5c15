//! Whole runs: files and the log of their build, planned, written and undone.

use crate::pack::unpack;
use diagnostics::read;
use engine::{CancelToken, FileKind, Filter, Plan, PlanOptions, Store, Workspace, silent};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The input's file that holds the log.
const LOG: &str = "build.log";
/// A plan that takes more passes does not settle.
const PASSES: usize = 6;

/// Asserts that a plan is made from the texts as they are, is the same each time, is written as it says, and can be undone byte for byte.
/// Returns how many files were written.
pub fn check(bytes: &[u8]) -> usize {
    let Some(mut files) = unpack(bytes) else { return 0 };
    let log = files.remove(Path::new(LOG)).unwrap_or_default();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().canonicalize().expect("it exists").join("root");
    fs::create_dir(&root).expect("it is empty");
    for (path, text) in &files {
        let path = root.join(path);
        // A file in the place of a folder: not every input is a tree.
        if fs::create_dir_all(path.parent().expect("below the root")).is_err() || fs::write(&path, text).is_err() {
            return 0;
        }
    }
    let before = snapshot(&root);
    let providers = || [rules::provider()].into_iter().collect();
    let mut workspace = Workspace::open(std::slice::from_ref(&root), providers()).expect("the root is a folder");
    let plan = plan(&mut workspace, &log);
    let again = self::plan(&mut workspace, &log);
    assert_eq!(texts(&plan), texts(&again), "planned twice on the same texts");
    assert_eq!(snapshot(&root), before, "a plan writes nothing");
    let reported = read(&log).diagnostics.len();
    assert!(plan.entries.len() <= reported, "{} entries of {reported} diagnostics", plan.entries.len());
    for applied in &plan.applied {
        assert!(applied.entry < plan.entries.len());
        for (path, range) in &applied.wrote {
            let text = plan.files.iter().find(|f| f.path == *path).map(|f| &f.after);
            let inside = text.is_none_or(|t| t.get(range.start..range.end).is_some());
            assert!(inside, "{range:?} is not in the text after {} of {}", path.display(), plan.entries.len());
        }
    }
    if plan.files.is_empty() {
        return 0;
    }
    let store = Store::at(&folder.path().join("state"), &root);
    // What is refused (a generated file, say) is as it was.
    if store.commit(workspace.guard(), &plan.files, "fuzz").is_err() {
        assert_eq!(snapshot(&root), before, "what could not be written whole");
        return 0;
    }
    for file in &plan.files {
        let written = fs::read(&file.path).ok();
        match file.kind {
            FileKind::Delete => assert_eq!(written, None),
            _ => {
                let written = written.and_then(|b| text::SourceText::decode(&b)).map(|s| s.text);
                assert_eq!(written.as_deref(), Some(&*file.after), "{} is not what was planned", file.path.display());
            }
        }
    }
    store.undo(None, false).expect("what was just written can be undone");
    assert_eq!(snapshot(&root), before, "undone");
    plan.files.len()
}

fn plan(workspace: &mut Workspace, log: &[u8]) -> Plan {
    let entries = workspace.load(read(log).diagnostics, &Filter::default());
    let options =
        PlanOptions { unsafe_fixes: true, max_passes: PASSES, jobs: 1, judge: true, ..PlanOptions::default() };
    workspace.plan(entries, &options, &CancelToken::new(), &silent)
}

fn texts(plan: &Plan) -> Vec<(&Path, &str, &str)> {
    plan.files.iter().map(|f| (f.path.as_path(), &*f.before, &*f.after)).collect()
}

/// All files of a folder with their bytes.
fn snapshot(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                out.insert(entry.path(), fs::read(entry.path()).expect("it can be read"));
            }
        }
    }
    out
}
