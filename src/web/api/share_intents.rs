//! Asking for a public link.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::Stream;
use guestpass_api_types::{
    ProblemBody,
    links::{IntentPayload, LinkMade, NewShareIntent, SealedLink, ShareIntent},
    passkeys::{Assertion, Ceremony},
    sign_in::FlowState,
};

use super::passkeys;
use crate::{
    app::App,
    base::{clock::Timestamp, id::IntentId},
    features::{members::Me, signals::Listener},
    web::{
        extract::{Json, Now, Path, Peer},
        problem::Problem,
    },
};

/// How often a stream looks again even when no signal came. What changes comes with a signal, and the
/// end of the intent's time is known; this is for what nobody foresaw.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Asks for a link; the member is mailed.
#[utoipa::path(post, path = "/api/v1/share-intents", tag = "links", request_body = NewShareIntent, responses(
    (status = 201, body = ShareIntent),
    (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn start(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Json(new): Json<NewShareIntent>,
) -> Result<(StatusCode, Json<ShareIntent>), Problem> {
    let intent = app.intents().start(&me, &new, &client, now).await?;
    Ok((StatusCode::CREATED, Json(intent)))
}

/// Where it stands.
#[utoipa::path(get, path = "/api/v1/share-intents/{id}", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, body = ShareIntent), (status = 404, body = ProblemBody),
))]
pub async fn get(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<Json<ShareIntent>, Problem> {
    Ok(Json(app.intents().get(&me, id, now).await?))
}

/// Sends the mail again.
#[utoipa::path(post, path = "/api/v1/share-intents/{id}/resend", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, body = ShareIntent), (status = 410, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn resend(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<Json<ShareIntent>, Problem> {
    Ok(Json(app.intents().resend(&me, id, &client, now).await?))
}

/// Gives it up.
#[utoipa::path(delete, path = "/api/v1/share-intents/{id}", tag = "links", params(("id" = String, Path)), responses(
    (status = 204), (status = 404, body = ProblemBody),
))]
pub async fn cancel(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<StatusCode, Problem> {
    app.intents().cancel(&me, id, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a passkey that confirms this intent, and nothing else.
#[utoipa::path(post, path = "/api/v1/share-intents/{id}/passkey/begin", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, body = Ceremony),
    (status = 403, body = ProblemBody, description = "`mail_only`"), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`no_passkey`, `passkeys_unavailable`"),
    (status = 410, body = ProblemBody),
))]
pub async fn begin_passkey(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<Json<Ceremony>, Problem> {
    let begun = app.intents().ask_for_passkey(&me, id, now).await?;
    Ok(passkeys::asked(begun))
}

/// Confirms with a passkey of the member who asked.
#[utoipa::path(post, path = "/api/v1/share-intents/{id}/passkey/finish", tag = "links", params(("id" = String, Path)), request_body = Assertion, responses(
    (status = 200, body = ShareIntent),
    (status = 403, body = ProblemBody, description = "`passkey_refused`, `mail_only`, `not_owner`"),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 410, body = ProblemBody, description = "`ceremony_over`, `flow_over`"),
))]
pub async fn finish_passkey(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<IntentId>,
    Json(body): Json<Assertion>,
) -> Result<Json<ShareIntent>, Problem> {
    let answer = passkeys::answer(body.ceremony, body.credential)?;
    let confirmed = app
        .intents()
        .confirm_by_passkey(&me, id, &answer, &client, now);
    Ok(Json(confirmed.await?))
}

/// What the browser seals, once it is confirmed.
#[utoipa::path(get, path = "/api/v1/share-intents/{id}/payload", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, body = IntentPayload),
    (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 410, body = ProblemBody),
))]
pub async fn payload(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<Json<IntentPayload>, Problem> {
    Ok(Json(app.intents().payload(&me, id, &client, now).await?))
}

/// Makes the link.
#[utoipa::path(put, path = "/api/v1/share-intents/{id}/link", tag = "links", params(("id" = String, Path)), request_body = SealedLink, responses(
    (status = 201, body = LinkMade),
    (status = 400, body = ProblemBody), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 410, body = ProblemBody), (status = 429, body = ProblemBody),
))]
pub async fn make_link(
    State(app): State<App>,
    me: Me,
    Peer(client): Peer,
    Now(now): Now,
    Path(id): Path<IntentId>,
    Json(sealed): Json<SealedLink>,
) -> Result<(StatusCode, Json<LinkMade>), Problem> {
    let made = app.links().make(&me, id, &sealed, &client, now).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Where it stands, as server-sent events: `state` with a `ShareIntent`, first at once, then
/// whenever something changes, until it is over.
#[utoipa::path(get, path = "/api/v1/share-intents/{id}/events", tag = "links", params(("id" = String, Path)), responses(
    (status = 200, content_type = "text/event-stream"), (status = 404, body = ProblemBody),
))]
pub async fn events(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Path(id): Path<IntentId>,
) -> Result<impl IntoResponse, Problem> {
    let listener = app.intents().listen(&me, id);
    let first = app.intents().get(&me, id, now).await?;
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    let following = Following {
        app,
        me,
        id,
        listener,
        told: None,
        next: Some(first),
    };
    Ok(Sse::new(follow(following)).keep_alive(keep_alive))
}

struct Following {
    app: App,
    me: Me,
    id: IntentId,
    listener: Listener,
    /// What the page was told last.
    told: Option<ShareIntent>,
    next: Option<ShareIntent>,
}

fn follow(start: Following) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::unfold(start, |mut following| async move {
        loop {
            let intent = match following.next.take() {
                Some(intent) => intent,
                None => following.changed().await?,
            };
            if following.told.as_ref() == Some(&intent) {
                continue;
            }
            let event = Event::default().event("state").json_data(&intent).ok()?;
            following.told = Some(intent);
            return Some((Ok(event), following));
        }
    })
}

impl Following {
    /// Waits for a sign of change and looks; nothing when there is nothing more to tell.
    async fn changed(&mut self) -> Option<ShareIntent> {
        let told = self.told.as_ref()?;
        if !matches!(told.state, FlowState::Waiting | FlowState::Confirmed) {
            return None;
        }
        let now = self.app.clock().now();
        let left = Timestamp::from_millis(told.expires_at).since(now);
        // A moment later, so that the look doesn't come just before the end.
        let at_most = LOOK_EVERY.min(left + Duration::from_millis(5));
        let _ = tokio::time::timeout(at_most, self.listener.woken()).await;
        let now = self.app.clock().now();
        // Most of the time a stream waits: it needn't hold the room that a look takes.
        let look = Box::pin(async { self.app.intents().get(&self.me, self.id, now).await });
        look.await.ok()
    }
}
