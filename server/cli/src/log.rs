//! Reading logs.

use anyhow::{Context, Result};
use diagnostics::{BuildDiagnostic, Code, LineColumn, Location, Producer, Severity};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Diagnostics of the log `path`; `-` is standard input.
pub fn read(path: &Path) -> Result<Vec<BuildDiagnostic>> {
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| {
            format!("the log {} cannot be read; give the file that holds your build's output", path.display())
        })?)
    };
    let mut reader = BufReader::new(input);
    let mut line = Vec::new();
    let mut out = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        out.extend(parse(&String::from_utf8_lossy(&line)));
    }
    out.dedup();
    Ok(out)
}

fn parse(line: &str) -> Option<BuildDiagnostic> {
    let at = line.find("): ")?;
    let (origin, rest) = (&line[..at], &line[at + 3..]);
    let open = origin.rfind('(')?;
    let mut numbers = origin[open + 1..].split(',').map(|n| n.trim().parse::<u32>());
    let (line_no, column) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let (severity, rest) = rest.split_once(' ')?;
    let severity = match severity {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => return None,
    };
    let (code, message) = rest.split_once(": ")?;
    let mut message = message.trim_end();
    if code.starts_with("CS")
        && let Some(i) = message.rfind(" [")
    {
        message = &message[..i];
    }
    let producer = if code.starts_with("TS") { Producer::TypeScript } else { Producer::CSharp };
    Some(BuildDiagnostic {
        file: Some(origin[..open].trim().into()),
        location: Some(Location::LineColumn {
            start: LineColumn { line: line_no, column: Some(column) },
            end: None,
        }),
        code: Code::new(code),
        severity,
        message: message.to_owned(),
        arguments: Vec::new(),
        projects: Vec::new(),
        related: Vec::new(),
        producer,
    })
}
