//! From starting the program to its first good answer.

use anyhow::Result;

use super::{Row, list::millis};
use crate::{
    bench::{Bench, Contents, Stage},
    figures::{Line, Target, Unit},
    server::Engine,
};

pub const ROW: Row = Row {
    name: "start",
    about: "start to the first good answer with 1,000,000 links, on SQLite",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let options = &bench.options;
    let links = options.scaled(1_000_000);
    let contents = Contents {
        members: options.scaled(2000),
        items: options.scaled(20_000),
        links: 0,
    };
    let few = bench
        .stage(
            Engine::Sqlite,
            Contents {
                links: 100,
                ..contents
            },
        )
        .await?;
    bench.says(&format!("making {links} links"));
    let many = bench
        .stage(Engine::Sqlite, Contents { links, ..contents })
        .await?;
    let mut line = Line::new(
        format!("start with {links} links"),
        Unit::Millis,
        Target::AtMost(150.0),
    )
    .against("start with 100 links")
    .note("until /healthz answers 200, asked every millisecond");
    for run in 0..options.runs {
        bench.says(&format!("starting, run {}", run + 1));
        let reference = once(&few).await?;
        line.add(once(&many).await?, Some(reference));
    }
    few.remove().await?;
    many.remove().await?;
    Ok(vec![line])
}

/// Starts the server and stops it again; how long starting took.
pub async fn once(stage: &Stage) -> Result<f64> {
    let server = stage.serve().await?;
    let took = millis(server.started_in);
    server.stop()?;
    Ok(took)
}
