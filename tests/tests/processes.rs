//! No build outlives buildfix, however either of them ends, and the exit status says how. What is left is looked for in `/proc`: all that a
//! build starts inherits a mark in its environment.
#![cfg(target_os = "linux")]

mod sandbox;

use sandbox::{BROKEN, Sandbox, complaint};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Builds that start processes which are hard to get rid of. Each ends by writing `ready` and waiting.
const BUILDS: &[(&str, &str)] = &[
    ("one process", "touch ready; exec sleep 1000"),
    ("a tree", "(sleep 1000; :) & sh -c 'sleep 1000 & sh -c \"sleep 1000; :\"; :' & touch ready; wait"),
    ("deaf to SIGTERM", "trap '' TERM; sh -c 'sleep 1000; :' & touch ready; while :; do sleep 1000; done"),
    ("without output", "exec >&- 2>&-; sh -c 'sleep 1000; :' & touch ready; wait"),
    ("a daemon", "(setsid sh -c 'setsid sleep 1000 & setsid sleep 1000; :' &) ; sleep 0.1; touch ready; sleep 1000"),
    ("a deaf daemon", "(trap '' TERM HUP; setsid setsid sleep 1000 &); sleep 0.1; touch ready; sleep 1000"),
    ("stopped", "sh -c 'kill -STOP $$' & sleep 0.1; touch ready; wait; sleep 1000"),
    ("many", "i=0; while [ $i -lt 60 ]; do sleep 1000 & i=$((i + 1)); done; touch ready; wait"),
    ("busy", "touch ready; while :; do sleep 0.2 & echo line; done"),
    ("kills its group", "trap 'kill 0' EXIT; (setsid sleep 1000 &); touch ready; sleep 1000"),
];

/// A build that was started by the program.
struct Building {
    sandbox: Sandbox,
    program: Child,
    mark: String,
}

impl Building {
    /// Starts `check --build BUILD` and waits for the build to be ready.
    fn start(build: &str, more: &[&str]) -> Self {
        let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
        let (mark, mut command) = marked(&sandbox, &[&["check", ".", "--build", build], more].concat());
        let program = command.spawn().expect("the program starts");
        let building = Self { sandbox, program, mark };
        wait_for(&building.sandbox.root.join("ready"));
        assert!(left(&building.mark) > 1, "the build is not seen");
        building
    }
    fn signal(&self, name: &str) {
        kill(name, self.program.id());
    }
    /// Waits for the program to end.
    fn ended(&mut self) -> ExitStatus {
        ended(&mut self.program)
    }
    /// What the program said.
    fn said(&mut self) -> String {
        let mut text = String::new();
        let mut stderr = self.program.stderr.take().expect("a pipe");
        std::io::Read::read_to_string(&mut stderr, &mut text).expect("UTF-8");
        text
    }
}

