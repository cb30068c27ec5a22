//! Several workspaces on one installation: each has its own sign-in, its own settings, and nothing to do
//! with the others.

mod matrix;
mod settings;
mod sign_in;
mod switching;
mod tabs;

use guestpass::{base::id::WorkspaceId, features::members::WorkspaceRole};
use guestpass_api_types::sign_in::Session;
use serde_json::{Value, json};

use crate::support::{Browser, MemberCaller, TestApp, person};

const MIRA: &str = "mira@larkfield.example";

/// Mira owns Larkfield and is a User of Elsewhere, which Zoe owns. She was at Larkfield last.
struct Two {
    larkfield: WorkspaceId,
    elsewhere: WorkspaceId,
    mira: MemberCaller,
    zoe: MemberCaller,
}

async fn two(app: &TestApp) -> Two {
    let (larkfield, mira) = app.larkfield().await;
    let (elsewhere, zoe) = app.other_workspace().await;
    invite(&zoe, WorkspaceRole::User).await;
    let there = app.anon();
    sign_in_to(app, &there, elsewhere).await;
    app.advance(std::time::Duration::from_secs(1));
    sign_in_to(app, &mira, larkfield).await;
    Two {
        larkfield,
        elsewhere,
        mira,
        zoe,
    }
}

async fn invite(by: &MemberCaller, role: WorkspaceRole) -> String {
    let new = person("mira", "Mira", "Okafor", role);
    let body =
        json!({ "email": new.email, "first_name": "Mira", "last_name": "Okafor", "role": role });
    let made: Value = by.post("/members", body).await.is(201).json();
    made["id"].as_str().expect("an id").to_owned()
}

/// Mira signs in on the page of a workspace.
async fn sign_in_to(app: &TestApp, browser: &Browser, workspace: WorkspaceId) -> Session {
    app.run_jobs().await;
    let body = json!({ "email": MIRA, "workspace": workspace });
    browser.post("/sign-in", body).await.is(202);
    let token = app.newest_mail_to(MIRA).await.token();
    let body = json!({ "token": token });
    browser.post("/sign-in/confirm", body).await.is(200);
    session(browser).await
}

async fn session(browser: &Browser) -> Session {
    browser.get("/session").await.is(200).json()
}

async fn workspace_of(browser: &Browser) -> String {
    session(browser).await.workspace.id
}

/// The names of the other workspaces, and what coming in there takes.
async fn others(browser: &Browser) -> Vec<(String, &'static str)> {
    let list: Value = browser.get("/session/workspaces").await.is(200).json();
    let list = list["workspaces"].as_array().expect("a list").clone();
    let entry = |other: &Value| {
        let how = match (other["invited"] == true, other["sign_in"] == true) {
            (_, true) => "sign in",
            (true, false) => "join",
            (false, false) => "go",
        };
        let name = other["workspace"]["name"].as_str().expect("a name");
        (name.to_owned(), how)
    };
    list.iter().map(entry).collect()
}

fn to(workspace: WorkspaceId) -> Value {
    json!({ "workspace": workspace })
}
