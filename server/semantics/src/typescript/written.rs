//! Annotations that are taken over into displayed types as they were written.

use super::declarations::Space;
use super::display::{Binding, Writer, quoted};
use super::tree::{At, flat};
use super::types::{Named, Symbol, Type};
use std::fmt::Write;

impl Writer<'_, '_> {
    pub(super) fn is_as_written(&self, written: super::types::Decl, ty: &Type) -> bool {
        self.is_unchanged(written, ty) && {
            let mut parameters = Vec::new();
            if !self.fresh.is_empty() {
                self.model.free_parameters(ty, &mut parameters, 0);
            }
            let function = |at: At<'_>| Some(self.remade && holds_function(at, 0));
            !parameters.iter().any(|p| self.fresh.contains(p)) && self.model.with_file(written, function) == Some(false)
        }
    }

    pub(super) fn is_unchanged(&self, written: super::types::Decl, ty: &Type) -> bool {
        self.model.with_file(written, |at| Some(self.model.type_node(at) == *ty)).unwrap_or(false)
    }

    /// Names of an annotation.
    pub(super) fn written_names(&self, at: At<'_>) -> Vec<Named> {
        let mut out = Vec::new();
        let mut stack = vec![at];
        while let Some(node) = stack.pop().filter(|_| self.place) {
            // Qualified names are only taken over where they mean the same.
            let qualified = node.parent().is_some_and(|p| p.kind() == "nested_type_identifier");
            if node.kind() == "type_identifier"
                && !qualified
                && let Some(symbol) = self.model.symbol_at(node)
            {
                let (text, visible) = self.model.name_in_source(&symbol);
                out.push(Named { text, symbol, visible });
            }
            stack.extend(node.named());
        }
        out
    }

    /// A type as it was written, where that is what it still is.
    pub(super) fn written_or(&mut self, written: Option<super::types::Decl>, ty: &Type) -> Option<()> {
        if let Some(written) = written
            && self.is_as_written(written, ty)
            && let Some((text, names)) =
                self.model.with_file(written, |at| Some((self.print(at, 0)?, self.written_names(at))))
        {
            self.push(&text);
            for name in names {
                self.note(name);
            }
            return Some(());
        }
        self.ty(ty, Binding::Loose)
    }

