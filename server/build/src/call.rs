//! Which program a build command calls, and what can be added to its arguments.

use crate::command::{BuildCommand, quote};
use std::path::Path;

/// A command that is one call of a build tool, so that its arguments are known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Call<'a> {
    text: &'a str,
    words: Vec<Word>,
    tool: Tool,
    /// The word that follows the program, and the tool's verb.
    first: usize,
}

/// A build tool whose arguments are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tool {
    /// `dotnet build`.
    DotnetBuild,
    /// `dotnet publish`, `pack`, `test`: they build, too.
    DotnetOther,
    /// `dotnet msbuild`, `msbuild`.
    MsBuild,
    /// `tsc -b`.
    TscBuild,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Word {
    text: String,
    start: usize,
    end: usize,
}

/// Options of `dotnet` whose value is the next word.
const WITH_VALUE: [&str; 16] = [
    "-a",
    "--arch",
    "-c",
    "--configuration",
    "-f",
    "--framework",
    "-o",
    "--output",
    "--os",
    "-r",
    "--runtime",
    "-v",
    "--verbosity",
    "--version-suffix",
    "--filter",
    "--logger",
];

impl<'a> Call<'a> {
    /// Takes a command apart; `None` where it is more than one call, or of something else.
    pub(crate) fn of(command: &'a BuildCommand) -> Option<Self> {
        let text = command.command.as_str();
        let words = words(text)?;
        // `DOTNET_CLI_UI_LANGUAGE=en dotnet build`, `npx tsc -b`.
        let is_variable = |w: &Word| w.text.split_once('=').is_some_and(|(n, _)| is_name(n));
        let mut at = words.iter().position(|w| !is_variable(w))?;
        if words[at].text == "npx" {
            at += 1;
        }
        let word = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
        let (tool, first) = match (program(word(at)).as_str(), word(at + 1)) {
            ("dotnet", "build") => (Tool::DotnetBuild, at + 2),
            ("dotnet", "publish" | "pack" | "test") => (Tool::DotnetOther, at + 2),
            ("dotnet", "msbuild") => (Tool::MsBuild, at + 2),
            ("msbuild", _) => (Tool::MsBuild, at + 1),
            ("tsc" | "tsgo" | "vue-tsc", "-b" | "--build" | "-build") => (Tool::TscBuild, at + 2),
            _ => return None,
        };
        // What comes behind is for other programs.
        if words.iter().any(|w| w.text == "--") {
            return None;
        }
        Some(Self { text, words, tool, first })
    }

    pub(crate) fn tool(&self) -> Tool {
        self.tool
    }

    /// Whether MSBuild is called.
    pub(crate) fn is_msbuild(&self) -> bool {
        self.tool != Tool::TscBuild
    }

    /// Whether one of these options is given, in either form, with or without a value.
    pub(crate) fn has(&self, options: &[&str]) -> bool {
        self.words[self.first.min(self.words.len())..].iter().any(|w| {
            let name = w.text.strip_prefix("--").or_else(|| w.text.strip_prefix(['-', '/']));
            let name = name.and_then(|n| n.split([':', '=']).next()).unwrap_or_default();
            options.iter().any(|o| name.eq_ignore_ascii_case(o))
        })
    }

    /// The project or solution that is named.
    pub(crate) fn target(&self) -> Option<&str> {
        self.target_word().map(|w| w.text.as_str())
    }

    fn target_word(&self) -> Option<&Word> {
        let mut rest = self.words.get(self.first..)?.iter();
        while let Some(word) = rest.next() {
            if self.tool != Tool::MsBuild && WITH_VALUE.contains(&word.text.as_str()) {
                rest.next();
            } else if !word.text.starts_with('-') && !(self.tool == Tool::MsBuild && is_msbuild_option(&word.text)) {
                return Some(word);
            }
        }
        None
    }

    /// The command with more arguments.
    pub(crate) fn with(&self, arguments: &str) -> String {
        format!("{} {arguments}", self.text.trim_end())
    }

    /// The command for another project or solution.
    pub(crate) fn with_target(&self, target: &Path) -> Option<String> {
        let word = self.target_word()?;
        let target = quote(&target.to_string_lossy());
        Some(format!("{}{target}{}", &self.text[..word.start], &self.text[word.end..]))
    }
}

/// `/t:Rebuild`, and not `/home/me/App.csproj`.
fn is_msbuild_option(word: &str) -> bool {
    let Some(name) = word.strip_prefix('/') else { return false };
    let name = name.split(':').next().unwrap_or(name);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name of a program without its folder and extension, in small letters.
fn program(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    [".exe", ".cmd", ".dll"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(&name).to_owned()
}

/// The words of a command of the shell; `None` where the shell would do more with it than part it into words.
fn words(text: &str) -> Option<Vec<Word>> {
    let mut out: Vec<Word> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut quote: Option<char> = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"'), '$' | '`' | '\\') if cfg!(not(windows)) => return None,
            (Some(_), c) => open.get_or_insert_with(|| (at, String::new())).1.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                open.get_or_insert_with(|| (at, String::new()));
            }
            (None, ' ' | '\t') => {
                if let Some((start, text)) = open.take() {
                    out.push(Word { text, start, end: at });
                }
            }
            (
                None,
                '&' | '|' | ';' | '<' | '>' | '(' | ')' | '$' | '`' | '\n' | '*' | '?' | '[' | '{' | '#' | '~' | '!'
                | '%' | '^',
            ) => {
                return None;
            }
            (None, '\\') if cfg!(not(windows)) => return None,
            (None, c) => open.get_or_insert_with(|| (at, String::new())).1.push(c),
        }
    }
    if quote.is_some() {
        return None;
    }
    if let Some((start, word)) = open {
        out.push(Word { text: word, start, end: text.len() });
    }
    (!out.is_empty()).then_some(out)
}

