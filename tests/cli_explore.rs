//! Exploring, stepping and checking without a screen: figures that are known by hand, schedules that lead where they
//! should, and mistakes that are named.

#[path = "support/cli.rs"]
mod cli;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cli::{complaint, json, printed, racescope, text};
use racescope::program::library;
use serde_json::Value;

/// `value: schedules` of every outcome.
fn counts(report: &Value) -> String {
    let one = |outcome: &Value| {
        format!("{}: {}", outcome["values"]["counter"], outcome["schedules"].as_str().unwrap_or("?"))
    };
    report["outcomes"].as_array().expect("a list").iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_figures_that_are_known_by_hand() {
    let two = json(&["explore", "-t", "2", "-i", "2", "-p", "none", "--json"]);
    assert_eq!(counts(&two), "2: 32, 3: 32, 4: 6");
    assert_eq!(two["schedules"], "70");
    assert_eq!(two["schedules_right"], "6");
    let probabilities: Vec<f64> =
        two["outcomes"].as_array().unwrap().iter().map(|o| o["probability"].as_f64().unwrap()).collect();
    assert_eq!(probabilities, [0.34375, 0.46875, 0.1875]);
    assert_eq!((&two["complete"], &two["stopped_by"]), (&Value::Bool(true), &Value::Null));
    assert!(two["states"].as_u64() > Some(0) && two["seconds"].is_f64() && two["bytes"].is_u64());
    let three = json(&["explore", "-t", "2", "-i", "3", "--json"]);
    assert_eq!(counts(&three), "2: 8, 3: 300, 4: 416, 5: 180, 6: 20");
    let lock = json(&["explore", "-t", "3", "-i", "2", "-p", "lock", "--json"]);
    assert_eq!((counts(&lock), &lock["schedules"]), ("6: 90".into(), &Value::from("90")));
    let all = json(&["explore", "-t", "2", "-i", "2", "-p", "semaphore", "--permits", "1", "--json"]);
    assert_eq!(counts(&all), "4: 6");
}

#[test]
fn the_table_says_the_same() {
    let table = printed(&["explore", "-t", "2", "-i", "3"]);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let row = table.lines().map(words).find(|words| words.starts_with(&["✗".into(), "3".into()])).unwrap();
    assert_eq!(row[2..6], ["300", "23.83", "%", "2"]);
    assert!(table.contains("Only 20 of 924 count right."));
    assert!(table.contains("complete: "));
    assert!(!table.contains('\u{1b}'), "piped output is plain");
    let outcomes = printed(&["explore", "-t", "2", "-i", "3", "--outcomes"]);
    assert!(!outcomes.contains("300") && outcomes.contains("0 1x6 0x5"));
}

#[test]
fn every_shipped_program_has_its_verdict_and_its_witnesses_replay() {
    let list = printed(&["programs"]);
    assert_eq!(list.lines().count(), library::ENTRIES.len());
    for entry in library::ENTRIES {
        assert!(list.contains(entry.name));
        let report = json(&["explore", "--program", entry.name, "--json"]);
        assert_eq!(report["complete"], true, "{}", entry.name);
        assert_eq!(report["endless"].is_object(), entry.verdict.can_go_on_for_ever, "{}", entry.name);
        assert_eq!(report["deadlocks"].as_u64() > Some(0), entry.verdict.can_deadlock, "{}", entry.name);
        for outcome in report["outcomes"].as_array().unwrap() {
            replays(&["--program", entry.name], outcome);
        }
        let verdict = entry.verdict.can_fail || entry.verdict.can_deadlock;
        let status = racescope(&["check", "--program", entry.name]).status.code();
        assert_eq!(status, Some(i32::from(verdict)), "{}", entry.name);
    }
}

#[test]
fn witnesses_of_every_counter_replay() {
    for protection in ["none", "semaphore", "cas", "rwlock-read"] {
        let program = ["-t", "2", "-i", "3", "-p", protection];
        let report = json(&[&["explore", "--json"], program.as_slice()].concat());
        for outcome in report["outcomes"].as_array().unwrap() {
            replays(&program, outcome);
        }
    }
}

/// Both schedules of an outcome lead to exactly it.
fn replays(program: &[&str], outcome: &Value) {
    for witness in ["witness", "witness_fewest_switches"] {
        let schedule = outcome[witness].as_str().expect("a schedule");
        let run = json(&[&["step", "--json", "--schedule", schedule], program].concat());
        let end = match outcome["end"].as_str().expect("it is there") {
            "deadlock" => run["ending"] == "deadlock",
            "failed" => run["ending"]["failed"].is_object(),
            _ => {
                let is_right = run["ending"]["done"]["violated"].as_array().is_some_and(Vec::is_empty);
                is_right == outcome["right"].as_bool().expect("it is there")
            }
        };
        assert!(end, "{program:?} {schedule}: {}", run["ending"]);
        for (name, value) in outcome["values"].as_object().expect("it is there") {
            let held = run["variables"]
                .as_array()
                .expect("it is there")
                .iter()
                .find(|held| held[0] == name.as_str())
                .expect("it is there");
            let value = value.to_string().replace("true", "True").replace("false", "False");
            assert_eq!(held[1], value, "{program:?} {schedule}");
        }
    }
}

#[test]
fn a_witness_far_beyond_any_search_is_written_down() {
    let arguments = ["explore", "-t", "5", "-i", "1000", "-p", "none", "--witness", "2"];
    let schedule = printed(&arguments);
    let run = json(&["step", "-t", "5", "-i", "1000", "--schedule", schedule.trim(), "--json"]);
    assert_eq!(run["operations"].as_array().unwrap().len(), 10_000);
    assert_eq!(run["variables"][0][1], "2");
    assert_eq!((&run["lost"], &run["survived"]), (&Value::from(4_998), &Value::from(2)));
    let report = json(&[&arguments[..], &["--json"]].concat());
    assert_eq!((&report["replayed"], &report["operations"]), (&Value::Bool(true), &Value::from(10_000)));
    assert!(complaint(&["explore", "-t", "2", "-i", "2", "--witness", "1"]).contains("2 to 4 are possible"));
    assert!(complaint(&["explore", "-p", "lock", "--witness", "3"]).contains("only 4 is possible"));
    assert!(complaint(&["explore", "--witness", "x"]).contains("'x' is not a final count"));
    assert_eq!(printed(&["explore", "--program", "deadlock", "--witness", "deadlock"]), "0 1\n");
    assert!(complaint(&["explore", "--program", "deadlock", "--witness", "7"]).contains("outcomes found"));
}

#[test]
fn a_step_tells_what_each_found_and_what_became_of_it() {
    let told = printed(&["step", "-t", "2", "-i", "1", "--schedule", "0 1x2 0"]);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[2].contains("T0   loads counter: 0"), "{told}");
    assert!(
        lines[4].contains("T1   stores counter: 1") && lines[4].contains("✗ lost, T0's update 1 won over it")
    );
    assert!(lines[5].contains("✓ survives"));
    assert!(told.contains("1 of 2 updates are lost"));
    let open = json(&["step", "-t", "2", "-i", "1", "-p", "lock", "--schedule", "0", "--json"]);
    assert_eq!(open["ending"]["open"]["movable"], serde_json::json!([0]));
    assert_eq!(open["operations"][0]["waits"], serde_json::json!([1]));
}

