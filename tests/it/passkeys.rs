//! Passkeys: registering and keeping them, and signing in with one.

mod confirm;
mod hostile;
mod step_up;

use std::time::Duration;

use guestpass_api_types::{
    activity::EventList,
    passkeys::{Passkey, PasskeyList},
    sign_in::Session,
};
use serde_json::{Value, json};

use crate::support::{Answer, Authenticator, Browser, MemberCaller, TestApp, answer};

/// Signs in with a passkey, without saying who.
async fn sign_in(browser: &Browser, authenticator: &mut Authenticator) -> Answer {
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let signed = authenticator.get(&begun["options"]);
    let body = answer(&begun, signed);
    browser.post("/sign-in/passkey/finish", body).await
}

async fn passkeys(member: &MemberCaller) -> Vec<Passkey> {
    let list: PasskeyList = member.get("/passkeys").await.is(200).json();
    assert!(list.available);
    list.passkeys
}

/// What Activity tells of passkeys and sign-ins of a member, newest first.
async fn told(member: &MemberCaller, actions: &str) -> Vec<String> {
    let list: EventList = member
        .get(&format!("/activity?action={actions}"))
        .await
        .is(200)
        .json();
    list.events.into_iter().map(|event| event.action).collect()
}

#[tokio::test]
async fn a_member_registers_several_names_them_and_removes_one() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    assert!(passkeys(&mira).await.is_empty());

    let mut laptop = Authenticator::new();
    let begun = mira.begin("/passkeys/begin").await;
    let asked = &begun["options"];
    assert_eq!(asked["rp"]["id"], "vault.larkfield.example");
    assert_eq!(asked["user"]["name"], "mira@larkfield.example");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        asked["authenticatorSelection"]["userVerification"],
        "required"
    );
    let mut new = answer(&begun, laptop.create(asked));
    new["name"] = json!("  Laptop ");
    let made: Passkey = mira.post("/passkeys", new).await.is(201).json();
    assert_eq!((made.name.as_str(), made.last_used_at), ("Laptop", None));
    assert_eq!(made.created_at, app.now().millis());

    app.advance(Duration::from_secs(60));
    let begun = mira.begin("/passkeys/begin").await;
    let excluded = begun["options"]["excludeCredentials"].as_array();
    assert_eq!(
        excluded.expect("a list").len(),
        1,
        "not on the same one again"
    );
    mira.add_passkey().await;
    let [first, second] = passkeys(&mira).await.try_into().expect("two");
    assert_eq!(first.name, "Laptop");
    assert_eq!(
        second.name, "Firefox on macOS",
        "without a name, the browser's"
    );

    let path = format!("/passkeys/{}", second.id);
    mira.patch(&path, json!({ "name": "" }))
        .await
        .problem(422, "invalid");
    let renamed: Passkey = mira
        .patch(&path, json!({ "name": "Phone" }))
        .await
        .is(200)
        .json();
    assert_eq!(renamed.name, "Phone");
    mira.delete(&path).await.is(204);
    mira.delete(&path).await.problem(404, "not_found");
    let left = passkeys(&mira).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, made.id);
    assert_eq!(
        told(&mira, "passkey").await,
        [
            "passkey.removed",
            "passkey.renamed",
            "passkey.added",
            "passkey.added"
        ]
    );
    assert_eq!(app.mailbox().await.len(), 1, "only the sign-in's mail");
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let mut bens = team.ben.add_passkey().await;
    team.mira.add_passkey().await;
    app.advance(Duration::from_secs(60));

    let anon = app.anon();
    let begun = anon.begin("/sign-in/passkey/begin").await;
    assert_eq!(begun["options"]["rpId"], "vault.larkfield.example");
    assert_eq!(begun["options"]["userVerification"], "required");
    assert_eq!(
        begun["options"]["allowCredentials"],
        json!([]),
        "it tells nothing"
    );
    let finished = anon
        .post(
            "/sign-in/passkey/finish",
            answer(&begun, bens.get(&begun["options"])),
        )
        .await
        .is(200);
    let session: Session = finished.json();
    assert_eq!(session.member.id, team.ben.brief.id);
    assert_eq!(session.expires_at, app.now().millis() + 12 * 3_600_000);
    anon.get("/session").await.is(200);
    let cookies = finished.set_cookies();
    let cookie = cookies
        .iter()
        .find(|line| line.starts_with("__Host-session="));
    for attribute in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.expect("a session").contains(attribute), "{cookie:?}");
    }
    let [used] = passkeys(&team.ben).await.try_into().expect("one");
    assert_eq!(used.last_used_at, Some(app.now().millis()));
    assert_eq!(told(&team.ben, "session").await[0], "session.started");
    // Again, and in another browser: each sign-in is a session of its own.
    sign_in(&app.anon(), &mut bens).await.is(200);
    anon.get("/session").await.is(200);
}

