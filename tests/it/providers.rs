//! OpenID Connect providers: looking after them, and signing in by them.

mod hostile;
mod joining;
mod logout;
mod teams;

use guestpass::db::sql;
use guestpass_api_types::sign_in::Session;
use serde_json::{Value, json};

use crate::support::{
    Browser, MemberCaller, TestApp,
    provider::{CLIENT_SECRET, Provider, noor, set_out},
};

/// What the log says of the last refusal.
async fn last_refusal(app: &TestApp) -> String {
    sql("SELECT details FROM events WHERE action = 'sign_in.refused' ORDER BY at DESC, id DESC LIMIT 1")
        .optional(app.app.db())
        .await
        .expect("the log")
        .map_or_else(String::new, |row| row.get("details").expect("a text"))
}

async fn session(browser: &Browser) -> Session {
    browser.get("/session").await.is(200).json()
}

async fn list(admin: &MemberCaller) -> Value {
    admin.get("/providers").await.is(200).json()
}

/// Has a signed-in member connect their account, whoever that is at the provider.
async fn connect(provider: &Provider, member: &MemberCaller, id: &str) {
    let body = json!({ "provider": id });
    let onward: Value = member
        .post("/session/identities", body)
        .await
        .is(200)
        .json();
    let back = provider.agrees(onward["url"].as_str().expect("an address"));
    let done: Value = member
        .post("/sign-in/providers/return", back)
        .await
        .is(200)
        .json();
    assert_eq!(done["connected"], true);
}

fn mira_there() -> Value {
    json!({ "sub": "mira-1", "email": "mira@larkfield.example", "email_verified": true })
}

#[tokio::test]
async fn admins_look_after_providers_and_nobody_gets_the_secret_back() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.ada).await;
    let shown = list(&team.mira).await;
    let first = &shown["providers"][0];
    assert_eq!(
        (&first["id"], &first["name"]),
        (&json!(id), &json!("Larkfield ID"))
    );
    assert_eq!(first["unconnected"], 4);
    let origin = crate::support::ORIGIN;
    assert_eq!(shown["redirect_uri"], format!("{origin}/sign-in/return"));
    assert_eq!(
        first["logout_uri"],
        format!("{origin}/api/v1/providers/{id}/logout")
    );

    let mut changed = provider.settings();
    changed["name"] = json!("Larkfield login");
    changed["client_secret"] = json!(null);
    changed["domains"] = json!(["@LARKFIELD.example", "larkfield.example"]);
    changed["groups"] = json!([{ "group": "ops", "role": "admin" }]);
    let path = format!("/providers/{id}");
    let answer: Value = team.mira.put(&path, &changed).await.is(200).json();
    assert_eq!(answer["domains"], json!(["larkfield.example"]));
    assert_eq!(answer["groups"], changed["groups"]);
    let ways: Value = app.anon().get("/sign-in/providers").await.is(200).json();
    let brief = json!({ "id": id, "name": "Larkfield login" });
    assert_eq!(ways["providers"], json!([brief]));
    assert_eq!(ways["mail"], true);
    // The secret stayed: it still signs people in.
    provider.signs_in(&app.anon(), &id).await.is(200);

    let all = format!("{shown}{answer}{ways}");
    assert!(!all.contains("canary"), "{all}");
    if let Some(bytes) = app.database_bytes().await {
        let secret = CLIENT_SECRET.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    team.ada.delete(&path).await.is(204);
    team.ada.delete(&path).await.problem(404, "not_found");
    assert_eq!(list(&team.mira).await["providers"], json!([]));
    let actions: Value = team
        .mira
        .get("/activity?action=provider.")
        .await
        .is(200)
        .json();
    let actions: Vec<_> = actions["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| {
            (
                event["action"].as_str().expect("a text"),
                event["actor"].as_str().expect("a name"),
            )
        })
        .collect();
    assert_eq!(
        actions,
        [
            ("provider.removed", "Ada Lindqvist"),
            ("provider.changed", "Mira Okafor"),
            ("provider.added", "Ada Lindqvist"),
        ]
    );
}

