//! The counter and what it should be.
//!
//! ```text
//! ─ counter ─────────────────────────────
//!   █  █  ▀▀▀█    expected        46
//!   █▄▄█  ▄▄▄█    survived        42
//!      █  █       ✗ lost           4   8.7 %
//!      █  █▄▄▄    hand-overs      31
//!   ████████████████████████████████▒▒▒
//!   no protection  4 × 1 000 · gap yield
//!   since lock: 0 lost of 812
//! ```

use ratatui::style::Style;

use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::experiment::figures::Counts;
use crate::experiment::{Cores, Protection, Settings};
use crate::view::digits;
use crate::view::pen::{Pen, columns, grouped, percent};

/// Columns of a figure's label, and of the share of lost updates.
const LABEL: u16 = 11;
const SHARE: u16 = 8;

/// The figures, ready to be drawn.
struct Figures {
    /// Expected, survived, lost, hand-overs.
    texts: [String; 4],
    /// Columns of the longest.
    width: u16,
}

impl Figures {
    fn new(counts: Counts, exact: bool) -> Self {
        let texts = [counts.completed, counts.survived, counts.lost(), counts.hand_overs]
            .map(|figure| if exact { grouped(figure) } else { format!("≈{}", grouped(figure)) });
        let width = texts.iter().map(|text| columns(text)).max().unwrap_or(0).max(5);
        Figures { texts, width }
    }
}

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let (counts, exact) = race.counts();
    let Area { x, y, width, height } = panel.body;
    let small = height < 7;
    let note = if small { settings_name(race.counted_settings()) } else { String::new() };
    let shared = race.settings().kind.shares_memory();
    let name = if shared { "counter" } else { "the parent's counter" };
    let title =
        race.held_run().map_or_else(|| name.into(), |run| format!("{name} after run {}", grouped(run)));
    pen.rule(panel.rule, &title, &note);
    let pen = &mut pen.within(panel.body);
    let figures = Figures::new(counts, exact);
    let value = race.value().to_string();
    let large = digits::width(&value);
    let taken = LABEL + figures.width + 1;
    let roomy = width > 2 + large.max(9) + 3 + taken + SHARE;
    let beside = width.saturating_sub(2 + taken + if roomy { SHARE + 1 } else { 0 });
    let drawn = (!small).then(|| digits::draw(&value, (x + 2, y), beside, pen.theme.strong(), pen)).flatten();
    let used = drawn.unwrap_or_else(|| {
        let grouped = grouped(race.value().unsigned_abs());
        let value = if columns(&grouped) < beside { grouped } else { value };
        pen.put(x + 2, y, "counter", pen.theme.dim());
        pen.put(x + 2, y + 1, &value, pen.theme.strong());
        columns(&value)
    });
    // Beside the digits rather than at the far end, where there is room.
    let start = x + 2 + (used + 3).max(14).min(beside);
    let labels = if shared { ["expected", "survived"] } else { ["made", "kept"] };
    draw_figures(counts, &figures, labels, start, y, roomy, pen);
    if !small {
        let below = y + 4 + u16::from(height > 7);
        share(counts, roomy, Area { x: x + 2, y: below, width: width.saturating_sub(3), height: 1 }, pen);
        settings(race, Area { x: x + 2, y: below + 1, width: width.saturating_sub(2), height: 1 }, pen);
        segment(race, Area { x: x + 2, y: below + 2, width: width.saturating_sub(2), height: 1 }, pen);
    }
}

/// Draws the bar, and the share of lost updates at its end if it is not shown elsewhere.
fn share(counts: Counts, elsewhere: bool, area: Area, pen: &mut Pen<'_>) {
    let room = if elsewhere || counts.completed == 0 { 0 } else { SHARE };
    bar(counts, Area { width: area.width.saturating_sub(room), ..area }, pen);
    if room > 0 {
        pen.put_right(area.x + area.width, area.y, &percent(counts.lost_share()), share_style(counts, pen));
    }
}

/// Draws the settings in force: as much of them as there is room for.
fn settings(race: &Race, area: Area, pen: &mut Pen<'_>) {
    let next = pen.put(area.x, area.y, &settings_name(race.counted_settings()), pen.theme.strong());
    let room = (area.x + area.width).saturating_sub(next + 2);
    pen.put(next + 2, area.y, &settings_rest(race.counted_settings(), room), pen.theme.dim());
}

fn share_style(counts: Counts, pen: &Pen<'_>) -> Style {
    if counts.lost() > 0 { pen.theme.alarm().patch(pen.theme.strong()) } else { pen.theme.dim() }
}

/// Draws the figures, one under the other, flush right, the first two under these labels; the share of lost updates beside them if there is room.
fn draw_figures(
    counts: Counts,
    figures: &Figures,
    [made, kept]: [&str; 2],
    x: u16,
    y: u16,
    roomy: bool,
    pen: &mut Pen<'_>,
) {
    let theme = pen.theme;
    let label = share_style(counts, pen);
    let alarm = if counts.lost() > 0 { label } else { theme.strong() };
    let ok = theme.ok().patch(theme.strong());
    let rows = [
        (made, theme.dim(), theme.strong()),
        (kept, theme.dim(), ok),
        ("✗ lost", label, alarm),
        ("hand-overs", theme.dim(), theme.strong()),
    ];
    let end = x + LABEL + figures.width;
    for (y, ((name, label, style), figure)) in (y..).zip(rows.into_iter().zip(&figures.texts)) {
        pen.put(x, y, name, label);
        pen.put_right(end, y, figure, style);
    }
    if roomy && counts.completed > 0 {
        pen.put_right(end + SHARE + 1, y + 2, &percent(counts.lost_share()), label);
    }
    if roomy && counts.retries > 0 {
        pen.put(end + 2, y + 3, &format!("{} retries", grouped(counts.retries)), theme.dim());
    }
}

