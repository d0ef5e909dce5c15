//! Causes of what Roslyn reports: lost references, packages that are not there, base types that are not found.

use super::csharp_generated::Generated;
use super::csharp_options;
use crate::DiagnosticSet;
use crate::ProjectContext;
use crate::RuleContext;
use crate::causes::packages::{is_of_asp_net, lacked, lacked_of_method, may_have};
use crate::causes::project::{ProjectCause, is_root};
use crate::causes::{Cause, of_project};
use crate::context::kept_of;
use index::Index;
use index::csharp::{CsProject, CsType, SDK_USINGS, TypeOrigin};
use semantics::csharp::namespaces::misspelt;
use semantics::csharp::printed::{generic_name, simple_name};
use semantics::csharp::type_use::{Place, TypeUse, in_using};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, NodeExt, leaf_at};

/// Base types that are followed.
const MOST_BASES: usize = 64;
/// Fewer files without directives say little about their project.
const FEWEST_BARE: usize = 3;
/// As many, where no file has directives.
const FEWEST_OF_ALL: usize = 2;

/// What the directives of a build's files ask for in vain.
#[derive(Default)]
struct Facts {
    /// By file: where each directive begins to be wrong, and why.
    directives: BTreeMap<Arc<Path>, Vec<(usize, Cause)>>,
    /// By project: the causes of its `global using` directives.
    projects: HashMap<Arc<str>, Vec<Cause>>,
    /// Simple names of types that were not found.
    missing: BTreeSet<String>,
    /// By project without implicit usings: its files that rely on them.
    bare: HashMap<Arc<str>, Bare>,
    /// By project: what its own file is reported for, when nothing of it can be judged before that is repaired.
    roots: HashMap<Arc<str>, Vec<Root>>,
    /// By project: that one whose folder it lies in compiles its sources, too.
    nested: HashMap<Arc<str>, Cause>,
    /// By project: what generators write for it.
    generated: HashMap<Arc<str>, Generated>,
}

/// A project that relies on implicit usings and does not have them.
#[derive(Default)]
struct Bare {
    files: BTreeSet<Arc<Path>>,
    usings: Vec<&'static str>,
    /// No file of the project has directives of its own for these.
    all: bool,
}

/// What a project is reported for.
#[derive(Clone)]
struct Root {
    cause: Cause,
    /// The name of the project that a reference does not find; empty when it is about something else.
    lost: String,
}

impl Root {
    fn of(ctx: &ProjectContext<'_>) -> Option<Self> {
        let d = ctx.diagnostic;
        if !is_root(d.code.as_str(), d.severity) {
            return None;
        }
        let is_reference = matches!(d.code.as_str(), "MSB9008" | "MSB3202" | "NU1104" | "NU1105" | "CS0006");
        let file = ctx.argument(0).filter(|_| is_reference).unwrap_or_default();
        let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let lost = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        Some(Self { cause: of_project(ctx)?, lost })
    }

    /// Whether what is reported as `cause` follows from it.
    fn explains(&self, cause: Option<&Cause>) -> bool {
        match cause {
            Some(Cause::LostProject { to, .. }) => {
                self.lost.is_empty() || to.iter().any(|p| p.eq_ignore_ascii_case(&self.lost))
            }
            Some(Cause::NotRestored { .. } | Cause::UnknownBase { .. }) | None => true,
            Some(Cause::UnknownNamespace { package, .. }) => self.lost.is_empty() || package.is_none(),
            _ => false,
        }
    }
}

