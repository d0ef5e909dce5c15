//! Verification by rebuilding: fixes that cause errors are found and reverted, the others are kept.

mod workspace;

use engine::{CancelToken, Filter, Outcome, Verified, VerifyError, VerifyOptions, silent};
use std::path::PathBuf;
use workspace::{Workspace, entries, line, unsafe_options};

/// Lines that end in `= 1` lack a semicolon.
const LINES: &str = "class C\n{\n    int a = 1\n    int b;\n    int c = 1\n    int d;\n    int e = 1\n    int f;\n}\n";

fn missing_semicolons(w: &Workspace, files: &[&str]) -> String {
    let mut log = String::new();
    for file in files {
        for (i, text) in w.read(file).lines().enumerate().filter(|(_, l)| l.ends_with("= 1")) {
            log += &line(file, i + 1, text.len() + 1, "CS1002", "; expected");
        }
    }
    log
}

const API: &str = "class Api\n{\n    public int Known() { return 1; }\n}\n";

/// A body with an error that stays: the compiler checks bodies from the start, so that new errors in bodies are not merely uncovered.
const BODY: (&str, &str) = ("Body.cs", "class X { void M() { Y(); } }\n");

fn in_body(w: &Workspace) -> String {
    if w.path(BODY.0).exists() { line(BODY.0, 1, 21, "CS9998", "Y is wrong") } else { String::new() }
}

/// Verifies with a compiler that reports missing semicolons and the errors that `more` returns.
fn verify(w: &Workspace, files: &[&str], more: &dyn Fn(&Workspace) -> String) -> Result<Verified, VerifyError> {
    let compile = || missing_semicolons(w, files) + &in_body(w) + &more(w);
    let mut session = w.session();
    let start = entries(&session, &compile());
    let options = VerifyOptions { plan: unsafe_options(), allow_stubs: false, rounds: 3, filter: Filter::default() };
    let mut build = |_: &[PathBuf]| Ok(diagnostics::read(compile().as_bytes()).diagnostics);
    session.verify(&w.store(), start, &options, &mut build, &CancelToken::new(), &silent)
}

fn count(verified: &Verified, outcome: Outcome) -> usize {
    verified.plan.entries.iter().filter(|e| e.outcome == outcome).count()
}

#[test]
fn a_fix_on_whose_line_the_error_appears_goes_and_its_neighbours_stay() {
    let w = Workspace::new(&[("A.cs", LINES), ("B.cs", LINES)]);
    let hurt = |w: &Workspace| match w.read("A.cs").contains("int c = 1;") {
        true => line("A.cs", 5, 9, "CS0029", "Cannot implicitly convert type 'int' to 'string'"),
        false => String::new(),
    };
    let verified = verify(&w, &["A.cs", "B.cs"], &hurt).expect("the build runs");
    assert_eq!(w.read("A.cs"), LINES.replace("a = 1", "a = 1;").replace("e = 1", "e = 1;"));
    assert_eq!(w.read("B.cs"), LINES.replace("= 1", "= 1;"));
    assert_eq!((count(&verified, Outcome::Fixed), count(&verified, Outcome::Reverted)), (5, 1));
    let reverted = verified.plan.entries.iter().find(|e| e.outcome == Outcome::Reverted).expect("there is one");
    assert!(reverted.reason.as_ref().is_some_and(|r| r.to_string().contains("CS0029")), "{reverted:?}");
}

#[test]
fn a_fix_that_was_only_suspected_comes_back_when_the_error_stays_without_it() {
    // The error is at the end of the file. The fix of the first line causes it; the fix of the last line is nearest to it.
    let w = Workspace::new(&[("A.cs", LINES), BODY]);
    let hurt = |w: &Workspace| match w.read("A.cs").contains("int a = 1;") {
        true => line("A.cs", 8, 9, "CS0029", "Cannot implicitly convert type 'int' to 'string'"),
        false => String::new(),
    };
    let verified = verify(&w, &["A.cs"], &hurt).expect("the build runs");
    assert_eq!(w.read("A.cs"), LINES.replace("c = 1", "c = 1;").replace("e = 1", "e = 1;"));
    assert_eq!((count(&verified, Outcome::Fixed), count(&verified, Outcome::Reverted)), (2, 1));
}

