//! What can go wrong with attachments.

use super::Fault;
use crate::{
    db::DbError,
    features::{
        access::AccessError,
        keys::{KeyError, SealError},
    },
};

/// Why something can't be done with an attachment.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// It can't be sealed or opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// They may not do this.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Values that can't be taken, by field.
    #[error("values that can't be taken: {0:?}")]
    Invalid(Vec<(&'static str, Fault)>),
    /// Accounts have no attachments.
    #[error("accounts have no attachments")]
    NotSecret,
    /// The secret has as many as it may have.
    #[error("the secret has too many attachments")]
    TooMany,
    /// No such attachment, or its content never arrived.
    #[error("no such attachment")]
    NotThere,
    /// Its content is there already.
    #[error("the content was uploaded already")]
    AlreadyThere,
    /// More bytes than were announced.
    #[error("the content is longer than announced")]
    TooLong,
    /// Fewer bytes than were announced.
    #[error("the content is shorter than announced")]
    TooShort,
    /// Another upload of the same attachment began, or it was removed.
    #[error("the upload was overtaken")]
    Overtaken,
    /// The sender's connection broke.
    #[error("the content stopped arriving")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A piece is missing, in another's place, or was changed.
    #[error("the stored content is broken at segment {0}")]
    Broken(i64),
}

impl From<SealError> for AttachmentError {
    fn from(error: SealError) -> Self {
        Self::Key(error.into())
    }
}
