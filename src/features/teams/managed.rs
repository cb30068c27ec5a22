//! Teams that a provider's group or a directory manages. Whoever speaks for those calls this inside
//! a transaction of their own, and wakes what ended after its commit.

use std::collections::BTreeSet;

use super::{ManagedBy, Person, Team, TeamError, service::MOST, store};
use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, ProviderId, TeamId, WorkspaceId},
    },
    db::{DbError, Target, Tx},
    features::{
        audit::{self, Action, Actor, By, NewEvent},
        members::{self, checked_name},
        withdrawal::{self, Ended},
    },
};

/// Who manages a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager {
    /// A group at a login provider.
    Group(ProviderId, String),
    /// A directory, with what it calls the team.
    Directory(Option<String>),
}

/// Makes a managed team, with nobody in it.
///
/// # Errors
/// When the name can't be taken or is, the external identifier is taken, there are too many teams;
/// or the database refuses.
pub async fn create_managed(
    tx: &mut Tx,
    by: &By,
    (name, manager): (&str, Manager),
    now: Timestamp,
) -> Result<Team, TeamError> {
    let (managed_by, group, external_id) = match manager {
        Manager::Group(provider, group) => (ManagedBy::Provider, Some((provider, group)), None),
        Manager::Directory(external_id) => (ManagedBy::Scim, None, external_id),
    };
    let team = Team {
        managed_by,
        group,
        external_id,
        ..Team::named(name, by.workspace, now)?
    };
    create(tx, by, &team, now).await?;
    Ok(team)
}

/// Adds a team, and says so in the log.
pub(super) async fn create(
    tx: &mut Tx,
    by: &By,
    team: &Team,
    now: Timestamp,
) -> Result<(), TeamError> {
    if !store::insert(tx, team, MOST).await? {
        return Err(why_not(tx, team).await?);
    }
    audit::record(tx, now, by.event(Action::TeamCreated).team(team.id)).await?;
    Ok(())
}

/// Guestpass itself puts people into teams because of their groups alone.
fn told(by: &By, action: Action, team: TeamId) -> NewEvent {
    let event = by.event(action).team(team);
    if by.actor == Actor::System {
        event.details("by groups")
    } else {
        event
    }
}

async fn why_not(tx: &mut Tx, team: &Team) -> Result<TeamError, DbError> {
    if store::has_name(tx, team.workspace, &team.name).await? {
        return Ok(TeamError::NameTaken);
    }
    if let Some(external_id) = &team.external_id
        && store::by_external_id(&mut *tx, team.workspace, external_id)
            .await?
            .is_some()
    {
        return Ok(TeamError::ExternalIdTaken);
    }
    Ok(TeamError::TooMany)
}

/// A team, if it is managed in this way.
///
/// # Errors
/// When the database refuses.
pub async fn managed(
    on: impl Into<Target<'_>>,
    (workspace, id): (WorkspaceId, TeamId),
    manager: ManagedBy,
) -> Result<Option<Team>, DbError> {
    let found = store::by_id(on, (workspace, id)).await?;
    Ok(found.filter(|team| team.managed_by == manager))
}

/// The teams that are managed in this way, by name.
///
/// # Errors
/// When the database refuses.
pub async fn managed_by(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    manager: ManagedBy,
) -> Result<Vec<Team>, DbError> {
    store::managed_by(on, workspace, manager).await
}

/// Everybody in a team.
///
/// # Errors
/// When the database refuses.
pub async fn people_of(
    on: impl Into<Target<'_>>,
    team: (WorkspaceId, TeamId),
) -> Result<Vec<Person>, DbError> {
    store::people(on, team).await
}

