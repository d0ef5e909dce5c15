//! Reads arguments out of messages by the texts that they are made of, in every language.

use crate::arguments::{quoted, read_form};
use flate2::read::DeflateDecoder;
use std::borrow::Cow;
use std::io::Read;
use std::sync::OnceLock;

/// `code<TAB>template` a line, sorted by code; English, newest first. Made by the example `message_templates`.
static ENGLISH: &str = include_str!("message_templates.txt");
/// The same in thirteen other languages, deflated; and `word<TAB>English<TAB>translation` for words that stand in arguments.
static OTHERS: &[u8] = include_bytes!("message_templates.bin");

/// Steps of matching one template.
const MAX_STEPS: usize = 2_000;
/// Longer messages are read by their quotes.
const MAX_LENGTH: usize = 16 << 10;

/// The arguments of a message, in the order of the English text, with the literal words that stand in quotes there. `None` when the code has no
/// template, or none fits.
pub(crate) fn arguments(code: &str, message: &str) -> Option<Vec<String>> {
    if message.len() > MAX_LENGTH {
        return None;
    }
    let newest = texts(ENGLISH, code).next()?;
    let (template, holes, translated) = match best(texts(ENGLISH, code), message) {
        Some((template, holes)) => (template, holes, false),
        None => (newest, best(texts(others(), code), message)?.1, true),
    };
    // Only Roslyn puts words of its resources into arguments.
    let has_words = translated && code.starts_with("CS");
    let value = |hole: &str| {
        let index: usize = hole.parse().ok()?;
        let (_, text) = holes.iter().find(|(i, _)| *i == index)?;
        Some(if has_words { english_word(text) } else { text })
    };
    // What the English text shows of its arguments: in quotes, or where a form says so.
    let slots = read_form(code, &unescaped(template)).unwrap_or_else(|| quoted(&unescaped(template)));
    let mut out = Vec::with_capacity(slots.len());
    for slot in &slots {
        let number = slot.bytes().all(|b| b.is_ascii_digit()).then(|| value(slot)).flatten();
        match number {
            Some(text) => out.push(text.to_owned()),
            None => out.push(filled(slot, &value)?),
        }
    }
    Some(out)
}

/// The templates of a code in a table.
pub(crate) fn texts<'t>(table: &'t str, code: &str) -> impl Iterator<Item = &'t str> + use<'t> {
    let key = format!("{code}\t");
    let start = match table.starts_with(&key) {
        true => Some(0),
        false => memchr::memmem::find(table.as_bytes(), format!("\n{key}").as_bytes()).map(|at| at + 1),
    };
    let rest = start.map_or("", |at| &table[at..]);
    rest.lines().map_while(move |line| line.strip_prefix(key.as_str()))
}

fn others() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut text = String::new();
        match DeflateDecoder::new(OTHERS).read_to_string(&mut text) {
            Ok(_) => text,
            // The table is part of the program; a test reads it.
            Err(_) => String::new(),
        }
    })
}

/// `<NULL>` of a German compiler is `<null>`.
fn english_word(text: &str) -> &str {
    static WORDS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    let words = WORDS.get_or_init(|| texts(others(), "word").filter_map(|line| line.split_once('\t')).collect());
    words.iter().find(|(_, other)| *other == text).map_or(text, |(english, _)| english)
}

fn unescaped(template: &str) -> Cow<'_, str> {
    if template.contains("\\n") { Cow::Owned(template.replace("\\n", "\n")) } else { Cow::Borrowed(template) }
}

type Holes<'m> = Vec<(usize, &'m str)>;

