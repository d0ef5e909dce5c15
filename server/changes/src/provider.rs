//! The fixes that carry a change of a declaration to its uses.

use crate::carry::{Carried, Carrier, Site};
use crate::places::Places;
use crate::{Before, Certainty, ChangeKind, Changes, DeclarationChange, Past, csharp, typescript};
use diagnostics::SourceDiagnostic;
use fix::causes::Cause;
use fix::language;
use fix::{Applicability, Bulk, Change, Fix, FixProvider, RuleContext, RuleDocs};
use index::{Index, Source};
use rustc_hash::{FxHashMap, FxHasher};
use semantics::{Semantics, Uses};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use syntax::{LanguageFamily, Node, leaves};
use text::{TextEdit, TextRange};

/// Tokens of a region that are looked at.
const MOST_TOKENS: usize = 20_000;
/// Occurrences of names that are looked at to count uses: where more changed, it was not done by hand.
const MOST_COUNTED: usize = 20_000;
/// Places that one action updates at most.
const MOST_SITES: usize = 5_000;

/// Carries changes of declarations to their uses. Cheap to copy.
#[derive(Clone)]
pub struct ChangeProvider {
    sources: Arc<[Box<dyn Before>]>,
    pasts: Arc<Mutex<Vec<KnownPast>>>,
}

struct KnownPast {
    source: usize,
    stamp: u64,
    past: Arc<Past>,
    /// The revision of the workspace up to which it is known to be whole.
    revision: u64,
    opened: SystemTime,
}

impl KnownPast {
    /// Whether all that was saved since is among the texts that it has of its own: what did not differ is read from disk when it is asked for.
    fn is_whole(&mut self, index: &Index) -> bool {
        if self.revision == index.revision() {
            return true;
        }
        let opened = self.opened.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // The clock of a file system may be behind.
        let opened = opened.saturating_sub(Duration::from_millis(20)).as_nanos();
        let own = |path: &Path| self.past.has_own_text(path);
        let is_saved = |path: &Arc<Path>| {
            !own(path) && index.system().stamp(path).is_some_and(|s| u128::from(s.modified) >= opened)
        };
        let is_gone = |path: &&Arc<Path>| !index.contains(path) && !own(path) && !index.system().is_file(path);
        if index.changed_since(self.revision).any(is_saved) || self.past.index.files().any(|p| is_gone(&p)) {
            return false;
        }
        self.revision = index.revision();
        true
    }
}

/// A value that changes when what a source knows of the workspace is another past.
fn stamp_of(source: &dyn Before, index: &Index) -> Option<u64> {
    let mut hasher = FxHasher::default();
    (source.stamp(index)?, index.roots()).hash(&mut hasher);
    Some(hasher.finish())
}

/// What changed between one past and the workspace at one revision.
pub(crate) struct View {
    pub past: Arc<Past>,
    pub changes: Changes,
    /// How far the update of all uses of a change may be trusted, by number of the change: each diagnostic asks.
    trusted: Mutex<FxHashMap<usize, Option<Applicability>>>,
}

/// The views of one revision of the workspace, with the pasts that they were made of.
#[derive(Default)]
struct KeptViews(Mutex<Vec<Arc<View>>>);

/// What changed, for a report.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Report {
    /// What the workspace is compared with.
    pub before: String,
    /// The declarations that changed.
    pub changes: Vec<ReportedChange>,
}

/// A declaration that changed, for a report.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ReportedChange {
    /// The file that declared it.
    pub path: PathBuf,
    /// The file that declares it now, when it is another one.
    pub new_path: Option<PathBuf>,
    /// `Order.Submit(DateTime) → Place(DateTime)`.
    pub change: String,
    /// What is different.
    pub kinds: Vec<ChangeKind>,
    /// How sure the pairing is.
    pub certainty: Certainty,
    /// How many places used it; `None` when they are too many to be looked up.
    pub uses: Option<usize>,
    /// In how many files.
    pub files: usize,
}