/// The program with these arguments, and the mark of all that it starts.
fn marked(sandbox: &Sandbox, arguments: &[&str]) -> (String, Command) {
    let mark = format!("BUILDFIX_TEST_MARK={}", sandbox.root.display());
    let mut command = sandbox.command(arguments);
    command.env("BUILDFIX_TEST_MARK", &sandbox.root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    (mark, command)
}

fn kill(signal: &str, process: u32) {
    let status = Command::new("kill").args([format!("-{signal}"), process.to_string()]).status();
    assert!(status.expect("kill starts").success(), "kill -{signal} {process}");
}

#[track_caller]
fn wait_for(file: &Path) {
    let end = Instant::now() + Duration::from_secs(60);
    while !file.exists() {
        assert!(Instant::now() < end, "{} never came", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn ended(program: &mut Child) -> ExitStatus {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(status) = program.try_wait().expect("it can be asked") {
            return status;
        }
        assert!(Instant::now() < end, "the program did not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How many processes have the mark in their environment. Those that ended and were not waited for have no environment.
fn left(mark: &str) -> usize {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let has_mark = |environ: Vec<u8>| environ.split(|b| *b == 0).any(|variable| variable == mark.as_bytes());
    processes.filter(|p| fs::read(p.path().join("environ")).is_ok_and(has_mark)).count()
}

/// Asserts that all processes with the mark are gone soon: the guard ends them right after the program has ended.
#[track_caller]
fn assert_gone(mark: &str, what: &str) {
    let end = Instant::now() + Duration::from_secs(10);
    while left(mark) > 0 {
        assert!(Instant::now() < end, "{what}: {} processes outlived the program", left(mark));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_killed_program_leaves_no_build_behind() {
    for (name, build) in BUILDS {
        let mut building = Building::start(build, &[]);
        building.signal("KILL");
        assert_eq!(building.ended().code(), None);
        assert_gone(&building.mark, name);
    }
}

#[test]
fn signals_end_the_build_and_give_their_exit_status() {
    for (i, (name, build)) in BUILDS.iter().enumerate() {
        let (signal, status) = [("INT", 130), ("TERM", 143), ("HUP", 129)][i % 3];
        let mut building = Building::start(build, &[]);
        building.signal(signal);
        assert_eq!(building.ended().code(), Some(status), "{name}, SIG{signal}: {}", building.said());
        assert_eq!(left(&building.mark), 0, "{name}: something outlived the program");
    }
}

#[test]
fn a_second_signal_does_not_wait_for_a_deaf_build() {
    let mut building = Building::start(BUILDS[2].1, &[]);
    building.signal("INT");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(building.program.try_wait().expect("it can be asked"), None, "the build has time to end");
    building.signal("TERM");
    assert_eq!(building.ended().code(), Some(130), "the first signal counts");
    assert_gone(&building.mark, "two signals");
}

#[test]
fn an_ended_terminal_does_not_end_what_nohup_started() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let (mark, inner) = marked(&sandbox, &["check", ".", "--build", "touch ready; sleep 2; false"]);
    let mut nohup = Command::new("nohup");
    nohup.arg(inner.get_program()).args(inner.get_args()).current_dir(&sandbox.root).stdin(Stdio::null());
    nohup.env("BUILDFIX_STATE_DIR", sandbox.outside("state")).env("BUILDFIX_TEST_MARK", &sandbox.root);
    let mut program = nohup.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nohup starts");
    wait_for(&sandbox.root.join("ready"));
    kill("HUP", program.id());
    assert_eq!(ended(&mut program).code(), Some(2), "the build failed, and was seen to");
    assert_gone(&mark, "nohup");
}

#[test]
fn a_build_that_hangs_is_stopped_and_its_last_words_are_told() {
    for (name, build) in BUILDS {
        let build = format!("echo 'waiting for the lock'; {build}");
        let mut building = Building::start(&build, &["--build-timeout", "1s"]);
        assert_eq!(building.ended().code(), Some(2), "{name}");
        assert_eq!(left(&building.mark), 0, "{name}: something outlived the program");
        let said = building.said();
        assert!(said.contains("longer than 1s") && said.contains("--build-timeout"), "{said}");
        if *name != "busy" {
            assert!(said.contains("waiting for the lock"), "{said}");
        }
    }
}

/// What a build leaves running when it ends by itself is a server for the next build, as after a build in a terminal.
#[test]
fn a_server_that_a_finished_build_leaves_stays() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let build = format!("printf '{}'; setsid sleep 1000 & echo $! > server", complaint("A.cs").trim_end());
    let (mark, mut command) = marked(&sandbox, &["check", ".", "--build", &build]);
    let output = command.output().expect("the program starts");
    let server: u32 = sandbox.read("server").trim().parse().expect("a number");
    assert_eq!((output.status.code(), left(&mark)), (Some(1), 1));
    kill("KILL", server);
    assert_gone(&mark, "the server");
    // One that goes on printing does not keep the build from ending.
    let build = format!("echo '{}'; setsid yes & echo $! > server", complaint("A.cs").trim_end());
    let report = sandbox.run(&["check", ".", "--output-format", "json", "--build", &build]).expect(1).json();
    assert_eq!(report["totals"]["diagnostics"], 1, "{report:#}");
}

#[test]
fn the_exit_status_and_the_output_of_a_build_come_through() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    for (build, expected) in
        [("exit 7", "exit status 7"), ("kill -9 $$", "by a signal"), ("no-such-tool 2>&1", "exit status 127")]
    {
        let (_, mut command) = marked(&sandbox, &["check", ".", "--build", build]);
        let output = command.output().expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && stderr.contains(expected), "{build}: {stderr}");
    }
    let (_, command) =
        marked(&sandbox, &["check", ".", "--build", &format!("echo '{}'", complaint("A.cs").trim_end())]);
    // Without a shell to be found, nothing is built, and that is said.
    let output = { command }.env("PATH", sandbox.outside("empty")).output().expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.contains("`sh` cannot be started"), "{stderr}");
}

#[test]
fn a_million_lines_are_read_and_the_last_one_counts() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let build = format!("yes 'nothing to see in this line' | head -n 1000000; echo '{}'", complaint("A.cs").trim_end());
    let report = sandbox.run(&["check", ".", "--output-format", "json", "--build", &build]).expect(1).json();
    assert_eq!(report["totals"]["diagnostics"], 1, "{report:#}");
}

/// A guard that someone ends takes no build with it by itself: the program notices, and ends it.
#[test]
fn a_build_whose_guard_is_gone_is_ended() {
    let mut building = Building::start(BUILDS[1].1, &[]);
    let children =
        fs::read_to_string(format!("/proc/{0}/task/{0}/children", building.program.id())).unwrap_or_default();
    let guard = children.split_whitespace().next().and_then(|c| c.parse().ok());
    let Some(guard) = guard else {
        tests::skip("a_build_whose_guard_is_gone_is_ended", "this kernel does not tell the children of a process");
        building.signal("KILL");
        return;
    };
    let name = fs::read_to_string(format!("/proc/{guard}/comm")).expect("it runs");
    assert_eq!(name.trim(), "build-guard", "ending buildfix by name must not hit the guard");
    kill("KILL", guard);
    assert_eq!(building.ended().code(), Some(2));
    assert_gone(&building.mark, "no guard");
    assert!(building.said().contains("watches over the build"));
}

#[test]
fn a_guard_that_is_asked_to_end_ends_the_build() {
    let mut building = Building::start(BUILDS[4].1, &[]);
    let children =
        fs::read_to_string(format!("/proc/{0}/task/{0}/children", building.program.id())).unwrap_or_default();
    let Some(guard) = children.split_whitespace().next().and_then(|c| c.parse().ok()) else {
        tests::skip(
            "a_guard_that_is_asked_to_end_ends_the_build",
            "this kernel does not tell the children of a process",
        );
        building.signal("KILL");
        return;
    };
    kill("TERM", guard);
    assert_eq!(building.ended().code(), Some(2));
    assert_gone(&building.mark, "a guard that was asked to end");
}

/// In the middle of `--verify`, files are written: they are put back before the program ends.
#[test]
fn an_interrupted_verification_puts_the_files_back() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    let before = sandbox.snapshot();
    let log = sandbox.log(complaint("A.cs"));
    let arguments = ["fix", ".", "--log", log.to_str().expect("UTF-8"), "--write", "--verify"];
    let ready = sandbox.outside("ready");
    let build = format!("touch {}; sleep 1000", ready.display());
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let (mark, mut command) = marked(&sandbox, &[&arguments[..], &["--unsafe", "--build", &build]].concat());
        let mut program = command.spawn().expect("the program starts");
        wait_for(&ready);
        assert_ne!(sandbox.snapshot(), before, "the fixes are written before they are verified");
        kill(signal, program.id());
        assert_eq!(ended(&mut program).code(), Some(status));
        assert_eq!(sandbox.snapshot(), before, "SIG{signal}");
        assert_eq!(left(&mark), 0);
        fs::remove_file(&ready).expect("it exists");
    }
}

