//! An isolated workspace for the program: a root folder and a state folder.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// The program under test, built on first use.
fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "cli"])
            .current_dir(tests::repository())
            .status();
        assert!(status.expect("cargo starts").success(), "the program does not build");
        tests::repository().join("target/debug").join(format!("buildfix{}", std::env::consts::EXE_SUFFIX))
    });
    &PROGRAM
}

/// The result of a run of the program.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
    /// Asserts the exit code, and that nothing panicked.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert!(!self.stderr.contains("panicked"), "it panicked:\n{}", self.stderr);
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in\n{}\n{}", self.stdout, self.stderr))
    }
}

pub struct Sandbox {
    dir: tempfile::TempDir,
    pub root: PathBuf,
}

impl Sandbox {
    /// A sandbox with these files in the root.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("it exists").join("root");
        fs::create_dir(&root).expect("it is empty");
        let sandbox = Self { dir, root };
        for (name, text) in files {
            sandbox.write(name, text.as_bytes());
        }
        sandbox
    }
    /// A path outside of the root folder.
    pub fn outside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    /// Writes a file in the root.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(&path, bytes).expect("it can be written");
        path
    }
    /// Writes a log.
    pub fn log(&self, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.outside("build.log");
        fs::write(&path, text).expect("it can be written");
        path
    }
    /// The text of a file in the root.
    pub fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.root.join(name)).expect("it exists")).expect("it is UTF-8")
    }
    /// All files in the root with their bytes.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut out = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if entry.file_type().expect("a type").is_dir() {
                    folders.push(path);
                } else {
                    out.insert(path.clone(), fs::read(&path).expect("it can be read"));
                }
            }
        }
        out
    }
    /// A command that runs the program with these arguments in the root.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("BUILDFIX_STATE_DIR", self.outside("state"))
            .env_remove("BUILDFIX_CRASH_AT")
            .env_remove("BUILDFIX_CRASH_BACK_AT")
            .env_remove("BUILDFIX_NO_EXCHANGE")
            .env_remove("BUILDFIX_TRUST")
            .env_remove("BUILDFIX_LOG");
        command
    }
    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the program starts"))
    }
    /// Runs `fix . --log …` with additional arguments.
    pub fn fix(&self, log: &Path, more: &[&str]) -> Ran {
        let log = log.to_str().expect("UTF-8");
        self.run(&[&["fix", ".", "--log", log], more].concat())
    }
    /// Runs the program with `input` on standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().expect("it ends");
        let _ = writer.join();
        Ran::of(output)
    }
}

/// A C# class with a missing semicolon. The compiler reports the error in line 3.
pub const BROKEN: &str = "class C\n{\n    int a = 1\n    int b;\n}\n";
pub const REPAIRED: &str = "class C\n{\n    int a = 1;\n    int b;\n}\n";
pub fn complaint(path: &str) -> String {
    format!("{path}(3,14): error CS1002: ; expected\n")
}
