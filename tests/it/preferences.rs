//! What members choose for themselves, and that it is done.

use guestpass_api_types::{activity::EventList, members::Preferences};
use serde_json::{Value, json};

use crate::support::{MemberCaller, TestApp, sharing::Shared};

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
