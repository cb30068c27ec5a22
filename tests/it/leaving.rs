//! Suspending and removing members: out at once, everywhere, with nothing left behind.

use std::time::Duration;

use guestpass_api_types::{
    items::{AccessList, ItemRole},
    links::{Link, LinkState},
    members::{
        HandedOver, LeavingPreview, Left, MemberEntry, MemberList, MemberState, WorkspaceRole,
    },
};
use serde_json::{Value, json};

use crate::support::{MemberCaller, TestApp, guest, person};

const MINUTE: Duration = Duration::from_secs(60);

fn path(member: &MemberCaller, what: &str) -> String {
    format!("/members/{}/{what}", member.brief.id)
}

fn revoking() -> Value {
    json!({ "links": "revoke" })
}

fn to(successor: &MemberCaller, links: &str) -> Value {
    json!({ "links": links, "hand_over_to": successor.brief.id })
}

async fn entry(by: &MemberCaller, of: &MemberCaller) -> Option<MemberEntry> {
    let list: MemberList = by.get("/members").await.is(200).json();
    let mut people = list.members.into_iter();
    people.find(|entry| entry.member.id == of.brief.id)
}

async fn links(by: &MemberCaller, item: &str) -> Vec<Link> {
    let list: Value = by.get(&format!("/items/{item}/links")).await.is(200).json();
    serde_json::from_value(list["links"].clone()).expect("links")
}

#[tokio::test]
async fn who_is_removed_is_out_of_everything_in_one_step() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let phone = app.sign_in(&team.ben.brief.email).await;
    let item = team.ben.add_account().await;
    let link = app.share(&team.ben, &item, false).await;
    let asked = team.ben.ask(&item, true).await;
    let token = app.newest_mail_to(&team.ben.brief.email).await.token();
    app.recipient()
        .post("/guest/peek", link.proof())
        .await
        .is(200);

    let refused = team.ada.post(&path(&team.ben, "remove"), revoking()).await;
    refused.problem(409, "needs_successor");
    team.ben.get("/session").await.is(200);

    let body = to(&team.cleo, "revoke");
    let left = team.ada.post(&path(&team.ben, "remove"), body).await;
    let left: Left = left.is(200).json();
    assert_eq!((left.sessions, left.links, left.items), (2, 1, 1));
    for browser in [&team.ben, &phone] {
        browser.get("/session").await.problem(401, "signed_out");
        browser.get("/items").await.problem(401, "signed_out");
    }
    let dead = app.recipient().post("/guest/peek", link.proof()).await;
    dead.problem(404, "link_dead");
    let late = app.anon().post("/confirm", json!({ "token": token })).await;
    late.problem(410, "flow_over");
    let gone = team.ben.get(&format!("/share-intents/{}", asked.id)).await;
    gone.problem(401, "signed_out");

    let access: AccessList = team
        .cleo
        .get(&format!("/items/{item}/access"))
        .await
        .is(200)
        .json();
    let [only] = access.people.try_into().expect("one person");
    assert_eq!(
        (only.member.id, only.role),
        (team.cleo.brief.id.clone(), ItemRole::Owner)
    );
    assert!(entry(&team.mira, &team.ben).await.is_none());

    // The log tells the story, and still knows the name.
    for (action, count) in [
        ("member.removed", 1),
        ("session.ended", 2),
        ("link.revoked", 1),
        ("intent.cancelled", 1),
        ("access.granted", 1),
    ] {
        let events = guestpass::db::sql("SELECT id FROM events WHERE action = $1").bind(action);
        let events = events.all(app.app.db()).await.expect("events");
        assert_eq!(events.len(), count, "{action}");
    }
    let log: Value = team
        .mira
        .get("/activity?action=member.removed")
        .await
        .is(200)
        .json();
    assert_eq!(log["events"][0]["target"], "Ben Tran");
    assert_eq!(log["events"][0]["actor"], "Ada Lindqvist");

    // Nothing brings them back but a new invitation, which begins with nothing.
    let sign_in = app.anon();
    sign_in.start_sign_in(&team.ben.brief.email).await;
    app.run_jobs().await;
    let again = team
        .ada
        .post(&path(&team.ben, "reinstate"), json!({}))
        .await;
    again.problem(404, "no_such_member");
    let ben = app
        .joins(&team.ada, person("ben", "Ben", "Tran", WorkspaceRole::User))
        .await;
    assert_ne!(ben.brief.id, team.ben.brief.id);
    ben.get(&format!("/items/{item}"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn links_may_go_on_in_the_successors_name() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let link = app.share(&team.ben, &item, false).await;
    let nobody = json!({ "links": "hand_over" });
    let refused = team.ada.post(&path(&team.ben, "remove"), nobody).await;
    refused.problem(409, "no_successor");
    let left = team
        .ada
        .post(&path(&team.ben, "remove"), to(&team.cleo, "hand_over"))
        .await;
    assert_eq!(left.is(200).json::<Left>().links, 1);
    let peeked = app.recipient().post("/guest/peek", link.proof()).await;
    let peeked: Value = peeked.is(200).json();
    assert!(peeked.to_string().contains("Cleo"), "{peeked}");
    let shown = links(&team.cleo, &item).await;
    assert_eq!(shown[0].created_by.id, team.cleo.brief.id);
    assert_eq!(shown[0].state, LinkState::Live);

    // Who took over can leave as well, and it is found again.
    let preview = team.ada.get(&path(&team.cleo, "leaving")).await;
    assert_eq!(preview.is(200).json::<LeavingPreview>().live_links, 1);
    let left = team
        .mira
        .post(&path(&team.cleo, "remove"), to(&team.ada, "revoke"))
        .await;
    assert_eq!(left.is(200).json::<Left>().links, 1);
    let dead = app.recipient().post("/guest/peek", link.proof()).await;
    dead.problem(404, "link_dead");
}

#[tokio::test]
async fn a_suspension_keeps_what_they_had_and_ends_with_a_word() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let cleo = format!("/items/{item}/access/{}", team.cleo.brief.id);
    team.ben
        .put(&cleo, json!({ "role": "collaborator" }))
        .await
        .is(204);
    // A Collaborator leaves no item without an Owner; keeping somebody out needs no fresh sign-in.
    app.advance(MINUTE * 11);
    let left = team
        .ada
        .post(&path(&team.cleo, "suspend"), revoking())
        .await;
    assert_eq!(left.is(200).json::<Left>().items, 0);
    team.cleo.get("/session").await.problem(401, "signed_out");
    let seen = entry(&team.mira, &team.cleo).await.expect("still listed");
    assert_eq!(seen.member.state, MemberState::Suspended);
    let again = team
        .ada
        .post(&path(&team.cleo, "suspend"), revoking())
        .await;
    again.problem(409, "wrong_state");
    let asked = app.count("SELECT COUNT(*) FROM mails").await;
    app.anon().start_sign_in(&team.cleo.brief.email).await;
    app.run_jobs().await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM mails").await,
        asked,
        "no mail for them"
    );

    team.ben
        .post(&path(&team.cleo, "reinstate"), json!({}))
        .await
        .problem(403, "not_admin");
    team.ada
        .post(&path(&team.cleo, "reinstate"), json!({}))
        .await
        .is(204);
    let back = app.sign_in(&team.cleo.brief.email).await;
    assert_eq!(back.brief.id, team.cleo.brief.id);
    back.get(&format!("/items/{item}")).await.is(200);
    team.ada
        .post(&path(&team.cleo, "reinstate"), json!({}))
        .await
        .problem(409, "wrong_state");
}

