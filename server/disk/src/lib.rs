//! Disk: what is read from disk, and how much of it.
//!
//! **Knows** which files may be opened, the limit of each [`Kind`], and where this user's state lies. **Must not know** what the bytes mean. Workspaces come from strangers: a
//! name that buildfix reads may be a pipe, a device, a link to either, or a file without end. Only regular files on file systems that hold data
//! are opened, never more than the limit is read, and no call waits for somebody else. It is the only crate that opens files to read
//! (`tests/tests/architecture.rs` looks for others).

mod kind;
mod read;
mod state;

pub use kind::{Kind, is_lock_file};
pub use read::{
    Given, MOST_ENTRIES, exists, file_type, head, is_file, is_folder, list, open, open_given, read, read_text,
    real_path, stamp,
};
pub use state::{create_private, state_folder};
