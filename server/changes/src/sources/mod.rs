//! Where the workspace as it was is to be found.

mod folder;
mod git;
mod renames;

pub use folder::Folder;
pub use git::Git;
