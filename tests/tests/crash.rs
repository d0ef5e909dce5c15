//! The program is killed at every step of writing, of undoing, of verifying and of rolling back. No file is ever torn, and the next start
//! leaves what was before, or what is complete and proved.
//!
//! The short form runs always. The long form (2,000 kills and more) is run by
//! `cargo test -p tests --test crash -- --ignored --nocapture`.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number greater than the steps of any run here: no crash occurs, but `fsync` is skipped as in the runs with a crash.
const NEVER: usize = usize::MAX;

fn names(files: usize) -> Vec<String> {
    (0..files).map(|i| format!("src/C{i:03}.cs")).collect()
}

fn workspace(files: usize) -> (Sandbox, PathBuf) {
    let names = names(files);
    let texts: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), BROKEN)).collect();
    let sandbox = Sandbox::new(&texts);
    let log = sandbox.log(names.iter().map(|n| complaint(n)).collect::<String>());
    (sandbox, log)
}

/// Runs the program and kills it at step `at`; returns whether it was killed.
#[track_caller]
fn kill(sandbox: &Sandbox, arguments: &[&str], variable: &str, at: usize) -> bool {
    let mut command = sandbox.command(arguments);
    // What cannot be exchanged on other systems is not exchanged here, too.
    if sandbox.outside("without-exchange").exists() {
        command.env("BUILDFIX_NO_EXCHANGE", "1");
    }
    let output = command.env(variable, at.to_string()).output().expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    output.status.code().is_none()
}

fn fix(log: &Path) -> Vec<&str> {
    vec!["fix", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe", "--write", "--quiet", "--jobs", "1"]
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
            b => panic!("{} is torn at step {at}: {:?}", path.display(), String::from_utf8_lossy(&b)),
        }
    }
    (before, after)
}

/// The runs that are listed: state, and names of the files that are not taken back.
fn applied(sandbox: &Sandbox) -> Vec<(String, Vec<String>)> {
    let runs = sandbox.run(&["runs", "--output-format", "json"]).expect(0).json();
    let runs = runs["runs"].as_array().expect("a list").clone();
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    runs.iter()
        .map(|r| (text(&r["state"]), r["files"].as_array().into_iter().flatten().map(|f| text(&f["path"])).collect()))
        .collect()
}

/// Kills a fix-all at each step until one is not reached. After each kill `undo` has to restore everything. Returns the number of kills, and
/// how many of them left some files written and others not.
fn kill_commit(files: usize, without_exchange: bool) -> (usize, usize) {
    let (sandbox, log) = workspace(files);
    if without_exchange {
        std::fs::write(sandbox.outside("without-exchange"), "").expect("own folder");
    }
    let pristine = sandbox.snapshot();
    let mut half_written = 0;
    for at in 1.. {
        let killed = kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", at);
        let (before, after) = assert_whole(&sandbox, at);
        assert_eq!(before + after, files, "files are missing at step {at}");
        half_written += usize::from(before > 0 && after > 0);
        // Rolled back, or complete and undone; nothing was begun: nothing to undo.
        let undo = sandbox.run(&["undo"]);
        assert!(!undo.stderr.contains("panicked"), "{}", undo.stderr);
        assert_eq!(sandbox.snapshot(), pristine, "not as before after step {at}: {}{}", undo.stdout, undo.stderr);
        if !killed {
            undo.expect(0);
            return (at - 1, half_written);
        }
    }
    unreachable!("some step is not reached")
}

/// Kills the undo of a run at each step. After each kill, undo has to work. Returns the number of kills.
fn kill_undo(files: usize) -> usize {
    let (sandbox, log) = workspace(files);
    let pristine = sandbox.snapshot();
    for at in 1.. {
        sandbox.run(&fix(&log)).expect(0);
        let written = sandbox.snapshot();
        let killed = kill(&sandbox, &["undo"], "BUILDFIX_CRASH_AT", at);
        let (before, after) = assert_whole(&sandbox, at);
        assert_eq!(before + after, files, "files are missing at step {at}");
        let again = sandbox.run(&["undo"]);
        let done = again.stderr.contains("nothing to undo");
        assert_eq!(again.code, Some(if done { 2 } else { 0 }), "at {at}: {}{}", again.stdout, again.stderr);
        assert!(!done || before == files, "it says that all is undone at step {at}");
        assert_eq!(sandbox.snapshot(), pristine, "not as before after step {at}: {}{}", again.stdout, again.stderr);
        assert_ne!(written, pristine);
        assert!(
            applied(&sandbox).iter().all(|(state, _)| state == "undone" || state == "done"),
            "{:?}",
            applied(&sandbox)
        );
        if !killed {
            assert!(done, "it was undone");
            return at - 1;
        }
    }
    unreachable!("some step is not reached")
}

