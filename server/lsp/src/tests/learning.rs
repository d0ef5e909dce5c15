//! Learning from what is typed, and offering the rest.

use super::*;
use crate::learner::{Event, Hint, Learner, Lesson, Repaired, ShownExample};
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Change, Fix, FixProvider, Origin, Providers, RuleContext, RuleDocs};
use std::path::{Path, PathBuf};

/// Remembers what it was told.
#[derive(Default)]
struct Notes {
    learned: Mutex<Vec<Repaired>>,
    events: Mutex<Vec<(Vec<u64>, Event)>>,
}

impl Learner for Notes {
    fn open(&self, _: &[PathBuf]) -> bool {
        false
    }
    fn learn(&self, files: &[Repaired]) -> Vec<Lesson> {
        self.learned.lock().unwrap().extend(files.iter().cloned());
        let lesson = |f: &Repaired| {
            let same = f.before.lines().zip(f.after.lines()).take_while(|(a, b)| a == b).count();
            Lesson { path: f.path.clone(), line: same as u32 + 1, family: FAMILY }
        };
        files.iter().map(lesson).collect()
    }
    fn note(&self, patterns: &[u64], event: Event, _: &Path) {
        self.events.lock().unwrap().push((patterns.to_vec(), event));
    }
    fn examples(&self, pattern: u64) -> Vec<ShownExample> {
        vec![ShownExample { path: "a.cs".into(), line: 7, before: pattern.to_string(), after: String::new() }]
    }
    fn next(&self, open: &[SourceDiagnostic], _: &HashMap<PathBuf, Arc<str>>) -> Vec<Hint> {
        let first = open.first().map(|d| Hint { diagnostic: d.clone(), others: open.len() - 1 });
        first.into_iter().collect()
    }
    fn forget(&self, pattern: u64) {
        self.events.lock().unwrap().push((vec![pattern], Event::Undone));
    }
}

