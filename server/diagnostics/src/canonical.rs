//! One line that reports: `origin(l,c): error CODE: text [project]`, and tsc's pretty `path:l:c - error CODE: text`.

use crate::{LineColumn, Location, Severity};

/// The parts of a reporting line, as printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Canonical<'a> {
    /// What a task runner printed before the path (`web:build: `), to be removed from following lines too.
    pub label: &'a str,
    /// Path; `None` when a tool reports (`CSC : error …`) or none is named.
    pub file: Option<&'a str>,
    pub location: Option<Location>,
    pub severity: Severity,
    /// Empty when there is none.
    pub code: &'a str,
    /// Text after the colon, with its own indentation, without the project.
    pub text: &'a str,
    pub project: Option<Project<'a>>,
    /// `path:l:c - error`: tsc's pretty form, which code frames follow.
    pub pretty: bool,
}

/// `[path::TargetFramework=net8.0]`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Project<'a> {
    pub path: &'a str,
    pub framework: Option<&'a str>,
}

/// Category words; they are never translated. Azure Pipelines prints them with a capital.
const CATEGORIES: [(&str, Severity); 6] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("Error", Severity::Error),
    ("Warning", Severity::Warning),
    ("info", Severity::Info),
    ("hidden", Severity::Hint),
];

/// How much a line must say of itself to count as a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Context {
    /// Nothing is known of the log.
    Unknown,
    /// MSBuild writes it: a tool or a file without a place may report, with any code.
    MsBuild,
    /// The terminal logger, below a heading: it prints no colon where there is no code.
    Terminal,
}

/// Parses `body`, a line without escape codes and structural prefixes.
pub(crate) fn parse(body: &str, context: Context) -> Option<Canonical<'_>> {
    // The category follows a space or starts the line, so only starts of words are tried.
    let bytes = body.as_bytes();
    let mut at = 0;
    loop {
        if matches!(bytes.get(at), Some(b'e' | b'w' | b'E' | b'W' | b'i' | b'h'))
            && let Some(found) = parse_at(body, at, context)
        {
            return Some(found);
        }
        at += memchr::memchr3(b' ', b'\t', b':', bytes.get(at..)?)? + 1;
    }
}

fn parse_at(body: &str, at: usize, context: Context) -> Option<Canonical<'_>> {
    let rest = body.get(at..)?;
    let (word, severity) = CATEGORIES.iter().find(|(word, _)| rest.starts_with(word))?;
    let rest = &rest[word.len()..];
    if !matches!(rest.as_bytes().first(), Some(b' ' | b'\t' | b':')) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let before = &body[..at];
    // A command that is shown before it runs, and reports by itself.
    if before.contains("echo '") || before.contains("echo \"") {
        return None;
    }
    let with_code = || {
        let code_end = rest.find([':', ' ', '\t'])?;
        let text = rest[code_end..].trim_start_matches([' ', '\t']).strip_prefix(':')?;
        Some((&rest[..code_end], text.strip_prefix(' ').unwrap_or(text)))
    };
    let (code, text) = match with_code() {
        Some(found) => found,
        // The text may follow below.
        None if context == Context::Terminal && before.trim_end().ends_with(':') => ("", rest),
        None => return None,
    };
    let (text, project) = split_project(text);
    let word_code = project.is_some() || context > Context::Unknown;
    if !code.is_empty() && !is_code(code) && !(word_code && is_word_code(code)) {
        return None;
    }
    let mut found =
        Canonical { label: "", file: None, location: None, severity: *severity, code, text, project, pretty: false };
    let known = is_compiler_code(code);
    // What MSBuild prints after the origin: ` : `, with a space before the colon where there is no place.
    let reported = known || project.is_some() || context > Context::Unknown && !code.is_empty();

    if before.trim().is_empty() {
        // Global: `error TS18003: …`; an indented one is a quotation.
        let accepted = known && (before.is_empty() || project.is_some());
        return accepted.then_some(found);
    }
    if let Some(origin) = before.strip_suffix(" - ") {
        let (path, location) = colon_location(origin)?;
        if code.is_empty() {
            return None;
        }
        (found.label, found.file) = split_label(path);
        found.location = Some(location);
        found.pretty = true;
        return found.file.is_some().then_some(found);
    }
    let colon = before.rfind(':')?;
    let subcategory = before[colon + 1..].trim();
    // A space separates the category from the colon: `a:error` is not an origin.
    if colon + 1 == before.len() || subcategory.len() > 60 {
        return None;
    }
    let origin = &before[..colon];
    if let Some((path, location)) = paren_location(origin) {
        (found.label, found.file) = split_label(path.trim_start());
        found.location = location;
        return (found.file.is_some() && (reported || location.is_some())).then_some(found);
    }
    // `ILLink : Trim analysis warning IL2070`, `link : fatal error LNK1104`: only MSBuild prints these, with the project.
    if !subcategory.is_empty() && project.is_none() && (context == Context::Unknown || code.is_empty()) {
        return None;
    }
    if known && let Some((path, location)) = colon_location(origin) {
        (found.label, found.file) = split_label(path.trim_start());
        found.location = Some(location);
        return found.file.is_some().then_some(found);
    }
    let name = origin.trim();
    let (label, rest) = split_label(name);
    // A tool has one word in capitals, `CSC`, also behind what a service prints.
    let word = name.rsplit(' ').next().unwrap_or(name);
    let is_named_tool = origin.ends_with(' ') && word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase());
    if let Some(path) = rest.filter(|path| looks_like_file(path) && !is_named_tool) {
        (found.label, found.file) = (label, Some(path));
        let spaced = origin.ends_with(' ') && reported;
        return (project.is_some() || known || spaced || is_project_file(path)).then_some(found);
    }
    // A command that is printed before it is run: `echo 'tool : warning T12: text'`.
    if name.contains(['\'', '"', ';']) && !known {
        return None;
    }
    // A tool, `CSC : error …`, or a task runner's label, `web:build: error TS18003: …`.
    let is_tool = origin.ends_with(' ') || name.bytes().all(|b| b.is_ascii_uppercase());
    if !is_tool && name.len() <= 120 && known && code.starts_with("TS") {
        found.label = body.get(..colon + 2).unwrap_or("");
        return Some(found);
    }
    // Other tools have one word, too.
    found.file = rest.filter(|name| name.contains(' ') && label.is_empty() && !is_named_tool);
    (is_tool && reported).then_some(found)
}

