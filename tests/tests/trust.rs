//! Commands that are found in a folder run only where somebody trusts it.
#![cfg(unix)]

mod sandbox;

use sandbox::{BROKEN, Ran, Sandbox, complaint};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// A folder whose `buildfix.toml` leaves a mark and reports an error.
fn marking() -> Sandbox {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    name_command(&sandbox, "ran");
    sandbox
}

fn name_command(sandbox: &Sandbox, mark: &str) {
    let config = format!("build = '''touch {mark}; echo \"{}\"; exit 1'''\n", complaint("A.cs").trim());
    sandbox.write("buildfix.toml", config.as_bytes());
}

/// Whether the command ran.
fn ran(sandbox: &Sandbox, mark: &str) -> bool {
    let mark = sandbox.root.join(mark);
    let ran = mark.exists();
    let _ = fs::remove_file(mark);
    ran
}

#[track_caller]
fn refused(sandbox: &Sandbox, ran_as: &Ran) {
    assert!(!ran(sandbox, "ran"), "{}", ran_as.stderr);
    let root = sandbox.root.display();
    assert!(ran_as.stderr.contains("is not run"), "{}", ran_as.stderr);
    assert!(ran_as.stderr.contains(&format!("buildfix trust {root}")), "no command to type: {}", ran_as.stderr);
}

#[test]
fn what_is_found_runs_only_where_it_is_trusted() {
    let sandbox = marking();
    for arguments in [&["check"][..], &["fix"], &["fix", "--write", "--verify"]] {
        refused(&sandbox, &sandbox.run(arguments).expect(2));
    }
    let log = sandbox.log(complaint("A.cs"));
    refused(&sandbox, &sandbox.fix(&log, &["--unsafe", "--write", "--verify"]).expect(2));
    assert_eq!(sandbox.read("A.cs"), BROKEN, "refused before anything is written");
    // A log alone runs nothing, and is read anywhere.
    sandbox.fix(&log, &["--unsafe"]).expect(0);
    assert!(!ran(&sandbox, "ran"));

    let trusted = sandbox.run(&["trust"]).expect(0);
    assert!(trusted.stdout.contains("touch ran"), "{}", trusted.stdout);
    let said = sandbox.run(&["check"]).expect(1);
    assert!(ran(&sandbox, "ran") && said.stderr.contains("running `touch ran;"), "{}", said.stderr);
    let list = sandbox.run(&["trust", "--list"]).expect(0).stdout;
    assert!(list.contains(sandbox.root.to_str().expect("UTF-8")) && list.contains("touch ran"), "{list}");

    // Another command is another question.
    name_command(&sandbox, "other");
    let changed = sandbox.run(&["check"]).expect(2);
    assert!(!ran(&sandbox, "other") && changed.stderr.contains("another command"), "{}", changed.stderr);
    name_command(&sandbox, "ran");
    sandbox.run(&["check"]).expect(1);
    assert!(ran(&sandbox, "ran"));

    sandbox.run(&["trust", "--revoke"]).expect(0);
    refused(&sandbox, &sandbox.run(&["check"]).expect(2));
    assert_eq!(sandbox.run(&["trust", "--list"]).expect(0).stdout, "");
}

#[test]
fn trust_for_once_and_commands_of_the_user_need_no_list() {
    let sandbox = marking();
    sandbox.run(&["check", "--trust"]).expect(1);
    assert!(ran(&sandbox, "ran"));
    let with = |name: &str, value: &str| {
        let output = sandbox.command(&["check"]).env(name, value).output().expect("it starts");
        (output.status.code(), ran(&sandbox, "ran"))
    };
    assert_eq!(with("BUILDFIX_TRUST", "1"), (Some(1), true));
    assert_eq!(with("BUILDFIX_TRUST", "0"), (Some(2), false));
    // Pull requests of strangers are built in CI, too.
    assert_eq!(with("CI", "true"), (Some(2), false));
    let report = format!("echo '{}'; touch ran; exit 1", complaint("A.cs").trim());
    sandbox.run(&["check", "--build", &report]).expect(1);
    assert!(ran(&sandbox, "ran"));
    sandbox.run(&["check", ".", "--", "sh", "-c", &report]).expect(1);
    assert!(ran(&sandbox, "ran"));
    assert_eq!(sandbox.run(&["trust", "--list"]).expect(0).stdout, "", "nothing was remembered");
}

#[test]
fn a_compiler_in_the_folder_is_code_of_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new(&[("packages/a/tsconfig.json", "{}"), ("packages/a/a.ts", "let x = 1\n")]);
    let tsc = sandbox.write("node_modules/.bin/tsc", b"#!/bin/sh\ntouch ran\n");
    fs::set_permissions(&tsc, fs::Permissions::from_mode(0o755)).expect("own file");
    let refusal = sandbox.run(&["check", "packages/a"]).expect(2);
    assert!(
        refusal.stderr.contains("node_modules/.bin/tsc") && refusal.stderr.contains("is not run"),
        "{}",
        refusal.stderr
    );
    // Trust holds for what is below.
    sandbox.run(&["trust", "."]).expect(0);
    sandbox.run(&["check", "packages/a"]).expect(0);
    assert!(ran(&sandbox, "packages/a/ran"));
}

#[test]
fn a_checkout_cannot_bring_its_own_trust() {
    let sandbox = marking();
    sandbox.run(&["trust"]).expect(0);
    let list = fs::read(sandbox.outside("state/trusted.json")).expect("it is kept");
    fs::remove_dir_all(sandbox.outside("state")).expect("ours");
    sandbox.write(".state/trusted.json", &list);
    let state = sandbox.root.join(".state");
    let inside = |arguments: &[&str]| {
        let output = sandbox.command(arguments).env("BUILDFIX_STATE_DIR", &state).output().expect("it starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, stderr) = inside(&["check"]);
    assert!(code == Some(2) && !ran(&sandbox, "ran"), "{stderr}");
    let (code, stderr) = inside(&["trust"]);
    assert!(code == Some(2) && stderr.contains("BUILDFIX_STATE_DIR"), "{stderr}");
}

/// `script` of util-linux gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_person_at_a_terminal_is_asked_once() {
    let sandbox = marking();
    let ask = |answer: &str| {
        let inner = sandbox.command(&["check"]);
        let program = inner.get_program().to_str().expect("UTF-8").to_owned();
        let child = Command::new("script")
            .args(["-qec", &format!("{program} check"), "/dev/null"])
            .current_dir(&sandbox.root)
            .env("BUILDFIX_STATE_DIR", sandbox.outside("state"))
            .env_remove("BUILDFIX_TRUST")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.ok()?;
        child.stdin.take().expect("a pipe").write_all(answer.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        Some((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let Some((code, text)) = ask("n\n") else {
        tests::skip("a_person_at_a_terminal_is_asked_once", "there is no `script` to make a terminal");
        return;
    };
    assert!(text.contains("[y/N]") && code == Some(2) && !ran(&sandbox, "ran"), "{text}");
    let (code, text) = ask("y\n").expect("it ran before");
    assert!(text.contains("[y/N]") && code == Some(1) && ran(&sandbox, "ran"), "{text}");
    let (code, text) = ask("").expect("it ran before");
    assert!(!text.contains("[y/N]") && code == Some(1) && ran(&sandbox, "ran"), "{text}");
}
