//! `verify` finds what is wrong with a log, and says where it begins.

use foedera::ledger::verify::verify;
use foedera::model::revision::{Digest, Header, Revision};
use foedera::model::{Change, Kind, Record, RecordId, Timestamp, TypedId as _};
use foedera::store::{Entry, Log, Replaced, StoreError, codec};
use serde_json::json;

use crate::support::TestApp;

/// A log that can be spoilt.
struct Spoilt(Vec<Entry>);

impl Log for Spoilt {
    fn head(&self) -> Option<Revision> {
        self.0.last().map(|entry| entry.revision.clone())
    }

    fn append(&self, _: u32, _: &[Entry], _: &[Replaced]) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly("a log for tests".to_owned()))
    }

    fn read(&self, from: u32) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + Send + '_> {
        let entries = self.0.iter().skip(from as usize - 1);
        Box::new(entries.cloned().map(Ok))
    }
}

/// The log of a record with six revisions: two actors, a source, a relationship, a correction, and
/// text taken out of the first actor.
fn log() -> Spoilt {
    let test = TestApp::empty();
    let a = test.actor("a");
    test.actor("b");
    test.done(
        "createSource",
        &json!({ "title": "Report" }),
        "source { id }",
    );
    let tie = json!({ "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY",
        "citations": [{ "source": "source_1" }] });
    test.done("createRelationship", &tie, "relationship { id }");
    let input = json!({ "id": "actor_2", "name": "B" });
    test.done("updateActor", &input, "actor { id }");
    test.done(
        "redact",
        &json!({ "id": a, "reason": "a court order" }),
        "record { id }",
    );
    Spoilt(test.app.ledger.log().read(1).map(Result::unwrap).collect())
}

impl Spoilt {
    /// Changes what a revision says, and makes its digests and those after it right again: what a
    /// careful forger, or a fault of our own, would leave behind.
    fn forge(
        mut self,
        number: usize,
        header: impl FnOnce(&mut Header),
        changes: impl FnOnce(&mut Vec<Vec<u8>>),
    ) -> Self {
        let entry = &mut self.0[number - 1];
        header(&mut entry.revision.header);
        changes(&mut entry.changes);
        let mut previous = Digest::default();
        for entry in &mut self.0 {
            let header = entry.revision.header.clone();
            entry.header = codec::encode(&header).unwrap();
            let digests: Vec<_> = entry
                .changes
                .iter()
                .map(|change| codec::change_digest(change))
                .collect();
            entry.revision = Revision::seal(header, &entry.header, digests, previous);
            previous = entry.revision.hash;
        }
        self
    }

