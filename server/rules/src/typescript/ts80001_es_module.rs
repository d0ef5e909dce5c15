//! # CommonJS module
//!
//! `require` and `exports` can be written as imports and exports. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80001: File is a CommonJS module; it may be converted to an ES module.
//! //@ fix: Convert to ES module
//! //- /main.js
//! const { size: length } = $0require("./shape")$0;
//! exports.twice = function () { return 2 * length; };
//! exports.zero = 0;
//! //- /shape.js
//! export const size = 1;
//! //- /globals.d.ts
//! declare function require(name: string): any;
//! ```
//! ```typescript after
//! //- /main.js
//! import { size as length } from "./shape";
//! export function twice() { return 2 * length; }
//! export const zero = 0;
//! ```
//!
//! ## Fix safety
//! `Unsafe`: imports are evaluated before the rest of the file, and files that `require` this one must be changed too. No fix when
//! `require`, `exports` or `module` are used in other ways than at the top level of the file.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::unquoted;
use syntax::typescript::{descendants, is_declaration_name, is_member_name, is_reserved, occurrences};
use syntax::{Node, NodeExt, has_child_token, line_indent};
use text::{TextEdit, TextRange};

pub(crate) const CODES: &[&str] = &["TS80001"];

struct Conversion<'t> {
    root: Node<'t>,
    text: &'t str,
    eol: &'static str,
    edits: Vec<TextEdit>,
    /// Names that the conversion added.
    taken: Vec<String>,
    /// Offsets of the uses of `require`, `exports` and `module` that are converted.
    converted: Vec<usize>,
}

/// The module of `require("module")`.
fn required<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let function =
        node.field("function").filter(|f| node.kind() == "call_expression" && f.text_in(text) == "require")?;
    let arguments = node.field("arguments").map(|a| a.named()).filter(|a| a.len() == 1)?;
    arguments.first().copied().filter(|a| a.kind() == "string" && function.kind() == "identifier")
}

/// A variable name for a module: the last segment of its path, as an identifier.
fn name_of_module(module: &str) -> String {
    let last = module.rsplit('/').next().unwrap_or(module);
    let stem = last.split('.').next().filter(|s| !s.is_empty()).unwrap_or(last);
    let mut out = String::new();
    let mut valid = true;
    for c in stem.chars() {
        let part = c.is_alphabetic() || c == '_' || c == '$' || (c.is_numeric() && !out.is_empty());
        match part {
            true if valid => out.push(c),
            true => out.extend(c.to_uppercase()),
            false => {}
        }
        valid = part;
    }
    if out.is_empty() || is_reserved(&out) { format!("_{out}") } else { out }
}

