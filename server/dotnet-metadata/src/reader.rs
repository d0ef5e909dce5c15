//! Public types and members of an assembly.

use crate::attributes::{Annotations, Attribute, Attributes};
use crate::constants::{Enums, default_text};
use crate::image::{Cursor, Image, TYPE_DEF_OR_REF, encode, table};
use crate::keywords::is_keyword;
use crate::model::{Member, MemberKind, Modifiers, Parameter, Type, TypeKind, TypeParameter};
use crate::signature::{Segments, Shape, TypeWriter, split_arity};
use crate::visibility::{enclosing_types, is_visible};
use rustc_hash::{FxHashMap, FxHashSet};

/// Rows of other tables that belong to a row, found by binary search.
struct Groups(Vec<(u32, u32)>);

impl Groups {
    fn new(image: &Image<'_>, table: usize, key: usize) -> Self {
        let mut rows: Vec<_> = (1..=image.rows(table)).map(|row| (image.cell(table, row, key), row)).collect();
        rows.sort_unstable();
        Self(rows)
    }
    fn of(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.0.partition_point(|r| r.0 < key);
        self.0[start..].iter().take_while(move |r| r.0 == key).map(|r| r.1)
    }
}

/// Reads one assembly.
pub struct Reader<'i, 'a> {
    image: &'i Image<'a>,
    enums: &'i Enums,
    enclosing: Vec<u32>,
    attributes: Attributes<'a>,
    generic_parameters: Groups,
    constraints: Groups,
    constants: Groups,
    semantics: Groups,
    interfaces: Groups,
    properties: Groups,
    events: Groups,
    /// Rows that may still be read. Ranges may overlap in a hostile file; a valid one has no more members than rows.
    budget: u32,
}

/// How types of one declaration are written.
#[derive(Clone, Copy)]
struct Scope<'s, 'a> {
    type_parameters: &'s [&'a str],
    method_parameters: &'s [&'a str],
    /// Nullable annotation of types that have none of their own.
    context: u8,
}

impl<'i, 'a> Reader<'i, 'a> {
    /// A reader of `image`; `enums` has the names of enum values for default values.
    pub fn new(image: &'i Image<'a>, enums: &'i Enums) -> Self {
        let owner = |method: u32| {
            // The last type whose methods start at or before this one.
            let (mut low, mut high) = (0, image.rows(table::TYPE_DEF));
            while low < high {
                let middle = (low + high).div_ceil(2);
                if image.cell(table::TYPE_DEF, middle, 5) <= method { low = middle } else { high = middle - 1 }
            }
            low
        };
        Self {
            image,
            enums,
            enclosing: enclosing_types(image),
            attributes: Attributes::read(image, owner),
            generic_parameters: Groups::new(image, table::GENERIC_PARAM, 2),
            constraints: Groups::new(image, table::GENERIC_PARAM_CONSTRAINT, 0),
            constants: Groups::new(image, table::CONSTANT, 1),
            semantics: Groups::new(image, table::METHOD_SEMANTICS, 2),
            interfaces: Groups::new(image, table::INTERFACE_IMPL, 0),
            properties: Groups::new(image, table::PROPERTY_MAP, 0),
            events: Groups::new(image, table::EVENT_MAP, 0),
            budget: [table::FIELD, table::METHOD_DEF, table::PROPERTY, table::EVENT]
                .iter()
                .fold(1024u32, |sum, t| sum.saturating_add(image.rows(*t))),
        }
    }

    /// Every type that C# code in another assembly can name.
    pub fn types(&mut self) -> Vec<Type> {
        let visible = |row: &u32| is_visible(self.image, &self.enclosing, *row);
        let rows: Vec<u32> = (1..=self.image.rows(table::TYPE_DEF)).filter(visible).collect();
        rows.into_iter().filter_map(|row| self.read_type(row)).collect()
    }

