//! Which fixes are combined, in which order, and when planning ends.

mod workspace;

use engine::{CancelToken, Outcome, PlanOptions, Progress, Reason, silent};
use workspace::{Workspace, after, at, entries, line, outcomes, plan, unsafe_options};

const API: &str = "class Api\n{\n    public int Known() { return 1; }\n}\n";

fn missing(user: &str, calls: &[&str]) -> String {
    let one = |call: &&str| {
        let (l, c) = at(user, call);
        let name = call.split('(').next().expect("a name");
        let message = format!(
            "'Api' does not contain a definition for '{name}' and no accessible extension method '{name}' accepting a first argument of type 'Api' could be found (are you missing a using directive or an assembly reference?)"
        );
        line("User.cs", l, c, "CS1061", &message)
    };
    calls.iter().map(one).collect()
}

#[test]
fn different_members_of_one_type_are_declared_in_one_pass_and_equal_ones_once() {
    let user = "class User\n{\n    void M(Api a)\n    {\n        int x = a.One(1);\n        string y = a.Two();\n        int z = a.One(2); int w = a.Three();\n    }\n}\n";
    let workspace = Workspace::new(&[("Api.cs", API), ("User.cs", user)]);
    let mut session = workspace.session();
    let log = missing(user, &["One(1)", "Two()", "One(2)", "Three()"]);
    let plan = plan(&mut session, &log, &unsafe_options());
    assert!(plan.entries.iter().all(|e| e.outcome == Outcome::Fixed), "{:?}", plan.entries);
    let text = after(&plan, &workspace.path("Api.cs"));
    for member in ["int One(int v)", "string Two()", "int Three()"] {
        assert_eq!(text.matches(member).count(), 1, "{member} in\n{text}");
    }
    assert_eq!(plan.files.len(), 1);
    assert_eq!(plan.applied.len(), 4, "each diagnostic refers to its fix");
    for fix in &plan.applied {
        let (path, range) = &fix.wrote[0];
        assert_eq!(*path, workspace.path("Api.cs"));
        assert!(text[range.start..range.end].contains("NotImplementedException"), "{range:?}");
    }
}

#[test]
fn one_member_that_calls_want_differently_is_declared_once() {
    let user = "class User\n{\n    void M(Api a)\n    {\n        int x = a.One(1);\n        string y = a.One(\"\");\n    }\n}\n";
    let workspace = Workspace::new(&[("Api.cs", API), ("User.cs", user)]);
    let mut session = workspace.session();
    let plan = plan(&mut session, &missing(user, &["One(1)", "One(\"\")"]), &unsafe_options());
    assert_eq!(outcomes(&plan), [("CS1061", Outcome::Fixed), ("CS1061", Outcome::Offered)]);
    assert_eq!(after(&plan, &workspace.path("Api.cs")).matches(" One(").count(), 1);
}

#[test]
fn what_a_repair_brings_is_not_declared_again() {
    let text = "abstract class B\n{\n    public abstract int Size();\n}\nclass C : B\n{\n    public int Size() { return 1; }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "C : B");
    let mut log = line("C.cs", l, c, "CS0534", "'C' does not implement inherited abstract member 'B.Size()'");
    let (l, c) = at(text, "Size() {");
    log += &line(
        "C.cs",
        l,
        c,
        "CS0114",
        "'C.Size()' hides inherited member 'B.Size()'. To make the current member override that implementation, add the override keyword. Otherwise add the new keyword.",
    );
    let plan = plan(&mut session, &log, &unsafe_options());
    assert_eq!(after(&plan, &workspace.path("C.cs")), text.replace("public int Size()", "public override int Size()"));
}

#[test]
fn nothing_is_declared_where_the_sources_did_not_parse() {
    let text = "class C\n{\n    int a = 1\n    void M() { int x = Helper(a); }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "Helper");
    let log = line("C.cs", 3, 14, "CS1002", "; expected")
        + &line("C.cs", l, c, "CS0103", "The name 'Helper' does not exist in the current context");
    let plan = plan(&mut session, &log, &unsafe_options());
    assert_eq!(outcomes(&plan)[0], ("CS1002", Outcome::Fixed));
    assert_ne!(plan.entries[1].outcome, Outcome::Fixed);
    assert_eq!(after(&plan, &workspace.path("C.cs")), text.replace("= 1", "= 1;"));
}

