//! Types in signature blobs (ECMA-335 II.23.2) as C# text.

use crate::attributes::Annotations;
use crate::image::{Cursor, Image, RESOLUTION_SCOPE, TYPE_DEF_OR_REF, decode, table};

/// Deeper types are not written.
const MAX_DEPTH: usize = 24;
/// Longer type texts are not written: a hostile file could repeat long names without limit.
const MAX_TEXT: usize = 4096;

/// What a signature contains besides the type.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Passed or returned by reference.
    pub by_ref: bool,
    /// `modreq` of an init-only setter's return.
    pub init_only: bool,
    /// A value type other than a primitive or `Nullable<T>`: perhaps an enum.
    pub named_value: bool,
    /// A value type that can't be null (primitives, structs) or a type parameter.
    pub not_null: bool,
}

/// Writes types of one signature. Make one per type: it counts the parts that annotations refer to.
pub struct TypeWriter<'i, 'a> {
    /// The assembly.
    pub image: &'i Image<'a>,
    /// Enclosing type of each type definition, by row; 0: none.
    pub enclosing: &'i [u32],
    /// Names of the type's type parameters, those of the enclosing types first.
    pub type_parameters: &'i [&'a str],
    /// Names of the method's type parameters.
    pub method_parameters: &'i [&'a str],
    /// `0` oblivious, `1` not annotated, `2` annotated.
    pub nullable: Annotations<'a>,
    /// Names of tuple elements in preorder.
    pub tuple_names: &'i [Option<&'a str>],
    /// Which parts are `dynamic`.
    pub dynamic: Option<Annotations<'a>>,
    /// Parts counted so far for `nullable`.
    pub nullable_at: usize,
    /// Names used so far.
    pub tuple_at: usize,
    /// Parts counted so far for `dynamic`.
    pub dynamic_at: usize,
    /// What the signature says besides.
    pub shape: Shape,
}

