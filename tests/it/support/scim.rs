//! A company's directory. Everything it sends and gets is held against the standard's own schemas, so
//! that every test of provisioning is one of conformance, too.

mod rfc7643;

use axum::{
    body::Body,
    http::{Method, request::Builder},
};
use serde_json::{Value, json};

use super::{Answer, MemberCaller, ORIGIN, TestApp};
use crate::support::Browser;

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

pub use rfc7643::definition;

/// A directory with its token.
#[derive(Clone)]
pub struct Directory {
    pub browser: Browser,
    pub token: String,
    /// The token's id.
    pub id: String,
}

impl TestApp {
    /// A directory that this admin gave a token.
    pub async fn directory(&self, admin: &MemberCaller) -> Directory {
        let made = admin.post("/provisioning/tokens", json!({})).await.is(201);
        let made: Value = made.json();
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        let mut browser = Browser::new(self.shared());
        browser.user_agent = "Directory/2.0".to_owned();
        Directory {
            browser,
            token: text("token"),
            id: text("id"),
        }
    }
}

impl TestApp {
    /// A directory that nobody gave a token, on a network of its own.
    pub fn directory_without_token(&self) -> Directory {
        Directory {
            browser: Browser::new(self.shared()),
            token: String::new(),
            id: String::new(),
        }
    }
}

impl Directory {
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        is_resource_of_theirs(&body);
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        is_resource_of_theirs(&body);
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Sends a patch of these operations.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        for operation in operations.as_array().expect("operations") {
            let op = operation["op"].as_str().expect("an op");
            assert!(["add", "replace", "remove"].contains(&op.to_lowercase().as_str()));
            assert!(op.eq_ignore_ascii_case("remove") || operation.get("value").is_some());
        }
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Sends what a well-behaved directory wouldn't. What comes back is held to the standard nevertheless.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(self.request(method, path), path, body).await
    }

    pub async fn send(&self, request: Builder, path: &str, body: Body) -> Answer {
        let answer = self.browser.call(request, body).await;
        conforms(&answer, path);
        answer
    }

    /// A request as a directory sends it: with neither cookie nor origin.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        self.bare(method, path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/scim+json; charset=utf-8")
    }

    /// The same without a token or body.
    pub fn bare(&self, method: Method, path: &str) -> Builder {
        let uri = format!("/scim/v2{path}");
        let host = ORIGIN.trim_start_matches("https://");
        self.browser.bare_request(method, &uri).header("host", host)
    }

    /// Makes a user; their id.
    pub async fn creates(&self, user: Value) -> String {
        let made: Value = self.post("/Users", user).await.is(201).json();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// How many users a filter finds.
    pub async fn finds(&self, filter: &str) -> Vec<Value> {
        let path = format!("/Users?filter={}", encoded(filter));
        let list: Value = self.get(&path).await.is(200).json();
        list["Resources"].as_array().cloned().expect("a list")
    }
}

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Somebody at Larkfield, as a directory describes them.
pub fn described(mailbox: &str, given: &str, family: &str) -> Value {
    let email = format!("{mailbox}@larkfield.example");
    json!({
        "schemas": [USER],
        "externalId": format!("ext-{mailbox}"),
        "userName": email,
        "name": { "givenName": given, "familyName": family },
        "emails": [{ "value": email, "type": "work", "primary": true }],
        "active": true,
    })
}

impl Answer {
    /// Goes on if this is SCIM's error with this status and type.
    #[track_caller]
    pub fn scim(self, status: u16, kind: &str) -> String {
        let answer = self.is(status);
        let error: Value = answer.json();
        assert_eq!(
            error["scimType"].as_str().unwrap_or_default(),
            kind,
            "{error}"
        );
        error["detail"].as_str().expect("a detail").to_owned()
    }
}

/// A request's resource is of the standard's schemas: attributes, kinds, lists. What is read-only may be
/// there, since a directory sends back what it got.
#[track_caller]
fn is_resource_of_theirs(body: &Value) {
    let schemas = schemas(body);
    let known = schemas.iter().find_map(|urn| definition(urn));
    let known = known.unwrap_or_else(|| panic!("no schema of the standard: {body}"));
    for (name, value) in body.as_object().expect("an object") {
        if name == "schemas" || rfc7643::is_common(name, value) {
            continue;
        }
        if let Some(extension) = definition(name) {
            extension.fits("", value, true);
            continue;
        }
        known.fits(name, value, true);
    }
}

