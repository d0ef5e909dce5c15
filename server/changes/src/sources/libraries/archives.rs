//! The declarations in packages as they are downloaded: gzipped tar archives and zip archives. Nothing is unpacked to disk.

use super::super::folder::decode;
use flate2::read::{DeflateDecoder, GzDecoder};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path};
use std::sync::Arc;

/// Files of a package that are looked at.
const MOST_ENTRIES: usize = 100_000;
/// Bytes that an archive may have when it is unpacked, and those that are kept.
const MOST_UNPACKED: u64 = 512 << 20;
const MOST_KEPT: usize = 64 << 20;

/// The texts of a package that declare something, by their path in it, with `/`.
pub(super) type PackageTexts = BTreeMap<String, Arc<str>>;

/// Whether a file of a package says what it declares, or where its declarations are.
pub(super) fn declares(name: &str) -> bool {
    name == "package.json"
        || [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end))
        || name.contains(".d.") && name.ends_with(".ts")
}

/// Whether the name of a file stays below its package.
pub(super) fn is_inside(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}

/// What is kept of a package so far.
#[derive(Default)]
struct Kept {
    texts: PackageTexts,
    bytes: usize,
}

impl Kept {
    /// Whether a file of this size is to be read.
    fn wants(&self, name: &str, size: u64) -> bool {
        declares(name)
            && is_inside(name)
            && size <= disk::Kind::Source.limit()
            && self.bytes as u64 + size <= MOST_KEPT as u64
    }
    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        if let Some(text) = decode(bytes) {
            self.texts.insert(name.to_owned(), text);
        }
    }
}

