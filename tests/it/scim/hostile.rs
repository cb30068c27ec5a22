//! What a broken or hostile directory sends.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use super::conformance::larkfield;
use crate::support::{
    TestApp,
    scim::{GROUP, USER, described, encoded},
};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[tokio::test]
async fn nothing_crosses_workspaces() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (_, zoe) = app.other_workspace().await;
    let (ours, theirs) = (app.directory(&mira).await, app.directory(&zoe).await);
    let noor = ours.creates(described("noor", "Noor", "Ito")).await;
    let group =
        json!({ "schemas": [GROUP], "displayName": "Design", "members": [{ "value": noor }] });
    let group: Value = ours.post("/Groups", group).await.is(201).json();
    let group = group["id"].as_str().expect("an id");
    for path in [format!("/Users/{noor}"), format!("/Groups/{group}")] {
        theirs.get(&path).await.scim(404, "");
        let nothing = json!([{ "op": "replace", "path": "displayName", "value": "Mine" }]);
        theirs.patch(&path, nothing).await.scim(404, "");
        theirs.delete(&path).await.scim(404, "");
    }
    theirs
        .put(&format!("/Users/{noor}"), described("noor", "Eve", "X"))
        .await
        .scim(404, "");
    let into = json!({ "schemas": [GROUP], "displayName": "Mine", "members": [{ "value": noor }] });
    theirs.post("/Groups", into).await.scim(400, "invalidValue");
    for filter in [
        "userName eq \"noor@larkfield.example\"",
        "externalId eq \"ext-noor\"",
        &format!("id eq \"{noor}\""),
    ] {
        assert!(theirs.finds(filter).await.is_empty());
    }
    // The same person, name and group there are others.
    let other = theirs.creates(described("noor", "Noor", "Ito")).await;
    assert_ne!(other, noor);
    let same = json!({ "schemas": [GROUP], "displayName": "Design" });
    theirs.post("/Groups", same).await.is(201);
    let list: Value = ours.get("/Users").await.is(200).json();
    assert_eq!(list["totalResults"], 1);
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let (_app, directory) = larkfield().await;
    let noor = format!(
        "/Users/{}",
        directory.creates(described("noor", "Noor", "Ito")).await
    );
    let send = async |method: Method, path: &str, kind: &str, body: Vec<u8>| {
        let request = directory
            .bare(method, path)
            .header("authorization", format!("Bearer {}", directory.token));
        let request = if kind.is_empty() {
            request
        } else {
            request.header("content-type", kind)
        };
        directory.send(request, path, Body::from(body)).await
    };
    let scim = "application/scim+json";
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
    ] {
        send(
            Method::POST,
            "/Users",
            kind,
            described("a", "A", "B").to_string().into_bytes(),
        )
        .await
        .scim(415, "");
    }
    send(
        Method::POST,
        "/Users",
        "Application/JSON; charset=utf-8",
        described("a", "A", "B").to_string().into_bytes(),
    )
    .await
    .is(201);
    for body in [
        "",
        "{",
        "nonsense",
        "null",
        "[]",
        "\"text\"",
        "{\"schemas\":[\"\u{fc}\"]}",
        "{\"schemas\":null,\"userName\":\"a\"}",
    ] {
        for (method, path) in [
            (Method::POST, "/Users"),
            (Method::POST, "/Groups"),
            (Method::PUT, noor.as_str()),
            (Method::PATCH, noor.as_str()),
        ] {
            send(method, path, scim, body.as_bytes().to_vec())
                .await
                .scim(400, "invalidSyntax");
        }
    }
    send(Method::POST, "/Users", scim, vec![0xff, 0xfe, b'{'])
        .await
        .scim(400, "invalidSyntax");
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    send(Method::POST, "/Users", scim, deep.into_bytes())
        .await
        .scim(400, "invalidSyntax");
    let giant = format!(
        "{{\"schemas\":[\"{USER}\"],\"userName\":\"{}\"}}",
        "x".repeat(1024 * 1024)
    );
    send(Method::POST, "/Users", scim, giant.into_bytes())
        .await
        .scim(413, "");
    let still: Value = directory.get("/Users").await.is(200).json();
    assert_eq!(still["totalResults"], 2);
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_refused_and_unknown_ones_left() {
    let (_app, directory) = larkfield().await;
    let wrong = [
        json!({ "userName": 7 }),
        json!({ "userName": null }),
        json!({ "userName": "" }),
        json!({ "userName": ["a@larkfield.example"] }),
        json!({ "externalId": 7 }),
        json!({ "active": "yes" }),
        json!({ "active": 1 }),
        json!({ "name": "Noor Ito" }),
        json!({ "name": { "givenName": {} } }),
        json!({ "emails": "noor@larkfield.example" }),
        json!({ "emails": { "value": "noor@larkfield.example" } }),
        json!({ "emails": ["noor@larkfield.example"] }),
        json!({ "emails": [{ "value": "nowhere", "primary": true }] }),
        json!({ "emails": [{ "value": "noor@larkfield.example", "primary": "perhaps" }] }),
        json!({ "displayName": "a\u{0}b" }),
        json!({ "userName": "a\r\nBcc: eve@evil.example" }),
        json!({ "name": { "givenName": "\u{202e}rooN" } }),
        json!({ "externalId": "x".repeat(300) }),
        json!({ "userName": "x".repeat(300) }),
    ];
    for change in wrong {
        let mut user = described("noor", "Noor", "Ito");
        for (name, value) in change.as_object().expect("an object") {
            user[name] = value.clone();
        }
        directory
            .call(Method::POST, "/Users", Some(user))
            .await
            .scim(400, "invalidValue");
    }
    let mut odd = described("noor", "Noor", "Ito");
    odd["constructor"] = json!({ "prototype": [1, { "a": null }] });
    odd["urn:example:ext:1.0:User"] = json!({ "x": 1 });
    odd["displayName"] = Value::Null;
    odd["nickName"] = Value::Null;
    odd["roles"] = json!([{ "value": "owner" }]);
    let made: Value = directory
        .call(Method::POST, "/Users", Some(odd))
        .await
        .is(201)
        .json();
    assert!(made.get("constructor").is_none() && made.get("displayName").is_none());
    let list: Value = directory.get("/Users").await.is(200).json();
    assert_eq!(
        list["totalResults"], 1,
        "nothing of what was refused was kept"
    );
}

