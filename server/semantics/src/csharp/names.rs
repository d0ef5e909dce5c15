//! Resolves written type names to fully qualified ones, and simplifies full names to the shortest equivalent.

use super::types::{keyword_of, system_name};
use super::{Place, SemanticModel, Type};
use index::csharp::CsType;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

impl<'a> SemanticModel<'a> {
    /// Resolves the names of a type text that was written at `place` to full names.
    pub(super) fn canonical_text(&self, text: &str, place: &Place) -> Option<Type> {
        let ty = Type::parse(text)?;
        Some(self.canonical(&ty, place))
    }

    pub(super) fn canonical(&self, ty: &Type, place: &Place) -> Type {
        if matches!(place, Place::Library) {
            return ty.clone();
        }
        let resolve = |text: &str| match place {
            Place::Library => None,
            Place::Source(file, offset) => self.csharp.resolve(text, file, *offset),
            Place::Declaration(id) => self.csharp.resolve_at(text, id),
        };
        ty.map(&mut |ty| match ty {
            Type::Named { outer: None, name, arguments } => {
                if arguments.is_empty() && (system_name(name).is_some() || name == "void") {
                    return Some(ty.clone());
                }
                let arguments: Arc<[Type]> = arguments.iter().map(|a| self.canonical(a, place)).collect();
                Some(match resolve(&ty.to_string()) {
                    // `using Text = System.ReadOnlySpan<char>;`
                    Some(found) if arguments.is_empty() && found.arity() > 0 => {
                        self.constructed_alias(name, &found, place).unwrap_or_else(|| self.type_from(&found, arguments))
                    }
                    Some(found) => self.type_from(&found, arguments),
                    None => Type::Named { outer: None, name: name.clone(), arguments },
                })
            }
            _ => None,
        })
    }

    /// The constructed type that an alias stands for; `found` is the declaration of that type.
    fn constructed_alias(&self, name: &str, found: &CsType, place: &Place) -> Option<Type> {
        let file = match place {
            Place::Library => return None,
            Place::Source(file, _) => file,
            Place::Declaration(id) => &id.path,
        };
        let outline = self.index.outline(file)?;
        let mut aliases = outline.imports.iter().filter(|i| i.alias == name);
        aliases.find_map(|alias| {
            let target = Type::parse(&alias.target).filter(|t| t.arguments().len() == found.arity())?;
            // Names in it are resolved at the start of the file.
            let ty = self.deeper(|| Some(self.canonical(&target, &Place::Source(file.clone(), 0))))?;
            (ty.full_name() == found.full_name()).then_some(ty)
        })
    }

    /// A declared type with these type arguments; its containing type has its own type parameters as arguments.
    pub fn type_from(&self, found: &CsType, arguments: impl Into<Arc<[Type]>>) -> Type {
        self.type_with(found, arguments.into())
    }

    fn type_with(&self, found: &CsType, arguments: Arc<[Type]>) -> Type {
        let full = found.full_name();
        let containers = std::iter::successors(Some(found.clone()), |t| self.csharp.container(t)).take(16);
        if found.containing.is_empty() || containers.skip(1).all(|t| t.arity() == 0) {
            return match keyword_of(&full) {
                Some(keyword) if arguments.is_empty() => Type::named(keyword),
                _ => Type::Named { outer: None, name: full.into(), arguments },
            };
        }
        let outer = self.csharp.container(found).map(|container| {
            let parameters: Arc<[Type]> =
                container.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect();
            Arc::new(self.type_with(&container, parameters))
        });
        Type::Named { outer, name: found.declaration.name.clone(), arguments }
    }

    /// The declaration of a type with full names.
    pub(super) fn find(&self, ty: &Type) -> Option<CsType> {
        let (name, arity) = match ty {
            Type::Array(..) => ("System.Array".to_owned(), 0),
            Type::Tuple(elements) => ("System.ValueTuple".to_owned(), elements.len()),
            Type::Nullable(inner) if self.is_value_type(inner) => ("System.Nullable".to_owned(), 1),
            Type::Nullable(inner) => return self.find(inner),
            Type::Pointer(_) => return None,
            Type::Named { arguments, outer: Some(outer), .. } => {
                return self.find_nested(&ty.full_name(), arguments.len(), outer.arguments().len());
            }
            Type::Named { arguments, .. } => (ty.full_name(), arguments.len()),
        };
        self.find_name(&name, arity)
    }

