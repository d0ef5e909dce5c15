//! Journals and state folders that somebody else made: whatever they say, nothing outside of the root is touched, and nothing inside that a run
//! would not have written.

#![cfg(unix)]

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Repairs a file; returns the journal's path, and what it says.
fn real_run(sandbox: &Sandbox) -> (PathBuf, Value) {
    sandbox.fix(&sandbox.log(complaint("src/A.cs")), &["--unsafe", "--write"]).expect(0);
    let mut found = Vec::new();
    let mut folders = vec![sandbox.outside("state")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("journal.json") {
                found.push(path);
            }
        }
    }
    assert_eq!(found.len(), 1);
    let journal = serde_json::from_slice(&fs::read(&found[0]).expect("own file")).expect("JSON");
    (found.remove(0), journal)
}

/// Everything below `folder` but in `state`: what kind of thing it is, and what is in it.
fn everything(folder: &Path, state: &Path) -> BTreeMap<PathBuf, String> {
    let mut out = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            if path == state {
                continue;
            }
            let text = if kind.is_symlink() {
                format!("link to {:?}", fs::read_link(&path))
            } else if kind.is_file() {
                String::from_utf8_lossy(&fs::read(&path).expect("it can be read")).into_owned()
            } else if kind.is_dir() {
                folders.push(path.clone());
                "folder".to_owned()
            } else {
                "special".to_owned()
            };
            out.insert(path, text);
        }
    }
    out
}

struct Case<'a> {
    sandbox: &'a Sandbox,
    /// The journal's file.
    journal: &'a Path,
    /// What it says; it is written after the change.
    json: Value,
    /// Bytes that are written instead.
    raw: Option<Vec<u8>>,
}

impl Case<'_> {
    fn file(&mut self) -> &mut Value {
        &mut self.json["files"][0]
    }
    fn outside(&self, name: &str) -> String {
        self.sandbox.outside(name).to_str().expect("UTF-8").to_owned()
    }
    fn inside(&self, name: &str) -> String {
        self.sandbox.root.join(name).to_str().expect("UTF-8").to_owned()
    }
    fn temporary(&self) -> PathBuf {
        self.sandbox.root.join(format!("src/.buildfix-{}-0.tmp", self.json["id"].as_str().expect("an id")))
    }
    fn run_folder(&self) -> PathBuf {
        self.journal.parent().expect("a folder").to_path_buf()
    }
}

type Plant = (&'static str, fn(&mut Case<'_>));

/// A path that is not the run's; the hashes are those of the file that is there.
fn path(case: &mut Case<'_>, path: String) {
    case.file()["path"] = path.into();
}

