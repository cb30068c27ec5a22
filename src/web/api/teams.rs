//! Teams, and who is in them.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    teams::{TeamDetails, TeamList, TeamName, TeamPlace},
};

use crate::{
    app::App,
    base::id::{MemberId, TeamId},
    features::members::Me,
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// The teams of the workspace.
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", responses(
    (status = 200, body = TeamList), (status = 401, body = ProblemBody),
))]
pub async fn list(State(app): State<App>, me: Me) -> Result<Json<TeamList>, Problem> {
    Ok(Json(app.teams().list(&me).await?))
}

/// Makes a team. Whoever makes it becomes its Team Admin.
#[utoipa::path(post, path = "/api/v1/teams", tag = "teams", request_body = TeamName, responses(
    (status = 201, body = TeamDetails), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`guests_only_use`"),
    (status = 409, body = ProblemBody, description = "`team_name_taken`, `too_many_teams`"),
    (status = 422, body = ProblemBody),
))]
pub async fn create(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<TeamName>,
) -> Result<(StatusCode, Json<TeamDetails>), Problem> {
    let made = app.teams().create(&me, &body.name, &client, now).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// A team with its people.
#[utoipa::path(get, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)), responses(
    (status = 200, body = TeamDetails), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn show(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
) -> Result<Json<TeamDetails>, Problem> {
    Ok(Json(app.teams().get(&me, team).await?))
}

/// Gives a team another name.
#[utoipa::path(patch, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)),
    request_body = TeamName, responses(
    (status = 200, body = TeamDetails), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_team_admin`"), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`team_managed`, `team_name_taken`"),
    (status = 422, body = ProblemBody),
))]
pub async fn rename(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(team): Path<TeamId>,
    Json(body): Json<TeamName>,
) -> Result<Json<TeamDetails>, Problem> {
    let to = (team, body.name.as_str());
    Ok(Json(app.teams().rename(&me, to, &client, now).await?))
}

/// Removes a team: what was shared with it, its people don't have through it any more.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_team_admin`, `step_up_needed`"), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`team_managed`"),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(team): Path<TeamId>,
) -> Result<StatusCode, Problem> {
    app.teams().remove(&me, team, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a member into a team, or changes what they may do in it.
#[utoipa::path(put, path = "/api/v1/teams/{id}/members/{member}", tag = "teams",
    params(("id" = String, Path), ("member" = String, Path)), request_body = TeamPlace, responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_team_admin`, `step_up_needed`"), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`team_managed`, `last_team_admin`, `guest_cannot_manage`"),
))]
pub async fn put(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path((team, member)): Path<(TeamId, MemberId)>,
    Json(body): Json<TeamPlace>,
) -> Result<StatusCode, Problem> {
    let to = (member, body.role);
    app.teams().put(&me, team, to, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a member out of a team. Everybody may leave a team that looks after itself.
#[utoipa::path(delete, path = "/api/v1/teams/{id}/members/{member}", tag = "teams",
    params(("id" = String, Path), ("member" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_team_admin`"), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`team_managed`, `last_team_admin`"),
))]
pub async fn take_out(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(whose): Path<(TeamId, MemberId)>,
) -> Result<StatusCode, Problem> {
    app.teams().take_out(&me, whose, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
