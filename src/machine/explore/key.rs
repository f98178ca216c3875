//! A state as a few machine words: the number of what is shared, and of what each worker has to itself.

/// A packed state.
pub(super) type Key<const N: usize> = [u64; N];

/// Most fields: what is shared, and every worker.
pub(super) const FIELDS: usize = crate::program::MAX_WORKERS + 1;

/// Where each field lies in a key of `N` words.
#[derive(Clone, Debug)]
pub(super) struct Layout<const N: usize> {
    fields: usize,
    mask: u64,
    word: [u8; FIELDS],
    shift: [u8; FIELDS],
}

impl<const N: usize> Layout<N> {
    /// A layout for so many fields, each as wide as fits; `None` if they are too many.
    pub(super) fn new(fields: usize) -> Option<Self> {
        let per_word = fields.div_ceil(N);
        let width = 64_usize.checked_div(per_word)?.min(31);
        if width < 2 || fields > FIELDS {
            return None;
        }
        let (mut word, mut shift) = ([0; FIELDS], [0; FIELDS]);
        for field in 0..fields {
            word[field] = (field / per_word) as u8;
            shift[field] = (field % per_word * width) as u8;
        }
        Some(Layout { fields, mask: (1 << width) - 1, word, shift })
    }

    /// The largest number that a field can hold.
    pub(super) fn largest(&self) -> u32 {
        self.mask as u32
    }

    pub(super) fn pack(&self, fields: &[u32; FIELDS]) -> Key<N> {
        let mut key = [0; N];
        for (i, field) in fields.iter().enumerate().take(self.fields) {
            key[usize::from(self.word[i])] |= u64::from(*field) << self.shift[i];
        }
        key
    }

    pub(super) fn unpack(&self, key: &Key<N>, fields: &mut [u32; FIELDS]) {
        for (i, field) in fields.iter_mut().enumerate().take(self.fields) {
            *field = (key[usize::from(self.word[i])] >> self.shift[i] & self.mask) as u32;
        }
    }
}

impl<const N: usize> Layout<N> {
    /// Puts another number into a field.
    pub(super) fn set(&self, key: &mut Key<N>, field: usize, number: u32) {
        let (word, shift) = (&mut key[usize::from(self.word[field])], self.shift[field]);
        *word = *word & !(self.mask << shift) | u64::from(number) << shift;
    }
}

/// Spreads a key over 64 bits; the upper ones are the best mixed.
pub(super) fn hash<const N: usize>(key: &Key<N>) -> u64 {
    let mut hash = 0_u64;
    for word in key {
        hash = (hash.rotate_left(29) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 32;
    }
    hash.wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<const N: usize>(count: usize) {
        let layout = Layout::<N>::new(count).unwrap();
        let mut fields = [0; FIELDS];
        for (i, field) in fields.iter_mut().enumerate().take(count) {
            *field = layout.largest().wrapping_sub(i as u32 % 3) & layout.largest();
        }
        let mut back = [0; FIELDS];
        layout.unpack(&layout.pack(&fields), &mut back);
        assert_eq!(fields, back, "{N} words, {count} fields");
        let mut key = layout.pack(&fields);
        for (i, field) in fields.iter_mut().enumerate().take(count) {
            *field = i as u32 % 4;
            layout.set(&mut key, i, *field);
        }
        assert_eq!(key, layout.pack(&fields), "{N} words, {count} fields");
    }

    #[test]
    fn fields_keep_their_numbers() {
        (2..=32).for_each(round_trip::<1>);
        (2..=64).for_each(round_trip::<2>);
        (2..=FIELDS).for_each(round_trip::<4>);
        (2..=FIELDS).for_each(round_trip::<33>);
        assert!(Layout::<1>::new(33).is_none());
    }
}
