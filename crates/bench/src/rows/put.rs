//! Making links: the `PUT` of what a browser sealed, which spends a confirmed intent.

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::Row;
use crate::{
    bare::{self, Write},
    bench::{Bench, Stage},
    figures::{Line, Target, Unit},
    requests::Puts,
    seed::intents,
    server::Engine,
};

/// More than a server on this kind of machine makes in a second.
const MOST: f64 = 20_000.0;
/// How many links a member makes here; they may make 30 an hour.
pub const EACH: usize = 25;
/// The plaintext's padded size.
const SIZE: usize = 1024;

pub const SQLITE: Row = Row {
    name: "put",
    about: "PUT of sealed links on SQLite, against bare grouped inserts",
    run: |bench| Box::pin(run(bench, Engine::Sqlite)),
};
pub const POSTGRES: Row = Row {
    name: "put-postgres",
    about: "PUT of sealed links on PostgreSQL",
    run: |bench| Box::pin(run(bench, Engine::Postgres)),
};

async fn run(bench: &Bench, engine: Engine) -> Result<Vec<Line>> {
    let options = &bench.options;
    let mut stage = bench.usual(engine).await?;
    let count = options.enough(MOST);
    bench.says(&format!("asking for {count} links on {}", engine.name()));
    let puts = Arc::new(asked_for(&mut stage, count, SIZE).await?);
    let what = format!("PUT of a sealed link, {}", engine.name());
    let mut line = match engine {
        Engine::Sqlite => Line::new(&what, Unit::PerSecond, Target::RatioAtLeast(0.3))
            .against("bare grouped SQLite inserts of 1 KiB, one thread, 64 a commit"),
        Engine::Postgres => Line::new(&what, Unit::PerSecond, Target::Told),
    };
    let mut p99 = Line::new(format!("{what}: p99 at c16"), Unit::Millis, Target::Told);
    let server = stage.serve().await?;
    for run in 0..options.runs {
        bench.says(&format!("PUT on {}, run {}", engine.name(), run + 1));
        let reference = match engine {
            Engine::Sqlite => {
                let rows = stage.history.links + puts.used();
                Some(bare::measure(Write::Inserts, rows, options.time())?)
            }
            Engine::Postgres => None,
        };
        let outcome = bench.load(&server, &puts).await?;
        outcome.all_good(&what)?;
        ensure!(puts.used() < count, "there were too few intents to spend");
        line.add(outcome.rate(), reference);
        p99.add(outcome.first().ms(0.99), None);
    }
    server.stop()?;
    stage.remove().await?;
    Ok(vec![line, p99])
}

/// Confirmed intents of as many members as that takes.
pub async fn asked_for(stage: &mut Stage, count: usize, size: usize) -> Result<Puts> {
    let mut items = stage.makers(count.div_ceil(EACH)).await?;
    let (world, mut sink, _) = stage.open().await?;
    // People of all workspaces ask, and make their links as soon as they are asked for.
    world.chance.shuffle(&mut items);
    let asked = intents(world, &mut sink, &items, count, true).await?;
    sink.finish().await?;
    let authority = stage.installation.authority();
    Ok(Puts::new(&authority, stage.world(), asked, size))
}
