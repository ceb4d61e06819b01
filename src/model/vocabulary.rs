//! The closed vocabularies: every kind, grade and code that a record may carry.
//!
//! Each is declared once, with the sentence that users read in the playground. The codes are the
//! names that go over the wire, into fixtures and into filters.

/// A closed list of codes, each with a description.
pub trait Vocabulary: Copy + Eq + Ord + Sized + 'static {
    /// The name of the list, as in the schema.
    const NAME: &'static str;
    /// What the list is about.
    const ABOUT: &'static str;
    /// Every value, in the order in which it is declared.
    const ALL: &'static [Self];
    /// The code: upper case with underscores.
    fn code(self) -> &'static str;
    /// What the value means, in a sentence.
    fn about(self) -> &'static str;
    /// Its place in the list, from 0.
    fn index(self) -> u32;
    /// The value with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

macro_rules! vocabulary {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $meaning:literal])+ $variant:ident = $code:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $($(#[doc = $meaning])+ #[serde(rename = $code)] $variant,)+
        }

        impl $crate::model::vocabulary::Vocabulary for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = concat!($($about, "\n"),+).trim_ascii();
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            fn index(self) -> u32 {
                self as u32
            }

            fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning, "\n"),+).trim_ascii()),+ }
            }
        }
    };
}

pub(crate) use vocabulary;

vocabulary! {
    /// What sort of actor it is.
    ActorKind {
        /// A state: a country as a member of the international system.
        State = "STATE",
        /// A government or regime, where it is to be told apart from the state.
        Government = "GOVERNMENT",
        /// An organised armed group that is not the army of a state.
        ArmedGroup = "ARMED_GROUP",
        /// A political movement or party.
        PoliticalMovement = "POLITICAL_MOVEMENT",
        /// A bloc, an umbrella or a coalition of actors.
        Coalition = "COALITION",
        /// An organisation that states founded by treaty.
        InternationalOrganization = "INTERNATIONAL_ORGANIZATION",
        /// A person.
        Person = "PERSON",
        /// Anything else.
        Other = "OTHER",
    }
}

vocabulary! {
    /// What a relationship consists of.
    RelationshipKind {
        /// They have promised each other support, above all military support.
        Alliance = "ALLIANCE",
        /// One supports the other with money, arms, training or direction.
        Sponsorship = "SPONSORSHIP",
        /// A broad, declared, lasting partnership without a promise of defence.
        StrategicPartnership = "STRATEGIC_PARTNERSHIP",
        /// They work together where it suits both, and no further.
        PragmaticPartnership = "PRAGMATIC_PARTNERSHIP",
        /// They take the same side without a declared partnership.
        Alignment = "ALIGNMENT",
        /// One has a strong hold on the decisions of the other.
        Influence = "INFLUENCE",
        /// One carries messages or talks between the other and a third.
        Mediation = "MEDIATION",
        /// The first is a member of the second.
        Membership = "MEMBERSHIP",
        /// They compete for influence, short of fighting.
        Rivalry = "RIVALRY",
        /// They fight, or one attacks the other.
        Conflict = "CONFLICT",
        /// Anything else: the label says what.
        Other = "OTHER",
    }
}

impl RelationshipKind {
    /// Whether such a relationship runs both ways unless the record says otherwise.
    pub fn symmetric_by_default(self) -> bool {
        match self {
            Self::Alliance
            | Self::StrategicPartnership
            | Self::PragmaticPartnership
            | Self::Alignment
            | Self::Rivalry
            | Self::Conflict => true,
            Self::Sponsorship
            | Self::Influence
            | Self::Mediation
            | Self::Membership
            | Self::Other => false,
        }
    }
}

vocabulary! {
    /// Where two actors stand towards each other, from closest to most hostile.
    Alignment {
        /// On the same side, and ready to bear costs for it.
        Ally = "ALLY",
        /// Cooperates to mutual benefit.
        Partner = "PARTNER",
        /// Partner in some matters and rival in others.
        Mixed = "MIXED",
        /// Neither for nor against.
        Neutral = "NEUTRAL",
        /// Competes, short of enmity.
        Rival = "RIVAL",
        /// Works against the other.
        Adversary = "ADVERSARY",
    }
}

