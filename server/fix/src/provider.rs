//! Who finds fixes: the interface, and the list of those that a program was started with.

use crate::causes::Cause;
use crate::caution::Caution;
use crate::excerpt::Excerpt;
use crate::language::{self, LanguageSupport};
use crate::{Applicability, Bulk, Change, Fix, ProjectContext, RuleContext, RuleDocs};
use diagnostics::SourceDiagnostic;
use index::Index;
use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// How expensive it is to ask a provider, in ascending order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Cost {
    /// Milliseconds: asked while a person waits for the lightbulb.
    #[default]
    Interactive,
    /// More than that: asked in idle time and when many diagnostics are fixed at once.
    Idle,
}

/// A kind of fix: hand-written rules, learned patterns, migrations. Asked by code, never by name.
pub trait FixProvider: Send + Sync {
    /// A short name for logs.
    fn name(&self) -> &'static str;
    /// How expensive it is to ask it.
    fn cost(&self) -> Cost {
        Cost::Interactive
    }
    /// Whether it may have fixes for diagnostics with this code.
    fn handles(&self, code: &str) -> bool;
    /// What is to be done before the first question can be answered at once; `None` when nothing is. It may take seconds: it is for another thread than
    /// the one that answers.
    fn prepare(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let _ = index;
        None
    }
    /// What explains a diagnostic: then nobody else's fixes are more than shown, because they would guess at what is known.
    fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        let _ = ctx;
        None
    }
    /// The fixes for one diagnostic, best first; empty when in doubt. Each has [`Fix::rule`] set.
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix>;
    /// Only those fixes whose [`Fix::rule`] is `rule`.
    fn fixes_of(&self, rule: &str, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let mut fixes = self.fixes(ctx);
        fixes.retain(|f| f.rule == rule);
        fixes
    }
    /// What one of its fixes changes; `None` when it cannot be done.
    fn change_of(&self, fix: &Fix, ctx: &RuleContext<'_>) -> Option<Change> {
        fix.change(ctx)
    }
    /// Whether it may have fixes for diagnostics with this code in files that say how sources are built.
    fn handles_project(&self, code: &str) -> bool {
        let _ = code;
        false
    }
    /// The fixes for one diagnostic in such a file, best first; empty when in doubt. Their changes are known at once.
    fn project_fixes(&self, ctx: &ProjectContext<'_>) -> Vec<Fix> {
        let _ = ctx;
        Vec::new()
    }
    /// Takes note that a build of the workspace, as it is on disk, ended without errors. The work that this makes is for any thread, and soon: it reads the
    /// files as they are then.
    fn built(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let _ = index;
        None
    }
    /// The manual pages of what it does about `code`.
    fn docs_for_code(&self, code: &str) -> Vec<RuleDocs>;
    /// The manual page of the rule with this name, when it is one of its own.
    fn docs_of(&self, rule: &str) -> Option<RuleDocs>;
}

/// The providers of a program, in order: for equal fixes, those of earlier providers come first. Cheap to copy.
#[derive(Clone, Default)]
pub struct Providers(Arc<[Arc<dyn FixProvider>]>);

impl FromIterator<Arc<dyn FixProvider>> for Providers {
    fn from_iter<I: IntoIterator<Item = Arc<dyn FixProvider>>>(providers: I) -> Self {
        Self(providers.into_iter().collect())
    }
}

impl Providers {
    /// Tells all of them that a build of the workspace, as it is on disk, ended without errors. Returns the work that this makes, for any thread.
    pub fn built(&self, index: &Index) -> impl FnOnce() + Send + use<> {
        let work: Vec<_> = self.0.iter().filter_map(|p| p.built(index)).collect();
        move || {
            for work in work {
                work();
            }
        }
    }

    /// Whether any of them may have fixes for diagnostics with this code.
    pub fn handle(&self, code: &str) -> bool {
        self.0.iter().any(|p| p.handles(code))
    }

    /// Whether any of them may have fixes for diagnostics with this code in files that say how sources are built.
    pub fn handle_project(&self, code: &str) -> bool {
        self.0.iter().any(|p| p.handles_project(code))
    }

