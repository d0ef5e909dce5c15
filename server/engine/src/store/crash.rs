//! Crashes on demand, for the tests that kill the process at every step. Compiled into debug builds only.

/// A step: the `n`th one ends the process as `kill -9` does when `BUILDFIX_CRASH_AT=n`.
pub(super) fn point() {
    #[cfg(debug_assertions)]
    {
        static POINTS: Points = Points::new("BUILDFIX_CRASH_AT");
        POINTS.pass();
    }
}

/// As [`point`], for rolling back: `BUILDFIX_CRASH_BACK_AT=n`.
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
            #[cfg(unix)]
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::process::abort();
        }
    }
}

/// Whether a crash is requested. It ends the process, not the machine, so the test does not need `fsync`.
pub(super) fn expected() -> bool {
    cfg!(debug_assertions) && std::env::var_os("BUILDFIX_CRASH_AT").is_some()
}

/// Whether to do as on a system that cannot exchange two files: `BUILDFIX_NO_EXCHANGE`.
pub(super) fn without_exchange() -> bool {
    cfg!(debug_assertions) && std::env::var_os("BUILDFIX_NO_EXCHANGE").is_some()
}
