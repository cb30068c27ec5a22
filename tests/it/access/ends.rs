//! Whoever is no Owner any more waits for no link: however they lost the role, at once.

use std::time::Duration;

use futures_util::future::join;
use guestpass_api_types::{
    activity::EventList, links::ShareIntent, members::WorkspaceRole, sign_in::FlowState,
    teams::TeamDetails,
};
use serde_json::json;

use crate::support::{MemberCaller, TestApp, person};

/// How somebody loses what they have through a team, or by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    LeavesTheTeam,
    IsTakenOut,
    TeamIsRemoved,
    ItemIsUnshared,
    TeamBecomesCollaborator,
    BecomesGuest,
    IsRemovedFromItem,
    BecomesCollaborator,
    HandsEverythingOver,
}

use Loss::{
    BecomesCollaborator, BecomesGuest, HandsEverythingOver, IsRemovedFromItem, IsTakenOut,
    ItemIsUnshared, LeavesTheTeam, TeamBecomesCollaborator, TeamIsRemoved,
};

impl Loss {
    fn of_team(self) -> bool {
        !matches!(
            self,
            IsRemovedFromItem | BecomesCollaborator | HandsEverythingOver
        )
    }
}

struct Scene {
    app: TestApp,
    ben: MemberCaller,
    ada: MemberCaller,
    /// Who loses it.
    sol: MemberCaller,
    item: String,
    team: String,
}

async fn scene(loss: Loss) -> Scene {
    let app = TestApp::new().await;
    let all = app.team().await;
    let sol = person("sol", "Sol", "Moss", WorkspaceRole::User);
    let sol = app.joins(&all.mira, sol).await;
    let item = all.ben.add_account().await;
    let team = all.ada.makes_team("Design", &[&sol]).await;
    let place = if loss.of_team() {
        format!("/items/{item}/access/teams/{team}")
    } else {
        format!("/items/{item}/access/{}", sol.brief.id)
    };
    all.ben
        .put(&place, json!({ "role": "owner" }))
        .await
        .is(204);
    Scene {
        app,
        ben: all.ben,
        ada: all.ada,
        sol,
        item,
        team,
    }
}

impl Scene {
    async fn happens(&self, loss: Loss) {
        let member = &self.sol.brief.id;
        let place = format!("/teams/{}/members/{member}", self.team);
        let shared = format!("/items/{}/access/teams/{}", self.item, self.team);
        let own = format!("/items/{}/access/{member}", self.item);
        let less = json!({ "role": "collaborator" });
        match loss {
            LeavesTheTeam => self.sol.delete(&place).await.is(204),
            IsTakenOut => self.ada.delete(&place).await.is(204),
            TeamIsRemoved => self
                .ada
                .delete(&format!("/teams/{}", self.team))
                .await
                .is(204),
            ItemIsUnshared => self.ben.delete(&shared).await.is(204),
            TeamBecomesCollaborator => self.ben.put(&shared, less).await.is(204),
            BecomesGuest => {
                let path = format!("/members/{member}/role");
                self.ada
                    .put(&path, json!({ "role": "guest" }))
                    .await
                    .is(204)
            }
            IsRemovedFromItem => self.ben.delete(&own).await.is(204),
            BecomesCollaborator => self.ben.put(&own, less).await.is(204),
            HandsEverythingOver => {
                let path = format!("/members/{member}/hand-over");
                let to = json!({ "to": self.ben.brief.id });
                self.ada.post(&path, to).await.is(200)
            }
        };
    }

    async fn state(&self, of: &MemberCaller, intent: &str) -> FlowState {
        let path = format!("/share-intents/{intent}");
        of.get(&path).await.is(200).json::<ShareIntent>().state
    }
}

