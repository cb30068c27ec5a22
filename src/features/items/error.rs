//! What can go wrong with items.

use super::Invalid;
use crate::{
    db::DbError,
    features::{access::AccessError, attachments::AttachmentError, keys::KeyError},
};

/// Why something can't be done with an item.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The item can't be sealed or opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It opened, but holds something else than an item.
    #[error("a sealed item holds something unexpected")]
    Content(#[source] serde_json::Error),
    /// They may not do this.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Its attachments can't be listed.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// Values that can't be taken.
    #[error("values that can't be taken: {0:?}")]
    Invalid(Vec<Invalid>),
    /// Somebody else saved a version since.
    #[error("the item was changed by somebody else")]
    Conflict,
    /// There is no MFA key.
    #[error("the item has no MFA key")]
    NoMfa,
}
