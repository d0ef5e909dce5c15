//! Single steps on single files. A crash can follow each of them, and none can lose what someone else writes meanwhile.

use super::crash;
use super::fsync::sync;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::Path;
use text::ContentHash;

/// Larger files are none that a run wrote.
pub(super) const MAX_FILE: u64 = 64 << 20;

/// What is at a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// Nothing.
    Missing,
    /// An ordinary file with this hash (SHA-256, hexadecimal).
    File(String),
    /// A link, a folder, a device, or a file that cannot be read.
    Other,
}

impl Found {
    pub fn is(&self, hash: &str) -> bool {
        matches!(self, Self::File(found) if found == hash)
    }
}

/// What is at `path`; links are not followed.
pub(super) fn look(path: &Path) -> Found {
    match path.symlink_metadata() {
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Found::Missing,
        Ok(metadata) if metadata.is_file() => match read(path, MAX_FILE) {
            Ok(bytes) => Found::File(ContentHash::of(&bytes).to_hex()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Found::Missing,
            Err(_) => Found::Other,
        },
        _ => Found::Other,
    }
}

/// The bytes of an ordinary file of at most `most` bytes. Follows no link and never waits, as reading a FIFO would.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not an ordinary file"));
    }
    if metadata.len() > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// Opens an ordinary file for reading.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    #[cfg(not(unix))]
    if !path.symlink_metadata()?.is_file() {
        return Err(io::Error::other("it is not an ordinary file"));
    }
    options.open(path)
}

/// What a new file is to have besides its bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Like<'a> {
    /// The file whose owner, mode and extended attributes (access lists are among them) it gets.
    pub file: Option<&'a Path>,
    /// The mode where there is no such file.
    pub mode: Option<u32>,
}

/// Writes a file that is not there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8], like: Like<'_>) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    let mut file = options.open(path)?;
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    crash::point();
    file.write_all(rest)?;
    resemble(&file, like)?;
    sync(&file)?;
    crash::point();
    Ok(())
}

#[cfg(unix)]
fn resemble(file: &File, like: Like<'_>) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let Some((model, old)) = like.file.and_then(|f| Some((f, f.symlink_metadata().ok()?))) else {
        return match like.mode {
            // What a journal says is not trusted with more than permissions.
            Some(mode) => file.set_permissions(fs::Permissions::from_mode(mode & 0o777)),
            None => Ok(()),
        };
    };
    let mut mode = old.mode() & 0o7777;
    let own = file.metadata()?;
    // The group first: one may give a file to a group of one's own, but to no other user.
    let group = own.gid() == old.gid() || fchown(file, None, Some(old.gid())).is_ok();
    let owner = own.uid() == old.uid() || fchown(file, Some(old.uid()), None).is_ok();
    if !group || !owner {
        mode &= 0o777;
    }
    copy_attributes(model, file);
    // Last: a change of the owner clears bits of the mode.
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn resemble(_: &File, _: Like<'_>) -> io::Result<()> {
    Ok(())
}

/// Extended attributes. What may not be set here (`security.*`, another file system) is left out: it was not the user who set it.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn copy_attributes(from: &Path, to: &File) {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr, lgetxattr, llistxattr};
    let list = |size: usize| -> Option<Vec<u8>> {
        let mut names = vec![0; size];
        let length = llistxattr(from, &mut names[..]).ok()?;
        names.truncate(length);
        Some(names)
    };
    let Some(names) = list(64 << 10) else { return };
    let names: Vec<&[u8]> = names.split(|b| *b == 0).filter(|n| !n.is_empty()).collect();
    // The folder's default access list is not the file's.
    if !names.contains(&b"system.posix_acl_access".as_slice()) {
        let _ = fremovexattr(to, "system.posix_acl_access");
    }
    let mut value = vec![0; 64 << 10];
    for name in names {
        let copied = lgetxattr(from, name, &mut value[..])
            .and_then(|length| fsetxattr(to, name, &value[..length], XattrFlags::empty()));
        if let Err(e) = copied {
            tracing::debug!(attribute = %String::from_utf8_lossy(name), "not copied: {e}");
        }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
fn copy_attributes(_: &Path, _: &File) {}

/// Unix permission bits of a file.
pub(super) fn mode_of(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().ok().map(|m| m.permissions().mode() & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Whether both paths name one file.
pub(super) fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &Path| path.symlink_metadata().map(|m| (m.dev(), m.ino()));
        matches!((id(a), id(b)), (Ok(a), Ok(b)) if a == b)
    }
    #[cfg(not(unix))]
    {
        let _ = (a, b);
        false
    }
}

/// Exchanges two files, so that what was replaced is in hand whatever it is by now.
///
/// Where the system cannot (Windows; file systems such as NFS), the old file gets the name `aside` first, then the new one takes its place.
/// A save by rename that comes between these two steps is lost there: nothing closes that gap without a system call for it.
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    match renamed_at_once(new, old, Kind::Exchange) {
        Some(result) => result?,
        None => {
            match fs::hard_link(old, aside) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(e),
                // A file system without links.
                Err(_) => fs::copy(old, aside).map(drop)?,
            }
            crash::point();
            fs::rename(new, old)?;
            crash::point();
            fs::rename(aside, new)?;
        }
    }
    crash::point();
    Ok(())
}

/// Renames to a name that nothing has.
///
/// # Errors
/// Of kind `AlreadyExists` when something has it.
pub(super) fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match renamed_at_once(from, to, Kind::New) {
        Some(result) => result?,
        // A second name is refused where there is a file already; a rename is not.
        None => match fs::hard_link(from, to) {
            Ok(()) => {
                crash::point();
                fs::remove_file(from)?;
            }
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => return Err(e),
            Err(_) if to.symlink_metadata().is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to)?,
        },
    }
    crash::point();
    Ok(())
}

#[derive(Clone, Copy)]
enum Kind {
    Exchange,
    New,
}

/// In one step; `None` where the system or the file system cannot.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn renamed_at_once(from: &Path, to: &Path, kind: Kind) -> Option<io::Result<()>> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    if crash::without_exchange() {
        return None;
    }
    let flags = match kind {
        Kind::Exchange => RenameFlags::EXCHANGE,
        Kind::New => RenameFlags::NOREPLACE,
    };
    match renameat_with(CWD, from, CWD, to, flags) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => None,
        result => Some(result.map_err(Into::into)),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn renamed_at_once(_: &Path, _: &Path, _: Kind) -> Option<io::Result<()>> {
    None
}

/// Removes a file; it may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => crash::point(),
    }
    Ok(())
}
