//! Causes before guesses: which fixes are not certain because of what else the build reports.
//!
//! An error hides what the compiler would say of the code around it: a name that is not found may be the use that an "unused" declaration
//! lacks. What depends on meaning waits until such an error is repaired and the build has run again.

use crate::language::{self, LanguageSupport, Reach};
use crate::printed_names::names_of;
use crate::{Applicability, Change, FileChange, Fix, RuleContext};
use diagnostics::{Code, Severity, SourceDiagnostic, Trust};
use text::{TextEdit, TextRange};

/// What limits the fixes of one diagnostic.
pub(crate) struct Caution {
    trust: Trust,
    /// An error that may hide what they depend on.
    hidden: bool,
    /// The same for fixes that only spell a name in another way.
    hidden_spelling: bool,
    /// It reports something as unused, or types that do not fit: what is hidden may be all that is wrong.
    may_be_echo: bool,
}

impl Caution {
    pub fn of(ctx: &RuleContext<'_>, language: Option<&dyn LanguageSupport>) -> Self {
        let reach = language.map_or(Reach::None, |l| l.reach(ctx));
        let around = |range: TextRange| language.is_some_and(|l| has_cause(ctx, l, range));
        Self {
            trust: ctx.diagnostic.trust,
            hidden: matches!(reach, Reach::All(range) if around(range)),
            may_be_echo: language
                .is_some_and(|l| l.is_unused_code(ctx.code().as_str()) || l.is_about_types(ctx.code().as_str())),
            hidden_spelling: matches!(reach, Reach::Spelling(range) if around(range)),
        }
    }

    /// Lowers a fix as far as its diagnostic asks for. `change` computes what it changes; `repairs` tells whether its rule would also
    /// repair another diagnostic.
    pub fn apply(
        &self,
        ctx: &RuleContext<'_>,
        fix: &mut Fix,
        change: impl FnOnce(&Fix) -> Option<Change>,
        repairs: impl Fn(&Fix, &SourceDiagnostic) -> bool,
    ) {
        let mut most = match self.trust {
            Trust::Guessed => Applicability::DisplayOnly,
            Trust::Doubtful => Applicability::Unsafe,
            Trust::Sure => Applicability::Safe,
        };
        if !fix.suppression && !fix.by_symbol && fix.applicability >= Applicability::Unsafe {
            let set = ctx.diagnostics;
            let alone = set.count_in(ctx.path()) <= 1 && set.repaired_in(ctx.path()).is_empty();
            // What may change meaning anyway only waits before it removes something, or where there may be nothing to repair.
            let is_safe = fix.applicability == Applicability::Safe;
            let waits = self.hidden && (is_safe || self.may_be_echo)
                || !alone
                    && change(fix).is_some_and(|change| {
                        let respells = is_safe && !fix.syntactic && is_respelling(ctx, &change);
                        let waits = respells && (self.hidden_spelling || is_missing_in_a_base(ctx, &change))
                            || takes_another(ctx, fix, &change, repairs);
                        fix.keep(change);
                        waits
                    });
            if waits {
                fix.waits = true;
                most = most.min(Applicability::Unsafe);
            }
        }
        if most < fix.applicability {
            fix.applicability = most;
            fix.preferred = false;
        }
    }
}

/// Diagnostics of one place that are looked at one by one, and groups of a file that are asked instead where there are more.
const MOST_AROUND: usize = 256;

