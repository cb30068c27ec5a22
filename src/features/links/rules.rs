//! What may happen to an intent or a link. Pure: no database, no clock.
//!
//! For claims the database's own statement decides (see `guest_store::claim`); these rules say the
//! same for pages that only look.

use guestpass_api_types::links::ConfirmBy;

use super::{
    LinkError,
    model::{FlowState, Intent, LinkFacts, LinkState, StoredState},
};
use crate::base::{clock::Timestamp, secret::TokenHash};

/// How many times the browser that claimed a one-time link may fetch it again.
pub(super) const REDELIVERIES: i64 = 5;

/// Where an intent stands at `now`.
pub(super) fn intent_state(intent: &Intent, now: Timestamp) -> FlowState {
    match intent.state {
        FlowState::Waiting | FlowState::Confirmed if intent.expires_at <= now => FlowState::Expired,
        FlowState::Waiting | FlowState::Confirmed if !intent.session_alive => FlowState::Cancelled,
        state => state,
    }
}

/// Whether a passkey, or else the mail, may confirm under a workspace's rule.
pub(super) fn may_confirm(rule: ConfirmBy, passkey: bool) -> Result<(), LinkError> {
    match (rule, passkey) {
        (ConfirmBy::Passkey, false) => Err(LinkError::PasskeyOnly),
        (ConfirmBy::Mail, true) => Err(LinkError::MailOnly),
        _ => Ok(()),
    }
}

/// What the holder of a link gets to know before opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// It opens.
    Open,
    /// It was opened, by another browser or too long ago; at this instant.
    Spent(Timestamp),
    /// It doesn't exist any more, as far as anybody can tell.
    Dead,
}

/// What `binder`'s browser, having proved that it holds the link, may see of it.
pub(super) fn sight(link: &LinkFacts, binder: Option<&TokenHash>, now: Timestamp) -> Sight {
    if link.revoked_at.is_some() || link.state == StoredState::Locked {
        return Sight::Dead;
    }
    if link.state == StoredState::Claimed {
        let theirs =
            matches!((binder, &link.binder), (Some(own), Some(stored)) if own.matches(stored));
        let again = theirs
            && link.has_ciphertext
            && link.redelivered < REDELIVERIES
            && link.redeliver_until.is_some_and(|until| now < until);
        return match link.first_opened_at {
            _ if again => Sight::Open,
            Some(at) => Sight::Spent(at),
            None => Sight::Dead,
        };
    }
    if link.has_ciphertext && now < link.expires_at {
        Sight::Open
    } else {
        Sight::Dead
    }
}

/// What its owner is told of a link.
pub(super) fn shown_state(
    state: StoredState,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    now: Timestamp,
) -> LinkState {
    match state {
        _ if revoked_at.is_some() => LinkState::Revoked,
        StoredState::Locked => LinkState::Locked,
        StoredState::Claimed => LinkState::Viewed,
        StoredState::Live if expires_at <= now => LinkState::Expired,
        StoredState::Live => LinkState::Live,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{
            email_address::EmailAddress,
            id::{ItemId, LinkId, WorkspaceId},
            secret::PlainToken,
        },
        features::links::model::{ItemKind, Sender},
    };

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn link() -> LinkFacts {
        LinkFacts {
            id: LinkId::new(NOW),
            workspace: WorkspaceId::new(NOW),
            item: ItemId::new(NOW),
            monogram: String::new(),
            hue: None,
            workspace_name: "Larkfield Studio".to_owned(),
            epoch: NOW.day(),
            sender: Sender {
                first_name: "Mira".to_owned(),
                last_name: "Okafor".to_owned(),
                email: EmailAddress::parse("mira@larkfield.example").unwrap(),
                hears_of_openings: true,
                language: None,
            },
            kind: ItemKind::Account,
            one_time: true,
            notify: true,
            expires_at: Timestamp::from_millis(NOW.millis() + 1),
            state: StoredState::Live,
            has_ciphertext: true,
            binder: None,
            redeliver_until: None,
            redelivered: 0,
            first_opened_at: None,
            disputed_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_workspace_says_what_confirms() {
        for (rule, by_mail, by_passkey) in [
            (ConfirmBy::Mail, true, false),
            (ConfirmBy::Passkey, false, true),
            (ConfirmBy::MailOrPasskey, true, true),
        ] {
            assert_eq!(may_confirm(rule, false).is_ok(), by_mail, "{rule:?}");
            assert_eq!(may_confirm(rule, true).is_ok(), by_passkey, "{rule:?}");
        }
    }

    #[test]
    fn a_live_link_opens_until_its_last_millisecond() {
        assert_eq!(sight(&link(), None, NOW), Sight::Open);
        assert_eq!(sight(&link(), None, link().expires_at), Sight::Dead);
        assert_eq!(
            sight(
                &LinkFacts {
                    revoked_at: Some(NOW),
                    ..link()
                },
                None,
                NOW
            ),
            Sight::Dead
        );
        assert_eq!(
            sight(
                &LinkFacts {
                    has_ciphertext: false,
                    ..link()
                },
                None,
                NOW
            ),
            Sight::Dead
        );
    }

    #[test]
    fn a_claimed_link_opens_again_only_for_its_browser_within_window_and_count() {
        let (own, other) = (PlainToken::new().hash(), PlainToken::new().hash());
        let claimed = LinkFacts {
            state: StoredState::Claimed,
            binder: Some(own.to_vec()),
            redeliver_until: Some(Timestamp::from_millis(NOW.millis() + 1)),
            first_opened_at: Some(NOW),
            ..link()
        };
        let spent = Sight::Spent(NOW);
        assert_eq!(sight(&claimed, Some(&own), NOW), Sight::Open);
        assert_eq!(sight(&claimed, Some(&other), NOW), spent);
        assert_eq!(sight(&claimed, None, NOW), spent);
        let late = LinkFacts {
            redeliver_until: Some(NOW),
            ..claimed.clone()
        };
        assert_eq!(sight(&late, Some(&own), NOW), spent);
        let often = LinkFacts {
            redelivered: REDELIVERIES,
            ..claimed.clone()
        };
        assert_eq!(sight(&often, Some(&own), NOW), spent);
        let acknowledged = LinkFacts {
            has_ciphertext: false,
            ..claimed.clone()
        };
        assert_eq!(sight(&acknowledged, Some(&own), NOW), spent);
        let revoked = LinkFacts {
            revoked_at: Some(NOW),
            ..claimed
        };
        assert_eq!(sight(&revoked, Some(&own), NOW), Sight::Dead);
    }

    #[test]
    fn owners_see_why_a_link_is_over() {
        let soon = link().expires_at;
        assert_eq!(
            shown_state(StoredState::Live, soon, None, NOW),
            LinkState::Live
        );
        assert_eq!(
            shown_state(StoredState::Live, NOW, None, NOW),
            LinkState::Expired
        );
        assert_eq!(
            shown_state(StoredState::Claimed, NOW, None, NOW),
            LinkState::Viewed
        );
        assert_eq!(
            shown_state(StoredState::Claimed, soon, Some(NOW), NOW),
            LinkState::Revoked
        );
    }
}
