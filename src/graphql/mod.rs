//! What are the API's words? A folder a concept, a kit, no decisions.
//!
//! In each folder `object` holds the types, `filter` what chooses and orders them, `reads` the root
//! fields of queries, `writes` the inputs, payloads and mutations.

pub mod kit;
pub mod execute;
pub mod record;
pub mod revision;
pub mod actor;
pub mod relationship;
pub mod graph;
pub mod viewpoint;
pub mod note;
pub mod source;
pub mod brief;
pub mod search;
pub mod quality;
pub mod update;
pub mod moment;
pub mod diff;
pub mod feed;
pub mod access;
pub mod proposal;

use async_graphql::{MergedObject, SDLExportOptions};
use foedera_macros::{MergedActions, MergedFields};

use crate::app::App;

use feed::Subscription;

/// The schema that is served.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What can be asked: the record as it is today, at its newest revision, and through `at` at every
/// other moment.
#[derive(MergedObject, MergedFields, Default)]
pub struct Query(
    // First, because its `Snapshot` is made of the groups below, and lacks the fields of a group that
    // async-graphql is still registering when it gets from there to it.
    moment::MomentReads,
    record::RecordReads,
    actor::ActorReads,
    relationship::RelationshipReads,
    graph::GraphReads,
    viewpoint::ViewpointReads,
    note::NoteReads,
    source::SourceReads,
    brief::BriefReads,
    search::SearchReads,
    quality::QualityReads,
    diff::DiffReads,
    revision::RevisionReads,
    access::AccessReads,
    proposal::ProposalReads,
);

/// What can be changed, with a token. Every mutation of the record makes one revision; it is carried
/// out as a whole or not at all, and tells everything that is wrong at once in `userErrors`.
#[derive(MergedObject, MergedActions, Default)]
pub struct Mutation(
    update::UpdateWrites,
    actor::ActorWrites,
    relationship::RelationshipWrites,
    viewpoint::ViewpointWrites,
    note::NoteWrites,
    source::SourceWrites,
    brief::BriefWrites,
    update::LifecycleWrites,
    actor::MergeWrites,
    update::RepairWrites,
    access::AccessWrites,
    proposal::ProposalWrites,
);

/// The schema over a program.
pub fn schema(app: App) -> Schema {
    builder().data(app).finish()
}

/// The schema definition language, as it stands in `schema.graphql`.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .include_specified_by();
    let mut sdl = builder().finish().sdl_with_options(options);
    sdl.truncate(sdl.trim_end().len());
    sdl.push('\n');
    sdl
}

fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .register_output_type::<record::RecordedIsNode>()
        .disable_suggestions()
}
