//! "Something about this topic changed": wakes whoever waits for it, on every node.
//!
//! A signal is a row written in the transaction of the change. The node that made the change wakes
//! its own listeners at once and gives the others a hint; a node with listeners looks for new rows
//! when it hears one, and now and then without.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    base::{clock::Timestamp, id::EventId},
    db::{Db, DbError, Tx, delete_few, sql},
};

/// How often a node with waiting streams looks for other nodes' signals when it hears no hint.
pub const POLL_EVERY: Duration = Duration::from_millis(300);
/// How long a signal is kept, and how far back a look goes: longer than any transaction.
const KEPT: Duration = Duration::from_secs(60);

/// The bells of those who wait on this node, by topic. A bell may hang in several places.
type Topics = HashMap<String, Vec<Arc<Notify>>>;

/// Spreads signals to the streams of this node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Signals {
    topics: Arc<Mutex<Topics>>,
    db: Db,
}

impl Signals {
    /// Works on `db`.
    pub fn new(db: Db) -> Self {
        Self {
            topics: Arc::default(),
            db,
        }
    }

    /// Listens to some topics from now on.
    pub fn listen(&self, topics: Vec<String>) -> Listener {
        let bell: Arc<Notify> = Arc::default();
        let mut known = self.known();
        for topic in &topics {
            let bells = known.entry(topic.clone()).or_default();
            bells.push(Arc::clone(&bell));
        }
        drop(known);
        Listener {
            bell,
            topics,
            signals: self.clone(),
        }
    }

    /// Wakes this node's listeners, and hints at the other nodes', after the change was committed.
    pub fn wake(&self, topic: &str) {
        self.pass_on(topic);
        self.db.hint();
    }

    /// Whether anybody listens on this node.
    pub fn has_listeners(&self) -> bool {
        !self.known().is_empty()
    }

    fn pass_on(&self, topic: &str) {
        // Nobody listening any more is fine.
        for bell in self.known().get(topic).into_iter().flatten() {
            bell.notify_one();
        }
    }

    fn known(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears of some topics. What changes between two waits is not missed.
#[derive(Debug)]
pub struct Listener {
    bell: Arc<Notify>,
    topics: Vec<String>,
    signals: Signals,
}

impl Listener {
    /// Waits for a sign that one of the topics changed.
    pub async fn woken(&mut self) {
        self.bell.notified().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut known = self.signals.known();
        for topic in &self.topics {
            if let Some(bells) = known.get_mut(topic) {
                bells.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
                if bells.is_empty() {
                    known.remove(topic);
                }
            }
        }
    }
}

/// Writes a signal, in the transaction of the change, where other nodes may wait for it. One node
/// alone wakes its streams itself.
///
/// # Errors
/// When the database refuses.
pub async fn raise(tx: &mut Tx, topic: &str, now: Timestamp) -> Result<(), DbError> {
    if !tx.is_shared() {
        return Ok(());
    }
    sql("INSERT INTO signals (id, topic, at) VALUES ($1, $2, $3)")
        .bind(EventId::new(now))
        .bind(topic)
        .bind(now)
        .execute_later(tx)
        .await
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
                signals.pass_on(&row.get::<String>("topic")?);
            }
            current.insert(id);
        }
        self.seen = current;
        Ok(())
    }
}

/// Forgets `most` old signals; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    delete_few!("signals", "id", "at < $1 ORDER BY at LIMIT $2")
        .bind(now - KEPT - KEPT)
        .bind(most)
        .execute(tx)
        .await
}
