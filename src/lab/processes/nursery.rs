//! Where children are started and watched: one thread that lives as long as they may, because the system kills them when
//! the thread that started them ends. It sees each of them come to rest and end, and tells the director.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::platform::fault;
use crate::platform::process::{Bell, End, Watched, end_if_stopped};

use super::guards::ASIDE;
use super::site::Site;

/// What a child is called to be, before its number.
pub(super) const WORKER: &str = "worker:";

/// How long the others wait before they look whether one of them has been stopped.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// A child that ended although nobody had sent it home.
#[derive(Clone, Debug)]
pub(super) struct Death {
    pub(super) number: usize,
    pub(super) pid: u32,
    pub(super) end: End,
    /// Whether it was ended because somebody had stopped it.
    pub(super) stopped: bool,
}

/// What is known of the child of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// There was none, or it was sent home.
    Empty,
    /// It lives, under this number of the system's.
    Living(u32),
    /// It died.
    Dead(u32),
}

/// What the nursery and the director share.
pub(super) struct Ward {
    pub(super) site: Site,
    bell: Bell,
    state: Mutex<State>,
    changed: Condvar,
    /// Rung in the parent whenever all are at rest, or one has died.
    tell: Box<dyn Fn() + Send + Sync>,
}

#[derive(Debug, Default)]
struct State {
    slots: Vec<Slot>,
    deaths: Vec<Death>,
    /// Processes that were ended because somebody had stopped them.
    stopped: Vec<u32>,
}

/// What the nursery is asked.
enum Ask {
    /// Start children of these numbers; stop at the first that is refused.
    Start(Vec<u16>, Sender<Result<(), (u16, io::Error)>>),
    /// End all of them, and come home.
    Leave,
}

/// What the director waited for has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// All who live are at rest.
    Rest,
    /// Somebody died, and nobody has looked after it.
    Death,
    /// Neither, and the time is over.
    Nothing,
}

impl std::fmt::Debug for Ward {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ward").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Ward {
    /// Whether each who lives is at rest. While those who wait are asked aside, that will do as well.
    fn is_quiet(&self, state: &State) -> bool {
        let orders = &self.site.head.orders;
        let rest = orders.round.load(Ordering::Acquire).wrapping_add(1);
        let aside = orders.is_aside();
        state.slots.iter().enumerate().filter(|(_, slot)| matches!(slot, Slot::Living(_))).all(
            |(number, _)| {
                let station = &self.site.stations[number];
                station.rest.load(Ordering::Acquire) == rest
                    || (aside && station.stage.load(Ordering::Acquire) == ASIDE)
            },
        )
    }

    /// Whether all are at rest and all deaths looked after.
    pub(super) fn is_at_rest(&self) -> bool {
        let state = self.state.lock();
        state.deaths.is_empty() && self.is_quiet(&state)
    }

    /// Whether somebody died and nobody has looked after it.
    pub(super) fn has_deaths(&self) -> bool {
        !self.state.lock().deaths.is_empty()
    }

    /// Waits until all are at rest or somebody has died.
    pub(super) fn wait(&self, most: Option<Duration>) -> Came {
        let mut state = self.state.lock();
        loop {
            if !state.deaths.is_empty() {
                return Came::Death;
            }
            if self.is_quiet(&state) {
                return Came::Rest;
            }
            match most {
                None => self.wait_on(&mut state),
                Some(most) => {
                    if self.changed.wait_for(&mut state, most).timed_out() {
                        return Came::Nothing;
                    }
                }
            }
        }
    }

    /// Waits for a change, but not for who has been stopped and can't come.
    fn wait_on(&self, state: &mut MutexGuard<'_, State>) {
        if self.changed.wait_for(state, PATIENCE).timed_out() {
            end_stopped(state);
        }
    }

    /// Does not wait for who has been stopped any longer.
    pub(super) fn end_stopped(&self) {
        end_stopped(&mut self.state.lock());
    }

    /// Waits until all who live are quiet, whoever has died meanwhile; but no longer than this.
    pub(super) fn wait_for_quiet(&self, most: Duration) -> bool {
        let mut state = self.state.lock();
        self.is_quiet(&state) || {
            self.changed.wait_for(&mut state, most);
            self.is_quiet(&state)
        }
    }

    /// Waits until all from this number on have gone home.
    pub(super) fn wait_for_leave(&self, crew: usize) {
        let mut state = self.state.lock();
        while state.slots.iter().skip(crew).any(|slot| matches!(slot, Slot::Living(_))) {
            self.wait_on(&mut state);
        }
        state.slots.truncate(crew);
        state.deaths.retain(|death| death.number < crew);
    }

    /// Who died may be replaced, once it has been looked after: else its death would be taken for that of the next.
    pub(super) fn forget_dead(&self) {
        let mut state = self.state.lock();
        let State { slots, deaths, .. } = &mut *state;
        for (number, slot) in slots.iter_mut().enumerate() {
            if matches!(slot, Slot::Dead(_)) && deaths.iter().all(|death| death.number != number) {
                *slot = Slot::Empty;
            }
        }
    }

