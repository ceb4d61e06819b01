//! What is asked: a document, which of its operations, and the variables.

use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::executable::{Operation, OperationType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::graphql::kit::error::{TOO_COSTLY, excess_error};
use crate::graphql::kit::guard::{Excess, Limits, bound};

use super::document::Variables;
use super::plan::Field;
use super::{Document, Documents, Faults};

/// An operation with its variables, as it is carried out and as a receipt keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// The document.
    pub query: String,
    /// Which of its operations, where it has several.
    pub operation_name: Option<String>,
    /// What the variables stand for.
    pub variables: Map<String, Value>,
}

/// A question that can be carried out: its document was read, its variables taken, its cost allowed.
pub struct Prepared {
    pub(super) question: Question,
    pub(super) document: Arc<Document>,
    pub(super) operation: Node<Operation>,
    pub(super) variables: Variables,
    pub(super) fields: Arc<[Field]>,
    pub(super) cost: u64,
}

impl Prepared {
    pub(super) fn read(
        documents: &Documents,
        limits: &Limits,
        question: Question,
    ) -> Result<Self, Faults> {
        let refused = |excess: Excess| vec![excess_error(TOO_COSTLY, excess)];
        let size = question.variables.iter().map(member).sum();
        bound("bytes of variables", size, limits.variables_bytes).map_err(refused)?;
        let document = documents.read(&question.query, limits)?;
        let name = question.operation_name.as_deref();
        let operation = document.operation(name)?.clone();
        let variables = documents.variables(&document, &operation, &question.variables)?;
        let (fields, cost) = documents
            .plan(&document, &operation, &variables, limits)
            .map_err(refused)?;
        bound("units of cost", cost, limits.cost).map_err(refused)?;
        Ok(Self {
            question,
            document,
            operation,
            variables,
            fields,
            cost,
        })
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The name that the document gives the operation.
    pub fn name(&self) -> Option<&str> {
        self.operation
            .name
            .as_ref()
            .map(apollo_compiler::Name::as_str)
    }

    /// What it costs, by the estimate.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// What sort of operation it is.
    pub fn kind(&self) -> OperationType {
        self.operation.operation_type
    }

    /// Whether it searches for words: then its answer follows from the search index too.
    pub fn searches(&self) -> bool {
        self.document.searches()
    }

    /// Whether it only reads.
    pub fn is_query(&self) -> bool {
        self.kind() == OperationType::Query
    }

    /// Whether it asks about the schema itself, which changes with the program.
    pub fn asks_about_the_schema(&self) -> bool {
        self.document.asks_about_the_schema(&self.operation)
    }
}

/// About how many bytes of JSON a member of an object takes.
fn member((name, value): (&String, &Value)) -> u64 {
    name.len() as u64 + 4 + size(value)
}

/// About how many bytes of JSON a value takes.
fn size(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 4,
        Value::String(text) => text.len() as u64 + 2,
        Value::Array(items) => items.iter().map(|item| size(item) + 1).sum::<u64>() + 2,
        Value::Object(members) => members.iter().map(member).sum::<u64>() + 2,
    }
}
