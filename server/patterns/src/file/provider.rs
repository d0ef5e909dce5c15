//! The patterns of files and packs as fixes.

use super::{Offer, RuleBook, Team};
use crate::library::{Origin, Question, Suggestion};
use crate::packs::{self, Embedded};
use crate::provider::{around, breaks_syntax, change, old_and_new, question};
use crate::tree::Tree;
use fix::{Applicability, Bulk, Fix, FixProvider, RuleContext, RuleDocs};
use index::Index;
use std::borrow::Cow;
use std::sync::Arc;

/// The name under which the fixes of files and packs are listed.
pub const RULE: &str = "pattern";
/// Offers for one diagnostic, at most.
const MOST: usize = 3;

/// Offers what people wrote down: the files under `.buildfix/patterns/` and the packs for libraries. Cheap to copy; all copies share what was read.
#[derive(Clone, Default)]
pub struct FileProvider {
    team: Arc<Team>,
    /// Rules that are asked instead of those of the workspace.
    only: Option<RuleBook>,
}

impl FileProvider {
    /// Of these rules alone.
    pub fn of(book: RuleBook) -> Self {
        Self { only: Some(book), ..Self::default() }
    }

    fn offers(&self, ctx: &RuleContext<'_>) -> Vec<Offer> {
        let tree = ctx.of_file(|ctx| Tree::new(&ctx.source.parsed));
        let Some(tree) = &*tree else { return Vec::new() };
        let question = question(ctx, tree);
        let mut found = match &self.only {
            Some(book) => book.offers(&question),
            None => self.offers_of_workspace(ctx, &question),
        };
        found.retain(|o| !breaks_syntax(ctx, &o.suggestion));
        found.truncate(MOST);
        found
    }

    fn offers_of_workspace(&self, ctx: &RuleContext<'_>, question: &Question<'_>) -> Vec<Offer> {
        let root = ctx.index.roots().iter().filter(|r| ctx.path().starts_with(r)).max_by_key(|r| r.as_os_str().len());
        let Some(root) = root else { return Vec::new() };
        let team = self.team.of_root(&**ctx.index.system(), root);
        let found = team.book.offers(question);
        if !found.is_empty() {
            return found;
        }
        // A pack that was written into the folder is the team's own, with what they changed.
        let asked = |p: &&Embedded| p.handles(question.code) && !team.stems.iter().any(|s| s == p.id);
        let mut packs = packs::all().iter().filter(asked).peekable();
        if packs.peek().is_none() {
            return Vec::new();
        }
        let wanted = ctx.of_build(|_, _| packs::Installed::default()).wanted(ctx.index, root, ctx.path());
        packs
            .filter(|p| wanted.contains(&p.id))
            .map(|p| p.book().offers(question))
            .find(|o| !o.is_empty())
            .unwrap_or_default()
    }
}

/// What a fix does to the place, in one line.
fn title(ctx: &RuleContext<'_>, suggestion: &Suggestion, name: &str) -> String {
    let Some(tree) = &*ctx.of_file(|ctx| Tree::new(&ctx.source.parsed)) else { return name.to_owned() };
    let whole = suggestion.edits.iter().map(|e| e.range).fold(tree.range(suggestion.node), around);
    let (old, new) = old_and_new(ctx.text(), &suggestion.edits, whole);
    if new.is_empty() {
        format!("Remove '{old}' as in {name}")
    } else {
        format!("Change '{old}' to '{new}' as in {name}")
    }
}

impl FixProvider for FileProvider {
    fn name(&self) -> &'static str {
        "pattern files"
    }
    fn handles(&self, code: &str) -> bool {
        match &self.only {
            Some(book) => book.handles(code),
            None => self.team.handles(code) || packs::all().iter().any(|p| p.handles(code)),
        }
    }
    fn prepare(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let (team, system, roots) = (self.team.clone(), index.system().clone(), index.roots().to_vec());
        let read = move || {
            for root in &roots {
                team.of_root(&*system, root);
            }
        };
        self.only.is_none().then(|| Box::new(read) as Box<dyn FnOnce() + Send>)
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let offers = self.offers(ctx);
        let alone = offers.len() == 1;
        let made = offers.into_iter().enumerate().map(|(rank, offer)| {
            let suggestion = &offer.suggestion;
            let change = change(ctx, &suggestion.edits, &offer.imports);
            let name = match &suggestion.known.origin {
                Origin::File(name) | Origin::Pack(name) => name.as_str(),
                Origin::Examples => "",
            };
            let title =
                offer.title.as_ref().map_or_else(|| title(ctx, suggestion, name), |t| format!("{t} as in {name}"));
            let applicability = if offer.safe && alone { Applicability::Safe } else { Applicability::Unsafe };
            let mut fix = Fix::new(title, applicability, change);
            fix.rule = Cow::Borrowed(RULE);
            // A person said what it is.
            fix.by_symbol = true;
            if suggestion.known.pattern.suppression {
                fix = fix.suppression();
            } else if alone {
                fix = fix.preferred();
            }
            if rank > 0 { fix.in_bulk(Bulk::Manual) } else { fix }
        });
        made.collect()
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, rule: &str) -> Option<RuleDocs> {
        (rule == RULE).then(|| RuleDocs::parse(include_str!("pattern.md")))
    }
}
