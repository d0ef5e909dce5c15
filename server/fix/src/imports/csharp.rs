use super::ImportRequest;
use index::Index;
use std::collections::BTreeSet;
use std::path::Path;
use syntax::{NodeExt, Parsed};
use text::{LineEnding, TextEdit};

fn directive(request: &ImportRequest) -> Option<String> {
    Some(match request {
        ImportRequest::Using { namespace } => format!("using {namespace};"),
        ImportRequest::UsingStatic { type_name } => format!("using static {type_name};"),
        ImportRequest::UsingAlias { alias, target } => format!("using {alias} = {target};"),
        _ => return None,
    })
}

/// Adds using directives after the last one of the file, or before its first declaration.
pub(super) fn edits(parsed: &Parsed, requests: &BTreeSet<ImportRequest>, _: &Path, _: &Index) -> Vec<TextEdit> {
    let text = parsed.text();
    let eol = LineEnding::of(text).as_str();
    let lines: Vec<String> = requests.iter().filter_map(directive).collect();
    let last = parsed.root().named().into_iter().rfind(|n| n.kind() == "using_directive");
    match last {
        Some(node) => {
            vec![TextEdit::insert(node.end_byte(), lines.iter().map(|l| format!("{eol}{l}")).collect::<String>())]
        }
        None => {
            let block = lines.join(eol) + eol + eol;
            vec![TextEdit::insert(parsed.root().named().first().map_or(0, |n| n.start_byte()), block)]
        }
    }
}
