//! Members as the compiler prints them: `N.Type<int>.Method<U>(int, ref List<U>)`.

use crate::Semantics;
use crate::csharp::{Member, SemanticModel, Type};
use index::DeclarationKind;
use index::csharp::{CsMember, CsType, TypeOrigin};

/// A parsed printed member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display<'a> {
    /// The declaring type as printed; empty when none is.
    pub owner: &'a str,
    /// Simple name; `this` for indexers.
    pub name: &'a str,
    /// Types of the parameters with their modifiers; `None` for members without a parameter list.
    pub parameters: Option<Vec<&'a str>>,
    /// `get`, `set`, `init`, `add` or `remove`.
    pub accessor: Option<&'a str>,
}

impl<'a> Display<'a> {
    /// Parses `text`.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.trim();
        let mut accessor = None;
        for word in ["get", "set", "init", "add", "remove"] {
            if let Some(head) = rest.strip_suffix(word).and_then(|h| h.strip_suffix('.')) {
                (rest, accessor) = (head, Some(word));
                break;
            }
        }
        let mut parameters = None;
        if let Some(close) = rest.chars().next_back().filter(|c| matches!(c, ')' | ']')) {
            let open = opening(rest, close)?;
            parameters = Some(split(&rest[open + 1..rest.len() - 1]));
            rest = &rest[..open];
        }
        // `I<T>.operator >`, `I.implicit operator N.T`: the name of a conversion is without its type.
        let starts_name = |at: usize| at == 0 || rest[..at].ends_with(['.', ' ']);
        if let Some(at) = rest.rfind("operator ").filter(|at| starts_name(*at)) {
            let conversion = ["implicit ", "explicit "].iter().find_map(|word| rest[..at].strip_suffix(word));
            let owner = conversion.unwrap_or(&rest[..at]);
            let end = if conversion.is_some() { at + "operator".len() } else { rest.len() };
            let name = rest[owner.len()..end].trim();
            return Some(Self { owner: owner.trim_end_matches('.'), name, parameters, accessor });
        }
        // Type parameters of a generic method.
        if rest.ends_with('>') {
            rest = &rest[..opening(rest, '>')?];
        }
        let dot = last_dot(rest);
        let (owner, name) = dot.map_or(("", rest), |i| (&rest[..i], &rest[i + 1..]));
        let name = name.trim_start_matches('@');
        (!name.is_empty()).then_some(Self { owner, name, parameters, accessor })
    }

    /// Whether this is the printed member. The owner is not compared.
    pub fn means(&self, member: &Member, model: &SemanticModel<'_>) -> bool {
        let d = &member.declaration;
        let name = if d.kind == DeclarationKind::Indexer { "this" } else { d.name.trim_start_matches('@') };
        if name != self.name {
            return false;
        }
        let Some(printed) = &self.parameters else {
            return !matches!(d.kind, DeclarationKind::Method | DeclarationKind::Indexer);
        };
        printed.len() == d.parameters.len()
            && printed.iter().zip(&d.parameters).all(|(shown, p)| {
                let ty = model.member_text(member, p.type_text.trim_start_matches("ref ").trim());
                ty.is_none_or(|ty| same_type(shown, &ty.to_string()))
            })
    }
}

/// `N.Outer<T>.Inner` of `N.Outer<T>.Inner<U>?`: a type as it is printed or written, without type arguments, array ranks and `?` of its own.
pub fn generic_name(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let shorter = rest.trim_end_matches(['?', '*', ' ']);
        let shorter = match shorter.chars().next_back() {
            Some(close @ (']' | '>')) => opening(shorter, close).map_or(shorter, |open| &shorter[..open]),
            _ => shorter,
        };
        if shorter.len() == rest.len() {
            return rest;
        }
        rest = shorter;
    }
}

/// `Inner` of `N.Outer<T>.Inner<U>[]?`: the last name of a type or member as it is printed or written.
pub fn simple_name(text: &str) -> &str {
    let head = generic_name(text);
    let name = last_dot(head).map_or(head, |dot| &head[dot + 1..]);
    name.rsplit("::").next().unwrap_or(name).trim().trim_start_matches('@')
}

/// `N.Outer<T>` of `N.Outer<T>.Inner<U>`; empty for a simple name.
pub fn qualifier(text: &str) -> &str {
    let head = generic_name(text);
    last_dot(head).map_or("", |dot| head[..dot].trim())
}

/// `U, V` of `Inner<U, V>?`, item by item; empty when it is not generic.
pub fn type_arguments(text: &str) -> Vec<&str> {
    let text = text.trim().trim_end_matches('?');
    match opening(text, '>') {
        Some(open) if text.ends_with('>') => split(&text[open + 1..text.len() - 1]),
        _ => Vec::new(),
    }
}

