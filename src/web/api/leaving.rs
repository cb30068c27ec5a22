//! Suspending and removing members.

use axum::extract::State;
use guestpass_api_types::{
    ProblemBody,
    members::{HandOverItems, HandedOver, Leave, LeavingPreview, Left},
};

use super::members::member_id;
use crate::{
    app::App,
    base::id::MemberId,
    features::{
        members::Me,
        offboarding::{LeaveError, Leaving},
    },
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// What a member would leave behind.
#[utoipa::path(get, path = "/api/v1/members/{id}/leaving", tag = "members", params(("id" = String, Path)), responses(
    (status = 200, body = LeavingPreview), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`oneself`"),
))]
pub async fn preview(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(member): Path<MemberId>,
) -> Result<Json<LeavingPreview>, Problem> {
    Ok(Json(app.offboarding().preview(&me, member, now).await?))
}

/// Keeps a member out until they are reinstated.
#[utoipa::path(post, path = "/api/v1/members/{id}/suspend", tag = "members", params(("id" = String, Path)),
    request_body = Leave, responses(
    (status = 200, body = Left), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `is_workspace_owner`, `step_up_needed`"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`needs_successor`, `no_successor`, `cant_take_over`, `wrong_state`, `oneself`"),
))]
pub async fn suspend(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
    Json(body): Json<Leave>,
) -> Result<Json<Left>, Problem> {
    let leaving = leaving(member, false, &body)?;
    let left = app.offboarding().leave(&me, leaving, &client, now).await?;
    Ok(Json(left))
}

/// Removes a member for good.
#[utoipa::path(post, path = "/api/v1/members/{id}/remove", tag = "members", params(("id" = String, Path)),
    request_body = Leave, responses(
    (status = 200, body = Left), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `is_workspace_owner`, `step_up_needed`"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`needs_successor`, `no_successor`, `cant_take_over`, `oneself`"),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
    Json(body): Json<Leave>,
) -> Result<Json<Left>, Problem> {
    let leaving = leaving(member, true, &body)?;
    let left = app.offboarding().leave(&me, leaving, &client, now).await?;
    Ok(Json(left))
}

/// Makes another member an Owner of everything this one owns, and this one a Collaborator.
#[utoipa::path(post, path = "/api/v1/members/{id}/hand-over", tag = "members", params(("id" = String, Path)),
    request_body = HandOverItems, responses(
    (status = 200, body = HandedOver), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `is_workspace_owner`, `step_up_needed`"),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`cant_take_over`, `oneself`"),
))]
pub async fn hand_over_items(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(member): Path<MemberId>,
    Json(body): Json<HandOverItems>,
) -> Result<Json<HandedOver>, Problem> {
    let between = (member, member_id(&body.to)?);
    let service = app.offboarding();
    let items = service.hand_over_items(&me, between, &client, now).await?;
    Ok(Json(HandedOver { items }))
}

fn leaving(member: MemberId, for_good: bool, body: &Leave) -> Result<Leaving, LeaveError> {
    let successor = body.hand_over_to.as_deref().map(member_id).transpose()?;
    Ok(Leaving {
        member,
        for_good,
        links: body.links,
        successor,
    })
}
