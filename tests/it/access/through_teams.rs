//! What people have through their teams: the higher role counts, and each is told where it comes from.

use guestpass_api_types::{
    activity::EventList,
    items::{AccessList, ItemDetails, ItemList, ItemRole},
};
use serde_json::{Value, json};

use crate::support::{MemberCaller, TestApp, guest};

async fn share(by: &MemberCaller, item: &str, team: &str, role: &str) {
    let place = format!("/items/{item}/access/teams/{team}");
    by.put(&place, json!({ "role": role })).await.is(204);
}

async fn list(by: &MemberCaller, query: &str) -> ItemList {
    by.get(&format!("/items{query}")).await.is(200).json()
}

async fn access(by: &MemberCaller, item: &str) -> AccessList {
    let path = format!("/items/{item}/access");
    by.get(&path).await.is(200).json()
}

#[tokio::test]
async fn the_higher_role_counts_and_an_item_is_listed_once() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let design = team.ada.makes_team("Design", &[&team.cleo]).await;
    let ops = team.ada.makes_team("Ops", &[&team.cleo]).await;
    let path = format!("/items/{item}");
    team.cleo.get(&path).await.problem(404, "not_found");

    share(&team.ben, &item, &design, "collaborator").await;
    let seen = list(&team.cleo, "").await;
    assert_eq!(
        (seen.all, seen.owned, seen.items[0].role),
        (1, 0, ItemRole::Collaborator)
    );
    let reveal = json!({ "field": "password" });
    team.cleo
        .post(&format!("{path}/reveal"), reveal)
        .await
        .is(200);
    let change = json!({ "version": 1, "name": "Beacon" });
    team.cleo
        .patch(&path, &change)
        .await
        .problem(403, "not_owner");

    let own = format!("{path}/access/{}", team.cleo.brief.id);
    let role = json!({ "role": "collaborator" });
    team.ben.put(&own, &role).await.is(204);
    share(&team.ben, &item, &ops, "owner").await;
    for query in [
        "",
        "?q=beacon",
        "?filter=owned",
        "?kind=account",
        "?sort=changed",
    ] {
        let seen = list(&team.cleo, query).await;
        assert_eq!(
            (seen.items.len(), seen.all, seen.owned),
            (1, 1, 1),
            "{query}"
        );
        assert_eq!(seen.items[0].role, ItemRole::Owner, "{query}");
    }
    assert_eq!(list(&team.cleo, "?kind=secret").await.items.len(), 0);
    let changed = team.cleo.patch(&path, &change).await.is(200);
    assert_eq!(changed.json::<ItemDetails>().summary.role, ItemRole::Owner);
    // Ada is in both teams, and has what they have.
    assert_eq!(list(&team.ada, "").await.items[0].name, "Beacon");
    assert!(list(&team.mira, "").await.items.is_empty());

    // Each end takes away what it gave, and no more.
    let place = format!("{path}/access/teams/{ops}");
    team.cleo.delete(&place).await.is(204);
    assert_eq!(
        list(&team.cleo, "").await.items[0].role,
        ItemRole::Collaborator
    );
    team.ben.delete(&own).await.is(204);
    assert_eq!(
        list(&team.cleo, "").await.items[0].role,
        ItemRole::Collaborator
    );
    let leave = team.cleo.delete(&own).await;
    leave.problem(409, "access_through_team");
    let out = format!("/teams/{design}/members/{}", team.cleo.brief.id);
    team.cleo.delete(&out).await.is(204);
    team.cleo.get(&path).await.problem(404, "not_found");
    assert!(list(&team.cleo, "").await.items.is_empty());
}

