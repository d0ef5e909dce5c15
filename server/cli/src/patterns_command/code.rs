//! Patterns as code.

use patterns::{Fill, Pattern, Template, grammar};

/// The left and the right side of a pattern, with `$a` for what may be anything and `$...a` for any number of things.
pub fn sides(pattern: &Pattern) -> (String, String) {
    if let Some(moved) = &pattern.moved {
        let import = |name: &str, module: &str| format!("import {{ {name} }} from '{module}'");
        return (import(&moved.name, &moved.module), import(&moved.new_name, &moved.new_module));
    }
    (code(pattern, &pattern.before), code(pattern, &pattern.after))
}

/// What is known of the holes, a line each.
pub fn holes(pattern: &Pattern) -> Vec<String> {
    let mut out = Vec::new();
    for (number, hole) in pattern.holes.iter().enumerate() {
        let name = name(pattern, number as u8);
        if let Some(head) = &hole.head {
            out.push(format!("{name} is {head}, or ends with it"));
        }
        match &hole.fill {
            Some(Fill::Scope { name: seen, ty: Some(ty) }) => {
                out.push(format!("{name} is {seen}, or the only {ty} in scope"))
            }
            Some(Fill::Scope { name: seen, ty: None }) => out.push(format!("{name} is {seen}")),
            Some(Fill::Argument(i)) => out.push(format!("{name} is what the message names as number {}", i + 1)),
            Some(Fill::Changed { of, .. }) => out.push(format!("{name} is made of {}", self::name(pattern, *of))),
            None => {}
        }
    }
    out
}

fn name(pattern: &Pattern, id: u8) -> String {
    match pattern.holes.get(usize::from(id)).filter(|h| !h.name.is_empty()) {
        Some(hole) => format!("${}", hole.name),
        None if id < 26 => format!("${}", char::from(b'a' + id)),
        None => format!("${id}"),
    }
}

fn code(pattern: &Pattern, template: &Template) -> String {
    let mut out = String::new();
    write(pattern, template, &mut out);
    out.trim().to_owned()
}

fn write(pattern: &Pattern, template: &Template, out: &mut String) {
    let mut put = |space: bool, text: &str| {
        if space && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        // Two words never run together.
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if out.ends_with(word) && text.starts_with(word) {
            out.push(' ');
        }
        out.push_str(text);
    };
    match template {
        Template::Token { text, space, .. } => put(*space, text),
        Template::Hole { id, space } => put(*space, &name(pattern, *id)),
        Template::Run { id, space } => put(*space, &name(pattern, *id).replacen('$', "$...", 1)),
        Template::Node { kind, children } => {
            let is_list = grammar::named(&pattern.language).is_some_and(|g| g.is_list(kind));
            let is_bracket = |t: &Template| matches!(t, Template::Token { text, .. } if matches!(text.as_str(), "(" | ")" | "[" | "]" | "{" | "}" | "<" | ">" | ":"));
            let mut element = false;
            for child in children {
                if is_list && !is_bracket(child) {
                    if element {
                        out.push_str(", ");
                    }
                    element = true;
                }
                write(pattern, child, out);
            }
        }
    }
}
