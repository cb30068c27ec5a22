//! Groups at a provider that are teams here.

use guestpass::db::sql;
use guestpass_api_types::{
    activity::EventList,
    teams::{ManagedBy, Team, TeamDetails, TeamList},
};
use serde_json::{Value, json};

use super::{connect, list, mira_there, session};
use crate::support::{
    Browser, MemberCaller, TestApp,
    provider::{Provider, noor},
};

fn settings(provider: &Provider, teams: &[(&str, &str)]) -> Value {
    let mut settings = provider.settings();
    let pair = |(group, team): &(&str, &str)| json!({ "group": group, "team": team });
    settings["teams"] = teams.iter().map(pair).collect();
    settings
}

async fn save(by: &MemberCaller, id: &str, settings: Value) {
    by.put(&format!("/providers/{id}"), settings).await.is(200);
}

/// Noor comes back with these groups.
async fn comes(provider: &Provider, id: &str, browser: &Browser, groups: &Value) {
    let mut person = noor();
    person["groups"] = groups.clone();
    provider.is_now(person);
    provider.signs_in(browser, id).await.is(200);
}

async fn teams(by: &Browser) -> Vec<Team> {
    by.get("/teams").await.is(200).json::<TeamList>().teams
}

/// The names of the teams that whoever asks is in.
async fn own(by: &Browser) -> Vec<String> {
    let own = teams(by).await.into_iter();
    own.filter(|team| team.my_role.is_some())
        .map(|team| team.name)
        .collect()
}

#[tokio::test]
async fn each_sign_in_puts_people_into_the_teams_of_their_groups_and_out_of_others() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mapped = [("eng", "Engineering"), ("Ops", "Operations")];
    save(&mira, &id, settings(&provider, &mapped)).await;
    let shown = list(&mira).await;
    assert_eq!(
        shown["providers"][0]["teams"],
        json!([
            { "group": "eng", "team": "Engineering" },
            { "group": "Ops", "team": "Operations" },
        ])
    );
    for team in teams(&mira).await {
        assert_eq!(team.managed_by, ManagedBy::Provider);
        assert_eq!(team.provider_name.as_deref(), Some("Larkfield ID"));
        assert_eq!((team.members, team.may_manage), (Some(0), false));
    }

    let browser = app.anon();
    let long = "x".repeat(100_000);
    let many: Vec<String> = (0..5000).map(|n| format!("group {n}")).collect();
    for (groups, wanted) in [
        (
            json!(["eng", "Ops", "others"]),
            vec!["Engineering", "Operations"],
        ),
        (json!(["eng"]), vec!["Engineering"]),
        // One text is one group.
        (json!("Ops"), vec!["Operations"]),
        (json!(["eng", "eng", "eng"]), vec!["Engineering"]),
        // Groups are compared letter by letter.
        (json!(["ENG", "ops", " eng", "eng ", "e\u{301}ng"]), vec![]),
        (
            json!(["Ops", ["eng"], { "eng": true }, 7, null]),
            vec!["Operations"],
        ),
        (json!({ "eng": true }), vec![]),
        (json!([long, "Ops"]), vec!["Operations"]),
        (json!("eng,Ops"), vec![]),
        (json!(["eng"]), vec!["Engineering"]),
        (json!(many), vec![]),
        (json!(true), vec![]),
        (json!(["eng"]), vec!["Engineering"]),
        // Nothing is said: then they are in none.
        (Value::Null, vec![]),
    ] {
        comes(&provider, &id, &browser, &groups).await;
        let text = groups.to_string();
        assert_eq!(
            own(&browser).await,
            wanted,
            "{}",
            text.get(..80).unwrap_or(&text)
        );
    }

    let log: EventList = mira
        .get("/activity?action=team.member")
        .await
        .is(200)
        .json();
    let newest = &log.events[0];
    assert_eq!(
        (newest.action.as_str(), newest.actor.as_str()),
        ("team.member_removed", "Guestpass")
    );
    assert_eq!(newest.target.as_deref(), Some("Noor Ito"));
    assert_eq!(newest.team.as_deref(), Some("Engineering"));
    let why = sql("SELECT DISTINCT details FROM events WHERE action LIKE 'team.member%'");
    let why = why.one(app.app.db()).await.expect("one reason");
    assert_eq!(why.get::<String>("details").expect("a text"), "by groups");
}

