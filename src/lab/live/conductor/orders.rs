//! Orders carried out: what the user changes, and the meetings that a change takes.

use std::time::Instant;

use crate::experiment::{Cores, Kind, Settings};
use crate::lab::crew;
use crate::lab::report::{Order, Phase};

use super::runs::{REST_FAST, REST_SLOW};
use super::{AFTER_ORDER, Conductor, hire};
use crate::lab::live::harvest::Harvest;

impl Conductor {
    pub(super) fn carry_out(&mut self, order: Order) {
        self.look_until = Instant::now() + AFTER_ORDER;
        self.news = true;
        match order {
            Order::Change(settings) => self.change(settings),
            Order::Pace(pace) => self.hold_otherwise(|me| me.pace = pace),
            Order::Pause(paused) => self.hold_otherwise(|me| me.paused = paused),
            Order::Step(worker) => {
                self.crew.step(worker);
                self.crew.wake();
            }
            Order::Finish if self.phase == Phase::Running => self.hold_otherwise(|me| {
                me.hurried = true;
                me.paused = false;
            }),
            Order::Finish => self.next_run = self.next_run.map(|_| Instant::now()),
            Order::Again => self.again(None),
            Order::Burst(0) => {}
            Order::Burst(runs) => self.again(Some(runs)),
            Order::CancelBurst if matches!(self.phase, Phase::Burst { .. }) => self.again(None),
            Order::CancelBurst => {}
            Order::Follow(follow) => {
                self.follow = follow;
                self.next_run = (follow && self.phase == Phase::Ended).then(|| Instant::now() + REST_SLOW);
            }
        }
    }

    /// Changes how far the workers are held back. Between full speed and anything else they meet in between, so that
    /// what was recorded in one way and in the other stays apart; nothing else about the run changes.
    pub(super) fn hold_otherwise(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.is_full_speed();
        let (pace, paused, hurried) = (self.pace, self.paused, self.hurried);
        change(self);
        let regroup = self.is_running() && before != self.is_full_speed();
        if regroup {
            let after = (self.pace, self.paused, self.hurried);
            (self.pace, self.paused, self.hurried) = (pace, paused, hurried);
            if !self.bring_to_rest() {
                return;
            }
            (self.pace, self.paused, self.hurried) = after;
        }
        self.set_controls();
        if regroup {
            let base = self.crew.go_on();
            self.harvest.begin(self.crew.seats(), &self.settings, base);
        }
        self.crew.wake();
        if !self.paused && self.phase == Phase::Ended && self.follow && self.next_run.is_none() {
            self.next_run = Some(Instant::now() + REST_FAST);
        }
    }

    pub(super) fn set_controls(&self) {
        self.crew.hold(self.pace, self.paused, self.hurried);
    }

    /// Gathers the workers of a run that is going on. Says whether all came.
    pub(super) fn bring_to_rest(&mut self) -> bool {
        let full_speed = self.is_full_speed();
        self.crew.gather();
        if self.has_crashed() {
            return false;
        }
        let last = full_speed.then(|| self.crew.last_author());
        self.harvest.gather_at_rest(self.crew.seats(), last);
        true
    }

    /// Other settings: a clean cut, a new segment.
    pub(super) fn change(&mut self, settings: Settings) {
        let mut settings = settings;
        if settings.check().is_err() || settings == self.settings {
            return;
        }
        self.find_cores(&mut settings);
        if !settings.kind.takes_over(self.settings.kind) {
            self.change_kind(settings);
            return;
        }
        match self.phase {
            Phase::Running => {
                if !self.bring_to_rest() {
                    return;
                }
                self.resize(&mut settings);
                self.score.cut(self.crew.counts(), self.most_holders(), settings);
                self.settings = settings;
                let base = self.crew.go_on_with(settings);
                self.harvest.begin(self.crew.seats(), &settings, base);
            }
            Phase::Burst { .. } => {
                self.settings = settings;
                self.again(None);
            }
            Phase::Ended | Phase::Failed => {
                self.settings = settings;
                // Whoever changes something wants to see it, not the rest of the pause after the run before.
                self.next_run = self.next_run.map(|_| Instant::now());
            }
        }
    }

    /// Workers of another kind can't go on where these are: they begin a run of their own.
    fn change_kind(&mut self, settings: Settings) {
        if !self.hire(settings.kind) {
            return;
        }
        self.settings = settings;
        if self.phase != Phase::Failed {
            self.phase = Phase::Running;
            self.hurried = false;
            self.begin_run();
        }
    }

    /// A new crew of nobody in place of the old one, which is sent home. Says whether it could be had.
    fn hire(&mut self, kind: Kind) -> bool {
        match hire(kind, self.pace, &self.bell) {
            Ok(crew) => {
                self.crew = crew;
                self.harvest = Harvest::default();
                true
            }
            Err(why) => {
                self.notices.push(why.to_string());
                false
            }
        }
    }

    pub(super) fn find_cores(&mut self, settings: &mut Settings) {
        if let Err(why) = crew::check_cores(settings.cores) {
            self.notices.push(why.to_string());
            settings.cores = Cores::All;
        }
    }

    /// As many workers as the settings want, or as can be had. All must be at rest.
    pub(super) fn resize(&mut self, settings: &mut Settings) {
        if let Err(why) = self.crew.resize(settings.threads) {
            let have = self.crew.len();
            let kept = if have == 0 { String::new() } else { format!(" (still {have})") };
            self.notices.push(format!("{why}{kept}"));
            settings.threads = have as u16;
        }
    }

    /// Gives up what is going on and begins a run, or a burst of them.
    pub(super) fn again(&mut self, burst: Option<u32>) {
        if self.is_running() {
            self.crew.gather();
            if self.has_crashed() {
                return;
            }
        }
        if self.phase == Phase::Failed && !self.hire(self.settings.kind) {
            return;
        }
        self.phase = burst.map_or(Phase::Running, |of| Phase::Burst { done: 0, of });
        self.hurried = burst.is_some();
        if burst.is_some() {
            self.paused = false;
        }
        self.begin_run();
    }
}
