//! What the uses of a type's name say about the type that is meant.

use super::arguments_fit::{arguments_of, may_convert, may_take, takes_count};
use super::unknown_base::has_unknown_base;
use fix::RuleContext;
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::simple_name;
use semantics::csharp::type_use::{Place, TypeUse, has_static};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{TYPE_DECLARATIONS, descendants, function_of, initializer, inner_expression, own_descendants};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

/// The most evidence that is looked at for one use.
const MAX_EVIDENCE: usize = 64;
/// The most nodes that are searched for uses of one variable.
const MAX_NODES: usize = 20_000;

/// One thing that the code requires of the type.
#[derive(Clone, Copy, Debug)]
enum Evidence<'t> {
    /// `T.M`
    Static(&'t str),
    /// `new T(…) { … }`
    Created(Node<'t>),
    /// `x.M` or, with a number of arguments, `x.M(…)`
    Member(&'t str, Option<usize>),
    /// What the position allows.
    Position,
    /// A value that is converted to it.
    Value(Node<'t>),
}

/// What one use of the name requires of the type.
pub(crate) struct Uses<'t> {
    used: TypeUse<'t>,
    evidence: Vec<Evidence<'t>>,
}

impl<'t> Uses<'t> {
    /// Collects what the use at byte `offset` requires.
    pub(crate) fn at(ctx: &RuleContext<'t>, offset: usize) -> Option<Self> {
        let used = TypeUse::at(ctx, offset)?;
        let mut evidence = Vec::new();
        collect(ctx, &used, &mut evidence);
        evidence.truncate(MAX_EVIDENCE);
        Some(Self { used, evidence })
    }

    /// Whether `ty` has all that is required. What is not known of it counts as there.
    pub(crate) fn fits(&self, ctx: &RuleContext<'t>, model: &SemanticModel<'t>, ty: &CsType) -> bool {
        let plain = model.type_from(ty, type_arguments(model, &self.used));
        let open = has_unknown_base(ctx, ty);
        self.evidence.iter().all(|evidence| match evidence {
            Evidence::Static(name) => open || has_static(ty, name, ctx),
            Evidence::Position => self.used.accepts(ty, ctx),
            Evidence::Created(creation) => constructs(ctx, model, ty, &plain, *creation, open),
            Evidence::Member(name, arguments) => open || has_member(ctx, model, ty, &plain, name, *arguments),
            Evidence::Value(value) => open || may_convert(model, *value, &plain, ctx.text()),
        })
    }
}

fn type_arguments<'t>(model: &SemanticModel<'t>, used: &TypeUse<'t>) -> Vec<Type> {
    let list = used.node.named().into_iter().find(|c| c.kind() == "type_argument_list");
    let written = list.map_or_else(Vec::new, |l| l.named());
    written.into_iter().map(|n| model.written_type(n).unwrap_or_else(|| Type::named("object"))).collect()
}

fn collect<'t>(ctx: &RuleContext<'t>, used: &TypeUse<'t>, out: &mut Vec<Evidence<'t>>) {
    let Some(parent) = used.node.parent() else { return };
    match used.place {
        Place::Receiver | Place::Qualifier => out.extend(used.member.map(Evidence::Static)),
        Place::New => {
            out.push(Evidence::Created(parent));
            of_value(ctx, parent, out);
        }
        Place::Attribute => out.extend([Evidence::Position, Evidence::Created(parent)]),
        Place::Base { .. } => out.push(Evidence::Position),
        Place::Type => of_declaration(ctx, used, parent, out),
        Place::Invoked | Place::Expression => {}
    }
}

/// What the declaration whose type is written by `used` requires.
fn of_declaration<'t>(ctx: &RuleContext<'t>, used: &TypeUse<'t>, mut parent: Node<'t>, out: &mut Vec<Evidence<'t>>) {
    let text = ctx.text();
    if parent.kind() == "nullable_type" {
        let Some(outer) = parent.parent() else { return };
        parent = outer;
    }
    match parent.kind() {
        "variable_declaration" => {
            out.push(Evidence::Position);
            let field = parent.parent().is_some_and(|p| p.kind() == "field_declaration");
            for declarator in parent.named().into_iter().filter(|n| n.kind() == "variable_declarator") {
                out.extend(initializer(declarator).and_then(|v| assigned(v, used.name, text)));
                of_variable(ctx, declarator.field("name"), field, out);
            }
        }
        "property_declaration" => {
            out.push(Evidence::Position);
            results(parent, used.name, text, out);
            of_variable(ctx, parent.field("name"), true, out);
        }
        "parameter" => {
            out.push(Evidence::Position);
            let of_type = parent.parent().and_then(|l| l.parent()).is_some_and(|o| o.is(TYPE_DECLARATIONS));
            of_variable(ctx, parent.field("name"), of_type, out);
        }
        "declaration_pattern" | "declaration_expression" | "catch_declaration" | "recursive_pattern" => {
            of_variable(ctx, parent.field("name"), false, out);
        }
        "foreach_statement" => of_variable(ctx, parent.field("left"), false, out),
        "cast_expression" | "as_expression" => of_value(ctx, parent, out),
        "method_declaration" | "local_function_statement" => results(parent, used.name, text, out),
        _ => {}
    }
}

