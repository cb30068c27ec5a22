//! What can go wrong with items, as told to the outside.

use axum::http::StatusCode;
use guestpass_api_types::{FieldProblem, items::ItemKind};

use super::Problem;
use crate::features::{
    activity::ActivityError,
    items::{Fault, Invalid, ItemError, MfaFault},
};

impl From<ItemError> for Problem {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::Db(error) => error.into(),
            ItemError::Access(error) => error.into(),
            ItemError::Attachment(error) => error.into(),
            ItemError::Key(_) | ItemError::Content(_) => Self::internal(&error),
            ItemError::Invalid(faults) => {
                Self::invalid(faults.into_iter().map(FieldProblem::from).collect())
            }
            ItemError::Conflict => Self::conflict(
                "version_conflict",
                "Somebody else saved a newer version",
                "Look at the newer version first, then make your change again.",
            ),
            ItemError::NoMfa => Self::new(
                StatusCode::NOT_FOUND,
                "no_mfa",
                "No MFA key",
                "This account has no MFA key.",
            ),
        }
    }
}

impl From<ActivityError> for Problem {
    fn from(error: ActivityError) -> Self {
        match error {
            ActivityError::Db(error) => error.into(),
            ActivityError::Item(error) => error.into(),
        }
    }
}

impl From<Invalid> for FieldProblem {
    fn from(invalid: Invalid) -> Self {
        Self {
            field: invalid.field.to_owned(),
            message: message(invalid.fault),
        }
    }
}

fn message(fault: Fault) -> String {
    match fault {
        Fault::Empty => "This can't be empty.".to_owned(),
        Fault::TooLong(most) => format!("Use at most {} characters.", thousands(most)),
        Fault::Characters => {
            "This contains invisible or control characters. Type it instead of pasting it."
                .to_owned()
        }
        Fault::NotWebsite => {
            "Enter a website address such as https://example.com: only http and https work."
                .to_owned()
        }
        Fault::Userinfo => {
            "Leave out the name and password before the @: the address would look like another."
                .to_owned()
        }
        Fault::NotOf(ItemKind::Account) => "Accounts have no such field.".to_owned(),
        Fault::NotOf(ItemKind::Secret) => "Secrets have no such field.".to_owned(),
        Fault::Mfa(fault) => mfa(fault).to_owned(),
    }
}

fn mfa(fault: MfaFault) -> &'static str {
    match fault {
        MfaFault::NotOtpauth => {
            "This isn't an MFA key. Paste the key itself, or an address that starts with otpauth://totp/."
        }
        MfaFault::CounterBased => {
            "This key counts (HOTP) instead of following the clock. Only time-based keys (TOTP) can be kept."
        }
        MfaFault::NoKey => "There is no key in this. Copy it again, as a whole.",
        MfaFault::NotBase32 => {
            "This isn't a complete key: keys have the letters A to Z and the digits 2 to 7. Copy it again, as a whole."
        }
        MfaFault::TooShort => {
            "This is too short: keys have at least 16 characters. Copy it again, as a whole."
        }
        MfaFault::TooLong => "This is too long for an MFA key.",
        MfaFault::UnknownHash => "This key needs a hash other than SHA1, SHA256 or SHA512.",
        MfaFault::Digits => "Codes of this key wouldn't have 6 to 8 digits.",
        MfaFault::Period => "Codes of this key wouldn't last from 1 second to 1 hour.",
    }
}

/// A number as people read it: `45,000`.
pub(super) fn thousands(number: usize) -> String {
    if number < 1_000 {
        return number.to_string();
    }
    format!("{},{:03}", thousands(number / 1_000), number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (255, "255"),
            (1_000, "1,000"),
            (45_000, "45,000"),
            (10_000_000, "10,000,000"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
