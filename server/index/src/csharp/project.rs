//! C# projects: which csproj compiles a file, which namespaces it brings into scope, what it references.

use super::CsProject;
use super::compiled::{CompiledProject, call_of};
use super::msbuild::{Evaluation, MOST_ELEMENTS, Read, join, list};
use super::preprocessor::PreprocessorSymbols;
use crate::dotnet::{self, Frameworks, Library, References};
use crate::wild::{MOST_WILD, is_wild};
use crate::{Import, ImportKind, System};
use disk::Kind;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use text::SourceText;

/// Implicit usings of every C# SDK (documentation of `ImplicitUsings`, "C# SDK projects").
pub const SDK_USINGS: [&str; 7] = [
    "System",
    "System.Collections.Generic",
    "System.IO",
    "System.Linq",
    "System.Net.Http",
    "System.Threading",
    "System.Threading.Tasks",
];
/// What `Microsoft.NET.Sdk.Web` adds.
pub(super) const WEB_USINGS: [&str; 9] = [
    "System.Net.Http.Json",
    "Microsoft.AspNetCore.Builder",
    "Microsoft.AspNetCore.Hosting",
    "Microsoft.AspNetCore.Http",
    "Microsoft.AspNetCore.Routing",
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging",
];
/// What `Microsoft.NET.Sdk.Worker` adds.
pub(super) const WORKER_USINGS: [&str; 4] = [
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging",
];

/// Bytes of project files that are kept while the projects are read.
const MOST_KEPT: usize = 32 << 20;

/// Texts of open project files, which are preferred to the disk.
pub(crate) type ProjectText<'a> = dyn Fn(&Path) -> Option<Arc<str>> + 'a;

/// One project, with data for this module only.
struct Project {
    facts: Arc<CsProject>,
    folder: PathBuf,
    items: Vec<Import>,
    friends: Vec<SmolStr>,
    /// `ImplicitUsings` is not set in any file that was read, but may be in one that was not.
    implicit_usings_unknown: bool,
    symbols: PreprocessorSymbols,
    /// Whether it compiles what lies in its folder without naming it, as the SDK lets it.
    default_items: bool,
    removed: GlobSet,
    included: GlobSet,
    /// The projects that it references.
    direct: Vec<u32>,
    /// This project and all that it references, directly or not; found when it is first asked for.
    sees: OnceLock<FxHashSet<u32>>,
    library: u32,
}

/// All projects of the workspace.
pub(crate) struct Projects {
    projects: Vec<Project>,
    by_folder: FxHashMap<PathBuf, Vec<u32>>,
    /// Those that include files by name or pattern.
    including: Vec<u32>,
    /// What the projects reference, each set once.
    references: Vec<References>,
    /// The libraries of these, read when they are first needed.
    libraries: OnceLock<Vec<Arc<Library>>>,
    system: Arc<dyn System>,
    tables: Arc<dotnet::Tables>,
    /// For files of no project.
    default_library: u32,
}

impl Projects {
    /// Reads the projects among `files`.
    pub(crate) fn read(
        files: &[Arc<Path>],
        roots: &[PathBuf],
        text: &ProjectText<'_>,
        system: &Arc<dyn System>,
        tables: &Arc<dotnet::Tables>,
        compiled: &[CompiledProject],
    ) -> Self {
        let read_once = |path: &Path| -> Option<Arc<str>> {
            if let Some(text) = text(path) {
                return Some(text);
            }
            // Imports may lead anywhere; only project files of the workspace are read.
            if !roots.iter().any(|r| path.starts_with(r)) {
                return None;
            }
            let bytes = system.read(path).ok().filter(|b| b.len() as u64 <= Kind::Project.limit())?;
            Some(SourceText::decode(&bytes)?.text.into())
        };
        // Many projects import the same files.
        let known: RefCell<FxHashMap<PathBuf, Option<Arc<str>>>> = RefCell::default();
        let kept = Cell::new(0);
        let read = |path: &Path| -> Option<Arc<str>> {
            if let Some(text) = known.borrow().get(path) {
                return text.clone();
            }
            let text = read_once(path);
            kept.set(kept.get() + text.as_deref().map_or(0, str::len));
            if kept.get() <= MOST_KEPT {
                known.borrow_mut().insert(path.to_owned(), text.clone());
            }
            text
        };
        let mut out = Self {
            projects: Vec::new(),
            by_folder: FxHashMap::default(),
            including: Vec::new(),
            references: Vec::new(),
            libraries: OnceLock::new(),
            system: system.clone(),
            tables: tables.clone(),
            default_library: 0,
        };
        let is_project = |p: &&Arc<Path>| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj"));
        let remembered = dotnet::Remembered::new(system.as_ref());
        let mut numbers: FxHashMap<References, u32> = FxHashMap::default();
        for path in files.iter().filter(is_project) {
            let (mut project, web) = Project::read(path, roots, &read, system.as_ref());
            if !compiled.is_empty() {
                let all = |wanted: &dyn Fn(&Path) -> bool| files.iter().filter(is_project).any(|p| wanted(p));
                let framework = principal(&project.facts.frameworks).unwrap_or_default();
                if let Some(call) = call_of(compiled, path, framework, &all) {
                    project.compiled_as(call);
                }
            }
            let facts = &project.facts;
            let frameworks = Frameworks { targets: &facts.frameworks, packages: &facts.packages, web };
            let references = dotnet::references_of(&remembered, &project.folder, frameworks);
            project.library = out.add_references(references, &mut numbers);
            let number = out.projects.len() as u32;
            out.by_folder.entry(project.folder.clone()).or_default().push(number);
            if !project.included.is_empty() {
                out.including.push(number);
            }
            out.projects.push(project);
        }
        match out.projects.as_slice() {
            [only] => out.default_library = only.library,
            _ => {
                out.default_library = {
                    let built_in = References { built_in: true, ..References::default() };
                    out.add_references(built_in, &mut numbers)
                }
            }
        }
        out.connect();
        out
    }

