use super::run::Run;
use super::schedule::Schedule;
use super::scheduler::Scheduler;
use super::{Act, Machine, Why};
use crate::event::{Event, Op, Source, Worker};
use crate::experiment::{Kind, Protection};
use crate::program::value::Fault;
use crate::program::{CounterShape, GuardId, counter, library, text};

fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
    Machine::new(counter::program(CounterShape {
        kind: Kind::Thread,
        threads,
        iterations,
        protection,
        permits: 2,
    }))
}

fn replay(machine: Machine, schedule: &str) -> Run {
    Run::replay(machine, &schedule.parse().unwrap()).unwrap()
}

fn words(events: &[Event]) -> String {
    let source = |source| match source {
        Source::Start => "start".into(),
        Source::Store(increment) => increment.to_string(),
        Source::Unknown => "?".into(),
    };
    let word = |event: &Event| {
        let op = match event.op {
            Op::Request => "request".into(),
            Op::Acquire => "acquire".into(),
            Op::Release => "release".into(),
            Op::Load(seen) => format!("load {} of {}", seen.value, source(seen.source)),
            Op::Retry(seen) => format!("retry {} of {}", seen.value, source(seen.source)),
            Op::FetchAdd(seen) => format!("add to {} of {}", seen.value, source(seen.source)),
            Op::Store(value) => format!("store {value}"),
            Op::Swap(value) => format!("swap {value}"),
        };
        format!("{} {op}", event.increment)
    };
    events.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_lost_update_step_by_step() {
    let run = replay(machine(2, 1, Protection::None), "0 1x2 0");
    assert_eq!(run.state().shared.variables[0].as_int(), 1);
    assert!(run.machine().enabled(run.state()).is_empty());
    assert_eq!(words(run.events()), "T0#1 load 0 of start, T1#1 load 0 of start, T1#1 store 1, T0#1 store 1");
    assert_eq!(run.machine().violated(&run.state().shared), ["no update is lost"]);
}

#[test]
fn every_protection_speaks_the_same_words() {
    let check = |protection, schedule: &str, expected: &str| {
        let run = replay(machine(2, 1, protection), schedule);
        assert_eq!(words(run.events()), expected, "{protection}");
    };
    let locked = "T0#1 acquire, T1#1 request, T0#1 load 0 of start, T0#1 store 1, T0#1 release, T1#1 acquire, \
                  T1#1 load 1 of T0#1, T1#1 store 2, T1#1 release";
    check(Protection::Lock, "0x4 1x4", locked);
    check(Protection::Guard, "0x4 1x4", locked);
    check(Protection::WriteLock, "0x4 1x4", locked);
    // The spinning worker asks once, however often it looks.
    check(Protection::Spin, "0 1x3 0x3 1x4", locked);
    check(Protection::Semaphore, "0 1", "T0#1 acquire, T1#1 acquire");
    check(Protection::ReadLock, "0 1x2", "T0#1 acquire, T1#1 acquire, T1#1 load 0 of start");
    check(
        Protection::CompareAndSwap,
        "0 1x2 0x2",
        "T0#1 load 0 of start, T1#1 load 0 of start, T1#1 swap 1, T0#1 retry 1 of T1#1, T0#1 swap 2",
    );
    check(Protection::FetchAdd, "0 1", "T0#1 add to 0 of start, T1#1 add to 1 of T0#1");
}

#[test]
fn iterations_are_counted_by_increment() {
    let run = replay(machine(1, 2, Protection::Lock), "0x8");
    let iterations: Vec<u32> = run.events().iter().map(|event| event.increment.iteration).collect();
    assert_eq!(iterations, [1, 1, 1, 1, 2, 2, 2, 2]);
}

#[test]
fn holders_are_known_at_every_moment() {
    let mut run = replay(machine(3, 1, Protection::Semaphore), "2 0");
    assert_eq!(run.holders(GuardId(0)), [Worker(2), Worker(0)]);
    assert!(!run.machine().can_move(run.state(), Worker(1)));
    run.back();
    assert_eq!(run.holders(GuardId(0)), [Worker(2)]);
    let run = replay(machine(3, 1, Protection::Semaphore), "2 0x4");
    assert_eq!(run.holders(GuardId(0)), [Worker(2)], "each gives back its own permit");
}

#[test]
fn back_and_on_again_is_the_same_state() {
    for entry in library::ENTRIES {
        let mut run = Run::new(Machine::new(entry.program()));
        let mut scheduler = Scheduler::random(3);
        let mut states = vec![run.state().clone()];
        while let Some(worker) = scheduler.choose(&run.machine().enabled(run.state())) {
            run.step(worker).unwrap();
            states.push(run.state().clone());
            if states.len() > 300 {
                break;
            }
        }
        let (schedule, events) = (run.schedule(), run.events().to_vec());
        for state in states.iter().rev().skip(1) {
            assert!(run.back());
            assert_eq!(run.state(), state, "{}", entry.name);
        }
        assert!(!run.back());
        while run.forward() {}
        assert_eq!(Some(run.state()), states.last());
        assert_eq!(run.events(), events);
        assert_eq!(Run::replay(run.machine().clone(), &schedule).unwrap().state(), run.state());
    }
}

#[test]
fn going_on_from_the_middle_is_a_new_branch() {
    let mut run = replay(machine(2, 2, Protection::None), "0x4 1x4");
    run.scrub(1);
    run.step(Worker(1)).unwrap();
    assert_eq!(run.schedule().to_string(), "0 1");
    assert_eq!(run.steps().len(), 2);
    assert_eq!(words(run.events()), "T0#1 load 0 of start, T1#1 load 0 of start");
    run.step(Worker(0)).unwrap();
    assert_eq!(words(run.events_of(2)), "T0#1 store 1");
}

#[test]
fn a_schedule_that_can_not_be_followed_says_where() {
    let error = |schedule: &str| {
        let schedule: Schedule = schedule.parse().unwrap();
        Run::replay(machine(2, 1, Protection::Lock), &schedule).unwrap_err().to_string()
    };
    assert_eq!(error("0 1"), "operation 2 of the schedule: T1 has to wait; who can move: T0");
    let ended = "operation 5 of the schedule: T0 has no operation left, or is not started; who can move: T1";
    assert_eq!(error("0x5"), ended);
    assert_eq!(error("2"), "operation 1 of the schedule: there is no T2, workers are T0 to T1");
    assert!(error("0x4 1x5").ends_with("nobody can move"));
}

#[test]
fn a_run_does_not_grow_without_bound() {
    let text = "x = 0\ndef f():\n    while x == 0:\n        pass\nthreads(f)\n";
    let machine = Machine::new(text::parse("spins", text).unwrap());
    let error = Run::replay(machine, &"0x1000000000".parse().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "operation 200 001 of the schedule: a run has at most 200 000 operations");
}

fn fails(lines: &str) -> Option<Why> {
    let body: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "x = 0\nlock = Lock()\nc = Condition(lock)\ndef f():\n    global x\n{body}\nt = Thread(f)\nthreads(f)\n"
    );
    let mut run = Run::new(Machine::new(text::parse("test", &text).unwrap()));
    while run.step(Worker(1)).is_some() {}
    run.state().shared.failure.map(|failure| failure.why)
}

