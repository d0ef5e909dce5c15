//! The value of a parameter that is new.

use super::spot::Spot;
use super::witness;
use crate::likeness::name_likeness;
use codegen::ImportRequest;
use index::Parameter;
use semantics::typescript::{ParameterInfo, SemanticModel, Shape, Ternary, Type};
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors};

/// What is passed for a parameter.
pub(super) struct Value {
    pub text: String,
    pub imports: Vec<ImportRequest>,
    pub doubt: Option<&'static str>,
}

const CHOSEN: &str = "the argument was chosen by its type";

/// The value for parameter `number` at a call: what the function used before in its place, or the one value in scope that fits.
pub(super) fn of(
    spot: &Spot<'_>,
    call: Node<'_>,
    number: usize,
    parameter: &Parameter,
    info: Option<&ParameterInfo>,
) -> Option<Value> {
    if let Some(text) = witness::used_before(&spot.site, number) {
        return Some(Value { text, imports: Vec::new(), doubt: None });
    }
    let ty = info?.ty.clone()?;
    if ty.is_any() || ty.is_unknown() {
        return None;
    }
    let text = in_scope(spot, call, &ty, &parameter.name)?;
    Some(Value { text, imports: Vec::new(), doubt: Some(CHOSEN) })
}

/// The one value in scope that fits a type; the one that is called alike when several do.
pub(super) fn in_scope(spot: &Spot<'_>, call: Node<'_>, ty: &Type, name: &str) -> Option<String> {
    let model = spot.model();
    let common = is_common(&model, ty);
    let wanted = name.trim_start_matches('_');
    let mut near: Vec<(String, f32)> = Vec::new();
    for (name, own) in locals(&model, call) {
        if own.is_some_and(|own| fits(&model, &own, ty)) {
            near.push((name.clone(), name_likeness(&name, wanted)));
        }
    }
    // A number or a string is the right one only by its name.
    if common {
        near.retain(|(_, like)| *like == 1.0);
    }
    if near.is_empty() && !common {
        near = fields(&model, spot.text, call, ty, wanted);
    }
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = match near.as_slice() {
        [one] => one,
        [one, other, ..] if one.1 > 0.0 && one.1 > other.1 => one,
        _ => return None,
    };
    Some(best.0.clone())
}

/// Whether a value of one type is what a parameter of another takes: the same type, or the same one with other type arguments.
fn fits(model: &SemanticModel<'_>, own: &Type, wanted: &Type) -> bool {
    if own.is_any() || own.is_never() {
        return false;
    }
    if own == wanted {
        return true;
    }
    match (model.named_type(own), model.named_type(wanted)) {
        (Some((a, _)), Some((b, _))) => a == b && model.assignable(own, wanted) != Ternary::No,
        _ => false,
    }
}

/// Parameters and variables of the functions around a call, with their types, that have a value there.
fn locals(model: &SemanticModel<'_>, call: Node<'_>) -> Vec<(String, Option<Type>)> {
    let mut out = Vec::new();
    for visible in model.visible_names(call).into_iter().filter(|v| v.local) {
        let Some(binding) = model.binding_of(call, &visible.name) else { continue };
        let declarator = binding.parent().filter(|p| p.kind() == "variable_declarator");
        let within = declarator.is_some_and(|d| d.start_byte() <= call.start_byte() && call.end_byte() <= d.end_byte());
        let outer = ancestors(binding).skip(1).find(|a| a.is(FUNCTIONS));
        if within || outer.is_none() || binding.start_byte() > call.start_byte() {
            continue;
        }
        if declarator.is_none() && !binding.parent().is_some_and(|p| p.is(PARAMETERS)) {
            continue;
        }
        out.push((visible.name.to_string(), model.type_of_name(binding)));
    }
    out
}

const PARAMETERS: &[&str] = &[
    "required_parameter",
    "optional_parameter",
    "arrow_function",
    "shorthand_property_identifier_pattern",
    "object_pattern",
    "pair_pattern",
];

