//! Untrusted logs and unusual files: each gives a clear message, loses no data and causes no panic.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use serde_json::Value;
use std::fs;
#[cfg(target_os = "linux")]
use std::path::PathBuf;

const JSON: &[&str] = &["--unsafe", "--output-format", "json"];
const WRITE_JSON: &[&str] = &["--unsafe", "--write", "--output-format", "json"];

#[track_caller]
fn outcome(report: &Value, path: &str) -> (String, String) {
    let all = report["diagnostics"].as_array().expect("a list");
    let found = all.iter().find(|d| d["path"].as_str().is_some_and(|p| p.ends_with(path)));
    let found = found.unwrap_or_else(|| panic!("no diagnostic of {path} in {report:#}"));
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("outcome"), text("reason"))
}

#[test]
fn binary_input_is_reported_as_no_log() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let junk: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    })
    .take(1 << 20)
    .collect();
    let ran = sandbox.fix(&sandbox.log(junk), JSON).expect(0);
    assert_eq!(ran.json()["totals"]["diagnostics"], 0);
    assert!(ran.stderr.contains("no diagnostics"), "{}", ran.stderr);
}

#[test]
fn a_log_of_any_length_is_streamed() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let mut log = Vec::new();
    while log.len() < 48 << 20 {
        log.extend_from_slice(
            b"  Restored some/project/or/other.csproj (in 1.2 sec). Nothing to see here, go on, go on.\n",
        );
    }
    log.extend_from_slice(complaint("A.cs").as_bytes());
    let arguments = [&["fix", ".", "--log", "-"], JSON].concat();
    let report = sandbox.run_with_input(&arguments, &log).expect(0).json();
    assert_eq!(report["totals"]["fixed"], 1);
    if let Some(peak) = report["timings"]["peakMemoryMb"].as_f64() {
        assert!(peak < 160.0, "peak memory of {peak} MB grew with the log");
    }
}

#[test]
fn lines_of_ten_megabytes() {
    let long = "x".repeat(10 << 20);
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("Long.cs", &format!("{BROKEN}// {long}\n"))]);
    let log = sandbox.log(format!("{}{long}\n{}{}", complaint("A.cs"), complaint("Long.cs"), long));
    // The long file may be too large to edit, which is then reported. The other file is always fixed.
    let report = sandbox.fix(&log, WRITE_JSON).json();
    assert_eq!((outcome(&report, "A.cs").0.as_str(), sandbox.read("A.cs").as_str()), ("fixed", REPAIRED));
    let (repaired, untouched) = (format!("{REPAIRED}// {long}\n"), format!("{BROKEN}// {long}\n"));
    match outcome(&report, "Long.cs") {
        (o, _) if o == "fixed" => assert!(sandbox.read("Long.cs") == repaired),
        (o, reason) => assert!(o == "skipped" && reason.contains("large") && sandbox.read("Long.cs") == untouched),
    }
}

#[test]
fn nesting_a_hundred_thousand_deep_is_left_alone() {
    let deep = |open: &str, close: &str| {
        format!("class C {{ int x = {}1{}; }}\n", open.repeat(100_000), close.repeat(100_000))
    };
    let files = [("Parens.cs", deep("(", ")")), ("Minus.cs", deep("- ", "")), ("Sum.cs", deep("1+", ""))];
    let mut sources: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let blocks = format!("function f() {}{}\n", "{".repeat(100_000), "}".repeat(100_000));
    sources.push(("blocks.ts", &blocks));
    sources.push(("A.cs", BROKEN));
    let sandbox = Sandbox::new(&sources);
    let mut log: String = complaint("A.cs");
    for (name, _) in &files {
        log.push_str(&format!("{name}(1,20): error CS1002: ; expected\n{name}(1,300): error CS0103: The name 'x' does not exist in the current context\n"));
    }
    log.push_str(
        "blocks.ts(1,10): error TS2304: Cannot find name 'f'.\nblocks.ts(1,99): error TS1005: ';' expected.\n",
    );
    let ran = sandbox.fix(&sandbox.log(log), JSON);
    let report = ran.expect(1).json();
    assert_eq!(outcome(&report, "A.cs").0, "fixed");
    let nested = report["diagnostics"].as_array().expect("a list").iter();
    let nested = nested.filter(|d| d["reason"].as_str().is_some_and(|r| r.contains("nested too deep"))).count();
    assert!(nested >= 4, "{report:#}");
}

