//! The command line interface that other tools rely on.

mod sandbox;

use sandbox::{BROKEN, REPAIRED, Sandbox, complaint};
use std::process::Stdio;

const OTHER: &str = "A.cs(1,7): warning CS9999: Something no rule knows\n";

#[test]
fn without_write_there_is_a_diff_and_nothing_changes() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let before = sandbox.snapshot();
    let ran = sandbox.fix(&sandbox.log(complaint("/elsewhere/p/src/A.cs")), &["--unsafe"]).expect(0);
    let expected = "--- a/src/A.cs\n+++ b/src/A.cs\n@@ -1,5 +1,5 @@\n class C\n {\n-    int a = 1\n+    int a = 1;\n     int b;\n }\n";
    assert!(ran.stdout.starts_with(expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("CS1002") && ran.stdout.contains("--write"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\x1b'), "colour in a pipe");
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn json_has_the_agreed_shape() {
    let sandbox = Sandbox::new(&[("src/A.cs", BROKEN)]);
    let log = sandbox.log(complaint("src/A.cs") + &OTHER.replace("A.cs", "src/A.cs"));
    let report = sandbox.fix(&log, &["--unsafe", "--write", "--output-format", "json"]).expect(1).json();
    for key in ["version", "root", "run", "diagnostics", "files", "totals", "timings"] {
        assert!(report.get(key).is_some(), "no {key} in {report:#}");
    }
    let [unknown, fixed] = report["diagnostics"].as_array().expect("a list").as_slice() else {
        panic!("two diagnostics: {report:#}")
    };
    assert_eq!((&fixed["path"], &fixed["line"], &fixed["column"]), (&"src/A.cs".into(), &3.into(), &14.into()));
    assert_eq!(
        (&fixed["code"], &fixed["severity"], &fixed["outcome"]),
        (&"CS1002".into(), &"error".into(), &"fixed".into())
    );
    assert!(fixed["fix"]["rule"].is_string() && fixed["fix"]["title"].is_string());
    assert!(["safe", "unsafe"].contains(&fixed["fix"]["applicability"].as_str().expect("text")));
    assert_eq!((&unknown["outcome"], &unknown["severity"]), (&"unfixable".into(), &"warning".into()));
    assert!(unknown["reason"].as_str().is_some_and(|r| r.contains("CS9999")));
    let file = &report["files"][0];
    assert_eq!((&file["path"], &file["edits"]), (&"src/A.cs".into(), &1.into()));
    for key in ["sha256Before", "sha256After"] {
        assert_eq!(file[key].as_str().map(str::len), Some(64));
    }
    assert_ne!(file["sha256Before"], file["sha256After"]);
    assert!(report["run"].is_string() && report["timings"]["total"].is_number());
    assert_eq!(sandbox.read("src/A.cs"), REPAIRED);
    // A dry run reports the same bytes.
    sandbox.run(&["undo"]).expect(0);
    let dry = sandbox.fix(&log, &["--unsafe", "--output-format", "json"]).expect(1).json();
    assert_eq!(dry["files"], report["files"]);
    assert!(dry["run"].is_null());
}

#[test]
fn logs_come_from_files_and_standard_input_together() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN), ("B.cs", BROKEN)]);
    let log = sandbox.log(complaint("A.cs"));
    let arguments = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--log", "-", "--unsafe", "--write"];
    sandbox.run_with_input(&arguments, complaint("B.cs").as_bytes()).expect(0);
    assert_eq!((sandbox.read("A.cs").as_str(), sandbox.read("B.cs").as_str()), (REPAIRED, REPAIRED));
}

