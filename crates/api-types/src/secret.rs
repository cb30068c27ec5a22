//! A secret text that can't be printed by accident.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{PartialSchema, ToSchema, openapi};
use zeroize::Zeroizing;

/// A secret text: a password, an MFA key, a body, a one-time token.
///
/// `Debug` shows nothing of it, there is no `Display`, and the memory is wiped on drop.
/// It serializes as a plain string, because a request or a sealed payload must carry it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes ownership of `text`, which is wiped when the value is dropped.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Name this call in review: it is the only way out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl PartialSchema for SecretText {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        String::schema()
    }
}

impl ToSchema for SecretText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SecretText")
    }
}
