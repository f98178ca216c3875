//! Puts text where it can be pasted from: the clipboard, by a sequence that many terminals understand (OSC 52), and a
//! file, since no terminal says whether it did.

use std::fs;
use std::path::PathBuf;

use super::terminal;

/// The file's name, in the working directory or else where temporary files go.
const FILE: &str = "racescope-schedule.txt";
/// Longer texts are cut off by some terminals, and then nothing is better than half of it.
const LONGEST: usize = 70_000;

/// Copies; says in a sentence where the text is now.
pub(super) fn copy(text: &str) -> String {
    let to_clipboard = text.len() <= LONGEST && terminal::send(osc52(text).as_bytes()).is_ok();
    let places = [PathBuf::from(FILE), std::env::temp_dir().join(FILE)];
    let file = places.into_iter().find(|path| fs::write(path, format!("{text}\n")).is_ok());
    match (to_clipboard, file) {
        (true, Some(path)) => {
            format!("Copied to the clipboard, if the terminal allows it, and to {}.", path.display())
        }
        (true, None) => {
            "Copied to the clipboard, if the terminal allows it; no file could be written.".into()
        }
        (false, Some(path)) => format!("Copied to {}.", path.display()),
        (false, None) => "Could not be copied: no file could be written.".into(),
    }
}

fn osc52(text: &str) -> String {
    format!("\x1b]52;c;{}\x07", base64(text.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_everybody_elses() {
        let check = |text: &str, expected: &str| assert_eq!(base64(text.as_bytes()), expected);
        check("", "");
        check("0", "MA==");
        check("0x", "MHg=");
        check("0x3", "MHgz");
        check("0x3 1 0x2", "MHgzIDEgMHgy");
        check("~~~???", "fn5+Pz8/");
    }
}
