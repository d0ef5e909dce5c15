//! Types of declarations: variables, parameters, properties, functions, classes, enums, modules.

use super::Model;
use super::declarations::{CLASSES, FUNCTIONS, Meaning, Space};
use super::store::Question;
use super::tree::At;
use super::types::{Kind, Symbol, Type};

impl Model<'_> {
    /// The type of a value that a name means.
    pub(crate) fn type_of_meaning(&self, meaning: &Meaning) -> Option<Type> {
        if let Some(symbol) = &meaning.symbol
            && let Some(ty) = self.type_of_symbol(symbol)
        {
            return Some(ty);
        }
        let (file, block) = meaning.module?;
        Some(self.make(Kind::Module(file, block)))
    }

    /// Declared type of a symbol.
    pub(crate) fn type_of_symbol(&self, symbol: &Symbol) -> Option<Type> {
        for decl in symbol.decls() {
            let file = self.store.file(decl.file)?;
            let at = file.node(*decl)?;
            let kind = at.kind();
            if !super::declarations::is_in(kind, Space::Value) {
                continue;
            }
            if FUNCTIONS.contains(&kind) && kind != "function_type" && kind != "constructor_type" {
                if at.is(&["method_definition"]) && (at.has("get") || at.has("set")) {
                    return self.once(Question::Declared(*decl), *decl, || self.accessor(at));
                }
                if at.is(&["method_signature", "abstract_method_signature"]) && (at.has("get") || at.has("set")) {
                    return self.once(Question::Declared(*decl), *decl, || self.accessor(at));
                }
                if at.is(&["function_declaration"])
                    && let Some(block) =
                        at.parent().and_then(|p| if p.kind() == "export_statement" { p.parent() } else { Some(p) })
                    && self.assigns_members(block, symbol.name())
                {
                    return None;
                }
                return self.anonymous_of(symbol);
            }
            if CLASSES.contains(&kind) || kind == "enum_declaration" {
                return self.anonymous_of(symbol);
            }
            if matches!(kind, "internal_module" | "module") {
                // A namespace beside a function, class or enumeration belongs to that; beside a variable it holds types only.
                let other = symbol.decls().iter().any(|d| {
                    let value = |at: At<'_>| {
                        let module = at.is(&["internal_module", "module", "import_alias"]);
                        Some(!module && super::declarations::is_in(at.kind(), Space::Value))
                    };
                    self.with_file(*d, value).unwrap_or(false)
                });
                if other {
                    continue;
                }
                return self.anonymous_of(symbol);
            }
            if kind == "import_alias" {
                let parts = at.named();
                let target = self.lookup_path(*parts.last()?, Space::Value)?;
                return self.type_of_meaning(&target);
            }
            return self.once(Question::Declared(*decl), *decl, || self.declared(at, symbol));
        }
        None
    }

    fn accessor(&self, at: At<'_>) -> Option<Type> {
        if at.has("set") {
            let parameter = at.field("parameters")?.first_named()?;
            return Some(self.annotation(parameter.field("type")?));
        }
        match at.field("return_type") {
            Some(written) => Some(self.annotation(written)),
            None => self.returned(at.decl()),
        }
    }

    fn declared(&self, at: At<'_>, symbol: &Symbol) -> Option<Type> {
        match at.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => self.variable(at),
            "rest_pattern" | "object_pattern" | "array_pattern" => self.bound_type(at),
            "property_signature" => match at.field("type") {
                Some(written) => Some(self.annotation(written)),
                None => Some(self.make(Kind::Any)),
            },
            "public_field_definition" => {
                if let Some(written) = at.field("type") {
                    return Some(self.annotation(written));
                }
                let value = at.field("value")?;
                let ty = self.expression(value)?;
                Some(if at.has("readonly") { self.widened_object(&ty) } else { self.widened(&ty) })
            }
            "pair" => self.element_value(at.field("value")?),
            "shorthand_property_identifier" => self.element_value(at),
            "property_identifier" | "string" | "enum_assignment" | "computed_property_name" => {
                let owner = at.enclosing(&["enum_declaration"])?;
                Some(self.make(Kind::EnumMember(self.symbol_of(owner), symbol.clone(), true)))
            }
            // A default export's expression.
            _ if at.parent().is_some_and(|p| p.kind() == "export_statement") => {
                let ty = self.expression(at)?;
                Some(self.widened_object(&ty))
            }
            _ => None,
        }
    }

    /// Type of a variable or parameter, by its identifier.
    fn variable(&self, at: At<'_>) -> Option<Type> {
        let parent = at.parent()?;
        // `export default name` and the like: the name is used, not declared.
        if parent.kind() == "export_statement" {
            return self.expression(at);
        }
        if parent.kind() == "assignment_expression" {
            return None;
        }
        // Without annotation, an empty array or nothing takes its type from what is assigned later.
        if parent.kind() == "variable_declarator"
            && parent.field("type").is_none()
            && let Some(value) = parent.field("value")
        {
            let empty = value.kind() == "array" && value.named().is_empty();
            let nothing = value.is(&["null", "undefined"]) && !parent.parent().is_some_and(|p| p.has("const"));
            if empty || nothing {
                return None;
            }
        }
        let ty = self.bound_type(at)?;
        if matches!(ty.kind(), Kind::UniqueSymbol(_)) {
            return Some(ty);
        }
        let constant = at.ancestors().find(|a| {
            a.is(&[
                "lexical_declaration",
                "variable_declaration",
                "for_in_statement",
                "required_parameter",
                "optional_parameter",
                "catch_clause",
            ]) || a.is(FUNCTIONS)
        });
        let constant = constant.is_some_and(|d| match d.kind() {
            "lexical_declaration" | "for_in_statement" => d.field("kind").is_some_and(|k| k.text() == "const"),
            _ => false,
        });
        let written = matches!(parent.kind(), "variable_declarator" | "required_parameter" | "optional_parameter")
            && parent.field("type").is_some();
        if written {
            return Some(ty);
        }
        Some(if constant { self.widened_object(&ty) } else { self.widened(&ty) })
    }
}
