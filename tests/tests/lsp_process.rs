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
    fn start(parent: Option<u32>) -> Self {
        let mut process = Command::new(buildfix())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut server = Self { process, input, output };
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
