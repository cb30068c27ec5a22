//! Making workspaces and looking them up; who belongs to several, and who may belong to one at all.

use super::{
    Elsewhere, Invalid, Member, MemberError, MemberState, Members, NewMember, Overview, Workspace,
    WorkspaceRole, rules, service::checked, store, workspace_store,
};
use crate::{
    base::{clock::Timestamp, email_address::EmailAddress, id::WorkspaceId},
    db::{Db, DbError, Target, Tx},
    features::audit::{self, Action, Actor, NewEvent},
};

impl Members {
    /// Makes a workspace with its Owner, who can sign in at once.
    ///
    /// # Errors
    /// When a value can't be taken or the database refuses.
    pub async fn create_workspace(
        &self,
        name: &str,
        owner: NewMember,
        now: Timestamp,
    ) -> Result<(Workspace, Member), MemberError> {
        let name = rules::mailed_name(name)
            .map_err(|fault| MemberError::Invalid(vec![Invalid::Name("name", fault)]))?;
        let workspace = Workspace {
            id: WorkspaceId::new(now),
            name,
            mark: super::Mark::default(),
        };
        let owner = NewMember {
            role: WorkspaceRole::Owner,
            ..owner
        };
        let owner = checked(owner, workspace.id, MemberState::Active, now)?;
        self.db
            .write((workspace, owner), move |tx, (workspace, owner)| {
                Box::pin(async move {
                    workspace_store::insert(tx, workspace, now).await?;
                    audit::start_chain(tx, workspace.id).await?;
                    store::insert(tx, owner, now).await?;
                    let event =
                        NewEvent::new(workspace.id, Actor::System, Action::WorkspaceCreated);
                    audit::record(tx, now, event.target(owner.id)).await?;
                    Ok((workspace.clone(), owner.clone()))
                })
            })
            .await
    }

    /// A workspace.
    ///
    /// # Errors
    /// When it isn't there or the database refuses.
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, DbError> {
        let found = workspace_store::by_id(&self.db, id).await?;
        found.ok_or(DbError::Wrong("a workspace that isn't there"))
    }

    /// The workspace that was made first, if any was made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn first_workspace(&self) -> Result<Option<Workspace>, DbError> {
        Ok(workspace_store::first(&self.db, 1).await?.pop())
    }

    /// Every workspace with its Owner and how many people it has, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn overview(&self) -> Result<Vec<Overview>, DbError> {
        workspace_store::overview(&self.db).await
    }

    /// Where the people of a workspace sign in.
    pub fn sign_in_address(&self, workspace: WorkspaceId) -> String {
        self.public_url.page(&format!("/sign-in/{workspace}"))
    }
}

/// The only workspace of an installation; nothing where there are several, or none.
///
/// # Errors
/// When the database refuses.
pub async fn only_workspace(db: &Db) -> Result<Option<Workspace>, DbError> {
    let mut first = workspace_store::first(db, 2).await?;
    Ok(first.pop().filter(|_| first.is_empty()))
}

/// A workspace, if there is such a one.
///
/// # Errors
/// When the database refuses.
pub async fn workspace(db: &Db, id: WorkspaceId) -> Result<Option<Workspace>, DbError> {
    workspace_store::by_id(db, id).await
}

/// Where else than in `but` somebody with an address may come in, by name.
///
/// # Errors
/// When the database refuses.
pub async fn elsewhere(
    on: impl Into<Target<'_>>,
    address_key: &str,
    but: WorkspaceId,
) -> Result<Vec<Elsewhere>, DbError> {
    workspace_store::elsewhere(on, address_key, but).await
}

/// Whether somebody with this address may become what is wanted here: a workspace can bound the mail
/// domains of its members, not of its guests.
///
/// # Errors
/// When the database refuses.
pub async fn may_belong(
    tx: &mut Tx,
    workspace: WorkspaceId,
    email: &EmailAddress,
    role: WorkspaceRole,
) -> Result<bool, DbError> {
    let domains = workspace_store::mail_domains(tx, workspace).await?;
    Ok(rules::may_belong(&domains, email, role))
}

/// As [`may_belong`].
///
/// # Errors
/// When they may not, or the database refuses.
pub(super) async fn must_belong(
    tx: &mut Tx,
    member: &Member,
    role: WorkspaceRole,
) -> Result<(), MemberError> {
    let domains = workspace_store::mail_domains(tx, member.workspace).await?;
    if rules::may_belong(&domains, &member.email, role) {
        Ok(())
    } else {
        Err(MemberError::MailDomain(domains))
    }
}
