//! Asking for a link and confirming who asks: before that, no link exists.

use std::time::Duration;

use guestpass_api_types::{
    items::ItemKind,
    links::{ConfirmBy, IntentPayload, NewShareIntent, ShareIntent},
    secret::SecretText,
};

use super::{
    LinkError, intent_store,
    model::{FlowState, INTENT_LIFE, Intent, IntentId, Lifetime, LinkTerms, RESEND_AFTER},
    rules,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, MailId},
        public_url::PublicUrl,
        random,
        secret::{PlainToken, code_hash},
    },
    db::{Db, DbError, Target, Tx},
    features::{
        access::{self, AccessError},
        audit::{self, Action, Actor, NewEvent},
        items::{ItemHead, Items},
        limits::{self, Exceeded, Limit},
        mail::{self, Message, Outbox, Prepared, Recipient},
        members::{Me, Members},
        passkeys::Passkeys,
        permission::{Action as Deed, Resource},
        sign_in,
        signals::{self, Listener, Signals},
        withdrawal::intent_topic,
    },
};

/// Links asked for, and their mails sent again: 5 at once, then 20 an hour. These mails go to nobody
/// but the member who asks, so no further limit is needed.
const INTENTS: Limit = Limit {
    name: "intents",
    burst: 5,
    every: Duration::from_secs(180),
};

/// Asking for links; cheap to clone.
#[derive(Clone, Debug)]
pub struct Intents {
    /// The database.
    pub db: Db,
    /// Accounts and secrets.
    pub items: Items,
    /// The people.
    pub members: Members,
    /// Their passkeys.
    pub passkeys: Passkeys,
    /// Where mails are left.
    pub outbox: Outbox,
    /// Wakes streams.
    pub signals: Signals,
    /// The address people use.
    pub public_url: PublicUrl,
}

/// What a new intent is committed with.
struct Start {
    me: Me,
    intent: Intent,
    hashes: intent_store::Hashes,
    /// Nothing where the workspace wants a passkey.
    mail: Option<Prepared>,
    client: Client,
}

impl Intents {
    /// Asks for a link: mails the member, who has to confirm, unless the workspace wants a passkey.
    /// Gives the match code.
    ///
    /// # Errors
    /// Not an Owner, nothing to share, no passkey where one is wanted, too many open, a limit, or the
    /// database refuses.
    pub async fn start(
        &self,
        me: &Me,
        new: &NewShareIntent,
        client: &Client,
        now: Timestamp,
    ) -> Result<ShareIntent, LinkError> {
        let lifetime = Lifetime::from_seconds(new.expires_in).ok_or(LinkError::Lifetime)?;
        let item = new.item.parse().map_err(|_| LinkError::NotFound)?;
        may_share(&self.db, me, item).await?;
        let head = Items::head(&self.db, me.member.workspace, item)
            .await?
            .ok_or(LinkError::NotFound)?;
        let payload = self
            .items
            .payload_of(me.member.workspace, item, head.version)
            .await?;
        if head.kind == ItemKind::Secret && payload.body.is_empty() {
            return Err(LinkError::NoBody);
        }
        if !Items::fits_link(&payload) {
            return Err(LinkError::TooLarge);
        }
        let (token, code) = (PlainToken::new(), random::six_digits());
        let id = IntentId::new(now);
        let mail = if self.by_passkey_only(me).await? {
            None
        } else {
            let mail = self.confirmation_mail(me, &token, client, now, now + INTENT_LIFE);
            Some(mail.await?.about(intent_topic(id)))
        };
        let intent = Intent {
            id,
            workspace: me.member.workspace,
            item,
            item_version: head.version,
            member: me.member.id,
            session: me.session,
            lifetime,
            one_time: new.one_time,
            notify: new.notify,
            state: FlowState::Waiting,
            tries: 0,
            mail: mail.as_ref().map_or_else(|| MailId::new(now), Prepared::id),
            browser: client.browser.clone(),
            address: client.address.to_string(),
            created_at: now,
            expires_at: now + INTENT_LIFE,
            resend_at: now + RESEND_AFTER,
            confirmed_at: None,
            session_alive: true,
        };
        let hashes = intent_store::Hashes {
            token: token.hash(),
            code: code_hash(&id.to_string(), code.expose()),
        };
        let start = Start {
            me: me.clone(),
            intent: intent.clone(),
            hashes,
            mail,
            client: client.clone(),
        };
        self.db
            .write((start, now), |tx, (start, now)| {
                Box::pin(start_in(tx, start, *now))
            })
            .await?;
        self.outbox.wake();
        let mut answer = self.shown(&intent, me, now).await?;
        answer.match_code = Some(code);
        Ok(answer)
    }

    /// Listens to all that changes what [`Intents::get`] says: the intent, its mail, the session.
    pub fn listen(&self, me: &Me, id: IntentId) -> Listener {
        let session = sign_in::session_topic(me.session);
        self.signals.listen(vec![intent_topic(id), session])
    }

