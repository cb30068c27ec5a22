//! Who has which role on an item.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    items::{AccessList, Grant},
};

use crate::{
    app::App,
    base::id::{ItemId, MemberId, TeamId},
    features::members::Me,
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// Everybody with a role on the item, and where it comes from.
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

/// Takes away the role on the item that a member has by themselves.
#[utoipa::path(delete, path = "/api/v1/items/{id}/access/{member}", tag = "access",
    params(("id" = String, Path), ("member" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`last_owner`, `access_through_team`"),
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

/// Shares the item with a team, or changes the team's role on it.
#[utoipa::path(put, path = "/api/v1/items/{id}/access/teams/{team}", tag = "access",
    params(("id" = String, Path), ("team" = String, Path)), request_body = Grant, responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody, description = "also `no_such_team`"),
))]
pub async fn grant_team(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path((item, team)): Path<(ItemId, TeamId)>,
    Json(grant): Json<Grant>,
) -> Result<StatusCode, Problem> {
    app.access()
        .grant_team(&me, item, (team, grant.role), now, &client)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops sharing the item with a team.
#[utoipa::path(delete, path = "/api/v1/items/{id}/access/teams/{team}", tag = "access",
    params(("id" = String, Path), ("team" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
))]
pub async fn remove_team(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path((item, team)): Path<(ItemId, TeamId)>,
) -> Result<StatusCode, Problem> {
    app.access()
        .remove_team(&me, item, team, now, &client)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
