//! What becomes of a use in C#.

mod arguments;
mod asynchrony;
mod bodies;
mod callbacks;
mod construction;
mod implementers;
mod members;
mod names;
mod regions;
mod results;
mod shape;
mod values;
mod witness;

use crate::carry::{Carried, Carrier, Site};
use crate::{ChangeKind, DeclarationChange, Past};
use codegen::ImportRequest;
use diagnostics::SourceDiagnostic;
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use semantics::csharp::{Member, Place, SemanticModel, Type};
use semantics::{Semantics, UseKind, Uses};
use shape::Shape;
use smol_str::SmolStr;
use std::sync::Arc;
use syntax::{Node, NodeExt};
use text::{TextEdit, TextRange};

pub(crate) struct CSharpCarrier;

/// Codes of diagnostics that may come from a declaration that changed.
const CODES: &[&str] = &[
    "CS0019", "CS0021", "CS0022", "CS0023", "CS0029", "CS0030", "CS0031", "CS0034", "CS0037", "CS0039", "CS0050",
    "CS0051", "CS0052", "CS0053", "CS0060", "CS0061", "CS0070", "CS0079", "CS0103", "CS0104", "CS0115", "CS0117",
    "CS0118", "CS0119", "CS0120", "CS0121", "CS0122", "CS0123", "CS0131", "CS0133", "CS0136", "CS0144", "CS0149",
    "CS0150", "CS0154", "CS0172", "CS0173", "CS0176", "CS0182", "CS0191", "CS0198", "CS0199", "CS0200", "CS0201",
    "CS0206", "CS0221", "CS0229", "CS0234", "CS0246", "CS0266", "CS0271", "CS0272", "CS0305", "CS0306", "CS0307",
    "CS0308", "CS0310", "CS0311", "CS0312", "CS0313", "CS0314", "CS0315", "CS0400", "CS0404", "CS0407", "CS0411",
    "CS0413", "CS0417", "CS0426", "CS0428", "CS0433", "CS0443", "CS0446", "CS0451", "CS0452", "CS0453", "CS0460",
    "CS0505", "CS0506", "CS0507", "CS0508", "CS0509", "CS0527", "CS0534", "CS0535", "CS0537", "CS0538", "CS0539",
    "CS0540", "CS0542", "CS0545", "CS0546", "CS0550", "CS0551", "CS0570", "CS0571", "CS0592", "CS0616", "CS0617",
    "CS0619", "CS0655", "CS0689", "CS0698", "CS0709", "CS0712", "CS0713", "CS0714", "CS0715", "CS0716", "CS0718",
    "CS0719", "CS0720", "CS0721", "CS0722", "CS0723", "CS0736", "CS0737", "CS0738", "CS0739", "CS0815", "CS0818",
    "CS0820", "CS0826", "CS0828", "CS0831", "CS0837", "CS0845", "CS0853", "CS0854", "CS1061", "CS1109", "CS1113",
    "CS1501", "CS1502", "CS1503", "CS1510", "CS1511", "CS1540", "CS1545", "CS1546", "CS1574", "CS1579", "CS1580",
    "CS1584", "CS1593", "CS1605", "CS1612", "CS1615", "CS1618", "CS1620", "CS1643", "CS1648", "CS1649", "CS1654",
    "CS1656", "CS1657", "CS1660", "CS1661", "CS1662", "CS1674", "CS1676", "CS1677", "CS1678", "CS1688", "CS1705",
    "CS1715", "CS1721", "CS1722", "CS1728", "CS1729", "CS1739", "CS1740", "CS1741", "CS1743", "CS1744", "CS1745",
    "CS1746", "CS1747", "CS1750", "CS1763", "CS1912", "CS1913", "CS1914", "CS1917", "CS1919", "CS1921", "CS1922",
    "CS1929", "CS1935", "CS1936", "CS1938", "CS1940", "CS1941", "CS1942", "CS1943", "CS1944", "CS1950", "CS1951",
    "CS1952", "CS1954", "CS1955", "CS1961", "CS1976", "CS1977", "CS1983", "CS1986", "CS4001", "CS4007", "CS4008",
    "CS4010", "CS4014", "CS4015", "CS4016", "CS4029", "CS4032", "CS7036", "CS8016", "CS8030", "CS8031", "CS8070",
    "CS8072", "CS8115", "CS8116", "CS8117", "CS8119", "CS8120", "CS8121", "CS8122", "CS8125", "CS8129", "CS8130",
    "CS8131", "CS8132", "CS8133", "CS8134", "CS8135", "CS8136", "CS8137", "CS8139", "CS8149", "CS8410", "CS8411",
    "CS8412", "CS8413", "CS8414", "CS8415", "CS8416", "CS8417", "CS8418", "CS8419", "CS8510", "CS8515", "CS8516",
    "CS8517", "CS8518", "CS8519", "CS8600", "CS8601", "CS8602", "CS8603", "CS8604", "CS8605", "CS8609", "CS8610",
    "CS8611", "CS8612", "CS8613", "CS8614", "CS8615", "CS8616", "CS8617", "CS8619", "CS8620", "CS8621", "CS8622",
    "CS8624", "CS8625", "CS8629", "CS8714", "CS8716", "CS8752", "CS8753", "CS8754", "CS8757", "CS8764", "CS8765",
    "CS8766", "CS8767", "CS8768", "CS8769", "CS8770", "CS8774", "CS8776", "CS8778", "CS8780", "CS8781", "CS8917",
    "CS8934", "CS8935", "CS8936", "CS8974", "CS9006", "CS9035", "CS9036", "CS9038", "CS9050", "CS9135", "CS9174",
    "CS9176", "CS9187", "CS9188",
];

