//! What a file declares, as a text that parses: the file without the bodies of its functions, and without what else nobody outside can see.

use std::ops::Range;
use syntax::{LanguageFamily, Node, NodeExt, Parsed};

/// Longer lists and texts that a constant begins with are left out: they are data.
const LONGEST_DATA: usize = 512;

/// The text of `parsed` without bodies: `{ }` and `;` stand for them. Constants, default values, attributes and notes of what is deprecated are kept;
/// other initialisers and statements are not, nor are comments between members. Types and parameters are as they were, to the letter. The text as it is when
/// the language is not known, or when it would not parse any more: directives cut across bodies.
pub(super) fn signatures(parsed: &Parsed) -> String {
    let text: &str = parsed.text();
    let family = parsed.language().family();
    let cut: fn(Node<'_>, &str, &mut Vec<Cut>) -> bool = match family {
        LanguageFamily::CSHARP => cut_csharp,
        LanguageFamily::TYPESCRIPT => cut_typescript,
        _ => return text.to_owned(),
    };
    let mut cuts: Vec<Cut> = Vec::new();
    let mut open = vec![parsed.root()];
    while let Some(node) = open.pop() {
        if !cut(node, text, &mut cuts) {
            open.extend(node.all_children());
        }
    }
    cuts.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(text.len() / 4);
    let mut at = 0;
    for (range, with) in cuts {
        // One within another is gone with it.
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            out.push_str(with);
            at = range.end;
        }
    }
    out.push_str(&text[at..]);
    let out = without_empty_lines(&out);
    let breaks = || Parsed::new(parsed.language(), out.as_str()).root().has_error();
    if !parsed.root().has_error() && breaks() { text.to_owned() } else { out }
}

/// Where comments stand between members.
const LISTS: &[&str] = &[
    "compilation_unit",
    "declaration_list",
    "enum_member_declaration_list",
    "accessor_list",
    "program",
    "class_body",
    "interface_body",
    "enum_body",
];

