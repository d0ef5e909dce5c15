//! The process is killed at every write point of a fix-all. No file is ever partially written, and the next start rolls the interrupted run
//! back.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use std::path::PathBuf;

/// A number greater than the write points of any run here: no crash occurs, but `fsync` is skipped as in the runs with a crash.
const NEVER: usize = usize::MAX;

fn workspace(files: usize) -> (Sandbox, PathBuf) {
    let names: Vec<String> = (0..files).map(|i| format!("src/C{i:03}.cs")).collect();
    let texts: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), BROKEN)).collect();
    let sandbox = Sandbox::new(&texts);
    let log = sandbox.log(names.iter().map(|n| complaint(n)).collect::<String>());
    (sandbox, log)
}

/// Runs the fix-all and crashes it at write point `at`; returns whether it crashed.
fn crash(sandbox: &Sandbox, log: &std::path::Path, at: usize) -> bool {
    let log = log.to_str().expect("UTF-8");
    let mut command = sandbox.command(&["fix", ".", "--log", log, "--unsafe", "--write", "--quiet", "--jobs", "1"]);
    let output = command.env("BUILDFIX_CRASH_AT", at.to_string()).output().expect("the program starts");
    match output.status.code() {
        Some(0) => false,
        None => true,
        other => panic!("{other:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Asserts that every file has its content from before or after the run; returns how many have which.
#[track_caller]
fn assert_whole(sandbox: &Sandbox, at: usize) -> (usize, usize) {
    let (mut before, mut after) = (0, 0);
    for (path, bytes) in sandbox.snapshot() {
        if path.extension().is_none_or(|e| e != "cs") {
            continue;
        }
        match bytes {
            b if b == BROKEN.as_bytes() => before += 1,
            b if b == REPAIRED.as_bytes() => after += 1,
            b => panic!("{} is torn at write point {at}: {:?}", path.display(), String::from_utf8_lossy(&b)),
        }
    }
    (before, after)
}

/// Kills the run at each of `points` until one is not reached. Each start first rolls back the run before. Returns the number of crashes, and
/// how many of them left some files written and others not.
fn kill_everywhere(files: usize, points: impl Iterator<Item = usize>) -> (usize, usize) {
    let (sandbox, log) = workspace(files);
    let pristine = sandbox.snapshot();
    let (mut crashes, mut half_written, mut last_after) = (0, 0, 0);
    for at in points {
        let crashed = crash(&sandbox, &log, at);
        let (before, after) = assert_whole(&sandbox, at);
        assert_eq!(before + after, files, "files are missing at write point {at}");
        if !crashed {
            break;
        }
        crashes += 1;
        if before > 0 && after > 0 {
            half_written += 1;
            // If the start had not restored the files, more of them would be written than this run can have written.
            assert!(after <= last_after + 2, "{after} written at {at}, {last_after} before");
        }
        last_after = after;
        if before == 0 {
            // The run is complete or nearly complete: what the next start does not roll back can be undone.
            sandbox.run(&["undo"]);
            assert_eq!(sandbox.snapshot(), pristine, "not as before after write point {at}");
        }
    }
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.snapshot(), pristine, "something is left behind");
    (crashes, half_written)
}

#[test]
fn every_write_point_of_a_run_of_200_files() {
    // Two workspaces share the points; each stops at the first point that is not reached.
    let threads: Vec<_> =
        (0..2).map(|t| std::thread::spawn(move || kill_everywhere(200, (1..).skip(t).step_by(2)))).collect();
    let results: Vec<_> = threads.into_iter().map(|t| t.join().expect("no assertion failed")).collect();
    let crashes: usize = results.iter().map(|r| r.0).sum();
    let half_written: usize = results.iter().map(|r| r.1).sum();
    assert!(
        crashes > 600,
        "only {crashes} write points: 200 temporary files, half and whole, and 200 renames were expected"
    );
    assert!(half_written > 190, "only {half_written} crashes in the midst of the renames");
}

/// Every write point of a small run: the output of the next start and all files.
#[test]
fn the_next_start_takes_back_what_was_interrupted() {
    let (sandbox, log) = workspace(6);
    let pristine = sandbox.snapshot();
    for at in 1.. {
        let crashed = crash(&sandbox, &log, at);
        let (_, after) = assert_whole(&sandbox, at);
        let next = sandbox.run(&["undo"]);
        let rolled_back = next.stderr.contains("rolled back");
        assert_eq!(
            next.code,
            Some(if after == 6 && !rolled_back { 0 } else { 2 }),
            "at {at}: {}{}",
            next.stdout,
            next.stderr
        );
        assert_eq!(sandbox.snapshot(), pristine, "not as before after write point {at}");
        if !crashed {
            assert!(at > 12, "{at} write points only");
            break;
        }
    }
}

#[test]
fn a_crash_while_rolling_back_is_rolled_back_too() {
    let (sandbox, log) = workspace(5);
    let pristine = sandbox.snapshot();
    // A write point during the renames of five files.
    let at = (1..40).find(|&at| {
        assert!(crash(&sandbox, &log, at), "no crash leaves the run half written");
        let (before, after) = assert_whole(&sandbox, at);
        let half = before > 0 && after > 1;
        if !half {
            sandbox.run(&["undo"]).expect(2);
        }
        half
    });
    assert!(at.is_some());
    let rolling_back =
        sandbox.command(&["undo"]).env("BUILDFIX_CRASH_BACK_AT", "1").output().expect("the program starts");
    assert_eq!(rolling_back.status.code(), None, "it was to crash while rolling back");
    assert_whole(&sandbox, 1);
    let next = sandbox.run(&["undo"]).expect(2);
    assert!(next.stderr.contains("rolled back"), "{}", next.stderr);
    assert_eq!(sandbox.snapshot(), pristine);
}

#[test]
fn what_someone_changes_after_the_crash_is_left_alone() {
    let (sandbox, log) = workspace(4);
    for at in 1.. {
        assert!(crash(&sandbox, &log, at));
        if assert_whole(&sandbox, at).1 == 2 {
            break;
        }
        sandbox.run(&["undo"]).expect(2);
    }
    let written = (0..4).map(|i| format!("src/C{i:03}.cs")).find(|n| sandbox.read(n) == REPAIRED).expect("two are");
    sandbox.write(&written, b"class Mine {}\n");
    let next = sandbox.fix(&log, &["--unsafe"]);
    assert!(next.stderr.contains(&written) && next.stderr.contains("left alone"), "{}", next.stderr);
    assert_eq!(sandbox.read(&written), "class Mine {}\n");
    let others = (0..4).map(|i| format!("src/C{i:03}.cs")).filter(|n| *n != written);
    assert!(others.into_iter().all(|n| sandbox.read(&n) == BROKEN));
}

#[test]
fn a_run_that_is_not_killed_is_complete() {
    let (sandbox, log) = workspace(20);
    assert!(!crash(&sandbox, &log, NEVER));
    assert_eq!(assert_whole(&sandbox, NEVER), (0, 20));
}
