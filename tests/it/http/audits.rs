//! The public audits of GraphQL over HTTP, and HTTP/2, with programs of others.

use foedera::config::StatusCodes;
use foedera::http::Web;

use crate::support::{TestApp, noon, npm, web};

/// The audits that want the status codes of an earlier draft: 400 and 200, where the present one has
/// 422 for what is no request or does not validate, whatever media type is wanted.
const OVERRULED: [&str; 22] = [
    "423L", "LKJ0", "LKJ1", "LKJ2", "LKJ3", "6C00", "6C01", "6C02", "6C03", "4760", "4761", "4762",
    "4763", "58B0", "58B1", "58B2", "58B3", "3E3A", "572B", "FDE2", "7B9B", "86EE",
];

/// The audits that a server does not pass, each with what it did, and how many there are.
fn failed(codes: StatusCodes) -> Option<(Vec<(String, String)>, usize)> {
    let web = Web {
        status_codes: codes,
        ..web()
    };
    let test = TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-01"), web);
    let out = npm::run("audit.mjs", &[&test.url], "the audits of graphql-http were")?;
    let audits: Vec<Vec<_>> = out.lines().map(|line| line.split('\t').collect()).collect();
    let failed = audits.iter().filter(|audit| audit[1] != "ok");
    let failed = failed.map(|audit| (audit[0].to_owned(), audit[1..].join(" ")));
    Some((failed.collect(), audits.len()))
}

#[test]
fn every_audit_passes_with_the_status_codes_that_the_audits_know() {
    if let Some((failed, count)) = failed(StatusCodes::Earlier) {
        assert!(failed.is_empty(), "{failed:#?}");
        assert!(count >= 60, "{count} audits");
    }
}

#[test]
fn every_audit_passes_but_those_that_the_present_draft_overrules() {
    if let Some((failed, _)) = failed(StatusCodes::Draft) {
        let told: Vec<_> = failed.iter().map(|(id, _)| id.as_str()).collect();
        assert!(told.iter().all(|id| OVERRULED.contains(id)), "{failed:#?}");
        assert_eq!(told.len(), OVERRULED.len(), "{failed:#?}");
    }
}

#[test]
fn fifty_requests_go_over_one_http_2_connection_at_once() {
    let test = TestApp::empty();
    if let Some(out) = npm::run("http2.mjs", &[&test.url], "HTTP/2 was") {
        assert_eq!(
            out.trim(),
            r#"1 different of 50: 200 {"data":{"latestRevision":0}}"#
        );
    }
}