#[tokio::test]
async fn what_a_group_gave_ends_with_the_next_sign_in_also_in_other_sessions() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    save(&mira, &id, settings(&provider, &[("eng", "Engineering")])).await;
    let (desk, phone) = (app.anon(), app.anon());
    comes(&provider, &id, &desk, &json!(["eng"])).await;
    let item = mira.add_account().await;
    let [team] = teams(&mira).await.try_into().expect("one team");
    let shared = format!("/items/{item}/access/teams/{}", team.id);
    mira.put(&shared, json!({ "role": "owner" })).await.is(204);
    let new = json!({ "item": item, "expires_in": 3600 });
    let intent: Value = desk.post("/share-intents", new).await.is(201).json();
    app.run_jobs().await;

    comes(&provider, &id, &phone, &json!([])).await;
    let path = format!("/items/{item}");
    for browser in [&desk, &phone] {
        browser.get(&path).await.problem(404, "not_found");
    }
    let path = format!("/share-intents/{}", intent["id"].as_str().expect("an id"));
    let intent: Value = desk.get(&path).await.is(200).json();
    assert_eq!(intent["state"], "cancelled");
}

#[tokio::test]
async fn a_sign_in_that_takes_role_and_team_ends_what_either_gave_once() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mapped = [("eng", "Engineering"), ("ops", "Operations")];
    let mut settings = settings(&provider, &mapped);
    settings["groups"] = json!([
        { "group": "staff", "role": "user" }, { "group": "visitors", "role": "guest" },
    ]);
    save(&mira, &id, settings).await;
    let browser = app.anon();
    comes(&provider, &id, &browser, &json!(["staff", "eng", "ops"])).await;
    let mut intents = Vec::new();
    for team in teams(&mira).await {
        let item = mira.add_account().await;
        let shared = format!("/items/{item}/access/teams/{}", team.id);
        mira.put(&shared, json!({ "role": "owner" })).await.is(204);
        let new = json!({ "item": item, "expires_in": 3600 });
        let intent: Value = browser.post("/share-intents", new).await.is(201).json();
        intents.push(format!(
            "/share-intents/{}",
            intent["id"].as_str().expect("an id")
        ));
    }
    app.run_jobs().await;
    // One team is gone, and a guest is an Owner through the other no more.
    comes(&provider, &id, &app.anon(), &json!(["visitors", "ops"])).await;
    assert_eq!(own(&browser).await, ["Operations"]);
    for intent in &intents {
        let intent: Value = browser.get(intent).await.is(200).json();
        assert_eq!(intent["state"], "cancelled");
    }
    let told = "SELECT COUNT(*) FROM events WHERE action = 'intent.cancelled'";
    assert_eq!(app.count(told).await, 2);
}

#[tokio::test]
async fn the_workspaces_owner_is_in_teams_by_groups_too_and_keeps_the_role() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mut both = settings(&provider, &[("eng", "Engineering")]);
    both["groups"] = json!([{ "group": "eng", "role": "guest" }]);
    save(&mira, &id, both).await;
    provider.is_now(mira_there());
    connect(&provider, &mira, &id).await;
    let mut person = mira_there();
    person["groups"] = json!(["eng"]);
    provider.is_now(person);
    let browser = app.anon();
    provider.signs_in(&browser, &id).await.is(200);
    let role = session(&browser).await.member.role;
    assert_eq!(serde_json::to_value(role).expect("JSON"), "owner");
    assert_eq!(own(&browser).await, ["Engineering"]);
}

