//! What whoever holds a token, or found one, doesn't get by it: a way back in, or somebody's account.

use guestpass_api_types::{
    members::{LeavingPreview, MemberState, WorkspaceRole},
    provisioning::ProvisioningSettings,
    teams::{ManagedBy, TeamDetails},
};
use serde_json::{Value, json};

use crate::support::{
    MemberCaller, TestApp, person,
    scim::{Directory, GROUP, described},
};

fn revoke() -> Value {
    json!({ "links": "revoke" })
}

async fn events(by: &MemberCaller, action: &str) -> Vec<Value> {
    let path = format!("/activity?action={action}");
    let log: Value = by.get(&path).await.is(200).json();
    log["events"].as_array().cloned().expect("events")
}

async fn settings(by: &MemberCaller) -> ProvisioningSettings {
    by.get("/provisioning").await.is(200).json()
}

/// Somebody's address as the directory says it.
async fn readdress(directory: &Directory, id: &str, mailbox: &str) -> crate::support::Answer {
    let address = format!("{mailbox}@larkfield.example");
    let path = "emails[type eq \"work\"].value";
    let change = json!([{ "op": "replace", "path": path, "value": address }]);
    directory.patch(&format!("/Users/{id}"), change).await
}

#[tokio::test]
async fn a_token_ends_with_whoever_made_it() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let other = app.directory(&team.ada).await;
    let mut theirs = Vec::new();
    for what in ["suspend", "remove", "role"] {
        let rita = person(what, "Rita", "Moss", WorkspaceRole::Admin);
        let rita = app.joins(&team.mira, rita).await;
        let hers = app.directory(&rita).await;
        hers.get("/Users").await.is(200);
        let at = format!("/members/{}", rita.brief.id);
        let preview = team.mira.get(&format!("{at}/leaving")).await.is(200);
        assert_eq!(preview.json::<LeavingPreview>().provisioning_tokens, 1);

        let path = format!("{at}/{what}");
        if what == "role" {
            let less = json!({ "role": "user" });
            team.mira.put(&path, less).await.is(204);
        } else {
            team.mira.post(&path, revoke()).await.is(200);
        }
        hers.get("/Users").await.scim(401, "");
        hers.post("/Users", described(what, "Rita", "Moss"))
            .await
            .scim(401, "");
        theirs.push(hers.id);
    }
    // Being let in again brings no token back, nor does it become somebody else's.
    let tokens = settings(&team.mira).await.tokens;
    let [left] = tokens.as_slice() else {
        panic!("one token, of {}", tokens.len())
    };
    assert_eq!(left.id, other.id);
    other.get("/Users").await.is(200);
    let mut told = events(&team.mira, "provisioning.token_ended").await;
    told.reverse();
    for (event, token) in told.iter().zip(&theirs) {
        assert_eq!(event["details"], json!(token));
        assert_eq!(
            (&event["actor"], &event["target"]),
            (&json!("Mira Okafor"), &json!("Rita Moss"))
        );
    }
    assert_eq!(told.len(), 3);
}

#[tokio::test]
async fn a_directory_that_puts_out_who_made_its_token_has_none_any_more() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.ada).await;
    let ada = described("ada", "Ada", "Lindqvist");
    let ada = format!("/Users/{}", directory.creates(ada).await);
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    directory.patch(&ada, off).await.is(200);
    directory.get(&ada).await.scim(401, "");
    // The log says by which token, and which one ended.
    let ended = events(&team.mira, "provisioning.token_ended").await;
    assert_eq!(ended[0]["actor"], "Provisioning");
    let details = ended[0]["details"].as_str().expect("text");
    assert!(details.contains(&directory.id), "{details}");
    let suspended = events(&team.mira, "member.suspended").await;
    assert_eq!(suspended[0]["details"], json!(directory.id));
}

