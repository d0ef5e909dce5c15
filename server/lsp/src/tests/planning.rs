//! Fix-all beside the engine: what goes on meanwhile, and what becomes of it.

use super::*;
use fix::{Applicability, Fix, FixProvider, Providers, RuleContext, RuleDocs};
use std::sync::Condvar;

/// Asks the rules, and keeps whoever asks on another thread than the engine's until it is opened.
#[derive(Default)]
struct Slow {
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

impl Slow {
    fn open(&self) {
        self.state.lock().unwrap().0 = true;
        self.changed.notify_all();
    }
    /// Waits until a worker asks.
    async fn asked(&self) {
        for _ in 0..4000 {
            if self.state.lock().unwrap().1 > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no worker asked");
    }
}

/// Opens when a test ends, however it ends: the runtime waits for its workers.
struct Opener(Arc<Slow>);

impl std::ops::Deref for Opener {
    type Target = Slow;
    fn deref(&self) -> &Slow {
        &self.0
    }
}
impl Drop for Opener {
    fn drop(&mut self) {
        self.open();
    }
}

struct SlowRules(Arc<Slow>);

impl FixProvider for SlowRules {
    fn name(&self) -> &'static str {
        "slow rules"
    }
    fn handles(&self, code: &str) -> bool {
        providers().handle(code)
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        if std::thread::current().name() != Some("engine") {
            let mut state = self.0.state.lock().unwrap();
            state.1 += 1;
            drop(self.0.changed.wait_while(state, |(open, _)| !*open).unwrap());
        }
        rules::provider().fixes(ctx)
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, _: &str) -> Option<RuleDocs> {
        None
    }
}

const LOG: &str = "a.cs(5,17): error CS1002: ; expected\nb.cs(5,17): error CS1002: ; expected\n";

/// A server in which a fix-all has begun and waits; the answer will come by the receiver.
async fn begun(argument: Value) -> (Editor, Opener, (i64, oneshot::Receiver<Value>)) {
    let slow = Opener(Arc::default());
    let provider: Arc<dyn FixProvider> = Arc::new(SlowRules(slow.0.clone()));
    let mut capabilities = full();
    capabilities["window"] = json!({ "workDoneProgress": true });
    let files = [("a.cs", BROKEN), ("b.cs", BROKEN)];
    let mut editor =
        Editor::start_with(Providers::from_iter([provider]), &files, Manner::Polite, capabilities, json!({})).await;
    write_log(&editor, LOG);
    editor.open("a.cs", "csharp", 1, BROKEN);
    load_log(&mut editor).await;
    let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [argument], "workDoneToken": "mine" });
    let answer = editor.send("workspace/executeCommand", fix_all);
    slow.asked().await;
    (editor, slow, answer)
}

fn typed(line: u32, character: u32, text: &str) -> Value {
    let at = json!({ "line": line, "character": character });
    json!([{ "range": { "start": at, "end": at }, "text": text }])
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_while_all_is_fixed_and_what_was_typed_meanwhile_stays() {
    let (mut editor, slow, (_, mut answer)) = begun(json!({ "preview": true })).await;
    for version in 2..20 {
        editor.change("a.cs", version, typed(0, 0, "\n"));
        let line = 3 + u32::try_from(version).unwrap();
        let actions = fixes(&mut editor, "a.cs", (line, 16), MISSING).await;
        assert_eq!(actions[0]["title"], "Add ';'", "{actions:?}");
    }
    assert!(answer.try_recv().is_err(), "the plan still waits");
    slow.open();
    let answer = tokio::time::timeout(Duration::from_secs(30), answer).await.unwrap().unwrap();
    assert_eq!((&answer["result"]["fixed"], &answer["result"]["applied"]), (&json!(2), &json!(true)), "{answer}");
    let edit = editor.edits.lock().unwrap()[0].clone();
    let change = &edit["documentChanges"][0];
    let range = json!({ "start": { "line": 22, "character": 16 }, "end": { "line": 22, "character": 16 } });
    assert_eq!((&change["textDocument"]["version"], &change["edits"][0]["range"]), (&json!(19), &range), "{edit}");
    let label = &edit["changeAnnotations"][change["edits"][0]["annotationId"].as_str().unwrap()]["label"];
    assert_eq!(label, "CS1002: Add ';'", "the preview still knows which fix it is");
    // The client applies it: the diagnostic goes with it.
    let uri = editor.uri("a.cs");
    editor.change("a.cs", 20, typed(22, 16, ";"));
    editor.wait_for("no diagnostic", |n| Editor::published(n, &uri).is_some_and(|d| d.is_empty())).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_places_were_edited_is_refused_and_says_why() {
    let (editor, slow, (_, answer)) = begun(json!({})).await;
    editor.change("a.cs", 2, typed(4, 16, " + 1"));
    slow.open();
    let answer = tokio::time::timeout(Duration::from_secs(30), answer).await.unwrap().unwrap();
    let result = &answer["result"];
    assert_eq!(
        (&result["applied"], &result["fixed"], &result["planned"]),
        (&json!(false), &json!(0), &json!(2)),
        "{answer}"
    );
    assert!(result["reason"].as_str().unwrap().starts_with("a.cs was changed"), "{answer}");
    assert!(editor.edits.lock().unwrap().is_empty());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_cancelled_at_once_and_the_next_one_waits_for_its_worker() {
    let (mut editor, slow, (id, answer)) = begun(json!({})).await;
    editor.tell("$/cancelRequest", json!({ "id": id }));
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], -32800, "the worker still waits: {answer}");

    let fix_all = json!({ "command": "buildfix.fixAll", "arguments": [{}], "workDoneToken": 7 });
    let (_, mut second) = editor.send("workspace/executeCommand", fix_all.clone());
    let begins = |n: &[Value], token: Value| {
        n.iter().any(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "begin")
    };
    editor.wait_for("its progress", |n| begins(n, json!(7))).await;
    assert!(second.try_recv().is_err());
    editor.tell("window/workDoneProgress/cancel", json!({ "token": 7 }));
    let answer = tokio::time::timeout(Duration::from_secs(10), second).await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], -32800, "{answer}");

    let (_, third) = editor.send("workspace/executeCommand", fix_all);
    slow.open();
    let answer = tokio::time::timeout(Duration::from_secs(30), third).await.unwrap().unwrap();
    assert_eq!(answer["result"]["fixed"], 2, "{answer}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fixing_on_save_keeps_nobody_waiting() {
    let (mut editor, slow, (id, answer)) = begun(json!({})).await;
    editor.tell("$/cancelRequest", json!({ "id": id }));
    answer.await.unwrap();
    let mut params = editor.actions_params("a.cs", (4, 16), (4, 16), "CS1002", "; expected");
    params["context"]["only"] = json!(["source.fixAll"]);
    let (_, mut saved) = editor.send("textDocument/codeAction", params);
    assert_eq!(fixes(&mut editor, "a.cs", (4, 16), MISSING).await[0]["title"], "Add ';'");
    assert!(saved.try_recv().is_err());
    slow.open();
    let answer = tokio::time::timeout(Duration::from_secs(30), saved).await.unwrap().unwrap();
    assert_eq!(answer["result"][0]["kind"], "source.fixAll.buildfix", "{answer}");
    editor.finish().await;
}

