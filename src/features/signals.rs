//! "Something about this topic changed": wakes whoever waits for it, on every node.
//!
//! A signal is a row written in the transaction of the change. Every node that has somebody
//! waiting looks for new rows a few times a second; the node that made the change is woken at once.

use std::{collections::HashSet, time::Duration};

use tokio::sync::broadcast;

use crate::{
    base::{clock::Timestamp, id::EventId},
    db::{Db, DbError, Tx, sql},
};

/// How often a node with waiting streams looks for other nodes' signals.
pub const POLL_EVERY: Duration = Duration::from_millis(300);
/// How long a signal is kept, and how far back a look goes: longer than any transaction.
const KEPT: Duration = Duration::from_secs(60);

/// Spreads signals to the streams of this node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Signals {
    send: broadcast::Sender<String>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            send: broadcast::channel(1024).0,
        }
    }
}

impl Signals {
    /// Listens to all topics from now on.
    pub fn listen(&self) -> broadcast::Receiver<String> {
        self.send.subscribe()
    }

    /// Wakes this node's listeners, after the change was committed.
    pub fn wake(&self, topic: &str) {
        // Nobody listening is fine.
        let _ = self.send.send(topic.to_owned());
    }

    /// Whether anybody listens on this node.
    pub fn has_listeners(&self) -> bool {
        self.send.receiver_count() > 0
    }
}

/// Writes a signal, in the transaction of the change.
///
/// # Errors
/// When the database refuses.
pub async fn raise(tx: &mut Tx, topic: &str, now: Timestamp) -> Result<(), DbError> {
    sql("INSERT INTO signals (id, topic, at) VALUES ($1, $2, $3)")
        .bind(EventId::new(now))
        .bind(topic)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers which signals a node has passed on.
#[derive(Debug, Default)]
pub struct Follower {
    seen: HashSet<String>,
}

impl Follower {
    /// Passes on signals of any node that weren't passed on yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pass_on(
        &mut self,
        db: &Db,
        signals: &Signals,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let rows = sql("SELECT id, topic FROM signals WHERE at > $1 ORDER BY at")
            .bind(now - KEPT)
            .all(db)
            .await?;
        let mut current = HashSet::with_capacity(rows.len());
        for row in rows {
            let id: String = row.get("id")?;
            if !self.seen.contains(&id) {
                signals.wake(&row.get::<String>("topic")?);
            }
            current.insert(id);
        }
        self.seen = current;
        Ok(())
    }
}

/// Forgets old signals; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    sql("DELETE FROM signals WHERE at < $1")
        .bind(now - KEPT - KEPT)
        .execute(tx)
        .await
}
