//! What was learned from repairs: it is offered for the rest, proved, taken back, explained, shared and forgotten.

mod sandbox;

use sandbox::{Ran, Sandbox};
use std::fs;
use std::path::Path;

const MESSAGE: &str = "'Api' does not contain a definition for 'Send' and no accessible extension method 'Send' accepting a first argument of type 'Api' \
                       could be found (are you missing a using directive or an assembly reference?)";

/// A class that calls a method with these arguments, from line 5 on.
fn class(name: &str, method: &str, arguments: &[&str]) -> String {
    let calls: String = arguments.iter().map(|a| format!("        api.{method}({a});\n")).collect();
    format!("class {name}\n{{\n    void M(Api api, int n)\n    {{\n{calls}    }}\n}}\n")
}

fn complaints(name: &str, arguments: &[&str]) -> String {
    (0..arguments.len()).map(|i| format!("{name}.cs({},13): error CS1061: {MESSAGE}\n", 5 + i)).collect()
}

const REPAIRED: &[(&str, &[&str])] = &[("A", &["1", "n"]), ("B", &["n + 1"])];
const OPEN: &[(&str, &[&str])] = &[("D", &["7"]), ("E", &["n * 2", "n"])];

/// The sources after two of four files were repaired by hand, with what is left in `build.log`; `before` and `before.log` are beside them.
fn repaired() -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    let before = sandbox.outside("before");
    fs::create_dir(&before).expect("it is new");
    let mut logs = [String::new(), String::new()];
    for (name, arguments) in REPAIRED.iter().chain(OPEN) {
        let is_open = OPEN.iter().any(|(n, _)| n == name);
        fs::write(before.join(format!("{name}.cs")), class(name, "Send", arguments)).expect("it can be written");
        sandbox.write(&format!("{name}.cs"), class(name, if is_open { "Send" } else { "Post" }, arguments).as_bytes());
        logs[0] += &complaints(name, arguments);
        if is_open {
            logs[1] += &complaints(name, arguments);
        }
    }
    fs::write(sandbox.outside("before.log"), &logs[0]).expect("it can be written");
    sandbox.log(&logs[1]);
    sandbox
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn learn(sandbox: &Sandbox) -> Ran {
    let (before, log, left) = (sandbox.outside("before"), sandbox.outside("before.log"), sandbox.outside("build.log"));
    let ran = sandbox.run(&[
        "patterns",
        "learn",
        "--before",
        text(&before),
        "--after",
        ".",
        "--log",
        text(&log),
        "--after-log",
        text(&left),
    ]);
    ran.expect(0)
}

/// The number of the only pattern.
fn only(sandbox: &Sandbox) -> String {
    let list = sandbox.run(&["patterns", "list", "--output-format", "json"]).expect(0).json();
    assert_eq!(list["patterns"].as_array().map(Vec::len), Some(1), "{list}");
    list["patterns"][0]["id"].as_str().expect("a number").to_owned()
}

