//! Identity: dense numbers inside, typed opaque ids outside.
//!
//! Records of a kind are numbered from 1 in the order in which they entered the record; indexes
//! are plain vectors for that reason. Outside, an id is the kind's prefix, an underscore and the
//! number in base 36: `actor_1c`. The underscore keeps ids apart from slugs, which have none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::vocabulary::{Kind, Vocabulary as _};

impl Kind {
    /// The word before the underscore in ids of this kind.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Relationship => "relationship",
            Self::Viewpoint => "viewpoint",
            Self::Note => "note",
            Self::Source => "source",
            Self::Brief => "brief",
        }
    }

    /// The kind as a sentence names it: "an actor".
    pub fn with_article(self) -> String {
        let article = if self == Self::Actor { "an" } else { "a" };
        format!("{article} {}", self.prefix())
    }
}

/// The id of a record of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// What kind of record it is.
    pub kind: Kind,
    /// Its number among the records of its kind, from 1.
    pub number: u32,
}

/// Why a text is not the id that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text has not the form of an id.
    #[error("{text:?} is not an id; ids are given by the API, such as actor_1c")]
    Malformed {
        /// The text, shortened.
        text: String,
    },
    /// It is the id of another kind of record.
    #[error("{id} is the id of {found}; the id of {wanted} is wanted here", found = .id.kind.with_article(), wanted = .wanted.with_article())]
    WrongKind {
        /// The id that was given.
        id: RecordId,
        /// The kind that is wanted.
        wanted: Kind,
    },
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0u8; 7];
        let mut at = digits.len();
        let mut rest = self.number;
        loop {
            at -= 1;
            digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
            rest /= 36;
            if rest == 0 {
                break;
            }
        }
        f.write_str(self.kind.prefix())?;
        f.write_str("_")?;
        digits[at..]
            .iter()
            .try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let malformed = || IdError::Malformed {
            text: super::shorten(text),
        };
        let (prefix, digits) = text.split_once('_').ok_or_else(malformed)?;
        let mut kinds = Kind::ALL.iter().copied();
        let kind = kinds
            .find(|kind| kind.prefix() == prefix)
            .ok_or_else(malformed)?;
        let canonical = digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
            && !digits.starts_with('0');
        let number = u32::from_str_radix(digits, 36).ok().filter(|_| canonical);
        number
            .map(|number| Self { kind, number })
            .ok_or_else(malformed)
    }
}

impl Serialize for RecordId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.kind, self.number).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
                .parse()
                .map_err(serde::de::Error::custom)
        } else {
            let (kind, number) = Deserialize::deserialize(deserializer)?;
            Ok(Self { kind, number })
        }
    }
}

/// An id whose kind is known at compile time.
pub trait TypedId:
    Copy + Ord + std::hash::Hash + fmt::Debug + Into<RecordId> + Send + Sync + 'static
{
    /// The kind of record that it names.
    const KIND: Kind;
    /// The id with this number. Numbers begin at 1.
    fn from_number(number: u32) -> Self;
    /// The number among the records of the kind, from 1.
    fn number(self) -> u32;
    /// The id with this number, if it can be one.
    fn checked(number: u32) -> Option<Self> {
        (number > 0).then(|| Self::from_number(number))
    }
    /// The place in a vector of all records of the kind, from 0.
    fn index(self) -> usize {
        self.number() as usize - 1
    }
    /// The id at a place in a vector of all records of the kind.
    fn from_index(index: usize) -> Self {
        Self::from_number(index as u32 + 1)
    }
    /// Narrows an id of any kind.
    ///
    /// # Errors
    /// When it is the id of another kind of record.
    fn narrow(id: RecordId) -> Result<Self, IdError> {
        if id.kind == Self::KIND {
            Ok(Self::from_number(id.number))
        } else {
            Err(IdError::WrongKind {
                id,
                wanted: Self::KIND,
            })
        }
    }
    /// Reads the id from its outside form.
    ///
    /// # Errors
    /// When the text is no id, or the id of another kind of record.
    fn parse(text: &str) -> Result<Self, IdError> {
        Self::narrow(text.parse()?)
    }
}

macro_rules! typed_id {
    ($(#[doc = $about:literal] $name:ident = $kind:ident,)+) => {$(
        #[doc = $about]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl TypedId for $name {
            const KIND: Kind = Kind::$kind;
            fn from_number(number: u32) -> Self {
                debug_assert!(number > 0, "numbers begin at 1");
                Self(number)
            }
            fn number(self) -> u32 {
                self.0
            }
        }

        impl From<$name> for RecordId {
            fn from(id: $name) -> Self {
                Self { kind: Kind::$kind, number: id.0 }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                RecordId::from(*self).fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::parse(&text).map_err(serde::de::Error::custom)
                } else {
                    u32::deserialize(deserializer).map(Self)
                }
            }
        }
    )+};
}

typed_id! {
    /// The id of an actor.
    ActorId = Actor,
    /// The id of a relationship.
    RelationshipId = Relationship,
    /// The id of a viewpoint.
    ViewpointId = Viewpoint,
    /// The id of a context note.
    NoteId = Note,
    /// The id of a source.
    SourceId = Source,
    /// The id of a brief.
    BriefId = Brief,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_printed() {
        for number in [1, 35, 36, 1_000_000, u32::MAX] {
            let id = RecordId {
                kind: Kind::Relationship,
                number,
            };
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!(ActorId::from_number(48).to_string(), "actor_1c");
    }

    #[test]
    fn the_id_of_another_kind_is_refused_by_name() {
        let error = ActorId::parse("relationship_2").unwrap_err();
        assert_eq!(
            error.to_string(),
            "relationship_2 is the id of a relationship; the id of an actor is wanted here"
        );
    }

    #[test]
    fn only_one_text_names_a_record() {
        for text in [
            "actor_01",
            "actor_1C",
            "actor_",
            "actor_+1",
            "actor_zzzzzzzz",
            "1",
            "",
            "actor",
            "Actor_1",
            "actor_0",
        ] {
            assert!(text.parse::<RecordId>().is_err(), "{text}");
        }
    }
}
