//! The whole guest page in a real browser, against the least a page with a button can be.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use guestpass_link_crypto::LinkSecret;
use serde::Deserialize;

use super::Row;
use crate::{
    bench::Bench,
    child,
    figures::{Line, Spread, Target, Unit},
    hello::Hello,
    seed::{LiveLinks, link_secret, live},
    server::Engine,
};

/// How often a run loads each page; one address may peek 60 times a minute.
const LOADS: usize = 11;

pub const ROW: Row = Row {
    name: "page",
    about: "the guest page in Chromium, against a bare page with one button",
    run: |bench| Box::pin(run(bench)),
};

#[derive(Deserialize)]
struct Load {
    paint: Option<f64>,
    usable: f64,
    button: String,
    requests: f64,
    bytes: f64,
}

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let chromium = chromium().context("Chromium is missing")?;
    let node = child::find("node").context("Node.js is missing")?;
    let mut stage = bench.usual(Engine::Sqlite).await?;
    let (world, mut sink, sealer) = stage.open().await?;
    let secret = LinkSecret::from_bytes(link_secret(world.seed, world.known_links));
    let wanted = LiveLinks {
        count: 1,
        notify: false,
        expires_at: None,
    };
    live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    let server = stage.serve().await?;
    let hello = Hello::start(None)?;
    let real = format!(
        "real=http://{}/s#{}",
        server.authority,
        *secret.to_fragment()
    );
    let bare = format!("bare=http://localhost:{}/page", hello.address.port());

    let mut lines = Lines::new();
    let loads = if bench.options.quick { 2 } else { LOADS };
    for run in 0..bench.options.runs {
        bench.says(&format!("the guest page in Chromium, run {}", run + 1));
        let mut command = Command::new(&node);
        command
            .arg(script())
            .arg(&chromium)
            .arg(loads.to_string())
            .args([&real, &bare]);
        let printed = child::read(&mut command)?;
        let taken: HashMap<String, Vec<Load>> = serde_json::from_str(printed.trim())?;
        let of = |name: &str| taken.get(name).context("a page is missing");
        lines.add(of("real")?, of("bare")?)?;
    }
    server.stop()?;
    stage.remove().await?;
    Ok(lines.done())
}

/// One figure of a load.
type Part = fn(&Load) -> f64;

struct Lines {
    usable: Line,
    paint: Line,
    requests: Line,
    bytes: Line,
}

impl Lines {
    fn new() -> Self {
        let against = "a static page with one button";
        Self {
            usable: Line::new("guest page: button usable", Unit::Millis, Target::Told)
                .against(against)
                .note(
                    "target <= 40 % of the best peer in the same run: no peer can be run here, so it \
                     is not judged; the best peer was at 327 ms (Cryptgeon) as recorded 2026-11-22, not \
                     same run",
                ),
            paint: Line::new("guest page: first paint", Unit::Millis, Target::Told).against(against),
            requests: Line::new("guest page: requests", Unit::Count, Target::AtMost(4.0)).against(against),
            bytes: Line::new("guest page: on the wire", Unit::Bytes, Target::AtMost(20.0 * 1024.0))
                .against(against)
                .note("with heads, as Chromium counts"),
        }
    }

    fn add(&mut self, real: &[Load], bare: &[Load]) -> Result<()> {
        ensure!(
            real.iter()
                .all(|load| load.button.contains("View shared item")),
            "the guest page doesn't offer to view an item"
        );
        let parts: [(&mut Line, Part); 4] = [
            (&mut self.usable, |load| load.usable),
            (&mut self.paint, |load| load.paint.unwrap_or(f64::NAN)),
            (&mut self.requests, |load| load.requests),
            (&mut self.bytes, |load| load.bytes),
        ];
        for (line, part) in parts {
            let median = |loads: &[Load]| {
                let figures: Vec<f64> = loads.iter().map(part).filter(|f| f.is_finite()).collect();
                Spread::of(&figures).map(|spread| spread.median)
            };
            line.add(median(real).context("no loads")?, median(bare));
        }
        Ok(())
    }

    fn done(self) -> Vec<Line> {
        vec![self.usable, self.paint, self.requests, self.bytes]
    }
}

/// It needs the browser tests' packages, and lives beside them.
fn script() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.join("../../e2e/bench/page-load.mjs")
}

fn chromium() -> Option<PathBuf> {
    std::env::var_os("GUESTPASS_TEST_CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| {
            let names = ["chromium", "chromium-browser", "google-chrome"];
            names.into_iter().find_map(child::find)
        })
}
