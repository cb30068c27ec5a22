//! What a link of 4 KiB takes on disk, with its event and everything else that making it leaves.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};

use super::{Row, put::asked_for};
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    load::{Plan, drive},
    server::Engine,
};

/// The plaintext's padded size.
const SIZE: usize = 4096;

pub const ROW: Row = Row {
    name: "disk",
    about: "disk for a link of 4 KiB, on both databases",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    Ok(vec![
        measure(bench, Engine::Sqlite, Target::AtMost(6.0 * 1024.0)).await?,
        measure(bench, Engine::Postgres, Target::Told).await?,
    ])
}

async fn measure(bench: &Bench, engine: Engine, target: Target) -> Result<Line> {
    let mut line = Line::new(
        format!("disk per 4 KiB link, {}", engine.name()),
        Unit::Bytes,
        target,
    )
    .note("the database's growth by PUTs; intents were there before");
    let count = bench.options.scaled(20_000);
    for run in 0..bench.options.runs {
        bench.says(&format!("disk on {}, run {}", engine.name(), run + 1));
        let mut stage = bench.usual(engine).await?;
        let puts = Arc::new(asked_for(&mut stage, count, SIZE).await?);
        // A start of its own settles what starting leaves.
        stage.serve().await?.stop()?;
        let before = stage.installation.size().await?;
        let server = stage.serve().await?;
        let plan = Plan::closed(server.address, Duration::ZERO, Duration::from_secs(600));
        let outcome = drive(plan, Arc::clone(&puts)).await?;
        outcome.all_good("PUT of 4 KiB")?;
        server.stop()?;
        let grown = stage.installation.size().await? - before;
        let made = outcome.first().good.len();
        ensure!(made == count as u64, "{made} links were made");
        line.add(grown / crate::load::as_f64(made), None);
        stage.remove().await?;
    }
    Ok(line)
}
