//! Mails: what couldn't be sent, and the demo's mailbox.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::secret::SecretText;

/// Mails that were given up in the last week.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MailFailures {
    /// Newest first.
    pub failures: Vec<MailFailure>,
}

/// A mail that was given up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MailFailure {
    /// `mai_…`
    pub id: String,
    /// To which address it was written.
    pub to: String,
    /// About what.
    pub subject: String,
    /// When it was given up.
    pub failed_at: i64,
    /// Why, in the mail server's or our own words.
    pub error: String,
}

/// The demo's mails, which never left it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Mailbox {
    /// Newest first.
    pub mails: Vec<MailboxMail>,
}

/// A mail that the demo would have sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MailboxMail {
    /// `mai_…`
    pub id: String,
    /// When.
    pub at: i64,
    /// To which address.
    pub to: String,
    /// About what.
    pub subject: String,
    /// The text part.
    pub text: SecretText,
    /// The HTML part.
    pub html: SecretText,
}
