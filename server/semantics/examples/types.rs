//! Answers what expressions mean, for comparison with what compilers say.
//!
//! `cargo run -p semantics --example types -- --language typescript ROOT < positions.jsonl > answers.jsonl`: each line is
//! `{"file": PATH, "start": BYTE, "end": BYTE}`, the range of an expression; the answer is the same line with `type` and `symbol`,
//! `null` where they are not known.

use index::{Index, OsSystem};
use semantics::Semantics;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() -> std::io::Result<()> {
    let usage = || std::io::Error::other("usage: types --language typescript|csharp ROOT < positions.jsonl");
    let mut arguments = std::env::args().skip(1);
    let (mut language, mut root) = (None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--language" => language = arguments.next(),
            _ => root = Some(PathBuf::from(argument)),
        }
    }
    let root = root.ok_or_else(usage)?;
    let answer: fn(&Index, &Path, usize, usize) -> Option<(Option<String>, Option<String>)> = match language.as_deref()
    {
        Some("typescript") => typescript,
        _ => return Err(usage()),
    };
    let index = Index::open(Arc::new(OsSystem::default()), vec![root]);
    // Deep questions take a deep stack.
    let worker = std::thread::Builder::new().stack_size(4 << 20).spawn(move || -> std::io::Result<()> {
        let mut out = std::io::BufWriter::new(std::io::stdout());
        for line in BufReader::new(std::io::stdin()).lines() {
            let line = line?;
            let Ok(mut value) = serde_json::from_str::<Value>(&line) else { continue };
            let number = |key: &str| value[key].as_u64().unwrap_or_default() as usize;
            let path = PathBuf::from(value["file"].as_str().unwrap_or_default());
            let found = answer(&index, &path, number("start"), number("end"));
            let (ty, symbol) = found.unwrap_or_default();
            value["type"] = json!(ty);
            value["symbol"] = json!(symbol);
            writeln!(out, "{value}")?;
        }
        out.flush()
    })?;
    worker.join().map_err(|_| std::io::Error::other("a question panicked"))?
}

fn typescript(index: &Index, path: &Path, start: usize, end: usize) -> Option<(Option<String>, Option<String>)> {
    let source = index.source(path)?;
    let sema = Semantics::new(index, &source);
    let model = semantics::typescript::SemanticModel::new(sema);
    let mut node = source.parsed.root().descendant_for_byte_range(start, end)?;
    // Of nodes with the same range, the outermost is the expression.
    while let Some(parent) =
        node.parent().filter(|p| p.byte_range() == node.byte_range() && p.kind() != "expression_statement")
    {
        node = parent;
    }
    let ty = model.type_of(node).and_then(|t| model.display(&t));
    Some((ty, model.resolve(node).map(|s| s.name().to_owned())))
}
