//! What is offered (RFC 7644, section 4).

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::{Map, Value, json};

use super::answer;
use crate::{
    app::App,
    features::scim::{Directory, MOST_LISTED, SCHEMAS, Schema, list},
    web::{
        extract::{ResourceId, ScimQuery},
        problem::ScimProblem,
    },
};

/// What is offered of the standard.
#[utoipa::path(get, path = "/scim/v2/ServiceProviderConfig", tag = "scim-discovery", responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 401, body = Value, content_type = "application/scim+json"),
))]
pub async fn config(
    State(app): State<App>,
    _: Directory,
    query: ScimQuery,
) -> Result<Response, ScimProblem> {
    no_filter(&query)?;
    let location = format!("{}/ServiceProviderConfig", app.provisioning().base_url());
    let config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST_LISTED },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Token",
            "description": "A token that an admin of the workspace makes in Settings, sent as Authorization: Bearer",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": location },
    });
    Ok(answer(StatusCode::OK, object(config)))
}

/// The kinds of resources.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes", tag = "scim-discovery", responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 401, body = Value, content_type = "application/scim+json"),
))]
pub async fn types(
    State(app): State<App>,
    _: Directory,
    query: ScimQuery,
) -> Result<Response, ScimProblem> {
    no_filter(&query)?;
    Ok(all(SCHEMAS
        .iter()
        .map(|schema| described_type(&app, schema))))
}

/// One of them.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes/{id}", tag = "scim-discovery",
    params(("id" = String, Path, description = "`User` or `Group`")), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
))]
pub async fn one_type(
    State(app): State<App>,
    _: Directory,
    ResourceId(id): ResourceId,
) -> Result<Response, ScimProblem> {
    let schema = SCHEMAS.iter().find(|schema| schema.name == id);
    let schema = schema.ok_or_else(ScimProblem::not_found)?;
    Ok(answer(StatusCode::OK, described_type(&app, schema)))
}

/// Their schemas.
#[utoipa::path(get, path = "/scim/v2/Schemas", tag = "scim-discovery", responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 401, body = Value, content_type = "application/scim+json"),
))]
pub async fn schemas(
    State(app): State<App>,
    _: Directory,
    query: ScimQuery,
) -> Result<Response, ScimProblem> {
    no_filter(&query)?;
    Ok(all(SCHEMAS.iter().map(|schema| described(&app, schema))))
}

/// One of them.
#[utoipa::path(get, path = "/scim/v2/Schemas/{id}", tag = "scim-discovery",
    params(("id" = String, Path, description = "`urn:ietf:params:scim:schemas:core:2.0:User` or `…:Group`")), responses(
    (status = 200, body = Value, content_type = "application/scim+json"),
    (status = 401, body = Value, content_type = "application/scim+json"),
    (status = 404, body = Value, content_type = "application/scim+json"),
))]
pub async fn one_schema(
    State(app): State<App>,
    _: Directory,
    ResourceId(id): ResourceId,
) -> Result<Response, ScimProblem> {
    let schema = SCHEMAS
        .iter()
        .find(|schema| schema.urn.eq_ignore_ascii_case(&id));
    let schema = schema.ok_or_else(ScimProblem::not_found)?;
    Ok(answer(StatusCode::OK, described(&app, schema)))
}

/// These are few and the same for everybody: a filter is refused (RFC 7644, section 4).
fn no_filter(query: &ScimQuery) -> Result<(), ScimProblem> {
    if query
        .0
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("filter"))
    {
        let detail = "Nothing can be searched for here: leave the filter out.";
        return Err(ScimProblem::new(StatusCode::FORBIDDEN, detail));
    }
    Ok(())
}

fn all(resources: impl Iterator<Item = Map<String, Value>>) -> Response {
    let resources: Vec<_> = resources.collect();
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    answer(StatusCode::OK, list(total, 1, resources))
}

fn described(app: &App, schema: &Schema) -> Map<String, Value> {
    let base = app.provisioning().base_url();
    schema.describe(&format!("{base}/Schemas/{}", schema.urn))
}

fn described_type(app: &App, schema: &Schema) -> Map<String, Value> {
    let base = app.provisioning().base_url();
    schema.describe_type(&format!("{base}/ResourceTypes/{}", schema.name))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
