//! What can go wrong with a sign-in.

use crate::{
    db::DbError,
    features::{limits::Exceeded, mail::MailError},
};

/// Why a sign-in doesn't go on.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The mail can't be composed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Not a mail address at all.
    #[error("not a mail address")]
    NotAnAddress,
    /// Somebody asks for this address again and again.
    #[error("too many sign-ins for this address")]
    TooOften(Exceeded),
    /// No workspace's Owner has this address.
    #[error("no workspace's Owner has this address")]
    NoOwner,
    /// No such sign-in.
    #[error("no such sign-in")]
    NoFlow,
    /// Late, used, refused, replaced or locked.
    #[error("the sign-in is over")]
    Over,
    /// Nobody confirmed it yet.
    #[error("the sign-in isn't confirmed")]
    NotConfirmed,
    /// Another browser than the one that asked has to name the match code.
    #[error("the match code is missing")]
    CodeNeeded,
    /// Not the match code of this sign-in.
    #[error("a wrong match code")]
    CodeWrong {
        /// How many more wrong ones are forgiven.
        tries_left: i64,
    },
}
