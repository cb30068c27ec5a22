//! Making links from confirmed intents, watching and revoking them.

use std::time::Duration;

use guestpass_api_types::{
    items::ItemKind,
    links::{Link, LinkMade, SealedLink},
};
use guestpass_link_crypto::{IV_LEN, SIZES, TAG_LEN};

use super::{
    LinkError, intent_store,
    intents::{may_share, terms, told, unchanged},
    link_store::{self, NewLink},
    model::{FlowState, Intent, IntentId, epoch_of},
    rules,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, LinkId, WorkspaceId},
        secret::{array_from_base64url, from_base64url},
    },
    db::{Db, DbError, Tx},
    features::{
        access,
        audit::{self, Action, Actor, NewEvent},
        items::Items,
        keys::Keyring,
        limits::{self, Limit},
        members::Me,
        permission::{Action as Deed, Resource},
        signals::{self, Signals},
        withdrawal::intent_topic,
    },
};

const PER_HOUR: Limit = Limit {
    name: "links_hour",
    burst: 30,
    every: Duration::from_secs(120),
};
const PER_DAY: Limit = Limit {
    name: "links_day",
    burst: 200,
    every: Duration::from_secs(432),
};
const PER_WORKSPACE: Limit = Limit {
    name: "links_ws",
    burst: 1000,
    every: Duration::from_millis(86_400),
};

/// Making and watching links; cheap to clone.
#[derive(Clone, Debug)]
pub struct Links {
    /// The database.
    pub db: Db,
    /// The keys at rest.
    pub keys: Keyring,
    /// Accounts and secrets.
    pub items: Items,
    /// Wakes streams.
    pub signals: Signals,
}

impl Links {
    /// Makes the link of a confirmed intent: the intent is spent in the same transaction. Sending
    /// the same link again (the answer was lost) gives the same answer.
    ///
    /// # Errors
    /// Not confirmed, over, malformed, not an Owner any more, the item changed, a limit; or the
    /// database refuses.
    pub async fn make(
        &self,
        me: &Me,
        id: IntentId,
        sealed: &SealedLink,
        client: &Client,
        now: Timestamp,
    ) -> Result<LinkMade, LinkError> {
        let intent = intent_store::of_session(&self.db, id, me, now)
            .await?
            .ok_or(LinkError::NotFound)?;
        let parts = Parts::read(sealed)?;
        match rules::intent_state(&intent, now) {
            FlowState::Confirmed => {}
            FlowState::Waiting => return Err(LinkError::NotConfirmed),
            FlowState::Spent => return self.made_before(&intent, &parts).await,
            state => return Err(LinkError::FlowOver(state)),
        }
        let head = Items::head(&self.db, intent.workspace, intent.item).await?;
        unchanged(&intent, head.as_ref())?;
        let kind = head.map_or(ItemKind::Account, |head| head.kind);
        let agreed = terms(&intent, kind)?;
        if sealed.header != agreed {
            return Err(LinkError::Malformed("header"));
        }
        // Its life began with the confirmation: a short one may be over by now.
        if agreed.expires_at <= now.seconds() {
            return Err(LinkError::FlowOver(FlowState::Expired));
        }
        let link = LinkId::new(now);
        let epoch = epoch_of(link);
        let aad = link_store::wrap_aad(intent.workspace, link);
        let new = NewLink {
            id: link,
            kind,
            flags: i64::from(agreed.flags),
            created_at: Timestamp::from_millis(agreed.created_at * 1000),
            expires_at: Timestamp::from_millis(agreed.expires_at * 1000),
            lid: parts.lid.to_vec(),
            v0: parts.v0.to_vec(),
            commitment: parts.commit.to_vec(),
            iv: parts.iv.to_vec(),
            ct: self.keys.wrap_epoch(epoch, &parts.ct, &aad)?,
            intent,
        };
        let made = LinkMade {
            id: link.to_string(),
            expires_at: new.expires_at.millis(),
        };
        let stored = self
            .db
            .write(
                (me.clone(), new, client.clone(), now),
                |tx, (me, new, client, now)| Box::pin(make_in(tx, me, new, client, *now)),
            )
            .await;
        self.signals.wake(&intent_topic(id));
        match stored {
            // The link itself tells what became of it; the same request again is answered by it too.
            Err(LinkError::Db(DbError::Unknown(error))) => {
                tracing::warn!(link = %link, error, "the commit of a new link got lost");
                match self.made(me.member.workspace, id, &parts).await? {
                    Some(_) => Ok(made),
                    None => Err(DbError::Busy.into()),
                }
            }
            other => other.map(|()| made),
        }
    }

    /// All links of an item, newest first, for its Owners and the workspace's admins.
    ///
    /// # Errors
    /// Not found or not allowed; or the database refuses.
    pub async fn of_item(
        &self,
        me: &Me,
        item: ItemId,
        now: Timestamp,
    ) -> Result<Vec<Link>, LinkError> {
        require(&self.db, me, item, Deed::See).await?;
        link_store::of_item(&self.db, me.member.workspace, item, now)
            .await
            .map_err(Into::into)
    }

