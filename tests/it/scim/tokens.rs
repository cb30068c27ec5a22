//! Who may make tokens, and what a token is worth.

use std::time::Duration;

use axum::{body::Body, http::Method};
use guestpass_api_types::provisioning::ProvisioningSettings;
use serde_json::{Value, json};

use crate::support::{MemberCaller, TestApp, scim::conforms};

async fn settings(by: &MemberCaller) -> ProvisioningSettings {
    by.get("/provisioning").await.is(200).json()
}

#[tokio::test]
async fn admins_make_tokens_that_are_shown_once() {
    let app = TestApp::new().await;
    let team = app.team().await;
    assert!(settings(&team.ada).await.tokens.is_empty());
    let directory = app.directory(&team.ada).await;
    assert!(directory.token.starts_with("gp_scim_"));
    let told = settings(&team.mira).await;
    assert_eq!(told.base_url, "https://vault.larkfield.example/scim/v2");
    assert_eq!((told.tokens.len(), told.people), (1, 0));
    assert_eq!(told.tokens[0].made_by, "Ada Lindqvist");
    assert_eq!(told.tokens[0].last_used_at, None);
    directory.get("/Users").await.is(200);
    let used = settings(&team.mira).await.tokens[0].last_used_at;
    assert_eq!(used, Some(app.now().millis()));
    app.advance(Duration::from_secs(30));
    directory.get("/Users").await.is(200);
    assert_eq!(
        settings(&team.mira).await.tokens[0].last_used_at,
        used,
        "once a minute"
    );
    if let Some(bytes) = app.database_bytes().await {
        let secret = directory.token.trim_start_matches("gp_scim_").as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn nobody_else_makes_or_ends_or_sees_them() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let (tokens, one) = (
        "/provisioning/tokens",
        format!("/provisioning/tokens/{}", directory.id),
    );
    let anon = app.anon();
    anon.get("/provisioning").await.problem(401, "signed_out");
    anon.post(tokens, json!({}))
        .await
        .problem(401, "signed_out");
    anon.delete(&one).await.problem(401, "signed_out");
    team.ben
        .get("/provisioning")
        .await
        .problem(403, "not_admin");
    team.ben
        .post(tokens, json!({}))
        .await
        .problem(403, "not_admin");
    team.ben.delete(&one).await.problem(403, "not_admin");
    let (_, zoe) = app.other_workspace().await;
    zoe.delete(&one).await.problem(404, "not_found");
    directory.get("/Users").await.is(200);

    app.advance(Duration::from_secs(11 * 60));
    team.mira
        .post(tokens, json!({}))
        .await
        .problem(403, "step_up_needed");
    // Ending one may be urgent.
    team.mira.delete(&one).await.is(204);
    team.mira.delete(&one).await.problem(404, "not_found");
    directory.get("/Users").await.scim(401, "");
    app.sign_in_again(&team.mira).await;
    for _ in 0..5 {
        team.mira.post(tokens, json!({})).await.is(201);
    }
    team.mira
        .post(tokens, json!({}))
        .await
        .problem(409, "too_many_tokens");
    let log: Value = team
        .mira
        .get("/activity?action=provisioning.")
        .await
        .is(200)
        .json();
    let actions = log["events"].as_array().expect("events").iter();
    let actions: Vec<_> = actions
        .map(|event| event["action"].as_str().expect("text"))
        .collect();
    assert_eq!(
        actions
            .iter()
            .filter(|action| **action == "provisioning.token_made")
            .count(),
        6
    );
    assert_eq!(
        actions
            .iter()
            .filter(|action| **action == "provisioning.token_ended")
            .count(),
        1
    );
}

/// Whatever a directory may ask, and what nobody may.
fn places() -> [(Method, &'static str); 21] {
    [
        (Method::GET, "/ServiceProviderConfig"),
        (Method::GET, "/ResourceTypes"),
        (Method::GET, "/ResourceTypes/User"),
        (Method::GET, "/Schemas"),
        (
            Method::GET,
            "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
        ),
        (Method::GET, "/Users"),
        (Method::POST, "/Users"),
        (Method::GET, "/Users/mem_1"),
        (Method::PUT, "/Users/mem_1"),
        (Method::PATCH, "/Users/mem_1"),
        (Method::DELETE, "/Users/mem_1"),
        (Method::GET, "/Groups"),
        (Method::POST, "/Groups"),
        (Method::GET, "/Groups/tea_1"),
        (Method::PUT, "/Groups/tea_1"),
        (Method::PATCH, "/Groups/tea_1"),
        (Method::DELETE, "/Groups/tea_1"),
        (Method::GET, "/Me"),
        (Method::GET, "/Bulk"),
        (Method::GET, "/nowhere"),
        (Method::PUT, "/Schemas"),
    ]
}

#[tokio::test]
async fn every_address_needs_a_living_token() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let good = app.directory(&mira).await;
    let ended = app.directory(&mira).await;
    mira.delete(&format!("/provisioning/tokens/{}", ended.id))
        .await
        .is(204);
    let wrong = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {}", ended.token)),
        Some(format!("Bearer {}x", good.token)),
        Some(format!(
            "Bearer {}",
            good.token.trim_start_matches("gp_scim_")
        )),
        Some(format!("Basic {}", good.token)),
        Some(good.token.clone()),
        Some("Bearer \u{fc}".to_owned()),
        Some(format!("Bearer gp_scim_{}", "A".repeat(43))),
        Some(format!("Bearer gp_scim_{}", "' OR 1=1 --")),
    ];
    for (n, (method, path)) in places().iter().enumerate() {
        // Each from a network of its own, which the limit is counted for.
        let mut asker = app.directory_without_token();
        asker.token = String::new();
        let value = &wrong[n % wrong.len()];
        let mut request = asker.bare(method.clone(), path);
        if let Some(value) = value {
            request = request.header("authorization", value.as_bytes());
        }
        let answer = asker.browser.call(request, Body::empty()).await;
        conforms(&answer, path);
        answer.scim(401, "");
    }
    let asker = app.directory_without_token();
    for value in wrong.iter().flatten() {
        let request = asker
            .bare(Method::GET, "/Users")
            .header("authorization", value.as_bytes());
        let answer = asker.browser.call(request, Body::empty()).await;
        conforms(&answer, "/Users");
        answer.scim(401, "");
    }
    let twice = good
        .request(Method::GET, "/Users")
        .header("authorization", "Bearer x");
    good.send(twice, "/Users", Body::empty())
        .await
        .scim(401, "");
    // A member's session is no token, and a token is no session.
    let session = mira.request(Method::GET, "//scim/v2/Users");
    mira.call(session, Body::empty()).await.is(401);
    let token = good
        .browser
        .request(Method::GET, "/members")
        .header("authorization", format!("Bearer {}", good.token));
    good.browser
        .call(token, Body::empty())
        .await
        .problem(401, "signed_out");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let asker = app.directory_without_token();
    let mut answers = Vec::new();
    for _ in 0..40 {
        let request = asker
            .bare(Method::GET, "/Users")
            .header("authorization", "Bearer gp_scim_x");
        answers.push(asker.browser.call(request, Body::empty()).await);
    }
    let last = answers.pop().expect("an answer");
    conforms(&last, "/Users");
    assert_ne!(last.header("retry-after"), "");
    last.scim(429, "");
    // Somebody else's token isn't slowed down by that, not even from there.
    let mut good = app.directory(&mira).await;
    good.browser.address = asker.browser.address;
    good.get("/Users").await.is(200);
}

#[tokio::test]
async fn a_flood_of_one_token_is_slowed_down_and_no_other() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (one, other) = (app.directory(&mira).await, app.directory(&mira).await);
    let mut refused = None;
    for _ in 0..2000 {
        let answer = one.get("/ServiceProviderConfig").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a minute has 1,200 requests");
    assert_ne!(refused.header("retry-after"), "");
    refused.scim(429, "");
    other.get("/ServiceProviderConfig").await.is(200);
}
