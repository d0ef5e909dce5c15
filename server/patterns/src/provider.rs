//! Learned patterns as fixes.

use crate::library::{Library, Origin, Question, Suggestion};
use crate::rank::PREFERRED;
use crate::template::{ImportChange, Pattern};
use crate::tree::Tree;
use codegen::ImportRequest;
use fix::{Applicability, Bulk, Change, Fix, FixProvider, RuleContext, RuleDocs};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use syntax::Parsed;
use text::{TextEdit, TextEdits, TextRange};

/// The name under which learned fixes are listed.
pub const RULE: &str = "learned";
/// Suggestions for one diagnostic, at most.
const MOST: usize = 3;

/// Offers what was learned. Cheap to copy; all copies share what is known.
#[derive(Clone, Default)]
pub struct PatternProvider {
    library: Arc<RwLock<Library>>,
}

impl PatternProvider {
    /// With these patterns.
    pub fn new(library: Library) -> Self {
        Self { library: Arc::new(RwLock::new(library)) }
    }
    /// Puts other patterns in place of those that are known.
    pub fn set(&self, library: Library) {
        *self.library.write().unwrap_or_else(PoisonError::into_inner) = library;
    }
    /// The patterns that are known.
    pub fn library(&self) -> Library {
        self.library.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn suggestions(library: &Library, ctx: &RuleContext<'_>) -> Vec<Suggestion> {
    let tree = ctx.of_file(|ctx| Tree::new(&ctx.source.parsed));
    let Some(tree) = &*tree else { return Vec::new() };
    let mut found = library.suggestions(&question(ctx, tree));
    found.retain(|s| !breaks_syntax(ctx, s));
    found.truncate(MOST);
    found
}

/// What patterns are asked about a diagnostic in the tree of its file.
pub(crate) fn question<'a>(ctx: &RuleContext<'a>, tree: &'a Tree) -> Question<'a> {
    let root = ctx.index.roots().iter().find(|r| ctx.path().starts_with(r));
    Question {
        tree,
        path: root.and_then(|r| ctx.sema.path().strip_prefix(r).ok()).unwrap_or(ctx.sema.path()),
        start: ctx.diagnostic.range.start,
        code: ctx.diagnostic.code.as_str(),
        arguments: &ctx.diagnostic.arguments,
        now: now(),
    }
}

/// What edits of a diagnostic's file change, with the imports that they need.
pub(crate) fn change(ctx: &RuleContext<'_>, edits: &[TextEdit], imports: &[ImportChange]) -> Change {
    let mut change = Change::new();
    for edit in edits {
        change.edit(ctx.path(), ctx.source.hash, edit.clone());
    }
    for request in imports.iter().filter_map(|import| request_of(import, ctx)) {
        change.import_at(ctx.path(), ctx.source.hash, request, ctx.diagnostic.range.start);
    }
    change
}

/// A path as stores have it: below its root, with slashes.
pub fn path_below(roots: &[PathBuf], path: &Path) -> String {
    let below = roots.iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// The time, in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// Whether the edits leave a syntax error that was not there.
pub(crate) fn breaks_syntax(ctx: &RuleContext<'_>, suggestion: &Suggestion) -> bool {
    let Ok(edits) = text::TextEdits::new(suggestion.edits.clone()) else { return true };
    let Ok(after) = ctx.source.parsed.edited(&edits) else { return true };
    !syntax::new_syntax_errors(&ctx.source.parsed, &after, &edits).is_empty()
}

impl FixProvider for PatternProvider {
    fn name(&self) -> &'static str {
        "patterns"
    }
    fn handles(&self, code: &str) -> bool {
        self.library().handles(code)
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let library = self.library();
        let found = suggestions(&library, ctx);
        // Two answers that are believed alike: a person chooses.
        let unclear = found.len() > 1
            && found[0].node == found[1].node
            && found[0].score - found[1].score < 0.01
            && found[0].known.stats.examples == found[1].known.stats.examples;
        found
            .into_iter()
            .enumerate()
            .map(|(rank, suggestion)| {
                let pattern = &suggestion.known.pattern;
                let change = change(ctx, &suggestion.edits, &suggestion.imports);
                // Of the history no diagnostic is known: a person looks at what it says.
                let is_mined = pattern.codes.is_empty() && suggestion.known.origin == Origin::Examples;
                let certain = rank == 0 && !unclear && !is_mined;
                // It is as right as what it was learned from, and no more: in bulk it goes with those that a person asked for.
                let mut fix = Fix::new(title(ctx, &suggestion), Applicability::Unsafe, change);
                fix.rule = Cow::Borrowed(RULE);
                // What was seen is no guess about a name.
                fix.by_symbol = pattern.is_named();
                // What was seen to repair such a diagnostic mends its cause, whatever else may be one.
                let is_seen = pattern.codes.iter().any(|c| c == ctx.code().as_str());
                fix.mends_cause =
                    certain && is_seen && pattern.is_named() && suggestion.known.origin == Origin::Examples;
                fix = fix.learned_from(fix::Origin {
                    id: pattern.id(),
                    family: library.family(pattern.id()),
                    explanation: explanation(pattern, &suggestion.known.stats, now()),
                    repairs: suggestion.known.stats.examples,
                    by_example: !is_mined,
                });
                if pattern.suppression {
                    fix = fix.suppression();
                } else if rank == 0 && suggestion.score >= PREFERRED && suggestion.known.stats.examples >= 5 {
                    fix = fix.preferred();
                }
                if rank > 0 || unclear {
                    fix = fix.in_bulk(Bulk::Manual);
                }
                fix
            })
            .collect()
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, rule: &str) -> Option<RuleDocs> {
        (rule == RULE).then(|| RuleDocs::parse(include_str!("learned.md")))
    }
}

/// The import that a file needs; `None` when it is one of its own.
fn request_of(import: &ImportChange, ctx: &RuleContext<'_>) -> Option<ImportRequest> {
    match import {
        ImportChange::Using(text) => Some(match (text.strip_prefix("static "), text.split_once('=')) {
            (Some(name), _) => ImportRequest::UsingStatic { type_name: name.to_owned() },
            (_, Some((alias, target))) => {
                ImportRequest::UsingAlias { alias: alias.trim().to_owned(), target: target.trim().to_owned() }
            }
            _ => ImportRequest::Using { namespace: text.to_string() },
        }),
        ImportChange::Name { module, name, is_type } => {
            let module = specifier(module, ctx)?;
            let type_only = *is_type;
            Some(match name.as_str() {
                "default" | "*" => return None,
                name => ImportRequest::Named { module, name: name.to_owned(), local: name.to_owned(), type_only },
            })
        }
    }
}

/// How a file writes a module: packages by name, files of the workspace as the project does.
fn specifier(module: &str, ctx: &RuleContext<'_>) -> Option<String> {
    let Some(inside) = module.strip_prefix('/') else { return Some(module.to_owned()) };
    let root = ctx.index.roots().iter().find(|r| ctx.path().starts_with(r))?;
    let files = ["ts", "tsx", "mts", "cts", "d.ts", "js"].map(|e| root.join(format!("{inside}.{e}")));
    let target = files.into_iter().find(|p| ctx.index.contains(p)).filter(|p| p != ctx.path())?;
    ctx.index.typescript().module_specifiers(ctx.path(), &target).into_iter().next()
}

/// What a fix does, in one line.
fn title(ctx: &RuleContext<'_>, suggestion: &Suggestion) -> String {
    let range = suggestion.edits.iter().map(|e| e.range).reduce(around).unwrap_or_default();
    let (old, new) = old_and_new(ctx.text(), &suggestion.edits, range);
    match (old.is_empty(), new.is_empty()) {
        (true, _) => format!("Insert '{new}' as in {}", origin(suggestion)),
        (_, true) => format!("Remove '{old}' as in {}", origin(suggestion)),
        _ => format!("Change '{old}' to '{new}' as in {}", origin(suggestion)),
    }
}

/// The range around two.
pub(crate) fn around(one: TextRange, other: TextRange) -> TextRange {
    TextRange::new(one.start.min(other.start), one.end.max(other.end))
}

/// A part of a text before and after edits that lie in it, each in one line.
pub(crate) fn old_and_new(text: &str, edits: &[TextEdit], part: TextRange) -> (String, String) {
    let after = TextEdits::new(edits.to_vec()).ok().and_then(|e| e.apply(text).ok()).unwrap_or_default();
    let end = (part.end + after.len()).saturating_sub(text.len());
    (one_line(part.of(text)), one_line(after.get(part.start..end).unwrap_or_default()))
}

fn origin(suggestion: &Suggestion) -> String {
    let stats = suggestion.known.stats;
    match &suggestion.known.origin {
        Origin::Examples if stats.examples == 1 => "1 earlier fix".to_owned(),
        Origin::Examples => format!("{} earlier fixes", stats.examples),
        Origin::File(name) | Origin::Pack(name) => name.to_string(),
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= 40 {
        return line;
    }
    line.chars().take(39).chain(['…']).collect()
}

/// The tree of a text, for those who have no index.
pub fn tree_of(path: &Path, text: &str) -> Option<Tree> {
    let language = syntax::Language::of_path(path)?;
    Tree::new(&Parsed::new(language, text))
}

/// One line that says where a suggestion comes from.
pub fn explanation(pattern: &Pattern, stats: &crate::rank::Stats, now: u64) -> String {
    let codes = pattern.codes.join(", ");
    let days = now.saturating_sub(stats.last) / 86_400;
    let when = match days {
        _ if stats.last == 0 => String::new(),
        0 => ", last today".to_owned(),
        1 => ", last yesterday".to_owned(),
        n => format!(", last {n} days ago"),
    };
    let count = |n: u32, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut inside = Vec::new();
    if stats.proved > 0 {
        inside.push(format!("{} proved", stats.proved));
    }
    if stats.undone > 0 {
        inside.push(format!("{} undone", stats.undone));
    }
    let inside = if inside.is_empty() { String::new() } else { format!(" ({})", inside.join(", ")) };
    let fixes = match stats.examples {
        // Of the history no diagnostic is known.
        n if codes.is_empty() => count(n, "edit"),
        1 => format!("1 fix of {codes}"),
        n => format!("{n} fixes of {codes}"),
    };
    format!("Learned from {fixes} in {}{inside}{when}", count(stats.files.max(1), "file"))
}
