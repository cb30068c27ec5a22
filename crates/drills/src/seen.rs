//! What the people outside see of the site: acknowledgements, and what went wrong.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// What a node acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A link was made (201).
    Create,
    /// A link was given to a browser (200).
    Claim,
}

/// An acknowledged write.
#[derive(Clone, Copy, Debug)]
pub struct Ack {
    pub node: usize,
    pub deed: Deed,
    /// When the request that was answered had left.
    pub sent: Instant,
    pub at: Instant,
}

type Hook = Box<dyn FnOnce() + Send>;

/// Collects what everybody sees.
#[derive(Default)]
pub struct Seen(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    acks: Vec<Ack>,
    troubles: BTreeMap<String, Vec<u64>>,
    surprises: BTreeMap<String, u64>,
    hook: Option<Hook>,
}

impl Seen {
    /// A write was acknowledged just now.
    pub fn ack(&self, node: usize, deed: Deed, sent: Instant) {
        let at = Instant::now();
        let mut inner = self.inner();
        if let Some(hook) = inner.hook.take() {
            hook();
        }
        inner.acks.push(Ack {
            node,
            deed,
            sent,
            at,
        });
    }

    /// Does something the moment the next write is acknowledged.
    pub fn at_next_ack(&self, hook: impl FnOnce() + Send + 'static) {
        self.inner().hook = Some(Box::new(hook));
    }

    /// Whether [`Self::at_next_ack`] still waits.
    pub fn is_waiting(&self) -> bool {
        self.inner().hook.is_some()
    }

    /// Something went wrong that passes, and was tried again.
    pub fn trouble(&self, node: usize, kind: String) {
        let mut inner = self.inner();
        let counts = inner.troubles.entry(kind).or_default();
        if counts.len() <= node {
            counts.resize(node + 1, 0);
        }
        counts[node] += 1;
    }

    /// An answer that nobody should ever get.
    pub fn surprise(&self, kind: String) {
        *self.inner().surprises.entry(kind).or_default() += 1;
    }

    /// When a node first acknowledged a write that was sent after `since`.
    pub fn first_ack(&self, node: usize, since: Instant) -> Option<Instant> {
        let inner = self.inner();
        let mut acks = inner.acks.iter();
        acks.find(|ack| ack.node == node && ack.sent > since)
            .map(|ack| ack.at)
    }

    /// How many writes of a kind were acknowledged.
    pub fn acknowledged(&self, deed: Deed) -> usize {
        let inner = self.inner();
        inner.acks.iter().filter(|ack| ack.deed == deed).count()
    }

    /// What went wrong how often, on each node.
    pub fn troubles(&self) -> BTreeMap<String, Vec<u64>> {
        self.inner().troubles.clone()
    }

    /// Answers that nobody should ever get, and how often somebody did.
    pub fn surprises(&self) -> BTreeMap<String, u64> {
        self.inner().surprises.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
