//! What the operating system has to order processes by: a lock that tells when its holder has died, and a semaphore. Both
//! stand in memory that the processes share (see [`shared`](super::shared)), so that nothing is left when they are gone.
//!
//! The lock is a POSIX mutex, shared between processes and robust: the system itself hands it on when its holder dies.
//! The semaphore is a POSIX semaphore; the system does not know who has its permits.
//!
//! One of the two files of the house with unsafe code: each block is one call to the C library.

#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::AtomicU64;

use super::shared::shareable;

shareable! {
    /// The lock. It must be set up before anybody uses it.
    #[derive(Debug, Default)]
    #[repr(align(64))]
    pub struct Lock {
        room: [AtomicU64; 8],
    }
}

shareable! {
    /// The semaphore. It must be set up before anybody uses it.
    #[derive(Debug, Default)]
    #[repr(align(64))]
    pub struct Semaphore {
        room: [AtomicU64; 8],
    }
}

/// A lock that is held; released when it goes.
#[derive(Debug)]
pub struct Held<'a> {
    // Only one thread has it, and the one that took it must give it back.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code))]
    lock: &'a Lock,
    /// Whether the holder before died with it.
    pub inherited: bool,
    /// Neither sent nor shared: the lock belongs to the thread that took it.
    _thread: std::marker::PhantomData<*const ()>,
}

#[cfg(target_os = "linux")]
mod imp {
    use std::mem::{MaybeUninit, align_of, size_of};

    use super::{Held, Lock, Semaphore, io};

    const _: () = assert!(size_of::<libc::pthread_mutex_t>() <= size_of::<Lock>());
    const _: () = assert!(align_of::<libc::pthread_mutex_t>() <= align_of::<Lock>());
    const _: () = assert!(size_of::<libc::sem_t>() <= size_of::<Semaphore>());
    const _: () = assert!(align_of::<libc::sem_t>() <= align_of::<Semaphore>());

    fn checked(code: i32) -> io::Result<()> {
        if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
    }

    impl Lock {
        fn mutex(&self) -> *mut libc::pthread_mutex_t {
            self.room.as_ptr().cast_mut().cast()
        }

        /// Makes it a lock that nobody holds. Only while nobody uses it.
        ///
        /// # Errors
        /// What the system says.
        pub fn set_up(&self) -> io::Result<()> {
            let mut attributes = MaybeUninit::uninit();
            let attributes = attributes.as_mut_ptr();
            // SAFETY: the attributes are made before they are set and used; the mutex has room of the right size and
            // alignment which is all atomics and does not move, and nobody uses it yet.
            unsafe {
                checked(libc::pthread_mutexattr_init(attributes))?;
                checked(libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED))?;
                checked(libc::pthread_mutexattr_setrobust(attributes, libc::PTHREAD_MUTEX_ROBUST))?;
                let made = checked(libc::pthread_mutex_init(self.mutex(), attributes));
                libc::pthread_mutexattr_destroy(attributes);
                made
            }
        }

