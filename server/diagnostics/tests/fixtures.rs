//! Every recorded log gives the diagnostics of the compiler, in every format.

use diagnostics::{
    BuildDiagnostic, BuildLog, Format, LineColumn, Location, LogReader, Parser, ReadOptions, arguments_of, fuzz_one,
    place, read,
};
use proptest::prelude::*;
use std::path::PathBuf;

fn bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/logs").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
fn log(name: &str) -> BuildLog {
    read(&bytes(name))
}
fn start(d: &BuildDiagnostic) -> (u32, u32) {
    match d.location {
        Some(Location::LineColumn { start, .. }) => (start.line, start.column.unwrap_or(0)),
        _ => (0, 0),
    }
}
/// `path(l,c) CODE message`, without ends and projects, which not all forms print.
fn lines(log: &BuildLog) -> Vec<String> {
    let line = |d: &BuildDiagnostic| {
        let file = d.file.as_deref().unwrap_or("-").trim_start_matches("file://");
        format!("{file}{:?} {} {}", start(d), d.code, d.message)
    };
    log.diagnostics.iter().map(line).collect()
}

const TSC: [&str; 11] = [
    "src/index.ts(2, 7) TS6133 'unused' is declared but its value is never read.",
    "src/index.ts(3, 27) TS2322 Type 'string' is not assignable to type 'number'.",
    "src/index.ts(4, 70) TS2322 Type 'string' is not assignable to type 'number'.",
    "src/index.ts(5, 7) TS2739 Type '{}' is missing the following properties from type 'Shape': name, area, tags",
    "src/index.ts(6, 2) TS2554 Expected 2 arguments, but got 1.",
    "src/index.ts(8, 8) TS2304 Cannot find name 'missingName'.",
    "src/index.ts(9, 5) TS2353 Object literal may only specify known properties, and 'b' does not exist in type '{ a: number; }'.",
    "src/index.ts(15, 7) TS2322 Type 'number' is not assignable to type 'string'.",
    "src/index.ts(23, 5) TS2322 Type '\"no\"' is not assignable to type '\"it\" | \"it's\"'.",
    "src/shapes.ts(6, 14) TS2420 Class 'Circle' incorrectly implements interface 'Shape'.\n  Type 'Circle' is missing the following properties from type 'Shape': area, tags",
    "src/shapes.ts(11, 18) TS2339 Property 'nmae' does not exist on type 'Shape'.",
];
const WORDS: [&str; 11] =
    ["unused", "rocket", "second", "empty", "describe", "missingName", "b", "whole", "both", "Circle", "nmae"];
const VERSIONS: [&str; 3] = ["5.9", "6.0", "7.0"];

fn source(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap();
    String::from_utf8(bytes(&format!("projects/ts/src/{name}"))).unwrap()
}

#[test]
fn tsc_plain_pretty_and_buildinfo_agree_in_every_version() {
    for version in VERSIONS {
        let plain = log(&format!("tsc-{version}-plain.log"));
        assert_eq!(lines(&plain), TSC, "{version}");
        assert_eq!(plain.formats, [Format::TscPlain]);
        let pretty = log(&format!("tsc-{version}-pretty.log"));
        assert_eq!(lines(&pretty), TSC, "{version}");
        assert_eq!(pretty.formats, [Format::TscPretty]);
        let related: Vec<_> = pretty.diagnostics.iter().flat_map(|d| &d.related).map(|r| r.message.as_str()).collect();
        assert_eq!(related.len(), 2, "{version}");
        assert_eq!(related[1], "An argument for 'times' was not provided.");
        let info = log(&format!("tsc-{version}.tsbuildinfo"));
        let mut words = Vec::new();
        for d in pretty.diagnostics.iter() {
            let text = source(d.file.as_deref().unwrap());
            let range = place(d, &text).unwrap();
            words.push(range.of(&text).to_owned());
            // The offsets in `.tsbuildinfo` are the same bytes.
            let same = info.diagnostics.iter().find(|i| {
                i.code == d.code && source(i.file.as_deref().unwrap()) == text && place(i, &text) == Some(range)
            });
            let same = same.unwrap_or_else(|| panic!("{version}: {d:?}"));
            let arguments = if same.arguments.is_empty() {
                arguments_of(&same.code, &same.message)
            } else {
                same.arguments.clone()
            };
            assert_eq!(arguments[0], arguments_of(&d.code, &d.message)[0], "{version}");
        }
        assert_eq!(words, WORDS, "{version}");
        assert_eq!(info.diagnostics.len(), TSC.len());
    }
}

#[test]
fn buildinfo_paths_are_relative_to_the_file() {
    let options = ReadOptions { origin: Some("/p/app/tsconfig.tsbuildinfo".into()), ..ReadOptions::default() };
    let mut reader = LogReader::new(options);
    reader.push(&bytes("tsc-7.0.tsbuildinfo"));
    let files: Vec<_> = reader.finish().diagnostics.iter().map(|d| d.file.clone().unwrap().to_string()).collect();
    assert!(files.contains(&"/p/app/src/index.ts".to_owned()), "{files:?}");
}

