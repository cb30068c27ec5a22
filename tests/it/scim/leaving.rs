//! Whoever the directory lets go is out at once, everywhere, and what they leave behind is settled.

use guestpass_api_types::{
    items::AccessList,
    members::{MemberEntry, MemberList, MemberState, WorkspaceRole},
};
use serde_json::{Value, json};

use crate::support::{
    MemberCaller, TestApp, person,
    scim::{Directory, USER, described},
};

fn off() -> Value {
    json!([{ "op": "replace", "path": "active", "value": false }])
}

fn on() -> Value {
    json!([{ "op": "replace", "path": "active", "value": true }])
}

async fn entry(by: &MemberCaller, email: &str) -> Option<MemberEntry> {
    let list: MemberList = by.get("/members").await.is(200).json();
    let mut people = list.members.into_iter();
    people.find(|entry| entry.member.email == email)
}

async fn owners(by: &MemberCaller, item: &str) -> Vec<String> {
    let list: AccessList = by
        .get(&format!("/items/{item}/access"))
        .await
        .is(200)
        .json();
    let people = list.people.into_iter();
    let mut emails: Vec<_> = people.map(|person| person.member.email).collect();
    emails.sort();
    emails
}

/// The directory takes charge of somebody who is a member already; the path of their resource.
async fn adopted(directory: &Directory, mailbox: &str, given: &str, family: &str) -> String {
    let id = directory.creates(described(mailbox, given, family)).await;
    format!("/Users/{id}")
}

#[tokio::test]
async fn a_suspension_ends_sessions_links_and_waiting_and_hands_over_what_nobody_else_owns() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.ada).await;
    let ben = adopted(&directory, "ben", "Ben", "Tran").await;
    assert_eq!(
        ben,
        format!("/Users/{}", team.ben.brief.id),
        "the member who was there"
    );
    let phone = app.sign_in(&team.ben.brief.email).await;
    let item = team.ben.add_account().await;
    let link = app.share(&team.ben, &item, false).await;
    team.ben.ask(&item, true).await;
    app.run_jobs().await;

    let after: Value = directory.patch(&ben, off()).await.is(200).json();
    assert_eq!(after["active"], false);
    for browser in [&team.ben, &phone] {
        browser.get("/session").await.problem(401, "signed_out");
    }
    let dead = app.recipient().post("/guest/peek", link.proof()).await;
    dead.problem(404, "link_dead");
    assert_eq!(
        owners(&team.mira, &item).await,
        ["ben@larkfield.example", "mira@larkfield.example"]
    );
    let before = app.mailbox().await.len();
    let asker = app.anon();
    asker.start_sign_in(&team.ben.brief.email).await;
    app.run_jobs().await;
    assert_eq!(app.mailbox().await.len(), before, "nobody is mailed");
    for (action, count) in [
        ("member.suspended", 1),
        ("session.ended", 2),
        ("link.revoked", 1),
        ("intent.cancelled", 1),
        ("access.granted", 1),
    ] {
        let log: Value = team
            .mira
            .get(&format!("/activity?action={action}"))
            .await
            .is(200)
            .json();
        let events = log["events"].as_array().expect("events");
        assert_eq!(events.len(), count, "{action}");
        if action != "session.ended" {
            assert_eq!(events[0]["actor"], "Provisioning", "{action}");
        }
    }
    // It can be said again, and back.
    let again: Value = directory.patch(&ben, off()).await.is(200).json();
    assert_eq!(again, after);
    directory.patch(&ben, on()).await.is(200);
    let ben = app.sign_in(&team.ben.brief.email).await;
    assert_eq!(owners(&ben, &item).await.len(), 2);
}

#[tokio::test]
async fn what_a_person_decided_no_directory_undoes() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.ada).await;
    let ben = adopted(&directory, "ben", "Ben", "Tran").await;
    let suspend = format!("/members/{}/suspend", team.ben.brief.id);
    team.ada
        .post(&suspend, json!({ "links": "revoke" }))
        .await
        .is(200);
    let got: Value = directory.get(&ben).await.is(200).json();
    assert_eq!(got["active"], false, "as it is");
    let detail = directory.patch(&ben, on()).await.scim(409, "");
    assert!(detail.contains("Let in again"), "{detail}");
    let mut tranh = described("ben", "Ben", "Tranh");
    directory.put(&ben, tranh.clone()).await.scim(409, "");
    // Anything else of theirs can be said.
    tranh["active"] = json!(false);
    let put: Value = directory.put(&ben, tranh.clone()).await.is(200).json();
    assert_eq!(
        (&put["active"], &put["name"]["familyName"]),
        (&json!(false), &json!("Tranh"))
    );
    let entry_of_ben = entry(&team.ada, "ben@larkfield.example")
        .await
        .expect("an entry");
    assert_eq!(entry_of_ben.member.state, MemberState::Suspended);
    // Suspended by the directory, let in by hand, suspended by hand: the hand was the last.
    team.ada
        .post(
            &format!("/members/{}/reinstate", team.ben.brief.id),
            json!({}),
        )
        .await
        .is(204);
    directory.patch(&ben, off()).await.is(200);
    team.ada
        .post(
            &format!("/members/{}/reinstate", team.ben.brief.id),
            json!({}),
        )
        .await
        .is(204);
    team.ada
        .post(&suspend, json!({ "links": "revoke" }))
        .await
        .is(200);
    directory.patch(&ben, on()).await.scim(409, "");
    let got: Value = directory.get(&ben).await.is(200).json();
    assert_eq!(got["active"], false);
}

