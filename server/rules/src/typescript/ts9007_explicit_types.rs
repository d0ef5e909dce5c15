//! # Export without explicit type
//!
//! Under `isolatedDeclarations` every export needs an explicit type, so that declarations can be generated from one file alone.
//!
//! ```typescript before
//! //@ error TS9007: Function must have an explicit return type annotation with --isolatedDeclarations.
//! //@ options: --isolatedDeclarations --declaration
//! export function $0half$0(n: number) {
//!     return n / 2;
//! }
//! ```
//! ```typescript after
//! export function half(n: number): number {
//!     return n / 2;
//! }
//! ```
//!
//! Besides annotations, the expression can get a type assertion, or be moved to a variable.
//!
//! ## Fix safety
//! `Unsafe`: the type is inferred from declarations, and may be wider or narrower than the type that the compiler infers.

use codegen::typescript::stubs::{CLASSES, Stubs};
use codegen::typescript::type_text::{Style, shown};
use fix::{Applicability, Fix, RuleContext};
use index::typescript::types;
use semantics::typescript::returns::returns_of;
use semantics::typescript::{SemanticModel, Shape, Type};
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &[
    "TS9007", "TS9008", "TS9009", "TS9010", "TS9011", "TS9012", "TS9013", "TS9014", "TS9015", "TS9016", "TS9017",
    "TS9018", "TS9019", "TS9021", "TS9023", "TS9037", "TS9038", "TS9039",
];

const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function",
];

/// Kinds of nodes that contain an expression as an element or as their value.
const HOLDERS: &[&str] = &[
    "pair",
    "array",
    "object",
    "arguments",
    "variable_declarator",
    "public_field_definition",
    "required_parameter",
    "optional_parameter",
    "export_statement",
    "return_statement",
    "as_expression",
    "spread_element",
    "class_heritage",
    "extends_clause",
];

struct Tools<'a, 's> {
    ctx: RuleContext<'a>,
    model: &'s SemanticModel<'a>,
    stubs: &'s Stubs<'a>,
    strict: bool,
}

impl Tools<'_, '_> {
    /// The type, over several lines if it has members; the lines after the first have the indentation `indent`.
    fn lines(&self, ty: &Type, indent: &str) -> Option<String> {
        let ty = if self.strict { ty.clone() } else { self.model.without_null_types(ty) };
        let text = self.minimal(self.stubs.write_type(&ty)?);
        if text == "never" || text == "never[]" || text == "any" {
            return None;
        }
        let style = Style { quote: '"', as_declared: false, multiline: true };
        Some(shown(&text, style).replace('\n', &format!("{}{indent}", self.ctx.eol())))
    }

    /// A reference to a generic type without the last arguments that are those it has by default.
    fn minimal(&self, text: String) -> String {
        let Some((name, arguments)) = types::reference(&text).filter(|(_, arguments)| !arguments.is_empty()) else {
            return text;
        };
        let ts = self.ctx.index.typescript();
        let found = ts.resolve(name, self.ctx.path(), usize::MAX);
        let Some(declaration) = found.first().and_then(|id| ts.declaration(id)) else { return text };
        let parameters = &declaration.type_parameters;
        let mut kept = arguments.len();
        while kept > 0 && parameters.len() == arguments.len() {
            let default = &parameters[kept - 1].default;
            // A default that names another parameter is that one's argument.
            let named = parameters.iter().position(|p| p.name == *default);
            let meant = named.and_then(|i| arguments.get(i).copied()).unwrap_or(default.as_str());
            if default.is_empty() || meant != arguments[kept - 1] {
                break;
            }
            kept -= 1;
        }
        match kept {
            0 => name.to_owned(),
            kept if kept == arguments.len() => text,
            kept => format!("{name}<{}>", arguments[..kept].join(", ")),
        }
    }

    /// The type of an expression, as [`Self::lines`] writes it.
    fn of(&self, value: Node<'_>, widened: bool, indent: &str) -> Option<String> {
        let ty = if widened { self.model.widened_type_of(value) } else { self.model.type_of(value) };
        match ty {
            Some(ty) => self.lines(&ty, indent),
            // Elements have this type whatever the runtime is, and whether or not its declarations are found.
            None if value.is(&["jsx_element", "jsx_self_closing_element"]) => Some("JSX.Element".to_owned()),
            None => None,
        }
    }