impl Facts {
    fn of(ctx: &RuleContext<'_>) -> Arc<Self> {
        kept_of(ctx, Self::find)
    }

    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let mut out = Self::default();
        let mut known: HashMap<(Arc<str>, String), Option<Cause>> = HashMap::new();
        for path in set.files() {
            let not_found = |code: &str| matches!(code, "CS0246" | "CS0234");
            let mut here = set.in_file(path).iter().filter(|d| not_found(d.code.as_str())).peekable();
            if here.peek().is_none() {
                continue;
            }
            let Some(text) = index.text(path) else { continue };
            let project = index.csharp().project(path);
            for d in here {
                out.missing.extend(d.argument(0).map(|name| simple_name(name).to_owned()));
                let Some(directive) = Directive::at(&text, d.range.start) else { continue };
                let key = (project.path.clone(), format!("{}|{}", directive.namespace, directive.unknown.len()));
                let cause = known.entry(key).or_insert_with(|| of_namespace(index, path, &project, &directive));
                let Some(cause) = cause else { continue };
                if directive.is_global {
                    out.projects.entry(project.path.clone()).or_default().push(cause.clone());
                }
                out.directives.entry(path.into()).or_default().push((d.range.start, cause.clone()));
            }
        }
        for project in index.csharp().projects() {
            let file = Path::new(&*project.path);
            for d in set.in_file(file) {
                let ctx = ProjectContext { diagnostic: d, index, diagnostics: set };
                if let Some(cause) = of_nested(&ctx) {
                    let nested = index.csharp().nested_projects(file).into_iter();
                    out.nested.extend(nested.map(|inner| (inner.path.clone(), cause.clone())));
                } else if let Some(root) = Root::of(&ctx) {
                    out.roots.entry(project.path.clone()).or_default().push(root);
                } else if let Some(cause) = of_global_using(&ctx) {
                    out.projects.entry(project.path.clone()).or_default().push(cause);
                }
            }
        }
        out.join_packages();
        out.follow_projects(index);
        out.bare = bare_files(index, set);
        let missed = set.files().filter(|path| set.codes_in(path).any(|c| is_missing_name(c.as_str())));
        let projects: BTreeSet<Arc<str>> = missed.map(|path| index.csharp().project(path).path.clone()).collect();
        for project in projects.into_iter().filter(|p| !p.is_empty()) {
            let generated = Generated::of(index, Path::new(&*project));
            out.generated.insert(project, generated);
        }
        out
    }

    /// The packages of a project that are not restored are one cause.
    fn join_packages(&mut self) {
        let mut by_project: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, cause) in self.directives.values().flatten() {
            if let Cause::NotRestored { packages, project } = cause {
                by_project.entry(project.clone()).or_default().extend(packages.iter().cloned());
            }
        }
        let own = self.directives.values_mut().flatten().map(|(_, cause)| cause);
        for cause in own.chain(self.projects.values_mut().flatten()) {
            if let Cause::NotRestored { packages, project } = cause {
                *packages = by_project.get(project).into_iter().flatten().cloned().collect();
            }
        }
    }

    /// What a lost project refers to is lost with it: its packages are not to be added besides.
    fn follow_projects(&mut self, index: &Index) {
        let csharp = index.csharp();
        let mut lost: BTreeMap<Arc<str>, Vec<Cause>> = BTreeMap::new();
        for (file, causes) in &self.directives {
            let own = causes.iter().map(|(_, cause)| cause).filter(|c| matches!(c, Cause::LostProject { .. }));
            let own: Vec<Cause> = own.cloned().collect();
            if !own.is_empty() {
                lost.entry(csharp.project(file).path.clone()).or_default().extend(own);
            }
        }
        if lost.is_empty() {
            return;
        }
        let all = csharp.projects();
        let brings = |cause: &Cause, id: &str| {
            let Cause::LostProject { to, .. } = cause else { return false };
            let named = all.iter().filter(|p| to.iter().any(|name| p.assembly_name == name.as_str()));
            named.into_iter().any(|to| {
                let mut seen = all.iter().filter(|p| csharp.project_sees(to, p));
                seen.any(|p| p.packages.iter().any(|package| package.eq_ignore_ascii_case(id)))
            })
        };
        let follow = |cause: &mut Cause, project: &str| {
            let Cause::UnknownNamespace { package: Some(package), .. } = &*cause else { return };
            let of_project = lost.get(project).into_iter().flatten();
            if let Some(root) = of_project.into_iter().find(|root| brings(root, &package.id)) {
                *cause = root.clone();
            }
        };
        for (file, causes) in &mut self.directives {
            let project = csharp.project(file).path.clone();
            causes.iter_mut().for_each(|(_, cause)| follow(cause, &project));
        }
        for (project, causes) in &mut self.projects {
            causes.iter_mut().for_each(|cause| follow(cause, project));
        }
    }

    /// The causes of directives that hold in `file`.
    fn in_file<'f>(&'f self, index: &Index, file: &Path) -> impl Iterator<Item = &'f Cause> {
        let own = self.directives.get(file).into_iter().flatten().map(|(_, cause)| cause);
        let project = index.csharp().project(file);
        own.chain(self.projects.get(&project.path).into_iter().flatten())
    }
}

