//! A fixture: it is refused, or what is taken is whole, and is exported as a fixture that comes to the same.
#![no_main]

use std::cell::RefCell;

use foedera::ledger::verify::verify;
use foedera::transfer::fixture;
use foedera_fuzz::Record;
use libfuzzer_sys::fuzz_target;

thread_local! {
    /// A record of nothing. Once something is taken into it, it makes room for another.
    static EMPTY: RefCell<Option<Record>> = const { RefCell::new(None) };
}

fuzz_target!(|bytes: &[u8]| {
    EMPTY.with_borrow_mut(|kept| {
        let record = kept.get_or_insert_with(Record::empty);
        let taken = take(record, bytes);
        if record.app.ledger.revision() == 0 {
            return;
        }
        let record = kept.take().expect("it was just there");
        verify(record.app.ledger.log(), |_| {}).expect("what was taken is whole");
        if taken {
            let exported = export(&record);
            let second = Record::empty();
            assert!(take(&second, &exported), "an export is taken");
            let again = export(&second);
            let [first, second] = [&exported, &again].map(|text| String::from_utf8_lossy(text));
            assert_eq!(first, second);
        }
    });
});

fn take(record: &Record, bytes: &[u8]) -> bool {
    fixture::import(&record.app.ledger, bytes, "fuzz", "fuzz", |_| {}).is_ok()
}

fn export(record: &Record) -> Vec<u8> {
    let mut out = Vec::new();
    fixture::export(&record.app.ledger.snapshot(), &mut out).expect("there is room in memory");
    out
}
