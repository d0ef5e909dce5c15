//! # Syntax that does more than types
//!
//! With `erasableSyntaxOnly`, what Node cannot leave out as it reads a file is an error: enums, parameter properties, `import =`. Each of them has a form
//! that is plain JavaScript with types.
//!
//! ```typescript before
//! //@ error TS1294: This syntax is not allowed when 'erasableSyntaxOnly' is enabled.
//! //@ options: --erasableSyntaxOnly
//! export enum $0Level { Low, High = 5, Highest }
//! export const most: Level = Level.Highest;
//! ```
//! ```typescript after
//! export const Level = { Low: 0, High: 5, Highest: 6 } as const;
//! export type Level = (typeof Level)[keyof typeof Level];
//! export const most: Level = Level.Highest;
//! ```
//!
//! Parameter properties become properties that the constructor assigns:
//!
//! ```typescript before
//! //@ error TS1294: This syntax is not allowed when 'erasableSyntaxOnly' is enabled.
//! //@ options: --erasableSyntaxOnly
//! export class Point {
//!     constructor($0public readonly x: number) { }
//! }
//! ```
//! ```typescript after
//! export class Point {
//!     public readonly x: number;
//!     constructor(x: number) {
//!         this.x = x;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: an object has no names by value, and every member is a type of its own; properties may be initialized in another order. Nothing is offered
//! where names are looked up by value, where a value cannot be told, and where a property's initializer reads what the constructor would assign later.

use codegen::typescript::bodies::Layout;
use fix::{Applicability, Fix, FixBuilder, RuleContext};
use index::Source;
use std::collections::BTreeMap;
use syntax::typescript::{FUNCTIONS, descendants, is_type_position, occurrences, unquoted};
use syntax::{Node, NodeExt, ancestors, child_of_kind, line_indent};

pub(crate) const CODES: &[&str] = &["TS1294"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let of_enum = || {
        let declaration = token.parent().filter(|p| p.kind() == "enum_declaration")?;
        (declaration.field("name") == Some(token)).then(|| enumeration(ctx, declaration))?
    };
    of_enum().or_else(|| parameters(ctx, token)).or_else(|| alias(ctx, token)).into_iter().collect()
}

/// The value of an enum's member, where it can be told.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(i64),
    Text,
    /// Something that is worked out when the program runs and names no member.
    Computed,
}

/// The values of the members so far, to work out the next one.
struct Values<'t> {
    text: &'t str,
    name: &'t str,
    known: BTreeMap<&'t str, Value>,
}

