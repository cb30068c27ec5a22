//! Answers that don't hold: each is refused, and the passkey's row stays as it was.

use std::time::Duration;

use axum::http::Method;
use guestpass::db::sql;
use guestpass_api_types::passkeys::Passkey;
use serde_json::{Value, json};

use super::{passkeys, sign_in, told};
use crate::support::{Authenticator, Browser, MemberCaller, TestApp, answer};

/// Everything that is stored of passkeys.
async fn rows(app: &TestApp) -> Vec<(String, i64, Option<i64>)> {
    let rows = sql("SELECT credential, counter, last_used_at FROM passkeys ORDER BY id")
        .all(app.app.db())
        .await
        .expect("rows");
    rows.iter()
        .map(|row| {
            (
                row.get("credential").expect("a text"),
                row.get("counter").expect("a number"),
                row.get("last_used_at").expect("a number or nothing"),
            )
        })
        .collect()
}

/// Answers a sign-in and is refused with this; nobody is signed in, and nothing changed.
async fn refused(app: &TestApp, browser: &Browser, body: Value, (status, code): (u16, &str)) {
    let before = rows(app).await;
    browser
        .post("/sign-in/passkey/finish", body)
        .await
        .problem(status, code);
    browser.get("/session").await.problem(401, "signed_out");
    assert_eq!(rows(app).await, before);
}

/// What an honest authenticator or browser would never do.
type Twist = fn(&mut Authenticator);

const REFUSED: (u16, &str) = (403, "passkey_refused");
const OVER: (u16, &str) = (410, "ceremony_over");

#[tokio::test]
async fn a_signature_for_another_site_or_without_its_holder_is_none() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let honest = (passkey.origin.clone(), passkey.rp_id.clone());
    // Another origin, another port, a subdomain, no TLS; another site, the domain above it; nobody
    // verified.
    let twists: [Twist; 7] = [
        |a| "https://evil.example".clone_into(&mut a.origin),
        |a| a.origin.push_str(":8443"),
        |a| a.origin.insert_str("https://".len(), "x."),
        |a| a.origin = a.origin.replace("https:", "http:"),
        |a| "evil.example".clone_into(&mut a.rp_id),
        |a| "larkfield.example".clone_into(&mut a.rp_id),
        |a| a.verifies = false,
    ];
    for twist in twists {
        let browser = app.anon();
        let begun = browser.begin("/sign-in/passkey/begin").await;
        twist(&mut passkey);
        let body = answer(&begun, passkey.get(&begun["options"]));
        refused(&app, &browser, body, REFUSED).await;
        (passkey.origin, passkey.rp_id) = honest.clone();
        passkey.verifies = true;
    }
    sign_in(&app.anon(), &mut passkey).await.is(200);
}

#[tokio::test]
async fn a_passkey_made_for_another_site_or_without_its_holder_is_not_registered() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let twists: [Twist; 3] = [
        |a| "https://evil.example".clone_into(&mut a.origin),
        |a| "evil.example".clone_into(&mut a.rp_id),
        |a| a.verifies = false,
    ];
    for twist in twists {
        let mut passkey = Authenticator::new();
        twist(&mut passkey);
        let begun = mira.begin("/passkeys/begin").await;
        let made = answer(&begun, passkey.create(&begun["options"]));
        mira.post("/passkeys", &made)
            .await
            .problem(403, "passkey_refused");
        // What was refused can't be tried again, honest or not.
        mira.post("/passkeys", made)
            .await
            .problem(410, "ceremony_over");
    }
    assert!(passkeys(&mira).await.is_empty());
}

#[tokio::test]
async fn an_answer_counts_once_and_in_its_browser_and_in_time() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;

    let browser = app.anon();
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let body = answer(&begun, passkey.get(&begun["options"]));
    refused(&app, &app.anon(), body.clone(), OVER).await;
    let other = app.anon();
    other.begin("/sign-in/passkey/begin").await;
    refused(&app, &other, body.clone(), OVER).await;
    let cookie = browser.cookie("__Host-passkey").expect("a cookie");
    browser.post("/sign-in/passkey/finish", &body).await.is(200);
    // The same answer again, by somebody who has the browser's cookie too.
    let thief = app.anon();
    thief.set_cookie("__Host-passkey", &cookie);
    refused(&app, &thief, body, OVER).await;

    let late = app.anon();
    let begun = late.begin("/sign-in/passkey/begin").await;
    let body = answer(&begun, passkey.get(&begun["options"]));
    app.advance(Duration::from_secs(300));
    refused(&app, &late, body, OVER).await;
}

#[tokio::test]
async fn of_many_answers_at_once_one_signs_in() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let browser = app.anon();
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let body = answer(&begun, passkey.get(&begun["options"]));
    let tries = (0..20).map(|_| browser.made(Method::POST, "/sign-in/passkey/finish", &body));
    let answers = futures_util::future::join_all(tries).await;
    let signed_in = answers.iter().filter(|each| each.status == 200).count();
    assert_eq!(signed_in, 1);
    assert_eq!(told(&mira, "session.started").await.len(), 2);
}

