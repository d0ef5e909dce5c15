//! Logs that are older than the files: what they report is not where they say.

mod workspace;

use engine::{Outcome, Plan, PlanOptions, Reason};
use workspace::{Workspace, after, at, entries, line, outcomes, plan, unsafe_options};

const BASE: &str = "using System;\nusing System.Text;\n\nnamespace App;\n\npublic class C\n{\n";

fn planned(file: &str, text: &str, log: &str, options: &PlanOptions) -> Plan {
    let workspace = Workspace::new(&[(file, text)]);
    plan(&mut workspace.session(), log, options)
}

fn unused(name: &str) -> String {
    format!("The variable '{name}' is declared but never used")
}

/// Nothing of the file changes, not even with unsafe fixes, and the reason says so.
fn assert_stale(file: &str, text: &str, place: (usize, usize), code: &str, message: &str) {
    let plan = planned(file, text, &line(file, place.0, place.1, code, message), &unsafe_options());
    assert!(plan.files.is_empty(), "{code}: {:?}", plan.files[0].after);
    assert_eq!(outcomes(&plan), [(code, Outcome::Stale)], "{:?}", plan.entries[0].reason);
    let reason = plan.entries[0].reason.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(reason.contains("changed since the build") && reason.contains("build again"), "{code}: {reason}");
}

#[test]
fn a_directive_of_another_namespace_stays() {
    let text = "using System.Linq;\nusing System.Text;\n\nclass C { object o = new StringBuilder(); }\n";
    let message = "The using directive for 'System.Linq' appeared previously in this namespace";
    assert_stale("A.cs", text, (2, 7), "CS0105", message);
    // Nor the only one of the namespace.
    assert_stale("A.cs", text, (1, 7), "CS0105", message);
}

#[test]
fn what_cannot_be_null_is_not_annotated() {
    let text = "#nullable enable\nusing System.Collections.Generic;\nclass C\n{\n    static bool Try(string s) { if (s == \"\") return false; return int.TryParse(s, out _); }\n    static double Half(double? d) { double half = d ?? 0; return half; }\n    List<string> names = new List<string>();\n}\n";
    for (code, needle, message) in [
        ("CS8603", "false;", "Possible null reference return."),
        ("CS8603", "int.TryParse", "Possible null reference return."),
        ("CS8600", "d ?? 0", "Converting null literal or possible null value to non-nullable type."),
        ("CS8601", "new List", "Possible null reference assignment."),
        ("CS8601", "string> names", "Possible null reference assignment."),
        ("CS8625", "0; return half", "Cannot convert null literal to non-nullable reference type."),
    ] {
        assert_stale("A.cs", text, at(text, needle), code, message);
    }
}

#[test]
fn another_name_or_another_kind_of_code_is_left_alone() {
    let text = "import Database from 'better-sqlite3';\nimport { other } from './lib';\nimport { Box } from './lib';\nconst box = new Box();\nexport function run(first: number, second: string) {\n  const value = box.size + other + first;\n  let text = second;\n  return { alpha: value, beta: text, db: Database };\n}\n";
    let lack = |s: &str| format!("'{s}' is declared but its value is never read.");
    for (needle, code, message) in [
        ("box =", "TS6133", lack("gone")),
        ("import { Box", "TS6196", "'Gone' is declared but never used.".to_owned()),
        ("import { Box", "TS1484", "'Gone' is a type and must be imported using a type-only import when 'verbatimModuleSyntax' is enabled.".to_owned()),
        ("'better", "TS2835", "Relative import paths need explicit file extensions in ECMAScript imports when '--moduleResolution' is 'node16' or 'nodenext'. Did you mean './schema.js'?".to_owned()),
        ("box =", "TS2588", "Cannot assign to 'gone' because it is a constant.".to_owned()),
        ("first: number", "TS4114", "This member must have an 'override' modifier because it overrides a member in the base class 'Box'.".to_owned()),
        ("second: string", "TS4113", "This member cannot have an 'override' modifier because it is not declared in the base class 'Box'.".to_owned()),
        ("text = second", "TS2561", "Object literal may only specify known properties, but 'alhpa' does not exist in type '{ alpha: number; }'. Did you mean to write 'alpha'?".to_owned()),
        ("box =", "TS2570", "Could not find name 'vlaue'. Did you mean 'value'?".to_owned()),
        ("value = box", "TS2568", "Property 'sizes' may not exist on type 'Box'. Did you mean 'size'?".to_owned()),
        ("string)", "TS2724", "'\"./lib\"' has no exported member named 'othr'. Did you mean 'other'?".to_owned()),
        ("let text", "TS7027", "Unreachable code detected.".to_owned()),
        ("box.size", "TS2774", "This condition will always return true since this function is always defined. Did you mean to call it instead?".to_owned()),
        ("value = box", "TS2564", "Property 'size' has no initializer and is not definitely assigned in the constructor.".to_owned()),
        ("first: number", "TS17019", "'?' at the end of a type is not valid TypeScript syntax. Did you mean to write 'string | undefined'?".to_owned()),
    ] {
        let place = at(text, needle);
        let plan = planned("a.ts", text, &line("a.ts", place.0, place.1, code, &message), &unsafe_options());
        assert!(plan.files.is_empty(), "{code}: {}", plan.files[0].after);
        assert_eq!(outcomes(&plan), [(code, Outcome::Stale)], "{:?}", plan.entries[0].reason);
    }
}