/// A log that never comes is not waited for.
#[test]
fn a_signal_ends_the_reading_of_a_log() {
    let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let (_, mut command) = marked(&sandbox, &["fix", ".", "--log", "-"]);
        let mut program = command.stdin(Stdio::piped()).spawn().expect("the program starts");
        // It listens to signals before it does anything else.
        let listens = || {
            let status = fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap_or_default();
            let caught = status.lines().find_map(|l| l.strip_prefix("SigCgt:")).map(str::trim).unwrap_or_default();
            u64::from_str_radix(caught, 16).is_ok_and(|mask| mask & 0b100_0000_0000_0011 == 0b100_0000_0000_0011)
        };
        let end = Instant::now() + Duration::from_secs(60);
        while !listens() {
            assert!(Instant::now() < end, "it does not listen to signals");
            std::thread::sleep(Duration::from_millis(5));
        }
        // A signal that comes between the handler and its listener is not heard: it is sent again, as people press Ctrl-C again.
        let mut end = None;
        for _ in 0..600 {
            kill(signal, program.id());
            std::thread::sleep(Duration::from_millis(100));
            end = program.try_wait().expect("it can be asked");
            if end.is_some() {
                break;
            }
        }
        assert_eq!(end.expect("the program ends").code(), Some(status));
    }
}

