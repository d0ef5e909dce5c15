//! # Value that may be `undefined` or `null`
//!
//! ```typescript before
//! //@ error TS18048: 'user' is possibly 'undefined'.
//! //@ options: --strict
//! export function greet(user: { name: string } | undefined) {
//!     if ($0user$0.name === 'x') { return 1; }
//!     return 2;
//! }
//! ```
//! ```typescript after
//! export function greet(user: { name: string } | undefined) {
//!     if (user?.name === 'x') { return 1; }
//!     return 2;
//! }
//! ```
//!
//! Several reports about one name in one function get one repair: the function, or the step of the loop, ends before the first of them. It is
//! also the repair for what is assigned to, where there is no optional chaining.
//!
//! ## Fix safety
//! `Unsafe`: where the code threw an exception, the expression is now `undefined`, or the rest is left out. Optional chaining is display only when
//! the result is used where `undefined` may not be allowed, and when it can repair only some of the reports about one name. The non-null
//! assertion `!` only silences the compiler and is marked as a suppression.

use codegen::typescript::edit::uses_semicolons;
use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::Shape;
use syntax::typescript::{FUNCTIONS, descendants};
use syntax::{Node, NodeExt, ancestors, child_of_kind, leaf_at};
use text::TextRange;

pub(crate) const CODES: &[&str] =
    &["TS18048", "TS18047", "TS18049", "TS2531", "TS2532", "TS2533", "TS2721", "TS2722", "TS2723"];

/// The expression that may be nullish: the one named in the message, or the object of the access that begins at the position.
fn nullish<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let start = token.start_byte();
    let named = matches!(ctx.code().as_str(), "TS18048" | "TS18047" | "TS18049");
    let begins: Vec<Node<'t>> = ancestors(token).take_while(|n| n.start_byte() == start).collect();
    if named && let Some(name) = ctx.argument(0) {
        // The message writes `a.b` for `a?.b`.
        return begins.into_iter().find(|n| n.text_in(text) == name || n.text_in(text).replace("?.", ".") == name);
    }
    let end = ctx.diagnostic.range.end;
    if end > start
        && let Some(exact) = begins.iter().find(|n| n.end_byte() == end)
    {
        return Some(*exact);
    }
    // What is called may be missing, not what it is a member of.
    let called = matches!(ctx.code().as_str(), "TS2721" | "TS2722" | "TS2723");
    let used = |n: &&Node<'t>| {
        n.parent().is_some_and(|p| {
            (!called
                && p.is(&["member_expression", "subscript_expression"])
                && p.field("object").is_some_and(|o| o.id() == n.id()))
                || (p.kind() == "call_expression" && p.field("function").is_some_and(|f| f.id() == n.id()))
        })
    };
    // Without the end of the range, the parts of a chain cannot be distinguished unless there is only one candidate.
    let mut candidates = begins.iter().filter(used).filter(|n| !n.is(&["this", "super"]));
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

/// Whether the value of `access` is used where `undefined` is allowed: as a statement, a condition or in a comparison.
fn takes_undefined(access: Node<'_>, text: &str) -> bool {
    let Some(parent) = access.parent() else { return false };
    match parent.kind() {
        "expression_statement" => true,
        "parenthesized_expression" => {
            parent.parent().is_some_and(|p| p.is(&["if_statement", "while_statement"])) || takes_undefined(parent, text)
        }
        "unary_expression" => parent.field("operator").is_some_and(|o| o.text_in(text) == "!"),
        "ternary_expression" => parent.field("condition").is_some_and(|c| c.id() == access.id()),
        "binary_expression" => {
            let operator = parent.field("operator").map_or("", |o| o.text_in(text));
            let left = parent.field("left").is_some_and(|l| l.id() == access.id());
            matches!(operator, "===" | "!==" | "==" | "!=")
                || (left && matches!(operator, "??"))
                || (matches!(operator, "&&" | "||") && takes_undefined(parent, text))
        }
        // The chain continues; the use of the whole chain decides.
        "member_expression" | "subscript_expression" => {
            parent.field("object").is_some_and(|o| o.id() == access.id()) && takes_undefined(parent, text)
        }
        "call_expression" => {
            parent.field("function").is_some_and(|f| f.id() == access.id()) && takes_undefined(parent, text)
        }
        _ => false,
    }
}

