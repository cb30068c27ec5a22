//! Opening a link: peek, claim, acknowledge, dispute. For people without an account.

use guestpass_api_types::{
    guest::{Claimed, Peek, Spent},
    links::LinkTerms,
};

use super::{
    LinkError,
    guest_store::{self, Sealed, Won},
    link_store,
    model::{Binder, LONGEST, LinkFacts, REDELIVERY},
    payload_store,
    rules::{self, Sight},
};
use crate::{
    base::{
        client::Client,
        clock::{Clock, Timestamp},
        public_url::PublicUrl,
        secret::{TokenHash, base64url, sha256},
    },
    db::{Db, Tx},
    features::{
        audit::{self, Action, Actor, NewEvent},
        keys::{KeyError, Keyring},
        limits::{self, Limit},
        mail::{Message, Outbox, Prepared, Recipient},
    },
};

/// Tries on a spent link are noted at most once in ten minutes per link.
const RETRIES_NOTED: Limit = Limit {
    name: "retried",
    burst: 1,
    every: std::time::Duration::from_secs(600),
};

/// What somebody shows to prove that they hold a link.
#[derive(Clone)]
pub struct Proof {
    lid: [u8; 16],
    hash: TokenHash,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(…)")
    }
}

impl Proof {
    /// A proof from what was derived from the link.
    pub fn new(lid: [u8; 16], auth: &[u8; 32]) -> Self {
        Self {
            lid,
            hash: TokenHash::from_bytes(sha256(auth)),
        }
    }
}

/// Opening links; cheap to clone.
#[derive(Clone, Debug)]
pub struct Guests {
    /// The database.
    pub db: Db,
    /// The clock, for its high-water mark.
    pub clock: Clock,
    /// The keys at rest.
    pub keys: Keyring,
    /// Where mails are left.
    pub outbox: Outbox,
    /// The address people use.
    pub public_url: PublicUrl,
}

struct ClaimInput {
    proof: Proof,
    binder: Binder,
    client: Client,
    link: LinkFacts,
    notice: Option<Prepared>,
    now: Timestamp,
}

