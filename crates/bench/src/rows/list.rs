//! The list of a member's items: all of them are unsealed, sorted, and the first page is given.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::Row;
use crate::{
    bench::{Bench, Stage},
    figures::{Line, Spread, Target, Unit},
    load::{Connection, json},
    requests::get,
    server::{Engine, Server},
};

/// How many items the member has.
pub const ITEMS: usize = 10_000;
/// How many the reference has: what is left is the cost of a request and of one page.
const FEW: usize = 200;
/// How often a run asks.
const ASKED: usize = 15;

pub const ROW: Row = Row {
    name: "list",
    about: "the first page of 10,000 items, on SQLite",
    run: |bench| Box::pin(run(bench)),
};

/// A member with many items.
pub struct Collector {
    pub token: [u8; 32],
    pub items: usize,
}

/// Adds a workspace whose one member has this many items.
pub async fn collector(stage: &mut Stage, items: usize) -> Result<Collector> {
    let (world, mut sink, sealer) = stage.open().await?;
    let member = world.settle(&mut sink, &[1], true).await?.start;
    for _ in 0..items {
        world.give(&mut sink, sealer, member).await?;
    }
    sink.finish().await?;
    Ok(Collector {
        token: world.token(member),
        items,
    })
}

/// The median time in milliseconds of asking for the first page, one request at a time; words narrow
/// it down.
pub async fn ask(server: &Server, who: &Collector, words: &str) -> Result<f64> {
    let path = format!("/api/v1/items?limit=200&q={words}");
    let request = get(&server.authority, &path, Some(&who.token));
    let mut connection = Connection::open(server.address).await?;
    let mut times = Vec::with_capacity(ASKED);
    for n in 0..=ASKED {
        let start = Instant::now();
        let answer = connection.ask(&request).await?;
        let took = start.elapsed();
        let body = connection.body();
        ensure!(answer.status == 200, "the list answers {}", answer.status);
        // The first one warms up.
        if n > 0 {
            times.push(millis(took));
        } else {
            let all = json(&body)?["all"].as_u64();
            ensure!(
                all == Some(who.items as u64),
                "the list holds {all:?} items"
            );
        }
    }
    Ok(Spread::of(&times).map_or(0.0, |spread| spread.median))
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let mut stage = bench.usual(Engine::Sqlite).await?;
    let items = if bench.options.quick { 1000 } else { ITEMS };
    let many = collector(&mut stage, items).await?;
    let few = collector(&mut stage, FEW).await?;
    let server = stage.serve().await?;
    let what = format!("list of {items} items");
    let mut line = Line::new(&what, Unit::Millis, Target::AtMost(100.0))
        .against(format!("the same of {FEW} items"))
        .note("time of the answer on loopback, one at a time");
    let mut search = Line::new(format!("{what}, searched"), Unit::Millis, Target::Told);
    for run in 0..bench.options.runs {
        bench.says(&format!("the list, run {}", run + 1));
        let reference = ask(&server, &few, "").await?;
        line.add(ask(&server, &many, "").await?, Some(reference));
        search.add(ask(&server, &many, "billing+portal").await?, None);
    }
    server.stop()?;
    stage.remove().await?;
    Ok(vec![line, search])
}