/// The template that fits with the most literal text, and what its holes hold.
fn best<'t, 'm>(templates: impl Iterator<Item = &'t str>, message: &'m str) -> Option<(&'t str, Holes<'m>)> {
    let mut best: Option<(usize, &str, Holes<'m>)> = None;
    for template in templates {
        let text = unescaped(template);
        // TypeScript adds lines that have templates of their own.
        let message = if text.contains('\n') { message } else { message.lines().next().unwrap_or_default() };
        let parts = parts(&text);
        let literal = parts.iter().map(|p| if let Part::Literal(l) = p { l.len() } else { 0 }).sum();
        if best.as_ref().is_some_and(|(most, ..)| *most >= literal) {
            continue;
        }
        let fits = |balanced: bool| {
            let mut search = Search { steps: MAX_STEPS, balanced, holes: Holes::new() };
            search.fits(&parts, message.trim_end()).then_some(search.holes)
        };
        if let Some(holes) = fits(true).or_else(|| fits(false)) {
            best = Some((literal, template, holes));
        }
    }
    best.map(|(_, template, holes)| (template, holes))
}

/// What the holes of the text hold that fits with the most literal text; more may follow the message.
pub(crate) fn holes_of<'t, 'm>(templates: impl Iterator<Item = &'t str>, message: &'m str) -> Option<Holes<'m>> {
    if message.len() > MAX_LENGTH {
        return None;
    }
    let templates: Vec<Cow<'_, str>> = templates.map(unescaped).collect();
    // As a whole; else with more after it, which a blank divides from it.
    [false, true].into_iter().find_map(|more| {
        let mut best: Option<(usize, Holes<'m>)> = None;
        for text in &templates {
            let message = if text.contains('\n') { message } else { message.lines().next().unwrap_or_default() };
            let mut parts = parts(text);
            let literal = parts.iter().map(|p| if let Part::Literal(l) = p { l.len() } else { 0 }).sum();
            if best.as_ref().is_some_and(|(most, _)| *most >= literal) {
                continue;
            }
            if more {
                let Some(Part::Literal(last)) = parts.last_mut() else { continue };
                last.to_mut().push(' ');
                parts.push(Part::Hole(usize::MAX));
            }
            let mut search = Search { steps: MAX_STEPS, balanced: false, holes: Holes::new() };
            if search.fits(&parts, message.trim_end()) {
                search.holes.retain(|(i, _)| *i != usize::MAX);
                best = Some((literal, search.holes));
            }
        }
        best.map(|(_, holes)| holes)
    })
}

enum Part<'t> {
    Literal(Cow<'t, str>),
    Hole(usize),
}

/// A template in parts. `{0}` and `{0:X8}` are holes, `{{` is a brace, any other brace itself: TypeScript has those.
fn parts(template: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut rest = template;
    let mut literal = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((index, after)) = hole(rest) {
            if !literal.is_empty() {
                out.push(Part::Literal(std::mem::take(&mut literal).into()));
            }
            out.push(Part::Hole(index));
            rest = after;
        } else {
            literal.push_str(&rest[..1]);
            rest = rest[1..].strip_prefix(&rest[..1]).unwrap_or(&rest[1..]);
        }
    }
    literal.push_str(rest.trim_end());
    if !literal.is_empty() {
        out.push(Part::Literal(literal.into()));
    }
    out
}

fn hole(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('{')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let index = inner.get(..digits)?.parse().ok()?;
    let after = &inner[digits..];
    let end = if after.starts_with([':', ',']) { after.find('}')? } else { 0 };
    Some((index, after[end..].strip_prefix('}')?))
}

struct Search<'m> {
    steps: usize,
    /// Whether brackets in a hole must be in pairs.
    balanced: bool,
    holes: Holes<'m>,
}

impl<'m> Search<'m> {
    fn fits(&mut self, parts: &[Part<'_>], rest: &'m str) -> bool {
        let Some(steps) = self.steps.checked_sub(1) else { return false };
        self.steps = steps;
        match parts {
            [] => rest.is_empty(),
            [Part::Literal(text), after @ ..] => match rest.strip_prefix(&**text) {
                Some(rest) => self.fits(after, rest),
                None => false,
            },
            [Part::Hole(index)] => self.takes(*index, rest, &[], ""),
            [Part::Hole(index), Part::Literal(last)] => match rest.strip_suffix(&**last) {
                Some(text) => self.takes(*index, text, &[], ""),
                None => false,
            },
            [Part::Hole(index), Part::Literal(next), ..] => {
                let after = &parts[1..];
                let mut from = 0;
                while let Some(at) = rest.get(from..).and_then(|r| r.find(&**next)) {
                    let at = from + at;
                    if self.takes(*index, &rest[..at], after, &rest[at..]) {
                        return true;
                    }
                    from = at + rest[at..].chars().next().map_or(1, char::len_utf8);
                }
                false
            }
            // Side by side: where one ends is not known.
            [Part::Hole(_), Part::Hole(_), ..] => false,
        }
    }

    /// Whether the hole may hold `text`, and the rest fits.
    fn takes(&mut self, index: usize, text: &'m str, after: &[Part<'_>], rest: &'m str) -> bool {
        let known = self.holes.iter().find(|(i, _)| *i == index).map(|(_, text)| *text);
        if known.is_some_and(|known| known != text) || self.balanced && !is_balanced(text) {
            return false;
        }
        if known.is_none() {
            self.holes.push((index, text));
        }
        let fits = self.fits(after, rest);
        if !fits && known.is_none() {
            self.holes.pop();
        }
        fits
    }
}

