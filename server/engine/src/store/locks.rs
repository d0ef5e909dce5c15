//! Who may write. A process that writes to a folder holds its lock alone, and shares the locks of all folders above: whoever works in a
//! folder above or below has to wait, others do not.

use super::error::{CommitError, io_error};
use super::state_dir;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

/// Held while files are written.
pub(super) struct Lock {
    _files: Vec<File>,
}

impl Lock {
    /// Locks `root` for a process that keeps its state in `base`; waits for others as long as `patience`.
    pub fn take(base: &Path, root: &Path, patience: Duration) -> Result<Self, CommitError> {
        let folder = base.join("locks");
        ::disk::create_private(&folder).map_err(|e| io_error("create", &folder, e))?;
        let start = Instant::now();
        let mut files = Vec::new();
        // Outermost first: everyone takes them in this order, so that no two wait for each other.
        let mut above: Vec<&Path> = root.ancestors().collect();
        above.reverse();
        for place in above {
            let path = folder.join(state_dir::key(place));
            let mut options = File::options();
            let file = options.create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(|e| io_error("open", &path, e))?;
            loop {
                let locked = if place == root { file.try_lock() } else { file.try_lock_shared() };
                match locked {
                    Ok(()) => break,
                    Err(fs::TryLockError::WouldBlock) if start.elapsed() < patience => {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    Err(fs::TryLockError::WouldBlock) => return Err(CommitError::Busy),
                    Err(fs::TryLockError::Error(e)) => return Err(io_error("lock", &path, e)),
                }
            }
            files.push(file);
        }
        Ok(Self { _files: files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above_and_below_exclude_each_other_and_neighbours_do_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let take = |root: &str| Lock::take(dir.path(), Path::new(root), Duration::ZERO);
        let busy = |root: &str| matches!(take(root), Err(CommitError::Busy));
        let held = take("/w/repository/part").expect("nobody has it");
        assert!(busy("/w/repository/part") && busy("/w/repository") && busy("/w/repository/part/of/it"));
        let other = take("/w/repository/other").expect("a neighbour");
        drop(held);
        assert!(busy("/w/repository"));
        drop(other);
        let all = take("/w/repository").expect("both are done");
        assert!(busy("/w/repository/part") && busy("/w/repository/other/deep"));
        assert!(take("/w/repository2").is_ok());
        drop(all);
    }
}
