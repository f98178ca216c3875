//! The same findings whichever way they were come by.

use std::ops::ControlFlow;
use std::time::Duration;

use super::*;
use crate::experiment::{self, Protection};
use crate::machine::explore::Options;
use crate::machine::explore::sample::Draw;
use crate::machine::explore::service::{Query, Ticket, answer};
use crate::program::{CounterShape, library};

fn shape(threads: u16, iterations: u32, protection: Protection) -> CounterShape {
    CounterShape { kind: experiment::Kind::Thread, threads, iterations, protection, permits: 2 }
}

fn find(machine: &Machine, limited: bool) -> Findings {
    let options = Options { memory: 64 << 20, cores: 1, ..Options::default() };
    let query = Query { options, ..Query::new(Ticket { asker: "test", number: 1 }, machine.clone()) };
    let draw = Draw { samples: 100, seed: 7, memory: 1 << 24 };
    let time = limited.then_some(Duration::ZERO);
    let query = Query { time, sample: limited.then_some(draw), ..query };
    Findings::new(machine, &answer(&query, &mut |_, _| ControlFlow::Continue(())))
}

fn counter(threads: u16, iterations: u32, protection: Protection, limited: bool) -> Findings {
    let machine = Machine::new(crate::program::counter::program(shape(threads, iterations, protection)));
    find(&machine, limited)
}

#[test]
fn a_complete_search_of_the_counter() {
    let findings = counter(2, 3, Protection::None, false);
    let labels: Vec<(&str, &str, &str)> = findings
        .rows
        .iter()
        .map(|row| (row.label.as_str(), row.schedules_text.as_str(), row.why.as_str()))
        .collect();
    assert_eq!(
        labels,
        [
            ("2", "8", "4 lost"),
            ("3", "300", "3 lost"),
            ("4", "416", "2 lost"),
            ("5", "180", "1 lost"),
            ("6", "20", "")
        ]
    );
    assert_eq!(rightness(&findings), "Only 20 of 924 count right.");
    assert!(coverage(&findings).starts_with("complete: "));
    assert!(findings.bars_count && findings.rows[2].height == 1.0);
    assert_eq!(rightness(&counter(3, 2, Protection::Lock, false)), "All 90 schedules count right.");
    assert_eq!(rightness(&counter(1, 2, Protection::Lock, false)), "The only schedule counts right.");
    assert_eq!(rightness(&counter(2, 1, Protection::Spin, false)), "Every schedule that ends counts right.");
}

#[test]
fn a_part_says_so_and_still_lists_what_can_be_written_down() {
    for protection in [Protection::None, Protection::ReadLock, Protection::Semaphore] {
        let findings = counter(4, 40, protection, true);
        assert!(!findings.is_complete() && findings.lists_all, "{protection}");
        assert_eq!(findings.rows.len(), 159);
        assert!(!findings.bars_count);
        assert!(
            coverage(&findings).contains("100 schedules were drawn at random"),
            "{}",
            coverage(&findings)
        );
        assert_eq!(findings.rows.iter().filter_map(|row| row.hits).map(|hits| hits.hits).sum::<u64>(), 100);
    }
}

#[test]
fn with_memory_of_ones_own_nothing_is_said_to_count_right() {
    let own = experiment::Kind::Process { shared: false };
    for limited in [false, true] {
        let shape = CounterShape { kind: own, ..shape(2, 3, Protection::None) };
        let findings = find(&Machine::new(crate::program::counter::program(shape)), limited);
        assert_eq!((findings.heading.as_str(), findings.rows[0].label.as_str()), ("parent's", "0"));
        assert_eq!(
            rightness(&findings),
            "The parent's counter stays 0 in all 924 schedules: each process counts to 3 in its own memory."
        );
    }
    let of = |protection| {
        let shape = CounterShape { kind: own, ..shape(4, 60, protection) };
        rightness(&find(&Machine::new(crate::program::counter::program(shape)), true))
    };
    // How many schedules a lock allows is a formula; how many two permits for four workers do would take a search.
    let lock = of(Protection::Lock);
    assert!(lock.starts_with("The parent's counter stays 0 in all "), "{lock}");
    let semaphore = of(Protection::Semaphore);
    assert!(semaphore.starts_with("The parent's counter stays 0 in every schedule: "), "{semaphore}");
}

#[test]
fn that_it_can_go_on_for_ever_is_said_as_far_as_it_is_known() {
    let said = |name: &str, counts: bool| {
        let machine = Machine::new(library::find(name).unwrap().program());
        let options = Options { counts, switches: counts, cores: 1, ..Options::default() };
        let query = Query { options, ..Query::new(Ticket { asker: "test", number: 1 }, machine.clone()) };
        let answer = answer(&query, &mut |_, _| ControlFlow::Continue(()));
        let findings = Findings::new(&machine, &answer);
        (endless(&findings).unwrap_or_default().replace('\u{a0}', " "), round(&findings).unwrap_or_default())
    };
    assert_eq!(
        said("tasks-busy", true),
        ("It can go on for ever: with probability 75.00 %.".into(), "0, then 0 again and again".into())
    );
    assert_eq!(said("tasks-busy", false).0, "It can go on for ever.", "how likely was not asked for");
    assert_eq!(said("test-and-set", true).0, "It can go on for ever, if the scheduler is unfair.");
    assert_eq!(said("withdraw", true).0, "");
}

#[test]
fn what_goes_wrong_in_a_program_is_counted_by_kind() {
    let said = |name: &str| rightness(&find(&Machine::new(library::find(name).unwrap().program()), false));
    assert_eq!(said("deadlock"), "4 of 6 end right, 2 deadlock.");
    assert_eq!(said("buffer-if"), "56 of 80 end right, 24 fail an assertion.");
    assert_eq!(said("buffer-while"), "All 80 schedules end right.");
}

#[test]
fn every_witness_leads_to_its_row() {
    for entry in library::ENTRIES {
        let machine = Machine::new(entry.program());
        let findings = find(&machine, false);
        assert!(findings.rows.iter().any(|row| row.kind == Kind::Deadlock) == entry.verdict.can_deadlock);
        for row in &findings.rows {
            assert_eq!(row.why.is_empty(), row.is_right(), "{}: {}", entry.name, row.label);
            for fewest in [false, true] {
                let (_, outcome) = arrive(&machine, row.witness(fewest)).unwrap();
                assert_eq!(outcome.as_ref(), Some(&row.outcome), "{}", entry.name);
            }
        }
    }
}