#[tokio::test]
async fn an_admin_who_is_just_put_out_leaves_no_token_behind() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for n in 0..5 {
        let rita = person(&format!("rita{n}"), "Rita", "Moss", WorkspaceRole::Admin);
        let rita = app.joins(&team.mira, rita).await;
        let path = format!("/members/{}/remove", rita.brief.id);
        let (_, removed) = tokio::join!(
            rita.post("/provisioning/tokens", json!({})),
            team.mira.post(&path, revoke())
        );
        removed.is(200);
    }
    assert!(settings(&team.mira).await.tokens.is_empty());
}

#[tokio::test]
async fn whom_a_person_put_out_a_person_lets_in() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let eve = || described("eve", "Eve", "Moss");
    let invitation = || person("eve", "Eve", "Moss", WorkspaceRole::User);
    let member = async |by: &MemberCaller| {
        let people: Value = by.get("/members").await.is(200).json();
        let people = people["members"].as_array().cloned().expect("people");
        let mut people = people.into_iter();
        people.find(|each| each["email"] == "eve@larkfield.example")
    };
    // Suspended by hand, then deleted by the directory: that was the hand's decision still.
    let first = app.joins(&team.mira, invitation()).await;
    let id = directory.creates(eve()).await;
    let suspend = format!("/members/{}/suspend", first.brief.id);
    team.mira.post(&suspend, revoke()).await.is(200);
    directory.delete(&format!("/Users/{id}")).await.is(204);
    let detail = directory.post("/Users", eve()).await.scim(409, "");
    assert!(detail.contains("invitation"), "{detail}");
    assert!(member(&team.mira).await.is_none());

    // An invitation is a person's word; from then on the directory answers for them again.
    let second = app.joins(&team.mira, invitation()).await;
    let id = directory.creates(eve()).await;
    assert_eq!(id, second.brief.id);
    directory.delete(&format!("/Users/{id}")).await.is(204);
    let third = directory.creates(eve()).await;

    // Whom the directory itself removed it brought back. Removed by hand, they stay out.
    let remove = format!("/members/{third}/remove");
    team.mira.post(&remove, revoke()).await.is(200);
    directory.post("/Users", eve()).await.scim(409, "");
    app.anon().start_sign_in("eve@larkfield.example").await;
    app.run_jobs().await;
    assert!(member(&team.mira).await.is_none());

    // Whoever is suspended by hand isn't taken over as active, either.
    let last = app.joins(&team.mira, invitation()).await;
    let suspend = format!("/members/{}/suspend", last.brief.id);
    team.mira.post(&suspend, revoke()).await.is(200);
    directory.post("/Users", eve()).await.scim(409, "");
    let state = member(&team.mira).await.expect("still a member")["state"].clone();
    assert_eq!(state, json!(MemberState::Suspended));
}

#[tokio::test]
async fn whoever_is_given_another_address_is_signed_out_and_told() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let id = directory.creates(described("noor", "Noor", "Ito")).await;
    let noor = app.sign_in("noor@larkfield.example").await;
    let item = noor.add_account().await;
    let asked = noor.ask(&item, true).await;
    let confirmation = app.newest_mail_to("noor@larkfield.example").await.token();
    let waiting = app.anon();
    waiting.start_sign_in("noor@larkfield.example").await;
    let token = app.newest_mail_to("noor@larkfield.example").await.token();

    readdress(&directory, &id, "noor.ito").await.is(200);
    noor.get("/session").await.problem(401, "signed_out");
    let late = json!({ "token": token });
    let late = waiting.post("/sign-in/confirm", late).await;
    late.problem(410, "flow_over");
    let late = json!({ "token": confirmation });
    let late = app.anon().post("/confirm", late).await;
    late.problem(410, "flow_over");
    let mail = app.newest_mail_to("noor@larkfield.example").await;
    assert!(
        mail.0.subject.contains("was changed"),
        "{:?}",
        mail.0.subject
    );
    assert!(
        mail.0.text.contains("noor.ito@larkfield.example"),
        "{}",
        mail.0.text
    );
    assert!(mail.links().is_empty(), "it opens nothing");

    let told = events(&team.mira, "member.address_changed").await;
    let details = told[0]["details"].as_str().expect("text");
    let expected = format!(
        "from noor@larkfield.example to noor.ito@larkfield.example, {}",
        directory.id
    );
    assert_eq!((told.len(), details), (1, expected.as_str()));
    assert_eq!(
        (&told[0]["actor"], &told[0]["target"]),
        (&json!("Provisioning"), &json!("Noor Ito"))
    );
    let back = app.sign_in("noor.ito@larkfield.example").await;
    assert_eq!(back.brief.id, id);
    let gone = back.get(&format!("/share-intents/{}", asked.id)).await;
    gone.problem(404, "not_found");

    // Suspended, led elsewhere and let in again: it is told all the same.
    for active in [false, true] {
        let mut moved = described("noor", "Noor", "Ito");
        moved["emails"][0]["value"] = json!("noor.moss@larkfield.example");
        moved["active"] = json!(active);
        let path = format!("/Users/{id}");
        directory.put(&path, moved).await.is(200);
    }
    let mail = app.newest_mail_to("noor.ito@larkfield.example").await;
    assert!(
        mail.0.subject.contains("was changed"),
        "{:?}",
        mail.0.subject
    );
}

