//! Passkeys: a member's own, and what a browser and its authenticator are asked.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A question that a passkey answers, once, within five minutes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Ceremony {
    /// `pkc_…`, to be given back with the answer.
    pub ceremony: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` when a passkey is registered, otherwise
    /// for `parseRequestOptionsFromJSON` (Web Authentication, level 3).
    pub options: Value,
    /// Until when it can be answered.
    pub expires_at: i64,
}

/// The answer to a ceremony.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// `pkc_…`
    pub ceremony: String,
    /// What the credential's own `toJSON()` gives.
    pub credential: Value,
}

/// Registers the passkey that the browser made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// `pkc_…`
    pub ceremony: String,
    /// What the credential's own `toJSON()` gives.
    pub credential: Value,
    /// What to call it, 1 to 100 characters; without one it is called after the browser.
    #[serde(default)]
    pub name: Option<String>,
}

/// Gives a passkey another name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyChange {
    /// 1 to 100 characters.
    pub name: String,
}

/// A passkey of the member who asks.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Passkey {
    /// `pky_…`
    pub id: String,
    /// What its holder calls it.
    pub name: String,
    /// When it was registered.
    pub created_at: i64,
    /// When it proved its holder's identity last.
    pub last_used_at: Option<i64>,
}

/// The passkeys of the member who asks.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PasskeyList {
    /// Whether there can be passkeys here: they need an address with a domain name.
    pub available: bool,
    /// Oldest first.
    pub passkeys: Vec<Passkey>,
}
