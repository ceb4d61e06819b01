//! `foedera diff`.

use std::io::{BufWriter, Write as _};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::config::DataArgs;
use crate::ledger::Ledger;
use crate::model::{DifferenceKind, PartialDate, Timestamp, Vocabulary as _};
use crate::read::actor;
use crate::read::diff::{self, Difference};
use crate::read::moment::{self, Moment};
use crate::transfer::report::{self, Format};

use super::when::When;

#[derive(Args, Debug)]
#[group(id = "moments", required = true, multiple = true,
    args = ["from", "to", "from_revision", "to_revision", "known_from", "known_to"])]
pub(super) struct DiffArgs {
    /// The earlier day in the world; a month or a year asks for what held at some time in it
    /// [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<PartialDate>,
    /// The later day in the world [default: today]
    #[arg(long, value_name = "DATE")]
    to: Option<PartialDate>,
    /// The earlier revision of the record [default: the newest]
    #[arg(long, value_name = "N")]
    from_revision: Option<u32>,
    /// The later revision of the record [default: the newest]
    #[arg(long, value_name = "N")]
    to_revision: Option<u32>,
    /// In place of a revision: as the record was known at this instant, such as
    /// 2026-03-01T12:00:00Z; of a day, month or year in UTC, at its beginning
    #[arg(long, value_name = "TIME", conflicts_with = "from_revision")]
    known_from: Option<When>,
    /// The same for the later state; of a day, month or year, at its end
    #[arg(long, value_name = "TIME", conflicts_with = "to_revision")]
    known_to: Option<When>,
    /// Only relationships of this actor
    #[arg(long, value_name = "SLUG|ID")]
    actor: Option<String>,
    /// Only where this happened: STARTED, ENDED, CHANGED in the world, DISCOVERED, CORRECTED,
    /// RETRACTED, REINTERPRETED in our record; may be repeated
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<DifferenceKind>,
    /// A JSON object a line, in the order in which the relationships entered the record
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: DataArgs,
}

fn kind(text: &str) -> Result<DifferenceKind, String> {
    DifferenceKind::from_code(&text.to_uppercase()).ok_or_else(|| {
        let codes: Vec<_> = DifferenceKind::ALL.iter().map(|kind| kind.code()).collect();
        format!("it is one of {}", codes.join(", "))
    })
}

pub(super) fn run(args: &DiffArgs) -> Result<()> {
    let data = super::existing(&args.place)?;
    let ledger = super::open_to_read(&data)?;
    let printed = print(args, &ledger);
    ledger.close();
    printed
}

fn print(args: &DiffArgs, ledger: &Ledger) -> Result<()> {
    let (newest, now) = (ledger.snapshot(), ledger.now());
    // A day that is not over yet ends now.
    let end = |when: When| {
        if when.first <= now {
            when.last.min(now)
        } else {
            when.first
        }
    };
    let moment = |valid_on, revision, known_at: Option<Timestamp>| {
        let asked = Moment {
            valid_on,
            known_at,
            revision,
            through: None,
        };
        moment::at(&newest, now, &asked)
    };
    let from = moment(
        args.from,
        args.from_revision,
        args.known_from.map(|when| when.first),
    )?;
    let to = moment(args.to, args.to_revision, args.known_to.map(end))?;
    let actor = args.actor.as_deref().map(|name| {
        actor::named(&to, name)?.with_context(|| format!("there is no actor {name:?}"))
    });
    let mut found = Vec::new();
    diff::relationships(&from, &to, actor.transpose()?, |id, kinds| {
        if args.kind.is_empty() || kinds.iter().any(|kind| args.kind.contains(kind)) {
            found.push(Difference::of(&from, &to, id.into(), kinds));
        }
    })?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    report::diff((&from, &to), &found, Format::of(args.json), &mut out)?;
    Ok(out.flush()?)
}
