//! What an operation selects, made ready to be written: fragments in their places, fields of one
//! response key joined, conditions decided, constant arguments read.
//!
//! A plan is made once for a document and the values of the variables in its `@skip` and `@include`.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::collections::{HashMap as ApolloMap, IndexMap};
use apollo_compiler::executable::{DirectiveList, ExecutableDocument};
use apollo_compiler::executable::{Fragment, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, FieldDefinition, Implementers};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema, executable};
use async_graphql::{Pos, Value};

use super::cost::Costing;
use super::output::name_hash;
use super::run::position;
use super::text::Head;
use super::value::{self, constant};

/// A field that is selected.
#[derive(Debug)]
pub struct Field {
    /// What its name is told by.
    pub hash: u32,
    key: Box<str>,
    head: Head,
    is_constant: bool,
    nullable: bool,
    arguments: Box<[(Box<str>, Argument)]>,
    below: Below,
    costing: Costing,
    position: Pos,
}

/// The name of a type, and what is selected of an object of it.
type OfType = (Box<str>, Arc<[Field]>);

/// What is selected of a field's value.
#[derive(Clone, Debug)]
pub(super) enum Below {
    /// Nothing: it is a leaf.
    Leaf,
    /// Fields of an object.
    Object(Arc<[Field]>),
    /// Fields of whichever object it is, by the name of its type.
    OneOf(Arc<[OfType]>),
}

#[derive(Debug)]
enum Argument {
    Constant(Value),
    /// A variable, and what stands in its place where it is absent.
    Variable(Name, Option<Value>),
    /// A list or an input object with variables in it.
    Template(Node<executable::Value>),
}

impl Field {
    /// The response key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The response key as JSON with its colon; of a constant the value too.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether the value is the same for every object: `__typename`.
    pub(super) fn is_constant(&self) -> bool {
        self.is_constant
    }

    /// Whether its value may be null.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Where the document names it first.
    pub fn position(&self) -> Pos {
        self.position
    }

    /// What it adds to the cost of an operation.
    pub(super) fn costing(&self) -> Costing {
        self.costing
    }

    /// What is selected of its value.
    pub(super) fn below(&self) -> &Below {
        &self.below
    }

    /// Whether a variable has a say in an argument.
    pub(super) fn varies(&self, name: &str) -> bool {
        let given = self.arguments.iter().find(|(own, _)| **own == *name);
        given.is_some_and(|(_, argument)| !matches!(argument, Argument::Constant(_)))
    }

    /// What is selected of an object.
    pub fn fields(&self) -> &[Field] {
        match &self.below {
            Below::Object(fields) => fields,
            Below::Leaf | Below::OneOf(_) => &[],
        }
    }

    /// What is selected of an object of this type, where the field's type is an interface.
    pub fn fields_of(&self, name: &str) -> &[Field] {
        match &self.below {
            Below::OneOf(types) => {
                let own = types.iter().find(|(own, _)| **own == *name);
                own.map_or(&[], |(_, fields)| fields)
            }
            Below::Object(fields) => fields,
            Below::Leaf => &[],
        }
    }

    /// The value of an argument; none where it is absent.
    pub(super) fn argument(&self, name: &str, variables: &HashMap<String, Value>) -> Option<Value> {
        let (_, argument) = self.arguments.iter().find(|(own, _)| **own == *name)?;
        match argument {
            Argument::Constant(value) => Some(value.clone()),
            Argument::Variable(name, default) => {
                let given = variables.get(name.as_str());
                given.or(default.as_ref()).cloned()
            }
            Argument::Template(template) => value::filled(template, variables),
        }
    }
}

/// Makes plans for documents of one schema.
pub(super) struct Planner {
    schema: Valid<Schema>,
    implementers: ApolloMap<Name, Implementers>,
}

/// A document that is being planned, with the values of the variables in its conditions.
struct Draft<'a> {
    planner: &'a Planner,
    document: &'a ExecutableDocument,
    switches: &'a dyn Fn(&str) -> bool,
    /// What was planned already, by the type and the selection sets. The same sets below several types
    /// share one plan, so that a plan grows with the text and not with what it could expand to.
    made: HashMap<(Name, Vec<*const SelectionSet>), Arc<[Field]>>,
}

impl Planner {
    pub(super) fn new(schema: Valid<Schema>) -> Self {
        let implementers = schema.implementers_map();
        Self {
            schema,
            implementers,
        }
    }

    pub(super) fn schema(&self) -> &Valid<Schema> {
        &self.schema
    }

    pub(super) fn implementers(&self) -> &ApolloMap<Name, Implementers> {
        &self.implementers
    }

    /// Plans an operation. `switches` tells the values of the variables in its conditions.
    pub(super) fn plan(
        &self,
        document: &ExecutableDocument,
        operation: &executable::Operation,
        switches: &dyn Fn(&str) -> bool,
    ) -> Arc<[Field]> {
        let mut draft = Draft {
            planner: self,
            document,
            switches,
            made: HashMap::new(),
        };
        let root = &operation.selection_set;
        draft.fields(&root.ty, &[root])
    }

    fn is_of(&self, concrete: &Name, wanted: &Name) -> bool {
        concrete == wanted || self.schema.is_subtype(wanted, concrete)
    }

