//! Where a declaration of TypeScript or JavaScript is named.

use super::SemanticModel;
use super::declarations::{CLASSES, Space, declaration_of};
use super::tree::At;
use super::types::{Symbol, Type};
use crate::Semantics;
use crate::uses::{UseKind, Uses, Verdict, search};
use index::DeclarationId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use std::sync::Arc;
use text::TextRange;

/// A declaration, by file and start of its node: stores of other projects number files otherwise.
type Place = (Arc<Path>, u32);

/// Members as classes and interfaces declare them.
const MEMBERS: &[&str] = &[
    "method_definition",
    "public_field_definition",
    "property_signature",
    "method_signature",
    "abstract_method_signature",
    "enum_assignment",
];

pub(crate) fn uses(sema: Semantics<'_>, id: &DeclarationId) -> Option<Uses> {
    let model = sema.typescript();
    let (file, index) = model.located(id)?;
    uses_of(sema, &model, file.declared(index)?)
}

/// As [`uses`], of what has its name at a place of the file: a member of a type or of an object that is written out.
pub(crate) fn uses_at(sema: Semantics<'_>, name: TextRange) -> Option<Uses> {
    let model = sema.typescript();
    let leaf = syntax::leaf_at(sema.root(), name.start).filter(|l| TextRange::from(l.byte_range()) == name)?;
    model.here(leaf, |at| uses_of(sema, &model, at))
}

fn uses_of(sema: Semantics<'_>, model: &SemanticModel<'_>, at: At<'_>) -> Option<Uses> {
    let name = at.text().to_owned();
    let entry = at.parent().filter(|p| p.is(&["pair", "method_definition"]));
    let entry = entry.filter(|e| e.parent().is_some_and(|o| o.kind() == "object"));
    let is_member = entry.is_some() || model.member_around(at).is_some();
    let declaration = entry.unwrap_or_else(|| declaration_of(at));
    let mut own: FxHashSet<Place> = FxHashSet::from_iter([place(declaration)]);
    if is_member {
        // Overloads, and the other accessor.
        let body = declaration.parent();
        let same = |m: &At<'_>| m.field("name").is_some_and(|n| n.text() == at.text());
        own.extend(body.into_iter().flat_map(At::named).filter(same).map(place));
    } else if let Some(symbol) = model.symbol_at(at) {
        let all = model.places_of(&symbol);
        if all.iter().any(|p| own.contains(p)) {
            own.extend(all);
        }
    }
    let mut target = Target { family: own.clone(), own, is_member };
    if is_member {
        target.gather(sema, &name)?;
    }
    search(sema, &[name.as_str()], |here, leaves| {
        let model = here.typescript();
        let judge = |leaf| model.here(leaf, |at| Some(target.verdict(&model, at)));
        leaves.iter().map(|leaf| judge(*leaf).unwrap_or(Verdict::Unknown)).collect()
    })
}

fn place(at: At<'_>) -> Place {
    (at.file.path.clone(), at.node.start_byte() as u32)
}

impl SemanticModel<'_> {
    fn places_of(&self, symbol: &Symbol) -> Vec<Place> {
        let of = |d: &super::types::Decl| Some((self.store.file(d.file)?.path.clone(), d.start));
        symbol.decls().iter().filter_map(of).collect()
    }

    /// The class, interface, type literal or enumeration that declares a member by this name.
    fn member_around<'f>(&self, name: At<'f>) -> Option<At<'f>> {
        let parent = name.parent()?;
        if parent.kind() == "enum_body" {
            return parent.parent();
        }
        let declares = parent.is(MEMBERS) && parent.field("name").is_some_and(|n| n.same(name));
        let body = declares.then(|| parent.parent()).flatten()?;
        body.is(&["class_body", "interface_body", "object_type", "enum_body"]).then(|| body.parent())?
    }

    /// What a class extends and implements, or an interface extends.
    fn heritage(&self, ty: At<'_>) -> Vec<Type> {
        let mut out = Vec::new();
        if ty.is(CLASSES) {
            out.extend(self.base_class(ty).flatten());
        }
        let clauses = ty.child("class_heritage").into_iter().flat_map(At::children).chain(ty.children());
        for clause in clauses.filter(|c| c.is(&["implements_clause", "extends_type_clause"])) {
            out.extend(clause.named().into_iter().map(|t| self.type_node(t)));
        }
        out
    }
}

struct Target {
    /// The declaration with its overloads and the parts that are merged with it.
    own: FxHashSet<Place>,
    /// With what overrides or implements it, or is overridden or implemented by it.
    family: FxHashSet<Place>,
    is_member: bool,
}

impl Target {
    /// Adds to the family what goes with it over classes and interfaces.
    fn gather(&mut self, sema: Semantics<'_>, name: &str) -> Option<()> {
        let mut edges: FxHashMap<Place, Vec<Place>> = FxHashMap::default();
        search(sema, &[name], |here, leaves| {
            let model = here.typescript();
            for leaf in leaves {
                let _ = model.here(*leaf, |at| {
                    let own = place(declaration_of(at));
                    for base in model.heritage(model.member_around(at)?) {
                        let symbol = model.property_of(&base, name).and_then(|p| p.symbol);
                        for other in symbol.map(|s| model.places_of(&s)).unwrap_or_default() {
                            edges.entry(own.clone()).or_default().push(other.clone());
                            edges.entry(other).or_default().push(own.clone());
                        }
                    }
                    Some(())
                });
            }
            Vec::new()
        })?;
        let mut open: Vec<Place> = self.own.iter().cloned().collect();
        while let Some(at) = open.pop() {
            for other in edges.get(&at).into_iter().flatten() {
                if self.family.insert(other.clone()) {
                    open.push(other.clone());
                }
            }
        }
        Some(())
    }