/// A class whose three errors are reported one after the other.
const THREE: &str = "class C\n{\n    int a = 1\n    int b = 1\n    int c = 1\n}\n";

/// A compiler that tells the first error of each file, and objects to the repair of some.
const COMPILER: &str = r#"
failed=0
for f in src/*.cs; do
  n=$(grep -n '= 1$' $f | head -1 | cut -d: -f1)
  [ -z "$n" ] || { echo "$f($n,14): error CS1002: ; expected"; failed=1; }
  case $f in *Hurt.cs)
    grep -q '= 1;' $f && { echo "$f(3,9): error CS0029: Cannot implicitly convert type 'int' to 'string'"; failed=1; };;
  esac
done
exit $failed
"#;

/// Kills a verification at each step. What the next start leaves is what the one run of the history says, and `undo` takes it back. Returns
/// the number of kills, and how many of them left rounds that were proved.
fn kill_verify(files: usize) -> (usize, usize) {
    let names: Vec<String> =
        (0..files).map(|i| format!("src/C{i:02}{}.cs", if i % 4 == 1 { "Hurt" } else { "" })).collect();
    let mut texts: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), THREE)).collect();
    texts.push(("cc.sh", COMPILER));
    let sandbox = Sandbox::new(&texts);
    let nothing = sandbox.log("");
    let pristine = sandbox.snapshot();
    let good: Vec<&String> = names.iter().filter(|n| !n.contains("Hurt")).collect();
    let mut proved = 0;
    for at in 1.. {
        let arguments =
            ["fix", ".", "--build", "sh cc.sh", "--unsafe", "--write", "--verify", "--quiet", "--jobs", "1"];
        let killed = kill(&sandbox, &arguments, "BUILDFIX_CRASH_AT", at);
        // The next start, whatever it is for.
        let next = sandbox.run(&["check", ".", "--log", nothing.to_str().expect("UTF-8")]).expect(0);
        let repaired = |n: &String| sandbox.read(n).matches("= 1;").count();
        let rounds = repaired(good[0]);
        for name in &names {
            let text = THREE.replacen("= 1", "= 1;", if good.contains(&name) { rounds } else { 0 });
            assert_eq!(sandbox.read(name), text, "{name} at step {at}, {rounds} rounds: {}", next.stderr);
        }
        let runs = applied(&sandbox);
        let kept: Vec<&String> = runs.iter().flat_map(|(_, files)| files).collect();
        assert_eq!(kept, if rounds > 0 { good.clone() } else { Vec::new() }, "at step {at}: {runs:?}");
        assert!(runs.len() <= 1, "rounds are one run, at step {at}: {runs:?}");
        proved += usize::from(rounds > 0 && killed);
        assert!(killed || rounds == 3, "{rounds} rounds");
        if rounds > 0 {
            sandbox.run(&["undo"]).expect(0);
        }
        assert_eq!(sandbox.snapshot(), pristine, "not as before after step {at}");
        std::fs::remove_dir_all(sandbox.outside("state")).expect("own folder");
        if !killed {
            return (at - 1, proved);
        }
    }
    unreachable!("some step is not reached")
}

/// Kills the rolling back of runs that were killed at some steps, at each step. Returns the number of kills.
fn kill_rolling_back(files: usize, first: impl Iterator<Item = usize>) -> usize {
    let (sandbox, log) = workspace(files);
    let pristine = sandbox.snapshot();
    let mut kills = 0;
    for first in first {
        for at in 1.. {
            assert!(kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", first), "no step {first}");
            kills += 1;
            let killed = kill(&sandbox, &["undo"], "BUILDFIX_CRASH_AT", at);
            let (before, after) = assert_whole(&sandbox, at);
            assert_eq!(before + after, files, "files are missing at step {at} after {first}");
            sandbox.run(&["undo"]);
            assert_eq!(sandbox.snapshot(), pristine, "not as before after steps {first} and {at}");
            std::fs::remove_dir_all(sandbox.outside("state")).expect("own folder");
            if !killed {
                break;
            }
            kills += 1;
        }
    }
    kills
}

#[test]
fn every_step_of_writing() {
    let (kills, half_written) = kill_commit(12, false);
    assert!(kills > 50, "only {kills} steps: 12 new files, half and whole, 12 exchanges and 12 removals were expected");
    assert!(half_written > 10, "only {half_written} kills in the midst of the exchanges");
}

#[test]
fn every_step_of_writing_where_files_cannot_be_exchanged() {
    let (kills, half_written) = kill_commit(4, true);
    assert!(kills > 30 && half_written > 8, "{kills} kills, {half_written} in the midst");
}

#[test]
fn every_step_of_undoing() {
    let kills = kill_undo(6);
    assert!(kills > 30, "only {kills} steps");
}

#[cfg(unix)]
#[test]
fn every_step_of_verifying() {
    let (kills, proved) = kill_verify(3);
    assert!(kills > 60 && proved > 20, "{kills} kills, after {proved} of them something was proved");
}

#[test]
fn every_step_of_rolling_back() {
    // While files are written, exchanged, and removed.
    let kills = kill_rolling_back(3, [8, 14, 16, 19].into_iter());
    assert!(kills > 25, "only {kills} kills");
}

#[cfg(unix)]
#[test]
#[ignore = "some minutes: the long form, see the head of the file"]
fn two_thousand_kills() {
    let total = AtomicUsize::new(0);
    let count = |what: &str, kills: usize| {
        println!("{what}: {kills} kills, 0 harm");
        total.fetch_add(kills, Ordering::Relaxed);
    };
    std::thread::scope(|threads| {
        threads.spawn(|| {
            count("commit, 100 files", kill_commit(100, false).0);
            count("undo, 80 files", kill_undo(80));
        });
        threads.spawn(|| {
            count("commit without exchange, 40 files", kill_commit(40, true).0);
            count("verify, 3 rounds of 12 files", kill_verify(12).0);
            count("rolling back, 8 files", kill_rolling_back(8, (5..50).step_by(3)));
        });
    });
    let total = total.into_inner();
    println!("{total} kills, 0 harm");
    assert!(total >= 2000, "{total} kills");
}

#[test]
fn a_crash_while_rolling_back_is_rolled_back_too() {
    let (sandbox, log) = workspace(5);
    let pristine = sandbox.snapshot();
    // A step during the exchanges of five files.
    let at = (1..60).find(|&at| {
        assert!(kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", at), "no crash leaves the run half written");
        let (before, after) = assert_whole(&sandbox, at);
        let half = before > 0 && after > 1;
        if !half {
            sandbox.run(&["undo"]);
        }
        half
    });
    assert!(at.is_some());
    assert!(kill(&sandbox, &["undo"], "BUILDFIX_CRASH_BACK_AT", 1), "it was to crash while rolling back");
    assert_whole(&sandbox, 1);
    let next = sandbox.run(&["undo"]).expect(0);
    assert!(next.stderr.contains("rolled back"), "{}", next.stderr);
    assert_eq!(sandbox.snapshot(), pristine);
}

#[test]
fn what_someone_changes_after_the_crash_is_left_alone() {
    let (sandbox, log) = workspace(4);
    for at in 1.. {
        assert!(kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", at));
        if assert_whole(&sandbox, at).1 == 2 {
            break;
        }
        sandbox.run(&["undo"]);
    }
    let written = names(4).into_iter().find(|n| sandbox.read(n) == REPAIRED).expect("two are");
    sandbox.write(&written, b"class Mine {}\n");
    let next = sandbox.fix(&log, &["--unsafe"]);
    assert!(next.stderr.contains(&written) && next.stderr.contains("left alone"), "{}", next.stderr);
    assert_eq!(sandbox.read(&written), "class Mine {}\n");
    let others = names(4).into_iter().filter(|n| *n != written);
    assert!(others.into_iter().all(|n| sandbox.read(&n) == BROKEN));
}

#[test]
fn undoing_what_a_crash_interrupted_leaves_the_run_before() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN), ("C.cs", BROKEN)]);
    sandbox.run(&fix(&sandbox.log(complaint("A.cs")))).expect(0);
    let log = sandbox.log(["B.cs", "C.cs"].map(complaint).concat());
    let half = (1..).find(|&at| {
        assert!(kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", at));
        let half = assert_whole(&sandbox, at).1 == 2;
        if !half {
            sandbox.run(&["check", ".", "--log", sandbox.log("").to_str().expect("UTF-8")]);
            sandbox.log(["B.cs", "C.cs"].map(complaint).concat());
        }
        half
    });
    assert!(half.is_some());
    let undo = sandbox.run(&["undo"]).expect(0);
    assert!(undo.stderr.contains("rolled back") && undo.stdout.contains("the run before"), "{}", undo.stdout);
    assert_eq!(["A.cs", "B.cs", "C.cs"].map(|n| sandbox.read(n)), [REPAIRED, BROKEN, BROKEN].map(str::to_owned));
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("A.cs"), BROKEN);
}

#[test]
fn a_run_that_is_not_killed_is_complete() {
    let (sandbox, log) = workspace(20);
    assert!(!kill(&sandbox, &fix(&log), "BUILDFIX_CRASH_AT", NEVER));
    assert_eq!(assert_whole(&sandbox, NEVER), (0, 20));
}
