//! Types as the compiler displays them.

use super::Model;
use super::declarations::CLASSES;
use super::tree::At;
use super::types::{Kind, Lazy, Literal, Members, Named, Param, Property, Signature, Symbol, Type, TypeParam};
use std::fmt::Write;

/// Nesting, and length, of what is displayed.
const MAX_DEPTH: usize = 14;
const MAX_TEXT: usize = 8000;

/// How tightly the surroundings of a type bind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Binding {
    Loose,
    Check,
    Union,
    Intersection,
    Postfix,
}

pub(crate) struct Writer<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    out: String,
    /// Names that are not visible are those under which a module exports them.
    pub(super) exported: bool,
    /// For a place in the sources: annotations are taken over as they were written, and what is optional does not say `undefined`.
    pub(super) place: bool,
    open: Vec<Type>,
    /// Type parameters of the signatures around.
    bound: Vec<Type>,
    /// Type parameters of signatures that were instantiated: they are others than those that were written.
    pub(super) fresh: Vec<Type>,
    /// Function types that were written in a merged declaration whose type parameters are put in count as changed, as for the compiler.
    pub(super) remade: bool,
    /// Names of the text with what they stand for.
    pub(crate) names: Vec<Named>,
}

impl Model<'_> {
    /// The type's text; `None` when a part of it is not known.
    pub(crate) fn write_type(&self, ty: &Type, place: bool) -> Option<String> {
        Some(self.write_as(ty, place, place)?.0)
    }

    /// The type's text and the symbols it names.
    pub(crate) fn write_named(&self, ty: &Type, place: bool) -> Option<(String, Vec<Named>)> {
        self.write_as(ty, place, false)
    }

    pub(super) fn write_as(&self, ty: &Type, place: bool, exported: bool) -> Option<(String, Vec<Named>)> {
        let _step = self.step()?;
        let mut writer = Writer {
            model: self,
            out: String::new(),
            exported,
            place,
            open: Vec::new(),
            bound: Vec::new(),
            fresh: Vec::new(),
            remade: false,
            names: Vec::new(),
        };
        writer.ty(ty, Binding::Loose)?;
        Some((writer.out, writer.names))
    }
}

