//! Judging an edit by parsing the text after it.

use super::lexical::active;
use fix::RuleContext;
use syntax::{Language, Parsed};
use text::{TextEdit, TextEdits, TextRange};

/// How broken a text is: syntax errors, and bytes in them.
///
/// Preprocessor lines and all but one branch of each `#if` are blanked out first, because the grammar stumbles over constructs that
/// they split.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Damage {
    pub(crate) errors: usize,
    pub(crate) bytes: usize,
    ranges: Vec<TextRange>,
}

impl Damage {
    /// The damage of `text`, as far as it is compiled together with what stands at byte `at`.
    pub(crate) fn of(text: &str, at: usize) -> Self {
        let ranges: Vec<TextRange> =
            Parsed::new(Language::CSHARP, active(text, at)).syntax_errors().into_iter().map(|e| e.range).collect();
        Self { errors: ranges.len(), bytes: ranges.iter().map(|r| r.len()).sum(), ranges }
    }
    /// No syntax error at all.
    pub(crate) fn is_none(&self) -> bool {
        self.errors == 0
    }
    /// No syntax error within `lines` lines of `range`. The grammar does not know the newest syntax: errors elsewhere prove nothing.
    pub(crate) fn is_none_near(&self, text: &str, range: TextRange, lines: usize) -> bool {
        let start =
            text.get(..range.start).map_or(0, |head| head.rmatch_indices('\n').nth(lines).map_or(0, |(i, _)| i));
        let end = text
            .get(range.end..)
            .map_or(text.len(), |tail| tail.match_indices('\n').nth(lines).map_or(text.len(), |(i, _)| range.end + i));
        !self.ranges.iter().any(|r| r.start <= end && r.end >= start)
    }
}

/// The damage of the diagnostic's file as it is.
pub(crate) fn damage(ctx: &RuleContext<'_>) -> Damage {
    Damage::of(ctx.text(), ctx.diagnostic.range.start)
}

/// What an edit leads to.
pub(crate) struct Trial {
    /// The damage afterwards.
    pub(crate) damage: Damage,
    /// Whether the neighbourhood of the edit and of the diagnostic holds no syntax error afterwards.
    pub(crate) clear: bool,
}

/// The trial of one edit; `None` when it does not fit.
pub(crate) fn trial(ctx: &RuleContext<'_>, edit: &TextEdit) -> Option<Trial> {
    let edits = TextEdits::new(vec![edit.clone()]).ok()?;
    let after = edits.apply(ctx.text()).ok()?;
    let here = TextRange::new(edit.range.start, edit.range.start + edit.new_text.len());
    let at = ctx.diagnostic.range.start;
    let shifted = if at > edit.range.start { (at + edit.new_text.len()).saturating_sub(edit.range.len()) } else { at };
    let damage = Damage::of(&after, shifted);
    let clear = damage.is_none()
        || (damage.is_none_near(&after, here, 6)
            && damage.is_none_near(&after, TextRange::empty(shifted.min(after.len())), 6));
    Some(Trial { damage, clear })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_that_split_a_construct_are_no_damage() {
        let text = "class C {\n#if A\n  void M(int a)\n#else\n  void M()\n#endif\n  { }\n}\n";
        assert!(Damage::of(text, 0).is_none());
        assert!(Damage::of(text, 40).is_none());
    }

    #[test]
    fn far_errors_do_not_count() {
        let text = format!("class C {{ int x = ; }}\n{}class D {{ }}\n", "\n".repeat(20));
        let damage = Damage::of(&text, 0);
        assert!(!damage.is_none());
        assert!(damage.is_none_near(&text, TextRange::empty(text.len()), 6));
        assert!(!damage.is_none_near(&text, TextRange::empty(0), 6));
    }
}