impl Guests {
    /// What may be known before opening. Uses nothing up; a try on a spent link is noted.
    ///
    /// # Errors
    /// Dead, or spent; or the database refuses.
    pub async fn peek(
        &self,
        proof: &Proof,
        binder: Option<&Binder>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Peek, LinkError> {
        self.clock_is_right(now)?;
        let link = self.proven(proof, now).await?;
        match rules::sight(&link, binder.map(|binder| &binder.0), now) {
            Sight::Open => Ok(peek_of(&link)),
            Sight::Dead => Err(LinkError::Dead),
            Sight::Spent(at) => Err(self.spent(&link, at, client, now).await?),
        }
    }

    /// Claims the link for `binder`'s browser and gives the sealed payload: decided by one statement
    /// and durable before this returns.
    ///
    /// # Errors
    /// Dead, or spent; or the database refuses.
    pub async fn claim(
        &self,
        proof: &Proof,
        binder: Binder,
        client: &Client,
        now: Timestamp,
    ) -> Result<Claimed, LinkError> {
        self.clock_is_right(now)?;
        let link = self.proven(proof, now).await?;
        if rules::sight(&link, Some(&binder.0), now) != Sight::Open {
            // It was over before: that needs no transaction. What still is open is decided by one.
            self.peek(proof, Some(&binder), client, now).await?;
            return Err(LinkError::Dead);
        }
        let notice = self.notice(&link, client, now)?;
        let notified = notice.is_some();
        let input = ClaimInput {
            proof: proof.clone(),
            binder,
            client: client.clone(),
            link: link.clone(),
            notice,
            now,
        };
        // When its fate is unknown, this browser may ask again: a claim that was kept is given again.
        let given = self
            .db
            .write(input, |tx, input| Box::pin(claim_in(tx, input)))
            .await?;
        let Some(sealed) = given else {
            // Somebody else was first, or it just ended: say what a look would say now.
            self.peek(proof, Some(&binder), client, now).await?;
            return Err(LinkError::Dead);
        };
        if notified {
            self.outbox.wake();
        }
        self.opened(&link, sealed)
    }

    /// The browser could show the item: a one-time link's ciphertext is erased at once.
    ///
    /// # Errors
    /// Dead without proof; or the database refuses.
    pub async fn acknowledge(
        &self,
        proof: &Proof,
        binder: Binder,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        let link = self.proven(proof, now).await?;
        if rules::sight(&link, Some(&binder.0), now) == Sight::Dead {
            return Err(LinkError::Dead);
        }
        self.db
            .write(
                (binder, client.clone(), link, now),
                |tx, (binder, client, link, now)| {
                    Box::pin(async move {
                        if guest_store::acknowledge(tx, link, binder.0, *now).await? {
                            let event = told(link, Action::LinkAcknowledged, client);
                            audit::record(tx, *now, event).await?;
                        }
                        Ok(())
                    })
                },
            )
            .await
    }

    /// "This wasn't me" about the opening of a spent link: tells whoever made it, once.
    ///
    /// # Errors
    /// Dead without proof or when the link isn't spent; or the database refuses.
    pub async fn dispute(
        &self,
        proof: &Proof,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        let link = self.proven(proof, now).await?;
        let Some(opened_at) = link
            .first_opened_at
            .filter(|_| link.one_time && link.revoked_at.is_none())
        else {
            return Err(LinkError::Dead);
        };
        let message = Message::LinkDisputed {
            workspace: link.workspace_name.clone(),
            first_name: link.sender.first_name.clone(),
            item_url: self.public_url.page(&format!("/items/{}", link.item)),
            opened_at,
            disputed_at: now,
        };
        let mail = self.to_sender(&link, &message, now)?;
        self.db
            .write(
                (link, mail, client.clone(), now),
                |tx, (link, mail, client, now)| {
                    Box::pin(async move {
                        if guest_store::dispute(tx, link, *now).await? {
                            audit::record(tx, *now, told(link, Action::LinkDisputed, client))
                                .await?;
                            Outbox::enqueue(tx, mail, *now).await?;
                        }
                        Ok::<_, LinkError>(())
                    })
                },
            )
            .await?;
        self.outbox.wake();
        Ok(())
    }

    /// The link, when the proof holds.
    async fn proven(&self, proof: &Proof, now: Timestamp) -> Result<LinkFacts, LinkError> {
        guest_store::held(&self.db, &proof.lid, proof.hash, now)
            .await?
            .ok_or(LinkError::Dead)
    }

    /// Links stay closed while the clock stands behind what this installation has lived through.
    fn clock_is_right(&self, now: Timestamp) -> Result<(), LinkError> {
        if self.clock.is_behind(now) {
            tracing::error!(
                high_water_ms = self.clock.high_water().millis(),
                now_ms = now.millis(),
                "THE CLOCK WAS SET BACK: links stay closed until it is right again"
            );
            return Err(LinkError::ClockBehind);
        }
        Ok(())
    }

    /// Notes that somebody tried a spent link, and says when it was opened.
    async fn spent(
        &self,
        link: &LinkFacts,
        opened_at: Timestamp,
        client: &Client,
        now: Timestamp,
    ) -> Result<LinkError, LinkError> {
        self.db
            .write(
                (link.clone(), client.clone(), now),
                |tx, (link, client, now)| {
                    Box::pin(async move {
                        if limits::take(tx, RETRIES_NOTED, &link.id.to_string(), *now)
                            .await?
                            .is_ok()
                        {
                            audit::record(tx, *now, told(link, Action::LinkRetried, client))
                                .await?;
                        }
                        Ok::<_, LinkError>(())
                    })
                },
            )
            .await?;
        Ok(LinkError::Spent(Spent {
            opened_at: opened_at.millis(),
            disputed: link.disputed_at.is_some(),
        }))
    }

    /// The mail to whoever made the link, when this may be its first opening and they want to hear of it:
    /// for this link, and at all.
    fn notice(
        &self,
        link: &LinkFacts,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Prepared>, LinkError> {
        let wanted = link.notify && link.sender.hears_of_openings;
        if !wanted || link.first_opened_at.is_some() {
            return Ok(None);
        }
        let message = Message::LinkOpened {
            workspace: link.workspace_name.clone(),
            first_name: link.sender.first_name.clone(),
            item_url: self.public_url.page(&format!("/items/{}", link.item)),
            opened_at: now,
            browser: client.browser.clone(),
            address_masked: client.masked_address(),
            profile_url: self.public_url.page("/profile"),
        };
        self.to_sender(link, &message, now).map(Some)
    }

    fn to_sender(
        &self,
        link: &LinkFacts,
        message: &Message,
        now: Timestamp,
    ) -> Result<Prepared, LinkError> {
        let to = Recipient {
            address: &link.sender.email,
            name: &link.sender.full_name(),
            language: link.sender.language.unwrap_or_default(),
        };
        Ok(self.outbox.prepare(link.workspace, to, message, now)?)
    }

    fn opened(&self, link: &LinkFacts, sealed: Sealed) -> Result<Claimed, LinkError> {
        let aad = link_store::wrap_aad(link.workspace, link.id);
        let ct = match self.keys.unwrap_epoch(link.epoch, &sealed.ct, &aad) {
            Err(KeyError::EpochGone(day)) => {
                tracing::error!(link = %link.id, day, "the epoch key of a link is gone");
                return Err(LinkError::Dead);
            }
            other => other?,
        };
        Ok(Claimed {
            peek: peek_of(link),
            header: LinkTerms {
                kind: link.kind,
                flags: sealed.flags,
                created_at: sealed.created_at.seconds(),
                expires_at: link.expires_at.seconds(),
            },
            commit: base64url(&sealed.commitment),
            iv: base64url(&sealed.iv),
            ct: base64url(&ct),
        })
    }
}

fn peek_of(link: &LinkFacts) -> Peek {
    Peek {
        kind: link.kind,
        sender_first_name: link.sender.first_name.clone(),
        sender_last_name: link.sender.last_name.clone(),
        workspace: link.workspace_name.clone(),
        monogram: link.monogram.clone(),
        hue: link.hue,
        expires_at: link.expires_at.millis(),
        one_time: link.one_time,
    }
}

/// What is given out, if the claim won.
async fn claim_in(tx: &mut Tx, input: &ClaimInput) -> Result<Option<Sealed>, LinkError> {
    let ClaimInput {
        proof,
        binder,
        client,
        link,
        notice,
        now,
    } = input;
    let won = guest_store::claim(tx, link, proof.hash, binder.0, client, *now).await?;
    let Some(Won {
        redelivered,
        sealed,
    }) = won
    else {
        return Ok(None);
    };
    let new = if !link.one_time {
        guest_store::add_view(tx, link, binder.0, client, *now).await?
    } else if redelivered == 0 {
        let place = (link.workspace, link.id, link.epoch);
        payload_store::look_again(tx, place, *now + REDELIVERY).await?;
        true
    } else {
        false
    };
    let action = if new {
        Action::LinkOpened
    } else {
        Action::LinkRedelivered
    };
    audit::record(tx, *now, told(link, action, client)).await?;
    if let Some(mail) = notice.as_ref().filter(|_| new) {
        // Two browsers may open a link for the first time at once; only one mail goes out.
        let once = Limit {
            name: "opened",
            burst: 1,
            every: LONGEST,
        };
        if limits::take(tx, once, &link.id.to_string(), *now)
            .await?
            .is_ok()
        {
            Outbox::enqueue(tx, mail, *now).await?;
        }
    }
    Ok(Some(sealed))
}

fn told(link: &LinkFacts, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(link.workspace, Actor::Recipient, action)
        .from(client)
        .item(link.item)
        .link(link.id)
}
