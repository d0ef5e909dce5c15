//! The server in process, spoken to as an editor does. Every test ends by asserting that no request was left unanswered.

mod conversation;
mod documents;
mod fixing;
mod learning;
mod planning;
mod protocol;
mod steps;

use crate::server::serve;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::sync::{mpsc, oneshot};

type Waiting = Arc<Mutex<HashMap<i64, oneshot::Sender<Value>>>>;

/// What the fake editor does when the server asks it something.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Answers, and applies edits to its open documents.
    Polite,
    /// Never answers.
    Silent,
}

struct Editor {
    /// Whole messages, or what is to look like one.
    to_server: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Waiting,
    /// Answers to what the server could not read.
    refusals: Arc<Mutex<Vec<Value>>>,
    /// What the server asked.
    asked: Arc<Mutex<Vec<Value>>>,
    notes: Arc<Mutex<Vec<Value>>>,
    edits: Arc<Mutex<Vec<Value>>>,
    next: i64,
    server: tokio::task::JoinHandle<bool>,
    folder: tempfile::TempDir,
}

async fn read_message(reader: &mut BufReader<DuplexStream>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => {
                if let Some(n) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = n.trim().parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}

/// A message as it is sent.
fn framed(message: &Value) -> Vec<u8> {
    framed_text(&message.to_string())
}
fn framed_text(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

impl Editor {
    /// Starts a server over `files` and shakes hands.
    async fn start(files: &[(&str, &str)], manner: Manner, capabilities: Value, options: Value) -> Self {
        Self::start_with(providers(), files, manner, capabilities, options).await
    }

    async fn start_with(
        providers: fix::Providers,
        files: &[(&str, &str)],
        manner: Manner,
        capabilities: Value,
        options: Value,
    ) -> Self {
        let mut editor = Self::connect(providers, files, manner);
        let root = editor.uri("");
        let answer = editor
            .ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": capabilities, "initializationOptions": options }))
            .await;
        assert!(answer["result"]["capabilities"]["codeActionProvider"].is_object(), "{answer}");
        editor.tell("initialized", json!({}));
        editor
    }

    /// Starts a server over `files`, and says nothing yet.
    fn connect(providers: fix::Providers, files: &[(&str, &str)], manner: Manner) -> Self {
        Self::connect_with(providers, None, files, manner)
    }

    fn connect_with(
        providers: fix::Providers,
        learner: Option<Arc<dyn crate::Learner>>,
        files: &[(&str, &str)],
        manner: Manner,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (mut write, server_reads) = tokio::io::duplex(1 << 20);
        let (server_writes, read) = tokio::io::duplex(1 << 20);
        let server = tokio::spawn(serve(providers, learner, server_reads, server_writes));
        let (to_server, mut outbox) = mpsc::unbounded_channel::<Vec<u8>>();
        tokio::spawn(async move {
            while let Some(message) = outbox.recv().await {
                if write.write_all(&message).await.is_err() {
                    return;
                }
            }
        });
        let waiting: Waiting = Arc::default();
        let notes: Arc<Mutex<Vec<Value>>> = Arc::default();
        let edits: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (refusals, asked) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<Mutex<Vec<Value>>>::default());
        let (w, n, e, answers) = (waiting.clone(), notes.clone(), edits.clone(), to_server.clone());
        let (r, q) = (refusals.clone(), asked.clone());
        tokio::spawn(async move {
            let mut reader = BufReader::new(read);
            while let Some(message) = read_message(&mut reader).await {
                let id = message.get("id").cloned();
                match (message["method"].as_str(), id) {
                    (Some(method), Some(id)) => {
                        q.lock().unwrap().push(message.clone());
                        if method == "workspace/applyEdit" {
                            e.lock().unwrap().push(message["params"]["edit"].clone());
                        }
                        if manner == Manner::Polite {
                            let result = match method {
                                "workspace/applyEdit" => json!({ "applied": true }),
                                "workspace/configuration" => json!([null]),
                                _ => Value::Null,
                            };
                            let _ = answers.send(framed(&json!({ "jsonrpc": "2.0", "id": id, "result": result })));
                        }
                    }
                    (Some(_), None) => n.lock().unwrap().push(message),
                    (None, Some(Value::Null)) => r.lock().unwrap().push(message),
                    (None, Some(id)) => {
                        let sender = w.lock().unwrap().remove(&id.as_i64().unwrap_or(-1));
                        sender.expect("the server answers only what was asked, and once").send(message).ok();
                    }
                    (None, None) => panic!("neither request, notification nor answer: {message}"),
                }
            }
        });
        Self { to_server, waiting, refusals, asked, notes, edits, next: 0, server, folder }
    }

    fn uri(&self, name: &str) -> String {
        let root = self.folder.path().canonicalize().unwrap();
        let path = if name.is_empty() { root } else { root.join(name) };
        url::Url::from_file_path(path).unwrap().to_string()
    }
    fn tell(&self, method: &str, params: Value) {
        self.to_server.send(framed(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))).unwrap();
    }
    fn send(&mut self, method: &str, params: Value) -> (i64, oneshot::Receiver<Value>) {
        self.next += 1;
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(self.next, sender);
        let message = json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params });
        self.to_server.send(framed(&message)).unwrap();
        (self.next, receiver)
    }
    async fn ask(&mut self, method: &str, params: Value) -> Value {
        let (_, answer) = self.send(method, params);
        tokio::time::timeout(Duration::from_secs(30), answer).await.expect("an answer in time").unwrap()
    }
    fn open(&self, name: &str, language: &str, version: i32, text: &str) {
        let document = json!({ "uri": self.uri(name), "languageId": language, "version": version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }
    fn change(&self, name: &str, version: i32, changes: Value) {
        let document = json!({ "uri": self.uri(name), "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }
    fn actions_params(&self, name: &str, at: (u32, u32), to: (u32, u32), code: &str, message: &str) -> Value {
        let range = json!({ "start": { "line": at.0, "character": at.1 }, "end": { "line": to.0, "character": to.1 } });
        let diagnostic = json!({ "range": range, "severity": 1, "code": code, "source": "other", "message": message });
        json!({ "textDocument": { "uri": self.uri(name) }, "range": range, "context": { "diagnostics": [diagnostic] } })
    }
    async fn wait_for(&self, what: &str, condition: impl Fn(&[Value]) -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        while !condition(&self.notes.lock().unwrap()) {
            assert!(Instant::now() < end, "timeout: {what}; notifications: {:#?}", self.notes.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    /// Diagnostics last published for a file.
    fn published(notes: &[Value], uri: &str) -> Option<Vec<Value>> {
        let of = |n: &&Value| n["method"] == "textDocument/publishDiagnostics" && n["params"]["uri"] == uri;
        notes.iter().rev().find(of).and_then(|n| n["params"]["diagnostics"].as_array().cloned())
    }

    /// Says goodbye; nothing may be left unanswered, and the server must end.
    async fn finish(mut self) {
        let answer = self.ask("shutdown", Value::Null).await;
        assert!(answer.get("error").is_none(), "{answer}");
        let left: Vec<i64> = self.waiting.lock().unwrap().keys().copied().collect();
        assert!(left.is_empty(), "requests without an answer: {left:?}");
        self.tell("exit", Value::Null);
        let ended = tokio::time::timeout(Duration::from_secs(30), self.server).await;
        assert!(ended.expect("the server ends").unwrap(), "the server heard the shutdown");
    }
    /// Asserts that the server has the same version and text of a document.
    async fn assert_text(&mut self, name: &str, version: i32, text: &str) {
        let answer = self.ask("test/text", json!({ "uri": self.uri(name) })).await;
        assert_eq!(answer["result"], json!({ "version": version, "text": text }));
    }
}

fn providers() -> fix::Providers {
    [rules::provider()].into_iter().collect()
}

fn full() -> Value {
    json!({
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"], "changeAnnotationSupport": {} }
        },
        "textDocument": { "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } } }
    })
}

const BROKEN: &str = "class C\n{\n    int M()\n    {\n        return 1\n    }\n}\n";
const MISSING: (&str, &str) = ("CS1002", "; expected");

async fn fixes(editor: &mut Editor, name: &str, at: (u32, u32), (code, message): (&str, &str)) -> Vec<Value> {
    let params = editor.actions_params(name, at, at, code, message);
    let answer = editor.ask("textDocument/codeAction", params).await;
    assert!(answer.get("error").is_none(), "{answer}");
    answer["result"].as_array().cloned().unwrap_or_default()
}

fn write_log(editor: &Editor, text: &str) {
    std::fs::write(editor.folder.path().join("build.log"), text).unwrap();
}
async fn load_log(editor: &mut Editor) -> Value {
    let argument = json!({ "uris": [editor.uri("build.log")] });
    let answer =
        editor.ask("workspace/executeCommand", json!({ "command": "buildfix.loadLog", "arguments": [argument] })).await;
    assert!(answer.get("error").is_none(), "{answer}");
    answer["result"].clone()
}
