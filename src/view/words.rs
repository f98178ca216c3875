//! How findings are said to people. What is found, and how, is elsewhere.

mod counts;
mod now;
#[cfg(test)]
mod tests;
mod turn;

use crate::analysis::timeline::{Fate, Story};
use crate::app::race::{Activity, Race};
use crate::event::{Increment, Op, Seen, Source};
use crate::view::pen::grouped;

pub(crate) use now::{holders, threat};
pub(crate) use turn::earlier;

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
        Activity::Burst { .. } => counts::burst(race),
        Activity::Running if race.flows() => flowing(race),
        Activity::Running | Activity::Ended => counts::summary(race),
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
    told.extend(rivals(story).map(|text| (Tone::Plain, text)));
    if let Some(stored) = story.stored {
        let text = match story.found {
            Some(found) if found != story.read && found.value == story.read.value => {
                format!("When it stored {stored}, the counter was {} again, {}.", found.value, source(found))
            }
            Some(found) if found != story.read => {
                format!("When it stored {stored}, the counter had become {}, {}.", found.value, source(found))
            }
            Some(_) => format!("It stored {stored}; nobody had stored in between."),
            None => format!("It stored {stored}."),
        };
        told.push((Tone::Plain, text));
        told.extend(turn::overwritten(race, story.increment).map(|text| (Tone::Plain, text)));
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
        told.push((Tone::Aside, format!("{}{} built on it.", named(*first), and_more(more.len() as u64))));
    }
    told.extend(cores(race, story.increment));
    told
}

/// Who else had loaded what an increment loaded.
fn rivals(story: &Story) -> Option<String> {
    let (first, more) = story.rivals.split_first()?;
    let others = and_more(more.len() as u64);
    Some(format!("{}{others} loaded it too; only one of these can count.", named(*first)))
}

/// How many there are besides the one that was named: ` and one more`, or nothing.
fn and_more(count: u64) -> String {
    match count {
        0 => String::new(),
        1 => " and one more".into(),
        n => format!(" and {} more", grouped(n)),
    }
}

/// So many updates, in words: `1 update`, `4 000 updates`.
fn updates(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "update" } else { "updates" })
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
    let told = race.turn_since_cut().map_or_else(Vec::new, |number| turn::turn(race, number));
    if told.is_empty() { counts::calm(race) } else { told }
}