    /// The fixes for a diagnostic in a file that says how sources are built, best first.
    pub fn project_fixes(&self, ctx: &ProjectContext<'_>) -> Vec<Fix> {
        let mut out: Vec<Fix> = Vec::new();
        for provider in self.0.iter().filter(|p| p.handles_project(ctx.diagnostic.code.as_str())) {
            let place = (ctx.path(), ctx.diagnostic.range.start);
            let found = skip_panic_at(provider.name(), place, || provider.project_fixes(ctx)).unwrap_or_default();
            out.extend(found.into_iter().map(|mut fix| {
                fix.provider = provider.name();
                if ctx.diagnostic.trust != diagnostics::Trust::Sure {
                    fix.applicability = fix.applicability.min(Applicability::Unsafe);
                    fix.preferred = false;
                }
                fix
            }));
        }
        out.retain(|f| f.ready_change().is_some_and(|c| !c.is_empty()));
        out.sort_by_key(|f| (f.suppression, !f.preferred, Reverse(f.applicability)));
        out
    }

    /// What is to be done, on other threads, before all of them can answer at once.
    pub fn prepare(&self, index: &Index) -> Vec<Box<dyn FnOnce() + Send>> {
        self.0.iter().filter_map(|p| p.prepare(index)).collect()
    }

    /// The cost of asking all of them.
    pub fn cost(&self) -> Cost {
        self.0.iter().map(|p| p.cost()).max().unwrap_or_default()
    }

    /// The fixes for one diagnostic of all providers that cost no more than `limit`, best first: safe ones, as in bulk, then preferred ones, then in
    /// the order of the providers; suppressions last. At most one is preferred.
    pub fn fixes(&self, ctx: &RuleContext<'_>, limit: Cost) -> Vec<Fix> {
        match Excerpt::of(ctx) {
            Some(part) => part.fixes(ctx, |ctx| self.fixes_here(ctx, limit), |fix, ctx| self.change_of(fix, ctx)),
            None => self.fixes_here(ctx, limit),
        }
    }

    fn fixes_here(&self, ctx: &RuleContext<'_>, limit: Cost) -> Vec<Fix> {
        let language = language_of(ctx);
        if language.is_some_and(|l| l.is_echo_of_syntax_error(ctx)) {
            return Vec::new();
        }
        let isolation = language.and_then(|l| l.syntax_isolation(ctx));
        let uncertain = language.is_some_and(|l| l.meaning_is_uncertain(ctx));
        let explained = self.explained(ctx);
        let echo = explained.is_none() && language.is_some_and(|l| l.cause(ctx).is_some());
        let mut out: Vec<Fix> = Vec::new();
        for provider in self.asked(ctx).filter(|p| p.cost() <= limit) {
            let found = skip_panic(provider.name(), ctx, || provider.fixes(ctx)).unwrap_or_default();
            out.extend(found.into_iter().map(|mut fix| {
                fix.provider = provider.name();
                if fix.isolation.is_none() {
                    fix.isolation.clone_from(&isolation);
                }
                if uncertain && !fix.syntactic {
                    fix.applicability = fix.applicability.min(Applicability::Unsafe);
                    fix.preferred = false;
                }
                let known = explained.as_ref().is_some_and(|(by, _)| *by != provider.name());
                if (known || echo) && !fix.mends_cause {
                    fix.applicability = Applicability::DisplayOnly;
                    // Else it would stand before what is known to be right.
                    fix.preferred = false;
                }
                fix
            }));
        }
        if out.iter().any(|f| f.restores) {
            for fix in out.iter_mut().filter(|f| !f.restores) {
                fix.bulk = Bulk::Manual;
                fix.preferred = false;
            }
        }
        // The order is that of the rules: what the build's other diagnostics make uncertain is still the best that is known.
        out.sort_by_key(|f| {
            (f.suppression, !f.restores, f.applicability != Applicability::Safe, !f.preferred, Reverse(f.applicability))
        });
        if !out.is_empty() {
            let caution = Caution::of(ctx, language);
            for fix in &mut out {
                caution.apply(ctx, fix, |fix| self.change_of(fix, ctx), |fix, other| self.repairs(fix, ctx, other));
            }
        }
        // An editor that applies the preferred fix does what a fix of all would do.
        let has_safe = out.iter().any(|f| f.applicability == Applicability::Safe && !f.suppression);
        let least = if has_safe { Applicability::Safe } else { Applicability::Unsafe };
        let mut seen_preferred = false;
        for fix in &mut out {
            fix.preferred &= !seen_preferred && fix.applicability >= least;
            seen_preferred |= fix.preferred;
        }
        out
    }

