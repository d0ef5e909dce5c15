//! What is no message, what comes at the wrong time, and a client that does not read.

use super::*;

/// Sends bytes as they are; the answers to nobody that they get, once the server has answered a request that came behind them.
async fn refusals(editor: &mut Editor, bytes: &[u8]) -> Vec<i64> {
    let before = editor.refusals.lock().unwrap().len();
    editor.to_server.send(bytes.to_vec()).unwrap();
    let alive = editor.ask("workspace/executeCommand", json!({ "command": "buildfix.undo" })).await;
    assert!(alive.get("error").is_none(), "{alive}");
    let refusals = editor.refusals.lock().unwrap();
    refusals[before..].iter().map(|r| r["error"]["code"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_answered_and_the_conversation_goes_on() {
    const PARSE: i64 = -32700;
    const INVALID: i64 = -32600;
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_params = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{deep}}}"#);
    let bodies: [(&str, i64); 24] = [
        ("", PARSE),
        (" ", PARSE),
        ("{", PARSE),
        ("nothing", PARSE),
        (r#"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, PARSE),
        (r#"{"jsonrpc":"2.0","id":1,"method":"x","params":["\udfff\ud800"]}"#, PARSE),
        (&deep, PARSE),
        (&deep_params, PARSE),
        ("42", INVALID),
        ("null", INVALID),
        ("\"text\"", INVALID),
        ("[]", INVALID),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"x"}]"#, INVALID),
        ("{}", INVALID),
        (r#"{"jsonrpc":"2.0"}"#, INVALID),
        (r#"{"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"1.0","method":"x"}"#, INVALID),
        (r#"{"jsonrpc":2.0,"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","id":null,"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","id":true,"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","id":18446744073709551615,"method":"x"}"#, INVALID),
        (r#"{"jsonrpc":"2.0","method":7}"#, INVALID),
    ];
    for (body, code) in bodies {
        let short = &body[..body.len().min(60)];
        assert_eq!(refusals(&mut editor, &framed_text(body)).await, [code], "{short}");
    }
    assert_eq!(refusals(&mut editor, b"Content-Length: 3\r\n\r\n\"\xff\"").await, [PARSE], "no text");
    for header in [
        &b"Content-Length: x\r\n\r\n"[..],
        b"\0\0\0\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"Content-Length: -1\r\n\r\n{}",
    ] {
        assert_eq!(refusals(&mut editor, header).await, [PARSE], "{}", String::from_utf8_lossy(header));
    }
    let short = format!("Content-Length: 9\r\n\r\n{}", json!({ "jsonrpc": "2.0", "id": 5, "method": "x" }));
    assert_eq!(refusals(&mut editor, short.as_bytes()).await, [PARSE], "a length that is too short");
    // One that can be answered by its identifier is.
    let (id, answer) = (999, oneshot::channel());
    editor.waiting.lock().unwrap().insert(id, answer.0);
    assert_eq!(refusals(&mut editor, &framed_text(r#"{"id":999,"method":"x"}"#)).await, [0; 0]);
    assert_eq!(answer.1.await.unwrap()["error"]["code"], INVALID);
    // Odd answers to nothing are not answered.
    for odd in [r#"{"jsonrpc":"2.0","id":"none","result":1}"#, r#"{"jsonrpc":"2.0","id":77,"error":"odd"}"#] {
        assert_eq!(refusals(&mut editor, &framed_text(odd)).await, [0; 0], "{odd}");
    }
    assert_eq!(fixes(&mut editor, "a.cs", (4, 16), MISSING).await.len(), 1);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_methods_are_answered_and_unknown_notifications_are_not() {
    let mut editor = Editor::start(&[], Manner::Polite, full(), json!({})).await;
    for method in ["no/such/method", "$/no/such", "$/cancelRequest", "$/setTrace", ""] {
        assert_eq!(editor.ask(method, json!({})).await["error"]["code"], -32601, "{method}");
    }
    for method in ["$/no/such", "no/such", "$/cancelRequest", "textDocument/didOpen", "textDocument/codeAction"] {
        editor.tell(method, json!({ "odd": 1 }));
    }
    assert_eq!(editor.ask("textDocument/didOpen", json!({})).await["error"]["code"], -32600, "it is a notification");
    assert_eq!(editor.ask("textDocument/codeAction", json!([1])).await["error"]["code"], -32602);
    assert!(editor.refusals.lock().unwrap().is_empty());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_before_initialize_and_after_shutdown_are_refused() {
    let mut editor = Editor::connect(providers(), &[("a.cs", BROKEN)], Manner::Polite);
    editor.open("a.cs", "csharp", 1, BROKEN);
    for method in ["textDocument/codeAction", "workspace/executeCommand", "shutdown", "no/such", "$/no/such"] {
        assert_eq!(editor.ask(method, json!({})).await["error"]["code"], -32002, "{method}");
    }
    let params = json!({ "processId": null, "rootUri": editor.uri(""), "capabilities": full() });
    // What comes right behind it is no longer before it.
    let (_, initialized) = editor.send("initialize", params.clone());
    let (_, undo) = editor.send("workspace/executeCommand", json!({ "command": "buildfix.undo" }));
    assert!(initialized.await.unwrap()["result"].is_object());
    assert_eq!(undo.await.unwrap()["result"], Value::Null);
    assert_eq!(editor.ask("initialize", params.clone()).await["error"]["code"], -32600, "once is enough");
    assert!(editor.ask("shutdown", Value::Null).await.get("error").is_none());
    for method in ["textDocument/codeAction", "shutdown", "initialize", "no/such", "$/no/such"] {
        assert_eq!(editor.ask(method, params.clone()).await["error"]["code"], -32600, "{method}");
    }
    editor.tell("exit", Value::Null);
    let ended = tokio::time::timeout(Duration::from_secs(30), editor.server).await;
    assert!(ended.expect("the server ends").unwrap(), "it was asked to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_not_read_for_ever() {
    let (mut client, server_reads) = tokio::io::duplex(1 << 10);
    let (server_writes, unread) = tokio::io::duplex(1 << 10);
    let server = tokio::spawn(serve(providers(), None, server_reads, server_writes));
    let message = |id: i64, method: &str, params: Value| {
        framed(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
    };
    client.write_all(&message(0, "initialize", json!({ "processId": null, "capabilities": {} }))).await.unwrap();
    let mut sent = 0_i64;
    let question = |id| message(id, "workspace/executeCommand", json!({ "command": "buildfix.undo" }));
    // Nobody reads the answers: at some point nobody reads the questions, either, and memory does not grow.
    while tokio::time::timeout(Duration::from_secs(2), client.write_all(&question(sent + 1))).await.is_ok() {
        sent += 1;
        assert!(sent < 10_000, "questions are taken without bound");
    }
    drop((client, unread));
    let ended = tokio::time::timeout(Duration::from_secs(30), server).await;
    assert!(!ended.expect("the server ends").unwrap());
}
