//! What a frame costs: `cargo bench --bench frame`.
//!
//! The reports are a real lab's, taken as they come; each frame is one tick of 16 ms, one report's news and a full
//! draw, output included, so that everything moves. Processor time of this thread, not time on the wall. A large window
//! is put in order between two frames, as it is in the program: there another thread does it.

#[path = "screen/sink.rs"]
mod sink;

use std::time::{Duration, Instant};

use racescope::app::picture::Picture;
use racescope::app::{App, Look, Message, Palette};
use racescope::experiment::{Delay, Gap, Kind, Pace, Protection, Settings};
use racescope::lab::live::Live;
use racescope::lab::report::Report;
use racescope::view;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use sink::{Sink, processor_time};

/// What a lab says in so long.
fn reports(settings: Settings, pace: Pace, length: Duration) -> Vec<Report> {
    let mut live = Live::start(settings, pace).expect("the lab starts");
    let (began, mut reports) = (Instant::now(), Vec::new());
    while began.elapsed() < length {
        match live.poll() {
            Some(report) => reports.push(report),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    reports
}

fn measure(name: &str, columns: u16, rows: u16, settings: Settings, pace: Pace) {
    let news = reports(settings, pace, Duration::from_secs(3));
    let area = Rect::new(0, 0, columns, rows);
    let options = TerminalOptions { viewport: Viewport::Fixed(area) };
    let mut terminal =
        Terminal::with_options(CrosstermBackend::new(Sink::default()), options).expect("a sink");
    let look = Look { palette: Palette::Dark, ascii: false, assumed: false };
    let mut app = App::new(settings, pace, look).make_beside();
    app.update(Message::Resize { columns, rows });
    let mut frames: Vec<f64> = Vec::new();
    let mut picture = None;
    for report in news {
        let before = processor_time();
        if let Some(picture) = picture.take() {
            app.show(picture);
        }
        app.update(Message::Tick(16_000_000));
        app.update(Message::Lab(Box::new(report)));
        let window = app.take_window();
        terminal.draw(|frame| view::draw(&app, frame)).expect("a sink takes everything");
        frames.push((processor_time() - before).as_secs_f64() * 1e3);
        picture = window.map(Picture::of);
    }
    // The first frames fill caches and an empty screen.
    let mut frames = frames.split_off(frames.len().min(5));
    frames.sort_by(f64::total_cmp);
    let count = frames.len().max(1);
    let at = |share: f64| frames.get((count as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    println!(
        "{name:<34}{columns:>4}x{rows:<4}{count:>6} frames   median {:.3} ms   95 % {:.3} ms   most {:.3} ms",
        at(0.5),
        at(0.95),
        at(0.999)
    );
    let mean = frames.iter().sum::<f64>() / count as f64;
    println!("{:>34} at 30 a second: {:.1} % of a core", "", mean * 30.0 / 10.0);
}

fn main() {
    let settings = |threads| Settings { threads, protection: Protection::Semaphore, ..Settings::default() };
    for (columns, rows) in [(80, 24), (200, 50)] {
        let kind = Kind::Task { awaits: true };
        let tasks = Settings { kind, threads: 10_000, ..Settings::default() };
        measure("slow motion, 10 000 tasks", columns, rows, tasks, Pace::START);
        let asleep = Settings { gap: Gap { delay: Delay::Sleep(1_000_000), jitter: 50 }, ..tasks };
        measure("full speed, 10 000 tasks asleep", columns, rows, asleep, Pace::Full);
        measure("slow motion, 64 threads", columns, rows, settings(64), Pace::START);
    }
    let fast = Pace::Every(60_000_000);
    for (columns, rows) in [(80, 24), (120, 40), (200, 50)] {
        measure("slow motion, 4 threads", columns, rows, settings(4), fast);
        measure("slow motion, 12 threads", columns, rows, settings(12), fast);
        measure("too fast to follow, 8 threads", columns, rows, settings(8), Pace::Every(1_000_000));
        measure(
            "full speed, 8 threads",
            columns,
            rows,
            Settings { iterations: 10_000_000, ..settings(8) },
            Pace::Full,
        );
    }
}