    fn return_type(&self, function: Node<'_>, indent: &str) -> Option<String> {
        let body = function.field("body")?;
        let is_this = |n: &Node<'_>| n.kind() == "this";
        if body.kind() == "statement_block" {
            let values = returns_of(body);
            let own = function.field("parameters").is_some_and(|p| {
                p.named().first().and_then(|p| p.field("pattern")).is_some_and(|p| p.kind() == "this")
            });
            if !own && !values.is_empty() && values.iter().all(|v| v.as_ref().is_some_and(is_this)) {
                return Some("this".to_owned());
            }
        }
        let ty = self.model.return_type_of(function)?;
        if self.model.shape(&ty) == Shape::Boolean && self.may_narrow(function) {
            // The compiler may have found that the function is a test.
            let written = self.stubs.write_type(&self.model.type_of_function(function)?)?;
            let (_, _, returns) = types::function(&written)?;
            return returns.contains(" is ").then(|| returns.to_owned());
        }
        // What is declared in the body means nothing outside.
        let local = |name: &str| {
            let declared = syntax::typescript::occurrences(body, self.ctx.text(), name);
            declared.into_iter().any(|n| n.parent().is_some_and(|p| p.field("name") == Some(n)))
        };
        let (_, names) = self.model.display_with_names(&ty)?;
        let outside = !names.iter().any(|n| local(n.text.split('.').next().unwrap_or(&n.text)));
        self.lines(&ty, indent).filter(|_| outside)
    }

    /// Whether the compiler may infer a type predicate (`x is T`), which a `boolean` annotation would remove.
    fn may_narrow(&self, function: Node<'_>) -> bool {
        let Some(body) = function.field("body") else { return false };
        let text = body.text_in(self.ctx.text());
        let asks = ["typeof ", "instanceof", "=== null", "!== null", "=== undefined", "!== undefined", "!= null", "!!"];
        asks.iter().any(|a| text.contains(a))
    }
}

/// The function of a diagnostic about a return type.
fn function_at<'t>(token: Node<'t>) -> Option<Node<'t>> {
    let parent = token.parent()?;
    if parent.is(FUNCTIONS) && parent.field("name") == Some(token) {
        return Some(parent);
    }
    let named = parent.field("name") == Some(token) || parent.field("key") == Some(token);
    if named && let Some(value) = parent.field("value").filter(|v| v.is(FUNCTIONS)) {
        return Some(value);
    }
    ancestors(token).find(|n| n.is_named() && n.is(FUNCTIONS) && n.start_byte() == token.start_byte()).or_else(|| {
        // `export default function` and the like stand at their first word.
        let export =
            ancestors(token).find(|n| n.kind() == "export_statement" && n.start_byte() == token.start_byte())?;
        export.named().into_iter().find(|c| c.is(FUNCTIONS))
    })
}

/// The whole expression that starts at the token.
fn expression_at<'t>(token: Node<'t>) -> Option<Node<'t>> {
    let mut node = token;
    for _ in 0..40 {
        let parent = node.parent()?;
        if parent.start_byte() != token.start_byte() || parent.is(HOLDERS) && node.is_named() {
            break;
        }
        node = parent;
    }
    node.is_named().then_some(node)
}

fn end_of_head(function: Node<'_>) -> Option<usize> {
    function.field("parameters").map(|p| p.end_byte())
}

/// An expression with `satisfies T as T`.
fn asserted(expression: Node<'_>, ty: &str) -> Vec<TextEdit> {
    const PLAIN: &[&str] = &[
        "identifier",
        "call_expression",
        "member_expression",
        "subscript_expression",
        "object",
        "array",
        "string",
        "number",
        "template_string",
        "parenthesized_expression",
        "new_expression",
    ];
    let tail = format!(" satisfies {ty} as {ty}");
    if expression.is(PLAIN) {
        return vec![TextEdit::insert(expression.end_byte(), tail)];
    }
    vec![TextEdit::insert(expression.start_byte(), "("), TextEdit::insert(expression.end_byte(), format!("){tail}"))]
}

/// The top-level statement that contains a node.
fn statement<'t>(node: Node<'t>) -> Option<Node<'t>> {
    ancestors(node).find(|n| n.parent().is_some_and(|p| p.is(&["program", "statement_block"])))
}

