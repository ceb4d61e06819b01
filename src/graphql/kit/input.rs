//! Inputs that create and update. Each field is declared once and serves both.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::ledger::draft::{CitationDraft, Patch, PeriodDraft};
use crate::model::{PartialDate, PeriodStatus};

/// A value of the API that becomes one of a draft.
pub trait Plain<T> {
    /// The value for the draft.
    fn plain(self) -> T;
}

impl<T> Plain<T> for T {
    fn plain(self) -> T {
        self
    }
}

impl Plain<String> for ID {
    fn plain(self) -> String {
        self.0
    }
}

impl Plain<Vec<String>> for Vec<ID> {
    fn plain(self) -> Vec<String> {
        self.into_iter().map(|id| id.0).collect()
    }
}

/// Implements [`Plain`] for a list of inputs.
macro_rules! plain_list {
    ($($input:ty => $draft:ty),+ $(,)?) => {$(
        impl $crate::graphql::kit::input::Plain<$draft> for $input {
            fn plain(self) -> $draft {
                self.into()
            }
        }

        impl $crate::graphql::kit::input::Plain<Vec<$draft>> for Vec<$input> {
            fn plain(self) -> Vec<$draft> {
                self.into_iter().map(Into::into).collect()
            }
        }
    )+};
}
pub(crate) use plain_list;

/// A field of an update: absent leaves it, null clears it.
pub fn patch<I: Plain<T>, T>(value: MaybeUndefined<I>) -> Patch<T> {
    match value {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(value.plain()),
    }
}

/// What every writing input carries besides the record.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Why.
    pub message: Option<String>,
    /// Makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Only tell what would change.
    pub dry_run: bool,
}

impl Wish {
    /// Whether nothing of it is given.
    pub fn is_empty(&self) -> bool {
        self.message.is_none() && self.idempotency_key.is_none() && !self.dry_run
    }
}

/// Declares `Create…Input` and `Update…Input` for a draft. The fields of the first block must be
/// given when a record is created.
macro_rules! inputs {
    (
        $(#[$create_meta:meta])* create $create:ident;
        $(#[$update_meta:meta])* update $update:ident;
        $edit:ident($draft:ident);
        required { $($(#[doc = $rdoc:tt])+ $required:ident: $rty:ty,)* }
        optional { $($(#[doc = $odoc:tt])+ $optional:ident: $oty:ty,)* }
    ) => {
        $(#[$create_meta])*
        #[derive(Clone, Debug, async_graphql::InputObject)]
        pub struct $create {
            $($(#[doc = $rdoc])+ pub $required: $rty,)*
            $($(#[doc = $odoc])+ pub $optional: Option<$oty>,)*
            /// Within `recordUpdate`: a name by which later changes and the note can refer to the
            /// new record, as `"#name"`.
            pub r#ref: Option<String>,
            /// Why: the message of the revision.
            pub message: Option<String>,
            /// A key of your own choice that makes a retry safe: the same key with the same input
            /// is carried out once, and answered with what it did then.
            pub idempotency_key: Option<String>,
            /// Only check, and tell in `changes` what would change.
            pub dry_run: Option<bool>,
        }

        $(#[$update_meta])*
        #[derive(Clone, Debug, async_graphql::InputObject)]
        pub struct $update {
            /// Which record.
            pub id: async_graphql::ID,
            /// The version that you saw. If the record has changed since, nothing is done, and a
            /// CONFLICT is told.
            pub expected_version: Option<u32>,
            $($(#[doc = $rdoc])+ pub $required: async_graphql::MaybeUndefined<$rty>,)*
            $($(#[doc = $odoc])+ pub $optional: async_graphql::MaybeUndefined<$oty>,)*
            /// Why: the message of the revision.
            pub message: Option<String>,
            /// A key of your own choice that makes a retry safe: the same key with the same input
            /// is carried out once, and answered with what it did then.
            pub idempotency_key: Option<String>,
            /// Only check, and tell in `changes` what would change.
            pub dry_run: Option<bool>,
        }

        impl $create {
            /// What to do, and how.
            pub fn edit(self) -> ($crate::ledger::command::Edit, $crate::graphql::kit::input::Wish) {
                use $crate::graphql::kit::input::Plain as _;
                use $crate::ledger::draft::Patch;
                let draft = $draft {
                    $($required: Patch::Set(self.$required.plain()),)*
                    $($optional: Patch::from(self.$optional.map(|value| value.plain())),)*
                    ..Default::default()
                };
                let target = $crate::ledger::command::Target::New(self.r#ref);
                let wish = $crate::graphql::kit::input::Wish {
                    message: self.message,
                    idempotency_key: self.idempotency_key,
                    dry_run: self.dry_run.unwrap_or(false),
                };
                ($crate::ledger::command::Edit::$edit(target, Box::new(draft)), wish)
            }
        }

        impl $update {
            /// What to do, and how.
            pub fn edit(self) -> ($crate::ledger::command::Edit, $crate::graphql::kit::input::Wish) {
                use $crate::graphql::kit::input::patch;
                let draft = $draft {
                    $($required: patch(self.$required),)*
                    $($optional: patch(self.$optional),)*
                    ..Default::default()
                };
                let target = $crate::ledger::command::Target::Old {
                    id: self.id.0,
                    expected: self.expected_version,
                };
                let wish = $crate::graphql::kit::input::Wish {
                    message: self.message,
                    idempotency_key: self.idempotency_key,
                    dry_run: self.dry_run.unwrap_or(false),
                };
                ($crate::ledger::command::Edit::$edit(target, Box::new(draft)), wish)
            }
        }
    };
}
pub(crate) use inputs;

/// When something holds. Without a status it is ENDED where an end is given, CENSORED where only
/// `observedUntil` is, and ONGOING otherwise.
#[derive(Clone, Debug, InputObject)]
pub struct PeriodInput {
    /// Its beginning. Leave it out where it is not known.
    pub start: Option<PartialDate>,
    /// The last day on which it held.
    pub end: Option<PartialDate>,
    /// What is known of its end.
    pub status: Option<PeriodStatus>,
    /// For CENSORED: the last date on which the source saw it hold.
    pub observed_until: Option<PartialDate>,
}

impl From<PeriodInput> for PeriodDraft {
    fn from(input: PeriodInput) -> Self {
        Self {
            start: input.start,
            end: input.end,
            status: input.status,
            observed_until: input.observed_until,
        }
    }
}

/// A place in a source that supports the claim.
#[derive(Clone, Debug, InputObject)]
pub struct CitationInput {
    /// The source: its id, or `"#name"` for one created earlier in the same update.
    pub source: ID,
    /// Where in the source: a page, an article, rows.
    pub locator: Option<String>,
    /// The words of the source.
    pub quote: Option<String>,
    /// When the source was consulted.
    pub accessed_on: Option<PartialDate>,
}

impl From<CitationInput> for CitationDraft {
    fn from(input: CitationInput) -> Self {
        Self {
            source: input.source.0,
            locator: input.locator,
            quote: input.quote,
            accessed_on: input.accessed_on,
        }
    }
}

plain_list! {
    PeriodInput => PeriodDraft,
    CitationInput => CitationDraft,
}