fn is_identifier(name: &str) -> bool {
    let bare = name.strip_prefix('#').unwrap_or(name);
    bare.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'))
        && bare.chars().skip(1).all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// A string as a literal type is displayed.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Writer<'_, '_> {
    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn name(&mut self, symbol: &Symbol) {
        if !self.place {
            self.push(symbol.name());
            return;
        }
        let (mut text, mut visible) = self.model.name_in_source(symbol);
        if self.exported {
            let found = if visible { self.model.name_in_module(symbol) } else { self.model.exported_name(symbol) };
            text = found.unwrap_or(text);
        }
        if self.model.is_shadowed(symbol) {
            text = format!("globalThis.{text}");
            visible = true;
        }
        self.push(&text);
        self.note(Named { text, symbol: symbol.clone(), visible });
    }

    pub(super) fn note(&mut self, name: Named) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn arguments(&mut self, args: &[Type]) -> Option<()> {
        if args.is_empty() {
            return Some(());
        }
        self.push("<");
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.ty(arg, Binding::Loose)?;
        }
        self.push(">");
        Some(())
    }

    fn parenthesized(&mut self, wrap: bool, write: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        if wrap {
            self.push("(");
        }
        write(self)?;
        if wrap {
            self.push(")");
        }
        Some(())
    }

    pub(super) fn ty(&mut self, ty: &Type, binding: Binding) -> Option<()> {
        if self.open.len() > MAX_DEPTH || self.out.len() > MAX_TEXT {
            return None;
        }
        let hidden = |alias: &super::types::Alias| {
            self.place
                && !super::store::is_origin(alias)
                && !(self.model.is_accessible(&alias.symbol) && self.model.is_top_level(&alias.symbol))
        };
        if let Some(alias) = ty.alias().filter(|a| !hidden(a)) {
            if super::store::is_origin(alias) {
                let args = alias.args.clone();
                if let [only] = &*args {
                    return self.ty(only, binding);
                }
                return self.alternatives(&args, binding);
            }
            if super::store::is_written_intersection(alias) {
                let args = alias.args.clone();
                return self.intersection(&args, binding);
            }
            if alias.symbol.decls().is_empty() {
                return self.parenthesized(binding == Binding::Postfix, |w| {
                    w.push("keyof ");
                    w.ty(alias.args.first()?, Binding::Postfix)
                });
            }
            self.name(&alias.symbol);
            let args = alias.args.clone();
            return self.arguments(&args);
        }
        let structured =
            matches!(ty.kind(), Kind::Anonymous(..) | Kind::Object(_) | Kind::Mapped(..) | Kind::Conditional(..));
        // What holds itself has no text.
        if structured && self.open.contains(ty) {
            return None;
        }
        self.open.push(ty.clone());
        let done = self.kind(ty, binding);
        self.open.pop();
        done
    }

    fn kind(&mut self, ty: &Type, binding: Binding) -> Option<()> {
        match ty.kind() {
            Kind::Error => return None,
            Kind::Any => self.push("any"),
            Kind::Unknown => self.push("unknown"),
            Kind::Undefined => self.push("undefined"),
            Kind::Null => self.push("null"),
            Kind::String => self.push("string"),
            Kind::Number => self.push("number"),
            Kind::BigInt => self.push("bigint"),
            Kind::Boolean => self.push("boolean"),
            Kind::ESSymbol => self.push("symbol"),
            Kind::Void => self.push("void"),
            Kind::Never => self.push("never"),
            Kind::NonPrimitive => self.push("object"),
            Kind::Literal(literal, _) => {
                let text = match literal {
                    Literal::String(s) => quoted(s),
                    Literal::Number(n) => n.to_string(),
                    Literal::BigInt(n) => format!("{n}n"),
                    Literal::Boolean(b) => b.to_string(),
                };
                self.push(&text);
            }
            Kind::UniqueSymbol(symbol) if symbol.name() != "unique symbol" => {
                self.push("typeof ");
                self.name(symbol);
            }
            Kind::UniqueSymbol(symbol) => {
                let _ = write!(self.out, "typeof {}", self.model.unique_name(symbol)?);
            }
            Kind::Enum(symbol) => self.name(symbol),
            Kind::EnumMember(owner, member, _) => {
                self.name(owner);
                if self.model.enum_member_symbols(owner).len() == 1 {
                    // The only member is the enum.
                } else if is_identifier(member.name()) {
                    let _ = write!(self.out, ".{}", member.name());
                } else {
                    let _ = write!(self.out, "[{}]", quoted(member.name()));
                }
            }
            Kind::Reference(symbol, args) | Kind::AliasRef(symbol, args) => {
                self.name(symbol);
                let mut args = &args[..];
                let elided = matches!(
                    symbol.name(),
                    "Iterable" | "IterableIterator" | "AsyncIterable" | "AsyncIterableIterator"
                );
                if elided && self.model.is_library(symbol) {
                    // The compiler leaves these defaults out.
                    while let [rest @ .., last] = args
                        && !rest.is_empty()
                        && last.is_any()
                    {
                        args = rest;
                    }
                }
                self.arguments(args)?;
            }
            Kind::Parameter(symbol) => {
                if self.place && !self.bound.contains(ty) && self.is_foreign(symbol) {
                    return None;
                }
                self.push(symbol.name());
                let main = self.model.main.as_ref().map(|m| m.id);
                let visible = symbol.first().is_some_and(|d| Some(d.file) == main);
                self.note(Named { text: symbol.name().to_owned(), symbol: symbol.clone(), visible });
            }
            Kind::This(_) => self.push("this"),
            Kind::Array(element, readonly) => {
                self.parenthesized(*readonly && binding == Binding::Postfix, |w| {
                    if *readonly {
                        w.push("readonly ");
                    }
                    w.ty(element, Binding::Postfix)?;
                    w.push("[]");
                    Some(())
                })?;
            }
            Kind::Tuple(elements, readonly) => {
                self.parenthesized(*readonly && binding == Binding::Postfix, |w| {
                    if *readonly {
                        w.push("readonly ");
                    }
                    w.push("[");
                    for (i, e) in elements.iter().enumerate() {
                        if i > 0 {
                            w.push(", ");
                        }
                        if e.rest {
                            w.push("...");
                        }
                        if !e.name.is_empty() {
                            let _ = write!(w.out, "{}{}: ", e.name, if e.optional { "?" } else { "" });
                        }
                        let shown = if e.optional && w.model.strict_null && !w.place {
                            w.model.union([e.ty.clone(), w.model.store.undefined()])
                        } else {
                            e.ty.clone()
                        };
                        let tight = e.optional && e.name.is_empty();
                        w.ty(&shown, if tight { Binding::Postfix } else { Binding::Loose })?;
                        if tight {
                            w.push("?");
                        }
                    }
                    w.push("]");
                    Some(())
                })?;
            }
            Kind::Union(parts) => self.alternatives(parts, binding)?,
            Kind::Intersection(parts) => self.intersection(parts, binding)?,
            Kind::Keyof(of) => {
                self.parenthesized(binding == Binding::Postfix, |w| {
                    w.push("keyof ");
                    w.ty(of, Binding::Postfix)
                })?;
            }
            Kind::Indexed(object, index) => {
                self.ty(object, Binding::Postfix)?;
                self.push("[");
                self.ty(index, Binding::Loose)?;
                self.push("]");
            }
            Kind::Conditional(decl, args) => {
                let file = self.model.store.file(decl.file)?;
                let at = file.node(*decl)?;
                let mapper = self.model.outer_mapper(at, args);
                let part = |name: &str| -> Option<Type> {
                    Some(self.model.instantiate(&self.model.type_node(at.field(name)?), &mapper))
                };
                let (left, right) = (part("left")?, part("right")?);
                let (yes, no) = (part("consequence")?, part("alternative")?);
                let infers = self.model.infer_names(at.field("right")?);
                if !infers.is_empty() {
                    // `infer U` is displayed where it stands.
                    return self.with_infers(ty, binding, &left, at, &yes, &no);
                }
                self.parenthesized(binding >= Binding::Check, |w| {
                    w.ty(&left, Binding::Check)?;
                    w.push(" extends ");
                    w.ty(&right, Binding::Check)?;
                    w.push(" ? ");
                    w.ty(&yes, Binding::Loose)?;
                    w.push(" : ");
                    w.ty(&no, Binding::Loose)
                })?;
            }
            Kind::Template(texts, types) => {
                self.push("`");
                for (i, text) in texts.iter().enumerate() {
                    self.push(&text.replace('`', "\\`"));
                    if let Some(ty) = types.get(i) {
                        self.push("${");
                        self.ty(ty, Binding::Loose)?;
                        self.push("}");
                    }
                }
                self.push("`");
            }
            Kind::StringMapping(name, of) => {
                self.push(name);
                self.push("<");
                self.ty(of, Binding::Loose)?;
                self.push(">");
            }
            Kind::Module(u32::MAX, _) => self.push("typeof globalThis"),
            Kind::Module(file, block) => {
                if let Some(name) = self.model.module_in_source((*file, *block)).filter(|_| self.place) {
                    let _ = write!(self.out, "typeof {name}");
                    return Some(());
                }
                let path = self.model.store.file(*file)?.path.display().to_string();
                let mut stem = path.as_str();
                for ending in
                    [".d.ts", ".d.mts", ".d.cts", ".tsx", ".ts", ".mts", ".cts", ".jsx", ".js", ".mjs", ".cjs"]
                {
                    if let Some(cut) = stem.strip_suffix(ending) {
                        stem = cut;
                        break;
                    }
                }
                let _ = write!(self.out, "typeof import(\"{stem}\")");
            }
            Kind::Mapped(decl, args, open) => {
                if !*open {
                    let members = self.model.members(ty)?;
                    return self.literal(&members, binding);
                }
                self.mapped(*decl, args)?;
            }
            Kind::Object(members) => {
                let members = members.clone();
                self.literal(&members, binding)?;
            }
            Kind::Anonymous(symbol, _) => self.anonymous(ty, symbol, binding)?,
        }
        Some(())
    }

    /// A union: `null` and `undefined` come last.
    fn alternatives(&mut self, parts: &[Type], binding: Binding) -> Option<()> {
        let nullish = |t: &&Type| matches!(t.kind(), Kind::Undefined | Kind::Null);
        let parts = &self.with_whole_enums(parts);
        let mut ordered: Vec<Type> = parts.iter().filter(|t| !nullish(t)).cloned().collect();
        ordered.extend(parts.iter().filter(|t| matches!(t.kind(), Kind::Null)).cloned());
        ordered.extend(parts.iter().filter(|t| matches!(t.kind(), Kind::Undefined)).cloned());
        self.parenthesized(binding >= Binding::Intersection, |w| {
            for (i, part) in ordered.iter().enumerate() {
                if i > 0 {
                    w.push(" | ");
                }
                w.ty(part, Binding::Union)?;
            }
            Some(())
        })
    }

    fn intersection(&mut self, parts: &[Type], binding: Binding) -> Option<()> {
        self.parenthesized(binding == Binding::Postfix || binding == Binding::Union, |w| {
            for (i, part) in parts.iter().enumerate() {
                if i > 0 {
                    w.push(" & ");
                }
                w.ty(part, Binding::Intersection)?;
            }
            Some(())
        })
    }

    /// All members of an enumeration are the enumeration.
    fn with_whole_enums(&self, parts: &[Type]) -> Vec<Type> {
        let mut out: Vec<Type> = Vec::new();
        for part in parts {
            let Kind::EnumMember(owner, ..) = part.kind() else {
                out.push(part.clone());
                continue;
            };
            let has = |m: &Symbol| {
                parts.iter().any(|p| matches!(p.kind(), Kind::EnumMember(e, n, _) if e == owner && n == m))
            };
            let whole = self.model.enum_member_symbols(owner).iter().all(has);
            let shown = if whole { self.model.make(Kind::Enum(owner.clone())) } else { part.clone() };
            if !out.contains(&shown) {
                out.push(shown);
            }
        }
        out
    }

    fn with_infers(
        &mut self,
        _ty: &Type,
        binding: Binding,
        left: &Type,
        at: At<'_>,
        yes: &Type,
        no: &Type,
    ) -> Option<()> {
        // Only a pattern that is `infer` and names can be displayed from its text.
        let text = at.field("right")?.text().split_whitespace().collect::<Vec<_>>().join(" ");
        self.parenthesized(binding >= Binding::Check, |w| {
            w.ty(left, Binding::Check)?;
            let _ = write!(w.out, " extends {text} ? ");
            w.ty(yes, Binding::Loose)?;
            w.push(" : ");
            w.ty(no, Binding::Loose)
        })
    }

    fn mapped(&mut self, decl: super::types::Decl, args: &[Type]) -> Option<()> {
        let file = self.model.store.file(decl.file)?;
        let at = file.node(decl)?;
        let mapper = self.model.outer_mapper(at, args);
        let clause = at.child("mapped_type_clause")?;
        let keys = self.model.instantiate(&self.model.type_node(clause.field("type")?), &mapper);
        let template = self.model.instantiate(&self.model.annotation(at.field("type")?), &mapper);
        // How the compiler displays keys that hang on a condition is not known.
        if keys.parts().iter().any(|k| matches!(k.kind(), Kind::Conditional(..)) && k.alias().is_none()) {
            return None;
        }
        let (optional, readonly) = self.model.mapped_signs(at);
        self.push("{ ");
        match readonly {
            Some(true) => self.push("readonly "),
            Some(false) => self.push("-readonly "),
            None => {}
        }
        let _ = write!(self.out, "[{} in ", clause.field("name")?.text());
        self.ty(&keys, Binding::Loose)?;
        if let Some(alias) = clause.field("alias") {
            let alias = self.model.instantiate(&self.model.type_node(alias), &mapper);
            self.push(" as ");
            self.ty(&alias, Binding::Loose)?;
        }
        self.push("]");
        let template = match optional {
            Some(true) => {
                self.push("?");
                self.model.union([template, self.model.store.undefined()])
            }
            Some(false) => {
                self.push("-?");
                template
            }
            None => template,
        };
        self.push(": ");
        self.ty(&template, Binding::Loose)?;
        self.push("; }");
        Some(())
    }

    fn anonymous(&mut self, ty: &Type, symbol: &Symbol, binding: Binding) -> Option<()> {
        for decl in symbol.decls() {
            let file = self.model.store.file(decl.file)?;
            let at = file.node(*decl)?;
            let kind = at.kind();
            if CLASSES.contains(&kind) || kind == "enum_declaration" {
                let owner = self.model.symbol_of(at);
                return self.parenthesized(binding == Binding::Postfix, |w| {
                    w.push("typeof ");
                    w.name(&owner);
                    Some(())
                });
            }
            if matches!(kind, "internal_module" | "module") {
                self.push("typeof ");
                self.name(symbol);
                return Some(());
            }
        }
        // A function beside a namespace is displayed by its name.
        let merged = symbol
            .decls()
            .iter()
            .any(|d| self.model.with_file(*d, |at| Some(at.is(&["internal_module", "module"]))).unwrap_or(false));
        if merged {
            self.push("typeof ");
            self.name(symbol);
            return Some(());
        }
        let members = self.model.members(ty)?;
        self.literal(&members, binding)
    }

    /// Members in braces, or a lone signature.
    fn literal(&mut self, members: &Members, binding: Binding) -> Option<()> {
        let Members { props, calls, constructs, indexes } = members;
        if props.is_empty() && indexes.is_empty() {
            match (calls.as_slice(), constructs.as_slice()) {
                ([], []) => {
                    self.push("{}");
                    return Some(());
                }
                ([only], []) => {
                    return self.parenthesized(binding > Binding::Loose, |w| w.signature(only, " => "));
                }
                ([], [only]) => {
                    return self.parenthesized(binding > Binding::Loose, |w| {
                        w.push(if only.is_abstract { "abstract new " } else { "new " });
                        w.signature(only, " => ")
                    });
                }
                _ => {}
            }
        }
        self.push("{ ");
        for signature in calls {
            self.signature(signature, ": ")?;
            self.push("; ");
        }
        for signature in constructs {
            self.push("new ");
            self.signature(signature, ": ")?;
            self.push("; ");
        }
        for index in indexes {
            let _ = write!(self.out, "{}[{}: ", if index.readonly { "readonly " } else { "" }, index.name);
            self.ty(&index.key, Binding::Loose)?;
            self.push("]: ");
            self.lazy(&index.ty)?;
            self.push("; ");
        }
        for property in props {
            self.property(property)?;
        }
        self.push("}");
        Some(())
    }

    /// Whether a type parameter belongs to a declaration of another file: then something was not put in for it.
    fn is_foreign(&self, parameter: &Symbol) -> bool {
        let main = self.model.main.as_ref().map(|m| m.id);
        let Some(decl) = parameter.first() else { return true };
        Some(decl.file) != main && self.model.with_file(decl, |at| Some(at.kind() == "type_parameter")).unwrap_or(false)
    }

    fn lazy(&mut self, lazy: &Lazy) -> Option<()> {
        let ty = self.model.lazy(lazy)?;
        self.ty(&ty, Binding::Loose)
    }

    fn property(&mut self, property: &Property) -> Option<()> {
        if property.hidden {
            return Some(());
        }
        let mut name = property.name.to_string();
        if self.place && name.starts_with('[') && !name.starts_with("[Symbol.") {
            // `[key]` is called as the place sees the constant.
            let symbol = property.symbol.as_ref().and_then(Symbol::first).and_then(|d| {
                self.model.with_file(d, |at| {
                    let key = at.field("name").or_else(|| at.field("key"))?;
                    self.model.symbol_at(key.first_named()?)
                })
            })?;
            name = format!("[{}]", self.model.name_in_source(&symbol).0);
        }
        if !is_identifier(&name) && !name.starts_with('[') && name.parse::<f64>().is_err() {
            let written = property.symbol.as_ref().and_then(Symbol::first).and_then(|d| {
                self.model.with_file(d, |at| {
                    let name = at.field("name").or_else(|| at.field("key"))?;
                    (name.kind() == "string").then(|| name.text().to_owned())
                })
            });
            name = written.unwrap_or_else(|| quoted(&name));
        }
        if property.method {
            let ty = match &property.ty {
                Lazy::Optional(inner) => self.model.lazy(inner)?,
                other => self.model.lazy(other)?,
            };
            let members = self.model.members(&ty)?;
            for signature in &members.calls {
                let _ = write!(self.out, "{name}{}", if property.optional { "?" } else { "" });
                self.signature(signature, ": ")?;
                self.push("; ");
            }
            return Some(());
        }
        let readonly = if property.readonly { "readonly " } else { "" };
        let _ = write!(self.out, "{readonly}{name}{}: ", if property.optional { "?" } else { "" });
        match &property.ty {
            // What may be missing is not `undefined` there.
            Lazy::Optional(inner) if self.model.exact_optional => self.lazy(inner)?,
            lazy => {
                let ty = self.model.lazy(lazy)?;
                let written = property.symbol.as_ref().and_then(Symbol::first).filter(|_| self.place).and_then(|d| {
                    self.model.with_file(d, |at| {
                        let annotated = at.is(&["property_signature", "public_field_definition"]);
                        let optional = at.has("?");
                        if annotated { Some((at.field("type")?.first_named()?.decl(), optional)) } else { None }
                    })
                });
                // An annotation behind `?` does not say `undefined`; any other text does.
                let bare = || self.model.without_undefined(&ty);
                let shown = match written {
                    Some((written, true))
                        if !self.is_as_written(written, &ty) && self.is_as_written(written, &bare()) =>
                    {
                        bare()
                    }
                    _ => ty.clone(),
                };
                self.written_or(written.map(|(written, _)| written), &shown)?;
            }
        }
        self.push("; ");
        Some(())
    }

    fn parameter(&mut self, parameter: &Param, written: Option<super::types::Decl>) -> Option<()> {
        let rest = if parameter.rest { "..." } else { "" };
        let optional = parameter.optional && !parameter.rest;
        let _ = write!(self.out, "{rest}{}{}: ", parameter.name, if optional { "?" } else { "" });
        let ty = self.model.lazy(&parameter.ty)?;
        // What still is as it was written does not say `undefined` twice.
        let as_written = self.place && written.is_some_and(|w| self.is_as_written(w, &ty));
        let shown = if optional && self.model.strict_null && !parameter.defaulted && !as_written {
            self.model.union([ty, self.model.store.undefined()])
        } else {
            ty
        };
        if self.place { self.written_or(written, &shown) } else { self.ty(&shown, Binding::Loose) }
    }

    /// Whether a signature is another than the declared one, and whether its surroundings are a merged declaration.
    fn is_instantiated(&self, signature: &Signature, annotations: &[Option<super::types::Decl>]) -> Option<bool> {
        let owner = self.model.with_file(signature.decl?, |at| {
            let owner =
                at.enclosing(&["interface_declaration", "class_declaration", "abstract_class_declaration", "class"])?;
            owner.field("type_parameters")?;
            Some(self.model.symbol_of(owner))
        })?;
        // Type parameters that are declared several times count as used everywhere.
        if owner.decls().len() > 1 {
            return Some(true);
        }
        let ret = self.model.with_file(signature.decl?, |at| Some(at.field("return_type")?.first_named()?.decl()));
        let changed = |written: Option<super::types::Decl>, lazy: &Lazy| {
            written.is_some_and(|w| self.model.lazy(lazy).is_some_and(|ty| !self.is_unchanged(w, &ty)))
        };
        let parameters = signature.params.iter().zip(annotations);
        let any = (signature.predicate.is_none() && changed(ret, &signature.ret))
            || parameters.into_iter().any(|(p, written)| changed(*written, &p.ty));
        any.then_some(false)
    }

    fn signature(&mut self, signature: &Signature, arrow: &str) -> Option<()> {
        // Annotations of the parameters, where the declaration is known.
        let annotations: Vec<Option<super::types::Decl>> = signature
            .decl
            .filter(|_| self.place)
            .and_then(|d| {
                self.model.with_file(d, |at| {
                    let parameters = at.field("parameters")?.named();
                    let own = parameters.into_iter().filter(|p| p.field("pattern").is_none_or(|n| n.kind() != "this"));
                    Some(own.map(|p| p.field("type").and_then(At::first_named).map(At::decl)).collect())
                })
            })
            .unwrap_or_default();
        let (known, remade) = (self.fresh.len(), self.remade);
        if self.place
            && let Some(merged) = self.is_instantiated(signature, &annotations)
        {
            self.fresh.extend(signature.type_params.iter().map(|p| p.ty.clone()));
            self.remade |= merged;
        }
        let done = self.signature_parts(signature, arrow, &annotations);
        self.fresh.truncate(known);
        self.remade = remade;
        // Its own type parameters mean nothing outside.
        let own = |n: &Named| signature.type_params.iter().any(|p| p.ty.is(&Kind::Parameter(n.symbol.clone())));
        self.names.retain(|n| !own(n));
        done
    }

    fn signature_parts(
        &mut self,
        signature: &Signature,
        arrow: &str,
        annotations: &[Option<super::types::Decl>],
    ) -> Option<()> {
        // A function whose parameters come from its context takes over its type parameters and `this` too.
        let context = signature.decl.and_then(|d| {
            self.model.with_file(d, |at| {
                let expression = at.is(&["arrow_function", "function_expression"]) && self.model.is_sensitive(at);
                if expression { self.model.contextual_signature(at) } else { None }
            })
        });
        let type_params = match &context {
            Some(context) if signature.type_params.is_empty() => &context.type_params,
            _ => &signature.type_params,
        };
        let known = self.bound.len();
        self.bound.extend(type_params.iter().map(|p| p.ty.clone()));
        let done = self.signature_with(signature, type_params, context.as_ref(), arrow, annotations);
        self.bound.truncate(known);
        done
    }

    fn signature_with(
        &mut self,
        signature: &Signature,
        type_params: &[TypeParam],
        context: Option<&Signature>,
        arrow: &str,
        annotations: &[Option<super::types::Decl>],
    ) -> Option<()> {
        if !type_params.is_empty() {
            self.push("<");
            for (i, parameter) in type_params.iter().enumerate() {
                if i > 0 {
                    self.push(", ");
                }
                if self.model.is_const(&parameter.ty) {
                    self.push("const ");
                }
                self.push(&parameter.name);
                if let Some(constraint) = &parameter.constraint {
                    self.push(" extends ");
                    let written = match parameter.ty.kind() {
                        Kind::Parameter(symbol) => symbol.first().and_then(|d| {
                            self.model.with_file(d, |at| Some(at.field("constraint")?.first_named()?.decl()))
                        }),
                        _ => None,
                    };
                    self.written_or(written, constraint)?;
                }
                if let Some(default) = &parameter.default {
                    self.push(" = ");
                    self.ty(default, Binding::Loose)?;
                }
            }
            self.push(">");
        }
        self.push("(");
        let mut first = true;
        let this = signature.this.clone().or_else(|| context?.this.clone());
        if let Some(this) = &this {
            self.push("this: ");
            self.ty(this, Binding::Loose)?;
            first = false;
        }
        for (number, parameter) in signature.params.iter().enumerate() {
            // A rest parameter of a tuple type is displayed as the parameters it stands for.
            if parameter.rest {
                let ty = self.model.force(&self.model.lazy(&parameter.ty)?);
                if let Kind::Tuple(elements, _) = ty.kind()
                    && elements.iter().rev().skip(1).all(|e| !e.rest)
                {
                    for (i, e) in elements.iter().enumerate() {
                        if !first {
                            self.push(", ");
                        }
                        first = false;
                        let name = match e.name.is_empty() {
                            true if e.rest => parameter.name.to_string(),
                            true => format!("{}_{i}", parameter.name),
                            false => e.name.to_string(),
                        };
                        let one = Param {
                            name: name.into(),
                            ty: Lazy::Known(e.ty.clone()),
                            optional: e.optional,
                            rest: e.rest,
                            defaulted: false,
                        };
                        self.parameter(&one, None)?;
                    }
                    continue;
                }
            }
            if !first {
                self.push(", ");
            }
            first = false;
            self.parameter(parameter, annotations.get(number).copied().flatten())?;
        }
        self.push(")");
        self.push(arrow);
        if let Some(predicate) = &signature.predicate {
            if predicate.asserts {
                self.push("asserts ");
            }
            self.push(&predicate.name);
            if let Some(ty) = &predicate.ty {
                self.push(" is ");
                let written = signature.decl.filter(|_| self.place).and_then(|d| {
                    self.model.with_file(d, |at| {
                        let predicate = at.field("return_type")?.first_named()?;
                        let predicate =
                            if predicate.kind() == "asserts" { predicate.first_named()? } else { predicate };
                        let ty = predicate.field("type")?;
                        Some(if ty.kind() == "type_annotation" { ty.first_named()?.decl() } else { ty.decl() })
                    })
                });
                self.written_or(written, ty)?;
            }
            return Some(());
        }
        if let Lazy::Known(ret) = &signature.ret
            && self.place
        {
            let written = signature.decl.and_then(|d| {
                self.model.with_file(d, |at| {
                    let node = at.field("return_type").or_else(|| at.field("type"))?;
                    Some(if node.kind() == "type_annotation" { node.first_named()?.decl() } else { node.decl() })
                })
            });
            return self.written_or(written, ret);
        }
        self.lazy(&signature.ret)
    }
}