const PLANTS: &[Plant] = &[
    ("an absolute path outside", |c| {
        let p = c.outside("victim.cs");
        path(c, p)
    }),
    ("a path that climbs out", |c| {
        let p = c.inside("src/../../victim.cs");
        path(c, p)
    }),
    ("a path that climbs out at once", |c| {
        let p = c.inside("../victim.cs");
        path(c, p)
    }),
    ("a relative path", |c| path(c, "../victim.cs".into())),
    ("a relative path inside", |c| path(c, "src/A.cs".into())),
    ("an empty path", |c| path(c, String::new())),
    ("the root", |c| {
        let p = c.inside("");
        path(c, p)
    }),
    ("a path with NUL", |c| {
        let p = c.inside("src/A.cs\0x");
        path(c, p)
    }),
    ("a file of git", |c| {
        let p = c.inside(".git/config.cs");
        path(c, p)
    }),
    ("a file of git, spelled otherwise", |c| {
        let p = c.inside(".GIT/config.cs");
        path(c, p)
    }),
    ("a file in obj", |c| {
        let p = c.inside("obj/victim.cs");
        path(c, p)
    }),
    ("a file in node_modules", |c| {
        let p = c.inside("node_modules/victim.ts");
        path(c, p)
    }),
    ("a generated file", |c| {
        let p = c.inside("src/victim.g.cs");
        path(c, p)
    }),
    ("a folder", |c| {
        let p = c.inside("src");
        path(c, p)
    }),
    ("a FIFO", |c| {
        let p = c.inside("src/fifo");
        path(c, p)
    }),
    ("a link out", |c| {
        let p = c.inside("src/link.cs");
        path(c, p)
    }),
    ("through a linked folder", |c| {
        let p = c.inside("linked/victim.cs");
        path(c, p)
    }),
    ("a link inside", |c| {
        let p = c.inside("src/linkin.cs");
        path(c, p)
    }),
    ("through a folder linked inside", |c| {
        let p = c.inside("linkedin/A.cs");
        path(c, p)
    }),
    ("the file is a link now", |c| {
        fs::remove_file(c.inside("src/A.cs")).expect("own file");
        symlink(c.outside("victim.cs"), c.inside("src/A.cs")).expect("own file");
    }),
    ("its folder is a link now", |c| {
        fs::rename(c.inside("src"), c.outside("moved")).expect("own file");
        symlink(c.outside("moved"), c.inside("src")).expect("own file");
    }),
    ("a file to be made outside", |c| {
        let p = c.outside("new.cs");
        path(c, p);
        c.file()["after"] = Value::Null;
    }),
    ("a file to be removed outside", |c| {
        let p = c.outside("victim.cs");
        path(c, p);
        c.file()["before"] = Value::Null;
        c.file()["stored"] = Value::Null;
    }),
    ("a file to be made in git's folder", |c| {
        let p = c.inside(".git/hooks/post-checkout");
        path(c, p);
        c.file()["after"] = Value::Null;
        c.file()["mode"] = 0o777.into();
    }),
    ("a file to be made through a link", |c| {
        let p = c.inside("linked/new.cs");
        path(c, p);
        c.file()["after"] = Value::Null;
    }),
    ("the other path of a rename is outside", |c| c.file()["pair"] = c.outside("victim.cs").into()),
    ("a temporary file that is the user's", |c| c.file()["temporary"] = c.inside("src/User.cs").into()),
    ("a temporary file outside", |c| c.file()["temporary"] = c.outside("victim.cs").into()),
    ("a temporary file that climbs out", |c| c.file()["temporary"] = c.inside("src/../../victim.cs").into()),
    ("a temporary name that is a link", |c| symlink(c.outside("victim.cs"), c.temporary()).expect("own file")),
    ("a temporary name that is a folder", |c| fs::create_dir(c.temporary()).expect("own file")),
    ("a temporary name that is a link to a folder", |c| {
        symlink(c.outside("elsewhere"), c.temporary()).expect("own file")
    }),
    ("a folder that was made outside", |c| c.json["created_folders"] = json!([c.outside("empty")])),
    ("a folder that was made: the root", |c| c.json["created_folders"] = json!([c.inside("")])),
    ("a folder that was made climbs out", |c| c.json["created_folders"] = json!([c.inside("../empty")])),
    ("a folder that was made in git's", |c| c.json["created_folders"] = json!([c.inside(".git/empty")])),
    ("a folder that was made, linked", |c| c.json["created_folders"] = json!([c.inside("linked/empty")])),
    ("a name that climbs", |c| c.json["id"] = "../../x".into()),
    ("a name with a separator", |c| c.json["id"] = "a/b".into()),
    ("another name", |c| c.json["id"] = "20260101-000000-0000000".into()),
    ("it undoes a name that climbs", |c| c.json["undoes"] = "../../..".into()),
    ("it replaces what is outside", |c| c.json["replaces"] = json!(["../../../elsewhere"])),
    ("it replaces an absolute path", |c| c.json["replaces"] = json!([c.outside("elsewhere")])),
    ("it replaces nothing", |c| c.json["replaces"] = json!([""])),
    ("it replaces all", |c| c.json["replaces"] = json!([".", ".."])),
    ("a hash of other bytes", |c| c.file()["before"] = "0".repeat(64).into()),
    ("a hash that is none", |c| c.file()["before"] = "x".into()),
    ("no hash at all", |c| {
        c.file()["before"] = Value::Null;
        c.file()["after"] = Value::Null;
        c.file()["stored"] = Value::Null;
    }),
    ("bytes beyond the pack", |c| c.file()["stored"] = json!([0, u64::MAX])),
    ("bytes that overflow", |c| c.file()["stored"] = json!([u64::MAX, 2])),
    ("bytes of another place", |c| c.file()["stored"] = json!([3, 5])),
    ("negative bytes", |c| c.file()["stored"] = json!([-1, 5])),
    ("a file named twice", |c| {
        let file = c.file().clone();
        c.json["files"] = json!([file, file]);
    }),
    ("a mode that gives rights", |c| c.file()["mode"] = 0o7777.into()),
    ("an unknown state", |c| c.json["state"] = "whatever".into()),
    ("an unknown version", |c| c.json["version"] = 99.into()),
    ("a title of control characters", |c| c.json["title"] = "\u{1b}[2J\u{1b}]0;x\u{7}".into()),
    ("no JSON", |c| c.raw = Some(b"{ not json".to_vec())),
    ("an empty journal", |c| c.raw = Some(Vec::new())),
    ("half a journal", |c| {
        let all = c.json.to_string();
        c.raw = Some(all[..all.len() / 2].into())
    }),
    ("binary", |c| c.raw = Some(vec![0xFF; 4096])),
    ("deep JSON", |c| c.raw = Some("[".repeat(1 << 20).into())),
    ("a list", |c| c.raw = Some(b"[1,2,3]".to_vec())),
    ("a million files", |c| {
        let name = c.inside("src/A.cs");
        let one = format!(
            r#"{{"path":"{name}","before":"{0}","after":"{0}","edits":1,"stored":[0,1],"mode":1,"temporary":null}}"#,
            "0".repeat(64)
        );
        c.raw = Some(format!(r#"{{"files":[{}]}}"#, vec![one; 100_000].join(",")).into());
    }),
    ("a journal of 10 GB", |c| {
        fs::File::create(c.journal).and_then(|f| f.set_len(10 << 30)).expect("a sparse file");
        c.raw = Some(b"\0".to_vec());
    }),
    ("a pack of 10 GB", |c| {
        fs::File::options()
            .write(true)
            .open(c.run_folder().join("before.pack"))
            .and_then(|f| f.set_len(10 << 30))
            .expect("a sparse file");
        c.file()["stored"] = json!([0, 10u64 << 30]);
    }),
    ("the pack is a FIFO", |c| {
        fs::remove_file(c.run_folder().join("before.pack")).expect("own file");
        fifo(&c.run_folder().join("before.pack"));
    }),
    ("the pack is a link", |c| {
        fs::remove_file(c.run_folder().join("before.pack")).expect("own file");
        symlink(c.outside("victim.cs"), c.run_folder().join("before.pack")).expect("own file");
    }),
];

fn fifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// What is around the root: victims.
fn surrounded() -> Sandbox {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN), ("src/User.cs", REPAIRED), ("src/victim.g.cs", REPAIRED)]);
    for name in [".git/config.cs", "obj/victim.cs", "node_modules/victim.ts"] {
        sandbox.write(name, REPAIRED.as_bytes());
    }
    fs::create_dir_all(sandbox.root.join(".git/empty")).expect("own folder");
    fs::create_dir_all(sandbox.root.join(".git/hooks")).expect("own folder");
    fs::create_dir_all(sandbox.outside("empty")).expect("own folder");
    fs::create_dir_all(sandbox.outside("elsewhere/empty")).expect("own folder");
    fs::write(sandbox.outside("elsewhere/victim.cs"), REPAIRED).expect("own folder");
    fs::write(sandbox.outside("victim.cs"), REPAIRED).expect("own folder");
    sandbox.write("inside/A.cs", REPAIRED.as_bytes());
    let link = |to: PathBuf, name: &str| symlink(to, sandbox.root.join(name)).expect("own folder");
    link(sandbox.outside("victim.cs"), "src/link.cs");
    link(sandbox.outside("elsewhere"), "linked");
    link(sandbox.root.join("inside/A.cs"), "src/linkin.cs");
    link(sandbox.root.join("inside"), "linkedin");
    fifo(&sandbox.root.join("src/fifo"));
    sandbox
}

