//! Opening a link, without an account.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::AppendHeaders,
};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    guest::{Claimed, Peek, Proof as ProofBody},
};

use crate::{
    app::App,
    base::{client::Client, secret::array_from_base64url},
    features::links::{LinkError, Proof},
    web::{
        extract::{Binding, Json, Now, Peer},
        problem::Problem,
    },
};

/// What may be known before opening. Counts nothing; gives the browser its binder.
#[utoipa::path(post, path = "/api/v1/guest/peek", tag = "guest", request_body = ProofBody, responses(
    (status = 200, body = Peek),
    (status = 404, body = ProblemBody), (status = 410, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn peek(
    State(app): State<App>,
    binding: Binding,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<ProofBody>,
) -> Result<
    (
        CookieJar,
        AppendHeaders<[(HeaderName, HeaderValue); 1]>,
        Json<Peek>,
    ),
    Problem,
> {
    app.limiter().peek(&client)?;
    let seen = app
        .guests()
        .peek(&proof(&body)?, binding.known(), &client, now)
        .await;
    let peek = seen.map_err(|error| refused(&app, &client, error))?;
    let said = AppendHeaders([(HeaderName::from_static("x-binder"), binding.said())]);
    Ok((binding.into_jar(), said, Json(peek)))
}

/// Opens the link for this browser.
#[utoipa::path(post, path = "/api/v1/guest/claim", tag = "guest", request_body = ProofBody, responses(
    (status = 200, body = Claimed),
    (status = 404, body = ProblemBody), (status = 410, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn claim(
    State(app): State<App>,
    binding: Binding,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<ProofBody>,
) -> Result<Json<Claimed>, Problem> {
    app.limiter().claim(&client)?;
    let binder = *binding.known().ok_or_else(no_binder)?;
    let opened = app
        .guests()
        .claim(&proof(&body)?, binder, &client, now)
        .await;
    opened
        .map(Json)
        .map_err(|error| refused(&app, &client, error))
}

/// The browser could show what it was given.
#[utoipa::path(post, path = "/api/v1/guest/ack", tag = "guest", request_body = ProofBody, responses(
    (status = 204), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn acknowledge(
    State(app): State<App>,
    binding: Binding,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<ProofBody>,
) -> Result<StatusCode, Problem> {
    app.limiter().claim(&client)?;
    let binder = *binding.known().ok_or_else(no_binder)?;
    let noted = app
        .guests()
        .acknowledge(&proof(&body)?, binder, &client, now)
        .await;
    noted.map_err(|error| refused(&app, &client, error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// "This wasn't me", about the opening of a spent link.
#[utoipa::path(post, path = "/api/v1/guest/dispute", tag = "guest", request_body = ProofBody, responses(
    (status = 204), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn dispute(
    State(app): State<App>,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<ProofBody>,
) -> Result<StatusCode, Problem> {
    app.limiter().claim(&client)?;
    let told = app.guests().dispute(&proof(&body)?, &client, now).await;
    told.map_err(|error| refused(&app, &client, error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// A proof of the wrong size proves nothing; it gets the answer of any wrong proof.
fn proof(body: &ProofBody) -> Result<Proof, Problem> {
    let lid = array_from_base64url(body.lid.expose());
    let auth = array_from_base64url(body.auth.expose());
    match (lid, auth) {
        (Some(lid), Some(auth)) => Ok(Proof::new(lid, &auth)),
        _ => Err(LinkError::Dead.into()),
    }
}

/// Wrong proofs count, so that nobody tries many.
fn refused(app: &App, client: &Client, error: LinkError) -> Problem {
    if matches!(error, LinkError::Dead)
        && let Err(exceeded) = app.limiter().bad_proof(client)
    {
        return exceeded.into();
    }
    error.into()
}

fn no_binder() -> Problem {
    Problem::bad_request(
        "This browser sent no binder. Load the page again; where cookies are blocked, send the header X-Binder.",
    )
    .code("no_binder")
}
