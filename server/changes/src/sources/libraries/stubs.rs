//! What an assembly declares, as a C# source: declarations of libraries are paired as those of the workspace are, and uses of them are found by symbol.

use index::dotnet::{Table, pack_assemblies};
use index::{Declaration, DeclarationKind, Modifiers};
use std::borrow::Cow;
use std::collections::BTreeMap;
use syntax::csharp::naming::escape_keyword;

/// Bytes of a source; larger ones the index does not read.
const LARGEST: usize = 4 << 20;
/// Types within each other.
const DEEPEST: usize = 16;

/// A source with the public types of `assemblies` (the bytes of their files) and their members, without bodies; `None` when there are none, or too many.
pub(super) fn source(assemblies: &[Vec<u8>]) -> Option<String> {
    let table = Table::open(Cow::Owned(pack_assemblies(assemblies, false)?))?;
    let mut nested: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut namespaces: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (row, entry) in (0u32..).zip(table.types()) {
        match entry.container {
            Some(container) => nested.entry(container).or_default().push(row),
            None => namespaces.entry(&entry.namespace).or_default().push(row),
        }
    }
    let mut stub = Stub { table: &table, nested, out: String::new() };
    for (namespace, rows) in namespaces {
        if !namespace.is_empty() {
            stub.out.push_str(&format!("namespace {namespace}\n{{\n"));
        }
        for row in rows {
            stub.write_type(row, 0)?;
        }
        if !namespace.is_empty() {
            stub.out.push_str("}\n");
        }
    }
    (!stub.out.is_empty()).then_some(stub.out)
}

struct Stub<'t> {
    table: &'t Table,
    nested: BTreeMap<u32, Vec<u32>>,
    out: String,
}

impl Stub<'_> {
    fn write_type(&mut self, row: u32, depth: usize) -> Option<()> {
        use DeclarationKind as Kind;
        if self.out.len() > LARGEST || depth > DEEPEST {
            return None;
        }
        let Some(ty) = self.table.declaration(row) else { return Some(()) };
        let modifiers = words(ty.modifiers);
        let parameters = type_parameters(&ty);
        let name = escape_keyword(&ty.name);
        if ty.kind == Kind::Delegate {
            let line = format!(
                "{modifiers}delegate {} {name}{parameters}({}){};\n",
                ty.type_text,
                list(&ty),
                constraints(&ty)
            );
            self.out.push_str(&line);
            return Some(());
        }
        let kind = match ty.kind {
            Kind::Struct => "struct",
            Kind::Interface => "interface",
            Kind::Enum => "enum",
            Kind::Record => "record",
            Kind::RecordStruct => "record struct",
            _ => "class",
        };
        let bases = if ty.bases.is_empty() { String::new() } else { format!(" : {}", ty.bases.join(", ")) };
        self.out.push_str(&format!("{modifiers}{kind} {name}{parameters}{bases}{}\n{{\n", constraints(&ty)));
        for member in self.table.members(row).iter() {
            if let Some(line) = member_line(member, &ty) {
                self.out.push_str(&line);
            }
        }
        for inner in self.nested.remove(&row).unwrap_or_default() {
            self.write_type(inner, depth + 1)?;
        }
        self.out.push_str("}\n");
        Some(())
    }
}

/// A member as it is declared; operators and implementations of an interface alone are not named by uses.
fn member_line(member: &Declaration, of: &Declaration) -> Option<String> {
    use DeclarationKind as Kind;
    if !member.explicit_interface.is_empty() {
        return None;
    }
    let modifiers = words(member.modifiers);
    let (name, ty) = (escape_keyword(&member.name), &member.type_text);
    let accessors = || {
        let has = |flag| member.modifiers.contains(flag);
        let all = [(Modifiers::GET, " get;"), (Modifiers::SET, " set;"), (Modifiers::INIT, " init;")];
        all.into_iter().filter(|(flag, _)| has(*flag)).map(|(_, word)| word).collect::<String>()
    };
    Some(match member.kind {
        Kind::EnumMember => format!("{name},\n"),
        Kind::Field if of.kind == Kind::Enum => format!("{name},\n"),
        Kind::Field => format!("{modifiers}{ty} {name};\n"),
        Kind::Event => format!("{modifiers}event {ty} {name};\n"),
        Kind::Property => format!("{modifiers}{ty} {name} {{{} }}\n", accessors()),
        Kind::Indexer => format!("{modifiers}{ty} this[{}] {{{} }}\n", list(member), accessors()),
        Kind::Constructor => format!("{modifiers}{}({}) {{ }}\n", escape_keyword(&of.name), list(member)),
        Kind::Method => {
            let has_body = of.kind != Kind::Interface && !member.modifiers.contains(Modifiers::ABSTRACT);
            let body = if has_body { " { }" } else { ";" };
            format!(
                "{modifiers}{ty} {name}{}({}){}{body}\n",
                type_parameters(member),
                list(member),
                constraints(member)
            )
        }
        _ => return None,
    })
}

