//! The people of a workspace, and inviting more of them.

use guestpass::{
    db::DbError,
    features::{
        limits::{self, INVITATIONS_BY_MEMBER, INVITATIONS_BY_WORKSPACE, Limit},
        members::{MemberError, WorkspaceRole},
    },
};
use guestpass_api_types::members::{MemberBrief, MemberList, MemberState};
use serde_json::{Value, json};

use crate::support::{MemberCaller, ORIGIN, TestApp, person};

fn invitation(email: &str, first_name: &str, role: &str) -> Value {
    json!({ "email": email, "first_name": first_name, "last_name": "Ito", "role": role })
}

async fn list(caller: &MemberCaller) -> Vec<MemberBrief> {
    caller
        .get("/members")
        .await
        .is(200)
        .json::<MemberList>()
        .members
        .into_iter()
        .map(|entry| entry.member)
        .collect()
}

#[tokio::test]
async fn everybody_sees_the_people_of_their_workspace_alone() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let names = |list: Vec<MemberBrief>| list.into_iter().map(|m| m.last_name).collect::<Vec<_>>();
    let everybody = ["Duarte", "Lindqvist", "Okafor", "Tran"];
    for member in [&team.mira, &team.ada, &team.ben, &team.cleo] {
        assert_eq!(names(list(member).await), everybody);
    }
    assert_eq!(names(list(&zoe).await), ["Novak"]);
}

#[tokio::test]
async fn the_invited_join_with_their_first_sign_in() {
    let app = TestApp::new().await;
    let (workspace, mira) = app.larkfield().await;
    let made: MemberBrief = mira
        .post(
            "/members",
            invitation("noor@larkfield.example", "Noor", "user"),
        )
        .await
        .is(201)
        .json();
    assert_eq!(
        (made.state, made.role),
        (MemberState::Invited, WorkspaceRole::User)
    );
    let mail = app.newest_mail_to("noor@larkfield.example").await;
    assert_eq!(
        mail.links(),
        [format!("{ORIGIN}/sign-in/{workspace}")],
        "no token in it"
    );
    assert!(mail.0.text.contains("Mira Okafor") && mail.0.text.contains("Larkfield Studio"));

    let noor = app.sign_in("noor@larkfield.example").await;
    assert_eq!(
        (noor.brief.id.as_str(), noor.brief.state),
        (made.id.as_str(), MemberState::Active)
    );
    app.sign_in("noor@larkfield.example").await;
    let events = |action: &str| {
        let query = guestpass::db::sql("SELECT actor_id, target_id FROM events WHERE action = $1")
            .bind(action);
        let db = app.app.db().clone();
        async move { query.all(&db).await.expect("events") }
    };
    let [invited] = events("member.invited")
        .await
        .try_into()
        .expect("one event");
    assert_eq!(
        invited.get::<String>("actor_id").expect("who"),
        mira.brief.id
    );
    assert_eq!(invited.get::<String>("target_id").expect("whom"), made.id);
    let [joined] = events("member.joined").await.try_into().expect("one event");
    assert_eq!(joined.get::<String>("actor_id").expect("who"), made.id);
}

#[tokio::test]
async fn only_the_owner_and_admins_invite_and_nobody_makes_a_second_owner() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let new = |n: u32, role: &str| invitation(&format!("new{n}@larkfield.example"), "New", role);
    team.mira.post("/members", new(1, "admin")).await.is(201);
    team.ada.post("/members", new(2, "admin")).await.is(201);
    team.ada.post("/members", new(3, "user")).await.is(201);
    team.ben
        .post("/members", new(4, "user"))
        .await
        .problem(403, "not_admin");
    app.anon()
        .post("/members", new(5, "user"))
        .await
        .problem(401, "signed_out");
    for caller in [&team.mira, &team.ada] {
        let problem = caller
            .post("/members", new(6, "owner"))
            .await
            .problem(422, "invalid");
        assert_eq!(problem.fields[0].field, "role");
    }
    team.mira
        .post("/members", new(7, "superuser"))
        .await
        .problem(400, "bad_request");
    team.ada.post("/members", new(8, "guest")).await.is(201);
    assert_eq!(list(&team.mira).await.len(), 8);
    app.run_jobs().await;
}

