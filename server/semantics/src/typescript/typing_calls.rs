//! Calls, constructions, functions: signatures, overloads, inference of type arguments.

use crate::typescript::typing::{Ty, Typing, widened, without_nullish};
use crate::typescript::typing_text::{is_scopeless, type_arguments, without_awaited, without_never};
use index::typescript::types;
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers, Parameter};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, Node, NodeExt, Parsed};

/// Stands for a type argument that is not known.
pub(super) const OPEN: &str = "$open";

/// Return statements looked at in one function.
const MAX_RETURNS: usize = 50;

/// Something that can be called.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Type parameters, parameters, and the return type as `type_text`.
    pub declaration: Arc<Declaration>,
    /// Where its names mean what they mean.
    pub file: Arc<Path>,
}

impl Signature {
    /// The signature as a function type.
    pub fn text(&self) -> String {
        let d = &self.declaration;
        let generics: Vec<String> = d
            .type_parameters
            .iter()
            .map(|p| {
                let constraint =
                    if p.constraint.is_empty() { String::new() } else { format!(" extends {}", p.constraint) };
                let default = if p.default.is_empty() { String::new() } else { format!(" = {}", p.default) };
                format!("{}{constraint}{default}", p.name)
            })
            .collect();
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let parameters: Vec<String> = d.parameters.iter().enumerate().map(|(i, p)| parameter_text(p, i)).collect();
        let returns = if d.type_text.is_empty() { "any" } else { d.type_text.as_str() };
        format!("{generics}({}) => {returns}", parameters.join(", "))
    }

    /// Whether it may be called with so many arguments.
    fn takes(&self, arguments: usize) -> bool {
        let parameters: Vec<&Parameter> = self.declaration.parameters.iter().filter(|p| p.name != "this").collect();
        let least = parameters.iter().filter(|p| !p.optional).count();
        let most = if parameters.iter().any(|p| p.rest) { usize::MAX } else { parameters.len() };
        (least..=most).contains(&arguments)
    }

    /// Type of the parameter that takes argument `i`.
    fn parameter_type(&self, i: usize) -> Option<String> {
        let parameters: Vec<&Parameter> = self.declaration.parameters.iter().filter(|p| p.name != "this").collect();
        let parameter = parameters.get(i).or_else(|| parameters.last().filter(|p| p.rest))?;
        if parameter.rest {
            return types::element(&parameter.type_text).map(str::to_owned);
        }
        (!parameter.type_text.is_empty()).then(|| parameter.type_text.to_string())
    }
}

fn parameter_text(parameter: &Parameter, i: usize) -> String {
    let name =
        if syntax::typescript::is_identifier(&parameter.name) { parameter.name.to_string() } else { format!("arg{i}") };
    let default = parameter.default.as_str();
    let ty = match parameter.type_text.as_str() {
        "" if parameter.rest => "any[]".to_owned(),
        "" if default.starts_with(['"', '\'', '`']) => "string".to_owned(),
        "" if matches!(default, "true" | "false") => "boolean".to_owned(),
        "" if !default.is_empty() && default.chars().all(|c| c.is_ascii_digit() || c == '.') => "number".to_owned(),
        "" => "any".to_owned(),
        written => written.to_owned(),
    };
    let dots = if parameter.rest { "..." } else { "" };
    let mark = if parameter.optional && !parameter.rest { "?" } else { "" };
    format!("{dots}{name}{mark}: {ty}")
}

/// Reads a function type, or the head of a function, as a declaration.
fn parsed_signature(generics: &str, parameters: &str, returns: &str) -> Option<Declaration> {
    let returns = if returns.is_empty() { String::new() } else { format!(": {returns}") };
    let text = format!("declare function _{generics}({parameters}){returns};");
    let parsed = Parsed::new(Language::TYPESCRIPT, text);
    let outline = index::typescript::outline::outline(&parsed);
    outline.declarations.into_iter().find(|d| d.kind == DeclarationKind::Function)
}