    /// Where an intent stands, for the session that asked.
    ///
    /// # Errors
    /// Not found for any other session; or the database refuses.
    pub async fn get(
        &self,
        me: &Me,
        id: IntentId,
        now: Timestamp,
    ) -> Result<ShareIntent, LinkError> {
        let intent = self.own(me, id, now).await?;
        self.shown(&intent, me, now).await
    }

    /// Sends the mail again, with a new token; the old one stops working.
    ///
    /// # Errors
    /// Too soon, over, the workspace wants a passkey, a limit, or the database refuses.
    pub async fn resend(
        &self,
        me: &Me,
        id: IntentId,
        client: &Client,
        now: Timestamp,
    ) -> Result<ShareIntent, LinkError> {
        let intent = self.own(me, id, now).await?;
        let state = rules::intent_state(&intent, now);
        if state != FlowState::Waiting {
            return Err(LinkError::FlowOver(state));
        }
        rules::may_confirm(self.rule(me).await?, false)?;
        if now < intent.resend_at {
            let retry_after = intent.resend_at.since(now);
            return Err(LinkError::ResendTooSoon(Exceeded { retry_after }));
        }
        let token = PlainToken::new();
        let mail = self
            .confirmation_mail(me, &token, client, now, intent.expires_at)
            .await?
            .about(intent_topic(id));
        let input = (intent, mail, token.hash(), me.member.id.to_string(), now);
        self.db
            .write(input, |tx, (intent, mail, token, member, now)| {
                Box::pin(async move {
                    limits::take(tx, INTENTS, member, *now)
                        .await?
                        .map_err(LinkError::Limit)?;
                    let resend_at = *now + RESEND_AFTER;
                    if !intent_store::renew_mail(tx, intent, mail.id(), *token, *now, resend_at)
                        .await?
                    {
                        return Err(LinkError::ResendTooSoon(Exceeded {
                            retry_after: RESEND_AFTER,
                        }));
                    }
                    Outbox::enqueue(tx, mail, *now).await?;
                    signals::raise(tx, &intent_topic(intent.id), *now).await?;
                    Ok(())
                })
            })
            .await?;
        self.outbox.wake();
        self.signals.wake(&intent_topic(id));
        self.get(me, id, now).await
    }

    /// Gives up an intent. Doing it twice, or too late, changes nothing.
    ///
    /// # Errors
    /// Not found for any other session; or the database refuses.
    pub async fn cancel(
        &self,
        me: &Me,
        id: IntentId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        let intent = self.own(me, id, now).await?;
        let event = told(
            &intent,
            Actor::Member(me.member.id),
            Action::IntentCancelled,
            client,
        );
        self.db
            .write((intent, event, now), |tx, (intent, event, now)| {
                Box::pin(async move {
                    if intent_store::close(tx, intent, "cancelled").await? {
                        audit::record(tx, *now, event.clone()).await?;
                        signals::raise(tx, &intent_topic(intent.id), *now).await?;
                    }
                    Ok::<_, LinkError>(())
                })
            })
            .await?;
        self.signals.wake(&intent_topic(id));
        Ok(())
    }

    /// What the browser seals, once the intent is confirmed.
    ///
    /// # Errors
    /// Not confirmed, over, not an Owner any more, the item changed; or the database refuses.
    pub async fn payload(
        &self,
        me: &Me,
        id: IntentId,
        client: &Client,
        now: Timestamp,
    ) -> Result<IntentPayload, LinkError> {
        let intent = self.own(me, id, now).await?;
        match rules::intent_state(&intent, now) {
            FlowState::Confirmed => {}
            FlowState::Waiting => return Err(LinkError::NotConfirmed),
            state => return Err(LinkError::FlowOver(state)),
        }
        // What is secret in the item leaves the vault here, whether or not a link follows.
        let input = (me.clone(), intent.clone(), client.clone(), now);
        let kind = self
            .db
            .write(input, |tx, (me, intent, client, now)| {
                Box::pin(async move {
                    let head = Items::head(&mut *tx, intent.workspace, intent.item).await?;
                    unchanged(intent, head.as_ref())?;
                    may_share(&mut *tx, me, intent.item).await?;
                    let who = Actor::Member(me.member.id);
                    let event = told(intent, who, Action::ItemRevealed, client);
                    audit::record(tx, *now, event.details("for a public link")).await?;
                    Ok::<_, LinkError>(head.map_or(ItemKind::Account, |head| head.kind))
                })
            })
            .await?;
        let payload = self
            .items
            .payload_of(intent.workspace, intent.item, intent.item_version)
            .await?;
        Ok(IntentPayload {
            header: terms(&intent, kind)?,
            origin: self.public_url.origin().to_owned(),
            payload,
        })
    }