#[tokio::test]
async fn making_or_unmaking_an_admin_needs_a_fresh_sign_in() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.advance(std::time::Duration::from_secs(11 * 60));
    let role = |of: &MemberCaller| format!("/members/{}/role", of.brief.id);
    let to = |role: &str| json!({ "role": role });
    let admin = || invitation("new@larkfield.example", "New", "admin");
    let stale = |answer: crate::support::Answer| answer.problem(403, "step_up_needed");
    stale(team.ada.post("/members", admin()).await);
    stale(team.ada.put(&role(&team.ben), to("admin")).await);
    stale(team.mira.put(&role(&team.ada), to("user")).await);
    // What makes nobody an Admin goes on.
    let user = invitation("user@larkfield.example", "New", "user");
    team.ada.post("/members", user).await.is(201);
    team.ada.put(&role(&team.ben), to("guest")).await.is(204);
    team.ada.put(&role(&team.ben), to("user")).await.is(204);
    team.mira.put(&role(&team.ada), to("admin")).await.is(204);
    app.run_jobs().await;

    for member in [&team.mira, &team.ada] {
        app.sign_in_again(member).await;
    }
    team.ada.post("/members", admin()).await.is(201);
    team.ada.put(&role(&team.ben), to("admin")).await.is(204);
    team.mira.put(&role(&team.ada), to("user")).await.is(204);
    app.run_jobs().await;
    // Letting a suspended one in makes one, too.
    let ben = format!("/members/{}", team.ben.brief.id);
    let (suspend, reinstate) = (format!("{ben}/suspend"), format!("{ben}/reinstate"));
    let revoke = json!({ "links": "revoke" });
    team.mira.post(&suspend, revoke).await.is(200);
    app.advance(std::time::Duration::from_secs(11 * 60));
    stale(team.mira.post(&reinstate, json!({})).await);
    app.sign_in_again(&team.mira).await;
    team.mira.post(&reinstate, json!({})).await.is(204);
}

#[tokio::test]
async fn an_address_is_one_member_of_a_workspace_however_it_is_written() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (_, zoe) = app.other_workspace().await;
    for same in [
        "mira@larkfield.example",
        "MIRA@Larkfield.Example",
        "  mira@larkfield.example ",
    ] {
        let problem = mira
            .post("/members", invitation(same, "Mira", "user"))
            .await
            .problem(409, "already_member");
        assert_eq!(problem.fields[0].field, "email");
    }
    // The Cyrillic а and the dotless ı are letters of other people.
    for twin in [
        "mir\u{430}@larkfield.example",
        "m\u{131}ra@larkfield.example",
    ] {
        mira.post("/members", invitation(twin, "Mira", "user"))
            .await
            .is(201);
    }
    zoe.post(
        "/members",
        invitation("mira@larkfield.example", "Mira", "user"),
    )
    .await
    .is(201);
    assert_eq!(list(&mira).await.len(), 3);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_invitations_at_once_make_one_member() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let invitations: Vec<_> = (0..20)
        .map(|_| {
            let mira = mira.clone();
            let body = invitation("noor@larkfield.example", "Noor", "user");
            tokio::spawn(async move { mira.post("/members", body).await.status.as_u16() })
        })
        .collect();
    let mut made = 0;
    for one in invitations {
        made += u32::from(one.await.expect("an answer") == 201);
    }
    assert_eq!(made, 1);
    let mails = app.mailbox().await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.0.to == "noor@larkfield.example")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_member_of_two_workspaces_signs_in_to_the_one_they_came_to_last() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    app.advance(std::time::Duration::from_secs(1));
    let (elsewhere, zoe) = app.other_workspace().await;
    app.advance(std::time::Duration::from_secs(1));
    zoe.post("/members", invitation(&mira.brief.email, "Mira", "user"))
        .await
        .is(201);
    // Whoever was only invited came to none yet.
    let mira_here = app.sign_in(&mira.brief.email).await;
    assert_eq!(mira_here.brief.id, mira.brief.id);
    let there = json!({ "workspace": elsewhere });
    mira_here.put("/session/workspace", there).await.is(200);
    app.advance(std::time::Duration::from_secs(1));
    let mira_there = app.sign_in(&mira.brief.email).await;
    assert_ne!(mira_there.brief.id, mira.brief.id);
    assert_eq!(mira_there.brief.role, WorkspaceRole::User);
    assert_eq!(
        list(&mira).await.len(),
        1,
        "her other session stays where it was"
    );
}

