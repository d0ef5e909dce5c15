//! Evaluation of mapped and template literal types.

use super::Model;
use super::evaluate::{MAX_UNION, is_primitive, is_variable};
use super::tree::At;
use super::types::{Decl, Element, Kind, Literal, Mapper, Type};
use smol_str::SmolStr;

impl Model<'_> {
    /// `{ [K in C]: T }` with arguments for its outer parameters.
    pub(crate) fn mapped(&self, decl: Decl, args: &[Type]) -> Type {
        let plain = || {
            let open = self.mapped_sources(decl, args).is_none_or(|keys| is_variable(&keys));
            self.make(Kind::Mapped(decl, args.into(), open))
        };
        let found = self.with_file(decl, |at| {
            let _step = self.step()?;
            let clause = at.child("mapped_type_clause")?;
            let constraint = clause.field("type")?;
            // Over the keys of a type parameter: arrays and unions are taken apart.
            if constraint.kind() != "index_type_query" || clause.field("alias").is_some() {
                return Some(plain());
            }
            let of = self.type_node(constraint.first_named()?);
            if !matches!(of.kind(), Kind::Parameter(_)) {
                return Some(plain());
            }
            let mapper = self.outer_mapper(at, args);
            let actual = self.force(mapper.get(&of).unwrap_or(&of));
            let with = |ty: &Type| -> Vec<Type> {
                let outer = self.outer_parameters(at);
                outer.iter().zip(args).map(|(p, a)| if *p == of { ty.clone() } else { a.clone() }).collect()
            };
            let element = |ty: &Type, key: Type| self.mapped_template(decl, &with(ty), &key);
            let (optional, readonly) = self.mapped_signs(at);
            match actual.kind() {
                Kind::Error => None,
                Kind::Union(parts) => {
                    Some(self.union(parts.iter().map(|p| self.mapped(decl, &with(p))).collect::<Vec<_>>()))
                }
                Kind::Array(_, r) => {
                    let mut inner = element(&actual, self.make(Kind::Number))?;
                    if optional == Some(true) {
                        inner = self.union([inner, self.store.undefined()]);
                    } else if optional == Some(false) {
                        inner = self.without_undefined(&inner);
                    }
                    Some(self.make(Kind::Array(inner, readonly.unwrap_or(*r))))
                }
                Kind::Tuple(elements, r) => {
                    let mut out = Vec::new();
                    for (i, e) in elements.iter().enumerate() {
                        if e.rest {
                            return Some(plain());
                        }
                        let key = self.store.string_literal(&i.to_string());
                        out.push(Element {
                            ty: element(&actual, key)?,
                            optional: optional.unwrap_or(e.optional),
                            ..e.clone()
                        });
                    }
                    Some(self.tuple(out, readonly.unwrap_or(*r)))
                }
                _ if is_primitive(&actual) || matches!(actual.kind(), Kind::Never | Kind::Unknown) => Some(actual),
                _ => Some(plain()),
            }
        });
        found.unwrap_or_else(|| self.error())
    }

    /// What a mapped type does to `?` and `readonly`: adds, takes away, leaves.
    pub(crate) fn mapped_signs(&self, at: At<'_>) -> (Option<bool>, Option<bool>) {
        let optional = match at.field("type").map(At::kind) {
            Some("opting_type_annotation" | "adding_type_annotation") => Some(true),
            Some("omitting_type_annotation") => Some(false),
            _ => None,
        };
        let text = at.text();
        let readonly = if !at.has("readonly") {
            None
        } else {
            Some(!text.trim_start_matches(['{', ' ', '\n', '\t']).starts_with("-readonly"))
        };
        (optional, readonly)
    }

    /// The template of a mapped type for one key.
    pub(crate) fn mapped_template(&self, decl: Decl, args: &[Type], key: &Type) -> Option<Type> {
        self.with_file(decl, |at| {
            let _step = self.step()?;
            let mapper = self.mapped_mapper(at, args, key)?;
            Some(self.instantiate(&self.annotation(at.field("type")?), &mapper))
        })
    }

    pub(crate) fn mapped_mapper(&self, at: At<'_>, args: &[Type], key: &Type) -> Option<Mapper> {
        let clause = at.child("mapped_type_clause")?;
        let name = clause.field("name")?;
        let parameter = self.make(Kind::Parameter(self.store.symbol(name.text(), &[clause.decl()])));
        let outer = self.outer_parameters(at);
        Some(Mapper::new(outer.iter().cloned().zip(args.iter().cloned()).chain([(parameter, key.clone())])))
    }

    /// Keys of a mapped type, renamed by its `as` clause; `None` when they are not known yet.
    pub(crate) fn mapped_keys(&self, decl: Decl, args: &[Type]) -> Option<Type> {
        let keys = self.mapped_sources(decl, args)?;
        self.with_file(decl, |at| {
            let clause = at.child("mapped_type_clause")?;
            let Some(alias) = clause.field("alias") else { return Some(keys.clone()) };
            let alias = self.type_node(alias);
            let mut out = Vec::new();
            for key in self.expanded(&keys) {
                out.push(self.instantiate(&alias, &self.mapped_mapper(at, args, &key)?));
            }
            Some(self.union(out))
        })
    }

    /// What the parameter of a mapped type ranges over.
    pub(crate) fn mapped_sources(&self, decl: Decl, args: &[Type]) -> Option<Type> {
        self.with_file(decl, |at| {
            let constraint = at.child("mapped_type_clause")?.field("type")?;
            let keys = self.force(&self.instantiate(&self.type_node(constraint), &self.outer_mapper(at, args)));
            (!keys.is_error()).then_some(keys)
        })
    }

    pub(crate) fn template(&self, texts: Vec<SmolStr>, types: Vec<Type>) -> Option<Type> {
        let _step = self.step()?;
        if let Some(at) = types.iter().position(|t| matches!(self.force(t).kind(), Kind::Union(_) | Kind::Boolean)) {
            let parts = self.expanded(&types[at]);
            if parts.len() > MAX_UNION {
                return None;
            }
            let all = parts.into_iter().map(|p| {
                let mut types = types.clone();
                types[at] = p;
                self.template(texts.clone(), types)
            });
            return Some(self.union(all.collect::<Option<Vec<_>>>()?));
        }
        let mut out_texts = vec![texts.first()?.to_string()];
        let mut out_types = Vec::new();
        for (ty, text) in types.iter().zip(texts.iter().skip(1)) {
            let value = match self.force(ty).kind() {
                Kind::Error => return None,
                Kind::Never => return Some(self.make(Kind::Never)),
                Kind::Literal(Literal::String(s) | Literal::Number(s) | Literal::BigInt(s), _) => Some(s.to_string()),
                Kind::Literal(Literal::Boolean(b), _) => Some(b.to_string()),
                Kind::Null => Some("null".to_owned()),
                Kind::Undefined => Some("undefined".to_owned()),
                Kind::EnumMember(_, member, _) => match self.enum_value(member)? {
                    Literal::String(s) | Literal::Number(s) | Literal::BigInt(s) => Some(s.to_string()),
                    Literal::Boolean(_) => None,
                },
                Kind::Template(inner_texts, inner_types) => {
                    out_texts.last_mut()?.push_str(inner_texts.first()?);
                    for (t, s) in inner_types.iter().zip(inner_texts.iter().skip(1)) {
                        out_types.push(t.clone());
                        out_texts.push(s.to_string());
                    }
                    out_texts.last_mut()?.push_str(text);
                    continue;
                }
                _ => None,
            };
            match value {
                Some(value) => {
                    out_texts.last_mut()?.push_str(&value);
                    out_texts.last_mut()?.push_str(text);
                }
                None => {
                    out_types.push(ty.clone());
                    out_texts.push(text.to_string());
                }
            }
        }
        if out_types.is_empty() {
            return Some(self.store.string_literal(out_texts.first()?));
        }
        if let ([only], [a, b]) = (out_types.as_slice(), out_texts.as_slice())
            && a.is_empty()
            && b.is_empty()
            && matches!(only.kind(), Kind::String | Kind::Parameter(_) | Kind::StringMapping(..))
            && !matches!(only.kind(), Kind::Parameter(_))
        {
            return Some(only.clone());
        }
        Some(self.make(Kind::Template(out_texts.into_iter().map(SmolStr::from).collect(), out_types.into())))
    }

    pub(crate) fn string_mapping(&self, name: &str, of: &Type) -> Option<Type> {
        let of = self.force(of);
        let change = |s: &str| -> String {
            let mut chars = s.chars();
            let first = chars.next();
            match name {
                "Uppercase" => s.to_uppercase(),
                "Lowercase" => s.to_lowercase(),
                "Capitalize" => first.into_iter().flat_map(char::to_uppercase).chain(chars).collect(),
                _ => first.into_iter().flat_map(char::to_lowercase).chain(chars).collect(),
            }
        };
        Some(match of.kind() {
            Kind::Error => return None,
            Kind::Union(parts) => {
                self.union(parts.iter().map(|p| self.string_mapping(name, p)).collect::<Option<Vec<_>>>()?)
            }
            Kind::Literal(Literal::String(s), _) => self.store.string_literal(&change(s)),
            Kind::Any | Kind::Never => of,
            _ => self.make(Kind::StringMapping(name.into(), of)),
        })
    }
}
