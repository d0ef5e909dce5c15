//! What a project file and the files that it imports say, and which of them says it.

use super::CSharp;
use super::msbuild::{Evaluation, Item, join, list};
use super::project::{SDK_USINGS, WEB_USINGS, WORKER_USINGS, evaluate_whole};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A project file, evaluated for its principal framework.
#[derive(Debug)]
pub struct ProjectFile {
    path: PathBuf,
    evaluation: Evaluation,
}

/// One value of an item.
#[derive(Clone, Debug)]
pub struct ProjectItem<'p> {
    /// The value, properties expanded.
    pub include: &'p str,
    /// The file that has it.
    pub file: &'p Arc<Path>,
    item: &'p Item,
}

impl ProjectItem<'_> {
    /// An attribute or child of the item, properties expanded.
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.item.metadata(&name.to_ascii_lowercase())
    }

    /// The value as a path.
    pub fn path(&self) -> PathBuf {
        join(&self.item.folder, self.include)
    }
}

impl ProjectFile {
    /// The project file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value of a property; empty when it is not set.
    pub fn property(&self, name: &str) -> &str {
        self.evaluation.property(name)
    }

    /// Whether a property is `true`.
    pub fn is_on(&self, name: &str) -> bool {
        self.property(name).eq_ignore_ascii_case("true")
    }

    /// The file of the workspace that sets a property.
    pub fn origin(&self, name: &str) -> Option<&Path> {
        self.evaluation.origin(name).map(|p| &**p)
    }

    /// The values of the items of a kind.
    pub fn items(&self, kind: &str) -> Vec<ProjectItem<'_>> {
        let values = self.evaluation.values(&kind.to_ascii_lowercase());
        values.into_iter().map(|(include, item)| ProjectItem { include, file: &item.file, item }).collect()
    }

    /// Whether it uses an SDK.
    pub fn has_sdk(&self, name: &str) -> bool {
        self.evaluation.sdks.iter().any(|sdk| sdk.eq_ignore_ascii_case(name))
    }

    /// The namespaces that `ImplicitUsings` brings into scope in a project of its SDK.
    pub fn implicit_usings(&self) -> Vec<&'static str> {
        let mut out = SDK_USINGS.to_vec();
        if self.has_sdk("Microsoft.NET.Sdk.Web") {
            out.extend(WEB_USINGS);
        } else if self.has_sdk("Microsoft.NET.Sdk.Worker") {
            out.extend(WORKER_USINGS);
        }
        out
    }

    /// The target frameworks.
    pub fn frameworks(&self) -> Vec<&str> {
        let several: Vec<&str> = list(self.property("TargetFrameworks")).collect();
        if several.is_empty() { list(self.property("TargetFramework")).collect() } else { several }
    }

    /// The file that holds the versions of all packages, when these are managed centrally (NuGet, "Central Package Management").
    pub fn central_versions(&self) -> Option<&Path> {
        let file = self.evaluation.files().find(|f| f.file_name().is_some_and(|n| n == "Directory.Packages.props"))?;
        self.is_on("ManagePackageVersionsCentrally").then_some(file)
    }

    /// The files of the workspace that were evaluated, in order of path.
    pub fn files(&self) -> Vec<&Path> {
        let mut files: Vec<&Path> = self.evaluation.files().collect();
        files.sort();
        files
    }
}

impl CSharp<'_> {
    /// What a project file says. It is read anew each time it is asked for.
    pub fn project_file(&self, path: &Path) -> ProjectFile {
        let roots = self.index.roots();
        let read = |file: &Path| roots.iter().any(|r| file.starts_with(r)).then(|| self.index.text(file)).flatten();
        ProjectFile { path: path.to_owned(), evaluation: evaluate_whole(path, roots, &read) }
    }
}
