//! MSBuild's binary log (`-bl`, `msbuild.binlog`): a gzip stream of records with a number for their kind, and, since version 18 of the format, their
//! length, so that unknown kinds are skipped. Texts are records of their own and referred to by number.
//!
//! Source: `Microsoft.Build.Logging.BinaryLogger` and `BuildEventArgsReader` of dotnet/msbuild.

use crate::collect::{BuildLog, Collector, Format};
use crate::compiler::CompilerInvocation;
use crate::draft::Draft;
use crate::options::ReadOptions;
use crate::{LineColumn, Location, ProjectRef, Severity};
use flate2::read::MultiGzDecoder;
use rustc_hash::FxHashMap;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// First version in which records have a length.
const WITH_LENGTHS: i32 = 18;
/// Versions above are something else.
const LAST_VERSION: i32 = 1_000;
/// A record that is longer is passed over.
const MAX_RECORD: usize = 16 << 20;
/// Bytes of all texts together that are kept. A log holds each text once.
const MAX_TEXTS: usize = 96 << 20;
/// Texts, lists and projects: reading ends with the next one. Two bytes in a log are enough for each, and packed there are thousands to a byte.
const MOST: usize = 2 << 20;
/// Bytes of compilers' command lines that are taken apart: many records may name one text.
const MAX_COMMAND_LINES: usize = 128 << 20;
/// What a log may unpack to; nothing of it is kept as a whole.
const MAX_INFLATED: u64 = 4 << 30;

/// Kinds of records that are looked at (`BinaryLogRecordKind`).
mod kind {
    pub(super) const END: i32 = 0;
    pub(super) const PROJECT_STARTED: i32 = 3;
    pub(super) const ERROR: i32 = 9;
    pub(super) const WARNING: i32 = 10;
    pub(super) const COMMAND_LINE: i32 = 12;
    pub(super) const IMPORT_ARCHIVE: i32 = 17;
    pub(super) const TARGET_SKIPPED: i32 = 18;
    pub(super) const NAMES_AND_VALUES: i32 = 23;
    pub(super) const TEXT: i32 = 24;
    pub(super) const CHECK_WARNING: i32 = 29;
    pub(super) const CHECK_ERROR: i32 = 30;
}

/// Whether the bytes begin as gzip does.
pub(crate) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b, 8])
}

/// Unpacks a packed log that is no binary log: text that somebody compressed. `None` when it is no gzip.
pub(crate) fn inflate(bytes: &[u8], mut push: impl FnMut(&[u8])) -> Option<()> {
    let mut packed = MultiGzDecoder::new(bytes).take(MAX_INFLATED);
    let mut buffer = vec![0u8; 64 << 10];
    let mut all = 0;
    loop {
        match packed.read(&mut buffer) {
            Ok(0) => return Some(()),
            Ok(n) => {
                all += n;
                push(&buffer[..n]);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            // What came before the damage counts.
            Err(_) => return (all > 0).then_some(()),
        }
    }
}

/// Reads a binary log; `None` when the bytes are something else. What comes before a damaged record counts.
pub(crate) fn read(bytes: &[u8], options: &ReadOptions) -> Option<BuildLog> {
    let mut input = Input(BufReader::new(MultiGzDecoder::new(bytes).take(MAX_INFLATED)));
    let version = input.fixed().ok()?;
    if !(1..=LAST_VERSION).contains(&version) {
        return None;
    }
    let mut log = Log {
        out: Collector::new(options.max_diagnostics),
        texts: Texts::default(),
        lists: Vec::new(),
        frameworks: FxHashMap::default(),
        command_lines: 0,
    };
    log.out.saw(Format::BinaryLog);
    if version < WITH_LENGTHS {
        // Records of unknown kinds cannot be passed over.
        log.out.stats.unread += 1;
        return Some(log.out.finish());
    }
    let _least_reader = input.fixed().ok()?;
    let known = input.number().ok().and_then(|first| log.records(&mut input, first).ok());
    if known.is_none() {
        log.out.stats.unread += 1;
    }
    Some(log.out.finish())
}

struct Log {
    out: Collector,
    texts: Texts,
    /// Lists of names and values, as numbers of texts; kept to find the framework that a project is built for.
    lists: Vec<Option<i32>>,
    /// Framework by project context.
    frameworks: FxHashMap<i32, Arc<str>>,
    /// Bytes of command lines that were taken apart.
    command_lines: usize,
}

/// `TargetSkipReason.OutputsUpToDate`.
const UP_TO_DATE: i32 = 3;

/// Numbers below are for what is no text.
const FIRST: usize = 10;

#[derive(Default)]
struct Texts {
    all: Vec<Box<str>>,
    bytes: usize,
}

/// Refuses to keep more of something than any build has.
fn bounded(kept: usize) -> io::Result<()> {
    if kept < MOST { Ok(()) } else { Err(io::ErrorKind::FileTooLarge.into()) }
}

impl Texts {
    fn add(&mut self, text: String) -> io::Result<()> {
        bounded(self.all.len())?;
        self.bytes += text.len();
        // The number counts, also of what is not kept.
        let kept = if self.bytes > MAX_TEXTS { String::new() } else { text };
        self.all.push(kept.into());
        Ok(())
    }
    fn get(&self, number: i32) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(FIRST)?;
        self.all.get(index).map(|t| &**t)
    }
}

