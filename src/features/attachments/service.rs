//! Announcing, listing and removing attachments.

use std::{collections::HashMap, time::Duration};

use guestpass_api_types::items::{Attachment, NewAttachment};

use super::{AttachmentError, MAX_FILES, rules, segments::Place, store, store::Stored};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{AttachmentId, ItemId, WorkspaceId},
    },
    db::{Db, DbError, Tx},
    features::{
        access,
        audit::{self, Actor, NewEvent},
        keys::{Aad, DataKey, Keyring},
        members::Me,
        permission::{Action, Resource},
    },
};

/// How long an announced attachment may wait for its content.
const PATIENCE: Duration = Duration::from_secs(3600);

/// The files of all secrets; cheap to clone.
#[derive(Clone, Debug)]
pub struct Attachments {
    pub(super) db: Db,
    pub(super) keys: Keyring,
}

/// Who does something to which attachment, when, from where.
#[derive(Clone)]
pub(super) struct Deed {
    pub(super) me: Me,
    pub(super) place: Place,
    pub(super) now: Timestamp,
    pub(super) client: Client,
}

impl Deed {
    pub(super) fn new(
        me: &Me,
        ids: (ItemId, AttachmentId),
        now: Timestamp,
        client: &Client,
    ) -> Self {
        let place = Place {
            workspace: me.member.workspace,
            item: ids.0,
            id: ids.1,
        };
        Self {
            me: me.clone(),
            place,
            now,
            client: client.clone(),
        }
    }

    /// Holds the item, and goes on only if they may do this to its attachments.
    pub(super) async fn hold(&self, tx: &mut Tx, action: Action) -> Result<(), AttachmentError> {
        access::lock_item(tx, self.place.workspace, self.place.item).await?;
        let item = self.place.item;
        access::require(&mut *tx, &self.me, item, Resource::Attachment, action).await?;
        Ok(())
    }

    pub(super) async fn record(&self, tx: &mut Tx, action: audit::Action) -> Result<(), DbError> {
        let event = NewEvent::new(
            self.place.workspace,
            Actor::Member(self.me.member.id),
            action,
        )
        .from(&self.client)
        .item(self.place.item);
        audit::record(tx, self.now, event).await.map(drop)
    }
}

impl Attachments {
    /// Works on `db` with `keys`.
    pub fn new(db: Db, keys: Keyring) -> Self {
        Self { db, keys }
    }

    /// Announces a file. It isn't there for anybody before its content is.
    ///
    /// # Errors
    /// When a value can't be taken, the item is no secret or has too many attachments, `me` is no
    /// Owner, or sealing or the database fails.
    pub async fn announce(
        &self,
        me: &Me,
        item: ItemId,
        new: &NewAttachment,
        now: Timestamp,
        client: &Client,
    ) -> Result<Attachment, AttachmentError> {
        access::require(&self.db, me, item, Resource::Attachment, Action::Add).await?;
        let name = rules::announced(new).map_err(AttachmentError::Invalid)?;
        let deed = Deed::new(me, (item, AttachmentId::new(now)), now, client);
        let (key, wrapped) = self.keys.new_data_key(&aad(&deed.place, "key"))?;
        let stored = Stored {
            place: deed.place,
            key: wrapped,
            name: key.seal(name.as_bytes(), &aad(&deed.place, "name"))?,
            size: new.size,
            complete: false,
            created_by: me.member.full_name(),
            created_at: now,
        };
        let answer = shown(&stored, name);
        self.db
            .write((deed, stored), |tx, (deed, stored)| {
                Box::pin(async move { announce(tx, deed, stored).await })
            })
            .await?;
        Ok(answer)
    }

    /// Removes an attachment and erases its content.
    ///
    /// # Errors
    /// When there is no such attachment, `me` is no Owner, or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        ids: (ItemId, AttachmentId),
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AttachmentError> {
        let deed = Deed::new(me, ids, now, client);
        self.db
            .write(deed, |tx, deed| {
                Box::pin(async move { remove(tx, deed).await })
            })
            .await
    }

    pub(super) fn open_key(&self, stored: &Stored) -> Result<DataKey, AttachmentError> {
        Ok(self.keys.unwrap(&stored.key, &aad(&stored.place, "key"))?)
    }
}

/// The attachments of an item whose content is there, oldest first. Asks for no permission: items
/// do, before they show their own.
///
/// # Errors
/// When a name doesn't open, or the database refuses.
pub async fn of_item(
    db: &Db,
    keys: &Keyring,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<Attachment>, AttachmentError> {
    let mut files = Vec::new();
    for stored in store::of_item(db, workspace, item).await? {
        let key = keys.unwrap(&stored.key, &aad(&stored.place, "key"))?;
        files.push(shown(&stored, open_name(&key, &stored)?));
    }
    Ok(files)
}

/// How many attachments each of some items has; nothing for those that have none. Asks for no
/// permission.
///
/// # Errors
/// When the database refuses.
pub async fn how_many(
    db: &Db,
    workspace: WorkspaceId,
    items: &[ItemId],
) -> Result<HashMap<ItemId, i64>, DbError> {
    store::how_many(db, workspace, items).await
}

/// Removes what was announced more than an hour ago and never arrived; how many.
///
/// # Errors
/// When the database refuses.
pub async fn remove_stale(db: &Db, now: Timestamp) -> Result<usize, DbError> {
    db.write(now - PATIENCE, |tx, then| {
        Box::pin(async move {
            let stale = store::stale(tx, *then).await?;
            for place in &stale {
                store::delete(tx, place).await?;
            }
            Ok(stale.len())
        })
    })
    .await
}

pub(super) fn open_name(key: &DataKey, stored: &Stored) -> Result<String, AttachmentError> {
    let name = key.open(&stored.name, &aad(&stored.place, "name"))?;
    String::from_utf8(name.to_vec()).map_err(|_| DbError::Wrong("an attachment's name").into())
}

fn aad(place: &Place, part: &str) -> Aad {
    Aad::new("attachment")
        .part(&place.workspace.to_string())
        .part(&place.item.to_string())
        .part(&place.id.to_string())
        .part(part)
}

fn shown(stored: &Stored, name: String) -> Attachment {
    Attachment {
        id: stored.place.id.to_string(),
        name,
        size: stored.size,
        created_by: stored.created_by.clone(),
        created_at: stored.created_at.millis(),
    }
}

async fn announce(tx: &mut Tx, deed: &Deed, stored: &Stored) -> Result<(), AttachmentError> {
    deed.hold(tx, Action::Add).await?;
    if !store::is_secret(tx, &deed.place).await? {
        return Err(AttachmentError::NotSecret);
    }
    if !store::insert(tx, stored, deed.me.member.id, MAX_FILES).await? {
        return Err(AttachmentError::TooMany);
    }
    Ok(())
}

async fn remove(tx: &mut Tx, deed: &Deed) -> Result<(), AttachmentError> {
    deed.hold(tx, Action::Remove).await?;
    let stored = store::find(&mut *tx, &deed.place)
        .await?
        .ok_or(AttachmentError::NotThere)?;
    store::delete(tx, &deed.place).await?;
    // What never arrived was nothing to anybody.
    if stored.complete {
        deed.record(tx, audit::Action::AttachmentRemoved).await?;
    }
    Ok(())
}
