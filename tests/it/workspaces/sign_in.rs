//! Where a sign-in leads to.

use guestpass::{base::id::WorkspaceId, features::members::WorkspaceRole};
use serde_json::{Value, json};

use super::{MIRA, invite, sign_in_to, two, workspace_of};
use crate::support::{ORIGIN, TestApp, provider::Provider};

#[tokio::test]
async fn a_mail_leads_to_the_workspace_that_was_asked_for_or_to_the_last_one() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let browser = app.anon();
    app.advance(std::time::Duration::from_secs(1));
    let at = sign_in_to(&app, &browser, two.elsewhere).await;
    assert_eq!(at.workspace.name, "Elsewhere");
    app.advance(std::time::Duration::from_secs(1));
    let plain = app.sign_in(MIRA).await;
    assert_eq!(workspace_of(&plain).await, two.elsewhere.to_string());
    app.advance(std::time::Duration::from_secs(1));
    let at = sign_in_to(&app, &browser, two.larkfield).await;
    assert_eq!(at.workspace.name, "Larkfield Studio");
    let last = app.sign_in(MIRA).await;
    assert_eq!(workspace_of(&last).await, two.larkfield.to_string());
}

#[tokio::test]
async fn a_workspace_that_knows_nobody_of_that_address_looks_like_any() {
    let app = TestApp::new().await;
    let (larkfield, _) = app.larkfield().await;
    let (elsewhere, _) = app.other_workspace().await;
    let before = app.mailbox().await.len();
    let unknown = WorkspaceId::new(app.now()).to_string();
    for workspace in [&*elsewhere.to_string(), &unknown, "wsp_x", ""] {
        let body = json!({ "email": MIRA, "workspace": workspace });
        let answer = app.anon().post("/sign-in", body).await.is(202);
        let answer: Value = answer.json();
        let keys: Vec<_> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["expires_at", "match_code", "resend_at"]);
    }
    assert_eq!(app.mailbox().await.len(), before, "nothing is sent");
    sign_in_to(&app, &app.anon(), larkfield).await;
}

#[tokio::test]
async fn each_workspace_has_a_sign_in_page_with_its_own_providers() {
    let app = TestApp::new().await;
    let (larkfield, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let anon = app.anon();
    // As long as there is one, nobody has to say which.
    let only: Value = anon.get("/sign-in/providers").await.is(200).json();
    assert_eq!(only["workspace"]["name"], "Larkfield Studio");
    assert_eq!(only["providers"][0]["id"], id.as_str());

    let (elsewhere, _) = app.other_workspace().await;
    let plain: Value = anon.get("/sign-in/providers").await.is(200).json();
    assert_eq!(
        plain,
        json!({ "providers": [], "mail": true, "workspace": null })
    );
    let ways = async |workspace: WorkspaceId| -> Value {
        let path = format!("/sign-in/providers?workspace={workspace}");
        anon.get(&path).await.is(200).json()
    };
    let at_larkfield = ways(larkfield).await;
    assert_eq!(at_larkfield["providers"][0]["id"], id.as_str());
    let at_elsewhere = ways(elsewhere).await;
    assert_eq!(at_elsewhere["providers"], json!([]));
    assert_eq!(at_elsewhere["workspace"]["name"], "Elsewhere");
    // The provider still signs people in to its own workspace.
    provider.signs_in(&anon, &id).await.is(200);
    assert_eq!(workspace_of(&anon).await, larkfield.to_string());

    let unknown = WorkspaceId::new(app.now()).to_string();
    for bad in [unknown.as_str(), "wsp_x", ""] {
        let path = format!("/sign-in/providers?workspace={bad}");
        app.anon()
            .get(&path)
            .await
            .problem(404, "no_such_workspace");
    }
}

#[tokio::test]
async fn a_provider_that_is_the_only_way_in_is_so_for_its_workspace() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&two.mira).await;
    app.change("UPDATE providers SET only_way_in = TRUE").await;
    let at = |workspace: WorkspaceId| format!("/sign-in/providers?workspace={workspace}");
    let ways: Value = app.anon().get(&at(two.larkfield)).await.is(200).json();
    assert_eq!(
        (&ways["mail"], &ways["providers"][0]["id"]),
        (&json!(false), &json!(id))
    );
    let ways: Value = app.anon().get(&at(two.elsewhere)).await.is(200).json();
    assert_eq!(ways["mail"], true);
    // A mail leads where a mail may lead.
    let browser = app.sign_in(MIRA).await;
    assert_eq!(workspace_of(&browser).await, two.elsewhere.to_string());
}

#[tokio::test]
async fn an_invitation_leads_to_the_workspace_that_invites() {
    let app = TestApp::new().await;
    let (elsewhere, zoe) = app.other_workspace().await;
    invite(&zoe, WorkspaceRole::User).await;
    let links = app.newest_mail_to(MIRA).await.links();
    assert!(
        links.contains(&format!("{ORIGIN}/sign-in/{elsewhere}")),
        "{links:?}"
    );
}

#[tokio::test]
async fn a_passkey_leads_to_its_own_workspace() {
    let app = TestApp::new().await;
    let two = two(&app).await;
    let there = app.anon();
    sign_in_to(&app, &there, two.elsewhere).await;
    let mut passkey = two.mira.add_passkey().await;
    let begun = there.begin("/sign-in/passkey/begin").await;
    let body = crate::support::answer(&begun, passkey.get(&begun["options"]));
    there.post("/sign-in/passkey/finish", body).await.is(200);
    assert_eq!(workspace_of(&there).await, two.larkfield.to_string());
}

#[tokio::test]
async fn the_operator_says_which_workspace_a_printed_link_is_for() {
    let app = TestApp::new().await;
    let (larkfield, _) = app.larkfield().await;
    let mira = crate::support::person("mira", "Mira", "Okafor", WorkspaceRole::Owner);
    let second = app.workspace("Second", mira).await;
    let (elsewhere, _) = app.other_workspace().await;
    for (named, leads_to) in [
        (None, second),
        (Some(larkfield), larkfield),
        (Some(second), second),
    ] {
        let link = app.app.sign_ins().print_link(MIRA, named, app.now()).await;
        let link = link.expect("a link").expose().to_owned();
        let token = link.split_once('#').expect("a token").1.to_owned();
        let browser = app.anon();
        let body = json!({ "token": token });
        browser.post("/sign-in/confirm", body).await.is(200);
        assert_eq!(workspace_of(&browser).await, leads_to.to_string());
        // It proves somebody to one workspace, and no address.
        assert!(super::others(&browser).await.is_empty());
    }
    let other = app.app.sign_ins();
    let other = other.print_link(MIRA, Some(elsewhere), app.now()).await;
    assert!(other.is_err(), "Elsewhere is Zoe's");
}
