//! The tables of the CSV export and their columns.

/// Each file with its columns.
pub(super) const TABLES: [(&str, &[&str]); 13] = [
    (
        "actors",
        &[
            "id",
            "slug",
            "name",
            "kind",
            "summary",
            "country",
            "start",
            "end",
            "status",
            "observedUntil",
            "version",
        ],
    ),
    ("aliases", &["actor", "text", "language", "start", "end"]),
    ("identifiers", &["actor", "scheme", "value"]),
    (
        "relationships",
        &[
            "id",
            "key",
            "from",
            "to",
            "kind",
            "symmetric",
            "assertion",
            "label",
            "alignment",
            "tier",
            "formality",
            "obligations",
            "summary",
            "start",
            "end",
            "status",
            "observedUntil",
            "confidence",
            "version",
        ],
    ),
    ("against", &["relationship", "actor"]),
    (
        "areas",
        &[
            "relationship",
            "place",
            "domain",
            "description",
            "start",
            "end",
            "status",
            "observedUntil",
        ],
    ),
    ("codings", &["relationship", "scheme", "code", "label"]),
    (
        "sources",
        &[
            "id",
            "key",
            "title",
            "url",
            "publisher",
            "kind",
            "publishedOn",
            "reliability",
            "version",
        ],
    ),
    (
        "citations",
        &["record", "area", "source", "locator", "quote", "accessedOn"],
    ),
    (
        "viewpoints",
        &[
            "id",
            "key",
            "title",
            "thesis",
            "holder",
            "holderActor",
            "asOf",
            "version",
        ],
    ),
    (
        "positions",
        &[
            "viewpoint",
            "relationship",
            "stance",
            "argument",
            "alignment",
            "tier",
            "label",
        ],
    ),
    (
        "notes",
        &[
            "id",
            "key",
            "headline",
            "body",
            "asOf",
            "author",
            "tags",
            "supersedes",
            "version",
        ],
    ),
    ("about", &["record", "subject"]),
];

/// What makes a database of the files: `sqlite3 record.db < load.sql`.
pub(super) fn load() -> String {
    let mut sql = String::new();
    for (name, columns) in TABLES {
        let columns: Vec<_> = columns
            .iter()
            .map(|column| format!("\"{column}\" TEXT"))
            .collect();
        sql.push_str(&format!(
            "CREATE TABLE \"{name}\" ({});\n",
            columns.join(", ")
        ));
    }
    sql.push_str(".mode csv\n");
    for (name, _) in TABLES {
        sql.push_str(&format!(".import --skip 1 {name}.csv {name}\n"));
    }
    sql
}
