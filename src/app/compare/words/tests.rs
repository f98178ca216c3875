//! Sentences, from tables made by hand.

use super::*;
use crate::app::compare::columns::Bar;
use crate::compare::fixture::{likely, table};
use crate::experiment::Cores;

fn said(plan: Plan, runs: impl Fn(&Settings) -> Vec<(u64, u64)>) -> Vec<String> {
    found(&table(plan, runs))
}

#[test]
fn protections_are_said_with_their_figures() {
    let plan = Plan { threads: 2, ..Plan::of(Sweep::Protections) };
    let told = said(plan, |settings| match settings.protection {
        Protection::None if settings.threads > 1 => vec![(431, 310)],
        Protection::ReadLock if settings.threads > 1 => vec![(302, 2_000)],
        Protection::None => vec![(0, 310)],
        Protection::FetchAdd => vec![(0, 1_000)],
        Protection::Guard => vec![(0, 15_500)],
        _ => vec![(0, 2_000)],
    });
    assert_eq!(
        told,
        [
            "Nothing was lost under any of the 6 protections that are exact, in 12 runs; with 2 workers the cheapest of \
             them, fetch-and-add, made 0.31 of unprotected's increments a second, the dearest, the guard, 0.020.",
            "With 2 workers 43.1 % of the updates were lost under no protection and 30.2 % under the read lock, none \
             this time under the semaphore of 2 permits.",
        ]
    );
    let told = said(plan, |_| vec![(0, 100)]);
    assert!(
        told[1].starts_with("Nothing was lost even without protection, where 0.0 % of the loads"),
        "{told:?}"
    );
    let told = said(plan, |settings| vec![(u64::from(settings.protection == Protection::Lock), 100)]);
    assert_eq!(told[0], "✗ Updates were lost under the lock, where none can be: this is a mistake of ours.");
    let alone = said(Plan { threads: 1, ..plan }, |_| vec![(0, 100)]);
    assert_eq!(alone[1], "A single worker has nobody to lose an update to.");
}

#[test]
fn permits_are_said_with_their_figures() {
    let plan = Plan { threads: 4, ..Plan::of(Sweep::Permits) };
    let speed = |settings: &Settings| 120_000 / u64::from(settings.permits);
    let told = said(plan, |settings| vec![(u64::from(settings.permits > 1) * 123, speed(settings))]);
    assert_eq!(
        told,
        [
            "With 1 permit nothing was lost; the losses begin at 2 permits, with 12.3 % of the updates.",
            "4 permits made 4.00 times the increments a second of one; each further one bought 1.00 on average.",
        ]
    );
    let told = said(plan, |settings| vec![(0, if settings.permits == 1 { 1_000 } else { 500 })]);
    assert_eq!(
        told,
        [
            "Nothing was lost with up to 4 permits.",
            "4 permits made 2.00 times the increments a second of one; beyond 2 permits another one bought next to nothing \
             (under 0.1).",
        ]
    );
    let told = said(plan, |_| vec![(1, 1_000)]);
    assert!(told[0].contains("a semaphore of 1 permit") && told[0].contains("mistake of ours"), "{told:?}");
}

#[test]
fn the_window_is_said_with_its_figures() {
    let plan = Plan::of(Sweep::Window);
    let told = said(plan, |settings| match settings.gap.delay {
        Delay::None => vec![(0, 100); 200],
        Delay::Spin(_) => vec![(0, 100), (7, 100)],
        Delay::Yield | Delay::Sleep(_) => vec![(7, 100); 2],
    });
    assert_eq!(
        told,
        [
            "With no gap 0 of 200 runs lost anything (at 95 % confidence 0.0 to 1.9 % do), so the example seems to work.",
            "The losses begin at a spin of 50 ns; from a yield on every run lost something.",
        ]
    );
    let told = said(plan, |_| vec![(0, 100)]);
    assert_eq!(told[1], "No run lost anything at any gap up to a sleep of 1 ms.");
    let told = said(plan, |_| vec![(1, 100), (0, 100), (1, 100)]);
    assert!(told[0].contains("2 of 3 runs") && told[0].contains("a run may show it or not"), "{told:?}");
    assert!(said(plan, |_| vec![(1, 100); 20])[0].contains("the race shows by itself"));
    assert_eq!(told[1], "Even at a sleep of 1 ms only 2 of 3 runs lost something.");
}

