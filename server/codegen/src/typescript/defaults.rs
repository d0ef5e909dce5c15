//! Placeholder values of types.

use crate::typescript::stubs::Stubs;
use crate::typescript::type_text::requoted;
use index::typescript::{TsMember, types};
use index::{DeclarationKind, Modifiers};
use semantics::typescript::{PropertyInfo, Shape, Symbol, Type};
use std::path::Path;
use syntax::typescript::is_identifier;

/// Maximum nesting of generated object literals.
const MAX_DEPTH: usize = 6;
/// Maximum number of properties of a generated object literal.
const MAX_PROPERTIES: usize = 200;

/// Generates values for one position.
pub struct Defaults<'a, 's> {
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

/// How a property comes to its value.
enum Initial {
    Value(String),
    Later,
}

fn fitting(text: impl Into<String>) -> Option<Value> {
    Some(Value { text: text.into(), fits: true })
}

impl Defaults<'_, '_> {
    /// The class members for the declarations `all` of one name in one type, as [`Stubs::members`] has them. With
    /// `strictPropertyInitialization` a property gets a value, or the mark that it will have one.
    pub fn members(&self, all: &[&TsMember], fallback: &Path) -> Option<Vec<String>> {
        let out = self.stubs.members(all, fallback)?;
        let declaration = &all.first()?.declaration;
        let property = matches!(declaration.kind, DeclarationKind::Property | DeclarationKind::Field);
        let required = property && !declaration.modifiers.contains(Modifiers::OPTIONAL) && !self.stubs.is_ambient();
        if required { self.initialized(out, &self.stubs.name(declaration)) } else { Some(out) }
    }

    /// The class members for a property of a type, as [`Stubs::members_of_property`] has them, with values as [`Self::members`].
    pub fn members_of_property(&self, property: &PropertyInfo) -> Option<Vec<String>> {
        let out = self.stubs.members_of_property(property)?;
        let required = !property.method && !property.optional && !self.stubs.is_ambient();
        let plain = out.len() == 1 && !out[0].contains('{') || out.len() == 1 && out[0].ends_with("};");
        if required && plain { self.initialized(out, &requoted(&property.key, self.quote)) } else { Some(out) }
    }

    /// A property that must have a value at its declaration, with one.
    fn initialized(&self, mut out: Vec<String>, name: &str) -> Option<Vec<String>> {
        if let ([line], true) = (out.as_mut_slice(), self.stubs.has_flag("strictPropertyInitialization")) {
            let colon = line.find(&format!("{name}: "))? + name.len();
            let (head, ty) = (line.get(..colon)?, line.get(colon + 2..)?.strip_suffix(';')?);
            *line = self.property(head, ty);
        }
        Some(out)
    }

    /// A property that has its first value, or the mark that it will have one: `head` is what stands before the colon.
    pub fn property(&self, head: &str, ty: &str) -> String {
        match self.initial(ty) {
            Some(Initial::Value(value)) => format!("{head}: {ty} = {value};"),
            Some(Initial::Later) => format!("{head}!: {ty};"),
            None => format!("{head}: {ty};"),
        }
    }

    /// What a property of the type needs at its declaration; `None` when it may stay without a value.
    fn initial(&self, ty: &str) -> Option<Initial> {
        let Some(ty) = self.stubs.model().type_of_text(ty) else { return Some(Initial::Later) };
        let value = self.of(&ty, 0).filter(|v| v.fits).map(|v| v.text);
        match value {
            Some(none) if none == "undefined" => None,
            // Instances could be made of each other without end.
            Some(value) if value.starts_with("new ") && !value.ends_with("()") => Some(Initial::Later),
            Some(value) if !value.contains('\n') => Some(Initial::Value(value)),
            _ => Some(Initial::Later),
        }
    }

    fn function(&self, signature: &str) -> String {
        let quote = self.quote;
        format!(
            "function{}{signature} {{\n{}throw new Error({quote}Function not implemented.{quote});\n}}",
            if signature.starts_with('<') { " " } else { "" },
            self.unit
        )
    }

    /// Value of a property. Lines after the first are indented relative to it.
    pub fn of_property(&self, property: &PropertyInfo, depth: usize) -> Option<Value> {
        match &property.ty {
            Some(ty) if property.method => self.function_of(ty),
            Some(ty) => self.of(ty, depth),
            None => Some(Value { text: "undefined".into(), fits: false }),
        }
    }

