//! buildfix: the engine for terminals and CI.
//!
//! **Knows** arguments, exit codes, how results are printed, and which kinds of fixes the program has. **Must not know** how fixes are found,
//! combined or written.

mod args;
mod builds;
mod changes_command;
mod editor_learning;
mod engines;
mod fix_command;
mod interrupt;
mod learning;
mod log;
mod logging;
mod measure;
mod pattern_files_command;
mod patterns_command;
mod progress;
mod report;
mod terminal;
mod trust;
mod undo;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use std::io::{self, Write};
use std::process::ExitCode;

/// No diagnostic remains, or there was nothing to do.
const CLEAN: u8 = 0;
/// Diagnostics remain.
const REMAIN: u8 = 1;
/// Usage or internal error.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    build::guard_builds();
    let cli = Cli::parse();
    let ended = logging::start().and_then(|()| run(cli));
    let signalled = interrupt::exit_status();
    match ended {
        Ok(code) => ExitCode::from(signalled.unwrap_or(code)),
        Err(error) => {
            // The reader closed the pipe (`buildfix … | head`): there is no one to tell.
            let broken_pipe = |e: &(dyn std::error::Error + 'static)| {
                e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
            };
            if !error.chain().any(broken_pipe) {
                let _ = writeln!(io::stderr(), "buildfix: {}", terminal::plain(&format!("{error:#}")));
            }
            ExitCode::from(signalled.unwrap_or(FAILED))
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<u8> {
    interrupt::listen();
    match cli.command {
        Command::Fix(args) => fix_command::fix(&args),
        Command::Check(args) => fix_command::check(&args),
        Command::Explain { code, .. } => report::explain(code.as_deref()),
        Command::Changes { root, after, past, output_format } => {
            changes_command::changes(&after.unwrap_or(root), &past, output_format)
        }
        Command::Patterns(command) => patterns_command::run(&command),
        Command::Undo { run, partial, store, root } => undo::undo(run.as_deref(), partial, store.as_deref(), &root),
        Command::Runs { root, output_format } => undo::runs(&root, output_format),
        Command::Trust { path, list, revoke } => match (list, revoke) {
            (true, _) => trust::list(),
            (_, true) => trust::revoke(&path),
            _ => trust::add(&path),
        },
        Command::Lsp => {
            // A client that ends without `shutdown` gets 1 (LSP 3.17, `exit`).
            let (providers, learner) = engines::for_editors();
            Ok(u8::from(!lsp::run_stdio(providers, Some(learner))?))
        }
        Command::Completions { shell } => {
            // Into memory first: the generator panics when the reader closes the pipe.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "buildfix", &mut script);
            io::stdout().lock().write_all(&script)?;
            Ok(CLEAN)
        }
        Command::Man => {
            man()?;
            Ok(CLEAN)
        }
    }
}

/// The manual page: the program, then every command.
fn man() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut out)?;
    for sub in command.get_subcommands() {
        let name: &'static str = Box::leak(format!("buildfix-{}", sub.get_name()).into_boxed_str());
        clap_mangen::Man::new(sub.clone().name(name)).render(&mut out)?;
    }
    out.flush()
}
