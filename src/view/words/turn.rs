//! A store that took updates off the path, or brought some back: who, whose, and what became of them.

use super::{Tone, and_more, named};
use crate::analysis::timeline::{Entry, Fate};
use crate::app::race::Race;
use crate::event::{Increment, Seen};
use crate::view::pen::grouped;

/// Operations that are looked through for what happened earlier.
const EARLIER: usize = 400;

fn entry(race: &Race, number: u64) -> Option<&Entry> {
    let index = number.checked_sub(race.timeline().first())?;
    race.timeline().entries().get(usize::try_from(index).ok()?)
}

/// Earlier stores that took updates off the path, newest first, each in a line.
pub(crate) fn earlier(race: &Race) -> impl Iterator<Item = (Tone, String)> {
    let first = race.timeline().first();
    let entries = race.timeline().entries();
    let end = race.turn_since_cut().map_or(entries.len(), |turn| {
        usize::try_from(turn.saturating_sub(first)).unwrap_or(entries.len()).min(entries.len())
    });
    let before = entries.range(..end).rev().take(EARLIER);
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
pub(super) fn turn(race: &Race, number: u64) -> Vec<(Tone, String)> {
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
            (n, _) => format!("{} other updates were stored", grouped(n.into())),
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
    let others = and_more(u64::from(count.saturating_sub(1)));
    let (are, them) = if count > 1 { ("are", "them") } else { ("is", "it") };
    match race.timeline().fate(victim) {
        Fate::Lost { winner: Some(winner) } => (
            Tone::Alarm,
            format!("✗ {}{others} {are} lost; {} won over {them}.", named(victim), named(winner)),
        ),
        Fate::Lost { winner: None } => (Tone::Alarm, format!("✗ {}{others} {are} lost.", named(victim))),
        Fate::Surviving | Fate::Survived => {
            (Tone::Plain, format!("{}{others} came back with a later store.", named(victim)))
        }
        Fate::Overwritten { .. } | Fate::Open | Fate::Unknown => {
            (Tone::Alarm, format!("✗? {}{others} {are} overwritten, but could yet come back.", named(victim)))
        }
    }
}
