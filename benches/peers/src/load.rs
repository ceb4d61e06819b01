//! Load by wrk, on a core of its own: as many requests as are answered, over some connections.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::bench::home;
use crate::server::{LOAD_CORE, pinned};

/// What to send where.
pub struct Load<'a> {
    pub port: u16,
    pub path: &'a str,
    /// The bodies, one a line.
    pub bodies: &'a Path,
    pub token: Option<&'a str>,
    pub connections: u32,
    pub seconds: u64,
}

/// What came of it. Times are in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub requests: f64,
    pub rate: f64,
    pub median: f64,
    pub p99: f64,
}

/// Load that is going on.
pub struct Running(Child);

#[derive(Deserialize)]
struct Told {
    requests: f64,
    microseconds: f64,
    failed: u64,
    median: f64,
    p99: f64,
}

impl Load<'_> {
    pub fn start(&self) -> Result<Running> {
        let mut command = Command::new("wrk");
        command
            .args(["-t1", "--timeout", "30s"])
            .arg(format!("-c{}", self.connections))
            .arg(format!("-d{}s", self.seconds))
            .arg("-s")
            .arg(home().join("load.lua"))
            .arg(format!("http://127.0.0.1:{}{}", self.port, self.path))
            .arg("--")
            .arg(self.bodies)
            .args(self.token);
        let mut command = pinned(&command, LOAD_CORE);
        Ok(Running(command.stdout(Stdio::piped()).spawn()?))
    }

    pub fn run(&self) -> Result<Counted> {
        self.start()?.finish()
    }
}

impl Running {
    pub fn finish(self) -> Result<Counted> {
        let out = self.0.wait_with_output()?;
        let out = String::from_utf8_lossy(&out.stdout);
        let told = out.lines().find_map(|line| line.strip_prefix('@'));
        let told: Told = serde_json::from_str(told.context("wrk does not say what it counted")?)?;
        ensure!(told.failed == 0, "{} requests failed", told.failed);
        Ok(Counted {
            requests: told.requests,
            rate: told.requests * 1e6 / told.microseconds,
            median: told.median / 1e3,
            p99: told.p99 / 1e3,
        })
    }
}
