//! The vocabularies of the model as GraphQL enums, with the model's own descriptions.
//!
//! async-graphql's derive would want each enum declared a second time here. The trait tells all
//! that an enum type needs, so one macro serves every vocabulary.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType,
    Positioned, ServerResult, Value,
};

use crate::auth::Role;
use crate::graphql::execute::{Field, Nulled, Output, Path, Run};
use crate::ledger::ProblemCode;
use crate::ledger::review::ProposalStatus;
use crate::model::{
    ActorKind, ActorOrderField, Alignment, Assertion, ChangeKind, Confidence, CooperationDomain,
    DifferenceKind, DocumentFormat, EvidenceGrade, Formality, Kind, NoteOrderField, Obligation,
    OrderDirection, PeriodConflictKind, PeriodFilter, PeriodStatus, RelationshipEventKind,
    RelationshipKind, RelationshipOrderField, RelationshipRole, Reliability, SearchType,
    SourceKind, Stance, Tier, Validity, Vocabulary,
};

fn name<V: Vocabulary>() -> Cow<'static, str> {
    match V::NAME {
        // The ledger's word for what the API calls a user error.
        "ProblemCode" => "UserErrorCode".into(),
        // There are kinds of other things too.
        "Kind" => "RecordKind".into(),
        own => own.into(),
    }
}

fn describe<V: Vocabulary>() -> MetaType {
    let value = |value: &V| {
        let meta = MetaEnumValue {
            name: value.code().to_owned(),
            description: Some(value.about().trim().to_owned()),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (value.code().to_owned(), meta)
    };
    MetaType::Enum {
        name: name::<V>().into_owned(),
        description: Some(V::ABOUT.trim().to_owned()),
        enum_values: V::ALL.iter().map(value).collect::<IndexMap<_, _>>(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<V>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn read<V: Vocabulary + InputType>(value: Option<Value>) -> InputValueResult<V> {
    let value = value.unwrap_or_default();
    let code = match &value {
        Value::Enum(name) => name.as_str(),
        Value::String(text) => text,
        _ => return Err(InputValueError::expected_type(value)),
    };
    V::from_code(code).ok_or_else(|| {
        let codes: Vec<_> = V::ALL.iter().map(|value| value.code()).collect();
        InputValueError::custom(format!("it must be one of {}", codes.join(", ")))
    })
}

macro_rules! enums {
    ($($vocabulary:ty,)+) => {$(
        impl InputType for $vocabulary {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                name::<Self>()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| describe::<Self>())
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                read(value)
            }

            fn to_value(&self) -> Value {
                Value::Enum(Name::new(self.code()))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl OutputType for $vocabulary {
            fn type_name() -> Cow<'static, str> {
                name::<Self>()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| describe::<Self>())
            }

            async fn resolve(
                &self,
                _: &ContextSelectionSet<'_>,
                _: &Positioned<types::Field>,
            ) -> ServerResult<Value> {
                Ok(Value::Enum(Name::new(self.code())))
            }
        }

        impl Output for $vocabulary {
            fn write(&self, _: &Field, run: &mut Run<'_>, _: &Path<'_>) -> Result<(), Nulled> {
                run.word(self.code());
                Ok(())
            }
        }
    )+};
}

enums! {
    ActorKind,
    ActorOrderField,
    Alignment,
    Assertion,
    ChangeKind,
    Confidence,
    CooperationDomain,
    DifferenceKind,
    DocumentFormat,
    EvidenceGrade,
    Formality,
    Kind,
    NoteOrderField,
    Obligation,
    OrderDirection,
    PeriodConflictKind,
    PeriodFilter,
    PeriodStatus,
    ProblemCode,
    ProposalStatus,
    RelationshipEventKind,
    RelationshipKind,
    RelationshipOrderField,
    RelationshipRole,
    Reliability,
    Role,
    SearchType,
    SourceKind,
    Stance,
    Tier,
    Validity,
}
