//! `racescope jobs`, from outside.
#![cfg(target_os = "linux")]

#[path = "support/cli.rs"]
mod cli;

use std::fs;
use std::process::Command;

use cli::{complaint, json, printed, racescope, text};
use serde_json::Value;

const RUNNERS: [&str; 6] = ["row", "threads", "pool", "processes", "process-pool", "tasks"];

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn every_runner_reports_each_job_in_the_order_of_submission() {
    for runner in RUNNERS {
        let report = json(&["jobs", "-w", "compute:1000", "-r", runner, "-n", "10", "--row", "0", "--json"]);
        let jobs = list(&report["jobs"]);
        assert!(jobs.iter().map(|job| job["job"].as_u64()).eq((0..10).map(Some)), "{runner}");
        let primes: u64 = jobs.iter().filter_map(|job| job["result"].as_u64()).sum();
        assert_eq!(primes, 1_229, "{runner}: the primes below 10 000");
        let summary = &report["summary"];
        assert_eq!(
            (&summary["done"], &summary["failed"], &summary["called_off"]),
            (&10.into(), &0.into(), &0.into())
        );
        let mut ended: Vec<u64> = list(&summary["ended"]).iter().filter_map(Value::as_u64).collect();
        ended.sort_unstable();
        assert_eq!(ended, (0..10).collect::<Vec<u64>>());
        let made: u64 = list(&report["workers"]).iter().filter_map(|worker| worker["jobs"].as_u64()).sum();
        assert_eq!(made, 10);
        assert_eq!(summary["row"], if runner == "row" { "itself" } else { "unknown" });
    }
}

#[test]
fn a_trace_holds_every_event_and_says_what_the_report_says() {
    let path = std::env::temp_dir().join(format!("racescope-jobs-{}.jsonl", std::process::id()));
    let file = path.to_str().expect("a name");
    let report = json(&["jobs", "-w", "say:1", "-r", "pool", "-n", "3", "--json", "--trace", file]);
    let trace = fs::read_to_string(&path).expect("it was written");
    fs::remove_file(&path).expect("it is there");
    let lines: Vec<Value> =
        trace.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert!(lines.is_sorted_by_key(|line| line["time_ns"].as_u64()));
    let of = |op: &str| lines.iter().filter(|line| line["op"] == op).count();
    assert_eq!((of("queued"), of("begin"), of("say"), of("done")), (3, 3, 30, 3));
    let said: Vec<&str> = lines.iter().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(report["output"], said.join(" "));
    assert_eq!(report["summary"]["row"], "measured");
}

#[test]
fn the_report_is_plain_and_names_what_failed() {
    let report =
        printed(&["jobs", "-w", "sleep:1,2,3", "-r", "process-pool", "-n", "6", "--fail", "2", "-t", "1"]);
    assert!(!report.contains('\u{1b}'));
    assert!(
        report.starts_with("6 jobs that sleep 1, 2, 3 ms in turn: process pool of 1, all cores"),
        "{report}"
    );
    assert!(report.contains("✗ its process aborted"), "{report}");
    assert!(report.contains("1 job failed, and 5 others were made; 1 worker was replaced."), "{report}");
    let said = printed(&["jobs", "-w", "say:0", "-r", "row", "-n", "2", "--texts", "3"]);
    assert!(said.contains("\n1 2 3 a b c\n"), "{said}");
    let tasks = printed(&["jobs", "-w", "say:0", "-r", "tasks", "-n", "2", "--texts", "3"]);
    assert!(tasks.contains("where nothing is awaited, no other task comes between"), "{tasks}");
}

#[test]
fn what_can_not_be_had_is_refused_with_its_limit() {
    let cases: [(&[&str], &str); 9] = [
        (&["jobs", "-w", "count"], "use one of say, compute, sleep"),
        (&["jobs", "-w", "sleep:soon"], "no size"),
        (&["jobs", "-w", "compute:0"], "must be 1 to 100 000 000, not 0"),
        (&["jobs", "-r", "fibres"], "row, threads, pool, processes, process-pool, tasks"),
        (&["jobs", "-r", "threads", "-n", "65"], "jobs for threads must be 1 to 64, not 65"),
        (&["jobs", "-r", "processes", "-n", "257"], "must be 1 to 256, not 257"),
        (&["jobs", "-r", "pool", "-t", "65"], "workers must be 1 to 64, not 65"),
        (&["jobs", "-n", "3", "--fail", "3"], "job 3 can't crash: jobs are 0 to 2"),
        (&["jobs", "--trace", "/nowhere/at/all.jsonl"], "/nowhere/at/all.jsonl"),
    ];
    for (arguments, hint) in cases {
        let complaint = complaint(arguments);
        assert!(complaint.contains(hint), "{arguments:?} says {complaint}");
    }
}

#[test]
fn a_worker_that_is_refused_is_named_and_the_others_are_put_away() {
    let cases = [
        ("threads", "thread 4 of 8"),
        ("pool", "thread 4 of 5"),
        ("processes", "process 4 of 8"),
        ("process-pool", "process 4 of 5"),
    ];
    for (runner, hint) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_racescope"))
            .args(["jobs", "-w", "sleep:600000", "-n", "8", "-t", "5", "-r", runner])
            .env("RACESCOPE_FAULT", "spawn:3")
            .output()
            .expect("the program can be started");
        assert_eq!(output.status.code(), Some(2), "{runner}");
        assert!(text(&output.stderr).contains(hint), "{runner}: {}", text(&output.stderr));
    }
}

#[test]
fn many_jobs_are_summed_up() {
    let report = racescope(&["jobs", "-w", "sleep:1", "-r", "tasks", "-n", "10000", "--row", "0"]);
    let report = text(&report.stdout);
    assert!(report.contains("and 9 976 more, see --json"), "{report}");
    assert!(report.contains("in a row: not measured"), "{report}");
}
