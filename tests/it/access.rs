//! Who may do what, observed cell by cell; and the last Owner, who stays.

mod ends;
mod through_teams;

use axum::{body::Body, http::Method};
use futures_util::future::join;
use guestpass::features::permission::{Action, Refusal, Resource, Standing, TABLE, decide};
use guestpass_api_types::{
    activity::{Event, EventList},
    items::{AccessList, Attachment, ItemDetails, ItemRole},
    members::WorkspaceRole,
};
use serde_json::json;

use crate::support::{Answer, Browser, MemberCaller, TestApp, guest, person};

/// Everybody who may ask, and where they stand towards the item.
struct Cast {
    owner: MemberCaller,
    /// Another Owner, so that the first one may leave.
    second: MemberCaller,
    /// Somebody to give roles to and take them from.
    third: MemberCaller,
    callers: Vec<(&'static str, Browser, String, Option<Standing>)>,
    /// The teams that every item is shared with, and as what.
    teams: [(String, &'static str); 2],
}

async fn cast(app: &TestApp) -> Cast {
    let team = app.team().await;
    let join = async |mailbox, name| {
        app.joins(
            &team.mira,
            person(mailbox, name, "Moss", WorkspaceRole::User),
        )
        .await
    };
    let (second, third) = (join("sol", "Sol").await, join("tia", "Tia").await);
    let outsider = join("uma", "Uma").await;
    let invited = async |mailbox| app.joins(&team.mira, guest(mailbox)).await;
    let (guest, other_guest) = (invited("gil").await, invited("gus").await);
    let (owns, helps) = (join("ola", "Ola").await, join("cody", "Cody").await);
    let guest_of_owners = invited("gio").await;
    let (of_owners, of_helpers) = ([&owns, &guest_of_owners], [&helps, &guest_of_owners]);
    let owners = second.makes_team("Owners", &of_owners).await;
    let helpers = third.makes_team("Helpers", &of_helpers).await;
    let (_, zoe) = app.other_workspace().await;
    let stands = |item, workspace| Some(Standing::in_workspace(workspace).on_item(item));
    let caller = |name, member: &MemberCaller, standing| {
        let browser: &Browser = member;
        (name, browser.clone(), member.brief.id.clone(), standing)
    };
    let callers = vec![
        caller(
            "owner",
            &team.ben,
            stands(Some(ItemRole::Owner), WorkspaceRole::User),
        ),
        caller(
            "collaborator",
            &team.cleo,
            stands(Some(ItemRole::Collaborator), WorkspaceRole::User),
        ),
        caller(
            "the workspace's owner",
            &team.mira,
            stands(None, WorkspaceRole::Owner),
        ),
        caller(
            "guest",
            &guest,
            stands(Some(ItemRole::Collaborator), WorkspaceRole::Guest),
        ),
        caller(
            "guest without a role",
            &other_guest,
            stands(None, WorkspaceRole::Guest),
        ),
        caller("admin", &team.ada, stands(None, WorkspaceRole::Admin)),
        caller("user", &outsider, stands(None, WorkspaceRole::User)),
        caller(
            "owner through a team",
            &owns,
            stands(Some(ItemRole::Owner), WorkspaceRole::User),
        ),
        caller(
            "collaborator through a team",
            &helps,
            stands(Some(ItemRole::Collaborator), WorkspaceRole::User),
        ),
        // The team is an Owner; they aren't.
        caller(
            "guest through a team",
            &guest_of_owners,
            stands(Some(ItemRole::Owner), WorkspaceRole::Guest),
        ),
        caller("another workspace", &zoe, None),
        ("anon", app.anon().0, team.ben.brief.id.clone(), None),
    ];
    Cast {
        owner: team.ben,
        second,
        third,
        callers,
        teams: [(owners, "owner"), (helpers, "collaborator")],
    }
}

/// A secret with an attachment, two Owners, a Collaborator, and one more.
async fn stage(cast: &Cast) -> (String, String) {
    let owner = &cast.owner;
    let made: ItemDetails = owner
        .post(
            "/items",
            json!({ "kind": "secret", "name": "Stage", "body": "x" }),
        )
        .await
        .is(201)
        .json();
    let item = format!("/items/{}", made.summary.id);
    for (id, role) in [
        (&cast.second.brief.id, "owner"),
        (&cast.callers[1].2, "collaborator"),
        (&cast.callers[3].2, "collaborator"),
        (&cast.third.brief.id, "collaborator"),
    ] {
        owner
            .put(&format!("{item}/access/{id}"), json!({ "role": role }))
            .await
            .is(204);
    }
    share_with_teams(cast, &item).await;
    let file = json!({ "name": "a.txt", "size": 1 });
    let file: Attachment = owner
        .post(&format!("{item}/attachments"), file)
        .await
        .is(201)
        .json();
    let content = format!("{item}/attachments/{}/content", file.id);
    owner.put_bytes(&content, vec![b'x']).await.is(204);
    (item, file.id)
}

async fn share_with_teams(cast: &Cast, item: &str) {
    for (team, role) in &cast.teams {
        let place = format!("{item}/access/teams/{team}");
        let role = json!({ "role": role });
        cast.owner.put(&place, role).await.is(204);
    }
}

/// Tries what a line of the table is about; links and the log have tests of their own.
async fn attempt(
    (resource, action): (Resource, Action),
    by: &Browser,
    own: &str,
    third: &str,
    (item, file): &(String, String),
) -> Option<Answer> {
    Some(match (resource, action) {
        (Resource::Item, Action::Add) => {
            by.post("/items", json!({ "kind": "account", "name": "New" }))
                .await
        }
        (Resource::Item, Action::See) => by.get(item).await,
        (Resource::Item, Action::Use) => {
            by.post(&format!("{item}/reveal"), json!({ "field": "body" }))
                .await
        }
        (Resource::Item, Action::Change) => {
            by.patch(item, json!({ "version": 1, "name": "Changed" }))
                .await
        }
        (Resource::Item, Action::Remove) => by.delete(item).await,
        (Resource::Grant, Action::See) => by.get(&format!("{item}/access")).await,
        (Resource::Grant, Action::Change) => {
            by.put(
                &format!("{item}/access/{third}"),
                json!({ "role": "owner" }),
            )
            .await
        }
        (Resource::Grant, Action::Remove) => by.delete(&format!("{item}/access/{third}")).await,
        (Resource::Grant, Action::Leave) => by.delete(&format!("{item}/access/{own}")).await,
        (Resource::Attachment, Action::Add) => {
            by.post(
                &format!("{item}/attachments"),
                json!({ "name": "b.txt", "size": 1 }),
            )
            .await
        }
        (Resource::Attachment, Action::Download) => {
            by.get(&format!("{item}/attachments/{file}/content")).await
        }
        (Resource::Attachment, Action::Remove) => {
            by.delete(&format!("{item}/attachments/{file}")).await
        }
        (Resource::Link | Resource::Activity | Resource::Team, _) => return None,
        other => panic!("the table has a line that nothing tries: {other:?}"),
    })
}

/// Compares an answer with what the table says of who gave it; whether it was allowed.
#[track_caller]
fn is_as_the_table_says(
    (resource, action): (Resource, Action),
    (name, standing): (&str, Option<Standing>),
    answer: Answer,
) -> bool {
    let (status, code) = match standing {
        Some(standing) => match decide(standing, resource, action) {
            Ok(()) => (0, ""),
            Err(Refusal::Hidden) => (404, "not_found"),
            Err(Refusal::NotAllowed) if (resource, action) == (Resource::Item, Action::Add) => {
                (403, "guests_only_use")
            }
            Err(Refusal::NotAllowed) => (403, "not_owner"),
        },
        None if name == "anon" => (401, "signed_out"),
        // They add to their own workspace.
        None if (resource, action) == (Resource::Item, Action::Add) => (0, ""),
        None => (404, "not_found"),
    };
    let cell = format!("{name}: {resource:?} {action:?}: {}", answer.status);
    if action == Action::Leave && resource == Resource::Grant && name.ends_with("through a team") {
        // They may; but what they have ends with their place in the team.
        answer.problem(409, "access_through_team");
        return false;
    }
    if status == 0 {
        assert!(answer.status.is_success(), "{cell}");
        return true;
    }
    assert_eq!(answer.status, status, "{cell}");
    answer.problem(status, code);
    false
}

#[tokio::test]
async fn every_cell_of_the_table_is_what_the_routes_do() {
    let app = TestApp::new().await;
    let cast = cast(&app).await;
    let (mut observed, mut item) = (0, stage(&cast).await);
    for row in TABLE {
        for (name, by, own, standing) in &cast.callers {
            let what = (row.resource, row.action);
            let Some(answer) = attempt(what, by, own, &cast.third.brief.id, &item).await else {
                continue;
            };
            observed += 1;
            let looks = matches!(row.action, Action::See | Action::Use | Action::Download);
            if is_as_the_table_says(what, (*name, *standing), answer) && !looks {
                item = stage(&cast).await;
            }
        }
    }
    assert_eq!(observed, 12 * 12);
}

#[tokio::test]
async fn sharing_with_teams_is_for_those_who_share_with_people() {
    let app = TestApp::new().await;
    let cast = cast(&app).await;
    let (mut observed, (mut item, _)) = (0, stage(&cast).await);
    for action in [Action::Change, Action::Remove] {
        for (name, by, _, standing) in &cast.callers {
            let place = format!("{item}/access/teams/{}", cast.teams[1].0);
            let answer = match action {
                Action::Change => by.put(&place, json!({ "role": "owner" })).await,
                _ => by.delete(&place).await,
            };
            observed += 1;
            if is_as_the_table_says((Resource::Grant, action), (*name, *standing), answer) {
                (item, _) = stage(&cast).await;
            }
        }
    }
    assert_eq!(observed, 2 * 12);
}

#[tokio::test]
async fn every_cell_about_links_is_what_their_routes_do() {
    let app = TestApp::new().await;
    let cast = cast(&app).await;
    let item = cast.owner.add_account().await;
    for (_, _, collaborator, _) in [&cast.callers[1], &cast.callers[3]] {
        let access = format!("/items/{item}/access/{collaborator}");
        let role = json!({ "role": "collaborator" });
        cast.owner.put(&access, role).await.is(204);
    }
    share_with_teams(&cast, &format!("/items/{item}")).await;
    let link = app.share(&cast.owner, &item, false).await.id;
    let mut observed = 0;
    for row in TABLE.iter().filter(|row| row.resource == Resource::Link) {
        for (name, by, _, standing) in &cast.callers {
            let answer = match row.action {
                Action::Add => {
                    by.post(
                        "/share-intents",
                        json!({ "item": item, "expires_in": 3600 }),
                    )
                    .await
                }
                Action::See => by.get(&format!("/items/{item}/links")).await,
                Action::Revoke => by.post(&format!("/links/{link}/revoke"), json!({})).await,
                other => panic!("the table has a line that nothing tries: {other:?}"),
            };
            observed += 1;
            is_as_the_table_says((row.resource, row.action), (*name, *standing), answer);
        }
    }
    assert_eq!(observed, 3 * 12);
    app.run_jobs().await;
}

#[tokio::test]
async fn strangers_get_nothing_but_what_is_for_them() {
    let app = TestApp::new().await;
    let described = serde_json::to_value(guestpass::web::document()).expect("a document");
    let mut refused = 0;
    for (path, methods) in described["paths"].as_object().expect("paths") {
        // A directory's requests have addresses, and errors, of their own.
        let (path, of_directory) = match path.strip_prefix("/api/v1") {
            Some(path) => (path.to_owned(), false),
            None => (format!("/{path}"), true),
        };
        assert!(!of_directory || path.starts_with("//scim/v2/"), "{path}");
        // Signing in, confirming from another device, opening a link, and what providers sign.
        if ["/sign-in", "/confirm", "/guest/", "/providers/{id}/logout"]
            .iter()
            .any(|open| path.starts_with(open))
        {
            continue;
        }
        let filled: Vec<&str> = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect();
        for method in methods.as_object().expect("methods").keys() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let anon = app.anon();
            let request = anon.request(method.clone(), &filled.join("/"));
            let request = request.header("content-type", "application/json");
            let answer = anon.call(request, Body::from("{}")).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
            if of_directory {
                let error: serde_json::Value = answer.json();
                assert_eq!(error["status"], "401", "{method} {path}: {error}");
            } else {
                answer.problem(401, "signed_out");
            }
            refused += 1;
        }
    }
    assert!(refused > 25, "{refused} routes were tried");
}

#[tokio::test]
async fn each_may_read_of_the_log_what_the_table_says() {
    let app = TestApp::new().await;
    let cast = cast(&app).await;
    let (item, _) = stage(&cast).await;
    let id = item.trim_start_matches("/items/");
    for (name, by, _, standing) in &cast.callers {
        let answer = by.get(&format!("/activity?item={id}")).await;
        if *name == "anon" {
            answer.problem(401, "signed_out");
            continue;
        }
        let seen: EventList = answer.is(200).json();
        let allowed =
            standing.is_some_and(|it| decide(it, Resource::Activity, Action::See).is_ok());
        assert_eq!(!seen.events.is_empty(), allowed, "{name}");
    }
}

#[tokio::test]
async fn roles_are_given_changed_and_listed() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let path = format!("/items/{item}/access");
    let of = |member: &MemberCaller| format!("{path}/{}", member.brief.id);
    let role = |role: &str| json!({ "role": role });
    let (ada, ben, cleo) = (of(&team.ada), of(&team.ben), of(&team.cleo));
    for _ in 0..2 {
        team.ben.put(&cleo, role("collaborator")).await.is(204);
    }
    team.ben.put(&ada, role("owner")).await.is(204);
    let people: AccessList = team.cleo.get(&path).await.is(200).json();
    let names: Vec<_> = people
        .people
        .iter()
        .map(|one| one.member.first_name.as_str())
        .collect();
    assert_eq!(names, ["Ada", "Ben", "Cleo"]);
    let roles: Vec<_> = people.people.iter().map(|one| one.role).collect();
    assert_eq!(
        roles,
        [ItemRole::Owner, ItemRole::Owner, ItemRole::Collaborator]
    );

    team.ben.put(&ben, role("collaborator")).await.is(204);
    team.ben
        .put(&cleo, role("owner"))
        .await
        .problem(403, "not_owner");
    team.ada
        .put(&ada, role("collaborator"))
        .await
        .problem(409, "last_owner");
    team.ada.delete(&ada).await.problem(409, "last_owner");
    team.cleo.delete(&cleo).await.is(204);
    team.cleo.get(&path).await.problem(404, "not_found");
    team.ada.delete(&cleo).await.is(204);
    let nobody = format!("{path}/mem_018f00000000700080000000000000ff");
    team.ada
        .put(&nobody, role("owner"))
        .await
        .problem(404, "no_such_member");
    team.ada
        .put(&ben, role("admin"))
        .await
        .problem(400, "bad_request");

    let query = format!("/activity?item={item}&action=access.");
    let log: EventList = team.ada.get(&query).await.is(200).json();
    let told = |event: &Event| {
        format!(
            "{} {}",
            event.action,
            event.target.as_deref().unwrap_or("-")
        )
    };
    let log: Vec<String> = log.events.iter().map(told).collect();
    assert_eq!(
        log,
        [
            "access.removed Cleo Duarte",
            "access.changed Ben Tran",
            "access.granted Ada Lindqvist",
            "access.granted Cleo Duarte",
        ]
    );
}

#[tokio::test]
async fn an_owner_who_isnt_here_is_none_to_leave_an_item_to() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let late = person("late", "Late", "Comer", WorkspaceRole::User);
    let invited = team.ada.invites(&late).await;
    app.run_jobs().await;
    let suspend = format!("/members/{}/suspend", team.cleo.brief.id);
    let revoke = json!({ "links": "revoke" });
    team.ada.post(&suspend, revoke).await.is(200);
    for absent in [&invited, &team.cleo.brief.id] {
        let item = team.ben.add_account().await;
        let of = |member: &str| format!("/items/{item}/access/{member}");
        let (ben, absent) = (of(&team.ben.brief.id), of(absent));
        let owner = json!({ "role": "owner" });
        team.ben.put(&absent, &owner).await.is(204);
        let refused = team.ben.delete(&ben).await;
        let problem = refused.problem(409, "last_owner");
        assert!(problem.detail.contains("suspended"), "{}", problem.detail);
        let less = json!({ "role": "collaborator" });
        let refused = team.ben.put(&ben, less).await;
        refused.problem(409, "last_owner");
        // With somebody who is here, both may go.
        team.ben.put(&of(&team.ada.brief.id), &owner).await.is(204);
        team.ben.delete(&ben).await.is(204);
        team.ada.delete(&absent).await.is(204);
    }
}