    /// The number of a set of references.
    fn add_references(&mut self, references: References, numbers: &mut FxHashMap<References, u32>) -> u32 {
        let next = self.references.len() as u32;
        let number = *numbers.entry(references.clone()).or_insert(next);
        if number == next {
            self.references.push(references);
        }
        number
    }

    fn connect(&mut self) {
        let places: FxHashMap<Arc<str>, u32> =
            self.projects.iter().enumerate().map(|(i, p)| (p.facts.path.clone(), i as u32)).collect();
        for project in &mut self.projects {
            let named = project.facts.references.iter();
            project.direct = named.filter_map(|r| places.get(r.to_str()?).copied()).collect();
        }
    }

    /// The numbers of a project and of all that it references.
    fn seen_by<'p>(&self, number: u32, project: &'p Project) -> &'p FxHashSet<u32> {
        project.sees.get_or_init(|| {
            let mut sees = FxHashSet::default();
            let mut queue = vec![number];
            while let Some(next) = queue.pop() {
                if sees.insert(next) {
                    queue.extend(self.projects.get(next as usize).into_iter().flat_map(|p| &p.direct));
                }
            }
            sees
        })
    }

    fn project(&self, project: Option<u32>) -> Option<&Project> {
        self.projects.get(project? as usize)
    }

    /// The project that compiles a file: the nearest above it that does not exclude it, else one that includes it by name.
    pub(crate) fn of_file(&self, file: &Path) -> Option<u32> {
        if self.projects.is_empty() {
            return None;
        }
        for folder in file.ancestors().skip(1) {
            let Some(here) = self.by_folder.get(folder) else { continue };
            let compiles = |i: &&u32| self.project(Some(**i)).is_some_and(|p| !p.excludes(file));
            if let Some(found) = here.iter().find(compiles) {
                return Some(*found);
            }
            break;
        }
        self.including.iter().copied().find(|i| self.project(Some(*i)).is_some_and(|p| p.included.is_match(file)))
    }

    /// The projects that lie below the folder of this one, and whose sources it compiles all the same.
    pub(crate) fn nested_in(&self, number: u32) -> Vec<&Arc<CsProject>> {
        let Some(outer) = self.project(Some(number)).filter(|p| p.default_items) else { return Vec::new() };
        let below = |p: &&Project| {
            p.folder != outer.folder && p.folder.starts_with(&outer.folder) && !outer.excludes(&p.folder.join("_.cs"))
        };
        self.projects.iter().filter(below).map(|p| &p.facts).collect()
    }

    /// All of them, in order of path.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<CsProject>> {
        self.projects.iter().map(|p| &p.facts)
    }

    /// The number of the project with this csproj.
    pub(crate) fn number_of(&self, path: &str) -> Option<u32> {
        self.projects.iter().position(|p| &*p.facts.path == path).map(|i| i as u32)
    }

    pub(crate) fn get(&self, project: Option<u32>) -> Option<&Arc<CsProject>> {
        self.project(project).map(|p| &p.facts)
    }

    /// Whether code of project `from` can use types of project `to`. Files of no project see all types and are visible to all.
    pub(crate) fn sees(&self, from: Option<u32>, to: Option<u32>) -> bool {
        match (from, self.project(from), to) {
            (Some(from), Some(project), Some(to)) => self.seen_by(from, project).contains(&to),
            _ => true,
        }
    }

    /// Whether `from` may use internals of `to`.
    pub(crate) fn is_friend(&self, from: Option<u32>, to: Option<u32>) -> bool {
        let Some(name) = self.get(from).map(|p| &p.assembly_name) else { return from == to };
        from == to || self.project(to).is_some_and(|p| p.friends.contains(name))
    }

    /// Namespaces in scope everywhere in the project.
    pub(crate) fn usings(&self, project: Option<u32>) -> &[SmolStr] {
        self.get(project).map_or(&[], |p| &p.usings)
    }

    /// What `ImplicitUsings` would bring in, when it may be set in a file that was not read. When all were read and none sets it, it is off.
    pub(crate) fn undecided_usings(&self, project: Option<u32>) -> &'static [&'static str] {
        self.project(project).filter(|p| p.implicit_usings_unknown).map_or(&[], |_| &SDK_USINGS)
    }

    /// Whether code under a condition of `#if` may be compiled: not when the project's target framework rules it out.
    pub(crate) fn may_compile(&self, project: Option<u32>, condition: &str) -> bool {
        condition.is_empty() || self.holds(project, condition) != Some(false)
    }

    /// Whether code under a condition of `#if` is compiled; `None` when that is not known.
    pub(crate) fn holds(&self, project: Option<u32>, condition: &str) -> Option<bool> {
        self.project(project)?.symbols.holds(condition)
    }

    /// `<Using Static="true">` and `<Using Alias="…">` items.
    pub(crate) fn using_items(&self, project: Option<u32>) -> &[Import] {
        self.project(project).map_or(&[], |p| &p.items)
    }

    /// The libraries of all projects. One thread at a time reads them, without the thread pool: its threads could wait
    /// for the same lock.
    pub(crate) fn libraries(&self) -> &[Arc<Library>] {
        let read = |r: &References| self.tables.library_of(self.system.as_ref(), r);
        self.libraries.get_or_init(|| self.references.iter().map(read).collect())
    }

    /// The library that a project references, with its number.
    pub(crate) fn library_of(&self, project: Option<u32>) -> Option<(u32, &Arc<Library>)> {
        let number = self.project(project).map_or(self.default_library, |p| p.library);
        Some((number, self.libraries().get(number as usize)?))
    }
}