/// The teams a member is in, by name.
///
/// # Errors
/// When the database refuses.
pub async fn teams_of(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<Team>, DbError> {
    store::of_member(on, workspace, member).await
}

/// Gives a team another name. The one it has changes nothing.
///
/// # Errors
/// When the name can't be taken or is, the team is gone; or the database refuses.
pub async fn rename_managed(
    tx: &mut Tx,
    by: &By,
    (team, name): (&Team, &str),
    now: Timestamp,
) -> Result<(), TeamError> {
    let name = checked_name(name).map_err(TeamError::Name)?;
    rename(tx, by, (team, &name), now).await
}

/// Gives a team a name that was checked.
pub(super) async fn rename(
    tx: &mut Tx,
    by: &By,
    (team, name): (&Team, &str),
    now: Timestamp,
) -> Result<(), TeamError> {
    if team.name == name {
        return Ok(());
    }
    let renamed = store::rename(tx, (team.workspace, team.id), name, now).await;
    let there = renamed.map_err(|error| match error {
        DbError::Constraint(_) => TeamError::NameTaken,
        other => other.into(),
    })?;
    if !there {
        return Err(TeamError::Hidden);
    }
    audit::record(tx, now, by.event(Action::TeamRenamed).team(team.id)).await?;
    Ok(())
}

/// Says what a directory calls its team.
///
/// # Errors
/// When another of its teams is called so, or the database refuses.
pub async fn set_external_id(
    tx: &mut Tx,
    team: &Team,
    external_id: Option<&str>,
    now: Timestamp,
) -> Result<(), TeamError> {
    let set = store::set_external_id(tx, (team.workspace, team.id), external_id, now).await;
    set.map_err(|error| match error {
        DbError::Constraint(_) => TeamError::ExternalIdTaken,
        other => other.into(),
    })
}

/// Removes a team: what it had, nobody has through it any more.
///
/// # Errors
/// When the database refuses.
pub async fn remove_managed(
    tx: &mut Tx,
    by: &By,
    team: &Team,
    now: Timestamp,
) -> Result<Ended, DbError> {
    store::hold(tx, (team.workspace, team.id)).await?;
    remove(tx, by, team, now).await
}

/// Removes a team that is held.
pub(super) async fn remove(
    tx: &mut Tx,
    by: &By,
    team: &Team,
    now: Timestamp,
) -> Result<Ended, DbError> {
    store::remove(tx, (team.workspace, team.id), now).await?;
    audit::record(tx, now, by.event(Action::TeamRemoved).team(team.id)).await?;
    withdrawal::end_unentitled(tx, by, now).await
}

/// Lets teams look after themselves from now on, with the people who are in them: whoever managed them is
/// gone, and nobody shall lose anything by that.
///
/// # Errors
/// When the database refuses.
pub async fn release(tx: &mut Tx, by: &By, teams: &[Team], now: Timestamp) -> Result<(), DbError> {
    for team in teams {
        store::release(tx, (team.workspace, team.id), now).await?;
        audit::record(tx, now, by.event(Action::TeamReleased).team(team.id)).await?;
    }
    Ok(())
}

/// Puts members into a managed team who aren't in it yet.
async fn put_in(
    tx: &mut Tx,
    by: &By,
    (team, members): (&Team, &[MemberId]),
    now: Timestamp,
) -> Result<(), DbError> {
    let of = (team.workspace, team.id);
    let added = store::add_all(tx, of, members, now).await?;
    tell(tx, by, Action::TeamMemberAdded, (team, added), now).await
}

/// Takes members out of a managed team; whether any of them was in it.
async fn take_out(
    tx: &mut Tx,
    by: &By,
    (team, members): (&Team, &[MemberId]),
    now: Timestamp,
) -> Result<bool, DbError> {
    let of = (team.workspace, team.id);
    let removed = store::take_all_out(tx, of, members).await?;
    let any = !removed.is_empty();
    tell(tx, by, Action::TeamMemberRemoved, (team, removed), now).await?;
    Ok(any)
}

/// Says who came or went. However many they are, it takes a few statements: a directory's group may be
/// all of a company.
async fn tell(
    tx: &mut Tx,
    by: &By,
    action: Action,
    (team, mut members): (&Team, Vec<MemberId>),
    now: Timestamp,
) -> Result<(), DbError> {
    if members.is_empty() {
        return Ok(());
    }
    members.sort_unstable();
    let event = told(by, action, team.id);
    let events = members
        .into_iter()
        .map(|member| event.clone().target(member));
    audit::record_all(tx, now, events.collect()).await?;
    store::touch(tx, (team.workspace, team.id), now).await
}

/// Puts exactly these members into a managed team.
///
/// # Errors
/// When one of them is no member of the workspace, the team is gone, or the database refuses.
pub async fn set_people(
    tx: &mut Tx,
    by: &By,
    (team, wanted): (&Team, &[MemberId]),
    now: Timestamp,
) -> Result<Ended, TeamError> {
    let of = (team.workspace, team.id);
    store::hold(tx, of).await?.ok_or(TeamError::Hidden)?;
    let before = store::ids_of_people(tx, of).await?;
    let wanted: BTreeSet<MemberId> = wanted.iter().copied().collect();
    let gone: Vec<MemberId> = before.difference(&wanted).copied().collect();
    let new: Vec<MemberId> = wanted.difference(&before).copied().collect();
    let taken = !gone.is_empty() && take_out(tx, by, (team, &gone), now).await?;
    if !new.is_empty() {
        if members::hold_all(tx, team.workspace, &new).await? != new.len() {
            return Err(TeamError::NoSuchMember);
        }
        put_in(tx, by, (team, &new), now).await?;
    }
    if taken {
        Ok(withdrawal::end_unentitled(tx, by, now).await?)
    } else {
        Ok(Ended::default())
    }
}

/// Puts a member into those of a provider's teams whose groups they are in, and takes them out of
/// the others; whether out of any: then the caller ends what they wait for
/// ([`crate::features::withdrawal`]).
///
/// # Errors
/// When the database refuses.
pub async fn follow_groups(
    tx: &mut Tx,
    by: &By,
    (provider, groups): (ProviderId, &[String]),
    member: MemberId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let mut taken = false;
    for team in store::managed_by(&mut *tx, by.workspace, ManagedBy::Provider).await? {
        let Some((_, group)) = team.group.as_ref().filter(|(from, _)| *from == provider) else {
            continue;
        };
        if groups.contains(group) {
            put_in(tx, by, (&team, &[member]), now).await?;
        } else {
            taken |= take_out(tx, by, (&team, &[member]), now).await?;
        }
    }
    Ok(taken)
}