impl<'a> TypeWriter<'_, 'a> {
    fn annotation(&mut self) -> bool {
        self.nullable_at += 1;
        self.nullable.at(self.nullable_at - 1) == 2
    }

    /// The next type of a signature as C# text, fully qualified; `None` for types that C# has no syntax for, and for a corrupt blob.
    pub fn write(&mut self, blob: &mut Cursor<'a>) -> Option<String> {
        self.modifiers(blob)?;
        if blob.peek()? == 0x10 {
            blob.byte();
            self.shape.by_ref = true;
            self.dynamic_at += 1;
            self.modifiers(blob)?;
        }
        let text = self.text(blob, 0)?;
        Some(text)
    }

    fn modifiers(&mut self, blob: &mut Cursor<'a>) -> Option<()> {
        while matches!(blob.peek(), Some(0x1F | 0x20)) {
            blob.byte();
            let token = blob.compressed()?;
            let (table, row) = decode(token, TYPE_DEF_OR_REF);
            if matches!(table, table::TYPE_DEF | table::TYPE_REF)
                && self.image.string(table, row, 1) == "IsExternalInit"
            {
                self.shape.init_only = true;
            }
            self.dynamic_at += 1;
        }
        Some(())
    }

    fn text(&mut self, blob: &mut Cursor<'a>, depth: usize) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.modifiers(blob)?;
        let element = blob.byte()?;
        let part = self.dynamic_at;
        self.dynamic_at += 1;
        let mut not_null = true;
        let text = match element {
            0x01 => "void".into(),
            0x02 => "bool".into(),
            0x03 => "char".into(),
            0x04 => "sbyte".into(),
            0x05 => "byte".into(),
            0x06 => "short".into(),
            0x07 => "ushort".into(),
            0x08 => "int".into(),
            0x09 => "uint".into(),
            0x0A => "long".into(),
            0x0B => "ulong".into(),
            0x0C => "float".into(),
            0x0D => "double".into(),
            0x16 => "System.TypedReference".into(),
            0x18 => "System.IntPtr".into(),
            0x19 => "System.UIntPtr".into(),
            0x0E => {
                not_null = false;
                annotated("string".into(), self.annotation())
            }
            0x1C => {
                not_null = false;
                let name = if self.dynamic.is_some_and(|d| d.at(part) != 0) { "dynamic" } else { "object" };
                annotated(name.into(), self.annotation())
            }
            0x0F => format!("{}*", self.text(blob, depth + 1)?),
            0x13 | 0x1E => {
                let number = blob.compressed()? as usize;
                let names = if element == 0x13 { self.type_parameters } else { self.method_parameters };
                annotated((*names.get(number)?).to_owned(), self.annotation())
            }
            0x11 => {
                let segments = self.segments(blob.compressed()?)?;
                if depth == 0 {
                    self.shape.named_value = true;
                }
                if segments.arity() > 0 {
                    return None;
                }
                match segments.text(&[])? {
                    decimal if decimal == "System.Decimal" => {
                        if depth == 0 {
                            self.shape.named_value = false;
                        }
                        "decimal".into()
                    }
                    text => text,
                }
            }
            0x12 => {
                not_null = false;
                let annotation = self.annotation();
                annotated(self.segments(blob.compressed()?)?.text(&[])?, annotation)
            }
            0x15 => {
                let class = match blob.byte()? {
                    0x12 => true,
                    0x11 => false,
                    _ => return None,
                };
                let segments = self.segments(blob.compressed()?)?;
                let count = blob.compressed()? as usize;
                let system = |name| !class && segments.is_system(name);
                if system("Nullable`1") && count == 1 {
                    let text = annotated(self.text(blob, depth + 1)?, true);
                    if depth == 0 {
                        self.shape.not_null = false;
                        self.shape.named_value = false;
                    }
                    return (text.len() <= MAX_TEXT).then_some(text);
                }
                let annotation = self.annotation();
                let tuple = (2..=7).contains(&count) && !class && segments.is_value_tuple();
                let mut names: Vec<Option<&str>> = Vec::new();
                if tuple {
                    names = (0..count).map(|i| self.tuple_names.get(self.tuple_at + i).copied().flatten()).collect();
                    self.tuple_at += count;
                }
                let mut arguments = Vec::new();
                for _ in 0..count {
                    arguments.push(self.text(blob, depth + 1)?);
                }
                not_null = !class;
                if tuple {
                    let elements: Vec<String> = arguments
                        .into_iter()
                        .zip(names)
                        .map(|(ty, name)| name.map_or(ty.clone(), |name| format!("{ty} {name}")))
                        .collect();
                    format!("({})", elements.join(", "))
                } else {
                    annotated(segments.text(&arguments)?, class && annotation)
                }
            }
            0x14 | 0x1D => {
                not_null = false;
                self.array(element, blob, depth)?
            }
            _ => return None,
        };
        if depth == 0 {
            self.shape.not_null = not_null;
        }
        (text.len() <= MAX_TEXT).then_some(text)
    }

    /// An array: C# writes the outermost rank first, and a `?` ends a run of ranks.
    fn array(&mut self, first: u8, blob: &mut Cursor<'a>, depth: usize) -> Option<String> {
        let mut element = first;
        let mut ranks: Vec<(usize, bool)> = Vec::new();
        // Ranks of multidimensional arrays stand after the element type, innermost first.
        let mut rank_slots = Vec::new();
        let inner = loop {
            let annotation = self.annotation();
            if element == 0x14 {
                rank_slots.push(ranks.len());
            }
            ranks.push((1, annotation));
            if ranks.len() + depth > MAX_DEPTH {
                return None;
            }
            self.modifiers(blob)?;
            match blob.peek()? {
                next @ (0x14 | 0x1D) => {
                    blob.byte();
                    self.dynamic_at += 1;
                    element = next;
                }
                _ => break self.text(blob, depth + 1)?,
            }
        };
        for slot in rank_slots.into_iter().rev() {
            let rank = blob.compressed()? as usize;
            for _ in 0..2 {
                for _ in 0..blob.compressed()?.min(32) {
                    blob.compressed()?;
                }
            }
            ranks[slot].0 = rank.clamp(1, 32);
        }
        let mut text = inner;
        let mut end = ranks.len();
        while end > 0 {
            let start = (0..end).rev().find(|i| ranks[*i].1).unwrap_or(0);
            for (rank, _) in &ranks[start..end] {
                text.push('[');
                text.extend(std::iter::repeat_n(',', rank - 1));
                text.push(']');
            }
            if ranks[start].1 {
                text.push('?');
            }
            end = start;
        }
        Some(text)
    }

    fn segments(&self, token: u32) -> Option<Segments<'a>> {
        let (table, row) = decode(token, TYPE_DEF_OR_REF);
        Segments::of(self.image, self.enclosing, table, row)
    }

    /// The type that a `TypeDefOrRef` cell means.
    pub fn token(&mut self, table: usize, row: u32) -> Option<String> {
        match table {
            table::TYPE_SPEC => self.write(&mut Cursor::new(self.image.blob(table::TYPE_SPEC, row, 0))),
            _ => {
                let segments = Segments::of(self.image, self.enclosing, table, row)?;
                let annotation = self.annotation();
                let text = match segments.text(&[])? {
                    object if object == "System.Object" => "object".into(),
                    text => text,
                };
                Some(annotated(text, annotation))
            }
        }
    }
}

