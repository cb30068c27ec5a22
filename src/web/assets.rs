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
use rust_embed::RustEmbed;

use crate::{app::App, base::secret::base64url, web::problem::Problem};
use encoding::{Encoding, accepted};
use policy::Policy;

#[derive(RustEmbed)]
#[folder = "web/dist/"]
// A checkout without built pages still compiles; it answers with how to build them.
#[allow_missing = true]
struct Dist;

/// A built file.
struct Built {
    data: Cow<'static, [u8]>,
    hash: [u8; 32],
}

fn built(name: &str) -> Option<Built> {
    let file = Dist::get(name)?;
    Some(Built {
        hash: file.metadata.sha256_hash(),
        data: file.data,
    })
}

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
        file(built, document.file, document.caching, request.headers()).unwrap_or_else(not_built);
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
        file(built, name, FOREVER, request.headers())
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
        .and_then(|name| file(built, name, ASK_AGAIN, request.headers()));
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
fn file(
    find: impl Fn(&str) -> Option<Built>,
    name: &str,
    caching: &'static str,
    request: &HeaderMap,
) -> Option<Response> {
    let accepted = accepted(request.get(header::ACCEPT_ENCODING));
    let (encoding, found) = accepted
        .into_iter()
        .find_map(|encoding| {
            find(&format!("{name}{}", encoding.suffix())).map(|found| (encoding, found))
        })
        .or_else(|| find(name).map(|found| (Encoding::Identity, found)))?;
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
    let etag = format!("\"{}\"", base64url(&found.hash[..16]));
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

fn body(file: Built) -> Body {
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

    /// Three files: one in all forms, one that doesn't compress, one document.
    fn sample(name: &str) -> Option<Built> {
        let data: &'static [u8] = match name {
            "assets/app-1a.js" => b"plain",
            "assets/app-1a.js.br" => b"br",
            "assets/app-1a.js.gz" => b"gz",
            "assets/dot-2b.png" => b"png",
            "app.html" => b"<!doctype html>",
            _ => return None,
        };
        Some(Built {
            data: Cow::Borrowed(data),
            hash: crate::base::secret::sha256(data),
        })
    }

    async fn ask(
        name: &str,
        caching: &'static str,
        headers: &[(&'static str, &str)],
    ) -> (StatusCode, HeaderMap, Bytes) {
        let mut request = HeaderMap::new();
        for (name, value) in headers {
            request.insert(*name, value.parse().unwrap());
        }
        let (parts, body) = file(sample, name, caching, &request).unwrap().into_parts();
        (
            parts.status,
            parts.headers,
            axum::body::to_bytes(body, 1000).await.unwrap(),
        )
    }

    #[tokio::test]
    async fn the_smallest_form_is_sent_with_its_type_and_for_ever() {
        for (accepted, encoding, content) in [
            ("gzip, br", Some("br"), "br"),
            ("gzip", Some("gzip"), "gz"),
            ("identity", None, "plain"),
        ] {
            let (status, headers, body) = ask(
                "assets/app-1a.js",
                FOREVER,
                &[("accept-encoding", accepted)],
            )
            .await;
            assert_eq!((status, &body[..]), (StatusCode::OK, content.as_bytes()));
            assert_eq!(
                headers
                    .get("content-encoding")
                    .map(|value| value.to_str().unwrap()),
                encoding
            );
            assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
            assert_eq!(headers["vary"], "accept-encoding");
            assert!(
                headers["cache-control"]
                    .to_str()
                    .unwrap()
                    .contains("immutable")
            );
        }
        let (_, headers, body) =
            ask("assets/dot-2b.png", FOREVER, &[("accept-encoding", "br")]).await;
        assert_eq!(
            (headers.get("content-encoding"), &body[..]),
            (None, &b"png"[..])
        );
        assert!(file(sample, "assets/none.js", FOREVER, &HeaderMap::new()).is_none());
    }

    #[tokio::test]
    async fn what_a_client_has_is_not_sent_again() {
        let (_, headers, _) = ask("assets/app-1a.js", ASK_AGAIN, &[]).await;
        let etag = headers["etag"].to_str().unwrap().to_owned();
        let (status, headers, body) = ask(
            "assets/app-1a.js",
            ASK_AGAIN,
            &[("if-none-match", &format!("\"x\", W/{etag}"))],
        )
        .await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(headers["etag"], *etag);
        let (_, br, _) = ask("assets/app-1a.js", ASK_AGAIN, &[("accept-encoding", "br")]).await;
        assert_ne!(br["etag"], *etag, "another form is another thing");
    }

    #[tokio::test]
    async fn documents_leave_no_copy() {
        let (status, headers, _) = ask("app.html", NEVER, &[("if-none-match", "*")]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&headers["cache-control"], headers.get("etag")),
            (&HeaderValue::from_static("no-store"), None)
        );
    }
}