/// Two diagnostics. The fix of the second is only plausible and therefore waits for the first.
#[test]
fn a_variable_that_a_call_will_assign_gets_no_other_value() {
    let text = "class C\n{\n    int M(string s)\n    {\n        int n;\n        int.TryParse(s, n);\n        return n;\n    }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "n);");
    let log = line("C.cs", l, c, "CS0165", "Use of unassigned local variable 'n'")
        + &line("C.cs", l, c, "CS1620", "Argument 2 must be passed with the 'out' keyword");
    let plan = plan(&mut session, &log, &unsafe_options());
    assert_eq!(after(&plan, &workspace.path("C.cs")), text.replace("s, n", "s, out n"));
}

/// A parameter that was removed although the body and the calls still use it.
#[test]
fn a_lost_parameter_comes_back_under_its_name() {
    let text = "class C\n{\n    int M()\n    {\n        return count;\n    }\n    int N(int n) => M(n);\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "M(n)");
    let mut log = line("C.cs", l, c, "CS1501", "No overload for method 'M' takes 1 arguments");
    let (l, c) = at(text, "count;");
    log += &line("C.cs", l, c, "CS0103", "The name 'count' does not exist in the current context");
    let plan = plan(&mut session, &log, &unsafe_options());
    assert_eq!(after(&plan, &workspace.path("C.cs")), text.replace("int M()", "int M(int count)"));
}

/// The compiler parsed the second method outside of the class, where no method can be virtual.
#[test]
fn what_was_seen_in_the_wrong_place_is_not_repaired_there() {
    let text = "namespace N\n{\n    public class C\n    {\n        public void M()\n        {\n        }\n        }\n\n        public virtual void F()\n        {\n        }\n    }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "F()");
    let message = "'<invalid-global-code>.F()' is a new virtual member in sealed type '<invalid-global-code>'";
    let log = line("C.cs", l, c, "CS0549", message)
        + &line("C.cs", 14, 1, "CS1022", "Type or namespace definition, or end-of-file expected");
    let plan = plan(&mut session, &log, &PlanOptions::default());
    let text = after(&plan, &workspace.path("C.cs"));
    assert!(text.contains("virtual"), "{text}");
}

fn sure_and_plausible() -> (Workspace, String) {
    let text = "class C\n{\n    void M() { int unused; }\n    int F() { if (this == null) return 1; }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let (l, c) = at(text, "unused");
    let mut log = line("C.cs", l, c, "CS0168", "The variable 'unused' is declared but never used");
    let (l, c) = at(text, "F()");
    log += &line("C.cs", l, c, "CS0161", "'C.F()': not all code paths return a value");
    (workspace, log)
}

#[test]
fn the_limit_of_passes_is_kept_and_said() {
    let (workspace, log) = sure_and_plausible();
    let mut session = workspace.session();
    let all = plan(&mut session, &log, &unsafe_options());
    assert_eq!(outcomes(&all), [("CS0168", Outcome::Fixed), ("CS0161", Outcome::Fixed)]);
    assert!(all.passes >= 2, "{} passes", all.passes);
    let one = plan(&mut session, &log, &PlanOptions { max_passes: 1, ..unsafe_options() });
    assert_eq!(outcomes(&one), [("CS0168", Outcome::Fixed), ("CS0161", Outcome::Offered)]);
    assert!(one.entries[1].reason == Some(Reason::PassLimit), "{:?}", one.entries[1]);
    assert_eq!(one.passes, 1);
}

#[test]
fn a_cancelled_plan_says_so_and_leaves_the_session_as_it_was() {
    let (workspace, log) = sure_and_plausible();
    let mut session = workspace.session();
    let cancel = CancelToken::new();
    cancel.cancel();
    let from_the_start = session.plan(entries(&session, &log), &unsafe_options(), &cancel, &silent);
    assert!(from_the_start.cancelled && from_the_start.files.is_empty());
    assert!(from_the_start.entries.iter().all(|e| e.outcome != Outcome::Fixed && e.reason.is_some()));

    // During planning: at the first progress report.
    let cancel = CancelToken::new();
    let stop = |_: Progress| cancel.cancel();
    let in_the_midst = session.plan(entries(&session, &log), &unsafe_options(), &cancel, &stop);
    assert!(in_the_midst.cancelled);
    let text = workspace.read("C.cs");
    assert_eq!(session.index().text(&workspace.path("C.cs")).as_deref(), Some(text.as_str()));
    let again = plan(&mut session, &log, &unsafe_options());
    assert!(!again.cancelled && again.entries.iter().all(|e| e.outcome == Outcome::Fixed));
    assert_eq!(workspace.read("C.cs"), text, "planning writes nothing");
}

