//! SCIM 2.0: people and teams, as a company's directory keeps them. What a directory asks for is in the
//! standard's own form, errors too.

pub mod discovery;
pub mod groups;
pub mod users;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::{
    features::scim::{Directory, Listing, Resource, Wanted},
    web::{
        extract::Versions,
        problem::{SCIM_JSON, ScimProblem},
    },
};

/// A SCIM document as an answer.
fn answer(status: StatusCode, body: Map<String, Value>) -> Response {
    let mut response = (status, Value::Object(body).to_string()).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, SCIM_JSON);
    response
}

/// A resource as an answer, with its version and, when it is new, where it is found.
fn shown(status: StatusCode, resource: Resource, wanted: &Wanted) -> Response {
    let Resource {
        body,
        version,
        location,
    } = resource;
    let mut response = answer(status, wanted.of(body));
    let headers = response.headers_mut();
    let named = [(header::ETAG, version), (header::LOCATION, location)];
    for (name, value) in named {
        if name == header::LOCATION && status != StatusCode::CREATED {
            continue;
        }
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// A resource as an answer to whoever may have it already: then nothing but its version.
fn current(versions: &Versions, resource: Resource, wanted: &Wanted) -> Response {
    let known = versions.if_none_match.as_deref();
    if !known.is_some_and(|tags| resource.is_one_of(tags)) {
        return shown(StatusCode::OK, resource, wanted);
    }
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    if let Ok(version) = HeaderValue::from_str(&resource.version) {
        response.headers_mut().insert(header::ETAG, version);
    }
    response
}

/// A page of resources as an answer.
fn listed(listing: &Listing, (total, page): (i64, Vec<Resource>)) -> Response {
    let bodies = page.into_iter().map(|each| listing.wanted.of(each.body));
    answer(StatusCode::OK, listing.answer(total, bodies.collect()))
}

/// What isn't offered: `/Me` and `/Bulk`.
pub async fn not_offered(_: Directory) -> ScimProblem {
    ScimProblem::new(
        StatusCode::NOT_IMPLEMENTED,
        "This isn't offered; ServiceProviderConfig says what is.",
    )
}

/// Whatever else is asked for below the base address.
pub async fn unknown(_: Directory) -> ScimProblem {
    ScimProblem::not_found()
}

/// A known address, asked in a way it doesn't know.
pub async fn wrong_method(_: Directory, request: Request) -> ScimProblem {
    let detail = format!("{} isn't offered here.", request.method());
    ScimProblem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}
