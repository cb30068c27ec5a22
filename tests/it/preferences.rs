//! What members choose for themselves, and that it is done.

use axum::{body::Body, http::Method};
use guestpass_api_types::{
    activity::{Event, EventList},
    members::Preferences,
};
use serde_json::{Value, json};

use crate::support::{Mail, MemberCaller, TestApp, sharing::Shared};

const PATH: &str = "/profile/preferences";

async fn chosen(by: &MemberCaller) -> bool {
    let chosen: Preferences = by.get(PATH).await.is(200).json();
    chosen.mail_link_opened
}

async fn choose(by: &MemberCaller, mail_link_opened: bool) {
    by.put(PATH, json!({ "mail_link_opened": mail_link_opened }))
        .await
        .is(204);
}

/// Opens a link; how many mails that was worth.
async fn mails_for_opening(app: &TestApp, link: &Shared) -> usize {
    let before = app.mailbox().await.len();
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    browser.post("/guest/claim", link.proof()).await.is(200);
    app.mailbox().await.len() - before
}

#[tokio::test]
async fn mails_about_opened_links_are_sent_until_they_are_switched_off() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let ben = &team.ben;
    assert!(chosen(ben).await, "everybody is told at first");
    let item = ben.add_account().await;
    let told = app.share(ben, &item, true).await;
    let made_before = app.share(ben, &item, true).await;
    assert_eq!(mails_for_opening(&app, &told).await, 1);
    let mail = app.newest_mail_to(&ben.brief.email).await;
    assert!(
        mail.links()
            .contains(&"https://vault.larkfield.example/profile".to_owned()),
        "{}",
        mail.0.text
    );

    choose(ben, false).await;
    assert!(!chosen(ben).await);
    assert!(chosen(&team.cleo).await, "it is nobody else's choice");
    // A link that was made before, with its own switch on, counts as well.
    assert_eq!(mails_for_opening(&app, &made_before).await, 0);

    choose(ben, true).await;
    let told_again = app.share(ben, &item, false).await;
    assert_eq!(mails_for_opening(&app, &told_again).await, 1);
}

#[tokio::test]
async fn alarms_cant_be_switched_off() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (mira, ben) = (&team.mira, &team.ben);
    choose(ben, false).await;
    choose(mira, false).await;
    let item = ben.add_account().await;
    let link = app.share(ben, &item, true).await;
    assert_eq!(mails_for_opening(&app, &link).await, 0);
    let before = app.mailbox().await.len();
    let rightful = app.recipient();
    rightful.post("/guest/dispute", link.proof()).await.is(204);
    let mail = app.newest_mail_to(&ben.brief.email).await;
    assert_eq!(mail.0.subject, "A recipient says: this wasn't me");
    assert_eq!(app.mailbox().await.len() - before, 1);

    // "This wasn't me" reaches the admins, Mira among them.
    ben.ask(&item, true).await;
    let token = app.token_of(ben).await;
    app.anon()
        .post("/confirm/refuse", json!({ "token": token }))
        .await
        .is(204);
    let alarm = app.newest_mail_to(&mira.brief.email).await;
    assert!(alarm.0.text.contains("Ben"), "{}", alarm.0.text);
}

#[tokio::test]
async fn choosing_is_told_once_and_only_when_something_changed() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    choose(&mira, true).await;
    choose(&mira, false).await;
    choose(&mira, false).await;
    let log: EventList = mira.get("/activity").await.is(200).json();
    let told = log.events.iter();
    let told = told.filter(|event| event.action == "member.preferences_changed");
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn only_members_choose_and_only_what_there_is() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let anon = app.anon();
    anon.get(PATH).await.problem(401, "signed_out");
    let off = json!({ "mail_link_opened": false });
    anon.put(PATH, &off).await.problem(401, "signed_out");
    for body in [
        json!({}),
        json!({ "mail_link_opened": "no" }),
        json!({ "mail_link_opened": false, "mail_link_disputed": false }),
    ] {
        let refused: Value = mira.put(PATH, &body).await.is(400).json();
        assert!(refused["detail"].is_string(), "{body}");
    }
    assert!(chosen(&mira).await);
}

/// Chooses a language, or none.
async fn speak(by: &MemberCaller, language: Option<&str>) {
    let chosen = json!({ "mail_link_opened": true, "language": language });
    by.put(PATH, chosen).await.is(204);
}

