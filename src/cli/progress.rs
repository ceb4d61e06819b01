//! How far a long work is: a bar on a terminal, a line every few seconds elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Tells how far a work is, on the standard error stream.
pub(super) struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
    told: Instant,
}

const BETWEEN_LINES: Duration = Duration::from_secs(2);

impl Progress {
    /// Begins. `what` is what is counted: "records", "revisions".
    pub(super) fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style =
                ProgressStyle::with_template("{spinner} {human_pos} {msg} in {elapsed}, {per_sec}");
            let bar = ProgressBar::new_spinner().with_message(what);
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        let now = Instant::now();
        Self {
            what,
            bar,
            began: now,
            told: now,
        }
    }

    /// So many are done.
    pub(super) fn at(&mut self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(count);
        } else if self.told.elapsed() >= BETWEEN_LINES {
            self.told = Instant::now();
            eprintln!("{count} {}, {:.0} a second", self.what, self.rate(count));
        }
    }

    /// So many are done of what is counted now.
    pub(super) fn of(&mut self, what: &'static str, count: u64) {
        if what != self.what {
            self.what = what;
            if let Some(bar) = &self.bar {
                bar.set_message(what);
            }
        }
        self.at(count);
    }

    /// All are done. Returns how long it took in seconds.
    pub(super) fn finish(self) -> f64 {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.began.elapsed().as_secs_f64()
    }

    fn rate(&self, count: u64) -> f64 {
        count as f64 / self.began.elapsed().as_secs_f64().max(1e-9)
    }
}
