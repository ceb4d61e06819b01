//! What is found by words.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::{Value, json};

use foedera::read::page::Asked;
use foedera::read::search::{self, Search};

use crate::support::{TOKEN, TestApp};

/// The Iran record, for what does not change it.
static IRAN: LazyLock<TestApp> = LazyLock::new(|| TestApp::iran("2026-03-01"));

const HIT: &str = "score highlights { field pieces { text matches } } record { __typename id ... on Actor { slug name } ... on Brief { slug } ... on ContextNote { headline } ... on Source { title } ... on Relationship { label from { slug } to { slug } } ... on Viewpoint { title } }";

fn search(test: &TestApp, query: &str, rest: &str) -> Vec<Value> {
    let document = format!(
        "query($query: String!) {{ search(query: $query {rest}) {{ complete nodes {{ {HIT} }} }} }}"
    );
    let found = test.query_with(&document, json!({ "query": query }))["search"].clone();
    assert_eq!(found["complete"], true, "{query}");
    found["nodes"].as_array().unwrap().clone()
}

/// The slugs of the actors that are found, the best first.
fn actors(test: &TestApp, query: &str) -> Vec<String> {
    let found = search(test, query, "types: [ACTOR]").into_iter();
    found
        .map(|hit| hit["record"]["slug"].as_str().unwrap().to_owned())
        .collect()
}

fn typenames(hits: &[Value]) -> HashSet<&str> {
    let names = hits
        .iter()
        .map(|hit| hit["record"]["__typename"].as_str().unwrap());
    names.collect()
}

#[test]
fn a_question_in_plain_words_finds_its_brief_first() {
    for question in [
        "what countries are allies with iran",
        "What countries are allies with Iran?",
        "iran's allies",
        "who is allied with Iran",
    ] {
        let found = search(&IRAN, question, "");
        assert_eq!(found[0]["record"]["slug"], "iran-allies", "{question}");
        assert_eq!(found[0]["record"]["__typename"], "Brief");
    }
}

#[test]
fn a_name_is_found_however_it_is_written() {
    for name in [
        "Hezbollah",
        "HIZBULLAH",
        "hizballah",
        "حزب الله",
        "حِزْبُ الله",
        "Hezbolah",
        "hezb",
        "Hizbollah",
        "Hizb Allah",
        "Ḥizbu 'llāh",
    ] {
        let found = actors(&IRAN, name);
        assert_eq!(
            found.first().map(String::as_str),
            Some("hezbollah"),
            "{name}"
        );
    }
    for (name, slug) in [
        ("Kataib Hezbollah", "kataib-hezbollah"),
        ("kata’ib hizb", "kataib-hezbollah"),
        ("Türkiye", "turkey"),
        ("turkiye", "turkey"),
        ("Venezuala", "venezuela"),
        ("islamic republic of ir", "iran"),
        ("Q794", "iran"),
    ] {
        assert_eq!(
            actors(&IRAN, name).first().map(String::as_str),
            Some(slug),
            "{name}"
        );
    }
}

#[test]
fn the_name_of_an_actor_finds_the_actor_first_and_then_what_is_about_it() {
    for (name, slug) in [
        ("iran", "iran"),
        ("russia", "russia"),
        ("hezbollah", "hezbollah"),
    ] {
        let found = search(&IRAN, name, "first: 100");
        assert_eq!(found[0]["record"]["slug"], slug);
        let kinds = typenames(&found);
        assert!(
            kinds.contains("Relationship") && kinds.contains("ContextNote"),
            "{kinds:?}"
        );
    }
    let found = search(&IRAN, "iran russia", "types: [RELATIONSHIP]");
    let ends = |hit: &Value| {
        [&hit["record"]["from"]["slug"], &hit["record"]["to"]["slug"]]
            .map(|slug| slug.as_str().unwrap().to_owned())
    };
    assert_eq!(
        HashSet::from(ends(&found[0])),
        HashSet::from(["iran".to_owned(), "russia".to_owned()])
    );
}

#[test]
fn what_is_in_quotation_marks_must_be_there_as_it_is() {
    let loose = search(&IRAN, "strategic comprehensive partnership", "first: 100");
    let exact = search(
        &IRAN,
        "\"comprehensive strategic partnership\"",
        "first: 100",
    );
    assert!(!exact.is_empty() && exact.len() < loose.len());
    for hit in &exact {
        let told = hit["highlights"].to_string().to_lowercase();
        assert!(told.contains("comprehensive"), "{told}");
    }
    assert_eq!(
        search(&IRAN, "\"partnership strategic comprehensive\"", ""),
        Vec::<Value>::new()
    );
    // A mark that is not closed yet is one that somebody is still typing.
    assert!(!search(&IRAN, "\"comprehensive strat", "").is_empty());
}

