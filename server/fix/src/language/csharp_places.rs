//! Where Roslyn points, by code.

use super::place::{Place, Places, Row, Stands, Unchecked, has_operator, rows, unchecked};
use crate::printed_names::simple_name;
use Stands::{Begins, Holds, Inside, Is, Line, Name, OneOf, Text, Token};
use semantics::Semantics;
use syntax::csharp::{FUNCTIONS, TYPE_DECLARATIONS};
use syntax::{Node, NodeExt, ancestors};

pub(super) static PLACES: Places = Places {
    rows: rows! {
        // Names that are used.
        "CS0103" "CS0104" "CS0246" "CS0305" "CS0307" "CS0308" "CS0426" "CS0616" => Name(0);
        "CS0118" => OneOf(&[Holds(0), Is("type", is_type)]);
        "CS0119" "CS0120" "CS0176" "CS0200" "CS0236" "CS0272" "CS0428" "CS1955" => HOLDS_OR_INDEXES;
        "CS0165" "CS0234" "CS0579" => Holds(0);
        "CS0117" "CS1061" => OneOf(&[Name(1), Is("use of a member that has no name here", is_implied_member)]);
        "CS1929" => Holds(1);
        "CS1739" => Name(1);
        "CS0122" => OneOf(&[Holds(0), Is("call of a constructor", constructs_unnamed)]);
        "CS1501" => OneOf(&[Name(0), Is("use of a member that has no name here", is_implied_call)]);
        // Also at a class, or its constructor, that calls its base's without saying so.
        "CS1729" => OneOf(&[Name(0), CONSTRUCTS, DECLARED]);
        "CS7036" => OneOf(&[Name(1), CONSTRUCTS, Is("call", is_unnamed_call), DECLARED]);
        "CS1648" "CS1649" "CS1650" "CS1651" => Begins(0);
        // Names that are declared.
        "CS0067" "CS0108" "CS0109" "CS0112" "CS0114" "CS0115" "CS0128" "CS0136" "CS0161" "CS0168" "CS0169" "CS0219" "CS0238" "CS0260"
        "CS0414" "CS0506" "CS0507" "CS0508" "CS0534" "CS0539" "CS0549" "CS0621" "CS0649" "CS0708" "CS1573" "CS1591" "CS1624" "CS1715"
        "CS8112" "CS8139" "CS8141" "CS8321" "CS8403" => Name(0), DECLARED;
        "CS0050" "CS0051" "CS0052" "CS0053" "CS0054" "CS0055" "CS0056" "CS0057" "CS0058" "CS0059" "CS0060" "CS0061" "CS0101" "CS0102"
        "CS0111" => Name(1), DECLARED;
        "CS0703" => OneOf(&[Name(0), Name(1)]);
        "CS0107" "CS0262" "CS0500" "CS0179" "CS0501" "CS0513" "CS0515" "CS0558" "CS0574" "CS0216" "CS0628" "CS0659" "CS0660" "CS0661"
        "CS0677" "CS0678" "CS0751" "CS1057" "CS1105" "CS1106" "CS1109" "CS1527" "CS8958" "CS0239" => Is("declaration or its accessor", declares_or_gives);
        "CS0509" => OneOf(&[DECLARED, Inside(&["base_list"])]);
        "CS0527" "CS0713" "CS0714" => Inside(&["base_list"]);
        "CS1100" => Text(&["this"]);
        "CS0592" "CS0578" "CS1689" => Inside(&["attribute_list"]);
        "CS0080" => Text(&["where"]);
        "CS0401" => Text(&["new"]);
        "CS0449" "CS0450" "CS0405" "CS9010" "CS9011" => Inside(&["type_parameter_constraints_clause"]);
        "CS0712" "CS0144" "CS0304" => Text(&["new"]);
        "CS0815" "CS0542" "CS8983" => DECLARED;
        "CS0819" => Inside(&["local_declaration_statement", "for_statement", "global_statement"]);
        "CS0642" "CS1597" => Text(&[";"]);
        "CS0160" => Inside(&["catch_clause"]);
        "CS8340" "CS8341" => DECLARED;
        "CS1722" => Inside(&["base_list"]);
        "CS1751" "CS0225" => Text(&["params"]);
        "CS1622" => Text(&["return"]);
        "CS9113" "CS0132" "CS0525" "CS0672" "CS0693" "CS1623" "CS1988" => DECLARED;
        "CS0139" => Text(&["break", "continue"]);
        "CS1522" => Text(&["{"]);
        "CS8510" => Inside(&["switch_expression", "switch_expression_arm"]);
        "CS0411" => Is("value", is_value);
        "CS8050" "CS1520" "CS0710" "CS1750" "CS8765" "CS8767" "CS8610" "CS8611" => DECLARED;
        "CS8764" "CS8766" => OneOf(&[DECLARED, Is("type", is_type_name)]);
        "CS8618" => DECLARED, OneOf(&[Name(0), Inside(&["constructor_declaration"]), Is("type", is_type_name)]);
        "CS0106" => Is("declaration with this modifier", has_modifier);
        "CS0535" "CS0736" "CS0737" "CS0738" => Inside(&["base_list"]), Is("type in the base list of this type", is_base_of);
        // Tokens and statements.
        "CS0267" => Text(&["partial"]);
        "CS1004" "CS1585" => Name(0);
        "CS0822" => Token, Inside(&["local_declaration_statement", "field_declaration", "global_statement"]);
        "CS0126" "CS0127" => Text(&["return"]);
        "CS0152" "CS0163" "CS8070" => Text(&["case", "default"]);
        "CS8120" => Inside(&["switch_statement", "switch_section"]);
        "CS0164" => Inside(&["labeled_statement"]);
        "CS1741" => Text(&["ref", "out", "this"]);
        "CS1643" "CS1660" => Is("lambda expression", is_lambda);
        "CS0177" => Is("function with this parameter", has_parameter);
        "CS1997" => Text(&["return"]);
        "CS1998" "CS1983" => Is("async function", is_async), OneOf(&[DECLARED, Is("lambda expression", is_lambda)]);
        "CS4008" "CS4032" "CS4033" "CS4034" => Text(&["await"]);
        "CS8300" => Text(&["<<<<<<<", "=======", ">>>>>>>", "|||||||"]);
        "CS8401" => Text(&["@$", "$@"]);
        "CS8509" "CS8524" "CS8655" => Text(&["switch"]);
        "CS8505" => OneOf(&[Text(&["default"]), Text(&["("])]);
        "CS8632" "CS8669" => Text(&["?"]);
        "CS0105" "CS8933" => Is("second using directive of this namespace", is_repeated_using);
        "CS1537" => Inside(&["using_directive", "extern_alias_directive"]), Holds(0);
        "CS8914" => Inside(&["using_directive"]);
        // Places in comments.
        "CS1587" => Is("documentation comment", |place| place.rest().starts_with("///") || place.rest().starts_with("/**"));
        "CS1571" "CS1572" "CS1574" "CS1580" "CS1584" "CS1710" => Line(0);
        // Expressions.
        "CS0019" "CS0023" => Is("expression with this operator", has_operator);
        "CS0191" "CS0192" "CS0198" "CS0199" => Token, Is("value that is assigned", is_assigned);
        "CS0162" => Token, Is("statement that is not reached", is_unreachable);
        "CS0029" "CS0266" => Token, Is("value of this type", |place| has_type(place, 0));
        "CS1503" => Token, Is("value of this type", |place| has_type(place, 1));
        "CS0037" "CS0403" => Is("value", is_value);
        "CS0664" => Is("number", is_number);
        "CS8600" "CS8601" "CS8603" "CS8625" => Token, Is("value that may be null", may_be_null);
        "CS8602" "CS8604" => Token, Is("value", is_value);
        "CS0746" "CS1615" "CS1620" "CS8129" => Token, Is("value", is_value);
        "CS0030" "CS0201" "CS0021" "CS0214" "CS0612" "CS0618" "CS0619" "SYSLIB0012" "SYSLIB0013" "SYSLIB0021" "SYSLIB0022" "SYSLIB0023" "SYSLIB0050" "SYSLIB0051" "SYSLIB0053" "SYSLIB0057" "CS8622" "CS8714" "CS9035" "CA1416" "CS8619" "CS0077" "CS1674" "CS8410" "CS8629" "CS0123" "CS0407" "CS0173" "CS1717" "CS1718" "CS0665" "CS0131" "CS0221" "CS1612" "CS1656" "CS1657" "CS0310" "CS8852" "CS0206" "CS8345" "CS8421" "CS8422" "CS8820" "CS8821" "CS1023" "CS0133" "CS0283" "CS0446" "CS0718" "CS0721" "CS0722" "CS0723" "CS8414" "CS8415" "CS8417" "CS8418" "CS1579" "CS1935" "CS4014" "CS4016" => Token;
    },
    unchecked: unchecked! {
        "CS0116" "CS1001" "CS1002" "CS1003" "CS1010" "CS1012" "CS1022" "CS1026" "CS1039" "CS1056" "CS1513" "CS1514" "CS1519" "CS1524"
        "CS1525" "CS1526" "CS1737" "CS8124" "CS8803" => "the parser points behind what it has read, or at what it did not expect";
        "CS1570" => "points into a comment, or behind it";
        "CS0227" "CS8370" "CS8400" "CS8773" "CS8936" "CS9058" "CS9202" "CS9260" "CS8652" "CS8107" "CS8302" "CS8320" "CS8059" "CS8026"
        "CS8025" "CS8024" "CS8023" "CS8022" "CS8904" "CS8706" "CS9327"
            => "points at whatever needs an option of the project";
        "CS0012" => "points at what uses the type without naming it";
        "CS8361" => "points into the parts of an interpolated string, where the trees differ";
    },
};

