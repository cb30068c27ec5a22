//! `growth`: the curves as a table, and as a chart among the documents.

use std::{fmt::Write, fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{
    bench::Bench,
    chart,
    figures::{Spread, Unit},
    growth::{MOST_GROWTH, Measure, Point, walk},
    machine::Machine,
    server::Engine,
    table::grid,
};

/// Measures at rising sizes.
#[derive(Debug, Args)]
pub struct GrowthArgs {
    /// Numbers of stored links, rising.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000, 10_000_000])]
    links: Vec<usize>,
    /// How many items there are with the most links; fewer with fewer.
    #[arg(long, default_value_t = 1_000_000)]
    items: usize,
    /// On which database.
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// The folder that growth.md and growth.svg are written to.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs"))]
    into: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

impl Engines {
    fn all(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

/// Measures, prints the table and writes both files.
pub async fn run(bench: &Bench, args: &GrowthArgs, machine: &Machine) -> Result<()> {
    let mut points = Vec::new();
    for engine in args.engine.all() {
        let sizes: Vec<usize> = args
            .links
            .iter()
            .map(|links| bench.options.scaled(*links))
            .collect();
        let items = bench.options.scaled(args.items);
        points.extend(walk(bench, *engine, &sizes, items, &Measure::ALL).await?);
    }
    let table = grid(&cells(&points));
    println!("{table}");
    let growth = growth(&points).map_or(String::new(), |growth| format!("{growth}\n\n"));
    print!("{growth}");
    let text = document(&table, &growth, args, machine, bench.options.runs)?;
    for (name, text) in [("growth.md", text), ("growth.svg", chart::svg(&points))] {
        let path = args.into.join(name);
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(())
}

/// What opening a link takes with the most links against with the fewest, in words; nothing when there is only one size.
fn growth(points: &[Point]) -> Option<String> {
    let ratios = points.iter().filter_map(|point| {
        let ratio = point.growth()?;
        let few: Vec<f64> = point.against_fewest(0.5).map(|(_, few)| few).collect();
        Some(format!(
            "{:.2} times on {} ({:.2} to {:.2}; with the fewest {})",
            ratio.median,
            point.engine.name(),
            ratio.min,
            ratio.max,
            Unit::Millis.show(Spread::of(&few)?.median)
        ))
    });
    let ratios: Vec<String> = ratios.collect();
    (!ratios.is_empty()).then(|| {
        format!(
            "With the most links the median claim takes {} of what it takes with the fewest, measured by turns with an\n\
             installation of that size (the target is at most {MOST_GROWTH} times).",
            ratios.join(" and ")
        )
    })
}

fn document(
    table: &str,
    growth: &str,
    args: &GrowthArgs,
    machine: &Machine,
    runs: usize,
) -> Result<String> {
    let runs_told = match runs {
        1 => "One run.".to_owned(),
        _ => format!("Medians of {runs} runs; sweep and disk once a size."),
    };
    let list = |numbers: &[usize]| {
        let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        texts.join(",")
    };
    let mut text = String::from(
        "# As data grows\n\n\
         What stored links cost those who make, open and list things. One data set is grown step by\n\
         step: half a year of use over workspaces of very different sizes, what is over erased, what is\n\
         live wrapped and sealed. At each size the release server is measured over loopback.\n\n\
         ![The curves](growth.svg)\n\n",
    );
    text += table;
    write!(
        text,
        "\nClaims and creates: 3,000 a run over 16 connections, in a closed loop. List and search: the\n\
         first page of a member with 10,000 items, one request at a time. Sweep: expired links erased a\n\
         second. Start: until the first good answer. {runs_told}\n\n\
         {growth}\
         Made with `cargo xtask bench --runs {runs} growth --links {} --items {}` on {machine}.\n",
        list(&args.links),
        args.items
    )?;
    Ok(text)
}

fn cells(points: &[Point]) -> Vec<[String; 11]> {
    let mut head = vec![
        "database".to_owned(),
        "links".to_owned(),
        "items".to_owned(),
    ];
    head.extend(Measure::ALL.map(|measure| measure.title().to_owned()));
    let mut rows = vec![head];
    for point in points {
        let mut row = vec![
            point.engine.name().to_owned(),
            count(point.links),
            count(point.items),
        ];
        row.extend(Measure::ALL.map(|measure| {
            let figure = point.figures.get(&measure);
            figure.map_or("-".to_owned(), |spread| measure.unit().show(spread.median))
        }));
        rows.push(row);
    }
    rows.into_iter()
        .filter_map(|row| row.try_into().ok())
        .collect()
}

fn count(number: usize) -> String {
    Unit::Count.show(crate::load::as_f64(number as u64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_point_is_a_row() {
        let figures = BTreeMap::from([(Measure::Start, Spread::of(&[80.0]).unwrap())]);
        let point = Point {
            engine: Engine::Postgres,
            links: 10_000,
            items: 1000,
            figures,
            by_turns: Vec::new(),
        };
        let text = grid(&cells(&[point]));
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("PostgreSQL") && text.contains("10,000") && text.contains("80 ms"));
    }
}
