//! Ten times more than the server can do, for a minute: what is admitted stays fast, the rest is
//! told to come back, memory stays bounded, members still get in, and afterwards all is as before.

mod beside;
mod lines;
mod mixed;

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use clap::Args;

use crate::{
    bench::{Bench, Stage},
    figures::Line,
    load::{Pace, Plan, drive},
    seed::{Held, LiveLinks, intents, live},
    server::Engine,
};
use beside::{Beside, Person};
use lines::{Lines, Measured};
use mixed::Mixed;

/// What a calm server is asked for, as a part of what it can do.
const CALM: f64 = 0.5;
const WINDOW: Duration = Duration::from_millis(250);

/// Offers far more than can be served.
#[derive(Debug, Args)]
pub struct OverloadArgs {
    /// For how many seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many times the rate that can be sustained.
    #[arg(long, default_value_t = 10.0)]
    factor: f64,
    /// Over how many connections; the sustained rate uses 16.
    #[arg(long, default_value_t = 1024)]
    connections: usize,
    /// On which database.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How many links wait to be claimed.
    #[arg(long, default_value_t = 900_000)]
    links: usize,
}

/// Runs it and gives its lines.
pub async fn run(bench: &Bench, args: &OverloadArgs) -> Result<Vec<Line>> {
    ensure!(
        args.connections >= 160,
        "an overload comes over 160 connections or more"
    );
    let mut lines = Lines::new(args);
    for run in 0..bench.options.runs {
        bench.says(&format!(
            "overload on {}, run {}",
            args.engine.name(),
            run + 1
        ));
        one(bench, args, &mut lines).await?;
    }
    Ok(lines.done())
}

async fn one(bench: &Bench, args: &OverloadArgs, lines: &mut Lines) -> Result<()> {
    let quick = bench.options.quick;
    let time = Duration::from_secs(if quick { 3 } else { args.seconds });
    let count = if quick { args.links / 10 } else { args.links };
    let mut stage = bench.usual(args.engine).await?;
    bench.says(&format!("making {count} links"));
    let held = links(&mut stage, count).await?;
    let seconds = usize::try_from(time.as_secs())?;
    let people = members(&mut stage, seconds + 5).await?;
    let server = stage.serve().await?;
    let mixed = Arc::new(Mixed::new(&server.authority, held));

    let plan = Plan {
        classes: 2,
        ..Plan::closed(
            server.address,
            bench.options.warm_up(),
            2 * bench.options.time(),
        )
    };
    let sustained = drive(plan.clone(), Arc::clone(&mixed)).await?;
    sustained.all_good("the sustained load")?;
    let rate = sustained.rate();
    let calm = Plan {
        connections: 64,
        pace: Pace::Open(rate * CALM),
        window: Some(WINDOW),
        ..plan.clone()
    };
    let before = drive(calm.clone(), Arc::clone(&mixed)).await?;
    before.all_good("the calm load")?;
    let resident = server.resident()?;

    bench.says(&format!(
        "{rate:.0}/s are sustained; now {:.0}/s are offered",
        rate * args.factor
    ));
    let flood = Plan {
        connections: args.connections,
        pace: Pace::Open(rate * args.factor),
        warm_up: Duration::ZERO,
        time,
        window: None,
        ..plan
    };
    let beside = Beside::start(&server, people);
    let flooded = drive(flood, Arc::clone(&mixed)).await?;
    beside.stop();
    let lag = flooded.elapsed.saturating_sub(time);
    // From the first request on: it is what somebody meets who comes right after the crowd.
    let next = Plan {
        warm_up: Duration::ZERO,
        ..calm
    };
    let after = drive(next, Arc::clone(&mixed)).await?;
    let beside = beside.finish().await?;
    let starved = mixed.starved();
    ensure!(
        starved == 0,
        "there were too few links: {starved} claims became peeks (see --links)"
    );
    let ended = server.resident()?;
    lines.add(&Measured {
        sustained,
        before,
        flooded,
        lag,
        after,
        beside,
        resident,
        ended,
    })?;
    server.stop()?;
    stage.remove().await
}

async fn links(stage: &mut Stage, count: usize) -> Result<Vec<Held>> {
    let (world, mut sink, sealer) = stage.open().await?;
    let wanted = LiveLinks {
        count,
        notify: false,
        expires_at: None,
    };
    let held = live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    Ok(held)
}

/// Members whose intents wait to be confirmed.
async fn members(stage: &mut Stage, count: usize) -> Result<Vec<Person>> {
    let items = stage.makers(count).await?;
    let (world, mut sink, _) = stage.open().await?;
    let asked = intents(world, &mut sink, &items, count, false).await?;
    sink.finish().await?;
    let world = &stage.history.world;
    Ok(asked
        .into_iter()
        .map(|intent| (world.token(intent.member), intent))
        .collect())
}
