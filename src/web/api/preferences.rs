//! What members choose for themselves.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{ProblemBody, members::Preferences};

use crate::{
    app::App,
    features::members::Me,
    web::{
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// What one chose.
#[utoipa::path(get, path = "/api/v1/profile/preferences", tag = "preferences", responses(
    (status = 200, body = Preferences), (status = 401, body = ProblemBody),
))]
pub async fn show(State(app): State<App>, me: Me) -> Result<Json<Preferences>, Problem> {
    Ok(Json(app.members().preferences(&me).await?))
}

/// Chooses.
#[utoipa::path(put, path = "/api/v1/profile/preferences", tag = "preferences", request_body = Preferences, responses(
    (status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
))]
pub async fn change(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(chosen): Json<Preferences>,
) -> Result<StatusCode, Problem> {
    app.members().choose(&me, chosen, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
