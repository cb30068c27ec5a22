//! Registering and keeping passkeys, and signing in with them.

use guestpass_api_types::sign_in::SignInMethod;

use super::{
    Answer, Begun, Bond, Passkey, PasskeyError,
    ceremonies::spend,
    model::NewPasskey,
    site::Site,
    store::{self, Added},
};
use crate::{
    base::{
        client::Client, clock::Timestamp, id::PasskeyId, public_url::PublicUrl, secret::PlainToken,
    },
    db::{Db, DbError},
    features::{
        audit::{self, Action, Actor, NewEvent},
        keys::Keyring,
        members::{self, Me},
        sign_in::{self, NewSession, SessionStart},
    },
};

/// What can be done with passkeys; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passkeys {
    pub(super) db: Db,
    pub(super) keys: Keyring,
    site: Option<Site>,
}

impl Passkeys {
    /// The service for the site at the public address.
    pub fn new(db: Db, keys: Keyring, public_url: &PublicUrl) -> Self {
        Self {
            db,
            keys,
            site: Site::at(public_url),
        }
    }

    /// Whether there can be passkeys here: the public address has a domain name.
    pub fn available(&self) -> bool {
        self.site.is_some()
    }

    pub(super) fn site(&self) -> Result<&Site, PasskeyError> {
        self.site.as_ref().ok_or(PasskeyError::NoDomain)
    }