#[test]
fn the_tag_of_a_parameter_that_exists_stays() {
    let text = "// moved\n/**\n * @param {number} size\n * @param {string} label\n */\nexport function f(size) { return size; }\n";
    let message = "JSDoc '@param' tag has name 'label', but there is no parameter with that name.";
    assert_stale("c.js", text, at(text, "size\n"), "TS8024", message);
}

/// Several methods with an unused variable each, below `head`.
fn methods(head: &str, names: &[&str]) -> String {
    let method = |name: &&str| format!("    void M{name}()\n    {{\n        int {name};\n    }}\n");
    format!("{head}{}}}\n", names.iter().map(method).collect::<String>())
}

fn log_of(text: &str, names: &[&str], lines: usize) -> String {
    let one = |name: &&str| {
        let (l, c) = at(text, &format!("{name};"));
        line("A.cs", l - lines, c, "CS0168", &unused(name))
    };
    names.iter().map(one).collect()
}

#[test]
fn what_moved_together_is_found_again() {
    let names = ["alpha", "beta", "gamma", "delta"];
    let text = methods(&format!("// one\n// two\n{BASE}"), &names);
    // Three others moved the same way: that is proof.
    let many = planned("A.cs", &text, &log_of(&text, &names, 2), &PlanOptions::default());
    assert!(many.entries.iter().all(|e| e.moved && e.place.is_some()), "{:?}", many.entries);
    // But all of the file's log is out of date.
    assert!(many.files.is_empty(), "{:?}", many.files);
    let all = planned("A.cs", &text, &log_of(&text, &names, 2), &unsafe_options());
    assert!(!after_of(&all).contains("int "), "{}", after_of(&all));
    // One alone is not moved to where it may be.
    let one = planned("A.cs", &text, &log_of(&text, &names[..1], 2), &unsafe_options());
    assert!(one.files.is_empty());
    assert_eq!((one.entries[0].outcome, one.entries[0].reason.clone()), (Outcome::Stale, Some(Reason::Elsewhere)));
}

fn after_of(plan: &Plan) -> String {
    plan.files.first().map(|f| f.after.to_string()).unwrap_or_default()
}

#[test]
fn a_file_that_is_mostly_up_to_date_keeps_what_stands_there() {
    let names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"];
    let text = methods(BASE, &names);
    let log = log_of(&text, &names, 0) + &line("A.cs", 8, 1, "CS0168", &unused("gone"));
    let plan = planned("A.cs", &text, &log, &PlanOptions::default());
    let fixed = plan.entries.iter().filter(|e| e.outcome == Outcome::Fixed).count();
    assert_eq!(fixed, 7, "{:?}", plan.entries);
    // With a third of it stale, nothing is safe.
    let log = log_of(&text, &names[..2], 0) + &line("A.cs", 8, 1, "CS0168", &unused("gone"));
    let plan = planned("A.cs", &text, &log, &PlanOptions::default());
    assert!(plan.files.is_empty(), "{:?}", plan.files);
}

