//! The people of the workspace.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    members::{Invite, MemberBrief, MemberList},
};

use crate::{
    app::App,
    features::members::{Me, NewMember},
    web::{
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// Everybody in the workspace.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", responses(
    (status = 200, body = MemberList),
    (status = 401, body = ProblemBody),
))]
pub async fn list(State(app): State<App>, me: Me) -> Result<Json<MemberList>, Problem> {
    let members = app.members().list(&me).await?;
    Ok(Json(MemberList {
        members: members.iter().map(MemberBrief::from).collect(),
    }))
}

/// Invites somebody by mail.
#[utoipa::path(post, path = "/api/v1/members", tag = "members", request_body = Invite, responses(
    (status = 201, body = MemberBrief),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`already_member`"),
    (status = 422, body = ProblemBody),
    (status = 429, body = ProblemBody),
))]
pub async fn invite(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(invite): Json<Invite>,
) -> Result<(StatusCode, Json<MemberBrief>), Problem> {
    let new = NewMember {
        email: invite.email,
        first_name: invite.first_name,
        last_name: invite.last_name,
        role: invite.role,
    };
    let member = app.members().invite(&me, new, &client, now).await?;
    Ok((StatusCode::CREATED, Json(MemberBrief::from(&member))))
}
