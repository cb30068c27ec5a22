//! Looking after providers, and after one's own accounts at them.

use std::collections::HashMap;

use super::{
    Invalid, NewProvider, Provider, ProviderError, Tested, WaysIn, discovery::Discovery,
    fetch::Fetch, group_teams, rules, store, visits::RETURN_PAGE,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, ProviderId, WorkspaceId},
        public_url::PublicUrl,
        reach::Reach,
        secret::SecretText,
    },
    db::{Db, DbError, Tx},
    features::{
        audit::{self, Action, Actor, NewEvent},
        keys::{Aad, KeyError, Keyring},
        members::{self, Me},
        signals::Signals,
    },
};

/// How many providers a workspace may have.
pub const MOST: i64 = 10;

/// What can be done with providers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Providers {
    pub(super) db: Db,
    pub(super) keys: Keyring,
    pub(super) signals: Signals,
    pub(super) fetch: Fetch,
    pub(super) discovery: Discovery,
    public_url: PublicUrl,
}

impl Providers {
    /// The service over its parts.
    pub fn new(
        db: Db,
        keys: Keyring,
        signals: Signals,
        public_url: PublicUrl,
        reach: Reach,
    ) -> Self {
        let fetch = Fetch::new(reach);
        Self {
            db,
            keys,
            signals,
            discovery: Discovery::new(fetch.clone()),
            fetch,
            public_url,
        }
    }

    /// Where providers send people back to.
    pub fn redirect_uri(&self) -> String {
        self.public_url.page(RETURN_PAGE)
    }

    /// Where providers send people after they signed out.
    pub fn after_logout(&self) -> String {
        self.public_url.page("/sign-in")
    }

    /// Where a provider tells that somebody signed out there.
    pub fn logout_uri(&self, id: ProviderId) -> String {
        self.public_url
            .page(&format!("/api/v1/providers/{id}/logout"))
    }

    /// How people can sign in to a workspace; without one, to the only one. Where there are several,
    /// none of them is told of, nor its providers: each has a sign-in address of its own.
    ///
    /// # Errors
    /// When there is no such workspace, or the database refuses.
    pub async fn ways_in(&self, workspace: Option<WorkspaceId>) -> Result<WaysIn, ProviderError> {
        let workspace = match workspace {
            Some(id) => {
                let found = members::workspace(&self.db, id).await?;
                Some(found.ok_or(ProviderError::NoWorkspace)?)
            }
            None => members::only_workspace(&self.db).await?,
        };
        // Where there is no workspace yet, or there are several, nothing is told of them.
        let (providers, mail) = match &workspace {
            Some(workspace) => (
                store::offered(&self.db, workspace.id).await?,
                !members::is_behind_provider(&self.db, workspace.id).await?,
            ),
            None => (Vec::new(), true),
        };
        Ok(WaysIn {
            providers,
            mail,
            workspace,
        })
    }

    /// The providers of a workspace, each with the number of active members that haven't connected
    /// their account.
    ///
    /// # Errors
    /// When the caller is no admin, or the database refuses.
    pub async fn list(&self, me: &Me) -> Result<Vec<(Provider, i64)>, ProviderError> {
        admins_only(me)?;
        let mut list = Vec::new();
        for provider in self.with_teams(me.member.workspace).await? {
            let unconnected = store::unconnected(&self.db, &provider).await?;
            list.push((provider, unconnected));
        }
        Ok(list)
    }

    /// One of them.
    ///
    /// # Errors
    /// When the caller is no admin, there is no such provider, or the database refuses.
    pub async fn get(&self, me: &Me, id: ProviderId) -> Result<(Provider, i64), ProviderError> {
        admins_only(me)?;
        let provider = self.own(me.member.workspace, id).await?;
        let unconnected = store::unconnected(&self.db, &provider).await?;
        Ok((provider, unconnected))
    }

    async fn own(&self, workspace: WorkspaceId, id: ProviderId) -> Result<Provider, ProviderError> {
        let all = self.with_teams(workspace).await?;
        let own = all.into_iter().find(|provider| provider.id == id);
        own.ok_or(ProviderError::NotFound)
    }

    async fn with_teams(&self, workspace: WorkspaceId) -> Result<Vec<Provider>, DbError> {
        let mut providers = store::all(&self.db, workspace).await?;
        for provider in &mut providers {
            provider.teams = group_teams::of(&self.db, provider).await?;
        }
        Ok(providers)
    }

