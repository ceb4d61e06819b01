//! A fixture: it is taken or refused.
#![no_main]

use foedera::transfer::fixture;
use foedera_fuzz::PROGRAM;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = fixture::import(&PROGRAM.app.ledger, bytes, "fuzz", "fuzz", |_| {});
});
