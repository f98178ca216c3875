//! Saying: texts, one after another, with a pause after each but the last. What is heard is everybody's, mingled.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Halt, Hands};
use crate::experiment::jobs::Script;

/// Who is greeted.
const NAMES: [&str; 8] = ["Ines", "Jonas", "Mira", "Tarek", "Olga", "Pavel", "Ruth", "Sami"];

/// Texts to say. The result is how many were said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    script: How,
    texts: u16,
    millis: u32,
}

/// In which way it counts, or whom it greets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum How {
    Numbers,
    Letters,
    Capitals,
    Roman,
    Greeting(u32),
}

impl Say {
    /// What this job says: so many texts, so many milliseconds between two.
    pub(super) fn new(script: Script, job: u32, texts: u16, millis: u32) -> Say {
        let how = match (script, job % 4) {
            (Script::Greetings, _) => How::Greeting(job),
            (Script::Numbers, 0) => How::Numbers,
            (Script::Numbers, 1) => How::Letters,
            (Script::Numbers, 2) => How::Roman,
            (Script::Numbers, _) => How::Capitals,
        };
        Say { script: how, texts, millis }
    }

    pub(super) async fn make(&self, hands: &Hands<'_>) -> Result<u64, Halt> {
        for number in 0..self.texts {
            if number == self.texts / 2 {
                hands.midst();
            }
            if number > 0 {
                hands.sleep(Duration::from_millis(self.millis.into())).await?;
            }
            hands.say(&self.text(number));
        }
        Ok(self.texts.into())
    }

    /// A pause and a little more for each text, in microseconds.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.texts) * (u64::from(self.millis) * 1_000 + 1)
    }

    /// The text of this number, from 0.
    fn text(&self, number: u16) -> String {
        match self.script {
            How::Numbers => (number + 1).to_string(),
            How::Letters => letters(number, b'a'),
            How::Capitals => letters(number, b'A'),
            How::Roman => roman(number + 1),
            How::Greeting(job) => {
                let name = NAMES[job as usize % NAMES.len()];
                match job as usize / NAMES.len() {
                    0 => format!("Good day, {name}!"),
                    more => format!("Good day, {name} {}!", more + 1),
                }
            }
        }
    }
}

/// `a` to `z`, then `aa` and so on.
fn letters(number: u16, first: u8) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(number) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(first + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

/// A number in small Roman figures.
fn roman(mut number: u16) -> String {
    const SIGNS: [(u16, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(script: Script, job: u32, count: u16) -> String {
        let say = Say::new(script, job, count, 0);
        (0..count).map(|number| say.text(number)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_says_its_own() {
        assert_eq!(first(Script::Numbers, 0, 5), "1 2 3 4 5");
        assert_eq!(first(Script::Numbers, 1, 5), "a b c d e");
        assert_eq!(first(Script::Numbers, 2, 5), "i ii iii iv v");
        assert_eq!(first(Script::Numbers, 3, 5), "A B C D E");
        assert_eq!(first(Script::Greetings, 0, 1), "Good day, Ines!");
        assert_eq!(first(Script::Greetings, 8, 1), "Good day, Ines 2!");
        assert_eq!(
            (letters(25, b'a'), letters(26, b'a'), letters(701, b'A')),
            ("z".into(), "aa".into(), "ZZ".into())
        );
        assert_eq!(roman(1994 - 1000), "cmxciv");
    }
}
