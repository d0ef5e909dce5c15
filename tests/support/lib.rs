//! Support for the end-to-end tests: installation of compilers, and reporting of skipped tests.
//!
//! **Knows** where the pinned toolchains come from and how to run them. **Must not know** how buildfix works inside.

mod compiler;
mod dotnet;
mod git;
mod skip;
mod tools;

pub use compiler::{CompilerDiagnostic, Roslyn, TypeScript};
pub use dotnet::dotnet;
pub use git::git;
pub use skip::{repository, shared, skip};
pub use tools::{buildfix, install};
