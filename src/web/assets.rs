//! The front ends: documents and assets that were built from `web/` and are part of the binary.
//!
//! A development build reads them from `web/dist` at run time, so that a page can be rebuilt
//! without building the server.

mod encoding;
mod policy;

use std::{borrow::Cow, sync::OnceLock};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{app::App, base::secret::base64url, web::problem::Problem};
use encoding::{Encoding, accepted};
use policy::Policy;

#[derive(RustEmbed)]
#[folder = "web/dist/"]
// A checkout without built pages still compiles; it answers with how to build them.
#[allow_missing = true]
struct Dist;

/// Names of assets hold a hash of their content: whoever has one never needs to ask again.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Documents that show or lead to secrets leave no copy anywhere, not even in the back-forward cache.
const NEVER: &str = "no-store";
/// May be kept, and is asked for again each time.
const ASK_AGAIN: &str = "no-cache";

/// What a path shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Document {
    file: &'static str,
    policy: Policy,
    caching: &'static str,
}

const APP: Document = Document {
    file: "app.html",
    policy: Policy::App,
    caching: NEVER,
};
const GUEST: Document = Document {
    file: "guest.html",
    policy: Policy::Sandboxed,
    caching: NEVER,
};
const CONFIRM: Document = Document {
    file: "confirm.html",
    policy: Policy::Sandboxed,
    caching: NEVER,
};
const MAILBOX: Document = Document {
    file: "mailbox.html",
    policy: Policy::Static,
    caching: NEVER,
};
const CONSIDERATIONS: Document = Document {
    file: "security-considerations.html",
    policy: Policy::Static,
    caching: ASK_AGAIN,
};
const ABOUT_LINKS: Document = Document {
    file: "about-links.html",
    policy: Policy::Static,
    caching: ASK_AGAIN,
};

/// Which document a path shows. Everything else is the app's, which knows its own pages.
fn document_at(path: &str, open_mailbox: bool) -> Document {
    match path {
        "/confirm" | "/confirm-sign-in" => CONFIRM,
        "/security-considerations" => CONSIDERATIONS,
        "/about-links" => ABOUT_LINKS,
        "/mailbox" if open_mailbox => MAILBOX,
        _ if is_guest_path(path) => GUEST,
        _ => APP,
    }
}

/// `/s`, also with what messengers make of a link: `/s%231…`, `/s/`, `/s.`. The page says that
/// the link is incomplete. No page of the app starts like that.
fn is_guest_path(path: &str) -> bool {
    path.strip_prefix("/s")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Answers any path with its document.
pub async fn document(State(app): State<App>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_allowed();
    }
    let document = document_at(request.uri().path(), app.open_mailbox().is_some());
    let mut response =
        file(document.file, document.caching, request.headers()).unwrap_or_else(not_built);
    document.policy.apply(response.headers_mut());
    response
}

/// Answers with an asset; its name holds its hash.
pub async fn asset(request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    let plain = name
        .strip_prefix("assets/")
        .is_some_and(|name| !name.contains(['/', '%', '\\']));
    let found = if plain {
        file(name, FOREVER, request.headers())
    } else {
        None
    };
    let mut response = found.unwrap_or_else(|| Problem::not_found().into_response());
    policy::asset(response.headers_mut());
    response
}

/// The icon, for who asks for it without having read a document.
pub async fn icon(request: Request) -> Response {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    let name = NAME.get_or_init(|| {
        Dist::iter()
            .find(|name| name.starts_with("assets/icon-") && name.ends_with(".svg"))
            .map(Cow::into_owned)
    });
    let found = name
        .as_deref()
        .and_then(|name| file(name, ASK_AGAIN, request.headers()));
    let mut response = found.unwrap_or_else(|| Problem::not_found().into_response());
    policy::asset(response.headers_mut());
    response
}

/// Nothing here is for search engines.
pub async fn robots() -> Response {
    let mut response = "User-agent: *\nDisallow: /\n".into_response();
    policy::asset(response.headers_mut());
    response
}

/// A built file, in the smallest form the client takes; nothing when there is no such file.
fn file(name: &str, caching: &'static str, request: &HeaderMap) -> Option<Response> {
    let accepted = accepted(request.get(header::ACCEPT_ENCODING));
    let (encoding, found) = accepted
        .into_iter()
        .find_map(|encoding| {
            Dist::get(&format!("{name}{}", encoding.suffix())).map(|found| (encoding, found))
        })
        .or_else(|| Dist::get(name).map(|found| (Encoding::Identity, found)))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, content_type(name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    if caching == NEVER {
        return Some((headers, body(found)).into_response());
    }
    let etag = format!("\"{}\"", base64url(&found.metadata.sha256_hash()[..16]));
    let unchanged = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == etag);
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    Some(if unchanged {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, body(found)).into_response()
    })
}

fn body(file: EmbeddedFile) -> Body {
    Body::from(match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    })
}

fn content_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" => "application/json",
            _ => "application/octet-stream",
        },
    )
}

fn not_allowed() -> Response {
    let mut response = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "Pages are only read",
        "Use GET.",
    )
    .into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn not_built() -> Response {
    let text = "This build holds no pages. Build them first: cargo xtask demo does all of it.\n";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CACHE_CONTROL, NEVER)],
        text,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_show_their_documents() {
        for (path, file) in [
            ("/", "app.html"),
            ("/accounts", "app.html"),
            ("/secrets", "app.html"),
            ("/sign-in", "app.html"),
            ("/settings/me", "app.html"),
            ("/s", "guest.html"),
            ("/s/", "guest.html"),
            ("/s%231AAAA", "guest.html"),
            ("/s.", "guest.html"),
            ("/S", "app.html"),
            ("/confirm", "confirm.html"),
            ("/confirm-sign-in", "confirm.html"),
            ("/about-links", "about-links.html"),
            ("/security-considerations", "security-considerations.html"),
            ("/mailbox", "mailbox.html"),
        ] {
            assert_eq!(document_at(path, true).file, file, "{path}");
        }
        assert_eq!(
            document_at("/mailbox", false),
            APP,
            "only the demo has a mailbox"
        );
    }
}
