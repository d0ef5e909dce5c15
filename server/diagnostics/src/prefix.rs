//! What continuous integration, containers and task runners put before the lines of a build.

/// `line` without the prefixes that have a form of their own: timestamps (GitHub, Jenkins, GitLab, TeamCity, Bamboo, Vercel), Docker build
/// steps, compose services, npm errors, `##[error]`, MSBuild node numbers, tsc's clock, box drawing, Markdown's marks of lists, quotations and
/// code, `grep -n`.
pub(crate) fn strip(line: &str) -> &str {
    let mut rest = line;
    // A line has a few of them at most; each iteration removes at least one character.
    for _ in 0..8 {
        match strip_one(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    rest
}

fn strip_one(s: &str) -> Option<&str> {
    let first = *s.as_bytes().first()?;
    match first {
        b'0'..=b'9' => timestamp(s)
            .map(after_stamp)
            .or_else(|| date_and_time(s))
            .or_else(|| time_of_day(s))
            .or_else(|| node_number(s))
            .or_else(|| seconds(s))
            .or_else(|| numbered(s)),
        b' ' => node_number(s).or_else(|| boxed(s.trim_start())),
        b'#' => s.strip_prefix("##[").and_then(|r| word_then(r, "]")).or_else(|| docker_step(s)),
        b'[' => {
            let inner = &s[1..];
            let after = timestamp(inner)
                .and_then(|r| r.strip_prefix("] ").or_else(|| r.strip_prefix(']')))
                .or_else(|| bracketed_date(inner))
                .or_else(|| clock(inner));
            after.or_else(|| {
                // `[web] …` and `[web]: …` of concurrently, yarn workspaces; not `[tsl] ERROR in …`.
                let (label, rest) = inner.split_once(']')?;
                let rest = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')?;
                // `[CI/build]   | …` of act.
                let rest = rest.trim_start_matches(' ').strip_prefix("| ").unwrap_or(rest);
                let step = label.strip_prefix("Step ").unwrap_or(label);
                // Rolldown's kind of problem is no label.
                let kind = rest.starts_with("Error: ") || rest.starts_with("Warning: ");
                (label != "tsl" && !kind && !step.is_empty() && step.len() <= 80 && step.bytes().all(is_label))
                    .then_some(rest)
            })
        }
        0xE2 => s.strip_prefix("➤ YN").and_then(|r| r.split_once(": ")).map(|(_, r)| r).or_else(|| boxed(s)),
        // What is left of TeamCity's `[10:00:00] :\t [Step 1/3] `.
        b':' => s.strip_prefix(":\t").map(str::trim_start),
        0xEF => s.strip_prefix('\u{feff}'),
        b'`' if !s.starts_with("``") => s.strip_prefix('`').map(|r| r.strip_suffix('`').unwrap_or(r)),
        b'-' | b'*' | b'>' => s[1..].strip_prefix(' ').map(str::trim_start).filter(|r| !r.is_empty()),
        b'e' | b'w' | b'b' if s.contains('\t') => bamboo(s).or_else(|| compose(s)).or_else(|| github_job(s)),
        b'E' | b'W' | b'i' if s[1..].starts_with(":\t") => Some(s[3..].trim_start()),
        b'n' => s.strip_prefix("npm ERR! ").or_else(|| s.strip_prefix("npm error ")).or_else(|| compose(s)),
        _ => compose(s).or_else(|| github_job(s)).or_else(|| syslog_time(s)),
    }
}

/// `Nov 29 16:20:01 ` of syslog, `ts` and journalctl.
fn syslog_time(s: &str) -> Option<&str> {
    const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let (month, rest) = (s.get(..3)?, s.get(3..)?);
    if !MONTHS.split(' ').any(|m| m == month) {
        return None;
    }
    let rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    let (day, rest) = rest.split_once(' ')?;
    let digits = (1..=2).contains(&day.len()) && day.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| time_of_day(rest))?
}

/// `2026-11-29 16:20:01 `, also with slashes, a fraction or a zone.
fn date_and_time(s: &str) -> Option<&str> {
    let (date, rest) = (s.get(..10)?, s.get(10..)?);
    let shape = date.bytes().enumerate().all(|(i, b)| match i {
        4 | 7 => matches!(b, b'-' | b'/' | b'.'),
        _ => b.is_ascii_digit(),
    });
    let rest = rest.strip_prefix(' ')?;
    shape.then(|| time_of_day(rest))?
}

fn is_label(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-_./@:#".contains(&b)
}

/// `2026-10-06T12:00:00.1234567Z`; the rest after it.
fn timestamp(s: &str) -> Option<&str> {
    let b = s.as_bytes();
    if b.len() < 20 {
        return None;
    }
    for (i, c) in b[..19].iter().enumerate() {
        let ok = match i {
            4 | 7 => *c == b'-',
            10 => *c == b'T',
            13 | 16 => *c == b':',
            _ => c.is_ascii_digit(),
        };
        if !ok {
            return None;
        }
    }
    let mut i = 19;
    if b.get(i) == Some(&b'.') {
        i += 1;
        while b.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
    }
    match b.get(i) {
        Some(b'Z') => i += 1,
        Some(b'+' | b'-') => {
            i += 1;
            while b.get(i).is_some_and(|c| c.is_ascii_digit() || *c == b':') {
                i += 1;
            }
        }
        _ => return None,
    }
    s.get(i..)
}

/// `10:00:00.123 ` and `10:00:00 ` before more text.
fn time_of_day(s: &str) -> Option<&str> {
    let b = s.as_bytes();
    let shape =
        b.len() > 8 && b[..8].iter().enumerate().all(|(i, c)| if i % 3 == 2 { *c == b':' } else { c.is_ascii_digit() });
    if !shape {
        return None;
    }
    let rest = &s[8..];
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let rest = rest.strip_prefix([' ', '\t'])?;
    // What is left counts as indentation, unless it is a second blank.
    Some(rest.strip_prefix(' ').filter(|r| !r.starts_with(' ')).unwrap_or(rest))
}

/// `2026-11-29 16:20:01] ` and `2026-11-29 16:20:01 INF] `.
fn bracketed_date(s: &str) -> Option<&str> {
    let (inner, rest) = s.split_once(']')?;
    let spaced = if inner.len() <= 40 { format!("{inner} x") } else { return None };
    date_and_time(&spaced)?;
    Some(rest.trim_start())
}

/// `12.34 /src/…`: how Docker repeats the end of a step that failed.
fn seconds(s: &str) -> Option<&str> {
    let (number, rest) = s.split_once(' ')?;
    let (whole, fraction) = number.split_once('.')?;
    let digits = |d: &str| !d.is_empty() && d.len() <= 6 && d.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(fraction) && !rest.is_empty()).then_some(rest)
}