    /// Why a diagnostic is only an echo: what a provider knows, else what the language tells.
    pub fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        self.explained(ctx).map(|(_, cause)| cause).or_else(|| language_of(ctx)?.cause(ctx))
    }

    /// The provider that explains a diagnostic, and its explanation.
    fn explained(&self, ctx: &RuleContext<'_>) -> Option<(&'static str, Cause)> {
        self.asked(ctx).find_map(|p| Some((p.name(), skip_panic(p.name(), ctx, || p.cause(ctx))??)))
    }

    /// What one rule offers for a diagnostic, unchanged: to know whether a fix of it would also resolve this one.
    pub fn fixes_of(&self, rule: &str, ctx: &RuleContext<'_>) -> Vec<Fix> {
        match Excerpt::of(ctx) {
            Some(part) => part.fixes(ctx, |ctx| self.fixes_of_here(rule, ctx), |fix, ctx| self.change_of(fix, ctx)),
            None => self.fixes_of_here(rule, ctx),
        }
    }

    fn fixes_of_here(&self, rule: &str, ctx: &RuleContext<'_>) -> Vec<Fix> {
        if language_of(ctx).is_some_and(|l| l.is_echo_of_syntax_error(ctx)) {
            return Vec::new();
        }
        let ask = |p: &Arc<dyn FixProvider>| {
            let mut fixes = skip_panic(p.name(), ctx, || p.fixes_of(rule, ctx)).unwrap_or_default();
            fixes.iter_mut().for_each(|f| f.provider = p.name());
            fixes
        };
        self.asked(ctx).map(ask).find(|fixes| !fixes.is_empty()).unwrap_or_default()
    }

    /// Whether the rule of `fix` also has fixes for `other`, a diagnostic of the same file.
    fn repairs(&self, fix: &Fix, ctx: &RuleContext<'_>, other: &SourceDiagnostic) -> bool {
        other.text_hash == ctx.diagnostic.text_hash
            && !self.fixes_of_here(&fix.rule, &RuleContext::new(other, ctx.sema, ctx.diagnostics)).is_empty()
    }

    /// What a fix changes; `None` when it cannot be done or changes nothing. A fix that panics is reported in the log.
    pub fn change_of(&self, fix: &Fix, ctx: &RuleContext<'_>) -> Option<Change> {
        let provider = self.0.iter().find(|p| p.name() == fix.provider)?;
        skip_panic(&fix.rule, ctx, || provider.change_of(fix, ctx)).flatten().filter(|c| !c.is_empty())
    }

    /// The manual pages for a code, or the page of the rule with this name.
    pub fn docs(&self, code_or_rule: &str) -> Vec<RuleDocs> {
        let by_code: Vec<RuleDocs> = self.0.iter().flat_map(|p| p.docs_for_code(code_or_rule)).collect();
        if by_code.is_empty() {
            self.0.iter().find_map(|p| p.docs_of(code_or_rule)).into_iter().collect()
        } else {
            by_code
        }
    }

    fn asked(&self, ctx: &RuleContext<'_>) -> impl Iterator<Item = &Arc<dyn FixProvider>> {
        let code = ctx.code().as_str();
        self.0.iter().filter(move |p| p.handles(code))
    }
}

