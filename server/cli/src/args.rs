//! The command line as clap sees it. Other tools rely on exactly this interface.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Repairs broken C# and TypeScript builds from what the build printed.
///
/// `buildfix fix` reads a build's output, shows what it would change and, with --write, changes it; `buildfix undo` reverts it.
#[derive(Parser, Debug)]
#[command(
    name = "buildfix",
    version,
    propagate_version = true,
    after_help = "Exit status: 0 no diagnostic remains or there is nothing to do (with --verify: the build passes); 1 diagnostics remain; 2 usage or internal error; 130, 143 and 129 ended by Ctrl-C, SIGTERM and SIGHUP.\n\
                  BUILDFIX_TRUST=1 trusts the folder, for CI. BUILDFIX_LOG=debug logs to standard error, BUILDFIX_LOG=debug,file=PATH to a file. NO_COLOR turns colour off."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show, or with --write apply, repairs for everything that the build reports.
    Fix(FixArgs),
    /// Report what is broken and what can be repaired, by code.
    Check(CheckArgs),
    /// Explain an error code, its fixes, and how safe they are.
    Explain {
        /// Such as CS0246, TS2304, CA1822, NU1101, MSB4025 or NETSDK1045.
        #[arg(required_unless_present = "list")]
        code: Option<String>,
        /// List the codes that have fixes.
        #[arg(long, conflicts_with = "code")]
        list: bool,
    },
    /// Show which declarations changed, and how many places use them: since the last commit, or since another state of the sources.
    Changes {
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
        /// The folder of the sources, by name: for two trees side by side.
        #[arg(long, value_name = "DIR", requires = "before", conflicts_with = "root")]
        after: Option<PathBuf>,
        #[command(flatten)]
        past: PastArgs,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        output_format: Format,
    },
    /// Learn from repairs, and show what was learned.
    #[command(subcommand)]
    Patterns(PatternsCommand),
    /// Undo a run, byte for byte.
    Undo {
        /// The run; the last one when left out.
        run: Option<String>,
        /// Restore the files that did not change since the run, and list the others.
        #[arg(long)]
        partial: bool,
        /// The file that holds what was learned, if the run was given one.
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
    },
    /// List the runs that can be undone.
    Runs {
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        output_format: Format,
    },
    /// Trust a folder and what is below it: commands that buildfix finds there may be run.
    ///
    /// A build runs code of the folder: targets of projects, buildfix.toml, node_modules/.bin. Commands that you give with --build are run
    /// in any case. When buildfix.toml names another command later, it has to be trusted again.
    Trust {
        /// The folder.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// List the trusted folders.
        #[arg(long, conflicts_with_all = ["path", "revoke"])]
        list: bool,
        /// No longer trust the folder and those below it.
        #[arg(long)]
        revoke: bool,
    },
    /// Serve an editor: the Language Server Protocol on standard input and output.
    Lsp,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// `buildfix patterns`.
