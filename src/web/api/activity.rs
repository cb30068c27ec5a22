//! Who did what, when, from where.

use axum::extract::State;
use guestpass_api_types::{ProblemBody, activity::EventList};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    base::id::{ItemId, LinkId, MemberId},
    features::{activity::ActivityQuery, audit::EventCursor, members::Me},
    web::{
        extract::{Json, Query, blank_as_none},
        problem::Problem,
    },
};

/// How many events one answer holds, unless asked for fewer or more, and at most.
const USUAL: i64 = 50;
const MOST: i64 = 200;

/// Which events to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// About this item, `itm_…`.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(value_type = Option<String>, nullable = false)]
    item: Option<ItemId>,
    /// About this link, `lnk_…`.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(value_type = Option<String>, nullable = false)]
    link: Option<LinkId>,
    /// By this member, `mem_…`.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(value_type = Option<String>, nullable = false)]
    member: Option<MemberId>,
    /// Actions that start with this, e.g. `link.`.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(nullable = false)]
    action: Option<String>,
    /// Before this event: `next` of the page before.
    #[serde(deserialize_with = "blank_as_none")]
    #[param(value_type = Option<String>, nullable = false)]
    before: Option<EventCursor>,
    /// How many at most: 50 unless said otherwise, up to 200.
    #[param(nullable = false)]
    limit: Option<i64>,
}

/// The activity log: all of it for the workspace's Owner and Admins; for others what they did, and
/// what happened to items they own.
#[utoipa::path(get, path = "/api/v1/activity", tag = "activity", params(ListParams), responses(
    (status = 200, body = EventList), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
))]
pub async fn list(
    State(app): State<App>,
    me: Me,
    Query(params): Query<ListParams>,
) -> Result<Json<EventList>, Problem> {
    let known = |action: &String| {
        action
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b"._".contains(&b))
    };
    if !params.action.as_ref().is_none_or(known) {
        return Err(Problem::bad_request(
            "An action is written in small letters, e.g. `link.opened`.",
        ));
    }
    let query = ActivityQuery {
        item: params.item,
        link: params.link,
        member: params.member,
        action: params.action,
        before: params.before,
        limit: params.limit.unwrap_or(USUAL).clamp(1, MOST),
    };
    Ok(Json(app.activity().list(&me, &query).await?))
}
