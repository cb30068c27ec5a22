//! Signing in by e-mailed link, and the sessions it gives.
//!
//! A sign-in belongs to the browser that asked, by a cookie, and to the mail, by its token. Both
//! together make a session at once. The mail opened on another device needs the match code that
//! the asking browser shows; then that browser gets its session. Loading a mail's link never
//! changes anything, so scanners may follow it.

mod error;
mod model;
mod service;
mod sessions;
mod store;

pub use error::SignInError;
pub use model::{Confirmation, FlowDetails, FlowState, NewSession, Started, effective_state};
pub use service::{AskingBrowser, FLOW_LIFE, MAX_TRIES, SignIns};
pub(super) use sessions::lengths_from_row;
pub use sessions::{
    CurrentSession, ElsewhereError, Lengths, Others, ProvedAddress, SessionStart, Sessions,
    end_all_of, end_session, renew_session, session_topic, shorten as shorten_sessions,
    start as start_session,
};

use crate::{
    base::clock::Timestamp,
    db::{DbError, Tx},
};

/// Forgets `most` sign-ins and sessions that have been over for long; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    let sign_ins = store::forget_old(&mut *tx, now, most).await?;
    Ok(sign_ins + sessions::forget_old(tx, now, most).await?)
}
