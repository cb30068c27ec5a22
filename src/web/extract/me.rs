//! Who asks.

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::CookieJar;

use crate::{
    app::App,
    features::members::Me,
    web::{cookies, problem::Problem},
};

/// The signed-in member. Session, role and state are read anew for every request, so that whoever
/// was suspended is out at once.
impl FromRequestParts<App> for Me {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = cookies::token(&jar, cookies::SESSION).ok_or_else(Problem::signed_out)?;
        let me = app.sessions().authenticate(&token, app.clock().now()).await?;
        let me = me.ok_or_else(Problem::signed_out)?;
        app.limiter().member(&me.session.to_string())?;
        Ok(me)
    }
}