    fn writer<'s>(
        &'s self,
        scope: Scope<'s, 'a>,
        on: (usize, u32),
        names: &'s [Option<&'a str>],
    ) -> TypeWriter<'s, 'a> {
        TypeWriter {
            image: self.image,
            enclosing: &self.enclosing,
            type_parameters: scope.type_parameters,
            method_parameters: scope.method_parameters,
            nullable: self.attributes.nullable(on).unwrap_or(Annotations::All(scope.context)),
            tuple_names: names,
            dynamic: self.attributes.dynamic(on),
            nullable_at: 0,
            tuple_at: 0,
            dynamic_at: 0,
            shape: Shape::default(),
        }
    }

    /// The type at the cursor, annotated by the attributes of `on`.
    fn type_text(&self, scope: Scope<'_, 'a>, on: (usize, u32), blob: &mut Cursor<'a>) -> Option<(String, Shape)> {
        let names = self.attributes.tuple_names(on);
        let mut writer = self.writer(scope, on, &names);
        let text = writer.write(blob)?;
        Some((text, writer.shape))
    }

    /// The type of a `TypeDefOrRef` cell.
    fn token_text(&self, scope: Scope<'_, 'a>, on: (usize, u32), token: (usize, u32)) -> Option<String> {
        let names = self.attributes.tuple_names(on);
        self.writer(scope, on, &names).token(token.0, token.1)
    }

    fn parameters_of(&self, owner: (usize, u32)) -> Vec<u32> {
        let Some(key) = encode(owner.0, owner.1, &[table::TYPE_DEF, table::METHOD_DEF]) else { return Vec::new() };
        let mut rows: Vec<u32> = self.generic_parameters.of(key).take(64).collect();
        rows.sort_by_key(|row| self.image.cell(table::GENERIC_PARAM, *row, 0));
        rows
    }

    fn names_of(&self, rows: &[u32]) -> Vec<&'a str> {
        rows.iter().map(|row| self.image.string(table::GENERIC_PARAM, *row, 3)).collect()
    }

    /// Nullable annotation of the types in a type's members that have none of their own.
    fn context(&self, type_row: u32) -> u8 {
        let mut row = type_row;
        for _ in 0..16 {
            if let Some(context) = self.attributes.nullable_context((table::TYPE_DEF, row)) {
                return context;
            }
            row = self.enclosing.get(row as usize).copied().unwrap_or(0);
            if row == 0 {
                break;
            }
        }
        0
    }

    fn type_parameter_rows(&self, rows: &[u32], scope: Scope<'_, 'a>) -> Vec<TypeParameter> {
        rows.iter()
            .map(|row| {
                let on = (table::GENERIC_PARAM, *row);
                let flags = self.image.cell(table::GENERIC_PARAM, *row, 1);
                let annotation = self.attributes.nullable(on).map_or(scope.context, |a| a.at(0));
                let mut parts: Vec<String> = Vec::new();
                let unmanaged = self.attributes.has(on, Attribute::IsUnmanaged);
                if unmanaged {
                    parts.push("unmanaged".into());
                } else if flags & 8 != 0 {
                    parts.push("struct".into());
                } else if flags & 4 != 0 {
                    parts.push(if annotation == 2 { "class?" } else { "class" }.into());
                } else if annotation == 1 {
                    parts.push("notnull".into());
                }
                for constraint in self.constraints.of(*row).take(64) {
                    let token = self.image.coded(table::GENERIC_PARAM_CONSTRAINT, constraint, 1, TYPE_DEF_OR_REF);
                    let text = self.token_text(scope, (table::GENERIC_PARAM_CONSTRAINT, constraint), token);
                    let implied = |text: &String| {
                        let text = text.trim_end_matches('?');
                        text == "object" || flags & 8 != 0 && text == "System.ValueType"
                    };
                    parts.extend(text.filter(|text| !implied(text)));
                }
                if flags & 0x10 != 0 && flags & 8 == 0 {
                    parts.push("new()".into());
                }
                if flags & 0x20 != 0 {
                    parts.push("allows ref struct".into());
                }
                let name = self.image.string(table::GENERIC_PARAM, *row, 3).to_owned();
                TypeParameter { name, constraint: parts.join(", ") }
            })
            .collect()
    }

    fn read_type(&mut self, row: u32) -> Option<Type> {
        let image = self.image;
        let on = (table::TYPE_DEF, row);
        let segments = Segments::of(image, &self.enclosing, table::TYPE_DEF, row)?;
        if segments.names.iter().any(|n| n.contains('<')) {
            return None;
        }
        let mut containing: Vec<(String, usize)> =
            segments.names.iter().map(|n| split_arity(n)).map(|(n, arity)| (n.to_owned(), arity)).collect();
        let (name, arity) = containing.pop()?;
        let all_parameters = self.parameters_of(on);
        let names = self.names_of(&all_parameters);
        let scope = Scope { type_parameters: &names, method_parameters: &[], context: self.context(row) };

        let flags = image.cell(table::TYPE_DEF, row, 0);
        let extends = image.coded(table::TYPE_DEF, row, 3, TYPE_DEF_OR_REF);
        let base_name = match extends {
            (_, 0) | (table::TYPE_SPEC, _) => String::new(),
            (table, row) => {
                Segments::of(image, &self.enclosing, table, row).and_then(|s| s.text(&[])).unwrap_or_default()
            }
        };
        let is_enum_itself = segments.namespace == "System" && name == "Enum" && containing.is_empty();
        let kind = match base_name.as_str() {
            _ if flags & 0x20 != 0 => TypeKind::Interface,
            "System.Enum" => TypeKind::Enum,
            "System.ValueType" if !is_enum_itself => TypeKind::Struct,
            "System.MulticastDelegate" => TypeKind::Delegate,
            _ => TypeKind::Class,
        };
        let mut modifiers = if matches!(flags & 7, 4 | 7) { Modifiers::PROTECTED } else { Modifiers::PUBLIC };
        if kind == TypeKind::Class {
            modifiers |= match flags & 0x180 {
                0x180 => Modifiers::STATIC,
                0x080 => Modifiers::ABSTRACT,
                0x100 => Modifiers::SEALED,
                _ => Modifiers::empty(),
            };
        }
        if kind == TypeKind::Struct {
            modifiers.set(Modifiers::READONLY, self.attributes.has(on, Attribute::IsReadOnly));
            modifiers.set(Modifiers::REF, self.attributes.has(on, Attribute::IsByRefLike));
        }
        modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));

        let mut out = Type {
            modifiers,
            namespace: segments.namespace.to_owned(),
            containing,
            name,
            kind,
            type_parameters: self
                .type_parameter_rows(&all_parameters[all_parameters.len().checked_sub(arity)?..], scope),
            bases: Vec::new(),
            parameters: Vec::new(),
            return_type: String::new(),
            members: Vec::new(),
        };
        if kind == TypeKind::Class && !base_name.is_empty() && base_name != "System.Object"
            || extends.0 == table::TYPE_SPEC
        {
            out.bases.extend(self.token_text(scope, on, extends));
        }
        if !matches!(kind, TypeKind::Enum | TypeKind::Delegate) {
            for interface in self.interfaces.of(row).take(256) {
                let token = image.coded(table::INTERFACE_IMPL, interface, 1, TYPE_DEF_OR_REF);
                let visible = token.0 != table::TYPE_DEF || is_visible(image, &self.enclosing, token.1);
                if visible {
                    out.bases.extend(self.token_text(scope, (table::INTERFACE_IMPL, interface), token));
                }
            }
        }

        match kind {
            TypeKind::Enum => self.enum_members(row, &mut out),
            TypeKind::Delegate => {
                let methods = image.children(table::TYPE_DEF, row, 5, table::METHOD_DEF);
                let invoke = methods.clone().find(|m| image.string(table::METHOD_DEF, *m, 3) == "Invoke")?;
                let method = self.method(invoke, kind, scope)?;
                out.parameters = method.parameters;
                out.return_type = method.type_text;
                let _ = self.spend(methods.len() as u32);
            }
            _ => {
                let record = self.members(row, kind, scope, &mut out.members);
                if record && kind == TypeKind::Class {
                    out.kind = TypeKind::Record;
                }
            }
        }
        Some(out)
    }

    /// Whether `count` more rows may be read.
    fn spend(&mut self, count: u32) -> bool {
        match self.budget.checked_sub(count) {
            Some(rest) => {
                self.budget = rest;
                true
            }
            None => false,
        }
    }

    fn enum_members(&mut self, row: u32, out: &mut Type) {
        let scope = Scope { type_parameters: &[], method_parameters: &[], context: 0 };
        let fields = self.image.children(table::TYPE_DEF, row, 4, table::FIELD);
        if !self.spend(fields.len() as u32) {
            return;
        }
        for field in fields {
            let on = (table::FIELD, field);
            let flags = self.image.cell(table::FIELD, field, 0);
            if flags & 0x10 != 0 {
                let mut modifiers = Modifiers::empty();
                modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));
                let name = self.image.string(table::FIELD, field, 1);
                out.members.push(Member::new(name, MemberKind::EnumMember, modifiers, String::new()));
            } else if let Some(underlying) = self.field_type(field, scope).filter(|(text, _)| text != "int") {
                out.bases.push(underlying.0);
            }
        }
    }

    fn field_type(&self, field: u32, scope: Scope<'_, 'a>) -> Option<(String, Shape)> {
        let mut blob = Cursor::new(self.image.blob(table::FIELD, field, 2));
        (blob.byte()? == 6).then_some(())?;
        self.type_text(scope, (table::FIELD, field), &mut blob)
    }

    /// Reads all members; returns whether the type is a record.
    fn members(&mut self, row: u32, kind: TypeKind, scope: Scope<'_, 'a>, members: &mut Vec<Member>) -> bool {
        let image = self.image;
        let fields = image.children(table::TYPE_DEF, row, 4, table::FIELD);
        let methods = image.children(table::TYPE_DEF, row, 5, table::METHOD_DEF);
        let map = |map: &Groups, table, child| map.of(row).next().map_or(1..1, |m| image.children(table, m, 1, child));
        let properties = map(&self.properties, table::PROPERTY_MAP, table::PROPERTY);
        let events = map(&self.events, table::EVENT_MAP, table::EVENT);
        let count = fields.len() + methods.len() + properties.len() + events.len();
        if !self.spend(count as u32) {
            return false;
        }
        members.extend(fields.filter_map(|field| self.field(field, scope)));
        let mut record = false;
        let mut accessors: FxHashSet<u32> = FxHashSet::default();
        let mut others = Vec::new();
        for property in properties {
            others.extend(self.property(property, kind, scope, &mut accessors));
        }
        for event in events {
            others.extend(self.event(event, kind, scope, &mut accessors));
        }
        let mut plain = Vec::new();
        for method in methods {
            if image.string(table::METHOD_DEF, method, 3) == "<Clone>$" {
                record = true;
            }
            if accessors.contains(&method) {
                continue;
            }
            if let Some(member) = self.method(method, kind, scope) {
                if member.kind == MemberKind::Constructor {
                    members.push(member);
                } else {
                    plain.push(member);
                }
            }
        }
        members.append(&mut others);
        members.append(&mut plain);
        record
    }

    fn field(&self, field: u32, scope: Scope<'_, 'a>) -> Option<Member> {
        let on = (table::FIELD, field);
        let flags = self.image.cell(table::FIELD, field, 0);
        let mut modifiers = access(flags)?;
        let name = identifier(self.image.string(table::FIELD, field, 1))?;
        let (type_text, _) = self.field_type(field, scope)?;
        if flags & 0x40 != 0 || flags & 0x10 != 0 && self.attributes.has(on, Attribute::DecimalConstant) {
            modifiers |= Modifiers::CONST;
        } else {
            modifiers.set(Modifiers::STATIC, flags & 0x10 != 0);
            modifiers.set(Modifiers::READONLY, flags & 0x20 != 0);
        }
        modifiers.set(Modifiers::REQUIRED, self.attributes.has(on, Attribute::RequiredMember));
        modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));
        modifiers.set(Modifiers::UNSAFE, type_text.contains('*'));
        Some(Member::new(name, MemberKind::Field, modifiers, type_text))
    }

    /// Accessors of a property or event, by their semantics (II.22.28), invisible ones too.
    fn accessors(&self, on: (usize, u32)) -> Vec<(u32, u32)> {
        let key = encode(on.0, on.1, &[table::EVENT, table::PROPERTY]).unwrap_or(0);
        let rows = self.semantics.of(key).take(16);
        rows.map(|r| (self.image.cell(table::METHOD_SEMANTICS, r, 0), self.image.cell(table::METHOD_SEMANTICS, r, 1)))
            .collect()
    }

    fn property(
        &self,
        property: u32,
        owner: TypeKind,
        scope: Scope<'_, 'a>,
        seen: &mut FxHashSet<u32>,
    ) -> Option<Member> {
        let on = (table::PROPERTY, property);
        let accessors = self.accessors(on);
        seen.extend(accessors.iter().map(|a| a.1));
        let name = identifier(self.image.string(table::PROPERTY, property, 1))?;
        let mut blob = Cursor::new(self.image.blob(table::PROPERTY, property, 2));
        blob.byte()?;
        let count = blob.compressed()?;
        let (mut type_text, shape) = self.type_text(scope, on, &mut blob)?;
        let mut modifiers = Modifiers::empty();
        let mut parameters = Vec::new();
        for (what, method) in accessors {
            let Some(own) = self.method_modifiers(method, owner) else { continue };
            let Some(signature) = self.method(method, owner, scope) else { continue };
            // A property is as accessible as its most accessible accessor.
            if modifiers.contains(Modifiers::PUBLIC) && !own.contains(Modifiers::PUBLIC) {
                modifiers |= own - Modifiers::PROTECTED;
            } else {
                modifiers |= own;
            }
            if own.contains(Modifiers::PUBLIC) {
                modifiers -= Modifiers::PROTECTED;
            }
            match what {
                2 => modifiers |= Modifiers::GET,
                1 if self.is_init(method) => modifiers |= Modifiers::INIT,
                1 => modifiers |= Modifiers::SET,
                _ => continue,
            }
            if what == 2 || parameters.is_empty() {
                parameters = signature.parameters;
                parameters.truncate(count as usize);
            }
        }
        if !modifiers.intersects(Modifiers::GET | Modifiers::SET | Modifiers::INIT) {
            return None;
        }
        if shape.by_ref {
            let read_only = self.attributes.has(on, Attribute::IsReadOnly);
            type_text.insert_str(0, if read_only { "ref readonly " } else { "ref " });
        }
        modifiers.set(Modifiers::REQUIRED, self.attributes.has(on, Attribute::RequiredMember));
        modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));
        let (name, kind) = match count {
            0 => (name, MemberKind::Property),
            _ => ("this[]", MemberKind::Indexer),
        };
        Some(Member { parameters, ..Member::new(name, kind, modifiers, type_text) })
    }

    fn is_init(&self, setter: u32) -> bool {
        let mut blob = Cursor::new(self.image.blob(table::METHOD_DEF, setter, 4));
        let scope = Scope { type_parameters: &[], method_parameters: &[], context: 0 };
        let shape = blob
            .byte()
            .and_then(|_| blob.compressed())
            .and_then(|_| self.type_text(scope, (table::METHOD_DEF, setter), &mut blob));
        shape.is_some_and(|s| s.1.init_only)
    }

    fn event(&self, event: u32, owner: TypeKind, scope: Scope<'_, 'a>, seen: &mut FxHashSet<u32>) -> Option<Member> {
        let on = (table::EVENT, event);
        let accessors = self.accessors(on);
        seen.extend(accessors.iter().map(|a| a.1));
        let name = identifier(self.image.string(table::EVENT, event, 1))?;
        let add = accessors.iter().find(|a| a.0 == 8)?.1;
        let mut modifiers = self.method_modifiers(add, owner)?;
        let token = self.image.coded(table::EVENT, event, 2, TYPE_DEF_OR_REF);
        let type_text = self.token_text(scope, on, token)?;
        modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));
        Some(Member::new(name, MemberKind::Event, modifiers, type_text))
    }

    /// Modifiers of a method as C# would write them; `None` when it is not visible. As in the outline of a source
    /// interface, members of interfaces have no `public` and `abstract`.
    fn method_modifiers(&self, method: u32, owner: TypeKind) -> Option<Modifiers> {
        let flags = self.image.cell(table::METHOD_DEF, method, 2);
        let mut modifiers = access(flags)?;
        let [is_static, is_final, is_virtual, new_slot, is_abstract] =
            [0x10, 0x20, 0x40, 0x100, 0x400].map(|bit| flags & bit != 0);
        modifiers.set(Modifiers::HAS_BODY, !is_abstract);
        modifiers.set(Modifiers::STATIC, is_static);
        if owner == TypeKind::Interface {
            modifiers -= Modifiers::PUBLIC;
            modifiers.set(Modifiers::ABSTRACT, is_static && is_abstract);
            modifiers.set(Modifiers::VIRTUAL, is_static && is_virtual && !is_abstract);
            return Some(modifiers);
        }
        modifiers.set(Modifiers::ABSTRACT, is_abstract);
        if is_virtual && !is_static {
            modifiers.set(Modifiers::OVERRIDE, !new_slot);
            modifiers.set(Modifiers::SEALED, !new_slot && is_final);
            modifiers.set(Modifiers::VIRTUAL, new_slot && !is_final && !is_abstract);
        }
        Some(modifiers)
    }

    fn method(&self, method: u32, owner: TypeKind, scope: Scope<'_, 'a>) -> Option<Member> {
        let image = self.image;
        let on = (table::METHOD_DEF, method);
        let mut modifiers = self.method_modifiers(method, owner)?;
        let metadata_name = image.string(table::METHOD_DEF, method, 3);
        let special = image.cell(table::METHOD_DEF, method, 2) & 0x800 != 0;
        let (name, kind) = match metadata_name {
            ".ctor" => (".ctor", MemberKind::Constructor),
            // Destructors can't be called or overridden by that name.
            "Finalize" if modifiers.contains(Modifiers::PROTECTED) => return None,
            name if special && name.starts_with("op_") => operator(name)?,
            name => (identifier(name)?, MemberKind::Method),
        };
        let type_parameters = self.parameters_of(on);
        let names = self.names_of(&type_parameters);
        let scope = Scope {
            method_parameters: &names,
            context: self.attributes.nullable_context(on).unwrap_or(scope.context),
            ..scope
        };

        let mut blob = Cursor::new(image.blob(table::METHOD_DEF, method, 4));
        let convention = blob.byte()?;
        if convention & 0x10 != 0 {
            blob.compressed()?;
        }
        let count = blob.compressed()?.min(1024);
        let rows: FxHashMap<u32, u32> = image
            .children(table::METHOD_DEF, method, 5, table::PARAM)
            .take(1025)
            .map(|row| (image.cell(table::PARAM, row, 1), row))
            .collect();
        let row_of = |sequence: u32| (table::PARAM, rows.get(&sequence).copied().unwrap_or(0));

        let (mut type_text, shape) = self.type_text(scope, row_of(0), &mut blob)?;
        if shape.by_ref {
            let read_only = self.attributes.has(row_of(0), Attribute::IsReadOnly);
            type_text.insert_str(0, if read_only { "ref readonly " } else { "ref " });
        }
        let extension = modifiers.contains(Modifiers::STATIC) && self.attributes.has(on, Attribute::Extension);
        let mut parameters = Vec::new();
        for sequence in 1..=count {
            parameters.push(self.parameter(row_of(sequence), scope, &mut blob, extension && sequence == 1)?);
        }
        modifiers.set(Modifiers::EXTENSION, extension);
        modifiers.set(Modifiers::OBSOLETE, self.attributes.is_obsolete(on));
        let pointers = type_text.contains('*') || parameters.iter().any(|p| p.type_text.contains('*'));
        modifiers.set(Modifiers::UNSAFE, pointers);
        if kind == MemberKind::Constructor {
            type_text.clear();
        }
        let type_parameters = self.type_parameter_rows(&type_parameters, scope);
        Some(Member { type_parameters, parameters, ..Member::new(name, kind, modifiers, type_text) })
    }

    fn parameter(
        &self,
        on: (usize, u32),
        scope: Scope<'_, 'a>,
        blob: &mut Cursor<'a>,
        this: bool,
    ) -> Option<Parameter> {
        let (type_text, shape) = self.type_text(scope, on, blob)?;
        let flags = self.image.cell(table::PARAM, on.1, 0);
        let has = |attribute| self.attributes.has(on, attribute);
        let mut modifiers: Vec<&str> = Vec::new();
        if this {
            modifiers.push("this");
        }
        let params = has(Attribute::Params);
        if has(Attribute::ScopedRef) && !params {
            modifiers.push("scoped");
        }
        if params {
            modifiers.push("params");
        }
        if shape.by_ref {
            modifiers.push(match flags & 3 {
                2 => "out",
                _ if has(Attribute::RequiresLocation) => "ref readonly",
                _ if has(Attribute::IsReadOnly) => "in",
                _ => "ref",
            });
        }
        let mut default = String::new();
        if flags & 0x10 != 0 && !params {
            let decimal = self.attributes.get(on, Attribute::DecimalConstant);
            default = default_text(self.image, self.constant(on), decimal, &type_text, shape, self.enums);
        }
        let name = self.image.string(table::PARAM, on.1, 2);
        let name = if is_keyword(name) { format!("@{name}") } else { name.to_owned() };
        let optional = !default.is_empty() || params;
        Some(Parameter { name, type_text, modifiers: modifiers.join(" "), default, optional })
    }

    fn constant(&self, on: (usize, u32)) -> Option<u32> {
        let key = encode(on.0, on.1, &[table::FIELD, table::PARAM, table::PROPERTY])?;
        self.constants.of(key).next()
    }
}

