//! Every bound: what is within it is answered, what passes it is refused with the figures.

use std::time::Duration;

use foedera::config::Limits;
use foedera::http::Web;
use serde_json::{Value, json};

use super::{JSON, get, post};
use crate::support::{TestApp, noon, web};

/// A server with bounds of its own.
pub(super) fn bounded(limits: Limits) -> TestApp {
    let web = Web { limits, ..web() };
    TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-01"), web)
}

/// The extensions of the first error of an answer that has no data.
pub(super) fn refused(answer: &Value) -> &Value {
    assert_eq!(answer.get("data"), None, "{answer}");
    &answer["errors"][0]["extensions"]
}

fn fragments(count: usize) -> String {
    let spread: String = (0..count).map(|n| format!(" ...f{n}")).collect();
    let all: String = (0..count)
        .map(|n| format!(" fragment f{n} on Query {{ latestRevision }}"))
        .collect();
    format!("{{{spread} }}{all}")
}

#[test]
fn a_document_that_passes_a_bound_is_refused_with_its_figures() {
    let test = bounded(Limits {
        fields: 12,
        depth: 4,
        root_fields: 6,
        aliases: 4,
        directives: 3,
        operations: 2,
        fragments: 3,
        document_bytes: 1_000,
        tokens: 120,
        nesting: 10,
        ..Limits::default()
    });
    let fields = |count: usize| format!("{{ actors {{ nodes {{ {} }} }} }}", "id ".repeat(count));
    let deep = |levels: usize| match levels {
        4 => "{ actors { nodes { relationships { totalCount } } } }".to_owned(),
        _ => "{ actors { nodes { relationships { nodes { id } } } } }".to_owned(),
    };
    let aliases = |count: usize| {
        let aliased: String = (0..count)
            .map(|n| format!(" a{n}: latestRevision"))
            .collect();
        format!("{{{aliased} }}")
    };
    let directives = |count: usize| {
        format!(
            "{{ latestRevision {} }}",
            "@include(if: true) ".repeat(count)
        )
    };
    let operations = |count: usize| -> String {
        let more = (1..count).map(|n| format!(" query O{n} {{ latestRevision }}"));
        std::iter::once("query O0 { latestRevision }".to_owned())
            .chain(more)
            .collect()
    };
    let bytes = |count: usize| {
        let query = "{ latestRevision } #";
        format!("{query}{}", "x".repeat(count - query.len()))
    };
    // Brackets and the words between them are one each.
    let roots = |count: usize| format!("{{ {} }}", "latestRevision ".repeat(count));
    let nested = |count: usize| {
        let (open, close) = ("{not: ".repeat(count), "}".repeat(count));
        format!("{{ actors(filter: {open}{{}}{close}) {{ totalCount }} }}")
    };
    let largest_that_is_taken = [
        ("fields", fields(10), fields(11), 13, 12),
        ("levels of fields", deep(4), deep(5), 5, 4),
        ("fields at the root", roots(6), roots(7), 7, 6),
        ("aliases", aliases(4), aliases(5), 5, 4),
        (
            "directives",
            "{ latestRevision @include(if: true) }".to_owned(),
            directives(4),
            4,
            3,
        ),
        ("operations", operations(2), operations(3), 3, 2),
        ("fragments", fragments(3), fragments(4), 4, 3),
        (
            "bytes of document",
            bytes(1_000),
            bytes(1_001),
            1_001,
            1_000,
        ),
        (
            "words and signs",
            roots(6),
            format!("{{ {}}}", "x ".repeat(200)),
            121,
            120,
        ),
        ("brackets within brackets", nested(5), nested(15), 11, 10),
    ];
    for (what, taken, passed, found, limit) in largest_that_is_taken {
        let ask = |query: &str| {
            test.post(
                &json!({ "query": query, "operationName": query.contains("O0").then_some("O0") }),
                None,
            )
        };
        let answer = ask(&taken);
        assert_eq!(answer.get("errors"), None, "{what}: {answer}");
        let answer = ask(&passed);
        assert_eq!(
            refused(&answer),
            &json!({ "code": "DOCUMENT_TOO_COSTLY", "limit": limit, "found": found }),
            "{what}: {answer}"
        );
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.contains(&format!("{found} {what}, and at most {limit}")),
            "{message}"
        );
    }
}