#[tokio::test]
async fn users_strangers_and_stale_sessions_change_nothing() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.mira).await;
    let (path, test) = (format!("/providers/{id}"), format!("/providers/{id}/test"));
    let settings = provider.settings();

    let anon = app.anon();
    anon.get("/providers").await.problem(401, "signed_out");
    anon.post("/providers", &settings)
        .await
        .problem(401, "signed_out");
    anon.put(&path, &settings).await.problem(401, "signed_out");
    anon.delete(&path).await.problem(401, "signed_out");
    anon.post(&test, json!({})).await.problem(401, "signed_out");
    anon.get("/session/identities")
        .await
        .problem(401, "signed_out");
    let body = json!({ "provider": id });
    anon.post("/session/identities", &body)
        .await
        .problem(401, "signed_out");
    anon.delete(&format!("/session/identities/{id}"))
        .await
        .problem(401, "signed_out");

    team.ben.get("/providers").await.problem(403, "not_admin");
    team.ben
        .post("/providers", &settings)
        .await
        .problem(403, "not_admin");
    team.ben
        .put(&path, &settings)
        .await
        .problem(403, "not_admin");
    team.ben.delete(&path).await.problem(403, "not_admin");
    team.ben
        .post(&test, json!({}))
        .await
        .problem(403, "not_admin");

    zoe.put(&path, &settings).await.problem(404, "not_found");
    zoe.delete(&path).await.problem(404, "not_found");
    zoe.post(&test, json!({})).await.problem(404, "not_found");
    zoe.post("/session/identities", &body)
        .await
        .problem(404, "not_found");
    assert_eq!(list(&zoe).await["providers"], json!([]));

    app.advance(std::time::Duration::from_secs(601));
    team.mira
        .post("/providers", &settings)
        .await
        .problem(403, "step_up_needed");
    team.mira
        .put(&path, &settings)
        .await
        .problem(403, "step_up_needed");
    team.mira.delete(&path).await.problem(403, "step_up_needed");
    team.ben
        .post("/session/identities", &body)
        .await
        .problem(403, "step_up_needed");
    let own = format!("/session/identities/{id}");
    team.ben.delete(&own).await.problem(403, "step_up_needed");
    assert_eq!(
        list(&team.mira).await["providers"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn values_that_cant_be_taken_are_named() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    for (field, value) in [
        ("name", json!(" ")),
        ("issuer", json!("http://id.larkfield.example")),
        ("issuer", json!("https://id.larkfield.example?x")),
        ("client_id", json!("")),
        ("client_secret", json!(null)),
        ("client_secret", json!("")),
        ("domains", json!(["not a domain"])),
        ("default_role", json!("owner")),
        ("groups_claim", json!("a\nb")),
        ("groups", json!([{ "group": " ", "role": "user" }])),
    ] {
        let mut settings = provider.settings();
        settings[field] = value.clone();
        let problem = mira
            .post("/providers", settings)
            .await
            .problem(422, "invalid");
        let fields: Vec<_> = problem.fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, [field], "{value}");
    }
    let id = provider.added_by(&mira).await;
    let mut moved = provider.settings();
    moved["issuer"] = json!("https://id.elsewhere.example");
    moved["client_secret"] = json!(null);
    let problem = mira
        .put(&format!("/providers/{id}"), moved)
        .await
        .problem(422, "invalid");
    assert_eq!(
        problem.fields[0].field, "client_secret",
        "the old secret stays with the old issuer"
    );
    for _ in 1..10 {
        provider.added_by(&mira).await;
    }
    let eleventh = mira.post("/providers", provider.settings()).await;
    eleventh.problem(409, "too_many_providers");
}

#[tokio::test]
async fn a_test_of_the_connection_explains_what_is_wrong() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let path = format!("/providers/{id}/test");
    let test = async || -> Value { mira.post(&path, json!({})).await.is(200).json() };
    let good = test().await;
    assert_eq!((&good["ok"], &good["code"]), (&json!(true), &json!("ok")));
    assert_eq!(
        (&good["ends_sessions"], &good["tells_of_logouts"]),
        (&json!(true), &json!(true))
    );

    let cases: [(&str, Value, &str); 7] = [
        ("issuer", json!("https://other.example"), "issuer_differs"),
        (
            "response_types_supported",
            json!(["id_token"]),
            "no_code_flow",
        ),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            "no_s256",
        ),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256"]),
            "no_algorithm",
        ),
        ("token_endpoint", json!(null), "not_a_document"),
        (
            "token_endpoint",
            json!("http://id.example/token"),
            "endpoint",
        ),
        (
            "jwks_uri",
            json!(format!("{}/nothing", provider.issuer())),
            "keys",
        ),
    ];
    for (name, value, code) in cases {
        provider.describes(move |document| document[name] = value.clone());
        let found = test().await;
        assert_eq!(
            (&found["ok"], &found["code"]),
            (&json!(false), &json!(code)),
            "{found}"
        );
    }
    for (status, body, code) in [
        (404, String::new(), "no_document"),
        // Wherever it leads: nobody follows.
        (302, String::new(), "no_document"),
        (200, "<html>".to_owned(), "not_a_document"),
        (200, " ".repeat(300 * 1024), "too_large"),
    ] {
        provider.ways().broken = Some((status, body));
        assert_eq!(test().await["code"], code);
    }
    drop(provider);
    let gone = test().await;
    assert_eq!(gone["code"], "cant_connect");
    assert!(
        gone["message"]
            .as_str()
            .is_some_and(|text| text.contains("Nothing answers"))
    );
    let tests: Value = mira
        .get("/activity?action=provider.tested")
        .await
        .is(200)
        .json();
    assert_eq!(tests["events"].as_array().map(Vec::len), Some(13));
}

