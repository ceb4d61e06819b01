//! What the schema says of itself, among the other fields of a query, by
//! <https://spec.graphql.org/draft/#sec-Introspection>.

use apollo_compiler::ast::{
    DirectiveDefinition, DirectiveList, EnumValueDefinition, FieldDefinition, InputValueDefinition,
    Type,
};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{ComponentName, ExtendedType, Implementers};
use apollo_compiler::{Name, Schema};

use crate::graphql::Query;

use super::output::{Fields, Output, name_hash};
use super::plan::{Field, Planner};
use super::run::{Nulled, Path, Run};

/// Answers the fields of an object by their names.
macro_rules! object {
    ($object:ident, |$own:ident, $asked:ident| { $($name:literal: $value:expr,)+ }) => {
        impl Fields for $object<'_> {
            fn write_field(
                &self,
                field: &Field,
                run: &mut Run<'_>,
                at: &Path<'_>,
            ) -> Result<bool, Nulled> {
                let $own = self;
                #[allow(unused_mut, unused_variables, reason = "most fields have no arguments")]
                let mut $asked = Asked { field, run: &mut *run, at };
                $(
                    if field.hash == const { name_hash($name) } {
                        let value = $value;
                        value.write(field, run, at)?;
                        return Ok(true);
                    }
                )+
                Ok(false)
            }
        }

        impl Output for $object<'_> {
            fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
                run.object(self, field.fields(), at)
            }
        }
    };
}

/// A field that is asked for, and its arguments.
struct Asked<'a, 'b> {
    field: &'a Field,
    run: &'a mut Run<'b>,
    at: &'a Path<'a>,
}

impl Asked<'_, '_> {
    /// What of some things is told: those that are deprecated only where they are asked for.
    fn current<'t, T>(
        &mut self,
        all: impl Iterator<Item = &'t T>,
        directives: impl Fn(&T) -> &DirectiveList,
    ) -> Result<Vec<&'t T>, Nulled> {
        let name = "includeDeprecated";
        let deprecated: Option<bool> = self.run.argument(self.field, name, self.at)?;
        let told = |one: &&T| deprecated == Some(true) || !is_deprecated(directives(one));
        Ok(all.filter(told).collect())
    }
}

/// The root of queries, with what can be asked about the schema.
pub(super) struct WithSchema<'a> {
    query: Query,
    told: Told<'a>,
}

impl<'a> WithSchema<'a> {
    pub(super) fn new(planner: &'a Planner) -> Self {
        Self {
            query: Query::default(),
            told: Told {
                schema: planner.schema(),
                implementers: planner.implementers(),
            },
        }
    }
}

impl Fields for WithSchema<'_> {
    fn write_field(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<bool, Nulled> {
        if field.hash == const { name_hash("__schema") } {
            self.told.write(field, run, at)?;
        } else if field.hash == const { name_hash("__type") } {
            let name: String = run.argument(field, "name", at)?;
            self.told.named(&name).write(field, run, at)?;
        } else {
            return self.query.write_field(field, run, at);
        }
        Ok(true)
    }
}

/// `__Schema`: the schema that is told.
#[derive(Clone, Copy)]
struct Told<'a> {
    schema: &'a Schema,
    implementers: &'a HashMap<Name, Implementers>,
}

impl<'a> Told<'a> {
    fn of(self, kind: Kind<'a>) -> OfType<'a> {
        OfType { told: self, kind }
    }

    fn named(self, name: &str) -> Option<OfType<'a>> {
        let found = self.schema.types.get(name);
        found.map(|found| self.of(Kind::Defined(found)))
    }

    fn all(self, names: impl IntoIterator<Item = &'a Name>) -> Vec<OfType<'a>> {
        let found = names.into_iter().filter_map(|name| self.named(name));
        found.collect()
    }

    fn root(self, name: Option<&ComponentName>) -> Option<OfType<'a>> {
        name.and_then(|name| self.named(name))
    }

