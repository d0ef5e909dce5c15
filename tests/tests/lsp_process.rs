//! How the language server process ends: at the request of its client, or because its client has ended.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tests::buildfix;

struct Server {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn spawn() -> Self {
        let mut process = Command::new(buildfix())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("stdout is piped"));
        Self { process, input, output }
    }
    fn start(parent: Option<u32>) -> Self {
        let mut server = Self::spawn();
        server.say(json!({ "id": 1, "method": "initialize", "params": { "processId": parent, "capabilities": {} } }));
        assert!(server.answer()["result"]["capabilities"].is_object());
        server.say(json!({ "method": "initialized", "params": {} }));
        server
    }
    fn say(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        let input = self.input.as_mut().expect("the input is open");
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
    }
    /// The next response.
    fn answer(&mut self) -> Value {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                assert_ne!(self.output.read_line(&mut line).expect("the server writes"), 0, "the server ended");
                if let Some(n) = line.trim().strip_prefix("Content-Length: ") {
                    length = n.parse().expect("a number");
                } else if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            self.output.read_exact(&mut body).expect("a whole message");
            let message: Value = serde_json::from_slice(&body).expect("JSON");
            if message.get("id").is_some() && message.get("method").is_none() {
                return message;
            }
        }
    }
    /// Waits for the process to end and returns its exit code.
    fn ended(mut self) -> Option<i32> {
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().expect("the process can be asked") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process.kill().expect("the process can be ended");
        panic!("the server did not end");
    }
}

#[test]
fn shutdown_and_exit_end_it_with_zero() {
    let mut server = Server::start(None);
    server.say(json!({ "id": 2, "method": "shutdown" }));
    assert!(server.answer().get("error").is_none());
    server.say(json!({ "method": "exit" }));
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn exit_without_shutdown_ends_it_with_one() {
    let mut server = Server::start(None);
    server.say(json!({ "method": "exit" }));
    assert_eq!(server.ended(), Some(1));
}

#[test]
fn a_closed_input_ends_it() {
    let mut server = Server::start(None);
    server.input = None;
    assert_eq!(server.ended(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn a_vanished_parent_ends_it_though_its_input_stays_open() {
    let mut parent = Command::new("sleep").arg("1000").spawn().expect("a process can be started");
    let mut server = Server::start(Some(parent.id()));
    server.say(json!({ "id": 2, "method": "workspace/executeCommand", "params": { "command": "buildfix.undo" } }));
    assert!(server.answer().get("error").is_none(), "it lives while its parent does");
    // Not yet waited for, so it stays a zombie process.
    parent.kill().expect("the parent can be ended");
    assert_eq!(server.ended(), Some(1));
    parent.wait().expect("the parent has ended");
}

/// Whether a process of Linux runs.
#[cfg(target_os = "linux")]
fn runs(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// A server with a build that runs, and the process of the build.
#[cfg(target_os = "linux")]
fn building(parent: Option<u32>) -> (Server, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().canonicalize().expect("it exists");
    let uri = format!("file://{}", root.display());
    let mut server = Server::spawn();
    server.say(json!({ "id": 1, "method": "initialize", "params": {
        "processId": parent, "rootUri": uri, "capabilities": {}, "initializationOptions": { "trusted": true }
    } }));
    assert!(server.answer()["result"]["capabilities"].is_object());
    server.say(json!({ "method": "initialized", "params": {} }));
    let command = format!("sleep 1000 & echo $! > {0}/made; mv {0}/made {0}/process; wait", root.display());
    server.say(json!({ "id": 2, "method": "workspace/executeCommand", "params": {
        "command": "buildfix.build", "arguments": [{ "command": command }]
    } }));
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Ok(process) = std::fs::read_to_string(root.join("process")) {
            assert!(runs(&process));
            return (server, process, folder);
        }
        assert!(Instant::now() < end, "the build did not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_build_ends_with_the_server_however_that_ends() {
    let (mut server, process, _folder) = building(None);
    server.input = None;
    assert_eq!(server.ended(), Some(1));
    assert!(!runs(&process), "closed input");

    let (mut server, process, _folder) = building(None);
    server.say(json!({ "method": "exit" }));
    assert_eq!(server.ended(), Some(1));
    assert!(!runs(&process), "exit");

    let mut parent = Command::new("sleep").arg("1000").spawn().expect("a process can be started");
    let (server, process, _folder) = building(Some(parent.id()));
    parent.kill().expect("the parent can be ended");
    assert_eq!(server.ended(), Some(1));
    assert!(!runs(&process), "a vanished parent");
    parent.wait().expect("the parent has ended");
}

#[test]
fn what_cannot_be_read_is_answered_by_the_process_too() {
    let mut server = Server::start(None);
    let input = server.input.as_mut().expect("the input is open");
    input
        .write_all(b"Content-Length: 2\r\n\r\n42Content-Length: 3\r\n\r\n{{{nonsense\r\n\r\n")
        .expect("the server reads");
    assert_eq!(server.answer()["error"]["code"], -32600);
    assert_eq!(server.answer()["error"]["code"], -32700);
    server.say(json!({ "id": 2, "method": "$/unknown" }));
    assert_eq!(server.answer()["error"]["code"], -32601);
    server.say(json!({ "id": 3, "method": "shutdown" }));
    assert!(server.answer().get("error").is_none());
    server.say(json!({ "method": "exit" }));
    assert_eq!(server.ended(), Some(0));
}