/// Inner patterns of a destructuring that are looked at, at most.
const MOST_PATTERNS: usize = 50;

struct Offer {
    title: String,
    edits: Vec<TextEdit>,
}

fn annotation(title_type: &str, at: usize, ty: &str) -> Offer {
    let short = title_type.split_whitespace().collect::<Vec<_>>().join(" ");
    Offer { title: format!("Add annotation of type '{short}'"), edits: vec![TextEdit::insert(at, format!(": {ty}"))] }
}

fn assertion(expression: Node<'_>, ty: &str) -> Offer {
    let short = ty.split_whitespace().collect::<Vec<_>>().join(" ");
    Offer {
        title: format!("Add satisfies and an inline type assertion with '{short}'"),
        edits: asserted(expression, ty),
    }
}

/// A variable of a declaration, with its initializer.
fn variable(tools: &Tools<'_, '_>, declarator: Node<'_>) -> Option<Vec<Offer>> {
    let text = tools.ctx.text();
    let name = declarator.field("name").filter(|n| n.kind() == "identifier")?;
    let value = declarator.field("value")?;
    if declarator.field("type").is_some() {
        return None;
    }
    let indent = line_indent(text, declarator.start_byte());
    let constant = declarator.parent().and_then(|p| p.field("kind")).is_some_and(|k| k.kind() == "const");
    let frozen = value.kind() == "as_expression" && value.text_in(text).trim_end().ends_with("const");
    let mut out = Vec::new();
    if !frozen {
        if value.is(FUNCTIONS) {
            return None;
        }
        if constant && is_unique_symbol(value, text) {
            return Some(vec![annotation("unique symbol", name.end_byte(), "unique symbol")]);
        }
        let written = tools.of(value, !constant, indent)?;
        out.push(annotation(&written, name.end_byte(), &written));
        if value.kind() == "identifier" {
            let of = format!("typeof {}", value.text_in(text));
            out.push(annotation(&of, name.end_byte(), &of));
        }
    }
    Some(out)
}

/// Whether a constant with this value is a symbol of its own: `Symbol()`, `Symbol.for("a")`.
fn is_unique_symbol(value: Node<'_>, text: &str) -> bool {
    let called = value.field("function").filter(|_| value.kind() == "call_expression");
    called.is_some_and(|f| matches!(f.text_in(text), "Symbol" | "Symbol.for"))
}

/// Annotates what has a type of its own: a variable, function, parameter, property, or default export.
fn annotated(tools: &Tools<'_, '_>, owner: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let indent = line_indent(text, owner.start_byte());
    match owner.kind() {
        "variable_declarator" => variable(tools, owner)?.into_iter().next(),
        "export_statement" => default_export(tools, owner),
        "required_parameter" | "optional_parameter" | "public_field_definition" => {
            let name = owner.field("pattern").or(owner.field("name"))?;
            if owner.field("type").is_some() {
                return None;
            }
            let children = owner.all_children();
            let readonly = owner.kind() == "public_field_definition" && children.iter().any(|c| c.kind() == "readonly");
            let written = match owner.field("value") {
                Some(value) => tools.of(value, !readonly, indent)?,
                None if name.kind() == "rest_pattern" => "any[]".to_owned(),
                None if name.is(&[
                    "identifier",
                    "property_identifier",
                    "computed_property_name",
                    "private_property_identifier",
                ]) =>
                {
                    "any".to_owned()
                }
                None => return None,
            };
            let mark = children.into_iter().find(|c| c.is(&["?", "!"]));
            let end = mark.map_or(name.end_byte(), |m| m.end_byte());
            Some(annotation(&written, end, &written))
        }
        _ if owner.is(FUNCTIONS) => returning(tools, owner, indent),
        _ => None,
    }
}

/// Annotates what a function returns; the parameter of a setter.
fn returning(tools: &Tools<'_, '_>, function: Node<'_>, indent: &str) -> Option<Offer> {
    let text = tools.ctx.text();
    if function.field("return_type").is_some() {
        return None;
    }
    if syntax::child_of_kind(function, "set").is_some() {
        let parameter = function.field("parameters")?.named().first().copied()?;
        let pattern = parameter.field("pattern")?;
        let bare = parameter.field("type").is_none() && parameter.field("value").is_none();
        return bare.then(|| annotation("any", pattern.end_byte(), "any"));
    }
    let written = tools.return_type(function, indent)?;
    match (function.field("parameter"), end_of_head(function)) {
        (Some(single), _) => {
            let mut offer = annotation(&written, 0, "");
            let text = format!("({}): {written}", single.text_in(text));
            offer.edits = vec![TextEdit::replace(single.range(), text)];
            Some(offer)
        }
        (None, Some(end)) => Some(annotation(&written, end, &written)),
        (None, None) => None,
    }
}

