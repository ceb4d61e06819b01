//! What a process takes, by `/proc`; and how large a directory is.

use std::path::Path;

/// A figure of `/proc/PID/status` in KiB, such as `VmRSS` or `VmHWM`; 0 where the process is gone.
pub fn status(pid: u32, name: &str) -> u64 {
    kib(&format!("/proc/{pid}/status"), name)
}

/// A figure of a file of lines such as `Name:   123 kB`.
pub fn kib(path: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// The bytes of all files below a directory.
pub fn size(path: &Path) -> u64 {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(of) if of.is_dir() => size(&entry.path()),
            Ok(of) => of.len(),
            Err(_) => 0,
        })
        .sum()
}