const DECLARED: Stands = Is("declaration", is_declared);
const CONSTRUCTS: Stands = Is("call of a constructor", constructs);
const HOLDS_OR_INDEXES: Stands = OneOf(&[Holds(0), Is("element access", is_indexed)]);

/// The name of a declaration, or the word that stands for one: `this`, `operator`, `get`.
fn is_declared(place: &Place<'_>) -> bool {
    /// What also has a name, but declares none.
    const USES: &[&str] = &[
        "member_access_expression",
        "member_binding_expression",
        "qualified_name",
        "alias_qualified_name",
        "attribute",
        "attribute_argument",
        "argument",
        "generic_name",
        "invocation_expression",
    ];
    let Some(leaf) = place.leaf() else { return false };
    let words = [
        "this", "operator", "implicit", "explicit", "get", "set", "init", "add", "remove", "~", "class", "record",
        "struct",
    ];
    let declares = |parent: Node<'_>| {
        let named = parent
            .field("name")
            .is_some_and(|n| n.start_byte() <= leaf.start_byte() && leaf.end_byte() <= n.end_byte());
        // Names without a field of their own: of loops, patterns and parameters of lambdas.
        named && !parent.is(USES)
            || parent.is(&[
                "foreach_statement",
                "implicit_parameter",
                "catch_declaration",
                "tuple_pattern",
                "parenthesized_variable_designation",
                "var_pattern",
                "query_expression",
                "from_clause",
                "let_clause",
                "join_clause",
                "type_parameter",
                "fixed_statement",
                "variable_declarator",
            ])
    };
    words.contains(&leaf.kind())
        || words.contains(&leaf.text_in(place.text()))
        || place.is_broken()
        || leaf.parent().is_some_and(declares)
        || leaf.enclosing(&["conversion_operator_declaration", "operator_declaration"]).is_some()
}