/// Letters, then digits, such as `CS0103`, `NETSDK1045`, `xUnit1004`, `CA1822`.
fn is_code(code: &str) -> bool {
    code.len() <= 40
        && code.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && code.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        && code.bytes().any(|b| b.is_ascii_digit())
}

/// A code that is a word, of an analyzer or `dotnet format`: `EnableGenerateDocumentationFile`, `WHITESPACE`.
fn is_word_code(code: &str) -> bool {
    (3..=60).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// Whether a path is a project's, or of what it imports: MSBuild leaves out ` [project]` where the project itself reports.
pub(crate) fn is_project_file(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, extension)| !stem.is_empty() && is_project_extension(extension))
}

fn is_project_extension(extension: &str) -> bool {
    extension.ends_with("proj")
        || ["sln", "slnx", "slnf", "targets", "props", "metaproj", "msbuild"].contains(&extension)
}

/// Codes that are accepted without a project or location.
pub(crate) fn is_compiler_code(code: &str) -> bool {
    ["CS", "TS", "MSB", "NU", "NETSDK", "BC", "FS", "IDE", "CA", "RZ", "AD", "BL", "ASP"].iter().any(|family| {
        code.strip_prefix(family).is_some_and(|n| n.len() >= 3 && n.len() <= 6 && n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Splits ` [project]` off the end of a message.
fn split_project(text: &str) -> (&str, Option<Project<'_>>) {
    let trimmed = without_task(text.trim_end());
    let Some(inner) = trimmed.strip_suffix(']') else { return (trimmed, None) };
    // A path may contain brackets: take the nearest ` [` that gives a project.
    let mut end = inner.len();
    for _ in 0..4 {
        let Some(open) = inner[..end].rfind('[') else { break };
        if (open == 0 || inner.as_bytes()[open - 1] == b' ')
            && let Some(project) = parse_project(&inner[open + 1..])
        {
            return (trimmed[..open].trim_end(), Some(project));
        }
        end = open;
    }
    (trimmed, None)
}

/// Without ` (TaskId:232)`, which detailed verbosity appends.
fn without_task(text: &str) -> &str {
    let task = || {
        let (before, number) = text.strip_suffix(')')?.rsplit_once(" (TaskId:")?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(before)
    };
    task().unwrap_or(text)
}

fn parse_project(inner: &str) -> Option<Project<'_>> {
    let (path, properties) = match inner.split_once("::") {
        Some((path, properties)) => (path, Some(properties)),
        None => match inner.split_once(" > ") {
            Some((path, properties)) => (path, Some(properties)),
            None if inner.starts_with("TargetFramework=") => ("", Some(inner)),
            None => (inner, None),
        },
    };
    let framework = properties.and_then(|p| {
        p.split([';', ' ', ','])
            .find_map(|p| p.strip_prefix("TargetFramework=").or_else(|| p.strip_prefix("TargetFramework:")))
    });
    let extension = path.rsplit_once('.').map_or("", |(_, e)| e);
    let is_project = is_project_extension(extension)
        || (path.is_empty() && framework.is_some())
        || (properties.is_some() && framework.is_some());
    let path = path.trim();
    is_project.then_some(Project { path, framework: framework.filter(|f| !f.is_empty()) })
}

/// Splits what a task runner prefixed (`web:build: `, `packages/a build: `) off a path. Paths with a colon and a
/// space in them are not known to exist; labels are short.
fn split_label(path: &str) -> (&str, Option<&str>) {
    let whole = path;
    let mut start = match path.rfind(": ") {
        Some(at) if at <= 120 => at + 2,
        Some(_) => return ("", None),
        None => 0,
    };
    // An absolute path begins after a space only where something else stands before it.
    start += absolute_start(&path[start..]).unwrap_or(0);
    let (label, path) = whole.split_at(start);
    let path = path.trim();
    (label, (!path.is_empty()).then_some(path))
}

/// Where an absolute path begins after a service's words: ` /src`, `|/src`, ` C:\`, ` file://`.
fn absolute_start(path: &str) -> Option<usize> {
    let drive = |r: &[u8]| matches!(r, [d, b':', b'\\' | b'/', ..] if d.is_ascii_alphabetic());
    let begins = |at: &usize| {
        let rest = &path.as_bytes()[*at..];
        rest.starts_with(b"/") && rest.len() > 1 && rest[1] != b' ' || drive(rest) || rest.starts_with(b"file://")
    };
    memchr::memchr2_iter(b' ', b'|', path.as_bytes()).map(|space| space + 1).rfind(begins)
}

fn looks_like_file(origin: &str) -> bool {
    origin.contains(['/', '\\'])
        || origin.rsplit_once('.').is_some_and(|(stem, extension)| {
            !stem.is_empty()
                && (1..=12).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// `path(l,c)` in all of MSBuild's forms. The location is `None` when it is not a position, such as `(0,0)`.
pub(crate) fn paren_location(origin: &str) -> Option<(&str, Option<Location>)> {
    let inner = origin.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let (path, inner) = (&inner[..open], &inner[open + 1..]);
    if path.trim().is_empty() || inner.is_empty() || !inner.bytes().all(|b| b.is_ascii_digit() || b",- ".contains(&b)) {
        return None;
    }
    let mut parts = inner.split(',').map(|part| {
        let mut ends = part.trim().splitn(2, '-').map(|n| n.trim().parse::<u32>().ok());
        (ends.next().flatten(), ends.next().flatten())
    });
    let (line, end_line) = parts.next()?;
    let (column, end_column) = parts.next().unwrap_or((None, None));
    // `(l,c,l,c)`
    let (third, fourth) = (parts.next().and_then(|p| p.0), parts.next().and_then(|p| p.0));
    let line = match line {
        None | Some(0) => return Some((path, None)),
        Some(line) => line,
    };
    let start = LineColumn { line, column: column.filter(|c| *c > 0) };
    let end = match (third, fourth) {
        (Some(line), Some(column)) => Some(LineColumn { line, column: Some(column) }),
        _ => match (end_line, end_column) {
            (_, Some(column)) => Some(LineColumn { line, column: Some(column) }),
            (Some(line), None) => Some(LineColumn { line, column: None }),
            (None, None) => None,
        },
    };
    let end = end.filter(|end| end.line > start.line || (end.line == start.line && end.column >= start.column));
    Some((path, Some(Location::LineColumn { start, end })))
}

/// `path:l:c`
pub(crate) fn colon_location(origin: &str) -> Option<(&str, Location)> {
    let (rest, column) = origin.trim_end().rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let number =
        |s: &str| (s.len() <= 9 && !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok())?;
    let (line, column): (u32, u32) = (number(line)?, number(column)?);
    if line == 0 || column == 0 || path.trim().is_empty() {
        return None;
    }
    Some((path, Location::LineColumn { start: LineColumn { line, column: Some(column) }, end: None }))
}