impl Log {
    fn records<R: Read>(&mut self, input: &mut Input<R>, mut next: i32) -> io::Result<()> {
        loop {
            match next {
                kind::END => return Ok(()),
                kind::TEXT => {
                    let length = input.length()?;
                    if length > MAX_RECORD {
                        input.skip(length)?;
                        self.texts.add(String::new())?;
                    } else {
                        self.texts.add(String::from_utf8_lossy(&input.bytes(length)?).into_owned())?;
                    }
                }
                kind::IMPORT_ARCHIVE => {
                    let length = input.length()?;
                    input.skip(length)?;
                }
                _ => {
                    bounded(self.lists.len().max(self.frameworks.len()))?;
                    let length = input.length()?;
                    let wanted = [
                        kind::PROJECT_STARTED,
                        kind::ERROR,
                        kind::WARNING,
                        kind::COMMAND_LINE,
                        kind::TARGET_SKIPPED,
                        kind::NAMES_AND_VALUES,
                        kind::CHECK_WARNING,
                        kind::CHECK_ERROR,
                    ];
                    if length > MAX_RECORD || !wanted.contains(&next) {
                        input.skip(length)?;
                        if next == kind::NAMES_AND_VALUES {
                            self.lists.push(None);
                        }
                    } else {
                        let record = input.bytes(length)?;
                        self.record(next, &record);
                    }
                }
            }
            next = input.number()?;
        }
    }

    /// A record that does not hold what its kind should is passed over.
    fn record(&mut self, kind: i32, record: &[u8]) {
        let mut input = Input(record);
        match kind {
            kind::NAMES_AND_VALUES => {
                let framework = self.framework_of(&mut input).ok().flatten();
                self.lists.push(framework);
            }
            kind::PROJECT_STARTED => drop(self.project_started(&mut input)),
            kind::ERROR | kind::CHECK_ERROR => drop(self.diagnostic(&mut input, Severity::Error)),
            kind::COMMAND_LINE => drop(self.command_line(&mut input)),
            kind::TARGET_SKIPPED => drop(self.target_skipped(&mut input)),
            kind::WARNING | kind::CHECK_WARNING => drop(self.diagnostic(&mut input, Severity::Warning)),
            _ => {}
        }
    }

    /// The value of `TargetFramework` in a list.
    fn framework_of(&self, input: &mut Input<&[u8]>) -> io::Result<Option<i32>> {
        let mut found = None;
        for _ in 0..input.length()? {
            let (name, value) = (input.number()?, input.number()?);
            if self.texts.get(name) == Some("TargetFramework") {
                found = Some(value);
            }
        }
        Ok(found)
    }

    fn project_started(&mut self, input: &mut Input<&[u8]>) -> io::Result<()> {
        let fields = self.fields(input)?;
        // The parent's context.
        if input.number()? != 0 {
            Context::read(input)?;
        }
        let _file = input.number()?;
        let _id = input.number()?;
        let _targets = input.number()?;
        let _tools = input.number()?;
        let list = usize::try_from(input.number()?).ok().and_then(|n| n.checked_sub(FIRST));
        let framework = list.and_then(|l| *self.lists.get(l)?).and_then(|value| self.texts.get(value));
        if let (Some(framework), Some(context)) = (framework.filter(|f| !f.is_empty()), fields.context) {
            let framework = self.out.intern(framework);
            self.frameworks.insert(context.project, framework);
        }
        Ok(())
    }

