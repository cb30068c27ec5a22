//! Provisioning's errors: to directories in the form of RFC 7644, section 3.12, to admins as any other.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Problem, chain};
use crate::{
    db::DbError,
    features::{
        limits::Exceeded,
        scim::{Fault, MOST_TOKENS, Refused, ScimError, TokenError},
    },
};

/// The media type of SCIM.
pub const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");

/// An error answer to a directory.
#[derive(Debug)]
pub struct ScimProblem {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
    retry_after: Option<Duration>,
}

impl ScimProblem {
    /// An answer with a detail that says what to do.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind: None,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// No token, or one that is none.
    pub fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Send a living token of this workspace as: Authorization: Bearer gp_scim_…. An admin makes \
             one in Settings.",
        )
    }

    /// Nothing is there.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is no such resource, or this directory doesn't answer for it.",
        )
    }

    fn after(mut self, retry_after: Duration) -> Self {
        self.retry_after = Some(retry_after);
        self
    }
}

impl From<Refused> for ScimProblem {
    fn from(refused: Refused) -> Self {
        let status = match refused.fault {
            Fault::Uniqueness => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        Self {
            kind: Some(refused.fault.as_str()),
            ..Self::new(status, refused.detail)
        }
    }
}

impl From<Exceeded> for ScimProblem {
    fn from(exceeded: Exceeded) -> Self {
        let detail = "That was a lot in a short time. Wait a moment, then try again.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).after(exceeded.retry_after)
    }
}

impl From<DbError> for ScimProblem {
    fn from(error: DbError) -> Self {
        match error {
            // Two requests wanted the same name in the same instant.
            DbError::Constraint(_) => Refused {
                fault: Fault::Uniqueness,
                detail: "Another resource has this value.".to_owned(),
            }
            .into(),
            DbError::Busy | DbError::Unknown(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too busy right now. Look before you try again.",
            )
            .after(Duration::from_secs(2)),
            other => internal(&other),
        }
    }
}

fn internal(error: &(dyn std::error::Error + 'static)) -> ScimProblem {
    tracing::error!(error = %chain(error), "a directory's request failed");
    ScimProblem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. Nothing was changed.",
    )
}

impl From<ScimError> for ScimProblem {
    fn from(error: ScimError) -> Self {
        match error {
            ScimError::Db(error) => error.into(),
            ScimError::Refused(refused) => refused.into(),
            ScimError::NotFound => Self::not_found(),
            ScimError::Changed => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "The resource was changed since it was read. Read it again.",
            ),
            ScimError::IsOwner => Self::new(
                StatusCode::CONFLICT,
                "The workspace's Owner can't be suspended or removed. They hand the workspace over to \
                 somebody else first, in Guestpass.",
            ),
            ScimError::KeptOut => Self::new(
                StatusCode::CONFLICT,
                "An admin suspended or removed this person by hand. Provisioning doesn't let them in: an \
                 admin does, in Guestpass, by \"Let in again\" or by an invitation.",
            ),
            ScimError::Mail(error) => internal(&error),
            ScimError::TooManyTeams => Self::new(
                StatusCode::CONFLICT,
                "The workspace has as many teams as it may have. Push fewer groups.",
            ),
            ScimError::Leave(error) => internal(&error),
        }
    }
}

impl IntoResponse for ScimProblem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.as_str(),
            "detail": self.detail,
        });
        if let Some(kind) = self.kind {
            body["scimType"] = Value::from(kind);
        }
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, SCIM_JSON);
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"Guestpass SCIM\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        let seconds = self
            .retry_after
            .map(|after| after.as_millis().div_ceil(1000).max(1).to_string());
        if let Some(seconds) = seconds.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Db(error) => error.into(),
            TokenError::NotFresh(error) => error.into(),
            TokenError::NotAdmin => Self::forbidden(
                "not_admin",
                "Only the workspace's Owner and Admins look after provisioning. Ask one of them.",
            ),
            TokenError::TooMany => Self::conflict(
                "too_many_tokens",
                "Too many tokens",
                format!("A workspace has {MOST_TOKENS} tokens at most. End one you don't need."),
            ),
            TokenError::Living => Self::conflict(
                "tokens_living",
                "A directory may manage these teams",
                "A token lives by which it can. End the last one first.",
            ),
            TokenError::NotFound => Self::not_found(),
        }
    }
}