impl Alignment {
    /// Whether the relationship counts among an actor's allies: ALLY, PARTNER or MIXED.
    pub fn friendly(self) -> bool {
        matches!(self, Self::Ally | Self::Partner | Self::Mixed)
    }
}

vocabulary! {
    /// How much a tie weighs in an actor's network.
    Tier {
        /// The inner circle.
        Core = "CORE",
        /// A great power whose backing matters beyond the region.
        MajorPower = "MAJOR_POWER",
        /// Close at times and in some matters.
        Varying = "VARYING",
    }
}

vocabulary! {
    /// How the sources put the claim.
    Assertion {
        /// Stated as a fact.
        Affirmed = "AFFIRMED",
        /// Alleged: reported, not confirmed.
        Alleged = "ALLEGED",
        /// A source states that there is no such relationship. Shown only on request.
        Denied = "DENIED",
    }
}

vocabulary! {
    /// What the tie is founded on.
    Formality {
        /// A treaty.
        Treaty = "TREATY",
        /// An agreement, programme or declaration short of a treaty.
        Agreement = "AGREEMENT",
        /// Practice, without a document.
        Informal = "INFORMAL",
        /// The record does not say.
        Unknown = "UNKNOWN",
    }
}

vocabulary! {
    /// What the parties have promised each other, after the classes of the Alliance Treaty Obligations and Provisions project (ATOP).
    Obligation {
        /// To come to the other's defence when it is attacked.
        Defense = "DEFENSE",
        /// To join the other in an attack.
        Offense = "OFFENSE",
        /// To stay out of a war that the other is in.
        Neutrality = "NEUTRALITY",
        /// Not to attack the other.
        Nonaggression = "NONAGGRESSION",
        /// To consult the other in a crisis.
        Consultation = "CONSULTATION",
    }
}

vocabulary! {
    /// A field in which two actors work together.
    CooperationDomain {
        /// Forces, operations, advisers.
        Military = "MILITARY",
        /// Arms, ammunition, missiles, drones and the parts and knowledge for them.
        Weapons = "WEAPONS",
        /// Training and expertise.
        Training = "TRAINING",
        /// Money.
        Funding = "FUNDING",
        /// Intelligence.
        Intelligence = "INTELLIGENCE",
        /// Access to territory, bases or corridors.
        Territory = "TERRITORY",
        /// Supply, transport, materiel.
        Logistics = "LOGISTICS",
        /// Trade and investment.
        Trade = "TRADE",
        /// Oil, gas, power, nuclear energy.
        Energy = "ENERGY",
        /// Diplomatic backing and coordination.
        Diplomacy = "DIPLOMACY",
        /// Help in bearing or avoiding sanctions.
        SanctionsRelief = "SANCTIONS_RELIEF",
        /// Ports, railways, roads and the like.
        Infrastructure = "INFRASTRUCTURE",
        /// Technology and science.
        Technology = "TECHNOLOGY",
        /// Policing, borders, internal security.
        Security = "SECURITY",
        /// Religious ties.
        Religion = "RELIGION",
        /// A shared cause or world view.
        Ideology = "IDEOLOGY",
        /// Anything else: the description says what.
        Other = "OTHER",
    }
}

vocabulary! {
    /// How sure the editors are of a relationship, given its evidence.
    Confidence {
        /// Good evidence from several independent sources.
        High = "HIGH",
        /// Plausible and credibly sourced, not fully corroborated.
        Moderate = "MODERATE",
        /// Thin or doubtful evidence.
        Low = "LOW",
    }
}

vocabulary! {
    /// What is known of the end of a period.
    PeriodStatus {
        /// It holds still.
        Ongoing = "ONGOING",
        /// It has ended; the end may be unknown.
        Ended = "ENDED",
        /// A source saw it hold until `observedUntil` and then stopped looking. Nothing is known of what came after.
        Censored = "CENSORED",
        /// Nothing is known of its end.
        Unknown = "UNKNOWN",
    }
}

