//! What a directory's requests bring: its token, a JSON body, a query, the version it believes in.

use axum::{
    RequestExt,
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde_json::Value;

use super::{Path, Peer};
use crate::{
    app::App,
    features::scim::{Directory, Fault, Refused},
    web::problem::ScimProblem,
};

/// Whoever shows a living token is the directory of its workspace.
impl FromRequestParts<App> for Directory {
    type Rejection = ScimProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ScimProblem> {
        let found = match token(parts) {
            Some(token) => {
                app.provisioning()
                    .directory(token, app.clock().now())
                    .await?
            }
            None => None,
        };
        let Some(directory) = found else {
            let Ok(Peer(client)) = Peer::from_request_parts(parts, app).await;
            app.limiter().bad_directory(&client)?;
            return Err(ScimProblem::no_token());
        };
        app.limiter().directory(directory.token)?;
        Ok(directory)
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1); none when there are two.
fn token(parts: &Parts) -> Option<&str> {
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    let value = headers.next().filter(|_| headers.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A body of `application/scim+json` or `application/json`.
#[derive(Debug)]
pub struct ScimBody(pub Value);

impl FromRequest<App> for ScimBody {
    type Rejection = ScimProblem;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, ScimProblem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let accepted = ["application/scim+json", "application/json"];
        if !accepted
            .iter()
            .any(|kind| essence.eq_ignore_ascii_case(kind))
        {
            return Err(ScimProblem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/scim+json.",
            ));
        }
        let bytes = request.extract_with_state::<Bytes, App, _>(app).await;
        let bytes = bytes.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ScimProblem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than 1 MiB. Send fewer members at once.",
            ),
            status => ScimProblem::new(status, "The body didn't arrive."),
        })?;
        let body = serde_json::from_slice(&bytes);
        let wrong = |_| Refused::new(Fault::InvalidSyntax, "The body is not well-formed JSON.");
        Ok(Self(body.map_err(wrong)?))
    }
}

/// Which resource is meant, as the address says.
#[derive(Debug)]
pub struct ResourceId(pub String);

impl FromRequestParts<App> for ResourceId {
    type Rejection = ScimProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ScimProblem> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(ScimProblem::not_found()),
        }
    }
}

/// The query, pair by pair.
#[derive(Debug)]
pub struct ScimQuery(pub Vec<(String, String)>);

impl FromRequestParts<App> for ScimQuery {
    type Rejection = ScimProblem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ScimProblem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Ok(Self(pairs.into_owned().collect()))
    }
}

/// The versions that a request is about (RFC 9110, sections 13.1.1 and 13.1.2).
#[derive(Debug, Default)]
pub struct Versions {
    /// It is wanted only if it is one of these.
    pub if_match: Option<String>,
    /// It is wanted only if it is none of these.
    pub if_none_match: Option<String>,
}

impl FromRequestParts<App> for Versions {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let text = |name| {
            let value = parts.headers.get(name)?;
            // What can't be read is no version of ours.
            Some(value.to_str().unwrap_or_default().to_owned())
        };
        Ok(Self {
            if_match: text(header::IF_MATCH),
            if_none_match: text(header::IF_NONE_MATCH),
        })
    }
}

/// A change of a resource.
#[derive(Debug)]
pub struct ScimEdit {
    /// Which resource.
    pub id: String,
    /// The version it must still have.
    pub if_match: Option<String>,
    /// What the answer shall show.
    pub query: Vec<(String, String)>,
    /// What it shall become, or what shall be done to it.
    pub body: Value,
}

impl FromRequest<App> for ScimEdit {
    type Rejection = ScimProblem;

    async fn from_request(mut request: Request<Body>, app: &App) -> Result<Self, ScimProblem> {
        let ResourceId(id) = request.extract_parts_with_state(app).await?;
        let ScimQuery(query) = request.extract_parts_with_state(app).await?;
        let Ok(versions) = request.extract_parts_with_state::<Versions, App>(app).await;
        let ScimBody(body) = ScimBody::from_request(request, app).await?;
        Ok(Self {
            id,
            if_match: versions.if_match,
            query,
            body,
        })
    }
}
