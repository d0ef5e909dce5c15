//! What may leave the machine.
//!
//! Examples never do. Of a pattern a leaf may, if it is of the grammar, if it is public (the base library of .NET, the libraries of TypeScript), or if it is no secret of one place: it
//! is in at least three repairs in at least two files. Literals become holes.

use crate::capture::Example;
use crate::grammar;
use crate::library::{Known, Origin};
use crate::template::{Fill, Hole, HoleId, ImportChange, Pattern, Template, Transform};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::LazyLock;

/// Repairs and files that a word must be in to be shared.
const EDITS: usize = 3;
const FILES: usize = 2;

/// In how many repairs and files words are.
pub struct Recurring<'e>(FxHashMap<&'e str, (usize, FxHashSet<&'e Path>)>);

impl<'e> Recurring<'e> {
    /// The words of examples.
    pub fn of(examples: impl IntoIterator<Item = &'e Example>) -> Self {
        let mut out: FxHashMap<&str, (usize, FxHashSet<&Path>)> = FxHashMap::default();
        for example in examples {
            let pattern = &example.pattern;
            let heads = pattern.holes.iter().filter_map(|h| h.head.as_ref());
            let scope = pattern.holes.iter().filter_map(|h| match &h.fill {
                Some(Fill::Scope { name, .. }) => Some(name),
                _ => None,
            });
            let call = pattern.context.call.as_ref().map(|(name, _)| name.as_str());
            let owner = pattern.context.owner.as_deref();
            // A module that is a package, and the parts of the path of a file.
            let moved = pattern
                .moved
                .iter()
                .flat_map(|m| [&m.module, &m.name, &m.new_module, &m.new_name])
                .flat_map(|t| words(t));
            let imports = pattern.imports.iter().flat_map(|i| match i {
                ImportChange::Using(text) => vec![text.as_str()],
                ImportChange::Name { module, name, .. } => vec![module.as_str(), name.as_str()],
            });
            let imports = imports.flat_map(words);
            let names = pattern
                .before
                .tokens()
                .into_iter()
                .chain(pattern.after.tokens())
                .chain(heads)
                .chain(scope)
                .map(|t| t.as_str());
            let words: FxHashSet<&str> = names.chain(call).chain(owner).chain(moved).chain(imports).collect();
            for word in words {
                let (edits, files) = out.entry(word).or_default();
                *edits += 1;
                files.insert(&example.path);
            }
        }
        Self(out)
    }

    fn has(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|(edits, files)| *edits >= EDITS && files.len() >= FILES)
    }
}

/// What keeps a pattern from being shared: a word of its own.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it says {0}, which is of these sources alone")]
pub struct Private(pub SmolStr);

/// The pattern as it may leave the machine.
///
/// # Errors
/// [`Private`] when it cannot.
pub fn shared(known: &Known, recurring: &Recurring<'_>) -> Result<Known, Private> {
    let pattern = Sharer { from: &known.pattern, recurring, holes: known.pattern.holes.clone(), literals: Vec::new() }
        .pattern()?;
    Ok(Known { pattern, origin: Origin::Examples, ..known.clone() })
}

struct Sharer<'s> {
    from: &'s Pattern,
    recurring: &'s Recurring<'s>,
    holes: Vec<Hole>,
    /// Literals of the left side, with their holes.
    literals: Vec<(SmolStr, HoleId)>,
}

impl Sharer<'_> {
    fn word(&self, word: &str) -> Result<(), Private> {
        match self.recurring.has(word) || is_public(&self.from.language, word) {
            true => Ok(()),
            false => Err(Private(word.into())),
        }
    }

    fn pattern(mut self) -> Result<Pattern, Private> {
        let from = self.from;
        let before = self.template(&from.before, true)?;
        let after = self.template(&from.after, false)?;
        if matches!(before, Template::Hole { .. }) && !matches!(from.before, Template::Hole { .. }) {
            // It was about a literal.
            return Err(Private(from.before.tokens().first().map(|t| SmolStr::new(t.as_str())).unwrap_or_default()));
        }
        for hole in &self.holes {
            if let Some(head) = &hole.head {
                self.word(head)?;
            }
            match &hole.fill {
                Some(Fill::Scope { name, ty }) => {
                    self.word(name)?;
                    ty.iter().flat_map(|t| words(t)).try_for_each(|w| self.word(w))?;
                }
                Some(Fill::Changed {
                    how: Transform::Affixes { without_prefix, without_suffix, prefix, suffix },
                    ..
                }) => {
                    for part in [without_prefix, without_suffix, prefix, suffix] {
                        // `Async`, `_`, `I`: a part of a name says as much as the name.
                        let said = part.chars().filter(|c| c.is_alphanumeric()).count() > 1;
                        if said
                            && !self.recurring.0.iter().any(|(w, (edits, files))| {
                                w.contains(part.as_str()) && *edits >= EDITS && files.len() >= FILES
                            })
                        {
                            self.word(part)?;
                        }
                    }
                }
                _ => {}
            }
        }
        for import in &from.imports {
            let text = match import {
                ImportChange::Using(text) => text.clone(),
                ImportChange::Name { module, name, .. } => format!("{module} {name}").into(),
            };
            words(&text).filter(|w| !matches!(*w, "static" | "default")).try_for_each(|w| self.word(w))?;
        }
        if let Some(moved) = &from.moved {
            let said = [&moved.module, &moved.name, &moved.new_module, &moved.new_name];
            said.into_iter().flat_map(|t| words(t)).filter(|w| *w != "default").try_for_each(|w| self.word(w))?;
        }
        if let Some(owner) = &from.context.owner {
            self.word(owner)?;
        }
        let mut context = from.context.clone();
        context.call = context.call.filter(|(name, _)| self.word(name).is_ok());
        for arguments in context.arguments.values_mut() {
            for argument in arguments.iter_mut() {
                if argument.as_ref().is_some_and(|a| words(a).any(|w| self.word(w).is_err())) {
                    *argument = None;
                }
            }
        }
        Ok(Pattern { before, after, context, holes: self.holes, ..from.clone() })
    }

    fn template(&mut self, template: &Template, is_left: bool) -> Result<Template, Private> {
        let Some(grammar) = grammar::named(&self.from.language) else {
            return Err(Private(self.from.language.clone()));
        };
        match template {
            Template::Token { kind, text, space }
                if grammar.is_literal_kind(kind)
                    && !matches!(text.as_str(), "true" | "false" | "null" | "undefined") =>
            {
                if let Some((_, id)) = self.literals.iter().find(|(t, _)| t == text) {
                    return Ok(Template::Hole { id: *id, space: *space });
                }
                // What the left side does not have cannot be a hole.
                let id =
                    HoleId::try_from(self.holes.len()).ok().filter(|_| is_left).ok_or_else(|| Private(text.clone()))?;
                self.holes.push(Hole { kinds: vec![kind.clone()], only_kinds: true, ..Hole::default() });
                self.literals.push((text.clone(), id));
                Ok(Template::Hole { id, space: *space })
            }
            Template::Token { kind, text, .. } => {
                let is_word = text.chars().any(char::is_alphanumeric);
                if is_word
                    && (grammar.is_name(kind)
                        || kind != text && !grammar.is_literal_kind(kind) && kind != "predefined_type")
                {
                    self.word(text)?;
                }
                Ok(template.clone())
            }
            Template::Node { kind, children } => {
                let children = children.iter().map(|c| self.template(c, is_left)).collect::<Result<_, _>>()?;
                Ok(Template::Node { kind: kind.clone(), children })
            }
            Template::Hole { .. } | Template::Run { .. } => Ok(template.clone()),
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| w.chars().any(char::is_alphabetic))
}

