//! Sweeps without a screen: accounts that add up, a table that says the same in every form, and mistakes that are named.

#[path = "support/cli.rs"]
mod cli;

use std::process::{Command, Stdio};

use cli::{complaint, printed, text};
use serde_json::Value;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a whole number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Each sweep, small, with the number of its rows.
const SMALL: [(&[&str], usize); 3] = [
    (&["compare", "protections", "-t", "3", "-i", "50", "-n", "5"], 27),
    (&["compare", "permits", "-t", "3", "-i", "5", "-n", "5", "-g", "sleep:50"], 3),
    (&["compare", "window", "-t", "3", "-i", "3", "-n", "5"], 11),
];

#[test]
fn the_runs_of_the_json_add_up_to_its_rows() {
    for (arguments, count) in SMALL {
        let report: Value = serde_json::from_str(&printed(&[arguments, &["--json"]].concat())).unwrap();
        assert_eq!(report["sweep"], arguments[1]);
        assert_eq!((&report["complete"], &report["stopped"]), (&Value::Bool(true), &Value::Bool(false)));
        let rows = list(&report["rows"]);
        assert_eq!(rows.len(), count);
        let mut made = 0;
        for row in rows {
            let (runs, watched) = (list(&row["runs"]), list(&row["watched_runs"]));
            made += (runs.len() + watched.len()) as u64;
            let wanted = if arguments[1] == "protections" { (5, 2) } else { (5, 0) };
            assert_eq!((runs.len(), watched.len()), wanted);
            let settings = &row["settings"];
            let each = number(&settings["threads"]) * number(&settings["iterations"]);
            for (round, run) in (0..).zip(runs) {
                assert_eq!((number(&run["round"]), number(&run["completed"])), (round, each));
                assert!(number(&run["lost"]) < each && number(&run["nanoseconds"]) > 0);
            }
            let sum = |name: &str| runs.iter().map(|run| number(&run[name])).sum::<u64>();
            assert_eq!((number(&row["completed"]), number(&row["lost"])), (sum("completed"), sum("lost")));
            let losing = runs.iter().filter(|run| run["lost"] != 0).count() as u64;
            assert_eq!(number(&row["runs_with_losses"]), losing);
            let exact = ["lock", "guard", "cas", "fetch-add", "spin", "rwlock-write"];
            let protection = settings["protection"].as_str().unwrap();
            let alone = settings["threads"] == 1 || settings["permits"] == 1;
            assert!(!(exact.contains(&protection) || alone) || sum("lost") == 0, "{settings}");
            if let Some(most) = row["most_holders"].as_u64() {
                let permits = settings["permits"].as_u64().unwrap_or(1);
                assert!(protection == "rwlock-read" || most <= permits, "{settings}: {most} inside");
            }
            spreads(row);
            for run in watched {
                let waited = run["waited_nanoseconds"].as_u64();
                assert!(waited.is_none_or(|waited| waited <= number(&run["worked_nanoseconds"])));
                let fairness = run["fairness"].as_f64();
                let least = 1.0 / number(&settings["threads"]) as f64;
                assert!(fairness.is_none_or(|fairness| (least - 1e-9..=1.0 + 1e-9).contains(&fairness)));
                assert_eq!(fairness.is_none(), settings["threads"] == 1);
            }
        }
        assert_eq!((number(&report["runs_made"]), number(&report["runs_wanted"])), (made, made));
        assert!((1..=2).contains(&list(&report["findings"]).len()), "{}", report["findings"]);
    }
}

/// Quartiles are in order.
fn spreads(row: &Value) {
    for name in ["lost_share", "increments_per_second", "relative", "waiting_share", "fairness"] {
        let spread = &row[name];
        if spread.is_object() {
            let figures =
                ["min", "q1", "median", "q3", "max"].map(|part| spread[part].as_f64().expect("a number"));
            assert!(figures.is_sorted(), "{name}: {spread}");
        }
    }
    let baseline = row["settings"]["protection"] == "none" || row["settings"]["permits"] == 1;
    if baseline && row["relative"].is_object() {
        assert_eq!((&row["relative"]["min"], &row["relative"]["max"]), (&1.0.into(), &1.0.into()));
    }
}

