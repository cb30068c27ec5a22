//! Signing out at both ends: ours ends the provider's session (RP-Initiated Logout 1.0), the
//! provider's ends ours (Back-Channel Logout 1.0).

use std::sync::Arc;

use serde_json::{Map, Value};
use url::Url;

use super::{
    Provider, ProviderError, Providers,
    claims::{self, LoggedOut},
    discovery::Known,
    flow_store, store,
    tokens::{self, BadToken},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ProviderId, SessionId, WorkspaceId},
        secret::{SecretText, code_hash},
    },
    features::{
        keys::Aad,
        members::Me,
        sign_in::{end_session, session_topic},
    },
};

impl Providers {
    /// Where the browser has to go so that the provider's session ends as well; nowhere when the
    /// session came another way, or the provider can't do that.
    ///
    /// # Errors
    /// When the database refuses. A provider that doesn't answer is no error: the session here has
    /// ended.
    pub async fn sign_out_address(
        &self,
        me: &Me,
        now: Timestamp,
    ) -> Result<Option<SecretText>, ProviderError> {
        let workspace = me.member.workspace;
        let origin = flow_store::origin(&self.db, workspace, me.session).await?;
        let Some((id, issuer, id_token)) = origin else {
            return Ok(None);
        };
        let provider = match store::by_id(&self.db, id).await? {
            Some((provider, _)) if provider.issuer == issuer => provider,
            _ => return Ok(None),
        };
        let Ok(known) = self.discovery.of(&issuer, now).await else {
            return Ok(None);
        };
        let endpoint = known.document.end_session_endpoint.as_deref();
        let Some(mut url) = endpoint.and_then(|endpoint| Url::parse(endpoint).ok()) else {
            return Ok(None);
        };
        let hint = self
            .keys
            .open_sealed(&id_token, &Self::hint_aad(workspace, me.session))?;
        let mut query = url.query_pairs_mut();
        if !hint.is_empty() {
            query.append_pair("id_token_hint", &String::from_utf8_lossy(&hint));
        }
        query.append_pair("client_id", &provider.client_id);
        query.append_pair("post_logout_redirect_uri", &self.after_logout());
        drop(query);
        Ok(Some(SecretText::new(url)))
    }

    /// Ends the sessions that a provider's logout token means, at once and on every node.
    ///
    /// # Errors
    /// When there is no such provider, the token can't be taken or was used, the provider's keys
    /// can't be had; or the database refuses.
    pub async fn end_by_provider(
        &self,
        id: ProviderId,
        token: &SecretText,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        let found = store::by_id(&self.db, id).await?;
        let (provider, _) = found.ok_or(ProviderError::NotFound)?;
        let known = self.discovery.of(&provider.issuer, now).await?;
        let claims = self.signed(token, &provider, known, now).await?;
        let whose = (provider.issuer.as_str(), provider.client_id.as_str());
        let out = claims::read_logout(&claims, whose, now).map_err(ProviderError::LogoutToken)?;
        let ended = self.end_meant(provider, out, client, now).await?;
        for session in ended {
            self.signals.wake(&session_topic(session));
        }
        Ok(())
    }

    async fn signed(
        &self,
        token: &SecretText,
        provider: &Provider,
        known: Arc<Known>,
        now: Timestamp,
    ) -> Result<Map<String, Value>, ProviderError> {
        let mut claims = tokens::verify_logout(token.expose(), &known);
        if claims == Err(BadToken::UnknownKey) {
            let newer = self.discovery.newer(&provider.issuer, &known, now).await?;
            claims = tokens::verify_logout(token.expose(), &newer);
        }
        claims.map_err(|bad| match bad {
            BadToken::UnknownKey => ProviderError::LogoutToken("signed with an unknown key"),
            BadToken::Wrong(what) => ProviderError::LogoutToken(what),
        })
    }

    async fn end_meant(
        &self,
        provider: Provider,
        out: LoggedOut,
        client: &Client,
        now: Timestamp,
    ) -> Result<Vec<SessionId>, ProviderError> {
        let jti = code_hash(&provider.id.to_string(), &out.jti);
        let input = (provider, out, client.clone());
        self.db
            .write(input, move |tx, (provider, out, client)| {
                Box::pin(async move {
                    let until = claims::remembered_until(now);
                    if !flow_store::first_use(tx, provider, jti, until).await? {
                        return Err(ProviderError::LogoutToken("used before"));
                    }
                    let mut ended = Vec::new();
                    for session in flow_store::meant(tx, provider, out).await? {
                        let whose = (provider.workspace, session);
                        if end_session(tx, whose, "signed out at the provider", client, now).await?
                        {
                            ended.push(session);
                        }
                    }
                    Ok(ended)
                })
            })
            .await
    }

    /// What the provider's token is sealed for, beside the session it belongs to.
    pub(super) fn hint_aad(workspace: WorkspaceId, session: SessionId) -> Aad {
        Aad::new("identity token")
            .part(&workspace.to_string())
            .part(&session.to_string())
    }
}
