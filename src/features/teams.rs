//! Teams: people who are given items together. What a team has, its people have, for as long as
//! they are in it.
//!
//! A team is managed in one place: by its Team Admins, by a group at a login provider, or by a
//! directory through SCIM. Where somebody else manages it, nobody changes it by hand.

mod error;
mod managed;
mod model;
mod rules;
mod service;
mod store;

pub use error::TeamError;
pub use managed::{
    Manager, create_managed, follow_groups, managed, managed_by, people_of, release,
    remove_managed, rename_managed, set_external_id, set_people, teams_of,
};
pub use model::{ManagedBy, Person, Team, TeamRole};
pub use service::{MOST, Teams, forget_all_of};
pub(super) use store::hold;
