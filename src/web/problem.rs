//! The only place where errors become answers (RFC 9457).
//!
//! Inside, an error carries its source and ids for the log; outside, a stable code and a kind
//! sentence. Every feature's errors are translated in a file of their own.

mod access;
mod attachments;
mod items;
mod links;
mod members;
mod offboarding;
mod passkeys;
mod providers;
mod scim;
mod settings;
mod sign_in;
mod teams;

pub use attachments::too_large;
pub use providers::describe_fault;
pub use scim::{SCIM_JSON, ScimProblem};

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use guestpass_api_types::{FieldProblem, ProblemBody};
use serde_json::{Map, Value};

use crate::{db::DbError, features::limits::Exceeded};

/// An error answer.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

/// Boxed, so that results stay small.
#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    fields: Vec<FieldProblem>,
    retry_after: Option<Duration>,
    /// Further members of the answer (RFC 9457, section 3.2).
    extra: Map<String, Value>,
}

impl Problem {
    /// An answer with a stable `code`, a short `title` and a `detail` that says what to do.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            title,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            extra: Map::new(),
        }))
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.fields.push(FieldProblem {
            field: field.into(),
            message: message.into(),
        });
        self
    }

    /// Says when another try can succeed.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Adds a member of its own.
    #[must_use]
    pub fn extra(mut self, name: &str, value: impl serde::Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.extra.insert(name.to_owned(), value);
        }
        self
    }

    /// Replaces the code.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = code;
        self
    }

    /// Writes the error behind it to the log.
    #[must_use]
    pub fn logged(self, error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::warn!(error = %chain(error), code = self.0.code, "refused");
        self
    }

    /// The request can't be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "The request can't be understood",
            detail,
        )
    }

    /// The body is longer than anything that makes sense here.
    pub fn too_long() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The request is too large",
            "Shorten it and try again.",
        )
    }

    /// Fields of the request aren't acceptable.
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        let detail = fields
            .first()
            .map_or("Some fields need another look.", |f| &f.message)
            .to_owned();
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Some fields need another look",
            detail,
        );
        problem.0.fields = fields;
        problem
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed_out",
            "You are signed out",
            "Sign in and try again.",
        )
    }

    /// It isn't there, or the asker may not know of it.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found",
            "It doesn't exist, was deleted, or isn't shared with you.",
        )
    }

    /// Nobody is meant.
    pub fn no_such_member() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_member",
            "No such member",
            "Nobody in this workspace has this identifier.",
        )
    }

    /// The asker may see it, but not do this.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, "You may not do this", detail)
    }

    /// The state of things forbids it.
    pub fn conflict(code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title, detail)
    }

    /// Too often.
    pub fn too_many(code: &'static str, detail: impl Into<String>, after: Duration) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            code,
            "Too many requests",
            detail,
        )
        .retry_after(after)
    }

    /// Something failed inside; `error` goes to the log only.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %chain(error), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side",
            "Nothing was changed. Try again; if it stays, tell your administrator.",
        )
    }
}

/// An error and its causes on one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        Self::too_many(
            "too_many_requests",
            "That was a lot in a short time. Wait a moment, then try again.",
            exceeded.retry_after,
        )
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too busy right now",
                "Nothing was changed. Try again in a few seconds.",
            )
            .retry_after(Duration::from_secs(2)),
            DbError::Unknown(ref source) => {
                tracing::error!(source, "a commit got lost");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unknown_outcome",
                    "Nobody knows whether that was done",
                    "It may have been done or not. Look before you try again.",
                )
                .retry_after(Duration::from_secs(2))
            }
            DbError::DiskFull(ref source) => {
                tracing::error!(%source, "THE DISK IS FULL: free space for the database");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk_full",
                    "The server's disk is full",
                    "Nothing was changed. Tell your administrator, then try again.",
                )
            }
            other => Self::internal(&other),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self
            .0
            .retry_after
            .map(|after| after.as_millis().div_ceil(1000).max(1));
        let body = ProblemBody {
            kind: format!("urn:guestpass:problem:{}", self.0.code),
            code: self.0.code.to_owned(),
            title: self.0.title.to_owned(),
            detail: self.0.detail,
            status: self.0.status.as_u16(),
            fields: self.0.fields,
            retry_after: retry_after.and_then(|seconds| u64::try_from(seconds).ok()),
        };
        let mut json = serde_json::to_value(body).unwrap_or_default();
        if let Value::Object(map) = &mut json {
            map.extend(self.0.extra);
        }
        let mut response = (self.0.status, Json(json)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after.and_then(|s| HeaderValue::from_str(&s.to_string()).ok())
        {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
