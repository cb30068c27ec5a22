//! What Okta and Microsoft Entra send, in their order and their ways.

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    scim::{ENTERPRISE, GROUP, USER},
};

#[tokio::test]
async fn okta_assigns_updates_and_deactivates_somebody() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let okta = app.directory(&mira).await;
    // The test of the connection.
    okta.get("/Users?startIndex=1&count=2").await.is(200);
    okta.get("/Groups?startIndex=1&count=100").await.is(200);
    assert!(
        okta.finds("userName eq \"noor.ito@larkfield.example\"")
            .await
            .is_empty()
    );
    let assigned = json!({
        "schemas": [USER],
        "userName": "noor.ito@larkfield.example",
        "name": { "givenName": "Noor", "familyName": "Ito" },
        "emails": [{ "primary": true, "value": "noor.ito@larkfield.example", "type": "work" }],
        "displayName": "Noor Ito",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    });
    let made: Value = okta.post("/Users", assigned.clone()).await.is(201).json();
    let path = format!("/Users/{}", made["id"].as_str().expect("an id"));
    assert!(
        app.mailbox()
            .await
            .iter()
            .all(|mail| mail.0.to != "noor.ito@larkfield.example"),
        "no mail"
    );

    // She signs in without an invitation.
    let noor = app.sign_in("noor.ito@larkfield.example").await;
    assert_eq!(noor.brief.first_name, "Noor");

    // Okta updates by PUT, and deactivates by a patch without a path.
    let mut renamed = assigned;
    renamed["id"] = made["id"].clone();
    renamed["name"]["familyName"] = json!("Ito-Berg");
    okta.get(&path).await.is(200);
    let put: Value = okta.put(&path, renamed).await.is(200).json();
    assert_eq!(put["name"]["familyName"], "Ito-Berg");
    let off = json!([{ "op": "replace", "value": { "active": false } }]);
    let off: Value = okta.patch(&path, off).await.is(200).json();
    assert_eq!(off["active"], false);
    noor.get("/session").await.problem(401, "signed_out");
    let on = json!([{ "op": "replace", "value": { "active": true } }]);
    let on: Value = okta.patch(&path, on).await.is(200).json();
    assert_eq!(on["active"], true);
    app.sign_in("noor.ito@larkfield.example").await;
}

#[tokio::test]
async fn okta_pushes_a_group() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let okta = app.directory(&mira).await;
    let noor = okta
        .creates(crate::support::scim::described("noor", "Noor", "Ito"))
        .await;
    let leo = okta
        .creates(crate::support::scim::described("leo", "Leo", "Berg"))
        .await;
    let made = json!({ "schemas": [GROUP], "displayName": "Ops", "members": [{ "value": noor, "display": "noor@larkfield.example" }] });
    let made: Value = okta.post("/Groups", made).await.is(201).json();
    let id = made["id"].as_str().expect("an id");
    let path = format!("/Groups/{id}");
    let members = async || -> Vec<String> {
        let group: Value = okta.get(&path).await.is(200).json();
        let members = group["members"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> = members
            .iter()
            .map(|each| each["value"].as_str().expect("an id").to_owned())
            .collect();
        ids.sort();
        ids
    };
    let name = json!([{ "op": "replace", "value": { "id": id, "displayName": "Operations" } }]);
    let renamed: Value = okta.patch(&path, name).await.is(200).json();
    assert_eq!(renamed["displayName"], "Operations");
    let both = json!([
        { "op": "remove", "path": format!("members[value eq \"{noor}\"]") },
        { "op": "add", "path": "members", "value": [{ "value": leo, "display": "leo@larkfield.example" }] },
    ]);
    okta.patch(&path, both).await.is(200);
    assert_eq!(members().await, std::slice::from_ref(&leo));
    let all = json!([{ "op": "replace", "path": "members", "value": [{ "value": leo }, { "value": noor }] }]);
    okta.patch(&path, all).await.is(200);
    assert_eq!(members().await.len(), 2);
    okta.delete(&path).await.is(204);
    okta.get(&path).await.scim(404, "");
}

