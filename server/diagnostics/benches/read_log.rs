//! `cargo bench -p diagnostics`: how fast a log is read, and in how much memory.
//!
//! A log of `BENCH_MIB` MiB (default 1024) with `BENCH_DIAGNOSTICS` diagnostics (default 70,000), spread evenly among
//! what builds print at detailed verbosity, is generated and read in pieces, so that the log is never in memory. The
//! time for generating it is excluded. The baseline tries one regular expression on every line.

use diagnostics::{LogReader, ReadOptions};
use regex::bytes::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const NOISE: [&str; 5] = [
    "  1:7>Target \"CoreCompile\" in file \"/usr/share/dotnet/sdk/8.0.100/Roslyn/Microsoft.CSharp.Core.targets\":",
    "       Input file is newer than output file \"obj/Debug/net8.0/Sample.AssemblyInfo.cs\".",
    "         Reference \"/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.0/ref/net8.0/System.Runtime.dll\"",
    "     Task \"ResolveAssemblyReference\" skipped, due to false condition; ('$(Design)'=='true') was evaluated",
    "2026-10-06T12:00:00.1234567Z   Copying file from \"obj/x.pdb\" to \"bin/Debug/net8.0/x.pdb\".",
];

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Calls `sink` with pieces of about 64 KiB; returns the time spent in it and the bytes.
fn generate(bytes: usize, diagnostics: usize, mut sink: impl FnMut(&[u8])) -> (Duration, u64) {
    let every = bytes / diagnostics.max(1);
    let (mut total, mut made, mut line, mut spent) = (0usize, 0usize, 0usize, Duration::ZERO);
    let mut piece = Vec::with_capacity(70 << 10);
    while total < bytes {
        piece.clear();
        while piece.len() < 64 << 10 {
            if made < diagnostics && (total + piece.len()) >= made * every {
                let file = made % 3000;
                piece.extend_from_slice(
                    format!(
                        "     1>/home/ci/proj/src/Folder{}/File{file}.cs({},{}): error CS1061: 'Type{made}' does not contain a \
                         definition for 'Member{made}' [/home/ci/proj/src/Sample.csproj::TargetFramework=net8.0]\n",
                        file % 40,
                        made % 900 + 1,
                        made % 80 + 1
                    )
                    .as_bytes(),
                );
                made += 1;
            } else {
                piece.extend_from_slice(NOISE[line % NOISE.len()].as_bytes());
                piece.push(b'\n');
                line += 1;
            }
        }
        total += piece.len();
        let start = now();
        sink(&piece);
        spent += now().saturating_sub(start);
    }
    (spent, total as u64)
}

/// A clock that runs while this thread does, where the system has one (Linux), so that other work on the machine does
/// not count; else the wall clock.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let on_cpu = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = on_cpu.and_then(|s| s.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Peak memory of this process.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn rate(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64() / 1e9
}

fn main() {
    let (mib, diagnostics) = (number("BENCH_MIB", 1024), number("BENCH_DIAGNOSTICS", 70_000));
    let mut reader = LogReader::new(ReadOptions::default());
    let (time, bytes) = generate(mib << 20, diagnostics, |piece| reader.push(piece));
    let log = reader.finish();
    assert_eq!(log.diagnostics.len(), diagnostics);
    let fast = rate(bytes, time);
    println!("read_log: {} MiB, {} diagnostics, {time:.2?}: {fast:.2} GB/s", bytes >> 20, log.diagnostics.len());
    if let Some(peak) = peak_mib() {
        println!("peak memory: {peak:.1} MiB");
    }
    drop(log);

    // The baseline is slow: it reads a sixteenth of the log, with the same density of diagnostics.
    let regex = Regex::new(r"^\s*(?:\d+>)?(.+?)\((\d+),(\d+)\): (error|warning) ([A-Z]+\d+): (.*?)(?: \[([^\]]+)\])?$");
    let Ok(regex) = regex else { return };
    let mut unique = HashSet::new();
    let (time, bytes) = generate((mib << 20) / 16, diagnostics / 16, |piece| {
        for line in piece.split(|b| *b == b'\n') {
            if let Some(found) = regex.captures(line) {
                unique.insert(found[0].to_vec());
            }
        }
    });
    let slow = rate(bytes, time);
    println!("a regular expression a line: {} MiB, {} diagnostics: {slow:.2} GB/s", bytes >> 20, unique.len());
    println!("ratio: {:.1}", fast / slow);
}