    /// The type that a field or an input is declared with.
    fn declared(self, declared: &'a Type) -> Option<OfType<'a>> {
        match declared {
            Type::Named(name) => self.named(name),
            Type::NonNullNamed(name) => Some(self.of(Kind::NonNullNamed(name))),
            Type::List(inner) => Some(self.of(Kind::List(inner))),
            Type::NonNullList(inner) => Some(self.of(Kind::NonNullList(inner))),
        }
    }

    fn inputs<'b>(self, inputs: Vec<&'b InputValueDefinition>) -> Vec<Input<'b>>
    where
        'a: 'b,
    {
        let input = |input| Input { told: self, input };
        inputs.into_iter().map(input).collect()
    }
}

object!(Told, |own, asked| {
    "description": own.schema.schema_definition.description.as_deref(),
    "types": {
        let types = own.schema.types.values();
        types.map(|one| own.of(Kind::Defined(one))).collect::<Vec<_>>()
    },
    "queryType": own.root(own.schema.schema_definition.query.as_ref()),
    "mutationType": own.root(own.schema.schema_definition.mutation.as_ref()),
    "subscriptionType": own.root(own.schema.schema_definition.subscription.as_ref()),
    "directives": {
        let directives = own.schema.directive_definitions.values();
        directives.map(|one| Directive { told: *own, directive: one }).collect::<Vec<_>>()
    },
});

/// `__Type`.
struct OfType<'a> {
    told: Told<'a>,
    kind: Kind<'a>,
}

/// What a type is.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Defined(&'a ExtendedType),
    /// A list of these.
    List(&'a Type),
    NonNullNamed(&'a Name),
    /// A list of these that is not null.
    NonNullList(&'a Type),
}

impl<'a> OfType<'a> {
    fn defined(&self) -> Option<&'a ExtendedType> {
        match self.kind {
            Kind::Defined(defined) => Some(defined),
            _ => None,
        }
    }

    fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Defined(ExtendedType::Scalar(_)) => "SCALAR",
            Kind::Defined(ExtendedType::Object(_)) => "OBJECT",
            Kind::Defined(ExtendedType::Interface(_)) => "INTERFACE",
            Kind::Defined(ExtendedType::Union(_)) => "UNION",
            Kind::Defined(ExtendedType::Enum(_)) => "ENUM",
            Kind::Defined(ExtendedType::InputObject(_)) => "INPUT_OBJECT",
            Kind::List(_) => "LIST",
            Kind::NonNullNamed(_) | Kind::NonNullList(_) => "NON_NULL",
        }
    }

    fn fields(&self, asked: &mut Asked<'_, '_>) -> Result<Option<Vec<FieldOf<'a>>>, Nulled> {
        let fields = match self.defined() {
            Some(ExtendedType::Object(object)) => &object.fields,
            Some(ExtendedType::Interface(interface)) => &interface.fields,
            _ => return Ok(None),
        };
        let fields = fields.values().map(|field| &***field);
        let fields = asked.current(fields, |field| &field.directives)?;
        let told = self.told;
        let of = |field| FieldOf { told, field };
        Ok(Some(fields.into_iter().map(of).collect()))
    }

    fn interfaces(&self) -> Option<Vec<OfType<'a>>> {
        let names = match self.defined()? {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => return None,
        };
        Some(self.told.all(names.iter().map(|name| &name.name)))
    }

    fn possible(&self) -> Option<Vec<OfType<'a>>> {
        match self.defined()? {
            ExtendedType::Interface(interface) => {
                let found = self.told.implementers.get(&interface.name);
                let objects = found.into_iter().flat_map(|found| &found.objects);
                Some(self.told.all(objects))
            }
            ExtendedType::Union(union) => {
                let members = union.members.iter().map(|name| &name.name);
                Some(self.told.all(members))
            }
            _ => None,
        }
    }

    fn values(&self, asked: &mut Asked<'_, '_>) -> Result<Option<Vec<EnumValue<'a>>>, Nulled> {
        let Some(ExtendedType::Enum(found)) = self.defined() else {
            return Ok(None);
        };
        let values = found.values.values().map(|value| &***value);
        let values = asked.current(values, |value| &value.directives)?;
        let told = self.told;
        let of = |value| EnumValue { told, value };
        Ok(Some(values.into_iter().map(of).collect()))
    }

    fn inputs(&self, asked: &mut Asked<'_, '_>) -> Result<Option<Vec<Input<'a>>>, Nulled> {
        let Some(ExtendedType::InputObject(found)) = self.defined() else {
            return Ok(None);
        };
        let fields = found.fields.values().map(|field| &***field);
        let fields = asked.current(fields, |field| &field.directives)?;
        Ok(Some(self.told.inputs(fields)))
    }

    fn inner(&self) -> Option<OfType<'a>> {
        match self.kind {
            Kind::Defined(_) => None,
            Kind::List(inner) => self.told.declared(inner),
            Kind::NonNullNamed(name) => self.told.named(name),
            Kind::NonNullList(inner) => Some(self.told.of(Kind::List(inner))),
        }
    }

    fn specified_by(&self) -> Option<&'a str> {
        let Some(ExtendedType::Scalar(scalar)) = self.defined() else {
            return None;
        };
        let directive = scalar.directives.get("specifiedBy")?;
        directive.specified_argument_by_name("url")?.as_str()
    }

    fn is_one_of(&self) -> Option<bool> {
        let Some(ExtendedType::InputObject(found)) = self.defined() else {
            return None;
        };
        Some(found.directives.has("oneOf"))
    }
}