impl ChangeProvider {
    /// With the places where the workspace as it was may be found; earlier ones are asked first.
    pub fn new(sources: impl IntoIterator<Item = Box<dyn Before>>) -> Self {
        Self { sources: sources.into_iter().collect(), pasts: Arc::default() }
    }

    /// What is wrong with the places that a user named; `None` when they can be read.
    pub fn problem(&self, index: &Index) -> Option<String> {
        self.sources.iter().find_map(|s| s.problem(index))
    }

    /// What changed, with the number of uses, from the first source that knows of any change; `None` when none has anything to compare with.
    pub fn report(&self, index: &Index) -> Option<Report> {
        let views = self.views(index);
        let view = views.iter().find(|v| !v.changes.is_empty()).or(views.first())?;
        let mut left = MOST_COUNTED;
        let one = |change: &DeclarationChange| {
            let named = view.occurrences(change);
            let uses = if named <= left { view.uses(change) } else { None };
            left = left.saturating_sub(named);
            let places = uses.as_ref().map(|u| u.references().map(|u| u.source.path.clone()).collect::<Vec<_>>());
            let files = places.iter().flatten().collect::<BTreeSet<_>>().len();
            let new_path = change.new.as_ref().map(|n| n.path.to_path_buf()).filter(|p| **p != *change.old.path);
            ReportedChange {
                path: change.old.path.to_path_buf(),
                new_path,
                change: change.to_string(),
                kinds: change.kinds.clone(),
                certainty: change.certainty,
                uses: places.map(|p| p.len()),
                files,
            }
        };
        Some(Report { before: view.past.name.clone(), changes: view.changes.list.iter().map(one).collect() })
    }

    /// What changed since each past that is known.
    fn views(&self, index: &Index) -> Vec<Arc<View>> {
        let pasts = self.pasts(index);
        let kept = index.revision_data::<KeptViews>();
        let mut kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_kept = kept.len() == pasts.len() && kept.iter().zip(&pasts).all(|(v, p)| Arc::ptr_eq(&v.past, p));
        if !is_kept {
            let view = |past: Arc<Past>| {
                let changes = Changes::between(&past, past.compared_with(index));
                Arc::new(View { changes, past, trusted: Mutex::default() })
            };
            *kept = pasts.into_iter().map(view).collect();
        }
        kept.clone()
    }

    /// What is to be done before the first question can be answered at once; `None` when nothing is. For any thread.
    fn open_ahead(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let Ok(mut known) = self.pasts.try_lock() else {
            // Who holds the lock is opening them: it is waited for elsewhere.
            let pasts = self.pasts.clone();
            return Some(Box::new(move || drop(pasts.lock())));
        };
        let is_known = |(i, source): (usize, &dyn Before)| {
            let Some(stamp) = stamp_of(source, index) else { return true };
            known.iter_mut().any(|k| k.source == i && k.stamp == stamp && k.is_whole(index))
        };
        if self.sources.iter().map(|s| &**s).enumerate().all(is_known) {
            return None;
        }
        let (provider, fork, system) = (self.clone(), index.fork(), index.system().clone());
        Some(Box::new(move || {
            provider.pasts(&fork.open(system));
        }))
    }

    fn pasts(&self, index: &Index) -> Vec<Arc<Past>> {
        let mut known = self.pasts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        for (i, source) in self.sources.iter().enumerate() {
            let Some(stamp) = stamp_of(&**source, index) else { continue };
            let found = known.iter_mut().find(|k| k.source == i && k.stamp == stamp);
            let past = match found.and_then(|k| k.is_whole(index).then(|| k.past.clone())) {
                Some(past) => past,
                None => {
                    let opened = SystemTime::now();
                    let past = Arc::new(Past::open(index, source.name(), source.texts(index)));
                    known.retain(|k| k.source != i);
                    let revision = index.revision();
                    known.push(KnownPast { source: i, stamp, past: past.clone(), revision, opened });
                    past
                }
            };
            out.push(past);
        }
        out
    }