/// That a project compiles the sources of another one that lies in its folder: the attributes that the build writes for both are there twice.
pub(crate) fn of_nested(ctx: &ProjectContext<'_>) -> Option<Cause> {
    let code = ctx.diagnostic.code.as_str();
    if !code.starts_with("CS") || csharp_options::is_about_version(code) {
        return None;
    }
    let project = ctx.project()?;
    let nested = ctx.index.csharp().nested_projects(ctx.path());
    let folder = |p: &CsProject| {
        let folder = Path::new(&*p.path).parent()?;
        Some(folder.strip_prefix(ctx.path().parent()?).ok()?.to_string_lossy().replace('/', "\\"))
    };
    let inner = nested.first()?;
    let what = format!("{{project}} compiles the files of project '{}', which lies in its folder", inner.assembly_name);
    let advice = format!("add <Compile Remove=\"{}\\**\" />, or move one of them", folder(inner)?);
    Some(Cause::Project(ProjectCause::new(Some(&project.assembly_name), what, advice)))
}

/// Why a namespace of the directives that a build writes for a project is not found. These come from `<Using>` items and from the SDK.
pub(crate) fn of_global_using(ctx: &ProjectContext<'_>) -> Option<Cause> {
    let project = ctx.project()?;
    let name = ctx.argument(0)?;
    let unknown = match ctx.diagnostic.code.as_str() {
        "CS0246" | "CS0400" => name.to_owned(),
        "CS0234" => format!("{}.{name}", ctx.argument(1)?),
        _ => return None,
    };
    let below = |u: &str| u.strip_prefix(unknown.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let namespace = project.usings.iter().find(|u| below(u)).map_or(unknown.clone(), ToString::to_string);
    of_namespace_at(ctx.index, ctx.path(), &project, &namespace, &unknown)
}

/// Codes of names that are not found.
fn is_missing_name(code: &str) -> bool {
    matches!(code, "CS0246" | "CS0234" | "CS0103" | "CS0400" | "CS0426" | "CS0616" | "CS0012")
}

/// Whether these implicit usings bring the name into scope.
fn is_implicit(index: &Index, file: &Path, name: &str, usings: &[&str]) -> bool {
    let types = index.csharp().types_visible(generic_name(name), file);
    types
        .iter()
        .any(|t| matches!(t.origin, TypeOrigin::Library { .. }) && usings.contains(&t.declaration.namespace.as_str()))
}

/// Whether the file has a directive of its own for what implicit usings bring.
fn has_own_usings(index: &Index, file: &Path) -> bool {
    index.outline(file).is_some_and(|o| o.imports.iter().any(|i| SDK_USINGS.contains(&i.target.as_str())))
}

/// By project that has no implicit usings: the files that miss what they bring and have no such directive of their own, where these are
/// more than those that have.
fn bare_files(index: &Index, set: &DiagnosticSet) -> HashMap<Arc<str>, Bare> {
    let csharp = index.csharp();
    let mut out: HashMap<Arc<str>, Bare> = HashMap::new();
    let mut usings: HashMap<Arc<str>, Vec<&'static str>> = HashMap::new();
    for path in set.files() {
        let mut missed = set.in_file(path).iter().filter(|d| matches!(d.code.as_str(), "CS0246" | "CS0103")).peekable();
        if missed.peek().is_none() {
            continue;
        }
        let project = csharp.project(path);
        let off = !project.path.is_empty() && !project.usings.iter().any(|u| SDK_USINGS.contains(&u.as_str()));
        if !off || has_own_usings(index, path) {
            continue;
        }
        let usings = usings
            .entry(project.path.clone())
            .or_insert_with(|| csharp.project_file(Path::new(&*project.path)).implicit_usings());
        if missed.any(|d| d.argument(0).is_some_and(|name| is_implicit(index, path, name, usings))) {
            let bare = out.entry(project.path.clone()).or_default();
            bare.usings.clone_from(usings);
            bare.files.insert(path.into());
        }
    }
    out.retain(|project, bare| {
        let own = || {
            let files = index.files_with_word("System", Language::CSHARP);
            files.iter().filter(|f| csharp.project(f).path == *project && has_own_usings(index, f)).count()
        };
        let own = own();
        bare.all = own == 0;
        bare.files.len() >= if bare.all { FEWEST_OF_ALL } else { FEWEST_BARE } && own < bare.files.len()
    });
    out
}

/// A using directive for a namespace, from its line.
struct Directive<'t> {
    is_global: bool,
    namespace: String,
    /// As far as the first part that does not exist.
    unknown: &'t str,
}