#[test]
fn the_culprit_in_another_file_is_found_by_the_names_of_the_message() {
    let w = Workspace::new(&[("A.cs", LINES), ("Api.cs", API), ("User.cs", "class User { }\n"), BODY]);
    let missing = "'Api' does not contain a definition for 'Size' and no accessible extension method 'Size' accepting a first argument of type 'Api' could be found (are you missing a using directive or an assembly reference?)";
    let hurt = |w: &Workspace| match w.read("Api.cs").contains("Size") {
        // A derived type already has a member of this name.
        true => line(
            "User.cs",
            1,
            7,
            "CS0108",
            "'User.Size()' hides inherited member 'Api.Size()'. Use the new keyword if hiding was intended.",
        ),
        false => line("Caller.cs", 3, 33, "CS1061", missing),
    };
    w.write("Caller.cs", "class Caller\n{\n    int M(Api api) { return api.Size(); }\n}\n");
    let verified = verify(&w, &["A.cs"], &hurt).expect("the build runs");
    assert_eq!(w.read("Api.cs"), API);
    assert_eq!(w.read("A.cs"), LINES.replace("= 1", "= 1;"));
    assert_eq!((count(&verified, Outcome::Fixed), count(&verified, Outcome::Reverted)), (3, 1));
}

#[test]
fn what_nothing_points_at_is_searched_by_halves() {
    let files = ["A.cs", "B.cs", "D.cs", "E.cs"];
    let mut sources: Vec<(&str, &str)> = files.iter().map(|f| (*f, LINES)).collect();
    sources.extend([("User.cs", "class User { }\n"), BODY]);
    let w = Workspace::new(&sources);
    let hurt = |w: &Workspace| match w.read("D.cs").contains("int a = 1;") {
        true => line("User.cs", 1, 7, "CS9999", "Something is wrong"),
        false => String::new(),
    };
    let verified = verify(&w, &files, &hurt).expect("the build runs");
    assert!(w.read("D.cs").contains("int a = 1\n"), "the culprit is reverted");
    // The first half is shown to be innocent in one attempt, and is restored.
    assert_eq!((w.read("A.cs"), w.read("B.cs")), (LINES.replace("= 1", "= 1;"), LINES.replace("= 1", "= 1;")));
    assert!(count(&verified, Outcome::Reverted) <= 3, "{} of 12 reverted", count(&verified, Outcome::Reverted));
    assert!(verified.builds <= 5, "{} builds", verified.builds);
}

#[test]
fn errors_of_a_later_stage_are_uncovered_and_blame_nobody() {
    let text = "class C\n{\n    int a = 1\n    int M() { return Nothing; }\n}\n";
    let w = Workspace::new(&[("A.cs", text)]);
    // Like a real compiler: bodies are not checked until the file parses.
    let body = |w: &Workspace| match w.read("A.cs").contains("= 1;") {
        true => line("A.cs", 4, 22, "CS0103", "The name 'Nothing' does not exist in the current context"),
        false => String::new(),
    };
    let verified = verify(&w, &["A.cs"], &body).expect("the build runs");
    assert_eq!(w.read("A.cs"), text.replace("= 1", "= 1;"));
    assert_eq!((count(&verified, Outcome::Reverted), verified.uncovered), (0, 1));
    let codes: Vec<_> = verified.plan.entries.iter().map(|e| (e.diagnostic.code.as_str(), e.outcome)).collect();
    assert!(codes.contains(&("CS1002", Outcome::Fixed)), "{codes:?}");
    assert!(codes.iter().any(|(code, outcome)| *code == "CS0103" && *outcome != Outcome::Fixed), "{codes:?}");
}

