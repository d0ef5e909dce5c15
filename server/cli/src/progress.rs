//! What is shown while work goes on.

use engine::{Progress, ProgressStage};
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
