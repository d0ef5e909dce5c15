//! Imports, exports, re-exports, CommonJS.

use super::{Builder, Place, full_range, unquoted};
use crate::{DeclarationKind, Import, ImportKind, ImportedName, Modifiers};
use smol_str::SmolStr;
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

impl<'t> Builder<'t> {
    fn module_name(&self, node: Node<'_>) -> SmolStr {
        SmolStr::new(unquoted(self.text(node)))
    }

    fn add_import(
        &mut self,
        kind: ImportKind,
        target: SmolStr,
        type_only: bool,
        names: Vec<ImportedName>,
        place: Place,
    ) {
        self.is_module |= place.parent.is_none();
        let within = self.within(place);
        self.imports.push(Import { kind, target, alias: SmolStr::default(), within, type_only, names });
    }

    /// `import …`.
    pub(super) fn import(&mut self, node: Node<'t>, place: Place) {
        let type_only = node.all_children().iter().any(|c| c.is(&["type", "typeof"]));
        if let Some(require) = child_of_kind(node, "import_require_clause") {
            let local = child_of_kind(require, "identifier").map(|n| self.text(n)).unwrap_or_default();
            let names = vec![ImportedName { name: "*".into(), local: local.into(), type_only: false }];
            let target = require.field("source").map(|s| self.module_name(s)).unwrap_or_default();
            self.add_import(ImportKind::ImportRequire, target, type_only, names, place);
            return;
        }
        let Some(source) = node.field("source") else { return };
        let mut names = Vec::new();
        if let Some(clause) = child_of_kind(node, "import_clause") {
            for part in clause.all_children() {
                match part.kind() {
                    "identifier" => names.push(ImportedName {
                        name: "default".into(),
                        local: self.text(part).into(),
                        type_only: false,
                    }),
                    "namespace_import" => {
                        if let Some(local) = child_of_kind(part, "identifier") {
                            names.push(ImportedName {
                                name: "*".into(),
                                local: self.text(local).into(),
                                type_only: false,
                            });
                        }
                    }
                    "named_imports" => names
                        .extend(children_of_kind(part, "import_specifier").iter().filter_map(|s| self.specifier(*s))),
                    _ => {}
                }
            }
        }
        let target = self.module_name(source);
        self.add_import(ImportKind::Import, target, type_only, names, place);
    }

    /// `a`, `a as b`, `type a as b` of an import or export clause.
    fn specifier(&self, node: Node<'t>) -> Option<ImportedName> {
        let name = unquoted(self.text(node.field("name")?));
        let local = node.field("alias").map_or(name, |n| unquoted(self.text(n)));
        let first = node.child(0)?;
        // `type` may also be the imported name itself.
        let type_only = first.is(&["type", "typeof"]) && Some(first) != node.field("name");
        Some(ImportedName { name: name.into(), local: local.into(), type_only })
    }

    /// Names exported without `from`: of the file, or of the surrounding `declare module`.
    pub(super) fn add_exports(&mut self, names: Vec<ImportedName>, type_only: bool, place: Place) {
        if place.parent.is_none() {
            self.is_module = true;
            self.exports.extend(names.into_iter().map(|n| ImportedName { type_only: n.type_only || type_only, ..n }));
        } else {
            self.add_import(ImportKind::ReExport, SmolStr::default(), type_only, names, place);
        }
    }

    /// `export …`.
    pub(super) fn export(&mut self, node: Node<'t>, place: Place) {
        self.is_module |= place.parent.is_none();
        let children = node.all_children();
        let has = |kind: &str| children.iter().any(|c| c.kind() == kind);
        let range = full_range(node, place);
        let mut inner = Place {
            modifiers: place.modifiers | Modifiers::EXPORT,
            start: Some(range.start),
            end: Some(range.end),
            ..place
        };
        if has("default") {
            inner.modifiers |= Modifiers::DEFAULT;
        }
        let type_only = has("type") || has("typeof");
        if let Some(source) = node.field("source") {
            let mut names = Vec::new();
            if let Some(clause) = child_of_kind(node, "export_clause") {
                names.extend(children_of_kind(clause, "export_specifier").iter().filter_map(|s| self.specifier(*s)));
            } else {
                let namespace = child_of_kind(node, "namespace_export").and_then(|n| n.named().first().copied());
                let local = namespace.map_or("*", |n| unquoted(self.text(n)));
                names.push(ImportedName { name: "*".into(), local: local.into(), type_only: false });
            }
            // The grammar does not know `export type *` and leaves `type` in an ERROR node.
            let type_only = type_only || children.iter().any(|c| c.is_error() && self.text(*c).trim() == "type");
            let target = self.module_name(source);
            self.add_import(ImportKind::ReExport, target, type_only, names, place);
        } else if let Some(clause) = child_of_kind(node, "export_clause") {
            let names =
                children_of_kind(clause, "export_specifier").iter().filter_map(|s| self.specifier(*s)).collect();
            self.add_exports(names, type_only, place);
        } else if let Some(declaration) = node.field("declaration") {
            self.statement(declaration, inner);
        } else if let Some(value) = node.field("value") {
            if value.kind() == "identifier" {
                let names =
                    vec![ImportedName { name: self.text(value).into(), local: "default".into(), type_only: false }];
                self.add_exports(names, false, place);
            } else {
                self.expression(value, "default", inner);
            }
        } else if has("=") {
            if let Some(value) = node.named().last().copied() {
                self.export_assignment(value, place, inner);
            }
        } else {
            // Broken, or `export as namespace X`.
            for child in children.into_iter().filter(|c| c.is_named() && !c.is(&["decorator", "identifier", "comment"]))
            {
                self.statement(child, inner);
            }
        }
    }

