//! Suspending, removing, handing over.

use std::collections::HashMap;

use guestpass_api_types::members::{LeaversLinks, LeavingPreview, Left, SeenItem};

use super::LeaveError;
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{IntentId, ItemId, LinkId, MemberId, SessionId},
    },
    db::{Db, DbError, Tx},
    features::{
        access,
        audit::{self, Action, By, EventFilter},
        directory_tokens,
        items::Items,
        links::{self, Fate, Links},
        members::{self, Me, Member, MemberError, MemberState, Members, WorkspaceRole},
        passkeys,
        sign_in::{self, session_topic},
        signals::Signals,
        teams,
        withdrawal::{Ended, intent_topic},
    },
};

/// How many looks of each kind are gone through.
const LOOKS: i64 = 500;
/// How many items are told of.
const TOLD: usize = 100;

/// How somebody leaves.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// Who.
    pub member: MemberId,
    /// For good, or until they are reinstated.
    pub for_good: bool,
    /// What becomes of their live links.
    pub links: LeaversLinks,
    /// Who takes over.
    pub successor: Option<MemberId>,
}

/// Lets people go; cheap to clone.
#[derive(Clone, Debug)]
pub struct Offboarding {
    /// The database.
    pub db: Db,
    /// Accounts and secrets.
    pub items: Items,
    /// Public links.
    pub links: Links,
    /// Wakes streams.
    pub signals: Signals,
}

/// What somebody left behind, and whose streams are to be woken after the commit.
#[derive(Debug)]
pub struct Gone {
    /// How much it was.
    pub left: Left,
    sessions: Vec<SessionId>,
    intents: Vec<IntentId>,
}

impl Offboarding {
    /// What a member would leave behind.
    ///
    /// # Errors
    /// When `me` can't manage them; or the database refuses.
    pub async fn preview(
        &self,
        me: &Me,
        member: MemberId,
        now: Timestamp,
    ) -> Result<LeavingPreview, LeaveError> {
        let workspace = me.member.workspace;
        let found = Members::by_id(&self.db, workspace, member).await?;
        members::may_manage(me, found.as_ref())?;
        Ok(LeavingPreview {
            live_links: self.links.live_of(workspace, member, now).await?.len(),
            items_without_owner: access::owned_alone(&self.db, workspace, member)
                .await?
                .len(),
            provisioning_tokens: directory_tokens::living_of(&self.db, workspace, member).await?,
            seen: self.seen_and_unchanged(me, member).await?,
        })
    }

    /// Suspends or removes a member: sessions, links under way and open streams end with it.
    ///
    /// # Errors
    /// When `me` can't manage them or has to sign in afresh, an item would be left without an Owner,
    /// the successor can't take over; or the database refuses.
    pub async fn leave(
        &self,
        me: &Me,
        leaving: Leaving,
        client: &Client,
        now: Timestamp,
    ) -> Result<Left, LeaveError> {
        // Keeping somebody out may be urgent. What can't be taken back needs a fresh sign-in.
        if leaving.for_good || leaving.successor.is_some() {
            me.require_fresh(now)?;
        }
        if leaving.links == LeaversLinks::HandOver && leaving.successor.is_none() {
            return Err(LeaveError::NoSuccessor);
        }
        let workspace = me.member.workspace;
        let known = self.links.live_of(workspace, leaving.member, now).await?;
        let gone = self
            .db
            .write(
                (me.clone(), client.clone(), leaving, known),
                move |tx, (me, client, leaving, known)| {
                    Box::pin(leave(tx, (me, client), leaving, known, now))
                },
            )
            .await?;
        self.noticed(&gone);
        Ok(gone.left)
    }

    /// Wakes the streams of somebody who left, after the commit.
    pub fn noticed(&self, gone: &Gone) {
        for session in &gone.sessions {
            self.signals.wake(&session_topic(*session));
        }
        for intent in &gone.intents {
            self.signals.wake(&intent_topic(*intent));
        }
    }

    /// Makes somebody else an Owner of everything a member owns, and the member a Collaborator; how
    /// many items.
    ///
    /// # Errors
    /// As for leaving.
    pub async fn hand_over_items(
        &self,
        me: &Me,
        (member, to): (MemberId, MemberId),
        client: &Client,
        now: Timestamp,
    ) -> Result<usize, LeaveError> {
        me.require_fresh(now)?;
        let done = self
            .db
            .write((me.clone(), client.clone()), move |tx, (me, client)| {
                Box::pin(async move {
                    members::managed(tx, me, member).await?;
                    successor(tx, me, member, Some(to)).await?;
                    let by = me.by(client);
                    Ok(access::hand_over_all(tx, &by, (member, to), now).await?)
                })
            });
        let done: Result<(usize, Ended), LeaveError> = done.await;
        let (items, ended) = done?;
        ended.wake(&self.signals);
        Ok(items)
    }

