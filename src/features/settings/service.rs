//! Seeing and changing what a workspace decides.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Change, PictureFault, Settings, SettingsError, picture, rules, store};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::WorkspaceId,
        secret::{base64url, sha256},
    },
    db::Db,
    features::{
        audit::{self, Action, Actor, NewEvent},
        members::Me,
        sign_in,
    },
};

/// What can be done with settings; cheap to clone.
#[derive(Clone, Debug)]
pub struct WorkspaceSettings {
    db: Db,
    /// One logo is drawn at a time: a picture can be made to cost more than a request should, and then
    /// whoever uploads the next one waits, and nobody else.
    drawing: Arc<Semaphore>,
}

impl WorkspaceSettings {
    /// The service over its database.
    pub fn new(db: Db) -> Self {
        let drawing = Arc::new(Semaphore::new(1));
        Self { db, drawing }
    }

    /// What the caller's workspace decided.
    ///
    /// # Errors
    /// When the caller is no admin, or the database refuses.
    pub async fn show(&self, me: &Me) -> Result<Settings, SettingsError> {
        admins_only(me)?;
        Ok(store::settings(&self.db, me.member.workspace).await?)
    }

    /// Decides otherwise. Each part that is changed is told in the log.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, a value can't be taken; or the database
    /// refuses.
    pub async fn change(
        &self,
        me: &Me,
        change: &Change,
        client: &Client,
        now: Timestamp,
    ) -> Result<Settings, SettingsError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let change = rules::checked(change).map_err(SettingsError::Invalid)?;
        let event = event(me, Action::WorkspaceRenamed, client);
        self.db
            .write((change, event), move |tx, (change, event)| {
                Box::pin(async move {
                    let before = store::held(tx, event.workspace).await?;
                    let (after, told) = rules::changed(&before, change);
                    if told.is_empty() {
                        return Ok(before);
                    }
                    store::keep(tx, &after).await?;
                    if after.lengths != before.lengths {
                        sign_in::shorten_sessions(tx, event.workspace, after.lengths).await?;
                    }
                    for what in told {
                        audit::record(tx, now, rules::event(event, what)).await?;
                    }
                    Ok(after)
                })
            })
            .await
    }

    /// Gives the workspace a logo.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, it isn't a picture that can be taken; or
    /// the database refuses.
    pub async fn set_logo(
        &self,
        me: &Me,
        uploaded: Vec<u8>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), SettingsError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let turn = self.drawing.clone().acquire_owned().await;
        let drawn = tokio::task::spawn_blocking(move || {
            let drawn = picture::drawn_anew(&uploaded);
            // Here, since the request may be gone before the picture is drawn.
            drop(turn);
            drawn
        });
        let drawn = drawn.await;
        // A reader that panics has met something it can't read.
        let drawn = drawn.unwrap_or(Err(PictureFault::Unreadable))?;
        let version = base64url(&sha256(&drawn)[..9]);
        self.write_logo(me, Some((version, drawn)), client, now)
            .await
    }

    /// Takes the workspace's logo. Can be repeated.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, or the database refuses.
    pub async fn remove_logo(
        &self,
        me: &Me,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), SettingsError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        self.write_logo(me, None, client, now).await
    }

    async fn write_logo(
        &self,
        me: &Me,
        logo: Option<(String, Vec<u8>)>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), SettingsError> {
        let details = match logo {
            Some(_) => "another",
            None => "none",
        };
        let event = event(me, Action::WorkspaceLogoChanged, client).details(details);
        self.db
            .write((logo, event), move |tx, (logo, event)| {
                Box::pin(async move {
                    let logo = logo.as_ref();
                    let logo = logo.map(|(version, picture)| (version.as_str(), &**picture));
                    if store::set_logo(tx, event.workspace, logo).await? {
                        audit::record(tx, now, event.clone()).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The logo of a workspace: a PNG.
    ///
    /// # Errors
    /// When it has none, or the database refuses.
    pub async fn logo(&self, workspace: WorkspaceId) -> Result<Vec<u8>, SettingsError> {
        let logo = store::logo(&self.db, workspace).await?;
        logo.ok_or(SettingsError::NoLogo)
    }
}

fn admins_only(me: &Me) -> Result<(), SettingsError> {
    me.member
        .is_admin()
        .then_some(())
        .ok_or(SettingsError::NotAdmin)
}

fn event(me: &Me, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(me.member.workspace, Actor::Member(me.member.id), action).from(client)
}