impl Project {
    /// Evaluates a csproj. Also tells whether it references ASP.NET Core.
    fn read(path: &Arc<Path>, roots: &[PathBuf], read: &Read<'_>, system: &dyn System) -> (Self, bool) {
        let folder = path.parent().unwrap_or(path).to_path_buf();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_string();
        // First for the frameworks, then with one of them.
        let frameworks = frameworks(&evaluate(path, &folder, &stem, None, roots, read));
        let evaluation = evaluate(path, &folder, &stem, principal(&frameworks), roots, read);
        let property = |name: &str| evaluation.property(name);
        let or = |value: &str, otherwise: &str| SmolStr::from(if value.is_empty() { otherwise } else { value });
        let has_sdk = |name: &str| evaluation.sdks.iter().any(|s| s.eq_ignore_ascii_case(name));
        let references = evaluation.values("projectreference").into_iter();
        let packages = evaluation.values("packagereference").into_iter();
        let (usings, items) = usings(&evaluation);
        let framework = principal(&frameworks).unwrap_or_default();
        let symbols = PreprocessorSymbols::new(framework, property("DefineConstants"));
        let facts = CsProject {
            path: path.to_str().unwrap_or("").into(),
            nullable: !matches!(property("Nullable").to_ascii_lowercase().as_str(), "" | "disable"),
            frameworks,
            lang_version: property("LangVersion").into(),
            usings,
            root_namespace: or(property("RootNamespace"), &stem.replace(' ', "_")),
            references: references.map(|(r, item)| Arc::from(join(&item.folder, r))).collect(),
            packages: packages.map(|(p, _)| p.into()).collect(),
            assembly_name: or(property("AssemblyName"), &stem),
        };
        let friends = evaluation.values("internalsvisibleto").into_iter();
        let friends = friends.map(|(f, _)| f.split(',').next().unwrap_or(f).trim().into()).collect();
        let web = has_sdk("Microsoft.NET.Sdk.Web")
            || evaluation
                .values("frameworkreference")
                .iter()
                .any(|(f, _)| f.eq_ignore_ascii_case("Microsoft.AspNetCore.App"));
        let is_off = |name: &str| property(name).eq_ignore_ascii_case("false");
        let default_items =
            !evaluation.sdks.is_empty() && !is_off("EnableDefaultItems") && !is_off("EnableDefaultCompileItems");
        let project = Self {
            default_items,
            facts: Arc::new(facts),
            items,
            friends,
            symbols,
            implicit_usings_unknown: property("ImplicitUsings").is_empty()
                && (evaluation.left_out || has_unread_parts(&evaluation, &folder, roots, system)),
            removed: globs(&evaluation, |i| &i.remove),
            included: globs(&evaluation, |i| &i.include),
            direct: Vec::new(),
            sees: OnceLock::new(),
            library: 0,
            folder,
        };
        (project, web)
    }

