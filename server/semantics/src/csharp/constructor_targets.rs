//! What a constructor that is to be made finds: members to keep its arguments in, and constructors to pass them on to.

use crate::csharp::arguments::Wanted;
use crate::csharp::{Member, SemanticModel, Type};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use syntax::csharp::naming::camel;

/// Members of a type and what it inherits.
pub struct Members {
    /// Declared by the type itself.
    pub own: Vec<Member>,
    /// Inherited and accessible.
    pub inherited: Vec<Member>,
}

impl Members {
    /// Those of a type that is declared.
    pub fn of(model: &SemanticModel<'_>, ty: &CsType) -> Self {
        let parameters = ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
        let mut by_type = model.members_by_type(&Type::generic(&ty.full_name(), parameters)).into_iter();
        let own = by_type.next().map_or_else(Vec::new, |(_, m)| m);
        Self { own, inherited: Self::open(by_type) }
    }

    /// Those of a type that is to derive from `base`.
    pub fn below(model: &SemanticModel<'_>, base: &Type) -> Self {
        Self { own: Vec::new(), inherited: Self::open(model.members_by_type(base).into_iter()) }
    }

    fn open(types: impl Iterator<Item = (Type, Vec<Member>)>) -> Vec<Member> {
        let members = types.flat_map(|(_, m)| m);
        members.filter(|m| is_open(m) && m.declaration.kind != DeclarationKind::Constructor).collect()
    }

    /// All of them, its own first.
    pub fn all(&self) -> impl Iterator<Item = &Member> {
        self.own.iter().chain(&self.inherited)
    }

    /// A field or property that an argument with this parameter name can be kept in.
    pub fn holder(&self, model: &SemanticModel<'_>, name: &str, ty: &Type) -> Option<&Member> {
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
                && camel(d.name.trim_start_matches('_')).trim_start_matches('@') == name
                && model.member_type(m).is_some_and(|to| model.converts(ty, &to))
        };
        self.own.iter().find(|m| fits(true, m)).or_else(|| self.inherited.iter().find(|m| fits(false, m)))
    }
}

/// Whether a derived type can use it.
pub fn is_open(member: &Member) -> bool {
    member.declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL)
}

/// The parameters of a constructor, by name and type, when it takes the first of the arguments.
pub fn taken(model: &SemanticModel<'_>, constructor: &Member, wanted: &[Wanted]) -> Option<Vec<(String, Type)>> {
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
