//! Frames in which bundlers and pipelines print the compilers' messages: esbuild and `ng build`, webpack with ts-loader or
//! fork-ts-checker, vite-plugin-checker, Next.js, workflow commands.

use crate::canonical::{colon_location, paren_location};
use crate::collect::Format;
use crate::draft::Draft;
use crate::{LineColumn, Location, Severity, message_codes};

/// A frame that is not complete.
pub(crate) enum Frame {
    /// `✘ [ERROR] TS2304: …`: the location follows.
    Esbuild { draft: Draft, patience: u8 },
    /// `ERROR in path…`: the code and text follow.
    Webpack { file: String, location: Option<Location>, severity: Severity, patience: u8 },
    /// ` ERROR(TypeScript)  text`: ` FILE  path:l:c` follows.
    Vite { draft: Draft, patience: u8 },
    /// `TS2304 [ERROR]: text`, `TypeCheckError: text` or `[PARSE_ERROR] Error: text`: code, then `at file:///path:l:c`, ` ❯ path:l:c` or
    /// `╭─[ path:l:c ]`.
    Placed { draft: Draft, format: Format, patience: u8 },
    /// `Failed to compile.`: `./path:l:c` and, below it, `Type error: text` follow.
    Next { place: Option<(String, Location)>, patience: u8 },
}

/// What a first line starts.
pub(crate) enum Start {
    /// More lines belong to it.
    Open(Frame),
    /// It is complete.
    Whole(Box<Draft>, Format),
}

/// The effect of another line.
pub(crate) enum Step {
    More,
    Done(Box<Draft>, Format),
    No,
}

/// Whether `body` starts a frame.
pub(crate) fn start(body: &str) -> Option<Start> {
    let line = body.trim();
    for (mark, severity) in [("[ERROR] ", Severity::Error), ("[WARNING] ", Severity::Warning)] {
        if let Some((before, text)) = line.split_once(mark)
            && before.chars().count() <= 3
        {
            let (code, text) = split_code(text)?;
            let text = text.rsplit_once(" [plugin ").filter(|(_, p)| p.ends_with(']')).map_or(text, |(text, _)| text);
            return Some(Start::Open(Frame::Esbuild { draft: Draft::new(severity, code, text.trim()), patience: 4 }));
        }
    }
    if let Some(start) = placed_below(line).or_else(|| rollup(line)).or_else(|| svelte_machine(line)) {
        return Some(start);
    }
    let webpack = [
        ("[tsl] ERROR in ", Severity::Error),
        ("[tsl] WARNING in ", Severity::Warning),
        ("ERROR in ", Severity::Error),
        ("WARNING in ", Severity::Warning),
    ];
    for (mark, severity) in webpack {
        if let Some(place) = line.strip_prefix(mark) {
            let (file, location) = webpack_place(place)?;
            return Some(Start::Open(Frame::Webpack { file: file.to_owned(), location, severity, patience: 2 }));
        }
    }
    for (mark, severity) in [("ERROR(TypeScript)", Severity::Error), ("WARNING(TypeScript)", Severity::Warning)] {
        if let Some(text) = line.strip_prefix(mark) {
            return Some(Start::Open(Frame::Vite { draft: Draft::new(severity, "", text.trim()), patience: 8 }));
        }
    }
    if matches!(line, "Failed to compile." | "Failed to type check.") {
        return Some(Start::Open(Frame::Next { place: None, patience: 2 }));
    }
    workflow_command(line).map(|draft| Start::Whole(Box::new(draft), Format::WorkflowCommand))
}

