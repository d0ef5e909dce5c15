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
