//! The body of a request.
#![no_main]

use foedera_fuzz::SERVED;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: Vec<u8>| {
    SERVED.post(body);
});
