//! Who asks.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
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
        let me = app
            .sessions()
            .authenticate(&token, app.clock().now())
            .await?;
        let me = me.ok_or_else(Problem::signed_out)?;
        app.limiter().member(me.session)?;
        Ok(me)
    }
}

/// The signed-in member, or nobody: for pages that anybody may use and that differ for the browser
/// that is signed in.
#[derive(Clone, Debug)]
pub struct MaybeMe(pub Option<Me>);

impl FromRequestParts<App> for MaybeMe {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Me::from_request_parts(parts, app).await {
            Ok(me) => Ok(Self(Some(me))),
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}
