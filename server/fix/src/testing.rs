//! Test support for rules: `check_fix`, `check_no_fix`, and the examples of the manual page.
//!
//! A fixture is a text with `$0` where the diagnostic starts, and optionally a second `$0` where it ends. The fix must then be the same with
//! and without the end, because build logs have none. `//- /path.cs` lines start further files.

use crate::{
    Applicability, Change, DiagnosticSet, Example, FileChange, Fix, ProjectContext, ProjectRule, Rule, RuleContext,
};
use diagnostics::{Code, Severity, SourceDiagnostic, Trust, arguments_of};
use index::Index;
use semantics::Semantics;
use std::collections::BTreeMap;
use std::path::PathBuf;
use syntax::{Parsed, new_syntax_errors};
use text::{ContentHash, TextRange};

const MARK: &str = "$0";

struct Fixture {
    files: BTreeMap<String, String>,
    active: String,
    start: usize,
    end: Option<usize>,
}

fn split_files(text: &str, default: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut path = default.to_owned();
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix("//- ") {
            path = next.trim().to_owned();
            files.entry(path.clone()).or_default();
        } else {
            files.entry(path.clone()).or_default().push_str(line);
        }
    }
    files
}

fn fixture(before: &str, default: &str) -> Fixture {
    let mut files = split_files(before, default);
    let active = files.iter().find(|(_, t)| t.contains(MARK)).map(|(p, _)| p.clone());
    let active = active.expect("the fixture marks the diagnostic with $0");
    let text = files.get_mut(&active).expect("just found");
    let start = text.find(MARK).expect("just found");
    text.replace_range(start..start + MARK.len(), "");
    let end = text.find(MARK);
    if let Some(end) = end {
        text.replace_range(end..end + MARK.len(), "");
    }
    assert!(!text.contains(MARK), "more than two $0");
    Fixture { files, active, start, end }
}

fn default_path(code: &str, language: &str) -> &'static str {
    match language {
        "tsx" => "/main.tsx",
        _ if crate::language::of_code(code).is_some_and(|l| l.code_prefix() == "CS") => "/main.cs",
        _ => "/main.ts",
    }
}

