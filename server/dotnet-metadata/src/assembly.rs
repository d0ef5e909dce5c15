use crate::constants::Enums;
use crate::image::{Image, ImageError, table};
use crate::model::Type;
use crate::reader::Reader;
use crate::signature::split_arity;

/// A managed assembly, parsed as far as its headers.
pub struct Assembly<'a> {
    image: Image<'a>,
}

/// A type that an assembly forwards to the one that declares it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForwardedType<'a> {
    /// Namespace.
    pub namespace: &'a str,
    /// Simple name.
    pub name: &'a str,
    /// Number of type parameters.
    pub arity: usize,
}

impl<'a> Assembly<'a> {
    /// Reads the headers of the file whose contents are `bytes`.
    ///
    /// # Errors
    /// [`ImageError`] when it is not a managed assembly.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ImageError> {
        Ok(Self { image: Image::parse(bytes)? })
    }

    /// Simple name; empty for a module without manifest.
    pub fn name(&self) -> &'a str {
        self.image.string(table::ASSEMBLY, 1, 7)
    }

    /// Top-level types that it forwards to other assemblies.
    pub fn forwarded_types(&self) -> impl Iterator<Item = ForwardedType<'a>> {
        let rows = 1..=self.image.rows(table::EXPORTED_TYPE);
        // Nested types follow their enclosing one (tag 2: ExportedType).
        let top_level = rows.filter(|row| self.image.cell(table::EXPORTED_TYPE, *row, 4) & 3 != 2);
        top_level.map(|row| {
            let (name, arity) = split_arity(self.image.string(table::EXPORTED_TYPE, row, 2));
            ForwardedType { namespace: self.image.string(table::EXPORTED_TYPE, row, 3), name, arity }
        })
    }

    /// Adds its public enums to `enums`.
    pub fn add_enums(&self, enums: &mut Enums) {
        enums.add(&self.image);
    }

    /// Every type that C# code in another assembly can name. `enums` names the values in defaults of parameters.
    pub fn types(&self, enums: &Enums) -> Vec<Type> {
        Reader::new(&self.image, enums).types()
    }
}

/// The types of one assembly whose file contains `bytes`; enums of other assemblies have no names.
///
/// # Errors
/// [`ImageError`] when it is not a managed assembly.
pub fn read(bytes: &[u8]) -> Result<Vec<Type>, ImageError> {
    let assembly = Assembly::parse(bytes)?;
    let mut enums = Enums::default();
    assembly.add_enums(&mut enums);
    Ok(assembly.types(&enums))
}
