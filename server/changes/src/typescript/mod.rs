//! What becomes of a use in TypeScript.

mod arguments;
mod bodies;
mod construction;
mod implementers;
mod members;
mod modules;
mod names;
mod results;
mod spot;
mod types;
mod values;
mod witness;

use crate::carry::{Carried, Carrier, Site, owner};
use crate::{ChangeKind, DeclarationChange, Past};
use diagnostics::SourceDiagnostic;
use index::{DeclarationKind, Modifiers};
use semantics::{Semantics, Use, UseKind, Uses, uses, uses_at};
use spot::Spot;
use syntax::typescript::{FUNCTIONS, IDENTIFIERS, descendants};
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

pub(crate) struct TypeScriptCarrier;

/// Codes of diagnostics that may come from a declaration that changed.
const CODES: &[&str] = &[
    "TS1192", "TS1259", "TS2304", "TS2305", "TS2307", "TS2314", "TS2315", "TS2322", "TS2339", "TS2341", "TS2344",
    "TS2345", "TS2349", "TS2351", "TS2352", "TS2353", "TS2355", "TS2362", "TS2363", "TS2365", "TS2367", "TS2415",
    "TS2416", "TS2417", "TS2420", "TS2425", "TS2426", "TS2430", "TS2445", "TS2459", "TS2460", "TS2461", "TS2488",
    "TS2503", "TS2511", "TS2515", "TS2531", "TS2532", "TS2533", "TS2538", "TS2540", "TS2551", "TS2552", "TS2554",
    "TS2555", "TS2556", "TS2558", "TS2559", "TS2561", "TS2576", "TS2610", "TS2611", "TS2613", "TS2614", "TS2615",
    "TS2616", "TS2617", "TS2673", "TS2674", "TS2678", "TS2684", "TS2693", "TS2694", "TS2707", "TS2719", "TS2721",
    "TS2722", "TS2724", "TS2739", "TS2740", "TS2741", "TS2749", "TS2769", "TS2801", "TS2820", "TS4113", "TS4117",
    "TS6234", "TS7006", "TS7031", "TS7053", "TS18046", "TS18047", "TS18048", "TS18049",
];

/// Nodes that a diagnostic is within, and not about what stands around them.
const BORDERS: &[&str] =
    &["statement_block", "class_body", "interface_body", "object_type", "enum_body", "program", "switch_body"];
/// Regions of one diagnostic that are looked at, and locals that are followed.
const MOST_REGIONS: usize = 24;
const MOST_LOCALS: usize = 8;

impl Carrier for TypeScriptCarrier {
    fn codes(&self) -> &'static [&'static str] {
        CODES
    }

    fn regions<'t>(&self, _: Semantics<'t>, _: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
        let mut out: Vec<Node<'t>> = Vec::new();
        for node in ancestors(leaf).take_while(|n| !n.is(BORDERS)) {
            if out.last().is_none_or(|last| last.byte_range() != node.byte_range()) && out.len() < MOST_REGIONS {
                out.push(node);
            }
        }
        out
    }

    fn further<'t>(&self, now: Semantics<'_>, leaf: Node<'t>) -> Vec<Node<'t>> {
        // What the locals of the expression were made of.
        let expression = ancestors(leaf)
            .take_while(|n| !n.is(BORDERS) && !n.kind().ends_with("_statement") && !n.kind().ends_with("_declaration"))
            .last();
        let model = now.typescript();
        let mut out: Vec<Node<'t>> = returned_by(leaf);
        let mut names: Vec<Node<'t>> = expression.map(|e| self.names_in(e)).unwrap_or_default();
        names.sort_by_key(|n| n.start_byte().abs_diff(leaf.start_byte()));
        names.splice(0..0, out.iter().flat_map(|r| self.names_in(*r)));
        names.truncate(MOST_LOCALS);
        names.reverse();
        while let Some(name) = names.pop() {
            let Some(binding) = model.binding(name) else { continue };
            let made = ancestors(binding).take_while(|n| !n.is(BORDERS)).find_map(|n| match n.kind() {
                "variable_declarator" => n.field("value"),
                "for_in_statement" => n.field("right"),
                _ => None,
            });
            if let Some(value) = made.filter(|v| !out.iter().any(|o| o.id() == v.id())) {
                out.push(value);
                if out.len() < MOST_LOCALS {
                    names.extend(self.names_in(value).into_iter().take(MOST_LOCALS));
                }
            }
        }
        out
    }

    fn stands_apart(&self, node: Node<'_>) -> bool {
        node.is(BORDERS)
    }

    fn uses(&self, past: &Past, change: &DeclarationChange) -> Option<Uses> {
        if let Some(name) = change.inside {
            return uses_at(&past.index, &change.old.path, name);
        }
        if change.then.name == "constructor" {
            let class = owner(&past.index, &change.old)?;
            let mut found = uses(&past.index, &class)?;
            super_uses(&mut found);
            return Some(found);
        }
        if types::is_about_literals(change) {
            return types::literal_uses(past, change);
        }
        uses(&past.index, &change.old)
    }

    fn carry(&self, site: &Site<'_>) -> Option<Carried> {
        let spot = Spot::of(*site)?;
        let mut out = match site.kind {
            UseKind::Declaration => Carried::default(),
            UseKind::Related => implementers::carry(&spot)?,
            UseKind::Reference | UseKind::Shorthand => reference(&spot, false)?,
        };
        out.edits = text::merge_edits(out.edits);
        Some(out)
    }
}

