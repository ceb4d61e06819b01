//! What the words of STIX are in ours.

use crate::model::{ActorKind, Alignment, Confidence, PartialDate, RelationshipKind, Stance};

use super::object::Object;

/// What an object is to a record of who stands with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It acts, or is acted upon: always an actor.
    Actor(ActorKind),
    /// Something that is used or aimed at: an actor only where a relationship with one that acts needs it.
    Thing,
    Relationship,
    Note,
    Opinion,
    Report,
    /// Not representable, for this reason.
    Out(&'static str),
}

pub(super) fn role(object: &Object) -> Role {
    match object.kind.as_str() {
        "identity" => Role::Actor(match object.identity_class.as_deref() {
            Some("individual") => ActorKind::Person,
            _ => ActorKind::Other,
        }),
        "location" if object.country.is_some() => Role::Actor(ActorKind::State),
        "intrusion-set" | "threat-actor" | "campaign" | "location" => Role::Actor(ActorKind::Other),
        "malware" | "tool" | "attack-pattern" | "infrastructure" | "vulnerability" => Role::Thing,
        "relationship" => Role::Relationship,
        "note" => Role::Note,
        "opinion" => Role::Opinion,
        "report" => Role::Report,
        "course-of-action" => Role::Out("a defence is nobody's relationship"),
        "marking-definition" => Role::Out("the record has no markings of who may read what"),
        "indicator" | "observed-data" | "sighting" | "grouping" | "malware-analysis" => {
            Role::Out("it tells what was observed, not who stands with whom")
        }
        kind if kind.starts_with("x-") => Role::Out("an extension of the data's own"),
        _ => Role::Out("a type that is not known here"),
    }
}

/// What a relationship of a type is.
pub(super) fn relationship(kind: &str) -> (RelationshipKind, Alignment) {
    match kind {
        "targets" | "compromises" => (RelationshipKind::Conflict, Alignment::Adversary),
        "part-of" | "member-of" | "belongs-to" => {
            (RelationshipKind::Membership, Alignment::Partner)
        }
        "controls" | "owns" => (RelationshipKind::Influence, Alignment::Partner),
        "cooperates-with" => (RelationshipKind::PragmaticPartnership, Alignment::Partner),
        _ => (RelationshipKind::Other, Alignment::Neutral),
    }
}

/// How sure a number from 0 to 100 is, by the scale of STIX 2.1, appendix A: none, low, medium, high.
pub(super) fn confidence(number: u8) -> Option<Confidence> {
    match number {
        0 => None,
        1..30 => Some(Confidence::Low),
        30..70 => Some(Confidence::Moderate),
        _ => Some(Confidence::High),
    }
}

/// Where an opinion stands.
pub(super) fn stance(opinion: &str) -> Option<Stance> {
    match opinion {
        "strongly-agree" | "agree" => Some(Stance::Supports),
        "neutral" => Some(Stance::Qualifies),
        "disagree" | "strongly-disagree" => Some(Stance::Disputes),
        _ => None,
    }
}

/// The day of a timestamp.
pub(super) fn day(timestamp: &str) -> Option<PartialDate> {
    timestamp.get(..10)?.parse().ok()
}