#[tokio::test]
async fn names_that_would_disturb_their_neighbours_are_refused_field_by_field() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    for bad in [
        "",
        "  ",
        "Mira\r\nBcc: x@y.example",
        "Mi\u{202e}ra",
        "\u{2066}x",
        "a\u{0}b",
        &"x".repeat(101),
    ] {
        let body = invitation("new@larkfield.example", bad, "user");
        let problem = mira.post("/members", body).await.problem(422, "invalid");
        assert_eq!(problem.fields.len(), 1, "{bad:?}");
        assert_eq!(problem.fields[0].field, "first_name");
    }
    let all_wrong =
        json!({ "email": "x", "first_name": "", "last_name": "\u{202e}", "role": "user" });
    let problem = mira
        .post("/members", all_wrong)
        .await
        .problem(422, "invalid");
    let fields: Vec<_> = problem
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["email", "first_name", "last_name"]);
    mira.post("/members", json!({ "email": "a@x.example", "first_name": "A", "last_name": "B", "role": "user", "state": "active" }))
        .await
        .problem(400, "bad_request");
    assert_eq!(list(&mira).await.len(), 1);
}

#[tokio::test]
async fn markup_in_a_name_is_a_name() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let name = "<img src=x onerror=alert(1)>";
    mira.post("/members", invitation("bo@larkfield.example", name, "user"))
        .await
        .is(201);
    let mail = app.newest_mail_to("bo@larkfield.example").await;
    assert!(mail.0.text.contains(name), "plain text is plain");
    assert!(
        !mail.0.html.contains("<img src=x")
            && mail.0.html.contains("&#60;img") | mail.0.html.contains("&lt;img"),
        "{}",
        mail.0.html
    );
    let bo = app.sign_in("bo@larkfield.example").await;
    assert_eq!(bo.brief.first_name, name);
}

#[tokio::test]
async fn a_workspace_needs_a_decent_name() {
    let app = TestApp::new().await;
    let members = app.app.members();
    for bad in ["", "Lark\nfield", "Lark\u{202e}field", &"x".repeat(101)] {
        let owner = person("mira", "Mira", "Okafor", WorkspaceRole::Owner);
        let refused = members.create_workspace(bad, owner, app.now()).await;
        assert!(matches!(refused, Err(MemberError::Invalid(_))), "{bad:?}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM workspaces").await, 0);
    let owner = person("mira", "Mira", "Okafor", WorkspaceRole::User);
    let (workspace, owner) = members
        .create_workspace("Larkfield Studio", owner, app.now())
        .await
        .expect("made");
    assert_eq!(
        (owner.role, owner.state),
        (WorkspaceRole::Owner, MemberState::Active)
    );
    assert_eq!(
        members.workspace(workspace.id).await.expect("there"),
        workspace
    );
}

#[tokio::test]
async fn an_invitation_is_sent_again_to_who_has_not_come_yet() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let noor = invitation("noor@larkfield.example", "Noor", "user");
    let made: MemberBrief = team.ada.post("/members", noor).await.is(201).json();
    let again = format!("/members/{}/invitation", made.id);
    team.ben
        .post(&again, json!({}))
        .await
        .problem(403, "not_admin");
    team.ada.post(&again, json!({})).await.is(204);
    app.run_jobs().await;
    let mails = "SELECT COUNT(*) FROM mails WHERE recipient = 'noor@larkfield.example'";
    assert_eq!(app.count(mails).await, 2);
    team.ada.post(&again, json!({})).await.is(204);
    let refused = team.ada.post(&again, json!({})).await;
    assert!(refused.problem(429, "too_many_mails").status == 429);
    app.sign_in("noor@larkfield.example").await;
    team.ada
        .post(&again, json!({}))
        .await
        .problem(409, "wrong_state");
}

