use super::*;
use syntax::Node;

/// Sort key of modules: packages before relative paths, then by text.
fn module_key(module: &str) -> (bool, String) {
    (module.starts_with('.'), module.to_lowercase())
}

/// Sort key of imports of the same module: side effects, types, namespaces, defaults, names, `import x = require()`.
fn kind_of(type_only: bool, namespace: bool, default: bool, names: bool) -> u8 {
    match () {
        () if !namespace && !default && !names => 0,
        () if type_only => 1,
        () if namespace => 2,
        () if default => 3,
        () => 4,
    }
}

fn kind_of_existing(import: &ExistingImport<'_>) -> u8 {
    if import.equals || import.require {
        return 5;
    }
    kind_of(
        import.type_keyword.is_some(),
        import.namespace.is_some(),
        import.default.is_some(),
        import.braces.is_some(),
    )
}

fn kind_of_text(statement: &str) -> u8 {
    let clause = statement.trim_start_matches("import ");
    if statement.contains(" = require(") {
        return 5;
    }
    kind_of(clause.starts_with("type "), clause.starts_with('*'), !clause.starts_with(['{', '*']), true)
}

/// End of the line of `offset` when only spaces and a comment follow, else `offset`.
fn line_end(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let tail = line.trim_start();
    if tail.is_empty() || tail.starts_with("//") { offset + line.len() } else { offset }
}

/// Inserts new statements: in sorted order when the existing imports are sorted, otherwise after the last import, or at the top of a file
/// without imports.
pub(super) fn insert(
    parsed: &Parsed,
    style: &Style,
    imports: &[ExistingImport<'_>],
    mut statements: Vec<(String, String)>,
    edits: &mut Edits,
) {
    if statements.is_empty() {
        return;
    }
    let text = parsed.text();
    let eol = style.eol;
    statements.sort_by_key(|a| module_key(&a.0));
    let Some(last) = imports.last() else {
        top(parsed, style, &statements, edits);
        return;
    };
    let sorted = imports.windows(2).all(|w| module_key(w[0].module) <= module_key(w[1].module));
    for (module, statement) in statements {
        let key = (module_key(&module), kind_of_text(&statement));
        let follows = |i: &ExistingImport<'_>| {
            let own = (module_key(i.module), kind_of_existing(i));
            own > key || (own == key && own.1 == 1)
        };
        let before = if sorted { imports.iter().position(follows) } else { None };
        match before {
            Some(0) => edits.insert(imports[0].range.start, &format!("{statement}{eol}")),
            Some(i) => edits.insert(line_end(text, imports[i - 1].range.end), &format!("{eol}{statement}")),
            None => edits.insert(line_end(text, last.range.end), &format!("{eol}{statement}")),
        }
    }
}

fn is_directive(node: Node<'_>) -> bool {
    node.kind() == "expression_statement" && node.named().first().is_some_and(|s| s.kind() == "string")
}

fn past_line_break(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    let eol = ["\r\n", "\n", "\r"].iter().find(|e| rest.starts_with(**e)).map_or(0, |e| e.len());
    offset + eol
}

fn lines_between(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).map_or(0, |t| t.matches('\n').count())
}

/// The offset where the code begins: after `#!`, directives such as `'use strict'`, triple-slash references and a header comment that is
/// followed by a blank line.
fn top_offset(parsed: &Parsed) -> usize {
    let (text, root) = (parsed.text(), parsed.root());
    let children = root.all_children();
    let directive = root.named().into_iter().take_while(|n| is_directive(*n) || n.kind() == "hash_bang_line");
    if let Some(directive) = directive.filter(|n| is_directive(*n)).last() {
        return past_line_break(text, line_end(text, directive.end_byte()));
    }
    let first = children.iter().find(|c| !c.is(&["comment", "hash_bang_line"]));
    let mut offset = 0;
    let mut last: Option<(Node<'_>, bool)> = None;
    for child in &children {
        match child.kind() {
            "hash_bang_line" => offset = past_line_break(text, child.end_byte()),
            "comment" => {
                let body = child.text_in(text);
                let pinned = body.starts_with("/*!") || body.starts_with("/// <") || body.starts_with("// @ts-");
                if !pinned {
                    if last
                        .is_some_and(|(l, pinned)| pinned || lines_between(text, l.end_byte(), child.start_byte()) >= 2)
                    {
                        break;
                    }
                    // A comment directly above the first statement belongs to the statement.
                    if first.is_some_and(|f| lines_between(text, child.end_byte(), f.start_byte()) < 2) {
                        break;
                    }
                }
                last = Some((*child, pinned));
            }
            _ => break,
        }
    }
    last.map_or(offset, |(comment, _)| past_line_break(text, line_end(text, comment.end_byte())))
}

fn top(parsed: &Parsed, style: &Style, statements: &[(String, String)], edits: &mut Edits) {
    let text = parsed.text();
    let eol = style.eol;
    let offset = top_offset(parsed);
    let block: Vec<&str> = statements.iter().map(|(_, s)| s.as_str()).collect();
    let rest = &text[offset..];
    let head = &text[..offset];
    let before = match offset {
        0 => "",
        // Insert a blank line between a header and the imports unless there already is one.
        _ if head.ends_with('\n') && !head.ends_with("\n\n") && !head.ends_with("\n\r\n") => eol,
        _ if head.ends_with(['\n', '\r']) => "",
        _ => eol,
    };
    // TypeScript also inserts a blank line after `#!` and directives.
    let after = if rest.is_empty() || rest.starts_with(['\n', '\r']) { eol.to_owned() } else { eol.repeat(2) };
    edits.insert(offset, &format!("{before}{}{after}", block.join(eol)));
}
