use crate::Kind;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A folder is listed up to this many entries.
pub const MOST_ENTRIES: usize = 1 << 18;

/// All bytes of a regular file.
///
/// # Errors
/// As the operating system says; `InvalidInput` for what is no regular file, `FileTooLarge` for more than the limit of its kind.
pub fn read(path: &Path, kind: Kind) -> io::Result<Vec<u8>> {
    let (file, metadata) = regular(path)?;
    let limit = kind.limit();
    if metadata.len() > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default().saturating_add(1));
    // It may grow meanwhile.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// A regular file as UTF-8, without a byte order mark.
///
/// # Errors
/// Those of [`read`]; `InvalidData` for what is not UTF-8.
pub fn read_text(path: &Path, kind: Kind) -> io::Result<String> {
    let text = String::from_utf8(read(path, kind)?).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The first bytes of a regular file, `most` at most.
///
/// # Errors
/// Those of [`open`].
pub fn head(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    regular(path)?.0.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A regular file, to be read in parts: up to the limit of its kind, after which it fails.
///
/// # Errors
/// As the operating system says; `InvalidInput` for what is no regular file, `FileTooLarge` when it is larger already.
pub fn open(path: &Path, kind: Kind) -> io::Result<impl Read + use<>> {
    let (file, metadata) = regular(path)?;
    let limit = kind.limit();
    if metadata.len() > limit { Err(too_large(limit)) } else { Ok(file.take(limit)) }
}

/// What a user named, in person and not through a file of the workspace. It may be a pipe or a terminal.
pub struct Given<'a> {
    path: &'a Path,
    is_file: bool,
}

impl Given<'_> {
    /// Whether it is a regular file. Anything else ends when somebody else says so.
    pub fn is_file(&self) -> bool {
        self.is_file
    }
    /// Opens it. This may wait, too.
    ///
    /// # Errors
    /// As the operating system says.
    pub fn open(&self) -> io::Result<File> {
        File::open(self.path)
    }
}

/// Looks at what a user named.
///
/// # Errors
/// As the operating system says.
pub fn open_given(path: &Path) -> io::Result<Given<'_>> {
    Ok(Given { path, is_file: path.metadata()?.is_file() })
}

/// Whether there is a regular file at `path`, links followed.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether there is a folder at `path`, links followed.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether there is anything at `path`; links are not followed.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// What is at `path`, links not followed; `None` when there is nothing.
pub fn file_type(path: &Path) -> Option<std::fs::FileType> {
    Some(path.symlink_metadata().ok()?.file_type())
}

/// Size and modification time, in nanoseconds since 1970, of a regular file.
pub fn stamp(path: &Path) -> Option<(u64, u64)> {
    let metadata = path.metadata().ok().filter(Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((metadata.len(), u64::try_from(modified.as_nanos()).ok()?))
}

/// The path with links followed.
///
/// # Errors
/// When there is nothing, or links lead in a circle.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// What is in a folder, with the type of each entry, links not followed; [`MOST_ENTRIES`] at most. Empty when it cannot be read.
pub fn list(folder: &Path) -> impl Iterator<Item = (PathBuf, std::fs::FileType)> {
    let entries = folder.read_dir().into_iter().flatten().take(MOST_ENTRIES).flatten();
    entries.filter_map(|entry| Some((entry.path(), entry.file_type().ok()?)))
}

fn too_large(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MB", limit >> 20))
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// Opens a file if it is a regular one. Looks before opening, because opening a device may do something, and after, because somebody may have
/// changed it in between.
fn regular(path: &Path) -> io::Result<(File, Metadata)> {
    if !path.metadata()?.is_file() {
        return Err(not_regular());
    }
    let file = open_at_once(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && holds_data(&file) { Ok((file, metadata)) } else { Err(not_regular()) }
}

/// Opens without waiting for a writer of a pipe, and without making a terminal ours.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}
#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether the file is stored: those of `/proc` and its like are made when they are read, some without end, and some by waiting.
#[cfg(target_os = "linux")]
fn holds_data(file: &File) -> bool {
    /// `statfs(2)`: proc, sysfs, debugfs, tracefs, securityfs, bpf, cgroup, cgroup2, devpts, selinux, smack, efivarfs, pstore, configfs, mqueue.
    const MADE_WHEN_READ: [u32; 15] = [
        0x9fa0,
        0x6265_6572,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0xcafe_4a11,
        0x0027_e0eb,
        0x6367_7270,
        0x1cd1,
        0xf97c_ff8c,
        0x4341_5d53,
        0xde5e_81e4,
        0x6165_676c,
        0x6265_6570,
        0x1980_0202,
    ];
    // The type is a number of 32 bits in fields of several widths.
    rustix::fs::fstatfs(file).is_ok_and(|s| !MADE_WHEN_READ.contains(&(s.f_type as u32)))
}
#[cfg(not(target_os = "linux"))]
fn holds_data(_: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let limit = usize::try_from(Kind::Json.limit()).unwrap();
        std::fs::write(&path, vec![b' '; limit]).unwrap();
        assert_eq!(read(&path, Kind::Json).unwrap().len(), limit);
        // Without a byte of it on the disk.
        File::options().write(true).open(&path).unwrap().set_len(5 << 30).unwrap();
        assert_eq!(read(&path, Kind::Json).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(head(&path, 10).unwrap().len(), 10);
        assert!(open(&path, Kind::Log).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "\u{feff}ab").unwrap();
        assert_eq!(read_text(&path, Kind::Settings).unwrap(), "ab");
        std::fs::write(&path, b"\xff\xfe\xfd").unwrap();
        assert_eq!(read_text(&path, Kind::Settings).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(read(folder.path(), Kind::Source).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_regular_files_are_opened() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let pipe = at("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        for (target, link) in [("/dev/zero", "zero"), ("/proc/self/mem", "mem"), ("/proc/self/status", "status")] {
            std::os::unix::fs::symlink(target, at(link)).unwrap();
        }
        std::os::unix::fs::symlink("pipe", at("link")).unwrap();
        std::os::unix::fs::symlink("loop", at("loop")).unwrap();
        for name in ["pipe", "socket", "zero", "mem", "status", "link", "loop"] {
            assert!(read(&at(name), Kind::Source).is_err(), "{name}");
            assert!(head(&at(name), 1).is_err(), "{name}");
            assert!(open(&at(name), Kind::Log).is_err(), "{name}");
        }
        assert!(open_given(&pipe).is_ok_and(|given| !given.is_file()));
        assert!(real_path(&at("loop")).is_err());
        let mut names: Vec<_> =
            list(folder.path()).map(|(p, t)| (p.file_name().unwrap().to_owned(), t.is_symlink())).collect();
        names.sort();
        assert_eq!((names.len(), names[0].1), (7, true));
    }
}
