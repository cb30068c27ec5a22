//! Who may come in of those a provider knows: decided and done in one transaction. A refusal is
//! no error of the transaction, which would undo its entry in the log.

use super::{
    Provider, Refusal,
    claims::Claims,
    flow_store::{self, ProviderSession},
    rules,
    store::{self, Meant},
};
use crate::{
    base::{client::Client, clock::Timestamp, id::MemberId},
    db::{DbError, Tx},
    features::{
        audit::{self, Action, Actor, By, NewEvent},
        members::{self, Me, Member, MemberState},
        sign_in::{self, SessionStart},
        teams,
        withdrawal::{self, Ended},
    },
};

/// Somebody whom a provider knows and who wants a session.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub provider: Provider,
    pub claims: Claims,
    pub start: SessionStart,
    /// Sealed.
    pub id_token: Vec<u8>,
}

/// Signs somebody in, letting them join where they may.
pub(super) async fn let_in(
    tx: &mut Tx,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Result<(Me, Timestamp, Ended), Refusal>, DbError> {
    let Arrival {
        provider,
        claims,
        start,
        id_token,
    } = arrival;
    let member = match known_or_new(tx, arrival, now).await? {
        Ok(member) => member,
        Err(why) => {
            let event = NewEvent::new(provider.workspace, Actor::System, Action::SignInRefused);
            let event = event.details(why.details()).from(&start.client);
            audit::record(tx, now, event).await?;
            return Ok(Err(why));
        }
    };
    let (member, ended) = follow_groups(tx, arrival, member, now).await?;
    let (me, expires_at) = sign_in::start_session(tx, start, member, now).await?;
    let session = ProviderSession {
        workspace: provider.workspace,
        session: start.id,
        provider: provider.id,
        issuer: provider.issuer.clone(),
        subject: claims.subject.clone(),
        sid: claims.sid.clone(),
        id_token: id_token.clone(),
        expires_at,
    };
    flow_store::insert_session(tx, &session).await?;
    Ok(Ok((me, expires_at, ended)))
}

/// Gives somebody the role and the teams that their groups say; what they wait for no more.
async fn follow_groups(
    tx: &mut Tx,
    arrival: &Arrival,
    member: Member,
    now: Timestamp,
) -> Result<(Member, Ended), DbError> {
    let (provider, claims) = (&arrival.provider, &arrival.claims);
    let by = By {
        workspace: provider.workspace,
        actor: Actor::System,
        client: arrival.start.client.clone(),
    };
    let (mapped, default) = (&provider.groups, provider.default_role);
    let change = rules::role_change(mapped, default, &claims.groups, member.role);
    let member = match change {
        Some(role) => members::change_role(tx, &member, role, &by.client, now).await?,
        None => member,
    };
    let groups = (provider.id, claims.groups.as_slice());
    let left =
        !provider.teams.is_empty() && teams::follow_groups(tx, &by, groups, member.id, now).await?;
    // Once, after all that may have taken a role away.
    let ended = if change.is_some() || left {
        withdrawal::end_unentitled(tx, &by, now).await?
    } else {
        Ended::default()
    };
    Ok((member, ended))
}

async fn known_or_new(
    tx: &mut Tx,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Result<Member, Refusal>, DbError> {
    let (provider, claims) = (&arrival.provider, &arrival.claims);
    let (workspace, client) = (provider.workspace, &arrival.start.client);
    let meant = store::member_of(tx, provider, &claims.subject).await?;
    if let Some(Meant::Member(id)) = meant {
        let member = members::admit(tx, (workspace, id), client, now).await?;
        return Ok(member.ok_or(Refusal::KeptOut));
    }
    let Some(email) = &claims.verified else {
        return Ok(Err(Refusal::Unverified));
    };
    let known = members::by_email(&mut *tx, workspace, email).await?;
    // Who was removed comes back by invitation only, whatever their domain.
    let gone = meant.is_some() || members::was_removed(tx, workspace, email).await?;
    let role = rules::role_by_groups(&provider.groups, provider.default_role, &claims.groups);
    let may_join = provider.domains.contains(&email.domain())
        && members::may_belong(tx, workspace, email, role).await?;
    let member = match known {
        // An address alone opens nobody's account.
        Some(member) if member.state == MemberState::Active => {
            return Ok(Err(Refusal::ConnectFirst));
        }
        Some(member) => match invited(tx, provider, member.id, client, now).await? {
            Ok(admitted) => admitted,
            Err(why) => return Ok(Err(why)),
        },
        None if gone => None,
        None if may_join => {
            let names = (claims.first_name.as_str(), claims.last_name.as_str());
            let newcomer = members::newcomer(workspace, email.clone(), names, role, now);
            let added = members::add(tx, &newcomer, client, now).await?;
            added.then_some(newcomer)
        }
        None => return Ok(Err(Refusal::NotInvited)),
    };
    let Some(member) = member else {
        return Ok(Err(Refusal::KeptOut));
    };
    if meant.is_some() {
        store::forget(tx, provider, &claims.subject).await?;
    }
    link(tx, (provider, claims), &member, client, now).await?;
    Ok(Ok(member))
}

/// Lets somebody in who was invited. With what others gave them by name, the account is worth more than
/// an Admin's word, who may have made the provider: then the mailbox is theirs to show first. A
/// provider that the workspace's Owner comes in by could be the Owner anyway.
async fn invited(
    tx: &mut Tx,
    provider: &Provider,
    id: MemberId,
    client: &Client,
    now: Timestamp,
) -> Result<Result<Option<Member>, Refusal>, DbError> {
    let workspace = provider.workspace;
    // Nobody gives them something meanwhile.
    let held = members::held(tx, workspace, id).await?;
    let waits = held.is_some_and(|member| member.state == MemberState::Invited);
    if waits
        && members::is_entrusted(tx, workspace, id).await?
        && !store::knows_owner(tx, provider).await?
    {
        return Ok(Err(Refusal::MailFirst));
    }
    let admitted = members::admit_invited(tx, (workspace, id), client, now).await?;
    Ok(Ok(admitted))
}

/// Connects an account, and says so in the log; whether neither side was connected.
async fn link(
    tx: &mut Tx,
    (provider, claims): (&Provider, &Claims),
    member: &Member,
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    if !store::connect(tx, provider, &claims.subject, member.id, now).await? {
        return Ok(false);
    }
    let actor = Actor::Member(member.id);
    let event = NewEvent::new(provider.workspace, actor, Action::IdentityConnected);
    audit::record(tx, now, event.from(client)).await?;
    Ok(true)
}

/// Connects the account of a member who asked for it.
pub(super) async fn connect(
    tx: &mut Tx,
    (provider, claims): (&Provider, &Claims),
    member: &Member,
    client: &Client,
    now: Timestamp,
) -> Result<Result<(), Refusal>, DbError> {
    match store::member_of(tx, provider, &claims.subject).await? {
        Some(Meant::Member(id)) if id == member.id => return Ok(Ok(())),
        None if link(tx, (provider, claims), member, client, now).await? => return Ok(Ok(())),
        _ => {}
    }
    let event = NewEvent::new(
        provider.workspace,
        Actor::Member(member.id),
        Action::SignInRefused,
    );
    let event = event.details(Refusal::Taken.details()).from(client);
    audit::record(tx, now, event).await?;
    Ok(Err(Refusal::Taken))
}
