//! Managing members: their roles, invitations, names, and whose the workspace is.

use super::{
    Me, Member, MemberError, MemberState, Members, WorkspaceRole, rules,
    rules::Untouchable,
    service::{count_invitation, invitation, named},
    store,
    workspaces::must_belong,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, WorkspaceId},
    },
    db::{DbError, Tx},
    features::{
        audit::{self, Action, Actor, By, NewEvent},
        directory_tokens,
        mail::Outbox,
        withdrawal::{self, Ended},
    },
};

impl From<Untouchable> for MemberError {
    fn from(why: Untouchable) -> Self {
        match why {
            Untouchable::NotAdmin => Self::NotAdmin,
            Untouchable::Oneself => Self::Oneself,
            Untouchable::Owner => Self::IsOwner,
            Untouchable::Gone => Self::NotFound,
        }
    }
}

/// The member that `me` wants to manage, held for the rest of the transaction.
///
/// # Errors
/// Why they can't; or the database refuses.
pub async fn managed(tx: &mut Tx, me: &Me, id: MemberId) -> Result<Member, MemberError> {
    let found = store::lock(tx, me.member.workspace, id).await?;
    may_manage(me, found.as_ref())?;
    found.ok_or(MemberError::NotFound)
}

/// Whether `me` could manage this member.
///
/// # Errors
/// Why they can't.
pub fn may_manage(me: &Me, member: Option<&Member>) -> Result<(), MemberError> {
    if !me.member.is_admin() {
        return Err(MemberError::NotAdmin);
    }
    let member = member.ok_or(MemberError::NotFound)?;
    Ok(rules::may_manage(&me.member, member)?)
}

