//! Entities of Wikidata: statements with their ranks, qualifiers and references.

use std::collections::BTreeMap;

use foedera::snapshot::facts::RelationshipFacts;
use foedera::transfer::intake::{Report, Wishes};
use foedera::transfer::table::Data;
use foedera::transfer::wikidata::{self, Properties, SHIPPED, WikidataError};
use serde_json::{Value, json};

use super::shared;
use crate::support::TestApp;

const ALL: &str = "format = \"foedera-wikidata/1\"\n[property.\"*\"]\nkind = \"OTHER\"\nalignment = \"NEUTRAL\"\n";

fn import(test: &TestApp, properties: &str, bytes: &[u8]) -> Result<Report, WikidataError> {
    let data = [Data::stream("entity.json", bytes).unwrap()];
    let wishes = Wishes {
        author: "import wikidata",
        message: "test",
        dry_run: false,
        retire_missing: false,
    };
    let properties = Properties::read(properties).unwrap();
    wikidata::import(&test.app.ledger, &properties, &data, wishes, |_| {})
}

type Counts = BTreeMap<String, u64>;

/// Counts ranks, references, qualifiers and precisions of statements.
fn count<'a>(statements: impl Iterator<Item = &'a Value>) -> Counts {
    let mut counts = Counts::new();
    let mut add = |what: String, number: usize| *counts.entry(what).or_default() += number as u64;
    for statement in statements {
        add(
            format!("statements of rank {}", statement["rank"].as_str().unwrap()),
            1,
        );
        add(
            "references".to_owned(),
            statement["references"].as_array().map_or(0, Vec::len),
        );
        for qualifier in statement["qualifiers"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(_, list)| list.as_array().unwrap())
        {
            add("qualifiers".to_owned(), 1);
            let precision = &qualifier["datavalue"]["value"]["precision"];
            if qualifier["datatype"] == "time" && precision.is_number() {
                add(format!("times of precision {precision}"), 1);
            }
        }
    }
    counts
}

#[test]
fn the_statements_of_hong_kong_keep_rank_precision_and_references() {
    let Some(path) = shared("wikidata-entities/Q8646.json") else {
        return;
    };
    let bytes = std::fs::read(&path).unwrap();
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    let claims = file["entities"]["Q8646"]["claims"].as_object().unwrap();
    let all = || claims.values().flat_map(|list| list.as_array().unwrap());
    let test = TestApp::empty();
    let report = import(&test, ALL, &bytes).unwrap();
    assert_eq!(
        report.not_taken.count + report.left_out.count,
        0,
        "{report:?}"
    );
    assert_eq!(
        (report.read, &report.tally),
        (all().count() as u64, &count(all()))
    );

    // All of them whose value is an item are relationships, with the same counts.
    let items =
        || all().filter(|statement| statement["mainsnak"]["datavalue"]["value"]["id"].is_string());
    let snapshot = test.app.ledger.snapshot();
    let mut found = Counts::new();
    let mut add = |what: String| *found.entry(what).or_default() += 1;
    let mut ties = 0;
    for (_, row) in snapshot.rows::<RelationshipFacts>() {
        let tie = snapshot.document(row).unwrap();
        ties += 1;
        for coding in &tie.codings {
            match coding.scheme.as_str() {
                "wikidata-rank" => add(format!("statements of rank {}", coding.code)),
                "wikidata-property" => {}
                _ => {
                    add("qualifiers".to_owned());
                    if let Some((_, precision)) = coding.code.split_once("Z/") {
                        add(format!("times of precision {precision}"));
                    }
                }
            }
        }
        tie.citations
            .iter()
            .skip(1)
            .for_each(|_| add("references".to_owned()));
    }
    assert_eq!(ties, items().count());
    assert_eq!(found, count(items()));
    let accounted: u64 = report.account.iter().map(|account| account.count).sum();
    assert_eq!(accounted + ties as u64, report.read);

    let query = r#"{ actor(slug: "hong-kong") { aliases { text } identifiers { scheme value } relationships(first: 100, filter: { period: ALL }) { nodes {
        label period { start end status } codings { code } citations { locator accessedOn source { url publisher } } } } } }"#;
    let actor = &test.query(query)["actor"];
    assert_eq!(
        actor["identifiers"][0],
        json!({ "scheme": "wikidata", "value": "Q8646" })
    );
    assert!(actor["aliases"].to_string().contains("香港"));
    // The World Trade Organization since the first day of 1995, by a page that was looked at in 2014.
    let ties = actor["relationships"]["nodes"].as_array().unwrap();
    let wto = ties
        .iter()
        .find(|tie| tie["period"]["start"] == "1995-01-01" && tie["label"] == "P463")
        .unwrap();
    assert_eq!(wto["citations"][1]["accessedOn"], "2014-04-04");
    assert_eq!(
        wto["citations"][1]["source"]["url"],
        "http://www.wto.org/english/thewto_e/countries_e/hong_kong_china_e.htm"
    );
    assert!(import(&test, ALL, &bytes).unwrap().unchanged());
}

