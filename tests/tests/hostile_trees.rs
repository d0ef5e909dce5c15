//! Checkouts of strangers, through the command line and the language server of an untrusted workspace: nothing is written outside, nothing is run,
//! nothing waits, and little is read.
//!
//! A short form runs every day. The long form, with fresh seeds and the release build of the program:
//!
//! ```sh
//! cargo build --release -p cli
//! BUILDFIX_PROGRAM=target/release/buildfix BUILDFIX_TREES=325 BUILDFIX_SEED=$RANDOM \
//!   cargo test -p tests --test hostile_trees -- --ignored --nocapture
//! ```
#![cfg(target_os = "linux")]

mod sandbox;
mod trees;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use trees::{KINDS, Tree};

/// What a run may take.
#[derive(Clone, Copy)]
struct Limits {
    time: Duration,
    memory_mb: f64,
    read_mb: u64,
}

/// What a run took.
#[derive(Clone, Copy, Default, Debug)]
struct Cost {
    seconds: f64,
    memory_mb: f64,
    read_mb: u64,
}

impl Cost {
    fn max(self, other: Self) -> Self {
        Self {
            seconds: self.seconds.max(other.seconds),
            memory_mb: self.memory_mb.max(other.memory_mb),
            read_mb: self.read_mb.max(other.read_mb),
        }
    }
}

/// What stands in a folder: names with what they are, and the bytes of files. Nothing is followed, nothing special is opened.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            let is_small = || entry.metadata().is_ok_and(|m| m.len() < 1 << 20);
            let bytes = match () {
                () if kind.is_file() && is_small() => fs::read(&path).unwrap_or_default(),
                () if kind.is_file() => {
                    format!("{:?}", entry.metadata().map(|m| (m.len(), m.modified().ok()))).into_bytes()
                }
                () if kind.is_symlink() => {
                    fs::read_link(&path).unwrap_or_default().into_os_string().into_encoded_bytes()
                }
                () => format!("{kind:?}").into_bytes(),
            };
            if kind.is_dir() {
                folders.push(path.clone());
            }
            out.insert(path, bytes);
        }
    }
    out
}

