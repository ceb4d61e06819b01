//! Where in a command something is. Nearly always nobody asks, so a step is a text only when it is told.

use std::fmt;

/// A step of the way to a field of a command.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Field(&'static str),
    /// The place in a list, from 0 on.
    Place(usize),
}

impl From<&'static str> for Step {
    fn from(field: &'static str) -> Self {
        Self::Field(field)
    }
}

impl From<usize> for Step {
    fn from(place: usize) -> Self {
        Self::Place(place)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Place(place) => place.fmt(f),
        }
    }
}
