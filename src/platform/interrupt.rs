//! Ctrl-C where there is no screen: asks for an end, so that what has been found is not thrown away.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that the first interrupt from the keyboard sets; the second ends the process as usual. Where the platform
/// has no such thing the flag is never set, and the first one does.
#[must_use]
pub fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    {
        use signal_hook::consts::SIGINT;
        // In this order: the second interrupt finds the flag set. Refused, it ends the process as ever.
        let ends = signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&flag));
        let _ = ends.and_then(|_| signal_hook::flag::register(SIGINT, Arc::clone(&flag)));
    }
    flag
}
