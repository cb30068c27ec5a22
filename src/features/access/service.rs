//! Asking about permission, and giving and taking roles on items.

use guestpass_api_types::{
    items::{Access as AccessEntry, AccessList, AccessThrough, ItemRole, TeamAccess},
    members::MemberBrief,
    teams::TeamBrief,
};

use super::{AccessError, store, team_store};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, MemberId, TeamId, WorkspaceId},
    },
    db::{Db, DbError, Target, Tx},
    features::{
        audit::{self, By, NewEvent},
        members::{self, Me, WorkspaceRole},
        permission::{Action, Resource, Standing, decide, effective},
        signals::Signals,
        teams,
        withdrawal::{self, Ended},
    },
};

/// Where `me` stands towards an item; nothing when their workspace has no such item.
///
/// # Errors
/// When the database refuses.
pub async fn standing(
    on: impl Into<Target<'_>>,
    me: &Me,
    item: ItemId,
) -> Result<Option<Standing>, DbError> {
    let role = store::role_on(on, me.member.workspace, item, me.member.id).await?;
    Ok(role.map(|item| Standing::in_workspace(me.member.role).on_item(item)))
}

/// Goes on only if `me` may do this to the item. Called in the transaction that does it.
///
/// # Errors
/// [`AccessError::Hidden`] or [`AccessError::NotAllowed`]; or the database refuses.
pub async fn require(
    on: impl Into<Target<'_>>,
    me: &Me,
    item: ItemId,
    resource: Resource,
    action: Action,
) -> Result<Standing, AccessError> {
    let standing = standing(on, me, item).await?.ok_or(AccessError::Hidden)?;
    decide(standing, resource, action)?;
    Ok(standing)
}

