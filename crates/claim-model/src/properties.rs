//! What must hold in every state (I1 to I4 of the link protocol), and what must happen in some.

use stateright::Property;

use crate::{
    model::{BROWSERS, Claims, EXPIRES_AT, World},
    row::{self, Proof, REDELIVERIES, State, WINDOW},
};

/// At most one browser is ever sent the ciphertext.
pub const I1: &str = "I1: at most one browser gets it";
/// The browser that claimed gets it again within the window, also after a crash.
pub const I2: &str = "I2: who claimed gets it again";
/// Nobody new is sent the ciphertext after expiry, revocation, lock or claim.
pub const I3: &str = "I3: nobody new gets it when it is dead";
/// After the acknowledgement, or a sweep after the window, no row holds the ciphertext.
pub const I4: &str = "I4: it is erased after ack or window";
/// The same for links that were taken back, locked, or expired before anybody claimed them.
pub const DEAD_LINKS_ARE_ERASED: &str = "a dead link is erased by the next sweep";
/// Also the browser that claimed gets it only so often, and only within the window.
pub const REDELIVERY_IS_BOUNDED: &str = "redelivery is bounded";
/// Without the link's proof, or with a wrong passphrase, a request takes nothing from anybody.
pub const PROOF_IS_NEEDED: &str = "without proof nothing is given or consumed";

type Is = Property<Claims>;

pub fn all() -> Vec<Is> {
    vec![
        Is::always(I1, |_, world| world.witness.sent_to.count_ones() <= 1),
        Is::always(I2, claimer_gets_it_again),
        Is::always(I3, |_, world| !world.witness.served_dead),
        Is::always(I4, erased_in_time),
        Is::always(DEAD_LINKS_ARE_ERASED, |_, world| {
            !world.witness.swept_dead || world.row.ct.is_none()
        }),
        Is::always(REDELIVERY_IS_BOUNDED, |_, world| {
            world.witness.sent <= 1 + REDELIVERIES && !world.witness.served_after_window
        }),
        Is::always(PROOF_IS_NEEDED, proof_is_needed),
        Is::sometimes("a browser receives it", |_, world| {
            world.witness.received_by != 0
        }),
        Is::sometimes("it is redelivered as often as it may be", |_, world| {
            world.witness.sent == 1 + REDELIVERIES && world.witness.received_by != 0
        }),
        Is::sometimes("an answer lost in a crash is given again", |_, world| {
            world.witness.lost_in_crash && world.witness.received_by != 0
        }),
        Is::sometimes("acknowledged and erased", |_, world| {
            world.row.acked && world.row.ct.is_none() && world.witness.received_by != 0
        }),
        Is::sometimes(
            "claimed, never acknowledged, erased by the sweeper",
            |_, world| {
                let row = &world.row;
                row.state == State::Claimed && !row.acked && !row.revoked && row.ct.is_none()
            },
        ),
        Is::sometimes(
            "received after the link expired, within the window",
            |_, world| {
                let claimed_in_time = world.witness.first.is_some_and(|(_, at)| at < EXPIRES_AT);
                claimed_in_time
                    && world.clock >= EXPIRES_AT
                    && world.browsers.iter().any(|each| each.answered)
            },
        ),
        Is::sometimes("expired", |_, world| {
            world.row.state == State::Live && !world.row.revoked && world.row.ct.is_none()
        }),
        Is::sometimes("locked", |_, world| world.row.state == State::Locked),
        Is::sometimes("revoked with the answer on its way", |_, world| {
            world.row.revoked && world.browsers.iter().any(|each| each.answered)
        }),
        Is::sometimes(
            "claims are refused because of the clock",
            |claims, world| claims.now(world).is_none(),
        ),
    ]
}

/// Asks what a claim would do, had it arrived just now.
fn claimer_gets_it_again(claims: &Claims, world: &World) -> bool {
    let witness = &world.witness;
    let Some((first, at)) = witness.first else {
        return true;
    };
    let Some(now) = claims.now(world) else {
        return true;
    };
    let entitled = !witness.acked
        && !witness.revoked
        && witness.sent <= REDELIVERIES
        && now.max(witness.latest) < at + WINDOW;
    // The server's own view decides for a crash that has yet to happen: what is on disk.
    !entitled
        || claims
            .outcome(&world.row, Proof::RIGHT, first, now)
            .1
            .is_some()
}

fn erased_in_time(_: &Claims, world: &World) -> bool {
    let witness = &world.witness;
    let swept_after_window = witness
        .first
        .is_some_and(|(_, at)| witness.latest_swept >= at + WINDOW);
    world.row.ct.is_none() || !(witness.acked || swept_after_window)
}

fn proof_is_needed(claims: &Claims, world: &World) -> bool {
    let row = &world.row;
    (0..BROWSERS).all(|binder| {
        let refused =
            |proof| claims.outcome(row, proof, binder, world.clock) == (row.clone(), None);
        refused(Proof::GUESS)
            && refused(Proof::WRONG_PASSPHRASE)
            && row::count_wrong(row, Proof::GUESS) == *row
            && row::ack(row, Proof::GUESS, binder) == *row
    })
}
