//! The pages' headers, whatever is in them.

use axum::{body::Body, http::Method};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::support::{Answer, Browser, TestApp};

async fn page(browser: &Browser, path: &str) -> Answer {
    browser
        .call(
            browser.request(Method::GET, &format!("/{path}")),
            Body::empty(),
        )
        .await
}

async fn headers(browser: &Browser, path: &str) -> axum::http::HeaderMap {
    page(browser, path).await.headers
}

/// What a policy has to name so that the style in a page counts, computed from the page that was
/// received. A checkout without built pages shows none.
fn style_source(page: &Answer) -> String {
    let html = page.text();
    let Some((_, rest)) = html.split_once("<style>") else {
        assert_eq!(page.status, 503, "a built page has its style in it");
        return "'none'".to_owned();
    };
    let (style, rest) = rest.split_once("</style>").expect("an end");
    assert!(
        !rest.contains("<style") && !html.contains("rel=\"stylesheet\""),
        "one style, and nothing to fetch"
    );
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, style.as_bytes());
    format!("'sha256-{}'", STANDARD.encode(digest))
}

#[tokio::test]
async fn pages_of_recipients_and_mails_have_exactly_these_headers() {
    let app = TestApp::new().await;
    let anon = app.anon();
    for path in ["/s", "/s/", "/s%231AAAA", "/confirm", "/confirm-sign-in"] {
        let page = page(&anon, path).await;
        let headers = &page.headers;
        let csp = format!(
            "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src {}; img-src 'self'; \
             connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; worker-src 'none'; \
             manifest-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; \
             sandbox allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox",
            style_source(&page)
        );
        for (name, value) in [
            ("content-security-policy", &*csp),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("origin-agent-cluster", "?1"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("x-robots-tag", "noindex, nofollow"),
            (
                "permissions-policy",
                "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=(), \
                 clipboard-read=(), clipboard-write=(self)",
            ),
            ("cache-control", "no-store"),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
        ] {
            assert_eq!(headers[name], value, "{path}: {name}");
        }
        assert!(
            !headers.contains_key("set-cookie") && !headers.contains_key("location"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_of_the_app_are_not_sandboxed_and_are_just_as_strict() {
    let app = TestApp::new().await;
    let anon = app.anon();
    for path in [
        "/",
        "/accounts",
        "/secrets",
        "/items/itm_1",
        "/sign-in",
        "/mailbox",
    ] {
        let headers = headers(&anon, path).await;
        let csp = headers["content-security-policy"].to_str().unwrap();
        assert!(
            csp.contains("trusted-types svelte-trusted-html")
                && csp.contains("img-src 'self' blob:"),
            "{csp}"
        );
        assert!(!csp.contains("sandbox") && !csp.contains("unsafe"), "{csp}");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-frame-options"], "DENY");
    }
}

#[tokio::test]
async fn pages_are_only_read_and_only_under_our_name() {
    let app = TestApp::new().await;
    let anon = app.anon();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = anon.call(anon.request(method, "//s"), Body::empty()).await;
        answer.clone().problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let elsewhere = anon
        .bare_request(Method::GET, "/s")
        .header("host", "evil.example");
    anon.call(elsewhere, Body::empty())
        .await
        .problem(421, "wrong_host");
    let head = anon
        .call(anon.request(Method::HEAD, "//s"), Body::empty())
        .await;
    assert_eq!(head.header("cache-control"), "no-store");
}

#[tokio::test]
async fn nothing_but_built_assets_can_be_fetched() {
    let app = TestApp::new().await;
    let anon = app.anon();
    for path in [
        "//assets/none.js",
        "//assets/../app.html",
        "//assets/%2e%2e/app.html",
        "//assets/..%2fapp.html",
        "//assets/%5c..%5capp.html",
        "//assets//etc/passwd",
    ] {
        let answer = anon.get(path).await;
        answer.clone().problem(404, "not_found");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let robots = anon.get("//robots.txt").await.is(200);
    assert_eq!(robots.text(), "User-agent: *\nDisallow: /\n");
}
