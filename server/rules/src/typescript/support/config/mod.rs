//! What the rules about configurations share: which option a diagnostic is about, who is affected by it, and edits of several documents.

mod base_url;

pub(crate) use base_url::without_base_url;

use codegen::json::{JsonEditor, Where, quoted};
use fix::{Applicability, Change, Fix, RuleContext};
use index::Index;
use index::typescript::{TsProject, TypeScript};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use text::ContentHash;

/// Documents that are changed together.
pub(crate) struct Documents<'a> {
    index: &'a Index,
    open: BTreeMap<PathBuf, (JsonEditor, ContentHash)>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self { index, open: BTreeMap::new() }
    }

    /// The editor of a document; `None` when it cannot be read, or belongs to an installed package.
    pub(crate) fn edit(&mut self, path: &Path) -> Option<&mut JsonEditor> {
        if is_installed(path) {
            return None;
        }
        if !self.open.contains_key(path) {
            let text = self.index.text(path)?;
            let editor = JsonEditor::new(&text)?;
            self.open.insert(path.to_owned(), (editor, ContentHash::of(text.as_bytes())));
        }
        self.open.get_mut(path).map(|(editor, _)| editor)
    }

    /// Sets a compiler option in a configuration: to `value`, written as JSON.
    pub(crate) fn set_option(&mut self, config: &Path, name: &str, value: &str) -> Option<()> {
        let written = self.index.typescript().configuration_file(config);
        let written = written.as_ref().and_then(|f| f.option(name)).map_or(name, |(name, _)| name);
        let done = self.edit(config)?.set(&["compilerOptions", written], value, neighbours_of(name));
        done.then_some(())
    }

    /// Takes a compiler option out of a configuration.
    pub(crate) fn remove_option(&mut self, config: &Path, name: &str) -> Option<()> {
        let written = self.index.typescript().configuration_file(config)?;
        let (written, _) = written.option(name)?;
        self.edit(config)?.remove(&["compilerOptions", written]).then_some(())
    }

    /// Adds names to the `types` of a configuration: to the list that holds for it, else to one of its own.
    pub(crate) fn add_types(&mut self, config: &Path, new: &[&str]) -> Option<()> {
        let typescript = self.index.typescript();
        let holder = typescript.option_holder(config, "types");
        let Some(holder) = holder.filter(|h| !is_installed(h)) else {
            let project = typescript.configuration(config)?;
            let listed = project.options.get("types").and_then(Value::as_array);
            let listed = listed.into_iter().flatten().filter_map(Value::as_str);
            let all: Vec<String> = listed.chain(new.iter().copied()).map(quoted).collect();
            return self.set_option(config, "types", &format!("[{}]", all.join(", ")));
        };
        let file = typescript.configuration_file(&holder)?;
        let (name, value) = file.option("types")?;
        let count = value.as_array()?.len();
        let texts: Vec<String> = new.iter().map(|n| quoted(n)).collect();
        let editor = self.edit(&holder)?;
        let Some(last) = count.checked_sub(1) else {
            let list = format!("[{}]", texts.join(", "));
            return editor.set(&["compilerOptions", name], &list, Where::First).then_some(());
        };
        let path = ["compilerOptions", name, &last.to_string()];
        let place = editor.find(&path)?;
        let own = editor.text().get(place.value.start..place.value.end)?.to_owned();
        // One a line where each stands on its own.
        let list = editor.find(&["compilerOptions", name])?.value;
        let separator = match editor.text().get(list.start..list.end)?.contains('\n') {
            true => {
                let indent = syntax::line_indent(editor.text(), place.value.start).to_owned();
                let eol = text::LineEnding::of(editor.text()).as_str();
                format!(",{eol}{indent}")
            }
            false => ", ".to_owned(),
        };
        let all: Vec<String> = std::iter::once(own).chain(texts).collect();
        editor.set(&path, &all.join(&separator), Where::First).then_some(())
    }

    /// The changes; `None` when there are none.
    pub(crate) fn change(self) -> Option<Change> {
        let mut change = Change::new();
        for (path, (editor, hash)) in self.open {
            for edit in editor.edits() {
                change.edit(&path, hash, edit);
            }
        }
        (!change.is_empty()).then_some(change)
    }

    /// A fix that makes the changes.
    pub(crate) fn fix(self, title: impl Into<String>, applicability: Applicability) -> Option<Fix> {
        Some(Fix::new(title, applicability, self.change()?))
    }
}

/// Beside which options a new one is usually written.
fn neighbours_of(name: &str) -> Where<'static> {
    match name {
        "rootDir" => Where::Before(&["outDir", "declarationDir"]),
        "paths" => Where::After(&["baseUrl"]),
        "module" => Where::After(&["target"]),
        "moduleResolution" => Where::After(&["module", "target"]),
        "resolvePackageJsonExports" => Where::After(&["moduleResolution", "module", "target"]),
        "types" | "typeRoots" => Where::After(&["lib", "moduleResolution", "module", "target"]),
        "lib" | "jsx" | "useDefineForClassFields" => Where::After(&["target"]),
        _ => Where::After(&[]),
    }
}

/// Whether a file belongs to an installed package: nothing in there is edited.
pub(crate) fn is_installed(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "node_modules")
}

/// The option that a diagnostic about a configuration is about.
pub(crate) struct OptionIssue<'a> {
    pub(crate) index: &'a Index,
    /// The configuration that it is reported in.
    pub(crate) config: PathBuf,
    /// The option's name, and the value that the message prints.
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    /// The file that holds the option.
    pub(crate) holder: PathBuf,
    /// The configurations that have the option from there.
    pub(crate) affected: Vec<TsProject>,
}

