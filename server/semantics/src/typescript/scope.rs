//! What names mean: locals, parameters, type parameters, declarations of the file, imports, globals.

use super::Model;
use super::declarations::{CLASSES, FUNCTIONS, Meaning, Space, Table, bound, declaration_of, is_in, name_of};
use super::tree::At;
use super::types::{Decl, Symbol};
use smol_str::SmolStr;
use std::sync::Arc;

/// A name that can be used at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleName {
    /// The name.
    pub name: SmolStr,
    /// Declared in the function or block, not at the top level of the file.
    pub local: bool,
}

impl Model<'_> {
    /// What a name means at a node.
    pub(crate) fn lookup(&self, at: At<'_>, name: &str, space: Space) -> Option<Meaning> {
        let mut from = at;
        let mut namespace = None;
        for scope in at.ancestors().skip(1) {
            if scope.is(&["internal_module", "module"]) {
                namespace = Some(scope);
                break;
            }
            if scope.kind() == "program" {
                break;
            }
            // The index knows namespaces, with all their blocks.
            let of_namespace = scope.kind() == "statement_block"
                && (scope.parent().is_some_and(|p| p.is(&["internal_module", "module", "ambient_declaration"]))
                    || scope.node.prev_named_sibling().is_some_and(|p| scope.on(p).text() == "global"));
            if of_namespace {
                from = scope;
                continue;
            }
            if let Some(found) = self.local(scope, from, name, space) {
                return Some(Meaning { symbol: Some(found), module: None });
            }
            from = scope;
        }
        let offset = namespace.map_or(usize::MAX, |n| n.field("body").map_or(usize::MAX, |b| b.node.start_byte() + 1));
        let key = (at.file.id, offset as u32, SmolStr::from(name));
        if let Some(known) = self.store.names.get(&key) {
            return known;
        }
        let found = if at.file.library {
            self.in_library(name, namespace)
        } else {
            let path = &at.file.path;
            let found = self.sema.index.typescript().meaning_at(name, path, offset, self.sema.path());
            self.meaning(name, found)
        };
        self.store.names.insert(key, found.clone());
        found
    }

    /// Names within a written-out library: its namespaces, then globals.
    fn in_library(&self, name: &str, namespace: Option<At<'_>>) -> Option<Meaning> {
        let space = namespace.and_then(|n| n.field("name")).map(|n| n.text());
        if let Some(found) = space.and_then(|s| self.global(s)).and_then(|s| self.inside(&s, name)) {
            return Some(found);
        }
        self.global(name)
    }

    /// A global name as this project sees it.
    pub(crate) fn global(&self, name: &str) -> Option<Meaning> {
        let key = SmolStr::from(name);
        if let Some(known) = self.store.globals.get(&key) {
            return known;
        }
        let ids = self.sema.index.typescript().globals_for(self.sema.path(), name);
        let found = self.meaning(name, index::typescript::Meaning { ids, module: None });
        self.store.globals.insert(key, found.clone());
        found
    }

    pub(crate) fn global_symbol(&self, name: &str) -> Option<Symbol> {
        self.global(name)?.symbol
    }

    pub(crate) fn meaning(&self, name: &str, found: index::typescript::Meaning) -> Option<Meaning> {
        let mut decls: Vec<Decl> = Vec::new();
        for id in &found.ids {
            let Some((file, index)) = self.located(id) else { continue };
            let Some(node) = file.declared(index) else { continue };
            let decl = declaration_of(node).decl();
            if !decls.contains(&decl) {
                decls.push(decl);
            }
        }
        let module = found.module.and_then(|(path, block)| Some((self.file(&path)?.id, block)));
        if decls.is_empty() && module.is_none() {
            return None;
        }
        let symbol = (!decls.is_empty()).then(|| {
            // The declared name is what is displayed, whatever the import calls it.
            let name = self.own_name(decls.first().copied()).unwrap_or(name.into());
            self.store.symbol(&name, &decls)
        });
        Some(Meaning { symbol, module })
    }

    fn own_name(&self, decl: Option<Decl>) -> Option<SmolStr> {
        self.with_file(decl?, |at| {
            if at.is(&["identifier"]) {
                return Some(at.text().into());
            }
            at.field("name").map(|n| n.text().into())
        })
    }

    /// The meaning of an export of a module.
    pub(crate) fn export_of(&self, module: (u32, Option<u32>), name: &str) -> Option<Meaning> {
        let file = self.store.file(module.0)?;
        let found = self.sema.index.typescript().meaning_of_export(&(file.path.clone(), module.1), name);
        self.meaning(name, found)
    }

    /// A member of a namespace, enum or module.
    pub(crate) fn inside(&self, outer: &Meaning, name: &str) -> Option<Meaning> {
        if let Some(symbol) = &outer.symbol {
            let mut decls: Vec<Decl> = Vec::new();
            for decl in symbol.decls() {
                self.with_file(*decl, |at| {
                    if at.is(&["internal_module", "module"]) {
                        // `namespace A.B { }`: the rest of the dotted name lies between, and is the same declaration.
                        let dotted = at.field("name").filter(|n| n.kind() == "nested_identifier");
                        if dotted.is_some_and(|n| n.text().split('.').skip(1).any(|part| part.trim() == name)) {
                            decls.push(*decl);
                            return Some(());
                        }
                        for statement in at.field("body")?.named() {
                            self.declare(statement, &mut |n, d| {
                                if n == name && !decls.contains(&d) {
                                    decls.push(d);
                                }
                            });
                        }
                    } else if at.kind() == "enum_declaration" {
                        let members = self.enum_members(at);
                        decls.extend(members.into_iter().filter(|(n, _)| *n == name).map(|(_, d)| d.decl()));
                    }
                    Some(())
                });
            }
            if !decls.is_empty() {
                return Some(Meaning { symbol: Some(self.store.symbol(name, &decls)), module: None });
            }
        }
        self.export_of(outer.module?, name)
    }

    /// What a dotted name means.
    pub(crate) fn lookup_path(&self, at: At<'_>, space: Space) -> Option<Meaning> {
        match at.kind() {
            "nested_type_identifier" | "nested_identifier" | "member_expression" => {
                let (outer, name) = match at.kind() {
                    "nested_type_identifier" => (at.field("module")?, at.field("name")?),
                    _ => (at.field("object")?, at.field("property")?),
                };
                let _step = self.step()?;
                if outer.text() == "globalThis" {
                    return self.global(name.text());
                }
                let outer = self.lookup_path(outer, Space::Value)?;
                self.inside(&outer, name.text())
            }
            // `import("m")` in a type.
            "call_expression" if at.field("function").is_some_and(|f| f.kind() == "import") => {
                let specifier = super::tree::unquoted(at.field("arguments")?.first_named()?.text())?;
                let module = self.sema.index.typescript().module_of(&at.file.path, &specifier)?;
                Some(Meaning { symbol: None, module: Some((self.file(&module.0)?.id, module.1)) })
            }
            _ => self.lookup(at, at.text(), space),
        }
    }

    /// What a scope node itself declares under a name; `from` is the child of it that one comes from.
    fn local(&self, scope: At<'_>, from: At<'_>, name: &str, space: Space) -> Option<Symbol> {
        // A conditional type's `infer` names are known in its first branch.
        if scope.kind() == "conditional_type" {
            let right = scope.field("right")?;
            if space == Space::Type && scope.field("consequence").is_some_and(|c| c.same(from)) {
                let decls = self.infer_names(right).into_iter().filter(|(n, _)| n == name).map(|(_, d)| d);
                let decls: Vec<Decl> = decls.collect();
                return (!decls.is_empty()).then(|| self.store.symbol(name, &decls));
            }
            return None;
        }
        let table = self.table(scope)?;
        let decls = table.get(name)?;
        let file = scope.file;
        let decls: Vec<Decl> =
            decls.iter().copied().filter(|d| file.node(*d).is_some_and(|n| is_in(n.kind(), space))).collect();
        (!decls.is_empty()).then(|| self.store.symbol(name, &decls))
    }

    /// `infer` names of the right side of a conditional type.
    pub(crate) fn infer_names(&self, node: At<'_>) -> Vec<(SmolStr, Decl)> {
        let mut out = Vec::new();
        let mut stack = vec![(node, 0)];
        while let Some((at, depth)) = stack.pop() {
            if at.kind() == "infer_type"
                && let Some(name) = at.first_named()
            {
                out.push((name.text().into(), at.decl()));
            }
            if depth < 40 {
                stack.extend(
                    at.named()
                        .into_iter()
                        .filter(|c| c.kind() != "conditional_type" || depth == 0)
                        .rev()
                        .map(|c| (c, depth + 1)),
                );
            }
        }
        out.sort_by_key(|(_, d)| d.start);
        // The same name twice is one type parameter.
        let mut seen: Vec<SmolStr> = Vec::new();
        out.retain(|(n, _)| {
            !seen.contains(n) && {
                seen.push(n.clone());
                true
            }
        });
        out
    }

    /// Names declared by a scope.
    fn table(&self, scope: At<'_>) -> Option<Arc<Table>> {
        let kind = scope.kind();
        let declares = matches!(
            kind,
            "statement_block"
                | "for_statement"
                | "for_in_statement"
                | "catch_clause"
                | "switch_body"
                | "interface_declaration"
                | "type_alias_declaration"
                | "index_signature"
        ) || FUNCTIONS.contains(&kind)
            || CLASSES.contains(&kind);
        if !declares {
            return None;
        }
        let key = scope.decl();
        if let Some(known) = self.store.scopes.get(&key) {
            return Some(known);
        }
        let mut table = Table::default();
        let mut add = |name: &str, decl: Decl| {
            let all = table.entry(name.into()).or_default();
            if !all.contains(&decl) {
                all.push(decl);
            }
        };
        if let Some(parameters) = scope.field("type_parameters") {
            for parameter in parameters.named() {
                if let Some(name) = parameter.field("name") {
                    add(name.text(), parameter.decl());
                }
            }
        }
        match kind {
            "statement_block" | "switch_body" => {
                for statement in scope.named() {
                    if statement.is(&["switch_case", "switch_default"]) {
                        for inner in statement.named() {
                            self.declare(inner, &mut add);
                        }
                    } else {
                        self.declare(statement, &mut add);
                    }
                }
                // `var` belongs to the function.
                if scope.parent().is_some_and(|p| p.is(FUNCTIONS)) {
                    self.hoisted(scope, &mut add);
                }
            }
            "for_statement" => {
                if let Some(initializer) = scope.field("initializer") {
                    self.declare(initializer, &mut add);
                }
            }
            "for_in_statement" if scope.field("kind").is_some() => {
                let mut names = Vec::new();
                if let Some(left) = scope.field("left") {
                    bound(left, &mut names, 0);
                }
                names.into_iter().for_each(|n| add(n.text(), n.decl()));
            }
            "catch_clause" => {
                let mut names = Vec::new();
                if let Some(parameter) = scope.field("parameter") {
                    bound(parameter, &mut names, 0);
                }
                names.into_iter().for_each(|n| add(n.text(), n.decl()));
            }
            "index_signature" => {
                if let Some(clause) = scope.child("mapped_type_clause")
                    && let Some(name) = clause.field("name")
                {
                    add(name.text(), clause.decl());
                }
            }
            "function_expression" | "class" | "generator_function" => {
                if let Some(name) = scope.field("name") {
                    add(name.text(), scope.decl());
                }
            }
            _ => {}
        }
        if FUNCTIONS.contains(&kind) {
            if let Some(parameter) = scope.field("parameter") {
                add(parameter.text(), parameter.decl());
            }
            for parameter in scope.field("parameters").map(At::named).unwrap_or_default() {
                let mut names = Vec::new();
                if let Some(pattern) = parameter.field("pattern") {
                    bound(pattern, &mut names, 0);
                }
                names.into_iter().for_each(|n| add(n.text(), n.decl()));
            }
        }
        let table = Arc::new(table);
        self.store.scopes.insert(key, table.clone());
        Some(table)
    }

    /// What a statement declares.
    pub(crate) fn declare(&self, statement: At<'_>, add: &mut dyn FnMut(&str, Decl)) {
        match statement.kind() {
            "lexical_declaration" | "variable_declaration" => {
                for declarator in statement.named() {
                    let mut names = Vec::new();
                    if let Some(name) = declarator.field("name") {
                        bound(name, &mut names, 0);
                    }
                    names.into_iter().for_each(|n| add(n.text(), n.decl()));
                }
            }
            "export_statement" => {
                if let Some(inner) = statement.field("declaration") {
                    self.declare(inner, add);
                }
            }
            "ambient_declaration" | "expression_statement" => {
                for inner in statement.named() {
                    if inner.kind().ends_with("declaration")
                        || inner.is(&["function_signature", "internal_module", "module"])
                    {
                        self.declare(inner, add);
                    }
                }
            }
            "function_declaration"
            | "generator_function_declaration"
            | "function_signature"
            | "class_declaration"
            | "abstract_class_declaration"
            | "enum_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "internal_module"
            | "module" => {
                if let Some(name) = statement.field("name") {
                    add(name.text(), statement.decl());
                }
            }
            _ => {}
        }
    }

    fn hoisted(&self, body: At<'_>, add: &mut dyn FnMut(&str, Decl)) {
        let mut stack = vec![body];
        let mut fuel = 5000;
        while let Some(at) = stack.pop() {
            fuel -= 1;
            if fuel == 0 {
                return;
            }
            if at.kind() == "variable_declaration" {
                self.declare(at, add);
            }
            if !at.is(FUNCTIONS)
                && !at.is(CLASSES)
                && (at.kind().ends_with("statement")
                    || at.is(&[
                        "statement_block",
                        "else_clause",
                        "catch_clause",
                        "finally_clause",
                        "switch_body",
                        "switch_case",
                        "switch_default",
                    ]))
            {
                stack.extend(at.named());
            }
            if at.kind() == "for_in_statement"
                && at.field("kind").is_some_and(|k| k.text() == "var")
                && let Some(left) = at.field("left")
            {
                let mut names = Vec::new();
                bound(left, &mut names, 0);
                names.into_iter().for_each(|n| add(n.text(), n.decl()));
            }
        }
    }

    /// Members of an enum declaration: name and node.
    pub(crate) fn enum_members<'f>(&self, declaration: At<'f>) -> Vec<(SmolStr, At<'f>)> {
        let Some(body) = declaration.field("body") else { return Vec::new() };
        let named = body.named().into_iter().filter_map(|m| {
            let name = if m.kind() == "enum_assignment" { m.field("name")? } else { m };
            Some((name_of(name)?, m))
        });
        named.collect()
    }

    /// The symbol that a name node means: where it is declared, or used.
    pub(crate) fn symbol_at(&self, at: At<'_>) -> Option<Symbol> {
        match at.kind() {
            "property_identifier" | "private_property_identifier" => {
                let parent = at.parent()?;
                if parent.kind() == "member_expression" {
                    if let Some(symbol) = self.lookup_path(parent, Space::Value).and_then(|m| m.symbol) {
                        return Some(symbol);
                    }
                    let object = self.expression(parent.field("object")?)?;
                    return self.property_of(&self.without_nullish(&object), at.text())?.symbol;
                }
                Some(self.store.symbol(at.text(), &[declaration_of(at).decl()]))
            }
            "type_identifier" => {
                let parent = at.parent()?;
                if parent.kind() == "nested_type_identifier" {
                    return self.lookup_path(parent, Space::Type)?.symbol;
                }
                self.lookup(at, at.text(), Space::Type)?.symbol
            }
            "identifier" | "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                self.lookup(at, at.text(), Space::Value)?.symbol
            }
            "nested_type_identifier" => self.lookup_path(at, Space::Type)?.symbol,
            "member_expression" => self.symbol_at(at.field("property")?),
            "this" => match self.expression(at)?.kind() {
                super::types::Kind::This(class) | super::types::Kind::Anonymous(class, _) => Some(class.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a declaration can be named from the model's file, if need be by an import: it is declared there, exported, or global.
    pub(crate) fn is_accessible(&self, symbol: &Symbol) -> bool {
        let Some(decl) = symbol.first() else { return true };
        if self.main.as_ref().is_none_or(|m| m.id == decl.file) {
            return true;
        }
        let Some(file) = self.store.file(decl.file) else { return true };
        if self.is_library(symbol) {
            return true;
        }
        let Some(at) = file.node(decl) else { return true };
        if file.path.to_string_lossy().contains(".d.") {
            // Beside `export = X`, nothing else at the top of a module is exported.
            let outer = at.ancestors().skip(1).find(|a| a.kind() != "ambient_declaration");
            let assigned = |s: At<'_>| s.kind() == "export_statement" && s.has("=");
            let hidden = outer.is_some_and(|o| o.kind() == "program" && o.named().into_iter().any(assigned));
            return !hidden || self.export_of((file.id, None), symbol.name()).and_then(|m| m.symbol).is_some();
        }
        if at.is(&["type_parameter", "infer_type", "mapped_type_clause"])
            || at.parent().is_some_and(|p| p.kind() == "export_statement")
        {
            return true;
        }
        if self.sema.index.outline(&file.path).is_some_and(|o| !o.is_module) {
            return true;
        }
        self.export_of((file.id, None), symbol.name()).and_then(|m| m.symbol).as_ref() == Some(symbol)
    }

    /// Whether a declaration stands outside of functions; the compiler displays what others stand for.
    pub(crate) fn is_top_level(&self, symbol: &Symbol) -> bool {
        let local = |at: At<'_>| Some(at.ancestors().skip(1).any(|a| a.is(FUNCTIONS)));
        !symbol.first().and_then(|d| self.with_file(d, local)).unwrap_or(false)
    }

    /// Whether the model's file calls something else by the name of a global of the libraries.
    pub(crate) fn is_shadowed(&self, symbol: &Symbol) -> bool {
        if !self.is_library(symbol) {
            return false;
        }
        let here = self.main.as_ref().and_then(|file| {
            let root = file.root();
            self.lookup(root.first_named()?, symbol.name(), Space::Type)
        });
        here.and_then(|m| m.symbol)
            .is_some_and(|s| s != *symbol && !s.decls().iter().any(|d| symbol.decls().contains(d)))
    }

    /// Whether the first part of a dotted name means the same in the model's file.
    pub(crate) fn starts_alike(&self, name: At<'_>) -> bool {
        let mut first = name;
        while let Some(outer) = first.field("module").or_else(|| first.field("object")) {
            first = outer;
        }
        let Some(file) = &self.main else { return false };
        let root = file.root();
        let Some(here) = root.first_named() else { return false };
        self.lookup(first, first.text(), Space::Value)
            .is_some_and(|m| self.lookup(here, first.text(), Space::Value) == Some(m))
    }

    /// All names of values, types and namespaces that are in scope at a node, globals too.
    pub fn names_in_scope(&self, node: syntax::Node<'_>) -> Vec<SmolStr> {
        let Some(file) = self.main.clone() else { return Vec::new() };
        let root = file.root();
        let Some(inner) = root.node.descendant_for_byte_range(node.start_byte(), node.end_byte()) else {
            return Vec::new();
        };
        let mut out: std::collections::BTreeSet<SmolStr> = std::collections::BTreeSet::new();
        for scope in root.on(inner).ancestors() {
            if let Some(table) = self.table(scope) {
                out.extend(table.keys().cloned());
            }
            if scope.is(FUNCTIONS) && scope.kind() != "arrow_function" && scope.field("body").is_some() {
                out.insert("arguments".into());
            }
            match scope.kind() {
                "enum_declaration" => out.extend(self.enum_members(scope).into_iter().map(|(name, _)| name)),
                "internal_module" | "module" => {
                    for statement in scope.field("body").map(At::named).unwrap_or_default() {
                        self.declare(statement, &mut |name, _| {
                            out.insert(name.into());
                        });
                    }
                }
                "program" => {
                    for statement in scope.named() {
                        self.declare(statement, &mut |name, _| {
                            out.insert(name.into());
                        });
                    }
                    self.hoisted(scope, &mut |name, _| {
                        out.insert(name.into());
                    });
                }
                _ => {}
            }
        }
        if let Some(outline) = self.sema.index.outline(&file.path) {
            let imports = outline.imports.iter().filter(|i| i.kind == index::ImportKind::Import);
            out.extend(imports.flat_map(|i| &i.names).map(|n| n.local.clone()));
        }
        out.extend(self.sema.index.typescript().global_names(&file.path));
        out.extend(["globalThis", "undefined"].map(SmolStr::from));
        out.into_iter().collect()
    }

    /// Names of values that can be used at a node without an import: locals first, then those of the file.
    pub fn visible_names(&self, node: syntax::Node<'_>) -> Vec<VisibleName> {
        let Some(file) = self.main.clone() else { return Vec::new() };
        let at = At { file: &file, node: file.root().node };
        let Some(inner) = at.node.descendant_for_byte_range(node.start_byte(), node.end_byte()) else {
            return Vec::new();
        };
        let mut out: Vec<VisibleName> = Vec::new();
        let mut add = |name: &SmolStr, local: bool| {
            if !out.iter().any(|v| v.name == *name) {
                out.push(VisibleName { name: name.clone(), local });
            }
        };
        for scope in at.on(inner).ancestors() {
            let Some(table) = self.table(scope) else { continue };
            let mut names: Vec<(&SmolStr, &Vec<Decl>)> = table.iter().collect();
            names.sort_by_key(|(_, d)| d.first().map(|d| d.start));
            for (name, decls) in names {
                if decls.iter().any(|d| file.node(*d).is_some_and(|n| is_in(n.kind(), Space::Value))) {
                    add(name, true);
                }
            }
        }
        if let Some(outline) = self.sema.index.outline(&file.path) {
            for declaration in outline.declarations.iter().filter(|d| d.parent.is_none()) {
                add(&declaration.name, false);
            }
            for name in outline.imports.iter().flat_map(|i| &i.names) {
                add(&name.local, false);
            }
        }
        out
    }
}
