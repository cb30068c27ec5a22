//! Another mail address for somebody: mails sign people in, so that whoever had the old one is signed out,
//! and told.

use super::{Change, Provisioning, ScimError, protocol::schema::USER, store, user::asked};
use crate::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, WorkspaceId},
    },
    db::{DbError, Tx},
    features::{
        audit::By,
        mail::{Message, Outbox, Prepared, Recipient},
        members::{self, Member, MemberState},
        offboarding::{self, Gone},
    },
};

/// The mail to an old address, which tells of the new one.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    from: EmailAddress,
    to: EmailAddress,
    mail: Prepared,
}

/// Whether an address is another one for somebody who may have used the account. Who never came has
/// nothing open, and nothing to be told at an address that was perhaps wrong.
fn is_told(member: &Member, new: &EmailAddress) -> bool {
    new.key() != member.email.key() && member.state != MemberState::Invited
}

impl Provisioning {
    /// The mail that a change will need, by what is known before it. What can't be done is refused by the
    /// change itself.
    pub(super) async fn notice(
        &self,
        workspace: WorkspaceId,
        id: MemberId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Option<Notice>, ScimError> {
        let Some(user) = store::by_id(&self.db, (workspace, id)).await? else {
            return Ok(None);
        };
        let after = change.of(&USER, user.document());
        let wanted = after.and_then(|after| asked(&after));
        let Some(to) = wanted.ok().and_then(|asked| asked.email) else {
            return Ok(None);
        };
        let member = user.member;
        if !is_told(&member, &to) {
            return Ok(None);
        }
        let found = members::workspace(&self.db, workspace).await?;
        let found = found.ok_or(DbError::Wrong("a workspace that isn't there"))?;
        let message = Message::AddressChanged {
            workspace: found.name,
            first_name: member.first_name.clone(),
            address: to.to_string(),
            changed_at: now,
        };
        let from = Recipient {
            address: &member.email,
            name: &member.full_name(),
            language: member.language.unwrap_or_default(),
        };
        let mail = self.outbox.prepare(workspace, from, &message, now)?;
        Ok(Some(Notice {
            from: member.email.clone(),
            to,
            mail,
        }))
    }
}

/// Signs somebody out whose mails go to `new` from now on, and tells them at the address they had. Their
/// waiting sign-ins are good for that one alone and open nothing any more.
///
/// # Errors
/// When `notice` is about another change: something happened in between. Or the database refuses.
pub(super) async fn close(
    tx: &mut Tx,
    by: &By,
    (member, new): (&Member, &EmailAddress),
    notice: Option<&Notice>,
    now: Timestamp,
) -> Result<Option<Gone>, ScimError> {
    if !is_told(member, new) {
        return Ok(None);
    }
    let notice = notice.filter(|notice| notice.from == member.email && notice.to == *new);
    let notice = notice.ok_or(ScimError::Changed)?;
    Outbox::enqueue(tx, &notice.mail, now).await?;
    let gone = offboarding::sign_out(tx, by, (member, "another address"), now).await?;
    Ok(Some(gone))
}
