//! Frames: drawn into memory, the difference to the last one turned into bytes, and shown in one piece.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::style::force_color_output;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use super::terminal;
use crate::platform::{fault, tty};

/// What a terminal gets that doesn't know its size, such as some serial lines.
const FALLBACK: (u16, u16) = (80, 24);

/// Collects a frame's bytes; `terminal::present` sends them.
#[derive(Clone, Debug, Default)]
struct Collected(Rc<RefCell<Vec<u8>>>);

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The screen while it is ours.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Collected>>,
    bytes: Collected,
    size: (u16, u16),
    frames: u64,
    // Dropped last.
    _guard: terminal::Guard,
}

impl Screen {
    /// Takes the terminal.
    pub(super) fn open() -> io::Result<Self> {
        let guard = terminal::take()?;
        // Without this, NO_COLOR makes crossterm send `CSI m` for every colour, which cancels bold and reverse as well. Our
        // theme without colours doesn't need that help.
        force_color_output(true);
        let bytes = Collected::default();
        let size = tty::size().unwrap_or(FALLBACK);
        let options = TerminalOptions { viewport: Viewport::Fixed(area(size)) };
        let terminal = Terminal::with_options(CrosstermBackend::new(bytes.clone()), options)?;
        Ok(Screen { terminal, bytes, size, frames: 0, _guard: guard })
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Asks for the size anew.
    pub(super) fn measure(&mut self) {
        self.size = tty::size().unwrap_or(FALLBACK);
    }

    /// Draws a frame; `from_nothing` when what was drawn before may be lost, as after [`Screen::measure`].
    pub(super) fn draw(&mut self, from_nothing: bool, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.frames += 1;
        assert!(fault::get().draw != Some(self.frames), "drawing fails, as ordered by RACESCOPE_FAULT");
        terminal::begin(&mut self.bytes.0.borrow_mut());
        if from_nothing {
            self.bytes.write_all(b"\x1b[0m\x1b[2J")?;
            let options = TerminalOptions { viewport: Viewport::Fixed(area(self.size)) };
            self.terminal = Terminal::with_options(CrosstermBackend::new(self.bytes.clone()), options)?;
        }
        // Not `Terminal::draw`, which asks for the size by opening the terminal anew for every frame.
        let mut frame = self.terminal.get_frame();
        render(&mut frame);
        self.terminal.apply_buffer()?;
        terminal::present(&mut self.bytes.0.borrow_mut())
    }
}

fn area((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 0, columns, rows)
}
