//! Engine: from diagnostics to a plan, from a plan to files, and back.
//!
//! **Knows** how fixes are chosen, combined, judged, written, verified and undone; it asks providers and languages through traits only.
//! **Must not know** any language, any rule, log formats, processes, or LSP. Its writer is the only code that changes a user's files.
//!
//! ```text
//! BuildDiagnostic ─ load ─► Entry ─ plan ─► Plan (texts in memory) ─ commit ─► Run (journal) ─ undo ─► as before
//! ```

mod control;
mod entry;
mod found;
mod guard;
mod load;
mod overlay;
mod plan;
mod reason;
mod stage;
mod store;
mod verify;
mod workspace;

pub use control::{CancelToken, Progress, ProgressStage, silent};
pub use entry::{Entry, FixInfo, Outcome, Span};
pub use guard::{Refusal, WriteGuard};
pub use load::Filter;
pub use overlay::OverlaySystem;
pub use plan::{AppliedFix, Doubted, FileKind, Plan, PlanOptions, PlannedFile};
pub use reason::{Obstacle, Problem, Reason};
pub use store::{
    CommitError, DamagedRun, Recovered, Run, RunFile, RunState, Session, StateProblem, Store, UndoError, Undone,
};
pub use verify::{Build, Verified, VerifyError, VerifyOptions};
pub use workspace::{OpenError, Snapshot, Workspace};
