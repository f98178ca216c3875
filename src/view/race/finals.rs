//! The final counts of the runs so far, by protection, on one common axis.
//!
//! ```text
//! ─ final counts of 4 × 1 000 ───── gap yield · 200 runs each ─
//! ▶ none             ▁▂▅█▇▃▁▁       2 310 – 3 998  ✗ loses
//!   lock                     █              4 000  ✓ exact
//!                    2 310   4 000
//! ```
//! Where there is room each experiment has several rows, so that its bars stand taller.

use ratatui::style::Style;

use crate::analysis::finals::Finals;
use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::experiment::{Cores, Settings};
use crate::view::pen::{Pen, columns, grouped};

/// Parts of a cell that a bar fills, in eighths.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▅', '▅', '▆', '▇', '█'];
/// Most columns of a histogram, and most rows.
const WIDEST: u16 = 60;
const TALLEST: u16 = 6;
/// Columns of the number of runs, and of the verdict in words.
const RUNS: u16 = 11;
const VERDICT: u16 = 7;

/// One experiment and what its runs came to.
type Line<'a> = (&'a Settings, &'a Finals);

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let settings = race.settings();
    let key = settings.key();
    let lines: Vec<Line<'_>> = beside(race, &key).collect();
    rule(&lines, settings, panel.rule, pen);
    let Area { x, y, width, height } = panel.body;
    let pen = &mut pen.within(panel.body);
    if lines.is_empty() {
        empty(Area { x: x + 2, y, width, height }, pen);
        return;
    }
    let here = lines.iter().position(|(other, _)| **other == key);
    let shown = usize::from(height).min(lines.len());
    let skip = (here.unwrap_or(0) + 1).saturating_sub(shown);
    let shared = Shared::new(&lines, settings.increments(), width);
    let tall = (height.saturating_sub(1) / (shown as u16).max(1)).clamp(1, TALLEST);
    let mut y = y;
    for (index, &line) in lines.iter().enumerate().skip(skip).take(shown) {
        row(line, &shared, here == Some(index), Area { x, y, width, height: tall }, pen);
        y += tall;
    }
    axis(&shared, x, y, pen);
}

