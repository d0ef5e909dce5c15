//! Members of interfaces and abstract classes that a type does not implement.
//!
//! A build reports all of them. An editor may pass only one: then the type's members are compared with those it inherits, if all base types
//! are known.

use fix::RuleContext;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::Display;
use semantics::csharp::printed::simple_name;
use semantics::csharp::{Member, SemanticModel, Type};

/// The members that the build reports as missing at the diagnostic.
pub(crate) fn named<'a>(ctx: &RuleContext<'a>) -> Vec<Display<'a>> {
    let at = ctx.diagnostic.range.start;
    let here = ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| d.range.start == at && d.code == *ctx.code());
    here.filter_map(|d| Display::parse(d.argument(1)?)).collect()
}

/// A missing member with the type that declares it.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    /// The interface or abstract class.
    pub(crate) owner: Type,
    /// Its member.
    pub(crate) member: Member,
}

/// A type with missing members.
pub(crate) struct Implementer<'a, 't> {
    model: &'t SemanticModel<'a>,
    kind: Option<DeclarationKind>,
    /// The type itself.
    pub(crate) own: Option<Type>,
    /// The members that the type itself declares.
    pub(crate) own_members: Vec<Member>,
    /// Its base classes, nearest first, with their members.
    classes: Vec<(Type, Vec<Member>)>,
    /// All its base types with their members, itself first.
    all: Vec<(Type, Vec<Member>)>,
    /// Whether all its base types are known.
    complete: bool,
}

impl<'a, 't> Implementer<'a, 't> {
    /// The type around byte `inside` of the diagnostic's file.
    pub(crate) fn at(ctx: &RuleContext<'a>, model: &'t SemanticModel<'a>, inside: usize) -> Self {
        let csharp = ctx.index.csharp();
        let found = csharp.enclosing_type(ctx.path(), inside);
        let own = found.as_ref().map(|found| {
            let arguments = found.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
            model.type_from(found, arguments)
        });
        let own = own.filter(|own| model.resolve(own).is_some());
        let all = own.as_ref().map_or_else(Vec::new, |own| model.members_by_type(own));
        let interface = |ty: &Type| model.resolve(ty).is_some_and(|t| t.declaration.kind == DeclarationKind::Interface);
        let classes: Vec<_> = all.iter().skip(1).filter(|(t, _)| !interface(t)).cloned().collect();
        let complete = found.is_some()
            && all.iter().all(|(t, _)| {
                t.is("object")
                    || model.resolve(t).is_some_and(|t| csharp.bases(&t).iter().all(|(_, base)| base.is_some()))
            });
        let own_members = all.first().map_or_else(Vec::new, |(_, members)| members.clone());
        Self { model, kind: found.map(|f| f.declaration.kind), own, own_members, classes, all, complete }
    }

