//! What can go wrong with teams.

use super::rules::Refusal;
use crate::{
    db::DbError,
    features::members::{NameFault, NotFresh},
};

/// Why a team can't be had, made or changed.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The workspace has no such team, or not for them to know about.
    #[error("no such team for this member")]
    Hidden,
    /// Guests make no teams.
    #[error("a guest can't make teams")]
    GuestCannotMake,
    /// Only Team Admins, and the workspace's Owner and Admins, may do this.
    #[error("only a Team Admin may do this")]
    NotAllowed,
    /// Somebody else decides about it: a provider or a directory.
    #[error("the team isn't managed by hand")]
    Managed,
    /// A name that can't be taken.
    #[error("the name can't be taken: {0:?}")]
    Name(NameFault),
    /// Another team has the name.
    #[error("another team has this name")]
    NameTaken,
    /// Another team of the directory has the identifier.
    #[error("another team has this external identifier")]
    ExternalIdTaken,
    /// A workspace has so many teams at most.
    #[error("too many teams")]
    TooMany,
    /// A team that looks after itself keeps a Team Admin.
    #[error("it would leave the team without a Team Admin")]
    LastAdmin,
    /// Guests are no Team Admins.
    #[error("a guest can't be a Team Admin")]
    GuestAdmin,
    /// They proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// The workspace has no such member.
    #[error("no such member in this workspace")]
    NoSuchMember,
}

impl From<Refusal> for TeamError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Managed => Self::Managed,
            Refusal::Hidden => Self::Hidden,
            Refusal::NotAllowed => Self::NotAllowed,
        }
    }
}
