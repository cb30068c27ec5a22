//! Every URL on one screen.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use super::{
    api::{health, members, session, sign_in},
    assets, middleware,
};
use crate::{app::App, web::problem::Problem};

/// Bodies are this large at most, unless a route says otherwise.
const BODY: usize = 16 * 1024;
/// How long an answer may take, streams excepted.
const PATIENCE: Duration = Duration::from_secs(30);

/// All routes of the product.
pub fn router(app: App) -> Router {
    let api = Router::new()
        // Signing in
        .route("/api/v1/sign-in", get(sign_in::state).post(sign_in::start))
        .route("/api/v1/sign-in/inspect", post(sign_in::inspect))
        .route("/api/v1/sign-in/confirm", post(sign_in::confirm))
        .route("/api/v1/sign-in/finish", post(sign_in::finish))
        .route("/api/v1/sign-in/refuse", post(sign_in::refuse))
        .route("/api/v1/session", get(session::show).delete(session::end))
        // People
        .route("/api/v1/members", get(members::list).post(members::invite))
        // Anything else under /api
        .route("/api/{*rest}", any(async || Problem::not_found()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(app.clone(), middleware::guard_unsafe_methods))
        .layer(from_fn(middleware::api_headers));

    Router::new()
        .merge(api)
        // Pages and what they load
        .route("/assets/{*name}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
        .route("/robots.txt", get(assets::robots))
        .fallback(assets::document)
        .layer(from_fn_with_state(app.clone(), middleware::require_host))
        // Health checks come from load balancers, which know us by another name.
        .route("/healthz", get(health::ready))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(middleware::log_requests))
        .with_state(app)
}

/// A panic is answered like any other failure; its message stays in the log of the panic hook.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    let error = std::io::Error::other("a handler panicked");
    axum::response::IntoResponse::into_response(Problem::internal(&error))
}
