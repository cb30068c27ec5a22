//! The tokens that directories show: made and ended by admins, kept as hashes.

use std::time::Duration;

use super::{Provisioning, TokenError, token_store};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ScimTokenId, WorkspaceId},
        secret::{PlainToken, SecretText},
    },
    db::DbError,
    features::{
        audit::{self, Action, Actor, By},
        members::{self, Me, Member, MemberState},
        teams::{self, ManagedBy},
    },
};

/// How many living tokens a workspace may have: the one in use, and the next one.
pub const MOST: i64 = 5;
/// What a token starts with, so that whoever finds one knows what it is.
const PREFIX: &str = "gp_scim_";
/// How often a token's last use is written down.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// A token as its workspace's admins see it.
#[derive(Clone, Debug)]
pub struct Token {
    /// `sct_…`
    pub id: ScimTokenId,
    /// Who made it.
    pub made_by: Member,
    /// When.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// How provisioning stands in a workspace.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The living tokens, the newest first.
    pub tokens: Vec<Token>,
    /// How many people the directory answers for.
    pub people: i64,
    /// How many teams it manages.
    pub teams: usize,
}

/// A directory that showed a living token.
#[derive(Clone, Copy, Debug)]
pub struct Directory {
    /// The workspace that the token is for.
    pub workspace: WorkspaceId,
    /// The token.
    pub token: ScimTokenId,
}

impl Directory {
    /// What the directory does, as the log tells it.
    pub(super) fn by(self, client: &Client) -> By {
        By {
            workspace: self.workspace,
            actor: Actor::Provisioning(self.token),
            client: client.clone(),
        }
    }
}

impl Provisioning {
    /// How provisioning stands in the caller's workspace.
    ///
    /// # Errors
    /// When the caller is no admin, or the database refuses.
    pub async fn overview(&self, me: &Me) -> Result<Overview, TokenError> {
        admins_only(me)?;
        let workspace = me.member.workspace;
        let teams = teams::managed_by(&self.db, workspace, ManagedBy::Scim).await?;
        Ok(Overview {
            tokens: token_store::living(&self.db, workspace).await?,
            people: token_store::people(&self.db, workspace).await?,
            teams: teams.len(),
        })
    }

    /// Has the directory's teams look after themselves, with the people who are in them: no token is left
    /// by which a directory could. Whoever gives the directory another token sets its
    /// groups up anew. How many they were.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, a token lives; or the database refuses.
    pub async fn release_teams(
        &self,
        me: &Me,
        client: &Client,
        now: Timestamp,
    ) -> Result<usize, TokenError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        self.db
            .write(me.by(client), move |tx, by| {
                Box::pin(async move {
                    if token_store::any_lives(tx, by.workspace).await? {
                        return Err(TokenError::Living);
                    }
                    let all = teams::managed_by(&mut *tx, by.workspace, ManagedBy::Scim).await?;
                    teams::release(tx, by, &all, now).await?;
                    Ok(all.len())
                })
            })
            .await
    }

    /// Makes a token; its text is shown this once.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, there are [`MOST`]; or the database
    /// refuses.
    pub async fn make_token(
        &self,
        me: &Me,
        client: &Client,
        now: Timestamp,
    ) -> Result<(Token, SecretText), TokenError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let plain = PlainToken::new();
        let token = Token {
            id: ScimTokenId::new(now),
            made_by: me.member.clone(),
            created_at: now,
            last_used_at: None,
        };
        let hash = plain.hash();
        let by = me.by(client);
        let token = self
            .db
            .write((token, by), move |tx, (token, by)| {
                Box::pin(async move {
                    // Whoever is just put out, or relieved, leaves no token behind.
                    let maker = members::held(tx, by.workspace, token.made_by.id).await?;
                    let looks_after =
                        |maker: &Member| maker.is_admin() && maker.state == MemberState::Active;
                    if !maker.as_ref().is_some_and(looks_after) {
                        return Err(TokenError::NotAdmin);
                    }
                    if !token_store::insert(tx, (token, hash), by.workspace, MOST).await? {
                        return Err(TokenError::TooMany);
                    }
                    let event = by.event(Action::ProvisioningTokenMade);
                    audit::record(tx, now, event.details(token.id.to_string())).await?;
                    Ok(token.clone())
                })
            })
            .await?;
        let text = SecretText::new(format!("{PREFIX}{}", plain.to_text().expose()));
        Ok((token, text))
    }

    /// Ends a token: whoever shows it is refused from now on. It asks for no fresh sign-in, since it may
    /// be urgent.
    ///
    /// # Errors
    /// When the caller is no admin, there is no such living token; or the database refuses.
    pub async fn end_token(
        &self,
        me: &Me,
        id: ScimTokenId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        admins_only(me)?;
        self.db
            .write(me.by(client), move |tx, by| {
                Box::pin(async move {
                    if !token_store::end(tx, (by.workspace, id), now).await? {
                        return Err(TokenError::NotFound);
                    }
                    let event = by.event(Action::ProvisioningTokenEnded);
                    audit::record(tx, now, event.details(id.to_string())).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Whose token this is; nobody's when it isn't one, or has ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn directory(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Directory>, DbError> {
        let plain = token.strip_prefix(PREFIX).and_then(PlainToken::parse);
        let Some(hash) = plain.map(|plain| plain.hash()) else {
            return Ok(None);
        };
        let found = token_store::by_hash(&self.db, hash).await?;
        let Some((id, workspace, stored, used_at)) = found else {
            return Ok(None);
        };
        if !hash.matches(&stored) {
            return Ok(None);
        }
        if used_at.is_none_or(|used_at| now.since(used_at) >= NOTED_EVERY) {
            self.db
                .write((workspace, id), move |tx, token| {
                    Box::pin(token_store::used(tx, *token, now))
                })
                .await?;
        }
        Ok(Some(Directory {
            workspace,
            token: id,
        }))
    }

    /// The address that directories are given.
    pub fn base_url(&self) -> String {
        self.public_url.page("/scim/v2")
    }
}

fn admins_only(me: &Me) -> Result<(), TokenError> {
    me.member
        .is_admin()
        .then_some(())
        .ok_or(TokenError::NotAdmin)
}
