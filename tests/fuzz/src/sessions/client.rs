//! A language server in this process, and the pipe to it.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Runtime;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The connection to a server.
pub(super) struct Client {
    runtime: Runtime,
    to_server: DuplexStream,
    from_server: BufReader<DuplexStream>,
    pub folder: tempfile::TempDir,
    next: i64,
    /// Requests of the server that nobody looked at yet.
    pub asked: VecDeque<Value>,
    /// Sessions so far.
    pub sessions: usize,
}

impl Client {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime can be started");
        let (to_server, server_reads) = tokio::io::duplex(1 << 20);
        let (server_writes, from_server) = tokio::io::duplex(1 << 20);
        runtime.spawn(lsp::serve([rules::provider()].into_iter().collect(), None, server_reads, server_writes));
        let from_server = BufReader::new(from_server);
        let mut client = Self { runtime, to_server, from_server, folder, next: 0, asked: VecDeque::new(), sessions: 0 };
        let root = client.uri("");
        let answer = client.ask("initialize", &json!({
            "processId": null, "rootUri": root, "initializationOptions": { "trusted": false },
            "capabilities": {
                "workspace": { "applyEdit": true, "workspaceEdit": { "documentChanges": true } },
                "textDocument": { "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } } }
            }
        }));
        assert!(answer["result"]["capabilities"].is_object(), "{answer}");
        client.tell("initialized", &json!({}));
        client
    }

    pub(super) fn uri(&self, name: &str) -> String {
        let root = self.folder.path().canonicalize().expect("it exists");
        format!("file://{}", root.join(name).display()).trim_end_matches('/').to_owned()
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let written = self.to_server.write_all(whole.as_bytes());
        let written = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, written).await });
        written.expect("the server reads in time").expect("the server lives");
    }
    pub(super) fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }
    pub(super) fn answer(&mut self, id: &Value, result: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }
    /// Sends a request without waiting.
    pub(super) fn request(&mut self, method: &str, params: &Value) -> i64 {
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let id = self.request(method, params);
        loop {
            if let Some(answer) = self.receive(id) {
                return answer;
            }
        }
    }

    /// The next message, if it answers the request `id`. Requests of the server go to `asked`; `None` when one came.
    pub(super) fn receive(&mut self, id: i64) -> Option<Value> {
        loop {
            let message = self.runtime.block_on(read_message(&mut self.from_server));
            match (message.get("method"), message.get("id")) {
                (Some(_), Some(_)) => {
                    self.asked.push_back(message);
                    return None;
                }
                (None, Some(answered)) if *answered == json!(id) => {
                    // What panicked answers so; other errors say what the client did wrong.
                    assert_ne!(message["error"]["code"], json!(-32603), "{message}");
                    return Some(message);
                }
                _ => {}
            }
        }
    }
}

async fn read_message(reader: &mut BufReader<DuplexStream>) -> Value {
    let read = async {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(reader.read_line(&mut line).await.expect("the server lives"), 0, "the server ended");
            if let Some(n) = line.trim().strip_prefix("Content-Length: ") {
                length = n.parse().expect("a number");
            } else if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).await.expect("a whole message");
        serde_json::from_slice(&body).expect("the server sends JSON")
    };
    tokio::time::timeout(PATIENCE, read).await.expect("an answer in time")
}
