//! Parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use racescope::app::App;
use racescope::tui::{self, Silent};

/// An oscilloscope for race conditions.
#[derive(Parser)]
#[command(version)]
struct Arguments {}

fn main() -> ExitCode {
    let Arguments {} = Arguments::parse();
    match tui::run(App::default(), || Ok(Silent)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is_quiet() {
                let _ = writeln!(std::io::stderr(), "racescope: {error}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}