#[test]
fn what_goes_wrong_ends_the_run() {
    assert_eq!(fails("x = 1 // x"), Some(Why::Fault(Fault::DivisionByZero)));
    assert_eq!(fails("lock.release()"), Some(Why::Fault(Fault::NotHeld)));
    assert_eq!(fails("c.notify()"), Some(Why::Fault(Fault::NotHeld)));
    assert_eq!(fails("c.wait()"), Some(Why::Fault(Fault::NotHeld)));
    assert_eq!(fails("t.start()\nt.start()"), Some(Why::Fault(Fault::StartedTwice)));
    assert_eq!(fails("while True:\n    pass"), Some(Why::Fault(Fault::Stuck)));
    assert_eq!(fails("x = 5\nassert x == 4"), Some(Why::Assertion(0)));
    assert_eq!(fails("x.fetch_add(9223372036854775807)\nx += 1"), Some(Why::Fault(Fault::Overflow)));
    assert_eq!(fails("x = 5\nassert x == 5"), None);
}

#[test]
fn a_notified_worker_needs_the_lock_again() {
    let text = "lock = Lock()\nc = Condition(lock)\nready = False\ndef a():\n    with c:\n        while not ready:\n            \
                c.wait()\n    print(1)\ndef b():\n    global ready\n    with c:\n        ready = True\n        c.notify()\n    \
                print(2)\nthreads(a, b)\n";
    let machine = Machine::new(text::parse("test", text).unwrap());
    // acquire, load, wait; then acquire, store, notify.
    let mut run = replay(machine, "0x3 1x3");
    assert_eq!(run.steps()[5].act, Act::Notify(crate::program::ConditionId(0), vec![Worker(0)]));
    assert_eq!(run.machine().enabled(run.state()), [Worker(1)], "notified, and the lock is not free");
    run.step(Worker(1)).unwrap();
    assert_eq!(run.machine().enabled(run.state()), [Worker(0), Worker(1)]);
    while let Some(&worker) = run.machine().enabled(run.state()).first() {
        run.step(worker).unwrap();
    }
    let printed: Vec<i64> = run.state().shared.output.iter().map(|value| value.as_int()).collect();
    assert_eq!(printed, [1, 2]);
}

