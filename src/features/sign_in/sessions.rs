//! Sessions: who asks, read anew for every request.

mod elsewhere;
mod store;

use std::time::Duration;

use guestpass_api_types::sign_in::{SessionEntry, SignInMethod};

use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, SessionId, WorkspaceId},
        secret::{PlainToken, TokenHash},
    },
    db::{Db, DbError, Tx},
    features::{
        audit::{self, Action, Actor, NewEvent},
        members::{Me, Member, Workspace},
        signals::{self, Signals},
    },
};

pub use elsewhere::{ElsewhereError, Others};
pub(super) use store::forget_old;
pub(in crate::features) use store::lengths_from_row;

/// How often a session's last use is written down: a read must not cost a write each time.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// What can be asked about sessions; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    db: Db,
    signals: Signals,
}

/// Which topic wakes those who must notice the end of a session.
pub fn session_topic(session: SessionId) -> String {
    session.to_string()
}

/// The session of the member who asks.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    /// The workspace it is for.
    pub workspace: Workspace,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

impl Sessions {
    /// The service over its database.
    pub fn new(db: Db, signals: Signals) -> Self {
        Self { db, signals }
    }

    /// Who holds this token, if it is a living session of an active member.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn authenticate(
        &self,
        token: &PlainToken,
        now: Timestamp,
    ) -> Result<Option<Me>, DbError> {
        let found = store::living(&self.db, token.hash(), now).await?;
        let Some((me, last_used_at)) = found else {
            return Ok(None);
        };
        if now.since(last_used_at) >= NOTED_EVERY {
            self.db
                .write(me.clone(), move |tx, me| Box::pin(store::used(tx, me, now)))
                .await?;
        }
        Ok(Some(me))
    }

    /// The workspace and end of the caller's session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn current(&self, me: &Me) -> Result<CurrentSession, DbError> {
        store::current(&self.db, me).await
    }

    /// The caller's living sessions, the last used one first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, me: &Me, now: Timestamp) -> Result<Vec<SessionEntry>, DbError> {
        store::living_of(&self.db, me, now).await
    }

    /// Ends one of the caller's own sessions; whether there was such a one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_one(
        &self,
        me: &Me,
        session: SessionId,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let ended = self
            .db
            .write((me.clone(), client.clone()), move |tx, (me, client)| {
                Box::pin(async move {
                    let workspace = me.member.workspace;
                    if store::holder(tx, workspace, session).await? != Some(me.member.id) {
                        return Ok::<_, DbError>(false);
                    }
                    let id = (workspace, session);
                    end_session(tx, id, "ended elsewhere", client, now).await
                })
            })
            .await?;
        self.signals.wake(&session_topic(session));
        Ok(ended)
    }

    /// Ends all of the caller's sessions but this one; how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_others(
        &self,
        me: &Me,
        client: &Client,
        now: Timestamp,
    ) -> Result<usize, DbError> {
        let others = store::living_of(&self.db, me, now).await?;
        let mut ended = 0;
        for session in others.iter().filter(|session| !session.current) {
            if let Ok(id) = session.id.parse()
                && self.end_one(me, id, client, now).await?
            {
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// Signs the caller out. Can be repeated.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end(&self, me: &Me, client: &Client, now: Timestamp) -> Result<(), DbError> {
        self.db
            .write((me.clone(), client.clone()), move |tx, (me, client)| {
                let session = (me.member.workspace, me.session);
                Box::pin(async move { end_session(tx, session, "signed out", client, now).await })
            })
            .await?;
        self.signals.wake(&session_topic(me.session));
        Ok(())
    }
}

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct SessionStart {
    /// `ses_…`
    pub id: SessionId,
    /// What its browser is known by.
    pub token: TokenHash,
    /// Where it is used.
    pub client: Client,
    /// How its holder proved who they are.
    pub method: SignInMethod,
    /// When they did.
    pub confirmed_at: Timestamp,
    /// The address that they proved, if they did.
    pub address: Option<ProvedAddress>,
    /// The session that this browser has had, if any: signing in anew replaces it.
    pub replaces: Option<TokenHash>,
}

/// An address that somebody proved to be theirs, by pressing the button of a mail to it. That is good
/// for every workspace that takes mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedAddress {
    /// What makes it the same as another one.
    pub key: String,
    /// When.
    pub at: Timestamp,
}

