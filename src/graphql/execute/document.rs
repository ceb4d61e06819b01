//! Documents: parsed, measured and validated once, then kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apollo_compiler::ast::{DirectiveList, FieldDefinition};
use apollo_compiler::executable::{Operation, OperationType, Selection, SelectionSet};
use apollo_compiler::parser::Parser;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::{GraphQLError, JsonMap, JsonValue};
use apollo_compiler::schema::{Component, ExtendedType};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Node, Schema, introspection, name, ty};
use async_graphql::{Pos, ServerError, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::graphql::kit::error::{self, coded_error};
use crate::graphql::kit::guard::{self, Excess, GuardError, Limits};

use super::cost::{self, Cost};
use super::plan::{Field, Planner};
use super::run::position;
use super::suggest::suggestion;
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
    /// Whether names are suggested in place of those that there are not.
    suggests: bool,
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
    /// Whether it searches for words.
    searches: bool,
    plans: Mutex<Vec<Planned>>,
}

struct Planned {
    operation: Option<String>,
    switches: Vec<bool>,
    fields: Arc<[Field]>,
    /// What it costs, where that is the same with all variables.
    cost: Option<u64>,
}

/// The variables of a request, as the operation takes them.
pub type Variables = HashMap<String, Value>;

impl Documents {
    /// Reads documents against the schema with this definition.
    ///
    /// # Errors
    /// When it is no valid schema.
    pub fn new(sdl: &str) -> Result<Self, String> {
        let schema = Schema::parse(sdl, "schema.graphql");
        let mut schema = schema.map_err(|invalid| invalid.errors.to_string())?;
        declare_one_of(&mut schema);
        let schema = schema.validate();
        let schema = schema.map_err(|invalid| invalid.errors.to_string())?;
        Ok(Self {
            planner: Planner::new(schema),
            kept: Cache::with_weighter(1_000, CACHE_BYTES, ByText),
            suggests: false,
        })
    }

    /// Sets whether names are suggested in place of those that there are not.
    pub(super) fn suggest(&mut self, suggests: bool) {
        self.suggests = suggests;
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
        let refused = |error: GuardError| vec![told(&error)];
        guard::check_text(text, limits).map_err(refused)?;
        let whole = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let mut parser = Parser::new()
            .recursion_limit(whole(limits.nesting))
            .token_limit(whole(limits.tokens));
        let tree = parser.parse_ast(text, "request").map_err(|invalid| {
            // A parser that has reached a bound goes no further.
            let words = ("words and signs", parser.tokens_reached(), limits.tokens);
            let depth = (
                "brackets within brackets",
                parser.recursion_reached(),
                limits.nesting,
            );
            for (what, found, limit) in [words, depth] {
                if let Err(excess) = guard::bound(what, found as u64, limit) {
                    return refused(excess.into());
                }
            }
            syntax(&invalid.errors)
        })?;
        guard::check(&tree, limits).map_err(refused)?;
        let parsed = tree
            .to_executable_validate(self.planner.schema())
            .map_err(|invalid| self.faults(&invalid.errors))?;
        let (mut switches, mut searches) = (Vec::new(), false);
        let fragments = parsed.fragments.values().map(|one| &one.selection_set);
        let operations = parsed.operations.iter().map(|one| &one.selection_set);
        for set in operations.chain(fragments) {
            conditions(set, &mut switches);
            searches |= is_search(set);
        }
        Ok(Document {
            parsed,
            switches,
            searches,
            plans: Mutex::new(Vec::new()),
        })
    }

    fn faults(&self, errors: &DiagnosticList) -> Faults {
        let told = errors.iter().take(MOST_FAULTS);
        let one = told.map(|one| {
            let mut fault = fault(error::INVALID, one.to_json());
            if self.suggests {
                let more = suggestion(self.planner.schema(), &fault.message);
                fault.message.push_str(&more.unwrap_or_default());
            }
            fault
        });
        one.collect()
    }

