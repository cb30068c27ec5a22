//! Public links as their owners see them: asking, confirming, making, watching, revoking.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{items::ItemKind, members::MemberBrief, secret::SecretText, sign_in::FlowState};

/// Asks for a public link. No link exists before the member confirms.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShareIntent {
    /// The item, `itm_…`.
    pub item: String,
    /// How long the link lasts, in seconds: 60 to 2,592,000 (30 days).
    pub expires_in: i64,
    /// Whether the link is dead after anyone has viewed it.
    #[serde(default)]
    pub one_time: bool,
    /// Whether the owner gets a mail when the link is first opened.
    #[serde(default = "yes")]
    pub notify: bool,
}

fn yes() -> bool {
    true
}

/// A link asked for and not made yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShareIntent {
    /// `int_…`
    pub id: String,
    /// Where it stands.
    pub state: FlowState,
    /// Six digits for the confirmation on another device; only in the answer to the asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_code: Option<SecretText>,
    /// The address the mail went to.
    pub sent_to: String,
    /// How the mail is doing; nothing when none was sent, because the workspace wants a passkey.
    pub mail: Option<MailState>,
    /// What confirming takes in this workspace.
    pub confirm_by: ConfirmBy,
    /// Whether the member has a passkey to confirm with.
    pub has_passkey: bool,
    /// Until when it can be confirmed and used.
    pub expires_at: i64,
    /// From when on the mail can be sent again.
    pub resend_at: i64,
}

/// What confirming a public link takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmBy {
    /// The button of a mail, whether or not the member has a passkey.
    Mail,
    /// A passkey: no mail is sent.
    Passkey,
    /// Either of them.
    MailOrPasskey,
}

/// What confirming a public link takes in a workspace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkConfirmation {
    /// What it takes.
    pub by: ConfirmBy,
    /// Whether there can be passkeys here: they need an address with a domain name.
    pub passkeys_available: bool,
}

/// Says what confirming a public link takes (workspace Owner and Admins).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeLinkConfirmation {
    /// What it takes from now on.
    pub by: ConfirmBy,
}

/// How a mail is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Waiting to be sent.
    Queued,
    /// Tried, and will be tried again.
    Delayed,
    /// Handed to the mail server.
    Sent,
    /// Given up.
    Failed,
}

/// What the browser seals into the link, given out once the intent is confirmed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IntentPayload {
    /// What is bound to the ciphertext.
    pub header: LinkTerms,
    /// The public origin, e.g. `https://vault.example`: its SHA-256 is bound too.
    pub origin: String,
    /// The plaintext to seal.
    pub payload: GuestPayload,
}

/// The terms of a link that its ciphertext is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkTerms {
    /// Account or secret.
    pub kind: ItemKind,
    /// bit 0 one-time, bit 1 passphrase, bit 2 MFA codes only.
    pub flags: u8,
    /// Seconds since the Unix epoch.
    pub created_at: i64,
    /// Seconds since the Unix epoch.
    pub expires_at: i64,
}

/// The plaintext of a link: what the recipient gets to see. Sealed in the sender's browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestPayload {
    /// The item's name.
    pub name: String,
    /// The app's name, or empty.
    #[serde(default)]
    pub app: String,
    /// An http or https address, or empty.
    #[serde(default)]
    pub website: String,
    /// The username, or empty.
    #[serde(default)]
    pub username: SecretText,
    /// The password, or empty.
    #[serde(default)]
    pub password: SecretText,
    /// The MFA key as an otpauth address, or empty.
    #[serde(default)]
    pub otpauth: SecretText,
    /// A secret's body, or empty.
    #[serde(default)]
    pub body: SecretText,
    /// The hue (0 to 359) of the item's monogram.
    #[serde(default)]
    pub hue: u16,
}

/// A link sealed in the sender's browser.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedLink {
    /// 16 bytes, base64url.
    pub lid: SecretText,
    /// SHA-256 of `auth`: 32 bytes, base64url.
    pub v0: SecretText,
    /// The terms, as given with the payload.
    pub header: LinkTerms,
    /// Key commitment: 32 bytes, base64url.
    pub commit: String,
    /// 12 bytes, base64url.
    pub iv: String,
    /// Ciphertext and tag: a padded size of 1, 4, 16 or 64 KiB and 16 bytes, base64url.
    pub ct: String,
}

/// A link that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkMade {
    /// `lnk_…`
    pub id: String,
    /// When it stops working.
    pub expires_at: i64,
}

/// What can be said of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Opens.
    Live,
    /// A one-time link that was viewed.
    Viewed,
    /// Its time is over.
    Expired,
    /// Taken back.
    Revoked,
    /// Too many wrong passphrases.
    Locked,
}

/// A public link, as an Owner of its item or an admin sees it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// `lnk_…`
    pub id: String,
    /// The item, `itm_…`.
    pub item: String,
    /// The version of the item it shows.
    pub item_version: i64,
    /// Where it stands.
    pub state: LinkState,
    /// Who made it.
    pub created_by: MemberBrief,
    /// When it was made.
    pub created_at: i64,
    /// When it stops or stopped working.
    pub expires_at: i64,
    /// Whether it can be viewed only once.
    pub one_time: bool,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    /// When a recipient said "This wasn't me".
    pub disputed_at: Option<i64>,
    /// Who viewed it, oldest first.
    pub views: Vec<LinkView>,
}

/// One browser that viewed a link.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkView {
    /// When it was given the item.
    pub viewed_at: i64,
    /// E.g. "Safari on iPhone".
    pub browser: String,
    /// The network address without its last part, e.g. `203.0.113.x`.
    pub address: String,
    /// Whether the browser confirmed that it could decrypt and show the item.
    pub acknowledged: bool,
}

/// The public links of an item.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkList {
    /// Newest first.
    pub links: Vec<Link>,
}
