//! Long ascending lists, as the indexes hold them.

use std::ops::Bound;

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
pub(super) fn listed<I: Copy>(list: Option<&Vector<I>>) -> impl DoubleEndedIterator<Item = I> + '_ {
    list.into_iter().flatten().copied()
}

/// What stands above a bound or at it, in ascending order.
pub(super) fn up<I: Copy + Ord>(
    list: Option<&Vector<I>>,
    from: Bound<I>,
) -> impl Iterator<Item = I> + '_ {
    // To begin at the front is usual, and needs no look at where to begin.
    let whole = list.filter(|_| matches!(from, Bound::Unbounded));
    let part = list.and_then(|list| {
        let start = match &from {
            Bound::Included(bound) => below(list, |item| item < bound),
            Bound::Excluded(bound) => below(list, |item| item <= bound),
            Bound::Unbounded => return None,
        };
        Some(list.focus().narrow(start..))
    });
    let whole = whole.into_iter().flatten();
    whole.chain(part.into_iter().flatten()).copied()
}

/// What stands below a bound or at it, in descending order.
pub(super) fn down<I: Copy + Ord>(
    list: Option<&Vector<I>>,
    from: Bound<I>,
) -> impl Iterator<Item = I> + '_ {
    let part = list.map(|list| {
        let end = match &from {
            Bound::Included(bound) => below(list, |item| item <= bound),
            Bound::Excluded(bound) => below(list, |item| item < bound),
            Bound::Unbounded => list.len(),
        };
        list.focus().narrow(..end).into_iter().rev()
    });
    part.into_iter().flatten().copied()
}

/// How many items at the front of a list are below something.
fn below<I: Copy>(list: &Vector<I>, is_below: impl Fn(&I) -> bool) -> usize {
    use std::cmp::Ordering;
    let order = |item: &I| {
        if is_below(item) {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    };
    list.binary_search_by(order).unwrap_or_else(|place| place)
}
