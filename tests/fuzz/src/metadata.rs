//! .NET assemblies (ECMA-335).

use dotnet_metadata::{Assembly, Enums, read};

/// Asserts that reading ends and gives the same each time. Returns how many types there are.
pub fn check(bytes: &[u8]) -> usize {
    let Ok(assembly) = Assembly::parse(bytes) else {
        assert!(read(bytes).is_err());
        return 0;
    };
    let mut enums = Enums::default();
    assembly.add_enums(&mut enums);
    assembly.name();
    let forwarded = assembly.forwarded_types().count();
    // An image cannot declare more than it has bytes for rows.
    assert!(forwarded <= bytes.len());
    let types = assembly.types(&enums);
    assert_eq!(types, assembly.types(&enums));
    types.len()
}
