//! A workspace in a temporary folder, with an engine on it.
#![allow(dead_code, reason = "each test binary uses its part")]

use engine::{CancelToken, Entry, Filter, Outcome, Plan, PlanOptions, Store, Workspace as Engine, silent};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub struct Workspace {
    dir: tempfile::TempDir,
    pub root: PathBuf,
}

impl Workspace {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("it exists").join("root");
        let workspace = Self { dir, root };
        for (name, text) in files {
            workspace.write(name, text);
        }
        workspace
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, text).expect("it can be written");
    }
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }
    pub fn session(&self) -> Engine {
        Engine::open(std::slice::from_ref(&self.root), [rules::provider()].into_iter().collect())
            .expect("it is a folder")
    }
    pub fn store(&self) -> Store {
        Store::at(&self.dir.path().join("state"), &self.root)
    }
    /// Every file and folder of the root; files with their bytes.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut out = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path.clone());
                    out.insert(path, None);
                } else {
                    out.insert(path.clone(), Some(fs::read(path).expect("it can be read")));
                }
            }
        }
        out
    }
}

/// The entries of a build that printed `log`.
pub fn entries(session: &Engine, log: &str) -> Vec<Entry> {
    session.load(diagnostics::read(log.as_bytes()).diagnostics, &Filter::default())
}

/// One line of a build's output.
pub fn line(file: &str, line: usize, column: usize, code: &str, message: &str) -> String {
    format!("{file}({line},{column}): error {code}: {message}\n")
}

/// Where `needle` stands in `text`: line and column, one-based.
pub fn at(text: &str, needle: &str) -> (usize, usize) {
    let offset = text.find(needle).expect("it is in the text");
    let before = &text[..offset];
    (before.matches('\n').count() + 1, offset - before.rfind('\n').map_or(0, |i| i + 1) + 1)
}

pub fn unsafe_options() -> PlanOptions {
    PlanOptions { unsafe_fixes: true, jobs: 1, ..PlanOptions::default() }
}

pub fn plan(session: &mut Engine, log: &str, options: &PlanOptions) -> Plan {
    let entries = entries(session, log);
    session.plan(entries, options, &CancelToken::new(), &silent)
}

/// Text of a file after all fixes.
pub fn after(plan: &Plan, path: &Path) -> String {
    plan.files.iter().find(|f| f.path == path).map(|f| f.after.to_string()).expect("the plan changes the file")
}

/// Outcomes with codes, in order of path and position.
pub fn outcomes(plan: &Plan) -> Vec<(&str, Outcome)> {
    plan.entries.iter().map(|e| (e.diagnostic.code.as_str(), e.outcome)).collect()
}
