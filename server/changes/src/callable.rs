//! What is called with which parameters.

use crate::compare::pair_parameters;
use index::typescript::types::{function, split_top};
use index::{Declaration, DeclarationId, DeclarationKind, Parameter};
use semantics::typescript::{SemanticModel, Type};
use text::TextRange;

/// A function, method, constructor, or a value whose type is a function, as it is called.
#[derive(Clone, Debug)]
pub(super) struct Callable {
    pub parameters: Vec<Parameter>,
}

/// Then and now.
pub(super) struct Signatures {
    pub then: Callable,
    pub now: Callable,
    /// For each parameter now, its number then.
    pub pairs: Vec<Option<usize>>,
}

impl Callable {
    pub(super) fn of(declaration: &Declaration) -> Option<Self> {
        use DeclarationKind::*;
        let direct = matches!(declaration.kind, Function | Method | Constructor | CallSignature | ConstructSignature);
        if direct || !declaration.parameters.is_empty() {
            return Some(Self { parameters: declaration.parameters.clone() });
        }
        matches!(declaration.kind, Variable | Field | Property | TypeAlias)
            .then(|| Self::of_type(&declaration.type_text))
            .flatten()
    }

    /// Of a function type as it is written.
    pub(super) fn of_type(text: &str) -> Option<Self> {
        let (_, list, _) = function(text)?;
        Some(Self { parameters: split_top(list, b',').into_iter().filter(|p| !p.is_empty()).map(parameter).collect() })
    }
}

impl Signatures {
    pub(super) fn between(then: &Declaration, now: &Declaration) -> Option<Self> {
        let (a, b) = (Callable::of(then)?, Callable::of(now)?);
        Some(Self::of(a, b, then, now))
    }

    /// Of two function types as they are written.
    pub(super) fn of_types(then: &str, now: &str, model: &Declaration) -> Option<Self> {
        Some(Self::of(Callable::of_type(then)?, Callable::of_type(now)?, model, model))
    }

    fn of(then: Callable, now: Callable, a: &Declaration, b: &Declaration) -> Self {
        let with = |d: &Declaration, c: &Callable| Declaration { parameters: c.parameters.clone(), ..d.clone() };
        let pairs = pair_parameters(&with(a, &then), &with(b, &now));
        Self { then, now, pairs }
    }

    /// The parameters then that are gone.
    pub(super) fn removed(&self) -> Vec<usize> {
        (0..self.then.parameters.len()).filter(|i| !self.pairs.contains(&Some(*i))).collect()
    }
}

/// `a?: T` of a list of parameters.
fn parameter(text: &str) -> Parameter {
    let rest = text.starts_with("...");
    let text = text.trim_start_matches("...");
    // The colon of `{ a: x }: T` is the one outside of brackets.
    let mut parts = split_top(text, b':').into_iter();
    let name = parts.next().unwrap_or_default();
    let optional = name.ends_with('?');
    let name = name.trim_end_matches('?').trim();
    let type_text = text.get(text.find(name).map_or(0, |p| p + name.len())..).unwrap_or_default();
    let type_text = type_text.trim_start_matches('?').trim_start().trim_start_matches(':').trim();
    Parameter {
        name: name.into(),
        type_text: type_text.into(),
        modifiers: Default::default(),
        default: Default::default(),
        optional: optional || rest,
        rest,
    }
}

/// What a call of a function gives, and what is read from anything else. `inside`: where its name stands, when it is of no outline.
pub(crate) fn result_type(
    model: &SemanticModel<'_>,
    id: &DeclarationId,
    inside: Option<TextRange>,
    declaration: &Declaration,
) -> Option<Type> {
    use DeclarationKind::*;
    let ty = model.declared_type(id, inside)?;
    let is_function = matches!(declaration.kind, Function | Method) || Callable::of(declaration).is_some();
    if matches!(declaration.kind, Getter | Setter) || !is_function {
        return Some(ty);
    }
    match model.signatures_of(&ty).as_slice() {
        [one] => one.returns.clone(),
        _ => model.return_type_of_declaration(id),
    }
}