#[test]
fn only_the_types_that_are_asked_for_are_found() {
    for (sort, name) in [
        ("ACTOR", "Actor"),
        ("RELATIONSHIP", "Relationship"),
        ("VIEWPOINT", "Viewpoint"),
        ("NOTE", "ContextNote"),
        ("SOURCE", "Source"),
        ("BRIEF", "Brief"),
    ] {
        let found = search(&IRAN, "iran", &format!("types: [{sort}]"));
        assert_eq!(typenames(&found), HashSet::from([name]));
    }
    let found = search(&IRAN, "iran", "types: [NOTE, SOURCE], first: 100");
    assert_eq!(typenames(&found), HashSet::from(["ContextNote", "Source"]));
}

#[test]
fn highlights_mark_what_was_looked_for_and_are_of_the_text() {
    let found = search(&IRAN, "chabahar", "types: [NOTE]");
    let hit = &found[0];
    let marked: Vec<_> = hit["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["pieces"].as_array().unwrap())
        .filter(|piece| piece["matches"] == true)
        .map(|piece| piece["text"].as_str().unwrap())
        .collect();
    assert!(
        !marked.is_empty() && marked.iter().all(|text| *text == "Chabahar"),
        "{marked:?}"
    );
    let headline = hit["record"]["headline"].as_str().unwrap();
    let shown: String = hit["highlights"][0]["pieces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| piece["text"].as_str().unwrap())
        .collect();
    assert_eq!(hit["highlights"][0]["field"], "headline");
    assert_eq!(shown, headline);
}

#[test]
fn what_matters_more_stands_first() {
    let found = search(&IRAN, "iran missiles drones houthis", "first: 100");
    let scores: Vec<_> = found
        .iter()
        .map(|hit| hit["score"].as_f64().unwrap())
        .collect();
    assert!(
        scores.len() > 5 && scores.is_sorted_by(|a, b| a >= b),
        "{scores:?}"
    );
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let ids = |hits: &[Value]| -> Vec<String> {
        hits.iter()
            .map(|hit| hit["record"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids(&search(&IRAN, "iran", "first: 60"));
    let mut walked = Vec::new();
    let mut after = String::new();
    while walked.len() < 60 {
        let query = format!(
            "{{ search(query: \"iran\", first: 7 {after}) {{ nodes {{ record {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"
        );
        let page = IRAN.query(&query)["search"].clone();
        assert_eq!(page["pageInfo"]["hasPreviousPage"], !walked.is_empty());
        walked.extend(ids(page["nodes"].as_array().unwrap()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    walked.truncate(all.len());
    assert_eq!(walked, all);
}

#[test]
fn a_question_that_cannot_be_is_refused_with_what_to_do() {
    let long = "x".repeat(501);
    for (arguments, told) in [
        (format!("query: {long:?}"), "at most 500 bytes"),
        ("query: \"iran\", first: 101".to_owned(), "from 0 to 100"),
        ("query: \"iran\", first: -1".to_owned(), "from 0 to 100"),
        (
            "query: \"iran\", after: \"xyz\"".to_owned(),
            "not of this list",
        ),
        (
            format!("query: \"iran\", first: 100, after: {:?}", "aGl0IDk1MA"),
            "best 1000",
        ),
    ] {
        let errors = IRAN.errors(&format!(
            "{{ search({arguments}) {{ nodes {{ score }} }} }}"
        ));
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
        assert!(
            errors[0]["message"].as_str().unwrap().contains(told),
            "{errors}"
        );
    }
    for nothing in ["", "   ", "?!", "\"\"", "\"", "🤷", "xyzzyplugh qqqq"] {
        assert_eq!(search(&IRAN, nothing, ""), Vec::<Value>::new(), "{nothing}");
    }
}

#[test]
fn what_is_written_is_found_at_once() {
    let test = TestApp::empty();
    for n in 0..12 {
        let name = format!("Republic of Novelty{n}");
        test.done(
            "createActor",
            &json!({ "name": name, "kind": "STATE" }),
            "actor { id }",
        );
        assert_eq!(
            actors(&test, &format!("novelty{n}")),
            [format!("republic-of-novelty{n}")]
        );
    }
}

#[test]
fn what_is_found_is_what_the_record_says_at_that_moment() {
    let test = TestApp::empty();
    let id = test.actor("burma");
    let first = test.app.ledger.revision();
    test.done(
        "updateActor",
        &json!({ "id": id, "name": "Myanmar", "summary": "formerly otherwise named" }),
        "actor { id }",
    );
    let second = test.app.ledger.revision();
    test.done(
        "retire",
        &json!({ "id": id, "reason": "a test" }),
        "revision { number }",
    );
    let then = |revision: u32, query: &str| {
        let document = format!(
            "{{ at(revision: {revision}) {{ search(query: {query:?}, types: [ACTOR]) {{ nodes {{ record {{ ... on Actor {{ name }} }} }} }} }} }}"
        );
        let nodes = test.query(&document)["at"]["search"]["nodes"].clone();
        nodes
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["record"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(then(first, "burma"), ["burma"]);
    assert_eq!(then(first, "Myanmar"), Vec::<String>::new());
    assert_eq!(then(second, "Myanmar"), ["Myanmar"]);
    assert_eq!(then(second, "otherwise"), ["Myanmar"]);
    assert_eq!(then(0, "burma"), Vec::<String>::new());
    assert_eq!(actors(&test, "Myanmar"), Vec::<String>::new());
    test.done("restore", &json!({ "id": id }), "revision { number }");
    assert_eq!(actors(&test, "Myanmar"), ["burma"]);
}

#[test]
fn the_names_of_an_actor_that_became_part_of_another_lead_to_that() {
    let test = TestApp::empty();
    let id = |name: &str| {
        let payload = test.done(
            "createActor",
            &json!({ "name": name, "kind": "STATE" }),
            "actor { id }",
        );
        payload["actor"]["id"].clone()
    };
    let (from, into) = (id("Zaire"), id("Democratic Republic of the Congo"));
    test.done(
        "mergeActors",
        &json!({ "duplicate": from, "survivor": into, "reason": "one state" }),
        "actor { id }",
    );
    let slug = "democratic-republic-of-the-congo";
    assert_eq!(actors(&test, "zaire"), [slug]);
    assert_eq!(actors(&test, "congo zaire"), [slug]);
}

#[test]
fn text_that_was_taken_out_is_not_found_any_more() {
    let test = TestApp::empty();
    let input = json!({ "name": "Somebody", "kind": "PERSON", "summary": "lives at Sekretplatz" });
    let id = test.done("createActor", &input, "actor { id }")["actor"]["id"].clone();
    assert_eq!(actors(&test, "sekretplatz"), ["somebody"]);
    let before = test.app.ledger.revision();
    test.done(
        "redact",
        &json!({ "id": id, "reason": "an address" }),
        "record { id }",
    );
    assert_eq!(actors(&test, "sekretplatz"), Vec::<String>::new());
    let document = format!(
        "{{ at(revision: {before}) {{ search(query: \"sekretplatz\") {{ nodes {{ score }} }} }} }}"
    );
    assert_eq!(test.query(&document)["at"]["search"]["nodes"], json!([]));
    assert_eq!(actors(&test, "redacted").len(), 1);
}

#[test]
fn an_index_that_still_has_text_which_was_taken_out_is_not_asked() {
    let test = TestApp::empty();
    let input = json!({ "name": "Somebody", "kind": "PERSON", "summary": "lives at Sekretplatz" });
    let id = test.done("createActor", &input, "actor { id }")["actor"]["id"].clone();
    let before = test.app.ledger.snapshot();
    // One that hears of nothing new.
    let (_tell, newest) = tokio::sync::watch::channel(before.revision());
    let folder = tempfile::tempdir().unwrap();
    let record = before.clone();
    let late = Search::new(folder.path().join("search"), newest, move || record.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(late.reach(before.revision()));
    let found = |at| search::search(&late, at, "sekretplatz", &[], &Asked::default());
    assert_eq!(found(&before).unwrap().hits.len(), 1);
    test.done(
        "redact",
        &json!({ "id": id, "reason": "an address" }),
        "record { id }",
    );
    let after = found(&test.app.ledger.snapshot()).unwrap();
    assert!(after.hits.is_empty() && after.indexed == 0);
    late.close();
}

#[test]
fn a_search_has_no_receipt_and_says_why() {
    let body = json!({ "query": "{ search(query: \"iran\") { nodes { score } } }" }).to_string();
    let mut answer = crate::support::agent()
        .post(format!("{}/graphql", IRAN.url))
        .header("content-type", "application/json")
        .header("foedera-receipt", "1")
        .header("authorization", format!("Bearer {TOKEN}"))
        .send(body)
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(answer["extensions"]["receipt"], Value::Null);
    assert!(
        answer["extensions"]["noReceipt"]
            .as_str()
            .unwrap()
            .contains("searches")
    );
}
