//! Whoever asks, once that is known.

use std::sync::Arc;

use crate::model::Timestamp;

use super::Role;

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Anybody: may read, where reading needs no token.
    Anonymous,
    /// Somebody who has shown who it is.
    Known(Arc<Known>),
}

/// Somebody who has shown who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The name that revisions of this viewer carry.
    pub name: String,
    /// What this viewer may do.
    pub role: Role,
    /// The number of the access token that was shown, if it was one.
    pub token: Option<u32>,
    /// Until when what was shown is valid.
    pub until: Option<Timestamp>,
}

impl Viewer {
    /// The name that revisions of this viewer carry.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Known(known) => &known.name,
        }
    }

    /// What this viewer may do.
    pub fn role(&self) -> Role {
        match self {
            Self::Anonymous => Role::Reader,
            Self::Known(known) => known.role,
        }
    }

    /// What is known of this viewer.
    pub fn known(&self) -> Option<&Known> {
        match self {
            Self::Anonymous => None,
            Self::Known(known) => Some(known),
        }
    }
}

impl From<Known> for Viewer {
    fn from(known: Known) -> Self {
        Self::Known(Arc::new(known))
    }
}
