//! The final counts of the runs so far, by protection, on one common axis.
//!
//! ```text
//! ─ final counts of 4 × 1 000 ──────────────── gap yield ─
//! ▶ none             ▁▂▅█▇▃▁▁       2 310 – 3 998  ✗ loses
//!   lock                     █              4 000  ✓ exact
//! ```

use ratatui::style::Style;

use crate::analysis::finals::Finals;
use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::experiment::{Cores, Settings};
use crate::view::pen::{Pen, columns, grouped};

/// Heights of a bar, from few runs to most.
const BARS: [char; 7] = ['▁', '▂', '▃', '▅', '▆', '▇', '█'];
/// Most columns of a histogram.
const WIDEST: u16 = 32;
/// Columns of the number of runs, and of the verdict in words.
const RUNS: u16 = 11;
const VERDICT: u16 = 7;

/// One experiment and what its runs came to.
type Line<'a> = (&'a Settings, &'a Finals);

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let settings = race.settings();
    let workers = grouped(u64::from(settings.threads));
    let size = format!("{workers} × {}", grouped(u64::from(settings.iterations)));
    let counts = if settings.kind.shares_memory() { "final counts of" } else { "all counters together," };
    let cores = if settings.cores == Cores::One { ", one core" } else { "" };
    pen.rule(panel.rule, &format!("{counts} {size}"), &format!("{}{cores}", settings.gap.words()));
    let Area { x, y, width, height } = panel.body;
    let pen = &mut pen.within(panel.body);
    let key = settings.key();
    let lines: Vec<Line<'_>> = beside(race, &key).collect();
    if lines.is_empty() {
        empty(Area { x: x + 2, y, width, height }, pen);
        return;
    }
    let here = lines.iter().position(|(other, _)| **other == key);
    let skip = (here.unwrap_or(0) + 1).saturating_sub(usize::from(height));
    let shared = Shared::new(&lines, settings.increments(), width);
    for (y, (index, &line)) in (y..).zip(lines.iter().enumerate().skip(skip).take(usize::from(height))) {
        row(line, &shared, here == Some(index), x, y, pen);
    }
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

/// Draws the final counts under one protection.
fn row(line: Line<'_>, shared: &Shared, here: bool, x: u16, y: u16, pen: &mut Pen<'_>) {
    let (settings, finals) = line;
    let theme = pen.theme;
    let exact = finals.exact() == finals.runs();
    let colour = if exact { theme.ok() } else { theme.alarm() };
    pen.put(x, y, if here { "▶" } else { " " }, theme.dim());
    pen.put(x + 2, y, &settings.protection_name(), if here { theme.strong() } else { theme.text() });
    let x = x + 2 + shared.name;
    histogram(finals, shared.axis, Area { x, y, width: shared.histogram, height: 1 }, colour, pen);
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
    for (x, &height) in (area.x..).zip(&heights) {
        if height > 0 {
            let step = (height * BARS.len() as u64).div_ceil(tallest) as usize;
            pen.set(x, area.y, BARS[step.saturating_sub(1).min(BARS.len() - 1)], style);
        }
    }
}
