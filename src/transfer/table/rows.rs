//! The rows of a table: separators, quotes, encodings, and how much of a row is too much.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;

use csv::ByteRecord;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::shorten;
use crate::transfer::intake::{Fault, Place};

use super::mapping::Table;
use super::open::Data;

/// The most bytes of one row. A quote that is not closed would swallow the rest of the file.
const LONGEST_ROW: u64 = 4 << 20;

/// Why a file cannot be read as the table that it should be.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {why}; nothing was imported", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct FileError {
    /// The file.
    pub file: Arc<str>,
    /// The line at or after which it cannot be read.
    pub line: Option<u64>,
    /// Why, and what to do.
    pub why: String,
}

/// The names of the columns.
#[derive(Debug)]
pub struct Header {
    /// In the order of the file.
    pub names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Header {
    fn new(names: Vec<String>) -> Self {
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_insert(place);
        }
        Self { names, places }
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }
}

/// A row: its cells as text, without white space around them.
#[derive(Clone, Debug)]
pub struct Row {
    header: Rc<Header>,
    cells: Vec<String>,
    /// Where it stands.
    pub place: Place,
    /// Cells that are made up for it, such as `#rows` of a folded period.
    pub extra: Vec<(&'static str, String)>,
    missing: Rc<[String]>,
}

impl Row {
    /// What a cell says; none where it is empty or holds a mark for "missing".
    pub fn get(&self, column: &str) -> Option<&str> {
        let text = self.raw(column)?;
        (!text.is_empty() && !self.missing.iter().any(|mark| mark == text)).then_some(text)
    }

    /// What stands in a cell, marks for "missing" included.
    pub fn raw(&self, column: &str) -> Option<&str> {
        if column.starts_with('#') {
            let extra = self.extra.iter().find(|(name, _)| *name == column);
            return extra.map(|(_, text)| text.as_str());
        }
        let place = *self.header.places.get(column)?;
        self.cells.get(place).map(String::as_str)
    }
}

/// Reads the rows of one file.
pub struct Rows {
    reader: csv::Reader<Limited<Box<dyn Read>>>,
    since_row: Rc<Cell<u64>>,
    record: ByteRecord,
    header: Rc<Header>,
    file: Arc<str>,
    /// How cells are to be read, where the bytes of the file are not UTF-8 already.
    cells_in: &'static Encoding,
    missing: Rc<[String]>,
    skipped: u64,
}

impl Rows {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(data: &Data, table: &Table) -> Result<Self, FileError> {
        let file = data.name.clone();
        let fail = |line, why| FileError {
            file: file.clone(),
            line,
            why,
        };
        let read = |error: io::Error| fail(None, told(&error));
        let mut bytes = data.open().map_err(read)?;
        let (start, marked) = byte_order_mark(&mut bytes).map_err(read)?;
        let encoding = table.encoding().map_err(|why| fail(None, why))?;
        let encoding = marked.unwrap_or(encoding);
        let bytes: Box<dyn Read> = Box::new(io::Cursor::new(start).chain(bytes));
        let whole = encoding != UTF_8 && !encoding.is_single_byte();
        let (mut bytes, cells_in): (Box<dyn Read>, _) = if whole {
            (
                Box::new(super::decode::Decoded::new(bytes, encoding)),
                UTF_8,
            )
        } else {
            (bytes, encoding)
        };
        skip_lines(&mut bytes, table.skip).map_err(read)?;
        let since_row = Rc::new(Cell::new(0));
        let limited = Limited {
            inner: bytes,
            since_row: since_row.clone(),
            last: b'\n',
        };
        let separator = table.separator(&data.name).map_err(|why| fail(None, why))?;
        let mut reader = csv::ReaderBuilder::new();
        reader
            .has_headers(false)
            .flexible(true)
            .delimiter(separator);
        match table.quote().map_err(|why| fail(None, why))? {
            Some(quote) => reader.quote(quote),
            None => reader.quoting(false),
        };
        let mut rows = Self {
            reader: reader.from_reader(limited),
            since_row,
            record: ByteRecord::new(),
            header: Rc::new(Header::new(table.columns.clone())),
            file: file.clone(),
            cells_in,
            missing: table.missing.clone().into(),
            skipped: u64::from(table.skip),
        };
        if table.header {
            if !rows.advance()? {
                return Err(fail(None, "it is empty; a header is wanted".to_owned()));
            }
            let names: Option<Vec<_>> = rows
                .record
                .iter()
                .map(|cell| decode(cell, cells_in).map(|name| name.trim().to_owned()))
                .collect();
            let names = names.ok_or_else(|| {
                let why = format!("its header is not {}; give the encoding", cells_in.name());
                fail(Some(1), why)
            })?;
            let mut seen = std::collections::HashSet::new();
            let twice = names
                .iter()
                .find(|name| !name.is_empty() && !seen.insert(*name));
            if let Some(name) = twice {
                let why = format!("two columns of its header are called {:?}", shorten(name));
                return Err(fail(Some(1), why));
            }
            rows.header = Rc::new(Header::new(names));
        } else if table.columns.is_empty() {
            let why = "a table without a header needs [table] columns in the mapping".to_owned();
            return Err(fail(None, why));
        }
        Ok(rows)
    }

