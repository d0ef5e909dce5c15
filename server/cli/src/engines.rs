//! What finds repairs, wired together.

use crate::args::{Engine, PastArgs};
use anyhow::{Context, Result, bail};
use changes::{Before, ChangeProvider, sources};
use fix::{FixProvider, Providers};
use patterns::PatternProvider;
use patterns::file::FileProvider;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// What knows which declarations changed, with the places where the sources as they were are found.
///
/// # Errors
/// When what was given does not exist.
pub fn changes(past: &PastArgs) -> Result<ChangeProvider> {
    let sources = || -> Result<Vec<Box<dyn Before>>> {
        Ok(match (&past.before, &past.since) {
            (Some(folder), _) => vec![Box::new(sources::Folder::new(existing(folder, "--before")?))],
            // Of a commit that this branch comes from, that commit.
            (None, Some(revision)) => vec![Box::new(sources::Git::merge_base(revision))],
            (None, None) => vec![Box::new(sources::Git::head()), Box::new(sources::Green::new(state_of))],
        })
    };
    let old = past.old.as_deref().map(|old| existing(old, "--old")).transpose()?;
    let mut found = sources()?;
    found.push(Box::new(sources::Libraries::new(sources()?, old)));
    Ok(ChangeProvider::new(found))
}

/// The folder of this user's state of a root, if it may be believed.
fn state_of(root: &Path) -> Option<std::path::PathBuf> {
    let store = engine::Store::open(root);
    store.problem().is_none().then(|| store.dir())
}

fn existing(folder: &Path, option: &str) -> Result<std::path::PathBuf> {
    if !disk::is_folder(folder) {
        bail!("{option} {} is not a folder", folder.display());
    }
    disk::real_path(folder).with_context(|| format!("{option} {} cannot be read", folder.display()))
}

/// The file that holds what was learned about the sources at `root`.
pub fn pattern_store(root: &Path, given: Option<&Path>) -> Option<std::path::PathBuf> {
    given.map(Path::to_path_buf).or_else(|| Some(state_of(&disk::real_path(root).ok()?)?.join("patterns.sqlite")))
}

/// Opens that file to write to it.
///
/// # Errors
/// When the sources have no state, or the file is not what this version writes.
pub fn open_pattern_store(root: &Path, given: Option<&Path>) -> Result<patterns::Store> {
    let file = pattern_store(root, given).context("the state of the sources cannot be kept; give --store FILE")?;
    if let (None, Some(folder)) = (given, file.parent()) {
        disk::create_private(folder)
            .with_context(|| format!("{} cannot be made; give --store FILE", folder.display()))?;
    }
    Ok(patterns::Store::open(&file)?)
}

/// What was learned about the sources at `root`, or is in the file `given`.
///
/// # Errors
/// When the file is not what this version writes, and was asked for. Else repairs are found without it.
pub fn patterns(root: &Path, given: Option<&Path>, engines: &[Engine]) -> Result<PatternProvider> {
    let asked = engines.contains(&Engine::Learned);
    let open =
        |file: &Path| Ok::<_, patterns::StoreError>(PatternProvider::new(patterns::Store::open(file)?.library()?));
    match pattern_store(root, given).filter(|file| disk::is_file(file)).map(|file| open(&file)) {
        Some(Err(e)) if !asked && given.is_none() => {
            let _ = writeln!(
                std::io::stderr(),
                "buildfix: {}; what was learned is not used",
                crate::terminal::plain(&e.to_string())
            );
            Ok(PatternProvider::default())
        }
        Some(provider) => Ok(provider?),
        None => Ok(PatternProvider::default()),
    }
}

/// These kinds of fixes, all of them when none is named. What changed comes before what was learned, and both before what a rule guesses.
pub fn providers(engines: &[Engine], changes: &ChangeProvider, patterns: &PatternProvider) -> Providers {
    let wanted = |engine| engines.is_empty() || engines.contains(&engine) || engines.contains(&Engine::All);
    let mut out: Vec<Arc<dyn FixProvider>> = Vec::new();
    if wanted(Engine::Changes) {
        out.push(Arc::new(changes.clone()));
    }
    if wanted(Engine::Learned) {
        // What people wrote down comes before what was seen.
        out.push(Arc::new(FileProvider::default()));
        out.push(Arc::new(patterns.clone()));
    }
    if wanted(Engine::Rules) {
        out.push(rules::provider());
    }
    out.into_iter().collect()
}

/// All kinds of fixes for editors, and who learns from what is repaired there.
pub fn for_editors() -> (Providers, Arc<dyn lsp::Learner>) {
    let changes = changes(&PastArgs::default()).unwrap_or_else(|_| ChangeProvider::new([]));
    let patterns = PatternProvider::default();
    (
        providers(&[], &changes, &patterns),
        Arc::new(crate::editor_learning::EditorLearner::new(patterns, |root| pattern_store(root, None))),
    )
}

/// All kinds of fixes, for what needs no workspace of its own.
pub fn all() -> Providers {
    let changes = changes(&PastArgs::default()).unwrap_or_else(|_| ChangeProvider::new([]));
    providers(&[], &changes, &PatternProvider::default())
}