#[test]
fn a_new_run_of_watch_clears_the_one_before() {
    for version in VERSIONS {
        let expected: Vec<_> = TSC.iter().filter(|l| !l.contains("nmae")).map(|l| (*l).to_owned()).collect();
        assert_eq!(lines(&log(&format!("tsc-{version}-watch.log"))), expected, "{version}");
    }
}

#[test]
fn build_mode_reports_every_project() {
    for version in VERSIONS {
        let found = lines(&log(&format!("tsc-{version}-build.log")));
        let expected = [
            "ts-build/core/core.ts(1, 14) TS2322 Type 'string' is not assignable to type 'number'.",
            "ts-build/app/app.ts(2, 14) TS2322 Type 'number' is not assignable to type 'string'.",
            "ts-build/app/app.ts(3, 1) TS2304 Cannot find name 'undeclared'.",
        ];
        assert_eq!(found, expected, "{version}");
    }
}

#[test]
fn translated_messages_give_the_same_arguments() {
    for version in VERSIONS {
        let english = log(&format!("tsc-{version}-plain.log"));
        let german = log(&format!("tsc-{version}-german.log"));
        assert_eq!(english.diagnostics.len(), german.diagnostics.len());
        for (e, g) in english.diagnostics.iter().zip(&german.diagnostics) {
            assert_ne!(e.message, g.message);
            let (first, second) = (arguments_of(&e.code, &e.message), arguments_of(&g.code, &g.message));
            // A chain's second line quotes its list in German only.
            assert_eq!(first[0], second[0], "{}", g.message);
            if !e.message.contains('\n') && !["TS2353"].contains(&e.code.as_str()) {
                assert_eq!(first, second, "{}", g.message);
            }
        }
    }
}

#[test]
fn the_terminal_logger_and_sarif_say_what_the_classic_logger_says() {
    let classic = log("msbuild-classic.log");
    assert_eq!(classic.diagnostics.len(), 5);
    assert_eq!(
        lines(&classic)[1],
        "/src/cs/Shapes.cs(9, 23) CS0535 'Circle' does not implement interface member 'IShape.Name'"
    );
    let terminal = log("terminal-logger.log");
    assert_eq!(lines(&terminal), lines(&classic));
    assert_eq!(terminal.formats, [Format::TerminalLogger]);
    for d in &terminal.diagnostics {
        assert_eq!((&*d.projects[0].path, d.projects[0].target_framework.as_deref()), ("Sample", Some("net9.0")));
    }
    // A name and a path of one project are one project.
    let both = BuildLog::merge([terminal, classic.clone()]);
    assert_eq!(both.diagnostics.len(), 5);
    assert!(both.diagnostics.iter().all(|d| d.projects == classic.diagnostics[0].projects));
    for (name, format) in [("roslyn-1.0.sarif", Format::SarifV1), ("roslyn-2.1.sarif", Format::SarifV2)] {
        let sarif = log(name);
        // Roslyn writes it stage by stage, not file by file.
        let sorted = |log: &BuildLog| lines(log).into_iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(&sarif), sorted(&classic), "{name}");
        assert_eq!((sarif.formats, sarif.stats.suppressed), (vec![format], 1));
    }
}

#[test]
fn rarer_forms_of_msbuild_are_read_and_look_alikes_are_not() {
    let log = log("msbuild-odd.log");
    let expected = [
        "-(0, 0) CS5001 Program does not contain a static 'Main' method suitable for an entry point",
        "/src/a/a.csproj(0, 0) NU1605 Warning As Error: Detected package downgrade: P from 2.0.0 to 1.0.0.\n a -> Q 1.0.0 -> P (>= 2.0.0)\n a -> P (>= 1.0.0)",
        "C:\\b\\x.targets(127, 5) MSB3073 The command \"x y\" exited with code 1.",
        "C:\\b\\My (new) file.cs(10, 3) CS0168 The variable 'e' is declared but never used",
        "C:\\b\\Program.cs(3, 0) XX100 old tool",
        "-(0, 0) AD0001 Analyzer 'A' threw an exception of type 'System.Exception' with message 'm'.\nException occurred with following context:",
        "/src/a/A.cs(1, 2) CS1001 Identifier expected",
        "-(0, 0)  it broke",
        "-(0, 0) TS18003 No inputs were found in config file 'tsconfig.json'.",
    ];
    assert_eq!(lines(&log), expected);
    let frameworks: Vec<_> = log.diagnostics[3].projects.iter().map(|p| p.target_framework.as_deref()).collect();
    assert_eq!(frameworks, [Some("net8.0"), Some("net6.0")]);
    let end = Some(LineColumn { line: 10, column: Some(8) });
    assert!(matches!(log.diagnostics[3].location, Some(Location::LineColumn { end: e, .. }) if e == end));
}

