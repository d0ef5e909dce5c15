//! Placeholder values of types.

use crate::typescript::stubs::Stubs;
use index::typescript::{TsMember, types};
use index::{DeclarationKind, Modifiers};
use semantics::typescript::typing::{Ty, Typing};
use std::path::Path;

/// Maximum nesting of generated object literals.
const MAX_DEPTH: usize = 6;
/// Maximum number of properties of a generated object literal.
const MAX_PROPERTIES: usize = 200;

/// Generates values for one position.
pub struct Defaults<'a, 's> {
    /// The types of the file.
    pub typing: &'s Typing<'a>,
    /// How types are written.
    pub stubs: &'s Stubs<'a>,
    /// Quote of string literals.
    pub quote: char,
    /// One level of indentation.
    pub unit: String,
    /// Whether `strictNullChecks` is enabled: `null` and `undefined` are types of their own.
    pub strict: bool,
}

/// A value, and whether it is assignable to the type.
pub struct Value {
    /// The expression.
    pub text: String,
    /// Whether it is assignable to the type.
    pub fits: bool,
}

fn fitting(text: impl Into<String>) -> Option<Value> {
    Some(Value { text: text.into(), fits: true })
}

impl Defaults<'_, '_> {
    fn function(&self, signature: &str) -> String {
        let quote = self.quote;
        format!("function{signature} {{\n{}throw new Error({quote}Function not implemented.{quote});\n}}", self.unit)
    }

    /// Value of a property with this declaration. Lines after the first are indented relative to it.
    pub fn of_member(&self, member: &TsMember, file: &Path, depth: usize) -> Option<Value> {
        let declaration = self.typing.index.typescript().substituted(member);
        if declaration.kind == DeclarationKind::Method {
            return fitting(self.function(&self.stubs.signature(member, &declaration, file)?));
        }
        let ty = if declaration.type_text.is_empty() {
            self.typing.type_of_member(member, &file.into())
        } else {
            let path = if member.id.index == index::typescript::NO_PLACE { file } else { &member.id.path };
            Some(Ty { text: declaration.type_text.to_string(), file: path.into() })
        };
        match ty {
            Some(ty) => self.of(&ty, depth),
            None => Some(Value { text: "undefined".into(), fits: false }),
        }
    }

    /// The value of a type.
    pub fn of(&self, ty: &Ty, depth: usize) -> Option<Value> {
        let quote = self.quote;
        let text = types::unwrapped(&ty.text).to_owned();
        let first = text.chars().next().unwrap_or(' ');
        match text.as_str() {
            "any" | "unknown" | "undefined" | "void" => return fitting("undefined"),
            "string" => return fitting(format!("{quote}{quote}")),
            "number" => return fitting("0"),
            "bigint" => return fitting("0n"),
            "boolean" => return fitting("false"),
            "null" | "true" | "false" => return fitting(text),
            "object" | "{}" => return fitting("{}"),
            _ => {}
        }
        if first.is_ascii_digit() || (first == '-' && text.len() > 1) {
            return fitting(text);
        }
        let parts = types::union(&text);
        if parts.len() > 1 {
            let nullish = |p: &&&str| matches!(**p, "undefined" | "null");
            if self.strict
                && let Some(empty) = parts.iter().find(nullish)
            {
                return fitting(*empty);
            }
            let rest = parts.iter().filter(|p| !nullish(p));
            for part in rest {
                let part = Ty { text: (*part).to_owned(), file: ty.file.clone() };
                if let Some(value) = self.of(&part, depth).filter(|v| v.fits) {
                    return Some(value);
                }
            }
            return Some(Value { text: "undefined".into(), fits: !self.strict });
        }
        if matches!(first, '"' | '\'') {
            return fitting(crate::typescript::type_text::requoted(&text, quote));
        }
        if first == '`' {
            let fits = !text.contains("${");
            return Some(Value { text: if fits { text } else { format!("{quote}{quote}") }, fits });
        }
        if types::element(&text).is_some() || text == "[]" {
            return fitting("[]");
        }
        if types::tuple(&text).is_some() {
            return Some(Value { text: "[]".into(), fits: false });
        }
        if let Some((generics, parameters, returns)) = types::function(&text)
            && !text.starts_with("new ")
        {
            let written = self.stubs.write(ty, &[], true)?;
            let _ = (generics, parameters, returns);
            let (generics, parameters, returns) = types::function(&written)?;
            // The parameters are typed by the context, and the stub does not use them.
            let parameters = if self.typing.has_flag("noUnusedParameters") { "" } else { parameters };
            return fitting(self.function(&format!("{generics}({parameters}): {returns}")));
        }
        if text.starts_with('{') && depth < MAX_DEPTH {
            return self.object(ty, depth);
        }
        self.named(ty, &text, depth)
    }

