//! Whether claims get slower with what is stored.

use anyhow::{Context, Result};

use super::Row;
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    growth::{MOST_GROWTH, Measure, walk},
    server::Engine,
};

/// What the ratio is taken against.
const FEW: usize = 10_000;

pub const ROW: Row = Row {
    name: "growth",
    about: "claim p50 with many stored links against 10,000, on both databases (see --growth-links)",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let many = bench
        .options
        .scaled(bench.options.growth_links)
        .max(2 * 100);
    let few = bench.options.scaled(FEW).min(many / 2);
    let measures = [Measure::ClaimMedian, Measure::ClaimP99];
    let mut lines = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        bench.says(&format!(
            "growing {} from {few} to {many} links",
            engine.name()
        ));
        let points = walk(bench, engine, &[few, many], many / 10, &measures).await?;
        let point = points.last().context("no point")?;
        for (share, measure, target) in [
            (0.5, Measure::ClaimMedian, Target::RatioAtMost(MOST_GROWTH)),
            (0.99, Measure::ClaimP99, Target::Told),
        ] {
            let what = format!("{} with {many} links, {}", measure.title(), engine.name());
            let mut line = Line::new(what, Unit::Millis, target)
                .against(format!("with {few} links, by turns"))
                .note("3,000 claims a run at c16; spread over half a year and all workspaces");
            for (many, few) in point.against_fewest(share) {
                line.add(many, Some(few));
            }
            lines.push(line);
        }
    }
    Ok(lines)
}
