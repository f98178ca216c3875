//! Memory that several processes see, and a way to stand in it: things made only of atomics, which need not know whether
//! their place is this process's own memory or a region that others have mapped too. And rows of numbers that may become
//! very long ([`Row`]), in memory of one process alone.
//!
//! One of the two files of the house with unsafe code. What makes it sound stands at each block; what it rests on:
//! - only [`Shareable`] things are placed: made of atomics through and through, whatever bits they hold;
//! - a place keeps alive what it stands in;
//! - the file of a region is made here, never shrinks, and is handed only to processes of the same executable;
//! - only [`Plain`] things lie in rows: numbers, of which all bits at 0 make one.

#![allow(unsafe_code)]

use std::any::Any;
use std::fmt;
use std::io;
use std::mem::{align_of, size_of};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize};

#[cfg(target_os = "linux")]
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// What may stand in memory that other processes write at the same time.
///
/// # Safety
/// Its layout is fixed (`repr(C)`), it is made of atomics and nothing else, and any bits make a valid one.
pub unsafe trait Shareable: Send + Sync + 'static {}

// SAFETY: each is one atomic of a fixed size, of which any bits make a valid one.
unsafe impl Shareable for AtomicU8 {}
// SAFETY: as above.
unsafe impl Shareable for AtomicU16 {}
// SAFETY: as above.
unsafe impl Shareable for AtomicU32 {}
// SAFETY: as above.
unsafe impl Shareable for AtomicU64 {}
// SAFETY: as above; processes of one executable agree about its size.
unsafe impl Shareable for AtomicUsize {}
// SAFETY: an array is its elements, one after another.
unsafe impl<T: Shareable, const N: usize> Shareable for [T; N] {}

