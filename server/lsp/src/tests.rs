//! The server in process, spoken to as an editor does. Every test ends by asserting that no request was left unanswered.

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
    to_server: mpsc::UnboundedSender<Value>,
    waiting: Waiting,
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

impl Editor {
    /// Starts a server over `files` and shakes hands.
    async fn start(files: &[(&str, &str)], manner: Manner, capabilities: Value, options: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (mut write, server_reads) = tokio::io::duplex(1 << 20);
        let (server_writes, read) = tokio::io::duplex(1 << 20);
        let server = tokio::spawn(serve(server_reads, server_writes));
        let (to_server, mut outbox) = mpsc::unbounded_channel::<Value>();
        tokio::spawn(async move {
            while let Some(message) = outbox.recv().await {
                let body = message.to_string();
                let whole = format!("Content-Length: {}\r\n\r\n{body}", body.len());
                if write.write_all(whole.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        let waiting: Waiting = Arc::default();
        let notes: Arc<Mutex<Vec<Value>>> = Arc::default();
        let edits: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (w, n, e, answers) = (waiting.clone(), notes.clone(), edits.clone(), to_server.clone());
        tokio::spawn(async move {
            let mut reader = BufReader::new(read);
            while let Some(message) = read_message(&mut reader).await {
                let id = message.get("id").cloned();
                match (message["method"].as_str(), id) {
                    (Some(method), Some(id)) => {
                        if method == "workspace/applyEdit" {
                            e.lock().unwrap().push(message["params"]["edit"].clone());
                        }
                        if manner == Manner::Polite {
                            let result = match method {
                                "workspace/applyEdit" => json!({ "applied": true }),
                                "workspace/configuration" => json!([null]),
                                _ => Value::Null,
                            };
                            let _ = answers.send(json!({ "jsonrpc": "2.0", "id": id, "result": result }));
                        }
                    }
                    (Some(_), None) => n.lock().unwrap().push(message),
                    (None, Some(id)) => {
                        let sender = w.lock().unwrap().remove(&id.as_i64().unwrap_or(-1));
                        sender.expect("the server answers only what was asked, and once").send(message).ok();
                    }
                    (None, None) => panic!("neither request, notification nor answer: {message}"),
                }
            }
        });
        let mut editor = Self { to_server, waiting, notes, edits, next: 0, server, folder };
        let root = editor.uri("");
        let answer = editor
            .ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": capabilities, "initializationOptions": options }))
            .await;
        assert!(answer["result"]["capabilities"]["codeActionProvider"].is_object(), "{answer}");
        editor.tell("initialized", json!({}));
        editor
    }

    fn uri(&self, name: &str) -> String {
        let root = self.folder.path().canonicalize().unwrap();
        let path = if name.is_empty() { root } else { root.join(name) };
        url::Url::from_file_path(path).unwrap().to_string()
    }
    fn tell(&self, method: &str, params: Value) {
        self.to_server.send(json!({ "jsonrpc": "2.0", "method": method, "params": params })).unwrap();
    }
    fn send(&mut self, method: &str, params: Value) -> (i64, oneshot::Receiver<Value>) {
        self.next += 1;
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(self.next, sender);
        self.to_server.send(json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params })).unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_fix_is_listed_without_edit_and_resolved_on_the_same_version_only() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 7, BROKEN);
    let actions = fixes(&mut editor, "a.cs", (4, 16), MISSING).await;
    assert_eq!(actions.len(), 1, "{actions:#?}");
    assert_eq!((&actions[0]["isPreferred"], &actions[0]["edit"]), (&json!(true), &Value::Null));
    let resolved = editor.ask("codeAction/resolve", actions[0].clone()).await;
    let change = &resolved["result"]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": editor.uri("a.cs"), "version": 7 }));
    assert_eq!(change["edits"][0]["newText"], ";");

    editor.change("a.cs", 8, json!([{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "text": "// x\n" }]));
    let stale = editor.ask("codeAction/resolve", actions[0].clone()).await;
    assert_eq!(stale["error"]["code"], -32801, "{stale}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_without_resolve_get_the_edit_at_once() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, json!({}), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    let actions = fixes(&mut editor, "a.cs", (4, 16), MISSING).await;
    let uri = editor.uri("a.cs");
    assert_eq!(actions[0]["edit"]["changes"][&uri][0]["newText"], ";", "{actions:#?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_changes_are_seen_in_order() {
    let mut editor = Editor::start(&[("a.cs", "")], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 0, "");
    let mut mine = String::new();
    let mut pending = Vec::new();
    for (version, c) in (1..=3000).zip(BROKEN.chars().cycle()) {
        // Typed back to front and replaced now and then: a lost or swapped change shows in the text.
        let at = json!({ "line": 0, "character": 0 });
        let change = if version % 1000 == 0 {
            mine = BROKEN.to_owned();
            json!([{ "text": BROKEN }])
        } else {
            mine.insert(0, c);
            json!([{ "range": { "start": at, "end": at }, "text": c.to_string() }])
        };
        editor.change("a.cs", version, change);
        // Questions in between are answered for the text that they were asked about, and no other.
        if version % 50 == 0 {
            let params = editor.actions_params("a.cs", (0, 0), (0, 0), "CS1002", "; expected");
            let actions = editor.send("textDocument/codeAction", params).1;
            let text = editor.send("test/text", json!({ "uri": editor.uri("a.cs") })).1;
            pending.push((version, mine.clone(), actions, text));
        }
    }
    for (version, expected, actions, text) in pending {
        let actions = tokio::time::timeout(Duration::from_secs(60), actions).await.unwrap().unwrap();
        assert!(actions.get("error").is_none(), "{actions}");
        let text = tokio::time::timeout(Duration::from_secs(60), text).await.unwrap().unwrap();
        assert_eq!(text["result"], json!({ "version": version, "text": expected }));
    }
    let actions = fixes(&mut editor, "a.cs", (4, 16), MISSING).await;
    let resolved = editor.ask("codeAction/resolve", actions[0].clone()).await;
    assert_eq!(resolved["result"]["edit"]["documentChanges"][0]["textDocument"]["version"], 3000);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_requests_keep_nothing_else_from_being_read_and_queued_ones_are_cancelled_at_once() {
    let mut editor = Editor::start(&[], Manner::Polite, full(), json!({})).await;
    let mut held: Vec<_> = (0..4).map(|_| editor.send("test/hold", json!({})).1).collect();
    let params = editor.actions_params("a.cs", (0, 0), (0, 0), "CS1002", "; expected");
    let (id, queued) = editor.send("textDocument/codeAction", params);
    editor.tell("$/cancelRequest", json!({ "id": id }));
    // The engine is held until it is released: the answer cannot have waited for it.
    let answer = tokio::time::timeout(Duration::from_secs(60), queued).await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
    assert!(held.iter_mut().all(|h| h.try_recv().is_err()), "the slow ones are still at it");
    editor.tell("test/release", json!({}));
    for one in held {
        let answer = tokio::time::timeout(Duration::from_secs(60), one).await.unwrap().unwrap();
        assert_eq!(answer["result"], json!("held"), "{answer}");
    }
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_answers_one_error_and_the_server_lives() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    let answer = editor.ask("test/panic", json!({})).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    assert_eq!(fixes(&mut editor, "a.cs", (4, 16), MISSING).await.len(), 1);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_answered_and_do_no_harm() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    for (method, params) in [
        ("textDocument/codeAction", json!({ "nonsense": 1 })),
        ("workspace/executeCommand", json!({ "command": "buildfix.nothing" })),
        ("workspace/executeCommand", json!({ "command": "buildfix.fixAll", "arguments": [{ "safety": "reckless" }] })),
        ("workspace/executeCommand", json!({ "command": "buildfix.fixAll", "arguments": ["odd"] })),
        (
            "workspace/executeCommand",
            json!({ "command": "buildfix.loadLog", "arguments": [{ "uris": ["file:///no/such.log"] }] }),
        ),
        ("workspace/executeCommand", json!({ "command": "buildfix.build" })),
        ("codeAction/resolve", json!({ "title": "x", "data": { "odd": true } })),
        ("no/such/method", json!({})),
    ] {
        let answer = editor.ask(method, params.clone()).await;
        assert!(answer["error"]["message"].is_string(), "{method} {params} → {answer}");
    }
    editor.change("a.cs", 2, json!([{ "range": { "start": { "line": 99, "character": 0 }, "end": { "line": 99, "character": 0 } }, "text": "x" }]));
    editor.change("never-opened.cs", 2, json!([{ "text": "x" }]));
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": "untitled:1", "languageId": "csharp", "version": 1, "text": "x" } }),
    );
    assert_eq!(fixes(&mut editor, "a.cs", (4, 16), MISSING).await.len(), 1);
    let untitled = json!({ "textDocument": { "uri": "untitled:1" }, "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "context": { "diagnostics": [] } });
    assert_eq!(editor.ask("textDocument/codeAction", untitled).await["result"], Value::Null);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_answers_holds_nothing_up() {
    let mut editor = Editor::start(&[("a.cs", BROKEN), ("build.log", "")], Manner::Silent, full(), json!({})).await;
    write_log(&editor, "a.cs(5,17): error CS1002: ; expected\n");
    editor.open("a.cs", "csharp", 1, BROKEN);
    load_log(&mut editor).await;
    let (id, held) =
        editor.send("workspace/executeCommand", json!({ "command": "buildfix.fixAll", "arguments": [{}] }));
    for _ in 0..3 {
        assert_eq!(fixes(&mut editor, "a.cs", (4, 16), MISSING).await.len(), 1);
    }
    editor.tell("$/cancelRequest", json!({ "id": id }));
    let answer = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
    editor.finish().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_builds_diagnostics_are_shown_move_with_edits_and_go_when_their_place_changes() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    write_log(&editor, "/home/ci/p/a.cs(5,17): error CS1002: ; expected [/home/ci/p/p.csproj]\n");
    editor.open("a.cs", "csharp", 1, BROKEN);
    assert_eq!(load_log(&mut editor).await["placed"], 1);
    let uri = editor.uri("a.cs");
    editor.wait_for("the diagnostic", |n| Editor::published(n, &uri).is_some_and(|d| d.len() == 1)).await;
    editor
        .wait_for("the status", |n| n.iter().any(|m| m["method"] == "buildfix/status" && m["params"]["fixable"] == 1))
        .await;

    // A line above: the fix is still found, a line lower, for the build's own diagnostic.
    let at = |line, character| json!({ "line": line, "character": character });
    editor.change(
        "a.cs",
        2,
        json!([{ "range": { "start": at(0, 0), "end": at(0, 0) }, "text": "// one more line\n" }]),
    );
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at(5, 16), "end": at(5, 16) }, "context": { "diagnostics": [] } });
    let answer = editor.ask("textDocument/codeAction", params).await;
    assert_eq!(answer["result"][0]["title"], "Add ';'", "{answer}");

    // The place itself: the diagnostic is stale and goes. (A log has no end positions: its token counts as the place.)
    editor.change("a.cs", 3, json!([{ "range": { "start": at(5, 8), "end": at(6, 2) }, "text": "return 2;\n" }]));
    editor.wait_for("the diagnostic goes", |n| Editor::published(n, &uri).is_some_and(|d| d.is_empty())).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fix_all_is_applied_by_the_client_and_undone_only_on_the_same_text() {
    let files = [("a.cs", BROKEN), ("b.cs", BROKEN)];
    let mut editor = Editor::start(&files, Manner::Polite, full(), json!({})).await;
    write_log(&editor, "a.cs(5,17): error CS1002: ; expected\nb.cs(5,17): error CS1002: ; expected\n");
    editor.open("a.cs", "csharp", 1, BROKEN);
    load_log(&mut editor).await;
    let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [{ "scope": "workspace", "preview": true }] });
    let answer = editor.ask("workspace/executeCommand", fix_all).await;
    assert_eq!(answer["result"], json!({ "applied": true, "fixed": 2, "remaining": 0, "files": 2 }), "{answer}");
    let edit = editor.edits.lock().unwrap()[0].clone();
    let id = edit["documentChanges"][0]["edits"][0]["annotationId"].as_str().unwrap();
    let annotation = &edit["changeAnnotations"][id];
    let expected = json!({ "label": "CS1002: Add ';'", "description": "safe", "needsConfirmation": true });
    assert_eq!((id, annotation), ("safe-1", &expected), "{edit}");
    let (a, b) = (&edit["documentChanges"][0], &edit["documentChanges"][1]);
    assert_eq!((&a["textDocument"]["version"], &b["textDocument"]["version"]), (&json!(1), &Value::Null));

    // The client has not changed anything yet: there is nothing to take back.
    let undo = json!({ "command": "buildfix.undo", "arguments": [{}] });
    assert_eq!(editor.ask("workspace/executeCommand", undo.clone()).await["result"], Value::Null);
    // Somebody worked on a file since: undo must refuse, and name it.
    editor.change("a.cs", 2, json!([{ "text": BROKEN.replace("return 1", "return 2;") }]));
    let refused = editor.ask("workspace/executeCommand", undo.clone()).await;
    assert!(refused["error"]["message"].as_str().unwrap().contains("since: a.cs"), "{refused}");

    let fixed = BROKEN.replace("return 1", "return 1;");
    editor.change("a.cs", 3, json!([{ "text": fixed }]));
    editor.open("b.cs", "csharp", 1, &fixed);
    let undone = editor.ask("workspace/executeCommand", undo.clone()).await;
    assert_eq!(undone["result"], json!({ "title": "Fix all", "files": 2 }), "{undone}");
    let back = editor.edits.lock().unwrap()[1].clone();
    for i in 0..2 {
        let range = json!({ "start": { "line": 4, "character": 16 }, "end": { "line": 4, "character": 17 } });
        assert_eq!(back["documentChanges"][i]["edits"], json!([{ "range": range, "newText": "" }]), "{back}");
    }
    editor.change("a.cs", 4, json!([{ "text": BROKEN }]));
    editor.change("b.cs", 2, json!([{ "text": BROKEN }]));
    assert_eq!(editor.ask("workspace/executeCommand", undo).await["result"], Value::Null);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_left_out_of_a_fix_all_is_left_alone_by_its_undo() {
    let two = format!("{BROKEN}{}", BROKEN.replace("class C", "class D"));
    let files = [("a.cs", two.as_str()), ("b.cs", BROKEN)];
    let mut editor = Editor::start(&files, Manner::Polite, full(), json!({})).await;
    let log = "a.cs(5,17): error CS1002: ; expected\na.cs(12,17): error CS1002: ; expected\nb.cs(5,17): error CS1002: ; expected\n";
    write_log(&editor, log);
    editor.open("a.cs", "csharp", 1, &two);
    load_log(&mut editor).await;
    let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [{ "scope": "workspace", "preview": true }] });
    assert_eq!(editor.ask("workspace/executeCommand", fix_all).await["result"]["fixed"], 3);
    // In the preview, only the second place of the first file was ticked.
    let at = json!({ "line": 11, "character": 16 });
    editor.change("a.cs", 2, json!([{ "range": { "start": at, "end": at }, "text": ";" }]));
    let undo = json!({ "command": "buildfix.undo", "arguments": [{}] });
    let answer = editor.ask("workspace/executeCommand", undo).await;
    assert_eq!(answer["result"], json!({ "title": "Fix all", "files": 1 }), "{answer}");
    let back = editor.edits.lock().unwrap()[1].clone();
    let range = json!({ "start": { "line": 11, "character": 16 }, "end": { "line": 11, "character": 17 } });
    assert_eq!(back["documentChanges"].as_array().unwrap().len(), 1, "{back}");
    assert_eq!(back["documentChanges"][0]["edits"], json!([{ "range": range, "newText": "" }]), "{back}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_does_not_touch_its_diagnostics_takes_them_away_and_undoing_it_brings_them_back() {
    let user = "export const a = new Widget();\nexport const b = new Widget();\n";
    let config = r#"{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" } }"#;
    let files = [("tsconfig.json", config), ("widget.ts", "export class Widget {}\n"), ("user.ts", user)];
    let mut editor = Editor::start(&files, Manner::Polite, full(), json!({})).await;
    let message = "error TS2304: Cannot find name 'Widget'.";
    write_log(&editor, &format!("user.ts(1,22): {message}\nuser.ts(2,22): {message}\n"));
    editor.open("user.ts", "typescript", 1, user);
    load_log(&mut editor).await;
    let uri = editor.uri("user.ts");
    let shown = |n: &[Value]| Editor::published(n, &uri).map_or(0, |d| d.len());
    let counted = |n: &[Value], errors: i64| {
        n.iter().rev().find(|m| m["method"] == "buildfix/status").is_some_and(|m| m["params"]["errors"] == errors)
    };
    editor.wait_for("both", |n| shown(n) == 2 && counted(n, 2)).await;

    let place = json!({ "line": 0, "character": 21 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": place, "end": place }, "context": { "diagnostics": [] } });
    let answer = editor.ask("textDocument/codeAction", params).await;
    let resolved = editor.ask("codeAction/resolve", answer["result"][0].clone()).await;
    let edit = &resolved["result"]["edit"]["documentChanges"][0]["edits"][0];
    let import = edit["newText"].as_str().unwrap_or_else(|| panic!("{resolved}")).to_owned();
    assert!(import.contains("import { Widget }"), "{import}");
    editor.change("user.ts", 2, json!([{ "range": edit["range"], "text": import }]));
    editor.wait_for("both are gone", |n| shown(n) == 0 && counted(n, 0)).await;

    let end = json!({ "line": import.matches('\n').count(), "character": 0 });
    editor.change("user.ts", 3, json!([{ "range": { "start": edit["range"]["start"], "end": end }, "text": "" }]));
    editor.assert_text("user.ts", 3, user).await;
    editor.wait_for("both are back", |n| shown(n) == 2 && counted(n, 2)).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unsafe_fixes_ask_for_confirmation_and_safe_ones_beside_them_do_not() {
    let text =
        "class A { public void M() { } }\nclass B : A\n{\n    public void M() { }\n    void N() { total = 1; }\n}\n";
    let mut editor = Editor::start(&[("a.cs", text)], Manner::Polite, full(), json!({})).await;
    write_log(
        &editor,
        "a.cs(4,17): warning CS0108: 'B.M()' hides inherited member 'A.M()'. Use the new keyword if hiding was intended.\n\
         a.cs(5,16): error CS0103: The name 'total' does not exist in the current context\n",
    );
    editor.open("a.cs", "csharp", 1, text);
    load_log(&mut editor).await;
    let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [{ "safety": "unsafe" }] });
    let answer = editor.ask("workspace/executeCommand", fix_all).await;
    assert_eq!(answer["result"]["fixed"], 2, "{answer}");
    let edit = editor.edits.lock().unwrap()[0].clone();
    let annotations = edit["changeAnnotations"].as_object().unwrap();
    let mut asked: Vec<(bool, bool)> = annotations
        .iter()
        .map(|(id, a)| (id.starts_with("unsafe-"), a["needsConfirmation"].as_bool().unwrap()))
        .collect();
    asked.sort_unstable();
    assert_eq!(asked, [(false, false), (true, true)], "{edit}");
    editor.finish().await;
}

/// A small generator of numbers, so that a failure can be had again.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    }
}

/// Where the `at`th character is, counted the slow way: line breaks are LF, CRLF and CR (LSP 3.17, `eol`).
fn position(chars: &[char], at: usize, encoding: &str) -> Value {
    let (mut line, mut column) = (0, 0);
    for (i, c) in chars[..at].iter().enumerate() {
        let ends = *c == '\n' || (*c == '\r' && chars.get(i + 1) != Some(&'\n'));
        column += match encoding {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            _ => 1,
        };
        if ends {
            (line, column) = (line + 1, 0);
        }
    }
    json!({ "line": line, "character": column })
}

#[tokio::test(flavor = "multi_thread")]
async fn random_edits_in_every_encoding_leave_server_and_client_with_the_same_text() {
    const PIECES: &[&str] = &["x", "ß", "😀", "\n", "\r\n", "\r", "class C { }", "\u{2028}", "  ", "", "é\n😀"];
    for (seed, encoding) in (1..).zip(["utf-8", "utf-16", "utf-32"]) {
        let mut capabilities = full();
        capabilities["general"] = json!({ "positionEncodings": [encoding] });
        let mut editor = Editor::start(&[("a.cs", "")], Manner::Polite, capabilities, json!({})).await;
        let mut mine: Vec<char> = "class A\r\n{\n    int täler; // 😀\n}\n".chars().collect();
        editor.open("a.cs", "csharp", 0, &mine.iter().collect::<String>());
        let mut next = numbers(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        for version in 1..=400 {
            let mut changes = Vec::new();
            for _ in 0..=next(3) {
                // Not between CR and LF: there is no position.
                let boundary = |at: usize, chars: &[char]| {
                    at - usize::from(at > 0 && chars[at - 1] == '\r' && chars.get(at) == Some(&'\n'))
                };
                let a = boundary(next(mine.len() + 1), &mine);
                let b = boundary((a + next(9)).min(mine.len()), &mine).max(a);
                let text = PIECES[next(PIECES.len())];
                let range = json!({ "start": position(&mine, a, encoding), "end": position(&mine, b, encoding) });
                changes.push(json!({ "range": range, "text": text }));
                mine.splice(a..b, text.chars());
            }
            editor.change("a.cs", version, json!(changes));
            if version % 20 == 0 {
                editor.assert_text("a.cs", version, &mine.iter().collect::<String>()).await;
            }
        }
        editor.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_deleted_after_its_document_was_closed_is_forgotten() {
    let one = "class Widget { }\n";
    let two = "class C { Widgett w; }\n";
    let mut editor = Editor::start(&[("a.cs", one), ("b.cs", two)], Manner::Polite, full(), json!({})).await;
    let message = "The type or namespace name 'Widgett' could not be found (are you missing a using directive or an assembly reference?)";
    editor.open("a.cs", "csharp", 1, one);
    editor.open("b.cs", "csharp", 1, two);
    let known = |actions: Vec<Value>| actions.iter().any(|a| a["title"].as_str().unwrap_or("").contains("'Widget'"));
    assert!(known(fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await));
    for name in ["a.cs", "b.cs"] {
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri(name) } }));
    }
    fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await;
    std::fs::remove_file(editor.folder.path().join("a.cs")).unwrap();
    editor.open("b.cs", "csharp", 2, two);
    assert!(!known(fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await));
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_newer_than_the_index_counts_once_it_is_open() {
    let mut editor = Editor::start(&[("a.cs", "")], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, "");
    fixes(&mut editor, "a.cs", (0, 0), MISSING).await;
    let text = "class Widget { }\nclass C { Widgett w; }\n";
    std::fs::write(editor.folder.path().join("new.cs"), text).unwrap();
    editor.open("new.cs", "csharp", 1, text);
    let message = "The type or namespace name 'Widgett' could not be found (are you missing a using directive or an assembly reference?)";
    let actions = fixes(&mut editor, "new.cs", (1, 10), ("CS0246", message)).await;
    assert!(actions.iter().any(|a| a["title"].as_str().unwrap_or("").contains("'Widget'")), "{actions:#?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn source_fix_all_is_given_when_asked_for() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    let mut params = editor.actions_params("a.cs", (4, 16), (4, 16), "CS1002", "; expected");
    params["context"]["only"] = json!(["source.fixAll"]);
    let answer = editor.ask("textDocument/codeAction", params).await;
    let actions = answer["result"].as_array().unwrap();
    assert_eq!(actions.len(), 1, "{answer}");
    assert_eq!(actions[0]["kind"], "source.fixAll.buildfix");
    assert!(actions[0]["edit"]["documentChanges"][0]["edits"].is_array());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_workspace_runs_nothing() {
    let mut editor =
        Editor::start(&[("tsconfig.json", "{}")], Manner::Polite, full(), json!({ "trusted": false })).await;
    let marker = editor.folder.path().join("marker");
    let build =
        json!({ "command": "buildfix.build", "arguments": [{ "command": format!("touch {}", marker.display()) }] });
    let answer = editor.ask("workspace/executeCommand", build).await;
    assert!(answer["error"]["message"].as_str().unwrap().contains("trust"), "{answer}");
    assert!(!marker.exists());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_workspace_builds_and_shows_what_was_printed() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({ "trusted": true })).await;
    let build = json!({ "command": "buildfix.build", "arguments": [{ "command": "echo 'a.cs(5,17): error CS1002: ; expected'; exit 1" }] });
    let answer = editor.ask("workspace/executeCommand", build).await;
    assert_eq!(answer["result"], json!({ "exitCode": 1, "diagnostics": 1, "placed": 1 }), "{answer}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_without_shutdown_and_a_closed_pipe_end_the_server() {
    let editor = Editor::start(&[], Manner::Polite, full(), json!({})).await;
    editor.tell("exit", Value::Null);
    let ended = tokio::time::timeout(Duration::from_secs(30), editor.server).await;
    assert!(!ended.expect("the server ends").unwrap(), "nobody said goodbye");

    let (client, server_end) = tokio::io::duplex(64);
    let server = tokio::spawn(serve(server_end, tokio::io::sink()));
    drop(client);
    let ended = tokio::time::timeout(Duration::from_secs(30), server).await;
    assert!(!ended.expect("the server ends").unwrap(), "nobody said goodbye");
}

mod properties {
    use proptest::prelude::*;
    use text::{Document, LineBreaks, LineTable, Position, PositionEncoding};

    /// What a client does with an edit: by positions in its own encoding, on its own copy.
    fn client_apply(text: &str, start: usize, end: usize, new: &str) -> String {
        format!("{}{new}{}", &text[..start], &text[end..])
    }
    fn boundary(text: &str, at: usize) -> usize {
        let mut at = at % (text.len() + 1);
        // Between CR and LF there is no position.
        while !text.is_char_boundary(at)
            || (at > 0 && text.as_bytes()[at - 1] == b'\r' && text.as_bytes().get(at) == Some(&b'\n'))
        {
            at -= 1;
        }
        at
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn server_and_client_keep_the_same_text(
            start in "[a-zé😀\\r\\n\u{2028} ]{0,40}",
            edits in proptest::collection::vec((any::<usize>(), any::<usize>(), "[xß😀\\n\\r]{0,6}"), 1..20),
            encoding in prop_oneof![Just(PositionEncoding::Utf8), Just(PositionEncoding::Utf16), Just(PositionEncoding::Utf32)],
        ) {
            let mut client = start.clone();
            let mut server = Document::new(&start, 0);
            for (a, b, new) in edits {
                let (a, b) = (boundary(&client, a), boundary(&client, b));
                let (from, to) = (a.min(b), a.max(b));
                let table = LineTable::new(&client, LineBreaks::Lsp);
                let at = |o| -> Position { table.position(&client, o, encoding) };
                server.apply_change(Some((at(from), at(to))), &new, encoding).unwrap();
                client = client_apply(&client, from, to, &new);
                prop_assert_eq!(server.text(), client.clone());
            }
        }
    }
}
