//! Teams that a provider's group or a directory manages: nobody changes them by hand.

use std::net::{IpAddr, Ipv4Addr};

use guestpass::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, ScimTokenId, TeamId, WorkspaceId},
    },
    db::Tx,
    features::{
        audit::{Actor, By},
        teams::{self, ManagedBy, Manager, Team, TeamError},
        withdrawal::Ended,
    },
};
use guestpass_api_types::teams::TeamDetails;
use serde_json::json;

use super::{list, made, people, place, put};
use crate::support::{MemberCaller, TestApp};

fn directory(workspace: WorkspaceId) -> By {
    By {
        workspace,
        actor: Actor::Provisioning(ScimTokenId::new(Timestamp::from_millis(0))),
        client: Client::new(None, IpAddr::V4(Ipv4Addr::LOCALHOST)),
    }
}

fn id(member: &MemberCaller) -> MemberId {
    member.brief.id.parse().expect("an id")
}

/// Does something as a directory would, in a transaction of its own.
macro_rules! directory {
    ($app:expr, $workspace:expr, $input:expr, |$tx:ident, $by:ident, $now:ident, $given:ident| $work:expr) => {{
        let $now = $app.now();
        let workspace = $workspace;
        $app.app
            .db()
            .write($input, move |$tx: &mut Tx, $given| {
                Box::pin(async move {
                    let $by = &directory(workspace);
                    $work
                })
            })
            .await
    }};
}

async fn directory_makes(
    app: &TestApp,
    workspace: WorkspaceId,
    name: &str,
    external_id: Option<&str>,
) -> Result<Team, TeamError> {
    let manager = Manager::Directory(external_id.map(str::to_owned));
    directory!(
        app,
        workspace,
        (name.to_owned(), manager),
        |tx, by, now, given| {
            teams::create_managed(tx, by, (&given.0, given.1.clone()), now).await
        }
    )
}

async fn sets(app: &TestApp, team: &Team, wanted: Vec<MemberId>) -> Result<(), TeamError> {
    let ended: Result<Ended, TeamError> = directory!(
        app,
        team.workspace,
        (team.clone(), wanted),
        |tx, by, now, given| teams::set_people(tx, by, (&given.0, &given.1), now).await
    );
    ended.map(|ended| ended.wake(app.app.signals()))
}

fn path(team: TeamId) -> String {
    format!("/teams/{team}")
}

#[tokio::test]
async fn a_managed_team_is_changed_by_who_manages_it_alone() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let workspace = team.workspace;
    let sales = directory_makes(&app, workspace, "Sales", Some("ext-1")).await;
    let sales = sales.expect("it is made");
    let here = path(sales.id);
    sets(&app, &sales, vec![id(&team.ben), id(&team.cleo)])
        .await
        .expect("set");
    let shown: TeamDetails = team.ada.get(&here).await.is(200).json();
    assert_eq!(shown.team.managed_by, ManagedBy::Scim);
    assert!(!shown.team.may_manage);
    assert_eq!(shown.people.len(), 2);
    for by in [&team.mira, &team.ada, &team.ben] {
        let name = json!({ "name": "Ours" });
        by.patch(&here, name).await.problem(409, "team_managed");
        by.delete(&here).await.problem(409, "team_managed");
        let role = json!({ "role": "member" });
        let put = by.put(&place(&here, &team.ada), role).await;
        put.problem(409, "team_managed");
        let out = by.delete(&place(&here, &team.ben)).await;
        out.problem(409, "team_managed");
    }
    // Set once more, wholly.
    sets(&app, &sales, vec![id(&team.cleo), id(&team.ada)])
        .await
        .expect("set");
    let names: Vec<String> = people(&team.ada, &here)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(names, ["Cleo", "Ada"].map(str::to_owned));
    let nobody = MemberId::new(app.now());
    let refused = sets(&app, &sales, vec![nobody]).await;
    assert!(
        matches!(refused, Err(TeamError::NoSuchMember)),
        "{refused:?}"
    );
    assert_eq!(people(&team.ada, &here).await.len(), 2, "all or nothing");
}

#[tokio::test]
async fn managed_and_other_teams_are_never_mixed() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let workspace = team.workspace;
    let design = made(&team.ben, "Design").await;
    let taken = directory_makes(&app, workspace, "DESIGN", None).await;
    assert!(matches!(taken, Err(TeamError::NameTaken)), "{taken:?}");
    let sales = directory_makes(&app, workspace, "Sales", Some("ext-1"))
        .await
        .expect("made");
    let twice = directory_makes(&app, workspace, "Others", Some("ext-1")).await;
    assert!(
        matches!(twice, Err(TeamError::ExternalIdTaken)),
        "{twice:?}"
    );

    // Whoever speaks for the directory finds its own teams only.
    let db = app.app.db();
    let own = teams::managed_by(db, workspace, ManagedBy::Scim)
        .await
        .expect("teams");
    assert_eq!(own, std::slice::from_ref(&sales));
    let by_hand: TeamId = design.trim_start_matches("/teams/").parse().expect("an id");
    for (id, manager) in [
        (by_hand, ManagedBy::Scim),
        (sales.id, ManagedBy::Provider),
        (sales.id, ManagedBy::Itself),
    ] {
        let found = teams::managed(db, (workspace, id), manager)
            .await
            .expect("it looks");
        assert!(found.is_none(), "{manager:?}");
    }
    let (elsewhere, _) = app.other_workspace().await;
    let found = teams::managed(db, (elsewhere, sales.id), ManagedBy::Scim).await;
    assert!(found.expect("it looks").is_none());
}

#[tokio::test]
async fn a_released_team_keeps_its_people_and_gets_team_admins() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let workspace = team.workspace;
    let sales = directory_makes(&app, workspace, "Sales", Some("ext-1"))
        .await
        .expect("made");
    sets(&app, &sales, vec![id(&team.ben)]).await.expect("set");
    let released: Result<(), TeamError> =
        directory!(app, workspace, sales.clone(), |tx, by, now, sales| {
            Ok(teams::release(tx, by, std::slice::from_ref(sales), now).await?)
        });
    released.expect("released");
    let [only] = list(&team.ben).await.try_into().expect("one team");
    assert_eq!(
        (only.managed_by, only.members),
        (ManagedBy::Itself, Some(1))
    );
    put(&team.ada, &path(sales.id), &team.ben, "admin").await;
    put(&team.ben, &path(sales.id), &team.cleo, "member").await;
    // The directory may make another of its identifier.
    let again = directory_makes(&app, workspace, "Sales 2", Some("ext-1")).await;
    again.expect("the identifier is free");
}