impl<'a> OptionIssue<'a> {
    /// The option of a message whose first argument is `name`, `name=value`, or whose first two are both.
    pub(crate) fn of(ctx: &RuleContext<'a>) -> Option<Self> {
        let first = ctx.argument(0)?;
        let (name, value) = match first.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (first, ctx.argument(1)),
        };
        Self::named(ctx, name, value)
    }

    /// An option by name, of the configuration that the diagnostic is in.
    pub(crate) fn named(ctx: &RuleContext<'a>, name: &str, value: Option<&str>) -> Option<Self> {
        let typescript = ctx.index.typescript();
        let config = ctx.path().to_owned();
        let holder = typescript.option_holder(&config, name)?;
        let affected = affected(typescript, &config, &holder, name);
        let (name, value) = (name.to_owned(), value.map(str::to_owned));
        Some(Self { index: ctx.index, config, name, value, holder, affected })
    }

    /// The file in which the option can be given another value: the one that holds it, or, where that belongs to a package, the one of the
    /// workspace that extends it.
    pub(crate) fn editable(&self) -> PathBuf {
        let typescript = self.index.typescript();
        let mut config = self.config.clone();
        if !is_installed(&self.holder) {
            return self.holder.clone();
        }
        // Down the chain as long as the next file is one of the workspace.
        for _ in 0..16 {
            let Some(file) = typescript.configuration_file(&config) else { break };
            let next = file.extends.iter().rev().find(|base| typescript.inherits(base, &self.holder));
            match next.filter(|base| !is_installed(base)) {
                Some(next) => config.clone_from(next),
                None => break,
            }
        }
        config
    }

    /// The safest that a change can be: a newer version of the package that holds the option may be what is wanted.
    pub(crate) fn most(&self) -> Applicability {
        if is_installed(&self.holder) { Applicability::Unsafe } else { Applicability::Safe }
    }

    /// The option's value as the holder has it.
    pub(crate) fn written(&self) -> Option<Value> {
        let file = self.index.typescript().configuration_file(&self.holder)?;
        file.option(&self.name).map(|(_, value)| value.clone())
    }

    /// The fix that gives the option another value.
    pub(crate) fn set(&self, value: &str, title: impl Into<String>, applicability: Applicability) -> Option<Fix> {
        let mut documents = Documents::new(self.index);
        documents.set_option(&self.editable(), &self.name, value)?;
        documents.fix(title, applicability.min(self.most()))
    }

    /// The fix that takes the option out.
    pub(crate) fn remove(&self, applicability: Applicability) -> Option<Fix> {
        let mut documents = Documents::new(self.index);
        documents.remove_option(&self.holder, &self.name)?;
        documents.fix(format!("Remove the '{}' option", self.name), applicability)
    }
}

/// The configurations that compilers are started with and that have an option from `holder`; `config` in any case.
fn affected(typescript: TypeScript<'_>, config: &Path, holder: &Path, name: &str) -> Vec<TsProject> {
    let all = typescript.configurations();
    let mut paths: Vec<&Path> = all.iter().map(PathBuf::as_path).filter(|c| typescript.is_started(c)).collect();
    if !paths.contains(&config) && (config != holder || paths.iter().all(|c| !typescript.inherits(c, holder))) {
        paths.push(config);
    }
    paths.retain(|c| typescript.option_holder(c, name).as_deref() == Some(holder));
    paths.into_iter().filter_map(|c| typescript.configuration(c)).collect()
}

/// The value of an option in the spelling of the one that it replaces: in capitals where that is.
pub(crate) fn spelt_like(written: Option<&Value>, value: &str) -> String {
    let upper = written
        .and_then(Value::as_str)
        .is_some_and(|w| w.starts_with(|c: char| c.is_ascii_uppercase()) && w.to_uppercase() == w);
    quoted(&if upper { value.to_uppercase() } else { value.to_owned() })
}

/// `path` as seen from `folder`, with `./` or `../` in front.
pub(crate) fn relative(folder: &Path, path: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), path.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - common;
    let mut out = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    let rest: Vec<_> = to[common..].iter().map(|c| c.as_os_str().to_string_lossy()).collect();
    out.push_str(&rest.join("/"));
    if rest.is_empty() && up > 0 {
        out.pop();
    }
    if out == "./" { ".".to_owned() } else { out }
}

/// Whether the compiler of a project may be one whose defaults are those of TypeScript 6 and later.
pub(crate) fn may_be_modern(project: &TsProject) -> bool {
    project.version.is_none_or(|(major, _)| major >= 6)
}

/// The configuration of a source: its path, its options, and whether it is certain that a build of the source uses it: it has the usual name, or one
/// of the usual name refers to it.
pub(crate) fn config_of(index: &Index, file: &Path) -> Option<(PathBuf, std::sync::Arc<TsProject>, bool)> {
    let typescript = index.typescript();
    let project = typescript.project(file);
    if project.path.is_empty() || is_installed(Path::new(&*project.path)) {
        return None;
    }
    let path = PathBuf::from(&*project.path);
    let usual = |p: &Path| p.file_name().is_some_and(|n| n == "tsconfig.json" || n == "jsconfig.json");
    let referred = || {
        typescript
            .configurations()
            .iter()
            .filter(|c| usual(c))
            .any(|c| typescript.configuration(c).is_some_and(|c| c.references.contains(&path)))
    };
    let certain = usual(&path) && typescript.lists(&path, file) || !usual(&path) && referred();
    Some((path, project, certain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_a_folder() {
        let from = |folder: &str, path: &str| relative(Path::new(folder), Path::new(path));
        assert_eq!(from("/w", "/w/src/*"), "./src/*");
        assert_eq!(from("/w/a/b", "/w/src"), "../../src");
        assert_eq!((from("/w/a", "/w"), from("/w", "/w")), ("..".to_owned(), ".".to_owned()));
    }
}
