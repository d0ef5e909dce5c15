//! The types of some assemblies in compact form: names are unpacked at once, headers and members on demand.
//!
//! Layout: `BFDN`, format version (u32), SHA-256 of the rest, length of the packed directory (u32), the directory
//! (deflated postcard), the blocks (each deflated). A block contains the members of consecutive types.

use super::rows::{MemberRow, header_row, kind_of, member_row};
use crate::{Declaration, DeclarationKind, Modifiers};
use dotnet_metadata::{Assembly, Enums, ForwardedType, Type};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock};
use text::ContentHash;

const MAGIC: &[u8; 4] = b"BFDN";
/// Bytes of a table made by another version are not read.
pub const FORMAT: u32 = 1;
/// Size at which a block ends: small enough to unpack in a fraction of a millisecond.
const BLOCK: usize = 48 * 1024;
/// Limit for unpacking; valid tables are smaller.
const MAX_DIRECTORY: u64 = 64 << 20;
const MAX_BLOCK: u64 = 16 << 20;
/// Limit for decoded members that are kept, for all types of a table.
const MAX_DECODED: usize = 4096;

#[derive(Serialize, Deserialize)]
struct Directory<S> {
    assemblies: Vec<S>,
    namespaces: Vec<S>,
    types: Vec<Entry<S>>,
    /// Names of extension methods and the types that declare them.
    extensions: Vec<(S, Vec<u32>)>,
    /// First type, offset and packed length of each block.
    blocks: Vec<(u32, u32, u32)>,
    /// Where each type's header ends in `headers`.
    header_ends: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct Entry<S> {
    name: S,
    namespace: u32,
    /// Enclosing type's row plus one; 0: none.
    container: u32,
    arity: u8,
    kind: u8,
    modifiers: u32,
    assembly: u32,
}

/// A type's entry in the directory.
#[derive(Clone, Debug)]
pub struct TypeEntry {
    /// Simple name.
    pub name: SmolStr,
    /// Namespace.
    pub namespace: SmolStr,
    /// Row of the enclosing type.
    pub container: Option<u32>,
    /// Number of own type parameters.
    pub arity: u8,
    /// Class, struct, …
    pub kind: DeclarationKind,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Simple name of the assembly that code has to reference for it.
    pub assembly: SmolStr,
}

/// The public types of some assemblies.
pub struct Table {
    bytes: Cow<'static, [u8]>,
    blocks_at: usize,
    types: Vec<TypeEntry>,
    /// Headers that were asked for, by row.
    declarations: Box<[OnceLock<Arc<Declaration>>]>,
    extensions: FxHashMap<SmolStr, Box<[u32]>>,
    blocks: Vec<(u32, u32, u32)>,
    header_ends: Vec<u32>,
    headers: Vec<u8>,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    /// The block unpacked last.
    block: Option<(usize, Arc<[u8]>)>,
    members: FxHashMap<u32, Arc<[Arc<Declaration>]>>,
    decoded: usize,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({} types)", self.types.len())
    }
}

fn pack(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut out = Vec::new();
    // Reading from and writing to memory does not fail.
    let _ = DeflateEncoder::new(bytes, level).read_to_end(&mut out);
    out
}
fn unpack(bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out).ok()?;
    Some(out)
}

