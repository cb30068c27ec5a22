//! The mail is opened on another device than the one that asked.

use guestpass_api_types::sign_in::{Confirmed, FlowState, Session};
use serde_json::json;

use super::{MIRA, inspect, state, with_code, with_token, wrong};
use crate::support::TestApp;

#[tokio::test]
async fn the_code_lets_the_browser_that_asked_go_on() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(409, "not_confirmed");

    let details = inspect(&phone, &token).await;
    assert_eq!((details.same_browser, details.tries_left), (false, 5));
    assert_eq!(
        details.address,
        laptop.address.to_string(),
        "who asked, not who looks"
    );
    let needed = phone
        .post("/sign-in/confirm", with_token(&token))
        .await
        .problem(422, "code_needed");
    assert_eq!(needed.fields[0].field, "code");
    let code = started.match_code.expose();
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let answer = phone
        .post("/sign-in/confirm", with_code(&token, &typed))
        .await
        .is(200);
    assert!(!answer.json::<Confirmed>().signed_in);
    assert!(answer.set_cookies().is_empty(), "the phone gets nothing");
    phone.get("/session").await.problem(401, "signed_out");
    phone
        .post("/sign-in/finish", json!({}))
        .await
        .problem(404, "no_flow");

    assert_eq!(state(&laptop).await, FlowState::Confirmed);
    let session: Session = laptop
        .post("/sign-in/finish", json!({}))
        .await
        .is(200)
        .json();
    assert_eq!(session.member.first_name, "Mira");
    laptop.get("/session").await.is(200);
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(410, "flow_over");
    phone
        .post("/sign-in/confirm", with_code(&token, code))
        .await
        .problem(410, "flow_over");
}

#[tokio::test]
async fn confirmed_elsewhere_the_mail_still_signs_in_the_browser_that_asked() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    phone
        .post(
            "/sign-in/confirm",
            with_code(&token, started.match_code.expose()),
        )
        .await
        .is(200);
    laptop
        .post("/sign-in/confirm", with_token(&token))
        .await
        .is(200);
    laptop.get("/session").await.is(200);
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(410, "flow_over");
}

#[tokio::test]
async fn five_wrong_codes_end_it_for_everybody() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let (laptop, phone) = (app.anon(), app.anon());
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    let (code, bad) = (
        started.match_code.expose(),
        wrong(started.match_code.expose()),
    );
    for left in (1..=4).rev() {
        let problem = phone
            .post("/sign-in/confirm", with_code(&token, &bad))
            .await
            .problem(422, "code_wrong");
        assert!(
            problem.detail.contains(&left.to_string()),
            "{}",
            problem.detail
        );
        assert_eq!(inspect(&phone, &token).await.tries_left, left);
    }
    // What is no code at all isn't a guess.
    for nonsense in ["", "12345", "1234567", "abcdef"] {
        phone
            .post("/sign-in/confirm", with_code(&token, nonsense))
            .await
            .problem(422, "code_needed");
    }
    phone
        .post("/sign-in/confirm", with_code(&token, &bad))
        .await
        .problem(410, "flow_over");
    phone
        .post("/sign-in/confirm", with_code(&token, code))
        .await
        .problem(410, "flow_over");
    laptop
        .post("/sign-in/confirm", with_token(&token))
        .await
        .problem(410, "flow_over");
    laptop
        .post("/sign-in/finish", json!({}))
        .await
        .problem(410, "flow_over");
    assert_eq!(state(&laptop).await, FlowState::Locked);
    let told = "SELECT COUNT(*) FROM events WHERE action = 'sign_in.refused' AND details = 'wrong match codes'";
    assert_eq!(app.count(told).await, 1);
}

#[tokio::test]
async fn guesses_at_once_are_counted_one_by_one() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let laptop = app.anon();
    let started = laptop.start_sign_in(MIRA).await;
    let token = app.newest_mail_to(MIRA).await.token();
    let bad = wrong(started.match_code.expose());
    let guesses: Vec<_> = (0..40)
        .map(|_| {
            let (phone, body) = (app.anon(), with_code(&token, &bad));
            tokio::spawn(async move { phone.post("/sign-in/confirm", body).await.status.as_u16() })
        })
        .collect();
    let mut answers = Vec::new();
    for guess in guesses {
        answers.push(guess.await.expect("an answer"));
    }
    assert_eq!(
        answers.iter().filter(|status| **status == 422).count(),
        4,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 410).count(),
        36,
        "{answers:?}"
    );
    assert_eq!(
        app.count("SELECT tries FROM sign_ins WHERE state = 'locked'")
            .await,
        5
    );
}