/// What the values that a function or property returns require.
fn results<'t>(owner: Node<'t>, name: &str, text: &'t str, out: &mut Vec<Evidence<'t>>) {
    out.extend(owner.field("value").and_then(|v| assigned(v, name, text)));
    let returns = own_descendants(owner).take(MAX_NODES);
    let returns = returns.filter(|n| n.is(&["return_statement", "arrow_expression_clause"]));
    out.extend(returns.filter_map(|n| assigned(inner_expression(n)?, name, text)));
}

/// What an assigned value requires. A creation of the same name says what its own use says.
fn assigned<'t>(value: Node<'t>, name: &str, text: &str) -> Option<Evidence<'t>> {
    match value.kind() {
        "object_creation_expression" => {
            let same = value.field("type").is_some_and(|t| simple_name(t.text_in(text)) == name);
            Some(if same { Evidence::Created(value) } else { Evidence::Value(value) })
        }
        "implicit_object_creation_expression" => Some(Evidence::Created(value)),
        // The type of other expressions may come from the ambiguous name itself.
        "lambda_expression" | "anonymous_method_expression" => Some(Evidence::Value(value)),
        kind if kind.ends_with("_literal") => Some(Evidence::Value(value)),
        _ => None,
    }
}

/// What is done with a value of the type, or with the variable that it is given to.
fn of_value<'t>(ctx: &RuleContext<'t>, value: Node<'t>, out: &mut Vec<Evidence<'t>>) {
    accessed(value, ctx.text(), out);
    let declarator = outside_parentheses(value).parent().filter(|p| p.kind() == "variable_declarator");
    let inferred = declarator.and_then(|d| d.parent()).and_then(|d| d.field("type"));
    if inferred.is_some_and(|t| t.kind() == "implicit_type") {
        of_variable(ctx, declarator.and_then(|d| d.field("name")), false, out);
    }
}

fn outside_parentheses(value: Node<'_>) -> Node<'_> {
    let mut inner = value;
    while let Some(outer) = inner.parent().filter(|p| p.kind() == "parenthesized_expression") {
        inner = outer;
    }
    inner
}

/// `value.M`
fn accessed<'t>(value: Node<'t>, text: &'t str, out: &mut Vec<Evidence<'t>>) {
    let inner = outside_parentheses(value);
    let Some(parent) = inner.parent() else { return };
    let name = match parent.kind() {
        "member_access_expression" if parent.field("expression") == Some(inner) => parent.field("name"),
        "conditional_access_expression" if parent.field("condition") == Some(inner) => {
            let mut below = descendants(parent).filter(|n| n.start_byte() >= inner.end_byte());
            below.find(|n| n.kind() == "member_binding_expression").and_then(|b| b.field("name"))
        }
        _ => return,
    };
    let Some(name) = name else { return };
    // `a?.B()` is a call of `a?.B`.
    let accesses = [name.parent().unwrap_or(parent), parent];
    let call_of = |access: Node<'t>| {
        access.parent().filter(|c| c.kind() == "invocation_expression" && c.field("function") == Some(access))
    };
    let call = accesses.into_iter().find_map(call_of);
    let arguments = call.map(|c| arguments_of(c.field("arguments")).len());
    out.push(Evidence::Member(simple_name(name.text_in(text)), arguments));
}