/// The program with nothing of this machine: what it writes goes to folders of the sandbox.
fn program(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let inner = sandbox.command(arguments);
    let built = std::env::var_os("BUILDFIX_PROGRAM").map(|p| tests::repository().join(p));
    let mut command = Command::new(built.as_deref().map_or(inner.get_program(), Path::as_os_str));
    command
        .args(arguments)
        .current_dir(&sandbox.root)
        .env("BUILDFIX_STATE_DIR", sandbox.outside("state"))
        .env("BUILDFIX_CACHE_DIR", sandbox.outside("cache"))
        .env("HOME", sandbox.outside("home"))
        .env_remove("BUILDFIX_TRUST")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Megabytes that a process had in memory at most, and has read; of one that has ended, only the latter.
fn measured(process: u32) -> (Option<f64>, u64) {
    let number = |file: &str, key: &str| -> Option<f64> {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        let line = text.lines().find_map(|l| l.strip_prefix(key).map(str::to_owned))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let memory = number("status", "VmHWM:").map(|kb| kb / 1024.0);
    (memory, number("io", "rchar:").map_or(0, |bytes| bytes as u64 >> 20))
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    cost: Cost,
}

/// Waits for a process, at most as long as it may take.
fn finish(mut child: Child, start: Instant, limits: Limits, what: &str) -> Ended {
    let id = child.id();
    drop(child.stdin.take());
    let drain = |mut pipe: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = drain(Box::new(child.stdout.take().expect("a pipe")));
    let stderr = drain(Box::new(child.stderr.take().expect("a pipe")));
    let mut memory = 0f64;
    let pid = Pid::from_raw(id as i32).expect("a number");
    // Not reaped yet: what it read can still be asked.
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    while waitid(WaitId::Pid(pid), options).is_ok_and(|status| status.is_none()) {
        memory = memory.max(measured(id).0.unwrap_or_default());
        if start.elapsed() > limits.time.saturating_mul(10) {
            let _ = child.kill();
            panic!("{what} did not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = start.elapsed().as_secs_f64();
    let read_mb = measured(id).1;
    let code = child.wait().expect("it ended").code();
    let stdout = stdout.join().expect("it is read");
    let stderr = stderr.join().expect("it is read");
    Ended { code, stdout, stderr, cost: Cost { seconds, memory_mb: memory, read_mb } }
}

/// One run of the command line. Returns what it took.
fn run(tree: &Tree, arguments: &[&str], limits: Limits) -> Cost {
    let what = format!("{} {arguments:?}", tree.story);
    let start = Instant::now();
    let child = program(&tree.sandbox, arguments).spawn().expect("it starts");
    let mut ended = finish(child, start, limits, &what);
    assert!(!ended.stderr.contains("panicked"), "{what}: {}", ended.stderr);
    assert!(matches!(ended.code, Some(0..=2)), "{what}: {:?} {}", ended.code, ended.stderr);
    assert!(!ended.stderr.contains('\x1b'), "{what}: {}", ended.stderr);
    if let Ok(report) = serde_json::from_str::<Value>(&ended.stdout) {
        ended.cost.memory_mb = report["timings"]["peakMemoryMb"].as_f64().unwrap_or(ended.cost.memory_mb);
    } else if arguments[0] == "check" {
        assert!(!ended.stdout.contains('\x1b'), "{what}: {}", ended.stdout);
    }
    check_cost(&what, ended.cost, limits);
    ended.cost
}

fn check_cost(what: &str, cost: Cost, limits: Limits) {
    let fits = cost.seconds <= limits.time.as_secs_f64()
        && cost.memory_mb <= limits.memory_mb
        && cost.read_mb <= limits.read_mb;
    if std::env::var_os("BUILDFIX_TREES").is_some() {
        println!(
            "{:.2} s {:.0} MB, {} MB read{}: {what}",
            cost.seconds,
            cost.memory_mb,
            cost.read_mb,
            if fits { "" } else { " TOO MUCH" }
        );
    }
    assert!(fits || std::env::var_os("BUILDFIX_TREES").is_some(), "{what}: {cost:?}");
    if !fits {
        FAILURES.lock().unwrap_or_else(|e| e.into_inner()).push(format!("{what}: {cost:?}"));
    }
}

/// What the long form found: it goes on after a failure.
static FAILURES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

/// The language server of an editor that does not trust the folder.
fn serve(tree: &Tree, limits: Limits) -> Cost {
    let what = format!("{} lsp", tree.story);
    let mut child = program(&tree.sandbox, &["lsp"]).stderr(Stdio::null()).spawn().expect("it starts");
    let id = child.id();
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, answers) = std::sync::mpsc::channel::<Value>();
    let reader = std::thread::spawn(move || {
        while let Some(message) = message_of(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    let root = format!("file://{}", tree.sandbox.root.display());
    let uri = format!("{root}/A.cs");
    let log = format!("file://{}", tree.sandbox.outside("build.log").display());
    let text = tree.sandbox.read("A.cs");
    let mut slowest = 0f64;
    let mut say = |message: Value| {
        let body = message.to_string();
        let _ = write!(input, "Content-Length: {}\r\n\r\n{body}", body.len());
        let Some(id) = message.get("id").filter(|_| message.get("method").is_some()).cloned() else {
            return Value::Null;
        };
        let start = Instant::now();
        loop {
            let left = limits.time.saturating_mul(10).saturating_sub(start.elapsed());
            let answer = answers.recv_timeout(left).unwrap_or_else(|e| panic!("{what}: no answer to {message}: {e}"));
            if answer.get("method").is_some() && answer.get("id").is_some() {
                // What the server asks its client.
                let asked = json!({ "jsonrpc": "2.0", "id": answer["id"], "result": Value::Null });
                let body = asked.to_string();
                let _ = write!(input, "Content-Length: {}\r\n\r\n{body}", body.len());
            } else if answer.get("id") == Some(&id) && answer.get("method").is_none() {
                slowest = slowest.max(start.elapsed().as_secs_f64());
                return answer;
            }
        }
    };
    let request = |id: u32, method: &str, params: Value| json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
    let notify = |method: &str, params: Value| json!({ "jsonrpc": "2.0", "method": method, "params": params });
    let folder = json!([{ "uri": root, "name": "w" }]);
    say(request(
        1,
        "initialize",
        json!({
            "processId": null, "rootUri": root, "workspaceFolders": folder, "capabilities": {}, "initializationOptions": { "trusted": false }
        }),
    ));
    say(notify("initialized", json!({})));
    say(notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "buildfix": { "logs": ["build.log", "tsconfig.tsbuildinfo"] } } }),
    ));
    say(notify(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri, "languageId": "csharp", "version": 1, "text": text } }),
    ));
    let execute = |id, command: &str, argument: Value| {
        request(id, "workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    };
    say(execute(2, "buildfix.loadLog", json!({ "uris": [log] })));
    let built = say(execute(3, "buildfix.build", json!({})));
    assert!(built.get("error").is_some(), "{what}: {built}");
    let place = json!({ "start": { "line": 2, "character": 13 }, "end": { "line": 2, "character": 13 } });
    say(request(
        4,
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": uri }, "range": place, "context": { "diagnostics": [] } }),
    ));
    let (memory, read_mb) = measured(id);
    say(request(5, "shutdown", Value::Null));
    say(notify("exit", Value::Null));
    let end = Instant::now() + limits.time.saturating_mul(10);
    let code = loop {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            break status.code();
        }
        assert!(Instant::now() < end, "{what}: it does not end");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(code, Some(0), "{what}");
    let _ = reader.join();
    let cost = Cost { seconds: slowest, memory_mb: memory.unwrap_or_default(), read_mb };
    check_cost(&what, cost, limits);
    cost
}

fn message_of(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").map_or(length, |n| n.parse().unwrap_or(0)),
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Everything over one tree.
fn try_tree(seed: u64, short: bool, limits: Limits) -> Cost {
    let mut tree = Tree::new(seed, short);
    let log = tree.log();
    let log = tree.sandbox.log(log);
    let log = log.to_str().expect("UTF-8");
    fs::create_dir(tree.sandbox.outside("home")).expect("own folder");
    let outside = contents(&tree.sandbox.outside("elsewhere"));
    let before = contents(&tree.sandbox.root);
    let mut cost = run(&tree, &["check", ".", "--log", log, "--unsafe"], limits);
    cost = cost.max(run(&tree, &["fix", ".", "--log", log, "--unsafe", "--output-format", "json"], limits));
    // With what is found in the folder, which nobody trusts.
    cost = cost.max(run(&tree, &["check", "."], limits));
    cost = cost.max(serve(&tree, limits));
    assert_eq!(
        changes(&before, &contents(&tree.sandbox.root)),
        Vec::<&Path>::new(),
        "{}: nothing was to be written",
        tree.story
    );
    cost = cost.max(run(&tree, &["fix", ".", "--log", log, "--unsafe", "--write", "--output-format", "json"], limits));
    let after = contents(&tree.sandbox.root);
    let changed = changes(&before, &after);
    let sources = changed.iter().all(|p| {
        before.contains_key(*p)
            && matches!(p.extension().and_then(|e| e.to_str()), Some("cs" | "ts" | "tsx" | "csproj" | "json"))
    });
    assert!(sources, "{}: {changed:?}", tree.story);
    assert!(!tree.sandbox.outside("PWNED").exists() && !tree.sandbox.root.join("PWNED").exists(), "{}", tree.story);
    assert_eq!(contents(&tree.sandbox.outside("elsewhere")), outside, "{}: something outside was changed", tree.story);
    assert_eq!(contents(&tree.sandbox.outside("home")).len(), 0, "{}: something was written into the home", tree.story);
    cost
}

fn changes<'a>(before: &'a BTreeMap<PathBuf, Vec<u8>>, after: &'a BTreeMap<PathBuf, Vec<u8>>) -> Vec<&'a Path> {
    let new = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path.as_path());
    new.chain(before.keys().filter(|path| !after.contains_key(*path)).map(PathBuf::as_path)).collect()
}

/// Builds without optimisation are slow: here it counts what is read, and that it ends.
#[test]
fn checkouts_of_strangers_do_no_harm() {
    let limits = Limits { time: Duration::from_secs(30), memory_mb: 300.0, read_mb: 256 };
    for seed in 0..KINDS {
        try_tree(seed, true, limits);
    }
}

#[test]
#[ignore = "it takes minutes; the head of this file has the command"]
fn many_checkouts_of_strangers_do_no_harm() {
    let number = |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    // On a busy machine, or without optimisation, BUILDFIX_SECONDS gives more.
    let limits = Limits { time: Duration::from_secs(number("BUILDFIX_SECONDS", 2)), memory_mb: 300.0, read_mb: 1024 };
    let first: u64 = number("BUILDFIX_SEED", 1000);
    let mut worst = Cost::default();
    for seed in first..first + number("BUILDFIX_TREES", 325) {
        worst = worst.max(try_tree(seed, false, limits));
    }
    println!("worst: {worst:?}");
    let failures = FAILURES.lock().unwrap_or_else(|e| e.into_inner());
    assert!(failures.is_empty(), "{} of the runs took too much:\n{}", failures.len(), failures.join("\n"));
}
