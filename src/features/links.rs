//! Public links: asked for and confirmed ([`Intents`]), made and watched ([`Links`]), opened by
//! people without an account ([`Guests`]), and erased when they are over (`sweep`).
//!
//! The server never has a link's secret. It stores what proves possession of it, and a payload that
//! was sealed in the sender's browser, wrapped once more under the key of the day.

mod by_passkey;
mod confirmations;
mod error;
mod guest_store;
mod guests;
mod intent_store;
mod intents;
mod leaving;
mod link_store;
mod model;
mod payload_store;
mod rule_store;
mod rules;
mod service;
mod sweep;

pub use error::LinkError;
pub use guests::{Guests, Proof};
pub use intents::Intents;
pub use leaving::{Fate, cancel_all_of, settle};
pub use model::{Binder, IntentId, Lifetime};
pub use service::Links;
pub use sweep::{drop_before, sweep};