#[test]
fn a_build_that_objects_to_everything_ends_with_everything_as_it_was() {
    let w = Workspace::new(&[("A.cs", LINES), ("User.cs", "class User { }\n"), BODY]);
    let before = w.snapshot();
    let any = |w: &Workspace| match w.read("A.cs").contains("= 1;") {
        true => line("User.cs", 1, 7, "CS9999", "Something is wrong"),
        false => String::new(),
    };
    let verified = verify(&w, &["A.cs"], &any).expect("the build runs");
    assert_eq!(w.snapshot(), before);
    assert_eq!((count(&verified, Outcome::Fixed), verified.run.is_none()), (0, true));
    assert!(verified.plan.entries.iter().all(|e| e.reason.is_some()));
    assert!(verified.builds <= 10, "{} builds", verified.builds);
}

#[test]
fn a_build_that_cannot_run_leaves_nothing_behind() {
    let w = Workspace::new(&[("A.cs", LINES)]);
    let before = w.snapshot();
    let mut session = w.session();
    let start = entries(&session, &missing_semicolons(&w, &["A.cs"]));
    let options = VerifyOptions { plan: unsafe_options(), allow_stubs: false, rounds: 3, filter: Filter::default() };
    let mut build = |_: &[PathBuf]| Err("no license".to_owned());
    let error = session.verify(&w.store(), start, &options, &mut build, &CancelToken::new(), &silent);
    assert!(matches!(error, Err(VerifyError::Build(ref e)) if e == "no license"), "{error:?}");
    assert_eq!(w.snapshot(), before);
}

#[test]
fn all_rounds_are_one_run_for_undo() {
    // The second error is reported only after the first is fixed.
    let text = "class C\n{\n    int a = 1\n    int b = 1\n}\n";
    let w = Workspace::new(&[("A.cs", text)]);
    let compile = || missing_semicolons(&w, &["A.cs"]).lines().take(1).map(|l| format!("{l}\n")).collect::<String>();
    let mut session = w.session();
    let start = entries(&session, &compile());
    let options = VerifyOptions { plan: unsafe_options(), allow_stubs: false, rounds: 5, filter: Filter::default() };
    let mut build = |_: &[PathBuf]| Ok(diagnostics::read(compile().as_bytes()).diagnostics);
    let store = w.store();
    let verified = session.verify(&store, start, &options, &mut build, &CancelToken::new(), &silent).expect("it runs");
    assert_eq!(w.read("A.cs"), text.replace("= 1", "= 1;"));
    assert_eq!((verified.rounds, count(&verified, Outcome::Fixed)), (2, 2));
    let run = verified.run.expect("something was kept");
    store.undo(Some(&run.id), false).expect("nothing changed since");
    assert_eq!(w.read("A.cs"), text);
}

/// A compiler of calls: `line` of each call of a missing method or property of `Api`, by what the declaration has.
fn missing(w: &Workspace, file: &str, name: &str) -> String {
    if w.read("Api.cs").contains(name) {
        return String::new();
    }
    let message = format!(
        "'Api' does not contain a definition for '{name}' and no accessible extension method '{name}' accepting a first argument of type 'Api' could be found (are you missing a using directive or an assembly reference?)"
    );
    let text = w.read(file);
    let (l, c) = workspace::at(&text, name);
    line(file, l, c, "CS1061", &message)
}

fn verify_with(w: &Workspace, options: VerifyOptions, compile: &dyn Fn() -> String) -> Verified {
    let mut session = w.session();
    let start = entries(&session, &compile());
    let mut build = |_: &[PathBuf]| Ok(diagnostics::read(compile().as_bytes()).diagnostics);
    session.verify(&w.store(), start, &options, &mut build, &CancelToken::new(), &silent).expect("the build runs")
}

fn options(allow_stubs: bool) -> VerifyOptions {
    VerifyOptions { plan: unsafe_options(), allow_stubs, rounds: 100, filter: Filter::default() }
}