    /// The missing members of `interface` and the interfaces that it inherits, in the order in which Roslyn adds them. `named` are the
    /// members that the build reports as missing.
    pub(crate) fn of_interface(&self, interface: &Type, named: &[Display<'_>]) -> Vec<Missing> {
        self.members_of(interface)
            .into_iter()
            .filter(|m| {
                let shown = simple(&m.owner.to_string());
                let shown = named.iter().any(|d| simple(d.owner) == shown && d.means(&m.member, self.model));
                shown || named.len() == 1 && self.certainly_lacks(m)
            })
            .collect()
    }

    /// The members of `interface` and the interfaces that it inherits that the type does not implement explicitly.
    pub(crate) fn not_explicit(&self, interface: &Type) -> Vec<Missing> {
        let mut members = self.members_of(interface);
        members.retain(|m| must_be_implemented(&m.member) && !self.implements_explicitly(m, &self.own_members));
        members
    }

    fn members_of(&self, interface: &Type) -> Vec<Missing> {
        let mut by_type = self.model.members_by_type(interface);
        by_type.retain(|(t, _)| !t.is("object"));
        if !by_type.is_empty() {
            by_type.rotate_left(1);
        }
        let each = by_type.into_iter().flat_map(|(owner, members)| {
            members.into_iter().map(move |member| Missing { owner: owner.clone(), member })
        });
        each.collect()
    }

    /// The members of `interface` and the interfaces that it inherits that nothing implements.
    pub(crate) fn lacking(&self, interface: &Type) -> Vec<Missing> {
        let mut members = self.members_of(interface);
        members.retain(|m| must_be_implemented(&m.member) && !self.implements(m));
        members
    }

    /// Members of base classes that may be overridden, and are not, nearest class first.
    pub(crate) fn overridable(&self) -> Vec<Missing> {
        let open = Modifiers::ABSTRACT | Modifiers::VIRTUAL | Modifiers::OVERRIDE;
        let all = self.classes.iter().flat_map(|(owner, members)| members.iter().map(move |m| (owner, m)));
        all.filter(|(_, m)| {
            m.declaration.modifiers.intersects(open)
                && !m.declaration.modifiers.contains(Modifiers::SEALED)
                && !self.own_members.iter().any(|o| same_shape(self.model, o, m, false))
        })
        .map(|(owner, m)| Missing { owner: owner.clone(), member: m.clone() })
        .collect()
    }

    /// Whether a declared member implements or overrides an inherited one by its name and parameters.
    pub(crate) fn is_bound(&self, own: &Member) -> bool {
        let explicit = simple(&own.declaration.explicit_interface);
        self.all.iter().skip(1).any(|(owner, members)| {
            let of_owner = explicit.is_empty() || simple(&owner.to_string()) == explicit;
            of_owner && members.iter().any(|m| same_shape(self.model, own, m, false))
        })
    }

    /// Whether a declared member may be an older form of `wanted`: it serves no inherited member, and has its name, or a similar one and its
    /// parameters.
    pub(crate) fn has_older_form(&self, wanted: &Missing) -> bool {
        let name = wanted.member.declaration.name.to_lowercase();
        let explicit = simple(&wanted.owner.to_string());
        self.own_members.iter().any(|own| {
            let d = &own.declaration;
            let own_name = d.name.to_lowercase();
            let of_owner = d.explicit_interface.is_empty() || simple(&d.explicit_interface) == explicit;
            let near = || is_near(&own_name, &name) && same_shape(self.model, own, &wanted.member, true);
            d.kind == wanted.member.declaration.kind
                && of_owner
                && (own_name == name || name.strip_suffix("async") == Some(&own_name) || near())
                && !self.is_bound(own)
        })
    }

    /// Whether all members that implement the owner of `wanted` do so explicitly.
    pub(crate) fn is_explicit_by_habit(&self, wanted: &Missing) -> bool {
        let owner = simple(&wanted.owner.to_string());
        let Some((_, members)) = self.all.iter().skip(1).find(|(t, _)| *t == wanted.owner) else { return false };
        let mut explicit = 0usize;
        for own in &self.own_members {
            if !own.declaration.explicit_interface.is_empty() {
                explicit += usize::from(simple(&own.declaration.explicit_interface) == owner);
            } else if members.iter().any(|m| same_shape(self.model, own, m, false)) {
                return false;
            }
        }
        explicit > 0
    }

    /// Whether the type certainly does not implement the interface member.
    fn certainly_lacks(&self, m: &Missing) -> bool {
        let record = matches!(self.kind, Some(DeclarationKind::Record | DeclarationKind::RecordStruct));
        self.complete
            && must_be_implemented(&m.member)
            && !(record && m.owner.full_name() == "System.IEquatable")
            && !self.classes.iter().any(|(class, _)| self.model.supertypes(class).iter().any(|(t, _)| *t == m.owner))
            && !self.implements(m)
            && !self.has_similar_member(m)
    }

    /// Whether the type declares a member of that name with as many parameters. It may be the implementation, with types that could not be
    /// compared.
    fn has_similar_member(&self, m: &Missing) -> bool {
        let wanted = &m.member.declaration;
        let alike =
            |o: &Member| o.declaration.name == wanted.name && o.declaration.parameters.len() == wanted.parameters.len();
        self.own_members.iter().any(alike)
    }

    /// Whether a declared or inherited member implements the interface member.
    pub(crate) fn implements(&self, m: &Missing) -> bool {
        let public = |o: &Member| {
            o.declaration.explicit_interface.is_empty()
                && o.declaration.modifiers.contains(Modifiers::PUBLIC)
                && o.declaration.modifiers.contains(Modifiers::STATIC)
                    == m.member.declaration.modifiers.contains(Modifiers::STATIC)
                && (accessors(&m.member) - accessors(o)).is_empty()
                && same_shape(self.model, o, &m.member, false)
                && same_result(self.model, o, &m.member)
        };
        let classes = self.classes.iter().flat_map(|(_, members)| members);
        self.own_members.iter().chain(classes).any(public)
            || self.all.iter().any(|(_, members)| self.implements_explicitly(m, members))
    }

    fn implements_explicitly(&self, m: &Missing, members: &[Member]) -> bool {
        let owner = simple(&m.owner.to_string());
        members.iter().any(|o| {
            !o.declaration.explicit_interface.is_empty()
                && simple(&o.declaration.explicit_interface) == owner
                && self.model.member_text(o, &o.declaration.explicit_interface).is_none_or(|t| {
                    t.without_annotations() == m.owner.without_annotations() || self.model.resolve(&t).is_none()
                })
                && same_shape(self.model, o, &m.member, false)
        })
    }

    /// The missing members of abstract base classes, outermost base first, and whether all their accessors are missing.
    pub(crate) fn of_classes(&self, named: &[Display<'_>]) -> Vec<(Missing, bool)> {
        let mut missing: Vec<(Missing, bool)> = Vec::new();
        for (i, (owner, members)) in self.classes.iter().enumerate().rev() {
            for member in members.iter().filter(|m| m.declaration.modifiers.contains(Modifiers::ABSTRACT)) {
                let nearer = self.classes[..i].iter().flat_map(|(_, m)| m).chain(&self.own_members);
                let overriding: Vec<&Member> = nearer
                    .filter(|o| {
                        o.declaration.modifiers.contains(Modifiers::OVERRIDE)
                            && same_shape(self.model, o, member, false)
                    })
                    .collect();
                let shown = named.iter().any(|d| d.means(member, self.model));
                if !shown && !(named.len() == 1 && self.complete && overriding.is_empty()) {
                    continue;
                }
                // The most derived declaration counts.
                missing.retain(|(m, _)| !same_shape(self.model, &m.member, member, false));
                let whole = overriding.iter().all(|o| o.declaration.modifiers.contains(Modifiers::ABSTRACT));
                missing.push((Missing { owner: owner.clone(), member: member.clone() }, whole));
            }
        }
        missing
    }
}

/// Whether two names in lower case are similar.
fn is_near(a: &str, b: &str) -> bool {
    a.contains(b) || b.contains(a) || strsim::normalized_damerau_levenshtein(a, b) > 0.7
}

/// Whether an interface member has no default implementation.
fn must_be_implemented(member: &Member) -> bool {
    let d = &member.declaration;
    let has = |m| d.modifiers.contains(m);
    !has(Modifiers::HAS_BODY)
        && (!has(Modifiers::STATIC) || has(Modifiers::ABSTRACT))
        && !has(Modifiers::PRIVATE)
        && d.explicit_interface.is_empty()
        && matches!(
            d.kind,
            DeclarationKind::Method
                | DeclarationKind::Property
                | DeclarationKind::Indexer
                | DeclarationKind::Event
                | DeclarationKind::Operator
                | DeclarationKind::ConversionOperator
        )
}

fn accessors(member: &Member) -> Modifiers {
    member.declaration.modifiers & (Modifiers::GET | Modifiers::SET | Modifiers::INIT)
}

/// The last name of a type text, without type arguments.
fn simple(ty: &str) -> String {
    simple_name(ty).to_owned()
}

/// Whether the members have the same kind, the same parameters and, unless `names_differ`, the same name.
pub(crate) fn same_shape(model: &SemanticModel<'_>, a: &Member, b: &Member, names_differ: bool) -> bool {
    let (x, y) = (&a.declaration, &b.declaration);
    if x.kind != y.kind
        || !names_differ && x.name != y.name
        || x.parameters.len() != y.parameters.len()
        || x.type_parameters.len() != y.type_parameters.len()
        || x.kind == DeclarationKind::ConversionOperator && !same_result(model, a, b)
    {
        return false;
    }
    let b = with_type_parameters_of(a, b);
    x.parameters.iter().zip(&y.parameters).all(|(p, q)| {
        let by_reference =
            |modifiers: &str| modifiers.split(' ').find(|m| matches!(*m, "ref" | "out" | "in")).map(str::to_owned);
        let (s, t) = (model.member_text(a, &p.type_text), model.member_text(&b, &q.type_text));
        by_reference(&p.modifiers) == by_reference(&q.modifiers)
            && s.map(|t| signature_type(model, &t)) == t.map(|t| signature_type(model, &t))
    })
}

/// Whether the members have the same type.
pub(crate) fn same_result(model: &SemanticModel<'_>, a: &Member, b: &Member) -> bool {
    model.member_type(a).map(|t| signature_type(model, &t))
        == model.member_type(&with_type_parameters_of(a, b)).map(|t| signature_type(model, &t))
}

/// `b` with its type parameters renamed to those of `a`.
pub(crate) fn with_type_parameters_of(a: &Member, b: &Member) -> Member {
    let pairs = b.declaration.type_parameters.iter().zip(&a.declaration.type_parameters);
    b.renamed(pairs.map(|(from, to)| (from.name.to_string(), to.name.to_string())))
}

/// A type without the parts that do not distinguish signatures: nullable annotations of reference types and tuple element names.
pub(crate) fn signature_type(model: &SemanticModel<'_>, ty: &Type) -> Type {
    ty.map(&mut |ty| match ty {
        Type::Nullable(inner) if model.is_value_type(inner) => Some(signature_type(model, inner).nullable()),
        Type::Nullable(inner) => Some(signature_type(model, inner)),
        Type::Tuple(elements) => {
            Some(Type::Tuple(elements.iter().map(|(t, _)| (signature_type(model, t), None)).collect()))
        }
        _ => None,
    })
}
