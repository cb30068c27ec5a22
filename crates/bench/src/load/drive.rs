//! Closed and open loops over many connections.
//!
//! A closed loop asks again as soon as it is answered: it finds out how much is served. An open loop
//! asks at a rate of its own, whatever the server does, and counts a request's latency from when it
//! should have been sent: it finds out what people feel ("coordinated omission").

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::{task::JoinSet, time::sleep_until};

use super::{Connection, Outcome, outcome::Recorder};

/// How long a client waits before it connects again.
const RECONNECT: Duration = Duration::from_millis(10);

/// Makes requests.
pub trait Source: Send + Sync + 'static {
    /// Writes request number `n` and says of which kind it is; nothing when there are no more.
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize>;

    /// Is told how request number `n` was answered.
    fn answered(&self, _n: u64, _status: u16) {}
}

impl<F> Source for F
where
    F: Fn(u64, &mut Vec<u8>) -> Option<usize> + Send + Sync + 'static,
{
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize> {
        self(n, into)
    }
}

/// When the next request is sent.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// As soon as the one before is answered.
    Closed,
    /// So many a second. When every connection is waiting for an answer, requests are left out and
    /// counted: nothing piles up in the client.
    Open(f64),
}

/// A load.
#[derive(Clone, Debug)]
pub struct Plan {
    pub address: SocketAddr,
    pub connections: usize,
    pub pace: Pace,
    /// How long it goes on before it counts.
    pub warm_up: Duration,
    /// How long it counts.
    pub time: Duration,
    /// How many kinds of request there are.
    pub classes: usize,
    /// Splits latencies by when requests were sent.
    pub window: Option<Duration>,
    /// Ends it early when it is set.
    pub stop: Option<Arc<AtomicBool>>,
}

impl Plan {
    /// A closed loop over 16 connections, as all rows use it.
    pub fn closed(address: SocketAddr, warm_up: Duration, time: Duration) -> Self {
        Self {
            address,
            connections: 16,
            pace: Pace::Closed,
            warm_up,
            time,
            classes: 1,
            window: None,
            stop: None,
        }
    }
}

struct Shared {
    plan: Plan,
    start: Instant,
    end: Instant,
    next: AtomicU64,
    recorder: Mutex<Recorder>,
}

/// Puts the load on the server. The calling thread does all the work.
pub async fn drive<S: Source>(plan: Plan, source: Arc<S>) -> Result<Outcome> {
    ensure!(plan.connections > 0 && plan.classes > 0, "an empty plan");
    // Connecting is not part of the load.
    let mut connections = Vec::with_capacity(plan.connections);
    for _ in 0..plan.connections {
        connections.push(Connection::open(plan.address).await?);
    }
    let start = Instant::now();
    let counts_from = start + plan.warm_up;
    let shared = Arc::new(Shared {
        start,
        end: counts_from + plan.time,
        next: AtomicU64::new(0),
        recorder: Mutex::new(Recorder::new(plan.classes, counts_from, plan.window)),
        plan,
    });
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn(client(connection, Arc::clone(&shared), Arc::clone(&source)));
    }
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    drop(tasks);
    let shared = Arc::into_inner(shared).ok_or_else(|| anyhow::anyhow!("a client goes on"))?;
    let recorder = shared.recorder.into_inner();
    Ok(recorder.unwrap_or_else(PoisonError::into_inner).finish())
}

async fn client<S: Source>(mut connection: Connection, shared: Arc<Shared>, source: Arc<S>) {
    let mut request = Vec::with_capacity(2048);
    while let Some((n, intended)) = shared.take() {
        request.clear();
        let Some(class) = source.request(n, &mut request) else {
            return;
        };
        let sent = match intended {
            Some(at) => {
                if at > Instant::now() {
                    sleep_until(at.into()).await;
                }
                at
            }
            None => Instant::now(),
        };
        let answer = connection.ask(&request).await;
        let done = Instant::now();
        if let Ok(answer) = answer {
            source.answered(n, answer.status);
            shared.recorder().note(class, sent, done, answer);
            if !connection.is_closed() {
                continue;
            }
        } else {
            source.answered(n, 0);
            shared.recorder().broken += 1;
        }
        loop {
            match Connection::open(shared.plan.address).await {
                Ok(opened) => {
                    connection = opened;
                    break;
                }
                Err(_) if Instant::now() < shared.end => tokio::time::sleep(RECONNECT).await,
                Err(_) => return,
            }
        }
    }
}