    fn diagnostic(&mut self, input: &mut Input<&[u8]>, severity: Severity) -> io::Result<()> {
        let mut fields = self.fields(input)?;
        // What is reported stands behind the common fields.
        let _subcategory = input.number()?;
        let code = input.number()?;
        let file = input.number()?;
        let project = input.number()?;
        let (line, column) = (input.number()?, input.number()?);
        let (end_line, end_column) = (input.number()?, input.number()?);
        let some = |n: i32| u32::try_from(n).ok().filter(|n| *n > 0);
        let start = some(line).map(|line| LineColumn { line, column: some(column) });
        let end = some(end_line).map(|line| LineColumn { line, column: some(end_column) });
        let location = start.map(|start| Location::LineColumn { start, end: end.filter(|end| *end > start) });
        let text = |n: i32| self.texts.get(n).filter(|t| !t.is_empty());
        let mut message = text(fields.message.take().unwrap_or_default()).unwrap_or_default().to_owned();
        for (i, argument) in fields.arguments.iter().enumerate() {
            message = message.replace(&format!("{{{i}}}"), text(*argument).unwrap_or_default());
        }
        let mut draft = Draft::new(severity, text(code).unwrap_or_default(), &message.replace("\r\n", "\n"));
        draft.location = location;
        // A tool, such as `CSC`, stands where a file does.
        draft.file = text(file).filter(|f| f.contains(['.', '/', '\\', ' '])).map(str::to_owned);
        draft.project = self.project(project, fields.context);
        self.out.add_draft(draft);
        Ok(())
    }

    /// The project with this path, and the framework that it is built for in this context.
    fn project(&mut self, path: i32, context: Option<Context>) -> Option<ProjectRef> {
        let path = self.texts.get(path).filter(|t| !t.is_empty())?;
        let target_framework = context.and_then(|c| self.frameworks.get(&c.project).cloned());
        Some(ProjectRef { path: self.out.intern(path), target_framework })
    }

    /// `TaskCommandLineEventArgs`: of a compiler, it tells how the project was compiled.
    fn command_line(&mut self, input: &mut Input<&[u8]>) -> io::Result<()> {
        let fields = self.fields(input)?;
        let (line, task) = (input.number()?, input.number()?);
        let task = self.texts.get(task).unwrap_or_default();
        if !matches!(task, "Csc" | "Vbc" | "Fsc") {
            return Ok(());
        }
        let csharp = task == "Csc";
        let Some(project) = self.project(fields.project.unwrap_or_default(), fields.context) else { return Ok(()) };
        bounded(self.out.compilers.compiled.len())?;
        self.out.compilers.compiled.push(project.clone());
        let line = self.texts.get(line).unwrap_or_default();
        self.command_lines += line.len();
        if csharp && self.command_lines <= MAX_COMMAND_LINES {
            let project = Some(project);
            self.out.compilers.invocations.push(CompilerInvocation { project, ..CompilerInvocation::read(line) });
        }
        Ok(())
    }

    /// `TargetSkippedEventArgs`: a compiler that had nothing to do.
    fn target_skipped(&mut self, input: &mut Input<&[u8]>) -> io::Result<()> {
        let fields = self.fields(input)?;
        let _file = input.number()?;
        let target = input.number()?;
        // Parent, condition, its value, success, reason for the build.
        for _ in 0..5 {
            input.number()?;
        }
        if input.number()? != UP_TO_DATE || self.texts.get(target) != Some("CoreCompile") {
            return Ok(());
        }
        if let Some(project) = self.project(fields.project.unwrap_or_default(), fields.context) {
            bounded(self.out.compilers.up_to_date.len())?;
            self.out.compilers.up_to_date.push(project);
        }
        Ok(())
    }

    /// The fields that all events share (`BuildEventArgsFieldFlags`).
    fn fields(&self, input: &mut Input<&[u8]>) -> io::Result<Fields> {
        let flags = input.number()?;
        let has = |bit: u32| flags & (1 << bit) != 0;
        let mut fields = Fields::default();
        if has(2) {
            fields.message = Some(input.number()?);
        }
        if has(0) {
            fields.context = Some(Context::read(input)?);
        }
        if has(4) {
            input.number()?;
        }
        if has(1) {
            input.number()?;
        }
        if has(3) {
            input.number()?;
        }
        if has(5) {
            // Ticks, and the kind of the time.
            input.skip(8)?;
            input.number()?;
        }
        if has(16) {
            // Type, data by name, data.
            input.number()?;
            input.number()?;
            input.number()?;
        }
        // Subcategory, code, file, project, positions: of messages.
        for bit in 6..=13 {
            if has(bit) {
                let number = input.number()?;
                if bit == 9 {
                    fields.project = Some(number);
                }
            }
        }
        if has(14) {
            for _ in 0..input.length()? {
                fields.arguments.push(input.number()?);
            }
        }
        if has(15) {
            input.number()?;
        }
        Ok(fields)
    }
}

