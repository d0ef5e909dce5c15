//! The list of rules, and the provider that asks them.

use crate::ledger::{LEDGER, Ledger};
use crate::repair::{demote_hidden_uses, demote_unexplained};
use fix::{
    Applicability, Fix, FixProvider, ProjectContext, ProjectRule, Rule, RuleContext, RuleDocs, language, skip_panic,
};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

static BY_CODE: LazyLock<FxHashMap<&'static str, Vec<&'static Rule>>> = LazyLock::new(|| {
    let mut map: FxHashMap<&'static str, Vec<&'static Rule>> = FxHashMap::default();
    for rule in all() {
        for code in rule.codes {
            map.entry(code).or_default().push(rule);
        }
    }
    map
});

/// Every rule, in the order in which the lists name them: for one code, earlier rules' fixes come first.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    crate::csharp::RULES.iter().chain(crate::typescript::RULES)
}

/// The rule with this name.
pub fn by_name(name: &str) -> Option<&'static Rule> {
    all().find(|r| r.name == name)
}

/// The provider of the rules' fixes.
pub fn provider() -> Arc<dyn FixProvider> {
    Arc::new(RuleProvider)
}

struct RuleProvider;

impl FixProvider for RuleProvider {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn handles(&self, code: &str) -> bool {
        BY_CODE.contains_key(code)
    }

    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        for_code(ctx.code().as_str()).iter().flat_map(|rule| ask(rule, ctx)).collect()
    }

    fn fixes_of(&self, rule: &str, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let rule = for_code(ctx.code().as_str()).iter().find(|r| r.name == rule);
        rule.map_or_else(Vec::new, |rule| ask(rule, ctx))
    }

    fn handles_project(&self, code: &str) -> bool {
        for_project_code(code).next().is_some()
    }

    fn project_fixes(&self, ctx: &ProjectContext<'_>) -> Vec<Fix> {
        let ask = |rule: &'static ProjectRule| {
            let mut fixes = (rule.fixes)(ctx);
            fixes.iter_mut().for_each(|fix| fix.rule = Cow::Borrowed(rule.name));
            fixes
        };
        for_project_code(ctx.diagnostic.code.as_str()).flat_map(ask).collect()
    }

    fn docs_for_code(&self, code: &str) -> Vec<RuleDocs> {
        let of_projects = for_project_code(code).filter(|r| r.codes.first().is_some_and(|c| !c.starts_with("CS")));
        for_code(code).iter().map(|r| page(r, &LEDGER)).chain(of_projects.map(ProjectRule::docs)).collect()
    }

    fn docs_of(&self, rule: &str) -> Option<RuleDocs> {
        let of_projects = || crate::msbuild::RULES.iter().find(|r| r.name == rule).map(ProjectRule::docs);
        by_name(rule).map(|r| page(r, &LEDGER)).or_else(of_projects)
    }
}

/// The rules about project files that answer to `code`.
fn for_project_code(code: &str) -> impl Iterator<Item = &'static ProjectRule> {
    crate::msbuild::RULES.iter().filter(move |r| r.codes.contains(&code))
}

/// The rules that answer to `code`.
fn for_code(code: &str) -> &'static [&'static Rule] {
    BY_CODE.get(code).map_or(&[], Vec::as_slice)
}

/// What one rule offers. One that panics offers nothing; the others are asked all the same.
fn ask(rule: &'static Rule, ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut fixes = skip_panic(rule.name, ctx, || (rule.fixes)(ctx)).unwrap_or_default();
    // The first code names what the rule is about; some rules of the syntax also answer to what follows from a syntax error.
    let about = rule.codes.first().copied().unwrap_or_default();
    let syntactic = [about, ctx.code().as_str()].into_iter().any(language::is_syntax_code);
    for fix in &mut fixes {
        fix.rule = Cow::Borrowed(rule.name);
        fix.syntactic = syntactic;
        cap(fix, &LEDGER);
        if syntactic {
            demote_unexplained(ctx, fix);
        }
        demote_hidden_uses(ctx, fix);
    }
    fixes
}

/// A rule that was wrong in tests is not believed when it calls a fix safe.
fn cap(fix: &mut Fix, ledger: &Ledger) {
    if fix.applicability == Applicability::Safe && !ledger.trusts(&fix.rule) {
        fix.applicability = Applicability::Unsafe;
        fix.preferred = false;
    }
}

/// The manual page of a rule, with what is known of it from tests.
fn page(rule: &Rule, ledger: &Ledger) -> RuleDocs {
    let mut docs = rule.docs();
    if let Some(record) = ledger.of(rule.name) {
        docs.markdown = format!("{}\n\n{record}, over {} faults.\n", docs.markdown.trim_end(), ledger.faults);
    }
    docs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::panic::catch_unwind;

    /// Each manual page is whole and each of its examples comes true.
    #[test]
    fn manual_pages_are_whole_and_true() {
        let mut failures = Vec::new();
        for rule in all() {
            if let Err(e) = catch_unwind(|| fix::testing::check_docs(rule)) {
                let text = e.downcast_ref::<String>().cloned();
                failures.push(text.or_else(|| e.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default());
            }
        }
        for rule in crate::msbuild::RULES {
            if let Err(e) = catch_unwind(|| fix::testing::check_project_docs(rule)) {
                let text = e.downcast_ref::<String>().cloned();
                failures.push(text.or_else(|| e.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default());
            }
        }
        assert!(failures.is_empty(), "{} manual pages fail:\n{}", failures.len(), failures.join("\n\n"));
    }

    #[test]
    fn the_ledger_decides_what_is_safe_and_is_printed() {
        let rule = all().next().expect("there are rules");
        let ledger = |new: u32| {
            let record = format!("{{\"applied\": 25, \"repaired\": 25, \"same\": 25, \"new\": {new}}}");
            Ledger::parse(&format!("{{\"faults\": 5000, \"rules\": {{\"{}\": {record}}}}}", rule.name))
                .expect("it is JSON")
        };
        let capped = |applicability, new| {
            let mut fix = Fix::new("Change it", applicability, fix::Change::new()).preferred();
            fix.rule = Cow::Borrowed(rule.name);
            cap(&mut fix, &ledger(new));
            (fix.applicability, fix.preferred)
        };
        assert_eq!(capped(Applicability::Safe, 0), (Applicability::Safe, true));
        assert_eq!(capped(Applicability::Safe, 1), (Applicability::Unsafe, false));
        assert_eq!(capped(Applicability::DisplayOnly, 1), (Applicability::DisplayOnly, true));
        let text = page(rule, &ledger(0)).markdown;
        assert!(text.ends_with("applied safely 25 times in tests, 0 wrong, over 5000 faults.\n"), "{text}");
        assert_eq!(page(rule, &Ledger::default()).markdown, rule.docs().markdown);
    }

    #[test]
    fn names_are_unique_and_codes_belong_to_the_language() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.name), "{} is listed twice", rule.name);
            let support = language::of_family(rule.language).expect("the language has support");
            assert!(!rule.codes.is_empty() && rule.codes.iter().all(|c| support.has_code(c)), "{}", rule.name);
        }
    }
}
