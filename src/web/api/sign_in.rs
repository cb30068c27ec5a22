//! Signing in by e-mailed link.

use axum::{extract::State, http::StatusCode};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    secret::SecretText,
    sign_in::{
        Confirm, ConfirmDetails, Confirmed, MailToken, Session, SignInStarted, SignInState,
        StartSignIn,
    },
};

use super::session;
use crate::{
    app::App,
    base::secret::PlainToken,
    features::{
        members::AskedFor,
        sign_in::{AskingBrowser, Confirmation, SignInError},
    },
    web::{
        cookies,
        extract::{Json, Now, Peer},
        problem::Problem,
    },
};

/// Asks for a sign-in mail. The answer is the same whether the address is known or not, in the
/// workspace that is named or in any.
#[utoipa::path(post, path = "/api/v1/sign-in", tag = "sign-in", request_body = StartSignIn, responses(
    (status = 202, body = SignInStarted),
    (status = 422, body = ProblemBody),
    (status = 429, body = ProblemBody),
))]
pub async fn start(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
    Json(body): Json<StartSignIn>,
) -> Result<(StatusCode, CookieJar, Json<SignInStarted>), Problem> {
    app.limiter().sign_in(&client)?;
    app.limiter().mail(&client)?;
    let previous = cookies::token(&jar, cookies::FLOW);
    let workspace = match body.workspace.as_deref().map(str::parse) {
        None => AskedFor::Any,
        Some(Ok(id)) => AskedFor::This(id),
        Some(Err(_)) => AskedFor::Unknown,
    };
    let started = app
        .sign_ins()
        .start((&body.email, workspace), previous.as_ref(), &client, now)
        .await?;
    let answer = SignInStarted {
        match_code: started.match_code,
        expires_at: started.expires_at.millis(),
        resend_at: started.resend_at.millis(),
    };
    let jar = CookieJar::new().add(cookies::flow(&started.browser));
    Ok((StatusCode::ACCEPTED, jar, Json(answer)))
}

/// Where this browser's sign-in stands.
#[utoipa::path(get, path = "/api/v1/sign-in", tag = "sign-in", responses(
    (status = 200, body = SignInState),
    (status = 404, body = ProblemBody, description = "`no_flow`"),
))]
pub async fn state(
    State(app): State<App>,
    Now(now): Now,
    jar: CookieJar,
) -> Result<Json<SignInState>, Problem> {
    let browser = cookies::token(&jar, cookies::FLOW).ok_or(SignInError::NoFlow)?;
    let (state, expires_at) = app.sign_ins().state(&browser, now).await?;
    Ok(Json(SignInState {
        state,
        expires_at: expires_at.millis(),
    }))
}

/// What a mail's link is about. Changes nothing, however often it is asked.
#[utoipa::path(post, path = "/api/v1/sign-in/inspect", tag = "sign-in", request_body = MailToken, responses(
    (status = 200, body = ConfirmDetails),
    (status = 404, body = ProblemBody, description = "`no_flow`"),
))]
pub async fn inspect(
    State(app): State<App>,
    Now(now): Now,
    jar: CookieJar,
    Json(body): Json<MailToken>,
) -> Result<Json<ConfirmDetails>, Problem> {
    let token = mail_token(&body.token)?;
    let browser = cookies::token(&jar, cookies::FLOW);
    let flow = app
        .sign_ins()
        .inspect(&token, browser.as_ref(), now)
        .await?;
    Ok(Json(ConfirmDetails {
        state: flow.state,
        same_browser: flow.same_browser,
        workspace: flow.workspace,
        first_name: flow.first_name,
        item: None,
        expires_in: None,
        one_time: None,
        asked_at: flow.asked_at.millis(),
        expires_at: flow.expires_at.millis(),
        browser: flow.browser,
        address: flow.address,
        tries_left: flow.tries_left,
    }))
}

/// Confirms a sign-in. In the browser that asked, it signs in; on any other device it needs the
/// match code and lets the browser that asked go on.
#[utoipa::path(post, path = "/api/v1/sign-in/confirm", tag = "sign-in", request_body = Confirm, responses(
    (status = 200, body = Confirmed),
    (status = 404, body = ProblemBody, description = "`no_flow`"),
    (status = 410, body = ProblemBody, description = "`flow_over`"),
    (status = 422, body = ProblemBody, description = "`code_wrong`, `code_needed`"),
))]
pub async fn confirm(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
    Json(body): Json<Confirm>,
) -> Result<(CookieJar, Json<Confirmed>), Problem> {
    let token = mail_token(&body.token)?;
    let (flow, session) = (
        cookies::token(&jar, cookies::FLOW),
        cookies::token(&jar, cookies::SESSION),
    );
    let browser = AskingBrowser {
        flow: flow.as_ref(),
        session: session.as_ref(),
    };
    let code = body.code.as_ref();
    let jar = CookieJar::new();
    match app
        .sign_ins()
        .confirm(&token, browser, code, &client, now)
        .await?
    {
        Confirmation::SignedIn(session) => Ok((
            jar.add(cookies::session(&session.token)),
            Json(Confirmed { signed_in: true }),
        )),
        Confirmation::Elsewhere => Ok((jar, Json(Confirmed { signed_in: false }))),
    }
}

/// Signs this browser in, after its sign-in was confirmed on another device.
#[utoipa::path(post, path = "/api/v1/sign-in/finish", tag = "sign-in", responses(
    (status = 200, body = Session),
    (status = 404, body = ProblemBody, description = "`no_flow`"),
    (status = 409, body = ProblemBody, description = "`not_confirmed`"),
    (status = 410, body = ProblemBody, description = "`flow_over`"),
))]
pub async fn finish(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
) -> Result<(CookieJar, Json<Session>), Problem> {
    let browser = cookies::token(&jar, cookies::FLOW).ok_or(SignInError::NoFlow)?;
    let session = cookies::token(&jar, cookies::SESSION);
    let session = app
        .sign_ins()
        .finish(&browser, session.as_ref(), &client, now)
        .await?;
    let answer = session::describe(&app, &session.me).await?;
    Ok((
        CookieJar::new().add(cookies::session(&session.token)),
        Json(answer),
    ))
}

/// "This wasn't me": ends the sign-in.
#[utoipa::path(post, path = "/api/v1/sign-in/refuse", tag = "sign-in", request_body = MailToken, responses(
    (status = 204),
    (status = 404, body = ProblemBody, description = "`no_flow`"),
    (status = 410, body = ProblemBody, description = "`flow_over`"),
))]
pub async fn refuse(
    State(app): State<App>,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<MailToken>,
) -> Result<StatusCode, Problem> {
    app.sign_ins()
        .refuse(&mail_token(&body.token)?, &client, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A text that can't be a token belongs to no sign-in.
fn mail_token(text: &SecretText) -> Result<PlainToken, SignInError> {
    PlainToken::parse(text.expose()).ok_or(SignInError::NoFlow)
}
