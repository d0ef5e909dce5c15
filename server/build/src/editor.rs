//! The editor that a person chose.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

/// Opens `file` in the editor that `VISUAL`, else `EDITOR`, names (with its arguments), at this terminal, and waits for its end. Returns whether it ended well.
///
/// # Errors
/// When neither names one, or it cannot be started.
pub fn edit(file: &Path) -> io::Result<bool> {
    let named = ["VISUAL", "EDITOR"].iter().filter_map(std::env::var_os).find(|v| !v.is_empty());
    let named: OsString =
        named.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "neither VISUAL nor EDITOR names an editor"))?;
    let words = named.to_string_lossy();
    let mut words = words.split_whitespace();
    let program = words.next().ok_or(io::ErrorKind::NotFound)?;
    Ok(Command::new(program).args(words).arg(file).status()?.success())
}
