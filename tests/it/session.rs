//! The session of the browser that asks.

use std::time::Duration;

use axum::{body::Body, http::Method};
use guestpass_api_types::sign_in::{Session, SessionList};
use serde_json::{Value, json};

use crate::support::{MemberCaller, ORIGIN, TestApp};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn nobody_is_signed_in_without_a_token_of_ours() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let anon = app.anon();
    for cookie in [
        None,
        Some(""),
        Some("x"),
        Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        if let Some(value) = cookie {
            anon.set_cookie("__Host-session", value);
        }
        anon.get("/session").await.problem(401, "signed_out");
        anon.delete("/session").await.problem(401, "signed_out");
        anon.get("/members").await.problem(401, "signed_out");
    }
}

#[tokio::test]
async fn the_database_keeps_no_token_that_signs_in() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let cookie = mira.cookie("__Host-session").expect("a session");
    let stored = guestpass::db::sql("SELECT token_hash FROM sessions")
        .all(app.app.db())
        .await
        .expect("rows");
    assert_eq!(stored.len(), 1);
    let hash: Vec<u8> = stored[0].get("token_hash").expect("a hash");
    let anon = app.anon();
    anon.set_cookie("__Host-session", &guestpass::base::secret::base64url(&hash));
    anon.get("/session").await.problem(401, "signed_out");
    anon.set_cookie("__Host-session", &cookie);
    anon.get("/session").await.is(200);
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let app = TestApp::new().await;
    let (_, laptop) = app.larkfield().await;
    let phone = app.sign_in(&laptop.brief.email).await;
    let token = laptop.cookie("__Host-session").expect("a session");
    laptop.delete("/session").await.is(204);
    assert_eq!(
        laptop.cookie("__Host-session"),
        None,
        "the cookie is taken back"
    );
    laptop.set_cookie("__Host-session", &token);
    laptop.get("/session").await.problem(401, "signed_out");
    phone.get("/session").await.is(200);
    let ended =
        "SELECT COUNT(*) FROM events WHERE action = 'session.ended' AND details = 'signed out'";
    assert_eq!(app.count(ended).await, 1);
}

#[tokio::test]
async fn signing_in_anew_replaces_the_session_of_this_browser_and_of_no_other() {
    let app = TestApp::new().await;
    let (_, laptop) = app.larkfield().await;
    let phone = app.sign_in(&laptop.brief.email).await;
    let before = laptop.cookie("__Host-session").expect("a session");
    app.advance(MINUTE);
    app.sign_in_again(&laptop).await;
    let after = laptop.cookie("__Host-session").expect("a session");
    assert_ne!(before, after);
    let anon = app.anon();
    anon.set_cookie("__Host-session", &before);
    anon.get("/session").await.problem(401, "signed_out");
    laptop.get("/session").await.is(200);
    phone.get("/session").await.is(200);
    let ended =
        "SELECT COUNT(*) FROM events WHERE action = 'session.ended' AND details = 'signed in anew'";
    assert_eq!(app.count(ended).await, 1);
}

#[tokio::test]
async fn another_site_cant_sign_anybody_out() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let request = mira
        .bare_request(Method::DELETE, "/api/v1/session")
        .header("host", ORIGIN.trim_start_matches("https://"))
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/json");
    mira.call(request, Body::from("{}"))
        .await
        .problem(403, "cross_site");
    mira.get("/session").await.is(200);
}

#[tokio::test]
async fn a_session_ends_after_thirty_idle_minutes() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    app.advance(MINUTE * 30 - Duration::from_millis(1));
    mira.get("/session").await.is(200);
    app.advance(MINUTE * 30 - Duration::from_millis(1));
    mira.get("/session").await.is(200);
    app.advance(MINUTE * 30);
    mira.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let ends: Session = mira.get("/session").await.is(200).json();
    for _ in 0..35 {
        app.advance(MINUTE * 20);
        mira.get("/session").await.is(200);
    }
    app.advance(MINUTE * 20 - Duration::from_millis(1));
    let still: Session = mira.get("/session").await.is(200).json();
    assert_eq!(still.expires_at, ends.expires_at, "use doesn't prolong it");
    app.advance(Duration::from_millis(1));
    mira.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn the_last_use_is_written_once_a_minute_at_most() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let last = "SELECT last_used_at FROM sessions";
    let start = app.count(last).await;
    app.advance(MINUTE - Duration::from_millis(1));
    mira.get("/session").await.is(200);
    assert_eq!(app.count(last).await, start);
    app.advance(Duration::from_millis(1));
    mira.get("/session").await.is(200);
    assert_eq!(app.count(last).await, start + 60_000);
}

