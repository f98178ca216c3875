//! What stands where in the memory that a crew of processes shares.
//!
//! ```text
//! head       counter, controls, orders, locks, barrier
//! stations   one a worker: whether it rests, where it is on its way through the protection
//! tallies    one a worker: its counts
//! ends       one a worker: up to where its ring was filled and emptied
//! progress   one word a worker, for runs that are watched
//! rings      one a worker: its record
//! ```
//! There are as many of each as there can be workers; memory is only taken by those that are used.

use std::io;
use std::mem::{align_of, size_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::experiment::Kind;
use crate::lab::control::Control;
use crate::lab::counter::Counter;
use crate::lab::crew::Rings;
use crate::lab::ring::{Ends, Ring};
use crate::lab::seat::{Seat, Tally};
use crate::platform::shared::{Padded, Place, Region, shareable};

use super::guards::Locks;
use super::orders::Orders;

/// Most workers.
pub(super) const MOST: usize = Kind::Process { shared: true }.most_workers() as usize;
/// Rings begin and end with pages, so that those that are not used take none.
const PAGE: usize = 4096;
/// Longest message of a panic, in words of eight bytes.
const MESSAGE: usize = 26;

shareable! {
    /// What there is one of.
    #[derive(Debug)]
    pub(super) struct Head {
        pub(super) counter: Counter,
        pub(super) control: Control,
        pub(super) orders: Orders,
        pub(super) locks: Locks,
        /// How many have come to the barrier.
        pub(super) ready: Padded<AtomicU32>,
        /// How large everything is, so that an executable which is not the same is told.
        form: AtomicU64,
        /// Words of each ring, 0 for [`Rings::Windows`].
        ring_words: AtomicU64,
    }
}

shareable! {
    /// Where one worker is.
    #[derive(Debug)]
    #[repr(align(128))]
    pub(super) struct Station {
        /// One of the stages of [`super::guards`].
        pub(super) stage: AtomicU32,
        /// One more than the round that it has come to rest after; 0 before it has come the first time.
        pub(super) rest: AtomicU32,
        length: AtomicU32,
        message: [AtomicU64; MESSAGE],
    }
}

impl Head {
    /// The most that were inside at once.
    pub(super) fn most_holders(&self) -> u16 {
        self.locks.occupancy.most().max(self.counter.alone.most())
    }

    /// Starts that measurement afresh. Only while nobody is inside.
    pub(super) fn forget_holders(&self) {
        self.locks.occupancy.forget();
        self.counter.alone.forget();
    }
}

impl Station {
    /// Nobody has been here.
    pub(super) fn clear(&self) {
        for word in [&self.stage, &self.rest, &self.length] {
            word.store(0, Ordering::Relaxed);
        }
    }

    /// Worker: leaves what its panic said.
    pub(super) fn leave_message(&self, text: &str) {
        let mut end = text.len().min(MESSAGE * 8);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for (word, bytes) in self.message.iter().zip(text.as_bytes()[..end].chunks(8)) {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_ne_bytes(eight), Ordering::Relaxed);
        }
        self.length.store(end as u32, Ordering::Release);
    }

    /// What its panic said, if it had one.
    pub(super) fn message(&self) -> Option<String> {
        let length = self.length.load(Ordering::Acquire) as usize;
        let bytes: Vec<u8> =
            self.message.iter().flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes()).collect();
        (length > 0).then(|| String::from_utf8_lossy(&bytes[..length.min(bytes.len())]).into_owned())
    }
}

/// All of it, by name.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) region: Arc<Region>,
    pub(super) head: Place<Head>,
    pub(super) stations: Place<[Station]>,
    pub(super) progress: Place<[AtomicU32]>,
    tallies: Place<[Tally]>,
    ends: Place<[Ends]>,
    rings: Rings,
}

/// Where a row of so many begins that comes after what ends here, and where it ends.
const fn row<T>(end: usize, count: usize) -> (usize, usize) {
    let begin = end.next_multiple_of(align_of::<T>());
    (begin, begin + size_of::<T>() * count)
}

