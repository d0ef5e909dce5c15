use std::fs;
use std::path::{Path, PathBuf};

/// A build command and how it came to be known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuildCommand {
    /// What the shell runs.
    pub command: String,
    /// Where.
    pub folder: PathBuf,
    /// Who says so.
    pub origin: Origin,
}

/// How a build command came to be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The user gave it.
    Given,
    /// `buildfix.toml` names it.
    Config,
    /// A solution or project file, with `dotnet` on the path.
    Dotnet,
    /// A `tsconfig.json`, with a `tsc`.
    TypeScript,
}

/// `buildfix.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {message}; it is to say build = \"…\"", path.display())]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    build: Option<String>,
}

impl BuildCommand {
    /// As the user gave it.
    pub fn given(command: &str, folder: &Path) -> Self {
        Self { command: command.to_owned(), folder: folder.to_path_buf(), origin: Origin::Given }
    }
}

/// The command that builds `root`: what `buildfix.toml` says; else `dotnet build` for the solution or project there, when `dotnet` is on
/// the path; else `tsc` for the `tsconfig.json` there, from `node_modules` of the folder or its ancestors, or on the path. Starts nothing.
///
/// # Errors
/// [`ConfigError`] when there is a `buildfix.toml` that cannot be read.
pub fn detect(root: &Path) -> Result<Option<BuildCommand>, ConfigError> {
    let found = |command: String, origin| Some(BuildCommand { command, folder: root.to_path_buf(), origin });
    let path = root.join("buildfix.toml");
    if path.is_file() {
        let error = |message: String| ConfigError { path: path.clone(), message };
        let text = fs::read_to_string(&path).map_err(|e| error(e.to_string()))?;
        let config: Config = toml::from_str(&text).map_err(|e| error(e.message().to_owned()))?;
        if let Some(build) = config.build.filter(|b| !b.trim().is_empty()) {
            return Ok(found(build, Origin::Config));
        }
    }
    if let Some(project) = dotnet_project(root)
        && on_path("dotnet").is_some()
    {
        return Ok(found(format!("dotnet build {} -nologo", quote(&project)), Origin::Dotnet));
    }
    if root.join("tsconfig.json").is_file()
        && let Some(tsc) = tsc(root)
    {
        return Ok(found(format!("{} --noEmit --pretty false -p tsconfig.json", quote(&tsc)), Origin::TypeScript));
    }
    Ok(None)
}

/// The one solution, else the one project, in `root`.
fn dotnet_project(root: &Path) -> Option<String> {
    let mut names: Vec<String> =
        fs::read_dir(root).ok()?.flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    for extensions in [&[".sln", ".slnx"][..], &[".csproj"][..]] {
        let mut matching = names.iter().filter(|n| extensions.iter().any(|e| n.to_ascii_lowercase().ends_with(e)));
        if let (Some(one), None) = (matching.next(), matching.next()) {
            return Some(one.clone());
        }
    }
    None
}

fn tsc(root: &Path) -> Option<String> {
    let name = if cfg!(windows) { "tsc.cmd" } else { "tsc" };
    let local = root.ancestors().map(|a| a.join("node_modules/.bin").join(name)).find(|p| p.is_file());
    Some(local.or_else(|| on_path("tsc"))?.to_string_lossy().into_owned())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    std::env::split_paths(&std::env::var_os("PATH")?)
        .flat_map(|folder| extensions.iter().map(move |e| folder.join(format!("{program}{e}"))))
        .find(|p| p.is_file())
}

/// One word for the shell.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@\\".contains(c);
    if cfg!(windows) {
        if word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
    } else if word.chars().all(|c| plain(c) && c != '\\') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_config_comes_first_and_a_broken_one_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(detect(dir.path()).unwrap(), None);
        fs::write(dir.path().join("buildfix.toml"), "build = \"make\"\n").unwrap();
        let found = detect(dir.path()).unwrap().unwrap();
        assert_eq!((found.command.as_str(), found.origin), ("make", Origin::Config));
        fs::write(dir.path().join("buildfix.toml"), "build = \n").unwrap();
        let error = detect(dir.path()).unwrap_err().to_string();
        assert!(error.contains("buildfix.toml") && error.contains("build ="), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_local_tsc_is_found_from_below() {
        let dir = tempfile::tempdir().unwrap();
        let package = dir.path().join("my packages/a");
        fs::create_dir_all(&package).unwrap();
        fs::create_dir_all(dir.path().join("node_modules/.bin")).unwrap();
        fs::write(dir.path().join("node_modules/.bin/tsc"), "").unwrap();
        assert_eq!(detect(&package).unwrap(), None);
        fs::write(package.join("tsconfig.json"), "{}").unwrap();
        let found = detect(&package).unwrap().unwrap();
        assert_eq!(found.origin, Origin::TypeScript);
        assert!(found.command.contains("node_modules/.bin/tsc"), "{}", found.command);
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quote("a/b.sln"), "a/b.sln");
        if !cfg!(windows) {
            assert_eq!(quote("a b'c"), r"'a b'\''c'");
        }
    }
}