/// Declares a struct that may stand in shared memory: each of its fields must be one that may.
macro_rules! shareable {
    ($(#[$attribute:meta])* $visible:vis struct $name:ident {
        $($(#[$of_field:meta])* $of:vis $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$attribute])*
        #[repr(C)]
        $visible struct $name { $($(#[$of_field])* $of $field: $type),+ }

        // SAFETY: the layout is C's, and each field is made of atomics alone: the clauses hold or this does not compile.
        #[allow(unsafe_code)]
        unsafe impl $crate::platform::shared::Shareable for $name
        where $($type: $crate::platform::shared::Shareable),+ {}
    };
}
pub(crate) use shareable;

/// Something alone on its cache lines (two of them: processors fetch them in pairs).
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub struct Padded<T>(T);

impl<T> Padded<T> {
    /// Puts it there.
    pub fn new(value: T) -> Self {
        Padded(value)
    }
}

impl<T> Deref for Padded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

// SAFETY: `repr(C)` with one field; the rest is padding that nobody reads.
unsafe impl<T: Shareable> Shareable for Padded<T> {}

/// Where something stands, in this process's own memory or in a [`Region`]. Copies share it.
pub struct Place<T: ?Sized> {
    at: NonNull<T>,
    /// What it stands in.
    home: Arc<dyn Any + Send + Sync>,
}

// SAFETY: a place gives out nothing but `&T`, and what it stands in is kept by an `Arc` of something that is both.
unsafe impl<T: ?Sized + Sync> Send for Place<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for Place<T> {}

impl<T: Send + Sync + 'static> Place<T> {
    /// In this process's own memory.
    pub fn own(value: T) -> Self {
        let home = Arc::new(value);
        Place { at: NonNull::from(&*home), home }
    }
}

impl<T: Send + Sync + 'static> Place<[T]> {
    /// Several in a row, in this process's own memory.
    pub fn own_row(values: impl IntoIterator<Item = T>) -> Self {
        let home: Arc<Box<[T]>> = Arc::new(values.into_iter().collect());
        Place { at: NonNull::from(&**home), home }
    }
}

impl<T: ?Sized> Place<T> {
    /// Where a part of it stands.
    #[must_use]
    pub fn part<U: ?Sized>(&self, part: impl for<'a> FnOnce(&'a T) -> &'a U) -> Place<U> {
        // A part of what lives in `home`, or something that lives for ever: for that is all such a function can return.
        Place { at: NonNull::from(part(self)), home: Arc::clone(&self.home) }
    }
}

impl<T: ?Sized> Clone for Place<T> {
    fn clone(&self) -> Self {
        Place { at: self.at, home: Arc::clone(&self.home) }
    }
}

impl<T: ?Sized> Deref for Place<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `at` was made from a reference into `home` or checked to lie in the region that `home` is; that is alive
        // as long as this, does not move, and nobody ever has it mutably.
        unsafe { self.at.as_ref() }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Place<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A stretch of memory that other processes can map. It is gone when the last one that has it is: nothing of it has a
/// name in the file system, so nothing can be left behind.
#[derive(Debug)]
pub struct Region {
    at: NonNull<u8>,
    length: usize,
    #[cfg(target_os = "linux")]
    file: OwnedFd,
}

// SAFETY: the pointer is to memory mapped for as long as the region is, of which only atomics are ever made.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    /// So many of a thing, from this byte of the region on.
    ///
    /// # Panics
    /// When they don't lie within it, or not where such a thing may: the layout is wrong.
    #[must_use]
    pub fn row<T: Shareable>(self: &Arc<Self>, offset: usize, count: usize) -> Place<[T]> {
        let end = size_of::<T>().checked_mul(count).and_then(|size| size.checked_add(offset));
        assert!(end.is_some_and(|end| end <= self.length), "the region ends before what is looked for");
        // SAFETY: the offset lies within the mapping.
        let first = unsafe { self.at.add(offset) }.cast::<T>();
        assert!(first.as_ptr().addr().is_multiple_of(align_of::<T>()), "no such thing can stand there");
        Place { at: NonNull::slice_from_raw_parts(first, count), home: Arc::<Region>::clone(self) }
    }

    /// A thing, from this byte of the region on.
    ///
    /// # Panics
    /// As for [`Region::row`].
    #[must_use]
    pub fn place<T: Shareable>(self: &Arc<Self>, offset: usize) -> Place<T> {
        let row = self.row::<T>(offset, 1);
        Place { at: row.at.cast(), home: row.home }
    }
}

#[cfg(target_os = "linux")]
impl Region {
    /// A new one of so many bytes, all 0. Memory is only taken where it is written.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(length: usize) -> io::Result<Arc<Self>> {
        use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
        let file = memfd_create("racescope", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&file, length as u64)?;
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Region::open(file)
    }

    /// The one that this file is.
    ///
    /// # Errors
    /// What the system says; also when the file is none of ours.
    pub fn open(file: OwnedFd) -> io::Result<Arc<Self>> {
        use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
        use rustix::mm::{MapFlags, ProtFlags, mmap};
        let sealed = fcntl_get_seals(&file)?;
        let length = usize::try_from(fstat(&file)?.st_size).unwrap_or(0);
        if !sealed.contains(SealFlags::SHRINK) || length == 0 {
            return Err(io::Error::other("this is no memory of ours"));
        }
        // SAFETY: a new mapping wherever the system likes touches nobody's memory; its file can't become shorter.
        let at = unsafe {
            mmap(std::ptr::null_mut(), length, ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED, &file, 0)
        }?;
        let at = NonNull::new(at.cast()).ok_or_else(|| io::Error::other("no memory was mapped"))?;
        Ok(Arc::new(Region { at, length, file }))
    }

    /// The file, to hand to another process.
    #[must_use]
    pub fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        // SAFETY: this is what was mapped, and every place in it had kept the region alive.
        unsafe {
            // Refused, the mapping stays until the process ends.
            let _ = rustix::mm::munmap(self.at.as_ptr().cast(), self.length);
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Region {
    /// # Errors
    /// Always: there is none here.
    pub fn create(_: usize) -> io::Result<Arc<Self>> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "memory that processes share is had on Linux only, so far",
        ))
    }
}