#[tokio::test]
async fn the_only_way_in_leaves_mail_without_an_answer_and_the_operator_with_a_link() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&team.mira).await;
    let path = format!("/providers/{id}");
    let mut settings = provider.settings();
    settings["only_way_in"] = json!(true);
    let new = team.mira.post("/providers", &settings).await;
    new.problem(409, "not_connected");
    let locked_out = team.mira.put(&path, &settings).await;
    locked_out.problem(409, "not_connected");

    // A mail that is under way when the door closes.
    let early = app.anon();
    early.start_sign_in("ben@larkfield.example").await;
    let token = app.newest_mail_to("ben@larkfield.example").await.token();

    provider.is_now(mira_there());
    connect(&provider, &team.mira, &id).await;
    team.mira.put(&path, &settings).await.is(200);
    let ways: Value = app.anon().get("/sign-in/providers").await.is(200).json();
    assert_eq!(ways["mail"], false);

    let confirmed = early
        .post("/sign-in/confirm", json!({ "token": token }))
        .await;
    confirmed.problem(410, "flow_over");
    let before = app.mailbox().await.len();
    for email in [
        "ben@larkfield.example",
        "mira@larkfield.example",
        "nobody@larkfield.example",
    ] {
        let started = app.anon().start_sign_in(email).await;
        assert_eq!(
            started.expires_at,
            app.now().millis() + 15 * 60_000,
            "{email}"
        );
    }
    assert_eq!(app.mailbox().await.len(), before, "nothing was sent");
    provider.signs_in(&app.anon(), &id).await.is(200);

    let printed = app
        .app
        .sign_ins()
        .print_link("Mira@larkfield.example", None, app.now())
        .await;
    let printed = printed.expect("a link").expose().to_owned();
    let (_, token) = printed.split_once('#').expect("a token");
    for not_owner in ["ada@larkfield.example", "nobody@larkfield.example"] {
        let refused = app
            .app
            .sign_ins()
            .print_link(not_owner, None, app.now())
            .await;
        assert!(refused.is_err(), "{not_owner}");
    }
    let mira = app.anon();
    let body = json!({ "token": token });
    let details: Value = mira.post("/sign-in/inspect", &body).await.is(200).json();
    assert_eq!(details["same_browser"], true, "no code is wanted");
    mira.post("/sign-in/confirm", &body).await.is(200);
    assert_eq!(session(&mira).await.member.email, "mira@larkfield.example");
    let again = app.anon().post("/sign-in/confirm", &body).await;
    again.problem(410, "flow_over");
    let events: Value = mira
        .get("/activity?action=sign_in.link")
        .await
        .is(200)
        .json();
    assert_eq!(events["events"][0]["action"], "sign_in.link_printed");
    assert_eq!(events["events"][0]["target"], "Mira Okafor");
    let method = sql("SELECT method FROM sessions ORDER BY created_at DESC, id DESC LIMIT 1");
    let method: String = method
        .one(app.app.db())
        .await
        .expect("one")
        .get("method")
        .expect("it");
    assert_eq!(method, "link");
}

#[tokio::test]
async fn no_admin_locks_the_owner_out() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let own = Provider::start(&app).await;
    let companys = Provider::start(&app).await;
    let ada = json!({ "sub": "ada-1", "email": "ada@larkfield.example", "email_verified": true });
    let change = async |provider: &Provider, id: &str, only_way_in: bool| {
        let mut settings = provider.settings();
        settings["only_way_in"] = json!(only_way_in);
        team.ada.put(&format!("/providers/{id}"), settings).await
    };
    let mut ids = Vec::new();
    for provider in [&own, &companys] {
        let id = provider.added_by(&team.ada).await;
        provider.is_now(ada.clone());
        connect(provider, &team.ada, &id).await;
        ids.push(id);
    }
    let refused = change(&own, &ids[0], true).await;
    refused.problem(409, "owner_not_connected");
    let ways: Value = app.anon().get("/sign-in/providers").await.is(200).json();
    assert_eq!(ways["mail"], true, "nothing was changed");

    companys.is_now(mira_there());
    connect(&companys, &team.mira, &ids[1]).await;
    change(&companys, &ids[1], true).await.is(200);
    change(&own, &ids[0], true).await.is(200);
    // The one that the Owner comes in by stays, for as long as another one is the only way in.
    let refused = change(&companys, &ids[1], false).await;
    refused.problem(409, "owner_not_connected");
    let path = format!("/providers/{}", ids[1]);
    let refused = team.ada.delete(&path).await;
    refused.problem(409, "owner_not_connected");
    let mira = app.anon();
    companys.signs_in(&mira, &ids[1]).await.is(200);
    assert_eq!(session(&mira).await.member.id, team.mira.brief.id);
    change(&own, &ids[0], false).await.is(200);
    team.ada.delete(&path).await.is(204);
    let ways: Value = app.anon().get("/sign-in/providers").await.is(200).json();
    assert_eq!(ways["mail"], true);
}

#[tokio::test]
async fn the_secrets_of_a_visit_and_a_session_are_sealed() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let anon = app.anon();
    let url = set_out(&anon, &id).await;
    let query: std::collections::HashMap<String, String> = url::Url::parse(&url)
        .expect("it")
        .query_pairs()
        .into_owned()
        .collect();
    provider.is_now(noor());
    provider.signs_in(&app.anon(), &id).await.is(200);
    if let Some(bytes) = app.database_bytes().await {
        for secret in [&query["state"], &query["nonce"], &"eyJ".to_owned()] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}
