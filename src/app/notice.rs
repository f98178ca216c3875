//! What the user is told for a while: the newest notice of a screen.

/// How long a notice stays, in nanoseconds.
const STAYS: u64 = 10_000_000_000;

/// A notice, or none.
#[derive(Debug, Default)]
pub(super) struct Notice {
    text: Option<String>,
    age: u64,
}

impl Notice {
    /// Tells something, in place of what was told before.
    pub(super) fn tell(&mut self, text: String) {
        *self = Notice { text: Some(text), age: 0 };
    }

    /// Lets time pass; says whether the notice has gone by that.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        self.age = self.age.saturating_add(nanos);
        self.age >= STAYS && self.dismiss()
    }

    /// Takes it away; says whether there was one.
    pub(super) fn dismiss(&mut self) -> bool {
        self.text.take().is_some()
    }

    /// What is told.
    pub(super) fn get(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_goes_by_itself_or_is_dismissed() {
        let mut notice = Notice::default();
        assert!(!notice.tick(u64::MAX) && !notice.dismiss());
        notice.tell("first".into());
        assert!(!notice.tick(STAYS - 1));
        notice.tell("second".into());
        assert!(!notice.tick(STAYS - 1), "its time begins anew");
        assert_eq!(notice.get(), Some("second"));
        assert!(notice.tick(1) && !notice.tick(1));
        notice.tell("third".into());
        assert!(notice.dismiss() && notice.get().is_none());
    }
}
