//! Compares what the index reads from .NET assemblies with the C# compiler and its assemblies.

use index::dotnet::{Library, Table, base, pack_assemblies};
use index::{Declaration, DeclarationKind, Modifiers};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tests::{Roslyn, skip};

/// The type `text` with its names replaced by `map`; names of tuple elements are kept.
fn map_names(text: &str, map: impl Fn(&str) -> Option<String>) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.' | ':');
    let mut out = String::new();
    let (mut rest, mut starts_type) = (text, true);
    while let Some(c) = rest.chars().next() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len()).max(if is_part(c) { 0 } else { c.len_utf8() });
        let (token, tail) = rest.split_at(length);
        rest = tail;
        match c {
            '<' | ',' | '(' => starts_type = true,
            _ if !is_part(c) => {}
            _ => {
                let modifier = matches!(token, "ref" | "readonly" | "out" | "in" | "params" | "this" | "scoped");
                let new = if starts_type && !modifier { map(token) } else { None };
                starts_type &= modifier;
                out.push_str(new.as_deref().unwrap_or(token));
                continue;
            }
        }
        out.push(c);
    }
    out
}

/// The assemblies in a list next to `refs`.
fn assemblies(refs: &Path, list: &str) -> Vec<Vec<u8>> {
    let names = std::fs::read_to_string(refs.with_file_name(list)).expect("the kit lists its assemblies");
    let mut paths: Vec<PathBuf> = names.lines().map(|name| refs.join(name.trim())).collect();
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).expect("a listed assembly is there")).collect()
}

#[test]
fn built_in_tables_match_the_assemblies() {
    let refs = match Roslyn::assemblies() {
        Err(why) => return skip("built_in_tables_match_the_assemblies", &why),
        Ok(refs) => refs,
    };
    for (list, built_in) in [("refs.netcore.txt", base::netcore_table()), ("refs.aspnet.txt", base::aspnetcore_table())]
    {
        let packed = pack_assemblies(&assemblies(&refs, list), false).expect("the assemblies can be read");
        let fresh = Table::open(Cow::Owned(packed)).expect("the table can be read back");
        let built_in = built_in.expect("the built-in table can be read");
        assert_eq!(fresh.types().len(), built_in.types().len(), "{list}");
        for (row, entry) in (0u32..).zip(fresh.types()) {
            assert_eq!(fresh.declaration(row), built_in.declaration(row), "{}.{}", entry.namespace, entry.name);
            assert_eq!(fresh.members(row), built_in.members(row), "{}.{}", entry.namespace, entry.name);
        }
    }
}

