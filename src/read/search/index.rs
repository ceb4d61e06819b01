//! The index on disk: every version of every record, by its words.
//!
//! A version is one document of the index, known by the record and by the change that holds its text.
//! Nothing is ever taken out: whoever finds a document looks at the record at the moment asked about,
//! and believes it where the text of that moment is the one that was found.

use std::path::Path;

use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{
    Index as Engine, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher,
    TantivyDocument,
};

use crate::model::{Digest, Kind, Record, RecordId, Vocabulary as _};
use crate::snapshot::Snapshot;
use crate::store::{Log as _, StoreError};

use super::texts::{about, passages};
use super::words::{plain, sound, stems, whole};

/// The memory in which new documents are gathered, in bytes.
const GATHERED: usize = 32 << 20;
/// After so many documents the index is put on disk, so that a start need not begin anew.
const MANY: u32 = 100_000;

const PLAIN: &str = "plain";
const STEMS: &str = "stems";

/// Why the index cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IndexError {
    /// The engine fails: a full disk, a damaged file.
    #[error("the search index: {0}")]
    Engine(#[from] tantivy::TantivyError),
    /// Its folder cannot be used.
    #[error("the search index: {0}")]
    Folder(String),
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The fields of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Which record: its kind and number.
    record: Field,
    /// The number of the change that holds the text.
    change: Field,
    /// The words of records of all kinds.
    pub(super) all: Words,
    /// Those of actors once more. Actors are what is looked for as a name is typed, and the words of all
    /// else would be in the way.
    pub(super) actors: Words,
    /// The stems of the question, for briefs: a question is best answered by what answers it.
    pub(super) question: Field,
    /// What its names sound like, for actors.
    pub(super) sound: Field,
    /// The actors that it is about.
    pub(super) about: Field,
}

/// The fields of the words of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// The words of its names, as they are written.
    pub(super) name: Field,
    /// The stems of all its words, those of its names too.
    pub(super) prose: Field,
    /// Each of its names as one word.
    pub(super) whole: Field,
}

/// The names of the two fields that are read for each document that is found.
pub(super) const RECORD: &str = "record";
pub(super) const CHANGE: &str = "change";

fn schema() -> (Schema, Fields) {
    let text = |tokenizer: &str, record| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    // With frequencies also where they tell nothing: the engine passes over what cannot get to the top
    // only where all fields have them.
    let (words, one) = (
        IndexRecordOption::WithFreqsAndPositions,
        IndexRecordOption::WithFreqs,
    );
    let mut schema = Schema::builder();
    let mut field = |name: &str, options| schema.add_text_field(name, options);
    let mut written = |[name, prose, whole]: [&str; 3]| Words {
        name: field(name, text(PLAIN, words)),
        prose: field(prose, text(STEMS, words)),
        whole: field(whole, text("raw", one)),
    };
    let all = written(["name", "prose", "whole"]);
    let actors = written(["actor_name", "actor_prose", "actor_whole"]);
    let fields = Fields {
        record: schema.add_u64_field(RECORD, FAST),
        change: schema.add_u64_field(CHANGE, FAST),
        all,
        actors,
        question: schema.add_text_field("question", text(STEMS, one)),
        sound: schema.add_text_field("sound", text("raw", one)),
        about: schema.add_text_field("about", text("raw", one)),
    };
    (schema.build(), fields)
}

/// Tells programs apart that would cut or keep text otherwise.
fn layout() -> Digest {
    let sources = [
        include_str!("index.rs"),
        include_str!("texts.rs"),
        include_str!("words.rs"),
    ];
    Digest::of(sources.concat().as_bytes())
}

/// A record as one number.
pub(super) fn pack(id: RecordId) -> u64 {
    u64::from(id.kind.index()) << 32 | u64::from(id.number)
}

/// The record that a number stands for.
pub(super) fn unpack(packed: u64) -> Option<RecordId> {
    let kind = *Kind::ALL.get((packed >> 32) as usize)?;
    let number = packed as u32;
    Some(RecordId { kind, number })
}

/// The index as it was at some revision, ready to be asked.
#[derive(Clone)]
pub(super) struct Ready {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    /// The newest revision that is in it.
    pub(super) revision: u32,
    /// Text that was taken out of the record up to this revision is not in it.
    clean: u32,
}

impl Ready {
    /// Whether text that is in it was taken out of the record.
    pub(super) fn is_redacted(&self, at: &Snapshot) -> bool {
        at.state().redaction_after(self.clean).is_some()
    }
}

/// The index with the one who writes it.
pub(super) struct Index {
    fields: Fields,
    writer: IndexWriter,
    reader: IndexReader,
    /// The newest revision that is in it and on disk.
    revision: u32,
    /// Text that was taken out of the record up to this revision is not in it.
    clean: u32,
}

