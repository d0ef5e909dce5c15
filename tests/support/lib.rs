//! Support for the end-to-end tests: compilers that install themselves, and skips that are seen.
//!
//! **Knows** where the pinned toolchains come from and how to ask them. **Must not know** how buildfix works inside.

mod compiler;
mod skip;
mod tools;

pub use compiler::{CompilerDiagnostic, Roslyn, TypeScript};
pub use skip::{repository, shared, skip};
pub use tools::{buildfix, install};
