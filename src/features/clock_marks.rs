//! The latest instant this installation has lived through, kept over restarts and shared by nodes,
//! so that a clock set back revives nothing.

mod store;

pub use store::{latest, raise};
