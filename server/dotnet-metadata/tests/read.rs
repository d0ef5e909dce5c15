//! What is read of an assembly, whole and damaged. Whole signatures are compared in the tests of the index, which displays them.

use dotnet_metadata::{Assembly, ImageError, Member, MemberKind, Modifiers, Type, TypeKind, read};
use proptest::prelude::*;

/// The assembly that the C# compiler builds from `fixture/Fixture.cs`.
const FIXTURE: &[u8] = include_bytes!("../fixture/Fixture.dll");

fn find<'t>(types: &'t [Type], name: &str) -> &'t Type {
    types.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("{name}"))
}

fn member<'t>(ty: &'t Type, name: &str) -> &'t Member {
    ty.members.iter().find(|m| m.name == name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn types_are_those_that_other_assemblies_see() {
    assert_eq!(Assembly::parse(FIXTURE).unwrap().name(), "Fixture");
    assert_eq!(Assembly::parse(FIXTURE).unwrap().forwarded_types().count(), 0);
    let types = read(FIXTURE).unwrap();
    let invisible = ["Internal", "Invisible"];
    assert!(!types.iter().any(|t| invisible.contains(&&*t.name)));
    let kinds = ["Base", "View", "IShape", "Options", "Convert", "Point"].map(|name| find(&types, name).kind);
    let expected =
        [TypeKind::Class, TypeKind::Struct, TypeKind::Interface, TypeKind::Enum, TypeKind::Delegate, TypeKind::Record];
    assert_eq!(kinds, expected);
    let deep = find(&types, "Deep");
    assert_eq!(deep.containing, [("Base".to_owned(), 1), ("Nested".to_owned(), 1)]);
    assert_eq!((&*deep.namespace, deep.type_parameters.len()), ("Fixture", 1));
    assert_eq!(find(&types, "Options").bases, ["byte"]);
    assert!(find(&types, "View").modifiers.contains(Modifiers::REF | Modifiers::READONLY));
    let convert = find(&types, "Convert");
    assert_eq!((&*convert.return_type, convert.parameters.len()), ("TResult?", 2));
    assert_eq!(convert.type_parameters[0].constraint, "class?");
}

#[test]
fn members_carry_what_compilers_store_in_attributes() {
    let types = read(FIXTURE).unwrap();
    let base = find(&types, "Base");
    assert!(!base.members.iter().any(|m| ["Hidden", "Secret", "Finalize"].contains(&&*m.name)));
    assert_eq!(member(base, "Later").type_text, "System.Threading.Tasks.Task<(T, (string A, string? B))>?");
    assert!(member(base, "ToString").modifiers.contains(Modifiers::OBSOLETE | Modifiers::SEALED | Modifiers::OVERRIDE));
    assert_eq!(member(base, "Rate").kind, MemberKind::Field);
    assert!(member(base, "Needed").modifiers.contains(Modifiers::REQUIRED | Modifiers::INIT));
    let pair = member(base, "Pair");
    let parameters: Vec<_> = pair.parameters.iter().map(|p| (&*p.modifiers, &*p.type_text, p.optional)).collect();
    assert_eq!(parameters, [("", "dynamic", false), ("params", "object?[]", true)]);
    let defaults: Vec<_> = member(base, ".ctor").parameters.iter().map(|p| &*p.default).collect();
    assert_eq!(defaults[..4], [r#""a\"\n""#, "'x'", "0.5", "float.NaN"]);
    assert_eq!(member(base, "operator +").kind, MemberKind::Operator);
    let apply = member(find(&types, "Extensions"), "Apply");
    assert!(apply.modifiers.contains(Modifiers::EXTENSION) && apply.parameters[0].modifiers == "this");
    assert_eq!(member(find(&types, "Deep"), "Keys").parameters[1].name, "@event");
}

#[test]
fn other_files_are_errors() {
    assert_eq!(read(b"").unwrap_err(), ImageError::NotPe);
    assert_eq!(read(&[0; 4096]).unwrap_err(), ImageError::NotPe);
    assert_eq!(read(&FIXTURE[..FIXTURE.len() / 4]).unwrap_err(), ImageError::Corrupt);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn damaged_assemblies_give_fewer_declarations_and_never_panic(
        changes in proptest::collection::vec((0..FIXTURE.len(), any::<u8>()), 1..40),
        length in 0..FIXTURE.len(),
    ) {
        let mut damaged = FIXTURE.to_vec();
        for (at, value) in changes {
            damaged[at] = value;
        }
        let limit = 4 * read(FIXTURE).unwrap().iter().map(|t| t.members.len()).sum::<usize>() + 4096;
        for bytes in [&damaged[..], &damaged[..length], &FIXTURE[..length]] {
            let members: usize = read(bytes).unwrap_or_default().iter().map(|t| t.members.len()).sum();
            prop_assert!(members < limit);
        }
    }

    #[test]
    fn random_bytes_are_no_assembly(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(read(&bytes).is_err());
    }
}
