//! Judging an edit by parsing the text after it.

use fix::RuleContext;
use syntax::Parsed;
use text::{TextEdit, TextEdits};

/// How broken a text is: syntax errors, and bytes in them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Damage {
    pub(crate) errors: usize,
    pub(crate) bytes: usize,
}

impl Damage {
    fn of(parsed: &Parsed) -> Self {
        let errors = parsed.syntax_errors();
        Self { errors: errors.len(), bytes: errors.iter().map(|e| e.range.len()).sum() }
    }
    /// No syntax error.
    pub(crate) fn is_none(self) -> bool {
        self.errors == 0
    }
}

/// The damage of the diagnostic's file as it is.
pub(crate) fn damage(ctx: &RuleContext<'_>) -> Damage {
    Damage::of(&ctx.source.parsed)
}

/// The damage after `edits`; `None` when they do not fit.
pub(crate) fn damage_after(ctx: &RuleContext<'_>, edits: Vec<TextEdit>) -> Option<Damage> {
    let after = TextEdits::new(edits).ok()?.apply(ctx.text()).ok()?;
    // From scratch: an incremental parse may keep the shape of the old errors.
    Some(Damage::of(&Parsed::new(ctx.source.parsed.language(), after)))
}
