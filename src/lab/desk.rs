//! Work in the background for whoever must not wait: orders are left at a desk, and a thread of its own does one after
//! another. What the work is and what is told of it is the owner's.
//!
//! Each order has a number, greater than all before. A new one calls the one before off and takes the place of one that
//! was not begun; dropping the desk calls off all, without waiting for them.

use std::io;
use std::sync::Arc;
use std::thread;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// The desk, as its owner has it.
#[derive(Debug)]
pub struct Desk<J, N> {
    room: Arc<Room<J, N>>,
    has_thread: bool,
}

/// What lies between the owner and the thread.
#[derive(Debug)]
pub struct Room<J, N> {
    book: Mutex<Book<J, N>>,
    bell: Condvar,
}

/// What is written down.
#[derive(Debug)]
pub struct Book<J, N> {
    waiting: Option<(u64, J)>,
    /// The last order.
    newest: u64,
    /// All up to this one are called off, whether they have begun or not.
    called_off: u64,
    is_closed: bool,
    /// What the owner and its work tell each other.
    pub notes: N,
}

impl<J, N: Default> Default for Desk<J, N> {
    fn default() -> Self {
        let notes = N::default();
        let book = Book { waiting: None, newest: 0, called_off: 0, is_closed: false, notes };
        Desk { room: Arc::new(Room { book: Mutex::new(book), bell: Condvar::new() }), has_thread: false }
    }
}

impl<J, N> Desk<J, N> {
    /// The book. Whoever does the work waits for it too: not for long.
    pub fn book(&self) -> MutexGuard<'_, Book<J, N>> {
        self.room.book()
    }
}

impl<J: Send + 'static, N: Send + 'static> Desk<J, N> {
    /// Leaves an order, calls off the one before, and says so to the owner's notes in the same moment. The first starts the
    /// thread, of this name, which does each order by `work`.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start(
        &mut self,
        name: &str,
        (number, job): (u64, J),
        call_off: impl FnOnce(&mut N),
        work: fn(&Room<J, N>, u64, J),
    ) -> io::Result<()> {
        if !self.has_thread {
            let room = Arc::clone(&self.room);
            thread::Builder::new().name(name.into()).spawn(move || room.serve(work))?;
            self.has_thread = true;
        }
        let mut book = self.room.book();
        (book.called_off, book.newest) = (book.newest, number);
        call_off(&mut book.notes);
        book.waiting = Some((number, job));
        self.room.bell.notify_all();
        Ok(())
    }

    /// Calls off everything, for good.
    pub fn close(&self, call_off: impl FnOnce(&mut N)) {
        let mut book = self.room.book();
        (book.is_closed, book.called_off) = (true, u64::MAX);
        call_off(&mut book.notes);
        self.room.bell.notify_all();
    }
}

impl<J, N> Room<J, N> {
    /// The book.
    pub fn book(&self) -> MutexGuard<'_, Book<J, N>> {
        self.book.lock()
    }

    /// Whether the order of this number was called off.
    pub fn is_called_off(&self, number: u64) -> bool {
        number <= self.book().called_off
    }

    /// One order after another until the desk is closed.
    fn serve(&self, work: fn(&Self, u64, J)) {
        loop {
            let mut book = self.book();
            let (number, job) = loop {
                if book.is_closed {
                    return;
                }
                match book.waiting.take() {
                    Some(next) => break next,
                    None => self.bell.wait(&mut book),
                }
            };
            drop(book);
            work(self, number, job);
        }
    }
}

impl<J, N> Book<J, N> {
    /// Calls off every order that was left so far.
    pub fn call_off(&mut self) {
        self.called_off = self.newest;
    }

    /// Whether the order of this number was called off.
    #[must_use]
    pub fn is_called_off(&self, number: u64) -> bool {
        number <= self.called_off
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;

    /// Tells its number and whether it was called off before it began.
    fn tell(room: &Room<Sender<(u64, bool)>, ()>, number: u64, to: Sender<(u64, bool)>) {
        let _ = to.send((number, room.is_called_off(number)));
    }

    #[test]
    fn orders_are_done_and_those_before_are_called_off() {
        let (to, told) = std::sync::mpsc::channel();
        let mut desk = Desk::default();
        for number in 1..=3 {
            desk.start("desk", (number, to.clone()), |()| {}, tell).expect("a thread");
            assert_eq!(told.recv(), Ok((number, false)));
            let book = desk.book();
            assert!(book.is_called_off(number - 1) && !book.is_called_off(number));
        }
        desk.book().call_off();
        assert!(desk.book().is_called_off(3) && !desk.book().is_called_off(4));
        desk.close(|()| {});
        assert!(desk.book().is_called_off(4));
        drop(to);
        // The thread has gone, and with it the last of those who could tell anything.
        assert!(told.recv().is_err());
    }
}
