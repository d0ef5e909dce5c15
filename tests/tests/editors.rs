//! End to end in real editors, from a build log to files on disk and back. Screenshots go to `target/screenshots/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tests::{TypeScript, buildfix, git, install, repository, skip};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the fixture is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a fixture can be copied");
        }
    }
}

/// A copy of the TypeScript sample with its log next to the sources.
fn workspace() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().canonicalize().expect("it exists").join("shop");
    let sample = repository().join("fixtures/typescript-shop");
    copy(&sample.join("before"), &root);
    std::fs::copy(sample.join("build.log"), root.join("build.log")).expect("the log can be copied");
    (folder, root)
}

fn assert_ok(what: &str, output: &Output) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what} failed\n--- output\n{out}\n--- errors\n{err}");
}

/// Runs a script in Neovim on a file of the workspace `root` in `folder`, with the log that lies there.
fn neovim(test: &str, script: &str, (folder, root): (&Path, &Path), file: &str, variable: (&str, &str)) {
    let tools = match install("neovim") {
        Ok(tools) => tools,
        Err(why) => return skip(test, &why),
    };
    let output = Command::new(tools.join(".venv/bin/nvim"))
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", file, "-c"])
        .arg(format!("luafile {}", repository().join("tests/editors").join(script).display()))
        .env("HOME", folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("PLUGIN", repository().join("editors/neovim"))
        .env("BUILDFIX", buildfix())
        .env("LOG", root.join("build.log"))
        .env(variable.0, variable.1)
        .current_dir(root)
        .output()
        .expect("Neovim starts");
    assert_ok(test, &output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("OK"), "Neovim ended early");
}

fn neovim_fixes(test: &str, mode: &str) {
    let (folder, root) = workspace();
    neovim(test, "neovim.lua", (folder.path(), &root), "src/pricing.ts", ("MODE", mode));
}

#[test]
fn neovim_fixes_one_all_and_undoes() {
    neovim_fixes("neovim_fixes_one_all_and_undoes", "config");
}

#[test]
fn older_neovim_starts_the_server_by_autocommand() {
    neovim_fixes("older_neovim_starts_the_server_by_autocommand", "start");
}

/// A committed TypeScript project in which a method is used, and what tsc prints when only its declaration is renamed. `None` without git.
fn refactoring() -> Option<(tempfile::TempDir, PathBuf, usize)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().canonicalize().expect("it exists").join("shop");
    std::fs::create_dir_all(root.join("src")).expect("a folder can be made");
    let write = |name: &str, text: String| std::fs::write(root.join(name), text).expect("a file can be written");
    write("tsconfig.json", "{ \"compilerOptions\": { \"strict\": true } }\n".into());
    write(
        "src/order.ts",
        "export class Order {\n  total = 0;\n  submit(n: number) {\n    this.total += n;\n  }\n}\n".into(),
    );
    let mut log = String::new();
    let mut uses = 0;
    for (i, count) in [6, 5, 3].into_iter().enumerate() {
        let file = format!("src/use{}.ts", i + 1);
        let mut text = "import { Order } from './order';\n\nexport function run(order: Order) {\n".to_owned();
        for n in 0..count {
            text += &format!("  order.submit({n});\n");
            log += &format!("{file}({},9): error TS2339: Property 'submit' does not exist on type 'Order'.\n", n + 4);
            uses += 1;
        }
        write(&file, text + "}\n");
    }
    write("build.log", log);
    let commits = [&["init", "-q"][..], &["add", "src", "tsconfig.json"], &["commit", "-q", "-m", "Order"]];
    if !commits.iter().all(|arguments| git(&root, arguments)) {
        return None;
    }
    Some((folder, root, uses))
}

#[test]
fn neovim_finishes_a_refactoring() {
    const NAME: &str = "neovim_finishes_a_refactoring";
    let Some((folder, root, uses)) = refactoring() else { return skip(NAME, "there is no git") };
    let uses = uses.to_string();
    neovim(NAME, "neovim_refactoring.lua", (folder.path(), &root), "src/order.ts", ("USES", &uses));
}

