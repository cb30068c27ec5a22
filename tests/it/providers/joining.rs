//! Whom a provider lets in, as what, and whom it doesn't.

use std::time::Duration;

use guestpass::features::members::WorkspaceRole;
use guestpass_api_types::members::MemberState;
use serde_json::{Value, json};

use super::{connect, last_refusal, mira_there, session};
use crate::support::{
    TestApp, person,
    provider::{Provider, noor, set_out},
};

#[tokio::test]
async fn people_of_a_listed_domain_join_and_are_known_by_their_subject() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    let first = session(&browser).await.member;
    assert_eq!(
        (first.first_name.as_str(), first.last_name.as_str()),
        ("Noor", "Ito")
    );
    assert_eq!(
        (first.role, first.state),
        (WorkspaceRole::User, MemberState::Active)
    );

    // Another address later, even an unverified one, even another member's: still Noor.
    let mut renamed = noor();
    renamed["email"] = json!("mira@larkfield.example");
    renamed["email_verified"] = json!(false);
    provider.is_now(renamed);
    provider.signs_in(&browser, &id).await.is(200);
    assert_eq!(session(&browser).await.member.id, first.id);
    // The same address of somebody else is no way in.
    let mut imposter = noor();
    imposter["sub"] = json!("noor-8");
    provider.is_now(imposter);
    let answer = provider.signs_in(&app.anon(), &id).await;
    let problem = answer.problem(403, "connect_first");
    assert!(problem.detail.contains("Sign in by mail, then connect it"));
    assert_eq!(last_refusal(&app).await, "the account isn't connected");
    let actions: Value = mira.get("/activity?action=member.").await.is(200).json();
    assert_eq!(actions["events"][0]["action"], "member.joined");
}

#[tokio::test]
async fn people_of_other_domains_need_an_invitation() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    for email in [
        "noor@elsewhere.example",
        "noor@x.larkfield.example",
        "noor@larkfield.example.org",
    ] {
        let mut stranger = noor();
        stranger["email"] = json!(email);
        provider.is_now(stranger);
        let answer = provider.signs_in(&app.anon(), &id).await;
        answer.problem(403, "not_invited");
    }
    let invitation = json!({
        "email": "Noor@elsewhere.example", "first_name": "Nora", "last_name": "Ito", "role": "admin",
    });
    mira.post("/members", invitation).await.is(201);
    app.run_jobs().await;
    let mut invited = noor();
    invited["email"] = json!("noor@elsewhere.example");
    provider.is_now(invited);
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    let member = session(&browser).await.member;
    assert_eq!(
        (member.first_name.as_str(), member.role),
        ("Nora", WorkspaceRole::Admin)
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 2);
}

#[tokio::test]
async fn an_invited_account_that_was_given_something_isnt_an_admins_to_open() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.ada).await;
    let noors = person("noor", "Noor", "Ito", WorkspaceRole::User);
    let invited = team.mira.invites(&noors).await;
    let item = team.ben.add_account().await;
    let role = json!({ "role": "collaborator" });
    let place = format!("/items/{item}/access/{invited}");
    team.ben.put(&place, &role).await.is(204);
    app.run_jobs().await;
    let refused = provider.signs_in(&app.anon(), &id).await;
    let problem = refused.problem(403, "mail_first");
    assert!(problem.detail.contains("sign in by mail, then connect"));
    let why = "invited and given items already: by mail first";
    assert_eq!(last_refusal(&app).await, why);

    // What a team has, an Admin could get at anyway.
    team.ben.delete(&place).await.is(204);
    let design = team.ada.makes_team("Design", &[]).await;
    let member = json!({ "role": "member" });
    let in_team = format!("/teams/{design}/members/{invited}");
    team.ada.put(&in_team, member).await.is(204);
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    assert_eq!(session(&browser).await.member.id, invited);

    // The mail opens it, and then they connect; or the provider could be the Owner as well.
    let (kim, lou) = (
        person("kim", "Kim", "Ito", WorkspaceRole::User),
        person("lou", "Lou", "Ito", WorkspaceRole::User),
    );
    for new in [&kim, &lou] {
        let invited = team.mira.invites(new).await;
        let place = format!("/items/{item}/access/{invited}");
        team.ben.put(&place, &role).await.is(204);
    }
    let kim = app.sign_in(&kim.email).await;
    provider.is_now(
        json!({ "sub": "kim-1", "email": "kim@larkfield.example", "email_verified": true }),
    );
    connect(&provider, &kim, &id).await;
    provider.signs_in(&app.anon(), &id).await.is(200);
    provider.is_now(mira_there());
    connect(&provider, &team.mira, &id).await;
    provider.is_now(
        json!({ "sub": "lou-1", "email": "lou@larkfield.example", "email_verified": true }),
    );
    provider.signs_in(&app.anon(), &id).await.is(200);
}