/// Makes all others who want to change the item's grants, attachments or version wait for this
/// transaction. On PostgreSQL, a rule over several rows needs it: two transactions don't see each
/// other's removals.
///
/// # Errors
/// [`AccessError::Hidden`] when the workspace has no such item; or the database refuses.
pub async fn lock_item(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<(), AccessError> {
    if store::lock(tx, workspace, item).await? {
        Ok(())
    } else {
        Err(AccessError::Hidden)
    }
}

/// Makes whoever adds an item its Owner, in the transaction that adds it.
///
/// # Errors
/// When the database refuses.
pub async fn give_first_owner(
    tx: &mut Tx,
    me: &Me,
    item: ItemId,
    now: Timestamp,
) -> Result<(), DbError> {
    let grant = store::NewGrant {
        workspace: me.member.workspace,
        item,
        member: me.member.id,
        role: ItemRole::Owner,
        by: me.member.id,
    };
    store::upsert(tx, &grant, now).await.map(drop)
}

/// Which items would have no active Owner without this member.
///
/// # Errors
/// When the database refuses.
pub async fn owned_alone(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<ItemId>, DbError> {
    store::owned_alone(on, workspace, member).await
}

/// The names of an item's active Owners.
///
/// # Errors
/// When the database refuses.
pub async fn owners_of(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<String>, DbError> {
    store::owners(db, workspace, item).await
}

/// Which items would have no active Owner without this member, held for the rest of the transaction.
///
/// # Errors
/// When the database refuses.
pub async fn hold_owned_alone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<ItemId>, DbError> {
    store::lock_owned_alone(tx, workspace, member).await
}

/// Makes `to` an Owner of these items. Nobody is asked for permission here.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over(
    tx: &mut Tx,
    by: &By,
    (items, to): (&[ItemId], MemberId),
    now: Timestamp,
) -> Result<(), DbError> {
    for item in items {
        let grant = store::NewGrant {
            workspace: by.workspace,
            item: *item,
            member: to,
            role: ItemRole::Owner,
            // As with the first Owner, where no other member gives the role.
            by: by.member().unwrap_or(to),
        };
        store::upsert(tx, &grant, now).await?;
        let event = by
            .event(audit::Action::AccessGranted)
            .item(*item)
            .target(to)
            .details("handed over");
        audit::record(tx, now, event).await?;
    }
    Ok(())
}

/// Makes `to` an Owner of everything that `from` owns themselves, and `from` a Collaborator; how many
/// items, and which links `from` waits for no more. What a team of theirs owns, they own through it still.
/// Nobody is asked for permission here.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over_all(
    tx: &mut Tx,
    by: &By,
    (from, to): (MemberId, MemberId),
    now: Timestamp,
) -> Result<(usize, Ended), DbError> {
    let workspace = by.workspace;
    let owned = store::lock_owned(tx, workspace, from).await?;
    hand_over(tx, by, (&owned, to), now).await?;
    store::step_down_everywhere(tx, workspace, from).await?;
    let ended = withdrawal::end_unentitled(tx, by, now).await?;
    Ok((owned.len(), ended))
}

/// Takes every role on items from a member, but that of an item's last Owner.
///
/// # Errors
/// When the database refuses.
pub async fn give_up_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<(), DbError> {
    store::delete_all_of(tx, workspace, member).await.map(drop)
}

/// Who has which role on an item; cheap to clone.
#[derive(Clone, Debug)]
pub struct Access {
    db: Db,
    signals: Signals,
}

/// What one change of a grant needs: about which item, and to whom it gives or takes.
struct Change<To> {
    me: Me,
    item: ItemId,
    to: To,
    now: Timestamp,
    client: Client,
}

impl<To: Copy> Change<To> {
    fn new(me: &Me, (item, to): (ItemId, To), now: Timestamp, client: &Client) -> Self {
        Self {
            me: me.clone(),
            item,
            to,
            now,
            client: client.clone(),
        }
    }

    fn workspace(&self) -> WorkspaceId {
        self.me.member.workspace
    }

    fn event(&self, action: audit::Action) -> NewEvent {
        self.me.by(&self.client).event(action).item(self.item)
    }

    /// Goes on only if the caller may do this; nobody else changes the item's grants meanwhile.
    async fn hold(&self, tx: &mut Tx, action: Action) -> Result<(), AccessError> {
        lock_item(tx, self.workspace(), self.item).await?;
        require(&mut *tx, &self.me, self.item, Resource::Grant, action).await?;
        Ok(())
    }

    /// Ends what people waited for who are Owners no more.
    async fn end_unentitled(&self, tx: &mut Tx) -> Result<Ended, AccessError> {
        let by = self.me.by(&self.client);
        Ok(withdrawal::end_unentitled(tx, &by, self.now).await?)
    }
}

impl Access {
    /// The service over its parts.
    pub fn new(db: Db, signals: Signals) -> Self {
        Self { db, signals }
    }

    /// Everybody with a role on the item, and where it comes from.
    ///
    /// # Errors
    /// When `me` may not see it, or the database refuses.
    pub async fn list(&self, me: &Me, item: ItemId) -> Result<AccessList, AccessError> {
        require(&self.db, me, item, Resource::Grant, Action::See).await?;
        let workspace = me.member.workspace;
        let people = gathered(store::people(&self.db, workspace, item).await?);
        let teams = team_store::teams(&self.db, workspace, item).await?;
        let team = |shared: team_store::SharedWith| TeamAccess {
            team: brief(shared.team, shared.name),
            role: shared.role,
            granted_at: shared.granted_at.millis(),
            members: shared.members,
        };
        Ok(AccessList {
            people,
            teams: teams.into_iter().map(team).collect(),
        })
    }

    /// Gives a member of the workspace a role on the item, or changes it. Giving the role they
    /// have changes nothing.
    ///
    /// # Errors
    /// When `me` is no Owner, the workspace has no such member, it would leave the item without an
    /// Owner, or the database refuses.
    pub async fn grant(
        &self,
        me: &Me,
        item: ItemId,
        (member, role): (MemberId, ItemRole),
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let change = Change::new(me, (item, member), now, client);
        let ended = self.db.write((change, role), |tx, (change, role)| {
            Box::pin(async move { grant(tx, change, *role).await })
        });
        let ended: Result<Ended, AccessError> = ended.await;
        ended.map(|ended| ended.wake(&self.signals))
    }

    /// Takes away the role on the item that a member has by themselves; one's own too. Who has
    /// none, has none afterwards.
    ///
    /// # Errors
    /// When `me` is no Owner and it isn't their own role, it would leave the item without an
    /// Owner, they have it through a team alone; or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        item: ItemId,
        member: MemberId,
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let change = Change::new(me, (item, member), now, client);
        let ended = self.db.write(change, |tx, change| {
            Box::pin(async move { remove(tx, change).await })
        });
        let ended: Result<Ended, AccessError> = ended.await;
        ended.map(|ended| ended.wake(&self.signals))
    }

    /// Shares the item with a team, or changes the team's role on it. The role it has changes
    /// nothing.
    ///
    /// # Errors
    /// When `me` is no Owner, the workspace has no such team, or the database refuses.
    pub async fn grant_team(
        &self,
        me: &Me,
        item: ItemId,
        (team, role): (TeamId, ItemRole),
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let change = Change::new(me, (item, team), now, client);
        let ended = self.db.write((change, role), |tx, (change, role)| {
            Box::pin(async move { grant_team(tx, change, *role).await })
        });
        let ended: Result<Ended, AccessError> = ended.await;
        ended.map(|ended| ended.wake(&self.signals))
    }

    /// Stops sharing the item with a team. What it isn't shared with, it isn't shared with
    /// afterwards.
    ///
    /// # Errors
    /// When `me` is no Owner, or the database refuses.
    pub async fn remove_team(
        &self,
        me: &Me,
        item: ItemId,
        team: TeamId,
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let change = Change::new(me, (item, team), now, client);
        let ended = self.db.write(change, |tx, change| {
            Box::pin(async move { remove_team(tx, change).await })
        });
        let ended: Result<Ended, AccessError> = ended.await;
        ended.map(|ended| ended.wake(&self.signals))
    }
}

