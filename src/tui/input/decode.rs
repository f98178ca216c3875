//! From a terminal's bytes to keys and clicks.
//!
//! Ours because no input may make the program hang or panic, and the usual decoder does both: half a mouse report or an
//! unknown `ESC [ ?` swallows everything up to some later letter, Ctrl-C included, and a click in column 0 underflows. Here
//! a control character ends whatever had begun, a sequence has a greatest length, and one that stays unfinished is
//! given up after a moment.
//!
//! What is pasted comes between `ESC [ 200 ~` and `ESC [ 201 ~`. No end is waited for: any other sequence, Ctrl with a letter,
//! or silence ends it too.
//!
//! The one answer that is understood is the terminal's ground, `ESC ] 11 ; rgb:…`, ended by BEL or ESC \.
//!
//! Sequences as in ECMA-48 (CSI: parameters `0`–`?`, intermediates ` `–`/`, one final byte) and xterm's control sequences.

use std::mem;

use crate::app::{Key, Message};

/// Longer than any sequence that means something to us.
const LONGEST: usize = 40;
/// What is pasted is cut off after so many bytes.
const LONGEST_PASTE: usize = 1 << 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After ESC O.
    Single,
    /// After ESC [, collecting.
    Control,
    /// After ESC ], collecting.
    Answer,
    /// In a UTF-8 character that still lacks so many bytes.
    Utf8(u8),
}

/// Takes bytes as they come, in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
    collected: Vec<u8>,
    /// What is being pasted.
    pasted: Option<String>,
}

impl Decoder {
    /// Decodes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8], messages: &mut Vec<Message>) {
        for &byte in bytes {
            if let Some(message) = self.byte(byte) {
                self.say(message, messages);
            }
        }
    }

    /// Whether something has begun and not ended.
    pub(super) fn is_midway(&self) -> bool {
        self.state != State::Ground || self.is_pasting()
    }

    /// Whether something is being pasted.
    pub(super) fn is_pasting(&self) -> bool {
        self.pasted.is_some()
    }

    /// The rest doesn't come: a lone ESC was the Escape key, anything else was nothing.
    pub(super) fn give_up(&mut self, messages: &mut Vec<Message>) {
        messages.extend(self.pasted.take().and_then(paste));
        if mem::take(&mut self.state) == State::Escape {
            messages.push(Message::Key(Key::Esc));
        }
        self.collected.clear();
    }

    /// Passes a message on; of what is pasted characters are collected, and whatever is no text ends it.
    fn say(&mut self, message: Message, messages: &mut Vec<Message>) {
        if let Some(text) = &mut self.pasted {
            let c = match message {
                Message::Key(Key::Char(c)) => Some(c),
                Message::Key(Key::Enter | Key::Tab) => Some(' '),
                _ => None,
            };
            if let Some(c) = c {
                if text.len() < LONGEST_PASTE {
                    text.push(c);
                }
                return;
            }
            messages.extend(self.pasted.take().and_then(paste));
        }
        messages.push(message);
    }

    fn byte(&mut self, byte: u8) -> Option<Message> {
        match self.state {
            State::Escape => self.after_escape(byte),
            State::Answer if byte == 0x07 => {
                self.state = State::Ground;
                ground(&self.collected)
            }
            State::Answer if byte == 0x1b => {
                self.state = State::Escape;
                ground(&self.collected)
            }
            // Control characters are never part of what follows, so they end it.
            _ if byte < 0x20 || byte == 0x7f => self.control(byte),
            State::Ground => self.ground(byte),
            State::Single => {
                self.state = State::Ground;
                single(byte).map(Message::Key)
            }
            State::Control => self.in_control(byte),
            State::Answer => {
                if self.collected.len() < LONGEST {
                    self.collected.push(byte);
                } else {
                    self.state = State::Ground;
                }
                None
            }
            State::Utf8(left) => self.in_utf8(byte, left),
        }
    }

    fn after_escape(&mut self, byte: u8) -> Option<Message> {
        match byte {
            b'[' => {
                self.collected.clear();
                self.state = State::Control;
                None
            }
            b'O' => {
                self.state = State::Single;
                None
            }
            b']' => {
                self.collected.clear();
                self.state = State::Answer;
                None
            }
            // Two in a row: the first was the key, the second may begin something.
            0x1b => Some(Message::Key(Key::Esc)),
            0x00..0x20 | 0x7f => self.control(byte),
            // Alt with a character of ASCII means nothing here.
            _ => {
                self.state = State::Ground;
                if byte < 0x80 { None } else { self.ground(byte) }
            }
        }
    }

    fn control(&mut self, byte: u8) -> Option<Message> {
        self.state = State::Ground;
        let key = match byte {
            0x1b => {
                self.state = State::Escape;
                return None;
            }
            b'\r' | b'\n' => Key::Enter,
            b'\t' => Key::Tab,
            0x08 | 0x7f => Key::Backspace,
            0x00 => Key::Ctrl(' '),
            0x01..=0x1a => Key::Ctrl(char::from(byte - 1 + b'a')),
            _ => Key::Ctrl(char::from(byte - 0x1c + b'4')),
        };
        Some(Message::Key(key))
    }

    fn ground(&mut self, byte: u8) -> Option<Message> {
        let more = match byte {
            0x20..0x80 => return Some(Message::Key(Key::Char(char::from(byte)))),
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => return None,
        };
        self.collected.clear();
        self.collected.push(byte);
        self.state = State::Utf8(more);
        None
    }

    fn in_utf8(&mut self, byte: u8, left: u8) -> Option<Message> {
        self.state = State::Ground;
        if byte & 0xc0 != 0x80 {
            return self.ground(byte);
        }
        self.collected.push(byte);
        if left > 1 {
            self.state = State::Utf8(left - 1);
            return None;
        }
        let character = std::str::from_utf8(&self.collected).ok()?.chars().next()?;
        (!character.is_control()).then_some(Message::Key(Key::Char(character)))
    }

    fn in_control(&mut self, byte: u8) -> Option<Message> {
        match byte {
            // The Linux console's F1 to F5 are ESC [ [ and a letter.
            b'[' if self.collected.is_empty() => self.collected.push(byte),
            0x20..=0x3f if self.collected.len() < LONGEST => self.collected.push(byte),
            0x40..=0x7e => {
                self.state = State::Ground;
                return match (self.collected.as_slice(), byte) {
                    (b"200", b'~') => {
                        self.pasted.get_or_insert_default();
                        None
                    }
                    (b"201", b'~') => self.pasted.take().and_then(paste),
                    (between, last) => sequence(between, last),
                };
            }
            // Too long, or no sequence at all.
            _ => self.state = State::Ground,
        }
        None
    }
}