impl TypeScriptCarrier {
    /// The names of values in an expression, without those of functions in it.
    fn names_in<'t>(&self, expression: Node<'t>) -> Vec<Node<'t>> {
        let inner = |n: &Node<'t>| {
            !ancestors(*n)
                .take_while(|a| a.id() != expression.id())
                .any(|a| a.is(BORDERS) || a.kind() == "arrow_function")
        };
        syntax::leaves(expression)
            .take(400)
            .filter(|l| l.is(&["identifier", "shorthand_property_identifier"]) && inner(l))
            .collect()
    }
}

/// What the function returns that a diagnostic is about as a whole: it starts there, or has its name there.
fn returned_by(leaf: Node<'_>) -> Vec<Node<'_>> {
    let is_it = |n: &Node<'_>| {
        n.is(FUNCTIONS)
            && (n.start_byte() == leaf.start_byte() || n.field("name").is_some_and(|name| name.id() == leaf.id()))
    };
    let Some(function) = ancestors(leaf).take_while(|n| !n.is(BORDERS)).find(is_it) else { return Vec::new() };
    let Some(body) = function.field("body") else { return Vec::new() };
    if body.kind() != "statement_block" {
        return vec![body];
    }
    let own = |n: &Node<'_>| ancestors(*n).skip(1).find(|a| a.is(FUNCTIONS)).is_some_and(|f| f.id() == function.id());
    descendants(body, &["return_statement"]).into_iter().filter(own).take(MOST_LOCALS).collect()
}

/// Adds the calls of `super` in classes that extend the class.
fn super_uses(found: &mut Uses) {
    let mut more = Vec::new();
    for used in &found.certain {
        let root = used.source.parsed.root();
        let Some(leaf) = syntax::leaf_at(root, used.range.start) else { continue };
        let Some(heritage) = ancestors(leaf).find(|a| a.kind() == "extends_clause") else { continue };
        // The base itself, not one of its type arguments.
        if !heritage
            .field("value")
            .is_some_and(|v| v.start_byte() <= leaf.start_byte() && leaf.end_byte() <= v.end_byte())
        {
            continue;
        }
        let Some(body) = ancestors(heritage).find_map(|a| a.field("body")) else { continue };
        for call in construction::super_calls(body, used.source.parsed.text()) {
            let own = ancestors(call).find(|a| a.kind() == "class_body");
            if own.is_some_and(|b| b.id() == body.id()) {
                let range = TextRange::from(call.byte_range());
                more.push(Use { source: used.source.clone(), range, kind: UseKind::Reference });
            }
        }
    }
    found.certain.extend(more);
    found.certain.sort_by(|a, b| (&a.source.path, a.range.start).cmp(&(&b.source.path, b.range.start)));
}

