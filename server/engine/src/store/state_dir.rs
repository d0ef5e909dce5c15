//! Where the journals lie, and whether they may be believed: what others can write there, they could make us write.

use ignore::gitignore::Gitignore;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use text::ContentHash;

/// Why a state folder is not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StateProblem {
    /// It belongs to someone else.
    OtherOwner(PathBuf),
    /// Others may write to it.
    Open(PathBuf),
    /// It is no folder, or a link to one where there must be none.
    NotAFolder(PathBuf),
    /// It is inside the workspace, and git does not ignore it.
    InWorkspace(PathBuf),
}

impl fmt::Display for StateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ELSE: &str = "name another folder with BUILDFIX_STATE_DIR";
        match self {
            Self::OtherOwner(path) => {
                write!(f, "the state folder {} belongs to another user; {ELSE}", path.display())
            }
            Self::Open(path) => {
                let path = path.display();
                write!(
                    f,
                    "others may write to the state folder {path}; look what is in it and run `chmod 700 {path}`, or {ELSE}"
                )
            }
            Self::NotAFolder(path) => {
                write!(f, "the state folder {} is not a folder of its own; remove it, or {ELSE}", path.display())
            }
            Self::InWorkspace(path) => write!(
                f,
                "the state folder {} is inside the workspace; add it to .gitignore, or {ELSE}",
                path.display()
            ),
        }
    }
}

/// The name under which the state of `root` lies.
pub(super) fn key(root: &Path) -> String {
    ContentHash::of(root.as_os_str().as_encoded_bytes()).to_hex()[..20].to_owned()
}

/// Whether `folder` may be believed, if there is one: it is ours, and nobody else can write to it.
pub(super) fn check(folder: &Path) -> Result<(), StateProblem> {
    // A link is followed only where the way there can be believed: not in a folder that all users share.
    let shared = folder.parent().is_some_and(is_shared);
    let metadata = if shared { folder.symlink_metadata() } else { folder.metadata() };
    let Ok(metadata) = metadata else { return Ok(()) };
    if !metadata.is_dir() {
        return Err(StateProblem::NotAFolder(folder.to_path_buf()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(StateProblem::OtherOwner(folder.to_path_buf()));
        }
        if metadata.mode() & 0o022 != 0 {
            return Err(StateProblem::Open(folder.to_path_buf()));
        }
    }
    Ok(())
}

/// Whether others may make things in `folder`.
fn is_shared(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        folder.metadata().is_ok_and(|m| m.mode() & 0o022 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

/// Takes from others what they may read in a folder that an earlier version made.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    ::disk::create_private(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if folder.metadata()?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Notes in a state folder whose it is.
pub(super) fn note_root(home: &Path, root: &Path) -> io::Result<()> {
    match root.to_str() {
        Some(text) if root_of(home).is_none() => fs::write(home.join("root"), text),
        // A path that is no text is found from the folder itself and from those below.
        _ => Ok(()),
    }
}

/// Whose state folder it is, as it says.
pub(super) fn root_of(home: &Path) -> Option<PathBuf> {
    let text = String::from_utf8(super::disk::read(&home.join("root"), 64 << 10).ok()?).ok()?;
    Some(PathBuf::from(text)).filter(|p| p.is_absolute())
}

/// Refuses a state folder among the sources of `root`: it would be committed, and a stranger's would come with a checkout.
pub(super) fn check_place(base: &Path, root: &Path) -> Result<(), StateProblem> {
    // As far as there are folders, without links.
    let existing = base.ancestors().find_map(|a| Some((a, a.canonicalize().ok()?)));
    let real = existing.and_then(|(a, real)| Some(real.join(base.strip_prefix(a).ok()?)));
    let real = real.unwrap_or_else(|| base.to_path_buf());
    if real.starts_with(root) && !is_ignored(&real.join("runs")) {
        return Err(StateProblem::InWorkspace(base.to_path_buf()));
    }
    Ok(())
}

/// Whether git ignores `path`: one of the folders on the way there is excluded.
fn is_ignored(path: &Path) -> bool {
    let Some(top) = path.ancestors().find(|a| a.join(".git").exists()) else { return false };
    let mut files: Vec<Gitignore> = vec![Gitignore::global().0];
    let exclude = top.join(".git/info/exclude");
    let mut builder = ignore::gitignore::GitignoreBuilder::new(top);
    if exclude.is_file() && builder.add(&exclude).is_none() {
        files.extend(builder.build());
    }
    let mut way: Vec<&Path> = path.ancestors().take_while(|a| a.starts_with(top)).collect();
    way.reverse();
    for pair in way.windows(2) {
        let list = pair[0].join(".gitignore");
        if list.is_file() {
            files.push(Gitignore::new(&list).0);
        }
        // The last that says something decides; in an ignored folder nothing is taken back.
        let said = files.iter().rev().map(|f| f.matched(pair[1], true)).find(|m| !m.is_none());
        if said.is_some_and(|m| m.is_ignore()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_folder_among_the_sources_is_refused_unless_git_ignores_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("it exists");
        let base = root.join("part/.state");
        let refused = Err(StateProblem::InWorkspace(base.clone()));
        assert_eq!(check_place(&base, &root), refused);
        assert_eq!(check_place(&base, &root.join("other")), Ok(()));
        fs::create_dir_all(root.join("part")).expect("own folder");
        fs::write(root.join(".gitignore"), ".state/\n").expect("own folder");
        assert_eq!(check_place(&base, &root), refused, "there is no repository");
        fs::create_dir_all(root.join(".git/info")).expect("own folder");
        assert_eq!(check_place(&base, &root), Ok(()));
        fs::write(root.join("part/.gitignore"), "!.state/\n").expect("own folder");
        assert_eq!(check_place(&base, &root), refused);
        fs::write(root.join(".git/info/exclude"), "/part\n").expect("own folder");
        fs::remove_file(root.join(".gitignore")).expect("own folder");
        assert_eq!(check_place(&base, &root), Ok(()));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_write_to_is_not_believed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("state");
        assert_eq!(check(&path), Ok(()));
        make_private(&path).expect("own folder");
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("own folder");
        assert_eq!(path.metadata().expect("it exists").permissions().mode() & 0o777, 0o700);
        for open in [0o777, 0o775, 0o702] {
            mode(open);
            assert_eq!(check(&path), Err(StateProblem::Open(path.clone())));
        }
        mode(0o755);
        assert_eq!(check(&path), Ok(()));
        make_private(&path).expect("own folder");
        assert_eq!(path.metadata().expect("it exists").permissions().mode() & 0o777, 0o700);
        // In a folder that all share, a link may be anyone's.
        let shared = dir.path().join("shared");
        fs::create_dir(&shared).expect("own folder");
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).expect("own folder");
        symlink(&path, shared.join("link")).expect("own folder");
        symlink(&path, dir.path().join("link")).expect("own folder");
        assert_eq!(check(&shared.join("link")), Err(StateProblem::NotAFolder(shared.join("link"))));
        assert_eq!(check(&dir.path().join("link")), Ok(()));
    }
}
