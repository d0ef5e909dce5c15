//! What is different between a declaration then and now.

use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use smol_str::SmolStr;
use std::fmt;
use text::TextRange;

/// How sure a pairing is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// One of several that are near: for reports, never carried to a use.
    Doubtful,
    /// The best one by far, with a part of the evidence missing: an offer.
    Likely,
    /// There is no other, and name, place, signature or body say so.
    Certain,
}

/// One difference between a declaration then and now. Numbers of parameters count from 0.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ChangeKind {
    /// It has another name.
    Renamed {
        /// The name then.
        from: SmolStr,
        /// The name now.
        to: SmolStr,
    },
    /// It stands in another namespace, module or type.
    Moved {
        /// Where it was.
        from: SmolStr,
        /// Where it is.
        to: SmolStr,
    },
    /// It is gone, and nothing takes its place.
    Removed,
    /// A parameter is new.
    ParameterAdded {
        /// Its number now.
        at: usize,
    },
    /// A parameter is gone.
    ParameterRemoved {
        /// Its number then.
        at: usize,
    },
    /// Parameters stand in another order: for each one now, its number then.
    ParametersReordered {
        /// The numbers then; `None` for a new one.
        order: Vec<Option<usize>>,
    },
    /// A parameter has another type.
    ParameterRetyped {
        /// Its number then.
        from: usize,
        /// Its number now.
        to: usize,
    },
    /// A parameter has another name.
    ParameterRenamed {
        /// Its number then.
        from: usize,
        /// Its number now.
        to: usize,
    },
    /// What it returns, or holds, has another type.
    Retyped {
        /// The type then, as written.
        from: SmolStr,
        /// The type now, as written.
        to: SmolStr,
    },
    /// It is of another kind: a property that became a method, a class that became a record.
    Kind {
        /// The kind then.
        from: DeclarationKind,
        /// The kind now.
        to: DeclarationKind,
    },
    /// It has other modifiers.
    Modifiers {
        /// Those that are gone.
        lost: Modifiers,
        /// Those that are new.
        gained: Modifiers,
    },
    /// It has another number of type parameters.
    TypeParameters {
        /// How many then.
        from: usize,
        /// How many now.
        to: usize,
    },
    /// Its base types are others.
    Bases,
}

/// A declaration then, and what became of it.
#[derive(Clone, Debug)]
pub struct DeclarationChange {
    /// The declaration, in the index of the past.
    pub old: DeclarationId,
    /// What it is now; `None` when it is gone.
    pub new: Option<DeclarationId>,
    /// The declaration then.
    pub then: Declaration,
    /// The declaration now.
    pub now: Option<Declaration>,
    /// The type or module that it stood in, as a reader calls it; empty at the top of C#.
    pub container: SmolStr,
    /// What is different; never empty.
    pub kinds: Vec<ChangeKind>,
    /// For each parameter now, its number then.
    pub parameters: Vec<Option<usize>>,
    /// How sure the pairing is.
    pub certainty: Certainty,
    /// How alike they are, from 0 to 1; 1 for the same name in the same place.
    pub likeness: f32,
    /// Where its name stood, when it is of no outline: a member of a type or of an object that is written inside another declaration. The numbers
    /// of `old` and `new` are then none of an outline.
    pub inside: Option<TextRange>,
    /// Where it stands now, of such a one.
    pub inside_now: Option<TextRange>,
}

impl DeclarationChange {
    /// Whether one of its differences is of this kind.
    pub fn has(&self, is: impl Fn(&ChangeKind) -> bool) -> bool {
        self.kinds.iter().any(is)
    }
    /// The name then and now, when it is another one.
    pub fn renamed(&self) -> Option<(&str, &str)> {
        self.kinds.iter().find_map(|k| match k {
            ChangeKind::Renamed { from, to } => Some((from.as_str(), to.as_str())),
            _ => None,
        })
    }
    /// Whether a use can be wrong because of it, without naming a parameter or needing a base type.
    pub fn is_noticed(&self) -> bool {
        self.has(|k| !matches!(k, ChangeKind::ParameterRenamed { .. } | ChangeKind::Bases))
    }
    /// The parameters that are gone, by number then.
    pub fn removed_parameters(&self) -> impl Iterator<Item = usize> + '_ {
        let gone = |i: &usize| !self.parameters.contains(&Some(*i));
        (0..self.then.parameters.len()).filter(move |i| self.now.is_some() && gone(i))
    }
}

