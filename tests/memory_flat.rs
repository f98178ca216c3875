//! However long it goes on at full speed, memory stays as it is: nothing that is kept grows with what happens.
//!
//! Alone in its file, because it asks the system what the whole process has.
#![cfg(target_os = "linux")]

use racescope::app::{App, Look, Message, Palette};
use racescope::experiment::{Gap, Pace, Settings};
use racescope::lab::live::Live;
use racescope::platform::memory;

/// Increments until everything that is ever needed has been taken, and increments from there on.
const BEFORE: u64 = 10_000_000;
const AFTER: u64 = 100_000_000;
/// What may have been taken since, for each thousand increments: a hundredth of a byte for each. One word kept of eight
/// hundred would be seen, and whatever allocators hold back for windows that come and go is not.
const BYTES_A_THOUSAND: u64 = 10;

#[test]
fn a_run_at_full_speed_takes_no_more_memory_the_longer_it_lasts() {
    let settings = Settings { threads: 2, iterations: 60_000_000, gap: Gap::NONE, ..Settings::default() };
    let mut live = Live::start(settings, Pace::Full).expect("threads can be had");
    let look = Look { palette: Palette::Dark, ascii: false, assumed: false };
    let mut app = App::new(settings, Pace::Full, look);
    app.update(Message::Resize { columns: 200, rows: 50 });
    let mut follow = |until: u64| {
        loop {
            let Some(report) = live.poll() else {
                std::thread::yield_now();
                continue;
            };
            let made = report.counts.completed;
            app.update(Message::Tick(16_000_000));
            app.update(Message::Lab(Box::new(report)));
            if made >= until {
                return made;
            }
        }
    };
    let private = || memory::private(std::process::id()).expect("Linux tells");
    let from = follow(BEFORE);
    let before = private();
    let made = follow(from + AFTER) - from;
    let grown = private().saturating_sub(before);
    assert!(grown <= made / 1_000 * BYTES_A_THOUSAND, "{grown} bytes more after {made} increments");
}
