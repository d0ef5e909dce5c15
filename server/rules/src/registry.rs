use fix::{Applicability, Change, DiagnosticSet, Fix, Rule, RuleContext};
use index::{Index, Source};
use rustc_hash::FxHashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
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

/// The rules that answer to `code`.
pub fn for_code(code: &str) -> &'static [&'static Rule] {
    BY_CODE.get(code).map_or(&[], Vec::as_slice)
}

/// The rule with this name.
pub fn by_name(name: &str) -> Option<&'static Rule> {
    all().find(|r| r.name == name)
}

/// The manual pages for `code`, for people.
pub fn explain(code: &str) -> Vec<fix::RuleDocs> {
    for_code(code).iter().map(|r| r.docs()).collect()
}

/// Files of which the build's diagnostics are echoes of a syntax error: the compiler could not parse them, or saw their declarations in other
/// places than they are meant for. To be asked on the texts that it saw, and kept in the set ([`DiagnosticSet::with_unparsed`]) while they are
/// repaired.
pub fn unread_files(index: &Index, diagnostics: &DiagnosticSet) -> Vec<PathBuf> {
    use crate::typescript::support::{cannot_be_read, is_syntax_code};
    let has =
        |path: &Path, test: &dyn Fn(&str) -> bool| diagnostics.in_file(path).iter().any(|d| test(d.code.as_str()));
    diagnostics
        .files()
        .filter(|path| {
            has(path, &misplaces_declarations)
                || has(path, &is_syntax_code)
                    && index.source(path).is_some_and(|s: Arc<Source>| cannot_be_read(&s, diagnostics))
        })
        .map(Path::to_path_buf)
        .collect()
}

/// All fixes for one diagnostic, best first: preferred ones, then by safety, then in the order of the rules; suppressions last.
/// A rule that panics offers nothing and is reported in the log: one bad rule must not take the others down.
pub fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut out: Vec<Fix> = Vec::new();
    if crate::typescript::support::is_echo_of_syntax_error(ctx) {
        return out;
    }
    // A repair of the syntax is found by trying; what was found for the file as it was need not hold once another is in.
    let one_by_one = (crate::typescript::support::is_syntax_code(ctx.code().as_str())
        && !ctx.source.parsed.syntax_errors().is_empty())
    .then(|| format!("syntax:{}", ctx.path().display()));
    let unread = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| is_syntax_code(d.code.as_str()))
        || ctx.code().is_csharp() && ctx.diagnostics.is_unparsed(ctx.path());
    for rule in for_code(ctx.code().as_str()) {
        out.extend(ask(rule, ctx).into_iter().map(|mut fix| {
            if fix.isolation.is_none() {
                fix.isolation.clone_from(&one_by_one);
            }
            // What a file means that cannot be read is not known.
            if unread && !rule.codes.iter().any(|c| is_syntax_code(c)) {
                fix.applicability = fix.applicability.min(Applicability::Unsafe);
                fix.preferred = false;
            }
            fix
        }));
    }
    out.sort_by_key(|f| (f.suppression, !f.preferred, std::cmp::Reverse(f.applicability)));
    let mut seen_preferred = false;
    for fix in &mut out {
        fix.preferred &= !seen_preferred && fix.applicability > Applicability::DisplayOnly;
        seen_preferred |= fix.preferred;
    }
    out
}

/// What one rule offers for a diagnostic, as it says it: to know whether a fix of it would mend this one, too.
pub fn fixes_by(rule: &str, ctx: &RuleContext<'_>) -> Vec<Fix> {
    if crate::typescript::support::is_echo_of_syntax_error(ctx) {
        return Vec::new();
    }
    let rule = for_code(ctx.code().as_str()).iter().find(|r| r.name == rule);
    rule.map_or_else(Vec::new, |rule| ask(rule, ctx))
}

fn ask(rule: &'static Rule, ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut fixes = catch_unwind(AssertUnwindSafe(|| (rule.fixes)(ctx))).unwrap_or_else(|_| {
        tracing::error!(
            rule = rule.name,
            path = %ctx.path().display(),
            offset = ctx.diagnostic.range.start,
            "the rule panicked and was skipped"
        );
        Vec::new()
    });
    fixes.iter_mut().for_each(|fix| fix.rule = rule.name);
    fixes
}

/// What a fix changes. One that panics changes nothing and is reported in the log.
pub fn change_of(fix: &Fix, ctx: &RuleContext<'_>) -> Option<Change> {
    match catch_unwind(AssertUnwindSafe(|| fix.change(ctx))) {
        Ok(change) => change.filter(|c| !c.is_empty()),
        Err(_) => {
            tracing::error!(rule = fix.rule, path = %ctx.path().display(), "the fix panicked and was skipped");
            None
        }
    }
}

/// Codes by which the C# compiler says that it could not read a file. A build stops there; an editor goes on, and what it reports
/// of the same file is mostly a consequence.
fn is_syntax_code(code: &str) -> bool {
    const CODES: &[&str] = &[
        "CS1001", "CS1002", "CS1003", "CS1010", "CS1022", "CS1026", "CS1039", "CS1513", "CS1514", "CS1519", "CS1525",
        "CS1585", "CS8300",
    ];
    CODES.contains(&code)
}

/// Codes of errors after which the C# compiler saw what follows outside the type, or inside the function, that it belongs to.
fn misplaces_declarations(code: &str) -> bool {
    matches!(code, "CS0116" | "CS1022" | "CS1513" | "CS1514" | "CS1519" | "CS8803")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

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
        assert!(failures.is_empty(), "{} manual pages fail:\n{}", failures.len(), failures.join("\n\n"));
    }

    #[test]
    fn names_are_unique_and_codes_belong_to_the_language() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.name), "{} is listed twice", rule.name);
            let prefix = if rule.language == fix::RuleLanguage::CSharp { "CS" } else { "TS" };
            assert!(!rule.codes.is_empty() && rule.codes.iter().all(|c| c.starts_with(prefix)), "{}", rule.name);
        }
    }
}