#[test]
fn codes_and_paths_choose_what_is_repaired() {
    let sandbox = Sandbox::new(&[("a/A.cs", BROKEN), ("b/B.cs", BROKEN)]);
    let log = sandbox.log(complaint("a/A.cs") + &complaint("b/B.cs"));
    let fixed = |more: &[&str]| {
        let ran = sandbox.fix(&log, &[&["--unsafe", "--output-format", "json"], more].concat());
        ran.json()["totals"]["fixed"].as_u64().expect("a number")
    };
    assert_eq!(fixed(&[]), 2);
    assert_eq!(fixed(&["--codes", "CS1002,CS0001"]), 2);
    assert_eq!(fixed(&["--codes", "CS0001"]), 0);
    assert_eq!(fixed(&["--exclude-codes", "CS1002"]), 0);
    assert_eq!(fixed(&["--paths", "a/**"]), 1);
    assert_eq!(fixed(&["--paths", "**/B.cs", "--paths", "a"]), 2);
}

/// Reports of unused names are unreliable in a file with syntax errors, even after the syntax errors are fixed.
#[test]
fn unused_names_are_kept_in_a_file_with_syntax_errors() {
    let text = "import { run } from './run';\nexport function f() {\n  return [1, 2 3].map((n) => run(n));\n}\n";
    let sandbox = Sandbox::new(&[("a.ts", text), ("run.ts", "export const run = (n: number) => n;\n")]);
    let log = sandbox.log(
        "a.ts(1,10): error TS6133: 'run' is declared but its value is never read.\n\
         a.ts(3,16): error TS1005: ',' expected.\n",
    );
    sandbox.fix(&log, &["--write"]).expect(1);
    assert_eq!(sandbox.read("a.ts"), text.replace("2 3", "2, 3"));
}

/// Each syntax fix is tested on its own against the broken text, so the result of two fixes together is not known.
#[test]
fn syntax_errors_of_a_file_are_fixed_one_by_one() {
    let text = "export fucntion f(): number {\n  return g(() => 1);\n}\n";
    let sandbox = Sandbox::new(&[("a.ts", text)]);
    let log = sandbox.log(
        "a.ts(1,8): error TS1435: Unknown keyword or identifier. Did you mean 'function'?\n\
         a.ts(1,22): error TS1005: ';' expected.\n\
         a.ts(2,20): error TS1005: ',' expected.\n",
    );
    sandbox.fix(&log, &["--write"]).expect(1);
    assert_eq!(sandbox.read("a.ts"), text.replace("fucntion", "function"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let names: Vec<String> = (0..40).map(|i| format!("d{}/C{i}.cs", i % 3)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), BROKEN)).collect();
    let sandbox = Sandbox::new(&files);
    let log = sandbox.log(names.iter().rev().map(|n| complaint(n)).collect::<String>());
    let with = |jobs: &str| {
        let mut report = sandbox.fix(&log, &["--unsafe", "--output-format", "json", "--jobs", jobs]).expect(0).json();
        report.as_object_mut().expect("an object").remove("timings");
        report
    };
    assert_eq!(with("1"), with("7"));
}

#[test]
fn nothing_to_do_is_success() {
    let sandbox = Sandbox::new(&[("A.cs", REPAIRED)]);
    let ran = sandbox.fix(&sandbox.log("Build succeeded.\n    0 Warning(s)\n    0 Error(s)\n"), &[]).expect(0);
    assert!(ran.stdout.contains("nothing to do"), "{}", ran.stdout);
}

#[test]
fn every_format_prints_every_diagnostic() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let log = sandbox.log(complaint("A.cs") + OTHER);
    let sarif = sandbox.fix(&log, &["--unsafe", "--output-format", "sarif"]).expect(1).json();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
    let github = sandbox.fix(&log, &["--unsafe", "--output-format", "github"]).expect(1).stdout;
    assert!(github.contains("::warning file=A.cs,line=1,col=7,title=CS9999 (unfixable)::"), "{github}");
    assert!(github.contains("::notice file=A.cs,line=3,col=14,title=CS1002 (fixed)::"), "{github}");
    let check = sandbox.run(&["check", ".", "--log", log.to_str().expect("UTF-8"), "--unsafe"]).expect(1).stdout;
    assert!(check.contains("CS1002") && check.contains("CS9999"), "{check}");
    assert!(check.ends_with("1 of 2 diagnostics can be repaired in 1 file; `buildfix fix` shows how\n"), "{check}");
    let nothing = sandbox.log("0 Warning(s)\n");
    let check = sandbox.run(&["check", ".", "--log", nothing.to_str().expect("UTF-8")]).expect(0).stdout;
    assert_eq!(check, "no diagnostics; nothing to do\n");
}

