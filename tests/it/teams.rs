//! Teams: who makes them, who looks after them, who sees them.

mod managed;
mod matrix;

use futures_util::future::join;
use guestpass_api_types::{
    activity::EventList,
    members::WorkspaceRole,
    teams::{ManagedBy, Team, TeamDetails, TeamList, TeamRole},
};
use serde_json::json;

use crate::support::{MemberCaller, TestApp, person};

/// Has somebody make a team; its path.
async fn made(by: &MemberCaller, name: &str) -> String {
    format!("/teams/{}", by.makes_team(name, &[]).await)
}

fn place(team: &str, member: &MemberCaller) -> String {
    format!("{team}/members/{}", member.brief.id)
}

async fn put(by: &MemberCaller, team: &str, member: &MemberCaller, role: &str) {
    let body = json!({ "role": role });
    by.put(&place(team, member), body).await.is(204);
}

async fn list(by: &MemberCaller) -> Vec<Team> {
    by.get("/teams").await.is(200).json::<TeamList>().teams
}

async fn show(by: &MemberCaller, team: &str) -> TeamDetails {
    by.get(team).await.is(200).json()
}

/// First names and roles of who is in it.
async fn people(by: &MemberCaller, team: &str) -> Vec<(String, TeamRole)> {
    let people = show(by, team).await.people.into_iter();
    let one =
        |person: guestpass_api_types::teams::TeamPerson| (person.member.first_name, person.role);
    people.map(one).collect()
}

async fn joins(app: &TestApp, by: &MemberCaller, name: &str, role: WorkspaceRole) -> MemberCaller {
    let mailbox = name.to_lowercase();
    app.joins(by, person(&mailbox, name, "Moss", role)).await
}

#[tokio::test]
async fn whoever_makes_a_team_looks_after_it() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let design = made(&team.ben, " Design ").await;
    let shown = show(&team.ben, &design).await;
    assert_eq!(shown.team.name, "Design");
    assert_eq!(shown.team.managed_by, ManagedBy::Itself);
    assert_eq!(shown.team.my_role, Some(TeamRole::Admin));
    assert!(shown.team.may_manage && shown.team.provider_name.is_none());
    assert_eq!((shown.team.members, shown.team.items), (Some(1), 0));

    put(&team.ben, &design, &team.cleo, "member").await;
    let both = people(&team.cleo, &design).await;
    let wanted = [("Ben", TeamRole::Admin), ("Cleo", TeamRole::Member)];
    assert_eq!(both, wanted.map(|(name, role)| (name.to_owned(), role)));

    // A member of it doesn't manage it, nor does somebody else; the workspace's admins do.
    let seen = show(&team.cleo, &design).await.team;
    assert!(!seen.may_manage && seen.my_role == Some(TeamRole::Member));
    let sol = joins(&app, &team.mira, "Sol", WorkspaceRole::User).await;
    for by in [&team.cleo, &sol] {
        let name = json!({ "name": "Mine" });
        by.patch(&design, name).await.problem(403, "not_team_admin");
        by.delete(&design).await.problem(403, "not_team_admin");
        let role = json!({ "role": "admin" });
        let put = by.put(&place(&design, by), role).await;
        put.problem(403, "not_team_admin");
        let out = by.delete(&place(&design, &team.ben)).await;
        out.problem(403, "not_team_admin");
    }
    let renamed = team.ada.patch(&design, json!({ "name": "Brand" })).await;
    assert_eq!(renamed.is(200).json::<TeamDetails>().team.name, "Brand");
    put(&team.mira, &design, &sol, "admin").await;
    sol.delete(&place(&design, &team.ben)).await.is(204);
    sol.delete(&place(&design, &team.ben)).await.is(204);
    team.cleo.delete(&place(&design, &team.cleo)).await.is(204);
    sol.delete(&design).await.is(204);
    sol.get(&design).await.problem(404, "not_found");
    assert!(list(&team.mira).await.is_empty());

    let log = team.mira.get("/activity?action=team.").await.is(200);
    let told: Vec<String> = log
        .json::<EventList>()
        .events
        .into_iter()
        .map(|event| {
            let (target, team) = (event.target.unwrap_or_default(), event.team);
            assert_eq!(team.as_deref(), Some("Brand"), "its last name");
            format!("{} {target}", event.action)
        })
        .collect();
    assert_eq!(
        told,
        [
            "team.removed ",
            "team.member_removed Cleo Duarte",
            "team.member_removed Ben Tran",
            "team.member_added Sol Moss",
            "team.renamed ",
            "team.member_added Cleo Duarte",
            "team.created ",
        ]
    );
}

