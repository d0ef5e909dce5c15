//! Imports that could declare a missing name.

use crate::ImportRequest;
use index::typescript::{Reach, TsExport};
use index::{DeclarationId, DeclarationKind, ImportKind};
use rustc_hash::FxHashMap;
use semantics::Semantics;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use syntax::typescript::{is_type_position, occurrences};
use syntax::{Node, NodeExt, child_of_kind};

/// What kind of symbol the position of the missing name requires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// A value: expression, decorator, `extends` of a class, JSX tag.
    Value,
    /// A type.
    Type,
    /// The left side of a dot in a type: a namespace, an enum, a module.
    Namespace,
}

/// How the name is exported.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Exported {
    /// Under this name.
    Named(String),
    /// As the default export.
    Default,
    /// The whole module.
    Namespace,
    /// The module itself (`export =`), by `import x = require()` or `require()`.
    Equals,
}

/// An import that would declare the name.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// How the name is exported.
    pub exported: Exported,
    /// Module specifier as this file would write it.
    pub specifier: String,
    /// Other specifiers for the same module.
    pub others: Vec<String>,
    /// The exported declaration.
    pub declaration: Option<DeclarationId>,
    /// How many other files of the workspace import the same name in the same way.
    pub votes: usize,
    /// Whether the file imports from that module already.
    pub imported: bool,
    /// Whether the declaration belongs to the workspace.
    pub own: bool,
    /// Whether the module is a test, a mock or the like, and the file is not.
    pub of_tests: bool,
    type_only: bool,
}

impl Candidate {
    /// The import for the local name `local`.
    pub fn request(&self, specifier: &str, local: &str, type_only: bool) -> ImportRequest {
        let (module, local, type_only) = (specifier.to_owned(), local.to_owned(), type_only || self.type_only);
        match &self.exported {
            Exported::Named(name) => ImportRequest::Named { module, name: name.clone(), local, type_only },
            Exported::Default => ImportRequest::Default { module, local, type_only },
            Exported::Namespace => ImportRequest::Namespace { module, local, type_only },
            Exported::Equals => ImportRequest::Equals { module, local },
        }
    }
}

/// The kind of symbol that the position of `node` requires.
pub fn meaning(node: Node<'_>) -> Meaning {
    let parent = node.parent();
    let left_of_dot = |p: Node<'_>| {
        p.field("module").is_some_and(|m| m.id() == node.id()) || p.named().first().is_some_and(|f| f.id() == node.id())
    };
    match parent {
        Some(p) if p.is(&["nested_type_identifier", "nested_identifier"]) && left_of_dot(p) => {
            if is_type_position(node) { Meaning::Namespace } else { Meaning::Value }
        }
        _ if is_type_position(node) => Meaning::Type,
        _ => Meaning::Value,
    }
}

/// Whether an export has the meaning: one of the declarations that are merged under its name.
fn fits(ctx: &Semantics<'_>, meaning: Meaning, export: &TsExport) -> bool {
    use DeclarationKind::*;
    let typescript = ctx.index.typescript();
    let kinds: Vec<DeclarationKind> =
        export.declarations.iter().filter_map(|d| typescript.declaration(d)).map(|d| d.kind).collect();
    if kinds.is_empty() {
        return meaning != Meaning::Value || !export.type_only;
    }
    kinds.into_iter().any(|kind| match meaning {
        Meaning::Value => !export.type_only && !matches!(kind, Interface | TypeAlias),
        Meaning::Type => matches!(kind, Class | Interface | TypeAlias | Enum),
        Meaning::Namespace => matches!(kind, Namespace | Enum),
    })
}

/// Whether a CommonJS module as a whole is imported with a default import.
fn interop(ctx: &Semantics<'_>) -> bool {
    ctx.index.typescript().project(ctx.path()).flag("allowSyntheticDefaultImports")
}

