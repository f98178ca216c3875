//! What names stand for: a short list that is looked through from its beginning. A text has few names, and a map for each
//! kind of thing that they can stand for would be more code than all that asks it.

/// Names, each with what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Table<T>(Vec<(String, T)>);

impl<T> Table<T> {
    /// Without any names.
    pub(super) const fn new() -> Self {
        Table(Vec::new())
    }

    /// What a name stands for.
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, thing)| thing)
    }

    /// Whether a name stands for something.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// A name that did not stand for anything stands for this.
    pub(super) fn insert(&mut self, name: String, thing: T) {
        self.0.push((name, thing));
    }
}