#[test]
fn frames_of_bundlers_and_pipelines_are_read() {
    let expected = [
        "src/app/app.ts(3, 8) TS2304 Cannot find name 'x'.",
        "/src/app/loader.ts(1, 7) TS2322 Type 'string' is not assignable to type 'number'.",
        "src/fork.ts(3, 7) TS2339 Property 'z' does not exist on type 'A'.",
        "src/old-ng.ts(3, 7) TS2551 Property 'nam' does not exist on type 'A'. Did you mean 'name'?",
        "/src/vite.ts(9, 2) TS2304 Cannot find name 'w'.",
        "./src/next.tsx(3, 15) TS2551 Property 'totl' does not exist on type 'A'. Did you mean 'total'?",
        "src/hub.ts(4, 5) TS2304 Cannot find name 'hub%'.",
        "src/Az.cs(12, 7) CS1002 ; expected",
        "src/Az2.cs(12, 7) CS1002 ; expected",
        "src/turbo.ts(1, 2) TS2322 Type 'A' is not assignable to type 'B'.\n  Property 'c' is missing in type 'A' but required in type 'B'.",
    ];
    assert_eq!(lines(&log("bundlers.log")), expected);
}

#[test]
fn prefixes_of_continuous_integration_change_nothing() {
    for name in ["tsc-5.9-plain.log", "tsc-7.0-pretty.log", "msbuild-classic.log", "tsc-6.0-build.log"] {
        let plain = log(name);
        for prefix in ["2026-10-06T12:00:00.1234567Z ", "#12 4.123 ", "web-1  | ", "job\tstep\t2026-10-06T12:00:00.1Z "]
        {
            let text = String::from_utf8(bytes(name)).unwrap();
            let prefixed: String = text.lines().map(|l| format!("{prefix}{l}\r\n")).collect();
            assert_eq!(read(prefixed.as_bytes()).diagnostics, plain.diagnostics, "{name} {prefix}");
        }
    }
}

#[test]
fn encodings_change_nothing() {
    let text = String::from_utf8(bytes("tsc-5.9-pretty.log")).unwrap();
    let expected = log("tsc-5.9-pretty.log").diagnostics;
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&le, &be, &[&[0xFF, 0xFE], &le[..]].concat(), &[&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat()] {
        assert_eq!(read(bytes).diagnostics, expected);
    }
    // `ошибка` in code page 866, as an old SDK prints it.
    let oem = b"a.cs(1,2): error CS0103: \xae\xe8\xa8\xa1\xaa\xa0 'x' [a.csproj]\n";
    let mut reader = LogReader::new(ReadOptions { encoding: Some(encoding_rs::IBM866), ..ReadOptions::default() });
    reader.push(oem);
    assert_eq!(&*reader.finish().diagnostics[0].message, "ошибка 'x'");
    // Three of the bytes happen to spell one character of UTF-8.
    assert_eq!(read(oem).stats.undecodable_bytes, 3);
}

#[test]
fn long_lines_and_many_diagnostics_are_bounded_and_counted() {
    let mut log = vec![b'x'; 3 << 20];
    log.extend_from_slice(b"\na.ts(1,2): error TS2304: x\nb.ts(1,2): error TS2304: x\n");
    let mut reader = LogReader::new(ReadOptions { max_diagnostics: 1, ..ReadOptions::default() });
    log.chunks(1000).for_each(|piece| reader.push(piece));
    let log = reader.finish();
    assert_eq!((log.stats.over_long_lines, log.stats.lines, log.stats.dropped_diagnostics), (1, 3, 1));
    assert_eq!(log.diagnostics.len(), 1);
}

fn any_log() -> impl Strategy<Value = Vec<u8>> {
    let names = ["tsc-7.0-pretty.log", "tsc-5.9-watch.log", "msbuild-odd.log", "bundlers.log", "terminal-logger.log"];
    proptest::sample::select(names.to_vec()).prop_map(bytes)
}
fn parsers() -> impl Strategy<Value = Parser> {
    proptest::sample::select(vec![Parser::Lines, Parser::Sarif, Parser::TsBuildInfo, Parser::Arguments, Parser::Path])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_reads_the_same(log in any_log(), sizes in prop::collection::vec(1usize..700, 1..20)) {
        let mut reader = LogReader::new(ReadOptions::default());
        let mut rest = &log[..];
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            reader.push(piece);
            rest = after;
            if rest.is_empty() { break }
        }
        prop_assert_eq!(reader.finish(), read(&log));
    }

    #[test]
    fn random_bytes_never_panic(parser in parsers(), junk in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzz_one(parser, &junk);
    }

    #[test]
    fn near_misses_never_panic(
        parser in parsers(), log in any_log(), cut in any::<prop::sample::Index>(),
        holes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
    ) {
        let mut log = log;
        log.truncate(cut.index(log.len()));
        for (at, byte) in holes {
            if !log.is_empty() { let i = at.index(log.len()); log[i] = byte; }
        }
        fuzz_one(parser, &log);
    }

    #[test]
    fn mutated_documents_never_panic(
        name in proptest::sample::select(vec!["roslyn-1.0.sarif", "roslyn-2.1.sarif", "tsc-7.0.tsbuildinfo", "tsc-5.9.tsbuildinfo"]),
        at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut document = bytes(name);
        let i = at.index(document.len());
        document[i] = byte;
        fuzz_one(Parser::Sarif, &document);
        fuzz_one(Parser::TsBuildInfo, &document);
        read(&document);
    }
}
