//! Members that a company's directory answers for: made, renamed and let in again on its word.

use super::{Member, store};
use crate::{
    base::{clock::Timestamp, email_address::EmailAddress},
    db::{DbError, Tx},
    features::audit::{self, Action, By},
};

/// Whether a person put out whoever had this address last: then a person lets them in.
///
/// # Errors
/// When the database refuses.
pub async fn was_put_out(tx: &mut Tx, by: &By, email: &EmailAddress) -> Result<bool, DbError> {
    store::was_put_out(tx, by.workspace, email).await
}

/// Makes somebody a member on a directory's word; whether the address was still free.
///
/// # Errors
/// When the database refuses.
pub async fn provision(
    tx: &mut Tx,
    by: &By,
    member: &Member,
    now: Timestamp,
) -> Result<bool, DbError> {
    if !store::insert(tx, member, now).await? {
        return Ok(false);
    }
    audit::record(
        tx,
        now,
        by.event(Action::MemberProvisioned).target(member.id),
    )
    .await?;
    Ok(true)
}

/// Notes that a directory answers for somebody from now on who was a member already.
///
/// # Errors
/// When the database refuses.
pub async fn adopted(tx: &mut Tx, by: &By, member: &Member, now: Timestamp) -> Result<(), DbError> {
    audit::record(tx, now, by.event(Action::MemberAdopted).target(member.id)).await?;
    Ok(())
}

/// Gives a member another name and address; nothing when another member has the address.
///
/// # Errors
/// When the database refuses.
pub async fn revise(
    tx: &mut Tx,
    by: &By,
    member: &Member,
    (email, first, last): (&EmailAddress, &str, &str),
    now: Timestamp,
) -> Result<Option<Member>, DbError> {
    let same = *email == member.email && first == member.first_name && last == member.last_name;
    if same {
        return Ok(Some(member.clone()));
    }
    let id = (member.workspace, member.id);
    let revised = store::revise(tx, id, email, (first, last)).await?;
    if revised.is_some() {
        let readdressed = email.key() != member.email.key();
        if readdressed {
            // Which one it was, nothing else says any more.
            let event = by.event(Action::MemberReaddressed).target(member.id);
            let details = format!("from {} to {email}", member.email);
            audit::record(tx, now, event.details(details)).await?;
        }
        if !readdressed || first != member.first_name || last != member.last_name {
            audit::record(tx, now, by.event(Action::MemberChanged).target(member.id)).await?;
        }
    }
    Ok(revised)
}

/// Ends a suspension that a directory decided; whether there was one. What a person decided stays.
///
/// # Errors
/// When the database refuses.
pub async fn release(
    tx: &mut Tx,
    by: &By,
    member: &Member,
    now: Timestamp,
) -> Result<bool, DbError> {
    if !store::release(tx, member.workspace, member.id).await? {
        return Ok(false);
    }
    audit::record(
        tx,
        now,
        by.event(Action::MemberReinstated).target(member.id),
    )
    .await?;
    Ok(true)
}
