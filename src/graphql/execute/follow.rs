//! Subscriptions: an event that many are told is written once.
//!
//! Thousands may follow the same with the same words. What an event tells follows from the words, the
//! place that the subscription has come to and the day, unless something was asked that is for whoever asks
//! alone, or that moves on: then each is told for itself.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Error, Value};
use futures_util::future::ready;
use futures_util::stream::{BoxStream, StreamExt as _};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::app::App;
use crate::auth::Viewer;
use crate::graphql::feed::{Following, Occasion, Subscription};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error;

use super::document::Variables;
use super::output::{Followed as _, Output};
use super::plan::Field;
use super::{Answer, Executor, Path, Prepared, Run};

/// The bytes that events may take that were written once to be told often.
const TOLD_BYTES: u64 = 4 << 20;

/// What was told, to be told to others.
pub(super) struct Told(Cache<What, Arc<Answer>, ByBytes>);

/// What is told: who asks it with the same words at the same place is told the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct What {
    words: Arc<Words>,
    occasion: Occasion,
    /// How many revisions have taken text out of the record.
    redactions: usize,
}

/// A field of a document, with the variables.
struct Words {
    fields: Arc<[Field]>,
    variables: Variables,
    /// The variables as a document would write them, in the order of their names.
    written: String,
}

impl Words {
    fn of(prepared: &Prepared) -> Self {
        let variables = prepared.variables.clone();
        let mut ordered: Vec<(&String, &Value)> = variables.iter().collect();
        ordered.sort_unstable_by_key(|(name, _)| *name);
        let written = ordered
            .iter()
            .map(|(name, value)| format!("{name}:{value},"));
        Self {
            fields: prepared.fields.clone(),
            written: written.collect(),
            variables,
        }
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.fields, &other.fields) && self.written == other.written
    }
}

impl Eq for Words {}

impl Hash for Words {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.fields).hash(state);
        self.written.hash(state);
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<What, Arc<Answer>> for ByBytes {
    fn weight(&self, what: &What, answer: &Arc<Answer>) -> u64 {
        const OVERHEAD: usize = 300;
        let data = answer.data.as_ref().map_or(0, |data| data.json().len());
        (data + what.words.written.len() + OVERHEAD) as u64
    }
}

impl Default for Told {
    fn default() -> Self {
        const EXPECTED: usize = 4_096;
        Self(Cache::with_weighter(EXPECTED, TOLD_BYTES, ByBytes))
    }
}

impl Executor {
    /// Begins a subscription: what it tells, each told when it is asked for.
    ///
    /// # Errors
    /// When it cannot be begun.
    pub fn follow(
        &self,
        prepared: &Prepared,
        app: App,
        viewer: Viewer,
        following: Arc<Following>,
    ) -> Result<BoxStream<'static, Arc<Answer>>, Answer> {
        let words = Arc::new(Words::of(prepared));
        let Some(field) = words.fields.first() else {
            let message = "a subscription has one field at its root";
            return Err(vec![error::coded_error(error::INVALID, message)].into());
        };
        let timeout = self.timeout;
        let pinned = Pinned::newest(&app.ledger);
        let now = Ask::new(app.clone(), viewer.clone(), pinned).following(following.clone());
        let mut run = Run::new(&now, &words.variables, Instant::now() + timeout);
        let at = Path::ROOT;
        let opened = Subscription.open(field, &mut run, &at.key(field.key()));
        let Ok(Some(events)) = opened else {
            return Err(run.errors.into());
        };
        let told = (!prepared.searches()).then(|| self.told.clone());
        let answers = events.scan(false, move |over, event| {
            if *over {
                return ready(None);
            }
            if !app.auth.is_still(&viewer) {
                *over = true;
                let message = "the token is no longer valid";
                let faults = vec![error::coded_error("UNAUTHENTICATED", message)];
                return ready(Some(Arc::new(faults.into())));
            }
            let write = |event| {
                // What it reads is of now: nothing of the beginning is held on to.
                let pinned = Pinned::newest(&app.ledger);
                let ask = Ask::new(app.clone(), viewer.clone(), pinned.clone());
                let mut run = Run::new(&ask, &words.variables, Instant::now() + timeout);
                let written = run.event(&words.fields[0], event);
                // It is kept for others, in no more memory than it needs.
                let answer = run.answer(written).clone();
                (Arc::new(answer), pinned)
            };
            let Some((told, occasion)) = told.as_deref().zip(following.occasion()) else {
                return ready(Some(write(event).0));
            };
            let what = What {
                words: words.clone(),
                occasion,
                redactions: app.ledger.snapshot().state().count_redactions(),
            };
            ready(Some(told.tell(what, event, write)))
        });
        Ok(answers.boxed())
    }
}

type Event = Result<Box<dyn Output + Send>, Error>;

impl Told {
    /// What an event tells: as it was told before, or else as it is written now.
    fn tell(
        &self,
        what: What,
        event: Event,
        write: impl FnOnce(Event) -> (Arc<Answer>, Arc<Pinned>),
    ) -> Arc<Answer> {
        if let Some(answer) = self.0.get(&what) {
            return answer;
        }
        let (answer, pinned) = write(event);
        if answer.is_whole() && pinned.is_settled() && !pinned.is_private() {
            self.0.insert(what, answer.clone());
        }
        answer
    }
}
