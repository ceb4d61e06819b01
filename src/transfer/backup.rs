//! A backup: the log of revisions in one file, byte for byte, with a check at the end.
//!
//! ```text
//! "foedera backup 1\n"
//! then for each revision:  u32 length + header, 32 bytes previous hash, u32 number of changes,
//!                          and for each change u32 length + bytes
//! u32 0, then the u32 number and the 32-byte hash of the last revision
//! ```
//!
//! Numbers are little-endian. The hashes are computed anew on reading, so a damaged file is found.

use std::io::{self, Read, Write};

use crate::ledger::verify::Redactions;
use crate::ledger::{Ledger, Refusal};
use crate::model::revision::{Digest, Revision};
use crate::store::{Entry, Log, Replaced, StoreError, codec};

const BANNER: &[u8] = b"foedera backup 1\n";
/// No header or change is larger; a larger length is damage.
const LARGEST: u32 = 64 << 20;

/// Why a backup cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is no backup.
    #[error("this is no foedera backup, or one of a newer version")]
    Foreign,
    /// It is not whole.
    #[error("the backup is damaged: {0}; use another one")]
    Damaged(String),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is of another record.
    #[error(
        "the backup does not go on from this record: they differ at revision {0}; restore it into an empty directory"
    )]
    Diverges(u32),
    /// Text was taken out of what is being saved by a revision that is not saved.
    #[error("text was taken out of the record while it was being saved; save it again")]
    Redacted,
    /// Its revisions are not taken.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Writes the revisions up to a number. `progress` is told how many are done.
///
/// # Errors
/// When the log cannot be read, the output cannot be written, or text was taken out by a later revision:
/// a backup that lacks it would not verify.
pub fn write(
    log: &dyn Log,
    upto: u32,
    out: &mut impl Write,
    mut progress: impl FnMut(u32),
) -> Result<(), BackupError> {
    out.write_all(BANNER)?;
    let mut last = (0, Digest::default());
    let mut redactions = Redactions::default();
    for entry in log.read(1) {
        let entry = entry?;
        let number = entry.revision.header.number;
        if number > upto {
            break;
        }
        redactions.see(&entry)?;
        block(out, &entry.header)?;
        out.write_all(&entry.revision.previous.0)?;
        out.write_all(&(entry.changes.len() as u32).to_le_bytes())?;
        for change in &entry.changes {
            block(out, change)?;
        }
        last = (number, entry.revision.hash);
        progress(number);
    }
    redactions.check().map_err(|_| BackupError::Redacted)?;
    out.write_all(&0u32.to_le_bytes())?;
    out.write_all(&last.0.to_le_bytes())?;
    out.write_all(&last.1.0)?;
    out.flush()?;
    Ok(())
}

