//! Long ascending lists, as the indexes hold them.

use imbl::Vector;

/// Adds something to an ascending list. Nearly always it is the largest and goes to the end.
pub(super) fn add<I: Copy + Ord>(list: &mut Vector<I>, item: I) {
    if list.last().is_none_or(|last| *last < item) {
        list.push_back(item);
    } else if let Err(place) = list.binary_search(&item) {
        list.insert(place, item);
    }
}

/// All of a list, if there is one.
pub(super) fn listed<I: Copy>(list: Option<&Vector<I>>) -> impl Iterator<Item = I> + '_ {
    list.into_iter().flatten().copied()
}