impl Notes {
    /// What was learned, once so many files were.
    async fn learned(&self, files: usize) -> Vec<Repaired> {
        for _ in 0..2000 {
            if self.learned.lock().unwrap().len() >= files {
                return std::mem::take(&mut self.learned.lock().unwrap());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nothing was learned");
    }
    async fn told(&self, event: (Vec<u64>, Event)) {
        for _ in 0..2000 {
            if self.events.lock().unwrap().contains(&event) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{event:?} is not among {:?}", self.events.lock().unwrap());
    }
}

const FAMILY: u64 = u64::MAX - 1;
const PATTERN: u64 = u64::MAX;

/// Turns `Old` into `New` where the diagnostic is, as it was shown three times; and `Quiet` into a suppression.
struct Learned;

impl FixProvider for Learned {
    fn name(&self) -> &'static str {
        "learned"
    }
    fn handles(&self, code: &str) -> bool {
        code == "CS0619"
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let range = ctx.diagnostic.range;
        let range = text::TextRange::new(range.start, range.start + 3);
        let mut change = Change::new();
        change.edit(ctx.path(), ctx.source.hash, text::TextEdit::replace(range, "New"));
        let explanation = "Learned from 3 fixes of CS0619 in 1 file, last today".to_owned();
        let origin = Origin { id: PATTERN, family: FAMILY, explanation, repairs: 3, by_example: true };
        let mut fix = Fix::new("Change 'Old' to 'New'", Applicability::Unsafe, change).learned_from(origin);
        fix.rule = "learned".into();
        fix.suppression = ctx.text()[range.start..].starts_with("Qui");
        vec![fix]
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, _: &str) -> Option<RuleDocs> {
        None
    }
}

const USES: &str = "class C\n{\n    void M()\n    {\n        Old(1);\n        Old(2);\n        Old(3);\n        Old(4);\n        Quiet(5);\n    }\n}\n";

/// What a build says of the uses on these lines.
fn log_of(lines: &[u32]) -> String {
    lines.iter().map(|line| format!("a.cs({line},9): error CS0619: 'Old' is obsolete: 'use New'\n")).collect()
}

async fn started(options: Value) -> (Editor, Arc<Notes>) {
    started_with(options, Manner::Polite).await
}

async fn started_with(options: Value, manner: Manner) -> (Editor, Arc<Notes>) {
    let notes = Arc::<Notes>::default();
    let list: [Arc<dyn FixProvider>; 2] = [Arc::new(Learned), rules::provider()];
    let providers = Providers::from_iter(list);
    let mut editor = Editor::connect_with(providers, Some(notes.clone()), &[("a.cs", USES)], manner);
    let root = editor.uri("");
    let mut options = options;
    options["client"] = json!("vscode");
    let params =
        json!({ "processId": null, "rootUri": root, "capabilities": full(), "initializationOptions": options });
    editor.ask("initialize", params).await;
    editor.tell("initialized", json!({}));
    editor.open("a.cs", "csharp", 1, USES);
    (editor, notes)
}

async fn built(editor: &mut Editor, log: &str) {
    write_log(editor, log);
    load_log(editor).await;
}

fn replaced(line: u32, from: u32, to: u32, text: &str) -> Value {
    let at = |character: u32| json!({ "line": line, "character": character });
    json!([{ "range": { "start": at(from), "end": at(to) }, "text": text }])
}

async fn titles(editor: &mut Editor, line: u32) -> Vec<String> {
    let at = json!({ "line": line, "character": 10 });
    let params = json!({
        "textDocument": { "uri": editor.uri("a.cs") }, "range": { "start": at, "end": at }, "context": { "diagnostics": [] }
    });
    let answer = editor.ask("textDocument/codeAction", params).await;
    let list = answer["result"].as_array().cloned().unwrap_or_default();
    list.iter().map(|a| a["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_between_two_builds_is_learned_and_what_a_fix_did_is_not() {
    let (mut editor, notes) = started(json!({})).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    // One by hand, one by a fix.
    editor.change("a.cs", 2, replaced(4, 8, 11, "Neu"));
    let fix = fixes(&mut editor, "a.cs", (5, 8), ("CS0619", "'Old' is obsolete: 'use New'")).await.remove(0);
    assert_eq!(fix["title"], "Change 'Old' to 'New'");
    editor.ask("codeAction/resolve", fix).await;
    editor.change("a.cs", 3, replaced(5, 8, 11, "New"));
    notes.told((vec![PATTERN], Event::Applied)).await;
    built(&mut editor, &log_of(&[7, 8])).await;
    let learned = notes.learned(1).await;
    let [file] = &learned[..] else { panic!("{learned:?}") };
    assert!(file.before.contains("Old(1)") && file.before.contains("New(2)"), "{}", file.before);
    assert!(file.after.contains("Neu(1)") && file.after.contains("New(2)"));
    assert_eq!((file.was.len(), file.is.len()), (3, 2), "{file:?}");
    notes.told((vec![PATTERN], Event::Proved)).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_undo_of_a_learned_fix_is_noticed_and_its_place_is_a_persons_again() {
    let (mut editor, notes) = started(json!({})).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    let fix = fixes(&mut editor, "a.cs", (4, 8), ("CS0619", "'Old' is obsolete: 'use New'")).await.remove(0);
    editor.ask("codeAction/resolve", fix).await;
    editor.change("a.cs", 2, replaced(4, 8, 11, "New"));
    notes.told((vec![PATTERN], Event::Applied)).await;
    editor.change("a.cs", 3, replaced(4, 8, 11, "Old"));
    editor.change("a.cs", 4, replaced(4, 8, 11, "Neu"));
    built(&mut editor, &log_of(&[6, 7, 8])).await;
    notes.told((vec![PATTERN], Event::Undone)).await;
    let learned = notes.learned(1).await;
    assert!(learned[0].before.contains("Old(1)") && learned[0].after.contains("Neu(1)"), "{learned:?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_learned_where_errors_are_hidden_or_learning_is_off() {
    let (mut editor, notes) = started(json!({})).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    editor.change("a.cs", 2, replaced(4, 8, 11, "Neu"));
    // What does not parse hides the rest.
    built(&mut editor, "a.cs(6,9): error CS1002: ; expected\n").await;
    built(&mut editor, &log_of(&[6, 7, 8])).await;
    assert_eq!(notes.learned(1).await.len(), 1, "once, and by the build that had all");
    editor.finish().await;

    let (mut editor, notes) = started(json!({ "learn": false })).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    editor.change("a.cs", 2, replaced(4, 8, 11, "Neu"));
    built(&mut editor, &log_of(&[6, 7, 8])).await;
    titles(&mut editor, 6).await;
    assert!(notes.learned.lock().unwrap().is_empty());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_is_offered_with_its_reason_and_taken_as_one() {
    let (mut editor, notes) = started(json!({})).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8, 9])).await;
    let offered = titles(&mut editor, 6).await;
    let rest = "Fix the other 4 like this (learned from 3 fixes of CS0619 in 1 file, last today)";
    assert!(offered.iter().any(|t| t == rest), "{offered:?}");
    assert!(offered.iter().any(|t| t == "Preview the other 4 like this"), "{offered:?}");
    assert!(offered.iter().any(|t| t.starts_with("Learned from 3 fixes of CS0619")), "{offered:?}");
    // Below three it is not worth it.
    built(&mut editor, &log_of(&[7, 8])).await;
    assert!(!titles(&mut editor, 6).await.iter().any(|t| t.contains("like this")));
    built(&mut editor, &log_of(&[5, 6, 7, 8, 9])).await;
    let argument = json!({ "scope": "workspace", "family": FAMILY.to_string() });
    let run = json!({ "command": "buildfix.fixAll", "arguments": [argument] });
    let answer = editor.ask("workspace/executeCommand", run).await;
    assert_eq!(answer["result"], json!({ "applied": true, "fixed": 4, "remaining": 1, "files": 1 }), "{answer}");
    let edit = editor.edits.lock().unwrap()[0].clone();
    let edits = edit["documentChanges"][0]["edits"].as_array().unwrap().clone();
    assert_eq!(edits.len(), 4, "what only silences is left: {edit}");
    assert!(edit["changeAnnotations"].is_null(), "it was asked for: {edit}");
    editor.change("a.cs", 2, json!([{ "text": USES.replace("Old", "New") }]));
    notes.told((vec![PATTERN; 4], Event::Applied)).await;
    let undo = editor.ask("workspace/executeCommand", json!({ "command": "buildfix.undo", "arguments": [{}] })).await;
    assert_eq!(undo["result"]["title"], "Fix the others like this", "{undo}");
    // Looked at once more, and taken back again: that is one opinion.
    editor.change("a.cs", 3, json!([{ "text": USES }]));
    editor.change("a.cs", 4, json!([{ "text": USES.replace("Old", "New") }]));
    editor.change("a.cs", 5, json!([{ "text": USES }]));
    assert!(notes.events.lock().unwrap().iter().all(|(_, event)| *event == Event::Applied));
    built(&mut editor, &log_of(&[5, 6, 7, 8, 9])).await;
    notes.told((vec![PATTERN], Event::Undone)).await;
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_in_a_preview_is_nobodys_example_either() {
    let (mut editor, notes) = started_with(json!({}), Manner::Silent).await;
    built(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    let argument = json!({ "scope": "workspace", "family": FAMILY.to_string(), "preview": true });
    let run = json!({ "command": "buildfix.fixAll", "arguments": [argument] });
    // The editor applies two of the four before it answers.
    let (_, answer) = editor.send("workspace/executeCommand", run);
    let mut asked = None;
    for _ in 0..2000 {
        let is_edit = |m: &Value| m["method"] == "workspace/applyEdit";
        asked = editor.asked.lock().unwrap().iter().find(|m| is_edit(m)).map(|m| m["id"].clone());
        if asked.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let chosen = USES.replace("Old(1)", "New(1)").replace("Old(3)", "New(3)");
    editor.change("a.cs", 2, json!([{ "text": chosen }]));
    let applied = json!({ "jsonrpc": "2.0", "id": asked.expect("the edit"), "result": { "applied": true } });
    editor.to_server.send(framed(&applied)).unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(30), answer).await.unwrap().unwrap();
    assert_eq!(answer["result"]["applied"], true, "{answer}");
    notes.told((vec![PATTERN; 2], Event::Applied)).await;
    editor.change("a.cs", 3, replaced(5, 8, 11, "Neu"));
    built(&mut editor, &log_of(&[8])).await;
    let learned = notes.learned(1).await;
    assert!(learned[0].before.contains("New(1)") && learned[0].before.contains("Old(2)"), "{learned:?}");
    assert_eq!(learned[0].was.len(), 2, "{learned:?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_diagnostics_are_enough() {
    let (mut editor, notes) = started(json!({})).await;
    let say = |editor: &Editor, version: i32, lines: &[u32]| {
        let list: Vec<Value> = lines
            .iter()
            .map(|line| {
                let at = |character: u32| json!({ "line": line, "character": character });
                let range = json!({ "start": at(8), "end": at(11) });
                json!({ "range": range, "severity": 1, "code": "CS0619", "source": "roslyn", "message": "'Old' is obsolete: 'use New'" })
            })
            .collect();
        let params = json!({ "uri": editor.uri("a.cs"), "version": version, "diagnostics": list });
        editor.tell("buildfix/diagnostics", params);
    };
    say(&editor, 1, &[4, 5, 6, 7]);
    editor.change("a.cs", 2, replaced(4, 8, 11, "Ne"));
    say(&editor, 2, &[4, 5, 6, 7]);
    editor.change("a.cs", 3, replaced(4, 8, 10, "Neu"));
    say(&editor, 3, &[5, 6, 7]);
    let learned = notes.learned(1).await;
    assert!(learned[0].before.contains("Old(1)") && learned[0].after.contains("Neu(1)"), "{learned:?}");
    assert_eq!((learned[0].was.len(), learned[0].is.len()), (4, 3));
    // At the place that was just repaired.
    let mut here = Vec::new();
    for _ in 0..1000 {
        here = titles(&mut editor, 4).await;
        if !here.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(here.iter().any(|t| t.starts_with("Fix the other 3 like this")), "{here:?}");
    // A set of another version of the text says nothing.
    say(&editor, 2, &[]);
    titles(&mut editor, 4).await;
    assert!(notes.learned.lock().unwrap().is_empty());
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_being_written_says_nothing_until_it_stays() {
    let (mut editor, notes) = started(json!({ "logs": ["build.log"] })).await;
    let written = async |editor: &mut Editor, log: &str| {
        write_log(editor, log);
        let change = json!({ "uri": editor.uri("build.log"), "type": 2 });
        editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
        titles(editor, 0).await;
    };
    written(&mut editor, &log_of(&[5, 6, 7, 8])).await;
    editor.change("a.cs", 2, replaced(4, 8, 11, "Neu"));
    editor.change("a.cs", 3, replaced(5, 12, 13, "22"));
    // As a shell and a build do it: empty, a part, the whole.
    written(&mut editor, "").await;
    written(&mut editor, &log_of(&[6])).await;
    written(&mut editor, &log_of(&[6, 7, 8])).await;
    assert!(notes.learned.lock().unwrap().is_empty());
    let learned = notes.learned(1).await;
    assert_eq!((learned.len(), learned[0].is.len()), (1, 3), "{learned:?}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_kind_is_fixed_where_only_another_server_tells_of_it() {
    let (mut editor, _) = started(json!({})).await;
    let range = json!({ "start": { "line": 4, "character": 8 }, "end": { "line": 4, "character": 11 } });
    let told = json!({ "range": range, "severity": 1, "code": "CS0619", "source": "roslyn", "message": "obsolete" });
    editor.tell("buildfix/diagnostics", json!({ "uri": editor.uri("a.cs"), "version": 1, "diagnostics": [told] }));
    let argument = json!({ "scope": "workspace", "codes": ["CS0619"], "safety": "unsafe" });
    let run = json!({ "command": "buildfix.fixAll", "arguments": [argument] });
    let answer = editor.ask("workspace/executeCommand", run).await;
    assert_eq!(answer["result"], json!({ "applied": true, "fixed": 1, "remaining": 0, "files": 1 }), "{answer}");
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_best_repaired_by_hand_is_said_where_nothing_is_offered() {
    let (mut editor, _) = started(json!({})).await;
    let unknown = |line: u32| format!("a.cs({line},9): error CS9998: Nobody knows what this is\n");
    let log = log_of(&[5]) + &unknown(6) + &unknown(7) + &unknown(8);
    built(&mut editor, &log).await;
    let alike = |n: &[Value]| n.iter().any(|m| m["method"] == "buildfix/status" && m["params"]["alike"] == 2);
    editor.wait_for("the hint", alike).await;
    let next = json!({ "command": "buildfix.next", "arguments": [{}] });
    let answer = editor.ask("workspace/executeCommand", next.clone()).await;
    let hint = &answer["result"][0];
    assert_eq!(
        (&hint["others"], &hint["range"]["start"]["line"], &hint["code"]),
        (&json!(2), &json!(5), &json!("CS9998"))
    );
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_are_shown_rejected_and_forgotten() {
    let (mut editor, notes) = started(json!({})).await;
    let mut run = async |argument: Value| {
        let answer =
            editor.ask("workspace/executeCommand", json!({ "command": "buildfix.pattern", "arguments": [argument] }));
        answer.await
    };
    let pattern = PATTERN.to_string();
    let shown = run(json!({ "pattern": pattern, "what": "examples" })).await;
    assert_eq!(shown["result"][0], json!({ "path": "a.cs", "line": 7, "before": pattern, "after": "" }), "{shown}");
    for wrong in
        [json!({ "pattern": "x", "what": "examples" }), json!({ "pattern": pattern, "what": "reject" }), json!({})]
    {
        let answer = run(wrong).await;
        assert!(answer["error"]["message"].as_str().unwrap().starts_with("buildfix.pattern"), "{answer}");
    }
    assert_eq!(run(json!({ "pattern": pattern, "what": "forget" })).await["result"], true);
    let uri = editor.uri("a.cs");
    let reject =
        json!({ "command": "buildfix.pattern", "arguments": [{ "pattern": pattern, "what": "reject", "uri": uri }] });
    assert_eq!(editor.ask("workspace/executeCommand", reject).await["result"], true);
    notes.told((vec![PATTERN], Event::Rejected)).await;
    editor.finish().await;
}