/// One entry for each person, of all the roles they have: Owners first, then by name.
fn gathered(held: Vec<store::Held>) -> Vec<AccessEntry> {
    let mut people: Vec<AccessEntry> = Vec::new();
    for held in held {
        let role = effective(held.role, held.member.role);
        let id = held.member.id.to_string();
        if people.last().is_none_or(|last| last.member.id != id) {
            people.push(AccessEntry {
                member: MemberBrief::from(&held.member),
                role,
                direct: None,
                granted_at: None,
                through: Vec::new(),
            });
        }
        let Some(person) = people.last_mut() else {
            continue;
        };
        if role == ItemRole::Owner {
            person.role = role;
        }
        match held.through {
            Some((team, name)) => person.through.push(AccessThrough {
                team: brief(team, name),
                role: held.role,
            }),
            None => {
                person.direct = Some(role);
                person.granted_at = Some(held.granted_at.millis());
            }
        }
    }
    people.sort_by_key(|person| person.role != ItemRole::Owner);
    people
}

fn brief(team: TeamId, name: String) -> TeamBrief {
    TeamBrief {
        id: team.to_string(),
        name,
    }
}

async fn grant(
    tx: &mut Tx,
    change: &Change<MemberId>,
    role: ItemRole,
) -> Result<Ended, AccessError> {
    let (workspace, member) = (change.workspace(), change.to);
    change.hold(tx, Action::Change).await?;
    let found = members::hold_role(tx, workspace, member).await?;
    match found.ok_or(AccessError::NoSuchMember)? {
        WorkspaceRole::Guest if role == ItemRole::Owner => return Err(AccessError::GuestOwner),
        _ => {}
    }
    let before = store::own_role_on(tx, workspace, change.item, member).await?;
    if before == Some(role) {
        return Ok(Ended::default());
    }
    let grant = store::NewGrant {
        workspace,
        item: change.item,
        member,
        role,
        by: change.me.member.id,
    };
    if !store::upsert(tx, &grant, change.now).await? {
        return Err(AccessError::LastOwner);
    }
    let action = match before {
        Some(_) => audit::Action::AccessChanged,
        None => audit::Action::AccessGranted,
    };
    let event = change.event(action).target(member);
    audit::record(tx, change.now, event.details(store::role_text(role))).await?;
    change.end_unentitled(tx).await
}

async fn remove(tx: &mut Tx, change: &Change<MemberId>) -> Result<Ended, AccessError> {
    let (workspace, member) = (change.workspace(), change.to);
    let own = member == change.me.member.id;
    let action = if own { Action::Leave } else { Action::Remove };
    change.hold(tx, action).await?;
    let Some(before) = store::own_role_on(tx, workspace, change.item, member).await? else {
        let through = store::role_on(&mut *tx, workspace, change.item, member).await?;
        return match through.flatten() {
            Some(_) => Err(AccessError::ThroughTeam),
            None => Ok(Ended::default()),
        };
    };
    if !store::delete(tx, workspace, change.item, member).await? {
        return Err(AccessError::LastOwner);
    }
    let event = change.event(audit::Action::AccessRemoved).target(member);
    audit::record(tx, change.now, event.details(store::role_text(before))).await?;
    change.end_unentitled(tx).await
}

async fn grant_team(
    tx: &mut Tx,
    change: &Change<TeamId>,
    role: ItemRole,
) -> Result<Ended, AccessError> {
    let (workspace, team) = (change.workspace(), change.to);
    change.hold(tx, Action::Change).await?;
    let found = teams::hold(tx, (workspace, team)).await?;
    found.ok_or(AccessError::NoSuchTeam)?;
    let place = (change.item, team);
    let before = team_store::role_of(tx, workspace, place).await?;
    if before == Some(role) {
        return Ok(Ended::default());
    }
    let given = (role, change.me.member.id);
    team_store::upsert(tx, workspace, place, given, change.now).await?;
    let action = match before {
        Some(_) => audit::Action::TeamAccessChanged,
        None => audit::Action::TeamAccessGranted,
    };
    let event = change.event(action).team(team);
    audit::record(tx, change.now, event.details(store::role_text(role))).await?;
    change.end_unentitled(tx).await
}

async fn remove_team(tx: &mut Tx, change: &Change<TeamId>) -> Result<Ended, AccessError> {
    change.hold(tx, Action::Remove).await?;
    let place = (change.item, change.to);
    let Some(before) = team_store::delete(tx, change.workspace(), place).await? else {
        return Ok(Ended::default());
    };
    let event = change
        .event(audit::Action::TeamAccessRemoved)
        .team(change.to);
    audit::record(tx, change.now, event.details(store::role_text(before))).await?;
    change.end_unentitled(tx).await
}
