//! The door without a screen: what it prints, what it writes, and with which status it leaves.

#[path = "support/cli.rs"]
mod cli;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use cli::{json, racescope, text};
use serde_json::Value;

/// A file of this test's own that goes when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Scratch(std::env::temp_dir().join(format!("racescope-{}-{name}", std::process::id())))
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a plain path")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a whole number"))
}

const PROTECTIONS: [&str; 9] =
    ["none", "lock", "guard", "semaphore", "cas", "fetch-add", "spin", "rwlock-read", "rwlock-write"];

#[test]
fn json_tells_the_settings_as_run_and_accounts_that_add_up() {
    for protection in PROTECTIONS {
        let arguments =
            ["race", "-t", "3", "-i", "200", "-n", "4", "--json", "-g", "spin:100", "-p", protection];
        let report = json(&arguments);
        assert_eq!(report["settings"]["protection"], protection);
        assert_eq!(report["settings"]["gap"], "spin:100");
        let runs = report["runs"].as_array().expect("a list");
        assert_eq!(runs.len(), 4);
        for run in runs {
            assert_eq!(number(&run["expected"]), 600);
            assert_eq!(number(&run["final"]) + number(&run["lost"]), 600);
            assert_eq!(number(&run["events_dropped"]), 0);
            let workers = run["workers"].as_array().expect("a list");
            assert_eq!(workers.iter().map(|worker| number(&worker["completed"])).sum::<u64>(), 600);
            let lost: u64 = workers.iter().map(|worker| number(&worker["lost"])).sum();
            assert_eq!(lost, number(&run["lost"]), "{protection}");
            let hand_overs: u64 = workers.iter().map(|worker| number(&worker["hand_overs"])).sum();
            assert_eq!(hand_overs, number(&run["hand_overs"]));
            let holds = !["none", "cas", "fetch-add"].contains(&protection);
            assert_eq!(run["most_holders"].is_u64(), holds, "{protection}");
        }
    }
}

/// A worker and its iteration.
type Who = (u64, u64);

/// What someone else's script would do with a trace: who lost, and who won over it.
fn losses(lines: &[Value]) -> (u64, u64, HashMap<Who, Who>) {
    let mut built_on: HashMap<Who, Option<Who>> = HashMap::new();
    let mut found: HashMap<Who, Option<Who>> = HashMap::new();
    let mut last: Option<Who> = None;
    let mut counter = 0;
    for line in lines {
        let who = (number(&line["worker"]), number(&line["iteration"]));
        if let Some(read) = line.get("read") {
            assert_eq!(number(read), counter, "in this order each read finds what the counter holds");
            let from = &line["from"];
            let from = (!from.is_null()).then(|| (number(&from[0]), number(&from[1])));
            assert_eq!(from, last, "and knows whose store that was");
            found.insert(who, from);
        }
        if let Some(stored) = line.get("stored") {
            counter = number(stored);
            last = Some(who);
            built_on.insert(who, found[&who]);
        }
    }
    let mut child_on_path: HashMap<Option<Who>, Who> = HashMap::new();
    let mut survivors = HashSet::new();
    let mut at = last;
    while let Some(who) = at {
        survivors.insert(who);
        child_on_path.insert(built_on[&who], who);
        at = built_on[&who];
    }
    let mut winners = HashMap::new();
    for &who in built_on.keys().filter(|who| !survivors.contains(who)) {
        let mut above = built_on[&who];
        while above.is_some_and(|above| !survivors.contains(&above)) {
            above = built_on[&above.expect("it is some")];
        }
        winners.insert(who, child_on_path[&above]);
    }
    (built_on.len() as u64, counter, winners)
}