/// How the file imports a module as a whole (`export =`). Older module systems offer only `import x = require()`; where default imports work they are
/// preferred, unless the file uses the other form.
fn by_equals(ctx: &Semantics<'_>) -> Exported {
    let interop = interop(ctx);
    let statements = ctx.root().named();
    let javascript = ctx.path().extension().is_some_and(|e| matches!(e.to_str(), Some("js" | "jsx" | "cjs" | "mjs")));
    let is_module = statements.iter().any(|n| n.is(&["import_statement", "export_statement"]));
    let commonjs = matches!(ctx.index.typescript().project(ctx.path()).module().as_str(), "commonjs" | "amd" | "umd");
    let fallback = match () {
        () if javascript && !is_module => return Exported::Equals,
        () if javascript || !commonjs => Exported::Namespace,
        () => Exported::Equals,
    };
    let shown =
        !javascript && commonjs && statements.iter().any(|n| child_of_kind(*n, "import_require_clause").is_some());
    match () {
        () if shown => Exported::Equals,
        () if interop => Exported::Default,
        () => fallback,
    }
}

/// Modules of the workspace, or of packages that it imports, that declare `export as namespace NAME`.
fn umd_modules(ctx: &Semantics<'_>, name: &str) -> Vec<Arc<Path>> {
    let typescript = ctx.index.typescript();
    let mut modules = ctx.index.files_with_word(name, ctx.source.parsed.language()).to_vec();
    let mut targets = std::collections::BTreeSet::new();
    for file in ctx.index.files() {
        let Some(outline) = ctx.index.outline(file) else { continue };
        for import in outline.imports.iter().filter(|i| !i.target.starts_with('.')) {
            if targets.insert(import.target.clone()) {
                modules.extend(typescript.resolve_module(file, &import.target));
            }
        }
    }
    modules.retain(|m| {
        let text = ctx.index.text(m).unwrap_or_default();
        text.lines().any(|l| {
            let said = l.trim().strip_prefix("export as namespace").map(|n| n.trim().trim_end_matches(';').trim_end());
            said == Some(name)
        })
    });
    modules.sort();
    modules.dedup();
    modules
}

/// Imports of the module that declares the UMD global `name`, for files that are modules themselves and cannot use UMD globals.
pub fn umd_candidates(ctx: &Semantics<'_>, name: &str) -> Vec<Candidate> {
    let typescript = ctx.index.typescript();
    let commonjs = matches!(typescript.project(ctx.path()).module().as_str(), "commonjs" | "amd" | "umd");
    let typed = ctx.path().extension().is_some_and(|e| matches!(e.to_str(), Some("ts" | "tsx" | "mts" | "cts")));
    let exported = match () {
        () if interop(ctx) => Exported::Default,
        () if commonjs && typed => Exported::Equals,
        () => Exported::Namespace,
    };
    let mut out = Vec::new();
    for module in umd_modules(ctx, name) {
        let mut specifiers = typescript.module_specifiers(ctx.path(), &module).into_iter();
        let Some(specifier) = specifiers.next() else { continue };
        out.push(Candidate {
            exported: exported.clone(),
            specifier,
            others: specifiers.collect(),
            declaration: None,
            votes: 0,
            imported: false,
            own: ctx.index.contains(&module),
            of_tests: false,
            type_only: false,
        });
    }
    out
}

/// Imports of the workspace by the name that they declare: the importing file, the module as written, the name there.
#[derive(Default)]
struct ImportsByName(OnceLock<FxHashMap<SmolStr, Vec<(Arc<Path>, SmolStr, SmolStr)>>>);

