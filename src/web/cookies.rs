//! Our cookies. The prefix `__Host-` has browsers accept them only from this very host, over a
//! secure connection, for all paths (RFC 6265bis, section 4.1.3.2).

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{
    base::secret::PlainToken,
    features::{passkeys::CEREMONY_LIFE, providers::VISIT_LIFE, sign_in::FLOW_LIFE},
};

/// Holds a session. Lax, because people come to the app from links in mails and chats, and should
/// be signed in when they do; what changes something is guarded apart from that.
pub const SESSION: &str = "__Host-session";
/// Ties a sign-in to the browser that asked. Strict is enough although its mail's link comes from
/// elsewhere: the page behind that link is inert, and what it then asks of us is same-site.
pub const FLOW: &str = "__Host-flow";
/// Ties a passkey's answer to the browser that was asked, before anybody is signed in.
pub const PASSKEY: &str = "__Host-passkey";

/// Ties a visit to a provider to the browser that set out. Strict, for the same reason: the page
/// that the provider sends people back to is ours, and asks us itself.
pub const VISIT: &str = "__Host-visit";

/// The token in a cookie, if there is one that can be a token.
pub fn token(jar: &CookieJar, name: &str) -> Option<PlainToken> {
    jar.get(name)
        .and_then(|cookie| PlainToken::parse(cookie.value()))
}

/// The cookie of a new session. It goes when the browser is closed, or when the server ends it.
pub fn session(token: &PlainToken) -> Cookie<'static> {
    hardened(SESSION, token, SameSite::Lax)
}

/// The cookie of a sign-in under way.
pub fn flow(token: &PlainToken) -> Cookie<'static> {
    let mut cookie = hardened(FLOW, token, SameSite::Strict);
    cookie.set_max_age(FLOW_LIFE.try_into().ok());
    cookie
}

/// The cookie of a visit to a provider.
pub fn visit(token: &PlainToken) -> Cookie<'static> {
    let mut cookie = hardened(VISIT, token, SameSite::Strict);
    cookie.set_max_age(VISIT_LIFE.try_into().ok());
    cookie
}

/// The cookie of a browser that was asked for a passkey.
pub fn passkey(token: &PlainToken) -> Cookie<'static> {
    let mut cookie = hardened(PASSKEY, token, SameSite::Strict);
    cookie.set_max_age(CEREMONY_LIFE.try_into().ok());
    cookie
}

/// Takes a cookie back.
pub fn gone(name: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, ""))
        .path("/")
        .secure(true)
        .http_only(true)
        .build();
    cookie.make_removal();
    cookie
}

fn hardened(name: &'static str, token: &PlainToken, same_site: SameSite) -> Cookie<'static> {
    Cookie::build((name, token.to_text().expose().to_owned()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(same_site)
        .build()
}
