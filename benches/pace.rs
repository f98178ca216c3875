//! How many states a second a search of programs in general goes through, and what a second core is worth.
//!
//! `cargo bench --bench pace` goes through programs that take about a second or more on one core, each on one core and
//! on two in turn, and prints medians; `cargo bench --bench pace -- [NAME…] [--pairs COUNT] [--outcomes|--counts]`
//! measures some. The counter's own engine is passed by. A name may be a file, and `NAME:CORES` is searched once with
//! so many cores and nothing else, which is what a profiler wants.

use std::ops::ControlFlow;
use std::time::Instant;

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::Exploration;
use racescope::machine::explore::{Options, explore_from};
use racescope::program::{CounterShape, counter, text};

/// Counters, by name.
const COUNTERS: [(&str, Protection, u16, u32); 4] = [
    ("counter", Protection::None, 2, 60),
    ("counter-3", Protection::None, 3, 12),
    ("semaphore", Protection::Semaphore, 3, 11),
    ("swaps", Protection::CompareAndSwap, 3, 12),
];

/// Other programs, by name. Several places in each are written by different workers, and some can go on for ever.
const TEXTS: [(&str, &str); 4] = [
    (
        "philosophers",
        "forks = [Lock(), Lock(), Lock(), Lock(), Lock()]\nmeals = 0\n\
         def eat(first, second):\n    for i in range(4):\n        with forks[first]:\n            with forks[second]:\n                \
         meals.fetch_add(1)\n\
         threads(eat(0, 1), eat(1, 2), eat(2, 3), eat(3, 4), eat(0, 4))\nobserve(meals)\n",
    ),
    (
        "buffer",
        "count = 0\ntaken = 0\nlock = Lock()\nchanged = Condition(lock)\n\
         def produce():\n    global count\n    for i in range(4):\n        with changed:\n            while count == 2:\n                \
         changed.wait()\n            count += 1\n            changed.notify_all()\n\
         def consume():\n    global count, taken\n    for i in range(4):\n        with changed:\n            while count == 0:\n                \
         changed.wait()\n            count -= 1\n            taken += 1\n            changed.notify_all()\n\
         threads(produce, produce, produce, consume, consume, consume)\nobserve(taken)\n",
    ),
    (
        "tickets",
        "next_ticket = 0\nserving = 0\ncounter = 0\n\
         def worker():\n    global serving, counter\n    for i in range(6):\n        ticket = next_ticket.fetch_add(1)\n        \
         while serving != ticket:\n            pass\n        counter = counter + 1\n        serving = ticket + 1\n\
         threads(worker, worker, worker, worker)\nobserve(counter)\n",
    ),
    (
        "transfers",
        "a = 3\nb = 3\nc = 3\n\
         def f():\n    global a, b\n    for i in range(3):\n        if a > 0:\n            a = a - 1\n            b = b + 1\n\
         def g():\n    global b, c\n    for i in range(3):\n        if b > 0:\n            b = b - 1\n            c = c + 1\n\
         def h():\n    global c, a\n    for i in range(3):\n        if c > 0:\n            c = c - 1\n            a = a + 1\n\
         threads(f, g, h)\nobserve(a, b, c)\n",
    ),
];

fn names() -> impl Iterator<Item = &'static str> {
    COUNTERS.iter().map(|counter| counter.0).chain(TEXTS.iter().map(|text| text.0))
}

fn machine(name: &str) -> Option<Machine> {
    if let Some(&(_, protection, threads, iterations)) = COUNTERS.iter().find(|counter| counter.0 == name) {
        let shape = CounterShape { kind: Kind::Thread, threads, iterations, protection, permits: 2 };
        return Some(Machine::new(counter::program(shape)));
    }
    let known = TEXTS.iter().find(|text| text.0 == name).map(|text| text.1.to_owned());
    let text = known.or_else(|| std::fs::read_to_string(name).ok())?;
    match text::parse(name, &text) {
        Ok(program) => Some(Machine::new(program)),
        Err(error) => {
            println!("{name}: {error}");
            None
        }
    }
}

fn search(machine: &Machine, cores: usize, counts: bool) -> (f64, Exploration) {
    let options = Options { cores, counts, switches: counts, memory: 8 << 30, ..Options::default() };
    let begin = Instant::now();
    let found = explore_from(machine, &machine.start(), &options, &mut |_| ControlFlow::Continue(()));
    (begin.elapsed().as_secs_f64(), found)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn measure(name: &str, machine: &Machine, pairs: usize, counts: bool) {
    let (mut one, mut two, mut gain, mut states, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0, 0);
    for _ in 0..pairs {
        let (alone, found) = search(machine, 1, counts);
        let (shared, _) = search(machine, 2, counts);
        (states, bytes) = (found.states, found.bytes);
        one.push(alone);
        two.push(shared);
        gain.push(alone / shared);
    }
    let (one, two) = (median(&mut one), median(&mut two));
    println!(
        "{name:<14}{:<10}{states:>11}{one:>10.3} s{:>8.2} M/s{two:>10.3} s{:>8.2} M/s{:>8.2}x{:>9.0} MB",
        if counts { "counts" } else { "outcomes" },
        states as f64 / one / 1e6,
        states as f64 / two / 1e6,
        median(&mut gain),
        bytes as f64 / 1e6,
    );
}

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut wanted, mut pairs, mut modes) = (Vec::new(), 5, vec![false, true]);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--pairs" => pairs = words.next().and_then(|count| count.parse().ok()).unwrap_or(pairs),
            "--outcomes" => modes = vec![false],
            "--counts" => modes = vec![true],
            _ => wanted.push(word),
        }
    }
    if wanted.is_empty() {
        wanted = names().map(str::to_owned).collect();
    }
    println!(
        "program       what          states  one core              two cores               gain   memory"
    );
    for name in &wanted {
        let (name, cores) = match name.rsplit_once(':') {
            Some((name, cores)) => (name, cores.parse().ok()),
            None => (name.as_str(), None),
        };
        let Some(machine) = machine(name) else {
            println!("{name}: no such program; there are {}", names().collect::<Vec<_>>().join(", "));
            continue;
        };
        for counts in &modes {
            match cores {
                Some(cores) => println!("{name}: {:.3} s", search(&machine, cores, *counts).0),
                None => measure(name, &machine, pairs.max(1), *counts),
            }
        }
    }
}