    fn verdict(&self, model: &SemanticModel<'_>, at: At<'_>) -> Verdict {
        let Some(parent) = at.parent() else { return Verdict::Unknown };
        if at.ancestors().any(|a| a.node.is_error()) {
            return Verdict::Unknown;
        }
        let declared = place(declaration_of(at));
        let declares =
            parent.field("name").is_some_and(|n| n.same(at)) || parent.is(&["enum_body", "variable_declarator"]);
        if declares && self.own.contains(&declared) {
            return Verdict::Named(UseKind::Declaration);
        }
        if model.member_around(at).is_some() {
            let related = self.family.contains(&declared);
            return if related { Verdict::Named(UseKind::Related) } else { Verdict::Other };
        }
        match parent.kind() {
            "import_specifier" | "export_specifier" => return self.specifier(model, at, parent),
            "pair" if parent.field("key").is_some_and(|k| k.same(at)) => {
                return self.property(model, at, parent.parent().and_then(|o| model.contextual_as(o, true)));
            }
            "method_definition" if declares => {
                return self.property(model, at, parent.parent().and_then(|o| model.contextual_as(o, true)));
            }
            "pair_pattern" if parent.field("key").is_some_and(|k| k.same(at)) => {
                return self.property(model, at, parent.parent().and_then(|p| model.bound_type(p)));
            }
            "jsx_attribute" => return if self.is_member { Verdict::Unknown } else { Verdict::Other },
            // A parameter that declares a property, too.
            "required_parameter" | "optional_parameter"
                if self.is_member && parent.child("accessibility_modifier").is_some() =>
            {
                return Verdict::Unknown;
            }
            _ => {}
        }
        match at.kind() {
            "shorthand_property_identifier" if self.is_member => {
                let object = parent.is(&["object"]).then(|| model.contextual_as(parent, true)).flatten();
                shorthand(self.property(model, at, object))
            }
            "shorthand_property_identifier_pattern" if self.is_member => {
                let pattern = at.enclosing(&["object_pattern"]);
                shorthand(self.property(model, at, pattern.and_then(|p| model.bound_type(p))))
            }
            "shorthand_property_identifier" => shorthand(self.meant(model, model.symbol_at(at))),
            "property_identifier" | "private_property_identifier" if parent.kind() != "member_expression" => {
                if self.is_member { Verdict::Unknown } else { Verdict::Other }
            }
            "property_identifier" | "private_property_identifier" => match model.symbol_at(at) {
                None if !self.is_member => self.of_namespace(model, parent),
                found => self.meant(model, found),
            },
            _ => self.meant(model, model.symbol_at(at)),
        }
    }

    fn meant(&self, model: &SemanticModel<'_>, symbol: Option<Symbol>) -> Verdict {
        match symbol.map(|s| model.places_of(&s)) {
            Some(places) if places.iter().any(|p| self.family.contains(p)) => Verdict::Named(UseKind::Reference),
            Some(places) if !places.is_empty() => Verdict::Other,
            _ => Verdict::Unknown,
        }
    }

    /// `name` as a property of a value of this type.
    fn property(&self, model: &SemanticModel<'_>, at: At<'_>, object: Option<Type>) -> Verdict {
        if !self.is_member {
            return Verdict::Other;
        }
        let object = object.map(|o| model.without_nullish(&o));
        self.meant(model, object.and_then(|o| model.property_of(&o, at.text())).and_then(|p| p.symbol))
    }

    /// `x.name` where `x` is not known: a namespace import or an object.
    fn of_namespace(&self, model: &SemanticModel<'_>, access: At<'_>) -> Verdict {
        let known = access.field("object").is_some_and(|o| model.expression(o).is_some());
        if known { Verdict::Other } else { Verdict::Unknown }
    }

    /// A name in an import or export list.
    fn specifier(&self, model: &SemanticModel<'_>, at: At<'_>, specifier: At<'_>) -> Verdict {
        if self.is_member {
            return Verdict::Other;
        }
        let alias = specifier.field("alias");
        if alias.is_some_and(|a| a.same(at)) {
            // Another name for something, which happens to be spelt alike.
            return Verdict::Other;
        }
        let local = alias.filter(|_| specifier.kind() == "import_specifier").unwrap_or(at);
        let statement = specifier.ancestors().find(|a| a.kind() == "export_statement");
        let exported = statement.filter(|s| s.field("source").is_some());
        let found = match exported {
            // `export { name } from "…"`: under the name that it exports.
            Some(_) => {
                let file = (at.file.id, None);
                model.export_of(file, alias.unwrap_or(at).text()).and_then(|m| m.symbol)
            }
            None => {
                let spaces = [Space::Value, Space::Type];
                let mut found = spaces.iter().filter_map(|s| model.lookup(local, local.text(), *s)?.symbol);
                let first = found.next();
                found.chain(first.clone()).find(|s| self.is(model, s)).or(first)
            }
        };
        self.meant(model, found)
    }

    fn is(&self, model: &SemanticModel<'_>, symbol: &Symbol) -> bool {
        model.places_of(symbol).iter().any(|p| self.family.contains(p))
    }
}

/// In `{ name }` two things have the name.
fn shorthand(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Named(UseKind::Reference) => Verdict::Named(UseKind::Shorthand),
        other => other,
    }
}
