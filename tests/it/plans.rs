//! How the databases find what they are asked for: no statement may look through a whole table that
//! grows.

use guestpass::{
    db::{
        DatabaseUrl,
        seen::{self, Seen},
    },
    features::members::WorkspaceRole,
};
use serde_json::json;

use crate::support::{
    MemberCaller, Team, TestApp, answer, person,
    provider::{Provider, noor},
    scim::{GROUP, described},
};

/// Tables that hold a handful of rows, whatever happens.
const SMALL: [&str; 6] = [
    "providers",
    "workspaces",
    "workspace_logos",
    "event_chains",
    "key_encryption_keys",
    "clock_marks",
];

#[tokio::test]
async fn no_statement_looks_through_a_whole_table() {
    let app = TestApp::new().await;
    use_everything(&app).await;
    let statements = seen::all();
    for needle in [
        "UPDATE links SET binder",
        "INSERT INTO links",
        "DELETE FROM link_erasures",
        "UPDATE jobs SET leased_until",
        "UPDATE events SET seq",
        "UPDATE attachments SET complete",
        "UPDATE passkeys SET credential",
        "EXISTS (SELECT 1 FROM providers p WHERE p.workspace_id = w.id",
        "FROM grants g WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.item_id > $5",
        "FROM team_members n CROSS JOIN team_grants a WHERE n.workspace_id = $1",
        "AND NOT EXISTS (SELECT 1 FROM team_grants t",
        "INSERT INTO teams",
        "AND m.role = 'owner' AND i.provider_id = $2",
        "FROM workspaces w WHERE w.id = $1 AND (NOT EXISTS",
        "WHERE g.workspace_id = $1 AND g.member_id = $2 LIMIT 1",
        "LEFT JOIN team_members own",
        "FROM identities i JOIN members m",
        "DELETE FROM provider_sessions WHERE (workspace_id",
        "UPDATE scim_users SET user_name",
        "held_by_directory",
        "SELECT held_by_directory FROM members",
        "UPDATE scim_tokens SET ended_at = $3 WHERE workspace_id = $1 AND made_by = $2",
        "AND s.member_id IN (SELECT value FROM json_each($2))",
        "AND id IN (SELECT value FROM json_each($2)) AND state <> 'removed'",
        "AND member_id IN (SELECT value FROM json_each($3)) RETURNING member_id",
    ] {
        let met = statements
            .iter()
            .any(|seen| squeezed(seen.sqlite).contains(needle));
        assert!(met, "never used: {needle}");
    }
    assert!(
        statements.len() > 80,
        "only {} statements",
        statements.len()
    );
    let faults = match app.url() {
        DatabaseUrl::Sqlite(path) => sqlite_faults(path, &statements),
        DatabaseUrl::Postgres(url) => postgres_faults(url.expose(), &statements).await,
    };
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// With joins PostgreSQL went through all workspaces, and all members of one, for each link that was opened.
#[tokio::test]
async fn opening_a_link_reads_one_member_among_many() {
    let app = TestApp::new().await;
    let mira = app.team().await.mira;
    share_and_open(&app, &mira, &mira.add_account().await).await;
    app.run_jobs().await;
    let all = seen::all();
    let opening = all.iter().filter(|seen| {
        seen.sqlite.contains("w.name AS workspace_name") && seen.sqlite.contains("l.lid = $1")
    });
    let opening: Vec<_> = opening.collect();
    assert!(!opening.is_empty());
    match app.url() {
        DatabaseUrl::Sqlite(path) => {
            let connection = rusqlite::Connection::open(path).expect("the database opens");
            for seen in opening {
                let plan = sqlite_plan(&connection, seen.sqlite);
                let of_one = |line: &String| {
                    line.starts_with("SEARCH m") && line.contains("(workspace_id=? AND id=?)")
                };
                assert!(plan.iter().any(of_one), "{plan:#?}");
            }
        }
        DatabaseUrl::Postgres(url) => {
            let client = postgres(url.expose()).await;
            client
                .batch_execute(MANY_MEMBERS)
                .await
                .expect("many members");
            let of_one = |plan: &[String]| {
                let through_all = |line: &String| line.contains("Seq Scan on workspaces");
                let names_both = |line: &String| {
                    line.contains("Index Cond: ((workspace_id =")
                        && line.contains("(id = l.created_by)")
                };
                !plan.iter().any(through_all) && plan.iter().any(names_both)
            };
            for seen in opening {
                let plan = postgres_plan(&client, seen.postgres, &seen.types).await;
                assert!(of_one(&plan), "{plan:#?}");
                // What it was: so many members are enough to mislead PostgreSQL.
                let joined = postgres_plan(&client, JOINED, &seen.types).await;
                assert!(!of_one(&joined), "{joined:#?}");
            }
        }
    }
}

/// A thousand workspaces with twenty members each, and links in eight partitions more.
const MANY_MEMBERS: &str = "SET plan_cache_mode = force_generic_plan; \
    SET random_page_cost = 4; SET seq_page_cost = 1; \
    DO $$ BEGIN FOR n IN 0..7 LOOP EXECUTE format( \
      'CREATE TABLE links_far%s PARTITION OF links FOR VALUES FROM (%s) TO (%s)', n, 100000 + 32 * n, 100032 + 32 * n); \
    END LOOP; END $$; \
    INSERT INTO workspaces SELECT made.* FROM (SELECT * FROM workspaces LIMIT 1) w, generate_series(1, 1000) n, \
      jsonb_populate_record(NULL::workspaces, to_jsonb(w) || jsonb_build_object('id', 'w' || n)) made; \
    INSERT INTO members SELECT made.* FROM (SELECT * FROM members LIMIT 1) m, generate_series(1, 20000) n, \
      jsonb_populate_record(NULL::members, to_jsonb(m) || jsonb_build_object('id', 'm' || n, \
        'workspace_id', 'w' || (n % 1000 + 1), 'role', 'user', 'email_key', 'e' || n)) made; \
    ANALYZE workspaces; ANALYZE members";

const JOINED: &str = "WITH held AS MATERIALIZED (SELECT * FROM links WHERE lid = $1 AND epoch >= $3 AND v0 = $2) \
    SELECT l.id, m.first_name, w.name FROM held l JOIN workspaces w ON w.id = l.workspace_id \
    JOIN members m ON m.workspace_id = l.workspace_id AND m.id = l.created_by";

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How SQLite goes about a statement.
fn sqlite_plan(connection: &rusqlite::Connection, text: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {text}");
    let mut statement = connection.prepare(&explained).expect("it is explained");
    // Values aren't needed to explain.
    let lines = statement.raw_query().mapped(|row| row.get("detail"));
    lines.collect::<Result<_, _>>().expect("a plan")
}

fn sqlite_faults(path: &std::path::Path, statements: &[Seen]) -> Vec<String> {
    let connection = rusqlite::Connection::open(path).expect("the database opens");
    let mut faults = Vec::new();
    for seen in statements.iter().filter(|seen| is_ours(seen.sqlite)) {
        for line in sqlite_plan(&connection, seen.sqlite) {
            // `SCAN table`, `SCAN table USING INDEX …`: all of it, in whatever order.
            let table = line
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split(' ').next());
            let table = table.map(|alias| table_of(seen.sqlite, alias));
            if let Some(table) = table.filter(|table| grows(table) && !is_queue(&line)) {
                faults.push(format!("{line} ({table}): {}", squeezed(seen.sqlite)));
            }
        }
    }
    faults
}

