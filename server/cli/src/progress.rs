//! What is shown while work goes on, and how it is cancelled.

use engine::{CancelToken, Progress, ProgressStage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Shorter work shows no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line on the terminal, from half a second on; nothing elsewhere.
pub struct Display {
    start: Instant,
    enabled: bool,
    bar: OnceLock<ProgressBar>,
}

impl Display {
    /// Quiet, or not.
    pub fn new(quiet: bool) -> Self {
        Self { start: Instant::now(), enabled: !quiet && std::io::stderr().is_terminal(), bar: OnceLock::new() }
    }

    fn bar(&self) -> Option<&ProgressBar> {
        if !self.enabled || self.start.elapsed() < PATIENCE {
            return None;
        }
        Some(self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            let style = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} [{elapsed}]");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        }))
    }

    /// Shows the engine's progress.
    pub fn show(&self, progress: Progress) {
        if let Some(bar) = self.bar() {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
            bar.set_message(match progress.stage {
                ProgressStage::Placing => "placing".to_owned(),
                ProgressStage::Planning { pass } => format!("planning, pass {pass}"),
                ProgressStage::Writing => "writing".to_owned(),
            });
        }
    }

    /// Shows what is being done.
    pub fn message(&self, text: &str) {
        if self.enabled {
            let bar = self.bar.get_or_init(|| {
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))
                    .with_style(ProgressStyle::default_spinner())
            });
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.set_message(text.to_owned());
        }
    }

    /// Clears the line.
    pub fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A token that an interrupt (Ctrl-C) cancels. The second interrupt ends the process: what was being written then is rolled back by the
/// next start.
pub fn cancel_on_interrupt() -> CancelToken {
    let token = CancelToken::new();
    let shared = token.clone();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if shared.is_cancelled() {
                    std::process::exit(130);
                }
                shared.cancel();
            }
        });
    };
    if let Err(e) = std::thread::Builder::new().name("interrupt".to_owned()).spawn(listen) {
        tracing::warn!("interrupts end the process at once: {e}");
    }
    token
}