#[test]
fn a_statement_becomes_what_the_map_says_between_actors_that_the_record_knows() {
    let test = TestApp::iran("2026-03-10");
    let time = |time: &str, precision: u8| {
        json!([{ "snaktype": "value", "datatype": "time",
        "datavalue": { "value": { "time": time, "precision": precision, "calendarmodel": "http://www.wikidata.org/entity/Q1985727" } } }])
    };
    let statement = |id: &str, property: &str, to: &str, rank: &str, qualifiers: Value| {
        json!({ "id": id, "rank": rank, "qualifiers": qualifiers,
        "mainsnak": { "snaktype": "value", "property": property, "datatype": "wikibase-item", "datavalue": { "value": { "id": to } } } })
    };
    let entity = json!({ "entities": { "Q794": { "id": "Q794", "type": "item", "labels": { "en": { "language": "en", "value": "Iran" } }, "claims": {
        "P463": [
            statement("Q794$1", "P463", "Q999", "normal", json!({ "P580": time("+1945-10-00T00:00:00Z", 10), "P582": time("+1979-00-00T00:00:00Z", 9) })),
            statement("Q794$2", "P463", "Q148", "deprecated", json!({ "P585": time("+1960-00-00T00:00:00Z", 8) })),
            statement("Q794$3", "P463", "Q159", "preferred", json!({ "P580": time("-0400-00-00T00:00:00Z", 9), "P582": [{ "snaktype": "somevalue", "datatype": "time" }] })),
            statement("Q794$4", "P463", "Q794", "normal", json!({})),
        ],
        "P527": [statement("Q794$5", "P527", "Q41053", "normal", json!({ "P582": [{ "snaktype": "novalue", "datatype": "time" }] }))],
    } } } });
    let report = import(&test, SHIPPED, entity.to_string().as_bytes()).unwrap();
    assert_eq!(report.not_taken.count, 1);
    assert!(
        report.left_out.first[0]
            .to_string()
            .contains("Q794$3, P463: P580: -0400"),
        "{:?}",
        report.left_out
    );
    let query = r#"{ relationships(first: 100, filter: { period: ALL, kind: [MEMBERSHIP] }) { nodes { from { slug } to { slug } assertion confidence
        period { start end status observedUntil } citations { locator } } } }"#;
    let ties = test.query(query)["relationships"]["nodes"].clone();
    let found: Vec<_> = ties
        .as_array()
        .unwrap()
        .iter()
        .filter(|tie| {
            tie["citations"][0]["locator"]
                .as_str()
                .is_some_and(|l| l.starts_with("Q794$"))
        })
        .collect();
    let brief: Vec<_> = found
        .iter()
        .map(|tie| {
            json!([
                tie["from"]["slug"],
                tie["to"]["slug"],
                tie["assertion"],
                tie["confidence"],
                tie["period"]["start"],
                tie["period"]["end"],
                tie["period"]["status"],
                tie["period"]["observedUntil"]
            ])
        })
        .collect();
    assert_eq!(
        json!(brief),
        json!([
            [
                "iran", "q999", "AFFIRMED", null, "1945-10", "1979", "ENDED", null
            ],
            [
                "iran", "china", "ALLEGED", "LOW", null, null, "CENSORED", "196X"
            ],
            [
                "iran", "russia", "AFFIRMED", null, null, null, "ENDED", null
            ],
            [
                "hezbollah",
                "iran",
                "AFFIRMED",
                null,
                null,
                null,
                "ONGOING",
                null
            ],
        ])
    );
}

/// A statement of something that is no item.
fn said(property: &str, rank: &str, datatype: &str, value: Value) -> Value {
    json!({ "id": format!("{property}-{value}"), "rank": rank, "mainsnak": { "snaktype": "value",
        "property": property, "datatype": datatype, "datavalue": { "value": value } } })
}

fn year(year: u32) -> Value {
    json!({ "time": format!("+{year:04}-00-00T00:00:00Z"), "precision": 9, "calendarmodel": "http://www.wikidata.org/entity/Q1985727" })
}