/// Nodes that are functions.
pub(super) const FUNCTIONS: &[&str] = &[
    "arrow_function",
    "function_expression",
    "generator_function",
    "function_declaration",
    "generator_function_declaration",
    "method_definition",
];

impl Typing<'_> {
    /// Type of a function expression, declaration or method as a function type.
    pub fn function_type(&self, node: Node<'_>) -> Option<Ty> {
        let signature = self.signature_of_node(node)?;
        self.here(signature.text())
    }

    /// The signature of a function node; types that are not written are inferred where that is possible.
    pub fn signature_of_node(&self, node: Node<'_>) -> Option<Signature> {
        let _step = self.step()?;
        let generics = node.field("type_parameters").map(|p| self.text(p)).unwrap_or_default();
        let list = match (node.field("parameters"), node.field("parameter")) {
            (Some(list), _) => {
                let text = self.text(list);
                text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text).to_owned()
            }
            (None, Some(one)) => self.text(one).to_owned(),
            _ => String::new(),
        };
        let mut declaration = parsed_signature(generics, &list, "")?;
        let parameters = node.field("parameters").map(|p| p.named()).unwrap_or_default();
        let single = node.field("parameter");
        for (i, parameter) in declaration.parameters.iter_mut().enumerate() {
            if !parameter.type_text.is_empty() {
                continue;
            }
            let pattern = parameters.get(i).and_then(|p| p.field("pattern")).or(single);
            match pattern.filter(|p| p.kind() == "identifier").and_then(|p| self.type_of_definition(p)) {
                Some(ty) => parameter.type_text = ty.text.into(),
                // Typed by its place, which is not understood.
                None if node.is(&["arrow_function", "function_expression"]) && parameter.default.is_empty() => {
                    return None;
                }
                None => {}
            }
        }
        declaration.type_text = match self.return_type_of(node) {
            Some(ty) => ty.text.into(),
            None => return None,
        };
        Some(Signature { declaration: Arc::new(declaration), file: self.source.path.clone() })
    }

    /// Return type of a function: as written, else from its return statements.
    pub fn return_type_of(&self, function: Node<'_>) -> Option<Ty> {
        let _step = self.step()?;
        if let Some(written) = function.field("return_type") {
            let text = self.text(written);
            return self.here(text.strip_prefix(':').unwrap_or(text).trim());
        }
        let is = |token: &str| function.all_children().iter().any(|c| c.kind() == token);
        if is("*") || function.kind().starts_with("generator") {
            return None;
        }
        let body = function.field("body")?;
        let found = if body.kind() == "statement_block" {
            let returns = returns_of(body);
            let mut all = Vec::new();
            let mut bare = false;
            for value in &returns {
                match value {
                    Some(value) => all.push(self.widened_type_of(*value)?),
                    None => bare = true,
                }
            }
            if all.is_empty() {
                if !bare && returns.is_empty() && always_throws(body) {
                    self.here("never")?
                } else {
                    self.here("void")?
                }
            } else {
                if bare || can_fall_through(body) {
                    all.push(self.here("undefined")?);
                }
                self.join(all)?
            }
        } else {
            self.widened_type_of(body)?
        };
        if is("async") {
            let inner = self.awaited(&found);
            return self.like(&inner, format!("Promise<{}>", inner.text));
        }
        Some(found)
    }

    /// Signatures behind an expression that is called.
    pub fn signatures(&self, callee: Node<'_>) -> Vec<Signature> {
        let Some(_step) = self.step() else { return Vec::new() };
        let ts = self.index.typescript();
        match callee.kind() {
            "parenthesized_expression" | "non_null_expression" => {
                return callee.named().first().map(|n| self.signatures(*n)).unwrap_or_default();
            }
            "member_expression" => {
                let (Some(object), Some(property)) = (callee.field("object"), callee.field("property")) else {
                    return Vec::new();
                };
                let Some(base) = self.type_of(object) else { return Vec::new() };
                let name = self.text(property);
                let base = Ty { text: without_nullish(&base.text), ..base };
                let members = self.members(&base, Some(callee));
                let mut out = Vec::new();
                for member in members.iter().filter(|m| m.declaration.name == name) {
                    let declaration = ts.substituted(member);
                    if declaration.kind == DeclarationKind::Method {
                        if let Some(mut signature) = self.signature_of(&declaration, &member.id) {
                            if member.id.path.starts_with("/typescript:lib") {
                                signature.file = base.file.clone();
                            }
                            out.push(signature);
                        }
                    } else if let Some(ty) = self.type_of_member(member, &base.file) {
                        out.extend(self.signatures_of_type(&ty));
                    }
                }
                // An implementation is not callable where there are overloads.
                if out.is_empty()
                    && let Some(ty) = self.type_of(callee)
                {
                    out = self.signatures_of_type(&ty);
                }
                return without_implementation(out);
            }
            "identifier" => {
                if let Some(local) = self.local_functions(callee) {
                    return local;
                }
                let ids = ts.resolve(self.text(callee), &self.source.path, callee.start_byte());
                let functions: Vec<(DeclarationId, Arc<Declaration>)> = ids
                    .into_iter()
                    .filter_map(|id| Some((id.clone(), ts.declaration(&id)?)))
                    .filter(|(_, d)| d.kind == DeclarationKind::Function)
                    .collect();
                if !functions.is_empty()
                    && self.binding(callee).is_none_or(|b| b.parent().is_none_or(|p| p.kind() != "variable_declarator"))
                {
                    let all = functions.iter().filter_map(|(id, d)| self.signature_of(d, id)).collect();
                    return without_implementation(all);
                }
            }
            _ => {}
        }
        self.type_of(callee).map(|t| self.signatures_of_type(&t)).unwrap_or_default()
    }

    /// Signatures of a function type or of an interface that can be called.
    pub fn signatures_of_type(&self, ty: &Ty) -> Vec<Signature> {
        let Some(_step) = self.step() else { return Vec::new() };
        let ty = self.alias_target(ty);
        let bare = without_nullish(&ty.text);
        if let Some((generics, parameters, returns)) = types::function(&bare) {
            let declaration = parsed_signature(generics, parameters, returns);
            return declaration
                .map(|d| Signature { declaration: Arc::new(d), file: ty.file.clone() })
                .into_iter()
                .collect();
        }
        if let Some(name) = bare.strip_prefix("typeof ") {
            let ts = self.index.typescript();
            let ids = ts.resolve(name.trim(), &ty.file, usize::MAX);
            let all = ids.iter().filter_map(|id| {
                let d = ts.declaration(id)?;
                (d.kind == DeclarationKind::Function).then(|| self.signature_of(&d, id))?
            });
            return without_implementation(all.collect());
        }
        let ts = self.index.typescript();
        let members = ts.members_of_type(&bare, &ty.file);
        let calls = members.iter().filter(|m| m.declaration.kind == DeclarationKind::CallSignature);
        calls.map(|m| Signature { declaration: Arc::new(ts.substituted(m)), file: m.id.path.clone() }).collect()
    }

    pub(super) fn call(&self, node: Node<'_>) -> Option<Ty> {
        let callee = node.field("function")?;
        if callee.kind() == "import" {
            return None;
        }
        let optional = self.is_optional_call(node);
        if callee.kind() == "member_expression"
            && matches!(callee.field("property").map(|p| self.text(p)), Some("bind" | "call" | "apply"))
            && let Some(object) = callee.field("object")
            && let Some(function) = self.type_of(object)
            && let [signature] = self.signatures_of_type(&function).as_slice()
        {
            // Typed by conditional types in the library; only the plain `f.bind(this)` is plain.
            let arguments = node.field("arguments").map_or(0, |a| a.named().len());
            let plain = signature.declaration.type_parameters.is_empty()
                && signature.declaration.parameters.iter().all(|p| p.name != "this");
            let bound = arguments == 1 && plain && callee.field("property").map(|p| self.text(p)) == Some("bind");
            return bound.then_some(function);
        }
        let signature = self.chosen(&self.signatures(callee), node.field("arguments"))?;
        let returns = signature.declaration.type_text.as_str();
        if returns == "this" {
            return self.type_of(callee.field("object")?);
        }
        if returns.contains(" is ") || returns.starts_with("asserts ") {
            return self.here(if returns.starts_with("asserts ") { "void" } else { "boolean" });
        }
        if returns.is_empty() {
            return None;
        }
        let map = self.type_arguments_of(&signature, node, true);
        let ty = self.put_in(returns, &map, &signature.file).filter(is_known)?;
        // `M['key']` is shown as what it is.
        let ty = self.accessed(ty);
        if optional {
            return self.like(&ty, types::join_union([ty.text.as_str(), "undefined"]));
        }
        Some(ty)
    }

    fn is_optional_call(&self, node: Node<'_>) -> bool {
        let chained = |n: Node<'_>| n.all_children().iter().any(|c| c.kind() == "optional_chain" || c.kind() == "?.");
        node.field("function").is_some_and(|f| f.kind() == "member_expression" && chained(f)) || chained(node)
    }

    /// The overload for these arguments: the first that takes as many.
    fn chosen(&self, signatures: &[Signature], arguments: Option<Node<'_>>) -> Option<Signature> {
        let values = arguments.filter(|a| a.kind() == "arguments").map(|a| a.named()).unwrap_or_default();
        let spread = values.iter().any(|v| v.kind() == "spread_element");
        // Written type arguments choose the overload that has as many type parameters.
        let written = arguments.and_then(|a| a.parent()?.field("type_arguments")).map(|a| a.named().len());
        let generic = |s: &&Signature| {
            let all = &s.declaration.type_parameters;
            written.is_none_or(|n| n <= all.len() && n >= all.iter().filter(|p| p.default.is_empty()).count())
        };
        let mut fitting = signatures.iter().filter(|s| spread || s.takes(values.len())).filter(generic);
        let first = fitting.next()?;
        // Overloads that differ by the type of a literal argument, as `addEventListener` does.
        let others: Vec<&Signature> = fitting.collect();
        if !others.is_empty() {
            let fits = |s: &&Signature| {
                values.iter().enumerate().all(|(i, value)| {
                    let Some(wanted) = s.parameter_type(i) else { return true };
                    let Some(given) = self.literal_kind(*value) else { return true };
                    accepts(&wanted, given, s) && self.is_key(*value, &wanted, s)
                })
            };
            return std::iter::once(first).chain(others).find(fits).or(Some(first)).cloned();
        }
        Some(first.clone())
    }

    /// Whether a string argument for a type parameter `K extends keyof M` names a member of `M`; `true` for all else.
    fn is_key(&self, value: Node<'_>, wanted: &str, signature: &Signature) -> bool {
        let parameter = signature.declaration.type_parameters.iter().find(|p| p.name == wanted);
        let Some(map) = parameter.and_then(|p| p.constraint.strip_prefix("keyof ")) else { return true };
        if value.kind() != "string" {
            return value.kind() != "template_string";
        }
        let key = syntax::typescript::unquoted(self.text(value));
        let members = self.index.typescript().members_of_type(map, &signature.file);
        members.is_empty() || members.iter().any(|m| syntax::typescript::unquoted(&m.declaration.name) == key)
    }

    /// Primitive type of a literal or function argument.
    fn literal_kind(&self, node: Node<'_>) -> Option<&'static str> {
        Some(match node.kind() {
            "string" | "template_string" => "string",
            "number" => "number",
            "true" | "false" => "boolean",
            "arrow_function" | "function_expression" => {
                let guards = node.field("return_type").is_some_and(|r| self.text(r).contains(" is "));
                if guards { "guard" } else { "function" }
            }
            "array" => "array",
            "object" if node.named().is_empty() => "nothing",
            "object" => "object",
            "regex" => "RegExp",
            _ => return None,
        })
    }

    /// Type arguments of a call: as written, else inferred from the arguments, else defaults, constraints, `unknown`; [`OPEN`]
    /// for those that the arguments decide in a way that is not understood, or only by callbacks when these are not asked.
    pub(super) fn type_arguments_of(
        &self,
        signature: &Signature,
        call: Node<'_>,
        callbacks: bool,
    ) -> Vec<(SmolStr, Ty)> {
        let declaration = &signature.declaration;
        if declaration.type_parameters.is_empty() {
            return Vec::new();
        }
        if let Some(written) = call.field("type_arguments") {
            let texts: Vec<&str> = written.named().iter().map(|n| self.text(*n)).collect();
            return type_arguments(declaration, &texts)
                .into_iter()
                .map(|(n, t)| (n, Ty { text: t, file: self.source.path.clone() }))
                .collect();
        }
        let names: Vec<&SmolStr> = declaration.type_parameters.iter().map(|p| &p.name).collect();
        let mut map: Vec<(SmolStr, Ty)> = Vec::new();
        let values = call.field("arguments").filter(|a| a.kind() == "arguments").map(|a| a.named()).unwrap_or_default();
        let is_callback = |n: &Node<'_>| n.is(&["arrow_function", "function_expression"]);
        for pass in [false, true] {
            if pass && !callbacks {
                break;
            }
            for (i, value) in values.iter().enumerate().filter(|(_, v)| is_callback(v) == pass) {
                let Some(wanted) = signature.parameter_type(i) else { continue };
                if !names.iter().any(|n| mentions(&wanted, n)) {
                    continue;
                }
                if pass {
                    // What the callback returns.
                    if let Some((_, _, returns)) = types::function(&without_nullish(&wanted))
                        && names.iter().any(|n| mentions(returns, n))
                        && let Some(given) = self.return_type_of(*value)
                    {
                        self.infer(returns, &given, &names, &mut map, 0);
                    }
                } else if let Some(given) = self.type_of(*value) {
                    // A constraint by primitives or keys keeps the literal.
                    let exact =
                        declaration.type_parameters.iter().any(|p| p.name == wanted && !p.constraint.is_empty());
                    let given = if exact { given } else { Ty { text: widened(&given.text), ..given } };
                    self.infer(&wanted, &given, &names, &mut map, 0);
                }
            }
        }
        // The compiler infers from the place of the call too.
        let left_over = declaration.type_parameters.iter().any(|p| !map.iter().any(|(n, _)| *n == p.name));
        let wanted = left_over && callbacks && self.wanted_type(call).is_some();
        for parameter in &declaration.type_parameters {
            if map.iter().any(|(n, _)| *n == parameter.name) {
                continue;
            }
            // Some argument says what it is, but not to us.
            let said = |i: usize| signature.parameter_type(i).is_some_and(|t| mentions(&t, &parameter.name));
            let text = match (parameter.default.as_str(), parameter.constraint.as_str()) {
                _ if !callbacks || wanted || (0..values.len()).any(said) => OPEN,
                ("", "") => "unknown",
                ("", constraint) if names.iter().any(|n| mentions(constraint, n)) => OPEN,
                ("", constraint) => constraint,
                (default, _) => default,
            };
            map.push((parameter.name.clone(), Ty { text: text.to_owned(), file: signature.file.clone() }));
        }
        map
    }

    /// Matches a parameter's type with an argument's.
    fn infer(&self, wanted: &str, given: &Ty, names: &[&SmolStr], map: &mut Vec<(SmolStr, Ty)>, depth: usize) {
        if depth > 8 {
            return;
        }
        let wanted = types::unwrapped(wanted);
        if let Some(name) = names.iter().find(|n| n.as_str() == wanted) {
            if !given.text.contains(OPEN) && !map.iter().any(|(n, _)| n == *name) {
                map.push(((*name).clone(), given.clone()));
            }
            return;
        }
        let parts = types::union(wanted);
        if parts.len() > 1 {
            let rest: Vec<&str> = types::union(&given.text).into_iter().filter(|g| !parts.contains(g)).collect();
            let given = Ty { text: types::join_union(rest), file: given.file.clone() };
            // The most specific part that fits: `T | Promise<T>`.
            let mut parts = parts;
            parts.sort_by_key(|p| names.iter().any(|n| n.as_str() == *p));
            for part in parts {
                let before = map.len();
                self.infer(part, &given, names, map, depth + 1);
                if map.len() > before {
                    return;
                }
            }
            return;
        }
        if let Some(element) = types::element(wanted) {
            if let Some(given) = self.element_of(given) {
                self.infer(element, &given, names, map, depth + 1);
            }
            return;
        }
        if let Some((_, _, returns)) = types::function(wanted) {
            if let Some((_, _, given_returns)) = types::function(&given.text) {
                let given = Ty { text: given_returns.to_owned(), file: given.file.clone() };
                self.infer(returns, &given, names, map, depth + 1);
            }
            return;
        }
        if let Some((name, arguments)) = types::reference(wanted) {
            if let Some((other, given_arguments)) = types::reference(&given.text)
                && name == other
            {
                for (wanted, text) in arguments.iter().zip(given_arguments) {
                    let given = Ty { text: text.to_owned(), file: given.file.clone() };
                    self.infer(wanted, &given, names, map, depth + 1);
                }
            } else if matches!(name, "Iterable" | "ArrayLike" | "ReadonlyArray")
                && let (Some(wanted), Some(given)) = (arguments.first(), self.element_of(given))
            {
                self.infer(wanted, &given, names, map, depth + 1);
            }
        }
    }

    /// A type of a signature with type arguments put in; its names must have one scope.
    pub(super) fn put_in(&self, text: &str, map: &[(SmolStr, Ty)], file: &Arc<Path>) -> Option<Ty> {
        let used: Vec<&(SmolStr, Ty)> = map.iter().filter(|(n, _)| mentions(text, n)).collect();
        let texts: Vec<(SmolStr, String)> = used.iter().map(|(n, t)| (n.clone(), t.text.clone())).collect();
        let mut out = types::substitute(text, &texts);
        if !used.is_empty() {
            out = without_never(&without_awaited(&out));
        }
        // Where the arguments stand, unless the signature itself names something.
        let rest = types::substitute(text, &used.iter().map(|(n, _)| (n.clone(), "any".into())).collect::<Vec<_>>());
        let mut scope: Option<&Arc<Path>> =
            (!is_scopeless(&rest) && !file.starts_with("/typescript:lib")).then_some(file);
        for (_, ty) in used.iter().filter(|(_, t)| !is_scopeless(&t.text)) {
            match scope {
                Some(known) if *known != ty.file => return None,
                _ => scope = Some(&ty.file),
            }
        }
        let scope = scope.cloned().unwrap_or_else(|| file.clone());
        Some(Ty { text: out, file: scope })
    }

    pub(super) fn construct(&self, node: Node<'_>) -> Option<Ty> {
        let ts = self.index.typescript();
        let constructor = node.field("constructor")?;
        let name = self.text(constructor);
        let written = node.field("type_arguments").map(|a| self.text(a));
        let ids = ts.resolve(name, &self.source.path, constructor.start_byte());
        // A class declared in a block is not indexed.
        let class = ids.iter().find_map(|id| {
            let d = ts.declaration(id)?;
            (d.kind == DeclarationKind::Class).then(|| (id.clone(), d))
        });
        if let Some((id, class)) = class {
            if class.type_parameters.is_empty() {
                return self.here(name);
            }
            if let Some(written) = written {
                return self.here(format!("{name}{written}"));
            }
            if let Some(wanted) = self.wanted_type(node).filter(is_known)
                && types::reference(&wanted.text).is_some_and(|(n, arguments)| n == name && !arguments.is_empty())
            {
                return Some(wanted);
            }
            let members = ts.all_members(&id);
            let constructors: Vec<Signature> = members
                .iter()
                .filter(|m| m.declaration.kind == DeclarationKind::Constructor && m.owner == id)
                .map(|m| Signature {
                    declaration: Arc::new(Declaration {
                        type_parameters: class.type_parameters.clone(),
                        ..(*m.declaration).clone()
                    }),
                    file: id.path.clone(),
                })
                .collect();
            let chosen = self.chosen(&without_implementation(constructors), node.field("arguments"));
            let map = match &chosen {
                Some(signature) => self.type_arguments_of(signature, node, true),
                None => {
                    let none = Signature { declaration: class.clone(), file: id.path.clone() };
                    self.type_arguments_of(&none, node, true)
                }
            };
            let texts: Vec<&str> = map.iter().map(|(_, t)| t.text.as_str()).collect();
            return self.here(format!("{name}<{}>", texts.join(", "))).filter(is_known);
        }
        // A variable with construct signatures, as those of the library: `declare var Map: MapConstructor`.
        let variable = ids.iter().find_map(|id| {
            let d = ts.declaration(id)?;
            (d.kind == DeclarationKind::Variable && !d.type_text.is_empty()).then(|| (id.clone(), d))
        })?;
        let (id, declaration) = variable;
        let members = ts.members_of_type(&declaration.type_text, &id.path);
        let signatures: Vec<Signature> = members
            .iter()
            .filter(|m| m.declaration.kind == DeclarationKind::ConstructSignature)
            .map(|m| Signature { declaration: Arc::new(ts.substituted(m)), file: m.id.path.clone() })
            .collect();
        let fitting: Vec<Signature> = match written {
            // Written type arguments choose the overload that has as many type parameters.
            Some(_) => {
                let count = node.field("type_arguments").map_or(0, |a| a.named().len());
                signatures.into_iter().filter(|s| s.declaration.type_parameters.len() == count).collect()
            }
            None => signatures,
        };
        let signature = self.chosen(&fitting, node.field("arguments")).or_else(|| fitting.first().cloned())?;
        let map = self.type_arguments_of(&signature, node, true);
        let file = if signature.file.starts_with("/typescript:lib") { &self.source.path } else { &signature.file };
        self.put_in(&signature.declaration.type_text, &map, file).filter(is_known)
    }

    /// Type that a call wants for one of its arguments.
    pub(super) fn argument_type(&self, call: Node<'_>, position: usize) -> Option<Ty> {
        let signatures = match call.kind() {
            "new_expression" => self.construct_signatures(call),
            _ => self.signatures(call.field("function")?),
        };
        let arguments = call.field("arguments")?;
        let signature = self
            .chosen(&signatures, Some(arguments))
            .or_else(|| signatures.iter().find(|s| s.declaration.parameters.len() > position).cloned())?;
        let wanted = signature.parameter_type(position)?;
        // Callbacks are what the type is asked for: they say nothing yet.
        let map = self.type_arguments_of(&signature, call, false);
        self.put_in(&wanted, &map, &signature.file)
    }

    fn construct_signatures(&self, node: Node<'_>) -> Vec<Signature> {
        let ts = self.index.typescript();
        let Some(constructor) = node.field("constructor") else { return Vec::new() };
        let ids = ts.resolve(self.text(constructor), &self.source.path, constructor.start_byte());
        for id in &ids {
            let Some(d) = ts.declaration(id) else { continue };
            if d.kind == DeclarationKind::Class {
                let members = ts.all_members(id);
                let all = members.iter().filter(|m| m.declaration.kind == DeclarationKind::Constructor);
                let owner =
                    members.iter().find(|m| m.declaration.kind == DeclarationKind::Constructor).map(|m| &m.owner);
                let own = all.filter(|m| Some(&m.owner) == owner);
                let signatures = own.map(|m| {
                    let mut declaration = ts.substituted(m);
                    declaration.type_parameters = d.type_parameters.clone();
                    Signature { declaration: Arc::new(declaration), file: m.id.path.clone() }
                });
                return without_implementation(signatures.collect());
            }
            if d.kind == DeclarationKind::Variable && !d.type_text.is_empty() {
                let members = ts.members_of_type(&d.type_text, &id.path);
                let all = members.iter().filter(|m| m.declaration.kind == DeclarationKind::ConstructSignature);
                return all
                    .map(|m| Signature { declaration: Arc::new(ts.substituted(m)), file: m.id.path.clone() })
                    .collect();
            }
        }
        Vec::new()
    }
}

