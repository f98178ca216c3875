//! What is said between us and a child through its pipes: a line of JSON each.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::event::jobs::JobOp;

use super::Deed;

/// What a child is told to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) deed: Deed,
    /// Whether it is to take its process with it.
    pub(super) crash: bool,
}

/// What a child says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Heard {
    /// It is there.
    Ready,
    /// It can't be what it was started for.
    Refused(String),
    /// This has happened to the job that it has.
    News { op: JobOp, core: Option<u16> },
}

impl Task {
    /// As a line.
    pub(super) fn write(&self) -> Vec<u8> {
        line(self)
    }

    /// From a line.
    pub(super) fn read(line: &[u8]) -> Option<Task> {
        from(line)
    }
}

impl Heard {
    /// As a line.
    pub(super) fn write(&self) -> Vec<u8> {
        line(self)
    }

    /// From a line.
    pub(super) fn read(line: &[u8]) -> Option<Heard> {
        from(line)
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    // Plain values always can be written.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

fn from<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    serde_json::from_slice(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::jobs::{Cause, Text};
    use crate::experiment::Work;
    use crate::experiment::jobs::JobSettings;

    #[test]
    fn what_is_said_comes_over_as_it_was() {
        let ops = [
            JobOp::Say(Text::new("zwölf\n")),
            JobOp::Sleep(5),
            JobOp::Wake,
            JobOp::Done(u64::MAX),
            JobOp::Failed(Cause::Panicked),
            JobOp::Cancelled,
        ];
        for op in ops {
            let news = Heard::News { op, core: Some(3) };
            let line = news.write();
            assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
            assert_eq!(Heard::read(&line), Some(news));
        }
        for work in Work::JOBS {
            for deed in crate::lab::jobs::deed::of(&JobSettings::of(work)) {
                let task = Task { deed, crash: true };
                assert_eq!(Task::read(&task.write()), Some(task));
            }
        }
        assert_eq!(Heard::read(b"Ready"), None);
        assert_eq!(Heard::read(b""), None);
    }
}
