//! Claims and peeks in turn, as guests send them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::{
    load::Source,
    requests::{Claims, Peeks},
    seed::Held,
};

pub const CLAIM: usize = 0;
pub const PEEK: usize = 1;

/// Claims and peeks in turn. A claim that was refused is tried again later.
pub struct Mixed {
    claims: Claims,
    peeks: Peeks,
    state: Mutex<State>,
    /// Claims for which there was no link left.
    starved: AtomicU64,
}

struct State {
    free: VecDeque<usize>,
    /// Which link a claim that isn't answered yet is about.
    asked: HashMap<u64, usize>,
}

impl Mixed {
    pub fn new(authority: &str, mut held: Vec<Held>) -> Self {
        // Those that are peeked at are never claimed.
        let peeked = held.split_off(held.len() - held.len() / 20);
        let state = State {
            free: (0..held.len()).collect(),
            asked: HashMap::new(),
        };
        Self {
            claims: Claims::new(authority, Arc::new(held)),
            peeks: Peeks::new(authority, Arc::new(peeked)),
            state: Mutex::new(state),
            starved: AtomicU64::new(0),
        }
    }

    pub fn starved(&self) -> u64 {
        self.starved.load(Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Mixed {
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize> {
        if n.is_multiple_of(2) {
            let mut state = self.state();
            if let Some(link) = state.free.pop_front() {
                state.asked.insert(n, link);
                self.claims.write(link, into)?;
                return Some(CLAIM);
            }
            self.starved.fetch_add(1, Relaxed);
        }
        self.peeks.request(n, into)?;
        Some(PEEK)
    }

    fn answered(&self, n: u64, status: u16) {
        if n.is_multiple_of(2) {
            let mut state = self.state();
            if let Some(link) = state.asked.remove(&n)
                && matches!(status, 429 | 503)
            {
                state.free.push_back(link);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_claims_come_again_and_others_do_not() {
        let held = (0..40)
            .map(|n| Held {
                lid: [n; 16],
                auth: [n; 32],
            })
            .collect();
        let mixed = Mixed::new("localhost:1", held);
        let mut request = Vec::new();
        for n in 0..76 {
            let class = mixed.request(n, &mut request).unwrap();
            assert_eq!(class, usize::from(n % 2 == 1));
            mixed.answered(n, if n < 10 { 503 } else { 200 });
        }
        // Five of the 38 were refused, and are all that is left.
        assert_eq!(mixed.state().free.len(), 5);
        assert_eq!(mixed.starved(), 0);
    }
}