/// A member, held as they are for the rest of the transaction.
///
/// # Errors
/// When the database refuses.
pub async fn held(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<Member>, DbError> {
    store::lock(tx, workspace, id).await
}

/// Keeps a member out, for the time being or for good, in the transaction that takes the rest away.
///
/// # Errors
/// When they are out already or the workspace's Owner; or the database refuses.
pub async fn shut_out(
    tx: &mut Tx,
    by: &By,
    member: &Member,
    state: MemberState,
) -> Result<(), MemberError> {
    if store::set_state(tx, by, member, state).await? {
        Ok(())
    } else {
        Err(MemberError::WrongState(member.state))
    }
}

/// The workspace's Owner.
///
/// # Errors
/// When the database refuses.
pub async fn owner(tx: &mut Tx, workspace: WorkspaceId) -> Result<Member, DbError> {
    store::owner(tx, workspace).await
}

/// Ends what an Admin made to look after the workspace with, once they have a lesser role.
pub(super) async fn relieved(
    tx: &mut Tx,
    by: &By,
    (member, role): (&Member, WorkspaceRole),
    now: Timestamp,
) -> Result<(), DbError> {
    if member.is_admin() && matches!(role, WorkspaceRole::User | WorkspaceRole::Guest) {
        directory_tokens::end_all_of(tx, by, member.id, now).await?;
    }
    Ok(())
}

fn told(me: &Me, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(me.member.workspace, Actor::Member(me.member.id), action).from(client)
}

impl Members {
    /// Gives a member another role in the workspace. The one they have changes nothing.
    ///
    /// # Errors
    /// When `me` may not, or has to sign in afresh to make or unmake an Admin, they own items and would
    /// become a guest, they are a guest of a mail domain that may not join, there is no such member; or the
    /// database refuses.
    pub async fn change_role(
        &self,
        me: &Me,
        (id, role): (MemberId, WorkspaceRole),
        client: &Client,
        now: Timestamp,
    ) -> Result<(), MemberError> {
        if role == WorkspaceRole::Owner {
            return Err(MemberError::Invalid(vec![super::Invalid::Role]));
        }
        let event = told(me, Action::MemberRoleChanged, client)
            .target(id)
            .details(store::role_text(role));
        let by = me.by(client);
        let ended = self
            .db
            .write((me.clone(), by, event), move |tx, (me, by, event)| {
                Box::pin(async move {
                    let member = managed(tx, me, id).await?;
                    if member.role == role {
                        return Ok(Ended::default());
                    }
                    if member.is_admin() || role == WorkspaceRole::Admin {
                        me.require_fresh(now)?;
                    }
                    if member.role == WorkspaceRole::Guest {
                        must_belong(tx, &member, role).await?;
                    }
                    if !store::set_role(tx, member.workspace, id, role).await? {
                        return Err(MemberError::OwnsItems);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    relieved(tx, by, (&member, role), now).await?;
                    // A guest is an Owner of nothing, whatever their teams are.
                    Ok(withdrawal::end_unentitled(tx, by, now).await?)
                })
            });
        let ended: Result<Ended, MemberError> = ended.await;
        ended.map(|ended| ended.wake(&self.signals))
    }

    /// Lets a suspended member in again.
    ///
    /// # Errors
    /// When `me` may not, or has to sign in afresh to let an Admin in, or they aren't suspended; or the
    /// database refuses.
    pub async fn reinstate(
        &self,
        me: &Me,
        id: MemberId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), MemberError> {
        let event = told(me, Action::MemberReinstated, client).target(id);
        self.db
            .write((me.clone(), event), move |tx, (me, event)| {
                Box::pin(async move {
                    let member = managed(tx, me, id).await?;
                    if member.is_admin() {
                        me.require_fresh(now)?;
                    }
                    if !store::reinstate(tx, member.workspace, id).await? {
                        return Err(MemberError::WrongState(member.state));
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Sends the invitation of somebody who hasn't come yet once more.
    ///
    /// # Errors
    /// When `me` may not, they came already, or were written to too often; or the database refuses.
    pub async fn invite_again(
        &self,
        me: &Me,
        id: MemberId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), MemberError> {
        let found = store::by_id(&self.db, me.member.workspace, id).await?;
        may_manage(me, found.as_ref())?;
        let member = found.ok_or(MemberError::NotFound)?;
        let mail = invitation(self, me, &member, client, now).await?;
        let event = told(me, Action::MemberInvited, client)
            .target(id)
            .details("again");
        self.db
            .write((me.clone(), mail, event), move |tx, (me, mail, event)| {
                Box::pin(async move {
                    let member = managed(tx, me, id).await?;
                    if member.state != MemberState::Invited {
                        return Err(MemberError::WrongState(member.state));
                    }
                    count_invitation(tx, (&member, me.member.id), now).await?;
                    audit::record(tx, now, event.clone()).await?;
                    Outbox::enqueue(tx, mail, now).await?;
                    Ok(())
                })
            })
            .await?;
        self.outbox.wake();
        Ok(())
    }

    /// Makes another active member the workspace's Owner; who was it becomes an Admin.
    ///
    /// # Errors
    /// When `me` isn't the Owner or didn't sign in freshly, the other can't be it; or the database
    /// refuses.
    pub async fn hand_over_workspace(
        &self,
        me: &Me,
        to: MemberId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), MemberError> {
        if me.member.role != WorkspaceRole::Owner {
            return Err(MemberError::NotOwner);
        }
        if me.member.id == to {
            return Err(MemberError::Oneself);
        }
        me.require_fresh(now)?;
        let event = told(me, Action::WorkspaceHandedOver, client).target(to);
        self.db
            .write((me.clone(), event), move |tx, (me, event)| {
                Box::pin(async move {
                    let workspace = me.member.workspace;
                    let next = store::lock(tx, workspace, to).await?;
                    let next = next.ok_or(MemberError::NotFound)?;
                    if next.role == WorkspaceRole::Guest {
                        return Err(MemberError::Invalid(vec![super::Invalid::Role]));
                    }
                    if !store::hand_over(tx, workspace, me.member.id, to).await? {
                        return Err(MemberError::WrongState(next.state));
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Changes one's own name.
    ///
    /// # Errors
    /// When a name can't be taken, or the database refuses.
    pub async fn rename(
        &self,
        me: &Me,
        (first, last): (&str, &str),
        client: &Client,
        now: Timestamp,
    ) -> Result<Member, MemberError> {
        let names = named(first, last)?;
        let event = told(me, Action::MemberRenamed, client).target(me.member.id);
        self.db
            .write((me.clone(), names, event), move |tx, (me, names, event)| {
                Box::pin(async move {
                    let Member { workspace, id, .. } = me.member;
                    let renamed = store::rename(tx, workspace, id, (&names.0, &names.1)).await?;
                    let renamed = renamed.ok_or(MemberError::NotFound)?;
                    audit::record(tx, now, event.clone()).await?;
                    Ok(renamed)
                })
            })
            .await
    }
}
