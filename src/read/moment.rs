//! The record at another moment: as of when in the world, as known when, as read by whom.

use crate::model::{PartialDate, Timestamp, TypedId as _, ViewpointId, shorten};
use crate::snapshot::{Lens, Snapshot};

use super::ReadError;

/// Which moment. What is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The day, month or year in the world.
    pub valid_on: Option<PartialDate>,
    /// The instant as of which the record is read.
    pub known_at: Option<Timestamp>,
    /// The revision of the record.
    pub revision: Option<u32>,
    /// The viewpoint through which it is read: an id or a key.
    pub through: Option<String>,
}

impl Moment {
    /// Whether what is found there can never be another: both times are given, and nothing that is
    /// recorded from now on can fall before them.
    pub fn is_settled(&self, from: &Snapshot) -> bool {
        let newest = from.recorded_at(from.state().revision());
        self.valid_on.is_some()
            && (self.revision.is_some() || self.known_at.is_some_and(|known_at| known_at < newest))
    }
}

/// Goes from one moment to another. Revisions later than those of `from` are not seen.
///
/// # Errors
/// When the moment lies ahead, both a revision and an instant are given, or there is no such
/// viewpoint then.
pub fn at(from: &Snapshot, now: Timestamp, asked: &Moment) -> Result<Snapshot, ReadError> {
    let mut at = match (asked.revision, asked.known_at) {
        (Some(_), Some(_)) => {
            let message = "give revision or knownAt, and not both".to_owned();
            return Err(ReadError::BadArgument(message));
        }
        (Some(revision), None) if revision > from.revision() => {
            return Err(ReadError::BadArgument(format!(
                "revision {revision} is not there yet; the newest is {}",
                from.revision()
            )));
        }
        (Some(revision), None) => from.at(revision),
        (None, Some(instant)) if instant > now => {
            return Err(ReadError::BadArgument(format!(
                "knownAt {instant} lies in the future; what the record will know then nobody can tell"
            )));
        }
        (None, Some(instant)) => from.as_known_at(instant),
        (None, None) => from.clone(),
    };
    if let Some(valid_on) = asked.valid_on {
        at = at.valid(valid_on);
    }
    match &asked.through {
        Some(name) => {
            let lens = Lens::of(&at, viewpoint(&at, name)?)?;
            Ok(at.through(lens))
        }
        None => Ok(at),
    }
}

/// The viewpoint that an id or a key names at a moment.
///
/// # Errors
/// When there is none in the lists.
pub fn viewpoint(at: &Snapshot, name: &str) -> Result<ViewpointId, ReadError> {
    // Ids have an underscore and keys have none.
    let id = if name.contains('_') {
        Some(ViewpointId::parse(name)?)
    } else {
        at.find::<ViewpointId>(name)
    };
    id.filter(|id| at.exists((*id).into())).ok_or_else(|| {
        ReadError::BadArgument(format!(
            "there is no viewpoint {:?} at this moment; give the id or the key of one",
            shorten(name)
        ))
    })
}
