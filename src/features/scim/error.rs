//! What can go wrong with provisioning.

use super::protocol::Refused;
use crate::{
    db::DbError,
    features::{
        mail::MailError,
        members::{MemberError, NotFresh},
        offboarding::LeaveError,
    },
};

/// Why what a directory asks for isn't done.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The request breaks the protocol, or a value can't be taken.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The directory has no such resource here.
    #[error("no such resource")]
    NotFound,
    /// The resource isn't any more what the directory believes.
    #[error("the resource was changed since it was read")]
    Changed,
    /// The workspace's Owner is nobody's to suspend or remove.
    #[error("the workspace's Owner can't be suspended or removed")]
    IsOwner,
    /// A person put them out: a person lets them in.
    #[error("a person put them out")]
    KeptOut,
    /// The mail that tells somebody of their new address can't be composed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// A workspace has so many teams at most.
    #[error("too many teams")]
    TooManyTeams,
    /// What a leaver leaves behind can't be settled.
    #[error(transparent)]
    Leave(LeaveError),
}

impl From<LeaveError> for ScimError {
    fn from(error: LeaveError) -> Self {
        match error {
            LeaveError::Db(error) => Self::Db(error),
            LeaveError::Member(MemberError::IsOwner) => Self::IsOwner,
            error => Self::Leave(error),
        }
    }
}

/// Why a token can't be made or ended.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Only the workspace's Owner and Admins look after provisioning.
    #[error("only the workspace's Owner and Admins look after provisioning")]
    NotAdmin,
    /// They proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// There are as many as there may be.
    #[error("too many tokens")]
    TooMany,
    /// A token lives, by which a directory manages its teams.
    #[error("a token lives")]
    Living,
    /// There is no such token.
    #[error("no such token")]
    NotFound,
}