    /// The file of a diagnostic in each view that has it.
    fn files(&self, ctx: &RuleContext<'_>) -> Arc<Files> {
        ctx.of_file(|ctx| {
            let views = self.views(ctx.index).into_iter();
            Files(views.filter_map(|view| Some((File::of(&view, ctx.sema)?, view))).map(Arc::new).collect())
        })
    }

    /// The uses in a region that a diagnostic may be about.
    fn places(ctx: &RuleContext<'_>, carrier: &dyn Carrier, known: &(File, Arc<View>), region: Node<'_>) -> Vec<Place> {
        let (file, view) = known;
        let at = ctx.diagnostic.range;
        let missing = missing_name(ctx.diagnostic);
        // Another name that is not found in the statement has another cause.
        let is_other = |p: &Place| {
            let name = p.name.of(ctx.text());
            missing.is_some_and(|m| m != name && m.strip_suffix("Attribute") != Some(name)) && !p.name.touches(at)
        };
        let places = file.places_in(view, carrier, region).into_iter();
        places.filter(|p| !is_other(p) && !is_apart(carrier, region, p.name, at)).collect()
    }

    /// The changed declaration that a diagnostic is about: its name stands there, or the message has it, or its use can be updated.
    fn explained(&self, ctx: &RuleContext<'_>, carrier: &dyn Carrier) -> Option<Cause> {
        let files = self.files(ctx);
        if files.0.is_empty() {
            return None;
        }
        let leaf = ctx.token()?;
        let near = carrier.regions(ctx.sema, ctx.diagnostic, leaf);
        files.0.iter().find_map(|known| {
            let (file, view) = &**known;
            let about = |p: &&Place| {
                let is_noticed = view.changes.list.get(p.change).is_some_and(DeclarationChange::is_noticed);
                is_noticed && is_about(ctx.diagnostic, p.name, p.name.of(ctx.text()))
            };
            let updated = |p: &&Place| {
                let carried = file.carried(view, carrier, ctx.sema, p);
                carried.is_some_and(|c| !c.edits.is_empty() || !c.imports.is_empty())
            };
            let found = |region: &Node<'_>| {
                let places = Self::places(ctx, carrier, known, *region);
                places.iter().find(about).or_else(|| places.iter().find(updated)).map(|p| p.change)
            };
            let further = || carrier.further(ctx.sema, leaf).iter().find_map(found);
            let number = near.iter().find_map(found).or_else(further)?;
            let change = view.changes.list.get(number)?;
            let root = ctx.index.roots().iter().find(|r| change.old.path.starts_with(r));
            let file = root.and_then(|r| change.old.path.strip_prefix(r).ok()).unwrap_or(&change.old.path);
            Some(Cause::Changed {
                change: change.to_string(),
                file: file.display().to_string().replace('\\', "/"),
                since: view.past.name.clone(),
            })
        })
    }

    fn fixes_at(&self, ctx: &RuleContext<'_>, carrier: &dyn Carrier) -> Option<Vec<Fix>> {
        let files = self.files(ctx);
        if files.0.is_empty() {
            return None;
        }
        let leaf = ctx.token()?;
        let near = carrier.regions(ctx.sema, ctx.diagnostic, leaf);
        files.0.iter().find_map(|known| {
            let found = |region: &Node<'_>| {
                let places = Self::places(ctx, carrier, known, *region);
                self.fixes_of(ctx, carrier, known, &places)
            };
            let region = near.iter().map(found).find(|f| !matches!(f, Carry::Nothing));
            let further = || carrier.further(ctx.sema, leaf).iter().map(found).find(|f| !matches!(f, Carry::Nothing));
            match region.or_else(further)? {
                Carry::Fixes(fixes) => Some(fixes),
                Carry::Nothing | Carry::Unknown => None,
            }
        })
    }

    /// What becomes of the uses of a region.
    fn fixes_of(
        &self,
        ctx: &RuleContext<'_>,
        carrier: &dyn Carrier,
        known: &(File, Arc<View>),
        places: &[Place],
    ) -> Carry {
        let (file, view) = known;
        let at = ctx.diagnostic.range;
        // The nearest use decides whether anything is done; its neighbours in the region go with it.
        let distance = |p: &Place| if p.name.contains_range(at) { 0 } else { p.name.start.abs_diff(at.start) };
        let mut order: Vec<&Place> = places.iter().collect();
        order.sort_by_key(|p| distance(p));
        let mut bundle = Bundle::default();
        let mut first: Option<&DeclarationChange> = None;
        for place in order {
            if bundle.covers(place.name) {
                // It goes with what is rewritten around it.
                continue;
            }
            let site = file.site(view, ctx.sema, place);
            match file.carried(view, carrier, ctx.sema, place) {
                // What is to be done at one place of the bundle is not known: all or none.
                None => return Carry::Unknown,
                Some(carried) if carried.edits.is_empty() && carried.imports.is_empty() => {}
                Some(carried) => {
                    if bundle.add(&site, carried) {
                        first.get_or_insert(site.change);
                    }
                }
            }
        }
        let Some(change) = first else { return Carry::Nothing };
        let mut all = Change::new();
        bundle.write(ctx.source, &mut all);
        let applicability = bundle.applicability();
        let title = title(change, bundle.doubt);
        let mut fix = Fix::new(title, applicability, all).by_symbol();
        if applicability == Applicability::Safe {
            fix = fix.preferred();
        }
        fix.rule = Cow::Borrowed(RULE);
        let mut out = vec![fix];
        out.extend(self.everywhere(ctx, view, change));
        Carry::Fixes(out)
    }

    /// One action for all uses of what changed.
    fn everywhere(&self, ctx: &RuleContext<'_>, view: &Arc<View>, change: &DeclarationChange) -> Option<Fix> {
        let uses = view.uses(change)?;
        let count = uses.references().count();
        let files: BTreeSet<&Path> = uses.references().map(|u| &*u.source.path).collect();
        if !(2..=MOST_SITES).contains(&count) {
            return None;
        }
        let to = change.renamed().map_or_else(String::new, |(_, to)| format!(" → '{to}'"));
        let what = called(change);
        let places = if files.len() == 1 { String::new() } else { format!(" in {} files", files.len()) };
        let title = format!("Update {count} uses of '{what}'{to}{places} ({} in this change)", verb(change));
        let (provider, old) = (self.clone(), change.old.clone());
        let compute = move |ctx: &RuleContext<'_>| {
            let views = provider.views(ctx.index);
            let (view, change) = views.iter().find_map(|v| Some((v, v.changes.list.iter().find(|c| c.old == old)?)))?;
            view.everywhere(ctx.index, change).map(|(change, _)| change)
        };
        let applicability = view.trusted(ctx.index, change)?;
        let mut fix = Fix::lazy(title, applicability, compute).in_bulk(Bulk::Manual).by_symbol();
        fix.rule = Cow::Borrowed(RULE);
        Some(fix)
    }
}

