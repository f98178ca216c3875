//! What a key costs in Step in the midst of a long run: `cargo bench --bench step`.
//!
//! Each run is made by the program's own keys until it has 10 000 operations or has ended; then the same few keys and the
//! mouse on the bar are given hundreds of times at moments all over it. A key is its update and all that it computes;
//! a frame is the full draw after it, output included. Processor time of this thread, not time on the wall.

#[path = "screen/sink.rs"]
mod sink;

use racescope::app::step::panels::Panels;
use racescope::app::{App, Key, Look, Message, Palette};
use racescope::experiment::{Pace, Protection, Settings};
use racescope::view;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use sink::{Sink, processor_time};

/// Operations that a run should have.
const STEPS: usize = 10_000;
/// How often each key is given.
const TIMES: usize = 300;

/// Median, 95 % and the most of them, in milliseconds.
fn summary(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let most = times.last().copied().unwrap_or(f64::NAN);
    format!("{:>8.3} {:>8.3} {:>8.3}", at(0.5), at(0.95), most)
}

/// Somewhere in a run, the same places each time.
fn place(turn: usize) -> usize {
    turn.wrapping_mul(0x9e37_79b9) >> 7
}

/// What is done over and over: its name, what it needs before each time, and what is measured.
struct Deed {
    name: &'static str,
    before: fn(&mut App, &Panels, usize),
    deed: fn(&Panels, usize) -> Message,
}

fn click(panels: &Panels, turn: usize) -> Message {
    let bar = panels.scrub.unwrap_or(panels.bar);
    let inner = usize::from(bar.width.saturating_sub(16).max(1));
    Message::Click { column: bar.x + 12 + (place(turn) % inner) as u16, row: bar.y }
}

fn nothing(_: &mut App, _: &Panels, _: usize) {}

fn anywhere(app: &mut App, panels: &Panels, turn: usize) {
    app.update(click(panels, turn + 1));
}

const DEEDS: &[Deed] = &[
    Deed { name: "back, held", before: nothing, deed: |_, _| Message::Key(Key::Left) },
    Deed { name: "forward, held", before: nothing, deed: |_, _| Message::Key(Key::Right) },
    Deed { name: "back, a page", before: nothing, deed: |_, _| Message::Key(Key::PageUp) },
    Deed { name: "forward, a page", before: nothing, deed: |_, _| Message::Key(Key::PageDown) },
    Deed { name: "to the start", before: anywhere, deed: |_, _| Message::Key(Key::Home) },
    Deed { name: "to the end", before: anywhere, deed: |_, _| Message::Key(Key::End) },
    Deed { name: "drag on the bar", before: nothing, deed: click },
    Deed { name: "back, anywhere", before: anywhere, deed: |_, _| Message::Key(Key::Left) },
    Deed { name: "forward, anywhere", before: anywhere, deed: |_, _| Message::Key(Key::Right) },
    Deed { name: "another outcome", before: nothing, deed: |_, _| Message::Key(Key::Down) },
];

/// A run of this counter with as many operations as are asked for, made by the program's own keys.
fn run(settings: Settings, size: (u16, u16)) -> App {
    let mut app =
        App::new(settings, Pace::START, Look { palette: Palette::Dark, ascii: false, assumed: false });
    app.update(Message::Resize { columns: size.0, rows: size.1 });
    app.update(Message::Key(Key::Tab));
    // The counter here has few iterations until somebody asks for more.
    while app.model().iterations() < settings.iterations {
        let before = app.model().iterations();
        app.update(Message::Key(Key::Char('i')));
        if app.model().iterations() == before {
            break;
        }
    }
    while app.step().position().1 < STEPS && app.step().moment().end.is_none() {
        app.update(Message::Key(Key::Enter));
    }
    app
}

fn measure(settings: Settings, size: (u16, u16)) {
    let mut app = run(settings, size);
    let (columns, rows) = size;
    let Some(panels) = Panels::of(app.step(), size) else { return };
    println!(
        "\n{columns}x{rows}, {}, {} operations\n{:>20}{:>26}   {:>26}",
        app.step().program_words(),
        app.step().position().1,
        "ms",
        "key: median   95 %   most",
        "frame: median  95 %  most"
    );
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)) };
    let mut terminal =
        Terminal::with_options(CrosstermBackend::new(Sink::default()), options).expect("a sink");
    for deed in DEEDS {
        let (mut keys, mut frames) = (Vec::new(), Vec::new());
        for turn in 0..TIMES {
            (deed.before)(&mut app, &panels, turn);
            let message = (deed.deed)(&panels, turn);
            let began = processor_time();
            app.update(message);
            let updated = processor_time();
            terminal.draw(|frame| view::draw(&app, frame)).expect("a sink takes everything");
            keys.push((updated - began).as_secs_f64() * 1e3);
            frames.push((processor_time() - updated).as_secs_f64() * 1e3);
        }
        println!("{:>20}{}   {}", deed.name, summary(&mut keys), summary(&mut frames));
    }
}

fn main() {
    let settings =
        |threads, iterations, protection| Settings { threads, iterations, protection, ..Settings::default() };
    for size in [(80, 24), (200, 60)] {
        measure(settings(5, 1_000, Protection::None), size);
        measure(settings(4, 1_000, Protection::Lock), size);
        measure(settings(10, 500, Protection::Semaphore), size);
        measure(settings(3, 1_000, Protection::Spin), size);
        measure(settings(64, 50, Protection::Lock), size);
    }
}
