//! Signing in by e-mailed link.

mod abuse;
mod devices;
mod mails;
mod over;

use guestpass_api_types::sign_in::{ConfirmDetails, Confirmed, FlowState, Session, SignInState};
use serde_json::{Value, json};

use crate::support::{Browser, TestApp};

const MIRA: &str = "mira@larkfield.example";

/// Where a mail's link stands, as a browser sees it.
async fn inspect(browser: &Browser, token: &str) -> ConfirmDetails {
    browser
        .post("/sign-in/inspect", json!({ "token": token }))
        .await
        .is(200)
        .json()
}

/// Where the sign-in of a browser stands.
async fn state(browser: &Browser) -> FlowState {
    browser
        .get("/sign-in")
        .await
        .is(200)
        .json::<SignInState>()
        .state
}

fn with_token(token: &str) -> Value {
    json!({ "token": token })
}

fn with_code(token: &str, code: &str) -> Value {
    json!({ "token": token, "code": code })
}

/// A code that isn't `code`.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("six digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn in_the_browser_that_asked_the_mail_is_enough() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    let started = browser.start_sign_in(" Mira@Larkfield.EXAMPLE ").await;
    assert_eq!(started.expires_at, app.now().millis() + 15 * 60_000);
    assert_eq!(started.resend_at, app.now().millis() + 30_000);
    assert_eq!(state(&browser).await, FlowState::Waiting);

    let token = app.newest_mail_to(MIRA).await.token();
    let details = inspect(&browser, &token).await;
    assert_eq!(
        (details.state, details.same_browser),
        (FlowState::Waiting, true)
    );
    assert_eq!(
        (details.workspace.as_str(), details.first_name.as_str()),
        ("Larkfield Studio", "Mira")
    );
    assert_eq!(
        (details.item, details.expires_in, details.one_time),
        (None, None, None)
    );
    assert_eq!(
        (details.browser.as_str(), details.address),
        ("Firefox on macOS", browser.address.to_string())
    );

    let answer = browser
        .post("/sign-in/confirm", with_token(&token))
        .await
        .is(200);
    assert!(answer.json::<Confirmed>().signed_in);
    let session: Session = browser.get("/session").await.is(200).json();
    assert_eq!(session.member.email, MIRA);
    assert_eq!(session.workspace.name, "Larkfield Studio");
    assert_eq!(session.expires_at, app.now().millis() + 12 * 3_600_000);
    assert_eq!(state(&browser).await, FlowState::Spent);
}

#[tokio::test]
async fn cookies_are_hardened_and_answers_hold_no_token() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let browser = app.anon();
    let started = browser
        .post("/sign-in", json!({ "email": MIRA }))
        .await
        .is(202);
    let [flow] = started.set_cookies().try_into().expect("one cookie");
    for attribute in [
        "__Host-flow=",
        "; HttpOnly",
        "; Secure",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=900",
    ] {
        assert!(flow.contains(attribute), "{flow}");
    }
    let token = app.newest_mail_to(MIRA).await.token();
    assert!(!started.text().contains(&token));
    let confirmed = browser
        .post("/sign-in/confirm", with_token(&token))
        .await
        .is(200);
    let [session] = confirmed.set_cookies().try_into().expect("one cookie");
    for attribute in [
        "__Host-session=",
        "; HttpOnly",
        "; Secure",
        "; SameSite=Lax",
        "; Path=/",
    ] {
        assert!(session.contains(attribute), "{session}");
    }
    let cookie = browser.cookie("__Host-session").expect("a session");
    assert_eq!(cookie.len(), 43, "256 bits");
    assert!(!confirmed.text().contains(&cookie));
    for answer in [started, confirmed] {
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn every_sign_in_makes_a_session_of_its_own_and_writes_it_down() {
    let app = TestApp::new().await;
    let (_, first) = app.larkfield().await;
    let second = app.sign_in(MIRA).await;
    assert_ne!(
        first.cookie("__Host-session"),
        second.cookie("__Host-session")
    );
    first.get("/session").await.is(200);
    let started =
        "SELECT COUNT(*) FROM events WHERE action = 'session.started' AND actor_kind = 'member'";
    assert_eq!(app.count(started).await, 2);
}
