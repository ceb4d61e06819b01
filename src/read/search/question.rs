//! What somebody typed, as a question to the index.
//!
//! The more of the words a record has, and the rarer they are, the better it fits; names count for more
//! than text. Text in quotation marks must be there as it is. The last word may be the beginning of
//! one. A word that the record does not know may be a slip of the pen, or a name written otherwise.

use std::collections::{BTreeMap, HashSet};

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, Score, TERMINATED};

use crate::model::{ActorId, Kind, TypedId as _};

use super::find::Believer;
use super::index::{IndexError, Ready, Words};
use super::words::{analyse, is_small, plain, sound, stems};

/// The words of a question that are looked at.
const MOST_WORDS: usize = 24;
/// How many words a beginning or a slip of the pen may stand for.
const MOST_MEANT: usize = 40;
/// How many words of the index are looked at for one beginning.
const MOST_WORDS_BEGUN: usize = 5_000;
/// How many names are. Where more begin so, it is the words that tell them apart.
const MOST_NAMES_BEGUN: usize = 500;
/// How many letters a beginning has that is looked for in texts: fewer stand for half of all words there.
const LEAST_LETTERS: usize = 3;
/// How many words the name of an actor may have, to be known as that within a question.
const LONGEST_NAME: usize = 6;
/// How many actors a question may name.
const MOST_ACTORS: usize = 12;

/// A question to the index.
pub(super) struct Question {
    pub(super) query: Box<dyn Query>,
    /// What to mark in the texts of what is found.
    pub(super) marks: Marks,
}

/// What is marked in the texts of what is found.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Words as they are written.
    pub(super) words: HashSet<String>,
    /// Stems of words.
    pub(super) stems: HashSet<String>,
    /// What names sound like.
    pub(super) sounds: HashSet<String>,
}

struct Builder<'a> {
    ready: &'a Ready,
    /// Whether nothing but actors is asked for.
    only_actors: bool,
    /// Where words are looked for.
    words: Words,
    clauses: Vec<(Occur, Box<dyn Query>)>,
    marks: Marks,
}

/// Reads what somebody typed, who looks for records of some kinds, or of all where there are none; none
/// where it has no words.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn read(
    ready: &Ready,
    text: &str,
    kinds: &[Kind],
    believer: &Believer<'_>,
) -> Result<Option<Question>, IndexError> {
    let (phrases, loose) = split(text);
    let only_actors = kinds == [Kind::Actor];
    let fields = ready.fields;
    let mut builder = Builder {
        ready,
        only_actors,
        words: if only_actors {
            fields.actors
        } else {
            fields.all
        },
        clauses: Vec::new(),
        marks: Marks::default(),
    };
    builder.take_loose(&loose, believer)?;
    let mut musts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for phrase in &phrases {
        musts.extend(builder.phrase(phrase).map(|phrase| (Occur::Must, phrase)));
    }
    let Builder { clauses, marks, .. } = builder;
    let query: Box<dyn Query> = match (musts.is_empty(), clauses.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => Box::new(BooleanQuery::new(clauses)),
        (false, _) => {
            musts.extend(clauses);
            Box::new(BooleanQuery::new(musts))
        }
    };
    Ok(Some(Question { query, marks }))
}

/// The parts in quotation marks, and the rest. A mark that is not closed yet is none.
fn split(text: &str) -> (Vec<String>, String) {
    let text = text.replace(['“', '”', '„', '«', '»'], "\"");
    let parts: Vec<_> = text.split('"').collect();
    let closed = (parts.len() - 1) / 2 * 2;
    let mut phrases = Vec::new();
    let mut loose = String::new();
    for (place, part) in parts.iter().enumerate() {
        if place % 2 == 1 && place < closed {
            phrases.push((*part).to_owned());
        } else {
            loose.push_str(part);
            loose.push_str(if place + 1 < parts.len() { " " } else { "" });
        }
    }
    (phrases, loose)
}

