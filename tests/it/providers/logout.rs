//! Signing out at one end signs out at the other.

use std::time::Duration;

use axum::{body::Body, http::Method};
use guestpass_api_types::members::MemberBrief;
use serde_json::{Value, json};

use super::session;
use crate::support::{
    Answer, Browser, TestApp,
    provider::{CLIENT_ID, Provider, Sign, noor},
};

/// The provider tells, as it does: a form, from nowhere in particular.
async fn tell(app: &TestApp, id: &str, token: &str) -> Answer {
    let uri = format!("/api/v1/providers/{id}/logout");
    let anon = app.anon();
    let request = anon
        .bare_request(Method::POST, &uri)
        .header("host", "vault.larkfield.example")
        .header("content-type", "application/x-www-form-urlencoded");
    anon.call(request, Body::from(format!("logout_token={token}")))
        .await
}

/// Signs Noor in, in a session of this name at the provider.
async fn comes_in(app: &TestApp, provider: &Provider, id: &str, sid: &str) -> Browser {
    let mut person = noor();
    person["sid"] = json!(sid);
    provider.is_now(person);
    let browser = app.anon();
    provider.signs_in(&browser, id).await.is(200);
    browser.0
}

async fn is_out(browser: &Browser) {
    browser.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn signing_out_here_leads_to_the_provider() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let noor = comes_in(&app, &provider, &id, "s-1").await;
    let answer: Value = noor.delete("/session").await.is(200).json();
    let url = url::Url::parse(answer["url"].as_str().expect("an address")).expect("an address");
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/end");
    assert_eq!(query["client_id"], CLIENT_ID);
    assert_eq!(
        query["post_logout_redirect_uri"],
        format!("{}/sign-in", crate::support::ORIGIN)
    );
    assert_eq!(query["id_token_hint"].split('.').count(), 3);
    is_out(&noor).await;
    // Who came by mail has nothing to end there.
    mira.delete("/session").await.is(204);
}

#[tokio::test]
async fn a_logout_token_ends_what_it_means_and_nothing_else() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let [one, two, three] = [
        comes_in(&app, &provider, &id, "s-1").await,
        comes_in(&app, &provider, &id, "s-2").await,
        comes_in(&app, &provider, &id, "s-3").await,
    ];
    // The stream of a session hears of its end.
    let me: MemberBrief = session(&one).await.member;
    let told = tell(
        &app,
        &id,
        &provider.logout_token(|claims| claims["sid"] = json!("s-1")),
    )
    .await;
    assert_eq!(told.is(200).header("cache-control"), "no-store");
    is_out(&one).await;
    session(&two).await;

    // A session of somebody else's name stays.
    let other = provider.logout_token(|claims| {
        claims["sid"] = json!("s-2");
        claims["sub"] = json!("somebody-else");
    });
    tell(&app, &id, &other).await.is(200);
    session(&two).await;
    let token = provider.logout_token(|claims| claims["sub"] = json!("noor-7"));
    tell(&app, &id, &token).await.is(200);
    is_out(&two).await;
    is_out(&three).await;
    session(&mira).await;

    // A token works once.
    let replayed = tell(&app, &id, &token).await;
    let problem = replayed.problem(400, "logout_token");
    assert!(problem.detail.contains("used before"), "{}", problem.detail);
    let ends: Value = mira
        .get(&format!("/activity?member={}&action=session.ended", me.id))
        .await
        .is(200)
        .json();
    assert_eq!(ends["events"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn tokens_that_arent_for_this_end_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let stranger = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let noor = comes_in(&app, &provider, &id, "s-1").await;
    let sid = |claims: &mut Value| claims["sid"] = json!("s-1");
    type Twist = Box<dyn Fn(&mut Value)>;
    let twists: Vec<(&str, Twist)> = vec![
        (
            "issuer",
            Box::new(|claims| claims["iss"] = json!("https://other.example")),
        ),
        (
            "audience",
            Box::new(|claims| claims["aud"] = json!("another client")),
        ),
        ("time", Box::new(|claims| claims["exp"] = json!(1))),
        ("a nonce", Box::new(|claims| claims["nonce"] = json!("n"))),
        (
            "event",
            Box::new(|claims| claims["events"] = json!({ "another": {} })),
        ),
        (
            "no identifier",
            Box::new(|claims| claims["jti"] = json!(null)),
        ),
        ("neither", Box::new(|claims| claims["sid"] = json!(null))),
    ];
    for (why, twist) in twists {
        let token = provider.logout_token(|claims| {
            sid(claims);
            twist(claims);
        });
        let problem = tell(&app, &id, &token).await.problem(400, "logout_token");
        assert!(problem.detail.contains(why), "{why}: {}", problem.detail);
    }
    for sign in [
        Sign::Unsigned,
        Sign::HmacOfPublicKey,
        Sign::HmacOfSecret,
        Sign::Forged,
    ] {
        provider.ways().sign = sign;
        tell(&app, &id, &provider.logout_token(sid))
            .await
            .problem(400, "logout_token");
    }
    provider.ways().sign = Sign::Es256;
    let forged = stranger.logout_token(|claims| {
        sid(claims);
        claims["iss"] = json!(provider.issuer());
    });
    tell(&app, &id, &forged).await.problem(400, "logout_token");
    for text in ["", "a.b", "a.b.c", "....", &"x".repeat(10_000)] {
        tell(&app, &id, text).await.problem(400, "logout_token");
    }
    tell(&app, "idp_0", &forged).await.problem(404, "not_found");
    session(&noor).await;

    // New keys are fetched for these as well.
    provider.rotate("two");
    app.advance(Duration::from_secs(60));
    tell(&app, &id, &provider.logout_token(sid)).await.is(200);
    is_out(&noor).await;
    app.advance(Duration::from_secs(13 * 3600));
    app.sweep().await;
    for table in [
        "SELECT COUNT(*) FROM provider_logouts",
        "SELECT COUNT(*) FROM provider_sessions",
    ] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
}
