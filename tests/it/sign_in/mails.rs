//! Which mails go out, to whom, and with which address in them.

use std::time::Duration;

use axum::{body::Body, http::Method};
use guestpass::{base::client::Client, features::members::AskedFor};
use guestpass_api_types::sign_in::{FlowState, SignInStarted};
use serde_json::json;

use super::{MIRA, state, with_token};
use crate::support::{ORIGIN, TestApp};

/// A program somewhere, for services that are called without a request.
fn client() -> Client {
    Client::new(Some("curl/8.0"), std::net::IpAddr::from([192, 0, 2, 1]))
}

#[tokio::test]
async fn the_configuration_decides_the_mailed_address_and_no_header_does() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-host", "evil.example"),
        ("referer", "https://evil.example/"),
    ];
    let browser = app.anon();
    let mut request = browser
        .request(Method::POST, "/sign-in")
        .header("content-type", "application/json");
    for (name, value) in forged {
        request = request.header(name, value);
    }
    let body = json!({ "email": MIRA }).to_string();
    browser
        .call(request, Body::from(body.clone()))
        .await
        .is(202);
    let mail = app.newest_mail_to(MIRA).await;
    assert!(
        mail.confirm_link()
            .starts_with(&format!("{ORIGIN}/confirm-sign-in#")),
        "{}",
        mail.confirm_link()
    );
    assert!(!mail.0.text.contains("evil") && !mail.0.html.contains("evil"));

    let mails = app.mailbox().await.len();
    for (host, uri) in [
        ("evil.example", "/api/v1/sign-in"),
        ("vault.larkfield.example.evil.example", "/api/v1/sign-in"),
        (
            "vault.larkfield.example",
            "https://evil.example/api/v1/sign-in",
        ),
    ] {
        let request = browser
            .bare_request(Method::POST, uri)
            .header("host", host)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json");
        browser
            .call(request, Body::from(body.clone()))
            .await
            .problem(421, "wrong_host");
    }
    assert_eq!(app.mailbox().await.len(), mails);
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.change("UPDATE members SET state = 'suspended' WHERE email = 'ben@larkfield.example'")
        .await;
    let mails = app.mailbox().await.len();
    let known = app.anon();
    let expected = known
        .post("/sign-in", json!({ "email": MIRA }))
        .await
        .is(202);
    let names = |headers: &axum::http::HeaderMap| {
        let mut names: Vec<String> = headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    for address in [
        "nobody@larkfield.example",
        &team.ben.brief.email,
        "mira@elsewhere.example",
    ] {
        let browser = app.anon();
        let answer = browser
            .post("/sign-in", json!({ "email": address }))
            .await
            .is(202);
        let (got, wanted): (SignInStarted, SignInStarted) = (answer.json(), expected.json());
        assert_eq!(
            (got.expires_at, got.resend_at),
            (wanted.expires_at, wanted.resend_at)
        );
        assert_eq!(got.match_code.expose().len(), 6);
        assert_eq!(answer.body.len(), expected.body.len());
        assert_eq!(names(&answer.headers), names(&expected.headers));
        assert_eq!(state(&browser).await, FlowState::Waiting);
        browser
            .post("/sign-in/finish", json!({}))
            .await
            .problem(409, "not_confirmed");
    }
    assert_eq!(
        app.mailbox().await.len(),
        mails + 1,
        "only the known address was written to"
    );
}

#[tokio::test]
async fn an_inbox_cant_be_flooded_by_somebody_who_only_knows_its_address() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let mails = app.mailbox().await.len();
    // Past the limiter of requests by address, which goes by the machine's clock.
    let start = async |address: &str| {
        let start = app.app.sign_ins();
        let started = start
            .start((address, AskedFor::Any), None, &client(), app.now())
            .await;
        started.expect("it starts");
    };
    for address in [MIRA, "MIRA@larkfield.example", MIRA, MIRA, MIRA] {
        start(address).await;
    }
    assert_eq!(app.mailbox().await.len(), mails + 3);
    app.advance(Duration::from_secs(3600));
    start(MIRA).await;
    start(MIRA).await;
    assert_eq!(app.mailbox().await.len(), mails + 4);
}

#[tokio::test]
async fn nobody_elses_requests_keep_a_member_from_signing_in_sharing_or_being_invited() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    for address in [MIRA, "new@x.example"] {
        for _ in 0..4 {
            let start = app.app.sign_ins();
            let started = start
                .start((address, AskedFor::Any), None, &client(), app.now())
                .await;
            started.expect("it starts");
        }
    }
    app.sign_in(MIRA).await;
    mira.ask(&item, true).await;
    let invitation =
        json!({ "email": "new@x.example", "first_name": "N", "last_name": "N", "role": "user" });
    mira.post("/members", invitation).await.is(201);
    // A flood from many networks is slowed as well.
    let mails = app.mailbox().await.len();
    for _ in 0..40 {
        app.advance(Duration::from_secs(2));
        app.anon().start_sign_in(MIRA).await;
    }
    let sent = app.mailbox().await.len() - mails;
    assert!((25..=32).contains(&sent), "{sent}");
}

#[tokio::test]
async fn whoever_uses_their_mails_can_have_more_of_them() {
    let app = TestApp::new().await;
    app.larkfield().await;
    for _ in 0..8 {
        app.sign_in(MIRA).await;
    }
}

#[tokio::test]
async fn one_address_starts_three_sign_ins_a_minute() {
    let app = TestApp::new().await;
    let browser = app.anon();
    for _ in 0..3 {
        browser.start_sign_in("a@x.example").await;
    }
    let refused = browser
        .post("/sign-in", json!({ "email": "b@x.example" }))
        .await;
    assert!(
        refused
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|wait| (1..=60).contains(&wait))
    );
    refused.problem(429, "too_many_requests");
    app.anon().start_sign_in("b@x.example").await;
}

#[tokio::test]
async fn one_account_can_be_slowed_down_and_never_locked_out() {
    let app = TestApp::new().await;
    app.larkfield().await;
    // Mira's own sign-in was the first of thirty.
    let mut refused = 0;
    for _ in 0..40 {
        let answer = app.anon().post("/sign-in", json!({ "email": MIRA })).await;
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 11);
    app.advance(Duration::from_secs(2));
    let browser = app.anon();
    browser.start_sign_in(MIRA).await;
    browser
        .post("/sign-in", json!({ "email": MIRA }))
        .await
        .problem(429, "too_many_requests");
    // Mails are scarce by then; those that were sent work.
    let token = app.newest_mail_to(MIRA).await.token();
    app.anon()
        .post("/sign-in/inspect", with_token(&token))
        .await
        .is(200);
}

#[tokio::test]
async fn addresses_that_only_look_alike_are_different_people() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let mails = app.mailbox().await.len();
    for twin in [
        "mir\u{430}@larkfield.example",
        "m\u{131}ra@larkfield.example",
        "\u{ff4d}ira@larkfield.example",
        "mira@larkfield.examp\u{217c}e",
        "mira@\u{217c}arkfield.example",
    ] {
        app.anon().start_sign_in(twin).await;
    }
    assert_eq!(app.mailbox().await.len(), mails);
}
