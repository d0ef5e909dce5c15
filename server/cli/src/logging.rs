//! `BUILDFIX_LOG`: the program's own log.

use anyhow::{Context, Result};
use std::fs::File;
use std::io::IsTerminal;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// Starts logging as `BUILDFIX_LOG` says: a filter of tracing (`debug`, `engine=trace`), with `file=PATH` into a file instead of
/// standard error. Without it, warnings.
///
/// # Errors
/// When the filter or the file cannot be used.
pub fn start() -> Result<()> {
    let wanted = std::env::var("BUILDFIX_LOG").unwrap_or_default();
    let (files, filters): (Vec<&str>, Vec<&str>) =
        wanted.split(',').map(str::trim).filter(|p| !p.is_empty()).partition(|p| p.starts_with("file="));
    let filter = if filters.is_empty() { "warn".to_owned() } else { filters.join(",") };
    let filter = EnvFilter::try_new(&filter).with_context(|| format!("BUILDFIX_LOG={wanted} is not a filter"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(true);
    match files.last().and_then(|f| f.strip_prefix("file=")) {
        Some(path) => {
            let file = File::options()
                .create(true)
                .append(true)
                .open(path)
                .with_context(|| format!("the log file {path} of BUILDFIX_LOG cannot be written"))?;
            builder.with_ansi(false).with_writer(Mutex::new(file)).init();
        }
        None => {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
            let colour = std::io::stderr().is_terminal() && !plain;
            builder.with_ansi(colour).with_writer(std::io::stderr).init();
        }
    }
    Ok(())
}
