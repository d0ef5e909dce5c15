//! `undo` and `runs`: files are restored byte for byte, or not at all.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use std::fs;

const WRITE: &[&str] = &["--unsafe", "--write"];

#[test]
fn undo_restores_every_byte_of_every_encoding() {
    let text = BROKEN.replace('\n', "\r\n");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let sandbox = Sandbox::new(&[("A.cs", &text), ("C.cs", BROKEN.trim_end())]);
    sandbox.write("B.cs", &[b"\xEF\xBB\xBF", BROKEN.as_bytes()].concat());
    sandbox.write("D.cs", &utf16);
    sandbox.write("E.cs", &[BROKEN.as_bytes(), b"// caf\xE9\n"].concat());
    let before = sandbox.snapshot();
    let log = sandbox.log(["A.cs", "B.cs", "C.cs", "D.cs", "E.cs"].map(complaint).concat());
    sandbox.fix(&log, WRITE).expect(0);

    let after = sandbox.snapshot();
    assert_eq!(after[&sandbox.root.join("A.cs")], REPAIRED.replace('\n', "\r\n").as_bytes());
    assert_eq!(after[&sandbox.root.join("B.cs")], [b"\xEF\xBB\xBF", REPAIRED.as_bytes()].concat());
    assert_eq!(after[&sandbox.root.join("C.cs")], REPAIRED.trim_end().as_bytes());
    assert_eq!(after[&sandbox.root.join("D.cs")].len(), utf16.len() + 2);
    assert!(after[&sandbox.root.join("E.cs")].ends_with(b"// caf\xE9\n"));

    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.snapshot(), before);
    assert!(sandbox.run(&["undo"]).expect(2).stderr.contains("nothing to undo"));
}

#[test]
fn a_file_that_changed_since_is_named_and_nothing_is_touched() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN)]);
    let log = sandbox.log(["A.cs", "B.cs"].map(complaint).concat());
    sandbox.fix(&log, WRITE).expect(0);
    sandbox.write("A.cs", b"class Mine {}\n");
    let before = sandbox.snapshot();
    let refused = sandbox.run(&["undo"]).expect(2);
    assert!(refused.stderr.contains("A.cs") && !refused.stderr.contains("B.cs"), "{}", refused.stderr);
    assert_eq!(sandbox.snapshot(), before);
    // With its content restored, it can be undone.
    sandbox.write("A.cs", REPAIRED.as_bytes());
    sandbox.run(&["undo"]).expect(0);
    assert_eq!((sandbox.read("A.cs").as_str(), sandbox.read("B.cs").as_str()), (BROKEN, BROKEN));
}

#[test]
fn runs_are_listed_and_undone_by_name_in_any_order() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN)]);
    for file in ["A.cs", "B.cs"] {
        sandbox.fix(&sandbox.log(complaint(file)), WRITE).expect(0);
    }
    let runs = sandbox.run(&["runs", "--output-format", "json"]).expect(0).json();
    let ids: Vec<&str> = runs["runs"].as_array().expect("a list").iter().filter_map(|r| r["run"].as_str()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(runs["runs"][0]["files"][0]["path"], "A.cs");
    sandbox.run(&["undo", ids[0]]).expect(0);
    assert_eq!((sandbox.read("A.cs").as_str(), sandbox.read("B.cs").as_str()), (BROKEN, REPAIRED));
    assert!(sandbox.run(&["undo", ids[0]]).expect(2).stderr.contains("undone"));
    assert!(sandbox.run(&["undo", "2001"]).expect(2).stderr.contains("no run 2001"));
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("B.cs"), BROKEN);
}

#[cfg(unix)]
#[test]
fn modes_stay_and_links_stay_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = Sandbox::new(&[("real/A.cs", BROKEN)]);
    let real = sandbox.root.join("real/A.cs");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o751)).expect("own file");
    symlink("real/A.cs", sandbox.root.join("Link.cs")).expect("a link");
    let log = sandbox.log(complaint("real/A.cs"));
    sandbox.fix(&log, WRITE).expect(0);
    assert_eq!(sandbox.read("real/A.cs"), REPAIRED);
    assert_eq!(real.metadata().expect("it exists").permissions().mode() & 0o7777, 0o751);
    assert!(sandbox.root.join("Link.cs").symlink_metadata().expect("it exists").is_symlink());
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("real/A.cs"), BROKEN);
    assert_eq!(real.metadata().expect("it exists").permissions().mode() & 0o7777, 0o751);
}

#[test]
fn a_damaged_store_touches_nothing() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    sandbox.fix(&sandbox.log(complaint("A.cs")), WRITE).expect(0);
    let mut folders = vec![sandbox.outside("state")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("before.pack") {
                fs::write(path, "something else").expect("own file");
            }
        }
    }
    assert!(sandbox.run(&["undo"]).expect(2).stderr.contains("damaged"));
    assert_eq!(sandbox.read("A.cs"), REPAIRED);
}

