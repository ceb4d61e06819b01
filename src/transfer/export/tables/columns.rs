//! The tables, their columns and what these mean: the data dictionary.

use super::Table;

/// A table of the export.
pub(super) struct Layout {
    pub(super) table: Table,
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// The columns that tell rows apart; none where nothing does.
    pub(super) key: &'static [&'static str],
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Whether it holds whole numbers; otherwise text.
    pub(super) number: bool,
    /// Whether it may be empty.
    pub(super) optional: bool,
    /// The table whose `id` it holds.
    pub(super) of: Option<&'static str>,
    pub(super) meaning: &'static str,
}

const fn text(name: &'static str, meaning: &'static str) -> Column {
    Column {
        name,
        number: false,
        optional: false,
        of: None,
        meaning,
    }
}

const fn number(name: &'static str, meaning: &'static str) -> Column {
    Column {
        number: true,
        ..text(name, meaning)
    }
}

const fn id(name: &'static str, of: &'static str, meaning: &'static str) -> Column {
    Column {
        of: Some(of),
        ..text(name, meaning)
    }
}

const fn maybe(column: Column) -> Column {
    Column {
        optional: true,
        ..column
    }
}

const ID: Column = text("id", "its id in the record");
const VERSION: Column = number("version", "the revision that last changed it");
const KEY: Column = maybe(text("key", "its key in the data that it came with"));
const START: Column = maybe(text("start", "since when; a partial date (EDTF)"));
const END: Column = maybe(text("end", "the last day on which it held; a partial date"));
const SEEN: Column = maybe(text(
    "observedUntil",
    "until when a source saw it hold, where that stopped looking; a partial date",
));
const STATUS: Column = text(
    "status",
    "what is known of the end: ONGOING, ENDED, CENSORED, UNKNOWN",
);
const RELATIONSHIP: Column = id("relationship", "relationships", "the relationship");

