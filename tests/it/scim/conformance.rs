//! The requests of RFC 7644, section by section, with resources like those of RFC 7643, section 8.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    scim::{Directory, ENTERPRISE, GROUP, USER, definition, encoded},
};

pub(super) async fn larkfield() -> (TestApp, Directory) {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    (app, directory)
}

/// RFC 7643, sections 8.2 and 8.3: a user with all that the standard knows.
fn full_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III",
            "familyName": "Jensen",
            "givenName": "Barbara",
            "middleName": "Jane",
            "honorificPrefix": "Ms.",
            "honorificSuffix": "III",
        },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.example.com/bjensen",
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.org", "type": "home" },
        ],
        "addresses": [
            { "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
              "postalCode": "91608", "country": "USA", "formatted": "100 Universal City Plaza\nHollywood, CA 91608 USA", "primary": true },
        ],
        "phoneNumbers": [{ "value": "555-555-5555", "type": "work" }, { "value": "555-555-4444", "type": "mobile" }],
        "ims": [{ "value": "someaimhandle", "type": "aim" }],
        "photos": [{ "value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo" }],
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "password": "t1meMa$heen",
        "groups": [{ "value": "e9e30dba-f08f-4109-8486-d5c6a331660a", "display": "Tour Guides" }],
        "x509Certificates": [{ "value": "MIIDQzCCAqygAwIBAgICEAA" }],
        ENTERPRISE: {
            "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
            "division": "Theme Park", "department": "Tour Operations",
            "manager": { "value": "26118915-6090-4610-87e4-49d8ca9f808d", "displayName": "John Smith" },
        },
        "meta": { "resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z",
            "version": "W/\"3694e05e9dff591\"", "location": "https://example.com/v2/Users/2819c223" },
    })
}

/// The same with little.
fn barbara() -> Value {
    json!({
        "schemas": [USER],
        "userName": "bjensen",
        "externalId": "bjensen",
        "name": { "formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara" },
        "emails": [{ "value": "bjensen@example.com", "type": "work" }],
    })
}

