//! `racescope download`: transfers from the command line, and how they are called off.

mod report;

use std::fs;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use super::args::DownloadArgs;
use super::{Verdict, print};
use crate::analysis::jobs::Account;
use crate::analysis::jobs::transfers::Transfers;
use crate::experiment::jobs::Outcome;
use crate::export::download::{self as export, Made};
use crate::export::explore::json;
use crate::lab::download::target::Target;
use crate::lab::jobs::{Load, Run};
use crate::platform::interrupt;

/// How often it is asked whether somebody has interrupted it.
const ASKED: Duration = Duration::from_millis(10);
/// Most URLs that are taken from the command line and a file.
const MOST_URLS: usize = 10_000;

/// Downloads, and reports what became of each transfer; after an interrupt, of those that there are.
pub(super) fn run(args: &DownloadArgs) -> anyhow::Result<Verdict> {
    let urls = urls(args)?;
    let targets = urls.iter().map(|url| url.parse()).collect::<Result<Vec<Target>, _>>()?;
    let settings = args.settings(urls.len());
    let run = Run::new(Load::download(settings, &targets)?);
    let outcome = watch(&run)?;
    let events = run.take_events();
    let served = run.served();
    let made = Made {
        settings: &settings,
        urls: &urls,
        fates: &if urls.is_empty() { settings.fates() } else { Vec::new() },
        account: &Account::of(&events),
        transfers: &Transfers::of(&events),
        served: served.as_ref(),
        outcome: &outcome,
    };
    let text = if args.json { json(&export::report(&made))? } else { report::text(&made).into_bytes() };
    print(&text)?;
    Ok(Verdict::Done)
}

/// A run to its end; an interrupt calls off what has not ended.
fn watch(run: &Run) -> anyhow::Result<Outcome> {
    let interrupted = interrupt::flag();
    let outcome = thread::scope(|scope| {
        let going = scope.spawn(|| run.go());
        while !going.is_finished() {
            thread::park_timeout(ASKED);
            if interrupted.load(Ordering::Relaxed) {
                run.call_off(None);
            }
        }
        going.join()
    });
    Ok(outcome.map_err(|_| anyhow!("the run crashed: a mistake of ours"))??)
}

/// The URLs of others, those of the command line first.
fn urls(args: &DownloadArgs) -> anyhow::Result<Vec<String>> {
    let mut urls = args.url.clone();
    if let Some(path) = &args.urls {
        let text = fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        urls.extend(lines.map(str::to_owned));
        if urls.is_empty() {
            bail!("{} has no URL; write one a line", path.display());
        }
    }
    if urls.len() > MOST_URLS {
        bail!("{} URLs are too many; the limit is {MOST_URLS}", urls.len());
    }
    Ok(urls)
}