/// A declaration, or what stands for one of its accessors: `get`, or the value of a property without any.
fn declares_or_gives(place: &Place<'_>) -> bool {
    is_declared(place)
        || place.leaf().is_some_and(|l| l.enclosing(&["arrow_expression_clause"]).is_some())
        || place
            .leaf()
            .and_then(|l| l.parent())
            .is_some_and(|p| p.is(&["operator_declaration", "conversion_operator_declaration"]))
}

fn is_type(place: &Place<'_>) -> bool {
    place.leaf().is_some_and(|l| l.is(&["identifier", "predefined_type"]))
}

fn is_type_name(place: &Place<'_>) -> bool {
    place.leaf().and_then(|l| l.parent()).is_some_and(|p| p.is(TYPE_DECLARATIONS))
}

fn is_indexed(place: &Place<'_>) -> bool {
    place.argument(0).contains("this[") && place.begun().any(|n| n.is(&["element_access_expression"]))
}

/// Members that the language calls where nothing names them.
const IMPLIED: &[&str] = &[
    "Add",
    "GetAwaiter",
    "GetEnumerator",
    "GetAsyncEnumerator",
    "Deconstruct",
    "Dispose",
    "DisposeAsync",
    "Select",
    "SelectMany",
    "Where",
    "OrderBy",
    "OrderByDescending",
    "ThenBy",
    "ThenByDescending",
    "GroupBy",
    "Join",
    "GroupJoin",
    "Cast",
    "GetPinnableReference",
    "this",
    "Invoke",
    "MoveNext",
    "Current",
    "Slice",
    "Length",
    "Count",
];

