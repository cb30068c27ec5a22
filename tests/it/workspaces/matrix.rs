//! Everything that has an identifier, asked of another workspace: it is as if it weren't there, and
//! nothing changes.
//!
//! The caller is the Owner of Larkfield, with a fresh sign-in: nobody may do more. Each request is sent
//! twice: with identifiers of Elsewhere, and with such that nobody has. Both answers have to be the same,
//! and every row of Elsewhere as it was.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::Method};
use guestpass::{
    base::id::{
        AttachmentId, IntentId, ItemId, LinkId, MemberId, PasskeyId, ProviderId, ScimTokenId,
        SessionId, TeamId, WorkspaceId,
    },
    db::DatabaseUrl,
    features::permission::{Action, Resource, TABLE},
};
use serde_json::{Value, json};

use crate::support::{
    Answer, MemberCaller, TestApp,
    provider::Provider,
    scim::{Directory, GROUP, described},
};

/// Identifiers by what they name.
type Ids = BTreeMap<&'static str, String>;

/// A request. A word in braces stands for an identifier of that kind: each is Elsewhere's where it has a
/// `!`, and Larkfield's own otherwise.
struct Case {
    method: Method,
    path: &'static str,
    body: Value,
    /// The line of the permission table that it is about.
    row: Option<(Resource, Action)>,
}

fn case(method: Method, path: &'static str, body: Value) -> Case {
    Case {
        method,
        path,
        body,
        row: None,
    }
}

impl Case {
    fn about(mut self, resource: Resource, action: Action) -> Self {
        self.row = Some((resource, action));
        self
    }
}

/// Routes with an identifier that anybody may ask, and why.
const OPEN: [&str; 4] = [
    // They describe the protocol, and are the same for everybody.
    "/scim/v2/ResourceTypes/{id}",
    "/scim/v2/Schemas/{id}",
    // Whoever has the link of a workspace's sign-in page sees its logo.
    "/sign-in/workspaces/{id}/logo",
    // What counts is the provider's signature; the tests of logging out try foreign ones.
    "/providers/{id}/logout",
];