#[tokio::test]
async fn the_list_says_where_each_role_comes_from() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let gil = guest("gil");
    let gil = app.joins(&team.mira, gil).await;
    let item = team.ben.add_account().await;
    let design = team.ada.makes_team("Design", &[&team.cleo, &gil]).await;
    let ops = team.ada.makes_team("Ops", &[&team.cleo]).await;
    share(&team.ben, &item, &design, "owner").await;
    share(&team.ben, &item, &ops, "collaborator").await;
    let own = format!("/items/{item}/access/{}", team.cleo.brief.id);
    let role = json!({ "role": "collaborator" });
    team.ben.put(&own, role).await.is(204);

    let shown = access(&team.cleo, &item).await;
    let told: Vec<String> = shown
        .people
        .iter()
        .map(|one| {
            assert_eq!(one.direct.is_some(), one.granted_at.is_some());
            let through: Vec<String> = one
                .through
                .iter()
                .map(|through| format!("{} {:?}", through.team.name, through.role))
                .collect();
            let name = &one.member.first_name;
            format!(
                "{name}: {:?}, {:?}, {}",
                one.role,
                one.direct,
                through.join(" ")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "Cleo: Owner, Some(Collaborator), Design Owner Ops Collaborator",
            "Ada: Owner, None, Design Owner Ops Collaborator",
            "Ben: Owner, Some(Owner), ",
            "Gil: Collaborator, None, Design Owner",
        ]
    );
    let teams: Vec<(&str, ItemRole, i64)> = shown
        .teams
        .iter()
        .map(|one| (one.team.name.as_str(), one.role, one.members))
        .collect();
    assert_eq!(
        teams,
        [
            ("Design", ItemRole::Owner, 3),
            ("Ops", ItemRole::Collaborator, 2)
        ]
    );
    // Guests don't learn who else has it.
    let path = format!("/items/{item}/access");
    gil.get(&path).await.problem(403, "not_owner");

    let log = team
        .ben
        .get(&format!("/activity?item={item}&action=access.team"))
        .await;
    let log: EventList = log.is(200).json();
    let told: Vec<_> = log
        .events
        .iter()
        .map(|event| event.team.as_deref())
        .collect();
    assert_eq!(told, [Some("Ops"), Some("Design")]);
}

#[tokio::test]
async fn an_item_keeps_an_owner_of_its_own_whatever_teams_it_is_shared_with() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let design = team.ada.makes_team("Design", &[]).await;
    share(&team.ben, &item, &design, "owner").await;
    let ben = format!("/items/{item}/access/{}", team.ben.brief.id);
    for by in [&team.ben, &team.ada] {
        by.delete(&ben).await.problem(409, "last_owner");
        let less = json!({ "role": "collaborator" });
        by.put(&ben, less).await.problem(409, "last_owner");
    }
    let remove = format!("/members/{}/remove", team.ben.brief.id);
    let revoke = json!({ "links": "revoke" });
    let refused = team.ada.post(&remove, &revoke).await;
    refused.problem(409, "needs_successor");
}

#[tokio::test]
async fn a_guest_of_an_owning_team_uses_and_no_more() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let gil = guest("gil");
    let gil = app.joins(&team.mira, gil).await;
    let item = team.ben.add_account().await;
    let design = team.ada.makes_team("Design", &[&gil]).await;
    share(&team.ben, &item, &design, "owner").await;
    let seen = list(&gil, "").await;
    assert_eq!(
        (seen.owned, seen.items[0].role),
        (0, ItemRole::Collaborator)
    );
    let refusal = serde_json::to_value(seen.items[0].share_refusal).expect("JSON");
    assert_eq!(refusal, "not_owner");
    let shown: ItemDetails = gil.get(&format!("/items/{item}")).await.is(200).json();
    assert_eq!(shown.summary.role, ItemRole::Collaborator);
    let log: EventList = gil
        .get(&format!("/activity?item={item}"))
        .await
        .is(200)
        .json();
    assert!(log.events.is_empty(), "what others did isn't theirs to see");
    // Ada reads it, whose team owns it; so does whoever becomes a member.
    let change = json!({ "role": "user" });
    let path = format!("/members/{}/role", gil.brief.id);
    team.ada.put(&path, change).await.is(204);
    let log: EventList = gil
        .get(&format!("/activity?item={item}"))
        .await
        .is(200)
        .json();
    assert!(!log.events.is_empty());
    assert_eq!(list(&gil, "").await.owned, 1);
    // Who looks after a team isn't a guest; who becomes one looks after none.
    let place = format!("/teams/{design}/members/{}", gil.brief.id);
    team.ada
        .put(&place, json!({ "role": "admin" }))
        .await
        .is(204);
    team.ada
        .put(&path, json!({ "role": "guest" }))
        .await
        .is(204);
    let shown: Value = gil.get(&format!("/teams/{design}")).await.is(200).json();
    assert_eq!(
        (&shown["my_role"], &shown["may_manage"]),
        (&json!("member"), &json!(false))
    );
}

