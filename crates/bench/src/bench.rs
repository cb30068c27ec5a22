//! What a run of the bench has, and what the rows share.

use std::{cell::OnceCell, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    cluster::Cluster,
    load::{Outcome, Plan, Source, drive},
    seed::{History, Sealer, Sink, World, grow},
    server::{Engine, Installation, Server},
};

/// How large things are and how often they are measured.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// How often everything is measured.
    #[arg(long, default_value_t = 3, global = true)]
    pub runs: usize,
    /// A smoke: a second a row, small sizes. Its figures mean nothing.
    #[arg(long, global = true)]
    pub quick: bool,
    /// How many links the growth row grows to.
    #[arg(long, default_value_t = 1_000_000, global = true)]
    pub growth_links: usize,
    /// Where random data starts from.
    #[arg(long, default_value_t = 1, global = true)]
    pub seed: u64,
}

impl Options {
    /// How long a load counts.
    pub fn time(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { 5 })
    }

    /// How long a load goes on before it counts.
    pub fn warm_up(&self) -> Duration {
        Duration::from_millis(if self.quick { 200 } else { 1000 })
    }

    /// A size, smaller in a smoke.
    pub fn scaled(&self, size: usize) -> usize {
        if self.quick { size.div_ceil(100) } else { size }
    }

    /// More requests than a load can send at this rate, over all runs.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rough number"
    )]
    pub fn enough(&self, most_a_second: f64) -> usize {
        let seconds = (self.time() + self.warm_up()).as_secs_f64() * 1.1;
        (seconds * most_a_second) as usize * self.runs
    }
}

/// A run of the bench.
pub struct Bench {
    pub options: Options,
    /// The server's release binary.
    pub server: PathBuf,
    cluster: OnceCell<Cluster>,
}

impl Bench {
    pub fn new(options: Options, server: PathBuf) -> Self {
        Self {
            options,
            server,
            cluster: OnceCell::new(),
        }
    }

    /// PostgreSQL, started when it is first wanted.
    pub fn cluster(&self) -> Result<&Cluster> {
        if let Some(cluster) = self.cluster.get() {
            return Ok(cluster);
        }
        eprintln!("  starting PostgreSQL");
        let cluster = Cluster::start()?;
        Ok(self.cluster.get_or_init(|| cluster))
    }

    /// An installation with nothing in it.
    pub async fn empty(&self, engine: Engine) -> Result<Installation> {
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(self.cluster()?),
        };
        Installation::new(&self.server, cluster).await
    }

    /// An installation with people, items and history.
    pub async fn stage(&self, engine: Engine, contents: Contents) -> Result<Stage> {
        let installation = self.empty(engine).await?;
        let sealer = installation.sealer().await?;
        let mut world = installation.world(self.options.seed);
        let mut sink = installation.sink().await?;
        world.populate(&mut sink, contents.members).await?;
        let owners = world.members.len();
        world
            .furnish(&mut sink, &sealer, contents.items, owners)
            .await?;
        let mut history = History { world, links: 0 };
        grow(&mut history, &mut sink, &sealer, contents.links).await?;
        sink.finish().await?;
        Ok(Stage {
            installation,
            sealer,
            history,
        })
    }

    /// The stage of most rows: a middling company's first half year.
    pub async fn usual(&self, engine: Engine) -> Result<Stage> {
        let contents = Contents {
            members: self.options.scaled(1000),
            items: self.options.scaled(10_000),
            links: self.options.scaled(100_000),
        };
        self.stage(engine, contents).await
    }

    /// A closed loop over 16 connections, for as long as rows are measured.
    pub async fn load<S: Source>(&self, server: &Server, source: &Arc<S>) -> Result<Outcome> {
        let plan = Plan::closed(server.address, self.options.warm_up(), self.options.time());
        drive(plan, Arc::clone(source)).await
    }

    /// Says how far it is.
    pub fn says(&self, what: &str) {
        eprintln!("  {what}");
    }
}

/// How much a stage begins with.
#[derive(Clone, Copy, Debug)]
pub struct Contents {
    pub members: usize,
    pub items: usize,
    pub links: usize,
}

/// An installation with a past, and what is known of it.
pub struct Stage {
    pub installation: Installation,
    pub sealer: Sealer,
    pub history: History,
}

impl Stage {
    pub fn world(&mut self) -> &mut World {
        &mut self.history.world
    }

    /// Everything that writing more takes. No server must be running on SQLite.
    pub async fn open(&mut self) -> Result<(&mut World, Sink, &Sealer)> {
        let sink = self.installation.sink().await?;
        self.history.world.now = self.installation.world(0).now;
        Ok((&mut self.history.world, sink, &self.sealer))
    }

    /// Members with a session and an item each, in workspaces of 40; the items' places.
    pub async fn makers(&mut self, count: usize) -> Result<Vec<usize>> {
        let (world, mut sink, sealer) = self.open().await?;
        let sizes = vec![40; count.div_ceil(40)];
        let members = world.settle(&mut sink, &sizes, true).await?;
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            items.push(world.give(&mut sink, sealer, member).await?);
        }
        sink.finish().await?;
        Ok(items)
    }

    pub async fn serve(&self) -> Result<Server> {
        self.installation
            .serve()
            .await
            .context("the server under test")
    }

    pub async fn remove(self) -> Result<()> {
        self.installation.remove().await
    }
}
