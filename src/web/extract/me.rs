//! Who asks.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, request::Parts},
};
use axum_extra::extract::CookieJar;

use crate::{
    app::App,
    features::members::Me,
    web::{cookies, problem::Problem},
};

/// Names the workspace that the caller believes to be in.
const WORKSPACE: HeaderName = HeaderName::from_static("guestpass-workspace");

/// The signed-in member. Session, role and state are read anew for every request, so that whoever
/// was suspended is out at once.
///
/// A browser has one session for all its tabs, and another one of them may have gone on in another
/// workspace: what a page sends must not be written there.
impl FromRequestParts<App> for Me {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let me = signed_in(parts, app).await?;
        if parts.method.is_safe() || believes_in(parts, &me) {
            return Ok(me);
        }
        Err(Problem::conflict(
            "other_workspace",
            "Another workspace is open now",
            "Nothing was changed: meanwhile this browser went on in another workspace. Go back to this one, \
             then try again.",
        ))
    }
}

async fn signed_in(parts: &Parts, app: &App) -> Result<Me, Problem> {
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

/// Whether the caller means the workspace of the session. Programs may leave it unsaid.
fn believes_in(parts: &Parts, me: &Me) -> bool {
    let workspace = me.member.workspace.to_string();
    let mut named = parts.headers.get_all(WORKSPACE).iter();
    named.all(|named| named.as_bytes() == workspace.as_bytes())
}

/// The signed-in member, or nobody: for pages that anybody may use and that differ for the browser
/// that is signed in.
#[derive(Clone, Debug)]
pub struct MaybeMe(pub Option<Me>);

impl FromRequestParts<App> for MaybeMe {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match signed_in(parts, app).await {
            Ok(me) => Ok(Self(Some(me))),
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}
