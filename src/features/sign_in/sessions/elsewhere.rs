//! Going on in another workspace. A mail proves an address, which is the same everywhere; a provider,
//! a passkey or a printed link proves somebody to one workspace, whose admins have a say in it.

use std::time::Duration;

use guestpass_api_types::sign_in::SignInMethod;

use super::{ProvedAddress, SessionStart, Sessions, end_session, session_topic, start, store};
use crate::{
    base::{client::Client, clock::Timestamp, id::WorkspaceId, secret::PlainToken},
    db::{DbError, Tx},
    features::{
        limits::{self, Exceeded, Limit},
        members::{self, Elsewhere, Me},
        sign_in::NewSession,
    },
};

/// How often somebody may go on in another workspace: each time they have a new session.
const CHANGES: Limit = Limit {
    name: "workspace_changes",
    burst: 20,
    every: Duration::from_secs(6),
};

/// The other workspaces of somebody.
#[derive(Debug, Default)]
pub struct Others {
    /// Whether a sign-in by mail may find some: no mail proved their address in this session, and there
    /// are several workspaces here.
    pub ask_by_mail: bool,
    /// Those where they may come in, by name, and whether they have to sign in there.
    pub workspaces: Vec<(Elsewhere, bool)>,
}

/// Why somebody doesn't go on in another workspace.
#[derive(Debug, thiserror::Error)]
pub enum ElsewhereError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// There is no such workspace for them.
    #[error("no such workspace for them")]
    NotFound,
    /// They have to sign in there.
    #[error("they have to sign in there")]
    SignInThere,
    /// They come and go without end.
    #[error("too many changes of the workspace")]
    TooOften(Exceeded),
    /// The session is over.
    #[error("the session is over")]
    Over,
}

impl Sessions {
    /// The other workspaces of the caller. Where no mail proved their address none: who only came in
    /// by what one workspace trusts learns nothing of others.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn others(&self, me: &Me, now: Timestamp) -> Result<Others, DbError> {
        let Some(address) = store::proved_address(&self.db, me).await? else {
            let only = members::only_workspace(&self.db).await?;
            return Ok(Others {
                ask_by_mail: only.is_none(),
                workspaces: Vec::new(),
            });
        };
        let found = members::elsewhere(&self.db, &address.key, me.member.workspace).await?;
        let with = |other: Elsewhere| {
            let sign_in = !is_enough(&address, &other, now);
            (other, sign_in)
        };
        let workspaces = found.into_iter().map(with).collect();
        Ok(Others {
            ask_by_mail: false,
            workspaces,
        })
    }

    /// Goes on in another workspace: ends the caller's session, and makes one there on the same proof
    /// of their address. Whoever was invited joins.
    ///
    /// # Errors
    /// When there is no such workspace for them, they have to sign in there; or the database refuses.
    pub async fn go_elsewhere(
        &self,
        me: &Me,
        to: WorkspaceId,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, ElsewhereError> {
        let token = PlainToken::new();
        let new = SessionStart::new(token.hash(), client.clone(), SignInMethod::Mail, now);
        let before = me.session;
        let started = self.db.write((me.clone(), new), move |tx, (me, new)| {
            Box::pin(async move { come_in(tx, (me, to), new, now).await })
        });
        let (me, expires_at) = started.await?;
        self.signals.wake(&session_topic(before));
        Ok(NewSession {
            token,
            me,
            expires_at,
        })
    }
}

/// Whether a proof of an address is enough to come in.
fn is_enough(address: &ProvedAddress, there: &Elsewhere, now: Timestamp) -> bool {
    !there.behind_provider && now < address.at + there.absolute
}

async fn come_in(
    tx: &mut Tx,
    (me, to): (&Me, WorkspaceId),
    new: &SessionStart,
    now: Timestamp,
) -> Result<(Me, Timestamp), ElsewhereError> {
    // The proof is the same for every workspace. Without it nobody finds out which there are.
    let address = store::proved_address(&mut *tx, me).await?;
    let address = address.ok_or(ElsewhereError::SignInThere)?;
    limits::take(tx, CHANGES, &address.key, now)
        .await?
        .map_err(ElsewhereError::TooOften)?;
    let here = me.member.workspace;
    let there = members::elsewhere(&mut *tx, &address.key, here).await?;
    let there = there.into_iter().find(|other| other.workspace.id == to);
    let there = there.ok_or(ElsewhereError::NotFound)?;
    if !is_enough(&address, &there, now) {
        return Err(ElsewhereError::SignInThere);
    }
    // Of several that leave with one session, one does.
    let left = (here, me.session);
    if !end_session(tx, left, "signed in anew", &new.client, now).await? {
        return Err(ElsewhereError::Over);
    }
    let member = members::admit(tx, (to, there.member), &new.client, now).await?;
    let new = SessionStart {
        confirmed_at: address.at,
        address: Some(address),
        ..new.clone()
    };
    let member = member.ok_or(ElsewhereError::NotFound)?;
    Ok(start(tx, &new, member, now).await?)
}
