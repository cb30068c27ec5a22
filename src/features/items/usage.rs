//! Getting at what is secret in an item. Every time leaves an event.

use std::time::Duration;

use guestpass_api_types::{
    items::{ItemKind, OneTimeCode, Revealed, SecretField},
    secret::SecretText,
};

use super::{Fault, Invalid, ItemError, Items, otpauth::MfaKey, payload::issuer, service::Deed};
use crate::{
    base::{client::Client, clock::Timestamp, id::ItemId},
    db::Tx,
    features::{
        access, audit,
        limits::{self, Limit},
        members::Me,
        permission::{Action, Resource},
    },
};

/// A page that shows a code asks for it every half minute: one event a minute says as much.
const CODE_EVENTS: Limit = Limit {
    name: "code_event",
    burst: 1,
    every: Duration::from_secs(60),
};

impl Items {
    /// One secret field, in clear. The event is committed before it is given out.
    ///
    /// # Errors
    /// [`ItemError::NoMfa`], [`ItemError::Invalid`] when items of this kind have no such field; when
    /// `me` may not use the item, it doesn't open, or the database refuses.
    pub async fn reveal(
        &self,
        me: &Me,
        item: ItemId,
        field: SecretField,
        now: Timestamp,
        client: &Client,
    ) -> Result<Revealed, ItemError> {
        access::require(&self.db, me, item, Resource::Item, Action::Use).await?;
        let (page, content) = self.page(me, item, now).await?;
        let of = match field {
            SecretField::Password | SecretField::Mfa => ItemKind::Account,
            SecretField::Body => ItemKind::Secret,
        };
        if page.card.kind != of {
            let fault = Fault::NotOf(page.card.kind);
            return Err(ItemError::Invalid(vec![Invalid {
                field: "field",
                fault,
            }]));
        }
        let (value, mfa_key): (SecretText, _) = match field {
            SecretField::Password => (content.secret.password, None),
            SecretField::Body => (content.secret.body, None),
            SecretField::Mfa => {
                let mfa = content.secret.mfa.as_ref().ok_or(ItemError::NoMfa)?;
                let address = mfa.address(issuer(&content), &content.summary.username);
                (address, Some(mfa.key().clone()))
            }
        };
        let deed = Deed::new(me, item, now, client);
        self.db
            .write((deed, field), |tx, (deed, field)| {
                Box::pin(async move { note_reveal(tx, deed, *field).await })
            })
            .await?;
        Ok(Revealed {
            value,
            mfa_key,
            version: page.card.place.version,
        })
    }

    /// The current one-time code.
    ///
    /// # Errors
    /// [`ItemError::NoMfa`]; when `me` may not use the item, it doesn't open, or the database
    /// refuses.
    pub async fn code(
        &self,
        me: &Me,
        item: ItemId,
        now: Timestamp,
        client: &Client,
    ) -> Result<OneTimeCode, ItemError> {
        access::require(&self.db, me, item, Resource::Item, Action::Use).await?;
        let (_, content) = self.page(me, item, now).await?;
        let mfa: MfaKey = content.secret.mfa.ok_or(ItemError::NoMfa)?;
        let code = mfa.code_at(now).map_err(|_| ItemError::NoMfa)?;
        let deed = Deed::new(me, item, now, client);
        self.db
            .write(deed, |tx, deed| {
                Box::pin(async move { note_code(tx, deed).await })
            })
            .await?;
        Ok(code)
    }
}

async fn note_reveal(tx: &mut Tx, deed: &Deed, field: SecretField) -> Result<(), ItemError> {
    access::require(&mut *tx, &deed.me, deed.item, Resource::Item, Action::Use).await?;
    let event = deed
        .event(audit::Action::ItemRevealed)
        .details(match field {
            SecretField::Password => "password",
            SecretField::Mfa => "mfa",
            SecretField::Body => "body",
        });
    audit::record(tx, deed.now, event).await?;
    Ok(())
}

async fn note_code(tx: &mut Tx, deed: &Deed) -> Result<(), ItemError> {
    access::require(&mut *tx, &deed.me, deed.item, Resource::Item, Action::Use).await?;
    let subject = format!("{} {}", deed.me.member.id, deed.item);
    if limits::take(tx, CODE_EVENTS, &subject, deed.now)
        .await?
        .is_ok()
    {
        audit::record(tx, deed.now, deed.event(audit::Action::CodeShown)).await?;
    }
    Ok(())
}
