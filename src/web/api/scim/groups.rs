//! Teams whose people a directory decides about.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{current, listed, shown};
use crate::{
    app::App,
    features::scim::{Change, Directory, GROUP, Listing, Wanted},
    web::{
        extract::{Now, Peer, ResourceId, ScimBody, ScimEdit, ScimQuery, Versions},
        problem::ScimProblem,
    },
};

/// Makes a team.
#[utoipa::path(post, path = "/scim/v2/Groups", tag = "scim-groups",
    request_body(content = Value, content_type = "application/scim+json"), responses(
    (status = 201, body = Value, content_type = "application/scim+json"),
    (status = 400, body = Value, content_type = "application/scim+json", description = "`invalidSyntax`, `invalidValue`"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 409, body = Value, content_type = "application/scim+json", description = "`uniqueness`"),
))]
pub async fn create(
    State(app): State<App>,
    directory: Directory,
    Now(now): Now,
    Peer(client): Peer,
    ScimQuery(query): ScimQuery,
    ScimBody(body): ScimBody,
) -> Result<Response, ScimProblem> {
    let wanted = Wanted::read(&query)?;
    let made = Box::pin(
        app.provisioning()
            .create_group(directory, &body, &client, now),
    )
    .await?;
    Ok(shown(StatusCode::CREATED, made, &wanted))
}

/// The teams the directory decides about.
#[utoipa::path(get, path = "/scim/v2/Groups", tag = "scim-groups", params(
    ("filter" = Option<String>, Query, description = "`eq` on displayName, externalId or id, joined by `and`"),
    ("startIndex" = Option<i64>, Query), ("count" = Option<i64>, Query),
    ("attributes" = Option<String>, Query), ("excludedAttributes" = Option<String>, Query),
), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 400, body = Value, content_type = "application/scim+json", description = "`invalidFilter`, `invalidValue`"),
    (status = 401, body = Value, content_type = "application/scim+json"),
))]
pub async fn list(
    State(app): State<App>,
    directory: Directory,
    ScimQuery(query): ScimQuery,
) -> Result<Response, ScimProblem> {
    let listing = Listing::read(&GROUP, &query)?;
    let page = app.provisioning().groups(directory, &listing).await?;
    Ok(listed(&listing, page))
}

/// One of them.
#[utoipa::path(get, path = "/scim/v2/Groups/{id}", tag = "scim-groups",
    params(("id" = String, Path, description = "`tea_…`")), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 304, description = "It is still what `If-None-Match` says"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
))]
pub async fn show(
    State(app): State<App>,
    directory: Directory,
    ResourceId(id): ResourceId,
    ScimQuery(query): ScimQuery,
    versions: Versions,
) -> Result<Response, ScimProblem> {
    let wanted = Wanted::read(&query)?;
    let group = app.provisioning().group(directory, &id).await?;
    Ok(current(&versions, group, &wanted))
}

/// Makes a team what this document says.
#[utoipa::path(put, path = "/scim/v2/Groups/{id}", tag = "scim-groups",
    params(("id" = String, Path, description = "`tea_…`")),
    request_body(content = Value, content_type = "application/scim+json"), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 400, body = Value, content_type = "application/scim+json", description = "`invalidSyntax`, `invalidValue`, `mutability`"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
    (status = 409, body = Value, content_type = "application/scim+json", description = "`uniqueness`"),
    (status = 412, body = Value, content_type = "application/scim+json", description = "It isn't any more what `If-Match` says"),
))]
pub async fn replace(
    State(app): State<App>,
    directory: Directory,
    Now(now): Now,
    Peer(client): Peer,
    edit: ScimEdit,
) -> Result<Response, ScimProblem> {
    let (wanted, change) = (
        Wanted::read(&edit.query)?,
        Change::replace(&GROUP, &edit.body)?,
    );
    let which = (edit.id.as_str(), edit.if_match);
    let group = app
        .provisioning()
        .change_group(directory, which, change, &client, now);
    Ok(shown(StatusCode::OK, Box::pin(group).await?, &wanted))
}

/// Changes a team.
#[utoipa::path(patch, path = "/scim/v2/Groups/{id}", tag = "scim-groups",
    params(("id" = String, Path, description = "`tea_…`")),
    request_body(content = Value, content_type = "application/scim+json"), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 400, body = Value, content_type = "application/scim+json", description = "`invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget`, `mutability`"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
    (status = 409, body = Value, content_type = "application/scim+json", description = "`uniqueness`"),
    (status = 412, body = Value, content_type = "application/scim+json", description = "It isn't any more what `If-Match` says"),
))]
pub async fn change(
    State(app): State<App>,
    directory: Directory,
    Now(now): Now,
    Peer(client): Peer,
    edit: ScimEdit,
) -> Result<Response, ScimProblem> {
    let (wanted, change) = (Wanted::read(&edit.query)?, Change::patch(&edit.body)?);
    let which = (edit.id.as_str(), edit.if_match);
    let group = app
        .provisioning()
        .change_group(directory, which, change, &client, now);
    Ok(shown(StatusCode::OK, Box::pin(group).await?, &wanted))
}

/// Removes a team: what it had, nobody has through it any more.
#[utoipa::path(delete, path = "/scim/v2/Groups/{id}", tag = "scim-groups",
    params(("id" = String, Path, description = "`tea_…`")), responses(
    (status = 204),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
    (status = 412, body = Value, content_type = "application/scim+json", description = "It isn't any more what `If-Match` says"),
))]
pub async fn remove(
    State(app): State<App>,
    directory: Directory,
    ResourceId(id): ResourceId,
    Now(now): Now,
    Peer(client): Peer,
    versions: Versions,
) -> Result<Response, ScimProblem> {
    let which = (id.as_str(), versions.if_match);
    Box::pin(
        app.provisioning()
            .remove_group(directory, which, &client, now),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
