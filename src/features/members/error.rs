//! What can go wrong with members.

use super::{MemberState, NameFault, NotFresh};
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
    /// Only addresses of these mail domains may become members.
    #[error("the address is of a mail domain that may not join")]
    MailDomain(Vec<String>),
    /// Only the workspace's Owner and Admins may do this.
    #[error("only the workspace's Owner and Admins may do this")]
    NotAdmin,
    /// The workspace has no such member.
    #[error("no such member in this workspace")]
    NotFound,
    /// The workspace's Owner is nobody's to manage; they hand it over first.
    #[error("the workspace's Owner can't be changed by others")]
    IsOwner,
    /// Nobody does this to themselves.
    #[error("not to oneself")]
    Oneself,
    /// They proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// They can't be what is wanted from how they stand now.
    #[error("not in the state that this needs")]
    WrongState(MemberState),
    /// Who owns items can't become a guest.
    #[error("they own items")]
    OwnsItems,
    /// Only the workspace's Owner may do this.
    #[error("only the workspace's Owner may do this")]
    NotOwner,
    /// This address was written to too often.
    #[error("too many mails to this address")]
    TooManyMails(Exceeded),
    /// So many invitations are sent by one member or workspace at most.
    #[error("too many invitations")]
    TooManyInvitations(Exceeded),
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
