//! Generates stubs of a type's members as members of a class.

use crate::FileLayout;
use crate::ImportRequest;
use crate::typescript::candidates::{Candidate, Meaning, candidates};
use crate::typescript::edit;
use crate::typescript::type_text::{Style, names_in, requoted, shown};
use index::typescript::{NO_PLACE, TsMember, types};
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers, Parameter};
use semantics::Semantics;
use semantics::typescript::{Named, PropertyInfo, SemanticModel, Type};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::typescript::occurrences;
use syntax::typescript::{is_identifier, unquoted};
use syntax::{Node, NodeExt, ancestors};

/// Kinds of class nodes.
pub const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

/// The class of a diagnostic that is reported for a whole class: at its name, at `class`, or at the `export` of an anonymous one.
pub fn class_at<'t>(token: Node<'t>) -> Option<Node<'t>> {
    let found = ancestors(token).find(|n| n.is_named() && n.is(CLASSES));
    found.or_else(|| {
        let export = ancestors(token)
            .find(|n| n.kind() == "export_statement")
            .filter(|e| e.start_byte() == token.start_byte())?;
        export.named().into_iter().find(|c| c.is(CLASSES))
    })
}

/// A type as it is written in a declaration of `file`.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The text.
    pub text: String,
    /// Where its names mean what they mean.
    pub file: Arc<Path>,
}

/// Writes members for one class.
pub struct Stubs<'a> {
    ctx: Semantics<'a>,
    model: SemanticModel<'a>,
    quote: char,
    /// Type parameters in scope.
    generics: Vec<String>,
    /// Whether the class is a `declare class`, whose members have no bodies.
    ambient: bool,
    unit: String,
    imports: RefCell<Vec<ImportRequest>>,
}

impl<'a> Stubs<'a> {
    /// For the class (or other container of the new code) at `place`.
    pub fn new(ctx: &Semantics<'a>, place: Node<'_>) -> Self {
        let text = ctx.text();
        let mut generics = Vec::new();
        for scope in ancestors(place) {
            let names = scope.field("type_parameters").map(|l| l.named()).unwrap_or_default();
            generics.extend(names.iter().filter_map(|p| Some(p.field("name")?.text_in(text).to_owned())));
        }
        Self {
            ctx: *ctx,
            model: ctx.typescript(),
            quote: edit::quote_of(ctx),
            generics,
            ambient: ancestors(place).any(|n| n.kind() == "ambient_declaration"),
            unit: ctx.indent_unit(),
            imports: RefCell::default(),
        }
    }