#[tokio::test]
async fn texts_are_texts_whatever_they_say() {
    let (_app, directory) = larkfield().await;
    for (n, text) in [
        "'; DROP TABLE scim_users; --",
        "\" or \"1\"=\"1",
        "%",
        "_",
        "\\",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "名前",
    ]
    .iter()
    .enumerate()
    {
        let mut user = described(&format!("u{n}"), "Noor", "Ito");
        user["userName"] = json!(text);
        user["externalId"] = json!(text);
        // Names lead nowhere: mails carry them.
        let name = text.replace("://", ":");
        user["name"]["familyName"] = json!(name);
        let made: Value = directory.post("/Users", user).await.is(201).json();
        assert_eq!(
            (
                &made["userName"],
                &made["externalId"],
                &made["name"]["familyName"]
            ),
            (&json!(text), &json!(text), &json!(name))
        );
        for attribute in ["userName", "externalId"] {
            let quoted = serde_json::to_string(text).expect("text");
            let found = directory.finds(&format!("{attribute} eq {quoted}")).await;
            assert_eq!(found.len(), 1, "{attribute} {text}");
        }
        let group = json!({ "schemas": [GROUP], "displayName": text });
        directory.post("/Groups", group).await.is(201);
    }
    for path in [
        "/Users/%27%20OR%201=1",
        "/Users/..%2f..%2fsession",
        "/Groups/%00",
        "/Users/mem_%F0%9F%98%80",
        "/Users/%FF",
        "/Schemas/%FF",
    ] {
        directory.get(path).await.scim(404, "");
    }
}