/// Whether `object` lies in what an assignment or `++` writes to, where there is no optional chaining.
fn is_written(object: Node<'_>) -> bool {
    ancestors(object).skip(1).take(6).any(|n| {
        let target = match n.kind() {
            "assignment_expression" | "augmented_assignment_expression" => n.field("left"),
            "update_expression" => n.field("argument"),
            _ => None,
        };
        target.is_some_and(|l| l.start_byte() <= object.start_byte() && object.end_byte() <= l.end_byte())
    })
}

/// A name, or a chain of properties: what a test narrows.
fn is_reference(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "this" => true,
        "member_expression" => {
            child_of_kind(node, "optional_chain").is_none() && node.field("object").is_some_and(is_reference)
        }
        _ => false,
    }
}

/// The other places in `function` where `name` is reported as possibly nullish.
fn reported_in<'t>(ctx: &RuleContext<'t>, function: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let of_name = |d: &&diagnostics::SourceDiagnostic| {
        matches!(d.code.as_str(), "TS18047" | "TS18048" | "TS18049")
            && d.argument(0) == Some(name)
            && function.byte_range().contains(&d.range.start)
    };
    let found = ctx.diagnostics.in_file(ctx.path()).iter().filter(of_name);
    let node = |start: usize| {
        let leaf = leaf_at(ctx.root(), start)?;
        ancestors(leaf).take_while(|n| n.start_byte() == start).find(|n| n.text_in(ctx.text()) == name)
    };
    let same_function = |n: &Node<'_>| ancestors(*n).skip(1).find(|a| a.is(FUNCTIONS)) == Some(function);
    found.filter_map(|d| node(d.range.start)).filter(same_function).collect()
}

/// Whether `function` returns without a value everywhere.
fn returns_nothing(function: Node<'_>, text: &str) -> bool {
    let declared = function.field("return_type").map(|t| t.text_in(text).trim_start_matches(':').trim());
    let nothing = declared.is_none_or(|t| matches!(t, "void" | "Promise<void>" | "undefined" | "Promise<undefined>"));
    let own = |r: &Node<'_>| ancestors(*r).find(|a| a.is(FUNCTIONS)) == Some(function);
    let returns = descendants(function, &["return_statement"]);
    nothing
        && !returns.iter().filter(|r| own(r)).any(|r| !r.named().is_empty())
        && !(function.kind() == "method_definition"
            && (child_of_kind(function, "get").is_some()
                || function.field("name").is_some_and(|n| n.text_in(text) == "constructor")))
}

/// Where it is known that `node` is no `undefined` once its properties are read by `node?.`: where a condition on them holds.
fn answered(node: Node<'_>, text: &str) -> Vec<TextRange> {
    let mut out = Vec::new();
    let mut negated = false;
    let mut current = node;
    for parent in ancestors(node).skip(1).take(MAX_CONDITION) {
        let is = |field: &str| parent.field(field) == Some(current);
        let range = |field: &str| parent.field(field).map(|n| n.range());
        match parent.kind() {
            "member_expression" | "subscript_expression" if is("object") => {}
            "call_expression" if is("function") => {}
            "parenthesized_expression" => {}
            "unary_expression" if parent.field("operator").is_some_and(|o| o.text_in(text) == "!") => {
                negated = !negated
            }
            // What is compared with nothing may be nothing.
            "binary_expression"
                if ["left", "right"].iter().any(|f| {
                    parent.field(f).is_some_and(|n| matches!(n.text_in(text), "undefined" | "null" | "void 0"))
                }) =>
            {
                return out;
            }
            "binary_expression" => match (parent.field("operator").map_or("", |o| o.text_in(text)), negated) {
                ("===" | "==" | "<" | ">" | "<=" | ">=", _) => {}
                ("!==" | "!=", _) => negated = !negated,
                ("&&", false) | ("||", true) => out.extend(range("right").filter(|_| is("left"))),
                _ => return out,
            },
            "if_statement" if is("condition") => {
                let leaves = parent.field("consequence").is_some_and(|c| {
                    let last = if c.kind() == "statement_block" { c.named().last().copied() } else { Some(c) };
                    last.is_some_and(|l| {
                        l.is(&["return_statement", "throw_statement", "continue_statement", "break_statement"])
                    })
                });
                match negated {
                    false => out.extend(range("consequence")),
                    true => {
                        out.extend(range("alternative"));
                        let rest = parent.parent().filter(|_| leaves);
                        out.extend(rest.map(|block| TextRange::new(parent.end_byte(), block.end_byte())));
                    }
                }
                return out;
            }
            "ternary_expression" if is("condition") => {
                out.extend(range(if negated { "alternative" } else { "consequence" }));
                return out;
            }
            "while_statement" if is("condition") && !negated => {
                out.extend(range("body"));
                return out;
            }
            _ => return out,
        }
        current = parent;
    }
    out
}