#[tokio::test]
async fn a_wrong_address_that_nobody_came_by_is_put_right_and_opens_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let id = directory.creates(described("leo", "Leo", "Berg")).await;
    let stranger = app.anon();
    stranger.start_sign_in("leo@larkfield.example").await;
    let token = app.newest_mail_to("leo@larkfield.example").await.token();
    let mails = app.mailbox().await.len();
    readdress(&directory, &id, "leo.berg").await.is(200);
    let late = json!({ "token": token });
    let late = stranger.post("/sign-in/confirm", late).await;
    late.problem(410, "flow_over");
    assert_eq!(app.mailbox().await.len(), mails, "nobody is told");
    let entry: Value = mira.get("/members").await.is(200).json();
    let people = entry["members"].as_array().expect("people").iter();
    let states: Vec<_> = people.map(|each| each["state"].clone()).collect();
    assert!(states.contains(&json!(MemberState::Invited)), "{states:?}");
    assert_eq!(app.sign_in("leo.berg@larkfield.example").await.brief.id, id);
}

#[tokio::test]
async fn teams_that_no_directory_manages_any_more_are_let_go() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let directory = app.directory(&team.mira).await;
    let noor = directory.creates(described("noor", "Noor", "Ito")).await;
    let group = json!({ "schemas": [GROUP], "displayName": "Ops", "members": [{ "value": noor }] });
    let group: Value = directory.post("/Groups", group).await.is(201).json();
    let path = format!("/teams/{}", group["id"].as_str().expect("an id"));
    let release = "/provisioning/teams/release";
    let token = format!("/provisioning/tokens/{}", directory.id);
    let refused = team.mira.post(release, json!({})).await;
    refused.problem(409, "tokens_living");
    team.mira.delete(&token).await.is(204);
    assert_eq!(settings(&team.mira).await.teams, 1);
    let ended = events(&team.mira, "provisioning.token_ended").await;
    assert_eq!(ended[0]["details"], json!(directory.id));

    let refused = team.ben.post(release, json!({})).await;
    refused.problem(403, "not_admin");
    app.advance(std::time::Duration::from_secs(11 * 60));
    let refused = team.mira.post(release, json!({})).await;
    refused.problem(403, "step_up_needed");
    let taken = team.mira.delete(&path).await;
    taken.problem(409, "team_managed");
    app.sign_in_again(&team.mira).await;
    let released: Value = team.mira.post(release, json!({})).await.is(200).json();
    assert_eq!(released["teams"], 1);
    let shown: TeamDetails = team.mira.get(&path).await.is(200).json();
    assert_eq!(shown.team.managed_by, ManagedBy::Itself);
    assert_eq!(shown.people.len(), 1, "who was in it stays");
    assert_eq!(settings(&team.mira).await.teams, 0);
    let told = events(&team.mira, "team.released").await;
    assert_eq!((told.len(), &told[0]["team"]), (1, &json!("Ops")));
    team.mira.delete(&path).await.is(204);
    let none: Value = team.mira.post(release, json!({})).await.is(200).json();
    assert_eq!(none["teams"], 0);
}
