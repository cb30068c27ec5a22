//! Groups are teams that nobody changes by hand.

use guestpass::db::seen::Counted;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    scim::{Directory, GROUP, described, encoded},
};

async fn group(directory: &Directory, name: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
    let group = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    directory.post("/Groups", group).await.is(201).json()
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().expect("an id")
}

#[tokio::test]
async fn what_a_group_has_its_people_have() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let ben = directory.creates(described("ben", "Ben", "Tran")).await;
    let design = group(&directory, "Design", &[&ben]).await;
    let item = team.mira.add_account().await;
    let grant = format!("/items/{item}/access/teams/{}", id(&design));
    team.mira
        .put(&grant, json!({ "role": "collaborator" }))
        .await;
    team.ben.get(&format!("/items/{item}")).await.is(200);
    let path = format!("/Groups/{}", id(&design));
    let out = json!([{ "op": "remove", "path": format!("members[value eq \"{ben}\"]") }]);
    directory.patch(&path, out).await.is(200);
    team.ben
        .get(&format!("/items/{item}"))
        .await
        .problem(404, "not_found");
    let back = json!([{ "op": "add", "path": "members", "value": [{ "value": ben }] }]);
    directory.patch(&path, back).await.is(200);
    team.ben.get(&format!("/items/{item}")).await.is(200);
    directory.delete(&path).await.is(204);
    team.ben
        .get(&format!("/items/{item}"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn hands_stay_off_and_names_are_taken_once() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let own: Value = team
        .ben
        .post("/teams", json!({ "name": "Support" }))
        .await
        .json();
    let taken = json!({ "schemas": [GROUP], "displayName": "SUPPORT" });
    directory
        .post("/Groups", taken)
        .await
        .scim(409, "uniqueness");
    directory
        .get(&format!("/Groups/{}", id(&own)))
        .await
        .scim(404, "");
    directory
        .delete(&format!("/Groups/{}", id(&own)))
        .await
        .scim(404, "");
    let design = group(&directory, "Design", &[]).await;
    let path = format!("/Groups/{}", id(&design));
    let name = json!([{ "op": "replace", "path": "displayName", "value": "Support" }]);
    directory.patch(&path, name).await.scim(409, "uniqueness");
    let by_hand = format!("/teams/{}/members/{}", id(&design), team.ben.brief.id);
    team.mira
        .put(&by_hand, json!({ "role": "member" }))
        .await
        .problem(409, "team_managed");
    let list: Value = directory.get("/Groups").await.is(200).json();
    assert_eq!(
        (&list["totalResults"], &list["Resources"][0]["displayName"]),
        (&json!(1), &json!("Design"))
    );
}

#[tokio::test]
async fn groups_are_found_paged_replaced_and_known_by_version() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let (noor, leo) = (
        directory.creates(described("noor", "Noor", "Ito")).await,
        directory.creates(described("leo", "Leo", "Berg")).await,
    );
    for name in ["Ops", "Design", "Sales"] {
        group(&directory, name, &[&noor]).await;
    }
    let page: Value = directory
        .get("/Groups?startIndex=2&count=1")
        .await
        .is(200)
        .json();
    assert_eq!(
        (&page["totalResults"], &page["Resources"][0]["displayName"]),
        (&json!(3), &json!("Ops"))
    );
    group(&directory, "Night", &[&leo]).await;
    let member = |id: &str| format!("displayName eq \"Night\" and members eq \"{id}\"");
    let (with_noor, with_leo) = (member(&noor), member(&leo));
    for (filter, found) in [
        (with_noor.as_str(), 0),
        (with_leo.as_str(), 1),
        ("displayName eq \"DESIGN\"", 1),
        ("displayName eq \"Nobody\"", 0),
        ("externalId eq \"x\"", 0),
        ("displayName eq \"Ops\" and externalId eq \"x\"", 0),
    ] {
        let list: Value = directory
            .get(&format!("/Groups?filter={}", encoded(filter)))
            .await
            .is(200)
            .json();
        assert_eq!(list["totalResults"], found, "{filter}");
    }
    for filter in [
        "members.value eq \"x\"",
        "displayName sw \"D\"",
        "displayName",
    ] {
        directory
            .get(&format!("/Groups?filter={}", encoded(filter)))
            .await
            .scim(400, "invalidFilter");
    }
    let ops = &page["Resources"][0];
    let path = format!("/Groups/{}", id(ops));
    let new = json!({ "schemas": [GROUP], "id": id(ops), "displayName": "Operations", "externalId": "g-1", "members": [{ "value": leo, "$ref": format!("https://vault.larkfield.example/scim/v2/Users/{leo}"), "type": "User" }] });
    let put: Value = directory.put(&path, new.clone()).await.is(200).json();
    assert_eq!(
        (
            &put["displayName"],
            &put["externalId"],
            &put["members"][0]["value"]
        ),
        (&json!("Operations"), &json!("g-1"), &json!(leo))
    );
    let again: Value = directory.put(&path, new).await.is(200).json();
    assert_eq!(again["meta"]["version"], put["meta"]["version"]);
    let old = ops["meta"]["version"].as_str().expect("a version");
    let request = directory
        .request(axum::http::Method::DELETE, &path)
        .header("if-match", old);
    directory
        .send(request, &path, axum::body::Body::empty())
        .await
        .scim(412, "");
    let same = directory.request(axum::http::Method::GET, &path).header(
        "if-none-match",
        put["meta"]["version"].as_str().expect("a version"),
    );
    directory
        .send(same, &path, axum::body::Body::empty())
        .await
        .is(304);
    let none = json!({ "schemas": [GROUP], "displayName": "Operations" });
    let put: Value = directory.put(&path, none).await.is(200).json();
    assert!(put.get("members").is_none() && put.get("externalId").is_none());
}

