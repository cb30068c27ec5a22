//! Requests that reach us under another name, or that another site makes a browser send.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::{app::App, web::problem::Problem};

/// Refuses any host but the configured one (421): an address that somebody else points at us must
/// not serve our pages.
pub async fn require_host(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let named = request
        .uri()
        .authority()
        .map(Authority::as_str)
        .or_else(|| {
            // Two of them are a trick: whoever is in front of us may have believed the other.
            let mut hosts = request.headers().get_all(header::HOST).iter();
            let host = hosts.next().filter(|_| hosts.next().is_none())?;
            host.to_str().ok()
        });
    if named.is_some_and(|named| named.eq_ignore_ascii_case(app.public_url().authority())) {
        return Ok(next.run(request).await);
    }
    Err(Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "wrong_host",
        "Wrong address",
        format!(
            "This server is {}. Use that address.",
            app.public_url().origin()
        ),
    ))
}

/// Refuses unsafe requests that our own pages didn't send: they need `Sec-Fetch-Site: same-origin`
/// (or our `Origin`, for programs and old browsers) and a content type no form can send.
pub async fn guard_unsafe_methods(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(next.run(request).await);
    }
    let headers = request.headers();
    if !same_origin(headers, app.public_url().origin()) {
        return Err(Problem::forbidden(
            "cross_site",
            "The request didn't come from this site's own pages. Programs send the header Origin \
             with this server's address.",
        ));
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    // Neither can be sent across sites without asking us first.
    let accepted = ["application/json", "application/octet-stream"];
    if !accepted
        .iter()
        .any(|kind| essence.eq_ignore_ascii_case(kind))
    {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The request isn't JSON",
            "Send the body as application/json.",
        ));
    }
    Ok(next.run(request).await)
}

fn same_origin(headers: &HeaderMap, origin: &str) -> bool {
    let once = |name: &str| headers.get_all(name).iter().count() <= 1;
    if !once("sec-fetch-site") || !once("origin") {
        return false;
    }
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text("origin") == Some(origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_programs_that_name_us_pass() {
        let ours = "https://vault.example";
        let with = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            same_origin(&headers, ours)
        };
        assert!(with(&[("sec-fetch-site", "same-origin")]));
        assert!(with(&[("origin", ours)]));
        assert!(!with(&[]));
        assert!(!with(&[("sec-fetch-site", "same-site")]));
        assert!(!with(&[("sec-fetch-site", "none")]));
        assert!(!with(&[("sec-fetch-site", "cross-site"), ("origin", ours)]));
        assert!(!with(&[("origin", "https://vault.example.evil.example")]));
        assert!(!with(&[("origin", "null")]));
    }
}
