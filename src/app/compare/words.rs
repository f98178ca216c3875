//! What a sweep found, in words. Every sentence is made of the figures.

mod downloads;
mod kinds;
mod plan;

use super::columns::sign;
use crate::app::findings::{grouped, percent, short};
use crate::compare::findings::{Figure, Findings, Permits, Protections, Safe, Window, find};
use crate::compare::plan::{Plan, Sweep};
use crate::compare::table::Table;
use crate::experiment::{Delay, Kind, Protection, Settings};
pub use kinds::{Duel, Side};
pub use plan::{plan, plan_within};

/// Below this many columns claims are said with their quartiles alone; from it on, where there are rows enough, with
/// bars.
pub const WIDE: u16 = 110;
/// Rows from which on there is room for these.
pub const TALL: u16 = 40;
/// And from this on, where there are rows enough too, in groups.
pub const GROUPED: u16 = 160;

/// What is to be judged, where that is settled beforehand, for so many columns.
#[must_use]
pub fn claims(plan: &Plan, columns: u16) -> Vec<String> {
    if plan.sweep == Sweep::Kinds { kinds::open(columns >= WIDE) } else { Vec::new() }
}

/// What a sweep is for.
#[must_use]
pub fn about(sweep: Sweep) -> &'static str {
    match sweep {
        Sweep::Protections => {
            "What each protection costs and what it loses, with more and more workers: every run is real, and nothing \
             else runs meanwhile."
        }
        Sweep::Permits => {
            "A semaphore with 1 permit, with 2, and so on up to one for each worker, while each holder spends the gap \
             inside: where the losses begin, and what every further permit buys."
        }
        Sweep::Window => {
            "How often a run loses anything, from no gap between load and store to a sleep: why an example of a race so \
             often seems to work."
        }
        Sweep::Kinds => {
            "What a thread, a process and a task cost and what they are good for: whether what is commonly said of them holds \
             on this machine."
        }
        Sweep::Downloads => downloads::ABOUT,
    }
}

/// That a sweep was stopped, if it was.
#[must_use]
pub fn partial(table: &Table) -> Option<String> {
    let progress = table.progress;
    table
        .stopped
        .then(|| format!("partial: stopped after {} of {} runs", count(progress.done), count(progress.of)))
}

/// One or two sentences on what was found, or a line for each claim; none while nothing was.
#[must_use]
pub fn found(table: &Table) -> Vec<String> {
    said(table, false, false)
}

/// The same for so many columns.
#[must_use]
pub fn found_within(table: &Table, columns: u16) -> Vec<String> {
    said(table, columns < WIDE, columns >= GROUPED)
}

fn said(table: &Table, terse: bool, grouped: bool) -> Vec<String> {
    match find(table) {
        None => Vec::new(),
        Some(Findings::Protections(found)) => protections(&found),
        Some(Findings::Permits(found)) => permits(&found),
        Some(Findings::Window(found)) => window(&found),
        Some(Findings::Kinds(found)) => kinds::said(&found, terse, grouped),
        Some(Findings::Downloads(found)) => downloads::said(&found),
    }
}

/// The claims with the figures that decide them, and what they come to, where there are any.
#[must_use]
pub fn duels(table: &Table) -> Option<(Vec<Duel>, String)> {
    match find(table)? {
        Findings::Kinds(found) => Some(kinds::duels(&found)),
        _ => None,
    }
}

/// That runs were void, if any were.
#[must_use]
pub fn void(table: &Table) -> Option<String> {
    let (runs, last) = table.void.as_ref()?;
    let (runs, were) = (count(*runs), if *runs == 1 { "run was" } else { "runs were" });
    Some(format!("⚠ {runs} {were} void and made again: {last}."))
}

/// Why nothing could be lost, whatever was changed.
fn no_race(safe: Safe) -> &'static str {
    match safe {
        Safe::Alone => "A single worker has nobody to lose an update to.",
        Safe::Apart => {
            "There is no race: each process counts in memory of its own, so nothing can be lost, and the parent's counter \
             stays at 0."
        }
        Safe::Whole => {
            "There is no race: nothing is awaited between load and store, so no other task comes between them, and nothing \
             can be lost."
        }
    }
}

