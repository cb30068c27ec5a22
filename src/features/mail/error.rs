//! Why a mail can't be composed or sent.

use crate::{db::DbError, features::keys::KeyError};

/// Why a mail can't be composed or sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// It can't be sealed, or doesn't open any more.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A template failed.
    #[error("a mail template failed")]
    Template(#[from] askama::Error),
    /// A sealed mail holds something else.
    #[error("a sealed mail can't be read")]
    Unreadable,
    /// The recipient's address can't stand in a mail.
    #[error("the address can't be written to")]
    Address(#[from] lettre::address::AddressError),
    /// The mail breaks a rule of mails.
    #[error("the mail can't be put together: {0}")]
    Malformed(#[from] lettre::error::Error),
    /// The mail server couldn't be reached, or refused.
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The mail server took too long.
    #[error("the mail server took too long")]
    TooSlow,
    /// The folder can't be written to.
    #[error("the mail folder can't be written to: {0}")]
    Folder(#[from] std::io::Error),
}

impl MailError {
    /// Whether trying again can't help: the mail itself is at fault, or was refused for good.
    pub fn is_final(&self) -> bool {
        // Refusals that are about our account with the server, not about this mail: somebody can
        // mend the configuration before the mail becomes useless.
        const OURS: [&str; 4] = ["530", "534", "535", "538"];
        match self {
            Self::Unreadable | Self::Address(_) | Self::Malformed(_) => true,
            Self::Smtp(error) => {
                let ours = error
                    .status()
                    .is_some_and(|code| OURS.contains(&code.to_string().as_str()));
                error.is_permanent() && !ours
            }
            Self::Keys(error) => matches!(error, KeyError::Seal(_) | KeyError::Missing(_)),
            Self::Db(_) | Self::Template(_) | Self::TooSlow | Self::Folder(_) => false,
        }
    }
}
