//! Pictures of windows, made in a thread beside the loop: to put a window in order takes longer than a frame may.

use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::app::picture::{Picture, Window};
use crate::lab::report::{Recording, Report};

/// Operations from which on a window is worth the detour.
const LARGE: usize = 256;

/// The one who makes pictures. The thread starts with the first large window and ends when this goes; nobody waits for it.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    maker: Option<Maker>,
    /// Counts what was recorded: a picture that something newer has overtaken is not shown.
    newest: u64,
}

#[derive(Debug)]
struct Maker {
    windows: Sender<(u64, Window)>,
    made: Receiver<(u64, Picture)>,
}

impl Maker {
    fn start() -> Option<Self> {
        let (windows, jobs) = unbounded::<(u64, Window)>();
        let (done, made) = unbounded();
        let work = move || {
            while let Ok((number, window)) = jobs.recv() {
                if done.send((number, Picture::of(window))).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("pictures".into()).spawn(work).ok()?;
        Some(Maker { windows, made })
    }
}

impl Pictures {
    /// Takes a large window out of a report, to come back as a picture. Leaves it there if it can't be had.
    pub(super) fn take(&mut self, report: &mut Report) {
        if matches!(report.recording, Recording::Nothing) {
            return;
        }
        self.newest += 1;
        if !is_large(&report.recording) {
            return;
        }
        if self.maker.is_none() {
            self.maker = Maker::start();
        }
        let Some(maker) = &self.maker else { return };
        let Recording::Window { streams, base, last, left_out } = std::mem::take(&mut report.recording)
        else {
            return;
        };
        let window = Window { run: report.run, streams, base, last, left_out };
        if let Err(back) = maker.windows.send((self.newest, window)) {
            // It crashed, and that has been told.
            let Window { streams, base, last, left_out, .. } = back.into_inner().1;
            report.recording = Recording::Window { streams, base, last, left_out };
        }
    }

    /// A picture that is done and that nothing newer has overtaken.
    pub(super) fn poll(&mut self) -> Option<Picture> {
        let maker = self.maker.as_ref()?;
        maker.made.try_iter().filter(|&(number, _)| number == self.newest).map(|(_, picture)| picture).last()
    }
}

fn is_large(recording: &Recording) -> bool {
    match recording {
        Recording::Window { streams, .. } => streams.iter().map(Vec::len).sum::<usize>() >= LARGE,
        Recording::Nothing | Recording::Fresh(_) | Recording::More(_) => false,
    }
}
