//! A few short texts in one piece of memory.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What stands between two texts. No text of a record has it.
const BETWEEN: char = '\0';

/// A few short texts, in one piece of memory: each in one of its own would take more for the piece than for
/// the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts(Option<Arc<str>>);

impl Texts {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|texts| texts.split(BETWEEN))
    }

    /// Whether a text is among them.
    pub fn contains(&self, text: &str) -> bool {
        self.iter().any(|own| own == text)
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let joined = texts
            .into_iter()
            .fold(None, |joined: Option<String>, text| {
                let mut joined = joined.map_or_else(String::new, |mut joined| {
                    joined.push(BETWEEN);
                    joined
                });
                joined.push_str(text.as_ref());
                Some(joined)
            });
        Self(joined.map(Arc::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were_also_where_there_are_none_or_empty_ones() {
        for texts in [&[][..], &[""], &["a"], &["", "b", ""], &["Иран", "iran"]] {
            let kept: Texts = texts.iter().collect();
            assert!(kept.iter().eq(texts.iter().copied()), "{texts:?}");
            assert!(texts.iter().all(|text| kept.contains(text)));
            assert!(!kept.contains("c"));
        }
    }
}
