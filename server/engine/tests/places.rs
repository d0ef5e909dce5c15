//! The tables of what stands where a compiler points, against all that the rules document.

use diagnostics::{Code, arguments_of};
use fix::language::{self, Place};
use fix::testing::example_files;
use index::Index;
use std::path::Path;

#[test]
fn every_code_with_a_rule_is_checked_or_says_why_not() {
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let support = language::of_family(rule.language).expect("the language has support");
        let places = support.places().expect("it has a table");
        // Analyzers point where they like.
        for code in rule.codes.iter().filter(|code| support.has_code(code)) {
            let rows = places.rows.iter().filter(|row| row.codes.contains(code)).count();
            let reasons = places.unchecked.iter().filter(|u| u.codes.contains(code) && !u.reason.is_empty()).count();
            if rows + reasons != 1 {
                wrong.push(format!("{}: {code} is in {rows} rows and {reasons} exceptions", rule.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_about_what_stands_there() {
    let mut checked = 0;
    for rule in rules::all() {
        for example in rule.docs().examples {
            let (files, active, offset) = example_files(&example);
            let Some(row) = language::of_code(&example.code).and_then(|l| l.stands(&example.code)) else { continue };
            let index = Index::in_memory(files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
            let source = index.source(Path::new(&active)).expect("it is a source file");
            let arguments = arguments_of(&Code::new(&example.code), &example.message);
            let place = Place { index: &index, source: &source, offset, arguments: &arguments };
            let lacking = place.lacks(row).map(|l| place.words(l));
            assert_eq!(lacking, None, "{}: {}\n{}", rule.name, example.message, example.before);
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked} examples");
}
