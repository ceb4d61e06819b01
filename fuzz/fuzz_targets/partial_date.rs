//! A partial date: what is read is written as something that is read as the same.
#![no_main]

use foedera::model::PartialDate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(date) = text.parse::<PartialDate>() {
        assert!(date.first_day() <= date.last_day());
        assert_eq!(date.to_string().parse::<PartialDate>().ok(), Some(date));
    }
});