#[test]
fn nothing_outside_the_root_is_touched() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let outside = sandbox.outside("Other.cs");
    fs::write(&outside, BROKEN).expect("own folder");
    let absolute = outside.to_str().expect("UTF-8");
    let log = sandbox.log([complaint("../Other.cs"), complaint(absolute), complaint("src/../../Other.cs")].concat());
    let report = sandbox.fix(&log, WRITE_JSON).expect(1).json();
    assert_eq!(report["totals"]["skipped"], 3, "{report:#}");
    assert_eq!(fs::read_to_string(outside).expect("it exists"), BROKEN);
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_followed() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let outside = sandbox.outside("elsewhere");
    fs::create_dir(&outside).expect("own folder");
    fs::write(outside.join("B.cs"), BROKEN).expect("own folder");
    symlink(outside.join("B.cs"), sandbox.root.join("src/B.cs")).expect("a link");
    symlink(&outside, sandbox.root.join("linked")).expect("a link");
    let log = sandbox.log([complaint("src/B.cs"), complaint("linked/B.cs"), complaint("src/A.cs")].concat());
    let report = sandbox.fix(&log, WRITE_JSON).expect(1).json();
    assert_eq!((&report["totals"]["fixed"], &report["totals"]["skipped"]), (&1.into(), &2.into()), "{report:#}");
    assert_eq!(fs::read_to_string(outside.join("B.cs")).expect("it exists"), BROKEN);
    assert!(sandbox.root.join("src/B.cs").symlink_metadata().expect("it exists").is_symlink());
}

#[test]
fn generated_and_build_output_and_read_only_files_are_skipped_with_a_reason() {
    let generated = format!("// <auto-generated/>\n{BROKEN}");
    let sandbox = Sandbox::new(&[
        ("A.g.cs", BROKEN),
        ("B.cs", &generated),
        ("obj/C.cs", BROKEN),
        ("node_modules/p/d.ts", "let x = 1\n"),
        ("ReadOnly.cs", BROKEN),
    ]);
    let read_only = sandbox.root.join("ReadOnly.cs");
    let mut permissions = read_only.metadata().expect("it exists").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions.clone()).expect("own file");
    let before = sandbox.snapshot();
    let mut log = ["A.g.cs", "obj/C.cs", "ReadOnly.cs"].map(complaint).concat();
    log.push_str("B.cs(4,14): error CS1002: ; expected\nnode_modules/p/d.ts(1,10): error TS1005: ';' expected.\n");
    let report = sandbox.fix(&sandbox.log(log), WRITE_JSON).expect(1).json();
    assert_eq!(report["totals"]["skipped"], 5, "{report:#}");
    for (path, word) in [("A.g.cs", "generated"), ("B.cs", "generated"), ("ReadOnly.cs", "read-only")] {
        assert!(outcome(&report, path).1.contains(word), "{report:#}");
    }
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn binary_files_are_not_edited() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    sandbox.write("Nul.cs", b"class C\n{\n    int a = 1\n\0}\n");
    sandbox.write("Odd.cs", &[b"\xFF\xFE", BROKEN.as_bytes(), b"\n"].concat());
    sandbox.write("Latin.cs", &[b"// \xE9\xFF\n".as_slice(), BROKEN.as_bytes()].concat());
    let before = sandbox.snapshot();
    let mut log = ["Nul.cs", "Odd.cs"].map(complaint).concat();
    log.push_str("Latin.cs(4,14): error CS1002: ; expected\n");
    let report = sandbox.fix(&sandbox.log(log), WRITE_JSON).expect(1).json();
    assert_eq!(outcome(&report, "Nul.cs").0, "skipped");
    assert_eq!(outcome(&report, "Latin.cs").0, "fixed");
    let mut after = sandbox.snapshot();
    let latin = sandbox.root.join("Latin.cs");
    assert_eq!(after.remove(&latin), Some([b"// \xE9\xFF\n".as_slice(), REPAIRED.as_bytes()].concat()));
    assert!(after.iter().all(|(path, bytes)| before[path] == *bytes));
}

#[test]
fn positions_outside_of_the_file_are_stale() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let log = "A.cs(99,1): error CS1002: ; expected\nA.cs(3,999): error CS1002: ; expected\n\
               A.cs(0,0): error CS1002: ; expected\nA.cs(4294967295,4294967295): error CS1002: ; expected\n\
               A.cs(3,9): error CS0103: The name 'gone' does not exist in the current context\n";
    let report = sandbox.fix(&sandbox.log(log), WRITE_JSON).expect(1).json();
    let settled = &report["totals"];
    assert_eq!(settled["stale"].as_u64().unwrap_or(0) + settled["skipped"].as_u64().unwrap_or(0), 5, "{report:#}");
    assert_eq!(sandbox.read("A.cs"), BROKEN);
}

#[test]
fn ambiguous_paths_are_skipped() {
    let sandbox = Sandbox::new(&[("one/A.cs", BROKEN), ("two/A.cs", BROKEN)]);
    let report = sandbox.fix(&sandbox.log(complaint("A.cs")), WRITE_JSON).expect(1).json();
    assert_eq!(outcome(&report, "A.cs").0, "skipped");
    assert_eq!((sandbox.read("one/A.cs").as_str(), sandbox.read("two/A.cs").as_str()), (BROKEN, BROKEN));
}