#[test]
fn csv_has_a_field_for_every_column_in_every_row() {
    for (arguments, count) in SMALL {
        let csv = printed(&[arguments, &["--csv"]].concat());
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), count + 1);
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{csv}");
        let at = |name: &str| lines[0].iter().position(|column| *column == name).expect("a column");
        for line in &lines[1..] {
            assert_eq!((line[at("sweep")], line[at("stopped")]), (arguments[1], "false"));
            assert_eq!((line[at("runs")], line[at("runs_wanted")]), ("5", "5"));
            let whole = |name: &str| line[at(name)].parse::<u64>().unwrap();
            assert_eq!(whole("completed"), 5 * whole("threads") * whole("iterations"));
            assert!(whole("lost") < whole("completed"));
            let rate: f64 = line[at("increments_per_second_median")].parse().unwrap();
            assert!(rate > 0.0);
        }
    }
}

#[test]
fn the_report_has_a_row_a_bar_and_ends_with_what_was_found() {
    let rows_of = |report: &str, sign: char| report.lines().filter(|line| line.starts_with(sign)).count();
    for (arguments, count) in SMALL {
        let report = printed(arguments);
        assert!(!report.contains('\u{1b}') && !report.contains('\r'), "piped output is plain");
        let rows: usize = ['✓', '✗', '·'].into_iter().map(|sign| rows_of(&report, sign)).sum();
        assert_eq!(rows, count, "{report}");
        let title = report.split(':').next().unwrap();
        assert!(["Protections", "Semaphore limits", "Race window"].contains(&title));
        assert!(!report.contains("partial"));
        assert!(report.trim_end().ends_with('.'), "{report}");
        let bars = report.lines().skip_while(|line| !line.contains("█▒")).skip(1);
        assert_eq!(bars.take_while(|line| !line.is_empty()).count(), count);
    }
    let protections = printed(SMALL[0].0);
    assert!(
        protections.contains("Nothing was lost under any of the 6 protections that are exact, in 90 runs")
    );
    assert!(protections.contains("watched runs of their own"));
    assert!(printed(SMALL[1].0).contains("1 permit"));
    assert!(printed(SMALL[2].0).contains(" of 5 runs lost anything (at 95 % confidence"));
}

/// What can lose nothing is not reported as a race that did not show.
#[test]
fn every_kind_of_worker_is_swept_and_where_there_is_no_race_none_is_reported() {
    let kinds = ["process", "process-own", "task", "task-await"];
    for kind in kinds.into_iter().filter(|kind| cfg!(target_os = "linux") || kind.starts_with("task")) {
        for (arguments, count) in SMALL {
            let report: Value =
                serde_json::from_str(&printed(&[arguments, &["--json", "--kind", kind]].concat())).unwrap();
            let rows = list(&report["rows"]);
            assert_eq!((rows.len(), &report["runs_void"]), (count, &Value::from(0)));
            assert!(rows.iter().all(|row| row["settings"]["kind"] == kind));
            let lost: u64 = rows.iter().map(|row| number(&row["lost"])).sum();
            let can = rows.iter().filter(|row| row["can_lose"] == true).count();
            let found = report["findings"].to_string();
            if ["process-own", "task"].contains(&kind) {
                assert_eq!((lost, can), (0, 0));
                assert!(found.contains("There is no race") && !found.contains("confidence"), "{found}");
            } else {
                assert!(can > 0 && !found.contains("There is no race"), "{found}");
            }
        }
        let csv = printed(&[SMALL[2].0, &["--csv", "--kind", kind]].concat());
        assert!(csv.lines().skip(1).all(|line| line.starts_with(&format!("window,false,{kind},"))), "{csv}");
    }
}

