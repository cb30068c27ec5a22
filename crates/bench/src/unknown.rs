//! Identifiers that nobody has, from many addresses: nothing of them may stay in memory.

use std::{ops::Range, sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use clap::Args;

use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    load::Template,
    load::{Plan, Source, as_f64, drive},
    requests::{address, proof, text22, text43},
    rows::memory::touch,
    seed::Chance,
    server::Engine,
};

/// Asks for links that don't exist.
#[derive(Debug, Args)]
pub struct UnknownArgs {
    /// How many identifiers.
    #[arg(long, default_value_t = 1_000_000)]
    ids: u64,
    /// Over how many addresses; up to a million.
    #[arg(long, default_value_t = 1_000_000)]
    addresses: u64,
}

struct Unknown {
    templates: [Template; 2],
    /// The first identifier and the one after the last.
    ids: Range<u64>,
    addresses: u64,
}

impl Source for Unknown {
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize> {
        let n = self.ids.start + n;
        if n >= self.ids.end {
            return None;
        }
        let mut chance = Chance::new(11, n);
        let (lid, auth, binder): ([u8; 16], [u8; 32], [u8; 32]) =
            (chance.bytes(), chance.bytes(), chance.bytes());
        let from = address(n % self.addresses);
        let class = usize::from(n % 2 == 1);
        let (lid, auth, binder) = (text22(&lid), text43(&auth), text43(&binder));
        if class == 0 {
            self.templates[0].render(&[&from, &lid, &auth], into);
        } else {
            self.templates[1].render(&[&from, &binder, &lid, &auth], into);
        }
        Some(class)
    }
}

/// Runs it and gives its lines.
pub async fn run(bench: &Bench, args: &UnknownArgs) -> Result<Vec<Line>> {
    let ids = if bench.options.quick {
        args.ids / 100
    } else {
        args.ids
    };
    let mut memory = Line::new(
        format!("memory after {ids} unknown identifiers"),
        Unit::Bytes,
        Target::RatioAtMost(1.05),
    )
    .against("after the first twentieth, which fills the caches")
    .note(format!(
        "peeks and claims in turn, from {} addresses",
        args.addresses
    ));
    let mut warming = Line::new(
        "memory after the first twentieth",
        Unit::Bytes,
        Target::Told,
    )
    .against("after a thousand other requests");
    let mut rate = Line::new("answered", Unit::PerSecond, Target::Told);
    let mut odd = Line::new(
        "answered with anything but 404 or 429",
        Unit::Count,
        Target::AtMost(0.0),
    );
    for run in 0..bench.options.runs {
        bench.says(&format!("unknown identifiers, run {}", run + 1));
        let stage = bench.usual(Engine::Sqlite).await?;
        let server = stage.serve().await?;
        touch(&server).await?;
        let ask = async |ids: Range<u64>| {
            let unknown = Unknown {
                templates: [
                    proof(&server.authority, "/api/v1/guest/peek", false),
                    proof(&server.authority, "/api/v1/guest/claim", true),
                ],
                ids,
                addresses: args.addresses.clamp(1, 1_000_000),
            };
            let plan = Plan {
                classes: 2,
                ..Plan::closed(server.address, Duration::ZERO, Duration::from_secs(3600))
            };
            drive(plan, Arc::new(unknown)).await
        };
        let idle = server.resident()?;
        // The databases' caches hold a fixed number of pages; what is asked for first fills them.
        let first = ids / 20;
        ask(0..first).await?;
        let before = server.resident()?;
        warming.add(before, Some(idle));
        let outcome = ask(first..ids).await?;
        let ids = ids - first;
        let count = |wanted: &dyn Fn(u16) -> bool| -> u64 {
            let statuses = outcome.classes.iter().flat_map(|class| &class.statuses);
            statuses
                .filter(|(status, _)| wanted(**status))
                .map(|(_, count)| count)
                .sum()
        };
        let all = count(&|_| true);
        ensure!(all + outcome.broken == ids, "{all} of {ids} were answered");
        eprintln!(
            "  404: {}, 429: {}",
            count(&|status| status == 404),
            count(&|status| status == 429)
        );
        memory.add(server.resident()?, Some(before));
        rate.add(as_f64(all) / outcome.elapsed.as_secs_f64(), None);
        odd.add(
            as_f64(count(&|status| !matches!(status, 404 | 429)) + outcome.broken),
            None,
        );
        server.stop()?;
        stage.remove().await?;
    }
    Ok(vec![memory, warming, rate, odd])
}