/// Whether brackets and quotation marks are in pairs; operators are not looked at.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0i32;
    let mut quotes = 0;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '"' => quotes += 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && quotes % 2 == 0
}

/// A text with holes, filled.
fn filled<'m>(slot: &str, value: &dyn Fn(&str) -> Option<&'m str>) -> Option<String> {
    let mut out = String::new();
    for part in parts(slot) {
        match part {
            Part::Literal(text) => out.push_str(&text),
            Part::Hole(index) => out.push_str(value(&index.to_string())?),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_english_text() {
        for (code, message, expected) in [
            ("CS1503", "Argument 1: cannot convert from 'int' to 'A<B>'", &["1", "int", "A<B>"][..]),
            ("CS1503", "Argument \"1\": Konvertierung von \"int\" in \"A<B>\" nicht möglich.", &["1", "int", "A<B>"]),
            ("CS1503", "Argument 1: Nejde převést z int na A<B>.", &["1", "int", "A<B>"]),
            ("CS0234", "命名空间“A”中不存在类型或命名空间名“B”(是否缺少程序集引用?)", &["B", "A"]),
            (
                "CS0507",
                "B.M(): Při přepsání protected zděděného členu A.M() nejde měnit modifikátory přístupu.",
                &["B.M()", "protected", "A.M()"],
            ),
        ] {
            assert_eq!(
                arguments(code, message).as_deref(),
                Some(expected.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>().as_slice()),
                "{message}"
            );
        }
        assert_eq!(arguments("CS1503", "Something else"), None);
        assert_eq!(arguments("CS9999", "Something else"), None);
    }

    #[test]
    fn every_language_can_be_read() {
        assert!(others().lines().count() > 4_000, "{}", others().lines().count());
        assert_eq!(english_word("Methodengruppe"), "method group");
        assert_eq!(english_word("<NULL>"), "<null>");
        assert_eq!(english_word("int"), "int");
    }

    /// Fills each template with values and reads them again.
    #[test]
    fn what_a_template_is_filled_with_is_read() {
        let values = ["Alpha", "B.M(int, string)", "C<D<int?>, (int a, string b)>", "int*[]", "E"];
        let mut count = 0;
        let mut of_code = ("", Vec::new());
        for line in ENGLISH.lines().chain(others().lines()) {
            let Some((code, template)) = line.split_once('\t').filter(|(code, _)| *code != "word") else { continue };
            let text = unescaped(template);
            let parts = parts(&text);
            let beside = parts.windows(2).any(|w| matches!(w, [Part::Hole(_), Part::Hole(_)]));
            if beside {
                continue;
            }
            let fill = |i: &usize| values[i % values.len()];
            let message: String = parts
                .iter()
                .map(|p| match p {
                    Part::Literal(text) => text.to_string(),
                    Part::Hole(i) => fill(i).to_owned(),
                })
                .collect();
            if of_code.0 != code {
                of_code = (code, texts(ENGLISH, code).chain(texts(others(), code)).collect());
            }
            let (_, holes) = best(of_code.1.iter().copied(), &message).unwrap_or_else(|| panic!("{code} {message}"));
            for (i, found) in &holes {
                assert_eq!(*found, fill(i), "{code} {message}");
            }
            count += 1;
        }
        assert!(count > 4_000, "{count}");
    }
}
