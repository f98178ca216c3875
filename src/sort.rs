//! Putting things in order where they are few. A sort of the library's is made anew for each kind of thing and each
//! order, and takes ten times the room in the program that this one does.

use std::cmp::Ordering;

/// Puts these in order; equal ones stay as they were.
pub fn by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    numbers(&mut order, &mut |a, b| compare(&items[a], &items[b]));
    // Round after round: whatever belongs to a place goes there, and what was there to the place that wants it.
    for start in 0..items.len() {
        let mut place = start;
        while order[place] != start {
            let from = std::mem::replace(&mut order[place], place);
            items.swap(place, from);
            place = from;
        }
        order[place] = place;
    }
}

/// The same, by what is said of each.
pub fn by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    by(items, |a, b| key(a).cmp(&key(b)));
}

#[inline(never)]
fn numbers(order: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_library_s_order(mut items: Vec<(u8, u64)>) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key % 8);
            by_key(&mut items, |(key, _)| *key % 8);
            prop_assert_eq!(items, expected);
        }
    }
}
