//! Which of the terminal's modes a stream of bytes has left set.

use std::collections::BTreeMap;

/// What ends a frame: the end of a synchronized update.
pub(crate) const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// The modes (`CSI ? number h` and `l`) that were ever touched, and how they are at the end.
#[derive(Debug)]
pub(crate) struct Modes(BTreeMap<u16, bool>);

impl Modes {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut modes = BTreeMap::new();
        let mut rest = bytes;
        while let Some(at) = rest.windows(3).position(|window| window == b"\x1b[?") {
            rest = &rest[at + 3..];
            let end = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';')).unwrap_or(rest.len());
            let set = match rest.get(end) {
                Some(b'h') => true,
                Some(b'l') => false,
                _ => continue,
            };
            let numbers = std::str::from_utf8(&rest[..end]).expect("digits");
            modes.extend(numbers.split(';').filter_map(|number| Some((number.parse().ok()?, set))));
        }
        Modes(modes)
    }

    /// Those that are set now, but for the cursor's, which is set in peace.
    pub(crate) fn still_set(&self) -> Vec<u16> {
        self.0.iter().filter(|&(&mode, &set)| set && mode != 25).map(|(&mode, _)| mode).collect()
    }

    pub(crate) fn cursor_hidden(&self) -> bool {
        self.0.get(&25) == Some(&false)
    }

    pub(crate) fn is_set(&self, mode: u16) -> bool {
        self.0.get(&mode) == Some(&true)
    }

    pub(crate) fn was_touched(&self, mode: u16) -> bool {
        self.0.contains_key(&mode)
    }
}

/// Whether any colour is chosen by these bytes: SGR with 30–38, 40–48, 90–107 or 58. Going back to the terminal's own
/// (39, 49, 59) is no colour.
pub(crate) fn colour(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|window| window == b"\x1b[") {
        rest = &rest[at + 2..];
        let end =
            rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')).unwrap_or(rest.len());
        if rest.get(end) != Some(&b'm') {
            continue;
        }
        let text = String::from_utf8_lossy(&rest[..end]).into_owned();
        let mut numbers = text.split([';', ':']).map(|number| number.parse::<u16>().unwrap_or(0));
        if numbers.any(|number| matches!(number, 30..=38 | 40..=48 | 58 | 90..=107)) {
            return Some(text);
        }
    }
    None
}
