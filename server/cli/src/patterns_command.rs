//! `buildfix patterns`.

mod code;
mod learn;
mod places;
mod share;
mod show;

use crate::args::{Format, PatternsCommand, StoreArgs};
use crate::report::is_coloured;
use crate::terminal::Clean;
use crate::{CLEAN, engines, pattern_files_command};
use anyhow::{Context, Result, bail};
use patterns::file::RuleBook;
use patterns::{Known, Library, Store};
use std::io::{BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs a command about patterns.
pub fn run(command: &PatternsCommand) -> Result<u8> {
    match command {
        PatternsCommand::Learn(args) => learn::learn(args),
        PatternsCommand::List { from, root, codes } => show::list(&Learned::open(root, from)?, codes),
        PatternsCommand::Show { id, root, from } => show::show(&Learned::open(root, from)?, id),
        PatternsCommand::Forget { id, root, from } => show::forget(Learned::open(root, from)?, id),
        PatternsCommand::Stats { from, root } => show::stats(&Learned::open(root, from)?),
        PatternsCommand::Export { from, root } => share::export(&Learned::open(root, from)?),
        PatternsCommand::Import { file, root, from } => share::import(file, root, from),
        PatternsCommand::Why { place, logs, root, from } => places::why(place, logs, root, from),
        PatternsCommand::Next { logs, root, most, from } => places::next(logs, root, *most as usize, from),
        PatternsCommand::Test { files, root } => pattern_files_command::test(files, root),
        PatternsCommand::Packs => pattern_files_command::list_packs(),
        PatternsCommand::Add { pack, root } => pattern_files_command::add(pack, root),
        PatternsCommand::Print { ids, root, store } => pattern_files_command::print(ids, root, store.as_deref()),
        PatternsCommand::Edit { what, root, store } => pattern_files_command::edit(what, root, store.as_deref()),
    }
}

/// What was learned about the sources in a folder.
struct Learned {
    /// The folder.
    root: PathBuf,
    /// `None` when nothing was learned yet.
    store: Option<Store>,
    library: Library,
    /// What people wrote under `.buildfix/patterns/`.
    team: RuleBook,
    format: Format,
}

impl Learned {
    fn open(root: &Path, from: &StoreArgs) -> Result<Self> {
        only_text_or_json(from.output_format)?;
        let root = real_folder(root)?;
        let file = engines::pattern_store(&root, from.store.as_deref())
            .context("the state of the sources cannot be kept; give --store FILE")?;
        let store = disk::exists(&file).then(|| Store::open(&file)).transpose()?;
        let library = store.as_ref().map(Store::library).transpose()?.unwrap_or_default();
        let team = pattern_files_command::book(&root);
        Ok(Self { root, store, library, team, format: from.output_format })
    }

    fn store(&self) -> Result<&Store> {
        self.store.as_ref().with_context(|| {
            format!("nothing was learned about {} yet: buildfix patterns learn --help says how", self.root.display())
        })
    }

    /// The pattern that a person means by its first digits.
    fn pattern(&self, typed: &str) -> Result<&Arc<Known>> {
        let typed = typed.trim().to_lowercase();
        if typed.is_empty() || !typed.bytes().all(|b| b.is_ascii_hexdigit()) {
            bail!("{typed:?} is not the number of a pattern; buildfix patterns list prints them");
        }
        let mut found: Vec<&Arc<Known>> = Vec::new();
        for known in self.library.patterns() {
            if format!("{:016x}", known.pattern.id()).starts_with(&typed) {
                found.push(known);
            }
        }
        match found[..] {
            [one] => Ok(one),
            [] => bail!("there is no pattern {typed}; buildfix patterns list prints them"),
            _ => {
                let ids: Vec<String> = found.iter().take(8).map(|k| format!("{:016x}", k.pattern.id())).collect();
                bail!("{typed} may be {} patterns: {}", found.len(), ids.join(", "))
            }
        }
    }
}

fn real_folder(root: &Path) -> Result<PathBuf> {
    let not = || format!("{} is not a folder; name the folder of your sources", root.display());
    let real = disk::real_path(root).with_context(not)?;
    if !disk::is_folder(&real) {
        bail!(not());
    }
    Ok(real)
}

/// Standard output, for people.
fn out() -> Clean<BufWriter<StdoutLock<'static>>> {
    Clean::new(BufWriter::new(std::io::stdout().lock()), is_coloured())
}

/// Prints a JSON document.
fn json(value: &serde_json::Value) -> Result<u8> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(CLEAN)
}

/// Whether JSON is asked for; other formats there are none.
fn only_text_or_json(format: Format) -> Result<bool> {
    match format {
        Format::Text => Ok(false),
        Format::Json => Ok(true),
        Format::Sarif | Format::Github => bail!("patterns are printed as text or json"),
    }
}