#[tokio::test]
async fn groups_from_user_info_count_where_only_teams_are_mapped() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    save(&mira, &id, settings(&provider, &[("eng", "Engineering")])).await;
    provider.ways().thin_tokens = true;
    let browser = app.anon();
    comes(&provider, &id, &browser, &json!(["eng"])).await;
    assert_eq!(own(&browser).await, ["Engineering"]);
}

#[tokio::test]
async fn settings_rename_release_and_refuse() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    let mapped = [("eng", "Engineering"), ("ops", "Operations")];
    save(&mira, &id, settings(&provider, &mapped)).await;
    let browser = app.anon();
    comes(&provider, &id, &browser, &json!(["eng", "ops"])).await;
    let before = teams(&mira).await;

    // By another name it is the same team; a group that is left out leaves its team to itself.
    save(&mira, &id, settings(&provider, &[("eng", "Builders")])).await;
    let after = teams(&mira).await;
    let id_of = |teams: &[Team], name: &str| {
        let team = teams.iter().find(|team| team.name == name);
        team.expect("the team").id.clone()
    };
    assert_eq!(id_of(&after, "Builders"), id_of(&before, "Engineering"));
    let released = id_of(&after, "Operations");
    let shown: TeamDetails = mira.get(&format!("/teams/{released}")).await.is(200).json();
    assert_eq!(shown.team.managed_by, ManagedBy::Itself);
    assert_eq!((shown.people.len(), shown.team.may_manage), (1, true));
    comes(&provider, &id, &browser, &json!([])).await;
    assert_eq!(own(&browser).await, ["Operations"]);

    // Whose name is taken isn't taken over, and nothing else is saved either.
    let path = format!("/providers/{id}");
    let mut taken = settings(&provider, &[("eng", "Builders"), ("ops", "OPERATIONS")]);
    taken["name"] = json!("Another name");
    let refused = mira.put(&path, taken).await.problem(422, "invalid");
    assert_eq!(refused.fields[0].field, "teams");
    assert_eq!(list(&mira).await["providers"][0]["name"], "Larkfield ID");
    for bad in [
        vec![("eng", "A"), ("eng", "B")],
        vec![("eng", "A"), ("ops", "a")],
        vec![("", "A")],
        vec![("eng", " ")],
    ] {
        let refused = mira.put(&path, settings(&provider, &bad)).await;
        let refused = refused.problem(422, "invalid");
        assert_eq!(refused.fields[0].field, "teams", "{bad:?}");
    }

    // Without the provider they look after themselves.
    mira.delete(&path).await.is(204);
    for team in teams(&mira).await {
        assert_eq!(team.managed_by, ManagedBy::Itself, "{}", team.name);
    }
    let log: EventList = mira
        .get("/activity?action=team.released")
        .await
        .is(200)
        .json();
    assert_eq!(log.events.len(), 2);
}

#[tokio::test]
async fn each_provider_has_its_own_groups() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (one, two) = (Provider::start(&app).await, Provider::start(&app).await);
    let first = one.added_by(&mira).await;
    let second = two.added_by(&mira).await;
    save(&mira, &first, settings(&one, &[("eng", "Engineering")])).await;
    save(&mira, &second, settings(&two, &[("eng", "Partners")])).await;
    let browser = app.anon();
    comes(&one, &first, &browser, &json!(["eng"])).await;
    assert_eq!(own(&browser).await, ["Engineering"]);
    // What the other one says of somebody it doesn't know changes nothing here.
    let mut stranger = noor();
    stranger["sub"] = json!("stranger");
    stranger["email"] = json!("stranger@larkfield.example");
    stranger["groups"] = json!([]);
    two.is_now(stranger);
    two.signs_in(&app.anon(), &second).await.is(200);
    assert_eq!(own(&browser).await, ["Engineering"]);
}
