//! Types from syntax.

use super::Model;
use super::declarations::{CLASSES, Space};
use super::store::Question;
use super::tree::{At, flat, has_word, number_text, unquoted};
use super::types::{Alias, Decl, Element, Kind, Literal, Mapper, Symbol, Type, TypeParam};
use smol_str::SmolStr;
use std::sync::Arc;

/// Whether the type `this` stands somewhere in a piece of syntax (a parameter named `this` is none).
fn says_this(at: At<'_>) -> bool {
    if !has_word(at.text(), "this") {
        return false;
    }
    let mut stack = vec![at];
    let mut fuel = 2000;
    while let Some(node) = stack.pop() {
        fuel -= 1;
        let parameter = |p: At<'_>| p.is(&["required_parameter", "optional_parameter"]);
        if fuel == 0 || node.kind() == "this_type" || (node.kind() == "this" && !node.parent().is_some_and(parameter)) {
            return true;
        }
        stack.extend(node.named());
    }
    false
}

impl Model<'_> {
    /// The type that a type node means.
    pub(crate) fn type_node(&self, at: At<'_>) -> Type {
        let decl = at.decl();
        self.once(Question::Node(decl), decl, || Some(self.type_of_syntax(at))).unwrap_or_else(|| self.error())
    }

    /// The type of an annotation (`: T`) or of the node itself.
    pub(crate) fn annotation(&self, at: At<'_>) -> Type {
        match at.kind() {
            "type_annotation"
            | "adding_type_annotation"
            | "omitting_type_annotation"
            | "opting_type_annotation"
            | "constraint"
            | "default_type" => at.first_named().map_or_else(|| self.error(), |n| self.type_node(n)),
            _ => self.type_node(at),
        }
    }

    fn type_of_syntax(&self, at: At<'_>) -> Type {
        self.syntax_type(at).unwrap_or_else(|| self.error())
    }

    fn syntax_type(&self, at: At<'_>) -> Option<Type> {
        let store = &self.store;
        Some(match at.kind() {
            "predefined_type" => store.make(match at.text() {
                "any" => Kind::Any,
                "unknown" => Kind::Unknown,
                "never" => Kind::Never,
                "void" => Kind::Void,
                "string" => Kind::String,
                "number" => Kind::Number,
                "bigint" => Kind::BigInt,
                "boolean" => Kind::Boolean,
                "symbol" => Kind::ESSymbol,
                "object" => Kind::NonPrimitive,
                text if text.starts_with("unique") => Kind::UniqueSymbol(store.symbol("unique symbol", &[at.decl()])),
                _ => return None,
            }),
            "literal_type" => self.literal_type(at.first_named()?)?,
            // The grammar takes `bigint` for a name.
            "type_identifier" if at.text() == "bigint" => store.make(Kind::BigInt),
            "type_identifier" | "identifier" | "nested_type_identifier" => self.reference(at, None)?,
            // `import("m").T`
            "member_expression" => self.reference(at, None)?,
            "generic_type" => self.reference(at.field("name")?, at.field("type_arguments"))?,
            "parenthesized_type" => self.type_node(at.first_named()?),
            "union_type" => store.union(at.named().into_iter().map(|n| self.type_node(n)).collect::<Vec<_>>()),
            "intersection_type" => self.intersection(at.named().into_iter().map(|n| self.type_node(n)).collect()),
            "array_type" => {
                let element = self.type_node(at.first_named()?);
                store.array(element)
            }
            "readonly_type" => {
                let readonly = |node: At<'_>| {
                    let inner = self.type_node(node);
                    match inner.kind() {
                        Kind::Array(element, _) => store.make(Kind::Array(element.clone(), true)),
                        Kind::Tuple(elements, _) => store.make(Kind::Tuple(elements.clone(), true)),
                        _ => inner,
                    }
                };
                // The grammar takes `readonly A[] | B` for `readonly (A[] | B)`.
                let parts = flat(at.first_named()?, "union_type");
                let (first, rest) = parts.split_first()?;
                if rest.is_empty() {
                    readonly(*first)
                } else {
                    store.union(
                        std::iter::once(readonly(*first))
                            .chain(rest.iter().map(|n| self.type_node(*n)))
                            .collect::<Vec<_>>(),
                    )
                }
            }
            "tuple_type" => self.tuple_type(at)?,
            "function_type" | "constructor_type" => self.anonymous(at),
            "object_type" => {
                let mapped = at.child("index_signature").filter(|i| i.has("mapped_type_clause"));
                match mapped {
                    Some(signature) => {
                        let outer = self.outer_parameters(signature);
                        self.mapped(signature.decl(), &outer)
                    }
                    None => self.anonymous(at),
                }
            }
            "conditional_type" => {
                let outer = self.outer_parameters(at);
                self.conditional(at.decl(), &outer)
            }
            "index_type_query" => {
                let of = self.type_node(at.first_named()?);
                self.keyof(&of)
            }
            "lookup_type" => {
                let parts = at.named();
                let [object, index] = parts.as_slice() else { return None };
                let (object, index) = (self.type_node(*object), self.type_node(*index));
                self.indexed_access(&object, &index)?
            }
            "template_literal_type" => self.template_type(at)?,
            "infer_type" => {
                let name = at.first_named()?;
                // All of one name within a condition are one.
                let mut from = at;
                let mut first = at.decl();
                for scope in at.ancestors().skip(1) {
                    if scope.kind() == "conditional_type" && scope.field("right").is_some_and(|r| r.same(from)) {
                        let named = self.infer_names(from).into_iter().find(|(n, _)| n == name.text());
                        first = named.map_or(first, |(_, d)| d);
                        break;
                    }
                    from = scope;
                }
                store.make(Kind::Parameter(store.symbol(name.text(), &[first])))
            }
            "this_type" | "this" => self.this_of(at)?,
            "type_predicate" => store.make(Kind::Boolean),
            "asserts" => store.make(Kind::Void),
            "type_query" => self.type_query(at.first_named()?)?,
            "optional_type" => self.type_node(at.first_named()?),
            _ => return None,
        })
    }

    /// The `this` type at a node of a class or interface.
    fn this_of(&self, at: At<'_>) -> Option<Type> {
        let owner =
            at.enclosing(&["class_declaration", "abstract_class_declaration", "class", "interface_declaration"])?;
        Some(self.make(Kind::This(self.symbol_of(owner))))
    }

    fn type_query(&self, of: At<'_>) -> Option<Type> {
        match of.kind() {
            "identifier" | "member_expression" => {
                if !of.file.library
                    && let Some(ty) = self.expression(of)
                {
                    return Some(ty);
                }
                if let Some(meaning) = self.lookup_path(of, Space::Value) {
                    return self.type_of_meaning(&meaning);
                }
                if of.kind() == "identifier" {
                    if of.text() == "globalThis" {
                        return Some(self.make(Kind::Module(u32::MAX, None)));
                    }
                    return self.expression(of);
                }
                let object = self.type_query(of.field("object")?)?;
                self.type_of_property(&object, of.field("property")?.text())
            }
            "this" => self.expression(of),
            _ => None,
        }
    }

    fn literal_type(&self, at: At<'_>) -> Option<Type> {
        let literal = |l| self.make(Kind::Literal(l, false));
        Some(match at.kind() {
            "string" => literal(Literal::String(unquoted(at.text())?)),
            "true" => literal(Literal::Boolean(true)),
            "false" => literal(Literal::Boolean(false)),
            "null" => self.make(Kind::Null),
            "undefined" => self.make(Kind::Undefined),
            "number" | "unary_expression" => {
                let text = at.text();
                let (sign, digits) = text.strip_prefix('-').map_or(("", text), |d| ("-", d.trim()));
                match digits.strip_suffix('n') {
                    Some(big) => literal(Literal::BigInt(format!("{sign}{big}").into())),
                    None => literal(Literal::Number(format!("{sign}{}", number_text(digits)?).into())),
                }
            }
            _ => return None,
        })
    }

    fn tuple_type(&self, at: At<'_>) -> Option<Type> {
        let mut elements = Vec::new();
        for child in at.named() {
            let (optional, rest, name, ty) = match child.kind() {
                "optional_type" => (true, false, "", self.type_node(child.first_named()?)),
                "rest_type" => (false, true, "", self.type_node(child.first_named()?)),
                "required_parameter" | "optional_parameter" => {
                    let pattern = child.field("pattern").or_else(|| child.field("name"))?;
                    let rest = pattern.kind() == "rest_pattern";
                    let name = if rest { pattern.first_named()?.text() } else { pattern.text() };
                    (child.kind() == "optional_parameter", rest, name, self.annotation(child.field("type")?))
                }
                _ => (false, false, "", self.type_node(child)),
            };
            elements.push(Element { ty, optional, rest, name: name.into() });
        }
        Some(self.tuple(elements, false))
    }

    fn template_type(&self, at: At<'_>) -> Option<Type> {
        let mut texts = vec![String::new()];
        let mut types = Vec::new();
        let source = at.file.parsed.text();
        let mut position = at.node.start_byte() + 1;
        for child in at.named().into_iter().filter(|c| c.kind() == "template_type") {
            texts.last_mut()?.push_str(source.get(position..child.node.start_byte())?);
            types.push(self.type_node(child.first_named()?));
            texts.push(String::new());
            position = child.node.end_byte();
        }
        texts.last_mut()?.push_str(source.get(position..at.node.end_byte().checked_sub(1)?)?);
        let texts = texts.into_iter().map(SmolStr::from).collect();
        self.template(texts, types)
    }

    /// Type parameters of the declarations around a node that its type may hang on.
    pub(crate) fn outer_parameters(&self, at: At<'_>) -> Arc<[Type]> {
        let key = at.decl();
        if let Some(known) = self.store.outer.get(&key) {
            return known;
        }
        let text = at.text();
        let syntax =
            at.is(&["object_type", "function_type", "constructor_type", "conditional_type", "index_signature"]);
        let wanted = |name: &str| !syntax || has_word(text, name);
        let mut out = Vec::new();
        let mut from = at;
        for scope in at.ancestors().skip(1) {
            match scope.kind() {
                "conditional_type" if scope.field("consequence").is_some_and(|c| c.same(from)) => {
                    if let Some(right) = scope.field("right") {
                        for (name, decl) in self.infer_names(right) {
                            if wanted(&name) {
                                out.push(self.make(Kind::Parameter(self.store.symbol(&name, &[decl]))));
                            }
                        }
                    }
                }
                "conditional_type" if scope.field("right").is_some_and(|c| c.same(from)) => {
                    for (name, decl) in self.infer_names(from) {
                        if wanted(&name) {
                            out.push(self.make(Kind::Parameter(self.store.symbol(&name, &[decl]))));
                        }
                    }
                }
                "index_signature" => {
                    if let Some(clause) = scope.child("mapped_type_clause")
                        && let Some(name) = clause.field("name")
                        && wanted(name.text())
                    {
                        out.push(self.make(Kind::Parameter(self.store.symbol(name.text(), &[clause.decl()]))));
                    }
                }
                _ => {}
            }
            if let Some(parameters) = scope.field("type_parameters") {
                for parameter in parameters.named() {
                    if let Some(name) = parameter.field("name")
                        && wanted(name.text())
                    {
                        out.push(self.parameter_type(parameter, name.text()));
                    }
                }
            }
            if (scope.is(CLASSES) || scope.kind() == "interface_declaration") && (!syntax || says_this(at)) {
                out.push(self.make(Kind::This(self.symbol_of(scope))));
            }
            from = scope;
        }
        let out: Arc<[Type]> = out.into();
        self.store.outer.insert(key, out.clone());
        out
    }

    pub(crate) fn parameter_type(&self, parameter: At<'_>, name: &str) -> Type {
        self.make(Kind::Parameter(self.store.symbol(name, &[parameter.decl()])))
    }

    /// The type that a piece of syntax describes by itself.
    pub(crate) fn anonymous(&self, at: At<'_>) -> Type {
        let outer = self.outer_parameters(at);
        let symbol = self.store.symbol("__type", &[at.decl()]);
        self.make(Kind::Anonymous(symbol, outer.iter().cloned().collect()))
    }

    /// The type that a symbol's declarations describe (a function with its overloads, a class's static side, an enum object).
    pub(crate) fn anonymous_of(&self, symbol: &Symbol) -> Option<Type> {
        let outer = self.with_file(symbol.first()?, |at| Some(self.outer_parameters(at)))?;
        Some(self.make(Kind::Anonymous(symbol.clone(), outer.iter().cloned().collect())))
    }

    /// The symbol of a declaration, with what it is merged with.
    pub(crate) fn symbol_of(&self, declaration: At<'_>) -> Symbol {
        let decl = declaration.decl();
        if let Some(name) = declaration.field("name").filter(|n| n.is(&["identifier", "type_identifier"])) {
            for space in [Space::Type, Space::Value] {
                // From within, so that the name of a class expression is found too.
                if let Some(found) = self.lookup(name, name.text(), space).and_then(|m| m.symbol)
                    && found.decls().contains(&decl)
                {
                    return found;
                }
            }
            return self.store.symbol(name.text(), &[decl]);
        }
        self.store.symbol(if declaration.is(CLASSES) { "(Anonymous class)" } else { "__type" }, &[decl])
    }

    /// Type parameters that a class, interface or alias declares.
    pub(crate) fn type_parameters_of(&self, symbol: &Symbol) -> Vec<TypeParam> {
        for decl in symbol.decls() {
            let found = self.with_file(*decl, |at| {
                let typed = at.is(CLASSES) || at.is(&["interface_declaration", "type_alias_declaration"]);
                if !typed {
                    return None;
                }
                Some(self.declared_parameters(at))
            });
            if let Some(found) = found {
                return self.completed_parameters(symbol, found);
            }
        }
        Vec::new()
    }

    /// Constraints and defaults may be written on any of the merged declarations.
    fn completed_parameters(&self, symbol: &Symbol, mut parameters: Vec<TypeParam>) -> Vec<TypeParam> {
        if symbol.decls().len() > 1 && parameters.iter().any(|p| p.default.is_none()) {
            for decl in symbol.decls() {
                let others = self.with_file(*decl, |at| Some(self.declared_parameters(at))).unwrap_or_default();
                for (own, other) in parameters.iter_mut().zip(others) {
                    if own.default.is_none() {
                        own.default = other.default;
                    }
                }
            }
        }
        parameters
    }

    /// Whether a mapped type ranges over `keyof` a type parameter.
    fn is_homomorphic(&self, decl: Decl) -> bool {
        self.with_file(decl, |at| {
            let keys = at.child("mapped_type_clause")?.field("type")?;
            Some(
                keys.kind() == "index_type_query"
                    && matches!(self.type_node(keys.first_named()?).kind(), Kind::Parameter(_)),
            )
        })
        .unwrap_or(false)
    }

    /// Whether a name without type arguments is that of a generic declaration.
    fn has_parameters(&self, name: At<'_>) -> bool {
        let symbol = self.lookup_path(name, Space::Type).and_then(|m| m.symbol);
        symbol.is_some_and(|s| !self.type_parameters_of(&s).is_empty())
    }

    /// Whether what an alias with arguments stands for can be called by another alias: what a condition comes to keeps its own name, unless
    /// it was put together from the members of a union.
    fn gives_name(&self, at: At<'_>, body: &Type, depth: u32) -> bool {
        let found = (|| {
            let arguments = at.field("type_arguments").map(At::named).unwrap_or_default();
            let name = if at.kind() == "generic_type" { at.field("name")? } else { at };
            let symbol = self.lookup_path(name, Space::Type)?.symbol?;
            self.with_file(symbol.first()?, |target| {
                if target.kind() != "type_alias_declaration" {
                    return None;
                }
                let mut value = target.field("value")?;
                while value.kind() == "parenthesized_type" {
                    value = value.first_named()?;
                }
                Some(match value.kind() {
                    "conditional_type" => {
                        let left = value.field("left")?.text();
                        let mut parameters = target.field("type_parameters")?.named().into_iter();
                        let place = parameters.position(|p| p.field("name").is_some_and(|n| n.text() == left));
                        let given = place.and_then(|i| arguments.get(i)).map(|a| self.force(&self.type_node(*a)));
                        matches!(body.kind(), Kind::Conditional(..))
                            || given.is_some_and(|g| matches!(g.kind(), Kind::Union(_) | Kind::Boolean))
                    }
                    "generic_type" if depth < 4 => self.gives_name(value, body, depth + 1),
                    _ => value.text() != "intrinsic",
                })
            })
        })();
        found.unwrap_or(true)
    }

    /// Type parameters that a node declares.
    pub(crate) fn declared_parameters(&self, at: At<'_>) -> Vec<TypeParam> {
        let Some(list) = at.field("type_parameters") else { return Vec::new() };
        let one = |p: At<'_>| {
            let name = p.field("name")?;
            Some(TypeParam {
                ty: self.parameter_type(p, name.text()),
                name: name.text().into(),
                constraint: p.field("constraint").map(|c| self.annotation(c)),
                default: p.field("value").map(|c| self.annotation(c)),
            })
        };
        list.named().into_iter().filter(|p| p.kind() == "type_parameter").filter_map(one).collect()
    }

    /// Type arguments, with defaults for those that are left out.
    pub(crate) fn filled(&self, parameters: &[TypeParam], given: Vec<Type>) -> Vec<Type> {
        let mut out = given;
        out.truncate(parameters.len());
        while let Some(parameter) = parameters.get(out.len()) {
            let mapper = Mapper::new(parameters.iter().map(|p| p.ty.clone()).zip(out.iter().cloned()));
            let default = parameter.default.as_ref().map(|d| self.instantiate(d, &mapper));
            out.push(default.unwrap_or_else(|| self.make(Kind::Unknown)));
        }
        out
    }

    pub(crate) fn reference(&self, name: At<'_>, arguments: Option<At<'_>>) -> Option<Type> {
        if name.text() == "const" && name.parent().is_some_and(|p| p.kind() == "as_expression") {
            return None;
        }
        let meaning = self.lookup_path(name, Space::Type)?;
        let args: Vec<Type> =
            arguments.map(At::named).unwrap_or_default().into_iter().map(|n| self.type_node(n)).collect();
        let symbol = meaning.symbol?;
        let found = self.type_of_reference(&symbol, args.clone())?;
        // Of an alias that is imported, the arguments are displayed that were written, not the defaults.
        let imported = name.kind() != "nested_type_identifier"
            && symbol.first().is_some_and(|d| d.file != name.file.id)
            && !self.is_library(&symbol);
        match found.alias() {
            Some(alias) if imported && alias.symbol == symbol && args.len() < alias.args.len() => {
                Some(self.store.aliased(&found, Some(Alias { symbol, args: args.into() })))
            }
            _ => Some(found),
        }
    }

    /// Class, interface, alias, enum or type parameter with type arguments.
    pub(crate) fn type_of_reference(&self, symbol: &Symbol, given: Vec<Type>) -> Option<Type> {
        for decl in symbol.decls() {
            let file = self.store.file(decl.file)?;
            let at = file.node(*decl)?;
            match at.kind() {
                "class_declaration" | "abstract_class_declaration" | "class" | "interface_declaration" => {
                    let args = self.filled(&self.type_parameters_of(symbol), given);
                    return Some(self.instance(symbol, args));
                }
                "type_alias_declaration" => {
                    if file.library && at.field("value").is_some_and(|v| v.text() == "intrinsic") {
                        if symbol.name() == "BuiltinIteratorReturn" {
                            let project = self.sema.index.typescript().project(self.sema.path());
                            let strict = project.flag("strictBuiltinIteratorReturn");
                            return Some(self.make(if strict { Kind::Undefined } else { Kind::Any }));
                        }
                        let of = given.into_iter().next()?;
                        if symbol.name() == "NoInfer" {
                            return Some(of);
                        }
                        return self.string_mapping(symbol.name(), &of);
                    }
                    let args = self.filled(&self.type_parameters_of(symbol), given);
                    return self.alias_type(symbol, at, args);
                }
                "enum_declaration" => return Some(self.make(Kind::Enum(symbol.clone()))),
                "type_parameter" | "infer_type" | "mapped_type_clause" => {
                    return Some(self.make(Kind::Parameter(symbol.clone())));
                }
                "import_alias" => {
                    let parts = at.named();
                    let target = self.lookup_path(*parts.last()?, Space::Type)?;
                    return self.type_of_reference(&target.symbol?, given);
                }
                _ if at.parent().is_some_and(|p| p.is(&["enum_body"])) => {
                    let owner = at.enclosing(&["enum_declaration"])?;
                    return Some(self.make(Kind::EnumMember(self.symbol_of(owner), symbol.clone(), false)));
                }
                _ => {}
            }
        }
        None
    }

    /// A class or interface with all its type arguments.
    pub(crate) fn instance(&self, symbol: &Symbol, args: Vec<Type>) -> Type {
        if args.len() == 1 && matches!(symbol.name(), "Array" | "ReadonlyArray") && self.is_library(symbol) {
            let readonly = symbol.name() == "ReadonlyArray";
            let element = args.into_iter().next().unwrap_or_else(|| self.error());
            return self.make(Kind::Array(element, readonly));
        }
        self.make(Kind::Reference(symbol.clone(), args.into()))
    }

    pub(crate) fn is_library(&self, symbol: &Symbol) -> bool {
        symbol.decls().iter().any(|d| self.store.file(d.file).is_some_and(|f| f.library))
    }

    /// What an alias stands for.
    pub(crate) fn alias_type(&self, symbol: &Symbol, at: At<'_>, args: Vec<Type>) -> Option<Type> {
        let decl = at.decl();
        if self.is_open(Question::Alias(decl)) {
            return Some(self.make(Kind::AliasRef(symbol.clone(), args.into())));
        }
        let parameters = self.type_parameters_of(symbol);
        let body = self.once(Question::Alias(decl), decl, || {
            let value = at.field("value")?;
            let mut inner = value;
            while inner.kind() == "parenthesized_type" {
                inner = inner.first_named()?;
            }
            let body = self.type_node(value);
            let own = match inner.kind() {
                "union_type" => matches!(body.kind(), Kind::Union(_)),
                "intersection_type" => matches!(body.kind(), Kind::Intersection(_) | Kind::Union(_)),
                "object_type" | "function_type" | "constructor_type" | "array_type" | "readonly_type" => true,
                "tuple_type" => matches!(body.kind(), Kind::Tuple(elements, _) if elements.iter().all(|e| !e.rest)),
                "conditional_type" => match body.kind() {
                    Kind::Conditional(..) => true,
                    Kind::Union(_) => body.alias().is_none_or(|a| a.symbol.decls().is_empty()),
                    _ => false,
                },
                "lookup_type" => {
                    let several =
                        || inner.named().last().is_some_and(|i| matches!(self.type_node(*i).kind(), Kind::Union(_)));
                    matches!(body.kind(), Kind::Indexed(..)) || (matches!(body.kind(), Kind::Union(_)) && several())
                }
                // A type mapped over the keys of its argument keeps its own name.
                "type_identifier" | "nested_type_identifier" if !self.has_parameters(inner) => false,
                "generic_type" | "type_identifier" | "nested_type_identifier" => {
                    (matches!(body.kind(), Kind::Reference(..) | Kind::Array(..))
                        || matches!(body.kind(), Kind::Anonymous(_, args) if !args.is_empty())
                        || body.alias().is_some_and(|a| !a.symbol.decls().is_empty())
                        || (matches!(body.kind(), Kind::Union(_)) && body.alias().is_none_or(super::store::is_origin)))
                        && !matches!(body.kind(), Kind::Mapped(decl, ..) if self.is_homomorphic(*decl))
                        && self.gives_name(inner, &body, 0)
                }
                _ => false,
            };
            let alias = Alias { symbol: symbol.clone(), args: parameters.iter().map(|p| p.ty.clone()).collect() };
            Some(if own { self.store.aliased(&body, Some(alias)) } else { body })
        })?;
        let mapper = Mapper::new(parameters.into_iter().map(|p| p.ty).zip(args));
        Some(self.instantiate(&body, &mapper))
    }

    /// Looks into a recursive alias.
    pub(crate) fn force(&self, ty: &Type) -> Type {
        let Kind::AliasRef(symbol, args) = ty.kind() else { return ty.clone() };
        let Some(_step) = self.step() else { return self.error() };
        let found = symbol.decls().iter().find_map(|d| {
            self.with_file(*d, |at| {
                (at.kind() == "type_alias_declaration").then(|| self.alias_type(symbol, at, args.to_vec())).flatten()
            })
        });
        match found {
            Some(found) if !matches!(found.kind(), Kind::AliasRef(..)) => found,
            _ => self.error(),
        }
    }
}
