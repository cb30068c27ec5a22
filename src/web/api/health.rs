//! Whether this node can serve.

use axum::{extract::State, http::StatusCode};

use crate::app::App;

/// 200 when the database answers, else 503.
pub async fn ready(State(app): State<App>) -> StatusCode {
    match app.db().ping().await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::warn!(%error, "not ready: the database doesn't answer");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
