//! What is offered about repairs that were learned: the rest of their kind, where they come from, and that they are not wanted.

use crate::convert::{Lines, action, path_of};
use crate::learner::Event;
use crate::queue::{Queue, failed, internal};
use crate::state::State;
use diagnostics::SourceDiagnostic;
use fix::{DiagnosticSet, Origin};
use index::Source;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use text::TextRange;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

/// The command of our plug-ins that shows where a fix comes from.
const SHOW: &str = "buildfix.showPattern";

fn command(title: String, name: &str, argument: Value) -> lsp::CodeAction {
    lsp::CodeAction {
        kind: Some(lsp::CodeActionKind::QuickFix),
        command: Some(lsp::Command {
            title: title.clone(),
            tooltip: None,
            command: name.to_owned(),
            arguments: Some(vec![argument]),
        }),
        title,
        ..action()
    }
}

/// Adds the actions about what was learned: at the diagnostics that are asked about, and at a place that was just repaired.
pub(crate) fn actions(
    state: &State,
    uri: &lsp::Uri,
    source: &Source,
    set: &Arc<DiagnosticSet>,
    (asked, range): (&[(lsp::Diagnostic, SourceDiagnostic)], Option<TextRange>),
    out: &mut Vec<lsp::CodeAction>,
) {
    let mut origins: Vec<Arc<Origin>> = Vec::new();
    for (_, diagnostic) in asked {
        let fixes = state.fixes(source, set, diagnostic);
        origins.extend(fixes.iter().find(|f| !f.suppression && f.origin.is_some()).and_then(|f| f.origin.clone()));
    }
    let mut families: Vec<u64> = origins.iter().map(|o| o.family).collect();
    if let Some(path) = path_of(uri) {
        families.extend(range.iter().flat_map(|range| state.learning.repaired_in(&path, *range)));
    }
    let mut seen = Vec::new();
    families.retain(|f| {
        !seen.contains(f) && {
            seen.push(*f);
            true
        }
    });
    for family in families {
        if let Some(rest) = state.rest_of(set, family) {
            let argument = |preview| json!({ "scope": "workspace", "family": family.to_string(), "preview": preview });
            out.push(command(rest.title(), "buildfix.fixAll", argument(false)));
            if state.configuration.previews {
                let title = format!("Preview the other {} like this", rest.places);
                out.push(command(title, "buildfix.fixAll", argument(true)));
            }
        }
    }
    origins.dedup_by_key(|o| o.id);
    if state.configuration.plug_in {
        for origin in origins {
            let argument = json!({
                "pattern": origin.id.to_string(), "uri": uri.to_string(), "explanation": origin.explanation
            });
            out.push(command(format!("{}: examples, not useful, forget…", origin.explanation), SHOW, argument));
        }
    }
}

/// `buildfix.next`: what is best repaired by hand next, because many others have its shape.
pub(crate) fn next(state: &State) -> Value {
    let shown = |(d, others): (&SourceDiagnostic, usize)| {
        let text = state.workspace.index().text(&d.path)?;
        let lines = Lines::new(&text, state.connection.capabilities.encoding);
        let uri = state.documents.uri(&d.path)?;
        let (code, message) = (d.code.as_str(), &*d.message);
        Some(json!({
            "uri": uri.to_string(), "range": lines.range(d.range), "code": code, "message": message, "others": others
        }))
    };
    Value::Array(state.hints().filter_map(shown).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Argument {
    /// [`Origin::id`], as text.
    pattern: String,
    /// `examples`, `reject` or `forget`.
    what: String,
    /// The file in which it is of no use.
    uri: Option<String>,
}

/// `buildfix.pattern`: shows what a pattern was learned from, or takes note that it is not wanted.
pub(crate) async fn answer(queue: &Queue<State>, argument: Value) -> Result<Option<Value>> {
    let argument: Argument = serde_json::from_value(argument)
        .map_err(|e| failed(format!("buildfix.pattern needs {{pattern, what}}: {e}")))?;
    let pattern: u64 = argument.pattern.parse().map_err(|e| failed(format!("buildfix.pattern: pattern: {e}")))?;
    let learner = queue.ask(|state| Ok(state.learner())).await?;
    let learner = learner.ok_or_else(|| failed("nothing is learned here: \"buildfix.learn\" is off"))?;
    let path = argument.uri.as_deref().and_then(|uri| path_of(&lsp::Uri::from(uri)));
    let what = argument.what;
    let work = move || -> Result<Value> {
        match (what.as_str(), path) {
            ("examples", _) => Ok(json!(learner.examples(pattern))),
            ("reject", Some(path)) => {
                learner.note(&[pattern], Event::Rejected, &path);
                Ok(Value::Bool(true))
            }
            ("reject", None) => Err(failed("buildfix.pattern: \"reject\" needs the uri of a file")),
            ("forget", _) => {
                learner.forget(pattern);
                Ok(Value::Bool(true))
            }
            (other, _) => Err(failed(format!("buildfix.pattern: what is examples, reject or forget, not \"{other}\""))),
        }
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| internal(e.to_string()))??;
    if done.is_boolean() {
        queue.tell(State::patterns_changed);
    }
    Ok(Some(done))
}