    /// A type node as the compiler prints it on one line; `None` for kinds that it may print differently.
    pub(super) fn print(&self, at: At<'_>, depth: u32) -> Option<String> {
        if depth > 12 {
            return None;
        }
        let inner = |n: At<'_>| self.print(n, depth + 1);
        let list = |nodes: &[At<'_>], separator: &str| -> Option<String> {
            Some(nodes.iter().map(|n| inner(*n)).collect::<Option<Vec<_>>>()?.join(separator))
        };
        // What cannot be named at the place is displayed as what it stands for.
        let name = if at.kind() == "generic_type" { at.field("name")? } else { at };
        if name.is(&["type_identifier", "nested_type_identifier"])
            && let Some(symbol) = self.model.lookup_path(name, Space::Type).and_then(|m| m.symbol)
        {
            let written = name.text();
            if self.is_unnamed(&symbol) {
                let (text, _) = self.model.write_as(&self.model.type_node(at), true, self.exported)?;
                return Some(text);
            }
            let exported = || self.model.exported_name(&symbol).filter(|_| self.exported);
            let shown = match self.model.name_in_source(&symbol) {
                _ if self.model.is_type_parameter(&symbol) => symbol.name().to_owned(),
                _ if name.kind() == "nested_type_identifier" && self.model.starts_alike(name) => {
                    written.split_whitespace().collect()
                }
                (local, true) => self.model.name_in_module(&symbol).filter(|_| self.exported).unwrap_or(local),
                (plain, false) => exported().unwrap_or(plain),
            };
            return Some(match at.field("type_arguments") {
                Some(arguments) => format!("{shown}<{}>", list(&arguments.named(), ", ")?),
                None => shown,
            });
        }
        Some(match at.kind() {
            "predefined_type" | "type_identifier" | "identifier" | "this_type" => at.text().to_owned(),
            "nested_type_identifier" => at.field("name")?.text().to_owned(),
            "generic_type" => {
                format!("{}<{}>", inner(at.field("name")?)?, list(&at.field("type_arguments")?.named(), ", ")?)
            }
            "array_type" => format!("{}[]", inner(at.first_named()?)?),
            "readonly_type" => format!("readonly {}", inner(at.first_named()?)?),
            "parenthesized_type" => format!("({})", inner(at.first_named()?)?),
            "union_type" => {
                let parts = flat(at, "union_type");
                let plain = list(&parts, " | ")?;
                // What is not taken over word by word gets parentheses.
                if plain == at.text().split_whitespace().collect::<Vec<_>>().join(" ") {
                    return Some(plain);
                }
                let wrapped = |n: &At<'_>| {
                    let text = inner(*n)?;
                    Some(if n.kind() == "intersection_type" { format!("({text})") } else { text })
                };
                parts.iter().map(wrapped).collect::<Option<Vec<_>>>()?.join(" | ")
            }
            "intersection_type" => list(&flat(at, "intersection_type"), " & ")?,
            "tuple_type"
                if at.named().iter().all(|n| n.kind().ends_with("type") || n.kind().ends_with("identifier")) =>
            {
                format!("[{}]", list(&at.named(), ", ")?)
            }
            "rest_type" => format!("...{}", inner(at.first_named()?)?),
            "function_type" => self.print_function(at, depth)?,
            "literal_type" => {
                let inner = at.first_named()?;
                match inner.kind() {
                    "string" => quoted(&super::tree::unquoted(inner.text())?),
                    _ => inner.text().to_owned(),
                }
            }
            "type_query" => {
                let name = at.first_named()?;
                if !name.is(&["identifier", "member_expression"]) {
                    return None;
                }
                let symbol = self.model.lookup_path(name, Space::Value).and_then(|m| m.symbol);
                match symbol.filter(|_| name.kind() == "identifier").map(|s| self.model.name_in_source(&s)) {
                    Some((text, true)) => format!("typeof {text}"),
                    _ => format!("typeof {}", name.text()),
                }
            }
            // What cannot be named is not looked into.
            "index_type_query" | "lookup_type" if at.first_named().is_some_and(|of| self.is_hidden_name(of)) => {
                self.model.write_as(&self.model.type_node(at), true, self.exported)?.0
            }
            "index_type_query" => format!("keyof {}", inner(at.first_named()?)?),
            "lookup_type" => {
                let parts = at.named();
                let [object, index] = parts.as_slice() else { return None };
                format!("{}[{}]", inner(*object)?, inner(*index)?)
            }
            "object_type" => {
                let mut out = String::from("{ ");
                for member in at.named() {
                    if member.kind() != "property_signature" {
                        return None;
                    }
                    let name = member.field("name")?;
                    if name.kind() != "property_identifier" {
                        return None;
                    }
                    let readonly = if member.has("readonly") { "readonly " } else { "" };
                    let optional = if member.has("?") { "?" } else { "" };
                    let ty = inner(member.field("type")?.first_named()?)?;
                    let _ = write!(out, "{readonly}{}{optional}: {ty}; ", name.text());
                }
                out.push('}');
                if out == "{ }" { "{}".to_owned() } else { out }
            }
            _ => return None,
        })
    }

    pub(super) fn is_hidden_name(&self, at: At<'_>) -> bool {
        let symbol = || self.model.lookup_path(at, Space::Type)?.symbol;
        at.is(&["type_identifier", "nested_type_identifier"]) && symbol().is_some_and(|s| self.is_unnamed(&s))
    }

    /// Whether a name says nothing outside of where it is declared.
    pub(super) fn is_unnamed(&self, symbol: &Symbol) -> bool {
        let alias = |at: At<'_>| Some(at.kind() == "type_alias_declaration");
        !self.model.is_accessible(symbol)
            || (!self.model.is_top_level(symbol)
                && symbol.first().and_then(|d| self.model.with_file(d, alias)).unwrap_or(false))
    }

    pub(super) fn print_function(&self, at: At<'_>, depth: u32) -> Option<String> {
        if at.field("type_parameters").is_some() {
            return None;
        }
        let mut parameters = Vec::new();
        for parameter in at.field("parameters")?.named() {
            let pattern = parameter.field("pattern")?;
            if !pattern.is(&["identifier", "this", "rest_pattern"]) {
                return None;
            }
            let optional = if parameter.kind() == "optional_parameter" { "?" } else { "" };
            let ty = self.print(parameter.field("type")?.first_named()?, depth + 1)?;
            parameters.push(format!("{}{optional}: {ty}", pattern.text()));
        }
        Some(format!("({}) => {}", parameters.join(", "), self.print(at.field("return_type")?, depth + 1)?))
    }
}

/// Whether a function type or an object type is written in a type node.
fn holds_function(at: At<'_>, depth: u32) -> bool {
    depth < 12
        && (at.is(&["function_type", "object_type"]) || at.named().into_iter().any(|n| holds_function(n, depth + 1)))
}