/// `12:src/a.ts(1,2): …` of `grep -n`.
fn numbered(s: &str) -> Option<&str> {
    let (number, rest) = s.split_once(':')?;
    let digits = number.len() <= 8 && number.bytes().all(|b| b.is_ascii_digit());
    let first = rest.chars().next()?;
    (digits && (first.is_alphabetic() || matches!(first, '.' | '/' | '_' | '@')) && rest.contains('(')).then_some(rest)
}

/// `error<TAB>01-May-2024 10:00:00<TAB>` of Bamboo.
fn bamboo(s: &str) -> Option<&str> {
    let mut parts = s.splitn(3, '\t');
    let (kind, time, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let date = time.len() == 20 && time.as_bytes()[2] == b'-' && time.ends_with(|c: char| c.is_ascii_digit());
    (["error", "build", "warning"].contains(&kind) && date).then_some(rest)
}

/// After a timestamp: one space; GitLab adds `00O ` (stream and kind).
fn after_stamp(s: &str) -> &str {
    let rest = s.strip_prefix(' ').unwrap_or(s);
    // Kubernetes' container runtimes say which stream it was, and whether the line is whole.
    let streams = ["stdout F ", "stderr F ", "stdout P ", "stderr P "];
    if let Some(rest) = streams.iter().find_map(|stream| rest.strip_prefix(stream)) {
        return rest;
    }
    let b = rest.as_bytes();
    match b {
        [b'0'..=b'9', b'0'..=b'9', b'O' | b'E', b' ' | b'+', ..] => &rest[4..],
        _ => rest,
    }
}

/// `     12>` and `   1:7>` of parallel builds.
fn node_number(s: &str) -> Option<&str> {
    let t = s.trim_start_matches(' ');
    let digits = t.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let rest = &t[digits..];
    if let Some(r) = rest.strip_prefix('>') {
        return Some(r);
    }
    let rest = rest.strip_prefix(':')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    rest[digits..].strip_prefix('>')
}

/// `#12 4.123 ` of BuildKit.
fn docker_step(s: &str) -> Option<&str> {
    let rest = s.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest[digits..].strip_prefix(' ')?;
    let seconds = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    if digits == 0 || seconds == 0 || !rest[..seconds].contains('.') {
        return None;
    }
    rest[seconds..].strip_prefix(' ')
}

/// `1:23:09 AM] ` of `tsc --build`.
fn clock(s: &str) -> Option<&str> {
    let end = s.find(']')?;
    let inner = &s[..end];
    let ok = end <= 16
        && inner.bytes().filter(|b| *b == b':').count() == 2
        && inner.bytes().next().is_some_and(|b| b.is_ascii_digit());
    if !ok {
        return None;
    }
    let rest = &s[end + 1..];
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

fn word_then<'a>(s: &'a str, close: &str) -> Option<&'a str> {
    let letters = s.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        return None;
    }
    s[letters..].strip_prefix(close)
}

