//! Asking about permission, and giving and taking roles on items.

use guestpass_api_types::{
    items::{AccessList, ItemRole},
    members::MemberBrief,
};

use super::{AccessError, Action, Resource, Standing, decide, store};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Target, Tx},
    features::{
        audit::{self, Actor, By, NewEvent},
        members::{self, Me, WorkspaceRole},
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
    Ok(role.map(|item| Standing {
        item,
        workspace: me.member.role,
    }))
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

/// Makes `to` an Owner of everything that `from` owns, and `from` a Collaborator; how many items.
/// Nobody is asked for permission here.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over_all(
    tx: &mut Tx,
    by: &By,
    (from, to): (MemberId, MemberId),
    now: Timestamp,
) -> Result<usize, DbError> {
    let workspace = by.workspace;
    let owned = store::lock_owned(tx, workspace, from).await?;
    hand_over(tx, by, (&owned, to), now).await?;
    store::step_down_everywhere(tx, workspace, from).await?;
    Ok(owned.len())
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

/// Who has which role on an item.
#[derive(Clone, Debug)]
pub struct Access {
    db: Db,
}

/// What one change of a grant needs.
struct Change {
    me: Me,
    item: ItemId,
    member: MemberId,
    now: Timestamp,
    client: Client,
}

impl Change {
    fn event(&self, action: audit::Action) -> NewEvent {
        NewEvent::new(
            self.me.member.workspace,
            Actor::Member(self.me.member.id),
            action,
        )
        .from(&self.client)
        .item(self.item)
        .target(self.member)
    }
}

impl Access {
    /// Works on `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Everybody with a role on the item.
    ///
    /// # Errors
    /// When `me` may not see it, or the database refuses.
    pub async fn list(&self, me: &Me, item: ItemId) -> Result<AccessList, AccessError> {
        require(&self.db, me, item, Resource::Grant, Action::See).await?;
        let mut people = Vec::new();
        for row in store::people(&self.db, me.member.workspace, item).await? {
            people.push(guestpass_api_types::items::Access {
                member: MemberBrief::from(&members::member_from_row(&row)?),
                role: store::role(&row.get::<String>("item_role")?)?,
                granted_at: row.get::<Timestamp>("granted_at")?.millis(),
            });
        }
        Ok(AccessList { people })
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
        to: (MemberId, ItemRole),
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let (member, role) = to;
        let change = Change {
            me: me.clone(),
            item,
            member,
            now,
            client: client.clone(),
        };
        self.db
            .write((change, role), |tx, (change, role)| {
                Box::pin(async move { grant(tx, change, *role).await })
            })
            .await
    }

    /// Takes away a member's role on the item; one's own too. Who has none, has none afterwards.
    ///
    /// # Errors
    /// When `me` is no Owner and it isn't their own role, it would leave the item without an
    /// Owner, or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        item: ItemId,
        member: MemberId,
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AccessError> {
        let change = Change {
            me: me.clone(),
            item,
            member,
            now,
            client: client.clone(),
        };
        self.db
            .write(change, |tx, change| {
                Box::pin(async move { remove(tx, change).await })
            })
            .await
    }
}

async fn grant(tx: &mut Tx, change: &Change, role: ItemRole) -> Result<(), AccessError> {
    let workspace = change.me.member.workspace;
    lock_item(tx, workspace, change.item).await?;
    require(
        &mut *tx,
        &change.me,
        change.item,
        Resource::Grant,
        Action::Change,
    )
    .await?;
    let member = store::member_role(tx, workspace, change.member).await?;
    match member.ok_or(AccessError::NoSuchMember)? {
        WorkspaceRole::Guest if role == ItemRole::Owner => return Err(AccessError::GuestOwner),
        _ => {}
    }
    let before = store::role_on(&mut *tx, workspace, change.item, change.member)
        .await?
        .flatten();
    if before == Some(role) {
        return Ok(());
    }
    let grant = store::NewGrant {
        workspace,
        item: change.item,
        member: change.member,
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
    let event = change.event(action).details(store::role_text(role));
    audit::record(tx, change.now, event).await?;
    Ok(())
}

async fn remove(tx: &mut Tx, change: &Change) -> Result<(), AccessError> {
    let workspace = change.me.member.workspace;
    lock_item(tx, workspace, change.item).await?;
    let own = change.member == change.me.member.id;
    let action = if own { Action::Leave } else { Action::Remove };
    require(&mut *tx, &change.me, change.item, Resource::Grant, action).await?;
    let before = store::role_on(&mut *tx, workspace, change.item, change.member)
        .await?
        .flatten();
    let Some(before) = before else { return Ok(()) };
    if !store::delete(tx, workspace, change.item, change.member).await? {
        return Err(AccessError::LastOwner);
    }
    let event = change
        .event(audit::Action::AccessRemoved)
        .details(store::role_text(before));
    audit::record(tx, change.now, event).await?;
    Ok(())
}
