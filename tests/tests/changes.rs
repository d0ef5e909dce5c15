//! Where the program finds the workspace as it was.

mod sandbox;

use sandbox::Sandbox;
use std::process::Stdio;

const ORDER: &str = "class Order\n{\n    public void Submit(int number) { }\n}\n";
const USE: &str = "class Use\n{\n    void M(Order order) { order.Submit(1); }\n}\n";
/// A compiler that knows one error.
const COMPILER: &str = r#"
grep -q Submit Use.cs && ! grep -q Submit Order.cs && { echo "Use.cs(3,33): error CS1061: 'Order' does not contain a definition for 'Submit' and no accessible extension method 'Submit' accepting a first argument of type 'Order' could be found (are you missing a using directive or an assembly reference?)"; exit 1; }
exit 0
"#;

fn shop() -> Sandbox {
    let sandbox = Sandbox::new(&[("Order.cs", ORDER), ("Use.cs", USE), ("cc.sh", COMPILER)]);
    sandbox.write("buildfix.toml", b"build = \"sh cc.sh\"\n");
    sandbox.run(&["trust"]).expect(0);
    sandbox
}

fn rename(sandbox: &Sandbox) {
    sandbox.write("Order.cs", ORDER.replace("Submit", "Place").as_bytes());
}

#[cfg(unix)]
#[test]
fn a_build_without_errors_is_remembered() {
    let sandbox = shop();
    let none = sandbox.run(&["changes"]).expect(2);
    assert!(none.stderr.contains("no build without errors is known"), "{}", none.stderr);
    sandbox.run(&["check"]).expect(0);
    rename(&sandbox);
    let found = sandbox.run(&["changes"]).expect(0).stdout;
    assert!(found.contains("Order.Submit(int) → Place(int), 1 use in 1 file"), "{found}");
    assert!(found.contains("since the last build without errors"), "{found}");
    // A build with errors is not.
    sandbox.run(&["check"]).expect(1);
    assert_eq!(sandbox.run(&["changes"]).expect(0).stdout, found);
    // One that was repaired is the next.
    let report = sandbox.run(&["fix", "--write", "--verify", "--unsafe"]).expect(0).stdout;
    assert!(sandbox.read("Use.cs").contains("order.Place(1)"), "{report}");
    let found = sandbox.run(&["changes"]).expect(0).stdout;
    assert!(found.contains("0 declarations changed"), "{found}");
    assert!(
        sandbox.snapshot().keys().all(|p| p.extension().is_none_or(|e| e != "bin")),
        "nothing lies beside the sources"
    );
}

#[test]
fn a_commit_comes_before_a_build() {
    let sandbox = shop();
    let git = |arguments: &[&str]| tests::git(&sandbox.root, arguments);
    if !git(&["init", "-q"]) {
        tests::skip("a_commit_comes_before_a_build", "there is no git");
        return;
    }
    assert!(git(&["add", "-A"]) && git(&["commit", "-q", "-m", "c"]));
    rename(&sandbox);
    let found = sandbox.run(&["changes"]).expect(0).stdout;
    assert!(found.contains("Order.Submit(int) → Place(int)") && found.contains("since HEAD"), "{found}");
    assert!(git(&["commit", "-q", "-a", "-m", "d"]));
    assert!(sandbox.run(&["changes"]).expect(0).stdout.contains("0 declarations"));
    let found = sandbox.run(&["changes", "--since", "HEAD~1"]).expect(0).stdout;
    assert!(found.contains("Order.Submit(int) → Place(int)") && found.contains("since HEAD~1"), "{found}");
    let none = sandbox.run(&["changes", "--since", "nothing"]).expect(2);
    assert!(none.stderr.contains("there is no commit nothing"), "{}", none.stderr);
}

/// What the language server is told, as it is written to it.
fn message(body: &serde_json::Value) -> String {
    let body = body.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

#[cfg(unix)]
#[test]
fn a_build_of_the_editor_is_remembered() {
    use serde_json::json;
    use std::io::{BufRead, BufReader, Write};
    let sandbox = shop();
    let mut server = sandbox.command(&["lsp"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut input = server.stdin.take().expect("piped");
    let mut output = BufReader::new(server.stdout.take().expect("piped"));
    let mut wait_for = |id: &str| {
        let mut line = Vec::new();
        while !String::from_utf8_lossy(&line).contains(id) {
            line.clear();
            assert_ne!(output.read_until(b'}', &mut line).expect("the server writes"), 0, "the server ended");
        }
    };
    let uri = format!("file://{}", sandbox.root.display());
    let start = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "rootUri": uri,
        "capabilities": {}, "initializationOptions": {"trusted": true}}});
    let build = |id: u32| json!({"jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand", "params": {"command": "buildfix.build"}});
    write!(input, "{}{}", message(&start), message(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}})))
        .expect("it reads");
    write!(input, "{}", message(&build(2))).expect("it reads");
    wait_for("\"exitCode\"");
    // It is kept beside the answer.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !sandbox.run(&["changes"]).stdout.contains("0 declarations changed since the last build") {
        assert!(std::time::Instant::now() < end, "nothing was kept");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    rename(&sandbox);
    write!(input, "{}", message(&build(3))).expect("it reads");
    wait_for("\"exitCode\"");
    let found = sandbox.run(&["changes"]).expect(0).stdout;
    assert!(found.contains("Order.Submit(int) → Place(int)"), "{found}");
    drop(input);
    server.wait().expect("it ends");
}
