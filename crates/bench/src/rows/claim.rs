//! Claims: the statement that decides, the view, the event, all synced before the answer.

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::Row;
use crate::{
    bare::{self, Write},
    bench::{Bench, Stage},
    figures::{Line, Target, Unit},
    load::Outcome,
    opening,
    pgbench::Pgbench,
    requests::Claims,
    seed::{LiveLinks, live},
    server::Engine,
};

/// More than a server on this kind of machine claims in a second.
const MOST: f64 = 30_000.0;

pub const SQLITE: Row = Row {
    name: "claim",
    about: "claims on SQLite, against bare grouped claims",
    run: |bench| Box::pin(sqlite(bench)),
};
pub const POSTGRES: Row = Row {
    name: "claim-postgres",
    about: "claims on PostgreSQL, against pgbench running the same statements",
    run: |bench| Box::pin(postgres(bench)),
};
pub const NOTIFYING: Row = Row {
    name: "claim-notify",
    about: "claims on SQLite whose owner is mailed",
    run: |bench| Box::pin(notifying(bench)),
};

async fn sqlite(bench: &Bench) -> Result<Vec<Line>> {
    let (stage, claims, stored) = prepare(bench, Engine::Sqlite, false).await?;
    let mut lines = Lines::new("claim, SQLite", Target::RatioAtLeast(0.25));
    lines.rate = lines
        .rate
        .against("bare grouped SQLite claims, one thread, 64 a commit")
        .note("Cryptgeon with AOF always: 2,300/s recorded 2026-11-22, not same run");
    let server = stage.serve().await?;
    opening::prove(&stage, &server).await?;
    for run in 0..bench.options.runs {
        bench.says(&format!("claims on SQLite, run {}", run + 1));
        let reference = bare::measure(Write::Claims, stored, bench.options.time())?;
        let outcome = bench.load(&server, &claims).await?;
        lines.add(&outcome, &claims, Some(reference))?;
    }
    server.stop()?;
    stage.remove().await?;
    Ok(lines.done())
}

async fn postgres(bench: &Bench) -> Result<Vec<Line>> {
    let (stage, claims, stored) = prepare(bench, Engine::Postgres, false).await?;
    let pgbench = Pgbench::prepare(bench, stored).await?;
    let mut lines = Lines::new("claim, PostgreSQL", Target::RatioAtLeast(0.6));
    lines.rate = lines
        .rate
        .against("pgbench -M prepared -c16 -j1 with the statements of the transaction");
    let server = stage.serve().await?;
    opening::prove(&stage, &server).await?;
    for run in 0..bench.options.runs {
        bench.says(&format!("claims on PostgreSQL, run {}", run + 1));
        let reference = pgbench.measure(run)?;
        let outcome = bench.load(&server, &claims).await?;
        lines.add(&outcome, &claims, Some(reference))?;
    }
    server.stop()?;
    stage.remove().await?;
    pgbench.remove().await?;
    Ok(lines.done())
}

async fn notifying(bench: &Bench) -> Result<Vec<Line>> {
    let (stage, claims, _) = prepare(bench, Engine::Sqlite, true).await?;
    let mut lines = Lines::new("claim with a mail to the owner, SQLite", Target::Told);
    let server = stage.serve().await?;
    for run in 0..bench.options.runs {
        bench.says(&format!("claims with mails, run {}", run + 1));
        let outcome = bench.load(&server, &claims).await?;
        lines.add(&outcome, &claims, None)?;
    }
    server.stop()?;
    stage.remove().await?;
    Ok(lines.done())
}

/// A stage with links for all runs; how many links it holds.
async fn prepare(
    bench: &Bench,
    engine: Engine,
    notify: bool,
) -> Result<(Stage, Arc<Claims>, usize)> {
    let mut stage = bench.usual(engine).await?;
    let count = bench.options.enough(MOST);
    bench.says(&format!("making {count} links on {}", engine.name()));
    let (world, mut sink, sealer) = stage.open().await?;
    let wanted = LiveLinks {
        count,
        notify,
        expires_at: None,
    };
    let held = live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    let claims = Claims::new(&stage.installation.authority(), Arc::new(held));
    let stored = stage.history.links + count;
    Ok((stage, Arc::new(claims), stored))
}

/// The line of the rate, and those of latencies.
struct Lines {
    rate: Line,
    median: Line,
    p99: Line,
}

impl Lines {
    fn new(what: &str, target: Target) -> Self {
        let told = |part: &str| Line::new(format!("{what}: {part}"), Unit::Millis, Target::Told);
        Self {
            rate: Line::new(what, Unit::PerSecond, target),
            median: told("p50 at c16"),
            p99: told("p99 at c16"),
        }
    }

    fn add(&mut self, outcome: &Outcome, claims: &Claims, reference: Option<f64>) -> Result<()> {
        outcome.all_good(&self.rate.what)?;
        ensure!(claims.left() > 0, "there were too few links to claim");
        self.rate.add(outcome.rate(), reference);
        self.median.add(outcome.first().ms(0.5), None);
        self.p99.add(outcome.first().ms(0.99), None);
        Ok(())
    }

    fn done(self) -> Vec<Line> {
        vec![self.rate, self.median, self.p99]
    }
}
