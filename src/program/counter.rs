//! The shared counter under each protection, as programs.

use std::fmt::Write;

use super::{CounterShape, MAX_WORKERS, Program, text};
use crate::experiment::{Kind, Protection, Settings};

/// The body of the loop. `INCREMENT` stands for the load and the store, `PAUSE` for where a task awaits that does; after an
/// increment it does so once it holds nothing any more, as real ones do. What is in words of threads is put into those of
/// the kind at hand afterwards.
fn body(protection: Protection) -> &'static str {
    match protection {
        Protection::None => "INCREMENT\nPAUSE",
        Protection::Lock => "lock.acquire()\nINCREMENT\nlock.release()\nPAUSE",
        Protection::Guard => "with lock:\n    INCREMENT\nPAUSE",
        Protection::Semaphore => "permits.acquire()\nINCREMENT\npermits.release()\nPAUSE",
        Protection::CompareAndSwap => {
            "old = COUNTER\nPAUSE\n\
             while True:\n    found = counter.compare_and_swap(old, old + 1)\n    if found == old:\n        break\n    \
             old = found\n    PAUSE\nPAUSE"
        }
        Protection::FetchAdd => "counter.fetch_add(1)\nPAUSE",
        Protection::Spin => {
            "while not lock.acquire(blocking=False):\n    IDLE\nINCREMENT\nlock.release()\nPAUSE"
        }
        Protection::ReadLock => "lock.acquire_read()\nINCREMENT\nlock.release_read()\nPAUSE",
        Protection::WriteLock => "lock.acquire_write()\nINCREMENT\nlock.release_write()\nPAUSE",
    }
}

/// What is declared for the protection.
fn declaration(shape: CounterShape) -> String {
    match shape.protection {
        Protection::None | Protection::CompareAndSwap | Protection::FetchAdd => String::new(),
        Protection::Lock | Protection::Guard | Protection::Spin => "lock = Lock()\n".into(),
        Protection::Semaphore => format!("permits = Semaphore({})\n", shape.permits),
        Protection::ReadLock | Protection::WriteLock => "lock = ReadersWriterLock()\n".into(),
    }
}

/// A line of the body in the words of this kind of worker; several where tasks await in between.
fn lines(line: &str, kind: Kind) -> Vec<String> {
    let depth = line.len() - line.trim_start().len();
    let (indent, text) = line.split_at(depth);
    let counter = if kind == (Kind::Process { shared: true }) { "counter.value" } else { "counter" };
    let awaits = kind == (Kind::Task { awaits: true });
    let is_task = matches!(kind, Kind::Task { .. });
    let lines = match text {
        "INCREMENT" if awaits => {
            vec!["value = counter".into(), PAUSE.into(), "counter = value + 1".into()]
        }
        "INCREMENT" => vec![format!("{counter} = {counter} + 1")],
        "PAUSE" if awaits => vec![PAUSE.into()],
        "PAUSE" => Vec::new(),
        // A task that looked again and again without awaiting would keep the holder from ever going on.
        "IDLE" if is_task => vec![PAUSE.into()],
        "IDLE" => vec!["pass".into()],
        text if is_task && text.starts_with("with ") => vec![format!("async {text}")],
        text if is_task && (text.ends_with(".acquire()") || text.contains(".acquire_")) => {
            vec![format!("await {text}")]
        }
        text => vec![text.replace("COUNTER", counter)],
    };
    lines.into_iter().map(|text: String| format!("{indent}{text}")).collect()
}

/// How a task lets others have their turn.
const PAUSE: &str = "await sleep(0)";

/// The program's text.
fn source(shape: CounterShape) -> String {
    let kind = shape.kind;
    let (zero, counter) = match kind {
        Kind::Process { shared: true } => ("Value(0)", "counter.value"),
        _ => ("0", "counter"),
    };
    let mut text = format!("# The shared counter: {}.\ncounter = {zero}\n", shape.protection.title());
    if shape.has_own_memory() {
        text = format!("# A counter each: {}.\ncounter = 0\n", shape.protection.title());
    }
    text += &declaration(shape);
    let body: Vec<String> = body(shape.protection).lines().flat_map(|line| lines(line, kind)).collect();
    text += if shape.awaits_to_switch() { "\nasync def worker():\n" } else { "\ndef worker():\n" };
    if body.iter().any(|line| line.trim_start().starts_with("counter =")) {
        text += "    global counter\n";
    }
    let _ = writeln!(text, "    for _ in range({}):", shape.iterations);
    body.iter().for_each(|line| text += &format!("        {line}\n"));
    text.push('\n');
    let names = vec!["worker"; usize::from(shape.threads)];
    names.chunks(8).for_each(|row| text += &format!("{}({})\n", kind.plural(), row.join(", ")));
    let says = if shape.has_own_memory() { "the parent's own is as it was" } else { "no update is lost" };
    let _ = writeln!(text, "assert {counter} == {}, \"{says}\"", shape.right());
    text
}

/// The counter at these sizes. Sizes beyond the limits of the machine are brought within them.
#[must_use]
pub fn program(shape: CounterShape) -> Program {
    let shape = CounterShape { threads: shape.threads.clamp(1, MOST), ..shape };
    let name = format!("counter-{}", shape.protection);
    let mut program = text::parse(&name, &source(shape)).expect("the text of every counter is a program");
    (program.kind, program.shape) = (shape.kind, Some(shape));
    program
}

/// Most workers of a counter.
const MOST: u16 = MAX_WORKERS as u16;

impl From<&Settings> for CounterShape {
    fn from(settings: &Settings) -> Self {
        CounterShape {
            kind: settings.kind,
            threads: settings.threads,
            iterations: settings.iterations,
            protection: settings.protection,
            permits: settings.permits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Op;

    #[test]
    fn every_protection_has_its_counter() {
        for protection in Protection::ALL {
            for threads in [1, 3, MOST] {
                let program = program(CounterShape {
                    kind: Kind::Thread,
                    threads,
                    iterations: 2,
                    protection,
                    permits: 2,
                });
                assert_eq!(program.threads.len(), usize::from(threads));
                assert_eq!(program.codes.len(), 1, "identical workers share a code");
                assert_eq!(program.variables[0].name, "counter");
                assert_eq!(program.observed.len(), 1);
            }
        }
    }

    #[test]
    fn load_and_store_of_one_line_know_their_columns() {
        let shape = CounterShape {
            kind: Kind::Thread,
            threads: 2,
            iterations: 2,
            protection: Protection::None,
            permits: 1,
        };
        let program = program(shape);
        let shared: Vec<_> = program.codes[0].sites.iter().filter(|site| !site.op.is_local()).collect();
        let [load, store] = shared.as_slice() else { panic!("a load and a store") };
        assert!(matches!((&load.op, &store.op), (Op::Load(..), Op::Store(..))));
        let line = &program.source[load.span.line as usize - 1];
        assert_eq!(line, "        counter = counter + 1");
        assert_eq!((store.span.start, store.span.end), (9, 16));
        assert_eq!((load.span.start, load.span.end), (19, 26));
    }
}