/// All of them. A table refers only to itself and those before it.
pub(super) const LAYOUTS: [Layout; 15] = [
    Layout {
        table: Table::Export,
        name: "export",
        columns: &[
            number("revision", "the revision of the record that was exported"),
            text("recordedAt", "when that was made (RFC 3339)"),
            text("program", "the version of Foedera that exported it"),
        ],
        key: &[],
    },
    Layout {
        table: Table::Columns,
        name: "columns",
        columns: &[
            text("table", "a table"),
            text("column", "a column of it"),
            maybe(text("refersTo", "the table whose id the column holds")),
            text("meaning", "what the column holds"),
        ],
        key: &["table", "column"],
    },
    Layout {
        table: Table::Actors,
        name: "actors",
        columns: &[
            ID,
            text("slug", "its name in addresses"),
            text("name", "its name"),
            text("kind", "STATE, ARMED_GROUP and so on, as in the API"),
            maybe(text("summary", "what it is, in a few sentences")),
            maybe(text("country", "ISO 3166-1 alpha-2")),
            START,
            END,
            STATUS,
            SEEN,
            VERSION,
        ],
        key: &["id"],
    },
    Layout {
        table: Table::Aliases,
        name: "aliases",
        columns: &[
            id("actor", "actors", "the actor"),
            text("text", "another name of it"),
            maybe(text("language", "BCP 47")),
            START,
            END,
        ],
        key: &[],
    },
    Layout {
        table: Table::Identifiers,
        name: "identifiers",
        columns: &[
            id("actor", "actors", "the actor"),
            text("scheme", "who numbers, such as ucdp-actor"),
            text("value", "what it is called there"),
        ],
        key: &["actor", "scheme", "value"],
    },
    Layout {
        table: Table::Sources,
        name: "sources",
        columns: &[
            ID,
            KEY,
            text("title", "its title"),
            maybe(text("url", "its address")),
            maybe(text("publisher", "who published it")),
            text("kind", "DATASET, NEWS and so on, as in the API"),
            maybe(text("publishedOn", "when; a partial date")),
            text("reliability", "A to F of the Admiralty code"),
            VERSION,
        ],
        key: &["id"],
    },
    Layout {
        table: Table::Relationships,
        name: "relationships",
        columns: &[
            ID,
            KEY,
            id("from", "actors", "the actor that it runs from"),
            id("to", "actors", "the actor that it runs to"),
            text("kind", "ALLIANCE, SPONSORSHIP and so on, as in the API"),
            number("symmetric", "1 where it has no direction, else 0"),
            text("assertion", "AFFIRMED, ALLEGED, DENIED"),
            maybe(text("label", "what it is called")),
            text("alignment", "ALLY, NEUTRAL, RIVAL and so on, as in the API"),
            maybe(text("tier", "CORE and so on, as in the API")),
            text("formality", "FORMAL and so on, as in the API"),
            maybe(text(
                "obligations",
                "what a treaty obliges to, parted by spaces",
            )),
            maybe(text("summary", "what it is, in a few sentences")),
            START,
            END,
            STATUS,
            SEEN,
            text("possibleFrom", "the first day on which it can have held"),
            text("certainFrom", "the day by which it surely had begun"),
            text(
                "certainUntil",
                "the day until which it surely had not ended",
            ),
            text("possibleUntil", "the last day on which it can hold"),
            maybe(text("confidence", "HIGH, MODERATE, LOW")),
            VERSION,
        ],
        key: &["id"],
    },
    Layout {
        table: Table::Against,
        name: "against",
        columns: &[
            RELATIONSHIP,
            id("actor", "actors", "an actor against whom it is"),
        ],
        key: &["relationship", "actor"],
    },
    Layout {
        table: Table::Areas,
        name: "areas",
        columns: &[
            RELATIONSHIP,
            number("place", "which of its areas, from 0"),
            text("domain", "MILITARY, WEAPONS and so on, as in the API"),
            text("description", "the area in a few words"),
            START,
            END,
            maybe(text(
                "status",
                "empty where it is as long as the relationship",
            )),
            SEEN,
        ],
        key: &["relationship", "place"],
    },
    Layout {
        table: Table::Codings,
        name: "codings",
        columns: &[
            RELATIONSHIP,
            text("scheme", "the scheme of a source"),
            text("code", "how it codes the relationship"),
            maybe(text("label", "what the code means")),
        ],
        key: &[],
    },
    Layout {
        table: Table::Viewpoints,
        name: "viewpoints",
        columns: &[
            ID,
            KEY,
            text("title", "its title"),
            text("thesis", "what it holds"),
            maybe(text("holder", "who holds it, in words")),
            maybe(id("holderActor", "actors", "the actor that holds it")),
            maybe(text("asOf", "when it was held; a partial date")),
            VERSION,
        ],
        key: &["id"],
    },
    Layout {
        table: Table::Positions,
        name: "positions",
        columns: &[
            id("viewpoint", "viewpoints", "the viewpoint"),
            RELATIONSHIP,
            text("stance", "SUPPORTS, DISPUTES, QUALIFIES"),
            maybe(text("argument", "why")),
            maybe(text("alignment", "how it reads the alignment")),
            maybe(text("tier", "how it reads the tier")),
            maybe(text("label", "what it calls the relationship")),
        ],
        key: &["viewpoint", "relationship"],
    },
    Layout {
        table: Table::Notes,
        name: "notes",
        columns: &[
            ID,
            KEY,
            text("headline", "its headline"),
            text("body", "its text"),
            text("asOf", "the date that it tells of; a partial date"),
            text("author", "who wrote it"),
            maybe(text("tags", "parted by spaces")),
            maybe(id(
                "supersedes",
                "notes",
                "the note that it takes the place of",
            )),
            VERSION,
        ],
        key: &["id"],
    },
    Layout {
        table: Table::About,
        name: "about",
        columns: &[
            id("note", "notes", "the note"),
            maybe(id("actor", "actors", "an actor that it is about")),
            maybe(id(
                "relationship",
                "relationships",
                "or a relationship that it is about",
            )),
        ],
        key: &[],
    },
    Layout {
        table: Table::Citations,
        name: "citations",
        columns: &[
            maybe(id(
                "relationship",
                "relationships",
                "the relationship that cites",
            )),
            maybe(number("area", "the place of its area, where an area cites")),
            maybe(id("viewpoint", "viewpoints", "or the viewpoint that cites")),
            maybe(id("note", "notes", "or the note that cites")),
            id("source", "sources", "the source"),
            maybe(text("locator", "where in it")),
            maybe(text("quote", "its words")),
            maybe(text("accessedOn", "when it was consulted; a partial date")),
        ],
        key: &[],
    },
];
