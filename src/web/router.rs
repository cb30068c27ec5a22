//! Every URL on one screen.

use std::{num::NonZero, sync::Arc, thread::available_parallelism, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, delete, get, patch, post, put},
};
use tower::util::MapResponseLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use super::{
    api::{
        access, activity, attachments, confirm, elsewhere, guest, health, items, leaving,
        link_confirmation, links, mail, members, mfa, passkeys, preferences, providers,
        provisioning, scim, session, share_intents, sign_in, teams, workspace,
    },
    assets, middleware,
};
use crate::{
    app::App,
    features::settings::MAX_PICTURE,
    web::{
        middleware::{BODY, Gate},
        problem::Problem,
    },
};

/// 45,000 characters, each written as JSON's longest escape, and what goes with them.
const ITEM_BODY: usize = 640 * 1024;
/// A sealed link of the largest size, as base64url.
const LINK_BODY: usize = 128 * 1024;
/// A group of some thousand members.
const SCIM_BODY: usize = 1024 * 1024;
/// How long an answer may take, streams excepted.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a file may take on its way in, and how long it may stand still.
const TRANSFER: Duration = Duration::from_secs(15 * 60);
const STANDSTILL: Duration = Duration::from_secs(30);

/// All routes of the product.
#[expect(
    clippy::too_many_lines,
    reason = "the table of contents: a line for each URL"
)]
pub fn router(app: App) -> Router {
    let content = "/api/v1/items/{id}/attachments/{attachment}/content";
    let transfers = Router::new()
        .route(content, get(attachments::download).put(attachments::upload))
        .layer(RequestBodyTimeoutLayer::new(STANDSTILL))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            TRANSFER,
        ));

    // Peeks only read: behind claims, which wait for the disk, they would wait many times longer than
    // they take. So each have a gate of their own.
    let cores = available_parallelism().map_or(2, NonZero::get);
    let (reading, writing) = (Gate::for_reading(cores), Gate::for_writing(cores));
    let peeks = Router::new()
        .route("/api/v1/guest/peek", post(guest::peek))
        .layer(from_fn_with_state(
            Arc::new(reading),
            middleware::admit_guests,
        ));
    let guests = Router::new()
        // Opening a link, without an account
        .route("/api/v1/guest/claim", post(guest::claim))
        .route("/api/v1/guest/ack", post(guest::acknowledge))
        .route("/api/v1/guest/dispute", post(guest::dispute))
        .layer(from_fn_with_state(
            Arc::new(writing),
            middleware::admit_guests,
        ))
        .merge(peeks);

    let from_providers = Router::new()
        .route(
            "/api/v1/providers/{id}/logout",
            post(providers::back_channel_logout),
        )
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(DefaultBodyLimit::max(BODY));

    // Layers that are added one by one are boxed one by one, and each box is copied by all around it, for
    // each request: so what is on the way of most is added at once.
    let headers = MapResponseLayer::new(middleware::api_headers);
    let guard = from_fn_with_state(app.clone(), middleware::guard_unsafe_methods);
    let api = Router::new()
        // Signing in
        .route("/api/v1/sign-in", get(sign_in::state).post(sign_in::start))
        .route("/api/v1/sign-in/inspect", post(sign_in::inspect))
        .route("/api/v1/sign-in/confirm", post(sign_in::confirm))
        .route("/api/v1/sign-in/finish", post(sign_in::finish))
        .route("/api/v1/sign-in/refuse", post(sign_in::refuse))
        .route("/api/v1/sign-in/workspaces/{id}/logo", get(workspace::logo))
        .route("/api/v1/sign-in/providers", get(providers::ways_in))
        .route("/api/v1/sign-in/providers/visit", post(providers::visit))
        .route("/api/v1/sign-in/providers/return", post(providers::come_back))
        .route("/api/v1/session/identities", get(providers::identities).post(providers::connect))
        .route("/api/v1/session/identities/{provider}", delete(providers::disconnect))
        // Providers to sign in with
        .route("/api/v1/providers", get(providers::list).post(providers::add))
        .route("/api/v1/providers/{id}", put(providers::change).delete(providers::remove))
        .route("/api/v1/providers/{id}/test", post(providers::test))
        .route("/api/v1/sign-in/passkey/begin", post(passkeys::begin_sign_in))
        .route("/api/v1/sign-in/passkey/finish", post(passkeys::finish_sign_in))
        .route("/api/v1/session", get(session::show).delete(session::end))
        // Going on in another workspace
        .route("/api/v1/session/workspaces", get(elsewhere::list))
        .route("/api/v1/session/workspace", put(elsewhere::go))
        .route("/api/v1/step-up/passkey/begin", post(passkeys::begin_step_up))
        .route("/api/v1/step-up/passkey/finish", post(passkeys::finish_step_up))
        // The member's own
        .route("/api/v1/passkeys", get(passkeys::list).post(passkeys::register))
        .route("/api/v1/passkeys/begin", post(passkeys::begin))
        .route("/api/v1/passkeys/{id}", patch(passkeys::rename).delete(passkeys::remove))
        .route("/api/v1/sessions", get(session::list))
        .route("/api/v1/sessions/{id}", delete(session::end_one))
        .route("/api/v1/sessions/end-others", post(session::end_others))
        .route("/api/v1/profile", put(session::rename))
        .route("/api/v1/profile/preferences", get(preferences::show).put(preferences::change))
        // People
        .route("/api/v1/members", get(members::list).post(members::invite))
        .route("/api/v1/members/{id}/invitation", post(members::invite_again))
        .route("/api/v1/members/{id}/role", put(members::change_role))
        .route("/api/v1/members/{id}/reinstate", post(members::reinstate))
        // The workspace
        .route("/api/v1/workspace", get(workspace::show).patch(workspace::change))
        .route(
            "/api/v1/workspace/logo",
            put(workspace::put_logo)
                .delete(workspace::remove_logo)
                .layer(DefaultBodyLimit::max(MAX_PICTURE + 1)),
        )
        .route("/api/v1/workspace/owner", post(members::hand_over_workspace))
        // A directory that keeps them up to date, as admins see it
        .route("/api/v1/provisioning", get(provisioning::show))
        .route("/api/v1/provisioning/tokens", post(provisioning::make_token))
        .route("/api/v1/provisioning/tokens/{id}", delete(provisioning::end_token))
        .route("/api/v1/provisioning/teams/release", post(provisioning::release_teams))
        // Teams
        .route("/api/v1/teams", get(teams::list).post(teams::create))
        .route("/api/v1/teams/{id}", get(teams::show).patch(teams::rename).delete(teams::remove))
        .route("/api/v1/teams/{id}/members/{member}", put(teams::put).delete(teams::take_out))
        // Letting them go
        .route("/api/v1/members/{id}/leaving", get(leaving::preview))
        .route("/api/v1/members/{id}/suspend", post(leaving::suspend))
        .route("/api/v1/members/{id}/remove", post(leaving::remove))
        .route("/api/v1/members/{id}/hand-over", post(leaving::hand_over_items))
        // Accounts and secrets
        .route("/api/v1/items", get(items::list).post(items::create).layer(item_body()))
        .route(
            "/api/v1/items/{id}",
            get(items::show).patch(items::change).delete(items::remove).layer(item_body()),
        )
        .route("/api/v1/items/{id}/reveal", post(items::reveal))
        .route("/api/v1/items/{id}/code", get(items::code))
        .route("/api/v1/items/{id}/access", get(access::list))
        .route("/api/v1/items/{id}/access/{member}", put(access::grant).delete(access::remove))
        .route("/api/v1/items/{id}/access/teams/{team}", put(access::grant_team).delete(access::remove_team))
        .route("/api/v1/items/{id}/attachments", post(attachments::announce))
        .route("/api/v1/items/{id}/attachments/{attachment}", delete(attachments::remove))
        .route("/api/v1/mfa/check", post(mfa::check))
        // Asking for a public link, and making it
        .route("/api/v1/share-intents", post(share_intents::start))
        .route("/api/v1/share-intents/{id}", get(share_intents::get).delete(share_intents::cancel))
        .route("/api/v1/share-intents/{id}/resend", post(share_intents::resend))
        .route("/api/v1/share-intents/{id}/passkey/begin", post(share_intents::begin_passkey))
        .route("/api/v1/share-intents/{id}/passkey/finish", post(share_intents::finish_passkey))
        .route("/api/v1/share-intents/{id}/events", get(share_intents::events))
        .route("/api/v1/share-intents/{id}/payload", get(share_intents::payload))
        .route(
            "/api/v1/share-intents/{id}/link",
            put(share_intents::make_link).layer(DefaultBodyLimit::max(LINK_BODY)),
        )
        // The page behind the button of the mail
        .route("/api/v1/confirm", post(confirm::confirm))
        .route("/api/v1/confirm/inspect", post(confirm::inspect))
        .route("/api/v1/confirm/refuse", post(confirm::refuse))
        // Public links, as their owners see them
        .route("/api/v1/items/{id}/links", get(links::of_item))
        .route("/api/v1/links/{id}/revoke", post(links::revoke))
        .route(
            "/api/v1/workspace/link-confirmation",
            get(link_confirmation::show).put(link_confirmation::change),
        )
        // What happened
        .route("/api/v1/activity", get(activity::list))
        .route("/api/v1/workspace/mail-failures", get(mail::failures))
        // The demo's mails
        .route("/api/v1/dev/mailbox", get(mail::mailbox))
        // Anything else under /api
        .route("/api/{*rest}", any(async || Problem::not_found()))
        .merge(guests)
        .layer((
            headers.clone(),
            guard.clone(),
            DefaultBodyLimit::max(BODY),
            TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE),
        ))
        .merge(transfers.layer((headers.clone(), guard)))
        // Providers aren't our pages. What they send is signed, and no cookie counts for it.
        .merge(from_providers.merge(from_directories()).layer(headers));

    let watched = (
        from_fn(middleware::log_requests),
        CatchPanicLayer::custom(panicked),
    );
    Router::new()
        .merge(api)
        // Pages and what they load
        .route("/assets/{*name}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
        .route("/robots.txt", get(assets::robots))
        .fallback(assets::document)
        .layer((watched.clone(), from_fn_with_state(app.clone(), middleware::require_host)))
        // Health checks come from load balancers, which know us by another name.
        .merge(Router::new().route("/healthz", get(health::ready)).layer(watched))
        .with_state(app)
}

