//! What a new constructor can use: members to store its arguments in, and other constructors to pass arguments to.

use crate::csharp::arguments::ExpectedParameter;
use crate::csharp::{Member, SemanticModel, Type};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use syntax::csharp::naming::camel_case;

/// Members of a type and those that it inherits.
pub struct Members {
    /// Declared by the type itself.
    pub own: Vec<Member>,
    /// Inherited and accessible.
    pub inherited: Vec<Member>,
}

impl Members {
    /// The members of a declared type.
    pub fn of(model: &SemanticModel<'_>, ty: &CsType) -> Self {
        let parameters = ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
        let mut by_type = model.members_by_type(&Type::generic(&ty.full_name(), parameters)).into_iter();
        let own = by_type.next().map_or_else(Vec::new, |(_, m)| m);
        Self { own, inherited: Self::open(by_type) }
    }

    /// The members of a type that is to derive from `base`.
    pub fn below(model: &SemanticModel<'_>, base: &Type) -> Self {
        Self { own: Vec::new(), inherited: Self::open(model.members_by_type(base).into_iter()) }
    }

    fn open(types: impl Iterator<Item = (Type, Vec<Member>)>) -> Vec<Member> {
        let members = types.flat_map(|(_, m)| m);
        members.filter(|m| is_accessible(m) && m.declaration.kind != DeclarationKind::Constructor).collect()
    }

    /// All of them, own members first.
    pub fn all(&self) -> impl Iterator<Item = &Member> {
        self.own.iter().chain(&self.inherited)
    }

    /// A field or property that can store an argument with this parameter name.
    pub fn member_for(&self, model: &SemanticModel<'_>, name: &str, ty: &Type) -> Option<&Member> {
        let fits = |own: bool, m: &Member| {
            let d = &m.declaration;
            let writable = match d.kind {
                DeclarationKind::Field => {
                    !d.modifiers.contains(Modifiers::CONST) && (own || !d.modifiers.contains(Modifiers::READONLY))
                }
                DeclarationKind::Property => {
                    !d.modifiers.contains(Modifiers::HAS_BODY)
                        && (own || d.modifiers.intersects(Modifiers::SET | Modifiers::INIT))
                }
                _ => false,
            };
            writable
                && !d.modifiers.contains(Modifiers::STATIC)
                && camel_case(d.name.trim_start_matches('_')).trim_start_matches('@') == name
                && model.member_type(m).is_some_and(|to| model.converts(ty, &to))
        };
        self.own.iter().find(|m| fits(true, m)).or_else(|| self.inherited.iter().find(|m| fits(false, m)))
    }
}

/// Whether a derived type can access it.
pub fn is_accessible(member: &Member) -> bool {
    member.declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL)
}

/// The parameters of a constructor, by name and type, if each of them accepts the argument at its position.
pub fn accepted_parameters(
    model: &SemanticModel<'_>,
    constructor: &Member,
    wanted: &[ExpectedParameter],
) -> Option<Vec<(String, Type)>> {
    let d = &constructor.declaration;
    let plain = d.kind == DeclarationKind::Constructor && !d.modifiers.contains(Modifiers::STATIC);
    if !plain || d.parameters.is_empty() || d.parameters.len() > wanted.len() {
        return None;
    }
    let fits = d.parameters.iter().zip(wanted).map(|(p, w)| {
        let to = model.member_text(constructor, &p.type_text)?;
        let fits = p.modifiers.as_str() == w.modifier.trim() && model.converts(&w.ty, &to);
        fits.then(|| (p.name.to_string(), to))
    });
    fits.collect()
}
