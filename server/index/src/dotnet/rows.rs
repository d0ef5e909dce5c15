//! Types and members in the form in which tables store them; conversion from metadata, and to declarations of the index.

use crate::{Declaration, DeclarationKind, Modifiers, Parameter, TypeParameter};
use dotnet_metadata as metadata;
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
    /// Whether the argument may be left out.
    pub optional: bool,
}

/// A member, or the header of a type.
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

/// Kinds by their numbers in tables.
const KINDS: [DeclarationKind; 15] = [
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
    DeclarationKind::ConversionOperator,
];

fn code_of(kind: DeclarationKind) -> u8 {
    KINDS.iter().position(|k| *k == kind).unwrap_or(KINDS.len()) as u8
}
/// The kind with a number.
pub fn kind_of(code: u8) -> DeclarationKind {
    KINDS.get(usize::from(code)).copied().unwrap_or(DeclarationKind::ConversionOperator)
}

fn kind_of_type(kind: metadata::TypeKind) -> DeclarationKind {
    match kind {
        metadata::TypeKind::Class => DeclarationKind::Class,
        metadata::TypeKind::Struct => DeclarationKind::Struct,
        metadata::TypeKind::Interface => DeclarationKind::Interface,
        metadata::TypeKind::Enum => DeclarationKind::Enum,
        metadata::TypeKind::Delegate => DeclarationKind::Delegate,
        metadata::TypeKind::Record => DeclarationKind::Record,
    }
}

fn kind_of_member(kind: metadata::MemberKind) -> DeclarationKind {
    match kind {
        metadata::MemberKind::Constructor => DeclarationKind::Constructor,
        metadata::MemberKind::Method => DeclarationKind::Method,
        metadata::MemberKind::Property => DeclarationKind::Property,
        metadata::MemberKind::Indexer => DeclarationKind::Indexer,
        metadata::MemberKind::Field => DeclarationKind::Field,
        metadata::MemberKind::Event => DeclarationKind::Event,
        metadata::MemberKind::EnumMember => DeclarationKind::EnumMember,
        metadata::MemberKind::Operator => DeclarationKind::Operator,
        metadata::MemberKind::ConversionOperator => DeclarationKind::ConversionOperator,
    }
}

/// Modifiers of metadata in the index's terms.
pub fn modifiers_of(modifiers: metadata::Modifiers) -> Modifiers {
    use metadata::Modifiers as From;
    const PAIRS: [(From, Modifiers); 18] = [
        (From::PUBLIC, Modifiers::PUBLIC),
        (From::PROTECTED, Modifiers::PROTECTED),
        (From::STATIC, Modifiers::STATIC),
        (From::ABSTRACT, Modifiers::ABSTRACT),
        (From::VIRTUAL, Modifiers::VIRTUAL),
        (From::OVERRIDE, Modifiers::OVERRIDE),
        (From::SEALED, Modifiers::SEALED),
        (From::READONLY, Modifiers::READONLY),
        (From::CONST, Modifiers::CONST),
        (From::UNSAFE, Modifiers::UNSAFE),
        (From::REQUIRED, Modifiers::REQUIRED),
        (From::REF, Modifiers::REF),
        (From::HAS_BODY, Modifiers::HAS_BODY),
        (From::GET, Modifiers::GET),
        (From::SET, Modifiers::SET),
        (From::INIT, Modifiers::INIT),
        (From::EXTENSION, Modifiers::EXTENSION),
        (From::OBSOLETE, Modifiers::DEPRECATED),
    ];
    PAIRS.iter().filter(|(from, _)| modifiers.contains(*from)).map(|(_, to)| *to).collect()
}

fn type_parameter_rows(parameters: &[metadata::TypeParameter]) -> Vec<TypeParameterRow<&str>> {
    parameters.iter().map(|p| TypeParameterRow { name: &*p.name, constraint: &p.constraint }).collect()
}

fn parameter_rows(parameters: &[metadata::Parameter]) -> Vec<ParameterRow<&str>> {
    fn row(p: &metadata::Parameter) -> ParameterRow<&str> {
        ParameterRow {
            name: &*p.name,
            type_text: &*p.type_text,
            modifiers: &*p.modifiers,
            default: &*p.default,
            optional: p.optional,
        }
    }
    parameters.iter().map(row).collect()
}

/// The header of a type.
pub fn header_row(ty: &metadata::Type) -> MemberRow<&str> {
    MemberRow {
        name: "",
        kind: code_of(kind_of_type(ty.kind)),
        modifiers: modifiers_of(ty.modifiers).bits(),
        type_parameters: type_parameter_rows(&ty.type_parameters),
        parameters: parameter_rows(&ty.parameters),
        type_text: &ty.return_type,
        bases: ty.bases.iter().map(|b| &**b).collect(),
    }
}

/// A member.
pub fn member_row(member: &metadata::Member) -> MemberRow<&str> {
    MemberRow {
        name: &member.name,
        kind: code_of(kind_of_member(member.kind)),
        modifiers: modifiers_of(member.modifiers).bits(),
        type_parameters: type_parameter_rows(&member.type_parameters),
        parameters: parameter_rows(&member.parameters),
        type_text: &member.type_text,
        bases: Vec::new(),
    }
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
