//! Changes that follow one another, in one value of the log.
//!
//! The engine keeps something in memory for each of its pages, and a page holds few values however small they
//! are. So the changes of a large revision lie in blocks.
//!
//! ```text
//! a change that is alone: as codec writes it
//! several: the byte 0xfd, how many, for each where it ends among the bytes that follow, and these bytes; numbers
//! are u32, little-endian
//! ```

/// What several begin with, and no change.
const SEVERAL: u8 = 0xfd;
/// The bytes of a number.
const NUMBER: usize = 4;
/// The most that changes of one block take together, in bytes. Who reads one reads all of the block.
const LARGEST: usize = 4 << 10;

/// Changes in blocks, each with the place of its first change among them.
pub(super) fn blocks(changes: &[Vec<u8>]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let mut place = 0;
    std::iter::from_fn(move || {
        let rest = changes.get(place..).filter(|rest| !rest.is_empty())?;
        let mut size = 0;
        let fitting = rest.iter().take_while(|change| {
            size += change.len();
            size <= LARGEST
        });
        let count = fitting.count().max(1);
        let block = (place, block(&rest[..count]));
        place += count;
        Some(block)
    })
}

/// The value of changes that follow one another.
pub(super) fn block(changes: &[Vec<u8>]) -> Vec<u8> {
    if let [change] = changes {
        return change.clone();
    }
    let size: usize = changes.iter().map(|change| NUMBER + change.len()).sum();
    let mut value = Vec::with_capacity(1 + NUMBER + size);
    value.push(SEVERAL);
    value.extend((changes.len() as u32).to_le_bytes());
    let mut end = 0;
    for change in changes {
        end += change.len() as u32;
        value.extend(end.to_le_bytes());
    }
    for change in changes {
        value.extend_from_slice(change);
    }
    value
}

/// How many changes a value has.
pub(super) fn count(value: &[u8]) -> usize {
    match value.split_first() {
        Some((&SEVERAL, several)) => number(several, 0).unwrap_or(0),
        _ => 1,
    }
}

/// The changes of a value.
pub(super) fn changes(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..count(value)).map_while(|place| change(value, place))
}

/// The change at a place in a value; none where there is none, or it is not whole.
pub(super) fn change(value: &[u8], place: usize) -> Option<&[u8]> {
    let Some((&SEVERAL, several)) = value.split_first() else {
        return Some(value).filter(|_| place == 0);
    };
    let count = number(several, 0).filter(|count| place < *count)?;
    let begin = if place == 0 {
        0
    } else {
        number(several, place)?
    };
    let changes = several.get(NUMBER * (1 + count)..)?;
    changes.get(begin..number(several, place + 1)?)
}

/// One of the numbers that a block begins with.
fn number(several: &[u8], place: usize) -> Option<usize> {
    let bytes = several.get(NUMBER * place..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes) as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn changes_come_out_of_their_blocks_as_they_went_in(
            lengths in prop::collection::vec(prop_oneof![1..200_usize, 4_000..40_000_usize], 0..80),
        ) {
            let made = |(number, length): (usize, &usize)| {
                let mut change = vec![number as u8; *length];
                change[0] = 2;
                change
            };
            let all: Vec<Vec<u8>> = lengths.iter().enumerate().map(made).collect();
            let mut found = Vec::new();
            for (place, value) in blocks(&all) {
                prop_assert_eq!(place, found.len());
                prop_assert_eq!(count(&value), changes(&value).count());
                prop_assert_eq!(change(&value, count(&value)), None);
                found.extend(changes(&value).map(<[u8]>::to_vec));
                let own = &all[place..found.len()];
                prop_assert!(own.len() == 1 || own.iter().map(Vec::len).sum::<usize>() <= LARGEST);
            }
            prop_assert_eq!(found, all);
        }

        #[test]
        fn a_value_that_is_not_whole_is_read_as_far_as_it_goes(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let value = [&[SEVERAL][..], &bytes].concat();
            prop_assert!(changes(&value).count() <= count(&value));
        }
    }
}