    /// What an operation selects, with the conditions decided by its variables, and what it costs.
    ///
    /// # Errors
    /// When it asks for a longer list than is allowed.
    pub(super) fn plan(
        &self,
        document: &Document,
        operation: &Operation,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<(Arc<[Field]>, u64), Excess> {
        let on = |name: &str| variables.get(name) == Some(&Value::Boolean(true));
        let switches: Vec<bool> = document.switches.iter().map(|name| on(name)).collect();
        let name = operation.name.as_ref().map(apollo_compiler::Name::as_str);
        let same = |plan: &&Planned| plan.operation.as_deref() == name && plan.switches == switches;
        let kept = {
            let plans = document.plans();
            let kept = plans.iter().find(same);
            kept.map(|plan| (plan.fields.clone(), plan.cost))
        };
        let (fields, cost) = match kept {
            Some((fields, Some(cost))) => return Ok((fields, cost)),
            Some((fields, None)) => (fields, None),
            None => (
                self.planner.plan(&document.parsed, operation, &on),
                Some(()),
            ),
        };
        let Cost { total, varies } = cost::estimate(&fields, variables, limits)?;
        if cost.is_some() {
            let mut plans = document.plans();
            if plans.len() == PLANS {
                plans.remove(0);
            }
            plans.push(Planned {
                operation: name.map(str::to_owned),
                switches,
                fields: fields.clone(),
                cost: (!varies).then_some(total),
            });
        }
        Ok((fields, total))
    }

    /// What plans are made with.
    pub(super) fn planner(&self) -> &Planner {
        &self.planner
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
        let given = json_map(given);
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

/// Declares `__Type.isOneOf`, of which the compiler does not know yet.
fn declare_one_of(schema: &mut Schema) {
    let Some(ExtendedType::Object(own)) = schema.types.get_mut("__Type") else {
        return;
    };
    let field = FieldDefinition {
        description: None,
        name: name!("isOneOf"),
        arguments: Vec::new(),
        ty: ty!(Boolean),
        directives: DirectiveList::default(),
    };
    let fields = &mut own.make_mut().fields;
    fields.insert(field.name.clone(), Component::new(field));
}

/// An entry for what the guard found.
fn told(error: &GuardError) -> ServerError {
    match error {
        GuardError::TooMuch(excess) => error::excess_error(error.code(), *excess),
        GuardError::Cycle(_) => coded_error(error.code(), error.to_string()),
    }
}

fn json_map(given: &serde_json::Map<String, serde_json::Value>) -> JsonMap {
    match JsonValue::from(serde_json::Value::Object(given.clone())) {
        JsonValue::Object(given) => given,
        _ => JsonMap::new(),
    }
}

impl Document {
    fn plans(&self) -> MutexGuard<'_, Vec<Planned>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

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

    /// Sees to it that what an operation asks about the schema does not go round in circles: types have
    /// fields, which have types.
    ///
    /// # Errors
    /// When it does.
    pub(super) fn check_circles(&self, operation: &Operation) -> Result<(), Faults> {
        introspection::check_max_depth(&self.parsed, operation).map_err(|wrong| {
            let told = wrong.to_graphql_error(&self.parsed.sources);
            vec![fault(error::TOO_COSTLY, told)]
        })
    }

    /// Whether it searches for words: what is found, and in which order, follows from the index too.
    pub fn searches(&self) -> bool {
        self.searches
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

/// Whether a selection set searches for words, without following fragments.
fn is_search(set: &SelectionSet) -> bool {
    set.selections.iter().any(|selection| match selection {
        Selection::Field(field) => field.name == "search" || is_search(&field.selection_set),
        Selection::InlineFragment(fragment) => is_search(&fragment.selection_set),
        Selection::FragmentSpread(_) => false,
    })
}

fn syntax(errors: &DiagnosticList) -> Faults {
    let told = errors.iter().next().map(|one| one.to_json());
    let Some(told) = told else {
        return Faults::new();
    };
    let place = told.locations.first().copied();
    let detail = told.message.trim_start_matches("syntax error: ").to_owned();
    let mut fault = fault(error::UNREADABLE, told);
    if let Some(at) = place {
        let (line, column) = (at.line, at.column);
        fault.message =
            format!("the document has a syntax error at line {line}, column {column}: {detail}");
    }
    vec![fault]
}

fn fault(code: &'static str, told: GraphQLError) -> ServerError {
    let mut fault = coded_error(code, told.message);
    let places = told.locations.iter();
    fault.locations = places
        .map(|at| position(at.line, at.column))
        .collect::<Vec<Pos>>();
    fault
}