async fn postgres(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the server can be reached");
    tokio::spawn(connection);
    client
}

/// How PostgreSQL goes about a statement, whatever its values.
async fn postgres_plan(client: &tokio_postgres::Client, text: &str, types: &[&str]) -> Vec<String> {
    let in_brackets = |list: String| match list.as_str() {
        "" => list,
        _ => format!("({list})"),
    };
    let named = in_brackets(types.join(", "));
    let values = in_brackets(vec!["NULL"; types.len()].join(", "));
    let prepare = format!("PREPARE asked {named} AS {text}");
    client
        .batch_execute(&prepare)
        .await
        .expect("it is prepared");
    let explain = format!("EXPLAIN EXECUTE asked {values}");
    let explained = client.simple_query(&explain).await;
    let lines = explained.expect("it is explained").into_iter();
    let lines = lines.filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    let lines = lines.collect();
    let forgotten = client.batch_execute("DEALLOCATE asked").await;
    forgotten.expect("it is forgotten");
    lines
}

async fn postgres_faults(url: &str, statements: &[Seen]) -> Vec<String> {
    let client = postgres(url).await;
    // A small table is read as a whole because that is quickest: see what else there would be.
    let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    client.batch_execute(settings).await.expect("settings");
    let mut faults = Vec::new();
    for seen in statements.iter().filter(|seen| is_ours(seen.postgres)) {
        for line in postgres_plan(&client, seen.postgres, &seen.types).await {
            let table = line
                .split("Seq Scan on ")
                .nth(1)
                .and_then(|rest| rest.split(' ').next());
            if let Some(table) = table.filter(|table| grows(table)) {
                faults.push(format!(
                    "{} ({table}): {}",
                    line.trim(),
                    squeezed(seen.postgres)
                ));
            }
        }
    }
    faults
}

