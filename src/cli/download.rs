//! `racescope download`: transfers from the command line, and how they are called off.

mod report;

use std::fs;
use std::sync::atomic::Ordering;

use anyhow::{Context, bail};

use super::args::DownloadArgs;
use super::{Verdict, print};
use crate::analysis::jobs::Account;
use crate::analysis::jobs::transfers::Transfers;
use crate::export::download::{self as export, Made};
use crate::export::explore::json;
use crate::lab::download::run::{self, Plan};
use crate::platform::interrupt;

/// Most URLs that are taken from the command line and a file.
const MOST_URLS: usize = 10_000;

/// Downloads, and reports what became of each transfer; after an interrupt, of those that there are.
pub(super) fn run(args: &DownloadArgs) -> anyhow::Result<Verdict> {
    let urls = urls(args)?;
    let targets = urls.iter().map(|url| url.parse()).collect::<Result<_, _>>()?;
    let plan = Plan { settings: args.settings(urls.len()), targets };
    let interrupted = interrupt::flag();
    let (mut account, mut transfers) = (Account::default(), Transfers::default());
    let run = run::run(&plan, &|| interrupted.load(Ordering::Relaxed), &mut |event| {
        account.push(event);
        transfers.push(event);
    })?;
    let made = Made {
        settings: &plan.settings,
        urls: &urls,
        fates: &run.fates,
        account: &account,
        transfers: &transfers,
        served: run.served.as_ref(),
        nanos: run.nanos,
        stopped: run.stopped,
    };
    let text = if args.json { json(&export::report(&made))? } else { report::text(&made).into_bytes() };
    print(&text)?;
    Ok(Verdict::Done)
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