impl<'t> Directive<'t> {
    fn at(text: &'t str, offset: usize) -> Option<Self> {
        let before = text.get(..offset)?;
        let start = before.rfind(['\n', '\r', ';']).map_or(0, |i| i + 1);
        let written = text[start..offset].trim_start();
        let is_global = written.starts_with("global ");
        let after =
            written.strip_prefix("global ").unwrap_or(written).trim_start().strip_prefix("using ")?.trim_start();
        let after = after.strip_prefix("global::").unwrap_or(after);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@');
        let first = offset - after.len();
        let rest = &text[first..];
        let end = rest.find(';')?;
        let name = rest[..end].trim();
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let part = text[offset..].find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '@')))?;
        Some(Self { is_global, namespace: name.to_owned(), unknown: text.get(first..offset + part)? })
    }
}

/// Why the namespace of a directive is not found, when the directive is not what is wrong.
fn of_namespace(index: &Index, file: &Path, project: &Arc<CsProject>, directive: &Directive<'_>) -> Option<Cause> {
    of_namespace_at(index, file, project, &directive.namespace, directive.unknown)
}

/// Why a namespace, of which `unknown` is the part that is not there, is not found.
fn of_namespace_at(
    index: &Index,
    file: &Path,
    project: &Arc<CsProject>,
    namespace: &str,
    unknown: &str,
) -> Option<Cause> {
    let csharp = index.csharp();
    for namespace in [namespace, unknown] {
        if let Some(cause) = lost_project(index, file, project, namespace) {
            return Some(cause);
        }
    }
    // The type or namespace that a generator writes.
    let generated = Generated::of(index, Path::new(&*project.path));
    if let Some(cause) = generated.of_namespace(namespace).filter(|_| !project.path.is_empty()) {
        return Some(cause);
    }
    let parent = unknown.rsplit_once('.').map_or("", |(parent, _)| parent);
    // The tree's own namespace was renamed, moved or misspelt.
    let own = csharp.workspace_has_namespace(unknown)
        || !parent.is_empty() && csharp.workspace_has_namespace(parent) && !csharp.library_has_namespace(parent, file);
    if own || misspelt(index, namespace).is_some() || misspelt(index, unknown).is_some() {
        return None;
    }
    let related = |package: &str| may_have(package, namespace, unknown);
    let restored = csharp.restored_packages(Path::new(&*project.path));
    let is_restored = |id: &str| restored.iter().any(|p| p.id.eq_ignore_ascii_case(id));
    if let Some(package) = project.packages.iter().find(|p| related(p) && !is_restored(p)) {
        let project = project.assembly_name.to_string();
        return Some(Cause::NotRestored { packages: vec![package.to_string()], project });
    }
    let namespace = namespace.to_owned();
    if !project.path.is_empty() && is_of_asp_net(&namespace) {
        return Some(Cause::NoFramework { namespace, project: project.assembly_name.to_string() });
    }
    let package = lacked(index, project, &namespace, unknown);
    Some(Cause::UnknownNamespace { namespace, package, project: shown(index, project) })
}

/// The project file below the root; empty when it is in the root itself, where it need not be named.
fn shown(index: &Index, project: &CsProject) -> String {
    let path = Path::new(&*project.path);
    let below = index.roots().iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
    match below.parent() {
        Some(folder) if folder.as_os_str().is_empty() => String::new(),
        _ => below.to_string_lossy().replace('\\', "/"),
    }
}