#[expect(clippy::too_many_lines, reason = "a list: a line for each request")]
fn cases() -> Vec<Case> {
    use Action::{Add, Change, Download, Leave, Remove, Revoke, See, Use};
    use Resource::{Activity, Attachment, Grant, Item, Link, Team};

    let (get, post, put, patch, delete) = (
        |path| case(Method::GET, path, json!({})),
        |path, body| case(Method::POST, path, body),
        |path, body| case(Method::PUT, path, body),
        |path, body| case(Method::PATCH, path, body),
        |path| case(Method::DELETE, path, json!({})),
    );
    let none = || json!({});
    let leave = |to: &str| json!({ "links": "hand_over", "hand_over_to": to });
    let patched = |path: &str, value: Value| {
        let operation = json!({ "op": "replace", "path": path, "value": value });
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        })
    };
    let group = |user: &str| json!({ "schemas": [GROUP], "displayName": "Mine", "members": [{ "value": user }] });
    let provider = || {
        json!({
            "name": "Theirs", "issuer": "https://idp.example", "client_id": "c", "client_secret": "s",
            "default_role": "user", "groups_claim": "groups",
        })
    };
    let answer = || json!({ "ceremony": format!("pkc_{}", "0".repeat(32)), "credential": {} });
    let sealed = || {
        json!({
            "lid": "AAAAAAAAAAAAAAAAAAAAAA", "v0": "A".repeat(43), "commit": "A".repeat(43),
            "iv": "A".repeat(16), "ct": "A".repeat(1400),
            "header": { "kind": "account", "flags": 0, "created_at": 1, "expires_at": 2 },
        })
    };
    vec![
        get("/items/{item!}").about(Item, See),
        patch("/items/{item!}", json!({ "version": 1, "name": "Mine" })).about(Item, Change),
        delete("/items/{item!}").about(Item, Remove),
        post("/items/{item!}/reveal", json!({ "field": "password" })).about(Item, Use),
        get("/items/{item!}/code").about(Item, Use),
        get("/items/{item!}/access").about(Grant, See),
        put("/items/{item!}/access/{member}", json!({ "role": "owner" })).about(Grant, Change),
        put(
            "/items/{item!}/access/{member!}",
            json!({ "role": "owner" }),
        )
        .about(Grant, Change),
        put("/items/{item}/access/{member!}", json!({ "role": "owner" })).about(Grant, Change),
        delete("/items/{item!}/access/{member!}").about(Grant, Remove),
        delete("/items/{item}/access/{member!}").about(Grant, Remove),
        delete("/items/{item!}/access/{member}").about(Grant, Leave),
        put(
            "/items/{item!}/access/teams/{team}",
            json!({ "role": "owner" }),
        )
        .about(Grant, Change),
        put(
            "/items/{item!}/access/teams/{team!}",
            json!({ "role": "owner" }),
        )
        .about(Grant, Change),
        put(
            "/items/{item}/access/teams/{team!}",
            json!({ "role": "owner" }),
        )
        .about(Grant, Change),
        delete("/items/{item!}/access/teams/{team!}").about(Grant, Remove),
        delete("/items/{item}/access/teams/{team!}").about(Grant, Remove),
        get("/teams/{team!}").about(Team, See),
        patch("/teams/{team!}", json!({ "name": "Mine" })).about(Team, Change),
        delete("/teams/{team!}").about(Team, Remove),
        delete("/teams/{team!}/members/{member}").about(Team, Leave),
        put(
            "/teams/{team!}/members/{member}",
            json!({ "role": "admin" }),
        ),
        put(
            "/teams/{team!}/members/{member!}",
            json!({ "role": "admin" }),
        ),
        put(
            "/teams/{team}/members/{member!}",
            json!({ "role": "member" }),
        ),
        delete("/teams/{team!}/members/{member!}"),
        delete("/teams/{team}/members/{member!}"),
        post(
            "/items/{item!}/attachments",
            json!({ "name": "a.txt", "size": 1 }),
        )
        .about(Attachment, Add),
        get("/items/{secret!}/attachments/{attachment!}/content").about(Attachment, Download),
        get("/items/{secret}/attachments/{attachment!}/content").about(Attachment, Download),
        put("/items/{secret!}/attachments/{attachment!}/content", none()).about(Attachment, Add),
        put("/items/{secret}/attachments/{attachment!}/content", none()).about(Attachment, Add),
        delete("/items/{secret!}/attachments/{attachment!}").about(Attachment, Remove),
        delete("/items/{secret}/attachments/{attachment!}").about(Attachment, Remove),
        get("/items/{item!}/links").about(Link, See),
        post("/links/{link!}/revoke", none()).about(Link, Revoke),
        post(
            "/share-intents",
            json!({ "item": "{item!}", "expires_in": 3600 }),
        )
        .about(Link, Add),
        get("/share-intents/{intent!}"),
        delete("/share-intents/{intent!}"),
        post("/share-intents/{intent!}/resend", none()),
        post("/share-intents/{intent!}/passkey/begin", none()),
        post("/share-intents/{intent!}/passkey/finish", answer()),
        get("/share-intents/{intent!}/events"),
        get("/share-intents/{intent!}/payload"),
        put("/share-intents/{intent!}/link", sealed()),
        get("/activity?item={item!}").about(Activity, See),
        get("/activity?link={link!}").about(Activity, See),
        get("/activity?member={member!}").about(Activity, See),
        post("/members/{member!}/invitation", none()),
        put("/members/{member!}/role", json!({ "role": "admin" })),
        post("/members/{member!}/reinstate", none()),
        get("/members/{member!}/leaving"),
        post("/members/{member!}/suspend", leave("{member}")),
        post("/members/{member}/suspend", leave("{member!}")),
        post("/members/{member!}/remove", leave("{member}")),
        post("/members/{member}/remove", leave("{member!}")),
        post("/members/{member!}/hand-over", json!({ "to": "{member}" })),
        post("/members/{member}/hand-over", json!({ "to": "{member!}" })),
        post("/workspace/owner", json!({ "to": "{member!}" })),
        delete("/sessions/{session!}"),
        patch("/passkeys/{passkey!}", json!({ "name": "Mine" })),
        delete("/passkeys/{passkey!}"),
        put("/providers/{provider!}", provider()),
        delete("/providers/{provider!}"),
        post("/providers/{provider!}/test", none()),
        post("/session/identities", json!({ "provider": "{provider!}" })),
        delete("/session/identities/{provider!}"),
        put("/session/workspace", json!({ "workspace": "{workspace!}" })),
        delete("/provisioning/tokens/{token!}"),
        get("/scim/v2/Users/{user!}"),
        put("/scim/v2/Users/{user!}", described("mine", "M", "M")),
        patch("/scim/v2/Users/{user!}", patched("active", json!(false))),
        delete("/scim/v2/Users/{user!}"),
        get("/scim/v2/Groups/{group!}"),
        put("/scim/v2/Groups/{group!}", group("{user}")),
        put("/scim/v2/Groups/{group}", group("{user!}")),
        patch(
            "/scim/v2/Groups/{group!}",
            patched("displayName", json!("Mine")),
        ),
        patch(
            "/scim/v2/Groups/{group}",
            patched("members", json!([{ "value": "{user!}" }])),
        ),
        delete("/scim/v2/Groups/{group!}"),
    ]
}

