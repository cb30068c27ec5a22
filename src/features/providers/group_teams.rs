//! The groups of a provider that are teams here: kept as its settings say, and followed at each
//! sign-in.

use super::Provider;
use crate::{
    base::{clock::Timestamp, id::ProviderId},
    db::{Db, DbError, Tx},
    features::{
        audit::By,
        teams::{self, ManagedBy, Manager, Team, TeamError},
    },
};

/// The groups of a provider that are teams, and the teams' names.
pub(super) async fn of(db: &Db, provider: &Provider) -> Result<Vec<(String, String)>, DbError> {
    let all = teams::managed_by(db, provider.workspace, ManagedBy::Provider).await?;
    let pair = |(team, group): (Team, String)| (group, team.name);
    Ok(own(all, provider.id).into_iter().map(pair).collect())
}

/// Those of the teams that are groups of this provider, each with its group.
fn own(all: Vec<Team>, provider: ProviderId) -> Vec<(Team, String)> {
    let group = |team: Team| match team.group.clone() {
        Some((from, group)) if from == provider => Some((team, group)),
        _ => None,
    };
    all.into_iter().filter_map(group).collect()
}

/// Makes, renames and releases teams, so that they are those that a provider's settings name. Who is
/// in a new one is told by the next sign-ins.
pub(super) async fn settle(
    tx: &mut Tx,
    by: &By,
    provider: &Provider,
    now: Timestamp,
) -> Result<(), TeamError> {
    let all = teams::managed_by(&mut *tx, provider.workspace, ManagedBy::Provider).await?;
    let (kept, gone): (Vec<_>, Vec<_>) = own(all, provider.id)
        .into_iter()
        .partition(|(_, group)| provider.teams.iter().any(|(wanted, _)| wanted == group));
    let gone: Vec<_> = gone.into_iter().map(|(team, _)| team).collect();
    teams::release(tx, by, &gone, now).await?;
    for (group, name) in &provider.teams {
        match kept.iter().find(|(_, had)| had == group) {
            Some((team, _)) => teams::rename_managed(tx, by, (team, name), now).await?,
            None => {
                let manager = Manager::Group(provider.id, group.clone());
                teams::create_managed(tx, by, (name, manager), now).await?;
            }
        }
    }
    Ok(())
}

/// Has all teams of a provider that goes look after themselves.
pub(super) async fn release_all(
    tx: &mut Tx,
    by: &By,
    provider: ProviderId,
    now: Timestamp,
) -> Result<(), DbError> {
    let all = teams::managed_by(&mut *tx, by.workspace, ManagedBy::Provider).await?;
    let gone: Vec<_> = own(all, provider)
        .into_iter()
        .map(|(team, _)| team)
        .collect();
    teams::release(tx, by, &gone, now).await
}
