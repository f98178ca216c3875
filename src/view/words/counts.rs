//! What a run has come to, and what to say of a protection while nothing is lost.

use super::turn::turn;
use super::{Tone, updates};
use crate::app::race::Race;
use crate::experiment::{Kind, Protection};
use crate::view::pen::{grouped, percent};

/// What to say in slow motion while nothing is lost.
pub(super) fn calm(race: &Race) -> Vec<(Tone, String)> {
    let kind = race.settings().kind;
    let text = match race.settings().protection {
        _ if !kind.shares_memory() => {
            "Each process loads and stores a counter in its own memory: no other one's store can come in between, and the parent's counter stays 0."
        }
        Protection::None if race.settings().threads < 2 => {
            "A worker alone: nobody comes between its load and its store. + adds another."
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
    told.extend(since_change(race));
    if let Some(most) = race.most_holders().filter(|&most| most > 0) {
        told.push((Tone::Aside, format!("At most {most} inside at once so far.")));
    }
    told
}

/// That nothing was lost since the settings changed, if so.
fn since_change(race: &Race) -> Option<(Tone, String)> {
    let counts = race.segment().map(|segment| segment.counts).filter(|counts| counts.completed > 0)?;
    let (_, exact) = race.counts();
    (exact && counts.lost() == 0)
        .then(|| (Tone::Good, format!("Since the change: {}, and none is lost.", updates(counts.completed))))
}

/// What the run came to, or has come to so far at full speed.
pub(super) fn summary(race: &Race) -> Vec<(Tone, String)> {
    let (counts, exact) = race.told();
    let about = if exact { "" } else { "≈" };
    if counts.completed == 0 {
        return calm(race);
    }
    if let Some(other) = made_otherwise(race) {
        let lost = format!("{} of {} lost.", grouped(counts.lost()), updates(counts.completed));
        let told = if counts.lost() == 0 { (Tone::Good, lost) } else { (Tone::Alarm, format!("✗ {lost}")) };
        return vec![told, (Tone::Aside, other)];
    }
    if counts.lost() == 0 {
        return nothing_lost(race);
    }
    let (lost, are) = (grouped(counts.lost()), if counts.lost() == 1 { "is" } else { "are" });
    let (completed, share) = (updates(counts.completed), percent(counts.lost_share()));
    let mut told =
        vec![(Tone::Alarm, format!("✗ {about}{lost} of {about}{completed} {are} lost ({share})."))];
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

/// That the run which is over was made with other settings than those that hold now, if so.
fn made_otherwise(race: &Race) -> Option<String> {
    let (then, now) = (race.counted_settings(), race.settings());
    if then.key() == now.key() {
        return None;
    }
    let (then, now) = (then.protection_name(), now.protection_name());
    Some(if then == now {
        "That run was made with other settings; r begins one with those that hold now.".into()
    } else {
        format!("That run was made with protection {then}; r begins one with {now}.")
    })
}

/// Nothing was lost: because it could not be, or because nobody met?
fn nothing_lost(race: &Race) -> Vec<(Tone, String)> {
    let (counts, exact) = race.told();
    let about = if exact { "" } else { "≈" };
    let settings = race.settings();
    let racy = match settings.protection {
        Protection::None | Protection::ReadLock => true,
        Protection::Semaphore => settings.permits > 1,
        _ => false,
    };
    let count = if settings.kind.shares_memory() {
        "and all of them count"
    } else {
        "each in its own process's counter"
    };
    let good = (Tone::Good, format!("Nothing was lost: {about}{}, {count}.", updates(counts.completed)));
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
        (
            Tone::Good,
            format!(
                "Nothing was lost of {about}{}, though nothing protects them.",
                updates(counts.completed)
            ),
        ),
        (Tone::Plain, met),
        (Tone::Plain, "g widens the gap.".into()),
    ]
}

pub(super) fn burst(race: &Race) -> Vec<(Tone, String)> {
    let name = race.settings().protection_name();
    let text = format!(
        "Many runs at full speed, protection {name}. Their final counts gather on the left; esc stops."
    );
    vec![(Tone::Aside, text)]
}
