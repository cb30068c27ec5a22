//! Dialogs that wait for a confirmation: many open event streams.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;
use serde_json::json;
use tokio::task::JoinSet;

use super::{Row, memory::touch};
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    load::{Connection, histogram, quantile_ms},
    requests::{get, post, text43},
    seed::{AskedFor, intents},
    server::{Engine, Server},
};

const STREAMS: usize = 10_000;
/// How many confirm in a second.
const RATE: u32 = 50;
/// How long that goes on, in seconds.
const SECONDS: usize = 20;
/// How many streams are opened at once.
const OPENING: usize = 100;
/// How long after its confirmation a dialog may be told at the very most.
const PATIENCE: Duration = Duration::from_secs(30);

pub const ROW: Row = Row {
    name: "streams",
    about: "10,000 dialogs that wait for a confirmation, on both databases",
    run: |bench| Box::pin(run(bench)),
};

async fn run(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = measure(bench, Engine::Sqlite).await?;
    lines.extend(measure(bench, Engine::Postgres).await?);
    Ok(lines)
}

async fn measure(bench: &Bench, engine: Engine) -> Result<Vec<Line>> {
    let streams = bench.options.scaled(STREAMS);
    let name = engine.name();
    let judged = |target: Target| {
        if engine == Engine::Sqlite {
            target
        } else {
            Target::Told
        }
    };
    let mut memory = Line::new(
        format!("memory with {streams} open streams, {name}"),
        Unit::Bytes,
        judged(Target::AtMost(200e6)),
    )
    .against("idle memory of the same process");
    let what = format!("confirmed to shown, p99, {name}");
    let mut shown = Line::new(what, Unit::Millis, judged(Target::AtMost(500.0)))
        .against("the confirmation's own answer, p99")
        .note(format!(
            "{RATE} confirmations a second; from sending one to the event in its dialog"
        ));
    for run in 0..bench.options.runs {
        bench.says(&format!("{streams} streams on {name}, run {}", run + 1));
        let mut stage = bench.usual(engine).await?;
        let items = stage.makers(streams).await?;
        let (world, mut sink, _) = stage.open().await?;
        let asked = intents(world, &mut sink, &items, streams, false).await?;
        sink.finish().await?;
        let people = asked
            .into_iter()
            .map(|intent| (stage.history.world.token(intent.member), intent))
            .collect();
        let server = stage.serve().await?;
        touch(&server).await?;
        let idle = server.resident()?;
        let waited = wait(&server, people).await?;
        memory.add(waited.resident, Some(idle));
        shown.add(
            quantile_ms(&waited.shown, 0.99),
            Some(quantile_ms(&waited.answered, 0.99)),
        );
        server.stop()?;
        stage.remove().await?;
    }
    Ok(vec![memory, shown])
}

struct Waited {
    resident: f64,
    shown: Histogram<u64>,
    answered: Histogram<u64>,
}

type Person = ([u8; 32], AskedFor);

/// Opens a stream for everybody, confirms some, and takes the time.
async fn wait(server: &Server, people: Vec<Person>) -> Result<Waited> {
    let told: Arc<Mutex<Vec<Option<Instant>>>> = Arc::new(Mutex::new(vec![None; people.len()]));
    let mut streams = JoinSet::new();
    for (first, some) in people.chunks(OPENING).enumerate() {
        let mut opening = JoinSet::new();
        for (n, (token, intent)) in some.iter().enumerate() {
            let place = first * OPENING + n;
            let path = format!("/api/v1/share-intents/{}/events", intent.id.text("int"));
            let request = get(&server.authority, &path, Some(token));
            opening.spawn(open(server.address, request, place));
        }
        while let Some(opened) = opening.join_next().await {
            let (mut connection, place) = opened??;
            let told = Arc::clone(&told);
            streams.spawn(async move {
                let confirmed = br#""state":"confirmed""#;
                let seen = connection
                    .more(|text| memchr::memmem::find(text, confirmed).is_some())
                    .await;
                if seen.is_ok() {
                    told.lock().unwrap_or_else(PoisonError::into_inner)[place] =
                        Some(Instant::now());
                }
                // Stays open to the end, as a dialog does.
                connection
            });
        }
    }
    let resident = server.resident()?;
    let count = people.len().min(RATE as usize * SECONDS);
    let (sent, answered) = confirm(server, &people[..count]).await?;
    let shown = collect(&told, &sent).await?;
    // Those that were told have ended their part; any other that ended was cut off.
    let ended = streams_ended(&mut streams);
    ensure!(ended == count, "{} streams got lost", ended.abs_diff(count));
    drop(streams);
    Ok(Waited {
        resident,
        shown,
        answered,
    })
}

fn streams_ended(streams: &mut JoinSet<Connection>) -> usize {
    let mut ended = 0;
    while streams.try_join_next().is_some() {
        ended += 1;
    }
    ended
}

async fn open(
    address: std::net::SocketAddr,
    request: Vec<u8>,
    place: usize,
) -> Result<(Connection, usize)> {
    let mut connection = Connection::open(address).await?;
    let status = connection.follow(&request).await?;
    ensure!(status == 200, "a stream answers {status}");
    Ok((connection, place))
}

/// Confirms at a steady rate; when each was sent, and how long its answer took.
async fn confirm(server: &Server, people: &[Person]) -> Result<(Vec<Instant>, Histogram<u64>)> {
    let mut sent = Vec::with_capacity(people.len());
    let mut answers = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    for (n, (token, intent)) in people.iter().enumerate() {
        ticks.tick().await;
        let mail = String::from_utf8_lossy(&text43(&intent.mail_token)).into_owned();
        let body = json!({ "token": mail });
        let request = post(
            &server.authority,
            "/api/v1/confirm",
            Some(token),
            n as u64,
            &body,
        );
        let address = server.address;
        let start = Instant::now();
        sent.push(start);
        answers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let answer = connection.ask(&request).await?;
            ensure!(
                answer.status == 200,
                "a confirmation answers {}",
                answer.status
            );
            Ok(start.elapsed())
        });
    }
    let mut took = histogram();
    while let Some(answer) = answers.join_next().await {
        took.saturating_record(u64::try_from(answer??.as_micros())?);
    }
    Ok((sent, took))
}

/// How long after each confirmation was sent its dialog was told.
async fn collect(told: &Mutex<Vec<Option<Instant>>>, sent: &[Instant]) -> Result<Histogram<u64>> {
    let start = Instant::now();
    loop {
        let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let missing = told
            .iter()
            .take(sent.len())
            .filter(|at| at.is_none())
            .count();
        if missing == 0 {
            let mut shown = histogram();
            for (sent, told) in sent.iter().zip(&told) {
                let told = told.context("told before")?;
                shown.saturating_record(u64::try_from((told - *sent).as_micros())?.max(1));
            }
            return Ok(shown);
        }
        ensure!(
            start.elapsed() < PATIENCE,
            "{missing} dialogs were never told"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
