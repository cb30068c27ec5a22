//! Providers, and people between, that don't play by the rules: nobody gets a session, and the log
//! says what happened.

use std::time::Duration;

use axum::http::Method;
use guestpass::base::reach::Reach;
use serde_json::{Value, json};

use super::last_refusal;
use crate::support::{
    Browser, TestApp,
    provider::{Provider, Sign, noor, set_out},
};

/// Comes back with this and isn't let in.
async fn refused(browser: &Browser, back: &Value, status: u16, code: &str) {
    let answer = browser.post("/sign-in/providers/return", back).await;
    answer.problem(status, code);
    browser.get("/session").await.problem(401, "signed_out");
}

type Twist = Box<dyn Fn(&mut Value) + Send + Sync>;

/// What a token claims wrongly, and what the log says of it.
fn lies(now: i64) -> Vec<(&'static str, Twist, &'static str)> {
    let set =
        |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value.clone();
    vec![
        (
            "iss",
            Box::new(set("iss", json!("https://other.example"))),
            "issuer",
        ),
        (
            "aud",
            Box::new(set("aud", json!("another client"))),
            "audience",
        ),
        (
            "aud of several",
            Box::new(|claims: &mut Value| {
                claims["aud"] = json!([claims["aud"], "another client"]);
            }),
            "audience",
        ),
        (
            "azp",
            Box::new(set("azp", json!("another client"))),
            "authorized party",
        ),
        (
            "nonce",
            Box::new(set("nonce", json!("another nonce"))),
            "nonce",
        ),
        (
            "no nonce",
            Box::new(|claims: &mut Value| {
                claims.as_object_mut().expect("claims").remove("nonce");
            }),
            "nonce",
        ),
        ("expired", Box::new(set("exp", json!(now - 60))), "time"),
        ("of tomorrow", Box::new(set("iat", json!(now + 61))), "time"),
        ("no subject", Box::new(set("sub", json!(""))), "no subject"),
        (
            "an address vouched for by a text",
            Box::new(set("email_verified", json!("true"))),
            "unreadable token",
        ),
        (
            "an address vouched for by a number",
            Box::new(set("email_verified", json!(1))),
            "unreadable token",
        ),
        (
            "an address nobody vouches for",
            Box::new(set("email_verified", json!(false))),
            "no verified address",
        ),
        (
            "an address nobody speaks of",
            Box::new(|claims: &mut Value| {
                claims
                    .as_object_mut()
                    .expect("claims")
                    .remove("email_verified");
            }),
            "no verified address",
        ),
    ]
}

#[tokio::test]
async fn tokens_that_lie_sign_nobody_in() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let now = app.now().seconds();
    for (name, twist, logged) in lies(now) {
        provider.twists(twist);
        let anon = app.anon();
        let answer = provider.signs_in(&anon, &id).await;
        assert_eq!(answer.status.as_u16(), 403, "{name}: {}", answer.text());
        anon.get("/session").await.problem(401, "signed_out");
        assert_eq!(last_refusal(&app).await, logged, "{name}");
    }
    // A minute either way is forgiven.
    provider.twists(move |claims| claims["exp"] = json!(now - 59));
    provider.signs_in(&app.anon(), &id).await.is(200);
    provider.twists(move |claims| claims["iat"] = json!(now + 60));
    provider.signs_in(&app.anon(), &id).await.is(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 2);
}

