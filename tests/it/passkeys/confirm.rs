//! Confirming a public link with a passkey, and the workspace's rule about it.

use std::time::Duration;

use guestpass_api_types::{
    links::{ConfirmBy, LinkConfirmation, LinkMade, ShareIntent},
    sign_in::FlowState,
};
use serde_json::{Value, json};

use super::{passkeys, told};
use crate::support::{
    Answer, Authenticator, MemberCaller, TestApp, answer,
    sharing::{new_secret, seal},
};

async fn shown(member: &MemberCaller, intent: &str) -> ShareIntent {
    member
        .get(&format!("/share-intents/{intent}"))
        .await
        .is(200)
        .json()
}

fn path(intent: &str, step: &str) -> String {
    format!("/share-intents/{intent}/passkey/{step}")
}

async fn finish(member: &MemberCaller, intent: &str, body: &Value) -> Answer {
    member.post(&path(intent, "finish"), body).await
}

/// Signs what an intent asks for.
async fn signed(member: &MemberCaller, intent: &str, passkey: &mut Authenticator) -> Value {
    let begun = member.begin(&path(intent, "begin")).await;
    answer(&begun, passkey.get(&begun["options"]))
}

async fn set_rule(admin: &MemberCaller, by: &str) -> Answer {
    admin
        .put("/workspace/link-confirmation", json!({ "by": by }))
        .await
}

#[tokio::test]
async fn a_passkey_confirms_as_the_mail_does_once() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let ben = &team.ben;
    let (item, mut passkey) = (ben.add_account().await, ben.add_passkey().await);
    let intent = ben.ask(&item, true).await;
    assert_eq!(
        (intent.confirm_by, intent.has_passkey),
        (ConfirmBy::MailOrPasskey, true)
    );
    let token = app.token_of(ben).await;

    let begun = ben.begin(&path(&intent.id, "begin")).await;
    let allowed = begun["options"]["allowCredentials"].as_array();
    assert_eq!(
        allowed.expect("a list").len(),
        1,
        "only one's own are offered"
    );
    assert_eq!(begun["options"]["userVerification"], "required");
    assert_eq!(shown(ben, &intent.id).await.state, FlowState::Waiting);
    let body = answer(&begun, passkey.get(&begun["options"]));
    let confirmed: ShareIntent = finish(ben, &intent.id, &body).await.is(200).json();
    assert_eq!(confirmed.state, FlowState::Confirmed);

    finish(ben, &intent.id, &body)
        .await
        .problem(410, "flow_over");
    ben.post("/confirm", json!({ "token": token }))
        .await
        .problem(410, "flow_over");
    ben.post(&path(&intent.id, "begin"), json!({}))
        .await
        .problem(410, "flow_over");
    assert_eq!(told(ben, "intent.confirmed").await.len(), 1);
    let how =
        "SELECT COUNT(*) FROM events WHERE action = 'intent.confirmed' AND details = 'by passkey'";
    assert_eq!(app.count(how).await, 1);

    let sealed = seal(&new_secret(), &ben.payload(&intent.id).await);
    let link = format!("/share-intents/{}/link", intent.id);
    let made: LinkMade = ben.put(&link, sealed).await.is(201).json();
    assert!(made.id.starts_with("lnk_"));
}