#[test]
fn where_there_is_no_race_none_is_told_of() {
    let own = Kind::Process { shared: false };
    let whole = Kind::Task { awaits: false };
    for (kind, why) in [(own, "the parent's counter stays at 0"), (whole, "no other task comes between them")]
    {
        let of = |sweep| Plan { kind, threads: 2, ..Plan::of(sweep) };
        let nanos = |settings: &Settings| if settings.protection == Protection::None { 100 } else { 200 };
        let told = said(of(Sweep::Protections), |settings| vec![(0, nanos(settings))]);
        assert_eq!(
            told[0],
            "What the 6 protections that are exact cost is all that differs: with 2 workers the cheapest of them, the write \
             lock, made 0.50 of unprotected's increments a second, the dearest, the lock, 0.50."
        );
        assert!(told[1].contains(why), "{told:?}");
        let told = said(of(Sweep::Permits), |_| vec![(0, 100)]);
        assert!(told[0].contains(why), "{told:?}");
        let told = said(of(Sweep::Window), |_| vec![(0, 100)]);
        assert!(
            told[0].contains(why) && told[1] == "No run lost anything, however wide the gap.",
            "{told:?}"
        );
        let all = [Sweep::Protections, Sweep::Permits, Sweep::Window].into_iter();
        for table in all.map(|sweep| table(of(sweep), |_| vec![(0, 100)])) {
            let text = found(&table).join(" ");
            assert!(!text.contains("seems to work") && !text.contains("confidence"), "{text}");
            assert!(table.rows.iter().all(|row| sign(row) == '✓'));
        }
        // What can't be is said to be a mistake, not a race.
        for sweep in [Sweep::Protections, Sweep::Permits, Sweep::Window] {
            let told = said(of(sweep), |_| vec![(1, 100)]).join(" ");
            assert!(told.contains("mistake of ours"), "{told}");
        }
    }
    let alone = said(Plan { threads: 1, ..Plan::of(Sweep::Window) }, |_| vec![(0, 100)]);
    assert_eq!(alone[0], "A single worker has nobody to lose an update to.");
}

#[test]
fn runs_that_were_void_are_told_of() {
    let table = table(Plan::of(Sweep::Permits), |_| vec![(0, 100)]);
    assert_eq!(void(&table), None);
    let of = |runs| Table {
        void: Some((runs, "process 1 (pid 7) was killed by signal 9".into())),
        ..table.clone()
    };
    let said = "⚠ 1 run was void and made again: process 1 (pid 7) was killed by signal 9.";
    assert_eq!(void(&of(1)).as_deref(), Some(said));
    assert!(void(&of(2)).is_some_and(|said| said.starts_with("⚠ 2 runs were void")));
}

#[test]
fn what_was_stopped_says_so() {
    let whole = table(Plan::of(Sweep::Permits), |_| vec![(0, 100); 20]);
    assert_eq!(partial(&whole), None);
    let part = table(Plan::of(Sweep::Permits), |_| vec![(0, 100); 3]);
    let part = Table { stopped: true, ..part };
    assert_eq!(partial(&part).as_deref(), Some("partial: stopped after 24 of 160 runs"));
    assert_eq!(found(&table(Plan::of(Sweep::Window), |_| Vec::new())), Vec::<String>::new());
}

#[test]
fn a_plan_is_said_in_a_line() {
    let said = Sweep::ALL.map(|sweep| plan(&Plan::of(sweep)));
    assert_eq!(
        said,
        [
            "1, 2, 4 and 8 threads × 1 000 000, no gap, 10 runs of each in turn",
            "8 threads × 100, gap sleep 100 µs, 20 runs of each in turn",
            "4 threads × 2, gap from none to a sleep, 1 000 runs of each in turn",
            "16 sleepers, 10 000 000 steps of computing each, 15 runs of each in turn",
            "1 to 12 permits, 24 downloads, served 4 at once and answered after a sleep of 20 ms, 10 runs of each in turn",
        ]
    );
    let many = Plan {
        kind: Kind::Task { awaits: true },
        threads: 9_000,
        iterations: 250_000,
        ..Plan::of(Sweep::Protections)
    };
    assert_eq!(plan_within(&many, 76), "1 to 9 000 awaiting tasks × 250 000, no gap, 10 runs");
    let long = Plan { gap: Delay::Sleep(10_000), jitter: 100, cores: Cores::One, ..many };
    assert_eq!(
        plan_within(&long, 76),
        "1 to 9 000 awaiting tasks × 250 000, sleep 10 ms ± 100 %, one core, 10 runs"
    );
    let own = Plan { kind: Kind::Process { shared: false }, ..Plan::of(Sweep::Window) };
    assert_eq!(
        plan(&own),
        "4 own-memory processes × 2, gap from none to a sleep, 1 000 runs of each in turn"
    );
    let one = Plan { kind: Kind::Task { awaits: true }, threads: 1, ..own };
    assert_eq!(plan(&one), "1 awaiting task × 2, gap from none to a sleep, 1 000 runs of each in turn");
    let one = Plan { threads: 1, runs: 1, jitter: 25, cores: Cores::One, ..Plan::of(Sweep::Permits) };
    assert_eq!(plan(&one), "1 thread × 100, gap sleep 100 µs ± 25 %, one core, 1 run of each in turn");
}

