//! Pictures of windows, made in a thread beside the loop: to put a window in order takes longer than a frame may.

use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::app::picture::{Picture, Window};

/// The one who makes pictures. The thread starts with the first window and ends when this goes; nobody waits for it.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    maker: Option<Maker>,
}

#[derive(Debug)]
struct Maker {
    windows: Sender<Window>,
    made: Receiver<Picture>,
}

impl Maker {
    fn start() -> Option<Self> {
        let (windows, jobs) = unbounded();
        let (done, made) = unbounded();
        let work = move || {
            while let Ok(window) = jobs.recv() {
                if done.send(Picture::of(window)).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("pictures".into()).spawn(work).ok()?;
        Some(Maker { windows, made })
    }
}

impl Pictures {
    /// Has a window made into a picture.
    ///
    /// # Errors
    /// The window, if nobody can: no thread was to be had, or the one that makes pictures has crashed, which has been told.
    pub(super) fn make(&mut self, window: Window) -> Result<(), Window> {
        if self.maker.is_none() {
            self.maker = Maker::start();
        }
        match &self.maker {
            Some(maker) => maker.windows.send(window).map_err(|back| back.into_inner()),
            None => Err(window),
        }
    }

    /// The next picture that is done.
    pub(super) fn poll(&mut self) -> Option<Picture> {
        self.maker.as_ref()?.made.try_recv().ok()
    }
}
