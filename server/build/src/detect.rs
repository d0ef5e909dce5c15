use disk::Kind;
use std::path::{Path, PathBuf};

impl Origin {
    /// Where the command was found, for people.
    pub fn found_in(self) -> &'static str {
        match self {
            Self::Given => "as given",
            Self::Config => "from buildfix.toml",
            Self::Tool("dotnet") => "for the .NET projects there",
            Self::Tool("tsc") => "for the tsconfig.json there",
            Self::Tool(_) => "for the projects there",
        }
    }
}

/// A build command and where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuildCommand {
    /// What the shell runs.
    pub command: String,
    /// The folder that it runs in.
    pub folder: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a build command comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The user gave it.
    Given,
    /// `buildfix.toml` names it.
    Config,
    /// A project file of the build tool with this name.
    Tool(&'static str),
}

/// `buildfix.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {message}; it must contain build = \"…\"", path.display())]
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
    /// As the user gave it in words, program first.
    pub fn given_words(words: &[String], folder: &Path) -> Self {
        Self::given(&words.iter().map(|w| quote(w)).collect::<Vec<_>>().join(" "), folder)
    }
    /// As the user gave it.
    pub fn given(command: &str, folder: &Path) -> Self {
        Self { command: command.to_owned(), folder: folder.to_path_buf(), origin: Origin::Given }
    }
}

/// The command that builds `root`: what `buildfix.toml` says, else that of the first build tool that has a project there. Starts nothing.
///
/// # Errors
/// [`ConfigError`] when there is a `buildfix.toml` that cannot be read.
pub fn detect(root: &Path) -> Result<Option<BuildCommand>, ConfigError> {
    let found = |command: String, origin| Some(BuildCommand { command, folder: root.to_path_buf(), origin });
    let path = root.join("buildfix.toml");
    if disk::is_file(&path) {
        let error = |message: String| ConfigError { path: path.clone(), message };
        let text = disk::read_text(&path, Kind::Settings).map_err(|e| error(e.to_string()))?;
        let config: Config = toml::from_str(&text).map_err(|e| error(e.message().to_owned()))?;
        if let Some(build) = config.build.filter(|b| !b.trim().is_empty()) {
            return Ok(found(build, Origin::Config));
        }
    }
    Ok(TOOLS.iter().find_map(|tool| found((tool.command)(root)?, Origin::Tool(tool.name))))
}

/// A build tool that is recognised by its project files.
struct BuildTool {
    name: &'static str,
    /// The command that builds the folder; `None` when it has no project there, or the tool is not installed.
    command: fn(&Path) -> Option<String>,
}

/// The build tools, in the order in which they are tried.
const TOOLS: &[BuildTool] = &[BuildTool { name: "dotnet", command: dotnet }, BuildTool { name: "tsc", command: tsc }];

/// `dotnet build` for the solution or project of the folder, when `dotnet` is on the path.
fn dotnet(root: &Path) -> Option<String> {
    // A name is no option.
    let project = dotnet_project(root).map(|p| if p.starts_with('-') { format!("./{p}") } else { p })?;
    on_path("dotnet")?;
    Some(format!("dotnet build {} -nologo", quote(&project)))
}

/// `tsc` for the `tsconfig.json` of the folder, from `node_modules` of the folder or its ancestors, or on the path.
fn tsc(root: &Path) -> Option<String> {
    disk::is_file(&root.join("tsconfig.json")).then_some(())?;
    let name = if cfg!(windows) { "tsc.cmd" } else { "tsc" };
    let local = root.ancestors().map(|a| a.join("node_modules/.bin").join(name)).find(|p| disk::is_file(p));
    let program = local.or_else(|| on_path("tsc"))?;
    Some(format!("{} --noEmit --pretty false -p tsconfig.json", quote(&program.to_string_lossy())))
}

/// The one solution, else the one project, in `root`.
fn dotnet_project(root: &Path) -> Option<String> {
    let mut names: Vec<String> =
        disk::list(root).filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    for extensions in [&[".sln", ".slnx"][..], &[".csproj"][..]] {
        let mut matching = names.iter().filter(|n| extensions.iter().any(|e| n.to_ascii_lowercase().ends_with(e)));
        if let (Some(one), None) = (matching.next(), matching.next()) {
            return Some(one.clone());
        }
    }
    None
}

fn on_path(program: &str) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    std::env::split_paths(&std::env::var_os("PATH")?)
        .flat_map(|folder| extensions.iter().map(move |e| folder.join(format!("{program}{e}"))))
        .find(|p| disk::is_file(p))
}

/// `word` quoted for the shell where that is necessary.
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
    use std::fs;

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
        assert_eq!(found.origin, Origin::Tool("tsc"));
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