/// The declarations of a package of npm (`.tgz`); `None` when it is none, or damaged.
pub(super) fn tarball(bytes: &[u8]) -> Option<PackageTexts> {
    let mut tar = GzDecoder::new(bytes).take(MOST_UNPACKED);
    let mut kept = Kept::default();
    let mut long_name: Option<String> = None;
    for _ in 0..MOST_ENTRIES {
        let mut header = [0u8; 512];
        if tar.read_exact(&mut header).is_err() || header.iter().all(|b| *b == 0) {
            break;
        }
        let size = octal(&header[124..136])?;
        let padded = size.checked_next_multiple_of(512)?;
        let kind = header[156];
        match kind {
            // A long name: GNU's form, and that of POSIX.
            b'L' | b'x' if size <= 64 << 10 => {
                let mut data = vec![0; usize::try_from(padded).ok()?];
                tar.read_exact(&mut data).ok()?;
                data.truncate(usize::try_from(size).ok()?);
                long_name = if kind == b'L' { Some(text_of(&data)) } else { pax_path(&data) };
                continue;
            }
            b'0' | 0 => {
                let name = long_name.take().unwrap_or_else(|| {
                    let prefix = if &header[257..262] == b"ustar" { text_of(&header[345..500]) } else { String::new() };
                    let name = text_of(&header[..100]);
                    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
                });
                // The first folder is `package`, or has another name.
                let name = name.trim_start_matches("./").split_once('/').map_or("", |(_, rest)| rest).to_owned();
                if kept.wants(&name, size) {
                    let mut data = vec![0; usize::try_from(padded).ok()?];
                    tar.read_exact(&mut data).ok()?;
                    kept.add(&name, &data[..usize::try_from(size).ok()?]);
                    continue;
                }
            }
            _ => long_name = None,
        }
        let skipped = std::io::copy(&mut (&mut tar).take(padded), &mut std::io::sink()).ok()?;
        if skipped != padded {
            return None;
        }
    }
    kept.texts.contains_key("package.json").then_some(kept.texts)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    let text = text.trim_matches(['\0', ' ']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(field.split(|b| *b == 0).next().unwrap_or_default()).into_owned()
}

/// The path in an extended header: records `LENGTH KEY=VALUE\n`.
fn pax_path(data: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?;
    text.lines().find_map(|line| Some(line.split_once(' ')?.1.strip_prefix("path=")?.to_owned()))
}

/// The declarations of package `name` in a zip archive of Yarn; `None` when it is none, or damaged.
pub(super) fn zip(bytes: &[u8], name: &str) -> Option<PackageTexts> {
    let number = |at: usize, size: usize| {
        let field = bytes.get(at..at.checked_add(size)?)?;
        Some(field.iter().rev().fold(0usize, |n, b| n << 8 | usize::from(*b)))
    };
    let prefix = format!("node_modules/{name}/");
    let tail = bytes.len().saturating_sub(66_000);
    let end = tail + memchr::memmem::rfind(&bytes[tail..], b"PK\x05\x06")?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    let mut kept = Kept::default();
    let mut unpacked = 0u64;
    for _ in 0..count {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let (method, packed, size) = (number(at + 10, 2)?, number(at + 20, 4)?, number(at + 24, 4)?);
        let (name_length, extra, comment) = (number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?);
        let local = number(at + 42, 4)?;
        let path = std::str::from_utf8(bytes.get(at + 46..at + 46 + name_length)?).ok()?;
        at += 46 + name_length + extra + comment;
        let Some(path) = path.strip_prefix(&prefix).filter(|p| kept.wants(p, size as u64)) else { continue };
        unpacked += size as u64;
        if unpacked > MOST_KEPT as u64 {
            break;
        }
        let start = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
        let data = bytes.get(start..start.checked_add(packed)?)?;
        let mut out = Vec::new();
        let read = match method {
            0 => data.take(size as u64).read_to_end(&mut out),
            8 => DeflateDecoder::new(data).take(size as u64).read_to_end(&mut out),
            _ => continue,
        };
        if read.ok()? == size {
            kept.add(path, &out);
        }
    }
    kept.texts.contains_key("package.json").then_some(kept.texts)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use flate2::Compression;
    use std::io::Write;

    /// A package as npm downloads it.
    pub(in super::super) fn make_tarball(files: &[(&str, &str)]) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        for (name, text) in files {
            let path = format!("package/{name}");
            if path.len() > 100 {
                let record = format!("{} path={path}\n", path.len() + 10);
                entry(&mut gzip, "x", b'x', record.as_bytes());
            }
            entry(&mut gzip, &path[..path.len().min(100)], b'0', text.as_bytes());
        }
        gzip.write_all(&[0; 1024]).unwrap();
        gzip.finish().unwrap()
    }

    fn entry(out: &mut impl Write, name: &str, kind: u8, data: &[u8]) {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        header[156] = kind;
        header[257..262].copy_from_slice(b"ustar");
        out.write_all(&header).unwrap();
        out.write_all(data).unwrap();
        out.write_all(&vec![0; data.len().next_multiple_of(512) - data.len()]).unwrap();
    }

    pub(in super::super) fn make_zip(files: &[(&str, &str)]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (i, (name, text)) in files.iter().enumerate() {
            let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
            deflate.write_all(text.as_bytes()).unwrap();
            let packed = if i % 2 == 0 { deflate.finish().unwrap() } else { text.as_bytes().to_vec() };
            let method = if i % 2 == 0 { 8u16 } else { 0 };
            let start = out.len() as u32;
            let sizes = |to: &mut Vec<u8>| {
                to.extend(method.to_le_bytes());
                to.extend([0; 8]);
                to.extend((packed.len() as u32).to_le_bytes());
                to.extend((text.len() as u32).to_le_bytes());
                to.extend((name.len() as u16).to_le_bytes());
                to.extend([0; 2]);
            };
            out.extend(b"PK\x03\x04\x14\0\0\0");
            sizes(&mut out);
            out.extend(name.as_bytes());
            out.extend(&packed);
            directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0");
            sizes(&mut directory);
            directory.extend([0; 10]);
            directory.extend(start.to_le_bytes());
            directory.extend(name.as_bytes());
        }
        let at = out.len() as u32;
        out.extend(&directory);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend((files.len() as u16).to_le_bytes());
        out.extend((files.len() as u16).to_le_bytes());
        out.extend((directory.len() as u32).to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0, 0]);
        out
    }

    #[test]
    fn declarations_and_the_package_file_are_read() {
        let long = format!("{}/x.d.ts", "folder/".repeat(20));
        let files = [
            ("package.json", "{}"),
            ("index.js", "code"),
            ("index.d.ts", "export {}"),
            (long.as_str(), "long"),
            ("../out.d.ts", "no"),
            ("a.d.mts", "m"),
        ];
        let names = |texts: Option<PackageTexts>| texts.unwrap().into_keys().collect::<Vec<_>>();
        assert_eq!(names(tarball(&make_tarball(&files))), ["a.d.mts", long.as_str(), "index.d.ts", "package.json"]);
        let zipped: Vec<(String, &str)> = files.iter().map(|(n, t)| (format!("node_modules/@s/x/{n}"), *t)).collect();
        let zipped: Vec<(&str, &str)> = zipped.iter().map(|(n, t)| (n.as_str(), *t)).collect();
        let read = zip(&make_zip(&zipped), "@s/x").unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a.d.mts", long.as_str(), "index.d.ts", "package.json"]);
        assert_eq!(&*read["index.d.ts"], "export {}");
    }

    #[test]
    fn what_is_cut_or_made_up_is_refused() {
        let whole = make_tarball(&[("package.json", "{}"), ("index.d.ts", "export {}")]);
        for length in (0..whole.len() - 20).step_by(7) {
            let _ = tarball(&whole[..length]);
        }
        assert!(tarball(b"no archive").is_none() && zip(b"no archive", "x").is_none());
        let zipped = make_zip(&[("node_modules/x/package.json", "{}"), ("node_modules/x/a.d.ts", "a")]);
        for at in 0..zipped.len() {
            for bit in [0x01, 0x80, 0xff] {
                let mut broken = zipped.clone();
                broken[at] ^= bit;
                let _ = zip(&broken, "x");
            }
        }
        // A thousand times its size.
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
        entry(&mut gzip, "package/package.json", b'0', b"{}");
        entry(&mut gzip, "package/large.d.ts", b'0', &vec![b' '; 5 << 20]);
        assert_eq!(tarball(&gzip.finish().unwrap()).unwrap().len(), 1);
    }
}