#[test]
fn what_was_repaired_by_hand_is_repaired_in_the_other_places_and_taken_back() {
    let sandbox = repaired();
    let before_log = sandbox.outside("before.log");
    let next =
        sandbox.run(&["patterns", "next", "--log", text(&before_log), text(&sandbox.outside("before"))]).expect(1);
    assert!(
        next.stdout.starts_with("repair this one by hand: ")
            && next.stdout.contains(": CS1061: 5 others have its shape\n"),
        "{}",
        next.stdout
    );

    assert!(learn(&sandbox).stdout.starts_with("Learned from 3 repairs, 3 of them new."));
    assert!(learn(&sandbox).stdout.starts_with("Learned from 3 repairs, 0 of them new."));
    let id = only(&sandbox);
    let shown = sandbox.run(&["patterns", "show", &id[..6]]).expect(0).stdout;
    for part in [
        "- Send",
        "+ Post",
        "where: where the compiler points",
        "Learned from 3 fixes of CS1061 in 2 files, last today",
        "A.cs:5: Send → Post (two trees)",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(sandbox.run(&["patterns", "show", "0123456789abcdef"]).expect(2).stderr.contains("there is no pattern"));

    let log = sandbox.outside("build.log");
    let why = sandbox.run(&["patterns", "why", "D.cs:5", "--log", text(&log)]).expect(0).stdout;
    assert!(why.contains(&id[..8]) && why.contains("offered, believed 0."), "{why}");
    let next = sandbox.run(&["patterns", "next", "--log", text(&log)]).expect(0).stdout;
    assert!(next.starts_with("nothing is to be repaired by hand"), "{next}");

    let sarif = sandbox.fix(&log, &["--engine", "learned", "--output-format", "sarif"]).expect(0).json();
    let properties = &sarif["runs"][0]["results"][0]["properties"];
    assert_eq!(properties["fix"]["learned"]["explanation"], "Learned from 3 fixes of CS1061 in 2 files, last today");
    let shown = sandbox.fix(&log, &["--engine", "learned"]).expect(0).stdout;
    assert!(
        shown.contains("# Learned from 3 fixes of CS1061 in 2 files, last today: 2 places\n--- a/E.cs\n"),
        "{shown}"
    );

    let fix =
        |format: &str| sandbox.fix(&log, &["--engine", "learned", "--write", "--output-format", format]).expect(0);
    let report = fix("json").json();
    assert_eq!(report["totals"]["fixed"], 3, "{report}");
    let learned = &report["diagnostics"][0]["fix"]["learned"];
    assert_eq!(learned["pattern"], id.as_str());
    assert_eq!(learned["explanation"], "Learned from 3 fixes of CS1061 in 2 files, last today");
    assert_eq!(sandbox.read("E.cs"), class("E", "Post", &["n * 2", "n"]));

    let stats = |of: &str| {
        sandbox.run(&["patterns", "show", &id, "--output-format", "json"]).expect(0).json()["stats"][of].clone()
    };
    assert_eq!((stats("applied"), stats("undone")), (3.into(), 0.into()));
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(stats("undone"), 1);
    assert_eq!(sandbox.read("E.cs"), class("E", "Send", &["n * 2", "n"]));

    // Taken back twice, it does not come back there, however often it is right elsewhere.
    let again = fix("text").stdout;
    assert!(
        again.contains("learned:\n  3 fixed: Learned from 3 fixes of CS1061 in 2 files (1 undone), last today"),
        "{again}"
    );
    sandbox.run(&["undo"]).expect(0);
    let refused = sandbox.run(&["patterns", "why", "D.cs:5", "--log", text(&log)]).expect(0).stdout;
    assert!(refused.contains("not offered: it was taken back or rejected in this file twice"), "{refused}");
    sandbox.fix(&log, &["--engine", "learned"]).expect(1);

    assert!(sandbox.run(&["patterns", "forget", &id[..8]]).expect(0).stdout.contains("3 examples"));
    assert!(sandbox.run(&["patterns", "list"]).expect(0).stdout.starts_with("nothing was learned"));
}

#[cfg(unix)]
#[test]
fn a_rebuild_proves_what_was_learned_and_what_is_learned() {
    let sandbox = repaired();
    learn(&sandbox);
    let id = only(&sandbox);
    // A compiler that knows two errors.
    let compiler = format!(
        "found=0; for f in *.cs; do \
         grep -n 'api.Send' $f | sed \"s/:.*//\" | while read l; do echo \"$f($l,13): error CS1061: {MESSAGE}\"; done; \
         grep -n 'return totl' $f | sed \"s/:.*//\" | while read l; do echo \"$f($l,22): error CS0103: The name 'totl' does not exist in the current context\"; done; \
         grep -q -e 'api.Send' -e 'return totl' $f && found=1; done; exit $found"
    );
    let fix = |more: &[&str]| {
        sandbox.run(
            &[&["fix", "--engine", "learned,rules", "--write", "--verify", "--build", &compiler][..], more].concat(),
        )
    };
    fix(&[]).expect(0);
    let shown = sandbox.run(&["patterns", "show", &id]).expect(0).stdout;
    assert!(
        shown.contains("Learned from 3 fixes of CS1061 in 2 files (3 proved), last today")
            && shown.contains("3 applied, 3 proved"),
        "{shown}"
    );

    // A repair of a rule is learned when a rebuild proved it, and when that is asked for; one that was learned is not.
    let misspelt = |name: &str| format!("class F\n{{\n    int total = 1;\n    int M() {{ return {name}; }}\n}}\n");
    sandbox.write("F.cs", misspelt("totl").as_bytes());
    sandbox.write("D.cs", class("D", "Send", &["7"]).as_bytes());
    let learned = fix(&["--learn", "--unsafe"]).expect(0).stdout;
    assert!(learned.ends_with("learned from 1 new repair\n"), "{learned}");
    assert_eq!(sandbox.read("F.cs"), misspelt("total"));
    let stats = sandbox.run(&["patterns", "stats", "--output-format", "json"]).expect(0).json();
    assert_eq!(stats["codes"]["CS1061"]["examples"], 3, "{stats}");
    assert_eq!(stats["codes"]["CS1061"]["proved"], 4, "{stats}");
}

#[test]
fn two_commits_teach_what_two_folders_do() {
    let sandbox = repaired();
    let git = |arguments: &[&str]| tests::git(&sandbox.root, arguments);
    if !git(&["init", "-q"]) {
        return tests::skip("git", "there is no git");
    }
    let after = sandbox.snapshot();
    for (name, arguments) in REPAIRED {
        sandbox.write(&format!("{name}.cs"), class(name, "Send", arguments).as_bytes());
    }
    assert!(git(&["add", "."]) && git(&["commit", "-qm", "before"]));
    for (path, bytes) in after.iter().filter(|(p, _)| p.extension().is_some_and(|e| e == "cs")) {
        fs::write(path, bytes).expect("it can be written");
    }
    assert!(git(&["commit", "-qam", "after"]));
    // What is checked out does not matter.
    sandbox.write("A.cs", b"class A { }\n");
    let (log, left) = (sandbox.outside("before.log"), sandbox.outside("build.log"));
    let ran = sandbox
        .run(&["patterns", "learn", "--git", "HEAD~1..HEAD", "--log", text(&log), "--after-log", text(&left)])
        .expect(0);
    assert!(ran.stdout.starts_with("Learned from 3 repairs, 3 of them new."), "{}", ran.stdout);
    let id = only(&sandbox);
    assert!(sandbox.run(&["patterns", "show", &id]).expect(0).stdout.contains("A.cs:5: Send → Post (two commits)"));
    let none = sandbox.run(&["patterns", "learn", "--git", "nowhere..HEAD", "--log", text(&log)]).expect(2);
    assert!(none.stderr.contains("nowhere"), "{}", none.stderr);
}

#[test]
fn what_the_history_has_again_and_again_is_offered_where_the_compiler_stops_at_it() {
    let sandbox = repaired();
    let git = |arguments: &[&str]| tests::git(&sandbox.root, arguments);
    if !git(&["init", "-q"]) {
        return tests::skip("git", "there is no git");
    }
    for (name, arguments) in REPAIRED {
        sandbox.write(&format!("{name}.cs"), class(name, "Send", arguments).as_bytes());
    }
    assert!(git(&["add", "."]) && git(&["commit", "-qm", "before"]));
    for (name, arguments) in REPAIRED {
        sandbox.write(&format!("{name}.cs"), class(name, "Post", arguments).as_bytes());
        assert!(git(&["commit", "-qam", name]));
    }
    let none = sandbox.run(&["patterns", "learn", "--mine", "--since", "HEAD~1"]).expect(0);
    assert!(none.stdout.starts_with("Learned from 0 repeated edits of 1 change in 1 commit"), "{}", none.stdout);
    let ran = sandbox.run(&["patterns", "learn", "--mine"]).expect(0);
    assert!(
        ran.stdout.starts_with("Learned from 3 repeated edits of 2 changes in 2 commits, 3 of them new."),
        "{}",
        ran.stdout
    );
    let shown = sandbox.run(&["patterns", "show", &only(&sandbox)]).expect(0).stdout;
    assert!(
        shown.contains("Learned from 3 edits in 2 files") && shown.contains("B.cs:5: Send → Post (the history)"),
        "{shown}"
    );
    let log = sandbox.outside("build.log");
    assert!(sandbox.fix(&log, &["--engine", "learned"]).expect(1).stdout.contains("--unsafe also repairs 3"));
    sandbox.fix(&log, &["--engine", "learned", "--unsafe"]).expect(0);
}

#[test]
fn what_people_wrote_is_listed_and_explained_with_what_was_learned() {
    let sandbox = repaired();
    let rule = |name: &str, before: &str, after: &str| {
        format!("[[pattern]]\nname = \"{name}\"\ncodes = [\"CS1061\"]\nbefore = \"{before}\"\nafter = \"{after}\"\n\n")
    };
    let file = rule("Post", "$a.Send($n)", "$a.Post($n)") + &rule("Other", "$a.Other($n)", "$a.Others($n)");
    sandbox.write(".buildfix/patterns/api.bfx.toml", format!("language = \"csharp\"\n\n{file}").as_bytes());
    let list = sandbox.run(&["patterns", "list"]).expect(0).stdout;
    assert!(list.contains(".buildfix/patterns/api.bfx.toml:3: Post (CS1061)"), "{list}");
    let log = sandbox.outside("build.log");
    let why = sandbox.run(&["patterns", "why", "D.cs:5", "--log", text(&log)]).expect(0).stdout;
    assert!(why.contains("Post  offered [") && why.contains("Other  not offered: "), "{why}");
    assert!(sandbox.run(&["patterns", "next", "--log", text(&log)]).expect(0).stdout.starts_with("nothing is to be"));
}

#[test]
fn several_processes_use_one_store() {
    let sandbox = repaired();
    let (before, log, left) = (sandbox.outside("before"), sandbox.outside("before.log"), sandbox.outside("build.log"));
    let learn = [
        "patterns",
        "learn",
        "--before",
        text(&before),
        "--after",
        ".",
        "--log",
        text(&log),
        "--after-log",
        text(&left),
    ];
    let fix = ["fix", ".", "--log", text(&left), "--engine", "learned"];
    let processes: Vec<_> = (0..6)
        .map(|i| {
            let mut command = sandbox.command(if i % 3 == 2 { &fix } else { &learn });
            command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .expect("the program starts")
        })
        .collect();
    for process in processes {
        let output = process.wait_with_output().expect("it ends");
        // A run that was first had nothing to repair by.
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)) && !said.contains("store"), "{said}");
    }
    let stats = sandbox.run(&["patterns", "stats", "--output-format", "json"]).expect(0).json();
    assert_eq!(stats["counts"]["examples"], 3, "{stats}");
    sandbox.run(&fix).expect(0);
}

