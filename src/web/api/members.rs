//! The people of the workspace.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    members::{ChangeRole, HandOverWorkspace, Invite, MemberBrief, MemberEntry, MemberList},
};

use crate::{
    app::App,
    base::{clock::Timestamp, id::MemberId},
    features::members::{Me, MemberError, NewMember, Seen},
    web::{
        extract::{Json, Now, Path, Peer},
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
        members: members.iter().map(entry).collect(),
    }))
}

/// Invites somebody by mail.
#[utoipa::path(post, path = "/api/v1/members", tag = "members", request_body = Invite, responses(
    (status = 201, body = MemberBrief),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`; `step_up_needed` for an Admin"),
    (status = 409, body = ProblemBody, description = "`already_member`"),
    (status = 422, body = ProblemBody),
    (status = 429, body = ProblemBody, description = "`too_many_mails`, `too_many_invitations`"),
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

/// Sends an invitation once more.
#[utoipa::path(post, path = "/api/v1/members/{id}/invitation", tag = "members", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`wrong_state`"),
    (status = 429, body = ProblemBody, description = "`too_many_mails`, `too_many_invitations`"),
))]
pub async fn invite_again(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.members()
        .invite_again(&me, member, &client, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a member's role in the workspace.
#[utoipa::path(put, path = "/api/v1/members/{id}/role", tag = "members", params(("id" = String, Path)),
    request_body = ChangeRole, responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`; `step_up_needed` to or from Admin"),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`owns_items`, `oneself`"),
    (status = 422, body = ProblemBody),
))]
pub async fn change_role(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
    Json(change): Json<ChangeRole>,
) -> Result<StatusCode, Problem> {
    let to = (member, change.role);
    app.members().change_role(&me, to, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a suspended member in again.
#[utoipa::path(post, path = "/api/v1/members/{id}/reinstate", tag = "members", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`; `step_up_needed` for an Admin"),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`wrong_state`"),
))]
pub async fn reinstate(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.members().reinstate(&me, member, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes another member the workspace's Owner.
#[utoipa::path(post, path = "/api/v1/workspace/owner", tag = "members", request_body = HandOverWorkspace, responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_workspace_owner`, `step_up_needed`"),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`wrong_state`"),
))]
pub async fn hand_over_workspace(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<HandOverWorkspace>,
) -> Result<StatusCode, Problem> {
    let to = member_id(&body.to)?;
    app.members()
        .hand_over_workspace(&me, to, &client, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn entry(seen: &Seen) -> MemberEntry {
    MemberEntry {
        member: MemberBrief::from(&seen.member),
        last_seen_at: seen.at.map(Timestamp::millis),
        last_method: seen.method,
    }
}

/// An identifier in a body; one that can't be is nobody's.
pub(super) fn member_id(text: &str) -> Result<MemberId, MemberError> {
    text.parse().map_err(|_| MemberError::NotFound)
}
