//! What is said of downloads under more and more permits.

use super::{count, gap};
use crate::app::findings::short;
use crate::compare::findings::Downloads;
use crate::compare::plan::Plan;
use crate::experiment::Delay;

/// What the sweep is for.
pub(super) const ABOUT: &str = "Downloads from a server of our own with 1 permit, with 2, and so on: what every further \
    one buys, and from where on the server's capacity makes more of them useless.";

/// What the figures are.
pub(super) const NOTE: &str = "Real transfers over the loopback interface, by tasks on one thread, each run from a new \
    server. Served and queued there are the server's own counts: the most in any run.";

/// What is swept, as short as is asked for, and at its end how often.
pub(super) fn plan(plan: &Plan, terse: u8, runs: &str) -> String {
    let permits =
        if plan.threads == 1 { "1 permit".into() } else { format!("1 to {} permits", plan.threads) };
    let downloads = count(plan.iterations.into());
    let capacity = count(plan.permits.into());
    match terse {
        0 => {
            let delay = match plan.gap {
                Delay::None => "at once".into(),
                delay => format!("after {}", gap(delay)),
            };
            format!("{permits}, {downloads} downloads, served {capacity} at once and answered {delay}{runs}")
        }
        1 => format!("{permits}, {downloads} downloads, {capacity} served at once{runs}"),
        _ => format!("{permits}, {downloads} each{runs}"),
    }
}

/// What was found.
pub(super) fn said(found: &Downloads) -> Vec<String> {
    let mut said = Vec::new();
    if found.failed > 0 {
        said.push(format!("✗ {} downloads failed, and none should.", count(found.failed)));
    }
    let first = format!("1 permit made {} downloads a second", short(found.first));
    let Some((most, times)) = found.most.filter(|(most, _)| *most > 1) else {
        said.push(format!("{first}."));
        return said;
    };
    let waited = if found.queued == 0 {
        format!("none waited there: it served at most {} at once", found.served)
    } else {
        format!("it serves {} at once, and up to {} waited there", found.capacity, found.queued)
    };
    said.push(match found.enough {
        Some((1, _)) => format!("{first}; another one bought next to nothing (under 0.1): {waited}."),
        Some((enough, times)) => format!(
            "{first}, {enough} permits {} times as many; beyond {enough} another one bought next to nothing (under 0.1): {}",
            short(times),
            if found.served < u32::from(found.capacity) || u32::from(enough) != found.served {
                format!("{waited}.")
            } else {
                format!("as many as the server serves at once, and up to {} waited there.", found.queued)
            }
        ),
        None => format!(
            "{first}, {most} permits {} times as many: each further one bought {} on average, for {waited}.",
            short(times),
            short((times - 1.0) / f64::from(most - 1))
        ),
    });
    said
}
