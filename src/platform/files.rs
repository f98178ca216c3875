//! How many files and sockets a process may have open.

/// Sees to it that there may be so many, as far as the process may decide that itself.
///
/// # Errors
/// How many there may be at the most.
pub fn make_room(needed: u64) -> Result<(), u64> {
    imp::make_room(needed)
}

#[cfg(unix)]
mod imp {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    pub(super) fn make_room(needed: u64) -> Result<(), u64> {
        let limit = getrlimit(Resource::Nofile);
        let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= needed);
        if enough(limit.current) {
            return Ok(());
        }
        let allowed = || limit.maximum.unwrap_or(needed);
        if !enough(limit.maximum) {
            return Err(allowed());
        }
        let raised = Rlimit { current: Some(needed), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).map_err(|_| limit.current.unwrap_or(needed))
    }
}

#[cfg(not(unix))]
mod imp {
    /// There is no limit that a process would know of.
    pub(super) fn make_room(_needed: u64) -> Result<(), u64> {
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    #[test]
    fn what_is_allowed_is_had_and_what_is_not_says_how_much_is() {
        assert_eq!(super::make_room(1), Ok(()));
        let allowed = super::make_room(u64::MAX - 1).err();
        assert!(allowed.is_none_or(|allowed| super::make_room(allowed.min(4_096)) == Ok(())));
    }
}