fn is_implied_member(place: &Place<'_>) -> bool {
    IMPLIED.contains(&place.argument(1)) && is_value(place)
}

fn is_implied_call(place: &Place<'_>) -> bool {
    IMPLIED.contains(&place.argument(0)) && place.begun().next().is_some()
}

/// `new`, `this(…)`, `base(…)`, an attribute, or the class whose base it is.
fn constructs(place: &Place<'_>) -> bool {
    place.has(&Text(&["this", "base", "new", "("]))
        || is_declared(place)
        || place.leaf().is_some_and(|l| l.enclosing(&["attribute", "base_list"]).is_some())
}

/// The modifier is at the position, or the declaration there has it.
fn has_modifier(place: &Place<'_>) -> bool {
    let modifier = place.argument(0);
    let Some(leaf) = place.leaf() else { return false };
    if modifier.is_empty() || place.is_broken() || place.rest().starts_with(modifier) {
        return true;
    }
    let modified = ancestors(leaf).take(8).find(|n| n.all_children().iter().any(|c| c.kind() == "modifier"));
    modified.is_some_and(|n| syntax::csharp::has_modifier(n, place.text(), modifier))
}

/// The type around the position is the one that the message is about.
fn is_base_of(place: &Place<'_>) -> bool {
    if place.is_broken() {
        return true;
    }
    let Some(ty) = place.leaf().and_then(|l| l.enclosing(TYPE_DECLARATIONS)) else { return false };
    let Some(name) = ty.field("name") else { return true };
    let printed = place.argument(0);
    let printed = &printed[..printed.find('<').unwrap_or(printed.len())];
    printed.is_empty()
        || printed.rsplit('.').next() == Some(name.text_in(place.text()).trim_start_matches('@'))
        || place.argument(0).contains(">.")
}

/// A call of a delegate or of an indexer.
fn is_unnamed_call(place: &Place<'_>) -> bool {
    let called = place.argument(1);
    (!called.contains('(')
        || IMPLIED.iter().any(|name| called.contains(&format!(".{name}(")) || called.contains("this[")))
        && is_value(place)
}

/// `new(…)`, `base(…)` and the like, for a constructor that is not accessible; a class without a constructor calls that of its base.
fn constructs_unnamed(place: &Place<'_>) -> bool {
    let printed = place.argument(0);
    let head = &printed[..printed.find('(').unwrap_or(printed.len())];
    let mut parts = head.rsplit('.');
    let is_constructor =
        parts.next().is_some_and(|name| parts.next().is_some_and(|ty| ty.split('<').next() == Some(name)));
    is_constructor && (place.has(&Text(&["new", "this", "base"])) || is_declared(place))
}

/// What is assigned to, counted up or down, or passed by reference.
fn is_assigned(place: &Place<'_>) -> bool {
    let assigned = |n: Node<'_>| {
        n.parent().is_some_and(|p| {
            p.kind() == "assignment_expression" && p.field("left") == Some(n)
                || p.is(&[
                    "prefix_unary_expression",
                    "postfix_unary_expression",
                    "argument",
                    "tuple_expression",
                    "ref_expression",
                    "variable_declarator",
                ])
        })
    };
    place.is_broken() || place.begun().any(assigned)
}

/// A statement that is not reached: one before it or around it may end the flow of control. Parts of expressions are not looked at.
fn is_unreachable(place: &Place<'_>) -> bool {
    if place.is_broken() {
        return true;
    }
    let ends = |n: Node<'_>| {
        n.kind().ends_with("_statement")
            && !n.is(&[
                "expression_statement",
                "local_declaration_statement",
                "local_function_statement",
                "empty_statement",
            ])
            || n.kind() == "block"
            || n.kind().starts_with("preproc")
    };
    let mut inner = false;
    for node in place.begun() {
        let Some(parent) = node.parent() else { break };
        inner |= parent.is(&[
            "if_statement",
            "while_statement",
            "for_statement",
            "foreach_statement",
            "do_statement",
            "switch_section",
            "conditional_expression",
            "switch_expression_arm",
            "binary_expression",
        ]);
        if parent.is(&["block", "switch_section", "compilation_unit", "global_statement"]) {
            let mut before = std::iter::successors(node.prev_named_sibling(), |n| n.prev_named_sibling());
            let owner = parent.parent();
            let conditional = owner.is_some_and(|p| {
                p.kind().ends_with("_statement") || p.is(&["catch_clause", "finally_clause", "block"])
            });
            return inner || before.any(ends) || conditional || !parent.is(&["block"]);
        }
    }
    place.token().is_some_and(|t| t.kind() != "comment")
}