impl View {
    /// The places that used what changed.
    pub(crate) fn uses(&self, change: &DeclarationChange) -> Option<Arc<Uses>> {
        let language = syntax::Language::of_path(&change.old.path)?;
        let carrier = carrier(language.family())?;
        self.past.uses(&change.old, || carrier.uses(&self.past, change))
    }

    /// How often the name stood in the workspace as it was.
    fn occurrences(&self, change: &DeclarationChange) -> usize {
        let Some(language) = syntax::Language::of_path(&change.old.path) else { return 0 };
        self.past.index.word_counts(called(change), language).map(|(_, count)| count).sum()
    }

    /// How far the update of all uses of a change may be trusted; `None` when there is nothing to do.
    fn trusted(&self, index: &Index, change: &DeclarationChange) -> Option<Applicability> {
        let number = self.changes.list.iter().position(|c| c.old == change.old)?;
        let known = self.trusted.lock().unwrap_or_else(PoisonError::into_inner).get(&number).copied();
        if let Some(known) = known {
            return known;
        }
        let found = self.everywhere(index, change).map(|(_, applicability)| applicability);
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner).insert(number, found);
        found
    }

    /// All uses of a change, updated, with how far that may be trusted; `None` when there is nothing to do.
    fn everywhere(&self, index: &Index, change: &DeclarationChange) -> Option<(Change, Applicability)> {
        let uses = self.uses(change)?;
        let number = self.changes.list.iter().position(|c| c.old == change.old)?;
        let mut out = Change::new();
        let mut applicability = if uses.is_complete() { Applicability::Safe } else { Applicability::Unsafe };
        let mut done: BTreeSet<&Path> = BTreeSet::new();
        for used in &uses.certain {
            if !done.insert(&used.source.path) {
                continue;
            }
            let Some(source) = index.source(self.past.path_now(&used.source.path)) else { continue };
            let sema = Semantics::new(index, &source);
            let Some(file) = File::of(self, sema) else { continue };
            let carrier = carrier(source.parsed.language().family())?;
            let mut bundle = Bundle::default();
            for used in uses.certain.iter().filter(|u| u.source.path == used.source.path) {
                let Some(name) = file.places.now(used.range) else { continue };
                let place = Place { change: number, name_then: used.range, name, kind: used.kind };
                let site = file.site(self, sema, &place);
                match carrier.carry(&site) {
                    Some(carried) => {
                        bundle.add(&site, carried);
                    }
                    None => applicability = applicability.min(Applicability::Unsafe),
                }
            }
            applicability = applicability.min(bundle.applicability());
            bundle.write(&source, &mut out);
        }
        (!out.is_empty()).then_some((out, applicability))
    }
}

