//! Opening what is imported: plain, or packed by gzip, xz or zstd, told by its first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

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
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Box::new(Zstd {
                packed: Some(packed),
                frame: None,
            }),
            _ => Box::new(packed),
        })
    }
}

/// One zstd frame after the other, as one stream.
struct Zstd {
    /// The packed bytes, while no frame is being read.
    packed: Option<BufReader<File>>,
    frame: Option<StreamingDecoder<BufReader<File>, ruzstd::decoding::FrameDecoder>>,
}

impl Read for Zstd {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(to)?;
                if count > 0 || to.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(frame) = self.frame.take() {
                let decoder = &frame.decoder;
                let given = decoder.get_checksum_from_data();
                if given.is_some() && given != decoder.get_calculated_checksum() {
                    let message = "a checksum of zstd is not that of the data";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                self.packed = Some(frame.into_inner());
            }
            let Some(mut packed) = self.packed.take() else {
                return Ok(0);
            };
            let start = packed.fill_buf()?;
            if start.is_empty() {
                self.packed = Some(packed);
                return Ok(0);
            }
            if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] = start {
                skip_frame(&mut packed)?;
                self.packed = Some(packed);
                continue;
            }
            let broken = |error| io::Error::new(io::ErrorKind::InvalidData, format!("{error}"));
            self.frame = Some(StreamingDecoder::new(packed).map_err(broken)?);
        }
    }
}

/// Passes over a frame that holds no data.
fn skip_frame(packed: &mut impl Read) -> io::Result<()> {
    let mut head = [0; 8];
    packed.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let skipped = io::copy(&mut packed.take(length.into()), &mut io::sink())?;
    if skipped == u64::from(length) {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