#[test]
fn what_an_item_says_of_itself_is_taken_and_the_rest_accounted_for() {
    let mut old_name = said(
        "P1448",
        "normal",
        "monolingualtext",
        json!({ "text": "Ruritanian Kingdom", "language": "en" }),
    );
    old_name["qualifiers"] = json!({ "P582": [{ "snaktype": "value", "datatype": "time", "datavalue": { "value": year(1918) } }] });
    let entity = json!({ "id": "Q7000001", "type": "item", "labels": { "en": { "language": "en", "value": "Ruritania" } }, "claims": {
        "P571": [
            said("P571", "normal", "time", year(1815)),
            said("P571", "preferred", "time", year(1866)),
            said("P571", "deprecated", "time", year(1066)),
        ],
        "P576": [{ "id": "x", "rank": "normal", "mainsnak": { "snaktype": "somevalue", "datatype": "time" } }],
        "P297": [said("P297", "normal", "external-id", json!("RU"))],
        "P1448": [old_name],
        "P1082": [said("P1082", "normal", "quantity", json!({ "amount": "+12" }))],
    } });
    let test = TestApp::empty();
    let report = import(&test, SHIPPED, entity.to_string().as_bytes()).unwrap();
    let account: Vec<_> = report.account.iter().map(ToString::to_string).collect();
    assert_eq!(
        account,
        [
            "1 statement of P1082 (quantity): its value is not an item, and the map of properties says nothing of it",
            "1 statement of P571 (time): another statement that says the same sort of thing is taken",
            "1 statement of P571 (time): it is deprecated",
        ]
    );
    let query = r#"{ actor(slug: "ruritania") { country active { start end status } aliases { text language period { end } }
        identifiers { scheme value } } }"#;
    assert_eq!(
        test.query(query)["actor"],
        json!({
            "country": "RU",
            "active": { "start": "1866", "end": null, "status": "ENDED" },
            "aliases": [{ "text": "Ruritanian Kingdom", "language": "en", "period": { "end": "1918" } }],
            "identifiers": [{ "scheme": "wikidata", "value": "Q7000001" }, { "scheme": "iso3166-1-alpha-2", "value": "RU" }],
        })
    );
}

#[test]
fn a_dump_is_read_line_by_line_whatever_is_between_the_lines() {
    let entity = |n: u32| json!({ "id": format!("Q{n}"), "type": "item", "labels": { "en": { "language": "en", "value": format!("Item number {n}") } } });
    let [a, b] = [entity(1), entity(2)];
    let both = json!([a, b]);
    for dump in [
        format!("[\n{a},\n{b}\n]\n"),
        format!("[{a},\n{b}]"),
        format!("{a},\n\n{b},\n"),
        format!("{a}\n{b}\n"),
        both.to_string(),
        format!("{both:#}"),
        format!("{{\"entities\":{{\"Q1\":{a},\"Q2\":{b}}}}}"),
    ] {
        let test = TestApp::empty();
        let report = import(&test, SHIPPED, dump.as_bytes()).unwrap();
        assert_eq!(report.records.actors, 2, "{dump}");
    }
    for (dump, why) in [
        (
            format!("[\n{a},\n"),
            "line 3: it breaks off: the list that it begins with does not end",
        ),
        (
            format!("[\n{a},\n{}", &b.to_string()[..20]),
            "line 3: it is no JSON: EOF",
        ),
        (format!("{a}\nnonsense\n"), "line 2: it is no JSON"),
    ] {
        let test = TestApp::empty();
        let told = import(&test, SHIPPED, dump.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(told.contains(why), "{told}");
        assert_eq!(test.app.ledger.revision(), 0);
    }
}

#[test]
fn what_holds_no_entities_is_told_and_nothing_is_written() {
    for (bytes, why) in [
        (&b"{"[..], "it is no JSON"),
        (b"{}", "it holds no entities"),
        (br#"{"entities":{}}"#, "it holds no entities"),
        (br#"{"entities":[1]}"#, "it holds no entities"),
        (b"\xff\xff", "it is no JSON"),
    ] {
        let test = TestApp::empty();
        let told = import(&test, ALL, bytes).unwrap_err().to_string();
        assert!(told.contains(why), "{told}");
        assert_eq!(test.app.ledger.revision(), 0);
    }
    // An entity of nonsense is an actor of which nothing is known, and no panic.
    let test = TestApp::empty();
    let odd = br#"{"entities":{"Q1":{"id":"Q1","type":"item","labels":[],"aliases":5,"claims":{"P1":[{},5,{"mainsnak":{"snaktype":"value","datatype":"wikibase-item","datavalue":7}}]}}}}"#;
    let report = import(&test, ALL, odd).unwrap();
    assert_eq!(
        (report.records.actors, report.records.relationships),
        (1, 0)
    );
    let wrong = Properties::read("format = \"x\"").unwrap_err();
    assert!(wrong.contains("write \"foedera-wikidata/1\""), "{wrong}");
    assert!(Properties::read("format = \"foedera-wikidata/1\"\n[property.P1]\nkind = \"ALLY\"\nalignment = \"ALLY\"\n").is_err());
}
