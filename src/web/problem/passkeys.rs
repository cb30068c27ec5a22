//! Passkeys' errors as answers.

use axum::http::StatusCode;
use guestpass_api_types::FieldProblem;

use super::{Problem, members::name_fault};
use crate::features::passkeys::{MAX_PASSKEYS, PasskeyError};

impl From<PasskeyError> for Problem {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Db(error) => error.into(),
            PasskeyError::NotFresh(error) => error.into(),
            error @ (PasskeyError::Key(_) | PasskeyError::Broken(_)) => Self::internal(&error),
            PasskeyError::NoDomain => Self::conflict(
                "passkeys_unavailable",
                "There are no passkeys here",
                "Passkeys need an address with a domain name, and this installation is reached by an IP address. Ask whoever runs it for a name (PUBLIC_URL).",
            ),
            PasskeyError::Malformed => {
                Self::bad_request("The credential isn't what an authenticator answers.")
            }
            PasskeyError::Over => Self::new(
                StatusCode::GONE,
                "ceremony_over",
                "That took too long",
                "The passkey's answer came too late, or was used already. Nothing was changed; try again.",
            ),
            PasskeyError::Refused => Self::new(
                StatusCode::FORBIDDEN,
                "passkey_refused",
                "This passkey was refused",
                "It isn't one that can be used here, or it was removed. Nothing was changed; use another passkey, or the mail.",
            ),
            PasskeyError::NoPasskey => Self::conflict(
                "no_passkey",
                "You have no passkey yet",
                "Add one on your profile page first.",
            ),
            PasskeyError::NotFound => Self::not_found(),
            PasskeyError::Known => Self::conflict(
                "passkey_known",
                "Registered already",
                "This passkey is registered already. Nothing was changed.",
            ),
            PasskeyError::TooMany => Self::conflict(
                "too_many_passkeys",
                "Too many passkeys",
                format!("There can be {MAX_PASSKEYS} passkeys. Remove one you don't use."),
            ),
            PasskeyError::Name(fault) => Self::invalid(vec![FieldProblem {
                field: "name".to_owned(),
                message: name_fault(fault),
            }]),
        }
    }
}
