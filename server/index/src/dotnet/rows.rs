//! What a table keeps of types and members, in a form that does not change when the index's model does.

use crate::{Declaration, DeclarationKind, Modifiers, Parameter, TypeParameter};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A type parameter: name and constraint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TypeParameterRow<S> {
    /// Name.
    pub name: S,
    /// Text after `where T :`.
    pub constraint: S,
}

/// A parameter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ParameterRow<S> {
    /// Name, with `@` when it is a keyword.
    pub name: S,
    /// Type.
    pub type_text: S,
    /// `ref`, `out`, …
    pub modifiers: S,
    /// Default value.
    pub default: S,
    /// May be left out.
    pub optional: bool,
}

/// A member, or what a type has beyond its name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MemberRow<S> {
    /// Name; empty for a type.
    pub name: S,
    /// See [`kind_of`].
    pub kind: u8,
    /// Bits of [`Modifiers`].
    pub modifiers: u32,
    /// Own type parameters.
    pub type_parameters: Vec<TypeParameterRow<S>>,
    /// Parameters.
    pub parameters: Vec<ParameterRow<S>>,
    /// Type.
    pub type_text: S,
    /// Base types.
    pub bases: Vec<S>,
}

const KINDS: [DeclarationKind; 14] = [
    DeclarationKind::Class,
    DeclarationKind::Struct,
    DeclarationKind::Interface,
    DeclarationKind::Enum,
    DeclarationKind::Delegate,
    DeclarationKind::Record,
    DeclarationKind::Method,
    DeclarationKind::Constructor,
    DeclarationKind::Property,
    DeclarationKind::Indexer,
    DeclarationKind::Field,
    DeclarationKind::Event,
    DeclarationKind::EnumMember,
    DeclarationKind::Operator,
];

/// The number of a kind in tables.
pub fn code_of(kind: DeclarationKind) -> u8 {
    KINDS.iter().position(|k| *k == kind).unwrap_or(KINDS.len()) as u8
}
/// The kind with a number.
pub fn kind_of(code: u8) -> DeclarationKind {
    KINDS.get(usize::from(code)).copied().unwrap_or(DeclarationKind::ConversionOperator)
}

impl<S: AsRef<str>> MemberRow<S> {
    /// As a declaration of the model.
    pub fn declaration(&self, name: &str, namespace: &SmolStr) -> Declaration {
        Declaration {
            name: name.into(),
            kind: kind_of(self.kind),
            parent: None,
            namespace: namespace.clone(),
            modifiers: Modifiers::from_bits_truncate(self.modifiers),
            type_parameters: self
                .type_parameters
                .iter()
                .map(|p| TypeParameter {
                    name: p.name.as_ref().into(),
                    constraint: p.constraint.as_ref().into(),
                    default: SmolStr::default(),
                })
                .collect(),
            parameters: self
                .parameters
                .iter()
                .map(|p| {
                    let modifiers: SmolStr = p.modifiers.as_ref().into();
                    Parameter {
                        name: p.name.as_ref().into(),
                        type_text: p.type_text.as_ref().into(),
                        rest: modifiers.split(' ').any(|m| m == "params"),
                        modifiers,
                        default: p.default.as_ref().into(),
                        optional: p.optional,
                    }
                })
                .collect(),
            type_text: self.type_text.as_ref().into(),
            bases: self.bases.iter().map(|b| b.as_ref().into()).collect(),
            extends_count: 0,
            explicit_interface: SmolStr::default(),
        }
    }
}
