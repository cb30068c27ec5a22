//! How figures change as data grows: one data set is grown step by step and measured at each.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    bench::{Bench, Contents, Stage},
    figures::{Spread, Unit},
    load::{Outcome, Plan, Source, drive},
    requests::Claims,
    rows::{list, put, start},
    seed::{LiveLinks, grow, live},
    server::{Engine, Server},
    sweeping::{Peephole, expire},
};

/// How many claims or links one measurement takes. It adds to what is stored, so it stays small.
const TAKEN: usize = 3000;
/// How many go before, so that caches and plans are as they are in use.
const WARMING: usize = 1000;
/// How many expired links the sweeper is given.
const EXPIRED: usize = 20_000;
/// How many items its largest owner has.
const COLLECTED: usize = list::ITEMS;

/// How much longer the median claim may take with many stored links than with few.
pub const MOST_GROWTH: f64 = 1.3;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    ClaimMedian,
    ClaimP99,
    CreateMedian,
    List,
    Search,
    Sweep,
    Start,
    Disk,
}

impl Measure {
    pub const ALL: [Self; 8] = [
        Self::ClaimMedian,
        Self::ClaimP99,
        Self::CreateMedian,
        Self::List,
        Self::Search,
        Self::Sweep,
        Self::Start,
        Self::Disk,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::ClaimMedian => "Claim, p50",
            Self::ClaimP99 => "Claim, p99",
            Self::CreateMedian => "Create, p50",
            Self::List => "List of 10,000 items",
            Self::Search => "Search in 10,000 items",
            Self::Sweep => "Sweep",
            Self::Start => "Start",
            Self::Disk => "Disk",
        }
    }

    pub fn unit(self) -> Unit {
        match self {
            Self::Sweep => Unit::PerSecond,
            Self::Disk => Unit::Bytes,
            _ => Unit::Millis,
        }
    }
}

/// What was measured at one size.
#[derive(Clone, Debug)]
pub struct Point {
    pub engine: Engine,
    pub links: usize,
    pub items: usize,
    pub figures: BTreeMap<Measure, Spread>,
    /// At the largest size: its claims, each run of them with one on an installation of the smallest size. What
    /// was measured an hour ago was measured on another machine, as far as timings go.
    pub by_turns: Vec<(Outcome, Outcome)>,
}

impl Point {
    /// Times in milliseconds that this share of claims stayed within, each with that of the smallest size.
    pub fn against_fewest(&self, share: f64) -> impl Iterator<Item = (f64, f64)> {
        let turns = self.by_turns.iter();
        turns.map(move |(many, few)| (many.first().ms(share), few.first().ms(share)))
    }

    /// How many times longer the median claim takes than with the fewest links. Nothing but at the largest size.
    pub fn growth(&self) -> Option<Spread> {
        let ratios: Vec<f64> = self
            .against_fewest(0.5)
            .map(|(many, few)| many / few)
            .collect();
        Spread::of(&ratios)
    }

    /// What was found, on one line.
    fn line(&self) -> String {
        let figures = self.figures.iter().map(|(measure, spread)| {
            let shown = measure.unit().show(spread.median);
            format!("{} {shown}", measure.title())
        });
        let figures: Vec<String> = figures.collect();
        format!(
            "{}, {} links: {}",
            self.engine.name(),
            self.links,
            figures.join(" · ")
        )
    }
}

/// Grows one installation through the sizes, which rise, and measures at each.
pub async fn walk(
    bench: &Bench,
    engine: Engine,
    sizes: &[usize],
    items: usize,
    measures: &[Measure],
) -> Result<Vec<Point>> {
    ensure!(sizes.is_sorted() && !sizes.is_empty(), "sizes must rise");
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    // Items grow with the links.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rough number"
    )]
    let items_of = |links: usize| ((items as f64 * (links as f64 / last as f64)) as usize).max(100);
    let mut points = Vec::new();
    let mut walk = Walk::start(bench, engine, measures).await?;
    for links in sizes {
        walk.grow(*links, items_of(*links)).await?;
        let mut smallest = None;
        if *links == last && last > first {
            let mut walk = Walk::start(bench, engine, measures).await?;
            walk.grow(first, items_of(first)).await?;
            smallest = Some(walk);
        }
        let point = walk.measure(measures, *links, smallest.as_mut()).await?;
        if let Some(smallest) = smallest {
            smallest.stage.remove().await?;
        }
        // Told at once: the next size may take an hour.
        bench.says(&point.line());
        points.push(point);
    }
    walk.stage.remove().await?;
    Ok(points)
}

