//! Pattern files, as checkouts have them.

use patterns::file::{is_same, parse, print_all, test};

/// Asserts that a file that can be read is written as one that says the same, and that its examples can be tried. Returns how many patterns there are.
pub fn check(bytes: &[u8]) -> usize {
    let Ok(text) = std::str::from_utf8(bytes) else { return 0 };
    let Ok(file) = parse("input", text) else { return 0 };
    let written = print_all(&file.rules);
    let again = parse("written", &written).unwrap_or_else(|e| panic!("{e}\n{written}"));
    assert_eq!(again.rules.len(), file.rules.len());
    for (a, b) in file.rules.iter().zip(&again.rules) {
        assert!(is_same(&a.pattern, &b.pattern), "{written}");
        assert_eq!((&a.valid, &a.invalid, &a.arguments), (&b.valid, &b.invalid, &b.arguments));
    }
    let (examples, failures) = test(&file);
    assert!(failures.len() <= examples);
    file.rules.len()
}