fn single(byte: u8) -> Option<Key> {
    Some(match byte {
        b'P'..=b'S' => Key::F(byte - b'P' + 1),
        b'M' => Key::Enter,
        _ => return arrow(byte),
    })
}

fn arrow(byte: u8) -> Option<Key> {
    Some(match byte {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        _ => return None,
    })
}

/// A whole sequence: what lies between `ESC [` and its final byte, and that byte.
fn sequence(between: &[u8], last: u8) -> Option<Message> {
    if let [b'<', report @ ..] = between {
        return mouse(report, last);
    }
    let key = match (between, last) {
        (b"[", b'A'..=b'E') => Key::F(last - b'A' + 1),
        (b"[", _) => return None,
        (_, b'Z') => Key::BackTab,
        (_, b'~') => numbered(number(between.split(|&byte| byte == b';').next()?)?)?,
        // With modifiers they are CSI 1 ; m P and so on. R with other parameters answers a question that we never ask.
        (b"" | [b'1', b';', ..], b'P'..=b'S') => Key::F(last - b'P' + 1),
        _ => arrow(last)?,
    };
    Some(Message::Key(key))
}

fn numbered(number: u16) -> Option<Key> {
    let function = |offset: u16| u8::try_from(number - offset).ok().map(Key::F);
    match number {
        1 | 7 => Some(Key::Home),
        3 => Some(Key::Delete),
        4 | 8 => Some(Key::End),
        5 => Some(Key::PageUp),
        6 => Some(Key::PageDown),
        11..=15 => function(10),
        17..=21 => function(11),
        23 | 24 => function(12),
        _ => None,
    }
}

/// What was pasted, if there is anything.
fn paste(text: String) -> Option<Message> {
    (!text.is_empty()).then_some(Message::Paste(text))
}

/// SGR mouse report: `button ; column ; row` counted from 1, final `M` for a press and `m` for a release.
fn mouse(report: &[u8], last: u8) -> Option<Message> {
    let mut numbers = report.split(|&byte| byte == b';').map(number);
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let (column, row) = (column.checked_sub(1)?, row.checked_sub(1)?);
    if last != b'M' {
        return None;
    }
    // Shift, Alt and Ctrl (4, 8, 16) make no difference; 32 is a movement.
    match button & !0b1_1100 {
        0 => Some(Message::Click { column, row }),
        32 => Some(Message::Drag { column, row }),
        64 => Some(Message::Wheel { column, row, by: -1 }),
        65 => Some(Message::Wheel { column, row, by: 1 }),
        _ => None,
    }
}

/// The terminal's ground: red, green and blue as hexadecimal fractions of any length.
fn ground(answer: &[u8]) -> Option<Message> {
    let text = std::str::from_utf8(answer).ok()?.strip_prefix("11;")?;
    let (_, colours) = text.split_once(':')?;
    let mut parts = colours.split('/').map(|part| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)? - 1;
        Some(f64::from(u32::from_str_radix(part, 16).ok()?) / f64::from(most.max(1)))
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // How bright it looks: the weights of television (ITU-R BT.601).
    Some(Message::Ground { light: 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 })
}

fn number(digits: &[u8]) -> Option<u16> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