#[test]
fn a_claim_is_said_with_its_verdict_and_its_figures() {
    let table = likely(Plan::of(Sweep::Kinds), 15);
    let said = found_within(&table, GROUPED);
    assert_eq!((said.len(), found(&table).len()), (15, 12));
    assert_eq!(
        said[2],
        "✓ confirmed: threads start faster, 33.9 times: 20.3 µs (19.8–20.7 µs), processes 688 µs (671–704 µs)"
    );
    assert_eq!(
        said[7],
        "≈ not decided: processes for CPU work: 1.98× (1.94–2.03×), threads 2.03× (1.98–2.07×)"
    );
    assert_eq!(said.iter().filter(|line| is_verdict(line)).count(), 11);
    assert_eq!(said[9], "Async and threading:");
    assert_eq!(
        said[14],
        "10 of 11 claims are confirmed and 1 not decided (quartiles overlap). Computing: threads 2.03×, processes 1.98×: no \
         interpreter lock holds threads back."
    );
    let terse = found_within(&table, 80);
    assert_eq!(terse[0], "✓ confirmed: threads share memory: 100 %, processes 0 %");
    assert_eq!(terse[1], "✓ confirmed: threads start faster: 19.8–20.7 µs, processes 671–704 µs");
    assert!(terse[..11].iter().all(|line| line.chars().count() <= 75), "{terse:?}");
    assert_eq!(found(&likely(Plan::of(Sweep::Kinds), 0)), Vec::<String>::new());
}

#[test]
fn a_claim_stands_beside_the_two_figures_that_decide_it() {
    let (duels, summary) = duels(&likely(Plan::of(Sweep::Kinds), 15)).expect("there are claims");
    assert!(summary.starts_with("10 of 11 claims are confirmed"));
    // What is counted is said in a line.
    assert_eq!(duels[0].claim, "threads share memory: 100 %, processes 0 %");
    assert_eq!((&duels[0].sides, duels[0].height(), duels[1].height()), (&None, 1, 2));
    let sides = |duel: &Duel| duel.sides.clone().expect("it was measured");
    for duel in &duels {
        for side in duel.sides.iter().flatten() {
            let Bar { low, middle, high } = side.bar;
            assert!(0.0 <= low && low <= middle && middle <= high && high <= 1.0, "{side:?}");
        }
    }
    let [threads, processes] = sides(&duels[1]);
    assert_eq!((threads.name, processes.name, duels[1].better), ("threads", "processes", 0));
    assert!((processes.bar.high - 1.0).abs() < 1e-9 && threads.bar.high < 0.1);
    // Praised is the process, better the thread.
    let [processes, threads] = sides(&duels[5]);
    assert_eq!((processes.name, threads.name, duels[5].better), ("processes", "threads", 1));
    let [threads, row] = sides(&duels[6]);
    assert_eq!((threads.name, row.name, row.figure.as_str()), ("threads", "in a row", "1.00×"));
    assert!(super::duels(&likely(Plan::of(Sweep::Permits), 5)).is_none());
}

#[test]
fn downloads_say_from_where_on_a_permit_buys_nothing_and_why() {
    let told = |plan: Plan| found(&likely(plan, 10)).join(" ");
    let plan = Plan::of(Sweep::Downloads);
    assert_eq!(
        told(plan),
        "1 permit made 48.1 downloads a second, 4 permits 4.00 times as many; beyond 4 another one bought next to nothing (under \
         0.1): as many as the server serves at once, and up to 8 waited there."
    );
    assert_eq!(
        told(Plan { threads: 3, ..plan }),
        "1 permit made 48.1 downloads a second, 3 permits 3.00 times as many: each further one bought 1.00 on average, for \
         none waited there: it served at most 3 at once."
    );
    assert_eq!(
        told(Plan { permits: 1, ..plan }),
        "1 permit made 48.1 downloads a second; another one bought next to nothing (under 0.1): it serves 1 at once, and up to 11 \
         waited there."
    );
    assert_eq!(told(Plan { threads: 1, ..plan }), "1 permit made 48.1 downloads a second.");
}