impl Shared {
    fn recorder(&self) -> std::sync::MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next request's number and, in an open loop, when it should be sent.
    fn take(&self) -> Option<(u64, Option<Instant>)> {
        let now = Instant::now();
        if self
            .plan
            .stop
            .as_ref()
            .is_some_and(|stop| stop.load(Relaxed))
        {
            return None;
        }
        match self.plan.pace {
            Pace::Closed => (now < self.end).then(|| (self.next.fetch_add(1, Relaxed), None)),
            Pace::Open(rate) => {
                // Clients that are free have reserved what comes next. So a request whose time is
                // past found all of them waiting, and was never sent.
                let wanted = self.next.load(Relaxed);
                let chosen = wanted.max(due((now - self.start).as_secs_f64(), rate));
                let at = |n| self.start + Duration::from_secs_f64(super::outcome::as_f64(n) / rate);
                if at(chosen) >= self.end {
                    return None;
                }
                self.next.store(chosen + 1, Relaxed);
                for missed in wanted..chosen {
                    self.recorder().leave_out(at(missed));
                }
                Some((chosen, Some(at(chosen))))
            }
        }
    }
}

/// The newest request that is due this many seconds after the start.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounding down is wanted, and time is positive"
)]
fn due(seconds: f64, rate: f64) -> u64 {
    (seconds * rate) as u64
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// Answers every read with `answer`, after `delay`.
    async fn server(answer: &'static [u8], delay: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                        tokio::time::sleep(delay).await;
                        if stream.write_all(answer).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    fn get(_: u64, into: &mut Vec<u8>) -> Option<usize> {
        into.extend_from_slice(b"GET / HTTP/1.1\r\n\r\n");
        Some(0)
    }

    const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    #[tokio::test]
    async fn a_closed_loop_ends_when_there_are_no_more_requests() {
        let address = server(OK, Duration::ZERO).await;
        let source = |n: u64, into: &mut Vec<u8>| if n < 100 { get(n, into) } else { None };
        let plan = Plan::closed(address, Duration::ZERO, Duration::from_secs(60));
        let outcome = drive(plan, Arc::new(source)).await.unwrap();
        outcome.all_good("test").unwrap();
        assert_eq!(outcome.first().good.len(), 100);
    }

    #[tokio::test]
    async fn an_open_loop_leaves_out_what_it_cannot_send_and_counts_it() {
        // Two connections, each busy for 50 ms: no more than 40 of the 1000 a second get through.
        let address = server(OK, Duration::from_millis(50)).await;
        let plan = Plan {
            connections: 2,
            pace: Pace::Open(1000.0),
            window: Some(Duration::from_millis(250)),
            ..Plan::closed(address, Duration::ZERO, Duration::from_millis(500))
        };
        let outcome = drive(plan, Arc::new(get)).await.unwrap();
        let sent = outcome.first().good.len();
        assert!((1..=20).contains(&sent), "{sent}");
        assert!(outcome.unsent > 300, "{}", outcome.unsent);
        assert_eq!(outcome.unsent_windows.len(), 2);
        assert_eq!(outcome.unsent_windows.iter().sum::<u64>(), outcome.unsent);
        // Counted from when it should have been sent, which was just now.
        assert!(outcome.first().ms(0.5) >= 50.0);
    }

    #[tokio::test]
    async fn an_open_loop_keeps_its_rate() {
        let address = server(OK, Duration::ZERO).await;
        let plan = Plan {
            connections: 8,
            pace: Pace::Open(400.0),
            ..Plan::closed(address, Duration::ZERO, Duration::from_millis(500))
        };
        let outcome = drive(plan, Arc::new(get)).await.unwrap();
        let all = outcome.first().good.len() + outcome.unsent;
        assert_eq!(all, 200);
    }

    #[tokio::test]
    async fn a_server_that_closes_is_connected_to_again() {
        let closing =
            b"HTTP/1.1 503 No\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let address = server(closing, Duration::ZERO).await;
        let source = |n: u64, into: &mut Vec<u8>| if n < 20 { get(n, into) } else { None };
        let plan = Plan {
            connections: 1,
            ..Plan::closed(address, Duration::ZERO, Duration::from_secs(60))
        };
        let outcome = drive(plan, Arc::new(source)).await.unwrap();
        assert_eq!(outcome.first().refused.len(), 20);
        assert_eq!(outcome.first().with_retry_after, 20);
        assert_eq!(outcome.broken, 0);
    }
}
