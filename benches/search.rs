//! One search and nothing else, for measuring whole processes from outside: `against.py` runs it beside other explorers.
//!
//! `cargo bench --bench search -- NAME [THREADS ITERATIONS] [--counts] [--cores CORES]` searches a program of the
//! library, or the counter under the protection of that name, and prints what it found in the words of the models in
//! `spin/`: every outcome a line, what can go wrong, and the size of the search.

use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::{End, Exploration};
use racescope::machine::explore::{Options, explore};
use racescope::program::{CounterShape, counter, library};

const USAGE: &str = "usage: search NAME [THREADS ITERATIONS] [--counts] [--cores CORES]";

/// The machine and how to search it; `None` if the words make no sense.
fn parse(words: &[String]) -> Option<(Machine, Options)> {
    let mut options = Options { counts: false, switches: false, memory: 4 << 30, ..Options::default() };
    let mut plain = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--counts" => options.counts = true,
            "--cores" => options.cores = words.next()?.parse().ok()?,
            // Cargo says this to every benchmark.
            "--bench" => {}
            word => plain.push(word),
        }
    }
    let program = match plain.as_slice() {
        [name] => library::find(name)?.program(),
        [name, threads, iterations] => counter::program(CounterShape {
            kind: Kind::Thread,
            threads: threads.parse().ok()?,
            iterations: iterations.parse().ok()?,
            protection: name.parse::<Protection>().ok()?,
            permits: 2,
        }),
        _ => return None,
    };
    Some((Machine::new(program), options))
}

fn report(exploration: &Exploration) -> String {
    let mut text = String::new();
    for found in &exploration.outcomes {
        text += match found.outcome.end {
            End::Done => "outcome",
            End::Failed(_) => "failed",
            End::Deadlock => "deadlock",
        };
        found.outcome.values.iter().for_each(|value| text += &format!(" {value}"));
        text += &format!(": {}\n", found.shortest);
    }
    let any = |test: fn(&End, bool) -> bool| {
        exploration.outcomes.iter().any(|found| test(&found.outcome.end, found.outcome.holds))
    };
    if any(|end, holds| matches!(end, End::Failed(_)) || !holds) {
        text += "can fail\n";
    }
    if any(|end, _| *end == End::Deadlock) {
        text += "can deadlock\n";
    }
    if !exploration.is_complete() {
        text += "incomplete\n";
    }
    text + &format!("{} states, {} transitions\n", exploration.states, exploration.transitions)
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().all(|word| word == "--bench") {
        // Run by cargo along with the other benchmarks: there is nothing to measure from inside.
        return ExitCode::SUCCESS;
    }
    let Some((machine, options)) = parse(&words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let exploration = explore(&machine, &options, &mut |_| ControlFlow::Continue(()));
    match std::io::stdout().write_all(report(&exploration).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