impl Frame {
    /// Takes a line.
    pub(crate) fn push(&mut self, body: &str) -> Step {
        let line = body.trim();
        match self {
            Self::Esbuild { draft, patience } => {
                if line.is_empty() {
                    return spend(patience);
                }
                // `    src/app.ts:3:7:`; esbuild counts columns from zero.
                if body.starts_with("    ")
                    && let Some((path, line, column)) = line.strip_suffix(':').and_then(zero_based_place)
                {
                    let start = LineColumn { line, column: Some(column + 1) };
                    let done = std::mem::replace(draft, Draft::new(Severity::Error, "", ""))
                        .at(path, Some(Location::LineColumn { start, end: None }));
                    return Step::Done(Box::new(done), Format::Esbuild);
                }
                if body.starts_with("  ") {
                    draft.push_line(body.trim_end());
                    return spend(patience);
                }
                Step::No
            }
            Self::Placed { draft, format, patience } => {
                let place = line.strip_prefix("at ").or_else(|| line.strip_prefix("❯ "));
                let place = place.or_else(|| line.strip_prefix("╭─[")?.strip_suffix(']').map(str::trim));
                if let Some((path, location)) = place.and_then(colon_location) {
                    let done = std::mem::replace(draft, Draft::new(Severity::Error, "", "")).at(path, Some(location));
                    return Step::Done(Box::new(done), *format);
                }
                spend(patience)
            }
            Self::Webpack { file, location, severity, patience } => {
                // ts-loader says it again below webpack's heading, which counts columns from zero.
                if let Some((path, place)) = line.strip_prefix("[tsl] ERROR in ").and_then(webpack_place) {
                    (*file, *location) = (path.to_owned(), place);
                    return spend(patience);
                }
                if let Some((code, text)) = split_code(line.strip_prefix("error ").unwrap_or(line)) {
                    let done = Draft::new(*severity, code, text).at(file, *location);
                    return Step::Done(Box::new(done), Format::Webpack);
                }
                spend(patience)
            }
            Self::Vite { draft, patience } => {
                if let Some(place) = line.strip_prefix("FILE ") {
                    let Some((path, location)) = colon_location(place) else { return Step::No };
                    let done = std::mem::replace(draft, Draft::new(Severity::Error, "", "")).at(path, Some(location));
                    return Step::Done(Box::new(with_code(done)), Format::ViteChecker);
                }
                if !line.is_empty() {
                    draft.push_line(body.trim_end());
                }
                spend(patience)
            }
            Self::Next { place, patience } => {
                if let Some((path, location)) = place {
                    let Some(text) = line.strip_prefix("Type error: ") else { return Step::No };
                    let done = Draft::new(Severity::Error, "", text.trim()).at(path, Some(*location));
                    return Step::Done(Box::new(with_code(done)), Format::NextBuild);
                }
                *place = colon_location(line).map(|(path, location)| (path.to_owned(), location));
                spend(patience)
            }
        }
    }

    /// The log, or the frame, ended before it was complete: what is known, without a location.
    pub(crate) fn finish(self) -> Option<(Draft, Format)> {
        match self {
            Self::Esbuild { draft, .. } => Some((draft, Format::Esbuild)),
            Self::Webpack { .. } | Self::Vite { .. } | Self::Next { .. } | Self::Placed { .. } => None,
        }
    }
}

/// `TS2304 [ERROR]: text` (Deno), `TypeCheckError: text` (vitest), `[PARSE_ERROR] Error: text` (Rolldown).
fn placed_below(line: &str) -> Option<Start> {
    let (draft, format) =
        if let Some((code, text)) = line.split_once(" [ERROR]: ").filter(|(code, _)| is_code_of_typescript(code)) {
            (Draft::new(Severity::Error, code, text.trim()), Format::Deno)
        } else if let Some(text) = line.strip_prefix("TypeCheckError: ") {
            (with_code(Draft::new(Severity::Error, "", text.trim())), Format::Vitest)
        } else {
            let (kind, rest) = line.strip_prefix('[')?.split_once("] ")?;
            let (severity, text) = match rest.split_once(": ")? {
                ("Error", text) => (Severity::Error, text),
                ("Warning", text) => (Severity::Warning, text),
                _ => return None,
            };
            let is_kind =
                kind.len() <= 40 && kind.contains('_') && kind.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
            is_kind.then(|| (Draft::new(severity, kind, text.trim()), Format::Rolldown))?
        };
    Some(Start::Open(Frame::Placed { draft, format, patience: 12 }))
}