/// Access of a field or method (II.23.1.5, II.23.1.10) as another assembly sees it.
fn access(flags: u32) -> Option<Modifiers> {
    match flags & 7 {
        6 => Some(Modifiers::PUBLIC),
        4 | 5 => Some(Modifiers::PROTECTED),
        _ => None,
    }
}

/// The name, if it is a C# identifier.
fn identifier(name: &str) -> Option<&str> {
    let plain = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
    plain.then_some(name)
}

fn operator(name: &str) -> Option<(&'static str, MemberKind)> {
    let operator = match name {
        "op_Implicit" => return Some(("implicit operator", MemberKind::ConversionOperator)),
        "op_Explicit" => return Some(("explicit operator", MemberKind::ConversionOperator)),
        "op_CheckedExplicit" => return Some(("explicit operator checked", MemberKind::ConversionOperator)),
        "op_UnaryPlus" | "op_Addition" => "operator +",
        "op_UnaryNegation" | "op_Subtraction" => "operator -",
        "op_CheckedUnaryNegation" | "op_CheckedSubtraction" => "operator checked -",
        "op_CheckedAddition" => "operator checked +",
        "op_CheckedMultiply" => "operator checked *",
        "op_CheckedDivision" => "operator checked /",
        "op_CheckedIncrement" => "operator checked ++",
        "op_CheckedDecrement" => "operator checked --",
        "op_LogicalNot" => "operator !",
        "op_OnesComplement" => "operator ~",
        "op_Increment" => "operator ++",
        "op_Decrement" => "operator --",
        "op_True" => "operator true",
        "op_False" => "operator false",
        "op_Multiply" => "operator *",
        "op_Division" => "operator /",
        "op_Modulus" => "operator %",
        "op_BitwiseAnd" => "operator &",
        "op_BitwiseOr" => "operator |",
        "op_ExclusiveOr" => "operator ^",
        "op_LeftShift" => "operator <<",
        "op_RightShift" => "operator >>",
        "op_UnsignedRightShift" => "operator >>>",
        "op_Equality" => "operator ==",
        "op_Inequality" => "operator !=",
        "op_LessThan" => "operator <",
        "op_GreaterThan" => "operator >",
        "op_LessThanOrEqual" => "operator <=",
        "op_GreaterThanOrEqual" => "operator >=",
        _ => return None,
    };
    Some((operator, MemberKind::Operator))
}
