//! Scanners, other sites, and requests that nobody should send.

use axum::{body::Body, http::Method};
use guestpass_api_types::sign_in::FlowState;
use serde_json::json;

use super::{MIRA, inspect, state, with_token};
use crate::support::{ORIGIN, TestApp};

#[tokio::test]
async fn scanners_that_follow_the_link_use_nothing_up() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    browser.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    let sessions = app.count("SELECT COUNT(*) FROM sessions").await;
    for _ in 0..5 {
        let scanner = app.anon();
        for method in [Method::GET, Method::HEAD] {
            let page = scanner.request(method, "//confirm-sign-in");
            assert!(
                scanner
                    .call(page, Body::empty())
                    .await
                    .set_cookies()
                    .is_empty()
            );
        }
        // It even runs the page's script, as far as that goes without the code.
        inspect(&scanner, &token).await;
        scanner
            .post("/sign-in/confirm", with_token(&token))
            .await
            .problem(422, "code_needed");
        assert_eq!(scanner.cookie("__Host-session"), None);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, sessions);
    assert_eq!(inspect(&browser, &token).await.tries_left, 5);
    assert_eq!(state(&browser).await, FlowState::Waiting);
    browser
        .post("/sign-in/confirm", with_token(&token))
        .await
        .is(200);
}

#[tokio::test]
async fn tokens_that_arent_tokens_belong_to_no_sign_in() {
    let app = TestApp::new().await;
    let anon = app.anon();
    let other = "A".repeat(43);
    for token in [
        "",
        "x",
        &other,
        &"=".repeat(43),
        &"é".repeat(43),
        "' OR 1=1 --",
    ] {
        for path in ["inspect", "confirm", "refuse"] {
            let answer = anon
                .post(&format!("/sign-in/{path}"), with_token(token))
                .await;
            answer.problem(404, "no_flow");
        }
    }
    anon.get("/sign-in").await.problem(404, "no_flow");
    for cookie in ["", "x", &other] {
        anon.set_cookie("__Host-flow", cookie);
        anon.get("/sign-in").await.problem(404, "no_flow");
        anon.post("/sign-in/finish", json!({}))
            .await
            .problem(404, "no_flow");
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_before_anything_happens() {
    let app = TestApp::new().await;
    for text in [
        "",
        "mira",
        "mira@",
        "a@b@c.example",
        "mira@larkfield.example\r\nBcc: x@y.example",
        "mira\u{202e}@x.example",
    ] {
        let problem = app
            .anon()
            .post("/sign-in", json!({ "email": text }))
            .await
            .problem(422, "invalid");
        assert_eq!(problem.fields[0].field, "email");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sign_ins").await, 0);
}

#[tokio::test]
async fn other_sites_and_forms_cant_act_for_a_browser() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    browser.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    let body = with_token(&token).to_string();
    let host = ORIGIN.trim_start_matches("https://");
    let cases: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in cases {
        let mut request = browser
            .bare_request(Method::POST, "/api/v1/sign-in/confirm")
            .header("host", host)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        browser
            .call(request, Body::from(body.clone()))
            .await
            .problem(403, "cross_site");
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let request = browser
            .request(Method::POST, "/sign-in/confirm")
            .header("content-type", kind);
        browser
            .call(request, Body::from(body.clone()))
            .await
            .problem(415, "not_json");
    }
    let bare = browser.request(Method::POST, "/sign-in/confirm");
    browser
        .call(bare, Body::from(body.clone()))
        .await
        .problem(415, "not_json");
    browser.get("/session").await.problem(401, "signed_out");
    // A program that names us may.
    let request = browser
        .bare_request(Method::POST, "/api/v1/sign-in/confirm")
        .header("host", host)
        .header("origin", ORIGIN)
        .header("content-type", "application/json");
    browser.call(request, Body::from(body)).await.is(200);
}

#[tokio::test]
async fn unknown_fields_are_refused() {
    let app = TestApp::new().await;
    let anon = app.anon();
    let token = "A".repeat(43);
    for (path, body) in [
        ("/sign-in", json!({ "email": MIRA, "member": "mem_1" })),
        ("/sign-in", json!({ "Email": MIRA })),
        (
            "/sign-in/inspect",
            json!({ "token": token, "state": "waiting" }),
        ),
        (
            "/sign-in/confirm",
            json!({ "token": token, "same_browser": true }),
        ),
        ("/sign-in/refuse", json!({ "token": token, "x": null })),
        ("/sign-in", json!({ "email": 1 })),
    ] {
        anon.post(path, body).await.problem(400, "bad_request");
    }
}
