//! The session of the browser that asks.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    members::{ChangeName, MemberBrief},
    providers::SignedOut,
    sign_in::{Session, SessionList, SessionsEnded},
};

use super::workspace;
use crate::{
    app::App,
    base::id::SessionId,
    features::members::Me,
    web::{
        cookies,
        extract::{Json, Now, Path, Peer},
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

/// Signs out. An answer with an address says where the browser has to go so that it signs out at
/// its provider as well.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses(
    (status = 200, body = SignedOut),
    (status = 204),
    (status = 401, body = ProblemBody, description = "`signed_out`"),
))]
pub async fn end(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<(CookieJar, Response), Problem> {
    app.sessions().end(&me, &client, now).await?;
    let onward = app.providers().sign_out_address(&me, now).await?;
    let answer = match onward {
        Some(url) => Json(SignedOut { url }).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    Ok((
        CookieJar::new().add(cookies::gone(cookies::SESSION)),
        answer,
    ))
}

/// The caller's own sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", responses(
    (status = 200, body = SessionList), (status = 401, body = ProblemBody),
))]
pub async fn list(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
) -> Result<Json<SessionList>, Problem> {
    let sessions = app.sessions().list(&me, now).await?;
    Ok(Json(SessionList { sessions }))
}

/// Ends one of the caller's own sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn end_one(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(session): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    match app.sessions().end_one(&me, session, &client, now).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}

/// Ends all of the caller's sessions but this one.
#[utoipa::path(post, path = "/api/v1/sessions/end-others", tag = "session", responses(
    (status = 200, body = SessionsEnded), (status = 401, body = ProblemBody),
))]
pub async fn end_others(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<Json<SessionsEnded>, Problem> {
    let sessions = app.sessions().end_others(&me, &client, now).await?;
    Ok(Json(SessionsEnded { sessions }))
}

/// Changes one's own name.
#[utoipa::path(put, path = "/api/v1/profile", tag = "session", request_body = ChangeName, responses(
    (status = 200, body = MemberBrief), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn rename(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<ChangeName>,
) -> Result<Json<MemberBrief>, Problem> {
    let names = (&*body.first_name, &*body.last_name);
    let member = app.members().rename(&me, names, &client, now).await?;
    Ok(Json(MemberBrief::from(&member)))
}

/// A member's session as the API tells it.
pub(super) async fn describe(app: &App, me: &Me) -> Result<Session, Problem> {
    let current = app.sessions().current(me).await?;
    Ok(Session {
        member: MemberBrief::from(&me.member),
        workspace: workspace::shown(current.workspace),
        language: me.member.language,
        expires_at: current.expires_at.millis(),
    })
}