#[tokio::test]
async fn a_team_keeps_a_team_admin_for_as_long_as_it_is_there() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let design = made(&team.ben, "Design").await;
    put(&team.ben, &design, &team.cleo, "member").await;
    let less = json!({ "role": "member" });
    let ben = place(&design, &team.ben);
    for by in [&team.ben, &team.ada] {
        by.put(&ben, &less).await.problem(409, "last_team_admin");
        by.delete(&ben).await.problem(409, "last_team_admin");
    }
    for round in 0..10 {
        put(&team.ada, &design, &team.ben, "admin").await;
        put(&team.ada, &design, &team.cleo, "admin").await;
        let cleo = place(&design, &team.cleo);
        let answers = match round % 3 {
            // Both leave; each removes the other; one leaves while the other steps down.
            0 => join(team.ben.delete(&ben), team.cleo.delete(&cleo)).await,
            1 => join(team.ben.delete(&cleo), team.cleo.delete(&ben)).await,
            _ => join(team.ben.delete(&ben), team.cleo.put(&cleo, &less)).await,
        };
        let statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
        let refused = statuses.iter().filter(|status| **status != 204).count();
        assert_eq!(refused, 1, "{statuses:?}");
        let left = people(&team.ada, &design).await;
        let admins = left.iter().filter(|(_, role)| *role == TeamRole::Admin);
        assert_eq!(admins.count(), 1, "round {round}: {left:?}");
    }
}

#[tokio::test]
async fn giving_oneself_what_a_team_has_and_taking_it_from_all_need_a_fresh_sign_in() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (design, empty) = (
        made(&team.ben, "Design").await,
        made(&team.ben, "Empty").await,
    );
    let item = team.ben.add_account().await;
    let grant = format!(
        "/items/{item}/access/teams/{}",
        design.trim_start_matches("/teams/")
    );
    let role = |role: &str| json!({ "role": role });
    team.ben.put(&grant, role("collaborator")).await.is(204);
    app.advance(std::time::Duration::from_secs(11 * 60));
    let own = place(&design, &team.ada);
    for wanted in ["member", "admin"] {
        let refused = team.ada.put(&own, role(wanted)).await;
        refused.problem(403, "step_up_needed");
    }
    // Others may be put in, and a Team Admin may step down.
    put(&team.ada, &design, &team.cleo, "admin").await;
    put(&team.ben, &design, &team.ben, "member").await;
    for by in [&team.ada, &team.cleo] {
        by.delete(&design).await.problem(403, "step_up_needed");
    }
    team.ada.delete(&empty).await.is(204);

    app.sign_in_again(&team.ada).await;
    put(&team.ada, &design, &team.ada, "member").await;
    app.advance(std::time::Duration::from_secs(11 * 60));
    // One who is in it already has what it has, and gives themselves more.
    let refused = team.ada.put(&own, role("admin")).await;
    refused.problem(403, "step_up_needed");
    app.sign_in_again(&team.ada).await;
    put(&team.ada, &design, &team.ada, "admin").await;
    team.ada.delete(&design).await.is(204);
}

#[tokio::test]
async fn guests_are_in_teams_and_see_nobody_in_them() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let gil = joins(&app, &team.mira, "Gil", WorkspaceRole::Guest).await;
    let (design, ops) = (
        made(&team.ben, "Design").await,
        made(&team.ben, "Ops").await,
    );
    let refused = gil.post("/teams", json!({ "name": "Mine" })).await;
    refused.problem(403, "guests_only_use");
    let (there, role) = (place(&design, &gil), json!({ "role": "admin" }));
    let admin = team.ben.put(&there, role).await;
    admin.problem(409, "guest_cannot_manage");
    assert!(list(&gil).await.is_empty());
    put(&team.ben, &design, &gil, "member").await;
    let [only] = list(&gil).await.try_into().expect("one team");
    assert_eq!(only.name, "Design");
    assert_eq!((only.members, only.may_manage), (None, false));
    assert_eq!(
        people(&gil, &design).await,
        [("Gil".to_owned(), TeamRole::Member)]
    );
    gil.get(&ops).await.problem(404, "not_found");
    gil.delete(&place(&ops, &gil))
        .await
        .problem(404, "not_found");
    let other = gil.delete(&place(&design, &team.ben)).await;
    other.problem(403, "not_team_admin");
    gil.delete(&place(&design, &gil)).await.is(204);
    gil.get(&design).await.problem(404, "not_found");
}

