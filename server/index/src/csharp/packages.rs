//! Packages and their versions, as far as the tree, the last restore and the packages folder of this machine know them.

use super::{CSharp, CsProject};
use crate::dotnet::{installed_package, restored_packages};
use std::path::Path;

/// A package in a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageVersion {
    /// The id, as it is spelt where it was found.
    pub id: String,
    /// The version.
    pub version: String,
}

impl CSharp<'_> {
    /// The packages that projects of the tree, but for `not_of`, refer to, with their versions where these are written; centrally managed
    /// versions, too.
    pub fn packages_of_tree(&self, not_of: &CsProject) -> Vec<PackageVersion> {
        let mut out: Vec<PackageVersion> = Vec::new();
        for project in self.projects().iter().filter(|p| p.path != not_of.path) {
            let file = self.project_file(Path::new(&*project.path));
            let central = file.items("PackageVersion");
            for item in file.items("PackageReference") {
                let version = item.metadata("Version").or_else(|| item.metadata("VersionOverride"));
                let managed = || {
                    let of_id = central.iter().find(|c| c.include.eq_ignore_ascii_case(item.include))?;
                    of_id.metadata("Version")
                };
                if let Some(version) = version.or_else(managed).filter(|v| is_version(v)) {
                    out.push(PackageVersion { id: item.include.to_owned(), version: version.to_owned() });
                }
            }
        }
        out
    }

    /// The packages whose versions are managed centrally for a project.
    pub fn central_packages(&self, project: &Path) -> Vec<PackageVersion> {
        let file = self.project_file(project);
        let versions = file.items("PackageVersion").into_iter().filter_map(|item| {
            let version = item.metadata("Version").filter(|v| is_version(v))?;
            Some(PackageVersion { id: item.include.to_owned(), version: version.to_owned() })
        });
        versions.collect()
    }

    /// The packages of the last restore of a project, those that it named itself first.
    pub fn restored_packages(&self, project: &Path) -> Vec<PackageVersion> {
        let folder = project.parent().unwrap_or(project);
        let mut all = restored_packages(self.index.system().as_ref(), folder);
        all.sort_by_key(|(_, _, direct)| !direct);
        all.into_iter().map(|(id, version, _)| PackageVersion { id, version }).collect()
    }

    /// The packages that the last restore of a project was asked for.
    pub fn packages_asked_for(&self, project: &Path) -> Vec<PackageVersion> {
        let folder = project.parent().unwrap_or(project);
        let all = restored_packages(self.index.system().as_ref(), folder);
        let direct = all.into_iter().filter(|(_, _, direct)| *direct);
        direct.map(|(id, version, _)| PackageVersion { id, version }).collect()
    }

    /// A package in the packages folder of this machine, in the newest version that suits a framework.
    pub fn installed_package(&self, id: &str, framework: &str) -> Option<PackageVersion> {
        let (id, version) = installed_package(self.index.system().as_ref(), id, framework)?;
        Some(PackageVersion { id, version })
    }
}

/// Whether a version is written out: not by a property that is not known.
fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '(')) && !text.contains("$(")
}
