//! Opening what is imported: plain, or packed by gzip, xz or zstd, told by its first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

const BUFFER: usize = 1 << 16;
/// The most that a file may ask for its dictionary, in KiB; xz itself asks for at most 64 MiB.
const XZ_MEMORY: u32 = 256 << 10;

/// A file that can be read from its beginning more than once.
pub struct Data {
    /// What to call it.
    pub name: Arc<str>,
    file: File,
}

impl Data {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        Ok(Self {
            name: name.into(),
            file: File::open(path)?,
        })
    }

    /// Keeps what a stream brings in a file without a name, which is gone when it is closed.
    ///
    /// # Errors
    /// When the stream cannot be read or the file not be written.
    pub fn stream(name: &str, mut stream: impl Read) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut stream, &mut file)?;
        file.flush()?;
        Ok(Self {
            name: name.into(),
            file,
        })
    }

    /// Its content from the beginning, unpacked.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(&self) -> io::Result<Box<dyn Read>> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let mut packed = BufReader::with_capacity(BUFFER, file);
        Ok(match packed.fill_buf()? {
            [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(packed)),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
                Box::new(XzReader::new_mem_limit(packed, true, XZ_MEMORY))
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Box::new(Zstd(zstd::Decoder::with_buffer(packed)?))
            }
            _ => Box::new(packed),
        })
    }
}

/// Tells what is wrong with the data from what is wrong with the disk.
struct Zstd(zstd::Decoder<'static, BufReader<File>>);

impl Read for Zstd {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to).map_err(|error| match error.kind() {
            io::ErrorKind::Other => io::Error::new(io::ErrorKind::InvalidData, error),
            _ => error,
        })
    }
}