/// What becomes of a region.
enum Carry {
    /// There is no use in it, or all of them are as they are to be.
    Nothing,
    /// What is to become of one of them is not known.
    Unknown,
    Fixes(Vec<Fix>),
}

/// Whether a name stands in a part of the region that is not looked into for a diagnostic.
fn is_apart(carrier: &dyn Carrier, region: Node<'_>, name: TextRange, diagnostic: TextRange) -> bool {
    let Some(leaf) = syntax::leaf_at(region, name.start) else { return false };
    let inner = syntax::ancestors(leaf).take_while(|n| n.id() != region.id());
    inner.filter(|n| carrier.stands_apart(*n)).any(|n| !TextRange::from(n.byte_range()).contains_range(diagnostic))
}

/// A file in each view that has it.
struct Files(Vec<Arc<(File, Arc<View>)>>);

/// A use of a declaration that changed, by number in the list of changes.
struct Place {
    change: usize,
    name_then: TextRange,
    name: TextRange,
    kind: semantics::UseKind,
}

/// A file then and now.
struct File {
    then: Arc<Source>,
    places: Places,
    /// What becomes of each use, by number of the change and place: a statement may hold many, and each of their diagnostics asks for all.
    carried: Mutex<FxHashMap<(usize, usize), Option<Carried>>>,
}

impl File {
    fn of(view: &View, now: Semantics<'_>) -> Option<Self> {
        if view.changes.is_empty() {
            return None;
        }
        let then = view.past.index.source(view.past.path_then(now.path()))?;
        let places = Places::between(then.parsed.text(), now.text());
        Some(Self { then, places, carried: Mutex::default() })
    }

    /// What becomes of a use in the file now.
    fn carried(&self, view: &View, carrier: &dyn Carrier, now: Semantics<'_>, place: &Place) -> Option<Carried> {
        let key = (place.change, place.name.start);
        let known = self.carried.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let found = carrier.carry(&self.site(view, now, place));
            self.carried.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
            found
        })
    }

    /// The uses of changed declarations in a part of the file now.
    fn places_in(&self, view: &View, carrier: &dyn Carrier, region: Node<'_>) -> Vec<Place> {
        let mut out = Vec::new();
        for leaf in leaves(region).take(MOST_TOKENS) {
            let range = TextRange::from(leaf.byte_range());
            let Some(name_then) = self.places.then(range) else { continue };
            let text = name_then.of(self.then.parsed.text());
            let named = view.changes.named(text.trim_start_matches('@'));
            for number in named.iter().chain(view.changes.unnamed()) {
                let Some(change) = view.changes.list.get(*number) else { continue };
                if change.certainty == Certainty::Doubtful {
                    continue;
                }
                let uses = view.past.uses(&change.old, || carrier.uses(&view.past, change));
                let used = |u: &&semantics::Use| u.source.path == self.then.path && u.range == name_then;
                if let Some(used) = uses.as_ref().and_then(|u| u.certain.iter().find(used)) {
                    out.push(Place { change: *number, name_then, name: range, kind: used.kind });
                }
            }
        }
        out
    }

    fn site<'s>(&'s self, view: &'s View, now: Semantics<'s>, place: &Place) -> Site<'s> {
        Site {
            change: &view.changes.list[place.change],
            changes: &view.changes,
            past: &view.past,
            places: &self.places,
            then: Semantics::new(&view.past.index, &self.then),
            name_then: place.name_then,
            now,
            name: place.name,
            kind: place.kind,
        }
    }
}