fn schemas(body: &Value) -> Vec<String> {
    let schemas = body["schemas"].as_array().expect("schemas is a list");
    let schemas = schemas
        .iter()
        .map(|urn| urn.as_str().expect("text").to_owned());
    schemas.collect()
}

/// An answer is what the standard says an answer to this is.
#[track_caller]
pub fn conforms(answer: &Answer, path: &str) {
    let status = answer.status.as_u16();
    if status == 204 || status == 304 {
        assert!(answer.body.is_empty(), "{}", answer.text());
        return;
    }
    assert_eq!(
        answer.header("content-type"),
        "application/scim+json",
        "{}",
        answer.text()
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let body: Value = answer.json();
    if status >= 400 {
        return is_error(answer, &body);
    }
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let partial = query.to_lowercase().contains("attributes=");
    if schemas(&body) == [LIST] {
        assert!(
            !["/Users/", "/Groups/"]
                .iter()
                .any(|one| place.starts_with(one))
        );
        return is_list(&body, partial);
    }
    is_resource(&body, partial);
    if partial {
        return;
    }
    let kind = body["meta"]["resourceType"].as_str().expect("a type");
    if ["User", "Group"].contains(&kind) {
        assert_eq!(
            answer.header("etag"),
            body["meta"]["version"],
            "section 3.14"
        );
        assert!(answer.header("etag").starts_with("W/\""), "a weak tag");
    }
    if status == 201 {
        assert_eq!(
            answer.header("location"),
            body["meta"]["location"],
            "section 3.3"
        );
    }
}

/// Section 3.12.
#[track_caller]
fn is_error(answer: &Answer, body: &Value) {
    let status = answer.status.as_u16();
    assert_eq!(schemas(body), [ERROR]);
    assert_eq!(body["status"], status.to_string(), "the status is text");
    assert!(!body["detail"].as_str().expect("a detail").is_empty());
    let names: Vec<_> = body.as_object().expect("an object").keys().collect();
    for name in names {
        assert!(
            ["schemas", "status", "detail", "scimType"].contains(&name.as_str()),
            "{name}"
        );
    }
    match body.get("scimType") {
        None => assert!(status != 400, "a 400 says which: {body}"),
        Some(kind) => {
            let of = match kind.as_str().expect("text") {
                "uniqueness" => 409,
                "invalidFilter" | "tooMany" | "mutability" | "invalidSyntax" | "invalidPath"
                | "noTarget" | "invalidValue" | "invalidVers" | "sensitive" => 400,
                other => panic!("{other} is none of table 9"),
            };
            assert_eq!(status, of, "{body}");
        }
    }
    if status == 401 {
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "RFC 6750"
        );
    }
}

/// Section 3.4.2.
#[track_caller]
fn is_list(body: &Value, partial: bool) {
    for name in ["totalResults", "itemsPerPage", "startIndex"] {
        assert!(body[name].is_u64(), "{name} is a whole number: {body}");
    }
    let resources = body["Resources"].as_array().expect("a list");
    assert_eq!(body["itemsPerPage"], resources.len());
    assert!(body["totalResults"].as_u64() >= body["itemsPerPage"].as_u64());
    resources.iter().for_each(|each| is_resource(each, partial));
}

/// A resource: its common attributes (RFC 7643, section 3.1) and those of its schema.
#[track_caller]
pub fn is_resource(body: &Value, partial: bool) {
    let schemas = schemas(body);
    let [urn] = schemas.as_slice() else {
        panic!("one schema: {body}")
    };
    let known = definition(urn).unwrap_or_else(|| panic!("no schema of the standard: {urn}"));
    let kind = urn.rsplit(':').next().expect("a name");
    if kind != "ServiceProviderConfig" {
        assert!(
            !body["id"].as_str().expect("an id").is_empty(),
            "always returned"
        );
    }
    if !partial {
        assert_eq!(body["meta"]["resourceType"], kind);
        let location = body["meta"]["location"].as_str().expect("a location");
        assert!(
            location.starts_with(&format!("{ORIGIN}/scim/v2/")),
            "{location}"
        );
        if let Some(id) = body["id"].as_str() {
            assert!(location.ends_with(id), "{location}");
        }
        known.is_complete(body);
    }
    for (name, value) in body.as_object().expect("an object") {
        if name != "schemas" && !rfc7643::is_common(name, value) {
            known.fits(name, value, false);
        }
    }
}