#[test]
#[cfg(target_os = "linux")]
fn on_one_core_each_operation_says_which() {
    for kind in ["thread", "process", "task-await"] {
        let trace = Scratch::new(&format!("core-{kind}"));
        json(&[
            "race",
            "--kind",
            kind,
            "-i",
            "300",
            "-n",
            "2",
            "--json",
            "--cores",
            "one",
            "--trace",
            trace.path(),
        ]);
        let lines: Vec<Value> = fs::read_to_string(&trace.0)
            .expect("the trace is there")
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect();
        assert!(lines.iter().any(|line| !line["time_ns"].is_null()), "{kind}: some were asked themselves");
        assert!(lines[0]["core"].is_u64(), "{kind}: {}", lines[0]);
        assert!(lines.iter().all(|line| line["core"] == lines[0]["core"]), "{kind}");
    }
}

#[test]
fn a_trace_is_enough_to_recompute_every_lost_update_and_who_won_over_it() {
    for protection in PROTECTIONS {
        let trace = Scratch::new(&format!("trace-{protection}"));
        let arguments = [
            "race",
            "-t",
            "4",
            "-i",
            "150",
            "-n",
            "3",
            "--json",
            "-g",
            "yield",
            "-p",
            protection,
            "--trace",
            trace.path(),
        ];
        let report = json(&arguments);
        let lines: Vec<Value> = fs::read_to_string(&trace.0)
            .expect("the trace is there")
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect();
        for run in report["runs"].as_array().expect("a list") {
            let of_run: Vec<Value> = lines.iter().filter(|line| line["run"] == run["run"]).cloned().collect();
            assert_eq!(of_run.len() as u64, number(&run["events_recorded"]), "{protection}");
            let (completed, counter, winners) = losses(&of_run);
            assert_eq!(completed, 600);
            assert_eq!(counter, number(&run["final"]));
            assert_eq!(winners.len() as u64, number(&run["lost"]));
            for worker in run["workers"].as_array().expect("a list") {
                let who = number(&worker["worker"]);
                let lost = winners.keys().filter(|(loser, _)| *loser == who).count();
                assert_eq!(lost as u64, number(&worker["lost"]), "{protection}");
            }
            for winner in winners.values() {
                assert!(!winners.contains_key(winner), "{protection}: who won has not lost");
            }
        }
    }
}

/// Whoever reads a trace finds every one of its fields, and every operation, explained by `--help`.
#[test]
fn each_field_of_a_trace_is_documented() {
    let help = text(&racescope(&["race", "--help"]).stdout);
    let words: HashSet<&str> = help.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let fields: HashSet<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    for protection in PROTECTIONS {
        let trace = Scratch::new(&format!("fields-{protection}"));
        json(&[
            "race",
            "-t",
            "3",
            "-i",
            "40",
            "-n",
            "1",
            "-p",
            protection,
            "--json",
            "--trace",
            trace.path(),
        ]);
        for line in fs::read_to_string(&trace.0).expect("the trace is there").lines() {
            let line: Value = serde_json::from_str(line).expect("a JSON object a line");
            for (name, _) in line.as_object().expect("an object") {
                assert!(fields.contains(name.as_str()), "{name} is not explained");
            }
            let op = line["op"].as_str().expect("a word");
            assert!(words.contains(op), "{op} is not explained");
        }
    }
}

#[test]
fn what_was_asked_for_decides_the_status() {
    let fine = racescope(&["race", "-p", "lock", "-n", "2", "--expect-no-loss"]);
    assert_eq!(fine.status.code(), Some(0));
    // A sleep in every gap while all leave a barrier together: with four workers on one word somebody loses.
    let lossy = racescope(&["race", "-i", "50", "-n", "2", "-g", "sleep:500", "--expect-no-loss"]);
    assert_eq!(lossy.status.code(), Some(1));
    assert!(text(&lossy.stderr).contains("updates were lost"));
}