/// The language server: a build of it ends with it.
mod server {
    use super::*;
    use serde_json::json;
    use std::io::{Read, Write};

    /// A server that builds, its input, and the mark of its processes.
    fn building(sandbox: &Sandbox, build: &str) -> (Child, String) {
        let (mark, mut command) = marked(sandbox, &["lsp"]);
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let input = program.stdin.as_mut().expect("a pipe");
        let root = format!("file://{}", sandbox.root.display());
        say(
            input,
            &json!({ "id": 1, "method": "initialize", "params": {
            "processId": null, "rootUri": root, "capabilities": {}, "initializationOptions": { "trusted": true }
        } }),
        );
        // Before its answer, nothing else may be asked.
        let mut answered = Vec::new();
        while !answered.ends_with(b"capabilities") {
            let mut byte = [0];
            program.stdout.as_mut().expect("a pipe").read_exact(&mut byte).expect("the server answers");
            answered.push(byte[0]);
        }
        let input = program.stdin.as_mut().expect("a pipe");
        say(input, &json!({ "method": "initialized", "params": {} }));
        say(
            input,
            &json!({ "id": 2, "method": "workspace/executeCommand", "params": {
            "command": "buildfix.build", "arguments": [{ "command": build }]
        } }),
        );
        wait_for(&sandbox.root.join("ready"));
        (program, mark)
    }

    fn say(input: &mut impl Write, message: &serde_json::Value) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
    }

    #[test]
    fn a_build_ends_with_the_server() {
        for (name, build) in BUILDS {
            let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
            let (mut program, mark) = building(&sandbox, build);
            kill("KILL", program.id());
            ended(&mut program);
            assert_gone(&mark, name);
        }
    }

    #[test]
    fn a_build_ends_when_the_server_is_asked_to_end() {
        for way in ["SIGTERM", "exit", "closed input", "shutdown"] {
            let sandbox = Sandbox::new(&[("A.cs", BROKEN)]);
            let (mut program, mark) = building(&sandbox, BUILDS[4].1);
            match way {
                "SIGTERM" => kill("TERM", program.id()),
                "closed input" => drop(program.stdin.take()),
                way => {
                    let mut message = json!({ "method": way });
                    if way == "shutdown" {
                        message["id"] = json!(3);
                    }
                    say(program.stdin.as_mut().expect("a pipe"), &message);
                }
            }
            if way != "shutdown" {
                let status = ended(&mut program).code();
                assert_eq!(status, Some(if way == "SIGTERM" { 143 } else { 1 }), "{way}");
            } else {
                let guarded = || left(&mark) > 1;
                let end = Instant::now() + Duration::from_secs(60);
                while guarded() {
                    assert!(Instant::now() < end, "the build outlived `shutdown`");
                    std::thread::sleep(Duration::from_millis(10));
                }
                kill("KILL", program.id());
                ended(&mut program);
            }
            assert_gone(&mark, way);
        }
    }
}