#[tokio::test]
async fn who_is_removed_is_gone_and_comes_back_as_somebody_new() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.ada).await;
    let ben = adopted(&directory, "ben", "Ben", "Tran").await;
    let item = team.ben.add_account().await;
    directory.delete(&ben).await.is(204);
    team.ben.get("/session").await.problem(401, "signed_out");
    assert!(entry(&team.ada, "ben@larkfield.example").await.is_none());
    assert_eq!(owners(&team.mira, &item).await, ["mira@larkfield.example"]);
    let again = adopted(&directory, "ben", "Ben", "Tran").await;
    assert_ne!(again, ben);
    let new = app.sign_in("ben@larkfield.example").await;
    new.get(&format!("/items/{item}"))
        .await
        .problem(404, "not_found");

    // Who was removed by hand is gone for the directory, too, and their name is free.
    let remove = format!("/members/{}/remove", new.brief.id);
    app.sign_in_again(&team.ada).await;
    team.ada
        .post(&remove, json!({ "links": "revoke" }))
        .await
        .is(200);
    directory.get(&again).await.scim(404, "");
    directory.patch(&again, off()).await.scim(404, "");
    assert!(
        directory
            .finds("userName eq \"ben@larkfield.example\"")
            .await
            .is_empty()
    );
    let leo = directory.creates(described("leo", "Leo", "Berg")).await;
    for name in ["ben@larkfield.example", "leo@larkfield.example"] {
        let renamed = json!([{ "op": "replace", "path": "userName", "value": name }]);
        directory
            .patch(&format!("/Users/{leo}"), renamed)
            .await
            .is(200);
    }
    let ben = described("ben", "Ben", "Tran");
    directory.post("/Users", ben).await.scim(409, "");
    let invited = person("ben", "Ben", "Tran", WorkspaceRole::User);
    let invited = team.ada.invites(&invited).await;
    app.run_jobs().await;
    let third = adopted(&directory, "ben", "Ben", "Tran").await;
    assert_eq!(third, format!("/Users/{invited}"));
    assert_ne!(third, again);
}

#[tokio::test]
async fn the_owner_stays_the_owner() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let path = adopted(&directory, "mira", "Mira", "Okafor-Lund").await;
    assert_eq!(path, format!("/Users/{}", mira.brief.id));
    let got: Value = mira.get("/session").await.is(200).json();
    assert_eq!(
        (&got["member"]["role"], &got["member"]["last_name"]),
        (&json!("owner"), &json!("Okafor")),
        "recipients see that name"
    );
    for detail in [
        directory.patch(&path, off()).await.scim(409, ""),
        directory.delete(&path).await.scim(409, ""),
    ] {
        assert!(detail.contains("hand the workspace over"), "{detail}");
    }
    let mut elsewhere = described("mira", "Mira", "Okafor");
    elsewhere["emails"][0]["value"] = json!("mira2@larkfield.example");
    directory
        .put(&path, elsewhere)
        .await
        .scim(400, "mutability");
    mira.get("/session").await.is(200);
    // Nothing of what was refused was kept.
    let got: Value = directory.get(&path).await.is(200).json();
    assert_eq!(
        (&got["active"], &got["name"]["familyName"]),
        (&json!(true), &json!("Okafor"))
    );
}

