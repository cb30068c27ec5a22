//! Two tabs of one browser: what a page of one workspace sends isn't written into another.

use axum::{body::Body, http::Method};
use guestpass::base::id::WorkspaceId;
use serde_json::{Value, json};

use super::{MIRA, session, to, two};
use crate::support::{Answer, Browser, TestApp};

/// A request as a page sends it that shows `workspace`.
async fn from(
    workspace: &str,
    browser: &Browser,
    method: Method,
    path: &str,
    body: Value,
) -> Answer {
    let request = browser
        .request(method, path)
        .header("guestpass-workspace", workspace)
        .header("content-type", "application/json");
    browser.call(request, Body::from(body.to_string())).await
}

async fn upload(workspace: &str, browser: &Browser, path: &str) -> Answer {
    let request = browser
        .request(Method::PUT, path)
        .header("guestpass-workspace", workspace)
        .header("content-type", "application/octet-stream");
    browser.call(request, Body::from(b"plan".to_vec())).await
}

fn wiki() -> Value {
    json!({ "kind": "account", "name": "Wiki", "username": "mira" })
}

/// What a page can ask for without knowing anything of the workspace, or with what it knew.
fn asked(item: &str, member: &str) -> Vec<(Method, String, Value)> {
    let new = json!({ "email": "new@elsewhere.example", "first_name": "N", "last_name": "N", "role": "user" });
    vec![
        (Method::POST, "/items".to_owned(), wiki()),
        (
            Method::PATCH,
            format!("/items/{item}"),
            json!({ "version": 1, "name": "Mine" }),
        ),
        (Method::DELETE, format!("/items/{item}"), json!({})),
        (
            Method::POST,
            format!("/items/{item}/reveal"),
            json!({ "field": "password" }),
        ),
        (
            Method::POST,
            format!("/items/{item}/attachments"),
            json!({ "name": "a", "size": 4 }),
        ),
        (Method::POST, "/members".to_owned(), new),
        (
            Method::PUT,
            format!("/members/{member}/role"),
            json!({ "role": "admin" }),
        ),
        (
            Method::PATCH,
            "/workspace".to_owned(),
            json!({ "name": "Mine" }),
        ),
        (Method::DELETE, "/workspace/logo".to_owned(), json!({})),
        (
            Method::POST,
            "/teams".to_owned(),
            json!({ "name": "Design" }),
        ),
        (
            Method::POST,
            "/share-intents".to_owned(),
            json!({ "item": item }),
        ),
        (Method::POST, "/provisioning/tokens".to_owned(), json!({})),
        (
            Method::PUT,
            "/profile".to_owned(),
            json!({ "first_name": "M", "last_name": "O" }),
        ),
        (Method::POST, "/sessions/end-others".to_owned(), json!({})),
        (Method::DELETE, "/session".to_owned(), json!({})),
    ]
}

async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counts = Vec::new();
    for statement in [
        "SELECT COUNT(*) FROM items",
        "SELECT COUNT(*) FROM members",
        "SELECT COUNT(*) FROM teams",
        "SELECT COUNT(*) FROM events",
        "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM attachments",
    ] {
        counts.push(app.count(statement).await);
    }
    counts
}

#[tokio::test]
async fn what_a_tab_of_another_workspace_sends_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    // Zoe makes Mira an Admin there, so that nothing but the header stands in the way.
    app.change("UPDATE members SET role = 'admin' WHERE email_key = 'mira@larkfield.example' AND role = 'user'")
        .await;
    let larkfield = two.larkfield.to_string();
    let made: Value = two.mira.post("/items", wiki()).await.is(201).json();
    let item = made["id"].as_str().expect("an id").to_owned();
    let secret = json!({ "kind": "secret", "name": "Plan", "body": "text" });
    let secret: Value = two.mira.post("/items", secret).await.is(201).json();
    let files = format!(
        "/items/{}/attachments",
        secret["id"].as_str().expect("an id")
    );
    let file = json!({ "name": "plan.txt", "size": 4 });
    let file: Value = two.mira.post(&files, file).await.is(201).json();
    let content = format!("{files}/{}/content", file["id"].as_str().expect("an id"));
    two.mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .is(200);
    let member = session(&two.mira).await.member.id;
    let before = rows(&app).await;

    for (method, path, body) in asked(&item, &member) {
        let answer = from(&larkfield, &two.mira, method.clone(), &path, body).await;
        assert_eq!(answer.status, 409, "{method} {path}");
        answer.problem(409, "other_workspace");
    }
    for path in ["/workspace/logo", content.as_str()] {
        upload(&larkfield, &two.mira, path)
            .await
            .problem(409, "other_workspace");
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(session(&two.mira).await.workspace.name, "Elsewhere");

    // The page of this very workspace, and a program that names none, are let through.
    let elsewhere = two.elsewhere.to_string();
    from(&elsewhere, &two.mira, Method::POST, "/items", wiki())
        .await
        .is(201);
    two.mira.post("/items", wiki()).await.is(201);
}

#[tokio::test]
async fn going_back_there_lets_it_be_sent_again() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let larkfield = two.larkfield.to_string();
    two.mira
        .put("/session/workspace", to(two.elsewhere))
        .await
        .is(200);
    let send = || from(&larkfield, &two.mira, Method::POST, "/items", wiki());
    send().await.problem(409, "other_workspace");
    two.mira
        .put("/session/workspace", to(two.larkfield))
        .await
        .is(200);
    send().await.is(201);
}

#[tokio::test]
async fn a_workspace_that_is_none_is_not_the_session_s_and_one_of_two_is_not_enough() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let (mira, own) = (&two.mira, two.larkfield.to_string());
    let unknown = WorkspaceId::new(app.now()).to_string();
    for named in ["", "Larkfield Studio", &own.to_uppercase(), &unknown] {
        from(named, mira, Method::POST, "/items", wiki())
            .await
            .problem(409, "other_workspace");
    }
    let both = mira
        .request(Method::POST, "/items")
        .header("guestpass-workspace", &own)
        .header("guestpass-workspace", &unknown)
        .header("content-type", "application/json");
    let both = mira.call(both, Body::from(wiki().to_string())).await;
    both.problem(409, "other_workspace");
}

#[tokio::test]
async fn it_says_nothing_to_whoever_is_signed_out_and_stops_nobody_from_reading_or_signing_in() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let own = two.larkfield.to_string();
    let elsewhere = two.elsewhere.to_string();
    let stranger = app.anon();
    from(&own, &stranger, Method::POST, "/items", wiki())
        .await
        .problem(401, "signed_out");
    let request = two.mira.request(Method::GET, "/items?kind=account");
    let request = request.header("guestpass-workspace", &elsewhere);
    two.mira.call(request, Body::empty()).await.is(200);

    // A sign-in names its workspace itself.
    let body = json!({ "email": MIRA, "workspace": elsewhere });
    let started = from(&own, &two.mira, Method::POST, "/sign-in", body).await;
    started.is(202);
    let token = app.newest_mail_to(MIRA).await.token();
    let body = json!({ "token": token });
    let confirmed = from(
        &elsewhere,
        &two.mira,
        Method::POST,
        "/sign-in/confirm",
        body,
    )
    .await;
    confirmed.is(200);
    assert_eq!(session(&two.mira).await.workspace.id, elsewhere);
}