/// Runs the program; it must end soon, and not panic.
fn run(sandbox: &Sandbox, arguments: &[&str], what: &str) -> String {
    let mut child = sandbox.command(arguments);
    let out = sandbox.outside("printed");
    let file = fs::File::create(&out).expect("own file");
    let mut child = child.stdout(file.try_clone().expect("own file")).stderr(file).spawn().expect("it starts");
    let start = Instant::now();
    while child.try_wait().expect("own child").is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().expect("own child");
            panic!("{what}: {arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let printed = String::from_utf8_lossy(&fs::read(&out).expect("own file")).into_owned();
    fs::remove_file(out).expect("own file");
    assert!(!printed.contains("panicked"), "{what}: {printed}");
    assert!(!printed.contains('\u{1b}'), "{what}: {printed:?}");
    printed
}

#[test]
fn what_a_planted_journal_says_is_not_done() {
    plant_all(1);
}

#[test]
#[ignore = "a minute: each journal in each state (`cargo test -p tests --test planted -- --ignored --nocapture`)"]
fn what_a_planted_journal_says_is_not_done_in_any_state() {
    plant_all(4);
}

/// Plants each journal in `states` of the four states in which something is done with one.
fn plant_all(states: usize) {
    const { assert!(PLANTS.len() >= 50) };
    let mut tried = 0;
    for (n, (what, plant)) in PLANTS.iter().enumerate() {
        // As a run that is complete, as one that is to be rolled back, and as the oldest format of one.
        let all = [("done", 2), ("placing", 2), ("trial", 2), ("prepared", 1)];
        for (state, version) in all.into_iter().cycle().skip(n).take(states) {
            let sandbox = surrounded();
            let (journal, json) = real_run(&sandbox);
            let mut case = Case { sandbox: &sandbox, journal: &journal, json, raw: None };
            (case.json["state"], case.json["version"]) = (state.into(), version.into());
            plant(&mut case);
            let bytes = case.raw.unwrap_or_else(|| case.json.to_string().into_bytes());
            if bytes != b"\0" {
                fs::write(&journal, bytes).expect("own file");
            }
            let state_folder = sandbox.outside("state");
            let watch = |sandbox: &Sandbox| {
                let mut all = everything(sandbox.root.parent().expect("the sandbox"), &state_folder);
                // The run's own file may be put back.
                let own = [sandbox.root.join("src/A.cs"), sandbox.outside("moved/A.cs"), sandbox.outside("build.log")];
                all.retain(|p, _| !own.contains(p) || p.is_symlink() || what.contains("is a link now"));
                all
            };
            let before = watch(&sandbox);
            for arguments in [&["runs"][..], &["check", ".", "--log", "/dev/null"], &["undo"], &["undo", "--partial"]] {
                run(&sandbox, arguments, what);
                assert_eq!(watch(&sandbox), before, "{what} ({state}): {arguments:?}");
            }
            let own = sandbox.root.join("src/A.cs");
            let text = fs::read_to_string(&own).unwrap_or_default();
            assert!(text == BROKEN || text == REPAIRED, "{what} ({state}): {text:?}");
            let mode = own.symlink_metadata().expect("it is there").permissions().mode();
            assert!(own.is_symlink() || mode & 0o7000 == 0, "{what} ({state}): {mode:o}");
            tried += 1;
        }
    }
    println!("{} kinds of journals in {tried} forms: 0 writes outside", PLANTS.len());
}

#[test]
fn a_journal_that_cannot_be_read_is_named() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN), ("src/B.cs", BROKEN)]);
    let (journal, _) = real_run(&sandbox);
    sandbox.fix(&sandbox.log(complaint("src/B.cs")), &["--unsafe", "--write"]).expect(0);
    fs::write(&journal, "{").expect("own file");
    let name = journal.to_str().expect("UTF-8");
    let log = sandbox.log(complaint("src/A.cs"));
    for ran in [sandbox.run(&["runs"]).expect(0), sandbox.fix(&log, &[])] {
        assert!(ran.stderr.contains(name) && ran.stderr.contains("move"), "{}", ran.stderr);
    }
    // An earlier journal does not stand in the way; the last one does.
    sandbox.run(&["undo"]).expect(0);
    assert_eq!((sandbox.read("src/A.cs").as_str(), sandbox.read("src/B.cs").as_str()), (REPAIRED, BROKEN));
    let undo = sandbox.run(&["undo"]).expect(2);
    assert!(undo.stderr.contains(name) && undo.stderr.contains("nothing was undone"), "{}", undo.stderr);
}

