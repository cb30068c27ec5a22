//! Inviting people, letting them in, looking them up.

use super::{
    AskedFor, Invalid, Me, Member, MemberError, MemberState, NewMember, Seen, WorkspaceRole,
    management::relieved,
    rules, store,
    workspaces::{may_belong, must_belong},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, WorkspaceId},
        public_url::PublicUrl,
    },
    db::{Db, DbError, Target, Tx},
    features::{
        audit::{self, Action, Actor, By, NewEvent},
        limits::{self, INVITATIONS, INVITATIONS_BY_MEMBER, INVITATIONS_BY_WORKSPACE},
        mail::{Message, Outbox, Prepared, Recipient},
        signals::Signals,
    },
};

/// What can be asked about people; cheap to clone.
#[derive(Clone, Debug)]
pub struct Members {
    pub(super) db: Db,
    pub(super) outbox: Outbox,
    pub(super) signals: Signals,
    pub(super) public_url: PublicUrl,
}

impl Members {
    /// The service over its parts.
    pub fn new(db: Db, outbox: Outbox, signals: Signals, public_url: PublicUrl) -> Self {
        Self {
            db,
            outbox,
            signals,
            public_url,
        }
    }

    /// Invites somebody by mail. They join with their first sign-in.
    ///
    /// # Errors
    /// When the caller is no admin, or has to sign in afresh to invite another one, a value can't be taken,
    /// the address is a member's already, of a domain that may not join, or was written to too often, too
    /// many were invited; or the database refuses.
    pub async fn invite(
        &self,
        me: &Me,
        new: NewMember,
        client: &Client,
        now: Timestamp,
    ) -> Result<Member, MemberError> {
        if !me.member.is_admin() {
            return Err(MemberError::NotAdmin);
        }
        if new.role == WorkspaceRole::Owner {
            return Err(MemberError::Invalid(vec![Invalid::Role]));
        }
        if new.role == WorkspaceRole::Admin {
            me.require_fresh(now)?;
        }
        let member = checked(new, me.member.workspace, MemberState::Invited, now)?;
        let mail = invitation(self, me, &member, client, now).await?;
        let sender = me.member.id;
        let event = NewEvent::new(
            member.workspace,
            Actor::Member(me.member.id),
            Action::MemberInvited,
        )
        .target(member.id)
        .from(client);
        let invited = self
            .db
            .write((member, mail, event), move |tx, (member, mail, event)| {
                Box::pin(async move {
                    must_belong(tx, member, member.role).await?;
                    if !store::insert(tx, member, now).await? {
                        return Err(MemberError::AlreadyMember);
                    }
                    count_invitation(tx, (member, sender), now).await?;
                    audit::record(tx, now, event.clone()).await?;
                    Outbox::enqueue(tx, mail, now).await?;
                    Ok::<_, MemberError>(member.clone())
                })
            })
            .await?;
        self.outbox.wake();
        Ok(invited)
    }

    /// Everybody in a workspace, by last name, then first name. Guests see themselves alone; when
    /// and how somebody was here is for the Owner and Admins.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, me: &Me) -> Result<Vec<Seen>, DbError> {
        let mut people = store::all(&self.db, me.member.workspace).await?;
        if me.member.role == WorkspaceRole::Guest {
            people.retain(|seen| seen.member.id == me.member.id);
        }
        if !me.member.is_admin() {
            for seen in &mut people {
                (seen.at, seen.method) = (None, None);
            }
        }
        Ok(people)
    }

    /// A member of a workspace; also inside a transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn by_id(
        on: impl Into<Target<'_>>,
        workspace: WorkspaceId,
        id: MemberId,
    ) -> Result<Option<Member>, DbError> {
        store::by_id(on, workspace, id).await
    }

    /// The member of a workspace with this address.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn by_email(
        &self,
        workspace: WorkspaceId,
        email: &EmailAddress,
    ) -> Result<Option<Member>, DbError> {
        store::by_email(&self.db, workspace, email).await
    }

    /// Whom an address signs in where it is asked for, with the name of their workspace. Nobody when
    /// the address is unknown or suspended, or a provider is the only way in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn who_may_sign_in(
        &self,
        email: &EmailAddress,
        workspace: AskedFor,
    ) -> Result<Option<(Member, String)>, DbError> {
        store::who_may_sign_in(&self.db, email, workspace).await
    }

    /// The Owner with this address, in the workspace that is asked for, or else in the one made last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn owner_with(
        &self,
        email: &EmailAddress,
        workspace: Option<WorkspaceId>,
    ) -> Result<Option<Member>, DbError> {
        store::owner_with(&self.db, email, workspace).await
    }

    /// The active Owner and Admins of a workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn admins(
        on: impl Into<Target<'_>>,
        workspace: WorkspaceId,
    ) -> Result<Vec<Member>, DbError> {
        store::admins(on, workspace).await
    }
}

