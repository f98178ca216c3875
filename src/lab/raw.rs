//! The recorder's words. A word as it was loaded from the counter stands for itself; every other word is a marker.
//!
//! ```text
//! 63  60 59  56 55     46 45                 0
//! [1111][ kind ][ core+1 ][ time or iteration ]
//! ```
//!
//! At full speed most loads find the worker's own last store, and then nothing need be said: a row of such increments
//! ends with the iteration of the next ([`Raw::Until`]), and an increment that found something else is that and the word
//! it loaded; the store follows from it. A [`Kind::Stamp`] now and then says when and where; where the row ends is said
//! again, and what lies between two looks at the same core ran there. In slow motion each operation has its
//! own stamped marker.

/// Bits of a time stamp: nanoseconds since the run began, for 19 hours; later stamps stay at the end of that.
const TIME_BITS: u32 = 46;
const TIME_MASK: u64 = (1 << TIME_BITS) - 1;
const CORE_MASK: u64 = 0x3FF;
const KIND_SHIFT: u32 = 56;
const TAG: u64 = 0xF << 60;
const UNTIL: u64 = 1 << 32;

/// What a marker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The iteration of the next increment.
    Chunk = 0,
    /// Time and core of the next increment, whose store follows from its load.
    Stamp = 1,
    /// The next word was loaded at this time; its store comes with a marker of its own.
    Load = 2,
    /// The store.
    Store = 3,
    /// A compare-and-swap failed; the next word is what it found.
    Retry = 4,
    /// A compare-and-swap succeeded.
    Swap = 5,
    /// The next word was found by a fetch-and-add.
    FetchAdd = 6,
    /// Asked for the protection and has to wait.
    Request = 7,
    /// Was let in.
    Acquire = 8,
    /// Left.
    Release = 9,
}

const KINDS: [Kind; 10] = [
    Kind::Chunk,
    Kind::Stamp,
    Kind::Load,
    Kind::Store,
    Kind::Retry,
    Kind::Swap,
    Kind::FetchAdd,
    Kind::Request,
    Kind::Acquire,
    Kind::Release,
];

/// When and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Nanoseconds since the run began.
    pub(super) time: u64,
    /// The core, where the platform tells.
    pub(super) core: Option<u16>,
}

/// A word of the record, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// A word of the counter.
    Word(u64),
    /// The iteration of the next increment; of those before nothing is said.
    Chunk(u32),
    /// The iteration of the next increment; each one from the last that was told to here found its worker's own store.
    /// Where a chunk ends, the core it ended on.
    Until(u32, Option<u16>),
    /// Any other marker.
    Marker(Kind, Stamp),
}

/// A stamped marker.
pub(super) fn marker(kind: Kind, stamp: Stamp) -> u64 {
    TAG | ((kind as u64) << KIND_SHIFT) | core_bits(stamp.core) | stamp.time.min(TIME_MASK)
}

fn core_bits(core: Option<u16>) -> u64 {
    core.map_or(0, |core| (u64::from(core) + 1).min(CORE_MASK)) << TIME_BITS
}

/// The marker that says which increment comes next.
pub(super) fn chunk(iteration: u32) -> u64 {
    TAG | u64::from(iteration)
}

/// The marker that ends a row of increments that found their worker's own stores.
pub(super) fn until(iteration: u32) -> u64 {
    TAG | UNTIL | u64::from(iteration)
}

/// The same where a chunk ends, on this core.
pub(super) fn end(iteration: u32, core: Option<u16>) -> u64 {
    until(iteration) | core_bits(core)
}

/// Takes a word of the record apart.
pub(super) fn read(raw: u64) -> Raw {
    if raw & TAG != TAG {
        return Raw::Word(raw);
    }
    let core = ((raw >> TIME_BITS) & CORE_MASK).checked_sub(1).map(|core| core as u16);
    match KINDS.get(((raw >> KIND_SHIFT) & 0xF) as usize) {
        None | Some(Kind::Chunk) => {
            let iteration = (raw & 0xFFFF_FFFF) as u32;
            if raw & UNTIL == 0 { Raw::Chunk(iteration) } else { Raw::Until(iteration, core) }
        }
        Some(&kind) => Raw::Marker(kind, Stamp { time: raw & TIME_MASK, core }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_come_back_as_they_were() {
        for kind in KINDS.into_iter().skip(1) {
            for core in [None, Some(0), Some(63), Some(1000)] {
                let stamp = Stamp { time: 123_456_789_012, core };
                assert_eq!(read(marker(kind, stamp)), Raw::Marker(kind, stamp));
            }
        }
        assert_eq!(read(chunk(60_000_000)), Raw::Chunk(60_000_000));
        assert_eq!(read(until(60_000_000)), Raw::Until(60_000_000, None));
        assert_eq!(read(end(60_000_000, Some(1000))), Raw::Until(60_000_000, Some(1000)));
    }

    #[test]
    fn no_word_of_the_counter_looks_like_a_marker() {
        let largest = (crate::lab::word::Word::VALUES << 32) - 1;
        assert_eq!(read(largest), Raw::Word(largest));
        assert_eq!(read(0), Raw::Word(0));
    }

    #[test]
    fn a_time_beyond_the_bits_stays_at_their_end() {
        let stamp = Stamp { time: u64::MAX, core: Some(5) };
        assert_eq!(
            read(marker(Kind::Store, stamp)),
            Raw::Marker(Kind::Store, Stamp { time: TIME_MASK, core: Some(5) })
        );
    }
}