/// What becomes of a use. `with_import`: the import of the name is written with it.
fn reference(spot: &Spot<'_>, with_import: bool) -> Option<Carried> {
    let change = spot.site.change;
    let leaf = spot.now.leaf;
    if leaf.kind() == "string_fragment" {
        return types::literal(spot);
    }
    if change.then.name == "constructor" {
        return construction::carry(spot);
    }
    if !leaf.is(IDENTIFIERS) {
        return None;
    }
    if modules::statement_of(leaf).is_some() {
        return modules::specifier(spot, &uses_in_file);
    }
    if !spot.is_own() {
        return Some(Carried::default());
    }
    if !with_import && change.renamed().is_some() && means_something(spot) {
        return Some(Carried::default());
    }
    let Some(now) = &change.now else { return bodies::carry(spot) };
    let mut out = Carried::default();
    let mut add = |more: Carried| {
        out.edits.extend(more.edits);
        out.imports.extend(more.imports);
        out.doubt = out.doubt.or(more.doubt);
    };
    let mut arguments_done = false;
    for kind in &change.kinds {
        match kind {
            ChangeKind::Renamed { to, .. } => add(Carried::edits(names::rename(spot, to)?)),
            ChangeKind::Moved { .. } if change.container.is_empty() => add(modules::moved_away(spot)?),
            ChangeKind::Moved { .. } => return None,
            ChangeKind::Removed => return None,
            ChangeKind::ParameterAdded { .. }
            | ChangeKind::ParameterRemoved { .. }
            | ChangeKind::ParametersReordered { .. }
            | ChangeKind::ParameterRetyped { .. }
            | ChangeKind::ParameterRenamed { .. } => {
                if !std::mem::replace(&mut arguments_done, true) {
                    add(arguments::carry(spot)?);
                }
            }
            ChangeKind::Retyped { .. } => {
                // A function type that is held is a signature.
                let held = crate::callable::Callable::of(&change.then).is_some() && change.then.parameters.is_empty();
                if held
                    && crate::callable::Callable::of(now).is_some()
                    && !matches!(now.kind, DeclarationKind::Method | DeclarationKind::Function)
                    && !std::mem::replace(&mut arguments_done, true)
                {
                    add(arguments::carry(spot)?);
                }
                add(results::carry(spot)?);
            }
            ChangeKind::Kind { from, to } => add(members::kind(spot, *from, *to)?),
            ChangeKind::Modifiers { lost, gained } => {
                if (*lost | *gained).contains(Modifiers::STATIC) && !change.container.is_empty() {
                    add(members::placed(spot, *lost, *gained)?);
                }
            }
            ChangeKind::TypeParameters { .. } => add(types::arity(spot)?),
            ChangeKind::Bases => {}
        }
    }
    Some(out)
}

/// What becomes of all uses of a name in its file, apart from imports.
fn uses_in_file(site: &Site<'_>) -> Option<Carried> {
    let mut out = Carried::default();
    for other in site.all_in_file(site.change, &TypeScriptCarrier) {
        if modules::statement_of(other.leaf()?).is_some() || other.kind == UseKind::Declaration {
            continue;
        }
        let carried = reference(&Spot::of(other)?, true)?;
        out.edits.extend(text::merge_edits(carried.edits));
        out.imports.extend(carried.imports);
        out.doubt = out.doubt.or(carried.doubt);
    }
    Some(out)
}

/// Whether the name means something where it stands now: then nobody has to write another one.
fn means_something(spot: &Spot<'_>) -> bool {
    if spot.now.leaf.parent().is_some_and(|p| p.is(&["pair", "pair_pattern"])) {
        return false;
    }
    let leaf = spot.now.leaf;
    if !leaf.is(&["identifier", "type_identifier"]) && !leaf.parent().is_some_and(|p| p.kind() == "member_expression") {
        return false;
    }
    let model = spot.model();
    let Some(symbol) = model.resolve(leaf) else { return false };
    !model.declarations(&symbol).is_empty()
}
