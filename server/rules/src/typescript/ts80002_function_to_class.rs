//! # Constructor function
//!
//! A function that makes objects, with methods on its `prototype`, can be written as a class. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80002: This constructor function may be converted to a class declaration.
//! //- /main.js
//! function $0Counter$0(start) {
//!     this.n = start;
//! }
//! Counter.zero = () => new Counter(0);
//! Counter.prototype.next = function () {
//!     return this.n++;
//! };
//! ```
//! ```typescript after
//! //- /main.js
//! class Counter {
//!     constructor(start) {
//!         this.n = start;
//!     }
//!     static zero() { return new Counter(0); }
//!     next() {
//!         return this.n++;
//!     }
//! }
//! ```
//!
//! Functions that are assigned to the function or its `prototype` become methods. What is no function stays as it is.
//!
//! ## Fix safety
//! `Unsafe`: a class cannot be called without `new`, is not there before its declaration, and its methods cannot be enumerated.

use codegen::typescript::bodies::Layout;
use codegen::typescript::edit::merged;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{descendants, is_identifier, unquoted};
use syntax::{Node, NodeExt, child_of_kind, has_child_token, line_indent};
use text::{TextEdit, TextRange};

pub(crate) const CODES: &[&str] = &["TS80002"];

const VALUES: &[&str] = &["function_expression", "arrow_function", "generator_function"];

/// Writes the members of one class.
struct Writer<'a> {
    text: &'a str,
    eol: &'static str,
    indent: String,
    members: Vec<(String, String)>,
}

impl Writer<'_> {
    /// The lines of `node`, written at another indentation; `None` when a text that spans lines would change.
    fn moved(&self, node: Node<'_>) -> Option<String> {
        let spans = |n: &Node<'_>| n.text_in(self.text).contains('\n');
        if descendants(node, &["template_string"]).iter().any(spans) {
            return None;
        }
        let old = line_indent(self.text, node.start_byte());
        let mut lines = node.text_in(self.text).split('\n');
        let first = lines.next().unwrap_or_default().trim_end_matches('\r').to_owned();
        Some(lines.fold(first, |out, line| {
            let line = line.trim_end_matches('\r');
            let line = line.strip_prefix(old).unwrap_or(line);
            match line.trim().is_empty() {
                true => format!("{out}{}", self.eol),
                false => format!("{out}{}{}{line}", self.eol, self.indent),
            }
        }))
    }

    /// `async *name(a, b) { … }` of a function.
    fn method(&self, function: Node<'_>, name: &str, head: &str) -> Option<String> {
        let parameters = match function.field("parameter") {
            Some(only) => only.text_in(self.text).to_owned(),
            None => {
                let all = function.field("parameters")?.named();
                all.iter().map(|p| p.text_in(self.text)).collect::<Vec<_>>().join(", ")
            }
        };
        let body = function.field("body")?;
        let body = match body.kind() {
            "statement_block" if body.text_in(self.text) == "{}" => "{ }".to_owned(),
            "statement_block" => self.moved(body)?,
            _ => format!("{{ return {}; }}", self.moved(body)?),
        };
        let word = if has_child_token(function, self.text, "async") { "async " } else { "" };
        let star = if function.kind().starts_with("generator") { "*" } else { "" };
        Some(format!("{head}{word}{star}{name}({parameters}) {body}"))
    }

    /// Adds a member unless there is one of its name.
    fn add(&mut self, name: &str, comments: &[Node<'_>], member: String) -> Option<()> {
        if self.members.iter().any(|(n, _)| n == name) {
            return Some(());
        }
        let mut out = String::new();
        for comment in comments {
            out.push_str(&format!("{}{}{}", self.indent, self.moved(*comment)?, self.eol));
        }
        self.members.push((name.to_owned(), format!("{out}{}{member}", self.indent)));
        Some(())
    }
}

/// The name of a member, as a class writes it.
fn member_name(key: Node<'_>, text: &str) -> Option<String> {
    let written = key.text_in(text);
    match key.kind() {
        "property_identifier" | "number" => Some(written.to_owned()),
        "string" => Some(quoted_if_needed(unquoted(written))),
        "template_string" if !written.contains("${") => Some(quoted_if_needed(unquoted(written))),
        _ => None,
    }
}

