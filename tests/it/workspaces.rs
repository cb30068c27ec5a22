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

/// Invites Mira; who she is there.
async fn invite(by: &MemberCaller, role: WorkspaceRole) -> String {
    by.invites(&person("mira", "Mira", "Okafor", role)).await
}

/// Mira signs in on the page of a workspace.
async fn sign_in_to(app: &TestApp, browser: &Browser, workspace: WorkspaceId) -> Session {
    app.sign_in_to(browser, MIRA, Some(workspace)).await
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
