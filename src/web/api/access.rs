//! Who has which role on an item.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    items::{AccessList, Grant},
};

use crate::{
    app::App,
    base::id::{ItemId, MemberId},
    features::members::Me,
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// Everybody with a role on the item.
#[utoipa::path(get, path = "/api/v1/items/{id}/access", tag = "access", params(("id" = String, Path)), responses(
    (status = 200, body = AccessList), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn list(
    State(app): State<App>,
    me: Me,
    Path(item): Path<ItemId>,
) -> Result<Json<AccessList>, Problem> {
    Ok(Json(app.access().list(&me, item).await?))
}

/// Gives a member a role on the item, or changes it.
#[utoipa::path(put, path = "/api/v1/items/{id}/access/{member}", tag = "access",
    params(("id" = String, Path), ("member" = String, Path)), request_body = Grant, responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`last_owner`"),
))]
pub async fn grant(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path((item, member)): Path<(ItemId, MemberId)>,
    Json(grant): Json<Grant>,
) -> Result<StatusCode, Problem> {
    app.access()
        .grant(&me, item, (member, grant.role), now, &client)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a member's role on the item away.
#[utoipa::path(delete, path = "/api/v1/items/{id}/access/{member}", tag = "access",
    params(("id" = String, Path), ("member" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`last_owner`"),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path((item, member)): Path<(ItemId, MemberId)>,
) -> Result<StatusCode, Problem> {
    app.access().remove(&me, item, member, now, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