impl Carrier for CSharpCarrier {
    fn codes(&self) -> &'static [&'static str] {
        CODES
    }

    fn regions<'t>(&self, now: Semantics<'t>, diagnostic: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
        regions::regions(now, diagnostic, leaf)
    }

    fn uses(&self, past: &Past, change: &DeclarationChange) -> Option<Uses> {
        match change.then.kind {
            DeclarationKind::Constructor => construction::uses(past, change),
            DeclarationKind::Delegate => callbacks::uses(past, change),
            _ => semantics::uses(&past.index, &change.old),
        }
    }

    fn carry(&self, site: &Site<'_>) -> Option<Carried> {
        match site.kind {
            UseKind::Declaration => Some(Carried::default()),
            UseKind::Related => implementers::carry(site),
            UseKind::Reference | UseKind::Shorthand => carry(site),
        }
    }
}

fn carry(site: &Site<'_>) -> Option<Carried> {
    let mut draft = Draft::default();
    let change = site.change;
    if change.then.kind == DeclarationKind::Delegate && !site.leaf()?.kind().ends_with("identifier") {
        callbacks::carry_function(site, &mut draft)?;
        return draft.finish();
    }
    let used = Use::of(site)?;
    if change.then.kind == DeclarationKind::Delegate && site.kind == UseKind::Shorthand {
        match used.now.call {
            Some(_) => arguments::carry(&used, site.change.now.as_ref()?, &mut draft)?,
            None => callbacks::carry_named(&used, &mut draft)?,
        }
        return draft.finish();
    }
    match &change.now {
        None => bodies::carry(&used, &mut draft)?,
        Some(now) if change.then.kind.is_type() => carry_type(&used, now, &mut draft)?,
        Some(now) if change.then.kind == DeclarationKind::Constructor => construction::carry(&used, now, &mut draft)?,
        Some(now) => carry_member(&used, now, &mut draft)?,
    }
    draft.finish()
}