/// Name and type arguments of `A.B<C, D>`.
fn split(text: &str) -> (String, Vec<String>) {
    let Some((name, rest)) = text.split_once('<') else { return (text.to_owned(), Vec::new()) };
    let (mut depth, mut arguments) = (0, vec![String::new()]);
    for c in rest.strip_suffix('>').expect("a generic name ends with >").chars() {
        depth += i32::from("<([".contains(c)) - i32::from(">)]".contains(c));
        match arguments.last_mut() {
            Some(last) if c != ',' || depth > 0 => last.push(c),
            _ => arguments.push(String::new()),
        }
    }
    (name.to_owned(), arguments.iter().map(|a| a.trim().to_owned()).collect())
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// An explicit implementation of `member` of the interface `of`.
fn implementation(member: &Declaration, of: &str, full: &dyn Fn(&str) -> String) -> Option<String> {
    let parameters = list(&member.parameters, |p| format!("{} {} {}", p.modifiers, full(&p.type_text), p.name));
    let (ty, of, name) = (full(&member.type_text), full(of), &member.name);
    let accessors: String = [(Modifiers::GET, "get"), (Modifiers::SET, "set"), (Modifiers::INIT, "init")]
        .iter()
        .filter(|(modifier, _)| member.modifiers.contains(*modifier))
        .map(|(_, word)| format!(" {word} => throw null!;"))
        .collect();
    Some(match member.kind {
        DeclarationKind::Method => {
            let generic = list(&member.type_parameters, |p| p.name.to_string());
            let generic = if generic.is_empty() { generic } else { format!("<{generic}>") };
            // `T?` of a type parameter must be distinguished from `Nullable<T>`.
            let constraints: String = member
                .type_parameters
                .iter()
                .filter(|p| format!("{ty} {parameters}").contains(&format!("{}?", p.name)))
                .map(|p| {
                    let kind = ["struct", "class"].into_iter().find(|k| p.constraint.split(", ").any(|c| c == *k));
                    format!(" where {} : {}", p.name, kind.unwrap_or("default"))
                })
                .collect();
            format!("{ty} {of}.{name}{generic}({parameters}){constraints} => throw null!;")
        }
        DeclarationKind::Property => format!("{ty} {of}.{name} {{{accessors} }}"),
        DeclarationKind::Indexer => format!("{ty} {of}.this[{parameters}] {{{accessors} }}"),
        DeclarationKind::Event => format!("event {ty} {of}.{name} {{ add {{ }} remove {{ }} }}"),
        _ => return None,
    })
}

/// A class that implements interface `id`; `None` when that needs static members.
fn implement(library: &Library, id: u32, class: usize) -> Option<String> {
    let declaration = library.declaration(id)?;
    let own = list(&declaration.type_parameters, |p| p.name.to_string());
    let own = if own.is_empty() { own } else { format!("<{own}>") };
    let this = format!("{}.{}{own}", declaration.namespace, declaration.name);
    let constraints: String = declaration
        .type_parameters
        .iter()
        .map(|p| (p, p.constraint.replace(", allows ref struct", "").replace("allows ref struct", "")))
        .filter(|(_, constraint)| !constraint.is_empty())
        .map(|(p, constraint)| format!(" where {} : {constraint}", p.name))
        .collect();
    let mut out = format!("unsafe class C{class}{own} : {this}{constraints} {{\n");
    for of in std::iter::once(this.as_str()).chain(declaration.bases.iter().map(|b| b.as_str())) {
        let (name, arguments) = split(of);
        let (namespace, simple) = name.rsplit_once('.')?;
        let interface = library.find(namespace, simple, arguments.len())?;
        let header = library.declaration(interface)?;
        let names: Vec<&str> = header.type_parameters.iter().map(|p| p.name.as_str()).collect();
        let full = |text: &str| {
            map_names(text, |name| {
                let argument = names.iter().position(|n| *n == name).map(|i| arguments[i].clone());
                argument.or_else(|| name.contains('.').then(|| format!("global::{name}")))
            })
        };
        for member in library.members(interface).iter() {
            if member.modifiers.contains(Modifiers::STATIC) {
                return None;
            }
            if !member.modifiers.intersects(Modifiers::HAS_BODY | Modifiers::PROTECTED) {
                // The simple name of the interface is not in scope inside of it.
                let of = map_names(of, |name| name.contains('.').then(|| format!("global::{name}")));
                let member = implementation(member, &of, &|text| if text == of { of.clone() } else { full(text) })?;
                out += &format!("    {member}\n");
            }
        }
    }
    Some(out + "}\n")
}

/// Implements every interface of the base library as it was read: the compiler reports no missing member, no extra member and no different
/// nullable annotation.
#[test]
fn interfaces_can_be_implemented_as_read() {
    let roslyn = match Roslyn::start() {
        Err(why) => return skip("interfaces_can_be_implemented_as_read", &why),
        Ok(roslyn) => roslyn,
    };
    let library: Arc<Library> = base::netcore();
    let interfaces = library.types().iter().copied().filter(|id| {
        library.container(*id).is_none() && library.entry(*id).is_some_and(|e| e.kind == DeclarationKind::Interface)
    });
    let classes: Vec<String> = interfaces.enumerate().filter_map(|(i, id)| implement(&library, id, i)).collect();
    assert!(classes.len() > 250, "{}", classes.len());
    let text = classes.concat();
    let files = BTreeMap::from([("/Stubs.cs".to_owned(), text.clone())]);
    let options = ["--all", "-nullable:enable", "-unsafe+", "-target:library", "-langversion:12"];
    let found: Vec<String> = roslyn
        .compile(&files, &options)
        .into_iter()
        // Obsolete interfaces are implemented too. Nullability attributes other than `?` are not read: `[AllowNull]` on setters,
        // `[NotNullWhen]` on `out` parameters.
        .filter(|d| !matches!(d.code.as_str(), "CS0618" | "CS0619" | "CS0672") && !d.code.starts_with("SYSLIB"))
        .filter(|d| d.code != "CS8769" || ![".set'", "out "].iter().any(|part| d.message.contains(part)))
        .map(|d| format!("{}: {} in {}", d.code, d.message, text.lines().nth(d.line as usize - 1).unwrap_or_default()))
        .collect();
    assert!(found.is_empty(), "{} of {} lines:\n{}", found.len(), text.lines().count(), found.join("\n"));
}
