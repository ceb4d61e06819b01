//! Which formats come in and go out? Importers give commands, exporters take a snapshot.

pub mod backup;
pub mod document;
pub mod export;
pub mod fixture;
pub mod import;
pub mod intake;
pub mod linked;
pub mod report;
pub mod stix;
pub mod table;
pub mod wikidata;
mod words;