fn is_lambda(place: &Place<'_>) -> bool {
    place.has(&Text(&["=>", "delegate", "async"]))
        || place.begun().any(|n| n.is(&["lambda_expression", "anonymous_method_expression"]))
}

/// The function around the position has a parameter of the name in the message.
fn has_parameter(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    let kinds: Vec<&str> = FUNCTIONS.iter().copied().chain(["indexer_declaration", "property_declaration"]).collect();
    let name = place.argument(0);
    place.is_broken()
        || ancestors(leaf).filter(|n| n.is(&kinds) || n.is(TYPE_DECLARATIONS)).any(|n| {
            let end = n.field("body").map_or(n.end_byte(), |b| b.start_byte());
            place.text()[n.start_byte()..end].contains(name)
        })
}

fn is_async(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    let is_async = |n: Node<'_>| {
        let end = n.field("body").map_or(n.end_byte(), |b| b.start_byte());
        place.text()[n.start_byte()..end].contains("async")
    };
    place.is_broken() || ancestors(leaf).find(|n| n.is(FUNCTIONS)).is_some_and(is_async)
}

/// A using directive of the argument's namespace. The second of its scope, unless the first is global.
fn is_repeated_using(place: &Place<'_>) -> bool {
    let text = place.text();
    let Some(using) = place.leaf().and_then(|l| l.enclosing(&["using_directive"])) else { return false };
    let last = |path: &str| -> String {
        let path: String = path.trim_end_matches(';').split_whitespace().collect();
        path.rsplit(['.', ':']).next().unwrap_or_default().to_owned()
    };
    let wanted = last(place.argument(0));
    let target = |n: Node<'_>| last(n.text_in(text));
    let named = |n: Node<'_>| {
        target(n) == wanted || target(n) == format!("using{wanted}") || target(n) == format!("usingstatic{wanted}")
    };
    if wanted.is_empty() {
        return true;
    }
    let global = |n: Node<'_>| n.text_in(text).trim_start().starts_with("global");
    let earlier = || {
        let siblings = using.parent().map(|p| p.named()).unwrap_or_default();
        siblings.into_iter().any(|n| n.kind() == "using_directive" && n.start_byte() < using.start_byte() && named(n))
    };
    named(using) && (!place.arguments.is_empty()) && (global(using) || earlier() || is_global_elsewhere(place))
}

/// Whether the message may be about a global using of another file: no other one of the file can be what was there before.
fn is_global_elsewhere(place: &Place<'_>) -> bool {
    let name = place.argument(0);
    place.index.files().filter(|p| p.extension().is_some_and(|e| e == "cs")).any(|path| {
        **path != *place.source.path
            && place.index.text(path).is_some_and(|t| t.contains("global using") && t.contains(name))
    })
}

/// An expression, not a declared name and no sign.
fn is_value(place: &Place<'_>) -> bool {
    let Some(leaf) = place.leaf() else { return false };
    if place.is_broken() {
        return true;
    }
    leaf.start_byte() == place.offset
        && !matches!(leaf.kind(), ";" | "," | ")" | "]" | "}" | "." | "comment" | "modifier")
}

/// What is written there can be of the printed type: a literal and a new object show theirs.
fn has_type(place: &Place<'_>, i: usize) -> bool {
    let printed = place.argument(i);
    if place.is_broken() || printed.is_empty() {
        return true;
    }
    let Some(value) =
        place.begun().take_while(|n| !n.kind().ends_with("_statement")).filter(|n| is_expression(*n)).last()
    else {
        return true;
    };
    match value.kind() {
        "string_literal" | "verbatim_string_literal" | "raw_string_literal" | "interpolated_string_expression" => {
            printed == "string" || printed.contains("Span<byte>")
        }
        "boolean_literal" => printed == "bool",
        "character_literal" => printed == "char",
        "null_literal" => printed == "<null>",
        "object_creation_expression" => value.field("type").is_none_or(|t| {
            let written = simple_name(t.text_in(place.text()));
            written.is_none() || written == simple_name(printed)
        }),
        _ => true,
    }
}

