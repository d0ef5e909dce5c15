//! Which folders' own commands may be run.
//!
//! A build runs what the workspace says: targets of projects, packages, `buildfix.toml`, `node_modules/.bin/tsc`. So a command that was found in a
//! folder is run only when somebody trusts the folder, as direnv and editors do it. Trust holds for a folder and what is below it; that in a command
//! of `buildfix.toml` holds for this command. It is kept outside of every workspace, in the user's state folder.

use crate::{BuildCommand, Origin};
use disk::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const FILE: &str = "trusted.json";

/// Why the list of trusted folders cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read or written, or is damaged.
    #[error("the list of trusted folders {} cannot be used: {error}; mend or delete it", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// Somebody else may have written it.
    #[error(
        "the list of trusted folders {} is not believed, because other users may write to it; look at it, then run: chmod go-w {}",
        path.display(), path.display()
    )]
    Others {
        /// The file or its folder.
        path: PathBuf,
    },
    /// A checkout must not bring its own trust.
    #[error("the list of trusted folders would lie inside {}; name another folder with BUILDFIX_STATE_DIR", folder.display())]
    Inside {
        /// The folder to be trusted.
        folder: PathBuf,
    },
}

/// The trusted folders.
#[derive(Debug)]
pub struct Trust {
    file: PathBuf,
    folders: BTreeMap<PathBuf, Folder>,
}

/// What is trusted in a folder.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Folder {
    /// The command that its `buildfix.toml` named when it was trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    folders: BTreeMap<PathBuf, Folder>,
}

impl Trust {
    /// The trust of this user.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn load() -> Result<Self, TrustError> {
        Self::load_from(&state_folder())
    }

    /// The trust that is kept in `state`.
    fn load_from(state: &Path) -> Result<Self, TrustError> {
        let file = state.join(FILE);
        if !disk::exists(&file) {
            return Ok(Self { file, folders: BTreeMap::new() });
        }
        for path in [state, &file] {
            if !is_ours(path) {
                return Err(TrustError::Others { path: path.to_owned() });
            }
        }
        let stored = disk::read(&file, Kind::State)
            .and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).map_err(io::Error::from))
            .map_err(|error| TrustError::Unusable { path: file.clone(), error })?;
        Ok(Self { file, folders: stored.folders })
    }

    /// Whether the command may be run.
    pub fn allows(&self, command: &BuildCommand) -> bool {
        // What lies inside of the folder may have come with it.
        let outside = |folder: &Path| !self.file.starts_with(folder);
        match command.origin {
            Origin::Given => true,
            Origin::Config => {
                let known = self.folders.get(&command.folder).and_then(|f| f.command.as_deref());
                outside(&command.folder) && known == Some(&command.command)
            }
            Origin::Tool(_) => command.folder.ancestors().any(|f| self.folders.contains_key(f) && outside(f)),
        }
    }

    /// Whether `folder` was trusted with another command than its `buildfix.toml` names now.
    pub fn changed(&self, command: &BuildCommand) -> bool {
        command.origin == Origin::Config && self.folders.get(&command.folder).is_some_and(|f| f.command.is_some())
    }

    /// Trusts `folder` (absolute, without links) and what is below it, with the command that its `buildfix.toml` names, if there is one.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn add(&mut self, folder: &Path, command: Option<&BuildCommand>) -> Result<(), TrustError> {
        if self.file.starts_with(folder) {
            return Err(TrustError::Inside { folder: folder.to_owned() });
        }
        let named = command.filter(|c| c.origin == Origin::Config && c.folder == folder);
        self.folders.insert(folder.to_owned(), Folder { command: named.map(|c| c.command.clone()) });
        self.save()
    }

    /// No longer trusts `folder` itself, nor what is below it. Returns what was trusted.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn remove(&mut self, folder: &Path) -> Result<Vec<PathBuf>, TrustError> {
        let removed: Vec<PathBuf> = self.folders.keys().filter(|f| f.starts_with(folder)).cloned().collect();
        self.folders.retain(|f, _| !f.starts_with(folder));
        if !removed.is_empty() {
            self.save()?;
        }
        Ok(removed)
    }

    /// The folder through which `folder` is trusted.
    pub fn through<'a>(&self, folder: &'a Path) -> Option<&'a Path> {
        folder.ancestors().find(|f| self.folders.contains_key(*f))
    }

    /// Every trusted folder.
    pub fn folders(&self) -> impl Iterator<Item = (&Path, &Folder)> {
        self.folders.iter().map(|(path, folder)| (path.as_path(), folder))
    }

    /// Writes the list, whole or not at all, for this user alone.
    fn save(&self) -> Result<(), TrustError> {
        let unusable = |error| TrustError::Unusable { path: self.file.clone(), error };
        let state = self.file.parent().unwrap_or(Path::new("/"));
        disk::create_private(state).map_err(unusable)?;
        if !is_ours(state) {
            return Err(TrustError::Others { path: state.to_owned() });
        }
        let stored = Stored { version: 1, folders: self.folders.clone() };
        let write = || -> io::Result<()> {
            // Made with the mode 0600.
            let mut file = tempfile::NamedTempFile::new_in(state)?;
            serde_json::to_writer_pretty(&mut file, &stored)?;
            file.flush()?;
            file.as_file().sync_all()?;
            file.persist(&self.file)?;
            Ok(())
        };
        write().map_err(unusable)
    }
}

