//! Documents of which the server lost track.

use super::*;

fn insert(line: u32, character: u32, text: &str) -> Value {
    let at = json!({ "line": line, "character": character });
    json!([{ "range": { "start": at, "end": at }, "text": text }])
}

/// The fixes of what is missing in `a.cs` or `b.cs`, without what fixes more than that.
async fn semicolons(editor: &mut Editor, name: &str, at: (u32, u32)) -> Vec<Value> {
    let mut actions = fixes(editor, name, at, MISSING).await;
    actions.retain(|a| a["title"] == "Add ';'");
    actions
}

fn out_of_step(notes: &[Value]) -> Vec<&str> {
    let of = notes.iter().filter(|n| n["method"] == "buildfix/outOfStep");
    of.map(|n| n["params"]["uri"].as_str().unwrap()).collect()
}
fn told(notes: &[Value]) -> usize {
    notes.iter().filter(|n| n["method"] == "window/showMessage").count()
}

/// A server with `a.cs` open at version 5 and a build's diagnostic in it.
async fn broken(capabilities: Value) -> Editor {
    // Also what the questions below say that somebody else shows.
    let always = json!({ "diagnostics": { "publish": "always" } });
    let mut editor = Editor::start(&[("a.cs", BROKEN), ("b.cs", BROKEN)], Manner::Polite, capabilities, always).await;
    write_log(&editor, "a.cs(5,17): error CS1002: ; expected\nb.cs(5,17): error CS1002: ; expected\n");
    editor.open("a.cs", "csharp", 5, BROKEN);
    load_log(&mut editor).await;
    let uri = editor.uri("a.cs");
    editor.wait_for("the diagnostic", |n| Editor::published(n, &uri).is_some_and(|d| d.len() == 1)).await;
    editor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_applied_advances_nothing_until_the_text_comes_whole() {
    let far = json!({ "line": 99, "character": 0 });
    let ways: [(&str, Value, i32); 5] = [
        ("outside of the document", insert(99, 0, "x"), 6),
        (
            "a range that ends before it starts",
            json!([{ "range": { "start": { "line": 3, "character": 0 }, "end": { "line": 1, "character": 0 } }, "text": "" }]),
            6,
        ),
        ("one of several", json!([insert(0, 0, "// ")[0], { "range": { "start": far, "end": far }, "text": "" }]), 6),
        ("a version that was there before", insert(0, 0, "// "), 5),
        ("a change without a range or a text", json!([{ "odd": 1 }]), 6),
    ];
    for (what, change, version) in ways {
        let mut editor = broken(full()).await;
        let uri = editor.uri("a.cs");
        let listed = semicolons(&mut editor, "a.cs", (4, 16)).await;
        assert_eq!(listed.len(), 1, "{what}");
        editor.change("a.cs", version, change);
        assert!(semicolons(&mut editor, "a.cs", (4, 16)).await.is_empty(), "{what}: nothing is offered");
        let resolved = editor.ask("codeAction/resolve", listed[0].clone()).await;
        assert_eq!(resolved["error"]["code"], -32801, "{what}: {resolved}");
        editor.assert_text("a.cs", 5, BROKEN).await;
        editor.wait_for("no diagnostics", |n| Editor::published(n, &uri).is_some_and(|d| d.is_empty())).await;
        assert_eq!(out_of_step(&editor.notes.lock().unwrap()), [&*uri], "{what}");
        // Changes go on; none of them can be understood.
        editor.change("a.cs", 7, insert(0, 0, "// "));
        editor.change("a.cs", 8, insert(99, 0, "// "));
        editor.assert_text("a.cs", 5, BROKEN).await;
        // Others are edited, and this one is not.
        let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [{}] });
        let answer = editor.ask("workspace/executeCommand", fix_all).await;
        assert_eq!(
            (&answer["result"]["fixed"], &answer["result"]["files"]),
            (&json!(1), &json!(1)),
            "{what}: {answer}"
        );
        assert!(!editor.edits.lock().unwrap()[0].to_string().contains("a.cs"), "{what}");
        // The user is told, and told once.
        editor.wait_for("the message", |n| told(n) == 1).await;

        let whole = format!("// one\n// two\n{BROKEN}");
        editor.change("a.cs", 9, json!([{ "text": whole }]));
        editor.assert_text("a.cs", 9, &whole).await;
        assert_eq!(semicolons(&mut editor, "a.cs", (6, 16)).await.len(), 1, "{what}: healed");
        let at =
            |n: &[Value]| Editor::published(n, &uri).and_then(|d| Some(d.first()?["range"]["start"]["line"].clone()));
        editor.wait_for("the diagnostic, two lines lower", |n| at(n) == Some(json!(6))).await;
        editor.change("a.cs", 10, insert(0, 0, "//"));
        editor.assert_text("a.cs", 10, &format!("//{whole}")).await;
        let notes = editor.notes.lock().unwrap().clone();
        assert_eq!((told(&notes), out_of_step(&notes).len()), (1, 1), "{what}");
        editor.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_opened_again_is_in_step_and_nobody_is_told() {
    let mut editor = broken(full()).await;
    editor.change("a.cs", 6, insert(99, 0, "x"));
    let changed = BROKEN.replace("class C", "class D");
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri("a.cs") } }));
    editor.open("a.cs", "csharp", 7, &changed);
    editor.assert_text("a.cs", 7, &changed).await;
    assert_eq!(semicolons(&mut editor, "a.cs", (4, 16)).await.len(), 1);
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert_eq!(told(&editor.notes.lock().unwrap()), 0);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_changed_and_never_opened_is_not_taken_from_the_disk() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.change("a.cs", 2, insert(0, 0, "// "));
    assert!(semicolons(&mut editor, "a.cs", (4, 16)).await.is_empty());
    let event = json!({ "changes": [{ "uri": editor.uri("a.cs"), "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    assert!(semicolons(&mut editor, "a.cs", (4, 16)).await.is_empty(), "it is open somewhere");
    editor.change("a.cs", 3, json!([{ "text": BROKEN }]));
    assert_eq!(semicolons(&mut editor, "a.cs", (4, 16)).await.len(), 1);
    editor.assert_text("a.cs", 3, BROKEN).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_a_message_that_cannot_be_read_is_noticed() {
    let mut editor = broken(full()).await;
    editor.open("b.cs", "csharp", 1, BROKEN);
    let change = |uri: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{uri}","version":6}},"contentChanges":[{{"text":"\ud800"}}]}}}}"#
        )
    };
    editor.to_server.send(framed_text(&change(&editor.uri("a.cs")))).unwrap();
    assert!(semicolons(&mut editor, "a.cs", (4, 16)).await.is_empty());
    assert_eq!(semicolons(&mut editor, "b.cs", (4, 16)).await.len(), 1, "it was about the other one");
    assert_eq!(editor.refusals.lock().unwrap()[0]["error"]["code"], -32700);
    // A header that lost a digit: whatever it was about, no text is certain any more.
    let text = String::from_utf8(framed_text(&change("file:///somewhere.cs"))).unwrap();
    editor.to_server.send(text.replacen("Content-Length: ", "Content-Length: x", 1).into_bytes()).unwrap();
    assert!(semicolons(&mut editor, "b.cs", (4, 16)).await.is_empty());
    editor.change("b.cs", 2, json!([{ "text": BROKEN }]));
    assert_eq!(semicolons(&mut editor, "b.cs", (4, 16)).await.len(), 1);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_can_are_told_to_send_whole_texts_until_one_came() {
    let mut capabilities = full();
    capabilities["textDocument"]["synchronization"] = json!({ "dynamicRegistration": true });
    let mut editor = broken(capabilities).await;
    editor.change("a.cs", 6, insert(99, 0, "x"));
    let asked = |editor: &Editor, method: &str| -> Vec<Value> {
        editor.asked.lock().unwrap().iter().filter(|m| m["method"] == method).cloned().collect()
    };
    let wait = async |editor: &Editor, method: &str| {
        for _ in 0..2000 {
            if let [one] = asked(editor, method).as_slice() {
                return one["params"].clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the client was not asked: {method}");
    };
    let params = wait(&editor, "client/registerCapability").await;
    let registration = &params["registrations"][0];
    assert_eq!(
        (&registration["method"], &registration["registerOptions"]["syncKind"]),
        (&json!("textDocument/didChange"), &json!(1))
    );
    // As VS Code does it: the next change is sent whole, and again in parts.
    editor.change("a.cs", 7, json!([{ "text": format!("//{BROKEN}") }]));
    editor.change("a.cs", 7, insert(0, 0, "/"));
    editor.assert_text("a.cs", 7, &format!("//{BROKEN}")).await;
    let params = wait(&editor, "client/unregisterCapability").await;
    assert_eq!(params["unregisterations"][0]["id"], registration["id"]);
    editor.change("a.cs", 8, insert(0, 0, "/"));
    editor.assert_text("a.cs", 8, &format!("///{BROKEN}")).await;
    assert_eq!(out_of_step(&editor.notes.lock().unwrap()).len(), 1);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_stay_where_they_are_when_whole_texts_are_sent() {
    let mut editor = broken(full()).await;
    let uri = editor.uri("a.cs");
    editor.change("a.cs", 6, json!([{ "text": format!("// one\n{BROKEN}// two\n") }]));
    let at = json!({ "line": 5, "character": 16 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": { "diagnostics": [] } });
    let answer = editor.ask("textDocument/codeAction", params).await;
    assert_eq!(answer["result"][0]["title"], "Add ';'", "{answer}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_in_a_large_document_parses_nothing_and_a_question_then_parses_the_neighbourhood() {
    let member = |i: usize| format!("    int M{i}(int a) {{ return a + {i}; }}\n");
    let text =
        format!("class C\n{{\n    int Broken() {{ return 1 }}\n{}}}\n", (0..28_000).map(member).collect::<String>());
    assert!(text.len() > 1 << 20);
    let mut editor = Editor::start(&[], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 0, &text);
    assert_eq!(semicolons(&mut editor, "a.cs", (2, 28)).await.len(), 1);
    let before = editor.ask("test/read", Value::Null).await["result"].as_u64().unwrap();
    for version in 1..=200 {
        editor.change("a.cs", version, insert(20_000, 0, " "));
    }
    assert_eq!(editor.ask("test/read", Value::Null).await["result"], before, "nobody asked yet");
    assert_eq!(semicolons(&mut editor, "a.cs", (2, 28)).await.len(), 1);
    let read = editor.ask("test/read", Value::Null).await["result"].as_u64().unwrap() - before;
    assert!(read < 256 << 10, "{read} bytes of {} were parsed again", text.len());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_document_that_is_too_large_the_answer_says_so() {
    let text = format!("{BROKEN}// {}\n", "x".repeat(17 << 20));
    let mut capabilities = full();
    capabilities["textDocument"]["codeAction"]["disabledSupport"] = json!(true);
    let mut editor = Editor::start(&[], Manner::Polite, capabilities, json!({})).await;
    editor.open("a.cs", "csharp", 0, &text);
    let actions = fixes(&mut editor, "a.cs", (4, 16), MISSING).await;
    assert!(actions[0]["disabled"]["reason"].as_str().unwrap().contains("16 MB"), "{actions:?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_pattern_file_has_what_was_offered_found_again() {
    let mut editor = broken(full()).await;
    semicolons(&mut editor, "a.cs", (4, 16)).await;
    let before = editor.ask("test/asked", Value::Null).await["result"].as_u64().unwrap();
    semicolons(&mut editor, "a.cs", (4, 16)).await;
    assert_eq!(editor.ask("test/asked", Value::Null).await["result"].as_u64(), Some(before), "it is known");
    let event = json!({ "changes": [{ "uri": editor.uri(".buildfix/patterns/a.bfx.toml"), "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    assert_eq!(editor.ask("test/asked", Value::Null).await["result"], 0, "nothing is known");
    assert_eq!(semicolons(&mut editor, "a.cs", (4, 16)).await.len(), 1);
    editor.finish().await;
}