#[tokio::test]
async fn two_tabs_of_a_browser_may_both_be_asked() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut passkey = mira.add_passkey().await;
    let browser = app.anon();
    let first = browser.begin("/sign-in/passkey/begin").await;
    browser.begin("/sign-in/passkey/begin").await;
    let signed = answer(&first, passkey.get(&first["options"]));
    browser
        .post("/sign-in/passkey/finish", signed)
        .await
        .is(200);
}

#[tokio::test]
async fn a_passkey_that_does_not_count_signs_in_again_and_again() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut synced = Authenticator::new();
    synced.counter = 0;
    let begun = mira.begin("/passkeys/begin").await;
    let made = answer(&begun, synced.create(&begun["options"]));
    mira.post("/passkeys", made).await.is(201);
    for _ in 0..3 {
        sign_in(&app.anon(), &mut synced).await.is(200);
    }
}

#[tokio::test]
async fn there_is_an_end_to_how_many_and_how_often() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    for _ in 0..20 {
        mira.add_passkey().await;
    }
    let begun = mira.begin("/passkeys/begin").await;
    let made = answer(&begun, Authenticator::new().create(&begun["options"]));
    mira.post("/passkeys", made)
        .await
        .problem(409, "too_many_passkeys");
    assert_eq!(passkeys(&mira).await.len(), 20);

    let anon = app.anon();
    for _ in 0..20 {
        anon.begin("/sign-in/passkey/begin").await;
    }
    anon.post("/sign-in/passkey/begin", json!({}))
        .await
        .problem(429, "too_many_requests");
    assert_eq!(count(&app).await, 21);
    app.advance(Duration::from_secs(301));
    app.sweep().await;
    assert_eq!(count(&app).await, 0, "what nobody answered is forgotten");
}

async fn count(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM passkey_ceremonies").await
}

#[tokio::test]
async fn nobody_sees_or_changes_the_passkeys_of_another() {
    let app = TestApp::new().await;
    let team = app.team().await;
    team.ben.add_passkey().await;
    let id = &passkeys(&team.ben).await[0].id;
    let path = format!("/passkeys/{id}");
    let (_, zoe) = app.other_workspace().await;
    for other in [&team.cleo, &team.ada, &team.mira, &zoe] {
        assert!(passkeys(other).await.is_empty());
        other.delete(&path).await.problem(404, "not_found");
        let name = json!({ "name": "Mine" });
        other.patch(&path, name).await.problem(404, "not_found");
    }
    let anon = app.anon();
    anon.get("/passkeys").await.problem(401, "signed_out");
    anon.post("/passkeys/begin", json!({}))
        .await
        .problem(401, "signed_out");
    anon.delete(&path).await.problem(401, "signed_out");
    assert_eq!(passkeys(&team.ben).await.len(), 1);
}

#[tokio::test]
async fn what_is_stored_signs_nobody_in_and_what_is_asked_is_sealed() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    mira.add_passkey().await;
    let begun = mira.begin("/passkeys/begin").await;
    let challenge = begun["options"]["challenge"].as_str().expect("a challenge");
    if let Some(bytes) = app.database_bytes().await {
        let holds = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(holds("pky_"), "the database was read");
        assert!(!holds(challenge));
    }
    let row: Value = mira.get("/passkeys").await.is(200).json();
    assert!(row["passkeys"][0].get("credential").is_none());
}
