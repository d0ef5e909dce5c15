//! Members made from others: implementations and overrides that throw `NotImplementedException`.

use super::insertion::{NewMember, accessibility_rank, kind_rank};
use super::style::{ExpressionBodies, expression_bodies};
use super::typing::{Member, Type, Typing};
use fix::{ImportRequest, RuleContext};
use index::{DeclarationKind, Modifiers};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Writes members for one place of the diagnostic's file, and collects the namespaces that their types need.
pub(crate) struct Writer<'a, 't> {
    ctx: RuleContext<'a>,
    typing: &'t Typing<'a>,
    offset: usize,
    style: ExpressionBodies,
    imports: RefCell<BTreeSet<String>>,
}

/// What kind of stub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `public`, implements implicitly.
    Public,
    /// `IFoo.M`, with the interface as it is written.
    Explicit(String),
    /// `override` with the accessibility of the base.
    Override,
    /// `public abstract`.
    Abstract,
    /// `public`, hands over to this expression.
    Through(String),
}

/// Which accessors of a property; all when only some are missing of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accessors {
    /// Without `get`, because the base's own stays.
    pub(crate) no_get: bool,
    /// Without `set`.
    pub(crate) no_set: bool,
}

impl<'a, 't> Writer<'a, 't> {
    /// For members of the type at byte `offset`.
    pub(crate) fn new(ctx: RuleContext<'a>, typing: &'t Typing<'a>, offset: usize) -> Self {
        Self { ctx, typing, offset, style: expression_bodies(&ctx), imports: RefCell::default() }
    }

    /// Imports that the texts made so far need.
    pub(crate) fn imports(&self) -> Vec<ImportRequest> {
        self.imports.borrow().iter().map(|n| ImportRequest::Using { namespace: n.clone() }).collect()
    }

    /// How a type is written here; notes the import that makes its name short, as long as that name means nothing else here.
    pub(crate) fn spell(&self, ty: &Type) -> String {
        let csharp = self.ctx.index.csharp();
        let shortest = self.typing.minimal(ty, self.offset);
        if !shortest.contains('.') {
            return shortest;
        }
        let Some(parsed) = Type::parse(&shortest) else { return shortest };
        self.shorten(&parsed, &csharp, 0).to_string()
    }

    fn shorten(&self, ty: &Type, csharp: &index::csharp::CSharp<'_>, depth: usize) -> Type {
        if depth > 16 {
            return ty.clone();
        }
        ty.map(&mut |ty| {
            let Type::Named { outer: None, name, arguments } = ty else { return None };
            let arguments: Vec<Type> = arguments.iter().map(|a| self.shorten(a, csharp, depth + 1)).collect();
            let mut short = name.clone();
            if let Some((namespace, simple)) = name.rsplit_once('.') {
                let written = Type::Named { outer: None, name: simple.to_owned(), arguments: arguments.clone() };
                let taken = csharp.resolve(&written.to_string(), self.ctx.path(), self.offset).is_some();
                if csharp.is_namespace(namespace) && !taken {
                    self.imports.borrow_mut().insert(namespace.to_owned());
                    short = simple.to_owned();
                }
            }
            Some(Type::Named { outer: None, name: short, arguments })
        })
    }