fn path(resource: &Value) -> String {
    format!("/Users/{}", resource["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn section_4_says_what_is_offered_and_7643_section_7_of_what_it_is_made() {
    let (_app, directory) = larkfield().await;
    let config: Value = directory.get("/ServiceProviderConfig").await.is(200).json();
    for (name, supported) in [
        ("patch", true),
        ("bulk", false),
        ("filter", true),
        ("changePassword", false),
        ("sort", false),
        ("etag", true),
    ] {
        assert_eq!(config[name]["supported"], supported, "{name}");
    }
    for place in ["/ResourceTypes", "/Schemas"] {
        let list: Value = directory.get(place).await.is(200).json();
        assert_eq!(list["totalResults"], 2);
        for each in list["Resources"].as_array().expect("a list") {
            let id = each["id"].as_str().expect("an id");
            let one: Value = directory.get(&format!("{place}/{id}")).await.is(200).json();
            assert_eq!(&one, each);
        }
        directory
            .get(&format!("{place}/Device"))
            .await
            .scim(404, "");
        directory
            .get(&format!("{place}?filter={}", encoded("name eq \"User\"")))
            .await
            .scim(403, "");
    }
    for other in ["/Me", "/Bulk"] {
        directory.get(other).await.scim(501, "");
    }
    for nowhere in [
        "",
        "/",
        "/users",
        "/Devices",
        "/Users/a/b",
        "/Users/.search",
    ] {
        directory.get(nowhere).await.scim(404, "");
    }
    directory
        .call(Method::DELETE, "/Users", None)
        .await
        .scim(405, "");
    directory
        .call(Method::POST, "/Schemas", Some(json!({})))
        .await
        .scim(405, "");
}

/// What we tell of an attribute is what the standard tells, or stricter.
#[tokio::test]
async fn our_schemas_are_a_part_of_the_standards() {
    let (_app, directory) = larkfield().await;
    for (urn, count) in [(USER, 6), (GROUP, 2)] {
        let schema: Value = directory
            .get(&format!("/Schemas/{urn}"))
            .await
            .is(200)
            .json();
        let attributes = schema["attributes"].as_array().expect("a list");
        assert_eq!(attributes.len(), count);
        let parts = attributes.iter().flat_map(|attribute| {
            let within = attribute["name"].as_str().expect("a name");
            let parts = attribute["subAttributes"].as_array().into_iter().flatten();
            parts.map(move |part| {
                (
                    format!("{within}.{}", part["name"].as_str().expect("a name")),
                    part,
                )
            })
        });
        let named = attributes
            .iter()
            .map(|each| (each["name"].as_str().expect("a name").to_owned(), each));
        let known = definition(urn).expect("a schema");
        let mut seen = 0;
        for (name, ours) in named.chain(parts) {
            let theirs = known
                .rule(&name)
                .unwrap_or_else(|| panic!("no attribute {name}"));
            assert_eq!(ours["type"], theirs.kind.as_str(), "{name}");
            assert_eq!(ours["multiValued"], theirs.says("multi"), "{name}");
            assert_eq!(ours["required"], theirs.says("required"), "{name}");
            for word in ["readOnly", "immutable"] {
                assert!(
                    !theirs.says(word) || ours["mutability"] == word,
                    "{name} is {word}"
                );
            }
            if let (Some(ours), Some(theirs)) =
                (ours["canonicalValues"].as_array(), theirs.one_of())
            {
                assert!(
                    ours.iter()
                        .all(|value| theirs.contains(&value.as_str().expect("text"))),
                    "{name}"
                );
            }
            seen += 1;
        }
        assert!(seen > 5);
    }
}

#[tokio::test]
async fn section_3_3_makes_a_user_and_says_where() {
    let (app, directory) = larkfield().await;
    app.advance(std::time::Duration::from_millis(250));
    let made = directory.post("/Users", barbara()).await.is(201);
    let made: Value = made.json();
    assert_eq!(made["schemas"], json!([USER]));
    assert_eq!(made["userName"], "bjensen");
    assert_eq!(made["externalId"], "bjensen");
    assert_eq!(
        made["name"],
        json!({ "familyName": "Jensen", "givenName": "Barbara" })
    );
    assert_eq!(
        made["emails"],
        json!([{ "value": "bjensen@example.com", "type": "work", "primary": true }])
    );
    assert_eq!(made["active"], true);
    assert_eq!(made["meta"]["created"], "2026-03-02T09:00:00.25Z");
    assert_eq!(made["meta"]["lastModified"], made["meta"]["created"]);
    assert!(made.get("groups").is_none() && made.get("password").is_none());

    // Section 3.3: a duplicate is a conflict, whatever the case (userName isn't caseExact).
    for name in ["bjensen", "BJensen"] {
        let mut again = barbara();
        again["userName"] = json!(name);
        again["emails"][0]["value"] = json!("other@example.com");
        directory
            .post("/Users", again)
            .await
            .scim(409, "uniqueness");
    }
    let mut same_mail = barbara();
    same_mail["userName"] = json!("babs");
    same_mail["emails"][0]["value"] = json!("BJensen@Example.com");
    directory
        .post("/Users", same_mail)
        .await
        .scim(409, "uniqueness");
}

#[tokio::test]
async fn a_full_user_keeps_what_is_ours_and_leaves_the_rest() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory.post("/Users", full_user()).await.is(201).json();
    assert!(
        made["id"].as_str().expect("an id").starts_with("mem_"),
        "readOnly: ours"
    );
    assert_ne!(made["meta"]["version"], full_user()["meta"]["version"]);
    assert_eq!(made["displayName"], "Babs Jensen");
    assert_eq!(made["externalId"], "701984");
    for name in [
        "nickName",
        "title",
        "addresses",
        "roles",
        "groups",
        ENTERPRISE,
    ] {
        assert!(made.get(name).is_none(), "{name}");
    }
    // Section 3.5.1: what was got can be put back, and changes nothing.
    let mut back = full_user();
    back["id"] = made["id"].clone();
    let put: Value = directory.put(&path(&made), back).await.is(200).json();
    assert_eq!(put, made);
    let put: Value = directory
        .put(&path(&made), made.clone())
        .await
        .is(200)
        .json();
    assert_eq!(put, made);
}

#[tokio::test]
async fn section_3_4_1_gets_one() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory.post("/Users", barbara()).await.is(201).json();
    let got: Value = directory.get(&path(&made)).await.is(200).json();
    assert_eq!(got, made);
    for nobody in [
        "/Users/2819c223-7f76-453a-919d-413861904646",
        "/Users/mem_",
        "/Users/%00",
    ] {
        directory.get(nobody).await.scim(404, "");
    }
}