#[tokio::test]
async fn only_good_signatures_of_public_keys_count() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    for sign in [
        Sign::Unsigned,
        Sign::HmacOfPublicKey,
        Sign::HmacOfSecret,
        Sign::Forged,
    ] {
        provider.ways().sign = sign;
        let anon = app.anon();
        let answer = provider.signs_in(&anon, &id).await;
        answer.problem(403, "provider_untrusted");
        anon.get("/session").await.problem(401, "signed_out");
        assert_eq!(last_refusal(&app).await, "signature", "{sign:?}");
    }
    for sign in [Sign::Es256, Sign::Rs256, Sign::Ps256, Sign::EdDsa] {
        provider.ways().sign = sign;
        provider.signs_in(&app.anon(), &id).await.is(200);
    }
    provider.ways().header = Some(std::sync::Arc::new(|header: &mut Value| {
        header["crit"] = json!(["x"]);
    }));
    let critical = provider.signs_in(&app.anon(), &id).await;
    critical.problem(403, "provider_untrusted");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_no_answer_of_this_one() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (honest, hostile) = (Provider::start(&app).await, Provider::start(&app).await);
    let (good, bad) = (honest.added_by(&mira).await, hostile.added_by(&mira).await);

    // The hostile one sends people on to the honest one, to get at the code it gives.
    let anon = app.anon();
    let to_hostile = set_out(&anon, &bad).await;
    let back = honest.agrees(&to_hostile);
    refused(&anon, &back, 403, "provider_untrusted").await;
    assert_eq!(last_refusal(&app).await, "another provider's answer");

    // It leaves out who it is, although it says that it never does.
    let mut nameless = honest.agrees(&set_out(&anon, &good).await);
    nameless.as_object_mut().expect("an answer").remove("iss");
    refused(&anon, &nameless, 403, "provider_untrusted").await;
    assert_eq!(
        last_refusal(&app).await,
        "an answer that doesn't say whose it is"
    );

    // Those who never say so may leave it out.
    hostile.describes(|document| {
        document["authorization_response_iss_parameter_supported"] = json!(false);
    });
    app.advance(Duration::from_secs(601));
    let mut nameless = hostile.agrees(&set_out(&anon, &bad).await);
    nameless.as_object_mut().expect("an answer").remove("iss");
    anon.post("/sign-in/providers/return", nameless)
        .await
        .is(200);
}

#[tokio::test]
async fn a_code_belongs_to_its_visit() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    // The attacker signs in and slips the victim their own code, or takes the victim's.
    for checks_pkce in [true, false] {
        provider.ways().checks_pkce = checks_pkce;
        let (victim, attacker) = (app.anon(), app.anon());
        let theirs = provider.agrees(&set_out(&victim, &id).await);
        let mut swapped = provider.agrees(&set_out(&attacker, &id).await);
        swapped["code"] = theirs["code"].clone();
        refused(&attacker, &swapped, 403, "provider_untrusted").await;
        let why = if checks_pkce {
            "the provider doesn't take the code"
        } else {
            "nonce"
        };
        assert_eq!(last_refusal(&app).await, why);
    }
    let anon = app.anon();
    let mut none = provider.agrees(&set_out(&anon, &id).await);
    none["code"] = json!(null);
    refused(&anon, &none, 403, "provider_untrusted").await;
    let mut denied = provider.agrees(&set_out(&anon, &id).await);
    denied["error"] = json!("access_denied");
    refused(&anon, &denied, 403, "provider_refused").await;
}

#[tokio::test]
async fn a_way_back_works_once_in_its_browser_in_time() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;

    let (anon, other) = (app.anon(), app.anon());
    let back = provider.agrees(&set_out(&anon, &id).await);
    refused(&other, &back, 410, "flow_over").await;
    assert_eq!(last_refusal(&app).await, "another browser came back");
    set_out(&other, &id).await;
    refused(&other, &back, 410, "flow_over").await;
    let without = anon.without_cookies();
    refused(&without, &back, 410, "flow_over").await;
    // Its own browser still can, once.
    let visit = anon.cookie("__Host-visit").expect("a cookie");
    anon.post("/sign-in/providers/return", &back).await.is(200);
    anon.delete("/session").await.is(200);
    anon.set_cookie("__Host-visit", &visit);
    refused(&anon, &back, 410, "flow_over").await;

    let late = provider.agrees(&set_out(&anon, &id).await);
    app.advance(Duration::from_secs(600));
    refused(&anon, &late, 410, "flow_over").await;
    let mut made_up = late.clone();
    made_up["state"] = json!("A".repeat(43));
    refused(&anon, &made_up, 410, "flow_over").await;
    made_up["state"] = json!("short");
    refused(&anon, &made_up, 410, "flow_over").await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sessions WHERE method = 'oidc'")
            .await,
        1
    );
    app.sweep().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM provider_sign_ins").await, 0);
}

#[tokio::test]
async fn of_many_returns_at_once_one_makes_a_session() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let anon = app.anon();
    let back = provider.agrees(&set_out(&anon, &id).await);
    let all = (0..8).map(|_| anon.made(Method::POST, "/sign-in/providers/return", &back));
    let answers = futures_util::future::join_all(all).await;
    let good = answers
        .iter()
        .filter(|answer| answer.status.as_u16() == 200);
    assert_eq!(good.count(), 1);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sessions WHERE method = 'oidc'")
            .await,
        1
    );
}

