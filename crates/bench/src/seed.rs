//! Data for the rows: written straight into the database, in bulk, the way years of use would have
//! left it. Everything follows from a seed, so that two runs measure the same.
//!
//! What is written really works: links open with secrets that are known, sessions and confirmed
//! intents can be used, items unseal. What nobody will look at is only shaped right: the hashes in
//! the log's chain are random, so that `guestpass audit verify` would refuse it.

mod chance;
mod history;
mod ids;
mod intents;
mod items;
mod links;
mod people;
mod rows;
mod sealing;
mod sink;

pub use chance::Chance;
pub use history::{History, grow};
pub use ids::Id;
pub use intents::{AskedFor, intents};
pub use links::{Held, LiveLinks, live};
pub use people::World;
pub use rows::Cell;
pub use sealing::Sealer;
pub use sealing::{derived, link_secret};
pub use sink::{Sink, connect};

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;
