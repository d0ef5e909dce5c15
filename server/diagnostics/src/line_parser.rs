//! Lines → diagnostics. Most diagnostics are one line; some continue on the following ones, and then the parser asks for these by
//! [`LineParser::wants_next`].

use crate::block_prefix::BlockPrefix;
use crate::canonical::{self, Canonical, Context};
use crate::collect::{BuildLog, Collector, Format, LogStats};
use crate::console::{Next, Rejoined};
use crate::draft::{Draft, MAX_MESSAGE};
use crate::frames::{self, Frame};
use crate::pretty::Pretty;
use crate::terminal::{self, Wrapped};
use crate::{Location, Producer, ProjectRef, ansi, error_list, json_line, prefix};
use std::borrow::Cow;

/// How the open diagnostic may continue.
enum Open {
    /// Repeated prefixes of MSBuild, or lines indented by two of tsc.
    Plain(Draft),
    /// A message of the terminal logger, below its heading line.
    Terminal(Draft, Wrapped),
    /// tsc's code frame.
    Pretty(Draft, Pretty),
    /// A bundler's frame, whose location or text follows.
    Frame(Frame),
}

/// The diagnostics of one log, line by line.
pub(crate) struct LineParser {
    out: Collector,
    open: Option<Open>,
    /// The project of the last heading of the terminal logger.
    heading: Option<ProjectRef>,
    /// Whether there was output of the terminal logger.
    terminal: bool,
    /// Terminal width, once known from wrapped lines.
    width: Option<usize>,
    /// A heading that a console broke into several lines.
    rejoined: Option<Rejoined>,
    /// Whether the log has such headings.
    wrapped: bool,
    /// In the output of svelte-check: the place that the last line named.
    svelte: Option<Option<(String, Location)>>,
    /// Lines that are reports only if MSBuild writes the log, which is not known before its first certain one.
    undecided: Vec<String>,
    /// It is known from the start.
    msbuild: bool,
    /// What stands before every line.
    before: BlockPrefix,
}

/// Lines that are kept until it is known who writes the log.
const MOST_UNDECIDED: usize = 200;

