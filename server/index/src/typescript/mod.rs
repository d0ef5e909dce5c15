//! TypeScript: modules, exports, imports, declared types, tsconfig.

use crate::{Declaration, DeclarationId, Index};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// A name that a module exports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TsExport {
    /// Exported name; `default` for the default export, `=` for `export =`.
    pub name: SmolStr,
    /// Local name of the declaration (a default export's own name where it has one).
    pub local: SmolStr,
    /// File that exports it (the re-exporting one, when re-exported).
    pub module: Arc<Path>,
    /// The declaration it leads to, through re-exports.
    pub declaration: Option<DeclarationId>,
    /// Declares only a type (interface, alias), or is exported with `type`.
    pub type_only: bool,
}

/// A member of a class, interface or type literal alias, with the declaring type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TsMember {
    /// The declaring class or interface.
    pub owner: DeclarationId,
    /// The member.
    pub declaration: Arc<Declaration>,
    /// Its place.
    pub id: DeclarationId,
    /// Type arguments of the owner as seen from the type that was asked: (parameter, argument text).
    pub substitution: Vec<(SmolStr, String)>,
}

/// What a tsconfig says, `extends` followed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TsProject {
    /// The tsconfig (or jsconfig); empty when the file belongs to none.
    pub path: Arc<str>,
    /// `compilerOptions` after `extends`, paths made absolute, as JSON values by lower-case name.
    pub options: std::collections::BTreeMap<String, serde_json::Value>,
}

impl TsProject {
    /// A boolean option; strict family members follow `strict` when not set (TypeScript handbook, `strict`).
    pub fn flag(&self, name: &str) -> bool {
        const STRICT: [&str; 8] = [
            "noimplicitany",
            "strictnullchecks",
            "strictfunctiontypes",
            "strictbindcallapply",
            "strictpropertyinitialization",
            "noimplicitthis",
            "useunknownincatchvariables",
            "alwaysstrict",
        ];
        let name = name.to_ascii_lowercase();
        match self.options.get(&name).and_then(serde_json::Value::as_bool) {
            Some(value) => value,
            None if STRICT.contains(&name.as_str()) => self.flag("strict"),
            None => false,
        }
    }
    /// A text option, lower-cased.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.options.get(&name.to_ascii_lowercase())?.as_str()?.to_ascii_lowercase())
    }
}

/// Questions about TypeScript. Cheap to make.
#[derive(Clone, Copy)]
pub struct TypeScript<'a> {
    #[allow(dead_code, reason = "used as soon as the questions are answered")]
    index: &'a Index,
}

impl<'a> TypeScript<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self { index }
    }
    /// Exports with this name in any module of the workspace and of its imported dependencies; default exports match by their
    /// local name or their file's name.
    pub fn exports_named(&self, _name: &str) -> Vec<TsExport> {
        Vec::new()
    }
    /// Everything that a module exports, re-exports followed.
    pub fn exports_of(&self, _module: &Path) -> Vec<TsExport> {
        Vec::new()
    }
    /// The file that `specifier` means in `from` (relative, `paths`, `baseUrl`, package entry points).
    pub fn resolve_module(&self, _from: &Path, _specifier: &str) -> Option<Arc<Path>> {
        None
    }
    /// How `from` should spell an import of `to`: in the style of the file's and project's other imports, best first.
    pub fn module_specifiers(&self, _from: &Path, _to: &Path) -> Vec<String> {
        Vec::new()
    }
    /// The declarations that the name `name` means at byte `offset` of `file`, imports followed; more than one for merged or
    /// overloaded declarations. Locals are not indexed: look at the tree for those.
    pub fn resolve(&self, _name: &str, _file: &Path, _offset: usize) -> Vec<DeclarationId> {
        Vec::new()
    }
    /// The declaration itself.
    pub fn declaration(&self, id: &DeclarationId) -> Option<Arc<Declaration>> {
        self.index.outline(&id.path)?.declarations.get(id.index as usize).cloned().map(Arc::new)
    }
    /// Members of a class or interface (merged declarations too), own ones first, then inherited, nearest first.
    pub fn all_members(&self, _declaration: &DeclarationId) -> Vec<TsMember> {
        Vec::new()
    }
    /// The tsconfig that covers `file`.
    pub fn project(&self, _file: &Path) -> Arc<TsProject> {
        Arc::default()
    }
}
