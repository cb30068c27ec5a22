//! Who may do what: one table, one pure decision. Where somebody stands towards an item or a team is
//! for others to find out; what they may do there is said here alone.

mod rules;
mod table;

pub use rules::{Refusal, Standing, decide, effective};
pub use table::{Action, Resource, Role, Row, TABLE};
