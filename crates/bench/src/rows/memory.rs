//! Memory at rest, and after many links were made and claimed.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};

use super::{Row, put::asked_for};
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    load::{Plan, drive},
    requests::{Claims, Same, get},
    server::{Engine, Server},
};

/// How many links are made and claimed.
const LINKS: usize = 1_000_000;
/// How many are asked for at a time: intents, too, take room.
const ROUND: usize = 250_000;

pub const ROW: Row = Row {
    name: "memory",
    about: "idle memory, and after 1,000,000 links were made and claimed, on SQLite",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let links = bench.options.scaled(LINKS);
    let mut idle = Line::new("idle memory", Unit::Bytes, Target::AtMost(40e6))
        .note("after a thousand requests for the guest page");
    let mut after = Line::new(
        format!("memory after {links} links made and claimed"),
        Unit::Bytes,
        Target::RatioAtMost(1.5),
    )
    .against("idle memory of the same process");
    for run in 0..bench.options.runs {
        bench.says(&format!("memory, run {}", run + 1));
        let mut stage = bench.usual(Engine::Sqlite).await?;
        let mut puts = Vec::new();
        let mut left = links;
        while left > 0 {
            let round = left.min(ROUND);
            puts.push(Arc::new(asked_for(&mut stage, round, 1024).await?));
            left -= round;
        }
        let server = stage.serve().await?;
        touch(&server).await?;
        let before = server.resident()?;
        let plan = Plan::closed(server.address, Duration::ZERO, Duration::from_secs(3600));
        for puts in &puts {
            let made = drive(plan.clone(), Arc::clone(puts)).await?;
            made.all_good("PUT")?;
            let held = puts.all_held();
            let claims = Arc::new(Claims::new(&server.authority, Arc::new(held)));
            let claimed = drive(plan.clone(), claims).await?;
            claimed.all_good("claim")?;
            ensure!(
                claimed.first().good.len() == made.first().good.len(),
                "not all were claimed"
            );
        }
        idle.add(before, None);
        after.add(server.resident()?, Some(before));
        server.stop()?;
        stage.remove().await?;
    }
    Ok(vec![idle, after])
}

/// Has the server do what any server has done after a minute.
pub async fn touch(server: &Server) -> Result<()> {
    let page = Same(get(&server.authority, "/s", None));
    let source = move |n: u64, into: &mut Vec<u8>| {
        (n < 1000)
            .then(|| crate::load::Source::request(&page, n, into))
            .flatten()
    };
    let plan = Plan::closed(server.address, Duration::ZERO, Duration::from_secs(60));
    drive(plan, Arc::new(source))
        .await?
        .all_good("the guest page")
}
