//! Whoever may not share an item any more waits for no link to it: what they asked for ends in the
//! transaction that took their role away, and their waiting dialog hears of it on whatever node it
//! is open. Links that exist already are the item's, and stay.

mod store;

use crate::{
    base::{clock::Timestamp, id::IntentId},
    db::{DbError, Tx},
    features::{
        audit::{self, Action, By},
        signals::{self, Signals},
    },
};

/// Says which topic wakes those who wait for an intent.
pub fn intent_topic(id: IntentId) -> String {
    id.to_string()
}

/// What ended, to be told to the streams of this node after the commit.
#[must_use = "streams are to be woken after the commit"]
#[derive(Clone, Debug, Default)]
pub struct Ended(Vec<IntentId>);

impl Ended {
    /// Wakes the streams that wait for it.
    pub fn wake(&self, signals: &Signals) {
        for intent in &self.0 {
            signals.wake(&intent_topic(*intent));
        }
    }
}

/// Ends whatever people of a workspace wait for without being Owners any more. Called after every
/// change that may have taken a role away, in its transaction.
///
/// # Errors
/// When the database refuses.
pub async fn end_unentitled(tx: &mut Tx, by: &By, now: Timestamp) -> Result<Ended, DbError> {
    let closed = store::close_unentitled(tx, by.workspace, now).await?;
    let mut ended = Vec::with_capacity(closed.len());
    for closed in closed {
        let event = by
            .event(Action::IntentCancelled)
            .item(closed.item)
            .target(closed.member)
            .details("no Owner any more");
        audit::record(tx, now, event).await?;
        signals::raise(tx, &intent_topic(closed.intent), now).await?;
        ended.push(closed.intent);
    }
    Ok(Ended(ended))
}