#[tokio::test]
async fn new_keys_are_fetched_when_they_are_needed_and_not_more_often() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    provider.signs_in(&app.anon(), &id).await.is(200);
    provider.signs_in(&app.anon(), &id).await.is(200);
    assert_eq!(provider.key_requests(), 1, "kept");
    provider.rotate("two");
    provider.signs_in(&app.anon(), &id).await.is(200);
    assert_eq!(provider.key_requests(), 2);

    // A flood of keys that don't exist doesn't become a flood of questions.
    provider.ways().header = Some(std::sync::Arc::new(|header: &mut Value| {
        header["kid"] = json!("made up");
    }));
    for _ in 0..5 {
        let answer = provider.signs_in(&app.anon(), &id).await;
        answer.problem(403, "provider_untrusted");
        assert_eq!(last_refusal(&app).await, "signed with an unknown key");
    }
    assert_eq!(provider.key_requests(), 4);
    app.advance(Duration::from_secs(60));
    provider
        .signs_in(&app.anon(), &id)
        .await
        .problem(403, "provider_untrusted");
    assert_eq!(provider.key_requests(), 5);
}

#[tokio::test]
async fn a_provider_that_is_down_ends_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let noor = app.anon();
    provider.signs_in(&noor, &id).await.is(200);
    let under_way = app.anon();
    let back = provider.agrees(&set_out(&under_way, &id).await);
    drop(provider);
    refused(&under_way, &back, 502, "provider_unusable").await;
    app.advance(Duration::from_secs(601));
    let body = json!({ "provider": id });
    let answer = app.anon().post("/sign-in/providers/visit", body).await;
    answer.problem(502, "provider_unusable");
    noor.get("/session").await.is(200);
    // Signing out is ours alone to do.
    noor.delete("/session").await.is(204);
}

#[tokio::test]
async fn user_info_counts_for_the_same_person_only() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    provider.ways().thin_tokens = true;
    let mut other = noor();
    other["sub"] = json!("somebody-else");
    provider.ways().user_info = Some(other);
    let swapped = provider.signs_in(&app.anon(), &id).await;
    swapped.problem(403, "provider_untrusted");
    assert_eq!(last_refusal(&app).await, "user info of somebody else");
    let mut vouched = noor();
    vouched["email_verified"] = json!("true");
    provider.ways().user_info = Some(vouched);
    let text = provider.signs_in(&app.anon(), &id).await;
    text.problem(403, "email_unverified");
    provider.ways().user_info = None;
    provider.signs_in(&app.anon(), &id).await.is(200);
}

#[tokio::test]
async fn visits_are_limited_by_address() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let (anon, body) = (app.anon(), json!({ "provider": id }));
    for _ in 0..30 {
        anon.post("/sign-in/providers/visit", &body).await.is(200);
    }
    let one_more = anon.post("/sign-in/providers/visit", &body).await;
    one_more.problem(429, "too_many_requests");
    app.anon()
        .post("/sign-in/providers/visit", &body)
        .await
        .is(200);
    let unknown = json!({ "provider": "idp_x" });
    app.anon()
        .post("/sign-in/providers/visit", unknown)
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn the_server_goes_only_where_its_operator_lets_it() {
    let app = TestApp::reaching(Reach::Private).await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    for issuer in [
        provider.issuer(),
        "https://127.0.0.1",
        "https://evil.localhost",
        "https://2130706433",
        "https://0.0.0.0:8931",
        "https://169.254.169.254",
        "https://[::1]",
        "https://[::ffff:7f00:1]",
        "https://[fe80::1]",
    ] {
        let mut settings = provider.settings();
        settings["issuer"] = json!(issuer);
        let refused = mira.post("/providers", settings).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem.fields[0].field, "issuer", "{issuer}");
        let message = &problem.fields[0].message;
        assert!(
            message.contains("providers.networks"),
            "{issuer}: {message}"
        );
    }
    // The company's own network is no secret to the company.
    let mut settings = provider.settings();
    settings["issuer"] = json!("https://10.0.0.1");
    mira.post("/providers", settings).await.is(201);
    // One that was there before isn't asked either, and nothing of what it would say is told.
    app.change("UPDATE providers SET issuer = 'https://127.0.0.1'")
        .await;
    let list = super::list(&mira).await;
    let id = list["providers"][0]["id"].as_str().expect("an id");
    let tested = mira.post(&format!("/providers/{id}/test"), json!({})).await;
    let tested: Value = tested.is(200).json();
    assert_eq!(tested["code"], "off_limits");
    let body = json!({ "provider": id });
    let visit = app.anon().post("/sign-in/providers/visit", body).await;
    visit.problem(502, "provider_unusable");
}
