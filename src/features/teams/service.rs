//! Making teams, and looking after those that look after themselves.

use guestpass_api_types::{
    members::MemberBrief,
    teams::{Team as TeamEntry, TeamDetails, TeamList, TeamPerson},
};

use super::{
    Team, TeamError, TeamRole,
    managed::{create, remove, rename},
    model::Seen,
    rules, store,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, TeamId, WorkspaceId},
    },
    db::{Db, DbError, Tx},
    features::{
        audit::{self, Action, By},
        members::{self, Me, WorkspaceRole, checked_name},
        permission::{Action as Right, Resource, Standing, decide},
        signals::Signals,
        withdrawal::{self, Ended},
    },
};

/// How many teams a workspace may have.
pub const MOST: i64 = 500;

/// What can be done with teams; cheap to clone.
#[derive(Clone, Debug)]
pub struct Teams {
    db: Db,
    signals: Signals,
}

/// Who changes which team, from where.
#[derive(Clone)]
struct Change {
    me: Me,
    team: TeamId,
    client: Client,
}

impl Change {
    fn new(me: &Me, team: TeamId, client: &Client) -> Self {
        Self {
            me: me.clone(),
            team,
            client: client.clone(),
        }
    }

    fn of(&self) -> (WorkspaceId, TeamId) {
        (self.me.member.workspace, self.team)
    }

    fn by(&self) -> By {
        self.me.by(&self.client)
    }

    /// The team, held for the rest of the transaction, if the caller may do this to it.
    async fn hold(&self, tx: &mut Tx, action: Right) -> Result<Team, TeamError> {
        let team = store::hold(tx, self.of()).await?;
        let team = team.ok_or(TeamError::Hidden)?;
        let own = store::role_in(&mut *tx, self.of(), self.me.member.id).await?;
        rules::may(&self.me.member, (&team, own), action)?;
        Ok(team)
    }
}

impl Teams {
    /// The service over its parts.
    pub fn new(db: Db, signals: Signals) -> Self {
        Self { db, signals }
    }

    /// The teams of the workspace. Guests see those they are in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, me: &Me) -> Result<TeamList, TeamError> {
        let all = store::all_seen(&self.db, me.member.workspace, me.member.id).await?;
        let seen = all
            .into_iter()
            .filter(|seen| rules::may_see(&me.member, seen.my_role));
        Ok(TeamList {
            teams: seen.map(|seen| entry(me, seen)).collect(),
        })
    }

    /// A team with its people.
    ///
    /// # Errors
    /// When there is no such team for `me`, or the database refuses.
    pub async fn get(&self, me: &Me, team: TeamId) -> Result<TeamDetails, TeamError> {
        let of = (me.member.workspace, team);
        let seen = store::one_seen(&self.db, of, me.member.id).await?;
        let seen = seen.filter(|seen| rules::may_see(&me.member, seen.my_role));
        let seen = seen.ok_or(TeamError::Hidden)?;
        let mut people = store::people(&self.db, of).await?;
        if me.member.role == WorkspaceRole::Guest {
            people.retain(|person| person.member.id == me.member.id);
        }
        let person = |person: super::Person| TeamPerson {
            member: MemberBrief::from(&person.member),
            role: person.role,
            added_at: person.added_at.millis(),
        };
        Ok(TeamDetails {
            team: entry(me, seen),
            people: people.into_iter().map(person).collect(),
        })
    }

    /// The name of a team, also of one that was removed; for the log.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn name_of(
        db: &Db,
        workspace: WorkspaceId,
        team: TeamId,
    ) -> Result<Option<String>, DbError> {
        store::name_of(db, (workspace, team)).await
    }

    /// Makes a team that looks after itself, with the caller as its Team Admin.
    ///
    /// # Errors
    /// When `me` is a guest, the name can't be taken or is, there are too many; or the database
    /// refuses.
    pub async fn create(
        &self,
        me: &Me,
        name: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<TeamDetails, TeamError> {
        let standing = Standing::in_workspace(me.member.role);
        decide(standing, Resource::Team, Right::Add).map_err(|_| TeamError::GuestCannotMake)?;
        let team = Team::named(name, me.member.workspace, now)?;
        let id = team.id;
        let change = Change::new(me, id, client);
        self.db
            .write((change, team), move |tx, (change, team)| {
                Box::pin(async move {
                    create(tx, &change.by(), team, now).await?;
                    let first = (change.me.member.id, TeamRole::Admin);
                    store::put(tx, change.of(), first, now).await?;
                    Ok::<_, TeamError>(())
                })
            })
            .await?;
        self.get(me, id).await
    }

    /// Gives a team another name.
    ///
    /// # Errors
    /// When `me` may not, the name can't be taken or is; or the database refuses.
    pub async fn rename(
        &self,
        me: &Me,
        (team, name): (TeamId, &str),
        client: &Client,
        now: Timestamp,
    ) -> Result<TeamDetails, TeamError> {
        let name = checked_name(name).map_err(TeamError::Name)?;
        let change = Change::new(me, team, client);
        self.db
            .write((change, name), move |tx, (change, name)| {
                Box::pin(async move {
                    let team = change.hold(tx, Right::Change).await?;
                    rename(tx, &change.by(), (&team, name), now).await
                })
            })
            .await?;
        self.get(me, team).await
    }

    /// Removes a team: what it had, nobody has through it any more.
    ///
    /// # Errors
    /// When `me` may not, or has to sign in afresh since it has items; or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        team: TeamId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), TeamError> {
        let change = Change::new(me, team, client);
        let ended = self
            .db
            .write(change, move |tx, change| {
                Box::pin(async move {
                    let team = change.hold(tx, Right::Remove).await?;
                    if store::has_items(tx, change.of()).await? {
                        change.me.require_fresh(now)?;
                    }
                    let ended = remove(tx, &change.by(), &team, now).await?;
                    Ok::<_, TeamError>(ended)
                })
            })
            .await?;
        ended.wake(&self.signals);
        Ok(())
    }

    /// Puts a member of the workspace into a team, or changes what they may do in it.
    ///
    /// # Errors
    /// When `me` may not, or has to sign in afresh to put themselves in, the workspace has no such member,
    /// a guest would be Team Admin, nobody else is; or the database refuses.
    pub async fn put(
        &self,
        me: &Me,
        team: TeamId,
        to: (MemberId, TeamRole),
        client: &Client,
        now: Timestamp,
    ) -> Result<(), TeamError> {
        let change = Change::new(me, team, client);
        self.db
            .write(change, move |tx, change| {
                Box::pin(async move { put(tx, change, to, now).await })
            })
            .await
    }

    /// Takes a member out of a team; oneself too. Who isn't in it, isn't in it afterwards.
    ///
    /// # Errors
    /// When `me` may not and it isn't themselves, nobody else is Team Admin; or the database refuses.
    pub async fn take_out(
        &self,
        me: &Me,
        (team, member): (TeamId, MemberId),
        client: &Client,
        now: Timestamp,
    ) -> Result<(), TeamError> {
        let change = Change::new(me, team, client);
        let ended = self
            .db
            .write(change, move |tx, change| {
                Box::pin(async move { take_out(tx, change, member, now).await })
            })
            .await?;
        ended.wake(&self.signals);
        Ok(())
    }
}

