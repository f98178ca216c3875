//! Parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use racescope::app::{App, Look, Palette};
use racescope::cli::args::{Cli, ScreenArgs, Theme};
use racescope::cli::{self, Verdict};
use racescope::lab;
use racescope::lab::live::Live;
use racescope::tui::{self, look};

fn main() -> ExitCode {
    if let Some(code) = lab::serve() {
        return code;
    }
    let cli = Cli::parse();
    let (complaint, code) = match &cli.command {
        Some(command) => match cli::run(command) {
            Ok(Verdict::Done) => return ExitCode::SUCCESS,
            Ok(Verdict::Fails) => return ExitCode::FAILURE,
            Ok(Verdict::Undecided) => return ExitCode::from(3),
            Err(why) => (format!("{why:#}"), 2),
        },
        None => match screen(&cli.screen) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(why) if why.is_quiet() => return ExitCode::from(why.exit_code()),
            Err(why) => (why.to_string(), why.exit_code()),
        },
    };
    // Where nobody listens any more there is nothing left to say.
    let _ = writeln!(std::io::stderr(), "racescope: {complaint}");
    ExitCode::from(code)
}

/// Opens the screen and stays until the user leaves it.
fn screen(args: &ScreenArgs) -> Result<(), tui::Error> {
    let settings = args.settings.settings();
    let look = choose(look::look(|name| std::env::var(name).ok()), args);
    let start = || Live::start(settings, args.pace).map_err(|why| why.to_string());
    tui::run(App::new(settings, args.pace, look).make_beside(), start)
}

/// What the terminal seems able to show, unless the user says otherwise.
fn choose(look: Look, args: &ScreenArgs) -> Look {
    let palette = args.theme.map_or(look.palette, |theme| match theme {
        Theme::Dark => Palette::Dark,
        Theme::Light => Palette::Light,
        Theme::Sixteen => Palette::Sixteen,
        Theme::SixteenLight => Palette::SixteenLight,
        Theme::Mono => Palette::Mono,
    });
    Look { palette, ascii: look.ascii || args.ascii, assumed: look.assumed && args.theme.is_none() }
}
