//! Where the workspace as it was is to be found.

mod folder;

pub use folder::Folder;