fn language_of(ctx: &RuleContext<'_>) -> Option<&'static dyn LanguageSupport> {
    language::of(ctx.source.parsed.language())
}

/// Runs `ask`; `None` when it panics, which the log reports: one faulty rule must not take the others down.
pub fn skip_panic<R>(name: &str, ctx: &RuleContext<'_>, ask: impl FnOnce() -> R) -> Option<R> {
    skip_panic_at(name, (ctx.path(), ctx.diagnostic.range.start), ask)
}

fn skip_panic_at<R>(name: &str, (path, offset): (&Path, usize), ask: impl FnOnce() -> R) -> Option<R> {
    let answer = catch_unwind(AssertUnwindSafe(ask));
    if answer.is_err() {
        let path = path.display();
        tracing::error!(name, %path, offset, "a fix panicked and was skipped");
    }
    answer.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DiagnosticSet;
    use diagnostics::{Code, Severity};
    use semantics::Semantics;

    struct Named(&'static str, Cost, fn(&RuleContext<'_>) -> Vec<Fix>);

    impl FixProvider for Named {
        fn name(&self) -> &'static str {
            self.0
        }
        fn cost(&self) -> Cost {
            self.1
        }
        fn handles(&self, code: &str) -> bool {
            code == "CS9999"
        }
        fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
            let mut fixes = (self.2)(ctx);
            fixes.iter_mut().for_each(|f| f.rule = self.0.into());
            fixes
        }
        fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
            Vec::new()
        }
        fn docs_of(&self, rule: &str) -> Option<RuleDocs> {
            (rule == self.0).then(RuleDocs::default)
        }
    }

    fn one(ctx: &RuleContext<'_>, title: &str, applicability: Applicability) -> Fix {
        ctx.fix(title, applicability).insert(0, "x").build()
    }

    fn with_context(f: impl FnOnce(&RuleContext<'_>)) {
        let index = Index::in_memory([("/a.cs", "class C { }\n")]);
        let source = index.source(Path::new("/a.cs")).unwrap();
        let diagnostic = SourceDiagnostic {
            path: Path::new("/a.cs").into(),
            range: (0..1).into(),
            text_hash: source.hash,
            code: Code::new("CS9999"),
            severity: Severity::Error,
            message: "m".into(),
            arguments: Vec::new().into(),
            trust: Default::default(),
        };
        let set = DiagnosticSet::new([diagnostic.clone()]);
        f(&RuleContext::new(&diagnostic, Semantics::new(&index, &source), &set));
    }

    fn providers() -> Providers {
        let list: [Arc<dyn FixProvider>; 4] = [
            Arc::new(Named("first", Cost::Interactive, |c| vec![one(c, "a", Applicability::Unsafe).preferred()])),
            Arc::new(Named("faulty", Cost::Interactive, |_| panic!("on purpose"))),
            Arc::new(Named("idle", Cost::Idle, |c| vec![one(c, "b", Applicability::Safe).preferred()])),
            Arc::new(Named("last", Cost::Interactive, |c| {
                vec![one(c, "c", Applicability::Safe), one(c, "d", Applicability::Safe).suppression()]
            })),
        ];
        list.into_iter().collect()
    }

    #[test]
    fn fixes_of_all_providers_are_ordered_and_one_is_preferred() {
        with_context(|ctx| {
            let all = providers();
            let of = |limit| {
                let fixes = all.fixes(ctx, limit);
                fixes.iter().map(|f| (f.title.clone(), f.preferred)).collect::<Vec<_>>()
            };
            let named = |list: &[(&str, bool)]| list.iter().map(|(t, p)| ((*t).to_owned(), *p)).collect::<Vec<_>>();
            assert_eq!(of(Cost::Idle), named(&[("b", true), ("c", false), ("a", false), ("d", false)]));
            assert_eq!(of(Cost::Interactive), named(&[("c", false), ("a", false), ("d", false)]));
            assert_eq!(all.cost(), Cost::Idle);
            assert!(all.handle("CS9999") && !all.handle("CS9998"));
        });
    }

    struct Explains;

    impl FixProvider for Explains {
        fn name(&self) -> &'static str {
            "explains"
        }
        fn handles(&self, code: &str) -> bool {
            code == "CS9999"
        }
        fn cause(&self, _: &RuleContext<'_>) -> Option<Cause> {
            Some(Cause::NoNodeTypes)
        }
        fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
            vec![one(ctx, "known", Applicability::Unsafe)]
        }
        fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
            Vec::new()
        }
        fn docs_of(&self, _: &str) -> Option<RuleDocs> {
            None
        }
    }

    #[test]
    fn who_explains_a_diagnostic_keeps_the_others_from_guessing() {
        with_context(|ctx| {
            let guess = Named("guess", Cost::Interactive, |c| vec![one(c, "guessed", Applicability::Safe).preferred()]);
            let list: [Arc<dyn FixProvider>; 2] = [Arc::new(guess), Arc::new(Explains)];
            let all: Providers = list.into_iter().collect();
            assert_eq!(all.cause(ctx), Some(Cause::NoNodeTypes));
            let found = all.fixes(ctx, Cost::Idle);
            let found: Vec<_> = found.iter().map(|f| (f.title.as_str(), f.applicability, f.preferred)).collect();
            assert_eq!(
                found,
                [("known", Applicability::Unsafe, false), ("guessed", Applicability::DisplayOnly, false)]
            );
        });
    }

    #[test]
    fn a_rule_is_asked_by_name_and_its_change_comes_from_its_provider() {
        with_context(|ctx| {
            let all = providers();
            let fixes = all.fixes_of("last", ctx);
            assert_eq!(fixes.len(), 2);
            assert!(all.change_of(&fixes[0], ctx).is_some());
            assert!(all.change_of(&one(ctx, "of nobody", Applicability::Safe), ctx).is_none());
            assert!(all.fixes_of("nobody", ctx).is_empty());
            assert_eq!(all.docs("idle").len(), 1);
        });
    }

    #[test]
    fn a_change_that_panics_is_none() {
        with_context(|ctx| {
            let lazy: Arc<dyn FixProvider> = Arc::new(Named("lazy", Cost::Interactive, |_| {
                vec![Fix::lazy("l", Applicability::Safe, |_| panic!("on purpose"))]
            }));
            let all: Providers = [lazy].into_iter().collect();
            let fixes = all.fixes(ctx, Cost::Idle);
            assert_eq!(fixes.len(), 1);
            assert!(all.change_of(&fixes[0], ctx).is_none());
        });
    }
}
