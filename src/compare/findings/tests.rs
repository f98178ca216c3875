//! Findings from tables that are made by hand.

use super::*;
use crate::compare::fixture::table;
use crate::compare::plan::Plan;
use crate::compare::table::{Figures, Sample};

#[test]
fn the_cheapest_that_is_exact_and_the_worst_that_leaks() {
    let plan = Plan { threads: 2, ..Plan::of(Sweep::Protections) };
    let found = find(&table(plan, |settings| match settings.protection {
        Protection::None if settings.threads > 1 => vec![(500, 100), (300, 100)],
        Protection::ReadLock if settings.threads > 1 => vec![(600, 1_000), (0, 1_000)],
        Protection::FetchAdd => vec![(0, 200), (0, 400)],
        Protection::Spin => vec![(0, 5_000), (0, 5_000)],
        _ => vec![(0, 1_000), (0, 1_000)],
    }));
    let Some(Findings::Protections(found)) = found else { panic!("{found:?}") };
    assert_eq!((found.workers, found.exact, found.exact_runs), (2, 6, 24));
    assert_eq!(found.broken, []);
    let named = |figure: Option<Figure>| figure.map(|figure| (figure.settings.protection, figure.value));
    assert_eq!(named(found.cheapest), Some((Protection::FetchAdd, 0.375)));
    assert_eq!(named(found.dearest), Some((Protection::Spin, 0.02)));
    let leaky: Vec<_> = found.leaky.iter().map(|figure| (figure.settings.protection, figure.value)).collect();
    assert_eq!(leaky, [(Protection::None, 0.4), (Protection::ReadLock, 0.3), (Protection::Semaphore, 0.0)]);
}

#[test]
fn a_protection_that_breaks_is_found() {
    let plan = Plan { threads: 2, ..Plan::of(Sweep::Protections) };
    let found = find(&table(plan, |settings| match settings.protection {
        Protection::Guard => vec![(u64::from(settings.threads == 1), 100)],
        _ => vec![(0, 100)],
    }));
    let Some(Findings::Protections(found)) = found else { panic!("{found:?}") };
    let broken: Vec<_> = found.broken.iter().map(|one| (one.protection, one.threads)).collect();
    assert_eq!(broken, [(Protection::Guard, 1)]);
}

#[test]
fn where_permits_begin_to_lose_and_where_they_buy_nothing_more() {
    let plan = Plan { threads: 5, ..Plan::of(Sweep::Permits) };
    let speeds = [1_000, 500, 333, 330, 329];
    let found = find(&table(plan, |settings| {
        let lost = u64::from(settings.permits > 2) * 100;
        vec![(lost, speeds[usize::from(settings.permits) - 1])]
    }));
    let Some(Findings::Permits(found)) = found else { panic!("{found:?}") };
    assert_eq!((found.exact_up_to, found.begins), (2, Some((3, 0.1))));
    assert_eq!(found.enough, Some(3));
    assert_eq!(found.most.map(|(permits, _)| permits), Some(5));
    // A row that came out low is no gain for the next.
    let speeds = [1_000, 500, 333, 360, 330];
    let dip = find(&table(plan, |settings| vec![(0, speeds[usize::from(settings.permits) - 1])]));
    let Some(Findings::Permits(dip)) = dip else { panic!("{dip:?}") };
    assert_eq!(dip.enough, Some(3));
    let steady = find(&table(plan, |settings| vec![(0, 60_000 / u64::from(settings.permits))]));
    let Some(Findings::Permits(steady)) = steady else { panic!("{steady:?}") };
    assert_eq!((steady.begins, steady.enough, steady.exact_up_to), (None, None, 5));
}

#[test]
fn where_the_window_begins_and_from_where_on_every_run_loses() {
    let found = find(&table(Plan::of(Sweep::Window), |settings| match settings.gap.delay {
        Delay::None => vec![(0, 100), (0, 100)],
        Delay::Spin(50) => vec![(3, 100), (3, 100)],
        Delay::Spin(_) => vec![(3, 100), (0, 100)],
        Delay::Yield | Delay::Sleep(_) => vec![(3, 100), (1, 100)],
    }));
    let Some(Findings::Window(found)) = found else { panic!("{found:?}") };
    assert_eq!(found.narrowest, (Delay::None, 0, 2));
    assert_eq!((found.begins, found.always), (Some(Delay::Spin(50)), Some(Delay::Yield)));
    assert_eq!(found.widest, (Delay::Sleep(1_000), 2, 2));
}

#[test]
fn of_nothing_nothing_is_found_and_of_a_part_only_what_is_there() {
    for sweep in Sweep::ALL {
        assert_eq!(find(&table(Plan::of(sweep), |_| Vec::new())), None);
    }
    let some = find(&table(Plan::of(Sweep::Permits), |settings| {
        if settings.permits < 3 { vec![(0, 100)] } else { Vec::new() }
    }));
    let Some(Findings::Permits(some)) = some else { panic!("{some:?}") };
    assert_eq!((some.exact_up_to, some.most.map(|(permits, _)| permits)), (2, Some(2)));
}

#[test]
fn runs_are_compared_within_their_round_only() {
    let plan = Plan { threads: 1, ..Plan::of(Sweep::Protections) };
    let points = plan.points();
    let sample = |round, nanos| Sample { round, nanos, completed: 1_000, ..Sample::default() };
    let own = Figures { samples: vec![sample(0, 200), sample(2, 300), sample(3, 1)], ..Figures::default() };
    let other = Figures { samples: vec![sample(0, 100), sample(1, 7), sample(2, 300)], ..Figures::default() };
    let row = Row::new(&points[1], &own, Some(&other));
    let relative = row.relative.unwrap();
    assert_eq!((relative.least, relative.most), (0.5, 1.0));
}
