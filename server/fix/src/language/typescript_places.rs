//! Where TypeScript points, by code.

use super::place::{Place, Places, Row, Stands, Unchecked, has_operator, rows, unchecked};
use Stands::{Begins, Holds, Inside, Is, Name, OneOf, Text, Token};
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, ancestors};

pub(super) static PLACES: Places = Places {
    rows: rows! {
        // Names that are used.
        "TS2304" "TS2552" "TS2503" "TS2570" "TS2580" "TS2581" "TS2582" "TS2583" "TS2584" "TS2585" "TS2591" "TS2592" "TS2593" "TS2867" "TS2868" "TS2311"
        "TS2662" "TS2663" "TS2686" "TS2689" "TS2690" "TS2693" "TS2749" "TS1361" "TS2833" "TS18004" => NAME_OR_JSX;
        "TS2339" "TS2551" "TS2568" "TS2341" => Holds(0);
        "TS2353" "TS2561" "TS2729" "TS2540" "TS2588" "TS2454" "TS4111" => Name(0);
        "TS2305" "TS2614" "TS2459" "TS2460" "TS2724" => Name(1);
        "TS1448" => Name(0), Inside(&["export_statement"]);
        "TS1484" "TS1485" => Name(0), Inside(&["import_statement", "export_statement"]);
        "TS2314" "TS2707" => Holds(0);
        "TS2713" "TS18046" "TS18047" "TS18048" "TS18049" => Begins(0);
        // Names that are declared.
        "TS2300" "TS2323" "TS2403" "TS2451" "TS2484" "TS2717" "TS2610" "TS2611" "TS2612" "TS2416" "TS7005" "TS7010" "TS7031" "TS7032"
        "TS7033" "TS7034" "TS7046" "TS7048" "TS7049" => Name(0);
        "TS2564" => Name(0), Inside(&["class_body"]);
        "TS2415" "TS2420" "TS2515" "TS2650" "TS2654" "TS2655" "TS2656" "TS2720" => OneOf(&[Name(0), CLASS]);
        "TS2653" => CLASS;
        "TS7008" "TS7043" "TS7045" => Holds(0);
        "TS7006" "TS7019" "TS7044" "TS7047" => Holds(0), Is("parameter", is_parameter);
        "TS6133" "TS6138" "TS6196" => Holds(0), Is("declaration of this name", declares);
        "TS6192" => Text(&["import"]);
        "TS6198" => Text(&["{", "["]);
        "TS6199" => Text(&["var", "let", "const", "using", "await"]);
        "TS6205" => Text(&["<", "@template"]);
        "TS4112" "TS4113" "TS4114" "TS4115" "TS4116" "TS4117" "TS4119" "TS4121" "TS4122" "TS4123" => Is("member of a class", is_member);
        // Module specifiers.
        "TS2307" "TS2792" "TS7016" "TS2882" => Is("import of this module", is_specifier);
        "TS2306" "TS2691" "TS2732" "TS2834" "TS5097" => Is("module specifier", is_string);
        "TS2835" => Is("module specifier that lacks only the ending", lacks_ending);
        "TS6053" => Is("path in quotes", is_quoted);
        "TS1205" => Inside(&["export_statement", "export_specifier"]);
        "TS1202" => Inside(&["import_statement"]);
        "TS1203" => Inside(&["export_statement"]);
        "TS1540" => Inside(&["module", "internal_module"]);
        "TS2497" => Is("module specifier", is_string);
        "TS2821" "TS2836" "TS2880" => Text(&["assert"]);
        "TS1192" "TS1259" "TS2613" => Is("default import", is_default_import);
        "TS1363" => Inside(&["import_statement", "export_statement"]);
        // Tokens and statements.
        "TS1029" => Name(0);
        "TS1103" "TS1308" "TS1375" "TS1378" "TS1431" "TS1432" "TS2852" "TS2853" "TS2854" => Text(&["await"]);
        "TS1294" => Inside(&["enum_declaration", "required_parameter", "optional_parameter", "type_assertion", "import_alias", "import_statement", "export_statement", "internal_module", "module"]);
        "TS7059" => Inside(&["type_assertion"]);
        "TS7060" => Inside(&["type_parameters"]);
        "TS1312" => Text(&["="]);
        "TS1329" => Text(&["@"]);
        "TS1340" => Text(&["import"]);
        "TS1381" => Text(&["}"]);
        "TS1382" => Text(&[">"]);
        "TS1451" => Text(&["#"]);
        "TS2578" => Is("comment that expects an error", expects_error);
        "TS2657" "TS17004" => Text(&["<"]);
        "TS2683" => Text(&["this"]);
        "TS17009" => Text(&["this", "super"]);
        "TS17019" => Begins(1);
        "TS17020" => Text(&["?", "!"]);
        "TS2377" => Is("constructor", is_constructor);
        "TS7027" => Is("statement that is not reached", is_unreachable);
        "TS7028" => Is("label", is_label);
        "TS2774" "TS2801" => Is("condition", is_condition);
        "TS2874" => Is("JSX tag", is_jsx);
        "TS8024" => Name(1), Is("tag of a parameter that the function does not have", is_lost_tag);
        // Expressions, types and declarations.
        "TS2365" => Is("expression with this operator", has_operator);
        "TS1064" "TS1095" "TS1117" "TS1272" "TS1337" "TS1360" "TS1497" "TS2322" "TS2344" "TS2719" "TS2345" "TS2348" "TS2349" "TS2351" "TS2352"
        "TS2355" "TS2356" "TS2362" "TS2363" "TS2366" "TS2367" "TS2375" "TS2379" "TS2392" "TS2393" "TS2412" "TS2461" "TS2488" "TS2495"
        "TS2504" "TS2531" "TS2532" "TS2533" "TS2548" "TS2549" "TS2554" "TS2555" "TS2556" "TS2571" "TS2604" "TS2678" "TS2721" "TS2722" "TS2723" "TS2736"
        "TS2739" "TS2740" "TS2741" "TS2769" "TS2794" "TS2802" "TS2810" "TS2820" "TS2845" "TS5086" "TS5087" "TS6234" "TS7030" "TS7051"
        "TS7053" "TS9007" "TS9008" "TS9009" "TS9010" "TS9011" "TS9012" "TS9013" "TS9014" "TS9015" "TS9016" "TS9017" "TS9018" "TS9019" "TS9038" "TS9039"
        "TS1219" "TS2550" "TS2737" "TS18028" "TS9021" "TS9023" "TS9037"
        "TS2464" "TS2538" "TS7009" "TS7011" "TS7013" "TS7015" "TS7017" "TS7018" "TS7020" "TS7022" "TS7023" "TS7024" "TS7041" "TS7052" "TS7057" => WORD;
    },
    unchecked: unchecked! {
        "TS1002" "TS1003" "TS1005" "TS1068" "TS1109" "TS1110" "TS1127" "TS1128" "TS1131" "TS1136" "TS1137" "TS1146" "TS1161" "TS1434" "TS1435" "TS1440" "TS1441"
            => "the parser points behind what it has read, or at what it did not expect";
        "TS7014" "TS8020" => "points into a type in a comment or at a sign of one";
        "TS5011" "TS5023" "TS5025" "TS5090" "TS5095" "TS5098" "TS5101" "TS5102" "TS5103" "TS5107" "TS5108" "TS5109" "TS5110" "TS5112" "TS6046"
            => "points into a configuration, at an option or at what holds it";
        "TS80001" "TS80002" "TS80003" "TS80004" "TS80005" "TS80007" "TS80008" "TS80009" => "suggestions are of the text that the editor shows";
    },
};