#[test]
fn too_much_is_said_to_be_a_part_and_drawn() {
    let arguments =
        ["explore", "-t", "4", "-i", "9", "-p", "rwlock-read", "--memory", "1M", "--sample", "50", "--json"];
    let report = json(&arguments);
    assert_eq!((&report["complete"], &report["stopped_by"]), (&Value::Bool(false), &Value::from("memory")));
    assert_eq!(report["sample"]["schedules"], 50);
    assert_eq!(report["lists_all_outcomes"], true);
    let hits = |report: &Value| {
        report["outcomes"].as_array().unwrap().iter().filter_map(|o| o["hits"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(hits(&report).iter().sum::<u64>(), 50);
    assert_eq!(hits(&report), hits(&json(&arguments)), "the same seed draws the same");
    let table = printed(&arguments[..arguments.len() - 1]);
    assert!(
        table.contains("partial: the memory that it may use was full") && table.contains("95 % interval")
    );
}

#[test]
fn workers_of_every_kind_are_explored_stepped_and_checked() {
    let report = json(&["explore", "-k", "task", "-t", "3", "-i", "2", "--json"]);
    assert_eq!((&report["program"]["kind"], &report["schedules"]), (&"task".into(), &"6".into()));
    assert_eq!(report["outcomes"][0]["values"]["counter"], 6);
    let counts = |kind: &str| {
        let report = json(&["explore", "-k", kind, "-t", "2", "-i", "2", "--json"]);
        let outcomes = report["outcomes"].as_array().unwrap();
        let one = |outcome: &serde_json::Value| {
            (outcome["values"].clone(), outcome["schedules"].clone(), outcome["probability"].clone())
        };
        outcomes.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(counts("task-await"), counts("thread"));
    let own = json(&["explore", "-k", "process-own", "--json"]);
    assert_eq!(
        (&own["outcomes"][0]["values"]["counter"], &own["schedules_right"]),
        (&0.into(), &"70".into())
    );
    let lost = racescope(&["check", "-k", "task-await"]);
    assert_eq!(lost.status.code(), Some(1));
    assert!(text(&lost.stdout).contains("racescope step -k task-await -t 2 -i 2"));
    for kind in ["task", "process-own"] {
        assert!(
            printed(&["check", "-k", kind, "-t", "64", "-i", "200000"]).contains("✓ no lost update"),
            "{kind}"
        );
    }
    let told = printed(&["step", "-k", "task-await", "--schedule", "0x2 1x2 0x2"]);
    assert!(told.contains("awaits: others may go on"), "{told}");
    let refused = racescope(&["step", "-k", "task", "--schedule", "0 1"]);
    assert!(text(&refused.stderr).contains("T1 can't move before T0 awaits something or ends"));
    let many = racescope(&["explore", "-k", "task", "-t", "65"]);
    assert_eq!(many.status.code(), Some(2));
    assert!(text(&many.stderr).contains("at most 64 are stepped and explored"));
}

#[test]
fn with_memory_of_ones_own_every_counter_is_told() {
    let said = printed(&["explore", "-k", "process-own", "-t", "2", "-i", "3"]);
    assert!(
        said.contains(
            "The parent's counter stays 0 in all 924 schedules: each process counts to 3 in its own memory."
        ),
        "{said}"
    );
    let step = ["step", "-k", "process-own", "-t", "2", "-i", "2", "--schedule", "0x4 1x2"];
    let said = printed(&step);
    assert!(
        said.contains("after 6 operations: the parent's counter 0 (T0's 2, T1's 1); who can move: T1"),
        "{said}"
    );
    let report = json(&[&step[..], &["--json"]].concat());
    assert_eq!(report["variables"], serde_json::json!([["counter", "0"]]));
    assert_eq!(report["own"], serde_json::json!([["counter", ["2", "1"]]]));
    let shared = json(&["step", "--schedule", "0", "--json"]);
    assert_eq!(shared["own"], serde_json::json!([]), "threads have nothing of their own");
    let said = printed(&["check", "-k", "process-own"]);
    assert!(said.contains("the parent's counter stays 0"), "{said}");
}

#[test]
fn what_can_go_on_for_ever_is_checked_and_said() {
    for name in ["tasks-busy", "test-and-set", "peterson"] {
        let checked = racescope(&["check", "--program", name]);
        assert_eq!(checked.status.code(), Some(0), "nothing else goes wrong in {name}");
        let said = text(&checked.stdout);
        assert!(said.contains("⚠ It can go on for ever. A schedule that does: "), "{said}");
    }
    assert!(
        printed(&["check", "-p", "spin"])
            .contains("⚠ It can go on for ever, but only if the scheduler is unfair")
    );
    assert!(!printed(&["check", "-p", "lock"]).contains("for ever"));
    let counted = printed(&["explore", "--program", "tasks-busy"]);
    assert!(counted.contains("with probability 75.00"), "{counted}");
    let uncounted = printed(&["explore", "--program", "tasks-busy", "--outcomes"]);
    assert!(
        uncounted.contains("It can go on for ever. A schedule that does: 0, then 0 again"),
        "{uncounted}"
    );
}

#[test]
fn check_decides_or_says_that_it_could_not() {
    let lost = racescope(&["check", "-t", "2", "-i", "2"]);
    assert_eq!(lost.status.code(), Some(1));
    assert!(
        text(&lost.stdout).contains("racescope step -t 2 -i 2 -p none --permits 2 --schedule \"0 1x4 0x3\"")
    );
    for protection in ["lock", "guard", "cas", "fetch-add", "spin", "rwlock-write"] {
        assert!(printed(&["check", "-p", protection]).contains("✓ no lost update"), "{protection}");
    }
    let undecided =
        racescope(&["check", "--program", "philosophers-ordered", "--memory", "40k", "--sample", "5"]);
    assert_eq!(undecided.status.code(), Some(3));
    let said = text(&undecided.stdout);
    assert!(
        said.contains("? not decided") && said.contains("partial: the memory that it may use was full"),
        "{said}"
    );
    assert!(said.contains("5 schedules were drawn"), "{said}");
    assert!(printed(&["check", "--help"]).contains("Exit status: 0 nothing of the kind"));
}

#[test]
fn outcomes_below_zero_have_witnesses_too() {
    let way = printed(&["explore", "--program", "withdraw", "--witness", "-30"]);
    let said = racescope(&["step", "--program", "withdraw", "--schedule", way.trim()]);
    assert!(text(&said.stdout).contains("✗ ends wrong after 6 operations: balance -30"), "{said:?}");
    let unknown = complaint(&["explore", "--program", "barrier-broken", "--witness", "1, 2"]);
    assert!(unknown.contains("outcomes found: failed  2, 2"), "{unknown}");
}

#[test]
fn the_witness_of_the_largest_counter_is_followed_to_its_end() {
    let large = racescope(&["explore", "-t", "64", "-i", "60000000", "--witness", "1234567890"]);
    assert_eq!(large.status.code(), Some(0));
    let said = text(&large.stderr);
    assert_eq!(
        said.trim(),
        "ends with 1 234 567 890: 7 680 000 000 operations, 65 switches, followed and found right"
    );
    let none = complaint(&["explore", "-t", "5", "-i", "1000", "--witness", "1"]);
    assert!(none.contains("no schedule ends with 1; 2 to 5 000 are possible"), "{none}");
}

#[test]
fn a_counter_is_decided_at_any_size() {
    for protection in ["lock", "guard", "cas", "fetch-add", "spin", "rwlock-write"] {
        let said = printed(&["check", "-t", "64", "-i", "60000000", "-p", protection]);
        assert!(said.contains("✓ no lost update") && said.contains("complete for any number"), "{said}");
    }
    printed(&["check", "-t", "64", "-i", "60000000", "-p", "semaphore", "--permits", "1"]);
    printed(&["check", "-t", "1", "-i", "60000000"]);
    for protection in ["none", "semaphore", "rwlock-read"] {
        let status = racescope(&["check", "-t", "3", "-i", "1000", "-p", protection]).status.code();
        assert_eq!(status, Some(1), "{protection}");
    }
    let large = ["explore", "-t", "6", "-i", "500", "-p", "lock", "--memory", "1M", "--sample", "5"];
    let said = printed(&large);
    assert!(
        said.contains("every possible count is listed") && said.contains("the protection holds"),
        "{said}"
    );
}

#[test]
fn mistakes_are_named_with_their_place() {
    assert!(complaint(&["step", "--schedule", "0x3 a"]).contains("column 5: 'a'"));
    assert!(
        complaint(&["step", "--schedule", "0x9"])
            .contains("operation 5 of the schedule: T0 has no operation left")
    );
    assert!(complaint(&["step", "--schedule", "7"]).contains("there is no T7, workers are T0 to T1"));
    assert!(complaint(&["step", "--schedule", "0x2000000"]).contains("at most 200 000"));
    for (option, limits) in [
        ("--memory", "say for instance 512M"),
        ("--seconds", "a whole number, 0 to 31 536 000"),
        ("--sample", "a whole number, 0 to 1 000 000 000"),
        ("--cores", "a whole number, 1 to 256"),
        ("--seed", "a whole number, 0 to 18 446 744 073 709 551 615"),
    ] {
        for wrong in ["-1", "x"] {
            assert!(complaint(&["explore", option, wrong]).contains(limits), "{option} {wrong}");
        }
    }
    assert!(complaint(&["explore", "-t", "65"]).contains("threads must be 1 to 64, not 65"));
    assert!(complaint(&["explore", "-p", "mutex"]).contains("not a protection"));
    assert!(complaint(&["explore", "--memory", "lots"]).contains("say for instance 512M"));
    assert!(complaint(&["explore", "--program", "deadlock", "-t", "3"]).contains("cannot be used with"));
    assert!(complaint(&["check", "--program", "nope"]).contains("`racescope programs` lists"));
    assert!(complaint(&["check", "--program", "./nope.py"]).contains("can't read the program ./nope.py"));
    let file = std::env::temp_dir().join(format!("racescope-{}-broken.py", std::process::id()));
    fs::write(&file, "x = 0\ndef f():\n    x = = 1\nthreads(f)\n").unwrap();
    let wrong = complaint(&["explore", "--program", file.to_str().unwrap()]);
    fs::write(&file, "x = 0\ndef f():\n    x.fetch_add(1)\nthreads(f, f)\nassert x == 2\n").unwrap();
    let right = racescope(&["check", "--program", file.to_str().unwrap()]);
    fs::remove_file(&file).unwrap();
    assert!(wrong.contains("is not a program: line 3, column 9"), "{wrong}");
    assert_eq!(right.status.code(), Some(0));
}

#[test]
fn a_part_of_a_search_that_crashes_ends_it_and_is_told() {
    for (fault, cores, said) in [("part:1@3", "2", "part 1 of"), ("part:0@5", "3", "part 0 of")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_racescope"));
        command.args(["explore", "-t", "3", "-i", "7", "-p", "rwlock-read", "--cores", cores]);
        command.env("RACESCOPE_FAULT", fault).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("the program can be started");
        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait_with_output()));
        let output = end.recv_timeout(Duration::from_secs(60)).expect("nobody waits for ever").unwrap();
        assert_eq!(output.status.code(), Some(2));
        let told = text(&output.stderr);
        assert!(told.contains("the search crashed") && told.contains(said), "{told}");
    }
}
