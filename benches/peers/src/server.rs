//! A server under measurement: started on a core of its own, asked what it takes, stopped.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::database::Database;
use crate::process::{kib, status};

/// The core that servers run on. Load runs on the other.
pub const SERVER_CORE: &str = "0";
pub const LOAD_CORE: &str = "1";
/// Of what is measured with nothing beside it.
pub const BOTH_CORES: &str = "0,1";

/// The longest that a server may take to be ready.
/// Those that read the record line by line need some time for a million.
const PATIENCE: Duration = Duration::from_mins(30);

pub struct Server {
    child: Child,
    pub port: u16,
    /// How long it took to be ready, in seconds.
    pub start: f64,
    /// MiB that it took when it was ready.
    pub ready: f64,
    /// The database behind it.
    database: Option<Database>,
}

impl Server {
    /// Starts a command on the servers' core and waits until it answers.
    pub fn start(command: &Command, port: u16) -> Result<Self> {
        Self::start_on(SERVER_CORE, command, port)
    }

    /// Starts a command on some cores and waits until it answers.
    pub fn start_on(cores: &str, command: &Command, port: u16) -> Result<Self> {
        let began = Instant::now();
        let mut child = pinned(command, cores)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        while !answers(port) {
            if let Some(status) = child.try_wait()? {
                bail!("{command:?} ended before it was ready: {status}");
            }
            if began.elapsed() > PATIENCE {
                let _ = child.kill();
                bail!("{command:?} is not ready after {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut server = Self {
            child,
            port,
            start: began.elapsed().as_secs_f64(),
            ready: 0.0,
            database: None,
        };
        server.ready = server.memory();
        Ok(server)
    }

    /// Keeps the database that it reads.
    pub fn over(mut self, database: Database) -> Self {
        self.database = Some(database);
        self
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// MiB that it takes now.
    pub fn memory(&self) -> f64 {
        self.mib("VmRSS")
    }

    /// The most MiB that it took. Of a database: what it takes now, which is what it touched.
    pub fn peak(&self) -> f64 {
        self.mib("VmHWM")
    }

    fn mib(&self, name: &str) -> f64 {
        // What processes share is counted once.
        let pss = |pid: &u32| kib(&format!("/proc/{pid}/smaps_rollup"), "Pss:");
        let behind: u64 = self.behind().iter().map(pss).sum();
        (status(self.id(), name) + behind) as f64 / 1024.0
    }

    /// Seconds of processor time that it has used.
    pub fn worked(&self) -> f64 {
        let pids = self.behind().into_iter().chain([self.id()]);
        pids.map(ticks).sum::<u64>() as f64 / 100.0
    }

    fn behind(&self) -> Vec<u32> {
        let database = self.database.as_ref();
        database.map(Database::processes).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Foedera finishes what it has begun; the others end at once.
        let id = self.id().to_string();
        let _ = Command::new("kill").arg(id).status();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether somebody answers there. Foedera listens before it has read its record, and lets others wait.
fn answers(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
        stream.read_exact(&mut [0])
    };
    ask().is_ok()
}

/// Ticks of processor time of a process: hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    times.flat_map(str::parse::<u64>).sum()
}

/// The same command on some cores.
pub fn pinned(command: &Command, cores: &str) -> Command {
    let mut whole = Command::new("taskset");
    whole.args(["-c", cores]);
    whole.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            whole.env(name, value);
        }
    }
    whole
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