/// The projects of the tree that declare `namespace`, when the one of `file` sees none of them.
fn lost_project(index: &Index, file: &Path, from: &CsProject, namespace: &str) -> Option<Cause> {
    let csharp = index.csharp();
    if from.path.is_empty() || !csharp.workspace_has_namespace(namespace) || csharp.reaches_namespace(namespace, file) {
        return None;
    }
    let to: Vec<String> =
        csharp.projects_with_namespace(namespace).iter().map(|p| p.assembly_name.to_string()).collect();
    (!to.is_empty()).then(|| Cause::LostProject { from: from.assembly_name.to_string(), to })
}

/// The project that declares a type of this name, when the project of the diagnostic sees no such type.
fn lost_type(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> Option<Cause> {
    let csharp = ctx.index.csharp();
    let from = csharp.project(ctx.path());
    let of_name = |name: &str| {
        let mut types = csharp.source_types_named(name);
        types.retain(|t| t.containing.is_empty() && t.arity() == used.arity);
        types
    };
    let mut types = of_name(used.name);
    if used.place == Place::Attribute {
        types.extend(of_name(&format!("{}Attribute", used.name)));
    }
    if from.path.is_empty() || types.is_empty() || !csharp.types_visible(used.name, ctx.path()).is_empty() {
        return None;
    }
    let mut to: Vec<String> = types
        .iter()
        .filter_map(|t| csharp.project_of_type(t))
        .filter(|p| !csharp.project_sees(&from, p) && (from.is_test() || !p.is_test()))
        .map(|p| p.assembly_name.to_string())
        .collect();
    to.sort();
    to.dedup();
    (!to.is_empty()).then(|| Cause::LostProject { from: from.assembly_name.to_string(), to })
}

/// The project of the tree that builds the assembly that a message names, when the project of the diagnostic does not refer to it itself.
fn lost_assembly(ctx: &RuleContext<'_>) -> Option<Cause> {
    let csharp = ctx.index.csharp();
    let from = csharp.project(ctx.path());
    let assembly = ctx.argument(1)?.split(',').next()?.trim();
    let to = csharp.projects().into_iter().find(|p| p.assembly_name.eq_ignore_ascii_case(assembly))?;
    let is_direct = from.references.iter().any(|r| **r == *Path::new(&*to.path));
    (!from.path.is_empty() && from.path != to.path && !is_direct)
        .then(|| Cause::LostProject { from: from.assembly_name.to_string(), to: vec![to.assembly_name.to_string()] })
}

/// The name of a base type of `ty`, direct or not, that the build did not find. `classes`: only one that may be a class.
fn unknown_base(ctx: &RuleContext<'_>, facts: &Facts, ty: &CsType, classes: bool) -> Option<String> {
    let csharp = ctx.index.csharp();
    let interface = |name: &str| {
        let mut letters = name.chars();
        letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
    };
    if facts.missing.is_empty() {
        return None;
    }
    let mut stack = vec![ty.clone()];
    let mut seen: Vec<TypeOrigin> = Vec::new();
    while let Some(current) = stack.pop() {
        if seen.contains(&current.origin) || seen.len() > MOST_BASES {
            continue;
        }
        if matches!(current.origin, TypeOrigin::Source(_)) {
            for (text, base) in csharp.bases(&current).iter() {
                let name = simple_name(text);
                match base {
                    Some(base) => stack.push(base.clone()),
                    None if facts.missing.contains(name) && !(classes && interface(name)) => {
                        return Some(name.to_owned());
                    }
                    None => {}
                }
            }
        }
        seen.push(current.origin);
    }
    None
}

/// Codes of types that do not have what they must have, or have what they must not have: a base class may bring or ask for it.
const ABOUT_THE_TYPE: &[&str] = &[
    "CS0535", "CS0534", "CS0738", "CS0115", "CS0506", "CS0103", "CS1729", "CS7036", "CS0122", "CS0117", "CS0311",
    "CS0108", "CS0114", "CS0120",
];
/// Codes whose first argument is the type of a value.
const ABOUT_A_VALUE: &[&str] = &["CS1061", "CS0117", "CS0029", "CS0266", "CS1503", "CS1929", "CS1579", "CS0019"];

/// The cause of which a diagnostic is an echo.
pub(super) fn of(ctx: &RuleContext<'_>) -> Option<Cause> {
    let code = ctx.code().as_str();
    if code == "CS0227" || csharp_options::is_about_version(code) {
        let project = ctx.index.csharp().project(ctx.path());
        return csharp_options::cause(&project, code, &ctx.diagnostic.arguments, &ctx.diagnostic.message);
    }
    if !could_follow(code) {
        return None;
    }
    let facts = Facts::of(ctx);
    let cause = of_facts(ctx, &facts);
    if facts.roots.is_empty() && facts.generated.is_empty() && facts.nested.is_empty() {
        return cause;
    }
    let project = ctx.index.csharp().project(ctx.path());
    if let Some(cause) = facts.nested.get(&project.path) {
        return Some(cause.clone());
    }
    let is_missing = || {
        // A name that is there is not what a lost reference would have brought.
        let named = ctx.argument(0).map(|name| simple_name(generic_name(name)).to_owned());
        let csharp = ctx.index.csharp();
        is_missing_name(ctx.code().as_str())
            && named.is_some_and(|n| {
                csharp.types_visible(&n, ctx.path()).is_empty() && csharp.source_types_named(&n).is_empty()
            })
    };
    let root = facts.roots.get(&project.path).into_iter().flatten().find(|root| root.explains(cause.as_ref()));
    if let Some(root) = root.filter(|_| cause.is_some() || is_missing()) {
        return Some(root.cause.clone());
    }
    let of_generator = || {
        let generated = facts.generated.get(&project.path)?;
        generated.of_name(ctx).filter(|_| is_missing())
    };
    // The name of what a generator writes says more than that something else of the file is not there.
    match cause {
        Some(cause @ (Cause::LostProject { .. } | Cause::NoImplicitUsings { .. })) => Some(cause),
        other => of_generator().or(other),
    }
}

/// Whether a diagnostic with this code can be an echo.
fn could_follow(code: &str) -> bool {
    is_missing_name(code)
        || ABOUT_THE_TYPE.contains(&code)
        || ABOUT_A_VALUE.contains(&code)
        || matches!(code, "CS0101" | "CS0111" | "CS0017" | "CS8802" | "CS0579")
}

fn of_facts(ctx: &RuleContext<'_>, facts: &Facts) -> Option<Cause> {
    let code = ctx.code().as_str();
    let names = is_missing_name(code);
    if !names && !ABOUT_THE_TYPE.contains(&code) && !ABOUT_A_VALUE.contains(&code) {
        return None;
    }
    if code == "CS0012" {
        return lost_assembly(ctx);
    }
    let at = ctx.diagnostic.range.start;
    let here = facts.directives.get(ctx.path()).map_or(&[][..], Vec::as_slice);
    // In order of position, as the diagnostics are.
    if let Some((_, cause)) = here.get(here.partition_point(|(start, _)| *start < at)).filter(|(start, _)| *start == at)
    {
        return Some(cause.clone());
    }
    if names && let Some(cause) = of_name(ctx, facts) {
        return Some(cause);
    }
    let open = || facts.in_file(ctx.index, ctx.path()).next().cloned();
    if ABOUT_THE_TYPE.contains(&code) {
        let around = ctx.index.csharp().enclosing_type(ctx.path(), at);
        let implements = matches!(code, "CS0535" | "CS0534" | "CS0738");
        if let Some(base) = around.and_then(|ty| unknown_base(ctx, facts, &ty, implements)) {
            return Some(open().unwrap_or(Cause::UnknownBase { base }));
        }
    }
    if ABOUT_A_VALUE.contains(&code) {
        let printed = if code == "CS1503" { ctx.argument(1) } else { ctx.argument(0) };
        let printed = generic_name(printed.unwrap_or_default());
        let types = ctx.index.csharp().types_visible(simple_name(printed), ctx.path());
        if let Some(base) = types.iter().find_map(|ty| unknown_base(ctx, facts, ty, false)) {
            return Some(open().unwrap_or(Cause::UnknownBase { base }));
        }
        if let Some(cause) = unknown_method(ctx) {
            return Some(cause);
        }
        // An extension method of what is not there.
        if matches!(code, "CS1061" | "CS1929") {
            return open().or_else(|| no_implicit_usings(ctx, facts));
        }
    }
    None
}

/// An extension method of a package, called on a type of a library, that nothing has that the project refers to.
fn unknown_method(ctx: &RuleContext<'_>) -> Option<Cause> {
    if ctx.code() != "CS1061" {
        return None;
    }
    let csharp = ctx.index.csharp();
    let (receiver, method) = (simple_name(generic_name(ctx.argument(0)?)), ctx.argument(1)?);
    let is_own = !csharp.source_types_named(receiver).is_empty();
    if is_own || !csharp.extension_methods_named(method).is_empty() {
        return None;
    }
    let project = csharp.project(ctx.path());
    let package = lacked_of_method(ctx.index, &project, method)?;
    Some(Cause::UnknownMethod { method: method.to_owned(), package, project: shown(ctx.index, &project) })
}

/// That the file relies on implicit usings, and its project has none.
fn no_implicit_usings(ctx: &RuleContext<'_>, facts: &Facts) -> Option<Cause> {
    if facts.bare.is_empty() {
        return None;
    }
    let project = ctx.index.csharp().project(ctx.path());
    let bare = facts.bare.get(&project.path).filter(|bare| bare.files.contains(ctx.path()))?;
    Some(Cause::NoImplicitUsings { project: project.assembly_name.to_string(), files: bare.files.len(), all: bare.all })
}

/// The cause of a name that is not found.
fn of_name(ctx: &RuleContext<'_>, facts: &Facts) -> Option<Cause> {
    let leaf = leaf_at(ctx.root(), ctx.diagnostic.range.start)?;
    if in_using(leaf) {
        return None;
    }
    let Some(used) = TypeUse::of(leaf, ctx.text()) else {
        // `A.B.Name`: the namespace is that of another project.
        let whole = leaf.enclosing(&["qualified_name", "member_access_expression"])?;
        let written: String = ctx.text().get(whole.start_byte()..leaf.end_byte())?.split_whitespace().collect();
        let written = written.strip_prefix("global::").unwrap_or(&written);
        return lost_project(ctx.index, ctx.path(), &ctx.index.csharp().project(ctx.path()), written);
    };
    let expression = ctx.code() == "CS0103";
    if expression && !matches!(used.place, Place::Receiver) {
        return None;
    }
    if let Some(cause) = lost_type(ctx, &used) {
        return Some(cause);
    }
    let implicit = |project: &Arc<str>| {
        let usings = facts.bare.get(project).map_or(&[][..], |bare| &bare.usings);
        is_implicit(ctx.index, ctx.path(), used.name, usings)
    };
    if let Some(cause) = no_implicit_usings(ctx, facts)
        && implicit(&ctx.index.csharp().project(ctx.path()).path)
    {
        return Some(cause);
    }
    let csharp = ctx.index.csharp();
    // What System or the tree has needs no package.
    let visible = csharp.types_visible(used.name, ctx.path());
    let own = |t: &CsType| {
        let namespace = &t.declaration.namespace;
        matches!(t.origin, TypeOrigin::Source(_)) || namespace == "System" || namespace.starts_with("System.")
    };
    if visible.iter().any(|t| t.arity() == used.arity && own(t)) {
        return None;
    }
    let upper = used.name.starts_with(char::is_uppercase);
    facts.in_file(ctx.index, ctx.path()).next().filter(|_| upper).cloned()
}

#[cfg(test)]
mod tests {
    use super::Directive;

    #[test]
    fn directives_are_read_from_their_line() {
        let at = |text: &str, word: &str| {
            let found = Directive::at(text, text.find(word).unwrap())?;
            Some((found.is_global, found.namespace, found.unknown.to_owned()))
        };
        assert_eq!(at("using A.B.C;\n", "B"), Some((false, "A.B.C".into(), "A.B".into())));
        assert_eq!(at("using X;\r\nglobal using A;\r\n", "A;"), Some((true, "A".into(), "A".into())));
        for (text, word) in [
            ("using static A.B;\n", "A"),
            ("using X = A.B;\n", "A"),
            ("using (A.B());\n", "A"),
            ("class A { B b; }", "B"),
        ] {
            assert_eq!(at(text, word), None, "{text}");
        }
    }
}
