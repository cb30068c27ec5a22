//! Peeks: what a recipient's page asks before anything is opened.

use std::sync::Arc;

use anyhow::Result;

use super::Row;
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    hello::Hello,
    load::{Plan, drive},
    requests::{Peeks, Same, get, post},
    seed::{LiveLinks, live},
    server::Engine,
};

pub const ROW: Row = Row {
    name: "peek",
    about: "peeks at live links on SQLite, against axum hello",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let options = &bench.options;
    let mut stage = bench.usual(Engine::Sqlite).await?;
    let (world, mut sink, sealer) = stage.open().await?;
    let wanted = LiveLinks {
        count: options.scaled(50_000),
        notify: false,
        expires_at: None,
    };
    let held = live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    let server = stage.serve().await?;
    let hello = Hello::start(None)?;
    let peeks = Arc::new(Peeks::new(&server.authority, Arc::new(held)));
    let lid = "A".repeat(22);
    let body = serde_json::json!({ "lid": lid, "auth": lid.repeat(2)[..43] });
    let plan = Plan::closed(hello.address, options.warm_up(), options.time());
    let hello_get = Arc::new(Same(get("localhost", "/hello", None)));
    let hello_post = Arc::new(Same(post("localhost", "/json", None, 0, &body)));

    let mut line =
        Line::new("peek", Unit::PerSecond, Target::RatioAtLeast(0.25)).against("axum hello");
    let mut strict = Line::new("peek, against JSON", Unit::PerSecond, Target::Told)
        .against("axum reading and answering the same JSON");
    let mut p99 = Line::new("peek: p99 at c16", Unit::Millis, Target::Told);
    for run in 0..options.runs {
        bench.says(&format!("peeks, run {}", run + 1));
        let plain = drive(plan.clone(), Arc::clone(&hello_get)).await?;
        let outcome = bench.load(&server, &peeks).await?;
        let json = drive(plan.clone(), Arc::clone(&hello_post)).await?;
        for (outcome, what) in [
            (&plain, "hello"),
            (&outcome, "peek"),
            (&json, "hello with JSON"),
        ] {
            outcome.all_good(what)?;
        }
        line.add(outcome.rate(), Some(plain.rate()));
        strict.add(outcome.rate(), Some(json.rate()));
        p99.add(outcome.first().ms(0.99), None);
    }
    server.stop()?;
    stage.remove().await?;
    Ok(vec![line, strict, p99])
}