    /// The member's passkeys, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, me: &Me) -> Result<Vec<Passkey>, DbError> {
        store::all_of(&self.db, me).await
    }

    /// Whether the member has a passkey.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_one(db: &Db, me: &Me) -> Result<bool, DbError> {
        let known = store::credentials_of(db, me).await?;
        Ok(!known.is_empty())
    }

    /// Asks the browser for a new passkey, on an authenticator that has none of the member's yet.
    ///
    /// # Errors
    /// No domain name, no fresh proof of identity, or the database refuses.
    pub async fn ask_for_new(&self, me: &Me, now: Timestamp) -> Result<Begun, PasskeyError> {
        me.require_fresh(now)?;
        let known = store::credentials_of(&self.db, me).await?;
        let question = self.site()?.ask_for_new(&me.member, &known)?;
        self.begin(Bond::Register(me.session), question, now).await
    }

    /// Registers the passkey that the browser made. Without a name it is called after the browser.
    ///
    /// # Errors
    /// No fresh proof of identity, the ceremony is over, the answer doesn't hold, the name can't be
    /// taken, it is somebody's already, there are too many; or the database refuses.
    pub async fn register(
        &self,
        me: &Me,
        answer: &Answer,
        name: Option<&str>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError> {
        me.require_fresh(now)?;
        let name = name.filter(|name| !name.trim().is_empty());
        let name = members::checked_name(name.unwrap_or(&client.browser));
        let name = name.map_err(PasskeyError::Name)?;
        let bound_to = Bond::Register(me.session).text();
        let state = self.asked(answer.ceremony, &bound_to, now).await?;
        let registered = match self.site()?.register(&state, &answer.credential)? {
            Ok(registered) => registered,
            Err(why) => {
                tracing::warn!(member = %me.member.id, %why, "a new passkey was refused");
                return Err(self.refuse(answer.ceremony, bound_to, None, now).await?);
            }
        };
        let new = NewPasskey {
            passkey: Passkey {
                id: PasskeyId::new(now),
                name,
                created_at: now,
                last_used_at: None,
            },
            credential_id: registered.id,
            credential: registered.json,
        };
        let event = told(me, Action::PasskeyAdded, client);
        let input = (me.clone(), new, event, answer.ceremony, bound_to);
        self.db
            .write(input, move |tx, (me, new, event, ceremony, bound_to)| {
                Box::pin(async move {
                    if !store::end(tx, *ceremony, bound_to, now).await? {
                        return Err(PasskeyError::Over);
                    }
                    match store::insert(tx, me, new).await? {
                        Added::Yes => {}
                        Added::Known => return Err(PasskeyError::Known),
                        Added::TooMany => return Err(PasskeyError::TooMany),
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(new.passkey.clone())
                })
            })
            .await
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// Not one of the member's, a name that can't be taken, or the database refuses.
    pub async fn rename(
        &self,
        me: &Me,
        id: PasskeyId,
        name: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError> {
        let name = members::checked_name(name).map_err(PasskeyError::Name)?;
        let input = (me.clone(), name, told(me, Action::PasskeyRenamed, client));
        self.db
            .write(input, move |tx, (me, name, event)| {
                Box::pin(async move {
                    let renamed = store::rename(tx, me, id, name).await?;
                    let renamed = renamed.ok_or(PasskeyError::NotFound)?;
                    audit::record(tx, now, event.clone()).await?;
                    Ok(renamed)
                })
            })
            .await
    }

    /// Removes a passkey: from now on it proves nothing.
    ///
    /// # Errors
    /// No fresh proof of identity, not one of the member's, or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        id: PasskeyId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), PasskeyError> {
        me.require_fresh(now)?;
        let input = (me.clone(), told(me, Action::PasskeyRemoved, client));
        self.db
            .write(input, move |tx, (me, event)| {
                Box::pin(async move {
                    if !store::remove(tx, me, id).await? {
                        return Err(PasskeyError::NotFound);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Asks a browser that nobody is signed in with for a signature by any passkey of this site.
    /// `browser` is what only this browser knows.
    ///
    /// # Errors
    /// No domain name, or the database refuses.
    pub async fn ask_anybody(
        &self,
        browser: &PlainToken,
        now: Timestamp,
    ) -> Result<Begun, PasskeyError> {
        let question = self.site()?.ask(&[])?;
        self.begin(Bond::SignIn(browser.hash()), question, now)
            .await
    }

    /// Signs in whoever the passkey belongs to. `replaces` is the session that the browser has had.
    ///
    /// # Errors
    /// The ceremony is over, the answer doesn't hold, the member isn't active; or the database
    /// refuses.
    pub async fn sign_in(
        &self,
        (browser, replaces): (&PlainToken, Option<&PlainToken>),
        answer: &Answer,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, PasskeyError> {
        let bond = Bond::SignIn(browser.hash());
        let proof = self.check_of(None, bond, answer, client, now).await?;
        let token = PlainToken::new();
        let mut start = SessionStart::new(token.hash(), client.clone(), SignInMethod::Passkey, now);
        start.replaces = replaces.map(PlainToken::hash);
        let (me, expires_at) = self
            .db
            .write((proof, start), move |tx, (proof, start)| {
                Box::pin(async move {
                    spend(tx, proof, now).await?;
                    let member = members::let_back_in(tx, proof.holder, now).await?;
                    let member = member.ok_or(PasskeyError::Refused)?;
                    let started = sign_in::start_session(tx, start, member, now).await?;
                    Ok::<_, PasskeyError>(started)
                })
            })
            .await?;
        Ok(NewSession {
            token,
            me,
            expires_at,
        })
    }

    /// Takes a passkey as proof of identity once more: the session goes on under the token that is
    /// given back.
    ///
    /// # Errors
    /// The ceremony is over, the answer doesn't hold, or the database refuses.
    pub async fn step_up(
        &self,
        me: &Me,
        answer: &Answer,
        client: &Client,
        now: Timestamp,
    ) -> Result<PlainToken, PasskeyError> {
        let proof = self.check(me, Bond::StepUp(me.session), answer, client, now);
        let (proof, token) = (proof.await?, PlainToken::new());
        let input = (me.clone(), proof, token.hash(), client.clone());
        self.db
            .write(input, move |tx, (me, proof, token, client)| {
                Box::pin(async move {
                    spend(tx, proof, now).await?;
                    let renewed = (*token, SignInMethod::Passkey);
                    if !sign_in::renew_session(tx, me, renewed, client, now).await? {
                        return Err(PasskeyError::Over);
                    }
                    Ok::<_, PasskeyError>(())
                })
            })
            .await?;
        Ok(token)
    }
}

fn told(me: &Me, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(me.member.workspace, Actor::Member(me.member.id), action).from(client)
}