#[tokio::test]
async fn of_two_owners_who_go_at_once_one_stays() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for round in 0..20 {
        let made: ItemDetails = team
            .ben
            .post("/items", json!({ "kind": "account", "name": "Race" }))
            .await
            .is(201)
            .json();
        let of = |member: &MemberCaller| {
            format!("/items/{}/access/{}", made.summary.id, member.brief.id)
        };
        team.ben
            .put(&of(&team.cleo), json!({ "role": "owner" }))
            .await
            .is(204);
        let (ben, cleo) = (of(&team.ben), of(&team.cleo));
        let less = json!({ "role": "collaborator" });
        let answers = match round % 3 {
            // Both leave; each removes the other; one leaves while the other steps down.
            0 => join(team.ben.delete(&ben), team.cleo.delete(&cleo)).await,
            1 => join(team.ben.delete(&cleo), team.cleo.delete(&ben)).await,
            _ => join(team.ben.delete(&ben), team.cleo.put(&cleo, &less)).await,
        };
        let statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
        // Who was removed meanwhile finds nothing to remove from.
        let refused = statuses
            .iter()
            .filter(|status| [409, 404].contains(*status))
            .count();
        assert_eq!(
            (statuses.contains(&204), refused),
            (true, 1),
            "{statuses:?}"
        );
        let left = if answers.0.status == 204 {
            if round % 3 == 1 {
                &team.ben
            } else {
                &team.cleo
            }
        } else if round % 3 == 1 {
            &team.cleo
        } else {
            &team.ben
        };
        let people: AccessList = left
            .get(&format!("/items/{}/access", made.summary.id))
            .await
            .is(200)
            .json();
        assert_eq!(
            people
                .people
                .iter()
                .filter(|one| one.role == ItemRole::Owner)
                .count(),
            1
        );
    }
}
