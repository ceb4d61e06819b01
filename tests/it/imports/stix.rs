//! STIX bundles: what has a place in the record comes in, and the rest is accounted for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foedera::model::ActorId;
use foedera::read::relationship::touching;
use foedera::snapshot::facts::{ActorFacts, RelationshipFacts};
use foedera::transfer::intake::{Report, Wishes};
use foedera::transfer::stix::{self, StixError};
use foedera::transfer::table::Data;
use serde_json::{Value, json};

use super::{shared, unpacked};
use crate::support::TestApp;

fn import(test: &TestApp, bytes: &[u8]) -> Result<Report, StixError> {
    let data = [Data::stream("bundle.json", bytes).unwrap()];
    let wishes = Wishes {
        author: "import stix",
        message: "test",
        dry_run: false,
        retire_missing: false,
    };
    stix::import(&test.app.ledger, &data, wishes, |_| {})
}

fn object(kind: &str, n: u32, more: Value) -> Value {
    let mut object = json!({ "type": kind, "id": format!("{kind}--{n:08}-0000-4000-8000-000000000000"),
        "created": "2020-05-17T10:00:00.000Z", "modified": "2021-02-03T10:00:00.000Z" });
    object
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    object
}

fn id(kind: &str, n: u32) -> String {
    format!("{kind}--{n:08}-0000-4000-8000-000000000000")
}

fn bundle(objects: &[Value]) -> Vec<u8> {
    json!({ "type": "bundle", "id": id("bundle", 1), "objects": objects })
        .to_string()
        .into_bytes()
}

