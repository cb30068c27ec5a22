//! The load: members who share without pause, and recipients who race for what they shared.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::join_all;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::sleep,
};

use crate::{
    ledger::{Ledger, Link},
    people::{Guest, Member, Outcome},
    random,
    seen::Deed,
    site::Site,
};

/// How many links are claimed at the same time.
const RACES: usize = 8;
/// A session may send 300 requests a minute, and sharing takes five.
const SHARING_TAKES: Duration = Duration::from_millis(1300);

type Queue = Arc<Mutex<mpsc::UnboundedReceiver<Arc<Link>>>>;

/// A running load.
pub struct Load {
    site: Arc<Site>,
    sharing: JoinSet<Member>,
    racing: JoinSet<()>,
}

impl Load {
    /// Everybody begins.
    pub fn start(site: &Arc<Site>, ledger: &Arc<Ledger>, members: Vec<Member>) -> Self {
        site.set_closing(false);
        let (offer, queue) = mpsc::unbounded_channel();
        let queue: Queue = Arc::new(Mutex::new(queue));
        let mut sharing = JoinSet::new();
        for (n, member) in members.into_iter().enumerate() {
            let node = n % site.ports.len();
            let (site, ledger, offer) = (Arc::clone(site), Arc::clone(ledger), offer.clone());
            sharing.spawn(share(site, ledger, member, node, offer));
        }
        let mut racing = JoinSet::new();
        for _ in 0..RACES {
            racing.spawn(race(Arc::clone(site), Arc::clone(&queue)));
        }
        Self {
            site: Arc::clone(site),
            sharing,
            racing,
        }
    }

    /// Everybody finishes what they are at. Gives the members back.
    pub async fn stop(mut self) -> Vec<Member> {
        self.site.set_closing(true);
        let mut members = Vec::new();
        while let Some(member) = self.sharing.join_next().await {
            members.extend(member.ok());
        }
        while self.racing.join_next().await.is_some() {}
        members
    }
}

async fn share(
    site: Arc<Site>,
    ledger: Arc<Ledger>,
    mut member: Member,
    node: usize,
    offer: mpsc::UnboundedSender<Arc<Link>>,
) -> Member {
    // Not all at once, in steps.
    let late = SHARING_TAKES.mul_f64(random::below(100).unwrap_or_default() as f64 / 100.0);
    sleep(late).await;
    while !site.is_closing() {
        let began = Instant::now();
        if let Some((link, sent)) = member.share(node).await {
            let link = ledger.add(link);
            site.seen.ack(node, Deed::Create, sent);
            // Some stay unopened, to be opened by whoever checks.
            if random::below(4).is_ok_and(|drawn| drawn > 0) {
                let _ = offer.send(link);
            }
        }
        sleep(SHARING_TAKES.saturating_sub(began.elapsed())).await;
    }
    member
}

async fn race(site: Arc<Site>, queue: Queue) {
    loop {
        let Some(link) = queue.lock().await.recv().await else {
            return;
        };
        if site.is_closing() {
            continue;
        }
        let first = random::below(2).unwrap_or_default() as usize;
        let rivals = 2 + random::below(2).unwrap_or_default() as usize;
        let claims = (0..rivals).map(|n| claim(&site, (first + n) % site.ports.len(), &link));
        join_all(claims).await;
    }
}

async fn claim(site: &Arc<Site>, node: usize, link: &Link) -> Result<()> {
    let mut guest = Guest::new(site)?;
    guest.peek(node, link).await;
    link.tried();
    match guest.claim(node, link).await {
        Outcome::Opened(sent) => {
            link.won(&guest.binder);
            site.seen.ack(node, Deed::Claim, sent);
        }
        Outcome::Garbled => {
            link.won(&guest.binder);
            site.seen.surprise("a claim gave another payload".into());
        }
        Outcome::Dead => site.seen.surprise("a link that was made is unknown".into()),
        Outcome::Spent | Outcome::Unknown => {}
    }
    Ok(())
}