impl Values<'_> {
    /// The value of an expression; `None` when it depends on a member in a way that is not known here.
    fn of(&self, node: Node<'_>) -> Option<Value> {
        // An object cannot name its own members: only their numbers can be written in their place.
        let own = |key: &str| self.known.get(key).filter(|v| matches!(v, Value::Number(_))).cloned();
        match node.kind() {
            "number" => {
                let digits = node.text_in(self.text).replace('_', "").to_lowercase();
                let value = match (digits.strip_prefix("0x"), digits.strip_prefix("0b"), digits.strip_prefix("0o")) {
                    (Some(hex), ..) => i64::from_str_radix(hex, 16).ok(),
                    (_, Some(bits), _) => i64::from_str_radix(bits, 2).ok(),
                    (.., Some(octal)) => i64::from_str_radix(octal, 8).ok(),
                    _ => digits.parse().ok(),
                };
                Some(value.map_or(Value::Computed, Value::Number))
            }
            "string" => Some(Value::Text),
            "identifier" if self.known.contains_key(node.text_in(self.text)) => own(node.text_in(self.text)),
            "member_expression" if node.field("object").is_some_and(|o| o.text_in(self.text) == self.name) => {
                own(node.field("property")?.text_in(self.text))
            }
            "parenthesized_expression" => self.of(*node.named().first()?),
            "unary_expression" => {
                let Value::Number(value) = self.of(node.field("argument")?)? else { return self.free(node) };
                match node.field("operator")?.text_in(self.text) {
                    "-" => Some(Value::Number(-value)),
                    "+" => Some(Value::Number(value)),
                    "~" => Some(Value::Number(i64::from(!i32::try_from(value).ok()?))),
                    _ => None,
                }
            }
            "binary_expression" => {
                let sides = (self.of(node.field("left")?)?, self.of(node.field("right")?)?);
                let (Value::Number(a), Value::Number(b)) = sides else { return self.free(node) };
                let bits = || Some((i32::try_from(a).ok()?, i32::try_from(b).ok()?));
                Some(Value::Number(match node.field("operator")?.text_in(self.text) {
                    "+" => a.checked_add(b)?,
                    "-" => a.checked_sub(b)?,
                    "*" => a.checked_mul(b)?,
                    "|" => bits().map(|(a, b)| i64::from(a | b))?,
                    "&" => bits().map(|(a, b)| i64::from(a & b))?,
                    "^" => bits().map(|(a, b)| i64::from(a ^ b))?,
                    "<<" => bits().map(|(a, b)| i64::from(a.wrapping_shl(b.cast_unsigned())))?,
                    _ => return self.free(node),
                }))
            }
            _ => self.free(node),
        }
    }

    /// What names no member can stand in the object as it is.
    fn free(&self, node: Node<'_>) -> Option<Value> {
        let names = descendants(node, &["identifier", "property_identifier"]);
        let names_member =
            names.iter().map(|n| n.text_in(self.text)).any(|n| n == self.name || self.known.contains_key(n));
        (!names_member && !node.has_error()).then_some(Value::Computed)
    }
}

/// An enum as an object, and the type of its values.
fn enumeration(ctx: &RuleContext<'_>, declaration: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = declaration.field("name")?;
    let body = declaration.field("body")?;
    let own = name.text_in(text);
    // Several parts, or a namespace of the name, make one object.
    let declares = |n: &&Node<'_>| {
        n.parent()
            .is_some_and(|p| p.is(&["enum_declaration", "internal_module", "module"]) && p.field("name") == Some(**n))
    };
    if declaration.has_error() || occurrences(ctx.root(), text, own).iter().filter(declares).count() != 1 {
        return None;
    }
    let mut fix = ctx.fix(format!("Convert enum '{own}' to an object"), Applicability::Unsafe);
    let mut values = Values { text, name: own, known: BTreeMap::new() };
    let mut next = Some(0);
    let (mut flags, mut computed, mut numbers) = (false, false, false);
    for member in body.named() {
        let (key, given) = match member.kind() {
            "comment" => continue,
            "enum_assignment" => (member.field("name")?, Some(member.field("value")?)),
            _ => (member, None),
        };
        if key.kind() == "computed_property_name" {
            return None;
        }
        let value = match given {
            Some(given) => values.of(given)?,
            None => Value::Number(next?),
        };
        let literal = given.is_some_and(|g| {
            g.is(&["number", "string"])
                || g.kind() == "unary_expression" && g.field("argument").is_some_and(|a| a.kind() == "number")
        });
        let written = match (&value, given) {
            (Value::Number(value), _) if !literal => value.to_string(),
            (_, Some(given)) => given.text_in(text).to_owned(),
            (_, None) => return None,
        };
        flags |= given.is_some_and(|g| g.kind() == "binary_expression" && matches!(value, Value::Number(_)));
        computed |= value == Value::Computed;
        numbers |= value != Value::Text;
        next = match value {
            Value::Number(value) => value.checked_add(1),
            _ => None,
        };
        fix = fix.replace(key.end_byte()..member.end_byte(), format!(": {written}"));
        values.known.insert(unquoted(key.text_in(text)), value);
    }
    let children = declaration.all_children();
    let keyword = children.iter().find(|c| c.kind() == "enum")?;
    let is_const = children.iter().any(|c| c.kind() == "const");
    fix = match is_const {
        true => fix.delete(keyword.start_byte()..name.start_byte()),
        false => fix.replace(keyword.byte_range(), "const"),
    };
    let statement = declaration.parent().filter(|p| p.kind() == "export_statement").unwrap_or(declaration);
    let export = if statement == declaration { "" } else { "export " };
    let indent = line_indent(text, statement.start_byte());
    // Values that are combined are no members.
    let ty = match flags || computed && numbers {
        true => "number".to_owned(),
        false => format!("(typeof {own})[keyof typeof {own}]"),
    };
    fix = fix
        .insert(name.end_byte(), " =")
        .insert(body.end_byte(), format!(" as const;{}{indent}{export}type {own} = {ty};", ctx.eol()));
    types_of_members(ctx, own, numbers, fix).map(|fix| fix.preferred().build())
}

