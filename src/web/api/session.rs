//! The session of the browser that asks.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    members::MemberBrief,
    providers::SignedOut,
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
