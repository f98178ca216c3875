//! The story of one increment, gathered from the record when somebody asks for it.

use crate::event::{Increment, Op, Seen, Source};

use super::{Entry, Story, Timeline};

pub(super) fn tell(timeline: &Timeline, increment: Increment) -> Option<Story> {
    let begins = |entry: &Entry| entry.event.increment == increment && entry.event.op.seen().is_some();
    let load = timeline.entries.iter().position(begins)?;
    let mut story = Story {
        increment,
        read: timeline.entries[load].event.op.seen()?,
        stored: None,
        found: None,
        fate: timeline.fate(increment),
        built_on_by: Vec::new(),
        rivals: Vec::new(),
    };
    let mut word = None;
    let mut readers = Vec::new();
    for (entry, sighted) in timeline.entries.range(load..).zip(timeline.sighted.range(load..)) {
        if story.built_on_by.len() == Entry::LISTED {
            break;
        }
        let event = &entry.event;
        // The last thing that an increment read is what its store is built on.
        if let Some(seen) = event.op.seen() {
            word = known(seen);
            note(&mut readers, event.increment, seen.source == Source::Store(increment));
            if event.increment == increment && story.stored.is_none() {
                story.read = seen;
            }
        }
        let Some(value) = event.op.stored() else { continue };
        if event.increment == increment && story.stored.is_none() {
            story.stored = Some(value);
            // A swap has just compared: that it happened says what it found.
            let sure = *sighted || !matches!(event.op, Op::Store(_));
            story.found =
                if matches!(event.op, Op::Swap(_)) { known(story.read) } else { word }.filter(|_| sure);
        } else if readers.contains(&event.increment) {
            story.built_on_by.push(event.increment);
        }
        readers.retain(|reader| *reader != event.increment);
        word = Some(Seen { value, source: Source::Store(event.increment) });
    }
    story.rivals = rivals(timeline, &story);
    Some(story)
}

/// Who else read what this increment read last, and nothing newer after it.
fn rivals(timeline: &Timeline, story: &Story) -> Vec<Increment> {
    let mut rivals = Vec::new();
    if known(story.read).is_none() {
        return rivals;
    }
    for event in timeline.entries.iter().map(|entry| &entry.event) {
        let Some(seen) = event.op.seen().filter(|_| event.increment != story.increment) else { continue };
        if seen == story.read {
            rivals.push(event.increment);
        } else {
            rivals.retain(|rival| *rival != event.increment);
        }
    }
    rivals.truncate(Entry::LISTED);
    rivals
}

fn known(seen: Seen) -> Option<Seen> {
    (seen.source != Source::Unknown).then_some(seen)
}

fn note(readers: &mut Vec<Increment>, reader: Increment, reads: bool) {
    readers.retain(|other| other.worker != reader.worker);
    if reads {
        readers.push(reader);
    }
}
