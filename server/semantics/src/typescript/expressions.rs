//! Types of expressions.

use super::Model;
use super::declarations::{CLASSES, FUNCTIONS, Space};
use super::store::Question;
use super::tree::At;
use super::tree::{number_text, unquoted};
use super::types::{Element, Kind, Literal, Type};

/// Members that may have a quoted name.
const NAMED_MEMBERS: &[&str] = &[
    "method_definition",
    "public_field_definition",
    "property_signature",
    "method_signature",
    "abstract_method_signature",
];
/// Entries of an array literal that are looked at.
const MAX_ENTRIES: usize = 300;

impl Model<'_> {
    /// Type of an expression, literals as (fresh) literal types, narrowed by control flow.
    pub(crate) fn expression(&self, at: At<'_>) -> Option<Type> {
        let decl = at.decl();
        self.once(Question::Expression(decl), decl, || self.find_expression(at).map(|t| self.force(&t)))
    }

    /// The type of a literal by itself.
    pub(crate) fn plain_literal(&self, at: At<'_>) -> Option<Type> {
        let fresh = |l| Some(self.make(Kind::Literal(l, true)));
        match at.kind() {
            "string" => fresh(Literal::String(unquoted(at.text())?)),
            "number" => match at.text().strip_suffix('n') {
                Some(big) => fresh(Literal::BigInt(big.replace('_', "").into())),
                None => fresh(Literal::Number(number_text(at.text())?)),
            },
            "true" => fresh(Literal::Boolean(true)),
            "false" => fresh(Literal::Boolean(false)),
            "null" => Some(self.make(Kind::Null)),
            "undefined" => Some(self.make(Kind::Undefined)),
            _ => None,
        }
    }

    fn find_expression(&self, at: At<'_>) -> Option<Type> {
        // A quoted or numeric name of a property stands for the property.
        if at.is(&["string", "number"])
            && let Some(pair) = at.parent().filter(|p| p.kind() == "pair" && p.field("key").is_some_and(|k| k.same(at)))
        {
            return self.element_value(pair.field("value")?);
        }
        // So does that of a method, an accessor or a declared property.
        if at.is(&["string", "number"])
            && let Some(member) =
                at.parent().filter(|p| p.is(NAMED_MEMBERS) && p.field("name").is_some_and(|n| n.same(at)))
        {
            return self.type_of_symbol(&self.store.symbol(&super::declarations::name_of(at)?, &[member.decl()]));
        }
        if at.is_broken() {
            return None;
        }
        match at.kind() {
            "string" | "number" | "true" | "false" | "null" | "undefined" => self.plain_literal(at),
            "template_string" => self.template_string(at),
            "regex" => self.global_type("RegExp"),
            "identifier" | "shorthand_property_identifier" => self.name(at),
            "this" => self.this(at),
            "super" => {
                let class = at.enclosing(CLASSES)?;
                let in_static = at.enclosing(&["method_definition"]).is_some_and(|m| m.has("static"));
                if at.parent().is_some_and(|p| p.kind() == "call_expression") || in_static {
                    let value = class.child("class_heritage")?.child("extends_clause")?.field("value")?;
                    return self.expression(value);
                }
                self.base_class(class)?
            }
            "parenthesized_expression" => self.expression(at.first_named()?),
            "satisfies_expression" => self.expression(at.first_named()?),
            "sequence_expression" => self.expression(*at.named().last()?),
            "as_expression" => {
                let parts = at.named();
                match parts.as_slice() {
                    [value] => Some(self.store.regular(&self.expression(*value)?)),
                    [value, ty] if ty.text() == "const" => Some(self.store.regular(&self.expression(*value)?)),
                    [_, ty, ..] => Some(self.type_node(*ty)),
                    [] => None,
                }
            }
            "type_assertion" => {
                let target = at.first_named()?.first_named()?;
                if target.text() == "const" {
                    return Some(self.store.regular(&self.expression(*at.named().last()?)?));
                }
                Some(self.type_node(target))
            }
            "non_null_expression" => Some(self.without_nullish(&self.expression(at.first_named()?)?)),
            "array" => self.array(at),
            "object" => {
                if at.named().iter().any(|e| e.kind() == "spread_element") {
                    return self.spread_object(at);
                }
                let computed = |e: &At<'_>| {
                    e.kind() == "pair"
                        && e.field("key").is_some_and(|k| {
                            k.kind() == "computed_property_name"
                                && super::declarations::name_of(k).is_none()
                                && self.computed_name(k).is_none()
                        })
                };
                if at.named().iter().any(computed) {
                    return self.computed_object(at);
                }
                Some(self.anonymous(at))
            }
            "arrow_function" | "function_expression" | "generator_function" => {
                if self.has_assigned_members(at) {
                    None
                } else {
                    Some(self.anonymous(at))
                }
            }
            "class" => self.anonymous_of(&self.symbol_of(at)),
            "call_expression" => self.call(at),
            "new_expression" => self.construct(at),
            "member_expression" => self.member_access(at),
            "subscript_expression" => self.subscript(at),
            "await_expression" => self.awaited(&self.expression(at.first_named()?)?),
            "binary_expression" => self.binary(at),
            "ternary_expression" => {
                let yes = self.expression(at.field("consequence")?)?;
                let no = self.expression(at.field("alternative")?)?;
                self.subtype_union(vec![yes, no])
            }
            "unary_expression" => self.unary(at),
            "update_expression" => {
                let big = matches!(self.expression(at.field("argument")?)?.kind(), Kind::BigInt);
                Some(self.make(if big { Kind::BigInt } else { Kind::Number }))
            }
            "assignment_expression" => self.expression(at.field("right")?),
            "augmented_assignment_expression" => self.augmented(at),
            "jsx_element" | "jsx_self_closing_element" | "jsx_fragment" => self.jsx(at),
            "instantiation_expression" => None,
            "spread_element" => self.iterated(&self.expression(at.first_named()?)?, false),
            // The name behind the dot.
            "property_identifier" | "private_property_identifier" => {
                let access = at.parent().filter(|p| p.kind() == "member_expression")?;
                self.expression(access)
            }
            _ => None,
        }
    }

    /// Whether properties are assigned to a function that a constant holds: its type has them too.
    fn has_assigned_members(&self, function: At<'_>) -> bool {
        let Some(declarator) = function.parent().filter(|p| p.kind() == "variable_declarator") else { return false };
        let Some(name) = declarator.field("name") else { return false };
        let block = declarator.parent().and_then(At::parent);
        let block = block.and_then(|b| if b.kind() == "export_statement" { b.parent() } else { Some(b) });
        block.is_some_and(|b| self.assigns_members(b, name.text()))
    }

    /// Whether a statement of a block assigns to a property of the name.
    pub(crate) fn assigns_members(&self, block: At<'_>, name: &str) -> bool {
        block.named().into_iter().filter(|s| s.kind() == "expression_statement").any(|statement| {
            statement.first_named().filter(|e| e.kind() == "assignment_expression").is_some_and(|e| {
                e.field("left").is_some_and(|l| {
                    l.kind() == "member_expression" && l.field("object").is_some_and(|o| o.text() == name)
                })
            })
        })
    }

    pub(crate) fn global_type(&self, name: &str) -> Option<Type> {
        self.type_of_reference(&self.global_symbol(name)?, Vec::new())
    }

    fn template_string(&self, at: At<'_>) -> Option<Type> {
        let substitutions: Vec<At<'_>> =
            at.named().into_iter().filter(|c| c.kind() == "template_substitution").collect();
        if substitutions.is_empty() {
            return Some(self.make(Kind::Literal(Literal::String(unquoted(at.text())?), true)));
        }
        let literal = self.in_const_context(at)
            || self.contextual(at).is_some_and(|wanted| {
                wanted.parts().iter().any(|w| {
                    matches!(w.kind(), Kind::Literal(Literal::String(_), _) | Kind::Template(..))
                        || (matches!(w.kind(), Kind::Parameter(_))
                            && self.constraint(w).is_some_and(|c| c.parts().iter().any(|p| p.is(&Kind::String))))
                })
            });
        if !literal {
            return Some(self.make(Kind::String));
        }
        let source = at.file.parsed.text();
        let mut texts = vec![String::new()];
        let mut types = Vec::new();
        let mut position = at.node.start_byte() + 1;
        for child in substitutions {
            texts.last_mut()?.push_str(source.get(position..child.node.start_byte())?);
            types.push(self.expression(child.first_named()?)?);
            texts.push(String::new());
            position = child.node.end_byte();
        }
        texts.last_mut()?.push_str(source.get(position..at.node.end_byte().checked_sub(1)?)?);
        if texts.iter().any(|t| t.contains('\\')) {
            return None;
        }
        self.template(texts.into_iter().map(Into::into).collect(), types)
    }

    /// Type of a name where it is used.
    fn name(&self, at: At<'_>) -> Option<Type> {
        let text = at.text();
        match text {
            "undefined" => return Some(self.make(Kind::Undefined)),
            "arguments" => {
                let function = at.enclosing(FUNCTIONS);
                if function.is_some_and(|f| f.kind() != "arrow_function")
                    && self.lookup(at, text, Space::Value).is_none()
                {
                    return self.global_type("IArguments");
                }
            }
            _ => {}
        }
        let meaning = self.lookup(at, text, Space::Value);
        let Some(meaning) = meaning else {
            return (text == "globalThis").then(|| self.make(Kind::Module(u32::MAX, None)));
        };
        if meaning.symbol.as_ref().is_some_and(|s| self.is_import_only(s)) && meaning.module.is_none() {
            return None;
        }
        let mut declared = self.type_of_meaning(&meaning);
        let variable = meaning.symbol.as_ref().and_then(|s| s.first()).filter(|d| {
            self.with_file(*d, |n| Some(n.is(&["identifier", "shorthand_property_identifier_pattern"])))
                .unwrap_or(false)
        });
        // Inside the function, a parameter with a default value is not `undefined`.
        let defaulted = variable.is_some_and(|d| {
            let with_value = |n: At<'_>| {
                let parent = n.parent()?;
                Some(parent.is(&["required_parameter", "optional_parameter"]) && parent.field("value").is_some())
            };
            self.with_file(d, with_value).unwrap_or(false)
        });
        if defaulted && !self.is_target(at) {
            declared = declared.map(|ty| self.without_undefined(&ty));
        }
        match variable {
            Some(decl) if decl.file == at.file.id => self.narrowed(at, declared, Some(decl)),
            _ => declared,
        }
    }

    /// Only types stand behind the symbol.
    fn is_import_only(&self, symbol: &super::types::Symbol) -> bool {
        symbol.decls().iter().all(|d| {
            self.with_file(*d, |at| Some(!super::declarations::is_in(at.kind(), Space::Value))).unwrap_or(false)
        })
    }

    fn this(&self, at: At<'_>) -> Option<Type> {
        let mut from = at;
        for scope in at.ancestors().skip(1) {
            match scope.kind() {
                "arrow_function" => {}
                "method_definition" | "public_field_definition" | "class_static_block" => {
                    let body = scope.parent()?;
                    if body.kind() == "object" {
                        return self.this_of_object(scope, body);
                    }
                    let class = body.parent()?;
                    let _ = from;
                    let symbol = self.symbol_of(class);
                    if scope.has("static") || scope.kind() == "class_static_block" {
                        return self.narrowed(at, self.anonymous_of(&symbol), None);
                    }
                    if let Some(written) = self.this_parameter(scope) {
                        return Some(written);
                    }
                    return self.narrowed(at, Some(self.make(Kind::This(symbol))), None);
                }
                "function_declaration"
                | "function_expression"
                | "generator_function"
                | "generator_function_declaration" => {
                    if let Some(written) = self.this_parameter(scope) {
                        return self.narrowed(at, Some(written), None);
                    }
                    return match self.contextual_signature(scope).and_then(|s| s.this) {
                        Some(this) => Some(this),
                        None if scope.kind() == "function_declaration" => Some(self.make(Kind::Any)),
                        None => None,
                    };
                }
                _ => {}
            }
            from = scope;
        }
        None
    }

    fn this_parameter(&self, function: At<'_>) -> Option<Type> {
        let first = function.field("parameters")?.first_named()?;
        (first.field("pattern")?.kind() == "this").then_some(())?;
        Some(self.annotation(first.field("type")?))
    }

    fn this_of_object(&self, method: At<'_>, object: At<'_>) -> Option<Type> {
        if let Some(written) = self.this_parameter(method) {
            return Some(written);
        }
        match self.contextual(object) {
            Some(wanted) if !wanted.is_any() => {
                // `ThisType` and type variables are beyond this.
                (!wanted.is_generic() && !matches!(wanted.kind(), Kind::Intersection(_) | Kind::Union(_)))
                    .then_some(wanted)
            }
            Some(_) => None,
            None if object.parent().is_some_and(|p| p.kind() == "variable_declarator") => self.expression(object),
            None => None,
        }
    }

    /// Whether `as const` reaches an expression.
    pub(crate) fn in_const_context(&self, at: At<'_>) -> bool {
        let mut at = at;
        for _ in 0..40 {
            let Some(parent) = at.parent() else { return false };
            match parent.kind() {
                "parenthesized_expression" | "array" | "object" | "spread_element" | "pair" => at = parent,
                "as_expression" => {
                    return parent.first_named().is_some_and(|f| f.same(at))
                        && (parent.named().len() == 1 || parent.named().get(1).is_some_and(|t| t.text() == "const"));
                }
                "type_assertion" => {
                    return parent.first_named().and_then(At::first_named).is_some_and(|t| t.text() == "const");
                }
                "arguments" => return self.wants_const(at),
                _ => return false,
            }
        }
        false
    }

    /// Whether an argument stands for a `const` type parameter.
    fn wants_const(&self, argument: At<'_>) -> bool {
        let Some(wanted) = self.contextual(argument) else { return false };
        match wanted.kind() {
            Kind::Parameter(symbol) => {
                symbol.first().and_then(|d| self.with_file(d, |p| Some(p.has("const")))).unwrap_or(false)
            }
            _ => false,
        }
    }

    /// Type of a value as an element or property: widened unless the place wants the literal.
    pub(crate) fn element_value(&self, at: At<'_>) -> Option<Type> {
        let ty = self.expression(at)?;
        if self.in_const_context(at) {
            return Some(self.store.regular(&ty));
        }
        if !ty.parts().iter().any(super::store::is_fresh) {
            return Some(self.widened_object(&ty));
        }
        match self.contextual(at) {
            Some(wanted) if ty.parts().iter().any(|p| self.wants_literal(p, &wanted)) => Some(self.store.regular(&ty)),
            _ => Some(self.widened(&ty)),
        }
    }

    fn array(&self, at: At<'_>) -> Option<Type> {
        let entries = at.named();
        let constant = self.in_const_context(at);
        let wanted = self.contextual(at).map(|w| self.force(&w));
        let tuple_wanted = wanted.as_ref().is_some_and(|w| {
            w.parts().iter().any(|p| {
                let bound = match p.kind() {
                    Kind::Parameter(_) => self.constraint(p).unwrap_or_else(|| p.clone()),
                    _ => self.force(p),
                };
                matches!(bound.kind(), Kind::Tuple(..))
                    || bound.parts().iter().any(|b| matches!(b.kind(), Kind::Tuple(..)))
                    || matches!(p.kind(), Kind::Mapped(decl, args, true) if self.mapped_over_array(*decl, args))
            })
        });
        if entries.len() > MAX_ENTRIES {
            return None;
        }
        if constant || tuple_wanted {
            let mut elements = Vec::new();
            for entry in entries {
                if entry.kind() == "spread_element" {
                    let spread = self.force(&self.expression(entry.first_named()?)?);
                    match spread.kind() {
                        Kind::Tuple(..) | Kind::Parameter(_) => {
                            elements.push(Element { ty: spread, optional: false, rest: true, name: Default::default() })
                        }
                        _ => {
                            let element = self.iterated(&spread, false)?;
                            elements.push(Element {
                                ty: self.store.array(element),
                                optional: false,
                                rest: true,
                                name: Default::default(),
                            });
                        }
                    }
                    continue;
                }
                let ty = self.element_value(entry)?;
                elements.push(Element { ty, optional: false, rest: false, name: Default::default() });
            }
            return Some(self.tuple(elements, constant));
        }
        if entries.is_empty() {
            return Some(self.store.array(self.make(Kind::Never)));
        }
        let mut all = Vec::new();
        for entry in entries {
            let ty = if entry.kind() == "spread_element" {
                self.iterated(&self.expression(entry.first_named()?)?, false)?
            } else {
                self.element_value(entry)?
            };
            if !all.contains(&ty) {
                all.push(ty);
            }
        }
        Some(self.store.array(self.subtype_union(all)?))
    }

    fn mapped_over_array(&self, decl: super::types::Decl, args: &[Type]) -> bool {
        self.with_file(decl, |at| {
            let constraint = at.child("mapped_type_clause")?.field("type")?;
            if constraint.kind() != "index_type_query" {
                return Some(false);
            }
            let of = self.type_node(constraint.first_named()?);
            let of = self.instantiate(&of, &self.outer_mapper(at, args));
            let bound = self.constraint(&of)?;
            Some(bound.parts().iter().any(|b| matches!(b.kind(), Kind::Tuple(..) | Kind::Array(..))))
        })
        .unwrap_or(false)
    }

    /// `{ [key]: value }` with keys that are not known one by one.
    fn computed_object(&self, at: At<'_>) -> Option<Type> {
        let entries = at.named();
        let [entry] = entries.as_slice() else { return None };
        let key = self.expression(entry.field("key")?.first_named()?)?;
        let key = match self.force(&key).kind() {
            Kind::String | Kind::Template(..) => self.make(Kind::String),
            Kind::Number => self.make(Kind::Number),
            _ => return None,
        };
        let value = self.element_value(entry.field("value")?)?;
        Some(self.make(Kind::Object(std::sync::Arc::new(super::types::Members {
            indexes: vec![super::types::IndexInfo {
                key,
                name: "x".into(),
                ty: super::types::Lazy::Known(value),
                readonly: false,
            }],
            ..Default::default()
        }))))
    }

    fn member_access(&self, at: At<'_>) -> Option<Type> {
        let object = at.field("object")?;
        let property = at.field("property")?;
        let name = property.text();
        if object.kind() == "import" {
            return self.global_type("ImportMeta");
        }
        if at.text() == "new.target" {
            return None;
        }
        // A member of a namespace or module.
        if object.is(&["identifier", "member_expression"])
            && let Some(meaning) = self.lookup_path(object, Space::Value)
            && (meaning.module.is_some() || meaning.symbol.as_ref().is_some_and(|s| self.is_namespace(s)))
            && let Some(found) = self.inside(&meaning, name)
            && let Some(ty) = self.type_of_meaning(&found)
        {
            return self.narrowed(at, Some(ty), None);
        }
        let base = self.expression(object)?;
        // What is read from `any` is not narrowed.
        if base.is_any() {
            return Some(base);
        }
        let optional = at.has("optional_chain") || self.in_optional_chain(object);
        let bare =
            if self.strict_null { self.without_nullish(&base) } else { self.filtered(&base, |t| !t.is_nullish()) };
        let mut found = self.type_of_property(&bare, name)?;
        if self.is_target(at) && at.parent().is_some_and(|p| p.kind() == "assignment_expression") {
            return self.written_property(&bare, name, object);
        }
        if optional && self.strict_null && self.chain_may_end(at) {
            found = self.union([found, self.store.undefined()]);
        }
        self.narrowed(at, Some(found), None)
    }

    fn is_namespace(&self, symbol: &super::types::Symbol) -> bool {
        symbol
            .decls()
            .iter()
            .any(|d| self.with_file(*d, |at| Some(at.is(&["internal_module", "module"]))).unwrap_or(false))
    }

    /// Whether the expression continues an optional chain.
    pub(crate) fn in_optional_chain(&self, at: At<'_>) -> bool {
        let mut at = at;
        for _ in 0..60 {
            if !at.is(&["member_expression", "subscript_expression", "call_expression", "non_null_expression"]) {
                return false;
            }
            if at.has("optional_chain") || at.has("?.") {
                return true;
            }
            let inner = at.field("object").or_else(|| at.field("function")).or_else(|| at.first_named());
            match inner {
                Some(inner) => at = inner,
                None => return false,
            }
        }
        false
    }

    /// Whether some `?.` of the chain stands on something nullish.
    pub(crate) fn chain_may_end(&self, at: At<'_>) -> bool {
        let mut at = at;
        for _ in 0..60 {
            let Some(inner) = at
                .field("object")
                .or_else(|| at.field("function"))
                .or_else(|| if at.kind() == "non_null_expression" { at.first_named() } else { None })
            else {
                return false;
            };
            if (at.has("optional_chain") || at.has("?."))
                && self.expression(inner).is_some_and(|t| t.parts().iter().any(Type::is_nullish))
            {
                return true;
            }
            if !inner.is(&["member_expression", "subscript_expression", "call_expression", "non_null_expression"]) {
                return false;
            }
            at = inner;
        }
        false
    }

    fn subscript(&self, at: At<'_>) -> Option<Type> {
        let base = self.expression(at.field("object")?)?;
        if base.is_any() {
            return Some(base);
        }
        let optional = at.has("optional_chain") || self.in_optional_chain(at.field("object")?);
        let index_node = at.field("index")?;
        let index = self.expression(index_node)?;
        let open = super::evaluate::is_variable(&index);
        let bare = match base.kind() {
            // `T[K]` is put off; a key that is known is looked up in the constraint.
            Kind::Parameter(_) if open && self.constraint(&base).is_none() => base.clone(),
            Kind::Parameter(_) | Kind::This(_) if !open => match self.constraint(&base) {
                Some(bound) if !matches!(bound.kind(), Kind::Tuple(..) | Kind::Array(..)) => {
                    self.without_nullish(&bound)
                }
                _ => self.without_nullish(&base),
            },
            _ => self.without_nullish(&base),
        };
        // `x[Symbol.iterator]`
        let known = Some(index_node).filter(|n| n.text().starts_with("Symbol.") && n.kind() == "member_expression");
        let mut found = if let Some(symbol) = known {
            self.type_of_property(&bare, &format!("[{}]", symbol.text()))?
        } else if index.is_any() {
            let members = self.members(&bare)?;
            match members.indexes.first() {
                Some(first) => self.lazy(&first.ty)?,
                None => return None,
            }
        } else if open && matches!(bare.kind(), Kind::Mapped(..)) {
            // A key that is open is put off, also where the template is known.
            self.make(Kind::Indexed(bare.clone(), index.clone()))
        } else {
            self.indexed_access(&bare, &self.store.regular(&index))?
        };
        let literal = matches!(index.kind(), Kind::Literal(..)) && matches!(bare.kind(), Kind::Tuple(..));
        let written = at
            .parent()
            .is_some_and(|p| p.kind() == "assignment_expression" && p.field("left").is_some_and(|l| l.same(at)));
        if self.unchecked_index && !literal && !written && self.by_index_signature(&bare, &index) {
            found = self.union([found, self.store.undefined()]);
        }
        if optional && self.strict_null && self.chain_may_end(at) {
            found = self.union([found, self.store.undefined()]);
        }
        self.narrowed(at, Some(found), None)
    }

    fn by_index_signature(&self, base: &Type, index: &Type) -> bool {
        match index.kind() {
            Kind::Literal(Literal::String(s) | Literal::Number(s), _) => self.property_of(base, s).is_none(),
            Kind::Parameter(_) | Kind::Keyof(_) | Kind::Indexed(..) => false,
            Kind::Union(parts) => parts.iter().any(|p| self.by_index_signature(base, p)),
            Kind::UniqueSymbol(_) | Kind::EnumMember(..) => false,
            _ => !super::evaluate::is_variable(base),
        }
    }

    fn unary(&self, at: At<'_>) -> Option<Type> {
        let argument = at.field("argument")?;
        match at.field("operator")?.text() {
            "!" => {
                let Some(ty) = self.expression(argument) else { return Some(self.make(Kind::Boolean)) };
                let (yes, no) = (self.truthy(&ty, true), self.truthy(&ty, false));
                Some(if ty.is_any() || (!yes.is_never() && !no.is_never()) {
                    self.make(Kind::Boolean)
                } else {
                    self.make(Kind::Literal(Literal::Boolean(yes.is_never()), false))
                })
            }
            "delete" => Some(self.make(Kind::Boolean)),
            "typeof" => {
                let names = ["string", "number", "bigint", "boolean", "symbol", "undefined", "object", "function"];
                Some(self.union(names.map(|n| self.store.string_literal(n))))
            }
            "void" => Some(self.make(Kind::Undefined)),
            operator => {
                if argument.kind() == "number" && matches!(operator, "-" | "+") {
                    let text = argument.text();
                    let sign = if operator == "-" { "-" } else { "" };
                    return Some(self.make(match text.strip_suffix('n') {
                        Some(big) => Kind::Literal(Literal::BigInt(format!("{sign}{big}").into()), true),
                        None => Kind::Literal(Literal::Number(format!("{sign}{}", number_text(text)?).into()), true),
                    }));
                }
                let ty = self.expression(argument)?;
                let big = matches!(ty.kind(), Kind::BigInt | Kind::Literal(Literal::BigInt(_), _));
                Some(self.make(if big && operator != "+" { Kind::BigInt } else { Kind::Number }))
            }
        }
    }

    fn augmented(&self, at: At<'_>) -> Option<Type> {
        let (left, right) = (at.field("left")?, at.field("right")?);
        match at.field("operator")?.text() {
            "+=" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                let string = |t: &Type| {
                    t.parts().iter().all(|p| {
                        matches!(p.kind(), Kind::String | Kind::Literal(Literal::String(_), _) | Kind::Template(..))
                    })
                };
                if string(&a) || string(&b) {
                    return Some(self.make(Kind::String));
                }
                let number = |t: &Type| {
                    t.parts().iter().all(|p| matches!(p.kind(), Kind::Number | Kind::Literal(Literal::Number(_), _)))
                };
                (number(&a) && number(&b)).then(|| self.make(Kind::Number))
            }
            "??=" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                self.subtype_union(vec![self.without_nullish(&a), b])
            }
            "||=" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                self.subtype_union(vec![self.truthy(&a, true), b])
            }
            "&&=" => None,
            _ => {
                let big = matches!(self.expression(left)?.kind(), Kind::BigInt);
                Some(self.make(if big { Kind::BigInt } else { Kind::Number }))
            }
        }
    }

    fn jsx(&self, at: At<'_>) -> Option<Type> {
        let element = self.inside(&self.jsx_namespace(at)?, "Element")?;
        self.type_of_reference(&element.symbol?, Vec::new())
    }

    /// The namespace `JSX`: of the runtime that the project names, of the factory's namespace, or global.
    fn jsx_namespace(&self, at: At<'_>) -> Option<super::declarations::Meaning> {
        let typescript = self.sema.index.typescript();
        let project = typescript.project(self.sema.path());
        let option = |name: &str| project.options.get(name).and_then(|v| v.as_str()).map(str::to_owned);
        let exported = |module: &str| {
            let (path, block) = typescript.module_of(self.sema.path(), module)?;
            self.export_of((self.file(&path)?.id, block), "JSX")
        };
        let automatic = option("jsx").is_some_and(|jsx| jsx.starts_with("react-jsx"));
        let runtime = || {
            let source =
                option("jsxImportSource").or_else(|| option("jsximportsource")).unwrap_or_else(|| "react".into());
            exported(&format!("{source}/jsx-runtime"))
        };
        automatic
            .then(runtime)
            .flatten()
            .or_else(|| self.inside(&self.lookup(at, "React", Space::Value)?, "JSX"))
            .or_else(|| self.global("JSX"))
            .or_else(|| exported("react"))
    }

    /// The type that an attribute of an element takes.
    pub(crate) fn jsx_attribute(&self, attribute: At<'_>) -> Option<Type> {
        let name = attribute.first_named()?.text();
        let element = attribute.parent()?;
        let tag = element.field("name")?;
        let props = if tag.text().starts_with(|c: char| c.is_lowercase()) {
            let space = self.jsx_namespace(attribute)?;
            let all = self.inside(&space, "IntrinsicElements")?.symbol?;
            let all = self.type_of_reference(&all, Vec::new())?;
            self.type_of_property(&all, tag.text())?
        } else {
            let component = self.expression(tag)?;
            let members = self.members(&component)?;
            let signature = members.calls.first()?;
            if !signature.type_params.is_empty() {
                return None;
            }
            self.lazy(&signature.params.first()?.ty)?
        };
        self.wanted_property(&props, name)
    }
}
