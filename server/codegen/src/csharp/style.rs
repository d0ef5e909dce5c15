//! Code style settings from `.editorconfig`.

use crate::editorconfig::property;
use semantics::Semantics;
use semantics::csharp::Type;
use semantics::csharp::completion_names::PREDEFINED;
use syntax::{Node, NodeExt};

/// Where expression bodies (`=> x;`) are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpressionBodies {
    /// Methods; off by default.
    pub methods: bool,
    /// Constructors; off by default.
    pub constructors: bool,
    /// Properties with a getter only.
    pub properties: bool,
    /// Indexers with a getter only.
    pub indexers: bool,
    /// Accessors.
    pub accessors: bool,
}

/// The settings for the diagnostic's file; the defaults are those of the .NET SDK.
pub fn expression_bodies(ctx: &Semantics<'_>) -> ExpressionBodies {
    let wanted = |what: &str, default: bool| {
        let value = property(ctx, &format!("csharp_style_expression_bodied_{what}"));
        value.map_or(default, |v| v != "false" && v != "never")
    };
    ExpressionBodies {
        methods: wanted("methods", false),
        constructors: wanted("constructors", false),
        properties: wanted("properties", true),
        indexers: wanted("indexers", true),
        accessors: wanted("accessors", true),
    }
}

/// Whether opening braces of types and members stand on lines of their own: by `.editorconfig`, else as most of the file's do.
pub fn braces_on_own_line(ctx: &Semantics<'_>) -> bool {
    match property(ctx, "csharp_new_line_before_open_brace").as_deref().map(str::trim) {
        Some("all") => true,
        Some("none") => false,
        Some(list) if list.contains("methods") => true,
        _ => written_braces(ctx.root(), ctx.text()).unwrap_or(true),
    }
}

/// Whether most opening braces of bodies of several lines stand on lines of their own; `None` without such bodies.
pub fn written_braces(root: Node<'_>, text: &str) -> Option<bool> {
    let (mut own, mut behind) = (0usize, 0usize);
    for node in syntax::csharp::descendants(root).take(MOST_NODES) {
        let braced = node.is(&["block", "declaration_list", "enum_member_declaration_list", "accessor_list"]);
        if !braced || !text[node.byte_range()].contains('\n') {
            continue;
        }
        let line = text[..node.start_byte()].rsplit(['\n', '\r']).next().unwrap_or_default();
        *(if line.trim().is_empty() { &mut own } else { &mut behind }) += 1;
    }
    (own + behind > 0).then_some(own >= behind)
}

/// How many nodes of a file show its style.
const MOST_NODES: usize = 20_000;

/// Whether a local variable of this type that is initialized with `value` is declared with `var`; off by default.
pub fn prefers_var(ctx: &Semantics<'_>, ty: &Type, value: Node<'_>) -> bool {
    // These have no type of their own.
    if value.is(&[
        "null_literal",
        "lambda_expression",
        "anonymous_method_expression",
        "implicit_object_creation_expression",
        "collection_expression",
    ]) {
        return false;
    }
    let apparent = value.is(&[
        "object_creation_expression",
        "array_creation_expression",
        "cast_expression",
        "as_expression",
        "default_expression",
    ]);
    let name = match ty {
        Type::Named { name, arguments, .. } if arguments.is_empty() && PREDEFINED.contains(&name.as_str()) => {
            "csharp_style_var_for_built_in_types"
        }
        _ if apparent => "csharp_style_var_when_type_is_apparent",
        _ => "csharp_style_var_elsewhere",
    };
    property(ctx, name).is_some_and(|v| v == "true")
}
