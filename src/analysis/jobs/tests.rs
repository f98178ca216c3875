//! Accounts against what one gets by looking at all events again for every question.

use proptest::prelude::*;

use super::*;
use crate::event::Worker;
use crate::event::jobs::{Cause, Text};

/// A history that could be: who does what next is decided by the numbers given.
fn history(jobs: u32, workers: u16, choices: &[u32]) -> Vec<JobEvent> {
    let mut events = Vec::new();
    let mut time = 0;
    let mut has: Vec<Option<(u32, u32)>> = vec![None; usize::from(workers)];
    let (mut handed_in, mut begun) = (0, 0);
    let push = |events: &mut Vec<JobEvent>, job, worker: Option<u16>, op, time| {
        let core = worker.map(|worker| worker % 2);
        events.push(JobEvent { job: Job(job), worker: worker.map(Worker), op, time, core });
    };
    for &choice in choices {
        time += u64::from(choice % 5);
        let worker = (choice / 8 % u32::from(workers)) as u16;
        let lane = &mut has[usize::from(worker)];
        match (choice / 1024 % 8, *lane) {
            (0 | 1, _) if handed_in < jobs => {
                push(&mut events, handed_in, None, JobOp::Queued, time);
                handed_in += 1;
            }
            (2, None) if begun < handed_in => {
                push(&mut events, begun, None, JobOp::Cancelled, time);
                begun += 1;
            }
            (_, None) if begun < handed_in => {
                let process = (choice % 3 == 0).then_some(choice);
                push(&mut events, begun, Some(worker), JobOp::Begin { process }, time);
                *lane = Some((begun, 0));
                begun += 1;
            }
            (kind, Some((job, paused))) => {
                let (op, next) = match (paused, kind) {
                    (1, 0..6) => (JobOp::Wake, Some((job, 0))),
                    (0, 0..2) => (JobOp::Sleep(5), Some((job, 1))),
                    (0, 2) => (JobOp::Await, Some((job, 1))),
                    (0, 3) => (JobOp::Say(Text::new(&job.to_string())), Some((job, 0))),
                    (_, 6) => (JobOp::Failed(Cause::Panicked), None),
                    (_, 7) if choice % 7 == 0 => (JobOp::Cancelled, None),
                    _ => (JobOp::Done(u64::from(choice)), None),
                };
                push(&mut events, job, Some(worker), op, time);
                *lane = next;
            }
            _ => {}
        }
    }
    events
}

fn time_of(events: &[JobEvent], job: u32, wanted: impl Fn(JobOp) -> bool) -> Option<u64> {
    events.iter().find(|event| event.job == Job(job) && wanted(event.op)).map(|event| event.time)
}

fn begins(op: JobOp) -> bool {
    matches!(op, JobOp::Begin { .. })
}

/// Jobs that wait and run after everything up to a time.
fn load(events: &[JobEvent], jobs: u32, time: u64) -> (u32, u32) {
    let by = |job, wanted: fn(JobOp) -> bool| time_of(events, job, wanted).is_some_and(|at| at <= time);
    let queued = (0..jobs)
        .filter(|&job| by(job, |op| op == JobOp::Queued) && !by(job, begins) && !by(job, JobOp::is_end));
    let busy = (0..jobs).filter(|&job| by(job, begins) && !by(job, JobOp::is_end));
    (queued.count() as u32, busy.count() as u32)
}

proptest! {
    #[test]
    fn an_account_says_what_the_events_say(
        jobs in 1..12_u32,
        workers in 1..5_u16,
        choices in prop::collection::vec(any::<u32>(), 0..120),
    ) {
        let events = history(jobs, workers, &choices);
        let account = Account::of(&events);
        let now = events.last().map_or(0, |event| event.time);
        prop_assert_eq!(account.last(), now);
        let handed_in = events.iter().filter(|event| event.op == JobOp::Queued).count();
        prop_assert_eq!(account.records().len(), handed_in);
        for (job, record) in (0..).zip(account.records()) {
            let queued = time_of(&events, job, |op| op == JobOp::Queued).expect("it was");
            let began = time_of(&events, job, begins);
            let ended = time_of(&events, job, JobOp::is_end);
            prop_assert_eq!(record.wait(now), began.or(ended).unwrap_or(now) - queued);
            prop_assert_eq!(record.run(now), began.map(|began| ended.unwrap_or(now) - began));
            prop_assert_eq!(record.is_running(), began.is_some() && ended.is_none());
            prop_assert_eq!(record.ended.map(|(time, _)| time), ended);
        }
        let ends: Vec<Job> = events.iter().filter(|event| event.op.is_end()).map(|event| event.job).collect();
        prop_assert_eq!(account.finished(), &ends[..]);
        prop_assert_eq!(account.tally().ended() as usize, ends.len());
        for time in 0..=now {
            let found = account.load_at(time);
            prop_assert_eq!((found.queued, found.busy), load(&events, jobs, time));
        }
        // Between two events of one moment more may run than after all of them.
        let running = |upto: usize| {
            let begun = events[..upto].iter().filter(|event| begins(event.op)).count();
            let over = events[..upto].iter().filter(|event| event.op.is_end() && event.worker.is_some());
            begun - over.count()
        };
        let most = (0..=events.len()).map(running).max().unwrap_or(0);
        prop_assert_eq!(account.most_at_once() as usize, most);
    }

    #[test]
    fn lanes_are_whole_and_never_overlap(
        jobs in 1..12_u32,
        workers in 1..5_u16,
        choices in prop::collection::vec(any::<u32>(), 0..120),
    ) {
        let events = history(jobs, workers, &choices);
        let account = Account::of(&events);
        let now = account.last();
        for (job, record) in (0..).map(Job).zip(account.records()) {
            let lanes: Vec<&Lane> =
                account.lanes().iter().filter(|lane| lane.spans().iter().any(|span| span.job == job)).collect();
            prop_assert_eq!(lanes.len(), usize::from(record.began.is_some()), "one worker each");
            let spans = lanes.iter().flat_map(|lane| lane.spans()).filter(|span| span.job == job);
            let whole: u64 = spans.clone().map(|span| span.to.unwrap_or(now) - span.from).sum();
            prop_assert_eq!(record.run(now).unwrap_or(0), whole);
            let paused = spans.filter(|span| span.doing != Doing::Works).map(Span::length).sum::<u64>();
            prop_assert_eq!(record.paused, paused);
        }
        for lane in account.lanes() {
            for pair in lane.spans().windows(2) {
                prop_assert!(pair[0].to.is_some_and(|to| to <= pair[1].from));
            }
            let ended = lane.spans().iter().filter(|span| span.is_last).count();
            prop_assert_eq!(lane.ended(), ended);
        }
        let on_cores: usize = account.cores().iter().map(|(_, spans)| spans.len()).sum();
        let works =
            account.lanes().iter().flat_map(Lane::spans).filter(|span| span.doing == Doing::Works).count();
        prop_assert_eq!(on_cores, works);
    }

    #[test]
    fn what_was_said_is_an_interleaving_of_what_each_said(
        jobs in 1..12_u32,
        choices in prop::collection::vec(any::<u32>(), 0..120),
    ) {
        let events = history(jobs, 4, &choices);
        let account = Account::of(&events);
        let said: Vec<String> = events
            .iter()
            .filter_map(|event| match event.op {
                JobOp::Say(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        prop_assert_eq!(account.output(), said.join(" "));
        let mut changes = 0;
        for at in 1..said.len() {
            changes += usize::from(said[at] != said[at - 1]);
        }
        prop_assert_eq!(account.changes(), changes);
    }
}
