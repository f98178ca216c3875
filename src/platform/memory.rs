//! How much memory there is.

/// The bytes of memory that this process may count on: what the machine has, or what its container allows if that is
/// less. `None` where the platform does not tell.
#[must_use]
pub fn total() -> Option<u64> {
    imp::total()
}

#[cfg(target_os = "linux")]
mod imp {
    use std::fs;

    /// Where a container's limit stands, under either version of control groups.
    const LIMITS: [&str; 2] = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    pub(super) fn total() -> Option<u64> {
        let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
        let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        let limits =
            LIMITS.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
        Some(limits.fold(kibibytes.saturating_mul(1024), u64::min))
    }
}

#[cfg(target_os = "macos")]
mod imp {
    use std::process::Command;

    pub(super) fn total() -> Option<u64> {
        let output = Command::new("/usr/sbin/sysctl").args(["-n", "hw.memsize"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod imp {
    pub(super) fn total() -> Option<u64> {
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
}
