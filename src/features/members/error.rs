//! What can go wrong with members.

use super::NameFault;
use crate::{
    db::DbError,
    features::{limits::Exceeded, mail::MailError},
};

/// Why a member can't be had or made.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The invitation can't be composed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Values that can't be taken.
    #[error("a value can't be taken: {0:?}")]
    Invalid(Vec<Invalid>),
    /// The workspace has a member with this address.
    #[error("the address belongs to a member already")]
    AlreadyMember,
    /// Only the workspace's Owner and Admins may do this.
    #[error("only the workspace's Owner and Admins may do this")]
    NotAdmin,
    /// This address was written to too often.
    #[error("too many mails to this address")]
    TooManyMails(Exceeded),
}

/// A value that can't be taken, by the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// A first, last or workspace name.
    Name(&'static str, NameFault),
    /// A mail address.
    Email,
    /// Nobody can be invited with this role.
    Role,
}