/// A file size limit makes writes fail like a full disk.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_changes_nothing() {
    let filler = "/".repeat((64 << 10) - BROKEN.len() - 1);
    let exactly = format!("{BROKEN}{filler}\n");
    let several: Vec<(&str, &str)> = vec![("A.cs", BROKEN), ("B.cs", &exactly), ("C.cs", BROKEN)];
    // One file: the old content just fits, the new content is one byte too long. Several files: the old contents together do not fit.
    for files in [&several[1..2], &several[..]] {
        let sandbox = Sandbox::new(files);
        let log = sandbox.log(files.iter().map(|(n, _)| complaint(n)).collect::<String>());
        let before = sandbox.snapshot();
        let inner = sandbox.command(&["fix", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe", "--write"]);
        let program = inner.get_program().to_owned();
        let arguments: Vec<_> = inner.get_args().map(ToOwned::to_owned).collect();
        let output = std::process::Command::new("bash")
            .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "bash"])
            .arg(program)
            .args(arguments)
            .current_dir(&sandbox.root)
            .env("BUILDFIX_STATE_DIR", sandbox.outside("state"))
            .output()
            .expect("bash starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("could not") && stderr.contains("as it was before"), "{stderr}");
        assert!(stderr.contains("ulimit") && stderr.contains("run again"), "it does not say what to do: {stderr}");
        assert_eq!(sandbox.snapshot(), before, "something is left behind");
        // With enough space, it works.
        sandbox.fix(&log, &["--unsafe", "--write"]).expect(0);
        assert_ne!(sandbox.snapshot(), before);
    }
}

/// A file system of a few pages, of which only one is free; only root can mount it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_system_without_room_changes_nothing() {
    let big = format!("{BROKEN}{}\n", "/".repeat(6 << 10));
    let sandbox = Sandbox::new(&[]);
    let mount = |arguments: &[&str]| {
        let status = std::process::Command::new("mount").args(arguments).arg(&sandbox.root).output();
        status.is_ok_and(|o| o.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"]) {
        tests::skip("a_file_system_without_room_changes_nothing", "mounting a small file system is not allowed here");
        return;
    }
    // Unmounted in any case.
    struct Mounted(PathBuf);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
        }
    }
    let mounted = Mounted(sandbox.root.clone());
    // Three files of two pages each, and a filler: there is space for one new file, but not for three.
    let names = ["A.cs", "B.cs", "C.cs"];
    for name in names {
        sandbox.write(name, big.as_bytes());
    }
    sandbox.write("filler.bin", &[0; 28 << 10]);
    let log = sandbox.log(names.map(complaint).concat());
    let before = sandbox.snapshot();
    let ran = sandbox.fix(&log, &["--unsafe", "--write"]).expect(2);
    assert!(ran.stderr.contains("could not write") && ran.stderr.contains(".cs"), "{}", ran.stderr);
    assert!(ran.stderr.contains("free some space") && ran.stderr.contains("as it was before"), "{}", ran.stderr);
    assert_eq!(sandbox.snapshot(), before, "something is left behind");
    fs::remove_file(sandbox.root.join("filler.bin")).expect("it is ours");
    sandbox.fix(&log, &["--unsafe", "--write"]).expect(0);
    assert!(names.iter().all(|n| sandbox.read(n) == big.replacen("= 1", "= 1;", 1)));
    drop(mounted);
}

#[test]
fn error_messages_explain_the_problem_and_the_solution() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let none = sandbox.run(&["fix", "."]).expect(2);
    assert!(none.stderr.contains("--log FILE"), "{}", none.stderr);
    let missing = sandbox.run(&["fix", ".", "--log", "no.log"]).expect(2);
    assert!(missing.stderr.contains("no.log") && missing.stderr.contains("build's output"), "{}", missing.stderr);
    let folder = sandbox.run(&["fix", ".", "--log", "."]).expect(2);
    assert!(folder.stderr.contains("folder"), "{}", folder.stderr);
    let root = sandbox.run(&["fix", "nowhere", "--log", "no.log"]).expect(2);
    assert!(root.stderr.contains("nowhere") && root.stderr.contains("folder"), "{}", root.stderr);
    sandbox.run(&["fix", "--no-such-flag"]).expect(2);
    sandbox.write("buildfix.toml", b"bulid = 'x'");
    let config = sandbox.run(&["fix", "."]).expect(2);
    assert!(config.stderr.contains("buildfix.toml") && config.stderr.contains("bulid"), "{}", config.stderr);
}
