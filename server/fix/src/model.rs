use crate::{Change, RuleContext};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// How far a fix may be trusted, in ascending order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown, never applied in bulk, not even when asked.
    DisplayOnly,
    /// May change meaning, or is one of several plausible answers: applied one by one, or in bulk when asked.
    Unsafe,
    /// Repairs the error and cannot change the meaning of what was right. Only these go into fix-all by default.
    Safe,
}

/// How a fix takes part when many are applied at once. It changes nothing for a fix that is applied by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Bulk {
    /// It repairs what is there, and is applied as soon as it is known.
    #[default]
    Repair,
    /// It declares something that the sources use. It waits until nothing else can be repaired, because a repair may bring what was
    /// missing, and it is left out where the sources did not parse.
    Declaration,
    /// It is one of several possible repairs, and a person has to choose.
    Manual,
}

/// What a fix was learned from.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Origin {
    /// The pattern that it follows.
    #[serde(rename = "pattern", serialize_with = "as_hex")]
    pub id: u64,
    /// What patterns share that are the same repair at places of different shape.
    #[serde(serialize_with = "as_hex")]
    pub family: u64,
    /// Where the pattern comes from, in one line for a person: "Learned from 3 fixes of CS1501 in 2 files, last today".
    pub explanation: String,
    /// Repairs by hand that it was learned from.
    pub repairs: u32,
    /// Whether it was seen to repair what a compiler reported: what only the history of a repository has was not.
    #[serde(skip)]
    pub by_example: bool,
}

/// Numbers of JSON have 53 bits.
fn as_hex<S: serde::Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{id:016x}"))
}

/// The one of a diagnostic's fixes that is the repair of this family: the first of those that were learned. Nothing that silences, and nothing that is only to be
/// looked at.
pub fn of_family(fixes: &[Fix], family: u64) -> Option<&Fix> {
    let first = fixes.iter().find(|f| f.origin.is_some() && !f.suppression)?;
    let is_it = first.origin.as_ref().is_some_and(|o| o.family == family);
    (is_it && !first.waits && first.applicability > Applicability::DisplayOnly).then_some(first)
}

type Lazy = Arc<dyn Fn(&RuleContext<'_>) -> Option<Change> + Send + Sync>;

#[derive(Clone)]
enum Body {
    Ready(Change),
    Lazy(Lazy),
}

/// One way to repair one diagnostic.
#[derive(Clone)]
pub struct Fix {
    /// Name of the rule that made it; filled in by its provider.
    pub rule: Cow<'static, str>,
    /// Name of its provider; filled in by [`Providers`](crate::Providers).
    pub provider: &'static str,
    /// It needs only the text and its tokens, no names and no types: it holds in files that do not parse, too.
    pub syntactic: bool,
    /// What it does, in the imperative, as a menu shows it.
    pub title: String,
    /// How safe it is.
    pub applicability: Applicability,
    /// The one that an editor applies without asking; at most one of a diagnostic's fixes keeps the mark.
    pub preferred: bool,
    /// Silences instead of repairing (`null!`, `as any`, `#pragma`): labelled, listed last, never in bulk.
    pub suppression: bool,
    /// Mends the cause of which the diagnostic is an echo: a reference, not the text. All other fixes of an echo are for display only.
    pub mends_cause: bool,
    /// It brings back what a compiler did by default until its last version, which explains the diagnostic and others of its kind. In bulk
    /// nothing else is done about it: the sources would be mended in part.
    pub restores: bool,
    /// It was found by what the name meant before it changed, not by what it is like: it neither waits for what other diagnostics may hide, nor
    /// for other uses of the name.
    pub by_symbol: bool,
    /// Fixes of one group are applied one per pass, because each changes what the others were computed from.
    pub isolation: Option<String>,
    /// How it takes part when many are applied at once.
    pub bulk: Bulk,
    /// Another diagnostic may hide what it depends on: in bulk it waits until that one is repaired and the build has run again. Filled in by
    /// [`Providers`](crate::Providers).
    pub waits: bool,
    /// What it was learned from; `None` for a fix that nobody had to show.
    pub origin: Option<Arc<Origin>>,
    body: Body,
}

impl Fix {
    /// A fix whose change is known.
    pub fn new(title: impl Into<String>, applicability: Applicability, change: Change) -> Self {
        Self::with_body(title, applicability, Body::Ready(change))
    }
    /// A fix whose change is computed when it is needed.
    pub fn lazy(
        title: impl Into<String>,
        applicability: Applicability,
        change: impl Fn(&RuleContext<'_>) -> Option<Change> + Send + Sync + 'static,
    ) -> Self {
        Self::with_body(title, applicability, Body::Lazy(Arc::new(change)))
    }
    fn with_body(title: impl Into<String>, applicability: Applicability, body: Body) -> Self {
        Self {
            rule: Cow::Borrowed(""),
            provider: "",
            syntactic: false,
            title: title.into(),
            applicability,
            preferred: false,
            suppression: false,
            mends_cause: false,
            restores: false,
            by_symbol: false,
            isolation: None,
            bulk: Bulk::Repair,
            waits: false,
            origin: None,
            body,
        }
    }
    /// Marks it as preferred.
    pub fn preferred(mut self) -> Self {
        self.preferred = true;
        self
    }
    /// Marks it as a suppression.
    pub fn suppression(mut self) -> Self {
        self.suppression = true;
        self
    }
    /// Marks it as the repair of a cause outside of the text.
    pub fn mending_cause(mut self) -> Self {
        self.mends_cause = true;
        self
    }
    /// Marks it as the return to what a compiler did by default.
    pub fn restoring(mut self) -> Self {
        self.restores = true;
        self.mends_cause = true;
        self
    }
    /// Marks it as found by what the name meant.
    pub fn by_symbol(mut self) -> Self {
        self.by_symbol = true;
        self
    }
    /// Puts it into an isolation group.
    pub fn isolated(mut self, group: impl Into<String>) -> Self {
        self.isolation = Some(group.into());
        self
    }
    /// Sets how it takes part in bulk.
    pub fn in_bulk(mut self, bulk: Bulk) -> Self {
        self.bulk = bulk;
        self
    }
    /// Says what it was learned from.
    pub fn learned_from(mut self, origin: Origin) -> Self {
        self.origin = Some(Arc::new(origin));
        self
    }
    /// Keeps the change that was computed, so that it is not computed again.
    pub(crate) fn keep(&mut self, change: Change) {
        self.body = Body::Ready(change);
    }
    /// The change, when it is known without a source.
    pub fn ready_change(&self) -> Option<&Change> {
        match &self.body {
            Body::Ready(change) => Some(change),
            Body::Lazy(_) => None,
        }
    }
    /// The change; `None` when a lazy fix finds that it cannot be done.
    pub fn change(&self, ctx: &RuleContext<'_>) -> Option<Change> {
        match &self.body {
            Body::Ready(change) => Some(change.clone()),
            Body::Lazy(compute) => compute(ctx),
        }
    }
}

impl fmt::Debug for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {:?})", self.title, self.rule, self.applicability)
    }
}