/// Writes `Level.Low` as `typeof Level.Low` where it is a type. `None` where members are looked up by value.
fn types_of_members<'a>(
    ctx: &RuleContext<'a>,
    name: &str,
    numbers: bool,
    mut fix: FixBuilder<'a>,
) -> Option<FixBuilder<'a>> {
    let words = ctx.index.files_with_word(name, ctx.source.parsed.language());
    for path in words.iter() {
        let other = (**path != *ctx.path()).then(|| ctx.index.source(path));
        let source: &Source = match &other {
            Some(other) => other.as_ref()?,
            None => ctx.source,
        };
        let (root, text) = (source.parsed.root(), source.parsed.text());
        let uses = occurrences(root, text, name);
        let imported = |n: &Node<'_>| n.parent().is_some_and(|p| p.kind() == "import_specifier");
        if **path != *ctx.path() && !uses.iter().any(imported) {
            continue;
        }
        for use_ in uses {
            let Some(parent) = use_.parent() else { continue };
            let by_value = parent.kind() == "subscript_expression"
                && parent.field("object") == Some(use_)
                && parent.field("index").is_some_and(|i| i.kind() != "string");
            if by_value && numbers {
                return None;
            }
            let is_query = ancestors(parent).any(|a| a.kind() == "type_query");
            if parent.kind() == "nested_type_identifier" && parent.field("module") == Some(use_) && !is_query {
                let edit = text::TextEdit::insert(parent.start_byte(), "typeof ");
                fix = if **path == *ctx.path() { fix.edit(edit) } else { fix.edit_in(source, edit) };
            }
        }
    }
    Some(fix)
}

const MODIFIERS: &[&str] = &["accessibility_modifier", "override_modifier", "readonly"];

