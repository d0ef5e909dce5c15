//! Causes of what TypeScript reports: packages that are not installed, code that is not generated, output that is older than its sources.

use crate::DiagnosticSet;
use crate::RuleContext;
use crate::causes::{Cause, Listing};
use crate::context::kept_of;
use diagnostics::SourceDiagnostic;
use index::typescript::{is_node_builtin, normalize};
use index::{DeclarationKind, ImportKind, Index};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::NodeExt;

/// What the imports of a build's files ask for in vain.
#[derive(Default)]
struct Facts {
    /// By file: the local names of such imports, and why they mean nothing.
    names: BTreeMap<Arc<Path>, Vec<(String, Cause)>>,
    /// Classes that extend one of them.
    classes: HashMap<String, Cause>,
}

impl Facts {
    fn of(ctx: &RuleContext<'_>) -> Arc<Self> {
        kept_of(ctx, Self::find)
    }

    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let mut out = Self::default();
        let mut known: HashMap<(PathBuf, String), Option<Cause>> = HashMap::new();
        for path in set.files() {
            let asked = set.in_file(path).iter().filter(|d| is_about_an_import(d.code.as_str()));
            let mut wrong: Vec<(&SourceDiagnostic, Cause)> = Vec::new();
            for d in asked {
                let folder = path.parent().unwrap_or(path).to_path_buf();
                let key = (folder, format!("{}|{}", d.code, d.arguments.join("|")));
                let cause = known.entry(key).or_insert_with(|| of_import(index, path, d));
                wrong.extend(cause.clone().map(|cause| (d, cause)));
            }
            if wrong.is_empty() {
                continue;
            }
            let Some(outline) = index.outline(path) else { continue };
            // By module, and by name where only that is missing; the first of each.
            let mut asked_for: HashMap<(&str, Option<&str>), usize> = HashMap::new();
            for (i, (d, _)) in wrong.iter().enumerate() {
                let Some(module) = d.argument(0).map(bare) else { continue };
                if is_module_missing(d.code.as_str()) {
                    asked_for.entry((module, None)).or_insert(i);
                }
                if let Some(name) = d.argument(1) {
                    asked_for.entry((module, Some(name))).or_insert(i);
                }
            }
            let mut names: Vec<(String, Cause)> = Vec::new();
            for import in outline.imports.iter().filter(|i| i.kind == ImportKind::Import) {
                for name in &import.names {
                    let module = import.target.as_str();
                    let about = [None, Some(name.name.as_str())].map(|name| asked_for.get(&(module, name)));
                    let first = about.into_iter().flatten().min();
                    names.extend(first.map(|i| (name.local.to_string(), wrong[*i].1.clone())));
                }
            }
            let classes =
                outline.declarations.iter().filter(|d| d.kind == DeclarationKind::Class && d.extends_count > 0);
            // Of two with one name, the first counts.
            let of_name: HashMap<&str, &Cause> =
                names.iter().rev().map(|(local, cause)| (local.as_str(), cause)).collect();
            for class in classes {
                if let Some(cause) = class.bases.first().and_then(|b| of_name.get(root_of(b))) {
                    out.classes.insert(class.name.to_string(), (*cause).clone());
                }
            }
            out.names.insert(path.into(), names);
        }
        out
    }
}

fn is_module_missing(code: &str) -> bool {
    matches!(code, "TS2307" | "TS2792" | "TS7016" | "TS2875" | "TS2882")
}

fn is_about_an_import(code: &str) -> bool {
    is_module_missing(code) || matches!(code, "TS2305" | "TS2724" | "TS2614" | "TS2459")
}

/// The module that a message names, without quotation marks.
fn bare(argument: &str) -> &str {
    argument.trim_matches(['"', '\''])
}

/// `A` of `A.B<C>`, `typeof A` and `A(B)`.
fn root_of(text: &str) -> &str {
    let text = text.trim().strip_prefix("typeof ").unwrap_or(text.trim());
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).next().unwrap_or(text)
}

/// The package of a specifier, when it can be the name of one (npm: "package.json", `name`).
fn package_of(specifier: &str) -> Option<&str> {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(i, _)| i);
    let name = &specifier[..end];
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_'])
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    let valid = match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| plain(scope) && plain(name)),
        None => plain(name),
    };
    valid.then_some(name)
}

