//! Wall-clock times by stage, and peak memory.

use std::time::Instant;

/// Collects times.
pub struct Timings {
    start: Instant,
    last: Instant,
    stages: Vec<(&'static str, f64)>,
}

impl Timings {
    /// Starts.
    pub fn start() -> Self {
        let now = Instant::now();
        Self { start: now, last: now, stages: Vec::new() }
    }
    /// Ends a stage; stages of one name add up.
    pub fn end(&mut self, stage: &'static str) {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.last = now;
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += seconds,
            None => self.stages.push((stage, seconds)),
        }
    }
    /// Seconds by stage, the whole, and peak resident memory in MB where the system tells it.
    pub fn to_json(&self) -> serde_json::Value {
        let round = |s: f64| (s * 1e4).round() / 1e4;
        let mut out = serde_json::Map::new();
        for (name, seconds) in &self.stages {
            out.insert((*name).to_owned(), round(*seconds).into());
        }
        out.insert("total".to_owned(), round(self.total()).into());
        out.insert("peakMemoryMb".to_owned(), peak_mb().map_or(serde_json::Value::Null, |m| round(m).into()));
        out.into()
    }
    /// Seconds since the start.
    pub fn total(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}

/// Peak resident memory in MB (Linux: `VmHWM` of `/proc/self/status`, proc(5)); `None` elsewhere.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}
