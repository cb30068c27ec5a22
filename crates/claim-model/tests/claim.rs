//! Checks the protocol over every reachable state, and that its broken variants are found out.

use std::time::Instant;

use guestpass_claim_model::{
    Variant,
    model::{Action, Claims, World},
    properties::{DEAD_LINKS_ARE_ERASED, I1, I2, I3, I4, PROOF_IS_NEEDED, REDELIVERY_IS_BOUNDED},
};
use stateright::{Checker, HasDiscoveries, Model};

#[test]
fn the_protocol_holds_in_every_reachable_state() {
    let started = Instant::now();
    let checker = Claims(Variant::Sound)
        .checker()
        .threads(2)
        .spawn_bfs()
        .join();
    println!(
        "{} unique states of {} generated, depth {}, {:.1?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        started.elapsed(),
    );
    assert!(checker.is_done());
    // Nothing that must never happen was found, and everything that must happen sometimes was.
    checker.assert_properties();
}

/// A way in which `variant` breaks `property`, as its actions and where it ends.
fn counterexample(variant: Variant, property: &'static str) -> (Vec<Action>, World) {
    let checker = Claims(variant)
        .checker()
        .threads(1)
        .finish_when(HasDiscoveries::AnyOf([property].into()))
        .spawn_bfs()
        .join();
    let path = checker.discovery(property);
    let path = path.unwrap_or_else(|| panic!("{variant:?} keeps {property:?}"));
    let end = path.last_state().clone();
    let actions = path.into_actions();
    println!(
        "{variant:?} breaks {property:?} in {} steps: {actions:?}",
        actions.len()
    );
    (actions, end)
}

#[test]
fn every_broken_variant_is_found_out() {
    for (variant, property) in [
        (Variant::ReadsThenWrites, I1),
        (Variant::AnswersBeforeCommit, I1),
        (Variant::AnswersBeforeCommit, I2),
        (Variant::RedeliversToAnybody, I1),
        (Variant::RedeliversToAnybody, I3),
        (Variant::RedeliversForever, REDELIVERY_IS_BOUNDED),
        (Variant::IgnoresRevoke, I3),
        (Variant::IgnoresExpiry, I3),
        (Variant::IgnoresLock, I3),
        (Variant::IgnoresPassphrase, PROOF_IS_NEEDED),
        (Variant::AcksFromAnybody, I2),
        (Variant::AckKeepsCiphertext, I4),
        (Variant::SweepsLiveOnly, I4),
        (Variant::SweepsLiveOnly, DEAD_LINKS_ARE_ERASED),
        (Variant::SweepsByExpiry, I2),
        (Variant::SweepsByClock, I4),
        (Variant::LocksClaimed, I2),
        (Variant::NoHighWaterMark, I3),
        (Variant::TrustsClockWithinTolerance, I3),
    ] {
        counterexample(variant, property);
    }
}

#[test]
fn the_classic_race_is_the_counterexample_of_reading_before_writing() {
    let (actions, end) = counterexample(Variant::ReadsThenWrites, I1);
    let writes = actions
        .iter()
        .filter(|action| matches!(action, Action::Write(_)))
        .count();
    assert_eq!((writes, end.witness.sent_to.count_ones()), (2, 2));
}

#[test]
fn a_crash_is_what_makes_answering_before_the_commit_wrong() {
    let (actions, _) = counterexample(Variant::AnswersBeforeCommit, I1);
    assert!(actions.contains(&Action::Crash));
}

#[test]
fn a_clock_set_back_by_less_than_the_tolerance_revives_unless_the_later_of_two_counts() {
    let (actions, _) = counterexample(Variant::TrustsClockWithinTolerance, I3);
    assert!(
        actions
            .iter()
            .any(|action| matches!(action, Action::SetBack(_)))
    );
}
