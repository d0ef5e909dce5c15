//! Patterns that are learned from repairs read back from their files as they are.

use fix::testing::example_files;
use patterns::capture::examples;
use patterns::{Edited, Pattern, Seen, file, tree_of};
use std::collections::BTreeMap;
use std::path::Path;

/// What is learned from the examples of all manual pages.
fn learned() -> Vec<Pattern> {
    let mut out: Vec<Pattern> = Vec::new();
    for example in rules::all().flat_map(|r| r.docs().examples) {
        let (files, active, start) = example_files(&example);
        let Some(old) = files.get(&active) else { continue };
        // Of several files, the text up to the next one.
        let new = example.after.split("//- ").next().unwrap_or_default();
        let path = Path::new(&active);
        let (Some(before), Some(after)) = (tree_of(path, old), tree_of(path, new)) else { continue };
        let seen = Seen {
            code: example.code.as_str().into(),
            start,
            arguments: diagnostics::arguments_of(&diagnostics::Code::new(&example.code), &example.message)
                .iter()
                .map(Into::into)
                .collect(),
        };
        let edited =
            Edited { path, before: &before, after: &after, diagnostics_before: &[seen], diagnostics_after: &[] };
        out.extend(examples(&edited).into_iter().map(|e| e.pattern));
    }
    out
}

#[test]
fn what_is_learned_reads_back_as_it_is() {
    let all = learned();
    assert!(all.len() > 200, "{}", all.len());
    let mut kept: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for pattern in &all {
        let text = file::print(pattern, "it");
        let read = file::parse("it.bfx.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert!(file::is_same(&read.rules[0].pattern, pattern), "{text}\n{pattern:#?}");
        let form = if text.contains("\ntemplate = ") { "as it is kept" } else { "as code" };
        kept.entry(form).or_default().push(text);
    }
    let count = |form: &str| kept.get(form).map_or(0, Vec::len);
    println!("{} as code, {} as they are kept", count("as code"), count("as it is kept"));
    if std::env::var_os("BUILDFIX_SHOW").is_some() {
        println!("{}", kept.get("as it is kept").map(|k| k.join("\n")).unwrap_or_default());
        println!(
            "=====\n{}",
            kept.get("as code").map(|k| k.iter().take(20).cloned().collect::<Vec<_>>().join("\n")).unwrap_or_default()
        );
    }
    // The others are about a part of a declaration, which is no code of its own.
    assert!(count("as code") * 3 >= all.len(), "{} of {} as code", count("as code"), all.len());
}
