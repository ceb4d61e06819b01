//! Why a record was found: the parts of its texts that fit, with the words that fit marked.

use crate::model::Record;

use super::question::Marks;
use super::texts::{Passage, passages};
use super::words::{Word, analyse, plain, sound, stems, whole};

/// How many texts of a record are shown.
const MOST: usize = 3;
/// How much is shown before and after a word that fits, in bytes.
const AROUND: usize = 80;

/// A part of a text that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The field of the API that holds the text: names joined by dots.
    pub field: &'static str,
    /// The text, piece by piece.
    pub pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The piece.
    pub text: String,
    /// Whether it is what was looked for.
    pub matches: bool,
}

/// The parts of a record that fit, names first.
pub(super) fn highlights(record: &Record, marks: &Marks) -> Vec<Highlight> {
    let found = passages(record).into_iter().filter_map(|passage| {
        let fitting = fitting(&passage, marks);
        let pieces = cut(passage.text, &fitting)?;
        Some(Highlight {
            field: passage.field,
            pieces,
        })
    });
    let mut found: Vec<Highlight> = found.collect();
    found.dedup();
    found.truncate(MOST);
    found
}

/// Where the words that fit stand in a text.
fn fitting(passage: &Passage<'_>, marks: &Marks) -> Vec<(usize, usize)> {
    let text = passage.text;
    let (words, stems) = (analyse(&mut plain(), text), analyse(&mut stems(), text));
    let fits = |(word, stem): &(&Word, &Word)| {
        let named = passage.is_name && marks.words.contains(&word.text);
        named || marks.stems.contains(&stem.text)
    };
    let pairs = words.iter().zip(&stems).filter(fits);
    let found: Vec<_> = pairs.map(|(word, _)| (word.from, word.to)).collect();
    let sounds = || sound(&whole(text)).is_some_and(|own| marks.sounds.contains(&own));
    if found.is_empty() && passage.is_name && sounds() {
        return vec![(0, text.len())];
    }
    found
}

/// Cuts a text into pieces around the first words that fit.
fn cut(text: &str, fitting: &[(usize, usize)]) -> Option<Vec<Piece>> {
    let (first, _) = *fitting.first()?;
    let from = match first.checked_sub(AROUND) {
        None | Some(0) => 0,
        // At the beginning of a word.
        Some(near) => {
            let near = floor(text, near);
            let mut signs = text[near..first].char_indices();
            signs
                .find(|(_, sign)| sign.is_whitespace())
                .map_or(first, |(gap, sign)| near + gap + sign.len_utf8())
        }
    };
    let wanted = floor(text, (first + 2 * AROUND).min(text.len()));
    let end = match text[wanted..].find(char::is_whitespace) {
        Some(gap) => wanted + gap,
        None => text.len(),
    };
    let mut pieces = Vec::new();
    let mut push = |text: &str, matches: bool| {
        if !text.is_empty() {
            let text = text.to_owned();
            pieces.push(Piece { text, matches });
        }
    };
    if from > 0 {
        push("… ", false);
    }
    let mut at = from;
    for (start, stop) in fitting
        .iter()
        .filter(|(start, stop)| *start >= from && *stop <= end)
    {
        // Signs that stand for several words each have one place.
        if *start >= at {
            push(&text[at..*start], false);
            push(&text[*start..*stop], true);
            at = *stop;
        }
    }
    push(&text[at..end], false);
    if end < text.len() {
        push(" …", false);
    }
    Some(pieces)
}

fn floor(text: &str, near: usize) -> usize {
    let mut at = near.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks(query: &str) -> Marks {
        let words = analyse(&mut plain(), query).into_iter();
        Marks {
            stems: words.map(|word| word.text).collect(),
            ..Marks::default()
        }
    }

    fn pieces(text: &str, query: &str) -> Option<Vec<Piece>> {
        let passage = Passage {
            field: "body",
            text,
            is_name: false,
        };
        cut(text, &fitting(&passage, &marks(query)))
    }

    #[test]
    fn a_long_text_is_cut_around_what_fits() {
        let text = format!("{} treaty {}", "before ".repeat(60), "after ".repeat(60));
        let pieces = pieces(&text, "treati").unwrap();
        assert_eq!(pieces.iter().filter(|piece| piece.matches).count(), 1);
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert!(shown.starts_with("… before") && shown.ends_with("after …"));
        assert!(shown.len() < 300, "{shown}");
    }

    #[test]
    fn a_space_of_several_bytes_parts_words_too() {
        let text = format!("{}\u{a0}{} treaty", "before".repeat(5), "x".repeat(75));
        let pieces = pieces(&text, "treati").unwrap();
        assert!(pieces[1].text.starts_with("xxx"), "{pieces:?}");
    }

    proptest! {
        /// Whatever the script, what is shown is a part of the text as it stands there.
        #[test]
        fn what_is_shown_stands_in_the_text(text in "[\\PC\u{64b}\u{300} ]{0,300}", query in "[\\PC ]{1,12}") {
            if let Some(pieces) = pieces(&text, &query) {
                let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
                let shown = shown.strip_prefix("… ").unwrap_or(&shown);
                let shown = shown.strip_suffix(" …").unwrap_or(shown);
                prop_assert!(text.contains(shown), "{shown:?}");
                prop_assert!(pieces.iter().any(|piece| piece.matches));
            }
        }
    }
}
