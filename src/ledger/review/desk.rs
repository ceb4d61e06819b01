//! The desk that proposals lie on.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, watch};

use crate::ledger::command::Command;
use crate::ledger::{Committed, Ledger, ProblemCode, Refusal};
use crate::model::Digest;
use crate::store::{Store, StoreError, codec};

use super::decide::decided;
use super::follower::Follower;
use super::proposal::{Comment, Decision, Proposal, ProposalStatus, tried};
use super::refusal::{problem, said};

/// The most proposals of one author that may be open.
const MOST_OPEN: usize = 200;
/// The most comments on one proposal.
const MOST_COMMENTS: usize = 500;
const PREFIX: &str = "proposal/";

/// The desk that proposals lie on. Cheap to clone.
#[derive(Clone)]
pub struct Desk(pub(super) Arc<Inner>);

pub(super) struct Inner {
    store: Arc<Store>,
    pub(super) ledger: Ledger,
    /// In the order of their numbers.
    all: ArcSwap<Vec<Arc<Proposal>>>,
    /// One change at a time.
    pub(super) changing: Mutex<()>,
    /// The number of the last change.
    told: watch::Sender<u64>,
}

/// What became of a wish that had to be proposed.
pub struct Filed {
    /// The proposal.
    pub proposal: Arc<Proposal>,
    /// What it would do; none where it had been made before, under the same idempotency key.
    pub tried: Option<Committed>,
}