#[test]
fn what_can_not_be_had_is_refused_with_its_limit() {
    let cases: [(&[&str], &str); 21] = [
        (&["race", "-t", "0"], "threads must be 1 to 64, not 0"),
        (&["race", "-t", "65"], "threads must be 1 to 64, not 65"),
        (&["race", "-i", "60000001"], "iterations must be 1 to 60 000 000, not 60 000 001"),
        (&["race", "-p", "semaphore", "--permits", "0"], "permits must be 1 to 64, not 0"),
        (&["race", "-p", "mutex"], "use one of none, lock, guard, semaphore, cas"),
        (&["race", "-g", "sleep"], "needs a whole number of microseconds"),
        (&["race", "-g", "sleep:2000000"], "a sleep must be 1 to 1 000 000 µs, not 2 000 000"),
        (&["race", "-g", "sleep:99999999999"], "a sleep must be 1 to 1 000 000 µs, not 99 999 999 999"),
        (&["race", "-g", "spin:"], "needs a whole number of nanoseconds"),
        (&["race", "-g", "nap"], "use none, spin:NANOSECONDS, yield or sleep:MICROSECONDS"),
        (&["race", "--jitter", "101"], "jitter must be 0 to 100 percent, not 101"),
        (&["race", "--cores", "two"], "use all or one"),
        (&["race", "-n", "0"], "it must be 1 to 1 000 000"),
        (&["race", "-n", "1000001"], "it must be 1 to 1 000 000"),
        (&["race", "-n", "99999999999999999999"], "it must be 1 to 1 000 000"),
        (&["race", "-t", "70000"], "it must be 1 to 64 threads, 256 processes or 10 000 tasks"),
        (&["race", "-i", "18446744073709551616"], "it must be 1 to 60 000 000 of a thread"),
        (&["race", "--permits", "70000"], "it must be 1 to 64"),
        (&["race", "--jitter", "256"], "it must be 0 to 100"),
        (&["race", "-t", "four"], "it must be a whole number, 1 to 64 threads"),
        (&["race", "-i", "60000000", "--trace", "/dev/null"], "raise --record-limit"),
    ];
    for (arguments, hint) in cases {
        let output = racescope(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let complaint = text(&output.stderr);
        assert!(complaint.contains(hint), "{arguments:?} says {complaint}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_trace_that_can_not_be_written_says_where() {
    let output = racescope(&["race", "-n", "1", "--trace", "/nowhere/at/all.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/nowhere/at/all.jsonl"));
    let full = racescope(&["race", "-n", "1", "--trace", "/dev/full"]);
    assert_eq!(full.status.code(), Some(2));
    assert!(text(&full.stderr).contains("can't write the trace /dev/full"));
}

/// Ended from outside while it writes, however rudely, it leaves what was there before.
#[cfg(target_os = "linux")]
#[test]
fn a_trace_is_whole_or_not_there() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = Scratch::new("folder");
    fs::create_dir_all(&folder.0).expect("a folder");
    let path = folder.0.join("trace");
    fs::write(&path, "before").expect("a file");
    // What is started in the background may be told to ignore what the keyboard sends, and so are its children then.
    let ignored = fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    let heard = |signal: &Signal| ignored.unwrap_or(0) >> (signal.as_raw() - 1) & 1 == 0;
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL].into_iter().filter(heard) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_racescope"))
            .args(["race", "-t", "2", "-i", "1000", "-n", "1000000", "--trace"])
            .arg(&path)
            .spawn()
            .expect("the program can be started");
        // It has begun when the file that it writes is not empty.
        let open = format!("/proc/{}/fd", child.id());
        let begun = || {
            let files = fs::read_dir(&open).into_iter().flatten().flatten().map(|file| file.path());
            let is_here =
                |file: &PathBuf| fs::read_link(file).is_ok_and(|target| target.starts_with(&folder.0));
            files.filter(is_here).any(|file| fs::metadata(file).is_ok_and(|file| file.len() > 0))
        };
        while !begun() {
            assert!(child.try_wait().expect("it can be asked").is_none(), "it goes on until it is ended");
            std::thread::yield_now();
        }
        let id = Pid::from_raw(i32::try_from(child.id()).expect("a number")).expect("not 0");
        kill_process(id, signal).expect("it is there");
        child.wait().expect("it ends");
        assert_eq!(fs::read_to_string(&path).expect("it stays"), "before", "{signal:?}");
        assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 1, "{signal:?} leaves nothing else");
    }
    fs::remove_dir_all(&folder.0).expect("it is ours");
}

