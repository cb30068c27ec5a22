//! What can go wrong with providers.

use super::{Fault, TextFault};
use crate::{
    db::DbError,
    features::{keys::KeyError, members::NotFresh, teams::TeamError},
};

/// Why a provider can't be had, used or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A secret doesn't open, or can't be sealed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Only the workspace's Owner and Admins may do this.
    #[error("only the workspace's Owner and Admins may do this")]
    NotAdmin,
    /// They proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// No such provider.
    #[error("no such provider")]
    NotFound,
    /// No such workspace.
    #[error("no such workspace")]
    NoWorkspace,
    /// Values that can't be taken.
    #[error("a value can't be taken: {0:?}")]
    Invalid(Vec<Invalid>),
    /// A workspace has so many providers at most.
    #[error("too many providers")]
    TooMany,
    /// One of its teams can't be made.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// Whoever makes it the only way in has to be able to come in by it.
    #[error("the account of whoever makes it the only way in isn't connected")]
    NotConnected,
    /// The workspace's Owner would come in by none of the providers that are left.
    #[error("the workspace's Owner would be locked out")]
    OwnerNotConnected,
    /// The provider can't be reached or isn't one.
    #[error("the provider can't be used: {0}")]
    Unusable(#[from] Fault),
    /// No such visit: used, late, or another browser's.
    #[error("no such visit to a provider")]
    NoVisit,
    /// Somebody came back from the provider and isn't let in.
    #[error("not let in: {0:?}")]
    Refused(Refusal),
    /// A logout token that can't be taken.
    #[error("the logout token can't be taken: {0}")]
    LogoutToken(&'static str),
}

/// Why somebody who came back from a provider isn't let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The provider says so, or its user gave up.
    ByProvider,
    /// What came back can't be trusted; what exactly is wrong is for the log.
    Untrusted(&'static str),
    /// An active member with this address hasn't connected this account.
    ConnectFirst,
    /// Somebody who was invited and given something already has to come by mail first.
    MailFirst,
    /// The provider doesn't vouch for an address.
    Unverified,
    /// Nobody invited them, and the provider doesn't vouch for their domain.
    NotInvited,
    /// A member who may not come in.
    KeptOut,
    /// The account at the provider belongs to another member.
    Taken,
    /// Whoever came back isn't who left to connect their account.
    NotYou,
}

impl Refusal {
    /// For the activity log.
    pub(super) fn details(self) -> &'static str {
        match self {
            Self::ByProvider => "the provider refused",
            Self::Untrusted(what) => what,
            Self::ConnectFirst => "the account isn't connected",
            Self::MailFirst => "invited and given items already: by mail first",
            Self::Unverified => "no verified address",
            Self::NotInvited => "not invited",
            Self::KeptOut => "not an active member",
            Self::Taken => "the account is another member's",
            Self::NotYou => "another member came back",
        }
    }
}

/// A value that can't be taken, by the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The name, the client's id, or the claim.
    Text(&'static str, TextFault),
    /// The issuer is no https address.
    Issuer,
    /// The issuer is where the server doesn't go.
    OffLimits,
    /// The secret is missing or too long.
    Secret,
    /// A domain that is none, or too many.
    Domains,
    /// A role that can't be given.
    Role,
    /// A group without a name, twice, or too many.
    Groups,
    /// A team or its group without a name, twice, or too many.
    Teams,
}