#[test]
fn the_cost_of_an_operation_is_known_before_it_is_carried_out() {
    let test = bounded(Limits {
        cost: 2_000,
        ..Limits::default()
    });
    let cost = |query: &str, variables: Value| {
        let body =
            json!({ "query": query, "variables": variables, "extensions": { "cost": true } });
        let answer = test.post(&body, None);
        match answer["extensions"]["cost"]["estimated"].as_u64() {
            Some(cost) => Ok(cost),
            None => Err(refused(&answer).clone()),
        }
    };
    let none = json!({});
    assert_eq!(cost("{ latestRevision }", none.clone()), Ok(1));
    // A list, its nodes, and of each its id.
    assert_eq!(
        cost("{ actors(first: 5) { nodes { id } } }", none.clone()),
        Ok(20 + 1 + 5)
    );
    // Twenty if nothing is asked for.
    assert_eq!(
        cost("{ actors { nodes { id } } }", none.clone()),
        Ok(20 + 1 + 20)
    );
    let nested = "query($n: Int) { actors(first: $n) { nodes { relationships(first: 10) { nodes { id } } } } }";
    assert_eq!(
        cost(nested, json!({ "n": 2 })),
        Ok(20 + 1 + 2 * (20 + 1 + 10))
    );
    // The same document, kept with its plan, and other variables.
    assert_eq!(
        cost(nested, json!({ "n": 50 })),
        Ok(20 + 1 + 50 * (20 + 1 + 10))
    );
    assert_eq!(
        cost(nested, json!({ "n": 100 })),
        Err(json!({ "code": "DOCUMENT_TOO_COSTLY", "limit": 2_000, "found": 3_121 }))
    );
    // A condition that is off costs nothing.
    let condition =
        "query($on: Boolean!) { latestRevision actors @include(if: $on) { totalCount } }";
    assert_eq!(cost(condition, json!({ "on": false })), Ok(1));
    assert_eq!(cost(condition, json!({ "on": true })), Ok(22));
    let ids: Vec<_> = (0..50).map(|n| format!("actor_{n}")).collect();
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Actor { name } } }";
    assert_eq!(cost(nodes, json!({ "ids": ids })), Ok(1 + 50 * 2));
    // By header too, and not where nobody asks.
    let query = r#"{"query":"{ latestRevision }"}"#;
    let told = post(&test, &[JSON, ("foedera-cost", "1")], query).json();
    assert_eq!(
        told["extensions"]["cost"],
        json!({ "estimated": 1, "limit": 2_000 })
    );
    assert_eq!(post(&test, &[JSON], query).json().get("extensions"), None);
}

#[test]
fn interfaces_within_interfaces_are_estimated_at_once() {
    let test = TestApp::empty();
    let mut query = "{ nodes(ids: [\"actor_1\"]) {".to_owned();
    for _ in 0..8 {
        query.push_str(
            " id ... on Relationship { from { relationships { nodes { to { name ... on Node {",
        );
    }
    query.push_str(" id");
    query.push_str(&" } } } } } }".repeat(8));
    query.push_str(" } }");
    let began = std::time::Instant::now();
    let answer = test.post(&json!({ "query": query }), None);
    assert_eq!(refused(&answer)["code"], "DOCUMENT_TOO_COSTLY", "{answer}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn lists_and_variables_are_bounded() {
    let test = bounded(Limits {
        list_size: 10,
        variables_bytes: 200,
        ..Limits::default()
    });
    let ask = |query: &str, variables: Value| {
        test.post(&json!({ "query": query, "variables": variables }), None)
    };
    let pages = "query($n: Int) { actors(last: $n) { totalCount } }";
    assert_eq!(ask(pages, json!({ "n": 10 })).get("errors"), None);
    let told = json!({ "code": "DOCUMENT_TOO_COSTLY", "limit": 10, "found": 11 });
    assert_eq!(refused(&ask(pages, json!({ "n": 11 }))), &told);
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(
        refused(&ask(nodes, json!({ "ids": vec!["actor_1"; 11] }))),
        &told
    );
    let named = "query($slug: String) { actor(slug: $slug) { id } }";
    assert_eq!(
        ask(named, json!({ "slug": "x".repeat(150) })).get("errors"),
        None
    );
    let answer = ask(named, json!({ "slug": "x".repeat(201) }));
    let extensions = refused(&answer);
    assert_eq!(
        (&extensions["code"], &extensions["limit"]),
        (&json!("DOCUMENT_TOO_COSTLY"), &json!(200))
    );
    assert!(extensions["found"].as_u64().unwrap() > 200);
}

#[test]
fn the_schema_is_told_or_not_as_the_operator_likes() {
    let quiet = Web {
        introspection: false,
        suggestions: true,
        ..web()
    };
    let test = TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-01"), quiet);
    let introspection = json!({ "query": "{ latestRevision __schema { queryType { name } } }" });
    let answer = post(&test, &[JSON], &introspection.to_string());
    assert_eq!(answer.status, 403);
    assert_eq!(refused(&answer.json())["code"], "INTROSPECTION_OFF");
    assert_eq!(get(&test, "/schema.graphql", "*/*").status, 404);
    assert_eq!(
        test.query("{ __typename }"),
        json!({ "__typename": "Query" })
    );
    let told = test.errors("{ actr(slug: \"a\") { id } }");
    let message = told[0]["message"].as_str().unwrap();
    assert!(message.ends_with("; did you mean `actor`?"), "{message}");

    let open = TestApp::empty();
    let told = open.errors("{ actr(slug: \"a\") { id } }");
    assert!(!told.to_string().contains("did you mean"), "{told}");
    assert_eq!(
        open.post(&introspection, None),
        json!({ "data": { "latestRevision": 0, "__schema": { "queryType": { "name": "Query" } } } })
    );
}

#[test]
fn the_guide_names_every_bound_with_its_default() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operators.md");
    let guide = std::fs::read_to_string(path).unwrap();
    for bound in Limits::ALL {
        let row = format!("| `--{}` | `{}` | {} |", bound.flag, bound.key, bound.usual);
        assert!(guide.contains(&row), "{row}");
        assert_eq!(
            bound.variable,
            format!("FOEDERA_{}", bound.flag.replace('-', "_").to_uppercase())
        );
        assert_eq!(bound.flag, format!("limit-{}", bound.key.replace('_', "-")));
    }
}