impl Index {
    /// Opens the index in a folder. One that is not of this record, or whose text has been taken out
    /// of the record since, is thrown away.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub(super) fn open(folder: &Path, at: &Snapshot) -> Result<Self, IndexError> {
        let (schema, fields) = schema();
        let kept = Engine::open_in_dir(folder).ok().and_then(|engine| {
            let stamp = engine.load_metas().ok()?.payload?;
            let revision = believe(&stamp, at)?;
            (engine.schema() == schema).then_some((engine, revision))
        });
        let (engine, revision) = match kept {
            Some(kept) => kept,
            None => (empty(folder, schema)?, 0),
        };
        // Whatever is read of the log from now on is without it.
        let clean = at.revision();
        engine.tokenizers().register(PLAIN, plain());
        engine.tokenizers().register(STEMS, stems());
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(GATHERED)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        let writer = engine.writer_with_options(options)?;
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1)
            .try_into()?;
        Ok(Self {
            fields,
            writer,
            reader,
            revision,
            clean,
        })
    }

    /// The newest revision that is in it.
    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// The index as it is, to be asked.
    pub(super) fn ready(&self) -> Ready {
        Ready {
            searcher: self.reader.searcher(),
            fields: self.fields,
            revision: self.revision,
            clean: self.clean,
        }
    }

    /// Takes in what the log has up to a moment. `told` hears of each part that can be asked, and says
    /// whether to go on.
    ///
    /// # Errors
    /// When the log cannot be read or the index cannot be written.
    pub(super) fn follow(
        &mut self,
        at: &Snapshot,
        mut told: impl FnMut(Ready) -> bool,
    ) -> Result<(), IndexError> {
        let mut new = 0;
        for entry in at.documents().store().read(self.revision + 1) {
            let entry = entry?;
            let header = &entry.revision.header;
            if header.number > at.revision() {
                break;
            }
            for (number, change) in (header.first_change..).zip(entry.decode_changes()?) {
                if let Some(record) = change.record() {
                    self.add(change.id(), number, record)?;
                    new += 1;
                }
            }
            if new >= MANY || header.number == at.revision() {
                let stamp = stamp(self.clean, header.number, entry.revision.hash);
                self.commit(header.number, &stamp)?;
                new = 0;
                if !told(self.ready()) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn add(&self, id: RecordId, change: u64, record: &Record) -> Result<(), IndexError> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.record, pack(id));
        document.add_u64(self.fields.change, change);
        let passages = passages(record);
        let is_actor = id.kind == Kind::Actor;
        let actors = is_actor.then_some(self.fields.actors);
        for words in std::iter::once(self.fields.all).chain(actors) {
            for passage in &passages {
                document.add_text(words.prose, passage.text);
                if passage.is_name {
                    document.add_text(words.name, passage.text);
                    document.add_text(words.whole, whole(passage.text));
                }
            }
        }
        for name in passages.iter().filter(|passage| passage.is_name) {
            if id.kind == Kind::Brief {
                document.add_text(self.fields.question, name.text);
            }
            if let Some(sound) = sound(&whole(name.text)).filter(|_| is_actor) {
                document.add_text(self.fields.sound, sound);
            }
        }
        for actor in about(record) {
            document.add_text(self.fields.about, actor.to_string());
        }
        self.writer.add_document(document)?;
        Ok(())
    }

    fn commit(&mut self, revision: u32, stamp: &str) -> Result<(), IndexError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(stamp);
        prepared.commit()?;
        self.reader.reload()?;
        self.revision = revision;
        Ok(())
    }
}

fn stamp(clean: u32, revision: u32, hash: Digest) -> String {
    format!("{} {clean} {revision} {hash}", layout())
}

/// The revision of an index, if it is one of this record and of no text that is gone.
fn believe(stamp: &str, at: &Snapshot) -> Option<u32> {
    let mut words = stamp.split(' ').skip(1);
    let clean = words.next()?.parse().ok()?;
    let number = words.next()?.parse().ok()?;
    let header = at.documents().store().header(number).ok()??;
    let ours = stamp == self::stamp(clean, number, header.hash);
    let known = clean.max(number) <= at.revision();
    let whole = at.state().redaction_after(clean).is_none();
    (ours && known && whole).then_some(number)
}

fn empty(folder: &Path, schema: Schema) -> Result<Engine, IndexError> {
    discard(folder)?;
    let cannot = |error: std::io::Error| {
        IndexError::Folder(format!("cannot make {}: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let builder = Engine::builder().schema(schema);
    Ok(builder
        .settings(IndexSettings::default())
        .create_in_dir(folder)?)
}

/// Throws the index in a folder away. It is made anew from the log.
///
/// # Errors
/// When it cannot be removed.
pub(super) fn discard(folder: &Path) -> Result<(), IndexError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(IndexError::Folder(
            format!("cannot remove {}: {error}", folder.display()),
        )),
        _ => Ok(()),
    }
}