impl Desk {
    /// Reads the proposals of a data directory. One that was carried out just before a crash is found
    /// to be approved.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn open(ledger: &Ledger) -> Result<Self, StoreError> {
        let store = ledger.documents().store().clone();
        let damaged = |error| StoreError::Damaged(format!("a stored proposal: {error}"));
        let mut all = Vec::new();
        for value in store.settings(PREFIX)? {
            let proposal: Proposal = serde_json::from_slice(&value).map_err(damaged)?;
            all.push(Arc::new(proposal));
        }
        let last = all.iter().map(|one| one.changed).max().unwrap_or(0);
        let desk = Self(Arc::new(Inner {
            store,
            ledger: ledger.clone(),
            all: ArcSwap::from_pointee(all),
            changing: Mutex::default(),
            told: watch::channel(last).0,
        }));
        desk.catch_up()?;
        Ok(desk)
    }

    /// Finds what was committed and is not noted as approved.
    fn catch_up(&self) -> Result<(), StoreError> {
        let snapshot = self.0.ledger.snapshot();
        for proposal in self.list() {
            let made = snapshot.state().brought_about(&proposal.key);
            let (Some(number), ProposalStatus::Open) = (made, proposal.status) else {
                continue;
            };
            let header = self.0.store.header(number)?.map(|made| made.header);
            let by = header
                .as_ref()
                .and_then(|header| header.approved_by.clone());
            let decided = decided(
                &proposal,
                ProposalStatus::Approved,
                Decision {
                    by: by.unwrap_or_default(),
                    at: snapshot.recorded_at(number),
                    reason: None,
                    revision: Some(number),
                },
            );
            let kept = self.next(decided);
            self.0.store.set_setting(&name(kept.id), &stored(&kept)?)?;
            self.show(kept);
        }
        Ok(())
    }

    /// All proposals, in the order in which they were made.
    pub fn list(&self) -> Vec<Arc<Proposal>> {
        self.0.all.load().to_vec()
    }

    /// The proposal of a number.
    pub fn get(&self, id: u32) -> Option<Arc<Proposal>> {
        let all = self.0.all.load();
        all.get((id as usize).checked_sub(1)?).cloned()
    }

    /// Follows the desk from the change of a number on.
    pub fn follow(&self, after: Option<u64>) -> Follower {
        Follower::new(self.clone(), self.0.told.subscribe(), after)
    }

    /// Tries a command, and lays it on the desk.
    ///
    /// # Errors
    /// When it has problems, or the store cannot keep it.
    pub async fn propose(&self, command: Command) -> Result<Filed, Refusal> {
        let _one = self.0.changing.lock().await;
        let own = codec::fingerprint(&(&command.message, &command.action))?;
        let retry = command.idempotency_key.clone().map(|key| (key, own));
        let made = retry.as_ref();
        let made = made.map(|retry| self.made(&command.author, retry));
        if let Some(proposal) = made.transpose()?.flatten() {
            return Ok(Filed {
                proposal,
                tried: None,
            });
        }
        let all = self.0.all.load();
        let open = all
            .iter()
            .filter(|one| one.status == ProposalStatus::Open && one.author == command.author);
        if open.count() >= MOST_OPEN {
            let message = format!("{MOST_OPEN} of your proposals are open; withdraw some first");
            return Err(problem(ProblemCode::TooMany, &[], message));
        }
        let tested = Command {
            dry_run: true,
            ..command.clone()
        };
        let tested = self.0.ledger.commit(tested).await?;
        if tested.changes.is_empty() {
            let message = "the record says all that already";
            return Err(problem(ProblemCode::NoChange, &[], message));
        }
        let proposal = Proposal {
            id: all.len() as u32 + 1,
            status: ProposalStatus::Open,
            author: command.author,
            made_at: self.0.ledger.now(),
            message: command.message,
            base: tested.snapshot.revision().saturating_sub(1),
            changes: tried(&tested)?,
            comments: Vec::new(),
            decision: None,
            changed: 0,
            action: Some(command.action.at_any_version()),
            key: key()?,
            retry,
        };
        let proposal = self.keep(proposal).await?;
        Ok(Filed {
            proposal,
            tried: Some(tested),
        })
    }

    /// What an author proposed before under a key.
    fn made(
        &self,
        author: &str,
        (key, own): &(String, Digest),
    ) -> Result<Option<Arc<Proposal>>, Refusal> {
        let all = self.0.all.load();
        let same = all.iter().find(|one| {
            let used = one.retry.as_ref().map(|(key, _)| key);
            one.author == author && used == Some(key)
        });
        match same {
            Some(proposal) if proposal.retry.as_ref().is_some_and(|(_, used)| used != own) => {
                let message = format!(
                    "the key was used for another proposal, number {}; choose a new key",
                    proposal.id
                );
                Err(problem(
                    ProblemCode::KeyReused,
                    &["idempotencyKey"],
                    message,
                ))
            }
            found => Ok(found.cloned()),
        }
    }

    /// Adds a comment.
    ///
    /// # Errors
    /// When it is empty or too long, or the store cannot keep it.
    pub async fn comment(
        &self,
        id: u32,
        author: &str,
        text: &str,
    ) -> Result<Arc<Proposal>, Refusal> {
        let _one = self.0.changing.lock().await;
        let text = said("text", text)?;
        let mut proposal = self.existing(id)?;
        if proposal.comments.len() >= MOST_COMMENTS {
            let message = format!("it has {MOST_COMMENTS} comments already");
            return Err(problem(ProblemCode::TooMany, &[], message));
        }
        proposal.comments.push(Comment {
            author: author.to_owned(),
            at: self.0.ledger.now(),
            text,
        });
        self.keep(proposal).await
    }

    pub(super) fn existing(&self, id: u32) -> Result<Proposal, Refusal> {
        let found = self.get(id).map(|found| Proposal::clone(&found));
        found.ok_or_else(|| problem(ProblemCode::NotFound, &["id"], "there is no such proposal"))
    }

    pub(super) async fn keep(&self, proposal: Proposal) -> Result<Arc<Proposal>, Refusal> {
        self.write(proposal, Store::set_setting).await
    }

    /// Puts a proposal on disk, and shows it.
    pub(super) async fn write(
        &self,
        proposal: Proposal,
        put: fn(&Store, &str, &[u8]) -> Result<(), StoreError>,
    ) -> Result<Arc<Proposal>, Refusal> {
        let proposal = self.next(proposal);
        let (store, name, value) = (self.0.store.clone(), name(proposal.id), stored(&proposal)?);
        let work = tokio::task::spawn_blocking(move || put(&store, &name, &value));
        let stopping = |_| StoreError::ReadOnly("the server is stopping".to_owned());
        work.await.map_err(stopping)??;
        Ok(self.show(proposal))
    }

    /// The same proposal as the next change of the desk.
    fn next(&self, mut proposal: Proposal) -> Proposal {
        proposal.changed = *self.0.told.borrow() + 1;
        proposal
    }

    fn show(&self, proposal: Proposal) -> Arc<Proposal> {
        let (place, changed) = (proposal.id as usize - 1, proposal.changed);
        let proposal = Arc::new(proposal);
        let mut all = self.list();
        match all.get_mut(place) {
            Some(own) => *own = proposal.clone(),
            None => all.push(proposal.clone()),
        }
        self.0.all.store(Arc::new(all));
        self.0.told.send_replace(changed);
        proposal
    }
}

fn name(id: u32) -> String {
    format!("{PREFIX}{id:08}")
}

fn stored(proposal: &Proposal) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(proposal)
        .map_err(|error| StoreError::Damaged(format!("a proposal cannot be written: {error}")))
}

/// A key that nobody can have used.
fn key() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        StoreError::ReadOnly(format!("the system gives no random bytes: {error}"))
    })?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("proposal {digits}"))
}