struct Walk<'a> {
    bench: &'a Bench,
    engine: Engine,
    stage: Stage,
    collector: Option<list::Collector>,
    /// People who own what grows; makers and collectors come apart.
    owners: usize,
}

impl<'a> Walk<'a> {
    async fn start(bench: &'a Bench, engine: Engine, measures: &[Measure]) -> Result<Self> {
        let contents = Contents {
            members: 20,
            items: 50,
            links: 0,
        };
        let mut stage = bench.stage(engine, contents).await?;
        let owners = stage.world().members.len();
        let collector = if measures.contains(&Measure::List) || measures.contains(&Measure::Search)
        {
            let items = bench.options.scaled(COLLECTED);
            Some(list::collector(&mut stage, items).await?)
        } else {
            None
        };
        Ok(Self {
            bench,
            engine,
            stage,
            collector,
            owners,
        })
    }

    async fn grow(&mut self, links: usize, items: usize) -> Result<()> {
        let start = Instant::now();
        let sealer = self.stage.sealer.clone();
        let (world, mut sink, _) = self.stage.open().await?;
        let before = world.members.len();
        let people = (items / 50).max(20);
        if people > self.owners {
            world
                .populate(&mut sink, before + people - self.owners)
                .await?;
            let newcomers = before..world.members.len();
            let missing = items.saturating_sub(world.items.len());
            for _ in 0..missing {
                let owner = newcomers.start + world.chance.below(newcomers.len());
                world.give(&mut sink, &sealer, owner).await?;
            }
            self.owners = people;
        }
        grow(&mut self.stage.history, &mut sink, &sealer, links).await?;
        sink.finish().await?;
        self.bench.says(&format!(
            "{}: grown to {links} links in {:.0} s",
            self.engine.name(),
            start.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    async fn measure(
        &mut self,
        measures: &[Measure],
        links: usize,
        smallest: Option<&mut Walk<'_>>,
    ) -> Result<Point> {
        let mut figures = BTreeMap::new();
        let mut by_turns = Vec::new();
        let wanted = |measure: Measure| measures.contains(&measure);
        let mut note = |measure: Measure, values: &[f64]| {
            if let Some(spread) = Spread::of(values) {
                figures.insert(measure, spread);
            }
        };
        // What stands on disk is told before measuring adds to it.
        note(Measure::Disk, &[self.stage.installation.size().await?]);
        if wanted(Measure::Start) {
            let mut times = Vec::new();
            for _ in 0..self.bench.options.runs {
                times.push(start::once(&self.stage).await?);
            }
            note(Measure::Start, &times);
        }
        if wanted(Measure::ClaimMedian) || wanted(Measure::ClaimP99) {
            let (own, theirs) = self.claims(smallest).await?;
            note(Measure::ClaimMedian, &latencies(&own, 0.5));
            note(Measure::ClaimP99, &latencies(&own, 0.99));
            by_turns.extend(own.into_iter().zip(theirs));
        }
        if wanted(Measure::CreateMedian) {
            note(
                Measure::CreateMedian,
                &latencies(&self.creates().await?, 0.5),
            );
        }
        if let Some(collector) = &self.collector {
            let server = self.stage.serve().await?;
            let (mut lists, mut searches) = (Vec::new(), Vec::new());
            for _ in 0..self.bench.options.runs {
                lists.push(list::ask(&server, collector, "").await?);
                searches.push(list::ask(&server, collector, "billing+portal").await?);
            }
            server.stop()?;
            note(Measure::List, &lists);
            note(Measure::Search, &searches);
        }
        if wanted(Measure::Sweep) {
            note(Measure::Sweep, &[self.sweep().await?]);
        }
        Ok(Point {
            engine: self.engine,
            links,
            items: self.stage.world().items.len(),
            figures,
            by_turns,
        })
    }

    /// Claims here, and by turns with them on the other installation.
    async fn claims(
        &mut self,
        other: Option<&mut Walk<'_>>,
    ) -> Result<(Vec<Outcome>, Vec<Outcome>)> {
        let runs = self.bench.options.runs;
        let mut ready = vec![self.claimable().await?];
        if let Some(other) = other {
            ready.push(other.claimable().await?);
        }
        let mut outcomes = by_turns(ready, runs).await?.into_iter();
        let own = outcomes.next().unwrap_or_default();
        Ok((own, outcomes.next().unwrap_or_default()))
    }

    /// A server, and links for all runs that nobody has claimed.
    async fn claimable(&mut self) -> Result<(Server, Arc<Claims>)> {
        let runs = self.bench.options.runs;
        let (world, mut sink, sealer) = self.stage.open().await?;
        let wanted = LiveLinks {
            count: WARMING + TAKEN * runs,
            notify: false,
            expires_at: None,
        };
        let held = live(world, &mut sink, sealer, wanted).await?;
        sink.finish().await?;
        let server = self.stage.serve().await?;
        let claims = Arc::new(Claims::new(&server.authority, Arc::new(held)));
        Ok((server, claims))
    }

    async fn creates(&mut self) -> Result<Vec<Outcome>> {
        let runs = self.bench.options.runs;
        let puts = put::asked_for(&mut self.stage, WARMING + TAKEN * runs, 1024).await?;
        let server = self.stage.serve().await?;
        let outcomes = by_turns(vec![(server, Arc::new(puts))], runs).await?;
        Ok(outcomes.into_iter().flatten().collect())
    }

    /// How many expired links are erased in a second.
    async fn sweep(&mut self) -> Result<f64> {
        let links = self.bench.options.scaled(EXPIRED);
        let until = expire(&mut self.stage, links, 0).await?;
        let server = self.stage.serve().await?;
        let peephole = Peephole::open(&self.stage.installation).await?;
        let start = Instant::now();
        // What other measurements left behind may be due, too.
        let due = peephole.count(until).await?;
        while peephole.next(until).await?.is_some() {
            ensure!(
                start.elapsed() < Duration::from_secs(600),
                "the sweeper doesn't get done"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let rate = due / start.elapsed().as_secs_f64();
        server.stop()?;
        Ok(rate)
    }
}

/// Runs on each of the servers, by turns, after one that warms up; then the servers end.
async fn by_turns<S: Source>(
    servers: Vec<(Server, Arc<S>)>,
    runs: usize,
) -> Result<Vec<Vec<Outcome>>> {
    let mut outcomes = vec![Vec::new(); servers.len()];
    for run in 0..=runs {
        let mut turns: Vec<_> = servers.iter().zip(&mut outcomes).collect();
        // What one leaves to be written back falls to the other.
        if run.is_multiple_of(2) {
            turns.reverse();
        }
        for ((server, source), outcomes) in turns {
            let outcome = take(server, source, run).await?;
            if run > 0 {
                outcomes.push(outcome);
            }
        }
    }
    for (server, _) in servers {
        server.stop()?;
    }
    Ok(outcomes)
}

/// Takes what one run takes of a source; run 0 warms up.
async fn take<S: Source>(server: &Server, source: &Arc<S>, run: usize) -> Result<Outcome> {
    let plan = Plan::closed(server.address, Duration::ZERO, Duration::from_secs(600));
    let count = if run == 0 { WARMING } else { TAKEN };
    let some = Few {
        source: Arc::clone(source),
        count: count as u64,
    };
    let outcome = drive(plan, Arc::new(some)).await?;
    outcome.all_good("a growing installation")?;
    Ok(outcome)
}

/// Not more than so many requests of a source.
struct Few<S> {
    source: Arc<S>,
    count: u64,
}

impl<S: Source> Source for Few<S> {
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize> {
        (n < self.count)
            .then(|| self.source.request(n, into))
            .flatten()
    }
}

fn latencies(outcomes: &[Outcome], share: f64) -> Vec<f64> {
    outcomes
        .iter()
        .map(|outcome| outcome.first().ms(share))
        .collect()
}
