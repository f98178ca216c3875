//! The README says what is so: its keys are the table's, its commands can be read.

use racescope::app::keymap;
use racescope::cli::args::Cli;

const README: &str = include_str!("../README.md");

#[test]
fn the_key_table_is_the_programs_own() {
    let written = README.split("<!-- keys -->\n").nth(1).and_then(|rest| rest.split("<!-- /keys -->").next());
    let wanted = keymap::markdown();
    assert!(written == Some(&wanted), "the README's keys should be:\n{wanted}");
}

#[test]
fn every_command_in_it_is_one() {
    use clap::Parser;
    let shell = README.split("```sh\n").skip(1).filter_map(|part| part.split("```").next());
    let lines: Vec<&str> = shell.flat_map(str::lines).filter(|line| line.starts_with("racescope ")).collect();
    assert!(lines.len() >= 4);
    for line in lines {
        let words = line.split('#').next().unwrap_or_default().split_whitespace();
        Cli::try_parse_from(words).unwrap_or_else(|why| panic!("{line}: {why}"));
    }
}