#[tokio::test]
async fn only_admins_let_go_and_never_the_owner_or_themselves() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    for what in ["suspend", "remove"] {
        for (by, whom, status, code) in [
            (&team.ben, &team.cleo, 403, "not_admin"),
            (&team.ada, &team.mira, 403, "is_workspace_owner"),
            (&team.ada, &team.ada, 409, "oneself"),
            (&team.mira, &team.mira, 409, "oneself"),
            (&zoe, &team.cleo, 404, "no_such_member"),
        ] {
            let answer = by.post(&path(whom, what), revoking()).await;
            answer.problem(status, code);
            by.get(&path(whom, "leaving")).await.problem(status, code);
        }
    }
    let strange = json!({ "links": "revoke", "hand_over_to": zoe.brief.id });
    let answer = team.ada.post(&path(&team.cleo, "remove"), strange).await;
    answer.problem(404, "no_such_member");
    for successor in [&team.cleo, &app.joins(&team.ada, guest("gil")).await] {
        let answer = team
            .ada
            .post(&path(&team.cleo, "remove"), to(successor, "revoke"))
            .await;
        answer.problem(409, "cant_take_over");
    }
    for member in [&team.mira, &team.ada, &team.ben, &team.cleo, &zoe] {
        member.get("/session").await.is(200);
    }
}

#[tokio::test]
async fn what_cant_be_taken_back_needs_a_fresh_sign_in() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.advance(MINUTE * 11);
    team.ada
        .post(&path(&team.cleo, "remove"), revoking())
        .await
        .problem(403, "step_up_needed");
    let body = json!({ "to": team.ada.brief.id });
    team.mira
        .post("/workspace/owner", body.clone())
        .await
        .problem(403, "step_up_needed");
    app.sign_in_again(&team.ada).await;
    team.ada
        .post(&path(&team.cleo, "remove"), revoking())
        .await
        .is(200);
    app.sign_in_again(&team.mira).await;
    team.mira.post("/workspace/owner", body).await.is(204);
    let mira = entry(&team.ada, &team.mira).await.expect("listed");
    let ada = entry(&team.ada, &team.ada).await.expect("listed");
    assert_eq!(
        (mira.member.role, ada.member.role),
        (WorkspaceRole::Admin, WorkspaceRole::Owner)
    );
    let back = team
        .mira
        .post("/workspace/owner", json!({ "to": team.mira.brief.id }))
        .await;
    back.problem(403, "not_workspace_owner");
}