#[tokio::test]
async fn however_a_role_is_lost_what_it_was_waited_for_with_ends() {
    for loss in [
        LeavesTheTeam,
        IsTakenOut,
        TeamIsRemoved,
        ItemIsUnshared,
        TeamBecomesCollaborator,
        BecomesGuest,
        IsRemovedFromItem,
        BecomesCollaborator,
        HandsEverythingOver,
    ] {
        let scene = scene(loss).await;
        let (app, sol, item) = (&scene.app, &scene.sol, &scene.item);
        let made = app.share(sol, item, false).await;
        let confirmed = app.confirmed(sol, item, true).await;
        let waiting = sol.ask(item, true).await.id;
        let token = app.token_of(sol).await;
        let others = scene.ben.ask(item, true).await.id;
        // What they own alone goes on; but who owns something becomes no guest.
        let elsewhere = if loss == BecomesGuest {
            None
        } else {
            let own = sol.add_account().await;
            Some(sol.ask(&own, true).await.id)
        };
        app.run_jobs().await;

        scene.happens(loss).await;
        for intent in [&confirmed, &waiting] {
            assert_eq!(
                scene.state(sol, intent).await,
                FlowState::Cancelled,
                "{loss:?}"
            );
        }
        let late = app.anon().post("/confirm", json!({ "token": token })).await;
        late.problem(410, "flow_over");
        assert_eq!(scene.state(&scene.ben, &others).await, FlowState::Waiting);
        if let Some(elsewhere) = elsewhere.filter(|_| loss != HandsEverythingOver) {
            let state = scene.state(sol, &elsewhere).await;
            assert_eq!(state, FlowState::Waiting, "{loss:?}");
        }
        let refused = sol.post(
            "/share-intents",
            json!({ "item": item, "expires_in": 3600 }),
        );
        assert!(
            [403, 404].contains(&refused.await.status.as_u16()),
            "{loss:?}"
        );
        // The link they made is the item's, and goes on.
        let peek = app.recipient().post("/guest/peek", made.proof()).await;
        peek.is(200);
        let path = format!("/activity?item={item}&action=intent.cancelled");
        let log: EventList = scene.ben.get(&path).await.is(200).json();
        assert_eq!(log.events.len(), 2, "{loss:?}");
        assert_eq!(log.events[0].target.as_deref(), Some("Sol Moss"));
        app.run_jobs().await;
    }
}

#[tokio::test]
async fn who_is_an_owner_by_another_way_waits_on() {
    for loss in [IsTakenOut, ItemIsUnshared, IsRemovedFromItem] {
        let scene = scene(loss).await;
        // Both ways from now on.
        for place in [
            format!("/items/{}/access/teams/{}", scene.item, scene.team),
            format!("/items/{}/access/{}", scene.item, scene.sol.brief.id),
        ] {
            scene
                .ben
                .put(&place, json!({ "role": "owner" }))
                .await
                .is(204);
        }
        let waiting = scene.sol.ask(&scene.item, true).await.id;
        let token = scene.app.token_of(&scene.sol).await;
        scene.happens(loss).await;
        assert_eq!(scene.state(&scene.sol, &waiting).await, FlowState::Waiting);
        let confirm = scene.sol.post("/confirm", json!({ "token": token })).await;
        confirm.is(200);
    }
}

#[tokio::test]
async fn giving_to_a_team_and_leaving_it_at_once_agree_afterwards() {
    let scene = scene(LeavesTheTeam).await;
    let place = format!("/teams/{}/members/{}", scene.team, scene.sol.brief.id);
    let shared = format!("/items/{}/access/teams/{}", scene.item, scene.team);
    let (give, take) = (json!({ "role": "owner" }), json!({ "role": "member" }));
    for round in 0..10 {
        scene.ada.put(&place, &take).await.is(204);
        scene.ben.delete(&shared).await.is(204);
        let (given, left) = join(scene.ben.put(&shared, &give), scene.sol.delete(&place)).await;
        given.is(204);
        left.is(204);
        let path = format!("/items/{}", scene.item);
        scene.sol.get(&path).await.problem(404, "not_found");
        let team = format!("/teams/{}", scene.team);
        let team: TeamDetails = scene.ada.get(&team).await.is(200).json();
        assert_eq!(
            (team.team.items, team.people.len()),
            (1, 1),
            "round {round}"
        );
        scene.app.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn sharing_with_a_team_that_is_just_removed_shares_with_nobody() {
    let scene = scene(TeamIsRemoved).await;
    let all = scene.ada.makes_team("Ops", &[&scene.sol]).await;
    let shared = format!("/items/{}/access/teams/{all}", scene.item);
    let team = format!("/teams/{all}");
    let (given, removed) = join(
        scene.ben.put(&shared, json!({ "role": "owner" })),
        scene.ada.delete(&team),
    )
    .await;
    removed.is(204);
    assert!(
        [204, 404].contains(&given.status.as_u16()),
        "{}",
        given.status
    );
    let left = "SELECT COUNT(*) FROM team_grants a JOIN teams t ON t.id = a.team_id \
                WHERE t.removed_at IS NOT NULL";
    assert_eq!(scene.app.count(left).await, 0);
}