/// Draws the rule: of which sizes these are, and how many runs of each, as far as there is room.
fn rule(lines: &[Line<'_>], settings: &Settings, area: Area, pen: &mut Pen<'_>) {
    let workers = grouped(u64::from(settings.threads));
    let size = format!("{workers} × {}", grouped(u64::from(settings.iterations)));
    let counts = if settings.kind.shares_memory() { "final counts of" } else { "all counters together," };
    let title = format!("{counts} {size}");
    let cores = if settings.cores == Cores::One { ", one core" } else { "" };
    let gap = format!("{}{cores}", settings.gap.words_with_jitter());
    let counts = || lines.iter().map(|(_, finals)| finals.runs());
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let each = if lines.len() > 1 { " each" } else { "" };
    let runs = match (least, most) {
        (0, _) => String::new(),
        (1, 1) => format!(" · 1 run{each}"),
        (least, most) if least == most => format!(" · {} runs{each}", grouped(most)),
        _ => format!(" · {} to {} runs", grouped(least), grouped(most)),
    };
    let full = format!("{gap}{runs}");
    let fits = columns(&title) + columns(&full) + 7 <= area.width;
    pen.rule(area, &title, if fits { &full } else { &gap });
}

/// The experiments that differ from this one in their protection only.
fn beside<'a>(race: &'a Race, key: &'a Settings) -> impl Iterator<Item = Line<'a>> {
    race.history().rows().filter_map(move |(settings, finals)| {
        let settings = settings?;
        let same = Settings { protection: key.protection, permits: key.permits, ..*settings } == *key;
        same.then_some((settings, finals))
    })
}

/// What all rows share, so that they can be compared.
struct Shared {
    /// The final counts at the ends of the histograms' axis.
    axis: (u64, u64),
    /// Columns of the names, of the histograms and of the ranges.
    name: u16,
    histogram: u16,
    range: u16,
    /// Whether there is room for the verdict in words, and for the number of runs.
    words: bool,
    runs: bool,
}

impl Shared {
    fn new(lines: &[Line<'_>], most: u64, width: u16) -> Self {
        let words = width >= 54;
        let runs = width >= 74;
        let longest =
            |texts: &mut dyn Iterator<Item = String>| texts.map(|text| columns(&text)).max().unwrap_or(0);
        let gap = if words { 3 } else { 1 };
        let name = longest(&mut lines.iter().map(|(settings, _)| settings.protection_name())) + gap;
        let range = longest(&mut lines.iter().map(|(_, finals)| range(finals, words)));
        let after = if words { VERDICT + 3 } else { 2 } + if runs { RUNS } else { 0 };
        let histogram = width.saturating_sub(2 + name + gap + range + after).min(WIDEST);
        let least = lines.iter().filter_map(|(_, finals)| finals.min()).min().unwrap_or(0);
        Shared { axis: (least.min(most - most / 10), most), name, histogram, range: range + gap, words, runs }
    }
}

/// The smallest and the greatest final count.
fn range(finals: &Finals, wide: bool) -> String {
    let (least, most) = (finals.min().unwrap_or(0), finals.max().unwrap_or(0));
    let dash = if wide { " – " } else { "–" };
    if least == most { grouped(most) } else { format!("{}{dash}{}", grouped(least), grouped(most)) }
}

/// Says how to get final counts.
fn empty(area: Area, pen: &mut Pen<'_>) {
    let (text, strong) = (pen.theme.dim(), pen.theme.strong());
    let [none, finish, burst] = if area.width >= 37 {
        ["No run of this kind has ended yet.", "finish this one at full speed", "make 200 runs at full speed"]
    } else {
        ["None yet.", "finish this run", "make 200 runs"]
    };
    pen.put(area.x, area.y, none, text);
    for (y, key, does) in [(1, "enter", finish), (2, "b", burst)] {
        pen.put(area.x, area.y + y, key, strong);
        pen.put(area.x + 6, area.y + y, does, text);
    }
}

/// Draws the final counts under one protection: its figures beside the bottom row of its bars.
fn row(line: Line<'_>, shared: &Shared, here: bool, area: Area, pen: &mut Pen<'_>) {
    let (settings, finals) = line;
    let theme = pen.theme;
    let exact = finals.exact() == finals.runs();
    let colour = if exact { theme.ok() } else { theme.alarm() };
    let (x, y) = (area.x, area.y + area.height.saturating_sub(1));
    pen.put(x, y, if here { "▶" } else { " " }, theme.dim());
    pen.put(x + 2, y, &settings.protection_name(), if here { theme.strong() } else { theme.text() });
    let x = x + 2 + shared.name;
    // Tall bars keep apart from those above them.
    let apart = u16::from(area.height > 2);
    let bars = Area { x, y: area.y + apart, width: shared.histogram, height: area.height - apart };
    histogram(finals, shared.axis, bars, colour, pen);
    let mut x = x + shared.histogram + shared.range;
    pen.put_right(x, y, &range(finals, shared.words), theme.text());
    if shared.runs {
        let runs =
            if finals.runs() == 1 { "1 run".into() } else { format!("{} runs", grouped(finals.runs())) };
        x += RUNS;
        pen.put_right(x, y, &runs, theme.dim());
    }
    let x = pen.put(x + if shared.words { 2 } else { 1 }, y, if exact { "✓" } else { "✗" }, colour);
    if shared.words {
        pen.put(x + 1, y, if exact { "exact" } else { "loses" }, colour);
    }
}

/// Draws how the final counts are spread over the axis. However few, runs show.
fn histogram(finals: &Finals, axis: (u64, u64), area: Area, style: Style, pen: &mut Pen<'_>) {
    let heights = finals.histogram(axis.0..=axis.1, usize::from(area.width));
    let tallest = heights.iter().copied().max().unwrap_or(0).max(1);
    let eighths = u64::from(area.height) * 8;
    for (x, &height) in (area.x..).zip(&heights) {
        let mut left = (u128::from(height) * u128::from(eighths)).div_ceil(tallest.into()) as u64;
        for y in (area.y..area.y + area.height).rev() {
            if left == 0 {
                break;
            }
            pen.set(x, y, EIGHTHS[left.min(8) as usize - 1], style);
            left = left.saturating_sub(8);
        }
    }
}

/// Draws which final counts the histograms begin and end with: the least that there was, and what is expected.
fn axis(shared: &Shared, x: u16, y: u16, pen: &mut Pen<'_>) {
    let (least, most) = (grouped(shared.axis.0), grouped(shared.axis.1));
    let from = x + 2 + shared.name;
    let end = from + shared.histogram;
    if columns(&least) + 1 + columns(&most) > shared.histogram {
        return;
    }
    let faint = pen.theme.dim();
    pen.put(from, y, &least, faint);
    let long = format!("{most} expected");
    let most = if columns(&least) + 3 + columns(&long) <= shared.histogram { long } else { most };
    pen.put_right(end, y, &most, faint);
}
