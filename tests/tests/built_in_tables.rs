//! The tables built into the program are up to date with their generators and the pinned sources, and NOTICE lists each of them.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::{install, repository, shared, skip};

const TABLES: &[&str] = &[
    "server/diagnostics/src/message_codes.bin",
    "server/diagnostics/src/message_templates.bin",
    "server/diagnostics/src/project_templates.bin",
    "server/diagnostics/src/stages.txt",
    "server/fix/src/meanings/texts.bin",
    "server/index/src/dotnet/aspnetcore.bin",
    "server/index/src/dotnet/netcore.bin",
    "server/index/src/typescript/library.bin",
];

/// Runs `example` of `package` with a temporary file as output and compares it with the table.
fn assert_fresh(table: &str, package: &str, example: &str, arguments: impl Fn(&Path) -> Vec<OsString>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("table");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", package, "--example", example, "--"])
        .args(arguments(&out))
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    let (made, kept) = (fs::read(&out).expect("it was made"), fs::read(repository().join(table)).expect("it is there"));
    assert!(
        made == kept,
        "{table} is not what `cargo run -p {package} --example {example}` makes of the pinned sources"
    );
}

/// The `lib` folder of the package with the declaration files of TypeScript 7.
fn native_library(modules: &Path) -> Option<PathBuf> {
    let packages = fs::read_dir(modules.join("@typescript")).ok()?.flatten();
    packages.map(|p| p.path().join("lib")).find(|lib| lib.join("lib.es5.d.ts").is_file())
}

#[test]
fn tables_of_typescript_are_fresh() {
    let modules = match install("typescript") {
        Ok(folder) => folder.join("node_modules"),
        Err(why) => return skip("tables_of_typescript_are_fresh", &why),
    };
    let compiler = |version: &str| modules.join(version).join("lib/typescript.js").into_os_string();
    assert_fresh("server/diagnostics/src/message_codes.bin", "diagnostics", "typescript_messages", |out| {
        vec![compiler("ts59"), out.into()]
    });
    assert_fresh("server/diagnostics/src/stages.txt", "diagnostics", "compiler_stages", |out| {
        let roslyn = repository().join("server/diagnostics/data/roslyn_stages.txt");
        vec![roslyn.into(), out.into(), compiler("ts59"), compiler("ts60")]
    });
    let library = native_library(&modules).expect("TypeScript 7 is among the pinned packages");
    assert_fresh("server/index/src/typescript/library.bin", "index", "typescript_library", |out| {
        vec![library.clone().into(), out.into()]
    });
}

#[test]
fn tables_of_dotnet_are_fresh() {
    let runtime = match install("roslyn") {
        Ok(folder) => folder.join("rt"),
        Err(why) => return skip("tables_of_dotnet_are_fresh", &why),
    };
    for (table, list) in [
        ("server/index/src/dotnet/aspnetcore.bin", "refs.aspnet.txt"),
        ("server/index/src/dotnet/netcore.bin", "refs.netcore.txt"),
    ] {
        assert_fresh(table, "index", "make_base_library", |out| {
            let mut names = OsString::from("@");
            names.push(runtime.join(list));
            vec![out.into(), names, runtime.join("refs").into()]
        });
    }
}

/// The file of `../shared/roslyn-messages`, unpacked.
fn unpacked(name: &str, folder: &Path) -> Option<PathBuf> {
    let packed = fs::read(shared("roslyn-messages")?.join(format!("{name}.xz"))).expect("a packed file");
    let mut text = Vec::new();
    lzma_rust2::XzReader::new(packed.as_slice(), true).read_to_end(&mut text).expect("a packed file");
    let path = folder.join(name);
    fs::write(&path, text).expect("the temporary folder is writable");
    Some(path)
}

#[test]
fn templates_of_messages_are_fresh() {
    let test = "templates_of_messages_are_fresh";
    let modules = match install("typescript") {
        Ok(folder) => folder.join("node_modules"),
        Err(why) => return skip(test, &why),
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (Some(roslyn), Some(words)) =
        (unpacked("roslyn.jsonl", folder.path()), unpacked("roslyn-words.jsonl", folder.path()))
    else {
        return skip(test, "there is no ../shared/roslyn-messages");
    };
    let library = |version: &str| modules.join(version).join("lib");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", "diagnostics", "--example", "message_templates", "--"])
        .arg(folder.path())
        .arg(repository().join("server/rules/src"))
        .args([roslyn, words, library("ts59"), library("ts60")])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let inflated = |path: PathBuf| {
        let mut text = String::new();
        let bytes = fs::read(path).expect("a table");
        flate2::read::DeflateDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("a deflated text");
        text
    };
    let kept = repository().join("server/diagnostics/src");
    let english = |folder: &Path| fs::read_to_string(folder.join("message_templates.txt")).expect("a table");
    let why =
        "run the example message_templates of diagnostics again: a rule names another code, or the sources changed";
    assert!(english(folder.path()) == english(&kept), "message_templates.txt: {why}");
    let name = "message_templates.bin";
    assert!(inflated(folder.path().join(name)) == inflated(kept.join(name)), "{name}: {why}");
}

#[test]
fn templates_of_project_messages_are_fresh() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(messages) = unpacked("msbuild-nuget-sdk.jsonl", folder.path()) else {
        return skip("templates_of_project_messages_are_fresh", "there is no ../shared/roslyn-messages");
    };
    assert_fresh("server/diagnostics/src/project_templates.bin", "diagnostics", "project_templates", |out| {
        let sources = ["server/fix/src", "server/rules/src/msbuild"].map(|f| repository().join(f).into_os_string());
        [out.into(), messages.clone().into()].into_iter().chain(sources).collect()
    });
}

#[test]
fn meanings_of_codes_are_fresh() {
    let Some(messages) = shared("roslyn-messages") else {
        return skip("meanings_of_codes_are_fresh", "there is no ../shared/roslyn-messages");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("texts.bin");
    let sources = ["roslyn-en.jsonl", "msbuild-nuget-sdk-en.jsonl", "analyzers.jsonl"].map(|name| messages.join(name));
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", "fix", "--example", "code_meanings", "--"])
        .arg(&out)
        .arg(repository().join("server/fix/data/dotnet_format.txt"))
        .args(sources)
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kept = fs::read(repository().join("server/fix/src/meanings/texts.bin")).expect("a table");
    assert!(fs::read(out).expect("a table") == kept, "run the example code_meanings of fix again: the sources changed");
}

#[test]
fn notice_names_every_table() {
    let notice = fs::read_to_string(repository().join("NOTICE")).expect("there is a NOTICE");
    let mut found = Vec::new();
    let mut folders = vec![repository().join("server")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && name != "node_modules" {
                folders.push(path);
            } else if name.ends_with(".bin") || name == "stages.txt" {
                found.push(path.strip_prefix(repository()).expect("below").to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert_eq!(found, TABLES);
    for table in TABLES {
        assert!(notice.contains(table), "NOTICE does not name the source of {table}");
    }
}