#[test]
fn a_state_folder_that_is_not_ours_is_not_believed() {
    let sandbox = surrounded();
    real_run(&sandbox);
    let state = sandbox.outside("state");
    assert_eq!(state.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(&state, open).expect("own folder");
    let refused = sandbox.run(&["undo"]).expect(2);
    assert!(refused.stderr.contains("others may write") && refused.stderr.contains("chmod 700"), "{}", refused.stderr);
    sandbox.write("src/A.cs", BROKEN.as_bytes());
    let refused = sandbox.fix(&sandbox.log(complaint("src/A.cs")), &["--unsafe", "--write"]).expect(2);
    assert!(refused.stderr.contains("others may write"), "{}", refused.stderr);
    assert_eq!(sandbox.read("src/A.cs"), BROKEN);
}

#[test]
fn a_state_folder_among_the_sources_is_refused_unless_git_ignores_it() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let log = sandbox.log(complaint("src/A.cs"));
    let fix = || {
        let arguments = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe", "--write"];
        let mut command = sandbox.command(&arguments);
        command.env("BUILDFIX_STATE_DIR", sandbox.root.join(".state")).output().expect("it starts")
    };
    let refused = fix();
    assert!(String::from_utf8_lossy(&refused.stderr).contains(".gitignore"), "{refused:?}");
    assert_eq!((refused.status.code(), sandbox.read("src/A.cs").as_str()), (Some(2), BROKEN));
    assert!(!sandbox.root.join(".state").exists());
    fs::create_dir(sandbox.root.join(".git")).expect("own folder");
    sandbox.write(".gitignore", b".state/\n");
    assert_eq!(fix().status.code(), Some(0));
    assert_eq!(sandbox.read("src/A.cs"), REPAIRED);
}

