//! The token of a receipt.
#![no_main]

use axum::http::Request;
use foedera_fuzz::PROGRAM;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|token: Vec<u8>| {
    let request = Request::post("/receipts");
    PROGRAM.ask(request.body(token.into()).expect("a request"));
});
