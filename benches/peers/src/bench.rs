//! One run: its size, its places, and what is the same for all parts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::Options;
use crate::peers::Peer;
use crate::world::Size;

/// How large a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// 1,000 actors, 10,000 relationships
    S,
    /// 100,000 actors, 1,000,000 relationships
    M,
    /// 1,000,000 actors, 10,000,000 relationships
    L,
}

impl Scale {
    pub fn size(self) -> Size {
        let actors = match self {
            Self::S => 1_000,
            Self::M => 100_000,
            Self::L => 1_000_000,
        };
        Size {
            actors,
            relationships: actors * 10,
        }
    }
}

pub struct Bench {
    pub scale: Scale,
    pub size: Size,
    pub rounds: usize,
    pub seconds: u64,
    pub peers: Vec<Peer>,
    pub foedera: PathBuf,
    /// Where this run keeps its files.
    pub dir: PathBuf,
}

impl Bench {
    pub fn new(options: &Options) -> Result<Self> {
        let scale = options.scale;
        let all = match scale {
            Scale::L => Vec::new(),
            _ => vec![Peer::Mercurius, Peer::Vectors, Peer::PostGraphile],
        };
        let dir = options.work.join(format!("{scale:?}"));
        if dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
        }
        fs::create_dir_all(&dir)?;
        Ok(Self {
            scale,
            size: scale.size(),
            rounds: options.rounds.max(1),
            seconds: options.seconds.max(1),
            peers: options.peers.clone().unwrap_or(all),
            foedera: options.foedera.clone(),
            dir,
        })
    }

    /// The directory of Foedera's record.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The record as JSON Lines, written when it is first asked for.
    pub fn lines(&self) -> Result<PathBuf> {
        let path = self.dir.join("record.jsonl");
        if !path.exists() {
            let mut out = std::io::BufWriter::new(fs::File::create(&path)?);
            crate::world::write(self.size, |section, record| {
                use std::io::Write as _;
                writeln!(out, "[\"{section}\",{record}]")
            })?;
        }
        Ok(path)
    }
}

/// The folder of this benchmark.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
