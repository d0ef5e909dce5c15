//! What implements or overrides a member that changed.

use super::names;
use super::spot::Spot;
use crate::ChangeKind;
use crate::callable::Signatures;
use crate::carry::Carried;
use index::Parameter;
use syntax::typescript::occurrences;
use syntax::{Node, NodeExt};
use text::{TextEdit, TextRange};

/// Gives the declaration the name and the parameters that its base has now.
pub(super) fn carry(spot: &Spot<'_>) -> Option<Carried> {
    let change = spot.site.change;
    let now = change.now.as_ref()?;
    // Whoever changed the base changed this one, too.
    let declaration = spot.now.leaf.parent()?;
    let declaration_then = spot.then.leaf.parent()?;
    let mut out = Carried::default();
    for kind in &change.kinds {
        match kind {
            ChangeKind::Renamed { to, .. } => out.edits.extend(names::rename(spot, to)?),
            ChangeKind::ParameterAdded { .. }
            | ChangeKind::ParameterRemoved { .. }
            | ChangeKind::ParametersReordered { .. }
            | ChangeKind::ParameterRetyped { .. } => {}
            ChangeKind::ParameterRenamed { .. } | ChangeKind::Bases => {}
            ChangeKind::Modifiers { .. } => {}
            _ => return None,
        }
    }
    let Some(signatures) = Signatures::between(&change.then, now) else { return Some(out) };
    let same = signatures.pairs.iter().enumerate().all(|(j, p)| *p == Some(j))
        && signatures.then.parameters.len() == signatures.now.parameters.len()
        && !change.has(|k| matches!(k, ChangeKind::ParameterRetyped { .. }));
    if same {
        return Some(out);
    }
    if !declaration.is(&["method_definition", "method_signature", "abstract_method_signature"]) {
        return None;
    }
    let list = declaration.field("parameters")?;
    let list_then = declaration_then.field("parameters")?;
    if list.text_in(spot.text) != list_then.text_in(spot.site.then.text()) {
        return Some(out);
    }
    out.edits.extend(parameters(spot, declaration, list, &signatures)?);
    Some(out)
}

/// The list of parameters as the base has it now: those that stay keep their own text.
fn parameters(
    spot: &Spot<'_>,
    declaration: Node<'_>,
    list: Node<'_>,
    signatures: &Signatures,
) -> Option<Vec<TextEdit>> {
    let own = list.named();
    let (then, now) = (&signatures.then.parameters, &signatures.now.parameters);
    let mut written: Vec<String> = Vec::new();
    for (j, from) in signatures.pairs.iter().enumerate() {
        let parameter = &now[j];
        let text = match from {
            Some(i) => {
                let Some(node) = own.get(*i) else { continue };
                let mut text = spot.of_text(*node).to_owned();
                if then[*i].type_text != parameter.type_text {
                    let annotation = node.field("type")?;
                    // A type of its own was chosen on purpose.
                    let is_same = spot.of_text(annotation).trim_start_matches(':').trim() == then[*i].type_text;
                    if !is_same || !is_predefined(&parameter.type_text) && !is_known(spot, &parameter.type_text) {
                        return None;
                    }
                    let at = annotation.start_byte() - node.start_byte()..annotation.end_byte() - node.start_byte();
                    text.replace_range(at, &format!(": {}", parameter.type_text));
                }
                text
            }
            // The last ones may be left out.
            None if j >= own.len() && signatures.pairs[j..].iter().all(Option::is_none) && !needs_last(spot) => break,
            None => {
                if !is_predefined(&parameter.type_text) && !is_known(spot, &parameter.type_text) {
                    return None;
                }
                shown(parameter)
            }
        };
        written.push(text);
    }
    let body = declaration.field("body");
    for i in signatures.removed() {
        let Some(node) = own.get(i) else { continue };
        let name = node.field("pattern").unwrap_or(*node);
        let used = body.is_some_and(|b| !occurrences(b, spot.text, spot.of_text(name)).is_empty());
        if used || name.kind() != "identifier" {
            return None;
        }
    }
    let inner = TextRange::new(list.start_byte() + 1, list.end_byte() - 1);
    let new = written.join(", ");
    let before: Vec<&str> = own.iter().map(|p| spot.of_text(*p)).collect();
    if before.iter().copied().eq(written.iter().map(String::as_str)) {
        return Some(Vec::new());
    }
    let range = match (own.first(), own.last()) {
        (Some(first), Some(last)) if !written.is_empty() => TextRange::new(first.start_byte(), last.end_byte()),
        _ => inner,
    };
    Some(vec![TextEdit::replace(range, new)])
}