#[test]
fn a_bundle_with_a_bit_of_everything_comes_in() {
    let reference = json!([{ "source_name": "A paper", "description": "Somebody. (2020).\u{2028}A paper.", "url": "https://example.org/paper" }]);
    let objects = [
        object(
            "intrusion-set",
            1,
            json!({ "name": "Fancy Otter", "aliases": ["Fancy Otter", "G-1"], "first_seen": "2014-01-01T00:00:00Z",
            "external_references": [{ "source_name": "mitre-attack", "external_id": "G9999", "url": "https://example.org/G9999" }, reference[0]] }),
        ),
        object(
            "location",
            2,
            json!({ "name": "Ruritania", "country": "RU" }),
        ),
        object(
            "identity",
            3,
            json!({ "name": "A person", "identity_class": "individual" }),
        ),
        object("malware", 4, json!({ "name": "Otterware" })),
        object("malware", 5, json!({ "name": "Needed by nobody" })),
        object("attack-pattern", 6, json!({ "name": "Phishing" })),
        object(
            "relationship",
            7,
            json!({ "relationship_type": "targets", "source_ref": id("intrusion-set", 1), "target_ref": id("location", 2),
            "start_time": "2019-03-01T00:00:00Z", "stop_time": "2020-01-01T00:00:00Z", "confidence": 20, "external_references": reference }),
        ),
        object(
            "relationship",
            8,
            json!({ "relationship_type": "uses", "source_ref": id("intrusion-set", 1), "target_ref": id("malware", 4) }),
        ),
        object(
            "relationship",
            9,
            json!({ "relationship_type": "uses", "source_ref": id("malware", 4), "target_ref": id("attack-pattern", 6) }),
        ),
        object(
            "relationship",
            10,
            json!({ "relationship_type": "uses", "source_ref": id("malware", 99), "target_ref": id("intrusion-set", 1) }),
        ),
        object(
            "note",
            11,
            json!({ "abstract": "Seen again", "content": "They were seen again.", "authors": ["An analyst"], "object_refs": [id("intrusion-set", 1), id("relationship", 7)] }),
        ),
        object(
            "note",
            12,
            json!({ "content": "About nothing here.", "object_refs": [id("malware", 5)] }),
        ),
        object(
            "opinion",
            13,
            json!({ "opinion": "strongly-disagree", "explanation": "Wrong flag.", "object_refs": [id("relationship", 7)] }),
        ),
        object(
            "report",
            14,
            json!({ "name": "The otter report", "published": "2021-06-01T00:00:00Z", "report_types": ["campaign"], "object_refs": [id("intrusion-set", 1)] }),
        ),
        object("marking-definition", 15, json!({})),
        object("x-acme-thing", 16, json!({})),
        json!({ "name": "without a type" }),
        object("intrusion-set", 17, json!({})),
        object("identity", 18, json!({ "name": 5 })),
        object("attack-pattern", 19, json!({ "name": "Lures" })),
        object(
            "relationship",
            20,
            json!({ "relationship_type": "uses", "source_ref": id("intrusion-set", 1), "target_ref": id("attack-pattern", 19) }),
        ),
        object(
            "relationship",
            21,
            json!({ "relationship_type": "uses", "source_ref": id("malware", 4), "target_ref": id("attack-pattern", 19) }),
        ),
        // The older of two versions.
        object(
            "location",
            2,
            json!({ "name": "Old Ruritania", "modified": "2019-01-01T00:00:00.000Z" }),
        ),
    ];
    let test = TestApp::empty();
    let report = import(&test, &bundle(&objects)).unwrap();
    let account: Vec<_> = report.account.iter().map(ToString::to_string).collect();
    assert_eq!(
        account,
        [
            "1 attack-pattern: no relationship with one that acts needs it",
            "1 malware: no relationship with one that acts needs it",
            "1 marking-definition: the record has no markings of who may read what",
            "1 note: nothing that it is about was taken",
            "1 relationship malware uses attack-pattern: one of its ends is left out",
            "1 x-acme-thing: an extension of the data's own",
        ]
    );
    let faults: Vec<_> = report
        .not_taken
        .first
        .iter()
        .map(ToString::to_string)
        .collect();
    for wanted in [
        "objects[16]: it has no id or no type",
        "identity--00000018",
        "intrusion-set--00000017",
        "relationship--00000010",
    ] {
        assert!(
            faults.iter().any(|fault| fault.contains(wanted)),
            "{wanted} in {faults:?}"
        );
    }
    assert_eq!(faults.len(), 4, "{faults:?}");

    let query = r#"{ actor(slug: "fancy-otter") { aliases { text } active { start } identifiers { scheme value }
        relationships(filter: { period: ALL }) { nodes { kind alignment label confidence contested to { name kind country } period { start end }
            codings { scheme code } citations { locator source { title url } } positions { stance argument } } }
        notes { nodes { headline author asOf tags } } } }"#;
    let actor = &test.query(query)["actor"];
    assert_eq!(actor["aliases"], json!([{ "text": "G-1" }]));
    assert_eq!(actor["active"]["start"], "2014-01-01");
    assert_eq!(
        actor["identifiers"][1],
        json!({ "scheme": "mitre-attack", "value": "G9999" })
    );
    let tie = &actor["relationships"]["nodes"][0];
    assert_eq!(tie["kind"], "CONFLICT");
    assert_eq!(
        tie["to"],
        json!({ "name": "Ruritania", "kind": "STATE", "country": "RU" })
    );
    assert_eq!(
        tie["period"],
        json!({ "start": "2019-03-01", "end": "2020-01-01" })
    );
    assert_eq!(
        (&tie["confidence"], &tie["contested"]),
        (&json!("LOW"), &json!(true))
    );
    assert_eq!(
        tie["positions"][0],
        json!({ "stance": "DISPUTES", "argument": "Wrong flag." })
    );
    assert_eq!(
        tie["codings"][0],
        json!({ "scheme": "stix-relationship-type", "code": "targets" })
    );
    assert_eq!(
        tie["citations"][1],
        json!({ "locator": "A paper", "source": { "title": "Somebody. (2020). A paper.", "url": "https://example.org/paper" } })
    );
    let headlines: BTreeSet<_> = actor["notes"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["headline"].as_str().unwrap())
        .collect();
    assert_eq!(
        headlines,
        BTreeSet::from(["Seen again", "The otter report", "Sources on Fancy Otter"])
    );
    let query = r#"{ actor(slug: "otterware") { relationships { nodes { from { name } to { name } label alignment } } } }"#;
    let ties = test.query(query)["actor"]["relationships"]["nodes"].clone();
    let uses = |from: &str, to: &str| json!({ "from": { "name": from }, "to": { "name": to }, "label": "uses", "alignment": "NEUTRAL" });
    assert_eq!(
        ties,
        json!([uses("Fancy Otter", "Otterware"), uses("Otterware", "Lures")])
    );
    assert!(import(&test, &bundle(&objects)).unwrap().unchanged());
}

