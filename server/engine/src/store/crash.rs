//! Crashes on demand, for the test that kills the process at every write point. Compiled into debug builds only.

/// Passes a write point: the `n`th one aborts the process when `BUILDFIX_CRASH_AT=n`.
#[cfg(debug_assertions)]
pub(super) fn point() {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};
    static AT: LazyLock<Option<usize>> =
        LazyLock::new(|| std::env::var("BUILDFIX_CRASH_AT").ok().and_then(|n| n.parse().ok()));
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    if let Some(at) = *AT
        && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == at
    {
        std::process::abort();
    }
}
#[cfg(not(debug_assertions))]
pub(super) fn point() {}

/// Whether a crash is to come. It kills the process, not the machine, so that the test can do without `fsync`.
#[cfg(debug_assertions)]
pub(super) fn expected() -> bool {
    std::env::var_os("BUILDFIX_CRASH_AT").is_some()
}
#[cfg(not(debug_assertions))]
pub(super) fn expected() -> bool {
    false
}