type Cut = (Range<usize>, &'static str);

/// From the token `from` in `node` to its end or, if given, to the end of `to`.
fn from_token(node: Node<'_>, from: &str, to: Option<Node<'_>>) -> Option<Range<usize>> {
    let start = node.all_children().into_iter().find(|c| c.kind() == from)?.start_byte();
    Some(start..to.unwrap_or(node).end_byte())
}

/// Cuts what is to be left out of `node`; whether there is nothing more to look for in it.
fn cut_csharp(node: Node<'_>, text: &str, cuts: &mut Vec<Cut>) -> bool {
    let parent = node.parent().map_or("", |p| p.kind());
    match node.kind() {
        "comment" if LISTS.contains(&parent) => cuts.push((node.byte_range(), " ")),
        "parameter_list" | "attribute_list" | "base_list" => {}
        "block" if parent == "accessor_declaration" => cuts.push((node.byte_range(), ";")),
        "block" => cuts.push((node.byte_range(), "{ }")),
        "arrow_expression_clause" => {
            let end = node.parent().map_or(node.end_byte(), |p| p.end_byte());
            let with = match parent {
                "accessor_declaration" => ";",
                "property_declaration" | "indexer_declaration" => "{ get; }",
                _ => "{ }",
            };
            cuts.push((node.start_byte()..end, with));
        }
        "constructor_initializer" | "global_statement" => cuts.push((node.byte_range(), " ")),
        "field_declaration" | "event_field_declaration" => {
            let is_const = node.named().iter().any(|n| n.kind() == "modifier" && n.text_in(text) == "const");
            let declarators = node.named().into_iter().filter(|_| !is_const).flat_map(NodeExt::named);
            for declarator in declarators.filter(|d| d.kind() == "variable_declarator") {
                cuts.extend(from_token(declarator, "=", None).map(|range| (range, "")));
            }
            return false;
        }
        "property_declaration" => {
            // With the semicolon that follows the value.
            cuts.extend(from_token(node, "=", None).map(|range| (range, "")));
            return false;
        }
        _ => return false,
    }
    true
}

/// Cuts what is to be left out of `node`; whether there is nothing more to look for in it.
fn cut_typescript(node: Node<'_>, text: &str, cuts: &mut Vec<Cut>) -> bool {
    let body = |with: &'static str| node.field("body").map(|body| (body.byte_range(), with));
    match node.kind() {
        "formal_parameters" | "type_annotation" | "type_alias_declaration" | "object_type" => {}
        "comment" if node.parent().is_some_and(|p| p.is(LISTS)) => {
            let comment = node.text_in(text);
            // A reference to other files, or a note of what is to be used instead.
            if !comment.contains("@deprecated") && !comment.starts_with("///") {
                cuts.push((node.byte_range(), " "));
            }
        }
        "function_declaration"
        | "generator_function_declaration"
        | "function_expression"
        | "generator_function"
        | "method_definition"
        | "arrow_function" => {
            cuts.extend(body("{ }"));
            return false;
        }
        "class_static_block" => cuts.push((node.byte_range(), " ")),
        "public_field_definition" | "field_definition" | "variable_declarator" => {
            let value = node.field("value");
            let is_data = value.is_some_and(|v| {
                v.is(&["array", "string", "template_string"]) && v.end_byte() - v.start_byte() > LONGEST_DATA
            });
            // The parameters of a function are those of the name.
            let is_function =
                value.is_some_and(|v| v.is(&["arrow_function", "function_expression", "generator_function"]));
            if value.is_some() && (node.field("type").is_some() && !is_function || is_data) {
                cuts.extend(from_token(node, "=", value).map(|range| (range, "")));
            }
            return false;
        }
        "expression_statement" => {
            let code = node.text_in(text);
            let is_namespace = node.named().first().is_some_and(|n| n.kind() == "internal_module");
            if is_namespace || code.starts_with("module.exports") || code.starts_with("exports.") {
                return false;
            }
            cuts.push((node.byte_range(), ""));
        }
        "if_statement" | "for_statement" | "for_in_statement" | "while_statement" | "do_statement"
        | "try_statement" | "switch_statement" | "throw_statement" | "labeled_statement" => {
            cuts.push((node.byte_range(), ""))
        }
        _ => return false,
    }
    true
}

/// Lines with nothing but white space say nothing; they may be part of a constant, where none is changed.
fn without_empty_lines(text: &str) -> String {
    let is_plain = !text.contains("\"\"\"") && !text.contains("@\"") && !text.contains('`');
    if !is_plain {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use index::{Index, Outline};
    use std::path::Path;
    use syntax::Language;

    fn of(path: &str, text: &str) -> String {
        signatures(&Parsed::new(Language::of_path(Path::new(path)).unwrap(), text))
    }

    fn outline(path: &str, text: &str) -> Outline {
        let path = format!("/{path}");
        let outline = Index::in_memory([(path.as_str(), text)]).outline(Path::new(&path)).unwrap();
        let mut outline = (*outline).clone();
        for declaration in &mut outline.declarations {
            declaration.modifiers -= index::Modifiers::HAS_BODY | index::Modifiers::DEPRECATED;
        }
        outline
    }

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        let short = of(path, text);
        assert_eq!(short, expected);
        assert!(!Parsed::new(Language::of_path(Path::new(path)).unwrap(), short.as_str()).root().has_error());
        assert_eq!(outline(path, &short), outline(path, text));
        assert_eq!(of(path, &short), short);
    }

    #[test]
    fn csharp_without_bodies() {
        check(
            "a.cs",
            r#"using System;
namespace Shop;

/// <summary>An order.</summary>
[Obsolete("Use Sale")]
public class Order<T> : Base<T>, IOrder where T : class
{
    private readonly List<int> lines = new() { 1, 2 }, more = null; // twice
    public const int Most = 1 << 4;
    static Order() { }
    public Order(int number, string name = "a") : base(number) { this.number = number; }
    public int Number { get; set; } = Compute(x => { return x; });
    public int Total => lines.Count;
    public int this[int i] => lines[i];
    public int Both { get { return 1; } private set => lines.Clear(); }
    public event Action Sent = delegate { };
    public async Task<int> Submit(DateTime at) { await Send(); int Local() => 1; return Local(); }
    public override string ToString() => $"{Number}";
    public static Order<T> operator +(Order<T> a, Order<T> b) => a;
    public abstract void Open();
    partial void Hook();
}
public record Line(int Count, string Name = "x") { public int Twice => Count * 2; }
public enum Color { Red = 1, Green }
public delegate void Handler(object sender);
"#,
            r#"using System;
namespace Shop;
[Obsolete("Use Sale")]
public class Order<T> : Base<T>, IOrder where T : class
{
    private readonly List<int> lines , more ;
    public const int Most = 1 << 4;
    static Order() { }
    public Order(int number, string name = "a")   { }
    public int Number { get; set; }
    public int Total { get; }
    public int this[int i] { get; }
    public int Both { get ; private set ; }
    public event Action Sent ;
    public async Task<int> Submit(DateTime at) { }
    public override string ToString() { }
    public static Order<T> operator +(Order<T> a, Order<T> b) { }
    public abstract void Open();
    partial void Hook();
}
public record Line(int Count, string Name = "x") { public int Twice { get; } }
public enum Color { Red = 1, Green }
public delegate void Handler(object sender);
"#,
        );
    }

    #[test]
    fn typescript_without_bodies() {
        check(
            "a.ts",
            r#"import { x } from './x';
/** @deprecated Use place */
export function submit(a: number, b = 1): void { x(a); }
export const place = async (at: Date) => { await x(at); };
export const twice = (n: number) => n * 2;
export const port: number = compute(80);
export const most = 5;
const table = { get: () => x(1), name: 'a', run() { return 1; } };
export class Order extends Base implements IOrder {
  static { x(); }
  private lines: Line[] = [];
  readonly handler = () => { x(); };
  count = 0;
  constructor(public readonly id: string) { super(); }
  get total(): number { return 1; }
  async *all<T>(from?: T) { yield from; }
}
if (most > 4) { x(1); }
x(2);
export interface Line { count: number; add(n: number): void }
export type Kind = 'a' | 'b';
export enum Color { Red = 1, Green }
declare module 'm' { export function f(): void; }
namespace N { export const y = 1; }
export default function () { return 1; }
"#,
            r#"import { x } from './x';
/** @deprecated Use place */
export function submit(a: number, b = 1): void { }
export const place = async (at: Date) => { };
export const twice = (n: number) => { };
export const port: number ;
export const most = 5;
const table = { get: () => { }, name: 'a', run() { } };
export class Order extends Base implements IOrder {
  private lines: Line[] ;
  readonly handler = () => { };
  count = 0;
  constructor(public readonly id: string) { }
  get total(): number { }
  async *all<T>(from?: T) { }
}
export interface Line { count: number; add(n: number): void }
export type Kind = 'a' | 'b';
export enum Color { Red = 1, Green }
declare module 'm' { export function f(): void; }
namespace N { export const y = 1; }
export default function () { }
"#,
        );
    }

    #[test]
    fn types_are_kept_to_the_letter_and_so_is_what_would_not_parse() {
        let union = "export type Kind =\n  | 'a' // first\n  | 'b';\nexport type T = {\n  /** x */\n  x: number;\n};\n";
        assert_eq!(of("a.ts", union), union);
        let compare = "export function same(by = (a: T, b: T) => a === b): void { }\n";
        assert_eq!(of("a.ts", compare), compare);
        let alias = "export const redirect: typeof base = (...all) => base(...all);\n";
        assert_eq!(of("a.ts", alias), "export const redirect: typeof base = (...all) => { };\n");
        let across =
            "interface I\n{\n    int M()\n#if DEFAULT\n        => 1;\n#else\n        ;\n#endif\n    int N() => 2;\n}\n";
        assert_eq!(outline("a.cs", &of("a.cs", across)), outline("a.cs", across));
    }
}