/// Packs the types of `assemblies` (the bytes of their files). Those that cannot be read are left out. Returns `None`
/// when none can.
///
/// Types of `System.Private.*` assemblies, which only the runtime knows by that name, are listed under the assembly that
/// forwards to them; those that no assembly forwards are internal and left out.
pub fn pack_assemblies(assemblies: &[Vec<u8>], best: bool) -> Option<Vec<u8>> {
    let assemblies: Vec<Assembly<'_>> = assemblies.iter().filter_map(|bytes| Assembly::parse(bytes).ok()).collect();
    if assemblies.is_empty() {
        return None;
    }
    let mut enums = Enums::default();
    assemblies.iter().for_each(|assembly| assembly.add_enums(&mut enums));
    let facades = facades(&assemblies);
    let has_facades = assemblies.iter().any(|assembly| assembly.name() == "System.Runtime");

    // Outermost types with their nested types, in order of name: similar names are close together, which compresses well.
    let mut types: BTreeMap<TypeKey, (String, Type)> = BTreeMap::new();
    for assembly in &assemblies {
        let own = assembly.name();
        for ty in assembly.types(&enums) {
            let (outermost, arity) =
                ty.containing.first().cloned().unwrap_or((ty.name.clone(), ty.type_parameters.len()));
            let facade = facades.get(&(ty.namespace.clone(), outermost, arity));
            let assembly = match facade {
                Some(facade) => facade.clone(),
                None if has_facades && own.starts_with("System.Private.") => continue,
                None => own.to_owned(),
            };
            types.entry(key_of(&ty)).or_insert((assembly, ty));
        }
    }
    let types: Vec<(String, Type)> = types.into_values().collect();
    encode(&types, if best { Compression::best() } else { Compression::fast() })
}

type TypeKey = (String, Vec<(String, usize)>);

/// Namespace and the names with arities from the outermost: enclosing types sort before nested ones.
fn key_of(ty: &Type) -> TypeKey {
    let mut names = ty.containing.clone();
    names.push((ty.name.clone(), ty.type_parameters.len()));
    (ty.namespace.clone(), names)
}

