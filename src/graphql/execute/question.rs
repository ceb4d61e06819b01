//! What is asked: a document, which of its operations, and the variables.

use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::executable::{Operation, OperationType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Document, Documents, Faults};
use crate::graphql::kit::guard::Limits;

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

/// A question whose document was read.
pub struct Prepared {
    pub(super) question: Question,
    pub(super) document: Arc<Document>,
    pub(super) operation: Node<Operation>,
}

impl Prepared {
    pub(super) fn read(
        documents: &Documents,
        limits: &Limits,
        question: Question,
    ) -> Result<Self, Faults> {
        let document = documents.read(&question.query, limits)?;
        let name = question.operation_name.as_deref();
        let operation = document.operation(name)?.clone();
        Ok(Self {
            question,
            document,
            operation,
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

    /// What sort of operation it is.
    pub fn kind(&self) -> OperationType {
        self.operation.operation_type
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