#[tokio::test]
async fn two_owners_who_go_at_once_leave_no_item_without_one() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let mut items = Vec::new();
    for _ in 0..5 {
        let item = team.ben.add_account().await;
        let cleo = format!("/items/{item}/access/{}", team.cleo.brief.id);
        team.ben
            .put(&cleo, json!({ "role": "owner" }))
            .await
            .is(204);
        items.push(item);
    }
    let (ben, cleo) = (path(&team.ben, "remove"), path(&team.cleo, "remove"));
    let (one, other) = tokio::join!(
        team.ada.post(&ben, revoking()),
        team.mira.post(&cleo, revoking())
    );
    let mut statuses = [one.status, other.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let orphans = "SELECT COUNT(*) FROM items i WHERE NOT EXISTS \
        (SELECT 1 FROM grants g WHERE g.item_id = i.id AND g.role = 'owner')";
    assert_eq!(app.count(orphans).await, 0);
}

#[tokio::test]
async fn what_they_saw_and_nobody_changed_since_is_told() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (kept, changed) = (team.mira.add_account().await, team.mira.add_account().await);
    for item in [&kept, &changed] {
        let cleo = format!("/items/{item}/access/{}", team.cleo.brief.id);
        team.mira
            .put(&cleo, json!({ "role": "collaborator" }))
            .await
            .is(204);
        let reveal = format!("/items/{item}/reveal");
        team.cleo
            .post(&reveal, json!({ "field": "password" }))
            .await
            .is(200);
    }
    app.advance(MINUTE);
    let change = json!({ "version": 1, "password": "another one" });
    team.mira
        .patch(&format!("/items/{changed}"), change)
        .await
        .is(200);
    let preview: LeavingPreview = team
        .mira
        .get(&path(&team.cleo, "leaving"))
        .await
        .is(200)
        .json();
    let [seen] = preview.seen.try_into().expect("one item");
    assert_eq!(seen.item, kept);
    assert_eq!(seen.name.as_deref(), Some("Beacon Ads"));
    assert_eq!(seen.owners, ["Mira Okafor"]);
    // An admin without a role on it learns whom to ask, not what it is.
    let preview: LeavingPreview = team
        .ada
        .get(&path(&team.cleo, "leaving"))
        .await
        .is(200)
        .json();
    assert_eq!(preview.seen[0].name, None);
    assert_eq!(preview.seen[0].owners, ["Mira Okafor"]);
}

#[tokio::test]
async fn what_nobody_else_would_own_is_counted_before() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let shared = team.ben.add_account().await;
    let cleo = format!("/items/{shared}/access/{}", team.cleo.brief.id);
    let counted = async || {
        let preview = team.ada.get(&path(&team.ben, "leaving")).await.is(200);
        preview.json::<LeavingPreview>().items_without_owner
    };
    team.ben.add_account().await;
    assert_eq!(counted().await, 2);
    team.ben
        .put(&cleo, json!({ "role": "owner" }))
        .await
        .is(204);
    assert_eq!(counted().await, 1);
    // Who can't sign in looks after nothing.
    team.ada
        .post(&path(&team.cleo, "suspend"), revoking())
        .await
        .is(200);
    assert_eq!(counted().await, 2);
}

#[tokio::test]
async fn who_owns_items_becomes_a_guest_only_after_handing_them_over() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let role = |role: &str| json!({ "role": role });
    let own = path(&team.ben, "role");
    team.ada
        .put(&own, role("guest"))
        .await
        .problem(409, "owns_items");
    let handed = team
        .ada
        .post(
            &path(&team.ben, "hand-over"),
            json!({ "to": team.cleo.brief.id }),
        )
        .await;
    assert_eq!(handed.is(200).json::<HandedOver>().items, 1);
    team.ada.put(&own, role("guest")).await.is(204);
    // At once, in the session they have.
    team.ben
        .post("/items", json!({ "kind": "account", "name": "Mine" }))
        .await
        .problem(403, "guests_only_use");
    let shown = team.ben.get(&format!("/items/{item}")).await.is(200).text();
    for other in [&team.cleo, &team.ada, &team.mira] {
        assert!(!shown.contains(&other.brief.last_name), "{shown}");
    }
    team.ben
        .get(&format!("/items/{item}/access"))
        .await
        .problem(403, "not_owner");
    let list: MemberList = team.ben.get("/members").await.is(200).json();
    assert_eq!(list.members.len(), 1, "guests see nobody else");
    let theirs = format!("/items/{item}/access/{}", team.ben.brief.id);
    team.cleo
        .put(&theirs, role("owner"))
        .await
        .problem(409, "guest_cannot_own");
    for (by, whom, new, status, code) in [
        (&team.ada, &team.mira, "user", 403, "is_workspace_owner"),
        (&team.ada, &team.ada, "user", 409, "oneself"),
        (&team.cleo, &team.ben, "admin", 403, "not_admin"),
        (&team.ada, &team.ben, "owner", 422, "invalid"),
    ] {
        by.put(&path(whom, "role"), role(new))
            .await
            .problem(status, code);
    }
    let changed = "SELECT COUNT(*) FROM events WHERE action = 'member.role_changed'";
    assert_eq!(app.count(changed).await, 1);
}