/// `[plugin typescript] path (l:c): @rollup/plugin-typescript TS2304: text`
fn rollup(line: &str) -> Option<Start> {
    let (place, text) = line.split_once(": @rollup/plugin-typescript ")?;
    let (code, text) = split_code(text)?;
    let place = place.rsplit_once("[plugin typescript] ").map_or(place, |(_, place)| place);
    let (path, at) = place.strip_suffix(')')?.rsplit_once(" (")?;
    let (line, column) = at.split_once(':')?;
    let start =
        LineColumn { line: line.parse().ok().filter(|l| *l > 0)?, column: column.parse().ok().filter(|c| *c > 0) };
    let severity = if place.contains("(!)") { Severity::Warning } else { Severity::Error };
    let draft = Draft::new(severity, code, text).at(path, Some(Location::LineColumn { start, end: None }));
    Some(Start::Whole(Box::new(draft), Format::Rollup))
}

/// `1590680326283 ERROR "path" l:c "text"`: `svelte-check --output machine`.
fn svelte_machine(line: &str) -> Option<Start> {
    let (time, rest) = line.split_once(' ')?;
    if time.len() < 10 || !time.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (severity, rest) = match rest.split_once(' ')? {
        ("ERROR", rest) => (Severity::Error, rest),
        ("WARNING", rest) => (Severity::Warning, rest),
        _ => return None,
    };
    let (path, rest) = rest.strip_prefix('"')?.split_once("\" ")?;
    let (at, text) = rest.split_once(' ')?;
    let (line, column) = at.split_once(':')?;
    let start =
        LineColumn { line: line.parse().ok().filter(|l| *l > 0)?, column: column.parse().ok().filter(|c| *c > 0) };
    let text: String = serde_json::from_str(text.trim()).ok()?;
    let draft =
        with_code(Draft::new(severity, "", text.trim())).at(path, Some(Location::LineColumn { start, end: None }));
    Some(Start::Whole(Box::new(draft), Format::SvelteCheck))
}

/// `svelte-check` for people: `path:l:c`, and on the next line `Error: text`. `place` is what the line before said.
pub(crate) fn svelte(place: Option<(String, Location)>, line: &str) -> Option<Draft> {
    let (path, location) = place?;
    let (severity, text) = match line.trim().split_once(": ")? {
        ("Error", text) => (Severity::Error, text),
        ("Warn", text) => (Severity::Warning, text),
        _ => return None,
    };
    Some(with_code(Draft::new(severity, "", text.trim())).at(&path, Some(location)))
}

fn is_code_of_typescript(code: &str) -> bool {
    let digits = code.strip_prefix("TS").unwrap_or("");
    (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A line of a code frame: `  > 3 | code`, `      3 │ code`, `        ╵ ~~~`, `    |  ^^^`.
pub(crate) fn is_code(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '>']).trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    line.starts_with(['|', '│', '╵', '╷'])
}

fn spend(patience: &mut u8) -> Step {
    match patience.checked_sub(1) {
        Some(left) => {
            *patience = left;
            Step::More
        }
        None => Step::No,
    }
}

/// Finds the code of a tool that prints none.
fn with_code(mut draft: Draft) -> Draft {
    if let Some(code) = message_codes::code_of(&draft.message) {
        draft.code = code.to_string();
    }
    draft
}

/// `TS2304: text`
fn split_code(text: &str) -> Option<(&str, &str)> {
    let (code, text) = text.split_once(':')?;
    is_code_of_typescript(code).then(|| (code, text.trim()))
}

/// `path:l:c` with a column that counts from zero.
fn zero_based_place(place: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let (line, column) = (line.parse::<u32>().ok()?, column.parse::<u32>().ok()?);
    (line > 0 && column < u32::MAX && !path.is_empty()).then_some((path, line, column))
}

