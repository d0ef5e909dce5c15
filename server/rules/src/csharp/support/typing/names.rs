//! From written names to full ones, and back to the shortest that means the same.

use super::model::{keyword_of, system_name};
use super::{Place, Type, Typing};
use index::csharp::CsType;
use std::path::Path;

impl<'a> Typing<'a> {
    /// Reads a type text as it was written at `place`, with full names.
    pub(super) fn canonical_text(&self, text: &str, place: &Place) -> Option<Type> {
        let ty = Type::parse(text)?;
        Some(self.canonical(&ty, place))
    }

    pub(super) fn canonical(&self, ty: &Type, place: &Place) -> Type {
        let Place::Source(file, offset) = place else { return ty.clone() };
        ty.map(&mut |ty| match ty {
            Type::Named { outer: None, name, arguments } => {
                if arguments.is_empty() && (system_name(name).is_some() || name == "void") {
                    return Some(ty.clone());
                }
                let arguments: Vec<Type> = arguments.iter().map(|a| self.canonical(a, place)).collect();
                let full = match self.csharp.resolve(&ty.to_string(), file, *offset) {
                    Some(found) => found.full_name(),
                    None => name.clone(),
                };
                if arguments.is_empty() {
                    if let Some(keyword) = keyword_of(&full) {
                        return Some(Type::named(keyword));
                    }
                }
                Some(Type::Named { outer: None, name: full, arguments })
            }
            _ => None,
        })
    }

    /// The declaration of a type with full names.
    pub(super) fn find(&self, ty: &Type) -> Option<CsType> {
        let (name, arity) = match ty {
            Type::Array(..) => ("System.Array".to_owned(), 0),
            Type::Tuple(elements) => ("System.ValueTuple".to_owned(), elements.len()),
            Type::Nullable(inner) if self.is_value_type(inner) => ("System.Nullable".to_owned(), 1),
            Type::Nullable(inner) => return self.find(inner),
            Type::Pointer(_) => return None,
            Type::Named { arguments, .. } => (ty.full_name(), arguments.len()),
        };
        self.find_name(&name, arity)
    }

    pub(super) fn find_name(&self, full_name: &str, arity: usize) -> Option<CsType> {
        let key = (full_name.to_owned(), arity);
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let simple = full_name.rsplit('.').next().unwrap_or(full_name);
        let found =
            self.csharp.types_named(simple).into_iter().find(|t| t.arity() == arity && t.full_name() == full_name);
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    /// The type as it would be written at byte `offset` of the file: the shortest names that mean it there, full ones where no
    /// using helps. `?` on reference types is dropped where annotations are off.
    pub(crate) fn minimal(&self, ty: &Type, offset: usize) -> String {
        self.steps.set(0);
        let annotated = self.annotations_enabled(offset);
        self.shortened(ty, &self.source.path, offset, annotated, 0).to_string()
    }

    fn shortened(&self, ty: &Type, file: &Path, offset: usize, annotated: bool, depth: usize) -> Type {
        if depth > super::MAX_DEPTH {
            return ty.clone();
        }
        let inner = |ty: &Type| self.shortened(ty, file, offset, annotated, depth + 1);
        match ty {
            Type::Named { outer, name, arguments } => {
                let short_arguments: Vec<Type> = arguments.iter().map(inner).collect();
                if let Some(outer) = outer {
                    let outer = Some(Box::new(inner(outer)));
                    return Type::Named { outer, name: name.clone(), arguments: short_arguments };
                }
                let full = ty.full_name();
                let mut best = name.clone();
                // From the last segment on: the first that means the same.
                let starts = name.rmatch_indices('.').map(|(i, _)| i + 1);
                for start in starts {
                    let short = name.get(start..).unwrap_or(name);
                    let written =
                        Type::Named { outer: None, name: short.to_owned(), arguments: short_arguments.clone() };
                    let meant = self.csharp.resolve(&written.to_string(), file, offset);
                    if meant.is_some_and(|m| m.full_name() == full && m.arity() == arguments.len()) {
                        best = short.to_owned();
                        break;
                    }
                }
                Type::Named { outer: None, name: best, arguments: short_arguments }
            }
            Type::Nullable(of) if !annotated && !self.is_value_type(of) => inner(of),
            Type::Nullable(of) => inner(of).nullable(),
            Type::Array(element, rank) => Type::Array(Box::new(inner(element)), *rank),
            Type::Tuple(elements) => Type::Tuple(elements.iter().map(|(t, n)| (inner(t), n.clone())).collect()),
            Type::Pointer(of) => Type::Pointer(Box::new(inner(of))),
        }
    }

    /// Whether `?` may stand on reference types: the last `#nullable` before `offset`, else the project.
    pub(crate) fn annotations_enabled(&self, offset: usize) -> bool {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let directive = before.lines().rev().find_map(|line| {
            let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("nullable")?.trim_start();
            let word = rest.split(|c: char| !c.is_alphabetic()).next()?;
            let kind = rest[word.len()..].trim_start();
            match word {
                _ if kind.starts_with("warnings") => None,
                "enable" => Some(Some(true)),
                "disable" => Some(Some(false)),
                "restore" => Some(None),
                _ => None,
            }
        });
        directive.flatten().unwrap_or_else(|| self.csharp.project(&self.source.path).nullable)
    }
}