/// Looked through in whole are indexes that hold only what waits to be done.
fn is_queue(line: &str) -> bool {
    line.contains("USING INDEX events_unchained")
        || line.contains("USING COVERING INDEX events_unchained")
}

fn grows(table: &str) -> bool {
    // What a function or a statement within gives is no table.
    !SMALL.contains(&table)
        && ![
            "CONSTANT",
            "json_each",
            "v",
            "p",
            "held",
            "either",
            "own",
            "through",
        ]
        .contains(&table)
}

/// Statements of the stores; others are the tests' own, or ask about the database itself.
fn is_ours(text: &str) -> bool {
    let verb = ["SELECT ", "WITH ", "INSERT ", "UPDATE ", "DELETE "];
    verb.iter().any(|verb| text.starts_with(verb))
        && !text.contains("pg_")
        && !text.contains("clock_timestamp")
        && text != COUNTED
}

const COUNTED: &str = "SELECT COUNT(*) FROM events WHERE seq IS NULL";

/// What an alias stands for.
fn table_of<'t>(text: &'t str, alias: &'t str) -> &'t str {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '(')
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words
        .windows(3)
        .find(|three| ["FROM", "JOIN"].contains(&three[0]) && three[2] == alias)
        .map_or(alias, |three| three[1])
}

/// A day in the life of a workspace, which meets the statements of all features.
async fn use_everything(app: &TestApp) {
    let team = app.team().await;
    let (mira, item) = (&team.mira, team.mira.add_account().await);
    let path = format!("/items/{item}");
    mira.get("/items").await.is(200);
    mira.get("/items?kind=account&filter=live").await.is(200);
    mira.get(&path).await.is(200);
    let reveal = json!({ "field": "password" });
    mira.post(&format!("{path}/reveal"), reveal).await.is(200);
    mira.get(&format!("{path}/code")).await.is(200);
    let change = json!({ "version": 1, "password": "another-one-9" });
    mira.patch(&path, change).await.is(200);
    mira.get(&format!("{path}/access")).await.is(200);
    mira.get("/members").await.is(200);
    mira.get("/session").await.is(200);
    share_and_open(app, mira, &item).await;
    use_passkeys(app, mira, &item).await;
    attach(mira).await;
    decide_and_leave(app, mira).await;
    work_in_teams(&team, &item).await;
    sign_in_elsewhere(app, mira).await;
    be_provisioned(app, mira).await;
    app.run_jobs().await;
    guestpass::features::audit::chain_all(app.app.db())
        .await
        .expect("it chains");
    assert_eq!(app.count(COUNTED).await, 0);
    for query in ["", &format!("?item={item}"), "?action=link."] {
        mira.get(&format!("/activity{query}")).await.is(200);
        team.ben.get(&format!("/activity{query}")).await.is(200);
    }
    mira.get("/workspace/mail-failures").await.is(200);
    mira.delete(&path).await.is(204);
    app.advance(std::time::Duration::from_secs(3 * 86_400));
    app.sweep().await;
    app.run_jobs().await;
}