/// Why an import asks in vain, when it is not the import that is wrong.
fn of_import(index: &Index, file: &Path, d: &SourceDiagnostic) -> Option<Cause> {
    let specifier = bare(d.argument(0)?);
    let missing = is_module_missing(d.code.as_str());
    if specifier.starts_with('.') {
        return if missing { not_generated(index, file, specifier) } else { generated_client(index, file, specifier) };
    }
    if !missing {
        return generated_client(index, file, specifier).or_else(|| old_output(index, file, specifier, d.argument(1)?));
    }
    let typescript = index.typescript();
    let name = package_of(specifier.strip_prefix("node:").unwrap_or(specifier))?;
    if let Some(folder) = typescript.workspace_package_folder(name) {
        return file.strip_prefix(&folder).is_err().then(|| old(index, &folder, name));
    }
    // It is there, and has no declarations.
    if d.code == "TS7016" {
        return no_types(index, file, name);
    }
    // It exists: the path mapping is what is wrong.
    if typescript.resolve_module(file, specifier).is_some() || typescript.is_mapped(file, specifier) {
        return None;
    }
    if specifier.starts_with("node:")
        || is_node_builtin(specifier) && typescript.lists_dependency(file, name) != Some(true)
    {
        return Some(Cause::NoNodeTypes);
    }
    let listed = typescript.lists_dependency(file, name);
    let command = install_command(index, file);
    match listed {
        Some(false) => Some(not_listed(index, file, name, false)),
        _ if !has_modules(index, file) => Some(Cause::NoModules { command }),
        Some(true) => Some(Cause::NotInstalled { package: name.to_owned(), command }),
        None => Some(not_listed(index, file, name, false)),
    }
}

/// That a package is to be added to the manifest of `file`.
fn not_listed(index: &Index, file: &Path, name: &str, development: bool) -> Cause {
    let typescript = index.typescript();
    let own = typescript.manifest(file);
    let below = |path: &Path| {
        let inside = index.roots().iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    };
    let listed = typescript.listings(name).into_iter().find(|(manifest, ..)| Some(manifest) != own.as_ref());
    let listed = listed.map(|(manifest, field, version)| Listing { manifest: below(&manifest), field, version });
    let development = development || listed.as_ref().is_some_and(|l| l.field == "devDependencies");
    let command = match (install_command(index, file).split(' ').next().unwrap_or("npm"), development) {
        ("npm", true) => "npm install --save-dev",
        ("npm", false) => "npm install",
        ("pnpm", true) => "pnpm add --save-dev",
        ("pnpm", false) => "pnpm add",
        ("yarn", true) => "yarn add --dev",
        ("yarn", false) => "yarn add",
        (_, true) => "bun add --dev",
        (_, false) => "bun add",
    };
    let folder = own.as_deref().and_then(Path::parent).map(below).filter(|f| !f.is_empty());
    let into = folder.map_or(String::new(), |folder| format!("cd {folder} && "));
    Cause::NotListed { package: name.to_owned(), listed, command: format!("{into}{command} {name}") }
}

/// That the types of an installed package are missing.
fn no_types(index: &Index, file: &Path, name: &str) -> Option<Cause> {
    let types = match name.strip_prefix('@') {
        Some(scoped) => format!("@types/{}", scoped.replacen('/', "__", 1)),
        None => format!("@types/{name}"),
    };
    if name.starts_with("@types/") {
        return None;
    }
    Some(match index.typescript().lists_dependency(file, &types) {
        Some(true) => Cause::NotInstalled { package: types, command: install_command(index, file) },
        _ => not_listed(index, file, &types, true),
    })
}

/// Whether something is installed for `file`.
fn has_modules(index: &Index, file: &Path) -> bool {
    file.ancestors().skip(1).any(|f| !index.system().list(&f.join("node_modules")).is_empty())
}

/// The command of the package manager whose lock file is there.
fn install_command(index: &Index, file: &Path) -> &'static str {
    const LOCKS: [(&str, &str); 4] = [
        ("pnpm-lock.yaml", "pnpm install"),
        ("yarn.lock", "yarn install"),
        ("bun.lock", "bun install"),
        ("package-lock.json", "npm ci"),
    ];
    let of_folder = |folder: &Path| LOCKS.iter().find(|(lock, _)| index.system().is_file(&folder.join(lock)));
    file.ancestors().skip(1).find_map(of_folder).map_or("npm install", |(_, command)| command)
}

/// Prisma writes the client's types into the package, or into a folder of the sources.
fn generated_client(index: &Index, file: &Path, specifier: &str) -> Option<Cause> {
    let own = matches!(package_of(specifier), Some("@prisma/client")) || specifier.starts_with(".prisma/");
    let written = own || is_generated_path(specifier) && specifier.to_ascii_lowercase().contains("prisma");
    let listed = |name: &str| index.typescript().lists_dependency(file, name) == Some(true);
    (written && (listed("@prisma/client") || listed("prisma")))
        .then(|| Cause::NotGenerated { module: specifier.to_owned(), command: "npx prisma generate".to_owned() })
}

fn is_generated_path(specifier: &str) -> bool {
    specifier.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        let part = part.trim_matches('_');
        matches!(part, "generated" | "gen" | "codegen") || part.ends_with(".generated") || part.ends_with(".gen")
    })
}