fn with_fixes<R>(
    rule: &Rule,
    code: &str,
    message: &str,
    fixture: &Fixture,
    range: TextRange,
    f: impl FnOnce(&RuleContext<'_>, Vec<Fix>) -> R,
) -> R {
    with_fixes_among(rule, code, message, &[], fixture, range, f)
}

fn with_fixes_among<R>(
    rule: &Rule,
    code: &str,
    message: &str,
    others: &[(&str, &str)],
    fixture: &Fixture,
    range: TextRange,
    f: impl FnOnce(&RuleContext<'_>, Vec<Fix>) -> R,
) -> R {
    let others: Vec<(usize, &str, &str)> = others.iter().enumerate().map(|(i, (c, m))| (i, *c, *m)).collect();
    with_fixes_at(rule, code, message, &others, fixture, range, f)
}

fn with_fixes_at<R>(
    rule: &Rule,
    code: &str,
    message: &str,
    others: &[(usize, &str, &str)],
    fixture: &Fixture,
    range: TextRange,
    f: impl FnOnce(&RuleContext<'_>, Vec<Fix>) -> R,
) -> R {
    assert!(rule.codes.contains(&code), "{} does not handle {code}", rule.name);
    let index = Index::in_memory(fixture.files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let path = PathBuf::from(&fixture.active);
    let diagnostic_at = |code: &str, message: &str, range| {
        let code = Code::new(code);
        SourceDiagnostic {
            path: path.as_path().into(),
            range,
            text_hash: ContentHash::of(fixture.files[&fixture.active].as_bytes()),
            arguments: arguments_of(&code, message).into(),
            code,
            severity: Severity::Error,
            message: message.into(),
            trust: Trust::Sure,
        }
    };
    let diagnostic = diagnostic_at(code, message, range);
    let source = index.document(&path).expect("the active file is a source file, or JSON");
    let others = others.iter().map(|(at, code, message)| diagnostic_at(code, message, TextRange::empty(*at)));
    // Files beside the active one that do not parse are taken for files that the compiler could not parse either.
    let beside = fixture.files.keys().map(PathBuf::from).filter(|other| *other != path);
    let unparsed = beside.filter(|p| index.source(p).is_some_and(|s| !s.parsed.syntax_errors().is_empty()));
    let set = DiagnosticSet::new(others.chain([diagnostic.clone()])).with_unparsed(unparsed);
    let ctx = RuleContext::new(&diagnostic, Semantics::new(&index, &source), &set);
    let fixes = (rule.fixes)(&ctx);
    // An editor identifies a fix by rule and title.
    let mut titles: Vec<&str> = fixes.iter().map(|f| f.title.as_str()).collect();
    titles.sort_unstable();
    assert!(titles.windows(2).all(|w| w[0] != w[1]), "{}: two fixes with the same title: {titles:?}", rule.name);
    f(&ctx, fixes)
}

/// The files after `change`. Asserts that it adds no syntax errors.
fn applied(ctx: &RuleContext<'_>, change: &Change) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (path, file) in change.files() {
        let name = path.to_string_lossy().into_owned();
        match file {
            FileChange::Create { text } => {
                out.insert(name, text.clone());
            }
            FileChange::Rename { to } => {
                let text = ctx.index.text(path).expect("a renamed file exists");
                out.insert(to.to_string_lossy().into_owned(), text.to_string());
            }
            FileChange::Delete => {
                out.insert(name, String::new());
            }
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, ctx.index).expect("edits fit the text");
                let text = ctx.index.text(path).expect("an edited file exists");
                let after = edits.apply(&text).expect("edits fit the text");
                if let Some(language) = syntax::Language::of_path(path) {
                    let before = Parsed::new(language, text);
                    let fresh = Parsed::new(language, after.as_str());
                    let errors = new_syntax_errors(&before, &fresh, &edits);
                    assert!(errors.is_empty(), "new syntax errors {errors:?} in\n{after}");
                }
                out.insert(name, after);
            }
        }
    }
    out
}

fn check(rule: &Rule, code: &str, message: &str, title: &str, before: &str, after: &str, language: &str) {
    let fixture = fixture(before, default_path(code, language));
    let expected = split_files(after, &fixture.active);
    let ranges = [Some(fixture.start), fixture.end].into_iter().flatten().map(|end| TextRange::new(fixture.start, end));
    for range in ranges {
        with_fixes(rule, code, message, &fixture, range, |ctx, fixes| {
            let fix = fixes.iter().find(|f| title.is_empty() || f.title == title);
            let fix = fix.unwrap_or_else(|| panic!("{}: no fix {title:?} among {fixes:?} at {range:?}", rule.name));
            let change = fix.change(ctx).unwrap_or_else(|| panic!("{}: {} has no change", rule.name, fix.title));
            let got = applied(ctx, &change);
            for (path, want) in &expected {
                let unchanged = fixture.files.get(path);
                let have = got
                    .get(path)
                    .or(unchanged)
                    .unwrap_or_else(|| panic!("{path} is neither in the fixture nor created: {got:?}"));
                assert!(
                    have == want,
                    "{}: {path} after {:?}\n--- want\n{want}\n--- have\n{have}",
                    rule.name,
                    fix.title
                );
            }
            for path in got.keys() {
                assert!(expected.contains_key(path), "{}: {path} changed too:\n{}", rule.name, got[path]);
            }
        });
    }
}

/// The first fix of `rule` for the diagnostic turns `before` into `after`.
pub fn check_fix(rule: &Rule, code: &str, message: &str, before: &str, after: &str) {
    check(rule, code, message, "", before, after, "");
}

/// The fix with this title turns `before` into `after`.
pub fn check_fix_titled(rule: &Rule, code: &str, message: &str, title: &str, before: &str, after: &str) {
    check(rule, code, message, title, before, after, "");
}

/// `rule` offers no fix with this title for the diagnostic.
pub fn check_not_offered(rule: &Rule, code: &str, message: &str, title: &str, before: &str) {
    let fixture = fixture(before, default_path(code, ""));
    let range = TextRange::new(fixture.start, fixture.end.unwrap_or(fixture.start));
    with_fixes(rule, code, message, &fixture, range, |_, fixes| {
        assert!(fixes.iter().all(|f| f.title != title), "{} offers {fixes:?}", rule.name);
    });
}

/// `rule` offers nothing for the diagnostic.
pub fn check_no_fix(rule: &Rule, code: &str, message: &str, before: &str) {
    let fixture = fixture(before, default_path(code, ""));
    let range = TextRange::new(fixture.start, fixture.end.unwrap_or(fixture.start));
    with_fixes(rule, code, message, &fixture, range, |ctx, fixes| {
        let real: Vec<_> = fixes.iter().filter(|f| f.change(ctx).is_some()).collect();
        assert!(real.is_empty(), "{} offers {real:?}", rule.name);
    });
}

/// Checks the active file after fix-all applied the rule's `Safe` fix, while the build also reports `others` (code and message) in the
/// file. `None`: no fix is `Safe`.
pub fn check_fix_all(
    rule: &Rule,
    code: &str,
    message: &str,
    others: &[(&str, &str)],
    before: &str,
    after: Option<&str>,
) {
    let fixture = fixture(before, default_path(code, ""));
    let range = TextRange::new(fixture.start, fixture.end.unwrap_or(fixture.start));
    with_fixes_among(rule, code, message, others, &fixture, range, |ctx, fixes| {
        let safe = fixes.iter().find(|f| f.applicability == crate::Applicability::Safe);
        let change = safe.and_then(|f| f.change(ctx));
        let have = change.map(|c| applied(ctx, &c).remove(&fixture.active).unwrap_or_default());
        assert_eq!(have.as_deref(), after, "{}: {fixes:?}", rule.name);
    });
}

/// The first fix of `rule` turns `before` into `after`, while the build also reports `others` (offset, code and message) in the file; whether
/// it takes part when many are applied.
pub fn check_fix_beside(
    rule: &Rule,
    code: &str,
    message: &str,
    others: &[(usize, &str, &str)],
    before: &str,
    after: &str,
    in_bulk: bool,
) {
    let fixture = fixture(before, default_path(code, ""));
    let range = TextRange::new(fixture.start, fixture.end.unwrap_or(fixture.start));
    with_fixes_at(rule, code, message, others, &fixture, range, |ctx, fixes| {
        let fix = fixes.first().unwrap_or_else(|| panic!("{}: no fix", rule.name));
        let change = fix.change(ctx).unwrap_or_else(|| panic!("{}: {} has no change", rule.name, fix.title));
        assert_eq!(applied(ctx, &change).remove(&fixture.active).as_deref(), Some(after), "{}", rule.name);
        assert_eq!(fix.bulk != crate::Bulk::Manual, in_bulk, "{}: {}", rule.name, fix.title);
    });
}

/// The first fix for the diagnostic (code and message) changes exactly the files of `after`, while the build also reports `others` (offset, code
/// and message) in its file.
pub fn check_with_others(
    rule: &Rule,
    (code, message): (&str, &str),
    others: &[(usize, &str, &str)],
    before: &str,
    after: &str,
) {
    let fixture = fixture(before, default_path(code, ""));
    let range = TextRange::new(fixture.start, fixture.end.unwrap_or(fixture.start));
    with_fixes_at(rule, code, message, others, &fixture, range, |ctx, fixes| {
        let change = fixes.first().and_then(|f| f.change(ctx)).unwrap_or_else(|| panic!("{}: no fix", rule.name));
        assert_eq!(applied(ctx, &change), split_files(after, &fixture.active), "{}", rule.name);
    });
}

/// The manual page is complete, and each of its examples passes.
pub fn check_docs(rule: &Rule) {
    let docs = rule.docs();
    assert!(!docs.title.is_empty(), "{}: the manual page has no `# ` title", rule.name);
    assert!(!docs.safety.is_empty(), "{}: the manual page has no `## Fix safety`", rule.name);
    assert!(!docs.examples.is_empty(), "{}: the manual page has no before/after example", rule.name);
    for Example { language, code, message, fix, before, after, .. } in &docs.examples {
        assert!(!code.is_empty(), "{}: an example has no `//@ error CODE: message`", rule.name);
        check(rule, code, message, fix, before, after, language);
    }
}

/// The first fix of `rule` (the one with `title`, where that is not empty) makes `after` of `before`, and is as safe as that says; `None`:
/// nothing is offered. `after` without `//- ` lines is the text of the diagnostic's file.
pub fn check_project_fix(
    rule: &ProjectRule,
    code: &str,
    message: &str,
    title: &str,
    before: &str,
    after: Option<(&str, Option<Applicability>)>,
) {
    assert!(rule.codes.contains(&code), "{} does not handle {code}", rule.name);
    let fixture = fixture(before, "/App/App.csproj");
    let index = Index::in_memory(fixture.files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let code = Code::new(code);
    let diagnostic = SourceDiagnostic {
        path: PathBuf::from(&fixture.active).as_path().into(),
        range: TextRange::empty(fixture.start),
        text_hash: ContentHash::of(fixture.files[&fixture.active].as_bytes()),
        arguments: arguments_of(&code, message).into(),
        code,
        severity: Severity::Error,
        message: message.into(),
        trust: Trust::Sure,
    };
    let set = DiagnosticSet::new([diagnostic.clone()]);
    let ctx = ProjectContext { diagnostic: &diagnostic, index: &index, diagnostics: &set };
    let fixes = (rule.fixes)(&ctx);
    let Some((after, safety)) = after else {
        assert!(fixes.is_empty(), "{} offers {fixes:?}", rule.name);
        return;
    };
    let fix = fixes.iter().find(|f| title.is_empty() || f.title == title);
    let fix = fix.unwrap_or_else(|| panic!("{}: no fix {title:?} among {fixes:?} for\n{before}", rule.name));
    let change = fix.ready_change().expect("fixes of project files are known at once");
    let expected = split_files(after, &fixture.active);
    let mut have = fixture.files.clone();
    for (path, _) in change.files() {
        let text = index.text(path).expect("an edited file exists");
        let edits = change.text_edits(path, &index).expect("edits fit the text");
        have.insert(path.to_string_lossy().into_owned(), edits.apply(&text).expect("edits fit the text"));
    }
    for (path, want) in expected.iter().filter(|(_, want)| !want.is_empty()) {
        assert_eq!(have.get(path), Some(want), "{}: {path} after {:?}", rule.name, fix.title);
    }
    assert!(safety.is_none_or(|s| s == fix.applicability), "{}: {fix:?}", rule.name);
}

/// The manual page is complete, and each of its examples passes.
pub fn check_project_docs(rule: &ProjectRule) {
    let docs = rule.docs();
    assert!(!docs.title.is_empty() && !docs.safety.is_empty(), "{}: the manual page is not whole", rule.name);
    assert!(!docs.examples.is_empty(), "{}: the manual page has no before/after example", rule.name);
    for Example { code, message, fix, before, after, .. } in &docs.examples {
        check_project_fix(rule, code, message, fix, before, Some((after, None)));
    }
}

/// The files of an example before the fix, the path of the active one, and the byte offset of the diagnostic. For closed-loop tests with
/// a real compiler.
pub fn example_files(example: &Example) -> (BTreeMap<String, String>, String, usize) {
    let fixture = fixture(&example.before, default_path(&example.code, &example.language));
    (fixture.files, fixture.active, fixture.start)
}
