//! Sessions of an editor with the language server: documents are opened, changed, repaired by the server's actions, undone and closed.
//!
//! An input is a pack of files; `/steps` among them holds what the editor does, a few bytes a step, and `/build.log` what a build printed.

mod client;
mod mirror;

use crate::pack::unpack;
use client::Client;
use diagnostics::{BuildDiagnostic, read};
use mirror::{Mirror, range};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// Steps of a session, and bytes of a document, at most.
const MAX_STEPS: usize = 60;
const MAX_TEXT: usize = 16 << 10;
/// A server serves so many sessions: starting one costs more than a session.
const SESSIONS: usize = 400;

/// What is typed.
const SNIPPETS: [&str; 16] = [
    ";",
    "}",
    "{",
    "(",
    "\n",
    "\r\n",
    "\r",
    "😀",
    "a",
    " ",
    "\"",
    "/*",
    "using System;\n",
    "class C { }",
    "import { b } from './b';\n",
    "",
];

static CLIENT: Mutex<Option<Client>> = Mutex::new(None);

/// Asserts that every request is answered, every edit fits the text as the editor has it, and the server has that text too: what it answers
/// at the end is what it answers when the documents are opened anew. Returns how many edits of the server were applied.
pub fn check(bytes: &[u8]) -> usize {
    let Some(files) = unpack(bytes) else { return 0 };
    let mut files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(p, b)| (p.to_string_lossy().into_owned(), b)).collect();
    let steps = files.remove("steps").unwrap_or_default();
    let log = files.remove("build.log").unwrap_or_default();
    // A server that a failed session left is not used again.
    let client = CLIENT.lock().unwrap_or_else(|e| e.into_inner()).take();
    let client = client.filter(|c| c.sessions < SESSIONS).unwrap_or_else(Client::start);
    let mut session = Session { client, documents: BTreeMap::new(), log, steps: &steps, loaded: false, applied: 0 };
    // Of an earlier session the server may remember what a build said of a file.
    let folder = format!("s{}", session.client.sessions);
    for (name, text) in files.iter().filter(|(_, text)| text.len() <= MAX_TEXT).take(4) {
        session.open(&format!("{folder}/{name}"), &String::from_utf8_lossy(text));
    }
    session.run();
    session.reopened_is_the_same();
    for name in session.names() {
        session.close(&name);
    }
    session.client.sessions += 1;
    let applied = session.applied;
    *CLIENT.lock().unwrap_or_else(|e| e.into_inner()) = Some(session.client);
    applied
}

struct Session<'a> {
    client: Client,
    documents: BTreeMap<String, Mirror>,
    log: Vec<u8>,
    steps: &'a [u8],
    /// Whether the server has read the log.
    loaded: bool,
    /// Edits of the server that were applied.
    applied: usize,
}

