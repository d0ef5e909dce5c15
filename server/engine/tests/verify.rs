//! Verification by rebuilding: fixes that cause errors are found and reverted, the others are kept.

mod workspace;

use engine::{CancelToken, Filter, Outcome, Verified, VerifyError, VerifyOptions, silent};
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
    let options = VerifyOptions { plan: unsafe_options(), rounds: 3, filter: Filter::default() };
    let mut build = || Ok(diagnostics::read(compile().as_bytes()).diagnostics);
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
    let options = VerifyOptions { plan: unsafe_options(), rounds: 3, filter: Filter::default() };
    let mut build = || Err("no license".to_owned());
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
    let options = VerifyOptions { plan: unsafe_options(), rounds: 5, filter: Filter::default() };
    let mut build = || Ok(diagnostics::read(compile().as_bytes()).diagnostics);
    let store = w.store();
    let verified = session.verify(&store, start, &options, &mut build, &CancelToken::new(), &silent).expect("it runs");
    assert_eq!(w.read("A.cs"), text.replace("= 1", "= 1;"));
    assert_eq!((verified.rounds, count(&verified, Outcome::Fixed)), (2, 2));
    let run = verified.run.expect("something was kept");
    store.undo(Some(&run.id)).expect("nothing changed since");
    assert_eq!(w.read("A.cs"), text);
}
