//! Stubs for inherited members: implementations and overrides that throw `NotImplementedException`.

use crate::FileLayout;
use crate::ImportRequest;
use crate::csharp::insertion::{NewMember, accessibility_rank, kind_rank};
use crate::csharp::style::{ExpressionBodies, braces_on_own_line, expression_bodies};
use index::{DeclarationKind, Modifiers};
use semantics::Semantics;
use semantics::csharp::source_details::{WrittenAttribute, accessor_accessibility, source_id};
use semantics::csharp::{Member, SemanticModel, Type};
use std::cell::RefCell;
use std::collections::BTreeSet;
use syntax::csharp::naming::escape_keyword;

/// Writes members for one place of the diagnostic's file and collects the namespaces to import for their types.
pub struct Writer<'a, 't> {
    ctx: Semantics<'a>,
    model: &'t SemanticModel<'a>,
    offset: usize,
    style: ExpressionBodies,
    /// Whether to generate auto-properties instead of throwing ones.
    automatic: bool,
    /// What stands before the first line of a block: a space or a line break, and `{`.
    open: &'static str,
    imports: RefCell<BTreeSet<String>>,
}

/// The kind of stub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A `public` implicit implementation.
    Public,
    /// An explicit implementation (`IFoo.M`), with the interface as it is written.
    Explicit(String),
    /// An `override` with the accessibility of the base member.
    Override,
    /// `public abstract`.
    Abstract,
    /// Delegates to the expression `target`.
    Through {
        /// The expression; empty for the implementing type's own member of that name.
        target: String,
        /// For an explicit implementation, the interface as it is written.
        explicit: Option<String>,
    },
}

impl Form {
    /// For an explicit implementation, the interface.
    fn interface(&self) -> Option<&str> {
        match self {
            Self::Explicit(interface) => Some(interface),
            Self::Through { explicit, .. } => explicit.as_deref(),
            _ => None,
        }
    }
}

/// The accessors of a property to leave out; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accessors {
    /// Without `get`, because the base's is kept.
    pub no_get: bool,
    /// Without `set`.
    pub no_set: bool,
}

impl<'a, 't> Writer<'a, 't> {
    /// A writer for members of the type at byte `offset`.
    pub fn new(ctx: Semantics<'a>, model: &'t SemanticModel<'a>, offset: usize) -> Self {
        let behavior = crate::editorconfig::property(&ctx, "dotnet_property_generation_behavior");
        let automatic = behavior.is_some_and(|b| b == "prefer_auto_properties");
        let open = if braces_on_own_line(&ctx) { "\n{" } else { " {" };
        Self { ctx, model, offset, style: expression_bodies(&ctx), automatic, open, imports: RefCell::default() }
    }

    /// Imports that the texts written so far need.
    pub fn imports(&self) -> Vec<ImportRequest> {
        self.imports.borrow().iter().map(|n| ImportRequest::Using { namespace: n.clone() }).collect()
    }

    /// A type as it is written here. Its simple name is used, and its namespace imported, unless that name has another meaning here.
    pub fn spell(&self, ty: &Type) -> String {
        let (text, namespaces) = self.model.display_at(ty, self.offset);
        self.imports.borrow_mut().extend(namespaces.into_iter().map(String::from));
        text
    }