/// The declaration as a reader calls it: `Order.Submit(DateTime)`.
fn signature(container: &str, declaration: &Declaration) -> String {
    use DeclarationKind::*;
    let mut out = match declaration.name.as_str() {
        ".ctor" | "constructor" => container.to_owned(),
        name if container.is_empty() => name.to_owned(),
        name => format!("{container}.{name}"),
    };
    if !declaration.type_parameters.is_empty() {
        let names: Vec<&str> = declaration.type_parameters.iter().map(|p| p.name.as_str()).collect();
        out += &format!("<{}>", names.join(", "));
    }
    let has_list = matches!(declaration.kind, Method | Constructor | Function | Delegate | Indexer | Operator)
        || !declaration.parameters.is_empty();
    if has_list {
        let one = |p: &index::Parameter| {
            let ty = if p.type_text.is_empty() { &p.name } else { &p.type_text };
            let modifiers = p.modifiers.split(' ').filter(|m| matches!(*m, "ref" | "out" | "in" | "params"));
            modifiers.chain([ty.as_str()]).collect::<Vec<_>>().join(" ")
        };
        let list: Vec<String> = declaration.parameters.iter().map(one).collect();
        out += &format!("({})", list.join(", "));
    }
    out
}

/// `Order.Submit(DateTime) → Place(DateTime)`, `Order.Total: int → decimal`, `Order.Cancel() is gone`.
impl fmt::Display for DeclarationChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let then = signature(&self.container, &self.then);
        let Some(now) = &self.now else { return write!(f, "{then} is gone") };
        let moved = self.kinds.iter().find_map(|k| match k {
            ChangeKind::Moved { to, .. } => Some(to.as_str()),
            _ => None,
        });
        let own = if matches!(now.name.as_str(), ".ctor" | "constructor") { self.container.as_str() } else { "" };
        let after = signature(own, now);
        let typed = |from: &str, to: &str| match (from.is_empty(), to.is_empty()) {
            (false, false) => format!("{from} → {to}"),
            (true, _) => format!("→ {to}"),
            (_, true) => format!("{from} → none"),
        };
        let same_header = signature("", &self.then) == signature("", now);
        match self.kinds.iter().find_map(|k| match k {
            ChangeKind::Retyped { from, to } => Some((from, to)),
            _ => None,
        }) {
            Some((from, to)) if same_header => write!(f, "{then}: {}", typed(from, to))?,
            Some((from, to)) => write!(f, "{then} → {after}: {}", typed(from, to))?,
            None if same_header && moved.is_some() => write!(f, "{then}")?,
            None if same_header => write!(f, "{then} has changed")?,
            None => write!(f, "{then} → {after}")?,
        }
        if let Some(to) = moved {
            write!(f, ", moved to {to}")?;
        }
        for kind in &self.kinds {
            match kind {
                ChangeKind::Kind { from, to } => {
                    write!(f, " ({} → {})", word(*from), word(*to))?;
                }
                ChangeKind::Modifiers { lost, gained } => {
                    let (lost, gained) = (words(*lost), words(*gained));
                    if !lost.is_empty() {
                        write!(f, ", no longer {lost}")?;
                    }
                    if !gained.is_empty() {
                        write!(f, ", now {gained}")?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn word(kind: DeclarationKind) -> &'static str {
    use DeclarationKind::*;
    match kind {
        Class => "class",
        Struct => "struct",
        Interface => "interface",
        Enum => "enum",
        Record => "record",
        RecordStruct => "record struct",
        Delegate => "delegate",
        TypeAlias => "type",
        Namespace => "namespace",
        Function => "function",
        Variable => "variable",
        Method => "method",
        Constructor => "constructor",
        Destructor => "finalizer",
        Property => "property",
        Getter => "getter",
        Setter => "setter",
        Indexer => "indexer",
        Field => "field",
        Event => "event",
        EnumMember => "enum member",
        Operator | ConversionOperator => "operator",
        CallSignature => "call signature",
        ConstructSignature => "construct signature",
        IndexSignature => "index signature",
    }
}

fn words(modifiers: Modifiers) -> String {
    modifiers.iter_names().map(|(name, _)| name.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// Modifiers that a use can notice.
const NOTICED: Modifiers = Modifiers::PUBLIC
    .union(Modifiers::PROTECTED)
    .union(Modifiers::INTERNAL)
    .union(Modifiers::PRIVATE)
    .union(Modifiers::STATIC)
    .union(Modifiers::ABSTRACT)
    .union(Modifiers::VIRTUAL)
    .union(Modifiers::SEALED)
    .union(Modifiers::READONLY)
    .union(Modifiers::CONST)
    .union(Modifiers::REQUIRED)
    .union(Modifiers::EXPORT)
    .union(Modifiers::DEFAULT)
    .union(Modifiers::OPTIONAL)
    .union(Modifiers::GET)
    .union(Modifiers::SET)
    .union(Modifiers::INIT)
    .union(Modifiers::EXTENSION);

/// For each parameter now, its number then: by name and type, by name, by type when there is one of it on both sides, then by place.
pub(crate) fn pair_parameters(then: &Declaration, now: &Declaration) -> Vec<Option<usize>> {
    let mut taken = vec![false; then.parameters.len()];
    let mut out: Vec<Option<usize>> = vec![None; now.parameters.len()];
    let same: [&dyn Fn(usize, usize) -> bool; 3] = [
        &|i, j| {
            let (a, b) = (&then.parameters[i], &now.parameters[j]);
            a.name == b.name && a.type_text == b.type_text
        },
        &|i, j| then.parameters[i].name == now.parameters[j].name,
        &|i, j| {
            let ty = &then.parameters[i].type_text;
            let one = |d: &Declaration| d.parameters.iter().filter(|p| p.type_text == *ty).count() == 1;
            !ty.is_empty() && *ty == now.parameters[j].type_text && one(then) && one(now)
        },
    ];
    for same in same {
        for (j, paired) in out.iter_mut().enumerate().filter(|(_, paired)| paired.is_none()) {
            if let Some(i) = (0..taken.len()).find(|i| !taken[*i] && same(*i, j)) {
                taken[i] = true;
                *paired = Some(i);
            }
        }
    }
    // What is left is the same one under another name where as many are left between the same neighbours.
    let free_now: Vec<usize> = (0..out.len()).filter(|j| out[*j].is_none()).collect();
    let free_then: Vec<usize> = (0..taken.len()).filter(|i| !taken[*i]).collect();
    if free_now.len() == free_then.len() && then.parameters.len() == now.parameters.len() {
        for (j, i) in free_now.into_iter().zip(free_then) {
            if i == j {
                out[j] = Some(i);
            }
        }
    }
    out
}

/// What is different, apart from where it stands.
pub(crate) fn kinds(then: &Declaration, now: &Declaration, parameters: &[Option<usize>]) -> Vec<ChangeKind> {
    let mut out = Vec::new();
    if then.name != now.name {
        out.push(ChangeKind::Renamed { from: then.name.clone(), to: now.name.clone() });
    }
    if then.kind != now.kind {
        out.push(ChangeKind::Kind { from: then.kind, to: now.kind });
    }
    for (at, from) in parameters.iter().enumerate() {
        let Some(from) = *from else {
            out.push(ChangeKind::ParameterAdded { at });
            continue;
        };
        let (a, b) = (&then.parameters[from], &now.parameters[at]);
        if a.type_text != b.type_text || passing(&a.modifiers) != passing(&b.modifiers) || a.optional != b.optional {
            out.push(ChangeKind::ParameterRetyped { from, to: at });
        }
        if a.name != b.name {
            out.push(ChangeKind::ParameterRenamed { from, to: at });
        }
    }
    for at in (0..then.parameters.len()).filter(|i| !parameters.contains(&Some(*i))) {
        out.push(ChangeKind::ParameterRemoved { at });
    }
    let kept: Vec<usize> = parameters.iter().flatten().copied().collect();
    if !kept.is_sorted() {
        out.push(ChangeKind::ParametersReordered { order: parameters.to_vec() });
    }
    if then.type_text != now.type_text {
        out.push(ChangeKind::Retyped { from: then.type_text.clone(), to: now.type_text.clone() });
    }
    if then.type_parameters.len() != now.type_parameters.len() {
        out.push(ChangeKind::TypeParameters { from: then.type_parameters.len(), to: now.type_parameters.len() });
    }
    let (lost, gained) = ((then.modifiers - now.modifiers) & NOTICED, (now.modifiers - then.modifiers) & NOTICED);
    if !(lost | gained).is_empty() {
        out.push(ChangeKind::Modifiers { lost, gained });
    }
    if then.bases != now.bases || then.extends_count != now.extends_count {
        out.push(ChangeKind::Bases);
    }
    out
}

/// How an argument is passed.
fn passing(modifiers: &str) -> Vec<&str> {
    modifiers.split(' ').filter(|m| matches!(*m, "ref" | "out" | "in" | "params" | "this")).collect()
}