/// Two fixes of one title, and one that is the same for every diagnostic.
struct Twins;

impl FixProvider for Twins {
    fn name(&self) -> &'static str {
        "twins"
    }
    fn handles(&self, code: &str) -> bool {
        code.starts_with("TWIN")
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let at = |start: usize, text: &str| {
            let mut fix = ctx.fix("Twin", Applicability::Unsafe).insert(start, text).build();
            fix.rule = "twin".into();
            fix
        };
        let start = ctx.diagnostic.range.start;
        match ctx.code().as_str() {
            "TWIN1" => vec![at(start, "/*one*/"), at(start, "/*two*/")],
            "TWIN2" => vec![at(start, "/*one*/")],
            _ => vec![at(0, "// same\n")],
        }
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, _: &str) -> Option<RuleDocs> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fixes_of_one_title_are_told_apart_and_each_is_resolved_to_its_own_edit() {
    let twins: Arc<dyn FixProvider> = Arc::new(Twins);
    let files = [("a.cs", BROKEN)];
    let mut editor = Editor::start_with(Providers::from_iter([twins]), &files, Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, BROKEN);
    let actions = fixes(&mut editor, "a.cs", (4, 8), ("TWIN1", "m")).await;
    let titles: Vec<&str> = actions.iter().map(|a| a["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Twin (/*one*/)", "Twin (/*two*/)"]);
    for (action, written) in actions.iter().zip(["/*one*/", "/*two*/"]) {
        let resolved = editor.ask("codeAction/resolve", action.clone()).await;
        let edit = &resolved["result"]["edit"]["documentChanges"][0]["edits"][0]["newText"];
        assert_eq!(edit, written, "{resolved}");
    }
    // Of two diagnostics: by line. What is the same change is one action for both.
    let mut params = editor.actions_params("a.cs", (2, 4), (2, 4), "TWIN2", "m");
    let other = editor.actions_params("a.cs", (4, 8), (4, 8), "TWIN2", "m");
    for (code, count) in [("TWIN2", 2), ("TWIN3", 1)] {
        let list = [&params, &other].map(|p| {
            let mut d = p["context"]["diagnostics"][0].clone();
            d["code"] = json!(code);
            d
        });
        params["context"]["diagnostics"] = json!(list);
        let answer = editor.ask("textDocument/codeAction", params.clone()).await;
        let titles: Vec<&str> =
            answer["result"].as_array().unwrap().iter().map(|a| a["title"].as_str().unwrap()).collect();
        let fixes: Vec<&&str> = titles.iter().filter(|t| t.starts_with("Twin")).collect();
        assert_eq!(fixes.len(), count, "{titles:?}");
        match count {
            2 => assert_eq!(fixes, [&"Twin (line 3)", &"Twin (line 5)"]),
            _ => assert_eq!(answer["result"][0]["diagnostics"].as_array().map(Vec::len), Some(2), "{answer}"),
        }
    }
    editor.finish().await;
}