/// Lets a member in who proved that their address is theirs: an invited one joins. `None` when
/// they may not come in.
///
/// # Errors
/// When the database refuses.
pub async fn admit(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
    client: &Client,
    now: Timestamp,
) -> Result<Option<Member>, DbError> {
    let joined = store::join(tx, workspace, id).await?;
    let Some(member) = store::seen(tx, workspace, id, now).await? else {
        return Ok(None);
    };
    if joined {
        let event = NewEvent::new(member.workspace, Actor::Member(id), Action::MemberJoined);
        audit::record(tx, now, event.from(client)).await?;
    }
    Ok(Some(member))
}

/// Lets somebody in who was invited, and nobody else: who vouches for them knows an address, not
/// an account.
///
/// # Errors
/// When the database refuses.
pub async fn admit_invited(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
    client: &Client,
    now: Timestamp,
) -> Result<Option<Member>, DbError> {
    if !store::join(tx, workspace, id).await? {
        return Ok(None);
    }
    let event = NewEvent::new(workspace, Actor::Member(id), Action::MemberJoined);
    audit::record(tx, now, event.from(client)).await?;
    store::seen(tx, workspace, id, now).await
}

/// Whether somebody shared an item with a member by name: more than a team has, which every admin can
/// get at.
///
/// # Errors
/// When the database refuses.
pub async fn is_entrusted(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<bool, DbError> {
    store::is_entrusted(tx, workspace, id).await
}

/// Somebody who comes without an invitation, with the names that somebody else gave them: what can't
/// be a name gives way to the mailbox's.
pub fn newcomer(
    workspace: WorkspaceId,
    email: EmailAddress,
    (first_name, last_name): (&str, &str),
    role: WorkspaceRole,
    now: Timestamp,
) -> Member {
    let mailbox = email.as_str().split('@').next().unwrap_or_default();
    let first_name = rules::mailed_name(first_name).unwrap_or_else(|_| mailbox.to_owned());
    Member {
        id: MemberId::new(now),
        workspace,
        first_name,
        last_name: rules::mailed_name(last_name).unwrap_or_default(),
        email,
        role,
        state: MemberState::Active,
        language: None,
    }
}

/// Makes a newcomer a member; whether the address was still free.
///
/// # Errors
/// When the database refuses.
pub async fn add(
    tx: &mut Tx,
    newcomer: &Member,
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    if !store::insert(tx, newcomer, now).await? {
        return Ok(false);
    }
    let (workspace, id) = (newcomer.workspace, newcomer.id);
    let event = NewEvent::new(workspace, Actor::Member(id), Action::MemberJoined);
    audit::record(tx, now, event.from(client)).await?;
    store::seen(tx, workspace, id, now).await?;
    Ok(true)
}

/// Whether a provider is the only way into a workspace: then mails and passkeys are none.
///
/// # Errors
/// When the database refuses.
pub async fn is_behind_provider(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<bool, DbError> {
    store::is_behind_provider(on, workspace).await
}

/// The role of somebody who wasn't removed, which stays what it is for the rest of the transaction.
///
/// # Errors
/// When the database refuses.
pub async fn hold_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<WorkspaceRole>, DbError> {
    store::hold_role(tx, workspace, id).await
}

/// How many of these members, each named once, weren't removed, which stays so for the rest of the
/// transaction.
///
/// # Errors
/// When the database refuses.
pub async fn hold_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[MemberId],
) -> Result<usize, DbError> {
    store::hold_all(tx, workspace, ids).await
}

/// The member of a workspace with this address; also inside a transaction.
///
/// # Errors
/// When the database refuses.
pub async fn by_email(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<Option<Member>, DbError> {
    store::by_email(on, workspace, email).await
}

/// Whether somebody with this address was removed: they come back by invitation only.
///
/// # Errors
/// When the database refuses.
pub async fn was_removed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<bool, DbError> {
    store::was_removed(tx, workspace, email).await
}

/// Gives a member another role on behalf of a provider. The Owner stays the Owner, nobody who owns
/// items becomes a guest, and no guest of a domain that may not join becomes a member. Who becomes a
/// guest is an Owner of nothing any more through a team: the caller ends what they wait for
/// ([`crate::features::withdrawal`]).
///
/// # Errors
/// When the database refuses.
pub async fn change_role(
    tx: &mut Tx,
    member: &Member,
    role: WorkspaceRole,
    client: &Client,
    now: Timestamp,
) -> Result<Member, DbError> {
    // Nobody may be made an Owner of something while they become a guest.
    store::lock(tx, member.workspace, member.id).await?;
    let was_guest = member.role == WorkspaceRole::Guest;
    if was_guest && !may_belong(tx, member.workspace, &member.email, role).await? {
        return Ok(member.clone());
    }
    if !store::set_role(tx, member.workspace, member.id, role).await? {
        return Ok(member.clone());
    }
    let by = By {
        workspace: member.workspace,
        actor: Actor::System,
        client: client.clone(),
    };
    let event = by.event(Action::MemberRoleChanged).target(member.id);
    audit::record(tx, now, event.details("by groups")).await?;
    relieved(tx, &by, (member, role), now).await?;
    Ok(Member {
        role,
        ..member.clone()
    })
}

/// Notes that an active member came back, who proved who they are without a mail. `None` for anybody
/// else: whoever was only invited has to show first that the address is theirs; and where a provider is
/// the only way in, nobody comes back this way.
///
/// # Errors
/// When the database refuses.
pub async fn let_back_in(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
    now: Timestamp,
) -> Result<Option<Member>, DbError> {
    if store::is_behind_provider(&mut *tx, workspace).await? {
        return Ok(None);
    }
    store::seen(tx, workspace, id, now).await
}

/// The mail that invites somebody.
pub(super) async fn invitation(
    members: &Members,
    me: &Me,
    member: &Member,
    client: &Client,
    now: Timestamp,
) -> Result<Prepared, MemberError> {
    let workspace = members.workspace(me.member.workspace).await?;
    let invitation = Message::Invitation {
        workspace: workspace.name,
        first_name: member.first_name.clone(),
        inviter: me.member.full_name(),
        url: members.sign_in_address(member.workspace),
    };
    let to = Recipient {
        address: &member.email,
        name: &member.full_name(),
        // Whoever is new here speaks the language of the colleague who invites them.
        language: member.language.unwrap_or(me.member.reads(client)),
    };
    let outbox = &members.outbox;
    Ok(outbox.prepare(member.workspace, to, &invitation, now)?)
}

/// Counts an invitation of a member: what is sent to their mailbox, by whoever invites them, and by the workspace.
pub(super) async fn count_invitation(
    tx: &mut Tx,
    (member, by): (&Member, MemberId),
    now: Timestamp,
) -> Result<(), MemberError> {
    limits::take(tx, INVITATIONS, &member.email.mailbox(), now)
        .await?
        .map_err(MemberError::TooManyMails)?;
    for (limit, sender) in [
        (INVITATIONS_BY_MEMBER, by.to_string()),
        (INVITATIONS_BY_WORKSPACE, member.workspace.to_string()),
    ] {
        limits::take(tx, limit, &sender, now)
            .await?
            .map_err(MemberError::TooManyInvitations)?;
    }
    Ok(())
}

/// A first and a last name as they are kept.
pub(super) fn named(first: &str, last: &str) -> Result<(String, String), MemberError> {
    let first = rules::mailed_name(first).map_err(|fault| Invalid::Name("first_name", fault));
    let last = rules::mailed_name(last).map_err(|fault| Invalid::Name("last_name", fault));
    match (first, last) {
        (Ok(first), Ok(last)) => Ok((first, last)),
        (first, last) => {
            let faults = [first.err(), last.err()];
            Err(MemberError::Invalid(faults.into_iter().flatten().collect()))
        }
    }
}

pub(super) fn checked(
    new: NewMember,
    workspace: WorkspaceId,
    state: MemberState,
    now: Timestamp,
) -> Result<Member, MemberError> {
    let email = EmailAddress::parse(&new.email).map_err(|_| Invalid::Email);
    let first_name =
        rules::mailed_name(&new.first_name).map_err(|fault| Invalid::Name("first_name", fault));
    let last_name =
        rules::mailed_name(&new.last_name).map_err(|fault| Invalid::Name("last_name", fault));
    match (email, first_name, last_name) {
        (Ok(email), Ok(first_name), Ok(last_name)) => Ok(Member {
            id: MemberId::new(now),
            workspace,
            email,
            first_name,
            last_name,
            role: new.role,
            state,
            language: None,
        }),
        (email, first_name, last_name) => {
            let faults = [email.err(), first_name.err(), last_name.err()];
            Err(MemberError::Invalid(faults.into_iter().flatten().collect()))
        }
    }
}
