//! What was acknowledged: kept outside of the server, to be asked for later.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use guestpass_link_crypto::LinkSecret;
use serde_json::Value;

/// A one-time link whose making was acknowledged.
pub struct Link {
    pub id: String,
    pub secret: LinkSecret,
    /// What proves that one holds it.
    pub proof: Value,
    /// What it shows.
    pub password: String,
    claims: Mutex<Claims>,
}

/// What is known of the claims of a link.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Whether any browser ever asked for it: then it may be spent without an answer.
    pub tried: bool,
    /// The browsers that were given the item.
    pub winners: Vec<Winner>,
}

/// A browser that was given the item.
#[derive(Clone, Debug)]
pub struct Winner {
    pub binder: String,
    pub at: Instant,
}

impl Link {
    pub fn new(id: String, secret: LinkSecret, proof: Value, password: String) -> Self {
        Self {
            id,
            secret,
            proof,
            password,
            claims: Mutex::default(),
        }
    }

    /// Somebody is about to claim it.
    pub fn tried(&self) {
        locked(&self.claims).tried = true;
    }

    /// It was given to this browser.
    pub fn won(&self, binder: &str) {
        let at = Instant::now();
        locked(&self.claims).winners.push(Winner {
            binder: binder.to_owned(),
            at,
        });
    }
}

/// Everything that was acknowledged.
#[derive(Default)]
pub struct Ledger(Mutex<Vec<Arc<Link>>>);

/// A link, with what was known of its claims at one moment.
#[derive(Clone)]
pub struct Known {
    pub link: Arc<Link>,
    pub claims: Claims,
}

impl Ledger {
    pub fn add(&self, link: Link) -> Arc<Link> {
        let link = Arc::new(link);
        locked(&self.0).push(Arc::clone(&link));
        link
    }

    /// What is known now.
    pub fn now(&self) -> Vec<Known> {
        let links = locked(&self.0);
        let known = links.iter().map(|link| Known {
            link: Arc::clone(link),
            claims: locked(&link.claims).clone(),
        });
        known.collect()
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
