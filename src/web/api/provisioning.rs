//! Looking after provisioning: the address and the tokens that a directory is given.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    provisioning::{NewProvisioningToken, ProvisioningSettings, ProvisioningToken, ReleasedTeams},
};

use crate::{
    app::App,
    base::{clock::Timestamp, id::ScimTokenId},
    features::{members::Me, scim::Token},
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// What a directory is given, and the tokens it may show.
#[utoipa::path(get, path = "/api/v1/provisioning", tag = "provisioning", responses(
    (status = 200, body = ProvisioningSettings),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`"),
))]
pub async fn show(State(app): State<App>, me: Me) -> Result<Json<ProvisioningSettings>, Problem> {
    let service = app.provisioning();
    let found = service.overview(&me).await?;
    Ok(Json(ProvisioningSettings {
        base_url: service.base_url(),
        people: found.people,
        teams: found.teams,
        tokens: found.tokens.iter().map(told).collect(),
    }))
}

/// Makes a token. Its text is in this answer, and never again.
#[utoipa::path(post, path = "/api/v1/provisioning/tokens", tag = "provisioning", responses(
    (status = 201, body = NewProvisioningToken),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`too_many_tokens`"),
))]
pub async fn make_token(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<(StatusCode, Json<NewProvisioningToken>), Problem> {
    let (token, text) = app.provisioning().make_token(&me, &client, now).await?;
    let made = NewProvisioningToken {
        id: token.id.to_string(),
        token: text,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Ends a token: whoever shows it is refused from now on.
#[utoipa::path(delete, path = "/api/v1/provisioning/tokens/{id}", tag = "provisioning",
    params(("id" = String, Path, description = "`sct_…`")), responses(
    (status = 204),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`"),
    (status = 404, body = ProblemBody),
))]
pub async fn end_token(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(id): Path<ScimTokenId>,
) -> Result<StatusCode, Problem> {
    app.provisioning().end_token(&me, id, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the teams that a directory managed look after themselves, once it has no token any more.
#[utoipa::path(post, path = "/api/v1/provisioning/teams/release", tag = "provisioning", responses(
    (status = 200, body = ReleasedTeams),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`tokens_living`"),
))]
pub async fn release_teams(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<Json<ReleasedTeams>, Problem> {
    let teams = app.provisioning().release_teams(&me, &client, now).await?;
    Ok(Json(ReleasedTeams { teams }))
}

fn told(token: &Token) -> ProvisioningToken {
    ProvisioningToken {
        id: token.id.to_string(),
        made_by: token.made_by.full_name(),
        created_at: token.created_at.millis(),
        last_used_at: token.last_used_at.map(Timestamp::millis),
    }
}