fn block(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&(bytes.len() as u32).to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads a backup revision by revision; `take` is given each, with its hash computed anew.
///
/// # Errors
/// When the file is not whole, or the first error of `take`.
pub fn read<E: From<BackupError>>(
    file: &mut impl Read,
    mut take: impl FnMut(Entry) -> Result<(), E>,
) -> Result<u32, E> {
    let mut banner = [0; BANNER.len()];
    file.read_exact(&mut banner)
        .map_err(|_| BackupError::Foreign)?;
    if banner != BANNER {
        return Err(BackupError::Foreign.into());
    }
    let mut last = (0, Digest::default());
    loop {
        let length = number(file)?;
        if length == 0 {
            break;
        }
        let entry = entry(file, length)?;
        last = (entry.revision.header.number, entry.revision.hash);
        take(entry)?;
    }
    let (count, hash) = (number(file)?, digest(file)?);
    if (count, hash) != last {
        let what = format!(
            "it should end with revision {count}, and ends with {}",
            last.0
        );
        return Err(BackupError::Damaged(what).into());
    }
    Ok(count)
}

/// Appends the revisions of a backup that go on from a record; into an empty one, that is all of
/// them. `open` gives the file from its beginning: it is read twice, so that nothing is appended
/// before the whole is known to be sound. Returns how many revisions were appended.
///
/// # Errors
/// When the file is damaged, is of another record, or its revisions cannot be kept.
pub fn restore<R: Read>(
    ledger: &Ledger,
    mut open: impl FnMut() -> io::Result<R>,
    mut progress: impl FnMut(u32),
) -> Result<u32, BackupError> {
    const AT_ONCE: usize = 256;
    let snapshot = ledger.snapshot();
    let (head, hash) = (snapshot.revision(), snapshot.state().hash());
    let mut before = Digest::default();
    let mut replaced = Vec::new();
    let last = read::<BackupError>(&mut open()?, |entry| {
        let number = entry.revision.header.number;
        if entry.revision.previous != before {
            return Err(BackupError::Damaged(format!(
                "revision {number} does not follow the one before"
            )));
        }
        before = entry.revision.hash;
        if number == head && before != hash {
            return Err(BackupError::Diverges(head));
        }
        if number <= head {
            replaced.extend(redacted_elsewhere(ledger, &entry)?);
        }
        Ok(())
    })?;
    if last < head && last > 0 {
        // Nothing is to be appended, but "0 revisions" must not be said of another record.
        let own = ledger.log().read(last).next().transpose()?;
        if own.is_none_or(|own| own.revision.hash != before) {
            return Err(BackupError::Diverges(last));
        }
    }
    let mut waiting = Vec::new();
    let mut done = 0;
    read::<BackupError>(&mut open()?, |entry| {
        if entry.revision.header.number > head {
            waiting.push(entry);
        }
        if waiting.len() == AT_ONCE {
            done += AT_ONCE as u32;
            ledger.replay(std::mem::take(&mut waiting), Vec::new())?;
            progress(done);
        }
        Ok(())
    })?;
    done += waiting.len() as u32;
    // With the last revisions: by then the redactions that account for it are there.
    ledger.replay(waiting, replaced)?;
    progress(done);
    Ok(done)
}

/// The changes of a revision that lost text since we have it.
fn redacted_elsewhere(ledger: &Ledger, theirs: &Entry) -> Result<Vec<Replaced>, BackupError> {
    if !theirs
        .changes
        .iter()
        .any(|change| codec::is_redacted(change))
    {
        return Ok(Vec::new());
    }
    let header = &theirs.revision.header;
    let own = ledger.log().read(header.number).next().transpose()?;
    let own = own.map(|entry| entry.changes).unwrap_or_default();
    let numbered = (header.first_change..).zip(&theirs.changes).zip(own);
    Ok(numbered
        .filter(|((_, theirs), own)| codec::is_redacted(theirs) && *theirs != own)
        .map(|((number, theirs), _)| (number, theirs.clone()))
        .collect())
}

fn entry(file: &mut impl Read, header_length: u32) -> Result<Entry, BackupError> {
    let header_bytes = bytes(file, header_length)?;
    let header = codec::decode_header(&header_bytes)?;
    let previous = digest(file)?;
    let count = number(file)?;
    if count != header.changes {
        return Err(BackupError::Damaged(format!(
            "revision {} lacks changes",
            header.number
        )));
    }
    let mut changes = Vec::new();
    for _ in 0..count {
        let length = number(file)?;
        changes.push(bytes(file, length)?);
    }
    let digests: Vec<_> = changes
        .iter()
        .map(|change| codec::change_digest(change))
        .collect();
    let revision = Revision::seal(header, &header_bytes, digests, previous);
    Ok(Entry {
        revision,
        header: header_bytes,
        changes,
    })
}

fn number(file: &mut impl Read) -> Result<u32, BackupError> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes).map_err(cut_short)?;
    Ok(u32::from_le_bytes(bytes))
}

fn digest(file: &mut impl Read) -> Result<Digest, BackupError> {
    let mut bytes = [0; 32];
    file.read_exact(&mut bytes).map_err(cut_short)?;
    Ok(Digest(bytes))
}

fn bytes(file: &mut impl Read, length: u32) -> Result<Vec<u8>, BackupError> {
    if length > LARGEST {
        return Err(BackupError::Damaged("a length is not possible".to_owned()));
    }
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes).map_err(cut_short)?;
    Ok(bytes)
}

fn cut_short(error: io::Error) -> BackupError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        BackupError::Damaged("it ends too early".to_owned())
    } else {
        error.into()
    }
}
