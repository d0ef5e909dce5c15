//! Making writes durable.

use super::crash;
use std::fs::File;
use std::io;
use std::path::Path;

pub(super) fn sync(file: &File) -> io::Result<()> {
    if crash::expected() { Ok(()) } else { file.sync_all() }
}

/// Makes renames in `folder` durable. Only Unix has folders that can be synchronised.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) && !crash::expected() { File::open(folder)?.sync_all() } else { Ok(()) }
}