impl<'t> Conversion<'t> {
    fn of(&self, node: Node<'t>) -> &'t str {
        node.text_in(self.text)
    }

    /// `name`, with underscores before it until it is unique in the file.
    fn unique(&mut self, name: &str) -> String {
        let used = |n: &str| occurrences(self.root, self.text, n).into_iter().any(|o| !is_member_name(o));
        let mut name = name.to_owned();
        while self.taken.contains(&name) || used(&name) {
            name.insert(0, '_');
        }
        self.taken.push(name.clone());
        name
    }

    fn mark_converted(&mut self, node: Node<'t>) {
        self.converted.push(node.start_byte());
    }

    /// Whether a declaration of `name` is in scope at `at`.
    fn is_declared_at(&self, name: &str, at: Node<'t>) -> bool {
        let scopes = ["program", "function_declaration", "function_expression", "arrow_function", "method_definition"];
        occurrences(self.root, self.text, name).into_iter().filter(|n| is_declaration_name(*n)).any(|n| {
            let owner = n.parent().filter(|p| p.is(&["function_expression", "class"]) && p.field("name") == Some(n));
            let declares = n.parent().filter(|p| p.is(&scopes) && p.field("name") == Some(n)).unwrap_or(n);
            let scope = declares.parent().and_then(|p| p.enclosing(&scopes));
            owner.is_none() && scope.is_some_and(|s| s.start_byte() <= at.start_byte() && at.end_byte() <= s.end_byte())
        })
    }

    /// `const x = require("m")`: imports of the properties that are used, or of the module itself.
    fn single(&mut self, name: Node<'t>, module: &str) -> Option<String> {
        let local = self.of(name);
        let uses: Vec<Node<'t>> = occurrences(self.root, self.text, local)
            .into_iter()
            .filter(|n| *n != name && !is_member_name(*n))
            .collect();
        if uses.iter().any(|n| is_declaration_name(*n) || n.kind() != "identifier") {
            // Another variable of that name shadows it.
            return Some(format!("import {local} from {module}"));
        }
        let mut whole = false;
        let mut names: Vec<(String, String)> = Vec::new();
        let mut edits = Vec::new();
        for use_ in uses {
            let access = use_.parent().filter(|p| p.kind() == "member_expression" && p.field("object") == Some(use_));
            let Some((access, property)) = access.and_then(|a| Some((a, self.of(a.field("property")?)))) else {
                whole = true;
                continue;
            };
            if property == "default" {
                whole = true;
                edits.push(TextEdit::replace(access.range(), local));
                continue;
            }
            let known = names.iter().find(|(n, _)| n == property).map(|(_, l)| l.clone());
            let chosen = match known {
                Some(chosen) => chosen,
                None => {
                    let chosen = self.unique(property);
                    names.push((property.to_owned(), chosen.clone()));
                    chosen
                }
            };
            edits.push(TextEdit::replace(access.range(), chosen));
        }
        self.edits.extend(edits);
        let list = names.iter().map(|(n, l)| if n == l { n.clone() } else { format!("{n} as {l}") });
        let list = list.collect::<Vec<_>>().join(", ");
        Some(match (whole || names.is_empty(), names.is_empty()) {
            (true, true) => format!("import {local} from {module}"),
            (true, false) => format!("import {local}, {{ {list} }} from {module}"),
            (false, _) => format!("import {{ {list} }} from {module}"),
        })
    }

    /// The statements that replace one variable declarator.
    fn variable(&mut self, keyword: &str, declarator: Node<'t>) -> Option<Vec<String>> {
        let (name, value) = (declarator.field("name")?, declarator.field("value"));
        let kept = || vec![format!("{keyword} {}", declarator.text_in(self.text))];
        let Some(value) = value else { return Some(kept()) };
        let member = value.field("object").filter(|_| value.kind() == "member_expression");
        let call = member.unwrap_or(value);
        let Some(module) = required(call, self.text) else { return Some(kept()) };
        self.mark_converted(call);
        let from = self.of(module);
        if member.is_some() {
            let property = self.of(value.field("property")?);
            let local = (name.kind() == "identifier").then(|| self.of(name))?;
            return Some(vec![match property {
                "default" => format!("import {local} from {from}"),
                _ if property == local => format!("import {{ {local} }} from {from}"),
                _ => format!("import {{ {property} as {local} }} from {from}"),
            }]);
        }
        if name.kind() == "identifier" {
            return Some(vec![self.single(name, from)?]);
        }
        let mut names = Vec::new();
        for element in name.named() {
            let plain = match element.kind() {
                "shorthand_property_identifier_pattern" => Some(self.of(element).to_owned()),
                "pair_pattern" => element.field("key").zip(element.field("value")).and_then(|(key, local)| {
                    let simple = key.kind() == "property_identifier" && local.kind() == "identifier";
                    simple.then(|| format!("{} as {}", self.of(key), self.of(local)))
                }),
                _ => None,
            };
            names.push(plain);
        }
        if name.kind() == "object_pattern"
            && let Some(names) = names.into_iter().collect::<Option<Vec<_>>>()
        {
            return Some(vec![format!("import {{ {} }} from {from}", names.join(", "))]);
        }
        let local = self.unique(&name_of_module(unquoted(from)));
        Some(vec![format!("import {local} from {from}"), format!("{keyword} {} = {local}", self.of(name))])
    }

    fn declaration(&mut self, statement: Node<'t>) -> Option<()> {
        let keyword = self.of(statement.child(0)?);
        let declarators: Vec<Node<'t>> =
            statement.named().into_iter().filter(|d| d.kind() == "variable_declarator").collect();
        let before = self.converted.len();
        let mut lines = Vec::new();
        for declarator in declarators {
            lines.extend(self.variable(keyword, declarator)?);
        }
        if self.converted.len() == before {
            return Some(());
        }
        let end = if self.of(statement).ends_with(';') { ";" } else { "" };
        let indent = line_indent(self.text, statement.start_byte());
        let new = lines.iter().map(|l| format!("{l}{end}")).collect::<Vec<_>>().join(&format!("{}{indent}", self.eol));
        self.edits.push(TextEdit::replace(statement.range(), new));
        Some(())
    }

    /// Converts `statement`, which assigns `value`, to the exported declaration of `name`.
    fn export(&mut self, statement: Node<'t>, name: &str, value: Node<'t>) {
        let own = value.field("name").map(|n| self.of(n));
        let fits = own.is_none_or(|n| n == name);
        let asynchronous = if has_child_token(value, self.text, "async") { "async " } else { "" };
        let start = statement.start_byte();
        let mut head = |to: usize, new: String| self.edits.push(TextEdit::replace(start..to, new));
        match (value.kind(), value.field("body")) {
            ("function_expression" | "generator_function", Some(body)) if fits => {
                let star = if value.kind() == "generator_function" { "*" } else { "" };
                let rest = value.field("type_parameters").or(value.field("parameters")).unwrap_or(body);
                head(rest.start_byte(), format!("export {asynchronous}function{star} {name}"));
            }
            ("arrow_function", Some(body)) => {
                let (open, close) = if value.field("parameter").is_some() { ("(", ")") } else { ("", "") };
                let Some(list) = value.field("parameter").or(value.field("parameters")) else { return };
                head(list.start_byte(), format!("export {asynchronous}function {name}{open}"));
                let block = body.kind() == "statement_block";
                let before = if block { format!("{close} ") } else { format!("{close} {{ return ") };
                self.edits.push(TextEdit::replace(list.end_byte()..body.start_byte(), before));
                if !block {
                    self.edits.push(TextEdit::replace(value.end_byte()..statement.end_byte(), "; }"));
                    return;
                }
            }
            ("class", Some(body)) if fits => {
                let rest = value.named().into_iter().find(|c| Some(*c) != value.field("name")).unwrap_or(body);
                head(rest.start_byte(), format!("export class {name} "));
            }
            _ => {
                head(value.start_byte(), format!("export const {name} = "));
                return;
            }
        }
        // A declaration does not end with a semicolon.
        if statement.end_byte() > value.end_byte() {
            self.edits.push(TextEdit::delete(value.end_byte()..statement.end_byte()));
        }
    }

    /// `exports.name = value`
    fn named(&mut self, statement: Node<'t>, name: &str, value: Node<'t>) {
        let reads = self.reads(name);
        let hidden = is_reserved(name)
            || self.is_declared_at(name, statement)
            || reads.iter().any(|read| self.is_declared_at(name, *read));
        let local = if hidden { self.unique(&format!("_{name}")) } else { name.to_owned() };
        for read in reads {
            self.mark_converted(read);
            self.edits.push(TextEdit::replace(read.range(), local.clone()));
        }
        if !hidden {
            return self.export(statement, name, value);
        }
        let indent = line_indent(self.text, statement.start_byte());
        let end = if self.of(statement).ends_with(';') { ";" } else { "" };
        self.edits.push(TextEdit::replace(statement.start_byte()..value.start_byte(), format!("const {local} = ")));
        let list = format!("{}{indent}export {{ {local} as {name} }}{end}", self.eol);
        self.edits.push(TextEdit::insert(statement.end_byte(), list));
    }

    /// The places that read `exports.name`.
    fn reads(&self, name: &str) -> Vec<Node<'t>> {
        let all = descendants(self.root, &["member_expression"]);
        let of_exports = |n: &Node<'t>| {
            n.field("object").is_some_and(|o| matches!(self.of(o), "exports" | "module.exports"))
                && n.field("property").is_some_and(|p| self.of(p) == name)
        };
        let written = |n: &Node<'t>| {
            n.parent().is_some_and(|p| p.kind() == "assignment_expression" && p.field("left") == Some(*n))
        };
        all.into_iter().filter(|n| of_exports(n) && !written(n)).collect()
    }

    /// `module.exports = { f() {}, g: () => {} }` as one exported declaration for each member, indented one level less.
    fn members(&self, statement: Node<'t>, object: Node<'t>) -> Option<Vec<TextEdit>> {
        let mut out = Vec::new();
        let members = object.named();
        let outer = line_indent(self.text, statement.start_byte());
        let mut from = statement.start_byte();
        for member in &members {
            let (key, value) = match member.kind() {
                "pair" => (member.field("key")?, member.field("value")?),
                "method_definition" => (member.field("name")?, *member),
                _ => return None,
            };
            let name = self.of(key);
            let accessor = has_child_token(*member, self.text, "get") || has_child_token(*member, self.text, "set");
            let hidden = is_reserved(name) || self.is_declared_at(name, statement) || !self.reads(name).is_empty();
            if key.kind() != "property_identifier" || accessor || hidden || self.of(*member).contains('`') {
                return None;
            }
            let asynchronous = if has_child_token(value, self.text, "async") { "async " } else { "" };
            let generator = value.kind() == "generator_function" || has_child_token(value, self.text, "*");
            let star = if generator { "*" } else { "" };
            let own = value.field("name").filter(|_| member.kind() == "pair").is_none_or(|n| self.of(n) == name);
            let mut arrow = None;
            let (rest, head, ends) = match value.kind() {
                "method_definition" => {
                    (value.field("parameters")?, format!("export {asynchronous}function{star} {name}"), "")
                }
                "function_expression" | "generator_function" if own => {
                    (value.field("parameters")?, format!("export {asynchronous}function{star} {name}"), "")
                }
                "class" if own => {
                    let rest = value.named().into_iter().find(|c| Some(*c) != value.field("name"))?;
                    (rest, format!("export class {name} "), "")
                }
                "arrow_function" => {
                    let (list, body) = (value.field("parameters")?, value.field("body")?);
                    let block = body.kind() == "statement_block";
                    let between = list.end_byte()..body.start_byte();
                    if self.text[between.clone()].contains('\n') || self.of(list).contains('\n') {
                        return None;
                    }
                    arrow = Some((between, if block { " " } else { " { return " }));
                    (list, format!("export {asynchronous}function {name}"), if block { "" } else { "; }" })
                }
                _ => (value, format!("export const {name} = "), ";"),
            };
            out.push(TextEdit::replace(from..rest.start_byte(), head));
            out.extend(arrow.map(|(range, new)| TextEdit::replace(range, new)));
            // The members move to the top level.
            let deeper = line_indent(self.text, member.start_byte()).strip_prefix(outer)?;
            for (at, _) in self.of(*member).match_indices('\n') {
                let line = member.start_byte() + at + 1;
                if line > rest.start_byte() && self.text[line..].starts_with(deeper) {
                    out.push(TextEdit::delete(line..line + deeper.len()));
                }
            }
            let last = members.last() == Some(member);
            out.push(TextEdit::insert(
                member.end_byte(),
                if last { ends.to_owned() } else { format!("{ends}{}", self.eol) },
            ));
            from = member.end_byte();
        }
        out.push(TextEdit::delete(from..statement.end_byte()));
        // Merge an insertion with the replacement that begins at the same offset.
        let mut merged: Vec<TextEdit> = Vec::new();
        for edit in out {
            match merged.last_mut() {
                Some(last) if last.range.is_empty() && last.range.end == edit.range.start => {
                    *last = TextEdit::replace(edit.range, format!("{}{}", last.new_text, edit.new_text));
                }
                _ => merged.push(edit),
            }
        }
        (!members.is_empty()).then_some(merged)
    }

    fn assignment(&mut self, statement: Node<'t>, assignment: Node<'t>) -> Option<()> {
        let (left, value) = (assignment.field("left")?, assignment.field("right")?);
        if self.of(left) == "module.exports" {
            let plain = required(value, self.text).is_none() && self.of(value) != "exports";
            self.mark_converted(left);
            plain.then_some(())?;
            if value.kind() == "object"
                && let Some(edits) = self.members(statement, value)
            {
                self.edits.extend(edits);
                return Some(());
            }
            let head = TextRange::new(statement.start_byte(), value.start_byte());
            self.edits.push(TextEdit::replace(head, "export default "));
            return Some(());
        }
        let owner = left.field("object").filter(|_| left.kind() == "member_expression");
        match owner.filter(|o| matches!(self.of(*o), "exports" | "module.exports")) {
            Some(_) => {
                self.mark_converted(left);
                let name = self.of(left.field("property").filter(|p| p.kind() == "property_identifier")?);
                self.named(statement, name, value);
                Some(())
            }
            None => Some(()),
        }
    }

    fn statement(&mut self, statement: Node<'t>) -> Option<()> {
        match statement.kind() {
            "lexical_declaration" | "variable_declaration" => self.declaration(statement),
            "expression_statement" => {
                let expression = statement.named().into_iter().next()?;
                if let Some(module) = required(expression, self.text) {
                    self.mark_converted(expression);
                    self.edits.push(TextEdit::replace(expression.range(), format!("import {}", self.of(module))));
                    return Some(());
                }
                if expression.kind() == "assignment_expression" {
                    self.assignment(statement, expression)
                } else {
                    Some(())
                }
            }
            _ => Some(()),
        }
    }

    /// Whether all uses of CommonJS are converted.
    fn complete(&self) -> bool {
        ["require", "exports", "module"].iter().all(|word| {
            occurrences(self.root, self.text, word)
                .into_iter()
                .filter(|n| n.kind() == "identifier" && !is_member_name(*n))
                .all(|n| self.converted.contains(&n.start_byte()))
        })
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let (root, text) = (ctx.root(), ctx.text());
    let mut conversion =
        Conversion { root, text, eol: ctx.eol(), edits: Vec::new(), taken: Vec::new(), converted: Vec::new() };
    for statement in root.named() {
        if conversion.statement(statement).is_none() {
            return Vec::new();
        }
    }
    let defaults = conversion.edits.iter().filter(|e| e.new_text == "export default ").count();
    let mut edits = std::mem::take(&mut conversion.edits);
    edits.sort();
    let apart = edits.windows(2).all(|w| w[0].range.end <= w[1].range.start);
    if edits.is_empty() || defaults > 1 || !apart || !conversion.complete() {
        return Vec::new();
    }
    let fix = ctx.fix("Convert to ES module", Applicability::Unsafe).preferred();
    vec![edits.into_iter().fold(fix, fix::FixBuilder::edit).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "File is a CommonJS module; it may be converted to an ES module.";

    #[test]
    fn imports() {
        for (before, after) in [
            ("const a = $0require('a');\na();\n", "import a from 'a';\na();\n"),
            ("const a = $0require('a');\na.b(a.c);\n", "import { b, c } from 'a';\nb(c);\n"),
            ("const a = $0require('a');\na(a.b);\n", "import a, { b } from 'a';\na(b);\n"),
            ("const a = $0require('a').b;\na;\n", "import { b as a } from 'a';\na;\n"),
            ("const [b] = $0require('./my-lib');\nb;\n", "import myLib from './my-lib';\nconst [b] = myLib;\nb;\n"),
            ("var a = $0require('a')\n  , b = 1\na; b\n", "import a from 'a'\nvar b = 1\na; b\n"),
            ("$0require('a');\n", "import 'a';\n"),
        ] {
            check_fix(
                rule_of(module_path!()),
                "TS80001",
                MESSAGE,
                &format!("//- /a.js\n{before}"),
                &format!("//- /a.js\n{after}"),
            );
        }
    }

    #[test]
    fn exports() {
        for (before, after) in [
            ("module.exports$0 = class C {};\n", "export default class C {};\n"),
            (
                "module.exports$0 = {\n    f: function () {\n        g();\n    },\n    async m() { },\n    n: 1,\n};\n",
                "export function f() {\n    g();\n}\nexport async function m() { }\nexport const n = 1;\n",
            ),
            ("module.exports$0 = { a, b };\n", "export default { a, b };\n"),
            (
                "module.exports$0 = { f: () => 1, g: async (a) => { } };\n",
                "export function f() { return 1; }\nexport async function g(a) { }\n",
            ),
            ("$0exports.a = x => x;\n", "export function a(x) { return x; }\n"),
            ("$0exports.a = async function* () {};\n", "export async function* a() {}\n"),
            ("$0exports.A = class extends B {};\n", "export class A extends B {}\n"),
            ("$0exports.class = 1;\n", "const _class = 1;\nexport { _class as class };\n"),
            ("const a = 1;\n$0exports.a = a;\n", "const a = 1;\nconst _a = a;\nexport { _a as a };\n"),
            ("$0exports.a = 1;\nf(exports.a);\n", "export const a = 1;\nf(a);\n"),
        ] {
            check_fix(
                rule_of(module_path!()),
                "TS80001",
                MESSAGE,
                &format!("//- /a.js\n{before}"),
                &format!("//- /a.js\n{after}"),
            );
        }
    }

    #[test]
    fn no_fix_for_other_uses_of_commonjs() {
        for before in [
            "$0exports.a = 1;\nif (x) require('b');\n",
            "module.exports$0 = 1;\nmodule.exports = 2;\n",
            "f(module.exports$0 = 1);\n",
            "$0exports.a = 1;\nf(exports);\n",
        ] {
            check_no_fix(rule_of(module_path!()), "TS80001", MESSAGE, &format!("//- /a.js\n{before}"));
        }
    }
}