fn carry_type(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    names::carry_type(used, draft)?;
    let creation = Shape::of_creation(used.now.leaf);
    for kind in &used.site.change.kinds {
        match kind {
            ChangeKind::Kind { to, .. } => {
                use DeclarationKind::*;
                let class = |k: DeclarationKind| matches!(k, Class | Record | Struct | RecordStruct | Interface);
                let fine = class(*to) && class(used.site.change.then.kind) && (*to != Interface || creation.is_none());
                fine.then_some(())?;
            }
            ChangeKind::Modifiers { gained, .. } => {
                let needs = Modifiers::ABSTRACT | Modifiers::STATIC;
                (creation.is_none() || !gained.intersects(needs)).then_some(())?;
            }
            _ => {}
        }
    }
    // The parameters of a record or of a primary constructor.
    let list = |d: &Declaration| d.kind != DeclarationKind::Delegate && !d.parameters.is_empty();
    if let (Some(now_shape), true) = (creation, list(&used.site.change.then) || list(now)) {
        let then = Shape::of_creation(used.then.leaf)?;
        let used = Use { now: now_shape, then, ..*used };
        arguments::carry(&used, now, draft)?;
    }
    Some(())
}

fn carry_member(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    names::carry_member(used, now, draft)?;
    if used.now.is_only_named(used.text()) {
        return Some(());
    }
    members::carry(used, now, draft)?;
    if members::called(&used.site.change.then) && members::called(now) {
        if used.now.list.is_some() {
            arguments::carry(used, now, draft)?;
        } else {
            arguments::carry_group(used)?;
        }
    }
    results::carry(used, now, draft)
}

/// A use with what stands around it, now and then.
#[derive(Clone, Copy)]
struct Use<'a, 's> {
    site: &'s Site<'a>,
    now: Shape<'a>,
    then: Shape<'a>,
}

impl<'a, 's> Use<'a, 's> {
    fn of(site: &'s Site<'a>) -> Option<Self> {
        let (now, then) = (site.leaf()?, site.leaf_then()?);
        if site.change.then.kind == DeclarationKind::Constructor {
            return Some(Self { site, now: Shape::of_creation(now)?, then: Shape::of_creation(then)? });
        }
        Some(Self { site, now: Shape::of(now)?, then: Shape::of(then)? })
    }
    /// The text now.
    fn text(&self) -> &'a str {
        self.site.now.text()
    }
    /// The text then.
    fn text_then(&self) -> &'a str {
        self.site.then.text()
    }
    /// The declaration now, as a member whose texts can be asked about.
    fn member_now(&self) -> Option<Member> {
        Some(member(self.site.change.new.as_ref()?, self.site.change.now.as_ref()?))
    }
    /// The declaration then.
    fn member_then(&self) -> Member {
        member(&self.site.change.old, &self.site.change.then)
    }
}

/// Whether a type then is a type now: the same one, or one under another name since. Nullable annotations do not count.
fn is_same_type(site: &Site<'_>, then: &Type, now: &Type) -> bool {
    let (then, now) = (then.without_annotations(), now.without_annotations());
    if then == now {
        return true;
    }
    let (past, index) = (&site.past.index, site.now.index);
    let parameters = renamed_type_parameters(site);
    let moved = then.map(&mut |ty| {
        let Type::Named { outer: None, name, arguments } = ty else { return None };
        if arguments.is_empty()
            && let Some((_, to)) = parameters.iter().find(|(from, _)| from == name)
        {
            return Some(Type::named(to));
        }
        let full = ty.full_name();
        let simple = full.rsplit('.').next()?;
        let numbers = site.changes.named(simple);
        let change = numbers
            .iter()
            .filter_map(|n| site.changes.list.get(*n))
            .find(|c| c.then.kind.is_type() && past.csharp().type_of(&c.old).is_some_and(|t| t.full_name() == full))?;
        let new = index.csharp().type_of(change.new.as_ref()?)?;
        let arguments: Vec<Type> = arguments
            .iter()
            .map(|a| match parameters.iter().find(|(from, _)| a.is(from)) {
                Some((_, to)) => Type::named(to),
                None => a.clone(),
            })
            .collect();
        Some(Type::generic(&new.full_name(), arguments))
    });
    moved == now
}

