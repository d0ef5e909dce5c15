//! Where a declaration of C# is named.

use super::source_details::source_id;
use super::{Member, SemanticModel, Symbol};
use crate::Semantics;
use crate::uses::{UseKind, Uses, Verdict, search};
use index::csharp::{CSharp, CsType, TypeOrigin};
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use rustc_hash::FxHashSet;
use syntax::{Node, NodeExt, ancestors};

/// Declarations that are no members.
const LOCAL: &[&str] = &[
    "parameter",
    "local_function_statement",
    "type_parameter",
    "catch_declaration",
    "declaration_expression",
    "foreach_statement",
    "from_clause",
    "join_clause",
    "let_clause",
    "declaration_pattern",
    "recursive_pattern",
    "var_pattern",
    "labeled_statement",
    "goto_statement",
    "tuple_element",
    "namespace_declaration",
    "file_scoped_namespace_declaration",
    "extern_alias_directive",
];

pub(crate) fn uses(sema: Semantics<'_>, id: &DeclarationId) -> Option<Uses> {
    let csharp = sema.index.csharp();
    let declaration = sema.index.outline(&id.path)?.declarations.get(id.index as usize)?.clone();
    let name = declaration.name.to_string();
    let target = match csharp.type_of(id) {
        Some(ty) => Target::Type(ty),
        None => {
            let owner = enclosing(&csharp, sema, id)?;
            Target::Member(family(&csharp, sema, id, &declaration, &owner), owner)
        }
    };
    let short = name.strip_suffix("Attribute").filter(|s| !s.is_empty() && matches!(target, Target::Type(_)));
    let names: Vec<&str> = std::iter::once(name.as_str()).chain(short).collect();
    search(sema, &names, |here, leaves| {
        let model = here.csharp();
        leaves.iter().map(|leaf| target.verdict(&csharp, here, &model, *leaf, id)).collect()
    })
}

/// What is looked for.
enum Target {
    Type(CsType),
    Member(Family, CsType),
}

/// A member with what must have the same name.
struct Family {
    ids: FxHashSet<DeclarationId>,
    /// Declarations of which it is not known whether they belong to it.
    unknown: FxHashSet<DeclarationId>,
}

fn enclosing(csharp: &CSharp<'_>, sema: Semantics<'_>, id: &DeclarationId) -> Option<CsType> {
    csharp.enclosing_type(&id.path, sema.index.ranges(id)?.name.start)
}

/// The declarations that override, implement, or are overridden or implemented by a member.
fn family(
    csharp: &CSharp<'_>,
    sema: Semantics<'_>,
    id: &DeclarationId,
    declaration: &Declaration,
    owner: &CsType,
) -> Family {
    let mut family = Family { ids: FxHashSet::from_iter([id.clone()]), unknown: FxHashSet::default() };
    // The same signature again in one type is another branch of `#if`.
    if let Some(outline) = sema.index.outline(&id.path) {
        let types = |d: &Declaration| d.parameters.iter().map(|p| p.type_text.clone()).collect::<Vec<_>>();
        let again = |d: &Declaration| {
            d.name == declaration.name
                && d.kind == declaration.kind
                && d.parent == declaration.parent
                && d.type_parameters.len() == declaration.type_parameters.len()
                && d.explicit_interface == declaration.explicit_interface
                && types(d) == types(declaration)
        };
        let places = outline.declarations.iter().enumerate().filter(|(_, d)| again(d));
        family.ids.extend(places.map(|(i, _)| DeclarationId { path: id.path.clone(), index: i as u32 }));
    }
    let dispatched = |d: &Declaration, ty: &CsType| {
        let words = Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::OVERRIDE;
        d.modifiers.intersects(words) || ty.declaration.kind == DeclarationKind::Interface
    };
    let mut members: Vec<(DeclarationId, Declaration, CsType)> = Vec::new();
    let files = sema.index.files_with_word(&declaration.name, sema.source.parsed.language());
    for path in files.iter() {
        let Some(outline) = sema.index.outline(path) else { continue };
        for (i, d) in outline.declarations.iter().enumerate() {
            let other = DeclarationId { path: path.clone(), index: i as u32 };
            if d.name == declaration.name && d.kind == declaration.kind && other != *id {
                let ty = sema.index.ranges(&other).and_then(|r| csharp.enclosing_type(path, r.name.start));
                members.extend(ty.map(|ty| (other, d.clone(), ty)));
            }
        }
    }
    // Each member of the family may bring others: a class that implements two interfaces.
    let mut open = vec![(declaration.clone(), owner.clone())];
    while let Some((base, ty)) = open.pop() {
        for (other, d, of) in &members {
            if family.ids.contains(other) || of.origin == ty.origin {
                continue;
            }
            let above = csharp.is_derived_from(&ty, of) && dispatched(d, of);
            let below = csharp.is_derived_from(of, &ty) && dispatched(&base, &ty);
            if !above && !below || d.parameters.len() != base.parameters.len() {
                continue;
            }
            let hides = |d: &Declaration, above: &CsType| {
                above.declaration.kind != DeclarationKind::Interface && !d.modifiers.contains(Modifiers::OVERRIDE)
            };
            let (derived, derived_type, upper) = if above { (&base, &ty, of) } else { (d, of, &ty) };
            // `new` implements an interface again only where the type lists it.
            let listed =
                || csharp.bases(derived_type).iter().any(|(_, b)| b.as_ref().is_some_and(|b| b.origin == upper.origin));
            if hides(derived, upper) || derived.modifiers.contains(Modifiers::NEW) && !listed() {
                continue;
            }
            let types = |d: &Declaration| d.parameters.iter().map(|p| p.type_text.clone()).collect::<Vec<_>>();
            if types(d) == types(&base) {
                family.ids.insert(other.clone());
                open.push((d.clone(), of.clone()));
            } else {
                // `T` there may be `int` here.
                family.unknown.insert(other.clone());
            }
        }
    }
    family.unknown.retain(|id| !family.ids.contains(id));
    family
}

