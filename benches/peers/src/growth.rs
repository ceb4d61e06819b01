//! What a record of this size costs: to read in, to start on, to hold.

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::bench::{Bench, Scale};
use crate::figures::{Report, number};
use crate::peers;
use crate::process::{size, status};
use crate::server::{BOTH_CORES, pinned};
use crate::world::{self, Size};

/// What the import of a record took.
pub struct Import {
    seconds: f64,
    peak_mib: f64,
}

/// Reads the record into Foedera's directory of this run.
pub fn import(bench: &Bench) -> Result<Import> {
    read_in(&bench.foedera, bench.size, &bench.data())
}

/// Makes a record in a directory.
pub fn read_in(foedera: &Path, of: Size, data: &Path) -> Result<Import> {
    let began = Instant::now();
    let mut command = Command::new(foedera);
    command.args(["import", "fixture", "-", "--data"]).arg(data);
    let mut import = pinned(&command, BOTH_CORES)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let pipe = import.stdin.take().context("its input is ours")?;
    let mut pipe = BufWriter::with_capacity(1 << 20, pipe);
    world::write_fixture(&mut pipe, of)?;
    pipe.flush()?;
    drop(pipe);
    let mut peak = 0;
    let done = loop {
        peak = peak.max(status(import.id(), "VmHWM"));
        if let Some(done) = import.try_wait()? {
            break done;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    ensure!(done.success(), "the import failed: {done}");
    Ok(Import {
        seconds: began.elapsed().as_secs_f64(),
        peak_mib: peak as f64 / 1024.0,
    })
}

pub fn measure(bench: &Bench, import: &Import, report: &mut Report) -> Result<()> {
    let disk = size(&bench.data()) as f64;
    let start = peers::start_on_both(bench, &bench.data())?;
    let server = peers::foedera(bench, &bench.data(), 64)?;
    let indexed = server.memory();
    let each = bench.size.relationships as f64;
    let rate = bench.size.records() as f64 / import.seconds;
    let per = |bytes: f64| format!("{} bytes a relationship", number(bytes / each));
    let mib = |mib: f64| format!("{} MiB, {}", number(mib), per(mib * 1_048_576.0));
    let rows = [
        (
            "import, with the generator on the same two cores",
            format!("{} s, {} records/s", number(import.seconds), number(rate)),
        ),
        (
            "peak memory of the import",
            format!("{} MiB", number(import.peak_mib)),
        ),
        (
            "disk",
            format!("{} MiB, {}", number(disk / 1_048_576.0), per(disk)),
        ),
        (
            "start to ready, on both cores; on one",
            format!("{} s; {} s", number(start), number(server.start)),
        ),
        ("memory when ready", mib(server.ready)),
        (
            "memory once there is an index of searches, its files included",
            mib(indexed),
        ),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(what, value)| vec![what.to_owned(), value])
        .collect();
    report.table("Size", &["figure", "value"], &rows);
    if bench.scale == Scale::L {
        report.aim("import", true, 50_000.0, " records/s", rate);
        report.aim("start", false, 10.0, " s", start);
        report.aim("memory when ready", false, 3_072.0, " MiB", server.ready);
    }
    Ok(())
}
