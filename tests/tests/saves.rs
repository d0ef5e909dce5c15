//! Others write at the same time: editors save, in every way in which editors save, and a second buildfix writes. No save is lost, and nothing
//! is repaired twice.
//!
//! A short form runs always; the long one by `cargo test -p tests --test saves -- --ignored --nocapture`.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Numbers that look random (xorshift), the same in every run of the test.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// How an editor saves. Each takes its time between the steps.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Empties the file and writes it.
    Truncate,
    /// Opens the file, and later overwrites what is in it.
    Overwrite,
    /// Writes another file and renames it.
    Rename,
    /// Removes the file and creates it.
    Create,
}

const WAYS: [Way; 4] = [Way::Truncate, Way::Overwrite, Way::Rename, Way::Create];

fn save(path: &Path, text: &str, way: Way, pause: Duration) {
    match way {
        Way::Truncate => {
            let mut file = File::create(path).expect("own file");
            std::thread::sleep(pause);
            file.write_all(text.as_bytes()).expect("own file");
        }
        Way::Overwrite => {
            // An editor whose file is missing for a moment tries again.
            let mut file = loop {
                match File::options().write(true).open(path) {
                    Ok(file) => break file,
                    Err(e) => assert_eq!(e.kind(), std::io::ErrorKind::NotFound),
                }
            };
            std::thread::sleep(pause);
            file.write_all(text.as_bytes()).expect("own file");
            let length = file.stream_position().expect("own file");
            file.set_len(length).expect("own file");
        }
        Way::Rename => {
            let other = path.with_extension("editor");
            fs::write(&other, text).expect("own file");
            std::thread::sleep(pause);
            fs::rename(&other, path).expect("own file");
        }
        Way::Create => {
            fs::remove_file(path).expect("it is always there");
            std::thread::sleep(pause);
            let mut file = File::create(path).expect("own file");
            file.write_all(text.as_bytes()).expect("own file");
        }
    }
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "tmp")
}

#[derive(Default, Debug)]
struct Counts {
    tries: usize,
    lost: usize,
    /// Runs that a save stopped.
    stopped: usize,
    /// Saves that began while temporary files were there.
    in_window: usize,
}

/// An editor saves one of `files` while the program repairs all of them.
fn editor_saves(tries: usize, files: usize, seed: u64, action: &str) -> Counts {
    let mut random = Random(seed);
    let mut counts = Counts::default();
    let names: Vec<String> = (0..files).map(|i| format!("src/C{i:02}.cs")).collect();
    let texts: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), BROKEN)).collect();
    let mut usual = Duration::from_millis(300);
    for n in 0..tries {
        let sandbox = Sandbox::new(&texts);
        let log = sandbox.log(names.iter().map(|n| complaint(n)).collect::<String>());
        let fix = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe", "--write", "--quiet"];
        let (old, new) = if action == "undo" { (REPAIRED, BROKEN) } else { (BROKEN, REPAIRED) };
        let arguments: &[&str] = if action == "undo" {
            sandbox.run(&fix).expect(0);
            &["undo"]
        } else {
            &fix
        };
        let way = WAYS[n % WAYS.len()];
        let name = &names[random.below(files as u64) as usize];
        let path = sandbox.root.join(name);
        let mark = format!("class Saved{n} {{ }} // {seed}\n");
        let pause = Duration::from_micros(random.below(4000));
        let begun = Instant::now();
        let mut child = start(&sandbox, arguments);
        // At any moment, or a little after the first temporary file is there.
        let temporary = || {
            fs::read_dir(path.parent().expect("src")).into_iter().flatten().flatten().any(|e| is_temporary(&e.path()))
        };
        if n % 4 == 3 {
            std::thread::sleep(Duration::from_micros(random.below(usual.as_micros() as u64 + 1)));
        } else {
            while !temporary() && child.try_wait().expect("own child").is_none() {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros(random.below(6000)));
        }
        counts.in_window += usize::from(temporary());
        save(&path, &format!("{old}{mark}"), way, pause);
        let output = child.wait_with_output().expect("it ends");
        usual = (usual + begun.elapsed()) / 2;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        counts.tries += 1;
        let now = sandbox.read(name);
        if now != format!("{old}{mark}") && now != format!("{new}{mark}") {
            counts.lost += 1;
            println!("try {n}, {way:?}: {code:?} {stderr}\n{now:?}");
        }
        // All others were written, or none.
        let others: Vec<String> = names.iter().filter(|o| *o != name).map(|o| sandbox.read(o)).collect();
        let stopped = others.iter().all(|t| t == old);
        assert!(stopped || others.iter().all(|t| t == new), "try {n}, {way:?}: neither before nor after: {stderr}");
        assert!(matches!(code, Some(0..=2)) && !stderr.contains("panicked"), "{code:?} {stderr}");
        assert!(!stopped || code == Some(2) && stderr.contains(name.as_str()), "try {n}: {code:?} {stderr}");
        counts.stopped += usize::from(stopped);
        let left: Vec<PathBuf> = sandbox.snapshot().into_keys().filter(|p| is_temporary(p)).collect();
        assert!(left.is_empty(), "try {n}, {way:?}: left behind: {left:?}");
    }
    println!("{action}, {files} files: {counts:?}");
    counts
}

