//! Looking after provisioning by SCIM.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::secret::SecretText;

/// What a directory is given, and the tokens it may show.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvisioningSettings {
    /// The address below which the directory finds users and groups.
    pub base_url: String,
    /// How many people the directory answers for.
    pub people: i64,
    /// How many teams it manages.
    pub teams: usize,
    /// The tokens that haven't ended, the newest first.
    pub tokens: Vec<ProvisioningToken>,
}

/// A token, without its text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvisioningToken {
    /// `sct_…`
    pub id: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created_at: i64,
    /// When it was used last, to within a minute; nothing when it never was.
    pub last_used_at: Option<i64>,
}

/// A token that was just made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewProvisioningToken {
    /// `sct_…`
    pub id: String,
    /// What the directory shows. Nobody can see it again.
    pub token: SecretText,
}

/// What came of having a directory's teams look after themselves.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReleasedTeams {
    /// How many they were.
    pub teams: usize,
}