    /// Whether the workspace wants a passkey, which the member then has to have.
    async fn by_passkey_only(&self, me: &Me) -> Result<bool, LinkError> {
        if self.rule(me).await? != ConfirmBy::Passkey {
            return Ok(false);
        }
        if Passkeys::has_one(&self.db, me).await? {
            Ok(true)
        } else {
            Err(LinkError::PasskeyMissing)
        }
    }

    pub(super) async fn own(
        &self,
        me: &Me,
        id: IntentId,
        now: Timestamp,
    ) -> Result<Intent, LinkError> {
        intent_store::of_session(&self.db, id, me, now)
            .await?
            .ok_or(LinkError::NotFound)
    }

    async fn shown(
        &self,
        intent: &Intent,
        me: &Me,
        now: Timestamp,
    ) -> Result<ShareIntent, LinkError> {
        let mail = match mail::state(&self.db, intent.workspace, intent.mail).await {
            Ok(state) => Some(state),
            Err(DbError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(ShareIntent {
            id: intent.id.to_string(),
            state: rules::intent_state(intent, now),
            match_code: None,
            sent_to: me.member.email.to_string(),
            mail,
            confirm_by: self.rule(me).await?,
            has_passkey: Passkeys::has_one(&self.db, me).await?,
            expires_at: intent.expires_at.millis(),
            resend_at: intent.resend_at.millis(),
        })
    }

    async fn confirmation_mail(
        &self,
        me: &Me,
        token: &PlainToken,
        client: &Client,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Prepared, LinkError> {
        let page = self.public_url.page_in("/confirm", me.member.language);
        let url = SecretText::new(format!("{page}#{}", token.to_text().expose()));
        let message = Message::ConfirmLink {
            workspace: self.members.workspace(me.member.workspace).await?.name,
            first_name: me.member.first_name.clone(),
            url,
            asked_at: now,
            expires_at,
            browser: client.browser.clone(),
            address: client.address.to_string(),
        };
        let to = Recipient {
            address: &me.member.email,
            name: &me.member.full_name(),
            language: me.member.reads(client),
        };
        Ok(self
            .outbox
            .prepare(me.member.workspace, to, &message, now)?)
    }
}

async fn start_in(tx: &mut Tx, start: &Start, now: Timestamp) -> Result<(), LinkError> {
    let Start {
        me,
        intent,
        hashes,
        mail,
        client,
    } = start;
    // The member's bucket comes first: its row makes two requests of one member wait for each other,
    // so that counting the open ones below can be trusted on PostgreSQL too.
    limits::take(tx, INTENTS, &me.member.id.to_string(), now)
        .await?
        .map_err(LinkError::Limit)?;
    may_share(&mut *tx, me, intent.item).await?;
    let head = Items::head(&mut *tx, intent.workspace, intent.item).await?;
    unchanged(intent, head.as_ref())?;
    if head.is_some_and(|head| head.attachments > 0) {
        return Err(LinkError::HasAttachments);
    }
    if !intent_store::insert(tx, intent, hashes).await? {
        return Err(LinkError::TooManyIntents);
    }
    if let Some(mail) = mail {
        Outbox::enqueue(tx, mail, now).await?;
    }
    let who = Actor::Member(intent.member);
    audit::record(tx, now, told(intent, who, Action::IntentStarted, client)).await?;
    Ok(())
}

/// Goes on only for Owners of the item.
pub(super) async fn may_share(
    on: impl Into<Target<'_>>,
    me: &Me,
    item: ItemId,
) -> Result<(), LinkError> {
    match access::require(on, me, item, Resource::Link, Deed::Add).await {
        Ok(_) => Ok(()),
        Err(AccessError::NotAllowed) => Err(LinkError::NotOwner),
        Err(AccessError::Db(error)) => Err(error.into()),
        Err(_) => Err(LinkError::NotFound),
    }
}

/// Goes on only when the item is still what the intent was about.
pub(super) fn unchanged(intent: &Intent, head: Option<&ItemHead>) -> Result<(), LinkError> {
    match head {
        Some(head) if head.version == intent.item_version => Ok(()),
        _ => Err(LinkError::ItemChanged),
    }
}

/// The terms of the link that a confirmed intent leads to. Its life begins with the confirmation,
/// in whole seconds: that is what the ciphertext is bound to.
pub(super) fn terms(intent: &Intent, kind: ItemKind) -> Result<LinkTerms, DbError> {
    let created_at = intent
        .confirmed_at
        .ok_or(DbError::Wrong("confirmed without an instant"))?
        .seconds();
    Ok(LinkTerms {
        kind,
        flags: u8::from(intent.one_time),
        created_at,
        expires_at: created_at + intent.lifetime.seconds(),
    })
}

pub(super) fn told(intent: &Intent, actor: Actor, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(intent.workspace, actor, action)
        .from(client)
        .item(intent.item)
}