#[tokio::test]
async fn somebody_who_is_there_is_adopted_as_they_are() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let invitation = json!({ "email": "noor@larkfield.example", "first_name": "N", "last_name": "I", "role": "guest" });
    team.mira.post("/members", invitation).await.is(201);
    app.run_jobs().await;
    let directory = app.directory(&team.mira).await;
    adopted(&directory, "noor", "Noor", "Ito").await;
    let noor = entry(&team.mira, "noor@larkfield.example")
        .await
        .expect("an entry")
        .member;
    assert_eq!(
        (noor.role, noor.state),
        (WorkspaceRole::Guest, MemberState::Invited)
    );
    assert_eq!(noor.first_name, "Noor");
    let mut twice = described("noor", "Noor", "Ito");
    twice["userName"] = json!("another-name");
    directory
        .post("/Users", twice)
        .await
        .scim(409, "uniqueness");
    adopted(&directory, "ada", "Ada", "Lindqvist").await;
    assert_eq!(
        entry(&team.mira, "ada@larkfield.example")
            .await
            .expect("an entry")
            .member
            .role,
        WorkspaceRole::Admin
    );
    // Adopted to be suspended.
    let mut cleo = described("cleo", "Cleo", "Duarte");
    cleo["active"] = json!(false);
    let made: Value = directory.post("/Users", cleo).await.is(201).json();
    assert_eq!(made["active"], false);
    team.cleo.get("/session").await.problem(401, "signed_out");
    // Nobody is found whom the directory doesn't answer for.
    assert!(
        directory
            .finds("userName eq \"ben@larkfield.example\"")
            .await
            .is_empty()
    );
    directory
        .get(&format!("/Users/{}", team.ben.brief.id))
        .await
        .scim(404, "");
    directory
        .delete(&format!("/Users/{}", team.ben.brief.id))
        .await
        .scim(404, "");
}

#[tokio::test]
async fn somebody_new_may_be_made_suspended_and_let_in_later() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let mut noor = described("noor", "Noor", "Ito");
    noor["active"] = json!(false);
    let made: Value = directory.post("/Users", noor).await.is(201).json();
    assert_eq!(made["active"], false);
    let path = format!("/Users/{}", made["id"].as_str().expect("an id"));
    app.anon().start_sign_in("noor@larkfield.example").await;
    assert!(
        app.mailbox()
            .await
            .iter()
            .all(|mail| mail.0.to != "noor@larkfield.example")
    );
    directory.patch(&path, on()).await.is(200);
    let noor = app.sign_in("noor@larkfield.example").await;
    assert_eq!(noor.brief.role, WorkspaceRole::User);
}

#[tokio::test]
async fn mails_arent_led_elsewhere() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let (ben, ada, cleo) = (
        adopted(&directory, "benno", "Ben", "Moss").await,
        adopted(&directory, "ada", "Ada", "Byron").await,
        adopted(&directory, "cleo", "Cleo", "Duarte").await,
    );
    app.sign_in("benno@larkfield.example").await;
    let to = |address: &str| json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": address }]);
    directory
        .patch(&ben, to("ben@evil.example"))
        .await
        .scim(400, "mutability");
    directory
        .patch(&ada, to("ada2@larkfield.example"))
        .await
        .scim(400, "mutability");
    // Who was a member before the directory isn't its to lead anywhere.
    directory
        .patch(&cleo, to("cleo2@larkfield.example"))
        .await
        .scim(400, "mutability");
    team.cleo.get("/session").await.is(200);
    directory
        .patch(&ben, to("cleo@larkfield.example"))
        .await
        .scim(409, "uniqueness");
    directory
        .patch(&ben, to("nowhere"))
        .await
        .scim(400, "invalidValue");
    let after: Value = directory
        .patch(&ben, to("benedict@larkfield.example"))
        .await
        .is(200)
        .json();
    assert_eq!(after["emails"][0]["value"], "benedict@larkfield.example");
    assert_eq!(
        after["userName"], "benno@larkfield.example",
        "another matter"
    );
    app.sign_in("benedict@larkfield.example").await;
    let name = json!([{ "op": "replace", "path": "userName", "value": "ADA@larkfield.example" }]);
    directory.patch(&ben, name).await.scim(409, "uniqueness");
    let log: Value = team
        .mira
        .get("/activity?action=member.changed")
        .await
        .is(200)
        .json();
    assert!(log["events"].as_array().expect("events").is_empty());
    let ada = entry(&team.mira, "ada@larkfield.example")
        .await
        .expect("an entry");
    assert_eq!(ada.member.last_name, "Lindqvist", "nor are Admins renamed");
}

#[tokio::test]
async fn who_never_came_is_let_in_by_the_mail_alone() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    // Only the name, which is an address: all that some directories send.
    directory
        .creates(json!({ "schemas": [USER], "userName": "noor@larkfield.example" }))
        .await;
    let noor = entry(&mira, "noor@larkfield.example")
        .await
        .expect("an entry")
        .member;
    assert_eq!(
        (noor.state, noor.first_name.as_str()),
        (MemberState::Invited, "noor")
    );
    directory
        .post("/Users", json!({ "schemas": [USER], "userName": "nobody" }))
        .await
        .scim(400, "invalidValue");
    app.sign_in("noor@larkfield.example").await;
    let joined = person("leo", "Leo", "Berg", WorkspaceRole::User);
    app.joins(&mira, joined).await;
}
