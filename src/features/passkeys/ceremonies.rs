//! Asking a browser, and checking what it answers.

use std::time::Duration;

use webauthn_rs::prelude::{PublicKeyCredential, WebauthnError};

use super::{
    Answer, Begun, Bond, PasskeyError, Passkeys,
    site::{self, Question},
    store,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{CeremonyId, MemberId, PasskeyId, WorkspaceId},
    },
    db::Tx,
    features::{
        audit::{self, Action, Actor, NewEvent},
        keys::Aad,
        members::Me,
    },
};

/// How long a browser has to answer.
pub const CEREMONY_LIFE: Duration = Duration::from_secs(300);

/// A signature that holds. It counts once [`spend`] was committed with what it is for.
#[derive(Clone, Debug)]
pub struct Proof {
    ceremony: CeremonyId,
    bound_to: String,
    passkey: PasskeyId,
    credential: String,
    counter: i64,
    /// Whose identity it proves.
    pub(super) holder: (WorkspaceId, MemberId),
}

impl Passkeys {
    /// Asks the member's browser for a signature by one of their passkeys.
    ///
    /// # Errors
    /// No domain name, no passkey, or the database refuses.
    pub async fn ask(&self, me: &Me, bond: Bond, now: Timestamp) -> Result<Begun, PasskeyError> {
        let own = store::credentials_of(&self.db, me).await?;
        if own.is_empty() {
            return Err(PasskeyError::NoPasskey);
        }
        let question = self.site()?.ask(&own)?;
        self.begin(bond, question, now).await
    }

    pub(super) async fn begin(
        &self,
        bond: Bond,
        question: Question,
        now: Timestamp,
    ) -> Result<Begun, PasskeyError> {
        let (id, bound_to, expires_at) = (CeremonyId::new(now), bond.text(), now + CEREMONY_LIFE);
        let sealed = self.keys.seal(&question.state, &aad(id, &bound_to))?;
        self.db
            .write((bound_to, sealed), move |tx, (bound_to, sealed)| {
                Box::pin(async move { store::begin(tx, id, bound_to, sealed, expires_at).await })
            })
            .await?;
        Ok(Begun {
            id,
            options: question.options,
            expires_at,
        })
    }

    /// What was asked, if it still can be answered here.
    pub(super) async fn asked(
        &self,
        id: CeremonyId,
        bound_to: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, PasskeyError> {
        let sealed = store::ceremony(&self.db, id, bound_to, now)
            .await?
            .ok_or(PasskeyError::Over)?;
        Ok(self.keys.open_sealed(&sealed, &aad(id, bound_to))?.to_vec())
    }

    /// Checks an answer to [`Passkeys::ask`]: the passkey has to be one of the member's. Changes
    /// nothing, except that an answer that doesn't hold ends the ceremony.
    ///
    /// # Errors
    /// The ceremony is over, the answer doesn't hold, or the database refuses.
    pub async fn check(
        &self,
        me: &Me,
        bond: Bond,
        answer: &Answer,
        client: &Client,
        now: Timestamp,
    ) -> Result<Proof, PasskeyError> {
        let holder = (me.member.workspace, me.member.id);
        self.check_of(Some(holder), bond, answer, client, now).await
    }

    /// As [`Passkeys::check`]; without a `holder` the passkey says whose it is.
    pub(super) async fn check_of(
        &self,
        holder: Option<(WorkspaceId, MemberId)>,
        bond: Bond,
        answer: &Answer,
        client: &Client,
        now: Timestamp,
    ) -> Result<Proof, PasskeyError> {
        let site = self.site()?;
        let bound_to = bond.text();
        let state = self.asked(answer.ceremony, &bound_to, now).await?;
        let credential: PublicKeyCredential = site::read(&answer.credential)?;
        let stored = store::by_credential(&self.db, credential.get_credential_id()).await?;
        let stored = match stored {
            Some(stored) if is_of(holder, &credential, (stored.workspace, stored.member)) => stored,
            _ => return Err(self.refuse(answer.ceremony, bound_to, None, now).await?),
        };
        let proven = (stored.workspace, stored.member);
        match site.verify(&state, &credential, &stored.credential)? {
            Ok(signed) => Ok(Proof {
                ceremony: answer.ceremony,
                bound_to,
                passkey: stored.id,
                credential: signed.json,
                counter: signed.counter,
                holder: proven,
            }),
            Err(why) => {
                tracing::warn!(passkey = %stored.id, member = %stored.member, %why, "a passkey was refused");
                let cloned = matches!(why, WebauthnError::CredentialPossibleCompromise);
                let event = cloned.then(|| {
                    NewEvent::new(proven.0, Actor::System, Action::PasskeyRefused)
                        .target(proven.1)
                        .details("its counter went back")
                        .from(client)
                });
                Err(self.refuse(answer.ceremony, bound_to, event, now).await?)
            }
        }
    }

    /// Ends a ceremony whose answer doesn't hold; gives what to tell.
    pub(super) async fn refuse(
        &self,
        ceremony: CeremonyId,
        bound_to: String,
        event: Option<NewEvent>,
        now: Timestamp,
    ) -> Result<PasskeyError, PasskeyError> {
        self.db
            .write((bound_to, event), move |tx, (bound_to, event)| {
                Box::pin(async move {
                    // Of the same answer many times over, one is told of.
                    if store::end(tx, ceremony, bound_to, now).await?
                        && let Some(event) = event
                    {
                        audit::record(tx, now, event.clone()).await?;
                    }
                    Ok::<_, PasskeyError>(())
                })
            })
            .await?;
        Ok(PasskeyError::Refused)
    }
}

/// Uses a proof up, in the transaction of what it is for. Of any number of callers one succeeds.
///
/// # Errors
/// The ceremony was answered meanwhile, the passkey is gone or was used with a higher counter; or the
/// database refuses.
pub async fn spend(tx: &mut Tx, proof: &Proof, now: Timestamp) -> Result<(), PasskeyError> {
    if !store::end(tx, proof.ceremony, &proof.bound_to, now).await? {
        return Err(PasskeyError::Over);
    }
    let credential = (proof.credential.as_str(), proof.counter);
    let passkey = (proof.holder.0, proof.passkey);
    if !store::used(tx, passkey, credential, now).await? {
        return Err(PasskeyError::Refused);
    }
    Ok(())
}

/// Whether a stored passkey is one that may answer. A browser that was asked without a name also
/// has to say whose it found.
fn is_of(
    wanted: Option<(WorkspaceId, MemberId)>,
    credential: &PublicKeyCredential,
    stored: (WorkspaceId, MemberId),
) -> bool {
    let said = credential.get_user_unique_id();
    let says_so = said.map(|said| said == stored.1.uuid().as_bytes());
    match wanted {
        Some(wanted) => wanted == stored && says_so != Some(false),
        None => says_so == Some(true),
    }
}

fn aad(id: CeremonyId, bound_to: &str) -> Aad {
    Aad::new("passkey ceremony")
        .part(&id.to_string())
        .part(bound_to)
}