    /// Takes over what a build told the compiler.
    fn compiled_as(&mut self, call: &CompiledProject) {
        self.symbols = PreprocessorSymbols::exactly(&call.defines);
        let facts = Arc::make_mut(&mut self.facts);
        facts.nullable = call.nullable.unwrap_or(facts.nullable);
        if let Some(version) = &call.lang_version {
            facts.lang_version = version.clone();
        }
    }

    fn excludes(&self, file: &Path) -> bool {
        self.removed.is_match(file) && !self.included.is_match(file)
    }
}

/// Evaluates a project file for its principal framework.
pub(super) fn evaluate_whole(path: &Path, roots: &[PathBuf], read: &Read<'_>) -> Evaluation {
    let folder = path.parent().unwrap_or(path).to_path_buf();
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_string();
    let frameworks = frameworks(&evaluate(path, &folder, &stem, None, roots, read));
    evaluate(path, &folder, &stem, principal(&frameworks), roots, read)
}

fn evaluate(
    path: &Path,
    folder: &Path,
    stem: &str,
    framework: Option<&str>,
    roots: &[PathBuf],
    read: &Read<'_>,
) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for (name, value) in [
        ("Configuration", "Debug"),
        ("Platform", "AnyCPU"),
        ("OS", if cfg!(windows) { "Windows_NT" } else { "Unix" }),
        ("MSBuildProjectName", stem),
        ("MSBuildProjectDirectory", &folder.display().to_string()),
    ] {
        evaluation.set(name, value);
    }
    if let Some(framework) = framework {
        evaluation.set("TargetFramework", framework);
        evaluation.set("TargetFrameworkIdentifier", framework_identifier(framework));
    }
    let above = |name: &str| {
        let inside = |f: &&Path| roots.iter().any(|r| f.starts_with(r));
        folder.ancestors().take_while(inside).map(|f| f.join(name)).find(|p| read(p).is_some())
    };
    for props in ["Directory.Build.props", "Directory.Packages.props"] {
        if let Some(props) = above(props) {
            evaluation.file(&props, read);
        }
    }
    evaluation.file(path, read);
    if let Some(targets) = above("Directory.Build.targets") {
        evaluation.file(&targets, read);
    }
    evaluation
}

/// Whether files that are not read may set properties of the project: an SDK of someone else, or a `Directory.Build` file above the
/// workspace.
fn has_unread_parts(evaluation: &Evaluation, folder: &Path, roots: &[PathBuf], system: &dyn System) -> bool {
    let foreign = |sdk: &String| !sdk.get(..17).is_some_and(|start| start.eq_ignore_ascii_case("Microsoft.NET.Sdk"));
    let outside = folder.ancestors().filter(|f| !roots.iter().any(|r| f.starts_with(r)));
    let mut files = outside.flat_map(|f| ["Directory.Build.props", "Directory.Build.targets"].map(|n| f.join(n)));
    evaluation.sdks.iter().any(foreign) || files.any(|f| system.is_file(&f))
}

fn frameworks(evaluation: &Evaluation) -> Vec<SmolStr> {
    let several: Vec<SmolStr> = list(evaluation.property("TargetFrameworks")).map(SmolStr::from).collect();
    if several.is_empty() { list(evaluation.property("TargetFramework")).map(SmolStr::from).collect() } else { several }
}