        /// The lock, if it can be had at once.
        #[must_use]
        pub fn try_lock(&self) -> Option<Held<'_>> {
            // SAFETY: the mutex has been set up.
            match unsafe { libc::pthread_mutex_trylock(self.mutex()) } {
                libc::EBUSY => None,
                code => Some(self.taken(code)),
            }
        }

        /// The lock, as soon as it can be had.
        #[must_use]
        pub fn lock(&self) -> Held<'_> {
            // SAFETY: the mutex has been set up.
            self.taken(unsafe { libc::pthread_mutex_lock(self.mutex()) })
        }

        /// Wakes all who wait for it, so that they look again.
        ///
        /// A killed worker may take along the wake-up that was meant for whoever waits for the lock: woken itself, it
        /// ended before it could note that others wait as well, while somebody came in between who does not know of
        /// them. Neither the C library nor the system mends that.
        pub fn wake(&self) {
            // Where the word that they sleep on stands is up to the C library: in the first eight bytes. Who sleeps
            // elsewhere is not disturbed.
            for word in 0..2 {
                // SAFETY: the word is within the mutex; waking changes nothing in memory.
                unsafe {
                    let word = self.mutex().cast::<u32>().add(word);
                    libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAKE, i32::MAX);
                }
            }
        }

        fn taken(&self, code: i32) -> Held<'_> {
            assert!(code == 0 || code == libc::EOWNERDEAD, "a lock that was set up can be taken, not {code}");
            let inherited = code == libc::EOWNERDEAD;
            if inherited {
                // SAFETY: this thread has just taken it from a dead holder; what it guards is put right by whom it guards.
                unsafe { libc::pthread_mutex_consistent(self.mutex()) };
            }
            Held { lock: self, inherited, _thread: std::marker::PhantomData }
        }
    }

    impl Drop for Held<'_> {
        fn drop(&mut self) {
            // SAFETY: this thread holds it.
            unsafe { libc::pthread_mutex_unlock(self.lock.mutex()) };
        }
    }

    impl Semaphore {
        fn semaphore(&self) -> *mut libc::sem_t {
            self.room.as_ptr().cast_mut().cast()
        }

        /// Makes it a semaphore with so many permits, all free. Only while nobody uses it.
        ///
        /// # Errors
        /// What the system says.
        pub fn set_up(&self, permits: u16) -> io::Result<()> {
            // SAFETY: the semaphore has room of the right size and alignment which does not move; nobody uses it.
            match unsafe { libc::sem_init(self.semaphore(), 1, u32::from(permits)) } {
                0 => Ok(()),
                _ => Err(io::Error::last_os_error()),
            }
        }

        /// Takes a permit, if one is free.
        #[must_use]
        pub fn try_take(&self) -> bool {
            // SAFETY: the semaphore has been set up.
            unsafe { libc::sem_trywait(self.semaphore()) == 0 }
        }

        /// Takes a permit, as soon as one is free.
        pub fn take(&self) {
            // A signal that this process handles ends the wait without a permit.
            // SAFETY: the semaphore has been set up.
            while unsafe { libc::sem_wait(self.semaphore()) } != 0 {}
        }

        /// Gives a permit back.
        pub fn give(&self) {
            // SAFETY: the semaphore has been set up. It can't overflow: there are never more permits than workers.
            unsafe { libc::sem_post(self.semaphore()) };
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::{Held, Lock, Semaphore, io};

    fn none() -> io::Error {
        io::Error::new(io::ErrorKind::Unsupported, "this system has no lock that outlives its holder, so far")
    }

    impl Lock {
        /// # Errors
        /// Always: there is none here.
        pub fn set_up(&self) -> io::Result<()> {
            Err(none())
        }

        /// Never comes to be asked: it can't be set up.
        #[must_use]
        pub fn try_lock(&self) -> Option<Held<'_>> {
            None
        }

        /// Never comes to be asked: it can't be set up.
        pub fn wake(&self) {}

        /// Never comes to be asked: it can't be set up.
        #[must_use]
        pub fn lock(&self) -> Held<'_> {
            Held { lock: self, inherited: false, _thread: std::marker::PhantomData }
        }
    }

    impl Semaphore {
        /// # Errors
        /// Always: there is none here.
        pub fn set_up(&self, _: u16) -> io::Result<()> {
            Err(none())
        }

        /// Never comes to be asked: it can't be set up.
        #[must_use]
        pub fn try_take(&self) -> bool {
            false
        }

        /// Never comes to be asked: it can't be set up.
        pub fn take(&self) {}

        /// Never comes to be asked: it can't be set up.
        pub fn give(&self) {}
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::Arc;

    use super::super::shared::Region;
    use super::*;

    #[test]
    fn a_lock_whose_holder_has_ended_is_inherited_once() {
        let region: Arc<Region> = Region::create(4096).expect("memory");
        let lock = region.place::<Lock>(0);
        lock.set_up().expect("a lock");
        assert!(lock.lock().lock.try_lock().is_none());
        let theirs = region.place::<Lock>(0);
        // A thread that ends with the lock is to the system what a process is that does.
        std::thread::spawn(move || std::mem::forget(theirs.lock())).join().expect("it ends");
        assert!(lock.lock().inherited);
        assert!(!lock.lock().inherited);
    }

    /// What a waiter that is killed just after it was woken leaves behind: somebody sleeps, and the word does not say so.
    #[test]
    fn who_waits_for_a_lock_that_does_not_know_of_it_can_be_woken() {
        let region: Arc<Region> = Region::create(4096).expect("memory");
        let lock = region.place::<Lock>(0);
        lock.set_up().expect("a lock");
        let held = lock.lock();
        let theirs = region.place::<Lock>(0);
        let waiter = std::thread::spawn(move || drop(theirs.lock()));
        let waits = u64::from(libc::FUTEX_WAITERS);
        while lock.room[0].load(std::sync::atomic::Ordering::SeqCst) & waits == 0 {
            std::thread::yield_now();
        }
        lock.room[0].fetch_and(!waits, std::sync::atomic::Ordering::SeqCst);
        drop(held);
        while !waiter.is_finished() {
            lock.wake();
        }
        waiter.join().expect("it got the lock");
    }

    #[test]
    fn permits_are_taken_and_given() {
        let region = Region::create(4096).expect("memory");
        let semaphore = region.place::<Semaphore>(64);
        semaphore.set_up(2).expect("a semaphore");
        semaphore.take();
        assert!(semaphore.try_take());
        assert!(!semaphore.try_take());
        semaphore.give();
        semaphore.take();
    }
}