/// The modifiers as words, each with a space behind it.
fn words(modifiers: Modifiers) -> String {
    let all = [
        (Modifiers::PUBLIC, "public"),
        (Modifiers::PROTECTED, "protected"),
        (Modifiers::INTERNAL, "internal"),
        (Modifiers::CONST, "const"),
        (Modifiers::STATIC, "static"),
        (Modifiers::ABSTRACT, "abstract"),
        (Modifiers::SEALED, "sealed"),
        (Modifiers::VIRTUAL, "virtual"),
        (Modifiers::OVERRIDE, "override"),
        (Modifiers::READONLY, "readonly"),
        (Modifiers::REF, "ref"),
        (Modifiers::REQUIRED, "required"),
    ];
    all.into_iter().filter(|(flag, _)| modifiers.contains(*flag)).map(|(_, word)| format!("{word} ")).collect()
}

fn type_parameters(declaration: &Declaration) -> String {
    let names: Vec<&str> = declaration.type_parameters.iter().map(|p| p.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("<{}>", names.join(", ")) }
}

fn constraints(declaration: &Declaration) -> String {
    let all = declaration.type_parameters.iter().filter(|p| !p.constraint.is_empty());
    all.map(|p| format!(" where {} : {}", p.name, p.constraint)).collect()
}

fn list(declaration: &Declaration) -> String {
    let one = |p: &index::Parameter| {
        let modifiers = if p.modifiers.is_empty() { String::new() } else { format!("{} ", p.modifiers) };
        let default = if p.default.is_empty() { String::new() } else { format!(" = {}", p.default) };
        format!("{modifiers}{} {}{default}", p.type_text, escape_keyword(&p.name))
    };
    declaration.parameters.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use index::Index;
    use std::path::Path;

    #[test]
    fn an_assembly_reads_as_a_source() {
        let assembly = include_bytes!("../../../../dotnet-metadata/fixture/Fixture.dll").to_vec();
        let text = source(std::slice::from_ref(&assembly)).unwrap();
        let parsed = syntax::Parsed::new(syntax::Language::CSHARP, text.as_str());
        assert!(parsed.syntax_errors().is_empty(), "{text}\n{:?}", parsed.syntax_errors());
        let index = Index::in_memory([("/a.cs", text.as_str())]);
        let outline = index.outline(Path::new("/a.cs")).unwrap();
        // As many as the metadata has, and with the same signatures.
        let table = Table::open(Cow::Owned(pack_assemblies(&[assembly], false).unwrap())).unwrap();
        let types: Vec<_> = outline.declarations.iter().filter(|d| d.kind.is_type()).collect();
        assert_eq!(types.len(), table.types().len());
        for row in 0..table.types().len() as u32 {
            let ty = table.declaration(row).unwrap();
            let found = types.iter().find(|t| t.name == ty.name && t.type_parameters.len() == ty.type_parameters.len());
            let found = found.unwrap_or_else(|| panic!("{}", ty.name));
            assert_eq!((found.kind, &found.namespace, &found.bases), (ty.kind, &ty.namespace, &ty.bases));
            for member in table.members(row).iter().filter(|m| member_line(m, &ty).is_some()) {
                let signature = |d: &Declaration| {
                    (
                        d.name.clone(),
                        d.type_text.clone(),
                        d.parameters
                            .iter()
                            .map(|p| {
                                (p.name.trim_start_matches('@').to_owned(), p.type_text.clone(), p.default.clone())
                            })
                            .collect::<Vec<_>>(),
                    )
                };
                assert!(
                    outline.declarations.iter().any(|d| signature(d) == signature(member)
                        || ty.kind == DeclarationKind::Enum && d.name == member.name),
                    "{:?}\n{text}",
                    signature(member)
                );
            }
        }
        assert!(source(&[b"no assembly".to_vec()]).is_none());
    }
}
