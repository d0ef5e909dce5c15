//! What is said of patterns in words.

use patterns::{Anchor, Fill, Pattern};

/// What a pattern is about, where it lies, and what is known of its holes, a line each.
pub fn notes(pattern: &Pattern) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(kind) = pattern.before.kind() {
        out.push(format!("what: {}", kind.replace('_', " ")));
    }
    if !pattern.anchors.is_empty() {
        let places: Vec<String> = pattern.anchors.iter().map(place).collect();
        out.push(format!("where: {}", places.join("; ")));
    }
    let names = patterns::file::names_of(pattern);
    for (hole, name) in pattern.holes.iter().zip(&names) {
        if let Some(head) = &hole.head {
            out.push(format!("${name} is {head}, or ends with it"));
        }
        match &hole.fill {
            Some(Fill::Scope { name: seen, ty: Some(ty) }) => {
                out.push(format!("${name} is {seen}, or the only {ty} in scope"))
            }
            Some(Fill::Scope { name: seen, ty: None }) => out.push(format!("${name} is {seen}")),
            Some(Fill::Argument(i)) => out.push(format!("${name} is what the message names as number {}", i + 1)),
            Some(Fill::Changed { of, .. }) => {
                let of = names.get(usize::from(*of)).map(|n| n.as_str()).unwrap_or_default();
                out.push(format!("${name} is made of ${of}"));
            }
            None => {}
        }
    }
    out
}

/// Where the edited place lies, seen from the diagnostic.
fn place(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Around(0) => "where the compiler points".to_owned(),
        Anchor::Around(n) => format!("around where the compiler points, {n} levels up"),
        Anchor::Statement => "in the same statement".to_owned(),
        Anchor::Member => "the member around".to_owned(),
        Anchor::Origin => "what the local is made of".to_owned(),
        Anchor::Target => "the declaration of what gets the value".to_owned(),
        Anchor::Declaration(n) => format!("the declaration of what the message names as number {}", n + 1),
        Anchor::Near => "within ten lines".to_owned(),
        Anchor::Use => "the uses of a local that the edit beside takes away".to_owned(),
    }
}