/// What may lie in a [`Row`].
///
/// # Safety
/// All bits at 0 make a valid one, which is [`Plain::ZERO`], and there is nothing to do when it is gone.
pub unsafe trait Plain: Copy + Send + Sync + 'static {
    /// The one whose bits are all 0.
    const ZERO: Self;
}

// SAFETY: a number.
unsafe impl Plain for u8 {
    const ZERO: Self = 0;
}
// SAFETY: a number.
unsafe impl Plain for u32 {
    const ZERO: Self = 0;
}
// SAFETY: numbers, one after another.
unsafe impl<const N: usize> Plain for [u64; N] {
    const ZERO: Self = [0; N];
}

/// A row of numbers that can be made longer, and begins as zeros. A long one is asked for in pages as large as the system
/// has, for taking small ones one by one, and finding them again, takes longer than what is done with them; it is not
/// copied when it grows, and memory is only taken where it is written.
pub struct Row<T: Plain> {
    /// Where it lies: in `short`, or in a mapping of its own.
    at: NonNull<T>,
    count: usize,
    short: Vec<T>,
    /// The bytes of the mapping, 0 if there is none.
    mapped: usize,
}

// SAFETY: it owns its memory as a vector does, and numbers may be read and written by any thread.
unsafe impl<T: Plain> Send for Row<T> {}
// SAFETY: as above.
unsafe impl<T: Plain> Sync for Row<T> {}

/// From so many bytes on a row has a mapping of its own.
#[cfg(target_os = "linux")]
const LONG: usize = 4 << 20;
/// What large pages are a multiple or a part of, on every processor that has them.
#[cfg(target_os = "linux")]
const LARGE_PAGE: usize = 2 << 20;

impl<T: Plain> Row<T> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Row { at: NonNull::dangling(), count: 0, short: Vec::new(), mapped: 0 }
    }

    /// Makes it at least so long; what is added is zeros.
    pub fn lengthen(&mut self, count: usize) {
        if count <= self.count || self.map(count) {
            return;
        }
        if self.mapped > 0 {
            // The system does not let the mapping grow.
            self.short = self.to_vec();
            self.unmap();
        }
        self.short.resize(count, T::ZERO);
        self.at = NonNull::from(&mut *self.short).cast();
        self.count = count;
    }

    /// The same in a mapping; says whether that could be done.
    #[cfg(target_os = "linux")]
    fn map(&mut self, count: usize) -> bool {
        use rustix::mm::{Advice, MapFlags, MremapFlags, ProtFlags, madvise, mmap_anonymous, mremap};
        let bytes =
            count.checked_mul(size_of::<T>()).and_then(|bytes| bytes.checked_next_multiple_of(LARGE_PAGE));
        let Some(bytes) = bytes.filter(|bytes| *bytes >= LONG) else { return false };
        let at = if self.mapped > 0 {
            // SAFETY: this is what was mapped, and whoever could look at it has lent it to this function alone.
            unsafe { mremap(self.at.as_ptr().cast(), self.mapped, bytes, MremapFlags::MAYMOVE) }
        } else {
            let (anywhere, may) = (std::ptr::null_mut(), ProtFlags::READ | ProtFlags::WRITE);
            // SAFETY: a new mapping wherever the system likes touches nobody's memory.
            unsafe { mmap_anonymous(anywhere, bytes, may, MapFlags::PRIVATE) }
        };
        let Some(at) = at.ok().and_then(|at| NonNull::new(at.cast::<T>())) else { return false };
        // SAFETY: it is mapped, and what is in it stays as it is. Refused, nothing changes.
        let _ = unsafe { madvise(at.as_ptr().cast(), bytes, Advice::LinuxHugepage) };
        (self.at, self.mapped) = (at, bytes);
        let short = std::mem::take(&mut self.short);
        self.count = bytes / size_of::<T>();
        self[..short.len()].copy_from_slice(&short);
        true
    }

    #[cfg(not(target_os = "linux"))]
    fn map(&mut self, _: usize) -> bool {
        false
    }

    fn unmap(&mut self) {
        #[cfg(target_os = "linux")]
        if self.mapped > 0 {
            // SAFETY: this is what was mapped, and nobody looks at it any more. Refused, it stays until the process ends.
            let _ = unsafe { rustix::mm::munmap(self.at.as_ptr().cast(), self.mapped) };
        }
        self.mapped = 0;
    }
}

