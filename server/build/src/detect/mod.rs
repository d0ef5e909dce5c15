//! Which command builds a folder, or a file that somebody named. Starts nothing.

mod dotnet;
mod error;
mod folders;
mod global_json;
mod packages;
mod scripts;
mod typescript;

pub use error::{DetectError, MissingSdk};

use crate::command::{BuildCommand, Origin};
use disk::Kind;
use error::shown;
use folders::Environment;
use std::path::{Path, PathBuf};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    build: Option<String>,
}

/// The command that builds `root` (absolute, without links): what `buildfix.toml` says, else that of the first build tool that has a project there, else
/// below. `None`: there is nothing that is built.
///
/// # Errors
/// [`DetectError`] when there is something, and it cannot be built as it is; the text says what to do.
pub fn detect(root: &Path) -> Result<Option<BuildCommand>, DetectError> {
    detect_in(root, &Environment::of_process())
}

/// The command that builds `target`, a project of any kind, from `root`.
///
/// # Errors
/// [`DetectError`], also where `target` is no project.
pub fn detect_target(root: &Path, target: &Path) -> Result<BuildCommand, DetectError> {
    target_in(root, target, &Environment::of_process())
}

/// The SDK that a `global.json` asks for above `folder` and that is missing: why `dotnet` ended at once.
pub fn missing_sdk(folder: &Path) -> Option<MissingSdk> {
    global_json::missing_sdk(folder, &Environment::of_process().program("dotnet")?)
}

/// A project above `folder` that may compile what is in it, for advice.
pub fn project_above(folder: &Path) -> Option<PathBuf> {
    dotnet::above(folder)
}

/// What a file name says about being built, without looking at the file.
pub fn is_project_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    dotnet::is_project(name) || typescript::is_project_name(name)
}

fn detect_in(root: &Path, environment: &Environment) -> Result<Option<BuildCommand>, DetectError> {
    let found = |command: String, origin| BuildCommand { command, folder: root.to_path_buf(), origin };
    if let Some(build) = configured(root)? {
        return Ok(Some(found(build, Origin::Config)));
    }
    // What lies in the folder itself comes before what lies below; what can be built before what cannot.
    let mut trouble: Option<DetectError> = None;
    for tool in TOOLS {
        match (tool.command)(root, environment) {
            Ok(Some((name, command))) => return Ok(Some(found(command, Origin::Tool(name)))),
            Ok(None) => {}
            Err(e) => {
                trouble.get_or_insert(e);
            }
        }
        if tool.is_last_of_folder
            && let Some(trouble) = trouble.take()
        {
            return Err(trouble);
        }
    }
    trouble.map_or(Ok(None), Err)
}

/// What `buildfix.toml` says.
fn configured(root: &Path) -> Result<Option<String>, DetectError> {
    let path = root.join("buildfix.toml");
    if !disk::is_file(&path) {
        return Ok(None);
    }
    let error = |message: String| DetectError::Config { path: path.clone(), message };
    let text = disk::read_text(&path, Kind::Settings).map_err(|e| error(e.to_string()))?;
    let config: Config = toml::from_str(&text).map_err(|e| error(e.message().to_owned()))?;
    Ok(config.build.filter(|b| !b.trim().is_empty()))
}

/// The name of a tool, and the command.
type Found = Result<Option<(&'static str, String)>, DetectError>;

/// A way in which a folder may be built.
struct BuildTool {
    command: fn(&Path, &Environment) -> Found,
    /// The next ones look below the folder.
    is_last_of_folder: bool,
}

/// The build tools, in the order in which they are tried.
const TOOLS: &[BuildTool] = &[
    BuildTool {
        command: |root, environment| of_dotnet(root, dotnet::here(root)?, environment),
        is_last_of_folder: false,
    },
    BuildTool { command: typescript::here, is_last_of_folder: true },
    BuildTool {
        command: |root, environment| of_dotnet(root, dotnet::below(root)?, environment),
        is_last_of_folder: false,
    },
    BuildTool { command: typescript::below, is_last_of_folder: true },
];

fn of_dotnet(root: &Path, target: Option<PathBuf>, environment: &Environment) -> Found {
    target.map(|target| Ok(("dotnet", dotnet::command(root, &target, environment)?))).transpose()
}

fn target_in(root: &Path, target: &Path, environment: &Environment) -> Result<BuildCommand, DetectError> {
    let name = target.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let found =
        |command: String, tool| BuildCommand { command, folder: root.to_path_buf(), origin: Origin::Tool(tool) };
    let advice = |advice: String| DetectError::NotBuildable { path: target.to_owned(), advice };
    if dotnet::is_project(name) {
        return Ok(found(dotnet::command(root, target, environment)?, "dotnet"));
    }
    match folders::extension(name).as_str() {
        "cs" => {
            let project = dotnet::above(&target.join("_")).filter(|_| !dotnet::is_app(target));
            match project {
                Some(project) => Err(advice(format!(
                    "{0} compiles it; name that, and the file with --paths: buildfix fix {0} --paths '{1}'",
                    shown(&project),
                    shown(target)
                ))),
                None => Ok(found(dotnet::command(root, target, environment)?, "dotnet")),
            }
        }
        "json" | "jsonc" => match typescript::of_file(root, target, environment)? {
            Some((tool, command)) => Ok(found(command, tool)),
            None => Err(advice("a solution, a project, a tsconfig.json or an app.cs is".to_owned())),
        },
        "log" | "txt" | "binlog" | "sarif" => Err(advice(format!(
            "if it is what a build printed, give it with --log: buildfix fix . --log {}",
            shown(target)
        ))),
        _ => Err(advice(
            "name a folder, a solution, a project, a tsconfig.json or an app.cs; single files with --paths".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
