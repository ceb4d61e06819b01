//! Files that are broken: each is told clearly, and leaves the record as it was or takes what is whole.

use std::io::Write as _;

use foedera::transfer::table::ImportError;

use super::{faults, import_as, relationships};
use crate::support::TestApp;

pub const MAPPING: &str = r#"
format = "foedera-mapping/1"
name = "broken"
[lookup.kind]
"1" = "ALLIANCE"
"2" = "RIVALRY"
[source.data]
key = "broken"
title = "Broken"
[actor.a]
name = "{a}"
kind = "STATE"
[actor.b]
name = "{b}"
kind = "STATE"
[relationship.tie]
key = "broken-{a}-{b}"
from = "a"
to = "b"
kind = "{kind|lookup:kind}"
alignment = "ALLY"
period = { start = "{start}", end = "{end}" }
citations = [{ source = "data" }]
"#;

pub const HEAD: &str = "a,b,kind,start,end\n";
pub const GOOD: &str = "Arcadia,Boeotia,1,1990,1999\n";

/// What has to be told of a file.
enum Told {
    /// Nothing is taken, for this reason.
    Whole(&'static str),
    /// One row is not taken, for this reason, and the good one is.
    Row(&'static str),
}

/// A table packed by xz, without its last forty bytes.
fn xz() -> Vec<u8> {
    vec![
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21,
        0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x2e, 0x61, 0x2c, 0x62,
        0x2c, 0x6b, 0x69, 0x6e, 0x64, 0x2c, 0x73, 0x74, 0x61, 0x72, 0x74, 0x2c, 0x65, 0x6e, 0x64,
        0x0a, 0x41, 0x72, 0x63, 0x61, 0x64, 0x69, 0x61, 0x2c, 0x42, 0x6f, 0x65, 0x6f, 0x74, 0x69,
        0x61, 0x2c, 0x31, 0x2c,
    ]
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut zst = zstd::Encoder::new(Vec::new(), 1).unwrap();
    zst.include_checksum(true).unwrap();
    zst.write_all(bytes).unwrap();
    zst.finish().unwrap()
}

fn damaged(mut bytes: Vec<u8>) -> Vec<u8> {
    let at = bytes.len() - 6;
    bytes[at] ^= 0x55;
    bytes
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 10);
    bytes
}

fn files() -> Vec<(&'static str, Vec<u8>, Told)> {
    use Told::{Row, Whole};
    let table = |row: &str| format!("{HEAD}{GOOD}{row}\n").into_bytes();
    let good = table("");
    let long = "x".repeat(10 << 20);
    vec![
        ("an empty file", Vec::new(), Whole("it is empty")),
        (
            "a header that is another's",
            b"x,y,z\n1,2,3\n".to_vec(),
            Whole("names columns that it does not have: a, b, end, kind, start; it has x, y, z"),
        ),
        (
            "a header without one column",
            format!("a,b,kind,start\n{GOOD}").into_bytes(),
            Whole("does not have: end"),
        ),
        (
            "a header in other letters",
            format!("A,B,KIND,START,END\n{GOOD}").into_bytes(),
            Whole("line 1"),
        ),
        (
            "a header that names a column twice",
            format!("a,a,b,kind,start,end\n{GOOD}").into_bytes(),
            Whole("two columns of its header are called \"a\""),
        ),
        (
            "another separator",
            format!("{HEAD}{GOOD}").replace(',', ";").into_bytes(),
            Whole("it has a;b;kind;start;end"),
        ),
        (
            "a row of 10 MiB",
            table(&format!("{long},Delos,1,1990,1999")),
            Whole("longer than 4 MiB"),
        ),
        (
            "a quote that is not closed, and much behind it",
            table(&format!("\"Chalcis,Delos,1,1990,1999\n{long}")),
            Whole("line 3"),
        ),
        ("xz that breaks off", xz(), Whole("breaks off")),
        ("gzip that breaks off", cut(gz(&good)), Whole("breaks off")),
        (
            "gzip whose checksum is wrong",
            damaged(gz(&good)),
            Whole("the file is damaged"),
        ),
        ("zstd that breaks off", cut(zst(&good)), Whole("table.csv")),
        (
            "zstd whose checksum is wrong",
            {
                let mut b = zst(&good);
                let at = b.len() - 1;
                b[at] ^= 1;
                b
            },
            Whole("damaged"),
        ),
        (
            "zstd of nonsense",
            [vec![0x28, 0xb5, 0x2f, 0xfd], vec![0xff; 40]].concat(),
            Whole("damaged"),
        ),
        (
            "UTF-16 that is none",
            {
                let mut b = vec![0xff, 0xfe];
                b.extend([0x00, 0xd8, 0x41, 0x00]);
                b
            },
            Whole("is not UTF-16LE"),
        ),
        (
            "a header that is not UTF-8",
            b"\xff\xfea\xe9".iter().skip(2).copied().collect(),
            Whole("its header is not UTF-8"),
        ),
        (
            "latin-1 in UTF-8",
            [table(""), b"Chalc\xefs,Delos,1,1990,1999\n".to_vec()].concat(),
            Row("line 4, a: \"Chalc\u{fffd}s\" is not UTF-8"),
        ),
        (
            "a cell too few",
            table("Chalcis,Delos,1,1990"),
            Row("line 3: it has 4 cells, and the header has 5"),
        ),
        (
            "a cell too many",
            table("Chalcis,Delos,1,1990,1999,x"),
            Row("line 3: it has 6 cells"),
        ),
        (
            "a day that there is not",
            table("Chalcis,Delos,1,1990-02-30,1999"),
            Row("line 3, start: \"1990-02-30\" is not a date: the calendar has no such day"),
        ),
        (
            "a month that there is not",
            table("Chalcis,Delos,1,1990-13,1999"),
            Row("month 13 does not exist"),
        ),
        (
            "a year of two digits",
            table("Chalcis,Delos,1,90,1999"),
            Row("does not begin with a year of four digits"),
        ),
        (
            "an end before the start",
            table("Chalcis,Delos,1,1999,1990"),
            Row("line 3, end: the end 1990 lies before the start 1999"),
        ),
        (
            "a code that is unknown",
            table("Chalcis,Delos,3,1990,1999"),
            Row("line 3, kind: the code \"3\" is not in [lookup.kind]"),
        ),
        (
            "a code that is missing",
            table("Chalcis,Delos,,1990,1999"),
            Row("line 3, kind: it says nothing, and kind needs it"),
        ),
        (
            "nobody at one end",
            table("Chalcis,,1,1990,1999"),
            Row("line 3, b: the row names no b"),
        ),
        (
            "somebody with himself",
            table("Chalcis,chalcis ,1,1990,1999"),
            Row("line 3, b: a and b are the same"),
        ),
        (
            "a key twice",
            table("Arcadia,Boeotia,1,1990,2000"),
            Row("line 3, a: the key broken-arcadia-boeotia stands on line 2 too"),
        ),
        (
            "a name that is too long",
            table(&format!("{},Delos,1,1990,1999", "y".repeat(600))),
            Row("at most 500 characters"),
        ),
        (
            "a year after all years",
            table("Chalcis,Delos,1,1990,19999"),
            Row("line 3, end: \"19999\" is not a date"),
        ),
        (
            "a file of zeros",
            vec![0; 1_000],
            Whole("names columns that it does not have"),
        ),
        (
            "a file of noise",
            (0..5_000u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
                .collect(),
            Whole("table.csv"),
        ),
    ]
}

#[test]
fn every_broken_file_is_told_clearly_and_nothing_of_it_is_half_in() {
    let files = files();
    assert!(files.len() >= 30);
    for (what, bytes, wanted) in files {
        let test = TestApp::empty();
        let came = import_as(&test, MAPPING, &[("table.csv", &bytes)], |_| {});
        match (came, wanted) {
            (Err(error @ ImportError::File(_)), Told::Whole(why)) => {
                let told = error.to_string();
                assert!(
                    told.contains(why) && told.ends_with("; nothing was imported"),
                    "{what}: {told}"
                );
                assert!(told.len() < 700, "{what}: {told}");
                assert_eq!(test.app.ledger.revision(), 0, "{what}");
            }
            (Ok(report), Told::Row(why)) => {
                let told = faults(&report);
                assert!(
                    told.iter().any(|told| told.contains(why)),
                    "{what}: {told:?}"
                );
                assert_eq!(relationships(&test).len(), 1, "{what}");
                assert_eq!(
                    (report.read, report.not_taken.count > 0),
                    (2, true),
                    "{what}"
                );
            }
            (came, _) => panic!("{what}: {:?}", came.map_err(|error| error.to_string())),
        }
    }
}

#[test]
fn memberships_may_run_in_a_circle() {
    let test = TestApp::empty();
    let mapping = MAPPING.replace("kind = \"{kind|lookup:kind}\"", "kind = \"MEMBERSHIP\"");
    let table = format!("{HEAD}A,B,,,\nB,C,,,\nC,A,,,\n");
    let report = import_as(&test, &mapping, &[("circle.csv", table.as_bytes())], |_| {}).unwrap();
    assert_eq!(
        (report.not_taken.count, report.records.relationships),
        (0, 3)
    );
    let answer = test.query(r#"{ actor(slug: "a") { members { nodes { slug } } memberOf { nodes { slug } } } paths(from: "a", to: "b") { length } }"#);
    assert_eq!(answer["actor"]["members"]["nodes"][0]["slug"], "c");
    assert_eq!(answer["actor"]["memberOf"]["nodes"][0]["slug"], "b");
}