const CLASS: Stands = Text(&["class", "export", "default", "abstract", "declare", "@"]);
const NAME_OR_JSX: Stands = OneOf(&[Name(0), Is("JSX tag", is_factory)]);
/// In JavaScript, types stand in comments.
const WORD: Stands = OneOf(&[Token, Is("word in a comment", is_in_javascript_comment)]);

fn is_javascript(place: &Place<'_>) -> bool {
    let extension = place.source.path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["js", "jsx", "mjs", "cjs"].contains(&extension)
}

fn is_in_javascript_comment(place: &Place<'_>) -> bool {
    is_javascript(place) && place.leaf().is_some_and(|l| l.kind() == "comment")
}

/// Where a name is declared, or what holds nothing but such names.
fn declares(place: &Place<'_>) -> bool {
    const DECLARES: &[&str] = &[
        "import_statement",
        "import_clause",
        "import_specifier",
        "namespace_import",
        "named_imports",
        "import_alias",
        "import_require_clause",
        "lexical_declaration",
        "variable_declaration",
        "variable_declarator",
        "required_parameter",
        "optional_parameter",
        "rest_pattern",
        "type_parameters",
        "type_parameter",
        "object_pattern",
        "array_pattern",
        "pair_pattern",
        "object_assignment_pattern",
        "assignment_pattern",
        "infer_type",
        "formal_parameters",
        "catch_clause",
        "accessibility_modifier",
        "public_field_definition",
    ];
    let Some(leaf) = place.leaf() else { return false };
    // `["name"]` and the like.
    let is_plain = place.argument(0).chars().all(|c| c.is_alphanumeric() || "_$#".contains(c));
    if place.is_broken() || !is_plain || leaf.kind() == "comment" {
        return true;
    }
    let here = place.has(&Name(0));
    let named = |n: Node<'_>| n.field("name") == Some(leaf) || n.field("alias") == Some(leaf);
    let declaration = |n: Node<'_>| {
        n.is(DECLARES)
            || n.is(&["for_in_statement", "arrow_function", "mapped_type_clause", "index_signature", "jsx_attribute"])
    };
    match here {
        // The name itself: of anything that has a name, or a parameter without more.
        true => leaf
            .parent()
            .is_some_and(|p| named(p) || declaration(p) || p.kind() == "ERROR" || p.parent().is_some_and(declaration)),
        false => place.begun().any(|n| n.is(DECLARES)) || place.rest().starts_with(['{', '[', '<', '.', '@', '#']),
    }
}

