//! What confirming a public link takes in the workspace.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    links::{ChangeLinkConfirmation, LinkConfirmation},
};

use crate::{
    app::App,
    features::members::Me,
    web::{
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// What it takes.
#[utoipa::path(get, path = "/api/v1/workspace/link-confirmation", tag = "link-confirmation", responses(
    (status = 200, body = LinkConfirmation), (status = 401, body = ProblemBody),
))]
pub async fn show(State(app): State<App>, me: Me) -> Result<Json<LinkConfirmation>, Problem> {
    let by = app.intents().rule(&me).await?;
    let passkeys_available = app.passkeys().available();
    Ok(Json(LinkConfirmation {
        by,
        passkeys_available,
    }))
}

/// Says what it takes from now on.
#[utoipa::path(put, path = "/api/v1/workspace/link-confirmation", tag = "link-confirmation", request_body = ChangeLinkConfirmation, responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`passkeys_unavailable`"),
))]
pub async fn change(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Json(change): Json<ChangeLinkConfirmation>,
) -> Result<StatusCode, Problem> {
    app.intents().set_rule(&me, change.by, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