/// Whether an error that hides meaning stands in `range`, or was repaired there since the build. Where too many errors stand in the range to tell,
/// one may.
fn has_cause(ctx: &RuleContext<'_>, language: &dyn LanguageSupport, range: TextRange) -> bool {
    let own = ctx.diagnostic;
    let hides = |code: &Code| language.hides_meaning(code.as_str(), own.code.as_str());
    let repaired = || {
        let mut others = ctx.diagnostics.repaired_spans(ctx.path()).filter(|(code, _)| **code != own.code);
        others.any(|(code, spans)| hides(code) && spans.touch(range))
    };
    // What lacks the same name is another sign of one cause, and hides nothing.
    let wanted: Vec<&str> = match language.is_unused_code(own.code.as_str()) {
        true => Vec::new(),
        false => names_of(own).collect(),
    };
    let around = ctx.diagnostics.in_range(ctx.path(), range);
    if around.len() <= MOST_AROUND {
        let same_name = |d: &SourceDiagnostic| names_of(d).any(|name| wanted.contains(&name)) || d == own;
        return around.iter().any(|d| hides(&d.code) && !same_name(d)) || repaired();
    }
    let mut asked = 0;
    for (code, groups) in ctx.diagnostics.groups(ctx.path()).into_iter().flatten().filter(|(code, _)| hides(code)) {
        for group in groups {
            asked += 1;
            if asked > MOST_AROUND {
                return true;
            }
            if group.names.iter().any(|name| wanted.contains(&name.as_str())) {
                continue;
            }
            let from = group.starts.partition_point(|start| *start < range.start);
            let others = group.starts[from..].iter().take_while(|start| **start < range.end);
            let is_own = *code == own.code && group.names.iter().map(String::as_str).eq(names_of(own));
            if others.take(2).count() > usize::from(is_own && range.contains(own.range.start)) {
                return true;
            }
        }
    }
    repaired()
}

/// Whether another diagnostic of the file says that a type lacks, of its bases, a name that the change spells in another way: then what it is
/// spelt like may be what has the wrong name.
fn is_missing_in_a_base(ctx: &RuleContext<'_>, change: &Change) -> bool {
    let Some(facts) = language::facts(ctx.diagnostics, ctx.path()).filter(|facts| !facts.base_names.is_empty()) else {
        return false;
    };
    let old = own_edits(ctx, change).iter().filter_map(|e| ctx.text().get(e.range.start..e.range.end));
    old.filter_map(|name| facts.base_names.get(name)).any(|codes| codes.iter().any(|code| code != ctx.code()))
}

/// The edits of the diagnostic's own file, if the change has no others.
fn own_edits<'c>(ctx: &RuleContext<'_>, change: &'c Change) -> &'c [TextEdit] {
    match change.file(ctx.path()) {
        Some(FileChange::Edit { edits, imports, .. }) if imports.is_empty() => edits,
        _ => &[],
    }
}

/// Whether the change only writes other names in the place of names.
fn is_respelling(ctx: &RuleContext<'_>, change: &Change) -> bool {
    let name = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || "_$@#".contains(c));
    let edits = own_edits(ctx, change);
    !edits.is_empty()
        && edits.iter().all(|e| name(&e.new_text) && ctx.text().get(e.range.start..e.range.end).is_some_and(name))
}

/// Whether the change deletes code that another diagnostic is about, and that it does not repair.
fn takes_another(
    ctx: &RuleContext<'_>,
    fix: &Fix,
    change: &Change,
    repairs: impl Fn(&Fix, &SourceDiagnostic) -> bool,
) -> bool {
    let edits = own_edits(ctx, change);
    if edits.is_empty() || !edits.iter().all(|e| e.new_text.trim().is_empty() && !e.range.is_empty()) {
        return false;
    }
    let reports_unused =
        |d: &SourceDiagnostic| language::of_code(d.code.as_str()).is_some_and(|l| l.is_unused_code(d.code.as_str()));
    // What was repaired in it may have been what the compiler did not see.
    let mut repaired = ctx.diagnostics.repaired_spans(ctx.path()).filter(|(code, _)| *code != ctx.code());
    if repaired.any(|(_, spans)| edits.iter().any(|e| spans.any_within(e.range))) {
        return true;
    }
    edits.iter().flat_map(|e| ctx.diagnostics.in_range(ctx.path(), e.range)).any(|d| {
        let other = d.range.start != ctx.diagnostic.range.start || d.code != *ctx.code();
        other && d.severity >= Severity::Warning && !reports_unused(d) && !repairs(fix, d)
    })
}