    fn object(&self, ty: &Ty, depth: usize) -> Option<Value> {
        let members = self.typing.members(ty, None);
        use DeclarationKind::{CallSignature, ConstructSignature};
        let odd = |m: &TsMember| matches!(m.declaration.kind, CallSignature | ConstructSignature);
        if members.is_empty() || members.len() > MAX_PROPERTIES || members.iter().any(odd) {
            return Some(Value { text: "undefined".into(), fits: !self.strict });
        }
        let mut lines = Vec::new();
        let mut fits = true;
        for member in members.iter().filter(|m| !m.declaration.modifiers.contains(Modifiers::OPTIONAL)) {
            if member.declaration.kind == DeclarationKind::IndexSignature {
                continue;
            }
            let value = self.of_member(member, &ty.file, depth + 1)?;
            fits &= value.fits;
            lines.push(format!("{}: {}", member.declaration.name, value.text));
        }
        Some(Value { text: braced(&lines, &self.unit), fits })
    }

    fn named(&self, ty: &Ty, text: &str, depth: usize) -> Option<Value> {
        let unknown = || Some(Value { text: "undefined".into(), fits: !self.strict });
        let Some((name, arguments)) = types::reference(text) else { return unknown() };
        // Where `undefined` is not assignable, an empty instance of these types is.
        if self.strict && matches!(name, "Date" | "Map" | "Set" | "WeakMap" | "WeakSet") {
            return fitting(format!("new {name}()"));
        }
        let ts = self.typing.index.typescript();
        let ids = ts.resolve(name, &ty.file, usize::MAX);
        for id in &ids {
            let Some(declaration) = ts.declaration(id) else { continue };
            match declaration.kind {
                DeclarationKind::TypeAlias if depth < MAX_DEPTH => {
                    let target = self.typing.alias_target(ty);
                    if target.text != ty.text {
                        return self.of(&target, depth + 1);
                    }
                    let body = declaration.type_text.as_str();
                    if arguments.is_empty() && body.starts_with('{') {
                        return self.object(&Ty { text: body.to_owned(), file: id.path.clone() }, depth + 1);
                    }
                    return unknown();
                }
                DeclarationKind::Enum => {
                    let members = ts.all_members(id);
                    let first = members.iter().find(|m| m.declaration.kind == DeclarationKind::EnumMember);
                    let Some(first) = first.filter(|m| syntax::typescript::is_identifier(&m.declaration.name)) else {
                        return unknown();
                    };
                    let written = self.stubs.write(ty, &[], false)?;
                    return fitting(format!("{written}.{}", first.declaration.name));
                }
                DeclarationKind::EnumMember => return fitting(self.stubs.write(ty, &[], false)?),
                DeclarationKind::Class => {
                    let members = ts.all_members(id);
                    let constructor = members.iter().find(|m| m.declaration.kind == DeclarationKind::Constructor);
                    let takes = constructor.is_some_and(|c| !c.declaration.parameters.is_empty());
                    if takes || declaration.modifiers.contains(Modifiers::ABSTRACT) || !arguments.is_empty() {
                        return unknown();
                    }
                    return fitting(format!("new {}", self.stubs.write(ty, &[], false)?));
                }
                _ => {}
            }
        }
        unknown()
    }
}

/// An object literal with one property on each line.
pub fn braced(properties: &[String], unit: &str) -> String {
    if properties.is_empty() {
        return "{}".to_owned();
    }
    let lines: Vec<String> =
        properties.iter().map(|p| p.split('\n').map(|l| format!("{unit}{l}")).collect::<Vec<_>>().join("\n")).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}