#[test]
fn a_log_that_cannot_be_read_is_no_passing_build() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let log =
        sandbox.log("node : src/a.ts:1:2 - er\nror TS2304: Cannot\n    + FullyQualifiedErrorId : NativeCommandError\n");
    let ran = sandbox.fix(&log, &[]).expect(2);
    assert!(ran.stderr.contains("2>&1") && ran.stderr.contains("none could be read"), "{}", ran.stderr);
    let log = sandbox.log("Build succeeded.\n    0 Error(s)\n");
    sandbox.fix(&log, &[]).expect(0);
}

#[test]
fn the_program_explains_itself() {
    let sandbox = Sandbox::new(&[]);
    assert!(sandbox.run(&["--version"]).expect(0).stdout.starts_with("buildfix "));
    assert!(sandbox.run(&["--help"]).expect(0).stdout.contains("fix"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(sandbox.run(&["completions", shell]).expect(0).stdout.contains("buildfix"));
    }
    assert!(sandbox.run(&["man"]).expect(0).stdout.starts_with(".ie"));
    assert!(sandbox.run(&["explain", "cs1002"]).expect(0).stdout.contains("## Fix safety"));
    assert!(sandbox.run(&["explain", "--list"]).expect(0).stdout.contains("CS1002"));
    assert!(sandbox.run(&["explain", "NU1101"]).expect(0).stdout.contains("nuget.config"));
    assert!(
        sandbox.run(&["explain", "ca1822"]).expect(0).stdout.contains("dotnet format analyzers --diagnostics CA1822")
    );
    assert!(sandbox.run(&["explain", "CS0000"]).expect(1).stdout.contains("CS0000"));
    sandbox.run(&["explain", "nonsense"]).expect(2);
}

/// `buildfix … | head`: the reader may close the pipe at any time.
#[test]
fn a_closed_pipe_is_no_panic() {
    let sandbox = Sandbox::new(&[]);
    for arguments in [["completions", "fish"], ["explain", "CS1002"], ["help", "fix"]] {
        let mut command = sandbox.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let stderr = child.wait_with_output().expect("it ends").stderr;
        assert!(!String::from_utf8_lossy(&stderr).contains("panicked"), "{arguments:?}");
    }
}

#[test]
fn logging_goes_where_it_is_told() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let log = sandbox.log(complaint("A.cs"));
    let file = sandbox.outside("trace.log");
    let arguments = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--build", "true"];
    let mut command = sandbox.command(&arguments[..4]);
    let setting = format!("trace,file={}", file.display());
    command.env("BUILDFIX_LOG", setting).output().expect("it starts");
    assert!(file.exists());
}

/// A fake compiler with one error: a line that ends with `= 1` lacks a semicolon.
#[cfg(unix)]
const COMPILER: &str = r#"#!/bin/sh
status=0
for f in *.cs; do
  n=0
  while IFS= read -r line; do
    n=$((n + 1))
    case "$line" in
      *"= 1") echo "$PWD/$f($n,14): error CS1002: ; expected"; status=1;;
      *"= 1;") if [ "$f" = Hurt.cs ]; then echo "$PWD/$f($n,9): error CS0029: Cannot implicitly convert type 'int' to 'string'"; status=1; fi;;
    esac
  done < "$f"
done
exit $status
"#;

#[cfg(unix)]
#[test]
fn verify_keeps_what_helped_and_takes_back_what_hurt() {
    let sandbox = Sandbox::new(&[("Good.cs", BROKEN), ("Hurt.cs", BROKEN), ("cc.sh", COMPILER)]);
    sandbox.write("buildfix.toml", b"build = \"sh cc.sh\"\n");
    sandbox.run(&["trust"]).expect(0);
    let ran = sandbox.run(&["fix", "--unsafe", "--write", "--verify", "--output-format", "json"]).expect(1);
    let report = ran.json();
    assert_eq!((&report["totals"]["fixed"], &report["totals"]["reverted"]), (&1.into(), &1.into()), "{report:#}");
    assert_eq!((sandbox.read("Good.cs").as_str(), sandbox.read("Hurt.cs").as_str()), (REPAIRED, BROKEN));
    assert_eq!(report["files"].as_array().map(Vec::len), Some(1));
    let reverted = report["diagnostics"].as_array().expect("a list").iter().find(|d| d["path"] == "Hurt.cs");
    assert!(reverted.expect("it is listed")["reason"].as_str().is_some_and(|r| r.contains("CS0029")), "{report:#}");
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("Good.cs"), BROKEN);
}

