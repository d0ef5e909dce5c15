use std::path::{Path, PathBuf};

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

impl Origin {
    /// Where the command was found, for people.
    pub fn found_in(self) -> &'static str {
        match self {
            Self::Given => "as given",
            Self::Config => "from buildfix.toml",
            Self::Tool("dotnet") => "for the .NET projects there",
            Self::Tool("tsc") => "for the tsconfig.json there",
            Self::Tool("package.json") => "from the scripts of package.json",
            Self::Tool(_) => "for the projects there",
        }
    }
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

/// `word` quoted for the shell where that is necessary.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@=,\\".contains(c);
    if cfg!(windows) {
        if word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
    } else if !word.is_empty() && word.chars().all(|c| plain(c) && c != '\\') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quote("a/b.sln"), "a/b.sln");
        if !cfg!(windows) {
            assert_eq!(quote("a b'c"), r"'a b'\''c'");
            assert_eq!(quote(""), "''");
        }
    }
}