#[tokio::test]
async fn a_long_list_goes_on_behind_what_was_deleted() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let design = team.ben.makes_team("Design", &[&team.cleo]).await;
    let own = team.cleo.add_account().await;
    let item = team.ben.add_account().await;
    share(&team.ben, &item, &design, "collaborator").await;
    // More than are read at once, before these in the order of identifiers.
    app.change(
        "INSERT INTO items (id, workspace_id, kind, version, created_by, created_at, changed_at, \
         secret_changed_at, deleted_at) \
         WITH RECURSIVE n(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM n WHERE n < 2999) \
         SELECT 'itm_0000000000000000000000000000' || n, i.workspace_id, i.kind, 1, i.created_by, \
         0, 0, 0, 0 FROM n, items i \
         WHERE i.id IN (SELECT item_id FROM team_grants)",
    )
    .await;
    app.change(
        "INSERT INTO team_grants (item_id, team_id, workspace_id, role, granted_by, granted_at) \
         SELECT i.id, t.id, i.workspace_id, 'owner', i.created_by, 0 FROM items i, teams t \
         WHERE i.deleted_at IS NOT NULL",
    )
    .await;
    app.change(
        "INSERT INTO grants (item_id, member_id, workspace_id, role, granted_by, granted_at) \
         SELECT i.id, n.member_id, i.workspace_id, 'collaborator', i.created_by, 0 \
         FROM items i, team_members n WHERE i.deleted_at IS NOT NULL AND n.role = 'member'",
    )
    .await;
    let seen = list(&team.cleo, "").await;
    let mut ids: Vec<&str> = seen.items.iter().map(|item| item.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [own.as_str(), item.as_str()]);
    assert_eq!((seen.all, seen.total, seen.owned), (2, 2, 1));
    assert_eq!(list(&team.ben, "").await.all, 1);
}

#[tokio::test]
async fn other_workspaces_teams_and_items_are_not_there() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let (ours, theirs) = (team.ben.add_account().await, zoe.add_account().await);
    let here = team.ada.makes_team("Design", &[]).await;
    let there = zoe.makes_team("Design", &[]).await;
    let role = json!({ "role": "collaborator" });
    let place = |item: &str, team: &str| format!("/items/{item}/access/teams/{team}");
    let path = place(&ours, &there);
    team.ben
        .put(&path, &role)
        .await
        .problem(404, "no_such_team");
    team.ben.delete(&path).await.is(204);
    for path in [place(&ours, &there), place(&ours, &here)] {
        zoe.put(&path, &role).await.problem(404, "not_found");
        zoe.delete(&path).await.problem(404, "not_found");
    }
    let path = place(&theirs, &here);
    zoe.put(&path, &role).await.problem(404, "no_such_team");
    team.ben.put(&path, &role).await.problem(404, "not_found");
    // A team that was removed is nobody's to share with.
    team.ada.delete(&format!("/teams/{here}")).await.is(204);
    let path = place(&ours, &here);
    team.ben
        .put(&path, &role)
        .await
        .problem(404, "no_such_team");
}

#[tokio::test]
async fn the_log_tells_a_first_share_from_another_role_and_nothing_of_the_same() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let design = team.ada.makes_team("Design", &[]).await;
    for role in ["owner", "owner", "collaborator", "collaborator"] {
        share(&team.ben, &item, &design, role).await;
    }
    let path = format!("/activity?item={item}");
    let log: EventList = team.ben.get(&path).await.is(200).json();
    let told: Vec<_> = log
        .events
        .iter()
        .map(|event| event.action.as_str())
        .collect();
    assert_eq!(
        told,
        ["access.team_changed", "access.team_granted", "item.created"],
        "the newest first"
    );
}
