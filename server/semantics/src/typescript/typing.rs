//! Types of expressions, inferred from what is declared: annotations, initialisers, signatures, literals.
//!
//! This is no type checker. It follows declarations of the workspace, of `.d.ts` files and of the standard library, and
//! answers with the text of a type, or not at all. It does not narrow by control flow, nor evaluate conditional types.
//! Every question is bounded in depth and steps. Source: TypeScript handbook, "Type Inference", "Narrowing" (widening).

use crate::typescript::typing_calls::Signature;
pub use crate::typescript::typing_text::{PREDEFINED, names_in, widened, without_nullish};
use crate::typescript::typing_text::{indexed_access, is_scopeless, tuple_element, type_arguments};
use index::typescript::{TsMember, types};
use index::{Declaration, DeclarationId, DeclarationKind, Index, Modifiers, Source};
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use syntax::{Node, NodeExt};

/// Nodes and names that one question may look at, and how deep it may go.
const MAX_STEPS: u32 = 4000;
const MAX_DEPTH: u32 = 40;
/// Length of a type's text; a longer one is nobody's idea of a repair.
const MAX_TEXT: usize = 2000;
/// Entries of an array or object literal that are looked at.
const MAX_ENTRIES: usize = 200;

/// A type as text, with the file in whose scope its names are to be understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ty {
    /// As one would write it in `file`.
    pub text: String,
    /// Where its names mean what they mean.
    pub file: Arc<Path>,
}

pub(super) struct Budget {
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// Answers about one source file.
#[derive(Clone)]
pub struct Typing<'a> {
    /// The workspace.
    pub index: &'a Index,
    /// The file.
    pub source: &'a Source,
    pub(super) budget: Rc<Budget>,
}

/// Gives the depth back when a step is over.
pub(super) struct Step(Rc<Budget>);

impl Drop for Step {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get().saturating_sub(1));
    }
}

impl<'a> Typing<'a> {
    /// About `source`.
    pub fn new(index: &'a Index, source: &'a Source) -> Self {
        Self { index, source, budget: Rc::new(Budget { steps: Cell::new(0), depth: Cell::new(0) }) }
    }

    /// Whether the project that the file belongs to has a compiler option on.
    pub fn has_flag(&self, option: &str) -> bool {
        self.index.typescript().project(&self.source.path).flag(option)
    }

