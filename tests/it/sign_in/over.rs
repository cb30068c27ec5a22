//! Sign-ins that are late, used, refused or replaced; and the races for the one session.

use std::time::Duration;

use guestpass_api_types::sign_in::FlowState;
use serde_json::json;

use super::{MIRA, inspect, state, with_code, with_token};
use crate::support::TestApp;

#[tokio::test]
async fn a_sign_in_is_used_once() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    browser.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    browser
        .post("/sign-in/confirm", with_token(&token))
        .await
        .is(200);
    browser
        .post("/sign-in/confirm", with_token(&token))
        .await
        .problem(410, "flow_over");
    browser
        .post("/sign-in/refuse", with_token(&token))
        .await
        .problem(410, "flow_over");
    assert_eq!(inspect(&app.anon(), &token).await.state, FlowState::Spent);
}

#[tokio::test]
async fn a_hundred_confirmations_at_once_make_one_session() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    browser.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    let before = app.count("SELECT COUNT(*) FROM sessions").await;
    let tries: Vec<_> = (0..100)
        .map(|_| {
            let (browser, body) = (browser.clone(), with_token(&token));
            tokio::spawn(
                async move { browser.post("/sign-in/confirm", body).await.status.as_u16() },
            )
        })
        .collect();
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await.expect("an answer"));
    }
    assert_eq!(
        answers.iter().filter(|status| **status == 200).count(),
        1,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 410).count(),
        99,
        "{answers:?}"
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, before + 1);
    browser.get("/session").await.is(200);
}

#[tokio::test]
async fn a_late_confirmation_is_told_so() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    app.advance(Duration::from_millis(15 * 60_000 - 1));
    assert_eq!(state(&laptop).await, FlowState::Waiting);
    app.advance(Duration::from_millis(1));
    assert_eq!(state(&laptop).await, FlowState::Expired);
    assert_eq!(inspect(&phone, &token).await.state, FlowState::Expired);
    let code = started.match_code.expose();
    phone
        .post("/sign-in/confirm", with_code(&token, code))
        .await
        .problem(410, "flow_over");
    laptop
        .post("/sign-in/confirm", with_token(&token))
        .await
        .problem(410, "flow_over");
    laptop
        .post("/sign-in/refuse", with_token(&token))
        .await
        .problem(410, "flow_over");
}

#[tokio::test]
async fn a_confirmation_that_isnt_used_in_time_is_lost() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    phone
        .post(
            "/sign-in/confirm",
            with_code(&token, started.match_code.expose()),
        )
        .await
        .is(200);
    app.advance(Duration::from_secs(15 * 60));
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(410, "flow_over");
    laptop.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn this_wasnt_me_ends_it_even_when_it_was_confirmed() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    phone
        .post(
            "/sign-in/confirm",
            with_code(&token, started.match_code.expose()),
        )
        .await
        .is(200);
    for _ in 0..2 {
        phone
            .post("/sign-in/refuse", with_token(&token))
            .await
            .is(204);
    }
    assert_eq!(state(&laptop).await, FlowState::Refused);
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(410, "flow_over");
    laptop
        .post("/sign-in/confirm", with_token(&token))
        .await
        .problem(410, "flow_over");
    assert_eq!(
        app.count("SELECT COUNT(*) FROM events WHERE action = 'sign_in.refused'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_newer_mail_replaces_the_older_one_of_the_same_browser() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (browser, other) = (app.anon(), app.anon());
    other.start_sign_in(MIRA).await;
    let of_the_other = app.newest_mail_to(MIRA).await.token();
    browser.start_sign_in(MIRA).await;
    let older = app.newest_mail_to(MIRA).await.token();
    browser.start_sign_in(MIRA).await;
    let newer = app.newest_mail_to(MIRA).await.token();
    assert_eq!(inspect(&browser, &older).await.state, FlowState::Cancelled);
    browser
        .post("/sign-in/confirm", with_token(&older))
        .await
        .problem(410, "flow_over");
    other
        .post("/sign-in/confirm", with_token(&of_the_other))
        .await
        .is(200);
    browser
        .post("/sign-in/confirm", with_token(&newer))
        .await
        .is(200);
}
