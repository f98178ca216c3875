//! How much memory there is, how much of it a process has, and how many threads it runs on.

/// The bytes of memory that this process may count on: what the machine has, or what its container allows if that is
/// less. `None` where the platform does not tell.
#[must_use]
pub fn total() -> Option<u64> {
    imp::total()
}

/// The bytes of memory in use that a process has for itself: stacks, heap, what it has written. What it reads of files,
/// its own program among them, is not counted: it is the less the more processes run the same program, so that a stranger
/// who starts it elsewhere would change the figure. `None` where the platform does not tell, or that process is no longer
/// there. Source: `Pss_Anon` in `/proc/PID/smaps_rollup`, since Linux 5.4.
#[must_use]
pub fn private(process: u32) -> Option<u64> {
    imp::private(process)
}

/// The threads of a process. `None` where the platform does not tell, or that process is no longer there.
#[must_use]
pub fn threads(process: u32) -> Option<u64> {
    imp::threads(process)
}

#[cfg(target_os = "linux")]
mod imp {
    use std::fs;

    pub(super) fn threads(process: u32) -> Option<u64> {
        Some(fs::read_dir(format!("/proc/{process}/task")).ok()?.count() as u64)
    }

    pub(super) fn private(process: u32) -> Option<u64> {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss_Anon:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
    }

    /// Where a container's limit stands, under either version of control groups.
    const LIMITS: [&str; 2] = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    pub(super) fn total() -> Option<u64> {
        let system = rustix::system::sysinfo();
        let bytes = system.totalram.saturating_mul(system.mem_unit.into());
        let limits =
            LIMITS.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
        Some(limits.fold(bytes, u64::min))
    }
}

#[cfg(target_os = "macos")]
mod imp {
    use std::process::Command;

    pub(super) fn total() -> Option<u64> {
        let output = Command::new("/usr/sbin/sysctl").args(["-n", "hw.memsize"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    }

    pub(super) fn private(_: u32) -> Option<u64> {
        None
    }

    pub(super) fn threads(_: u32) -> Option<u64> {
        None
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod imp {
    pub(super) fn total() -> Option<u64> {
        None
    }

    pub(super) fn private(_: u32) -> Option<u64> {
        None
    }

    pub(super) fn threads(_: u32) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    fn there_is_some() {
        assert!(super::total().is_some_and(|bytes| bytes > 1 << 24));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_has_a_thread_at_least_and_who_is_gone_has_none() {
        assert!(super::threads(std::process::id()).is_some_and(|threads| threads > 0));
        assert_eq!(super::threads(u32::MAX), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_process_takes_grows_with_what_it_holds() {
        let us = std::process::id();
        let before = super::private(us).expect("it is told");
        let held = vec![1_u8; 1 << 26];
        let after = super::private(us).expect("it is told");
        assert!(after > before + (1 << 25), "{before} {after} {}", held.len());
    }
}