    /// About another file, within the same question.
    pub(super) fn elsewhere<'b>(&self, source: &'b Source) -> Typing<'b>
    where
        'a: 'b,
    {
        Typing { index: self.index, source, budget: self.budget.clone() }
    }

    /// Counts one step; `None` when the question has become too long.
    pub(super) fn step(&self) -> Option<Step> {
        let budget = &self.budget;
        if budget.depth.get() == 0 {
            budget.steps.set(0);
        }
        if budget.depth.get() >= MAX_DEPTH || budget.steps.get() >= MAX_STEPS {
            return None;
        }
        budget.steps.set(budget.steps.get() + 1);
        budget.depth.set(budget.depth.get() + 1);
        Some(Step(budget.clone()))
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'a str {
        self.source.parsed.text().get(node.byte_range()).unwrap_or_default()
    }

    /// A type whose names stand in this file.
    pub(super) fn here(&self, text: impl Into<String>) -> Option<Ty> {
        let text = text.into();
        (!text.is_empty() && text.len() <= MAX_TEXT).then(|| Ty { text, file: self.source.path.clone() })
    }

    /// A type with other text in the same scope.
    pub(super) fn like(&self, ty: &Ty, text: impl Into<String>) -> Option<Ty> {
        let text = text.into();
        (!text.is_empty() && text.len() <= MAX_TEXT).then(|| Ty { text, file: ty.file.clone() })
    }

    /// Type of an expression, literals as literal types; `None` when it cannot be told.
    pub fn type_of(&self, node: Node<'_>) -> Option<Ty> {
        let _step = self.step()?;
        let text = self.text(node);
        match node.kind() {
            "string" | "number" | "true" | "false" | "null" | "undefined" => self.here(text),
            "template_string" => self.here("string"),
            "regex" => self.here("RegExp"),
            "identifier" | "shorthand_property_identifier" => match text {
                "undefined" => self.here("undefined"),
                "NaN" | "Infinity" => self.here("number"),
                _ => Some(self.narrowed(node, self.type_of_name(node)?)),
            },
            "super" => {
                let class = node.enclosing(&["class_declaration", "abstract_class_declaration", "class"])?;
                let heritage = class.all_children().into_iter().find(|c| c.kind() == "class_heritage")?;
                let clause = heritage.named().into_iter().find(|c| c.kind() == "extends_clause")?;
                self.here(self.text(clause).strip_prefix("extends")?.trim())
            }
            "this" => self.type_of_this(node),
            "parenthesized_expression" | "satisfies_expression" => self.type_of(*node.named().first()?),
            "sequence_expression" => self.type_of(*node.named().last()?),
            "as_expression" => {
                let parts = node.named();
                match parts.as_slice() {
                    [value, ty] if self.text(*ty) == "const" => self.type_of(*value),
                    [value] => self.type_of(*value),
                    [_, ty, ..] => self.here(self.text(*ty)),
                    [] => None,
                }
            }
            "type_assertion" => {
                let arguments = node.named().first()?.named();
                self.here(self.text(*arguments.first()?))
            }
            "non_null_expression" => {
                let ty = self.type_of(*node.named().first()?)?;
                self.like(&ty, without_nullish(&ty.text))
            }
            "array" => self.array(node),
            "object" => self.object(node),
            "arrow_function" | "function_expression" | "generator_function" => self.function_type(node),
            "call_expression" => self.call(node),
            "new_expression" => self.construct(node),
            "member_expression" => {
                let property = node.field("property")?;
                let object = node.field("object")?;
                let name = self.text(property);
                if self.text(object) == "import" {
                    return self.here("ImportMeta");
                }
                let base = self.type_of(object)?;
                let optional = node.field("optional_chain").is_some();
                let bare = self.like(&base, without_nullish(&base.text))?;
                let found = self.member_type(&bare, name, Some(node))?;
                if optional && bare.text != base.text {
                    let found = self.like(&found, types::join_union([found.text.as_str(), "undefined"]))?;
                    return Some(self.narrowed(node, found));
                }
                Some(self.narrowed(node, found))
            }
            "subscript_expression" => {
                let base = self.type_of(node.field("object")?)?;
                let base = self.like(&base, without_nullish(&base.text))?;
                self.subscript(&base, node.field("index")?)
            }
            "await_expression" => {
                let ty = self.type_of(*node.named().first()?)?;
                Some(self.awaited(&ty))
            }
            "binary_expression" => self.binary(node),
            "ternary_expression" => {
                let (yes, no) = (self.type_of(node.field("consequence")?)?, self.type_of(node.field("alternative")?)?);
                self.join([yes, no])
            }
            "unary_expression" => {
                let operator = node.field("operator").map(|o| self.text(o))?;
                match operator {
                    "!" | "delete" => self.here("boolean"),
                    "typeof" => self.here("string"),
                    "void" => self.here("undefined"),
                    _ => {
                        let argument = node.field("argument")?;
                        if operator == "-" && argument.kind() == "number" {
                            return self.here(text);
                        }
                        let bigint = self.type_of(argument).is_some_and(|t| widened(&t.text) == "bigint");
                        self.here(if bigint && operator != "+" { "bigint" } else { "number" })
                    }
                }
            }
            "update_expression" => self.here("number"),
            "assignment_expression" => self.type_of(node.field("right")?),
            "jsx_element" | "jsx_self_closing_element" | "jsx_fragment" => self.here("JSX.Element"),
            "class" => None,
            _ => None,
        }
    }

    /// Type of an expression with literals widened (`5` is `number`): what one would annotate.
    pub fn widened_type_of(&self, node: Node<'_>) -> Option<Ty> {
        let ty = self.type_of(node)?;
        self.like(&ty, widened(&ty.text))
    }

    /// A union of types, when their names have one scope.
    pub(super) fn join(&self, all: impl IntoIterator<Item = Ty>) -> Option<Ty> {
        let all: Vec<Ty> = all.into_iter().collect();
        let text = types::join_union(all.iter().map(|t| t.text.as_str()));
        let mut file: Option<&Arc<Path>> = None;
        for ty in all.iter().filter(|t| !is_scopeless(&t.text)) {
            match file {
                Some(known) if *known != ty.file => {
                    // The same name in two files may be the same type.
                    if all.iter().any(|t| t.text != ty.text && !is_scopeless(&t.text)) {
                        return None;
                    }
                }
                _ => file = Some(&ty.file),
            }
        }
        let file = file.unwrap_or(&self.source.path).clone();
        (text.len() <= MAX_TEXT && !text.is_empty()).then_some(Ty { text, file })
    }

    fn array(&self, node: Node<'_>) -> Option<Ty> {
        let entries = node.named();
        if entries.is_empty() {
            return match self.contextual_type(node) {
                Some(ty) if types::element(&ty.text).is_some() => Some(ty),
                _ => self.here("never[]"),
            };
        }
        let mut all = Vec::new();
        for entry in entries.into_iter().take(MAX_ENTRIES) {
            let ty = if entry.kind() == "spread_element" {
                let spread = self.type_of(*entry.named().first()?)?;
                self.element_of(&spread)?
            } else {
                self.widened_type_of(entry)?
            };
            if !all.contains(&ty) {
                all.push(ty);
            }
        }
        // An element that is already covered by an empty array adds nothing.
        if all.len() > 1 {
            all.retain(|t| t.text != "never[]");
        }
        let joined = self.join(all)?;
        self.like(&joined, types::array_of(&joined.text))
    }

    fn object(&self, node: Node<'_>) -> Option<Ty> {
        let mut parts: Vec<(String, String)> = Vec::new();
        let mut all: Vec<Ty> = Vec::new();
        let mut add = |name: String, ty: Ty| {
            parts.retain(|(n, _)| *n != name);
            parts.push((name, ty.text.clone()));
            all.push(ty);
        };
        for entry in node.named().into_iter().take(MAX_ENTRIES) {
            match entry.kind() {
                "pair" => {
                    let key = entry.field("key")?;
                    if key.kind() == "computed_property_name" {
                        return None;
                    }
                    add(self.text(key).to_owned(), self.widened_type_of(entry.field("value")?)?);
                }
                "shorthand_property_identifier" => {
                    add(self.text(entry).to_owned(), self.widened_type_of(entry)?);
                }
                "method_definition" => {
                    let name = self.text(entry.field("name")?).to_owned();
                    let accessor = entry.all_children().iter().find(|c| c.is(&["get", "set"])).map(|c| c.kind());
                    match accessor {
                        Some("get") => add(name, self.return_type_of(entry)?),
                        Some(_) => {}
                        None => add(name, self.function_type(entry)?),
                    }
                }
                "spread_element" => {
                    let ty = self.type_of(*entry.named().first()?)?;
                    let members = self.members(&ty, Some(entry));
                    if members.is_empty() && ty.text != "{}" {
                        return None;
                    }
                    for member in members {
                        let ty = self.type_of_member(&member, &ty.file)?;
                        add(member.declaration.name.to_string(), ty);
                    }
                }
                _ => return None,
            }
        }
        if parts.is_empty() {
            return self.here("{}");
        }
        let scope = self.join(all)?;
        let text: Vec<String> = parts.into_iter().map(|(n, t)| format!("{n}: {t}")).collect();
        self.like(&scope, format!("{{ {} }}", text.join("; ")))
    }

    fn binary(&self, node: Node<'_>) -> Option<Ty> {
        let operator = node.field("operator").map(|o| self.text(o))?;
        let (left, right) = (node.field("left")?, node.field("right")?);
        match operator {
            "==" | "===" | "!=" | "!==" | "<" | ">" | "<=" | ">=" | "in" | "instanceof" => self.here("boolean"),
            "+" => {
                let left = self.type_of(left).map(|t| widened(&t.text));
                let right = self.type_of(right).map(|t| widened(&t.text));
                match (left.as_deref(), right.as_deref()) {
                    (Some("string"), _) | (_, Some("string")) => self.here("string"),
                    (Some("number"), Some("number")) => self.here("number"),
                    (Some("bigint"), Some("bigint")) => self.here("bigint"),
                    _ => None,
                }
            }
            "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>" => {
                let bigint = self.type_of(left).is_some_and(|t| widened(&t.text) == "bigint");
                self.here(if bigint { "bigint" } else { "number" })
            }
            "??" => {
                let (left, right) = (self.type_of(left)?, self.type_of(right)?);
                let left = self.like(&left, without_nullish(&left.text));
                self.join(left.into_iter().chain([right]))
            }
            "||" => {
                let (left, right) = (self.type_of(left)?, self.type_of(right)?);
                let left = self.like(&left, without_nullish(&left.text));
                self.join(left.into_iter().chain([right]))
            }
            "&&" => {
                let (left, right) = (self.type_of(left)?, self.type_of(right)?);
                match widened(&left.text).as_str() {
                    "boolean" if widened(&right.text) == "boolean" => self.here("boolean"),
                    "boolean" => self.join([self.here("false")?, right]),
                    _ => {
                        // An object is never falsy; what may be null or undefined stays so.
                        let falsy: Vec<Ty> = types::union(&left.text)
                            .into_iter()
                            .filter(|p| matches!(*p, "null" | "undefined"))
                            .filter_map(|p| self.like(&left, p))
                            .collect();
                        self.join(falsy.into_iter().chain([right]))
                    }
                }
            }
            _ => None,
        }
    }

    /// `T` of `Promise<T>`; any other type as it is.
    pub fn awaited(&self, ty: &Ty) -> Ty {
        let ty = self.alias_target(ty);
        let parts: Vec<String> = types::union(&ty.text)
            .into_iter()
            .map(|part| match types::reference(part) {
                Some(("Promise" | "PromiseLike", arguments)) if arguments.len() == 1 => {
                    arguments.first().map(|a| (*a).to_owned()).unwrap_or_default()
                }
                _ => part.to_owned(),
            })
            .collect();
        Ty { text: types::join_union(parts), file: ty.file }
    }

    /// What iterating over a value of this type gives.
    pub fn element_of(&self, ty: &Ty) -> Option<Ty> {
        let _step = self.step()?;
        let ty = self.alias_target(ty);
        let mut all = Vec::new();
        for part in types::union(&ty.text) {
            if part == "any" {
                return self.here("any");
            }
            if widened(part) == "string" {
                all.push(self.here("string")?);
            } else if let Some(element) = types::element(part) {
                all.push(self.like(&ty, element)?);
            } else if let Some(elements) = types::tuple(part) {
                let texts = elements.iter().map(|e| tuple_element(e));
                all.push(self.like(&ty, types::join_union(texts))?);
            } else {
                match types::reference(part)? {
                    (
                        "Set"
                        | "ReadonlySet"
                        | "Iterable"
                        | "IterableIterator"
                        | "AsyncIterable"
                        | "Generator"
                        | "AsyncGenerator"
                        | "ArrayIterator"
                        | "SetIterator"
                        | "Iterator"
                        | "NodeListOf"
                        | "ArrayLike"
                        | "AsyncIterableIterator"
                        | "IteratorObject"
                        | "MapIterator"
                        | "HTMLCollectionOf",
                        arguments,
                    ) => {
                        all.push(self.like(&ty, *arguments.first()?)?);
                    }
                    ("Map" | "ReadonlyMap", arguments) => {
                        all.push(self.like(&ty, format!("[{}]", arguments.join(", ")))?);
                    }
                    _ => return None,
                }
            }
        }
        self.join(all)
    }

    fn subscript(&self, base: &Ty, index: Node<'_>) -> Option<Ty> {
        let base = self.alias_target(base);
        let key = self.type_of(index);
        if let Some(elements) = types::tuple(&base.text) {
            let at: usize = key.as_ref()?.text.parse().ok()?;
            return self.like(&base, tuple_element(elements.get(at)?));
        }
        let quoted = key.as_ref().filter(|k| k.text.starts_with(['"', '\'']) && k.text.len() > 2);
        if let Some(key) = quoted
            && let Some(found) = self.member_type(&base, key.text.trim_matches(['"', '\'']), Some(index))
        {
            return Some(found);
        }
        if let Some(element) = types::element(&base.text) {
            return self.like(&base, element);
        }
        if let Some(("Record", arguments)) = types::reference(&base.text) {
            return self.like(&base, *arguments.get(1)?);
        }
        let members = self.members(&base, Some(index));
        let signature = members.iter().find(|m| m.declaration.kind == DeclarationKind::IndexSignature)?;
        self.type_of_member(signature, &base.file)
    }

    /// The type behind an alias, as far as it is one; its arguments put in.
    pub fn alias_target(&self, ty: &Ty) -> Ty {
        let ts = self.index.typescript();
        let mut ty = ty.clone();
        for _ in 0..8 {
            if let Some((object, key)) = indexed_access(&ty.text) {
                let object = Ty { text: object.to_owned(), file: ty.file.clone() };
                match self.member_type(&object, key, None) {
                    Some(found) => ty = found,
                    None => break,
                }
                continue;
            }
            let Some((name, arguments)) = types::reference(&ty.text) else { break };
            if PREDEFINED.contains(&name) {
                break;
            }
            match (name, arguments.as_slice()) {
                ("Readonly" | "NoInfer", [only]) if types::element(only).is_some() => {
                    ty = Ty { text: (*only).to_owned(), file: ty.file };
                    continue;
                }
                ("NonNullable", [only]) => {
                    ty = Ty { text: without_nullish(only), file: ty.file };
                    continue;
                }
                ("Awaited", [only]) => {
                    let inner = Ty { text: (*only).to_owned(), file: ty.file.clone() };
                    ty = self.awaited(&inner);
                    continue;
                }
                _ => {}
            }
            let ids = ts.resolve(name, &ty.file, usize::MAX);
            let found = ids.iter().find_map(|id| {
                let d = ts.declaration(id)?;
                (d.kind == DeclarationKind::TypeAlias && !d.modifiers.contains(Modifiers::HAS_BODY)).then_some((id, d))
            });
            let Some((id, declaration)) = found else { break };
            // One with members is as good as an interface; utility types of the library are known by name.
            let target = declaration.type_text.as_str();
            if target.starts_with('{') || id.path.starts_with("/typescript:lib") {
                break;
            }
            let map = type_arguments(&declaration, &arguments);
            ty = Ty { text: types::substitute(target, &map), file: id.path.clone() };
        }
        ty
    }

    /// A type whose parts `M["key"]` are what they stand for, where that can be told.
    pub(super) fn accessed(&self, ty: Ty) -> Ty {
        if !ty.text.contains('[') {
            return ty;
        }
        let parts = types::union(&ty.text).into_iter().map(|part| {
            let part = Ty { text: part.to_owned(), file: ty.file.clone() };
            if indexed_access(&part.text).is_some() { self.alias_target(&part) } else { part }
        });
        self.join(parts).unwrap_or(ty.clone())
    }

    /// Members of a type, looking through type parameters that are in scope at `at`.
    pub fn members(&self, ty: &Ty, at: Option<Node<'_>>) -> Vec<TsMember> {
        let Some(_step) = self.step() else { return Vec::new() };
        let ty = self.alias_target(ty);
        let ts = self.index.typescript();
        if ty.text.starts_with("typeof ") {
            return Vec::new();
        }
        let members = ts.members_of_type(&ty.text, &ty.file);
        if members.is_empty()
            && let Some(at) = at
            && let Some(constraint) = self.constraint(&ty.text, at)
        {
            return ts.members_of_type(&constraint, &ty.file);
        }
        members
    }

    /// What a type parameter in scope at `at` extends.
    fn constraint(&self, name: &str, at: Node<'_>) -> Option<String> {
        for scope in syntax::ancestors(at) {
            let Some(list) = scope.field("type_parameters") else { continue };
            for parameter in list.named() {
                if parameter.field("name").is_some_and(|n| self.text(n) == name) {
                    let text = self.text(parameter.field("constraint")?);
                    return Some(text.strip_prefix("extends").unwrap_or(text).trim().to_owned());
                }
            }
        }
        None
    }

    /// Type of the member `name` of a type; of every part of a union.
    pub fn member_type(&self, ty: &Ty, name: &str, at: Option<Node<'_>>) -> Option<Ty> {
        let _step = self.step()?;
        let target = self.alias_target(ty);
        if matches!(target.text.as_str(), "any" | "unknown" | "never") {
            return (target.text == "any").then(|| self.here("any"))?;
        }
        let parts = types::union(&target.text);
        if parts.len() > 1 {
            let mut all = Vec::new();
            for part in parts.into_iter().filter(|p| !matches!(*p, "null" | "undefined")) {
                all.push(self.member_type(&self.like(&target, part)?, name, at)?);
            }
            return self.join(all);
        }
        if let Some(value) = target.text.strip_prefix("typeof ") {
            return self.static_member(value.trim(), name, &target.file);
        }
        if name == "length" && types::tuple(&target.text).is_some() {
            return self.here("number");
        }
        if let Some(("Record", arguments)) = types::reference(&target.text) {
            return self.like(&target, *arguments.get(1)?);
        }
        let members = self.members(&target, at);
        let quoted = [format!("'{name}'"), format!("\"{name}\"")];
        let named = |m: &&TsMember| m.declaration.name == name || quoted.iter().any(|q| m.declaration.name == *q);
        let found: Vec<&TsMember> = members.iter().filter(named).collect();
        let methods: Vec<DeclarationId> = found.iter().map(|m| m.id.clone()).collect();
        if self.is_overloaded(&methods) {
            return None;
        }
        if let Some(member) = found.iter().find(|m| m.declaration.kind != DeclarationKind::Setter).or(found.first()) {
            return self.type_of_member(member, &target.file);
        }
        let by_text = |m: &&TsMember| {
            m.declaration.kind == DeclarationKind::IndexSignature
                && m.declaration.parameters.first().is_some_and(|p| p.type_text != "number" && p.type_text != "symbol")
        };
        let signature = members.iter().find(by_text)?;
        self.type_of_member(signature, &target.file)
    }

    /// Whether several call signatures stand behind these declarations of one name and one owner.
    pub(super) fn is_overloaded(&self, ids: &[DeclarationId]) -> bool {
        use DeclarationKind::{Function, Method};
        let ts = self.index.typescript();
        let mut owners: Vec<Option<String>> = Vec::new();
        for id in ids {
            let Some(d) = ts.declaration(id) else { continue };
            if !matches!(d.kind, Function | Method) || d.modifiers.contains(Modifiers::HAS_BODY) {
                continue;
            }
            // An overriding member hides the inherited one; a merged interface has one name.
            let owner = d.parent.and_then(|index| ts.declaration(&DeclarationId { path: id.path.clone(), index }));
            let owner = owner.map(|o| o.name.to_string());
            if owners.contains(&owner) {
                return true;
            }
            owners.push(owner);
        }
        false
    }

    /// Type of a member; `file` is the scope of the type that was asked, where arguments put in belong.
    pub fn type_of_member(&self, member: &TsMember, file: &Arc<Path>) -> Option<Ty> {
        let _step = self.step()?;
        let ts = self.index.typescript();
        let declaration = ts.substituted(member);
        let mut ty = self.type_of_declared(&declaration, &member.id)?;
        if declaration.type_text.is_empty() {
            // Inferred in the class, from its own type parameters.
            ty.text = types::substitute(&ty.text, &member.substitution);
        }
        if !member.substitution.is_empty() && ty.file != *file {
            // Arguments come from where the type was written, the rest from where it is declared.
            let own = &member.declaration.type_text;
            let in_arguments = member.substitution.iter().any(|(p, _)| own.as_str() == p.as_str());
            let library = member.id.path.starts_with("/typescript:lib");
            if in_arguments || library {
                ty.file = file.clone();
            }
        }
        Some(ty)
    }

    /// Type of a declared thing; `id` tells where to look when no type is written.
    pub fn type_of_declared(&self, declaration: &Declaration, id: &DeclarationId) -> Option<Ty> {
        use DeclarationKind::*;
        let _step = self.step()?;
        let ts = self.index.typescript();
        let in_file = |text: String| -> Option<Ty> {
            let text = ts.qualified(&text, id);
            (!text.is_empty() && text.len() <= MAX_TEXT).then(|| Ty { text, file: id.path.clone() })
        };
        match declaration.kind {
            Class => in_file(format!("typeof {}", declaration.name)),
            Enum => in_file(format!("typeof {}", declaration.name)),
            Namespace => in_file(format!("typeof {}", declaration.name)),
            EnumMember => {
                let outline = self
                    .index
                    .typescript()
                    .declaration(&DeclarationId { path: id.path.clone(), index: declaration.parent? })?;
                in_file(outline.name.to_string())
            }
            Function | Method => {
                let signature = self.signature_of(declaration, id)?;
                in_file(signature.text())
            }
            Getter | Variable | Property | Field | IndexSignature => {
                let written = declaration.type_text.to_string();
                if written.is_empty() {
                    return self.elsewhere_at(id, |typing, node| typing.type_of_definition(node));
                }
                if declaration.modifiers.contains(Modifiers::OPTIONAL) {
                    return in_file(types::join_union([written.as_str(), "undefined"]));
                }
                in_file(written)
            }
            Setter => in_file(declaration.parameters.first()?.type_text.to_string()),
            _ => None,
        }
    }

    /// Asks about the node of a declaration's name in its own file.
    pub(super) fn elsewhere_at(
        &self,
        id: &DeclarationId,
        ask: impl FnOnce(&Typing<'_>, Node<'_>) -> Option<Ty>,
    ) -> Option<Ty> {
        let ranges = self.index.ranges(id)?;
        if id.path == self.source.path {
            let node = self.source.parsed.root().descendant_for_byte_range(ranges.name.start, ranges.name.end)?;
            return ask(self, node);
        }
        let source = self.index.source(&id.path)?;
        let other = self.elsewhere(&source);
        let node = source.parsed.root().descendant_for_byte_range(ranges.name.start, ranges.name.end)?;
        ask(&other, node)
    }

    /// Member of `typeof X`: a static member, an enum member, an export of a namespace.
    fn static_member(&self, value: &str, name: &str, file: &Arc<Path>) -> Option<Ty> {
        let ts = self.index.typescript();
        for id in ts.resolve(value, file, usize::MAX) {
            let declaration = ts.declaration(&id)?;
            match declaration.kind {
                DeclarationKind::Class => {
                    let members = ts.all_members(&id);
                    let is_static = |m: &&TsMember| {
                        m.declaration.name == name && m.declaration.modifiers.contains(Modifiers::STATIC)
                    };
                    if let Some(member) = members.iter().find(is_static) {
                        return self.type_of_member(member, file);
                    }
                }
                DeclarationKind::Enum => {
                    let members = ts.all_members(&id);
                    if members.iter().any(|m| m.declaration.name == name) {
                        return Some(Ty { text: value.to_owned(), file: file.clone() });
                    }
                }
                DeclarationKind::Variable | DeclarationKind::Function => {
                    let ty = self.type_of_declared(&declaration, &id)?;
                    if !ty.text.starts_with("typeof ") {
                        return self.member_type(&ty, name, None);
                    }
                }
                _ => {}
            }
        }
        // Of a namespace, or of a module that was imported whole.
        let dotted = format!("{value}.{name}");
        let inner = ts.resolve(&dotted, file, usize::MAX);
        let found = inner.first()?;
        let declaration = ts.declaration(found)?;
        use DeclarationKind::{Class, Enum, Namespace};
        if matches!(declaration.kind, Class | Enum | Namespace) {
            return Some(Ty { text: format!("typeof {dotted}"), file: file.clone() });
        }
        self.type_of_declared(&declaration, found)
    }

    /// The signature of a declared function or method, its return type inferred when not written.
    pub fn signature_of(&self, declaration: &Declaration, id: &DeclarationId) -> Option<Signature> {
        let mut declaration = declaration.clone();
        if declaration.type_text.is_empty() && declaration.modifiers.contains(Modifiers::HAS_BODY) {
            let returns = self.elsewhere_at(id, |typing, node| {
                let function = node.parent()?;
                typing.return_type_of(function)
            });
            declaration.type_text = returns?.text.into();
        }
        Some(Signature { declaration: Arc::new(declaration), file: id.path.clone() })
    }
}
