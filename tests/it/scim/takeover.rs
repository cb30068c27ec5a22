//! What whoever holds a token, or found one, doesn't get by it: a way back in, or somebody's account.

use guestpass_api_types::{
    members::{LeavingPreview, WorkspaceRole},
    provisioning::ProvisioningSettings,
};
use serde_json::{Value, json};

use crate::support::{
    MemberCaller, TestApp, person,
    scim::described,
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
