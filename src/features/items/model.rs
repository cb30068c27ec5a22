//! What is sealed of an item. The field names are the format of stored data.

use guestpass_api_types::{items::ItemKind, secret::SecretText};
use serde::{Deserialize, Serialize};

use super::otpauth::MfaKey;

/// What lists and search need. Nothing in it is secret; it is sealed because names tell a lot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The name (of a secret: its title).
    pub name: String,
    /// An account's username, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub username: String,
    /// An account's website, http or https, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
    /// An account's app, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub app: String,
    /// Whether there is an MFA key.
    #[serde(default)]
    pub has_mfa: bool,
    /// Whether there is a password (of a secret: a body).
    #[serde(default)]
    pub has_secret: bool,
}

/// What must be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secret {
    #[serde(default, skip_serializing_if = "SecretText::is_empty")]
    pub(super) password: SecretText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mfa: Option<MfaKey>,
    #[serde(default, skip_serializing_if = "SecretText::is_empty")]
    pub(super) notes: SecretText,
    #[serde(default, skip_serializing_if = "SecretText::is_empty")]
    pub(super) body: SecretText,
}

impl Secret {
    /// Whether a change from `before` is one of what an outsider may have seen: the password,
    /// MFA key or body.
    pub(super) fn differs_from(&self, before: &Self) -> bool {
        self.password != before.password || self.mfa != before.mfa || self.body != before.body
    }
}

/// Everything one version of an item holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kind: ItemKind,
    pub(super) summary: Summary,
    pub(super) secret: Secret,
}

/// What of an item other features decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemHead {
    /// Account or secret.
    pub kind: ItemKind,
    /// The number of its current version.
    pub version: i64,
    /// How many attachments it has.
    pub attachments: i64,
}
