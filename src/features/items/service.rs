//! Adding, reading, changing and deleting items.

use guestpass_api_types::{
    items::{ItemChange, ItemDetails, ItemSummary, NewItem},
    links::GuestPayload,
};

use super::{
    ItemError, ItemHead, Summary,
    model::Content,
    payload,
    rules::{changed_content, new_content, share_refusal},
    seal::{self, Place, SealedContent},
    store::{self, Card, Page},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, WorkspaceId},
    },
    db::{Db, DbError, Target, Tx},
    features::{
        access::{self, AccessError},
        attachments,
        audit::{self, Actor, NewEvent},
        keys::Keyring,
        members::{Me, WorkspaceRole},
        permission::{self, Action, Resource, Standing, decide},
    },
};

/// The items of all workspaces; cheap to clone.
#[derive(Clone, Debug)]
pub struct Items {
    pub(super) db: Db,
    pub(super) keys: Keyring,
}

/// Who does something to which item, when, from where.
pub(super) struct Deed {
    pub(super) me: Me,
    pub(super) item: ItemId,
    pub(super) now: Timestamp,
    pub(super) client: Client,
}

impl Deed {
    pub(super) fn new(me: &Me, item: ItemId, now: Timestamp, client: &Client) -> Self {
        Self {
            me: me.clone(),
            item,
            now,
            client: client.clone(),
        }
    }

    pub(super) fn workspace(&self) -> WorkspaceId {
        self.me.member.workspace
    }

    pub(super) fn event(&self, action: audit::Action) -> NewEvent {
        NewEvent::new(self.workspace(), Actor::Member(self.me.member.id), action)
            .from(&self.client)
            .item(self.item)
    }

    async fn record(&self, tx: &mut Tx, action: audit::Action) -> Result<(), ItemError> {
        audit::record(tx, self.now, self.event(action)).await?;
        Ok(())
    }
}

/// What guests are told instead of a colleague's name.
const SOMEBODY: &str = "a member";

/// A sealed version and what goes with it into the transaction.
struct Saving {
    deed: Deed,
    place: Place,
    content: Content,
    sealed: SealedContent,
    secret_changed: bool,
}

impl Items {
    /// Works on `db` with `keys`.
    pub fn new(db: Db, keys: Keyring) -> Self {
        Self { db, keys }
    }

    /// Adds an item; whoever adds it owns it.
    ///
    /// # Errors
    /// [`ItemError::Invalid`] with every fault; or sealing or the database fails.
    pub async fn create(
        &self,
        me: &Me,
        new: &NewItem,
        now: Timestamp,
        client: &Client,
    ) -> Result<ItemDetails, ItemError> {
        let standing = Standing::in_workspace(me.member.role);
        decide(standing, Resource::Item, Action::Add).map_err(|_| AccessError::GuestCannotAdd)?;
        let content = new_content(new).map_err(ItemError::Invalid)?;
        let item = ItemId::new(now);
        let place = Place {
            workspace: me.member.workspace,
            item,
            version: 1,
        };
        let sealed = seal::seal(&self.keys, &place, &content)?;
        let deed = Deed::new(me, item, now, client);
        let saving = Saving {
            deed,
            place,
            content,
            sealed,
            secret_changed: true,
        };
        self.db
            .write(saving, |tx, saving| {
                Box::pin(async move { add(tx, saving).await })
            })
            .await?;
        self.get(me, item, now).await
    }