#[test]
fn a_recorded_run_is_a_schedule() {
    for protection in Protection::ALL.into_iter().filter(|protection| *protection != Protection::Spin) {
        let mut run = Run::new(machine(3, 3, protection));
        let mut scheduler = Scheduler::random(11);
        while let Some(worker) = scheduler.choose(&run.machine().enabled(run.state())) {
            run.step(worker).unwrap();
        }
        let schedule = Schedule::of_events(run.events());
        assert_eq!(schedule, run.schedule(), "{protection}");
        assert_eq!(Run::replay(run.machine().clone(), &schedule).unwrap().events(), run.events());
    }
}

#[test]
fn a_recorded_run_of_a_spin_lock_is_one_that_does_not_spin() {
    // How often a waiting worker looked is not recorded.
    let run = replay(machine(2, 1, Protection::Spin), "0 1x5 0x3 1x4");
    let schedule = Schedule::of_events(run.events());
    assert_eq!(schedule.to_string(), "0x4 1x4");
    let again = Run::replay(run.machine().clone(), &schedule).unwrap();
    assert_eq!(again.state(), run.state());
}

#[test]
fn a_worker_is_joined_only_after_it_was_started() {
    let text = "def nothing():\n    pass\nt = Thread(nothing)\ndef f():\n    t.join()\nthreads(f)\n";
    let machine = Machine::new(text::parse("test", text).unwrap());
    assert!(machine.enabled(&machine.start()).is_empty());
    let started = text.replace("    t.join()", "    t.start()\n    t.join()");
    let run = replay(Machine::new(text::parse("test", &started).unwrap()), "1x2");
    assert!(!run.machine().is_alive(run.state(), Worker(1)));
}

#[test]
fn what_happened_to_workers_of_any_kind_happens_again() {
    for kind in Kind::ALL {
        for protection in Protection::ALL {
            for seed in 0..20 {
                let shape = CounterShape { kind, threads: 3, iterations: 2, protection, permits: 2 };
                let mut run = Run::new(Machine::new(counter::program(shape)));
                let mut scheduler = Scheduler::random(seed);
                while let Some(worker) = scheduler.choose(&run.machine().enabled(run.state())) {
                    run.step(worker).unwrap();
                }
                let again = Run::of_events(run.machine().clone(), run.events());
                let again = again.unwrap_or_else(|| panic!("{kind} {protection}: {}", run.schedule()));
                // Who looked at a spin lock in vain is not recorded.
                let happened = |run: &Run| -> Vec<Event> {
                    run.events().iter().filter(|event| event.op != Op::Request).copied().collect()
                };
                assert_eq!(happened(&again), happened(&run), "{kind} {protection}: {}", run.schedule());
                assert!(again.machine().enabled(again.state()).is_empty());
            }
        }
    }
}

#[test]
fn a_task_has_its_turn_until_it_awaits() {
    let shape = CounterShape {
        kind: Kind::Task { awaits: true },
        threads: 2,
        iterations: 1,
        protection: Protection::None,
        permits: 2,
    };
    let machine = Machine::new(counter::program(shape));
    let run = replay(machine.clone(), "0");
    assert_eq!(machine.enabled(run.state()), [Worker(0)]);
    let why = Run::replay(machine.clone(), &"0 1".parse().unwrap()).unwrap_err();
    let expected = "operation 2 of the schedule: T1 can't move before T0 awaits something or ends";
    assert_eq!(why.to_string(), expected);
    let run = replay(machine.clone(), "0x2 1x4 0x2");
    assert_eq!(run.state().shared.variables[0], crate::program::value::Value::Int(1));
    assert!(machine.enabled(run.state()).is_empty());
}

#[test]
fn holders_at_any_moment_are_those_of_a_run_that_ends_there() {
    for entry in library::ENTRIES {
        let mut run = Run::new(Machine::new(entry.program()));
        let mut scheduler = Scheduler::random(5);
        while let Some(worker) = scheduler.choose(&run.machine().enabled(run.state()))
            && run.at() < 300
        {
            run.step(worker);
        }
        for at in (0..=run.steps().len()).rev() {
            run.scrub(at);
            let again = Run::replay(run.machine().clone(), &run.schedule()).unwrap();
            for guard in 0..run.machine().program().guards.len() as u16 {
                let guard = GuardId(guard);
                assert_eq!(run.holders(guard), again.holders(guard), "{} at {at}", entry.name);
            }
        }
    }
}
