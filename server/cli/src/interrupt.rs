//! How the program ends when it is asked to: Ctrl-C, SIGTERM, SIGHUP.
//!
//! The first signal ends it at once, unless a step is under way that is to end in order: a build is stopped with what it started, what is
//! being written is completed. The second one ends it at once in any case: the guard of the build then ends that, and the next start
//! rolls back what was half written.

use engine::CancelToken;
use std::io::Write;
use std::sync::{LazyLock, Mutex, MutexGuard};

/// Signals that end the program, with their numbers.
const INTERRUPT: u8 = 2;
#[cfg(unix)]
const TERMINATE: u8 = 15;
#[cfg(target_os = "linux")]
const HANG_UP: u8 = 1;

#[derive(Default)]
struct State {
    /// The first signal that came.
    signal: Option<u8>,
    /// Steps under way that are to end in order.
    steps: usize,
    token: CancelToken,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(Mutex::default);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(|e| e.into_inner())
}

/// A step that a first signal does not cut off, as long as this lives.
pub struct Step(());

impl Drop for Step {
    fn drop(&mut self) {
        state().steps -= 1;
    }
}

/// Begins a step that is to end in order: it looks at [`token`], or is short.
pub fn step() -> Step {
    // A signal that came before ends the program while it holds the lock.
    state().steps += 1;
    Step(())
}

/// What a signal cancels.
pub fn token() -> CancelToken {
    state().token.clone()
}

/// The exit status of a program that a signal ended: 130 for an interrupt (Ctrl-C), 143 for SIGTERM, 129 for SIGHUP.
pub fn exit_status() -> Option<u8> {
    state().signal.map(|s| 128 + s)
}

fn came(signal: u8) {
    let mut state = state();
    let first = state.signal.is_none();
    state.signal.get_or_insert(signal);
    state.token.cancel();
    if state.steps > 0 && first {
        return;
    }
    // With the lock held: no step begins any more.
    let what = if state.steps > 0 {
        "ended in the middle of a step; if files were being written, the next start puts them back"
    } else {
        "ended by a signal"
    };
    let _ = writeln!(std::io::stderr(), "buildfix: {what}");
    std::process::exit(i32::from(128 + state.signal.unwrap_or(signal)));
}

/// Listens to signals from now on.
pub fn listen() {
    let (ready, is_ready) = std::sync::mpsc::channel();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async move {
            let signals = Signals::new();
            let _ = ready.send(());
            match signals {
                Ok(signals) => signals.forward().await,
                Err(e) => tracing::warn!("signals end the process at once: {e}"),
            }
        });
    };
    match std::thread::Builder::new().name("signals".to_owned()).spawn(listen) {
        // A signal that comes now is not missed.
        Ok(_) => is_ready.recv().unwrap_or_default(),
        Err(e) => tracing::warn!("signals end the process at once: {e}"),
    }
}

#[cfg(unix)]
struct Signals(Vec<(u8, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signals =
            vec![(INTERRUPT, signal(SignalKind::interrupt())?), (TERMINATE, signal(SignalKind::terminate())?)];
        #[cfg(target_os = "linux")]
        if !is_ignored(HANG_UP) {
            signals.push((HANG_UP, signal(SignalKind::hangup())?));
        }
        Ok(Self(signals))
    }
    async fn forward(self) {
        for (number, mut signal) in self.0 {
            tokio::spawn(async move {
                while signal.recv().await.is_some() {
                    came(number);
                }
            });
        }
        std::future::pending().await
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }
    async fn forward(self) {
        while tokio::signal::ctrl_c().await.is_ok() {
            came(INTERRUPT);
        }
    }
}

/// Whether the signal was ignored when the program started, as `nohup` does with SIGHUP: it stays so. Elsewhere than on Linux that cannot be
/// asked, and SIGHUP keeps its meaning by not being listened to.
#[cfg(target_os = "linux")]
fn is_ignored(signal: u8) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|l| l.strip_prefix("SigIgn:")).map(str::trim);
    mask.and_then(|m| u64::from_str_radix(m, 16).ok()).is_some_and(|m| m & (1 << (signal - 1)) != 0)
}
