//! How fast exploring is.
//!
//! `cargo bench --bench explore` prints a table; `cargo bench --bench explore -- NAME [THREADS ITERATIONS] [CORES] [general]`
//! measures one program of the library, or the counter under the protection of that name, in a process of its own;
//! `general` passes by the counter's own engine, `sample` draws schedules instead.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::sample::{Draw, sample};
use racescope::machine::explore::{Options, explore, explore_from};
use racescope::program::{CounterShape, counter, library};

/// What is measured: the program, its sizes where it is a counter, and the cores.
struct Row {
    name: String,
    sizes: Option<(u16, u32)>,
    cores: usize,
    /// Whether the counter's own engine is passed by.
    general: bool,
}

fn row(name: &str, sizes: Option<(u16, u32)>, cores: usize) -> Row {
    Row { name: name.into(), sizes, cores, general: false }
}

fn table() -> Vec<Row> {
    let mut rows = Vec::new();
    for sizes in [(3, 3), (4, 3), (5, 2), (3, 5)] {
        rows.push(row("none", Some(sizes), 1));
    }
    for sizes in [(4, 4), (3, 10), (2, 50)] {
        rows.push(row("none", Some(sizes), 1));
    }
    for cores in [1, 2] {
        rows.push(Row { general: true, ..row("none", Some((3, 10)), cores) });
    }
    for sizes in [(3, 3), (4, 3), (3, 6)] {
        rows.push(row("semaphore", Some(sizes), 1));
    }
    rows.push(row("lock", Some((6, 6)), 1));
    rows.push(row("cas", Some((3, 6)), 1));
    rows.extend(library::ENTRIES.iter().map(|entry| row(entry.name, None, 1)));
    rows
}

fn machine(row: &Row) -> Option<Machine> {
    match (row.sizes, row.name.parse::<Protection>()) {
        (Some((threads, iterations)), Ok(protection)) => {
            let shape = CounterShape { kind: Kind::Thread, threads, iterations, protection, permits: 2 };
            Some(Machine::new(counter::program(shape)))
        }
        _ => library::find(&row.name).map(|entry| Machine::new(entry.program())),
    }
}

/// How many random schedules are drawn in a second.
fn measure_samples(row: &Row) {
    let Some(machine) = machine(row) else {
        return println!("{}: no such program, or a counter without its sizes", row.name);
    };
    let begin = Instant::now();
    let mut on = |_: &_| match begin.elapsed() < Duration::from_secs(1) {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    let draw = Draw { samples: u64::MAX, seed: 1, memory: 1 << 28 };
    let sample = sample(&machine, &machine.start(), &draw, &mut on);
    println!("{:<22}{} schedules, {} operations in 1 s", row.name, sample.samples, sample.transitions);
}

fn measure(row: &Row, counts: bool) {
    let Some(machine) = machine(row) else {
        return println!("{}: no such program, or a counter without its sizes", row.name);
    };
    let options =
        Options { cores: row.cores, counts, switches: counts, memory: 4 << 30, ..Options::default() };
    let begin = Instant::now();
    let mut on = |_: &_| ControlFlow::Continue(());
    let exploration = match row.general {
        true => explore_from(&machine, &machine.start(), &options, &mut on),
        false => explore(&machine, &options, &mut on),
    };
    let seconds = begin.elapsed().as_secs_f64();
    let sizes = row.sizes.map(|(threads, iterations)| format!("{threads},{iterations}")).unwrap_or_default();
    let what = if counts { "counts" } else { "outcomes" };
    println!(
        "{:<22}{sizes:<6}{what:<9}{:>2} cores{:>11.3} ms{:>11} states{:>12} transitions{:>7.2} M/s{:>8.1} MB  {} outcomes",
        row.name,
        row.cores,
        seconds * 1e3,
        exploration.states,
        exploration.transitions,
        exploration.states as f64 / seconds / 1e6,
        exploration.bytes as f64 / 1e6,
        exploration.outcomes.len(),
    );
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let Some((name, sizes)) = words.split_first() else {
        for row in table() {
            measure(&row, false);
            measure(&row, true);
        }
        return;
    };
    let numbers: Vec<u32> = sizes.iter().filter_map(|word| word.parse().ok()).collect();
    let (sizes, cores) = match numbers.as_slice() {
        [threads, iterations, rest @ ..] => (Some((*threads as u16, *iterations)), rest.first()),
        rest => (None, rest.first()),
    };
    let general = words.iter().any(|word| word == "general");
    let row = Row { general, ..row(name, sizes, cores.map_or(1, |cores| *cores as usize)) };
    if words.iter().any(|word| word == "sample") {
        return measure_samples(&row);
    }
    measure(&row, false);
    measure(&row, true);
}
