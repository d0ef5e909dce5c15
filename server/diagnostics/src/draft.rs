use crate::{Location, ProjectRef, Severity};

/// Longest message; the rest is dropped.
pub(crate) const MAX_MESSAGE: usize = 64 << 10;

/// A diagnostic that may continue on the next line.
pub(crate) struct Draft {
    pub file: Option<String>,
    pub location: Option<Location>,
    pub severity: Severity,
    pub code: String,
    pub message: String,
    pub project: Option<ProjectRef>,
    pub related: Vec<(Option<String>, Option<Location>, String)>,
    /// What a task runner prints before each line.
    pub label: String,
}

impl Draft {
    pub(crate) fn new(severity: Severity, code: &str, message: &str) -> Self {
        Self {
            file: None,
            location: None,
            severity,
            code: code.to_owned(),
            message: message.to_owned(),
            project: None,
            related: Vec::new(),
            label: String::new(),
        }
    }
    pub(crate) fn at(mut self, file: &str, location: Option<Location>) -> Self {
        self.file = Some(file.trim().to_owned());
        self.location = location;
        self
    }
    /// Adds a line to the message.
    pub(crate) fn push_line(&mut self, line: &str) {
        if self.message.len() + line.len() < MAX_MESSAGE {
            self.message.push('\n');
            self.message.push_str(line);
        }
    }
}