    /// The names of the columns.
    pub fn header(&self) -> &Rc<Header> {
        &self.header
    }

    /// The next row; a fault where it cannot be read as one and the rows after it can.
    ///
    /// # Errors
    /// When nothing more can be read.
    pub fn next(&mut self) -> Result<Option<Result<Row, Fault>>, FileError> {
        if !self.advance()? {
            return Ok(None);
        }
        // The reader counts empty lines before a row to it, so the line is counted from its end.
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n');
        let line = self.reader.position().line() - 1 - inside.count() as u64 + self.skipped;
        let place = Place::line(&self.file, line);
        let wanted = self.header.names.len();
        if self.record.len() != wanted {
            return Ok(Some(Err(Fault {
                place,
                column: None,
                why: format!(
                    "it has {} cells, and the header has {wanted}",
                    self.record.len()
                ),
            })));
        }
        let mut cells = Vec::with_capacity(wanted);
        for (index, cell) in self.record.iter().enumerate() {
            let Some(text) = decode(cell, self.cells_in) else {
                let name = self.header.names.get(index).cloned();
                let encoding = self.cells_in.name();
                return Ok(Some(Err(Fault {
                    place,
                    column: name,
                    why: format!(
                        "{:?} is not {encoding}; give [table] encoding in the mapping, or mend the file",
                        shorten(&String::from_utf8_lossy(cell))
                    ),
                })));
            };
            cells.push(text);
        }
        Ok(Some(Ok(Row {
            header: self.header.clone(),
            cells,
            place,
            extra: vec![("#line", line.to_string())],
            missing: self.missing.clone(),
        })))
    }

    fn advance(&mut self) -> Result<bool, FileError> {
        self.since_row.set(0);
        let line = self.reader.position().line() + self.skipped;
        self.reader
            .read_byte_record(&mut self.record)
            .map_err(|error| FileError {
                file: self.file.clone(),
                line: Some(line),
                why: match error.into_kind() {
                    csv::ErrorKind::Io(error) => told(&error),
                    other => format!("{other:?}"),
                },
            })
    }
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the file breaks off: it was cut, or is not whole yet".to_owned()
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            format!("the file is damaged: {error}")
        }
        _ => error.to_string(),
    }
}

/// The text of a cell without white space around it; none where the bytes are not of the encoding.
fn decode(cell: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = if encoding == UTF_8 {
        std::str::from_utf8(cell).ok()?.into()
    } else {
        encoding.decode_without_bom_handling_and_without_replacement(cell)?
    };
    Some(mended(text.trim()))
}

/// Windows-1252 that somebody took for Latin-1 before it became UTF-8 has control characters in the place
/// of quotation marks and dashes. They mean nothing else, and the record takes none.
fn mended(text: &str) -> String {
    let mend = |c: char| match c {
        '\u{80}'..='\u{9f}' => {
            let byte = [c as u8];
            let (meant, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
            meant.chars().next().unwrap_or(c)
        }
        c => c,
    };
    text.chars().map(mend).collect()
}

/// Takes a byte order mark from the front; the bytes read that are not one, and what the mark says.
fn byte_order_mark(bytes: &mut impl Read) -> io::Result<(Vec<u8>, Option<&'static Encoding>)> {
    let mut start = Vec::new();
    bytes.by_ref().take(3).read_to_end(&mut start)?;
    Ok(match start.as_slice() {
        [0xef, 0xbb, 0xbf] => (Vec::new(), Some(UTF_8)),
        [0xff, 0xfe, rest @ ..] => (rest.to_vec(), Some(UTF_16LE)),
        [0xfe, 0xff, rest @ ..] => (rest.to_vec(), Some(UTF_16BE)),
        _ => (start, None),
    })
}

fn skip_lines(bytes: &mut impl Read, count: u32) -> io::Result<()> {
    let mut left = count;
    let mut byte = [0];
    while left > 0 && bytes.read(&mut byte)? == 1 {
        left -= u32::from(byte == *b"\n");
    }
    Ok(())
}

/// Refuses to give more bytes for one row than a row can have, and ends the last line.
struct Limited<R> {
    inner: R,
    since_row: Rc<Cell<u64>>,
    last: u8,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.since_row.get() > LONGEST_ROW {
            let mib = LONGEST_ROW >> 20;
            return Err(io::Error::other(format!(
                "a row begins here that is longer than {mib} MiB; a quote that is not closed does that: mend \
                 it, or give quote = \"\" in [table] where quotes mean nothing"
            )));
        }
        let count = self.inner.read(to)?;
        self.since_row.set(self.since_row.get() + count as u64);
        if let Some(last) = to[..count].last() {
            self.last = *last;
        } else if self.last != b'\n'
            && let Some(first) = to.first_mut()
        {
            *first = b'\n';
            self.last = b'\n';
            return Ok(1);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_that_became_control_characters_are_mended() {
        assert_eq!(
            mended("the states\u{92} \u{93}pact\u{94}"),
            "the states’ “pact”"
        );
        assert_eq!(mended("é\u{a0}x"), "é\u{a0}x");
    }
}