#[tokio::test]
async fn names_are_decent_and_taken_once_in_whatever_case() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for bad in ["", " ", "a\nb", "De\u{202e}sign", &"x".repeat(101)] {
        let refused = team.ben.post("/teams", json!({ "name": bad })).await;
        assert_eq!(refused.problem(422, "invalid").fields[0].field, "name");
    }
    let design = made(&team.ben, "Design").await;
    made(&team.ben, "Straße").await;
    let ops = made(&team.ben, &"é".repeat(100)).await;
    for taken in ["Design", "DESIGN ", "ＤＥＳＩＧＮ", "STRASSE"] {
        let name = json!({ "name": taken });
        let refused = team.ada.post("/teams", &name).await;
        refused.problem(409, "team_name_taken");
        let refused = team.ben.patch(&ops, &name).await;
        refused.problem(409, "team_name_taken");
    }
    team.ben
        .patch(&design, json!({ "name": "DESIGN" }))
        .await
        .is(200);
    team.ben
        .patch(&design, json!({ "name": "DESIGN" }))
        .await
        .is(200);
    // What was removed frees its name.
    team.ben.delete(&design).await.is(204);
    made(&team.cleo, "design").await;
    let more = json!({ "name": "Ops", "managed_by": "scim" });
    team.ben
        .post("/teams", more)
        .await
        .problem(400, "bad_request");
}

#[tokio::test]
async fn ten_at_once_of_one_name_make_one_team() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let tries = (0..10).map(|_| {
        let ben = team.ben.clone();
        tokio::spawn(async move { ben.post("/teams", json!({ "name": "Race" })).await.status })
    });
    let mut made = 0;
    for one in tries.collect::<Vec<_>>() {
        let status = one.await.expect("an answer").as_u16();
        assert!(status == 201 || status == 409, "{status}");
        made += u32::from(status == 201);
    }
    assert_eq!((made, list(&team.ben).await.len()), (1, 1));
}

#[tokio::test]
async fn a_workspace_has_so_many_teams_at_most() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let design = made(&team.ben, "Design").await;
    app.change(
        "INSERT INTO teams (id, workspace_id, name, name_key, managed_by, created_at, changed_at) \
         WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 499) \
         SELECT 'x' || n, workspace_id, 'x' || n, 'x' || n, 'self', 0, 0 FROM n, teams",
    )
    .await;
    let refused = team.ben.post("/teams", json!({ "name": "One more" })).await;
    refused.problem(409, "too_many_teams");
    team.ben.delete(&design).await.is(204);
    made(&team.ben, "One more").await;
}

#[tokio::test]
async fn another_workspace_has_none_of_it() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let design = made(&team.ben, "Design").await;
    assert!(list(&zoe).await.is_empty());
    zoe.get(&design).await.problem(404, "not_found");
    let name = json!({ "name": "Mine" });
    zoe.patch(&design, &name).await.problem(404, "not_found");
    zoe.delete(&design).await.problem(404, "not_found");
    let role = json!({ "role": "member" });
    for member in [&zoe, &team.ben] {
        let path = place(&design, member);
        zoe.put(&path, &role).await.problem(404, "not_found");
        zoe.delete(&path).await.problem(404, "not_found");
    }
    // Nor can she be put into ours; her own team may have the same name.
    let put = team.ben.put(&place(&design, &zoe), &role).await;
    put.problem(404, "no_such_member");
    made(&zoe, "Design").await;
    assert_eq!(people(&team.ben, &design).await.len(), 1);
}

#[tokio::test]
async fn who_is_removed_is_in_no_team_and_who_is_suspended_stays() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let design = made(&team.ben, "Design").await;
    put(&team.ben, &design, &team.cleo, "member").await;
    let revoke = json!({ "links": "revoke" });
    let cleo = format!("/members/{}", team.cleo.brief.id);
    let suspend = format!("{cleo}/suspend");
    team.ada.post(&suspend, &revoke).await.is(200);
    assert_eq!(people(&team.ada, &design).await.len(), 2);
    let remove = format!("{cleo}/remove");
    team.ada.post(&remove, &revoke).await.is(200);
    assert_eq!(people(&team.ada, &design).await.len(), 1);
    let role = json!({ "role": "member" });
    let back = team.ben.put(&place(&design, &team.cleo), role).await;
    back.problem(404, "no_such_member");

    // Nobody is left who looks after it: the workspace's admins do.
    let remove = format!("/members/{}/remove", team.ben.brief.id);
    team.ada.post(&remove, &revoke).await.is(200);
    assert!(show(&team.ada, &design).await.people.is_empty());
    put(&team.ada, &design, &team.ada, "admin").await;
    let log = team.ada.get("/activity?action=team.member_removed").await;
    assert_eq!(log.is(200).json::<EventList>().events.len(), 2);
}
