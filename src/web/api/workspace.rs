//! The workspace: what it decides for itself, and how it looks.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use guestpass_api_types::{
    ProblemBody,
    workspace::{ChangeWorkspace, Mark, SessionLengths, Workspace, WorkspaceSettings},
};

use crate::{
    app::App,
    base::id::WorkspaceId,
    features::{
        members::{self, Me},
        settings::{Change, Settings},
    },
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// What the workspace decides for itself.
#[utoipa::path(get, path = "/api/v1/workspace", tag = "workspace", responses(
    (status = 200, body = WorkspaceSettings),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`"),
))]
pub async fn show(State(app): State<App>, me: Me) -> Result<Json<WorkspaceSettings>, Problem> {
    let settings = app.settings().show(&me).await?;
    Ok(Json(told(&app, settings)))
}

/// Decides otherwise. What is left out stays.
#[utoipa::path(patch, path = "/api/v1/workspace", tag = "workspace", request_body = ChangeWorkspace, responses(
    (status = 200, body = WorkspaceSettings),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 422, body = ProblemBody),
))]
pub async fn change(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<ChangeWorkspace>,
) -> Result<Json<WorkspaceSettings>, Problem> {
    let change = Change {
        name: body.name,
        mark: body.mark.map(|mark| (mark.monogram, mark.hue)),
        lengths: body
            .sessions
            .map(|lengths| (lengths.idle_minutes, lengths.absolute_minutes)),
        domains: body.mail_domains,
    };
    let settings = app.settings().change(&me, &change, &client, now).await?;
    Ok(Json(told(&app, settings)))
}

/// Gives the workspace a logo: a PNG, JPEG or WebP picture of at most 256 KiB. A small PNG is made of it.
#[utoipa::path(put, path = "/api/v1/workspace/logo", tag = "workspace",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody, description = "`not_a_picture`"),
))]
pub async fn put_logo(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let uploaded = body.to_vec();
    app.settings().set_logo(&me, uploaded, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the workspace's logo: its letters stand for it again.
#[utoipa::path(delete, path = "/api/v1/workspace/logo", tag = "workspace", responses(
    (status = 204),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
))]
pub async fn remove_logo(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
) -> Result<StatusCode, Problem> {
    app.settings().remove_logo(&me, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The logo of a workspace, for whoever knows its identifier: its sign-in page shows it.
#[utoipa::path(get, path = "/api/v1/sign-in/workspaces/{id}/logo", tag = "sign-in",
    params(("id" = String, Path, description = "`wsp_…`")), responses(
    (status = 200, body = Vec<u8>, content_type = "image/png"),
    (status = 404, body = ProblemBody),
))]
pub async fn logo(
    State(app): State<App>,
    Path(workspace): Path<WorkspaceId>,
) -> Result<([(HeaderName, HeaderValue); 1], Vec<u8>), Problem> {
    let picture = app.settings().logo(workspace).await?;
    let kind = HeaderValue::from_static("image/png");
    Ok(([(header::CONTENT_TYPE, kind)], picture))
}

/// A workspace as the API tells it.
pub(super) fn shown(workspace: members::Workspace) -> Workspace {
    let version = workspace.mark.logo;
    let address = |version| {
        let id = workspace.id;
        format!("/api/v1/sign-in/workspaces/{id}/logo?version={version}")
    };
    Workspace {
        id: workspace.id.to_string(),
        name: workspace.name,
        mark: Mark {
            monogram: workspace.mark.monogram,
            hue: workspace.mark.hue,
            logo: version.map(address),
        },
    }
}

fn told(app: &App, settings: Settings) -> WorkspaceSettings {
    let minutes = |length: std::time::Duration| i64::try_from(length.as_secs() / 60).unwrap_or(0);
    WorkspaceSettings {
        sign_in_address: app.members().sign_in_address(settings.workspace.id),
        workspace: shown(settings.workspace),
        sessions: SessionLengths {
            idle_minutes: minutes(settings.lengths.idle),
            absolute_minutes: minutes(settings.lengths.absolute),
        },
        mail_domains: settings.domains,
    }
}
