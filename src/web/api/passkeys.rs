//! Passkeys: the member's own, and signing in with one.

use axum::{extract::State, http::StatusCode};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    passkeys::{Assertion, Ceremony, NewPasskey, Passkey, PasskeyChange, PasskeyList},
    sign_in::Session,
};

use super::session;
use crate::{
    app::App,
    base::{clock::Timestamp, id::PasskeyId, secret::PlainToken},
    features::{
        members::Me,
        passkeys::{self, Answer, Begun, Bond, PasskeyError},
    },
    web::{
        cookies,
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// The member's passkeys.
#[utoipa::path(get, path = "/api/v1/passkeys", tag = "passkeys", responses(
    (status = 200, body = PasskeyList), (status = 401, body = ProblemBody),
))]
pub async fn list(State(app): State<App>, me: Me) -> Result<Json<PasskeyList>, Problem> {
    let own = app.passkeys().list(&me).await?;
    Ok(Json(PasskeyList {
        available: app.passkeys().available(),
        passkeys: own.into_iter().map(shown).collect(),
    }))
}

/// Asks the browser for a new passkey.
#[utoipa::path(post, path = "/api/v1/passkeys/begin", tag = "passkeys", responses(
    (status = 200, body = Ceremony), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`passkeys_unavailable`"),
))]
pub async fn begin(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
) -> Result<Json<Ceremony>, Problem> {
    Ok(asked(app.passkeys().ask_for_new(&me, now).await?))
}

/// Registers the passkey that the browser made.
#[utoipa::path(post, path = "/api/v1/passkeys", tag = "passkeys", request_body = NewPasskey, responses(
    (status = 201, body = Passkey),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`passkey_refused`, `step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`passkey_known`, `too_many_passkeys`"),
    (status = 410, body = ProblemBody, description = "`ceremony_over`"),
    (status = 422, body = ProblemBody),
))]
pub async fn register(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Json(new): Json<NewPasskey>,
) -> Result<(StatusCode, Json<Passkey>), Problem> {
    let answer = answer(new.ceremony, new.credential)?;
    let name = new.name.as_deref();
    let made = app.passkeys().register(&me, &answer, name, &client, now);
    Ok((StatusCode::CREATED, Json(shown(made.await?))))
}

/// Gives a passkey another name.
#[utoipa::path(patch, path = "/api/v1/passkeys/{id}", tag = "passkeys", params(("id" = String, Path)), request_body = PasskeyChange, responses(
    (status = 200, body = Passkey), (status = 401, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn rename(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<PasskeyId>,
    Json(change): Json<PasskeyChange>,
) -> Result<Json<Passkey>, Problem> {
    let renamed = app.passkeys().rename(&me, id, &change.name, &client, now);
    Ok(Json(shown(renamed.await?)))
}

/// Removes a passkey.
#[utoipa::path(delete, path = "/api/v1/passkeys/{id}", tag = "passkeys", params(("id" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`step_up_needed`"),
    (status = 404, body = ProblemBody),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<PasskeyId>,
) -> Result<StatusCode, Problem> {
    app.passkeys().remove(&me, id, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a browser for a passkey to sign in with, whoever it belongs to.
#[utoipa::path(post, path = "/api/v1/sign-in/passkey/begin", tag = "passkeys", responses(
    (status = 200, body = Ceremony),
    (status = 409, body = ProblemBody, description = "`passkeys_unavailable`"),
    (status = 429, body = ProblemBody),
))]
pub async fn begin_sign_in(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
) -> Result<(CookieJar, Json<Ceremony>), Problem> {
    app.limiter().passkey(&client)?;
    // Another tab of this browser may have been asked a moment ago; both may answer.
    let browser = cookies::token(&jar, cookies::PASSKEY).unwrap_or_default();
    let begun = app.passkeys().ask_anybody(&browser, now).await?;
    Ok((
        CookieJar::new().add(cookies::passkey(&browser)),
        asked(begun),
    ))
}

/// Signs in whoever the passkey belongs to.
#[utoipa::path(post, path = "/api/v1/sign-in/passkey/finish", tag = "passkeys", request_body = Assertion, responses(
    (status = 200, body = Session),
    (status = 403, body = ProblemBody, description = "`passkey_refused`"),
    (status = 410, body = ProblemBody, description = "`ceremony_over`"),
))]
pub async fn finish_sign_in(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
    Json(body): Json<Assertion>,
) -> Result<(CookieJar, Json<Session>), Problem> {
    let browser = browser(&jar)?;
    let replaces = cookies::token(&jar, cookies::SESSION);
    let (answer, browser) = (
        answer(body.ceremony, body.credential)?,
        (&browser, replaces.as_ref()),
    );
    let signed_in = app.passkeys().sign_in(browser, &answer, &client, now);
    let signed_in = signed_in.await?;
    let described = session::describe(&app, &signed_in.me).await?;
    let jar = CookieJar::new()
        .add(cookies::session(&signed_in.token))
        .add(cookies::gone(cookies::PASSKEY));
    Ok((jar, Json(described)))
}

/// Asks for one of the member's passkeys, to prove once more who they are.
#[utoipa::path(post, path = "/api/v1/step-up/passkey/begin", tag = "passkeys", responses(
    (status = 200, body = Ceremony), (status = 401, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`no_passkey`, `passkeys_unavailable`"),
))]
pub async fn begin_step_up(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
) -> Result<Json<Ceremony>, Problem> {
    let bond = Bond::StepUp(me.session);
    Ok(asked(app.passkeys().ask(&me, bond, now).await?))
}

/// Proves once more who the member is. The session goes on under another token.
#[utoipa::path(post, path = "/api/v1/step-up/passkey/finish", tag = "passkeys", request_body = Assertion, responses(
    (status = 200, body = Session), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`passkey_refused`"),
    (status = 410, body = ProblemBody, description = "`ceremony_over`"),
))]
pub async fn finish_step_up(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Json(body): Json<Assertion>,
) -> Result<(CookieJar, Json<Session>), Problem> {
    let answer = answer(body.ceremony, body.credential)?;
    let token = app.passkeys().step_up(&me, &answer, &client, now).await?;
    let described = session::describe(&app, &me).await?;
    Ok((
        CookieJar::new().add(cookies::session(&token)),
        Json(described),
    ))
}

fn browser(jar: &CookieJar) -> Result<PlainToken, PasskeyError> {
    cookies::token(jar, cookies::PASSKEY).ok_or(PasskeyError::Over)
}

/// A ceremony as the API tells it.
pub(super) fn asked(begun: Begun) -> Json<Ceremony> {
    Json(Ceremony {
        ceremony: begun.id.to_string(),
        options: begun.options,
        expires_at: begun.expires_at.millis(),
    })
}

/// An answer as the services take it. What can't name a ceremony answers none.
pub(super) fn answer(
    ceremony: String,
    credential: serde_json::Value,
) -> Result<Answer, PasskeyError> {
    let ceremony = ceremony.parse().map_err(|_| PasskeyError::Over)?;
    Ok(Answer {
        ceremony,
        credential,
    })
}

fn shown(passkey: passkeys::Passkey) -> Passkey {
    Passkey {
        id: passkey.id.to_string(),
        name: passkey.name,
        created_at: passkey.created_at.millis(),
        last_used_at: passkey.last_used_at.map(Timestamp::millis),
    }
}