    /// `throw new NotImplementedException()`, qualified where `System` is neither in scope nor imported for another type.
    pub fn throwing(&self) -> &'static str {
        let scope = self.ctx.index.csharp().namespaces_in_scope(self.ctx.path(), self.offset);
        let imported = self.imports.borrow().contains("System");
        if imported || scope.iter().any(|n| n == "System") {
            "throw new NotImplementedException()"
        } else {
            "throw new System.NotImplementedException()"
        }
    }

    /// A type text of `member` as it is written in the implementing type.
    pub fn type_text(&self, member: &Member, text: &str) -> String {
        let (prefix, bare) = reference(text);
        let Some(ty) = self.model.member_text(member, bare) else { return text.to_owned() };
        format!("{prefix}{}", self.spell(&ty))
    }

    /// The parameter list as it is written here.
    fn parameters(&self, member: &Member, form: &Form) -> String {
        let explicit = form.interface().is_some();
        let attributes = if explicit {
            Vec::new()
        } else {
            semantics::csharp::source_details::parameter_attributes(self.ctx.index, member)
        };
        let written = (0..member.declaration.parameters.len()).filter_map(|i| {
            let attributes = attributes.get(i).map_or(String::new(), |list| self.attributes(member, list));
            Some(format!("{attributes}{}", self.parameter(member, i, explicit)?))
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// Parameter `i` as it is written here, without attributes; in an explicit implementation also without a default value.
    pub fn parameter(&self, member: &Member, i: usize, explicit: bool) -> Option<String> {
        let p = member.declaration.parameters.get(i)?;
        let words: Vec<&str> = p.modifiers.split(' ').filter(|m| !m.is_empty() && *m != "this").collect();
        let mut modifiers = words.join(" ");
        if !modifiers.is_empty() {
            modifiers.push(' ');
        }
        let spelled = self.type_text(member, &p.type_text);
        let default = if explicit || p.default.is_empty() {
            String::new()
        } else {
            let ty = self.model.member_text(member, &p.type_text);
            let value = ty.map_or(p.default.to_string(), |ty| {
                crate::csharp::default_values::default_value_at(self.ctx.index, self.model, member, p, &ty, &spelled)
            });
            format!(" = {value}")
        };
        Some(format!("{modifiers}{spelled} {}{default}", escape_keyword(&p.name)))
    }

    /// Attributes of a parameter as Roslyn copies them: in one list, sorted by name.
    fn attributes(&self, member: &Member, list: &[WrittenAttribute]) -> String {
        let Some(id) = source_id(member) else { return String::new() };
        let csharp = self.ctx.index.csharp();
        let mut shown: Vec<String> = Vec::new();
        for WrittenAttribute { name, arguments } in list {
            let found = csharp.resolve_at(&format!("{name}Attribute"), id).or_else(|| csharp.resolve_at(name, id));
            let Some(found) = found.filter(|t| csharp.is_accessible(t, self.ctx.path())) else { continue };
            let full = found.full_name();
            // `DefaultParameterValue` cannot be combined with a default value.
            if full == "System.Runtime.InteropServices.DefaultParameterValueAttribute" {
                return String::new();
            }
            // Attributes that the compiler emits, and those for interop of the interface, are not copied.
            let own =
                ["InteropServices.ComAliasName", "CompilerServices.TupleElementNames", "CompilerServices.Dynamic"];
            if !own.iter().any(|name| full == format!("System.Runtime.{name}Attribute")) {
                let spelled = self.spell(&self.model.type_from(&found, Vec::new()));
                shown.push(format!("{}{arguments}", spelled.strip_suffix("Attribute").unwrap_or(&spelled)));
            }
        }
        shown.sort();
        if shown.is_empty() { String::new() } else { format!("[{}] ", shown.join(", ")) }
    }

    /// The stub of `member`; `None` when it cannot be implemented. `class_parameters` are the implementing type's type parameters.
    pub fn stub(
        &self,
        member: &Member,
        form: &Form,
        accessors: Accessors,
        class_parameters: &[String],
    ) -> Option<NewMember> {
        use DeclarationKind::*;
        let d = &member.declaration;
        let names = self.type_parameter_names(member, class_parameters);
        let member = &member.renamed(d.type_parameters.iter().map(|p| p.name.to_string()).zip(names.iter().cloned()));
        let ty = self.type_text(member, &d.type_text);
        let parameters = self.parameters(member, form);
        let is_static = d.modifiers.contains(Modifiers::STATIC);
        let access = match form {
            Form::Override => {
                override_accessibility(d.modifiers, matches!(member.place, semantics::csharp::Place::Library))
            }
            _ if form.interface().is_some() => "",
            _ => "public",
        };
        let mut head: Vec<&str> = Vec::new();
        head.extend((!access.is_empty()).then_some(access));
        head.extend(is_static.then_some("static"));
        head.extend((*form == Form::Abstract).then_some("abstract"));
        head.extend((*form == Form::Override).then_some("override"));
        head.extend((ty.contains('*') || parameters.contains('*')).then_some("unsafe"));
        let mut prefix = head.join(" ");
        if !prefix.is_empty() {
            prefix.push(' ');
        }
        let qualifier = form.interface().map_or(String::new(), |interface| format!("{interface}."));
        let name = escape_keyword(&d.name);
        let (text, kind) = match d.kind {
            Method => {
                let generic = if names.is_empty() { String::new() } else { format!("<{}>", names.join(", ")) };
                let constraints = self.constraints(member, form, &names);
                let signature = format!("{prefix}{ty} {qualifier}{name}{generic}({parameters}){constraints}");
                let text = match form {
                    Form::Abstract => format!("{signature};"),
                    _ => {
                        let statement = self.statement(member, form, &ty, &generic);
                        let own = matches!(form, Form::Through { target, .. } if target.is_empty());
                        if self.style.methods || own {
                            let expression = statement.strip_prefix("return ").unwrap_or(&statement);
                            format!("{signature} => {expression};")
                        } else {
                            format!("{signature}{}\n    {statement};\n}}", self.open)
                        }
                    }
                };
                (text, "method_declaration")
            }
            Operator | ConversionOperator => {
                let conversion = d.kind == ConversionOperator;
                // `operator +`, or `implicit operator`.
                let signature = match d.name.strip_suffix(" operator").filter(|_| conversion) {
                    Some(word) => format!("{prefix}{word} {qualifier}operator {ty}({parameters})"),
                    None => format!("{prefix}{ty} {qualifier}{}({parameters})", d.name),
                };
                let kind = if conversion { "conversion_operator_declaration" } else { "operator_declaration" };
                match form {
                    Form::Through { .. } | Form::Abstract => return None,
                    _ => (format!("{signature}{}\n    {};\n}}", self.open, self.throwing()), kind),
                }
            }
            Property | Indexer => {
                let indexer = d.kind == Indexer;
                let what = if indexer { format!("this[{parameters}]") } else { name };
                let kind = if indexer { "indexer_declaration" } else { "property_declaration" };
                let (text, kind) =
                    (self.property(member, form, accessors, &format!("{prefix}{ty} {qualifier}{what}")), kind);
                (text?, kind)
            }
            Event => match form {
                Form::Explicit(_) | Form::Through { .. } => {
                    let (add, remove) = match form {
                        Form::Through { target, .. } => {
                            (format!("{target}.{name} += value"), format!("{target}.{name} -= value"))
                        }
                        _ => (self.throwing().to_owned(), self.throwing().to_owned()),
                    };
                    let head = format!("{prefix}event {ty} {qualifier}{name}");
                    (self.accessor_lines(&head, &[("add", add), ("remove", remove)]), "event_declaration")
                }
                _ => (format!("{prefix}event {ty} {name};"), "event_field_declaration"),
            },
            _ => return None,
        };
        let accessibility = accessibility_rank(access);
        let text = self.in_units(text);
        Some(NewMember { text, kind: kind_rank(kind), accessibility, is_static, name: d.name.to_string() })
    }

    /// `text`, which is indented by four spaces a level, with the file's own unit.
    fn in_units(&self, text: String) -> String {
        let unit = self.ctx.indent_unit();
        if unit == "    " {
            return text;
        }
        let line = |line: &str| {
            let body = line.trim_start_matches("    ");
            format!("{}{body}", unit.repeat((line.len() - body.len()) / 4))
        };
        text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    }

    fn statement(&self, member: &Member, form: &Form, ty: &str, generic: &str) -> String {
        let Form::Through { target, .. } = form else { return self.throwing().to_owned() };
        let d = &member.declaration;
        let arguments = d.parameters.iter().map(|p| {
            let by = p.modifiers.split(' ').find(|m| matches!(*m, "ref" | "out" | "in"));
            let by = by.map_or(String::new(), |m| format!("{m} "));
            format!("{by}{}", escape_keyword(&p.name))
        });
        let dot = if target.is_empty() { "" } else { "." };
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        let call = format!("{target}{dot}{}{generic}({arguments})", escape_keyword(&d.name));
        if ty == "void" { call } else { format!("return {call}") }
    }

    fn property(&self, member: &Member, form: &Form, accessors: Accessors, head: &str) -> Option<String> {
        let d = &member.declaration;
        let has = |m: Modifiers| d.modifiers.contains(m);
        let get = has(Modifiers::GET) && !accessors.no_get;
        let set = has(Modifiers::SET) && !accessors.no_set;
        let init = has(Modifiers::INIT) && !accessors.no_set;
        if !(get || set || init) {
            return None;
        }
        let accessor = |word: &str| match form {
            Form::Override => match accessor_accessibility(self.ctx.index, member, word) {
                own if own.is_empty() => word.to_owned(),
                own => format!("{own} {word}"),
            },
            _ => word.to_owned(),
        };
        let (getter, setter) = (accessor("get"), accessor(if init { "init" } else { "set" }));
        if *form == Form::Abstract {
            let words = [get.then(|| format!("{getter};")), (set || init).then(|| format!("{setter};"))];
            return Some(format!("{head} {{ {} }}", words.into_iter().flatten().collect::<Vec<_>>().join(" ")));
        }
        let plain = d.kind == DeclarationKind::Property && !d.type_text.starts_with("ref ");
        if plain && get && self.automatic && !matches!(form, Form::Through { .. }) {
            let setter = if set || init { format!(" {setter};") } else { String::new() };
            return Some(format!("{head} {{ {getter};{setter} }}"));
        }
        let (read, write) = match form {
            Form::Through { target, .. } => {
                let place = if d.kind == DeclarationKind::Indexer {
                    let names: Vec<String> = d.parameters.iter().map(|p| escape_keyword(&p.name)).collect();
                    format!("{target}[{}]", names.join(", "))
                } else {
                    let dot = if target.is_empty() { "" } else { "." };
                    format!("{target}{dot}{}", escape_keyword(&d.name))
                };
                (format!("return {place}"), format!("{place} = value"))
            }
            _ => (self.throwing().to_owned(), self.throwing().to_owned()),
        };
        let arrow_property =
            if d.kind == DeclarationKind::Indexer { self.style.indexers } else { self.style.properties };
        if get && !set && !init && arrow_property {
            return Some(format!("{head} => {};", read.strip_prefix("return ").unwrap_or(&read)));
        }
        let mut list = Vec::new();
        list.extend(get.then_some((getter.as_str(), read)));
        list.extend((set || init).then_some((setter.as_str(), write)));
        Some(self.accessor_block(head, &list))
    }

    fn accessor_block(&self, head: &str, accessors: &[(&str, String)]) -> String {
        if self.style.accessors {
            let each =
                accessors.iter().map(|(k, body)| format!("{k} => {};", body.strip_prefix("return ").unwrap_or(body)));
            return format!("{head} {{ {} }}", each.collect::<Vec<_>>().join(" "));
        }
        self.accessor_lines(head, accessors)
    }

    /// Accessors with block bodies, which event accessors always have.
    fn accessor_lines(&self, head: &str, accessors: &[(&str, String)]) -> String {
        let inner = if self.open.starts_with('\n') { "\n    {" } else { " {" };
        let each = accessors.iter().map(|(k, body)| format!("    {k}{inner}\n        {body};\n    }}"));
        format!("{head}{}\n{}\n}}", self.open, each.collect::<Vec<_>>().join("\n\n"))
    }

    /// The names of a method's type parameters, renamed where the implementing type has one of the same name.
    fn type_parameter_names(&self, member: &Member, class_parameters: &[String]) -> Vec<String> {
        let d = &member.declaration;
        let mut names: Vec<String> = Vec::new();
        for p in &d.type_parameters {
            let taken = |name: &str, names: &[String]| {
                class_parameters.iter().any(|c| c == name)
                    || names.iter().any(|n| n == name)
                    || d.type_parameters.iter().any(|o| o.name == name)
                    || d.parameters.iter().any(|o| o.name == name)
            };
            let free = (1..100).map(|i| format!("{}{i}", p.name)).find(|name| !taken(name, &names));
            let clash = class_parameters.iter().any(|c| *c == *p.name);
            names.push(free.filter(|_| clash).unwrap_or_else(|| escape_keyword(&p.name)));
        }
        names
    }

    /// The constraint clauses that `T?` needs where constraints are inherited, so that it is not read as `Nullable<T>`.
    fn annotated_constraints(&self, member: &Member, names: &[String]) -> String {
        let d = &member.declaration;
        if !self.model.annotations_enabled(self.ctx.path(), self.offset) {
            return String::new();
        }
        let clause = |(p, name): (&index::TypeParameter, &String)| {
            let words = semantics::csharp::printed::split(&p.constraint);
            let annotated = format!("{}?", p.name);
            let texts = d.parameters.iter().map(|p| &p.type_text).chain([&d.type_text]);
            let used = texts.into_iter().any(|t| {
                t.match_indices(annotated.as_str())
                    .any(|(i, _)| !t[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            });
            if !used || words.iter().any(|w| matches!(*w, "struct" | "unmanaged")) {
                return String::new();
            }
            let class = words.iter().any(|w| matches!(*w, "class" | "class?"));
            format!(" where {name} : {}", if class { "class" } else { "default" })
        };
        d.type_parameters.iter().zip(names).map(clause).collect()
    }

    /// Constraint clauses; overrides and explicit implementations inherit them.
    fn constraints(&self, member: &Member, form: &Form, names: &[String]) -> String {
        if *form == Form::Override || form.interface().is_some() {
            return self.annotated_constraints(member, names);
        }
        let clauses: Vec<String> = member
            .declaration
            .type_parameters
            .iter()
            .zip(names)
            .filter(|(p, _)| !p.constraint.is_empty())
            .map(|(p, name)| {
                let parts = semantics::csharp::printed::split(&p.constraint).into_iter().map(|c| match c {
                    word @ ("class" | "class?" | "struct" | "notnull" | "unmanaged" | "new()" | "default") => {
                        word.to_owned()
                    }
                    ty => self.type_text(member, ty),
                });
                format!("where {name} : {}", parts.collect::<Vec<_>>().join(", "))
            })
            .collect();
        match clauses.as_slice() {
            [] => String::new(),
            [one] => format!(" {one}"),
            many => many.iter().map(|c| format!("\n    {c}")).collect(),
        }
    }
}

/// Splits a type text into `ref ` or `ref readonly ` and the type.
fn reference(text: &str) -> (&'static str, &str) {
    match text.strip_prefix("ref ") {
        Some(rest) => match rest.trim_start().strip_prefix("readonly ") {
            Some(rest) => ("ref readonly ", rest.trim_start()),
            None => ("ref ", rest.trim_start()),
        },
        None => ("", text),
    }
}

/// The accessibility that an override of a member with these modifiers must have.
pub fn override_accessibility(modifiers: Modifiers, from_library: bool) -> &'static str {
    let has = |m| modifiers.contains(m);
    match () {
        () if has(Modifiers::PUBLIC) => "public",
        () if has(Modifiers::PROTECTED) && has(Modifiers::INTERNAL) && !from_library => "protected internal",
        () if has(Modifiers::PROTECTED) && has(Modifiers::PRIVATE) => "private protected",
        () if has(Modifiers::PROTECTED) => "protected",
        () if has(Modifiers::INTERNAL) => "internal",
        () => "public",
    }
}