#[test]
fn without_a_home_the_state_lies_in_a_folder_of_the_user_alone() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let log = sandbox.log(complaint("src/A.cs"));
    let temporary = sandbox.outside("tmp");
    fs::create_dir(&temporary).expect("own folder");
    fs::set_permissions(&temporary, fs::Permissions::from_mode(0o1777)).expect("own folder");
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command
            .env_remove("BUILDFIX_STATE_DIR")
            .env_remove("XDG_STATE_HOME")
            .env("HOME", "/")
            .env("TMPDIR", &temporary);
        command.output().expect("it starts")
    };
    let fix = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe", "--write"];
    // What someone else left there under the name is not used.
    assert_eq!(run(&fix).status.code(), Some(0));
    let made: Vec<PathBuf> = fs::read_dir(&temporary).expect("own folder").flatten().map(|e| e.path()).collect();
    let own = made.iter().find(|p| p.to_string_lossy().contains("buildfix-")).expect("it is there");
    assert_eq!(own.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
    assert_eq!(run(&["undo"]).status.code(), Some(0));
    assert_eq!(sandbox.read("src/A.cs"), BROKEN);
    let elsewhere = sandbox.outside("elsewhere");
    fs::rename(own, &elsewhere).expect("own folder");
    symlink(&elsewhere, own).expect("own folder");
    let refused = run(&fix);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not a folder of its own"), "{refused:?}");
    assert_eq!(sandbox.read("src/A.cs"), BROKEN);
}