/// Draws survived and lost as one bar. Whatever was lost shows, however little it is.
fn bar(counts: Counts, area: Area, pen: &mut Pen<'_>) {
    let end = area.x + area.width;
    if counts.completed == 0 {
        pen.fill(area.x, end, area.y, '·', pen.theme.faint());
        return;
    }
    let lost = counts.lost_share() * f64::from(area.width);
    let lost = if counts.lost() > 0 { (lost.round() as u16).max(1).min(area.width) } else { 0 };
    pen.fill(area.x, end - lost, area.y, '█', pen.theme.ok());
    pen.fill(end - lost, end, area.y, '▒', pen.theme.alarm());
}

fn settings_name(settings: &Settings) -> String {
    match settings.protection {
        Protection::None => "no protection".into(),
        Protection::Semaphore if settings.permits == 1 => "semaphore, 1 permit".into(),
        Protection::Semaphore => format!("semaphore, {} permits", settings.permits),
        Protection::Lock | Protection::Guard | Protection::ReadLock => settings.protection_name(),
        Protection::CompareAndSwap | Protection::FetchAdd | Protection::Spin | Protection::WriteLock => {
            settings.protection_name()
        }
    }
}

/// The settings beside the protection: as much of them as there is room for.
fn settings_rest(settings: &Settings, room: u16) -> String {
    let gap = settings.gap.words_with_jitter();
    let count = grouped(u64::from(settings.threads));
    let size = format!("{count} × {}", grouped(u64::from(settings.iterations)));
    let threads = format!("{count} {} × {}", workers(settings), grouped(u64::from(settings.iterations)));
    let cores = if settings.cores == Cores::One { " · one core" } else { "" };
    let candidates =
        [format!("{threads} · {gap}{cores}"), format!("{size} · {gap}{cores}"), format!("{gap}{cores}"), gap];
    candidates.into_iter().find(|text| columns(text) <= room).unwrap_or_default()
}

/// Draws what was counted since the settings changed: as much of it as there is room for.
fn segment(race: &Race, area: Area, pen: &mut Pen<'_>) {
    let Some((segment, before)) = race.segment().map(|segment| (segment, race.segment_before())) else {
        return;
    };
    let Area { x, y, width, .. } = area;
    let (_, exact) = race.counts();
    let about = if exact { "" } else { "≈" };
    let (dim, strong, alarm) = (pen.theme.dim(), pen.theme.strong(), pen.theme.alarm());
    let counted = segment.counts.lost();
    let style = if counted > 0 { alarm.patch(strong) } else { strong };
    let mark = if counted > 0 { "✗ " } else { "" };
    let lost = format!("{mark}{about}{} lost", grouped(counted));
    let of = format!(" of {about}{}", grouped(segment.counts.completed));
    let since = format!("since {}: ", changed(&segment.settings, before.map(|before| &before.settings)));
    let taken = columns(&since) + columns(&lost) + columns(&of);
    let since = if taken <= width { since } else { "since then: ".into() };
    let next = pen.put(x, y, &since, dim);
    let next = pen.put(next, y, &lost, style);
    if next + columns(&of) <= x + width {
        pen.put(next, y, &of, dim);
    }
}

/// What was changed to these settings, in a word or two.
fn changed(now: &Settings, before: Option<&Settings>) -> String {
    let is_none = now.protection == Protection::None;
    let Some(before) = before.filter(|before| before.protection_name() == now.protection_name()) else {
        // What was changed first and to what is not remembered; "none" alone could be anything.
        return match (is_none, before) {
            (true, None) => "the change".into(),
            (true, Some(_)) => "no protection".into(),
            (false, _) => now.protection_name(),
        };
    };
    if before.kind != now.kind {
        now.kind.short().into()
    } else if before.threads != now.threads {
        format!("{} {}", grouped(now.threads.into()), workers(now))
    } else if before.gap != now.gap {
        now.gap.words_with_jitter()
    } else if before.cores != now.cores {
        if now.cores == Cores::One { "one core" } else { "all cores" }.into()
    } else {
        "the change".into()
    }
}

/// What the workers are called, be it one or several.
fn workers(settings: &Settings) -> &'static str {
    if settings.threads == 1 { settings.kind.noun() } else { settings.kind.plural() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Gap, Kind};

    #[test]
    fn a_stretch_is_called_after_what_was_changed() {
        let before = Settings::default();
        let check = |now: Settings, name: &str| assert_eq!(changed(&now, Some(&before)), name);
        check(Settings { protection: Protection::Lock, threads: 5, ..before }, "lock");
        check(Settings { threads: 5, ..before }, "5 threads");
        check(Settings { threads: 1, ..before }, "1 thread");
        check(Settings { gap: Gap::NONE, ..before }, "no gap");
        check(Settings { cores: Cores::One, ..before }, "one core");
        check(Settings { kind: Kind::Task { awaits: true }, ..before }, "awaiting tasks");
        let semaphore = Settings { protection: Protection::Semaphore, ..before };
        assert_eq!(changed(&Settings { permits: 3, ..semaphore }, Some(&semaphore)), "semaphore(3)");
        assert_eq!(changed(&semaphore, None), "semaphore(2)");
        assert_eq!(changed(&before, Some(&semaphore)), "no protection");
        assert_eq!(changed(&before, None), "the change");
    }
}