vocabulary! {
    /// Whether something holds at the moment asked about.
    Validity {
        /// It surely held at that time.
        Certain = "CERTAIN",
        /// It may have held: the dates given leave it open.
        Possible = "POSSIBLE",
        /// It did not hold.
        No = "NO",
    }
}

vocabulary! {
    /// What sort of source it is.
    SourceKind {
        /// A data set.
        Dataset = "DATASET",
        /// A government's document or statement.
        Government = "GOVERNMENT",
        /// A document of the United Nations or another organisation of states.
        Intergovernmental = "INTERGOVERNMENTAL",
        /// A news report.
        News = "NEWS",
        /// A scholarly article or working paper.
        Academic = "ACADEMIC",
        /// A report of a think tank or a non-governmental organisation.
        ThinkTank = "THINK_TANK",
        /// The text of a treaty or an agreement.
        Treaty = "TREATY",
        /// A book.
        Book = "BOOK",
        /// A work of reference.
        Reference = "REFERENCE",
        /// Anything else.
        Other = "OTHER",
    }
}

vocabulary! {
    /// How far a source can be relied on: the Admiralty code.
    Reliability {
        /// Completely reliable.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Fairly reliable.
        C = "C",
        /// Not usually reliable.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Reliability cannot be judged.
        F = "F",
    }
}

vocabulary! {
    /// How a viewpoint stands to a relationship.
    Stance {
        /// It agrees with what the record says.
        Supports = "SUPPORTS",
        /// It disagrees. The relationship is then contested.
        Disputes = "DISPUTES",
        /// It agrees with reservations.
        Qualifies = "QUALIFIES",
    }
}

vocabulary! {
    /// How well a claim is sourced.
    EvidenceGrade {
        /// Nothing is cited for it.
        Uncited = "UNCITED",
        /// Everything cited comes from one publisher.
        SingleSource = "SINGLE_SOURCE",
        /// At least two independent publishers are cited.
        Corroborated = "CORROBORATED",
    }
}

vocabulary! {
    /// Which periods a list takes, against the day it is asked for.
    PeriodFilter {
        /// Holds on the day, certainly or possibly.
        Current = "CURRENT",
        /// Had ended before it.
        Past = "PAST",
        /// Begins after it.
        Future = "FUTURE",
        /// All of them.
        All = "ALL",
    }
}

vocabulary! {
    /// How the period of a relationship contradicts the one in which an actor of it existed.
    PeriodConflictKind {
        /// It had surely begun before the actor can have.
        BeforeStart = "BEFORE_START",
        /// It surely went on after the actor had ended.
        AfterEnd = "AFTER_END",
    }
}

vocabulary! {
    /// Which end of a relationship the actor at hand is.
    RelationshipRole {
        /// The relationship runs from it: the sponsor, the member, the mediator.
        From = "FROM",
        /// The relationship runs to it: the sponsored, the coalition.
        To = "TO",
    }
}

vocabulary! {
    /// What a change did to a record.
    ChangeKind {
        /// The record is new.
        Created = "CREATED",
        /// Some of its fields changed.
        Updated = "UPDATED",
        /// It was taken out of the lists. Its history stays.
        Retired = "RETIRED",
        /// It became part of another record.
        Merged = "MERGED",
        /// It was brought back.
        Restored = "RESTORED",
        /// Text was taken out of it and of all its earlier versions, for law or safety.
        Redacted = "REDACTED",
    }
}

vocabulary! {
    /// How two moments differ about a relationship: in the world, or in our record of it.
    DifferenceKind {
        /// It began in the world between the two moments.
        Started = "STARTED",
        /// It ended in the world between the two moments.
        Ended = "ENDED",
        /// It went on, and a field of cooperation began or ended in it.
        Changed = "CHANGED",
        /// The record learnt late of what was so before.
        Discovered = "DISCOVERED",
        /// What the record says of the facts or their sources was corrected or completed.
        Corrected = "CORRECTED",
        /// The record no longer says it.
        Retracted = "RETRACTED",
        /// The facts are the same; the editors judge them otherwise: the alignment, the tier, the words, the confidence.
        Reinterpreted = "REINTERPRETED",
    }
}

