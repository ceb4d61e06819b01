//! One answer that is kept and given again, against a fixed body of the same size.

use std::fs;

use anyhow::Result;

use crate::bench::Bench;
use crate::client::Client;
use crate::figures::{Report, number};
use crate::load::Load;
use crate::peers;
use crate::questions::Question;
use crate::reads::{BOUND, COLUMNS, Rounds};

const CONNECTIONS: u32 = 32;

pub fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let server = peers::foedera(bench, &bench.data(), 64)?;
    let mut rows = Vec::new();
    for name in ["card", "deep"] {
        let question = Question::named(name);
        let bodies = bench.dir.join(format!("{name}-one.jsonl"));
        question.write(&bodies, bench.size, 1, None)?;
        let answer =
            Client::connect(server.port, None)?.post(fs::read_to_string(&bodies)?.trim())?;
        let limit = peers::limit(&[answer.len()])?;
        let path = format!("/{}", answer.len());
        let sides = [(&server, "/graphql"), (&limit, path.as_str())];
        let mut rounds = [Rounds::default(), Rounds::default()];
        for _ in 0..bench.rounds {
            for ((server, path), rounds) in sides.iter().zip(&mut rounds) {
                let load = Load {
                    port: server.port,
                    path,
                    bodies: &bodies,
                    token: None,
                    connections: CONNECTIONS,
                    seconds: bench.seconds,
                };
                rounds.add(server, &load)?;
            }
        }
        let share = rounds[0].rate.median() / rounds[1].rate.median();
        for (side, rounds) in ["Foedera, answer kept", "limit: a fixed body"]
            .iter()
            .zip(&rounds)
        {
            let mut row = vec![
                format!("{name}, {} bytes", number(answer.len() as f64)),
                (*side).to_owned(),
            ];
            row.extend(rounds.cells());
            rows.push(row);
        }
        let what = format!("{name}, hot, against the limit");
        report.aim(&what, true, 0.85, " of it", share);
        report.beside(rounds[1].cost.median() / rounds[0].cost.median());
    }
    let mut names = vec!["query", "server"];
    names.extend(COLUMNS);
    report.say(BOUND);
    report.table("Reads, the answer kept", &names, &rows);
    Ok(())
}