/// `│ ` and `| ` frames of pnpm, yarn and lerna.
fn boxed(s: &str) -> Option<&str> {
    let rest = s.strip_prefix('│').or_else(|| s.strip_prefix('┃'))?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// `web-1  | ` of docker compose.
fn compose(s: &str) -> Option<&str> {
    let bar = s.as_bytes().iter().take(80).position(|b| *b == b'|')?;
    let rest = s[bar + 1..].strip_prefix(' ')?;
    let label = s[..bar].trim_end_matches(' ');
    (label.len() < bar && !label.is_empty() && label.bytes().all(is_label)).then_some(rest)
}

/// `job<TAB>step<TAB>timestamp` of `gh run view --log`.
fn github_job(s: &str) -> Option<&str> {
    let mut parts = s.splitn(3, '\t');
    let (_, _, rest) = (parts.next()?, parts.next()?, parts.next()?);
    timestamp(rest.strip_prefix('\u{feff}').unwrap_or(rest)).map(after_stamp)
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn known_prefixes_go() {
        let body = "src/a.ts(1,2): error TS2304: x";
        for prefix in [
            "2026-10-06T12:00:00.1234567Z ",
            "build\tRun tsc\t2026-10-06T12:00:00.1234567Z ",
            "[2026-10-06T12:00:00.123Z] ",
            "2026-10-06T12:00:00.123456Z 01O ",
            "2026-10-06T12:00:00.123456Z stdout F ",
            "#12 4.123 ",
            "web-1  | ",
            "##[error]",
            "2026-10-06T12:00:00Z ##[error]",
            "     12>",
            "   1:7>",
            "[1:23:09 AM] ",
            "[01:23:09] ",
            "│ ",
            "  │ ",
            "➤ YN0000: │ ",
            "[web]: ",
            "[0] ",
            "npm ERR! ",
            "\u{feff}",
            "error\t01-May-2024 10:00:00\t",
            "12.34 ",
            "10:00:00.123   2>",
            "10:00:00  ",
            "10:00:00 [ERR] ",
            "[10:00:00]E:\t [Csc] ",
            "[10:00:00][Step 1/3] ",
            "[10:00:00] :\t [Step 1/3] ",
            "- ",
            "> 1>",
            "12:",
            "Nov 29 16:20:01 ",
            "Nov  9 16:20:01.123456 ",
            "2026-11-29 16:20:01,123 ",
            "2026/11/29 16:20:01 ",
            "[2026-11-29 16:20:01] ",
            "[2026-11-29 16:20:01.5 INF] ",
            "[CI/build]   | ",
        ] {
            assert_eq!(strip(&format!("{prefix}{body}")), body, "{prefix:?}");
        }
    }

    #[test]
    fn inline_code_loses_both_marks() {
        assert_eq!(strip("`src/a.ts(1,2): error TS2304: x`"), "src/a.ts(1,2): error TS2304: x");
        assert_eq!(strip("```"), "```");
    }

    #[test]
    fn text_without_prefix_is_unchanged() {
        for line in [
            "12 apples",
            "[tsl] ERROR in a.ts(1,2)",
            "# title",
            "a| b",
            "   text",
            "[1:2]x",
            "1:7 x",
            "3:b",
            "1.5",
            "E:\\a",
            "-x",
            "",
        ] {
            let stripped = strip(line);
            assert_eq!(stripped, line);
        }
    }
}