/// Replaces a default export by a constant with a type annotation.
fn default_export(tools: &Tools<'_, '_>, export: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let value = export.field("value")?;
    let indent = line_indent(text, export.start_byte());
    let written = tools.of(value, true, indent)?;
    let eol = tools.ctx.eol();
    let name = "_default_1";
    if text.contains(name) {
        return None;
    }
    let semicolon = if export.text_in(text).ends_with(';') { "" } else { ";" };
    let mut offer = annotation(&written, 0, "");
    offer.edits = vec![
        TextEdit::replace(export.start_byte()..value.start_byte(), format!("const {name}: {written} = ")),
        TextEdit::insert(export.end_byte(), format!("{semicolon}{eol}{indent}export default {name};")),
    ];
    Some(offer)
}

/// The annotation of the declaration that contains an expression.
fn around(tools: &Tools<'_, '_>, expression: Node<'_>) -> Vec<Offer> {
    const OWNERS: &[&str] = &[
        "variable_declarator",
        "export_statement",
        "public_field_definition",
        "required_parameter",
        "optional_parameter",
    ];
    let holder = ancestors(expression).skip(1).find(|n| n.is(OWNERS) || n.is(FUNCTIONS));
    holder.and_then(|n| annotated(tools, n)).into_iter().collect()
}

/// Moves the expression to a variable of its own.
fn extracted(tools: &Tools<'_, '_>, expression: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let statement = statement(expression)?;
    let name = "newLocal";
    if text.contains(name) || expression.kind() == "identifier" {
        return None;
    }
    let (eol, indent) = (tools.ctx.eol(), line_indent(text, statement.start_byte()));
    let edits = vec![
        TextEdit::insert(statement.start_byte(), format!("const {name} = {};{eol}{indent}", expression.text_in(text))),
        TextEdit::replace(expression.range(), format!("{name} as typeof {name}")),
    ];
    Some(Offer { title: "Extract to variable".to_owned(), edits })
}

/// Moves the `extends` expression of a class to a constant.
fn base_class(tools: &Tools<'_, '_>, class: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let heritage = class.named().into_iter().find(|c| c.kind() == "class_heritage")?;
    let clause = heritage.named().into_iter().find(|c| c.kind() == "extends_clause")?;
    let value = clause.field("value")?;
    if clause.field("type_arguments").is_some() {
        return None;
    }
    let ty = tools.model.type_of(value)?;
    let statement = statement(class)?;
    let indent = line_indent(text, statement.start_byte());
    let written = tools.lines(&ty, indent)?;
    let name = format!("{}Base", class.field("name")?.text_in(text));
    if text.contains(&name) {
        return None;
    }
    let eol = tools.ctx.eol();
    let edits = vec![
        TextEdit::insert(
            statement.start_byte(),
            format!("const {name}: {written} = {};{eol}{indent}", value.text_in(text)),
        ),
        TextEdit::replace(value.range(), name),
    ];
    Some(Offer { title: "Extract base class to variable".to_owned(), edits })
}