#[test]
fn a_stub_that_builds_is_no_repair() {
    let caller = "class Caller\n{\n    bool M(Api api) { return api.ShouldStop(); }\n    int N(Api api) { return api.Total(); }\n}\n";
    let start = || Workspace::new(&[("Api.cs", API), ("Caller.cs", caller), ("A.cs", LINES)]);
    let build = |w: &Workspace| {
        missing(w, "Caller.cs", "ShouldStop") + &missing(w, "Caller.cs", "Total") + &missing_semicolons(w, &["A.cs"])
    };
    let w = start();
    let verified = verify_with(&w, options(false), &|| build(&w));
    assert_eq!(w.read("Api.cs"), API);
    assert_eq!(w.read("A.cs"), LINES.replace("= 1", "= 1;"), "what is right stays");
    assert_eq!((verified.builds, verified.errors), (1, 2), "a stub need not be built to be refused");
    let reasons: Vec<_> =
        verified.plan.entries.iter().filter_map(|e| e.reason.as_ref().map(ToString::to_string)).collect();
    let expected = [
        "its fix is no repair: 'ShouldStop' does nothing but throw",
        "its fix is no repair: 'Total' does nothing but throw",
    ];
    assert_eq!(reasons, expected);
    assert!(verified.plan.doubts.is_empty(), "nothing of it was kept");

    let w = start();
    w.write("Api.cs", &API.replace("class", "// TODO: document\nclass"));
    let verified = verify_with(&w, options(true), &|| build(&w));
    let text = w.read("Api.cs");
    assert!(text.contains("// TODO: implement 'ShouldStop'") && text.contains("// TODO: implement 'Total'"), "{text}");
    assert_eq!((count(&verified, Outcome::Fixed), verified.errors), (5, 0));
    let stubs: Vec<_> = verified.plan.doubts.iter().map(|d| (d.doubt.what.as_str(), d.doubt.is_stub())).collect();
    assert!(stubs.contains(&("ShouldStop", true)) && stubs.contains(&("Total", true)), "{stubs:?}");
    for d in &verified.plan.doubts {
        let line = text.lines().nth(d.line as usize - 1).unwrap_or_default();
        assert!(line.contains(&d.doubt.what), "{} {line}", d.line);
        assert!(verified.plan.entries[d.entry].diagnostic.message.contains(&d.doubt.what));
    }
}

#[test]
fn rounds_go_on_as_long_as_they_help() {
    let text: String = (0..9).map(|i| format!("    int a{i} = 1\n")).collect();
    let text = format!("class C\n{{\n{text}}}\n");
    let w = Workspace::new(&[("A.cs", &text)]);
    // One error at a time.
    let first = || missing_semicolons(&w, &["A.cs"]).lines().take(1).map(|l| format!("{l}\n")).collect::<String>();
    let verified = verify_with(&w, options(false), &first);
    assert_eq!((verified.rounds, verified.errors, count(&verified, Outcome::Fixed)), (9, 0, 9));
    for fix in &verified.plan.applied {
        assert_eq!(verified.plan.entries[fix.entry].outcome, Outcome::Fixed);
    }
}

#[test]
fn equal_fixes_that_do_harm_go_together() {
    // Each use has an equal repair, and the compiler objects to one place at a time.
    let uses: String = (0..11).map(|i| format!("    int M{i}(string text) {{ return text.Lenght; }}\n")).collect();
    let uses = format!("class Uses\n{{\n{uses}}}\n");
    let w = Workspace::new(&[("Uses.cs", &uses), ("User.cs", "class User { }\n"), ("A.cs", LINES)]);
    let compile = || {
        let mut log = missing_semicolons(&w, &["A.cs"]);
        let text = w.read("Uses.cs");
        for (i, l) in text.lines().enumerate().filter(|(_, l)| l.contains("Lenght")) {
            let message = "'string' does not contain a definition for 'Lenght' and no accessible extension method 'Lenght' accepting a first argument of type 'string' could be found (are you missing a using directive or an assembly reference?)";
            log += &line("Uses.cs", i + 1, l.find("Lenght").unwrap_or_default() + 1, "CS1061", message);
        }
        if let Some(i) = text.lines().position(|l| l.contains("text.Length")) {
            log += &line("Uses.cs", i + 1, 37, "CS0029", "Cannot implicitly convert type 'int' to 'string'");
        }
        log
    };
    let verified = verify_with(&w, options(false), &compile);
    assert_eq!(w.read("Uses.cs"), uses);
    assert_eq!(w.read("A.cs"), LINES.replace("= 1", "= 1;"));
    assert!(verified.builds <= 4, "{} builds", verified.builds);
}