    fn told(&self) -> String {
        match verify(self, |_| {}) {
            Ok(report) => panic!("nothing was found: {report:?}"),
            Err(StoreError::Damaged(what)) => what,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn the_log_for_these_tests_is_whole() {
    let log = log();
    assert_eq!(verify(&log, |_| {}).unwrap().revisions, 6);
    // And forging changes nothing by itself.
    let hash = log.head().unwrap().hash;
    let forged = log.forge(1, |_| {}, |_| {});
    assert_eq!(verify(&forged, |_| {}).unwrap().hash, hash);
}

#[test]
fn a_link_of_the_chain_that_is_broken_is_named() {
    type Spoil = fn(&mut Vec<Entry>);
    let cases: [(Spoil, &str); 9] = [
        (
            |log| log[3].changes[0][9] ^= 1,
            "revision 4 is not as it was when it was committed",
        ),
        (
            |log| log[3].header[5] ^= 1,
            "revision 4 is not as it was when it was committed",
        ),
        (
            |log| log[3].changes.push(Vec::new()),
            "revision 4 is not as it was when it was committed",
        ),
        (
            |log| log[4].revision.hash.0[0] ^= 1,
            "the hash of revision 5 is not its own",
        ),
        (
            |log| log[4].revision.previous.0[0] ^= 1,
            "revision 5 does not go on from the one before it",
        ),
        (
            |log| log[4].revision.digest.0[0] ^= 1,
            "revision 5 is not as it was when it was committed",
        ),
        (|log| drop(log.remove(2)), "revision 4 follows revision 2"),
        (|log| log.swap(1, 2), "revision 3 follows revision 1"),
        (
            |log| log[5].changes[0].truncate(4),
            "revision 6 is not as it was when it was committed",
        ),
    ];
    for (spoil, wanted) in cases {
        let mut log = log();
        spoil(&mut log.0);
        assert_eq!(log.told(), wanted);
    }
}

#[test]
fn of_two_faults_the_first_is_named() {
    let mut log = log();
    log.0[4].revision.hash.0[0] ^= 1;
    log.0[1].changes[0][9] ^= 1;
    assert_eq!(
        log.told(),
        "revision 2 is not as it was when it was committed"
    );
}

#[test]
fn what_does_not_fold_is_named_though_its_digests_are_right() {
    let nothing = |_: &mut Header| {};
    let told = log()
        .forge(4, |header| header.committed_at = Timestamp(0), |_| {})
        .told();
    assert_eq!(told, "revision 4 is older than the one before it");
    let told = log()
        .forge(4, |header| header.first_change = 9, |_| {})
        .told();
    assert_eq!(told, "at revision 4: it begins with change 9, and not 4");
    let told = log()
        .forge(4, nothing, |changes| changes[0].truncate(20))
        .told();
    assert!(
        told.starts_with("at revision 4: change 4: a change does not decode"),
        "{told}"
    );
    let twice = log().0[1].changes[0].clone();
    let told = log().forge(4, nothing, |changes| changes[0] = twice).told();
    assert_eq!(
        told,
        "at revision 4: change 4 of actor_2 does not fit the record"
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_named() {
    let number = |kind, number| RecordId { kind, number };
    let told = log()
        .forge(
            4,
            |header| header.subject = Some(number(Kind::Brief, 3)),
            |_| {},
        )
        .told();
    assert_eq!(
        told,
        "at revision 4: it is about brief_3, which is not there"
    );

    let spoil = |change: &dyn Fn(&mut foedera::model::Relationship)| {
        let told = log().forge(
            4,
            |_| {},
            |changes| {
                let mut value = codec::decode_change(&changes[0]).unwrap();
                let Change::Created {
                    record: Record::Relationship(tie),
                    ..
                } = &mut value
                else {
                    panic!("{value:?}");
                };
                change(std::sync::Arc::make_mut(tie));
                changes[0] = codec::encode(&value).unwrap();
            },
        );
        told.told()
    };
    let source = foedera::model::SourceId::from_number(7);
    assert_eq!(
        spoil(&|tie| tie.citations[0].source = source),
        "at revision 4: change 4: relationship_1 refers to source_7, which is not there"
    );
    let actor = foedera::model::ActorId::from_number(7);
    assert_eq!(
        spoil(&|tie| tie.against.push(actor)),
        "at revision 4: change 4: relationship_1 refers to actor_7, which is not there"
    );
}

#[test]
fn text_that_nobody_accounts_for_taking_out_is_named() {
    let blank = |bytes: &[u8]| {
        let change = codec::decode_change(bytes).unwrap();
        codec::encode_redacted(bytes, &change).unwrap()
    };
    // The chain alone cannot tell: it goes on from the digest of what stood there.
    let mut log = log();
    log.0[1].changes[0] = blank(&log.0[1].changes[0]);
    assert_eq!(
        log.told(),
        "at revision 2: change 2: it lost text, and no later revision says that it took text out of it"
    );
    let mut log = self::log();
    let place = log.0[0].changes[0].len() - 1;
    log.0[0].changes[0][place] ^= 1;
    let told = log.told();
    assert!(
        told == "change 1 is not what revision 6 left of it when it took text out"
            || told.starts_with("at revision 1: change 1: a change does not decode"),
        "{told}"
    );
}
