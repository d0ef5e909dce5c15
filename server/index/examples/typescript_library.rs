//! Generates `src/typescript/library.bin` from the `lib.*.d.ts` of a TypeScript package.
//!
//! `cargo run -p index --example typescript_library -- node_modules/typescript/lib server/index/src/typescript/library.bin`
//! (TypeScript 7 keeps them in the `lib` folder of its platform package.) Web worker libraries are left out: they repeat
//! the DOM. Comments are dropped, `@deprecated` is kept.

use index::typescript::{LibraryTable, outline};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::PathBuf;
use syntax::{Language, Parsed};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err(std::io::Error::other("usage: typescript_library LIB_FOLDER OUT"));
    };
    let package = std::fs::read_to_string(folder.join("../package.json"))?;
    let package: serde_json::Value = serde_json::from_str(&package)?;
    let version = package["version"].as_str().unwrap_or_default().to_owned();
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let Some(name) = name.strip_prefix("lib.").and_then(|n| n.strip_suffix(".d.ts")) else { continue };
        if name.starts_with("webworker") || name.ends_with(".full") || name == "es6" {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let reference = |line: &str| Some(SmolStr::new(line.split_once("<reference lib=\"")?.1.split_once('"')?.0));
        let includes: Vec<SmolStr> = text.lines().filter(|l| l.starts_with("///")).filter_map(reference).collect();
        let mut outline = outline::outline(&Parsed::new(Language::TYPESCRIPT, text));
        for declaration in &mut outline.declarations {
            // Signatures on several lines are joined to one, without their comments.
            let lines = declaration.type_text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
            declaration.type_text = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ").into();
        }
        files.insert(SmolStr::new(name), (includes, outline));
    }
    let table = LibraryTable { version, files };
    let bytes = table.to_bytes()?;
    let declarations: usize = table.files.values().map(|(_, o)| o.declarations.len()).sum();
    println!(
        "TypeScript {}: {} libraries, {declarations} declarations, {} bytes",
        table.version,
        table.files.len(),
        bytes.len()
    );
    std::fs::write(out, bytes)
}