    /// `export = value` and `module.exports = value`.
    fn export_assignment(&mut self, value: Node<'t>, place: Place, inner: Place) {
        match value.kind() {
            "identifier" | "member_expression" => {
                let names = vec![ImportedName { name: self.text(value).into(), local: "=".into(), type_only: false }];
                self.add_exports(names, false, place);
            }
            _ => {
                let index = self.expression(value, "=", inner);
                if let Some(name) = index.and_then(|i| self.declarations.get(i as usize)).map(|d| d.name.clone()) {
                    self.add_exports(vec![ImportedName { name, local: "=".into(), type_only: false }], false, place);
                }
            }
        }
    }

    /// `module.exports = …`, `exports.x = …` (JavaScript only; TypeScript ignores them).
    pub(super) fn commonjs(&mut self, node: Node<'t>, place: Place) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let target = self.text(left);
        let range = full_range(node, place);
        let inner = Place {
            modifiers: place.modifiers | Modifiers::EXPORT,
            start: Some(range.start),
            end: Some(range.end),
            ..place
        };
        if target == "module.exports" || target == "exports" {
            if right.kind() != "object" {
                self.export_assignment(right, place, Place { modifiers: place.modifiers, ..inner });
                return;
            }
            let mut names = Vec::new();
            for property in right.named() {
                match property.kind() {
                    "shorthand_property_identifier" => {
                        let name = SmolStr::new(self.text(property));
                        names.push(ImportedName { name: name.clone(), local: name, type_only: false });
                    }
                    "pair" => {
                        let (Some(key), Some(value)) = (property.field("key"), property.field("value")) else {
                            continue;
                        };
                        let key = unquoted(self.text(key));
                        if value.kind() == "identifier" {
                            names.push(ImportedName {
                                name: self.text(value).into(),
                                local: key.into(),
                                type_only: false,
                            });
                        } else {
                            self.expression(value, key, Place { start: None, end: None, ..inner });
                        }
                    }
                    "method_definition" => {
                        if let Some(name) = property.field("name") {
                            let mut declaration = self.blank(self.text(name), DeclarationKind::Function, inner);
                            self.signature(property, &mut declaration);
                            self.emit(declaration, property.byte_range(), name.byte_range(), property.field("body"));
                        }
                    }
                    _ => {}
                }
            }
            self.add_exports(names, false, place);
        } else if let Some(name) = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports."))
            && super::is_identifier(name)
        {
            self.is_module = true;
            if right.kind() == "identifier" && self.text(right) != name {
                let names = vec![ImportedName { name: self.text(right).into(), local: name.into(), type_only: false }];
                self.add_exports(names, false, place);
            } else if right.kind() == "identifier" {
                let names = vec![ImportedName { name: name.into(), local: name.into(), type_only: false }];
                self.add_exports(names, false, place);
            } else {
                self.expression(right, name, inner);
            }
        }
    }

    /// `const x = require('m')`, `const { a, b: c } = require('m')`, `= await import('m')`; whether it was one.
    pub(super) fn require(&mut self, declarator: Node<'t>, place: Place) -> bool {
        let (Some(name), Some(mut value)) = (declarator.field("name"), declarator.field("value")) else { return false };
        if value.kind() == "await_expression"
            && let Some(inner) = value.named().first().copied()
        {
            value = inner;
        }
        if value.kind() != "call_expression" {
            return false;
        }
        let Some(function) = value.field("function") else { return false };
        if !matches!(self.text(function), "require" | "import") {
            return false;
        }
        let arguments = value.field("arguments").map(|a| a.named()).unwrap_or_default();
        let [source] = arguments.as_slice() else { return false };
        if source.kind() != "string" {
            return false;
        }
        let mut names = Vec::new();
        match name.kind() {
            "identifier" => {
                names.push(ImportedName { name: "*".into(), local: self.text(name).into(), type_only: false })
            }
            "object_pattern" => {
                for part in name.named() {
                    let (from, to) = match part.kind() {
                        "shorthand_property_identifier_pattern" => (part, part),
                        "pair_pattern" => match (part.field("key"), part.field("value")) {
                            (Some(key), Some(value)) if value.kind() == "identifier" => (key, value),
                            _ => continue,
                        },
                        _ => continue,
                    };
                    names.push(ImportedName {
                        name: unquoted(self.text(from)).into(),
                        local: self.text(to).into(),
                        type_only: false,
                    });
                }
            }
            _ => {}
        }
        let was = self.is_module;
        let target = self.module_name(*source);
        self.add_import(ImportKind::Require, target, false, names, place);
        // `import()` does not make a module; neither does `require` in TypeScript, where it is an ordinary call.
        self.is_module = was;
        true
    }
}