/// A workspace with one of everything.
async fn furnish(app: &TestApp, owner: &MemberCaller, other: &MemberCaller) -> Ids {
    let mut ids = Ids::new();
    let item = owner.add_account().await;
    let link = app.share(owner, &item, false).await;
    let secret = json!({ "kind": "secret", "name": "Plan", "body": "in the drawer" });
    let secret: Value = owner.post("/items", secret).await.is(201).json();
    let secret = secret["id"].as_str().expect("an id").to_owned();
    let files = format!("/items/{secret}/attachments");
    let file = json!({ "name": "plan.txt", "size": 4 });
    let file: Value = owner.post(&files, file).await.is(201).json();
    let file = file["id"].as_str().expect("an id").to_owned();
    let content = format!("{files}/{file}/content");
    owner.put_bytes(&content, b"plan".to_vec()).await.is(204);
    owner.add_passkey().await;
    let team = owner.makes_team("Ops", &[]).await;
    let passkeys: Value = owner.get("/passkeys").await.is(200).json();
    let sessions: Value = owner.get("/sessions").await.is(200).json();
    let workspace: Value = owner.get("/workspace").await.is(200).json();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    ids.insert("intent", owner.ask(&item, true).await.id);
    ids.insert("item", item);
    ids.insert("link", link.id);
    ids.insert("secret", secret);
    ids.insert("attachment", file);
    ids.insert("member", other.brief.id.clone());
    ids.insert("passkey", text(&passkeys["passkeys"][0]["id"]));
    ids.insert("team", team);
    ids.insert("session", text(&sessions["sessions"][0]["id"]));
    ids.insert("workspace", text(&workspace["workspace"]["id"]));
    ids
}

/// A directory with a user and a group.
async fn provision(app: &TestApp, owner: &MemberCaller, ids: &mut Ids) -> Directory {
    let directory = app.directory(owner).await;
    let user = directory.creates(described("noor", "Noor", "Ito")).await;
    let group =
        json!({ "schemas": [GROUP], "displayName": "Night", "members": [{ "value": user }] });
    let group: Value = directory.post("/Groups", group).await.is(201).json();
    ids.insert("user", user);
    ids.insert("group", group["id"].as_str().expect("an id").to_owned());
    ids.insert("token", directory.id.clone());
    directory
}

/// Identifiers that nobody has.
fn unknown(app: &TestApp) -> Ids {
    let now = app.now();
    Ids::from([
        ("attachment", AttachmentId::new(now).to_string()),
        ("intent", IntentId::new(now).to_string()),
        ("item", ItemId::new(now).to_string()),
        ("link", LinkId::new(now).to_string()),
        ("member", MemberId::new(now).to_string()),
        ("passkey", PasskeyId::new(now).to_string()),
        ("provider", ProviderId::new(now).to_string()),
        ("secret", ItemId::new(now).to_string()),
        ("session", SessionId::new(now).to_string()),
        ("group", TeamId::new(now).to_string()),
        ("team", TeamId::new(now).to_string()),
        ("token", ScimTokenId::new(now).to_string()),
        ("user", MemberId::new(now).to_string()),
        ("workspace", WorkspaceId::new(now).to_string()),
    ])
}