    /// Takes a link back, for good. Its ciphertext is erased. Doing it twice changes nothing.
    ///
    /// # Errors
    /// Not found or not allowed; or the database refuses.
    pub async fn revoke(
        &self,
        me: &Me,
        link: LinkId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        self.db
            .write(
                (me.clone(), link, client.clone(), now),
                |tx, (me, link, client, now)| {
                    Box::pin(async move {
                        let workspace = me.member.workspace;
                        let item = link_store::item_of(&mut *tx, workspace, *link).await?;
                        let item = item.ok_or(LinkError::NotFound)?;
                        require(&mut *tx, me, item, Deed::Revoke).await?;
                        if link_store::revoke(tx, workspace, *link, Some(me.member.id), *now)
                            .await?
                        {
                            let who = Actor::Member(me.member.id);
                            let event = NewEvent::new(workspace, who, Action::LinkRevoked);
                            audit::record(tx, *now, event.from(client).item(item).link(*link))
                                .await?;
                        }
                        Ok(())
                    })
                },
            )
            .await
    }

    /// The link that was made of an intent with these parts, and when it is over. Asked in turn with the writes:
    /// who merely reads may find what the disk doesn't have yet, or refused.
    async fn made(
        &self,
        workspace: WorkspaceId,
        intent: IntentId,
        parts: &Parts,
    ) -> Result<Option<(LinkId, Timestamp)>, DbError> {
        self.db
            .write(
                (workspace, intent, parts.lid, parts.v0),
                |tx, (workspace, intent, lid, v0)| {
                    Box::pin(link_store::made_by(tx, *workspace, *intent, lid, v0))
                },
            )
            .await
    }

    /// The answer for a link that the same browser made a moment ago.
    async fn made_before(&self, intent: &Intent, parts: &Parts) -> Result<LinkMade, LinkError> {
        let made = self.made(intent.workspace, intent.id, parts).await?;
        let (id, expires_at) = made.ok_or(LinkError::FlowOver(FlowState::Spent))?;
        Ok(LinkMade {
            id: id.to_string(),
            expires_at: expires_at.millis(),
        })
    }
}

/// A sealed link's bytes, of the right sizes.
struct Parts {
    lid: [u8; 16],
    v0: [u8; 32],
    commit: [u8; 32],
    iv: [u8; IV_LEN],
    ct: Vec<u8>,
}

impl Parts {
    fn read(sealed: &SealedLink) -> Result<Self, LinkError> {
        let wrong = LinkError::Malformed;
        let ct = from_base64url(&sealed.ct).ok_or(wrong("ct"))?;
        // A padded size and nothing else, so that lengths say nothing.
        if !SIZES.iter().any(|size| ct.len() == size + TAG_LEN) {
            return Err(wrong("ct"));
        }
        Ok(Self {
            lid: array_from_base64url(sealed.lid.expose()).ok_or(wrong("lid"))?,
            v0: array_from_base64url(sealed.v0.expose()).ok_or(wrong("v0"))?,
            commit: array_from_base64url(&sealed.commit).ok_or(wrong("commit"))?,
            iv: array_from_base64url(&sealed.iv).ok_or(wrong("iv"))?,
            ct,
        })
    }
}

async fn make_in(
    tx: &mut Tx,
    me: &Me,
    new: &NewLink,
    client: &Client,
    now: Timestamp,
) -> Result<(), LinkError> {
    let intent = &new.intent;
    let (member, workspace) = (me.member.id.to_string(), intent.workspace.to_string());
    for (limit, subject) in [
        (PER_HOUR, &member),
        (PER_DAY, &member),
        (PER_WORKSPACE, &workspace),
    ] {
        limits::take(tx, limit, subject, now)
            .await?
            .map_err(LinkError::Limit)?;
    }
    if !intent_store::spend(tx, intent, new.id, now).await? {
        return Err(LinkError::FlowOver(FlowState::Spent));
    }
    // From here on, deleting the item waits for this link, and takes it back.
    match access::lock_item(tx, intent.workspace, intent.item).await {
        Ok(()) => {}
        Err(access::AccessError::Db(error)) => return Err(error.into()),
        Err(_) => return Err(LinkError::ItemChanged),
    }
    may_share(&mut *tx, me, intent.item).await?;
    unchanged(
        intent,
        Items::head(&mut *tx, intent.workspace, intent.item)
            .await?
            .as_ref(),
    )?;
    link_store::insert(tx, new)
        .await
        .map_err(|error| match error {
            // Drawn at random, a `lid` never repeats; one that does was copied.
            DbError::Constraint(_) => LinkError::Malformed("lid"),
            other => other.into(),
        })?;
    let event = told(
        intent,
        Actor::Member(me.member.id),
        Action::LinkCreated,
        client,
    );
    audit::record(tx, now, event.link(new.id)).await?;
    signals::raise(tx, &intent_topic(intent.id), now).await?;
    Ok(())
}

async fn require(
    on: impl Into<crate::db::Target<'_>>,
    me: &Me,
    item: ItemId,
    deed: Deed,
) -> Result<(), LinkError> {
    match access::require(on, me, item, Resource::Link, deed).await {
        Ok(_) => Ok(()),
        Err(access::AccessError::NotAllowed) => Err(LinkError::NotOwner),
        Err(access::AccessError::Db(error)) => Err(error.into()),
        Err(_) => Err(LinkError::NotFound),
    }
}