/// Whether nothing of a type is left open.
pub(super) fn is_known(ty: &Ty) -> bool {
    !ty.text.contains(OPEN)
}

/// Whether a type mentions a name.
fn mentions(text: &str, name: &str) -> bool {
    let marked = types::substitute(text, &[(name.into(), String::from("\u{1}"))]);
    marked.contains('\u{1}')
}

/// Whether a parameter may take a literal of this kind; unknown types take everything.
fn accepts(wanted: &str, given: &str, signature: &Signature) -> bool {
    if given == "function" && types::function(wanted).is_some_and(|(_, _, returns)| returns.contains(" is ")) {
        return false;
    }
    if signature.declaration.type_parameters.iter().any(|p| mentions(wanted, &p.name)) {
        return true;
    }
    types::union(wanted).into_iter().any(|part| {
        let kind = widened(part);
        match kind.as_str() {
            "string" | "number" | "boolean" | "bigint" | "symbol" => kind == given,
            "null" | "undefined" | "never" | "void" => false,
            "RegExp" => given == "RegExp" || given == "object",
            _ if types::function(part).is_some() => matches!(given, "function" | "guard"),
            _ if types::element(part).is_some() || types::tuple(part).is_some() => given == "array",
            _ if part.starts_with('{') => given != "string" && given != "number" && given != "boolean",
            "any" | "unknown" => true,
            // Some named type: it may be anything but hardly a primitive.
            "Iterable" | "ArrayLike" | "PromiseLike" | "object" | "Object" => true,
            _ => match types::reference(part) {
                Some((name, arguments)) if arguments.is_empty() && name != "object" => {
                    !matches!(given, "number" | "boolean" | "array" | "nothing")
                }
                _ => !matches!(given, "number" | "boolean"),
            },
        }
    })
}