#[test]
fn what_comes_to_light_behind_a_repair_blames_it_not() {
    // On the line that was repaired, about a name that the repair did not write.
    let text = "class C\n{\n    int M() { return Nothing }\n}\n";
    let w = Workspace::new(&[("A.cs", text)]);
    let compile = || match w.read("A.cs").contains("Nothing;") {
        false => line("A.cs", 3, 29, "CS1002", "; expected"),
        true => line("A.cs", 3, 22, "CS0103", "The name 'Nothing' does not exist in the current context"),
    };
    let verified = verify_with(&w, options(false), &compile);
    assert_eq!(w.read("A.cs"), text.replace("Nothing", "Nothing;"), "{:?}", verified.plan.entries);

    // The flow of control is analysed when the body has no other error.
    let text = "class C\n{\n    int M(string text)\n    {\n        if (text.Lenght > 1) return 1;\n    }\n}\n";
    let w = Workspace::new(&[("A.cs", text), BODY]);
    let compile = || {
        let message = "'string' does not contain a definition for 'Lenght' and no accessible extension method 'Lenght' accepting a first argument of type 'string' could be found (are you missing a using directive or an assembly reference?)";
        in_body(&w)
            + &match w.read("A.cs").contains("Length") {
                false => line("A.cs", 5, 18, "CS1061", message),
                true => line("A.cs", 3, 9, "CS0161", "'C.M(string)': not all code paths return a value"),
            }
    };
    verify_with(&w, options(false), &compile);
    assert!(w.read("A.cs").contains("text.Length"));
}

#[test]
fn a_project_without_errors_in_which_a_fix_wrote_was_built() {
    let caller = "class Caller\n{\n    string M(Api api) { api.Name = \"a\"; return api.Name; }\n}\n";
    let w =
        Workspace::new(&[("lib/Api.cs", API), ("lib/User.cs", "class User : Api { }\n"), ("app/Caller.cs", caller)]);
    let compile = || {
        let message = "'Api' does not contain a definition for 'Name' and no accessible extension method 'Name' accepting a first argument of type 'Api' could be found (are you missing a using directive or an assembly reference?)";
        match w.read("lib/Api.cs").contains("Name") {
            false => [29, 52]
                .map(|c| line("app/Caller.cs", 3, c, "CS1061", message).replace('\n', " [app/App.csproj]\n"))
                .concat(),
            true => line("lib/User.cs", 1, 7, "CS9999", "Something is wrong").replace('\n', " [lib/Lib.csproj]\n"),
        }
    };
    let verified = verify_with(&w, options(false), &compile);
    assert_eq!(w.read("lib/Api.cs"), API);
    assert_eq!(count(&verified, Outcome::Fixed), 0);
}

#[test]
fn warnings_are_left_alone_unless_they_are_asked_for() {
    let text = "class C\n{\n    void M()\n    {\n        int unused;\n    }\n}\n";
    let w = Workspace::new(&[("A.cs", LINES), ("B.cs", text)]);
    let compile = || {
        let warning = line("B.cs", 5, 13, "CS0168", "The variable 'unused' is declared but never used")
            .replace("error", "warning");
        missing_semicolons(&w, &["A.cs"]) + if w.read("B.cs").contains("unused") { &warning } else { "" }
    };
    let mut options = options(false);
    options.plan.warnings = false;
    let verified = verify_with(&w, options.clone(), &compile);
    assert_eq!((w.read("B.cs").as_str(), verified.errors), (text, 0));
    let warning = verified.plan.entries.iter().find(|e| e.diagnostic.code == "CS0168").expect("it is listed");
    assert_eq!((warning.outcome, warning.reason.as_ref()), (Outcome::Offered, Some(&engine::Reason::NoError)));
    options.plan.warnings = true;
    verify_with(&w, options, &compile);
    assert!(!w.read("B.cs").contains("unused"));
}