fn is_number(place: &Place<'_>) -> bool {
    place.rest().starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-' || c == '+')
}

/// Types that are never null, as they are written.
const VALUE_TYPES: &[&str] = &[
    "bool", "byte", "sbyte", "char", "decimal", "double", "float", "int", "uint", "long", "ulong", "short", "ushort",
    "nint", "nuint", "void",
];

/// A value that the compiler can take for null, where a reference is wanted: no literal of another kind, no new object, and nothing that becomes a
/// value type.
fn may_be_null(place: &Place<'_>) -> bool {
    let text = place.text();
    let Some(leaf) = place.token() else { return false };
    if place.is_broken() {
        return true;
    }
    // `foreach (string s in …)`, `out string s`: the type is what is reported.
    let declares = |n: Node<'_>| {
        n.is(&[
            "foreach_statement",
            "declaration_expression",
            "variable_declaration",
            "declaration_pattern",
            "tuple_element",
        ])
    };
    let Some(expression) = place.begun().take_while(|n| !declares(*n)).filter(|n| is_expression(*n)).last() else {
        let declaration = place
            .begun()
            .find(|n| declares(*n) || n.parent().is_some_and(|p| declares(p) && p.field("type") == Some(*n)));
        return declaration.is_some() && !VALUE_TYPES.contains(&leaf.text_in(text));
    };
    if expression.is(&[
        "integer_literal",
        "real_literal",
        "boolean_literal",
        "character_literal",
        "string_literal",
        "verbatim_string_literal",
        "raw_string_literal",
        "interpolated_string_expression",
        "object_creation_expression",
        "implicit_object_creation_expression",
        "array_creation_expression",
        "implicit_array_creation_expression",
        "lambda_expression",
        "typeof_expression",
        "sizeof_expression",
        "this",
    ]) {
        return false;
    }
    if expression
        .enclosing(&["type_argument_list", "type_parameter_list", "base_list"])
        .is_some_and(|t| t.end_byte() > place.offset)
    {
        return false;
    }
    let is_value_type = |ty: Option<Node<'_>>| ty.is_some_and(|t| VALUE_TYPES.contains(&t.text_in(text)));
    let parent = expression.parent();
    // `int n = …`: an initializer.
    if let Some(declarator) = parent
        .and_then(|p| p.enclosing(&["variable_declarator"]).filter(|d| *d == p || p.kind() == "equals_value_clause"))
        && declarator.field("name").is_some_and(|n| n.end_byte() <= place.offset)
        && is_value_type(declarator.parent().and_then(|d| d.field("type")))
    {
        return false;
    }
    // `return …` of a function that returns a value type.
    if parent.is_some_and(|p| p.is(&["return_statement", "arrow_expression_clause"]))
        && let Some(function) =
            expression.enclosing(&[FUNCTIONS, &["property_declaration", "indexer_declaration"]].concat())
        && !function.is(&["lambda_expression", "anonymous_method_expression", "accessor_declaration"])
        && is_value_type(function.field("returns").or_else(|| function.field("type")))
    {
        return false;
    }
    let semantics = Semantics::new(place.index, place.source);
    let model = semantics.csharp();
    model.type_of(expression).is_none_or(|ty| !model.is_value_type(&ty))
}

/// An expression: a name only where it is a value.
fn is_expression(n: Node<'_>) -> bool {
    n.kind().ends_with("_expression")
        || n.kind().ends_with("_literal")
        || matches!(n.kind(), "this" | "base" | "default" | "null")
        || n.kind() == "identifier"
            && n.parent().is_some_and(|p| {
                p.field("type") != Some(n)
                    && p.field("name") != Some(n)
                    && !p.is(&[
                        "type_argument_list",
                        "nullable_type",
                        "array_type",
                        "qualified_name",
                        "base_list",
                        "type_parameter",
                    ])
            })
        || n.kind() == "generic_name" && n.parent().is_some_and(|p| p.is(&["invocation_expression"]))
}
