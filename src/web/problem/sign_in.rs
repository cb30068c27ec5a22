//! A sign-in's errors as answers.

use axum::http::StatusCode;
use guestpass_api_types::FieldProblem;

use super::{Problem, members::not_an_address};
use crate::features::sign_in::SignInError;

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Db(error) => error.into(),
            SignInError::Mail(error) => Self::internal(&error),
            SignInError::NotAnAddress => Self::invalid(vec![FieldProblem {
                field: "email".to_owned(),
                message: not_an_address(),
            }]),
            SignInError::TooOften(exceeded) => Self::too_many(
                "too_many_requests",
                "Too many sign-ins were asked for. Wait a moment, then try again.",
                exceeded.retry_after,
            ),
            // Only the command line asks for an Owner.
            SignInError::NoOwner => Self::not_found(),
            SignInError::NoFlow => Self::new(
                StatusCode::NOT_FOUND,
                "no_flow",
                "No such sign-in",
                "This sign-in isn't known here. Ask for a new mail.",
            ),
            SignInError::Over => Self::new(
                StatusCode::GONE,
                "flow_over",
                "This sign-in is over",
                "It was used, stopped, or came too late. Ask for a new mail.",
            ),
            SignInError::NotConfirmed => Self::conflict(
                "not_confirmed",
                "Not confirmed yet",
                "Open the mail and press its button first.",
            ),
            SignInError::CodeNeeded => code_problem(
                "code_needed",
                "Type the six digits that the window shows in which you asked to sign in."
                    .to_owned(),
            ),
            SignInError::CodeWrong { tries_left: 1 } => {
                code_problem("code_wrong", "That is not the code. 1 try left.".to_owned())
            }
            SignInError::CodeWrong { tries_left } => code_problem(
                "code_wrong",
                format!("That is not the code. {tries_left} tries left."),
            ),
        }
    }
}

fn code_problem(code: &'static str, detail: String) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        code,
        "The match code doesn't fit",
        detail.clone(),
    )
    .field("code", detail)
}