/// Whether everybody knows a name: the libraries of .NET and TypeScript declare it, or the language has it.
fn is_public(language: &str, word: &str) -> bool {
    static NET: LazyLock<FxHashSet<SmolStr>> = LazyLock::new(|| {
        let library = index::dotnet::base::web();
        let mut out: FxHashSet<SmolStr> =
            library.namespaces().iter().flat_map(|n| n.split('.').map(SmolStr::new).collect::<Vec<_>>()).collect();
        for id in library.types() {
            out.extend(library.entry(*id).map(|e| e.name.clone()));
            out.extend(library.members(*id).iter().map(|m| m.name.clone()));
        }
        out.extend(
            ["var", "bool", "int", "long", "string", "object", "double", "decimal", "byte", "char", "float", "void"]
                .map(SmolStr::new),
        );
        out
    });
    static WEB: LazyLock<FxHashSet<SmolStr>> = LazyLock::new(|| {
        let mut out = index::typescript::library_names();
        out.extend(
            ["any", "unknown", "never", "string", "number", "boolean", "void", "undefined", "null", "object", "this"]
                .map(SmolStr::new),
        );
        out
    });
    match language {
        "csharp" => NET.contains(word),
        "typescript" => WEB.contains(word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Edited, Seen, examples};
    use crate::provider::tree_of;
    use crate::rank::Stats;

    fn learned(path: &str, before: &str, after: &str, at: &str) -> Example {
        let text = |call: &str| format!("class C {{ void M() {{ {call}; }} }}");
        let (before, after) = (text(before), text(after));
        let (then, now) = (tree_of(Path::new("a.cs"), &before).unwrap(), tree_of(Path::new("a.cs"), &after).unwrap());
        let gone = [Seen {
            code: "CS1061".into(),
            start: before.find(at).unwrap(),
            arguments: vec!["Acme.Secret".into(), at.into()],
        }];
        let edited = Edited {
            path: Path::new(path),
            before: &then,
            after: &now,
            diagnostics_before: &gone,
            diagnostics_after: &[],
        };
        examples(&edited).remove(0)
    }

    fn share(examples: &[Example]) -> Result<Known, Private> {
        let known = Known {
            pattern: examples[0].pattern.clone(),
            stats: Stats::default(),
            members: 1,
            origin: Origin::Examples,
        };
        shared(&known, &Recurring::of(examples))
    }

    #[test]
    fn a_name_of_these_sources_is_shared_when_it_recurs() {
        let of = |path| learned(path, "api.LaunchMissile(1)", "api.Fire(1)", "LaunchMissile");
        assert_eq!(share(&[of("a.cs")]), Err(Private("LaunchMissile".into())));
        assert!(share(&[of("a.cs"), of("a.cs"), of("a.cs")]).is_err());
        let known = share(&[of("a.cs"), of("a.cs"), of("b.cs")]).unwrap();
        // What the message said is of these sources.
        assert!(!format!("{known:?}").contains("Acme"), "{known:?}");
    }

    #[test]
    fn public_names_are_shared_at_once() {
        assert!(share(&[learned("a.cs", "list.Length()", "list.Count()", "Length")]).is_ok());
    }

    #[test]
    fn literals_of_the_right_side_alone_are_not_shared() {
        let of = |path| learned(path, "list.Append(1)", "list.Append(1, \"secret\")", "Append");
        assert_eq!(share(&[of("a.cs"), of("b.cs"), of("c.cs")]), Err(Private("\"secret\"".into())));
    }
}