/// Nesting of a condition that is looked through.
const MAX_CONDITION: usize = 20;

const LOOPS: &[&str] = &["for_statement", "for_in_statement", "while_statement", "do_statement"];

/// Ends the function or the step of the loop before the first report about the name.
fn guard(ctx: &RuleContext<'_>, object: Node<'_>, function: Node<'_>, all: &[Node<'_>]) -> Option<Fix> {
    let text = ctx.text();
    let name = object.text_in(text);
    let first = all.iter().copied().min_by_key(Node::start_byte)?;
    let body = function.field("body").filter(|b| b.kind() == "statement_block")?;
    let model = ctx.typescript();
    // The innermost block that holds all the places: what is before them still runs.
    let holds = |b: &Node<'_>| all.iter().all(|n| b.byte_range().contains(&n.start_byte()));
    let mut blocks =
        ancestors(first).filter(|n| n.kind() == "statement_block" && body.byte_range().contains(&n.start_byte()));
    let block = blocks.find(holds)?;
    let of_loop = block.parent().is_some_and(|p| p.is(LOOPS) && p.field("body") == Some(block));
    // What the chain begins with may be new in each step.
    let root = std::iter::successors(Some(first), |o| o.field("object")).last().filter(|n| n.kind() == "identifier");
    let binding = root.and_then(|r| model.binding_of(r, r.text_in(text)));
    let each_step = of_loop && binding.is_some_and(|b| block.byte_range().contains(&b.start_byte()));
    let leave = match returns_nothing(function, text) {
        true if !each_step => "return",
        _ if of_loop => "continue",
        _ => return None,
    };
    // The cases of a switch are no blocks: the others would be left out, too.
    let statement = ancestors(first).find(|n| n.parent() == Some(block)).filter(|s| s.kind() != "switch_statement")?;
    let bare = model.type_of(object).map(|t| model.non_nullable(&t));
    let falsy = bare.is_none_or(|t| {
        use Shape::{
            Any, BigInt, Boolean, Enum, EnumMember, Literal, Number, Other, Parameter, String, Template, Union, Unknown,
        };
        matches!(
            model.shape(&t),
            Any | BigInt
                | Boolean
                | Enum(_)
                | EnumMember(_)
                | Literal(_)
                | Number
                | Other
                | Parameter(_)
                | String
                | Template
                | Union(_)
                | Unknown
        )
    });
    let test = match ctx.code().as_str() {
        _ if !falsy => format!("!{name}"),
        "TS18047" => format!("{name} === null"),
        "TS18048" => format!("{name} === undefined"),
        _ => format!("{name} == null"),
    };
    let end = if uses_semicolons(ctx.root(), text) { ";" } else { "" };
    let line = format!("if ({test}) {leave}{end}");
    let indent = ctx.indent_at(statement.start_byte());
    let word = if leave == "continue" { "Continue" } else { "Return" };
    let fix = ctx.fix(format!("{word} early when '{name}' is missing"), Applicability::Unsafe);
    let group = format!("guard:{}:{}:{name}", ctx.path().display(), block.start_byte());
    Some(fix.insert(statement.start_byte(), format!("{line}{}{indent}", ctx.eol())).isolated(group).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(object) = nullish(ctx) else { return Vec::new() };
    let Some(parent) = object.parent() else { return Vec::new() };
    let mut out = Vec::new();
    let assigned = is_written(object);
    let function = ancestors(object).skip(1).find(|n| n.is(FUNCTIONS));
    let named = matches!(ctx.code().as_str(), "TS18047" | "TS18048" | "TS18049") && is_reference(object);
    let all = function.filter(|_| named).map(|f| reported_in(ctx, f, object.text_in(text))).unwrap_or_default();
    if let Some(function) = function.filter(|_| all.len() > 1 || assigned && !all.is_empty()) {
        out.extend(guard(ctx, object, function, &all));
    }
    // Code that asks here and trusts there is no repair, unless the answer here is what is trusted there.
    let asks = |n: &Node<'_>| !is_written(*n) && n.parent().is_some_and(|p| takes_undefined(p, text));
    let known: Vec<TextRange> = all.iter().filter(|n| asks(n)).flat_map(|n| answered(*n, text)).collect();
    let told = |n: &Node<'_>| known.iter().any(|r| r.start <= n.start_byte() && n.end_byte() <= r.end);
    let mixed = all.len() > 1 && all.iter().any(|n| !asks(n) && !told(n));
    let shown = match takes_undefined(parent, text) && !mixed {
        true => Applicability::Unsafe,
        false => Applicability::DisplayOnly,
    };
    let is = |field: &str| parent.field(field).is_some_and(|n| n.id() == object.id());
    let chain = match parent.kind() {
        "member_expression" if is("object") && child_of_kind(parent, "optional_chain").is_none() => {
            child_of_kind(parent, ".").map(|dot| (TextRange::from(dot.byte_range()), "?."))
        }
        "subscript_expression" if is("object") && child_of_kind(parent, "optional_chain").is_none() => {
            child_of_kind(parent, "[").map(|b| (TextRange::empty(b.start_byte()), "?."))
        }
        "call_expression" if is("function") => {
            parent.field("arguments").map(|a| (TextRange::empty(a.start_byte()), "?."))
        }
        _ => None,
    };
    if let Some((range, new)) = chain.filter(|_| !assigned) {
        out.push(ctx.fix("Use optional chaining", shown).replace(range, new).build());
    }
    let assertion = ctx.fix("Add non-null assertion", Applicability::Unsafe).insert(object.end_byte(), "!");
    out.push(assertion.suppression().build());
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use diagnostics::{Code, Severity, SourceDiagnostic, arguments_of};
    use fix::testing::{check_fix, check_fix_titled};
    use fix::{Applicability, DiagnosticSet, RuleContext};
    use index::Index;
    use semantics::Semantics;
    use text::{ContentHash, TextRange};

    /// Titles and applicabilities of the fixes for the first `$0` of `marked`, while all are reported; and the text after the first fix.
    fn first_of(code: &str, name: &str, marked: &str) -> (Vec<(String, Applicability)>, String) {
        let parts: Vec<&str> = marked.split("$0").collect();
        let text = parts.concat();
        let path = std::path::Path::new("/main.ts");
        let index = Index::in_memory([("/main.ts", text.as_str())]);
        let message = format!("'{name}' is possibly 'null'.");
        let mut start = 0;
        let mut all = Vec::new();
        for part in &parts[..parts.len() - 1] {
            start += part.len();
            let code = Code::new(code);
            all.push(SourceDiagnostic {
                path: path.into(),
                range: TextRange::empty(start),
                text_hash: ContentHash::of(text.as_bytes()),
                arguments: arguments_of(&code, &message).into(),
                code,
                severity: Severity::Error,
                message: message.as_str().into(),
                trust: Default::default(),
            });
        }
        let set = DiagnosticSet::new(all.clone());
        let source = index.source(path).expect("a source");
        let changes: Vec<_> = all
            .iter()
            .map(|d| {
                let ctx = RuleContext::new(d, Semantics::new(&index, &source), &set);
                let fixes = super::fixes(&ctx);
                let titles = fixes.iter().map(|f| (f.title.clone(), f.applicability)).collect::<Vec<_>>();
                (titles, fixes[0].change(&ctx).expect("a change"))
            })
            .collect();
        let early = changes[0].0[0].0.contains("early");
        assert!(!early || changes.iter().all(|c| c.1 == changes[0].1), "one repair for all: {changes:?}");
        let after = changes[0].1.text_edits(path, &index).expect("edits").apply(&text).expect("fits");
        (changes[0].0.clone(), after)
    }

    #[test]
    fn one_repair_for_all_reports_about_a_name() {
        let text = |guard: &str, mark: &str| {
            format!(
                "function start(c: C) {{\n  const d = c.get() as D | null;\n  return {{\n    draw() {{\n      {guard}{mark}d.save();\n      {mark}d.font = '';\n    }},\n  }};\n}}\ndeclare class D {{ font: string; save(): void }}\n"
            )
        };
        let (titles, after) = first_of("TS18047", "d", &text("", "$0"));
        assert_eq!(after, text("if (!d) return;\n      ", ""));
        assert_eq!(titles[0].1, Applicability::Unsafe);
        assert_eq!(titles[1], ("Use optional chaining".to_owned(), Applicability::DisplayOnly));
    }

    #[test]
    fn the_step_of_a_loop_ends_where_the_value_is_made() {
        let text = |guard: &str, mark: &str| {
            format!(
                "function f(all: Map<string, D>, keys: string[]) {{\n  for (const k of keys) {{\n    const d = all.get(k);\n    {guard}{mark}d.n = 1;\n  }}\n  return 1;\n}}\ninterface D {{ n: number }}\n"
            )
        };
        let (_, after) = first_of("TS18048", "d", &text("", "$0"));
        assert_eq!(after, text("if (!d) continue;\n    ", ""));
    }

    #[test]
    fn what_is_before_the_first_report_still_runs() {
        let text = |guard: &str, mark: &str| {
            format!(
                "function f(d: D | null, on: boolean) {{\n  if (on) {{\n    g();\n    {guard}{mark}d.n = 1;\n    {mark}d.n = 2;\n  }}\n}}\ninterface D {{ n: number }}\n"
            )
        };
        let (_, after) = first_of("TS18047", "d", &text("", "$0"));
        assert_eq!(after, text("if (!d) return;\n    ", ""));
        let switch = "function f(d: D | null, k: number) {\n  switch (k) {\n    case 1:\n      $0d.n = 1;\n  }\n}\n";
        let (titles, _) = first_of("TS18047", "d", switch);
        assert_eq!(titles[0].0, "Add non-null assertion");
    }

    #[test]
    fn a_condition_answers_for_what_it_guards() {
        let shown = |body: &str| {
            let code = format!("function f(d: D | null) {{\n  {body}\n}}\ninterface D {{ n: number; go(): D }}\n");
            let (titles, _) = first_of("TS18047", "d", &code);
            titles.into_iter().find(|t| t.0 == "Use optional chaining").expect("offered").1
        };
        assert_eq!(shown("return $0d.n === 1 ? g($0d.n) : 2;"), Applicability::Unsafe);
        assert_eq!(shown("if (!$0d.n || !$0d.go()) { return 1; }\n  return g($0d.n);"), Applicability::Unsafe);
        assert_eq!(shown("if ($0d.n === 1) { h(); }\n  return g($0d.n);"), Applicability::DisplayOnly);
        assert_eq!(shown("if ($0d.n !== 1) { return g($0d.n); }\n  return 2;"), Applicability::DisplayOnly);
    }

    #[test]
    fn zero_is_a_value() {
        let text = |guard: &str, mark: &str| {
            format!(
                "function f(n: number | undefined, o: O) {{\n  {guard}o.a({mark}n.toFixed());\n  o.b({mark}n.toFixed());\n}}\n"
            )
        };
        let (_, after) = first_of("TS18048", "n", &text("", "$0"));
        assert_eq!(after, text("if (n === undefined) return;\n  ", ""));
    }

    #[test]
    fn a_function_that_returns_a_value_is_not_left_without_one() {
        let rule = rule_of(module_path!());
        let before = "function f(d: D | null) {\n  $0d.n = 1;\n  return d.n;\n}\ninterface D { n: number }\n";
        check_fix(rule, "TS18047", "'d' is possibly 'null'.", before, &before.replace("$0d", "d!"));
        let single = "function f(d: D | null) {\n  $0d.go();\n}\n";
        let title = "Use optional chaining";
        check_fix_titled(rule, "TS18047", "'d' is possibly 'null'.", title, single, &single.replace("$0d.", "d?."));
    }
}
