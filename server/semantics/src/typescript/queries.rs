//! What writers of code ask of the model: bindings, declarations of the index, the shape of a type.

use super::SemanticModel;
use super::declarations::{Meaning, Space, declaration_of};
use super::display;
use super::tree::{At, File};
use super::types::{Decl, Kind, Lazy, Literal, Mapper, Property, Signature, Symbol, Type};
use index::{DeclarationId, ImportKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, Node, NodeExt, Parsed, ancestors};
use text::TextRange;

/// A file, and the block of `declare module` in it.
type Module = (u32, Option<u32>);

/// Imports of a file that are searched for a name.
const MAX_IMPORTS: usize = 300;
/// Length of the text of a type that is read.
const MAX_TEXT: usize = 4000;

/// What a type is, as far as one needs to know it to write a value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `any`
    Any,
    /// `unknown`
    Unknown,
    /// `undefined`
    Undefined,
    /// `void`
    Void,
    /// `null`
    Null,
    /// `never`
    Never,
    /// `string`
    String,
    /// `number`
    Number,
    /// `bigint`
    BigInt,
    /// `boolean`
    Boolean,
    /// `symbol`
    Symbol,
    /// `object`
    NonPrimitive,
    /// A literal type, as one writes its value, with `"` for quotes.
    Literal(String),
    /// A template literal type.
    Template,
    /// An enumeration.
    Enum(Symbol),
    /// A member of an enumeration.
    EnumMember(Symbol),
    /// The alternatives.
    Union(Vec<Type>),
    /// An array of this.
    Array(Type),
    /// A tuple, and whether it has no elements.
    Tuple(bool),
    /// Instance of a class or interface with these type arguments.
    Instance(Symbol, Vec<Type>),
    /// A class, enumeration, function, type literal: what a declaration or a piece of syntax describes.
    Structure,
    /// A type parameter.
    Parameter(Symbol),
    /// Anything else.
    Other,
}

/// A property of a type.
#[derive(Clone, Debug)]
pub struct PropertyInfo {
    /// Name, without quotes.
    pub name: SmolStr,
    /// Name as an object literal has it: with the quotes of its declaration where it needs some.
    pub key: String,
    /// Whether it may be missing.
    pub optional: bool,
    /// Whether it is declared as a method.
    pub method: bool,
    /// Private or protected.
    pub hidden: bool,
    /// Its type, without the `undefined` of an optional one.
    pub ty: Option<Type>,
    /// The symbol behind it.
    pub symbol: Option<Symbol>,
}

/// A parameter of a signature.
#[derive(Clone, Debug)]
pub struct ParameterInfo {
    /// Name.
    pub name: SmolStr,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it takes all further arguments.
    pub rest: bool,
    /// Its type: of a rest parameter, that of the array.
    pub ty: Option<Type>,
}

/// A call signature.
#[derive(Clone, Debug)]
pub struct SignatureInfo {
    /// Whether it has type parameters.
    pub generic: bool,
    /// The type of `this` that it asks for.
    pub this: Option<Type>,
    /// Its parameters, without `this`.
    pub parameters: Vec<ParameterInfo>,
    /// What it returns.
    pub returns: Option<Type>,
}

