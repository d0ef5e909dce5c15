//! What the semantic model says about expressions, for `tests/semantics/compare.py`.
//!
//! `types --language csharp|typescript ROOT < positions.jsonl`: a line `{"file": PATH, "start": BYTE, "end": BYTE, "names": BOOL}` asks, a line
//! `{"type": …, "annotated": …, "converted": …, "symbol": …, "names": […]}` answers; what is not known is `null`. `type` is without the
//! annotations of reference types, `annotated` with them.

use index::{Index, OsSystem, Source};
use serde_json::{Value, json};
use std::io::{BufRead, Error, Write};
use std::path::PathBuf;
use std::sync::Arc;
use syntax::{Node, ancestors};

fn main() -> std::io::Result<()> {
    let usage = || Error::other("usage: types --language csharp|typescript ROOT < positions.jsonl");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [flag, language, root] = arguments.as_slice() else { return Err(usage()) };
    let answer: fn(&Index, &Source, Question) -> Value = match (flag.as_str(), language.as_str()) {
        ("--language", "csharp") => csharp::answer,
        ("--language", "typescript") => typescript::answer,
        _ => return Err(usage()),
    };
    let root = PathBuf::from(root).canonicalize()?;
    let index = Index::open(Arc::new(OsSystem::default()), vec![root]);
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let number = |key: &str| asked[key].as_u64().and_then(|n| usize::try_from(n).ok()).ok_or_else(usage);
        let question = Question { start: number("start")?, end: number("end")?, names: asked["names"] == true };
        let file = PathBuf::from(asked["file"].as_str().ok_or_else(usage)?);
        let answer = index.source(&file).map_or(json!({}), |source| answer(&index, &source, question));
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

/// One position.
#[derive(Clone, Copy)]
struct Question {
    start: usize,
    end: usize,
    names: bool,
}

impl Question {
    /// The outermost node with exactly these bytes.
    fn node<'a>(self, source: &'a Source) -> Option<Node<'a>> {
        let node = source.parsed.root().descendant_for_byte_range(self.start, self.end)?;
        ancestors(node).take_while(|n| n.byte_range() == (self.start..self.end)).last()
    }
}

mod csharp {
    use super::Question;
    use index::{Index, Source};
    use semantics::Semantics;
    use semantics::csharp::{SemanticModel, Type};
    use serde_json::{Value, json};
    use syntax::{Node, NodeExt};

    pub(super) fn answer(index: &Index, source: &Source, question: Question) -> Value {
        let model = Semantics::new(index, source).csharp();
        let names = question.names.then(|| model.visible_names(question.start));
        let Some(node) = question.node(source) else { return json!({ "names": names }) };
        let node = value(node);
        let ty = model.type_of(node).or_else(|| model.denoted_type(node));
        let show = |ty: &Type| plain(&model, ty, false).to_string();
        let converted = model.converted_type(node).or_else(|| model.denoted_type(node));
        json!({
            "type": ty.as_ref().map(show),
            "annotated": ty.as_ref().map(|ty| plain(&model, ty, true).to_string()),
            "converted": converted.as_ref().map(show),
            "symbol": model.symbol_of(node).map(|symbol| model.display_symbol(&symbol, &show)),
            "names": names,
        })
    }

    /// The value of an argument that is nothing else.
    fn value(node: Node<'_>) -> Node<'_> {
        let wrappers = [
            "argument",
            "attribute_argument",
            "collection_element",
            "expression_element",
            "constant_pattern",
            "type_pattern",
            "attribute",
            "type_parameter_constraint",
        ];
        let mut node = node;
        while node.is(&wrappers)
            && let Some(inner) = node.named_child(0).or_else(|| node.child(0))
            && inner.byte_range() == node.byte_range()
        {
            node = inner;
        }
        node
    }

    /// With tuples as the library's types and, unless `annotated`, without `?` on reference types.
    fn plain(model: &SemanticModel<'_>, ty: &Type, annotated: bool) -> Type {
        ty.map(&mut |ty| match ty {
            Type::Nullable(inner) if !annotated && !model.is_value_type(inner) => Some(plain(model, inner, annotated)),
            Type::Tuple(elements) => {
                let elements = elements.iter().map(|(ty, _)| plain(model, ty, annotated)).collect::<Vec<_>>();
                Some(Type::generic("System.ValueTuple", elements))
            }
            _ => None,
        })
    }
}

mod typescript {
    use super::Question;
    use index::{Index, Source};
    use semantics::Semantics;
    use semantics::typescript::Type;
    use serde_json::{Value, json};

    pub(super) fn answer(index: &Index, source: &Source, question: Question) -> Value {
        let model = Semantics::new(index, source).typescript();
        let Some(node) = question.node(source) else { return json!({}) };
        // A statement may be nothing but its expression.
        let node = if node.kind() == "expression_statement" { node.named_child(0).unwrap_or(node) } else { node };
        let show = |ty: &Type| model.display_in_source(ty);
        let names =
            question.names.then(|| model.names_in_scope(node).iter().map(ToString::to_string).collect::<Vec<_>>());
        json!({
            "type": model.type_of(node).as_ref().and_then(show),
            "converted": model.expected_type(node).as_ref().and_then(show),
            "symbol": model.resolve(node).map(|symbol| symbol.name().to_owned()),
            "names": names,
        })
    }
}