#[test]
fn what_is_no_bundle_is_told_and_nothing_is_written() {
    let whole = bundle(&[object("identity", 1, json!({ "name": "x" }))]);
    for (bytes, why) in [
        (&b""[..], "it is no STIX bundle: EOF"),
        (b"[]", "invalid type: sequence, expected a STIX bundle"),
        (
            br#"{"type":"report","id":"x","objects":[]}"#,
            "its type is not \"bundle\"",
        ),
        (
            br#"{"type":"bundle","id":"x"}"#,
            "the bundle has no objects",
        ),
        (br#"{"type":"bundle","objects":[]}"#, "the bundle has no id"),
        (
            br#"{"type":"bundle","id":"x","objects":{}}"#,
            "expected an array of STIX objects",
        ),
        (
            &whole[..whole.len() - 5],
            "line 1: it is no STIX bundle: EOF",
        ),
        (&[&whole[..], b"x"].concat(), "trailing characters"),
    ] {
        let test = TestApp::empty();
        let told = import(&test, bytes).unwrap_err().to_string();
        assert!(
            told.contains(why) && told.ends_with("nothing was imported"),
            "{told}"
        );
        assert_eq!(test.app.ledger.revision(), 0);
    }
}

#[test]
fn every_intrusion_set_of_attack_comes_with_its_relationships_and_references() {
    let Some(path) = shared("mitre-attack-stix/enterprise-attack.bundle.json.xz") else {
        return;
    };
    let text = unpacked(&path);
    let test = TestApp::empty();
    let report = import(&test, text.as_bytes()).unwrap();
    assert_eq!(
        report.not_taken.count,
        0,
        "{:?}",
        report.not_taken.first.first()
    );
    let accounted: u64 = report.account.iter().map(|account| account.count).sum();
    let taken = report.records.actors + report.records.relationships;
    assert_eq!((report.read, accounted + taken), (24_771, 24_771));

    // What the file says, without any of the importer: for each intrusion set its relationships, each with the
    // names of what it cites.
    let bundle: Value = serde_json::from_str(&text).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let mut wanted: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for set in objects
        .iter()
        .filter(|object| object["type"] == "intrusion-set")
    {
        wanted.insert(set["id"].as_str().unwrap().to_owned(), BTreeMap::new());
    }
    for tie in objects
        .iter()
        .filter(|object| object["type"] == "relationship")
    {
        let cited = tie["external_references"].as_array().into_iter().flatten();
        let cited: BTreeSet<_> = cited
            .map(|r| r["source_name"].as_str().unwrap().trim().to_owned())
            .collect();
        for end in ["source_ref", "target_ref"] {
            if let Some(ties) = wanted.get_mut(tie[end].as_str().unwrap()) {
                ties.insert(tie["id"].as_str().unwrap().to_owned(), cited.clone());
            }
        }
    }
    assert_eq!(wanted.len(), 187);

    let snapshot = test.app.ledger.snapshot();
    let mut by_stix: HashMap<String, ActorId> = HashMap::new();
    for (actor, row) in snapshot.rows::<ActorFacts>() {
        let stix = row
            .facts
            .identifiers
            .iter()
            .filter(|identifier| identifier.scheme == "stix");
        by_stix.extend(stix.map(|identifier| (identifier.value.clone(), actor)));
    }
    for (set, wanted) in wanted {
        let mut found = BTreeMap::new();
        for (tie, _) in touching(&snapshot, by_stix[&set]) {
            let row = snapshot.row::<RelationshipFacts>(tie).unwrap();
            let tie = snapshot.document(row).unwrap();
            let mut locators = tie
                .citations
                .iter()
                .map(|citation| citation.locator.clone().unwrap());
            let stix = locators.next().unwrap();
            found.insert(stix, locators.collect::<BTreeSet<_>>());
        }
        assert_eq!(found, wanted, "{set}");
    }
    assert!(import(&test, text.as_bytes()).unwrap().unchanged());
}
