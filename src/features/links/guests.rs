//! Opening a link: peek, claim, acknowledge, dispute. For people without an account.

use guestpass_api_types::{
    guest::{Claimed, Peek, Spent},
    links::LinkTerms,
};

use super::{
    LinkError,
    guest_store::{self, Claim},
    link_store,
    model::{Binder, LinkFacts},
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
        mail::{Message, Outbox, Prepared},
        members::Members,
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
    /// The people.
    pub members: Members,
    /// Where mails are left.
    pub outbox: Outbox,
    /// The address people use.
    pub public_url: PublicUrl,
}

struct ClaimInput {
    proof: Proof,
    binder: Binder,
    client: Client,
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
        let link = self.proven(proof).await?;
        match rules::sight(&link, binder.map(|binder| &binder.0), now) {
            Sight::Open => self.peek_of(&link).await,
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
        let link = self.proven(proof).await?;
        let notice = self.notice(&link, client, now).await?;
        let notified = notice.is_some();
        let input = ClaimInput {
            proof: proof.clone(),
            binder,
            client: client.clone(),
            notice,
            now,
        };
        let claim = self
            .db
            .write((input, link.clone()), |tx, (input, link)| {
                Box::pin(claim_in(tx, input, link))
            })
            .await?;
        let Some(claim) = claim else {
            // Somebody else was first, or it just ended: say what a look would say now.
            self.peek(proof, Some(&binder), client, now).await?;
            return Err(LinkError::Dead);
        };
        if notified {
            self.outbox.wake();
        }
        self.opened(&link, claim).await
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
        let link = self.proven(proof).await?;
        if rules::sight(&link, Some(&binder.0), now) == Sight::Dead {
            return Err(LinkError::Dead);
        }
        self.db
            .write(
                (proof.clone(), binder, client.clone(), link, now),
                |tx, input| {
                    Box::pin(async move {
                        let (proof, binder, client, link, now) = input;
                        let hash = proof.hash;
                        let news =
                            guest_store::acknowledge(tx, &proof.lid, hash, binder.0, *now).await?;
                        if news.is_some() {
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
        let link = self.proven(proof).await?;
        let Some(opened_at) = link
            .first_opened_at
            .filter(|_| link.one_time && link.revoked_at.is_none())
        else {
            return Err(LinkError::Dead);
        };
        let Some(owner) = Members::by_id(&self.db, link.workspace, link.created_by).await? else {
            return Err(LinkError::Dead);
        };
        let message = Message::LinkDisputed {
            workspace: self.members.workspace(link.workspace).await?.name,
            first_name: owner.first_name.clone(),
            item_url: self.public_url.page(&format!("/items/{}", link.item)),
            opened_at,
            disputed_at: now,
        };
        let mail = self.outbox.prepare(
            link.workspace,
            &owner.email,
            &owner.full_name(),
            &message,
            now,
        )?;
        self.db
            .write(
                (proof.clone(), mail, client.clone(), now),
                |tx, (proof, mail, client, now)| {
                    Box::pin(async move {
                        let hash = proof.hash;
                        if let Some(link) = guest_store::dispute(tx, &proof.lid, hash, *now).await?
                        {
                            audit::record(tx, *now, told(&link, Action::LinkDisputed, client))
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

    /// The link, when the proof holds. An unknown link takes the same comparison.
    async fn proven(&self, proof: &Proof) -> Result<LinkFacts, LinkError> {
        let link = guest_store::by_lid(&self.db, &proof.lid).await?;
        let stored = link.as_ref().map_or(&[0; 32][..], |link| &link.v0);
        let holds = proof.hash.matches(stored);
        link.filter(|_| holds).ok_or(LinkError::Dead)
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

    async fn peek_of(&self, link: &LinkFacts) -> Result<Peek, LinkError> {
        let sender = Members::by_id(&self.db, link.workspace, link.created_by).await?;
        let sender = sender.ok_or(LinkError::Dead)?;
        Ok(Peek {
            kind: link.kind,
            sender_first_name: sender.first_name,
            sender_last_name: sender.last_name,
            workspace: self.members.workspace(link.workspace).await?.name,
            expires_at: link.expires_at.millis(),
            one_time: link.one_time,
        })
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

    /// The mail to whoever made the link, when this may be its first opening.
    async fn notice(
        &self,
        link: &LinkFacts,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Prepared>, LinkError> {
        if !link.notify || link.first_opened_at.is_some() {
            return Ok(None);
        }
        let Some(owner) = Members::by_id(&self.db, link.workspace, link.created_by).await? else {
            return Ok(None);
        };
        let message = Message::LinkOpened {
            workspace: self.members.workspace(link.workspace).await?.name,
            first_name: owner.first_name.clone(),
            item_url: self.public_url.page(&format!("/items/{}", link.item)),
            opened_at: now,
            browser: client.browser.clone(),
            address_masked: client.masked_address(),
        };
        let name = owner.full_name();
        Ok(Some(self.outbox.prepare(
            link.workspace,
            &owner.email,
            &name,
            &message,
            now,
        )?))
    }

    async fn opened(&self, link: &LinkFacts, claim: Claim) -> Result<Claimed, LinkError> {
        let aad = link_store::wrap_aad(claim.workspace, claim.id);
        let ct = match self.keys.unwrap_epoch(claim.epoch, &claim.ct, &aad) {
            Err(KeyError::EpochGone(day)) => {
                tracing::error!(link = %claim.id, day, "the epoch key of a link is gone");
                return Err(LinkError::Dead);
            }
            other => other?,
        };
        let flags = u8::try_from(claim.flags).map_err(|_| LinkError::Dead)?;
        Ok(Claimed {
            peek: self.peek_of(link).await?,
            header: LinkTerms {
                kind: link.kind,
                flags,
                created_at: claim.created_at.seconds(),
                expires_at: link.expires_at.seconds(),
            },
            commit: base64url(&claim.commitment),
            iv: base64url(&claim.iv),
            ct: base64url(&ct),
        })
    }
}

async fn claim_in(
    tx: &mut Tx,
    input: &ClaimInput,
    link: &LinkFacts,
) -> Result<Option<Claim>, LinkError> {
    let ClaimInput {
        proof,
        binder,
        client,
        notice,
        now,
    } = input;
    let claim = guest_store::claim(tx, &proof.lid, proof.hash, binder.0, *now).await?;
    let Some(claim) = claim else { return Ok(None) };
    let new = guest_store::add_view(tx, &claim, binder.0, client, *now).await?;
    let again = !new || (claim.one_time && claim.redelivered > 0);
    let action = if again {
        Action::LinkRedelivered
    } else {
        Action::LinkOpened
    };
    audit::record(tx, *now, told(link, action, client)).await?;
    if let Some(mail) = notice.as_ref().filter(|_| new) {
        // Two browsers may open a link for the first time at once; only one mail goes out.
        let once = Limit {
            name: "opened",
            burst: 1,
            every: super::sweep::LONGEST,
        };
        if limits::take(tx, once, &claim.id.to_string(), *now)
            .await?
            .is_ok()
        {
            Outbox::enqueue(tx, mail, *now).await?;
        }
    }
    Ok(Some(claim))
}

fn told(link: &LinkFacts, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(link.workspace, Actor::Recipient, action)
        .from(client)
        .item(link.item)
        .link(link.id)
}