#[tokio::test]
async fn invitations_are_limited_by_mailbox_sender_and_workspace() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let invite = async |by: &MemberCaller, address: &str| {
        let invitation = invitation(address, "Noor", "guest");
        by.post("/members", invitation).await
    };
    for tag in ["", "+1", "+two"] {
        let address = format!("victim{tag}@outside.example");
        invite(&team.ada, &address).await.is(201);
    }
    let fourth = invite(&team.mira, "Victim+3@outside.example").await;
    fourth.problem(429, "too_many_mails");
    invite(&team.ada, "other@outside.example").await.is(201);

    // All but one of Ada's, so that not sixty mails have to be written.
    let ada = team.ada.brief.id.clone();
    let left = i64::from(INVITATIONS_BY_MEMBER.burst) - 5;
    take(&app, INVITATIONS_BY_MEMBER, ada, left).await;
    invite(&team.ada, "last@outside.example").await.is(201);
    let refused = invite(&team.ada, "more@outside.example").await;
    refused.problem(429, "too_many_invitations");
    invite(&team.mira, "more@outside.example").await.is(201);
    app.advance(std::time::Duration::from_secs(60));
    invite(&team.ada, "again@outside.example").await.is(201);

    let whole = i64::from(INVITATIONS_BY_WORKSPACE.burst);
    let used = 3 + 7;
    take(
        &app,
        INVITATIONS_BY_WORKSPACE,
        team.workspace.to_string(),
        whole - used,
    )
    .await;
    let refused = invite(&team.mira, "late@outside.example").await;
    refused.problem(429, "too_many_invitations");
    let (_, zoe) = app.other_workspace().await;
    invite(&zoe, "late@outside.example").await.is(201);
    app.run_jobs().await;
}

/// Takes so many tokens of somebody's bucket.
async fn take(app: &TestApp, limit: Limit, subject: String, tokens: i64) {
    let now = app.now();
    let taken: Result<(), DbError> = app
        .app
        .db()
        .write(subject, move |tx, subject| {
            Box::pin(async move {
                for _ in 0..tokens {
                    let taken = limits::take(tx, limit, subject, now).await?;
                    taken.expect("a token is left");
                }
                Ok(())
            })
        })
        .await;
    taken.expect("tokens are taken");
}

#[tokio::test]
async fn no_name_that_mails_carry_has_a_web_address() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let lure = "Locked, open https://evil.example/login";
    let invited = team
        .ada
        .post(
            "/members",
            invitation("noor@outside.example", lure, "guest"),
        )
        .await;
    let own = json!({ "first_name": "Ada", "last_name": "www.evil.example" });
    let renamed = team.ada.put("/profile", own).await;
    let workspace = team.ada.patch("/workspace", json!({ "name": lure })).await;
    for (answer, field) in [
        (invited, "first_name"),
        (renamed, "last_name"),
        (workspace, "name"),
    ] {
        let problem = answer.problem(422, "invalid");
        assert_eq!(problem.fields[0].field, field);
        assert!(problem.fields[0].message.contains("web address"));
    }
}

#[tokio::test]
async fn admins_see_when_and_how_somebody_was_here_last() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.advance(std::time::Duration::from_secs(120));
    team.cleo.get("/items").await.is(200);
    let entries = async |by: &MemberCaller| {
        let list: MemberList = by.get("/members").await.is(200).json();
        let cleo = list
            .members
            .into_iter()
            .find(|one| one.member.id == team.cleo.brief.id);
        cleo.expect("Cleo")
    };
    let seen = entries(&team.ada).await;
    assert_eq!(seen.last_seen_at, Some(app.now().millis()));
    assert!(seen.last_method.is_some());
    let unseen = entries(&team.ben).await;
    assert_eq!((unseen.last_seen_at, unseen.last_method), (None, None));
}
