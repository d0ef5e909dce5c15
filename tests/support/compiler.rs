use crate::install;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

/// A diagnostic of the real compiler.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CompilerDiagnostic {
    /// Path of the file as passed to the compiler.
    pub file: String,
    /// The code, such as `CS0103`.
    pub code: String,
    /// One-based line (C#), or zero.
    pub line: u32,
    /// One-based column in UTF-16 units (C#), or zero.
    pub column: u32,
    /// Offset in UTF-16 units (TypeScript), or zero.
    pub start: u32,
    /// The message.
    pub message: String,
}

/// A compiler process that reads one JSON request per line and writes one JSON response per line.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{} does not start: {e}", command.get_program().display()))?;
        let input = child.stdin.take().expect("stdin is piped");
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Ok(Self { child, input, output })
    }
    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").expect("the compiler reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the compiler answers");
        let answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|e| panic!("no JSON from the compiler ({e}): {line}"));
        assert!(answer.get("failed").is_none(), "the compiler failed: {answer}\non {request}");
        answer
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        // Best effort: the process also ends when its standard input is closed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The real C# compiler: Roslyn, through the `csdiag` driver.
pub struct Roslyn(Mutex<Server>);

static ROSLYN: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        install("roslyn")
    } else {
        Err("the packaged C# compiler runs on linux-x64 only".to_owned())
    }
});

impl Roslyn {
    /// Path of the `csdiag` program, installed on first use.
    ///
    /// # Errors
    /// Why it cannot be had on this machine.
    pub fn program() -> Result<PathBuf, String> {
        ROSLYN.clone().map(|dir| dir.join("rt/csdiag"))
    }
    /// Folder with the .NET assemblies that are installed with it.
    ///
    /// # Errors
    /// As [`Roslyn::program`].
    pub fn assemblies() -> Result<PathBuf, String> {
        ROSLYN.clone().map(|dir| dir.join("rt/refs"))
    }
    /// A running compiler.
    ///
    /// # Errors
    /// As [`Roslyn::program`].
    pub fn start() -> Result<Self, String> {
        Ok(Self(Mutex::new(Server::start(Command::new(Self::program()?).arg("--server"))?)))
    }
    /// Compiles `files` (absolute paths; nothing is read from disk) with csc options.
    pub fn compile(&self, files: &BTreeMap<String, String>, options: &[&str]) -> Vec<CompilerDiagnostic> {
        // csc reads an argument that starts with `/` as an option, so the paths are made relative to a folder that need not exist.
        const FOLDER: &str = "/fixture";
        let sources: BTreeMap<&str, &String> =
            files.iter().filter(|(p, _)| p.ends_with(".cs")).map(|(p, t)| (p.trim_start_matches('/'), t)).collect();
        let mut arguments: Vec<&str> = options.to_vec();
        arguments.extend(sources.keys());
        let mut server = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let mut out = rows(&server.ask(&json!({ "cwd": FOLDER, "args": arguments, "files": sources })));
        for d in &mut out {
            if let Some(path) = d.file.strip_prefix(FOLDER) {
                d.file = path.to_owned();
            }
        }
        out
    }
}

/// A line of `tsc` without colours: `a.ts(1,2): error TS1000: …`.
fn printed(line: &str) -> Option<CompilerDiagnostic> {
    let (place, rest) = line.split_once(": error ")?;
    let (code, message) = rest.split_once(": ")?;
    let (file, at) = place.strip_suffix(')')?.rsplit_once('(')?;
    let (line, column) = at.split_once(',')?;
    Some(CompilerDiagnostic {
        file: format!("/{file}"),
        code: code.to_owned(),
        line: line.parse().ok()?,
        column: column.parse().ok()?,
        start: 0,
        message: message.to_owned(),
    })
}

fn rows(answer: &Value) -> Vec<CompilerDiagnostic> {
    let text = |d: &Value, k: &str| d[k].as_str().unwrap_or_default().to_owned();
    let number = |d: &Value, k: &str| d[k].as_u64().unwrap_or_default() as u32;
    let list = answer["diagnostics"].as_array().expect("the compiler lists diagnostics");
    list.iter()
        .map(|d| CompilerDiagnostic {
            file: text(d, "file"),
            code: text(d, "code"),
            line: number(d, "line"),
            column: number(d, "column"),
            start: number(d, "start"),
            message: text(d, "message"),
        })
        .collect()
}

/// The real TypeScript compilers, from npm.
pub struct TypeScript(Mutex<Server>);

static TYPESCRIPT: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| install("typescript"));

impl TypeScript {
    /// Path of the JavaScript file that starts `tsc` of a version: `59`, `60` or `70`; run it with `node`.
    ///
    /// # Errors
    /// Why it cannot be had on this machine.
    pub fn program(version: &str) -> Result<PathBuf, String> {
        TYPESCRIPT.clone().map(|dir| dir.join(format!("node_modules/ts{version}/bin/tsc")))
    }
    /// Compiles `files` with another version than the usual one, in a folder of its own, with the `tsconfig.json` among them or an empty one.
    ///
    /// # Errors
    /// As [`TypeScript::program`], and when the folder cannot be made.
    pub fn compile_with(version: &str, files: &BTreeMap<String, String>) -> Result<Vec<CompilerDiagnostic>, String> {
        let program = Self::program(version)?;
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let plain = (
            "/tsconfig.json".to_owned(),
            "{ \"compilerOptions\": { \"noEmit\": true, \"module\": \"esnext\", \"resolveJsonModule\": true } }"
                .to_owned(),
        );
        let own = files.iter().map(|(path, text)| (path.clone(), text.clone()));
        let all: BTreeMap<String, String> = std::iter::once(plain).chain(own).collect();
        for (path, text) in &all {
            let path = folder.path().join(path.trim_start_matches('/'));
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).map_err(|e| e.to_string())?;
            std::fs::write(path, text).map_err(|e| e.to_string())?;
        }
        let run = Command::new("node")
            .arg(program)
            .args(["-p", ".", "--pretty", "false"])
            .current_dir(folder.path())
            .output();
        let text = String::from_utf8_lossy(&run.map_err(|e| e.to_string())?.stdout).into_owned();
        Ok(text.lines().filter_map(printed).collect())
    }
    /// A running TypeScript 5.9.
    ///
    /// # Errors
    /// As [`TypeScript::program`].
    pub fn start() -> Result<Self, String> {
        let script: PathBuf = TYPESCRIPT.clone()?.join("server.cjs");
        Ok(Self(Mutex::new(Server::start(Command::new("node").arg(Path::new(&script)))?)))
    }
    /// Compiles `files` (absolute paths; nothing but the library is read from disk) with tsc options.
    pub fn compile(&self, files: &BTreeMap<String, String>, options: &[&str]) -> Vec<CompilerDiagnostic> {
        let mut server = self.0.lock().unwrap_or_else(|e| e.into_inner());
        rows(&server.ask(&json!({ "options": options, "files": files })))
    }
}
