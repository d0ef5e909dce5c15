use super::ImportRequest;
use index::Index;
use std::collections::BTreeSet;
use std::path::Path;
use syntax::Parsed;
use text::{LineEnding, TextEdit};

fn statement(request: &ImportRequest) -> Option<String> {
    let keyword = |type_only: &bool| if *type_only { "import type" } else { "import" };
    Some(match request {
        ImportRequest::Named { module, name, local, type_only } => {
            let names = if name == local { name.clone() } else { format!("{name} as {local}") };
            format!("{} {{ {names} }} from \"{module}\";", keyword(type_only))
        }
        ImportRequest::Default { module, local, type_only } => {
            format!("{} {local} from \"{module}\";", keyword(type_only))
        }
        ImportRequest::Namespace { module, local, type_only } => {
            format!("{} * as {local} from \"{module}\";", keyword(type_only))
        }
        _ => return None,
    })
}

/// Adds import statements at the top of the file.
pub(super) fn edits(parsed: &Parsed, requests: &BTreeSet<ImportRequest>, _: &Path, _: &Index) -> Vec<TextEdit> {
    let eol = LineEnding::of(parsed.text()).as_str();
    let lines: String = requests.iter().filter_map(statement).map(|l| l + eol).collect();
    vec![TextEdit::insert(0, lines + eol)]
}
