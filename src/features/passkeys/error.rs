//! What can go wrong with a passkey.

use crate::{
    db::DbError,
    features::{
        keys::KeyError,
        members::{NameFault, NotFresh},
    },
};

/// Why something can't be done with a passkey.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What was asked can't be sealed or opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Identity was proven too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// The public address has no domain name, which passkeys are bound to.
    #[error("the public address has no domain name")]
    NoDomain,
    /// The browser couldn't be asked: a fault in the library or its state.
    #[error("a ceremony can't be begun or read")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not an answer of an authenticator.
    #[error("not an answer of an authenticator")]
    Malformed,
    /// Unknown, answered, late, or asked in another browser or for something else.
    #[error("the ceremony is over")]
    Over,
    /// The answer doesn't hold, or the passkey is not one that may answer here.
    #[error("the passkey was refused")]
    Refused,
    /// The member has no passkey that could answer.
    #[error("the member has no passkey")]
    NoPasskey,
    /// The member has no passkey with this id.
    #[error("no such passkey")]
    NotFound,
    /// The authenticator is registered.
    #[error("the passkey is registered already")]
    Known,
    /// The member has as many as they can.
    #[error("the member has too many passkeys")]
    TooMany,
    /// A name that can't be taken.
    #[error("a name that can't be taken: {0:?}")]
    Name(NameFault),
}
