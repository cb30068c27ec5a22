//! The lines of the permission table that are about teams, observed cell by cell.

use guestpass::features::permission::{Action, Refusal, Resource, Standing, TABLE, decide};
use guestpass_api_types::{members::WorkspaceRole, teams::TeamRole};
use serde_json::json;

use super::{joins, made, place, put};
use crate::support::{Answer, Browser, MemberCaller, TestApp};

struct Cast {
    /// Whoever makes the teams.
    maker: MemberCaller,
    /// Those who are put into them, and as what.
    inside: Vec<(MemberCaller, &'static str)>,
    callers: Vec<(&'static str, Browser, String, Option<Standing>)>,
}

async fn cast(app: &TestApp) -> Cast {
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let uma = joins(app, &team.mira, "Uma", WorkspaceRole::User).await;
    let gil = joins(app, &team.mira, "Gil", WorkspaceRole::Guest).await;
    let gus = joins(app, &team.mira, "Gus", WorkspaceRole::Guest).await;
    let sol = joins(app, &team.mira, "Sol", WorkspaceRole::User).await;
    let stands = |workspace, own| Some(Standing::in_workspace(workspace).in_team(own));
    let caller = |name, member: &MemberCaller, standing| {
        (name, member.browser(), member.brief.id.clone(), standing)
    };
    let (admin, member) = (Some(TeamRole::Admin), Some(TeamRole::Member));
    let callers = vec![
        caller("team admin", &team.ben, stands(WorkspaceRole::User, admin)),
        caller("in it", &team.cleo, stands(WorkspaceRole::User, member)),
        caller("guest in it", &gil, stands(WorkspaceRole::Guest, member)),
        caller("user", &uma, stands(WorkspaceRole::User, None)),
        caller("guest", &gus, stands(WorkspaceRole::Guest, None)),
        caller("admin", &team.ada, stands(WorkspaceRole::Admin, None)),
        caller("owner", &team.mira, stands(WorkspaceRole::Owner, None)),
        caller("another workspace", &zoe, None),
        ("anon", app.anon().0, team.ben.brief.id.clone(), None),
    ];
    Cast {
        maker: sol,
        inside: vec![(team.ben, "admin"), (team.cleo, "member"), (gil, "member")],
        callers,
    }
}

async fn stage(cast: &Cast, number: usize) -> String {
    let team = made(&cast.maker, &format!("Team {number}")).await;
    for (member, role) in &cast.inside {
        put(&cast.maker, &team, member, role).await;
    }
    team
}

async fn attempt(action: Action, by: &Browser, own: &str, cast: &Cast, team: &str) -> Vec<Answer> {
    let maker = place(team, &cast.maker);
    match action {
        Action::Add => {
            let name = format!("By {own}");
            vec![by.post("/teams", json!({ "name": name })).await]
        }
        Action::See => vec![by.get(team).await],
        Action::Change => vec![
            by.patch(team, json!({ "name": format!("Again by {own}") }))
                .await,
            by.put(&maker, json!({ "role": "member" })).await,
            by.delete(&maker).await,
            by.put(&maker, json!({ "role": "admin" })).await,
        ],
        Action::Remove => vec![by.delete(team).await],
        Action::Leave => vec![by.delete(&format!("{team}/members/{own}")).await],
        other => panic!("the table has a line that nothing tries: {other:?}"),
    }
}

/// How an answer that isn't allowed looks.
fn refusal(name: &str, standing: Option<Standing>, action: Action) -> Option<(u16, &'static str)> {
    match standing {
        Some(standing) => match decide(standing, Resource::Team, action) {
            Ok(()) => None,
            Err(Refusal::Hidden) => Some((404, "not_found")),
            Err(Refusal::NotAllowed) if action == Action::Add => Some((403, "guests_only_use")),
            // Who may take people out and isn't in it has nothing to leave.
            Err(Refusal::NotAllowed)
                if action == Action::Leave
                    && decide(standing, Resource::Team, Action::Change).is_ok() =>
            {
                None
            }
            Err(Refusal::NotAllowed) => Some((403, "not_team_admin")),
        },
        None if name == "anon" => Some((401, "signed_out")),
        None if action == Action::Add => None,
        None => Some((404, "not_found")),
    }
}

#[tokio::test]
async fn every_cell_about_teams_is_what_their_routes_do() {
    let app = TestApp::new().await;
    let cast = cast(&app).await;
    let (mut observed, mut team) = (0, stage(&cast, 0).await);
    for row in TABLE.iter().filter(|row| row.resource == Resource::Team) {
        for (name, by, own, standing) in &cast.callers {
            let wanted = refusal(name, *standing, row.action);
            for answer in attempt(row.action, by, own, &cast, &team).await {
                let cell = format!("{name}: {:?}: {}", row.action, answer.status);
                match wanted {
                    None => assert!(answer.status.is_success(), "{cell}"),
                    Some((status, code)) => {
                        assert_eq!(answer.status, status, "{cell}");
                        answer.problem(status, code);
                    }
                }
            }
            observed += 1;
            if wanted.is_none() {
                team = stage(&cast, observed).await;
            }
        }
    }
    assert_eq!(observed, 5 * 9);
}
