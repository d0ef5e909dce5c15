//! The store of a revision: files, symbols, types, and what was found out about them.

use super::tree::File;
use super::types::{Alias, Decl, Element, Kind, Literal, Members, Symbol, SymbolData, Type, TypeData};
use crate::memo::Memo;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::hash::Hash;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

/// Values by their content: what is in it is the same value for the whole revision, so nothing is ever removed. Each entry is written
/// whole, so a panic elsewhere does no harm.
struct Interner<K, V>(Mutex<FxHashMap<K, V>>);

impl<K, V> Default for Interner<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V: Clone> Interner<K, V> {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<K, V>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
    fn get(&self, key: &K) -> Option<V> {
        self.lock().get(key).cloned()
    }
}

/// Answers of one kind. All files of a project share them, libraries included, so more are kept than by default.
type Answers<K, V> = Memo<K, V, { 1 << 17 }>;

/// A question that is answered once a revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Question {
    Expression(Decl),
    Declared(Decl),
    Returned(Decl),
    Alias(Decl),
    Node(Decl),
    Call(Decl),
}

/// What one project's files mean. Stores are kept apart by project, because libraries differ.
#[derive(Default)]
pub(crate) struct Store {
    kinds: Interner<(Kind, Option<Alias>), Type>,
    symbols: Interner<(SmolStr, Box<[Decl]>), Symbol>,
    next: AtomicU32,
    files: Mutex<(FxHashMap<Arc<Path>, u32>, Vec<Arc<File>>)>,
    pub(crate) answers: Answers<Question, Option<Type>>,
    pub(crate) calls: Answers<Decl, Option<Arc<super::types::Resolution>>>,
    pub(crate) members: Answers<Type, Option<Arc<Members>>>,
    pub(crate) names: Answers<(u32, u32, SmolStr), Option<super::declarations::Meaning>>,
    pub(crate) globals: Answers<SmolStr, Option<super::declarations::Meaning>>,
    pub(crate) scopes: Answers<Decl, Arc<super::declarations::Table>>,
    pub(crate) instantiated: Answers<(Type, super::types::Mapper), Type>,
    pub(crate) outer: Answers<Decl, Arc<[Type]>>,
    pub(crate) relations: Answers<(Type, Type), super::Ternary>,
    /// What modules export under another name, by the declared one.
    pub(crate) renamed: OnceLock<FxHashMap<SmolStr, Vec<(Arc<Path>, SmolStr)>>>,
}

/// All stores of a revision, by project.
#[derive(Default)]
pub(crate) struct Stores(Interner<SmolStr, Arc<Store>>);

impl Stores {
    pub(crate) fn of(&self, project: &str) -> Arc<Store> {
        self.0.lock().entry(project.into()).or_default().clone()
    }
}

impl Store {
    pub(crate) fn file(&self, id: u32) -> Option<Arc<File>> {
        self.files.lock().unwrap_or_else(|e| e.into_inner()).1.get(id as usize).cloned()
    }
    pub(crate) fn file_of(&self, path: &Path) -> Option<Arc<File>> {
        let files = self.files.lock().unwrap_or_else(|e| e.into_inner());
        files.1.get(*files.0.get(path)? as usize).cloned()
    }
    pub(crate) fn add_file(&self, path: Arc<Path>, make: impl FnOnce(u32) -> File) -> Arc<File> {
        let mut files = self.files.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(known) = files.0.get(&path).and_then(|i| files.1.get(*i as usize)) {
            return known.clone();
        }
        let id = files.1.len() as u32;
        let file = Arc::new(make(id));
        files.0.insert(path, id);
        files.1.push(file.clone());
        file
    }

