//! Public links, as their owners see them.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{ProblemBody, links::LinkList};

use crate::{
    app::App,
    base::id::{ItemId, LinkId},
    features::members::Me,
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// The public links of an item.
#[utoipa::path(get, path = "/api/v1/items/{id}/links", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, body = LinkList), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn of_item(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(item): Path<ItemId>,
) -> Result<Json<LinkList>, Problem> {
    Ok(Json(LinkList {
        links: app.links().of_item(&me, item, now).await?,
    }))
}

/// Takes a link back.
#[utoipa::path(post, path = "/api/v1/links/{id}/revoke", tag = "links", params(("id" = String, Path)), responses(
    (status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn revoke(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(link): Path<LinkId>,
) -> Result<StatusCode, Problem> {
    app.links().revoke(&me, link, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