/// Whether a sentence says what the figures say to a claim, after a sign: what is refuted is no mistake.
#[must_use]
pub fn is_verdict(sentence: &str) -> bool {
    kinds::VERDICTS.iter().any(|verdict| sentence.starts_with(verdict))
}

/// What has to be known about a sweep, and about its table where there is one, that doesn't go without saying.
#[must_use]
pub fn note(plan: &Plan, table: Option<&Table>) -> Option<String> {
    if plan.sweep == Sweep::Kinds {
        return Some(kinds::NOTE.into());
    }
    if plan.sweep == Sweep::Downloads {
        return Some(downloads::NOTE.into());
    }
    let mut notes = Vec::new();
    if plan.sweep == Sweep::Protections {
        notes.push("Waiting and fairness are from watched runs of their own, which are slower.");
    }
    match plan.kind {
        Kind::Thread => {}
        Kind::Process { .. } => notes.push(
            "Between processes lock and semaphore are the operating system's own; the spin and the readers-writer lock are \
             words in shared memory.",
        ),
        Kind::Task { .. } => notes.push("All tasks take turns on one thread."),
    }
    if table.is_some_and(|table| table.rows.iter().any(|row| sign(row) == '·')) {
        notes.push("A · has lost nothing this time, but could have.");
    }
    (!notes.is_empty()).then(|| notes.join(" "))
}

/// A number, its digits in groups.
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// `a, b and c`.
fn list(mut words: Vec<String>) -> String {
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
    }
}

fn workers(count: u16) -> String {
    if count == 1 { "1 worker".into() } else { format!("{count} workers") }
}

/// A protection as it is called within a sentence.
fn called(settings: &Settings) -> String {
    match settings.protection {
        Protection::None => "no protection".into(),
        Protection::Lock => "the lock".into(),
        Protection::Guard => "the guard".into(),
        Protection::Semaphore if settings.permits == 1 => "the semaphore of 1 permit".into(),
        Protection::Semaphore => format!("the semaphore of {} permits", settings.permits),
        Protection::CompareAndSwap => "compare-and-swap".into(),
        Protection::FetchAdd => "fetch-and-add".into(),
        Protection::Spin => "the spin lock".into(),
        Protection::ReadLock => "the read lock".into(),
        Protection::WriteLock => "the write lock".into(),
    }
}

fn broken(names: Vec<String>) -> String {
    format!("✗ Updates were lost under {}, where none can be: this is a mistake of ours.", list(names))
}

fn protections(found: &Protections) -> Vec<String> {
    let mut said = Vec::new();
    if !found.broken.is_empty() {
        let mut names: Vec<String> = found.broken.iter().map(called).collect();
        names.dedup();
        said.push(broken(names));
    } else if found.exact > 0 {
        let costs = costs(found);
        let apart = matches!(found.safe, Some(Safe::Apart | Safe::Whole));
        said.push(match costs {
            Some(costs) if apart => {
                format!(
                    "What the {} protections that are exact cost is all that differs: {costs}.",
                    found.exact
                )
            }
            costs => format!(
                "Nothing was lost under any of the {} protections that are exact, in {} runs{}.",
                found.exact,
                count(found.exact_runs),
                costs.map(|costs| format!("; {costs}")).unwrap_or_default()
            ),
        });
    }
    said.push(leaks(found));
    said
}

/// What the cheapest and the dearest of the exact protections make of the speed.
fn costs(found: &Protections) -> Option<String> {
    let (cheapest, dearest) = (found.cheapest?, found.dearest?);
    Some(format!(
        "with {} the cheapest of them, {}, made {} {} unprotected's increments a second, the dearest, {}, {}",
        workers(found.workers),
        called(&cheapest.settings),
        short(cheapest.value),
        if cheapest.value >= 1.0 { "times" } else { "of" },
        called(&dearest.settings),
        short(dearest.value)
    ))
}

/// What the protections that are none, or let several in, lost.
fn leaks(found: &Protections) -> String {
    if let Some(safe) = found.safe {
        return no_race(safe).into();
    }
    let (losing, safe): (Vec<&Figure>, Vec<&Figure>) =
        found.leaky.iter().partition(|figure| figure.value > 0.0);
    if losing.is_empty() {
        return format!(
            "Nothing was lost even without protection, where {} of the loads read another worker's store: a wider gap \
             makes the race show.",
            percent(found.hand_overs)
        );
    }
    let lost = |(at, figure): (usize, &&Figure)| {
        let of = if at == 0 { " of the updates were lost" } else { "" };
        format!("{}{of} under {}", percent(figure.value), called(&figure.settings))
    };
    let mut text = list(losing.iter().enumerate().map(lost).collect());
    if !safe.is_empty() {
        let names = safe.iter().map(|figure| called(&figure.settings)).collect();
        text.push_str(&format!(", none this time under {}", list(names)));
    }
    format!("With {} {text}.", workers(found.workers))
}

