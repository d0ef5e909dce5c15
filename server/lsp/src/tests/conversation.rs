//! Order, cancellation, panics, odd messages and clients, the end.

use super::*;

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

#[tokio::test(flavor = "multi_thread")]
async fn exit_without_shutdown_and_a_closed_pipe_end_the_server() {
    let editor = Editor::start(&[], Manner::Polite, full(), json!({})).await;
    editor.tell("exit", Value::Null);
    let ended = tokio::time::timeout(Duration::from_secs(30), editor.server).await;
    assert!(!ended.expect("the server ends").unwrap(), "nobody said goodbye");

    let (client, server_end) = tokio::io::duplex(64);
    let server = tokio::spawn(serve(providers(), None, server_end, tokio::io::sink()));
    drop(client);
    let ended = tokio::time::timeout(Duration::from_secs(30), server).await;
    assert!(!ended.expect("the server ends").unwrap(), "nobody said goodbye");
}