/// Asks for a sign-in mail with a browser that asks for these languages.
async fn sign_in_mail(app: &TestApp, address: &str, languages: &str) -> Mail {
    let browser = app.anon();
    let request = browser
        .request(Method::POST, "/sign-in")
        .header("content-type", "application/json")
        .header("accept-language", languages);
    let body = json!({ "email": address }).to_string();
    browser.call(request, Body::from(body)).await.is(202);
    app.newest_mail_to(address).await
}

#[tokio::test]
async fn a_language_is_kept_and_the_session_tells_it() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (mira, ben) = (&team.mira, &team.ben);
    for language in [None, Some("de"), Some("en"), None] {
        speak(mira, language).await;
        let chosen: Value = mira.get(PATH).await.is(200).json();
        let session: Value = mira.get("/session").await.is(200).json();
        assert_eq!(chosen["language"], json!(language));
        assert_eq!(session["language"], json!(language));
    }
    speak(mira, Some("de")).await;
    let others: Value = ben.get("/session").await.is(200).json();
    assert_eq!(
        others["language"],
        Value::Null,
        "it is nobody else's choice"
    );
    for unknown in ["fr", "DE", "", "de-DE"] {
        let body = json!({ "mail_link_opened": true, "language": unknown });
        mira.put(PATH, &body).await.problem(400, "bad_request");
    }
    let kept: Value = mira.get(PATH).await.is(200).json();
    assert_eq!(kept["language"], json!("de"));

    let log: EventList = mira.get("/activity").await.is(200).json();
    let told = |event: &Event| event.action == "member.preferences_changed";
    assert!(!log.events.iter().any(told), "a language is no news");
}

#[tokio::test]
async fn sign_in_mails_speak_the_chosen_language_or_the_browsers() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let to = mira.brief.email.clone();
    let german = sign_in_mail(&app, &to, "de-DE,de;q=0.9,en;q=0.5").await;
    assert_eq!(german.0.subject, "Anmeldung bei Larkfield Studio");
    assert!(
        !german.confirm_link().contains('?'),
        "the page asks the browser, too"
    );
    let english = sign_in_mail(&app, &to, "fr").await;
    assert_eq!(english.0.subject, "Sign in to Larkfield Studio");

    speak(&mira, Some("de")).await;
    let german = sign_in_mail(&app, &to, "en-GB").await;
    assert_eq!(german.0.subject, "Anmeldung bei Larkfield Studio");
    assert!(german.confirm_link().contains("/confirm-sign-in?lang=de#"));
    let token = json!({ "token": german.token() });
    app.anon().post("/sign-in/inspect", token).await.is(200);
    speak(&mira, Some("en")).await;
    let english = sign_in_mail(&app, &to, "de").await;
    assert_eq!(english.0.subject, "Sign in to Larkfield Studio");
    assert!(english.confirm_link().contains("/confirm-sign-in?lang=en#"));
}

#[tokio::test]
async fn mails_about_links_speak_the_language_of_whoever_gets_them() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (mira, ben) = (&team.mira, &team.ben);
    speak(ben, Some("de")).await;
    let item = ben.add_account().await;

    let link = app.share(ben, &item, true).await;
    assert_eq!(mails_for_opening(&app, &link).await, 1);
    let opened = app.newest_mail_to(&ben.brief.email).await;
    assert_eq!(opened.0.subject, "Ihr Link wurde geöffnet");
    app.recipient()
        .post("/guest/dispute", link.proof())
        .await
        .is(204);
    let disputed = app.newest_mail_to(&ben.brief.email).await;
    assert_eq!(
        disputed.0.subject,
        "Zu Ihrem Link heißt es: Das war ich nicht"
    );

    ben.ask(&item, true).await;
    let asked = app.newest_mail_to(&ben.brief.email).await;
    assert_eq!(
        asked.0.subject,
        "Bestätigen Sie Ihre Identität für den Link"
    );
    assert!(asked.confirm_link().contains("/confirm?lang=de#"));
    let token = json!({ "token": asked.token() });
    app.anon().post("/confirm/refuse", token).await.is(204);
    let alarm = app.newest_mail_to(&mira.brief.email).await;
    assert!(
        alarm.0.subject.ends_with("says: this wasn't me"),
        "Mira reads English"
    );
}

#[tokio::test]
async fn an_invitation_speaks_the_inviters_language() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    speak(&mira, Some("de")).await;
    let new = json!({
        "email": "noor@larkfield.example", "first_name": "Noor", "last_name": "Haddad", "role": "user"
    });
    mira.post("/members", new).await.is(201);
    let mail = app.newest_mail_to("noor@larkfield.example").await;
    assert_eq!(
        mail.0.subject,
        "Mira Okafor hat Sie zu Larkfield Studio eingeladen"
    );
}
