//! A state as a few machine words: the number of what is shared, and of what each worker has to itself.

/// A packed state.
pub(super) type Key<const N: usize> = [u64; N];

/// Most fields: what is shared, and every worker.
pub(super) const FIELDS: usize = crate::program::MAX_WORKERS + 1;

/// Most bits of a field.
pub(super) const WIDEST: u32 = 31;

/// Where each field lies in a key of `N` words.
#[derive(Clone, Debug)]
pub(super) struct Layout<const N: usize> {
    fields: usize,
    mask: [u32; FIELDS],
    word: [u8; FIELDS],
    shift: [u8; FIELDS],
}

/// As many bits for each of so many fields as fit `N` words; nothing if they are too many.
pub(super) fn widths<const N: usize>(fields: usize) -> Option<Vec<u32>> {
    let width = 64_usize.checked_div(fields.div_ceil(N))?.min(WIDEST as usize);
    (width >= 2).then(|| vec![width as u32; fields])
}

impl<const N: usize> Layout<N> {
    /// A layout for fields of so many bits; `None` if they don't fit.
    pub(super) fn new(widths: &[u32]) -> Option<Self> {
        if widths.len() > FIELDS {
            return None;
        }
        let (mut mask, mut word, mut shift) = ([0; FIELDS], [0; FIELDS], [0; FIELDS]);
        let mut at = 0;
        for (field, width) in widths.iter().enumerate() {
            // A field lies in one word.
            if at % 64 + width > 64 {
                at = at.next_multiple_of(64);
            }
            if (at + width) as usize > 64 * N || *width > WIDEST {
                return None;
            }
            (word[field], shift[field], mask[field]) = ((at / 64) as u8, (at % 64) as u8, (1 << width) - 1);
            at += width;
        }
        Some(Layout { fields: widths.len(), mask, word, shift })
    }

    #[inline(always)]
    pub(super) fn pack(&self, fields: &[u32; FIELDS]) -> Key<N> {
        let mut key = [0; N];
        for (i, field) in fields.iter().enumerate().take(self.fields) {
            key[usize::from(self.word[i])] |= u64::from(*field) << self.shift[i];
        }
        key
    }

    #[inline(always)]
    pub(super) fn unpack(&self, key: &Key<N>, fields: &mut [u32; FIELDS]) {
        for (i, field) in fields.iter_mut().enumerate().take(self.fields) {
            *field = (key[usize::from(self.word[i])] >> self.shift[i]) as u32 & self.mask[i];
        }
    }

    /// Puts another number into a field.
    #[inline(always)]
    pub(super) fn set(&self, key: &mut Key<N>, field: usize, number: u32) {
        let (word, shift) = (&mut key[usize::from(self.word[field])], self.shift[field]);
        *word = *word & !(u64::from(self.mask[field]) << shift) | u64::from(number) << shift;
    }

    /// A key in which the last of the fields are all ones, and nothing else is.
    pub(super) fn last(&self, count: usize) -> Key<N> {
        let mut key = [0; N];
        (self.fields - count..self.fields).for_each(|field| self.set(&mut key, field, self.mask[field]));
        key
    }
}

/// Spreads a key over 64 bits; the upper ones are the best mixed.
#[inline(always)]
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

    fn round_trip<const N: usize>(widths: &[u32]) {
        let layout = Layout::<N>::new(widths).unwrap();
        let mut fields = [0; FIELDS];
        for (i, (field, width)) in fields.iter_mut().zip(widths).enumerate() {
            let largest = (1 << width) - 1;
            *field = largest - i as u32 % 3;
        }
        let mut back = [0; FIELDS];
        layout.unpack(&layout.pack(&fields), &mut back);
        assert_eq!(fields, back, "{N} words, {widths:?}");
        let mut key = layout.pack(&fields);
        let last = widths.len() / 2;
        let others = |fields: &[u32; FIELDS]| {
            let mut rest = *fields;
            rest[..widths.len() - last].fill(0);
            layout.pack(&rest)
        };
        let masked = layout.last(last).iter().zip(&key).map(|(mask, word)| mask & word).collect::<Vec<_>>();
        assert_eq!(masked, others(&fields), "{N} words, {widths:?}");
        for (i, field) in fields.iter_mut().enumerate().take(widths.len()) {
            *field = i as u32 % 4;
            layout.set(&mut key, i, *field);
        }
        assert_eq!(key, layout.pack(&fields), "{N} words, {widths:?}");
    }

    #[test]
    fn fields_keep_their_numbers() {
        (2..=32).for_each(|count| round_trip::<1>(&widths::<1>(count).unwrap()));
        (2..=64).for_each(|count| round_trip::<2>(&widths::<2>(count).unwrap()));
        (2..=FIELDS).for_each(|count| round_trip::<4>(&widths::<4>(count).unwrap()));
        (2..=FIELDS).for_each(|count| round_trip::<33>(&widths::<33>(count).unwrap()));
        assert!(widths::<1>(33).is_none());
        round_trip::<1>(&[20, 3, 7, 31, 2]);
        // A field that does not fit into what is left of a word begins the next one.
        round_trip::<2>(&[30, 30, 5, 31, 28]);
        assert!(Layout::<2>::new(&[30, 30, 5, 31, 29]).is_none());
    }
}