    /// The value of a type.
    pub fn of(&self, ty: &Type, depth: usize) -> Option<Value> {
        let quote = self.quote;
        let unknown = || Some(Value { text: "undefined".into(), fits: !self.strict });
        let model = self.stubs.model();
        match model.shape(ty) {
            Shape::Any | Shape::Unknown | Shape::Undefined | Shape::Void => fitting("undefined"),
            Shape::String => fitting(format!("{quote}{quote}")),
            Shape::Number => fitting("0"),
            Shape::BigInt => fitting("0n"),
            Shape::Boolean => fitting("false"),
            Shape::Null => fitting("null"),
            Shape::NonPrimitive => fitting("{}"),
            Shape::Literal(text) => fitting(crate::typescript::type_text::requoted(&text, quote)),
            Shape::Template => Some(Value { text: format!("{quote}{quote}"), fits: false }),
            Shape::Union(parts) => {
                let empty = |t: &Type| match model.shape(t) {
                    Shape::Undefined => Some("undefined"),
                    Shape::Null => Some("null"),
                    _ => None,
                };
                if self.strict
                    && let Some(empty) = parts.iter().find_map(empty)
                {
                    return fitting(empty);
                }
                let rest = parts.iter().filter(|p| empty(p).is_none());
                for part in rest.filter(|_| depth < MAX_DEPTH) {
                    if let Some(value) = self.of(part, depth + 1).filter(|v| v.fits) {
                        return Some(value);
                    }
                }
                unknown()
            }
            Shape::Array(_) | Shape::Tuple(true) => fitting("[]"),
            Shape::Tuple(false) => Some(Value { text: "[]".into(), fits: false }),
            Shape::Structure if !model.signatures_of(ty).is_empty() => self.function_of(ty),
            Shape::Structure if depth < MAX_DEPTH => self.object(ty, depth),
            Shape::Enum(symbol) => {
                let member = self.first_member(&symbol);
                let Some(member) = member else { return unknown() };
                let written = self.stubs.write_type(ty)?;
                fitting(format!("{written}.{member}"))
            }
            Shape::EnumMember(_) => fitting(self.stubs.write_type(ty)?),
            Shape::Instance(symbol, arguments) => self.instance(ty, &symbol, &arguments),
            _ => unknown(),
        }
    }

    /// A function with the one call signature of a type.
    fn function_of(&self, ty: &Type) -> Option<Value> {
        let written = self.stubs.write_type(ty)?;
        let Some((generics, parameters, returns)) = types::function(&written) else {
            return Some(Value { text: "undefined".into(), fits: !self.strict });
        };
        if self
            .stubs
            .semantics()
            .path()
            .extension()
            .is_some_and(|e| matches!(e.to_str(), Some("js" | "jsx" | "mjs" | "cjs")))
        {
            let signature = self.stubs.model().signatures_of(ty).into_iter().next()?;
            let dots = |rest: bool| if rest { "..." } else { "" };
            let names: Vec<String> =
                signature.parameters.iter().map(|p| format!("{}{}", dots(p.rest), p.name)).collect();
            return fitting(self.function(&format!("({})", names.join(", "))));
        }
        // Its place types what it takes, and it reads nothing of it.
        let parameters = if self.stubs.has_flag("noUnusedParameters") { "" } else { parameters };
        fitting(self.function(&format!("{generics}({parameters}): {returns}")))
    }

    fn object(&self, ty: &Type, depth: usize) -> Option<Value> {
        let model = self.stubs.model();
        let odd = || Some(Value { text: "undefined".into(), fits: !self.strict });
        let Some(members) = model.properties_of(ty) else { return odd() };
        let indexed = model.is_indexed(ty);
        if members.len() > MAX_PROPERTIES || !model.constructors_of(ty).is_empty() || members.is_empty() && !indexed {
            return if members.is_empty() { fitting("{}") } else { odd() };
        }
        let mut lines = Vec::new();
        let mut fits = true;
        for member in members.iter().filter(|m| !m.optional) {
            let value = self.of_property(member, depth + 1)?;
            fits &= value.fits;
            lines.push(format!("{}: {}", member.key, value.text));
        }
        Some(Value { text: braced(&lines, &self.unit), fits })
    }

    /// The first member of an enumeration.
    fn first_member(&self, symbol: &Symbol) -> Option<String> {
        let ts = self.stubs.semantics().index.typescript();
        let members = self.stubs.model().declarations(symbol).into_iter().flat_map(|id| ts.all_members(&id));
        let first = members.into_iter().find(|m| m.declaration.kind == DeclarationKind::EnumMember)?;
        is_identifier(&first.declaration.name).then(|| first.declaration.name.to_string())
    }

    /// An instance of a class that can be made of nothing.
    fn instance(&self, ty: &Type, symbol: &Symbol, arguments: &[Type]) -> Option<Value> {
        let unknown = || Some(Value { text: "undefined".into(), fits: !self.strict });
        // Where `undefined` would not do, an empty one of these does.
        if self.strict && matches!(symbol.name(), "Date" | "Map" | "Set" | "WeakMap" | "WeakSet") {
            return fitting(format!("new {}()", symbol.name()));
        }
        let ts = self.stubs.semantics().index.typescript();
        for id in self.stubs.model().declarations(symbol) {
            let Some(declaration) = ts.declaration(&id).filter(|d| d.kind == DeclarationKind::Class) else { continue };
            let members = ts.all_members(&id);
            let constructor = members.iter().find(|m| m.declaration.kind == DeclarationKind::Constructor);
            let takes = constructor.is_some_and(|c| !c.declaration.parameters.is_empty());
            if takes || declaration.modifiers.contains(Modifiers::ABSTRACT) || !arguments.is_empty() {
                return unknown();
            }
            return fitting(format!("new {}", self.stubs.write_type(ty)?));
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