vocabulary! {
    /// What happened to a relationship, seen from a list that somebody watches.
    RelationshipEventKind {
        /// It is in the list now, and was not before.
        Enters = "ENTERS",
        /// It was in the list and still is, and the record says something else of it.
        Changes = "CHANGES",
        /// It was in the list, and is no longer.
        Leaves = "LEAVES",
    }
}

vocabulary! {
    /// The kinds of records.
    Kind {
        /// A state, government, group, movement, coalition, organisation or person.
        Actor = "ACTOR",
        /// One statement that links two actors for a period.
        Relationship = "RELATIONSHIP",
        /// A reading of the facts that somebody holds.
        Viewpoint = "VIEWPOINT",
        /// A dated news update or piece of background.
        Note = "NOTE",
        /// Where a claim comes from.
        Source = "SOURCE",
        /// A standing question with an answer made of queries.
        Brief = "BRIEF",
    }
}

vocabulary! {
    /// Which way a list runs.
    OrderDirection {
        /// From the smallest to the largest, from the earliest to the latest.
        Asc = "ASC",
        /// From the largest to the smallest, from the latest to the earliest.
        Desc = "DESC",
    }
}

vocabulary! {
    /// What actors can be ordered by.
    ActorOrderField {
        /// The name, whatever the case.
        Name = "NAME",
        /// The kind, in the order of the list of kinds.
        Kind = "KIND",
        /// When it entered the record.
        Recorded = "RECORDED",
        /// When it last changed in the record.
        Updated = "UPDATED",
    }
}

vocabulary! {
    /// What relationships can be ordered by.
    RelationshipOrderField {
        /// When it entered the record.
        Recorded = "RECORDED",
        /// When it last changed in the record.
        Updated = "UPDATED",
        /// The earliest day on which it can have begun.
        Start = "START",
        /// The latest day on which it can have ended.
        End = "END",
        /// The tier: CORE first, those without one last.
        Tier = "TIER",
        /// The alignment: ALLY first, ADVERSARY last.
        Alignment = "ALIGNMENT",
        /// The kind, in the order of the list of kinds.
        Kind = "KIND",
        /// The counterpart's name. In a list without an actor at hand: the name of the actor that it runs to.
        Counterpart = "COUNTERPART",
    }
}

vocabulary! {
    /// What context notes can be ordered by.
    NoteOrderField {
        /// The date that the note speaks of.
        AsOf = "AS_OF",
        /// When it entered the record.
        Recorded = "RECORDED",
        /// When it last changed in the record.
        Updated = "UPDATED",
    }
}

vocabulary! {
    /// The form of a document.
    DocumentFormat {
        /// Markdown, with tables.
        Markdown = "MARKDOWN",
        /// A whole HTML5 page.
        Html = "HTML",
    }
}

vocabulary! {
    /// What to search among.
    SearchType {
        /// Actors: by their names, aliases, summaries and identifiers.
        Actor = "ACTOR",
        /// Relationships: by their labels, summaries and areas of cooperation, and by their actors.
        Relationship = "RELATIONSHIP",
        /// Viewpoints: by their titles, theses, holders and arguments.
        Viewpoint = "VIEWPOINT",
        /// Context notes: by their headlines, texts and tags, and by their actors.
        Note = "NOTE",
        /// Sources: by their titles and publishers.
        Source = "SOURCE",
        /// Briefs: by their questions, summaries and sections, and by their actors.
        Brief = "BRIEF",
    }
}

impl From<SearchType> for Kind {
    fn from(sort: SearchType) -> Self {
        match sort {
            SearchType::Actor => Self::Actor,
            SearchType::Relationship => Self::Relationship,
            SearchType::Viewpoint => Self::Viewpoint,
            SearchType::Note => Self::Note,
            SearchType::Source => Self::Source,
            SearchType::Brief => Self::Brief,
        }
    }
}
