//! What changes how people sign in wants a fresh proof of identity; a passkey gives one.

use std::time::Duration;

use guestpass_api_types::sign_in::Session;
use serde_json::{Value, json};

use super::{passkeys, told};
use crate::support::{Authenticator, MemberCaller, TestApp, answer};

const LATER: Duration = Duration::from_secs(601);

async fn proof(member: &MemberCaller, passkey: &mut Authenticator) -> Value {
    let begun = member.begin("/step-up/passkey/begin").await;
    answer(&begun, passkey.get(&begun["options"]))
}

#[tokio::test]
async fn registering_and_removing_want_a_fresh_proof_which_a_passkey_gives() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let own = passkeys(&mira).await[0].id.clone();
    let begun = mira.begin("/passkeys/begin").await;
    let made = answer(&begun, Authenticator::new().create(&begun["options"]));
    app.advance(LATER);
    mira.post("/passkeys", made)
        .await
        .problem(403, "step_up_needed");
    mira.post("/passkeys/begin", json!({}))
        .await
        .problem(403, "step_up_needed");
    let path = format!("/passkeys/{own}");
    mira.delete(&path).await.problem(403, "step_up_needed");
    // Another name changes nothing about who gets in.
    mira.patch(&path, json!({ "name": "Laptop" })).await.is(200);
    assert_eq!(passkeys(&mira).await.len(), 1);

    let before = mira.cookie("__Host-session").expect("a session");
    let body = proof(&mira, &mut passkey).await;
    let answered = mira.post("/step-up/passkey/finish", &body).await.is(200);
    assert_eq!(answered.json::<Session>().member.id, mira.brief.id);
    let after = mira.cookie("__Host-session").expect("a session");
    assert_ne!(after, before, "the session has another token");
    let thief = app.anon();
    thief.set_cookie("__Host-session", &before);
    thief.get("/session").await.problem(401, "signed_out");
    assert_eq!(told(&mira, "session.confirmed").await.len(), 1);
    let began = "SELECT COUNT(*) FROM sessions WHERE method = 'mail' AND confirmed_at > created_at";
    assert_eq!(app.count(began).await, 1, "how it began stays");

    mira.add_passkey().await;
    mira.delete(&path).await.is(204);
    mira.post("/step-up/passkey/finish", body)
        .await
        .problem(410, "ceremony_over");
    app.advance(LATER);
    mira.post("/passkeys/begin", json!({}))
        .await
        .problem(403, "step_up_needed");
}

#[tokio::test]
async fn a_session_that_goes_on_keeps_what_it_asked_for() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let item = mira.add_account().await;
    let intent = mira.ask(&item, false).await.id;
    let body = proof(&mira, &mut passkey).await;
    mira.post("/step-up/passkey/finish", body).await.is(200);
    let token = app.token_of(&mira).await;
    mira.post("/confirm", json!({ "token": token }))
        .await
        .is(200);
    mira.payload(&intent).await;
}

#[tokio::test]
async fn nothing_else_is_a_proof() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let ben = &team.ben;
    ben.post("/step-up/passkey/begin", json!({}))
        .await
        .problem(409, "no_passkey");
    app.anon()
        .post("/step-up/passkey/begin", json!({}))
        .await
        .problem(401, "signed_out");
    let mut bens = ben.add_passkey().await;
    let mut cleos = team.cleo.add_passkey().await;
    app.advance(LATER);

    let others = proof(ben, &mut cleos).await;
    ben.post("/step-up/passkey/finish", others)
        .await
        .problem(403, "passkey_refused");
    let phone = app.sign_in(&ben.brief.email).await;
    let elsewhere = proof(&phone, &mut bens).await;
    ben.post("/step-up/passkey/finish", elsewhere)
        .await
        .problem(410, "ceremony_over");
    bens.verifies = false;
    let unverified = proof(ben, &mut bens).await;
    ben.post("/step-up/passkey/finish", unverified)
        .await
        .problem(403, "passkey_refused");
    bens.verifies = true;
    let late = proof(ben, &mut bens).await;
    app.advance(Duration::from_secs(300));
    ben.post("/step-up/passkey/finish", late)
        .await
        .problem(410, "ceremony_over");
    ben.post("/passkeys/begin", json!({}))
        .await
        .problem(403, "step_up_needed");
    assert!(told(ben, "session.confirmed").await.is_empty());
}

#[tokio::test]
async fn signing_in_by_passkey_replaces_the_session_that_the_browser_had() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    app.advance(LATER);
    let before = mira.cookie("__Host-session").expect("a session");
    super::sign_in(&mira, &mut passkey).await.is(200);
    mira.begin("/passkeys/begin").await;
    let thief = app.anon();
    thief.set_cookie("__Host-session", &before);
    thief.get("/session").await.problem(401, "signed_out");
    let how = "SELECT COUNT(*) FROM sessions WHERE method = 'passkey'";
    assert_eq!(app.count(how).await, 1);
}
