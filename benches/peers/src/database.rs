//! A `PostgreSQL` of our own, filled with the record. It goes with this value.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use crate::bench::home;
use crate::server::{SERVER_CORE, free_port, pinned};

pub struct Database {
    script: Child,
    dir: PathBuf,
    pub port: u16,
}

impl Database {
    pub fn start(lines: &Path) -> Result<Self> {
        let port = free_port()?;
        // Not below the project's directory: another user than this one may have to reach it.
        let dir = std::env::temp_dir().join(format!("foedera-peers-{}", std::process::id()));
        let mut command = Command::new(home().join("postgraphile/cluster.sh"));
        command.arg(&dir).arg(port.to_string()).arg(lines);
        let mut script = pinned(&command, SERVER_CORE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = script.stdout.take().context("its output is ours")?;
        let ready = BufReader::new(out).lines().map_while(Result::ok);
        let ready = ready.filter(|line| line == "ready").count();
        let database = Self { script, dir, port };
        anyhow::ensure!(
            ready > 0,
            "PostgreSQL is not ready; see {}.log",
            database.dir.display()
        );
        Ok(database)
    }

    /// Its processes.
    pub fn processes(&self) -> Vec<u32> {
        let file = self.dir.join("postmaster.pid");
        let text = fs::read_to_string(file).unwrap_or_default();
        let Some(first) = text.lines().next().and_then(|line| line.parse().ok()) else {
            return Vec::new();
        };
        let children = format!("/proc/{first}/task/{first}/children");
        let children = fs::read_to_string(children).unwrap_or_default();
        let children = children.split_whitespace().flat_map(str::parse);
        children.chain([first]).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The script stops it when its input ends.
        self.script.stdin.take();
        let _ = self.script.wait();
    }
}
