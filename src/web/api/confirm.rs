//! The page behind the button of a confirmation mail. Looking changes nothing.

use axum::{extract::State, http::StatusCode};
use guestpass_api_types::{
    ProblemBody,
    sign_in::{Confirm, ConfirmDetails, Confirmed, MailToken},
};

use crate::{
    app::App,
    base::secret::{PlainToken, SecretText},
    web::{
        extract::{Json, MaybeMe, Now, Peer},
        problem::Problem,
    },
};

/// What the mail is about.
#[utoipa::path(post, path = "/api/v1/confirm/inspect", tag = "confirm", request_body = MailToken, responses(
    (status = 200, body = ConfirmDetails), (status = 404, body = ProblemBody),
))]
pub async fn inspect(
    State(app): State<App>,
    MaybeMe(me): MaybeMe,
    Now(now): Now,
    Json(body): Json<MailToken>,
) -> Result<Json<ConfirmDetails>, Problem> {
    let session = me.map(|me| me.session);
    Ok(Json(
        app.intents()
            .inspect(&token(&body.token)?, session, now)
            .await?,
    ))
}

/// Confirms.
#[utoipa::path(post, path = "/api/v1/confirm", tag = "confirm", request_body = Confirm, responses(
    (status = 200, body = Confirmed),
    (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 410, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn confirm(
    State(app): State<App>,
    MaybeMe(me): MaybeMe,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<Confirm>,
) -> Result<Json<Confirmed>, Problem> {
    let session = me.map(|me| me.session);
    let token = token(&body.token)?;
    app.intents()
        .confirm(&token, session, body.code.as_ref(), &client, now)
        .await?;
    Ok(Json(Confirmed { signed_in: false }))
}

/// "This wasn't me".
#[utoipa::path(post, path = "/api/v1/confirm/refuse", tag = "confirm", request_body = MailToken, responses(
    (status = 204), (status = 404, body = ProblemBody), (status = 410, body = ProblemBody),
))]
pub async fn refuse(
    State(app): State<App>,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<MailToken>,
) -> Result<StatusCode, Problem> {
    app.intents()
        .refuse(&token(&body.token)?, &client, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn token(text: &SecretText) -> Result<PlainToken, Problem> {
    PlainToken::parse(text.expose()).ok_or_else(Problem::not_found)
}