/// `N.Outer<T>.Inner<U>` as `N.Outer.Inner`.
pub fn without_type_arguments(printed: &str) -> String {
    let mut depth = 0usize;
    let outside = |c: &char| {
        match c {
            '<' => depth += 1,
            '>' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    printed.chars().filter(outside).collect()
}

/// Types in source that have the printed name.
pub fn types(ctx: &Semantics<'_>, printed: &str) -> Vec<CsType> {
    let head = without_type_arguments(printed);
    let simple = head.rsplit('.').next().unwrap_or(&head);
    let all = ctx.index.csharp().types_named(simple);
    let ends = |t: &CsType| {
        let full = t.full_name();
        full == head || full.ends_with(&format!(".{head}"))
    };
    all.into_iter().filter(|t| matches!(t.origin, TypeOrigin::Source(_)) && ends(t)).collect()
}

/// The member in source that is printed, if there is exactly one.
pub fn declared(ctx: &Semantics<'_>, printed: &str) -> Option<CsMember> {
    let display = Display::parse(printed)?;
    let model = ctx.csharp();
    let mut found = Vec::new();
    for ty in types(ctx, display.owner) {
        for m in ctx.index.csharp().members(&ty).iter() {
            let constructor =
                m.declaration.kind == DeclarationKind::Constructor && display.name == ty.declaration.name.as_str();
            if m.id.is_some()
                && (constructor && constructs(&display, m) || display.means(&model.plain_member(m), &model))
            {
                found.push(m.clone());
            }
        }
    }
    match found.as_slice() {
        [_] => found.pop(),
        _ => None,
    }
}

fn constructs(display: &Display<'_>, member: &CsMember) -> bool {
    display.parameters.as_ref().is_some_and(|p| p.len() == member.declaration.parameters.len())
}

/// Whether two type texts agree, ignoring namespaces, annotations and tuple names.
pub fn same_type(a: &str, b: &str) -> bool {
    bare(a) == bare(b)
}

fn bare(text: &str) -> String {
    let mut words = text.trim();
    while let Some((first, rest)) = words.split_once(' ') {
        if !matches!(first, "ref" | "out" | "in" | "params" | "readonly" | "scoped" | "this") {
            break;
        }
        words = rest.trim_start();
    }
    let text = match Type::parse(words) {
        Some(ty) => ty.without_annotations().to_string(),
        None => words.to_owned(),
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            '.' => word.clear(),
            ' ' | '?' | '*' | '@' => {}
            c => {
                out.push_str(&std::mem::take(&mut word));
                out.push(c);
            }
        }
    }
    out + &word
}

fn opening(text: &str, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '>' => depth += 1,
            '(' | '[' | '<' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return matches!((c, close), ('(', ')') | ('[', ']') | ('<', '>')).then_some(i);
                }
            }
            _ => {}
        }
    }
    None
}

fn last_dot(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '>' => depth += 1,
            '(' | '[' | '<' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => return Some(i),
            _ => {}
        }
    }
    None
}

/// Items between top-level commas.
pub fn split(list: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (i, c) in list.char_indices() {
        match c {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' | ']' | '>' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                out.push(list[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        out.push(list[start..].trim());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_taken_apart() {
        let d = Display::parse("N.I<(int, string)>.Goo<T>(ref int, List<T>)").unwrap();
        assert_eq!((d.owner, d.name, d.parameters), ("N.I<(int, string)>", "Goo", Some(vec!["ref int", "List<T>"])));
        let d = Display::parse("I.this[int].get").unwrap();
        assert_eq!((d.owner, d.name, d.accessor), ("I", "this", Some("get")));
        assert_eq!(Display::parse("I.E").unwrap().parameters, None);
        let d = Display::parse("I<N.T>.operator >(T, T)").unwrap();
        assert_eq!((d.owner, d.name), ("I<N.T>", "operator >"));
        let d = Display::parse("I<T>.implicit operator System.Func<int>(T)").unwrap();
        assert_eq!((d.owner, d.name), ("I<T>", "implicit operator"));
        assert_eq!(Display::parse(""), None);
    }

    #[test]
    fn names_are_found_behind_type_arguments() {
        for (text, simple, outer) in [
            ("int", "int", ""),
            ("System.Collections.Generic.List<N.A>?", "List", "System.Collections.Generic"),
            ("N.Outer<A.B>.Inner<C.D>[]", "Inner", "N.Outer<A.B>"),
            ("global::N.@class", "class", "global::N"),
            ("A<B<C>>.D", "D", "A<B<C>>"),
            ("", "", ""),
        ] {
            assert_eq!((simple_name(text), qualifier(text)), (simple, outer), "{text}");
        }
        assert_eq!(generic_name("Task<int?>?"), "Task");
        assert_eq!(type_arguments("D<string, (int, A<B>)>?"), ["string", "(int, A<B>)"]);
        assert!(type_arguments("D").is_empty());
    }

    #[test]
    fn types_compare_without_namespaces() {
        assert!(same_type("System.Collections.Generic.List<string?>", "List<string>"));
        assert!(same_type("out int", "int") && !same_type("int", "long"));
    }
}
