//! What tells one recipient's browser from another.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{app::App, base::secret::PlainToken, features::links::Binder};

const COOKIE: &str = "__Host-binder";
const HEADER: &str = "x-binder";
/// Longer than any link lives, so that a view counts once per browser.
const KEPT: cookie::time::Duration = cookie::time::Duration::days(31);

/// The binder of the asking browser: the one it has, as a cookie or (where cookies are blocked) a
/// header, and the cookie to set when it has none.
#[derive(Debug)]
pub struct Binding {
    known: Option<Binder>,
    jar: CookieJar,
}

impl FromRequestParts<App> for Binding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar
            .get(COOKIE)
            .and_then(|cookie| PlainToken::parse(cookie.value()));
        let header = parts
            .headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok());
        let token = cookie.or_else(|| header.and_then(PlainToken::parse));
        Ok(Self {
            known: token.map(|token| Binder(token.hash())),
            jar: CookieJar::new(),
        })
    }
}

impl Binding {
    /// The binder that the browser sent.
    pub fn known(&self) -> Option<&Binder> {
        self.known.as_ref()
    }

    /// Tells the page whether its browser kept the binder.
    pub fn said(&self) -> HeaderValue {
        HeaderValue::from_static(if self.known.is_some() { "kept" } else { "set" })
    }

    /// The cookie for a browser that sent no binder.
    pub fn into_jar(self) -> CookieJar {
        if self.known.is_some() {
            return self.jar;
        }
        let token = PlainToken::new().to_text();
        let mut cookie = Cookie::new(COOKIE, token.expose().to_owned());
        cookie.set_http_only(true);
        cookie.set_secure(true);
        cookie.set_same_site(SameSite::Strict);
        cookie.set_path("/");
        cookie.set_max_age(Some(KEPT));
        self.jar.add(cookie)
    }
}