fn quoted_if_needed(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { format!("\"{name}\"") }
}

/// The comments that stand directly above a statement.
fn comments_above<'t>(statement: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let mut out = Vec::new();
    let mut below = statement;
    while let Some(comment) = below.prev_sibling().filter(|c| c.kind() == "comment") {
        let own_line = text[..comment.start_byte()].trim_end_matches([' ', '\t']).ends_with('\n');
        if !own_line || text[comment.end_byte()..below.start_byte()].matches('\n').count() > 1 {
            break;
        }
        out.insert(0, comment);
        below = comment;
    }
    out
}

/// What an assignment gives the class.
enum Part<'t> {
    /// `Name.key = value`
    Static(Node<'t>),
    /// `Name.prototype.key = value`
    Instance(Node<'t>),
    /// `Name.prototype = value`
    Prototype,
}

/// The part of `name` that `left` means, with its key.
fn part<'t>(left: Node<'t>, name: &str, text: &str) -> Option<Part<'t>> {
    let key = left.field("property").or_else(|| left.field("index"))?;
    let object = left.field("object")?;
    if object.kind() == "identifier" && object.text_in(text) == name {
        return Some(match key.text_in(text) {
            "prototype" => Part::Prototype,
            _ => Part::Static(key),
        });
    }
    let of_name = object.field("object").is_some_and(|o| o.text_in(text) == name);
    (of_name && object.field("property").is_some_and(|p| p.text_in(text) == "prototype")).then_some(Part::Instance(key))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    let name = token.text_in(text);
    let owner = token.parent().filter(|p| p.field("name") == Some(token))?;
    let (function, declaration) = match owner.kind() {
        "function_declaration" => (owner, owner),
        "variable_declarator" => {
            let list = owner.parent().filter(|l| l.named().len() == 1)?;
            (owner.field("value").filter(|v| v.kind() == "function_expression")?, list)
        }
        _ => return None,
    };
    let script = ctx.path().extension().is_some_and(|e| e == "js" || e == "jsx" || e == "mjs" || e == "cjs");
    if !script || has_child_token(function, text, "async") {
        return None;
    }
    let outer = declaration.parent().filter(|p| p.kind() == "export_statement").unwrap_or(declaration);
    let layout = Layout::of(ctx);
    let outside = line_indent(text, declaration.start_byte()).to_owned();
    let mut writer = Writer { text, eol: layout.eol, indent: format!("{outside}{}", layout.unit), members: Vec::new() };
    let constructor = writer.method(function, "constructor", "")?;
    writer.add("constructor", &[], constructor)?;
    let mut gone: Vec<TextRange> = Vec::new();
    let mut instance: Vec<(Node<'_>, Node<'_>)> = Vec::new();
    let mut take = |statement: Node<'_>, comments: &[Node<'_>]| {
        let first = comments.first().copied().unwrap_or(statement).start_byte();
        let start = first - line_indent(text, first).len();
        let rest = &text[statement.end_byte()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let end = statement.end_byte() + if rest[blanks..].starts_with('\n') { blanks + 1 } else { 0 };
        gone.push(TextRange::new(start, end));
    };
    for statement in outer.parent()?.named() {
        let Some(assignment) = statement.named().into_iter().next().filter(|a| a.kind() == "assignment_expression")
        else {
            continue;
        };
        let (left, right) = (assignment.field("left")?, assignment.field("right")?);
        let Some(part) = part(left, name, text) else { continue };
        let comments = comments_above(statement, text);
        match part {
            Part::Instance(key) if key.text_in(text) == "constructor" => take(statement, &[]),
            Part::Static(key) if right.is(VALUES) => {
                let Some(key) = member_name(key, text) else { continue };
                let member = writer.method(right, &key, "static ")?;
                writer.add(&format!("static {key}"), &comments, member)?;
                take(statement, &comments);
            }
            Part::Instance(key) if right.is(VALUES) && member_name(key, text).is_some() => {
                instance.push((statement, right));
                take(statement, &comments);
            }
            Part::Prototype if right.kind() == "object" => {
                let convertible = |e: &Node<'_>| match e.kind() {
                    "method_definition" => true,
                    "pair" => {
                        let value = e.field("value");
                        let own = e.field("key").is_some_and(|k| k.text_in(text) == "constructor");
                        value.is_some_and(|v| v.is(VALUES) || own && v.text_in(text) == name)
                    }
                    _ => false,
                };
                if !right.named().iter().all(convertible) {
                    return None;
                }
                instance.extend(right.named().into_iter().map(|e| (e, e)));
                take(statement, &[]);
            }
            _ => {}
        }
    }
    for (place, value) in instance {
        let comments = comments_above(place, text);
        match value.kind() {
            "method_definition" => {
                let member = writer.moved(value)?;
                writer.add(value.field("name")?.text_in(text), &comments, member)?;
            }
            "pair" => {
                let function = value.field("value")?;
                if function.is(VALUES) {
                    let key = member_name(value.field("key")?, text)?;
                    let member = writer.method(function, &key, "")?;
                    writer.add(&key, &comments, member)?;
                }
            }
            _ => {
                let left = value.parent()?.field("left")?;
                let key = member_name(left.field("property").or_else(|| left.field("index"))?, text)?;
                let member = writer.method(value, &key, "")?;
                writer.add(&key, &comments, member)?;
            }
        }
    }
    let eol = writer.eol;
    let members: String = writer.members.iter().map(|(_, m)| format!("{m}{eol}")).collect();
    let class = format!("class {name} {{{eol}{members}{outside}}}");
    // `const F = function () { };`
    let end =
        child_of_kind(outer, ";").filter(|_| outer != declaration).map_or(declaration.end_byte(), |s| s.end_byte());
    let fix = ctx.fix("Convert function to an ES2015 class", Applicability::Unsafe).preferred();
    let fix = fix.edit(TextEdit::replace(declaration.start_byte()..end, class));
    let gone = merged(gone.into_iter().map(TextEdit::delete).collect());
    Some(gone.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "This constructor function may be converted to a class declaration.";

    #[test]
    fn names_comments_and_a_whole_prototype() {
        check_fix(
            rule_of(module_path!()),
            "TS80002",
            MESSAGE,
            "//- /a.js\nexport const $0A = function () {\n};\n/** Doc */\nA.prototype['b c'] = async (x) => x;\nA.prototype.size = 1;\n",
            "//- /a.js\nexport class A {\n    constructor() {\n    }\n    /** Doc */\n    async \"b c\"(x) { return x; }\n}\nA.prototype.size = 1;\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS80002",
            MESSAGE,
            "//- /a.js\nfunction $0A() {}\nA.prototype = {\n    constructor: A,\n    /** Doc */\n    get b() {\n        return 1;\n    },\n    c: function* () { },\n};\n",
            "//- /a.js\nclass A {\n    constructor() { }\n    /** Doc */\n    get b() {\n        return 1;\n    }\n    *c() { }\n}\n",
        );
    }

    #[test]
    fn statics_come_first_and_the_rest_stays() {
        check_fix(
            rule_of(module_path!()),
            "TS80002",
            MESSAGE,
            "//- /a.js\nexport function $0A() {\n}\nA.prototype.b = async function() {\n    await 1;\n}\nA.c = async function() {\n    await 1;\n}\n",
            "//- /a.js\nexport class A {\n    constructor() {\n    }\n    static async c() {\n        await 1;\n    }\n    async b() {\n        await 1;\n    }\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS80002",
            MESSAGE,
            "//- /a.js\nfunction $0A() { }\nA.prototype.b = function() { return 1; };\nA.prototype.c = () => 2;\nA.prototype.d = 3;\n",
            "//- /a.js\nclass A {\n    constructor() { }\n    b() { return 1; }\n    c() { return 2; }\n}\nA.prototype.d = 3;\n",
        );
    }

    #[test]
    fn a_prototype_that_holds_values_stays() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS80002", MESSAGE, "//- /a.js\nfunction $0A() {}\nA.prototype = { b: 1, c() {} };\n");
        let spanning = "//- /a.js\nfunction $0A() {}\nA.prototype.b = function () {\n    return `1\n2`;\n};\n";
        check_no_fix(rule, "TS80002", MESSAGE, spanning);
    }
}