impl LineParser {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            out: Collector::new(limit),
            open: None,
            heading: None,
            terminal: false,
            width: None,
            rejoined: None,
            wrapped: false,
            svelte: None,
            undecided: Vec::new(),
            msbuild: false,
            before: BlockPrefix::default(),
        }
    }

    /// Takes note of what stands before every line.
    pub(crate) fn set_prefix(&mut self, before: BlockPrefix) {
        self.before = before;
    }

    pub(crate) fn stats(&mut self) -> &mut LogStats {
        &mut self.out.stats
    }

    /// Whether the next line must be passed on, candidate or not.
    pub(crate) fn wants_next(&self) -> bool {
        self.open.is_some() || self.rejoined.is_some() || self.svelte.is_some()
    }

    /// The next line could not be read.
    pub(crate) fn interrupt(&mut self) {
        self.end_rejoined();
        self.close();
    }

    pub(crate) fn finish(mut self) -> BuildLog {
        self.end_rejoined();
        self.close();
        self.decide();
        self.out.drop_common_prefix();
        self.out.finish()
    }

    /// Reads what stood before it was known that MSBuild writes the log.
    fn decide(&mut self) {
        if self.undecided.is_empty() || !self.out.has_seen(Format::MsBuild) {
            return;
        }
        let mut again = Self { msbuild: true, before: self.before.clone(), ..Self::new(usize::MAX) };
        for line in std::mem::take(&mut self.undecided) {
            again.whole_line(&line, true);
        }
        again.close();
        for diagnostic in again.out.finish().diagnostics {
            self.out.add(diagnostic);
        }
    }

    /// One line, without its ending. `candidate`: it may start a diagnostic.
    pub(crate) fn line(&mut self, raw: &str, candidate: bool) {
        let inside = json_line::text(raw);
        let raw = inside.as_deref().unwrap_or(raw);
        if let Some(rejoined) = &mut self.rejoined {
            match rejoined.push(raw) {
                Next::More => return,
                Next::Before(heading) => {
                    self.rejoined = None;
                    self.whole_line(&heading, true);
                }
            }
        }
        if let Some(rejoined) = Rejoined::start(raw, self.wrapped).filter(|_| candidate) {
            self.wrapped |= rejoined.is_broken();
            self.rejoined = Some(rejoined);
            return;
        }
        self.whole_line(raw, candidate);
    }

    fn end_rejoined(&mut self) {
        if let Some(heading) = self.rejoined.take() {
            self.whole_line(&heading.finish(), true);
        }
    }

    fn whole_line(&mut self, raw: &str, candidate: bool) {
        if candidate && ansi::clears_screen(raw.as_bytes()) {
            self.close();
            self.out.discard(Producer::TypeScript);
            self.out.stats.unread = 0;
        }
        let clean = ansi::strip(raw);
        let body = prefix::strip(self.before.strip(&clean));
        let body = &*plain_code(body);
        let parsed = if candidate { canonical::parse(body, self.context(raw, body)) } else { None };
        if let Some(open) = self.open.take() {
            self.open = self.continue_open(open, body, parsed.as_ref());
            if self.open.is_some() {
                return;
            }
        }
        if candidate && body.contains("svelte-check") {
            self.svelte = Some(None);
        }
        if let Some(place) = &mut self.svelte {
            if let Some(draft) = frames::svelte(place.take(), body) {
                self.out.saw(Format::SvelteCheck);
                return self.emit(draft);
            }
            *place = canonical::colon_location(body.trim()).map(|(path, at)| (path.to_owned(), at));
        }
        if candidate {
            self.start(raw, body, parsed);
        }
    }

    /// What is known of the log at a line.
    fn context(&self, raw: &str, body: &str) -> Context {
        let indented = body.starts_with("    ");
        if indented && (self.terminal || raw.contains('\x1b')) || terminal::is_coloured(raw) {
            Context::Terminal
        } else if self.terminal || self.msbuild || self.out.has_seen(Format::MsBuild) {
            Context::MsBuild
        } else {
            Context::Unknown
        }
    }

    /// Adds the next line to the open diagnostic: returns it when the line belongs to it, else closes it.
    fn continue_open(&mut self, mut open: Open, body: &str, parsed: Option<&Canonical<'_>>) -> Option<Open> {
        match &mut open {
            Open::Plain(draft) => {
                if let Some(next) = parsed {
                    if repeats(draft, next) {
                        draft.push_line(next.text.trim_end());
                        return Some(open);
                    }
                } else if draft.code.starts_with("TS") && (draft.project.is_none() || !draft.label.is_empty()) {
                    // MSBuild repeats the prefix on every line of a message; what is indented below is another output.
                    let line = body.strip_prefix(draft.label.as_str()).unwrap_or(body);
                    if line.starts_with("  ") && !line.trim().is_empty() && !frames::is_code(line) {
                        draft.push_line(line.trim_end());
                        return Some(open);
                    }
                }
            }
            Open::Terminal(_, wrapped) => {
                if parsed.is_none() && wrapped.push(body) {
                    return Some(open);
                }
            }
            Open::Pretty(draft, pretty) => {
                let line = body.strip_prefix(draft.label.as_str()).unwrap_or(body);
                // A blank line may have lost the label's final space.
                let line = if line.trim_end() == draft.label.trim_end() { "" } else { line };
                if pretty.push(draft, line, parsed.is_some()) {
                    return Some(open);
                }
            }
            Open::Frame(frame) => {
                if parsed.is_none() {
                    match frame.push(body) {
                        frames::Step::More => return Some(open),
                        frames::Step::Done(draft, format) => {
                            self.out.saw(format);
                            // Its text may continue, indented.
                            return Some(Open::Plain(*draft));
                        }
                        frames::Step::No => return None,
                    }
                }
            }
        }
        self.open = Some(open);
        self.close();
        None
    }

    fn start(&mut self, raw: &str, body: &str, parsed: Option<Canonical<'_>>) {
        if let Some(found) = parsed {
            return self.start_canonical(raw, body, &found);
        }
        if let Some(draft) = error_list::row(body) {
            self.out.saw(Format::ErrorList);
            return self.emit(draft);
        }
        if let Some(frame) = frames::start(body) {
            match frame {
                frames::Start::Open(frame) => self.open = Some(Open::Frame(frame)),
                frames::Start::Whole(draft, format) => {
                    self.out.saw(format);
                    self.emit(*draft);
                }
            }
            return;
        }
        if let Some(heading) = terminal::heading(body) {
            self.terminal = true;
            self.heading = heading;
        } else if looks_like_report(body) {
            self.out.stats.unread += 1;
        } else if !self.terminal
            && !self.out.has_seen(Format::MsBuild)
            && self.undecided.len() < MOST_UNDECIDED
            && canonical::parse(body, Context::MsBuild).is_some_and(|found| found.file.is_some())
        {
            self.undecided.push(raw.to_owned());
        }
    }

    fn start_canonical(&mut self, raw: &str, body: &str, found: &Canonical<'_>) {
        let mut draft = Draft::new(found.severity, found.code, found.text.trim_end());
        draft.file = found.file.map(str::to_owned);
        draft.location = found.location;
        draft.label = found.label.to_owned();
        draft.project = found.project.map(|p| ProjectRef {
            path: self.out.intern(if p.path.is_empty() { found.file.unwrap_or_default() } else { p.path }),
            target_framework: p.framework.map(|f| self.out.intern(f)),
        });
        let typescript = found.code.starts_with("TS");
        if found.pretty {
            self.out.saw(Format::TscPretty);
            self.label_project(&mut draft, found.label);
            self.open = Some(Open::Pretty(draft, Pretty::new(found.location)));
            return;
        }
        // By its form: MSBuild's other loggers name the project, and the compilers indent nothing.
        let by_form = !typescript && found.file.is_some() && (found.text.trim().is_empty() || found.location.is_some());
        let indented = body.strip_prefix("    ").is_some_and(|b| !b.starts_with(' '));
        let in_terminal = found.project.is_none()
            && (body.starts_with("    ") && (self.terminal || raw.contains('\x1b'))
                || indented && by_form
                || terminal::is_coloured(raw));
        if in_terminal {
            self.terminal = true;
            self.out.saw(Format::TerminalLogger);
            // Without a heading nobody says whose it is: when quiet, and before the first one.
            draft.project = self.heading.clone().filter(|_| body.starts_with("    "));
            if draft.message.is_empty() {
                self.open = Some(Open::Terminal(draft, Wrapped::below(body)));
            } else {
                self.emit(draft);
            }
            return;
        }
        if typescript && found.project.is_none() {
            self.out.saw(Format::TscPlain);
            self.label_project(&mut draft, found.label);
        } else {
            self.out.saw(Format::MsBuild);
        }
        self.open = Some(Open::Plain(draft));
    }

    /// A task runner's label names the package: without it, equal paths in several packages could not be distinguished.
    fn label_project(&mut self, draft: &mut Draft, label: &str) {
        let name = label.trim_end().trim_end_matches(':').trim_end();
        if draft.project.is_none() && !name.is_empty() && name.len() <= 120 {
            draft.project = Some(ProjectRef { path: self.out.intern(name), target_framework: None });
        }
    }

    fn close(&mut self) {
        match self.open.take() {
            None => {}
            Some(Open::Frame(frame)) => {
                if let Some((draft, format)) = frame.finish() {
                    self.out.saw(format);
                    self.emit(draft);
                }
            }
            Some(Open::Plain(draft) | Open::Pretty(draft, _)) => self.emit(draft),
            Some(Open::Terminal(mut draft, wrapped)) => {
                draft.message = wrapped.join(&mut self.width);
                draft.message.truncate(floor(&draft.message, MAX_MESSAGE));
                self.emit(draft);
            }
        }
    }

    fn emit(&mut self, draft: Draft) {
        self.out.add_draft(draft);
    }
}