fn is_parameter(place: &Place<'_>) -> bool {
    const PARAMETERS: &[&str] = &["formal_parameters", "arrow_function", "index_signature", "catch_clause"];
    place.is_broken() || is_in_javascript_comment(place) || place.has(&Inside(PARAMETERS))
}

/// The name of a default import, or the word `default`.
fn is_default_import(place: &Place<'_>) -> bool {
    let in_clause = |l: Node<'_>| {
        l.parent().is_some_and(|p| p.is(&["import_clause", "import_statement", "import_specifier", "export_specifier"]))
    };
    place.is_broken() || place.has(&Text(&["default"])) || place.leaf().is_some_and(in_clause)
}

/// A word before a colon: what it labels may be read as an object.
fn is_label(place: &Place<'_>) -> bool {
    let after = place.rest().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    let labels = place.token().is_some_and(|t| t.kind() == "statement_identifier");
    labels || after.len() < place.rest().len() && after.trim_start().starts_with(':')
}

/// The name of a member of a class, its first modifier, or a parameter that declares one.
fn is_member(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    if place.is_broken() {
        return true;
    }
    let Some(member) = ancestors(leaf).find(|n| {
        n.parent().is_some_and(|p| p.kind() == "class_body")
            || n.is(&["required_parameter", "optional_parameter"])
                && n.enclosing(&["method_definition"]).is_some_and(|m| is_constructor_node(m, place.text()))
    }) else {
        return false;
    };
    if member.is(&["required_parameter", "optional_parameter"]) {
        return member.named().iter().any(|c| c.is(&["accessibility_modifier", "override_modifier"]))
            || place.text()[member.byte_range()].contains("readonly")
            || place.text()[member.byte_range()].contains("override");
    }
    let name_ends = member.field("name").map_or(member.end_byte(), |n| n.end_byte());
    place.offset < name_ends
}

fn is_constructor_node(method: Node<'_>, text: &str) -> bool {
    method.field("name").is_some_and(|n| n.text_in(text) == "constructor")
}

fn is_constructor(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    place.is_broken()
        || leaf
            .enclosing(&["method_definition", "method_signature"])
            .is_some_and(|m| is_constructor_node(m, place.text()))
}

/// The text in quotes at the position.
fn quoted<'a>(place: &Place<'a>) -> Option<&'a str> {
    let rest = place.rest();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let end = rest[1..].find([quote, '\n', '\r'])?;
    Some(&rest[1..=end])
}

fn is_string(place: &Place<'_>) -> bool {
    quoted(place).is_some()
}

fn is_quoted(place: &Place<'_>) -> bool {
    is_string(place) || place.leaf().is_some_and(|l| l.is(&["comment", "string", "string_fragment"]))
}

fn is_specifier(place: &Place<'_>) -> bool {
    let module = place.argument(0);
    let written = quoted(place);
    module.is_empty()
        || written == Some(module)
        || written.is_some_and(|w| w.contains('\\'))
        // `import('…')` in a comment, and the whole clause in older versions.
        || is_in_javascript_comment(place)
        || written.is_none() && place.begun().any(|n| n.is(&["import_statement", "export_statement"]) && n.text_in(place.text()).contains(module))
        || is_jsx(place)
}

/// With an ending, the specifier is the one that the message suggests.
fn lacks_ending(place: &Place<'_>) -> bool {
    let Some(written) = quoted(place) else { return false };
    let Some(suggested) = place.arguments.last().filter(|s| s.starts_with('.') || s.starts_with('/')) else {
        return true;
    };
    let written = written.trim_end_matches('/');
    suggested.strip_prefix(written).is_some_and(|ending| ending.starts_with(['.', '/']))
        || written
            .rsplit_once('.')
            .is_some_and(|(stem, _)| suggested.strip_prefix(stem).is_some_and(|e| e.starts_with('.')))
}

fn expects_error(place: &Place<'_>) -> bool {
    let line = place.rest().lines().next().unwrap_or_default();
    line.contains("@ts-expect-error")
        || place.leaf().is_some_and(|l| l.kind() == "comment" && l.text_in(place.text()).contains("@ts-expect-error"))
}

