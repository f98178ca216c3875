//! The program that Step and Explore are of: the counter under the settings that are wanted, at a size that can be
//! stepped through, or one of the programs that are shipped.

use crate::experiment::Settings;
use crate::machine::Machine;
use crate::program::library::Entry;
use crate::program::{CounterShape, MAX_WORKERS, Program, counter};

use super::race::ladder;

/// Most iterations of the counter that are taken over from the settings without being asked for here.
pub const MOST_ITERATIONS: u32 = 50;
/// The iterations that stand in for more than that.
const FEW: u32 = 3;

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// The counter under the settings that are wanted.
    Wanted,
    /// The counter at these sizes.
    Given(CounterShape),
    /// A shipped program.
    Shipped(&'static str),
}

/// The program, and how it was chosen.
#[derive(Debug)]
pub struct Model {
    choice: Choice,
    settings: Settings,
    /// Iterations that were asked for here, where the settings have too many.
    iterations: Option<u32>,
    machine: Machine,
}

impl Model {
    pub(super) fn new(settings: &Settings) -> Self {
        let shape = shape(settings, None);
        let machine = Machine::new(counter::program(shape));
        Model { choice: Choice::Wanted, settings: *settings, iterations: None, machine }
    }

    /// The program, ready to be moved.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        self.machine.program()
    }

    /// Whether it is the counter.
    #[must_use]
    pub fn is_counter(&self) -> bool {
        self.program().shape.is_some()
    }

    /// Iterations of each worker of the counter, here rather than in a real run.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        self.program().shape.map_or(FEW, |shape| shape.iterations)
    }

    /// The iterations of the real runs, where there are too many of them to step through and fewer stand in.
    #[must_use]
    pub fn too_many(&self) -> Option<u32> {
        let wanted = self.settings.iterations;
        (self.choice == Choice::Wanted && self.iterations() != wanted).then_some(wanted)
    }

    /// The counter under these settings from now on, if it was so before or if `anyway`; says whether the program has
    /// changed.
    pub(super) fn follow(&mut self, settings: &Settings, anyway: bool) -> bool {
        let same = shape(&self.settings, None) == shape(settings, None);
        self.settings = *settings;
        if !anyway && (same || matches!(self.choice, Choice::Shipped(_))) {
            return false;
        }
        self.choice = Choice::Wanted;
        self.rebuild(shape(settings, self.iterations))
    }

    /// Other iterations, for here alone: the settings have too many. `None` if the settings themselves are to change.
    pub(super) fn climb(&mut self, by: i8) -> Option<bool> {
        if self.settings.iterations <= MOST_ITERATIONS {
            return None;
        }
        self.iterations = Some(ladder::iterations(self.iterations(), by).min(1_000));
        self.choice = Choice::Wanted;
        Some(self.rebuild(shape(&self.settings, self.iterations)))
    }

    /// A shipped program from now on.
    pub(super) fn ship(&mut self, entry: &Entry) {
        self.choice = Choice::Shipped(entry.name);
        self.machine = Machine::new(entry.program());
    }

    /// This program from now on, until the settings change.
    pub(super) fn give(&mut self, program: Program) {
        if *self.program() == program {
            return;
        }
        self.choice = match program.shape {
            Some(shape) => Choice::Given(shape),
            None => crate::program::library::find(&program.name)
                .map_or(Choice::Wanted, |entry| Choice::Shipped(entry.name)),
        };
        self.machine = Machine::new(program);
    }

    fn rebuild(&mut self, shape: CounterShape) -> bool {
        if self.program().shape == Some(shape) {
            return false;
        }
        self.machine = Machine::new(counter::program(shape));
        true
    }
}

/// The counter's sizes under these settings; what makes no difference is left out.
fn shape(settings: &Settings, iterations: Option<u32>) -> CounterShape {
    let few =
        if settings.iterations > MOST_ITERATIONS { iterations.unwrap_or(FEW) } else { settings.iterations };
    let threads = settings.threads.min(MAX_WORKERS as u16);
    let permits = settings.key().permits.max(1);
    CounterShape { threads, iterations: few, permits, ..CounterShape::from(settings) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_iterations_are_replaced_by_few_unless_asked_for() {
        let many = Settings::default();
        let mut model = Model::new(&many);
        assert_eq!((model.iterations(), model.too_many()), (3, Some(1_000)));
        assert_eq!(model.climb(1), Some(true));
        assert_eq!(model.iterations(), 5);
        let few = Settings { iterations: 20, ..many };
        assert!(model.follow(&few, false));
        assert_eq!((model.iterations(), model.too_many(), model.climb(1)), (20, None, None));
    }

    #[test]
    fn a_shipped_program_stays_until_the_counter_is_asked_for() {
        let settings = Settings::default();
        let mut model = Model::new(&settings);
        let entry = crate::program::library::find("deadlock").unwrap();
        model.ship(entry);
        assert!(!model.follow(&Settings { threads: 2, ..settings }, false));
        assert_eq!(model.program().name, "deadlock");
        assert!(model.follow(&Settings { threads: 2, ..settings }, true));
        assert!(model.is_counter());
    }
}
