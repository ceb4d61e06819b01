//! A few short texts in one piece of memory.

use std::ops::Range;
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

/// How an actor is called. Whoever shows an actor shows its slug and its name, so these lie together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Called {
    /// The slug, the name, and then what it is looked for by, one behind the other.
    texts: Arc<str>,
    slug_ends: u32,
    name_ends: u32,
}

impl Called {
    /// An actor with this slug and name, that is looked for by these.
    pub(super) fn of(slug: &str, name: &str, folded: impl Iterator<Item = String>) -> Self {
        let mut texts = [slug, name].concat();
        for (place, folded) in folded.enumerate() {
            if place > 0 {
                texts.push(BETWEEN);
            }
            texts.push_str(&folded);
        }
        Self {
            texts: texts.into(),
            slug_ends: slug.len() as u32,
            name_ends: (slug.len() + name.len()) as u32,
        }
    }

    pub(super) fn slug(&self) -> &str {
        self.part(0..self.slug_ends as usize)
    }

    pub(super) fn name(&self) -> &str {
        self.part(self.slug_ends as usize..self.name_ends as usize)
    }

    pub(super) fn folded(&self) -> impl Iterator<Item = &str> {
        self.part(self.name_ends as usize..self.texts.len())
            .split(BETWEEN)
    }

    fn part(&self, range: Range<usize>) -> &str {
        self.texts.get(range).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_called_what_it_was_called() {
        let folded = ["иран", "persia"].map(str::to_owned);
        let called = Called::of("iran", "Иран", folded.into_iter());
        assert_eq!((called.slug(), called.name()), ("iran", "Иран"));
        assert!(called.folded().eq(["иран", "persia"]));
    }

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