impl Session<'_> {
    /// The next byte of the steps, below `bound`; zeros where they have ended.
    fn below(&mut self, bound: usize) -> usize {
        let Some((first, rest)) = self.steps.split_first() else { return 0 };
        self.steps = rest;
        usize::from(*first) % bound.max(1)
    }
    fn names(&self) -> Vec<String> {
        self.documents.keys().cloned().collect()
    }
    /// A position, which may lie a little outside.
    fn position(&mut self, name: &str) -> (usize, usize) {
        let lines = self.documents[name].lines();
        let line = self.below(lines + 2);
        (line, self.below(256) % 90)
    }
    fn typed(&mut self) -> String {
        let count = 1 + self.below(3);
        (0..count).map(|_| SNIPPETS[self.below(SNIPPETS.len())]).collect()
    }

    fn open(&mut self, name: &str, text: &str) {
        let language = match Path::new(name).extension().and_then(|e| e.to_str()) {
            Some("ts") => "typescript",
            Some("tsx") => "typescriptreact",
            Some("cs") => "csharp",
            _ => "plaintext",
        };
        let document = json!({ "uri": self.client.uri(name), "languageId": language, "version": 1, "text": text });
        self.client.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        self.documents.insert(name.to_owned(), Mirror { text: text.to_owned(), version: 1 });
    }
    fn close(&mut self, name: &str) -> Option<Mirror> {
        let uri = self.client.uri(name);
        self.client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        self.documents.remove(name)
    }
    /// Tells the server of changes that the mirror may or may not be able to follow; where it is not, the whole text follows.
    fn change(&mut self, name: &str, changes: &[Value]) {
        let uri = self.client.uri(name);
        let mirror = self.documents.get_mut(name).expect("it is open");
        let followed = changes.iter().all(|c| mirror.change(c));
        mirror.version += 1;
        let mut send = |version: i32, changes: &Value| {
            let document = json!({ "uri": uri, "version": version });
            self.client.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
        };
        send(mirror.version, &json!(changes));
        if mirror.text.len() > MAX_TEXT {
            mirror.text = String::new();
        } else if followed {
            return;
        }
        mirror.version += 1;
        send(mirror.version, &json!([{ "text": mirror.text }]));
    }

    fn run(&mut self) {
        for _ in 0..MAX_STEPS {
            let names = self.names();
            if self.steps.is_empty() || names.is_empty() {
                return;
            }
            let step = self.below(16);
            let name = names[self.below(names.len())].clone();
            match step {
                0..=4 => {
                    let start = self.position(&name);
                    let end = if step < 3 { start } else { self.position(&name) };
                    let text = if step == 4 { String::new() } else { self.typed() };
                    self.change(&name, &[json!({ "range": range(start, end), "text": text })]);
                }
                5 => {
                    let changes: Vec<Value> = (0..2)
                        .map(|_| {
                            let at = self.position(&name);
                            json!({ "range": range(at, at), "text": self.typed() })
                        })
                        .collect();
                    self.change(&name, &changes);
                }
                6 => {
                    let text = self.typed();
                    self.change(&name, &[json!({ "text": text })]);
                }
                7..=10 => self.act(&name),
                11 => {
                    let scope = ["file", "workspace"][self.below(2)];
                    let safety = ["safe", "unsafe"][self.below(2)];
                    let uri = self.client.uri(&name);
                    self.execute("buildfix.fixAll", &json!([{ "scope": scope, "uri": uri, "safety": safety }]));
                }
                12 => self.execute("buildfix.undo", &json!([])),
                13 => {
                    self.loaded = true;
                    let log = self.client.folder.path().join("build.log");
                    std::fs::write(&log, &self.log).expect("the folder is ours");
                    let uri = self.client.uri("build.log");
                    self.execute("buildfix.loadLog", &json!([{ "uris": [uri] }]));
                }
                14 => {
                    let text = self.close(&name).expect("it is open").text;
                    self.open(&name, &text);
                }
                _ => {
                    let params = self.action_params(&name, range((0, 0), (u32::MAX as usize, 0)), &self.reported());
                    let id = self.client.request("textDocument/codeAction", &params);
                    self.client.tell("$/cancelRequest", &json!({ "id": id }));
                    while self.client.receive(id).is_none() {}
                }
            }
        }
    }

    /// The diagnostics of the log, as another server would show them.
    fn reported(&self) -> Vec<Value> {
        let shown = |d: &BuildDiagnostic| {
            let at = match d.location {
                Some(diagnostics::Location::LineColumn { start, .. }) => {
                    (start.line.saturating_sub(1) as usize, start.column.unwrap_or(1).saturating_sub(1) as usize)
                }
                _ => (0, 0),
            };
            json!({ "range": range(at, at), "severity": 1, "code": d.code.as_str(), "source": "other", "message": d.message })
        };
        read(&self.log).diagnostics.iter().take(8).map(shown).collect()
    }
    fn action_params(&self, name: &str, range: Value, diagnostics: &[Value]) -> Value {
        let uri = self.client.uri(name);
        json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": diagnostics } })
    }

    /// Asks for actions and applies one of them.
    fn act(&mut self, name: &str) {
        let (from, to) = (self.position(name), self.position(name));
        let mut reported = self.reported();
        // Also where the document has changed since: an editor moves what it shows.
        if self.below(2) == 1 {
            for diagnostic in &mut reported {
                diagnostic["range"] = range(from, to);
            }
        }
        let params = self.action_params(name, range(from, to), &reported);
        let answer = self.client.ask("textDocument/codeAction", &params);
        let actions = answer["result"].as_array().cloned().unwrap_or_default();
        if actions.is_empty() {
            return;
        }
        let mut action = actions[self.below(actions.len())].clone();
        if action.get("edit").is_none() && action.get("data").is_some() {
            action = self.client.ask("codeAction/resolve", &action)["result"].clone();
        }
        if action["edit"].is_object() {
            self.apply(&action["edit"]);
        } else if let Some(command) = action["command"]["command"].as_str() {
            self.execute(command, &action["command"]["arguments"]);
        }
    }

    fn execute(&mut self, command: &str, arguments: &Value) {
        let params = json!({ "command": command, "arguments": arguments });
        let id = self.client.request("workspace/executeCommand", &params);
        while self.client.receive(id).is_none() {
            while let Some(asked) = self.client.asked.pop_front() {
                let applied = asked["method"] == "workspace/applyEdit" && self.apply(&asked["params"]["edit"]);
                self.client.answer(&asked["id"], &json!({ "applied": applied }));
            }
        }
    }

    /// Applies an edit of the workspace to the open documents; `false`, and nothing is applied, when it is of other files too, or of an
    /// older version.
    fn apply(&mut self, edit: &Value) -> bool {
        let root = format!("{}/", self.client.uri(""));
        let mut wanted: Vec<(String, Vec<Value>)> = Vec::new();
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            let uri = change["textDocument"]["uri"].as_str().unwrap_or_default();
            let name = uri.strip_prefix(&root).unwrap_or_default();
            let Some(mirror) = self.documents.get(name) else { return false };
            if change["textDocument"]["version"].as_i64().is_some_and(|v| v != i64::from(mirror.version)) {
                return false;
            }
            wanted.push((name.to_owned(), change["edits"].as_array().cloned().unwrap_or_default()));
        }
        for (name, edits) in wanted {
            let mirror = self.documents.get_mut(&name).expect("looked up before");
            mirror.apply(&edits);
            self.applied += edits.len();
            let text = mirror.text.clone();
            self.change(&name, &[json!({ "text": text })]);
        }
        true
    }

    /// Asserts that the server answers the same for documents that are opened anew with the editor's text.
    fn reopened_is_the_same(&mut self) {
        // What a build said is forgotten when a document is opened with another text, and answers depend on it.
        if self.loaded {
            return;
        }
        for name in self.names() {
            let reported = self.reported();
            let params = self.action_params(&name, range((0, 0), (0, 0)), &reported);
            let ask = |session: &mut Self| {
                let mut answer = session.client.ask("textDocument/codeAction", &params)["result"].clone();
                without_versions(&mut answer);
                answer
            };
            let changed = ask(self);
            let text = self.close(&name).expect("it is open").text;
            self.open(&name, &text);
            let fresh = ask(self);
            assert_eq!(changed, fresh, "the server has another text of {name} than its editor: {text:?}");
        }
    }
}

/// Removes what is of the version of a document.
fn without_versions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| key != "version");
            map.values_mut().for_each(without_versions);
        }
        Value::Array(list) => list.iter_mut().for_each(without_versions),
        _ => {}
    }
}