    /// An item with everything that isn't secret.
    ///
    /// # Errors
    /// When `me` may not see it, it doesn't open, or the database refuses.
    pub async fn get(
        &self,
        me: &Me,
        item: ItemId,
        now: Timestamp,
    ) -> Result<ItemDetails, ItemError> {
        access::require(&self.db, me, item, Resource::Item, Action::See).await?;
        let (page, content) = self.page(me, item, now).await?;
        let mut files =
            attachments::of_item(&self.db, &self.keys, page.card.place.workspace, item).await?;
        let mut created_by = page.created_by;
        if me.member.role == WorkspaceRole::Guest {
            // Guests don't learn who else is here.
            SOMEBODY.clone_into(&mut created_by);
            for file in &mut files {
                SOMEBODY.clone_into(&mut file.created_by);
            }
        }
        let attachments = i64::try_from(files.len()).unwrap_or(i64::MAX);
        Ok(ItemDetails {
            summary: summary(&page.card, content.summary, attachments),
            notes: content.secret.notes,
            created_by,
            secret_changed_at: page.secret_changed_at.millis(),
            files,
        })
    }

    /// Saves a new version. A change that changes nothing saves none.
    ///
    /// # Errors
    /// [`ItemError::Conflict`] when somebody else saved a version since; when `me` is no Owner, a
    /// value can't be taken, or sealing or the database fails.
    pub async fn change(
        &self,
        me: &Me,
        item: ItemId,
        change: &ItemChange,
        now: Timestamp,
        client: &Client,
    ) -> Result<ItemDetails, ItemError> {
        access::require(&self.db, me, item, Resource::Item, Action::Change).await?;
        let (page, before) = self.page(me, item, now).await?;
        if page.card.place.version != change.version {
            return Err(ItemError::Conflict);
        }
        let content = changed_content(before.clone(), change).map_err(ItemError::Invalid)?;
        if content != before {
            let place = Place {
                version: change.version + 1,
                ..page.card.place
            };
            let sealed = seal::seal(&self.keys, &place, &content)?;
            let secret_changed = content.secret.differs_from(&before.secret);
            let deed = Deed::new(me, item, now, client);
            let saving = Saving {
                deed,
                place,
                content,
                sealed,
                secret_changed,
            };
            self.db
                .write(saving, |tx, saving| {
                    Box::pin(async move { save(tx, saving).await })
                })
                .await?;
        }
        self.get(me, item, now).await
    }

    /// Deletes an item: nobody sees it any more, and its links stop working.
    ///
    /// # Errors
    /// When `me` is no Owner, or the database refuses.
    pub async fn delete(
        &self,
        me: &Me,
        item: ItemId,
        now: Timestamp,
        client: &Client,
    ) -> Result<(), ItemError> {
        let deed = Deed::new(me, item, now, client);
        self.db
            .write(deed, |tx, deed| {
                Box::pin(async move { delete(tx, deed).await })
            })
            .await
    }

    /// The name of an item the member has a role on, also of one that was deleted since.
    ///
    /// # Errors
    /// When it doesn't open, or the database refuses.
    pub async fn name(&self, me: &Me, item: ItemId) -> Result<Option<String>, ItemError> {
        let sealed =
            store::sealed_summary(&self.db, me.member.workspace, me.member.id, item).await?;
        sealed
            .map(|(place, sealed)| Ok(seal::open_summary(&self.keys, &place, &sealed)?.name))
            .transpose()
    }