/// What a workspace decides, and going on in another one.
async fn decide_and_leave(app: &TestApp, mira: &MemberCaller) {
    mira.get("/workspace").await.is(200);
    let changes = json!({ "name": "Larkfield", "mail_domains": [] });
    mira.patch("/workspace", changes).await.is(200);
    mira.delete("/workspace/logo").await.is(204);
    let (elsewhere, zoe) = app.other_workspace().await;
    zoe.invites(&person("mira", "Mira", "Okafor", WorkspaceRole::User))
        .await;
    let phone = app.sign_in(&mira.brief.email).await;
    phone.get("/session/workspaces").await.is(200);
    let there = json!({ "workspace": elsewhere });
    phone.put("/session/workspace", there).await.is(200);
    let path = format!("/sign-in/workspaces/{elsewhere}/logo");
    phone.get(&path).await.problem(404, "not_found");
    let page = format!("/sign-in/providers?workspace={elsewhere}");
    phone.get(&page).await.is(200);
}

/// Somebody whom a directory makes, finds, changes and removes, with a group.
async fn be_provisioned(app: &TestApp, mira: &MemberCaller) {
    let directory = app.directory(mira).await;
    let noor = directory
        .creates(described("noor.ito", "Noor", "Ito"))
        .await;
    for filter in [
        "userName eq \"noor.ito@larkfield.example\"",
        "externalId eq \"ext-noor.ito\"",
        "emails.value eq \"noor.ito@larkfield.example\"",
    ] {
        assert_eq!(directory.finds(filter).await.len(), 1, "{filter}");
    }
    directory.get("/Users").await.is(200);
    let group = json!({ "schemas": [GROUP], "displayName": "Ops", "members": [{ "value": noor }] });
    let group: serde_json::Value = directory.post("/Groups", group).await.is(201).json();
    let group = format!("/Groups/{}", group["id"].as_str().expect("an id"));
    let change = json!([{ "op": "replace", "path": "externalId", "value": "g-1" }]);
    directory.patch(&group, change).await.is(200);
    let emptied = json!([{ "op": "remove", "path": "members" }]);
    directory.patch(&group, emptied).await.is(200);
    directory.get("/Groups").await.is(200);
    directory.delete(&group).await.is(204);
    let noor = format!("/Users/{noor}");
    let mut other = described("noora", "Noora", "Ito");
    for active in [false, true] {
        other["active"] = json!(active);
        directory.put(&noor, other.clone()).await.is(200);
    }
    directory.delete(&noor).await.is(204);
    mira.get("/provisioning").await.is(200);
    let token = format!("/provisioning/tokens/{}", directory.id);
    mira.delete(&token).await.is(204);
    let release = "/provisioning/teams/release";
    mira.post(release, json!({})).await.is(200);
}

/// There and back, and out again from both ends.
async fn sign_in_elsewhere(app: &TestApp, mira: &MemberCaller) {
    let provider = Provider::start(app).await;
    let id = provider.added_by(mira).await;
    mira.get("/providers").await.is(200);
    mira.get("/session/identities").await.is(200);
    app.anon().get("/sign-in/providers").await.is(200);
    let lou = person("lou", "Lou", "Ito", WorkspaceRole::User);
    let place = format!(
        "/items/{}/access/{}",
        mira.add_account().await,
        mira.invites(&lou).await
    );
    let role = json!({ "role": "collaborator" });
    mira.put(&place, role).await.is(204);
    provider.is_now(json!({ "sub": "lou-1", "email": lou.email, "email_verified": true }));
    let given_something = provider.signs_in(&app.anon(), &id).await;
    given_something.problem(403, "mail_first");
    provider.is_now(noor());
    let noor = app.anon();
    provider.signs_in(&noor, &id).await.is(200);
    noor.delete("/session").await.is(200);
    for (name, value) in [("sid", "s-1"), ("sub", "noor-7")] {
        let token = provider.logout_token(|claims| claims[name] = json!(value));
        let token = guestpass::base::secret::SecretText::new(token);
        let client = guestpass::base::client::Client::new(None, noor.address);
        let providers = app.app.providers();
        let id = id.parse().expect("an id");
        let told = providers
            .end_by_provider(id, &token, &client, app.now())
            .await;
        told.expect("it ends what is meant");
    }
    mira.delete(&format!("/session/identities/{id}"))
        .await
        .is(204);
    mira.delete(&format!("/providers/{id}")).await.is(204);
}