#[tokio::test]
async fn entra_provisions_somebody_in_its_own_way() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let entra = app.directory(&mira).await;
    // The test of the connection asks for somebody who can't be there.
    assert!(
        entra
            .finds("userName eq \"7f3c9a52-0000-4000-8000-a1b2c3d4e5f6\"")
            .await
            .is_empty()
    );
    let noor = json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "58342554-38d6-4ec8-948c-50044d0a33fd",
        "userName": "noor@larkfield.example",
        "active": true,
        "displayName": "Noor Ito",
        "emails": [{ "primary": true, "type": "work", "value": "noor@larkfield.example" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Noor Ito", "familyName": "Ito", "givenName": "Noor" },
        "title": "Engineer",
    });
    let made: Value = entra.post("/Users", noor).await.is(201).json();
    let path = format!("/Users/{}", made["id"].as_str().expect("an id"));
    let patched =
        async |operations: Value| -> Value { entra.patch(&path, operations).await.is(200).json() };
    let after = patched(json!([
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "noor.berg@larkfield.example" },
        { "op": "Replace", "path": "name.familyName", "value": "Berg" },
        { "op": "Replace", "path": "name.formatted", "value": "Noor Berg" },
        { "op": "Add", "path": "title", "value": "Lead" },
        { "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "IT" },
        { "op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Rome" },
    ]))
    .await;
    assert_eq!(after["emails"][0]["value"], "noor.berg@larkfield.example");
    assert_eq!(after["name"]["familyName"], "Berg");
    // Its newer way: no path, dotted keys, keys with a schema.
    let after = patched(json!([{ "op": "Add", "value": {
        "name.givenName": "Noora",
        "urn:ietf:params:scim:schemas:core:2.0:User:displayName": "Noora Berg",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "7",
    } }]))
    .await;
    assert_eq!(
        (&after["name"]["givenName"], &after["displayName"]),
        (&json!("Noora"), &json!("Noora Berg"))
    );
    // Booleans are texts.
    assert_eq!(
        patched(json!([{ "op": "Replace", "path": "active", "value": "False" }])).await["active"],
        false
    );
    assert_eq!(
        patched(json!([{ "op": "Replace", "path": "active", "value": "True" }])).await["active"],
        true
    );
    // A soft deletion, later the real one.
    patched(json!([{ "op": "Replace", "path": "active", "value": false }])).await;
    entra.delete(&path).await.is(204);
    entra.get(&path).await.scim(404, "");
}

#[tokio::test]
async fn entra_provisions_a_group_in_its_own_way() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let entra = app.directory(&mira).await;
    let noor = entra
        .creates(crate::support::scim::described("noor", "Noor", "Ito"))
        .await;
    let by_name = format!(
        "/Groups?excludedAttributes=members&filter={}",
        crate::support::scim::encoded("displayName eq \"Design\"")
    );
    let none: Value = entra.get(&by_name).await.is(200).json();
    assert_eq!(none["totalResults"], 0);
    let group = json!({
        "schemas": [GROUP],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
        "displayName": "Design",
        "meta": { "resourceType": "Group" },
    });
    let made: Value = entra.post("/Groups", group).await.is(201).json();
    assert!(made.get("members").is_none());
    let found: Value = entra.get(&by_name).await.is(200).json();
    assert_eq!(found["Resources"][0]["id"], made["id"]);
    let path = format!("/Groups/{}", made["id"].as_str().expect("an id"));
    let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": noor }] }]);
    entra.patch(&path, add).await.is(200);
    let without: Value = entra
        .get(&format!("{path}?excludedAttributes=members"))
        .await
        .is(200)
        .json();
    assert!(without.get("members").is_none());
    let with: Value = entra.get(&path).await.is(200).json();
    assert_eq!(with["members"][0]["display"], "Noor Ito");
    let user: Value = entra.get(&format!("/Users/{noor}")).await.is(200).json();
    assert_eq!(
        (&user["groups"][0]["value"], &user["groups"][0]["display"]),
        (&made["id"], &json!("Design"))
    );
    // Its way of taking somebody out: the value beside the path.
    let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "value": noor }] }]);
    let after: Value = entra.patch(&path, remove).await.is(200).json();
    assert!(after.get("members").is_none());
    let name = json!([{ "op": "Replace", "path": "displayName", "value": "Product design" }]);
    let after: Value = entra.patch(&path, name).await.is(200).json();
    assert_eq!(after["displayName"], "Product design");
    assert_eq!(after["externalId"], "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159");
    entra.delete(&path).await.is(204);
}
