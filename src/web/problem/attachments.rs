//! What can go wrong with attachments, as told to the outside.

use axum::http::StatusCode;
use guestpass_api_types::FieldProblem;

use super::{Problem, items::thousands};
use crate::features::attachments::{AttachmentError, Fault, MAX_FILES};

impl From<AttachmentError> for Problem {
    fn from(error: AttachmentError) -> Self {
        match error {
            AttachmentError::Db(error) => error.into(),
            AttachmentError::Access(error) => error.into(),
            AttachmentError::Key(_) | AttachmentError::Broken(_) => Self::internal(&error),
            AttachmentError::Invalid(faults) => {
                let field = |(field, fault): (&str, Fault)| FieldProblem {
                    field: field.to_owned(),
                    message: message(fault),
                };
                Self::invalid(faults.into_iter().map(field).collect())
            }
            AttachmentError::NotSecret => Self::conflict(
                "not_a_secret",
                "Accounts have no attachments",
                "Add a secret for the file.",
            ),
            AttachmentError::TooMany => Self::conflict(
                "too_many_attachments",
                "Too many attachments",
                format!("A secret holds up to {MAX_FILES} files. Remove one first."),
            ),
            AttachmentError::NotThere => Self::not_found(),
            AttachmentError::AlreadyThere => Self::conflict(
                "already_uploaded",
                "Already uploaded",
                "The file is there. To replace it, remove it and add the new one.",
            ),
            AttachmentError::TooLong => too_large(),
            AttachmentError::TooShort => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "incomplete",
                "The file didn't arrive whole",
                "Fewer bytes arrived than were announced. Try again.",
            ),
            AttachmentError::Overtaken => Self::conflict(
                "upload_overtaken",
                "Another upload took over",
                "The same file is being uploaded elsewhere, or was removed.",
            ),
            AttachmentError::Interrupted(ref source) => {
                tracing::debug!(%source, "an upload broke off");
                Self::new(
                    StatusCode::BAD_REQUEST,
                    "interrupted",
                    "The upload broke off",
                    "Try again.",
                )
            }
        }
    }
}

/// More bytes than were announced, or than any attachment may have.
pub fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "The file is too large",
        "Attachments have up to 10 MB (10,000,000 bytes), and as many bytes as were announced.",
    )
}

fn message(fault: Fault) -> String {
    match fault {
        Fault::Empty => "The file needs a name.".to_owned(),
        Fault::TooLong(most) => format!("Use at most {} characters.", thousands(most)),
        Fault::Characters => {
            "The name contains slashes, or invisible or control characters. Rename the file."
                .to_owned()
        }
        Fault::Size => "Attachments have up to 10 MB (10,000,000 bytes).".to_owned(),
    }
}
