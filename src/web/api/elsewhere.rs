//! The other workspaces of whoever is signed in.

use axum::extract::State;
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    sign_in::Session,
    workspace::{GoElsewhere, OtherWorkspace, OtherWorkspaces},
};

use super::{session, workspace::shown};
use crate::{
    app::App,
    features::{members::Me, sign_in::ElsewhereError},
    web::{
        cookies,
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// Where else the caller may come in.
#[utoipa::path(get, path = "/api/v1/session/workspaces", tag = "elsewhere", responses(
    (status = 200, body = OtherWorkspaces), (status = 401, body = ProblemBody),
))]
pub async fn list(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
) -> Result<Json<OtherWorkspaces>, Problem> {
    let others = app.sessions().others(&me, now).await?;
    let workspaces = others.workspaces.into_iter();
    let workspaces = workspaces.map(|(other, sign_in)| OtherWorkspace {
        workspace: shown(other.workspace),
        invited: other.invited,
        sign_in,
    });
    Ok(Json(OtherWorkspaces {
        ask_by_mail: others.ask_by_mail,
        workspaces: workspaces.collect(),
    }))
}

/// Goes on in another workspace, where the proof of the caller's address is good for it. The session
/// in this one ends.
#[utoipa::path(put, path = "/api/v1/session/workspace", tag = "elsewhere", request_body = GoElsewhere, responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody),
    (status = 404, body = ProblemBody, description = "`no_such_workspace`"),
    (status = 409, body = ProblemBody, description = "`sign_in_there`"),
    (status = 429, body = ProblemBody),
))]
pub async fn go(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<GoElsewhere>,
) -> Result<(CookieJar, Json<Session>), Problem> {
    let to = body.workspace.parse();
    let to = to.map_err(|_| ElsewhereError::NotFound)?;
    let session = app.sessions().go_elsewhere(&me, to, &client, now).await?;
    let answer = session::describe(&app, &session.me).await?;
    Ok((
        CookieJar::new().add(cookies::session(&session.token)),
        Json(answer),
    ))
}
