//! What goes on beside a flood of guests: members sign in and confirm, and memory is watched.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::{
    load::Connection,
    machine::resident,
    requests::{post, text43},
    rows::list::millis,
    seed::AskedFor,
    server::Server,
};

/// Addresses that no guest has.
const FROM: u64 = 900_000;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A member with a session, and an intent of theirs that waits.
pub type Person = ([u8; 32], AskedFor);

pub struct Beside {
    stop: Arc<AtomicBool>,
    members: JoinHandle<Result<Members>>,
    peak: JoinHandle<Result<f64>>,
}

/// How members fared.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// How long each start of a sign-in took, in milliseconds.
    pub sign_ins: Vec<f64>,
    /// How long each confirmation took, in milliseconds.
    pub confirms: Vec<f64>,
    /// The statuses of what didn't succeed; 0 for a connection that broke.
    pub failed: Vec<u16>,
    /// The most memory the server had, in bytes.
    pub peak: f64,
}

impl Beside {
    /// Once a second somebody asks for a sign-in mail, and somebody confirms a link.
    pub fn start(server: &Server, people: Vec<Person>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (address, authority) = (server.address, server.authority.clone());
        let pid = server.pid();
        Self {
            members: tokio::spawn(members(address, authority, people, Arc::clone(&stop))),
            peak: tokio::spawn(watch(pid, Arc::clone(&stop))),
            stop,
        }
    }

    /// Ends it, though what is under way goes on to its end.
    pub fn stop(&self) {
        self.stop.store(true, Relaxed);
    }

    pub async fn finish(self) -> Result<Members> {
        self.stop();
        let mut members = self.members.await??;
        members.peak = self.peak.await??;
        Ok(members)
    }
}

async fn members(
    address: SocketAddr,
    authority: String,
    people: Vec<Person>,
    stop: Arc<AtomicBool>,
) -> Result<Members> {
    let mut fared = Members::default();
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    for (from, (token, intent)) in (FROM..).zip(people) {
        ticks.tick().await;
        if stop.load(Relaxed) {
            break;
        }
        // The same answer, whether the address is known or not; the mail is what costs.
        let email = json!({ "email": format!("m{}@w0.example", from - FROM) });
        let sign_in = post(&authority, "/api/v1/sign-in", None, from, &email);
        let mail = text43(&intent.mail_token);
        let mail = std::str::from_utf8(&mail).context("base64url is text")?;
        let body = json!({ "token": mail });
        let confirm = post(&authority, "/api/v1/confirm", Some(&token), from, &body);
        // Each comes over a connection of its own, as from a browser.
        for (request, good, times) in [
            (sign_in, 202, &mut fared.sign_ins),
            (confirm, 200, &mut fared.confirms),
        ] {
            let start = Instant::now();
            match ask(address, &request).await {
                Ok(status) if status == good => times.push(millis(start.elapsed())),
                Ok(status) => fared.failed.push(status),
                Err(_) => fared.failed.push(0),
            }
        }
    }
    Ok(fared)
}

async fn ask(address: SocketAddr, request: &[u8]) -> Result<u16> {
    let mut connection = Connection::open(address).await?;
    Ok(connection.ask(request).await?.status)
}

async fn watch(pid: u32, stop: Arc<AtomicBool>) -> Result<f64> {
    let mut peak = resident(pid)?;
    while !stop.load(Relaxed) {
        peak = peak.max(resident(pid)?);
        tokio::time::sleep(LOOK).await;
    }
    Ok(peak)
}
