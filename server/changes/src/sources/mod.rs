//! Where the workspace as it was is to be found.

mod folder;
mod git;
mod green;
mod libraries;
mod renames;
#[cfg(test)]
mod testing;

#[cfg(test)]
pub(crate) use renames::renamed;

pub use folder::Folder;
pub use git::{Changed, Git, history};
pub use green::{Green, Recorded};
pub use libraries::Libraries;