/// The edits of several uses in one file.
#[derive(Default)]
struct Bundle {
    edits: Vec<TextEdit>,
    imports: Vec<codegen::ImportRequest>,
    doubt: Option<&'static str>,
    likely: bool,
}

impl Bundle {
    /// Adds what becomes of one use, unless it touches what is there.
    fn add(&mut self, site: &Site<'_>, carried: Carried) -> bool {
        let new = carried.edits.iter().filter(|e| !self.edits.contains(e));
        let overlaps = |e: &&TextEdit| self.edits.iter().any(|o| o.range.touches(e.range));
        if new.clone().any(|e| overlaps(&e)) {
            return false;
        }
        let new: Vec<TextEdit> = new.cloned().collect();
        self.edits.extend(new);
        self.imports.extend(carried.imports);
        self.doubt = self.doubt.or(carried.doubt);
        self.likely |= site.change.certainty != Certainty::Certain;
        true
    }
    /// Whether a name is replaced as a part of something larger.
    fn covers(&self, name: TextRange) -> bool {
        self.edits.iter().any(|e| e.range.contains_range(name) && e.range != name)
    }
    fn applicability(&self) -> Applicability {
        if self.doubt.is_some() || self.likely { Applicability::Unsafe } else { Applicability::Safe }
    }
    fn write(&self, source: &Source, change: &mut Change) {
        for edit in &self.edits {
            change.edit(&source.path, source.hash, edit.clone());
        }
        for import in &self.imports {
            change.import(&source.path, source.hash, import.clone());
        }
    }
}

/// The name of the rule in reports.
const RULE: &str = "changed_declaration";

/// What the change is called: `Submit`, `Order` for its constructor.
fn called(change: &DeclarationChange) -> &str {
    match change.then.name.as_str() {
        ".ctor" | "constructor" => change.container.as_str(),
        name => name,
    }
}

/// What a language knows, by family.
fn carrier(family: LanguageFamily) -> Option<&'static dyn Carrier> {
    match family {
        LanguageFamily::CSHARP => Some(&csharp::CSharpCarrier),
        LanguageFamily::TYPESCRIPT => Some(&typescript::TypeScriptCarrier),
        _ => None,
    }
}

/// What was done to it.
fn verb(change: &DeclarationChange) -> &'static str {
    let mut out = "changed";
    for kind in &change.kinds {
        match kind {
            ChangeKind::Renamed { .. } => return "renamed",
            ChangeKind::Moved { .. } => out = "moved",
            ChangeKind::Removed => return "removed",
            _ => {}
        }
    }
    out
}

fn title(change: &DeclarationChange, doubt: Option<&str>) -> String {
    let what = called(change);
    let mut out = match change.renamed() {
        Some((_, to)) => format!("Change '{what}' to '{to}' ({} in this change)", verb(change)),
        None => format!("Update use of '{what}' ({} in this change)", verb(change)),
    };
    if let Some(doubt) = doubt {
        out += &format!(": {doubt}");
    }
    out
}

