//! Accounts and secrets.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    items::{ItemChange, ItemDetails, ItemKind, ItemList, NewItem, OneTimeCode, Reveal, Revealed},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    base::id::ItemId,
    features::{
        items::{Filter, ItemQuery, Sort},
        members::Me,
    },
    web::{
        extract::{Json, Now, Path, Peer, Query, blank_as_none},
        problem::Problem,
    },
};

/// How many items one answer holds at most.
const MOST: usize = 500;

/// Which items to list, and which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Only this kind.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(nullable = false)]
    kind: Option<ItemKind>,
    /// Words that must all be in name, app, username or website.
    q: String,
    /// Which of them.
    #[param(inline)]
    filter: FilterParam,
    /// In which order.
    #[param(inline)]
    sort: SortParam,
    /// How many to leave out at the start.
    offset: usize,
    /// How many to give at most, up to 500.
    limit: usize,
}

impl Default for ListParams {
    fn default() -> Self {
        Self {
            kind: None,
            q: String::new(),
            filter: FilterParam::All,
            sort: SortParam::Name,
            offset: 0,
            limit: 200,
        }
    }
}

/// Which items.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilterParam {
    /// All the member has a role on.
    All,
    /// Those they own.
    Owned,
    /// Those with a live public link.
    Live,
}

/// In which order.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortParam {
    /// By name.
    Name,
    /// The last changed first.
    Changed,
}

impl From<ListParams> for ItemQuery {
    fn from(params: ListParams) -> Self {
        Self {
            kind: params.kind,
            words: params.q,
            filter: match params.filter {
                FilterParam::All => Filter::All,
                FilterParam::Owned => Filter::Owned,
                FilterParam::Live => Filter::Live,
            },
            sort: match params.sort {
                SortParam::Name => Sort::Name,
                SortParam::Changed => Sort::Changed,
            },
            offset: params.offset,
            limit: params.limit.clamp(1, MOST),
        }
    }
}

/// The items the member has a role on.
#[utoipa::path(get, path = "/api/v1/items", tag = "items", params(ListParams), responses(
    (status = 200, body = ItemList), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
))]
pub async fn list(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Query(params): Query<ListParams>,
) -> Result<Json<ItemList>, Problem> {
    Ok(Json(app.items().list(&me, &params.into(), now).await?))
}

/// Adds an item; whoever adds it owns it.
#[utoipa::path(post, path = "/api/v1/items", tag = "items", request_body = NewItem, responses(
    (status = 201, body = ItemDetails), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn create(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(new): Json<NewItem>,
) -> Result<(StatusCode, Json<ItemDetails>), Problem> {
    let details = app.items().create(&me, &new, now, &client).await?;
    Ok((StatusCode::CREATED, Json(details)))
}

/// An item with everything that isn't secret.
#[utoipa::path(get, path = "/api/v1/items/{id}", tag = "items", params(("id" = String, Path)), responses(
    (status = 200, body = ItemDetails), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn show(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(item): Path<ItemId>,
) -> Result<Json<ItemDetails>, Problem> {
    Ok(Json(app.items().get(&me, item, now).await?))
}

/// Saves a new version.
#[utoipa::path(patch, path = "/api/v1/items/{id}", tag = "items", params(("id" = String, Path)),
    request_body = ItemChange, responses(
    (status = 200, body = ItemDetails), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody, description = "`version_conflict`"),
    (status = 422, body = ProblemBody),
))]
pub async fn change(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(item): Path<ItemId>,
    Json(change): Json<ItemChange>,
) -> Result<Json<ItemDetails>, Problem> {
    Ok(Json(
        app.items().change(&me, item, &change, now, &client).await?,
    ))
}

/// Deletes an item and revokes its links.
#[utoipa::path(delete, path = "/api/v1/items/{id}", tag = "items", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(item): Path<ItemId>,
) -> Result<StatusCode, Problem> {
    app.items().delete(&me, item, now, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One secret field, in clear. It is written to Activity.
#[utoipa::path(post, path = "/api/v1/items/{id}/reveal", tag = "items", params(("id" = String, Path)),
    request_body = Reveal, responses(
    (status = 200, body = Revealed), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub async fn reveal(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(item): Path<ItemId>,
    Json(reveal): Json<Reveal>,
) -> Result<Json<Revealed>, Problem> {
    Ok(Json(
        app.items()
            .reveal(&me, item, reveal.field, now, &client)
            .await?,
    ))
}

/// The current one-time code.
#[utoipa::path(get, path = "/api/v1/items/{id}/code", tag = "items", params(("id" = String, Path)), responses(
    (status = 200, body = OneTimeCode), (status = 401, body = ProblemBody),
    (status = 404, body = ProblemBody, description = "also `no_mfa`"),
))]
pub async fn code(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(item): Path<ItemId>,
) -> Result<Json<OneTimeCode>, Problem> {
    Ok(Json(app.items().code(&me, item, now, &client).await?))
}
