//! A long list as a persistent value: a clone shares everything, and a change copies only the pieces
//! that lead to it.
//!
//! Three levels of fixed width, so that a place is found by dividing, without a look at what kind of
//! node is met. Most of what a query does is to find rows by number; the relaxed trees of general
//! persistent vectors take three times as long for it.

use std::sync::Arc;

use smallvec::SmallVec;

/// How many leaves a branch has.
const BRANCH: usize = 128;
/// How many values stand side by side in a leaf, unless it is said: what a change copies. So many rows of
/// relationships, of which there are most, fill a piece of memory as the allocator gives it out; 32 or 64
/// would leave a fifteenth of it empty.
const USUAL: usize = 37;

type Leaf<T, const LEAF: usize> = SmallVec<[T; LEAF]>;
type Branch<T, const LEAF: usize> = SmallVec<[Arc<Leaf<T, LEAF>>; BRANCH]>;

/// A long list, with so many values in a leaf.
#[derive(Debug)]
pub(super) struct Rows<T, const LEAF: usize = USUAL> {
    len: usize,
    root: Arc<Vec<Arc<Branch<T, LEAF>>>>,
}

impl<T, const LEAF: usize> Clone for Rows<T, LEAF> {
    fn clone(&self) -> Self {
        Self {
            len: self.len,
            root: self.root.clone(),
        }
    }
}

impl<T, const LEAF: usize> Default for Rows<T, LEAF> {
    fn default() -> Self {
        Self {
            len: 0,
            root: Arc::default(),
        }
    }
}

impl<T: PartialEq, const LEAF: usize> PartialEq for Rows<T, LEAF> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T, const LEAF: usize> Rows<T, LEAF> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The value at a place.
    pub(super) fn get(&self, place: usize) -> Option<&T> {
        let branch = self.root.get(place / (LEAF * BRANCH))?;
        let leaf = branch.get(place / LEAF % BRANCH)?;
        leaf.get(place % LEAF)
    }

    /// All values, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let leaves = self.root.iter().flat_map(|branch| branch.iter());
        leaves.flat_map(|leaf| leaf.iter())
    }
}

impl<T: Clone, const LEAF: usize> Rows<T, LEAF> {
    /// The value at a place, to be changed.
    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        if place >= self.len {
            return None;
        }
        let root = Arc::make_mut(&mut self.root);
        let branch = Arc::make_mut(root.get_mut(place / (LEAF * BRANCH))?);
        let leaf = Arc::make_mut(branch.get_mut(place / LEAF % BRANCH)?);
        leaf.get_mut(place % LEAF)
    }

    /// Puts a value at the end.
    pub(super) fn push(&mut self, value: T) {
        let root = Arc::make_mut(&mut self.root);
        if self.len.is_multiple_of(LEAF * BRANCH) {
            root.push(Arc::default());
        }
        if let Some(branch) = root.last_mut() {
            let branch = Arc::make_mut(branch);
            if self.len.is_multiple_of(LEAF) {
                branch.push(Arc::default());
            }
            if let Some(leaf) = branch.last_mut() {
                Arc::make_mut(leaf).push(value);
                self.len += 1;
            }
        }
    }
}

impl<T: Clone, const LEAF: usize> Extend<T> for Rows<T, LEAF> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_and_a_clone_stays_as_it_was() {
        const LEAF: usize = 8;
        let mut rows = Rows::<_, LEAF>::default();
        let many = 3 * LEAF * BRANCH + LEAF + 5;
        rows.extend(0..many);
        let before = rows.clone();
        for place in [0, LEAF, LEAF * BRANCH - 1, LEAF * BRANCH, many - 1] {
            *rows.get_mut(place).unwrap() += many;
        }
        rows.push(7);

        assert!(before.iter().copied().eq(0..many));
        assert_eq!(before.get(many), None);
        assert_eq!((before.len(), rows.len()), (many, many + 1));
        assert_eq!(rows.get(LEAF * BRANCH), Some(&(LEAF * BRANCH + many)));
        assert_eq!(rows.get(many), Some(&7));
        assert_eq!(rows.get_mut(many + 1), None);
        assert_eq!(rows.iter().count(), many + 1);
        assert!(rows != before);
    }
}