#[derive(Subcommand, Debug)]
pub enum PatternsCommand {
    /// Learn from repairs that were made: two trees, or two commits, and the logs of their builds.
    ///
    /// A repair is an edit at, or near, the place of a diagnostic that the later build does not report any more. What is learned stays on this machine, in the state
    /// of the sources, or in the file that --store names. `buildfix fix --verify --learn` learns from its own proved repairs.
    Learn(LearnArgs),
    /// List what was learned, most used first.
    List {
        #[command(flatten)]
        from: StoreArgs,
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
        /// Only patterns that repaired these codes.
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        codes: Vec<String>,
    },
    /// Show a pattern: what it changes into what, what it was learned from, and what became of its uses.
    Show {
        /// The pattern, as `list` prints it; its first digits suffice.
        id: String,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        #[command(flatten)]
        from: StoreArgs,
    },
    /// Forget a pattern and its examples. It comes back only when it is learned again.
    Forget {
        /// The pattern, as `list` prints it; its first digits suffice.
        id: String,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        #[command(flatten)]
        from: StoreArgs,
    },
    /// Show how much was learned, from what, and how it fared.
    Stats {
        #[command(flatten)]
        from: StoreArgs,
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
    },
    /// Print the patterns that may leave this machine, for `import` elsewhere. Examples never do.
    ///
    /// A pattern may be shared when every name in it is public (declared by .NET or by TypeScript's libraries), or is in at least three repairs in at least two files.
    /// Literals become holes.
    Export {
        #[command(flatten)]
        from: StoreArgs,
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
    },
    /// Take over patterns that `export` printed, or all that another store of yours has.
    Import {
        /// What was exported, or the file of a store.
        file: PathBuf,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        #[command(flatten)]
        from: StoreArgs,
    },
    /// Say which patterns were asked for the diagnostics at a place, how far they are believed there, and why others are not offered.
    Why {
        /// The place: src/a.ts:12.
        #[arg(value_name = "FILE:LINE")]
        place: String,
        /// What the build printed; `-` reads standard input. May be given several times.
        #[arg(long = "log", value_name = "FILE|-", required = true)]
        logs: Vec<PathBuf>,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        #[command(flatten)]
        from: StoreArgs,
    },
    /// Say which diagnostic to repair by hand next: the one with the most others of its shape for which nothing is offered.
    Next {
        /// What the build printed; `-` reads standard input. May be given several times.
        #[arg(long = "log", value_name = "FILE|-", required = true)]
        logs: Vec<PathBuf>,
        /// Folder of the sources.
        #[arg(default_value = ".")]
        root: PathBuf,
        /// Shapes that are shown, at most.
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
        most: u32,
        #[command(flatten)]
        from: StoreArgs,
    },
    /// Try the examples of pattern files: of these, else of all under .buildfix/patterns/.
    Test {
        /// Files.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
    },
    /// List the packs of patterns for the upgrade of a library.
    Packs,
    /// Write a pack into .buildfix/patterns/, to be looked at, changed and checked in.
    Add {
        /// Such as ethers@5..6.
        pack: String,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
    },
    /// Print what was learned as a pattern file.
    Print {
        /// Numbers of patterns.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        /// The file that what was learned is kept in.
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
    },
    /// Open a pattern file, or what was learned as one under .buildfix/patterns/, in the editor that VISUAL or EDITOR names, and try its examples.
    Edit {
        /// A file, its name without the ending, or the number of a learned pattern.
        #[arg(value_name = "FILE|ID")]
        what: String,
        /// Folder of the sources.
        #[arg(long, default_value = ".", value_name = "ROOT")]
        root: PathBuf,
        /// The file that what was learned is kept in.
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
    },
}

/// What is learned from.
#[derive(Args, Debug)]
pub struct LearnArgs {
    /// Folder of the sources that are in git, with --git and --mine.
    #[arg(default_value = ".")]
    pub root: PathBuf,
    /// The sources before they were repaired.
    #[arg(long, value_name = "DIR", requires = "after", required_unless_present_any = ["git", "mine"])]
    pub before: Option<PathBuf>,
    /// The sources after.
    #[arg(long, value_name = "DIR", requires = "before")]
    pub after: Option<PathBuf>,
    /// Two commits: the sources before and after. Nothing is checked out.
    #[arg(long, value_name = "A..B", conflicts_with = "before")]
    pub git: Option<String>,
    /// The history of the repository, without logs: edits that it has three times or more. They are offered only where a compiler stops at the name that they replace.
    #[arg(long, conflicts_with_all = ["before", "git", "logs", "after_logs"])]
    pub mine: bool,
    /// With --mine: the commit at which the history ends; 1,000 commits back when left out.
    #[arg(long, value_name = "REF", requires = "mine")]
    pub since: Option<String>,
    /// What the build of the sources before printed. May be given several times.
    #[arg(long = "log", value_name = "FILE", required_unless_present = "mine")]
    pub logs: Vec<PathBuf>,
    /// What the build of the sources after printed; when left out, it had no diagnostics. May be given several times.
    #[arg(long = "after-log", value_name = "FILE")]
    pub after_logs: Vec<PathBuf>,
    /// The file that what was learned is kept in.
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub output_format: Format,
}

/// Where what was learned is, and how it is printed.
#[derive(Args, Debug)]
pub struct StoreArgs {
    /// The file that holds what was learned; that of the sources' own state when left out.
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// How to print: text or json.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub output_format: Format,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// What `--build-timeout` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuildTimeout(pub Option<Duration>);

fn build_timeout(text: &str) -> Result<BuildTimeout, String> {
    if text == "none" {
        return Ok(BuildTimeout(None));
    }
    let time = text.parse().map(Duration::from_secs).or_else(|_| humantime::parse_duration(text));
    match time {
        Ok(time) if !time.is_zero() => Ok(BuildTimeout(Some(time))),
        _ => Err("give seconds, a time such as 90s, 20m or 1h30m, or `none`".to_owned()),
    }
}

/// What `--upgrade` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upgrade {
    /// The package of the compiler.
    pub package: String,
    /// Its new major version.
    pub major: u32,
}

fn upgrade(text: &str) -> Result<Upgrade, String> {
    let (package, version) = text.rsplit_once('@').filter(|(package, _)| !package.is_empty()).unwrap_or((text, "7"));
    let major = version.trim_start_matches(['^', '~', 'v']).split('.').next().and_then(|v| v.parse().ok());
    match major {
        Some(major) if package == "typescript" => Ok(Upgrade { package: package.to_owned(), major }),
        _ => Err("give the compiler and its version: typescript@6 or typescript@7".to_owned()),
    }
}

