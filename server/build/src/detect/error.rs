use std::fmt;
use std::path::{Path, PathBuf};

/// Candidates that are named.
const SHOWN: usize = 12;

/// Why no build command is found although something could be built. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// `buildfix.toml` cannot be used.
    #[error("{} cannot be used: {message}; it must contain build = \"…\"", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Several could be built, and none of them builds the others.
    #[error("{}", several(what, candidates))]
    Several {
        /// What there are several of: `solutions`.
        what: &'static str,
        /// The files, best guess first.
        candidates: Vec<PathBuf>,
    },
    /// A .NET project without a `dotnet` to build it.
    #[error("{}", no_dotnet(project, elsewhere.as_deref()))]
    NoDotnet {
        /// The project or solution.
        project: PathBuf,
        /// A `dotnet` that is not on the path.
        elsewhere: Option<PathBuf>,
    },
    /// `global.json` asks for an SDK that is not installed.
    #[error("{}", no_sdk(.0))]
    NoSdk(Box<MissingSdk>),
    /// A TypeScript project whose compiler is not installed.
    #[error(
        "{} is there, but TypeScript is not installed: no node_modules/.bin/tsc in {} or above it, and no tsc on the path. Run: {command}",
        shown(project), shown(project.parent().unwrap_or(project))
    )]
    NotInstalled {
        /// The `tsconfig.json` or `package.json`.
        project: PathBuf,
        /// What installs it.
        command: String,
    },
    /// What was named is no project.
    #[error("{} is not something that is built: {advice}", shown(path))]
    NotBuildable {
        /// The file.
        path: PathBuf,
        /// What to name instead.
        advice: String,
    },
}

/// The SDK that a `global.json` asks for, and what is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingSdk {
    /// The `global.json`.
    pub pinned_in: PathBuf,
    /// The version that it names.
    pub version: String,
    /// Its `rollForward`, or what holds when there is none.
    pub roll_forward: String,
    /// The versions that are installed, newest last.
    pub installed: Vec<String>,
    /// Where they are.
    pub folder: PathBuf,
    /// What `global.json` itself says about it.
    pub message: Option<String>,
}

/// A path as somebody in the present folder would type it.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok().and_then(|here| disk::real_path(&here).ok());
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    below.filter(|p| !p.as_os_str().is_empty()).unwrap_or(path).display().to_string()
}

fn several(what: &str, candidates: &[PathBuf]) -> String {
    let mut lines = vec![format!("there are several {what} to build; name one of them:")];
    let quoted = |path: &PathBuf| crate::command::quote(&shown(path));
    lines.extend(candidates.iter().take(SHOWN).map(|c| format!("  buildfix fix {}", quoted(c))));
    if candidates.len() > SHOWN {
        lines.push(format!("  and {} more", candidates.len() - SHOWN));
    }
    lines.push("or write the command into buildfix.toml: build = \"…\"".to_owned());
    lines.join("\n")
}

fn no_dotnet(project: &Path, elsewhere: Option<&Path>) -> String {
    let what = format!("{} is built by `dotnet`, which is not on the path", shown(project));
    match elsewhere.and_then(Path::parent) {
        Some(folder) => {
            format!("{what}, but in {0}: add that folder to PATH, such as: export PATH=\"{0}:$PATH\"", folder.display())
        }
        None => format!(
            "{what}: install the .NET SDK (https://dotnet.microsoft.com/download), or give the output of a build elsewhere with --log FILE"
        ),
    }
}

fn no_sdk(sdk: &MissingSdk) -> String {
    let MissingSdk { pinned_in, version, roll_forward, installed, folder, message } = sdk;
    let mut out = format!(
        "{} pins the .NET SDK to {version} (rollForward: {roll_forward}), and none that fits is installed: ",
        shown(pinned_in)
    );
    out += &match installed.as_slice() {
        [] => format!("there is none in {}.", folder.display()),
        all => format!("{} has {}.", folder.display(), all.join(", ")),
    };
    out +=
        &format!("\nInstall {version} (https://dotnet.microsoft.com/download, or: dotnet-install --version {version})");
    if let Some(newest) = installed.last() {
        out += &format!(
            ", or let {newest} build it: in {}, \"version\": \"{newest}\" or \"rollForward\": \"latestMajor\"",
            shown(pinned_in)
        );
    }
    if let Some(message) = message {
        out += &format!("\n{} says: {message}", shown(pinned_in));
    }
    out
}

impl fmt::Display for MissingSdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&no_sdk(self))
    }
}
