//! Patterns that are learned from repairs read back from their files as they are.

use fix::testing::example_files;
use patterns::capture::examples;
use patterns::{Edited, Pattern, Seen, file, tree_of};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

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

/// What the program does about a log in a folder, as JSON, with its exit status.
fn fix(root: &Path, more: &[&str]) -> (i32, serde_json::Value, String) {
    let mut command = Command::new(tests::buildfix());
    command.args(["fix", ".", "--log", "build.log", "--output-format", "json"]).args(more).current_dir(root);
    let output = command.env("BUILDFIX_STATE_DIR", root.with_file_name("state")).output().expect("the program starts");
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap_or(-1), json, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_patterns_of_a_workspace_repair_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = &folder.path().join("shop");
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("an own folder");
        std::fs::write(path, text).expect("an own file");
    };
    let pattern = |safe: bool, name: &str| {
        format!(
            "language = \"csharp\"\n[[pattern]]\nname = \"money-of\"\ncodes = [\"CS0117\"]\narguments = [\"Money\", \"Of\"]\nsafe = {safe}\n\
             before = \"Money.Of($amount, $currency)\"\nafter = \"{name}($currency, $amount)\"\n"
        )
    };
    let shop = "class Money { }\nclass Shop\n{\n    object Price() => Money.Of(12.5m, \"EUR\"); // the price\n}\n";
    write("Shop.cs", shop);
    write(
        "build.log",
        "Shop.cs(4,29): error CS0117: 'Money' does not contain a definition for 'Of' [/x/Shop.csproj]\n",
    );
    write(".buildfix/patterns/money.bfx.toml", &pattern(false, "new Money"));
    write(".buildfix/patterns/bad.bfx.toml", "a = [");
    let (status, _, errors) = fix(root, &["--write"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains(".buildfix/patterns/bad.bfx.toml:1"), "{errors}");
    assert_eq!(std::fs::read_to_string(root.join("Shop.cs")).expect("a file"), shop);
    // What its author calls safe needs no more words, and a changed file counts at once.
    write(".buildfix/patterns/money.bfx.toml", &pattern(true, "Money.Make"));
    let (status, report, errors) = fix(root, &["--write"]);
    assert_eq!(status, 0, "{report} {errors}");
    let after = std::fs::read_to_string(root.join("Shop.cs")).expect("a file");
    assert_eq!(after, shop.replace("Money.Of(12.5m, \"EUR\")", "Money.Make(\"EUR\", 12.5m)"));
}
