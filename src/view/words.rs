//! How findings are said to people. What is found, and how, is elsewhere.

use crate::analysis::timeline::{Entry, Fate, Story};
use crate::app::race::{Activity, Race};
use crate::event::{Increment, Op, Seen, Source, Worker};
use crate::experiment::figures::Doing;
use crate::experiment::{Kind, Protection};
use crate::view::pen::{columns, grouped, percent};

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A fact.
    Plain,
    /// A remark that may be passed over.
    Aside,
    /// A loss; the sentence carries its sign.
    Alarm,
    /// Nothing was lost.
    Good,
}

/// Operations that are looked through for what happened earlier.
const EARLIER: usize = 400;

/// What is said, sentence by sentence, under which title.
pub(crate) type Told = (String, Vec<(Tone, String)>);

/// The story to tell now.
#[must_use]
pub(crate) fn story(race: &Race) -> Told {
    if let Some(story) = race.selected().and_then(|increment| race.timeline().story(increment)) {
        return (format!("story of {}", named(story.increment)), of_increment(race, &story));
    }
    if let Some(increment) = race.selected() {
        let text = format!("The record does not reach back to the load of {}.", named(increment));
        return (format!("story of {}", named(increment)), vec![(Tone::Aside, text)]);
    }
    let told = match race.activity() {
        Activity::Starting => vec![(Tone::Aside, "The workers gather at a barrier.".into())],
        Activity::Failed => vec![(Tone::Plain, "The run could not go on. r begins a new one.".into())],
        Activity::Burst { .. } => burst(race),
        Activity::Running if race.flows() => flowing(race),
        Activity::Running | Activity::Ended => summary(race),
    };
    ("what happened".into(), told)
}

/// An increment as people say it: `T1's update 10`.
fn named(increment: Increment) -> String {
    format!("{}'s update {}", increment.worker, increment.iteration)
}

fn source(seen: Seen) -> String {
    match seen.source {
        Source::Start => "the value from the start".into(),
        Source::Store(by) => format!("from {}", named(by)),
        Source::Unknown => "from a store that was not recorded".into(),
    }
}

/// The story of one increment.
fn of_increment(race: &Race, story: &Story) -> Vec<(Tone, String)> {
    let who = story.increment.worker;
    let mut told = vec![(Tone::Plain, format!("{who} loaded {}, {}.", story.read.value, source(story.read)))];
    if let Some(stored) = story.stored {
        let text = match story.found {
            Some(found) if found != story.read => {
                format!("When it stored {stored}, the counter had become {}, {}.", found.value, source(found))
            }
            Some(_) => format!("It stored {stored}; nobody had stored in between."),
            None => format!("It stored {stored}."),
        };
        told.push((Tone::Plain, text));
    }
    told.push(match story.fate {
        Fate::Open => (Tone::Aside, "It has not stored yet.".into()),
        Fate::Surviving => (Tone::Plain, "The counter is built on it so far.".into()),
        Fate::Survived => (Tone::Good, "The counter is built on it: it survived.".into()),
        Fate::Overwritten { by } => (
            Tone::Alarm,
            format!(
                "✗? {} took it off; a worker that still holds a value built on it could bring it back.",
                named(by)
            ),
        ),
        Fate::Lost { winner: Some(winner) } => {
            (Tone::Alarm, format!("✗ Lost for good. {} won over it.", named(winner)))
        }
        Fate::Lost { winner: None } => (Tone::Alarm, "✗ Lost for good.".into()),
        Fate::Unknown => (Tone::Aside, "The record does not say what became of it.".into()),
    });
    if let Some((first, more)) = story.built_on_by.split_first() {
        let more = match more.len() {
            0 => String::new(),
            1 => " and one more".into(),
            n => format!(" and {n} more"),
        };
        told.push((Tone::Aside, format!("{}{more} built on it.", named(*first))));
    }
    told.extend(cores(race, story.increment));
    told
}

/// On which cores an increment ran, where that was recorded.
fn cores(race: &Race, increment: Increment) -> Option<(Tone, String)> {
    let of = |wanted: fn(Op) -> bool| {
        let mut entries = race.timeline().entries().iter().map(|entry| &entry.event);
        entries.find(|event| event.increment == increment && wanted(event.op)).and_then(|event| event.core)
    };
    let load = of(|op| op.seen().is_some())?;
    let text = match of(|op| op.stored().is_some()) {
        Some(store) if store != load => format!("It loaded on core {load} and stored on core {store}."),
        _ => format!("It ran on core {load}."),
    };
    Some((Tone::Aside, text))
}

/// What has just happened in slow motion.
fn flowing(race: &Race) -> Vec<(Tone, String)> {
    let told = race.turn().map_or_else(Vec::new, |number| turn(race, number));
    if told.is_empty() { calm(race) } else { told }
}

fn entry(race: &Race, number: u64) -> Option<&Entry> {
    let index = number.checked_sub(race.timeline().first())?;
    race.timeline().entries().get(usize::try_from(index).ok()?)
}

