//! Reading entities, one after the other.
//!
//! A dump of Wikidata is a list with an entity a line, and so large that only one of them can be in memory
//! at a time. Whatever else is given is one document.

use std::io::{self, BufRead, BufReader, Read as _};
use std::sync::Arc;

use serde_json::Value;

use crate::transfer::table::{Data, FileError};

/// The longest line, or document of several lines, in bytes. The largest entities have some 5 MiB.
const LONGEST: u64 = 256 << 20;

/// An entity, and the file that it stands in.
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) json: Value,
    pub(super) file: Arc<str>,
}

/// Goes through all entities of a file.
///
/// # Errors
/// When it is damaged or holds none, or what one of them is given to fails.
pub(super) fn each<E: From<FileError>>(
    data: &Data,
    mut take: impl FnMut(Entity) -> Result<(), E>,
) -> Result<(), E> {
    let mut lines = Lines::open(data)?;
    let mut found = false;
    while lines.next()? {
        for (key, json) in entities(lines.parse(!found)?) {
            found = true;
            // An entity that was merged stands under its old key with its new id.
            let id = json["id"].as_str().map_or(key, str::to_owned);
            let file = data.name.clone();
            take(Entity { id, json, file })?;
        }
    }
    if lines.is_open {
        let why = "it breaks off: the list that it begins with does not end";
        return Err(lines.fail(why.to_owned()).into());
    }
    if !found {
        let why = "it holds no entities; it must be what Special:EntityData/Q42.json gives, or a dump with \
                   an entity a line";
        return Err(lines.fail(why.to_owned()).into());
    }
    Ok(())
}

/// The entities of a document, each with what it is called there.
fn entities(document: Value) -> Vec<(String, Value)> {
    match document {
        Value::Object(mut map) => match map.remove("entities") {
            Some(Value::Object(entities)) => entities.into_iter().collect(),
            Some(_) => Vec::new(),
            None => match map.get("id").and_then(Value::as_str) {
                Some(id) => vec![(id.to_owned(), Value::Object(map))],
                None => Vec::new(),
            },
        },
        Value::Array(list) => list.into_iter().flat_map(entities).collect(),
        _ => Vec::new(),
    }
}

struct Lines {
    file: Arc<str>,
    reader: BufReader<Box<dyn io::Read>>,
    line: Vec<u8>,
    /// The number of the line on which what was read last begins, and of the last one.
    first: u64,
    last: u64,
    /// Whether a list has begun on an earlier line and not ended.
    is_open: bool,
}

impl Lines {
    fn open(data: &Data) -> Result<Self, FileError> {
        let mut lines = Self {
            file: data.name.clone(),
            reader: BufReader::new(Box::new(io::empty())),
            line: Vec::new(),
            first: 0,
            last: 0,
            is_open: false,
        };
        let reader = data.open().map_err(|error| lines.fail(error.to_string()))?;
        lines.reader = BufReader::with_capacity(1 << 16, reader);
        Ok(lines)
    }

    fn fail(&self, why: String) -> FileError {
        FileError {
            file: self.file.clone(),
            line: (self.first > 0).then_some(self.first),
            why,
        }
    }

    /// Reads the next line that holds something; whether there is one.
    fn next(&mut self) -> Result<bool, FileError> {
        loop {
            self.line.clear();
            self.first = self.last + 1;
            if self.read(b'\n')? == 0 {
                return Ok(false);
            }
            self.last += 1;
            match self.line.trim_ascii() {
                b"" | b"," => {}
                b"[" => self.is_open = true,
                b"]" => self.is_open = false,
                _ => return Ok(true),
            }
        }
    }

    /// Reads on up to a byte, or to the end.
    fn read(&mut self, until: u8) -> Result<usize, FileError> {
        let room = LONGEST - self.line.len() as u64;
        let mut part = self.reader.by_ref().take(room + 1);
        let read = part.read_until(until, &mut self.line);
        let read = read.map_err(|error| self.fail(format!("it cannot be read: {error}")))?;
        if self.line.len() as u64 > LONGEST {
            let why = format!(
                "a document has more than {} MiB; give a dump with an entity a line",
                LONGEST >> 20
            );
            return Err(self.fail(why));
        }
        Ok(read)
    }

    /// The line as a document. Where it is only the beginning of one, all that follows belongs to it, but
    /// only at the beginning of a file.
    fn parse(&mut self, may_go_on: bool) -> Result<Value, FileError> {
        let line = self.line.trim_ascii();
        let line = line.strip_suffix(b",").unwrap_or(line);
        let error = match serde_json::from_slice(line) {
            Ok(document) => return Ok(document),
            Err(error) => error,
        };
        let stripped = if self.is_open {
            line.strip_suffix(b"]").map(|line| (line, false))
        } else {
            line.strip_prefix(b"[").map(|line| (line, true))
        };
        if let Some((line, is_open)) = stripped
            && let Ok(document) = serde_json::from_slice(line)
        {
            self.is_open = is_open;
            return Ok(document);
        }
        if !error.is_eof() || !may_go_on {
            return Err(self.fail(format!("it is no JSON: {error}")));
        }
        // A list is open already where its bracket stands alone.
        let before: &[u8] = if std::mem::take(&mut self.is_open) {
            b"["
        } else {
            b""
        };
        while self.read(b'\n')? > 0 {}
        let whole = [before, &self.line].concat();
        serde_json::from_slice(&whole).map_err(|error| FileError {
            file: self.file.clone(),
            line: Some(self.first + (error.line() as u64).saturating_sub(1)),
            why: format!("it is no JSON: {error}"),
        })
    }
}