/// The parameter properties of a constructor as properties.
fn parameters(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let parameter = token.enclosing(&["required_parameter", "optional_parameter"])?;
    let list = parameter.parent()?;
    let constructor = list.parent().filter(|p| p.kind() == "method_definition")?;
    let class_body = constructor.parent().filter(|p| p.kind() == "class_body")?;
    let body = constructor.field("body")?;
    if constructor.has_error() {
        return None;
    }
    let is_property = |p: &Node<'_>| p.all_children().iter().any(|c| c.is(MODIFIERS));
    let own: Vec<Node<'_>> = list.named().into_iter().filter(is_property).collect();
    let names: Vec<&str> = own.iter().filter_map(|p| p.field("pattern")).map(|p| p.text_in(text)).collect();
    if names.is_empty() || names.len() != own.len() || reads_early(class_body, text, &names) {
        return None;
    }
    let mut fix = ctx.fix("Convert to properties that the constructor assigns", Applicability::Unsafe);
    let (mut fields, mut assignments) = (Vec::new(), Vec::new());
    for (parameter, name) in own.iter().zip(&names) {
        let children = parameter.all_children();
        let modifiers: Vec<Node<'_>> = children.iter().copied().filter(|c| c.is(MODIFIERS)).collect();
        let pattern = parameter.field("pattern")?;
        let written: Vec<&str> = modifiers.iter().map(|m| m.text_in(text)).collect();
        let mark = if parameter.kind() == "optional_parameter" { "?" } else { "" };
        let ty = match parameter.field("type") {
            Some(ty) => ty.text_in(text).to_owned(),
            None => {
                let value = parameter.field("value");
                let model = ctx.typescript();
                let ty = value.and_then(|v| model.widened_type_of(v)).and_then(|ty| model.display_in_source(&ty));
                ty.map_or_else(String::new, |ty| format!(": {ty}"))
            }
        };
        fields.push(format!("{} {name}{mark}{ty};", written.join(" ")));
        assignments.push(format!("this.{name} = {name};"));
        fix = fix.delete(modifiers.first()?.start_byte()..pattern.start_byte());
    }
    // Before the first constructor: its overloads stand together.
    let layout = Layout::of(ctx);
    let indent = line_indent(text, constructor.start_byte());
    let at = first_of_constructors(class_body, text).unwrap_or(constructor);
    let alone = text[..at.start_byte()].trim_end_matches([' ', '\t']).ends_with('\n');
    let lead: String = match alone {
        true => fields.iter().map(|f| format!("{f}{}{indent}", ctx.eol())).collect(),
        false => fields.iter().map(|f| format!("{f} ")).collect(),
    };
    fix = fix.insert(at.start_byte(), lead);
    // Behind `super()`, else at the start of the body.
    let statements = body.named();
    let derived = class_body
        .parent()
        .and_then(|c| child_of_kind(c, "class_heritage"))
        .is_some_and(|h| child_of_kind(h, "extends_clause").is_some());
    let is_super = |s: &&Node<'_>| s.kind() == "expression_statement" && s.text_in(text).starts_with("super(");
    let is_directive =
        |s: &&Node<'_>| s.kind() == "expression_statement" && s.named().first().is_some_and(|e| e.kind() == "string");
    let before = match derived {
        true => Some(*statements.iter().find(is_super)?),
        false => statements.iter().take_while(|s| is_directive(s)).last().copied(),
    };
    let inner = format!("{indent}{}", layout.unit);
    fix = match before {
        Some(statement) => {
            let lines: String = assignments.iter().map(|a| format!("{}{inner}{a}", ctx.eol())).collect();
            let one_line = !body.text_in(text).contains('\n');
            let lines = if one_line { format!(" {}", assignments.join(" ")) } else { lines };
            fix.insert(statement.end_byte(), lines)
        }
        None => layout.at_start(body, &assignments)?.into_iter().fold(fix, FixBuilder::edit),
    };
    Some(fix.preferred().build())
}

/// The first declaration of the constructor in a class.
fn first_of_constructors<'t>(class_body: Node<'t>, text: &str) -> Option<Node<'t>> {
    class_body.named().into_iter().find(|m| {
        m.is(&["method_signature", "method_definition"])
            && m.field("name").is_some_and(|n| n.text_in(text) == "constructor")
    })
}

/// Whether the initializer of a property reads one of these properties at once: it would be read before it is assigned.
fn reads_early(class_body: Node<'_>, text: &str, names: &[&str]) -> bool {
    let fields = class_body.named().into_iter().filter(|m| m.kind() == "public_field_definition");
    fields.filter(|f| child_of_kind(*f, "static").is_none()).filter_map(|f| f.field("value")).any(|value| {
        descendants(value, &["member_expression"]).into_iter().any(|member| {
            let of_this = member.field("object").is_some_and(|o| o.kind() == "this");
            let later = ancestors(member).take_while(|a| *a != value).any(|a| a.is(FUNCTIONS)) || value.is(FUNCTIONS);
            of_this && !later && member.field("property").is_some_and(|p| names.contains(&p.text_in(text)))
        })
    })
}