/// Earlier stores that took updates off the path, newest first, each in a line.
pub(crate) fn earlier(race: &Race) -> impl Iterator<Item = (Tone, String)> {
    let first = race.timeline().first();
    let turn = race.turn().and_then(|turn| usize::try_from(turn.checked_sub(first)?).ok()).unwrap_or(0);
    let entries = race.timeline().entries();
    let before = entries.range(..turn.min(entries.len())).rev().take(EARLIER);
    before.filter_map(|entry| {
        let victim = *entry.overwrote.last()?;
        let (tone, fate) = verdict(race, victim, entry.overwrote_count);
        let tone = if tone == Tone::Alarm { tone } else { Tone::Aside };
        Some((tone, format!("{} stored {}: {fate}", entry.event.worker(), entry.event.op.stored()?)))
    })
}

/// What an increment had read last before this operation.
fn read(race: &Race, number: u64, increment: Increment) -> Option<Seen> {
    let index = usize::try_from(number.checked_sub(race.timeline().first())?).ok()?;
    let entries = race.timeline().entries();
    let mut before =
        entries.range(..index.min(entries.len())).rev().filter(|entry| entry.event.increment == increment);
    before.find_map(|entry| entry.event.op.seen())
}

/// A store that took updates off the path, or brought some back.
fn turn(race: &Race, number: u64) -> Vec<(Tone, String)> {
    let Some(entry) = entry(race, number) else { return Vec::new() };
    let Some(stored) = entry.event.op.stored() else { return Vec::new() };
    let who = entry.event.worker();
    let read = read(race, number, entry.event.increment);
    let value = read.map_or_else(|| "its value".into(), |read| read.value.to_string());
    let mut told = Vec::new();
    if let Some(&victim) = entry.overwrote.last() {
        // The oldest that went was built on the same value, unless the list is cut short or a whole branch came back.
        let same = entry.restored.is_empty() && entry.overwrote_count as usize <= Entry::LISTED;
        let stores = match (entry.overwrote_count, read) {
            (1, Some(read)) if same => format!("{} stored {}", victim.worker, read.value.saturating_add(1)),
            (1, _) => format!("{} stored", victim.worker),
            (n, _) => format!("{n} other updates were stored"),
        };
        told.push((Tone::Plain, format!("{who} had loaded {value} before {stores}.")));
        told.push((Tone::Plain, format!("{who}'s {stored} now stands in place of that.")));
        told.push(verdict(race, victim, entry.overwrote_count));
    }
    if let Some(&back) = entry.restored.last().filter(|_| entry.overwrote.is_empty()) {
        let text = format!("{who} had built on {}: its store of {stored} brings that back.", named(back));
        told.push((Tone::Plain, text));
    }
    told
}

/// What became of an increment that was taken off the path, and of those that were built on it.
fn verdict(race: &Race, victim: Increment, count: u32) -> (Tone, String) {
    let others = match count {
        0 | 1 => String::new(),
        2 => " and one more".into(),
        n => format!(" and {} more", n - 1),
    };
    let are = if count > 1 { "are" } else { "is" };
    match race.timeline().fate(victim) {
        Fate::Lost { winner: Some(winner) } => {
            (Tone::Alarm, format!("✗ {}{others} {are} lost; {} won over it.", named(victim), named(winner)))
        }
        Fate::Lost { winner: None } => (Tone::Alarm, format!("✗ {}{others} {are} lost.", named(victim))),
        Fate::Surviving | Fate::Survived => {
            (Tone::Plain, format!("{}{others} came back with a later store.", named(victim)))
        }
        Fate::Overwritten { .. } | Fate::Open | Fate::Unknown => {
            (Tone::Alarm, format!("✗? {}{others} {are} overwritten, but could yet come back.", named(victim)))
        }
    }
}

/// What to say in slow motion while nothing is lost.
fn calm(race: &Race) -> Vec<(Tone, String)> {
    let kind = race.settings().kind;
    let text = match race.settings().protection {
        _ if !kind.shares_memory() => {
            "Each process loads and stores a counter in its own memory: no other one's store can come in between, and the parent's counter stays 0."
        }
        Protection::FetchAdd => "Load, add and store are one operation: nobody can come in between.",
        _ if kind == (Kind::Task { awaits: false }) => {
            "Tasks take turns on one thread, and only where one awaits. These await nothing: each makes all its increments before the next one begins, and nobody comes in between."
        }
        Protection::None if kind.awaits() => {
            "Each task loads the counter, awaits its next turn, and stores. While it awaits, others load the same value: updates are lost, on a single thread."
        }
        Protection::Lock | Protection::Guard | Protection::Spin | Protection::WriteLock if kind.awaits() => {
            "Only one task at a time is between load and store. Whoever comes meanwhile awaits the lock (░), and the thread goes on with others."
        }
        Protection::None => {
            "Each worker loads the counter, adds one and stores. Two of them between load and store at the same time: one update will be lost."
        }
        Protection::Lock | Protection::Guard | Protection::Spin | Protection::WriteLock => {
            "Only one worker at a time is between load and store; whoever comes meanwhile waits (░)."
        }
        Protection::Semaphore if race.settings().permits == 1 => {
            "One permit: only one worker at a time is between load and store. It is a lock."
        }
        Protection::Semaphore => {
            "As many workers as there are permits may be between load and store at once: more than one is enough to lose updates."
        }
        Protection::ReadLock => "A read lock lets all readers in at once, and here each of them also stores.",
        Protection::CompareAndSwap => {
            "A worker stores only if the counter still has the value that it loaded; otherwise it tries again (R)."
        }
    };
    let mut told = vec![(Tone::Aside, text.into())];
    if let Some(most) = race.most_holders().filter(|&most| most > 0) {
        told.push((Tone::Aside, format!("At most {most} inside at once so far.")));
    }
    told
}

