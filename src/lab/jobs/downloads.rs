//! Jobs that download: where each of them finds what it is to have, and room for all the sockets.

use std::sync::Arc;
use std::time::Duration;

use super::{Deed, Load};
use crate::event::download::Fate;
use crate::experiment::jobs::{JobSettings, Runner};
use crate::lab::download::client::Terms;
use crate::lab::download::server::{NoServer, Server, Setup};
use crate::lab::download::target::Target;
use crate::lab::error::LabError;
use crate::lab::jobs::deed::Download;
use crate::platform::files;

/// Files that the program needs besides those of the transfers.
const OTHER_FILES: u64 = 64;
/// Files of a thread that downloads: what its runtime waits with.
const FILES_OF_A_THREAD: u64 = 4;

/// Jobs that download from these targets in turn, or from a new server of our own if there are none.
pub(super) fn load(settings: JobSettings, targets: &[Target]) -> Result<Load, LabError> {
    let limit = Duration::from_millis(settings.net.limit.into());
    let (server, deeds) = if targets.is_empty() {
        let (server, deeds) = ours(&settings, Terms::of_our_own(limit))?;
        (Some(server), deeds)
    } else {
        let terms = Terms::of_others(limit);
        let deed = |target: &Target| Deed::Download(Download { target: target.clone(), terms, takes: 1 });
        (None, targets.iter().cycle().take(settings.jobs as usize).map(deed).collect())
    };
    Ok(Load { settings, deeds, permits: settings.net.permits, server })
}

fn ours(settings: &JobSettings, terms: Terms) -> Result<(Arc<Server>, Vec<Deed>), LabError> {
    let net = &settings.net;
    let setup = Setup { delay: Duration::from_millis(net.delay.into()), capacity: net.capacity };
    let server = Server::start(setup).map_err(|NoServer(why)| LabError::Server(why))?;
    let deed = |((number, fate), size): ((u32, Fate), u32)| {
        let takes = match fate {
            Fate::Refused => 0,
            Fate::Silent | Fate::Slow => net.limit,
            Fate::Whole | Fate::Status | Fate::Broken => net.delay + 1,
        };
        Deed::Download(Download { target: server.target(fate, size, number), terms, takes })
    };
    let deeds = (0..).zip(settings.fates()).zip(settings.each()).map(deed).collect();
    Ok((Arc::new(server), deeds))
}

/// Sees to it that there may be as many open files as the transfers need.
pub(super) fn make_room(load: &Load) -> Result<(), LabError> {
    let settings = &load.settings;
    let threads = if settings.runner == Runner::Tasks { 1 } else { settings.crew() };
    let ends = if load.server.is_some() { 2 } else { 1 };
    let needed = ends * u64::from(settings.at_once()) + FILES_OF_A_THREAD * u64::from(threads) + OTHER_FILES;
    files::make_room(needed).map_err(|allowed| LabError::Files { needed, allowed })
}

#[cfg(test)]
mod tests;