#[tokio::test]
async fn a_clock_set_back_prolongs_no_session() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    app.advance(MINUTE * 10);
    mira.get("/session").await.is(200);
    let before = app.count("SELECT last_used_at FROM sessions").await;
    app.app.clock().set(app.now() - MINUTE * 9);
    mira.get("/session").await.is(200);
    assert_eq!(app.count("SELECT last_used_at FROM sessions").await, before);
}

#[tokio::test]
async fn suspension_and_a_new_role_are_felt_by_the_next_request() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.change("UPDATE members SET role = 'admin' WHERE email = 'ben@larkfield.example'")
        .await;
    let session: Session = team.ben.get("/session").await.is(200).json();
    assert_eq!(
        session.member.role,
        guestpass_api_types::members::WorkspaceRole::Admin
    );
    app.change("UPDATE members SET state = 'suspended' WHERE email = 'ben@larkfield.example'")
        .await;
    team.ben.get("/session").await.problem(401, "signed_out");
    team.ben.get("/members").await.problem(401, "signed_out");
    team.cleo.get("/session").await.is(200);
}

#[tokio::test]
async fn whoever_is_suspended_after_the_mail_gets_no_session() {
    let app = TestApp::new().await;
    app.team().await;
    let browser = app.anon();
    browser.start_sign_in("ben@larkfield.example").await;
    let token = app.newest_mail_to("ben@larkfield.example").await.token();
    app.change("UPDATE members SET state = 'suspended' WHERE email = 'ben@larkfield.example'")
        .await;
    let sessions = app.count("SELECT COUNT(*) FROM sessions").await;
    let body = serde_json::json!({ "token": token });
    browser
        .post("/sign-in/confirm", body)
        .await
        .problem(410, "flow_over");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, sessions);
}

#[tokio::test]
async fn a_session_asks_three_hundred_times_a_minute() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mut answers = Vec::new();
    for _ in 0..320 {
        answers.push(mira.get("/session").await.status.as_u16());
    }
    assert!(
        answers.contains(&429),
        "a script that runs wild is slowed down"
    );
    assert!(answers.iter().all(|status| [200, 429].contains(status)));
    app.sign_in(&mira.brief.email)
        .await
        .get("/session")
        .await
        .is(200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_holder_alone() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let laptop = &team.ben;
    let phone = app.sign_in(&laptop.brief.email).await;
    let tablet = app.sign_in(&laptop.brief.email).await;
    let list = async |by: &MemberCaller| {
        let list: SessionList = by.get("/sessions").await.is(200).json();
        list.sessions
    };
    let mine = list(laptop).await;
    assert_eq!(mine.len(), 3);
    assert_eq!(mine.iter().filter(|one| one.current).count(), 1);
    assert_eq!(list(&team.mira).await.len(), 1);

    let of_phone = list(&phone)
        .await
        .into_iter()
        .find(|one| one.current)
        .expect("itself");
    let path = format!("/sessions/{}", of_phone.id);
    team.mira.delete(&path).await.problem(404, "not_found");
    phone.get("/session").await.is(200);
    laptop.delete(&path).await.is(204);
    phone.get("/session").await.problem(401, "signed_out");
    laptop.delete(&path).await.problem(404, "not_found");

    let ended: Value = laptop
        .post("/sessions/end-others", json!({}))
        .await
        .is(200)
        .json();
    assert_eq!(ended["sessions"], 1);
    tablet.get("/session").await.problem(401, "signed_out");
    laptop.get("/session").await.is(200);
    team.mira.get("/session").await.is(200);
}

#[tokio::test]
async fn a_name_is_changed_by_its_bearer_and_checked_like_any_other() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let name = |first: &str, last: &str| json!({ "first_name": first, "last_name": last });
    team.ben
        .put("/profile", name("Benedict", "Tran-Ito"))
        .await
        .is(200);
    let session: Session = team.ben.get("/session").await.is(200).json();
    assert_eq!(session.member.first_name, "Benedict");
    let problem = team
        .ben
        .put("/profile", name(" ", "T\u{202e}ran"))
        .await
        .problem(422, "invalid");
    assert_eq!(problem.fields.len(), 2);
}
