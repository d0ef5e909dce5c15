//! Crashes on demand, for the test that kills the process at every write point. Compiled into debug builds only.

/// A write point: the `n`th one aborts the process when `BUILDFIX_CRASH_AT=n`.
pub(super) fn point() {
    #[cfg(debug_assertions)]
    {
        static POINTS: Points = Points::new("BUILDFIX_CRASH_AT");
        POINTS.pass();
    }
}

/// As [`point`], for restoring files: `BUILDFIX_CRASH_BACK_AT=n`.
pub(super) fn point_back() {
    #[cfg(debug_assertions)]
    {
        static POINTS: Points = Points::new("BUILDFIX_CRASH_BACK_AT");
        POINTS.pass();
    }
}

#[cfg(debug_assertions)]
struct Points {
    variable: &'static str,
    passed: std::sync::atomic::AtomicUsize,
}

#[cfg(debug_assertions)]
impl Points {
    const fn new(variable: &'static str) -> Self {
        Self { variable, passed: std::sync::atomic::AtomicUsize::new(0) }
    }
    fn pass(&self) {
        let at = std::env::var(self.variable).ok().and_then(|n| n.parse::<usize>().ok());
        if at == Some(self.passed.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1) {
            std::process::abort();
        }
    }
}

/// Whether a crash is requested. It ends the process, not the machine, so the test does not need `fsync`.
#[cfg(debug_assertions)]
pub(super) fn expected() -> bool {
    std::env::var_os("BUILDFIX_CRASH_AT").is_some()
}
#[cfg(not(debug_assertions))]
pub(super) fn expected() -> bool {
    false
}
