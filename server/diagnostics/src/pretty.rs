//! The lines after a line in tsc's pretty form: more of the message, the code frame, related locations.

use crate::canonical::colon_location;
use crate::draft::Draft;
use crate::{LineColumn, Location};

/// The part of the frame that was read last.
pub(crate) struct Pretty {
    start: Option<LineColumn>,
    part: Part,
    /// Line number in the gutter above, and the column at which its code starts.
    gutter: Option<(u32, usize)>,
    blank: bool,
}

#[derive(PartialEq, Eq)]
enum Part {
    Message,
    Code,
    Related,
}

impl Pretty {
    pub(crate) fn new(location: Option<Location>) -> Self {
        let start = match location {
            Some(Location::LineColumn { start, .. }) => Some(start),
            _ => None,
        };
        Self { start, part: Part::Message, gutter: None, blank: false }
    }

    /// Takes a line; `false` when it is not part of the diagnostic. `reports`: it looks like the start of another diagnostic.
    pub(crate) fn push(&mut self, draft: &mut Draft, line: &str, reports: bool) -> bool {
        let line = line.trim_end();
        if line.is_empty() {
            self.blank = true;
            if self.part == Part::Message {
                self.part = Part::Code;
            }
            return true;
        }
        let after_blank = std::mem::take(&mut self.blank);
        if self.part == Part::Message {
            if reports || !line.starts_with("  ") {
                return false;
            }
            draft.push_line(line);
            return true;
        }
        let unindented = line.strip_prefix("    ").filter(|_| self.part == Part::Related);
        if let Some(code) = gutter(unindented.unwrap_or(line)) {
            self.gutter = code;
            return true;
        }
        if self.part == Part::Code && is_squiggle(line) {
            self.squiggle(draft, line);
            return true;
        }
        if let Some(inner) = unindented {
            // Up to TypeScript 6 the related message stands below its frame.
            if !is_squiggle(inner)
                && let Some(last) = draft.related.last_mut()
                && last.2.len() < 4096
            {
                if !last.2.is_empty() {
                    last.2.push('\n');
                }
                last.2.push_str(inner);
            }
            return true;
        }
        if after_blank && line.starts_with("  ") && !line.starts_with("   ") {
            // `  path:l:c`, and from TypeScript 7 on ` - message`.
            let (place, message) = line.split_once(" - ").unwrap_or((line, ""));
            if let Some((path, location)) = colon_location(place)
                && draft.related.len() < 64
            {
                draft.related.push((Some(path.trim().to_owned()), Some(location), message.to_owned()));
                self.part = Part::Related;
                self.gutter = None;
                return true;
            }
        }
        false
    }

    /// The underlining shows the end, which the heading does not have.
    fn squiggle(&self, draft: &mut Draft, line: &str) {
        let (Some(start), Some((number, code_at))) = (self.start, self.gutter) else { return };
        let Some(first) = line.find('~').and_then(|first| first.checked_sub(code_at)) else { return };
        let units = line.bytes().filter(|b| *b == b'~').count() as u32;
        let column = if number == start.line {
            // tsc prints a tab as one space, so columns agree; if they do not, another tool printed the frame.
            if Some(first as u32 + 1) != start.column {
                return;
            }
            first as u32 + 1 + units
        } else if number > start.line && first == line.len() - line.trim_start().len() - code_at {
            units + first as u32 + 1
        } else {
            return;
        };
        let end = Some(LineColumn { line: number, column: Some(column) });
        if let Some(Location::LineColumn { end: place, .. }) = &mut draft.location {
            *place = end;
        }
    }
}

/// `12 code`: the line number and where code starts. `Some(None)`: `...`, lines left out.
fn gutter(line: &str) -> Option<Option<(u32, usize)>> {
    let digits_at = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[digits_at..];
    if rest == "..." {
        return Some(None);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 7 || digits_at > 7 || !(rest.len() == digits || rest.as_bytes()[digits] == b' ') {
        return None;
    }
    rest[..digits].parse().ok().map(|n| Some((n, digits_at + digits + 1)))
}

fn is_squiggle(line: &str) -> bool {
    line.starts_with(' ') && line.bytes().all(|b| b == b' ' || b == b'~')
}
