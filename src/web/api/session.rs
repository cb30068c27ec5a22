//! The session of the browser that asks.

use axum::{extract::State, http::StatusCode};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    members::MemberBrief,
    sign_in::{Session, Workspace},
};

use crate::{
    app::App,
    features::members::Me,
    web::{
        cookies,
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// Who is signed in, and until when.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody, description = "`signed_out`"),
))]
pub async fn show(State(app): State<App>, me: Me) -> Result<Json<Session>, Problem> {
    Ok(Json(describe(&app, &me).await?))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses(
    (status = 204),
    (status = 401, body = ProblemBody, description = "`signed_out`"),
))]
pub async fn end(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<(StatusCode, CookieJar), Problem> {
    app.sessions().end(&me, &client, now).await?;
    Ok((
        StatusCode::NO_CONTENT,
        CookieJar::new().add(cookies::gone(cookies::SESSION)),
    ))
}

/// A member's session as the API tells it.
pub(super) async fn describe(app: &App, me: &Me) -> Result<Session, Problem> {
    let current = app.sessions().current(me).await?;
    Ok(Session {
        member: MemberBrief::from(&me.member),
        workspace: Workspace {
            id: current.workspace.id.to_string(),
            name: current.workspace.name,
        },
        expires_at: current.expires_at.millis(),
    })
}