impl BuildCommand {
    /// The same build with everything built again, also what is up to date; `None` where nobody knows how that is said to it.
    pub fn of_everything(&self) -> Option<Self> {
        let call = Call::of(self)?;
        let command = match call.tool() {
            Tool::DotnetBuild if call.has(&["no-incremental"]) => return Some(self.clone()),
            Tool::DotnetBuild => call.with("--no-incremental"),
            Tool::MsBuild if call.has(&["t", "target"]) => return None,
            Tool::MsBuild => call.with("-t:Rebuild"),
            Tool::TscBuild if call.has(&["f", "force"]) => return Some(self.clone()),
            Tool::TscBuild => call.with("--force"),
            Tool::DotnetOther => return None,
        };
        Some(Self { command, ..self.clone() })
    }

    /// The same build without restoring packages: nothing that restoring depends on has changed since it was done.
    pub fn without_restore(&self) -> Self {
        let command = match Call::of(self) {
            Some(call)
                if matches!(call.tool(), Tool::DotnetBuild | Tool::DotnetOther)
                    && !call.has(&["no-restore", "no-build"]) =>
            {
                call.with("--no-restore")
            }
            _ => self.command.clone(),
        };
        Self { command, ..self.clone() }
    }

    /// The solution that is built by name.
    pub fn solution(&self) -> Option<std::path::PathBuf> {
        let call = Call::of(self).filter(|c| c.tool() == Tool::DotnetBuild)?;
        let path = self.folder.join(call.target()?);
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        matches!(extension.as_str(), "sln" | "slnx").then_some(path)
    }

    /// The same build of another project or solution.
    pub fn of_target(&self, target: &Path) -> Option<Self> {
        let command = Call::of(self)?.with_target(target)?;
        Some(Self { command, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(command: &str) -> BuildCommand {
        BuildCommand::given(command, Path::new("/w"))
    }

    #[cfg(unix)]
    #[test]
    fn calls_are_recognised() {
        for (command, tool, target) in [
            ("dotnet build", Some(Tool::DotnetBuild), None),
            ("dotnet build -c Release 'My Shop.sln' -nologo", Some(Tool::DotnetBuild), Some("My Shop.sln")),
            ("LANG=de /opt/dotnet/dotnet build App.csproj", Some(Tool::DotnetBuild), Some("App.csproj")),
            ("dotnet test --filter A tests/T.csproj", Some(Tool::DotnetOther), Some("tests/T.csproj")),
            ("msbuild /t:Build /home/me/A.sln", Some(Tool::MsBuild), Some("/home/me/A.sln")),
            ("npx tsc -b packages/a", Some(Tool::TscBuild), Some("packages/a")),
            ("tsc --noEmit", None, None),
            ("cd src && dotnet build", None, None),
            ("dotnet build | tee log", None, None),
            ("dotnet build $SLN", None, None),
            ("dotnet test -- --filter x", None, None),
            ("make", None, None),
            ("'dotnet", None, None),
        ] {
            let command = given(command);
            let call = Call::of(&command);
            assert_eq!(call.as_ref().map(Call::tool), tool, "{command:?}");
            assert_eq!(call.as_ref().and_then(Call::target), target, "{command:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn arguments_are_added_where_they_are_understood() {
        let all = |command: &str| given(command).of_everything().map(|c| c.command);
        assert_eq!(all("dotnet build A.sln").as_deref(), Some("dotnet build A.sln --no-incremental"));
        assert_eq!(all("dotnet build A.sln --no-incremental").as_deref(), Some("dotnet build A.sln --no-incremental"));
        assert_eq!(all("msbuild A.sln -v:q").as_deref(), Some("msbuild A.sln -v:q -t:Rebuild"));
        assert_eq!(all("msbuild A.sln /t:X"), None);
        assert_eq!(all("node_modules/.bin/tsc -b x").as_deref(), Some("node_modules/.bin/tsc -b x --force"));
        assert_eq!((all("make"), all("dotnet pack")), (None, None));
        let quick = |command: &str| given(command).without_restore().command;
        assert_eq!(quick("dotnet build A.sln"), "dotnet build A.sln --no-restore");
        assert_eq!(quick("dotnet test --no-build"), "dotnet test --no-build");
        assert_eq!(quick("make"), "make");
        let other = |command: &str| given(command).of_target(Path::new("/s/a b.slnf")).map(|c| c.command);
        assert_eq!(other("dotnet build A.sln -c X").as_deref(), Some("dotnet build '/s/a b.slnf' -c X"));
        assert_eq!(other("dotnet build"), None);
        assert_eq!(given("dotnet build A.slnx").solution().as_deref(), Some(Path::new("/w/A.slnx")));
        assert_eq!(given("dotnet build A.csproj").solution(), None);
    }
}
