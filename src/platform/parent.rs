//! What ties a child process to the one that started it.

/// Ends this process as soon as its parent, which has this number, ends in whatever way. Where the platform can't, a
/// child must find out by itself: its pipes close.
///
/// Says whether the parent is still there.
pub fn die_with(parent: u32) -> bool {
    imp::die_with(parent)
}

#[cfg(target_os = "linux")]
mod imp {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};

    pub(super) fn die_with(parent: u32) -> bool {
        // Refused, the pipes still close.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        // It may have ended before that was asked for.
        getppid().is_some_and(|now| now.as_raw_nonzero().get().cast_unsigned() == parent)
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod imp {
    use rustix::process::getppid;

    pub(super) fn die_with(parent: u32) -> bool {
        getppid().is_some_and(|now| now.as_raw_nonzero().get().cast_unsigned() == parent)
    }
}

#[cfg(not(unix))]
mod imp {
    pub(super) fn die_with(_: u32) -> bool {
        true
    }
}
