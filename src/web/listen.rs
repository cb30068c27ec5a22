//! Accepts connections and serves them, with the patience of a public server: none for slow
//! headers and silent connections, some for answers under way when it stops.
//!
//! Plain connections speak HTTP/1.1 only: what is in front of us does, and browsers speak HTTP/2 over
//! TLS alone.

mod connection;
mod pulse;
pub mod tls;

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::Instant,
};

use super::assets;
use connection::Connection;
pub use tls::Tls;

/// How long answers under way may take when the server stops. Event streams never end by
/// themselves; their pages reconnect.
const GRACE: Duration = Duration::from_secs(3);
/// As many connections as are served at once. Others wait in the system's queue until one ends.
const MOST_CONNECTIONS: u64 = 16_384;
/// Files that are kept for the database, keys and mails.
const OTHER_FILES: u64 = 256;
/// How often it is said at most that all connections are in use.
const SAY_FULL_EVERY: Duration = Duration::from_secs(10);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How many there may be at once.
    connections: usize,
    /// How long the TLS handshake may take.
    handshake: Duration,
    /// How long nothing may be asked or answered on one.
    silence: Duration,
}

impl Limits {
    /// Those of a server that may have this many files open.
    fn with_open_files(files: u64) -> Self {
        let connections = files
            .saturating_sub(OTHER_FILES)
            .clamp(64, MOST_CONNECTIONS);
        Self {
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            handshake: Duration::from_secs(10),
            silence: Duration::from_secs(60),
        }
    }
}

/// Serves until `stop`, then lets answers under way end.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    assets::prepare();
    let limits = Limits::with_open_files(raise_open_files());
    serve_within(limits, listener, tls, router, stop).await;
}

/// Raises the limit of open files to the most that the system allows this process: a connection
/// is one. How many that are.
fn raise_open_files() -> u64 {
    let raised = rlimit::increase_nofile_limit(u64::MAX);
    let files = raised.unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files can't be raised");
        rlimit::Resource::NOFILE
            .get()
            .map_or(1024, |(soft, _)| soft)
    });
    if files < MOST_CONNECTIONS + OTHER_FILES {
        tracing::warn!(
            files,
            "few files may be open, so few connections are served at once"
        );
    }
    files
}

async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    // Connections hear that the server stops, and it hears when the last of them has ended.
    let (stopping, _) = watch::channel(());
    let room = Room::new(limits.connections);
    let mut stop = pin!(stop);
    loop {
        let (place, accepted) = tokio::select! {
            next = next(&listener, &room) => next,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = Connection {
                    peer,
                    router: router.clone(),
                    stopping: stopping.subscribe(),
                    limits,
                };
                let tls = tls.clone();
                tokio::spawn(async move {
                    connection.serve(stream, tls).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Usually out of file descriptors: others must end before one more can begin.
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let _ = stopping.send(());
    if tokio::time::timeout(GRACE, stopping.closed())
        .await
        .is_err()
    {
        tracing::info!("some answers were still under way");
    }
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    room: &Room,
) -> (OwnedSemaphorePermit, io::Result<(TcpStream, SocketAddr)>) {
    let place = room.place().await;
    (place, listener.accept().await)
}

/// Places for connections.
struct Room {
    places: Arc<Semaphore>,
    size: usize,
    said_full: watch::Sender<Option<Instant>>,
}

impl Room {
    fn new(size: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(size)),
            size,
            said_full: watch::Sender::new(None),
        }
    }

    async fn place(&self) -> OwnedSemaphorePermit {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return place;
        }
        let said = self.said_full.send_if_modified(|last| {
            let again = last.is_none_or(|last| last.elapsed() >= SAY_FULL_EVERY);
            if again {
                *last = Some(Instant::now());
            }
            again
        });
        if said {
            tracing::warn!(
                connections = self.size,
                "all connections are in use, others wait"
            );
        }
        let place = self.places.clone().acquire_owned().await;
        place.expect("nobody closes this semaphore")
    }
}

#[cfg(test)]
mod tests;
