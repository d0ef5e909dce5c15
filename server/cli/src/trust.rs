//! `buildfix trust`, and the question whether a command that was found may be run.

use crate::args::InputArgs;
use crate::terminal::line;
use crate::{CLEAN, REMAIN};
use anyhow::{Context, Result, bail};
use build::{BuildCommand, DetectError, Origin, Trust};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Trusts the folder for this process: for CI, where nobody can be asked.
const VARIABLE: &str = "BUILDFIX_TRUST";

fn root_of(path: &Path) -> Result<PathBuf> {
    let real = disk::real_path(path).ok().filter(|p| disk::is_folder(p));
    real.with_context(|| format!("{} is not a folder; name the folder of your sources", path.display()))
}

/// `buildfix trust [PATH]`.
pub fn add(path: &Path) -> Result<u8> {
    let root = root_of(path)?;
    let command = match build::detect(&root) {
        // Only a command of buildfix.toml is trusted by its words.
        Err(e @ DetectError::Config { .. }) => return Err(e.into()),
        found => found.unwrap_or_default(),
    };
    let mut trust = Trust::load()?;
    trust.add(&root, command.as_ref())?;
    let mut out = std::io::stdout().lock();
    let shown = shown(&root);
    match command.filter(|c| c.origin == Origin::Config) {
        Some(c) => writeln!(
            out,
            "trusted: {shown}, also to run `{}`, until buildfix.toml names another command",
            line(&c.command)
        )?,
        None => writeln!(out, "trusted: {shown} and what is below it")?,
    }
    Ok(CLEAN)
}

/// `buildfix trust --revoke [PATH]`.
pub fn revoke(path: &Path) -> Result<u8> {
    // It may be gone.
    let root = root_of(path).or_else(|_| std::path::absolute(path))?;
    let mut trust = Trust::load()?;
    let removed = trust.remove(&root)?;
    let mut out = std::io::stdout().lock();
    for folder in &removed {
        writeln!(out, "no longer trusted: {}", shown(folder))?;
    }
    if let Some(above) = trust.through(&root) {
        writeln!(out, "still trusted, through {}", shown(above))?;
        return Ok(REMAIN);
    }
    if removed.is_empty() {
        writeln!(out, "{} was not trusted", shown(&root))?;
    }
    Ok(CLEAN)
}

/// `buildfix trust --list`.
pub fn list() -> Result<u8> {
    let trust = Trust::load()?;
    let mut out = std::io::stdout().lock();
    for (path, folder) in trust.folders() {
        match &folder.command {
            Some(command) => writeln!(out, "{}  (buildfix.toml: {})", shown(path), line(command))?,
            None => writeln!(out, "{}", shown(path))?,
        }
    }
    Ok(CLEAN)
}

fn shown(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// Says which command is about to be run, when buildfix found it; fails when the folder is not trusted, after asking a person who can answer.
pub fn ensure(command: &BuildCommand, input: &InputArgs) -> Result<()> {
    if command.origin == Origin::Given {
        return Ok(());
    }
    let what = format!("`{}` ({} in {})", line(&command.command), command.origin.found_in(), shown(&command.folder));
    let once = input.trust || std::env::var_os(VARIABLE).is_some_and(|v| v == "1");
    let trust = if once { None } else { Some(Trust::load()?) };
    let mut err = std::io::stderr().lock();
    if trust.as_ref().is_none_or(|trust| trust.allows(command)) {
        if !input.quiet {
            writeln!(err, "buildfix: running {what}")?;
        }
        return Ok(());
    }
    let changed = trust.as_ref().is_some_and(|t| t.changed(command));
    let why = if changed {
        "its buildfix.toml names another command than when the folder was trusted"
    } else {
        "the folder is not trusted, and a build runs code of the folder"
    };
    let can_answer = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if can_answer && let Some(mut trust) = trust {
        writeln!(err, "buildfix: found {what}; {why}")?;
        write!(err, "Trust {} and run it? [y/N] ", shown(&command.folder))?;
        err.flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            trust.add(&command.folder, Some(command))?;
            return Ok(());
        }
    }
    let folder = quoted(&shown(&command.folder));
    bail!(
        "{what} is not run: {why}.\n\
         To trust it:           buildfix trust {folder}\n\
         To run it this once:   add --trust (in CI: set {VARIABLE}=1)\n\
         To run your own:       add --build {}\n\
         To run nothing:        add --log FILE",
        quoted(&line(&command.command)),
    )
}

/// For a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@\\".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