/// `import a = N.b`, and `import a = require()` of what is exported as a whole.
fn alias(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    if let Some(import) = token.enclosing(&["import_alias"]) {
        let parts = import.named();
        let (name, target) = (parts.first()?, parts.last()?);
        let uses = occurrences(ctx.root(), text, name.text_in(text));
        let mut uses = uses.iter().filter(|u| *u != name);
        if uses.any(|u| is_type_position(*u)) || token.enclosing(&["export_statement"]).is_some() {
            return None;
        }
        let keyword = import.all_children().into_iter().find(|c| c.kind() == "import")?;
        let fix = ctx.fix("Convert to a constant", Applicability::Unsafe);
        debug_assert!(target.end_byte() <= import.end_byte());
        return Some(fix.replace(keyword.byte_range(), "const").preferred().build());
    }
    super::ts1202_module_by_default::rewritten(ctx)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "This syntax is not allowed when 'erasableSyntaxOnly' is enabled.";

    #[test]
    fn enums() {
        let check = |before: &str, after: &str| check_fix(rule_of(module_path!()), "TS1294", MESSAGE, before, after);
        check(
            "const enum $0Kind {\n    /** one */\n    A = \"a\", // first\n    \"b-c\" = 'b',\n}\nlet a: Kind.A;\n",
            "const Kind = {\n    /** one */\n    A: \"a\", // first\n    \"b-c\": 'b',\n} as const;\ntype Kind = (typeof Kind)[keyof typeof Kind];\nlet a: typeof Kind.A;\n",
        );
        check(
            "enum $0Flags { None, A = 1 << 0, B = 1 << 1, All = A | Flags.B }\n",
            "const Flags = { None: 0, A: 1, B: 2, All: 3 } as const;\ntype Flags = number;\n",
        );
        check(
            "enum $0E { A = -1, B, C = 'x'.length }\n",
            "const E = { A: -1, B: 0, C: 'x'.length } as const;\ntype E = number;\n",
        );
    }

    #[test]
    fn enums_that_are_more_than_their_members() {
        let check = |before: &str| check_no_fix(rule_of(module_path!()), "TS1294", MESSAGE, before);
        check("enum $0E { A, B }\nconst name = E[e];\n");
        check("enum $0E { A }\nenum E { B = 1 }\n");
        check("enum $0E { A = 'a'.length, B = A }\n");
    }

    #[test]
    fn parameter_properties() {
        let check = |before: &str, after: &str| check_fix(rule_of(module_path!()), "TS1294", MESSAGE, before, after);
        check(
            "class A extends B {\n    private z = 1;\n\n    constructor($0private a: string, protected readonly b = 2, c?: number) {\n        super(a);\n        this.go(c);\n    }\n}\n",
            "class A extends B {\n    private z = 1;\n\n    private a: string;\n    protected readonly b: number;\n    constructor(a: string, b = 2, c?: number) {\n        super(a);\n        this.a = a;\n        this.b = b;\n        this.go(c);\n    }\n}\n",
        );
        check(
            "class A {\n    constructor(a: string);\n    constructor(@I() $0public a?: string) { f(a); }\n}\n",
            "class A {\n    public a?: string;\n    constructor(a: string);\n    constructor(@I() a?: string) {\n        this.a = a; f(a);\n    }\n}\n",
        );
        check_no_fix(
            rule_of(module_path!()),
            "TS1294",
            MESSAGE,
            "class A {\n    twice = this.a * 2;\n    constructor($0public a: number) { }\n}\n",
        );
        check(
            "class A {\n    twice = () => this.a * 2;\n    constructor($0public a: number) { }\n}\n",
            "class A {\n    twice = () => this.a * 2;\n    public a: number;\n    constructor(a: number) {\n        this.a = a;\n    }\n}\n",
        );
    }

    #[test]
    fn aliases() {
        let check = |before: &str, after: &str| check_fix(rule_of(module_path!()), "TS1294", MESSAGE, before, after);
        check("$0import b = A.B;\nb();\n", "const b = A.B;\nb();\n");
        check_no_fix(rule_of(module_path!()), "TS1294", MESSAGE, "$0import b = A.B;\nlet x: b;\n");
    }
}