object!(OfType, |own, asked| {
    "kind": own.kind(),
    "name": own.defined().map(|defined| defined.name().as_str()),
    "description": own.defined().and_then(|defined| defined.description()).map(|text| &**text),
    "fields": own.fields(&mut asked)?,
    "interfaces": own.interfaces(),
    "possibleTypes": own.possible(),
    "enumValues": own.values(&mut asked)?,
    "inputFields": own.inputs(&mut asked)?,
    "ofType": own.inner(),
    "specifiedByURL": own.specified_by(),
    "isOneOf": own.is_one_of(),
});

/// `__Field`.
struct FieldOf<'a> {
    told: Told<'a>,
    field: &'a FieldDefinition,
}

object!(FieldOf, |own, asked| {
    "name": own.field.name.as_str(),
    "description": own.field.description.as_deref(),
    "args": {
        let arguments = own.field.arguments.iter().map(|one| &**one);
        own.told.inputs(asked.current(arguments, |one| &one.directives)?)
    },
    "type": own.told.declared(&own.field.ty),
    "isDeprecated": is_deprecated(&own.field.directives),
    "deprecationReason": deprecation(own.told.schema, &own.field.directives),
});

/// `__InputValue`.
struct Input<'a> {
    told: Told<'a>,
    input: &'a InputValueDefinition,
}

object!(Input, |own, asked| {
    "name": own.input.name.as_str(),
    "description": own.input.description.as_deref(),
    "type": own.told.declared(&own.input.ty),
    "defaultValue": {
        let value = own.input.default_value.as_ref();
        value.map(|value| value.serialize().no_indent().to_string())
    },
    "isDeprecated": is_deprecated(&own.input.directives),
    "deprecationReason": deprecation(own.told.schema, &own.input.directives),
});

/// `__EnumValue`.
struct EnumValue<'a> {
    told: Told<'a>,
    value: &'a EnumValueDefinition,
}

object!(EnumValue, |own, asked| {
    "name": own.value.value.as_str(),
    "description": own.value.description.as_deref(),
    "isDeprecated": is_deprecated(&own.value.directives),
    "deprecationReason": deprecation(own.told.schema, &own.value.directives),
});

/// `__Directive`.
struct Directive<'a> {
    told: Told<'a>,
    directive: &'a DirectiveDefinition,
}

object!(Directive, |own, asked| {
    "name": own.directive.name.as_str(),
    "description": own.directive.description.as_deref(),
    "isRepeatable": own.directive.repeatable,
    "locations": {
        let locations = own.directive.locations.iter();
        locations.map(|location| location.name()).collect::<Vec<_>>()
    },
    "args": {
        let arguments = own.directive.arguments.iter().map(|one| &**one);
        own.told.inputs(asked.current(arguments, |one| &one.directives)?)
    },
});

fn is_deprecated(directives: &DirectiveList) -> bool {
    directives.has("deprecated")
}

fn deprecation<'a>(schema: &'a Schema, directives: &'a DirectiveList) -> Option<&'a str> {
    let deprecated = directives.get("deprecated")?;
    deprecated.argument_by_name("reason", schema).ok()?.as_str()
}
