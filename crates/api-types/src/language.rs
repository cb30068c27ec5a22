//! The languages of pages and mails.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language, by its tag (BCP 47).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}