#[tokio::test]
async fn section_3_9_answers_with_what_is_wanted() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory
        .post("/Users?attributes=userName", barbara())
        .await
        .is(201)
        .json();
    let mut keys: Vec<_> = made
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    keys.sort();
    assert_eq!(keys, ["id", "schemas", "userName"]);
    let keys = async |query: &str| {
        let got = directory.get(&format!("{}?{query}", path(&made))).await;
        let got: Value = got.is(200).json();
        let mut keys: Vec<_> = got
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        keys("attributes=name.familyName,meta").await,
        "id meta name schemas"
    );
    assert_eq!(
        keys("attributes=urn:ietf:params:scim:schemas:core:2.0:User:active").await,
        "active id schemas"
    );
    assert_eq!(
        keys("excludedAttributes=emails,name,meta").await,
        "active externalId id schemas userName"
    );
    let list = directory
        .get("/Users?attributes=userName&count=1")
        .await
        .is(200);
    let list: Value = list.json();
    assert!(list["Resources"][0].get("name").is_none());
    directory
        .get("/Users?attributes=a%20b")
        .await
        .scim(400, "invalidValue");
}

#[tokio::test]
async fn section_3_5_1_replaces() {
    let (app, directory) = larkfield().await;
    let mut first = barbara();
    first["displayName"] = json!("Babs");
    let made: Value = directory.post("/Users", first).await.is(201).json();
    app.advance(std::time::Duration::from_secs(5));
    let mut new = barbara();
    new["id"] = made["id"].clone();
    new["userName"] = json!("babs");
    new["name"] = json!({ "givenName": "Babs", "familyName": "Jensen-Ito" });
    new.as_object_mut().expect("an object").remove("externalId");
    let put: Value = directory
        .put(&path(&made), new.clone())
        .await
        .is(200)
        .json();
    assert_eq!(put["userName"], "babs");
    assert_eq!(put["name"]["familyName"], "Jensen-Ito");
    assert!(
        put.get("externalId").is_none() && put.get("displayName").is_none(),
        "left out is gone"
    );
    assert_eq!(put["active"], true, "left out says nothing of it");
    assert_eq!(put["meta"]["created"], made["meta"]["created"]);
    assert_eq!(put["meta"]["lastModified"], "2026-03-02T09:00:05Z");
    assert_ne!(put["meta"]["version"], made["meta"]["version"]);
    new.as_object_mut().expect("an object").remove("userName");
    directory
        .put(&path(&made), new)
        .await
        .scim(400, "invalidValue");
    let nobody = format!("/Users/{}", path(&made).replace("/Users/mem_", "mem_0"));
    directory.put(&nobody, barbara()).await.scim(404, "");
}

