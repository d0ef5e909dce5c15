//! Files as the model sees them: text, tree, and where the index's declarations stand. Libraries that exist only as a table
//! are written out and parsed, one top-level declaration at a time.

use super::Model;
use super::tree::File;
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers, Outline};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, Parsed};

impl Model<'_> {
    /// A file of the workspace or of a package.
    pub(crate) fn file(&self, path: &Path) -> Option<Arc<File>> {
        if let Some(known) = self.store.file_of(path) {
            return Some(known);
        }
        let source = self.sema.index.source(path)?;
        (source.parsed.language().family() == syntax::LanguageFamily::TYPESCRIPT).then_some(())?;
        let names = index::typescript::outline::locate_all(&source.parsed);
        let names = names.iter().map(|r| (r.name.start as u32, r.name.end as u32)).collect();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let javascript = matches!(extension, "js" | "jsx" | "mjs" | "cjs");
        let make =
            |id| File { id, path: path.into(), parsed: source.parsed.clone(), names, library: false, javascript };
        Some(self.store.add_file(path.into(), make))
    }

    /// The node that a declaration of the index stands in.
    pub(crate) fn located(&self, id: &DeclarationId) -> Option<(Arc<File>, u32)> {
        let ts = self.sema.index.typescript();
        if !index::typescript::is_library(&id.path) {
            return Some((self.file(&id.path)?, id.index));
        }
        let outline = ts.library_outline(&id.path)?;
        // The outermost declaration stands for a file of its own.
        let mut top = id.index;
        for _ in 0..8 {
            match outline.declarations.get(top as usize)?.parent {
                Some(parent) if outline.declarations.get(parent as usize)?.name != "global" => top = parent,
                _ => break,
            }
        }
        let name = format!("{}#{top}", id.path.display());
        let path: Arc<Path> = Path::new(&name).into();
        let file = match self.store.file_of(&path) {
            Some(known) => known,
            None => {
                let mut writer =
                    Writer { outline: &outline, text: String::new(), names: vec![(0, 0); outline.declarations.len()] };
                writer.declaration(top, 0);
                let Writer { text, names, .. } = writer;
                let parsed = Parsed::new(Language::TYPESCRIPT, text);
                let shared = path.clone();
                self.store.add_file(path, |id| File {
                    id,
                    path: shared,
                    parsed,
                    names,
                    library: true,
                    javascript: false,
                })
            }
        };
        Some((file, id.index))
    }
}

/// Writes declarations of an outline as source text.
struct Writer<'o> {
    outline: &'o Outline,
    text: String,
    names: Vec<(u32, u32)>,
}

impl Writer<'_> {
    fn name(&mut self, index: u32, name: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        if let Some(entry) = self.names.get_mut(index as usize) {
            *entry = (start, self.text.len() as u32);
        }
    }
    fn member_name(&mut self, index: u32, name: &str) {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if plain || name.starts_with('[') {
            self.name(index, name);
        } else {
            self.name(index, &format!("{name:?}"));
        }
    }
    fn type_parameters(&mut self, d: &Declaration) {
        if d.type_parameters.is_empty() {
            return;
        }
        self.text.push('<');
        for (i, p) in d.type_parameters.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let _ = write!(self.text, "{comma}{}", p.name);
            if !p.constraint.is_empty() {
                let _ = write!(self.text, " extends {}", p.constraint);
            }
            if !p.default.is_empty() {
                let _ = write!(self.text, " = {}", p.default);
            }
        }
        self.text.push('>');
    }
    fn signature(&mut self, d: &Declaration) {
        self.type_parameters(d);
        self.text.push('(');
        for (i, p) in d.parameters.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let rest = if p.rest { "..." } else { "" };
            let optional = if p.optional && !p.rest { "?" } else { "" };
            let name = p.name.trim_start_matches("...");
            let ty = if p.type_text.is_empty() { "any" } else { p.type_text.as_str() };
            let _ = write!(self.text, "{comma}{rest}{name}{optional}: {ty}");
        }
        self.text.push(')');
        if !d.type_text.is_empty() {
            let _ = write!(self.text, ": {}", d.type_text);
        }
    }
    fn members(&mut self, index: u32, depth: usize) {
        let outline = self.outline;
        self.text.push_str(" {\n");
        for (member, _) in outline.members(index) {
            self.declaration(member, depth + 1);
        }
        self.text.push_str("}\n");
    }
    fn declaration(&mut self, index: u32, depth: usize) {
        let outline = self.outline;
        let Some(d) = outline.declarations.get(index as usize).filter(|_| depth < 8) else { return };
        match d.kind {
            DeclarationKind::Interface | DeclarationKind::Class => {
                self.text.push_str(if d.kind == DeclarationKind::Class { "declare class " } else { "interface " });
                self.name(index, &d.name);
                self.type_parameters(d);
                let extends: Vec<&str> = d.bases.iter().map(|b| b.as_str()).collect();
                if !extends.is_empty() {
                    let _ = write!(self.text, " extends {}", extends.join(", "));
                }
                self.members(index, depth);
            }
            DeclarationKind::Namespace => {
                self.text.push_str("declare namespace ");
                self.name(index, &d.name);
                self.members(index, depth);
            }
            DeclarationKind::TypeAlias => {
                self.text.push_str("type ");
                self.name(index, &d.name);
                self.type_parameters(d);
                let _ = writeln!(self.text, " = {};", d.type_text);
            }
            DeclarationKind::Enum => {
                self.text.push_str("declare enum ");
                self.name(index, &d.name);
                self.members(index, depth);
            }
            DeclarationKind::EnumMember => {
                self.name(index, &d.name);
                self.text.push_str(",\n");
            }
            DeclarationKind::Function => {
                self.text.push_str("declare function ");
                self.name(index, &d.name);
                self.signature(d);
                self.text.push_str(";\n");
            }
            DeclarationKind::Variable => {
                self.text.push_str("declare var ");
                self.name(index, &d.name);
                let _ = writeln!(self.text, ": {};", if d.type_text.is_empty() { "any" } else { &d.type_text });
            }
            DeclarationKind::CallSignature | DeclarationKind::ConstructSignature => {
                self.name(index, if d.kind == DeclarationKind::CallSignature { "" } else { "new " });
                self.signature(d);
                self.text.push_str(";\n");
            }
            DeclarationKind::IndexSignature => {
                let readonly = if d.modifiers.contains(Modifiers::READONLY) { "readonly " } else { "" };
                if let Some(p) = d.parameters.first() {
                    let _ = writeln!(self.text, "{readonly}[{}: {}]: {};", p.name, p.type_text, d.type_text);
                }
            }
            DeclarationKind::Method | DeclarationKind::Constructor => {
                self.member_name(index, &d.name);
                if d.modifiers.contains(Modifiers::OPTIONAL) {
                    self.text.push('?');
                }
                self.signature(d);
                self.text.push_str(";\n");
            }
            DeclarationKind::Setter => {}
            _ => {
                let readonly = if d.modifiers.contains(Modifiers::READONLY) { "readonly " } else { "" };
                self.text.push_str(readonly);
                self.member_name(index, &d.name);
                let optional = if d.modifiers.contains(Modifiers::OPTIONAL) { "?" } else { "" };
                let ty = if d.type_text.is_empty() { "any" } else { d.type_text.as_str() };
                let _ = writeln!(self.text, "{optional}: {ty};");
            }
        }
    }
}
