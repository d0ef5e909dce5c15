//! How the project wants code to be written: `.editorconfig`.

use semantics::Semantics;
use semantics::csharp::Type;
use semantics::csharp::completion_names::PREDEFINED;
use std::path::Path;
use syntax::{Node, NodeExt};

/// Where expression bodies (`=> x;`) are wanted.
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

/// The settings for the diagnostic's file; where none is given, those of the .NET SDK.
pub fn expression_bodies(ctx: &Semantics<'_>) -> ExpressionBodies {
    let wanted = |what: &str, default: bool| {
        let value = setting(ctx, &format!("csharp_style_expression_bodied_{what}"));
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

/// Whether a local variable of this type that starts as `value` is declared with `var`; off by default.
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
    setting(ctx, name).is_some_and(|v| v == "true")
}

/// A setting's value without its severity, from the nearest `.editorconfig` that has it for C# files.
pub fn setting(ctx: &Semantics<'_>, name: &str) -> Option<String> {
    for folder in ctx.path().ancestors().skip(1) {
        let Some(text) = ctx.index.text(&folder.join(".editorconfig")) else { continue };
        let (value, root) = read(&text, name, ctx.path());
        if value.is_some() || root {
            return value;
        }
    }
    None
}

fn read(text: &str, name: &str, path: &Path) -> (Option<String>, bool) {
    let (mut value, mut root, mut applies, mut in_section) = (None, false, false, false);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            in_section = true;
            let words: Vec<&str> = section.split(['*', '.', '{', '}', ',', ' ']).filter(|w| !w.is_empty()).collect();
            applies = section == "*" || words.contains(&extension) && !section.contains('/');
            continue;
        }
        let Some((key, rest)) = line.split_once('=') else { continue };
        let (key, rest) = (key.trim(), rest.trim());
        if !in_section && key.eq_ignore_ascii_case("root") {
            root = rest.eq_ignore_ascii_case("true");
        }
        if applies && key.eq_ignore_ascii_case(name) {
            value = rest.split(':').next().map(|v| v.trim().to_ascii_lowercase());
        }
    }
    (value, root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_matching_section_counts() {
        let text = "root = true\n[*.{cs,vb}]\na = true:suggestion\n[*.ts]\na = false\n";
        assert_eq!(read(text, "a", Path::new("/x/A.cs")), (Some("true".to_owned()), true));
        assert_eq!(read(text, "b", Path::new("/x/A.cs")), (None, true));
    }
}