/// Puts identifiers in the place of the words.
fn filled(text: &str, own: &Ids, theirs: &Ids) -> String {
    let mut text = text.to_owned();
    for (ids, end) in [(own, "}"), (theirs, "!}")] {
        for (kind, id) in ids {
            text = text.replace(&format!("{{{kind}{end}"), id);
        }
    }
    text
}

async fn send(
    (by, directory): (&MemberCaller, &Directory),
    case: &Case,
    own: &Ids,
    theirs: &Ids,
) -> Answer {
    let path = filled(case.path, own, theirs);
    let body = filled(&case.body.to_string(), own, theirs);
    let left = [&path, &body].into_iter().any(|text| text.contains("!}"));
    assert!(!left, "an identifier is missing: {path} {body}");
    if path.ends_with("/content") && case.method == Method::PUT {
        return by.put_bytes(&path, b"mine".to_vec()).await;
    }
    if let Some(path) = path.strip_prefix("/scim/v2") {
        let body = serde_json::from_str(&body).expect("JSON");
        let body = Some(body).filter(|body| *body != json!({}));
        return directory.call(case.method.clone(), path, body).await;
    }
    let request = by.request(case.method.clone(), &path);
    let request = request.header("content-type", "application/json");
    by.call(request, Body::from(body)).await
}

/// An answer without what differs each time.
fn essence(answer: &Answer, theirs: &Ids) -> (u16, String) {
    let mut text = answer.text();
    for (kind, id) in theirs {
        text = text.replace(id, kind);
    }
    (answer.status.as_u16(), text)
}

/// Every row of a workspace, table by table.
async fn rows_of(app: &TestApp, workspace: &str) -> BTreeMap<String, Vec<String>> {
    match app.url() {
        DatabaseUrl::Sqlite(path) => {
            let db = rusqlite::Connection::open(path).expect("the database opens");
            sqlite_rows(&db, workspace)
        }
        DatabaseUrl::Postgres(url) => {
            let connected = tokio_postgres::connect(url.expose(), tokio_postgres::NoTls).await;
            let (client, connection) = connected.expect("the server can be reached");
            tokio::spawn(connection);
            postgres_rows(&client, workspace).await
        }
    }
}

/// The column that says whose a row is.
fn column(table: &str) -> &'static str {
    match table {
        "workspaces" => "id",
        _ => "workspace_id",
    }
}

fn sqlite_rows(db: &rusqlite::Connection, workspace: &str) -> BTreeMap<String, Vec<String>> {
    let tables = "SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND (m.name = 'workspaces' \
                  OR EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'workspace_id'))";
    let mut tables = db.prepare(tables).expect("a statement");
    let tables = tables.query_map([], |row| row.get::<_, String>(0));
    let mut found = BTreeMap::new();
    for table in tables.expect("tables").map(|name| name.expect("a name")) {
        let all = format!("SELECT * FROM {table} WHERE {} = ?1", column(&table));
        let mut all = db.prepare(&all).expect("a statement");
        let width = all.column_count();
        let texts = all.query_map([workspace], |row| {
            let cells = (0..width).map(|at| row.get::<_, rusqlite::types::Value>(at));
            Ok(format!("{:?}", cells.collect::<Result<Vec<_>, _>>()?))
        });
        let texts: Result<BTreeSet<String>, _> = texts.expect("rows").collect();
        found.insert(table, texts.expect("rows").into_iter().collect());
    }
    found
}