/// Declares the properties that are assigned to a function.
fn expando(tools: &Tools<'_, '_>, token: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let access = ancestors(token).find(|n| n.is(&["member_expression", "subscript_expression"]))?;
    let object = access.field("object").filter(|o| o.kind() == "identifier")?;
    let name = object.text_in(text);
    let binding = tools.model.binding(object)?;
    let owner = binding.parent()?;
    let mut properties: Vec<(String, String)> = Vec::new();
    for use_ in syntax::typescript::occurrences(tools.ctx.root(), text, name) {
        let Some(access) = use_.parent().filter(|p| p.field("object") == Some(use_)) else { continue };
        let Some(assignment) = access.parent().filter(|a| a.kind() == "assignment_expression") else { continue };
        if assignment.field("left") != Some(access) || tools.model.binding(use_) != Some(binding) {
            continue;
        }
        let property = match (access.field("property"), access.field("index")) {
            (Some(property), _) => property.text_in(text),
            (_, Some(index)) if index.kind() == "string" => syntax::typescript::unquoted(index.text_in(text)),
            _ => continue,
        };
        let fits = syntax::typescript::is_identifier(property);
        if !fits || properties.iter().any(|(n, _)| n == property) {
            continue;
        }
        let ty = tools.model.widened_type_of(assignment.field("right")?)?;
        properties.push((property.to_owned(), tools.lines(&ty, "    ")?));
    }
    let eol = tools.ctx.eol();
    let unit = "    ";
    if properties.is_empty() {
        return None;
    }
    let title = format!("Annotate types of properties expando function in a namespace '{name}'");
    if owner.kind() == "function_declaration" {
        let declared = syntax::typescript::descendants(tools.ctx.root(), &["internal_module", "module"]);
        for module in declared.iter().filter(|m| m.field("name").is_some_and(|n| n.text_in(text) == name)) {
            let body = module.field("body")?;
            properties.retain(|(n, _)| syntax::typescript::occurrences(body, text, n).is_empty());
        }
        let statement = owner.parent().filter(|p| p.kind() == "export_statement").unwrap_or(owner);
        let indent = line_indent(text, statement.start_byte());
        let export = if statement.kind() == "export_statement" { "export " } else { "" };
        let mut new = format!("{eol}{indent}{export}declare namespace {name} {{");
        for (property, ty) in &properties {
            new.push_str(&format!("{eol}{indent}{unit}export var {property}: {ty};"));
        }
        new.push_str(&format!("{eol}{indent}}}"));
        return (!properties.is_empty())
            .then(|| Offer { title, edits: vec![TextEdit::insert(statement.end_byte(), new)] });
    }
    let value = owner.field("value").filter(|v| v.is(FUNCTIONS) && owner.kind() == "variable_declarator")?;
    if owner.field("type").is_some() {
        return None;
    }
    let function = tools.model.type_of_function(value)?;
    let written = tools.stubs.write_type(&function)?;
    let (generics, parameters, returns) = types::function(&written)?;
    let mut new = format!(": {{{eol}{unit}{generics}({parameters}): {returns};");
    for (property, ty) in &properties {
        new.push_str(&format!("{eol}{unit}{property}: {ty};"));
    }
    new.push_str(&format!("{eol}}}"));
    Some(Offer { title, edits: vec![TextEdit::insert(binding.end_byte(), new)] })
}

/// One name of a destructuring.
struct Part<'t> {
    target: Node<'t>,
    /// The expression that has its value.
    access: String,
    default: Option<Node<'t>>,
    /// The property, where the name is another one.
    key: Option<&'t str>,
}