/// `path(l,c)`, `path:l:c`, `path:l:c-c`, `./path l:c-c`, with or without a final colon.
fn webpack_place(place: &str) -> Option<(&str, Option<Location>)> {
    let place = place.trim().trim_end_matches(':');
    if let Some((path, location)) = paren_location(place) {
        return Some((path, location));
    }
    let (place, end_column) = match place.rsplit_once('-') {
        Some((before, end)) if end.bytes().all(|b| b.is_ascii_digit()) => (before, end.parse::<u32>().ok()),
        _ => (place, None),
    };
    let normal;
    let place = match place.rsplit_once(' ') {
        Some((path, at)) if at.contains(':') && at.bytes().all(|b| b.is_ascii_digit() || b == b':') => {
            normal = path.len();
            let (path, at) = (&place[..normal], at);
            let (line, column) = at.split_once(':')?;
            let start = LineColumn { line: line.parse().ok().filter(|l| *l > 0)?, column: column.parse().ok() };
            return Some((path, Some(line_location(start, end_column))));
        }
        _ => place,
    };
    let (path, location) = colon_location(place)?;
    match location {
        Location::LineColumn { start, .. } => Some((path, Some(line_location(start, end_column)))),
        other => Some((path, Some(other))),
    }
}

fn line_location(start: LineColumn, end_column: Option<u32>) -> Location {
    let end =
        end_column.filter(|end| Some(*end) >= start.column).map(|c| LineColumn { line: start.line, column: Some(c) });
    Location::LineColumn { start, end }
}

/// `::error file=a.ts,line=1,col=5::message` and `##vso[task.logissue type=error;sourcepath=a.cs;…]message`.
fn workflow_command(line: &str) -> Option<Draft> {
    let (properties, message, separator) = if let Some(rest) = line.strip_prefix("##vso[task.logissue ") {
        let (properties, message) = rest.split_once(']')?;
        (properties, message, ';')
    } else {
        let rest = line.strip_prefix("::")?;
        let (properties, message) = rest.split_once("::")?;
        (properties, message, ',')
    };
    let (kind, properties) = match separator {
        ',' => properties.split_once(' ')?,
        _ => ("", properties),
    };
    let get = |names: &[&str]| {
        properties.split(separator).find_map(|p| {
            let (name, value) = p.split_once('=')?;
            names.iter().any(|n| n.eq_ignore_ascii_case(name.trim())).then(|| unescape(value))
        })
    };
    let kind = get(&["type"]).unwrap_or_else(|| kind.to_owned());
    let severity = match kind.to_ascii_lowercase().as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "notice" => Severity::Info,
        _ => return None,
    };
    let message = unescape(message);
    // The message often repeats the code; without a code it is of another tool.
    let text = message.trim().strip_prefix("error ").unwrap_or(message.trim());
    let in_text = text.split_once(':').filter(|(code, _)| {
        ["TS", "CS"].iter().any(|f| {
            code.strip_prefix(f).is_some_and(|n| (3..=6).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
        })
    });
    let (code, text) = match (get(&["code"]).filter(|c| !c.is_empty()), in_text) {
        (_, Some((code, text))) => (code.to_owned(), text.trim()),
        (Some(code), None) if code.len() <= 40 => (code, text),
        _ => return None,
    };
    let number = |names: &[&str]| get(names).and_then(|n| n.trim().parse::<u32>().ok()).filter(|n| *n > 0);
    let mut draft = Draft::new(severity, &code, text);
    if let Some(file) = get(&["file", "sourcepath"]).filter(|f| !f.is_empty()) {
        let start = number(&["line", "linenumber"])
            .map(|line| LineColumn { line, column: number(&["col", "column", "columnnumber"]) });
        let end = start.and_then(|start| {
            let column = number(&["endColumn"]);
            let end = LineColumn { line: number(&["endLine"]).unwrap_or(start.line), column };
            (column.is_some() && end >= start).then_some(end)
        });
        draft = draft.at(&file, start.map(|start| Location::LineColumn { start, end }));
    }
    Some(draft)
}

/// The escapes of both services: `%25`, `%0D`, `%0A`, `%3A`, `%2C`, `%3B`, `%5D`.
fn unescape(value: &str) -> String {
    if !value.contains('%') {
        return value.to_owned();
    }
    let mut value = value.to_owned();
    for (escape, text) in [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%3B", ";"),
        ("%5D", "]"),
        ("%AZP25", "%"),
        ("%25", "%"),
    ] {
        value = value.replace(escape, text);
    }
    value
}