    pub(super) fn find_name(&self, full_name: &str, arity: usize) -> Option<CsType> {
        self.find_nested(full_name, arity, 0)
    }

    /// The type with this full name and number of type arguments, preferably one in a containing type with `outer` type arguments.
    fn find_nested(&self, full_name: &str, arity: usize, outer: usize) -> Option<CsType> {
        let key = (SmolStr::new(full_name), arity, outer);
        let answers = &self.of_project.declarations;
        if let Some(found) = answers.get(&key) {
            return found;
        }
        let simple = full_name.rsplit('.').next().unwrap_or(full_name);
        let mut candidates: Vec<CsType> = self.csharp.types_visible(simple, &self.source.path);
        candidates.retain(|t| t.arity() == arity && t.full_name() == full_name);
        let fits = |t: &CsType| self.csharp.container(t).map_or(0, |c| c.arity()) == outer;
        let best = candidates.iter().position(fits).unwrap_or(0);
        let found = candidates.into_iter().nth(best);
        answers.insert(key, found.clone());
        found
    }

    /// The type as it would be written at byte `offset` of the file: the shortest names that resolve to it there, full names where no using directive
    /// applies. `?` on reference types is dropped where nullable annotations are disabled.
    pub fn minimal(&self, ty: &Type, offset: usize) -> String {
        self.minimal_at(ty, &self.source.path, offset)
    }

    /// The type as it would be written at byte `offset` of the file with simple names throughout, and the namespaces to import for that. A name stays
    /// qualified if its simple name already refers to something else.
    pub fn display_at(&self, ty: &Type, offset: usize) -> (String, Vec<SmolStr>) {
        self.steps.set(0);
        let path = &self.source.path;
        let shortest = self.shortened(ty, path, offset, self.annotations_enabled(path, offset), 0);
        let mut namespaces = Vec::new();
        let text = self.with_imports(&shortest, offset, 0, &mut namespaces).to_string();
        (text, namespaces)
    }

    fn with_imports(&self, ty: &Type, offset: usize, depth: usize, namespaces: &mut Vec<SmolStr>) -> Type {
        if depth > super::model::MAX_DEPTH {
            return ty.clone();
        }
        ty.map(&mut |ty| {
            let Type::Named { outer: None, name, arguments } = ty else { return None };
            let arguments: Arc<[Type]> =
                arguments.iter().map(|a| self.with_imports(a, offset, depth + 1, namespaces)).collect();
            let mut short = name.clone();
            if let Some((namespace, simple)) = name.rsplit_once('.') {
                let written = Type::Named { outer: None, name: simple.into(), arguments: arguments.clone() };
                let taken = self.csharp.resolve(&written.to_string(), &self.source.path, offset).is_some();
                if self.csharp.is_namespace(namespace) && !taken {
                    if !namespaces.iter().any(|n| n == namespace) {
                        namespaces.push(namespace.into());
                    }
                    short = simple.into();
                }
            }
            Some(Type::Named { outer: None, name: short, arguments })
        })
    }

    /// The same as [`Self::minimal`] at a place in another file.
    pub fn minimal_at(&self, ty: &Type, file: &Path, offset: usize) -> String {
        self.steps.set(0);
        let annotated = self.annotations_enabled(file, offset);
        self.shortened(ty, file, offset, annotated, 0).to_string()
    }

    /// The shortest name of a declared type at byte `offset` of `file`, with its own type parameters as arguments.
    pub fn minimal_name(&self, ty: &CsType, file: &Path, offset: usize) -> String {
        let parameters = ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
        self.minimal_at(&self.type_from(ty, parameters), file, offset)
    }