fn permits(found: &Permits) -> Vec<String> {
    let permit = |count: u16| if count == 1 { "1 permit".into() } else { format!("{count} permits") };
    let mut said = vec![match (found.exact_up_to, found.begins) {
        (_, None) => format!("Nothing was lost with up to {}.", permit(found.exact_up_to)),
        (0, Some(_)) => broken(vec!["a semaphore of 1 permit".into()]),
        (safe, Some((first, share))) => {
            let safe =
                if safe == 1 { "With 1 permit".into() } else { format!("With up to {}", permit(safe)) };
            let share = percent(share);
            format!(
                "{safe} nothing was lost; the losses begin at {}, with {share} of the updates.",
                permit(first)
            )
        }
    }];
    if let Some(safe) = found.safe.filter(|_| found.begins.is_none()) {
        said = vec![no_race(safe).into()];
    }
    if let Some((most, times)) = found.most.filter(|(most, _)| *most > 1) {
        let rest = match found.enough {
            Some(enough) => {
                format!("beyond {} another one bought next to nothing (under 0.1)", permit(enough))
            }
            None => {
                format!("each further one bought {} on average", short((times - 1.0) / f64::from(most - 1)))
            }
        };
        said.push(format!(
            "{most} permits made {} times the increments a second of one; {rest}.",
            short(times)
        ));
    }
    said
}

fn gap(delay: Delay) -> String {
    match delay {
        Delay::None => "no gap".into(),
        Delay::Spin(nanos) if nanos % 1_000 == 0 => format!("a spin of {} µs", nanos / 1_000),
        Delay::Spin(nanos) => format!("a spin of {nanos} ns"),
        Delay::Yield => "a yield".into(),
        Delay::Sleep(micros) if micros % 1_000 == 0 => format!("a sleep of {} ms", micros / 1_000),
        Delay::Sleep(micros) => format!("a sleep of {micros} µs"),
    }
}

fn window(found: &Window) -> Vec<String> {
    let (narrowest, losing, runs) = found.narrowest;
    if let Some(safe) = found.safe {
        let said = match found.begins {
            None => "No run lost anything, however wide the gap.".into(),
            Some(begins) => broken(vec![gap(begins)]),
        };
        return vec![no_race(safe).into(), said];
    }
    let (low, high) = found.interval;
    // No more is said than the interval bears out.
    let consequence = match losing {
        0 if high < 0.5 => "so the example seems to work",
        _ if high < 0.5 => "so most often the example seems to work",
        _ if low > 0.5 => "so here the race shows by itself",
        _ => "so a run may show it or not",
    };
    let first = format!(
        "With {} {} of {} runs lost anything (at 95 % confidence {:.1} to {:.1} % do), {consequence}.",
        gap(narrowest),
        count(losing),
        count(runs),
        low * 100.0,
        high * 100.0
    );
    let (widest, widest_losing, widest_runs) = found.widest;
    let second = match (found.begins, found.always) {
        (None, _) => format!("No run lost anything at any gap up to {}.", gap(widest)),
        (Some(begins), Some(always)) if begins == always || begins == narrowest => {
            format!("From {} on every run lost something.", gap(always))
        }
        (Some(begins), Some(always)) => {
            format!("The losses begin at {}; from {} on every run lost something.", gap(begins), gap(always))
        }
        (Some(begins), None) if begins == narrowest => format!(
            "Even at {} only {} of {} runs lost something.",
            gap(widest),
            count(widest_losing),
            count(widest_runs)
        ),
        (Some(begins), None) => format!(
            "The losses begin at {}; even at {} only {} of {} runs lost something.",
            gap(begins),
            gap(widest),
            count(widest_losing),
            count(widest_runs)
        ),
    };
    vec![first, second]
}

#[cfg(test)]
mod tests;
