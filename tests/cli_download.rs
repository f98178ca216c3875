//! Downloads without a screen: accounts that add up at both ends, a cause for each that failed, and mistakes that are
//! named. No test needs more of a network than the loopback interface.

#[path = "support/cli.rs"]
mod cli;

use cli::{complaint, json, printed};
use serde_json::Value;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a whole number"))
}

fn download(arguments: &[&str]) -> Value {
    json(&[&["download", "--json", "--delay", "1"], arguments].concat())
}

#[test]
fn every_transfer_is_in_the_json_and_its_cause_is_what_was_dealt() {
    for runner in ["row", "threads", "pool", "tasks"] {
        let arguments = ["-r", runner, "-n", "20", "-p", "2", "--failures", "30", "--timeout", "60000"];
        let report = download(&[&arguments[..], &["--faults", "refused,broken,status"]].concat());
        let transfers = report["transfers"].as_array().expect("a list");
        assert_eq!(transfers.len(), 20);
        for transfer in transfers {
            let expected = match transfer["dealt"].as_str().expect("a name") {
                "whole" => ("done", Value::Null),
                "broken" => ("failed", "broken off".into()),
                other => ("failed", other.into()),
            };
            assert_eq!(
                (&transfer["result"], &transfer["cause"]),
                (&expected.0.into(), &expected.1),
                "{transfer}"
            );
            assert_eq!(transfer["bytes"].is_null(), transfer["why"].is_string());
            let spent = ["permit", "connecting", "asking", "receiving"].map(|part| number(&transfer[part]));
            let whole = number(&transfer["ended"]) - number(&transfer["began"]);
            assert!(spent.iter().sum::<u64>() <= whole, "{transfer}");
        }
        assert_eq!(
            (number(&report["done"]), number(&report["failed"]), number(&report["cancelled"])),
            (14, 6, 0)
        );
        let causes: u64 = report["causes"].as_object().expect("causes").values().map(number).sum();
        assert_eq!(causes, 6);
        let server = &report["server"];
        assert_eq!(number(&server["requests"]), 18);
        assert!(number(&server["most_at_once"]) <= 2 && number(&report["most_at_once"]) <= 2);
        assert_eq!(number(&server["left"]), 0);
    }
}

#[test]
fn the_same_seed_deals_the_same_failures() {
    let dealt = |seed: &str| {
        let report = download(&[
            "-r",
            "tasks",
            "-n",
            "30",
            "--failures",
            "40",
            "--faults",
            "refused,status",
            "--seed",
            seed,
        ]);
        let transfers = report["transfers"].as_array().expect("a list");
        transfers.iter().map(|transfer| transfer["result"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(dealt("3"), dealt("3"));
    assert_ne!(dealt("3"), dealt("4"));
}

#[test]
fn the_report_lists_each_transfer_and_says_what_the_server_counted() {
    let report = printed(&[
        "download",
        "-r",
        "row",
        "-n",
        "5",
        "--delay",
        "0",
        "--failures",
        "20",
        "--faults",
        "status",
    ]);
    assert!(!report.contains('\u{1b}') && !report.contains('\r'), "piped output is plain");
    let rows = |sign: char| report.lines().filter(|line| line.starts_with(sign)).count();
    assert_eq!((rows('✓'), rows('✗')), (4, 1), "{report}");
    assert!(report.contains("one after another") && report.contains("status 500"));
    assert!(report.contains("4 done, 1 failed: 1 status"));
    assert!(
        report.contains("counted 5 requests: served at most 1 at once, up to 0 waited there"),
        "{report}"
    );
    let many = printed(&["download", "-r", "tasks", "-n", "300", "--delay", "0", "--size", "10", "-p", "20"]);
    assert!(many.contains("and 200 more, which --json lists"), "{many}");
}

#[test]
fn urls_of_others_come_from_the_command_line_and_from_a_file() {
    let path = std::env::temp_dir().join(format!("racescope-urls-{}", std::process::id()));
    std::fs::write(&path, "# nobody listens there\n\n  http://127.0.0.1:1/b  \n").expect("it can be written");
    let file = path.to_str().expect("a path");
    let report = json(&["download", "--json", "--url", "http://127.0.0.1:1/a", "--urls", file, "-n", "3"]);
    let urls: Vec<_> =
        report["transfers"].as_array().expect("a list").iter().map(|one| one["url"].clone()).collect();
    assert_eq!(urls, ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "http://127.0.0.1:1/a"]);
    assert!(report["server"].is_null() && report["settings"]["server"].is_null());
    assert_eq!(number(&report["causes"]["refused"]), 3);
    let _ = std::fs::remove_file(path);
}

#[test]
fn mistakes_are_named_with_what_to_do() {
    let said = |arguments: &[&str]| complaint(&[&["download"], arguments].concat());
    assert!(said(&["--url", "https://example.org/"]).contains("https is not spoken here"));
    assert!(said(&["--url", "example.org"]).contains("say http:// before"));
    assert!(said(&["-n", "65"]).contains("jobs for threads must be 1 to 64, not 65"));
    assert!(said(&["-r", "processes"]).contains("use one of row, threads, pool, tasks"));
    assert!(said(&["-p", "0"]).contains("permits must be 1 to 10 000, not 0"));
    assert!(said(&["--faults", "sudden"]).contains("refused, broken, silent, status, slow"));
    assert!(said(&["--urls", "/nowhere/at/all"]).contains("can't read /nowhere/at/all"));
    assert!(said(&["--url", "http://127.0.0.1:1/", "--delay", "3"]).contains("cannot be used with"));
}

/// Unix: where a process can be interrupted as from the keyboard.
#[cfg(unix)]
#[test]
fn an_interrupt_calls_off_what_has_not_ended_and_leaves_the_report() {
    use std::process::{Command, Stdio};
    let arguments =
        ["download", "-r", "tasks", "-n", "9", "-p", "4", "--failures", "100", "--faults", "silent"];
    for _ in 0..5 {
        let child = Command::new(env!("CARGO_BIN_EXE_racescope"))
            .args(arguments)
            .args(["--timeout", "600000", "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        until_it_has_open_sockets(child.id());
        let pid = rustix::process::Pid::from_raw(child.id() as i32).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is there");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert_eq!((&report["stopped"], number(&report["cancelled"])), (&true.into(), 9));
        assert!(number(&report["server"]["most_at_once"]) <= 4);
        assert_eq!(number(&report["server"]["requests"]), number(&report["server"]["left"]));
    }
}

/// Waits until a process is in the midst of it: it has asked for its signals before it opens the first socket.
#[cfg(unix)]
fn until_it_has_open_sockets(process: u32) {
    if !cfg!(target_os = "linux") {
        return std::thread::sleep(std::time::Duration::from_secs(1));
    }
    loop {
        let files = std::fs::read_dir(format!("/proc/{process}/fd")).expect("it runs");
        let sockets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        if sockets.filter(|link| link.to_string_lossy().starts_with("socket:")).count() >= 6 {
            return;
        }
        std::thread::yield_now();
    }
}
