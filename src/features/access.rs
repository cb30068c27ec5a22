//! Who has which role on an item, by themselves and through their teams.
//!
//! A feature that touches an item calls [`require`] inside its transaction, with the words of the
//! table. What isn't in the table is refused.

mod error;
mod service;
mod store;
mod team_store;

pub use error::AccessError;
pub use service::{
    Access, give_first_owner, give_up_all, hand_over, hand_over_all, hold_owned_alone, lock_item,
    owned_alone, owners_of, require, standing,
};
pub(super) use store::roles_on_item;