/// The type parameters of the changed declaration and of the type around it that have other names now.
fn renamed_type_parameters(site: &Site<'_>) -> Vec<(SmolStr, SmolStr)> {
    let change = site.change;
    let own = |d: &Declaration| d.type_parameters.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    let around = |index: &index::Index, id: &DeclarationId| {
        let owner = crate::carry::owner(index, id)?;
        Some(own(index.outline(&owner.path)?.declarations.get(owner.index as usize)?))
    };
    let (Some(new), Some(now)) = (&change.new, &change.now) else { return Vec::new() };
    let outer = around(&site.past.index, &change.old).zip(around(site.now.index, new)).unwrap_or_default();
    let pairs = [(own(&change.then), own(now)), outer].into_iter().filter(|(a, b)| a.len() == b.len());
    pairs.flat_map(|(a, b)| a.into_iter().zip(b)).filter(|(a, b)| a != b).collect()
}

/// A declaration as a member: names in its texts mean what they mean there.
fn member(id: &DeclarationId, declaration: &Declaration) -> Member {
    Member {
        declaration: Arc::new(declaration.clone()),
        owner: None,
        place: Place::Declaration(id.clone()),
        bindings: Vec::new(),
        structs: Vec::new(),
        receiver: None,
        distance: 0,
    }
}

/// What becomes of a use, as it is put together.
#[derive(Default)]
struct Draft {
    edits: Vec<TextEdit>,
    imports: Vec<ImportRequest>,
    doubt: Option<&'static str>,
}

impl Draft {
    fn replace(&mut self, range: impl Into<TextRange>, text: impl Into<String>) {
        self.edits.push(TextEdit::replace(range, text));
    }
    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push(TextEdit::insert(at, text));
    }
    fn delete(&mut self, range: impl Into<TextRange>) {
        self.edits.push(TextEdit::delete(range));
    }
    /// Gives items of a list other texts, in one edit with what stands between them: two names that change places are no renaming.
    fn rewrite(&mut self, text: &str, items: &[Node<'_>], new: &[String]) {
        let differs = |k: &usize| items[*k].text_in(text) != new[*k];
        let count = items.len().min(new.len());
        let (Some(first), Some(last)) = ((0..count).find(differs), (0..count).rfind(differs)) else { return };
        let mut out = String::new();
        for k in first..=last {
            out += &new[k];
            if k < last {
                out += &text[items[k].end_byte()..items[k + 1].start_byte()];
            }
        }
        self.replace(items[first].start_byte()..items[last].end_byte(), out);
    }
    /// Why a person should look at it; the first reason stays.
    fn doubt(&mut self, why: &'static str) {
        self.doubt.get_or_insert(why);
    }
    /// A type as it is written at `offset` of the file now, with the imports that it needs.
    fn spell(&mut self, model: &SemanticModel<'_>, ty: &Type, offset: usize) -> String {
        let (text, namespaces) = model.display_at(ty, offset);
        self.import(namespaces.iter().map(|n| n.as_str()));
        text
    }
    fn import<'n>(&mut self, namespaces: impl IntoIterator<Item = &'n str>) {
        let requests = namespaces.into_iter().map(|n| ImportRequest::Using { namespace: n.to_owned() });
        self.imports.extend(requests);
    }
    /// What becomes of the use; `None` when two edits are in each other's way.
    fn finish(mut self) -> Option<Carried> {
        self.edits.sort_by_key(|e| (e.range.start, e.range.end));
        let apart = |p: &[TextEdit]| p[0].range.end <= p[1].range.start && p[0].range != p[1].range;
        if !self.edits.windows(2).all(apart) {
            return None;
        }
        self.imports.sort();
        self.imports.dedup();
        let carried = Carried { imports: self.imports, ..Carried::edits(text::merge_edits(self.edits)) };
        Some(match self.doubt {
            Some(why) => carried.doubted(why),
            None => carried,
        })
    }
}
