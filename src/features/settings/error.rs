//! What can go wrong with settings.

use super::PictureFault;
use crate::{
    db::DbError,
    features::members::{NameFault, NotFresh},
};

/// Why settings can't be seen or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Only the workspace's Owner and Admins may do this.
    #[error("only the workspace's Owner and Admins may do this")]
    NotAdmin,
    /// They proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// Values that can't be taken.
    #[error("a value can't be taken: {0:?}")]
    Invalid(Vec<Invalid>),
    /// What was uploaded can't be a logo.
    #[error(transparent)]
    Picture(#[from] PictureFault),
    /// There is no logo.
    #[error("no such logo")]
    NoLogo,
}

/// A value that can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The name.
    Name(NameFault),
    /// More than two characters, or such as can't be seen.
    Monogram,
    /// No angle.
    Hue,
    /// Sessions that end too early or too late without a request.
    Idle,
    /// Sessions that end too early or too late at all.
    Absolute,
    /// Sessions that would end later without a request than at all.
    IdleBeyondAbsolute,
    /// A mail domain that is none, or too many.
    Domains,
}