impl FixProvider for ChangeProvider {
    fn name(&self) -> &'static str {
        "changes"
    }

    fn handles(&self, code: &str) -> bool {
        let families = [LanguageFamily::CSHARP, LanguageFamily::TYPESCRIPT];
        !self.sources.is_empty() && families.iter().filter_map(|f| carrier(*f)).any(|c| c.codes().contains(&code))
    }

    fn prepare(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        self.open_ahead(index)
    }

    fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        self.explained(ctx, carrier(ctx.source.parsed.language().family())?)
    }

    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let Some(carrier) = carrier(ctx.source.parsed.language().family()) else { return Vec::new() };
        self.fixes_at(ctx, carrier).unwrap_or_default()
    }

    fn built(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let work: Vec<_> = self.sources.iter().filter_map(|s| s.built(index)).collect();
        Some(Box::new(move || work.into_iter().for_each(|work| work())))
    }
    fn docs_for_code(&self, code: &str) -> Vec<RuleDocs> {
        let _ = code;
        Vec::new()
    }

    fn docs_of(&self, rule: &str) -> Option<RuleDocs> {
        (rule == RULE).then(|| RuleDocs::parse(include_str!("changed_declaration.md")))
    }
}

/// The identifier that a diagnostic does not find in scope or in a module. A member that is not found may lack because what it is a member of changed.
fn missing_name(diagnostic: &SourceDiagnostic) -> Option<&str> {
    let code = diagnostic.code.as_str();
    if matches!(code, "CS0117" | "CS0234" | "CS1061" | "TS2339" | "TS2551") {
        return None;
    }
    let name = language::of_code(code)?.missing_name(code, &diagnostic.arguments)?;
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).then_some(name)
}

/// Whether a diagnostic is about this name: it stands there, or the message has it.
fn is_about(diagnostic: &SourceDiagnostic, name: TextRange, text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let has = |a: &String| a.split(|c| !is_part(c)).any(|word| word == text);
    name.touches(diagnostic.range) || diagnostic.arguments.iter().any(has)
}

#[cfg(test)]
mod tests {
    use crate::testing::{cause, check_nothing, check_safe};

    const THEN: &str = "//- /Order.cs\npublic class Order\n{\n    public void Submit(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";
    const NOW: &str = "//- /Order.cs\npublic class Order\n{\n    public void Place(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";

    const LOST: &str = "'Order' does not contain a definition for 'Submit' and no accessible extension method 'Submit' accepting a first argument of type 'Order' could be found (are you missing a using directive or an assembly reference?)";

    #[test]
    fn uses_in_a_file_that_moved_are_found() {
        let body = "class Use { void M(Order o) { o.Submit(1); int thirty = 30; string text = \"long enough to be known again\"; } }\n";
        check_safe(
            &format!("{THEN}//- /Use.cs\n{body}"),
            &format!("{NOW}//- /Use.cs\n//- /Moved.cs\n{}", body.replace("Submit", "$0Submit")),
            "CS1061",
            LOST,
            &body.replace("Submit", "Place"),
        );
    }

    #[test]
    fn what_no_use_notices_explains_nothing() {
        let user = "//- /Use.cs\nclass Use { void M(Order o) { o.$0Submit(1); } }\n";
        let named = THEN.replace("int n", "int number");
        assert_eq!(cause(THEN, &format!("{named}{user}"), "CS1061", LOST), None);
        let gone =
            cause(THEN, &format!("{}{user}", NOW.replace("Place(int n)", "Place(string n, bool b)")), "CS1061", LOST);
        assert!(gone.is_some_and(|c| c.contains("Order.Submit(int)")));
    }

    #[test]
    fn another_name_that_is_not_found_has_another_cause() {
        let used = |call: &str| format!("{NOW}//- /Use.cs\nclass Use {{ void M(Order o) {{ {call} }} }}\n");
        check_nothing(
            THEN,
            &used("o.Submit($0count);"),
            "CS0103",
            "The name 'count' does not exist in the current context",
        );
        check_safe(
            THEN,
            &used("o.$0Submit(count);"),
            "CS1061",
            LOST,
            "class Use { void M(Order o) { o.Place(count); } }\n",
        );
    }
}
