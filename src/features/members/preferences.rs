//! What members choose for themselves.

use guestpass_api_types::members::Preferences;

use super::{Me, MemberError, Members, preference_store as store};
use crate::{
    base::{client::Client, clock::Timestamp},
    db::DbError,
    features::audit::{self, Action, Actor, NewEvent},
};

impl Members {
    /// What the caller chose.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn preferences(&self, me: &Me) -> Result<Preferences, DbError> {
        store::preferences(&self.db, me.member.workspace, me.member.id).await
    }

    /// Chooses for the caller. Which mails they get is told in the log, so that somebody who used a
    /// borrowed browser to silence them shows; their language is nobody else's business.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn choose(
        &self,
        me: &Me,
        chosen: Preferences,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), MemberError> {
        let (workspace, id) = (me.member.workspace, me.member.id);
        let event = NewEvent::new(workspace, Actor::Member(id), Action::PreferencesChanged)
            .details(if chosen.mail_link_opened {
                "mails about opened links: on"
            } else {
                "mails about opened links: off"
            })
            .from(client);
        self.db
            .write(event, move |tx, event| {
                Box::pin(async move {
                    store::set_language(tx, workspace, id, chosen.language).await?;
                    let wanted = chosen.mail_link_opened;
                    if store::set_mail_link_opened(tx, workspace, id, wanted).await? {
                        audit::record(tx, now, event.clone()).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
