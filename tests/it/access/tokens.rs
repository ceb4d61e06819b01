//! Access tokens: made, used, ended, taken back.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::{DAY, NOON, clock, get, give, post, serving};
use crate::support::{TOKEN, TestApp, is_kept};

const LIST: &str = "{ tokens { totalCount nodes { id name role createdBy createdAt expiresAt revokedAt revokedBy lastUsedAt } } }";

#[test]
fn a_token_is_valid_until_its_end() {
    let clock = clock();
    let test = serving(clock, false);
    let input = json!({ "name": "ana", "role": "EDITOR", "expiresAt": "2026-03-11T12:00:00Z" });
    let made = test.post(
        &json!({ "query": "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret } }", "variables": { "input": input } }),
        Some(TOKEN),
    );
    let secret = made["data"]["createToken"]["secret"].as_str().unwrap();
    clock.store(NOON + 10 * DAY - 1, Ordering::Relaxed);
    let query = "{ viewer { name } }";
    assert_eq!(post(&test, Some(secret), query).status, 200);
    clock.store(NOON + 10 * DAY, Ordering::Relaxed);
    let after = post(&test, Some(secret), query);
    assert_eq!(after.status, 401);
    assert_eq!(after.code(), "UNAUTHENTICATED");
    assert!(
        after.body.contains("valid until 2026-03-11T12:00:00Z"),
        "{}",
        after.body
    );
    assert_eq!(after.header("www-authenticate"), "Bearer");
}

#[test]
fn a_token_that_is_revoked_opens_nothing_and_stays_in_the_list() {
    let test = serving(clock(), false);
    let (id, ana) = give(&test, "ana", "EDITOR");
    let (_, boris) = give(&test, "boris", "ADMIN");
    let revoke = format!(
        r#"mutation {{ revokeToken(input: {{ id: "{id}" }}) {{ token {{ revokedBy }} userErrors {{ code path }} }} }}"#
    );
    assert_eq!(post(&test, Some(&ana), &revoke).code(), "FORBIDDEN");
    let done = post(&test, Some(&boris), &revoke).json();
    assert_eq!(
        done["data"]["revokeToken"],
        json!({ "token": { "revokedBy": "boris" }, "userErrors": [] })
    );
    assert_eq!(post(&test, Some(&ana), "{ latestRevision }").status, 401);
    assert_eq!(post(&test, Some(&boris), "{ latestRevision }").status, 200);
    let list = post(&test, Some(TOKEN), LIST).json()["data"]["tokens"].clone();
    assert_eq!(list["totalCount"], 2);
    assert_eq!(list["nodes"][0]["revokedAt"], "2026-03-01T12:00:00Z");
    assert_eq!(list["nodes"][1]["revokedAt"], json!(null));
}

#[test]
fn the_list_is_never_an_old_one_and_says_when_each_was_used() {
    let clock = clock();
    let test = serving(clock, false);
    for count in 0..3 {
        let list = post(&test, Some(TOKEN), LIST).json()["data"]["tokens"].clone();
        assert_eq!(list["totalCount"], count);
        give(&test, "ana", "READER");
    }
    let (_, ana) = give(&test, "ana", "READER");
    clock.store(NOON + DAY, Ordering::Relaxed);
    post(&test, Some(&ana), "{ latestRevision }");
    let list = post(&test, Some(TOKEN), LIST).json()["data"]["tokens"]["nodes"].clone();
    assert_eq!(list[0]["lastUsedAt"], json!(null));
    assert_eq!(list[3]["lastUsedAt"], "2026-03-02T12:00:00Z");
    assert_eq!(list[3]["createdBy"], "admin");
    assert_eq!(list[3]["expiresAt"], "2027-03-01T12:00:00Z");
}

#[test]
fn what_is_wrong_with_a_new_token_is_told() {
    let test = TestApp::empty();
    let long = "x".repeat(101);
    for (name, end, path) in [
        ("", "2030-01-01T00:00:00Z", "name"),
        ("Admin", "2030-01-01T00:00:00Z", "name"),
        ("anonymous", "2030-01-01T00:00:00Z", "name"),
        ("a\nb", "2030-01-01T00:00:00Z", "name"),
        (&*long, "2030-01-01T00:00:00Z", "name"),
        ("ana", "2020-01-01T00:00:00Z", "expiresAt"),
    ] {
        let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { token { id } secret userErrors { code path } } }";
        let input = json!({ "name": name, "role": "READER", "expiresAt": end });
        let answer = test.post(
            &json!({ "query": query, "variables": { "input": input } }),
            Some(TOKEN),
        );
        assert_eq!(
            answer["data"]["createToken"],
            json!({ "token": null, "secret": null, "userErrors": [{ "code": "INVALID", "path": ["input", path] }] }),
            "{name}"
        );
    }
    for id in ["token_1", "token_0", "token_", "actor_1", "1"] {
        let query = format!(
            r#"mutation {{ revokeToken(input: {{ id: "{id}" }}) {{ userErrors {{ code }} }} }}"#
        );
        let answer = post(&test, Some(TOKEN), &query).json();
        let errors = &answer["data"]["revokeToken"]["userErrors"];
        assert_eq!(errors, &json!([{ "code": "NOT_FOUND" }]), "{id}");
    }
}

#[test]
fn the_secret_is_shown_once_and_kept_nowhere() {
    let test = TestApp::empty();
    let (_, ana) = give(&test, "ana", "EDITOR");
    assert!(ana.len() > 64, "{ana}");
    let list = post(&test, Some(TOKEN), LIST).body;
    let random = ana.rsplit('_').next().unwrap();
    assert!(!list.contains(random));
    let test = test.reopened("2026-03-02");
    assert_eq!(post(&test, Some(&ana), "{ viewer { name } }").status, 200);
    assert!(is_kept(test.dir(), "\"name\":\"ana\""));
    assert!(!is_kept(test.dir(), random));
}

#[test]
fn a_token_is_no_other_token_with_another_number() {
    let test = TestApp::empty();
    let (_, ana) = give(&test, "ana", "READER");
    let (_, boris) = give(&test, "boris", "ADMIN");
    let random = ana.rsplit('_').next().unwrap();
    for forged in [
        format!("foedera_2_{random}"),
        format!("foedera_0_{random}"),
        format!("foedera_99_{random}"),
        format!("foedera_{random}"),
        boris.to_uppercase(),
        boris[..boris.len() - 1].to_owned(),
    ] {
        assert_eq!(
            post(&test, Some(&forged), "{ latestRevision }").status,
            401,
            "{forged}"
        );
    }
}

#[test]
fn an_admin_by_token_may_save_the_record_and_an_editor_may_not() {
    let test = TestApp::empty();
    let (_, admin) = give(&test, "ana", "ADMIN");
    let (_, editor) = give(&test, "boris", "EDITOR");
    assert_eq!(get(&test, Some(&admin), "/admin/backup").status, 200);
    assert_eq!(get(&test, Some(&editor), "/admin/backup").status, 403);
    assert_eq!(get(&test, None, "/admin/backup").status, 401);
}