    /// Types of the file.
    pub fn model(&self) -> &SemanticModel<'a> {
        &self.model
    }

    /// The file.
    pub fn semantics(&self) -> &Semantics<'a> {
        &self.ctx
    }

    /// Whether the project that the file belongs to has a compiler option on.
    pub fn has_flag(&self, option: &str) -> bool {
        self.ctx.index.typescript().project(self.ctx.path()).flag(option)
    }

    /// Imports that the written types need.
    pub fn imports(&self) -> Vec<ImportRequest> {
        self.imports.borrow().clone()
    }

    /// A type as it is to be written in the file; `None` when a name in it is not accessible there.
    pub fn write_type(&self, ty: &Type) -> Option<String> {
        let (text, names) = self.model.display_with_names(ty)?;
        let shown = names_in(&text);
        // An alias that cannot be named here is written out.
        let is_shown = |n: &&Named| !n.visible && shown.contains(&n.text);
        for name in names.iter().filter(is_shown) {
            self.bring_in(name)?;
        }
        Some(self.styled(&self.with_specifiers(text)?))
    }

    /// `text` with the files of `typeof import("/path")` as this file would import them.
    fn with_specifiers(&self, text: String) -> Option<String> {
        const HEAD: &str = "import(\"";
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(HEAD) {
            let (before, behind) = rest.split_at(at + HEAD.len());
            let end = behind.find('"')?;
            let written = &behind[..end];
            out.push_str(before);
            match Path::new(written).is_absolute() {
                true => out.push_str(&self.specifier_of(written)?),
                false => out.push_str(written),
            }
            rest = &behind[end..];
        }
        out.push_str(rest);
        Some(out)
    }

    /// How this file imports the file whose path without its ending is `stem`.
    fn specifier_of(&self, stem: &str) -> Option<String> {
        let endings = ["ts", "tsx", "d.ts", "mts", "cts", "js", "jsx", "mjs", "cjs"];
        let mut files = endings.iter().map(|e| PathBuf::from(format!("{stem}.{e}")));
        let file = files.find(|f| self.ctx.index.contains(f))?;
        self.ctx.index.typescript().module_specifiers(self.ctx.path(), &file).into_iter().next()
    }

    /// The text of a type as the file writes types.
    pub(crate) fn styled(&self, text: &str) -> String {
        shown(text, Style { quote: self.quote, as_declared: false, multiline: false })
    }

    /// Notes the import of a name that the file does not see.
    fn bring_in(&self, name: &Named) -> Option<()> {
        if name.text.contains('.') || self.model.is_type_parameter(&name.symbol) {
            return None;
        }
        self.import(&name.text, &self.model.declarations(&name.symbol))
    }

    /// Notes the import of one of these declarations under its name, unless that means something else in the file.
    fn import(&self, name: &str, wanted: &[DeclarationId]) -> Option<()> {
        let here = self.ctx.path();
        let ts = self.ctx.index.typescript();
        let mine = ts.resolve(name, here, usize::MAX);
        // A name of the library may be shadowed where the file does not use it.
        let library = mine.iter().all(|m| m.path.starts_with("/typescript:lib"));
        if !library || !mine.is_empty() && !occurrences(self.ctx.root(), self.ctx.text(), name).is_empty() {
            return None;
        }
        let found = candidates(&self.ctx, name, Meaning::Type);
        let candidate = found.iter().find(|c| c.declaration.as_ref().is_some_and(|d| wanted.contains(d)))?;
        self.request(candidate, name);
        Some(())
    }

    fn request(&self, candidate: &Candidate, name: &str) {
        let type_only = self.has_flag("verbatimModuleSyntax");
        let request = candidate.request(&candidate.specifier, name, type_only);
        let mut imports = self.imports.borrow_mut();
        if !imports.contains(&request) {
            imports.push(request);
        }
    }

    /// An annotation as it is to be written in the file; `None` when a name in it cannot be had there.
    pub fn write(&self, ty: &Annotation, own: &[&str], as_declared: bool) -> Option<String> {
        if let Some(name) = self.imported(ty) {
            return Some(name);
        }
        self.reach(&ty.text, &ty.file, own)?;
        Some(shown(&ty.text, Style { quote: self.quote, as_declared, multiline: false }))
    }

    /// `X` for `import('m').X`; adds the required import.
    fn imported(&self, ty: &Annotation) -> Option<String> {
        let (module, name) = ty.text.strip_prefix("import(")?.split_once(").")?;
        let ts = self.ctx.index.typescript();
        let here = self.ctx.path();
        let module = ts.resolve_module(&ty.file, unquoted(module.trim()))?;
        if !is_identifier(name) || !ts.resolve(name, here, usize::MAX).is_empty() {
            return None;
        }
        let exports = ts.exports_of(&module);
        let wanted = exports.iter().find(|e| e.name == name)?.declaration.clone()?;
        let found = candidates(&self.ctx, name, Meaning::Type);
        let candidate = found.iter().find(|c| c.declaration.as_ref() == Some(&wanted))?;
        self.request(candidate, name);
        Some(name.to_owned())
    }

    /// Ensures that the names of a type refer to the same declarations here as in `file`.
    fn reach(&self, text: &str, file: &Path, own: &[&str]) -> Option<()> {
        let here = self.ctx.path();
        let ts = self.ctx.index.typescript();
        if file == here {
            return Some(());
        }
        for name in names_in(text) {
            let first = name.split('.').next().unwrap_or(&name);
            if own.contains(&first) || self.generics.iter().any(|g| g == first) {
                continue;
            }
            let mine = ts.resolve(first, here, usize::MAX);
            let theirs = ts.resolve(first, file, usize::MAX);
            let Some(wanted) = theirs.first() else {
                // The name belongs to a type argument that was written in this file.
                if mine.is_empty() { return None } else { continue }
            };
            if mine.contains(wanted) || theirs.iter().any(|t| mine.contains(t)) {
                continue;
            }
            self.import(first, &theirs)?;
        }
        Some(())
    }

    fn body(&self) -> String {
        if self.ambient {
            return ";".to_owned();
        }
        let quote = self.quote;
        format!(" {{\n{}throw new Error({quote}Method not implemented.{quote});\n}}", self.unit)
    }

    fn scope(&self, member: &TsMember, fallback: &Path) -> std::sync::Arc<Path> {
        if member.id.index == NO_PLACE { fallback.into() } else { member.id.path.clone() }
    }

    fn parameter(&self, parameter: &Parameter, file: &Path, own: &[&str], as_declared: bool) -> Option<String> {
        let written = parameter.type_text.as_str();
        let default = parameter.default.as_str();
        let ty = match written {
            "" if parameter.rest => "any[]".to_owned(),
            "" if default.starts_with(['"', '\'', '`']) => "string".to_owned(),
            "" if matches!(default, "true" | "false") => "boolean".to_owned(),
            "" if default.parse::<f64>().is_ok() => "number".to_owned(),
            "" => "any".to_owned(),
            written => {
                let ty = Annotation { text: written.to_owned(), file: file.into() };
                self.write(&ty, own, as_declared)?
            }
        };
        let dots = if parameter.rest { "..." } else { "" };
        let mark = if parameter.optional && !parameter.rest { "?" } else { "" };
        Some(format!("{dots}{}{}{mark}: {ty}", self.unread(&parameter.name), parameter.name))
    }

    /// What stands before the name of a parameter, because a stub does not use it.
    fn unread(&self, name: &str) -> &'static str {
        let named = name != "this" && !name.starts_with(['_', '{', '[']);
        if named && !self.ambient && self.has_flag("noUnusedParameters") { "_" } else { "" }
    }

    /// The signature of a method: `<T>(a: A): R`.
    pub fn signature(&self, member: &TsMember, declaration: &Declaration, fallback: &Path) -> Option<String> {
        let file = self.scope(member, fallback);
        let own: Vec<&str> = declaration.type_parameters.iter().map(|p| p.name.as_str()).collect();
        // A type with substituted type arguments is printed as by the checker; a type that is unchanged from its declaration is copied.
        let copied = |now: &str, then: &str| now == then;
        let mut generics = Vec::new();
        for parameter in &declaration.type_parameters {
            let part = |text: &str, word: &str| -> Option<String> {
                if text.is_empty() {
                    return Some(String::new());
                }
                let ty = Annotation { text: text.to_owned(), file: file.clone() };
                Some(format!(" {word} {}", self.write(&ty, &own, true)?))
            };
            let constraint = part(&parameter.constraint, "extends")?;
            let default = part(&parameter.default, "=")?;
            generics.push(format!("{}{constraint}{default}", parameter.name));
        }
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let before = &member.declaration.parameters;
        let mut parameters = Vec::new();
        for (i, parameter) in declaration.parameters.iter().enumerate() {
            let same = before.get(i).is_some_and(|b| copied(&parameter.type_text, &b.type_text));
            parameters.push(self.parameter(parameter, &file, &own, same)?);
        }
        let returns = if declaration.type_text.is_empty() {
            if declaration.modifiers.contains(Modifiers::HAS_BODY) {
                self.write_type(&self.model.return_type_of_declaration(&member.id)?)?
            } else {
                "any".to_owned()
            }
        } else {
            let same = copied(&declaration.type_text, &member.declaration.type_text);
            self.write(&Annotation { text: declaration.type_text.to_string(), file: file.clone() }, &own, same)?
        };
        Some(format!("{generics}({}): {returns}", parameters.join(", ")))
    }

    /// Whether the class has no bodies: it is declared, not defined.
    pub fn is_ambient(&self) -> bool {
        self.ambient
    }

    /// The name of a member, as a class has it.
    pub(crate) fn name(&self, declaration: &Declaration) -> String {
        let name = declaration.name.as_str();
        let quote = self.quote;
        match name {
            "constructor" => format!("[{quote}constructor{quote}]"),
            _ => requoted(name, quote),
        }
    }

    fn modifiers(&self, declaration: &Declaration) -> String {
        let modifiers = declaration.modifiers;
        let mut out = String::new();
        if modifiers.contains(Modifiers::PUBLIC) {
            out.push_str("public ");
        } else if modifiers.contains(Modifiers::PROTECTED) {
            out.push_str("protected ");
        }
        let project = self.ctx.index.typescript().project(self.ctx.path());
        if modifiers.contains(Modifiers::ABSTRACT) && project.flag("noImplicitOverride") {
            out.push_str("override ");
        }
        if modifiers.contains(Modifiers::ACCESSOR) {
            out.push_str("accessor ");
        }
        out
    }

    /// The class members for the declarations `all` of one name in one type. Names in their types may be declared in `fallback`.
    pub fn members(&self, all: &[&TsMember], fallback: &Path) -> Option<Vec<String>> {
        use DeclarationKind::{Field, Getter, IndexSignature, Method, Property, Setter};
        let ts = self.ctx.index.typescript();
        let first = all.first()?;
        let declaration = ts.substituted(first);
        let file = self.scope(first, fallback);
        let name = self.name(&declaration);
        let modifiers = self.modifiers(&declaration);
        let mark = if declaration.modifiers.contains(Modifiers::OPTIONAL) { "?" } else { "" };
        match declaration.kind {
            Method => {
                let owner = &first.owner;
                let same: Vec<&&TsMember> =
                    all.iter().filter(|m| m.owner == *owner && m.declaration.kind == Method).collect();
                let star = if declaration.modifiers.contains(Modifiers::EXTENSION) && !self.ambient { "*" } else { "" };
                let head = format!("{modifiers}{star}{name}{mark}");
                let mut signatures = Vec::new();
                for member in &same {
                    let declaration = ts.substituted(member);
                    signatures.push((self.signature(member, &declaration, fallback)?, declaration));
                }
                if let [(only, _)] = signatures.as_slice() {
                    return Some(vec![format!("{head}{only}{}", self.body())]);
                }
                let mut out: Vec<String> = Vec::new();
                let (with, without): (Vec<_>, Vec<_>) =
                    signatures.iter().partition(|(_, d)| d.modifiers.contains(Modifiers::HAS_BODY));
                out.extend(without.iter().map(|(s, _)| format!("{head}{s};")));
                if self.ambient {
                    return Some(out);
                }
                let last = match with.last() {
                    Some((signature, _)) => signature.clone(),
                    None => self.joint_signature(&without.iter().map(|(_, d)| d).collect::<Vec<_>>(), &file)?,
                };
                out.push(format!("{head}{last}{}", self.body()));
                Some(out)
            }
            Getter | Setter => {
                let mut out = Vec::new();
                let accessors = all.iter().filter(|m| m.owner == first.owner);
                for member in accessors {
                    let declaration = ts.substituted(member);
                    let file = self.scope(member, fallback);
                    if declaration.kind == Getter {
                        let ty = self.property_type(member, &declaration, &file)?;
                        out.push(format!("{modifiers}get {name}(): {ty}{}", self.body()));
                    } else if declaration.kind == Setter {
                        let parameter = declaration.parameters.first()?;
                        let text = match parameter.type_text.as_str() {
                            "" => self.property_type(first, &ts.substituted(first), &file)?,
                            written => self.write(&Annotation { text: written.to_owned(), file }, &[], false)?,
                        };
                        out.push(format!("{modifiers}set {name}({}: {text}){}", parameter.name, self.body()));
                    }
                }
                Some(out)
            }
            Property | Field => {
                let ty = self.property_type(first, &declaration, &file)?;
                Some(vec![format!("{modifiers}{name}{mark}: {ty};")])
            }
            IndexSignature => {
                let key = declaration.parameters.first()?;
                let ty = self.property_type(first, &declaration, &file)?;
                Some(vec![format!("[{}: {}]: {ty};", key.name, key.type_text)])
            }
            _ => None,
        }
    }

    /// The class members for a property of a type, from what the types say: for those that no declaration writes out, as the keys of a mapped type,
    /// and for those whose written type cannot be had here. `None` when a type is not known or not accessible.
    pub fn members_of_property(&self, property: &PropertyInfo) -> Option<Vec<String>> {
        use DeclarationKind::{Getter, Setter};
        let ts = self.ctx.index.typescript();
        let ids = property.symbol.as_ref().map(|s| self.model.declarations(s)).unwrap_or_default();
        let declarations: Vec<Arc<Declaration>> = ids.iter().filter_map(|id| ts.declaration(id)).collect();
        let modifiers = declarations.first().map(|d| self.modifiers(d)).unwrap_or_default();
        let name = match property.key.as_str() {
            "constructor" => format!("[{0}constructor{0}]", self.quote),
            key => requoted(key, self.quote),
        };
        let mark = if property.optional { "?" } else { "" };
        let ty = property.ty.as_ref()?;
        if !property.method {
            let written = self.without_nullish(self.write_type(ty)?);
            let accessors: Vec<&Arc<Declaration>> =
                declarations.iter().filter(|d| matches!(d.kind, Getter | Setter)).collect();
            if accessors.is_empty() {
                return Some(vec![format!("{modifiers}{name}{mark}: {written};")]);
            }
            let body = self.body();
            let one = |d: &&Arc<Declaration>| match d.kind {
                Getter => format!("{modifiers}get {name}(): {written}{body}"),
                _ => {
                    let parameter = d.parameters.first().map_or("value", |p| p.name.as_str());
                    format!("{modifiers}set {name}({parameter}: {written}){body}")
                }
            };
            return Some(accessors.iter().map(one).collect());
        }
        let written = self.write_type(ty)?;
        let (generics, parameters, returns) = types::function(&written)?;
        Some(vec![format!("{modifiers}{name}{mark}{generics}({parameters}): {returns}{}", self.body())])
    }

    /// A union without `null` and `undefined` where those are part of every type.
    fn without_nullish(&self, ty: String) -> String {
        if self.has_flag("strictNullChecks") || !(ty.contains("undefined") || ty.contains("null")) {
            return ty;
        }
        let parts = types::union(&ty);
        let kept: Vec<&str> = parts.iter().copied().filter(|p| !matches!(*p, "null" | "undefined")).collect();
        if kept.is_empty() || kept.len() == parts.len() { ty } else { kept.join(" | ") }
    }

    fn property_type(&self, member: &TsMember, declaration: &Declaration, file: &Path) -> Option<String> {
        if !declaration.type_text.is_empty() {
            let ty = Annotation { text: declaration.type_text.to_string(), file: file.into() };
            return self.write(&ty, &[], false).map(|ty| self.without_nullish(ty));
        }
        if !declaration.modifiers.contains(Modifiers::HAS_BODY) {
            return Some("any".to_owned());
        }
        let ty = self.model.type_of_declaration(&member.id)?;
        self.write_type(&self.model.without_literals(&ty))
    }

    /// The implementation signature of several overloads.
    fn joint_signature(&self, all: &[&Declaration], file: &Path) -> Option<String> {
        let longest = all.iter().max_by_key(|d| d.parameters.iter().filter(|p| !p.rest).count())?;
        let least = all.iter().map(|d| d.parameters.iter().filter(|p| !p.optional).count()).min().unwrap_or(0);
        let rest = all.iter().any(|d| d.parameters.iter().any(|p| p.rest));
        let mut parameters: Vec<String> = longest
            .parameters
            .iter()
            .filter(|p| !p.rest)
            .enumerate()
            .map(|(i, p)| format!("{}{}{}: unknown", self.unread(&p.name), p.name, if i >= least { "?" } else { "" }))
            .collect();
        if rest {
            parameters.push(format!("...{}rest: unknown[]", self.unread("rest")));
        }
        let returns =
            types::join_union(all.iter().map(|d| if d.type_text.is_empty() { "any" } else { d.type_text.as_str() }));
        let own: Vec<&str> = all.iter().flat_map(|d| d.type_parameters.iter().map(|p| p.name.as_str())).collect();
        if names_in(&returns).iter().any(|n| own.contains(&n.as_str())) {
            return None;
        }
        let returns = self.write(&Annotation { text: returns, file: file.into() }, &[], false)?;
        Some(format!("({}): {returns}", parameters.join(", ")))
    }
}

/// A member name as the index writes it: quoted only where necessary.
pub fn spelled(name: &str) -> &str {
    let inner = unquoted(name);
    if name.starts_with(['"', '\'']) && is_identifier(inner) { inner } else { name }
}

/// Names of the instance members that a class body declares, including parameter properties.
pub fn declared_names(body: Node<'_>, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for member in body.named() {
        let is_static = member.all_children().iter().any(|c| c.kind() == "static");
        let Some(name) = member.field("name").filter(|_| !is_static) else { continue };
        let name = name.text_in(text);
        if name == "constructor" && member.kind() == "method_definition" {
            let parameters = member.field("parameters").map(|p| p.named()).unwrap_or_default();
            let properties = parameters
                .into_iter()
                .filter(|p| {
                    p.all_children().iter().any(|c| c.is(&["accessibility_modifier", "readonly", "override_modifier"]))
                })
                .filter_map(|p| p.field("pattern"));
            out.extend(properties.map(|p| p.text_in(text).to_owned()));
            continue;
        }
        out.push(spelled(name).to_owned());
    }
    out
}