async fn postgres_rows(
    client: &tokio_postgres::Client,
    workspace: &str,
) -> BTreeMap<String, Vec<String>> {
    let tables = "SELECT DISTINCT c.table_name::text FROM information_schema.columns c \
                  JOIN pg_class t ON t.relname = c.table_name AND NOT t.relispartition \
                  WHERE c.table_schema = 'public' \
                  AND (c.column_name = 'workspace_id' OR c.table_name = 'workspaces')";
    let mut found = BTreeMap::new();
    for row in client.query(tables, &[]).await.expect("tables") {
        let table: String = row.get(0);
        let all = format!(
            "SELECT t::text FROM {table} t WHERE {} = $1",
            column(&table)
        );
        let rows = client.query(&all, &[&workspace]).await.expect("rows");
        let texts: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
        found.insert(table, texts.into_iter().collect());
    }
    found
}

/// A path as the API's description writes it, whatever its parameters are called.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts = path.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_with_an_identifier_has_a_case() {
    let described = serde_json::to_value(guestpass::web::document()).expect("a document");
    let tried: BTreeSet<(String, String)> = cases()
        .iter()
        .map(|case| (case.method.to_string(), shape(case.path)))
        .collect();
    let (mut missing, mut routes) = (Vec::new(), 0);
    for (path, methods) in described["paths"].as_object().expect("paths") {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        if !path.contains('{') || OPEN.contains(&path) {
            continue;
        }
        for method in methods.as_object().expect("methods").keys() {
            routes += 1;
            if !tried.contains(&(method.to_uppercase(), shape(path))) {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "nobody tries them from another workspace: {missing:?}"
    );
    assert!(routes > 30, "{routes} routes were read");
}

#[test]
fn every_line_of_the_permission_table_has_a_case() {
    let tried: Vec<_> = cases().iter().filter_map(|case| case.row).collect();
    for row in TABLE {
        let what = (row.resource, row.action);
        // Whoever adds one of these adds it to their own.
        let (item, team) = (Resource::Item, Resource::Team);
        if ![(item, Action::Add), (team, Action::Add)].contains(&what) {
            assert!(
                tried.contains(&what),
                "nobody tries {what:?} from another workspace"
            );
        }
    }
}

#[tokio::test]
async fn what_is_another_workspaces_is_as_if_it_werent_there() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let yan = guestpass::features::members::NewMember {
        email: "yan@elsewhere.example".to_owned(),
        first_name: "Yan".to_owned(),
        last_name: "Novak".to_owned(),
        role: guestpass::features::members::WorkspaceRole::User,
    };
    let yan = app.joins(&zoe, yan).await;
    let mut own = furnish(&app, &team.mira, &team.ben).await;
    let mut theirs = furnish(&app, &zoe, &yan).await;
    let provider = Provider::start(&app).await;
    own.insert("provider", provider.added_by(&team.mira).await);
    theirs.insert("provider", provider.added_by(&zoe).await);
    let directory = provision(&app, &team.mira, &mut own).await;
    provision(&app, &zoe, &mut theirs).await;
    app.run_jobs().await;
    guestpass::features::audit::chain_all(app.app.db())
        .await
        .expect("it chains");

    let nobodys = unknown(&app);
    let before = rows_of(&app, &theirs["workspace"]).await;
    assert!(
        before["items"].len() >= 2 && before["events"].len() > 10,
        "there is something to lose"
    );
    for case in cases() {
        let what = format!("{} {} {}", case.method, case.path, case.body);
        let callers = (&team.mira, &directory);
        let foreign = send(callers, &case, &own, &theirs).await;
        let missing = send(callers, &case, &own, &nobodys).await;
        assert_eq!(
            essence(&foreign, &theirs),
            essence(&missing, &nobodys),
            "{what}"
        );
        // A directory is told that a member isn't there as that a value isn't right.
        assert!(
            foreign.status != 400 || case.path.starts_with("/scim"),
            "nothing is tried by {what}: {}",
            foreign.text()
        );
        let harmless = case.method == Method::DELETE || case.path.starts_with("/activity");
        assert!(
            harmless || foreign.status.as_u16() >= 400,
            "{what}: {}",
            foreign.status
        );
        let after = rows_of(&app, &theirs["workspace"]).await;
        assert_eq!(after, before, "{what}");
    }
    app.run_jobs().await;
}
