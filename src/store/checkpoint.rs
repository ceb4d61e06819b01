//! The file `checkpoint`: a state that was folded before, so that a start need not fold the whole log.
//!
//! ```text
//! "foedera checkpoint\n", 32 bytes that tell what the body means, the u32 number and the 32-byte hash
//! of the revision that the state is of, the body, 32 bytes BLAKE3 of everything before
//! ```
//!
//! It can never say something else than the log: it is read only if the log has that revision with that
//! hash and every byte is as it was written, and is thrown away otherwise.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use crate::model::Digest;

use super::StoreError;

const BANNER: &[u8] = b"foedera checkpoint\n";
const BUFFER: usize = 1 << 20;

/// Of which state a checkpoint is, and who can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What the body means.
    pub layout: Digest,
    /// The number of the newest revision of the state.
    pub revision: u32,
    /// Its hash.
    pub hash: Digest,
}

/// Writes a checkpoint in the place of the one before.
pub(super) fn write(
    path: &Path,
    stamp: Stamp,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), StoreError> {
    let draft = path.with_extension("new");
    let written = (|| {
        let file = File::create(&draft)?;
        let mut out = Hashing::new(BufWriter::with_capacity(BUFFER, file));
        out.write_all(BANNER)?;
        out.write_all(&stamp.layout.0)?;
        out.write_all(&stamp.revision.to_le_bytes())?;
        out.write_all(&stamp.hash.0)?;
        body(&mut out)?;
        let digest = out.digest();
        out.inner.write_all(&digest.0)?;
        out.inner.flush()?;
        fs::rename(&draft, path)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&draft);
        StoreError::io("write", path)(error)
    })
}

/// Reads a checkpoint; none where there is no whole one that this program can read. `fits` tells
/// whether the log has its revision.
pub(super) fn read<T>(
    path: &Path,
    layout: Digest,
    fits: impl FnOnce(Stamp) -> bool,
    body: impl FnOnce(&mut (dyn Read + Send)) -> io::Result<T>,
) -> io::Result<Option<T>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut from = Hashing::new(BufReader::with_capacity(BUFFER, file));
    let mut banner = [0; BANNER.len()];
    from.read_exact(&mut banner)?;
    let mut revision = [0; 4];
    let layout_found = digest(&mut from)?;
    from.read_exact(&mut revision)?;
    let stamp = Stamp {
        layout: layout_found,
        revision: u32::from_le_bytes(revision),
        hash: digest(&mut from)?,
    };
    if banner != BANNER || stamp.layout != layout || !fits(stamp) {
        return Ok(None);
    }
    let state = body(&mut from)?;
    let wanted = from.digest();
    let whole = digest(&mut from.inner)? == wanted && from.inner.read(&mut [0])? == 0;
    Ok(whole.then_some(state))
}

/// Removes the checkpoint, if there is one.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn digest(from: &mut impl Read) -> io::Result<Digest> {
    let mut bytes = [0; 32];
    from.read_exact(&mut bytes)?;
    Ok(Digest(bytes))
}

/// Reads or writes, and takes the digest of what went through.
struct Hashing<S> {
    inner: S,
    hasher: blake3::Hasher,
}

impl<S> Hashing<S> {
    fn new(inner: S) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
        }
    }

    fn digest(&self) -> Digest {
        Digest(*self.hasher.finalize().as_bytes())
    }
}

impl<S: Write> Write for Hashing<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<S: Read> Read for Hashing<S> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }
}
