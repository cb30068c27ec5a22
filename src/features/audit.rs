//! The activity log: every action writes its event in its own transaction; a sequencer chains
//! the events of each workspace by hash within a second.
//!
//! Chaining inside the action's transaction would make the chain's head a lock that every claim
//! of a workspace waits for.

mod block_store;
mod chain;
mod drop_store;
mod model;
mod store;

pub use chain::{ChainError, ChainFault, chain_all, verify};
pub(super) use drop_store::{drop_before, drop_between};
pub use model::{Action, Actor, By, EventCursor, NewEvent, StoredEvent};
pub use store::{EventFilter, find, record, record_all, start_chain};
