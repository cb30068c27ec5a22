//! Who may do what: one table, one pure decision, and the grants it is asked about.
//!
//! A feature that touches an item calls [`require`] inside its transaction, with the words of the
//! table. What isn't in the table is refused.

mod error;
mod rules;
mod service;
mod store;
mod table;

pub use error::AccessError;
pub use rules::{Refusal, Standing, decide};
pub use service::{
    Access, give_first_owner, give_up_all, hand_over, hand_over_all, hold_owned_alone, lock_item,
    owned_alone, owners_of, require, standing,
};
pub use table::{Action, Resource, Role, Row, TABLE};