    /// The first death among these that nobody has looked after, and how it came.
    pub(super) fn death_among(&self, numbers: &[u16]) -> Option<(usize, End)> {
        let state = self.state.lock();
        let mut deaths = state.deaths.iter();
        deaths.find(|death| numbers.contains(&(death.number as u16))).map(|death| (death.number, death.end))
    }

    /// The deaths since it was asked last.
    pub(super) fn take_deaths(&self) -> Vec<Death> {
        std::mem::take(&mut self.state.lock().deaths)
    }

    /// Each number's child.
    pub(super) fn slots(&self) -> Vec<Slot> {
        self.state.lock().slots.clone()
    }
}

/// The director's hold of it. All children are ended when it goes.
#[derive(Debug)]
pub(super) struct Nursery {
    pub(super) ward: Arc<Ward>,
    asks: Sender<Ask>,
    thread: Option<JoinHandle<()>>,
}

impl Nursery {
    /// With nobody in it.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(site: Site, tell: Box<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let state = Mutex::new(State::default());
        let ward = Arc::new(Ward { site, bell: Bell::new()?, state, changed: Condvar::new(), tell });
        let (asks, asked) = unbounded();
        let theirs = Arc::clone(&ward);
        let thread = Builder::new().name("nursery".into()).spawn(move || watch(&theirs, &asked))?;
        Ok(Nursery { ward, asks, thread: Some(thread) })
    }

    /// Starts children of these numbers. When one is refused, those before it are there.
    ///
    /// # Errors
    /// Which one was refused, and what the system said.
    pub(super) fn start(&self, numbers: Vec<u16>) -> Result<(), (u16, io::Error)> {
        let first = numbers.first().copied().unwrap_or_default();
        let (reply, answer) = bounded(1);
        let _ = self.asks.send(Ask::Start(numbers, reply));
        self.ward.bell.ring();
        answer.recv().unwrap_or_else(|_| Err((first, io::Error::other("the nursery has ended"))))
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        let _ = self.asks.send(Ask::Leave);
        self.ward.bell.ring();
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell that anybody could still hear.
            let _ = thread.join();
        }
    }
}

/// The nursery's thread.
fn watch(ward: &Ward, asked: &Receiver<Ask>) {
    let mut children: Vec<Option<Watched>> = Vec::new();
    loop {
        let living =
            children.iter().enumerate().filter_map(|(number, child)| Some((number, child.as_ref()?)));
        let ended = ward.bell.wait(living);
        for number in ended {
            if let Some(mut child) = children[number].take() {
                note_end(ward, number, child.id(), child.collect());
            }
        }
        for ask in asked.try_iter() {
            match ask {
                Ask::Leave => return end_all(children),
                Ask::Start(numbers, reply) => {
                    let _ = reply.send(numbers.into_iter().try_for_each(|number| {
                        start(ward, &mut children, number).map_err(|why| (number, why))
                    }));
                }
            }
        }
        let state = ward.state.lock();
        ward.changed.notify_all();
        if !state.deaths.is_empty() || ward.is_quiet(&state) {
            drop(state);
            (ward.tell)();
        }
    }
}

fn start(ward: &Ward, children: &mut Vec<Option<Watched>>, number: u16) -> io::Result<()> {
    let at = usize::from(number);
    if fault::get().spawn == Some(at) {
        return Err(io::Error::other("a fault was asked for"));
    }
    ward.site.stations[at].clear();
    let child = Watched::start(&format!("{WORKER}{number}"), &ward.site.region, &ward.bell)?;
    let mut state = ward.state.lock();
    let slots = state.slots.len().max(at + 1);
    state.slots.resize(slots, Slot::Empty);
    state.slots[at] = Slot::Living(child.id());
    drop(state);
    children.resize_with(children.len().max(at + 1), || None);
    children[at] = Some(child);
    Ok(())
}

/// A child has ended: because it was sent home, or it died.
fn note_end(ward: &Ward, number: usize, pid: u32, end: End) {
    let mut state = ward.state.lock();
    let sent_home = number as u32 >= ward.site.head.orders.crew.load(Ordering::Acquire);
    if let Some(slot) = state.slots.get_mut(number) {
        *slot = if sent_home { Slot::Empty } else { Slot::Dead(pid) };
    }
    let stopped = state.stopped.contains(&pid);
    state.stopped.retain(|&stopped| stopped != pid);
    if !sent_home {
        state.deaths.push(Death { number, pid, end, stopped });
    }
}

/// Ends those who live and have been stopped. Their deaths come as others do.
fn end_stopped(state: &mut State) {
    for slot in &state.slots {
        if let Slot::Living(pid) = *slot
            && end_if_stopped(pid)
        {
            state.stopped.push(pid);
        }
    }
}

/// Kills all, and waits until the system has forgotten them.
fn end_all(children: Vec<Option<Watched>>) {
    let mut children: Vec<Watched> = children.into_iter().flatten().collect();
    children.iter_mut().for_each(Watched::kill);
    for mut child in children {
        child.collect();
    }
}
