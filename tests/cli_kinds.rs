//! Threads, processes and tasks beside each other, measured by the real program with real children.

#[path = "support/cli.rs"]
mod cli;

use cli::printed;
use serde_json::Value;

const SMALL: [&str; 8] = ["compare", "kinds", "-t", "2", "-i", "1000", "-n", "2"];

const MEASURES: [&str; 10] = [
    "start_nanoseconds",
    "memory_bytes",
    "switch_nanoseconds",
    "compute_speedup",
    "small_jobs_speedup",
    "sleep_speedup",
    "many_waits_nanoseconds",
    "downloads_nanoseconds",
    "system_threads",
    "shared_share",
];

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// The quartiles of one measure of one kind.
fn spread(row: &Value, measure: &str) -> Option<(f64, f64, f64)> {
    let of = |part: &str| row[measure][part].as_f64();
    Some((of("q1")?, of("median")?, of("q3")?))
}

#[test]
fn every_kind_is_measured_in_every_respect() {
    let report = cli::json(&[&SMALL[..], &["--json"]].concat());
    let rows = list(&report["rows"]);
    let kinds: Vec<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["thread", "process-own", "task-await"]);
    for row in rows {
        assert_eq!((&row["sleepers"], &row["steps"]), (&Value::from(2), &Value::from(1_000)));
        let runs = list(&row["runs"]);
        assert_eq!(runs.len(), 2);
        for measure in MEASURES {
            // So many processes are not started, and only Linux says how much memory there is of each.
            let absent = row["kind"] == "process-own"
                && ["many_waits_nanoseconds", "downloads_nanoseconds"].contains(&measure)
                || ["memory_bytes", "system_threads"].contains(&measure) && !cfg!(target_os = "linux")
                || row["kind"] == "process-own" && measure == "shared_share" && !cfg!(target_os = "linux");
            for run in runs {
                assert_eq!(run[measure].is_null(), absent, "{} {measure}", row["kind"]);
                let figure = run[measure].as_f64().unwrap_or_default();
                match measure {
                    // The parent finds nothing of what was counted in another memory.
                    "shared_share" => assert_eq!(figure == 1.0, row["kind"] != "process-own", "{run}"),
                    "system_threads" => {
                        let expected = if row["kind"] == "task-await" { 0.0 } else { 1.0 };
                        assert!(absent || figure == expected, "{run}");
                    }
                    _ => assert!(absent || figure > 0.0, "{measure} {run}"),
                }
            }
            let quartiles = spread(row, measure).map(|(low, middle, high)| low <= middle && middle <= high);
            assert_eq!(quartiles, (!absent).then_some(true));
        }
        // Nobody is back before it has slept.
        let waits = |run: &Value| run["many_waits_nanoseconds"].as_f64().is_none_or(|nanos| nanos >= 20e6);
        assert!(runs.iter().all(waits));
    }
}

/// The verdict follows from the figures that are printed beside it.
#[test]
fn claims_are_judged_by_the_quartiles() {
    let report = cli::json(&[&SMALL[..], &["--json"]].concat());
    let of = |kind: usize, measure: &str| spread(&report["rows"][kind], measure);
    let row = Some((1.0, 1.0, 1.0));
    let (thread, process, task) = (0, 1, 2);
    let m = MEASURES;
    // Whose figure shall be the smaller, and whose the greater.
    let expected = [
        (of(process, m[9]), of(thread, m[9])),
        (of(thread, m[0]), of(process, m[0])),
        (of(thread, m[2]), of(process, m[2])),
        (of(thread, m[1]), of(process, m[1])),
        (row, of(thread, m[5])),
        (of(thread, m[3]), of(process, m[3])),
        (of(thread, m[4]), row),
        (of(task, m[8]), of(thread, m[8])),
        (of(task, m[1]), of(thread, m[1])),
        (of(task, m[6]), of(thread, m[6])),
        (of(task, m[7]), of(thread, m[7])),
    ];
    let claims = list(&report["claims"]);
    assert_eq!(claims.len(), expected.len());
    for (claim, (low, high)) in claims.iter().zip(expected) {
        let verdict = match low.zip(high) {
            None => "unknown",
            Some((low, high)) if low.2 < high.0 => "confirmed",
            Some((low, high)) if high.2 < low.0 => "refuted",
            Some(_) => "undecided",
        };
        assert_eq!(claim["verdict"], verdict, "{claim}");
    }
    assert_eq!(list(&report["findings"]).len(), claims.len() + 1);
}

#[test]
fn csv_and_report_say_the_same_without_a_terminal() {
    let csv = printed(&[&SMALL[..], &["--csv"]].concat());
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line.len() == 9 + 3 * MEASURES.len()), "{csv}");
    assert!(MEASURES.iter().all(|name| lines[0].contains(&format!("{name}_median").as_str())));
    let report = printed(&SMALL);
    assert!(!report.contains('\u{1b}') && report.trim_end().ends_with('.'), "{report}");
    let verdicts = ["✓ confirmed: ", "✗ refuted: ", "≈ not decided: ", "· not measured: "];
    let said = report.lines().filter(|line| verdicts.iter().any(|verdict| line.starts_with(verdict)));
    assert_eq!(said.count(), 11, "{report}");
}

#[cfg(target_os = "linux")]
mod orphans {
    use std::fs;
    use std::process::{Command, Stdio};

    /// The parent and the state of a process, as long as there is one.
    fn stat(process: u32) -> Option<(u32, char)> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?.chars().next()?;
        Some((fields.next()?.parse().ok()?, state))
    }

    /// Whether it has ended, whoever has or has not been told so.
    fn has_ended(process: u32) -> bool {
        stat(process).is_none_or(|(_, state)| matches!(state, 'Z' | 'X'))
    }

    fn children_of(parent: u32) -> Vec<u32> {
        let all = fs::read_dir("/proc").expect("there is one").flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|child| stat(*child).is_some_and(|(of, _)| of == parent)).collect()
    }

    /// However the program ends, its children end with it.
    #[test]
    fn no_child_outlives_a_parent_that_is_killed() {
        for _ in 0..10 {
            let mut parent = Command::new(env!("CARGO_BIN_EXE_racescope"))
                .args(["compare", "kinds", "-t", "64", "-i", "60000000", "-n", "10000"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program can be started");
            let children = loop {
                let children = children_of(parent.id());
                if !children.is_empty() {
                    break children;
                }
                std::thread::yield_now();
            };
            parent.kill().expect("it is there");
            parent.wait().expect("it ends");
            while !children.iter().all(|child| has_ended(*child)) {
                std::thread::yield_now();
            }
        }
    }
}
