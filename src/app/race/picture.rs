//! How what was recorded becomes the picture: a strip that flows with time, or a still window.

use super::Race;
use crate::event::Source;
use crate::lab::report::Recording;

impl Race {
    /// Brings what was recorded into the picture.
    pub(super) fn show_waiting(&mut self) {
        match std::mem::take(&mut self.waiting) {
            Recording::Nothing => return,
            Recording::Fresh(streams) => {
                self.forget();
                self.timeline.extend(streams);
            }
            Recording::More(streams) => {
                if self.had_window {
                    // The timeline knows by itself that nothing follows on a window.
                    self.forget_picture();
                }
                self.timeline.extend(streams);
            }
            Recording::Window { streams, base, last } => {
                self.forget();
                match base {
                    Some(base) => self.timeline.show_stretch(streams, base, last),
                    None => self.timeline.show_window(streams),
                }
                self.had_window = true;
            }
        }
        let from = self.placed.max(self.timeline.first());
        self.find_turn(from);
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
        if self.flows() && !self.had_window {
            self.strip.flow(&self.timeline, from, self.report.pace);
            self.anchor = None;
        } else {
            self.strip.window(&self.timeline);
            self.anchor = Some(self.best_place());
            self.edge = self.strip.end() as f64;
        }
        self.pictured = self.report.run;
        self.window_age = 0;
    }

    fn forget(&mut self) {
        self.timeline.clear();
        self.forget_picture();
    }

    fn forget_picture(&mut self) {
        self.strip.clear();
        self.placed = 0;
        self.edge = 0.0;
        self.anchor = None;
        self.turn = None;
        self.scroll = 0;
        self.selected = None;
        self.had_window = false;
    }

    /// Remembers the newest operation, from this one on, that took something off the path or brought it back.
    fn find_turn(&mut self, from: u64) {
        let first = self.timeline.first();
        let skip = usize::try_from(from - first).unwrap_or(usize::MAX);
        let newest = self.timeline.entries().iter().enumerate().skip(skip).rev();
        let found =
            newest.into_iter().find(|(_, entry)| entry.overwrote_count > 0 || !entry.restored.is_empty());
        if let Some((index, _)) = found {
            self.turn = Some(first + index as u64);
        }
    }

    /// The cell of a window that is most worth seeing: the newest loss, else the newest hand-over, else its end.
    fn best_place(&self) -> i64 {
        let items = self.strip.items();
        let at = |entry: u64| items.iter().rev().find(|item| item.entry <= entry).map(|item| item.at);
        let hand_over = || {
            items.iter().rev().find(|item| {
                item.event.op.seen().is_some_and(|seen| match seen.source {
                    Source::Store(by) => by.worker != item.event.worker(),
                    Source::Start | Source::Unknown => false,
                })
            })
        };
        self.turn.and_then(at).or_else(|| hand_over().map(|item| item.at)).unwrap_or(self.strip.end())
    }
}