    pub(crate) fn symbol(&self, name: &str, decls: &[Decl]) -> Symbol {
        // Declarations make the symbol; the name counts only where there are none.
        let key = (if decls.is_empty() { name.into() } else { SmolStr::default() }, decls.into());
        if let Some(known) = self.symbols.get(&key) {
            return known;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let symbol = Symbol::new(SymbolData { id, name: name.into(), decls: decls.into() });
        self.symbols.lock().entry(key).or_insert(symbol).clone()
    }

    pub(crate) fn make(&self, kind: Kind) -> Type {
        self.make_as(kind, None)
    }
    pub(crate) fn make_as(&self, kind: Kind, alias: Option<Alias>) -> Type {
        let key = (kind, alias);
        let mut table = self.kinds.lock();
        if let Some(known) = table.get(&key) {
            return known.clone();
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let generic = is_generic(&key.0) || key.1.as_ref().is_some_and(|a| any_generic(&a.args));
        let ty = Type::new(TypeData { id, kind: key.0.clone(), alias: key.1.clone(), generic });
        table.insert(key, ty.clone());
        ty
    }
    /// The same type under an alias (or none).
    pub(crate) fn aliased(&self, ty: &Type, alias: Option<Alias>) -> Type {
        let takes = matches!(
            ty.kind(),
            Kind::Union(_)
                | Kind::Array(..)
                | Kind::Intersection(_)
                | Kind::Anonymous(..)
                | Kind::Object(_)
                | Kind::Mapped(..)
                | Kind::Conditional(..)
                | Kind::Tuple(..)
                | Kind::Indexed(..)
        );
        let takes = takes || matches!(ty.kind(), Kind::Reference(_, args) if !args.is_empty());
        if !takes { ty.clone() } else { self.make_as(ty.kind().clone(), alias) }
    }

    pub(crate) fn error(&self) -> Type {
        self.make(Kind::Error)
    }
    pub(crate) fn undefined(&self) -> Type {
        self.make(Kind::Undefined)
    }
    pub(crate) fn string_literal(&self, text: &str) -> Type {
        self.make(Kind::Literal(Literal::String(text.into()), false))
    }
    pub(crate) fn boolean_literal(&self, value: bool) -> Type {
        self.make(Kind::Literal(Literal::Boolean(value), false))
    }

    /// A union, flattened, without duplicates and what literals' own primitives cover.
    pub(crate) fn union(&self, types: impl IntoIterator<Item = Type>) -> Type {
        let given: Vec<Type> = types.into_iter().collect();
        let union = self.plain_union(given.clone());
        self.with_origin(union, given)
    }

    /// Remembers which named unions a union was made of: they are what is displayed.
    fn with_origin(&self, union: Type, given: Vec<Type>) -> Type {
        let Kind::Union(parts) = union.kind() else { return union };
        let mut named: Vec<Type> = Vec::new();
        let mut add = |ty: &Type| {
            if !named.contains(ty) {
                named.push(ty.clone());
            }
        };
        for ty in &given {
            if !matches!(ty.kind(), Kind::Union(_)) {
                continue;
            }
            match ty.alias() {
                Some(alias) if is_origin(alias) => {
                    alias.args.iter().filter(|a| matches!(a.kind(), Kind::Union(_))).for_each(&mut add);
                }
                Some(_) => add(ty),
                None => {}
            }
        }
        if named.is_empty() {
            return union;
        }
        let inside = |p: &Type| named.iter().any(|n| n.parts().contains(p));
        let rest: Vec<Type> = parts.iter().filter(|p| !inside(p)).cloned().collect();
        let count: usize = named.iter().map(|n| n.parts().len()).sum();
        // Names that overlap, or of which something fell away, say too much.
        if count + rest.len() != parts.len() {
            return union;
        }
        if let ([only], []) = (named.as_slice(), rest.as_slice()) {
            return only.clone();
        }
        let mut origin = rest;
        origin.extend(named);
        origin.sort_by_key(|t| (rank(t), t.id()));
        self.make_as(union.kind().clone(), Some(Alias { symbol: self.symbol("|", &[]), args: origin.into() }))
    }

    fn plain_union(&self, given: Vec<Type>) -> Type {
        let mut parts: Vec<Type> = Vec::new();
        let mut stack = given;
        stack.reverse();
        let mut fuel = 4000;
        while let Some(ty) = stack.pop() {
            fuel -= 1;
            if fuel == 0 {
                return self.error();
            }
            match ty.kind() {
                Kind::Error => return ty,
                Kind::Never => {}
                Kind::Union(inner) => stack.extend(inner.iter().rev().cloned()),
                _ => parts.push(ty),
            }
        }
        for absorbing in [Kind::Any, Kind::Unknown] {
            if let Some(all) = parts.iter().find(|p| p.is(&absorbing)) {
                return all.clone();
            }
        }
        let mut seen = rustc_hash::FxHashSet::default();
        parts.retain(|p| seen.insert(p.clone()));
        let has = |kind: Kind| parts.iter().any(|p| p.is(&kind));
        let (string, number, bigint, mut boolean) =
            (has(Kind::String), has(Kind::Number), has(Kind::BigInt), has(Kind::Boolean));
        let has_bool =
            |value| parts.iter().any(|p| matches!(p.kind(), Kind::Literal(Literal::Boolean(b), _) if *b == value));
        if has_bool(true) && has_bool(false) {
            boolean = true;
        }
        let symbols = has(Kind::ESSymbol);
        let enums: Vec<Symbol> =
            parts.iter().filter_map(|p| if let Kind::Enum(s) = p.kind() { Some(s.clone()) } else { None }).collect();
        let mut with_boolean = false;
        let mut out: Vec<Type> = Vec::new();
        for part in &parts {
            let covered = match part.kind() {
                Kind::Literal(Literal::String(_), _) | Kind::Template(..) | Kind::StringMapping(..) => string,
                Kind::Literal(Literal::Number(_), _) => number,
                Kind::Literal(Literal::BigInt(_), _) => bigint,
                Kind::Literal(Literal::Boolean(_), _) | Kind::Boolean if boolean => {
                    if !with_boolean {
                        with_boolean = true;
                        out.push(self.make(Kind::Boolean));
                    }
                    true
                }
                Kind::UniqueSymbol(_) => symbols,
                Kind::EnumMember(e, ..) => enums.contains(e),
                Kind::Void => false,
                _ => false,
            };
            // A fresh literal beside the same regular one adds nothing.
            let doubled = is_fresh(part) && {
                let plain = self.regular(part);
                parts.contains(&plain)
            };
            if !covered && !doubled {
                out.push(part.clone());
            }
        }
        out.sort_by_key(|t| (rank(t), t.id()));
        match out.len() {
            0 => self.make(Kind::Never),
            1 => out.swap_remove(0),
            _ => self.make(Kind::Union(out.into())),
        }
    }

    /// The literal without freshness.
    pub(crate) fn regular(&self, ty: &Type) -> Type {
        match ty.kind() {
            Kind::Literal(value, true) => self.make(Kind::Literal(value.clone(), false)),
            Kind::EnumMember(e, m, true) => self.make(Kind::EnumMember(e.clone(), m.clone(), false)),
            Kind::Union(parts) if parts.iter().any(is_fresh) => {
                self.aliased(&self.union(parts.iter().map(|p| self.regular(p))), ty.alias().cloned())
            }
            _ => ty.clone(),
        }
    }

    pub(crate) fn array(&self, element: Type) -> Type {
        if element.is_error() { element } else { self.make(Kind::Array(element, false)) }
    }
}

/// Whether what stands for an alias is a union's own list of named unions.
pub(crate) fn is_origin(alias: &Alias) -> bool {
    alias.symbol.decls().is_empty() && alias.symbol.name() == "|"
}

/// Whether what stands for an alias is the intersection that a union was written as.
pub(crate) fn is_written_intersection(alias: &Alias) -> bool {
    alias.symbol.decls().is_empty() && alias.symbol.name() == "&"
}

pub(crate) fn is_fresh(ty: &Type) -> bool {
    matches!(ty.kind(), Kind::Literal(_, true) | Kind::EnumMember(_, _, true))
}

/// Primitives come first in a union, in the order in which the compiler makes them.
fn rank(ty: &Type) -> u8 {
    match ty.kind() {
        Kind::Undefined => 1,
        Kind::Null => 2,
        Kind::String => 3,
        Kind::Number => 4,
        Kind::BigInt => 5,
        Kind::Boolean | Kind::Literal(Literal::Boolean(_), _) => 6,
        Kind::ESSymbol => 7,
        Kind::Void => 8,
        Kind::NonPrimitive => 9,
        _ => 20,
    }
}

fn any_generic(types: &[Type]) -> bool {
    types.iter().any(Type::is_generic)
}

fn is_generic(kind: &Kind) -> bool {
    let elements = |e: &[Element]| e.iter().any(|e| e.ty.is_generic());
    match kind {
        Kind::Parameter(_) | Kind::This(_) => true,
        Kind::Reference(_, args)
        | Kind::Anonymous(_, args)
        | Kind::Union(args)
        | Kind::Intersection(args)
        | Kind::Conditional(_, args)
        | Kind::Mapped(_, args, _)
        | Kind::AliasRef(_, args)
        | Kind::Template(_, args) => any_generic(args),
        Kind::Array(t, _) | Kind::Keyof(t) | Kind::StringMapping(_, t) => t.is_generic(),
        Kind::Indexed(a, b) => a.is_generic() || b.is_generic(),
        Kind::Tuple(all, _) => elements(all),
        // Laziness hides what is inside.
        Kind::Object(members) => members_generic(members),
        _ => false,
    }
}

fn lazy_generic(lazy: &super::types::Lazy) -> bool {
    use super::types::Lazy::*;
    match lazy {
        Known(t) => t.is_generic(),
        Declared(..) | Returned(..) | Template(..) => true,
        Optional(l) | Required(l) => lazy_generic(l),
        Union(l) | Intersection(l) => l.iter().any(lazy_generic),
    }
}

fn members_generic(members: &Members) -> bool {
    let signature = |s: &super::types::Signature| {
        lazy_generic(&s.ret) || s.params.iter().any(|p| lazy_generic(&p.ty)) || !s.type_params.is_empty()
    };
    members.props.iter().any(|p| lazy_generic(&p.ty))
        || members.indexes.iter().any(|i| lazy_generic(&i.ty))
        || members.calls.iter().chain(&members.constructs).any(signature)
}