    /// A provider with what belonging to its groups means.
    pub(super) async fn with_groups(&self, provider: Provider) -> Result<Provider, DbError> {
        Ok(Provider {
            groups: store::groups_of(&self.db, &provider).await?,
            teams: group_teams::of(&self.db, &provider).await?,
            ..provider
        })
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, a value can't be taken, there are [`MOST`] already; it would be
    /// the only way in, which nobody could have tried; or the database refuses.
    pub async fn add(
        &self,
        me: &Me,
        new: &NewProvider,
        client: &Client,
        now: Timestamp,
    ) -> Result<ProviderId, ProviderError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let new = rules::checked(new, self.fetch.reach()).map_err(ProviderError::Invalid)?;
        let secret = new.client_secret.as_ref();
        let secret = secret.ok_or_else(|| ProviderError::Invalid(vec![Invalid::Secret]))?;
        if new.only_way_in {
            return Err(ProviderError::NotConnected);
        }
        let (id, workspace) = (ProviderId::new(now), me.member.workspace);
        let sealed = self.seal_secret(workspace, id, secret)?;
        let event = event(me, Action::ProviderAdded, client);
        let input = (kept(id, workspace, new, now), sealed, event, me.by(client));
        self.db
            .write(input, move |tx, (provider, sealed, event, by)| {
                Box::pin(async move {
                    if !store::insert(tx, provider, sealed).await? {
                        return Err(ProviderError::TooMany);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    group_teams::settle(tx, by, provider, now).await?;
                    Ok(provider.id)
                })
            })
            .await
    }

    /// Changes a provider. Accounts stay connected for as long as the issuer stays.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, there is no such provider, a value can't be taken, the caller
    /// or the workspace's Owner would be locked out; or the database refuses.
    pub async fn change(
        &self,
        me: &Me,
        id: ProviderId,
        new: &NewProvider,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let new = rules::checked(new, self.fetch.reach()).map_err(ProviderError::Invalid)?;
        let workspace = me.member.workspace;
        let old = self.own(workspace, id).await?;
        // A secret is for the provider it was made for: whoever could point it elsewhere could read it.
        if new.issuer != old.issuer && new.client_secret.is_none() {
            return Err(ProviderError::Invalid(vec![Invalid::Secret]));
        }
        let same = new.issuer == old.issuer;
        // Nobody is connected to another issuer yet.
        let tried = same && (old.only_way_in || self.connected(me).await?.contains_key(&id));
        if new.only_way_in && !tried {
            return Err(ProviderError::NotConnected);
        }
        let secret = new.client_secret.as_ref();
        let sealed = secret.map(|secret| self.seal_secret(workspace, id, secret));
        let sealed = sealed.transpose()?;
        let event = event(me, Action::ProviderChanged, client);
        let event = match (old.only_way_in, new.only_way_in) {
            (false, true) => event.details("the only way in from now on"),
            (true, false) => event.details("no longer the only way in"),
            _ => event,
        };
        let provider = kept(id, workspace, new, old.created_at);
        let input = (provider, sealed, event, me.by(client));
        self.db
            .write(input, move |tx, (provider, sealed, event, by)| {
                Box::pin(async move {
                    let got_in = owner_gets_in(tx, by.workspace).await?;
                    if !store::update(tx, provider, sealed.clone()).await? {
                        return Err(ProviderError::NotFound);
                    }
                    if got_in && !owner_gets_in(tx, by.workspace).await? {
                        return Err(ProviderError::OwnerNotConnected);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(group_teams::settle(tx, by, provider, now).await?)
                })
            })
            .await
    }

    /// Removes a provider and forgets whose accounts were connected. Sessions go on, and its teams
    /// look after themselves.
    ///
    /// # Errors
    /// When the caller is no admin or has to sign in afresh, there is no such provider, the workspace's Owner would
    /// be locked out; or the database refuses.
    pub async fn remove(
        &self,
        me: &Me,
        id: ProviderId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        admins_only(me)?;
        me.require_fresh(now)?;
        let event = event(me, Action::ProviderRemoved, client);
        self.db
            .write((me.by(client), event), move |tx, (by, event)| {
                Box::pin(async move {
                    let got_in = owner_gets_in(tx, by.workspace).await?;
                    group_teams::release_all(tx, by, id, now).await?;
                    if !store::remove(tx, by.workspace, id).await? {
                        return Err(ProviderError::NotFound);
                    }
                    if got_in && !owner_gets_in(tx, by.workspace).await? {
                        return Err(ProviderError::OwnerNotConnected);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Asks a provider for its document and keys, as a sign-in would.
    ///
    /// # Errors
    /// When the caller is no admin, there is no such provider, or the database refuses.
    pub async fn test(
        &self,
        me: &Me,
        id: ProviderId,
        client: &Client,
        now: Timestamp,
    ) -> Result<Tested, ProviderError> {
        admins_only(me)?;
        let provider = self.own(me.member.workspace, id).await?;
        let tested = Tested::from(self.discovery.ask(&provider.issuer, now).await);
        let event = event(me, Action::ProviderTested, client);
        let event = event.details(if tested.fault.is_none() {
            "it works"
        } else {
            "it failed"
        });
        self.db
            .write(event, move |tx, event| {
                Box::pin(async move {
                    audit::record(tx, now, event.clone()).await?;
                    Ok::<_, ProviderError>(())
                })
            })
            .await?;
        Ok(tested)
    }

    /// The providers of the caller's workspace, each with the instant since when their account is
    /// connected.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn identities(
        &self,
        me: &Me,
    ) -> Result<Vec<(Provider, Option<Timestamp>)>, ProviderError> {
        let connected = self.connected(me).await?;
        let all = store::all(&self.db, me.member.workspace).await?;
        let with = |provider: Provider| {
            let since = connected.get(&provider.id).copied();
            (provider, since)
        };
        Ok(all.into_iter().map(with).collect())
    }

    async fn connected(&self, me: &Me) -> Result<HashMap<ProviderId, Timestamp>, DbError> {
        let whose = (me.member.workspace, me.member.id);
        Ok(store::connected(&self.db, whose)
            .await?
            .into_iter()
            .collect())
    }

    /// Disconnects the caller's account at a provider. Can be repeated.
    ///
    /// # Errors
    /// When they have to sign in afresh, or the database refuses.
    pub async fn disconnect(
        &self,
        me: &Me,
        id: ProviderId,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        me.require_fresh(now)?;
        let whose: (WorkspaceId, MemberId) = (me.member.workspace, me.member.id);
        let event = event(me, Action::IdentityDisconnected, client);
        self.db
            .write((whose, event), move |tx, (whose, event)| {
                Box::pin(async move {
                    if store::disconnect(tx, *whose, id).await? {
                        audit::record(tx, now, event.clone()).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    fn seal_secret(
        &self,
        workspace: WorkspaceId,
        id: ProviderId,
        secret: &SecretText,
    ) -> Result<Vec<u8>, KeyError> {
        self.keys
            .seal(secret.expose().as_bytes(), &secret_aad(workspace, id))
    }

    pub(super) fn open_secret(
        &self,
        provider: &Provider,
        sealed: &[u8],
    ) -> Result<SecretText, KeyError> {
        let aad = secret_aad(provider.workspace, provider.id);
        let opened = self.keys.open_sealed(sealed, &aad)?;
        Ok(SecretText::new(String::from_utf8_lossy(&opened)))
    }
}

fn secret_aad(workspace: WorkspaceId, id: ProviderId) -> Aad {
    Aad::new("secret of a provider")
        .part(&workspace.to_string())
        .part(&id.to_string())
}

fn admins_only(me: &Me) -> Result<(), ProviderError> {
    me.member
        .is_admin()
        .then_some(())
        .ok_or(ProviderError::NotAdmin)
}

/// Whether the workspace's Owner can come in, who is held for the rest of the transaction: on PostgreSQL
/// two changes at once would each rely on the provider that the other one takes away.
async fn owner_gets_in(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, DbError> {
    let owner = members::owner(tx, workspace).await?;
    members::held(tx, workspace, owner.id).await?;
    store::gets_in(tx, (workspace, owner.id)).await
}

fn event(me: &Me, action: Action, client: &Client) -> NewEvent {
    NewEvent::new(me.member.workspace, Actor::Member(me.member.id), action).from(client)
}

fn kept(id: ProviderId, workspace: WorkspaceId, new: NewProvider, since: Timestamp) -> Provider {
    Provider {
        id,
        workspace,
        name: new.name,
        issuer: new.issuer,
        client_id: new.client_id,
        domains: new.domains,
        default_role: new.default_role,
        groups_claim: new.groups_claim,
        groups: new.groups,
        teams: new.teams,
        only_way_in: new.only_way_in,
        created_at: since,
    }
}