#[test]
fn downloads_are_swept_over_the_permits_in_every_form() {
    let arguments =
        ["compare", "downloads", "-t", "3", "-i", "6", "-n", "2", "--capacity", "2", "--delay", "5"];
    let report: Value = serde_json::from_str(&printed(&[&arguments[..], &["--json"]].concat())).unwrap();
    assert_eq!((&report["sweep"], &report["complete"]), (&"downloads".into(), &Value::Bool(true)));
    let rows = list(&report["rows"]);
    assert_eq!(rows.len(), 3);
    for (permits, row) in (1..).zip(rows) {
        assert_eq!((number(&row["permits"]), number(&row["capacity"])), (permits, 2));
        assert_eq!((number(&row["downloads"]), number(&row["delay_milliseconds"])), (6, 5));
        assert!(number(&row["most_served"]) <= permits.min(2));
        for run in list(&row["runs"]) {
            assert_eq!((number(&run["done"]), number(&run["failed"])), (6, 0));
        }
    }
    let csv = printed(&[&arguments[..], &["--csv"]].concat());
    let fields: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(fields, [17; 4], "{csv}");
    let text = printed(&arguments);
    assert!(text.contains("1 to 3 permits, 6 downloads, served 2 at once"), "{text}");
    assert!(text.trim_end().ends_with('.') && text.contains("1 permit made"));
}

#[test]
fn mistakes_are_named_with_the_limit() {
    let said = |arguments: &[&str]| complaint(&[&["compare"], arguments].concat());
    assert!(said(&["protections", "-t", "65"]).contains("threads must be 1 to 64, not 65"));
    assert!(said(&["permits", "-i", "0"]).contains("iterations must be 1 to 60 000 000, not 0"));
    assert!(said(&["window", "-n", "10001"]).contains("runs must be 1 to 10 000, not 10 001"));
    assert!(said(&["window", "-n", "0"]).contains("runs must be 1 to 10 000, not 0"));
    assert!(said(&["protections", "--permits", "65"]).contains("permits must be 1 to 64, not 65"));
    assert!(said(&["protections", "-g", "sleep:2000000"]).contains("a sleep must be 1 to 1 000 000 µs"));
    assert!(said(&["window", "-g", "yield"]).contains("window goes through the gaps itself"));
    assert!(said(&["permits", "--permits", "2"]).contains("permits goes through the permits itself"));
    assert!(said(&["window", "--permits", "2"]).contains("window has no semaphore"));
    assert!(said(&["sorts"]).contains("use one of protections, permits, window, kinds, downloads"));
    assert!(said(&["kinds", "-g", "yield"]).contains("kinds has no counter"));
    assert!(said(&["kinds", "-k", "task"]).contains("kinds goes through the kinds of workers itself"));
    assert!(said(&["permits", "-k", "process", "-t", "257"]).contains("processes must be 1 to 256, not 257"));
    assert!(said(&["downloads", "-g", "yield"]).contains("downloads are made by tasks"));
    assert!(said(&["downloads", "--permits", "2"]).contains("downloads goes through the permits itself"));
    assert!(said(&["downloads", "--capacity", "0"]).contains("capacity must be 1 to 10 000, not 0"));
    assert!(said(&["permits", "--capacity", "2"]).contains("permits downloads nothing"));
    assert!(said(&["window", "--json", "--csv"]).contains("cannot be used with"));
    assert!(said(&[]).contains("SWEEP"));
}

#[test]
fn a_crash_and_a_refused_thread_are_errors() {
    for (fault, expected) in
        [("worker:1@2", "worker 1 crashed"), ("spawn:2", "thread 3 of 3 could not be started")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_racescope"))
            .args(SMALL[0].0)
            .env("RACESCOPE_FAULT", fault)
            .stdin(Stdio::null())
            .output()
            .expect("the program can be started");
        assert_eq!(output.status.code(), Some(2));
        assert!(
            output.stdout.is_empty() && text(&output.stderr).contains(expected),
            "{}",
            text(&output.stderr)
        );
    }
}