#[test]
fn what_moves_the_error_to_others_is_left_to_a_person() {
    let text = "#nullable enable\npublic class Link { public int Size; }\npublic class C\n{\n    public Link First { get; set; }\n    public int M() { return First.Size; }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let mut session = workspace.session();
    let (l, c) = at(text, "First {");
    let message = "Non-nullable property 'First' must contain a non-null value when exiting constructor. Consider declaring the property as nullable.";
    let plan = plan(&mut session, &line("C.cs", l, c, "CS8618", message), &unsafe_options());
    // Neither a `null` that is dereferenced at once, nor `required`, which all callers that create a `C` would have to satisfy.
    assert_eq!(outcomes(&plan), [("CS8618", Outcome::Offered)]);
    assert!(plan.files.is_empty());
}

#[test]
fn a_plan_for_one_file_changes_no_other() {
    let user = "import { help } from './help';\nhelp();\n";
    let workspace = Workspace::new(&[("help.ts", "export const a = 1;\nfunction help() {}\n"), ("user.ts", user)]);
    let mut session = workspace.session();
    let message = "Module '\"./help\"' declares 'help' locally, but it is not exported.";
    let log = line("user.ts", 1, 10, "TS2459", message);
    let anywhere = plan(&mut session, &log, &unsafe_options());
    assert!(after(&anywhere, &workspace.path("help.ts")).contains("export function help"));
    let only = Some(workspace.path("user.ts"));
    let here = plan(&mut session, &log, &PlanOptions { only, ..unsafe_options() });
    assert_eq!(outcomes(&here), [("TS2459", Outcome::Offered)]);
    assert!(here.files.is_empty(), "{:?}", here.files);
}

#[test]
fn a_plan_that_panics_leaves_nothing_in_the_index() {
    let (workspace, log) = sure_and_plausible();
    let mut session = workspace.session();
    let open = workspace.path("C.cs");
    // With the file as on disk, and as an open document.
    for text in [None, Some(workspace.read("C.cs") + "// open\n")] {
        session.set_document(&open, text.clone().map(Into::into));
        let expected = text.unwrap_or_else(|| workspace.read("C.cs"));
        let entries = entries(&session, &log);
        let second_pass = |p: engine::Progress| {
            assert!(!matches!(p.stage, engine::ProgressStage::Planning { pass: 2.. }), "on purpose");
        };
        let planned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            session.plan(entries, &unsafe_options(), &engine::CancelToken::new(), &second_pass)
        }));
        assert!(planned.is_err(), "there is a second pass");
        assert_eq!(session.index().text(&open).as_deref(), Some(&*expected));
        // It goes on as if nothing had been.
        let again = plan(&mut session, &log, &unsafe_options());
        assert_eq!(outcomes(&again), [("CS0168", Outcome::Fixed), ("CS0161", Outcome::Fixed)]);
    }
}

