//! What a code means, and what people do about it, also where no rule has a fix.

use flate2::read::DeflateDecoder;
use std::io::Read;
use std::sync::OnceLock;

/// `code<TAB>kind<TAB>text` a line, sorted by code, deflated; `kind` is `f` where `dotnet format` rewrites it. Made by the example `code_meanings`.
static TEXTS: &[u8] = include_bytes!("texts.bin");
/// Our own words: `codes | advice` a line.
static ADVICE: &str = include_str!("advice.txt");

/// The most bytes that the texts unpack to.
const MAX_TEXTS: u64 = 4 << 20;

/// What is known of one code of a compiler or a build tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// The tool's own English text, with `…` for what it fills in; empty where only the advice is known.
    pub text: String,
    /// What people do about it, in our words.
    pub advice: String,
    /// The command that rewrites the code, where `dotnet format` has a fixer.
    pub command: Option<String>,
}

/// What `code` means: one of C#, an analyzer (`CA`, `IDE`), .NET (`SYSLIB`), NuGet (`NU`), MSBuild (`MSB`) or the SDK (`NETSDK`). `None` when it is
/// not known.
pub fn meaning(code: &str) -> Option<Meaning> {
    let listed = text_of(code);
    let advice = advice_of(code);
    if listed.is_none() && advice.is_none() {
        return None;
    }
    let (fixable, text) = listed.unwrap_or((false, ""));
    let command = fixable.then(|| {
        let what = if code.starts_with("IDE") { "style" } else { "analyzers" };
        match code {
            "IDE0055" => "dotnet format whitespace".to_owned(),
            _ => format!("dotnet format {what} --diagnostics {code} --severity info"),
        }
    });
    let advice = advice.map_or_else(|| general(code), str::to_owned);
    Some(Meaning { text: shown(text), advice, command })
}

/// All codes that [`meaning`] has a text for, sorted.
pub fn known_codes() -> impl Iterator<Item = &'static str> {
    texts().lines().filter_map(|l| l.split('\t').next())
}

fn texts() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut text = String::new();
        // A table that is built in; were it broken, nothing would be known.
        let _ = DeflateDecoder::new(TEXTS).take(MAX_TEXTS).read_to_string(&mut text);
        text
    })
}

fn text_of(code: &str) -> Option<(bool, &'static str)> {
    let line = texts().lines().find(|l| l.split('\t').next() == Some(code))?;
    let mut parts = line.splitn(3, '\t').skip(1);
    Some((parts.next() == Some("f"), parts.next().unwrap_or_default()))
}

fn advice_of(code: &str) -> Option<&'static str> {
    let rows = || ADVICE.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(" | "));
    let exact = rows().find(|(codes, _)| codes.split(' ').any(|c| c == code));
    let of_range = || {
        rows().find(|(codes, _)| {
            codes
                .split(' ')
                .any(|c| c.strip_suffix('*').is_some_and(|head| code.starts_with(head) && code.len() > head.len()))
        })
    };
    exact.or_else(of_range).map(|(_, advice)| advice)
}

/// What holds for all codes of a tool.
fn general(code: &str) -> String {
    let prefix = code.trim_end_matches(|c: char| c.is_ascii_digit());
    match prefix {
        "CA" | "IDE" => format!(
            "An analyzer's rule. `dotnet_diagnostic.{code}.severity = none` in .editorconfig switches it off, `#pragma warning disable {code}` at one place."
        ),
        "NU" => "NuGet says it during restore: what follows in the build may only be its echo.".to_owned(),
        "MSB" => "MSBuild says it: look at the project file, and at what a task printed before.".to_owned(),
        "NETSDK" => {
            "The SDK says it: look at the properties of the project, and at what is installed (`dotnet --info`)."
                .to_owned()
        }
        "SYSLIB" => "The API is obsolete: the message names what replaces it.".to_owned(),
        _ => String::new(),
    }
}

/// A template with `…` for its place-holders.
fn shown(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let hole =
            tail[1..].find('}').filter(|end| tail[1..1 + end].chars().next().is_some_and(|c| c.is_ascii_digit()));
        match hole {
            Some(end) => {
                out.push('…');
                rest = &tail[end + 2..];
            }
            None => {
                out.push('{');
                rest = &tail[1..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_of_every_tool_have_a_meaning() {
        for code in
            ["CS0029", "CS8618", "CA1822", "IDE0005", "NU1101", "MSB4025", "NETSDK1045", "SYSLIB0011", "SYSLIB1045"]
        {
            let found = meaning(code).unwrap_or_else(|| panic!("{code} is not known"));
            assert!(!found.advice.is_empty(), "{code}");
            assert!(code.starts_with("SYSLIB") || !found.text.is_empty(), "{code}");
        }
        assert_eq!(meaning("CS99999"), None);
        assert_eq!(
            meaning("CA1822").and_then(|m| m.command).as_deref(),
            Some("dotnet format analyzers --diagnostics CA1822 --severity info")
        );
        assert_eq!(meaning("CS0029").and_then(|m| m.command), None);
    }

    #[test]
    fn place_holders_are_not_shown() {
        assert_eq!(shown("'{0}' of {1:X8} {x} {"), "'…' of … {x} {");
        assert!(meaning("CS0029").is_some_and(|m| m.text.contains("'…'")));
    }

    #[test]
    fn the_advice_is_well_formed() {
        let mut seen = HashSet::new();
        for line in ADVICE.lines().filter(|l| !l.starts_with('#')) {
            let (codes, advice) = line.split_once(" | ").unwrap_or_else(|| panic!("{line}"));
            assert!(advice.ends_with(['.', ')', '`']), "{line}");
            for code in codes.split(' ') {
                let known = text_of(code).is_some()
                    || code.starts_with("SYSLIB")
                    || code.starts_with("NU")
                    || code.ends_with('*')
                    || !code.contains(char::is_numeric);
                assert!(known, "{code} is in no table");
                seen.insert(code);
            }
        }
        assert!(seen.len() > 300, "{}", seen.len());
    }
}