/// Which assembly forwards a type: (namespace, name, arity) → the assembly that code should reference.
fn facades(assemblies: &[Assembly<'_>]) -> FxHashMap<(String, String, usize), String> {
    // Assemblies that only forward old names come last.
    let rank = |name: &str| match name {
        "System.Runtime" => 0,
        "mscorlib" | "netstandard" | "System" | "System.Core" | "System.Data" | "System.Xml" | "WindowsBase" => 2,
        _ => 1,
    };
    let mut facades: FxHashMap<(String, String, usize), String> = FxHashMap::default();
    for assembly in assemblies {
        let own = assembly.name();
        for ForwardedType { namespace, name, arity } in assembly.forwarded_types() {
            let key = (namespace.to_owned(), name.to_owned(), arity);
            let better = facades.get(&key).is_none_or(|old| (rank(own), own) < (rank(old), old.as_str()));
            if better {
                facades.insert(key, own.to_owned());
            }
        }
    }
    facades
}

fn encode(types: &[(String, Type)], level: Compression) -> Option<Vec<u8>> {
    fn number_of(table: &mut BTreeMap<String, u32>, list: &mut Vec<String>, name: &str) -> u32 {
        *table.entry(name.to_owned()).or_insert_with(|| {
            list.push(name.to_owned());
            list.len() as u32 - 1
        })
    }
    let (mut assemblies, mut assembly_numbers) = (Vec::new(), BTreeMap::new());
    let (mut namespaces, mut namespace_numbers) = (Vec::new(), BTreeMap::new());
    let rows: FxHashMap<TypeKey, u32> = types.iter().zip(0..).map(|((_, ty), row)| (key_of(ty), row)).collect();
    let mut extensions: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let (mut entries, mut headers, mut header_ends) = (Vec::new(), Vec::new(), Vec::new());
    let mut blocks: Vec<(u32, u32, u32)> = Vec::new();
    let mut packed = Vec::new();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut close = |open: &mut Vec<Vec<u8>>, next: u32| {
        let mut block = Vec::new();
        for members in &*open {
            block.extend((members.len() as u32).to_le_bytes());
        }
        block.extend(open.concat());
        let bytes = pack(&block, level);
        blocks.push((next - open.len() as u32, packed.len() as u32, bytes.len() as u32));
        packed.extend(bytes);
        open.clear();
    };
    for ((assembly, ty), row) in types.iter().zip(0u32..) {
        let container = match ty.containing.is_empty() {
            true => 0,
            false => rows.get(&(ty.namespace.clone(), ty.containing.clone())).map_or(0, |r| r + 1),
        };
        let header = header_row(ty);
        entries.push(Entry {
            name: ty.name.clone(),
            namespace: number_of(&mut namespace_numbers, &mut namespaces, &ty.namespace),
            container,
            arity: header.type_parameters.len() as u8,
            kind: header.kind,
            modifiers: header.modifiers,
            assembly: number_of(&mut assembly_numbers, &mut assemblies, assembly),
        });
        headers.extend(postcard::to_stdvec(&header).ok()?);
        header_ends.push(headers.len() as u32);
        for member in &ty.members {
            if member.modifiers.contains(dotnet_metadata::Modifiers::EXTENSION) {
                let declaring = extensions.entry(member.name.clone()).or_default();
                if declaring.last() != Some(&row) {
                    declaring.push(row);
                }
            }
        }
        let members: Vec<_> = ty.members.iter().map(member_row).collect();
        open.push(postcard::to_stdvec(&members).ok()?);
        if open.iter().map(Vec::len).sum::<usize>() > BLOCK {
            close(&mut open, row + 1);
        }
    }
    if !open.is_empty() {
        close(&mut open, types.len() as u32);
    }
    let extensions = extensions.into_iter().collect();
    let directory = Directory { assemblies, namespaces, types: entries, extensions, blocks, header_ends };
    let mut raw = postcard::to_stdvec(&directory).ok()?;
    raw.extend((headers.len() as u32).to_le_bytes());
    let directory = pack(&[headers, raw].concat(), level);

    let mut rest = (directory.len() as u32).to_le_bytes().to_vec();
    rest.extend(directory);
    rest.extend(packed);
    let mut out = MAGIC.to_vec();
    out.extend(FORMAT.to_le_bytes());
    out.extend(ContentHash::of(&rest).0);
    out.extend(rest);
    Some(out)
}

impl Table {
    /// Opens a packed table. `None` when it is corrupt, incomplete or of another version.
    pub fn open(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let hash = bytes.get(8..40)?;
        (ContentHash::of(bytes.get(40..)?).0 == *hash).then_some(())?;
        Self::open_unchecked(bytes)
    }

    /// Opens a packed table without comparing its hash: for tables that are part of the program.
    pub fn open_unchecked(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        (bytes.get(..4)? == MAGIC && word(4)? == FORMAT).then_some(())?;
        let blocks_at = 44usize.checked_add(word(40)? as usize)?;
        let mut raw = unpack(bytes.get(44..blocks_at)?, MAX_DIRECTORY)?;
        let tail = raw.len().checked_sub(4)?;
        let headers = u32::from_le_bytes(raw.get(tail..)?.try_into().ok()?) as usize;
        let directory: Directory<&str> = postcard::from_bytes(raw.get(headers..tail)?).ok()?;
        let strings = |list: &[&str]| list.iter().map(SmolStr::new).collect::<Vec<_>>();
        let (assemblies, namespaces) = (strings(&directory.assemblies), strings(&directory.namespaces));
        let count = directory.types.len() as u32;
        let mut types = Vec::with_capacity(directory.types.len());
        for (entry, row) in directory.types.iter().zip(0..) {
            types.push(TypeEntry {
                name: entry.name.into(),
                namespace: namespaces.get(entry.namespace as usize)?.clone(),
                // Enclosing types come first, so that chains of them end.
                container: entry.container.checked_sub(1).filter(|c| *c < row),
                arity: entry.arity,
                kind: kind_of(entry.kind),
                modifiers: Modifiers::from_bits_truncate(entry.modifiers),
                assembly: assemblies.get(entry.assembly as usize)?.clone(),
            });
        }
        let extensions = directory.extensions.iter().map(|(name, rows)| {
            (SmolStr::new(name), rows.iter().copied().filter(|row| *row < count).collect::<Box<[u32]>>())
        });
        let extensions = extensions.collect();
        let (blocks, header_ends) = (directory.blocks, directory.header_ends);
        raw.truncate(headers);
        raw.shrink_to_fit();
        let cache = Mutex::default();
        let declarations = types.iter().map(|_| OnceLock::new()).collect();
        Some(Self { bytes, blocks_at, types, declarations, extensions, blocks, header_ends, headers: raw, cache })
    }

    /// The types, in order of namespace and name.
    pub fn types(&self) -> &[TypeEntry] {
        &self.types
    }

    /// Rows of the types that declare extension methods with this name.
    pub fn extension_holders(&self, name: &str) -> &[u32] {
        self.extensions.get(name).map_or(&[], |rows| rows)
    }

    /// The type as a declaration: type parameters, bases, a delegate's signature.
    pub fn declaration(&self, row: u32) -> Option<Arc<Declaration>> {
        let known = self.declarations.get(row as usize)?;
        if let Some(declaration) = known.get() {
            return Some(declaration.clone());
        }
        let declaration = Arc::new(self.decode_header(row)?);
        Some(known.get_or_init(|| declaration).clone())
    }

    fn decode_header(&self, row: u32) -> Option<Declaration> {
        let entry = self.types.get(row as usize)?;
        let start = row.checked_sub(1).map_or(Some(0), |before| self.header_ends.get(before as usize).copied())?;
        let end = *self.header_ends.get(row as usize)?;
        let header: MemberRow<&str> = postcard::from_bytes(self.headers.get(start as usize..end as usize)?).ok()?;
        Some(header.declaration(&entry.name, &entry.namespace))
    }

    /// Public and protected members that a type itself declares.
    pub fn members(&self, row: u32) -> Arc<[Arc<Declaration>]> {
        let mut cache = self.cache.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(members) = cache.members.get(&row) {
            return members.clone();
        }
        let members: Arc<[Arc<Declaration>]> =
            self.decode(row, &mut cache).unwrap_or_default().into_iter().map(Arc::new).collect();
        if cache.decoded + members.len() > MAX_DECODED {
            cache.members.clear();
            cache.decoded = 0;
        }
        cache.decoded += members.len();
        cache.members.insert(row, members.clone());
        members
    }

    fn decode(&self, row: u32, cache: &mut Cache) -> Option<Vec<Declaration>> {
        let entry = self.types.get(row as usize)?;
        let number = self.blocks.partition_point(|b| b.0 <= row).checked_sub(1)?;
        let (first, offset, length) = *self.blocks.get(number)?;
        let block = match &cache.block {
            Some((cached, block)) if *cached == number => block.clone(),
            _ => {
                let start = self.blocks_at.checked_add(offset as usize)?;
                let packed = self.bytes.get(start..start.checked_add(length as usize)?)?;
                let block: Arc<[u8]> = unpack(packed, MAX_BLOCK)?.into();
                cache.block = Some((number, block.clone()));
                block
            }
        };
        let next = self.blocks.get(number + 1).map_or(self.types.len() as u32, |b| b.0);
        let count = next.checked_sub(first)? as usize;
        let index = (row - first) as usize;
        let lengths = block.get(..count.checked_mul(4)?)?;
        let length =
            |i: usize| u32::from_le_bytes([lengths[i * 4], lengths[i * 4 + 1], lengths[i * 4 + 2], lengths[i * 4 + 3]]);
        let start = lengths.len() + (0..index).map(|i| length(i) as usize).sum::<usize>();
        let bytes = block.get(start..start.checked_add(length(index) as usize)?)?;
        let members: Vec<MemberRow<&str>> = postcard::from_bytes(bytes).ok()?;
        Some(members.iter().map(|member| member.declaration(member.name, &entry.namespace)).collect())
    }
}