#[tokio::test]
async fn an_answer_to_one_question_is_none_to_another() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let browser = app.anon();

    // The challenge of another ceremony of the same browser.
    let first = browser.begin("/sign-in/passkey/begin").await;
    let second = browser.begin("/sign-in/passkey/begin").await;
    let crossed = answer(&second, passkey.get(&first["options"]));
    refused(&app, &browser, crossed, REFUSED).await;

    // What a session was asked in order to register doesn't sign in, and the other way round.
    let begun = mira.begin("/passkeys/begin").await;
    let body = answer(&begun, passkey.get(&begun["options"]));
    browser.begin("/sign-in/passkey/begin").await;
    refused(&app, &browser, body, OVER).await;
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let made = Authenticator::new().create(&json!({
        "user": { "id": "AAAA" }, "challenge": begun["options"]["challenge"],
    }));
    mira.post("/passkeys", answer(&begun, made))
        .await
        .problem(410, "ceremony_over");

    // What another session was asked registers nothing here.
    let phone = app.sign_in("mira@larkfield.example").await;
    let begun = phone.begin("/passkeys/begin").await;
    let made = answer(&begun, Authenticator::new().create(&begun["options"]));
    mira.post("/passkeys", &made)
        .await
        .problem(410, "ceremony_over");
    phone.post("/passkeys", made).await.is(201);
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_told() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    sign_in(&app.anon(), &mut passkey).await.is(200);
    for back in [0, 1] {
        let browser = app.anon();
        let begun = browser.begin("/sign-in/passkey/begin").await;
        passkey.counter -= back;
        let body = answer(&begun, passkey.get_again(&begun["options"]));
        refused(&app, &browser, body, REFUSED).await;
        passkey.counter += back;
    }
    assert_eq!(
        told(&mira, "passkey").await,
        ["passkey.refused", "passkey.refused", "passkey.added"]
    );
    sign_in(&app.anon(), &mut passkey).await.is(200);
}

#[tokio::test]
async fn a_removed_or_unknown_passkey_and_a_suspended_member_are_refused_alike() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let mut bens = team.ben.add_passkey().await;
    let mut cleos = team.cleo.add_passkey().await;

    // Removed between the question and the answer.
    let browser = app.anon();
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let body = answer(&begun, bens.get(&begun["options"]));
    let [own]: [Passkey; 1] = passkeys(&team.ben).await.try_into().expect("one");
    team.ben
        .delete(&format!("/passkeys/{}", own.id))
        .await
        .is(204);
    refused(&app, &browser, body, REFUSED).await;

    let mut unknown = Authenticator::new();
    unknown.create(&json!({ "user": { "id": "AAAA" }, "challenge": "AAAA" }));
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let body = answer(&begun, unknown.get(&begun["options"]));
    refused(&app, &browser, body, REFUSED).await;

    for state in [
        "UPDATE members SET state = 'suspended' WHERE first_name = 'Cleo'",
        "UPDATE members SET state = 'invited' WHERE first_name = 'Cleo'",
    ] {
        app.change(state).await;
        let begun = browser.begin("/sign-in/passkey/begin").await;
        let body = answer(&begun, cleos.get(&begun["options"]));
        refused(&app, &browser, body, REFUSED).await;
    }
    assert_eq!(
        app.count("SELECT COUNT(*) FROM members WHERE state = 'invited'")
            .await,
        1,
        "a passkey accepts no invitation"
    );
}

#[tokio::test]
async fn who_was_let_go_comes_in_by_no_passkey() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let mut bens = team.ben.add_passkey().await;
    team.cleo.add_passkey().await;
    let path = |what| format!("/members/{}/{what}", team.ben.brief.id);
    let leave = json!({ "links": "revoke" });

    team.ada.post(&path("suspend"), &leave).await.is(200);
    let refused = sign_in(&app.anon(), &mut bens).await;
    refused.problem(403, "passkey_refused");
    team.ada.post(&path("reinstate"), json!({})).await.is(204);
    sign_in(&app.anon(), &mut bens).await.is(200);

    team.ada.post(&path("remove"), &leave).await.is(200);
    let refused = sign_in(&app.anon(), &mut bens).await;
    refused.problem(403, "passkey_refused");
    assert_eq!(rows(&app).await.len(), 1, "of those who stay");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_authenticator_is_registered_once_in_the_whole_installation() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let mut passkey = team.ben.add_passkey().await;
    for other in [&team.ben, &team.cleo, &zoe] {
        let begun = other.begin("/passkeys/begin").await;
        let made = answer(&begun, passkey.create(&begun["options"]));
        other
            .post("/passkeys", made)
            .await
            .problem(409, "passkey_known");
    }
    assert_eq!(rows(&app).await.len(), 1);
}

#[tokio::test]
async fn a_passkey_that_names_another_holder_is_refused() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let mut bens = team.ben.add_passkey().await;
    let browser = app.anon();
    for handle in [json!(handle_of(&team.mira)), Value::Null, json!("")] {
        let begun = browser.begin("/sign-in/passkey/begin").await;
        let mut signed = bens.get(&begun["options"]);
        signed["response"]["userHandle"] = handle;
        refused(&app, &browser, answer(&begun, signed), REFUSED).await;
    }
}

/// What an authenticator would know a member by.
fn handle_of(member: &MemberCaller) -> String {
    let hex = member.brief.id.trim_start_matches("mem_");
    guestpass::base::secret::base64url(&hex::decode(hex).expect("hexadecimal"))
}

#[tokio::test]
async fn nonsense_is_told_from_a_refusal_and_ends_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let browser = app.anon();
    let begun = browser.begin("/sign-in/passkey/begin").await;
    for nonsense in [json!(null), json!({}), json!({ "id": 1 }), json!("x")] {
        let body = answer(&begun, nonsense);
        refused(&app, &browser, body, (400, "bad_request")).await;
    }
    let body = json!({ "ceremony": "pkc_x", "credential": {} });
    refused(&app, &browser, body, OVER).await;
    let body = answer(&begun, passkey.get(&begun["options"]));
    browser.post("/sign-in/passkey/finish", body).await.is(200);
}