/// What finds repairs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Engine {
    /// What became of declarations that changed.
    Changes,
    /// The rules for what compilers report.
    Rules,
    /// What was learned from earlier repairs.
    Learned,
    /// All of them.
    All,
}

/// What the sources are compared with, to see which declarations changed.
#[derive(Args, Clone, Debug, Default)]
pub struct PastArgs {
    /// A folder with the sources as they were.
    #[arg(long, value_name = "DIR", conflicts_with = "since")]
    pub before: Option<PathBuf>,
    /// A commit: the sources as they were there, or where this branch left it.
    #[arg(long, value_name = "REF")]
    pub since: Option<String>,
    /// A folder with the old versions of libraries, as in node_modules.
    #[arg(long, value_name = "DIR")]
    pub old: Option<PathBuf>,
}

/// Where diagnostics come from, and which of them count.
#[derive(Args, Debug)]
pub struct InputArgs {
    /// Folder of the sources, or what is to be built: a solution, a project, a tsconfig.json, an app.cs.
    #[arg(default_value = ".")]
    pub root: PathBuf,
    /// What the build printed; `-` reads standard input. May be given several times.
    #[arg(long = "log", value_name = "FILE|-")]
    pub logs: Vec<PathBuf>,
    /// Command that builds, run by the shell in ROOT; its output is read when there is no --log.
    #[arg(long, value_name = "CMD")]
    pub build: Option<String>,
    /// How long a build may take, such as 90s, 20m or `1h 30m`; `none` for ever. When left out: five times as long as it usually takes and at
    /// least ten minutes, or an hour for a build that is not known yet.
    #[arg(long, value_name = "TIME", value_parser = build_timeout)]
    pub build_timeout: Option<BuildTimeout>,
    /// Build everything again: what is up to date is not compiled, and its warnings are not reported.
    #[arg(long)]
    pub all_diagnostics: bool,
    /// Run the command that is found in ROOT (for a solution, a tsconfig.json, or in buildfix.toml) this once, although the folder is not
    /// trusted. `buildfix trust` trusts it for good.
    #[arg(long)]
    pub trust: bool,
    /// Command that builds, as words.
    #[arg(last = true, value_name = "CMD", conflicts_with = "build")]
    pub words: Vec<String>,
    /// Only these codes.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub codes: Vec<String>,
    /// All codes but these.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub exclude_codes: Vec<String>,
    /// Only files that match, by path below ROOT. May be given several times.
    #[arg(long, value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Also repairs that may change meaning.
    #[arg(long = "unsafe")]
    pub unsafe_fixes: bool,
    /// With --verify: also repairs of warnings when there are errors. Without errors, and with --codes, warnings are repaired in any case.
    #[arg(long)]
    pub warnings: bool,
    /// Passes over the files at most.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_passes: u32,
    /// Threads; as many as there are processors when left out.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u32).range(0..=1024))]
    pub jobs: u32,
    /// What finds repairs; all of them when left out.
    #[arg(long, value_enum, value_name = "A,B", value_delimiter = ',')]
    pub engine: Vec<Engine>,
    /// The file that holds what was learned; that of the sources' own state when left out.
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    #[command(flatten)]
    pub past: PastArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub output_format: Format,
    /// Print less.
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args, Debug)]
pub struct FixArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Write the repaired files; without it nothing is changed.
    #[arg(long)]
    pub write: bool,
    /// After writing, build and revert what did not help, or builds and is no repair. Needs --write and a build command.
    #[arg(long, requires = "write")]
    pub verify: bool,
    /// With --verify: keep what builds but has to be filled in, such as members that throw or that nothing assigns.
    #[arg(long, requires = "verify")]
    pub allow_stubs: bool,
    /// With --verify: rounds of repairing what the last build uncovered, at most; it ends when a round does not help.
    #[arg(long, value_name = "N", default_value_t = 100, requires = "verify", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// With --verify: learn from what was repaired and proved, for the next time.
    #[arg(long, requires = "verify")]
    pub learn: bool,
    /// Show the diff also with --write.
    #[arg(long)]
    pub diff: bool,
    /// Also what a new version of the compiler, such as typescript@7, will say of the configurations. Nothing is run for it: without --log and
    /// --build, that is all that is repaired.
    #[arg(long, value_name = "PACKAGE@VERSION", value_parser = upgrade)]
    pub upgrade: Option<Upgrade>,
}

#[derive(Args, Debug)]
pub struct CheckArgs {
    #[command(flatten)]
    pub input: InputArgs,
}