async fn put(
    tx: &mut Tx,
    change: &Change,
    (member, role): (MemberId, TeamRole),
    now: Timestamp,
) -> Result<(), TeamError> {
    let team = change.hold(tx, Right::Change).await?;
    let found = members::hold_role(tx, team.workspace, member).await?;
    if found.ok_or(TeamError::NoSuchMember)? == WorkspaceRole::Guest && role == TeamRole::Admin {
        return Err(TeamError::GuestAdmin);
    }
    let before = store::role_in(&mut *tx, change.of(), member).await?;
    if before == Some(role) {
        return Ok(());
    }
    // Who isn't its Team Admin looks after it as the workspace's Owner or Admin, and gives themselves
    // what it has.
    if change.me.member.id == member && before != Some(TeamRole::Admin) {
        change.me.require_fresh(now)?;
    }
    if !store::put(tx, change.of(), (member, role), now).await? {
        return Err(TeamError::LastAdmin);
    }
    let action = match before {
        Some(_) => Action::TeamRoleChanged,
        None => Action::TeamMemberAdded,
    };
    let event = change.by().event(action).team(team.id).target(member);
    audit::record(tx, now, event.details(store::role_text(role))).await?;
    Ok(store::touch(tx, change.of(), now).await?)
}

async fn take_out(
    tx: &mut Tx,
    change: &Change,
    member: MemberId,
    now: Timestamp,
) -> Result<Ended, TeamError> {
    let inside = store::role_in(&mut *tx, change.of(), member).await?;
    let own = change.me.member.id == member && inside.is_some();
    let right = if own { Right::Leave } else { Right::Change };
    let team = change.hold(tx, right).await?;
    let Some(before) = store::role_in(&mut *tx, change.of(), member).await? else {
        return Ok(Ended::default());
    };
    if !store::take_out(tx, change.of(), member).await? {
        return Err(TeamError::LastAdmin);
    }
    let event = change.by().event(Action::TeamMemberRemoved).team(team.id);
    let event = event.target(member).details(store::role_text(before));
    audit::record(tx, now, event).await?;
    store::touch(tx, change.of(), now).await?;
    Ok(withdrawal::end_unentitled(tx, &change.by(), now).await?)
}

/// Takes a member who leaves the workspace out of all teams, whoever is left in them: where nobody
/// looks after one any more, the workspace's Owner and Admins do.
///
/// # Errors
/// When the database refuses.
pub async fn forget_all_of(
    tx: &mut Tx,
    by: &By,
    member: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    for team in store::take_out_everywhere(tx, by.workspace, member).await? {
        let event = by
            .event(Action::TeamMemberRemoved)
            .team(team)
            .target(member);
        audit::record(tx, now, event).await?;
        store::touch(tx, (by.workspace, team), now).await?;
    }
    Ok(())
}

fn entry(me: &Me, seen: Seen) -> TeamEntry {
    let may_manage = rules::may(&me.member, (&seen.team, seen.my_role), Right::Change).is_ok();
    // Guests don't learn who else is here.
    let told = me.member.role != WorkspaceRole::Guest;
    TeamEntry {
        id: seen.team.id.to_string(),
        name: seen.team.name,
        managed_by: seen.team.managed_by,
        provider_name: seen.provider_name.filter(|_| told),
        members: told.then_some(seen.people),
        items: seen.items,
        my_role: seen.my_role,
        may_manage,
    }
}
