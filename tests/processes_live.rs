//! Processes in slow motion, one of them killed. Alone in its file, because it kills a child of its own process.
#![cfg(target_os = "linux")]

use racescope::experiment::{Delay, Gap, Kind, Pace, Protection, Settings};
use racescope::lab::live::Live;
use racescope::lab::report::{Order, Phase};
use racescope::platform::process::set_executable;
use rustix::process::{Pid, Signal, kill_process};

const EXECUTABLE: &str = env!("CARGO_BIN_EXE_racescope");

fn pid(number: u32) -> Pid {
    Pid::from_raw(number.cast_signed()).expect("a process has a number")
}

fn shared(protection: Protection) -> Settings {
    let gap = Gap { delay: Delay::None, jitter: 0 };
    Settings { kind: Kind::Process { shared: true }, threads: 3, protection, gap, ..Settings::default() }
}

fn children_of_mine() -> Vec<u32> {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux").flatten();
    let of_thread = |path: std::path::PathBuf| std::fs::read_to_string(path.join("children")).ok();
    let all: Vec<String> = threads.filter_map(|thread| of_thread(thread.path())).collect();
    all.iter().flat_map(|text| text.split_whitespace()).filter_map(|number| number.parse().ok()).collect()
}

/// In slow motion somebody stands inside most of the time: killed there, it is said, and the others go on to the end.
#[test]
fn a_holder_killed_in_slow_motion_hands_its_lock_on() {
    set_executable(EXECUTABLE);
    for protection in [Protection::Lock, Protection::Semaphore, Protection::Spin, Protection::WriteLock] {
        let settings = Settings { iterations: 40, permits: 1, ..shared(protection) };
        let mut live = Live::start(settings, Pace::Every(2_000_000)).expect("processes can be had");
        live.order(Order::Follow(false));
        let (mut killed, mut told) = (false, Vec::new());
        let last = loop {
            let Some(report) = live.poll() else {
                std::thread::yield_now();
                continue;
            };
            told.extend(report.notices.clone());
            if report.counts.completed > 10 && !killed {
                let children = children_of_mine();
                killed = children.iter().any(|&child| kill_process(pid(child), Signal::KILL).is_ok());
                live.order(Order::Pace(Pace::Full));
            }
            if report.phase == Phase::Ended {
                break report;
            }
        };
        assert_eq!(last.counts.lost(), 0, "{protection}: {told:?}");
        assert!(last.counts.completed >= 2 * 40, "{protection}: the others went on to their end");
        assert!(
            told.iter().any(|notice| notice.contains("was killed by signal 9")),
            "{protection}: {told:?}"
        );
    }
}
