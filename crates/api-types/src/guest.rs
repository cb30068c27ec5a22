//! Opening a link, without an account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{items::ItemKind, links::LinkTerms, secret::SecretText};

/// Proof that the asker holds a link.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// 16 bytes derived from the link, base64url.
    pub lid: SecretText,
    /// 32 bytes derived from the link, base64url.
    pub auth: SecretText,
}

/// What may be known before a link is opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Peek {
    /// Account or secret.
    pub kind: ItemKind,
    /// Who shares it.
    pub sender_first_name: String,
    /// Who shares it.
    pub sender_last_name: String,
    /// The workspace's name.
    pub workspace: String,
    /// One or two letters that stand for it; empty when its name gives them.
    pub monogram: String,
    /// Their colour, in degrees; nothing for the product's own.
    pub hue: Option<u16>,
    /// When it stops working, in milliseconds since the Unix epoch.
    pub expires_at: i64,
    /// Whether it can be viewed only once.
    pub one_time: bool,
}

/// The sealed item, given to a browser that claimed it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Claimed {
    /// What the waiting page showed, for the head of the view.
    pub peek: Peek,
    /// The terms the ciphertext is bound to.
    pub header: LinkTerms,
    /// Key commitment: 32 bytes, base64url.
    pub commit: String,
    /// 12 bytes, base64url.
    pub iv: String,
    /// Ciphertext and tag, base64url.
    pub ct: String,
}

/// A one-time link that was opened already; only told to somebody who holds the link.
/// Travels as the extension `spent` of the problem `link_spent` (410).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Spent {
    /// When it was opened.
    pub opened_at: i64,
    /// Whether somebody already said "This wasn't me".
    pub disputed: bool,
}
