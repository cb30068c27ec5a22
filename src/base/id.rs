//! Identifiers: UUIDv7 with a prefix that says of what, e.g. `itm_018f…`.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::base::{clock::Timestamp, random};

/// A text that isn't an identifier of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier that starts with `{0}_`")]
pub struct NotAnId(pub &'static str);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What its text starts with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier, made at `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(random::uuid_v7(now))
            }

            /// The bare identifier, for standards that want bytes.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            /// When it was made, as it says itself: never before the `now` it was made with, and
            /// after it only by the milliseconds that a burst of identifiers ran ahead.
            pub fn made_at(self) -> Timestamp {
                Timestamp::from_millis(i64::try_from(self.0.as_u128() >> 80).unwrap_or(i64::MAX))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let wrong = NotAnId($prefix);
                let hex = text.strip_prefix(concat!($prefix, "_")).ok_or(wrong)?;
                // One spelling only: 32 lower-case digits.
                let canonical = hex.len() == 32
                    && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                if !canonical {
                    return Err(wrong);
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| wrong)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A workspace.
    WorkspaceId = "wsp";
    /// A member of a workspace.
    MemberId = "mem";
    /// A member's session.
    SessionId = "ses";
    /// A sign-in under way.
    SignInId = "sin";
    /// An OpenID Connect provider of a workspace.
    ProviderId = "idp";
    /// An account or a secret.
    ItemId = "itm";
    /// A file attached to an item.
    AttachmentId = "att";
    /// A public link asked for and not made yet.
    IntentId = "int";
    /// A public link.
    LinkId = "lnk";
    /// An entry of the activity log.
    EventId = "evt";
    /// A piece of work to be done.
    JobId = "job";
    /// A key-encryption key.
    KeyId = "kek";
    /// A mail.
    MailId = "mai";
    /// A member's passkey.
    PasskeyId = "pky";
    /// A token that a directory shows.
    ScimTokenId = "sct";
    /// A question put to a browser that a passkey answers.
    CeremonyId = "pkc";
    /// A team.
    TeamId = "tea";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_and_no_other_spelling_is_taken() {
        let id = ItemId::new(Timestamp::from_millis(1_764_000_000_000));
        let text = id.to_string();
        assert_eq!(text.parse::<ItemId>(), Ok(id));
        assert!(id.made_at() >= Timestamp::from_millis(1_764_000_000_000));
        assert!(text.to_uppercase().parse::<ItemId>().is_err());
        assert!(text.replace("itm_", "lnk_").parse::<ItemId>().is_err());
        assert!(text[..text.len() - 1].parse::<ItemId>().is_err());
    }
}