const STATIONS: (usize, usize) = row::<Station>(size_of::<Head>(), MOST);
const TALLIES: (usize, usize) = row::<Tally>(STATIONS.1, MOST);
const ENDS: (usize, usize) = row::<Ends>(TALLIES.1, MOST);
/// One more than there are workers: the first word says whether somebody has noted the progress.
const PROGRESS: (usize, usize) = row::<AtomicU32>(ENDS.1, MOST + 1);
const RINGS: usize = PROGRESS.1.next_multiple_of(PAGE);

fn ring_slots(rings: Rings, number: usize) -> usize {
    Ring::room_for(rings.words(number))
}

/// Where the ring of this number begins.
fn ring_begin(rings: Rings, number: usize) -> usize {
    let size = |number| (ring_slots(rings, number) * size_of::<AtomicU64>()).next_multiple_of(PAGE);
    RINGS + (0..number).map(size).sum::<usize>()
}

fn form() -> u64 {
    (RINGS as u64) << 32 | (size_of::<Head>() as u64) << 16 | size_of::<Tally>() as u64
}

impl Site {
    /// A new one, all of it 0.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn create(rings: Rings) -> io::Result<Self> {
        let site = Site::new(Region::create(ring_begin(rings, MOST))?, rings);
        site.head.form.store(form(), Ordering::Relaxed);
        let words = match rings {
            Rings::Each(words) => words.max(1) as u64,
            Rings::Windows => 0,
        };
        site.head.ring_words.store(words, Ordering::Relaxed);
        site.head.locks.set_up()?;
        Ok(site)
    }

    /// Child: the one that its parent made.
    ///
    /// # Errors
    /// It was made by another executable.
    pub(super) fn open(region: Arc<Region>) -> io::Result<Self> {
        let head = region.place::<Head>(0);
        if head.form.load(Ordering::Relaxed) != form() {
            return Err(io::Error::other("this memory was laid out by another executable"));
        }
        let rings = match head.ring_words.load(Ordering::Relaxed) {
            0 => Rings::Windows,
            words => Rings::Each(words as usize),
        };
        Ok(Site::new(region, rings))
    }

    fn new(region: Arc<Region>, rings: Rings) -> Self {
        Site {
            head: region.place(0),
            stations: region.row(STATIONS.0, MOST),
            tallies: region.row(TALLIES.0, MOST),
            ends: region.row(ENDS.0, MOST),
            progress: region.row(PROGRESS.0, MOST + 1),
            region,
            rings,
        }
    }

    /// The seat of this number.
    pub(super) fn seat(&self, number: usize) -> Arc<Seat> {
        let slots = self.region.row(ring_begin(self.rings, number), ring_slots(self.rings, number));
        let ring = Ring::at(slots, self.ends.part(|ends| &ends[number]));
        Arc::new(Seat { tally: self.tallies.part(|tallies| &tallies[number]), ring })
    }

    /// The station of this number.
    pub(super) fn station(&self, number: usize) -> Place<Station> {
        self.stations.part(|stations| &stations[number])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_find_the_same_things() {
        let here = Site::create(Rings::Windows).expect("memory");
        let file = here.region.file().try_clone_to_owned().expect("a copy");
        let there = Site::open(Region::open(file).expect("mapped")).expect("the same form");
        for number in [0, 63, 64, MOST - 1] {
            let (mine, theirs) = (here.seat(number), there.seat(number));
            assert_eq!(mine.ring.capacity(), theirs.ring.capacity());
            theirs.ring.put(5, 70 + number as u64);
            theirs.ring.publish(6);
            theirs.tally.completed.store(number as u32, Ordering::Relaxed);
            there.station(number).leave_message("what a pity");
            let mut words = Vec::new();
            assert_eq!(mine.ring.copy(&mut words), 6);
            assert_eq!(words[5], 70 + number as u64);
            assert_eq!(mine.tally.completed.load(Ordering::Relaxed), number as u32);
            assert_eq!(here.station(number).message().as_deref(), Some("what a pity"));
        }
    }

    #[test]
    fn a_long_message_is_cut_between_two_letters() {
        let site = Site::create(Rings::Each(0)).expect("memory");
        site.station(1).leave_message(&"ä".repeat(500));
        assert_eq!(site.station(1).message(), Some("ä".repeat(MESSAGE * 4)));
    }
}