fn is_jsx(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    place.is_broken() || ancestors(leaf).take(6).any(|n| n.kind().starts_with("jsx_"))
}

/// The tag of an element, where the name of the factory is reported.
fn is_factory(place: &Place<'_>) -> bool {
    let factory = ["React", "Fragment", "h", "jsx", "Element", "JSX"].contains(&place.argument(0));
    (factory || place.argument(0).chars().next().is_some_and(char::is_lowercase))
        && place.leaf().is_some_and(|l| {
            ancestors(l)
                .take(4)
                .any(|n| n.is(&["jsx_opening_element", "jsx_self_closing_element", "jsx_fragment", "jsx_element"]))
        })
}

/// The condition of a statement or expression, or a part of it.
fn is_condition(place: &Place<'_>) -> bool {
    let Some(mut node) = place.begun().filter(|n| !n.kind().ends_with("_statement")).last() else { return false };
    if place.is_broken() {
        return true;
    }
    // Parts of conditions begin inside of it.
    while let Some(parent) = node.parent() {
        if parent.field("condition") == Some(node) {
            return true;
        }
        let is_logical = parent.kind() == "binary_expression"
            && parent.field("operator").is_some_and(|o| matches!(o.kind(), "&&" | "||" | "??"));
        if is_logical && parent.field("left") == Some(node) {
            return true;
        }
        if !is_logical
            && !parent.is(&[
                "parenthesized_expression",
                "unary_expression",
                "binary_expression",
                "non_null_expression",
                "ternary_expression",
                "await_expression",
            ])
        {
            break;
        }
        node = parent;
    }
    // What begins a condition may be the condition's largest part: `a && b`.
    place.begun().any(|n| {
        n.parent().is_some_and(|p| p.field("condition") == Some(n))
            || n.kind() == "binary_expression"
                && n.field("operator").is_some_and(|o| matches!(o.kind(), "&&" | "||" | "??"))
    })
}

/// Statements, and clauses of statements, whose parts may be skipped.
const PARTS: &[&str] = &[
    "if_statement",
    "else_clause",
    "while_statement",
    "for_statement",
    "for_in_statement",
    "do_statement",
    "try_statement",
    "catch_clause",
    "finally_clause",
];

/// Something before the statement, or around it, may end the flow of control: without a jump, a loop, a branch or a call, nothing can.
fn is_unreachable(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    if place.is_broken() {
        return true;
    }
    if leaf.start_byte() != place.offset || leaf.kind() == "comment" {
        return false;
    }
    let text = place.text();
    let ends = |n: Node<'_>| match n.kind() {
        "return_statement" | "throw_statement" | "break_statement" | "continue_statement" => true,
        "expression_statement" => n.text_in(text).contains('('),
        kind => {
            kind.ends_with("_statement") && !matches!(kind, "import_statement" | "export_statement" | "empty_statement")
        }
    };
    let statement = ancestors(leaf).take_while(|n| n.start_byte() == place.offset);
    let mut inner = false;
    for node in statement {
        let Some(parent) = node.parent() else { break };
        // `if (false) …`, `while (true) {} …`, `true ? a : b`.
        inner |= parent.is(PARTS)
            || parent.is(&[
                "ternary_expression",
                "binary_expression",
                "labeled_statement",
                "switch_case",
                "switch_default",
            ]);
        if parent.is(&[
            "statement_block",
            "program",
            "switch_case",
            "switch_default",
            "switch_body",
            "class_static_block",
        ]) {
            let mut before = std::iter::successors(node.prev_named_sibling(), |n| n.prev_named_sibling());
            // The first statement of a block is not reached when the block is not.
            let conditional = parent.parent().is_some_and(|p| p.is(PARTS) || p.kind() == "statement_block");
            return before.any(ends) || conditional || parent.is(&["switch_case", "switch_default", "switch_body"]);
        }
    }
    inner
}

/// The function below the comment has no parameter of the tag's name.
fn is_lost_tag(place: &Place<'_>) -> bool {
    let name = place.argument(1);
    let Some(comment) = place.leaf().filter(|l| l.kind() == "comment") else { return true };
    let Some(function) = comment.next_named_sibling() else { return true };
    let end = function.end_byte();
    let declared = syntax::typescript::descendants(function, &["formal_parameters"]).into_iter().next();
    declared.is_none_or(|parameters| {
        parameters.end_byte() > end
            || !parameters.named().iter().any(|p| {
                let pattern = p.field("pattern").unwrap_or(*p);
                pattern.kind() == "identifier" && unquoted(pattern.text_in(place.text())) == name
            })
    })
}