#[test]
fn a_name_is_respelt_everywhere_or_nowhere() {
    // The class was `Api`; nothing uses its new name yet.
    let renamed = "namespace N\n{\n    public class ApiClient { public static int Load() { return 1; } }\n}\n";
    let user = |class: &str| {
        format!(
            "namespace N\n{{\n    class {class}\n    {{\n        int M(Api a) {{ return a == null ? 1 : 2; }}\n    }}\n}}\n"
        )
    };
    let (one, two) = (user("One"), user("Two"));
    let message = "The type or namespace name 'Api' could not be found (are you missing a using directive or an assembly reference?)";
    let missed = |file: &str| {
        let (l, c) = at(&one, "Api a");
        line(file, l, c, "CS0246", message)
    };
    let safe = PlanOptions { jobs: 1, ..PlanOptions::default() };
    let run = |second: &str, log: &str, options: &PlanOptions| {
        let workspace = Workspace::new(&[("Api.cs", renamed), ("One.cs", &one), (second, &two)]);
        let mut session = workspace.session();
        let plan = plan(&mut session, log, options);
        (plan.entries.iter().map(|e| (e.outcome, e.reason.clone())).collect::<Vec<_>>(), plan.files.len())
    };
    let both = missed("One.cs") + &missed("Two.cs");
    assert_eq!(run("Two.cs", &both, &safe), (vec![(Outcome::Fixed, None), (Outcome::Fixed, None)], 2));
    // The other place is in a file that is never written, whether the build reports it or not.
    let half = (Outcome::Offered, Some(Reason::HalfRename));
    let (outcomes, files) = run("Two.g.cs", &(missed("One.cs") + &missed("Two.g.cs")), &safe);
    assert_eq!((&outcomes[0], files), (&half, 0), "{outcomes:?}");
    assert_eq!(run("Two.g.cs", &missed("One.cs"), &safe), (vec![half.clone()], 0));
    // A generated file with a variable of that name uses something else.
    let own = "class Two { int M() { int Api = 1; return Api; } }\n";
    let workspace = Workspace::new(&[("Api.cs", renamed), ("One.cs", &one), ("Two.g.cs", own)]);
    let plan_of_one = plan(&mut workspace.session(), &missed("One.cs"), &safe);
    assert_eq!(workspace::outcomes(&plan_of_one), [("CS0246", Outcome::Fixed)]);
    // The other place has no such answer.
    let lost = line("Gone.cs", 3, 5, "CS0246", message);
    let (outcomes, files) = run("Two.cs", &(missed("One.cs") + &lost), &safe);
    assert!(outcomes.contains(&half) && files == 0, "{outcomes:?}");
    // Who asks for what may change meaning gets it.
    assert_eq!(run("Two.g.cs", &missed("One.cs"), &unsafe_options()), (vec![(Outcome::Fixed, None)], 1));
}

/// `--unsafe` applies all that is certain first, as without it: what is certain is never lost to a guess.
#[test]
fn unsafe_fixes_begin_where_the_safe_ones_end() {
    let text = "class C\n{\n    public sealed class N\n    {\n        protected int a;\n        public static implicit operator int(N n) => n.a;\n    }\n    public const System.DateTime Start = System.DateTime.MinValue;\n    void M(object o)\n    {\n        int unused = 1;\n        for (;;) { break; }\n        lock (o) { }\n        if (o == null) ; { }\n    }\n}\n";
    let workspace = Workspace::new(&[("C.cs", text)]);
    let log = || {
        let mut log = String::new();
        for (needle, code, message) in [
            ("a;\n", "CS0628", "'C.N.a': new protected member declared in sealed type"),
            ("System.DateTime.MinValue", "CS0133", "The expression being assigned to 'C.Start' must be constant"),
            ("unused = 1", "CS0219", "The variable 'unused' is assigned but its value is never used"),
            ("; { }", "CS0642", "Possible mistaken empty statement"),
        ] {
            let (l, c) = at(text, needle);
            log += &line("C.cs", l, c, code, message);
        }
        log
    };
    let mut session = workspace.session();
    let safe = plan(&mut session, &log(), &PlanOptions { unsafe_fixes: false, ..unsafe_options() });
    let mut session = workspace.session();
    let all = plan(&mut session, &log(), &unsafe_options());
    let fixed = |plan: &engine::Plan| {
        let fixed = plan.entries.iter().filter(|e| e.outcome == Outcome::Fixed);
        fixed.map(|e| e.diagnostic.code.to_string()).collect::<Vec<_>>()
    };
    assert!(fixed(&safe).iter().all(|code| fixed(&all).contains(code)), "{:?} {:?}", fixed(&safe), fixed(&all));
    assert!(fixed(&all).len() > fixed(&safe).len(), "{:?}", fixed(&all));
    let applied = |plan: &engine::Plan| plan.applied.iter().map(|f| f.entry).collect::<Vec<_>>();
    assert!(applied(&all).starts_with(&applied(&safe)), "{:?} {:?}", applied(&safe), applied(&all));
}