/// The user's state folder, where the journals of runs lie, too.
fn state_folder() -> PathBuf {
    let folder = disk::state_folder();
    // A link must not hide that it lies in a workspace.
    disk::real_path(&folder).unwrap_or(folder)
}

/// Whether only this user (or the administrator) may write there.
#[cfg(unix)]
fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    path.symlink_metadata().is_ok_and(|m| !m.is_symlink() && [user, 0].contains(&m.uid()) && m.mode() & 0o022 == 0)
}
#[cfg(not(unix))]
fn is_ours(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(folder: &str, command: &str, origin: Origin) -> BuildCommand {
        BuildCommand { command: command.to_owned(), folder: folder.into(), origin }
    }

    #[test]
    fn trust_holds_below_a_folder_and_for_one_command() {
        let state = tempfile::tempdir().unwrap();
        let state = state.path().join("buildfix");
        let mut trust = Trust::load_from(&state).unwrap();
        let tool = |folder| command(folder, "dotnet build", Origin::Tool("dotnet"));
        let make = command("/w", "make", Origin::Config);
        assert!(!trust.allows(&tool("/w")) && !trust.allows(&make));
        assert!(trust.allows(&command("/w", "rm -rf x", Origin::Given)));
        trust.add(Path::new("/w"), Some(&make)).unwrap();
        let mut trust = Trust::load_from(&state).unwrap();
        assert!(trust.allows(&tool("/w")) && trust.allows(&tool("/w/a/b")) && trust.allows(&make));
        assert!(!trust.allows(&tool("/")) && !trust.allows(&tool("/w2")));
        let changed = command("/w", "make; curl", Origin::Config);
        assert!(!trust.allows(&changed) && trust.changed(&changed));
        // Another `buildfix.toml` below is another command.
        assert!(!trust.allows(&command("/w/a", "make", Origin::Config)));
        assert_eq!(trust.through(Path::new("/w/a")), Some(Path::new("/w")));
        trust.add(Path::new("/w/a"), None).unwrap();
        assert_eq!(trust.remove(Path::new("/w")).unwrap().len(), 2);
        assert!(!Trust::load_from(&state).unwrap().allows(&tool("/w/a")));
    }

    #[test]
    fn a_workspace_cannot_bring_its_own_trust() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let state = root.join("state");
        let mut trust = Trust::load_from(&state).unwrap();
        assert!(matches!(trust.add(&root, None), Err(TrustError::Inside { .. })));
        trust.add(&root.join("w"), None).unwrap();
        let text = std::fs::read_to_string(state.join(FILE)).unwrap().replace("/w\"", "\"");
        std::fs::write(state.join(FILE), text).unwrap();
        let planted = Trust::load_from(&state).unwrap();
        assert!(planted.through(&root).is_some());
        let tool = BuildCommand { command: "x".into(), folder: root.clone(), origin: Origin::Tool("tsc") };
        assert!(!planted.allows(&tool));
    }

    #[cfg(unix)]
    #[test]
    fn a_list_that_others_may_write_is_not_believed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let state = tempfile::tempdir().unwrap();
        let mut trust = Trust::load_from(state.path()).unwrap();
        trust.add(Path::new("/w"), None).unwrap();
        let file = state.path().join(FILE);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        set(&file, 0o620);
        assert!(matches!(Trust::load_from(state.path()), Err(TrustError::Others { .. })));
        set(&file, 0o600);
        set(state.path(), 0o777);
        assert!(matches!(Trust::load_from(state.path()), Err(TrustError::Others { .. })));
        set(state.path(), 0o700);
        std::fs::rename(&file, state.path().join("x")).unwrap();
        symlink("x", &file).unwrap();
        assert!(matches!(Trust::load_from(state.path()), Err(TrustError::Others { .. })));
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, "{").unwrap();
        set(&file, 0o600);
        assert!(matches!(Trust::load_from(state.path()), Err(TrustError::Unusable { .. })));
    }
}
