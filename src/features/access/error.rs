//! What can go wrong with access.

use crate::{db::DbError, features::permission::Refusal};

/// Why something can't be done to an item.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The item isn't there, or not for them to know about.
    #[error("no such item for this member")]
    Hidden,
    /// They may see the item, but not do this.
    #[error("only an Owner of the item may do this")]
    NotAllowed,
    /// An item keeps at least one Owner.
    #[error("it would leave the item without an Owner")]
    LastOwner,
    /// Guests use what they are given.
    #[error("a guest can't add items")]
    GuestCannotAdd,
    /// Guests are Collaborators only.
    #[error("a guest can't own an item")]
    GuestOwner,
    /// The workspace has no such member.
    #[error("no such member in this workspace")]
    NoSuchMember,
    /// The workspace has no such team.
    #[error("no such team in this workspace")]
    NoSuchTeam,
    /// What somebody has through a team ends with the team's role, or with their place in it.
    #[error("they have it through a team")]
    ThroughTeam,
}

impl From<Refusal> for AccessError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Self::Hidden,
            Refusal::NotAllowed => Self::NotAllowed,
        }
    }
}
