//! Accounts and secrets, who may use them, and what is attached.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{members::MemberBrief, secret::SecretText, teams::TeamBrief};

/// The two kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A login: username, password, MFA key.
    Account,
    /// A text, perhaps with attachments.
    Secret,
}

/// A member's role on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemRole {
    /// See, use, edit, share, manage access, delete.
    Owner,
    /// See and use.
    Collaborator,
}

/// An item as a card shows it. Nothing in it is secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ItemSummary {
    /// `itm_…`
    pub id: String,
    /// Account or secret.
    pub kind: ItemKind,
    /// The name (of a secret: its title).
    pub name: String,
    /// The account's username, or empty.
    pub username: String,
    /// The account's website (http or https), or empty.
    pub website: String,
    /// The app's name shown where there is no website, or empty.
    pub app: String,
    /// Whether there is an MFA key.
    pub has_mfa: bool,
    /// Whether a password (of a secret: a body) is stored.
    pub has_secret: bool,
    /// How many attachments it has.
    pub attachments: i64,
    /// The asking member's role.
    pub role: ItemRole,
    /// How many public links to it are live.
    pub live_links: i64,
    /// Why it can't be shared by a public link now, or nothing when it can.
    pub share_refusal: Option<ShareRefusal>,
    /// The number of its current version, from 1.
    pub version: i64,
    /// When it was added.
    pub created_at: i64,
    /// When its current version was saved.
    pub changed_at: i64,
}

/// Why an item has no public link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShareRefusal {
    /// Only Owners of the item may.
    NotOwner,
    /// Secrets with attachments can't be shared this way.
    HasAttachments,
    /// A secret without a body has nothing to share.
    NoBody,
}

/// A page of items.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ItemList {
    /// The items of this page.
    pub items: Vec<ItemSummary>,
    /// How many match in all.
    pub total: i64,
    /// How many of all the member can see, before any filter but the kind, are theirs as Owner.
    pub owned: i64,
    /// How many of all have a live public link.
    pub with_live_links: i64,
    /// How many there are of this kind before search and filter.
    pub all: i64,
    /// The offset of the next page, or nothing on the last.
    pub next: Option<i64>,
}

/// An item with everything that isn't secret.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ItemDetails {
    /// The card's facts.
    #[serde(flatten)]
    pub summary: ItemSummary,
    /// Notes of an account, or empty.
    pub notes: SecretText,
    /// Who added it.
    pub created_by: String,
    /// When the password (of a secret: the body) or MFA key last changed.
    pub secret_changed_at: i64,
    /// Its attachments, oldest first.
    pub files: Vec<Attachment>,
}

/// Adds an item.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Account or secret.
    pub kind: ItemKind,
    /// 1 to 200 characters.
    pub name: String,
    /// Up to 255 characters (accounts).
    #[serde(default)]
    pub username: String,
    /// An http or https address of up to 2,000 characters (accounts).
    #[serde(default)]
    pub website: String,
    /// The app's name, up to 200 characters (accounts).
    #[serde(default)]
    pub app: String,
    /// Up to 1,000 characters (accounts).
    #[serde(default)]
    pub password: SecretText,
    /// An `otpauth://totp/…` address or a base32 key (accounts); empty for none.
    #[serde(default)]
    pub mfa: SecretText,
    /// Up to 10,000 characters (accounts).
    #[serde(default)]
    pub notes: SecretText,
    /// Up to 45,000 characters (secrets).
    #[serde(default)]
    pub body: SecretText,
}

/// Saves a new version of an item. What is left out stays; what is empty is removed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemChange {
    /// The version the change was made on; when it is no longer the current one: 409.
    pub version: i64,
    /// As in [`NewItem`].
    #[serde(default)]
    pub name: Option<String>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub username: Option<String>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub website: Option<String>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub app: Option<String>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub password: Option<SecretText>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub mfa: Option<SecretText>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub notes: Option<SecretText>,
    /// As in [`NewItem`].
    #[serde(default)]
    pub body: Option<SecretText>,
}

/// The secret fields of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretField {
    /// An account's password.
    Password,
    /// An account's MFA key (as an otpauth address).
    Mfa,
    /// A secret's body.
    Body,
}

/// Asks for one secret field; the answer is written to Activity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    /// Which field.
    pub field: SecretField,
}

/// One secret field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Revealed {
    /// Its value: of `mfa`, the otpauth address.
    pub value: SecretText,
    /// Of `mfa`, the bare base32 key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_key: Option<SecretText>,
    /// The version it was read from.
    pub version: i64,
}

/// The current one-time code (RFC 6238).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OneTimeCode {
    /// 6 to 8 digits.
    pub code: SecretText,
    /// How long it is still valid, in milliseconds.
    pub remaining_ms: i64,
    /// How long each code is valid, in milliseconds.
    pub period_ms: i64,
}

/// Checks an MFA key before it is saved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckMfa {
    /// An `otpauth://totp/…` address or a base32 key.
    pub mfa: SecretText,
}

/// A person with access to an item.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Access {
    /// Who.
    pub member: MemberBrief,
    /// What they may do: the higher of their own role and those of their teams. A guest is never more
    /// than a Collaborator.
    pub role: ItemRole,
    /// The role they have by themselves, if they have one.
    pub direct: Option<ItemRole>,
    /// Since when they have that.
    pub granted_at: Option<i64>,
    /// The teams they have access through, by name.
    pub through: Vec<AccessThrough>,
}

/// A team through which somebody has access to an item.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AccessThrough {
    /// The team.
    pub team: TeamBrief,
    /// The team's role on the item.
    pub role: ItemRole,
}

/// A team that an item is shared with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamAccess {
    /// The team.
    pub team: TeamBrief,
    /// Its role.
    pub role: ItemRole,
    /// Since when.
    pub granted_at: i64,
    /// How many people are in the team.
    pub members: i64,
}

/// Everybody with access to an item, and where it comes from.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AccessList {
    /// Owners first, then by name.
    pub people: Vec<Access>,
    /// Owners first, then by name.
    pub teams: Vec<TeamAccess>,
}

/// Gives a member or a team a role on an item, or changes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The role to give.
    pub role: ItemRole,
}

/// A file attached to a secret.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// `att_…`
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Size in bytes.
    pub size: i64,
    /// Who added it.
    pub created_by: String,
    /// When it was added.
    pub created_at: i64,
}

/// Announces an attachment; its content follows in a request of its own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// The file's name, 1 to 255 characters.
    pub name: String,
    /// Its size in bytes, up to 10,000,000.
    pub size: i64,
}