#[tokio::test]
async fn section_3_5_2_patches() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory.post("/Users", barbara()).await.is(201).json();
    let path = path(&made);
    let patched = async |operations: Value| -> Value {
        directory.patch(&path, operations).await.is(200).json()
    };
    let after = patched(json!([{ "op": "add", "value": { "displayName": "Babs", "emails": [{ "value": "babs@jensen.org", "type": "home" }] } }])).await;
    assert_eq!(after["displayName"], "Babs");
    assert_eq!(
        after["emails"], made["emails"],
        "the one for work stays the one that is kept"
    );
    let after =
        patched(json!([{ "op": "replace", "path": "name", "value": { "familyName": "Ito" } }]))
            .await;
    assert_eq!(
        after["name"],
        json!({ "givenName": "Barbara", "familyName": "Ito" })
    );
    let after = patched(json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "bito@example.com" }])).await;
    assert_eq!(after["emails"][0]["value"], "bito@example.com");
    let after = patched(json!([{ "op": "remove", "path": "displayName" }])).await;
    assert!(after.get("displayName").is_none());
    let again = patched(json!([{ "op": "remove", "path": "displayName" }])).await;
    assert_eq!(again, after, "what is gone can go again, and is no change");
    for (operation, kind) in [
        (json!({ "op": "remove" }), "noTarget"),
        (json!({ "op": "remove", "path": "userName" }), "mutability"),
        (
            json!({ "op": "replace", "path": "id", "value": "1" }),
            "mutability",
        ),
        (
            json!({ "op": "add", "path": "groups", "value": [{ "value": "1" }] }),
            "mutability",
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "b@example.com" }),
            "noTarget",
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq", "value": "b" }),
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": "perhaps" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "userName", "value": 5 }),
            "invalidValue",
        ),
    ] {
        // All or nothing: the one before isn't done either.
        let both =
            json!([{ "op": "replace", "path": "name.givenName", "value": "Bee" }, operation]);
        directory.patch(&path, both).await.scim(400, kind);
    }
    let same: Value = directory.get(&path).await.is(200).json();
    assert_eq!(same, after);
}

#[tokio::test]
async fn section_3_6_removes() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory.post("/Users", barbara()).await.is(201).json();
    directory.delete(&path(&made)).await.is(204);
    directory.get(&path(&made)).await.scim(404, "");
    directory.delete(&path(&made)).await.scim(404, "");
    directory
        .patch(
            &path(&made),
            json!([{ "op": "replace", "path": "active", "value": true }]),
        )
        .await
        .scim(404, "");
    assert!(directory.finds("userName eq \"bjensen\"").await.is_empty());
    let again: Value = directory.post("/Users", barbara()).await.is(201).json();
    assert_ne!(
        again["id"], made["id"],
        "somebody new, who begins with nothing"
    );
}

#[tokio::test]
async fn section_3_14_knows_versions() {
    let (_app, directory) = larkfield().await;
    let made: Value = directory.post("/Users", barbara()).await.is(201).json();
    let (path, first) = (
        path(&made),
        made["meta"]["version"]
            .as_str()
            .expect("a version")
            .to_owned(),
    );
    let ask = async |method: Method, header: &str, tag: &str, body: Option<Value>| {
        let request = directory.request(method, &path).header(header, tag);
        let body = body.map_or_else(axum::body::Body::empty, |body| body.to_string().into());
        directory.send(request, &path, body).await
    };
    ask(Method::GET, "if-none-match", &first, None)
        .await
        .is(304);
    ask(Method::GET, "if-none-match", "W/\"other\"", None)
        .await
        .is(200);
    let mut new = barbara();
    new["displayName"] = json!("Babs");
    ask(Method::PUT, "if-match", &first, Some(new.clone()))
        .await
        .is(200);
    ask(Method::GET, "if-none-match", &first, None)
        .await
        .is(200);
    ask(Method::PUT, "if-match", &first, Some(new.clone()))
        .await
        .scim(412, "");
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "remove", "path": "displayName" }] });
    ask(Method::PATCH, "if-match", &first, Some(patch.clone()))
        .await
        .scim(412, "");
    ask(Method::DELETE, "if-match", &first, None)
        .await
        .scim(412, "");
    ask(Method::PATCH, "if-match", "*", Some(patch))
        .await
        .is(200);
    ask(Method::DELETE, "if-match", &first, None).await.is(204);
}
