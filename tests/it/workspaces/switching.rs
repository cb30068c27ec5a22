//! Going on in another workspace: what a proof is good for, and what it isn't.

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join;
use guestpass::{base::id::WorkspaceId, features::members::WorkspaceRole};
use serde_json::{Value, json};

use super::{MIRA, invite, others, session, sign_in_to, to, two, workspace_of};
use crate::support::{TestApp, provider::Provider};

const HOUR: Duration = Duration::from_secs(3600);

fn names<'l>(list: &'l [(String, &'static str)]) -> Vec<(&'l str, &'static str)> {
    list.iter()
        .map(|(name, how)| (name.as_str(), *how))
        .collect()
}

#[tokio::test]
async fn a_mail_proves_the_address_to_every_workspace() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let mira = &two.mira;
    assert_eq!(names(&others(mira).await), [("Elsewhere", "go")]);
    app.advance(Duration::from_secs(60));
    let before = mira.cookie("__Host-session").expect("a session");
    let here = session(mira).await;
    let there = mira.put("/session/workspace", to(two.elsewhere)).await;
    let there: Value = there.is(200).json();
    assert_eq!(there["workspace"]["name"], "Elsewhere");
    assert_eq!(there["member"]["role"], "user");
    assert_ne!(there["member"]["id"], here.member.id.as_str());
    assert_eq!(workspace_of(mira).await, two.elsewhere.to_string());
    // It ends when a sign-in by that mail would have.
    assert_eq!(there["expires_at"], here.expires_at);

    let thief = app.anon();
    thief.set_cookie("__Host-session", &before);
    thief.get("/session").await.problem(401, "signed_out");

    let told = |workspace: WorkspaceId, action: &str| {
        let text = format!(
            "SELECT COUNT(*) FROM events WHERE workspace_id = '{workspace}' AND action = '{action}'"
        );
        let text: &'static str = text.leak();
        app.count(text)
    };
    // Twice: the first one was replaced when Mira signed in once more.
    assert_eq!(told(two.larkfield, "session.ended").await, 2);
    assert_eq!(told(two.elsewhere, "session.ended").await, 0);
    assert_eq!(told(two.elsewhere, "session.started").await, 3);

    // And back; nothing is gained by going back and forth.
    assert_eq!(names(&others(mira).await), [("Larkfield Studio", "go")]);
    mira.put("/session/workspace", to(two.larkfield))
        .await
        .is(200);
    assert_eq!(session(mira).await.expires_at, here.expires_at);
    // Each workspace shows its own sessions.
    let sessions: Value = mira.get("/sessions").await.is(200).json();
    let list = sessions["sessions"].as_array().expect("a list");
    assert_eq!(
        list.iter().filter(|entry| entry["current"] == true).count(),
        1
    );
    assert!(list.iter().all(|entry| entry["method"] == "mail"));
}

#[tokio::test]
async fn whoever_was_invited_joins() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (elsewhere, zoe) = app.other_workspace().await;
    assert!(others(&mira).await.is_empty());
    invite(&zoe, WorkspaceRole::User).await;
    app.run_jobs().await;
    assert_eq!(names(&others(&mira).await), [("Elsewhere", "join")]);
    mira.put("/session/workspace", to(elsewhere)).await.is(200);
    let joined = "SELECT COUNT(*) FROM events WHERE action = 'member.joined'";
    assert_eq!(app.count(joined).await, 1);
    let people: Value = zoe.get("/members").await.is(200).json();
    let states = people["members"].as_array().expect("members").iter();
    assert!(
        states.map(|m| &m["state"]).all(|state| state == "active"),
        "{people}"
    );
}