/// A relative import of code that a generator writes, into a folder that is not there at all.
fn not_generated(index: &Index, file: &Path, specifier: &str) -> Option<Cause> {
    if !is_generated_path(specifier) {
        return None;
    }
    if let Some(cause) = generated_client(index, file, specifier) {
        return Some(cause);
    }
    let target = normalize(&file.parent()?.join(specifier));
    let folder = target.parent()?;
    let is_there = index.files().any(|f| f.starts_with(folder) && f.parent() == Some(folder) && **f != *file);
    let of_generator = |(name, script): &(String, String)| {
        ["codegen", "generate"].iter().any(|word| name.contains(word) || script.contains(word))
    };
    let scripts = index.typescript().scripts(file);
    let script = scripts.iter().find(|s| of_generator(s));
    (!is_there).then(|| Cause::NotGenerated {
        module: specifier.to_owned(),
        command: script.map(|(name, _)| format!("npm run {name}")).unwrap_or_default(),
    })
}

/// A package of the tree whose sources export the name that its output lacks.
fn old_output(index: &Index, file: &Path, specifier: &str, name: &str) -> Option<Cause> {
    let typescript = index.typescript();
    let package = package_of(specifier)?;
    let folder = typescript.workspace_package_folder(package).filter(|folder| !file.starts_with(folder))?;
    let built = typescript.resolve_module(file, specifier)?;
    let entries = ["src/index.ts", "src/index.tsx", "index.ts", "src/main.ts"].map(|e| folder.join(e));
    let entry = entries.into_iter().find(|e| index.contains(e) && **e != *built)?;
    typescript.exports_of(&entry).iter().any(|e| e.name == name).then(|| old(index, &folder, package))
}

/// That the output of a package of the tree is older than its sources, with the command of its own that builds it.
fn old(index: &Index, folder: &Path, package: &str) -> Cause {
    let scripts = index.typescript().scripts(&folder.join("package.json"));
    let script = ["build", "compile", "prepare"].into_iter().find(|name| scripts.iter().any(|(n, _)| n == name));
    let below = index.roots().iter().find_map(|r| folder.strip_prefix(r).ok()).unwrap_or(folder);
    let below = below.to_string_lossy().replace('\\', "/");
    let into = if below.is_empty() { String::new() } else { format!("cd {below} && ") };
    let command = match script {
        Some(script) => format!("{into}npm run {script}"),
        None if index.system().is_file(&folder.join("tsconfig.json")) => {
            format!("npx tsc -b {}", if below.is_empty() { "." } else { &below })
        }
        None => String::new(),
    };
    Cause::OldOutput { package: package.to_owned(), command }
}

/// Codes of classes that lack, or need not have, what a base class may bring.
const ABOUT_A_CLASS: &[&str] = &[
    "TS2339", "TS2551", "TS2420", "TS2720", "TS2515", "TS2416", "TS4112", "TS4113", "TS4117", "TS2335", "TS2377",
    "TS2322", "TS2345",
];
/// Codes of parameters whose types would come from what is not there.
const ABOUT_A_PARAMETER: &[&str] = &["TS7006", "TS7031", "TS7019", "TS7051"];

/// The cause of which a diagnostic is an echo.
pub(super) fn of(ctx: &RuleContext<'_>) -> Option<Cause> {
    let code = ctx.code().as_str();
    if is_about_an_import(code) {
        return of_import(ctx.index, ctx.path(), ctx.diagnostic);
    }
    if ABOUT_A_CLASS.contains(&code) {
        let facts = Facts::of(ctx);
        let printed = match code {
            "TS2339" | "TS2551" => ctx.argument(1),
            "TS2322" | "TS2345" | "TS2420" | "TS2720" | "TS2416" | "TS2515" => ctx.argument(0),
            _ => None,
        };
        let around = || {
            let class = ctx.token()?.enclosing(&["class_declaration", "class", "abstract_class_declaration"])?;
            Some(class.field("name")?.text_in(ctx.text()))
        };
        let of_class = |name: &str| facts.classes.get(root_of(name)).cloned();
        return match printed {
            Some(printed) if printed != "this" => of_class(printed),
            _ => around().and_then(of_class),
        };
    }
    if ABOUT_A_PARAMETER.contains(&code) {
        let facts = Facts::of(ctx);
        let cause = &facts.names.get(ctx.path())?.first()?.1;
        let function = ctx.token()?.enclosing(&["arrow_function", "function_expression", "method_definition"])?;
        let is_handed_over =
            function.parent().is_some_and(|p| p.is(&["arguments", "pair", "array", "object", "jsx_expression"]));
        return is_handed_over.then(|| cause.clone());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_are_told_from_aliases() {
        assert_eq!(package_of("lodash/fp"), Some("lodash"));
        assert_eq!(package_of("@nestjs/testing/x"), Some("@nestjs/testing"));
        for alias in ["@/lib/a", "~/a", "#a", ".a", "@x"] {
            assert_eq!(package_of(alias), None, "{alias}");
        }
    }

    #[test]
    fn generated_paths() {
        assert!(is_generated_path("../generated/api") && is_generated_path("./__generated__/x"));
        assert!(is_generated_path("./routeTree.gen") && !is_generated_path("./general"));
    }
}