    fn shortened(&self, ty: &Type, file: &Path, offset: usize, annotated: bool, depth: usize) -> Type {
        if depth > super::model::MAX_DEPTH {
            return ty.clone();
        }
        let inner = |ty: &Type| self.shortened(ty, file, offset, annotated, depth + 1);
        // `Nullable<T>` is written `T?`, also where `T` is a type parameter.
        if let Some([value]) = ty.arguments_of("System.Nullable") {
            return inner(value).nullable();
        }
        match ty {
            Type::Named { outer, name, arguments } => {
                let short_arguments: Arc<[Type]> = arguments.iter().map(inner).collect();
                if let Some(outer) = outer {
                    // Inside the outer type its own type parameters are its type arguments.
                    let meant = outer
                        .arguments()
                        .iter()
                        .all(|a| matches!(a, Type::Named { outer: None, arguments, .. } if arguments.is_empty()))
                        .then(|| Type::Named { outer: None, name: name.clone(), arguments: short_arguments.clone() })
                        .and_then(|written| self.csharp.resolve(&written.to_string(), file, offset));
                    let own = |found: &CsType| self.type_from(found, arguments.clone()) == *ty;
                    if meant.is_some_and(|found| own(&found)) {
                        return Type::Named { outer: None, name: name.clone(), arguments: short_arguments };
                    }
                    let outer = Some(Arc::new(inner(outer)));
                    return Type::Named { outer, name: name.clone(), arguments: short_arguments };
                }
                let full = ty.full_name();
                let mut best = name.clone();
                // From the last segment on: the first suffix that resolves to the same type.
                let starts = name.rmatch_indices('.').map(|(i, _)| i + 1);
                for start in starts {
                    let short = name.get(start..).unwrap_or(name);
                    let written = Type::Named { outer: None, name: short.into(), arguments: short_arguments.clone() };
                    let meant = self.csharp.resolve(&written.to_string(), file, offset);
                    if meant.is_some_and(|m| m.full_name() == full && m.arity() == arguments.len()) {
                        best = short.into();
                        break;
                    }
                }
                Type::Named { outer: None, name: best, arguments: short_arguments }
            }
            Type::Nullable(of) if !annotated && !self.is_value_type(of) => inner(of),
            Type::Nullable(of) => inner(of).nullable(),
            Type::Array(element, rank) => Type::Array(Arc::new(inner(element)), *rank),
            Type::Tuple(elements) => Type::Tuple(elements.iter().map(|(t, n)| (inner(t), n.clone())).collect()),
            Type::Pointer(of) => Type::Pointer(Arc::new(inner(of))),
        }
    }

    /// Whether nullable annotations are enabled: by the last `#nullable` before `offset`, otherwise by the project.
    pub fn annotations_enabled(&self, file: &Path, offset: usize) -> bool {
        let last = |all: &[(usize, Option<bool>)]| {
            let before = all.partition_point(|(end, _)| *end <= offset);
            before.checked_sub(1).and_then(|i| all[i].1)
        };
        let directive = if *file == *self.source.path {
            last(self.of_file.nullable.get_or_init(|| nullable_directives(self.text)))
        } else {
            self.index.text(file).and_then(|text| last(&nullable_directives(&text)))
        };
        directive.unwrap_or_else(|| self.csharp.project(file).nullable)
    }
}

/// The `#nullable` directives that switch annotations: the byte offset behind each, and what it says; `None` for `restore`.
fn nullable_directives(text: &str) -> Vec<(usize, Option<bool>)> {
    let mut out = Vec::new();
    for found in memchr::memmem::find_iter(text.as_bytes(), "nullable") {
        let line_start = text[..found].rfind('\n').map_or(0, |i| i + 1);
        let rest = &text[found + "nullable".len()..];
        let rest = rest.lines().next().unwrap_or_default();
        if text[line_start..found].trim_start().strip_prefix('#').is_none_or(|between| !between.trim().is_empty()) {
            continue;
        }
        let setting = rest.trim_start();
        let word = setting.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let says = match word {
            _ if setting[word.len()..].trim_start().starts_with("warnings") => continue,
            "enable" => Some(true),
            "disable" => Some(false),
            "restore" => None,
            _ => continue,
        };
        out.push((found + "nullable".len() + rest.len(), says));
    }
    out
}
