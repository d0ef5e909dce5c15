//! How a build called the compiler: what project files only let guess.

use smol_str::SmolStr;
use std::path::Path;

/// One call of the compiler for a project, as a build's log tells it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompiledProject {
    /// The project file as the build names it, perhaps of another machine.
    pub project: String,
    /// The target framework, where the build names one.
    pub framework: Option<SmolStr>,
    /// The symbols of `#if`: these and no others.
    pub defines: Vec<SmolStr>,
    /// Whether nullable annotations count; `None` when the call does not say.
    pub nullable: Option<bool>,
    /// The language version; `None` when the call does not say.
    pub lang_version: Option<SmolStr>,
}

impl CompiledProject {
    /// How many folders and names of `project` agree with what was compiled, from the end; zero when it is another project.
    fn agreement(&self, project: &Path) -> usize {
        let printed = self.project.split(['/', '\\']).rev().filter(|p| !p.is_empty());
        let own = project.components().rev().map(|c| c.as_os_str().to_str().unwrap_or_default());
        own.zip(printed).take_while(|(a, b)| a == b).count()
    }
}

/// The call for `project`, of several that for `framework`. Of another machine's paths, at least the folder has to agree, and no other project of `all` may
/// agree as well.
pub(super) fn call_of<'c>(
    calls: &'c [CompiledProject],
    project: &Path,
    framework: &str,
    all: &dyn Fn(&dyn Fn(&Path) -> bool) -> bool,
) -> Option<&'c CompiledProject> {
    let of_project = calls.iter().filter(|call| {
        if Path::new(&call.project) == project {
            return true;
        }
        let agreement = call.agreement(project);
        agreement >= 2 && !all(&|other| other != project && call.agreement(other) >= agreement)
    });
    let mut found: Vec<&CompiledProject> = of_project.collect();
    found.sort_by_key(|call| call.framework.as_deref() != Some(framework));
    found.first().copied()
}
