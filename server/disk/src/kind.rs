use std::path::Path;

/// What a file is read as. Each kind has a limit: larger files of a kind are made by tools or by strangers, and what is computed from a file is up
/// to thirty times its size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Code, declarations of libraries, and any other text.
    Source,
    /// MSBuild projects and what they import.
    Project,
    /// `tsconfig.json`, `package.json` and the like.
    Json,
    /// `project.assets.json`.
    Assets,
    /// Ignore files, `.editorconfig`, `buildfix.toml`.
    Settings,
    /// The versions of all packages that a package manager chose: `package-lock.json`, `yarn.lock`.
    Lock,
    /// A .NET assembly.
    Assembly,
    /// A package as it is downloaded.
    Package,
    /// What buildfix wrote to be faster the next time.
    Cache,
    /// What buildfix wrote to remember: which folders are trusted.
    State,
    /// A build's log that the workspace's settings name. Those that a user names are read to their end.
    Log,
}

impl Kind {
    /// The most bytes that are read.
    pub const fn limit(self) -> u64 {
        match self {
            Self::Source | Self::Project => 4 << 20,
            Self::Json | Self::Settings | Self::State => 1 << 20,
            Self::Assets | Self::Lock => 16 << 20,
            Self::Assembly | Self::Package => 64 << 20,
            Self::Cache => 512 << 20,
            Self::Log => 256 << 20,
        }
    }

    /// The kind of a file of the workspace or of a library, by its name.
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_ascii_lowercase();
        if name == "project.assets.json" {
            return Self::Assets;
        }
        if is_lock_file(&name) {
            return Self::Lock;
        }
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "dll" | "exe" | "winmd" => Self::Assembly,
            "json" | "jsonc" => Self::Json,
            "csproj" | "props" | "targets" | "sln" | "slnx" | "slnf" => Self::Project,
            "editorconfig" | "globalconfig" | "gitignore" | "ignore" | "toml" => Self::Settings,
            _ => Self::Source,
        }
    }
}

/// Whether a file with this name lists the versions that a package manager chose.
pub fn is_lock_file(name: &str) -> bool {
    const NAMES: [&str; 5] =
        ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "packages.lock.json"];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_name() {
        let kinds = [
            ("a/A.cs", Kind::Source),
            ("a/obj/project.assets.json", Kind::Assets),
            ("tsconfig.JSON", Kind::Json),
            ("w/package-lock.json", Kind::Lock),
            ("w/yarn.lock", Kind::Lock),
            ("x/Directory.Build.props", Kind::Project),
            (".editorconfig", Kind::Settings),
            ("lib/A.DLL", Kind::Assembly),
            ("LICENSE", Kind::Source),
        ];
        for (path, kind) in kinds {
            assert_eq!(Kind::of(Path::new(path)), kind, "{path}");
        }
    }
}
