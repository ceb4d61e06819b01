//! A record as an object of an answer: its id and the moment at which it is read.

use std::sync::{Arc, OnceLock};

use async_graphql::{ID, Result};

use crate::model::{RecordId, Timestamp};
use crate::snapshot::table::Row;
use crate::snapshot::{Facts, Snapshot};
use crate::store::StoreError;

/// A record of one kind at one moment. The text is read when a field first needs it.
pub struct Handle<F: Facts> {
    /// The moment.
    pub at: Snapshot,
    /// The record.
    pub id: F::Id,
    text: OnceLock<Arc<F::Record>>,
}

impl<F: Facts> Handle<F> {
    /// The record with this id, whether it is in the lists or not.
    pub fn new(at: Snapshot, id: F::Id) -> Self {
        Self {
            at,
            id,
            text: OnceLock::new(),
        }
    }

    /// The record, if it is in the lists.
    pub fn live(at: &Snapshot, id: F::Id) -> Option<Self> {
        at.row::<F>(id)?;
        Some(Self::new(at.clone(), id))
    }

    /// What is in memory of it.
    pub fn row(&self) -> Result<&Row<F>> {
        Ok(self.at.row_even_retired::<F>(self.id).ok_or_else(|| {
            let id: RecordId = self.id.into();
            StoreError::Damaged(format!("{id} is not in the state"))
        })?)
    }

    /// What queries filter, sort and walk on.
    pub fn facts(&self) -> Result<&F> {
        Ok(&self.row()?.facts)
    }

    /// What it says.
    pub fn text(&self) -> Result<&F::Record> {
        if let Some(text) = self.text.get() {
            return Ok(text);
        }
        let text = self.at.document(self.row()?)?;
        Ok(self.text.get_or_init(|| text))
    }

    /// Its id outside.
    pub fn global_id(&self) -> ID {
        let id: RecordId = self.id.into();
        ID(id.to_string())
    }

    /// The revision that last changed it.
    pub fn version(&self) -> Result<u32> {
        Ok(self.row()?.version)
    }

    /// When it entered the record.
    pub fn recorded_at(&self) -> Result<Timestamp> {
        Ok(self.at.recorded_at(self.at.created::<F>(self.id)))
    }

    /// When it last changed.
    pub fn updated_at(&self) -> Result<Timestamp> {
        Ok(self.at.recorded_at(self.row()?.version))
    }
}