impl ImportsByName {
    fn of<'i>(ctx: &Semantics<'i>, name: &str) -> &'i [(Arc<Path>, SmolStr, SmolStr)] {
        let all: &Self = ctx.index.revision_data();
        let all = all.0.get_or_init(|| {
            let mut out: FxHashMap<SmolStr, Vec<(Arc<Path>, SmolStr, SmolStr)>> = FxHashMap::default();
            for file in ctx.index.files() {
                if !syntax::Language::of_path(file).is_some_and(|l| l.family() == syntax::LanguageFamily::TYPESCRIPT) {
                    continue;
                }
                let Some(outline) = ctx.index.outline(file) else { continue };
                for import in outline.imports.iter().filter(|i| i.kind == ImportKind::Import) {
                    for imported in &import.names {
                        let entry = (file.clone(), import.target.clone(), imported.name.clone());
                        out.entry(imported.local.clone()).or_default().push(entry);
                    }
                }
            }
            out
        });
        all.get(name).map_or(&[], Vec::as_slice)
    }
}

/// How the other files of the workspace import `name`: (how it is exported, file or package) → number of imports.
fn practice(ctx: &Semantics<'_>, name: &str) -> FxHashMap<(Exported, Result<Arc<Path>, String>), usize> {
    let typescript = ctx.index.typescript();
    let mut out: FxHashMap<(Exported, Result<Arc<Path>, String>), usize> = FxHashMap::default();
    for (file, specifier, imported) in ImportsByName::of(ctx, name).iter().filter(|(f, ..)| f.as_ref() != ctx.path()) {
        let exported = match imported.as_str() {
            "default" => Exported::Default,
            "*" => Exported::Namespace,
            other => Exported::Named(other.to_owned()),
        };
        let target = match typescript.resolve_module(file, specifier) {
            // Packages are identified by the specifier as written: `node:path` and `path` are one file.
            Some(path) if specifier.starts_with('.') || ctx.index.contains(&path) => Ok(path),
            _ if specifier.starts_with('.') => continue,
            _ => Err(specifier.to_string()),
        };
        *out.entry((exported, target)).or_default() += 1;
    }
    out
}

fn depth(specifier: &str) -> usize {
    specifier.matches("../").count() * 2 + specifier.matches('/').count()
}