#[cfg(unix)]
#[test]
fn verify_goes_on_with_what_comes_to_light_and_undo_takes_all_back() {
    // The second error is reported only after the first is fixed.
    let two = "class C\n{\n    int a = 1\n    int b = 1\n}\n";
    let script = r#"n=$(grep -n '= 1$' A.cs | head -1 | cut -d: -f1); [ -z "$n" ] || { echo "A.cs($n,14): error CS1002: ; expected"; exit 1; }"#;
    let sandbox = Sandbox::new(&[("A.cs", two)]);
    let ran = sandbox.run(&["fix", "--unsafe", "--write", "--verify", "--build", script, "--output-format", "json"]);
    let report = ran.expect(0).json();
    assert_eq!(report["totals"]["fixed"], 2, "{report:#}");
    assert_eq!(sandbox.read("A.cs"), two.replace("= 1", "= 1;"));
    sandbox.run(&["undo"]).expect(0);
    assert_eq!(sandbox.read("A.cs"), two);
}

#[cfg(unix)]
#[test]
fn a_build_that_cannot_run_takes_everything_back() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let log = sandbox.log(complaint("A.cs"));
    let ran = sandbox.fix(&log, &["--unsafe", "--write", "--verify", "--build", "echo no license; exit 7"]).expect(2);
    assert!(ran.stderr.contains("no license") && ran.stderr.contains("were reverted"), "{}", ran.stderr);
    assert_eq!(sandbox.read("A.cs"), BROKEN);
}

/// A compiler that misses what `Api` does not implement, and warns, as restoring packages does.
#[cfg(unix)]
const MISSING: &str = r#"
echo "/sdk/NuGet.targets(1,2): warning NU1903: Package 'X' 1.0.0 has a known high severity vulnerability [$PWD/App.csproj]"
grep -q 'unused' B.cs && echo "B.cs(5,13): warning CS0168: The variable 'unused' is declared but never used [$PWD/App.csproj]"
grep -q 'Stop' Api.cs || { echo "Api.cs(1,13): error CS0535: 'Api' does not implement interface member 'IApi.Stop()' [$PWD/App.csproj]"; exit 1; }
"#;

#[cfg(unix)]
fn half_done() -> Sandbox {
    let caller = "interface IApi\n{\n    bool Stop();\n}\n";
    let unused = "class B\n{\n    void M()\n    {\n        int unused;\n    }\n}\n";
    let sandbox =
        Sandbox::new(&[("Api.cs", "class Api : IApi\n{\n}\n"), ("A.cs", caller), ("B.cs", unused), ("cc.sh", MISSING)]);
    sandbox.write("buildfix.toml", b"build = \"sh cc.sh\"\n");
    sandbox.run(&["trust"]).expect(0);
    sandbox
}

