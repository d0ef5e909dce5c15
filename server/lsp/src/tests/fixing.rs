//! Builds, quick fixes, fix-all and undo.

use super::*;

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
async fn imports_are_written_as_the_editor_prefers() {
    let user = "export const a = \"x\";\nhelp();\n";
    let files = [("help.ts", "export function help() {}\n"), ("user.ts", user)];
    for (preferences, written) in [(json!({}), "\"./help\""), (json!({ "quoteStyle": "single" }), "'./help'")] {
        let options = json!({ "preferences": preferences });
        let mut editor = Editor::start(&files, Manner::Polite, json!({}), options).await;
        editor.open("user.ts", "typescript", 1, user);
        let actions = fixes(&mut editor, "user.ts", (1, 0), ("TS2304", "Cannot find name 'help'.")).await;
        let edit = &actions[0]["edit"]["changes"][&editor.uri("user.ts")][0]["newText"];
        assert!(edit.as_str().is_some_and(|t| t.contains(written)), "{written}: {actions:#?}");
        editor.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_asked_once_until_something_changes() {
    let mut editor = Editor::start(&[("a.cs", BROKEN), ("b.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    for _ in 0..3 {
        let actions = fixes(&mut editor, "a.cs", (4, 16), MISSING).await;
        let resolved = editor.ask("codeAction/resolve", actions[0].clone()).await;
        assert!(resolved["result"]["edit"].is_object(), "{resolved}");
    }
    assert_eq!(editor.ask("test/asked", Value::Null).await["result"], 1);
    let start = json!({ "line": 0, "character": 0 });
    editor.change("a.cs", 2, json!([{ "range": { "start": start, "end": start }, "text": "\n" }]));
    assert_eq!(fixes(&mut editor, "a.cs", (5, 16), MISSING).await.len(), 1);
    assert_eq!(editor.ask("test/asked", Value::Null).await["result"], 2);
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_build_reports_of_an_open_document_is_known_before_it_is_asked_for() {
    let mut editor = Editor::start(&[("a.cs", BROKEN)], Manner::Polite, full(), json!({})).await;
    write_log(&editor, "a.cs(5,17): error CS1002: ; expected\n");
    editor.open("a.cs", "csharp", 1, BROKEN);
    assert_eq!(load_log(&mut editor).await["placed"], 1);
    let uri = editor.uri("a.cs");
    editor.wait_for("the status", |n| n.iter().any(|m| m["params"]["fixable"] == 1)).await;
    let before = editor.ask("test/asked", Value::Null).await["result"].clone();
    assert_eq!(before, 1);
    let shown = Editor::published(&editor.notes.lock().unwrap(), &uri).unwrap().remove(0);
    let context = json!({ "diagnostics": [shown] });
    let params = json!({ "textDocument": { "uri": uri }, "range": shown["range"], "context": context });
    let answer = editor.ask("textDocument/codeAction", params).await;
    let resolved = editor.ask("codeAction/resolve", answer["result"][0].clone()).await;
    assert!(resolved["result"]["edit"].is_object(), "{resolved}");
    assert_eq!(editor.ask("test/asked", Value::Null).await["result"], before);
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