fn annotated(mut text: String, annotation: bool) -> String {
    if annotation {
        text.push('?');
    }
    text
}

/// A type's name with those of its enclosing types.
pub struct Segments<'a> {
    /// Namespace of the outermost.
    pub namespace: &'a str,
    /// Metadata names (``List`1``), outermost first.
    pub names: Vec<&'a str>,
}

/// Name and number of type parameters in a metadata name.
pub fn split_arity(name: &str) -> (&str, usize) {
    match name.rsplit_once('`') {
        Some((simple, arity)) => match arity.parse::<usize>() {
            Ok(arity) if arity <= 64 => (simple, arity),
            _ => (name, 0),
        },
        None => (name, 0),
    }
}

impl<'a> Segments<'a> {
    /// The names of a row of TypeDef or TypeRef.
    pub fn of(image: &Image<'a>, enclosing: &[u32], table: usize, row: u32) -> Option<Self> {
        let (mut table, mut row) = (table, row);
        let mut names = Vec::new();
        for _ in 0..16 {
            if !matches!(table, table::TYPE_DEF | table::TYPE_REF) || row == 0 || row > image.rows(table) {
                return None;
            }
            let name = image.string(table, row, 1);
            if name.is_empty() {
                return None;
            }
            names.push(name);
            let outer = if table == table::TYPE_DEF {
                (table::TYPE_DEF, enclosing.get(row as usize).copied().unwrap_or(0))
            } else {
                match image.coded(table::TYPE_REF, row, 0, RESOLUTION_SCOPE) {
                    (table::TYPE_REF, outer) => (table::TYPE_REF, outer),
                    _ => (table::TYPE_REF, 0),
                }
            };
            if outer.1 == 0 {
                names.reverse();
                return Some(Self { namespace: image.string(table, row, 2), names });
            }
            (table, row) = outer;
        }
        None
    }

    /// Number of type parameters, those of the enclosing types included.
    pub fn arity(&self) -> usize {
        self.names.iter().map(|n| split_arity(n).1).sum()
    }
    fn is_system(&self, name: &str) -> bool {
        self.namespace == "System" && self.names == [name]
    }
    fn is_value_tuple(&self) -> bool {
        self.namespace == "System" && self.names.len() == 1 && self.names[0].starts_with("ValueTuple`")
    }

    /// C# text with these type arguments.
    pub fn text(&self, arguments: &[String]) -> Option<String> {
        let mut text = String::new();
        if !self.namespace.is_empty() {
            text.push_str(self.namespace);
            text.push('.');
        }
        let mut rest = arguments;
        for (i, name) in self.names.iter().enumerate() {
            let (simple, arity) = split_arity(name);
            if i > 0 {
                text.push('.');
            }
            text.push_str(simple);
            if arity > 0 && !arguments.is_empty() {
                let own = rest.get(..arity)?;
                rest = &rest[arity..];
                text.push('<');
                text.push_str(&own.join(", "));
                text.push('>');
            }
            if text.len() > MAX_TEXT {
                return None;
            }
        }
        Some(text)
    }
}