#[test]
fn what_names_nothing_moves_with_what_is_before_it() {
    let text = "class C\n{\n    void M()\n    {\n        int alpha;\n        int beta;\n        int c = 1\n    }\n}\n";
    let log = log_of(text, &["alpha", "beta"], 2) + &line("A.cs", 5, 18, "CS1002", "; expected");
    let plan = planned("A.cs", text, &log, &unsafe_options());
    let place = plan.entries.iter().find(|e| e.diagnostic.code == "CS1002").and_then(|e| e.place.as_ref());
    assert_eq!(place.map(|p| p.range.start), text.find("\n    }"));
    assert!(after_of(&plan).contains("int c = 1;"), "{:?}", plan.entries);
}

#[test]
fn an_unused_name_waits_for_the_name_that_is_not_found_beside_it() {
    let text = "class C\n{\n    int M() { int first; int spare; return totl(); }\n    void N() { int other; }\n}\n";
    let workspace = Workspace::new(&[("A.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "totl");
    let log = line("A.cs", l, c, "CS0103", "The name 'totl' does not exist in the current context")
        + &log_of(text, &["first", "spare", "other"], 0);
    let plan = plan(&mut session, &log, &unsafe_options());
    let text = after(&plan, &workspace.path("A.cs"));
    assert!(text.contains("int first;") && text.contains("int spare;"), "{text}");
    assert!(!text.contains("int other;"), "the error is in another member\n{text}");
    let waits = plan.entries.iter().filter(|e| e.reason == Some(Reason::AfterCause)).count();
    assert_eq!(waits, 2, "{:?}", plan.entries);
}

#[test]
fn types_that_do_not_fit_wait_for_the_module_that_is_not_found() {
    let text = "import { each } from './lsit';\nexport function all(): number {\n    each(1);\n}\n";
    let workspace = Workspace::new(&[("a.ts", text), ("list.ts", "export function each(n: number) { return n; }\n")]);
    let returns =
        "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.".to_owned();
    let error = |word: &str, code: &str, message: &str| {
        let (l, c) = at(text, word);
        format!("a.ts({l},{c}): error {code}: {message}\n")
    };
    let missing = "Cannot find module './lsit' or its corresponding type declarations.";
    let type_error = error("number", "TS2355", &returns);
    let both = error("'./lsit'", "TS2307", missing) + &type_error;
    let planned = plan(&mut workspace.session(), &both, &unsafe_options());
    assert_eq!(outcomes(&planned), [("TS2307", Outcome::Fixed), ("TS2355", Outcome::Offered)]);
    assert_eq!(planned.entries[1].reason, Some(Reason::AfterCause));
    // With nothing beside it, it is repaired.
    let planned = plan(&mut workspace.session(), &type_error, &unsafe_options());
    assert_eq!(outcomes(&planned), [("TS2355", Outcome::Fixed)], "{:?}", planned.entries);
}

#[test]
fn a_name_does_not_wait_for_what_follows_from_it() {
    let text = "class NewKey\n{\n    public string Group;\n    bool Is(Key other) { return true; }\n    string Make() { return ((Key?)null).Group; }\n}\n";
    let missing = "The type or namespace name 'Key' could not be found (are you missing a using directive or an assembly reference?)";
    let lacks = "'Key?' does not contain a definition for 'Group' and no accessible extension method 'Group' accepting a first argument of type 'Key?' could be found (are you missing a using directive or an assembly reference?)";
    let mut log = String::new();
    for (word, code, message) in
        [("Key other", "CS0246", missing), ("Key?", "CS0246", missing), ("Group; }", "CS1061", lacks)]
    {
        let (l, c) = at(text, word);
        log += &line("A.cs", l, c, code, message);
    }
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    let names = plan.entries.iter().filter(|e| e.diagnostic.code == "CS0246" && e.outcome == Outcome::Fixed).count();
    assert_eq!(names, 2, "{:?}", plan.entries);
}

#[test]
fn a_name_in_a_head_does_not_wait_for_what_follows_from_it_in_the_body() {
    let text = "class NewKey\n{\n    public string Group;\n    bool Is(Key? other) { return other.Group == Group; }\n    object Make() { return new Key(); }\n}\n";
    let (l, c) = at(text, "Key? other");
    let missing = "The type or namespace name 'Key' could not be found (are you missing a using directive or an assembly reference?)";
    let mut log = line("A.cs", l, c, "CS0246", missing);
    let (l, c) = at(text, "Key()");
    log += &line("A.cs", l, c, "CS0246", missing);
    let (l, c) = at(text, "Group ==");
    log += &line(
        "A.cs",
        l,
        c,
        "CS1061",
        "'Key?' does not contain a definition for 'Group' and no accessible extension method 'Group' accepting a first argument of type 'Key?' could be found (are you missing a using directive or an assembly reference?)",
    );
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    let names = plan.entries.iter().filter(|e| e.diagnostic.code == "CS0246" && e.outcome == Outcome::Fixed).count();
    assert_eq!(names, 2, "{:?}", plan.entries);
}

#[test]
fn a_name_in_a_head_does_not_wait_for_the_body() {
    let text = "class NewKey\n{\n    bool Is(Key other) { return lost; }\n    object Make() { return new Key(); }\n}\n";
    let mut log = String::new();
    let missing = "The type or namespace name 'Key' could not be found (are you missing a using directive or an assembly reference?)";
    for (word, code, message) in [
        ("Key other", "CS0246", missing),
        ("lost", "CS0103", "The name 'lost' does not exist in the current context"),
        ("Key()", "CS0246", missing),
    ] {
        let (l, c) = at(text, word);
        log += &line("A.cs", l, c, code, message);
    }
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    let names = plan.entries.iter().filter(|e| e.diagnostic.code == "CS0246" && e.outcome == Outcome::Fixed).count();
    assert_eq!(names, 2, "{:?}", plan.entries);
}

#[test]
fn a_removal_does_not_take_another_error_with_it() {
    let text = "class C\n{\n    void M()\n    {\n        return;\n        int n = \"\";\n    }\n}\n";
    let (l, c) = at(text, "int n");
    let mut log = line("A.cs", l, c, "CS0162", "Unreachable code detected");
    let (l, c) = at(text, "\"\"");
    log += &line("A.cs", l, c, "CS0029", "Cannot implicitly convert type 'string' to 'int'");
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    assert!(plan.files.is_empty(), "{} {:?}", after_of(&plan), plan.entries);
    assert_eq!(plan.entries[0].reason, Some(Reason::AfterCause));
}

#[test]
fn a_directive_in_the_wrong_place_leaves_the_rest_certain() {
    let text = "class C\n{\n    readonly int f; #region R\n    void M() { f = 1; }\n#endregion\n}\n";
    let (l, c) = at(text, "#region");
    let mut log = line(
        "A.cs",
        l,
        c,
        "CS1040",
        "Preprocessor directives must appear as the first non-whitespace character on a line",
    );
    let (l, c) = at(text, "f = 1");
    log += &line(
        "A.cs",
        l,
        c,
        "CS0191",
        "A readonly field cannot be assigned to (except in a constructor or init-only setter of the type in which the field is defined or a variable initializer)",
    );
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    assert!(after_of(&plan).contains("    int f;"), "{:?}", plan.entries);
}

#[test]
fn a_column_that_counts_the_byte_order_mark_is_understood() {
    let text = "\u{feff}class C { void M() { int spare; } }\n";
    let log = line("A.cs", 1, text.find("spare").unwrap() - 1, "CS0168", &unused("spare"));
    let plan = planned("A.cs", text, &log, &PlanOptions::default());
    assert_eq!(outcomes(&plan), [("CS0168", Outcome::Fixed)], "{:?}", plan.entries);
    assert!(!plan.entries[0].moved);
}

#[test]
fn a_name_that_a_base_lacks_is_not_spelt_in_another_way() {
    let text = "public interface ISource\n{\n    int Items();\n}\npublic class Source : ISource\n{\n    public int ItemsValue() { return 1; }\n    public int First() { return Items(); }\n}\n";
    let (l, c) = at(text, "ISource\n{\n    public");
    let mut log = line("A.cs", l, c, "CS0535", "'Source' does not implement interface member 'ISource.Items()'");
    let (l, c) = at(text, "Items(); }");
    log += &line("A.cs", l, c, "CS0103", "The name 'Items' does not exist in the current context");
    let plan = planned("A.cs", text, &log, &unsafe_options());
    assert!(!after_of(&plan).contains("return ItemsValue()"), "{}", after_of(&plan));
}

#[test]
fn a_log_that_has_lines_only_means_what_the_line_has() {
    let text = "public class Work\n{\n    public string Run()\n    {\n        var sb = new StringBuilder();\n        return sb.ToString();\n    }\n}\n";
    let message = "The type or namespace name 'StringBuilder' could not be found (are you missing a using directive or an assembly reference?)";
    let plan = |line: usize| {
        let log = format!("Work.cs({line}): error CS0246: {message}\n");
        planned("Work.cs", text, &log, &PlanOptions::default())
    };
    let repaired = plan(5);
    assert_eq!(&*repaired.files[0].after, format!("using System.Text;\n\n{text}"));
    assert!(plan(3).files.is_empty());
}

#[test]
fn a_file_that_no_language_reads_is_not_called_missing() {
    let files =
        [("app/src/main.ts", "export const n = 1;\n"), ("app/src/App.vue", "<script lang=\"ts\">let a = b</script>\n")];
    let workspace = Workspace::new(&files);
    for (path, reason) in [
        ("app/src/App.vue", ".vue files are not read yet"),
        ("/home/other/app/src/App.vue", ".vue files are not read yet"),
        // Relative to a package.
        ("src/App.vue", ".vue files are not read yet"),
        ("src/Gone.vue", "the workspace has no such file"),
        ("../src/App.vue", "its file is outside the workspace"),
    ] {
        let log = line(path, 1, 27, "TS2304", "Cannot find name 'b'.");
        let plan = plan(&mut workspace.session(), &log, &unsafe_options());
        let found = plan.entries[0].reason.as_ref().map(ToString::to_string);
        assert_eq!((plan.entries[0].outcome, found.as_deref()), (Outcome::Skipped, Some(reason)), "{path}");
    }
}

/// Every project has a `Program.cs`: the project that a line names says which one is meant.
#[test]
fn the_project_of_a_line_places_what_several_have() {
    let w = Workspace::new(&[
        ("src/App/App.csproj", "<Project/>"),
        ("src/App/Program.cs", "class P { int M() { return 1 } }\n"),
        ("src/Web/Web.csproj", "<Project/>"),
        ("src/Web/Program.cs", "class P { int M() { return 1 } }\n"),
        ("old/Web/Web.csproj", "<Project/>"),
        ("old/Web/Program.cs", "class P { int M() { return 1 } }\n"),
        ("packages/ui/src/a.ts", "let a: number = b;\n"),
        ("packages/api/src/a.ts", "let a: number = b;\n"),
    ]);
    let session = w.session();
    let placed = |log: &str| {
        let found = entries(&session, log);
        let [entry] = found.as_slice() else { panic!("{found:?}") };
        entry.path.as_ref().map(|p| p.strip_prefix(w.path("")).expect("inside").to_string_lossy().replace('\\', "/"))
    };
    let error = "(1,30): error CS1002: ; expected";
    for (log, expected) in [
        (format!("Program.cs{error} [/ci/src/App/App.csproj]"), Some("src/App/Program.cs")),
        (format!("Program.cs{error} [/ci/src/Web/Web.csproj]"), Some("src/Web/Program.cs")),
        (format!("Program.cs{error} [C:\\ci\\old\\Web\\Web.csproj]"), Some("old/Web/Program.cs")),
        (format!("Program.cs{error} [App.csproj]"), Some("src/App/Program.cs")),
        (format!("Program.cs{error} [Web.csproj]"), None),
        (format!("Program.cs{error}"), None),
        (format!("  App net10.0 failed with 1 error(s) (0.5s)\n    Program.cs{error}"), Some("src/App/Program.cs")),
        (
            "packages/ui typecheck: src/a.ts(1,17): error TS2304: Cannot find name 'b'.".into(),
            Some("packages/ui/src/a.ts"),
        ),
        ("@acme/api:build: src/a.ts(1,17): error TS2304: Cannot find name 'b'.".into(), Some("packages/api/src/a.ts")),
    ] {
        assert_eq!(placed(&format!("{log}\n")).as_deref(), expected, "{log}");
    }
}
