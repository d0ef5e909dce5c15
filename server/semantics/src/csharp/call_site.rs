//! Calls whose arguments do not match: what is called, and where that is declared.

use crate::Semantics;
use crate::csharp::{Place, SemanticModel, Type};
use index::csharp::CsType;
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::{name_of, type_of};
use syntax::{Node, NodeExt, ancestors};

/// A call, object creation, constructor initializer or attribute.
pub struct Call<'t> {
    /// The whole node.
    pub node: Node<'t>,
    /// Its arguments; an attribute may have none.
    pub list: Option<Node<'t>>,
    /// Whether a constructor is called.
    pub constructor: bool,
}

/// A callable that is declared in source: its file and a byte offset in its name.
pub type Declared = (Arc<Path>, usize);

impl<'t> Call<'t> {
    /// The call that the diagnostic at `token` is about.
    pub fn at(token: Node<'t>) -> Option<Self> {
        let kinds = [
            "invocation_expression",
            "object_creation_expression",
            "implicit_object_creation_expression",
            "constructor_initializer",
            "attribute",
            "primary_constructor_base_type",
        ];
        // For a diagnostic at an argument (CS1503, CS1739), the enclosing call; at a name, the innermost call of that name.
        let node = ancestors(token).find(|n| n.is(&kinds) && (names(*n, token) || in_arguments(*n, token)))?;
        let list = node
            .field("arguments")
            .or_else(|| node.all_children().into_iter().find(|c| c.is(&["argument_list", "attribute_argument_list"])));
        Some(Self { node, list, constructor: node.kind() != "invocation_expression" })
    }

    /// The arguments.
    pub fn arguments(&self) -> Vec<Node<'t>> {
        let list = self.list.map_or_else(Vec::new, |l| l.named());
        list.into_iter().filter(|a| a.is(&["argument", "attribute_argument"])).collect()
    }

    /// The type whose constructor is called.
    pub fn created(&self, ctx: &Semantics<'t>, model: &SemanticModel<'t>) -> Option<CsType> {
        let text = ctx.text();
        let csharp = ctx.index.csharp();
        match self.node.kind() {
            "object_creation_expression" => model.resolve(&model.written_type(self.node.field("type")?)?),
            "implicit_object_creation_expression" => model.resolve(&model.expected_type(self.node)?),
            "constructor_initializer" => {
                let ty = type_of(self.node)?;
                let own = csharp.enclosing_type(ctx.path(), name_of(ty)?.start_byte())?;
                if self.node.text_in(text).trim_start_matches([':', ' ', '\n', '\r', '\t']).starts_with("this") {
                    return Some(own);
                }
                let base = csharp.bases(&own).first()?.1.clone()?;
                (base.declaration.kind != index::DeclarationKind::Interface).then_some(base)
            }
            "attribute" => {
                let name = self.node.field("name")?.text_in(text);
                csharp
                    .resolve(&format!("{name}Attribute"), ctx.path(), self.node.start_byte())
                    .or_else(|| csharp.resolve(name, ctx.path(), self.node.start_byte()))
            }
            "primary_constructor_base_type" => model.resolve(&model.written_type(self.node.field("type")?)?),
            _ => None,
        }
    }

    /// The source declarations that the call may refer to.
    pub fn declarations(&self, ctx: &Semantics<'t>, model: &SemanticModel<'t>) -> Vec<Declared> {
        if self.constructor {
            let Some(ty) = self.created(ctx, model) else { return Vec::new() };
            let own = ctx.index.csharp().members(&ty);
            let constructors = own.iter().filter(|m| m.declaration.kind == index::DeclarationKind::Constructor);
            return constructors
                .filter_map(|m| m.id.as_ref())
                .filter_map(|id| Some((id.path.clone(), ctx.index.ranges(id)?.name.start)))
                .collect();
        }
        self.methods(ctx, model).unwrap_or_default()
    }

    fn methods(&self, ctx: &Semantics<'t>, model: &SemanticModel<'t>) -> Option<Vec<Declared>> {
        let text = ctx.text();
        let function = self.node.field("function")?;
        let simple = |n: Node<'t>| n.text_in(text).split('<').next().unwrap_or_default().trim().to_owned();
        let (receiver, name) = match function.kind() {
            "identifier" | "generic_name" => (None, simple(function)),
            "member_access_expression" => (function.field("expression"), simple(function.field("name")?)),
            _ => return None,
        };
        let csharp = ctx.index.csharp();
        let mut out: Vec<Declared> = Vec::new();
        if receiver.is_none() {
            // Local functions of the enclosing functions.
            for scope in ancestors(self.node).filter(|n| n.is(&["block", "compilation_unit"])) {
                let statements = scope
                    .named()
                    .into_iter()
                    .flat_map(|n| if n.kind() == "global_statement" { n.named() } else { vec![n] });
                for local in statements.filter(|n| n.kind() == "local_function_statement") {
                    if let Some(n) = local.field("name").filter(|n| n.text_in(text) == name) {
                        out.push((ctx.source.path.clone(), n.start_byte()));
                    }
                }
            }
        }
        let ty = match receiver {
            None => {
                let node = type_of(self.node)?;
                let own = csharp.enclosing_type(ctx.path(), name_of(node)?.start_byte())?;
                let arguments =
                    own.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
                Type::generic(&own.full_name(), arguments)
            }
            Some(r) if r.is(&["this", "base"]) => {
                let own = csharp.enclosing_type(ctx.path(), name_of(type_of(r)?)?.start_byte())?;
                let arguments =
                    own.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
                Type::generic(&own.full_name(), arguments)
            }
            Some(r) => match model.type_of(r) {
                Some(ty) => ty.not_null(),
                None => Type::named(&csharp.resolve(r.text_in(text), ctx.path(), r.start_byte())?.full_name()),
            },
        };
        for member in model.members_named(&ty, &name) {
            if let Place::Declaration(id) = &member.place {
                let end = ctx.index.ranges(id).map_or(0, |r| r.name.end);
                out.push((id.path.clone(), end.saturating_sub(1)));
            }
        }
        if receiver.is_some() && out.is_empty() {
            for member in csharp.extension_methods_named(&name) {
                let place = member.id.and_then(|id| Some((id.path.clone(), ctx.index.ranges(&id)?.name.start)));
                out.extend(place);
            }
        }
        Some(out)
    }
}

fn names(call: Node<'_>, token: Node<'_>) -> bool {
    let list = call
        .field("arguments")
        .or_else(|| call.all_children().into_iter().find(|c| c.is(&["argument_list", "attribute_argument_list"])));
    list.is_none_or(|l| token.end_byte() <= l.start_byte())
        && match call.kind() {
            "invocation_expression" => call.field("function").is_some_and(|f| {
                f.end_byte() == token.end_byte()
                    || f.start_byte() == token.start_byte()
                    || f.field("name").is_some_and(|n| n.start_byte() == token.start_byte())
            }),
            _ => true,
        }
}

fn in_arguments(call: Node<'_>, token: Node<'_>) -> bool {
    let argument = ancestors(token).find(|n| n.is(&["argument", "attribute_argument"]));
    argument.and_then(|a| a.parent()).and_then(|l| l.parent()).is_some_and(|c| c == call)
}