/// The framework that conditions are evaluated for: the newest .NET, else the first.
fn principal(frameworks: &[SmolStr]) -> Option<&str> {
    let version = |f: &str| -> Option<u32> {
        let number = f.strip_prefix("net")?.split('-').next()?;
        let (major, _) = number.split_once('.')?;
        major.parse().ok()
    };
    let newest = frameworks.iter().filter(|f| version(f).is_some()).max_by_key(|f| version(f));
    newest.or(frameworks.first()).map(SmolStr::as_str)
}

fn framework_identifier(framework: &str) -> &'static str {
    if framework.starts_with("netstandard") {
        ".NETStandard"
    } else if framework.starts_with("netcoreapp") || framework.contains('.') {
        ".NETCoreApp"
    } else {
        ".NETFramework"
    }
}

/// Namespaces in scope, and the aliases and static usings.
fn usings(evaluation: &Evaluation) -> (Vec<SmolStr>, Vec<Import>) {
    let mut names: Vec<SmolStr> = Vec::new();
    let implicit = evaluation.property("ImplicitUsings");
    if implicit.eq_ignore_ascii_case("enable") || implicit.eq_ignore_ascii_case("true") {
        names.extend(SDK_USINGS.map(SmolStr::from));
        let has = |sdk: &str| evaluation.sdks.iter().any(|s| s.eq_ignore_ascii_case(sdk));
        let on = |property: &str| evaluation.property(property).eq_ignore_ascii_case("true");
        if has("Microsoft.NET.Sdk.Web") {
            names.extend(WEB_USINGS.map(SmolStr::from));
        } else if has("Microsoft.NET.Sdk.Worker") {
            names.extend(WORKER_USINGS.map(SmolStr::from));
        }
        if on("UseWPF") {
            names.retain(|n| n != "System.IO" && n != "System.Net.Http");
        }
        if on("UseWindowsForms") {
            names.extend(["System.Drawing".into(), "System.Windows.Forms".into()]);
        }
    }
    let mut items: Vec<(Import, usize)> = Vec::new();
    let mut names: Vec<(SmolStr, usize)> = names.into_iter().map(|n| (n, 0)).collect();
    let using = || evaluation.items.iter().zip(1usize..).filter(|(i, _)| i.kind == "using");
    // Which item removed a name last.
    let removed: FxHashMap<&str, usize> = using().flat_map(|(i, at)| list(&i.remove).map(move |n| (n, at))).collect();
    for (item, at) in using() {
        for target in list(&item.include).take(MOST_ELEMENTS) {
            let alias = item.metadata("alias").unwrap_or("");
            let is_static = item.metadata("static").is_some_and(|s| s.eq_ignore_ascii_case("true"));
            if alias.is_empty() && !is_static {
                names.push((target.into(), at));
                continue;
            }
            let kind = if alias.is_empty() { ImportKind::GlobalUsingStatic } else { ImportKind::GlobalUsingAlias };
            let import = Import {
                kind,
                target: target.into(),
                alias: alias.into(),
                within: SmolStr::default(),
                condition: SmolStr::default(),
                type_only: false,
                names: Vec::new(),
            };
            items.push((import, at));
        }
    }
    let stays = |name: &str, at: usize| removed.get(name).is_none_or(|removed| *removed <= at);
    let mut seen = FxHashSet::default();
    names.retain(|(n, at)| stays(n, *at) && seen.insert(n.clone()));
    items.retain(|(i, at)| stays(&i.target, *at));
    (names.into_iter().map(|(n, _)| n).collect(), items.into_iter().map(|(i, _)| i).collect())
}

/// The `Compile` globs of one attribute as absolute paths.
fn globs(evaluation: &Evaluation, part: impl Fn(&super::msbuild::Item) -> &String) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    let mut wild = 0;
    for item in evaluation.items.iter().filter(|i| i.kind == "compile") {
        for glob in list(part(item)).filter(|g| !g.contains("$(")).take(MOST_ELEMENTS) {
            wild += if is_wild(glob) { item.folder.as_os_str().len() + glob.len() } else { 0 };
            if wild > MOST_WILD {
                break;
            }
            let whole = join(&item.folder, glob);
            // The folder is not a pattern, even with such characters in it.
            let Some(whole) = whole.to_str() else { continue };
            let escaped: String = whole
                .chars()
                .flat_map(|c| if matches!(c, '[' | ']' | '{' | '}') { vec!['[', c, ']'] } else { vec![c] })
                .collect();
            if let Ok(glob) = GlobBuilder::new(&escaped).literal_separator(true).case_insensitive(true).build() {
                builder.add(glob);
            }
        }
    }
    builder.build().unwrap_or_default()
}