#[tokio::test]
async fn an_answer_confirms_the_very_intent_it_was_asked_for() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let ben = &team.ben;
    let (item, mut bens) = (ben.add_account().await, ben.add_passkey().await);
    let mut cleos = team.cleo.add_passkey().await;
    let first = ben.ask(&item, false).await.id;
    let second = ben.ask(&item, false).await.id;
    app.run_jobs().await;

    // Asked for one, sent for the other.
    let body = signed(ben, &first, &mut bens).await;
    finish(ben, &second, &body)
        .await
        .problem(410, "ceremony_over");
    // The challenge of one, as an answer to the other.
    let other = ben.begin(&path(&second, "begin")).await;
    let crossed = answer(&other, body["credential"].clone());
    finish(ben, &second, &crossed)
        .await
        .problem(403, "passkey_refused");
    // Somebody else's passkey, though it signed the right challenge.
    let body = signed(ben, &first, &mut cleos).await;
    finish(ben, &first, &body)
        .await
        .problem(403, "passkey_refused");
    // What was asked to prove identity again, or to register.
    let begun = ben.begin("/step-up/passkey/begin").await;
    let body = answer(&begun, bens.get(&begun["options"]));
    finish(ben, &first, &body)
        .await
        .problem(410, "ceremony_over");
    // The member's own other session didn't ask.
    let phone = app.sign_in(&ben.brief.email).await;
    phone
        .post(&path(&first, "begin"), json!({}))
        .await
        .problem(404, "not_found");
    let body = signed(ben, &first, &mut bens).await;
    finish(&phone, &first, &body)
        .await
        .problem(404, "not_found");
    // Nor did anybody else.
    for stranger in [&team.cleo, &team.mira] {
        stranger
            .post(&path(&first, "begin"), json!({}))
            .await
            .problem(404, "not_found");
        finish(stranger, &first, &body)
            .await
            .problem(404, "not_found");
    }
    for intent in [&first, &second] {
        assert_eq!(shown(ben, intent).await.state, FlowState::Waiting);
    }
    assert!(told(ben, "intent.confirmed").await.is_empty());
    assert_eq!(
        passkeys(&team.cleo).await[0].last_used_at,
        None,
        "nothing was used"
    );
    // After all of that the right answer still counts.
    finish(ben, &first, &body).await.is(200);
    assert_eq!(shown(ben, &first).await.state, FlowState::Confirmed);
    assert_eq!(shown(ben, &second).await.state, FlowState::Waiting);
}

#[tokio::test]
async fn what_changed_or_came_too_late_is_not_confirmed() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (item, mut passkey) = (mira.add_account().await, mira.add_passkey().await);

    let intent = mira.ask(&item, false).await.id;
    let body = signed(&mira, &intent, &mut passkey).await;
    let change = json!({ "version": 1, "password": "another-one-9" });
    mira.patch(&format!("/items/{item}"), change).await.is(200);
    finish(&mira, &intent, &body)
        .await
        .problem(409, "item_changed");
    assert_eq!(shown(&mira, &intent).await.state, FlowState::Waiting);

    let intent = mira.ask(&item, false).await.id;
    let body = signed(&mira, &intent, &mut passkey).await;
    app.advance(Duration::from_secs(300));
    finish(&mira, &intent, &body)
        .await
        .problem(410, "ceremony_over");
    let body = signed(&mira, &intent, &mut passkey).await;
    app.advance(Duration::from_secs(300));
    finish(&mira, &intent, &body)
        .await
        .problem(410, "flow_over");

    let intent = mira.ask(&item, false).await.id;
    let body = signed(&mira, &intent, &mut passkey).await;
    mira.delete(&format!("/share-intents/{intent}"))
        .await
        .is(204);
    finish(&mira, &intent, &body)
        .await
        .problem(410, "flow_over");
    app.run_jobs().await;
    assert!(told(&mira, "intent.confirmed").await.is_empty());
}

#[tokio::test]
async fn of_the_mail_and_many_answers_at_once_one_confirms() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (item, mut passkey) = (mira.add_account().await, mira.add_passkey().await);
    let intent = mira.ask(&item, false).await.id;
    let token = json!({ "token": app.token_of(&mira).await });
    let mut bodies = Vec::new();
    for _ in 0..5 {
        bodies.push(signed(&mira, &intent, &mut passkey).await);
    }
    let by_passkey = bodies.iter().map(|body| finish(&mira, &intent, body));
    let by_mail = mira.post("/confirm", &token);
    let (answers, mailed) =
        futures_util::future::join(futures_util::future::join_all(by_passkey), by_mail).await;
    let all = answers.iter().chain([&mailed]);
    assert_eq!(all.filter(|each| each.status == 200).count(), 1);
    assert_eq!(told(&mira, "intent.confirmed").await.len(), 1);
}

