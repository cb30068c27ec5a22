//! Requests and answers of the Guestpass API, shared by the server and the command line.
//!
//! Everything here is plain data: no rule, no I/O. Instants are milliseconds since the Unix
//! epoch, durations say their unit in the name, ids are prefixed strings (`itm_…`, `lnk_…`),
//! bytes are base64url without padding. Unknown fields in a request are refused.

pub mod activity;
pub mod guest;
pub mod items;
pub mod language;
pub mod links;
pub mod mail;
pub mod members;
pub mod passkeys;
pub mod providers;
pub mod provisioning;
pub mod secret;
pub mod sign_in;
pub mod teams;
pub mod workspace;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error answer (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// A stable identifier of the kind of problem, `urn:guestpass:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code that programs compare, e.g. `version_conflict`.
    pub code: String,
    /// One short sentence naming the problem.
    pub title: String,
    /// What happened and what to do about it, for a person.
    pub detail: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The request fields the problem is about, each with its own sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// Whole seconds to wait before another try, when waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The field's name as in the request.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}