impl Target {
    fn verdict<'s>(
        &self,
        csharp: &CSharp<'_>,
        here: Semantics<'s>,
        model: &SemanticModel<'s>,
        leaf: Node<'s>,
        id: &DeclarationId,
    ) -> Verdict {
        let Some(parent) = leaf.parent() else { return Verdict::Unknown };
        if ancestors(leaf).any(|n| n.is_error()) {
            return Verdict::Unknown;
        }
        let declares = parent.field("name") == Some(leaf);
        if declares && is_declaration(parent) {
            return self.declared(csharp, here, leaf, parent, id);
        }
        if declares && parent.is(LOCAL) || parent.is(&["labeled_statement", "goto_statement", "implicit_parameter"]) {
            return Verdict::Other;
        }
        match parent.kind() {
            // The name of an argument is a parameter's.
            "argument" if declares => return Verdict::Other,
            "attribute_argument" if declares => {
                let Self::Member(family, owner) = self else { return Verdict::Other };
                if syntax::child_of_kind(parent, "=").is_none() {
                    return Verdict::Other;
                }
                let attribute = ancestors(parent).find(|n| n.kind() == "attribute").and_then(|a| a.field("name"));
                let ty = attribute.and_then(|name| model.denoted_type(name));
                let name = here.text().get(leaf.byte_range()).unwrap_or_default().trim_start_matches('@');
                return match ty.as_ref().and_then(|ty| model.members_named(ty, name).into_iter().next()) {
                    Some(member) => match source_id(&member) {
                        Some(id) if family.ids.contains(id) => Verdict::Named(UseKind::Reference),
                        _ => Verdict::Other,
                    },
                    None if owner.declaration.name.ends_with("Attribute") => Verdict::Unknown,
                    None => Verdict::Other,
                };
            }
            "using_directive" if declares => return Verdict::Other,
            _ => {}
        }
        // The name of a generic type or method, of a member access.
        let node = if parent.kind() == "generic_name" { parent } else { leaf };
        // `a?.Name`: the access is what refers to something.
        let conditional = node
            .parent()
            .filter(|p| p.kind() == "member_binding_expression")
            .and_then(|p| Some((p, p.parent().filter(|c| c.kind() == "conditional_access_expression")?)))
            .filter(|(binding, access)| access.named().last() == Some(binding))
            .and_then(|(_, access)| model.symbol_of(access));
        match conditional.or_else(|| model.symbol_of(node)) {
            Some(Symbol::Member(member)) => self.of_member(&member),
            Some(Symbol::Type(ty)) => match (self, model.resolve(ty.strip())) {
                (_, None) => Verdict::Unknown,
                (Self::Type(target), Some(found)) if found.origin == target.origin => {
                    Verdict::Named(UseKind::Reference)
                }
                _ => Verdict::Other,
            },
            Some(_) => Verdict::Other,
            None => match model.denoted_type(node).and_then(|ty| model.resolve(ty.strip())) {
                Some(found) => match self {
                    Self::Type(target) if found.origin == target.origin => Verdict::Named(UseKind::Reference),
                    _ => Verdict::Other,
                },
                None => {
                    let access = node.parent().filter(|p| p.field("name") == Some(node)).unwrap_or(node);
                    let call = access.parent().filter(|c| c.field("function") == Some(access));
                    // The types of the arguments are not known, and only one overload takes so many.
                    match call.and_then(|call| model.called_by_form(call)) {
                        Some(member) => self.of_member(&member),
                        None => self.of_unknown(csharp, here, leaf, parent),
                    }
                }
            },
        }
    }

    fn of_member(&self, member: &Member) -> Verdict {
        match self {
            Self::Member(family, _) => match source_id(member) {
                Some(id) if family.ids.contains(id) => Verdict::Named(UseKind::Reference),
                Some(id) if family.unknown.contains(id) => Verdict::Unknown,
                _ => Verdict::Other,
            },
            // The constructor that an attribute or a creation calls.
            Self::Type(target) => match &member.owner {
                Some(owner)
                    if owner.origin == target.origin && member.declaration.kind == DeclarationKind::Constructor =>
                {
                    Verdict::Named(UseKind::Reference)
                }
                _ => Verdict::Other,
            },
        }
    }

    /// A name that the model has no answer for: what can be ruled out is no use.
    fn of_unknown(&self, csharp: &CSharp<'_>, here: Semantics<'_>, leaf: Node<'_>, parent: Node<'_>) -> Verdict {
        let after_dot = parent.is(&["member_access_expression", "member_binding_expression", "qualified_name"])
            && parent.field("name") == Some(leaf);
        match self {
            // A simple name means a member only within its type, what is derived from it, and where `using static` brings it.
            Self::Member(_, owner) if !after_dot && parent.kind() != "member_binding_expression" => {
                let mut ty = csharp.enclosing_type(here.path(), leaf.start_byte());
                let mut inside = false;
                while let Some(outer) = ty {
                    inside |= outer.origin == owner.origin || csharp.is_derived_from(&outer, owner);
                    ty = csharp.container(&outer);
                }
                let initializer = ancestors(leaf).take(4).any(|n| {
                    n.is(&["initializer_expression", "subpattern", "with_initializer", "property_pattern_clause"])
                });
                let outline = here.index.outline(here.path());
                let brings =
                    outline.is_some_and(|o| o.imports.iter().any(|i| i.target.contains(&*owner.declaration.name)));
                if inside || initializer || brings { Verdict::Unknown } else { Verdict::Other }
            }
            _ => Verdict::Unknown,
        }
    }

    fn declared(
        &self,
        csharp: &CSharp<'_>,
        here: Semantics<'_>,
        leaf: Node<'_>,
        parent: Node<'_>,
        id: &DeclarationId,
    ) -> Verdict {
        let range = leaf.byte_range();
        let outline = here.index.outline(here.path());
        let count = outline.map_or(0, |o| o.declarations.len());
        let mut ids = (0..count).map(|i| DeclarationId { path: here.source.path.clone(), index: i as u32 });
        let found = ids.find(|id| here.index.ranges(id).is_some_and(|r| r.name == range.clone().into()));
        match self {
            Self::Type(target) => {
                if parent.is(&["constructor_declaration", "destructor_declaration"]) {
                    let ty = csharp.enclosing_type(here.path(), range.start);
                    let own = ty.is_some_and(|ty| ty.origin == target.origin);
                    return if own { Verdict::Named(UseKind::Declaration) } else { Verdict::Other };
                }
                let TypeOrigin::Source(parts) = &target.origin else { return Verdict::Other };
                match found {
                    Some(found) if parts.contains(&found) => Verdict::Named(UseKind::Declaration),
                    _ => Verdict::Other,
                }
            }
            Self::Member(family, _) => match found {
                Some(found) if found == *id => Verdict::Named(UseKind::Declaration),
                Some(found) if family.ids.contains(&found) => Verdict::Named(UseKind::Related),
                Some(found) if family.unknown.contains(&found) => Verdict::Unknown,
                _ => Verdict::Other,
            },
        }
    }
}

/// Whether a node with a name declares it: a type, a member, or something local.
fn is_declaration(node: Node<'_>) -> bool {
    node.kind().ends_with("_declaration") && !node.is(LOCAL)
        || node.is(&["variable_declarator", "enum_member_declaration", "event_field_declaration"])
}
