//! Variables in sight that bear the name of what is missing.

use super::{SemanticModel, Type};
use syntax::typescript::{FUNCTIONS, is_declaration_name, is_member_name, occurrences};
use syntax::{Node, NodeExt, ancestors};

/// A parameter or constant that a place could use.
pub struct Namesake<'t> {
    /// The name in its declaration.
    pub binding: Node<'t>,
    /// Whether nothing reads it: it was given or computed for nothing so far. Of a variable that may change nobody knows: the lost use may have changed it.
    pub idle: bool,
    /// Its type, where it is known.
    pub ty: Option<Type>,
}

/// The parameter or local variable called `name` that an expression at `place` would mean. Names of the file's top level are too far away
/// to say anything.
pub fn namesake<'t>(model: &SemanticModel<'_>, place: Node<'t>, name: &str) -> Option<Namesake<'t>> {
    let text = model.sema.source.parsed.text();
    let binding = model.binding_of(place, name)?;
    let function = ancestors(binding).find(|n| n.is(FUNCTIONS) || n.kind() == "program")?;
    let declared_before = binding.end_byte() <= place.start_byte();
    if function.kind() == "program" || !declared_before || binding.enclosing(&["function_type"]).is_some() {
        return None;
    }
    let uses = occurrences(function, text, name).into_iter().filter(|n| {
        let own = *n == binding || is_declaration_name(*n);
        !own && !is_member_name(*n)
    });
    let declaration = binding.parent().filter(|p| p.kind() == "variable_declarator").and_then(|p| p.parent());
    let is_constant = declaration.is_none_or(|d| d.field("kind").is_some_and(|k| k.text_in(text) == "const"));
    Some(Namesake { binding, idle: is_constant && uses.count() == 0, ty: model.type_of_name(binding) })
}
