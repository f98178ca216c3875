//! However long it goes on at full speed, memory stays as it is: nothing that is kept grows with what happens.
//!
//! Alone in its file, because it counts every byte that the whole process has.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use racescope::app::{App, Look, Message, Palette};
use racescope::experiment::{Gap, Pace, Settings};
use racescope::lab::live::Live;
use racescope::lab::report::{Order, Recording, Report};

/// Bytes that were asked for and not given back.
static LIVE: AtomicU64 = AtomicU64::new(0);

struct Counting;

// SAFETY: the system's allocator does it all; what is counted beside it touches no memory of anybody's.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Bytes that may be more after some windows of a run at full speed, of which no two are alike: a window tells of half a
/// million bytes of events, so that to keep them, or half of each, is too much.
const MORE_IN_WINDOWS: u64 = 2 << 20;
const WINDOWS: u32 = 10;
/// Bytes that may be more after so many short runs: eight each.
const MORE_IN_RUNS: u64 = RUNS as u64 * 8;
const RUNS: u32 = 5_000;

/// The live lab and the state that the screen is drawn from, as the program runs them.
struct Program {
    live: Live,
    app: App,
}

impl Program {
    fn start(settings: Settings) -> Self {
        let live = Live::start(settings, Pace::Full).expect("threads can be had");
        let look = Look { palette: Palette::Dark, ascii: false, assumed: false };
        let mut app = App::new(settings, Pace::Full, look);
        app.update(Message::Resize { columns: 200, rows: 50 });
        Program { live, app }
    }

    /// Goes on until a report is as asked for; gives the fewest bytes that were live on the way, when what is filled and
    /// emptied all the time happened to be empty.
    fn until(&mut self, mut asked: impl FnMut(&Report) -> bool) -> u64 {
        let mut fewest = u64::MAX;
        loop {
            fewest = fewest.min(LIVE.load(Ordering::Relaxed));
            let Some(report) = self.live.poll() else {
                std::thread::yield_now();
                continue;
            };
            let is_there = asked(&report);
            self.app.update(Message::Tick(16_000_000));
            self.app.update(Message::Lab(Box::new(report)));
            if is_there {
                return fewest;
            }
        }
    }

    /// Goes on until so many windows of what was done last have come.
    fn windows(&mut self, count: u32) -> u64 {
        let mut come = 0;
        self.until(|report| {
            come += u32::from(matches!(report.recording, Recording::Window { .. }));
            come >= count
        })
    }

    fn burst(&mut self, runs: u32) -> u64 {
        self.live.order(Order::Burst(runs));
        let mut made = 0;
        self.until(|report| {
            made += report.finished.len();
            made >= runs as usize
        })
    }
}

#[test]
fn a_long_run_and_many_runs_take_no_more_memory_than_a_few() {
    let settings = Settings { threads: 2, iterations: 20, gap: Gap::NONE, ..Settings::default() };
    let mut program = Program::start(settings);
    program.burst(RUNS / 10);
    let early = program.burst(RUNS / 10);
    program.burst(RUNS);
    let late = program.burst(RUNS / 10);
    assert!(late < early + MORE_IN_RUNS, "{early} bytes after a few runs, {late} after {RUNS} more");

    program.live.order(Order::Change(Settings { iterations: 60_000_000, ..settings }));
    program.windows(2);
    let early = program.windows(1);
    program.windows(WINDOWS);
    let late = program.windows(1);
    assert!(late < early + MORE_IN_WINDOWS, "{early} bytes in a run, {late} after {WINDOWS} windows more");
}