#[tokio::test]
async fn filters_and_patches_have_an_end() {
    let (_app, directory) = larkfield().await;
    let noor = format!(
        "/Users/{}",
        directory.creates(described("noor", "Noor", "Ito")).await
    );
    for filter in [
        format!("{}userName pr{}", "(".repeat(1000), ")".repeat(1000)),
        format!("{}userName pr{}", "not (".repeat(200), ")".repeat(200)),
        format!("userName eq \"{}\"", "x".repeat(5000)),
        "userName eq \"a\" and ".repeat(150),
        "emails[emails[emails[emails[value eq \"a\"]]]]".to_owned(),
        "userName eq \"\u{0}\"".to_owned(),
    ] {
        directory
            .get(&format!("/Users?filter={}", encoded(&filter)))
            .await
            .scim(400, "invalidFilter");
    }
    let patch = async |operations: Value| {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        directory.call(Method::PATCH, &noor, Some(body)).await
    };
    for operations in [
        json!([]),
        json!({}),
        json!("x"),
        json!([1]),
        json!([{ "op": "explode" }]),
        json!(vec![json!({ "op": "remove", "path": "displayName" }); 1001]),
    ] {
        patch(operations).await.scim(400, "invalidSyntax");
    }
    let deep = format!(
        "emails[{}value eq \"a\"{}].value",
        "(".repeat(50),
        ")".repeat(50)
    );
    patch(json!([{ "op": "add", "path": deep, "value": "x" }]))
        .await
        .scim(400, "invalidPath");
    let nested = (0..60).fold(
        json!({ "displayName": "Deep" }),
        |value, _| json!({ USER: value }),
    );
    patch(json!(vec![json!({ "op": "add", "value": nested }); 300]))
        .await
        .scim(400, "invalidValue");
    let nobody: Value = directory
        .call(Method::PATCH, &noor, Some(json!({ "Operations": [] })))
        .await
        .is(400)
        .json();
    assert_eq!(nobody["scimType"], "invalidSyntax");
    let many: Vec<_> = (0..20_000)
        .map(|n| json!({ "value": n.to_string() }))
        .collect();
    let group = json!({ "schemas": [GROUP], "displayName": "Many", "members": many });
    directory
        .post("/Groups", group)
        .await
        .scim(400, "invalidValue");
}

#[tokio::test]
async fn two_who_want_one_name_at_once_dont_both_get_it() {
    let (app, directory) = larkfield().await;
    let wanted = |n: usize| {
        let mut user = described(&format!("u{n}"), "Noor", "Ito");
        user["userName"] = json!("noor");
        user
    };
    let tries = (0..8).map(|n| directory.post("/Users", wanted(n)));
    let answers = futures_util::future::join_all(tries).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.scim(409, "uniqueness");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM scim_users").await, 1);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM members").await,
        2,
        "nobody is left over"
    );
}

#[tokio::test]
async fn a_thousand_people_fit_into_a_group() {
    let (_app, directory) = larkfield().await;
    let mut ids = Vec::new();
    for n in 0..1000 {
        ids.push(
            directory
                .creates(described(&format!("u{n}"), "Noor", "Ito"))
                .await,
        );
    }
    let all: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    let group = json!({ "schemas": [GROUP], "displayName": "Everybody", "members": all });
    let made: Value = directory.post("/Groups", group).await.is(201).json();
    assert_eq!(made["members"].as_array().expect("a list").len(), 1000);
    let path = format!("/Groups/{}", made["id"].as_str().expect("an id"));
    let out: Vec<_> = ids
        .iter()
        .skip(1)
        .map(|id| json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") }))
        .collect();
    let after: Value = directory.patch(&path, json!(out)).await.is(200).json();
    assert_eq!(after["members"][0]["value"], json!(ids[0]));
    assert_eq!(after["members"].as_array().expect("a list").len(), 1);
    let page: Value = directory.get("/Users?count=100000").await.is(200).json();
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"]),
        (&json!(1000), &json!(200))
    );
}