    /// `throw new NotImplementedException()`, with its namespace where that is neither in scope nor imported for another type.
    pub(crate) fn throwing(&self) -> &'static str {
        let scope = self.ctx.index.csharp().namespaces_in_scope(self.ctx.path(), self.offset);
        let imported = self.imports.borrow().contains("System");
        if imported || scope.iter().any(|n| n == "System") {
            "throw new NotImplementedException()"
        } else {
            "throw new System.NotImplementedException()"
        }
    }

    /// A member's text as seen from the implementing type, type parameters of a generic method renamed where the type has the same.
    fn type_text(&self, member: &Member, text: &str, renamed: &[(String, String)]) -> String {
        let (prefix, bare) = reference(text);
        let Some(ty) = self.typing.member_text(member, bare) else { return text.to_owned() };
        let ty = ty.map(&mut |t| match t {
            Type::Named { outer: None, name, arguments } if arguments.is_empty() => {
                renamed.iter().find(|(from, _)| from == name).map(|(_, to)| Type::named(to))
            }
            _ => None,
        });
        format!("{prefix}{}", self.spell(&ty))
    }

    /// Parameters as they are written here.
    fn parameters(&self, member: &Member, form: &Form, renamed: &[(String, String)]) -> String {
        let explicit = matches!(form, Form::Explicit(_));
        let written = member.declaration.parameters.iter().map(|p| {
            let words: Vec<&str> = p.modifiers.split(' ').filter(|m| !m.is_empty() && *m != "this").collect();
            let mut modifiers = words.join(" ");
            if !modifiers.is_empty() {
                modifiers.push(' ');
            }
            let ty = self.type_text(member, &p.type_text, renamed);
            let default = if explicit || p.default.is_empty() { String::new() } else { format!(" = {}", p.default) };
            format!("{modifiers}{ty} {}{default}", identifier(&p.name))
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// The stub of `member`; `None` for what cannot be implemented. `class_parameters` are the implementing type's type parameters.
    pub(crate) fn stub(
        &self,
        member: &Member,
        form: &Form,
        accessors: Accessors,
        class_parameters: &[String],
    ) -> Option<NewMember> {
        use DeclarationKind::*;
        let d = &member.declaration;
        let renamed: Vec<(String, String)> = d
            .type_parameters
            .iter()
            .filter(|p| class_parameters.iter().any(|c| *c == *p.name))
            .map(|p| (p.name.to_string(), format!("{}1", p.name)))
            .collect();
        let ty = self.type_text(member, &d.type_text, &renamed);
        let parameters = self.parameters(member, form, &renamed);
        let is_static = d.modifiers.contains(Modifiers::STATIC);
        let access = match form {
            Form::Override => {
                override_accessibility(d.modifiers, matches!(member.place, super::typing::Place::Library))
            }
            Form::Explicit(_) => "",
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
        let qualifier = match form {
            Form::Explicit(interface) => format!("{interface}."),
            _ => String::new(),
        };
        let name = identifier(&d.name);
        let (text, kind) = match d.kind {
            Method => {
                let generics: Vec<String> = d
                    .type_parameters
                    .iter()
                    .map(|p| {
                        renamed
                            .iter()
                            .find(|(from, _)| *from == *p.name)
                            .map_or(p.name.to_string(), |(_, to)| to.clone())
                    })
                    .collect();
                let generic = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
                let constraints = self.constraints(member, form, &renamed);
                let signature = format!("{prefix}{ty} {qualifier}{name}{generic}({parameters}){constraints}");
                let text = match form {
                    Form::Abstract => format!("{signature};"),
                    _ => {
                        let statement = self.statement(member, form, &ty, &generic);
                        if self.style.methods {
                            let expression = statement.strip_prefix("return ").unwrap_or(&statement);
                            format!("{signature} => {expression};")
                        } else {
                            format!("{signature}\n{{\n    {statement};\n}}")
                        }
                    }
                };
                (text, "method_declaration")
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
                Form::Explicit(_) | Form::Through(_) => {
                    let (add, remove) = match form {
                        Form::Through(target) => {
                            (format!("{target}.{name} += value"), format!("{target}.{name} -= value"))
                        }
                        _ => (self.throwing().to_owned(), self.throwing().to_owned()),
                    };
                    let head = format!("{prefix}event {ty} {qualifier}{name}");
                    (self.accessor_block(&head, &[("add", add), ("remove", remove)]), "event_declaration")
                }
                _ => (format!("{prefix}event {ty} {name};"), "event_field_declaration"),
            },
            _ => return None,
        };
        let accessibility = accessibility_rank(access);
        Some(NewMember { text, kind: kind_rank(kind), accessibility, is_static })
    }

    fn statement(&self, member: &Member, form: &Form, ty: &str, generic: &str) -> String {
        let Form::Through(target) = form else { return self.throwing().to_owned() };
        let d = &member.declaration;
        let arguments = d.parameters.iter().map(|p| {
            let by = p.modifiers.split(' ').find(|m| matches!(*m, "ref" | "out" | "in"));
            let by = by.map_or(String::new(), |m| format!("{m} "));
            format!("{by}{}", identifier(&p.name))
        });
        let call = format!("{target}.{}{generic}({})", identifier(&d.name), arguments.collect::<Vec<_>>().join(", "));
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
        let setter = if init { "init" } else { "set" };
        if *form == Form::Abstract {
            let words = [get.then_some("get;"), (set || init).then_some(if init { "init;" } else { "set;" })];
            return Some(format!("{head} {{ {} }}", words.into_iter().flatten().collect::<Vec<_>>().join(" ")));
        }
        let (read, write) = match form {
            Form::Through(target) => {
                let place = if d.kind == DeclarationKind::Indexer {
                    let names: Vec<String> = d.parameters.iter().map(|p| identifier(&p.name)).collect();
                    format!("{target}[{}]", names.join(", "))
                } else {
                    format!("{target}.{}", identifier(&d.name))
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
        list.extend(get.then_some(("get", read)));
        list.extend((set || init).then_some((setter, write)));
        Some(self.accessor_block(head, &list))
    }

    fn accessor_block(&self, head: &str, accessors: &[(&str, String)]) -> String {
        if self.style.accessors {
            let each =
                accessors.iter().map(|(k, body)| format!("{k} => {};", body.strip_prefix("return ").unwrap_or(body)));
            return format!("{head} {{ {} }}", each.collect::<Vec<_>>().join(" "));
        }
        let each = accessors.iter().map(|(k, body)| format!("    {k}\n    {{\n        {body};\n    }}"));
        format!("{head}\n{{\n{}\n}}", each.collect::<Vec<_>>().join("\n\n"))
    }

    /// Constraint clauses: of overrides and explicit implementations they are inherited.
    fn constraints(&self, member: &Member, form: &Form, renamed: &[(String, String)]) -> String {
        if matches!(form, Form::Override | Form::Explicit(_)) {
            return String::new();
        }
        let clauses: Vec<String> = member
            .declaration
            .type_parameters
            .iter()
            .filter(|p| !p.constraint.is_empty())
            .map(|p| {
                let parts = p.constraint.split(", ").map(|c| match c.trim() {
                    word @ ("class" | "class?" | "struct" | "notnull" | "unmanaged" | "new()" | "default") => {
                        word.to_owned()
                    }
                    ty => self.type_text(member, ty, renamed),
                });
                let name =
                    renamed.iter().find(|(from, _)| *from == *p.name).map_or(p.name.to_string(), |(_, to)| to.clone());
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

/// `ref ` or `ref readonly ` before a type, and the type.
fn reference(text: &str) -> (&'static str, &str) {
    match text.strip_prefix("ref ") {
        Some(rest) => match rest.trim_start().strip_prefix("readonly ") {
            Some(rest) => ("ref readonly ", rest.trim_start()),
            None => ("ref ", rest.trim_start()),
        },
        None => ("", text),
    }
}

/// The accessibility that an override must have.
pub(crate) fn override_accessibility(modifiers: Modifiers, from_library: bool) -> &'static str {
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

/// A name, with `@` where it is a keyword.
pub(crate) fn identifier(name: &str) -> String {
    const KEYWORDS: &str = " abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while ";
    if KEYWORDS.contains(&format!(" {name} ")) { format!("@{name}") } else { name.to_owned() }
}