impl SemanticModel<'_> {
    /// Node of the caller's tree for a declaration of the same file.
    fn node_in<'t>(&self, tree: Node<'t>, decl: Decl) -> Option<Node<'t>> {
        if self.main.as_ref()?.id != decl.file {
            return None;
        }
        let root = ancestors(tree).last()?;
        let node = root.descendant_for_byte_range(decl.start as usize, decl.end as usize)?;
        let same = |n: &Node<'_>| n.start_byte() == decl.start as usize && n.end_byte() == decl.end as usize;
        ancestors(node).take_while(same).find(|n| n.kind_id() == decl.kind)
    }

    /// The node that binds `name` for an expression at `place`: the name in a declaration, parameter or pattern of this file.
    pub fn binding_of<'t>(&self, place: Node<'t>, name: &str) -> Option<Node<'t>> {
        let symbol = self.here(place, |at| self.lookup(at, name, Space::Value)?.symbol)?;
        let decl = symbol.decls().iter().find(|d| self.main.as_ref().is_some_and(|m| m.id == d.file))?;
        let node = self.node_in(place, *decl)?;
        if node.is(&["identifier", "shorthand_property_identifier_pattern", "type_identifier"]) {
            return Some(node);
        }
        node.field("name").or(Some(node))
    }

    /// The node that binds a name where it is used.
    pub fn binding<'t>(&self, use_: Node<'t>) -> Option<Node<'t>> {
        let text = self.sema.source.parsed.text();
        self.binding_of(use_, text.get(use_.byte_range())?)
    }

    /// Declared type of what a name node of a declaration, parameter or pattern declares.
    pub fn type_of_name(&self, name: Node<'_>) -> Option<Type> {
        self.here(name, |at| {
            let symbol = self.declared_symbol(at);
            self.answer(self.type_of_symbol(&symbol))
        })
    }

    fn declared_symbol(&self, name: At<'_>) -> Symbol {
        let declaration = declaration_of(name);
        if let Some(found) = self.lookup(name, name.text(), Space::Value).and_then(|m| m.symbol)
            && found.decls().contains(&declaration.decl())
        {
            return found;
        }
        self.store.symbol(name.text(), &[declaration.decl()])
    }

    /// Return type of a function node: as written, else inferred.
    pub fn return_type_of(&self, function: Node<'_>) -> Option<Type> {
        self.here(function, |at| {
            let signature = self.signature(at, &Mapper::default());
            self.answer(self.lazy(&signature.ret))
        })
    }

    /// Type of a function node.
    pub fn type_of_function(&self, function: Node<'_>) -> Option<Type> {
        self.here(function, |at| self.answer(Some(self.anonymous(at))))
    }

    /// The type that `text` means at the top of this file.
    pub fn type_of_text(&self, text: &str) -> Option<Type> {
        let main = self.main.as_ref().filter(|_| text.len() <= MAX_TEXT)?;
        let key: Arc<Path> = Path::new(&format!("{}#type {text}", main.path.display())).into();
        let path = main.path.clone();
        let file = self.store.add_file(key, |id| {
            let parsed = Parsed::new(Language::TYPESCRIPT, format!("type _ = {text};"));
            File { id, path, parsed, names: Vec::new(), library: false, javascript: false }
        });
        let alias = file.root().first_named().filter(|a| !a.node.has_error())?;
        self.answer(Some(self.type_node(alias.field("value")?)))
    }

    /// The alias that a type was written through, or the class, interface or enumeration that it is of, with type arguments.
    pub fn named_type(&self, ty: &Type) -> Option<(Symbol, Vec<Type>)> {
        if let Some(alias) = ty.alias().filter(|a| !a.symbol.decls().is_empty()) {
            return Some((alias.symbol.clone(), alias.args.to_vec()));
        }
        match ty.kind() {
            Kind::Reference(symbol, args) | Kind::AliasRef(symbol, args) => Some((symbol.clone(), args.to_vec())),
            Kind::Anonymous(symbol, _) | Kind::Enum(symbol) | Kind::This(symbol) | Kind::EnumMember(symbol, ..) => {
                Some((symbol.clone(), Vec::new()))
            }
            _ => None,
        }
    }

    /// Declared type of a declaration of the index.
    pub fn type_of_declaration(&self, id: &DeclarationId) -> Option<Type> {
        let (file, index) = self.located(id)?;
        let symbol = self.declared_symbol(file.declared(index)?);
        self.answer(self.type_of_symbol(&symbol))
    }

    /// As [`Self::type_of_declaration`]; `inside`: where its name stands in the file, when it is of no outline.
    pub fn declared_type(&self, id: &DeclarationId, inside: Option<TextRange>) -> Option<Type> {
        let Some(name) = inside else { return self.type_of_declaration(id) };
        let file = self.file(&id.path)?;
        let node = file.root().node.descendant_for_byte_range(name.start, name.end)?;
        let at = At { file: &file, node };
        let entry = at
            .parent()
            .filter(|p| p.is(&["pair", "method_definition"]) && p.parent().is_some_and(|o| o.kind() == "object"));
        let symbol = match entry {
            Some(entry) => self.store.symbol(at.text(), &[entry.decl()]),
            None => self.declared_symbol(at),
        };
        self.answer(self.type_of_symbol(&symbol))
    }

    /// Return type of a function or method of the index.
    pub fn return_type_of_declaration(&self, id: &DeclarationId) -> Option<Type> {
        let (file, index) = self.located(id)?;
        let at = declaration_of(file.declared(index)?);
        let signature = self.signature(at, &Mapper::default());
        self.answer(self.lazy(&signature.ret))
    }

    /// Declarations of the index that a symbol stands for.
    pub fn declarations(&self, symbol: &Symbol) -> Vec<DeclarationId> {
        symbol.decls().iter().filter_map(|d| self.declaration_id(*d)).collect()
    }

    fn declaration_id(&self, decl: Decl) -> Option<DeclarationId> {
        let file = self.store.file(decl.file)?;
        let at = file.node(decl)?;
        let name = at.field("name").unwrap_or(at);
        let range = (name.node.start_byte() as u32, name.node.end_byte() as u32);
        let index = file.names.iter().position(|r| *r == range)? as u32;
        let path: Arc<Path> = match file.path.to_str().filter(|_| file.library).and_then(|p| p.rsplit_once('#')) {
            Some((path, _)) => Path::new(path).into(),
            None => file.path.clone(),
        };
        Some(DeclarationId { path, index })
    }

    /// Files and ranges of the declarations of a symbol.
    pub fn places(&self, symbol: &Symbol) -> Vec<(Arc<Path>, TextRange)> {
        let place = |d: &Decl| {
            let file = self.store.file(d.file).filter(|f| !f.library)?;
            Some((file.path.clone(), TextRange::from(d.start as usize..d.end as usize)))
        };
        symbol.decls().iter().filter_map(place).collect()
    }

    /// Namespaces around the declaration of a symbol, outermost first.
    fn namespaces(&self, symbol: &Symbol) -> Vec<String> {
        let found = symbol.first().and_then(|d| {
            self.with_file(d, |at| {
                let outer = at.ancestors().skip(1).filter(|a| a.is(&["internal_module", "module"]));
                let names = outer.filter_map(|a| a.field("name")).filter(|n| n.kind() != "string");
                Some(names.map(|n| n.text().to_owned()).collect::<Vec<_>>())
            })
        });
        found.into_iter().flatten().rev().collect()
    }

    /// How this file would name a symbol, and whether it can do so without an import.
    pub(crate) fn name_in_source(&self, symbol: &Symbol) -> (String, bool) {
        let spaces = self.namespaces(symbol);
        let mut path: Vec<&str> = spaces.iter().flat_map(|s| s.split('.')).map(str::trim).collect();
        path.push(symbol.name());
        let plain = path.join(".");
        let Some(main) = &self.main else { return (plain, false) };
        let (first, rest) = (path.first().copied().unwrap_or_default(), path.get(1..).unwrap_or_default());
        let nested = symbol.first().is_some_and(|d| d.file == main.id) && spaces.is_empty();
        let is_it = |found: Option<Meaning>| {
            let found = found.and_then(|m| m.symbol);
            found.is_some_and(|s| s == *symbol || s.decls().iter().any(|d| symbol.decls().contains(d)))
        };
        let walk = |outer: Meaning, path: &[&str]| path.iter().try_fold(outer, |m, name| self.inside(&m, name));
        let spaces = [Space::Type, Space::Value];
        let under = |local: &str, path: &[&str]| {
            let mut found = spaces.iter().filter_map(|space| self.lookup(main.root(), local, *space));
            found.any(|m| is_it(walk(m, path)))
        };
        if nested || under(first, rest) {
            return (plain, true);
        }
        if !rest.is_empty() {
            // The index knows namespaces with dotted names.
            let found = self.sema.index.typescript().resolve(&plain, &main.path, usize::MAX);
            if self.declarations(symbol).iter().any(|d| found.contains(d)) {
                return (plain, true);
            }
        }
        let outline = self.sema.index.outline(&main.path);
        let imports = outline.iter().flat_map(|o| &o.imports).flat_map(|i| &i.names).take(MAX_IMPORTS);
        for import in imports {
            if import.name == "*" && under(&import.local, &path) {
                return (format!("{}.{plain}", import.local), true);
            }
            if import.name != "*" && import.local != first && under(&import.local, rest) {
                let mut text = import.local.to_string();
                rest.iter().for_each(|r| text.extend([".", r]));
                return (text, true);
            }
        }
        for (space, module) in self.reachable_modules().iter().filter(|(s, _)| s.contains('.')) {
            if is_it(walk(Meaning { symbol: None, module: Some(*module) }, &path)) {
                return (format!("{space}.{plain}"), true);
            }
        }
        (plain, false)
    }

    /// Modules that the model's file can name: imported as a whole, or exported so by one of those.
    fn reachable_modules(&self) -> &[(String, Module)] {
        self.reachable.get_or_init(|| {
            let Some(main) = &self.main else { return Vec::new() };
            let outline = self.sema.index.outline(&main.path);
            let imports = outline.iter().flat_map(|o| &o.imports).filter(|i| i.kind == ImportKind::Import);
            let locals = imports.flat_map(|i| &i.names).take(MAX_IMPORTS);
            let module = |local: &str| self.lookup(main.root(), local, Space::Value)?.module;
            let mut out: Vec<(String, Module)> = Vec::new();
            // As the compiler finds them: what is in a module comes before the next import.
            for (outer, module) in locals.filter_map(|n| Some((n.local.to_string(), module(&n.local)?))) {
                out.push((outer.clone(), module));
                let Some(path) = self.store.file(module.0).map(|f| f.path.clone()) else { continue };
                let outline = self.sema.index.outline(&path);
                let exports = outline.iter().flat_map(|o| &o.imports).filter(|i| i.kind == ImportKind::ReExport);
                for name in exports.flat_map(|i| &i.names).filter(|n| n.name == "*" && n.local != "*").take(MAX_IMPORTS)
                {
                    if let Some(inner) = self.export_of(module, &name.local).and_then(|m| m.module) {
                        out.push((format!("{outer}.{}", name.local), inner));
                    }
                }
            }
            out
        })
    }

    /// How the model's file names a module as a whole.
    pub(crate) fn module_in_source(&self, module: Module) -> Option<String> {
        self.reachable_modules().iter().find(|(_, m)| *m == module).map(|(name, _)| name.clone())
    }

    /// The name through a module that the file imports as a whole, where the compiler finds that first: before a later import by name, and
    /// before the file's own exports.
    pub(crate) fn name_in_module(&self, symbol: &Symbol) -> Option<String> {
        let main = self.main.as_ref()?;
        let reachable = self.reachable_modules();
        let decl = symbol.first().filter(|_| !reachable.is_empty())?;
        if decl.file == main.id {
            let exported = |at: At<'_>| Some(at.parent()?.kind() == "export_statement");
            self.with_file(decl, exported).filter(|e| *e)?;
        }
        let spaces = self.namespaces(symbol);
        let path: Vec<&str> = spaces.iter().flat_map(|s| s.split('.')).map(str::trim).chain([symbol.name()]).collect();
        let is_it = |m: Meaning| m.symbol.is_some_and(|s| s == *symbol || s.first() == Some(decl));
        let outline = self.sema.index.outline(&main.path)?;
        let imports = outline.imports.iter().filter(|i| i.kind == ImportKind::Import).flat_map(|i| &i.names);
        for import in imports.take(MAX_IMPORTS) {
            let named = [Space::Type, Space::Value]
                .iter()
                .any(|space| self.lookup(main.root(), &import.local, *space).is_some_and(is_it));
            if named {
                return None;
            }
            let inside = |name: &str| {
                name.strip_prefix(import.local.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.'))
            };
            for (space, module) in reachable.iter().filter(|(name, _)| inside(name)) {
                let whole = Meaning { symbol: None, module: Some(*module) };
                if path.iter().try_fold(whole, |m, name| self.inside(&m, name)).is_some_and(is_it) {
                    return Some(format!("{space}.{}", path.join(".")));
                }
            }
        }
        None
    }

    /// The name that the module with the shortest path exports a declaration under, for one that the model's file does not see. `None`
    /// when it is the declaration's own.
    pub(crate) fn exported_name(&self, symbol: &Symbol) -> Option<String> {
        let ts = self.sema.index.typescript();
        let decl = symbol.first()?;
        let own = self.store.file(decl.file).filter(|f| !f.library)?;
        let spaces = self.namespaces(symbol);
        if let [first] = spaces.as_slice() {
            // `export = React` is the module: what is in it has no name in front.
            let assigned = own.root().named().into_iter().any(|s| {
                s.kind() == "export_statement" && s.has("=") && s.first_named().is_some_and(|n| n.text() == first)
            });
            return assigned.then(|| symbol.name().to_owned());
        }
        let renamed = self.store.renamed.get_or_init(|| {
            let mut out: FxHashMap<SmolStr, Vec<(Arc<Path>, SmolStr)>> = FxHashMap::default();
            for path in self.sema.index.files() {
                if Language::of_path(path).is_none_or(|l| l.family() != syntax::LanguageFamily::TYPESCRIPT) {
                    continue;
                }
                let outline = self.sema.index.outline(path);
                let exports = outline.iter().flat_map(|o| &o.imports).filter(|i| i.kind == ImportKind::ReExport);
                for name in exports.flat_map(|i| &i.names) {
                    if name.name != name.local && name.name != "*" && name.name != "default" && name.local != "default"
                    {
                        out.entry(name.name.clone()).or_default().push((path.clone(), name.local.clone()));
                    }
                }
            }
            out
        });
        let exports = |path: &Path, name: &str| {
            let file = self.file(path)?;
            self.export_of((file.id, None), name).and_then(|m| m.symbol).filter(|s| s == symbol)
        };
        let mut others: Vec<(Arc<Path>, SmolStr)> = renamed.get(symbol.name()).cloned().unwrap_or_default();
        others.retain(|(path, name)| exports(path, name).is_some());
        if others.is_empty() {
            return None;
        }
        others.extend(ts.exports_named(symbol.name()).into_iter().map(|e| (e.module, SmolStr::from(symbol.name()))));
        others.retain(|(path, name)| exports(path, name).is_some());
        let (_, name) = others.into_iter().min_by_key(|(path, _)| path.components().count())?;
        Some(name.to_string())
    }

    /// Whether a symbol is a type parameter.
    pub fn is_type_parameter(&self, symbol: &Symbol) -> bool {
        let kinds = ["type_parameter", "infer_type", "mapped_type_clause"];
        symbol.first().and_then(|d| self.with_file(d, |at| Some(at.is(&kinds)))).unwrap_or(false)
    }

    /// Whether a type holds type parameters that nothing stands for yet.
    pub fn is_generic(&self, ty: &Type) -> bool {
        ty.is_generic()
    }

    /// A type without the alternatives `null` and `undefined`, which mean nothing without `strictNullChecks`.
    pub fn without_null_types(&self, ty: &Type) -> Type {
        self.filtered(ty, |t| !matches!(t.kind(), Kind::Null | Kind::Undefined))
    }

    /// Literals as the types they belong to: `'a' | 5` is `string | number`.
    pub fn without_literals(&self, ty: &Type) -> Type {
        let one = |t: &Type| match t.kind() {
            Kind::Literal(Literal::String(_), _) => self.make(Kind::String),
            Kind::Literal(Literal::Number(_), _) => self.make(Kind::Number),
            Kind::Literal(Literal::BigInt(_), _) => self.make(Kind::BigInt),
            Kind::Literal(Literal::Boolean(_), _) => self.make(Kind::Boolean),
            Kind::EnumMember(owner, ..) => self.make(Kind::Enum(owner.clone())),
            _ => t.clone(),
        };
        if !ty.parts().iter().any(|p| one(p) != *p) {
            return ty.clone();
        }
        self.union(ty.parts().iter().map(one).collect::<Vec<_>>())
    }

    /// What kind of type it is.
    pub fn shape(&self, ty: &Type) -> Shape {
        let ty = self.force(ty);
        match ty.kind() {
            Kind::Any => Shape::Any,
            Kind::Unknown => Shape::Unknown,
            Kind::Undefined => Shape::Undefined,
            Kind::Void => Shape::Void,
            Kind::Null => Shape::Null,
            Kind::Never => Shape::Never,
            Kind::String => Shape::String,
            Kind::Number => Shape::Number,
            Kind::BigInt => Shape::BigInt,
            Kind::Boolean => Shape::Boolean,
            Kind::ESSymbol | Kind::UniqueSymbol(_) => Shape::Symbol,
            Kind::NonPrimitive => Shape::NonPrimitive,
            Kind::Literal(literal, _) => Shape::Literal(match literal {
                Literal::String(s) => display::quoted(s),
                Literal::Number(n) => n.to_string(),
                Literal::BigInt(n) => format!("{n}n"),
                Literal::Boolean(b) => b.to_string(),
            }),
            Kind::Template(..) | Kind::StringMapping(..) => Shape::Template,
            Kind::Enum(symbol) => Shape::Enum(symbol.clone()),
            Kind::EnumMember(_, member, _) => Shape::EnumMember(member.clone()),
            Kind::Union(parts) => Shape::Union(parts.to_vec()),
            Kind::Array(element, _) => Shape::Array(element.clone()),
            Kind::Tuple(elements, _) => Shape::Tuple(elements.is_empty()),
            Kind::Reference(symbol, args) => Shape::Instance(symbol.clone(), args.to_vec()),
            Kind::This(symbol) => Shape::Instance(symbol.clone(), Vec::new()),
            Kind::Anonymous(..) | Kind::Object(_) | Kind::Mapped(..) | Kind::Intersection(_) => Shape::Structure,
            Kind::Parameter(symbol) => Shape::Parameter(symbol.clone()),
            _ => Shape::Other,
        }
    }

    /// Properties of a type, in the order of their declarations; `None` when they are not known.
    pub fn properties_of(&self, ty: &Type) -> Option<Vec<PropertyInfo>> {
        let members = self.members(ty)?;
        Some(members.props.iter().map(|p| self.property_info(p)).collect())
    }

    fn property_info(&self, p: &Property) -> PropertyInfo {
        let bare = match &p.ty {
            Lazy::Optional(inner) => inner,
            other => other,
        };
        PropertyInfo {
            name: p.name.clone(),
            key: self.property_key(p),
            optional: p.optional,
            method: p.method,
            hidden: p.hidden,
            ty: self.answer(self.lazy(bare)),
            symbol: p.symbol.clone(),
        }
    }

    fn property_key(&self, p: &Property) -> String {
        let name = p.name.as_str();
        if syntax::typescript::is_identifier(name) || name.starts_with('[') || name.parse::<u64>().is_ok() {
            return name.to_owned();
        }
        let written = p.symbol.as_ref().and_then(Symbol::first).and_then(|d| {
            self.with_file(d, |at| {
                let name = at.field("name").or_else(|| at.field("key")).filter(|n| n.kind() == "string");
                name.map(|n| n.text().to_owned())
            })
        });
        written.unwrap_or_else(|| display::quoted(name))
    }

    /// Whether a type has an index signature.
    pub fn is_indexed(&self, ty: &Type) -> bool {
        self.members(ty).is_some_and(|m| !m.indexes.is_empty())
    }

    /// Call signatures of a type; empty when it has none or they are not known.
    pub fn signatures_of(&self, ty: &Type) -> Vec<SignatureInfo> {
        let bare = self.without_nullish(ty);
        self.signatures(&bare, false).unwrap_or_default().iter().map(|s| self.signature_info(s)).collect()
    }

    /// Construct signatures of a type.
    pub fn constructors_of(&self, ty: &Type) -> Vec<SignatureInfo> {
        self.signatures(ty, true).unwrap_or_default().iter().map(|s| self.signature_info(s)).collect()
    }

    fn signature_info(&self, s: &Signature) -> SignatureInfo {
        let parameters = s.params.iter().map(|p| ParameterInfo {
            name: p.name.clone(),
            optional: p.optional || p.defaulted,
            rest: p.rest,
            ty: self.answer(self.lazy(&p.ty)),
        });
        SignatureInfo {
            generic: !s.type_params.is_empty(),
            this: s.this.clone(),
            parameters: parameters.collect(),
            returns: self.answer(self.lazy(&s.ret)),
        }
    }
}