impl Builder<'_> {
    fn take_loose(&mut self, text: &str, believer: &Believer<'_>) -> Result<(), IndexError> {
        let mut words = analyse(&mut plain(), text);
        words.truncate(MOST_WORDS);
        let mut stems = analyse(&mut stems(), text);
        stems.truncate(MOST_WORDS);
        let all_small = words.iter().all(|word| is_small(&word.text));
        let open = text.ends_with(char::is_alphanumeric);
        let last = words.len().saturating_sub(1);
        for (place, (word, stem)) in words.iter().zip(&stems).enumerate() {
            let begins = open && place == last;
            if all_small || begins || !is_small(&word.text) {
                self.take_word(&word.text, &stem.text, begins)?;
            }
        }
        let written: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        self.take_whole(&written, open)?;
        self.take_actors(&written, believer)
    }

    fn take_word(&mut self, word: &str, stem: &str, begins: bool) -> Result<(), IndexError> {
        let fields = self.ready.fields;
        let Words { name, prose, .. } = self.words;
        let known = self.knows(name, word)? || self.knows(prose, stem)?;
        if known {
            self.should(name, word, 3.0);
            self.should(prose, stem, 1.0);
            self.should(fields.question, stem, 1.5);
            self.marks.words.insert(word.to_owned());
            self.marks.stems.insert(stem.to_owned());
        }
        let mut meant = false;
        if begins {
            let boosts = [(name, word, 1.2), (prose, stem, 0.4)];
            let long = word.chars().count() >= LEAST_LETTERS;
            let looked_in = boosts
                .into_iter()
                .filter(|(field, ..)| long || *field == name);
            for (field, beginning, boost) in looked_in {
                for other in self.beginning_with(field, beginning, MOST_WORDS_BEGUN)? {
                    if other != beginning {
                        self.should(field, &other, boost);
                        self.mark(field, other);
                        meant = true;
                    }
                }
            }
        }
        if known || meant {
            return Ok(());
        }
        let distance = match word.chars().count() {
            0..4 => return Ok(()),
            4..8 => 1,
            _ => 2,
        };
        // One slip is likelier than two.
        for (field, text, boost) in [(name, word, 1.6), (prose, stem, 0.5)] {
            let near = self.near(field, text, 1)?;
            let all = match distance {
                1 => near.clone(),
                _ => self.near(field, text, distance)?,
            };
            for other in all {
                let share = if near.contains(&other) { 1.0 } else { 0.4 };
                self.should(field, &other, boost * share);
                self.mark(field, other);
            }
        }
        if let Some(sound) = sound(word) {
            self.should(fields.sound, &sound, 2.0);
            self.marks.sounds.insert(sound);
        }
        Ok(())
    }

    /// The question as one name: exactly, as the beginning of one, or as it sounds.
    fn take_whole(&mut self, words: &[&str], open: bool) -> Result<(), IndexError> {
        if words.is_empty() {
            return Ok(());
        }
        let fields = self.ready.fields;
        let all = words.join(" ");
        let exact = self.knows(self.words.whole, &all)?;
        self.should(self.words.whole, &all, 6.0);
        if open && all.len() > 1 {
            for other in self.beginning_with(self.words.whole, &all, MOST_NAMES_BEGUN)? {
                // The nearer to being all of it, the likelier it is meant.
                let share = all.len() as Score / other.len() as Score;
                if other != all {
                    self.should(self.words.whole, &other, 6.0 * share);
                }
            }
        }
        if let Some(sound) = sound(&all).filter(|_| !exact) {
            self.should(fields.sound, &sound, 5.0);
            self.marks.sounds.insert(sound);
        }
        Ok(())
    }

    /// What is about an actor need not name it: the actors that the question names are looked up.
    fn take_actors(&mut self, words: &[&str], believer: &Believer<'_>) -> Result<(), IndexError> {
        if self.only_actors {
            // None is about another.
            return Ok(());
        }
        let mut named: Vec<ActorId> = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=words.len().min(from + LONGEST_NAME) {
                let name = words[from..to].join(" ");
                let term = Term::from_field_text(self.ready.fields.actors.whole, &name);
                self.actors_called(&term, believer, &mut named)?;
            }
        }
        named.truncate(MOST_ACTORS);
        for actor in named {
            self.should(self.ready.fields.about, &actor.to_string(), 4.0);
        }
        Ok(())
    }

    fn actors_called(
        &self,
        name: &Term,
        believer: &Believer<'_>,
        found: &mut Vec<ActorId>,
    ) -> Result<(), IndexError> {
        for part in self.ready.searcher.segment_readers() {
            let index = part.inverted_index(name.field())?;
            let read = index.read_postings(name, IndexRecordOption::Basic);
            let Some(mut postings) = read.map_err(tantivy::TantivyError::from)? else {
                continue;
            };
            let record_of = believer.of(part)?;
            while postings.doc() != TERMINATED && found.len() < MOST_ACTORS {
                let actor = record_of(postings.doc()).filter(|id| id.kind == Kind::Actor);
                let actor = actor.map(|id| ActorId::from_number(id.number));
                found.extend(actor.filter(|actor| !found.contains(actor)));
                postings.advance();
            }
        }
        Ok(())
    }

    /// What must be there as it is: in a name as it is written, or anywhere by its stems.
    fn phrase(&mut self, text: &str) -> Option<Box<dyn Query>> {
        let (words, stems) = (analyse(&mut plain(), text), analyse(&mut stems(), text));
        let terms = |field: Field, words: &[super::words::Word]| {
            let terms = words
                .iter()
                .map(|word| Term::from_field_text(field, &word.text));
            terms.collect::<Vec<_>>()
        };
        self.marks
            .words
            .extend(words.iter().map(|word| word.text.clone()));
        self.marks
            .stems
            .extend(stems.iter().map(|stem| stem.text.clone()));
        let sequence = |mut terms: Vec<Term>, boost: Score| -> Option<Box<dyn Query>> {
            let query: Box<dyn Query> = match terms.len() {
                0 => return None,
                1 => Box::new(one(terms.remove(0))),
                _ => Box::new(PhraseQuery::new(terms)),
            };
            Some(Box::new(BoostQuery::new(query, boost)))
        };
        let name = sequence(terms(self.words.name, &words), 3.0)?;
        let prose = sequence(terms(self.words.prose, &stems), 1.0)?;
        Some(Box::new(BooleanQuery::union(vec![name, prose])))
    }

    fn should(&mut self, field: Field, text: &str, boost: Score) {
        let query = Box::new(one(Term::from_field_text(field, text)));
        let query: Box<dyn Query> = Box::new(BoostQuery::new(query, boost));
        self.clauses.push((Occur::Should, query));
    }

    fn mark(&mut self, field: Field, text: String) {
        if field == self.words.name {
            self.marks.words.insert(text);
        } else {
            self.marks.stems.insert(text);
        }
    }

    fn knows(&self, field: Field, text: &str) -> Result<bool, IndexError> {
        let term = Term::from_field_text(field, text);
        Ok(self.ready.searcher.doc_freq(&term)? > 0)
    }

    /// The words of a field that begin so, the commonest first. So many are looked at, at the most.
    fn beginning_with(
        &self,
        field: Field,
        beginning: &str,
        most: usize,
    ) -> Result<Vec<String>, IndexError> {
        let mut found = BTreeMap::new();
        for part in self.ready.searcher.segment_readers() {
            let index = part.inverted_index(field)?;
            let range = index.terms().range().ge(beginning);
            let mut stream = range.into_stream().map_err(tantivy::TantivyError::from)?;
            let mut looked_at = 0;
            while looked_at < most && stream.advance() {
                let key = stream.key();
                if !key.starts_with(beginning.as_bytes()) {
                    break;
                }
                if let Ok(word) = std::str::from_utf8(key) {
                    *found.entry(word.to_owned()).or_insert(0) += stream.value().doc_freq;
                }
                looked_at += 1;
            }
        }
        Ok(commonest(found))
    }

    /// The words of a field that are so few letters away, the commonest first.
    fn near(&self, field: Field, text: &str, distance: u8) -> Result<Vec<String>, IndexError> {
        let term = Term::from_field_text(field, text);
        let slip = FuzzyTermQuery::new(term, distance, true);
        let mut found = BTreeMap::new();
        for part in self.ready.searcher.segment_readers() {
            let index = part.inverted_index(field)?;
            let search = index.terms().search(slip.automaton()?).into_stream();
            let mut stream = search.map_err(tantivy::TantivyError::from)?;
            while stream.advance() {
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    *found.entry(word.to_owned()).or_insert(0) += stream.value().doc_freq;
                }
            }
        }
        Ok(commonest(found))
    }
}

fn commonest(found: BTreeMap<String, u32>) -> Vec<String> {
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found.truncate(MOST_MEANT);
    found.into_iter().map(|(word, _)| word).collect()
}

fn one(term: Term) -> TermQuery {
    TermQuery::new(term, IndexRecordOption::WithFreqs)
}