/// A function with fewer parameters is one of the base's type, too; one that is declared and not written out is not left behind.
fn needs_last(spot: &Spot<'_>) -> bool {
    spot.now.leaf.parent().is_some_and(|p| p.kind() != "method_definition")
}

fn shown(parameter: &Parameter) -> String {
    let rest = if parameter.rest { "..." } else { "" };
    let mark = if parameter.optional && !parameter.rest { "?" } else { "" };
    format!("{rest}{}{mark}: {}", parameter.name, parameter.type_text)
}

fn is_predefined(text: &str) -> bool {
    let bare = text.trim_end_matches("[]");
    ["string", "number", "boolean", "unknown", "any", "bigint", "symbol", "object", "void", "null", "undefined"]
        .contains(&bare)
}

/// Whether the names of a type mean the same in the file of the use.
fn is_known(spot: &Spot<'_>, text: &str) -> bool {
    let Some(new) = &spot.site.change.new else { return false };
    let types = spot.site.now.index.typescript();
    let names = codegen::typescript::type_text::names_in(text);
    let (here, at) = (spot.site.now.path(), spot.now.leaf.start_byte());
    let there = spot.site.now.index.ranges(new).map_or(0, |r| r.name.start);
    !names.is_empty()
        && names.iter().all(|n| {
            is_predefined(n) || {
                let (a, b) = (types.resolve(n, here, at), types.resolve(n, &new.path, there));
                !a.is_empty() && a == b
            }
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    const THEN: &str = "//- /a.ts\nexport interface Store {\n  read(id: number): string;\n  close(): void;\n}\n";

    #[track_caller]
    fn check(now: &str, user: &str, after: Option<&str>) {
        let now = format!(
            "//- /a.ts\nexport interface Store {{\n  {now}\n  close(): void;\n}}\n//- /use.ts\nimport {{ Store }} from './a';\n{user}"
        );
        let message = "Property 'read' in type 'Disk' is not assignable to the same property in base type 'Store'.";
        match after {
            Some(after) => {
                check_safe(THEN, &now, "TS2416", message, &format!("import {{ Store }} from './a';\n{after}"))
            }
            None => check_nothing(THEN, &now, "TS2416", message),
        }
    }

    #[test]
    fn an_implementer_gets_the_parameters_of_its_base() {
        check(
            "read(path: string, id: number): string;",
            "export class Disk implements Store {\n  $0read(id: number) { return `${id}`; }\n  close() {}\n}\n",
            Some(
                "export class Disk implements Store {\n  read(path: string, id: number) { return `${id}`; }\n  close() {}\n}\n",
            ),
        );
        check(
            "read(id: string): string;",
            "export class Disk implements Store {\n  $0read(id: number) { return `${id}`; }\n  close() {}\n}\n",
            Some("export class Disk implements Store {\n  read(id: string) { return `${id}`; }\n  close() {}\n}\n"),
        );
    }

    #[test]
    fn what_the_body_uses_is_not_taken_away() {
        check(
            "read(): string;",
            "export class Disk implements Store {\n  $0read(id: number) { return `${id}`; }\n  close() {}\n}\n",
            None,
        );
    }
}
