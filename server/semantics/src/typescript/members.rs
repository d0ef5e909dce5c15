//! Members of types: properties, signatures, index signatures.

use super::Model;
use super::declarations::{CLASSES, FUNCTIONS, Space, name_of};
use super::evaluate::is_variable;
use super::tree::At;
use super::tree::unquoted;
use super::types::{IndexInfo, Kind, Lazy, Literal, Mapper, Members, Property, Signature, Symbol, Type};
use smol_str::SmolStr;
use std::sync::Arc;

/// Members of one type.
const MAX_MEMBERS: usize = 4000;

impl Model<'_> {
    /// Members of a type; `None` when they are not known.
    pub(crate) fn members(&self, ty: &Type) -> Option<Arc<Members>> {
        if let Some(known) = self.store.members.get(ty) {
            return known;
        }
        let _step = self.step()?;
        let found = self.find_members(ty).filter(|m| m.props.len() < MAX_MEMBERS);
        if !self.is_tainted() && self.inflight.borrow().is_empty() {
            self.store.members.insert(ty.clone(), found.clone());
        }
        found
    }

    fn find_members(&self, ty: &Type) -> Option<Arc<Members>> {
        let global = |name: &str| -> Option<Arc<Members>> {
            let symbol = self.global_symbol(name)?;
            self.members(&self.make(Kind::Reference(symbol, Box::default())))
        };
        match ty.kind() {
            Kind::Error | Kind::Any | Kind::Unknown => None,
            Kind::Never | Kind::Void | Kind::Null | Kind::Undefined | Kind::NonPrimitive => Some(Arc::default()),
            Kind::AliasRef(..) => self.members(&self.force(ty)),
            Kind::String | Kind::Literal(Literal::String(_), _) | Kind::Template(..) | Kind::StringMapping(..) => {
                global("String")
            }
            Kind::Number | Kind::Literal(Literal::Number(_), _) => global("Number"),
            Kind::BigInt | Kind::Literal(Literal::BigInt(_), _) => global("BigInt"),
            Kind::Boolean | Kind::Literal(Literal::Boolean(_), _) => global("Boolean"),
            Kind::ESSymbol | Kind::UniqueSymbol(_) => global("Symbol"),
            Kind::Enum(symbol) => {
                let strings = self.enum_values(symbol).iter().any(|v| matches!(v, Some(Literal::String(_))));
                global(if strings { "String" } else { "Number" })
            }
            Kind::EnumMember(_, member, _) => {
                global(if matches!(self.enum_value(member), Some(Literal::String(_))) { "String" } else { "Number" })
            }
            Kind::Reference(symbol, args) => self.reference_members(symbol, args, ty).map(Arc::new),
            Kind::Anonymous(symbol, args) => self.anonymous_members(symbol, args).map(Arc::new),
            Kind::Object(members) => Some(members.clone()),
            Kind::Module(u32::MAX, _) => Some(Arc::default()),
            Kind::Module(file, block) => self.module_members(*file, *block).map(Arc::new),
            Kind::Array(element, readonly) => {
                let symbol = self.global_symbol(if *readonly { "ReadonlyArray" } else { "Array" })?;
                self.reference_members(&symbol, std::slice::from_ref(element), ty).map(Arc::new)
            }
            Kind::Tuple(elements, readonly) => {
                let element = self.array_element(ty)?;
                let array = self.make(Kind::Array(element, *readonly));
                let mut members = (*self.members(&array)?).clone();
                for (i, e) in elements.iter().take_while(|e| !e.rest).enumerate() {
                    let own = Lazy::Known(self.tuple_element(elements, i)?);
                    members.props.push(Property {
                        name: i.to_string().into(),
                        ty: own,
                        optional: e.optional,
                        readonly: *readonly,
                        method: false,
                        hidden: false,
                        symbol: None,
                    });
                }
                if !elements.iter().any(|e| e.rest) {
                    let least = elements.iter().filter(|e| !e.optional).count();
                    let lengths = (least..=elements.len())
                        .map(|n| self.make(Kind::Literal(Literal::Number(n.to_string().into()), false)));
                    let length = self.union(lengths.collect::<Vec<_>>());
                    if let Some(p) = members.props.iter_mut().find(|p| p.name == "length") {
                        p.ty = Lazy::Known(length);
                    }
                }
                Some(Arc::new(members))
            }
            Kind::Union(parts) => self.union_members(parts).map(Arc::new),
            Kind::Intersection(parts) => self.intersection_members(parts).map(Arc::new),
            Kind::Mapped(decl, args, _) => self.mapped_members(*decl, args).map(Arc::new),
            Kind::Keyof(_) => global("String"),
            Kind::Parameter(_) | Kind::This(_) | Kind::Indexed(..) | Kind::Conditional(..) => match self.constraint(ty)
            {
                Some(bound) if bound != *ty => self.members(&bound),
                Some(_) => None,
                // Nothing is known of it, so it has no members.
                None => matches!(ty.kind(), Kind::Parameter(_)).then(Arc::default),
            },
        }
    }

    /// A property of a type, `Object`'s and `Function`'s included.
    pub(crate) fn property_of(&self, ty: &Type, name: &str) -> Option<Property> {
        let _step = self.step()?;
        let ty = &self.force(ty);
        if matches!(ty.kind(), Kind::Module(u32::MAX, _)) {
            // `globalThis`
            let symbol = self.global_symbol(name).filter(|s| self.has_value(s))?;
            return Some(self.simple(name, &symbol));
        }
        match ty.kind() {
            Kind::Error | Kind::Any | Kind::Unknown | Kind::Never | Kind::Null | Kind::Undefined | Kind::Void => None,
            Kind::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.push(self.property_of(part, name)?);
                }
                Some(self.merged(all, false))
            }
            Kind::Intersection(parts) => {
                let all: Vec<Property> = parts.iter().filter_map(|p| self.property_of(p, name)).collect();
                (!all.is_empty()).then(|| self.merged(all, true))
            }
            _ => {
                let members = self.members(ty)?;
                if let Some(found) = members.property(name) {
                    return Some(found.clone());
                }
                let apparent =
                    if is_variable(ty) { self.constraint(ty).unwrap_or_else(|| ty.clone()) } else { ty.clone() };
                if matches!(apparent.kind(), Kind::Union(_) | Kind::Intersection(_)) {
                    return self.property_of(&apparent, name);
                }
                let globals: &[&str] = if !members.calls.is_empty() {
                    &["CallableFunction", "Object"]
                } else if !members.constructs.is_empty() {
                    &["NewableFunction", "Object"]
                } else {
                    &["Object"]
                };
                for global in globals {
                    let symbol = self.global_symbol(global)?;
                    let members = self.members(&self.make(Kind::Reference(symbol, Box::default())))?;
                    if let Some(found) = members.property(name) {
                        return Some(found.clone());
                    }
                }
                None
            }
        }
    }

    fn merged(&self, mut all: Vec<Property>, both: bool) -> Property {
        if all.len() == 1 {
            return all.swap_remove(0);
        }
        let first = all[0].clone();
        let optional = if both { all.iter().all(|p| p.optional) } else { all.iter().any(|p| p.optional) };
        let types: Arc<[Lazy]> = all.iter().map(|p| p.ty.clone()).collect();
        Property {
            ty: if both { Lazy::Intersection(types) } else { Lazy::Union(types) },
            optional,
            readonly: if both { all.iter().all(|p| p.readonly) } else { all.iter().any(|p| p.readonly) },
            method: all.iter().all(|p| p.method),
            ..first
        }
    }

    /// Type of a property of a type, index signatures included.
    pub(crate) fn type_of_property(&self, ty: &Type, name: &str) -> Option<Type> {
        let ty = &self.force(ty);
        if ty.is_any() {
            return Some(ty.clone());
        }
        if let Kind::Union(parts) = ty.kind() {
            let all = parts.iter().map(|p| self.type_of_property(p, name)).collect::<Option<Vec<_>>>()?;
            return Some(self.union(all));
        }
        if let Some(property) = self.property_of(ty, name) {
            return self.property_type(&property);
        }
        let members = self.members(ty)?;
        let index = members.indexes.iter().find(|i| matches!(i.key.kind(), Kind::String))?;
        let found = self.lazy(&index.ty)?;
        Some(if self.unchecked_index { self.union([found, self.store.undefined()]) } else { found })
    }

    pub(crate) fn property_type(&self, property: &Property) -> Option<Type> {
        self.lazy(&property.ty)
    }

    /// Computes a type that was put off.
    pub(crate) fn lazy(&self, lazy: &Lazy) -> Option<Type> {
        let _step = self.step()?;
        let found = match lazy {
            Lazy::Known(ty) => ty.clone(),
            Lazy::Declared(symbol, mapper) => self.instantiate(&self.type_of_symbol(symbol)?, mapper),
            Lazy::Returned(decl, mapper) => self.instantiate(&self.returned(*decl)?, mapper),
            Lazy::Template(decl, mapper) => {
                self.with_file(*decl, |at| Some(self.instantiate(&self.annotation(at.field("type")?), mapper)))?
            }
            Lazy::Optional(inner) => {
                let inner = self.lazy(inner)?;
                if self.strict_null { self.union([inner, self.store.undefined()]) } else { inner }
            }
            Lazy::Required(inner) => self.without_undefined(&self.lazy(inner)?),
            Lazy::Union(all) => self.union(all.iter().map(|l| self.lazy(l)).collect::<Option<Vec<_>>>()?),
            Lazy::Intersection(all) => self.intersection(all.iter().map(|l| self.lazy(l)).collect::<Option<Vec<_>>>()?),
        };
        (!found.is_error()).then_some(found)
    }

    fn union_members(&self, parts: &[Type]) -> Option<Members> {
        let all = parts.iter().map(|p| self.members(p)).collect::<Option<Vec<_>>>()?;
        let first = all.first()?;
        let mut out = Members::default();
        for property in &first.props {
            if let Some(same) = all.iter().map(|m| m.property(&property.name).cloned()).collect::<Option<Vec<_>>>() {
                out.props.push(self.merged(same, false));
            }
        }
        Some(out)
    }

    fn intersection_members(&self, parts: &[Type]) -> Option<Members> {
        let mut out = Members::default();
        let mut all = Vec::new();
        for part in parts {
            all.push(self.members(part)?);
        }
        for members in &all {
            for property in &members.props {
                if out.property(&property.name).is_none() {
                    let same: Vec<Property> = all.iter().filter_map(|m| m.property(&property.name).cloned()).collect();
                    out.props.push(self.merged(same, true));
                }
            }
            out.calls.extend(members.calls.iter().cloned());
            out.constructs.extend(members.constructs.iter().cloned());
            for index in &members.indexes {
                out.indexes.push(index.clone());
            }
        }
        Some(out)
    }

    fn mapped_members(&self, decl: super::types::Decl, args: &[Type]) -> Option<Members> {
        let sources = self.mapped_sources(decl, args)?;
        self.with_file(decl, |at| {
            let clause = at.child("mapped_type_clause")?;
            let alias = clause.field("alias").map(|a| self.type_node(a));
            let (optional, readonly) = self.mapped_signs(at);
            let modifiers = self.modifiers_type(at, args);
            let mut out = Members::default();
            for key in self.mapped_key_list(at, modifiers.as_ref(), &sources) {
                let mapper = self.mapped_mapper(at, args, &key)?;
                let ty = Lazy::Template(decl, mapper.clone());
                // A property that is named by the value of an enum member has no declaration of its own.
                let by_enum_value = |name| Property {
                    name,
                    ty: ty.clone(),
                    optional: optional == Some(true),
                    readonly: readonly == Some(true),
                    method: false,
                    hidden: false,
                    symbol: None,
                };
                let names = match &alias {
                    Some(alias) => self.instantiate(alias, &mapper),
                    None => key.clone(),
                };
                for name in self.expanded(&names) {
                    match name.kind() {
                        Kind::Never => {}
                        Kind::Literal(Literal::String(text) | Literal::Number(text), _) => {
                            let source = match key.kind() {
                                Kind::Literal(Literal::String(s) | Literal::Number(s), _) => {
                                    modifiers.as_ref().and_then(|m| self.property_of(m, s))
                                }
                                _ => None,
                            };
                            let was_optional = source.as_ref().is_some_and(|s| s.optional);
                            let is_optional = optional.unwrap_or(was_optional);
                            let ty = match (optional, is_optional) {
                                (Some(false), _) if was_optional => Lazy::Required(Box::new(ty.clone())),
                                (_, true) => Lazy::Optional(Box::new(ty.clone())),
                                _ => ty.clone(),
                            };
                            out.props.push(Property {
                                name: text.clone(),
                                ty,
                                optional: is_optional,
                                readonly: readonly.unwrap_or_else(|| source.as_ref().is_some_and(|s| s.readonly)),
                                method: false,
                                hidden: false,
                                symbol: source.and_then(|s| s.symbol),
                            });
                        }
                        Kind::EnumMember(_, member, _) => {
                            let (Literal::String(text) | Literal::Number(text)) = self.enum_value(member)? else {
                                return None;
                            };
                            out.props.push(by_enum_value(text));
                        }
                        Kind::Enum(symbol) => {
                            for value in self.enum_values(symbol) {
                                let (Literal::String(text) | Literal::Number(text)) = value? else { return None };
                                out.props.push(by_enum_value(text));
                            }
                        }
                        Kind::String | Kind::Number | Kind::ESSymbol | Kind::Template(..) => {
                            let source = modifiers.as_ref().and_then(|m| self.members(m));
                            let source = source.and_then(|m| m.indexes.iter().find(|i| i.key == key).cloned());
                            let own =
                                if optional == Some(true) { Lazy::Optional(Box::new(ty.clone())) } else { ty.clone() };
                            out.indexes.push(IndexInfo {
                                key: name.clone(),
                                name: "x".into(),
                                ty: own,
                                readonly: readonly.unwrap_or_else(|| source.is_some_and(|i| i.readonly)),
                            });
                        }
                        Kind::UniqueSymbol(_) => {}
                        _ => return None,
                    }
                }
            }
            Some(out)
        })
    }

    /// The keys that a mapped type goes through: of `keyof T` those of the properties and of the index signatures, also where the one
    /// takes in the other.
    fn mapped_key_list(&self, at: At<'_>, of: Option<&Type>, sources: &Type) -> Vec<Type> {
        let own = || {
            at.child("mapped_type_clause")?.field("type").filter(|c| c.kind() == "index_type_query")?;
            let of = self.force(of?);
            if is_variable(&of) || matches!(of.kind(), Kind::Any | Kind::Unknown | Kind::Never | Kind::Union(_)) {
                return None;
            }
            let members = self.members(&of).filter(|m| !m.indexes.is_empty())?;
            let mut keys: Vec<Type> =
                members.props.iter().filter(|p| !p.hidden).filter_map(|p| self.key_type(p)).collect();
            keys.extend(members.indexes.iter().map(|i| i.key.clone()));
            Some(keys)
        };
        own().unwrap_or_else(|| self.expanded(sources))
    }

    /// The type whose modifiers a mapped type takes over.
    fn modifiers_type(&self, at: At<'_>, args: &[Type]) -> Option<Type> {
        let constraint = at.child("mapped_type_clause")?.field("type")?;
        let mapper = self.outer_mapper(at, args);
        if constraint.kind() == "index_type_query" {
            return Some(self.instantiate(&self.type_node(constraint.first_named()?), &mapper));
        }
        // `K extends keyof T`.
        let parameter = self.type_node(constraint);
        let bound = self.constraint(&parameter)?;
        match bound.kind() {
            Kind::Keyof(of) => Some(self.instantiate(of, &mapper)),
            _ => None,
        }
    }

    fn module_members(&self, file: u32, block: Option<u32>) -> Option<Members> {
        let path = self.store.file(file)?.path.clone();
        let names = self.sema.index.typescript().export_names(&(path, block));
        let mut out = Members::default();
        for name in names {
            let Some(symbol) = self.export_of((file, block), &name).and_then(|m| m.symbol) else { continue };
            if self.has_value(&symbol) {
                out.props.push(self.simple(&name, &symbol));
            }
        }
        Some(out)
    }

    fn has_value(&self, symbol: &Symbol) -> bool {
        symbol.decls().iter().any(|d| {
            self.with_file(*d, |at| Some(super::declarations::is_in(at.kind(), Space::Value))).unwrap_or(false)
        })
    }

    fn simple(&self, name: &str, symbol: &Symbol) -> Property {
        Property {
            name: name.into(),
            ty: Lazy::Declared(symbol.clone(), Mapper::default()),
            optional: false,
            readonly: true,
            method: false,
            hidden: false,
            symbol: Some(symbol.clone()),
        }
    }

    /// Members of a class or interface with type arguments; `this` is the type that is asked about.
    fn reference_members(&self, symbol: &Symbol, args: &[Type], this: &Type) -> Option<Members> {
        let _step = self.step()?;
        let parameters = self.type_parameters_of(symbol);
        let this_parameter = self.make(Kind::This(symbol.clone()));
        let mapper = Mapper::new(
            parameters.iter().map(|p| p.ty.clone()).zip(args.iter().cloned()).chain([(this_parameter, this.clone())]),
        );
        let mut out = Members::default();
        let mut bases: Vec<Type> = Vec::new();
        for decl in symbol.decls() {
            let file = self.store.file(decl.file)?;
            let at = file.node(*decl)?;
            // Merged declarations may call their parameters differently.
            let own = self.declared_parameters(at);
            let mapper = if own.first().map(|p| &p.ty) == parameters.first().map(|p| &p.ty) {
                mapper.clone()
            } else {
                let renamed = own.iter().map(|p| p.ty.clone()).zip(args.iter().cloned());
                Mapper::new(renamed.chain(mapper.0.iter().cloned()))
            };
            if at.is(CLASSES) {
                self.class_members(at, &mapper, false, &mut out)?;
                if let Some(base) = self.base_class(at) {
                    bases.push(self.instantiate(&base?, &mapper));
                }
            } else if at.kind() == "interface_declaration" {
                self.type_members(at.field("body")?, &mapper, &mut out)?;
                let clauses = at.children().into_iter().filter(|c| c.is(&["extends_type_clause", "extends_clause"]));
                for base in clauses.flat_map(At::named) {
                    bases.push(self.instantiate(&self.type_node(base), &mapper));
                }
            }
        }
        for base in bases {
            let base = self.force(&base);
            let inherited = match base.kind() {
                Kind::Error => return None,
                Kind::Reference(symbol, args) => Arc::new(self.reference_members(symbol, args, this)?),
                Kind::Any => continue,
                _ => self.members(&base)?,
            };
            for property in &inherited.props {
                if out.property(&property.name).is_none() {
                    out.props.push(property.clone());
                }
            }
            if out.calls.is_empty() {
                out.calls = inherited.calls.clone();
            }
            if out.constructs.is_empty() {
                out.constructs = inherited.constructs.clone();
            }
            for index in &inherited.indexes {
                if !out.indexes.iter().any(|i| i.key == index.key) {
                    out.indexes.push(index.clone());
                }
            }
        }
        Some(out)
    }

    /// The instance type of the base class: `None` when there is none, `Some(None)` when it is not known.
    #[allow(clippy::option_option, reason = "no base and an unknown base are different things")]
    pub(crate) fn base_class(&self, class: At<'_>) -> Option<Option<Type>> {
        let clause = class.child("class_heritage")?.child("extends_clause")?;
        let value = clause.field("value")?;
        let arguments = clause.field("type_arguments").map(At::named).unwrap_or_default();
        let arguments: Vec<Type> = arguments.into_iter().map(|a| self.type_node(a)).collect();
        if value.is(&["identifier", "member_expression"])
            && let Some(symbol) = self.lookup_path(value, Space::Type).and_then(|m| m.symbol)
            && let Some(found) = self.type_of_reference(&symbol, arguments.clone())
        {
            return Some(Some(found));
        }
        Some((|| {
            let constructor = self.expression(value)?;
            let members = self.members(&constructor)?;
            let signature = members.constructs.first()?;
            let mapper = Mapper::new(signature.type_params.iter().map(|p| p.ty.clone()).zip(arguments.iter().cloned()));
            let signature = self.map_signature(&Signature { type_params: Arc::from([]), ..signature.clone() }, &mapper);
            self.lazy(&signature.ret)
        })())
    }

    /// Whether a class member has the modifier.
    fn is_static(&self, member: At<'_>) -> bool {
        member.has("static")
    }

    /// Members that a class body declares, of instances or of the class itself.
    fn class_members(&self, class: At<'_>, mapper: &Mapper, statics: bool, out: &mut Members) -> Option<()> {
        let body = class.field("body")?;
        if body.is_broken() {
            return None;
        }
        for member in body.named() {
            match member.kind() {
                "public_field_definition"
                | "method_definition"
                | "method_signature"
                | "abstract_method_signature"
                | "index_signature" => {
                    let constructor = member.field("name").is_some_and(|n| n.text() == "constructor");
                    if constructor && !statics {
                        for parameter in member.field("parameters").map(At::named).unwrap_or_default() {
                            let property = parameter.has("accessibility_modifier")
                                || parameter.has("readonly")
                                || parameter.has("override_modifier");
                            let name = parameter.field("pattern").filter(|p| p.kind() == "identifier");
                            if let Some(name) = name.filter(|_| property) {
                                let symbol = self.store.symbol(name.text(), &[name.decl()]);
                                let optional = parameter.kind() == "optional_parameter";
                                out.props.push(Property {
                                    optional,
                                    readonly: parameter.has("readonly"),
                                    hidden: is_hidden(parameter),
                                    ty: Lazy::Declared(symbol.clone(), mapper.clone()),
                                    ..self.simple(name.text(), &symbol)
                                });
                            }
                        }
                    }
                    if !constructor && self.is_static(member) == statics {
                        self.member(member, mapper, out);
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Members that the braces of an interface or type literal declare.
    fn type_members(&self, body: At<'_>, mapper: &Mapper, out: &mut Members) -> Option<()> {
        if body.is_broken() {
            return None;
        }
        for member in body.named() {
            self.member(member, mapper, out);
        }
        Some(())
    }

    /// One member of a class, interface, type literal or object literal.
    pub(crate) fn member(&self, member: At<'_>, mapper: &Mapper, out: &mut Members) {
        match member.kind() {
            "call_signature" => out.calls.push(self.signature(member, mapper)),
            "construct_signature" => out.constructs.push(self.signature(member, mapper)),
            "index_signature" => {
                if let (Some(key), Some(ty)) = (member.field("index_type"), member.field("type")) {
                    let key = self.type_node(key);
                    for key in key.parts() {
                        out.indexes.push(IndexInfo {
                            key: key.clone(),
                            name: member.field("name").map(|n| n.text()).unwrap_or("x").into(),
                            ty: Lazy::Known(self.instantiate(&self.annotation(ty), mapper)),
                            readonly: member.has("readonly"),
                        });
                    }
                }
            }
            _ => {
                let Some(name_node) = member.field("name") else { return };
                let Some(name) = name_of(name_node).or_else(|| self.computed_name(name_node)) else { return };
                let accessor = member.children().iter().find_map(|c| match c.kind() {
                    "get" => Some(true),
                    "set" => Some(false),
                    _ => None,
                });
                let method = accessor.is_none()
                    && member.is(&["method_definition", "method_signature", "abstract_method_signature"]);
                let optional = member.has("?");
                if let Some(known) = out.props.iter_mut().find(|p| p.name == name) {
                    // A setter beside a getter; another overload.
                    match (accessor, &known.symbol) {
                        (Some(true), _) => {
                            let symbol = self.store.symbol(&name, &[member.decl()]);
                            known.ty = Lazy::Declared(symbol.clone(), mapper.clone());
                            known.symbol = Some(symbol);
                            known.readonly = false;
                        }
                        (Some(false), _) => known.readonly = false,
                        (None, Some(symbol)) if method && known.method => {
                            let mut decls = symbol.decls().to_vec();
                            decls.push(member.decl());
                            let symbol = self.store.symbol(&name, &decls);
                            known.ty = Lazy::Declared(symbol.clone(), mapper.clone());
                            known.symbol = Some(symbol);
                        }
                        _ => {}
                    }
                    return;
                }
                let symbol = self.store.symbol(&name, &[member.decl()]);
                let literal = member.field("type").and_then(At::first_named).filter(|t| t.kind() == "literal_type");
                let mut ty = match literal {
                    Some(literal) => Lazy::Known(self.type_node(literal)),
                    None => Lazy::Declared(symbol.clone(), mapper.clone()),
                };
                if optional {
                    ty = Lazy::Optional(Box::new(ty));
                }
                out.props.push(Property {
                    name,
                    ty,
                    optional,
                    readonly: member.has("readonly") || accessor == Some(true),
                    method,
                    hidden: is_hidden(member),
                    symbol: Some(symbol),
                });
            }
        }
    }

    /// How the declaration of a `unique symbol` is called.
    pub(crate) fn unique_name(&self, symbol: &Symbol) -> Option<String> {
        if symbol.name() != "unique symbol" {
            return Some(symbol.name().to_owned());
        }
        // `declare const x: unique symbol`
        self.with_file(symbol.first()?, |at| {
            let owner = at.enclosing(&["variable_declarator", "public_field_definition", "property_signature"])?;
            let name = owner.field("name")?.text();
            let known = owner
                .enclosing(&["interface_declaration"])
                .and_then(|i| i.field("name"))
                .is_some_and(|n| n.text() == "SymbolConstructor");
            Some(if known { format!("Symbol.{name}") } else { name.to_owned() })
        })
    }

    /// `[key]` whose key is a constant.
    pub(crate) fn computed_name(&self, name: At<'_>) -> Option<SmolStr> {
        let ty = self.expression(name.first_named()?)?;
        match ty.kind() {
            Kind::Literal(Literal::String(s) | Literal::Number(s), _) => Some(s.clone()),
            Kind::UniqueSymbol(symbol) => Some(format!("[{}]", self.unique_name(symbol)?).into()),
            Kind::EnumMember(_, member, _) => match self.enum_value(member)? {
                Literal::String(s) | Literal::Number(s) => Some(s),
                _ => None,
            },
            _ => None,
        }
    }

    fn anonymous_members(&self, symbol: &Symbol, args: &[Type]) -> Option<Members> {
        let first = symbol.first()?;
        let mapper = self.with_file(first, |at| Some(self.outer_mapper(at, args)))?;
        let mut out = Members::default();
        let functions = symbol.decls().to_vec();
        let overloaded = functions.len() > 1;
        for decl in functions {
            let file = self.store.file(decl.file)?;
            let at = file.node(decl)?;
            match at.kind() {
                "object_type" => self.type_members(at, &mapper, &mut out)?,
                "object" => self.object_members(at, &mapper, &mut out)?,
                "constructor_type" => out.constructs.push(self.signature(at, &mapper)),
                "enum_declaration" => {
                    let owner = self.symbol_of(at);
                    for (name, member) in self.enum_members(at) {
                        let symbol = self.store.symbol(&name, &[member.decl()]);
                        let ty = self.make(Kind::EnumMember(owner.clone(), symbol.clone(), true));
                        out.props.push(Property { ty: Lazy::Known(ty), ..self.simple(&name, &symbol) });
                    }
                    out.indexes.push(IndexInfo {
                        key: self.make(Kind::Number),
                        name: "x".into(),
                        ty: Lazy::Known(self.make(Kind::String)),
                        readonly: true,
                    });
                }
                "internal_module" | "module" => {
                    let mut names: Vec<(SmolStr, super::types::Decl)> = Vec::new();
                    for statement in at.field("body").map(At::named).unwrap_or_default() {
                        if statement.kind() == "export_statement" || self.is_ambient(at) {
                            self.declare(statement, &mut |n, d| names.push((n.into(), d)));
                        }
                    }
                    let outer = super::declarations::Meaning { symbol: Some(symbol.clone()), module: None };
                    for (name, _) in names {
                        if out.property(&name).is_none()
                            && let Some(symbol) = self.inside(&outer, &name).and_then(|m| m.symbol)
                            && self.has_value(&symbol)
                        {
                            out.props.push(self.simple(&name, &symbol));
                        }
                    }
                }
                kind if CLASSES.contains(&kind) => self.static_members(at, &mapper, &mut out)?,
                kind if FUNCTIONS.contains(&kind) => {
                    let implementation = overloaded && at.field("body").is_some() && !out.calls.is_empty();
                    if !implementation {
                        out.calls.push(self.signature(at, &mapper));
                    }
                }
                _ => {}
            }
        }
        Some(out)
    }

    fn is_ambient(&self, at: At<'_>) -> bool {
        at.file.library
            || at
                .file
                .path
                .to_str()
                .is_some_and(|p| p.ends_with(".d.ts") || p.ends_with(".d.mts") || p.ends_with(".d.cts"))
            || at.ancestors().any(|a| a.kind() == "ambient_declaration")
    }

    /// The class itself: static members, constructors.
    fn static_members(&self, class: At<'_>, mapper: &Mapper, out: &mut Members) -> Option<()> {
        let symbol = self.symbol_of(class);
        let parameters: Arc<[super::types::TypeParam]> = self.declared_parameters(class).into();
        let any = parameters.iter().map(|_| self.make(Kind::Any)).collect();
        let prototype = Lazy::Known(self.instance(&symbol, any));
        out.props.push(Property { ty: prototype, readonly: false, symbol: None, ..self.simple("prototype", &symbol) });
        self.class_members(class, mapper, true, out)?;
        let instance = self.instance(&symbol, parameters.iter().map(|p| p.ty.clone()).collect());
        let ret = Lazy::Known(self.instantiate(&instance, mapper));
        let mut constructors: Vec<At<'_>> = class
            .field("body")?
            .named()
            .into_iter()
            .filter(|m| m.field("name").is_some_and(|n| n.text() == "constructor"))
            .collect();
        if constructors.len() > 1 {
            constructors.retain(|c| c.field("body").is_none());
        }
        let is_abstract = class.kind() == "abstract_class_declaration";
        for constructor in &constructors {
            let signature = self.signature(*constructor, mapper);
            out.constructs.push(Signature {
                type_params: parameters.clone(),
                ret: ret.clone(),
                predicate: None,
                is_abstract,
                ..signature
            });
        }
        let base = class.child("class_heritage").and_then(|h| h.child("extends_clause")).and_then(|c| c.field("value"));
        if let Some(value) = base {
            let base = self.expression(value)?;
            if base.is_any() {
                return None;
            }
            let inherited = self.members(&base)?;
            for property in &inherited.props {
                if out.property(&property.name).is_none() {
                    out.props.push(property.clone());
                }
            }
            if constructors.is_empty() {
                // The base's constructors, with the type arguments of the clause.
                let given = value.parent()?.field("type_arguments").map(At::named).unwrap_or_default();
                let given: Vec<Type> = given.into_iter().map(|a| self.type_node(a)).collect();
                for signature in &inherited.constructs {
                    let given = self.filled(&signature.type_params, given.clone());
                    let map = Mapper::new(signature.type_params.iter().map(|p| p.ty.clone()).zip(given));
                    let plain = Signature { type_params: Arc::from([]), ..signature.clone() };
                    let mapped = self.map_signature(&plain, &map);
                    out.constructs.push(Signature { type_params: parameters.clone(), ret: ret.clone(), ..mapped });
                }
            }
        } else if constructors.is_empty() {
            out.constructs.push(Signature {
                type_params: parameters,
                this: None,
                params: Arc::from([]),
                ret,
                predicate: None,
                is_abstract,
                decl: None,
            });
        }
        Some(())
    }

    /// Values of an enum's members, in order.
    pub(crate) fn enum_values(&self, symbol: &Symbol) -> Vec<Option<Literal>> {
        self.enum_member_symbols(symbol).iter().map(|m| self.enum_value(m)).collect()
    }

    pub(crate) fn enum_member_symbols(&self, symbol: &Symbol) -> Vec<Symbol> {
        let mut out = Vec::new();
        for decl in symbol.decls() {
            self.with_file(*decl, |at| {
                if at.kind() == "enum_declaration" {
                    let members = self.enum_members(at);
                    out.extend(members.into_iter().map(|(n, m)| self.store.symbol(&n, &[m.decl()])));
                }
                Some(())
            });
        }
        out
    }

    /// The value of an enum member, where it is a literal or counted.
    pub(crate) fn enum_value(&self, member: &Symbol) -> Option<Literal> {
        self.with_file(member.first()?, |at| {
            let declaration = at.enclosing(&["enum_declaration"])?;
            let mut next: Option<i64> = Some(0);
            for (_, node) in self.enum_members(declaration) {
                let value = match (node.kind(), node.field("value")) {
                    ("enum_assignment", Some(value)) => match value.kind() {
                        "string" => {
                            next = None;
                            unquoted(value.text()).map(Literal::String)
                        }
                        "number" | "unary_expression" => {
                            let number: Option<i64> = value.text().parse().ok();
                            next = number.and_then(|n| n.checked_add(1));
                            number.map(|n| Literal::Number(n.to_string().into()))
                        }
                        _ => {
                            next = None;
                            None
                        }
                    },
                    _ => {
                        let value = next.map(|n| Literal::Number(n.to_string().into()));
                        next = next.and_then(|n| n.checked_add(1));
                        value
                    }
                };
                if node.same(at) {
                    return value;
                }
            }
            None
        })
    }
}

fn is_hidden(member: At<'_>) -> bool {
    member.child("accessibility_modifier").is_some_and(|m| m.text() != "public")
        || member.field("name").is_some_and(|n| n.kind() == "private_property_identifier")
}