#[tokio::test]
async fn nobody_learns_of_a_workspace_that_keeps_them_out() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let people: Value = two.zoe.get("/members").await.is(200).json();
    let people = people["members"].as_array().expect("members").clone();
    let id = people.iter().find(|m| m["email"] == MIRA).expect("Mira");
    let id = id["id"].as_str().expect("an id");
    let unknown = WorkspaceId::new(app.now());
    let missing = two.mira.put("/session/workspace", to(unknown)).await;
    let missing = missing.is(404).text();
    for (how, body) in ["suspend", "remove"].map(|how| (how, json!({ "links": "revoke" }))) {
        let path = format!("/members/{id}/{how}");
        app.sign_in_again(&two.zoe).await;
        two.zoe.post(&path, body).await.is(200);
        assert!(others(&two.mira).await.is_empty(), "{how}");
        let answer = two.mira.put("/session/workspace", to(two.elsewhere)).await;
        assert_eq!(answer.is(404).text(), missing, "{how}");
    }
    assert_eq!(workspace_of(&two.mira).await, two.larkfield.to_string());
    app.run_jobs().await;
}

#[tokio::test]
async fn a_provider_of_one_workspace_opens_no_other_and_finds_out_about_none() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&two.zoe).await;
    // Elsewhere's provider says whatever Elsewhere's admins like, Mira's address included.
    provider.is_now(json!({ "sub": "mira-there", "email": MIRA, "email_verified": true }));
    app.change("DELETE FROM sessions WHERE ended_at IS NULL AND method = 'mail' AND member_id IN \
                (SELECT id FROM members WHERE email_key = 'mira@larkfield.example' AND role = 'user')")
        .await;
    let there = app.anon();
    sign_in_to(&app, &there, two.elsewhere).await;
    let onward: Value = there
        .post("/session/identities", json!({ "provider": id }))
        .await
        .is(200)
        .json();
    let back = provider.agrees(onward["url"].as_str().expect("an address"));
    there.post("/sign-in/providers/return", back).await.is(200);

    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    assert_eq!(workspace_of(&browser).await, two.elsewhere.to_string());
    let listed: Value = browser.get("/session/workspaces").await.is(200).json();
    assert_eq!(listed, json!({ "ask_by_mail": true, "workspaces": [] }));
    let unknown = WorkspaceId::new(app.now());
    for workspace in [two.larkfield, unknown] {
        browser
            .put("/session/workspace", to(workspace))
            .await
            .problem(409, "sign_in_there");
    }
    assert_eq!(workspace_of(&browser).await, two.elsewhere.to_string());
}

#[tokio::test]
async fn a_passkey_of_one_workspace_opens_no_other_and_freshens_nothing_there() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let mut passkey = two.mira.add_passkey().await;
    let browser = app.anon();
    let begun = browser.begin("/sign-in/passkey/begin").await;
    let body = crate::support::answer(&begun, passkey.get(&begun["options"]));
    browser.post("/sign-in/passkey/finish", body).await.is(200);
    assert!(others(&browser).await.is_empty());
    browser
        .put("/session/workspace", to(two.elsewhere))
        .await
        .problem(409, "sign_in_there");

    // A session that began by mail and was freshened by a passkey carries the mail over, not the passkey.
    app.advance(Duration::from_secs(11 * 60));
    let begun = two.mira.begin("/step-up/passkey/begin").await;
    let body = crate::support::answer(&begun, passkey.get(&begun["options"]));
    two.mira.post("/step-up/passkey/finish", body).await.is(200);
    two.mira.begin("/passkeys/begin").await;
    two.mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .is(200);
    two.mira
        .post("/passkeys/begin", json!({}))
        .await
        .problem(403, "step_up_needed");
}

#[tokio::test]
async fn where_a_provider_is_the_only_way_in_a_mail_is_none() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let provider = Provider::start(&app).await;
    provider.added_by(&two.zoe).await;
    app.change("UPDATE providers SET only_way_in = TRUE").await;
    assert_eq!(names(&others(&two.mira).await), [("Elsewhere", "sign in")]);
    two.mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .problem(409, "sign_in_there");
    assert_eq!(workspace_of(&two.mira).await, two.larkfield.to_string());
}