/// `error ts(2304): text`, as `astro check` prints it, with the code as tsc prints it.
fn plain_code(body: &str) -> Cow<'_, str> {
    let shown = || {
        let (before, rest) = body.split_once(" ts(")?;
        let (number, text) = rest.split_once("): ")?;
        let digits = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        (digits && (before.ends_with("error") || before.ends_with("warning")))
            .then(|| format!("{before} TS{number}: {text}"))
    };
    shown().map_or(Cow::Borrowed(body), Cow::Owned)
}

/// Whether a line that is no report is a part of one: PowerShell's marks around what it wraps, or a compiler's code after its severity.
fn looks_like_report(body: &str) -> bool {
    let body = body.trim_end();
    let code = |after: &str| {
        let digits = after.strip_prefix("TS").or_else(|| after.strip_prefix("CS"));
        digits.is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()))
    };
    let mut after = body.match_indices("error ").map(|(at, found)| &body[at + found.len()..]);
    body.contains("NativeCommandError") || body.ends_with(" - error") || body.ends_with(": error") || after.any(code)
}

fn floor(s: &str, mut at: usize) -> usize {
    at = at.min(s.len());
    while !s.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether `next` is a further line of the message of `draft`: MSBuild repeats everything before and after the text. Two diagnostics may also share
/// all of that: members that a class fails to implement, references that are not found.
fn repeats(draft: &Draft, next: &Canonical<'_>) -> bool {
    let same_project = match (&draft.project, &next.project) {
        (None, None) => draft.file.as_deref().is_some_and(canonical::is_project_file) || !draft.code.starts_with("TS"),
        (Some(a), Some(b)) => *a.path == *b.path && a.target_framework.as_deref() == b.framework,
        _ => false,
    };
    same_project
        && draft.code == next.code
        && draft.location == next.location
        && draft.file.as_deref() == next.file
        && draft.severity == next.severity
        && (next.text.is_empty()
            || next.text.starts_with([' ', '\t'])
            || ["AD0001", "CS8032", "CS8784", "CS8785"].contains(&next.code)
            || !is_of_compiler(draft) && !is_same_message(&draft.message, next.text))
}

/// Whether a compiler or an analyzer reports about a place in a source. Their messages have one line.
fn is_of_compiler(draft: &Draft) -> bool {
    let file = draft.file.as_deref().unwrap_or_default();
    let placed = draft.location.is_some() && !draft.code.is_empty() && !canonical::is_project_file(file);
    let tasks = draft.code.starts_with("MSB") || draft.code.starts_with("NETSDK");
    placed || canonical::is_compiler_code(&draft.code) && !tasks
}

/// Whether a line begins as the message does, or is one of its lines: it is another message of the same kind, not the rest of the first.
fn is_same_message(message: &str, line: &str) -> bool {
    /// Letters that two messages of one kind begin with.
    const ALIKE: usize = 12;
    let alike = message.chars().zip(line.chars()).take_while(|(a, b)| a == b).count();
    alike >= ALIKE || message.lines().any(|l| l == line)
}

#[cfg(test)]
mod tests {
    use crate::{LineColumn, Location, read};

    /// `path l:c code message` of each diagnostic.
    fn shown(log: &str) -> Vec<String> {
        let show = |d: &crate::BuildDiagnostic| {
            let (line, column) = match d.location {
                Some(Location::LineColumn { start: LineColumn { line, column }, .. }) => (line, column.unwrap_or(0)),
                _ => (0, 0),
            };
            format!("{} {line}:{column} {} {}", d.file.as_deref().unwrap_or("-"), d.code, d.message)
        };
        read(log.as_bytes()).diagnostics.iter().map(show).collect()
    }

    #[test]
    fn checkers_that_wrap_the_compiler_are_read() {
        let spelling = "Cannot find name 'totl'. Did you mean 'total'?";
        let expected = format!("src/a.ts 1:26 TS2552 {spelling}");
        for (log, path) in [
            (
                format!(
                    "TS2552 [ERROR]: {spelling}\nexport const n = totl(1);\n                 ~~~~\n    at file:///p/src/a.ts:1:26\n"
                ),
                "file:///p/src/a.ts",
            ),
            (
                format!("(!) [plugin typescript] src/a.ts (1:26): @rollup/plugin-typescript TS2552: {spelling}\n"),
                "src/a.ts",
            ),
            (
                format!("ERROR in ./src/a.ts 1:25-29\n[tsl] ERROR in src/a.ts(1,26)\n      TS2552: {spelling}\n"),
                "src/a.ts",
            ),
            (
                format!(
                    "Loading svelte-check in workspace: /p\n\n/p/src/a.ts:1:26\nError: {spelling} \nexport const n = totl(1);\n"
                ),
                "/p/src/a.ts",
            ),
            (format!("1590680326283 ERROR \"src/a.ts\" 1:26 \"{spelling}\"\n"), "src/a.ts"),
            (format!("src/a.ts:1:26 - error ts(2552): {spelling}\n\n1 totl\n"), "src/a.ts"),
            (format!("TypeCheckError: {spelling}\n ❯ src/a.ts:1:26\n"), "src/a.ts"),
        ] {
            assert_eq!(shown(&log), [expected.replacen("src/a.ts", path, 1)], "{log}");
        }
        let rolldown = "[PARSE_ERROR] Error: Identifier `a` has already been declared\n   ╭─[ src/a.ts:2:17 ]\n   │\n";
        assert_eq!(shown(rolldown), ["src/a.ts 2:17 PARSE_ERROR Identifier `a` has already been declared"]);
    }

    #[test]
    fn a_message_of_msbuild_ends_with_its_line() {
        let log = "/b/App.csproj : warning NU1903: Package 'X' is vulnerable\n  App -> /b/bin/App.dll\n\
                   /b/Work.cs(7,22): error CS0246: The name 'A' is missing\n    1 Warning(s)\n    1 Error(s)\n";
        assert_eq!(
            shown(log),
            ["/b/App.csproj 0:0 NU1903 Package 'X' is vulnerable", "/b/Work.cs 7:22 CS0246 The name 'A' is missing"]
        );
    }

    #[test]
    fn lines_with_one_prefix_are_one_message_or_several() {
        let one = |lines: &str, message: &str| assert_eq!(shown(lines), [message], "{lines}");
        one(
            "note.txt : warning AB003: First [/b/App.csproj]\nnote.txt : warning AB003: second [/b/App.csproj]\n\
             note.txt : warning AB003:  [/b/App.csproj]\nnote.txt : warning AB003: fourth [/b/App.csproj]\n",
            "note.txt 0:0 AB003 First\nsecond\n\nfourth",
        );
        one(
            "/b/App.csproj(9,5): error AB100: A target says no\n/b/App.csproj(9,5): error AB100: on two lines\n",
            "/b/App.csproj 9:5 AB100 A target says no\non two lines",
        );
        one(
            "/b/App.csproj : error NU1605: Detected package downgrade: A from 2 to 1. \n/b/App.csproj : error NU1605:  App -> A (>= 1)\n",
            "/b/App.csproj 0:0 NU1605 Detected package downgrade: A from 2 to 1.\n App -> A (>= 1)",
        );
        let two = |lines: &str| assert_eq!(shown(lines).len(), 2, "{lines}");
        two("/sdk/X.targets(24,5): warning MSB3245: Could not resolve the assembly \"One\". [/b/App.csproj]\n\
             /sdk/X.targets(24,5): warning MSB3245: Could not resolve the assembly \"Two\". [/b/App.csproj]\n");
        two("/b/App.csproj : warning NU1603: A 1.0 depends on B\n/b/App.csproj : warning NU1603: C depends on D\n");
        two("/b/A.cs(1,7): error CS0535: 'A' does not implement 'I.M()' [/b/App.csproj]\n\
             /b/A.cs(1,7): error CS0535: 'A' does not implement 'J.N()' [/b/App.csproj]\n");
    }

    #[test]
    fn tools_subcategories_and_codes_that_are_words() {
        assert_eq!(
            shown(
                "CSC : warning EnableGenerateDocumentationFile: Set it [/b/App.csproj]\n\
                 /b/A.cs(4,1): error WHITESPACE: Fix whitespace formatting. [/b/App.csproj]\n\
                 ILLink : Trim analysis warning IL2070: T.M(Type): 'this' does not satisfy 'All' [/b/App.csproj]\n\
                 link : fatal error LNK1104: cannot open file 'kernel32.lib' [/b/App.csproj]\n\
                 schema.x : syntax warning SX5: with a subcategory [/b/App.csproj]\n\
                 /b/App.csproj : error : Could not resolve the SDK.\n"
            ),
            [
                "- 0:0 EnableGenerateDocumentationFile Set it",
                "/b/A.cs 4:1 WHITESPACE Fix whitespace formatting.",
                "- 0:0 IL2070 T.M(Type): 'this' does not satisfy 'All'",
                "- 0:0 LNK1104 cannot open file 'kernel32.lib'",
                "schema.x 0:0 SX5 with a subcategory",
                "/b/App.csproj 0:0  Could not resolve the SDK.",
            ]
        );
        assert!(shown("npm warning deprecated: use another\nlist : warning unused\n").is_empty());
    }

    #[test]
    fn the_terminal_logger_is_known_by_its_form_in_any_language() {
        let log = "  Shop net10.0 fehlerhaft mit 3\u{a0}Fehler(n) (0,1s)\n    /b/App.csproj(19,5): error AB100: \n      A target says no\n      \
                   on two lines\n    /b/App.csproj(20,5): error No code: careful\n    /b/A.cs(1,2): error CS0103: The name 'x' is missing\n";
        assert_eq!(
            shown(log),
            [
                "/b/App.csproj 19:5 AB100 A target says no\non two lines",
                "/b/App.csproj 20:5  No code: careful",
                "/b/A.cs 1:2 CS0103 The name 'x' is missing",
            ]
        );
    }

    #[test]
    fn what_a_service_prints_before_an_absolute_path_is_no_part_of_it() {
        for before in ["agent-7 build> ", "[CI/build]   | ", "Nov 29 16:20:01 ", "{\"t\": 1} ", "12:01:02.5 INFO "] {
            for path in ["/b/My App/A.cs", "C:\\b\\My App\\A.cs"] {
                let line = format!("{before}{path}(1,2): error CS0103: The name 'x' is missing [/b/App.csproj]\n");
                assert_eq!(shown(&line), [format!("{path} 1:2 CS0103 The name 'x' is missing")], "{line}");
            }
        }
    }

    #[test]
    fn what_looks_like_a_report_and_is_none_is_counted() {
        let unread = |log: &str| {
            let log = read(log.as_bytes());
            assert!(log.diagnostics.is_empty(), "{log:?}");
            log.stats.unread
        };
        assert_eq!(unread("node : src/a.t\n    + FullyQualifiedErrorId : NativeCommandError\n"), 1);
        assert_eq!(unread("s:1:2 - error TS2\n304: Cannot find name 'x'.\n"), 1);
        assert_eq!(unread("  src/a.ts 1:2 - error\nTS2304: Cannot find name 'x'.\n"), 1);
        assert_eq!(unread("Found 0 errors. Watching for file changes.\n    0 Error(s)\nno error here\n"), 0);
    }

    #[test]
    fn what_stands_before_the_first_certain_report_is_read_when_msbuild_writes() {
        let log = "data/x.txt : warning ODD001: first\ndata/x.txt : warning ODD001:   second\n\
                   /b/A.cs(1,2): error CS0103: The name 'x' does not exist in the current context [/b/A.csproj]\n";
        let found = shown(log);
        assert!(found.iter().any(|d| d.contains("ODD001 first\n  second")), "{found:?}");
        // Nobody else means it.
        assert_eq!(shown("data/x.txt : warning ODD001: first\nb.ts(1,2): error TS1005: ';' expected.\n").len(), 1);
    }

    #[test]
    fn a_quiet_terminal_logger_has_no_headings() {
        let log = "\x1b[2F\r\n\x1b[Jdata/\x1b[1mx.txt\x1b[m : \x1b[33;1mwarning\x1b[m \x1b[33;1mODD001\x1b[m: \n  first\n    second\n\
                   /b/\x1b[1mOdd.csproj\x1b[m(5,2): \x1b[33;1mwarning\x1b[m no code at all\n";
        let found = shown(log);
        assert_eq!(found.len(), 2, "{found:?}");
        let below =
            "/b/\x1b[1mA.csproj\x1b[m : \x1b[31;1merror\x1b[m \n  No SDK.\n    Looked here.\n\x1b[?25l\x1b[1F\n";
        assert!(shown(below)[0].ends_with("No SDK.\n  Looked here."), "{:?}", shown(below));
        assert!(found[0].contains("ODD001 first\n  second") && found[1].contains("no code at all"), "{found:?}");
    }
}
