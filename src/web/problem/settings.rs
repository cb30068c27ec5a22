//! Errors of settings, and of going on in another workspace, as answers.

use axum::http::StatusCode;
use guestpass_api_types::FieldProblem;

use super::{Problem, members::name_fault};
use crate::features::{
    settings::{Invalid, MOST_DOMAINS, PictureFault, SettingsError},
    sign_in::ElsewhereError,
};

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Db(error) => error.into(),
            SettingsError::NotFresh(error) => error.into(),
            SettingsError::NotAdmin => Self::forbidden(
                "not_admin",
                "Only the workspace's Owner and Admins see and change its settings. Ask one of them.",
            ),
            SettingsError::Invalid(faults) => {
                Self::invalid(faults.into_iter().map(field_problem).collect())
            }
            SettingsError::Picture(PictureFault::TooLarge) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "The picture is too large",
                "A logo has at most 256 KB. Make it smaller and try again.",
            ),
            SettingsError::Picture(fault) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "not_a_picture",
                "This can't be a logo",
                match fault {
                    PictureFault::Unreadable => {
                        "The picture can't be read, or is wider or higher than 1,024 pixels. Save it anew, smaller, and try again."
                    }
                    _ => "Choose a PNG, JPEG or WebP picture.",
                },
            ),
            SettingsError::NoLogo => Self::not_found(),
        }
    }
}

fn field_problem(invalid: Invalid) -> FieldProblem {
    let (field, message) = match invalid {
        Invalid::Name(fault) => ("name", name_fault(fault)),
        Invalid::Monogram => (
            "monogram",
            "Use one or two characters, or none for the first letters of the name.".to_owned(),
        ),
        Invalid::Hue => ("hue", "Choose an angle from 0 to 359.".to_owned()),
        Invalid::Idle => (
            "idle_minutes",
            "Choose between 5 minutes and 24 hours.".to_owned(),
        ),
        Invalid::Absolute => (
            "absolute_minutes",
            "Choose between 1 hour and 7 days.".to_owned(),
        ),
        Invalid::IdleBeyondAbsolute => (
            "idle_minutes",
            "A session can't last longer without a request than it lasts at most.".to_owned(),
        ),
        Invalid::Domains => (
            "mail_domains",
            format!("Enter up to {MOST_DOMAINS} domains such as larkfield.example."),
        ),
    };
    FieldProblem {
        field: field.to_owned(),
        message,
    }
}

impl From<ElsewhereError> for Problem {
    fn from(error: ElsewhereError) -> Self {
        match error {
            ElsewhereError::Db(error) => error.into(),
            ElsewhereError::NotFound => Self::no_workspace(),
            ElsewhereError::SignInThere => Self::conflict(
                "sign_in_there",
                "It wants a sign-in of its own",
                "How you signed in here proves nothing there, or is too long ago. Sign in to that workspace.",
            ),
            ElsewhereError::TooOften(exceeded) => Self::too_many(
                "too_many_requests",
                "The workspace was changed very often. Wait a moment, then try again.",
                exceeded.retry_after,
            ),
            ElsewhereError::Over => Self::signed_out(),
        }
    }
}

impl Problem {
    /// A workspace that isn't there, or not for them.
    pub(super) fn no_workspace() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_workspace",
            "No such workspace",
            "There is no such workspace here. Check its sign-in address with whoever invited you.",
        )
    }
}
