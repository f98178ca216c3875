//! The door without a screen: reads the command line, makes the experiment, prints what came of it.

pub mod args;
mod check;
mod compare;
mod download;
mod explore;
mod jobs;
mod programs;
mod race;
mod report;
mod search;
mod step;
mod table;

use std::io::{self, Write};

use clap::CommandFactory;

use args::{Cli, Command};

/// How a command ended, as the exit status says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done: 0.
    Done,
    /// A property that was asked for does not hold: 1.
    Fails,
    /// What was asked could not be decided within the limits: 3.
    Undecided,
}

/// Carries out a command.
///
/// # Errors
/// What can't be done, and why.
pub fn run(command: &Command) -> anyhow::Result<Verdict> {
    match command {
        Command::Race(args) => race::run(args),
        Command::Explore(args) => explore::run(args),
        Command::Step(args) => step::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Jobs(args) => jobs::run(args),
        Command::Download(args) => download::run(args),
        Command::Check(args) => check::run(args),
        Command::Programs => programs::list(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "racescope", &mut script);
            print(&script)?;
            Ok(Verdict::Done)
        }
        Command::Man { command } => {
            print(&manual(command.as_deref())?)?;
            Ok(Verdict::Done)
        }
    }
}

/// The manual page of the program, or of a command of it.
fn manual(of: Option<&str>) -> anyhow::Result<Vec<u8>> {
    let mut program = Cli::command();
    program.build();
    let told = match of {
        None => program,
        Some(name) => {
            let names: Vec<_> = program.get_subcommands().map(|command| command.get_name()).collect();
            let unknown = || anyhow::anyhow!("'{name}' is not a command; use one of {}", names.join(", "));
            program.find_subcommand(name).ok_or_else(unknown)?.clone()
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(told).render(&mut page)?;
    Ok(page)
}

/// Prints to standard output. A reader who has gone away has had enough. (Where standard output was closed before the
/// program began the language's runtime has put the null device there, and whoever starts programs without wanting their
/// output may have done just the same: the two can't be told apart, and nothing is said of either.)
fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => Err(anyhow::anyhow!("can't print: {why}")),
        _ => Ok(()),
    }
}
