//! Prints the diagnostics of logs: `cargo run -p diagnostics --example read_log -- FILE...`

use diagnostics::{BuildLog, ReadOptions, arguments_of, read_from};
use std::collections::BTreeMap;

fn main() -> std::io::Result<()> {
    let mut logs = Vec::new();
    for path in std::env::args().skip(1) {
        let options = ReadOptions { origin: Some(path.clone().into()), ..ReadOptions::default() };
        logs.push(read_from(std::fs::File::open(path)?, options)?);
    }
    let log = BuildLog::merge(logs);
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for d in &log.diagnostics {
        *codes.entry(d.code.as_str()).or_default() += 1;
        println!("{:?} {:?} {} {:?} {:?}", d.file, d.location, d.code, d.message, arguments_of(&d.code, &d.message));
    }
    println!("{codes:?}");
    println!("{} diagnostics, {} codes, {:?}, {:?}", log.diagnostics.len(), codes.len(), log.formats, log.stats);
    Ok(())
}