/// What the uses of a variable require of its type. `member`: of a field, property or parameter of a type, in the whole type declaration.
fn of_variable<'t>(ctx: &RuleContext<'t>, name: Option<Node<'t>>, member: bool, out: &mut Vec<Evidence<'t>>) {
    let text = ctx.text();
    let Some(declared) = name.filter(|n| n.kind() == "identifier") else { return };
    let name = declared.text_in(text);
    let scope = match member {
        true => declared.enclosing(TYPE_DECLARATIONS),
        false => function_of(declared).or_else(|| declared.enclosing(&["compilation_unit"])),
    };
    let Some(scope) = scope else { return };
    let is_name = |n: &Node<'t>| n.kind() == "identifier" && n.text_in(text) == name;
    let all: Vec<Node<'t>> = descendants(scope).take(MAX_NODES).filter(is_name).collect();
    // Functions in which the name may be another variable.
    let declares = |n: &Node<'t>| {
        n.parent().is_some_and(|p| {
            p.field("name") == Some(*n) && (p.kind().ends_with("_declarator") || p.kind().ends_with("parameter"))
                || p.is(&["declaration_pattern", "declaration_expression", "implicit_parameter"])
                || p.kind() == "foreach_statement" && p.field("left") == Some(*n)
        })
    };
    let others: Vec<Node<'t>> = all.iter().copied().filter(|n| *n != declared && declares(n)).collect();
    if !member && !others.is_empty() {
        return;
    }
    let hidden: Vec<Node<'t>> = others.iter().filter_map(|n| function_of(*n)).collect();
    for at in all.iter().copied().filter(|n| *n != declared && !declares(n)) {
        if ancestors(at).any(|n| hidden.contains(&n)) {
            continue;
        }
        let Some(parent) = at.parent() else { continue };
        let value = match parent.kind() {
            // `this.x`; in `y.x` it is a member of something else.
            "member_access_expression" if parent.field("name") == Some(at) => {
                let own = parent.field("expression").is_some_and(|e| e.is(&["this", "this_expression"]));
                if !own || !member {
                    continue;
                }
                parent
            }
            "member_binding_expression" | "name_colon" | "qualified_name" => continue,
            _ => at,
        };
        accessed(value, text, out);
        let assignment = value.parent().filter(|p| p.kind() == "assignment_expression");
        let plain = assignment
            .filter(|a| a.field("left") == Some(value) && a.field("operator").is_none_or(|o| o.text_in(text) == "="));
        let type_name = ctx.argument(0).map(simple_name).unwrap_or_default();
        out.extend(plain.and_then(|a| a.field("right")).and_then(|v| assigned(v, type_name, text)));
        if out.len() > MAX_EVIDENCE {
            return;
        }
    }
}

/// Whether an instance member with this name exists that takes so many arguments, or an extension method.
fn has_member(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    ty: &CsType,
    plain: &Type,
    name: &str,
    arguments: Option<usize>,
) -> bool {
    let members = ctx.index.csharp().all_members(ty, "");
    let own = members.iter().filter(|m| m.declaration.name == name).any(|m| {
        let d = &m.declaration;
        let is_static = d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST);
        !is_static
            && match (d.kind, arguments) {
                (DeclarationKind::Method, Some(count)) => takes_count(&d.parameters, count),
                _ => true,
            }
    });
    own || !model.extensions(plain, name, ctx.diagnostic.range.start).is_empty()
}

/// Whether `creation` can create a `ty`.
fn constructs<'t>(
    ctx: &RuleContext<'t>,
    model: &SemanticModel<'t>,
    ty: &CsType,
    plain: &Type,
    creation: Node<'t>,
    open: bool,
) -> bool {
    use DeclarationKind::{Class, Delegate, Record, RecordStruct, Struct};
    let d = &ty.declaration;
    let text = ctx.text();
    if d.kind == Delegate {
        return true;
    }
    if !matches!(d.kind, Class | Record | Struct | RecordStruct)
        || d.modifiers.intersects(Modifiers::ABSTRACT | Modifiers::STATIC)
    {
        return false;
    }
    let lists = ["argument_list", "attribute_argument_list"];
    let mut arguments = arguments_of(lists.into_iter().find_map(|kind| child_of_kind(creation, kind)));
    // `[A(X = 1)]` sets a member.
    arguments.retain(|a| a.kind() == "argument" || a.field("name").is_none());
    let members = model.own_members(plain);
    let source = matches!(ty.origin, TypeOrigin::Source(_));
    let inside = ancestors(creation)
        .any(|n| n.is(TYPE_DECLARATIONS) && n.field("name").is_some_and(|f| f.text_in(text) == d.name));
    let accessible =
        |m: &Modifiers| m.contains(Modifiers::PUBLIC) || source && (inside || m.contains(Modifiers::INTERNAL));
    let constructors: Vec<_> = members
        .iter()
        .filter(|m| m.declaration.kind == DeclarationKind::Constructor)
        .filter(|m| !m.declaration.modifiers.contains(Modifiers::STATIC))
        .collect();
    let implicit = constructors.is_empty() && d.parameters.is_empty() || matches!(d.kind, Struct | RecordStruct);
    let any = implicit && arguments.is_empty()
        || !d.parameters.is_empty() && takes_count(&d.parameters, arguments.len())
        || constructors.iter().any(|m| {
            accessible(&m.declaration.modifiers) && may_take(model, m, &m.declaration.parameters, &arguments, text)
        });
    // `{ X = 1 }`
    let initializer = creation.field("initializer").or_else(|| child_of_kind(creation, "initializer_expression"));
    let set = initializer.map_or_else(Vec::new, |i| i.named());
    let names = set.into_iter().filter(|n| n.kind() == "assignment_expression").filter_map(|n| n.field("left"));
    let mut names = names.filter(|n| n.kind() == "identifier").map(|n| n.text_in(text));
    any && (open || names.all(|n| has_member(ctx, model, ty, plain, n, None)))
}
