//! A GraphQL document: it is refused, or carried out.
#![no_main]

use foedera_fuzz::SERVED;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    SERVED.post(serde_json::json!({ "query": query }).to_string());
});