    /// What of an item is decided by in other features' transactions; nothing when the workspace
    /// has no such item. Asks for no permission.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn head(
        on: impl Into<Target<'_>>,
        workspace: WorkspaceId,
        item: ItemId,
    ) -> Result<Option<ItemHead>, DbError> {
        store::head(on, workspace, item).await
    }

    /// When what is secret of an item changed last; nothing when it is gone. Asks for no permission.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn secret_changed_at(
        db: &Db,
        workspace: WorkspaceId,
        item: ItemId,
    ) -> Result<Option<Timestamp>, DbError> {
        store::secret_changed_at(db, workspace, item).await
    }

    /// What a link to this version shows its recipient.
    ///
    /// Asks for no permission: links do, and call this only for the intent of an Owner.
    ///
    /// # Errors
    /// [`AccessError::Hidden`] when there is no such version or the item was deleted; when it doesn't
    /// open, or the database refuses.
    pub async fn payload_of(
        &self,
        workspace: WorkspaceId,
        item: ItemId,
        version: i64,
    ) -> Result<GuestPayload, ItemError> {
        let place = Place {
            workspace,
            item,
            version,
        };
        let (kind, sealed) = store::version(&self.db, &place)
            .await?
            .ok_or(AccessError::Hidden)?;
        let content = seal::open(&self.keys, &place, kind, &sealed)?;
        Ok(payload::payload(item, &content))
    }

    /// Whether a payload fits into the largest link. The limits of an item count characters; a link
    /// holds bytes, and a body of rare characters can have four times as many.
    pub fn fits_link(payload: &GuestPayload) -> bool {
        payload::fits_link(payload)
    }

    /// The current version of an item, opened. Asks for no permission beyond a role on it.
    pub(super) async fn page(
        &self,
        me: &Me,
        item: ItemId,
        now: Timestamp,
    ) -> Result<(Page, Content), ItemError> {
        let page = store::page(&self.db, me.member.workspace, me.member.id, item, now).await?;
        let mut page = page.ok_or(AccessError::Hidden)?;
        page.card.role = permission::effective(page.card.role, me.member.role);
        let content = seal::open(&self.keys, &page.card.place, page.card.kind, &page.sealed)?;
        Ok((page, content))
    }
}

/// A card's facts with its opened summary, and how many attachments there are.
pub(super) fn summary(card: &Card, opened: Summary, attachments: i64) -> ItemSummary {
    ItemSummary {
        id: card.place.item.to_string(),
        kind: card.kind,
        share_refusal: share_refusal(card.kind, card.role, &opened, attachments),
        name: opened.name,
        username: opened.username,
        website: opened.website,
        app: opened.app,
        has_mfa: opened.has_mfa,
        has_secret: opened.has_secret,
        attachments,
        role: card.role,
        live_links: card.live_links,
        version: card.place.version,
        created_at: card.created_at.millis(),
        changed_at: card.changed_at.millis(),
    }
}

async fn add(tx: &mut Tx, saving: &Saving) -> Result<(), ItemError> {
    let Saving {
        deed,
        place,
        content,
        sealed,
        ..
    } = saving;
    let by = deed.me.member.id;
    store::insert(tx, place, content.kind, by, deed.now).await?;
    store::insert_version(tx, place, sealed, by, deed.now).await?;
    access::give_first_owner(tx, &deed.me, place.item, deed.now).await?;
    deed.record(tx, audit::Action::ItemCreated).await
}

async fn save(tx: &mut Tx, saving: &Saving) -> Result<(), ItemError> {
    let Saving {
        deed,
        place,
        sealed,
        secret_changed,
        ..
    } = saving;
    access::require(
        &mut *tx,
        &deed.me,
        place.item,
        Resource::Item,
        Action::Change,
    )
    .await?;
    if !store::advance(tx, place, *secret_changed, deed.now).await? {
        return Err(ItemError::Conflict);
    }
    store::insert_version(tx, place, sealed, deed.me.member.id, deed.now).await?;
    let event = deed.event(audit::Action::ItemChanged);
    let event = if *secret_changed {
        event.details("secret")
    } else {
        event
    };
    audit::record(tx, deed.now, event).await?;
    Ok(())
}

async fn delete(tx: &mut Tx, deed: &Deed) -> Result<(), ItemError> {
    access::lock_item(tx, deed.workspace(), deed.item).await?;
    access::require(
        &mut *tx,
        &deed.me,
        deed.item,
        Resource::Item,
        Action::Remove,
    )
    .await?;
    if !store::delete(tx, deed.workspace(), deed.item, deed.now).await? {
        return Err(AccessError::Hidden.into());
    }
    deed.record(tx, audit::Action::ItemDeleted).await?;
    let by = deed.me.member.id;
    for link in store::revoke_links(tx, deed.workspace(), deed.item, by, deed.now).await? {
        let event = deed.event(audit::Action::LinkRevoked).link(link);
        audit::record(tx, deed.now, event).await?;
    }
    Ok(())
}