#[test]
fn in_part_the_files_that_did_not_change_are_restored_and_the_others_are_listed() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN), ("C.cs", BROKEN)]);
    let log = sandbox.log(["A.cs", "B.cs", "C.cs"].map(complaint).concat());
    sandbox.fix(&log, WRITE).expect(0);
    sandbox.write("B.cs", b"class Mine {}\n");
    let refused = sandbox.run(&["undo"]).expect(2);
    assert!(refused.stderr.contains("--partial"), "{}", refused.stderr);
    let undone = sandbox.run(&["undo", "--partial"]).expect(1);
    assert!(undone.stdout.contains("left as it is: B.cs") && undone.stdout.contains("2 files"), "{}", undone.stdout);
    assert_eq!(
        ["A.cs", "B.cs", "C.cs"].map(|n| sandbox.read(n)),
        [BROKEN, "class Mine {}\n", BROKEN].map(str::to_owned)
    );
    // What is left of the run can be undone when its file is as the run left it.
    sandbox.run(&["undo", "--partial"]).expect(2);
    sandbox.write("B.cs", REPAIRED.as_bytes());
    sandbox.write("A.cs", b"class Mine {}\n");
    let rest = sandbox.run(&["undo"]).expect(0);
    assert!(rest.stdout.contains("1 file") && sandbox.read("B.cs") == BROKEN, "{}", rest.stdout);
    assert_eq!(sandbox.read("A.cs"), "class Mine {}\n");
    assert!(sandbox.run(&["undo"]).expect(2).stderr.contains("nothing to undo"));
}

#[test]
fn runs_of_folders_above_and_below_are_seen_and_undone() {
    let sandbox = Sandbox::new(&[("part/A.cs", BROKEN), ("part/B.cs", BROKEN), ("other/C.cs", BROKEN)]);
    let pristine = sandbox.snapshot();
    let part = ["fix", "part", "--unsafe", "--write", "--log"];
    let in_part = |log: &str| sandbox.run(&[&part[..], &[log]].concat());
    // A run below is undone above.
    let log = sandbox.log(complaint("A.cs"));
    in_part(log.to_str().expect("UTF-8")).expect(0);
    assert_eq!(sandbox.read("part/A.cs"), REPAIRED);
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.snapshot(), pristine);
    // A run above is undone below, when it changed nothing else.
    sandbox.fix(&sandbox.log(complaint("part/A.cs")), WRITE).expect(0);
    assert!(sandbox.run(&["undo", "--root", "other"]).expect(2).stderr.contains("nothing to undo"));
    sandbox.run(&["undo", "--root", "part"]).expect(0);
    assert_eq!(sandbox.snapshot(), pristine);
    assert!(sandbox.run(&["undo"]).expect(2).stderr.contains("nothing to undo"));
    // One that changed other folders is named.
    let log = sandbox.log(["part/A.cs", "other/C.cs"].map(complaint).concat());
    sandbox.fix(&log, WRITE).expect(0);
    let refused = sandbox.run(&["undo", "--root", "part"]).expect(2);
    assert!(refused.stderr.contains("undo --root") && sandbox.read("part/A.cs") == REPAIRED, "{}", refused.stderr);
    // In turn: the last run first, wherever it was made.
    let log = sandbox.log(complaint("B.cs"));
    in_part(log.to_str().expect("UTF-8")).expect(0);
    sandbox.run(&["undo"]).expect(0);
    assert_eq!((sandbox.read("part/B.cs").as_str(), sandbox.read("part/A.cs").as_str()), (BROKEN, REPAIRED));
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.snapshot(), pristine);
}

#[test]
fn fifty_runs_are_kept_and_undoing_does_not_use_them_up() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("First.cs", BROKEN)]);
    sandbox.fix(&sandbox.log(complaint("First.cs")), WRITE).expect(0);
    let log = sandbox.log(complaint("A.cs"));
    for _ in 0..26 {
        sandbox.fix(&log, WRITE).expect(0);
        sandbox.run(&["undo"]).expect(0);
    }
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("First.cs"), BROKEN, "27 runs and 26 undos");
    for _ in 0..30 {
        sandbox.fix(&log, WRITE).expect(0);
        sandbox.run(&["undo"]).expect(0);
    }
    let runs = sandbox.run(&["runs", "--output-format", "json"]).expect(0).json();
    let runs = runs["runs"].as_array().expect("a list");
    let undos = runs.iter().filter(|r| r["undoes"].is_string()).count();
    assert_eq!((runs.len() - undos, undos), (50, 50));
}