/// Imports that would declare `name` with the meaning `meaning`, best first.
pub fn candidates(ctx: &Semantics<'_>, name: &str, meaning: Meaning) -> Vec<Candidate> {
    let typescript = ctx.index.typescript();
    let path = ctx.path();
    let mut practice = practice(ctx, name);
    let own_imports: Vec<String> = ctx
        .index
        .outline(path)
        .map(|o| o.imports.iter().filter(|i| i.kind == ImportKind::Import).map(|i| i.target.to_string()).collect())
        .unwrap_or_default();
    let own_modules: Vec<Option<Arc<Path>>> = own_imports.iter().map(|s| typescript.resolve_module(path, s)).collect();
    let mut out: Vec<Candidate> = Vec::new();
    let equals = by_equals(ctx);
    for export in typescript.exports_named(name) {
        if export.module.as_ref() == path || ctx.index.import_preferences().excludes(&export.module) {
            continue;
        }
        if !fits(ctx, meaning, &export) {
            continue;
        }
        let exported = match export.name.as_str() {
            "default" => Exported::Default,
            "=" => equals.clone(),
            other => Exported::Named(other.to_owned()),
        };
        let mut reach = Reach::Yes;
        let mut specifiers = typescript.specifiers_of(path, &export);
        specifiers.retain(|s| {
            let found = typescript.reach(path, &export.module, s);
            reach = if found == Reach::No { reach } else { found };
            found != Reach::No
        });
        let mut specifiers = specifiers.into_iter();
        let Some(specifier) = specifiers.next() else {
            // What others import from there does not change that.
            practice.remove(&(exported, Ok(export.module.clone())));
            continue;
        };
        let votes = practice
            .remove(&(exported.clone(), Ok(export.module.clone())))
            .or_else(|| practice.remove(&(exported.clone(), Err(specifier.clone()))))
            .unwrap_or(0);
        let imported = own_imports.contains(&specifier) || own_modules.iter().flatten().any(|m| *m == export.module);
        out.push(Candidate {
            exported,
            specifier,
            others: specifiers.collect(),
            own: export
                .declaration
                .as_ref()
                .map_or(ctx.index.contains(&export.module), |d| ctx.index.contains(&d.path)),

            declaration: export.declaration,
            votes,
            imported,
            of_tests: reach == Reach::Test,
            type_only: export.type_only,
        });
    }
    // Imports in other files that the index cannot resolve to an export of this name: whole modules, packages, aliased names.
    let mut rest: Vec<_> = practice.into_iter().collect();
    rest.sort();
    for ((exported, target), votes) in rest {
        let (specifier, others, module) = match target {
            Err(specifier) if !typescript.may_import(path, &specifier) => continue,
            Err(specifier) => (specifier, Vec::new(), None),
            Ok(module) => {
                if module.as_ref() == path {
                    continue;
                }
                let known = match &exported {
                    Exported::Named(name) => typescript.exports_of(&module).iter().any(|e| e.name == name.as_str()),
                    Exported::Default => {
                        typescript.exports_of(&module).iter().any(|e| e.name == "default" || e.name == "=")
                    }
                    Exported::Namespace | Exported::Equals => true,
                };
                let mut specifiers = typescript.module_specifiers(path, &module);
                specifiers.retain(|s| typescript.reach(path, &module, s) == Reach::Yes);
                let mut specifiers = specifiers.into_iter();
                // Known exports with this name were considered above: the remaining ones do not fit the position.
                let (true, Some(specifier)) = (known, specifiers.next()) else { continue };
                if matches!(&exported, Exported::Named(n) if n == name) {
                    continue;
                }
                (specifier, specifiers.collect(), Some(module))
            }
        };
        if meaning == Meaning::Type && exported == Exported::Namespace {
            continue;
        }
        let imported = own_imports.contains(&specifier);
        let own = module.as_ref().is_some_and(|m| ctx.index.contains(m));
        let (declaration, of_tests, type_only) = (None, false, false);
        out.push(Candidate { exported, specifier, others, declaration, votes, imported, own, of_tests, type_only });
    }
    out.sort_by(|a, b| {
        let key = |c: &Candidate| {
            (
                c.of_tests,
                std::cmp::Reverse(c.votes > 0 && c.imported),
                std::cmp::Reverse(c.imported),
                std::cmp::Reverse(c.votes),
                std::cmp::Reverse(c.own),
                depth(&c.specifier),
                c.specifier.len(),
                c.specifier.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    let mut seen = Vec::new();
    out.retain(|c| {
        let key = (c.specifier.clone(), c.exported.clone());
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    out
}

/// Whether the first candidate is the only plausible one: all candidates lead to one declaration of the workspace, or the other files of the
/// workspace agree on it, or one of them imports the name from a module that the file imports from, too.
pub fn is_certain(candidates: &[Candidate]) -> bool {
    let Some(first) = candidates.first().filter(|c| !c.of_tests) else { return false };
    let others = || candidates[1..].iter().filter(|c| !c.of_tests);
    let one_declaration = first.own
        && first.declaration.is_some()
        && first.exported != Exported::Namespace
        && others().all(|c| c.declaration == first.declaration && c.exported != Exported::Namespace);
    let agreed = first.votes >= 1
        && others().all(|c| c.votes == 0 || c.declaration.is_some() && c.declaration == first.declaration)
        && (first.own || first.imported || first.votes >= 2);
    one_declaration || agreed
}

/// Whether every use of `name` in the file is a use as a type.
pub fn used_as_type_only(root: Node<'_>, text: &str, name: &str) -> bool {
    let uses = occurrences(root, text, name);
    let mut uses = uses.into_iter().filter(|n| !syntax::typescript::is_member_name(*n)).peekable();
    uses.peek().is_some()
        && uses.all(|n| meaning(n) != Meaning::Value || n.parent().is_some_and(|p| p.kind() == "type_query"))
}