#[tokio::test]
async fn a_proof_is_good_for_as_long_as_the_other_workspace_lets_a_session_live() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let sessions = json!({ "sessions": { "idle_minutes": 60, "absolute_minutes": 60 } });
    two.zoe.patch("/workspace", sessions).await.is(200);
    for _ in 0..3 {
        app.advance(Duration::from_secs(20 * 60 - 1));
        session(&two.mira).await;
    }
    let proved_at = app.now().millis() - 3 * (20 * 60_000 - 1000);
    let there: Value = two
        .mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .is(200)
        .json();
    assert_eq!(there["expires_at"], proved_at + 3_600_000);
    app.advance(Duration::from_secs(3));
    two.mira.get("/session").await.problem(401, "signed_out");

    app.sign_in_again(&two.mira).await;
    two.mira
        .put("/session/workspace", to(two.larkfield))
        .await
        .is(200);
    for _ in 0..3 {
        app.advance(HOUR / 3);
        session(&two.mira).await;
    }
    assert_eq!(names(&others(&two.mira).await), [("Elsewhere", "sign in")]);
    two.mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .problem(409, "sign_in_there");
}

#[tokio::test]
async fn an_address_that_was_given_to_somebody_else_since_proves_nothing() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let (_, zoe) = (two.elsewhere, &two.zoe);
    // Whoever looks after Elsewhere gives Zoe's account there Mira's address.
    app.change("DELETE FROM sign_ins").await;
    app.change(
        "UPDATE members SET email_key = 'gone@larkfield.example' \
                WHERE email_key = 'mira@larkfield.example' AND role = 'user'",
    )
    .await;
    app.change(
        "UPDATE members SET email_key = 'mira@larkfield.example', email = 'mira@larkfield.example' \
                WHERE email_key = 'zoe@elsewhere.example'",
    )
    .await;
    assert!(others(zoe).await.is_empty());
    zoe.put("/session/workspace", to(two.larkfield))
        .await
        .problem(404, "no_such_workspace");
}

#[tokio::test]
async fn of_two_that_leave_with_one_session_one_does() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let ask = || {
        let body = to(two.elsewhere);
        two.mira.made(Method::PUT, "/session/workspace", body)
    };
    let (first, second) = join(ask(), ask()).await;
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert!(
        statuses == [200, 401] || statuses == [200, 409],
        "{statuses:?}"
    );
    let living = "SELECT COUNT(*) FROM sessions s JOIN members m \
                  ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
                  WHERE s.ended_at IS NULL AND m.email_key = 'mira@larkfield.example' AND m.role = 'owner'";
    assert_eq!(app.count(living).await, 0);
    let started = "SELECT COUNT(*) FROM sessions s JOIN members m \
                   ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
                   WHERE s.ended_at IS NULL AND m.email_key = 'mira@larkfield.example' AND m.role = 'user'";
    // One of another browser, and the one that was made.
    assert_eq!(app.count(started).await, 2);
}

#[tokio::test]
async fn nobody_comes_and_goes_without_end() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let mut refused = None;
    for n in 0..30 {
        let there = [two.elsewhere, two.larkfield][n % 2];
        let answer = two.mira.put("/session/workspace", to(there)).await;
        if answer.status == 429 {
            refused = Some(n);
            break;
        }
        answer.is(200);
    }
    assert_eq!(refused, Some(20));
    session(&two.mira).await;
}

#[tokio::test]
async fn what_is_no_workspace_is_refused() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    for bad in ["", "x", "wsp_1", &two.larkfield.to_string()] {
        two.mira
            .put("/session/workspace", json!({ "workspace": bad }))
            .await
            .problem(404, "no_such_workspace");
    }
    let more = json!({ "workspace": two.elsewhere, "role": "owner" });
    two.mira
        .put("/session/workspace", more)
        .await
        .problem(400, "bad_request");
}
