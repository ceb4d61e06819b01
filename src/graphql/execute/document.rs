//! Documents: parsed, measured and validated once, then kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::executable::{Operation, OperationType, Selection, SelectionSet};
use apollo_compiler::parser::Parser;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::{GraphQLError, JsonMap, JsonValue};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Node, Schema};
use async_graphql::{Pos, ServerError, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::graphql::kit::error::{self, coded_error};
use crate::graphql::kit::guard::{self, Limits};

use super::plan::{Field, Planner};
use super::run::position;
use super::value;

/// The bytes of text of the documents that are kept, counted twenty times: what is made of a text
/// takes about so much.
const CACHE_BYTES: u64 = 64 << 20;
/// How many plans of a document are kept, one for each way in which its conditions came out.
const PLANS: usize = 8;
/// How many faults of a document are told.
const MOST_FAULTS: usize = 20;

/// Why a request is not carried out.
pub type Faults = Vec<ServerError>;

/// Reads documents against one schema.
pub struct Documents {
    planner: Planner,
    kept: Cache<String, Arc<Document>, ByText>,
}

#[derive(Clone)]
struct ByText;

impl Weighter<String, Arc<Document>> for ByText {
    fn weight(&self, text: &String, _: &Arc<Document>) -> u64 {
        text.len() as u64 * 20 + 2_000
    }
}

/// A document that is valid.
pub struct Document {
    parsed: Valid<ExecutableDocument>,
    /// The variables in its conditions.
    switches: Vec<String>,
    plans: Mutex<Vec<Planned>>,
}

struct Planned {
    operation: Option<String>,
    switches: Vec<bool>,
    fields: Arc<[Field]>,
}

/// The variables of a request, as the operation takes them.
pub type Variables = HashMap<String, Value>;

impl Documents {
    /// Reads documents against the schema with this definition.
    ///
    /// # Errors
    /// When it is no valid schema.
    pub fn new(sdl: &str) -> Result<Self, String> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql");
        let schema = schema.map_err(|invalid| invalid.errors.to_string())?;
        Ok(Self {
            planner: Planner::new(schema),
            kept: Cache::with_weighter(1_000, CACHE_BYTES, ByText),
        })
    }

    /// Parses, measures and validates a document, unless that was done before.
    ///
    /// # Errors
    /// All that is wrong with it, up to twenty faults.
    pub fn read(&self, text: &str, limits: &Limits) -> Result<Arc<Document>, Faults> {
        if let Some(kept) = self.kept.get(text) {
            return Ok(kept);
        }
        let document = Arc::new(self.parse(text, limits)?);
        self.kept.insert(text.to_owned(), document.clone());
        Ok(document)
    }

    fn parse(&self, text: &str, limits: &Limits) -> Result<Document, Faults> {
        let refused = |error: guard::GuardError| vec![coded_error(error.code(), error.to_string())];
        guard::check_text(text, limits).map_err(refused)?;
        let mut parser = Parser::new()
            .recursion_limit(limits.nesting)
            .token_limit(limits.tokens);
        let tree = parser
            .parse_ast(text, "request")
            .map_err(|invalid| syntax(&invalid.errors))?;
        guard::check(&tree, limits).map_err(refused)?;
        let parsed = tree
            .to_executable_validate(self.planner.schema())
            .map_err(|invalid| faults(&invalid.errors))?;
        let mut switches = Vec::new();
        let fragments = parsed.fragments.values().map(|one| &one.selection_set);
        let operations = parsed.operations.iter().map(|one| &one.selection_set);
        for set in operations.chain(fragments) {
            conditions(set, &mut switches);
        }
        Ok(Document {
            parsed,
            switches,
            plans: Mutex::new(Vec::new()),
        })
    }

    /// What an operation selects, with the conditions decided by its variables.
    pub(super) fn plan(
        &self,
        document: &Document,
        operation: &Operation,
        variables: &Variables,
    ) -> Arc<[Field]> {
        let on = |name: &str| variables.get(name) == Some(&Value::Boolean(true));
        let switches: Vec<bool> = document.switches.iter().map(|name| on(name)).collect();
        let name = operation.name.as_ref().map(apollo_compiler::Name::as_str);
        let mut plans = document
            .plans
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let same = |plan: &&Planned| plan.operation.as_deref() == name && plan.switches == switches;
        if let Some(plan) = plans.iter().find(same) {
            return plan.fields.clone();
        }
        let fields = self.planner.plan(&document.parsed, operation, &on);
        if plans.len() == PLANS {
            plans.remove(0);
        }
        plans.push(Planned {
            operation: name.map(str::to_owned),
            switches,
            fields: fields.clone(),
        });
        fields
    }

    /// Reads the variables of a request as an operation declares them.
    ///
    /// # Errors
    /// When one is missing, or is not of its type.
    pub fn variables(
        &self,
        document: &Document,
        operation: &Operation,
        given: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Variables, Faults> {
        if operation.variables.is_empty() {
            return Ok(Variables::new());
        }
        let given = match JsonValue::from(serde_json::Value::Object(given.clone())) {
            JsonValue::Object(given) => given,
            _ => JsonMap::new(),
        };
        let coerced = coerce_variable_values(self.planner.schema(), operation, &given);
        match coerced {
            Ok(coerced) => Ok(value::variables(&coerced)),
            Err(wrong) => {
                let wrong = wrong.to_graphql_error(&document.parsed.sources);
                Err(vec![fault(error::BAD_USER_INPUT, wrong)])
            }
        }
    }
}

impl Document {
    /// The operation of a name, or the only one.
    ///
    /// # Errors
    /// When there is none, or none is named and there are several.
    pub fn operation(&self, name: Option<&str>) -> Result<&Node<Operation>, Faults> {
        self.parsed.operations.get(name).map_err(|_| {
            let message = match name {
                Some(name) => {
                    let name = crate::model::shorten(name);
                    format!("the document has no operation named {name:?}")
                }
                None => {
                    "the document has several operations; say which with operationName".to_owned()
                }
            };
            vec![coded_error(error::INVALID, message)]
        })
    }

    /// Whether an operation asks about the schema itself.
    pub fn asks_about_the_schema(&self, operation: &Operation) -> bool {
        let mut roots = operation.root_fields(&self.parsed);
        operation.operation_type == OperationType::Query
            && roots.any(|field| matches!(field.name.as_str(), "__schema" | "__type"))
    }
}

/// Adds the variables in the conditions of a selection set, without following fragments.
fn conditions(set: &SelectionSet, found: &mut Vec<String>) {
    for selection in &set.selections {
        let below = match selection {
            Selection::Field(field) => Some(&field.selection_set),
            Selection::InlineFragment(fragment) => Some(&fragment.selection_set),
            Selection::FragmentSpread(_) => None,
        };
        for directive in selection.directives() {
            let given = directive.specified_argument_by_name("if");
            let name = given.and_then(|given| given.as_variable());
            if let Some(name) = name.filter(|name| !found.iter().any(|one| one == name.as_str())) {
                found.push(name.to_string());
            }
        }
        if let Some(below) = below {
            conditions(below, found);
        }
    }
}

fn syntax(errors: &DiagnosticList) -> Faults {
    let told = errors.iter().next().map(|one| one.to_json());
    let Some(told) = told else {
        return Faults::new();
    };
    let place = told.locations.first().copied();
    let detail = told.message.trim_start_matches("syntax error: ").to_owned();
    let mut fault = fault("GRAPHQL_PARSE_FAILED", told);
    if let Some(at) = place {
        let (line, column) = (at.line, at.column);
        fault.message =
            format!("the document has a syntax error at line {line}, column {column}: {detail}");
    }
    vec![fault]
}

fn faults(errors: &DiagnosticList) -> Faults {
    let told = errors.iter().take(MOST_FAULTS);
    told.map(|one| fault(error::INVALID, one.to_json()))
        .collect()
}

fn fault(code: &'static str, told: GraphQLError) -> ServerError {
    let mut fault = coded_error(code, told.message);
    let places = told.locations.iter();
    fault.locations = places
        .map(|at| position(at.line, at.column))
        .collect::<Vec<Pos>>();
    fault
}