async fn share_and_open(app: &TestApp, mira: &MemberCaller, item: &str) {
    for one_time in [true, false] {
        let link = app.share(mira, item, one_time).await;
        let (first, second) = (app.recipient(), app.recipient());
        for browser in [&first, &second] {
            browser.post("/guest/peek", link.proof()).await.is(200);
        }
        first.post("/guest/claim", link.proof()).await.is(200);
        second.post("/guest/claim", link.proof()).await;
        first.post("/guest/ack", link.proof()).await.is(204);
        second.post("/guest/dispute", link.proof()).await;
    }
    let links = mira.get(&format!("/items/{item}/links")).await.is(200);
    let links: serde_json::Value = links.json();
    let id = links["links"][0]["id"].as_str().expect("an id").to_owned();
    mira.get(&format!("/activity?link={id}")).await.is(200);
    mira.post(&format!("/links/{id}/revoke"), json!({}))
        .await
        .is(204);
    let intent = mira.ask(item, true).await;
    mira.get(&format!("/share-intents/{}", intent.id))
        .await
        .is(200);
    mira.delete(&format!("/share-intents/{}", intent.id))
        .await
        .is(204);
}

async fn use_passkeys(app: &TestApp, mira: &MemberCaller, item: &str) {
    let mut passkey = mira.add_passkey().await;
    let list: serde_json::Value = mira.get("/passkeys").await.is(200).json();
    let intent = mira.ask(item, true).await.id;
    for (browser, path) in [
        (app.anon().0, "/sign-in/passkey".to_owned()),
        (mira.browser(), "/step-up/passkey".to_owned()),
        (mira.browser(), format!("/share-intents/{intent}/passkey")),
    ] {
        let begun = browser.begin(&format!("{path}/begin")).await;
        let body = answer(&begun, passkey.get(&begun["options"]));
        let finish = format!("{path}/finish");
        browser.post(&finish, body).await.is(200);
    }
    mira.get("/profile/preferences").await.is(200);
    let chosen = json!({ "mail_link_opened": false, "language": "de" });
    mira.put("/profile/preferences", chosen).await.is(204);
    let rule = "/workspace/link-confirmation";
    mira.get(rule).await.is(200);
    mira.put(rule, json!({ "by": "mail" })).await.is(204);
    let id = list["passkeys"][0]["id"].as_str().expect("an id");
    let path = format!("/passkeys/{id}");
    mira.patch(&path, json!({ "name": "Laptop" })).await.is(200);
    mira.delete(&path).await.is(204);
}

async fn work_in_teams(team: &Team, item: &str) {
    let (mira, cleo) = (&team.mira, &team.cleo);
    let id = mira.makes_team("Design", &[]).await;
    let (path, shared) = (
        format!("/teams/{id}"),
        format!("/items/{item}/access/teams/{id}"),
    );
    let place = format!("{path}/members/{}", cleo.brief.id);
    mira.patch(&path, json!({ "name": "Brand" })).await.is(200);
    mira.put(&place, json!({ "role": "member" })).await.is(204);
    mira.put(&shared, json!({ "role": "owner" })).await.is(204);
    mira.get("/teams").await.is(200);
    mira.get(&format!("/items/{item}/access")).await.is(200);
    cleo.get("/items").await.is(200);
    cleo.get(&format!("/items/{item}")).await.is(200);
    cleo.get(&format!("/activity?item={item}")).await.is(200);
    mira.delete(&shared).await.is(204);
    mira.delete(&place).await.is(204);
    mira.delete(&path).await.is(204);
}

async fn attach(mira: &MemberCaller) {
    let secret = json!({ "kind": "secret", "name": "Plan", "body": "in the drawer" });
    let made: serde_json::Value = mira.post("/items", secret).await.is(201).json();
    let item = made["id"].as_str().expect("an id").to_owned();
    let file = json!({ "name": "plan.txt", "size": 4 });
    let files = format!("/items/{item}/attachments");
    let made: serde_json::Value = mira.post(&files, file).await.is(201).json();
    let file = format!("{files}/{}", made["id"].as_str().expect("an id"));
    let content = format!("{file}/content");
    mira.put_bytes(&content, b"plan".to_vec()).await.is(204);
    mira.get(&content).await.is(200);
    mira.delete(&file).await.is(204);
}