/// The names of a pattern, those of inner patterns last. `None` where one of them is no plain property or element.
fn parts_of<'t>(pattern: Node<'t>, base: &str, text: &'t str) -> Option<Vec<Part<'t>>> {
    let mut out = Vec::new();
    let mut inner: std::collections::VecDeque<(Node<'t>, String)> = [(pattern, base.to_owned())].into();
    while let Some((pattern, base)) = inner.pop_front() {
        if inner.len() > MOST_PATTERNS {
            return None;
        }
        let mut index = 0usize;
        for part in pattern.all_children() {
            let (key, target, access) = match (pattern.kind(), part.kind()) {
                ("array_pattern", ",") => {
                    index += 1;
                    continue;
                }
                (_, "comment") => continue,
                (_, _) if !part.is_named() => continue,
                ("array_pattern", _) => (None, part, format!("{base}[{index}]")),
                (_, "pair_pattern") => {
                    let key = part.field("key").filter(|k| k.kind() == "property_identifier")?.text_in(text);
                    (Some(key), part.field("value")?, format!("{base}.{key}"))
                }
                (_, "object_assignment_pattern") => {
                    (None, part, format!("{base}.{}", part.field("left")?.text_in(text)))
                }
                (_, "shorthand_property_identifier_pattern") => (None, part, format!("{base}.{}", part.text_in(text))),
                _ => return None,
            };
            let default = target.field("right");
            let target = target.field("left").unwrap_or(target);
            match target.kind() {
                "object_pattern" | "array_pattern" if default.is_none() => inner.push_back((target, access)),
                "identifier" | "shorthand_property_identifier_pattern" => {
                    out.push(Part { target, access, default, key })
                }
                _ => return None,
            }
        }
    }
    Some(out)
}

/// Exports the names of a destructuring one by one.
fn bindings(tools: &Tools<'_, '_>, token: Node<'_>) -> Option<Offer> {
    let text = tools.ctx.text();
    let export = ancestors(token).find(|n| n.kind() == "export_statement")?;
    let declaration = export.field("declaration").filter(|d| d.kind() == "lexical_declaration")?;
    let keyword = declaration.field("kind")?.text_in(text);
    let (eol, indent) = (tools.ctx.eol(), line_indent(text, export.start_byte()));
    let head = format!("export {keyword} ");
    let mut lines: Vec<String> = Vec::new();
    let mut temporaries = 0usize;
    for declarator in declaration.named().into_iter().filter(|d| d.kind() == "variable_declarator") {
        let (name, value) = (declarator.field("name")?, declarator.field("value")?);
        let base = if value.kind() == "identifier" { value.text_in(text) } else { "dest" };
        let parts = match name.kind() {
            "identifier" => {
                let ty = declarator.field("type").map(|t| t.text_in(text)).unwrap_or_default();
                lines.push(format!("{head}{}{ty} = {};", name.text_in(text), value.text_in(text)));
                continue;
            }
            "object_pattern" | "array_pattern" => parts_of(name, base, text)?,
            _ => return None,
        };
        if base == "dest" {
            if lines.iter().any(|l| l.starts_with("const dest ")) || text.contains("dest") {
                return None;
            }
            lines.push(format!("const dest = {};", value.text_in(text)));
        }
        for Part { target, access, default, key } in parts {
            // The elements of an array literal have their own types.
            let value = declarator.field("value").filter(|v| v.kind() == "array" && default.is_none());
            let elements = value.map(|v| v.named()).filter(|e| e.iter().all(|e| e.kind() != "spread_element"));
            let index = access.strip_prefix("dest[").and_then(|a| a.strip_suffix(']')).and_then(|i| i.parse().ok());
            let own = elements.zip(index).and_then(|(e, i): (_, usize)| tools.model.type_of(*e.get(i)?));
            let ty = own.or_else(|| tools.model.type_of_name(target))?;
            let written = tools.lines(&tools.model.without_literals(&ty), indent)?;
            let name = target.text_in(text);
            match default {
                Some(default) => {
                    let number = |n: usize| if n == 0 { String::new() } else { format!("_{n}") };
                    let temporary = match key {
                        Some(key) => format!("{key}_1"),
                        None => {
                            temporaries += 1;
                            format!("temp{}", number(temporaries - 1))
                        }
                    };
                    if !syntax::typescript::occurrences(tools.ctx.root(), text, &temporary).is_empty() {
                        return None;
                    }
                    lines.push(format!("const {temporary} = {access};"));
                    let default = default.text_in(text);
                    lines.push(format!("{head}{name}: {written} = {temporary} === undefined ? {default} : {access};"));
                }
                None => lines.push(format!("{head}{name}: {written} = {access};")),
            }
        }
    }
    let new = lines.join(&format!("{eol}{indent}"));
    let title = "Extract binding expressions to variable".to_owned();
    Some(Offer { title, edits: vec![TextEdit::replace(export.range(), new)] })
}

fn offers(tools: &Tools<'_, '_>) -> Option<Vec<Offer>> {
    let ctx = &tools.ctx;
    let text = ctx.text();
    let token = ctx.token()?;
    let indent = line_indent(text, token.start_byte());
    match ctx.code().as_str() {
        "TS9007" | "TS9008" | "TS9009" => {
            // A setter may be reported at its parameter.
            let setter = || {
                let method = token.enclosing(&["method_definition"])?;
                syntax::child_of_kind(method, "set").map(|_| method)
            };
            let function = setter().or_else(|| function_at(token))?;
            returning(tools, function, indent).map(|o| vec![o])
        }
        // What a name that is private to the function means, is written out.
        "TS9039" => {
            let function = ancestors(token).find(|n| n.is_named() && n.is(FUNCTIONS))?;
            returning(tools, function, indent).map(|o| vec![o])
        }
        "TS9038" => {
            let owner = ancestors(token)
                .find(|n| n.is(&["public_field_definition", "variable_declarator"]) || n.is(FUNCTIONS))?;
            annotated(tools, owner).map(|o| vec![o])
        }
        "TS9010" => {
            let declarator = token.parent().filter(|p| p.kind() == "variable_declarator")?;
            let mut out = variable(tools, declarator)?;
            let value = declarator.field("value")?;
            let written = tools.of(value, false, indent)?;
            out.push(assertion(value, &written));
            if value.kind() == "identifier" {
                out.push(assertion(value, &format!("typeof {}", value.text_in(text))));
            }
            Some(out)
        }
        "TS9011" | "TS9012" => {
            let kinds = ["required_parameter", "optional_parameter", "public_field_definition"];
            // `x => x` has its one parameter without parentheses.
            let single = || {
                let arrow = token.parent().filter(|p| p.field("parameter") == Some(token))?;
                let mut offer = annotation("any", 0, "");
                offer.edits = vec![TextEdit::replace(token.range(), format!("({}: any)", token.text_in(text)))];
                Some((arrow, offer))
            };
            if let Some((_, offer)) = single() {
                return Some(vec![offer]);
            }
            let owner = ancestors(token).find(|n| n.is(&kinds))?;
            let name = owner.field("pattern").or(owner.field("name"))?;
            if owner.field("value").is_none() {
                return annotated(tools, owner).map(|o| vec![o]);
            }
            let value = owner.field("value").filter(|_| owner.field("type").is_none())?;
            let readonly = owner.all_children().iter().any(|c| c.kind() == "readonly");
            let written = tools.of(value, !(readonly && ctx.code() == "TS9012"), indent)?;
            let mark = owner.all_children().into_iter().find(|c| c.is(&["?", "!"]));
            let end = mark.map_or(name.end_byte(), |m| m.end_byte());
            Some(vec![annotation(&written, end, &written), assertion(value, &written)])
        }
        "TS9013" | "TS9017" => {
            let expression = expression_at(token)?;
            let mut out = around(tools, expression);
            if let Some(written) = tools.of(expression, true, line_indent(text, expression.start_byte())) {
                out.push(assertion(expression, &written));
            }
            if expression.kind() == "array" {
                let edits = vec![TextEdit::insert(expression.end_byte(), " as const")];
                out.push(Offer { title: "Mark array literal as const".to_owned(), edits });
            } else {
                out.extend(extracted(tools, expression));
            }
            Some(out)
        }
        "TS9016" => {
            let mut out = around(tools, token);
            let name = token.text_in(text);
            let ty = tools.model.widened_type_of(token).and_then(|t| tools.lines(&t, indent));
            for ty in ty.into_iter().chain([format!("typeof {name}")]) {
                let edits = vec![TextEdit::insert(token.end_byte(), format!(": {name} as {ty}"))];
                out.push(Offer { title: format!("Add inline type assertion with '{ty}'"), edits });
            }
            Some(out)
        }
        "TS9014" | "TS9015" | "TS9018" => Some(around(tools, token)),
        "TS9021" => {
            let class = ancestors(token).find(|n| n.is_named() && n.is(CLASSES))?;
            base_class(tools, class).map(|o| vec![o])
        }
        "TS9023" => expando(tools, token).map(|o| vec![o]),
        "TS9037" => {
            let export = ancestors(token).find(|n| n.kind() == "export_statement")?;
            let mut out: Vec<Offer> = default_export(tools, export).into_iter().collect();
            let value = export.field("value")?;
            let written = tools.of(value, true, indent)?;
            out.push(assertion(value, &written));
            Some(out)
        }
        "TS9019" => bindings(tools, token).map(|o| vec![o]),
        _ => None,
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let stubs = Stubs::new(ctx, token);
    let strict = ctx.index.typescript().project(ctx.path()).flag("strictNullChecks");
    let tools = Tools { ctx: *ctx, model: stubs.model(), stubs: &stubs, strict };
    let all = offers(&tools).unwrap_or_default();
    let mut out = Vec::new();
    for (i, offer) in all.into_iter().enumerate() {
        let fix = offer.edits.into_iter().fold(ctx.fix(offer.title, Applicability::Unsafe), |fix, e| fix.edit(e));
        let fix = if i == 0 { fix.preferred() } else { fix };
        out.push(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    #[test]
    fn a_test_is_declared_as_such() {
        check_fix(
            rule_of(module_path!()),
            "TS9007",
            "Function must have an explicit return type annotation with --isolatedDeclarations.",
            "export function $0f(x: unknown) { return typeof x === 'string'; }\n",
            "export function f(x: unknown): x is string { return typeof x === 'string'; }\n",
        );
    }

    #[test]
    fn functions_of_all_kinds() {
        let check = |before: &str, after: &str| {
            let message = "Function must have an explicit return type annotation with --isolatedDeclarations.";
            let options = "//- /tsconfig.json\n{ \"compilerOptions\": { \"target\": \"es2022\", \"strict\": true } }\n//- /a.ts\n";
            check_fix(
                rule_of(module_path!()),
                "TS9007",
                message,
                &format!("{options}{before}"),
                &format!("//- /a.ts\n{after}"),
            );
        };
        check("export default $0function () { return 1; }\n", "export default function (): number { return 1; }\n");
        check(
            "export function* $0f() { yield 1; return ''; }\n",
            "export function* f(): Generator<number, string, unknown> { yield 1; return ''; }\n",
        );
        check(
            "interface F<S = string, T = S> { s: S }\nexport function $0f(x: F<number, number>) { return x; }\n",
            "interface F<S = string, T = S> { s: S }\nexport function f(x: F<number, number>): F<number> { return x; }\n",
        );
        check(
            "export function $0f(this: Date) { return this; }\n",
            "export function f(this: Date): Date { return this; }\n",
        );
    }

    #[test]
    fn destructuring() {
        let check = |before: &str, after: &str| {
            let message = "Binding elements can't be exported directly with --isolatedDeclarations.";
            let types = "declare function f(): { a: number; b: { c: string }; d?: boolean };\n";
            check_fix(
                rule_of(module_path!()),
                "TS9019",
                message,
                &format!("{types}{before}"),
                &format!("{types}{after}"),
            );
        };
        check(
            "export const { $0a, b: { c }, d: e = true } = f();\n",
            "const dest = f();\nexport const a: number = dest.a;\nconst d_1 = dest.d;\nexport const e: boolean = d_1 === undefined ? true : dest.d;\nexport const c: string = dest.b.c;\n",
        );
        check_no_fix(
            rule_of(module_path!()),
            "TS9019",
            "Binding elements can't be exported directly with --isolatedDeclarations.",
            "declare function f(): { a: number; b: string };\nexport const { $0a, ...rest } = f();\n",
        );
    }

    #[test]
    fn what_has_no_value_is_any() {
        let message = "Parameter must have an explicit type annotation with --isolatedDeclarations.";
        let check = |before: &str, after: &str| check_fix(rule_of(module_path!()), "TS9011", message, before, after);
        check("export function f(a, $0...b) { }\n", "export function f(a, ...b: any[]) { }\n");
        check("export const f = $0x => 1;\n", "export const f = (x: any) => 1;\n");
    }

    #[test]
    fn variables_and_literals() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS9010",
            "Variable must have an explicit type annotation with --isolatedDeclarations.",
            "function f() { return { a: 1, b: [''] }; }\nexport const $0v = f();\n",
            "function f() { return { a: 1, b: [''] }; }\nexport const v: {\n    a: number;\n    b: string[];\n} = f();\n",
        );
        check_fix_titled(
            rule,
            "TS9013",
            "Expression type can't be inferred with --isolatedDeclarations.",
            "Extract to variable",
            "declare function f(): string;\nexport const v = { a: $0f() };\n",
            "declare function f(): string;\nconst newLocal = f();\nexport const v = { a: newLocal as typeof newLocal };\n",
        );
    }

    #[test]
    fn properties_of_functions() {
        check_fix(
            rule_of(module_path!()),
            "TS9023",
            "Assigning properties to functions without declaring them is not supported with --isolatedDeclarations. Add an explicit declaration for the properties assigned to this function.",
            "export function f(): void { }\n$0f.a = 1;\n",
            "export function f(): void { }\nexport declare namespace f {\n    export var a: number;\n}\nf.a = 1;\n",
        );
    }

    #[test]
    fn unknown_types_are_not_made_up() {
        check_no_fix(
            rule_of(module_path!()),
            "TS9007",
            "Function must have an explicit return type annotation with --isolatedDeclarations.",
            "export function $0f() { return unknown(); }",
        );
    }
}
