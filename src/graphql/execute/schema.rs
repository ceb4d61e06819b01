//! What the schema says of itself, among the other fields of a query.

use apollo_compiler::response::JsonMap;

use crate::graphql::Query;

use super::output::{Fields, name_hash};
use super::plan::Field;
use super::run::{Nulled, Path, Run};

/// The root of queries, with what was asked about the schema.
pub(super) struct WithSchema<'a> {
    query: Query,
    /// The answers, by response key.
    told: &'a JsonMap,
}

impl<'a> WithSchema<'a> {
    pub(super) fn new(told: &'a JsonMap) -> Self {
        Self {
            query: Query::default(),
            told,
        }
    }
}

impl Fields for WithSchema<'_> {
    fn write_field(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<bool, Nulled> {
        const SCHEMA: u32 = name_hash("__schema");
        const TYPE: u32 = name_hash("__type");
        if !matches!(field.hash, SCHEMA | TYPE) {
            return self.query.write_field(field, run, at);
        }
        run.leaf(&self.told.get(field.key()));
        Ok(true)
    }
}
