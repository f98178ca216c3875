//! A store that took updates off the path, or brought some back: who, whose, and what became of them.

use super::{Tone, and_more, named};
use crate::analysis::timeline::{Entry, Gone};
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
        let (tone, fate) = verdict(race, entry)?;
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
        told.extend(verdict(race, entry));
    }
    if let Some(&back) = entry.restored.last().filter(|_| entry.overwrote.is_empty()) {
        let text = format!("{who} had built on {}: its store of {stored} brings that back.", named(back));
        told.push((Tone::Plain, text));
    }
    told
}

/// What this increment's store took off the path, in words.
pub(super) fn overwritten(race: &Race, increment: Increment) -> Option<String> {
    let mut stores = race.timeline().entries().iter();
    let store =
        stores.find(|entry| entry.event.increment == increment && entry.event.op.stored().is_some())?;
    let victim = store.overwrote.last()?;
    Some(format!("It overwrote {}{}.", named(*victim), and_more(u64::from(store.overwrote_count - 1))))
}

/// What became of the increments that a store took off the path.
fn verdict(race: &Race, store: &Entry) -> Option<(Tone, String)> {
    let (oldest, count) = (named(*store.overwrote.last()?), store.overwrote_count);
    let all = format!("{oldest}{}", and_more(u64::from(count.saturating_sub(1))));
    let (are, them) = if count > 1 { ("are", "them") } else { ("is", "it") };
    Some(match race.timeline().gone(store)? {
        Gone::Lost(Some(winner)) => {
            (Tone::Alarm, format!("✗ {all} {are} lost; {} won over {them}.", named(winner)))
        }
        Gone::Lost(None) => (Tone::Alarm, format!("✗ {all} {are} lost.")),
        Gone::Back => (Tone::Plain, format!("{all} came back with a later store.")),
        Gone::PartlyBack => {
            (Tone::Plain, format!("{oldest} came back with a later store, not all that was built on it."))
        }
        Gone::PartlyLost => (Tone::Alarm, format!("✗? {all} {are} overwritten; some could yet come back.")),
        Gone::Overwritten => (Tone::Alarm, format!("✗? {all} {are} overwritten, but could yet come back.")),
    })
}
