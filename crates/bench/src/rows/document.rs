//! The document of the guest page, against axum serving the same bytes.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::Row;
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    hello::Hello,
    load::{Connection, Plan, drive},
    requests::{Same, get},
    server::Engine,
};

pub const ROW: Row = Row {
    name: "document",
    about: "the guest page's document, against axum serving the same bytes",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let options = &bench.options;
    let installation = bench.empty(Engine::Sqlite).await?;
    let server = installation.serve().await?;
    let request = get(&server.authority, "/s", None);
    let mut connection = Connection::open(server.address).await?;
    let answer = connection.ask(&request).await?;
    ensure!(answer.status == 200, "no guest page ({})", answer.status);
    let head = connection.head().to_lowercase();
    let encoding = head
        .lines()
        .find_map(|line| line.strip_prefix("content-encoding:"))
        .context("the guest page isn't compressed: is the front end built?")?
        .trim();
    let document = installation.at("document");
    let body = connection.body();
    std::fs::write(&document, &body)?;
    let hello = Hello::start(Some((&document, encoding)))?;

    let page = Arc::new(Same(request));
    let same = Arc::new(Same(get("localhost", "/document", None)));
    let plan = Plan::closed(hello.address, options.warm_up(), options.time());
    let mut line = Line::new("guest document", Unit::PerSecond, Target::RatioAtLeast(0.4)).against(
        format!("axum serving the same {} bytes ({encoding})", body.len()),
    );
    for run in 0..options.runs {
        bench.says(&format!("the guest document, run {}", run + 1));
        let reference = drive(plan.clone(), Arc::clone(&same)).await?;
        let outcome = bench.load(&server, &page).await?;
        reference.all_good("hello")?;
        outcome.all_good("guest document")?;
        line.add(outcome.rate(), Some(reference.rate()));
    }
    server.stop()?;
    installation.remove().await?;
    Ok(vec![line])
}