/// Overloads without the implementation that follows them.
fn without_implementation(all: Vec<Signature>) -> Vec<Signature> {
    let open = |s: &Signature| !s.declaration.modifiers.contains(Modifiers::HAS_BODY);
    if all.iter().any(open) { all.into_iter().filter(open).collect() } else { all }
}

/// Values of the return statements of a function's body; `None` for a bare `return`. Nested functions are not looked into.
pub fn returns_of(body: Node<'_>) -> Vec<Option<Node<'_>>> {
    let mut out = Vec::new();
    let mut stack = vec![body];
    while let Some(node) = stack.pop() {
        if out.len() >= MAX_RETURNS {
            break;
        }
        if node.kind() == "return_statement" {
            out.push(node.named().first().copied());
        } else if node == body || !(node.is(FUNCTIONS) || node.is(&["class_declaration", "class", "class_body"])) {
            stack.extend(node.named().into_iter().rev());
        }
    }
    out
}

/// Whether a body ends with `throw`: its function was to give something.
pub fn always_throws(body: Node<'_>) -> bool {
    body.named().last().is_some_and(|s| s.kind() == "throw_statement")
}

/// Whether the end of a block can be reached, as far as its last statement tells; in doubt it can not.
fn can_fall_through(body: Node<'_>) -> bool {
    let mut block = body;
    for _ in 0..64 {
        let Some(last) = block.named().last().copied() else { return true };
        match last.kind() {
            "return_statement" | "throw_statement" | "while_statement" | "do_statement" | "for_statement"
            | "switch_statement" | "labeled_statement" | "try_statement" => return false,
            "statement_block" => block = last,
            "if_statement" => {
                let Some(alternative) = last.field("alternative") else { return true };
                let Some(inner) = alternative.named().first().copied() else { return true };
                if inner.kind() != "statement_block" {
                    return false;
                }
                block = inner;
            }
            _ => return true,
        }
    }
    false
}