#[tokio::test]
async fn a_workspace_that_wants_the_mail_takes_no_passkey() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (item, mut passkey) = (mira.add_account().await, mira.add_passkey().await);
    let asked_before = mira.ask(&item, false).await.id;
    let body = signed(&mira, &asked_before, &mut passkey).await;
    set_rule(&mira, "mail").await.is(204);
    // The rule of now counts, also for what was asked before.
    finish(&mira, &asked_before, &body)
        .await
        .problem(403, "mail_only");
    let intent = mira.ask(&item, false).await;
    assert_eq!(intent.confirm_by, ConfirmBy::Mail);
    mira.post(&path(&intent.id, "begin"), json!({}))
        .await
        .problem(403, "mail_only");
    let token = app.token_of(&mira).await;
    mira.post("/confirm", json!({ "token": token }))
        .await
        .is(200);
    assert_eq!(shown(&mira, &asked_before).await.state, FlowState::Waiting);
}

#[tokio::test]
async fn a_workspace_that_wants_a_passkey_sends_and_takes_no_mail() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (ben, cleo) = (&team.ben, &team.cleo);
    let (item, mut passkey) = (ben.add_account().await, ben.add_passkey().await);
    let cleos = cleo.add_account().await;
    let asked_before = ben.ask(&item, false).await;
    let token = app.token_of(ben).await;
    let mails = app.mailbox().await.len();
    set_rule(&team.ada, "passkey").await.is(204);

    // A mail that is out already confirms nothing any more, with or without its code.
    let body = json!({ "token": token });
    ben.post("/confirm", &body)
        .await
        .problem(403, "passkey_only");
    let code = asked_before.match_code.expect("a code").expose().to_owned();
    let body = json!({ "token": token, "code": code });
    app.anon()
        .post("/confirm", &body)
        .await
        .problem(403, "passkey_only");
    assert_eq!(shown(ben, &asked_before.id).await.state, FlowState::Waiting);

    let intent = ben.ask(&item, false).await;
    assert_eq!((intent.confirm_by, intent.mail), (ConfirmBy::Passkey, None));
    app.advance(Duration::from_secs(31));
    ben.post(&format!("/share-intents/{}/resend", intent.id), json!({}))
        .await
        .problem(403, "passkey_only");
    assert_eq!(app.mailbox().await.len(), mails, "nobody is mailed");
    let body = signed(ben, &intent.id, &mut passkey).await;
    finish(ben, &intent.id, &body).await.is(200);

    // Whoever has none is told so before anything is begun.
    let new = json!({ "item": cleos, "expires_in": 3600 });
    cleo.post("/share-intents", &new)
        .await
        .problem(409, "passkey_missing");
    assert!(told(cleo, "intent").await.is_empty());
    cleo.add_passkey().await;
    cleo.post("/share-intents", &new).await.is(201);
}

#[tokio::test]
async fn admins_say_what_confirming_takes_with_a_fresh_proof() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for member in [&team.ben, &team.cleo] {
        set_rule(member, "mail").await.problem(403, "not_admin");
    }
    let (anon, body) = (app.anon(), json!({ "by": "mail" }));
    anon.put("/workspace/link-confirmation", &body)
        .await
        .problem(401, "signed_out");
    anon.get("/workspace/link-confirmation")
        .await
        .problem(401, "signed_out");
    set_rule(&team.ada, "nothing")
        .await
        .problem(400, "bad_request");

    let rule = async |member: &MemberCaller| -> LinkConfirmation {
        member
            .get("/workspace/link-confirmation")
            .await
            .is(200)
            .json()
    };
    assert_eq!(rule(&team.ben).await.by, ConfirmBy::MailOrPasskey);
    for by in ["mail", "mail", "passkey"] {
        set_rule(&team.ada, by).await.is(204);
    }
    assert_eq!(rule(&team.ben).await.by, ConfirmBy::Passkey);
    let (_, zoe) = app.other_workspace().await;
    assert_eq!(rule(&zoe).await.by, ConfirmBy::MailOrPasskey);
    let told = told(&team.mira, "workspace.link").await;
    assert_eq!(told.len(), 2, "saying the same again changes nothing");

    app.advance(Duration::from_secs(601));
    set_rule(&team.ada, "mail")
        .await
        .problem(403, "step_up_needed");
    assert_eq!(rule(&team.ben).await.by, ConfirmBy::Passkey);
}
