//! A table that nobody has seen, with a mapping written from the guide alone: a bar between cells, latin-1,
//! lines before the header, -9 for missing days and months, a row a year, several names in a cell.

use encoding_rs::WINDOWS_1252;

use super::{faults, import_as, relationships};
use crate::support::TestApp;

const MAPPING: &str = r#"
format = "foedera-mapping/1"
name = "pacts"

[table]
separator = "|"
encoding = "latin1"
skip = 2
missing = ["-9", "n.a."]
open = ["31.12.9999"]

[lookup.type]
"1" = "ALLIANCE"
"2" = "STRATEGIC_PARTNERSHIP"
"*" = "OTHER"

[lookup.alignment]
"1" = "ALLY"
"2" = "PARTNER"
"*" = "NEUTRAL"

[lookup.sure]
"certain" = "HIGH"
"alleged" = "LOW"
"" = "MODERATE"

[source.atlas]
key = "atlas-of-pacts"
title = "Atlas of pacts"
kind = "BOOK"

[actor.one]
name = "{État A}"
kind = "STATE"
identifiers = [{ scheme = "pacts", value = "{A}" }]
aliases = [{ text = "{autres noms}", language = "fr", split = ";" }]

[actor.two]
name = "{État B}"
kind = "STATE"
identifiers = [{ scheme = "pacts", value = "{B}" }]

[relationship.pact]
when = { "année" = "" }
key = "pacts-{A}-{B}-{type}-{jour?}-{mois?}-{an?}"
from = "one"
to = "two"
kind = "{type|lookup:type}"
alignment = "{type|lookup:alignment}"
confidence = "{sûr|lookup:sure}"
label = "{type|lookup:type|lower}"
period = { start = { year = "{an}", month = "{mois}", day = "{jour}" }, end = { text = "{fin}", order = "DMY" } }
citations = [{ source = "atlas", locator = "line {#line}" }]

[relationship.aid]
when = { "année" = "*" }
key = "aid-{A}-{B}"
from = "one"
to = "two"
kind = "SPONSORSHIP"
alignment = "PARTNER"
fold = { on = "{année}", gap = 2, until = "2001" }
citations = [{ source = "atlas", locator = "{#rows} rows" }]
"#;

const TABLE: &str = "Atlas of pacts\n(c) nobody\nÉtat A|A|autres noms|État B|B|type|sûr|jour|mois|an|fin|année\n\
    Élysée|ELY|Champs;  Champs Élysées|Övre Norrland|OVR|1|certain|-9|-9|1951|31.12.9999|\n\
    Élysée|ELY||Övre Norrland|OVR|2|alleged|-9|3|1960|1.4.1975|\n\
    Élysée|ELY||Çanakkale|CAN|7||30|2|1970||\n\
    Élysée|ELY||Çanakkale|CAN|7||12|2|1970|n.a.|\n\
    Élysée|ELY||Çanakkale |CAN|||||||1990\n\
    Élysée|ELY||Çanakkale|CAN|||||||1992\n\
    Élysée|ELY||Çanakkale|CAN|||||||1995\n\
    Élysée|ELY||Çanakkale|CAN|||||||2001\n\
    Élysée|ELY||Çanakkale|CAN|2|perhaps|||1970||\n";

#[test]
fn a_table_that_nobody_has_seen_is_mapped_from_the_guide() {
    let (bytes, _, lossy) = WINDOWS_1252.encode(TABLE);
    assert!(!lossy);
    let test = TestApp::empty();
    let report = import_as(&test, MAPPING, &[("pacts.txt", &bytes)], |_| {}).unwrap();
    assert_eq!(
        faults(&report),
        [
            "pacts.txt, line 6, jour: \"1970-02-30\" is not a date: the calendar has no such day; write 2024, 2024-12 or 2024-12-08, with ~ behind it where it is approximate and ? where it is uncertain",
            "pacts.txt, line 12, sûr: the code \"perhaps\" is not in [lookup.sure]; add it there, or \"*\" for all others",
        ]
    );
    let ties = relationships(&test);
    let ties: Vec<_> = ties
        .iter()
        .map(|tie| tie.join(" ").trim().to_owned())
        .collect();
    assert_eq!(
        ties,
        [
            "Élysée Çanakkale AFFIRMED 1970-02-12",
            "Élysée Çanakkale AFFIRMED 1990 1992",
            "Élysée Çanakkale AFFIRMED 1995 1995",
            "Élysée Çanakkale AFFIRMED 2001 2001",
            "Élysée Övre Norrland AFFIRMED 1951",
            "Élysée Övre Norrland AFFIRMED 1960-03 1975-04-01",
        ]
    );
    let query = r#"{ actor(slug: "elysee") { aliases { text language } relationships(filter: { period: ALL, kind: [ALLIANCE, STRATEGIC_PARTNERSHIP] }) { nodes {
        confidence label period { status } citations { locator source { title } } } } } }"#;
    let actor = &test.query(query)["actor"];
    assert_eq!(
        actor["aliases"],
        serde_json::json!([{ "text": "Champs", "language": "fr" }, { "text": "Champs Élysées", "language": "fr" }])
    );
    let nodes = &actor["relationships"]["nodes"];
    assert_eq!(nodes[0]["period"]["status"], "ONGOING");
    assert_eq!(nodes[0]["confidence"], "HIGH");
    assert_eq!(nodes[0]["citations"][0]["locator"], "line 4");
    assert_eq!(nodes[1]["confidence"], "LOW");
    assert_eq!(nodes[1]["label"], "strategic_partnership");
}

#[test]
fn it_does_not_matter_how_a_table_is_packed() {
    use std::io::Write as _;
    let (bytes, _, _) = WINDOWS_1252.encode(TABLE);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&bytes).unwrap();
    let gz = gz.finish().unwrap();
    let zst = zstd::encode_all(&bytes[..], 1).unwrap();
    // Two frames, with one between them that holds nothing.
    let (one, two) = bytes.split_at(100);
    let pack = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    let frames = [
        pack(one),
        vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3],
        pack(two),
    ]
    .concat();
    let plain = TestApp::empty();
    import_as(&plain, MAPPING, &[("pacts", &bytes)], |_| {}).unwrap();
    for packed in [gz, zst, frames] {
        let test = TestApp::empty();
        import_as(&test, MAPPING, &[("pacts", &packed)], |_| {}).unwrap();
        assert_eq!(test.export(), plain.export());
    }
}