/// What the run came to, or has come to so far at full speed.
fn summary(race: &Race) -> Vec<(Tone, String)> {
    let (counts, exact) = race.told();
    let about = if exact { "" } else { "≈" };
    if counts.completed == 0 {
        return calm(race);
    }
    let (lost, completed) = (grouped(counts.lost()), grouped(counts.completed));
    if counts.lost() == 0 {
        return nothing_lost(race, &completed);
    }
    let share = percent(counts.lost_share());
    let mut told =
        vec![(Tone::Alarm, format!("✗ {about}{lost} of {about}{completed} updates are lost ({share})."))];
    // What the picture shows belongs to these figures only if it is of the same run.
    let turned = race.turn().filter(|_| race.other_run().is_none());
    let turned = turned.map_or_else(Vec::new, |number| turn(race, number));
    if turned.is_empty() {
        let why = if counts.hand_overs == 0 {
            "Nobody ever loaded another's store: each worker counted for itself, and one of them won."
        } else {
            "Each was overwritten by a worker that had loaded the counter before it."
        };
        told.push((Tone::Plain, why.into()));
    }
    told.extend(turned);
    told
}

/// Nothing was lost: because it could not be, or because nobody met?
fn nothing_lost(race: &Race, completed: &str) -> Vec<(Tone, String)> {
    let (counts, _) = race.told();
    let settings = race.settings();
    let racy = match settings.protection {
        Protection::None | Protection::ReadLock => true,
        Protection::Semaphore => settings.permits > 1,
        _ => false,
    };
    let good = match settings.kind.shares_memory() {
        true => format!("Nothing was lost: {completed} updates, and all of them count."),
        false => format!("Nothing was lost: {completed} updates, each in its own process's counter."),
    };
    let good = (Tone::Good, good);
    if !racy || !settings.kind.can_interfere() || settings.threads < 2 {
        let mut told = vec![good];
        told.extend(calm(race));
        return told;
    }
    let met = if counts.hand_overs.saturating_mul(50) > counts.completed {
        let hand_overs = grouped(counts.hand_overs);
        format!("{hand_overs} hand-overs, but by luck none between a load and its store.")
    } else {
        let hand_overs = match counts.hand_overs {
            0 => "No hand-overs".into(),
            1 => "Only 1 hand-over".into(),
            n => format!("Only {} hand-overs", grouped(n)),
        };
        format!("{hand_overs}: the workers hardly met. No hand-overs, no race to see.")
    };
    vec![
        (Tone::Good, format!("Nothing was lost, though nothing protects these {completed} updates.")),
        (Tone::Plain, met),
        (Tone::Plain, "g widens the gap.".into()),
    ]
}

fn burst(race: &Race) -> Vec<(Tone, String)> {
    let name = race.settings().protection_name();
    let text = format!(
        "Many runs at full speed, protection {name}. Their final counts gather on the left; esc stops."
    );
    vec![(Tone::Aside, text)]
}

/// What would happen if the first stale worker stored next, in a line of so many columns.
#[must_use]
pub(crate) fn threat(race: &Race, room: u16) -> Option<String> {
    if race.settings().protection == Protection::CompareAndSwap {
        return None;
    }
    let mut workers = (0..race.workers().len() as u16).map(Worker);
    let (worker, gone) = workers.find_map(|worker| {
        let stale = race.timeline().is_stale(worker);
        let gone = if stale { race.timeline().would_overwrite(worker) } else { Vec::new() };
        (!gone.is_empty()).then_some((worker, gone))
    })?;
    let whose = match gone.as_slice() {
        [one] => format!("{}'s update is gone.", one.worker),
        more => format!("{} updates are gone.", more.len()),
    };
    let long = format!("If {worker} stores next, {whose}");
    Some(if columns(&long) <= room { long } else { format!("If {worker} stores, {whose}") })
}

/// Who is inside the protection, in words: `T0`, `T0, T1`, `T0, T1 and 3 more`.
#[must_use]
pub(crate) fn holders(race: &Race) -> String {
    let inside = |doing: Doing| matches!(doing, Doing::Inside | Doing::Holding(_) | Doing::Leaving(_));
    let mut names = Vec::new();
    let mut more = 0;
    for (index, now) in race.workers().iter().enumerate() {
        if inside(now.doing) {
            if names.len() < 2 {
                names.push(format!("T{index}"));
            } else {
                more += 1;
            }
        }
    }
    match (names.is_empty(), more) {
        (true, _) => "its turn".into(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}
