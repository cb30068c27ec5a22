//! A built file as answers that are ready to be sent: one for each form it was built in, with all
//! headers. Sending one copies no content and hashes nothing.

use std::borrow::Cow;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    NEVER,
    encoding::{Accepted, Encoding},
    policy::Policy,
    styles,
};
use crate::base::secret::base64url;

/// A built file.
pub(super) struct Built {
    pub(super) data: Cow<'static, [u8]>,
    pub(super) hash: [u8; 32],
}

/// Which file, and how it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) policy: Policy,
    pub(super) caching: &'static str,
    /// Whether other readers of the same address may get it in another language.
    pub(super) by_language: bool,
}

/// The answers of one file.
pub(super) struct Answers {
    plain: Answer,
    /// The smaller forms there are, smallest first.
    packed: Vec<(Encoding, Answer)>,
}

struct Answer {
    headers: HeaderMap,
    /// Only of what may be kept.
    etag: Option<String>,
    body: Bytes,
}

impl Answers {
    /// Makes the answers of a file; nothing when there is none.
    pub(super) fn make(find: impl Fn(&str) -> Option<Built>, file: File) -> Option<Self> {
        let plain = find(file.name)?;
        // The policy allows the style of the very bytes that are served, in whatever form.
        let styles = if file.name.ends_with(".html") {
            styles::hashes(&plain.data)
        } else {
            Vec::new()
        };
        let packed = Encoding::PACKED.into_iter().filter_map(|encoding| {
            let found = find(&format!("{}{}", file.name, encoding.suffix()))?;
            Some((encoding, Answer::make(file, Some(encoding), &styles, found)))
        });
        Some(Self {
            packed: packed.collect(),
            plain: Answer::make(file, None, &styles, plain),
        })
    }

    /// The smallest form the client takes.
    pub(super) fn to(&self, request: &HeaderMap) -> Response {
        let accepted = Accepted::read(request.get(header::ACCEPT_ENCODING));
        let packed = self
            .packed
            .iter()
            .find(|(encoding, _)| accepted.takes(*encoding));
        packed.map_or(&self.plain, |(_, answer)| answer).to(request)
    }
}

impl Answer {
    fn make(file: File, encoding: Option<Encoding>, styles: &[String], built: Built) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type(file.name));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(file.caching),
        );
        let vary = if file.by_language {
            "accept-encoding, accept-language"
        } else {
            "accept-encoding"
        };
        headers.insert(header::VARY, HeaderValue::from_static(vary));
        if let Some(encoding) = encoding {
            headers.insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(encoding.name()),
            );
        }
        let etag = (file.caching != NEVER).then(|| format!("\"{}\"", base64url(&built.hash[..16])));
        if let Some(value) = etag.as_deref().and_then(|etag| etag.parse().ok()) {
            headers.insert(header::ETAG, value);
        }
        file.policy.apply(&mut headers, styles);
        let body = match built.data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        Self {
            headers,
            etag,
            body,
        }
    }

    fn to(&self, request: &HeaderMap) -> Response {
        if self.is_known(request) {
            return (StatusCode::NOT_MODIFIED, self.headers.clone()).into_response();
        }
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }

    fn is_known(&self, request: &HeaderMap) -> bool {
        let Some(etag) = &self.etag else {
            return false;
        };
        request
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|known| known.trim().trim_start_matches("W/") == etag)
    }
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

#[cfg(test)]
mod tests {
    use super::{
        super::{ASK_AGAIN, FOREVER},
        *,
    };

    /// Three files: one in all forms, one that doesn't compress, one document.
    fn sample(name: &str) -> Option<Built> {
        let data: &'static [u8] = match name {
            "assets/app-1a.js" => b"plain",
            "assets/app-1a.js.br" => b"br",
            "assets/app-1a.js.gz" => b"gz",
            "assets/dot-2b.png" => b"png",
            "app.html" => b"<!doctype html>",
            "guest.html" => b"<!doctype html><style>a{}</style>",
            "guest.html.br" => b"br",
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
        let policy = if name.ends_with("html") {
            Policy::Sandboxed
        } else {
            Policy::Asset
        };
        let file = File {
            name,
            policy,
            caching,
            by_language: name.ends_with("html"),
        };
        let answers = Answers::make(sample, file).unwrap();
        let (parts, body) = answers.to(&request).into_parts();
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
        let none = File {
            name: "assets/none.js",
            policy: Policy::Asset,
            caching: FOREVER,
            by_language: false,
        };
        assert!(Answers::make(sample, none).is_none());
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
        assert_eq!(headers["vary"], "accept-encoding, accept-language");
        assert_eq!(
            (&headers["cache-control"], headers.get("etag")),
            (&HeaderValue::from_static("no-store"), None)
        );
    }

    #[tokio::test]
    async fn every_form_of_a_document_allows_the_style_in_it() {
        for accepted in ["br", "identity"] {
            let (_, headers, _) = ask("guest.html", NEVER, &[("accept-encoding", accepted)]).await;
            let csp = headers["content-security-policy"].to_str().unwrap();
            let style = styles::hashes(b"<style>a{}</style>").concat();
            assert!(csp.contains(&format!("style-src {style};")), "{csp}");
        }
    }
}