#[derive(Default)]
struct Fields {
    message: Option<i32>,
    context: Option<Context>,
    arguments: Vec<i32>,
    project: Option<i32>,
}

#[derive(Clone, Copy)]
struct Context {
    project: i32,
}

impl Context {
    /// Node, project, target, task, submission, project instance, evaluation.
    fn read(input: &mut Input<&[u8]>) -> io::Result<Self> {
        input.number()?;
        let project = input.number()?;
        for _ in 0..5 {
            input.number()?;
        }
        Ok(Self { project })
    }
}

struct Input<R>(R);

impl<R: Read> Input<R> {
    /// Four bytes, little-endian.
    fn fixed(&mut self) -> io::Result<i32> {
        let mut bytes = [0; 4];
        self.0.read_exact(&mut bytes)?;
        Ok(i32::from_le_bytes(bytes))
    }
    /// Seven bits a byte, lowest first.
    fn number(&mut self) -> io::Result<i32> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            value |= u32::from(byte[0] & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte[0] & 0x80 == 0 {
                return Ok(value.cast_signed());
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
    fn length(&mut self) -> io::Result<usize> {
        usize::try_from(self.number()?).map_err(|_| io::ErrorKind::InvalidData.into())
    }
    /// Grows with what is there, not with what a length promises.
    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.0.by_ref().take(length as u64).read_to_end(&mut out)?;
        if out.len() == length { Ok(out) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
    fn skip(&mut self, length: usize) -> io::Result<()> {
        let copied = io::copy(&mut self.0.by_ref().take(length as u64), &mut io::sink())?;
        if copied == length as u64 { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read as read_log;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// Writes records as `BinaryLogger` does.
    #[derive(Default)]
    struct Writer {
        bytes: Vec<u8>,
        texts: i32,
        lists: i32,
    }

    fn number(value: i32, out: &mut Vec<u8>) {
        let mut value = value.cast_unsigned();
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    impl Writer {
        fn new(version: i32) -> Self {
            let mut bytes = version.to_le_bytes().to_vec();
            bytes.extend(18i32.to_le_bytes());
            Self { bytes, ..Self::default() }
        }
        fn text(&mut self, text: &str) -> i32 {
            number(kind::TEXT, &mut self.bytes);
            number(text.len() as i32, &mut self.bytes);
            self.bytes.extend(text.as_bytes());
            self.texts += 1;
            FIRST as i32 + self.texts - 1
        }
        fn record(&mut self, kind: i32, fields: &[i32]) {
            let mut record = Vec::new();
            fields.iter().for_each(|f| number(*f, &mut record));
            number(kind, &mut self.bytes);
            number(record.len() as i32, &mut self.bytes);
            self.bytes.extend(record);
        }
        fn list(&mut self, pairs: &[i32]) -> i32 {
            let fields: Vec<i32> = std::iter::once(pairs.len() as i32 / 2).chain(pairs.iter().copied()).collect();
            self.record(kind::NAMES_AND_VALUES, &fields);
            self.lists += 1;
            FIRST as i32 + self.lists - 1
        }
        fn packed(mut self) -> Vec<u8> {
            number(kind::END, &mut self.bytes);
            let mut out = GzEncoder::new(Vec::new(), Compression::fast());
            out.write_all(&self.bytes).unwrap();
            out.finish().unwrap()
        }
    }

    fn sample() -> Vec<u8> {
        let mut w = Writer::new(27);
        let texts = ["TargetFramework", "net10.0", "/b/App.csproj", "The name '{0}' is missing", "x", "CS0103", "A.cs"];
        let [name, framework, project, message, argument, code, file] = texts.map(|t| w.text(t));
        let list = w.list(&[name, framework]);
        let context = [1, 7, -1, -1, 0, 1, -1];
        let started: Vec<i32> = [1].into_iter().chain(context).chain([0, project, 1, 0, 0, list, 0]).collect();
        w.record(kind::PROJECT_STARTED, &started);
        // A kind of the future.
        w.record(99, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let error: Vec<i32> = [1 | 1 << 2 | 1 << 14, message]
            .into_iter()
            .chain(context)
            .chain([1, argument, 0, code, file, project, 3, 5, 0, 0])
            .collect();
        w.record(kind::ERROR, &error);
        w.packed()
    }

    #[test]
    fn diagnostics_with_project_and_framework() {
        let log = read_log(&sample());
        let [d] = log.diagnostics.as_slice() else { panic!("{log:?}") };
        assert_eq!(
            (d.file.as_deref(), d.code.as_str(), &*d.message),
            (Some("A.cs"), "CS0103", "The name 'x' is missing")
        );
        let start = LineColumn { line: 3, column: Some(5) };
        assert_eq!(d.location, Some(Location::LineColumn { start, end: None }));
        let project = ProjectRef { path: "/b/App.csproj".into(), target_framework: Some("net10.0".into()) };
        assert_eq!(d.projects, [project]);
        assert_eq!((log.formats, log.stats.unread), (vec![Format::BinaryLog], 0));
    }

    #[test]
    fn compilers_and_what_they_were_spared() {
        let mut w = Writer::new(26);
        let texts = ["TargetFramework", "net8.0", "/b/App.csproj", "/b/Old.csproj", "Csc", "CoreCompile", "Compile"];
        let [name, framework, app, old, csc, core, compile] = texts.map(|t| w.text(t));
        let line = w.text("/sdk/csc /define:TRACE;NET8_0 /nullable:enable A.cs");
        let list = w.list(&[name, framework]);
        let context = |project| [1, project, -1, -1, 0, 1, -1];
        let started: Vec<i32> = [1].into_iter().chain(context(7)).chain([0, app, 1, 0, 0, list, 0]).collect();
        w.record(kind::PROJECT_STARTED, &started);
        let mut command =
            |task| w.record(kind::COMMAND_LINE, &[&[1 | 1 << 9], &context(7)[..], &[app, line, task]].concat());
        command(csc);
        command(name);
        for (project, path, target, reason) in
            [(8, old, core, 3), (8, old, compile, 3), (9, app, core, 4), (7, app, core, 3)]
        {
            let rest = [path, 0, target, 0, 0, 0, 1, 0, reason, 0];
            w.record(kind::TARGET_SKIPPED, &[&[1 | 1 << 9], &context(project)[..], &rest].concat());
        }
        let compilers = read_log(&w.packed()).compilers;
        let [one] = compilers.invocations.as_slice() else { panic!("{compilers:?}") };
        let project = ProjectRef { path: "/b/App.csproj".into(), target_framework: Some("net8.0".into()) };
        assert_eq!((one.project.as_ref(), one.nullable.as_deref()), (Some(&project), Some("enable")));
        assert_eq!((one.defines.len(), one.sources.as_slice()), (2, &["A.cs".to_owned()][..]));
        assert_eq!(compilers.compiled, [project]);
        assert_eq!(compilers.up_to_date, [ProjectRef { path: "/b/Old.csproj".into(), target_framework: None }]);
    }

    #[test]
    fn damaged_and_old_logs_are_said() {
        let whole = sample();
        for length in 3..whole.len() {
            let log = read_log(&whole[..length]);
            assert!(log.diagnostics.len() <= 1);
        }
        assert_eq!(read_log(&whole[..whole.len() / 2]).stats.unread, 1);
        assert_eq!(read_log(&Writer::new(9).packed()).stats.unread, 1);
    }

    #[test]
    fn what_two_bytes_ask_for_is_bounded() {
        let mut texts = Texts::default();
        (0..MOST).for_each(|_| texts.add(String::new()).unwrap());
        assert!(texts.add(String::new()).is_err());
        // Lists, a few kilobytes of them packed.
        let mut w = Writer::new(27);
        (0..=MOST).for_each(|_| w.bytes.extend([kind::NAMES_AND_VALUES as u8, 1, 0]));
        let packed = w.packed();
        assert!(packed.len() < 1 << 20, "{}", packed.len());
        assert_eq!(read_log(&packed).stats.unread, 1);
    }

    #[test]
    fn a_text_log_may_be_packed() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(b"src/a.ts(3,7): error TS2304: Cannot find name 'x'.\n").unwrap();
        let log = read_log(&packed.finish().unwrap());
        assert_eq!(log.diagnostics[0].code, "TS2304");
    }
}
