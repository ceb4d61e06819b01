//! Everything that comes in by `foedera import` and by an admin's upload.

use crate::ledger::Ledger;

use super::intake::{Report, Wishes};
use super::table::{self, Data, Mapping, MappingError};
use super::{stix, wikidata};

/// A format, and how it is read.
pub enum Format {
    /// A table, by a mapping.
    Table(Box<Mapping>),
    /// STIX bundles.
    Stix,
    /// Entities of Wikidata, by a map of properties.
    Wikidata(Box<wikidata::Properties>),
}

/// Why there is no such format.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Nobody knows it.
    #[error("there is no format {0:?}; known are table, stix, wikidata, {1}")]
    Unknown(String, String),
    /// A table is not read without a mapping.
    #[error("a table needs a mapping; see docs/mappings.md")]
    NoMapping,
    /// It has a mapping of its own, or none.
    #[error("{0} is read as it is; leave the mapping out")]
    NoUse(String),
    /// The mapping is wrong.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is told by the error within")]
pub enum ImportError {
    #[error(transparent)]
    Table(#[from] table::ImportError),
    #[error(transparent)]
    Stix(#[from] stix::StixError),
    #[error(transparent)]
    Wikidata(#[from] wikidata::WikidataError),
}

impl Format {
    /// The format with a name. `mapping` is the name and text of one that is given with it; a shipped one
    /// may be given by its name alone.
    ///
    /// # Errors
    /// When there is no such format, or the mapping is wrong.
    pub fn named(format: &str, mapping: Option<(&str, &str)>) -> Result<Self, FormatError> {
        match (format, mapping) {
            ("table", Some((name, text))) => {
                Ok(Self::Table(Box::new(table::read_mapping(name, text)?)))
            }
            ("table", None) => Err(FormatError::NoMapping),
            ("wikidata", mapping) => {
                let (name, text) = mapping.unwrap_or(("wikidata", wikidata::SHIPPED));
                let properties = wikidata::Properties::read(text).map_err(|why| MappingError {
                    name: name.to_owned(),
                    why,
                })?;
                Ok(Self::Wikidata(Box::new(properties)))
            }
            (_, Some(_)) => Err(FormatError::NoUse(format.to_owned())),
            ("stix", None) => Ok(Self::Stix),
            (name, None) => {
                let text = table::shipped(name).ok_or_else(|| {
                    let known = table::SHIPPED.map(|(name, _)| name).join(", ");
                    FormatError::Unknown(crate::model::shorten(name), known)
                })?;
                Ok(Self::Table(Box::new(table::read_mapping(name, text)?)))
            }
        }
    }

    /// Whom the revisions name as their author, unless somebody else is named.
    pub fn author(&self) -> String {
        let name = match self {
            Self::Table(mapping) => &mapping.name,
            Self::Stix => "stix",
            Self::Wikidata(_) => "wikidata",
        };
        format!("import {name}")
    }

    /// Reads files into a record. `progress` is told what is counted, and how many there are so far.
    ///
    /// # Errors
    /// When a file is not what it should be, the record cannot be written, or `strict` and a row of a table
    /// cannot be taken.
    pub fn import(
        &self,
        ledger: &Ledger,
        data: &[Data],
        wishes: Wishes<'_>,
        strict: bool,
        progress: &mut dyn FnMut(&'static str, u64),
    ) -> Result<Report, ImportError> {
        let mut records = |count| progress("records", count);
        Ok(match self {
            Self::Table(mapping) => table::import(ledger, mapping, data, wishes, strict, progress)?,
            Self::Stix => stix::import(ledger, data, wishes, &mut records)?,
            Self::Wikidata(properties) => {
                wikidata::import(ledger, properties, data, wishes, &mut records)?
            }
        })
    }
}