    async fn seen_and_unchanged(
        &self,
        me: &Me,
        member: MemberId,
    ) -> Result<Vec<SeenItem>, LeaveError> {
        let workspace = me.member.workspace;
        let mut seen: HashMap<ItemId, Timestamp> = HashMap::new();
        for look in [
            Action::ItemRevealed,
            Action::CodeShown,
            Action::AttachmentDownloaded,
        ] {
            let filter = EventFilter {
                member: Some(member),
                action: Some(look.as_str().to_owned()),
                limit: LOOKS,
                ..EventFilter::default()
            };
            for event in audit::find(&self.db, workspace, &filter).await? {
                if let Some(item) = event.item {
                    let at = seen.entry(item).or_insert(event.at);
                    *at = event.at.max(*at);
                }
            }
        }
        let mut seen: Vec<(ItemId, Timestamp)> = seen.into_iter().collect();
        seen.sort_by_key(|(item, at)| (std::cmp::Reverse(*at), *item));
        let mut told = Vec::new();
        for (item, at) in seen {
            let changed = Items::secret_changed_at(&self.db, workspace, item).await?;
            if told.len() == TOLD || changed.is_none_or(|changed| changed > at) {
                continue;
            }
            told.push(SeenItem {
                item: item.to_string(),
                name: self.items.name(me, item).await?,
                owners: access::owners_of(&self.db, workspace, item).await?,
                seen_at: at.millis(),
            });
        }
        Ok(told)
    }
}

async fn leave(
    tx: &mut Tx,
    (me, client): (&Me, &Client),
    leaving: &Leaving,
    known: &[LinkId],
    now: Timestamp,
) -> Result<Gone, LeaveError> {
    let member = members::managed(tx, me, leaving.member).await?;
    let next = successor(tx, me, member.id, leaving.successor).await?;
    let fate = match (leaving.links, next) {
        (LeaversLinks::HandOver, Some(next)) => Fate::HandedTo(next),
        _ => Fate::Revoked,
    };
    let by = me.by(client);
    let whose = (&member, leaving.for_good);
    settle(tx, &by, whose, (known, fate, next), now).await
}

/// Suspends or removes a member on behalf of the company's directory, in its transaction: links are
/// revoked, and what nobody else owns goes to the workspace's Owner, since a directory can't be
/// asked who takes over. `known` is what [`Links::live_of`] found before. After the commit the
/// caller calls [`Offboarding::noticed`].
///
/// # Errors
/// When they are the workspace's Owner or out already; or the database refuses.
pub async fn let_go(
    tx: &mut Tx,
    by: &By,
    (member, for_good): (&Member, bool),
    known: &[LinkId],
    now: Timestamp,
) -> Result<Gone, LeaveError> {
    if member.role == WorkspaceRole::Owner {
        return Err(MemberError::IsOwner.into());
    }
    let owner = members::owner(tx, by.workspace).await?;
    let links = (known, Fate::Revoked, Some(owner.id));
    settle(tx, by, (member, for_good), links, now).await
}

/// Ends what somebody has open who stays: their sessions, and the links they wait for. After the commit the
/// caller calls [`Offboarding::noticed`].
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(
    tx: &mut Tx,
    by: &By,
    (member, why): (&Member, &'static str),
    now: Timestamp,
) -> Result<Gone, DbError> {
    let whose = (member.workspace, member.id);
    let sessions = sign_in::end_all_of(tx, whose, why, &by.client, now).await?;
    let intents = links::cancel_all_of(tx, by, member.id, now).await?;
    Ok(Gone {
        left: Left {
            sessions: sessions.len(),
            links: 0,
            items: 0,
        },
        sessions,
        intents,
    })
}

async fn settle(
    tx: &mut Tx,
    by: &By,
    (member, for_good): (&Member, bool),
    (known, fate, next): (&[LinkId], Fate, Option<MemberId>),
    now: Timestamp,
) -> Result<Gone, LeaveError> {
    let (state, action, why) = if for_good {
        (MemberState::Removed, Action::MemberRemoved, "removed")
    } else {
        (MemberState::Suspended, Action::MemberSuspended, "suspended")
    };
    members::shut_out(tx, by, member, state).await?;
    audit::record(tx, now, by.event(action).target(member.id)).await?;
    let mut gone = sign_out(tx, by, (member, why), now).await?;
    directory_tokens::end_all_of(tx, by, member.id, now).await?;
    gone.left.links = links::settle(tx, by, member.id, (known, fate), now).await?;
    let alone = access::hold_owned_alone(tx, member.workspace, member.id).await?;
    match next {
        Some(next) => access::hand_over(tx, by, (&alone, next), now).await?,
        None if alone.is_empty() => {}
        None => return Err(LeaveError::NeedsSuccessor(alone.len())),
    }
    if for_good {
        access::give_up_all(tx, member.workspace, member.id).await?;
        teams::forget_all_of(tx, by, member.id, now).await?;
        passkeys::forget_all_of(tx, (member.workspace, member.id)).await?;
    }
    gone.left.items = alone.len();
    Ok(gone)
}

/// Whoever takes over, if they can.
async fn successor(
    tx: &mut Tx,
    me: &Me,
    leaver: MemberId,
    named: Option<MemberId>,
) -> Result<Option<MemberId>, LeaveError> {
    let Some(named) = named else { return Ok(None) };
    let found: Option<Member> = members::held(tx, me.member.workspace, named).await?;
    let next = found.ok_or(MemberError::NotFound)?;
    let can =
        next.id != leaver && next.state == MemberState::Active && next.role != WorkspaceRole::Guest;
    if can {
        Ok(Some(named))
    } else {
        Err(LeaveError::CantTakeOver)
    }
}