#[cfg(unix)]
#[test]
fn whose_counter_is_its_own_loses_nothing() {
    let report = json(&["race", "-k", "process-own", "-t", "3", "-i", "500", "-n", "2", "--json"]);
    for run in report["runs"].as_array().expect("a list") {
        assert_eq!((number(&run["lost"]), number(&run["completed"])), (0, 1500));
        for worker in run["workers"].as_array().expect("a list") {
            assert_eq!((number(&worker["lost"]), number(&worker["own_final"])), (0, 500));
        }
    }
}

#[test]
fn the_report_is_plain_and_shows_a_distribution() {
    let output = racescope(&["race", "-p", "lock", "-n", "5"]);
    let report = text(&output.stdout);
    assert!(!report.contains('\u{1b}'), "piped output has no escape sequences");
    assert!(report.contains("final counts of 5 runs (4 000 expected)"), "{report}");
    assert!(report.contains("█  5") || report.contains('█'), "{report}");
    assert!(report.contains("lost        0 of 20 000 updates (0.0 %), in 0 of 5 runs"), "{report}");
    assert!(report.contains("at most 1 inside at once"), "{report}");
}

#[test]
fn one_is_not_said_as_several() {
    let report = text(
        &racescope(&["race", "-t", "1", "-i", "1", "-n", "1", "-p", "semaphore", "--permits", "1"]).stdout,
    );
    for line in [
        "semaphore of 1 permit, 1 thread × 1, gap yield",
        "final counts of 1 run (1 expected)",
        "lost        0 of 1 update (0.0 %), in 0 of 1 run",
        "hand-overs  0 of 1 load read another worker's store",
    ] {
        assert!(report.contains(line), "{line} in\n{report}");
    }
}

#[test]
fn runs_too_long_to_record_are_counted_all_the_same() {
    let report =
        json(&["race", "-t", "2", "-i", "100000", "-n", "1", "-g", "none", "--record-limit", "0", "--json"]);
    let run = &report["runs"][0];
    assert_eq!(number(&run["final"]) + number(&run["lost"]), 200_000);
    assert_eq!(number(&run["events_recorded"]), 0);
    assert_eq!(number(&run["events_dropped"]), 400_000);
}

#[test]
fn the_probe_effect_is_measured_when_asked_for() {
    let report = json(&["race", "-n", "3", "--probe-effect", "--json"]);
    assert_eq!(number(&report["probe_effect"]["runs"]), 3);
    assert!(report["probe_effect"]["lost_share_recorded"].is_number());
}

#[test]
fn completions_and_the_manual_page_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = racescope(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("expect-no-loss"), "{shell}");
    }
    let page = racescope(&["man"]);
    assert!(text(&page.stdout).contains(".TH racescope"));
    let page = text(&racescope(&["man", "race"]).stdout);
    assert!(page.contains(".TH racescope-race") && page.contains("expect\\-no\\-loss"), "{page}");
    assert!(page.contains("whose store was found"), "and the trace is explained: {page}");
    let unknown = racescope(&["man", "racing"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("use one of race,"), "{}", text(&unknown.stderr));
}

#[test]
fn a_worker_that_crashes_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_racescope"))
        .args(["race", "-p", "lock"])
        .env("RACESCOPE_FAULT", "worker:2@17")
        .output()
        .expect("the program can be started");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("worker 2 crashed"), "{}", text(&output.stderr));
}

#[test]
fn a_thread_that_is_refused_is_named_and_the_others_are_put_away() {
    let output = Command::new(env!("CARGO_BIN_EXE_racescope"))
        .args(["race", "-t", "8"])
        .env("RACESCOPE_FAULT", "spawn:5")
        .output()
        .expect("the program can be started");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("thread 6 of 8 could not be started"), "{}", text(&output.stderr));
}
