//! Text that wants to be more than text.

use serde_json::json;

use crate::support::{TOKEN, TestApp, agent, told};

const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(1)> [here](javascript:alert(1)) \"'><svg/onload=alert(1)> &lt;b&gt;";

#[test]
fn markup_in_every_text_comes_out_as_text() {
    let test = TestApp::empty();
    let name = |what: &str| format!("{what} {MARKUP}");
    for slug in ["a", "b"] {
        let input = json!({ "slug": slug, "name": name(slug), "kind": "STATE", "summary": MARKUP,
            "aliases": [{ "text": MARKUP }] });
        test.done("createActor", &input, "actor { id }");
    }
    let source = json!({ "title": name("source"), "publisher": MARKUP, "url": "https://example.org/?a=\"><script>alert(1)</script>" });
    let source = test.done("createSource", &source, "source { id }")["source"]["id"].clone();
    let cited = json!([{ "source": source, "locator": MARKUP, "quote": MARKUP }]);
    let tie = json!({ "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "tier": "CORE",
        "period": { "start": "2000" }, "label": MARKUP, "summary": MARKUP, "citations": cited,
        "areas": [{ "domain": "FUNDING", "description": MARKUP, "citations": cited }] });
    let tie =
        test.done("createRelationship", &tie, "relationship { id }")["relationship"]["id"].clone();
    let view = json!({ "title": MARKUP, "thesis": MARKUP, "citations": cited, "holder": MARKUP,
        "positions": [{ "relationship": tie, "stance": "DISPUTES", "argument": MARKUP, "label": MARKUP }] });
    let view = test.done("createViewpoint", &view, "viewpoint { id }")["viewpoint"]["id"].clone();
    let note = json!({ "headline": MARKUP, "body": MARKUP, "asOf": "2026-01", "actors": ["a"], "citations": cited });
    test.done("createNote", &note, "note { id }");
    let brief = json!({ "slug": "x", "question": MARKUP, "summary": MARKUP, "disclaimer": MARKUP, "actors": ["a"],
        "viewpoints": [view], "sections": [{ "title": MARKUP, "introduction": MARKUP, "actor": "a", "filter": {} }] });
    test.done("createBrief", &brief, "brief { id }");
    let html = test.query(r#"{ brief(slug: "x") { document(format: HTML) } }"#);
    let html = html["brief"]["document"].as_str().unwrap();
    assert!(
        html.matches("&lt;script&gt;alert(1)&lt;/script&gt;")
            .count()
            >= 10,
        "{html}"
    );
    for live in [
        "<script",
        "<img",
        "<svg",
        "href=\"javascript:",
        "onerror=alert(1)>",
        "'><",
    ] {
        assert!(!html.to_lowercase().contains(live), "{live}: {html}");
    }
    let links = html.split("href=\"").skip(1);
    for link in links {
        assert!(
            link.starts_with("https://") || link.starts_with('#'),
            "{link}"
        );
    }
}

#[test]
fn a_source_is_on_the_web_or_nowhere() {
    let test = TestApp::empty();
    for url in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org",
        "https://",
        "https://exa mple.org",
        "https://example.org/\njavascript:alert(1)",
        "https://example.org/\u{202e}gpj.exe",
    ] {
        let input = json!({ "title": "t", "url": url });
        let payload = test.mutate("createSource", &input, "source { id }");
        assert_eq!(
            told(&payload),
            [("INVALID".to_owned(), "input.url".to_owned())],
            "{url:?}"
        );
    }
    test.done(
        "createSource",
        &json!({ "title": "t", "url": "https://example.org/a?b=c#d" }),
        "source { id }",
    );
}

#[test]
fn names_hold_no_control_characters_and_turn_no_text_round() {
    let test = TestApp::empty();
    let problem = |field: &str| [("INVALID".to_owned(), format!("input.{field}"))];
    for name in [
        "a\u{0}b",
        "a\u{7}b",
        "a\nb",
        "a\tb",
        "a\u{1b}[31mb",
        "a\u{85}b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{feff}b",
    ] {
        let input = json!({ "name": name, "kind": "STATE", "slug": "a" });
        let payload = test.mutate("createActor", &input, "actor { id }");
        assert_eq!(told(&payload), problem("name"), "{name:?}");
        let message = payload["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains("U+"), "{message}");
        assert!(!message.contains(name), "{message}");
    }
    let body = |text: &str| json!({ "headline": "h", "body": text, "asOf": "2026-01" });
    for text in ["a\u{0}b", "a\u{1b}b", "a\u{202e}b"] {
        let payload = test.mutate("createNote", &body(text), "note { id }");
        assert_eq!(told(&payload), problem("body"), "{text:?}");
    }
    // What other scripts need: joiners and marks within names, lines and tabs within texts.
    let persian = json!({ "name": "می\u{200c}خواهم\u{200f}", "kind": "STATE", "slug": "b" });
    test.done("createActor", &persian, "actor { name }");
    test.done("createNote", &body("one\r\ntwo\tthree"), "note { id }");
}

#[test]
fn pages_let_nothing_in_and_nobody_frame_them() {
    let test = TestApp::empty();
    for path in ["/", "/playground"] {
        let answer = agent()
            .get(format!("{}{path}", test.url))
            .header("accept", "text/html")
            .call()
            .unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("script-src 'unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
    }
}

#[test]
fn errors_tell_nothing_of_the_machine() {
    let test = TestApp::empty();
    for query in [
        "{ node(id: \"actor_99999999999999999999\") { id } }",
        "{ actor(slug: \"\\u0000\") { id } }",
        "{ at(knownAt: \"9999999-01-01T00:00:00Z\") { validOn } }",
        "{ actors(after: \"////\") { totalCount } }",
        "{ actors(filter: { country: \"../../etc/passwd\" }) { totalCount } }",
    ] {
        let answer = test
            .post(&json!({ "query": query }), Some(TOKEN))
            .to_string();
        for secret in ["/tmp", "src/", ".rs", "panicked", "sled", TOKEN] {
            assert!(!answer.contains(secret), "{query}: {answer}");
        }
    }
}