#[tokio::test]
async fn an_active_member_connects_from_a_fresh_session_of_their_own() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.mira).await;
    provider.is_now(mira_there());
    let alone = provider.signs_in(&app.anon(), &id).await;
    alone.problem(403, "connect_first");

    // Somebody else comes back with what Mira set out for, or nobody who is signed in.
    let body = json!({ "provider": id });
    let onward: Value = team
        .mira
        .post("/session/identities", &body)
        .await
        .is(200)
        .json();
    let back = provider.agrees(onward["url"].as_str().expect("an address"));
    let visit = team.mira.cookie("__Host-visit").expect("a cookie");
    team.ben.set_cookie("__Host-visit", &visit);
    let ben = team.ben.post("/sign-in/providers/return", &back).await;
    ben.problem(403, "not_you");

    connect(&provider, &team.mira, &id).await;
    let own: Value = team.mira.get("/session/identities").await.is(200).json();
    assert_eq!(own["identities"][0]["connected_at"], app.now().millis());
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    assert_eq!(session(&browser).await.member.id, team.mira.brief.id);

    // The account is Mira's: nobody else can have it, and she has no second one there.
    let onward: Value = team
        .ben
        .post("/session/identities", &body)
        .await
        .is(200)
        .json();
    let back = provider.agrees(onward["url"].as_str().expect("an address"));
    let taken = team.ben.post("/sign-in/providers/return", &back).await;
    taken.problem(403, "account_taken");
    let mut second = mira_there();
    second["sub"] = json!("mira-2");
    provider.is_now(second);
    let onward: Value = team
        .mira
        .post("/session/identities", &body)
        .await
        .is(200)
        .json();
    let back = provider.agrees(onward["url"].as_str().expect("an address"));
    let second = team.mira.post("/sign-in/providers/return", &back).await;
    second.problem(403, "account_taken");

    team.mira
        .delete(&format!("/session/identities/{id}"))
        .await
        .is(204);
    team.mira
        .delete(&format!("/session/identities/{id}"))
        .await
        .is(204);
    provider.is_now(mira_there());
    let gone = provider.signs_in(&app.anon(), &id).await;
    gone.problem(403, "connect_first");
    let actions: Value = team
        .mira
        .get("/activity?action=identity.")
        .await
        .is(200)
        .json();
    let actions: Vec<_> = actions["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| event["action"].as_str().expect("a text").to_owned())
        .collect();
    assert_eq!(actions, ["identity.disconnected", "identity.connected"]);
}

#[tokio::test]
async fn the_suspended_stay_out() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    provider.signs_in(&app.anon(), &id).await.is(200);
    app.change("UPDATE members SET state = 'suspended' WHERE email_key = 'noor@larkfield.example'")
        .await;
    let connected = provider.signs_in(&app.anon(), &id).await;
    connected.problem(403, "kept_out");
    assert_eq!(last_refusal(&app).await, "not an active member");
    let mut other = noor();
    other["sub"] = json!("noor-8");
    provider.is_now(other);
    let unconnected = provider.signs_in(&app.anon(), &id).await;
    unconnected.problem(403, "kept_out");
}

