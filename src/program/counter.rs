//! The shared counter under each protection, as programs.

use std::fmt::Write;

use super::{CounterShape, Program, text};
use crate::experiment::{MAX_THREADS, Protection, Settings};

/// What is declared for the protection, and the body of the loop.
fn parts(protection: Protection, permits: u16) -> (String, &'static str) {
    let (declared, body): (String, &str) = match protection {
        Protection::None => (String::new(), "counter = counter + 1"),
        Protection::Lock => ("lock = Lock()".into(), "lock.acquire()\ncounter = counter + 1\nlock.release()"),
        Protection::Guard => ("lock = Lock()".into(), "with lock:\n    counter = counter + 1"),
        Protection::Semaphore => (
            format!("permits = Semaphore({permits})"),
            "permits.acquire()\ncounter = counter + 1\npermits.release()",
        ),
        Protection::CompareAndSwap => (
            String::new(),
            "old = counter\n\
             while True:\n    found = counter.compare_and_swap(old, old + 1)\n    if found == old:\n        break\n    \
             old = found",
        ),
        Protection::FetchAdd => (String::new(), "counter.fetch_add(1)"),
        Protection::Spin => (
            "lock = Lock()".into(),
            "while not lock.acquire(blocking=False):\n    pass\ncounter = counter + 1\nlock.release()",
        ),
        Protection::ReadLock => (
            "lock = ReadersWriterLock()".into(),
            "lock.acquire_read()\ncounter = counter + 1\nlock.release_read()",
        ),
        Protection::WriteLock => (
            "lock = ReadersWriterLock()".into(),
            "lock.acquire_write()\ncounter = counter + 1\nlock.release_write()",
        ),
    };
    (declared, body)
}

/// The program's text.
fn source(shape: CounterShape) -> String {
    let (declared, body) = parts(shape.protection, shape.permits);
    let mut text = format!("# The shared counter: {}.\ncounter = 0\n", shape.protection.title());
    if !declared.is_empty() {
        text += &declared;
        text.push('\n');
    }
    text += "\ndef worker():\n";
    if body.contains("counter =") {
        text += "    global counter\n";
    }
    let _ = writeln!(text, "    for _ in range({}):", shape.iterations);
    body.lines().for_each(|line| text += &format!("        {line}\n"));
    text.push('\n');
    let names = vec!["worker"; usize::from(shape.threads)];
    names.chunks(8).for_each(|row| text += &format!("threads({})\n", row.join(", ")));
    let expected = u64::from(shape.threads) * u64::from(shape.iterations);
    let _ = writeln!(text, "assert counter == {expected}, \"no update is lost\"");
    text
}

/// The counter at these sizes. Sizes beyond the limits of [`Settings`] are brought within them.
#[must_use]
pub fn program(shape: CounterShape) -> Program {
    let shape = CounterShape { threads: shape.threads.clamp(1, MAX_THREADS), ..shape };
    let name = format!("counter-{}", shape.protection);
    let mut program = text::parse(&name, &source(shape)).expect("the text of every counter is a program");
    program.shape = Some(shape);
    program
}

impl From<&Settings> for CounterShape {
    fn from(settings: &Settings) -> Self {
        CounterShape {
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
    use crate::program::{MAX_WORKERS, Op};

    #[test]
    fn every_protection_has_its_counter() {
        for protection in Protection::ALL {
            for threads in [1, 3, MAX_THREADS] {
                let program = program(CounterShape { threads, iterations: 2, protection, permits: 2 });
                assert_eq!(program.threads.len(), usize::from(threads));
                assert_eq!(program.codes.len(), 1, "identical workers share a code");
                assert_eq!(program.variables[0].name, "counter");
                assert_eq!(program.observed.len(), 1);
            }
        }
        assert!(usize::from(MAX_THREADS) <= MAX_WORKERS);
    }

    #[test]
    fn load_and_store_of_one_line_know_their_columns() {
        let shape = CounterShape { threads: 2, iterations: 2, protection: Protection::None, permits: 1 };
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