/// A journal as the first version wrote it, and a state folder that others could read.
#[cfg(unix)]
#[test]
fn the_state_of_the_first_version_is_read() {
    use std::os::unix::fs::PermissionsExt;
    for (state, temporary) in [("done", None), ("prepared", Some("half"))] {
        let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
        sandbox.fix(&sandbox.log(complaint("A.cs")), WRITE).expect(0);
        let states = fs::read_dir(sandbox.outside("state")).expect("own folder").flatten().map(|e| e.path());
        let home = states.into_iter().find(|p| p.join("runs").is_dir()).expect("a state");
        let run = fs::read_dir(home.join("runs")).expect("own folder").flatten().next().expect("a run").path();
        let journal = run.join("journal.json");
        let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&journal).expect("own file")).expect("JSON");
        (json["version"], json["state"]) = (1.into(), state.into());
        let name = sandbox.root.join(format!(".buildfix-{}-0.tmp", json["id"].as_str().expect("an id")));
        let file = json["files"][0].as_object_mut().expect("an object");
        file.retain(|key, _| !matches!(key.as_str(), "undone" | "pair"));
        file.insert("temporary".to_owned(), name.to_str().expect("UTF-8").into());
        json.as_object_mut().expect("an object").retain(|key, _| !matches!(key.as_str(), "replaces" | "trial"));
        fs::write(&journal, json.to_string()).expect("own file");
        fs::remove_file(home.join("root")).expect("own file");
        for folder in [&sandbox.outside("state"), &home] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("own folder");
        }
        if let Some(text) = temporary {
            fs::write(&name, text).expect("own file");
        }
        sandbox.run(&["undo"]).expect(0);
        assert_eq!((sandbox.read("A.cs").as_str(), name.exists()), (BROKEN, false), "{state}");
        assert_eq!(home.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
    }
}

#[cfg(unix)]
#[test]
fn hard_links_are_not_parted() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN)]);
    fs::hard_link(sandbox.root.join("A.cs"), sandbox.outside("copy")).expect("own folder");
    let log = sandbox.log(["A.cs", "B.cs"].map(complaint).concat());
    let report = sandbox.fix(&log, &[WRITE, &["--output-format", "json"]].concat()).expect(1).json();
    let linked = report["diagnostics"].as_array().expect("a list").iter().find(|d| d["path"] == "A.cs").expect("one");
    assert_eq!(linked["outcome"], "skipped", "{linked:#}");
    assert!(linked["reason"].as_str().is_some_and(|r| r.contains("hard links")), "{linked:#}");
    assert_eq!((sandbox.read("A.cs").as_str(), sandbox.read("B.cs").as_str()), (BROKEN, REPAIRED));
    assert_eq!(std::os::unix::fs::MetadataExt::nlink(&sandbox.root.join("A.cs").metadata().expect("it exists")), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn owner_and_extended_attributes_stay() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let path = sandbox.root.join("A.cs");
    let mut checks: Vec<Box<dyn Fn() -> bool>> = Vec::new();
    if chown(&path, Some(12_345), Some(54_321)).is_ok() {
        let path = path.clone();
        checks.push(Box::new(move || path.metadata().is_ok_and(|m| (m.uid(), m.gid()) == (12_345, 54_321))));
    } else {
        tests::skip("owner_and_extended_attributes_stay", "only root may give files away");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("own file");
    // An access list: user::rw-, user:1:r--, group::r--, mask::r--, other::---
    let acl: Vec<u8> = [(1u16, 6u16, !0u32), (2, 4, 1), (4, 4, !0), (0x10, 4, !0), (0x20, 0, !0)].iter().fold(
        2u32.to_le_bytes().to_vec(),
        |acl, (tag, rights, id)| {
            [acl, tag.to_le_bytes().to_vec(), rights.to_le_bytes().to_vec(), id.to_le_bytes().to_vec()].concat()
        },
    );
    for (name, value) in [("user.mine", b"a value".to_vec()), ("system.posix_acl_access", acl)] {
        let path = path.clone();
        match setxattr(&path, name, &value, XattrFlags::empty()) {
            Ok(()) => checks.push(Box::new(move || {
                let mut found = vec![0; 1024];
                getxattr(&path, name, &mut found[..]).is_ok_and(|length| found[..length] == value)
            })),
            Err(e) => tests::skip("owner_and_extended_attributes_stay", &format!("no {name} on this file system: {e}")),
        }
    }
    let mode = path.metadata().expect("it exists").mode();
    let all = |when: &str| {
        assert!(checks.iter().all(|holds| holds()), "{when}");
        assert_eq!(path.metadata().expect("it exists").mode(), mode, "{when}");
    };
    all("at first");
    sandbox.fix(&sandbox.log(complaint("A.cs")), WRITE).expect(0);
    assert_eq!(sandbox.read("A.cs"), REPAIRED);
    all("written");
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("A.cs"), BROKEN);
    all("undone");
}