#[tokio::test]
async fn only_those_the_directory_answers_for_come_in() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let (_, zoe) = app.other_workspace().await;
    for stranger in [
        team.ben.brief.id.as_str(),
        &zoe.brief.id,
        "mem_1",
        "",
        "x'; --",
    ] {
        let group = json!({ "schemas": [GROUP], "displayName": "Design", "members": [{ "value": stranger }] });
        directory
            .post("/Groups", group)
            .await
            .scim(400, "invalidValue");
    }
    let list: Value = directory.get("/Groups").await.is(200).json();
    assert_eq!(list["totalResults"], 0, "not half a group");
    let design = group(&directory, "Design", &[]).await;
    let path = format!("/Groups/{}", id(&design));
    let add =
        json!([{ "op": "add", "path": "members", "value": [{ "value": team.ben.brief.id }] }]);
    directory.patch(&path, add).await.scim(400, "invalidValue");
    let ben = directory.creates(described("ben", "Ben", "Tran")).await;
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ben }] }]);
    directory.patch(&path, add).await.is(200);
    // Who is removed leaves the group.
    directory.delete(&format!("/Users/{ben}")).await.is(204);
    let after: Value = directory.get(&path).await.is(200).json();
    assert!(after.get("members").is_none());
}

/// How many statements it takes to have a group of so many people made, changed and emptied.
async fn statements_for(people: usize) -> [usize; 4] {
    let app = TestApp::new().await;
    let (workspace, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let mut ids = Vec::new();
    for n in 0..=people {
        let user = described(&format!("person-{n}"), "Noor", &n.to_string());
        ids.push(directory.creates(user).await);
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let counted = Counted::binding(workspace.to_string());
    let design = group(&directory, "Design", &ids[1..]).await;
    let made = counted.since();
    let path = format!("/Groups/{}", id(&design));
    let put = |members: &[&str]| {
        let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
        json!({ "schemas": [GROUP], "displayName": "Design", "members": members })
    };
    directory.put(&path, put(&ids[..1])).await.is(200);
    let replaced = counted.since();
    let all: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    let add = json!([{ "op": "add", "path": "members", "value": all }]);
    let full: Value = directory.patch(&path, add).await.is(200).json();
    assert_eq!(full["members"].as_array().map(Vec::len), Some(people + 1));
    let added = counted.since();
    let empty = json!([{ "op": "remove", "path": "members" }]);
    let empty: Value = directory.patch(&path, empty).await.is(200).json();
    assert!(empty.get("members").is_none());
    let emptied = counted.since();
    for (action, times) in [
        ("team.member_added", 2 * people + 1),
        ("team.member_removed", 2 * people + 1),
    ] {
        let list: Value = mira
            .get(&format!("/activity?action={action}&limit=100"))
            .await
            .is(200)
            .json();
        assert_eq!(
            list["events"].as_array().map(Vec::len),
            Some(times),
            "{action}"
        );
    }
    [made, replaced, added, emptied]
}

#[tokio::test]
async fn a_larger_group_takes_no_more_statements() {
    let few = statements_for(2).await;
    assert!(few.iter().all(|count| (4..40).contains(count)), "{few:?}");
    assert_eq!(statements_for(30).await, few);
}