    /// The object types that a value of a type can be of.
    fn possible(&self, name: &Name) -> Vec<Name> {
        let found = self.implementers.get(name);
        found.map_or_else(Vec::new, |found| found.objects.iter().cloned().collect())
    }
}

impl<'a> Draft<'a> {
    /// The fields that some selection sets select of an object.
    fn fields(&mut self, object: &Name, sets: &[&'a SelectionSet]) -> Arc<[Field]> {
        let memo = (
            object.clone(),
            sets.iter().map(|set| std::ptr::from_ref(*set)).collect(),
        );
        if let Some(made) = self.made.get(&memo) {
            return made.clone();
        }
        let mut groups: IndexMap<&'a Name, Vec<&'a executable::Field>> = IndexMap::default();
        for set in sets {
            self.collect(object, set, &mut groups);
        }
        let fields = groups
            .into_iter()
            .filter_map(|(key, group)| self.field(object, key, &group));
        let fields: Arc<[Field]> = fields.collect();
        self.made.insert(memo, fields.clone());
        fields
    }

    /// Puts the fields of a selection set that apply to an object under their response keys.
    fn collect(
        &self,
        object: &Name,
        set: &'a SelectionSet,
        groups: &mut IndexMap<&'a Name, Vec<&'a executable::Field>>,
    ) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    if self.is_wanted(&field.directives) {
                        groups.entry(field.response_key()).or_default().push(field);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref();
                    let applies = condition.is_none_or(|wanted| self.planner.is_of(object, wanted));
                    if applies && self.is_wanted(&fragment.directives) {
                        self.collect(object, &fragment.selection_set, groups);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let found = self.document.fragments.get(&spread.fragment_name);
                    let found: Option<&'a Node<Fragment>> =
                        found.filter(|found| self.planner.is_of(object, found.type_condition()));
                    if let Some(fragment) = found.filter(|_| self.is_wanted(&spread.directives)) {
                        self.collect(object, &fragment.selection_set, groups);
                    }
                }
            }
        }
    }

    fn is_wanted(&self, directives: &DirectiveList) -> bool {
        let holds = |name: &str, usual: bool| {
            let given = directives
                .get(name)
                .and_then(|one| one.specified_argument_by_name("if"));
            given.map_or(usual, |given| match &**given {
                executable::Value::Boolean(yes) => *yes,
                executable::Value::Variable(name) => (self.switches)(name),
                _ => usual,
            })
        };
        !holds("skip", false) && holds("include", true)
    }

    /// One field; none where the schema has no such field, which validation has told.
    fn field(
        &mut self,
        object: &Name,
        key: &Name,
        group: &[&'a executable::Field],
    ) -> Option<Field> {
        let first = *group.first()?;
        let hash = name_hash(&first.name);
        let place = first
            .name
            .line_column_range(&self.document.sources)
            .map(|range| range.start);
        let mut field = Field {
            hash,
            key: key.as_str().into(),
            head: Head::of(&format!("\"{key}\":")),
            is_constant: false,
            nullable: false,
            arguments: Box::default(),
            below: Below::Leaf,
            costing: Costing::default(),
            position: place.map_or_else(Pos::default, |place| position(place.line, place.column)),
        };
        if first.name == "__typename" {
            field.head = Head::of(&format!("\"{key}\":\"{object}\""));
            field.is_constant = true;
            return Some(field);
        }
        let definition = self.planner.schema.type_field(object, &first.name).ok()?;
        field.nullable = !definition.ty.is_non_null();
        field.costing = Costing::of(definition);
        field.arguments = arguments(definition, first);
        let sets: Vec<_> = group.iter().map(|one| &one.selection_set).collect();
        field.below = self.below(definition.ty.inner_named_type(), &sets);
        Some(field)
    }

    fn below(&mut self, kind: &Name, sets: &[&'a SelectionSet]) -> Below {
        match self.planner.schema.types.get(kind) {
            Some(ExtendedType::Object(_)) => Below::Object(self.fields(kind, sets)),
            Some(ExtendedType::Interface(_) | ExtendedType::Union(_)) => {
                let possible = self.planner.possible(kind);
                let types = possible.into_iter().map(|object| {
                    let fields = self.fields(&object, sets);
                    (object.as_str().into(), fields)
                });
                Below::OneOf(types.collect())
            }
            _ => Below::Leaf,
        }
    }
}

fn arguments(
    definition: &FieldDefinition,
    field: &executable::Field,
) -> Box<[(Box<str>, Argument)]> {
    let argument = |wanted: &Node<apollo_compiler::ast::InputValueDefinition>| {
        let default = wanted
            .default_value
            .as_ref()
            .map(|default| constant(default));
        let given = field
            .arguments
            .iter()
            .find(|given| given.name == wanted.name);
        let argument = match given.map(|given| &given.value) {
            None => Argument::Constant(default?),
            Some(value) => match &**value {
                executable::Value::Variable(name) => Argument::Variable(name.clone(), default),
                _ if value::has_variables(value) => Argument::Template(value.clone()),
                _ => Argument::Constant(constant(value)),
            },
        };
        Some((wanted.name.as_str().into(), argument))
    };
    definition.arguments.iter().filter_map(argument).collect()
}
