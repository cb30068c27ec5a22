//! MFA keys before they are saved.

use guestpass_api_types::{
    ProblemBody,
    items::{CheckMfa, OneTimeCode},
};

use crate::{
    features::{items::check_mfa, members::Me},
    web::{
        extract::{Json, Now},
        problem::Problem,
    },
};

/// Checks a pasted key: its current code, to compare with another app's.
#[utoipa::path(post, path = "/api/v1/mfa/check", tag = "items", request_body = CheckMfa, responses(
    (status = 200, body = OneTimeCode), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn check(
    _: Me,
    Now(now): Now,
    Json(check): Json<CheckMfa>,
) -> Result<Json<OneTimeCode>, Problem> {
    check_mfa(&check.mfa, now)
        .map(Json)
        .map_err(|invalid| Problem::invalid(vec![invalid.into()]))
}
