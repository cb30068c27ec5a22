//! The waiting dialog's stream of events: it advances by itself, on whatever node the confirmation
//! arrives, and ends with the session.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    process::{Browser, Installation, Member, Node},
    sharing::proof,
};

/// How long a person may wait after pressing the button in the mail.
const SOON: Duration = Duration::from_secs(1);
const BEN: &str = "ben.tran@larkfield.example";

/// A node, and another one where the database has room for it.
async fn nodes() -> (Installation, Node, Option<Node>) {
    let installation = Installation::new().await;
    let here = installation.start().await;
    let other = if installation.database.is_shared() {
        Some(installation.start().await)
    } else {
        None
    };
    (installation, here, other)
}

/// Invites Ben; his id.
async fn invite(mira: &mut Member, node: &Node) -> String {
    let ben = json!({ "email": BEN, "first_name": "Ben", "last_name": "Tran", "role": "user" });
    let made = mira
        .browser
        .expect(node, 201, "POST", "/members", Some(ben));
    made.await["id"].as_str().expect("an id").to_owned()
}

/// The stream of a dialog that waits for the confirmation of a link.
async fn waiting(member: &mut Member, node: &Node, item: &str) -> reqwest::Response {
    let (intent, _) = member.ask(node, item, true).await;
    let events = format!("/share-intents/{}/events", intent.id);
    let mut stream = member.browser.stream(node, &events).await;
    wait_for(&mut stream, "\"state\":\"waiting\"").await;
    stream
}

/// Reads the stream to its end.
async fn ends(stream: &mut reqwest::Response) {
    let left = tokio::time::timeout(Duration::from_secs(10), async {
        while let Ok(Some(_)) = stream.chunk().await {}
    });
    left.await.expect("the stream ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_on_any_node_reaches_the_waiting_dialog_within_a_second() {
    let (installation, here, other) = nodes().await;
    let there = other.as_ref().unwrap_or(&here);
    let mut mira = Member::sign_in(&installation, &here).await;
    let account = json!({ "kind": "account", "name": "Beacon Ads", "password": "x" });
    let item = mira.add(&here, account).await;

    let (intent, token) = mira.ask(&here, &item, true).await;
    let events = format!("/share-intents/{}/events", intent.id);
    let mut stream = mira.browser.stream(&here, &events).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    wait_for(&mut stream, "\"state\":\"waiting\"").await;
    let pressed = Instant::now();
    let confirm = json!({ "token": token });
    mira.browser
        .expect(there, 200, "POST", "/confirm", Some(confirm))
        .await;
    wait_for(&mut stream, "\"state\":\"confirmed\"").await;
    let waited = pressed.elapsed();
    assert!(waited < SOON, "{waited:?}");

    // Signing out ends the story, and the stream with it.
    mira.browser
        .expect(there, 204, "DELETE", "/session", Some(json!({})))
        .await;
    ends(&mut stream).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_is_out_on_every_node_within_a_second() {
    let (installation, here, other) = nodes().await;
    let there = other.as_ref().unwrap_or(&here);
    let mut mira = Member::sign_in(&installation, &here).await;
    let id = invite(&mut mira, &here).await;
    let mut ben = Member::sign_in_as(&installation, there, (BEN, 2)).await;
    let account = json!({ "kind": "account", "name": "Beacon Ads", "password": "x" });
    let item = ben.add(there, account).await;
    let secret = ben.share(there, &item, true).await;
    let mut stream = waiting(&mut ben, there, &item).await;

    let me = mira
        .browser
        .expect(&here, 200, "GET", "/session", None)
        .await;
    let leave = json!({ "links": "revoke", "hand_over_to": me["member"]["id"] });
    let removed = Instant::now();
    let path = format!("/members/{id}/remove");
    mira.browser
        .expect(&here, 200, "POST", &path, Some(leave))
        .await;
    ben.browser
        .expect(there, 401, "GET", "/session", None)
        .await;
    let peek = Some(proof(&secret));
    let mut guest = Browser::new(3);
    guest.expect(there, 404, "POST", "/guest/peek", peek).await;
    ends(&mut stream).await;
    let waited = removed.elapsed();
    assert!(waited < SOON, "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_team_waits_for_nothing_it_gave_on_every_node_within_a_second() {
    let (installation, here, other) = nodes().await;
    let there = other.as_ref().unwrap_or(&here);
    let mut mira = Member::sign_in(&installation, &here).await;
    let id = invite(&mut mira, &here).await;
    let mut ben = Member::sign_in_as(&installation, there, (BEN, 2)).await;
    let account = json!({ "kind": "account", "name": "Beacon Ads", "password": "x" });
    let item = mira.add(&here, account).await;
    let name = Some(json!({ "name": "Design" }));
    let team = mira
        .browser
        .expect(&here, 201, "POST", "/teams", name)
        .await;
    let team = team["id"].as_str().expect("an id");
    let place = format!("/teams/{team}/members/{id}");
    let role = Some(json!({ "role": "member" }));
    mira.browser.expect(&here, 204, "PUT", &place, role).await;
    let shared = format!("/items/{item}/access/teams/{team}");
    let role = Some(json!({ "role": "owner" }));
    mira.browser.expect(&here, 204, "PUT", &shared, role).await;
    let mut stream = waiting(&mut ben, there, &item).await;

    let left = Instant::now();
    let gone = Some(json!({}));
    mira.browser
        .expect(&here, 204, "DELETE", &place, gone)
        .await;
    wait_for(&mut stream, "\"state\":\"cancelled\"").await;
    let waited = left.elapsed();
    assert!(waited < SOON, "{waited:?}");
    let path = format!("/items/{item}");
    ben.browser.expect(there, 404, "GET", &path, None).await;
    // They are still signed in: only what the team gave is gone.
    ben.browser
        .expect(there, 200, "GET", "/session", None)
        .await;
}

/// Reads the stream until it has said this.
async fn wait_for(stream: &mut reqwest::Response, wanted: &str) {
    let mut heard = String::new();
    let listening = async {
        while !heard.contains(wanted) {
            let chunk = stream.chunk().await.expect("the stream goes on");
            heard.push_str(&String::from_utf8_lossy(&chunk.expect("more events")));
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), listening).await;
    assert!(in_time.is_ok(), "never heard {wanted}");
}