#[test]
fn what_is_shared_has_no_name_of_these_sources_alone() {
    let sandbox = repaired();
    learn(&sandbox);
    let exported = sandbox.run(&["patterns", "export"]).expect(0);
    // Three repairs in two files.
    assert!(exported.stdout.contains("\"Send\"") && !exported.stdout.contains("\"Api\""), "{}", exported.stdout);
    assert!(exported.stderr.contains("1 pattern exported"));
    let shared = sandbox.outside("api.json");
    fs::write(&shared, &exported.stdout).expect("it can be written");
    let other = sandbox.outside("other.sqlite");
    let of_other = ["--store", text(&other)];
    assert!(
        sandbox
            .run(&[&["patterns", "import", text(&shared)][..], &of_other].concat())
            .expect(0)
            .stdout
            .starts_with("1 of 1 pattern")
    );
    let log = sandbox.outside("build.log");
    sandbox.fix(&log, &[&["--engine", "learned"][..], &of_other].concat()).expect(0);
    // All of it, from a store of one's own.
    let third = sandbox.outside("third.sqlite");
    let store = sandbox.run(&["patterns", "stats", "--output-format", "json"]).expect(0).json()["store"]
        .as_str()
        .expect("a path")
        .to_owned();
    let merged = sandbox.run(&["patterns", "import", &store, "--store", text(&third)]).expect(0).stdout;
    assert!(merged.starts_with("3 examples and 0 uses are new"), "{merged}");
}

#[test]
fn a_store_that_cannot_be_read_is_named_and_left_alone() {
    let sandbox = repaired();
    learn(&sandbox);
    let log = sandbox.outside("build.log");
    let store = sandbox.run(&["patterns", "stats", "--output-format", "json"]).expect(0).json()["store"]
        .as_str()
        .expect("a path")
        .to_owned();
    fs::write(&store, b"something else of the same name").expect("it can be written");
    // Who did not ask for it gets what can be had without it.
    assert!(sandbox.fix(&log, &[]).expect(1).stderr.contains("is not a store of patterns"));
    for arguments in [&["patterns", "list"][..], &["fix", ".", "--log", text(&log), "--engine", "learned"]] {
        let ran = sandbox.run(arguments).expect(2);
        assert!(ran.stderr.contains(&store) && ran.stderr.contains("--store"), "{}", ran.stderr);
    }
    assert_eq!(fs::read(&store).expect("it is there"), b"something else of the same name");
}