impl<T: Plain> Default for Row<T> {
    fn default() -> Self {
        Row::new()
    }
}

impl<T: Plain> Drop for Row<T> {
    fn drop(&mut self) {
        self.unmap();
    }
}

impl<T: Plain> Deref for Row<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: so many lie there, in the vector or in the mapping, either of which only a row that is borrowed
        // mutably changes; what was never written is zeros, which are valid.
        unsafe { std::slice::from_raw_parts(self.at.as_ptr(), self.count) }
    }
}

impl<T: Plain> DerefMut for Row<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and it is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr(), self.count) }
    }
}

impl<T: Plain + fmt::Debug> fmt::Debug for Row<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    shareable! {
        struct Pair {
            first: AtomicU32,
            second: [AtomicU64; 2],
        }
    }

    #[test]
    fn two_mappings_of_one_file_are_one_memory() {
        let here = Region::create(1 << 16).expect("Linux has memory files");
        let there =
            Region::open(here.file().try_clone_to_owned().expect("a copy")).expect("it can be mapped");
        let (mine, theirs) = (here.place::<Pair>(128), there.place::<Pair>(128));
        drop((here, there));
        mine.first.store(7, Ordering::Relaxed);
        theirs.second[1].store(9, Ordering::Relaxed);
        assert_eq!(theirs.first.load(Ordering::Relaxed), 7);
        assert_eq!(mine.second[1].load(Ordering::Relaxed), 9);
    }

    #[test]
    #[should_panic(expected = "ends before")]
    fn nothing_stands_beyond_the_end() {
        let region = Region::create(4096).expect("Linux has memory files");
        let _ = region.row::<AtomicU64>(4096 - 8, 2);
    }

    #[test]
    #[should_panic(expected = "can stand there")]
    fn nothing_stands_askew() {
        let region = Region::create(4096).expect("Linux has memory files");
        let _ = region.place::<AtomicU64>(4);
    }

    #[test]
    fn a_file_that_could_shrink_is_refused() {
        let file = rustix::fs::memfd_create("other", rustix::fs::MemfdFlags::CLOEXEC).expect("a file");
        rustix::fs::ftruncate(&file, 4096).expect("it grows");
        assert!(Region::open(file).is_err());
    }

    #[test]
    fn own_places_are_shared_by_their_copies() {
        let one = Place::own_row((0..3).map(AtomicU64::new));
        let other = one.clone();
        one[2].store(5, Ordering::Relaxed);
        drop(one);
        assert_eq!(other[2].load(Ordering::Relaxed), 5);
    }

    #[test]
    fn a_row_keeps_what_is_in_it_and_goes_on_with_zeros() {
        let mut row = Row::<u32>::new();
        assert!(row.is_empty());
        let mut filled = 0;
        for count in [1, 100, 1 << 19, 1 << 20, 3 << 20, 1 << 24] {
            row.lengthen(count);
            assert!(row.len() >= count);
            assert!((0..filled).all(|i| row[i] == i as u32 + 1), "what there was, at {count}");
            assert!(row[filled..].iter().all(|more| *more == 0), "and zeros, at {count}");
            filled = row.len();
            row.iter_mut().enumerate().for_each(|(i, number)| *number = i as u32 + 1);
        }
        row.lengthen(5);
        assert_eq!(row.len(), filled, "it never becomes shorter");
    }
}