#[cfg(unix)]
#[test]
fn verify_takes_back_what_builds_and_is_no_repair() {
    let sandbox = half_done();
    let before = sandbox.snapshot();
    let ran = sandbox.run(&["fix", "--unsafe", "--write", "--verify"]).expect(1);
    assert!(ran.stdout.contains("1 reverted") && ran.stdout.contains("1 error left"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("--unsafe also"), "{}", ran.stdout);
    assert!(ran.stdout.contains("--warnings also repairs 1 warning"), "{}", ran.stdout);
    assert_eq!(sandbox.snapshot(), before, "neither a stub nor a warning");
    let json = sandbox.run(&["fix", "--unsafe", "--write", "--verify", "--output-format", "json"]).expect(1).json();
    let refused = json["diagnostics"].as_array().expect("a list").iter().find(|d| d["code"] == "CS0535");
    let reason = refused.and_then(|d| d["reason"].as_str()).expect("it says why");
    assert!(reason.contains("'Stop' does nothing but throw") && reason.contains("--allow-stubs"), "{reason}");
}

#[cfg(unix)]
#[test]
fn stubs_that_are_allowed_are_listed_and_a_build_that_passes_is_success() {
    let sandbox = half_done();
    // A dry run lists them, too.
    let dry = sandbox.run(&["fix", "--unsafe"]).expect(1).stdout;
    assert!(dry.contains("  Api.cs:3: 'Stop' does nothing but throw ["), "{dry}");
    let ran =
        sandbox.run(&["fix", "--unsafe", "--write", "--verify", "--allow-stubs", "--output-format", "json"]).expect(0);
    let report = ran.json();
    let stub = &report["stubs"][0];
    assert_eq!(
        (&stub["path"], &stub["line"], &stub["stub"]),
        (&"Api.cs".into(), &3.into(), &true.into()),
        "{report:#}"
    );
    assert_eq!(report["verified"]["errors"], 0);
    // What a table of rules is made from.
    let fixed =
        report["diagnostics"].as_array().expect("a list").iter().find(|d| d["outcome"] == "fixed").expect("one");
    assert_eq!(
        (&fixed["code"], &fixed["path"], &fixed["wrote"][0]),
        (&"CS0535".into(), &"Api.cs".into(), &"Api.cs".into())
    );
    assert!(fixed["fix"]["rule"].is_string() && fixed["fix"]["applicability"] == "unsafe", "{fixed:#}");
    assert!(sandbox.read("B.cs").contains("unused"), "nobody asked about warnings");
    // Only warnings are left; asked for, they are repaired.
    let ran = sandbox.run(&["fix", "--write", "--verify", "--warnings"]).expect(0);
    assert!(ran.stdout.contains("the build passes") && !sandbox.read("B.cs").contains("unused"), "{}", ran.stdout);
}

#[test]
fn a_log_that_is_read_again_repairs_nothing_twice() {
    // `;` is safe; the namespace of a name that is in two of them is not.
    let text = "class A\n{\n    int x = 1\n    Timer t;\n}\n";
    let sandbox = Sandbox::new(&[("A.cs", text)]);
    let complaints = "A.cs(3,14): error CS1002: ; expected\nA.cs(4,5): error CS0246: The type or namespace name 'Timer' could not be found (are you missing a using directive or an assembly reference?)\n";
    let log = sandbox.log(complaints);
    sandbox.fix(&log, &["--write"]).expect(1);
    let once = sandbox.read("A.cs");
    assert!(once.contains("int x = 1;") && !once.contains("using"), "{once}");
    // The same log again: what was repaired is done; what was left can still be asked for.
    let again = sandbox.fix(&log, &["--write", "--output-format", "json"]).expect(1).json();
    assert!(again.to_string().contains("it was repaired before"), "{again}");
    assert_eq!(sandbox.read("A.cs"), once);
    sandbox.fix(&log, &["--write", "--unsafe"]).expect(1);
    let twice = sandbox.read("A.cs");
    sandbox.fix(&log, &["--write", "--unsafe"]).expect(1);
    assert_eq!(sandbox.read("A.cs"), twice);
    // Put back by hand, the file is as the log has it.
    sandbox.write("A.cs", text.as_bytes());
    sandbox.fix(&log, &["--write"]).expect(1);
    assert_eq!(sandbox.read("A.cs"), once);
    // Undone, too.
    sandbox.run(&["undo"]).expect(0);
    sandbox.fix(&log, &["--write"]).expect(1);
    assert_eq!(sandbox.read("A.cs"), once);
    // A build that reports the same once more is news.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let log = sandbox.log(complaints);
    let news = sandbox.fix(&log, &["--output-format", "json"]).expect(1).json();
    assert!(!news.to_string().contains("it was repaired before"), "{news}");
}