impl SessionStart {
    /// A session that starts now, with a proof of now.
    pub fn new(token: TokenHash, client: Client, method: SignInMethod, now: Timestamp) -> Self {
        Self {
            id: SessionId::new(now),
            token,
            client,
            method,
            confirmed_at: now,
            address: None,
            replaces: None,
        }
    }
}

/// How long the sessions of a workspace live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Without a request.
    pub idle: Duration,
    /// At most.
    pub absolute: Duration,
}

/// Has the living sessions of a workspace live no longer than this, in the transaction that says so.
/// Those whose time was over already stay over, whatever is said later.
///
/// # Errors
/// When the database refuses.
pub async fn shorten(tx: &mut Tx, workspace: WorkspaceId, lengths: Lengths) -> Result<(), DbError> {
    store::shorten(tx, workspace, lengths).await
}

/// Makes a session, in the transaction that uses its sign-in up; with when it ends whatever happens.
/// What lives on a proof of before, such as one that another workspace took, ends as if it had begun then.
///
/// # Errors
/// When the database refuses.
pub async fn start(
    tx: &mut Tx,
    new: &SessionStart,
    member: Member,
    now: Timestamp,
) -> Result<(Me, Timestamp), DbError> {
    if let Some(replaced) = new.replaces
        && let Some(replaced) = store::by_token(tx, replaced).await?
    {
        end_session(tx, replaced, "signed in anew", &new.client, now).await?;
    }
    let began_at = new.address.as_ref().map_or(now, |address| address.at);
    let lengths = store::lengths(tx, member.workspace).await?;
    let expires_at = began_at + lengths.absolute;
    store::insert(tx, new, (&member, expires_at, lengths.idle), now).await?;
    let event = NewEvent::new(
        member.workspace,
        Actor::Member(member.id),
        Action::SessionStarted,
    );
    let event = event.details(store::method_text(new.method));
    audit::record(tx, now, event.from(&new.client)).await?;
    Ok((
        Me {
            member,
            session: new.id,
            confirmed_at: new.confirmed_at,
        },
        expires_at,
    ))
}

/// Gives the session of a member who proved anew who they are another token, in the transaction that
/// uses the proof up; whether it was living.
///
/// # Errors
/// When the database refuses.
pub async fn renew_session(
    tx: &mut Tx,
    me: &Me,
    (token, method): (TokenHash, SignInMethod),
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    if !store::renew(tx, me, token, now).await? {
        return Ok(false);
    }
    let who = Actor::Member(me.member.id);
    let event = NewEvent::new(me.member.workspace, who, Action::IdentityConfirmed);
    let event = event.details(store::method_text(method)).from(client);
    audit::record(tx, now, event).await?;
    Ok(true)
}

/// Ends a session, in the transaction of its cause; whether it was living. After the commit the
/// caller wakes [`session_topic`].
///
/// # Errors
/// When the database refuses.
pub async fn end_session(
    tx: &mut Tx,
    (workspace, session): (WorkspaceId, SessionId),
    why: &'static str,
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    let Some(member) = store::end(tx, workspace, session, now).await? else {
        return Ok(false);
    };
    record_end(tx, workspace, member, why, client, now).await?;
    signals::raise(tx, &session_topic(session), now).await?;
    Ok(true)
}

/// Ends all sessions of a member, in the transaction of its cause; which were living.
///
/// # Errors
/// When the database refuses.
pub async fn end_all_of(
    tx: &mut Tx,
    (workspace, member): (WorkspaceId, MemberId),
    why: &'static str,
    client: &Client,
    now: Timestamp,
) -> Result<Vec<SessionId>, DbError> {
    let ended = store::end_all(tx, workspace, member, now).await?;
    for session in &ended {
        record_end(tx, workspace, member, why, client, now).await?;
        signals::raise(tx, &session_topic(*session), now).await?;
    }
    Ok(ended)
}

async fn record_end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
    why: &'static str,
    client: &Client,
    now: Timestamp,
) -> Result<(), DbError> {
    let event = NewEvent::new(workspace, Actor::Member(member), Action::SessionEnded);
    audit::record(tx, now, event.details(why).from(client)).await?;
    Ok(())
}