#[test]
fn what_an_import_brings_to_light_is_not_its_fault() {
    let lib = "namespace Lib\n{\n    public class Tool { }\n}\n";
    let user = "class User\n{\n    int M(Tool tool)\n    {\n        return tool.Size;\n    }\n}\n";
    let found = |w: &Workspace| w.read("User.cs").contains("using Lib;");
    let missing = "The type or namespace name 'Tool' could not be found (are you missing a using directive or an assembly reference?)";
    let behind = "'Tool' does not contain a definition for 'Size' and no accessible extension method 'Size' accepting a first argument of type 'Tool' could be found (are you missing a using directive or an assembly reference?)";
    let clash = "'Other' is an ambiguous reference between 'Lib.Other' and 'Old.Other'";
    let elsewhere = "Argument 1: cannot convert from 'Hammer' to 'Tool'";
    for (file, code, message, stays) in [
        ("User.cs", "CS1061", behind, true),
        ("User.cs", "CS0104", clash, false),
        ("Caller.cs", "CS1503", elsewhere, true),
        ("Caller.cs", "CS1503", &elsewhere.replace("Tool", "Nail"), false),
    ] {
        let w = Workspace::new(&[("Tool.cs", lib), ("User.cs", user), ("Caller.cs", "class Caller { }\n"), BODY]);
        let compile = || {
            let text = w.read("User.cs");
            in_body(&w)
                + &match found(&w) {
                    false => {
                        let (l, c) = workspace::at(&text, "Tool");
                        line("User.cs", l, c, "CS0246", missing)
                    }
                    true => {
                        let (l, c) = if file == "User.cs" { workspace::at(&text, "Size") } else { (1, 7) };
                        line(file, l, c, code, message)
                    }
                }
        };
        verify_with(&w, options(false), &compile);
        assert_eq!(found(&w), stays, "{file} {code} {message}");
    }
}

#[test]
fn trials_are_no_part_of_the_history() {
    let w = Workspace::new(&[("A.cs", LINES), ("B.cs", LINES)]);
    let hurt = |w: &Workspace| match w.read("A.cs").contains("int c = 1;") {
        true => line("A.cs", 5, 9, "CS0029", "Cannot implicitly convert type 'int' to 'string'"),
        false => String::new(),
    };
    let verified = verify(&w, &["A.cs", "B.cs"], &hurt).expect("the build runs");
    assert!(verified.builds > 1, "one trial was taken back");
    let runs = w.store().runs();
    let run = verified.run.expect("something was kept");
    assert_eq!(runs.iter().map(|r| (&r.id, r.state)).collect::<Vec<_>>(), [(&run.id, engine::RunState::Done)]);
}

#[test]
fn a_build_that_panics_leaves_nothing_that_is_not_proved() {
    let w = Workspace::new(&[("A.cs", LINES)]);
    let before = w.snapshot();
    let mut session = w.session();
    let start = entries(&session, &missing_semicolons(&w, &["A.cs"]));
    let options = VerifyOptions { plan: unsafe_options(), allow_stubs: false, rounds: 3, filter: Filter::default() };
    let store = w.store();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut build = |_: &[PathBuf]| panic!("on purpose");
        session.verify(&store, start, &options, &mut build, &CancelToken::new(), &silent)
    }));
    assert!(panicked.is_err());
    assert_eq!(w.snapshot(), before);
    assert!(store.runs().is_empty());
}

#[test]
fn what_is_saved_during_a_build_stays_and_the_rest_is_taken_back() {
    let w = Workspace::new(&[("A.cs", LINES), ("B.cs", LINES), BODY]);
    let mine = "class Mine {}\n";
    let saved = |w: &Workspace| {
        if w.read("B.cs").contains("= 1;") {
            w.write("A.cs", mine);
            return line("B.cs", 3, 9, "CS0029", "Cannot implicitly convert type 'int' to 'string'");
        }
        String::new()
    };
    match verify(&w, &["A.cs", "B.cs"], &saved) {
        Err(VerifyError::Saved(paths)) => assert_eq!(paths, [w.path("A.cs")]),
        other => panic!("{other:?}"),
    }
    assert_eq!((w.read("A.cs").as_str(), w.read("B.cs").as_str()), (mine, LINES));
}