/// A TypeScript project in which a function takes one argument more than its uses give, and the command that builds it. It is under no version control: only
/// who repairs the first uses can say what the rest needs.
fn repetitive() -> Result<(tempfile::TempDir, PathBuf, String), String> {
    let tsc = TypeScript::program("59")?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let root = folder.path().canonicalize().map_err(|e| e.to_string())?.join("shop");
    std::fs::create_dir_all(root.join("src")).map_err(|e| e.to_string())?;
    let write = |name: &str, text: String| std::fs::write(root.join(name), text).expect("a file can be written");
    write(
        "tsconfig.json",
        "{ \"compilerOptions\": { \"strict\": true, \"noEmit\": true, \"types\": [] }, \"include\": [\"src\"] }\n"
            .into(),
    );
    write(
        "src/client.ts",
        "export interface Options {\n  retries: number;\n}\n\nexport class Client {\n  load(path: string, options: Options): string {\n    return `${path}?${options.retries}`;\n  }\n}\n"
            .into(),
    );
    let uses = [
        ("cart", &["items", "total", "discounts", "shipping"][..]),
        ("orders", &["open", "closed", "returned"]),
        ("users", &["names", "addresses"]),
    ];
    for (file, paths) in uses {
        let mut text = "import { Client } from './client';\n\n".to_owned();
        for path in paths {
            text += &format!(
                "export function {path}(client: Client): string {{\n  return client.load('/{file}/{path}');\n}}\n\n"
            );
        }
        write(&format!("src/{file}.ts"), text.trim_end().to_owned() + "\n");
    }
    Ok((folder, root, format!("node {} -p . --pretty false", tsc.display())))
}

#[test]
fn neovim_learns_from_three_repairs_and_offers_the_rest() {
    const NAME: &str = "neovim_learns_from_three_repairs_and_offers_the_rest";
    let (folder, root, build) = match repetitive() {
        Ok(made) => made,
        Err(why) => return skip(NAME, &why),
    };
    neovim(NAME, "neovim_learning.lua", (folder.path(), &root), "src/cart.ts", ("BUILD", &build));
}

#[test]
fn neovim_learns_from_what_another_server_says_without_a_build() {
    const NAME: &str = "neovim_learns_from_what_another_server_says_without_a_build";
    let (made, tsc) = match repetitive().and_then(|made| Ok((made, TypeScript::program("59")?))) {
        Ok(made) => made,
        Err(why) => return skip(NAME, &why),
    };
    let packages = tsc.ancestors().nth(3).expect("it lies in a package").display().to_string();
    neovim(NAME, "neovim_live.lua", (made.0.path(), &made.1), "src/cart.ts", ("TYPESCRIPT", &packages));
}

/// The extension, packaged as described in its README: the universal package and the one that contains the program.
fn packages() -> Result<(PathBuf, PathBuf), String> {
    let extension = repository().join("editors/vscode");
    let npm = |arguments: &[&str]| {
        let output = Command::new("npm")
            .args(arguments)
            .current_dir(&extension)
            .env("BUILDFIX_PROGRAM", buildfix())
            .output()
            .map_err(|e| format!("npm: {e}"))?;
        if output.status.success() {
            return Ok(());
        }
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Err(format!("npm {} failed: {out}{err}", arguments.join(" ")))
    };
    npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    npm(&["run", "-s", "package"])?;
    npm(&["run", "-s", "package:linux-x64"])?;
    Ok((extension.join("dist/buildfix-universal.vsix"), extension.join("dist/buildfix-linux-x64.vsix")))
}

#[test]
fn vscode_fixes_one_all_with_preview_and_undoes_trusted_or_not() {
    const NAME: &str = "vscode_fixes_one_all_with_preview_and_undoes_trusted_or_not";
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return skip(NAME, "the packaged workbench runs on linux-x64 only");
    }
    let tools = match install("vscode") {
        Ok(tools) => tools,
        Err(why) => return skip(NAME, &why),
    };
    let (universal, with_program) = packages().expect("the extension can be packaged");
    let folders = [workspace(), workspace(), workspace()];
    let [trusted, untrusted, bare] = folders.each_ref().map(|(_, root)| root);
    let refactoring = refactoring();
    if refactoring.is_none() {
        skip(&format!("{NAME}: a refactoring"), "there is no git");
    }
    let learning = repetitive();
    match &learning {
        Ok((_, root, build)) => {
            let settings = serde_json::json!({ "buildfix.build.command": build });
            std::fs::create_dir_all(root.join(".vscode")).expect("a folder can be made");
            std::fs::write(root.join(".vscode/settings.json"), settings.to_string()).expect("a file can be written");
        }
        Err(why) => skip(&format!("{NAME}: learning"), why),
    }
    let output = Command::new("node")
        .arg(repository().join("tests/editors/vscode/scenarios.mjs"))
        .env("TOOLS", tools)
        .env("VSIX", with_program)
        .env("UNIVERSAL", universal)
        .env("PROGRAM", buildfix())
        .env("WORKSPACE", trusted)
        .env("UNTRUSTED", untrusted)
        .env("BARE", bare)
        .env("REFACTORING", refactoring.as_ref().map_or(Path::new(""), |(_, root, _)| root))
        .env("LEARNING", learning.as_ref().map_or(Path::new(""), |(_, root, _)| root))
        .env("OUT", repository().join("target/screenshots"))
        .output();
    assert_ok("VS Code", &output.expect("node starts"));
}