#[test]
fn what_an_editor_saves_while_files_are_written_is_not_lost() {
    let counts = editor_saves(24, 30, 0x9E37_79B9_7F4A_7C15, "fix");
    assert_eq!(counts.lost, 0, "{counts:?}");
    assert!(counts.in_window > 3, "the window was missed: {counts:?}");
}

#[test]
fn what_an_editor_saves_while_files_are_restored_is_not_lost() {
    let counts = editor_saves(12, 30, 0x2545_F491_4F6C_DD1D, "undo");
    assert_eq!(counts.lost, 0, "{counts:?}");
}

#[test]
#[ignore = "some minutes: the long form, see the head of the file"]
fn hundreds_of_saves() {
    // Other numbers in every run.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let seed = (now.as_nanos() as u64) | 1;
    let fix = editor_saves(300, 40, seed, "fix");
    let undo = editor_saves(120, 40, seed ^ 0x5555, "undo");
    assert_eq!(fix.lost + undo.lost, 0);
    assert!(fix.stopped + undo.stopped >= 50, "the window was missed: {fix:?} {undo:?}");
}

/// Two programs at once: both in the root, or one in a folder below. Each has a log of its own, from before.
fn two_at_once(tries: usize, seed: u64) {
    let mut random = Random(seed);
    let names: Vec<String> = (0..8).map(|i| format!("part/C{i}.cs")).collect();
    let (mut first, mut second, mut both) = (0, 0, 0);
    for n in 0..tries {
        let texts: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), BROKEN)).collect();
        let sandbox = Sandbox::new(&texts);
        let log = sandbox.log(names.iter().map(|n| complaint(n)).collect::<String>());
        let log = log.to_str().expect("UTF-8");
        let nested = n % 2 == 1;
        let root = if nested { "part" } else { "." };
        let pristine = sandbox.snapshot();
        let a = start(&sandbox, &["fix", ".", "--log", log, "--unsafe", "--write", "--quiet"]);
        std::thread::sleep(Duration::from_millis(random.below(120)));
        let b = start(&sandbox, &["fix", root, "--log", log, "--unsafe", "--write", "--quiet"]);
        let (a, b) = (a.wait_with_output().expect("it ends"), b.wait_with_output().expect("it ends"));
        let errors = [&a, &b].map(|o| String::from_utf8_lossy(&o.stderr).into_owned()).concat();
        for name in &names {
            let text = sandbox.read(name);
            assert!(text == REPAIRED, "try {n}: {text:?}\n{errors}");
        }
        assert!(!errors.contains("panicked"), "{errors}");
        let left: Vec<PathBuf> = sandbox.snapshot().into_keys().filter(|p| is_temporary(p)).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
        // One of them wrote, and its run can be undone from the other's folder.
        let runs = |root: &str| sandbox.run(&["runs", root, "--output-format", "json"]).expect(0).json();
        let count = |runs: serde_json::Value| {
            runs["runs"].as_array().map_or(0, |r| r.iter().filter(|r| r["state"] == "done").count())
        };
        assert_eq!((count(runs(".")), count(runs(root))), (1, 1), "try {n}: {errors}");
        match (a.status.code(), b.status.code()) {
            (Some(0), Some(0)) => both += 1,
            (Some(0), _) => first += 1,
            _ => second += 1,
        }
        sandbox.run(&["undo", "--root", if n % 4 < 2 { root } else { "." }]).expect(0);
        assert_eq!(sandbox.snapshot(), pristine, "try {n}");
    }
    println!(
        "two at once, {tries} tries, half of them in nested roots: the first wrote in {first}, the second in {second}, both had nothing left to do in {both}; none doubled"
    );
}

#[test]
fn two_programs_at_once_repair_once() {
    two_at_once(8, 0xD1B5_4A32_D192_ED03);
}

#[test]
#[ignore = "a minute: the long form, see the head of the file"]
fn a_hundred_times_two_programs_at_once() {
    two_at_once(120, 0xA076_1D64_78BD_642F);
}