/// SCIM 2.0. A token says who asks, so that no cookie and no page of ours can.
fn from_directories() -> Router<App> {
    Router::new()
        .route(
            "/scim/v2/ServiceProviderConfig",
            get(scim::discovery::config),
        )
        .route("/scim/v2/ResourceTypes", get(scim::discovery::types))
        .route(
            "/scim/v2/ResourceTypes/{id}",
            get(scim::discovery::one_type),
        )
        .route("/scim/v2/Schemas", get(scim::discovery::schemas))
        .route("/scim/v2/Schemas/{id}", get(scim::discovery::one_schema))
        .route(
            "/scim/v2/Users",
            get(scim::users::list).post(scim::users::create),
        )
        .route(
            "/scim/v2/Users/{id}",
            get(scim::users::show)
                .put(scim::users::replace)
                .patch(scim::users::change)
                .delete(scim::users::remove),
        )
        .route(
            "/scim/v2/Groups",
            get(scim::groups::list).post(scim::groups::create),
        )
        .route(
            "/scim/v2/Groups/{id}",
            get(scim::groups::show)
                .put(scim::groups::replace)
                .patch(scim::groups::change)
                .delete(scim::groups::remove),
        )
        .method_not_allowed_fallback(scim::wrong_method)
        .route("/scim/v2/Me", any(scim::not_offered))
        .route("/scim/v2/Bulk", any(scim::not_offered))
        .route("/scim/{*rest}", any(scim::unknown))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(DefaultBodyLimit::max(SCIM_BODY))
}

fn item_body() -> DefaultBodyLimit {
    DefaultBodyLimit::max(ITEM_BODY)
}

/// A panic is answered like any other failure; its message stays in the log of the panic hook.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    let error = std::io::Error::other("a handler panicked");
    axum::response::IntoResponse::into_response(Problem::internal(&error))
}
