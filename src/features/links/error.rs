//! Why something can't be done with a link.

use guestpass_api_types::{guest::Spent, sign_in::FlowState};

use crate::{
    db::DbError,
    features::{
        items::ItemError, keys::KeyError, limits::Exceeded, mail::MailError, members::NotFresh,
        passkeys::PasskeyError,
    },
};

/// Why something can't be done with a link or the asking for one.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A key can't be had or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The mail can't be composed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The item can't be read.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// A passkey can't be asked for or doesn't confirm.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// Identity was proven too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// Only the workspace's Owner and Admins say what confirming takes.
    #[error("only the workspace's Owner and Admins may do this")]
    NotAdmin,
    /// The workspace wants a passkey, and the asker has none.
    #[error("the workspace wants a passkey, and the asker has none")]
    PasskeyMissing,
    /// The workspace wants a passkey.
    #[error("the workspace wants a passkey, not a mail")]
    PasskeyOnly,
    /// The workspace wants the mail.
    #[error("the workspace wants the mail, not a passkey")]
    MailOnly,
    /// There is no such intent, link or item, or the asker may not know of it.
    #[error("not found")]
    NotFound,
    /// The asker isn't an Owner of the item (any more).
    #[error("not an Owner of the item")]
    NotOwner,
    /// Secrets with attachments have no public links.
    #[error("the item has attachments")]
    HasAttachments,
    /// A secret without a body has nothing to share.
    #[error("the secret has no body")]
    NoBody,
    /// The item doesn't fit into a link.
    #[error("the item is too large for a link")]
    TooLarge,
    /// The item was changed or deleted since the link was asked for.
    #[error("the item changed since the link was asked for")]
    ItemChanged,
    /// The lifetime is outside of what is allowed.
    #[error("a lifetime outside of one minute to 30 days")]
    Lifetime,
    /// The member has too many intents open.
    #[error("too many intents are open")]
    TooManyIntents,
    /// The mail can't be sent again yet.
    #[error("the mail was sent a moment ago")]
    ResendTooSoon(Exceeded),
    /// Too often; see the limits in `docs/threat-model.md`.
    #[error("a limit was reached")]
    Limit(Exceeded),
    /// The intent can't be confirmed or used any more; where it ended.
    #[error("the intent is over")]
    FlowOver(FlowState),
    /// The intent isn't confirmed yet.
    #[error("the intent isn't confirmed yet")]
    NotConfirmed,
    /// The match code is wanted: this isn't the browser that asked.
    #[error("the match code is wanted")]
    CodeNeeded,
    /// A wrong match code; how many more are forgiven.
    #[error("a wrong match code")]
    CodeWrong(i64),
    /// The sealed link isn't what was confirmed, or malformed; which field.
    #[error("the sealed link is malformed or differs from what was confirmed: {0}")]
    Malformed(&'static str),
    /// Unknown, expired, revoked, spent or a wrong proof: one answer for all.
    #[error("the link opens nothing")]
    Dead,
    /// Told only to somebody who proved that they hold the link.
    #[error("the link was opened already")]
    Spent(Spent),
    /// The clock stands behind what this installation has lived through.
    #[error("the clock was set back: links stay closed until it is right again")]
    ClockBehind,
}