/// Fields of `this` that fit.
fn fields(model: &SemanticModel<'_>, text: &str, call: Node<'_>, ty: &Type, name: &str) -> Vec<(String, f32)> {
    let function = ancestors(call).find(|a| a.is(FUNCTIONS) && a.kind() != "arrow_function");
    let Some(method) = function.filter(|f| f.kind() == "method_definition") else { return Vec::new() };
    if syntax::child_of_kind(method, "static").is_some() {
        return Vec::new();
    }
    let Some(class) = method.enclosing(&["class_declaration", "abstract_class_declaration", "class"]) else {
        return Vec::new();
    };
    let Some(own) = class.field("name").and_then(|n| model.type_of_text(&text[n.byte_range()])) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for property in model.properties_of(&own).unwrap_or_default() {
        if !property.method && property.ty.is_some_and(|own| fits(model, &own, ty)) {
            out.push((format!("this.{}", property.name), name_likeness(&property.name, name)));
        }
    }
    out
}

/// Whether a type is one that several values may have by chance.
fn is_common(model: &SemanticModel<'_>, ty: &Type) -> bool {
    match model.shape(ty) {
        Shape::Instance(symbol, _) => matches!(
            symbol.name(),
            "Array"
                | "ReadonlyArray"
                | "Promise"
                | "Date"
                | "Map"
                | "Set"
                | "Record"
                | "RegExp"
                | "Error"
                | "Function"
                | "Object"
        ),
        Shape::Structure => model.named_type(ty).is_none(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    const THEN: &str = "//- /log.ts\nexport class Logger { write(text: string) {} }\n//- /a.ts\nimport { Logger } from './log';\nexport function save(id: number) { return id; }\n";
    const NOW: &str = "//- /a.ts\nimport { Logger } from './log';\nexport function save(id: number, logger: Logger) { return id; }\n//- /use.ts\n";
    const MESSAGE: &str = "Expected 2 arguments, but got 1.";

    #[test]
    fn the_one_value_of_the_type_is_passed() {
        let user = "import { save } from './a';\nimport { Logger } from './log';\nexport function f(id: number, log: Logger) { $0save(id); }\n";
        let after = "import { save } from './a';\nimport { Logger } from './log';\nexport function f(id: number, log: Logger) { save(id, log); }\n";
        check_unsafe(THEN, &format!("{NOW}{user}"), "TS2554", MESSAGE, after);
        let field = "import { save } from './a';\nimport { Logger } from './log';\nexport class C {\n  constructor(private readonly log: Logger) {}\n  run() { $0save(1); }\n}\n";
        let after = "import { save } from './a';\nimport { Logger } from './log';\nexport class C {\n  constructor(private readonly log: Logger) {}\n  run() { save(1, this.log); }\n}\n";
        check_unsafe(THEN, &format!("{NOW}{field}"), "TS2554", MESSAGE, after);
    }

    #[test]
    fn nothing_is_invented() {
        let none = "import { save } from './a';\nexport function f(id: number) { $0save(id); }\n";
        check_nothing(THEN, &format!("{NOW}{none}"), "TS2554", MESSAGE);
        let two = "import { save } from './a';\nimport { Logger } from './log';\nexport function f(one: Logger, other: Logger) { $0save(1); }\n";
        check_nothing(THEN, &format!("{NOW}{two}"), "TS2554", MESSAGE);
        let any = "import { save } from './a';\nexport function f(one: any) { $0save(1); }\n";
        check_nothing(THEN, &format!("{NOW}{any}"), "TS2554", MESSAGE);
        let later = "import { save } from './a';\nimport { Logger } from './log';\nexport function f() { $0save(1); const log = new Logger(); }\n";
        check_nothing(THEN, &format!("{NOW}{later}"), "TS2554", MESSAGE);
    }

    #[test]
    fn the_old_body_says_what_it_used() {
        check_safe(
            "//- /a.ts\nexport function page(items: string[]) { return items.slice(0, 20).map(i => i.trim()); }\n",
            "//- /a.ts\nexport function page(items: string[], size: number) { return items.slice(0, size).map(i => i.trim()); }\n//- /use.ts\nimport { page } from './a';\n$0page([]);\n",
            "TS2554",
            MESSAGE,
            "import { page } from './a';\npage([], 20);\n",
        );
    }
}
