//! What the benchmarks of the screen share: a terminal that is never slow, and the time that drawing on it takes.

use std::io::{self, Write};
use std::time::Duration;

/// Counts what is written and throws it away, as a terminal that is never slow.
#[derive(Default)]
pub(crate) struct Sink(pub(crate) u64);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Processor time of this thread so far.
pub(crate) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
