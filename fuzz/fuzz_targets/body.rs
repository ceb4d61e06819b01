//! The body of a request.
#![no_main]

use axum::http::Request;
use foedera_fuzz::PROGRAM;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: Vec<u8>| {
    let request = Request::post("/graphql").header("content-type", "application/json");
    PROGRAM.ask(request.body(body.into()).expect("a request"));
});