#[tokio::test]
async fn groups_decide_the_role_at_every_sign_in_but_never_the_owners() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mut settings = provider.settings();
    settings["groups_claim"] = json!("https://larkfield.example/groups");
    settings["groups"] = json!([{ "group": "Vault Admins", "role": "admin" }]);
    mira.put(&format!("/providers/{id}"), settings)
        .await
        .is(200);

    let now = app.now().seconds();
    provider.twists(move |claims| claims["auth_time"] = json!(now));
    let browser = app.anon();
    for (groups, role) in [
        (json!(["staff", "Vault Admins"]), WorkspaceRole::Admin),
        (json!(["staff"]), WorkspaceRole::User),
        (json!("Vault Admins"), WorkspaceRole::Admin),
        (json!(null), WorkspaceRole::User),
        (json!(["vault admins"]), WorkspaceRole::User),
    ] {
        let mut person = noor();
        person["https://larkfield.example/groups"] = groups.clone();
        provider.is_now(person);
        provider.signs_in(&browser, &id).await.is(200);
        let who = session(&browser).await.member;
        assert_eq!(who.role, role, "{groups}");
        if role == WorkspaceRole::Admin {
            let made = browser.post("/provisioning/tokens", json!({})).await;
            made.is(201);
        }
    }
    // What they made as an Admin ended with their being one.
    let left = "SELECT COUNT(*) FROM scim_tokens WHERE ended_at IS NULL";
    assert_eq!(app.count(left).await, 0);
    let changes: Value = mira
        .get("/activity?action=member.role")
        .await
        .is(200)
        .json();
    assert_eq!(changes["events"].as_array().map(Vec::len), Some(3));
    assert_eq!(changes["events"][0]["target"], "Noor Ito");

    provider.is_now(mira_there());
    connect(&provider, &mira, &id).await;
    let owner = app.anon();
    provider.signs_in(&owner, &id).await.is(200);
    assert_eq!(session(&owner).await.member.role, WorkspaceRole::Owner);
}

#[tokio::test]
async fn names_that_cant_be_kept_give_way_to_the_mailbox() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mut odd = noor();
    odd["given_name"] = json!("\u{202e}rooN");
    odd["family_name"] = json!("");
    provider.is_now(odd);
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    let member = session(&browser).await.member;
    assert_eq!(
        (member.first_name.as_str(), member.last_name.as_str()),
        ("noor", "")
    );
}

#[tokio::test]
async fn a_session_is_as_fresh_as_the_proof_at_the_provider() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    provider.is_now(mira_there());
    connect(&provider, &mira, &id).await;
    let path = format!("/session/identities/{id}");
    let now = app.now().seconds();
    let browser = app.anon();
    for (auth_time, fresh) in [
        (json!(now), true),
        (json!(now + 3600), true),
        (json!(now - 601), false),
        (json!(null), false),
    ] {
        provider.twists({
            let auth_time = auth_time.clone();
            move |claims| claims["auth_time"] = auth_time.clone()
        });
        provider.signs_in(&browser, &id).await.is(200);
        let answer = browser
            .post("/session/identities", json!({ "provider": id }))
            .await;
        let wanted = if fresh { 200 } else { 403 };
        assert_eq!(answer.status.as_u16(), wanted, "{auth_time}");
    }
    // Who is signed in is asked anew; who isn't may be known there already.
    assert!(set_out(&browser, &id).await.contains("&max_age=0"));
    assert!(!set_out(&app.anon(), &id).await.contains("max_age"));
    // A session that was there is replaced.
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sessions WHERE method = 'oidc' AND ended_at IS NULL")
            .await,
        1
    );
    app.advance(Duration::from_secs(1));
    browser.delete(&path).await.problem(403, "step_up_needed");
}

#[tokio::test]
async fn who_was_removed_comes_back_by_invitation_only() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.mira).await;
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    let first = session(&browser).await.member;
    for member in [&first.id, &team.ben.brief.id] {
        let body = json!({ "links": "revoke" });
        team.mira
            .post(&format!("/members/{member}/remove"), body)
            .await
            .is(200);
    }
    browser.get("/session").await.problem(401, "signed_out");
    let again = provider.signs_in(&browser, &id).await;
    again.problem(403, "kept_out");
    // Also who never came this way, and who is somebody else there now.
    let ben = json!({ "sub": "ben-1", "email": "ben@larkfield.example", "email_verified": true });
    let mut other = noor();
    other["sub"] = json!("noor-8");
    for person in [ben, other] {
        provider.is_now(person);
        let answer = provider.signs_in(&app.anon(), &id).await;
        answer.problem(403, "kept_out");
    }

    let invitation = json!({
        "email": "noor@larkfield.example", "first_name": "Noor", "last_name": "Ito", "role": "guest",
    });
    team.mira.post("/members", invitation).await.is(201);
    app.run_jobs().await;
    provider.is_now(noor());
    for _ in 0..2 {
        provider.signs_in(&browser, &id).await.is(200);
        let second = session(&browser).await.member;
        assert_ne!(second.id, first.id);
        assert_eq!(second.role, WorkspaceRole::Guest);
    }
}
