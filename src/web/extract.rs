//! What handlers ask for in their arguments.

mod binding;
mod directory;
mod json;
mod me;
mod peer;

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

pub use binding::Binding;
pub use directory::{ResourceId, ScimBody, ScimEdit, ScimQuery, Versions};
pub use json::{Json, Path, Query, blank_as_none};
pub use me::MaybeMe;
pub use peer::Peer;

use crate::{app::App, base::clock::Timestamp};

/// The instant of the request.
#[derive(Clone, Copy, Debug)]
pub struct Now(pub Timestamp);

impl FromRequestParts<App> for Now {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(app.clock().now()))
    }
}
